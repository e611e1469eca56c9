use std::sync::Arc;

use egui::{Key, Role, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::base::{Finite, Matrix};
use crate::data::{
    Association, ColumnFindings, DataNote, Dataset, Fault, Histogram, Labelled, LayoutFindings,
    Measure, PreviewColumn, PreviewRow, RowCounts, Scaler, Summary, TableFindings, TablePreview,
    Targets,
};
use crate::spec::{
    Coding, ColumnKind, ColumnRef, ColumnRole, CsvSpec, DataSource, DataSpec, Decimal, Delimiter,
    Derived, Dialect, Encoding, FaultRule, HeaderMode, LabelColumn, MissingRule, Quote,
    SampleShape, Scaling, Task, TestPart, Thousands, ValidationPart, preset,
};
use crate::ui::UiRequest;
use crate::ui::testing::{Bench, bench, repaints, type_number};
use crate::workbench::{Action, State, fixtures};

use super::{Tab, show};

/// Name, role, kind and reason of the columns of a passenger list.
const PASSENGERS: [(&str, ColumnRole, ColumnKind, &str); 7] = [
    ("PassengerId", ColumnRole::Ignored, ColumnKind::Identifier, "All values differ and count up."),
    ("Survived", ColumnRole::Label, ColumnKind::YesNo, "Its name is that of a label."),
    ("Pclass", ColumnRole::Feature, ColumnKind::Category, "Three different whole numbers."),
    ("Name", ColumnRole::Ignored, ColumnKind::Text, "Almost every value is another text."),
    ("Sex", ColumnRole::Feature, ColumnKind::Category, "Two different words."),
    ("Age", ColumnRole::Feature, ColumnKind::Number, "All cells with a value are numbers."),
    ("Fare", ColumnRole::Feature, ColumnKind::Number, "All cells are numbers."),
];

fn cell(row: usize, column: usize) -> String {
    match column {
        0 => (row + 1).to_string(),
        1 => (row * 7 % 3 % 2).to_string(),
        2 => (row * 5 % 3 + 1).to_string(),
        3 => format!("Passenger, Mr. Number {}", row + 1),
        4 => ["male", "female"][row * 11 % 5 % 2].into(),
        5 if row % 6 == 5 => String::new(),
        5 => (row * 17 % 61 + 2).to_string(),
        _ => format!("{:.2}", 7.25 + (row * 37 % 90) as f64 * 1.37),
    }
}

fn dialect() -> Dialect {
    Dialect {
        encoding: Encoding::Utf8,
        delimiter: Delimiter::Comma,
        quote: Quote::Double,
        decimal: Decimal::Point,
        thousands: Thousands::None,
        skip: Some(0),
        comment: crate::spec::Comment::None,
    }
}

fn layout() -> LayoutFindings {
    LayoutFindings { header: true, encoding: "UTF-8".into(), ..LayoutFindings::default() }
}

fn faults() -> Vec<Fault> {
    vec![Fault {
        row: 8,
        column: Some(7),
        byte: 431,
        message: "Row 8, column 7 (Fare): \u{201c}abc\u{201d} is no number.".into(),
    }]
}

pub(super) fn preview() -> TablePreview {
    let column = |&(name, role, kind, reason): &(&str, ColumnRole, ColumnKind, &str)| {
        PreviewColumn { name: name.into(), role, kind, reason: reason.into() }
    };
    let row = |row: usize| PreviewRow {
        line: row + 2,
        cells: (0..7).map(|column| cell(row, column)).collect(),
    };
    TablePreview {
        dialect: dialect(),
        layout: layout(),
        columns: PASSENGERS.iter().map(column).collect(),
        rows: (0..100).map(row).collect(),
        faults: faults(),
        more: true,
    }
}

fn found(place: usize) -> ColumnFindings {
    let (name, role, kind, reason) = PASSENGERS[place];
    let is_number = kind == ColumnKind::Number;
    let inputs: &[&str] = match place {
        2 => &["Pclass = 1", "Pclass = 2", "Pclass = 3"],
        4 => &["Sex = female", "Sex = male"],
        5 => &["Age"],
        6 => &["Fare"],
        _ => &[],
    };
    ColumnFindings {
        name: name.into(),
        role,
        kind,
        reason: reason.into(),
        missing: if place == 5 { 177 } else { 0 },
        distinct: [891, 2, 3, 891, 2, 88, 248][place],
        summary: is_number.then_some(Summary {
            min: 0.42,
            mean: 29.699_118,
            median: 28.0,
            max: 80.0,
            std: 14.526_497,
        }),
        top: vec![("24".into(), 30), ("22".into(), 27), ("18".into(), 26)],
        histogram: is_number.then(|| Histogram {
            low: 0.42,
            high: 80.0,
            counts: vec![54, 46, 177, 169, 118, 70, 45, 24, 9, 2],
        }),
        association: (role == ColumnRole::Feature).then_some(Association {
            measure: if is_number { Measure::Pearson } else { Measure::CramersV },
            value: if is_number { -0.077 } else { 0.54 },
        }),
        missing_rule: if place == 5 { MissingRule::Median } else { MissingRule::DropRow },
        coding: (kind == ColumnKind::Category).then_some(Coding::OneHot),
        inputs: inputs.iter().map(|&name| name.to_owned()).collect(),
    }
}

fn findings() -> TableFindings {
    TableFindings {
        layout: layout(),
        columns: (0..PASSENGERS.len()).map(found).collect(),
        rows: RowCounts { read: 892, faulty: 1, used: 891, ..RowCounts::default() },
        faults: faults(),
        fault_count: 1,
        class_counts: vec![549, 342],
        label_coding: vec![("0".into(), 0), ("1".into(), 1)],
    }
}

fn part(rows: usize, cols: usize) -> Labelled {
    let value = |place: usize| ((place * 7919 % 1000) as f32 / 250.0) - 2.0;
    let features = Matrix::new(rows, cols, (0..rows * cols).map(value).collect()).expect("fits");
    Labelled::new(features, Targets::Classes((0..rows).map(|row| (row % 3 % 2) as u32).collect()))
}

pub(super) fn passengers() -> Arc<Dataset> {
    let findings = findings();
    let names: Vec<String> = findings.columns.iter().flat_map(|c| c.inputs.clone()).collect();
    let train = part(713, names.len());
    let scaler = train.features.table().and_then(|table| Scaler::fit(Scaling::Standardise, table));
    Arc::new(Dataset {
        class_names: vec!["no".into(), "yes".into()],
        label_name: "Survived".into(),
        scaler,
        steps: vec![
            "892 rows were read from titanic.csv.".into(),
            "Row 8 was left out: a cell of Fare is no number.".into(),
            "177 missing values of Age became the median of the training part, 28.".into(),
            "Pclass and Sex became columns of zeros and ones.".into(),
        ],
        notes: vec![
            DataNote { message: "62 % of the rows are of class no.".into(), warning: false },
            DataNote {
                message: "3 rows of the test part are in the training part.".into(),
                warning: true,
            },
        ],
        findings: Some(Arc::new(findings)),
        ..Dataset::new(
            "titanic.csv",
            SampleShape(vec![names.len()]),
            Task::Classification { classes: 2 },
            train,
            part(178, names.len()),
        )
        .named(names)
    })
}

trait Named {
    fn named(self, names: Vec<String>) -> Self;
}

impl Named for Dataset {
    fn named(mut self, names: Vec<String>) -> Self {
        self.feature_names = names;
        self
    }
}

fn csv_state(data: Arc<Dataset>) -> State {
    let mut spec = preset("digits123").expect("built in");
    spec.data = DataSpec::new(DataSource::Csv(CsvSpec::of_file("/home/me/titanic.csv")));
    fixtures::of(spec, data)
}

pub(super) fn titanic() -> State {
    let state = fixtures::with_preview(csv_state(passengers()), preview());
    fixtures::with_hash(state, 0x1234_5678_9abc_def0_1234_5678_9abc_def0, Some(7))
}

/// A table of very many columns.
pub(super) fn wide(columns: usize) -> State {
    let name = |column: usize| format!("pixel{column}");
    let preview = TablePreview {
        dialect: dialect(),
        layout: layout(),
        columns: (0..columns)
            .map(|column| PreviewColumn {
                name: name(column),
                role: if column == 0 { ColumnRole::Label } else { ColumnRole::Feature },
                kind: ColumnKind::Number,
                reason: "All cells are numbers.".into(),
            })
            .collect(),
        rows: (0..100)
            .map(|row| PreviewRow {
                line: row + 2,
                cells: (0..columns).map(|column| (row * column % 256).to_string()).collect(),
            })
            .collect(),
        ..TablePreview::default()
    };
    let mut findings = TableFindings { layout: layout(), ..TableFindings::default() };
    findings.columns = (0..columns)
        .map(|column| ColumnFindings {
            name: name(column),
            role: if column == 0 { ColumnRole::Label } else { ColumnRole::Feature },
            kind: ColumnKind::Number,
            inputs: if column == 0 { Vec::new() } else { vec![name(column)] },
            ..found(6)
        })
        .collect();
    let features = columns - 1;
    let data = Dataset {
        findings: Some(Arc::new(findings)),
        ..Dataset::new(
            "wide.csv",
            SampleShape(vec![features]),
            Task::Classification { classes: 2 },
            part(400, features),
            part(100, features),
        )
    };
    fixtures::with_preview(csv_state(Arc::new(data)), preview)
}

pub(super) fn images() -> Arc<Dataset> {
    let part = |rows: usize| {
        let values = (0..rows * 784).map(|place| (place % 29) as f32 / 28.0).collect();
        let features = Matrix::new(rows, 784, values).expect("fits");
        Labelled::new(features, Targets::Classes((0..rows).map(|row| (row % 10) as u32).collect()))
    };
    let (shape, task) = (SampleShape(vec![1, 28, 28]), Task::Classification { classes: 10 });
    Arc::new(Dataset::new("MNIST", shape, task, part(900), part(40)))
}

fn page(state: State, tab: Tab) -> Harness<'static, Bench> {
    let mut harness = bench(state, vec2(1280.0, 716.0), show);
    harness.state_mut().view.dataset.open = true;
    harness.state_mut().view.dataset.tab = tab;
    harness.run();
    harness
}

