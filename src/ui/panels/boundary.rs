//! What the network answers over the plane of the two features, or along the only one, and the
//! points it learned from.

mod fit;
mod picture;

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use egui::{Align2, Pos2, Rect, RichText, Sense, Shape, Stroke, TextureOptions, Ui, pos2, vec2};

use crate::data::{Dataset, Targets};
use crate::record::{Boundary, BoundaryRequest, FitRequest, Part, ProbeFrame};
use crate::spec::{Scaling, Task};
use crate::ui::textures::{OutputColours, Texture, output_pixels};
use crate::ui::widgets::{Marker, thousands};
use crate::ui::{Cx, format};
use crate::workbench::State;

use picture::{MAX_POINTS, PointStyle, Window, cell_at, contour, points_mesh};

/// Cells along each side of the picture: enough for smooth borders, few enough to be computed
/// many times a second.
const SIDE: usize = 80;
/// Room for the marks and names of the axes.
const LEFT: f32 = 46.0;
const BELOW: f32 = 32.0;
/// Most classes whose probabilities are listed under the pointer.
const LISTED: usize = 6;

/// View state of this panel.
#[derive(Debug, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct BoundaryView {
    /// Whether the points of the training part are shown.
    pub train_points: bool,
    /// Whether the points of the validation part are shown.
    pub validation_points: bool,
    /// Whether the points of the test part are shown.
    pub test_points: bool,
    /// Whether the line is drawn on which the answer changes.
    pub line: bool,
    #[serde(skip)]
    window: Option<(Weak<Dataset>, Window)>,
    #[serde(skip)]
    pictures: BTreeMap<usize, Picture>,
}

impl Default for BoundaryView {
    fn default() -> Self {
        Self {
            train_points: true,
            validation_points: true,
            test_points: true,
            line: true,
            window: None,
            pictures: BTreeMap::new(),
        }
    }
}

impl BoundaryView {
    fn window(&mut self, data: &Arc<Dataset>) -> Window {
        match &self.window {
            Some((known, window)) if known.as_ptr() == Arc::as_ptr(data) => *window,
            _ => {
                let window = Window::around(data);
                self.window = Some((Arc::downgrade(data), window));
                window
            }
        }
    }
}

/// What is kept of one run's picture until there is news.
#[derive(Debug, Default)]
struct Picture {
    /// The frame it shows, and whether it was painted for the dark theme.
    frame: Option<(Arc<ProbeFrame>, bool)>,
    texture: Texture,
    line: Vec<[Pos2; 2]>,
    points: Option<Points>,
}

/// The mesh of all points, and what it was made from.
#[derive(Debug)]
struct Points {
    data: Weak<Dataset>,
    key: PointsKey,
    mesh: Arc<egui::Mesh>,
}

/// Everything but the data that the mesh of points depends on.
#[derive(Clone, Debug, PartialEq)]
struct PointsKey {
    area: Rect,
    window: Window,
    dark: bool,
    pixels_per_point: f32,
    parts: [bool; 3],
}

/// The picture that a visible boundary wants of a run; `None` for data that is not planar.
pub fn request(state: &State, view: &mut BoundaryView, run: usize) -> Option<BoundaryRequest> {
    let data = data_of(state, run).filter(|data| data.is_planar())?;
    let Window { x, y } = view.window(data);
    Some(BoundaryRequest::plane(x, y, SIDE))
}

/// The curve that a visible panel wants of a run; `None` for data that is no curve.
pub fn fit_request(state: &State, view: &mut BoundaryView, run: usize) -> Option<FitRequest> {
    let data = data_of(state, run).filter(|data| data.is_curve())?;
    let Window { x, .. } = view.window(data);
    Some(FitRequest { x, points: fit::POINTS })
}

/// Whether a picture can be drawn of what a network answers on such data: over the plane of two
/// features, or along the only one.
#[must_use]
pub fn is_drawn(data: &Dataset) -> bool {
    data.is_planar() || data.is_curve()
}

