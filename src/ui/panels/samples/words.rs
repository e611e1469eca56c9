//! What the list of samples says.

use crate::data::Dataset;
use crate::record::{Part, Scores, top};
use crate::ui::widgets::thousands;
use crate::ui::{format, parts, standing};

use super::list::{List, Said};
use super::{Group, Order, Source};

/// Names of all classes.
pub fn names(data: &Dataset) -> Vec<String> {
    parts::class_names(Some(data), parts::classes_of(data).unwrap_or(0))
}

/// Name of an order.
pub fn order(order: Order) -> &'static str {
    match order {
        Order::WorstFirst => "worst mistakes first",
        Order::LeastCertain => "least certain first",
        Order::MostCertain => "most certain first",
        Order::ByRow => "in order of rows",
    }
}

/// Name of a group.
pub fn group(group: Group, names: &[String]) -> String {
    let name = |class| format::class_phrase(names, class);
    match group {
        Group::All => "all samples".into(),
        Group::Mistakes => "all mistakes".into(),
        Group::Correct => "all that are right".into(),
        Group::Cell { truth, predicted } if truth == predicted => {
            format!("{} recognised", name(truth))
        }
        Group::Cell { truth, predicted } => {
            format!("{} taken for {}", name(truth), format::class_name(names, predicted))
        }
        Group::OfTrue(class) => format!("of {}", name(class)),
        Group::OfPredicted(class) => format!("taken for {}", name(class)),
    }
}

/// `12 shown · 40 mistakes among 10 000 test samples`
pub fn summary(list: &List, scores: &Scores, data: &Dataset) -> String {
    let all = scores.rows.len() as u64;
    let part = scores.request.part.adjective();
    let samples = if all == 1 { "sample" } else { "samples" };
    let all = format!("{} {part} {samples}", thousands(all));
    let counted = match list.said {
        Said::Classes(_) => {
            let mistakes = format::counted(list.mistakes as u64, "mistake", "mistakes");
            format!("{} shown · {mistakes} among {all}", thousands(list.order.len() as u64))
        }
        Said::Numbers(_) => format!("{all}, largest residuals first"),
    };
    match parts::sample_words(scores, data) {
        Some(sample) => format!("{counted} ({sample})"),
        None => counted,
    }
}

/// Why the list is empty.
pub fn none(group: Group, part: Part) -> &'static str {
    match (group, part) {
        (Group::Mistakes, Part::Test) => {
            "No mistakes in the test part. Choose “all samples” above."
        }
        (Group::Mistakes, _) => "No mistakes in this part. Choose “all samples” above.",
        _ => "No samples of this kind at the moment. Choose others above.",
    }
}

/// `4 → 9` for a mistake, `4` for a right answer.
pub fn short(names: &[String], truth: usize, predicted: usize) -> String {
    let of = |class| format::class_name(names, class);
    if truth == predicted { of(truth) } else { format!("{} → {}", of(truth), of(predicted)) }
}

/// Where a sample stands in the user's file, in few signs; else its row.
pub fn at(source: &Source<'_>, row: usize) -> String {
    let rows = parts::labelled(source.data, source.part);
    let place = rows.and_then(|rows| standing::brief(rows, row));
    place.unwrap_or_else(|| format!("row {}", thousands(row as u64)))
}

/// A sample as a sentence, with the three likeliest classes.
pub fn sentence(source: &Source<'_>, names: &[String], scored: usize) -> String {
    let (list, scores) = (source.list, source.scores);
    let place = standing::words(source.data, source.part, scores.rows[scored]);
    let place = place.map_or_else(String::new, |place| format!(" ({place})"));
    let row = thousands(scores.rows[scored] as u64);
    let part = format!("{}{place}", scores.request.part.label());
    if let Some(residual) = list.residual(scored) {
        let [truth, predicted, error] = [residual.truth, residual.predicted, residual.error()]
            .map(|value| format::measured(value.into()));
        return format!(
            "Row {row} of the {part}: predicted {predicted}, true {truth}, off by {error}"
        );
    }
    let Some(verdict) = list.verdict(scored) else { return String::new() };
    let truth = format::class_phrase(names, verdict.truth);
    let verb = match verdict.is_right() {
        true => format!("{truth}, is recognised"),
        false => format!(
            "{truth}, is wrongly taken for {}",
            format::class_phrase(names, verdict.predicted)
        ),
    };
    let likeliest: Vec<String> = top(scores.outputs.row(scored), 3)
        .map(|(class, p)| {
            format!("{} {}", format::class_name(names, class), format::percent(p.into()))
        })
        .collect();
    format!("Row {row} of the {part}, {verb}: {}", likeliest.join(", "))
}
