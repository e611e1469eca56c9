//! Runs side by side: a column for each, and in which settings they differ.

use egui::{RichText, Sense, Ui, vec2};

use crate::spec::FieldChange;
use crate::workbench::{Action, Edit};

use super::output::data_of;
use super::panels::{boundary, gallery, numbers};
use super::panes::scrolled;
use super::widgets::{self, Marker};
use super::{Cx, capture, theme};

/// Heights of what stands around the pictures.
const HEADER: f32 = 28.0;
const LINE: f32 = 26.0;
/// Least room for numbers beside a picture.
const BESIDE: f32 = 132.0;
/// Least width of a run: where there is less room, the others stand below it.
const COLUMN: f32 = 208.0;

/// Least side of a picture: below it, the page scrolls.
const LEAST: f32 = 170.0;

/// Draws all runs of the experiment beside each other: a column for each, and in which fields they
/// differ.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let runs: Vec<usize> = (0..cx.state.num_runs()).collect();
    if runs.len() < 2 {
        alone(ui, cx);
        return;
    }
    let lines = 1.0 + (runs.len().saturating_sub(1) as f32 / 2.0).ceil();
    let height = ui.available_height() - LINE * lines - 2.0 * theme::GAP;
    scrolled(ui, "compare", |ui| {
        columns(ui, cx, &runs, height);
        differences(ui, cx, &runs);
    });
}

/// What stands here while there is nothing to compare.
fn alone(ui: &mut Ui, cx: &mut Cx<'_>) {
    let sentence = "One run alone. Duplicate it and change the copy to compare both.";
    widgets::empty(ui, cx.theme, sentence, |ui| {
        if ui.button("Duplicate this run").clicked() {
            cx.edit(Edit::DuplicateRun(cx.state.selected()));
        }
    });
}

fn columns(ui: &mut Ui, cx: &mut Cx<'_>, runs: &[usize], height: f32) {
    let most = (ui.available_width() + theme::GAP) / (COLUMN + theme::GAP);
    let across = (most as usize).clamp(1, runs.len().max(1));
    for runs in runs.chunks(across) {
        ui.columns(across, |columns| {
            for (ui, &run) in columns.iter_mut().zip(runs) {
                column(ui, cx, run, height - HEADER);
            }
        });
    }
    let drawn = |&&run: &&usize| data_of(cx.state, run).is_some_and(boundary::is_drawn);
    if let Some(&run) = runs.iter().find(drawn) {
        boundary::legend(ui, cx, run);
    }
}

/// One run: its numbers beside its picture where there is room, else below it.
fn column(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, height: f32) {
    let name = cx.state.run_spec(run).map_or("", |spec| spec.name.as_str());
    let name = format!("Column of the comparison, {name}");
    capture::picture(ui, name, |ui| one(ui, cx, run, height));
}

fn one(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, height: f32) {
    header(ui, cx, run);
    let width = ui.available_width();
    let height = height.max(150.0);
    let beside = height.min(width - BESIDE - theme::GROUP);
    let below = width.min(height - numbers::compact_height(cx, run, width)).max(LEAST);
    if beside < below {
        picture(ui, cx, run, vec2(width, below));
        numbers::compact(ui, cx, run);
        numbers::message(ui, cx, run);
        return;
    }
    ui.horizontal_top(|ui| {
        let is_drawn = data_of(cx.state, run).is_some_and(boundary::is_drawn);
        let size = vec2(if is_drawn { beside } else { width - BESIDE - theme::GROUP }, height);
        ui.vertical(|ui| picture(ui, cx, run, size));
        ui.add_space(theme::GAP);
        ui.vertical(|ui| {
            ui.set_width(ui.available_width());
            numbers::values(ui, cx, run);
            numbers::message(ui, cx, run);
        });
    });
}

/// Colour and name of a run; a click selects it.
fn header(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let name = cx.state.run_spec(run).map_or("", |spec| spec.name.as_str());
    let tint = cx.state.slot(run).map_or(run, |slot| slot.tint);
    let is_selected = cx.state.selected() == run;
    let mut wanted = false;
    ui.horizontal_wrapped(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(12.0, theme::TARGET), Sense::hover());
        let colour = cx.theme.run(tint);
        Marker::of_run(tint).paint(
            ui.painter(),
            rect.center(),
            cx.theme.mark(5.0),
            colour,
            egui::Stroke::NONE,
        );
        let label = ui.selectable_label(is_selected, RichText::new(name).strong());
        wanted = label.on_hover_text("Show the layers and settings of this run").clicked();
        ui.add_space(theme::GAP);
        numbers::headline(ui, cx, run);
    });
    if wanted {
        cx.act(Action::Select(run));
    }
}

fn picture(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, size: egui::Vec2) {
    let Some(data) = data_of(cx.state, run) else { return };
    if boundary::is_drawn(data) {
        boundary::square(ui, cx, run, size.x.min(size.y));
    } else if data.is_image() {
        ui.allocate_ui(size, |ui| {
            ui.set_min_size(size);
            gallery::show(ui, cx, run);
        });
    }
}

/// In which fields the other runs differ from the first.
fn differences(ui: &mut Ui, cx: &Cx<'_>, runs: &[usize]) {
    let name = |run: usize| cx.state.run_spec(run).map_or("", |spec| spec.name.as_str());
    ui.horizontal_wrapped(|ui| {
        for &run in runs.iter().skip(1) {
            let changes = cx.state.differences(0, run);
            let text = match changes.as_slice() {
                [] => format!("same layers and settings as {}", name(0)),
                changes => changes.iter().map(change_words).collect::<Vec<_>>().join("  ·  "),
            };
            if runs.len() > 2 {
                ui.label(RichText::new(name(run)).strong());
            }
            ui.label(RichText::new(text).color(cx.theme.text_muted));
            ui.add_space(theme::GROUP);
        }
    });
}

/// `hidden layers: none ↔ Dense 100, ReLU`
fn change_words(change: &FieldChange) -> String {
    format!("{}: {} ↔ {}", change.label, change.before, change.after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{preset, run_changes};

    #[test]
    fn a_difference_is_said_with_both_values() {
        let runs = preset("linear-vs-relu").expect("built in").runs;
        let changes = run_changes(&runs[0], &runs[1]);
        let words: Vec<_> = changes.iter().map(change_words).collect();
        assert!(words.iter().any(|text| text.contains("none ↔ Dense 100")), "{words:?}");
    }
}
