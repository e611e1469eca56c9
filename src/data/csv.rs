use std::io::Read;

use ::csv::StringRecord;

use super::label::{Labels, Place};
use super::scale::scale;
use super::split::split;
use super::table::{Layout, MAX_BYTES, MAX_ROWS, Source};
use super::tell::{counted, invalid, listed, note, quoted, report, warning};
use super::{DataError, DataNote, Dataset, Labelled, Progress, Targets};
use crate::base::Matrix;
use crate::spec::{CsvSpec, HeaderMode, LabelColumn, SampleShape, Scaling, SplitSpec};

/// Bytes of the table between two reports of progress.
const REPORT_BYTES: usize = 1 << 18;
/// Most column names that a message lists.
const LISTED_COLUMNS: usize = 20;
/// Most classes of one kind that are named in a warning about the split.
const LISTED_CLASSES: usize = 5;

/// Reads a table of numbers with a label column, divides its rows into a training and a test part
/// and scales the features. The path in `spec` is not used.
///
/// The text is UTF-8, with or without byte order mark; cells stand between commas, semicolons or
/// tabs and are trimmed; blank rows are skipped. In messages a row is a line of the file, counted
/// from one with the header; columns are counted from one, bytes from zero.
///
/// # Errors
/// When the file cannot be read, is above a limit ([`MAX_BYTES`], [`MAX_ROWS`],
/// [`MAX_COLUMNS`](super::MAX_COLUMNS)), is not a table of numbers, does not serve the task, has
/// fewer than two rows, or `progress` says stop.
pub fn csv(
    reader: impl Read,
    spec: &CsvSpec,
    split_spec: &SplitSpec,
    scaling: Scaling,
    seed: u64,
    name: &str,
    progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    let source = Source::read(reader, MAX_BYTES, progress)?;
    let layout = Layout::find(&source, spec.header)?;
    let label = label_column(&layout, &spec.label)?;
    let table = Table::read(&source, &layout, label, progress)?;
    let column = layout.column(label);
    let cell = |at| source.cell_place(at, label, &layout);
    let encoded = table.labels.encode(spec.task, &Place { column, cell: &cell })?;

    let parts = split(&encoded.targets, split_spec, seed)?;
    let whole = Labelled::new(table.features, encoded.targets);
    let mut feature_names = layout.names.clone();
    let label_name = feature_names.remove(label);
    let mut notes = layout_notes(&layout, spec.header, table.blank);
    notes.extend(encoded.notes);
    let shape = SampleShape(vec![feature_names.len()]);
    let mut dataset = Dataset {
        feature_names,
        label_name,
        class_names: encoded.class_names,
        notes,
        ..Dataset::new(
            name,
            shape,
            encoded.task,
            whole.gather(&parts.train),
            whole.gather(&parts.test),
        )
    };
    dataset.notes.extend(absent_classes(&dataset.train, &dataset.class_names, "training"));
    dataset.notes.extend(absent_classes(&dataset.test, &dataset.class_names, "test"));
    scale(&mut dataset, scaling);
    report(progress, 1.0)?;
    Ok(dataset)
}

fn label_column(layout: &Layout, wanted: &LabelColumn) -> Result<usize, DataError> {
    let names = &layout.names;
    if names.len() < 2 {
        return invalid(
            "The table has one column only; a label and at least one feature are needed. Columns \
             are separated by commas, semicolons or tabs.",
        );
    }
    match wanted {
        LabelColumn::Auto | LabelColumn::Last => Ok(names.len() - 1),
        LabelColumn::Index(index) if *index < names.len() => Ok(*index),
        LabelColumn::Index(index) => invalid(format!(
            "Column {} was chosen as the label, but the table has {} columns ({}).",
            index.saturating_add(1),
            names.len(),
            listed(names.iter().cloned(), LISTED_COLUMNS)
        )),
        LabelColumn::Name(name) => named_column(layout, name.trim()),
    }
}

