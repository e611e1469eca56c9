//! Points put by hand.

use egui::{Event, PointerButton, Pos2};

use super::*;
use crate::spec::{PointSpec, PointsSpec};

type Panel = Harness<'static, Bench>;

fn point(x: f64, y: f64, class: u32) -> PointSpec {
    PointSpec { x: Finite::lit(x), y: Finite::lit(y), class }
}

fn with_points(points: Vec<PointSpec>) -> Panel {
    let mut spec = preset("spiral-relu").expect("built in");
    spec.data = spec.data.with_source(DataSource::Points(PointsSpec { points }));
    panel(fixtures::of(spec, fixtures::dataset()))
}

fn points(harness: &Panel) -> Vec<PointSpec> {
    match &data(harness).source {
        DataSource::Points(spec) => spec.points.clone(),
        other => panic!("{other:?}"),
    }
}

/// Where a point of the plane stands; the plane reaches ±1.2.
fn at(harness: &Panel, x: f32, y: f32) -> Pos2 {
    let plane = harness.get_by_label("Plane of points").rect();
    let unit = plane.width() / 2.4;
    Pos2::new(plane.center().x + x * unit, plane.center().y - y * unit)
}

fn press(harness: &mut Panel, x: f32, y: f32) {
    let place = at(harness, x, y);
    harness.drag_at(place);
    harness.run();
}

fn drag_to(harness: &mut Panel, x: f32, y: f32) {
    let place = at(harness, x, y);
    harness.hover_at(place);
    harness.run();
}

fn release(harness: &mut Panel, x: f32, y: f32) {
    let place = at(harness, x, y);
    harness.drop_at(place);
    harness.run();
}

fn click_at(harness: &mut Panel, x: f32, y: f32) {
    press(harness, x, y);
    release(harness, x, y);
}

fn is_near(point: &PointSpec, x: f64, y: f64) -> bool {
    (point.x.get() - x).abs() < 0.02 && (point.y.get() - y).abs() < 0.02
}

#[test]
fn a_click_adds_a_point_of_the_chosen_class() {
    let mut harness = with_points(Vec::new());
    click_at(&mut harness, 0.5, 0.25);
    harness.get_by_label("Class 1").click();
    harness.run();
    click_at(&mut harness, -0.5, -1.0);
    harness.get_by_label("Add a class").click();
    harness.run();
    click_at(&mut harness, 0.0, 0.9);
    let points = points(&harness);
    let classes: Vec<u32> = points.iter().map(|point| point.class).collect();
    assert_eq!(classes, [0, 1, 2]);
    assert!(is_near(&points[0], 0.5, 0.25) && is_near(&points[2], 0.0, 0.9), "{points:?}");
}

#[test]
fn a_point_is_dragged_and_a_click_on_it_changes_nothing() {
    let start = vec![point(0.5, 0.5, 0), point(-0.5, 0.0, 1)];
    let mut harness = with_points(start.clone());
    click_at(&mut harness, 0.51, 0.5);
    assert_eq!(points(&harness), start);
    press(&mut harness, 0.5, 0.5);
    drag_to(&mut harness, 0.0, 0.2);
    drag_to(&mut harness, -0.25, -0.75);
    release(&mut harness, -0.25, -0.75);
    let moved = points(&harness);
    assert!(is_near(&moved[0], -0.25, -0.75), "{moved:?}");
    assert_eq!(moved[1], start[1]);
}

#[test]
fn one_gesture_is_one_step_to_take_back() {
    let start = vec![point(0.5, 0.5, 0), point(-0.5, 0.0, 1)];
    let mut harness = with_points(start.clone());
    press(&mut harness, 0.5, 0.5);
    for step in 0..5 {
        drag_to(&mut harness, 0.4 - step as f32 / 10.0, 0.4);
    }
    release(&mut harness, 0.0, 0.4);
    click_at(&mut harness, 0.8, 0.8);
    assert_eq!(points(&harness).len(), 3);
    fixtures::act(&mut harness.state_mut().state, Action::Undo);
    assert!(is_near(&points(&harness)[0], 0.0, 0.4), "the click is taken back");
    assert_eq!(points(&harness).len(), 2);
    fixtures::act(&mut harness.state_mut().state, Action::Undo);
    assert_eq!(points(&harness), start, "and then the whole movement");
}

