//! Knows: `base`, and of `spec` what an experiment is made of.
//! Never: how several values of a field are tried.

mod data;
mod model;
mod slot;
#[cfg(test)]
mod tests;
mod train;

use crate::base::similar;

use super::experiment::ExperimentSpec;
use super::sweep::Value;

pub use slot::Takes;
use slot::{Slot, one_of};

/// Sets one field of an experiment. Fields are named in dots, with the words of experiment files:
/// `seed` (of weights and batches), `data.noise`, `train.learning-rate` (or `train.lr`),
/// `train.optimizer.momentum`, `model.0.units` (layers are counted from 0), `model.output.init`.
/// `model.units`, `model.activation`, `model.init` and `model.dropout` set all hidden layers that
/// have it; `model.layers` is the number of dense layers with an activation behind them.
///
/// A word for a kind (`train.optimizer`) brings the usual settings of that kind, unless it is the
/// kind that is there already.
///
/// # Errors
/// Which field there is not, with the one that was probably meant, or what the field takes. The
/// experiment is as it was then.
pub fn set_field(
    spec: &mut ExperimentSpec,
    run: usize,
    path: &str,
    value: &Value,
) -> Result<(), String> {
    let Some(slot) = slot_at(spec, run, path) else { return Err(missing(spec, run, path)) };
    slot.set(value).map_err(|why| format!("“{path}” {why}"))
}

/// What a field of an experiment is now; of several layers, the first. `None` where there is no
/// such field, or it says nothing now.
#[must_use]
pub fn field_value(spec: &ExperimentSpec, run: usize, path: &str) -> Option<Value> {
    slot_at(&mut spec.clone(), run, path)?.now
}

/// What a field of an experiment takes.
///
/// # Errors
/// That there is no such field, with the one that was probably meant.
pub fn field_takes(spec: &ExperimentSpec, run: usize, path: &str) -> Result<Takes, String> {
    let mut copy = spec.clone();
    slot_at(&mut copy, run, path).map(|slot| slot.takes).ok_or_else(|| missing(spec, run, path))
}

/// The fields that an experiment has as it is.
#[must_use]
pub fn field_paths(spec: &ExperimentSpec, run: usize) -> Vec<String> {
    let mut copy = spec.clone();
    let mut paths = thinkable(spec, run);
    paths.retain(|path| slot_at(&mut copy, run, path).is_some());
    paths
}

/// Whether an experiment could have such a field: of another optimizer, or of a layer of another
/// kind, say.
#[must_use]
pub(super) fn is_thinkable(path: &str) -> bool {
    match path.split_once('.') {
        None => path == "seed",
        Some(("data", rest)) => data::FIELDS.contains(&rest),
        Some(("train", rest)) => rest == "lr" || train::FIELDS.contains(&rest),
        Some(("model", rest)) => {
            let of_layer = rest.split_once('.').is_some_and(|(layer, field)| {
                (layer == "output" || layer.parse::<usize>().is_ok())
                    && model::LAYER_FIELDS.contains(&field)
            });
            of_layer || model::FIELDS.contains(&rest)
        }
        Some(_) => false,
    }
}

/// One name for each field.
#[must_use]
pub(super) fn canonical(path: &str) -> &str {
    if path == "train.lr" { "train.learning-rate" } else { path }
}

fn slot_at<'a>(spec: &'a mut ExperimentSpec, run: usize, path: &str) -> Option<Slot<'a>> {
    match path.split_once('.') {
        None if path == "seed" => Some(Slot::large(&mut spec.seed)),
        None => None,
        Some(("data", rest)) => data::slot(&mut spec.data, rest),
        Some(("train", rest)) => train::slot(&mut spec.runs.get_mut(run)?.train, rest),
        Some(("model", rest)) => model::slot(&mut spec.runs.get_mut(run)?.model, rest),
        Some(_) => None,
    }
}

/// All fields that an experiment with so many layers could have.
fn thinkable(spec: &ExperimentSpec, run: usize) -> Vec<String> {
    let layers = spec.runs.get(run).map_or(0, |run| run.model.hidden.len());
    let of = |head: &str, fields: &[&str]| -> Vec<String> {
        fields.iter().map(|field| format!("{head}.{field}")).collect()
    };
    let mut all = vec!["seed".to_owned()];
    all.extend(of("train", train::FIELDS));
    all.extend(of("model", model::FIELDS));
    for layer in 0..layers {
        all.extend(of(&format!("model.{layer}"), model::LAYER_FIELDS));
    }
    all.extend(of("model.output", model::LAYER_FIELDS));
    all.extend(of("data", data::FIELDS));
    all
}

/// Why there is no such field, and which there are instead.
fn missing(spec: &ExperimentSpec, run: usize, path: &str) -> String {
    let Some(layers) = spec.runs.get(run).map(|run| &run.model.hidden) else {
        return format!("There is no run {}.", run + 1);
    };
    let paths = field_paths(spec, run);
    let known: Vec<&str> = paths.iter().map(String::as_str).collect();
    let layer = path.strip_prefix("model.").and_then(|rest| rest.split_once('.'));
    let layer = layer.and_then(|(layer, _)| layer.parse::<usize>().ok());
    if let Some(layer) = layer.filter(|layer| *layer >= layers.len()) {
        let count = layers.len();
        let has = format!("the model has {count} hidden layers, counted from 0");
        return format!("“{path}” names layer {layer}, but {has}.");
    }
    let subject = match layer {
        Some(layer) => format!("layer {layer} ({})", layers[layer].label()),
        None => "the run".into(),
    };
    let siblings: Vec<&str> = match path.rsplit_once('.') {
        Some((parent, _)) if is_thinkable(path) => {
            let child = |known: &&&str| known.rsplit_once('.').is_some_and(|(p, _)| p == parent);
            known.iter().filter(child).copied().collect()
        }
        _ => Vec::new(),
    };
    let advice = match similar(path, &known) {
        _ if !siblings.is_empty() => format!("There are {}.", and(&siblings)),
        Some(meant) => format!("Did you mean “{meant}”?"),
        None => "Fields are named like seed, train.lr, train.optimizer, model.0.units, \
                 model.activation or data.noise."
            .into(),
    };
    format!("There is no “{path}” as {subject} stands. {advice}")
}

fn and(words: &[&str]) -> String {
    const MOST: usize = 12;
    match words.len() > MOST {
        true => format!("{}, …", words[..MOST].join(", ")),
        false => one_of(words).replace(" or ", " and "),
    }
}
