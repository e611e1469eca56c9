use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::base::Finite;
use crate::files::error::FileError;
use crate::spec::{
    Activation, BatchSize, BiasInit, CsvSpec, DataSource, DataSpec, DenseSpec, ExperimentSpec,
    HeaderMode, IdxSpec, Init, LabelColumn, LayerSpec, Loss, MAX_RUNS, ModelSpec, Optimizer,
    OutputSpec, RunSpec, Scaling, SplitSpec, StopRule, TaskChoice, TestPart, ToyKind, ToySpec,
    TrainSpec,
};

use super::FORMAT_VERSION;
use super::fields::{Field, Section};
use super::words;

/// Largest whole number that every TOML reader knows.
const MAX_WHOLE: u64 = i64::MAX as u64;
/// Most points of one class that a generated set may have.
const MAX_POINTS: usize = 1_000_000;
/// Most classes that a generated set may have.
const MAX_CLASSES: usize = 1000;
/// Most units of a layer. More than can be trained, so that an oversized draft opens again and
/// is complained about where it can be mended.
const MAX_UNITS: usize = 1_000_000;
/// Most layers, for the same reason more than can be trained.
const MAX_LAYERS: usize = 1000;
/// Most columns of a table.
const MAX_COLUMN: usize = 1_000_000;

const ROOT_KEYS: [&str; 5] = ["descent", "name", "seed", "data", "runs"];
const TOY_KEYS: [&str; 8] =
    ["source", "points-per-class", "classes", "noise", "turn", "scaling", "split", "seed"];
const CSV_KEYS: [&str; 8] =
    ["source", "path", "header", "label", "task", "scaling", "split", "seed"];
const IDX_KEYS: [&str; 5] = ["source", "folder", "scaling", "split", "seed"];
const RUN_KEYS: [&str; 10] = [
    "name",
    "layers",
    "output",
    "loss",
    "optimizer",
    "learning-rate",
    "l2",
    "l2-biases",
    "batch",
    "stop",
];

/// Reads an experiment file of this or an earlier version of the format.
///
/// # Errors
/// The first thing that is not as it should be: its line and column, what it is, and what would
/// be right. Unknown keys are refused with the known one that was probably meant.
pub fn from_toml(text: &str) -> Result<ExperimentSpec, FileError> {
    let root = DeTable::parse(text).map_err(|error| syntax_error(text, &error))?;
    check_version(text, root.get_ref())?;
    let root = Section::root(text, root.get_ref()).with_keys(&ROOT_KEYS)?;
    let data = read_data(&root.need("data")?)?;
    let runs = root.need("runs")?.list("run", 1, MAX_RUNS)?;
    Ok(ExperimentSpec {
        name: root.need("name")?.string()?,
        data,
        runs: runs.iter().map(read_run).collect::<Result<_, _>>()?,
        seed: read_seed(&root)?,
    })
}

fn syntax_error(text: &str, error: &toml::de::Error) -> FileError {
    let byte = error.span().map_or(text.len(), |span| span.start);
    let detail = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    FileError::at(text, byte, format!("This is not valid TOML: {detail}."))
}

/// Comes before everything else, since a newer file may hold anything.
fn check_version(text: &str, root: &DeTable<'_>) -> Result<(), FileError> {
    let Some(value) = root.get("descent") else {
        let message = format!(
            "This is no experiment of Descent: the line “descent = {FORMAT_VERSION}” is missing."
        );
        return Err(FileError::new(message));
    };
    let byte = value.span().start;
    match version_number(value) {
        Some(1..=FORMAT_VERSION) => Ok(()),
        Some(newer) => {
            let message = format!(
                "This file has format {newer} and was made by a newer Descent; this one reads \
                 up to format {FORMAT_VERSION}. Please update Descent."
            );
            Err(FileError::at(text, byte, message))
        }
        None => {
            let message = format!("“descent” is the number of the format, {FORMAT_VERSION}.");
            Err(FileError::at(text, byte, message))
        }
    }
}

