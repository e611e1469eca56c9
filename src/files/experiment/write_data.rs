use crate::base::Finite;
use crate::spec::{
    ColumnRef, ColumnSpec, Comment, CsvSpec, DataSource, DataSpec, Derived, Dialect, DrawnSpec,
    IdxSpec, LabelColumn, Normalise, PixelChoice, PointSpec, SplitSpec, TestPart, ToySpec,
    Transform, ValidationPart,
};

use super::words;
use super::write::{Lines, WIDTH, inline, list, number, quoted};

pub(super) fn write_data(file: &mut Lines, data: &DataSpec) {
    write_source(file, &data.source);
    let is_table = matches!(data.source, DataSource::Csv(_));
    if is_table || data.split != SplitSpec::default() {
        file.pair("split", &split(&data.split));
    }
    file.text("scaling", words::scaling(data.scaling));
    if !data.derived.is_empty() {
        file.pair("derived", &list(data.derived.iter().map(derived).collect()));
    }
    if !data.transforms.is_empty() {
        file.pair("transforms", &list(data.transforms.iter().map(transform).collect()));
    }
    file.pair("seed", &data.seed.to_string());
}

fn write_source(file: &mut Lines, source: &DataSource) {
    match source {
        DataSource::Toy(toy) => write_toy(file, toy),
        DataSource::Points(points) => {
            file.text("source", words::POINTS);
            file.pair("points", &packed(points.points.iter().map(point)));
        }
        DataSource::Csv(csv) => write_csv(file, csv),
        DataSource::Idx(idx) => write_idx(file, idx),
        DataSource::Drawn(drawn) => write_drawn(file, drawn),
        DataSource::Images(images) => {
            file.text("source", words::IMAGES);
            file.text("folder", &images.folder);
        }
    }
}

fn write_toy(file: &mut Lines, toy: &ToySpec) {
    let usual = ToySpec::standard(toy.kind);
    file.text("source", words::toy(toy.kind));
    file.pair("points-per-class", &toy.points_per_class.to_string());
    if toy.kind.takes_classes() || toy.classes != usual.classes {
        file.pair("classes", &toy.classes.to_string());
    }
    file.number("noise", toy.noise);
    if toy.kind.takes_turn() || toy.turn != usual.turn {
        file.number("turn", toy.turn);
    }
}

fn point(point: &PointSpec) -> String {
    format!("[{}, {}, {}]", number(point.x), number(point.y), point.class)
}

/// A list with as many elements in a line as there is room for.
fn packed(items: impl Iterator<Item = String>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if line.len() + item.len() + 3 <= WIDTH => *line += &format!(" {item},"),
            _ => lines.push(format!("    {item},")),
        }
    }
    match lines.is_empty() {
        true => "[]".into(),
        false => format!("[\n{}\n]", lines.join("\n")),
    }
}

fn write_idx(file: &mut Lines, idx: &IdxSpec) {
    file.text("source", words::IDX);
    if idx.pair.is_none() || !idx.folder.is_empty() {
        file.text("folder", &idx.folder);
    }
    if let Some(pair) = &idx.pair {
        file.text("images", &pair.images);
        file.text("labels", &pair.labels);
    }
}

fn write_drawn(file: &mut Lines, drawn: &DrawnSpec) {
    file.text("source", words::DRAWN);
    file.text("set", words::drawn_set(drawn.set));
    file.pair("per-class", &drawn.per_class.to_string());
    file.pair("test-per-class", &drawn.test_per_class.to_string());
    file.number("distortion", drawn.distortion);
}

fn write_csv(file: &mut Lines, csv: &CsvSpec) {
    let usual = CsvSpec::default();
    file.text("source", words::CSV);
    if csv.text.is_none() || !csv.path.is_empty() {
        file.text("path", &csv.path);
    }
    if let Some(text) = &csv.text {
        file.pair("text", &block(text));
    }
    write_dialect(file, csv.dialect);
    word(file, "header", words::header, csv.header);
    if csv.label != usual.label {
        file.pair("label", &label(&csv.label));
    }
    word(file, "task", words::task, csv.task);
    if !csv.columns.is_empty() {
        file.pair("columns", &list(csv.columns.iter().map(column).collect()));
    }
    if !csv.missing.is_empty() {
        file.pair("missing", &list(csv.missing.iter().map(|word| quoted(word)).collect()));
    }
    word(file, "faults", words::faults, csv.faults);
    if csv.rare != usual.rare {
        file.number("rare", csv.rare);
    }
    if csv.pixels != usual.pixels {
        file.pair("pixels", &pixels(csv.pixels));
    }
}

fn write_dialect(file: &mut Lines, dialect: Dialect) {
    word(file, "encoding", words::encoding, dialect.encoding);
    word(file, "delimiter", words::delimiter, dialect.delimiter);
    word(file, "quote", words::quote, dialect.quote);
    word(file, "decimal", words::decimal, dialect.decimal);
    word(file, "thousands", words::thousands, dialect.thousands);
    if let Some(lines) = dialect.skip {
        file.pair("skip-lines", &lines.to_string());
    }
    match dialect.comment {
        Comment::Of(letter) => file.text("comment", &letter.to_string()),
        other => word(file, "comment", words::comment, other),
    }
}

