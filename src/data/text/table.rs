//! From bytes to a table: all of a file, or its beginning for a preview.

use std::io::Read;
use std::ops::ControlFlow;

use super::bytes::{read_all, read_upto};
use super::cells::{Reading, as_numbers};
use super::decode::{Text, decode};
use super::layout::Layout;
use super::number::styles;
use super::scan::{Scan, Scanned};
use super::walk::Met;
use crate::data::raw::{Cells, KeptText, RawTable};
use crate::data::tell::{counted, invalid, report, within};
use crate::data::{DataError, Limits, PreviewRow, Progress};
use crate::spec::{CsvSpec, Delimiter, Thousands};

/// Bytes of a file that a preview looks at.
const PREVIEW_BYTES: usize = 1 << 20;

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
    let progress: Progress<'_> = &mut |_| ControlFlow::Continue(());
    let bytes = read_upto(reader, limits.bytes.min(PREVIEW_BYTES), progress)?;
    let whole = bytes.whole;
    let mut text = decode(bytes, spec.dialect.encoding, progress)?;
    if !whole {
        cut_off_last_line(&mut text.bytes);
    }
    let layout = Layout::find(&text, spec, limits, progress)?;
    let mut scan = Scan::new(&text, &layout, spec, limits);
    (scan.preview, scan.cut_off) = (rows, !whole);
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
