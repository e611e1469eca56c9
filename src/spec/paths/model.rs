//! The fields of the layers.

use crate::spec::activation::Activation;
use crate::spec::init::{BiasInit, Init};
use crate::spec::model::{
    ConvSpec, LayerKind, LayerSpec, ModelSpec, OutputSpec, Padding, PoolSpec,
};
use crate::spec::sweep::Value;
use crate::spec::validate::{MAX_LAYERS, MAX_UNITS};
use crate::spec::words;

use super::slot::{Slot, Takes};

/// Widest kernel, stride or padding that is accepted here.
const MAX_SIDE: usize = 4096;

/// What is said of several layers at once.
pub(super) const FIELDS: &[&str] = &["layers", "units", "activation", "init", "dropout"];

/// Everything that any layer has; which of them one has depends on its kind.
pub(super) const LAYER_FIELDS: &[&str] = &[
    "units",
    "activation",
    "slope",
    "alpha",
    "channels",
    "kernel",
    "stride",
    "padding",
    "dilation",
    "groups",
    "ceil",
    "count-padding",
    "p",
    "momentum",
    "epsilon",
    "affine",
    "over",
    "bias",
    "init",
    "init.mean",
    "init.std",
    "init.low",
    "init.high",
    "init.value",
    "bias-init",
    "bias-init.mean",
    "bias-init.std",
    "bias-init.low",
    "bias-init.high",
    "bias-init.value",
    "frozen",
    "off",
    "rate",
];

pub(super) fn slot<'a>(model: &'a mut ModelSpec, path: &str) -> Option<Slot<'a>> {
    match path {
        "layers" => return pairs(&mut model.hidden),
        "units" => {
            return of_all(&mut model.hidden, "units", |kind| matches!(kind, LayerKind::Dense(_)));
        }
        "activation" => {
            return of_all(&mut model.hidden, "activation", |kind| {
                matches!(kind, LayerKind::Activation(_))
            });
        }
        "init" => {
            return of_all(&mut model.hidden, "init", |kind| {
                matches!(kind, LayerKind::Dense(_) | LayerKind::Conv2d(_))
            });
        }
        "dropout" => {
            return of_all(&mut model.hidden, "p", |kind| {
                matches!(kind, LayerKind::Dropout { .. })
            });
        }
        _ => {}
    }
    match path.split_once('.')? {
        ("output", field) => output(&mut model.output, field),
        (index, field) => layer(model.hidden.get_mut(index.parse::<usize>().ok()?)?, field),
    }
}

/// The same field of all layers of a kind.
fn of_all<'a>(
    layers: &'a mut [LayerSpec],
    field: &str,
    is_meant: impl Fn(&LayerKind) -> bool,
) -> Option<Slot<'a>> {
    let meant = layers.iter_mut().filter(|layer| is_meant(&layer.kind));
    Slot::all(meant.filter_map(|layer| kind(&mut layer.kind, field)).collect())
}

fn layer<'a>(layer: &'a mut LayerSpec, field: &str) -> Option<Slot<'a>> {
    match field {
        "off" => Some(Slot::flag(&mut layer.off)),
        "frozen" => Some(Slot::flag(&mut layer.frozen)),
        "rate" => Some(Slot::number(&mut layer.rate)),
        _ => kind(&mut layer.kind, field),
    }
}

fn kind<'a>(kind: &'a mut LayerKind, field: &str) -> Option<Slot<'a>> {
    match kind {
        LayerKind::Dense(dense) => match field {
            "units" => Some(Slot::count(&mut dense.units, 1, MAX_UNITS)),
            "bias" => Some(Slot::flag(&mut dense.bias)),
            _ => start(&mut dense.init, &mut dense.bias_init, field),
        },
        LayerKind::Conv2d(conv) => convolution(conv, field),
        LayerKind::MaxPool2d(pool) => window(pool, field),
        LayerKind::AvgPool2d { pool, count_padding } => match field {
            "count-padding" => Some(Slot::flag(count_padding)),
            _ => window(pool, field),
        },
        LayerKind::BatchNorm(norm) => Some(match field {
            "momentum" => Slot::number(&mut norm.momentum),
            "epsilon" => Slot::number(&mut norm.epsilon),
            "affine" => Slot::flag(&mut norm.affine),
            _ => return None,
        }),
        LayerKind::LayerNorm(norm) | LayerKind::GroupNorm { norm, .. } if field != "groups" => {
            match field {
                "epsilon" => Some(Slot::number(&mut norm.epsilon)),
                "affine" => Some(Slot::flag(&mut norm.affine)),
                _ => None,
            }
        }
        LayerKind::GroupNorm { groups, .. } => Some(Slot::count(groups, 1, MAX_UNITS)),
        LayerKind::Dropout { p } if field == "p" => Some(Slot::number(p)),
        LayerKind::Skip { over } if field == "over" => Some(Slot::count(over, 1, MAX_LAYERS)),
        LayerKind::Activation(function) => activation(function, field),
        LayerKind::GlobalAvgPool
        | LayerKind::LayerNorm(_)
        | LayerKind::Flatten
        | LayerKind::Dropout { .. }
        | LayerKind::Skip { .. } => None,
    }
}

fn convolution<'a>(conv: &'a mut ConvSpec, field: &str) -> Option<Slot<'a>> {
    Some(match field {
        "channels" => Slot::count(&mut conv.channels, 1, MAX_UNITS),
        "kernel" => Slot::pair(&mut conv.kernel, 1, MAX_SIDE),
        "stride" => Slot::pair(&mut conv.stride, 1, MAX_SIDE),
        "dilation" => Slot::pair(&mut conv.dilation, 1, MAX_SIDE),
        "groups" => Slot::count(&mut conv.groups, 1, MAX_UNITS),
        "padding" => padding(&mut conv.padding),
        "bias" => Slot::flag(&mut conv.bias),
        _ => return start(&mut conv.init, &mut conv.bias_init, field),
    })
}

