use crate::base::Finite;
use crate::spec::{
    Activation, BiasInit, ConvSpec, DenseSpec, Init, LayerKind, LayerSpec, OutputSpec, Padding,
    words,
};

use super::constants::{self, Constant, Constants};
use super::start;
use super::write::{inline, list, number, quoted};

/// Entries of a table in one line.
pub(super) type Entries = Vec<(&'static str, String)>;

pub(super) fn layers(layers: &[LayerSpec]) -> String {
    list(layers.iter().map(layer).collect())
}

fn layer(layer: &LayerSpec) -> String {
    let mut entries = settings(&layer.kind);
    if !layer.name.is_empty() {
        entries.push(("name", quoted(&layer.name)));
    }
    if layer.off {
        entries.push(("off", true.to_string()));
    }
    entries.extend(learning(layer.frozen, layer.rate));
    table(&layer.kind, entries)
}

/// Just the word, where it says all.
fn table(kind: &LayerKind, mut entries: Entries) -> String {
    let word = quoted(words::layer(kind));
    if entries.is_empty() {
        return word;
    }
    if constants::required(kind).is_empty() {
        entries.insert(0, ("kind", word));
    }
    inline(&entries)
}

/// Whether and how fast a layer learns, where it is not as usual.
fn learning(frozen: bool, rate: Finite) -> Entries {
    let mut entries = Vec::new();
    if frozen {
        entries.push(("frozen", true.to_string()));
    }
    if rate != Finite::ONE {
        entries.push(("rate", number(rate)));
    }
    entries
}

/// What is required of a layer, and what is not as usual.
fn settings(kind: &LayerKind) -> Entries {
    let required = constants::required(kind);
    let (mut kind, mut usual) = (kind.clone(), constants::plain(kind));
    let settings = texts(constants::layer(&mut kind)).into_iter();
    let settings = settings.zip(texts(constants::layer(&mut usual)));
    let mut entries: Entries = settings
        .filter(|(setting, usual)| setting != usual || required.contains(&setting.0))
        .map(|(setting, _)| setting)
        .collect();
    if let LayerKind::Dense(DenseSpec { init, bias_init, .. })
    | LayerKind::Conv2d(ConvSpec { init, bias_init, .. }) = kind
    {
        if init != Init::default() {
            entries.extend(start::weights(init));
        }
        if bias_init != BiasInit::default() {
            entries.extend(start::biases(bias_init));
        }
    }
    entries
}

/// How the output layer starts is always written, as nothing else says that there is one.
pub(super) fn output(spec: &OutputSpec) -> String {
    let OutputSpec { init, bias_init, bias, activation, frozen, rate } = *spec;
    let mut entries = start::weights(init);
    entries.extend(start::biases(bias_init));
    if !bias {
        entries.push(("bias", false.to_string()));
    }
    if activation != Activation::Linear {
        let kind = LayerKind::Activation(activation);
        entries.push(("activation", table(&kind, settings(&kind))));
    }
    entries.extend(learning(frozen, rate));
    inline(&entries)
}

/// Settings under their keys, as they stand in a file.
pub(super) fn texts(settings: Constants<'_>) -> Entries {
    settings.into_iter().map(|(key, setting)| (key, text(&setting))).collect()
}

fn text(setting: &Constant<'_>) -> String {
    match setting {
        Constant::Number(value) => number(**value),
        Constant::Flag(value) => value.to_string(),
        Constant::Count(value) => value.to_string(),
        Constant::Size(value) => value.to_string(),
        Constant::Pair(value) => pair(**value),
        Constant::Padding(Padding::Of(value)) => pair(*value),
        Constant::Padding(value) => quoted(words::padding(**value)),
    }
}

fn pair([rows, columns]: [usize; 2]) -> String {
    if rows == columns { rows.to_string() } else { format!("[{rows}, {columns}]") }
}
