//! Reads the rows of a text whose layout is known into columns.

use super::cells::{Column, Dictionary, Reading};
use super::cut::{BadQuote, Cutter, Row};
use super::decode::Text;
use super::faults::Faults;
use super::layout::Layout;
use super::walk::{Met, Walk};
use crate::data::raw::{Cells, Places};
use crate::data::tell::{counted, invalid, report, within};
use crate::data::{DataError, Fault, Limits, PreviewRow, Progress};
use crate::spec::{CsvSpec, FaultRule};

/// Bytes at the end of a text that is cut off in which a quotation mark may be closed behind the
/// end.
const TAIL_BYTES: usize = 1 << 16;
/// Bytes of text between two reports of progress.
const REPORT_BYTES: usize = 1 << 18;

/// Reads the rows of a text whose layout is known.
pub(super) struct Scan<'a> {
    text: &'a Text,
    layout: &'a Layout,
    limits: &'a Limits,
    rule: FaultRule,
    reading: Reading,
    /// Whether the text is the beginning of a longer one.
    pub(super) cut_off: bool,
    /// How many rows to keep as they stand in the file.
    pub(super) preview: usize,
    columns: Vec<Column>,
    places: Places,
    faults: Faults,
    skipped: usize,
    seen: usize,
    kept: Vec<PreviewRow>,
}

/// What came out of it.
pub(super) struct Scanned {
    pub(super) columns: Vec<Cells>,
    pub(super) layout: Layout,
    pub(super) met: Met,
    pub(super) places: Places,
    pub(super) faults: Faults,
    pub(super) skipped: usize,
    /// Rows that were read, left out or not.
    pub(super) seen: usize,
    pub(super) preview: Vec<PreviewRow>,
}

impl<'a> Scan<'a> {
    pub(super) fn new(
        text: &'a Text,
        layout: &'a Layout,
        spec: &CsvSpec,
        limits: &'a Limits,
    ) -> Self {
        Self {
            text,
            layout,
            limits,
            rule: spec.faults,
            reading: Reading::new(layout.style, &spec.missing),
            cut_off: false,
            preview: 0,
            columns: layout.texts.iter().map(|&text| Column::new(text)).collect(),
            places: Places::default(),
            faults: Faults::default(),
            skipped: 0,
            seen: 0,
            kept: Vec::new(),
        }
    }

