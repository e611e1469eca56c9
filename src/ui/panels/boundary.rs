//! What the network answers over the plane of two features, along the only one, or over a slice
//! through more of them, and the points it learned from.

mod fit;
mod hover;
mod points;
mod settings;
mod shade;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Align2, Rect, Sense, Ui, vec2};

use crate::data::Dataset;
use crate::record::{BoundaryRequest, FitRequest, Part, ProbeFrame, ProbeRequest};
use crate::spec::Task;
use crate::ui::parts::{data_of, labelled, request_scores};
use crate::ui::plane::axes::{self, Axis};
use crate::ui::plane::{PlaneView, Sight, Window, is_cut};
use crate::ui::{Cx, theme};
use crate::workbench::State;

use shade::Shading;

/// Most rows of a part that are put through the network for the sake of its marks alone.
const MARKED: usize = 5000;

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
    /// Whether lines are drawn: where the answer changes, or where it has a round value.
    pub line: bool,
    /// Whether points are ringed that are taken for another class.
    pub errors: bool,
    /// Whether it is shown how far numbers are from their prediction.
    pub residuals: bool,
    /// Whether points fade with their distance from the slice.
    pub fades: bool,
    /// What the colours say.
    pub shading: Shading,
    /// Which piece of the plane is looked at.
    pub plane: PlaneView,
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
            errors: true,
            residuals: false,
            fades: true,
            shading: Shading::default(),
            plane: PlaneView::default(),
            pictures: BTreeMap::new(),
        }
    }
}

impl BoundaryView {
    /// Whether the points of a part are shown.
    #[must_use]
    pub fn shows(&self, part: Part) -> bool {
        match part {
            Part::Train => self.train_points,
            Part::Validation => self.validation_points,
            Part::Test => self.test_points,
        }
    }
}

/// What is kept of one run's picture until there is news.
#[derive(Debug, Default)]
struct Picture {
    shade: shade::Kept,
    points: points::Kept,
}

/// The picture that a visible boundary wants of a run; `None` for data that are no points in a
/// plane and cannot be cut to be.
pub fn request(state: &State, view: &mut BoundaryView, run: usize) -> Option<BoundaryRequest> {
    let data = data_of(state, run).filter(|data| data.is_planar() || is_cut(data))?;
    Some(view.plane.request(state, run, data))
}

/// The curve that a visible panel wants of a run; `None` for data that is no curve.
pub fn fit_request(state: &State, view: &mut BoundaryView, run: usize) -> Option<FitRequest> {
    let data = data_of(state, run).filter(|data| data.is_curve())?;
    let Window { x, .. } = view.plane.sight(state, run, data).window;
    Some(FitRequest { x, points: fit::POINTS })
}

/// Adds all that a visible picture wants to see of a run.
pub fn add_requests(state: &State, view: &mut BoundaryView, run: usize, wanted: &mut ProbeRequest) {
    wanted.boundary = request(state, view, run);
    wanted.fit = fit_request(state, view, run);
    let Some(data) = data_of(state, run).filter(|data| is_drawn(data)) else { return };
    let is_marked = if data.task == Task::Regression { view.residuals } else { view.errors };
    let is_small = |part| labelled(data, part).is_some_and(|rows| rows.rows() <= MARKED);
    for part in Part::ALL.into_iter().filter(|part| is_marked && view.shows(*part)) {
        if is_small(part) {
            request_scores(data, part, wanted);
        }
    }
}

/// Whether a picture can be drawn of what a network answers on such data: over the plane of two
/// features, along the only one, or over a slice through the space of more.
#[must_use]
pub fn is_drawn(data: &Dataset) -> bool {
    data.is_planar() || data.is_curve() || is_cut(data)
}

/// Draws the picture of a run as a square, with what its marks mean below. Nothing for other
/// data.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let side = ui.available_width().clamp(120.0, 560.0);
    square(ui, cx, run, side);
    legend(ui, cx, run);
}

/// What the marks mean, and what is shown of them.
pub fn legend(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    settings::show(ui, cx, run);
}

/// All that one square needs to know.
struct Plane<'a> {
    data: &'a Arc<Dataset>,
    sight: Sight,
    area: Rect,
    run: usize,
    axes: [Axis; 2],
    /// Smallest and largest label of a surface.
    range: Option<[f32; 2]>,
    frame: Option<Arc<ProbeFrame>>,
}

