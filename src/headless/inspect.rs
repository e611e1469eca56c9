//! What is found in data, as text and as JSON.

use crate::data::{ColumnFindings, DataHash, Dataset, Labelled, Summary, TableFindings};
use crate::workbench::{class_counts, kind_word, role_word, value_range, write_inspection};

/// Most classes that are listed with their rows.
const LISTED_CLASSES: usize = 20;
/// Most faults that are listed.
const LISTED_FAULTS: usize = 10;
/// Most columns that are listed.
const LISTED_COLUMNS: usize = 60;

/// All findings as JSON.
pub(super) fn json(data: &Dataset, hash: Option<DataHash>) -> String {
    let mut bytes = Vec::new();
    let written = write_inspection(data, hash, &mut bytes);
    written.expect("memory takes all, and every value has a form in JSON");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// All findings as lines of text.
pub(super) fn lines(data: &Dataset, hash: Option<DataHash>) -> Vec<String> {
    let mut lines = vec![data.name.clone()];
    if let Some(table) = &data.findings {
        layout(table, &mut lines);
        columns(&table.columns, &mut lines);
        coding(table, &mut lines);
        faults(table, &mut lines);
    }
    parts(data, hash, &mut lines);
    section("Steps", data.steps.iter().cloned(), &mut lines);
    let note = |note: &crate::data::DataNote| match note.warning {
        true => format!("Warning: {}", note.message),
        false => note.message.clone(),
    };
    section("Notes", data.notes.iter().map(note), &mut lines);
    lines
}

fn section(title: &str, items: impl Iterator<Item = String>, lines: &mut Vec<String>) {
    let items: Vec<String> = items.map(|item| format!("  {item}")).collect();
    if !items.is_empty() {
        lines.push(title.to_owned());
        lines.extend(items);
    }
}

fn layout(table: &TableFindings, lines: &mut Vec<String>) {
    let (layout, rows) = (&table.layout, table.rows);
    let header = if layout.header { "header" } else { "no header" };
    lines.push(format!(
        "  {}, cells between {}, quotes {}, decimals {}, thousands {}, lines end with {}, {header}",
        layout.encoding,
        layout.delimiter,
        layout.quote,
        layout.decimal,
        layout.thousands,
        layout.line_ends
    ));
    let mut counts = format!("  {} rows read", rows.read);
    for (count, what) in [
        (rows.blank, "blank (not counted)"),
        (rows.faulty, "left out as faulty"),
        (rows.missing, "left out for missing values"),
        (rows.unlabelled, "left out without a label"),
        (layout.title_lines, "title lines"),
        (layout.comment_lines, "comment lines"),
    ] {
        if count > 0 {
            counts += &format!(", {count} {what}");
        }
    }
    lines.push(format!("{counts}; {} used", rows.used));
}

fn columns(columns: &[ColumnFindings], lines: &mut Vec<String>) {
    lines.push("Columns".to_owned());
    let shown = &columns[..columns.len().min(LISTED_COLUMNS)];
    let cells: Vec<[String; 6]> = shown.iter().enumerate().map(row).collect();
    let mut widths = [0; 5];
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    lines.extend(cells.iter().map(|row| {
        let padded = widths.iter().zip(row).map(|(&width, cell)| format!("{cell:width$}  "));
        format!("  {}{}", padded.collect::<String>(), row[5]).trim_end().to_owned()
    }));
    if columns.len() > shown.len() {
        lines.push(format!("  … and {} more; --json has them all", columns.len() - shown.len()));
    }
}

fn row((place, column): (usize, &ColumnFindings)) -> [String; 6] {
    let missing = match column.missing {
        0 => String::new(),
        count => format!("{count} missing, "),
    };
    let numbers = column.summary.as_ref().map(numbers).unwrap_or_default();
    let association = column
        .association
        .map_or_else(String::new, |found| format!("{} {:.3}", found.measure.symbol(), found.value));
    [
        format!("{} {}", place + 1, column.name),
        role_word(column.role).to_owned(),
        kind_word(column.kind).to_owned(),
        format!("{missing}{} distinct", column.distinct),
        format!("{numbers}{}{association}", if numbers.is_empty() { "" } else { ", " })
            .trim_end_matches(", ")
            .to_owned(),
        column.reason.clone(),
    ]
}

fn numbers(summary: &Summary) -> String {
    let Summary { min, mean, median, max, std } = *summary;
    let [min, mean, median, max] = [min, mean, median, max].map(short);
    let spread = if std.is_finite() { format!(", σ {}", short(std)) } else { String::new() };
    format!("{min} to {max}, mean {mean}, median {median}{spread}")
}

/// Four significant digits.
fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    rounded.to_string()
}

