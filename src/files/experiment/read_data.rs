use crate::base::Finite;
use crate::files::error::FileError;
use crate::spec::{
    ColumnRef, ColumnSpec, Comment, CsvSpec, DataSource, DataSpec, Derived, Dialect, DrawnSet,
    DrawnSpec, IdxPair, IdxSpec, ImagesSpec, LabelColumn, Normalise, PixelChoice, PointSpec,
    PointsSpec, Scaling, SplitSpec, TestPart, ToyKind, ToySpec, Transform, ValidationPart,
};

use super::fields::{Field, Section};
use super::read::{optional_choice, read_seed};
use super::words;

/// Most points of one class that a generated set may have, and points put by hand.
const MAX_POINTS: usize = 1_000_000;
/// Most classes that a generated set may have.
const MAX_CLASSES: usize = 1000;
/// Most columns of a table.
const MAX_COLUMN: usize = 1_000_000;
/// Most columns of which something is said.
const MAX_COLUMNS: usize = 100_000;
/// Most further words for a missing value.
const MAX_WORDS: usize = 1000;
/// Most lines above a table.
const MAX_LINES: usize = 1_000_000_000;
/// Longest text of a pasted table, in characters.
const MAX_PASTED: usize = 8 << 20;
/// Most parts of a cross-validation.
const MAX_FOLDS: usize = 1_000_000;
/// Most steps of a pipeline of images, and most computed inputs.
const MAX_STEPS: usize = 10_000;
/// Longest side of a picture in pixels.
const MAX_SIDE: usize = 1_000_000;
/// Most channels of a picture.
const MAX_CHANNELS: usize = 1000;

/// Keys of every source.
const COMMON_KEYS: [&str; 6] = ["source", "split", "scaling", "derived", "transforms", "seed"];
const TOY_KEYS: [&str; 4] = ["points-per-class", "classes", "noise", "turn"];
const CSV_KEYS: [&str; 17] = [
    "path",
    "text",
    "encoding",
    "delimiter",
    "quote",
    "decimal",
    "thousands",
    "skip-lines",
    "comment",
    "header",
    "label",
    "task",
    "columns",
    "missing",
    "faults",
    "rare",
    "pixels",
];
const IDX_KEYS: [&str; 3] = ["folder", "images", "labels"];
const DRAWN_KEYS: [&str; 4] = ["set", "per-class", "test-per-class", "distortion"];
const COLUMN_KEYS: [&str; 7] =
    ["column", "name", "role", "kind", "missing", "missing-word", "coding"];
const SPLIT_KEYS: [&str; 8] = [
    "test-fraction",
    "test-file",
    "test-column",
    "validation-fraction",
    "folds",
    "fold",
    "stratified",
    "shuffled",
];

pub(super) fn read_data(field: &Field<'_>, version: u64) -> Result<DataSpec, FileError> {
    let source = read_source_kind(field)?;
    let own: &[&str] = match source {
        SourceKind::Toy(_) => &TOY_KEYS,
        SourceKind::Points => &["points"],
        SourceKind::Csv => &CSV_KEYS,
        SourceKind::Idx => &IDX_KEYS,
        SourceKind::Drawn => &DRAWN_KEYS,
        SourceKind::Images => &["folder"],
    };
    let section = field.section(&[&COMMON_KEYS[..1], own, &COMMON_KEYS[1..]].concat())?;
    Ok(DataSpec {
        source: read_source(&section, source, version)?,
        split: section.get("split").map_or(Ok(SplitSpec::default()), |split| read_split(&split))?,
        scaling: optional_choice(&section, "scaling", &words::SCALINGS, words::scaling)?
            .unwrap_or(Scaling::None),
        derived: each(&section, "derived", "computed input", MAX_STEPS, read_derived)?,
        transforms: each(&section, "transforms", "transform", MAX_STEPS, read_transform)?,
        seed: read_seed(&section)?,
    })
}

#[derive(Clone, Copy)]
enum SourceKind {
    Toy(ToyKind),
    Points,
    Csv,
    Idx,
    Drawn,
    Images,
}

