//! Which class was taken for which.

use egui::{Align2, Color32, Rect, RichText, Sense, Stroke, Ui, pos2, vec2};

use crate::data::Dataset;
use crate::record::{Confusion, Part};
use crate::ui::theme::{Theme, mix, text_on};
use crate::ui::widgets::{choice, thousands};
use crate::ui::{Cx, format};
use crate::workbench::State;

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

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ConfusionView {
    /// What stands in each cell.
    pub cells: Cells,
    /// Whether predicted classes run down instead of across.
    pub transposed: bool,
    /// The part that the user wants counted, which not all data have.
    pub counted: Counted,
}

/// Which part is counted.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Counted {
    /// The test part.
    #[default]
    Test,
    /// The validation part.
    Validation,
    /// The training part.
    Training,
}

impl Counted {
    /// Those that data have, in the order they are offered.
    fn offered(has_validation: bool) -> &'static [Self] {
        match has_validation {
            true => &[Self::Test, Self::Validation, Self::Training],
            false => &[Self::Test, Self::Training],
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Test => "Test",
            Self::Validation => "Validation",
            Self::Training => "Training",
        }
    }

    fn part(self) -> Part {
        match self {
            Self::Test => Part::Test,
            Self::Validation => Part::Validation,
            Self::Training => Part::Train,
        }
    }
}

impl ConfusionView {
    /// The part of a run's data that is counted, as the trainer is to be asked for it. Where
    /// there is no validation part it is the test part.
    #[must_use]
    pub fn part(&self, state: &State, run: usize) -> Part {
        let has_validation = data_of(state, run).is_some_and(|data| data.validation.is_some());
        let is_offered = Counted::offered(has_validation).contains(&self.counted);
        if is_offered { self.counted.part() } else { Part::Test }
    }
}

/// The data that a run was started on, or would be.
fn data_of(state: &State, run: usize) -> Option<&Dataset> {
    let started = state.slot(run).and_then(|slot| slot.data.as_ref());
    started.or_else(|| state.data().dataset()).map(AsRef::as_ref)
}

/// Most classes whose cells hold words; with more, colour and pointer must do.
const WORDED: usize = 20;
/// Smallest and largest side of a cell.
const CELL: [f32; 2] = [12.0, 64.0];

/// Draws the confusion matrix of a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    choosers(ui, cx, run);
    let frame = cx.state.run(run).and_then(|run| run.frame.clone());
    let part = cx.view.confusion.part(cx.state, run);
    let Some(table) = frame.as_ref().and_then(|frame| frame.confusion_of(part)) else {
        let text = if cx.state.run(run).is_some() {
            "The matrix appears with the next picture of the run."
        } else {
            "Press Play: every sample is counted here by its true and its predicted class."
        };
        ui.label(RichText::new(text).color(cx.theme.text_muted));
        return;
    };
    ui.label(RichText::new(accuracy_words(table)).strong()).on_hover_text(part.label());
    if table.classes() == 0 {
        return;
    }
    let names = class_names(cx.state, run, table.classes());
    if table.classes() <= WORDED {
        matrix(ui, cx, run, table, &names);
        return;
    }
    egui::ScrollArea::both().id_salt(("confusion", run)).max_height(460.0).show(ui, |ui| {
        matrix(ui, cx, run, table, &names);
    });
}

fn choosers(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let has_validation = data_of(cx.state, run).is_some_and(|data| data.validation.is_some());
    let chosen = cx.view.confusion.part(cx.state, run);
    let view = &mut cx.view.confusion;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for &one in Counted::offered(has_validation) {
            let button = ui.selectable_label(one.part() == chosen, one.label());
            if button.on_hover_text(format!("Count the {}", one.part().label())).clicked() {
                view.counted = one;
            }
        }
        ui.add_space(4.0);
        let cells = choice(ui, "cells", view.cells, &Cells::ALL, 108.0, Cells::label);
        view.cells = cells.unwrap_or(view.cells);
        let turn = ui.button("Transpose");
        if turn.on_hover_text("Exchange rows and columns").clicked() {
            view.transposed = !view.transposed;
        }
    });
}

/// `294 of 300 right · 98.0 %`
fn accuracy_words(table: &Confusion) -> String {
    let (right, all) = (thousands(table.correct()), thousands(table.total()));
    match table.accuracy() {
        Some(accuracy) => format!("{right} of {all} right · {}", format::percent(accuracy)),
        None => "No samples".into(),
    }
}