    pub(super) fn read(mut self, progress: Progress<'_>) -> Result<Scanned, DataError> {
        self.tell_header();
        let met = self.read_rows(&mut within(progress, 0.0, 0.9))?;
        self.read_again(&mut within(progress, 0.9, 1.0))?;
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            report(progress, 1.0)?;
            columns.push(column.into_cells());
        }
        Ok(Scanned {
            columns,
            layout: self.layout.clone(),
            met,
            places: self.places,
            faults: self.faults,
            skipped: self.skipped,
            seen: self.seen,
            preview: self.kept,
        })
    }

    /// A header that does not fit its rows is told.
    fn tell_header(&mut self) {
        let Some((column, message)) = &self.layout.names.oddity else { return };
        let head = self.layout.head;
        let at = self.layout.cut.cell_at(&self.text.bytes, head.at, *column);
        self.faults.push(|| Fault {
            row: head.line,
            column: Some(column + 1),
            byte: self.text.offsets.in_file(&self.text.bytes, at) as usize,
            message: message.clone(),
        });
    }

    fn read_rows(&mut self, progress: Progress<'_>) -> Result<Met, DataError> {
        let text = &self.text.bytes;
        let layout = self.layout;
        let mut walk = Walk::new(text, layout.cut, layout.comments, layout.start);
        let mut reported = 0;
        while walk.advance()? {
            let row = walk.row();
            if self.cut_off && is_open(row) && text.len() - row.at() < TAIL_BYTES {
                break;
            }
            if row.at() >= reported + REPORT_BYTES || self.seen == 0 {
                reported = row.at();
                report(progress, row.at() as f32 / text.len() as f32)?;
            }
            self.seen += 1;
            self.keep(row, walk.line());
            self.take(row, walk.line())?;
        }
        Ok(walk.met)
    }

    /// Keeps a row for the preview.
    fn keep(&mut self, row: Row<'_>, line: usize) {
        if self.kept.len() < self.preview {
            let cells =
                row.cells().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
            self.kept.push(PreviewRow { line, cells });
        }
    }

    fn take(&mut self, row: Row<'_>, line: usize) -> Result<(), DataError> {
        if let Some((column, trouble)) = self.trouble(row) {
            self.tell(row, line, column, &trouble);
            if self.rule == FaultRule::SkipRow {
                self.skipped += 1;
                return Ok(());
            }
        }
        if self.places.lines.len() >= self.limits.rows.min(u32::MAX as usize) {
            return invalid(format!(
                "The table has more than {} rows, the most that are loaded. Keep fewer rows, or \
                 raise the limit for rows in the settings.",
                self.limits.rows
            ));
        }
        for (index, column) in self.columns.iter_mut().enumerate() {
            column.push(fitting(row, index), &self.reading);
        }
        self.places.lines.push(line as u32);
        self.places.bytes.push(row.at() as u64);
        Ok(())
    }

    /// What is wrong with a row: at which column, and a sentence about it.
    fn trouble(&self, row: Row<'_>) -> Option<(Option<usize>, String)> {
        let width = self.columns.len();
        let skip = self.rule == FaultRule::SkipRow;
        if let Some((column, bad)) = row.bad() {
            let what = match bad {
                BadQuote::Open => "A quotation mark is not closed",
                BadQuote::Followed => "Something follows a closing quotation mark",
            };
            let then = if skip { "the row was left out" } else { "the cell counts as missing" };
            return Some((Some(column), format!("{what}, so {then}.")));
        }
        let surplus = row.cells().skip(width).any(|cell| !cell.is_empty());
        if row.len() == width || row.len() > width && !surplus {
            return None;
        }
        let then = match (skip, row.len() < width) {
            (true, _) => "it was left out",
            (false, true) => "those at the end count as missing",
            (false, false) => "those at the end were left out",
        };
        let columns = counted(width, "column");
        let cells = counted(row.len(), "cell");
        Some((None, format!("The row has {cells} and the table {columns}, so {then}.")))
    }

    fn tell(&mut self, row: Row<'_>, line: usize, column: Option<usize>, message: &str) {
        let text = self.text;
        self.faults.push(|| {
            let at = column.map_or(row.at(), |column| row.cell_at(column));
            Fault {
                row: line,
                column: column.map(|column| column + 1),
                byte: text.offsets.in_file(&text.bytes, at) as usize,
                message: message.to_owned(),
            }
        });
    }

    /// Reads the columns that turned out to be texts again, all at once.
    fn read_again(&mut self, progress: Progress<'_>) -> Result<(), DataError> {
        let is_again =
            |(index, column): (usize, &Column)| matches!(column, Column::Again).then_some(index);
        let wanted: Vec<usize> = self.columns.iter().enumerate().filter_map(is_again).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let mut again: Vec<Box<Dictionary>> = wanted.iter().map(|_| Dictionary::new()).collect();
        let (text, mut cutter) = (&self.text.bytes, Cutter::new(self.layout.cut));
        let mut reported = 0;
        for &at in &self.places.bytes {
            let at = at as usize;
            if at >= reported + REPORT_BYTES {
                reported = at;
                report(progress, at as f32 / text.len() as f32)?;
            }
            // It was cut before.
            if cutter.cut(text, at).is_ok() {
                let row = cutter.row(text);
                for (texts, &column) in again.iter_mut().zip(&wanted) {
                    texts.push(fitting(row, column));
                }
            }
        }
        for (texts, column) in again.into_iter().zip(wanted) {
            self.columns[column] = Column::Texts(texts);
        }
        Ok(())
    }
}

/// Whether a quotation mark of a row is not closed.
fn is_open(row: Row<'_>) -> bool {
    matches!(row.bad(), Some((_, BadQuote::Open)))
}

/// A cell of a row, nothing where the row has none or its quotation marks are bad.
fn fitting(row: Row<'_>, column: usize) -> &[u8] {
    match row.bad() {
        Some((bad, _)) if bad == column => b"",
        _ => row.cell(column),
    }
}
