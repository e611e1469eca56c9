//! The plane that points are put into by hand.

mod strokes;

use egui::{
    Align2, Button, Event, EventFilter, Key, PointerButton, Pos2, Rect, Response, Role, Sense,
    Shape, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo, pos2, vec2,
};

use crate::data::{Dataset, MAX_POINT_CLASSES};
use crate::spec::{DataSource, Field, PointSpec, PointsSpec};
use crate::ui::widgets::{self, Icon, IconButton, Marker};
use crate::ui::{Cx, fields, theme::Theme};
use crate::workbench::{Action, DataState, Edit};

use super::edit;
use super::points::Window;

pub use strokes::{MAX_TAKEN, taken_from};

/// Half the side of the plane that can be chosen: every set of the lecture and of TensorFlow
/// Playground fits into one of them.
const REACHES: [Reach; 4] = [Reach(1.2), Reach(2.5), Reach(6.0), Reach(12.0)];
/// How far from a point the pointer still takes hold of it.
const GRAB: f32 = 8.0;
/// Radius of the eraser.
const ERASER: f32 = 12.0;
/// Standard deviation of what the brush scatters.
const SPRAY: f32 = 9.0;
/// How far the brush goes between two touches.
const STRIDE: f32 = 6.0;
/// Radius of a mark.
const RADIUS: f32 = 3.6;
/// Steps of the arrow keys from the middle to the edge, and fine ones with shift.
const KEY_STEPS: [f32; 2] = [20.0, 100.0];

#[derive(Clone, Copy, PartialEq)]
struct Reach(f32);

/// What the pointer does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tool {
    /// Adds a point, or moves the one that is taken hold of.
    #[default]
    Point,
    /// Scatters points where it is drawn along.
    Brush,
    /// Takes points away.
    Eraser,
}

impl Tool {
    const ALL: [Self; 3] = [Self::Point, Self::Brush, Self::Eraser];

    fn label(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::Brush => "Brush",
            Self::Eraser => "Eraser",
        }
    }
}

/// What a pressed button is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gesture {
    /// Moves the point at this place of the list.
    Moving(usize),
    /// Scatters; the last touch was here.
    Spraying(Pos2),
    /// Takes away.
    Erasing,
}

/// View state of the plane.
#[derive(Default)]
pub struct CanvasView {
    tool: Tool,
    class: usize,
    /// Number of classes that are offered, when more than there are points of.
    offered: usize,
    reach: Option<f32>,
    gesture: Option<Gesture>,
    /// Where the keys work, in units of the plane.
    cursor: [f32; 2],
    /// Whether runs begin again by themselves when points changed.
    follow: bool,
    drawn: Vec<PointSpec>,
    picture: widgets::Picture,
}

impl CanvasView {
    /// Number of classes that can be chosen.
    fn classes(&self, points: &[PointSpec]) -> usize {
        let used = points.iter().map(|point| point.class as usize + 1).max().unwrap_or(0);
        used.max(self.offered).clamp(2, MAX_POINT_CLASSES)
    }

    /// Half the side of the plane: as chosen, or larger where points lie farther out.
    fn reach(&self, points: &[PointSpec]) -> f32 {
        let far = |point: &PointSpec| point.x.get().abs().max(point.y.get().abs()) as f32;
        let needed = points.iter().map(far).fold(0.0, f32::max);
        let chosen = self.reach.unwrap_or(REACHES[0].0);
        let fitting = REACHES.iter().map(|reach| reach.0).find(|&reach| reach >= needed);
        chosen.max(fitting.unwrap_or(needed * 1.05))
    }
}

/// The plane with its tools.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, spec: &PointsSpec) {
    let mut view = std::mem::take(&mut cx.view.data.canvas);
    let mut points = spec.points.clone();
    classes(ui, cx.theme, &mut view, &points);
    ui.horizontal(|ui| {
        if let Some(tool) = widgets::segmented(ui, cx.theme, view.tool, &Tool::ALL, Tool::label) {
            view.tool = tool;
        }
        range(ui, &mut view, &points);
    });
    let ended = plane(ui, cx.theme, &mut view, &mut points);
    let cleared = below(ui, cx, &mut view, &mut points);
    if points != spec.points {
        let source = DataSource::Points(PointsSpec { points });
        edit(cx, |data| data.source = source);
    }
    if ended || cleared {
        cx.act(Action::Settle);
    }
    if view.follow && view.gesture.is_none() {
        follow(cx);
    }
    cx.view.data.canvas = view;
}

/// One chip for each class, and one that offers another class.
fn classes(ui: &mut Ui, theme: &Theme, view: &mut CanvasView, points: &[PointSpec]) {
    let count = view.classes(points);
    view.class = view.class.min(count - 1);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(3.0, 3.0);
        for class in 0..count {
            if chip(ui, theme, class, class == view.class).clicked() {
                view.class = class;
            }
        }
        if count < MAX_POINT_CLASSES {
            let add = IconButton::new(Icon::Plus, "Add a class").tip("Another class of points");
            if add.show(ui, theme).clicked() {
                view.offered = count + 1;
                view.class = count;
            }
        }
    });
}