fn data<'a>(harness: &'a Harness<'_, Bench>) -> &'a DataSpec {
    &harness.state().state.draft().data
}

fn csv<'a>(harness: &'a Harness<'_, Bench>) -> &'a CsvSpec {
    match &data(harness).source {
        DataSource::Csv(csv) => csv,
        other => panic!("{other:?}"),
    }
}

fn open(harness: &mut Harness<'_, Bench>, menu: &str) {
    harness.get_by_role_and_label(Role::ComboBox, menu).click();
    harness.run();
}

fn choose(harness: &mut Harness<'_, Bench>, menu: &str, entry: &str) {
    open(harness, menu);
    harness.get_by_role_and_label(Role::Button, entry).click();
    harness.run();
}

fn click(harness: &mut Harness<'_, Bench>, button: &str) {
    harness.get_by_role_and_label(Role::Button, button).click();
    harness.run();
}

fn type_words(harness: &mut Harness<'_, Bench>, name: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, name).click();
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, name).type_text(text);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
}

#[test]
fn the_page_has_a_tab_for_all_there_is_to_see() {
    let tabs = |state: &State| super::tabs(state);
    use Tab::{Columns, Images, Preparation, Result, Scatter, Table};
    assert_eq!(tabs(&titanic()), [Table, Columns, Scatter, Preparation, Result]);
    assert_eq!(tabs(&fixtures::ready("spiral-relu")), [Scatter, Preparation, Result]);
    let mnist = fixtures::with_data("mnist-mlp", images());
    assert_eq!(tabs(&mnist), [Images, Preparation, Result]);
}

