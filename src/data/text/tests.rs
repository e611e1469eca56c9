//! Tables in every dialect, one line a case.

use std::ops::ControlFlow;

use super::*;
use crate::data::raw::{Cells, RawTable};
use crate::data::{DataError, Limits, MAX_LISTED_FAULTS};
use crate::spec::{
    Comment, CsvSpec, Decimal, Delimiter, Dialect, Encoding, FaultRule, HeaderMode, Quote,
    Thousands,
};

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn read_as(spec: &CsvSpec, bytes: &[u8]) -> Result<RawTable, DataError> {
    read_table(&mut &*bytes, spec, &Limits::default(), &mut go_on)
}

fn read(text: &str) -> RawTable {
    read_as(&CsvSpec::default(), text.as_bytes()).expect(text)
}

fn refused(spec: &CsvSpec, bytes: &[u8]) -> String {
    let told = read_as(spec, bytes).expect_err("no table").to_string();
    assert!(told.ends_with('.'), "{told}");
    told
}

fn with(change: impl FnOnce(&mut Dialect)) -> CsvSpec {
    let mut spec = CsvSpec::default();
    change(&mut spec.dialect);
    spec
}

fn missing_rule() -> CsvSpec {
    CsvSpec { faults: FaultRule::Missing, ..CsvSpec::default() }
}

/// Names, then the cells of each row, with `|` between cells and ` / ` between rows; `·` stands
/// for a missing number and texts stand in `‹›`.
fn shown(table: &RawTable) -> String {
    let mut lines = vec![table.names.join("|")];
    for row in 0..table.rows {
        let cells: Vec<String> = table.columns.iter().map(|cells| cell(cells, row)).collect();
        lines.push(cells.join("|"));
    }
    lines.join(" / ")
}

fn cell(cells: &Cells, row: usize) -> String {
    match cells {
        Cells::Bytes(bytes) => bytes[row].to_string(),
        Cells::Numbers(numbers) if numbers[row].is_nan() => "·".to_owned(),
        Cells::Numbers(numbers) => numbers[row].to_string(),
        Cells::Texts { ids, texts } => format!("‹{}›", texts[ids[row] as usize]),
    }
}

fn check_as(spec: &CsvSpec, text: &str, wanted: &str) {
    let table = read_as(spec, text.as_bytes()).expect(text);
    assert_eq!(shown(&table), wanted, "{text}");
}

fn check(text: &str, wanted: &str) {
    check_as(&CsvSpec::default(), text, wanted);
}

#[test]
fn the_form_of_the_text_does_not_matter() {
    let plain = "a,b,c\n1,2.5,x\n300,-1,y z\n";
    let wanted = "a|b|c / 1|2.5|‹x› / 300|-1|‹y z›";
    for text in [
        plain.to_owned(),
        plain.replace('\n', "\r\n"),
        plain.replace('\n', "\r"),
        plain.replacen('\n', "\r\n", 1),
        format!("\u{feff}{plain}"),
        plain.trim_end().to_owned(),
        plain.replace('\n', "\n\n"),
        format!("\n\n{plain}\n   \n"),
        format!("{plain},,\n , ,\n"),
        plain.replace(',', " , "),
        plain.replace(',', ";"),
        plain.replace(',', "\t"),
        plain.replace(',', "|"),
        plain.replace("b", "\"b\"").replace("y z", "\"y z\""),
        plain.replace(",y z", ", \"y z\" ").replace("x", " \" x\""),
        plain.replace("1,2.5,x\n", "1,2.5,x,\n").replace("y z\n", "y z,,\n"),
        format!("A table of things\n\n{plain}"),
        format!("A table of things,,\n,,\n{plain}"),
        format!("# made by hand\n# twice\n{plain}# the end\n"),
        plain.replace("300", "// \"not\nthat\"\n300"),
    ] {
        check(&text, wanted);
    }
}