fn chip(ui: &mut Ui, theme: &Theme, class: usize, is_chosen: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(26.0, 24.0), Sense::click());
    let (enabled, name) = (ui.is_enabled(), format!("Class {class}"));
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, is_chosen, &name));
    let is_lit = response.hovered() || response.has_focus();
    let (fill, stroke) = match (is_chosen, is_lit) {
        (true, _) => (theme.accent_soft, theme.stroke(1.5, theme.accent)),
        (false, true) => (theme.hover, theme.stroke(1.0, theme.text_muted)),
        (false, false) => (theme.inset, Stroke::NONE),
    };
    ui.painter().rect(rect, 4.0, fill, stroke, StrokeKind::Inside);
    let mark = Marker::of_class(class);
    mark.paint(ui.painter(), rect.center(), theme.mark(5.5), theme.class(class), Stroke::NONE);
    response.on_hover_text(name)
}

/// How far the plane reaches.
fn range(ui: &mut Ui, view: &mut CanvasView, points: &[PointSpec]) {
    let reach = view.reach(points);
    let now = REACHES.iter().copied().find(|known| known.0 == reach).unwrap_or(Reach(reach));
    let width = ui.available_width();
    let chosen = widgets::choice(ui, "Range", now, &REACHES, width, |reach| match reach.0 {
        1.2 => "±1.2",
        2.5 => "±2.5",
        6.0 => "±6",
        12.0 => "±12",
        _ => "wide",
    });
    if let Some(reach) = chosen {
        view.reach = Some(reach.0);
    }
}

/// The plane itself. Tells whether a gesture has come to its end.
fn plane(ui: &mut Ui, theme: &Theme, view: &mut CanvasView, points: &mut Vec<PointSpec>) -> bool {
    let side = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click_and_drag());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, enabled, "Plane of points"));
    let window = Window::of_reach(view.reach(points));
    let scale = window.scale(rect);
    let by_keys = keys(ui, view, points, &response, scale);
    let by_pointer = pointer(ui, view, points, &response, (window, rect));
    if view.drawn != *points {
        view.drawn.clone_from(points);
        view.picture = widgets::Picture::default();
    }
    if ui.is_rect_visible(rect) {
        paint(ui, theme, view, points, &response, (window, rect));
    }
    by_keys || by_pointer
}

/// Does what the pointer asks for. Tells whether a gesture has come to its end.
fn pointer(
    ui: &Ui,
    view: &mut CanvasView,
    points: &mut Vec<PointSpec>,
    response: &Response,
    (window, rect): (Window, Rect),
) -> bool {
    let (pressed, second, down) = ui.input(|input| {
        let pointer = &input.pointer;
        let second = pointer.button_pressed(PointerButton::Secondary);
        (pointer.primary_pressed(), second, pointer.any_down())
    });
    let Some(place) = response.interact_pointer_pos().or_else(|| response.hover_pos()) else {
        return view.gesture.take().is_some();
    };
    let inside =
        pos2(place.x.clamp(rect.left(), rect.right()), place.y.clamp(rect.top(), rect.bottom()));
    let (at, scale, class) = (window.point(rect, inside), window.scale(rect), view.class as u32);
    if response.contains_pointer() && (pressed || second) {
        view.gesture = match (view.tool, second) {
            (_, true) | (Tool::Eraser, _) => Some(Gesture::Erasing),
            (Tool::Brush, _) => {
                strokes::spray(points, at, SPRAY * scale, class);
                Some(Gesture::Spraying(inside))
            }
            (Tool::Point, _) => strokes::nearest(points, at, GRAB * scale)
                .or_else(|| strokes::add(points, at, class))
                .map(Gesture::Moving),
        };
    }
    match view.gesture {
        // A point stays where it is until the pointer moves.
        Some(Gesture::Moving(index)) if response.dragged() => strokes::shift(points, index, at),
        Some(Gesture::Spraying(last)) if last.distance(inside) >= STRIDE => {
            strokes::spray(points, at, SPRAY * scale, class);
            view.gesture = Some(Gesture::Spraying(inside));
        }
        Some(Gesture::Erasing) => strokes::erase(points, at, ERASER * scale),
        _ => {}
    }
    !down && view.gesture.take().is_some()
}

/// Arrows move a cursor, Enter and the space bar add, Delete and Backspace erase, digits choose
/// the class. Tells whether points were changed.
fn keys(
    ui: &Ui,
    view: &mut CanvasView,
    points: &mut Vec<PointSpec>,
    response: &Response,
    scale: f32,
) -> bool {
    if !response.has_focus() {
        return false;
    }
    let filter =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let reach = view.reach(points);
    let (events, fine) = ui.input(|input| (input.events.clone(), input.modifiers.shift));
    let step = reach / KEY_STEPS[usize::from(fine)];
    let before = points.len();
    for event in &events {
        let Event::Key { key, pressed: true, .. } = event else { continue };
        match key {
            Key::ArrowLeft => view.cursor[0] -= step,
            Key::ArrowRight => view.cursor[0] += step,
            Key::ArrowUp => view.cursor[1] += step,
            Key::ArrowDown => view.cursor[1] -= step,
            Key::Enter | Key::Space => drop(strokes::add(points, view.cursor, view.class as u32)),
            Key::Delete | Key::Backspace => strokes::erase(points, view.cursor, ERASER * scale),
            key => choose(view, points, *key),
        }
    }
    view.cursor = view.cursor.map(|value| value.clamp(-reach, reach));
    points.len() != before
}