/// The data that a run was started on, or would be.
fn data_of(state: &State, run: usize) -> Option<&Arc<Dataset>> {
    let started = state.slot(run).and_then(|slot| slot.data.as_ref());
    started.or_else(|| state.data().dataset())
}

/// Draws the plane or the curve of a run as a square, with what its marks mean below. Nothing for
/// other data.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let side = ui.available_width().clamp(120.0, 560.0);
    square(ui, cx, run, side);
    legend(ui, cx, run);
}

/// Draws only the square, `side` points wide and high with its axes.
pub fn square(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, side: f32) {
    let Some(data) = data_of(cx.state, run).filter(|data| is_drawn(data)).cloned() else {
        return;
    };
    let window = cx.view.boundary.window(&data);
    let (outer, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    let range = label_range(&data).filter(|_| data.is_planar());
    let bar = if range.is_some() { 46.0 } else { 4.0 };
    let area = Rect::from_min_max(outer.min + vec2(LEFT, 4.0), outer.max - vec2(bar, BELOW));
    let response = ui.interact(area, ui.scope_id().with(("boundary", run)), Sense::hover());
    let plane = Plane { data: &data, window, area, run, range };
    ui.painter().rect_filled(area, 0.0, cx.theme.canvas);
    let boundary = cx.state.run(run).and_then(|run| run.frame.clone());
    if data.is_curve() {
        let fitted = boundary.as_ref().and_then(|frame| frame.fit.as_ref());
        fit::show(ui, cx, &plane, response, fitted);
        return;
    }
    paint_picture(ui, cx, &plane, boundary.as_ref());
    paint_points(ui, cx, &plane);
    let edge = Stroke::new(1.0, cx.theme.outline);
    ui.painter().rect_stroke(area, 0.0, edge, egui::StrokeKind::Outside);
    paint_axes(ui, cx, &plane);
    if let Some(range) = plane.range {
        paint_colour_bar(ui, cx, &plane, range);
    }
    let shown = boundary.as_ref().and_then(|frame| frame.boundary.as_ref());
    let what = if shown.is_some() { "Decision boundary" } else { "Data points" };
    name(&response, cx, run, what);
    if let Some(boundary) = shown {
        let at = ui.input(|input| input.pointer.latest_pos());
        response.on_hover_ui_at_pointer(|ui| {
            if let Some(at) = at {
                probabilities(ui, cx, &plane, boundary, at);
            }
        });
    } else {
        hint(ui, cx, area);
    }
}

/// All that one square needs to know.
struct Plane<'a> {
    data: &'a Arc<Dataset>,
    window: Window,
    area: Rect,
    run: usize,
    range: Option<[f32; 2]>,
}

/// Smallest and largest label of a regression.
fn label_range(data: &Dataset) -> Option<[f32; 2]> {
    let Targets::Numbers(numbers) = &data.train.targets else { return None };
    let finite = numbers.iter().copied().filter(|number| number.is_finite());
    let range = finite.fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], number| {
        [low.min(number), high.max(number)]
    });
    Some(if range[0] <= range[1] { range } else { [0.0, 1.0] })
}

fn name(response: &egui::Response, cx: &Cx<'_>, run: usize, what: &str) {
    let name = cx.state.run_spec(run).map_or("", |spec| spec.name.as_str());
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Image, true, format!("{what}, {name}"))
    });
}

/// Over points of a network that has not answered yet.
fn hint(ui: &mut Ui, cx: &Cx<'_>, area: Rect) {
    let font = egui::TextStyle::Body.resolve(ui.style());
    let text = "Press Play to see what the network answers here";
    let width = (area.width() - 24.0).max(80.0);
    let galley = ui.painter().layout(text.into(), font, cx.theme.text, width);
    let at =
        Align2::CENTER_BOTTOM.anchor_size(area.center_bottom() - vec2(0.0, 14.0), galley.size());
    ui.painter().rect_filled(at.expand(6.0), 4.0, cx.theme.surface.gamma_multiply(0.92));
    ui.painter().galley(at.min, galley, cx.theme.text);
}