#[test]
fn quotation_marks_keep_what_is_between_them() {
    check("a,b\n\"x,y\",1\n\"p\nq\",2\n", "a|b / ‹x,y›|1 / ‹p\nq›|2");
    check("a,b\n\"he said \"\"no\"\"\",1\n\"\",2\n", "a|b / ‹he said \"no\"›|1 / ‹›|2");
    check("a,b\n5\" nail,1\n6\" nail,2\n", "a|b / ‹5\" nail›|1 / ‹6\" nail›|2");
    check("a,b\n\"1\",\"2\"\n\"3\",\"4\"\n", "a|b / 1|2 / 3|4");
    check("a;b\n\"say \\\"x\\\"\";1\n\"y\";2\n", "a|b / ‹say \"x\"›|1 / ‹y›|2");
    check("a,b\n\"c:\\\",1\n\"d\",2\n", "a|b / ‹c:\\›|1 / ‹d›|2");
    let single = with(|dialect| dialect.quote = Quote::Single);
    check_as(&single, "a,b\n'x,y',1\n'it''s',2\n", "a|b / ‹x,y›|1 / ‹it's›|2");
    let none = with(|dialect| dialect.quote = Quote::None);
    check_as(&none, "a,b\n\"x,1\ny\",2\n", "a|b / ‹\"x›|1 / ‹y\"›|2");
    let table = read("a\tb\n\"x\t1\n\"y\t2\n\"z\t3\n");
    assert_eq!(table.dialect.quote, Quote::None, "no mark is ever closed");
    assert_eq!(shown(&table), "a|b / ‹\"x›|1 / ‹\"y›|2 / ‹\"z›|3");
}

#[test]
fn runs_of_spaces_stand_between_cells() {
    check(" 1  2.5\n 3   4\n", "column 1|column 2 / 1|2.5 / 3|4");
    check("  x \t y\n 1\t \t2\n", "x|y / 1|2");
    check(
        "1.5 8\tford \"t\"\n2 9\tvw golf\"\n",
        "column 1|column 2|column 3 / 1.5|8|‹ford \"t\"› / 2|9|‹vw golf\"›",
    );
    check(
        "1 2 \"a b\"\n3 4 \"c \"\"d\"\"\"\n",
        "column 1|column 2|column 3 / 1|2|‹a b› / 3|4|‹c \"d\"›",
    );
    check("1 2\t3 4\n5 6\t7 8\n", "column 1|column 2|column 3|column 4 / 1|2|3|4 / 5|6|7|8");
    let spaces = with(|dialect| dialect.delimiter = Delimiter::Spaces);
    check_as(&spaces, "red big\nblue small\n", "red|big / ‹blue›|‹small›");
    let table = read_as(&spaces, b"1 2 a\n3 4 \"b\n5 6 c\n").expect("a table");
    assert_eq!((table.rows, table.skipped, table.fault_count), (2, 1, 1));
}

fn check_delimiter(text: &str, wanted: Delimiter) {
    assert_eq!(read(text).dialect.delimiter, wanted, "{text}");
}

#[test]
fn the_delimiter_is_guessed_from_the_rows() {
    check_delimiter("1,2,3\n4,5,6\n", Delimiter::Comma);
    check_delimiter("a;b\n1;2\n", Delimiter::Semicolon);
    check_delimiter("a\tb\n1\t2\n", Delimiter::Tab);
    check_delimiter("a|b\n1|2\n", Delimiter::Pipe);
    check_delimiter("1,5;2,5;a\n2,5;3,5;b\n", Delimiter::Semicolon);
    check_delimiter("a;b;c\n1,5;2,5;0\n2,5;3,5;1\n", Delimiter::Semicolon);
    check_delimiter("name\tx\nBraund, Mr.\t1\nCumings, Mrs.\t2\n", Delimiter::Tab);
    check_delimiter("\"a;b\",1\n\"c;d\",2\n", Delimiter::Comma);
    check_delimiter("one\ntwo\n", Delimiter::Comma);
    check_delimiter("one thing\ntwo things\n", Delimiter::Comma);
    check_delimiter("1, 2, 3\n4, 5, 6\n", Delimiter::Comma);
    check_delimiter("1 2 3\n4 5 6\n", Delimiter::Spaces);
    check_delimiter("1 000\t2\n3 000\t4\n", Delimiter::Tab);
}

#[test]
fn numbers_are_read_as_the_table_writes_them() {
    check("a;b\n1,5;2\n0,25;3\n", "a|b / 1.5|2 / 0.25|3");
    check("a,b\n\"1,234\",2.5\n\"5,678,901\",3\n", "a|b / 1234|2.5 / 5678901|3");
    check("a,b\n\"1,7\",\"200.000.000\"\n", "a|b / 1.7|200000000");
    check("a\tb\n1 234\tx\n12\ty\n", "a|b / 1234|‹x› / 12|‹y›");
    check("a;b\n1.234;5\n2.5;6\n", "a|b / 1.234|5 / 2.5|6");
    check("a;b\n1,234;5.5\n2,000;6\n", "a|b / 1234|5.5 / 2000|6");
    check("a;b\n1,234;5\n2,000;6\n", "a|b / 1.234|5 / 2|6");
    let us = with(|dialect| dialect.thousands = Thousands::Comma);
    check_as(&us, "a;b\n1,234;5\n2,000;6\n", "a|b / 1234|5 / 2000|6");
    let european = with(|dialect| dialect.decimal = Decimal::Comma);
    check_as(&european, "a\tb\n1,234\t5\n", "a|b / 1.234|5");
    let none = with(|dialect| {
        (dialect.decimal, dialect.thousands) = (Decimal::Point, Thousands::None);
    });
    check_as(&none, "a;b\n1,5;2\n", "a|b / ‹1,5›|2");
}