impl<'a> Plane<'a> {
    fn of(cx: &mut Cx<'_>, run: usize, data: &'a Arc<Dataset>, outer: Rect) -> Self {
        let sight = cx.view.boundary.plane.sight(cx.state, run, data);
        let range = sight.labels.filter(|_| !data.is_curve());
        let has_bar = range.is_some() || cx.view.boundary.shading.class(data).is_some();
        let right = if has_bar { axes::BAR } else { 4.0 };
        let top = if sight.slice.is_some() { 20.0 } else { 4.0 };
        let area = Rect::from_min_max(
            outer.min + vec2(axes::LEFT, top),
            outer.max - vec2(right, axes::BELOW),
        );
        let axes = Axis::pair(data, &sight, axes::scaling_of(cx.state, run));
        let frame = cx.state.run(run).and_then(|run| run.frame.clone());
        Self { data, sight, area, run, axes, range, frame }
    }

    fn window(&self) -> Window {
        self.sight.window
    }
}

/// Draws only the square, `side` points wide and high with its axes.
pub fn square(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, side: f32) {
    let Some(data) = data_of(cx.state, run).filter(|data| is_drawn(data)).cloned() else {
        return;
    };
    let (outer, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    let mut plane = Plane::of(cx, run, &data, outer);
    let id = ui.scope_id().with(("boundary", run));
    let response = ui.interact(plane.area, id, Sense::click_and_drag());
    look_around(ui, cx, &mut plane, &response);
    ui.painter().rect_filled(plane.area, 0.0, cx.theme.canvas);
    axes::caption(ui, cx.theme, plane.data, &plane.sight, plane.area);
    let answers = match data.is_curve() {
        true => fit::paint(ui, cx, &plane),
        false => shade::paint(ui, cx, &plane),
    };
    points::paint(ui, cx, &plane);
    axes::paint(ui, cx.theme, plane.window(), plane.area, &plane.axes);
    name(&response, cx, &plane, answers);
    hover::show(cx, &plane, response);
    if !answers {
        hint(ui, cx, plane.area);
    }
}

/// The wheel zooms about the pointer, dragging moves, a double click has everything in sight.
fn look_around(ui: &Ui, cx: &mut Cx<'_>, plane: &mut Plane<'_>, response: &egui::Response) {
    let view = &mut cx.view.boundary.plane;
    if response.double_clicked() {
        view.fit();
        plane.sight.window = plane.sight.whole;
        return;
    }
    let (area, mut window) = (plane.area, plane.window());
    let dragged = response.drag_delta();
    if dragged != egui::Vec2::ZERO {
        window = window.moved([-dragged.x / area.width(), dragged.y / area.height()]);
    }
    if let Some(at) = response.hover_pos() {
        let factor = ui.input_mut(|input| {
            let wheel = std::mem::take(&mut input.smooth_scroll_delta).y;
            (wheel / 240.0).exp() * input.zoom_delta()
        });
        if factor != 1.0 {
            let at = (at - area.left_bottom()) / area.size();
            window = window.zoomed(factor, [at.x, -at.y], plane.sight.whole);
        }
    }
    if window != plane.window() {
        view.look(plane.data, &plane.sight, window);
        plane.sight.window = window;
    }
}

fn name(response: &egui::Response, cx: &Cx<'_>, plane: &Plane<'_>, answers: bool) {
    let name = cx.state.run_spec(plane.run).map_or("", |spec| spec.name.as_str());
    let what = match (answers, plane.data.is_curve()) {
        (false, _) => "Data points",
        (true, true) => "Fitted curve",
        (true, false) => "Decision boundary",
    };
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Image, true, format!("{what}, {name}"))
    });
}

/// Over points of a network that has not answered yet.
fn hint(ui: &mut Ui, cx: &Cx<'_>, area: Rect) {
    let whole = ("Press Play to see what the network answers here", theme::body());
    let room = area.size() - vec2(24.0, 24.0);
    let mut fitting = [whole, ("Press Play", theme::small())].into_iter().map(|(text, font)| {
        ui.painter().layout(text.into(), font, cx.theme.text, room.x.max(80.0))
    });
    let fits = |galley: &Arc<egui::Galley>| galley.size().x < room.x && galley.size().y < room.y;
    let Some(galley) = fitting.find(fits) else { return };
    let at =
        Align2::CENTER_BOTTOM.anchor_size(area.center_bottom() - vec2(0.0, 14.0), galley.size());
    ui.painter().rect_filled(at.expand(6.0), 4.0, cx.theme.surface.gamma_multiply(0.92));
    ui.painter().galley(at.min, galley, cx.theme.text);
}
