use burn::tensor::Device;

use crate::base::{RunRng, Stream};
use crate::spec::{
    Activation, BatchNormSpec, BiasInit, ConvSpec, Init, LayerInfo, LayerKind, LayerSpec, NormSpec,
    OutputSpec, SampleShape, ValidRun,
};

use super::super::init;
use super::super::params::{Any, Param, Role};
use super::Network;
use super::dropout::Dropout;
use super::norm::{BatchNorm, Running};
use super::ops::Op;
use super::windows;

/// A network in the making.
struct Builder<'a> {
    ops: Vec<Op>,
    /// How many of them are done when each layer is.
    ends: Vec<usize>,
    params: Vec<Param>,
    running: Vec<Running>,
    /// Whether the input of each layer is wanted by a residual connection.
    kept: Vec<bool>,
    device: &'a Device,
    seed: u64,
}

/// Weights and biases in the making.
struct Fresh {
    weight: Init,
    bias: Option<BiasInit>,
    /// Shape of the weight in PyTorch's layout.
    shape: Vec<usize>,
    rate: f64,
}

/// The network of `run` with fresh values for `seed`.
pub(super) fn build(run: &ValidRun, seed: u64, device: &Device) -> Network {
    let model = &run.spec().model;
    let mut builder = Builder {
        ops: Vec::new(),
        ends: Vec::with_capacity(model.hidden.len()),
        params: Vec::new(),
        running: Vec::new(),
        kept: kept(&model.hidden),
        device,
        seed,
    };
    for (index, (layer, info)) in model.hidden.iter().zip(run.layers()).enumerate() {
        if builder.kept[index] {
            builder.ops.push(Op::Keep);
        }
        if !layer.off {
            builder.push_layer(index, layer, info);
        }
        builder.ends.push(builder.ops.len());
    }
    builder.push_output(model.hidden.len(), &model.output, run);
    Network {
        ops: builder.ops,
        ends: builder.ends,
        output: model.output.activation,
        params: builder.params,
        running: builder.running,
        widest: widest(run),
        device: device.clone(),
        version: 0,
    }
}

/// Most values that a sample takes between two layers.
fn widest(run: &ValidRun) -> usize {
    let outputs = run.layers().iter().chain([run.output()]).map(|info| info.output.len());
    outputs.max().unwrap_or_default().max(run.facts().input.len())
}

/// Whether the input of each layer is wanted by a residual connection behind it.
fn kept(layers: &[LayerSpec]) -> Vec<bool> {
    let mut kept = vec![false; layers.len()];
    for (index, layer) in layers.iter().enumerate() {
        if let (LayerKind::Skip { over }, false) = (&layer.kind, layer.off) {
            kept[index - over] = true;
        }
    }
    kept
}

/// Factor on the learning rate.
fn rate(layer: &LayerSpec) -> f64 {
    if layer.frozen { 0.0 } else { layer.rate.get() }
}

/// Channels, height and width of a sample that is no single row; further axes count as one.
fn image(shape: &SampleShape) -> [usize; 3] {
    match shape.0[..] {
        [channels, height, width] => [channels, height, width],
        [channels, ref sides @ ..] => [channels, sides.iter().product(), 1],
        [] => [1; 3],
    }
}