fn choose(view: &mut CanvasView, points: &[PointSpec], key: Key) {
    let digits = [
        Key::Num0,
        Key::Num1,
        Key::Num2,
        Key::Num3,
        Key::Num4,
        Key::Num5,
        Key::Num6,
        Key::Num7,
        Key::Num8,
        Key::Num9,
    ];
    let digit = digits.iter().position(|digit| *digit == key);
    if let Some(class) = digit.filter(|&class| class < view.classes(points)) {
        view.class = class;
    }
}

fn paint(
    ui: &Ui,
    theme: &Theme,
    view: &mut CanvasView,
    points: &[PointSpec],
    response: &Response,
    (window, rect): (Window, Rect),
) {
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 4.0, theme.canvas);
    let axis = theme.hairline();
    let middle = window.place(rect, [0.0, 0.0]);
    painter.hline(rect.x_range(), middle.y, axis);
    painter.vline(middle.x, rect.y_range(), axis);
    view.picture.paint(ui, rect, || marks(points, window, rect, theme));
    let edge = if response.has_focus() { theme.focus_ring() } else { theme.hairline() };
    painter.rect_stroke(rect, 4.0, edge, StrokeKind::Inside);
    let mut shown = None;
    if response.has_focus() {
        let at = window.place(rect, view.cursor);
        let pen = theme.stroke(1.5, theme.text);
        painter.hline(at.x - 7.0..=at.x + 7.0, at.y, pen);
        painter.vline(at.x, at.y - 7.0..=at.y + 7.0, pen);
        shown = Some(view.cursor);
    }
    if let Some(place) = response.hover_pos() {
        let radius = match view.tool {
            Tool::Point => 0.0,
            Tool::Brush => 2.0 * SPRAY,
            Tool::Eraser => ERASER,
        };
        painter.circle_stroke(place, radius, theme.stroke(1.0, theme.text_muted));
        shown = Some(window.point(rect, place));
    }
    if let Some([x, y]) = shown {
        let text = format!("x₁ {x:.2}   x₂ {y:.2}").replace('-', "−");
        let font = TextStyle::Small.resolve(ui.style());
        let corner = rect.left_bottom() + vec2(6.0, -4.0);
        painter.text(corner, Align2::LEFT_BOTTOM, text, font, theme.text_muted);
    }
}

fn marks(points: &[PointSpec], window: Window, rect: Rect, theme: &Theme) -> Vec<Shape> {
    let edge = theme.stroke(0.8, theme.canvas);
    let mark = |point: &PointSpec| {
        let (at, class) = (window.place(rect, strokes::place(point)), point.class as usize);
        Marker::of_class(class).shape(at, theme.mark(RADIUS), theme.class(class), edge)
    };
    points.iter().map(mark).collect()
}

/// What concerns all points. Tells whether they were changed.
fn below(ui: &mut Ui, cx: &Cx<'_>, view: &mut CanvasView, points: &mut Vec<PointSpec>) -> bool {
    let mut cleared = false;
    ui.horizontal(|ui| {
        let clear = ui.add_enabled(!points.is_empty(), Button::new("Clear"));
        if clear.on_hover_text("Take all points away").clicked() {
            points.clear();
            cleared = true;
        }
        let help = "Runs begin again by themselves when points changed";
        if let Some(on) = fields::switch(ui, cx.theme, view.follow, "Apply while drawing", help) {
            view.follow = on;
        }
    });
    cleared
}

/// Begins runs again that wait for nothing but the points.
fn follow(cx: &mut Cx<'_>) {
    if !cx.state.can_play() {
        return;
    }
    for run in 0..cx.state.num_runs() {
        let pending = cx.state.pending(run);
        let is_points = pending.iter().all(|change| change.field == Field::Data);
        if !pending.is_empty() && is_points {
            cx.act(Action::Restart(run));
        }
    }
}

/// An empty plane, or the points of `data`, as the data of the experiment.
pub fn begin(cx: &mut Cx<'_>, points: Vec<PointSpec>) {
    let source = DataSource::Points(PointsSpec { points });
    let data = cx.state.draft().data.with_source(source);
    cx.edit(Edit::Data(data));
    cx.act(Action::Settle);
}

/// The data as they are, where points can be taken from them.
pub fn takes_from<'a>(cx: &Cx<'a>) -> Option<&'a Dataset> {
    let DataState::Ready(data) = cx.state.data() else { return None };
    let is_points = matches!(cx.state.draft().data.source, DataSource::Points(_));
    let can = data.is_planar() && data.scaler.is_none() && !data.class_names.is_empty();
    (can && !is_points).then_some(data.as_ref())
}
