//! Whole tables from their text to a dataset.

use std::io::Read;
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::{TableFiles, table};
use crate::base::Finite;
use crate::data::{DataError, Dataset, FieldValue, Limits, TableFindings, Targets, preview, scale};
use crate::spec::{
    Coding, ColumnKind, ColumnRef, ColumnRole, ColumnSpec, CsvSpec, DataSource, DataSpec,
    Delimiter, FaultRule, HeaderMode, LabelColumn, MissingRule, PixelChoice, SampleShape,
    SplitSpec, Task, TaskChoice, TestPart, ValidationPart,
};

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn whole(csv: CsvSpec, split: SplitSpec) -> DataSpec {
    DataSpec { split, ..DataSpec::new(DataSource::Csv(csv)) }
}

fn read(spec: &DataSpec, main: &[u8], test: Option<&[u8]>) -> Result<Dataset, DataError> {
    let (mut main, mut test) = (main, test);
    let test = test.as_mut().map(|test| test as &mut dyn Read);
    let files = TableFiles { main: &mut main, test };
    table(files, spec, "table", &Limits::default(), &mut go_on)
}

fn load_as(csv: CsvSpec, text: &str) -> Result<Dataset, DataError> {
    read(&whole(csv, SplitSpec::default()), text.as_bytes(), None)
}

fn last() -> CsvSpec {
    CsvSpec { label: LabelColumn::Last, ..CsvSpec::default() }
}

fn load(text: &str) -> Dataset {
    load_as(last(), text).expect("a good table")
}

fn refusal(text: &str) -> String {
    load_as(last(), text).expect_err("a bad table").to_string()
}

fn column(name: &str) -> ColumnSpec {
    ColumnSpec::new(ColumnRef::Name(name.to_owned()))
}

fn found(data: &Dataset) -> &TableFindings {
    data.findings.as_ref().expect("a table has findings")
}

fn warnings(data: &Dataset) -> Vec<&str> {
    let warnings = data.notes.iter().filter(|note| note.warning);
    warnings.map(|note| note.message.as_str()).collect()
}

fn has_step(data: &Dataset, wanted: &str) {
    assert!(data.steps.iter().any(|step| step == wanted), "{wanted}: {:#?}", data.steps);
}

/// All rows of all parts, sorted, with their class or number.
fn rows(data: &Dataset) -> Vec<(Vec<f32>, f32)> {
    let mut all = Vec::new();
    for (_, part) in data.parts() {
        for row in 0..part.rows() {
            let target = match &part.targets {
                Targets::Classes(classes) => classes[row] as f32,
                Targets::Numbers(numbers) => numbers[row],
            };
            all.push((part.features.row(row).to_vec(), target));
        }
    }
    all.sort_by(|a, b| a.partial_cmp(b).expect("finite numbers"));
    all
}

const FLOWERS: &str = "length,width,species\n1.5,2,rose\n3,4,lily\n5,6,rose\n7,8,lily\n";

#[test]
fn a_table_with_a_header_and_text_labels() {
    let data = load(FLOWERS);
    assert_eq!(data.shape, SampleShape(vec![2]));
    assert_eq!(data.task, Task::Classification { classes: 2 });
    assert_eq!(data.feature_names, ["length", "width"]);
    assert_eq!((data.label_name.as_str(), data.name.as_str()), ("species", "table"));
    assert_eq!(data.class_names, ["lily", "rose"]);
    let wanted = [([1.5, 2.], 1.), ([3., 4.], 0.), ([5., 6.], 1.), ([7., 8.], 0.)];
    assert_eq!(rows(&data), wanted.map(|(row, class)| (row.to_vec(), class)));
    assert!(data.notes[0].message.contains("lily → 0, rose → 1"));
    assert_eq!(found(&data).label_coding, [("lily".to_owned(), 0), ("rose".to_owned(), 1)]);
    assert_eq!(found(&data).class_counts, [2, 2]);
}

#[test]
fn the_form_of_the_text_does_not_matter() {
    let plain = rows(&load(FLOWERS));
    for other in [
        FLOWERS.replace('\n', "\r\n"),
        FLOWERS.replace('\n', "\r"),
        format!("\u{feff}{FLOWERS}"),
        FLOWERS.trim_end().to_owned(),
        FLOWERS.replace('\n', "\n\n"),
        format!("\n\n{FLOWERS}\n   \n"),
        format!("{FLOWERS},,\n,,\n"),
        FLOWERS.replace(',', " , "),
        FLOWERS.replace(',', ";"),
        FLOWERS.replace(',', "\t"),
        FLOWERS.replace("species", "\"species\"").replace("rose", "\"rose\""),
    ] {
        assert_eq!(rows(&load(&other)), plain, "{other}");
    }
    let told = load(&FLOWERS.replace(',', ";")).notes;
    assert!(told.iter().any(|note| note.message == "Cells are separated by semicolons."));
    let told = load(&format!("{FLOWERS},,\n,,\n")).notes;
    assert!(told.iter().any(|note| note.message == "2 rows without any value left out."));
}

