//! A network computed plainly, for traces that are true.

use crate::base::{HostTensor, RunRng, Stream, argmax, softmax_into};
use crate::data::Dataset;
use crate::record::{Input, LayerValues, NamedTensor, Saliency, Trace, TraceRequest};
use crate::spec::{LayerKind, Task, ValidRun};

use super::super::values::image_shape;
use super::{data, labelled};

pub(super) type Weights = Vec<NamedTensor>;

/// Twenty pictures of bars and rings, ten classes in turn.
pub(super) fn digits() -> Dataset {
    let mut values = Vec::new();
    for row in 0..20_usize {
        for place in 0..784_usize {
            let (y, x) = ((place / 28) as f32 - 13.5, (place % 28) as f32 - 13.5);
            let turn = row as f32 * 0.6;
            let along = x * turn.cos() + y * turn.sin();
            let across = y * turn.cos() - x * turn.sin();
            let bar = (along.abs() - 2.0).max(across.abs() - 9.0);
            let ring = (x.hypot(y) - 4.0 - (row % 5) as f32).abs() - 1.5;
            let distance = if row % 2 == 0 { bar } else { ring };
            values.push((0.5 - distance).clamp(0.0, 1.0));
        }
    }
    data("Bars and rings", &[1, 28, 28], 10, labelled(20, values, 10))
}

/// Points with so many features.
pub(super) fn table(features: usize) -> Dataset {
    let values = (0..12 * features).map(|i| (i as f32 * 1.7).sin()).collect();
    let mut data = data("Points", &[features], 3, labelled(12, values, 3));
    data.feature_names = ["x₁", "x₂", "x₃"].map(str::to_owned)[..features.min(3)].to_vec();
    data.class_names = ["setosa", "versicolor", "virginica"].map(str::to_owned).to_vec();
    data
}

/// Weights of a network by its seed.
pub(super) fn network(spec: &ValidRun) -> Weights {
    let hidden = &spec.spec().model.hidden;
    let mut weights = Vec::new();
    for (layer, info) in spec.layers().iter().chain([spec.output()]).enumerate() {
        let shape = match hidden.get(layer).map(|layer| &layer.kind) {
            Some(LayerKind::Conv2d(conv)) => {
                vec![conv.channels, info.input.0[0], conv.kernel[0], conv.kernel[1]]
            }
            Some(LayerKind::Dense(dense)) => vec![dense.units, info.input.len()],
            None => vec![info.output.len(), info.input.len()],
            _ => continue,
        };
        let fan_in: usize = shape[1..].iter().product();
        let mut rng = RunRng::new(3).stream(Stream::Init, layer as u32);
        let spread = (2.0 / fan_in as f64).sqrt();
        for (kind, shape) in [("weight", shape.clone()), ("bias", vec![shape[0]])] {
            let count = shape.iter().product();
            let values = (0..count).map(|_| (spread * rng.normal()) as f32).collect();
            let tensor = HostTensor::new(shape, values).expect("fits");
            weights.push(NamedTensor { name: format!("{layer}.{kind}"), tensor });
        }
    }
    weights
}

fn of<'a>(weights: &'a Weights, layer: usize, kind: &str) -> &'a HostTensor {
    let name = format!("{layer}.{kind}");
    &weights.iter().find(|tensor| tensor.name == name).expect("is there").tensor
}

/// Follows a sample; the saliency is a made-up one with the shape of the input.
pub(super) fn follow(
    spec: &ValidRun,
    data: &Dataset,
    weights: &Weights,
    request: &TraceRequest,
) -> Trace {
    let Input::Row(_, row) = request.input else { panic!("a row is asked for") };
    let input = data.test.features.row(row).to_vec();
    let mut values = input.clone();
    let mut layers = Vec::new();
    for (layer, (one, info)) in spec.spec().model.hidden.iter().zip(spec.layers()).enumerate() {
        let shape = image_shape(&info.input.0);
        values = match &one.kind {
            _ if one.off => values,
            LayerKind::Conv2d(_) => conv(&values, shape, weights, layer),
            LayerKind::MaxPool2d(_) => pool(&values, shape),
            LayerKind::Dense(_) => dense(&values, weights, layer),
            LayerKind::Activation(_) => values.iter().map(|value| value.max(0.0)).collect(),
            _ => values,
        };
        layers.push(LayerValues { layer, shape: info.output.0.clone(), values: values.clone() });
    }
    let last = layers.len();
    let logits = dense(&values, weights, last);
    let mut outputs = logits.clone();
    if data.task != Task::Regression {
        softmax_into(&mut outputs);
    }
    let shape = vec![logits.len()];
    let output = match request.saliency {
        Some(Saliency::Class(class)) => class,
        _ => argmax(&logits),
    };
    layers.push(LayerValues { layer: last, shape: shape.clone(), values: logits });
    layers.push(LayerValues { layer: last + 1, shape, values: outputs.clone() });
    let gradient = input.iter().enumerate().map(|(i, x)| (i as f32 * 0.37).sin() * (0.2 + x));
    let saliency = Some((output, gradient.collect()));
    Trace { request: request.clone(), input, layers, outputs, saliency }
}

fn dense(values: &[f32], weights: &Weights, layer: usize) -> Vec<f32> {
    let (weight, bias) = (of(weights, layer, "weight"), of(weights, layer, "bias"));
    let rows = weight.data().chunks_exact(values.len()).zip(bias.data());
    rows.map(|(row, bias)| bias + row.iter().zip(values).map(|(w, x)| w * x).sum::<f32>()).collect()
}

fn conv(values: &[f32], [depth, high, wide]: [usize; 3], all: &Weights, layer: usize) -> Vec<f32> {
    let (weight, bias) = (of(all, layer, "weight"), of(all, layer, "bias"));
    let &[channels, _, kh, kw] = weight.shape() else { panic!("a convolution") };
    let mut found = Vec::new();
    for channel in 0..channels {
        for (y, x) in (0..=high - kh).flat_map(|y| (0..=wide - kw).map(move |x| (y, x))) {
            let mut sum = bias.data()[channel];
            for (place, w) in weight.data()[channel * depth * kh * kw..].iter().enumerate() {
                if place == depth * kh * kw {
                    break;
                }
                let (from, row, col) = (place / (kh * kw), place / kw % kh, place % kw);
                sum += w * values[(from * high + y + row) * wide + x + col];
            }
            found.push(sum);
        }
    }
    found
}

fn pool(values: &[f32], [depth, high, wide]: [usize; 3]) -> Vec<f32> {
    let mut found = Vec::new();
    for channel in 0..depth {
        for (y, x) in (0..high / 2).flat_map(|y| (0..wide / 2).map(move |x| (2 * y, 2 * x))) {
            let at = |dy: usize, dx: usize| values[(channel * high + y + dy) * wide + x + dx];
            found.push(at(0, 0).max(at(0, 1)).max(at(1, 0)).max(at(1, 1)));
        }
    }
    found
}
