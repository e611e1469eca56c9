//! What comes out of a run: its picture, its numbers, its curves, its tables, each in a piece of
//! the window.

use egui::{Id, Ui};

use crate::data::Dataset;
use crate::record::ProbeRequest;
use crate::spec::Task;
use crate::workbench::State;

use super::panels::{boundary, curves, gallery, numbers};
use super::panes::{Pane, scrolled};
use super::{Cx, UiRequest, View, empty, parts, theme, widgets};

/// The data that a run was started on, or would be.
#[must_use]
pub fn data_of(state: &State, run: usize) -> Option<&Dataset> {
    parts::data_of(state, run).map(AsRef::as_ref)
}

/// What a picture of the predictions wants of a run, with the numbers beside it.
pub fn request_picture(state: &State, view: &mut View, run: usize, wanted: &mut ProbeRequest) {
    boundary::add_requests(state, &mut view.boundary, run, wanted);
    wanted.predictions = gallery::request(state, run);
    wanted.metrics = true;
}

/// What the confusion matrix and the class report want of a run.
pub fn request_counts(state: &State, view: &mut View, run: usize, wanted: &mut ProbeRequest) {
    let part = view.confusion.part(state, run);
    if data_of(state, run).is_some_and(is_sorted) && !wanted.confusion.contains(&part) {
        wanted.confusion.push(part);
    }
}

/// Whether samples belong to classes.
fn is_sorted(data: &Dataset) -> bool {
    matches!(data.task, Task::Classification { .. })
}

/// What the picture of such data is called.
#[must_use]
pub fn picture_title(data: &Dataset) -> &'static str {
    match (boundary::is_drawn(data), data.is_image(), data.task) {
        (true, _, Task::Regression) => "Prediction",
        (true, _, _) => "Decision boundary",
        (false, true, _) => "Test images",
        (false, false, _) => Pane::Picture.label(),
    }
}

/// Room for numbers beside the picture.
const BESIDE: f32 = 128.0;
/// Room for the legend below the picture at first; then as much as it took.
const LEGEND: f32 = 32.0;
/// Room for the choosers and the legend of the curves at first; then as much as they took.
const CHOOSERS: f32 = 96.0;
/// Least side of a picture: below it, the piece scrolls.
const LEAST: f32 = 140.0;
/// Least side in a place that is lower still.
const LOWEST: f32 = 96.0;

/// Least height of curves, and the height of a place below which they have one row of choosers.
const LEAST_CURVES: f32 = 72.0;
const LOW: f32 = 240.0;

/// Draws what a network answers, as large as there is room, with the key numbers beside or below
/// it unless they have a piece of their own.
pub fn picture(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(data) = data_of(cx.state, run) else {
        empty::no_data(ui, cx, "");
        return;
    };
    if boundary::is_drawn(data) {
        scrolled(ui, "picture", |ui| plane(ui, cx, run));
    } else if data.is_image() {
        images(ui, cx, run);
    } else {
        scrolled(ui, "picture", |ui| {
            numbers_above(ui, cx, run);
            widgets::empty(
                ui,
                cx.theme,
                "These data have more features than a picture has axes.",
                |ui| {
                    if ui.button("Show the confusion matrix").clicked() {
                        cx.request(UiRequest::ShowPane(Pane::Confusion));
                    }
                },
            );
        });
    }
}

/// Test images, below the key numbers where there is room for both.
fn images(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    if ui.available_height() < TALL {
        scrolled(ui, "images", |ui| {
            gallery::show(ui, cx, run);
            numbers_above(ui, cx, run);
        });
        return;
    }
    numbers_above(ui, cx, run);
    gallery::show(ui, cx, run);
}

fn has_own_numbers(cx: &Cx<'_>) -> bool {
    cx.view.visible.contains(&Pane::Numbers)
}

fn numbers_above(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    if !has_own_numbers(cx) {
        numbers::compact(ui, cx, run);
        ui.horizontal(|ui| numbers::headline(ui, cx, run));
    }
    numbers::message(ui, cx, run);
}

