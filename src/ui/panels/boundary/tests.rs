use std::sync::Arc;

use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::base::Matrix;
use crate::data::{Labelled, Targets};
use crate::record::{Boundary, ProbeFrame, Scores, Slice};
use crate::spec::{SampleShape, Scaling};
use crate::ui::testing::{Bench, bench, repaints, right_click, themed};
use crate::workbench::fixtures;

/// Three kinds of flowers by four measures, standardised.
fn flowers() -> Arc<Dataset> {
    let (mut values, mut classes) = (Vec::new(), Vec::new());
    for row in 0..150_u32 {
        let (class, wobble) = (row % 3, |k: u32| ((row * k * 37 % 101) as f32 - 50.0) / 50.0);
        let middle = [[5.0, 3.4, 1.5, 0.3], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.5, 2.0]];
        let spread = [0.7, 0.6, 0.5, 0.3];
        let of = |k: usize| middle[class as usize][k] + spread[k] * wobble(k as u32 + 3);
        values.extend([0, 1, 2, 3].map(of));
        classes.push(class);
    }
    let whole =
        Labelled::new(Matrix::new(150, 4, values).expect("fits"), Targets::Classes(classes));
    let [train, test] = [(0..120), (120..150)].map(|rows| whole.gather(&rows.collect::<Vec<_>>()));
    let names = ["sepal length", "sepal width", "petal length", "petal width"];
    let mut data = Dataset {
        feature_names: names.map(Into::into).to_vec(),
        class_names: ["setosa", "versicolor", "virginica"].map(Into::into).to_vec(),
        ..Dataset::new(
            "Flowers",
            SampleShape(vec![4]),
            Task::Classification { classes: 3 },
            train,
            test,
        )
    };
    crate::data::scale(&mut data, Scaling::Standardise);
    Arc::new(data)
}

/// Probabilities that depend on the sum of both coordinates.
fn answer(request: BoundaryRequest) -> Boundary {
    let side = request.side;
    let at = |index: usize, [low, high]: [f32; 2]| {
        low + (high - low) * (index as f32 + 0.5) / side as f32
    };
    let cell = |cell: usize| {
        let sum = at(cell % side, request.x) + at(cell / side, request.y);
        let mut logits = [-3.0 * sum - 2.0, 0.0, 3.0 * sum - 2.0];
        crate::base::softmax_into(&mut logits);
        logits
    };
    let outputs = (0..side * side).flat_map(cell).collect();
    let outputs = Matrix::new(side * side, 3, outputs).expect("fits");
    Boundary { request, outputs, plane: None }
}

/// The network takes every tenth row of the test part for the next class.
fn scored(data: &Dataset, part: Part) -> Scores {
    let rows = labelled(data, part).expect("is there");
    let row = |row: usize| {
        let truth = rows.targets.class(row).expect("a class");
        let class = if row.is_multiple_of(10) { (truth + 1) % 3 } else { truth };
        [0, 1, 2].map(|other| if other == class { 0.8 } else { 0.1 })
    };
    let outputs = (0..rows.rows()).flat_map(row).collect();
    Scores {
        request: crate::record::ScoresRequest { part, most: 20_000 },
        rows: (0..rows.rows()).collect(),
        outputs: Matrix::new(rows.rows(), 3, outputs).expect("fits"),
    }
}

fn state_of(data: &Arc<Dataset>) -> State {
    let mut state = fixtures::with_data("spiral-relu", Arc::clone(data));
    let mut view = BoundaryView::default();
    let mut frame = ProbeFrame::empty(fixtures::id(&state, 0), fixtures::at(7));
    frame.boundary = request(&state, &mut view, 0).map(answer);
    frame.inside.scores = vec![scored(data, Part::Test), scored(data, Part::Train)];
    fixtures::show(&mut state, 0, frame);
    state
}

fn draw(ui: &mut Ui, cx: &mut Cx<'_>) {
    show(ui, cx, 0);
}

