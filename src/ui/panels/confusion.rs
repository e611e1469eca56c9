//! Which class was taken for which. A click opens the samples.

mod sheet;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use egui::{Event, EventFilter, Key, Rect, Response, RichText, Sense, StrokeKind, Ui};

use crate::record::{Confusion, Part};
use crate::ui::panes::Pane;
use crate::ui::parts::{self, Counted};
use crate::ui::widgets::choice;
use crate::ui::{Cx, UiRequest, capture, empty};
use crate::workbench::State;

use sheet::{Layout, Place, Sheet, Style};

/// What stands in each cell.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Cells {
    /// Number of samples.
    #[default]
    Counts,
    /// Share of the samples of the true class.
    OfTrue,
    /// Share of the samples of the predicted class.
    OfPredicted,
    /// Number, and share of the true class.
    Both,
}

impl Cells {
    const ALL: [Self; 4] = [Self::Counts, Self::OfTrue, Self::OfPredicted, Self::Both];

    fn label(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::OfTrue => "% of true class",
            Self::OfPredicted => "% of predicted",
            Self::Both => "counts and %",
        }
    }
}

/// What the depth of colour stands for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Shading {
    /// The share of the class, so that rare classes can be read as well as frequent ones.
    #[default]
    Share,
    /// The number of samples, on a logarithmic scale.
    Count,
}

impl Shading {
    const ALL: [Self; 2] = [Self::Share, Self::Count];

    fn label(self) -> &'static str {
        match self {
            Self::Share => "colour by share",
            Self::Count => "colour by log count",
        }
    }
}

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ConfusionView {
    /// What stands in each cell.
    pub cells: Cells,
    /// What the depth of colour stands for.
    pub shading: Shading,
    /// Whether predicted classes run down instead of across.
    pub transposed: bool,
    /// The part that the user wants counted, which not all data have.
    pub counted: Counted,
    /// Where the keyboard is.
    #[serde(skip)]
    cursor: Place,
    /// Where a menu was asked for.
    #[serde(skip)]
    asked: Option<Place>,
    #[serde(skip)]
    sheets: BTreeMap<usize, Sheet>,
}

impl ConfusionView {
    /// The part of a run's data that is counted, as the trainer is to be asked for it. Where
    /// there is no validation part it is the test part.
    #[must_use]
    pub fn part(&self, state: &State, run: usize) -> Part {
        self.counted.part(parts::data_of(state, run).map(AsRef::as_ref))
    }
}

/// Draws the confusion matrix of a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    capture::controls(ui, |ui| choosers(ui, cx, run));
    let frame = cx.state.run(run).and_then(|run| run.frame.clone());
    let part = cx.view.confusion.part(cx.state, run);
    let Some(frame) = frame.filter(|frame| frame.confusion_of(part).is_some()) else {
        let before =
            "Press Play: every sample is counted here by its true and its predicted class.";
        let coming = "The matrix appears with the next picture of the run.";
        empty::no_answer(ui, cx, run, before, coming);
        return;
    };
    let Some(table) = frame.confusion_of(part) else { return };
    capture::note(ui, || part.label().into());
    ui.label(RichText::new(words::accuracy(table)).strong()).on_hover_text(part.label());
    if table.classes() == 0 {
        return;
    }
    let view = &mut cx.view.confusion;
    let style = Style {
        cells: view.cells,
        shading: view.shading,
        transposed: view.transposed,
        variant: cx.theme.variant,
    };
    let mut sheet = view.sheets.remove(&run).unwrap_or_default();
    if !sheet.is_of(&frame, part, style) {
        let data = parts::data_of(cx.state, run).map(AsRef::as_ref);
        let names = parts::class_names(data, table.classes());
        sheet = Sheet::of(ui, cx.theme, (&frame, part), style, table, names);
    }
    scrolled(ui, cx, run, table, &mut sheet);
    cx.view.confusion.sheets.insert(run, sheet);
}

fn choosers(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let data = parts::data_of(cx.state, run).map(AsRef::as_ref);
    let view = &mut cx.view.confusion;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        view.counted.choose(ui, data);
        let cells = choice(ui, "cells", view.cells, &Cells::ALL, 108.0, Cells::label);
        view.cells = cells.unwrap_or(view.cells);
        let shading = choice(ui, "colour", view.shading, &Shading::ALL, 128.0, Shading::label);
        view.shading = shading.unwrap_or(view.shading);
        let turn = ui.button("Transpose");
        if turn.on_hover_text("Exchange rows and columns").clicked() {
            view.transposed = !view.transposed;
        }
    });
}

/// The matrix, in a frame that scrolls where its cells would become too small.
fn scrolled(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, table: &Confusion, sheet: &mut Sheet) {
    let layout = sheet.layout(ui.available_width());
    let mut picture = |ui: &mut Ui| matrix(ui, cx, run, table, sheet, &layout);
    if !layout.overflows {
        picture(ui);
        return;
    }
    let area = egui::ScrollArea::both().id_salt(("confusion", run)).max_height(460.0);
    area.show(ui, picture);
}

