//! Precision, recall and F1 of every class.

use std::sync::Arc;

use egui::{RichText, Ui};

use crate::record::{Absence, ClassReport, ClassScores, Part, ProbeFrame};
use crate::ui::panes::Pane;
use crate::ui::{Cx, UiRequest, capture, empty, format, theme};
use crate::workbench::State;

use super::ledger::{Columns, LINE};
use super::thousands;

/// What is kept of the report until there is another matrix.
#[derive(Debug, Default)]
pub struct Classes {
    of: Option<(Arc<ProbeFrame>, Part)>,
    /// The classes as they stand, and the wish they were put in order by.
    order: Vec<usize>,
    by: ClassOrder,
    /// Whether the pointer was on the list, whose order then stays.
    is_held: bool,
    report: Option<ClassReport>,
    names: Vec<String>,
    classes: Vec<[String; 4]>,
    averages: [[String; 4]; 3],
    notes: Vec<String>,
}

/// In which order classes stand.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum ClassOrder {
    /// By their number.
    #[default]
    ByClass,
    /// Those of which the least is found first.
    WorstFirst,
}

/// How the report is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ReportView {
    /// Bars of the share that is found, in place of the table.
    pub bars: bool,
    /// In which order classes stand.
    pub order: ClassOrder,
}

const HEAD: [&str; 4] = ["precision", "recall", "F1", "support"];
/// The same where there is little room.
const SHORT: [&str; 4] = ["prec.", "recall", "F1", "rows"];
/// Least room for the name of a class and for a number.
const LEAST: [f32; 2] = [88.0, 46.0];
const AVERAGES: [&str; 3] = ["accuracy", "macro average", "weighted average"];
const SHORT_AVERAGES: [&str; 3] = ["accuracy", "macro avg", "weighted"];
const EXPLAINED: [&str; 3] = [
    "Share of right answers",
    "Mean of all classes, each counting alike",
    "Mean of all classes, weighted by their support",
];
/// Most that the list of classes is high before it scrolls.
const HIGHEST: f32 = 15.0 * LINE;
/// Most classes that a note names.
const NAMED: usize = 8;

/// Draws the class report of the part that the confusion matrix counts.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let part = cx.view.confusion.part(cx.state, run);
    let frame = cx.state.run(run).and_then(|run| run.frame.clone());
    let Some(frame) = frame.filter(|frame| frame.confusion_of(part).is_some()) else {
        let before = "Press Play: precision, recall and F1 of every class stand here.";
        let coming = "The report appears with the next picture of the run.";
        empty::no_answer(ui, cx, run, before, coming);
        return;
    };
    let view = &mut cx.view.numbers;
    if !view.classes.is_of(&frame, part) {
        let before = std::mem::take(&mut view.classes);
        view.classes = Classes::of(frame, part, cx.state, run);
        view.classes.stay(before);
    }
    view.classes.put_in(view.report.order);
    heading(ui, cx, part);
    capture::controls(ui, |ui| choosers(ui, cx));
    if cx.view.numbers.report.bars {
        bars(ui, cx, part);
    } else {
        body(ui, cx);
    }
}

/// Table or bars, and in which order.
fn choosers(ui: &mut Ui, cx: &mut Cx<'_>) {
    let ReportView { bars, order } = &mut cx.view.numbers.report;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::TIGHT;
        for (is_bars, name, hint) in [
            (false, "Table", "Precision, recall and F1 of every class"),
            (true, "Bars", "The share of every class that is recognised"),
        ] {
            if ui.selectable_label(*bars == is_bars, name).on_hover_text(hint).clicked() {
                *bars = is_bars;
            }
        }
        ui.add_space(theme::TIGHT);
        for (one, name, hint) in [
            (ClassOrder::ByClass, "By class", "Classes in the order of their numbers"),
            (ClassOrder::WorstFirst, "Worst first", "Classes of which the least is found first"),
        ] {
            if ui.selectable_label(*order == one, name).on_hover_text(hint).clicked() {
                *order = one;
            }
        }
    });
}