fn version_number(value: &Spanned<DeValue<'_>>) -> Option<u64> {
    let number = value.get_ref().as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok().filter(|&number| number > 0)
}

fn read_seed(section: &Section<'_>) -> Result<u64, FileError> {
    section.get("seed").map_or(Ok(0), |seed| seed.whole(0, u64::MAX))
}

fn read_data(field: &Field<'_>) -> Result<DataSpec, FileError> {
    let source = read_source_kind(field)?;
    let keys: &[&str] = match source {
        SourceKind::Toy(_) => &TOY_KEYS,
        SourceKind::Csv => &CSV_KEYS,
        SourceKind::Idx => &IDX_KEYS,
    };
    let section = field.section(keys)?;
    Ok(DataSpec {
        source: match source {
            SourceKind::Toy(kind) => DataSource::Toy(read_toy(&section, kind)?),
            SourceKind::Csv => DataSource::Csv(read_csv(&section)?),
            SourceKind::Idx => {
                DataSource::Idx(IdxSpec::of_folder(optional_text(&section, "folder")?))
            }
        },
        split: section.get("split").map_or(Ok(SplitSpec::default()), |split| read_split(&split))?,
        scaling: optional_choice(&section, "scaling", &words::SCALINGS, words::scaling)?
            .unwrap_or(Scaling::None),
        derived: Vec::new(),
        transforms: Vec::new(),
        seed: read_seed(&section)?,
    })
}

#[derive(Clone, Copy)]
enum SourceKind {
    Toy(ToyKind),
    Csv,
    Idx,
}

/// Which keys the section may hold depends on the source, so that is read before the rest.
fn read_source_kind(data: &Field<'_>) -> Result<SourceKind, FileError> {
    let mut all: Vec<SourceKind> = ToyKind::ALL.map(SourceKind::Toy).into();
    all.extend([SourceKind::Csv, SourceKind::Idx]);
    let word = |kind| match kind {
        SourceKind::Toy(kind) => words::toy(kind),
        SourceKind::Csv => words::CSV,
        SourceKind::Idx => words::IDX,
    };
    data.any_section()?.need("source")?.choice(&all, word)
}

fn read_toy(section: &Section<'_>, kind: ToyKind) -> Result<ToySpec, FileError> {
    let mut toy = ToySpec::standard(kind);
    if let Some(points) = section.get("points-per-class") {
        toy.points_per_class = points.count(0, MAX_POINTS)?;
    }
    if let Some(classes) = section.get("classes") {
        toy.classes = classes.count(0, MAX_CLASSES)?;
    }
    if let Some(noise) = section.get("noise") {
        toy.noise = noise.finite()?;
    }
    if let Some(turn) = section.get("turn") {
        toy.turn = turn.finite()?;
    }
    Ok(toy)
}

fn read_csv(section: &Section<'_>) -> Result<CsvSpec, FileError> {
    let label = section.get("label");
    Ok(CsvSpec {
        path: optional_text(section, "path")?,
        header: optional_choice(section, "header", &words::HEADERS, words::header)?
            .unwrap_or(HeaderMode::Auto),
        label: label.map_or(Ok(LabelColumn::Last), |label| read_label(&label))?,
        task: optional_choice(section, "task", &words::TASKS, words::task)?
            .unwrap_or(TaskChoice::Auto),
        ..CsvSpec::default()
    })
}

/// `"last"`, `{ column = 3 }` counted from one, or `{ name = "species" }`.
fn read_label(field: &Field<'_>) -> Result<LabelColumn, FileError> {
    if !field.is_table() {
        return field.choice(&[()], |()| "last").map(|()| LabelColumn::Last);
    }
    let section = field.section(&["column", "name"])?;
    match (section.get("column"), section.get("name")) {
        (Some(column), None) => Ok(LabelColumn::Index(column.count(1, MAX_COLUMN)? - 1)),
        (None, Some(name)) => Ok(LabelColumn::Name(name.string()?)),
        _ => Err(field.wrong("takes either { column = 3 } or { name = \"species\" }.")),
    }
}