fn class_names(state: &State, run: usize, classes: usize) -> Vec<String> {
    let names = data_of(state, run).map_or(&[][..], |data| &data.class_names);
    (0..classes).map(|class| format::class_name(names, class)).collect()
}

/// `8 samples of class 1 were taken for class 2`
fn sentence(table: &Confusion, names: &[String], truth: usize, predicted: usize) -> String {
    let count = table.count(truth, predicted);
    let samples = format::counted(count, "sample", "samples");
    let were = if count == 1 { "was" } else { "were" };
    let share = share(count, table.row_total(truth));
    if truth == predicted {
        let name = format::class_phrase(names, truth);
        format!("{samples} of {name} {were} recognised ({share} of the class)")
    } else {
        let [from, to] = [truth, predicted].map(|class| format::class_phrase(names, class));
        format!("{samples} of {from} {were} taken for {to} ({share} of {from})")
    }
}

fn share(count: u64, total: u64) -> String {
    if total == 0 { "–".into() } else { format::percent(count as f64 / total as f64) }
}

/// What stands in a cell, line by line.
fn cell_words(table: &Confusion, cells: Cells, truth: usize, predicted: usize) -> Vec<String> {
    let count = table.count(truth, predicted);
    let of_true = || share(count, table.row_total(truth));
    match cells {
        Cells::Counts => vec![thousands(count)],
        Cells::OfTrue => vec![of_true()],
        Cells::OfPredicted => vec![share(count, column_total(table, predicted))],
        Cells::Both => vec![thousands(count), of_true()],
    }
}

fn column_total(table: &Confusion, predicted: usize) -> u64 {
    (0..table.classes()).map(|truth| table.count(truth, predicted)).sum()
}

/// How full of colour a cell is: its share of its true class, or of its predicted one.
fn depth(table: &Confusion, cells: Cells, truth: usize, predicted: usize) -> f32 {
    let total = match cells {
        Cells::OfPredicted => column_total(table, predicted),
        _ => table.row_total(truth),
    };
    if total == 0 { 0.0 } else { (table.count(truth, predicted) as f64 / total as f64) as f32 }
}

/// Sizes of the picture.
struct Layout {
    cell: egui::Vec2,
    corner: egui::Pos2,
    classes: usize,
}

impl Layout {
    fn rect(&self, row: usize, col: usize) -> Rect {
        let at = self.corner + vec2(col as f32 * self.cell.x, row as f32 * self.cell.y);
        Rect::from_min_size(at, self.cell)
    }
}

fn matrix(ui: &mut Ui, cx: &Cx<'_>, run: usize, table: &Confusion, names: &[String]) {
    let view = &cx.view.confusion;
    let classes = table.classes();
    let font = egui::TextStyle::Body.resolve(ui.style());
    let small = egui::TextStyle::Small.resolve(ui.style());
    let head = label_width(ui, names, &small) + 24.0;
    let room = ((ui.available_width() - head - 8.0) / classes as f32).floor();
    let least = if classes > WORDED { CELL[0] } else { least_cell(view.cells) };
    let width = room.clamp(least, CELL[1].max(least));
    let height = if view.cells == Cells::Both { width.max(34.0) } else { width }.min(44.0);
    let grid = vec2(width, height.max(CELL[0])) * classes as f32;
    let (outer, _) = ui.allocate_exact_size(grid + vec2(head + 4.0, 42.0), Sense::hover());
    let layout =
        Layout { cell: grid / classes as f32, corner: outer.min + vec2(head, 38.0), classes };
    headings(ui, cx.theme, &layout, names, &small, view.transposed, outer);
    for row in 0..classes {
        for col in 0..classes {
            let (truth, predicted) = if view.transposed { (col, row) } else { (row, col) };
            let rect = layout.rect(row, col).shrink(0.5);
            if !ui.is_rect_visible(rect) {
                continue;
            }
            let shade = shade(cx.theme, depth(table, view.cells, truth, predicted));
            ui.painter().rect_filled(rect, 2.0, shade);
            if truth == predicted {
                let edge = Stroke::new(1.0, cx.theme.text_muted);
                ui.painter().rect_stroke(rect, 2.0, edge, egui::StrokeKind::Inside);
            }
            if classes <= WORDED {
                let words = cell_words(table, view.cells, truth, predicted);
                let ink = text_on(shade);
                let fonts = [fit(&font, width, &words), small.clone()];
                write_cell(ui, rect, &words, &fonts, ink);
            }
        }
    }
    explain(ui, run, table, names, &layout, view.transposed);
}