fn window() -> Harness<'static, Bench> {
    let mut bench = bench(state_of(&flowers()), vec2(420.0, 560.0), draw);
    bench.run_steps(3);
    bench
}

fn picture(bench: &Harness<'static, Bench>) -> Rect {
    bench.get_by_label_contains("Decision boundary").rect()
}

#[test]
fn a_table_is_cut_along_the_features_that_tell_its_classes_apart() {
    let state = state_of(&flowers());
    let mut view = BoundaryView::default();
    let wanted = request(&state, &mut view, 0).expect("a slice");
    let Some(Slice::Features { pair, .. }) = wanted.slice else { panic!("along features") };
    assert_eq!(pair, [2, 3]);
    assert!(is_drawn(&flowers()));
}

#[test]
fn both_parts_are_scored_while_errors_are_ringed() {
    let state = state_of(&flowers());
    let mut view = BoundaryView::default();
    let parts = |view: &mut BoundaryView| {
        let mut wanted = ProbeRequest::default();
        add_requests(&state, view, 0, &mut wanted);
        wanted.inside.scores.iter().map(|request| request.part).collect::<Vec<_>>()
    };
    assert_eq!(parts(&mut view), [Part::Train, Part::Test]);
    view.train_points = false;
    assert_eq!(parts(&mut view), [Part::Test]);
    view.errors = false;
    assert_eq!(parts(&mut view), []);
}

#[test]
fn a_slice_is_chosen_by_its_features() {
    let mut bench = window();
    bench.get_by_label("Across").click();
    bench.run_steps(3);
    bench.get_by_label("sepal width").click();
    bench.run_steps(3);
    let Bench { state, view, .. } = bench.state_mut();
    let wanted = request(state, &mut view.boundary, 0).expect("a slice");
    let Some(Slice::Features { pair, .. }) = wanted.slice else { panic!("along features") };
    assert_eq!(pair, [1, 3]);
}

#[test]
fn the_wheel_looks_nearer_and_a_double_click_at_everything() {
    let mut bench = window();
    let place = picture(&bench).center();
    let span = |bench: &mut Harness<'static, Bench>| {
        let Bench { state, view, .. } = bench.state_mut();
        let x = request(state, &mut view.boundary, 0).expect("a slice").x;
        x[1] - x[0]
    };
    let whole = span(&mut bench);
    bench.hover_at(place);
    bench.run_steps(2);
    bench.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, 240.0),
        modifiers: egui::Modifiers::NONE,
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
    });
    bench.run_steps(20);
    let near = span(&mut bench);
    assert!(near < 0.6 * whole, "{near} of {whole}");
    bench.get_by_label("Fit").click();
    bench.run_steps(3);
    assert_eq!(span(&mut bench), whole);
}

#[test]
fn dragging_moves_the_plane_with_the_pointer() {
    let mut bench = window();
    let Bench { state, view, .. } = bench.state_mut();
    let before = request(state, &mut view.boundary, 0).expect("a slice");
    let place = picture(&bench);
    bench.drag_at(place.center());
    bench.run_steps(2);
    bench.hover_at(place.center() + vec2(0.25 * place.width(), 0.0));
    bench.run_steps(2);
    bench.drop_at(place.center() + vec2(0.25 * place.width(), 0.0));
    bench.run_steps(2);
    let Bench { state, view, .. } = bench.state_mut();
    let after = request(state, &mut view.boundary, 0).expect("a slice");
    let quarter = 0.25 * (before.x[1] - before.x[0]);
    assert!((before.x[0] - after.x[0] - quarter).abs() < 0.1 * quarter, "{before:?} {after:?}");
    assert!((before.y[0] - after.y[0]).abs() < 1e-4);
}

