//! From the bytes of a text file to a table of cells: encoding, delimiter, header, places.

use std::io::Read;

use ::csv::{Reader, ReaderBuilder, StringRecord};

use super::tell::{CHUNK, counted, invalid, quoted, read_chunk, report};
use super::{DataError, Progress};
use crate::spec::HeaderMode;

/// Most bytes of a text file: 512 MiB.
pub const MAX_BYTES: usize = 512 << 20;
/// Most rows of a table.
pub const MAX_ROWS: usize = 2_000_000;
/// Most columns of a table.
pub const MAX_COLUMNS: usize = 10_000;

/// Rows from which delimiter and header are guessed.
const SAMPLE_ROWS: usize = 100;
/// What may stand between the cells, the most usual first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// What stands in tables for a missing value; says nothing about whether a row is a header.
const MISSING: [&str; 10] = ["", "NA", "N/A", "na", "nan", "NaN", "?", "null", "NULL", "-"];

/// The text of a file. Places in it are offsets into [`Source::body`]; in messages they are
/// offsets into the file, counted from zero.
#[derive(Debug)]
pub(super) struct Source {
    text: String,
    /// Length of the byte order mark.
    mark: usize,
}

impl Source {
    /// Reads a whole file of up to `limit` bytes.
    pub(super) fn read(
        reader: impl Read,
        limit: usize,
        progress: Progress<'_>,
    ) -> Result<Self, DataError> {
        let mut reader = reader.take(limit as u64 + 1);
        let (mut bytes, mut chunk) = (Vec::new(), vec![0; CHUNK]);
        loop {
            // How much is to come is not known.
            report(progress, 0.0)?;
            match read_chunk(&mut reader, &mut chunk) {
                Ok(0) => break,
                Ok(count) => bytes.extend_from_slice(&chunk[..count]),
                Err(error) => return Err(DataError::Io(format!("Reading failed: {error}."))),
            }
        }
        if bytes.len() > limit {
            return invalid(format!(
                "The file is larger than {} MiB, the most that can be loaded. Keep fewer rows or \
                 columns.",
                limit >> 20
            ));
        }
        Self::decode(bytes)
    }

    /// Reads the first `limit` bytes of a file and answers whether that was all of it. What is cut
    /// off within a line is left out.
    pub(super) fn read_beginning(
        reader: impl Read,
        limit: usize,
    ) -> Result<(Self, bool), DataError> {
        let mut bytes = Vec::new();
        reader
            .take(limit as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| DataError::Io(format!("Reading failed: {error}.")))?;
        let whole = bytes.len() <= limit;
        if !whole {
            bytes.truncate(limit);
            if let Some(end) = bytes.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
                bytes.truncate(end + 1);
            } else if let Err(error) = std::str::from_utf8(&bytes)
                && error.error_len().is_none()
            {
                bytes.truncate(error.valid_up_to());
            }
        }
        Ok((Self::decode(bytes)?, whole))
    }

    fn decode(bytes: Vec<u8>) -> Result<Self, DataError> {
        match bytes[..] {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                return invalid("The file is UTF-16 text. Save it as UTF-8 and load it again.");
            }
            [b'P', b'K', 3, 4, ..] => {
                return invalid(
                    "The file is a workbook or another zip archive, not text. Save the table as \
                     CSV and load that.",
                );
            }
            _ => {}
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            DataError::Invalid(format!(
                "Row {} (byte {at}) is not UTF-8 text. Save the file as UTF-8 and load it again.",
                line_of(&error.as_bytes()[..at])
            ))
        })?;
        if let Some(at) = text.bytes().position(|byte| byte == 0) {
            return invalid(format!(
                "Row {} (byte {at}) holds a zero byte, so the file is not plain text. Save the \
                 table as CSV in UTF-8 and load that.",
                line_of(&text.as_bytes()[..at])
            ));
        }
        let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Ok(Self { text, mark })
    }

    /// The text without its byte order mark.
    pub(super) fn body(&self) -> &str {
        &self.text[self.mark..]
    }

    /// All rows that are not blank.
    pub(super) fn rows(&self, delimiter: u8) -> Rows<'_> {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(self.body().as_bytes());
        Rows { source: self, reader, record: StringRecord::new(), blank: 0 }
    }

    /// `Row 7 (byte 120)`. Rows are lines of the file, so that an editor finds them.
    pub(super) fn row_place(&self, at: usize) -> String {
        format!("Row {} (byte {})", line_of(&self.body().as_bytes()[..at]), self.mark + at)
    }

    /// `Row 7, column 3 “age” (byte 125)` for a cell of the record that begins at `at`.
    pub(super) fn cell_place(&self, at: usize, column: usize, layout: &Layout) -> String {
        let body = self.body().as_bytes();
        format!(
            "Row {}, {} (byte {})",
            line_of(&body[..at]),
            layout.column(column),
            self.mark + cell_offset(body, at, column, layout.delimiter)
        )
    }
}

