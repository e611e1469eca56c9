//! From bytes to a table: all of a file, or its beginning for a preview.

use std::io::Read;

use super::bytes::{read_all, read_upto};
use super::cells::{Column, Dictionary, Reading, as_numbers};
use super::cut::{BadQuote, Cutter, Row};
use super::decode::{Text, decode};
use super::dialect::{Layout, shown};
use super::faults::Faults;
use super::number::styles;
use super::walk::{Met, Walk};
use crate::data::preview::PreviewRow;
use crate::data::raw::{Cells, KeptText, Places, RawTable};
use crate::data::tell::{counted, invalid, report, within};
use crate::data::{DataError, Fault, Limits, Progress};
use crate::spec::{CsvSpec, Delimiter, FaultRule, Thousands};

/// Bytes of a file that a preview looks at.
const PREVIEW_BYTES: usize = 1 << 20;
/// Bytes of text between two reports of progress.
const REPORT_BYTES: usize = 1 << 20;

/// The beginning of a table.
#[derive(Debug)]
pub(in crate::data) struct Beginning {
    /// All rows that were looked at.
    pub table: RawTable,
    /// The first rows of data as they stand in the file, trimmed; not all need be of one length.
    pub rows: Vec<PreviewRow>,
    /// Whether the file goes on after these rows.
    pub more: bool,
}

/// Reads the whole table of a text file. What `spec` says of columns, label and task is not used
/// here, nor is its path.
///
/// # Errors
/// When reading fails, the bytes are no text, hold no table or no rows, are above a limit, or
/// `progress` says stop.
pub(in crate::data) fn read_table(
    reader: &mut dyn Read,
    spec: &CsvSpec,
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<RawTable, DataError> {
    let bytes = read_all(reader, limits.bytes, &mut within(progress, 0.0, 0.0))?;
    let text = decode(bytes, spec.dialect.encoding, &mut within(progress, 0.0, 0.2))?;
    let layout = Layout::find(&text, spec, limits, &mut within(progress, 0.2, 0.2))?;
    let scan = Scan::new(&text, &layout, spec, limits);
    let mut scanned = scan.read(&mut within(progress, 0.2, 0.95))?;
    scanned.finish(&text, spec, &mut within(progress, 0.95, 0.95))?;
    let table = scanned.into_table(text, spec);
    refuse_no_rows(&table)?;
    report(progress, 1.0)?;
    Ok(table)
}

/// Reads the beginning of a table, `rows` rows of it at most as they stand in the file.
///
/// # Errors
/// As [`read_table`], except that a table without rows is fine.
pub(in crate::data) fn read_beginning(
    reader: &mut dyn Read,
    spec: &CsvSpec,
    limits: &Limits,
    rows: usize,
) -> Result<Beginning, DataError> {
    let progress: Progress<'_> = &mut |_| std::ops::ControlFlow::Continue(());
    let mut bytes = read_upto(reader, limits.bytes.min(PREVIEW_BYTES), progress)?;
    let whole = bytes.whole;
    let mut text = decode(
        super::bytes::Bytes { bytes: std::mem::take(&mut bytes.bytes), ..bytes },
        spec.dialect.encoding,
        progress,
    )?;
    if !whole {
        cut_off_last_line(&mut text.bytes);
    }
    let layout = Layout::find(&text, spec, limits, progress)?;
    let mut scan = Scan::new(&text, &layout, spec, limits);
    scan.preview = rows;
    let mut scanned = scan.read(progress)?;
    scanned.finish(&text, spec, progress)?;
    let rows = std::mem::take(&mut scanned.preview);
    let more = !whole || scanned.seen > rows.len();
    Ok(Beginning { table: scanned.into_table(text, spec), rows, more })
}

/// What is cut off within a line is left out, unless there is one line only.
fn cut_off_last_line(text: &mut Vec<u8>) {
    if let Some(end) = text.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
        text.truncate(end + 1);
    }
}

fn refuse_no_rows(table: &RawTable) -> Result<(), DataError> {
    match table.faults.iter().find(|_| table.skipped > 0) {
        _ if table.rows > 0 => Ok(()),
        Some(fault) => invalid(format!(
            "All {} of the table were left out. The first is row {} (byte {}): {} Choose another \
             delimiter or header, or let missing cells count as missing.",
            counted(table.skipped, "row"),
            fault.row,
            fault.byte,
            fault.message
        )),
        None if table.layout.header => invalid("The table has a header but no rows."),
        None => invalid("The table has no rows."),
    }
}