#[test]
fn escape_and_the_button_go_back_to_training() {
    let mut harness = page(titanic(), Tab::Table);
    click(&mut harness, "Back to training");
    open(&mut harness, "Delimiter");
    harness.key_press(Key::Escape);
    harness.run();
    let asked = [UiRequest::ShowDataset(false)];
    assert_eq!(harness.state().view.requests, asked, "Escape belongs to the open menu");
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(harness.state().view.requests.len(), 2);
}

#[test]
fn every_guess_about_the_text_is_shown_and_can_be_changed() {
    let mut harness = page(titanic(), Tab::Table);
    choose(&mut harness, "Delimiter", "semicolon");
    choose(&mut harness, "Encoding", "Windows-1252");
    choose(&mut harness, "Quotes", "none");
    choose(&mut harness, "Decimal mark", "3,5");
    choose(&mut harness, "Thousands", "1.000");
    choose(&mut harness, "Header", "none");
    choose(&mut harness, "Lines to skip", "2");
    choose(&mut harness, "Comments", "%");
    let wanted = Dialect {
        encoding: Encoding::Windows1252,
        delimiter: Delimiter::Semicolon,
        quote: Quote::None,
        decimal: Decimal::Comma,
        thousands: Thousands::Point,
        skip: Some(2),
        comment: crate::spec::Comment::Of('%'),
    };
    assert_eq!(csv(&harness).dialect, wanted);
    assert_eq!(csv(&harness).header, HeaderMode::Absent);
    choose(&mut harness, "Delimiter", "auto (comma)");
    assert_eq!(csv(&harness).dialect.delimiter, Delimiter::Auto);
}