fn paint_picture(ui: &Ui, cx: &mut Cx<'_>, plane: &Plane<'_>, frame: Option<&Arc<ProbeFrame>>) {
    let Some((frame, boundary)) = frame.and_then(|f| Some((f, f.boundary.as_ref()?))) else {
        if let Some(picture) = cx.view.boundary.pictures.get_mut(&plane.run) {
            picture.frame = None;
        }
        return;
    };
    let with_line = cx.view.boundary.line && plane.range.is_none();
    let picture = cx.view.boundary.pictures.entry(plane.run).or_default();
    let is_shown = picture
        .frame
        .as_ref()
        .is_some_and(|(shown, dark)| Arc::ptr_eq(shown, frame) && *dark == cx.theme.dark);
    if !is_shown {
        let side = boundary.request.side;
        let colours = OutputColours { theme: cx.theme, range: plane.range };
        let pixels = output_pixels(&boundary.outputs, side, &colours);
        picture.texture.set(ui.ctx(), "boundary", pixels, TextureOptions::LINEAR);
        picture.line =
            if plane.range.is_none() { contour(&boundary.outputs, side) } else { Vec::new() };
        picture.frame = Some((Arc::clone(frame), cx.theme.dark));
    }
    let place = screen_rect(plane, boundary);
    picture.texture.paint(ui, plane.area, place, None);
    let painter = ui.painter().with_clip_rect(plane.area.intersect(ui.clip_rect()));
    if with_line {
        let stroke = Stroke::new(1.5, cx.theme.text);
        painter.extend(picture.line.iter().map(|line| {
            let on_screen = |at: Pos2| {
                pos2(place.left() + at.x * place.width(), place.bottom() - at.y * place.height())
            };
            Shape::line_segment(line.map(on_screen), stroke)
        }));
    }
}

/// Where the piece of the plane that was asked for stands on the screen.
fn screen_rect(plane: &Plane<'_>, boundary: &Boundary) -> Rect {
    let BoundaryRequest { x, y, .. } = boundary.request;
    Rect::from_two_pos(
        plane.window.screen_at(plane.area, x[0], y[0]),
        plane.window.screen_at(plane.area, x[1], y[1]),
    )
}

fn paint_points(ui: &Ui, cx: &mut Cx<'_>, plane: &Plane<'_>) {
    let view = &mut cx.view.boundary;
    let pixels_per_point = ui.ctx().pixels_per_point();
    let key = PointsKey {
        area: plane.area,
        window: plane.window,
        dark: cx.theme.dark,
        pixels_per_point,
        parts: [view.train_points, view.validation_points, view.test_points],
    };
    let [train, validation, test] = key.parts;
    let picture = view.pictures.entry(plane.run).or_default();
    let is_kept = picture
        .points
        .as_ref()
        .is_some_and(|points| points.key == key && points.data.as_ptr() == Arc::as_ptr(plane.data));
    if !is_kept {
        let radius = (plane.area.width() / 110.0).clamp(2.5, 4.5);
        let is_curve = plane.data.is_curve();
        let style =
            PointStyle { theme: cx.theme, range: plane.range, is_curve, radius, pixels_per_point };
        let mut mesh = egui::Mesh::default();
        let all = [
            (Part::Test, Some(&plane.data.test), test),
            (Part::Validation, plane.data.validation.as_ref(), validation),
            (Part::Train, Some(&plane.data.train), train),
        ];
        for (part, rows, _) in all.into_iter().filter(|(.., is_shown)| *is_shown) {
            if let Some(rows) = rows {
                mesh.append(points_mesh(part, rows, plane.window, plane.area, &style));
            }
        }
        let data = Arc::downgrade(plane.data);
        picture.points = Some(Points { data, key, mesh: Arc::new(mesh) });
    }
    if let Some(points) = &picture.points {
        let painter = ui.painter().with_clip_rect(plane.area.intersect(ui.clip_rect()));
        painter.add(Shape::Mesh(Arc::clone(&points.mesh)));
    }
}