/// Room that words need in a cell.
fn least_cell(cells: Cells) -> f32 {
    match cells {
        Cells::Counts => 26.0,
        _ => 42.0,
    }
}

/// The body font, smaller where a cell has no room for it.
fn fit(font: &egui::FontId, width: f32, words: &[String]) -> egui::FontId {
    let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or(1);
    let room = width / (longest as f32 * 0.62);
    egui::FontId::new(font.size.min(room).max(8.0), font.family.clone())
}

fn label_width(ui: &Ui, names: &[String], font: &egui::FontId) -> f32 {
    let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(1).min(12);
    longest as f32 * font.size * 0.55 + ui.spacing().item_spacing.x
}

fn write_cell(ui: &Ui, rect: Rect, words: &[String], fonts: &[egui::FontId; 2], ink: Color32) {
    let painter = ui.painter();
    match words {
        [one] => {
            painter.text(rect.center(), Align2::CENTER_CENTER, one, fonts[0].clone(), ink);
        }
        [first, second, ..] => {
            let middle = rect.center();
            painter.text(middle, Align2::CENTER_BOTTOM, first, fonts[0].clone(), ink);
            painter.text(middle, Align2::CENTER_TOP, second, fonts[1].clone(), ink);
        }
        [] => {}
    }
}

/// As much of a text as fits into a width, with an ellipsis where something is missing.
fn cut(ui: &Ui, theme: &Theme, text: &str, font: &egui::FontId, width: f32) -> String {
    let fits = |text: &str| {
        let galley = ui.painter().layout_no_wrap(text.to_owned(), font.clone(), theme.text);
        galley.size().x <= width
    };
    if fits(text) {
        return text.to_owned();
    }
    let lengths = (1..text.chars().count()).rev();
    let mut shorter = lengths.map(|n| text.chars().take(n).chain(['…']).collect::<String>());
    shorter.find(|text| fits(text)).unwrap_or_default()
}

/// The axes in words, and the names of classes along them.
fn headings(
    ui: &Ui,
    theme: &Theme,
    layout: &Layout,
    names: &[String],
    font: &egui::FontId,
    transposed: bool,
    outer: Rect,
) {
    let painter = ui.painter();
    let (down, across) = if transposed {
        ("predicted class", "true class")
    } else {
        ("true class", "predicted class")
    };
    let grid =
        Rect::from_min_max(layout.corner, layout.rect(layout.classes - 1, layout.classes - 1).max);
    let top = pos2(grid.center().x, outer.top());
    painter.text(top, Align2::CENTER_TOP, format!("{across} →"), font.clone(), theme.text_muted);
    let galley = painter.layout_no_wrap(format!("← {down}"), font.clone(), theme.text_muted);
    let corner = pos2(outer.left(), grid.center().y + galley.size().x / 2.0);
    let shape = egui::epaint::TextShape::new(corner, galley, theme.text_muted);
    painter.add(shape.with_angle(-std::f32::consts::FRAC_PI_2));
    // Names of very many classes would overlap: every so many is enough to find one's way.
    let every_row = (font.size / layout.cell.y).ceil().max(1.0) as usize;
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(1).min(12);
    let every_col = (widest as f32 * font.size * 0.55 / layout.cell.x).ceil().max(1.0) as usize;
    // A few names are all shown, cut to the width of their cells; the pointer tells them whole.
    let is_few = layout.classes <= WORDED;
    for (index, name) in names.iter().enumerate() {
        let text = shortened(name);
        if index % every_row == 0 {
            let at = layout.rect(index, 0).left_center() - vec2(6.0, 0.0);
            painter.text(at, Align2::RIGHT_CENTER, &text, font.clone(), theme.text);
        }
        if is_few || index % every_col == 0 {
            let at = layout.rect(0, index).center_top() - vec2(0.0, 4.0);
            let text = if is_few { cut(ui, theme, &text, font, layout.cell.x - 2.0) } else { text };
            painter.text(at, Align2::CENTER_BOTTOM, &text, font.clone(), theme.text);
        }
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= 12 {
        return name.into();
    }
    name.chars().take(11).chain(['…']).collect()
}

/// A sentence for each cell under the pointer or the reader's cursor.
fn explain(
    ui: &Ui,
    run: usize,
    table: &Confusion,
    names: &[String],
    layout: &Layout,
    transposed: bool,
) {
    let tell = |row, col| {
        let (truth, predicted) = if transposed { (col, row) } else { (row, col) };
        sentence(table, names, truth, predicted)
    };
    if layout.classes <= WORDED {
        for row in 0..layout.classes {
            for col in 0..layout.classes {
                let id = ui.scope_id().with(("confusion cell", run, row, col));
                let cell = ui.interact(layout.rect(row, col), id, Sense::hover());
                cell.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::Label, true, tell(row, col))
                });
                cell.on_hover_ui(|ui| {
                    ui.label(tell(row, col));
                });
            }
        }
        return;
    }
    let end = layout.rect(layout.classes - 1, layout.classes - 1).max;
    let grid = Rect::from_min_max(layout.corner, end);
    let whole = ui.interact(grid, ui.scope_id().with(("confusion", run)), Sense::hover());
    whole.widget_info(|| {
        let label = format!("Confusion matrix, {}", accuracy_words(table));
        egui::WidgetInfo::labeled(egui::Role::Image, true, label)
    });
    if let Some(at) = whole.hover_pos() {
        let inside = (at - layout.corner) / layout.cell;
        let last = layout.classes - 1;
        let (row, col) = ((inside.y as usize).min(last), (inside.x as usize).min(last));
        whole.on_hover_text_at_pointer(tell(row, col));
    }
}