/// A bar for each class; a click opens its samples, mistakes first.
fn bars(ui: &mut Ui, cx: &mut Cx<'_>, part: Part) {
    let kept = &cx.view.numbers.classes;
    let Some(report) = &kept.report else { return };
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut opened = None;
    let list = egui::ScrollArea::vertical().id_salt("class bars").max_height(HIGHEST);
    let shown =
        list.auto_shrink([false, true]).show_rows(ui, LINE, kept.order.len(), |ui, rows| {
            for &class in &kept.order[rows] {
                let name = &kept.names[class];
                let found = super::class_bars::Found::of(&report.classes[class]);
                let words =
                    || format!("{}: {}", format::class_phrase(&kept.names, class), found.words());
                if super::class_bars::bar(ui, cx.theme, (class, name), found, words).clicked() {
                    opened = Some(class);
                }
            }
        });
    let is_held = ui.rect_contains_pointer(shown.inner_rect);
    let average =
        super::class_bars::Average { accuracy: report.accuracy, mean: report.macro_average.recall };
    super::class_bars::averages(ui, cx.theme, average);
    cx.view.numbers.classes.is_held = is_held;
    if let Some(class) = opened {
        cx.view.samples.open_true(part, class);
        cx.request(UiRequest::ShowPane(Pane::Samples));
    }
}

fn heading(ui: &mut Ui, cx: &Cx<'_>, part: Part) {
    let kept = &cx.view.numbers.classes;
    ui.horizontal(|ui| {
        let caption = match part {
            Part::Train => "Of the training part, all rows",
            Part::Validation => "Of the validation part",
            Part::Test => "Of the test part",
        };
        ui.label(RichText::new(caption).small().color(cx.theme.text_muted))
            .on_hover_text("The part is chosen at the confusion matrix");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let copy = capture::controls(ui, |ui| ui.button("Copy as text"));
            let hint = "Copies the report in the layout of scikit-learn's classification_report";
            if copy.on_hover_text(hint).clicked()
                && let Some(report) = &kept.report
            {
                ui.copy_text(report.to_text(&kept.names));
            }
        });
    });
}

fn body(ui: &mut Ui, cx: &mut Cx<'_>) {
    let kept = &cx.view.numbers.classes;
    let columns = Columns::beside(ui, HEAD.len(), LEAST);
    ui.spacing_mut().item_spacing.y = 0.0;
    columns.head(ui, cx.theme, if columns.is_narrow() { &SHORT } else { &HEAD });
    let list = egui::ScrollArea::vertical().id_salt("classes").max_height(HIGHEST);
    let shown = list.auto_shrink([false, true]).show_rows(
        ui,
        columns.height(),
        kept.order.len(),
        |ui, rows| {
            for &class in &kept.order[rows] {
                let (name, values) = (&kept.names[class], &kept.classes[class]);
                let words = || spoken(&format::class_phrase(&kept.names, class), values);
                columns.line(ui, cx.theme, name, values, words).on_hover_text(name);
            }
        },
    );
    let line = ui.cursor().top();
    let width = ui.available_width();
    let x = ui.cursor().left();
    ui.painter().hline(x..=x + columns.total().min(width), line, cx.theme.hairline());
    let shown_as = if columns.is_narrow() { SHORT_AVERAGES } else { AVERAGES };
    for (index, (values, hint)) in kept.averages.iter().zip(EXPLAINED).enumerate() {
        let words = || spoken(AVERAGES[index], values);
        columns.line(ui, cx.theme, shown_as[index], values, words).on_hover_text(hint);
    }
    for note in &kept.notes {
        ui.add_space(theme::TIGHT);
        let note = RichText::new(note).small().color(cx.theme.text_muted);
        ui.add(egui::Label::new(note).wrap());
    }
    let is_held = ui.rect_contains_pointer(shown.inner_rect);
    cx.view.numbers.classes.is_held = is_held;
}

/// `class 4: precision 0.96, recall 0.98, F1 0.97, support 982`
fn spoken(name: &str, values: &[String]) -> String {
    let pairs = HEAD.iter().zip(values).filter(|(_, value)| !value.is_empty());
    let told: Vec<_> = pairs.map(|(head, value)| format!("{head} {value}")).collect();
    format!("{name}: {}", told.join(", "))
}

impl Classes {
    fn is_of(&self, frame: &Arc<ProbeFrame>, part: Part) -> bool {
        let kept = self.of.as_ref();
        kept.is_some_and(|(kept, of)| Arc::ptr_eq(kept, frame) && *of == part)
    }

    fn of(frame: Arc<ProbeFrame>, part: Part, state: &State, run: usize) -> Self {
        let report = frame.confusion_of(part).map(ClassReport::of);
        let Some(report) = report else { return Self::default() };
        let started = state.slot(run).and_then(|slot| slot.data.as_ref());
        let data = started.or_else(|| state.data().dataset());
        let known = data.map_or(&[][..], |data| &data.class_names);
        let names: Vec<String> =
            (0..report.classes.len()).map(|class| format::class_name(known, class)).collect();
        let total = thousands(report.macro_average.support);
        let accuracy = [String::new(), String::new(), two(report.accuracy), total];
        Self {
            classes: report.classes.iter().map(cells).collect(),
            averages: [accuracy, cells(&report.macro_average), cells(&report.weighted_average)],
            notes: notes(&report, &names, part),
            of: Some((frame, part)),
            order: Vec::new(),
            by: ClassOrder::default(),
            is_held: false,
            report: Some(report),
            names,
        }
    }
}

