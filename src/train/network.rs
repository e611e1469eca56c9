use burn::tensor::module::linear;
use burn::tensor::{Device, Gradients, Tensor, TensorData, activation};

use crate::base::{HostTensor, RunRng, Stream};
use crate::record::NamedTensor;
use crate::spec::{Activation, LayerSpec, ValidRun};

use super::engine::EngineError;
use super::init::{self, DenseInit};

/// A dense layer `y = x W + b`. The weight is kept `[in, out]`, transposed from PyTorch's layout,
/// because burn's `linear` then multiplies without a transposition.
#[derive(Clone, Debug)]
pub(super) struct Dense {
    /// Place in the stack, activations and Flatten counted.
    pub index: usize,
    /// `[in, out]`.
    pub weight: Tensor<2>,
    /// `[out]`.
    pub bias: Option<Tensor<1>>,
}

impl Dense {
    /// Name of its weight in a PyTorch `nn.Sequential`.
    pub fn weight_name(&self) -> String {
        format!("{}.weight", self.index)
    }

    /// Name of its bias.
    pub fn bias_name(&self) -> String {
        format!("{}.bias", self.index)
    }

    /// The same values as leaves of a new gradient graph.
    fn tracked(&self) -> Self {
        Self {
            index: self.index,
            weight: self.weight.clone().autodiff().require_grad(),
            bias: self.bias.clone().map(|bias| bias.autodiff().require_grad()),
        }
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        linear(x, self.weight.clone(), self.bias.clone())
    }
}

/// Gradients of one dense layer, shaped like its parameters.
#[derive(Clone, Debug)]
pub(super) struct DenseGradient {
    /// `[in, out]`.
    pub weight: Tensor<2>,
    /// `[out]`.
    pub bias: Option<Tensor<1>>,
}

/// What a layer computes. Samples are rows of values from the beginning, so a Flatten has
/// nothing to do.
#[derive(Clone, Copy, Debug)]
enum Op {
    /// The dense layer with this number.
    Dense(usize),
    Activation(Activation),
}

/// A stack of layers and its parameters.
#[derive(Clone, Debug)]
pub(super) struct Network {
    ops: Vec<Op>,
    dense: Vec<Dense>,
    device: Device,
}

/// A forward pass that remembers how to go back.
pub(super) struct Pass {
    /// `[rows, outputs]`
    pub logits: Tensor<2>,
    leaves: Vec<Dense>,
}

impl Network {
    /// The network of `run` with fresh values for `seed`.
    pub fn new(run: &ValidRun, seed: u64, device: &Device) -> Self {
        let model = &run.spec().model;
        let mut network = Self { ops: Vec::new(), dense: Vec::new(), device: device.clone() };
        for (index, (layer, info)) in model.hidden.iter().zip(run.layers()).enumerate() {
            match layer {
                LayerSpec::Dense(dense) => {
                    let bias = dense.bias.then_some(dense.bias_init);
                    let init = DenseInit { weight: dense.init, bias };
                    network.push_dense(index, init, info.input.len(), dense.units, seed);
                }
                LayerSpec::Activation(activation) => network.push_activation(*activation),
                LayerSpec::Flatten => {}
            }
        }
        let init = DenseInit { weight: model.output.init, bias: Some(model.output.bias_init) };
        let inputs = run.output().input.len();
        network.push_dense(model.hidden.len(), init, inputs, run.outputs(), seed);
        network
    }

    /// Each layer draws from a stream of its own, so a layer starts alike whatever stands behind
    /// it.
    fn push_dense(&mut self, index: usize, init: DenseInit, from: usize, to: usize, seed: u64) {
        let mut rng = RunRng::new(seed).stream(Stream::Init, index as u32);
        let (weight, bias) = init::draw(&mut rng, init, from, to);
        self.ops.push(Op::Dense(self.dense.len()));
        self.dense.push(Dense {
            index,
            weight: weight_from_host(weight, from, to, &self.device),
            bias: bias.map(|bias| Tensor::from_data(TensorData::new(bias, [to]), &self.device)),
        });
    }

    fn push_activation(&mut self, activation: Activation) {
        if activation != Activation::Linear {
            self.ops.push(Op::Activation(activation));
        }
    }

    /// Its dense layers, from the input on.
    pub fn dense(&self) -> &[Dense] {
        &self.dense
    }

    /// Takes the dense layers out, to be given back with [`Self::set_dense`].
    pub fn take_dense(&mut self) -> Vec<Dense> {
        std::mem::take(&mut self.dense)
    }

    /// Sets the dense layers, in the same order.
    pub fn set_dense(&mut self, dense: Vec<Dense>) {
        self.dense = dense;
    }