fn paint_axes(ui: &Ui, cx: &Cx<'_>, plane: &Plane<'_>) {
    let Plane { window, area, .. } = *plane;
    let font = egui::TextStyle::Small.resolve(ui.style());
    let (painter, muted) = (ui.painter(), cx.theme.text_muted);
    let wanted = if area.width() < 200.0 { 3 } else { 5 };
    let (marks, decimals) = format::ticks(window.x[0].into(), window.x[1].into(), wanted);
    for value in marks {
        let at = pos2(window.screen_at(area, value as f32, 0.0).x, area.bottom());
        painter.vline(at.x, at.y..=at.y + 3.0, Stroke::new(1.0, cx.theme.outline));
        let text = format::tick(value, decimals);
        painter.text(at + vec2(0.0, 4.0), Align2::CENTER_TOP, text, font.clone(), muted);
    }
    let (marks, decimals) = format::ticks(window.y[0].into(), window.y[1].into(), wanted);
    for value in marks {
        let at = pos2(area.left(), window.screen_at(area, 0.0, value as f32).y);
        painter.hline(at.x - 3.0..=at.x, at.y, Stroke::new(1.0, cx.theme.outline));
        let text = format::tick(value, decimals);
        painter.text(at - vec2(5.0, 0.0), Align2::RIGHT_CENTER, text, font.clone(), muted);
    }
    let x = feature(cx.state, plane, 0);
    let below = pos2(area.center().x, area.bottom() + BELOW);
    painter.text(below, Align2::CENTER_BOTTOM, x, font.clone(), muted);
    let up = if plane.data.is_curve() {
        plane.data.label_name.clone()
    } else {
        feature(cx.state, plane, 1)
    };
    let galley = painter.layout_no_wrap(up, font, muted);
    let corner = pos2(area.left() - LEFT, area.center().y + galley.size().x / 2.0);
    let shape = egui::epaint::TextShape::new(corner, galley, muted);
    painter.add(shape.with_angle(-std::f32::consts::FRAC_PI_2));
}

/// The name of a feature, and what was done to it.
fn feature(state: &State, plane: &Plane<'_>, index: usize) -> String {
    let name = plane.data.feature_names.get(index).filter(|name| !name.is_empty());
    let name = name.cloned().unwrap_or_else(|| format!("feature {}", index + 1));
    let origin = state.slot(plane.run).and_then(|slot| slot.origin.as_ref());
    let scaling = origin.map_or(state.draft().data.scaling, |(_, data)| data.scaling);
    match scaling {
        Scaling::None => name,
        Scaling::Standardise => format!("{name} (standardised)"),
        Scaling::MinMax => format!("{name} (min–max)"),
        Scaling::Robust => format!("{name} (robust)"),
    }
}

/// The sequential map beside a regression, with its ends.
fn paint_colour_bar(ui: &Ui, cx: &Cx<'_>, plane: &Plane<'_>, [low, high]: [f32; 2]) {
    let area = plane.area;
    let bar = Rect::from_min_size(area.right_top() + vec2(8.0, 0.0), vec2(8.0, area.height()));
    let mut mesh = egui::Mesh::default();
    const STEPS: usize = 32;
    for step in 0..=STEPS {
        let share = step as f32 / STEPS as f32;
        let y = bar.bottom() - share * bar.height();
        let colour = cx.theme.sequential(share);
        mesh.colored_vertex(pos2(bar.left(), y), colour);
        mesh.colored_vertex(pos2(bar.right(), y), colour);
        if step > 0 {
            let last = 2 * step as u32;
            mesh.add_triangle(last - 2, last - 1, last);
            mesh.add_triangle(last - 1, last, last + 1);
        }
    }
    ui.painter().add(Shape::mesh(mesh));
    let font = egui::TextStyle::Small.resolve(ui.style());
    let (marks, decimals) = format::ticks(low.into(), high.into(), 4);
    for value in marks {
        let share = (value as f32 - low) / (high - low);
        let at = pos2(bar.right() + 3.0, bar.bottom() - share * bar.height());
        let text = format::tick(value, decimals);
        ui.painter().text(at, Align2::LEFT_CENTER, text, font.clone(), cx.theme.text_muted);
    }
}

