//! The picture of where two runs differ over the plane or a slice, with the test points.

use std::sync::Arc;

use egui::{Align2, Rect, Response, Sense, Shape, TextureOptions, Ui, pos2, vec2};

use crate::data::Dataset;
use crate::record::{Boundary, BoundaryRequest, Fit, FitRequest, Part, ProbeFrame};
use crate::spec::Task;
use crate::ui::parts::data_of;
use crate::ui::plane::axes::{self, Axis, bar_marks, colour_bar};
use crate::ui::plane::{
    PlaneView, PointStyle, Scatter, Sight, Stamps, Window, add_points, is_cut, radius,
};
use crate::ui::textures::Texture;
use crate::ui::theme::{self, Variant};
use crate::ui::{Cx, capture};
use crate::workbench::State;

use super::apart::Along;
use super::area::Compared;
use super::{curve, name_of, tell};

/// Places along a curve: more than one for every two pixels of a wide picture.
const POINTS: usize = 256;
/// Most cells along each side that are asked for.
const SIDE: usize = 80;
/// Least and largest side of the picture.
const SIDES: [f32; 2] = [160.0, 480.0];

/// What is kept of the picture until there is news.
#[derive(Debug, Default)]
pub struct Kept {
    shown: Option<([Arc<ProbeFrame>; 2], Variant)>,
    texture: Texture,
    compared: Compared,
    along: Along,
    points: Option<(Key, Shape)>,
}

/// Everything that the shapes of the points depend on.
#[derive(Debug)]
struct Key {
    scatter: Arc<Scatter>,
    frames: [Option<Arc<ProbeFrame>>; 2],
    place: (Rect, Window),
    look: (Variant, f32, bool),
    /// Whether a picture is taken.
    apart: bool,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.scatter, &other.scatter)
            && self.frames.each_ref().map(address) == other.frames.each_ref().map(address)
            && (self.place, self.look, self.apart) == (other.place, other.look, other.apart)
    }
}

fn address(frame: &Option<Arc<ProbeFrame>>) -> Option<*const ProbeFrame> {
    frame.as_ref().map(Arc::as_ptr)
}

/// The data of two runs, where what both answer can be drawn over one plane or slice, or along one
/// feature.
pub fn drawn(state: &State, [a, b]: [usize; 2]) -> Option<&Arc<Dataset>> {
    let (first, second) = (data_of(state, a)?, data_of(state, b)?);
    let is_alike = Arc::ptr_eq(first, second)
        || (first.shape == second.shape
            && first.task == second.task
            && first.feature_names == second.feature_names
            && first.scaler == second.scaler);
    let is_drawn = first.is_planar() || first.is_curve() || is_cut(first);
    (is_alike && is_drawn).then_some(first)
}

/// What both runs are asked for: the same window, which is that of the first.
pub fn request(state: &State, plane: &mut PlaneView, runs: [usize; 2]) -> Option<BoundaryRequest> {
    let data = drawn(state, runs).filter(|data| !data.is_curve())?;
    let request = plane.request(state, runs[0], data);
    Some(BoundaryRequest { side: request.side.min(SIDE), ..request })
}

/// The same of the curves over a single feature.
pub fn fit_request(state: &State, plane: &mut PlaneView, runs: [usize; 2]) -> Option<FitRequest> {
    let data = drawn(state, runs).filter(|data| data.is_curve())?;
    let Window { x, .. } = plane.sight(state, runs[0], data).window;
    Some(FitRequest { x, points: POINTS })
}

/// All that one picture needs to know.
pub struct Plane<'a> {
    pub data: &'a Arc<Dataset>,
    pub runs: [usize; 2],
    pub axes: [Axis; 2],
    pub area: Rect,
    sight: Sight,
    frames: [Option<Arc<ProbeFrame>>; 2],
}

impl<'a> Plane<'a> {
    fn of(cx: &mut Cx<'_>, data: &'a Arc<Dataset>, runs: [usize; 2], outer: Rect) -> Self {
        let sight = cx.view.boundary.plane.sight(cx.state, runs[0], data);
        let has_bar = data.task == Task::Regression && !data.is_curve();
        let right = if has_bar { axes::BAR } else { 4.0 };
        let top = if sight.slice.is_some() { 20.0 } else { 4.0 };
        let area = Rect::from_min_max(
            outer.min + vec2(axes::LEFT, top),
            outer.max - vec2(right, axes::BELOW),
        );
        let axes = Axis::pair(data, &sight, axes::scaling_of(cx.state, runs[0]));
        let frames = runs.map(|run| cx.state.run(run).and_then(|run| run.frame.clone()));
        Self { data, runs, axes, area, sight, frames }
    }

