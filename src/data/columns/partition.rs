//! Says which rows are trained, validated and tested on: by ratio, by a column, by a second file.

use super::cells::NO_TEXT;
use super::source::Source;
use crate::data::raw::Cells;
use crate::data::split::{split, validation};
use crate::data::tell::{invalid, quoted};
use crate::data::{DataError, Split, Targets};
use crate::spec::{SplitSpec, TestPart};

/// What decides about the parts besides the ratio.
pub(super) struct Sources<'a> {
    pub(super) source: &'a Source,
    /// Rows of the cells that are used, ascending.
    pub(super) rows: &'a [usize],
    /// The column that says the part of each row, and its place.
    pub(super) column: Option<(usize, &'a Cells)>,
}

/// Divides the used rows, of which `targets` has one each.
///
/// # Errors
/// When a part would be empty, or the column says something else.
pub(super) fn partition(
    targets: &Targets,
    spec: &SplitSpec,
    seed: u64,
    from: &Sources<'_>,
) -> Result<Split, DataError> {
    let held = match (&spec.test, from.column) {
        (TestPart::File(_), _) => by_file(from)?,
        (_, Some((column, cells))) => by_column(column, cells, from)?,
        (TestPart::Fraction(_) | TestPart::Column(_), None) => return split(targets, spec, seed),
    };
    if !held.validation.is_empty() {
        return Ok(held);
    }
    let rest = held.train.len();
    let (train, validation) = validation(targets, held.train, rest, spec, seed)?;
    Ok(Split { train, validation, test: held.test })
}

fn by_file(from: &Sources<'_>) -> Result<Split, DataError> {
    let first = from.rows.partition_point(|&row| row < from.source.main_rows());
    for (rows, file) in [(first, "table"), (from.rows.len() - first, "test file")] {
        if rows == 0 {
            return invalid(format!("The {file} has no row that can be used."));
        }
    }
    let (train, test) = ((0..first).collect(), (first..from.rows.len()).collect());
    Ok(Split { train, validation: Vec::new(), test })
}

fn by_column(column: usize, cells: &Cells, from: &Sources<'_>) -> Result<Split, DataError> {
    let mut split = Split::default();
    let (ids, texts) = cells.clone().into_texts();
    let parts: Vec<Option<Part>> = texts.iter().map(|text| Part::called(text)).collect();
    for (place, &id) in ids.iter().enumerate() {
        let part = if id == NO_TEXT { None } else { parts[id as usize] };
        match part {
            Some(Part::Train) => split.train.push(place),
            Some(Part::Validation) => split.validation.push(place),
            Some(Part::Test) => split.test.push(place),
            None => {
                let text = if id == NO_TEXT { "" } else { &texts[id as usize] };
                return invalid(format!(
                    "{} holds {}, which names no part. Write train, validation or test there, or \
                     choose another way to split.",
                    from.source.cell(from.rows[place], column),
                    quoted(text)
                ));
            }
        }
    }
    for (rows, part) in [(&split.train, "train"), (&split.test, "test")] {
        if rows.is_empty() {
            return invalid(format!(
                "No row that can be used says {} in the column of the split. Choose another \
                 column, or another way to split.",
                quoted(part)
            ));
        }
    }
    Ok(split)
}

#[derive(Clone, Copy)]
enum Part {
    Train,
    Validation,
    Test,
}

impl Part {
    fn called(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "train" | "training" => Some(Self::Train),
            "validation" | "val" | "valid" | "dev" => Some(Self::Validation),
            "test" | "testing" => Some(Self::Test),
            _ => None,
        }
    }
}
