//! Knows: `base`, `spec`, burn, and the trainer's `params`, `init`, `activate` and `device`. A stack of layers: forward, and back.
//! Never: losses, optimizers, data; no random numbers but those of `RunRng`.

mod build;
mod convolution;
mod dropout;
mod flow;
mod host;
mod norm;
mod observe;
mod ops;
mod pooling;
mod sliding;
mod stack;
mod windows;

use burn::tensor::{Device, Gradients, Tensor};

use crate::spec::{Activation, ValidRun};

use super::activate::activate;
use super::engine::EngineError;
use super::params::{Any, Param, Reader, Source};
use norm::Running;
use ops::{Mode, Op, Values, Walk};

pub use stack::{Flown, Stack, dropout};

/// A stack of layers and its parameters.
#[derive(Clone, Debug)]
pub(super) struct Network {
    /// What is computed up to the output activation.
    ops: Vec<Op>,
    /// How many of them are done when each hidden layer is.
    ends: Vec<usize>,
    output: Activation,
    params: Vec<Param>,
    /// Running statistics of the batch normalisations, in their order.
    running: Vec<Running>,
    /// Most values that a sample takes between two layers.
    widest: usize,
    device: Device,
    /// Grows with every change of parameters or running statistics.
    version: u64,
}

/// Values of a layer for all rows that are measured at once: 4 MB stay in the caches of a
/// processor. A convolutional network is measured half again as fast with them as with a hundred.
const AT_ONCE: usize = 1 << 20;
/// Most rows that are measured at once.
const MOST_ROWS: usize = 2048;

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

impl Network {
    /// The network of `run` with fresh values for `seed`.
    pub fn new(run: &ValidRun, seed: u64, device: &Device) -> Self {
        build::build(run, seed, device)
    }

    /// Its parameters, from the input on.
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// The same, to be changed.
    pub fn params_mut(&mut self) -> &mut [Param] {
        self.version += 1;
        &mut self.params
    }

    /// Which state it is in: equal numbers mean equal outputs. They grow along the life of one
    /// network, which may be replaced by a changed copy of itself.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How many rows best go through it at once when nothing is trained: many of a small network,
    /// fewer of one with wide layers, whose values for all of them would fill the memory.
    pub fn rows_at_once(&self) -> usize {
        (AT_ONCE / self.widest.max(1)).clamp(16, MOST_ROWS)
    }

    /// Asks for everything that layers remember apart from parameters, under PyTorch's names.
    pub fn read_buffers(&self, reader: &mut Reader) {
        for (name, shape, value) in self.buffers() {
            reader.push(name, shape, &value);
        }
    }

    fn buffers(&self) -> impl Iterator<Item = (String, Vec<usize>, Any)> {
        self.running.iter().flat_map(|running| running.named(&self.device))
    }

    /// Takes over what [`Self::read_buffers`] gave.
    ///
    /// # Errors
    /// When a name is missing, or a shape differs.
    pub fn set_buffers(&mut self, source: &mut Source<'_>) -> Result<(), EngineError> {
        self.version += 1;
        self.running.iter_mut().try_for_each(|running| running.set(source))
    }

    /// Outputs `[rows, outputs]` of `x` `[rows, values of a sample]` in evaluation mode.
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        activate(self.output, self.forward_logits(x))
    }

    /// The same before the output activation.
    pub fn forward_logits(&self, x: Tensor<2>) -> Tensor<2> {
        let values: Vec<&Any> = self.params.iter().map(|param| &param.value).collect();
        walk(&self.ops, &values, Mode::Evaluate(&self.running), x)
    }

    /// The same in training mode, with the possibility to go back. Running statistics change.
    pub fn forward_tracked(&mut self, x: Tensor<2>, noise: Noise) -> Pass {
        self.version += 1;
        let mode = Mode::Train { running: &mut self.running, noise };
        pass(&self.ops, self.output, &self.params, mode, x)
    }

    /// In evaluation mode, with the possibility to go back.
    pub fn forward_fixed(&self, x: Tensor<2>) -> Pass {
        pass(&self.ops, self.output, &self.params, Mode::Evaluate(&self.running), x)
    }
}

fn pass(ops: &[Op], output: Activation, params: &[Param], mode: Mode<'_>, x: Tensor<2>) -> Pass {
    let leaves: Vec<Any> = params.iter().map(Param::leaf).collect();
    let values: Vec<&Any> = leaves.iter().collect();
    let logits = walk(ops, &values, mode, x.autodiff());
    Pass { outputs: activate(output, logits.clone()), logits, leaves }
}

/// Values before the output activation.
fn walk(ops: &[Op], values: Values<'_>, mode: Mode<'_>, x: Tensor<2>) -> Tensor<2> {
    Walk { values, mode, kept: Vec::new() }.through(ops, x)
}

impl Pass {
    /// Gradients of the parameters, in their order, for a gradient at the outputs; `None` where
    /// no gradient arrives.
    pub fn backward(self, at_outputs: Tensor<2>) -> Vec<Option<Any>> {
        gradients(&self.leaves, self.outputs, at_outputs)
    }

    /// The same for a gradient at the values before the output activation.
    pub fn backward_from_logits(self, at_logits: Tensor<2>) -> Vec<Option<Any>> {
        gradients(&self.leaves, self.logits, at_logits)
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

/// Gradients at the leaves; none at all when every layer is frozen.
fn gradients(leaves: &[Any], output: Tensor<2>, at_output: Tensor<2>) -> Vec<Option<Any>> {
    if !output.is_tracked() {
        return vec![None; leaves.len()];
    }
    take_gradients(leaves, &mut back_propagate(output, at_output))
}

/// Burn seeds the last node with ones, so a product with the wanted gradient passes that on.
pub(super) fn back_propagate(output: Tensor<2>, at_output: Tensor<2>) -> Gradients {
    output.mul(at_output.autodiff()).backward()
}

fn take_gradients(leaves: &[Any], gradients: &mut Gradients) -> Vec<Option<Any>> {
    leaves.iter().map(|leaf| leaf.take_gradient(gradients)).collect()
}