impl Classes {
    /// Keeps the order of what was shown before, where the pointer is on it.
    fn stay(&mut self, before: Self) {
        if before.is_held && before.classes.len() == self.classes.len() {
            (self.order, self.by, self.is_held) = (before.order, before.by, true);
        }
    }

    /// Puts the classes in order, where they are not yet.
    fn put_in(&mut self, order: ClassOrder) {
        if self.order.len() == self.classes.len() && self.by == order {
            return;
        }
        let all = self.report.as_ref().map_or(&[][..], |report| &report.classes);
        self.order = ordered(all, order);
        self.by = order;
    }
}

/// The classes in order. Of those that do not occur nothing can be found: they come last.
fn ordered(classes: &[ClassScores], order: ClassOrder) -> Vec<usize> {
    let mut places: Vec<usize> = (0..classes.len()).collect();
    if order == ClassOrder::WorstFirst {
        places.sort_by(|&a, &b| {
            let [a, b] = [a, b].map(|class| &classes[class]);
            let absent = (a.support == 0).cmp(&(b.support == 0));
            absent.then(a.recall.total_cmp(&b.recall))
        });
    }
    places
}

fn cells(scores: &ClassScores) -> [String; 4] {
    let ClassScores { precision, recall, f1, support } = *scores;
    [two(precision), two(recall), two(f1), thousands(support)]
}

/// As scikit-learn prints it.
fn two(share: f64) -> String {
    format!("{share:.2}")
}

/// Why scores are 0 where there was nothing to divide by.
fn notes(report: &ClassReport, names: &[String], part: Part) -> Vec<String> {
    let of = |wanted| {
        let found = report.absent.iter().filter(move |(_, absence)| *absence == wanted);
        let found: Vec<&str> = found.map(|(class, _)| names[*class].as_str()).collect();
        (!found.is_empty()).then(|| listed(&found))
    };
    let part = part.label();
    let never_true = of(Absence::NeverTrue)
        .map(|names| format!("Not in the {part}: {names}. Recall and F1 are 0 by convention."));
    let never_predicted = of(Absence::NeverPredicted)
        .map(|names| format!("Never predicted: {names}. Precision and F1 are 0 by convention."));
    let nowhere = of(Absence::Nowhere).map(|names| {
        format!("Neither in the {part} nor predicted: {names}. All scores are 0 by convention.")
    });
    [never_true, never_predicted, nowhere].into_iter().flatten().collect()
}

/// `a, b and 4 more`
fn listed(names: &[&str]) -> String {
    let shown = names[..names.len().min(NAMED)].join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Confusion;

    #[test]
    fn classes_without_samples_are_named_with_what_follows() {
        let table = Confusion::from_pairs(4, [(0, 0), (0, 1), (2, 0)]);
        let names = ["a", "b", "c", "d"].map(String::from);
        assert_eq!(
            notes(&ClassReport::of(&table), &names, Part::Test),
            [
                "Not in the test part: b. Recall and F1 are 0 by convention.",
                "Never predicted: c. Precision and F1 are 0 by convention.",
                "Neither in the test part nor predicted: d. All scores are 0 by convention.",
            ]
        );
        let names = ["x"; 12];
        assert_eq!(listed(&names), "x, x, x, x, x, x, x, x and 4 more");
    }

    #[test]
    fn the_class_of_which_least_is_found_comes_first() {
        let of = |recall, support| ClassScores { precision: 1.0, recall, f1: 1.0, support };
        let classes = [of(0.9, 10), of(0.0, 0), of(0.5, 4), of(0.9, 2)];
        assert_eq!(ordered(&classes, ClassOrder::ByClass), [0, 1, 2, 3]);
        assert_eq!(ordered(&classes, ClassOrder::WorstFirst), [2, 0, 3, 1]);
    }

    #[test]
    fn a_line_is_read_out_with_the_names_of_its_columns() {
        let values = cells(&ClassScores { precision: 0.875, recall: 1.0, f1: 0.93, support: 1200 });
        let expected = "class 4: precision 0.88, recall 1.00, F1 0.93, support 1\u{2009}200";
        assert_eq!(spoken("class 4", &values), expected);
        let accuracy = ["", "", "0.90", "20"].map(String::from);
        assert_eq!(spoken("accuracy", &accuracy), "accuracy: F1 0.90, support 20");
    }
}