#[test]
fn label_and_faults_are_treated_as_the_user_says() {
    let mut harness = page(titanic(), Tab::Table);
    choose(&mut harness, "Label", "Sex");
    assert_eq!(csv(&harness).label, LabelColumn::Name("Sex".into()));
    choose(&mut harness, "What does not fit", "count as missing");
    assert_eq!(csv(&harness).faults, FaultRule::Missing);
    type_words(&mut harness, "Missing words", "-200, unknown");
    assert_eq!(csv(&harness).missing, ["-200", "unknown"]);
}

#[test]
fn a_column_is_given_a_role_by_the_right_button() {
    let mut harness = page(titanic(), Tab::Columns);
    let at = harness.get_by_role_and_label(Role::Button, "Pclass").rect().center();
    crate::ui::testing::right_click(&mut harness, at);
    harness.get_by_label("Role").click();
    harness.run_steps(8);
    harness.get_by_label("ignored").click();
    harness.run_steps(4);
    let said = &csv(&harness).columns;
    assert_eq!(said[0].column, ColumnRef::Name("Pclass".into()));
    assert_eq!(said[0].role, Some(ColumnRole::Ignored));
}

#[test]
fn roles_are_chosen_in_the_heads_of_columns() {
    let mut harness = page(titanic(), Tab::Table);
    choose(&mut harness, "Role of Pclass", "ignored");
    let said = &csv(&harness).columns;
    assert_eq!(said[0].column, ColumnRef::Name("Pclass".into()));
    assert_eq!(said[0].role, Some(ColumnRole::Ignored));
    choose(&mut harness, "Role of Sex", "label");
    assert_eq!(csv(&harness).label, LabelColumn::Name("Sex".into()));
    choose(&mut harness, "Role of Name", "split");
    assert_eq!(data(&harness).split.test, TestPart::Column(ColumnRef::Name("Name".into())));
}

#[test]
fn what_does_not_fit_is_marked_counted_and_listed() {
    let mut harness = page(titanic(), Tab::Table);
    harness.get_by_label_contains("line 8: Row 8, column 7 (Fare)");
    harness.get_by_label_contains("892 rows read");
    harness.get_by_label_contains("1 left out because they do not fit");
    harness.get_by_label_contains("177 missing values filled in 1 column");
    harness.get_by_label_contains("713 training + 178 test used");
    assert_eq!(harness.query_all_by_label_contains("is no number").count(), 1);
    harness.get_by_label_contains("1 place that did not fit").click();
    harness.run();
    assert_eq!(harness.query_all_by_label_contains("is no number").count(), 2);
}

#[test]
fn a_column_is_selected_and_changed() {
    let mut harness = page(titanic(), Tab::Columns);
    click(&mut harness, "Age");
    harness.get_by_label("All cells with a value are numbers.");
    harness.get_by_label("From 0.42 to 80");
    harness.get_by_label("24 30");
    choose(&mut harness, "Missing values of Age", "mark missing");
    choose(&mut harness, "Kind of Age", "category");
    type_words(&mut harness, "Missing word", "-1");
    let said = csv(&harness).columns[0].clone();
    assert_eq!(said.missing, Some(MissingRule::Indicator));
    assert_eq!(said.kind, Some(ColumnKind::Category));
    assert_eq!(said.missing_word.as_deref(), Some("-1"));
    choose(&mut harness, "Categories", "ordinal");
    assert_eq!(csv(&harness).columns[0].coding, Some(Coding::Ordinal));
}

