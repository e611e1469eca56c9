use crate::base::Finite;
use crate::files::error::FileError;
use crate::spec::{
    Activation, ConvSpec, DenseSpec, LayerKind, LayerSpec, ModelSpec, OutputSpec, Padding, words,
};

use super::constants::{self, Constant, Constants};
use super::fields::{Field, Section};
use super::start::{START_KEYS, read_start};

/// Most units, channels and steps of a layer. More than can be trained, so that an oversized
/// draft opens again and is complained about where it can be mended.
const MAX_SIZE: usize = 1_000_000;
/// Most layers, for the same reason more than can be trained.
const MAX_LAYERS: usize = 1000;
/// How a layer is treated, whatever it computes.
const TREATMENT: [&str; 4] = ["name", "off", "frozen", "rate"];
/// What is said of the output layer beside how it starts.
const OUTPUT_KEYS: [&str; 4] = ["bias", "activation", "frozen", "rate"];

pub(super) fn read_model(run: &Section<'_>) -> Result<ModelSpec, FileError> {
    let layers = run.get("layers").map_or(Ok(vec![]), |f| f.list("layer", 0, MAX_LAYERS))?;
    let output = run.get("output");
    Ok(ModelSpec {
        hidden: layers.iter().map(read_layer).collect::<Result<_, _>>()?,
        output: output.map_or(Ok(OutputSpec::default()), |output| read_output(&output))?,
    })
}

fn read_layer(field: &Field<'_>) -> Result<LayerSpec, FileError> {
    let mut kinds = LayerKind::usual();
    kinds.retain(|kind| !matches!(kind, LayerKind::Activation(_)));
    kinds.splice(0..0, functions());
    let kind = read_kind(field, &kinds, &TREATMENT)?;
    if !field.is_table() {
        return Ok(LayerSpec::new(kind));
    }
    let section = field.any_section()?;
    Ok(LayerSpec {
        kind,
        name: section.get("name").map_or(Ok(String::new()), |name| name.string())?,
        off: flag(&section, "off", false)?,
        frozen: flag(&section, "frozen", false)?,
        rate: finite(&section, "rate", Finite::ONE)?,
    })
}

fn functions() -> Vec<LayerKind> {
    Activation::ALL.map(LayerKind::Activation).into()
}