/// Which keys the section may hold depends on the source, so that is read before the rest.
fn read_source_kind(data: &Field<'_>) -> Result<SourceKind, FileError> {
    use SourceKind::{Csv, Drawn, Idx, Images, Points, Toy};
    let mut all: Vec<SourceKind> = ToyKind::ALL.map(Toy).into();
    all.extend([Points, Drawn, Images, Csv, Idx]);
    let word = |kind| match kind {
        Toy(kind) => words::toy(kind),
        Points => words::POINTS,
        Csv => words::CSV,
        Idx => words::IDX,
        Drawn => words::DRAWN,
        Images => words::IMAGES,
    };
    data.any_section()?.need("source")?.choice(&all, word)
}

fn read_source(
    section: &Section<'_>,
    kind: SourceKind,
    version: u64,
) -> Result<DataSource, FileError> {
    Ok(match kind {
        SourceKind::Toy(kind) => DataSource::Toy(read_toy(section, kind)?),
        SourceKind::Points => DataSource::Points(read_points(section)?),
        SourceKind::Csv => DataSource::Csv(read_csv(section, version)?),
        SourceKind::Idx => DataSource::Idx(read_idx(section)?),
        SourceKind::Drawn => DataSource::Drawn(read_drawn(section)?),
        SourceKind::Images => {
            DataSource::Images(ImagesSpec { folder: optional_text(section, "folder")? })
        }
    })
}

fn read_toy(section: &Section<'_>, kind: ToyKind) -> Result<ToySpec, FileError> {
    let mut toy = ToySpec::standard(kind);
    set_count(section, "points-per-class", MAX_POINTS, &mut toy.points_per_class)?;
    set_count(section, "classes", MAX_CLASSES, &mut toy.classes)?;
    set_number(section, "noise", &mut toy.noise)?;
    set_number(section, "turn", &mut toy.turn)?;
    Ok(toy)
}

fn read_points(section: &Section<'_>) -> Result<PointsSpec, FileError> {
    Ok(PointsSpec { points: each(section, "points", "point", MAX_POINTS, read_point)? })
}

/// `[x, y, class]`
fn read_point(field: &Field<'_>) -> Result<PointSpec, FileError> {
    let parts = field.list("number", 3, 3)?;
    let class = parts[2].whole(0, u64::from(u32::MAX))?;
    let class = u32::try_from(class).map_err(|_| parts[2].wrong("is too large for a class."))?;
    Ok(PointSpec { x: parts[0].finite()?, y: parts[1].finite()?, class })
}

fn read_drawn(section: &Section<'_>) -> Result<DrawnSpec, FileError> {
    let set = section.need("set")?.choice(&DrawnSet::ALL, words::drawn_set)?;
    let mut drawn = DrawnSpec::standard(set);
    set_count(section, "per-class", MAX_POINTS, &mut drawn.per_class)?;
    set_count(section, "test-per-class", MAX_POINTS, &mut drawn.test_per_class)?;
    set_number(section, "distortion", &mut drawn.distortion)?;
    Ok(drawn)
}

/// A folder, or two files that belong together.
fn read_idx(section: &Section<'_>) -> Result<IdxSpec, FileError> {
    let pair = match (section.get("images"), section.get("labels")) {
        (None, None) => None,
        (Some(images), Some(labels)) => {
            Some(IdxPair { images: images.string()?, labels: labels.string()? })
        }
        _ => return Err(section.wrong("“images” and “labels” go together; one is missing.")),
    };
    Ok(IdxSpec { folder: optional_text(section, "folder")?, pair })
}

/// In format 1 the last column was the label unless another was named.
fn read_csv(section: &Section<'_>, version: u64) -> Result<CsvSpec, FileError> {
    let usual = if version == 1 { LabelColumn::Last } else { LabelColumn::Auto };
    let mut csv = CsvSpec {
        path: optional_text(section, "path")?,
        dialect: read_dialect(section)?,
        header: word_or_usual(section, "header", &words::HEADERS, words::header)?,
        label: section.get("label").map_or(Ok(usual), |label| read_label(&label))?,
        task: word_or_usual(section, "task", &words::TASKS, words::task)?,
        columns: each(section, "columns", "column", MAX_COLUMNS, read_column)?,
        missing: each(section, "missing", "word", MAX_WORDS, Field::string)?,
        faults: word_or_usual(section, "faults", &words::FAULTS, words::faults)?,
        ..CsvSpec::default()
    };
    if let Some(text) = section.get("text") {
        csv.text = Some(text.long_string(MAX_PASTED)?.into());
    }
    if let Some(pixels) = section.get("pixels") {
        csv.pixels = read_pixels(&pixels)?;
    }
    set_number(section, "rare", &mut csv.rare)?;
    Ok(csv)
}

