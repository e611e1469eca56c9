use std::io::Read;

use super::text::{self, Beginning};
use super::{DataError, Fault, LayoutFindings, Limits, columns};
use crate::spec::{ColumnKind, ColumnRole, CsvSpec, Dialect};

/// Rows that a preview shows.
const SHOWN_ROWS: usize = 100;

/// What the first rows of a table show, so that each guess can be checked and changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TablePreview {
    /// How the text was cut, nothing of it left to be guessed: what to show as chosen where the
    /// user's own dialect says "auto".
    pub dialect: Dialect,
    /// The same in words.
    pub layout: LayoutFindings,
    /// One for each column of the file.
    pub columns: Vec<PreviewColumn>,
    /// The first rows of data as they stand in the file, trimmed; not all need be of one length.
    pub rows: Vec<PreviewRow>,
    /// What did not fit in the part of the file that was looked at.
    pub faults: Vec<Fault>,
    /// Whether the file goes on after these rows.
    pub more: bool,
}

/// A column as the first rows show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewColumn {
    /// From the header, or `column 3` where there is none.
    pub name: String,
    /// What it is, or would be, used for.
    pub role: ColumnRole,
    /// What its cells look like.
    pub kind: ColumnKind,
    /// Why, one sentence.
    pub reason: String,
}

/// A row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewRow {
    /// Line of the file, counted from one.
    pub line: usize,
    /// Its cells.
    pub cells: Vec<String>,
}

/// Reads the beginning of a table and guesses from it what the columns are; what `spec` says of
/// them counts, and what it says of columns that do not exist has no effect. Guesses from all rows
/// may differ from those that the first rows allow.
///
/// # Errors
/// When it cannot be read or is no table.
pub fn preview(
    reader: &mut dyn Read,
    spec: &CsvSpec,
    limits: &Limits,
) -> Result<TablePreview, DataError> {
    let Beginning { table, rows, more } = text::read_beginning(reader, spec, limits, SHOWN_ROWS)?;
    Ok(columns::preview_of(table, rows, more, spec))
}
