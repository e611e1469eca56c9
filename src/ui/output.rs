//! What comes out of one run: its picture, its numbers, its curves, its confusion matrix.

use egui::Ui;

use crate::data::Dataset;
use crate::record::{Inspect, ProbeRequest};
use crate::spec::{DataSource, Task};
use crate::workbench::{DataState, State};

use super::panels::{boundary, confusion, curves, gallery, numbers};
use super::theme::{self, Theme};
use super::{Cx, UiRequest, View, widgets};

/// The data that a run was started on, or would be.
#[must_use]
pub fn data_of(state: &State, run: usize) -> Option<&Dataset> {
    let started = state.slot(run).and_then(|slot| slot.data.as_ref());
    started.or_else(|| state.data().dataset()).map(AsRef::as_ref)
}

/// What the visible panels want computed of a run; nothing where the page about the data hides
/// them.
pub fn request(state: &State, view: &mut View, run: usize) -> ProbeRequest {
    if view.dataset.open {
        return ProbeRequest::default();
    }
    let data = data_of(state, run);
    let is_sorted = data.is_some_and(|data| matches!(data.task, Task::Classification { .. }));
    ProbeRequest {
        boundary: boundary::request(state, &mut view.boundary, run),
        fit: boundary::fit_request(state, &mut view.boundary, run),
        // Runs side by side show no matrix.
        confusion: match is_sorted && state.num_runs() == 1 {
            true => vec![view.confusion.part(state, run)],
            false => Vec::new(),
        },
        predictions: gallery::request(state, run),
        metrics: true,
        gradients: view.numbers.watches_gradients && state.num_runs() == 1,
        inside: Inspect::default(),
    }
}

/// Room for numbers beside the picture.
const BESIDE: f32 = 128.0;
/// Least side of a picture that has numbers beside it.
const LEAST: f32 = 270.0;
/// Height of what stands around picture and plot: headers, legends, choosers, margins.
const AROUND: f32 = 260.0;

/// Draws all of it in one column that scrolls. The picture and the curves are seen together
/// without scrolling wherever the window is high enough.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let theme = cx.theme;
    if data_of(cx.state, run).is_none() {
        card(ui, theme, |ui| nothing(ui, cx));
        return;
    }
    let height = ui.available_height();
    egui::ScrollArea::vertical().id_salt("output").auto_shrink(false).show(ui, |ui| {
        let side = picture(ui, cx, run, height);
        section(ui, theme, "Curves", |ui| {
            let natural = ui.available_width() * 0.6;
            let left = if height.is_finite() { height - side - AROUND } else { natural };
            curves::show_sized(ui, cx, &[run], left.clamp(150.0, natural.max(150.0)));
        });
        let data = data_of(cx.state, run);
        if data.is_none_or(|data| matches!(data.task, Task::Classification { .. })) {
            section(ui, theme, "Confusion matrix", |ui| confusion::show(ui, cx, run));
            section(ui, theme, "Class report", |ui| numbers::class_report(ui, cx, run));
        }
        section(ui, theme, "All metrics", |ui| numbers::all_metrics(ui, cx, run));
        let watches = folded(ui, theme, "Gradients", |ui| numbers::gradient_flow(ui, cx, run));
        cx.view.numbers.watches_gradients = watches;
    });
}

/// What stands here before there is anything to predict.
fn nothing(ui: &mut Ui, cx: &mut Cx<'_>) {
    let (sentence, button) = match (&cx.state.draft().data.source, cx.state.data()) {
        (_, DataState::Loading(_)) => ("The data is being read.", None),
        (_, DataState::Failed(_)) => ("The data could not be read; the data panel says why.", None),
        (DataSource::Csv(_), _) => {
            ("Choose a table to train on.", Some(("Open CSV…", UiRequest::OpenCsv)))
        }
        (DataSource::Idx(_), _) => {
            ("Choose the folder with MNIST.", Some(("Open MNIST folder…", UiRequest::OpenMnist)))
        }
        (DataSource::Images(_), _) => {
            ("Choose a folder of pictures.", Some(("Open image folder…", UiRequest::OpenImages)))
        }
        _ => ("There is no data yet.", None),
    };
    widgets::empty(ui, cx.theme, sentence, |ui| {
        if let Some((label, request)) = button
            && ui.button(label).clicked()
        {
            cx.request(request);
        }
    });
}

/// The picture with the numbers beside it, or below where there is no room. Returns how high
/// the picture is.
fn picture(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, height: f32) -> f32 {
    let theme = cx.theme;
    let data = data_of(cx.state, run);
    let task = data.map(|data| data.task);
    let (is_drawn, is_image) =
        data.map_or((false, false), |data| (boundary::is_drawn(data), data.is_image()));
    if is_image {
        let high = (height * 0.34).clamp(200.0, 480.0);
        section(ui, theme, "Test images", |ui| {
            ui.set_max_height(high);
            gallery::show(ui, cx, run);
        });
    }
    if !is_drawn {
        section(ui, theme, "Numbers", |ui| {
            numbers::compact(ui, cx, run);
            numbers::state(ui, cx, run);
            numbers::message(ui, cx, run);
        });
        return if is_image { height * 0.6 } else { 0.0 };
    }
    let title = if task == Some(Task::Regression) { "Prediction" } else { "Decision boundary" };
    let mut side = 0.0;
    section(ui, theme, title, |ui| side = plane(ui, cx, run, height));
    side
}

fn plane(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, height: f32) -> f32 {
    let width = ui.available_width();
    let side = width - BESIDE - theme::GAP;
    if side < LEAST {
        boundary::square(ui, cx, run, width);
        boundary::legend(ui, cx, run);
        numbers::show(ui, cx, run);
        return width;
    }
    let most = if height.is_finite() { (height * 0.55).max(LEAST) } else { side };
    let side = side.min(most);
    ui.horizontal_top(|ui| {
        boundary::square(ui, cx, run, side);
        ui.vertical(|ui| {
            ui.set_width(ui.available_width());
            numbers::values(ui, cx, run);
            numbers::state(ui, cx, run);
        });
    });
    numbers::message(ui, cx, run);
    boundary::legend(ui, cx, run);
    side
}

fn card(ui: &mut Ui, theme: &Theme, add: impl FnOnce(&mut Ui)) {
    widgets::frame(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        add(ui);
    });
    ui.add_space(theme::TIGHT);
}

/// A card that is folded away until it is wanted. Tells whether it is open.
fn folded(ui: &mut Ui, theme: &Theme, title: &str, add: impl FnOnce(&mut Ui)) -> bool {
    let mut is_open = false;
    card(ui, theme, |ui| {
        let header = egui::CollapsingHeader::new(egui::RichText::new(title).strong());
        is_open = header.show_unindented(ui, add).openness > 0.0;
    });
    is_open
}

/// A card of the column that can be folded away.
fn section(ui: &mut Ui, theme: &Theme, title: &str, add: impl FnOnce(&mut Ui)) {
    card(ui, theme, |ui| {
        let header = egui::CollapsingHeader::new(egui::RichText::new(title).strong());
        header.default_open(true).show_unindented(ui, add);
    });
}