impl Builder<'_> {
    fn push_layer(&mut self, index: usize, layer: &LayerSpec, info: &LayerInfo) {
        let image = image(&info.input);
        match &layer.kind {
            LayerKind::Dense(dense) => self.push_dense(
                index,
                &Fresh {
                    weight: dense.init,
                    bias: dense.bias.then_some(dense.bias_init),
                    shape: vec![dense.units, info.input.len()],
                    rate: rate(layer),
                },
            ),
            LayerKind::Conv2d(conv) => self.push_conv(index, conv, image, rate(layer)),
            LayerKind::MaxPool2d(pool) => self.ops.push(Op::MaxPool { image, pool: *pool }),
            LayerKind::AvgPool2d { pool, count_padding } => {
                let (pool, count_padding) = (*pool, *count_padding);
                self.ops.push(Op::AvgPool { image, pool, count_padding });
            }
            LayerKind::GlobalAvgPool => self.ops.push(Op::GlobalAvgPool { image }),
            LayerKind::BatchNorm(norm) => self.push_batch_norm(index, *norm, layer, &info.input),
            LayerKind::LayerNorm(norm) => self.push_layer_norm(index, *norm, layer, &info.input),
            LayerKind::GroupNorm { groups, norm } => {
                let affine = self.push_affine(index, norm.affine, &image[..1], rate(layer));
                let epsilon = norm.epsilon.get();
                self.ops.push(Op::GroupNorm { groups: *groups, affine, epsilon });
            }
            LayerKind::Dropout { p } => {
                self.ops.push(Op::Dropout(Dropout { p: p.get(), layer: index }));
            }
            LayerKind::Flatten => self.ops.push(Op::Flatten),
            LayerKind::Activation(Activation::Linear) => {}
            LayerKind::Activation(activation) => self.ops.push(Op::Activation(*activation)),
            LayerKind::Skip { over } => {
                let before = self.kept[..index - over].iter();
                self.ops.push(Op::Add(before.filter(|&&kept| kept).count()));
            }
        }
    }

    fn push_output(&mut self, index: usize, output: &OutputSpec, run: &ValidRun) {
        let fresh = Fresh {
            weight: output.init,
            bias: output.bias.then_some(output.bias_init),
            shape: vec![run.outputs(), run.output().input.len()],
            rate: if output.frozen { 0.0 } else { output.rate.get() },
        };
        self.push_dense(index, &fresh);
    }

    fn push_dense(&mut self, index: usize, fresh: &Fresh) {
        let (weight, bias) = self.push_weights(index, fresh);
        self.ops.push(Op::Dense { weight, bias });
    }

    fn push_conv(&mut self, index: usize, conv: &ConvSpec, image: [usize; 3], rate: f64) {
        let fresh = Fresh {
            weight: conv.init,
            bias: conv.bias.then_some(conv.bias_init),
            shape: vec![conv.channels, image[0] / conv.groups, conv.kernel[0], conv.kernel[1]],
            rate,
        };
        let (weight, bias) = self.push_weights(index, &fresh);
        self.ops.push(Op::Conv { weight, bias, image, options: windows::conv_options(conv) });
    }

    fn push_batch_norm(
        &mut self,
        index: usize,
        spec: BatchNormSpec,
        layer: &LayerSpec,
        input: &SampleShape,
    ) {
        let image = image(input);
        let channels = image[0];
        let affine = self.push_affine(index, spec.affine, &[channels], rate(layer));
        self.ops.push(Op::BatchNorm(BatchNorm {
            affine,
            running: self.running.len(),
            channels,
            image: (!input.is_flat()).then_some(image),
            spec,
            is_frozen: layer.frozen,
        }));
        self.running.push(Running::new(index, channels, self.device));
    }

    fn push_layer_norm(
        &mut self,
        index: usize,
        norm: NormSpec,
        layer: &LayerSpec,
        input: &SampleShape,
    ) {
        // A shape of two axes would be taken for the weight of a dense layer.
        let shape = if input.0.len() == 2 { vec![input.len()] } else { input.0.clone() };
        let affine = self.push_affine(index, norm.affine, &shape, rate(layer));
        self.ops.push(Op::LayerNorm { affine, epsilon: norm.epsilon.get() });
    }

    /// The weight and the bias of a normalisation, ones and zeros at the start.
    fn push_affine(
        &mut self,
        index: usize,
        affine: bool,
        shape: &[usize],
        rate: f64,
    ) -> Option<[usize; 2]> {
        let count = shape.iter().product();
        affine.then(|| {
            [("weight", 1.0), ("bias", 0.0)].map(|(kind, value)| {
                self.push_param(index, kind, Role::Bias, shape, vec![value; count], rate)
            })
        })
    }

    /// Weights and biases of a layer. Each layer draws from a stream of its own, so a layer
    /// starts alike whatever stands behind it.
    fn push_weights(&mut self, index: usize, fresh: &Fresh) -> (usize, Option<usize>) {
        let mut rng = RunRng::new(self.seed).stream(Stream::Init, index as u32);
        let (weight, bias) = init::draw(&mut rng, fresh.weight, fresh.bias, &fresh.shape);
        let place =
            self.push_param(index, "weight", Role::Weight, &fresh.shape, weight, fresh.rate);
        let shape = [fresh.shape[0]];
        let bias =
            bias.map(|bias| self.push_param(index, "bias", Role::Bias, &shape, bias, fresh.rate));
        (place, bias)
    }

    fn push_param(
        &mut self,
        layer: usize,
        kind: &str,
        role: Role,
        shape: &[usize],
        values: Vec<f32>,
        rate: f64,
    ) -> usize {
        let (name, value) = (format!("{layer}.{kind}"), Any::from_host(shape, values, self.device));
        self.params.push(Param { name, layer, role, shape: shape.to_vec(), rate, value });
        self.params.len() - 1
    }
}
