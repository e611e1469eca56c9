//! Tables that are written in any dialect come back as they were; no bytes make a panic.

use std::ops::ControlFlow;

use encoding_rs::WINDOWS_1252;
use proptest::prelude::*;

use super::*;
use crate::data::Limits;
use crate::data::raw::{Cells, RawTable, is_missing_word};
use crate::spec::{
    Comment, CsvSpec, Decimal, Delimiter, Dialect, Encoding, FaultRule, HeaderMode, Quote,
    Thousands,
};

fn read(spec: &CsvSpec, bytes: &[u8]) -> Result<RawTable, crate::data::DataError> {
    let go_on = &mut |_| ControlFlow::Continue(());
    read_table(&mut &*bytes, spec, &Limits::default(), go_on)
}

/// A table that is written cell by cell, and where each cell stands.
struct Written {
    bytes: Vec<u8>,
    /// Line of each row and offset of each of its cells.
    places: Vec<(usize, Vec<usize>)>,
}

fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Auto | Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Windows1252 => WINDOWS_1252.encode(text).0.into_owned(),
    }
}

fn delimiter(delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Auto | Delimiter::Comma => ",",
        Delimiter::Semicolon => ";",
        Delimiter::Tab => "\t",
        Delimiter::Pipe => "|",
        Delimiter::Spaces => " ",
    }
}

fn write(rows: &[Vec<String>], dialect: Dialect, line_end: &str, quote_all: bool) -> Written {
    let quote = if dialect.quote == Quote::Single { "'" } else { "\"" };
    let between = delimiter(dialect.delimiter);
    let mut written = Written { bytes: Vec::new(), places: Vec::new() };
    let mut line = 1;
    for row in rows {
        let mut cells = Vec::new();
        let first_line = line;
        for (column, cell) in row.iter().enumerate() {
            if column > 0 {
                written.bytes.extend(encoded(between, dialect.encoding));
            }
            cells.push(written.bytes.len());
            let needed = cell.contains([',', ';', '\t', '|', ' ', '\n', '"', '\'']);
            let text = if needed || quote_all || cell.is_empty() {
                format!("{quote}{}{quote}", cell.replace(quote, &quote.repeat(2)))
            } else {
                cell.clone()
            };
            line += cell.matches('\n').count();
            written.bytes.extend(encoded(&text, dialect.encoding));
        }
        written.bytes.extend(encoded(line_end, dialect.encoding));
        written.places.push((first_line, cells));
        line += 1;
    }
    written
}

fn same(cells: &Cells, row: usize, wanted: &str) -> bool {
    let wanted = wanted.trim();
    let number = |value: f64| {
        wanted.parse::<f64>().map_or(value.is_nan() && is_missing_word(wanted), |number| {
            number == value || is_missing_word(wanted) && value.is_nan()
        })
    };
    match cells {
        Cells::Bytes(bytes) => number(f64::from(bytes[row])),
        Cells::Numbers(numbers) => number(numbers[row]),
        Cells::Texts { ids, texts } => *texts[ids[row] as usize] == *wanted,
    }
}

/// A cell without a line break: those are not for tables that are cut at spaces.
fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-cé€ ,;|\t\"'#x-]{0,6}",
        2 => (-300_i32..300).prop_map(|number| number.to_string()),
        1 => any::<f32>().prop_filter("finite", |number| number.is_finite())
            .prop_map(|number| number.to_string()),
        1 => prop_oneof![Just("NA"), Just(""), Just("?"), Just("007")].prop_map(str::to_owned),
    ]
}

fn any_rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1_usize..5).prop_flat_map(|width| {
        // No row is blank.
        let row = (0_u16..400, prop::collection::vec(any_cell(), width));
        let row = row.prop_map(|(first, mut cells)| {
            cells.insert(0, first.to_string());
            cells
        });
        prop::collection::vec(row, 1..8)
    })
}