#[test]
fn the_label_column_can_be_chosen() {
    let text = "y,a,b\n1,2,3\n0,4,5\n1,6,7\n0,8,9\n1,0,1\n";
    for label in [LabelColumn::Index(0), LabelColumn::Name("y".to_owned())] {
        let data = load_as(CsvSpec { label, ..last() }, text).expect("a table");
        assert_eq!((data.label_name.as_str(), data.feature_names.len()), ("y", 2));
        assert_eq!(rows(&data)[0], (vec![0.0, 1.0], 1.0));
    }
    for (label, wanted) in [
        (LabelColumn::Index(3), "Column 4 was chosen as the label, but the table has 3"),
        (LabelColumn::Index(usize::MAX), "the table has 3 columns (y, a, b)"),
        (
            LabelColumn::Name("z".to_owned()),
            "No column is called “z”. Choose the label among y, a, b.",
        ),
    ] {
        let error = load_as(CsvSpec { label, ..last() }, text).expect_err(wanted);
        assert!(error.to_string().contains(wanted), "{error}");
    }
    let twice = CsvSpec { label: LabelColumn::Name("a".to_owned()), ..last() };
    let error = load_as(twice, "a,a,b\n1,2,3\n4,5,6\n").expect_err("ambiguous").to_string();
    assert!(error.contains("Columns 1 and 2 are both called “a”"), "{error}");
}

#[test]
fn the_label_is_guessed_by_name_or_looks() {
    let label = |text: &str| load_as(CsvSpec::default(), text).expect("a table").label_name;
    let with = |header: &str, rows: &str| format!("{header}\n{}", rows.repeat(9));
    assert_eq!(label(&with("a,Target,b", "1,0.5,3\n2,1.5,4\n")), "Target");
    assert_eq!(label(&with("x,y,colour", "1,2.5,red\n2,2.5,blue\n")), "colour");
    assert_eq!(label(&with("x,y", "1,2.5\n2,3.5\n")), "y");
    // Few whole numbers first, any number last; then the other way round.
    assert_eq!(label(&with("a,b,c", "0,2,0.5\n1,3,1.5\n")), "a");
    assert_eq!(label(&with("a,b,c", "0.5,2,0\n1.5,3,1\n")), "c");
    // Two that look alike: the last.
    assert_eq!(label(&with("a,b,c", "0,2,0\n1,3,1\n")), "c");
    let chosen = ColumnSpec { role: Some(ColumnRole::Label), ..column("b") };
    let spec = CsvSpec { columns: vec![chosen], ..CsvSpec::default() };
    let data = load_as(spec, &with("a,b,c", "0,2,0\n1,3,1\n")).expect("a table");
    assert_eq!(data.label_name, "b");
}

#[test]
fn a_row_or_cell_that_does_not_fit_is_counted_and_listed() {
    let mut text = "a,b,y\n".to_owned();
    for row in 0..20 {
        text += &format!("{}.5,{},{}\n", row, row * row, row % 2);
    }
    text += "1,oops,1\n2,3\n4,1e39,0\n,7,1\n5,6,\n";
    let data = load(&text);
    let rows = found(&data).rows;
    assert_eq!((rows.read, rows.used, rows.faulty), (25, 21, 3));
    assert_eq!((rows.missing, rows.unlabelled), (0, 1));
    let faults = &found(&data).faults;
    assert_eq!(found(&data).fault_count, 3);
    let places: Vec<_> = faults.iter().map(|fault| (fault.row, fault.column)).collect();
    assert_eq!(places, [(22, Some(2)), (23, None), (24, Some(2))]);
    assert_eq!(&text[faults[0].byte..faults[0].byte + 4], "oops");
    assert_eq!(faults[0].message, "“oops” is not a number; the row was left out.");
    assert_eq!(faults[2].message, "“1e39” is too large a number; the row was left out.");
    assert!(warnings(&data)[0].starts_with("3 rows left out because"), "{:?}", data.notes);
    assert!(warnings(&data).contains(&"1 row without a label left out."));
    has_step(
        &data,
        "25 rows read, 21 used; left out: 3 with a cell or a length that does not fit, 1 without \
         a label.",
    );
    has_step(&data, "Column 1 “a”: 1 missing value became 8, the median of the training part.");

    let lenient = CsvSpec { faults: FaultRule::Missing, ..last() };
    let data = load_as(lenient, &text).expect("a table");
    let rows = found(&data).rows;
    // The short row lacks its label, too.
    assert_eq!((rows.read, rows.used, rows.faulty, rows.unlabelled), (25, 23, 0, 2));
    assert_eq!(found(&data).fault_count, 3);
    assert!(found(&data).faults[0].message.ends_with("the cell counts as missing."));
}

