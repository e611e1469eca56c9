//! What is made of real tables, without a word from the user, and whether the numbers about their
//! columns are those of pandas. The tables are found through `DESCENT_DATA`.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;

use descent::data::{self, DataError, Dataset, Limits, Measure, TableFindings, TablePreview};
use descent::spec::{ColumnKind, ColumnRole, CsvSpec, DataSource, DataSpec, Task};
use serde_json::Value;

use crate::data::real_data;

fn open(path: &Path) -> BufReader<File> {
    BufReader::new(File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn load(path: &Path) -> Result<Dataset, DataError> {
    let spec = DataSpec::new(DataSource::Csv(CsvSpec::default()));
    let files = data::TableFiles { main: &mut open(path), test: None };
    let go_on = &mut |_| ControlFlow::Continue(());
    data::table(files, &spec, "table", &Limits::default(), go_on)
}

fn preview(path: &Path) -> Result<TablePreview, DataError> {
    data::preview(&mut open(path), &CsvSpec::default(), &Limits::default())
}

fn findings(data: &Dataset) -> &TableFindings {
    data.findings.as_ref().expect("a table has findings")
}

/// One letter for each column: its kind, small where it is left out, and `*` behind the label.
fn kinds(findings: &TableFindings) -> String {
    let letter = |kind| match kind {
        ColumnKind::Number => 'N',
        ColumnKind::Category => 'C',
        ColumnKind::YesNo => 'Y',
        ColumnKind::Text => 'T',
        ColumnKind::Date => 'D',
        ColumnKind::Constant => 'K',
        ColumnKind::Identifier => 'I',
    };
    let mut shown = String::new();
    for column in &findings.columns {
        match column.role {
            ColumnRole::Ignored => shown.push(letter(column.kind).to_ascii_lowercase()),
            ColumnRole::Label => shown.extend([letter(column.kind), '*']),
            ColumnRole::Feature | ColumnRole::Split => shown.push(letter(column.kind)),
        }
    }
    shown
}

/// What a table should become, nothing being corrected.
struct Wanted {
    file: &'static str,
    /// As [`kinds`] writes them; nothing of very wide tables.
    kinds: &'static str,
    shape: &'static str,
    label: &'static str,
    /// Rows of each class; none for regression.
    classes: &'static [usize],
    used: usize,
    /// How each warning begins, in order.
    warnings: &'static [&'static str],
}

const TABLES: [Wanted; 17] = [
    Wanted {
        file: "csv/iris_header.csv",
        kinds: "NNNNC*",
        shape: "4",
        label: "species",
        classes: &[50, 50, 50],
        used: 150,
        warnings: &["1 of 30 test rows has the same features"],
    },
    Wanted {
        file: "csv/iris_headerless.csv",
        kinds: "NNNNC*",
        shape: "4",
        label: "column 5",
        classes: &[50, 50, 50],
        used: 150,
        warnings: &["2 of 30 test rows have the same features"],
    },
    Wanted {
        file: "csv/winequality-red_semicolon.csv",
        kinds: "NNNNNNNNNNNN*",
        shape: "11",
        label: "quality",
        classes: &[10, 53, 681, 638, 199, 18],
        used: 1599,
        warnings: &[
            "The classes are not balanced: “5” has 681 of 1599 rows, but “3” 10, “4” 53, “8” 18.",
            "84 of 320 test rows have the same features",
        ],
    },
    Wanted {
        file: "csv/titanic.csv",
        kinds: "iN*NtCNNNtNtC",
        // Sex becomes two inputs, Embarked three and one for what is missing.
        shape: "11",
        label: "Survived",
        classes: &[549, 342],
        used: 891,
        warnings: &["41 of 178 test rows have the same features"],
    },
    Wanted {
        file: "csv/pima-indians-diabetes.csv",
        kinds: "NNNNNNNNN*",
        shape: "8",
        label: "column 9",
        classes: &[500, 268],
        used: 768,
        warnings: &[],
    },
    Wanted {
        file: "csv/breast_cancer_wisconsin_kaggle.csv",
        kinds: "iC*NNNNNNNNNNNNNNNNNNNNNNNNNNNNNN",
        shape: "30",
        label: "diagnosis",
        classes: &[357, 212],
        used: 569,
        warnings: &["1 place in the file did not fit. It is listed."],
    },
    Wanted {
        file: "csv/boston_housing_whitespace.data",
        kinds: "NNNNNNNNNNNNNN*",
        shape: "13",
        label: "column 14",
        classes: &[],
        used: 506,
        warnings: &[],
    },
    Wanted {
        file: "csv/auto-mpg_whitespace_tab.data",
        kinds: "N*NNNNNNNt",
        shape: "7",
        label: "column 1",
        classes: &[],
        used: 398,
        warnings: &[],
    },
    Wanted {
        file: "csv/penguins.csv",
        kinds: "C*CNNNNCN",
        // Island three, sex two and one for what is missing.
        shape: "11",
        label: "species",
        classes: &[152, 68, 124],
        used: 344,
        warnings: &[],
    },
    Wanted {
        file: "csv/bank_comma_bom.csv",
        kinds: "NCCCYNYYCNCNNNNCY*",
        shape: "48",
        label: "y",
        classes: &[4000, 521],
        used: 4521,
        warnings: &["The classes are not balanced: “no” has 4000 of 4521 rows, but “yes” 521."],
    },
    Wanted {
        file: "csv/adult.data",
        kinds: "NCNCNCCCCCNNNCC*",
        shape: "108",
        label: "column 15",
        classes: &[24_720, 7841],
        used: 32_561,
        warnings: &[
            "The classes are not balanced: “<=50K” has 24720 of 32561 rows, but “>50K” 7841.",
            "6 of 6512 test rows have the same features",
        ],
    },
    Wanted {
        file: "csv/concrete_crlf.csv",
        kinds: "NNNNNNNNN*",
        shape: "8",
        label: "Concrete_compressive_strength",
        classes: &[],
        used: 1030,
        warnings: &["10 of 206 test rows have the same features"],
    },
    Wanted {
        file: "csv/video_game_sales_latin1.csv",
        kinds: "tCNCcNNNNN*",
        shape: "47",
        label: "Global_Sales",
        classes: &[],
        used: 16_598,
        warnings: &[
            "Column 2 “Platform” has values in 1 row that the training part does not have: “PCFX”.",
            "616 of 3320 test rows have the same features",
        ],
    },
    Wanted {
        file: "csv/spiral_PeganovAnton.csv",
        kinds: "NNN*",
        shape: "2",
        label: "class",
        classes: &[500, 500, 500],
        used: 1500,
        warnings: &[],
    },
    Wanted {
        file: "csv/mnist_train_100.csv",
        kinds: "",
        shape: "1 × 28 × 28",
        label: "column 1",
        classes: &[13, 14, 6, 11, 11, 5, 11, 10, 8, 11],
        used: 100,
        warnings: &[],
    },
    Wanted {
        file: "lab7/digit123.csv",
        kinds: "",
        shape: "36",
        label: "column 37",
        classes: &[32, 32, 32],
        used: 96,
        warnings: &["2 of 19 test rows have the same features"],
    },
    Wanted {
        file: "lab7/digit01.csv",
        kinds: "",
        shape: "12",
        label: "column 13",
        classes: &[32, 32],
        used: 64,
        warnings: &["1 of 13 test rows has the same features"],
    },
];

#[test]
fn real_tables_open_without_a_correction() {
    let Some(folder) = real_data("real_tables_open_without_a_correction") else { return };
    for wanted in &TABLES {
        let file = wanted.file;
        let data = load(&folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        check(&data, wanted);
        let shown = preview(&folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        check_preview(&shown, &data, wanted);
    }
}

fn check(data: &Dataset, wanted: &Wanted) {
    let (file, found) = (wanted.file, findings(data));
    if !wanted.kinds.is_empty() {
        assert_eq!(kinds(found), wanted.kinds, "{file}");
    }
    assert_eq!(data.shape.to_string(), wanted.shape, "{file}");
    assert_eq!(data.label_name, wanted.label, "{file}");
    let task = match wanted.classes.len() {
        0 => Task::Regression,
        classes => Task::Classification { classes },
    };
    assert_eq!((data.task, &found.class_counts[..]), (task, wanted.classes), "{file}");
    assert_eq!((found.rows.read, found.rows.used), (wanted.used, wanted.used), "{file}");
    let rows: usize = data.parts().map(|(_, part)| part.rows()).sum();
    assert_eq!(rows, wanted.used, "{file}");
    let warnings: Vec<&str> =
        data.notes.iter().filter(|note| note.warning).map(|note| note.message.as_str()).collect();
    assert_eq!(warnings.len(), wanted.warnings.len(), "{file}: {warnings:?}");
    for (warning, wanted) in warnings.iter().zip(wanted.warnings) {
        assert!(warning.starts_with(wanted), "{file}: {warning}");
    }
    for (name, part) in data.parts() {
        let values = part.features.table().expect("in memory").data();
        assert!(values.iter().all(|value| value.is_finite()), "{file}: {name}");
    }
}

/// The first rows of these tables say what all of them say.
fn check_preview(shown: &TablePreview, data: &Dataset, wanted: &Wanted) {
    let found = findings(data);
    assert_eq!(shown.layout, found.layout, "{}", wanted.file);
    assert_eq!(shown.rows.len(), wanted.used.min(100), "{}", wanted.file);
    assert_eq!(shown.more, wanted.used > 100, "{}", wanted.file);
    let label = shown.columns.iter().find(|column| column.role == ColumnRole::Label);
    assert_eq!(label.map(|column| column.name.as_str()), Some(wanted.label), "{}", wanted.file);
}

/// How the small odd tables end: what they become, or how the refusal begins.
const EDGE: [(&str, Result<&str, &str>); 33] = [
    ("csv-spectrum__comma_in_quotes.csv", Err("The table has one row, on line 2")),
    (
        "csv-spectrum__empty.csv",
        Err(
            "No column is left to learn from: beside the label, none holds numbers or categories (column 2 “b”:",
        ),
    ),
    (
        "csv-spectrum__empty_crlf.csv",
        Err(
            "No column is left to learn from: beside the label, none holds numbers or categories (column 2 “b”:",
        ),
    ),
    (
        "csv-spectrum__escaped_quotes.csv",
        Err(
            "No column is left to learn from: beside the label, none holds numbers or categories (column 2 “b”:",
        ),
    ),
    ("csv-spectrum__json.csv", Err("The table has one row, on line 2")),
    ("csv-spectrum__location_coordinates.csv", Err("The table has one row, on line 2")),
    ("csv-spectrum__newlines.csv", Ok("iNN* → 1")),
    ("csv-spectrum__newlines_crlf.csv", Ok("iNN* → 1")),
    (
        "csv-spectrum__quotes_and_newlines.csv",
        Err(
            "No column is left to learn from: beside the label, none holds numbers or categories (column 2 “b”:",
        ),
    ),
    ("csv-spectrum__simple.csv", Err("The table has one row, on line 2")),
    ("csv-spectrum__simple_crlf.csv", Err("The table has one row, on line 2")),
    ("csv-spectrum__utf8.csv", Ok("N*Ni → 1")),
    (
        "csvkit__bad.csv",
        Err(
            "At least 2 rows are needed to hold out a test part. 3 rows read, 1 used; left out: 2 with a cell or a length that does not fit. What did not fit first is in row 2 (byte 27)",
        ),
    ),
    ("csvkit__blanks.csv", Err("The table has one row, on line 2")),
    ("csvkit__dummy_col_shuffled_ragged.csv", Err("The table has one row, on line 2")),
    ("csvkit__empty.csv", Err("The file is empty.")),
    ("csvkit__mac_newlines.csv", Ok("iNN* → 1")),
    ("csvkit__no_header_row.csv", Err("The table has one row, on line 1")),
    (
        "csvkit__null_byte.csv",
        Err(
            "Row 2 (byte 6) holds a zero byte, so the file is no plain text. Save the table as CSV in UTF-8 and load that.",
        ),
    ),
    ("csvkit__optional_quote_characters.csv", Err("The table has one row, on line 2")),
    (
        "csvkit__test_empty_columns.csv",
        Err(
            "At least 2 rows are needed to hold out a test part. 3 rows read, 0 used; left out: 1 with a cell or a length that does not fit, 2 without a label. 1 blank row not among them. What did not fit first is in row 3 (byte 14)",
        ),
    ),
    ("csvkit__test_header_newline.csv", Err("The table has one row, on line 8")),
    ("csvkit__test_latin1.csv", Ok("N*Ni → 1")),
    (
        "csvkit__test_locale.csv",
        Err(
            "At least 2 rows are needed to hold out a test part. 1 row read, 0 used; left out: 1 without a label.",
        ),
    ),
    ("csvkit__test_skip_lines.csv", Err("The table has one row, on line 5")),
    ("csvkit__test_utf16_big.csv", Ok("N*Ni → 1")),
    ("csvkit__test_utf16_little.csv", Ok("N*Ni → 1")),
    ("csvkit__test_utf8_bom.csv", Ok("N*Ni → 1")),
    (
        "rust-csv__smallpop-colon.csv",
        Err("The table has one column only, “city:region:country:population”"),
    ),
    (
        "rust-csv__smallpop-no-headers.csv",
        Err(
            "No column is left to learn from: beside the label, none holds numbers or categories (column 1:",
        ),
    ),
    (
        "rust-csv__smallpop.csv",
        Err(
            "No column is left to learn from: beside the label, none holds numbers or categories (column 1 “city”:",
        ),
    ),
    (
        "rust-csv__strange.csv",
        Err(
            "No column is left to learn from: beside the label, none holds numbers or categories (column 1:",
        ),
    ),
    ("rust-csv__uspop-null.csv", Ok("tCNNN* → 34")),
];

#[test]
fn odd_tables_open_or_are_refused_with_the_place() {
    let Some(folder) = real_data("odd_tables_open_or_are_refused_with_the_place") else { return };
    let folder = folder.join("csv/edge");
    for (file, wanted) in EDGE {
        let ended = load(&folder.join(file));
        let ended = ended.map(|data| format!("{} → {}", kinds(findings(&data)), data.shape));
        match (&ended, wanted) {
            (Ok(became), Ok(wanted)) => assert_eq!(became, wanted, "{file}"),
            (Err(why), Err(wanted)) => {
                let why = why.to_string();
                assert!(why.starts_with(wanted) && why.ends_with('.'), "{file}: {why}");
            }
            _ => panic!("{file}: {ended:?}"),
        }
    }
    let files = std::fs::read_dir(&folder).expect("the folder is there").count();
    assert_eq!(files, EDGE.len());
}

fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/tables.json")).expect("is JSON")
}

fn close(found: f64, wanted: &Value) -> bool {
    let wanted = wanted.as_f64().expect("a number");
    (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0)
}

#[test]
fn columns_are_described_as_pandas_describes_them() {
    let Some(folder) = real_data("columns_are_described_as_pandas_describes_them") else { return };
    let golden = golden();
    let tables = golden["tables"].as_object().expect("tables");
    let mut columns = 0;
    for (file, table) in tables {
        let data = load(&folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let found = findings(&data);
        assert_eq!(table["rows"], found.rows.used, "{file}");
        for (place, wanted) in table["described"].as_object().expect("columns") {
            let place: usize = place.parse().expect("a place");
            check_column(&found.columns[place], wanted, &format!("{file}, column {}", place + 1));
            columns += 1;
        }
    }
    assert!((tables.len(), columns) > (16, 170), "{columns} columns of {} tables", tables.len());
}

fn check_column(found: &data::ColumnFindings, wanted: &Value, place: &str) {
    assert_eq!(found.summary.is_some(), wanted["number"] == true, "{place}: number");
    let numeric =
        matches!(found.kind, ColumnKind::Number | ColumnKind::Constant | ColumnKind::Identifier);
    assert_eq!(numeric, wanted["number"] == true, "{place}: {:?}", found.kind);
    assert_eq!(wanted["missing"], found.missing, "{place}: missing");
    assert_eq!(wanted["distinct"], found.distinct, "{place}: distinct");
    let top: Vec<usize> = found.top.iter().map(|(_, count)| *count).collect();
    assert_eq!(wanted["top"], Value::from(top), "{place}: most frequent");
    if let Some(summary) = found.summary {
        for (name, value) in [
            ("min", summary.min),
            ("mean", summary.mean),
            ("median", summary.median),
            ("max", summary.max),
            ("std", summary.std),
        ] {
            let wanted = &wanted["summary"][name];
            assert!(close(value, wanted), "{place}: {name} {value}, not {wanted}");
        }
        let histogram = found.histogram.as_ref().expect("of numbers");
        let wanted = &wanted["histogram"];
        assert!(close(histogram.low, &wanted["low"]) && close(histogram.high, &wanted["high"]));
        assert_eq!(wanted["counts"], Value::from(histogram.counts.clone()), "{place}: histogram");
    }
    match found.association {
        Some(association) => {
            let wanted = &wanted["association"];
            assert!(close(association.value, wanted), "{place}: {association:?}, not {wanted}");
            let signed = association.measure == Measure::Pearson;
            assert!(signed || (0.0..=1.0).contains(&association.value), "{place}");
        }
        None => assert!(
            wanted["association"].is_null() || found.kind == ColumnKind::Text,
            "{place}: no association"
        ),
    }
}