#[test]
fn the_other_button_and_the_eraser_take_points_away() {
    let mut harness =
        with_points(vec![point(0.5, 0.5, 0), point(-0.5, 0.0, 1), point(0.0, -1.0, 1)]);
    let place = at(&harness, 0.5, 0.5);
    for pressed in [true, false] {
        harness.event(Event::PointerMoved(place));
        harness.event(Event::PointerButton {
            pos: place,
            button: PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.run();
    }
    assert_eq!(points(&harness), [point(-0.5, 0.0, 1), point(0.0, -1.0, 1)]);
    harness.get_by_label("Eraser").click();
    harness.run();
    press(&mut harness, -0.9, 0.0);
    drag_to(&mut harness, -0.5, 0.0);
    release(&mut harness, -0.5, 0.0);
    assert_eq!(points(&harness), [point(0.0, -1.0, 1)]);
}

#[test]
fn the_brush_scatters_along_its_way() {
    let mut harness = with_points(Vec::new());
    harness.get_by_label("Brush").click();
    harness.run();
    press(&mut harness, -0.8, 0.0);
    let at_once = points(&harness).len();
    for step in 0..8 {
        drag_to(&mut harness, -0.6 + step as f32 / 5.0, 0.0);
    }
    release(&mut harness, 0.8, 0.0);
    let scattered = points(&harness);
    assert!(scattered.len() > 3 * at_once, "{}", scattered.len());
    fixtures::act(&mut harness.state_mut().state, Action::Undo);
    assert!(points(&harness).is_empty(), "one gesture");
}

#[test]
fn keys_move_a_cursor_add_and_erase() {
    let mut harness = with_points(Vec::new());
    harness.get_by_label("Plane of points").focus();
    harness.run();
    for key in [Key::ArrowRight, Key::ArrowRight, Key::ArrowUp, Key::Enter] {
        harness.key_press(key);
        harness.run();
    }
    for key in
        [Key::Num1, Key::ArrowLeft, Key::ArrowLeft, Key::ArrowLeft, Key::ArrowLeft, Key::Enter]
    {
        harness.key_press(key);
        harness.run();
    }
    let added = points(&harness);
    assert_eq!(added.iter().map(|point| point.class).collect::<Vec<_>>(), [0, 1]);
    assert!(is_near(&added[0], 0.12, 0.06) && is_near(&added[1], -0.12, 0.06), "{added:?}");
    harness.key_press(Key::Delete);
    harness.run();
    assert_eq!(points(&harness), added[..1]);
}

#[test]
fn everything_is_cleared_at_once_and_comes_back() {
    let start = vec![point(0.5, 0.5, 0), point(-0.5, 0.0, 1)];
    let mut harness = with_points(start.clone());
    harness.get_by_label("Clear").click();
    harness.run();
    assert!(points(&harness).is_empty());
    fixtures::act(&mut harness.state_mut().state, Action::Undo);
    assert_eq!(points(&harness), start);
}

#[test]
fn drawing_begins_empty_or_with_the_points_of_the_set() {
    let mut harness = spiral();
    harness.get_by_label("Draw points").click();
    harness.run();
    harness.get_by_label("Start from the current set").click();
    harness.run();
    let taken = [point(0.0, 0.0, 0), point(1.0, 0.0, 1), point(0.0, 1.0, 2)];
    assert_eq!(points(&harness), taken);
    let mut harness = spiral();
    harness.get_by_label("Draw points").click();
    harness.run();
    harness.get_by_label("Empty plane").click();
    harness.run();
    assert!(points(&harness).is_empty());
    harness.get_by_label_contains("Click into the plane");
}

#[test]
fn data_that_are_no_points_leave_an_empty_plane() {
    let mut harness = panel(with_table(table(20, 4)));
    harness.get_by_label("Draw points").click();
    harness.run();
    assert!(points(&harness).is_empty());
}

#[test]
fn too_few_points_are_told_and_can_be_added_to() {
    let mut spec = preset("spiral-relu").expect("built in");
    spec.data =
        spec.data.with_source(DataSource::Points(PointsSpec { points: vec![point(0.0, 0.0, 0)] }));
    let mut state = State::new(spec);
    fixtures::give(&mut state, Err(DataError::Invalid("There is only 1 point.".into())));
    let mut harness = panel(state);
    harness.get_by_label("There is only 1 point.");
    click_at(&mut harness, 0.5, 0.5);
    assert_eq!(points(&harness).len(), 2);
}

#[test]
fn the_plane_reaches_as_far_as_its_points_and_as_chosen() {
    let mut harness = with_points(vec![point(5.0, -4.0, 0), point(0.0, 0.0, 1)]);
    harness.get_by_role_and_label(Role::ComboBox, "Range").click();
    harness.run();
    harness.get_by_label("±12").click();
    harness.run();
    let place = at(&harness, 0.6, 0.0);
    harness.drag_at(place);
    harness.run();
    harness.drop_at(place);
    harness.run();
    assert!((points(&harness)[2].x.get() - 6.0).abs() < 0.2, "{:?}", points(&harness)[2]);
}

#[test]
fn runs_begin_again_by_themselves_when_asked_to() {
    let mut harness = with_points(vec![point(0.5, 0.5, 0), point(-0.5, 0.0, 1)]);
    fixtures::train(&mut harness.state_mut().state, 0, 5);
    click_at(&mut harness, 0.0, 0.9);
    assert!(!harness.state().log.contains(&Action::Restart(0)), "not unless it is asked for");
    harness.get_by_label("Apply while drawing").click();
    harness.run();
    click_at(&mut harness, 0.0, -0.9);
    assert!(harness.state().log.contains(&Action::Restart(0)));
    assert!(harness.state().state.pending(0).is_empty());
}

#[test]
fn a_great_many_points_are_shown() {
    let many = (0..10_000_u32).map(|index| {
        let turn = f64::from(index) / 700.0;
        point(turn.sin(), turn.cos(), index % 10)
    });
    let harness = with_points(many.collect());
    harness.get_by_label("Class 9");
    assert!(harness.query_by_label("Add a class").is_none());
}