#[test]
fn rows_with_missing_values_can_be_left_out() {
    let text = "a,b,y\n1,2,0\n,5,1\n3,?,0\n4,7,1\n6,-200,0\n7,3,1\n8,4,0\n";
    let drop = |name| ColumnSpec { missing: Some(MissingRule::DropRow), ..column(name) };
    let spec = CsvSpec {
        columns: vec![
            drop("a"),
            ColumnSpec { missing_word: Some("-200.0".to_owned()), ..drop("b") },
            column("c"),
        ],
        ..last()
    };
    let data = load_as(spec, text).expect("a table");
    let counts = found(&data).rows;
    assert_eq!((counts.read, counts.used, counts.missing), (7, 4, 3));
    assert_eq!((found(&data).columns[0].missing, found(&data).columns[1].missing), (1, 2));
    assert!(warnings(&data).contains(&"3 rows left out because a value is missing."));
    let unknown = "What was chosen for “c” has no effect: the table has no such column.";
    assert!(warnings(&data).contains(&unknown), "{:?}", data.notes);
}

#[test]
fn roles_and_kinds_can_be_changed() {
    let mut text = "id,day,name,size,code,y\n".to_owned();
    for row in 0..30_u32 {
        let (size, colour) = (["s", "m", "l"][row as usize % 3], row % 2);
        text += &format!(
            "{},1970-01-{:02},n {row},{size},{},{colour}\n",
            row + 1,
            row % 28 + 1,
            row % 4
        );
    }
    let data = load(&text);
    assert_eq!(data.feature_names, ["size=l", "size=m", "size=s", "code"]);
    let kinds: Vec<_> = found(&data).columns.iter().map(|column| column.kind).collect();
    let wanted = "[Identifier, Date, Text, Category, Number, Number]";
    assert_eq!(format!("{kinds:?}"), wanted);
    assert_eq!(found(&data).columns[0].reason, "All 30 values differ and count up; left out.");
    has_step(&data, "Column 3 “name” left out: all 30 values differ, and most are several words.");

    let used = |name| ColumnSpec { role: Some(ColumnRole::Feature), ..column(name) };
    let columns = vec![
        used("id"),
        used("day"),
        ColumnSpec { coding: Some(Coding::Ordinal), ..column("size") },
        ColumnSpec { kind: Some(ColumnKind::Category), ..column("code") },
    ];
    let data = load_as(CsvSpec { columns, ..last() }, &text).expect("a table");
    let names = ["id", "day", "size", "code=0", "code=1", "code=2", "code=3"];
    assert_eq!(data.feature_names, names);
    assert_eq!(rows(&data)[0].0, [1.0, 0.0, 2.0, 1.0, 0.0, 0.0, 0.0]);
    assert!(warnings(&data)[0].starts_with("Column 1 “id” identifies rows and is used"));

    let columns = vec![ColumnSpec { role: Some(ColumnRole::Ignored), ..column("size") }];
    let data = load_as(CsvSpec { columns, ..last() }, &text).expect("a table");
    assert_eq!(data.feature_names, ["code"]);
    has_step(&data, "Column 4 “size” left out as chosen.");
}

#[test]
fn a_column_that_counts_is_used_when_there_is_no_other() {
    let text: String = (0..9).map(|row| format!("{row},{}\n", f64::from(row) * 0.7)).collect();
    let data = load(&text);
    assert_eq!((data.shape.len(), data.task), (1, Task::Regression));
    let reason = &found(&data).columns[0].reason;
    assert_eq!(reason, "All 9 values differ and count up; used because no other column can be.");
}

#[test]
fn a_label_of_a_chosen_kind_is_predicted_as_that() {
    let text: String = (0..40).map(|row| format!("{}.5,{}\n", row * row, row % 3)).collect();
    assert_eq!(load(&text).task, Task::Classification { classes: 3 });
    let kind = |kind| {
        let column = ColumnSpec::new(ColumnRef::Index(1));
        CsvSpec { columns: vec![ColumnSpec { kind: Some(kind), ..column }], ..last() }
    };
    let data = load_as(kind(ColumnKind::Number), &text);
    assert_eq!(data.expect("kind follows the data").task, Task::Classification { classes: 3 });
    let many: String = (0..40).map(|row| format!("{}.5,{}\n", row * row, row / 2 * 3)).collect();
    assert_eq!(load(&many).task, Task::Regression);
    let data = load_as(kind(ColumnKind::Category), &many).expect("a table");
    assert_eq!(data.task, Task::Classification { classes: 20 });
    let regression = CsvSpec { task: TaskChoice::Regression, ..last() };
    assert_eq!(load_as(regression, &text).expect("a table").task, Task::Regression);
}