fn read_dialect(section: &Section<'_>) -> Result<Dialect, FileError> {
    let skip = section.get("skip-lines").map(|lines| lines.count(0, MAX_LINES));
    let comment = section.get("comment").map(|comment| read_comment(&comment));
    Ok(Dialect {
        encoding: word_or_usual(section, "encoding", &words::ENCODINGS, words::encoding)?,
        delimiter: word_or_usual(section, "delimiter", &words::DELIMITERS, words::delimiter)?,
        quote: word_or_usual(section, "quote", &words::QUOTES, words::quote)?,
        decimal: word_or_usual(section, "decimal", &words::DECIMALS, words::decimal)?,
        thousands: word_or_usual(section, "thousands", &words::THOUSANDS, words::thousands)?,
        skip: skip.transpose()?,
        comment: comment.transpose()?.unwrap_or_default(),
    })
}

/// `"auto"`, `"none"`, or the one character that lines begin with.
fn read_comment(field: &Field<'_>) -> Result<Comment, FileError> {
    let text = field.string()?;
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Ok(Comment::Of(letter)),
        _ => field.choice(&words::COMMENTS, words::comment),
    }
}

/// `"auto"`, `"last"`, `{ column = 3 }` counted from one, or `{ name = "species" }`.
fn read_label(field: &Field<'_>) -> Result<LabelColumn, FileError> {
    if !field.is_table() {
        let all = [LabelWord::Auto, LabelWord::Last];
        return Ok(match field.choice(&all, LabelWord::word)? {
            LabelWord::Auto => LabelColumn::Auto,
            LabelWord::Last => LabelColumn::Last,
        });
    }
    Ok(match read_column_ref(field, "species")? {
        ColumnRef::Index(index) => LabelColumn::Index(index),
        ColumnRef::Name(name) => LabelColumn::Name(name),
    })
}

/// The labels that a word is enough for.
#[derive(Clone, Copy)]
enum LabelWord {
    Auto,
    Last,
}

impl LabelWord {
    fn word(self) -> &'static str {
        match self {
            Self::Auto => words::AUTO,
            Self::Last => words::LAST,
        }
    }
}

/// `{ column = 3 }` counted from one, or `{ name = "species" }`.
fn read_column_ref(field: &Field<'_>, example: &str) -> Result<ColumnRef, FileError> {
    let section = field.section(&["column", "name"])?;
    named_column(&section)?.ok_or_else(|| {
        field.wrong(format!("takes either {{ column = 3 }} or {{ name = \"{example}\" }}."))
    })
}

fn named_column(section: &Section<'_>) -> Result<Option<ColumnRef>, FileError> {
    Ok(match (section.get("column"), section.get("name")) {
        (Some(column), None) => Some(ColumnRef::Index(column.count(1, MAX_COLUMN)? - 1)),
        (None, Some(name)) => Some(ColumnRef::Name(name.string()?)),
        _ => None,
    })
}

fn read_column(field: &Field<'_>) -> Result<ColumnSpec, FileError> {
    let section = field.section(&COLUMN_KEYS)?;
    let column = named_column(&section)?
        .ok_or_else(|| field.wrong("needs either column = 3 or name = \"age\"."))?;
    Ok(ColumnSpec {
        column,
        role: optional_choice(&section, "role", &words::ROLES, words::role)?,
        kind: optional_choice(&section, "kind", &words::KINDS, words::kind)?,
        missing: optional_choice(&section, "missing", &words::MISSING_RULES, words::missing)?,
        missing_word: section.get("missing-word").map(|word| word.string()).transpose()?,
        coding: optional_choice(&section, "coding", &words::CODINGS, words::coding)?,
    })
}