fn window<'a>(pool: &'a mut PoolSpec, field: &str) -> Option<Slot<'a>> {
    Some(match field {
        "kernel" => Slot::pair(&mut pool.kernel, 1, MAX_SIDE),
        "stride" => Slot::pair(&mut pool.stride, 1, MAX_SIDE),
        "padding" => Slot::pair(&mut pool.padding, 0, MAX_SIDE),
        "ceil" => Slot::flag(&mut pool.ceil),
        _ => return None,
    })
}

/// A word, or so many zeros at every end.
fn padding(padding: &mut Padding) -> Slot<'_> {
    const KINDS: [Padding; 2] = [Padding::Valid, Padding::Same];
    let now = match *padding {
        Padding::Of([rows, _]) => Value::of_whole(rows as u64),
        kind => Value::Word(words::padding(kind).into()),
    };
    let words = KINDS.map(words::padding).to_vec();
    let takes = Takes::Whole { low: 0, high: MAX_SIDE as u64, words };
    Slot::new(takes, Some(now), |value| {
        let kind = KINDS.into_iter().find(|&kind| value.is_word(words::padding(kind)));
        let told = value.count().map(|zeros| Padding::Of([zeros; 2]));
        *padding = kind.or(told).unwrap_or(*padding);
    })
}

fn activation<'a>(function: &'a mut Activation, field: &str) -> Option<Slot<'a>> {
    match (function, field) {
        (function, "activation") => {
            Some(Slot::word(function, &Activation::ALL, |&it| words::activation(it)))
        }
        (Activation::LeakyRelu { slope }, "slope") => Some(Slot::number(slope)),
        (Activation::Elu { alpha }, "alpha") => Some(Slot::number(alpha)),
        _ => None,
    }
}

fn output<'a>(output: &'a mut OutputSpec, field: &str) -> Option<Slot<'a>> {
    match field {
        "bias" => Some(Slot::flag(&mut output.bias)),
        "frozen" => Some(Slot::flag(&mut output.frozen)),
        "rate" => Some(Slot::number(&mut output.rate)),
        "activation" | "slope" | "alpha" => activation(&mut output.activation, field),
        _ => start(&mut output.init, &mut output.bias_init, field),
    }
}

/// How weights and biases start.
fn start<'a>(init: &'a mut Init, bias: &'a mut BiasInit, field: &str) -> Option<Slot<'a>> {
    match field.split_once('.') {
        None if field == "init" => Some(Slot::word(init, &Init::ALL, |&it| words::init(it))),
        None if field == "bias-init" => {
            Some(Slot::word(bias, &BiasInit::ALL, |&it| words::bias_init(it)))
        }
        Some(("init", constant)) => weight_constant(init, constant),
        Some(("bias-init", constant)) => bias_constant(bias, constant),
        _ => None,
    }
}

fn weight_constant<'a>(init: &'a mut Init, constant: &str) -> Option<Slot<'a>> {
    Some(Slot::number(match (init, constant) {
        (Init::Normal { mean, .. }, "mean") => mean,
        (Init::Normal { std, .. }, "std") => std,
        (Init::Uniform { low, .. }, "low") => low,
        (Init::Uniform { high, .. }, "high") => high,
        (Init::Constant { value }, "value") => value,
        _ => return None,
    }))
}

fn bias_constant<'a>(init: &'a mut BiasInit, constant: &str) -> Option<Slot<'a>> {
    Some(Slot::number(match (init, constant) {
        (BiasInit::Normal { mean, .. }, "mean") => mean,
        (BiasInit::Normal { std, .. }, "std") => std,
        (BiasInit::Uniform { low, .. }, "low") => low,
        (BiasInit::Uniform { high, .. }, "high") => high,
        (BiasInit::Constant { value }, "value") => value,
        _ => return None,
    }))
}

/// The number of dense layers with an activation behind them. More of them are copies of the
/// last such pair, put behind it; fewer leave the first ones. `None` without any to begin with.
fn pairs(layers: &mut Vec<LayerSpec>) -> Option<Slot<'_>> {
    let places = pair_places(layers);
    let last = *places.last()?;
    let takes = Takes::Whole { low: 0, high: MAX_LAYERS as u64 / 2, words: vec![] };
    let now = Value::of_whole(places.len() as u64);
    Some(Slot::new(takes, Some(now), move |value| {
        let wanted = value.count().unwrap_or(places.len());
        let nameless = |layer: &LayerSpec| LayerSpec { name: String::new(), ..layer.clone() };
        let pair: Vec<LayerSpec> = layers[last..last + 2].iter().map(nameless).collect();
        for _ in places.len()..wanted {
            layers.splice(last + 2..last + 2, pair.iter().cloned());
        }
        for &place in places.iter().skip(wanted).rev() {
            layers.drain(place..place + 2);
        }
    }))
}

/// Where a dense layer stands with an activation behind it.
fn pair_places(layers: &[LayerSpec]) -> Vec<usize> {
    let is_pair = |pair: &[LayerSpec]| {
        matches!(pair[0].kind, LayerKind::Dense(_))
            && matches!(pair[1].kind, LayerKind::Activation(_))
    };
    let places = layers.windows(2).enumerate().filter(|(_, pair)| is_pair(pair));
    places.map(|(place, _)| place).collect()
}