#[test]
fn what_is_no_table_is_refused() {
    for (text, wanted) in [
        ("", "The file is empty."),
        (" \n\n\t\n", "The file is empty."),
        ("a,b\n", "but no row"),
        ("1\n2\n", "one column only"),
        ("1,2\n", "The table has one row, on line 1"),
        ("a,b,y\n1,2,0\n3,4,0\n", "nothing to tell apart"),
        ("a,y\nx,0\ny,1\n", "(column 1 “a”: all 2 values differ). Choose a column as a feature."),
        ("a,b,y\n1,2,x\n3,4,?\n", "left out: 1 without a label."),
    ] {
        let message = refusal(text);
        assert!(message.contains(wanted), "{text:?}: {message}");
        assert!(message.ends_with('.'), "{message}");
    }
}

/// `a` counts in squares, `part` says where each row belongs.
fn with_parts(words: &[&str]) -> String {
    let rows = words.iter().enumerate();
    let rows = rows.map(|(row, word)| format!("{},{word},{}\n", row * row, row % 2));
    format!("a,part,y\n{}", rows.collect::<String>())
}

#[test]
fn a_column_can_say_the_parts() {
    let split = |validation| SplitSpec {
        test: TestPart::Column(ColumnRef::Name("part".into())),
        validation,
        ..SplitSpec::default()
    };
    let text = with_parts(&["train", "Test", "TRAIN", "val", "train", "dev", "train", "test"]);
    let spec = whole(last(), split(ValidationPart::None));
    let data = read(&spec, text.as_bytes(), None).expect("a table");
    let values =
        |part: &crate::data::Labelled| part.features.table().expect("in memory").data().to_vec();
    assert_eq!(values(&data.train), [0.0, 4.0, 16.0, 36.0]);
    assert_eq!(values(data.validation.as_ref().expect("two rows")), [9.0, 25.0]);
    assert_eq!(values(&data.test), [1.0, 49.0]);
    assert_eq!(found(&data).columns[1].role, ColumnRole::Split);
    has_step(
        &data,
        "Rows divided by column 2 “part”: 4 to train on, 2 to validate on, 2 to test on.",
    );

    let text = with_parts(&["train", "test", "train", "train", "train", "train"]);
    let fold = ValidationPart::Fold { folds: 5, fold: 4 };
    let data = read(&whole(last(), split(fold)), text.as_bytes(), None).expect("a table");
    assert_eq!((data.train.rows(), data.test.rows()), (4, 1));

    for (words, wanted) in [
        (["train", "test", "later", "train"], "Row 4, column 2 “part” (byte 30) holds “later”"),
        (["train", "train", "train", "train"], "says “test” in the column of the split"),
    ] {
        let error = read(&spec, with_parts(&words).as_bytes(), None).expect_err(wanted);
        assert!(error.to_string().contains(wanted), "{error}");
    }
}

#[test]
fn a_second_file_can_be_the_test_part() {
    let split = SplitSpec { test: TestPart::File("test.csv".into()), ..SplitSpec::default() };
    let spec = whole(last(), split);
    let main = "a,c,y\n1,red,0\n2,blue,1\n3,red,0\n4,blue,1\n";
    let test = "c,y,a\nred,1,5\npink,0,7\nred,0,\n";
    let data = read(&spec, main.as_bytes(), Some(test.as_bytes())).expect("the same columns");
    assert_eq!(data.feature_names, ["a", "c=blue", "c=red"]);
    assert_eq!((data.train.rows(), data.test.rows()), (4, 3));
    assert_eq!(data.test.features.row(0)[..], [5.0, 0.0, 1.0]);
    assert_eq!(data.test.features.row(1)[..], [7.0, 0.0, 0.0], "pink is unknown");
    assert_eq!(data.test.features.row(2)[0], 2.5, "filled by the training part");
    assert_eq!(data.test.targets, Targets::Classes(vec![1, 0, 0]));
    assert!(warnings(&data)[0].contains("the training part does not have: “pink”"));
    has_step(&data, "Rows divided by a second file: 4 to train on, 3 to test on.");
    assert_eq!(found(&data).rows.read, 7);

    for (test, wanted) in [
        (Some("a,d,y\n1,red,0\n2,red,1\n"), "The test file has no column “c”."),
        (Some("a,y\n1,0\n2,1\n"), "The test file has 2 columns, but the table has 3 columns."),
        (Some(""), "In the test file: The file is empty."),
        (None, "No test file was given."),
    ] {
        let error = read(&spec, main.as_bytes(), test.map(str::as_bytes)).expect_err(wanted);
        assert!(error.to_string().starts_with(wanted), "{error}");
    }
    let by_place = read(&spec, b"1,2,0\n3,4,1\n5,7,0\n", Some(b"5,6,1\n8,9,0\n"));
    assert_eq!(by_place.expect("no header").test.features.row(1)[..], [8.0, 9.0]);
}

