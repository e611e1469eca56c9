//! What is told of a table: its steps from file to tensor, and what the user ought to look at.

use super::label;
use super::plan::Column;
use super::role::{CHOSEN_OUT, TOO_MANY};
use crate::data::tell::{counted, listed, note, quoted, warning};
use crate::data::{DataNote, LayoutFindings, RowCounts, Split, Targets};
use crate::spec::{
    ColumnRole, FaultRule, HeaderMode, MissingRule, SplitSpec, TestPart, ValidationPart,
};

/// Most classes of one kind that are named in a warning.
const LISTED_CLASSES: usize = 5;
/// Most columns that get a step of their own.
const LISTED_COLUMNS: usize = 50;
/// A class with fewer rows than this share of an even one is told.
const IMBALANCED: f64 = 0.5;

/// How the text was cut, as steps.
pub(super) fn layout_steps(layout: &LayoutFindings, columns: usize) -> Vec<String> {
    let mut steps = vec![format!(
        "Text read as {}, line ends {}; cells separated by {}, quotation marks: {}; numbers \
         written like {}, thousands: {}.",
        layout.encoding,
        layout.line_ends,
        layout.delimiter,
        layout.quote,
        layout.decimal,
        layout.thousands
    )];
    if layout.title_lines + layout.comment_lines > 0 {
        steps.push(format!(
            "{} before the table and {} left out.",
            counted(layout.title_lines, "line"),
            counted(layout.comment_lines, "comment line")
        ));
    }
    let columns = counted(columns, "column");
    steps.push(if layout.header {
        format!("The first row names {columns}.")
    } else {
        format!("The first row is data; {columns} named by number.")
    });
    steps
}

/// What the user should know of how the text was cut.
pub(super) fn layout_notes(
    layout: &LayoutFindings,
    mode: HeaderMode,
    blank: usize,
) -> Vec<DataNote> {
    let mut notes = Vec::new();
    if layout.delimiter != "commas" {
        notes.push(note(format!("Cells are separated by {}.", layout.delimiter)));
    }
    if mode == HeaderMode::Auto && !layout.header {
        notes.push(note("The first row is data, so columns are named by number.".to_owned()));
    }
    if blank > 0 {
        notes.push(note(format!("{} without any value left out.", counted(blank, "row"))));
    }
    notes
}

/// Where the rows went.
pub(super) fn row_step(rows: &RowCounts) -> String {
    let mut out = Vec::new();
    for (count, why) in [
        (rows.faulty, "with a cell or a length that does not fit"),
        (rows.missing, "with a missing value"),
        (rows.unlabelled, "without a label"),
    ] {
        if count > 0 {
            out.push(format!("{count} {why}"));
        }
    }
    let read = counted(rows.read, "row");
    let blank = match rows.blank {
        0 => String::new(),
        blank => format!(" {} not among them.", counted(blank, "blank row")),
    };
    if out.is_empty() {
        return format!("{read} read, all of them used.{blank}");
    }
    format!("{read} read, {} used; left out: {}.{blank}", rows.used, out.join(", "))
}

/// What the user ought to know of rows that were left out, and of cells that did not fit.
pub(super) fn row_notes(rows: &RowCounts, faults: usize, rule: FaultRule) -> Vec<DataNote> {
    let mut notes = Vec::new();
    if rows.faulty > 0 {
        notes.push(warning(format!(
            "{} left out because cells or lengths do not fit. They are listed with their places.",
            counted(rows.faulty, "row")
        )));
    } else if faults > 0 {
        let (places, it) = if faults == 1 { ("place", "It is") } else { ("places", "They are") };
        let became = match rule {
            FaultRule::Missing => " Cells that do not fit count as missing.",
            FaultRule::SkipRow => "",
        };
        notes.push(warning(format!(
            "{faults} {places} in the file did not fit. {it} listed.{became}"
        )));
    }
    if rows.missing > 0 {
        notes.push(warning(format!(
            "{} left out because a value is missing.",
            counted(rows.missing, "row")
        )));
    }
    if rows.unlabelled > 0 {
        notes.push(warning(format!(
            "{} without a label left out.",
            counted(rows.unlabelled, "row")
        )));
    }
    notes
}

/// Columns that are left out, one step each.
pub(super) fn dropped_steps(columns: &[Column]) -> Vec<String> {
    let dropped = columns.iter().filter(|column| column.role == ColumnRole::Ignored);
    capped(dropped.map(|column| match column.why {
        Some(CHOSEN_OUT) => format!("{} left out as chosen.", column.title()),
        Some(TOO_MANY) => format!(
            "{} left out: {}, too many for an input each.",
            column.title(),
            column.seen.trim_end_matches('.')
        ),
        _ => format!("{} left out: {}", column.title(), lower_first(&column.seen)),
    }))
}