/// Number of the line that begins after `before`, counted from one.
fn line_of(before: &[u8]) -> usize {
    let returns = before.iter().filter(|&&byte| byte == b'\r').count();
    let feeds = before.iter().filter(|&&byte| byte == b'\n').count();
    let pairs = before.windows(2).filter(|pair| pair == b"\r\n").count();
    1 + returns + feeds - pairs
}

/// Where cell `column` of the record at `at` begins, by the quoting rules of the reader.
fn cell_offset(body: &[u8], at: usize, column: usize, delimiter: u8) -> usize {
    let (mut left, mut fresh, mut quoted, mut inside) = (column, true, false, false);
    for (offset, &byte) in body[at..].iter().enumerate() {
        if left == 0 {
            return at + offset;
        }
        if fresh {
            quoted = byte == b'"';
            inside = quoted;
            fresh = false;
        } else if quoted && byte == b'"' {
            inside = !inside;
        }
        if byte == delimiter && !inside {
            left -= 1;
            fresh = true;
        }
    }
    body.len()
}

/// Walks over the rows of a table, leaving out blank ones.
pub(super) struct Rows<'a> {
    source: &'a Source,
    reader: Reader<&'a [u8]>,
    record: StringRecord,
    /// Rows so far that held delimiters and nothing else.
    pub(super) blank: usize,
}

impl Rows<'_> {
    /// The next row and where it begins; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(&StringRecord, usize)>, DataError> {
        loop {
            let before = self.reader.position().byte() as usize;
            match self.reader.read_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => {
                    let place = self.source.row_place(before);
                    return invalid(format!("{place} cannot be read: {error}."));
                }
            }
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                return Ok(Some((&self.record, self.first_byte(before))));
            }
            self.blank += usize::from(self.record.len() > 1);
        }
    }

    /// The reader counts empty lines to the record that follows them.
    fn first_byte(&self, before: usize) -> usize {
        let body = self.source.body().as_bytes();
        let breaks = body[before..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        before + breaks.count()
    }
}

/// How a text file is laid out as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// What stands between the cells.
    pub(super) delimiter: u8,
    /// Whether the first row names the columns.
    pub(super) header: bool,
    /// Name of each column: from the header, or `column 3` where there is none.
    pub(super) names: Vec<String>,
}

impl Layout {
    /// Looks at the first rows.
    pub(super) fn find(source: &Source, mode: HeaderMode) -> Result<Self, DataError> {
        let (delimiter, sample) = guess_delimiter(source)?;
        let Some((first, below)) = sample.split_first() else {
            return invalid("The file is empty.");
        };
        let count = first.len();
        if count > MAX_COLUMNS {
            return invalid(format!(
                "The table has {count} columns; at most {MAX_COLUMNS} can be loaded."
            ));
        }
        let header = match mode {
            HeaderMode::Auto => looks_like_header(first, below),
            HeaderMode::Present => true,
            HeaderMode::Absent => false,
        };
        let name = |(column, text): (usize, &String)| {
            if header && !text.is_empty() { text.clone() } else { format!("column {}", column + 1) }
        };
        Ok(Self { delimiter, header, names: first.iter().enumerate().map(name).collect() })
    }

    /// `column 3 “age”`, or `column 3` when it has no name.
    pub(super) fn column(&self, column: usize) -> String {
        let number = format!("column {}", column + 1);
        match self.names.get(column) {
            Some(name) if *name != number => format!("{number} {}", quoted(name)),
            _ => number,
        }
    }

    /// `semicolons`.
    pub(super) fn delimiter_name(&self) -> &'static str {
        match self.delimiter {
            b';' => "semicolons",
            b'\t' => "tabs",
            _ => "commas",
        }
    }

    /// The error of a row that has another number of cells than the first one.
    pub(super) fn ragged(&self, source: &Source, record: &StringRecord, at: usize) -> DataError {
        let wanted = counted(self.names.len(), "cell");
        let first = if self.header { "the header" } else { "the first row" };
        let advice = if record.iter().any(|cell| cell.contains(['\n', '\r'])) {
            " A quotation mark before it may not be closed."
        } else {
            " Every row needs the same number; put cells that contain the delimiter between \
             quotation marks."
        };
        DataError::Invalid(format!(
            "{} has {}, but {first} has {wanted}.{advice}",
            source.row_place(at),
            counted(record.len(), "cell")
        ))
    }
}