/// Small pictures of `side` × `side`, with the label first or last.
fn pictures(side: usize, header: bool, first: bool) -> String {
    let pixels = side * side;
    let mut text = String::new();
    if header {
        let names: Vec<String> = (0..pixels).map(|pixel| format!("pixel{pixel}")).collect();
        text = format!("label,{}\n", names.join(","));
    }
    for row in 0..24_usize {
        let values: Vec<String> = (0..pixels)
            // The last pixel is always dark.
            .map(|pixel| if pixel + 1 == pixels { 0 } else { (row * 31 + pixel * 7) % 256 })
            .map(|value| value.to_string())
            .collect();
        let (label, values) = (row % 3, values.join(","));
        text += &if first { format!("{label},{values}\n") } else { format!("{values},{label}\n") };
    }
    text
}

#[test]
fn pixels_become_pictures() {
    for (text, label) in [
        (pictures(28, false, true), "column 1"),
        (pictures(28, false, false), "column 785"),
        (pictures(5, true, true), "label"),
    ] {
        let data = load_as(CsvSpec::default(), &text).expect("a table");
        let side = if label == "label" { 5 } else { 28 };
        assert_eq!(
            (data.shape.0.as_slice(), data.label_name.as_str()),
            (&[1, side, side][..], label)
        );
        assert!(data.feature_names.is_empty());
        let all = data.train.features.table().expect("in memory").data();
        assert!(all.iter().all(|value| (0.0..=1.0).contains(value)));
        let white = all.iter().map(|value| value * 255.0).fold(0.0, f32::max);
        assert_eq!(white, white.round());
    }
    let flat = CsvSpec { pixels: PixelChoice::No, ..CsvSpec::default() };
    let data = load_as(flat, &pictures(28, false, true)).expect("a table");
    assert_eq!(data.shape, SampleShape(vec![784]), "the dark pixel stays");
    let text = pictures(5, false, true);
    assert_eq!(load_as(CsvSpec::default(), &text).expect("a table").shape, SampleShape(vec![25]));
    let grey =
        |height, width| CsvSpec { pixels: PixelChoice::Grey(height, width), ..CsvSpec::default() };
    assert_eq!(load_as(grey(5, 5), &text).expect("a table").shape, SampleShape(vec![1, 5, 5]));
    let error = load_as(grey(4, 5), &text).expect_err("25 pixels").to_string();
    assert!(
        error
            .contains("1 × 4 × 5 has another number of pixels than the table has columns for (25)")
    );
    let error = load_as(grey(1, 2), "300,2,0\n3,4,1\n5,7,0\n").expect_err("300").to_string();
    assert!(error.starts_with("Column 1 does not hold whole numbers from 0 to 255"), "{error}");
}

#[test]
fn rare_categories_are_grouped_as_chosen() {
    let colours = ["red", "red", "red", "green", "green", "green", "blue", "pink"];
    let rows = (0..80).map(|row| format!("{},{},{}\n", colours[row % 8], row * row, row % 2));
    let text = format!("c,x,y\n{}", rows.collect::<String>());
    let spec = CsvSpec { rare: Finite::lit(0.2), ..last() };
    let data = load_as(spec, &text).expect("a table");
    assert_eq!(data.feature_names, ["c=green", "c=red", "c=other", "x"]);
}

#[test]
fn a_validation_part_is_held_out() {
    let text: String = (0..50).map(|row| format!("{}.5,{}\n", row * row, row % 2)).collect();
    let validation = ValidationPart::Fraction(Finite::lit(0.2));
    let spec = whole(last(), SplitSpec { validation, ..SplitSpec::default() });
    let data = read(&spec, text.as_bytes(), None).expect("a table");
    let held = data.validation.as_ref().expect("asked for");
    assert_eq!((data.train.rows(), held.rows(), data.test.rows()), (30, 10, 10));
    let plain = read(&whole(last(), SplitSpec::default()), text.as_bytes(), None).expect("a table");
    assert_eq!(plain.test.features, data.test.features);
}