/// What the network answers under the pointer.
fn probabilities(ui: &mut Ui, cx: &Cx<'_>, plane: &Plane<'_>, boundary: &Boundary, at: Pos2) {
    let point = plane.window.plane_at(plane.area, at);
    let [x, y] = point;
    let BoundaryRequest { x: across, y: up, side, .. } = boundary.request;
    let names = [feature(cx.state, plane, 0), feature(cx.state, plane, 1)];
    ui.label(RichText::new(format!("{} {x:.2}, {} {y:.2}", names[0], names[1])).strong());
    let Some(cell) = cell_at(Window { x: across, y: up }, side, point) else { return };
    if cell >= boundary.outputs.rows() {
        return;
    }
    let outputs = boundary.outputs.row(cell);
    if plane.range.is_some() {
        let value = outputs.first().copied().unwrap_or(f32::NAN);
        ui.label(format!("{} {}", plane.data.label_name, format::measured(value.into())));
        return;
    }
    egui::Grid::new("probabilities").spacing(vec2(12.0, 2.0)).show(ui, |ui| {
        for (class, share) in ranked(outputs) {
            ui.horizontal(|ui| {
                mark_sample(ui, cx, class);
                ui.label(format::class_name(&plane.data.class_names, class));
            });
            ui.label(RichText::new(format::percent(share.into())).monospace());
            ui.end_row();
        }
    });
}

/// Classes and their probabilities, in their own order; of many classes the likeliest first.
fn ranked(outputs: &[f32]) -> Vec<(usize, f32)> {
    if let [one] = outputs {
        return vec![(0, 1.0 - one), (1, *one)];
    }
    let mut all: Vec<(usize, f32)> = outputs.iter().copied().enumerate().collect();
    if all.len() > LISTED {
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all.truncate(LISTED);
    }
    all
}

fn mark_sample(ui: &mut Ui, cx: &Cx<'_>, class: usize) {
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
    let colour = cx.theme.class(class);
    Marker::of_class(class).paint(ui.painter(), rect.center(), 4.0, colour, Stroke::NONE);
}

/// What the marks mean, and what is shown of them.
pub fn legend(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(data) = data_of(cx.state, run).filter(|data| is_drawn(data)).cloned() else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        if let Task::Classification { classes } = data.task {
            for class in 0..classes.min(Marker::ALL.len()) {
                mark_sample(ui, cx, class);
                let name = format::class_name(&data.class_names, class);
                ui.label(RichText::new(name).small());
                ui.add_space(4.0);
            }
        }
        let view = &mut cx.view.boundary;
        toggle(ui, &mut view.train_points, "● training", "Points of the training part: filled");
        if data.validation.is_some() {
            let hint = "Points of the validation part: hollow with a dot";
            toggle(ui, &mut view.validation_points, "◉ validation", hint);
        }
        toggle(ui, &mut view.test_points, "○ test", "Points of the test part: hollow");
        if data.task != Task::Regression {
            let hint = "The line on which the likeliest class changes; with two classes it is the \
                        50 % line";
            toggle(ui, &mut view.line, "border", hint);
        }
    });
    let most = data.parts().map(|(_, part)| part.rows()).max().unwrap_or_default();
    if most > MAX_POINTS {
        let every = most.div_ceil(MAX_POINTS) as u64;
        let text = format!("Every {}th point is shown.", thousands(every));
        ui.label(RichText::new(text).small().color(cx.theme.text_muted));
    }
}

fn toggle(ui: &mut Ui, value: &mut bool, label: &str, hint: &str) {
    let button = egui::Button::selectable(*value, RichText::new(label).small());
    if ui.add(button).on_hover_text(hint).clicked() {
        *value = !*value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_listed_in_the_order_of_classes_until_there_are_many() {
        assert_eq!(ranked(&[0.2, 0.8]), [(0, 0.2), (1, 0.8)]);
        assert_eq!(ranked(&[0.75]), [(0, 0.25), (1, 0.75)]);
        let mut many = vec![0.0; 20];
        many[13] = 0.9;
        assert_eq!(ranked(&many).len(), LISTED);
        assert_eq!(ranked(&many)[0], (13, 0.9));
    }
}