#[test]
fn two_columns_alone_become_the_features() {
    let mut state = titanic();
    let mut spec = state.draft().data.clone();
    spec.derived = vec![Derived::Sin { feature: 0 }];
    fixtures::act(&mut state, Action::Edit(crate::workbench::Edit::Data(spec)));
    fixtures::give(&mut state, Ok(passengers()));
    let mut harness = page(state, Tab::Scatter);
    harness.get_by_label("Fare against Age");
    choose(&mut harness, "Across", "Sex = male");
    harness.get_by_label("Fare against Sex = male");
    let only = harness.get_by_role_and_label(Role::Button, "Use only these two as features");
    assert!(only.accesskit_node().is_disabled(), "categories become several features");
    choose(&mut harness, "Across", "Age");
    click(&mut harness, "Use only these two as features");
    let ignored: Vec<&ColumnRef> = csv(&harness).columns.iter().map(|said| &said.column).collect();
    let names = ["Pclass", "Sex"].map(|name| ColumnRef::Name(name.into()));
    assert_eq!(ignored, [&names[0], &names[1]]);
    assert!(data(&harness).derived.is_empty());
    fixtures::act(&mut harness.state_mut().state, Action::Undo);
    assert!(csv(&harness).columns.is_empty(), "one step back");
}

#[test]
fn rows_are_split_as_chosen() {
    let mut harness = page(titanic(), Tab::Preparation);
    type_number(&mut harness, "Test part %", "35");
    assert_eq!(data(&harness).split.test, TestPart::Fraction(Finite::lit(0.35)));
    click(&mut harness, "k-fold");
    click(&mut harness, "Next");
    type_number(&mut harness, "Folds", "10");
    let folds = ValidationPart::Fold { folds: 10, fold: 1 };
    assert_eq!(data(&harness).split.validation, folds);
    harness.get_by_label("Stratified").click();
    harness.run();
    harness.get_by_label("Shuffled").click();
    harness.run();
    assert!(!data(&harness).split.stratified && !data(&harness).split.shuffled);
    click(&mut harness, "second file");
    assert_eq!(harness.state().view.requests, [UiRequest::ChooseTestFile]);
    click(&mut harness, "column");
    assert!(matches!(data(&harness).split.test, TestPart::Column(_)));
}

#[test]
fn features_are_scaled_as_chosen() {
    let mut harness = page(titanic(), Tab::Preparation);
    for (name, scaling) in [
        ("Robust", Scaling::Robust),
        ("Min–max", Scaling::MinMax),
        ("None", Scaling::None),
        ("Standardise", Scaling::Standardise),
    ] {
        click(&mut harness, name);
        assert_eq!(data(&harness).scaling, scaling);
    }
}

#[test]
fn further_inputs_come_and_go_by_a_click() {
    let mut harness = page(fixtures::ready("spiral-relu"), Tab::Preparation);
    click(&mut harness, "x₁²");
    click(&mut harness, "sin x₂");
    let square = Derived::Power { feature: 0, exponent: 2 };
    assert_eq!(data(&harness).derived, [square, Derived::Sin { feature: 1 }]);
    click(&mut harness, "x₁²");
    click(&mut harness, "Remove sin x₂");
    assert!(data(&harness).derived.is_empty());
    choose(&mut harness, "Computed by", "a · b");
    choose(&mut harness, "Feature b", "x₂");
    click(&mut harness, "Add input");
    assert_eq!(data(&harness).derived, [Derived::Product { a: 0, b: 1 }]);
}

#[test]
fn the_result_says_what_the_model_sees() {
    let mut harness = page(titanic(), Tab::Result);
    for text in ["[713, 7]", "[178, 7]", "[713] classes", "20.0 kB"] {
        harness.get_by_label(text);
    }
    assert!(harness.query_all_by_label("−2 to 1.996").count() > 0);
    harness.get_by_label("123456789abc");
    harness.get_by_label("differs from the saved experiment");
    harness.get_by_label("892 rows were read from titanic.csv.");
    let warning = harness.get_by_label("3 rows of the test part are in the training part.").rect();
    let note = harness.get_by_label("62 % of the rows are of class no.").rect();
    assert!(warning.top() < note.top());
    harness.get_by_label("class 0, no: 475 training, 119 test");
    click(&mut harness, "Export as CSV…");
    assert_eq!(harness.state().view.requests, [UiRequest::ExportData]);
}