/// What stands in the label column, and the class it became.
fn coding(table: &TableFindings, lines: &mut Vec<String>) {
    let shown = table.label_coding.iter().take(LISTED_CLASSES);
    let pairs: Vec<String> = shown.map(|(text, class)| format!("{text} → {class}")).collect();
    if !pairs.is_empty() {
        let more = if table.label_coding.len() > LISTED_CLASSES { ", …" } else { "" };
        lines.push(format!("Label coding: {}{more}", pairs.join(", ")));
    }
}

fn faults(table: &TableFindings, lines: &mut Vec<String>) {
    if table.fault_count == 0 {
        return;
    }
    lines.push(format!("Faults: {}", table.fault_count));
    let shown = table.faults.iter().take(LISTED_FAULTS);
    lines.extend(shown.map(|fault| {
        let column = fault.column.map(|column| format!(", column {column}")).unwrap_or_default();
        format!("  Row {}{column}, byte {}: {}", fault.row, fault.byte, fault.message)
    }));
    let more = table.fault_count.saturating_sub(LISTED_FAULTS);
    if more > 0 {
        lines.push(format!("  … and {more} more"));
    }
}

fn parts(data: &Dataset, hash: Option<DataHash>, lines: &mut Vec<String>) {
    lines.push("What a model sees".to_owned());
    lines.push(format!("  one sample {}, float32", data.shape));
    for (name, part) in data.parts() {
        lines.push(format!("  {name} part: {}", part_text(data, part)));
    }
    if let Some(hash) = hash {
        lines.push(format!("  hash {hash}"));
    }
}

fn part_text(data: &Dataset, part: &Labelled) -> String {
    let mut text = format!("{} rows", part.rows());
    if let Some([low, high]) = value_range(part) {
        text += &format!(", values {} to {}", short(f64::from(low)), short(f64::from(high)));
    }
    let counts = class_counts(part, data.class_names.len());
    let named = counts.iter().zip(&data.class_names).take(LISTED_CLASSES);
    let named: Vec<String> = named.map(|(count, name)| format!("{name} {count}")).collect();
    if !named.is_empty() {
        let more = if counts.len() > LISTED_CLASSES { ", …" } else { "" };
        text += &format!("; {}{more}", named.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::data::{Fault, Labelled, Targets};
    use crate::spec::{SampleShape, Task};
    use std::sync::Arc;

    #[test]
    fn data_without_a_table_tell_what_a_model_sees() {
        let features = Matrix::new(2, 1, vec![0.5, -2.0]).expect("fits");
        let part = Labelled::new(features, Targets::Classes(vec![1, 1]));
        let task = Task::Classification { classes: 2 };
        let data = Dataset {
            steps: vec!["Drawn.".into()],
            ..Dataset::new("Points", SampleShape(vec![1]), task, part.clone(), part)
        };
        let lines = lines(&data, Some(DataHash(1)));
        assert_eq!(lines[0], "Points");
        assert!(lines.contains(&"  test part: 2 rows, values -2 to 0.5; 0 0, 1 2".to_owned()));
        assert!(lines.contains(&"  hash 00000000000000000000000000000001".to_owned()));
        assert_eq!(lines[lines.len() - 2..], ["Steps", "  Drawn."]);
    }

    #[test]
    fn faults_are_listed_and_counted() {
        let fault = Fault { row: 3, column: Some(2), byte: 20, message: "Row 3 is odd.".into() };
        let table =
            TableFindings { faults: vec![fault; 12], fault_count: 400, ..TableFindings::default() };
        let mut lines = Vec::new();
        faults(&Arc::new(table), &mut lines);
        assert_eq!(lines[..2], ["Faults: 400", "  Row 3, column 2, byte 20: Row 3 is odd."]);
        assert_eq!(lines[LISTED_FAULTS + 1], "  … and 390 more");
    }
}
