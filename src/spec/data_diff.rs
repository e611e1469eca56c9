use super::data::{
    ColumnRef, ColumnSpec, CsvSpec, DataSource, DataSpec, Derived, LabelColumn, PixelChoice,
    SplitSpec, TaskChoice, TestPart, Transform, ValidationPart,
};
use super::diff::{Changes, Effect, FieldChange, yes_no};
use super::validate::Field;

/// All parts in which two datasets differ, in words; empty exactly when the specs are equal. Every
/// change needs a new run.
#[must_use]
pub fn data_changes(a: &DataSpec, b: &DataSpec) -> Vec<FieldChange> {
    let mut list = Cold::default();
    list.add("data", &describe_source(&a.source), &describe_source(&b.source));
    if let (DataSource::Csv(x), DataSource::Csv(y)) = (&a.source, &b.source) {
        table_changes(x, y, &mut list);
    }
    split_changes(&a.split, &b.split, &mut list);
    list.add("scaling", a.scaling.label(), b.scaling.label());
    list.add("computed inputs", &describe_derived(&a.derived), &describe_derived(&b.derived));
    list.add("transforms", &describe_steps(&a.transforms), &describe_steps(&b.transforms));
    list.add("seed of the data", &a.seed.to_string(), &b.seed.to_string());
    if list.0.0.is_empty() && a != b {
        // Points that were moved, say: there is more to it than words can tell.
        let (field, label) = (Field::Data, "data".into());
        let (before, after) = (String::new(), String::new());
        list.0.0.push(FieldChange { field, label, before, after, effect: Effect::Cold });
    }
    list.0.0
}

/// Changes of the data, all of which need a new run.
#[derive(Default)]
struct Cold(Changes);

impl Cold {
    fn add(&mut self, label: &str, before: &str, after: &str) {
        self.0.add(Field::Data, label, before, after, Effect::Cold);
    }
}

fn describe_source(source: &DataSource) -> String {
    match source {
        DataSource::Toy(toy) => {
            let mut text = format!("{}, {} points", toy.kind.label(), toy.points_per_class);
            if toy.kind.takes_classes() {
                text += &format!(", {} classes", toy.classes);
            }
            text += &format!(", noise {}", toy.noise);
            if toy.kind.takes_turn() {
                text += &format!(", turn {}", toy.turn);
            }
            text
        }
        DataSource::Points(points) => format!("{} points put by hand", points.points.len()),
        DataSource::Csv(CsvSpec { text: Some(text), .. }) => {
            format!("pasted table, {} lines", text.lines().count())
        }
        DataSource::Csv(csv) => file(&csv.path),
        DataSource::Idx(idx) => match &idx.pair {
            Some(pair) => format!("{}, {}", file(&pair.images), file(&pair.labels)),
            None => file(&idx.folder),
        },
        DataSource::Drawn(drawn) => format!(
            "{}, {} + {} of each class, distortion {}",
            drawn.set.label(),
            drawn.per_class,
            drawn.test_per_class,
            drawn.distortion
        ),
        DataSource::Images(images) => file(&images.folder),
    }
}

fn file(path: &str) -> String {
    if path.is_empty() { "none".into() } else { path.into() }
}

fn table_changes(a: &CsvSpec, b: &CsvSpec, list: &mut Cold) {
    list.add("layout of the table", &describe_layout(a), &describe_layout(b));
    list.add("label", &describe_label(&a.label), &describe_label(&b.label));
    list.add("task", describe_task(a.task), describe_task(b.task));
    column_changes(&a.columns, &b.columns, list);
    list.add("words for missing values", &quoted(&a.missing), &quoted(&b.missing));
    list.add("what does not fit", &spoken(a.faults), &spoken(b.faults));
    list.add("rare categories below", &a.rare.to_string(), &b.rare.to_string());
    list.add("pixels", &describe_pixels(a.pixels), &describe_pixels(b.pixels));
}

/// What is not guessed of the layout: `semicolon between cells, header absent`.
fn describe_layout(csv: &CsvSpec) -> String {
    let usual = CsvSpec::default();
    let (set, auto) = (csv.dialect, usual.dialect);
    let mut parts = Vec::new();
    let mut add = |differs: bool, text: String| {
        if differs {
            parts.push(text);
        }
    };
    add(set.encoding != auto.encoding, format!("encoding {}", spoken(set.encoding)));
    add(set.delimiter != auto.delimiter, format!("{} between cells", spoken(set.delimiter)));
    add(set.quote != auto.quote, format!("quotes {}", spoken(set.quote)));
    add(set.decimal != auto.decimal, format!("decimal {}", spoken(set.decimal)));
    add(set.thousands != auto.thousands, format!("thousands {}", spoken(set.thousands)));
    add(set.skip != auto.skip, format!("{} lines above", set.skip.unwrap_or(0)));
    add(set.comment != auto.comment, format!("comments {}", spoken(set.comment)));
    add(csv.header != usual.header, format!("header {}", spoken(csv.header)));
    if parts.is_empty() { "guessed".into() } else { parts.join(", ") }
}