fn named_column(layout: &Layout, name: &str) -> Result<usize, DataError> {
    let mut found = (0..layout.names.len()).filter(|&column| layout.names[column] == name);
    match (found.next(), found.next()) {
        (Some(column), None) => Ok(column),
        (Some(one), Some(other)) => invalid(format!(
            "Columns {} and {} are both called {}. Choose the label by its position.",
            one + 1,
            other + 1,
            quoted(name)
        )),
        (None, _) => {
            let header = if layout.header { "" } else { " The table seems to have no header." };
            invalid(format!(
                "No column is called {}. Choose the label among {}.{header}",
                quoted(name),
                listed(layout.names.iter().cloned(), LISTED_COLUMNS)
            ))
        }
    }
}

/// The cells of a table: features as numbers, labels as texts.
struct Table {
    features: Matrix,
    labels: Labels,
    blank: usize,
}

impl Table {
    fn read(
        source: &Source,
        layout: &Layout,
        label: usize,
        progress: Progress<'_>,
    ) -> Result<Self, DataError> {
        let width = layout.names.len() - 1;
        let (mut values, mut labels, mut count) = (Vec::new(), Labels::default(), 0);
        let mut rows = source.rows(layout.delimiter);
        if layout.header {
            rows.next()?;
        }
        let mut reported = 0;
        while let Some((record, at)) = rows.next()? {
            if at >= reported + REPORT_BYTES {
                reported = at;
                report(progress, at as f32 / source.body().len() as f32)?;
            }
            count += 1;
            if count > MAX_ROWS {
                return invalid(format!(
                    "The table has more than {MAX_ROWS} rows, the most that can be loaded."
                ));
            }
            read_row(record, layout, label, &mut values)
                .map_err(|fault| fault.tell(source, layout, record, at))?;
            labels.push(record[label].trim(), at);
        }
        match count {
            0 => return invalid("The table has a header but no rows."),
            1 => {
                return invalid(
                    "The table has one row; at least 2 rows are needed to hold out a test part.",
                );
            }
            _ => {}
        }
        let features = Matrix::new(count, width, values).expect("every row was checked for length");
        Ok(Self { features, labels, blank: rows.blank })
    }
}

/// What is wrong with a row.
enum Fault {
    /// It has another number of cells than the first row.
    Ragged,
    /// The cell of this column is no number, or an empty label.
    Cell(usize),
}

fn read_row(
    record: &StringRecord,
    layout: &Layout,
    label: usize,
    values: &mut Vec<f32>,
) -> Result<(), Fault> {
    if record.len() != layout.names.len() {
        return Err(Fault::Ragged);
    }
    for (column, cell) in record.iter().map(str::trim).enumerate() {
        if column == label {
            if cell.is_empty() {
                return Err(Fault::Cell(column));
            }
            continue;
        }
        match cell.parse::<f32>() {
            Ok(value) if value.is_finite() => values.push(value),
            _ => return Err(Fault::Cell(column)),
        }
    }
    Ok(())
}

impl Fault {
    fn tell(self, source: &Source, layout: &Layout, record: &StringRecord, at: usize) -> DataError {
        let column = match self {
            Self::Ragged => return layout.ragged(source, record, at),
            Self::Cell(column) => column,
        };
        let place = source.cell_place(at, column, layout);
        let cell = record[column].trim();
        DataError::Invalid(if cell.is_empty() {
            format!("{place} is empty. Fill the cell in, or delete the row or the column.")
        } else {
            format!("{place} holds {}, {}", quoted(cell), advice(cell))
        })
    }
}

/// What is wrong with a cell that is not a finite number, and what to do.
fn advice(cell: &str) -> &'static str {
    if cell.parse::<f32>().is_ok_and(f32::is_infinite) && !cell.contains(['i', 'I']) {
        "which is too large a number. Correct it, or delete the row."
    } else if cell.replace(',', ".").parse::<f32>().is_ok() && cell.contains(',') {
        "which is not a number. Write decimals with a point, not a comma."
    } else {
        "which is not a number. Features must be numbers: correct the cell, delete the row or the \
         column, or choose this column as the label."
    }
}

