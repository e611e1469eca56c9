use burn::tensor::module::linear;
use burn::tensor::{Device, Gradients, Tensor};

use crate::base::{RunRng, Stream};
use crate::spec::{Activation, BiasInit, Init, LayerKind, ValidRun};

use super::activate::activate;
use super::engine::EngineError;
use super::init;
use super::params::{Any, Param, Reader, Role, Source};

/// What a layer computes. Parameters are named by their place among those of the network.
#[derive(Clone, Copy, Debug)]
enum Op {
    Dense { weight: usize, bias: Option<usize> },
    Activation(Activation),
}

/// A stack of layers and its parameters.
#[derive(Clone, Debug)]
pub(super) struct Network {
    ops: Vec<Op>,
    params: Vec<Param>,
    device: Device,
    seed: u64,
}

/// Where random numbers of a training pass come from: what is drawn depends on seed, layer and
/// update alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise {
    /// Seed of the run.
    pub seed: u64,
    /// Number of the update, counted from zero.
    pub update: u64,
}

/// A forward pass that remembers how to go back.
pub(super) struct Pass {
    /// `[rows, outputs]`, after the output activation.
    pub outputs: Tensor<2>,
    /// `[rows, outputs]`, before it.
    pub logits: Tensor<2>,
    leaves: Vec<Any>,
}

/// A parameter in the making.
struct Fresh {
    weight: Init,
    bias: Option<BiasInit>,
    /// Shape of the weight in PyTorch's layout.
    shape: Vec<usize>,
    rate: f64,
}

impl Network {
    /// The network of `run` with fresh values for `seed`.
    pub fn new(run: &ValidRun, seed: u64, device: &Device) -> Self {
        let model = &run.spec().model;
        let mut network =
            Self { ops: Vec::new(), params: Vec::new(), device: device.clone(), seed };
        for (index, (layer, info)) in model.hidden.iter().zip(run.layers()).enumerate() {
            if layer.off {
                continue;
            }
            match &layer.kind {
                LayerKind::Dense(dense) => network.push_dense(
                    index,
                    &Fresh {
                        weight: dense.init,
                        bias: dense.bias.then_some(dense.bias_init),
                        shape: vec![dense.units, info.input.len()],
                        rate: if layer.frozen { 0.0 } else { layer.rate.get() },
                    },
                ),
                LayerKind::Activation(activation) => network.push_activation(*activation),
                _ => {}
            }
        }
        let output = &model.output;
        let fresh = Fresh {
            weight: output.init,
            bias: output.bias.then_some(output.bias_init),
            shape: vec![run.outputs(), run.output().input.len()],
            rate: if output.frozen { 0.0 } else { output.rate.get() },
        };
        network.push_dense(model.hidden.len(), &fresh);
        network.push_activation(output.activation);
        network
    }

    fn push_dense(&mut self, index: usize, fresh: &Fresh) {
        let (weight, bias) = self.push_weights(index, fresh);
        self.ops.push(Op::Dense { weight, bias });
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
        let (name, value) =
            (format!("{layer}.{kind}"), Any::from_host(shape, values, &self.device));
        self.params.push(Param { name, layer, role, shape: shape.to_vec(), rate, value });
        self.params.len() - 1
    }

    fn push_activation(&mut self, activation: Activation) {
        if activation != Activation::Linear {
            self.ops.push(Op::Activation(activation));
        }
    }

    /// Its parameters, from the input on.
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// The same, to be changed.
    pub fn params_mut(&mut self) -> &mut [Param] {
        &mut self.params
    }

    /// Asks for everything that layers remember apart from parameters, under PyTorch's names.
    pub fn read_buffers(&self, _reader: &mut Reader) {}

    /// Takes over what [`Self::read_buffers`] gave.
    ///
    /// # Errors
    /// When a name is missing, or a shape differs.
    pub fn set_buffers(&mut self, _source: &mut Source<'_>) -> Result<(), EngineError> {
        Ok(())
    }

    /// Outputs `[rows, outputs]` of `x` `[rows, values of a sample]` in evaluation mode.
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let values: Vec<&Any> = self.params.iter().map(|param| &param.value).collect();
        self.run(&values, x).1
    }

    /// The same in training mode, with the possibility to go back. Running statistics change.
    pub fn forward_tracked(&mut self, x: Tensor<2>, _noise: Noise) -> Pass {
        let leaves: Vec<Any> = self.params.iter().map(|param| param.value.tracked()).collect();
        let (logits, outputs) = self.run(&leaves.iter().collect::<Vec<_>>(), x.autodiff());
        Pass { outputs, logits, leaves }
    }

    /// Values before and after the output activation.
    fn run(&self, values: &[&Any], x: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        let apply = |x, op: &Op| match *op {
            Op::Dense { weight, bias } => {
                let bias = bias.map(|bias| values[bias].rank1().clone());
                linear(x, values[weight].rank2().clone(), bias)
            }
            Op::Activation(activation) => activate(activation, x),
        };
        match self.ops.split_last() {
            Some((Op::Activation(last), ops)) => {
                let logits = ops.iter().fold(x, apply);
                (logits.clone(), activate(*last, logits))
            }
            _ => {
                let outputs = self.ops.iter().fold(x, apply);
                (outputs.clone(), outputs)
            }
        }
    }
}

impl Pass {
    /// Gradients of the parameters, in their order, for a gradient at the outputs; `None` where
    /// no gradient arrives.
    pub fn backward(self, at_outputs: Tensor<2>) -> Vec<Option<Any>> {
        let mut gradients = back_propagate(self.outputs, at_outputs);
        take_gradients(&self.leaves, &mut gradients)
    }

    /// The same for a gradient at the values before the output activation.
    pub fn backward_from_logits(self, at_logits: Tensor<2>) -> Vec<Option<Any>> {
        let mut gradients = back_propagate(self.logits, at_logits);
        take_gradients(&self.leaves, &mut gradients)
    }

    /// The gradient at `x`, which must be the tracked leaf this pass began with, and those of the
    /// parameters.
    pub fn backward_to(
        self,
        x: &Tensor<2>,
        at_outputs: Tensor<2>,
    ) -> (Option<Tensor<2>>, Vec<Option<Any>>) {
        let mut gradients = back_propagate(self.outputs, at_outputs);
        (x.grad_remove(&mut gradients), take_gradients(&self.leaves, &mut gradients))
    }
}

/// Burn seeds the last node with ones, so a product with the wanted gradient passes that on.
pub(super) fn back_propagate(output: Tensor<2>, at_output: Tensor<2>) -> Gradients {
    output.mul(at_output.autodiff()).backward()
}

fn take_gradients(leaves: &[Any], gradients: &mut Gradients) -> Vec<Option<Any>> {
    leaves.iter().map(|leaf| leaf.take_gradient(gradients)).collect()
}