/// `"auto"`, `"no"`, or `{ grey = [28, 28] }` or `{ rgb = [32, 32] }`: height and width.
fn read_pixels(field: &Field<'_>) -> Result<PixelChoice, FileError> {
    if !field.is_table() {
        return field.choice(&[PixelChoice::Auto, PixelChoice::No], words::pixels);
    }
    let section = field.section(&["grey", "rgb"])?;
    match (section.get("grey"), section.get("rgb")) {
        (Some(grey), None) => sides(&grey).map(|[height, width]| PixelChoice::Grey(height, width)),
        (None, Some(rgb)) => sides(&rgb).map(|[height, width]| PixelChoice::Rgb(height, width)),
        _ => Err(field.wrong("takes either { grey = [28, 28] } or { rgb = [32, 32] }.")),
    }
}

fn read_split(field: &Field<'_>) -> Result<SplitSpec, FileError> {
    let section = field.section(&SPLIT_KEYS)?;
    let mut split = SplitSpec::default();
    if let Some(test) = read_test_part(field, &section)? {
        split.test = test;
    }
    split.validation = read_validation(field, &section)?;
    if let Some(stratified) = section.get("stratified") {
        split.stratified = stratified.flag()?;
    }
    if let Some(shuffled) = section.get("shuffled") {
        split.shuffled = shuffled.flag()?;
    }
    Ok(split)
}

fn read_test_part(field: &Field<'_>, section: &Section<'_>) -> Result<Option<TestPart>, FileError> {
    match (section.get("test-fraction"), section.get("test-file"), section.get("test-column")) {
        (None, None, None) => Ok(None),
        (Some(share), None, None) => Ok(Some(TestPart::Fraction(fraction(&share)?))),
        (None, Some(file), None) => Ok(Some(TestPart::File(file.string()?))),
        (None, None, Some(column)) => Ok(Some(TestPart::Column(read_column_ref(&column, "part")?))),
        _ => Err(field.wrong("takes one of “test-fraction”, “test-file” and “test-column”.")),
    }
}

fn read_validation(field: &Field<'_>, section: &Section<'_>) -> Result<ValidationPart, FileError> {
    match (section.get("validation-fraction"), section.get("folds"), section.get("fold")) {
        (None, None, None) => Ok(ValidationPart::None),
        (Some(share), None, None) => Ok(ValidationPart::Fraction(fraction(&share)?)),
        (None, Some(folds), fold) => {
            let folds = folds.count(2, MAX_FOLDS)?;
            let fold = fold.map_or(Ok(1), |fold| fold.count(1, folds))? - 1;
            Ok(ValidationPart::Fold { folds, fold })
        }
        _ => Err(field.wrong("takes either “validation-fraction”, or “folds” and “fold”.")),
    }
}

/// A share strictly between 0 and 1.
fn fraction(field: &Field<'_>) -> Result<Finite, FileError> {
    let share = field.finite()?;
    if share <= Finite::ZERO || share >= Finite::ONE {
        return Err(field.wrong("lies between 0 and 1, both excluded."));
    }
    Ok(share)
}

/// `{ power = 1, exponent = 2 }`, `{ product = [1, 2] }`, `{ sin = 1 }` or `{ cos = 1 }`; features
/// are counted from one.
fn read_derived(field: &Field<'_>) -> Result<Derived, FileError> {
    let feature = |field: &Field<'_>| Ok(field.count(1, MAX_COLUMN)? - 1);
    let one = |key| feature(&field.section(&[key])?.need(key)?);
    if field.has("power") {
        let section = field.section(&["power", "exponent"])?;
        let exponent = section.need("exponent")?.whole(0, u64::from(u32::MAX))?;
        let exponent = u32::try_from(exponent).map_err(|_| field.wrong("is too large."))?;
        return Ok(Derived::Power { feature: feature(&section.need("power")?)?, exponent });
    }
    if field.has("product") {
        let both = field.section(&["product"])?.need("product")?.list("feature", 2, 2)?;
        return Ok(Derived::Product { a: feature(&both[0])?, b: feature(&both[1])? });
    }
    if field.has("sin") {
        return Ok(Derived::Sin { feature: one("sin")? });
    }
    if field.has("cos") {
        return Ok(Derived::Cos { feature: one("cos")? });
    }
    Err(field.wrong(
        "needs its kind: { power = 1, exponent = 2 }, { product = [1, 2] }, { sin = 1 } or \
         { cos = 1 }.",
    ))
}