/// A word, or a table whose first key says what it is (`{ dense = 100 }`), or one with a kind
/// (`{ kind = "relu", … }`). In tables keys of `further` may stand, too.
fn read_kind(
    field: &Field<'_>,
    kinds: &[LayerKind],
    further: &[&'static str],
) -> Result<LayerKind, FileError> {
    if !field.is_table() {
        return by_word(field, kinds);
    }
    let named = kinds
        .iter()
        .find(|kind| constants::required(kind).first().is_some_and(|key| field.has(key)));
    let (usual, key) = match named {
        Some(kind) => (kind.clone(), None),
        None => match field.any_section()?.get("kind") {
            Some(word) => (by_word(&word, kinds)?, Some("kind")),
            None => return Err(without_kind(field, kinds)),
        },
    };
    let mut kind = usual;
    let starts: &[&str] = if has_weights(&kind) { &START_KEYS } else { &[] };
    let own = constants::layer(&mut kind).into_iter().map(|setting| setting.0);
    let keys: Vec<&str> = key.into_iter().chain(own).chain(starts.iter().copied()).collect();
    let section = field.section(&[&keys, further].concat())?;
    fill_layer(&section, kind)
}

fn fill_layer(section: &Section<'_>, mut kind: LayerKind) -> Result<LayerKind, FileError> {
    if section.get("kind").is_none() {
        for key in constants::required(&kind) {
            section.need(key)?;
        }
    }
    fill(section, constants::layer(&mut kind))?;
    // What is usual for a pool follows from the size of its window, which is known by now.
    kind = constants::plain(&kind);
    fill(section, constants::layer(&mut kind))?;
    match &mut kind {
        LayerKind::Dense(DenseSpec { init, bias_init, .. })
        | LayerKind::Conv2d(ConvSpec { init, bias_init, .. }) => {
            (*init, *bias_init) = read_start(section)?;
        }
        _ => {}
    }
    Ok(kind)
}

fn has_weights(kind: &LayerKind) -> bool {
    matches!(kind, LayerKind::Dense(_) | LayerKind::Conv2d(_))
}

/// Whether its word is enough.
fn starts_by_itself(kind: &LayerKind) -> bool {
    matches!(kind, LayerKind::Activation(_)) || constants::required(kind).is_empty()
}

fn by_word(field: &Field<'_>, kinds: &[LayerKind]) -> Result<LayerKind, FileError> {
    let all: Vec<&LayerKind> = kinds.iter().collect();
    let kind = field.choice(&all, words::layer)?;
    if starts_by_itself(kind) {
        return Ok(kind.clone());
    }
    let example = match kind {
        LayerKind::Conv2d(_) => "{ conv = 8, kernel = 3 }".to_owned(),
        LayerKind::Dropout { .. } => "{ dropout = 0.5 }".to_owned(),
        LayerKind::Dense(_) => "{ dense = 16 }".to_owned(),
        other => format!("{{ {} = 2 }}", words::layer(other)),
    };
    Err(field.wrong(format!("needs its number: {example}.")))
}

fn without_kind(field: &Field<'_>, kinds: &[LayerKind]) -> FileError {
    let words: Vec<&'static str> = kinds.iter().map(words::layer).collect();
    match field.nearest_key(&words) {
        Some(meant) => field.wrong(format!("needs its kind; did you mean “{meant}”?")),
        None => field.wrong(
            "needs its kind: { dense = 100 }, { conv = 8, kernel = 3 }, { kind = \"batch-norm\" } \
             or a word.",
        ),
    }
}

fn read_output(field: &Field<'_>) -> Result<OutputSpec, FileError> {
    let section = field.section(&[&START_KEYS[..], &OUTPUT_KEYS].concat())?;
    let (init, bias_init) = read_start(&section)?;
    let activation = match section.get("activation") {
        None => Activation::Linear,
        Some(field) => match read_kind(&field, &functions(), &[])? {
            LayerKind::Activation(function) => function,
            _ => return Err(field.wrong("takes an activation.")),
        },
    };
    Ok(OutputSpec {
        init,
        bias_init,
        bias: flag(&section, "bias", true)?,
        activation,
        frozen: flag(&section, "frozen", false)?,
        rate: finite(&section, "rate", Finite::ONE)?,
    })
}

/// Takes over the settings that stand in the table.
pub(super) fn fill(section: &Section<'_>, settings: Constants<'_>) -> Result<(), FileError> {
    for (key, setting) in settings {
        let Some(field) = section.get(key) else { continue };
        match setting {
            Constant::Number(number) => *number = field.finite()?,
            Constant::Flag(flag) => *flag = field.flag()?,
            Constant::Count(count) => *count = field.count32()?,
            Constant::Size(size) => *size = field.count(0, MAX_SIZE)?,
            Constant::Pair(pair) => *pair = read_pair(&field)?,
            Constant::Padding(padding) => *padding = read_padding(&field)?,
        }
    }
    Ok(())
}

/// One number for both, or `[rows, columns]`.
fn read_pair(field: &Field<'_>) -> Result<[usize; 2], FileError> {
    if !field.is_list() {
        return field.count(0, MAX_SIZE).map(|both| [both; 2]);
    }
    let items = field.list("number", 2, 2)?;
    Ok([items[0].count(0, MAX_SIZE)?, items[1].count(0, MAX_SIZE)?])
}

fn read_padding(field: &Field<'_>) -> Result<Padding, FileError> {
    match field.as_text() {
        Some(_) => field.choice(&[Padding::Valid, Padding::Same], words::padding),
        None => read_pair(field).map(Padding::Of),
    }
}

pub(super) fn flag(
    section: &Section<'_>,
    key: &'static str,
    usual: bool,
) -> Result<bool, FileError> {
    section.get(key).map_or(Ok(usual), |field| field.flag())
}

pub(super) fn finite(
    section: &Section<'_>,
    key: &'static str,
    usual: Finite,
) -> Result<Finite, FileError> {
    section.get(key).map_or(Ok(usual), |field| field.finite())
}