#[test]
fn a_point_tells_its_row_and_a_click_chooses_it() {
    let data = flowers();
    let mut bench = window();
    let Bench { state, view, .. } = bench.state_mut();
    let sight = view.boundary.plane.sight(state, 0, &data);
    let (area, place) = (picture(&bench), sight.scatter.part(Part::Train)[3]);
    let at = sight.window.screen_at(area, place.at[0], place.at[1]);
    bench.hover_at(at);
    bench.run_steps(60);
    assert!(bench.query_by_label_contains("training row ").is_some());
    assert!(
        bench.query_by_label_contains("taken for setosa").is_some()
            || bench.query_by_label_contains("taken for class setosa").is_some()
    );
    bench.drag_at(at);
    bench.run_steps(1);
    bench.drop_at(at);
    bench.run_steps(2);
    assert!(matches!(bench.state().view.chosen, Some((Part::Train, _))));
}

#[test]
fn the_right_button_opens_the_point_under_it() {
    let data = flowers();
    let mut bench = window();
    let Bench { state, view, .. } = bench.state_mut();
    let sight = view.boundary.plane.sight(state, 0, &data);
    let (area, place) = (picture(&bench), sight.scatter.part(Part::Train)[3]);
    right_click(&mut bench, sight.window.screen_at(area, place.at[0], place.at[1]));
    bench.get_by_label_contains("Open training row").click();
    bench.run_steps(2);
    let view = &bench.state().view;
    assert!(matches!(view.chosen, Some((Part::Train, _))), "{:?}", view.chosen);
    assert_eq!(view.requests, [crate::ui::UiRequest::ShowPane(crate::ui::panes::Pane::WhatIf)]);
}

#[test]
fn what_if_begins_at_the_place_under_the_right_button() {
    let mut bench = bench(fixtures::ready("spiral-relu"), vec2(420.0, 560.0), draw);
    bench.run_steps(3);
    let area = bench.get_by_label_contains("Data points").rect();
    let at = area.lerp_inside(vec2(0.25, 0.3));
    right_click(&mut bench, at);
    bench.get_by_label("What if from here").click();
    bench.run_steps(2);
    let Bench { state, view, .. } = bench.state_mut();
    let data = data_of(state, 0).expect("data");
    let window = view.boundary.plane.sight(state, 0, data).window;
    let wanted = window.plane_at(area, at);
    let mut asked = ProbeRequest::default();
    crate::ui::panes::Pane::WhatIf.request(state, view, 0, &mut asked);
    let moved = asked.inside.traces.iter().find_map(|trace| match &trace.input {
        crate::record::Input::Values(values) => Some(values.to_vec()),
        _ => None,
    });
    assert_eq!(moved.expect("the sample as it was moved"), wanted);
}

#[test]
fn colours_can_tell_the_probability_of_one_class() {
    let mut bench = window();
    bench.get_by_label("Colours").click();
    bench.run_steps(3);
    bench.get_by_label("P(virginica)").click();
    bench.run_steps(3);
    assert_eq!(bench.state().view.boundary.shading, Shading::OneClass(2));
    assert_eq!(Shading::OneClass(2).class(&fixtures::dataset()), Some(2));
    assert_eq!(Shading::OneClass(7).class(&flowers()), None, "other data have fewer classes");
}

/// Writes pictures for the eye where `DESCENT_PICTURES` names a folder.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    for theme in [egui::Theme::Light, egui::Theme::Dark] {
        for (name, shading) in [
            ("confidence", Shading::Confidence),
            ("discrete", Shading::Discrete),
            ("one-class", Shading::OneClass(1)),
        ] {
            let mut bench = themed(state_of(&flowers()), vec2(460.0, 580.0), draw, theme);
            bench.state_mut().view.boundary.shading = shading;
            bench.state_mut().view.chosen = Some((Part::Test, 4));
            bench.run_steps(4);
            let image = bench.render().expect("a software renderer");
            let file = format!("boundary-{name}-{theme:?}.png");
            image.save(std::path::Path::new(&folder).join(file)).expect("is writable");
        }
    }
}

#[test]
fn other_looks_are_painted_at_once() {
    repaints(window);
}
