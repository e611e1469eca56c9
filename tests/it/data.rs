//! The tables that come with Descent, and real files as their sources publish them. The latter
//! are found through the environment variable `DESCENT_DATA`.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, Read, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use descent::data::{self, Dataset, Limits, Targets};
use descent::spec::{
    CsvSpec, DataSource, DataSpec, LabelColumn, SampleShape, Task, ToyKind, ToySpec,
};

/// The folder of real files. Without it the test says loudly that it did not run, and fails where
/// `DESCENT_REQUIRE_DATA` is 1.
pub fn real_data(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("DESCENT_DATA").map(PathBuf::from);
    if folder.is_none() {
        let required = std::env::var("DESCENT_REQUIRE_DATA").is_ok_and(|value| value == "1");
        assert!(!required, "DESCENT_REQUIRE_DATA is 1, but DESCENT_DATA is not set");
        // Straight to the stream: what `eprintln!` writes is swallowed when a test passes.
        let told = "set DESCENT_DATA to the folder of real data to run it";
        writeln!(std::io::stderr(), "SKIPPED {test}: {told}").expect("can be written to");
    }
    folder
}

fn open(path: &Path) -> BufReader<File> {
    BufReader::new(File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn spec() -> CsvSpec {
    CsvSpec { label: LabelColumn::Last, ..CsvSpec::default() }
}

fn load_as(spec: &CsvSpec, mut reader: impl Read) -> Result<Dataset, data::DataError> {
    let spec = DataSpec::new(DataSource::Csv(spec.clone()));
    let files = data::TableFiles { main: &mut reader, test: None };
    data::table(files, &spec, "table", &Limits::default(), &mut go_on)
}

fn load(folder: &Path, file: &str) -> Dataset {
    load_as(&spec(), open(&folder.join(file))).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn rows(data: &Dataset) -> usize {
    data.train.rows() + data.test.rows()
}

/// How many rows of both parts belong to each class.
fn class_sizes(data: &Dataset) -> Vec<usize> {
    let mut sizes = vec![0; data.class_names.len()];
    for part in [&data.train, &data.test] {
        for row in 0..part.rows() {
            sizes[part.targets.class(row).expect("a dataset of classes")] += 1;
        }
    }
    sizes
}

fn feature_sum(data: &Dataset) -> f64 {
    [&data.train, &data.test]
        .iter()
        .flat_map(|part| part.features.table().expect("in memory").data())
        .map(|&value| f64::from(value))
        .sum()
}

fn points_as_text(kind: ToyKind, points_per_class: usize) -> String {
    let settings = ToySpec { points_per_class, ..ToySpec::standard(kind) };
    let part = data::toy(&settings, 0).expect("the settings are within limits").train;
    let mut text = "x1,x2,class\n".to_owned();
    for row in 0..part.rows() {
        let class = part.targets.class(row).expect("a dataset of classes");
        let (x1, x2) = (part.features.at(row, 0), part.features.at(row, 1));
        writeln!(text, "{x1},{x2},{class}").expect("writes to memory");
    }
    text
}

fn sine_as_text() -> String {
    let mut text = "x,y\n".to_owned();
    for step in -100_i32..=100 {
        let x = std::f64::consts::PI * f64::from(step) / 100.0;
        writeln!(text, "{},{}", x as f32, x.sin() as f32).expect("writes to memory");
    }
    text
}

/// The tables that come with Descent, as the code computes them.
fn shipped() -> [(&'static str, String); 3] {
    [
        ("spiral.csv", points_as_text(ToyKind::LectureSpiral, 100)),
        ("xor.csv", points_as_text(ToyKind::Xor, 100)),
        ("sine.csv", sine_as_text()),
    ]
}

fn datasets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets")
}

#[test]
fn shipped_tables_are_what_the_code_computes() {
    for (file, text) in shipped() {
        let path = datasets().join(file);
        if std::env::var_os("DESCENT_WRITE_DATASETS").is_some() {
            std::fs::write(&path, &text).expect("the folder can be written");
        }
        let stored = std::fs::read_to_string(&path).expect("the table is there");
        assert_eq!(stored, text, "{file}");
    }
}

#[test]
fn shipped_tables_load() {
    let spiral = load(&datasets(), "spiral.csv");
    assert_eq!(spiral.task, Task::Classification { classes: 3 });
    assert_eq!(class_sizes(&spiral), [100, 100, 100]);
    assert_eq!((spiral.train.rows(), spiral.test.rows()), (240, 60));
    assert!(spiral.is_planar());
    let toy = data::toy(&ToySpec::standard(ToyKind::LectureSpiral), 0).expect("within limits");
    assert_eq!(sorted_rows(&spiral), sorted_points(&toy.train.features));

    let xor = load(&datasets(), "xor.csv");
    assert_eq!(xor.task, Task::Classification { classes: 2 });
    assert_eq!(rows(&xor), 200);

    let sine = load(&datasets(), "sine.csv");
    assert_eq!((sine.task, rows(&sine)), (Task::Regression, 201));
    let Targets::Numbers(values) = &sine.train.targets else { panic!("sine is for regression") };
    for (row, &y) in values.iter().enumerate() {
        assert!((sine.train.features.at(row, 0).sin() - y).abs() < 1e-6);
    }
}

fn sorted_points(features: &data::Features) -> Vec<Vec<f32>> {
    let mut points: Vec<Vec<f32>> =
        (0..features.rows()).map(|row| features.row(row).to_vec()).collect();
    points.sort_by(|a, b| a.partial_cmp(b).expect("finite numbers"));
    points
}

fn sorted_rows(data: &Dataset) -> Vec<Vec<f32>> {
    let mut points = sorted_points(&data.train.features);
    points.extend(sorted_points(&data.test.features));
    points.sort_by(|a, b| a.partial_cmp(b).expect("finite numbers"));
    points
}

#[test]
fn real_bitmaps_of_digits_load() {
    let Some(folder) = real_data("real_bitmaps_of_digits_load") else { return };
    let three = load(&folder, "lab7/digit123.csv");
    assert_eq!((rows(&three), three.shape.clone()), (96, SampleShape(vec![36])));
    assert_eq!(three.class_names, ["1", "2", "3"]);
    assert_eq!(class_sizes(&three), [32, 32, 32]);
    // Counted apart from this code.
    assert_eq!(feature_sum(&three), 1092.0);
    assert!(three.notes.iter().any(|note| note.message.contains("1, 2, 3 → 0, 1, 2")));
    let two = load(&folder, "lab7/digit01.csv");
    assert_eq!((rows(&two), two.shape.clone()), (64, SampleShape(vec![12])));
    assert_eq!(two.class_names, ["0", "1"]);
}

#[test]
fn both_files_of_iris_give_the_same_flowers() {
    let Some(folder) = real_data("both_files_of_iris_give_the_same_flowers") else { return };
    let header = load(&folder, "csv/iris_header.csv");
    let headerless = load(&folder, "csv/iris_headerless.csv");
    assert_eq!(header.class_names, ["setosa", "versicolor", "virginica"]);
    assert_eq!(headerless.class_names, ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]);
    assert_eq!(header.feature_names[0], "sepal_length");
    assert_eq!(headerless.feature_names[0], "column 1");
    assert_eq!(class_sizes(&header), [50, 50, 50]);
    assert_eq!(header.train.targets, headerless.train.targets);
    // Two flowers are known to differ between the published versions of this table.
    let differing: Vec<(Vec<f32>, Vec<f32>)> =
        std::iter::zip([&header.train, &header.test], [&headerless.train, &headerless.test])
            .flat_map(|(one, other)| {
                (0..one.rows())
                    .map(|row| (one.features.row(row).to_vec(), other.features.row(row).to_vec()))
                    .filter(|(one, other)| one != other)
            })
            .collect();
    assert_eq!(differing.len(), 2);
    for wanted in [
        (vec![4.9, 3.1, 1.5, 0.2], vec![4.9, 3.1, 1.5, 0.1]),
        (vec![4.9, 3.6, 1.4, 0.1], vec![4.9, 3.1, 1.5, 0.1]),
    ] {
        assert!(differing.contains(&wanted), "{differing:?}");
    }
}

#[test]
fn real_tables_load_with_their_quirks() {
    let Some(folder) = real_data("real_tables_load_with_their_quirks") else { return };
    let folder = folder.join("csv");
    let pima = load(&folder, "pima-indians-diabetes.csv");
    assert_eq!((rows(&pima), pima.shape.len()), (768, 8));
    assert_eq!(class_sizes(&pima), [500, 268]);

    let concrete = load(&folder, "concrete_crlf.csv");
    assert_eq!((rows(&concrete), concrete.shape.len(), concrete.task), (1030, 8, Task::Regression));
    assert_eq!(concrete.label_name, "Concrete_compressive_strength");
    let cement: f64 = [&concrete.train, &concrete.test]
        .iter()
        .flat_map(|part| part.features.table().expect("in memory").col(0))
        .map(f64::from)
        .sum();
    assert!((cement - 289_600.6).abs() < 0.01, "{cement}");

    let wine = load(&folder, "winequality-red_semicolon.csv");
    assert_eq!((rows(&wine), wine.shape.len()), (1599, 11));
    assert_eq!(wine.class_names, ["3", "4", "5", "6", "7", "8"]);
    assert_eq!(class_sizes(&wine), [10, 53, 681, 638, 199, 18]);
    assert_eq!(wine.feature_names[0], "fixed acidity");
    assert!(wine.notes.iter().any(|note| note.message.contains("semicolons")));

    let spiral = load(&folder, "spiral_PeganovAnton.csv");
    assert_eq!((class_sizes(&spiral), spiral.is_planar()), (vec![500; 3], true));

    let first = CsvSpec { label: LabelColumn::Index(0), ..spec() };
    let digits = load_as(&first, open(&folder.join("mnist_train_100.csv"))).expect("100 digits");
    assert_eq!((rows(&digits), digits.shape.len()), (100, 784));
    assert_eq!(digits.task, Task::Classification { classes: 10 });
}

/// Every other table either loads or is refused with a sentence; a preview shows its beginning.
#[test]
fn every_real_table_loads_or_is_refused_with_a_sentence() {
    let Some(folder) = real_data("every_real_table_loads_or_is_refused_with_a_sentence") else {
        return;
    };
    let mut seen = 0;
    for folder in [folder.join("csv"), folder.join("csv/edge")] {
        for entry in std::fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                continue;
            }
            seen += 1;
            match load_as(&spec(), open(&path)) {
                Ok(table) => assert!(!table.shape.is_empty(), "{}", path.display()),
                Err(error) => {
                    let sentence = error.to_string();
                    assert!(sentence.ends_with('.'), "{}: {sentence}", path.display());
                }
            }
        }
    }
    assert!(seen > 40, "{seen} tables");
}
