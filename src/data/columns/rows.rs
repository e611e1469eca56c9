//! Says which rows can be used, and lists the cells that keep the others out.

use super::cells::{NO_TEXT, looked_up};
use super::format::{DateFormat, Format};
use super::plan::Column;
use super::source::Source;
use crate::data::raw::Cells;
use crate::data::tell::quoted;
use crate::data::{Fault, MAX_LISTED_FAULTS, RowCounts};
use crate::spec::{ColumnKind, ColumnRole, FaultRule, MissingRule};

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Used,
    Unlabelled,
    Faulty,
    Missing,
}

/// Which rows are used, and why the others are not.
pub(super) struct Usable {
    pub(super) keep: Vec<bool>,
    /// Of the rows that have cells: those that the text left out are not among them.
    pub(super) counts: RowCounts,
    /// Column by column, the first ones of each.
    pub(super) faults: Vec<Fault>,
    pub(super) fault_count: usize,
}

/// Turns the cells of all numeric columns into numbers and decides about each row. A row without a
/// label is unlabelled, whatever else is wrong, and a faulty one is not counted as missing.
pub(super) fn usable(
    columns: &mut [Column],
    rule: FaultRule,
    format: Format,
    source: &Source,
) -> Usable {
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let mut fates = vec![Fate::Used; rows];
    let mut usable = Usable {
        keep: Vec::new(),
        counts: RowCounts { read: rows, ..RowCounts::default() },
        faults: Vec::new(),
        fault_count: 0,
    };
    mark_missing(columns, ColumnRole::Label, &mut fates);
    let used =
        |column: &&mut Column| matches!(column.role, ColumnRole::Feature | ColumnRole::Label);
    for column in columns.iter_mut().filter(used) {
        let bad = read_numbers(column, format);
        if rule == FaultRule::SkipRow {
            bad.iter().for_each(|bad| set(&mut fates[bad.row], Fate::Faulty));
        }
        usable.fault_count += bad.len();
        let listed = bad.iter().take(MAX_LISTED_FAULTS);
        usable.faults.extend(listed.map(|bad| bad.tell(column, rule, source)));
    }
    // Cells that were at fault may count as missing now.
    mark_missing(columns, ColumnRole::Label, &mut fates);
    mark_missing(columns, ColumnRole::Feature, &mut fates);
    for fate in &fates {
        *match fate {
            Fate::Used => &mut usable.counts.used,
            Fate::Unlabelled => &mut usable.counts.unlabelled,
            Fate::Faulty => &mut usable.counts.faulty,
            Fate::Missing => &mut usable.counts.missing,
        } += 1;
    }
    usable.keep = fates.iter().map(|&fate| fate == Fate::Used).collect();
    usable
}

/// The first thing that is wrong with a row is what it is counted for.
fn set(fate: &mut Fate, wanted: Fate) {
    if *fate == Fate::Used {
        *fate = wanted;
    }
}

fn mark_missing(columns: &[Column], role: ColumnRole, fates: &mut [Fate]) {
    for column in columns.iter().filter(|column| column.role == role) {
        let fate = match role {
            ColumnRole::Label => Fate::Unlabelled,
            _ if column.rule == MissingRule::DropRow => Fate::Missing,
            _ => continue,
        };
        if matches!(column.cells, Cells::Bytes(_)) {
            continue;
        }
        for (row, place) in fates.iter_mut().enumerate() {
            if column.cells.is_missing(row) {
                set(place, fate);
            }
        }
    }
}

/// A cell that is not what its column holds.
struct Bad {
    row: usize,
    text: Box<str>,
    what: &'static str,
}

impl Bad {
    fn tell(&self, column: &Column, rule: FaultRule, source: &Source) -> Fault {
        let become_of_it = match rule {
            FaultRule::SkipRow => "the row was left out",
            FaultRule::Missing => "the cell counts as missing",
        };
        let message = format!("{} {}; {become_of_it}.", quoted(&self.text), self.what);
        source.fault(self.row, column.index, message)
    }
}

/// Turns the cells of a numeric column into numbers. What is none, or none that the model could
/// compute with, is answered and counts as missing.
fn read_numbers(column: &mut Column, format: Format) -> Vec<Bad> {
    if !column.is_numeric() {
        return Vec::new();
    }
    let cells = std::mem::replace(&mut column.cells, Cells::Bytes(Vec::new()));
    let (cells, bad) = match cells {
        Cells::Bytes(bytes) => (Cells::Bytes(bytes), Vec::new()),
        Cells::Numbers(mut numbers) => {
            let bad = too_large(&mut numbers);
            (Cells::Numbers(numbers), bad)
        }
        Cells::Texts { ids, texts } => {
            let (numbers, bad) = numbers_of(&ids, &texts, column.kind, format);
            (Cells::Numbers(numbers), bad)
        }
    };
    column.cells = cells;
    bad
}

fn numbers_of(
    ids: &[u32],
    texts: &[Box<str>],
    kind: ColumnKind,
    format: Format,
) -> (Vec<f64>, Vec<Bad>) {
    let (values, what): (Vec<Option<f64>>, _) = if kind == ColumnKind::Date {
        let (dates, _) = DateFormat::best(texts.iter().map(|text| &**text));
        (texts.iter().map(|text| dates.days(text)).collect(), "is no date as the others are")
    } else {
        (texts.iter().map(|text| format.number(text)).collect(), "is not a number")
    };
    let mut numbers = looked_up(ids, &values);
    let mut bad = too_large(&mut numbers);
    let is_bad = |id: u32| id != NO_TEXT && values[id as usize].is_none();
    let no_numbers = ids.iter().enumerate().filter(|(_, id)| is_bad(**id));
    bad.extend(no_numbers.map(|(row, &id)| Bad { row, text: texts[id as usize].clone(), what }));
    bad.sort_by_key(|bad| bad.row);
    (numbers, bad)
}

fn too_large(numbers: &mut [f64]) -> Vec<Bad> {
    let mut bad = Vec::new();
    for (row, value) in numbers.iter_mut().enumerate() {
        if value.abs() > f64::from(f32::MAX) {
            let text = format!("{value:e}").into();
            bad.push(Bad { row, text, what: "is too large a number" });
            *value = f64::NAN;
        }
    }
    bad
}