#[test]
fn thousands_that_come_late_are_found() {
    let mut text = "a,b\n".to_owned() + &"17,0.5\n".repeat(500);
    text.push_str("\"1,234\",3\n");
    let table = read(&text);
    assert_eq!(table.dialect.thousands, Thousands::Comma);
    assert_eq!(cell(&table.columns[0], 500), "1234");
    assert_eq!(cell(&table.columns[0], 0), "17");
}

#[test]
fn columns_are_as_narrow_as_they_can_be() {
    let column = |cells: &[&str]| {
        let mut columns = read(&format!("a\n{}\n", cells.join("\n"))).columns;
        columns.remove(0)
    };
    assert_eq!(column(&["0", "255", "7"]), Cells::Bytes(vec![0, 255, 7]));
    assert_eq!(column(&["0", "256"]), Cells::Numbers(vec![0.0, 256.0]));
    assert_eq!(column(&["007", "1.0", "+5"]), Cells::Bytes(vec![7, 1, 5]));
    assert_eq!(column(&["1", "2.5"]), Cells::Numbers(vec![1.0, 2.5]));
    let missing = column(&["1", "NA", "?", "2"]);
    assert!(matches!(missing, Cells::Numbers(numbers) if numbers[1].is_nan() && numbers[3] == 2.0));
    let zero = column(&["1", "-0"]);
    assert!(matches!(zero, Cells::Numbers(numbers) if numbers[1].is_sign_negative()));
}

/// More rows than the dialect is guessed from.
const MANY: usize = 300;

#[test]
fn numbers_that_turn_out_to_be_texts_are_as_the_file_has_them() {
    for early in ["007", "1.50", "12", " 3 ", "\"04\"", "NA", "1e3"] {
        let rows = format!("{early},1\n").repeat(MANY);
        let table = read(&format!("a,b\n{rows}late,2\n{early},3\n"));
        let Cells::Texts { ids, texts } = &table.columns[0] else { panic!("{early}") };
        let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
        assert_eq!(texts, [early.trim().trim_matches('"'), "late"]);
        assert_eq!((ids.len(), ids[0], ids[MANY], ids[MANY + 1]), (MANY + 2, 0, 1, 0));
        assert!(matches!(table.columns[1], Cells::Bytes(_)));
    }
}

#[test]
fn rows_that_are_left_out_stay_out_when_columns_are_read_again() {
    let rows = "07,1\n".repeat(MANY);
    for spec in [CsvSpec::default(), missing_rule()] {
        let text = format!("a,b\n08,1,9\n{rows}\"x\"y,2\nlate,3\n");
        let table = read_as(&spec, text.as_bytes()).expect("a table");
        let kept = spec.faults == FaultRule::Missing;
        assert_eq!(table.rows, MANY + 1 + 2 * usize::from(kept));
        let cells: Vec<String> = (0..table.rows).map(|row| cell(&table.columns[0], row)).collect();
        assert_eq!(cells[0], if kept { "‹08›" } else { "‹07›" });
        assert_eq!(cells[table.rows - 2], if kept { "‹›" } else { "‹07›" });
        assert_eq!(cells[table.rows - 1], "‹late›");
    }
}

#[test]
fn words_of_the_user_are_missing_too() {
    let spec =
        CsvSpec { missing: vec!["none given".to_owned(), "-200".to_owned()], ..CsvSpec::default() };
    check_as(&spec, "a,b\n1,-200\nnone given,3\n2,-200.0\n", "a|b / 1|· / ·|3 / 2|·");
    check_as(&spec, "a,b\nx,-200\nnone given,3\n", "a|b / ‹x›|· / ‹none given›|3");
    let zero = CsvSpec { missing: vec!["0".to_owned()], ..CsvSpec::default() };
    check_as(&zero, "a,b\n1,0\n0,3\n", "a|b / 1|· / ·|3");
}