/// Whether `cell` is a finite number.
pub(super) fn is_number(cell: &str) -> bool {
    cell.parse::<f64>().is_ok_and(f64::is_finite)
}

type Sample = Vec<Vec<String>>;

fn sample(source: &Source, delimiter: u8) -> Result<Sample, DataError> {
    let mut rows = source.rows(delimiter);
    let mut sample = Vec::new();
    while sample.len() < SAMPLE_ROWS
        && let Some((record, _)) = rows.next()?
    {
        sample.push(record.iter().map(|cell| cell.trim().to_owned()).collect());
    }
    Ok(sample)
}

/// The delimiter that cuts most rows into the same number of cells; of equals, the one that leaves
/// most numbers, then most cells.
fn guess_delimiter(source: &Source) -> Result<(u8, Sample), DataError> {
    let mut best = (b',', sample(source, b',')?);
    let mut best_score = score(&best.1, b',');
    for delimiter in &DELIMITERS[1..] {
        if !source.body().as_bytes().contains(delimiter) {
            continue;
        }
        let cut = sample(source, *delimiter)?;
        let score = score(&cut, *delimiter);
        if score > best_score {
            (best, best_score) = ((*delimiter, cut), score);
        }
    }
    Ok(best)
}

/// Rows of the most usual length, numbers among ten thousand cells, cells of a row.
fn score(sample: &Sample, delimiter: u8) -> (usize, usize, usize) {
    let mut lengths: Vec<usize> = sample.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let runs = lengths.chunk_by(|a, b| a == b);
    let Some((alike, length)) = runs.map(|run| (run.len(), run[0])).max() else {
        return (0, 0, 0);
    };
    if length == 1 {
        return (0, 0, 0);
    }
    let cells: usize = lengths.iter().sum();
    let numbers = sample
        .iter()
        .flatten()
        // Where another delimiter stands between cells, the comma may be a decimal one.
        .filter(|cell| is_number(cell) || delimiter != b',' && is_number(&cell.replace(',', ".")))
        .count();
    (alike, numbers * 10_000 / cells, length)
}

/// A header has a text above a column of numbers. Where there is no column of numbers at all, it
/// is a row of different texts that do not occur in their columns.
fn looks_like_header(first: &[String], below: &[Vec<String>]) -> bool {
    let above_numbers = (0..first.len()).any(|column| {
        let cells = present(below, column);
        let (all, numbers) = (cells.clone().count(), cells.filter(|cell| is_number(cell)).count());
        2 * numbers > all && !is_number(&first[column]) && !is_missing(&first[column])
    });
    let all_text = || {
        first.iter().all(|cell| !cell.is_empty() && !is_number(cell))
            && below.iter().flatten().all(|cell| !is_number(cell))
    };
    let distinct = || {
        let different = (1..first.len()).all(|column| !first[..column].contains(&first[column]));
        different
            && (0..first.len())
                .all(|column| present(below, column).all(|cell| cell != first[column]))
    };
    above_numbers || all_text() && distinct()
}

fn present(rows: &[Vec<String>], column: usize) -> impl Iterator<Item = &str> + Clone {
    rows.iter()
        .filter_map(move |row| row.get(column))
        .map(String::as_str)
        .filter(|cell| !is_missing(cell))
}