fn shade(theme: &Theme, depth: f32) -> Color32 {
    // A single mistake among many still has a tint.
    let depth = if depth > 0.0 { 0.1 + 0.9 * depth.clamp(0.0, 1.0) } else { 0.0 };
    mix(theme.inset, theme.accent, depth)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the course's LAB7 report.
    fn table() -> Confusion {
        let cells = [(0, 0, 7), (0, 1, 1), (0, 2, 1), (1, 1, 4), (2, 2, 7)];
        let pairs = cells.iter().flat_map(|&(t, p, n)| std::iter::repeat_n((t, p), n));
        Confusion::from_pairs(3, pairs)
    }

    fn names() -> Vec<String> {
        ["1", "2", "3"].map(String::from).to_vec()
    }

    #[test]
    fn accuracy_is_said_with_its_counts() {
        assert_eq!(accuracy_words(&table()), "18 of 20 right · 90.0\u{2009}%");
        assert_eq!(accuracy_words(&Confusion::new(3)), "No samples");
    }

    #[test]
    fn shares_are_of_the_row_or_of_the_column() {
        let table = table();
        assert_eq!(cell_words(&table, Cells::Counts, 0, 0), ["7"]);
        assert_eq!(cell_words(&table, Cells::OfTrue, 0, 0), ["77.8\u{2009}%"]);
        assert_eq!(cell_words(&table, Cells::OfPredicted, 0, 1), ["20.0\u{2009}%"]);
        assert_eq!(cell_words(&table, Cells::Both, 0, 1), ["1", "11.1\u{2009}%"]);
        assert_eq!(cell_words(&Confusion::new(2), Cells::OfTrue, 0, 0), ["–"]);
        let row: f32 = (0..3).map(|col| depth(&table, Cells::OfTrue, 0, col)).sum();
        assert!((row - 1.0).abs() < 1e-6);
    }

    #[test]
    fn each_cell_is_a_sentence() {
        assert_eq!(
            sentence(&table(), &names(), 0, 1),
            "1 sample of class 1 was taken for class 2 (11.1\u{2009}% of class 1)"
        );
        assert_eq!(
            sentence(&table(), &names(), 1, 1),
            "4 samples of class 2 were recognised (100.0\u{2009}% of the class)"
        );
    }

    #[test]
    fn long_names_are_shortened() {
        assert_eq!(shortened("setosa"), "setosa");
        assert_eq!(shortened("Iris versicolor"), "Iris versic…");
    }
}