#[test]
fn the_header_can_be_said() {
    let present = CsvSpec { header: HeaderMode::Present, ..CsvSpec::default() };
    check_as(&present, "1,2\n3,4\n", "1|2 / 3|4");
    let absent = CsvSpec { header: HeaderMode::Absent, ..CsvSpec::default() };
    check_as(&absent, "a,b\nc,d\n", "column 1|column 2 / ‹a›|‹b› / ‹c›|‹d›");
    check("a,,a\n1,2,3\n", "a|column 2|a / 1|2|3");
    check("a,b,\n1,2\n3,4\n", "a|b / 1|2 / 3|4");
    check("#id,b\n1,2\n3,4\n", "#id|b / 1|2 / 3|4");
    check("a,b\nx,1,2\ny,3,4\n", "column 1|a|b / ‹x›|1|2 / ‹y›|3|4");
}

#[test]
fn lines_that_are_no_rows_can_be_said() {
    let skip = with(|dialect| dialect.skip = Some(2));
    check_as(&skip, "1,2\n\na,b\n3,4\n", "a|b / 3|4");
    let comment = with(|dialect| dialect.comment = Comment::Of('§'));
    check_as(&comment, "§ x\na,b\n3,4\n§5,6\n#7,8\n", "a|b / ‹3›|4 / ‹#7›|8");
    let none = with(|dialect| dialect.comment = Comment::None);
    let table = read_as(&none, b"a,b\n1,2\n# x\n3,4\n").expect("a table");
    assert_eq!((table.rows, table.skipped), (2, 1));
}

#[test]
fn what_was_understood_is_said() {
    let text = "Title\r\n\r\na;b\r\n1,5;x\r\n;\r\n# no row\r\n2.500,5;\"y\"\r\n\r\n";
    let table = read(text);
    let layout = &table.layout;
    assert_eq!((layout.encoding.as_str(), layout.delimiter.as_str()), ("UTF-8", "semicolons"));
    assert_eq!((layout.quote.as_str(), layout.decimal.as_str()), ("double quotation marks", "3,5"));
    assert_eq!((layout.thousands.as_str(), layout.line_ends.as_str()), ("1.000", "CRLF"));
    assert_eq!((layout.header, layout.title_lines, layout.comment_lines), (true, 2, 1));
    assert_eq!((table.blank, table.rows), (2, 2));
    let said = Dialect {
        encoding: Encoding::Utf8,
        delimiter: Delimiter::Semicolon,
        quote: Quote::Double,
        decimal: Decimal::Comma,
        thousands: Thousands::Point,
        skip: Some(2),
        comment: Comment::Of('#'),
    };
    assert_eq!(table.dialect, said);
    let again = read_as(&CsvSpec { dialect: said, ..CsvSpec::default() }, text.as_bytes());
    assert_eq!(shown(&again.expect("a table")), shown(&table), "saying it changes nothing");
    assert_eq!(read("a,b\n1,2\r\n3,4\n").layout.line_ends, "mixed");
    assert_eq!(read("a,b\r1,2\r").layout.line_ends, "CR");
    assert_eq!(read("\n\n\na,b\n1,2\n").blank, 3);
}

type Told<'a> = (usize, Option<usize>, usize, &'a str);