/// The square, as large as the room: numbers stand where more of it is left.
fn plane(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let room = ui.available_size();
    // In a low place all of it is in sight, as small as that makes it.
    let least = LEAST.min(room.y.max(LOWEST));
    let around = Around::remembered(ui, "picture", LEGEND);
    let height = around.rest(room.y, least);
    if has_own_numbers(cx) {
        boundary::square(ui, cx, run, height.min(room.x).max(least));
    } else {
        with_numbers(ui, cx, run, height, least);
    }
    // Measured from below the picture: one that is as wide as its place is lower than it might be,
    // and room that it leaves must not make it higher in the next frame.
    let bottom = ui.min_rect().bottom();
    numbers::message(ui, cx, run);
    boundary::legend(ui, cx, run);
    around.measure(ui, ui.min_rect().bottom() - bottom);
}

fn with_numbers(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, height: f32, least: f32) {
    let width = ui.available_width();
    let beside = height.min(width - BESIDE - theme::GAP);
    let below = (height - numbers::compact_height(cx, run, width)).min(width);
    if beside < below.max(LOWEST) {
        boundary::square(ui, cx, run, below.max(least));
        numbers::compact(ui, cx, run);
        return;
    }
    ui.horizontal_top(|ui| {
        boundary::square(ui, cx, run, beside);
        ui.vertical(|ui| {
            ui.set_width(ui.available_width().min(MOST_BESIDE));
            numbers::values(ui, cx, run);
            numbers::state(ui, cx, run);
        });
    });
}

/// Widest that numbers beside a picture spread.
const MOST_BESIDE: f32 = 240.0;

/// How high what stands around a picture is, as it was measured in the last frame.
struct Around {
    id: Id,
    height: f32,
}

impl Around {
    fn remembered(ui: &Ui, name: &str, first: f32) -> Self {
        let id = ui.scope_id().with(("around", name));
        Self { id, height: ui.data(|data| data.get_temp(id)).unwrap_or(first) }
    }

    /// The height that is left for the picture.
    fn rest(&self, room: f32, least: f32) -> f32 {
        (room - self.height).floor().max(least)
    }

    fn measure(&self, ui: &Ui, took: f32) {
        if (took - self.height).abs() > 0.5 {
            ui.data_mut(|data| data.insert_temp(self.id, took));
            ui.ctx().request_repaint();
        }
    }
}

/// Draws the key numbers of a run alone.
pub fn key_numbers(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    scrolled(ui, "numbers", |ui| {
        if ui.available_height() < TALL {
            numbers::compact(ui, cx, run);
            ui.horizontal(|ui| numbers::headline(ui, cx, run));
            numbers::message(ui, cx, run);
        } else {
            numbers::show(ui, cx, run);
        }
    });
}

/// Least height for numbers below each other.
const TALL: f32 = 220.0;

/// Draws the curves of all runs over each other, as high as there is room.
pub fn all_curves(ui: &mut Ui, cx: &mut Cx<'_>) {
    let runs: Vec<usize> = (0..cx.state.num_runs()).collect();
    let room = ui.available_height();
    scrolled(ui, "curves", |ui| {
        let is_low = room < LOW;
        let around = Around::remembered(ui, "curves", CHOOSERS);
        let (height, top) = (around.rest(room, LEAST_CURVES), ui.cursor().top());
        curves::show_sized(ui, cx, &runs, height, is_low);
        around.measure(ui, (ui.min_rect().bottom() - top - height).max(0.0));
    });
}

/// Draws what counts classes, or says why there is nothing to count.
pub fn counted(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, show: fn(&mut Ui, &mut Cx<'_>, usize)) {
    if data_of(cx.state, run).is_some_and(|data| !is_sorted(data)) {
        let sentence = "These data have a number to predict and no classes to count.";
        widgets::empty(ui, cx.theme, sentence, |ui| {
            if ui.button("Show all metrics").clicked() {
                cx.request(UiRequest::ShowPane(Pane::Metrics));
            }
        });
        return;
    }
    measured(ui, cx, run, show);
}

/// Draws what may be higher than its place, once there are data.
pub fn measured(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, show: fn(&mut Ui, &mut Cx<'_>, usize)) {
    if data_of(cx.state, run).is_none() {
        empty::no_data(ui, cx, "");
        return;
    }
    scrolled(ui, "table", |ui| show(ui, cx, run));
}