/// A sentence to go on with.
pub(super) fn lower_first(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// The first steps of many, and how many more there are.
pub(super) fn capped(steps: impl Iterator<Item = String>) -> Vec<String> {
    let mut steps: Vec<String> = steps.collect();
    if steps.len() > LISTED_COLUMNS {
        let more = steps.len() - LISTED_COLUMNS;
        steps.truncate(LISTED_COLUMNS);
        steps.push(format!("The same for {}.", counted(more, "further column")));
    }
    steps
}

/// What is predicted.
pub(super) fn label_step(column: &Column, names: &[String], numeric: bool) -> String {
    if names.is_empty() {
        return format!("{} is predicted, a number.", column.title());
    }
    let coding = label::coding(names, numeric)
        .map_or_else(String::new, |coding| format!(", numbered {coding}"));
    format!("{} is predicted, one of {} classes{coding}.", column.title(), names.len())
}

/// How many rows each part has, and why.
pub(super) fn split_step(
    split: &Split,
    spec: &SplitSpec,
    column: Option<&Column>,
    targets: &Targets,
) -> String {
    let by_class = spec.stratified && matches!(targets, Targets::Classes(_));
    let draw = match (spec.shuffled, by_class) {
        (true, true) => "at random, each class in the same ratio",
        (true, false) => "at random",
        (false, _) => "in order, the last rows held out",
    };
    let how = match (&spec.test, column) {
        (TestPart::File(_), _) => "by a second file".to_owned(),
        (_, Some(column)) => format!("by {}", column.called()),
        _ => draw.to_owned(),
    };
    let validation = match (&spec.validation, split.validation.len()) {
        (_, 0) => String::new(),
        (ValidationPart::Fold { folds, fold }, rows) => {
            format!(", {rows} to validate on (fold {} of {folds})", fold + 1)
        }
        (_, rows) => format!(", {rows} to validate on"),
    };
    format!(
        "Rows divided {how}: {} to train on{validation}, {} to test on.",
        split.train.len(),
        split.test.len()
    )
}

/// Warns of classes that a part lacks.
pub(super) fn absent_in_parts(targets: &Targets, split: &Split, names: &[String]) -> Vec<DataNote> {
    let parts =
        [(&split.train, "training"), (&split.validation, "validation"), (&split.test, "test")];
    let there = parts.into_iter().filter(|(rows, _)| !rows.is_empty());
    there.filter_map(|(rows, part)| absent_classes(targets, rows, names, part)).collect()
}

fn absent_classes(
    targets: &Targets,
    rows: &[usize],
    names: &[String],
    part: &str,
) -> Option<DataNote> {
    let Targets::Classes(classes) = targets else { return None };
    let mut present = vec![false; names.len()];
    for &row in rows {
        present[classes[row] as usize] = true;
    }
    let absent: Vec<String> = std::iter::zip(names, present)
        .filter(|(_, present)| !present)
        .map(|(name, _)| quoted(name))
        .collect();
    (!absent.is_empty()).then(|| {
        let noun = if absent.len() == 1 { "class" } else { "classes" };
        warning(format!(
            "The {part} part has no row of the {noun} {}.",
            listed(absent, LISTED_CLASSES)
        ))
    })
}

/// Tells of classes that have less than half of an even share, against the most frequent one.
pub(super) fn imbalance(counts: &[usize], names: &[String]) -> Option<DataNote> {
    let rows: usize = counts.iter().sum();
    let even = rows as f64 / counts.len().max(1) as f64;
    let (largest, most) = counts.iter().enumerate().rev().max_by_key(|(_, count)| **count)?;
    let few: Vec<String> = std::iter::zip(names, counts)
        .filter(|(_, count)| (**count as f64) < IMBALANCED * even)
        .map(|(name, count)| format!("{} {count}", quoted(name)))
        .collect();
    (!few.is_empty()).then(|| {
        warning(format!(
            "The classes are not balanced: {} has {most} of {rows} rows, but {}. Always answering \
             {} would be right in {:.1} %.",
            quoted(&names[largest]),
            listed(few, LISTED_CLASSES),
            quoted(&names[largest]),
            100.0 * *most as f64 / rows as f64
        ))
    })
}

/// Columns whose missing values keep rows out or are filled are told once, with their number.
pub(super) fn missing_note(columns: &[Column]) -> Option<DataNote> {
    let filled: Vec<String> = columns
        .iter()
        .filter(|column| {
            column.role == ColumnRole::Feature
                && column.missing > 0
                && column.rule != MissingRule::DropRow
        })
        .map(|column| format!("{} in {}", column.missing, column.called()))
        .collect();
    (!filled.is_empty()).then(|| {
        note(format!("Missing values were filled in: {}.", listed(filled, LISTED_CLASSES)))
    })
}