fn layout_notes(layout: &Layout, mode: HeaderMode, blank: usize) -> Vec<DataNote> {
    let mut notes = Vec::new();
    if layout.delimiter != b',' {
        notes.push(note(format!("Cells are separated by {}.", layout.delimiter_name())));
    }
    if mode == HeaderMode::Auto && !layout.header {
        notes.push(note("The first row is data, so columns are named by number.".to_owned()));
    }
    if blank > 0 {
        notes.push(note(format!("{} without any value left out.", counted(blank, "row"))));
    }
    notes
}

/// Warns of classes that one part lacks.
fn absent_classes(part: &Labelled, names: &[String], part_name: &str) -> Option<DataNote> {
    let Targets::Classes(classes) = &part.targets else { return None };
    let mut present = vec![false; names.len()];
    for &class in classes {
        present[class as usize] = true;
    }
    let absent: Vec<String> = std::iter::zip(names, present)
        .filter(|(_, present)| !present)
        .map(|(name, _)| quoted(name))
        .collect();
    (!absent.is_empty()).then(|| {
        let noun = if absent.len() == 1 { "class" } else { "classes" };
        warning(format!(
            "The {part_name} part has no row of the {noun} {}.",
            listed(absent, LISTED_CLASSES)
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use proptest::prelude::*;

    use super::*;
    use crate::spec::{Task, TaskChoice};

    fn go_on(_: f32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn spec() -> CsvSpec {
        CsvSpec { label: LabelColumn::Last, ..CsvSpec::default() }
    }

    fn load_as(spec: &CsvSpec, bytes: &[u8]) -> Result<Dataset, DataError> {
        csv(bytes, spec, &SplitSpec::default(), Scaling::None, 1, "table", &mut go_on)
    }

    fn load(text: &str) -> Dataset {
        load_as(&spec(), text.as_bytes()).expect("a good table")
    }

    fn refusal(text: &str) -> String {
        load_as(&spec(), text.as_bytes()).expect_err("a bad table").to_string()
    }

    /// All rows of both parts, sorted, with their class or number.
    fn rows(data: &Dataset) -> Vec<(Vec<f32>, f32)> {
        let mut all = Vec::new();
        for part in [&data.train, &data.test] {
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

    const FLOWERS: &str = "length,width,species\n1,2,rose\n3,4,lily\n5,6,rose\n7,8,lily\n";

    #[test]
    fn a_table_with_a_header_and_text_labels() {
        let data = load(FLOWERS);
        assert_eq!(data.shape, SampleShape(vec![2]));
        assert_eq!(data.task, Task::Classification { classes: 2 });
        assert_eq!(data.feature_names, ["length", "width"]);
        assert_eq!((data.label_name.as_str(), data.name.as_str()), ("species", "table"));
        assert_eq!(data.class_names, ["lily", "rose"]);
        let wanted = [([1., 2.], 1.), ([3., 4.], 0.), ([5., 6.], 1.), ([7., 8.], 0.)];
        assert_eq!(rows(&data), wanted.map(|(row, class)| (row.to_vec(), class)));
        assert!(data.notes[0].message.contains("lily → 0, rose → 1"));
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
            let data = load_as(&CsvSpec { label, ..spec() }, text.as_bytes()).expect("a table");
            assert_eq!((data.label_name.as_str(), data.feature_names.len()), ("y", 2));
            assert_eq!(rows(&data)[0], (vec![0.0, 1.0], 1.0));
        }
        let cases = [
            (LabelColumn::Index(3), "Column 4 was chosen as the label, but the table has 3"),
            (LabelColumn::Index(usize::MAX), "the table has 3 columns (y, a, b)"),
            (
                LabelColumn::Name("z".to_owned()),
                "No column is called “z”. Choose the label among y, a, b.",
            ),
        ];
        for (label, wanted) in cases {
            let error = load_as(&CsvSpec { label, ..spec() }, text.as_bytes()).expect_err(wanted);
            assert!(error.to_string().contains(wanted), "{error}");
        }
        let twice = CsvSpec { label: LabelColumn::Name("a".to_owned()), ..spec() };
        let error = load_as(&twice, b"a,a,b\n1,2,3\n4,5,6\n").expect_err("ambiguous").to_string();
        assert!(error.contains("Columns 1 and 2 are both called “a”"), "{error}");
    }

    #[test]
    fn the_header_can_be_given() {
        let numbers = "1,2\n3,4\n5,6\n7,8\n";
        let absent = load(numbers);
        assert_eq!((absent.train.rows() + absent.test.rows(), absent.label_name.as_str()), {
            (4, "column 2")
        });
        assert!(absent.notes[0].message.contains("named by number"));
        let given = CsvSpec { header: HeaderMode::Present, ..spec() };
        let present = load_as(&given, numbers.as_bytes()).expect("a table");
        assert_eq!((present.train.rows() + present.test.rows(), present.label_name.as_str()), {
            (3, "2")
        });
        let none = CsvSpec { header: HeaderMode::Absent, ..spec() };
        let error = load_as(&none, FLOWERS.as_bytes()).expect_err("texts").to_string();
        assert!(error.starts_with("Row 1, column 1 (byte 0) holds “length”"), "{error}");
    }

    #[test]
    fn a_bad_cell_is_named_with_its_place() {
        for (text, wanted) in [
            ("a,b,y\n1,2,0\n3,abc,1\n", "Row 3, column 2 “b” (byte 14) holds “abc”, which is not"),
            ("a,b,y\r\n\r\n1,2,0\r\n3,,1\r\n", "Row 4, column 2 “b” (byte 18) is empty."),
            ("1,2,0\n3,nan,1\n", "Row 2, column 2 (byte 8) holds “nan”, which is not a number"),
            ("1,2,0\n3,inf,1\n", "which is not a number"),
            ("1,2,0\n3,1e39,1\n", "holds “1e39”, which is too large"),
            ("1;2;0\n3;1,5;1\n", "Write decimals with a point"),
            ("a,b,y\n1,2,\n3,4,1\n", "Row 2, column 3 “y” (byte 10) is empty."),
            ("\u{feff}x,y\n\"1\",0\n\"?\",1\n", "Row 3, column 1 “x” (byte 13) holds “?”"),
        ] {
            let message = refusal(text);
            assert!(message.contains(wanted), "{message}");
        }
    }

    #[test]
    fn a_row_of_another_length_is_named_with_both_counts() {
        let message = refusal("a,b,y\n1,2,0\n3,1\n4,5,1\n");
        assert!(message.starts_with("Row 3 (byte 12) has 2 cells, but the header has 3 cells."));
        let message = refusal("1,2,0\n3,4,5,1\n6,7,1\n");
        assert!(message.starts_with("Row 2 (byte 6) has 4 cells, but the first row has 3 cells."));
        let message = refusal("a,b,y\n1,2,0\n\"3,4,1\n5,6,0\n");
        assert!(message.contains("A quotation mark before it may not be closed"), "{message}");
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let wide = vec!["1"; 10_001].join(",");
        for (text, wanted) in [
            ("", "The file is empty."),
            (" \n\n\t\n", "The file is empty."),
            ("\u{feff}", "The file is empty."),
            ("a,b\n", "a header but no rows"),
            ("1\n2\n", "one column only"),
            ("1 2 3\n4 5 6\n", "separated by commas, semicolons or tabs"),
            ("1,2\n", "at least 2 rows"),
            ("a,b,y\n1,2,0\n3,4,0\n", "nothing to tell apart"),
            (wide.as_str(), "10001 columns; at most 10000"),
        ] {
            let message = refusal(text);
            assert!(message.contains(wanted), "{message}");
        }
        let error = load_as(&spec(), b"a,y\n1,\xe9\n").expect_err("Latin-1").to_string();
        assert!(error.starts_with("Row 2 (byte 6) is not UTF-8"), "{error}");
    }

    #[test]
    fn more_rows_than_the_limit_are_refused() {
        let message = refusal(&"1,2\n".repeat(MAX_ROWS + 1));
        assert!(message.contains("more than 2000000 rows"), "{message}");
    }

    #[test]
    fn features_are_scaled_by_the_training_part() {
        let text: String = (0..50).map(|i| format!("{},{},{}\n", i, 3 * i, i % 2)).collect();
        let data = csv(
            text.as_bytes(),
            &spec(),
            &SplitSpec::default(),
            Scaling::Standardise,
            1,
            "table",
            &mut go_on,
        )
        .expect("a table");
        for column in 0..2 {
            let sum: f64 =
                data.train.features.table().expect("in memory").col(column).map(f64::from).sum();
            let squares: f64 = data
                .train
                .features
                .table()
                .expect("in memory")
                .col(column)
                .map(|value| f64::from(value).powi(2))
                .sum();
            assert!(sum.abs() < 1e-5 && (squares / 40.0 - 1.0).abs() < 1e-6);
        }
        let test_mean = data.test.features.table().expect("in memory").col(0).sum::<f32>() / 10.0;
        assert!(test_mean.abs() > 1e-3, "the test part is scaled by the training part");
    }

    #[test]
    fn a_class_that_a_part_lacks_is_told() {
        let data = load("1,a\n2,a\n3,a\n4,a\n5,b\n");
        let told = data.notes.iter().find(|note| note.warning).expect("a warning");
        assert_eq!(told.message, "The test part has no row of the class “b”.");
    }

    #[test]
    fn progress_rises_and_stops() {
        let text = "1.25,2.5,0\n3.75,4.5,1\n".repeat(30_000);
        let mut seen = Vec::new();
        let mut watch = |share| {
            seen.push(share);
            ControlFlow::Continue(())
        };
        let split = SplitSpec::default();
        csv(text.as_bytes(), &spec(), &split, Scaling::None, 1, "", &mut watch).expect("a table");
        assert!(seen.is_sorted() && seen.last() == Some(&1.0), "{seen:?}");
        assert!(seen.iter().filter(|share| (0.01..0.99).contains(*share)).count() >= 2);
        for stop in 0..seen.len() {
            let mut reports = 0;
            let mut stopping = |_| {
                reports += 1;
                if reports > stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let end = csv(text.as_bytes(), &spec(), &split, Scaling::None, 1, "", &mut stopping);
            assert_eq!(end, Err(DataError::Cancelled));
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
        let reader = b"1,2\n".chain(Broken);
        let split = SplitSpec::default();
        let error = csv(reader, &spec(), &split, Scaling::None, 1, "", &mut go_on);
        assert_eq!(error, Err(DataError::Io("Reading failed: the disk is gone.".to_owned())));
    }

    #[test]
    fn a_table_cut_off_anywhere_is_loaded_or_refused_with_a_sentence() {
        let text = "\u{feff}a;\"b\";y\r\n1;2,5;\"ro\"\"se\"\r\n\r\n3;4;é\n5;6;lily";
        for length in 0..text.len() {
            let bytes = &text.as_bytes()[..length];
            if let Err(error) = load_as(&spec(), bytes) {
                assert!(error.to_string().ends_with('.'), "{length}: {error}");
            }
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = load_as(&spec(), &bytes);
        }

        #[test]
        fn arbitrary_tables_never_panic(
            text in "[-0-9.,;\t\"\r\na-cé\u{feff}]{0,200}", index in 0_usize..4,
        ) {
            for label in [LabelColumn::Last, LabelColumn::Index(index)] {
                for header in [HeaderMode::Auto, HeaderMode::Present, HeaderMode::Absent] {
                    let spec = CsvSpec { label: label.clone(), header, ..spec() };
                    if let Err(error) = load_as(&spec, text.as_bytes()) {
                        prop_assert!(error.to_string().ends_with('.'));
                    }
                }
            }
        }

        #[test]
        fn numbers_come_back_as_they_were_written(
            table in prop::collection::vec((-1e30_f32..1e30, -1.0_f32..1.0, 0_u32..3), 10..40),
            seed: u64,
        ) {
            let text: String = table.iter().map(|(a, b, y)| format!("{a},{b:e},c{y}\n")).collect();
            let split = SplitSpec::default();
            let loaded = csv(text.as_bytes(), &spec(), &split, Scaling::None, seed, "", &mut go_on);
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
}