/// A word, or a table whose first key says what it is: `{ resize = [64, 64] }`, width and height.
fn read_transform(field: &Field<'_>) -> Result<Transform, FileError> {
    if !field.is_table() {
        return Ok(match field.choice(&words::TRANSFORM_WORDS, |word| word)? {
            words::GREYSCALE => Transform::Greyscale,
            _ => Transform::Normalise(Normalise::Computed),
        });
    }
    match words::TRANSFORMS.into_iter().find(|key| field.has(key)) {
        Some(key) => keyed_transform(field, key),
        None => Err(field.wrong(
            "needs its kind: { resize = [64, 64] }, { rotation = 10.0 }, \"greyscale\" or another.",
        )),
    }
}

fn keyed_transform(field: &Field<'_>, key: &'static str) -> Result<Transform, FileError> {
    let further: &[&str] = match key {
        words::RESIZED_CROP => &["least"],
        words::MEAN => &["std"],
        _ => &[],
    };
    let section = field.section(&[&[key], further].concat())?;
    let value = section.need(key)?;
    Ok(match key {
        words::RESIZE => {
            sides(&value).map(|[width, height]| Transform::Resize { width, height })?
        }
        words::CENTRE_CROP => {
            sides(&value).map(|[width, height]| Transform::CentreCrop { width, height })?
        }
        words::RESIZED_CROP => {
            let [width, height] = sides(&value)?;
            Transform::ResizedCrop { width, height, least: section.need("least")?.finite()? }
        }
        words::MEAN => Transform::Normalise(Normalise::Given {
            mean: numbers(&value)?,
            std: numbers(&section.need("std")?)?,
        }),
        words::ROTATION => Transform::Rotation { degrees: value.finite()? },
        words::FLIP => Transform::Flip { probability: value.finite()? },
        words::SHIFT => Transform::Shift { fraction: value.finite()? },
        _ => Transform::Noise { std: value.finite()? },
    })
}

fn sides(field: &Field<'_>) -> Result<[usize; 2], FileError> {
    let both = field.list("side", 2, 2)?;
    Ok([both[0].count(0, MAX_SIDE)?, both[1].count(0, MAX_SIDE)?])
}

fn numbers(field: &Field<'_>) -> Result<Vec<Finite>, FileError> {
    field.list("number", 0, MAX_CHANNELS)?.iter().map(Field::finite).collect()
}

fn optional_text(section: &Section<'_>, key: &'static str) -> Result<String, FileError> {
    section.get(key).map_or(Ok(String::new()), |field| field.string())
}

/// All elements of a list that may be left out.
fn each<'d, T>(
    section: &Section<'d>,
    key: &'static str,
    element: &str,
    most: usize,
    read: impl Fn(&Field<'d>) -> Result<T, FileError>,
) -> Result<Vec<T>, FileError> {
    let list = section.get(key).map_or(Ok(Vec::new()), |field| field.list(element, 0, most))?;
    list.iter().map(read).collect()
}

fn word_or_usual<T: Copy + Default>(
    section: &Section<'_>,
    key: &'static str,
    all: &[T],
    word: impl Fn(T) -> &'static str,
) -> Result<T, FileError> {
    Ok(optional_choice(section, key, all, word)?.unwrap_or_default())
}

fn set_count(
    section: &Section<'_>,
    key: &'static str,
    most: usize,
    value: &mut usize,
) -> Result<(), FileError> {
    if let Some(field) = section.get(key) {
        *value = field.count(0, most)?;
    }
    Ok(())
}

fn set_number(
    section: &Section<'_>,
    key: &'static str,
    value: &mut Finite,
) -> Result<(), FileError> {
    if let Some(field) = section.get(key) {
        *value = field.finite()?;
    }
    Ok(())
}