fn read_split(field: &Field<'_>) -> Result<SplitSpec, FileError> {
    let section = field.section(&["test-fraction", "stratified"])?;
    let mut split = SplitSpec::default();
    if let Some(fraction) = section.get("test-fraction") {
        let share = fraction.finite()?;
        if share <= Finite::ZERO || share >= Finite::ONE {
            return Err(fraction.wrong("lies between 0 and 1, both excluded."));
        }
        split.test = TestPart::Fraction(share);
    }
    if let Some(stratified) = section.get("stratified") {
        split.stratified = stratified.flag()?;
    }
    Ok(split)
}

fn read_run(field: &Field<'_>) -> Result<RunSpec, FileError> {
    let section = field.section(&RUN_KEYS)?;
    let layers = section.get("layers").map_or(Ok(vec![]), |f| f.list("layer", 0, MAX_LAYERS))?;
    let output = section.get("output");
    Ok(RunSpec {
        name: section.need("name")?.string()?,
        model: ModelSpec {
            hidden: layers.iter().map(read_layer).collect::<Result<_, _>>()?,
            output: output.map_or(Ok(OutputSpec::default()), |output| read_output(&output))?,
        },
        train: read_train(&section)?,
    })
}

fn read_train(section: &Section<'_>) -> Result<TrainSpec, FileError> {
    let l2_biases = section.get("l2-biases");
    Ok(TrainSpec {
        loss: section.need("loss")?.choice(&Loss::ALL, words::loss)?,
        optimizer: read_optimizer(&section.need("optimizer")?)?,
        learning_rate: section.need("learning-rate")?.finite()?,
        l2: section.get("l2").map_or(Ok(Finite::ZERO), |l2| l2.finite())?,
        l2_biases: l2_biases.map_or(Ok(false), |flag| flag.flag())?,
        batch: read_batch(&section.need("batch")?)?,
        stop: read_stop(&section.need("stop")?)?,
    })
}

/// A word, or a table whose first key says what it is: `{ dense = 100 }`.
fn read_layer(field: &Field<'_>) -> Result<LayerSpec, FileError> {
    if field.has("dense") {
        return read_dense(field).map(LayerSpec::Dense);
    }
    if field.has("leaky-relu") {
        let slope = field.section(&["leaky-relu"])?.need("leaky-relu")?.finite()?;
        return Ok(LayerSpec::Activation(Activation::LeakyRelu { slope }));
    }
    if field.is_table() {
        let message = "needs its kind: { dense = 100 }, { leaky-relu = 0.01 } or a word.";
        return Err(field.wrong(message));
    }
    let mut all: Vec<Plain> = Activation::ALL.map(Plain::Activation).into();
    all.push(Plain::Flatten);
    let word = |layer| match layer {
        Plain::Activation(activation) => words::activation(activation),
        Plain::Flatten => words::FLATTEN,
    };
    Ok(match field.choice(&all, word)? {
        Plain::Activation(activation) => LayerSpec::Activation(activation),
        Plain::Flatten => LayerSpec::Flatten,
    })
}

/// The layers that a word is enough for.
#[derive(Clone, Copy)]
enum Plain {
    Activation(Activation),
    Flatten,
}

fn read_dense(field: &Field<'_>) -> Result<DenseSpec, FileError> {
    let section = field.section(&["dense", "bias", "init", "std", "bias-init"])?;
    let OutputSpec { init, bias_init } = read_start(&section)?;
    Ok(DenseSpec {
        units: section.need("dense")?.count(0, MAX_UNITS)?,
        bias: section.get("bias").map_or(Ok(true), |bias| bias.flag())?,
        init,
        bias_init,
    })
}

