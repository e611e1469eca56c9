//! The course of training: the quantities that were chosen, of all given runs, over one x axis.

mod axes;
mod choosers;
mod kept;
mod picture;
mod points;
mod readout;
mod shown;
mod smooth;
#[cfg(test)]
mod tests;

use egui::{Color32, Ui, vec2};

use crate::record::{Metric, Run};
use crate::spec::Task;
use crate::ui::widgets::Marker;
use crate::ui::{Cx, capture, empty, theme};
use crate::workbench::State;

use kept::{Cache, Placing};
use picture::Chart;
use points::Axes;
pub use points::XAxis;
pub use shown::Shown;

/// Most quantities that are drawn at once, each in a plot of its own.
const MOST_CHARTS: usize = 4;
/// Least width of a plot that has another one beside it, and least height of one below another.
const NARROW: f32 = 300.0;
const LOW: f32 = 110.0;
/// Between two plots.
const BETWEEN: f32 = 8.0;

/// View state of this panel.
#[derive(Debug, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct CurvesView {
    /// What is drawn.
    pub quantity: Shown,
    /// What is drawn beside it, in plots of their own.
    pub beside: Vec<Shown>,
    /// Over what.
    pub x: XAxis,
    /// Whether x is drawn by its logarithm.
    pub log_x: bool,
    /// Whether y is drawn by its logarithm.
    pub log_y: bool,
    /// Weight of the past in the moving average, from 0 for none to below 1.
    pub smoothing: f64,
    /// Whether the best value is marked.
    pub best: bool,
    /// Whether the learning rate is drawn behind the curves.
    pub rate: bool,
    /// Whether the user chose a piece of the plot; otherwise all of it is shown.
    #[serde(skip)]
    zoomed: bool,
    #[serde(skip)]
    cache: Cache,
}

impl Default for CurvesView {
    fn default() -> Self {
        Self {
            quantity: Shown::default(),
            beside: Vec::new(),
            x: XAxis::default(),
            log_x: false,
            log_y: false,
            smoothing: 0.0,
            best: true,
            rate: false,
            zoomed: false,
            cache: Cache::new(),
        }
    }
}

impl CurvesView {
    /// Shows all of every curve again.
    pub fn fit(&mut self) {
        self.zoomed = false;
    }

    /// No longer draws a quantity, where another is drawn beside it.
    fn hide(&mut self, quantity: Shown) {
        self.beside.retain(|shown| *shown != quantity);
        if self.quantity == quantity && !self.beside.is_empty() {
            self.quantity = self.beside.remove(0);
        }
        self.fit();
    }

    fn choose(&mut self, quantity: Shown) {
        self.quantity = quantity;
        self.beside.clear();
        self.fit();
    }

    /// What is drawn, of what is offered: each once, and at least one.
    fn charts(&self, is_offered: impl Fn(&Shown) -> bool) -> Vec<Shown> {
        let mut charts = Vec::with_capacity(1 + self.beside.len());
        for shown in [self.quantity].into_iter().chain(self.beside.iter().copied()) {
            if is_offered(&shown) && !charts.contains(&shown) && charts.len() < MOST_CHARTS {
                charts.push(shown);
            }
        }
        if charts.is_empty() {
            charts.push(Shown::LOSS);
        }
        charts
    }

    fn placing(&self, quantity: Shown) -> Placing {
        let axes = Axes {
            x: self.x,
            log_x: self.log_x,
            log_y: self.log_y && !quantity.is_percentage(),
            scale: if quantity.is_percentage() { 100.0 } else { 1.0 },
        };
        let smoothing = if quantity == Shown::LearningRate { 0.0 } else { self.smoothing };
        Placing { axes, smoothing }
    }
}

/// One run as this panel sees it in this frame.
struct Course<'a> {
    index: usize,
    name: &'a str,
    colour: Color32,
    shape: Marker,
    run: &'a Run,
}

/// Draws the curves of the named runs over each other, with their legend and choosers.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, runs: &[usize]) {
    let height = (ui.available_width() * 0.6).clamp(150.0, 280.0);
    show_sized(ui, cx, runs, height, false);
}

