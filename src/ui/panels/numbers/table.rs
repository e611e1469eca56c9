//! Everything that is measured, by part of the data.

use egui::{RichText, Ui};

use crate::base::RunId;
use crate::record::{EvalPoint, Part, PartMetrics, Run};
use crate::spec::Quantity;
use crate::ui::{Cx, empty, format};

use super::ledger::Columns;

/// What is kept of the table until there is another measurement.
#[derive(Debug, Default)]
pub struct Measured {
    of: Option<(RunId, EvalPoint)>,
    parts: Vec<&'static str>,
    lines: Vec<Line>,
    note: String,
}

#[derive(Debug)]
struct Line {
    name: &'static str,
    meaning: &'static str,
    /// One for each part.
    values: Vec<String>,
}

/// What the training part is measured like.
const MODE: &str = "Without dropout, without random changes of samples, and with the running means \
                    of batch normalisation instead of those of a batch";

/// Draws a table of everything that applies to a run: a line for each quantity, a column for each
/// part of the data.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let state = cx.state;
    let Some((record, metrics)) = state.run(run).and_then(|run| Some((run, run.metrics()?))) else {
        let before =
            "Press Play: everything that is measured stands here, for each part of the data.";
        let coming = "The numbers appear with the next picture of the run.";
        empty::no_answer(ui, cx, run, before, coming);
        return;
    };
    let all = state.slot(run).and_then(|slot| slot.data.as_ref()).map(|data| data.train.rows());
    let table = &mut cx.view.numbers.measured;
    if table.of != Some((record.id, metrics)) {
        *table = Measured::of(record, metrics, all);
    }
    let columns = Columns::new(ui, table.parts.len());
    ui.spacing_mut().item_spacing.y = 0.0;
    columns.head(ui, cx.theme, &table.parts);
    for line in &table.lines {
        let words = || spoken(line, &table.parts);
        columns.line(ui, cx.theme, line.name, &line.values, words).on_hover_text(line.meaning);
    }
    ui.add_space(crate::ui::theme::TIGHT);
    let note = RichText::new(&table.note).small().color(cx.theme.text_muted);
    ui.add(egui::Label::new(note).wrap()).on_hover_text(MODE);
}

/// `accuracy: training 98.3 %, test 98.0 %`
fn spoken(line: &Line, parts: &[&str]) -> String {
    let pairs = parts.iter().zip(&line.values);
    let values: Vec<_> = pairs.map(|(part, value)| format!("{part} {value}")).collect();
    format!("{}: {}", line.name, values.join(", "))
}

impl Measured {
    fn of(run: &Run, metrics: EvalPoint, all: Option<usize>) -> Self {
        let spec = run.spec.spec();
        let task = run.spec.facts().task;
        let measured = Part::ALL.map(|part| metrics.part(part));
        let parts: Vec<(Part, &PartMetrics)> = Part::ALL
            .into_iter()
            .zip(measured)
            .filter_map(|(part, measured)| Some((part, measured?)))
            .collect();
        let [l1, l2] = [spec.train.l1, spec.train.l2].map(|factor| factor.get() != 0.0);
        let mut lines = Vec::new();
        for quantity in Quantity::ALL.into_iter().filter(|q| q.applies(task, spec.train.loss)) {
            let value = |(_, part): &(Part, &PartMetrics)| words(quantity, part.get(quantity));
            let name = match quantity {
                Quantity::Loss if l1 || l2 => "data loss",
                Quantity::Objective if l1 || l2 => "= objective",
                _ => quantity.label(),
            };
            let values = parts.iter().map(value).collect();
            lines.push(Line { name, meaning: quantity.meaning(), values });
            if quantity == Quantity::Loss {
                let penalties = [
                    (l1, "+ L1 penalty", "λ₁ · Σ|w|", metrics.penalties.l1),
                    (l2, "+ L2 penalty", spec.train.l2_form.label(), metrics.penalties.l2),
                ];
                lines.extend(penalties.into_iter().filter(|penalty| penalty.0).map(
                    |(_, name, meaning, value)| {
                        let values = vec![format::measured(value); parts.len()];
                        Line { name, meaning, values }
                    },
                ));
            }
        }
        Self {
            of: Some((run.id, metrics)),
            parts: parts.iter().map(|(part, _)| part.adjective()).collect(),
            lines,
            note: note(metrics.train.rows, all),
        }
    }
}

/// A value as it is read: accuracies in percent, all else as it is.
fn words(quantity: Quantity, value: Option<f64>) -> String {
    match value {
        None => "–".into(),
        Some(value) if quantity.is_accuracy() => format::percent(value),
        Some(value) => format::measured(value),
    }
}

/// On which rows of the training part was measured, and how.
fn note(rows: usize, all: Option<usize>) -> String {
    let counted = format::counted(rows as u64, "row", "rows");
    let which = match all {
        Some(all) if all > rows => {
            format!("a fixed sample of {counted} out of {}", super::thousands(all as u64))
        }
        _ => format!("all {counted}"),
    };
    format!("Measured in evaluation mode; the training part on {which}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_of_the_training_part_is_told() {
        assert_eq!(
            note(5000, Some(60_000)),
            "Measured in evaluation mode; the training part on a fixed sample of \
             5\u{2009}000 rows out of 60\u{2009}000."
        );
        assert_eq!(
            note(300, Some(300)),
            "Measured in evaluation mode; the training part on all 300 rows."
        );
    }

    #[test]
    fn only_accuracies_are_in_percent() {
        assert_eq!(words(Quantity::Top5, Some(0.5)), "50.0\u{2009}%");
        assert_eq!(words(Quantity::F1, Some(0.5)), "0.5000");
        assert_eq!(words(Quantity::RocAuc, None), "–");
    }
}