#[test]
fn a_class_that_a_part_lacks_and_imbalance_are_told() {
    let data = load("1.5,a\n2,a\n3,a\n4,a\n5,b\n");
    let told = warnings(&data);
    assert!(told[0].starts_with("The classes are not balanced: “a” has 4 of 5 rows, but “b” 1."));
    assert!(told[0].ends_with("Always answering “a” would be right in 80.0 %."));
    assert_eq!(told[1], "The test part has no row of the class “b”.");
}

#[test]
fn a_feature_that_is_the_label_and_rows_on_both_sides_are_told() {
    let rows = (0..40).map(|row| format!("{},{},{}\n", row % 5, 3 - row % 2, row % 2));
    let data = load(&format!("a,b,y\n{}", rows.collect::<String>()));
    let told = warnings(&data);
    assert!(told[0].starts_with("Column 2 “b” says the label exactly"), "{told:?}");
    assert!(told[1].starts_with("8 of 8 test rows have the same features"), "{told:?}");
}

#[test]
fn too_many_inputs_are_refused() {
    let text: String = (0..300).map(|row| format!("w{},{}\n", row % 150, row % 2)).collect();
    let used =
        ColumnSpec { role: Some(ColumnRole::Feature), ..ColumnSpec::new(ColumnRef::Index(0)) };
    let spec = whole(CsvSpec { columns: vec![used], ..last() }, SplitSpec::default());
    let limits = Limits { columns: 100, ..Limits::default() };
    let mut bytes = text.as_bytes();
    let files = TableFiles { main: &mut bytes, test: None };
    let error = table(files, &spec, "", &limits, &mut go_on).expect_err("too many");
    assert!(error.to_string().contains("inputs; at most 100 are possible"), "{error}");
}

#[test]
fn the_beginning_of_a_table_shows_what_is_guessed() {
    let mut text = "id,size,y\n".to_owned();
    for row in 1..=150 {
        text += &format!("{row},{},{}\n", row * row, row % 3);
    }
    let shown = preview(&mut text.as_bytes(), &CsvSpec::default(), &Limits::default());
    let shown = shown.expect("a table");
    assert_eq!((shown.rows.len(), shown.more, shown.rows[0].line), (100, true, 2));
    assert_eq!(shown.rows[1].cells, ["2", "4", "2"]);
    let columns: Vec<_> = shown.columns.iter().map(|column| (column.role, column.kind)).collect();
    assert_eq!(
        columns,
        [
            (ColumnRole::Ignored, ColumnKind::Identifier),
            (ColumnRole::Feature, ColumnKind::Number),
            (ColumnRole::Label, ColumnKind::Number),
        ]
    );
    let lost = CsvSpec { label: LabelColumn::Name("z".into()), ..CsvSpec::default() };
    let shown = preview(&mut text.as_bytes(), &lost, &Limits::default()).expect("a table");
    assert!(shown.columns.iter().all(|column| column.role != ColumnRole::Label));
}

#[test]
fn progress_rises_and_stops() {
    let text = "1.25,2.5,0\n3.75,4.5,1\n".repeat(30_000);
    let spec = whole(last(), SplitSpec::default());
    let mut seen = Vec::new();
    let mut watch = |share| {
        seen.push(share);
        ControlFlow::Continue(())
    };
    let run = |progress: crate::data::Progress<'_>| {
        let mut bytes = text.as_bytes();
        let files = TableFiles { main: &mut bytes, test: None };
        table(files, &spec, "", &Limits::default(), progress)
    };
    run(&mut watch).expect("a table");
    assert!(seen.is_sorted() && seen.last() == Some(&1.0), "{seen:?}");
    for stop in 0..seen.len() {
        let mut reports = 0;
        let mut stopping = |_| {
            reports += 1;
            if reports > stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        assert_eq!(run(&mut stopping), Err(DataError::Cancelled), "{stop}");
    }
}

#[test]
fn a_failing_reader_is_no_fault_of_the_bytes() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let mut reader = b"1,2\n".chain(Broken);
    let files = TableFiles { main: &mut reader, test: None };
    let spec = whole(last(), SplitSpec::default());
    let error = table(files, &spec, "", &Limits::default(), &mut go_on);
    assert_eq!(error, Err(DataError::Io("Reading failed: the disk is gone.".to_owned())));
}