    /// Logits `[rows, outputs]` of `x` `[rows, inputs]`.
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.run(&self.dense, x)
    }

    /// The same, with the possibility to go back.
    pub fn forward_tracked(&self, x: Tensor<2>) -> Pass {
        let leaves: Vec<Dense> = self.dense.iter().map(Dense::tracked).collect();
        Pass { logits: self.run(&leaves, x.autodiff()), leaves }
    }

    fn run(&self, dense: &[Dense], x: Tensor<2>) -> Tensor<2> {
        self.ops.iter().fold(x, |x, op| match op {
            Op::Dense(number) => dense[*number].forward(x),
            Op::Activation(activation) => activate(*activation, x),
        })
    }
}

impl Pass {
    /// Gradients of the parameters, in the order of the dense layers, for a gradient at the
    /// logits.
    ///
    /// # Errors
    /// When the graph does not reach a parameter, which would be a defect of this module.
    pub fn backward(self, at_logits: Tensor<2>) -> Result<Vec<DenseGradient>, EngineError> {
        let mut gradients = back_propagate(self.logits, at_logits);
        dense_gradients(&self.leaves, &mut gradients)
    }

    /// The same, and the gradient at `x`, which must be the tracked leaf this pass began with.
    ///
    /// # Errors
    /// When the graph does not reach a parameter or `x`.
    pub fn backward_to(
        self,
        x: &Tensor<2>,
        at_logits: Tensor<2>,
    ) -> Result<(Tensor<2>, Vec<DenseGradient>), EngineError> {
        let mut gradients = back_propagate(self.logits, at_logits);
        let at_x = x.grad_remove(&mut gradients).ok_or_else(|| missing("the input"))?;
        Ok((at_x, dense_gradients(&self.leaves, &mut gradients)?))
    }
}

/// Burn seeds the last node with ones, so a product with the wanted gradient passes that on.
pub(super) fn back_propagate(output: Tensor<2>, at_output: Tensor<2>) -> Gradients {
    output.mul(at_output.autodiff()).backward()
}

fn dense_gradients(
    leaves: &[Dense],
    gradients: &mut Gradients,
) -> Result<Vec<DenseGradient>, EngineError> {
    leaves.iter().map(|leaf| take_gradient(leaf, gradients)).collect()
}

fn take_gradient(leaf: &Dense, gradients: &mut Gradients) -> Result<DenseGradient, EngineError> {
    let weight = leaf.weight.grad_remove(gradients).ok_or_else(|| missing(&leaf.weight_name()))?;
    let bias = match &leaf.bias {
        Some(bias) => Some(bias.grad_remove(gradients).ok_or_else(|| missing(&leaf.bias_name()))?),
        None => None,
    };
    Ok(DenseGradient { weight, bias })
}

fn missing(name: &str) -> EngineError {
    EngineError::Failed(format!("No gradient reached {name}."))
}

/// An activation with PyTorch's derivative everywhere.
pub(super) fn activate(activation: Activation, x: Tensor<2>) -> Tensor<2> {
    match activation {
        Activation::Linear => x,
        Activation::Sigmoid => activation::sigmoid(x),
        Activation::Tanh => activation::tanh(x),
        Activation::Relu => activation::relu(x),
        // Burn's own has derivative 1 at 0, PyTorch's the slope.
        Activation::LeakyRelu { slope } => {
            let negative = x.clone().lower_equal_elem(0.0);
            x.clone().mask_where(negative, x.mul_scalar(slope.get()))
        }
    }
}

/// A weight `[in, out]` on the device from PyTorch's layout `[out, in]`.
pub(super) fn weight_from_host(
    values: Vec<f32>,
    from: usize,
    to: usize,
    device: &Device,
) -> Tensor<2> {
    let turned = transposed(&values, to, from);
    Tensor::from_data(TensorData::new(turned, [from, to]), device)
}

/// A table `[rows, cols]` turned to `[cols, rows]`.
pub(super) fn transposed(values: &[f32], rows: usize, cols: usize) -> Vec<f32> {
    (0..cols).flat_map(|col| (0..rows).map(move |row| values[row * cols + col])).collect()
}

/// A tensor under a name; a shape that does not fit its values is a defect of the device.
pub(super) fn named(
    name: String,
    shape: Vec<usize>,
    values: Vec<f32>,
) -> Result<NamedTensor, EngineError> {
    let tensor = HostTensor::new(shape, values)
        .map_err(|error| EngineError::Failed(format!("{name}: {error}")))?;
    Ok(NamedTensor { name, tensor })
}