fn check_faults(spec: &CsvSpec, text: &str, wanted: &[Told<'_>], rows: &str) {
    let table = read_as(spec, text.as_bytes()).expect(text);
    let told: Vec<Told<'_>> = table
        .faults
        .iter()
        .map(|fault| (fault.row, fault.column, fault.byte, fault.message.as_str()))
        .collect();
    assert_eq!(told, wanted, "{text}");
    assert_eq!((shown(&table).as_str(), table.fault_count), (rows, wanted.len()), "{text}");
}

#[test]
fn what_does_not_fit_is_left_out_and_told() {
    let skip = CsvSpec::default();
    let short = "The row has 1 cell and the table 2 columns, so it was left out.";
    let long = "The row has 3 cells and the table 2 columns, so it was left out.";
    let open = "A quotation mark is not closed, so the row was left out.";
    let followed = "Something follows a closing quotation mark, so the row was left out.";
    let rows = "a|b / 1|2 / 5|6";
    check_faults(&skip, "a,b\n1,2\n3\n5,6\n", &[(3, None, 8, short)], rows);
    check_faults(&skip, "a,b\n1,2\r\n\r\n3,4,5\n5,6\n", &[(4, None, 11, long)], rows);
    check_faults(&skip, "\u{feff}a,b\n1,2\n3,\"4\n5,6\n", &[(3, Some(2), 13, open)], rows);
    check_faults(&skip, "a,b\n1,2\n\"3\"x,4\n5,6\n", &[(3, Some(1), 8, followed)], rows);
    let far = "a,b\n1,2\n3,\"4\n5,6\n7,\"8\"\n";
    check_faults(&skip, far, &[(3, Some(2), 10, open)], "a|b / 1|2 / 5|6 / 7|8");
}

#[test]
fn what_does_not_fit_can_count_as_missing() {
    let short = "The row has 1 cell and the table 2 columns, so those at the end count as missing.";
    let long = "The row has 3 cells and the table 2 columns, so those at the end were left out.";
    let open = "A quotation mark is not closed, so the cell counts as missing.";
    let followed = "Something follows a closing quotation mark, so the cell counts as missing.";
    let keep = missing_rule();
    check_faults(&keep, "a,b\n1,2\n3\n", &[(3, None, 8, short)], "a|b / 1|2 / 3|·");
    check_faults(&keep, "a,b\n1,2\n3,4,5\n", &[(3, None, 8, long)], "a|b / 1|2 / 3|4");
    check_faults(&keep, "a,b\n1,2\n3,\"4\n", &[(3, Some(2), 10, open)], "a|b / 1|2 / 3|·");
    check_faults(&keep, "a,b\n1,2\n\"3\"x,4\n", &[(3, Some(1), 8, followed)], "a|b / 1|2 / ·|4");
}

#[test]
fn a_header_that_ends_in_a_delimiter_is_told() {
    let text = "a,b,\n1,2\n3,4\n";
    let told = "The header has 3 names, the last of them empty, and the rows have 2 cells, so \
                empty names at the end were left out.";
    check_faults(&CsvSpec::default(), text, &[(1, Some(3), 4, told)], "a|b / 1|2 / 3|4");
}

#[test]
fn many_faults_are_counted_and_some_listed() {
    let text = "a,b\n".to_owned() + &"1\n1,2\n1,2\n".repeat(MAX_LISTED_FAULTS + 10);
    let table = read(&text);
    assert_eq!(
        (table.faults.len(), table.fault_count),
        (MAX_LISTED_FAULTS, MAX_LISTED_FAULTS + 10)
    );
    assert_eq!((table.skipped, table.rows), (MAX_LISTED_FAULTS + 10, 2 * MAX_LISTED_FAULTS + 20));
}

#[test]
fn cells_are_found_again() {
    let table = read("\u{feff}a,b,c\n\"1,\"\"2\", é,x\r\n\"p\nq\", z ,\n");
    assert_eq!(table.place(0, 0), (2, 9));
    assert_eq!(table.place(0, 1), (2, 17), "with the spaces before it");
    assert_eq!(table.place(0, 2), (2, 21));
    assert_eq!(table.place(1, 1), (3, 30));
    let latin = read_as(&CsvSpec::default(), b"a,b\n\xe9\xe9,1\n\xe9,2\n").expect("a table");
    assert_eq!((latin.place(0, 1), latin.place(1, 1)), ((2, 7), (3, 11)));
    let numbers = read("a,b\n1,2\n3,4\n");
    assert!(numbers.places.text.is_none(), "the text of numbers is not kept");
    assert_eq!(numbers.place(1, 1), (3, 8), "the row");
    assert_eq!(numbers.place(9, 9), (0, 0));
}

#[test]
fn what_holds_no_table_is_refused() {
    let all = CsvSpec::default();
    for (text, wanted) in [
        ("", "The file is empty."),
        (" \n\n\t\n", "The file is empty."),
        ("\u{feff}", "The file is empty."),
        (",,\n,,\n", "The file is empty."),
        ("a,b\n", "The table has a header but no rows."),
        ("# x\n", "The table has a header but no rows."),
        ("a,b\n1,2\n\0,3\n", "Row 3 (byte 8) holds a zero byte"),
    ] {
        let told = refused(&all, text.as_bytes());
        assert!(told.starts_with(wanted), "{told}");
    }
    let told = refused(&with(|dialect| dialect.skip = Some(9)), b"a,b\n1,2\n");
    assert!(told.starts_with("There is nothing after the lines that are skipped"), "{told}");
    let present =
        CsvSpec { header: HeaderMode::Present, ..with(|dialect| dialect.quote = Quote::Double) };
    let told = refused(&present, b"a,b\n1\n2\n");
    assert!(
        told.starts_with(
            "All 2 rows of the table were left out. The first is row 2 (byte 4): The row"
        ),
        "{told}"
    );
}

#[test]
fn limits_are_named() {
    let small = Limits { bytes: 1000, rows: 5, columns: 3, ..Limits::default() };
    let told = |text: &str| {
        let read = read_table(&mut text.as_bytes(), &CsvSpec::default(), &small, &mut go_on);
        read.map(|table| table.rows).map_err(|error| error.to_string())
    };
    assert_eq!(told(&"1,2,3\n".repeat(5)), Ok(5));
    let rows = told(&"1,2,3\n".repeat(6)).expect_err("too many rows");
    assert!(
        rows.contains("more than 5 rows") && rows.contains("limit for rows in the settings"),
        "{rows}"
    );
    let columns = told(&"1,2,3,4\n".repeat(3)).expect_err("too many columns");
    assert!(
        columns.contains("4 columns, and at most 3") && columns.contains("limit for columns"),
        "{columns}"
    );
    let bytes = told(&"1,2,3\n".repeat(1000)).expect_err("too many bytes");
    assert!(
        bytes.contains("larger than 1000 bytes") && bytes.contains("limit for bytes"),
        "{bytes}"
    );
}

#[test]
fn a_row_without_end_is_refused() {
    let endless = "1".repeat((4 << 20) + 1);
    let told = refused(&CsvSpec::default(), endless.as_bytes());
    assert!(told.starts_with("Row 1 is longer than 4 MiB"), "{told}");
    let far = format!("a,b\n1,\"2\n{}", "3,4\n".repeat(5 << 20));
    let table = read_as(&CsvSpec::default(), far.as_bytes());
    assert!(table.expect_err("more rows than the limit").to_string().contains("5000000 rows"));
}

fn begin(text: &str, rows: usize) -> Beginning {
    read_beginning(&mut text.as_bytes(), &CsvSpec::default(), &Limits::default(), rows)
        .expect("the beginning of a table")
}

#[test]
fn the_beginning_shows_rows_as_they_stand() {
    let beginning = begin("a,b\n1, 2\n3\n\n\"5\",6,7\n8,9\n", 3);
    let rows: Vec<(usize, String)> =
        beginning.rows.iter().map(|row| (row.line, row.cells.join("|"))).collect();
    assert_eq!(rows, [(2, "1|2".to_owned()), (3, "3".to_owned()), (5, "5|6|7".to_owned())]);
    assert!(beginning.more);
    assert_eq!((beginning.table.rows, beginning.table.fault_count), (2, 2));
    assert!(!begin("a,b\n1,2\n", 1).more);
    let header_only = begin("a,b\n", 5);
    assert_eq!((header_only.table.names.len(), header_only.rows.len()), (2, 0));
}

#[test]
fn the_beginning_is_a_mebibyte_at_most() {
    let text = "1.25,2.5,0\n".repeat(200_000);
    let beginning = begin(&text, 10);
    assert_eq!((beginning.rows.len(), beginning.more), (10, true));
    assert_eq!(beginning.table.rows, (1 << 20) / 11);
    assert_eq!(beginning.table.fault_count, 0, "what is cut off within a line is left out");
    let cells_of_two_lines = "1,\"first\nsecond\"\n".repeat(100_000);
    assert_eq!(begin(&cells_of_two_lines, 10).table.fault_count, 0);
    let endless =
        read_beginning(&mut std::io::repeat(b'1'), &CsvSpec::default(), &Limits::default(), 3);
    assert!(endless.expect("a number").more);
}

#[test]
fn reading_tells_how_far_it_is_and_stops() {
    let text = "1.25,2.5,0\n3.75,4.5,x\n".repeat(200_000);
    let mut seen = Vec::new();
    let mut watch = |share| {
        seen.push(share);
        ControlFlow::Continue(())
    };
    let (spec, limits) = (CsvSpec::default(), Limits::default());
    read_table(&mut text.as_bytes(), &spec, &limits, &mut watch).expect("a table");
    assert!(seen.is_sorted() && seen.last() == Some(&1.0), "{seen:?}");
    assert!(seen.iter().filter(|share| (0.2..0.99).contains(*share)).count() >= 4, "{seen:?}");
    for stop in 0..seen.len() {
        let mut reports = 0;
        let mut stopping = |_| {
            reports += 1;
            if reports > stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let end = read_table(&mut text.as_bytes(), &spec, &limits, &mut stopping);
        assert_eq!(end.expect_err("stopped"), DataError::Cancelled);
    }
}
