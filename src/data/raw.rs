//! A table as it stands in its text: cells column by column, before anything is decided about
//! what they mean.

use super::text::{Cut, Offsets};
use super::{Fault, LayoutFindings};
use crate::spec::Dialect;

/// A table cut into cells.
#[derive(Debug)]
pub(super) struct RawTable {
    /// Name of each column: from the header, or `column 3` where there is none. Not all need be
    /// different.
    pub names: Vec<String>,
    /// One for each name, all of the same length.
    pub columns: Vec<Cells>,
    /// Number of rows in every column.
    pub rows: usize,
    /// How the text was cut, nothing left to be guessed.
    pub dialect: Dialect,
    /// The same in words.
    pub layout: LayoutFindings,
    /// Rows without any value, left out.
    pub blank: usize,
    /// Rows left out because their length did not fit.
    pub skipped: usize,
    /// What did not fit, in the order of the file; the first ones only.
    pub faults: Vec<Fault>,
    /// How many there were.
    pub fault_count: usize,
    /// Where each row stands in the file.
    pub places: Places,
}

/// The cells of one column, in the narrowest form that loses nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cells {
    /// Whole numbers from 0 to 255, none missing.
    Bytes(Vec<u8>),
    /// Numbers. NaN stands for a cell that says in one of the usual words that it is missing.
    Numbers(Vec<f64>),
    /// Anything: each cell is the place of its text among the different ones, in the order in
    /// which they come in the file. Trimmed and unquoted, as the file has them.
    Texts {
        /// One for each row.
        ids: Vec<u32>,
        /// Each different text once.
        texts: Vec<Box<str>>,
    },
}

/// Finds rows and cells in the file again, for messages.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Line of the file at which each row begins, counted from one.
    pub lines: Vec<u32>,
    /// Offset into the file at which each row begins. Where the file was packed, into what came
    /// out of it.
    pub bytes: Vec<u64>,
    /// The text, kept where some column holds texts: only there can a cell turn out not to fit.
    pub text: Option<KeptText>,
}

/// The text of a table, to find single cells in it.
#[derive(Debug)]
pub(super) struct KeptText {
    pub bytes: Vec<u8>,
    pub offsets: Offsets,
    pub cut: Cut,
}

impl RawTable {
    /// Line of the file on which row `row` begins, counted from one.
    pub(super) fn line(&self, row: usize) -> u32 {
        self.places.lines.get(row).copied().unwrap_or_default()
    }

    /// Line of the file on which row `row` begins, counted from one, and the offset into the file
    /// at which its cell in `column` begins, counted from zero. Of a table without any column of
    /// texts only the places of rows are kept; there the offset is that of the row.
    pub(super) fn place(&self, row: usize, column: usize) -> (usize, usize) {
        let line = self.line(row) as usize;
        let byte = self.places.bytes.get(row).copied().unwrap_or_default();
        let cell = self.places.text.as_ref().map(|text| text.cell_byte(byte, column));
        (line, cell.unwrap_or(byte) as usize)
    }
}

impl KeptText {
    /// Where a cell of the row that begins at `row` stands in the file.
    fn cell_byte(&self, row: u64, column: usize) -> u64 {
        let at = self.offsets.in_text(&self.bytes, row);
        self.offsets.in_file(&self.bytes, self.cut.cell_at(&self.bytes, at, column))
    }
}

/// Words that stand for a missing value in any table, in small letters.
pub(super) const MISSING_WORDS: [&str; 9] =
    ["", "na", "n/a", "nan", "null", "none", "?", "-", "missing"];

/// Whether a trimmed cell says that its value is missing.
pub(super) fn is_missing_word(cell: &str) -> bool {
    MISSING_WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}