/// The same with plots that share the given height, their axes included. Where the place is low,
/// they get nearly all of it.
pub fn show_sized(ui: &mut Ui, cx: &mut Cx<'_>, runs: &[usize], height: f32, is_low: bool) {
    let state = cx.state;
    let courses: Vec<Course<'_>> = runs.iter().filter_map(|&run| course(state, cx, run)).collect();
    let task = task(state, runs);
    let is_offered = |shown: &Shown| {
        let loss = |&run: &usize| state.run_spec(run).map(|spec| spec.train.loss);
        runs.iter().filter_map(loss).any(|loss| shown.applies(task, loss))
    };
    let charts = cx.view.curves.charts(is_offered);
    capture::controls(ui, |ui| match is_low {
        true => choosers::show_low(ui, cx, is_offered, &charts),
        false => choosers::show(ui, cx, is_offered, &charts),
    });
    let mut cache = std::mem::take(&mut cx.view.curves.cache);
    kept::prune(&mut cache, &courses, &charts, cx.view.curves.rate);
    choosers::legend(ui, &cx.view.curves, &cache, &courses, (charts[0], is_low));
    let has_any = |quantity: &Shown| courses.iter().any(|course| has_points(course, *quantity));
    if charts.iter().any(has_any) {
        plots(ui, cx, &courses, &charts, height, &mut cache);
    } else {
        nothing(ui, cx, height);
    }
    cx.view.curves.cache = cache;
}

/// The plots: beside each other where there is room for that, else below each other.
fn plots(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    courses: &[Course<'_>],
    charts: &[Shown],
    height: f32,
    cache: &mut Cache,
) {
    let count = charts.len() as f32;
    let share = |room: f32| (room - BETWEEN * (count - 1.0)) / count;
    let is_row = share(ui.available_width()) >= NARROW;
    let size = match is_row {
        true => vec2(share(ui.available_width()), height),
        false => vec2(ui.available_width(), share(height).max(LOW)),
    };
    // Where the learning rate has a plot of its own it is not needed behind the others.
    let has_rate = cx.view.curves.rate && !charts.contains(&Shown::LearningRate);
    let draw = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing = vec2(BETWEEN, BETWEEN);
        for &quantity in charts {
            chart(ui, cx, courses, (quantity, has_rate), size, cache);
        }
    };
    if is_row {
        ui.horizontal_top(draw);
    } else {
        ui.vertical(draw);
    }
}

fn chart(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    courses: &[Course<'_>],
    (quantity, has_rate): (Shown, bool),
    size: egui::Vec2,
    cache: &mut Cache,
) {
    let placing = cx.view.curves.placing(quantity);
    if has_rate {
        let placing = cx.view.curves.placing(Shown::LearningRate);
        let axes = Axes { log_y: false, ..placing.axes };
        kept::refresh(ui, cache, courses, Shown::LearningRate, Placing { axes, ..placing });
    }
    let extent = kept::refresh(ui, cache, courses, quantity, placing);
    picture::draw(ui, cx, &Chart { courses, quantity, placing, extent, has_rate, size }, cache);
}

fn course<'a>(state: &'a State, cx: &Cx<'_>, index: usize) -> Option<Course<'a>> {
    let slot = state.slot(index)?;
    let name = state.run_spec(index).map_or("", |spec| spec.name.as_str());
    let (colour, shape) = (cx.theme.run(slot.tint), Marker::of_run(slot.tint));
    Some(Course { index, name, colour, shape, run: slot.run.as_ref()? })
}

fn task(state: &State, runs: &[usize]) -> Task {
    let started = runs.iter().find_map(|&run| state.slot(run)?.data.as_ref());
    let data = started.or_else(|| state.data().dataset());
    data.map_or(Task::Classification { classes: 2 }, |data| data.task)
}

fn has_points(course: &Course<'_>, quantity: Shown) -> bool {
    let mut series = quantity.metrics().filter_map(|metric| course.run.history.series(metric));
    series.any(|series| series.last().is_some() || series.non_finite().0 > 0)
}

/// The metrics of a quantity that are drawn: those of a validation part, and penalties, only where
/// a run has them.
fn drawn<'a>(
    courses: &'a [Course<'_>],
    quantity: Shown,
) -> impl DoubleEndedIterator<Item = Metric> + 'a {
    let has = |metric| courses.iter().any(|course| course.run.history.series(metric).is_some());
    let is_usual = move |metric: Metric| !metric.is_validation() && quantity != Shown::Penalties;
    quantity.metrics().filter(move |&metric| is_usual(metric) || has(metric))
}

/// What stands in the place of the plots before there is anything to draw.
fn nothing(ui: &mut Ui, cx: &mut Cx<'_>, height: f32) {
    let size = vec2(ui.available_width(), height);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    ui.painter().rect_filled(rect, theme::FIELD_RADIUS, cx.theme.canvas);
    let before = "Press Play: the course of training is drawn here, step by step.";
    let run = cx.state.selected();
    let inside = egui::UiBuilder::new().max_rect(rect.shrink2(vec2(theme::GROUP, 0.0)));
    ui.scope_builder(inside, |ui| empty::no_answer(ui, cx, run, before, before));
}
