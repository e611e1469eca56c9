use crate::base::{HostTensor, RunRng, Stream};
use crate::files::blank_network;
use crate::record::{Checkpoint, NamedTensor};
use crate::spec::{BiasInit, Init, LayerKind, ValidRun};
use crate::train::draw_initial;

/// Whether an array belongs to a layer.
pub(super) fn is_of(layer: usize, name: &str) -> bool {
    name.split_once('.').is_some_and(|(place, _)| place.parse() == Ok(layer))
}

/// A layer as a sentence names it: what the user calls it, or its kind, and its place from one.
pub(super) fn layer_name(run: &ValidRun, layer: usize) -> String {
    let hidden = &run.spec().model.hidden;
    match hidden.get(layer) {
        Some(spec) if spec.name.is_empty() => format!("{} (layer {})", spec.label(), layer + 1),
        Some(spec) => format!("{} (layer {})", spec.name, layer + 1),
        None => "the output layer".into(),
    }
}

/// The arrays of a layer, all zero: trainable values and running statistics.
///
/// # Errors
/// A sentence, when there is no such layer or it has none.
pub(super) fn arrays_of(run: &ValidRun, layer: usize) -> Result<Checkpoint, String> {
    let count = run.spec().model.hidden.len();
    if layer > count {
        return Err(format!("This network has {count} hidden layers and an output layer."));
    }
    let mut blank = blank_network(run);
    blank.parameters.retain(|array| is_of(layer, &array.name));
    blank.buffers.retain(|array| is_of(layer, &array.name));
    if blank.parameters.is_empty() {
        let name = layer_name(run, layer);
        return Err(format!("{name} has no weights or biases."));
    }
    Ok(blank)
}

/// Weights and biases of a layer, all zero.
///
/// # Errors
/// A sentence, when there are none.
pub(super) fn zeros(run: &ValidRun, layer: usize) -> Result<Vec<NamedTensor>, String> {
    arrays_of(run, layer).map(|blank| blank.parameters)
}

/// All arrays of a layer as its settings let them start, running statistics too. Draw 0 is how
/// the network of this seed began; each other draw is another.
///
/// # Errors
/// A sentence, when there are none.
pub(super) fn fresh(
    run: &ValidRun,
    layer: usize,
    seed: u64,
    draw: u32,
) -> Result<Vec<NamedTensor>, String> {
    let Checkpoint { mut parameters, buffers, .. } = arrays_of(run, layer)?;
    let values = match starts(run, layer) {
        Some((weight, bias)) => {
            let shape = parameters[0].tensor.shape();
            let mut rng = RunRng::new(seed).at(Stream::Init, layer as u32, draw);
            let bias = (parameters.len() > 1).then_some(bias);
            let (weight, bias) = draw_initial(&mut rng, weight, bias, shape);
            [Some(weight), bias].into_iter().flatten().collect()
        }
        None => parameters.iter().map(neutral).collect::<Vec<_>>(),
    };
    let values = values.into_iter().chain(buffers.iter().map(neutral));
    parameters.extend(buffers.iter().cloned());
    Ok(parameters.into_iter().zip(values).map(|(array, values)| filled(&array, values)).collect())
}

/// How the weights and biases of a layer start; `None` where they are a factor and a shift.
fn starts(run: &ValidRun, layer: usize) -> Option<(Init, BiasInit)> {
    let model = &run.spec().model;
    match model.hidden.get(layer).map(|layer| &layer.kind) {
        None => Some((model.output.init, model.output.bias_init)),
        Some(LayerKind::Dense(dense)) => Some((dense.init, dense.bias_init)),
        Some(LayerKind::Conv2d(conv)) => Some((conv.init, conv.bias_init)),
        Some(_) => None,
    }
}

/// What changes nothing: factors and variances of one, everything else zero.
fn neutral(array: &NamedTensor) -> Vec<f32> {
    let is_factor = array.name.ends_with(".weight") || array.name.ends_with(".running_var");
    vec![f32::from(u8::from(is_factor)); array.tensor.data().len()]
}

fn filled(array: &NamedTensor, values: Vec<f32>) -> NamedTensor {
    let tensor = HostTensor::new(array.tensor.shape().to_vec(), values)
        .expect("drawn for the shape of the array");
    NamedTensor { name: array.name.clone(), tensor }
}