fn is_missing(cell: &str) -> bool {
    MISSING.contains(&cell)
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    fn source(text: &str) -> Source {
        Source::decode(text.as_bytes().to_vec()).expect("plain text")
    }

    fn layout(text: &str) -> Layout {
        Layout::find(&source(text), HeaderMode::Auto).expect("a table")
    }

    #[test]
    fn the_delimiter_is_guessed_from_the_rows() {
        for (text, wanted) in [
            ("1,2,3\n4,5,6\n", b','),
            ("a;b\n1;2\n", b';'),
            ("a\tb\n1\t2\n", b'\t'),
            ("1,5;2,5;a\n2,5;3,5;b\n", b';'),
            ("a;b;c\n1,5;2,5;0\n2,5;3,5;1\n", b';'),
            ("name\tx\nBraund, Mr.\t1\nCumings, Mrs.\t2\n", b'\t'),
            ("\"a;b\",1\n\"c;d\",2\n", b','),
            ("one\ntwo\n", b','),
        ] {
            assert_eq!(layout(text).delimiter, wanted, "{text}");
        }
    }

    #[test]
    fn a_header_is_told_from_data() {
        for (text, wanted) in [
            ("a,b\n1,2\n", true),
            ("5.1,setosa\n4.9,setosa\n", false),
            ("label,0,1\n3,7,8\n", true),
            ("1,2\n3,4\n", false),
            ("x,species\n1,setosa\n", true),
            ("colour,size\nred,big\nblue,small\n", true),
            ("red,big\nred,small\n", false),
            ("a,a\nb,c\n", false),
            ("?,1\n2,3\n4,5\n", false),
            ("a,b\n", true),
            ("1,b\n", false),
            ("a,b\nNA,x\n3,y\n4,z\n", true),
        ] {
            assert_eq!(layout(text).header, wanted, "{text}");
        }
    }

    #[test]
    fn a_column_without_a_name_gets_its_number() {
        assert_eq!(layout("a,,c\n1,2,3\n").names, ["a", "column 2", "c"]);
        assert_eq!(layout("1,2\n3,4\n").names, ["column 1", "column 2"]);
        assert_eq!(layout("a,,c\n1,2,3\n").column(0), "column 1 “a”");
        assert_eq!(layout("a,,c\n1,2,3\n").column(1), "column 2");
    }

    #[test]
    fn rows_know_where_they_begin() {
        let source = source("a,b\r\n\r\n1,2\n\n \n,\n\"x\ny\",4\r5,6");
        let mut rows = source.rows(b',');
        let mut places = Vec::new();
        while let Some((record, at)) = rows.next().expect("plain text") {
            places.push((record[0].to_owned(), source.row_place(at)));
        }
        let wanted = [
            ("a", "Row 1 (byte 0)"),
            ("1", "Row 3 (byte 7)"),
            ("x\ny", "Row 7 (byte 16)"),
            ("5", "Row 9 (byte 24)"),
        ]
        .map(|(cell, place)| (cell.to_owned(), place.to_owned()));
        assert_eq!(places, wanted);
        assert_eq!(rows.blank, 1);
    }

    #[test]
    fn a_cell_is_found_behind_quotation_marks_and_the_mark() {
        let source = source("\u{feff}a,b,c\n\"1,\"\"2\",3,x\n");
        let layout = Layout::find(&source, HeaderMode::Present).expect("a table");
        assert_eq!(source.cell_place(6, 0, &layout), "Row 2, column 1 “a” (byte 9)");
        assert_eq!(source.cell_place(6, 2, &layout), "Row 2, column 3 “c” (byte 19)");
        assert_eq!(&source.body()[19 - 3..20 - 3], "x");
    }

    #[test]
    fn what_is_not_plain_text_is_refused_with_the_place() {
        let refuse =
            |bytes: &[u8]| Source::decode(bytes.to_vec()).expect_err("not plain text").to_string();
        assert!(refuse(b"\xff\xfea\0").contains("UTF-16"));
        assert!(refuse(b"\xfe\xff\0a").contains("UTF-16"));
        assert!(refuse(b"PK\x03\x04").contains("workbook"));
        assert!(refuse(b"a,b\r\n1,\xe9\n").starts_with("Row 2 (byte 7) is not UTF-8"));
        assert!(refuse(b"a\rb\n\0").starts_with("Row 3 (byte 4) holds a zero byte"));
    }

    #[test]
    fn a_file_above_the_limit_is_refused() {
        let mut go_on = |_| ControlFlow::Continue(());
        assert!(Source::read(std::io::repeat(b'1').take(1 << 20), 1 << 20, &mut go_on).is_ok());
        let error = Source::read(std::io::repeat(b'1'), 1 << 20, &mut go_on).expect_err("endless");
        assert!(error.to_string().contains("larger than 1 MiB"), "{error}");
    }

    #[test]
    fn the_beginning_of_a_file_ends_with_a_line() {
        let begin = |text: &str, limit| {
            let (source, whole) =
                Source::read_beginning(text.as_bytes(), limit).expect("plain text");
            (source.body().to_owned(), whole)
        };
        assert_eq!(begin("1,2\n3,4\n", 8), ("1,2\n3,4\n".to_owned(), true));
        assert_eq!(begin("1,2\n3,4\n", 7), ("1,2\n".to_owned(), false));
        assert_eq!(begin("aé", 2), ("a".to_owned(), false));
    }
}