fn read_output(field: &Field<'_>) -> Result<OutputSpec, FileError> {
    read_start(&field.section(&["init", "std", "bias-init"])?)
}

/// How weights and biases start.
fn read_start(section: &Section<'_>) -> Result<OutputSpec, FileError> {
    let init = optional_choice(section, "init", &Init::ALL, words::init)?.unwrap_or_default();
    let bias_init = optional_choice(section, "bias-init", &BiasInit::ALL, words::bias_init)?
        .unwrap_or_default();
    let init = match (init, section.get("std")) {
        (Init::Normal { .. }, Some(std)) => Init::Normal { std: std.finite()? },
        (Init::Normal { .. }, None) => {
            return Err(section.wrong("“std” is missing: init = \"normal\" needs it."));
        }
        (_, Some(std)) => return Err(std.wrong("goes with init = \"normal\" only.")),
        (other, None) => other,
    };
    Ok(OutputSpec { init, bias_init })
}

/// A word for the usual constants, or a table: `{ kind = "sgd", momentum = 0.9 }`.
fn read_optimizer(field: &Field<'_>) -> Result<Optimizer, FileError> {
    if !field.is_table() {
        return field.choice(&Optimizer::ALL, words::optimizer);
    }
    let kind = field.any_section()?.need("kind")?.choice(&Optimizer::ALL, words::optimizer)?;
    let constant = |section: &Section<'_>, key, usual| {
        section.get(key).map_or(Ok(usual), |value| value.finite())
    };
    Ok(match kind {
        Optimizer::Sgd { momentum } => {
            let section = field.section(&["kind", "momentum"])?;
            Optimizer::Sgd { momentum: constant(&section, "momentum", momentum)? }
        }
        Optimizer::RmsProp { alpha, epsilon } => {
            let section = field.section(&["kind", "alpha", "epsilon"])?;
            let alpha = constant(&section, "alpha", alpha)?;
            Optimizer::RmsProp { alpha, epsilon: constant(&section, "epsilon", epsilon)? }
        }
        Optimizer::Adam { beta1, beta2, epsilon } => {
            let section = field.section(&["kind", "beta1", "beta2", "epsilon"])?;
            let beta1 = constant(&section, "beta1", beta1)?;
            let beta2 = constant(&section, "beta2", beta2)?;
            Optimizer::Adam { beta1, beta2, epsilon: constant(&section, "epsilon", epsilon)? }
        }
    })
}

fn read_batch(field: &Field<'_>) -> Result<BatchSize, FileError> {
    match field.as_text() {
        Some(_) => field.choice(&[()], |()| "full").map(|()| BatchSize::Full),
        None => field.count(0, usize::MAX >> 1).map(BatchSize::Of),
    }
}

fn read_stop(field: &Field<'_>) -> Result<StopRule, FileError> {
    if !field.is_table() {
        return field.choice(&[()], |()| "never").map(|()| StopRule::Never);
    }
    let section = field.section(&["steps", "epochs"])?;
    match (section.get("steps"), section.get("epochs")) {
        (Some(steps), None) => steps.whole(0, MAX_WHOLE).map(StopRule::Steps),
        (None, Some(epochs)) => epochs.whole(0, MAX_WHOLE).map(StopRule::Epochs),
        _ => Err(field.wrong("takes either { steps = 200 } or { epochs = 5 }.")),
    }
}

fn optional_text(section: &Section<'_>, key: &'static str) -> Result<String, FileError> {
    section.get(key).map_or(Ok(String::new()), |field| field.string())
}

fn optional_choice<T: Copy>(
    section: &Section<'_>,
    key: &'static str,
    all: &[T],
    word: impl Fn(T) -> &'static str,
) -> Result<Option<T>, FileError> {
    section.get(key).map(|field| field.choice(all, word)).transpose()
}
