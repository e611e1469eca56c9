use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::base::Finite;
use crate::data::DataHash;
use crate::files::error::FileError;
use crate::spec::{
    Activation, AdamSpec, BatchSize, BiasInit, DenseSpec, ExperimentSpec, Init, LayerKind,
    LayerSpec, Loss, MAX_RUNS, ModelSpec, Optimizer, OutputSpec, RunSpec, StopRule, TrainSpec,
    words,
};

use super::fields::{Field, Section};
use super::read_data::read_data;
use super::{FORMAT_VERSION, Saved};

/// Largest whole number that every TOML reader knows.
const MAX_WHOLE: u64 = i64::MAX as u64;
/// Most units of a layer. More than can be trained, so that an oversized draft opens again and
/// is complained about where it can be mended.
const MAX_UNITS: usize = 1_000_000;
/// Most layers, for the same reason more than can be trained.
const MAX_LAYERS: usize = 1000;
/// Digits of a hash of data.
const HASH_DIGITS: usize = 32;

const ROOT_KEYS: [&str; 6] = ["descent", "name", "seed", "data-hash", "data", "runs"];
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
pub fn from_toml(text: &str) -> Result<Saved, FileError> {
    let root = DeTable::parse(text).map_err(|error| syntax_error(text, &error))?;
    let version = read_version(text, root.get_ref())?;
    let root = Section::root(text, root.get_ref()).with_keys(&ROOT_KEYS)?;
    let data = read_data(&root.need("data")?, version)?;
    let runs = root.need("runs")?.list("run", 1, MAX_RUNS)?;
    let spec = ExperimentSpec {
        name: root.need("name")?.string()?,
        data,
        runs: runs.iter().map(read_run).collect::<Result<_, _>>()?,
        seed: read_seed(&root)?,
    };
    Ok(Saved { spec, data_hash: root.get("data-hash").map(|hash| read_hash(&hash)).transpose()? })
}

fn read_hash(field: &Field<'_>) -> Result<DataHash, FileError> {
    let text = field.string()?;
    let digits = text.len() == HASH_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = text.parse().ok().filter(|_| digits);
    hash.ok_or_else(|| field.wrong(format!("takes {HASH_DIGITS} hexadecimal digits.")))
}

fn syntax_error(text: &str, error: &toml::de::Error) -> FileError {
    let byte = error.span().map_or(text.len(), |span| span.start);
    let detail = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    FileError::at(text, byte, format!("This is not valid TOML: {detail}."))
}

/// Comes before everything else, since a newer file may hold anything.
fn read_version(text: &str, root: &DeTable<'_>) -> Result<u64, FileError> {
    let Some(value) = root.get("descent") else {
        let message = format!(
            "This is no experiment of Descent: the line “descent = {FORMAT_VERSION}” is missing."
        );
        return Err(FileError::new(message));
    };
    let byte = value.span().start;
    match version_number(value) {
        Some(known @ 1..=FORMAT_VERSION) => Ok(known),
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

pub(super) fn read_seed(section: &Section<'_>) -> Result<u64, FileError> {
    section.get("seed").map_or(Ok(0), |seed| seed.whole(0, u64::MAX))
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
    let penalise_biases = section.get("l2-biases");
    Ok(TrainSpec {
        loss: section.need("loss")?.choice(&Loss::ALL, words::loss)?,
        optimizer: read_optimizer(&section.need("optimizer")?)?,
        learning_rate: section.need("learning-rate")?.finite()?,
        l2: section.get("l2").map_or(Ok(Finite::ZERO), |l2| l2.finite())?,
        penalise_biases: penalise_biases.map_or(Ok(false), |flag| flag.flag())?,
        batch: read_batch(&section.need("batch")?)?,
        stop: read_stop(&section.need("stop")?)?,
        ..TrainSpec::default()
    })
}

/// A word, or a table whose first key says what it is: `{ dense = 100 }`.
fn read_layer(field: &Field<'_>) -> Result<LayerSpec, FileError> {
    if field.has("dense") {
        return read_dense(field).map(LayerSpec::from);
    }
    if field.has("leaky-relu") {
        let slope = field.section(&["leaky-relu"])?.need("leaky-relu")?.finite()?;
        return Ok(LayerSpec::from(Activation::LeakyRelu { slope }));
    }
    if field.is_table() {
        let message = "needs its kind: { dense = 100 }, { leaky-relu = 0.01 } or a word.";
        return Err(field.wrong(message));
    }
    let mut all: Vec<Plain> = Activation::ALL.map(Plain::Activation).into();
    all.push(Plain::Flatten);
    let word = |layer| match layer {
        Plain::Activation(activation) => words::activation(activation),
        Plain::Flatten => "flatten",
    };
    Ok(match field.choice(&all, word)? {
        Plain::Activation(activation) => LayerSpec::from(activation),
        Plain::Flatten => LayerSpec::from(LayerKind::Flatten),
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
    let OutputSpec { init, bias_init, .. } = read_start(&section)?;
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
        (Init::Normal { .. }, Some(std)) => Init::normal(std.finite()?),
        (Init::Normal { .. }, None) => {
            return Err(section.wrong("“std” is missing: init = \"normal\" needs it."));
        }
        (_, Some(std)) => return Err(std.wrong("goes with init = \"normal\" only.")),
        (other, None) => other,
    };
    Ok(OutputSpec { init, bias_init, ..OutputSpec::default() })
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
        Optimizer::Sgd { momentum, .. } => {
            let section = field.section(&["kind", "momentum"])?;
            Optimizer::sgd(constant(&section, "momentum", momentum)?)
        }
        Optimizer::RmsProp { alpha, epsilon, momentum, centred } => {
            let section = field.section(&["kind", "alpha", "epsilon"])?;
            let alpha = constant(&section, "alpha", alpha)?;
            Optimizer::RmsProp {
                alpha,
                epsilon: constant(&section, "epsilon", epsilon)?,
                momentum,
                centred,
            }
        }
        Optimizer::Adam(AdamSpec { beta1, beta2, epsilon, amsgrad }) => {
            let section = field.section(&["kind", "beta1", "beta2", "epsilon"])?;
            let beta1 = constant(&section, "beta1", beta1)?;
            let beta2 = constant(&section, "beta2", beta2)?;
            Optimizer::Adam(AdamSpec {
                beta1,
                beta2,
                epsilon: constant(&section, "epsilon", epsilon)?,
                amsgrad,
            })
        }
        other => other,
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

pub(super) fn optional_choice<T: Copy>(
    section: &Section<'_>,
    key: &'static str,
    all: &[T],
    word: impl Fn(T) -> &'static str,
) -> Result<Option<T>, FileError> {
    section.get(key).map(|field| field.choice(all, word)).transpose()
}