    /// Which piece of the plane is looked at.
    pub fn window(&self) -> Window {
        self.sight.window
    }

    /// Whether numbers are predicted.
    pub fn is_number(&self) -> bool {
        self.data.task == Task::Regression
    }

    /// What a run answers over what is looked at; nothing of another slice.
    fn answer(&self, which: usize) -> Option<&Boundary> {
        let found = self.frames[which].as_ref()?.boundary.as_ref()?;
        (self.sight.is_known() && found.request.slice == self.sight.slice).then_some(found)
    }

    /// The curve of a run.
    fn fit(&self, which: usize) -> Option<&Fit> {
        self.frames[which].as_ref()?.fit.as_ref()
    }

    /// Whether a run has answered.
    fn has_answered(&self, which: usize) -> bool {
        if self.data.is_curve() { self.fit(which).is_some() } else { self.answer(which).is_some() }
    }

    /// What both answer.
    pub fn answers(&self) -> Option<[&Boundary; 2]> {
        Some([self.answer(0)?, self.answer(1)?])
    }
}

/// Draws the picture, as large as `room` in height allows, with what it means below.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, runs: [usize; 2], room: f32) {
    let Some(data) = drawn(cx.state, runs).cloned() else { return };
    let side = ui.available_width().min(room).clamp(SIDES[0], SIDES[1]);
    let names = runs.map(|run| name_of(cx.state, run));
    let name = format!("Disagreement of {} and {}", names[0], names[1]);
    capture::picture(ui, name.clone(), |ui| {
        let width = ui.available_width();
        let (whole, _) = ui.allocate_exact_size(vec2(width, side), Sense::hover());
        let outer = Rect::from_center_size(whole.center(), vec2(side.min(width), side));
        let plane = Plane::of(cx, &data, runs, outer);
        let response = square(ui, cx, &plane);
        let waits = waits_for(cx, &plane);
        let waits = waits.map_or_else(String::new, |names| format!(", waiting for {names}"));
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::Image, true, format!("{name}, picture{waits}"))
        });
        match plane.data.is_curve() {
            true => curve::hover(cx, &plane, &cx.view.disagreement.map.along, response),
            false => tell::hover(cx, &plane, response),
        }
    });
    let kept = &cx.view.disagreement.map;
    let compared = kept.shown.is_some().then_some(&kept.compared);
    tell::legend(ui, cx, &data, runs);
    match data.is_curve() {
        true => tell::gap(ui, cx, compared.map(|_| &kept.along)),
        false => tell::share(ui, cx, &data, compared),
    }
}

fn square(ui: &Ui, cx: &mut Cx<'_>, plane: &Plane<'_>) -> Response {
    let response = ui.interact(plane.area, ui.scope_id().with("disagreement"), Sense::hover());
    ui.painter().rect_filled(plane.area, 0.0, cx.theme.canvas);
    axes::caption(ui, cx.theme, plane.data, &plane.sight, plane.area);
    let mut kept = std::mem::take(&mut cx.view.disagreement.map);
    update(ui, cx, plane, &mut kept);
    if let Some([first, _]) = plane.answers() {
        let (x, y) = (first.request.x, first.request.y);
        let place = Rect::from_two_pos(
            plane.window().screen_at(plane.area, x[0], y[0]),
            plane.window().screen_at(plane.area, x[1], y[1]),
        );
        kept.texture.paint(ui, plane.area, place, None);
    }
    if plane.data.is_curve() {
        curve::paint(ui, cx, plane, &kept.along, [plane.fit(0), plane.fit(1)]);
    }
    points(ui, cx, plane, &mut kept);
    axes::paint(ui, cx.theme, plane.window(), plane.area, &plane.axes);
    let most = kept.compared.most;
    if plane.is_number() && !plane.data.is_curve() && kept.shown.is_some() && most > 0.0 {
        let marks = bar_marks([-most, most], 4);
        let theme = cx.theme;
        colour_bar(ui, theme, plane.area, |share| theme.signed(2.0 * share - 1.0), &marks);
    }
    cx.view.disagreement.map = kept;
    if let Some(names) = waits_for(cx, plane) {
        hint(ui, cx, plane, &names);
    }
    response
}