fn any_dialect() -> impl Strategy<Value = Dialect> {
    use Encoding::{Utf8, Utf16Be, Utf16Le, Windows1252};
    let encodings = prop_oneof![Just(Utf8), Just(Utf16Le), Just(Utf16Be), Just(Windows1252)];
    let delimiters = prop_oneof![
        Just(Delimiter::Comma),
        Just(Delimiter::Semicolon),
        Just(Delimiter::Tab),
        Just(Delimiter::Pipe),
        Just(Delimiter::Spaces),
    ];
    let quotes = prop_oneof![Just(Quote::Double), Just(Quote::Single)];
    (encodings, delimiters, quotes).prop_map(|(encoding, delimiter, quote)| Dialect {
        encoding,
        delimiter,
        quote,
        decimal: Decimal::Point,
        thousands: Thousands::None,
        skip: Some(0),
        comment: Comment::None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_was_written_comes_back(
        rows in any_rows(),
        dialect in any_dialect(),
        line_end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
        quote_all: bool,
        breaks: bool,
    ) {
        let mut rows = rows;
        if breaks && dialect.delimiter != Delimiter::Spaces {
            rows[0][1].push_str("\nz");
        }
        let written = write(&rows, dialect, line_end, quote_all);
        let spec = CsvSpec { dialect, header: HeaderMode::Absent, ..CsvSpec::default() };
        let table = read(&spec, &written.bytes).expect("a table");
        prop_assert_eq!((table.rows, table.columns.len()), (rows.len(), rows[0].len()));
        prop_assert_eq!((table.fault_count, table.blank), (0, 0));
        for (row, cells) in rows.iter().enumerate() {
            let (line, offsets) = &written.places[row];
            for (column, cell) in cells.iter().enumerate() {
                prop_assert!(same(&table.columns[column], row, cell), "{:?} {:?}", cell, table);
                let byte = if table.places.text.is_some() { offsets[column] } else { offsets[0] };
                prop_assert_eq!(table.place(row, column), (*line, byte));
            }
        }
    }

    #[test]
    fn rows_are_cut_as_the_csv_crate_cuts_them(text in "[ab,\"\n\r]{0,40}") {
        let dialect = Dialect {
            delimiter: Delimiter::Comma,
            quote: Quote::Double,
            skip: Some(0),
            comment: Comment::None,
            ..Dialect::default()
        };
        let spec = CsvSpec { dialect, header: HeaderMode::Absent, ..CsvSpec::default() };
        let Ok(found) = read_beginning(&mut text.as_bytes(), &spec, &Limits::default(), 100) else {
            return Ok(());
        };
        // Bad quotation marks are told here and guessed at there.
        if found.table.faults.iter().any(|fault| fault.column.is_some()) {
            return Ok(());
        }
        let mut reader = ::csv::ReaderBuilder::new();
        let reader = reader.has_headers(false).flexible(true);
        let wanted: Vec<Vec<String>> = reader
            .from_reader(text.as_bytes())
            .records()
            .map(|record| record.expect("text").iter().map(|cell| cell.trim().to_owned()).collect())
            .filter(|cells: &Vec<String>| cells.iter().any(|cell| !cell.is_empty()))
            .collect();
        let cells: Vec<Vec<String>> = found.rows.into_iter().map(|row| row.cells).collect();
        prop_assert_eq!(cells, wanted);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Err(error) = read(&CsvSpec::default(), &bytes) {
            prop_assert!(error.to_string().ends_with('.'));
        }
    }

    #[test]
    fn arbitrary_tables_never_panic(
        text in "[-0-9.,;\t\"'\r\n #%/|\\\\a-cé\u{feff}]{0,200}",
        dialect in any_dialect(),
        guess: bool,
        cut in 0_usize..200,
    ) {
        let dialect = if guess { Dialect::default() } else { dialect };
        let bytes = encoded(&text, dialect.encoding);
        for faults in [FaultRule::SkipRow, FaultRule::Missing] {
            for header in [HeaderMode::Auto, HeaderMode::Present, HeaderMode::Absent] {
                let spec = CsvSpec { dialect, header, faults, ..CsvSpec::default() };
                let whole = read(&spec, &bytes);
                check_sound(whole.as_ref().ok());
                let part = &bytes[..bytes.len().min(cut)];
                let begun = read_beginning(&mut &*part, &spec, &Limits::default(), 5);
                check_sound(begun.ok().map(|begun| begun.table).as_ref());
            }
        }
    }
}

/// All columns are of one length, and every cell has a place.
fn check_sound(table: Option<&RawTable>) {
    let Some(table) = table else { return };
    assert_eq!(table.names.len(), table.columns.len());
    for (column, cells) in table.columns.iter().enumerate() {
        let rows = match cells {
            Cells::Bytes(bytes) => bytes.len(),
            Cells::Numbers(numbers) => numbers.len(),
            Cells::Texts { ids, .. } => ids.len(),
        };
        assert_eq!(rows, table.rows);
        for row in 0..table.rows {
            assert!(table.place(row, column).0 > 0);
        }
    }
    assert_eq!((table.places.lines.len(), table.places.bytes.len()), (table.rows, table.rows));
    assert!(table.places.lines.is_sorted() && table.places.bytes.is_sorted());
    assert!(table.faults.len() <= table.fault_count);
}