/// A word, unless it is the usual one.
fn word<T: Copy + Default + PartialEq>(
    file: &mut Lines,
    key: &str,
    word: impl Fn(T) -> &'static str,
    value: T,
) {
    if value != T::default() {
        file.text(key, word(value));
    }
}

fn label(column: &LabelColumn) -> String {
    match column {
        LabelColumn::Auto => quoted(words::AUTO),
        LabelColumn::Last => quoted(words::LAST),
        LabelColumn::Index(index) => inline(&[by_number(*index)]),
        LabelColumn::Name(name) => inline(&[by_name(name)]),
    }
}

fn column_ref(column: &ColumnRef) -> (&'static str, String) {
    match column {
        ColumnRef::Index(index) => by_number(*index),
        ColumnRef::Name(name) => by_name(name),
    }
}

fn by_number(index: usize) -> (&'static str, String) {
    ("column", index.saturating_add(1).to_string())
}

fn by_name(name: &str) -> (&'static str, String) {
    ("name", quoted(name))
}

fn column(spec: &ColumnSpec) -> String {
    let mut entries = vec![column_ref(&spec.column)];
    let mut add = |key, word: Option<&str>| entries.extend(word.map(|word| (key, quoted(word))));
    add("role", spec.role.map(words::role));
    add("kind", spec.kind.map(words::kind));
    add("missing", spec.missing.map(words::missing));
    add("missing-word", spec.missing_word.as_deref());
    add("coding", spec.coding.map(words::coding));
    inline(&entries)
}

fn pixels(choice: PixelChoice) -> String {
    match choice {
        PixelChoice::Auto | PixelChoice::No => quoted(words::pixels(choice)),
        PixelChoice::Grey(height, width) | PixelChoice::Rgb(height, width) => {
            inline(&[(words::pixels(choice), pair(height, width))])
        }
    }
}

fn pair(a: usize, b: usize) -> String {
    format!("[{a}, {b}]")
}

fn split(split: &SplitSpec) -> String {
    let mut entries = vec![match &split.test {
        TestPart::Fraction(share) => ("test-fraction", number(*share)),
        TestPart::File(path) => ("test-file", quoted(path)),
        TestPart::Column(column) => ("test-column", inline(&[column_ref(column)])),
    }];
    match split.validation {
        ValidationPart::None => {}
        ValidationPart::Fraction(share) => entries.push(("validation-fraction", number(share))),
        ValidationPart::Fold { folds, fold } => {
            entries.push(("folds", folds.to_string()));
            entries.push(("fold", fold.saturating_add(1).to_string()));
        }
    }
    entries.push(("stratified", split.stratified.to_string()));
    if !split.shuffled {
        entries.push(("shuffled", split.shuffled.to_string()));
    }
    inline(&entries)
}

fn derived(rule: &Derived) -> String {
    let place = |feature: usize| feature.saturating_add(1);
    let one = |key, feature| inline(&[(key, place(feature).to_string())]);
    match *rule {
        Derived::Power { feature, exponent } => {
            let exponent = ("exponent", exponent.to_string());
            inline(&[("power", place(feature).to_string()), exponent])
        }
        Derived::Product { a, b } => inline(&[("product", pair(place(a), place(b)))]),
        Derived::Sin { feature } => one("sin", feature),
        Derived::Cos { feature } => one("cos", feature),
    }
}

fn transform(step: &Transform) -> String {
    let one = |key, value| inline(&[(key, value)]);
    match step {
        Transform::Resize { width, height } => one(words::RESIZE, pair(*width, *height)),
        Transform::CentreCrop { width, height } => one(words::CENTRE_CROP, pair(*width, *height)),
        Transform::Greyscale => quoted(words::GREYSCALE),
        Transform::Normalise(Normalise::Computed) => quoted(words::NORMALISE),
        Transform::Normalise(Normalise::Given { mean, std }) => {
            inline(&[(words::MEAN, numbers(mean)), ("std", numbers(std))])
        }
        Transform::Rotation { degrees } => one(words::ROTATION, number(*degrees)),
        Transform::ResizedCrop { width, height, least } => {
            let sides = (words::RESIZED_CROP, pair(*width, *height));
            inline(&[sides, ("least", number(*least))])
        }
        Transform::Flip { probability } => one(words::FLIP, number(*probability)),
        Transform::Shift { fraction } => one(words::SHIFT, number(*fraction)),
        Transform::Noise { std } => one(words::NOISE, number(*std)),
    }
}

fn numbers(values: &[Finite]) -> String {
    let values: Vec<String> = values.iter().map(|value| number(*value)).collect();
    format!("[{}]", values.join(", "))
}

/// A text of several lines that stays readable: line ends and tabs as they are, everything else
/// that TOML does not take in such a text by its number.
fn block(text: &str) -> String {
    let mut block = String::with_capacity(text.len() + 8);
    block += "\"\"\"\n";
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            // Three in a row would end the text.
            '"' if letters.peek().is_none_or(|&next| next == '"') => block += "\\\"",
            '\\' => block += "\\\\",
            '\n' | '\t' => block.push(letter),
            control if control.is_control() => {
                block += &format!("\\u{:04X}", u32::from(control));
            }
            other => block.push(other),
        }
    }
    block + "\"\"\""
}
