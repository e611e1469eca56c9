//! What comes out of one run: its picture, its numbers, its curves, its confusion matrix.

use egui::Ui;

use crate::data::Dataset;
use crate::record::ProbeRequest;
use crate::spec::Task;
use crate::workbench::State;

use super::panels::{boundary, confusion, curves, gallery, numbers};
use super::theme::{self, Theme};
use super::{Cx, View};

/// The data that a run was started on, or would be.
#[must_use]
pub fn data_of(state: &State, run: usize) -> Option<&Dataset> {
    let started = state.slot(run).and_then(|slot| slot.data.as_ref());
    started.or_else(|| state.data().dataset()).map(AsRef::as_ref)
}

/// What the visible panels want computed of a run.
pub fn request(state: &State, view: &mut View, run: usize) -> ProbeRequest {
    let data = data_of(state, run);
    let is_sorted = data.is_some_and(|data| matches!(data.task, Task::Classification { .. }));
    ProbeRequest {
        boundary: boundary::request(state, &mut view.boundary, run),
        // Runs side by side show no matrix.
        confusion: (is_sorted && state.num_runs() == 1).then(|| view.confusion.part()),
        predictions: gallery::request(state, run),
        metrics: true,
    }
}

/// Draws all of it in one column that scrolls.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let theme = cx.theme;
    egui::ScrollArea::vertical().id_salt("output").auto_shrink(false).show(ui, |ui| {
        picture(ui, cx, run);
        section(ui, theme, "Numbers", |ui| numbers::show(ui, cx, run));
        section(ui, theme, "Curves", |ui| curves::show(ui, cx, &[run]));
        let data = data_of(cx.state, run);
        if data.is_none_or(|data| matches!(data.task, Task::Classification { .. })) {
            section(ui, theme, "Confusion matrix", |ui| confusion::show(ui, cx, run));
        }
    });
}

fn picture(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let theme = cx.theme;
    let Some(data) = data_of(cx.state, run) else { return };
    if data.is_planar() {
        let title = if data.task == Task::Regression { "Prediction" } else { "Decision boundary" };
        section(ui, theme, title, |ui| boundary::show(ui, cx, run));
    } else if data.is_image() {
        section(ui, theme, "Test images", |ui| gallery::show(ui, cx, run));
    }
}

/// A card of the column that can be folded away.
fn section(ui: &mut Ui, theme: &Theme, title: &str, add: impl FnOnce(&mut Ui)) {
    let frame = egui::Frame::new()
        .fill(theme.surface)
        .stroke(theme.hairline())
        .corner_radius(theme::CARD_RADIUS)
        .inner_margin(egui::Margin { left: 12, right: 12, top: 6, bottom: 10 });
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let header = egui::CollapsingHeader::new(egui::RichText::new(title).strong());
        header.default_open(true).show_unindented(ui, add);
    });
    ui.add_space(theme::TIGHT);
}