fn matrix(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    run: usize,
    table: &Confusion,
    sheet: &mut Sheet,
    layout: &Layout,
) {
    let (outer, response) = ui.allocate_exact_size(layout.size, Sense::click());
    let layout = layout.at(outer.min);
    sheet.paint(ui, cx.theme, &layout);
    read_out(ui, cx, run, (table, sheet), &layout);
    response.widget_info(|| {
        let label = format!("Confusion matrix, {}", words::accuracy(table));
        egui::WidgetInfo::labeled(egui::Role::Image, true, label)
    });
    if response.has_focus() {
        steer(ui, &response, &mut cx.view.confusion.cursor, table.classes());
    }
    let pointed = response.hover_pos().and_then(|at| layout.place(at));
    menu(cx, run, &response, (table, sheet), pointed);
    let focused = response.has_focus().then_some(cx.view.confusion.cursor);
    let Some(place) = pointed.or(focused) else { return };
    mark(ui, cx, layout.rect(place));
    let is_opened = response.clicked();
    let sentence = words::of_place(table, &sheet.names, place, sheet.style.transposed);
    if pointed.is_some() {
        let hint = format!("{sentence}\nClick to see them.");
        response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text_at_pointer(hint);
    }
    if is_opened {
        open(cx, run, place, sheet.style.transposed);
    }
}

/// What a click with the right button on a cell offers.
fn menu(
    cx: &mut Cx<'_>,
    run: usize,
    response: &Response,
    (table, sheet): (&Confusion, &Sheet),
    pointed: Option<Place>,
) {
    if response.secondary_clicked() {
        cx.view.confusion.asked = pointed;
    }
    let Some(place) = cx.view.confusion.asked else { return };
    let transposed = sheet.style.transposed;
    response.context_menu(|ui| {
        ui.label(words::of_place(table, &sheet.names, place, transposed));
        if ui.button("Open these samples").clicked() {
            open(cx, run, place, transposed);
            ui.close();
        }
        let count = words::count_of(table, place, transposed);
        if ui.button(format!("Copy {count}")).clicked() {
            ui.copy_text(count.to_string());
            ui.close();
        }
        ui.separator();
        capture::offers(ui, None);
    });
}

/// Moves the keyboard's place by arrow keys.
fn steer(ui: &Ui, response: &Response, place: &mut Place, classes: usize) {
    let filter =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let step = ui.input(|input| {
        let pressed = input.events.iter().filter_map(|event| match event {
            Event::Key { key, pressed: true, .. } => Some(*key),
            _ => None,
        });
        pressed.fold([0, 0], |[down, right], key| match key {
            Key::ArrowDown => [down + 1, right],
            Key::ArrowUp => [down - 1, right],
            Key::ArrowRight => [down, right + 1],
            Key::ArrowLeft => [down, right - 1],
            _ => [down, right],
        })
    });
    *place = place.moved(step, classes);
}

fn mark(ui: &Ui, cx: &Cx<'_>, rect: Rect) {
    let stroke = cx.theme.stroke(2.0, cx.theme.text);
    ui.painter().rect_stroke(rect, 2.0, stroke, StrokeKind::Inside);
}

/// Opens the samples behind a place of the matrix.
fn open(cx: &mut Cx<'_>, run: usize, place: Place, transposed: bool) {
    let part = cx.view.confusion.part(cx.state, run);
    let samples = &mut cx.view.samples;
    match place.classes(transposed) {
        [Some(truth), Some(predicted)] => samples.open_cell(part, truth, predicted),
        [Some(truth), None] => samples.open_true(part, truth),
        [None, Some(predicted)] => samples.open_predicted(part, predicted),
        [None, None] => samples.open_all(part),
    }
    cx.request(UiRequest::ShowPane(Pane::Samples));
}

/// Cells as sentences for a screen reader, where one listens and there are not too many.
fn read_out(
    ui: &Ui,
    cx: &Cx<'_>,
    run: usize,
    (table, sheet): (&Confusion, &Sheet),
    layout: &Layout,
) {
    let classes = table.classes();
    let id = ui.scope_id().with(("confusion", run, cx.view.confusion.transposed));
    let listens = ui.ctx().accesskit_node_builder(ui.unique_id(), |_| ()).is_some();
    if classes > sheet::WORDED || !listens {
        return;
    }
    for row in 0..classes {
        for col in 0..classes {
            let place = Place { row: Some(row), col: Some(col) };
            let cell = ui.interact(layout.rect(place), id.with((row, col)), Sense::hover());
            cell.widget_info(|| {
                let label = words::of_place(table, &sheet.names, place, sheet.style.transposed);
                egui::WidgetInfo::labeled(egui::Role::Label, true, label)
            });
        }
    }
}