/// Reads the rows of a text whose layout is known.
struct Scan<'a> {
    text: &'a Text,
    layout: &'a Layout,
    limits: &'a Limits,
    rule: FaultRule,
    reading: Reading,
    /// How many rows to keep as they stand in the file.
    preview: usize,
    columns: Vec<Column>,
    places: Places,
    faults: Faults,
    skipped: usize,
    seen: usize,
    kept: Vec<PreviewRow>,
}

/// What came out of it.
struct Scanned {
    columns: Vec<Cells>,
    layout: Layout,
    met: Met,
    places: Places,
    faults: Faults,
    skipped: usize,
    /// Rows that were read, left out or not.
    seen: usize,
    preview: Vec<PreviewRow>,
}

impl<'a> Scan<'a> {
    fn new(text: &'a Text, layout: &'a Layout, spec: &CsvSpec, limits: &'a Limits) -> Self {
        Self {
            text,
            layout,
            limits,
            rule: spec.faults,
            reading: Reading::new(layout.style, &spec.missing),
            preview: 0,
            columns: layout.texts.iter().map(|&text| Column::new(text)).collect(),
            places: Places::default(),
            faults: Faults::default(),
            skipped: 0,
            seen: 0,
            kept: Vec::new(),
        }
    }

    fn read(mut self, progress: Progress<'_>) -> Result<Scanned, DataError> {
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
            let cells = row.cells().map(|cell| shown(cell).into_owned()).collect();
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
        let mut again: Vec<Dictionary> = wanted.iter().map(|_| Dictionary::default()).collect();
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

/// A cell of a row, nothing where the row has none or its quotation marks are bad.
fn fitting(row: Row<'_>, column: usize) -> &[u8] {
    match row.bad() {
        Some((bad, _)) if bad == column => b"",
        _ => row.cell(column),
    }
}

impl Scanned {
    /// What needs all rows: the places in the file, and thousands that come late.
    fn finish(
        &mut self,
        text: &Text,
        spec: &CsvSpec,
        progress: Progress<'_>,
    ) -> Result<(), DataError> {
        text.offsets.all_in_file(
            &text.bytes,
            &mut self.places.bytes,
            &mut within(progress, 0.0, 0.0),
        )?;
        self.find_late_thousands(spec, progress)
    }

    fn into_table(mut self, text: Text, spec: &CsvSpec) -> RawTable {
        let before = self.layout.met;
        let met = Met {
            blank: before.blank + self.met.blank,
            comments: before.comments + self.met.comments,
            mark: before.mark.or(self.met.mark),
            ends: std::array::from_fn(|kind| before.ends[kind] + self.met.ends[kind]),
        };
        let has_texts = self.columns.iter().any(|cells| matches!(cells, Cells::Texts { .. }));
        self.places.text = has_texts.then_some(KeptText {
            bytes: text.bytes,
            offsets: text.offsets,
            cut: self.layout.cut,
        });
        RawTable {
            dialect: self.layout.dialect(text.encoding, spec.dialect, met.mark),
            layout: self.layout.findings(&text.name, &met),
            names: self.layout.names.names,
            columns: self.columns,
            rows: self.places.lines.len(),
            blank: met.blank,
            skipped: self.skipped,
            faults: self.faults.listed,
            fault_count: self.faults.count,
            places: self.places,
        }
    }

    /// Thousands that only come after the first rows. They do not change what other columns hold.
    fn find_late_thousands(
        &mut self,
        spec: &CsvSpec,
        progress: Progress<'_>,
    ) -> Result<(), DataError> {
        let style = self.layout.style;
        if spec.dialect.thousands != Thousands::Auto || style.thousands != Thousands::None {
            return Ok(());
        }
        let semicolons = self.layout.delimiter == Delimiter::Semicolon;
        for other in styles(style.decimal, Thousands::Auto, semicolons) {
            let reading = Reading::new(other, &spec.missing);
            let mut found = false;
            for cells in &mut self.columns {
                if let Some(numbers) = as_numbers(cells, &reading, progress)? {
                    (*cells, found) = (numbers, true);
                }
            }
            if found {
                self.layout.style = other;
                break;
            }
        }
        Ok(())
    }
}