#[test]
fn pictures_are_shown_by_part_and_class() {
    let mut harness = page(fixtures::with_data("mnist-mlp", images()), Tab::Images);
    harness.get_by_label("row 0: 0");
    click(&mut harness, "Next");
    assert!(harness.query_by_label("row 0: 0").is_none());
    choose(&mut harness, "Class", "3");
    harness.get_by_label("row 13: 3");
    assert!(harness.query_by_label("row 0: 0").is_none());
    click(&mut harness, "test");
    harness.get_by_label("row 33: 3");
}

#[test]
fn what_is_missing_is_said_with_a_way_out() {
    let mut spec = preset("digits123").expect("built in");
    spec.data = DataSpec::new(DataSource::Csv(CsvSpec::default()));
    let mut harness = page(State::new(spec), Tab::Table);
    click(&mut harness, "Choose a file…");
    assert_eq!(harness.state().view.requests, [UiRequest::OpenCsv]);

    let mut harness = page(fixtures::failed("digits123", "There is no such file."), Tab::Result);
    harness.get_by_label("There is no such file.");
    click(&mut harness, "Locate…");
    assert_eq!(harness.state().view.requests, [UiRequest::LocateData]);
    click(&mut harness, "Try again");
    assert_eq!(harness.state().log, [Action::ReloadData]);

    let mut harness = page(fixtures::loading("spiral-relu"), Tab::Result);
    click(&mut harness, "Cancel");
    assert!(matches!(harness.state().log[..], [Action::Cancel(_)]));
}

#[test]
fn a_table_that_failed_can_still_be_mended() {
    let mut state = csv_state(passengers());
    let again = state.draft().data.clone();
    fixtures::act(&mut state, Action::ReloadData);
    drop(again);
    let failed = fixtures::with_preview(
        fixtures::failed("digits123", "Every row has another number of cells."),
        preview(),
    );
    let mut harness = page(failed, Tab::Table);
    choose(&mut harness, "Delimiter", "tab");
    assert_eq!(csv(&harness).dialect.delimiter, Delimiter::Tab);
}

#[test]
fn every_control_is_within_the_smallest_window_and_has_a_name() {
    for (tab, state) in [
        (Tab::Table, titanic()),
        (Tab::Columns, titanic()),
        (Tab::Scatter, titanic()),
        (Tab::Preparation, titanic()),
        (Tab::Result, titanic()),
        (Tab::Images, fixtures::with_data("mnist-mlp", images())),
    ] {
        let harness = page(state, tab);
        assert_eq!(harness.unnamed_widgets(), Vec::<String>::new(), "{tab:?}");
        for role in [Role::Button, Role::ComboBox, Role::SpinButton, Role::CheckBox] {
            for node in harness.query_all_by_role(role) {
                let rect = node.rect();
                // Columns of a table go on beyond the edge and are scrolled.
                let is_table = matches!(tab, Tab::Table | Tab::Columns);
                let inside = rect.left() >= 0.0
                    && rect.top() >= 0.0
                    && rect.bottom() <= 716.0
                    && (is_table || rect.right() <= 1280.0);
                assert!(inside, "{tab:?} {rect:?} {:?}", node.accesskit_node().label());
            }
        }
    }
}

#[test]
fn odd_data_do_not_disturb_the_page() {
    let empty = Labelled::new(Matrix::zeros(0, 0), Targets::Classes(Vec::new()));
    let nothing = Arc::new(Dataset::new(
        "nothing",
        SampleShape(vec![0]),
        Task::Classification { classes: 0 },
        empty.clone(),
        empty,
    ));
    for tab in Tab::ALL {
        page(csv_state(Arc::clone(&nothing)), tab);
        page(fixtures::with_preview(csv_state(Arc::clone(&nothing)), TablePreview::default()), tab);
        page(wide(785), tab);
    }
}

#[test]
fn other_looks_are_painted_at_once() {
    repaints(|| page(fixtures::ready("spiral-relu"), Tab::Scatter));
}