fn any_column() -> impl Strategy<Value = ColumnSpec> {
    use ColumnKind::{Category, Constant, Date, Identifier, Number, Text, YesNo};
    use ColumnRole::{Feature, Ignored, Label, Split};
    let role = prop::option::of(prop::sample::select(vec![Feature, Label, Ignored, Split]));
    let kinds = vec![Number, Category, YesNo, Text, Date, Constant, Identifier];
    let rules = vec![
        MissingRule::DropRow,
        MissingRule::Mean,
        MissingRule::Median,
        MissingRule::MostFrequent,
        MissingRule::Indicator,
    ];
    (
        prop_oneof![(0_usize..5).prop_map(ColumnRef::Index), "[a-c]".prop_map(ColumnRef::Name)],
        role,
        prop::option::of(prop::sample::select(kinds)),
        prop::option::of(prop::sample::select(rules)),
        prop::option::of("[-0-9a-c]{0,3}"),
        prop::option::of(prop::sample::select(vec![Coding::OneHot, Coding::Ordinal])),
    )
        .prop_map(|(column, role, kind, missing, missing_word, coding)| ColumnSpec {
            column,
            role,
            kind,
            missing,
            missing_word,
            coding,
        })
}

fn any_csv() -> impl Strategy<Value = CsvSpec> {
    let labels = prop_oneof![
        Just(LabelColumn::Auto),
        Just(LabelColumn::Last),
        (0_usize..4).prop_map(LabelColumn::Index),
        "[a-c]".prop_map(LabelColumn::Name),
    ];
    let tasks = vec![TaskChoice::Auto, TaskChoice::Classification, TaskChoice::Regression];
    let headers = vec![HeaderMode::Auto, HeaderMode::Present, HeaderMode::Absent];
    let pixels = vec![
        PixelChoice::Auto,
        PixelChoice::No,
        PixelChoice::Grey(1, 2),
        PixelChoice::Rgb(1, 1),
        PixelChoice::Grey(usize::MAX, 2),
    ];
    (
        labels,
        prop::sample::select(tasks),
        prop::sample::select(headers),
        prop::collection::vec(any_column(), 0..4),
        prop::collection::vec("[-0-9a-c]{0,2}", 0..2),
        prop::sample::select(vec![FaultRule::SkipRow, FaultRule::Missing]),
        0.0_f64..1.0,
        prop::sample::select(pixels),
    )
        .prop_map(|(label, task, header, columns, missing, faults, rare, pixels)| CsvSpec {
            label,
            task,
            header,
            columns,
            missing,
            faults,
            rare: Finite::lit(rare),
            pixels,
            ..CsvSpec::default()
        })
}

fn any_split() -> impl Strategy<Value = SplitSpec> {
    let tests = prop_oneof![
        (-0.1_f64..1.1).prop_map(|share| TestPart::Fraction(Finite::lit(share))),
        Just(TestPart::File("test.csv".into())),
        (0_usize..4).prop_map(|index| TestPart::Column(ColumnRef::Index(index))),
    ];
    let validations = prop_oneof![
        Just(ValidationPart::None),
        (-0.1_f64..1.1).prop_map(|share| ValidationPart::Fraction(Finite::lit(share))),
        (0_usize..5, 0_usize..5).prop_map(|(folds, fold)| ValidationPart::Fold { folds, fold }),
    ];
    (tests, validations, any::<bool>(), any::<bool>()).prop_map(
        |(test, validation, stratified, shuffled)| SplitSpec {
            test,
            validation,
            stratified,
            shuffled,
        },
    )
}