/// Compares and paints anew where there is news.
fn update(ui: &Ui, cx: &Cx<'_>, plane: &Plane<'_>, kept: &mut Kept) {
    let frames = plane.frames[0].as_ref().zip(plane.frames[1].as_ref());
    let Some((first, second)) = frames.filter(|_| plane.has_answered(0) && plane.has_answered(1))
    else {
        kept.shown = None;
        kept.along = Along::default();
        return;
    };
    let variant = cx.theme.variant;
    let is_kept = kept.shown.as_ref().is_some_and(|([old_first, old_second], made)| {
        Arc::ptr_eq(old_first, first) && Arc::ptr_eq(old_second, second) && *made == variant
    });
    if is_kept {
        return;
    }
    if let Some([a, b]) = plane.answers() {
        kept.compared = Compared::of(a, b, plane.is_number());
        let image = kept.compared.pixels(cx.theme);
        kept.texture.set(ui.ctx(), "disagreement", image, TextureOptions::LINEAR);
    }
    kept.along = match (plane.fit(0), plane.fit(1)) {
        (Some(a), Some(b)) if plane.data.is_curve() => Along::of(a, b),
        _ => Along::default(),
    };
    kept.shown = Some(([first, second].map(Arc::clone), variant));
}

/// The test points, those ringed on which the runs differ.
fn points(ui: &Ui, cx: &Cx<'_>, plane: &Plane<'_>, kept: &mut Kept) {
    let fades = cx.view.boundary.fades && plane.sight.slice.is_some();
    let key = Key {
        scatter: Arc::clone(&plane.sight.scatter),
        frames: plane.frames.clone(),
        place: (plane.area, plane.window()),
        look: (cx.theme.variant, ui.ctx().pixels_per_point(), fades),
        apart: capture::is_taking(ui.ctx()),
    };
    if kept.points.as_ref().is_none_or(|(made, _)| *made != key) {
        let shape = shape_of(cx, plane, &key);
        kept.points = Some((key, shape));
    }
    if let Some((_, shape)) = &kept.points {
        let painter = ui.painter().with_clip_rect(plane.area.intersect(ui.clip_rect()));
        painter.add(shape.clone());
    }
}

fn shape_of(cx: &Cx<'_>, plane: &Plane<'_>, key: &Key) -> Shape {
    let mut stamps = Stamps::new(key.look.1, key.apart);
    let radius = radius(cx.theme, plane.area);
    let style = PointStyle {
        theme: cx.theme,
        range: None,
        is_curve: plane.data.is_curve(),
        fades: key.look.2,
        radius,
    };
    let places = plane.sight.scatter.part(Part::Test);
    let of = (Part::Test, &plane.data.test, places);
    add_points(&mut stamps, of, (plane.window(), plane.area), &style);
    let ring = cx.theme.stroke(1.5, cx.theme.text);
    for row in &cx.view.disagreement.verdict().differing {
        // Places stand in the order of their rows.
        let Ok(place) = places.binary_search_by_key(&row.0, |place| place.row) else { continue };
        let [x, y] = places[place].at;
        let at = plane.window().screen_at(plane.area, x, y);
        stamps.ring(at, 2.0 * radius, ring);
    }
    stamps.finish()
}

/// The runs that have not answered, if any.
fn waits_for(cx: &Cx<'_>, plane: &Plane<'_>) -> Option<String> {
    let silent = [0, 1].into_iter().filter(|&which| !plane.has_answered(which));
    let names: Vec<&str> = silent.map(|which| name_of(cx.state, plane.runs[which])).collect();
    (!names.is_empty()).then(|| names.join(" and "))
}

/// Over the points of runs that have not answered both.
fn hint(ui: &Ui, cx: &Cx<'_>, plane: &Plane<'_>, names: &str) {
    let text = format!("Waiting for {names}. Press Play to see where they differ");
    let width = (plane.area.width() - 24.0).max(80.0);
    let galley = ui.painter().layout(text, theme::body(), cx.theme.text, width);
    let low = pos2(plane.area.center().x, plane.area.bottom() - 14.0);
    let at = Align2::CENTER_BOTTOM.anchor_size(low, galley.size());
    ui.painter().rect_filled(at.expand(6.0), 4.0, cx.theme.surface.gamma_multiply(0.92));
    ui.painter().galley(at.min, galley, cx.theme.text);
}