/// A kind in words: its name in the code is its name.
fn spoken(kind: impl std::fmt::Debug) -> String {
    let mut words = String::new();
    for letter in format!("{kind:?}").chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

fn describe_label(label: &LabelColumn) -> String {
    match label {
        LabelColumn::Auto => "guessed".into(),
        LabelColumn::Last => "last column".into(),
        LabelColumn::Index(index) => format!("column {}", index + 1),
        LabelColumn::Name(name) => format!("“{name}”"),
    }
}

fn describe_task(task: TaskChoice) -> &'static str {
    match task {
        TaskChoice::Auto => "guessed",
        TaskChoice::Classification => "classification",
        TaskChoice::Regression => "regression",
    }
}

fn describe_pixels(pixels: PixelChoice) -> String {
    match pixels {
        PixelChoice::Auto => "guessed".into(),
        PixelChoice::No => "no".into(),
        PixelChoice::Grey(height, width) => format!("grey, {width} × {height}"),
        PixelChoice::Rgb(height, width) => format!("coloured, {width} × {height}"),
    }
}

/// One change for each column of which something else is said.
fn column_changes(a: &[ColumnSpec], b: &[ColumnSpec], list: &mut Cold) {
    let find = |all: &[ColumnSpec], column: &ColumnRef| {
        all.iter().find(|spec| spec.column == *column).map_or("guessed".into(), describe_column)
    };
    let mut seen: Vec<&ColumnRef> = Vec::new();
    for spec in a.iter().chain(b) {
        if seen.contains(&&spec.column) {
            continue;
        }
        seen.push(&spec.column);
        let (before, after) = (find(a, &spec.column), find(b, &spec.column));
        list.add(&describe_ref(&spec.column), &before, &after);
    }
}

fn describe_ref(column: &ColumnRef) -> String {
    match column {
        ColumnRef::Index(index) => format!("column {}", index + 1),
        ColumnRef::Name(name) => format!("column “{name}”"),
    }
}

fn describe_column(spec: &ColumnSpec) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(spec.role.map(spoken));
    parts.extend(spec.kind.map(spoken));
    parts.extend(spec.missing.map(|rule| format!("missing values: {}", spoken(rule))));
    parts.extend(spec.missing_word.as_ref().map(|word| format!("“{word}” is missing")));
    parts.extend(spec.coding.map(spoken));
    if parts.is_empty() { "guessed".into() } else { parts.join(", ") }
}

fn quoted(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("“{word}”")).collect();
    if quoted.is_empty() { "the usual ones".into() } else { quoted.join(", ") }
}

fn split_changes(a: &SplitSpec, b: &SplitSpec, list: &mut Cold) {
    list.add("test part", &describe_test(&a.test), &describe_test(&b.test));
    let (x, y) = (describe_validation(a.validation), describe_validation(b.validation));
    list.add("validation part", &x, &y);
    list.add("split by class", yes_no(a.stratified), yes_no(b.stratified));
    list.add("split at random", yes_no(a.shuffled), yes_no(b.shuffled));
}

fn describe_test(part: &TestPart) -> String {
    match part {
        TestPart::Fraction(share) => format!("{share} of the rows"),
        TestPart::File(path) => file(path),
        TestPart::Column(column) => describe_ref(column),
    }
}

fn describe_validation(part: ValidationPart) -> String {
    match part {
        ValidationPart::None => "none".into(),
        ValidationPart::Fraction(share) => format!("{share} of the rows"),
        ValidationPart::Fold { folds, fold } => format!("fold {} of {folds}", fold + 1),
    }
}

fn describe_derived(rules: &[Derived]) -> String {
    let one = |rule: &Derived| match rule {
        Derived::Power { feature, exponent } => format!("x{}^{exponent}", feature + 1),
        Derived::Product { a, b } => format!("x{}·x{}", a + 1, b + 1),
        Derived::Sin { feature } => format!("sin x{}", feature + 1),
        Derived::Cos { feature } => format!("cos x{}", feature + 1),
    };
    let all: Vec<String> = rules.iter().map(one).collect();
    if all.is_empty() { "none".into() } else { all.join(", ") }
}