/// Every row is accounted for, and what the model sees is finite.
fn check_accounts(data: &Dataset) -> Result<(), TestCaseError> {
    let rows = found(data).rows;
    prop_assert_eq!(rows.used + rows.faulty + rows.missing + rows.unlabelled, rows.read);
    prop_assert_eq!(data.parts().map(|(_, part)| part.rows()).sum::<usize>(), rows.used);
    let width: usize = found(data).columns.iter().map(|column| column.inputs.len()).sum();
    for (_, part) in data.parts() {
        let table = part.features.table().expect("in memory");
        prop_assert_eq!((table.cols(), width), (data.shape.len(), data.shape.len()));
        prop_assert!(table.data().iter().all(|value| value.is_finite()));
        prop_assert_eq!(part.targets.len(), part.rows());
    }
    prop_assert!(found(data).faults.len() <= found(data).fault_count);
    for fault in &found(data).faults {
        prop_assert!(fault.row > 0 && fault.message.ends_with('.'), "{:?}", fault);
    }
    prop_assert!(data.steps.iter().all(|step| step.ends_with('.')));
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300), csv in any_csv(), split in any_split(),
    ) {
        if let Ok(data) = read(&whole(csv.clone(), split), &bytes, Some(&bytes)) {
            check_accounts(&data)?;
        }
        let _ = preview(&mut &bytes[..], &csv, &Limits::default());
    }

    #[test]
    fn every_row_of_arbitrary_tables_is_accounted_for(
        table in prop::collection::vec(
            ("[0-3]|[a-c]|NA|-?[0-9]{1,2}\\.5|yes|no|", "[0-9]|1e39|x||2020-01-0[1-9]", "[a-b]|", "train|test|val|[0-1]"),
            2..40,
        ),
        csv in any_csv(), split in any_split(), header: bool,
    ) {
        let mut text = if header { "a,b,c,d\n".to_owned() } else { String::new() };
        for (row, (a, b, c, d)) in table.iter().enumerate() {
            text += &format!("{a},{b},{c}{}{d}\n", if row == 7 { ",," } else { "," });
        }
        match read(&whole(csv.clone(), split), text.as_bytes(), Some(text.as_bytes())) {
            Ok(data) => check_accounts(&data)?,
            Err(error) => prop_assert!(error.to_string().ends_with('.'), "{}", error),
        }
        let shown = preview(&mut text.as_bytes(), &csv, &Limits::default());
        prop_assert!(shown.is_ok_and(|shown| shown.rows.len() <= 100));
    }

    #[test]
    fn numbers_come_back_as_they_were_written(
        table in prop::collection::vec((-1e30_f32..1e30, -1.0_f32..1.0, 0_u32..3), 10..40),
        seed: u64,
    ) {
        let text: String = table.iter().map(|(a, b, y)| format!("{a},{b:e},c{y}\n")).collect();
        let used = |index| ColumnSpec {
            role: Some(ColumnRole::Feature),
            kind: Some(ColumnKind::Number),
            ..ColumnSpec::new(ColumnRef::Index(index))
        };
        let dialect = crate::spec::Dialect { delimiter: Delimiter::Comma, ..Default::default() };
        let csv = CsvSpec { columns: vec![used(0), used(1)], dialect, ..last() };
        let spec = DataSpec { seed, ..whole(csv, SplitSpec::default()) };
        let loaded = read(&spec, text.as_bytes(), None);
        let mut names: Vec<u32> = table.iter().map(|row| row.2).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() == 1 {
            prop_assert!(loaded.is_err());
            return Ok(());
        }
        let mut wanted: Vec<(Vec<f32>, f32)> = table
            .iter()
            .map(|&(a, b, y)| {
                let class = names.iter().position(|&name| name == y).expect("is there");
                (vec![a, b], class as f32)
            })
            .collect();
        wanted.sort_by(|a, b| a.partial_cmp(b).expect("finite numbers"));
        prop_assert_eq!(rows(&loaded.expect("a good table")), wanted);
    }
}

#[test]
fn samples_are_read_as_their_row_stands_in_the_table() {
    let text = "name,size,town,member,label\n\
                a,1.5,Ulm,yes,x\nb,,Bonn,no,y\nc,3.25,Ulm,no,x\nd,4,Kiel,yes,y\n\
                e,5.125,Bonn,yes,x\nf,6,Ulm,no,y\n";
    let size = ColumnSpec {
        missing: Some(MissingRule::Indicator),
        kind: Some(ColumnKind::Number),
        role: Some(ColumnRole::Feature),
        ..column("size")
    };
    let town = ColumnSpec {
        kind: Some(ColumnKind::Category),
        role: Some(ColumnRole::Feature),
        ..column("town")
    };
    let split = SplitSpec { shuffled: false, ..SplitSpec::fraction(Finite::lit(0.3)) };
    let csv = CsvSpec { columns: vec![size, town], ..last() };
    let mut data = read(&whole(csv, split), text.as_bytes(), None).expect("a good table");
    scale(&mut data, crate::spec::Scaling::Standardise);
    let fields = data.fields();
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["size", "town", "member"]);
    let cells = |part: &crate::data::Labelled, row: usize| -> Vec<FieldValue<'_>> {
        fields.iter().map(|field| field.read(&data, &part.features.row(row))).collect()
    };
    use FieldValue::{Category, Missing, Number};
    assert_eq!(cells(&data.train, 0), [Number(1.5), Category("Ulm"), Number(1.0)]);
    assert_eq!(cells(&data.train, 1), [Missing, Category("Bonn"), Number(0.0)]);
    assert_eq!(cells(&data.train, 3), [Number(4.0), Category("Kiel"), Number(1.0)]);
    assert_eq!(cells(&data.test, 0), [Number(5.125), Category("Bonn"), Number(1.0)]);
    assert_eq!(fields[1].read(&data, &[f32::NAN; 6]), Missing);
}