fn describe_steps(steps: &[Transform]) -> String {
    let one = |step: &Transform| match step {
        Transform::Resize { width, height } | Transform::CentreCrop { width, height } => {
            format!("{} {width} × {height}", step.label())
        }
        Transform::ResizedCrop { width, height, least } => {
            format!("{} {width} × {height} from {least}", step.label())
        }
        Transform::Rotation { degrees } => format!("{} {degrees}°", step.label()),
        Transform::Flip { probability: value }
        | Transform::Shift { fraction: value }
        | Transform::Noise { std: value } => format!("{} {value}", step.label()),
        Transform::Greyscale | Transform::Normalise(_) => step.label().into(),
    };
    let all: Vec<String> = steps.iter().map(one).collect();
    if all.is_empty() { "none".into() } else { all.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Finite;
    use crate::spec::{
        ColumnRole, Delimiter, IdxSpec, PointSpec, PointsSpec, Scaling, ToyKind, ToySpec,
    };

    fn toy() -> DataSpec {
        DataSpec::new(DataSource::Toy(ToySpec::standard(ToyKind::Moons)))
    }

    fn table() -> DataSpec {
        DataSpec::new(DataSource::Csv(CsvSpec::of_file("a.csv")))
    }

    fn csv(data: &mut DataSpec) -> &mut CsvSpec {
        match &mut data.source {
            DataSource::Csv(csv) => csv,
            other => panic!("not a table: {other:?}"),
        }
    }

    /// What is edited, how, and how the one change reads.
    type Case = (fn(&mut DataSpec), &'static str, &'static str, &'static str);

    const EDITS: [Case; 13] = [
        (|d| d.seed = 3, "seed of the data", "0", "3"),
        (|d| d.scaling = Scaling::Robust, "scaling", "standardise", "robust"),
        (|d| d.derived = vec![Derived::Product { a: 0, b: 1 }], "computed inputs", "none", "x1·x2"),
        (|d| d.transforms = vec![Transform::Greyscale], "transforms", "none", "Greyscale"),
        (|d| d.split.stratified = false, "split by class", "yes", "no"),
        (|d| d.split.shuffled = false, "split at random", "yes", "no"),
        (
            |d| d.split.test = TestPart::File("t.csv".into()),
            "test part",
            "0.2 of the rows",
            "t.csv",
        ),
        (
            |d| d.split.validation = ValidationPart::Fold { folds: 5, fold: 0 },
            "validation part",
            "none",
            "fold 1 of 5",
        ),
        (|d| csv(d).path = "b.csv".into(), "data", "a.csv", "b.csv"),
        (|d| csv(d).label = LabelColumn::Index(2), "label", "guessed", "column 3"),
        (|d| csv(d).task = TaskChoice::Regression, "task", "guessed", "regression"),
        (
            |d| csv(d).dialect.delimiter = Delimiter::Semicolon,
            "layout of the table",
            "guessed",
            "semicolon between cells",
        ),
        (
            |d| {
                let mut column = ColumnSpec::new(ColumnRef::Name("id".into()));
                column.role = Some(ColumnRole::Ignored);
                csv(d).columns.push(column);
            },
            "column “id”",
            "guessed",
            "ignored",
        ),
    ];

    #[test]
    fn every_edit_is_found_once_and_said_in_words() {
        assert!(data_changes(&table(), &table()).is_empty());
        for (edit, label, before, after) in EDITS {
            let mut edited = table();
            edit(&mut edited);
            let found = data_changes(&table(), &edited);
            let [change] = &found[..] else { panic!("{label}: {found:?}") };
            let told = (&*change.label, &*change.before, &*change.after);
            assert_eq!((told, change.effect), ((label, before, after), Effect::Cold));
        }
    }

    #[test]
    fn other_sources_are_told_by_what_they_are() {
        let idx = DataSpec::new(DataSource::Idx(IdxSpec::of_folder("mnist")));
        let found = data_changes(&toy(), &idx);
        assert_eq!(
            (&*found[0].before, &*found[0].after),
            ("Moons, 125 points, noise 0.1", "mnist")
        );
    }

    #[test]
    fn what_words_do_not_tell_is_a_change_all_the_same() {
        let at = |x| {
            let point = PointSpec { x: Finite::lit(x), y: Finite::ONE, class: 0 };
            DataSpec::new(DataSource::Points(PointsSpec { points: vec![point] }))
        };
        assert_eq!(data_changes(&at(1.0), &at(2.0)).len(), 1);
        assert!(data_changes(&at(1.0), &at(1.0)).is_empty());
    }
}
