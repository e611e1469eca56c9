//! A way in for tests: a network in either precision, with the values of its parameters, buffers
//! and gradients at hand. Not part of the interface.

use burn::tensor::{DType, Tensor, TensorData};

use crate::spec::ValidRun;

use super::super::device::{Compute, execution_error};
use super::super::engine::EngineError;
use super::super::params::{Any, any, map_any, transposed};
use super::norm::Running;
use super::{Network, Noise, Pass, back_propagate};

/// A network whose numbers are at hand, in `f32` on any device or in `f64` on the processor. All
/// arrays are in PyTorch's layout, the last axis running fastest.
#[derive(Debug)]
pub struct Stack {
    network: Network,
    compute: Compute,
    dtype: DType,
}

/// What a forward and a backward pass gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flown {
    /// `[rows, outputs]`
    pub outputs: Vec<f64>,
    /// Gradient at the input; empty where none arrived.
    pub at_input: Vec<f64>,
    /// Gradients of the parameters that any reached, under their names.
    pub gradients: Vec<(String, Vec<f64>)>,
}

impl Stack {
    /// The network of `run` in `f32`.
    #[must_use]
    pub fn single(run: &ValidRun, seed: u64, compute: Compute) -> Self {
        let network = Network::new(run, seed, compute.device());
        Self { network, compute, dtype: DType::F32 }
    }

    /// The network of `run` in `f64`, on the processor: the same code on other numbers.
    #[must_use]
    pub fn double(run: &ValidRun, seed: u64) -> Self {
        let mut stack = Self { dtype: DType::F64, ..Self::single(run, seed, Compute::cpu()) };
        for param in stack.network.params_mut() {
            param.value = map_any!(param.value.clone(), tensor => tensor.cast(DType::F64));
        }
        for (_, tensor) in stack.network.running.iter_mut().flat_map(Running::tensors_mut) {
            *tensor = tensor.clone().cast(DType::F64);
        }
        stack
    }

    /// Names and numbers of values of the parameters.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, usize)> {
        let params = self.network.params().iter();
        params.map(|param| (param.name.clone(), param.shape.iter().product())).collect()
    }

    /// The values of a parameter or a buffer.
    ///
    /// # Errors
    /// When there is none of this name, or the device fails.
    pub fn get(&self, name: &str) -> Result<Vec<f64>, EngineError> {
        let params = self.network.params().iter();
        let params = params.map(|param| (param.name.clone(), param.value.clone()));
        let buffers = self.network.buffers().map(|(name, _, value)| (name, value));
        let found = params.chain(buffers).find(|(found, _)| found == name);
        host(&found.ok_or_else(|| unknown(name))?.1)
    }

    /// Sets a parameter or a buffer.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn set(&mut self, name: &str, values: &[f64]) -> Result<(), EngineError> {
        let (device, dtype) = (self.compute.device().clone(), self.dtype);
        if let Some(param) = self.network.params.iter_mut().find(|param| param.name == name) {
            param.value = match (&param.value, &param.shape[..]) {
                (Any::R2(_), &[to, from]) => {
                    let data = TensorData::new(transposed(values, to, from), [from, to]);
                    Any::R2(Tensor::from_data(data, (&device, dtype)))
                }
                (value, _) => map_any!(value, tensor => {
                    let data = TensorData::new(values.to_vec(), tensor.dims());
                    Tensor::from_data(data, (&device, dtype))
                }),
            };
            return Ok(());
        }
        let mut buffers = self.network.running.iter_mut().flat_map(Running::tensors_mut);
        let found = buffers.find(|(found, _)| found == name).ok_or_else(|| unknown(name))?;
        let data = TensorData::new(values.to_vec(), [values.len()]);
        *found.1 = Tensor::from_data(data, (&device, dtype));
        Ok(())
    }

    /// Forward in training mode as update `update` does, and back from the gradient at the outputs
    /// that `at_outputs` gives for them.
    ///
    /// # Errors
    /// When the device fails.
    pub fn train(
        &mut self,
        x: &[f64],
        rows: usize,
        update: u64,
        at_outputs: impl FnOnce(&[f64]) -> Vec<f64>,
    ) -> Result<Flown, EngineError> {
        let x = self.leaf(x, rows);
        let pass = self.network.forward_tracked(x.clone(), Noise { seed: 0, update });
        self.back(&x, pass, at_outputs)
    }

    /// The same in evaluation mode.
    ///
    /// # Errors
    /// When the device fails.
    pub fn evaluate(
        &self,
        x: &[f64],
        rows: usize,
        at_outputs: impl FnOnce(&[f64]) -> Vec<f64>,
    ) -> Result<Flown, EngineError> {
        let x = self.leaf(x, rows);
        self.back(&x, self.network.forward_fixed(x.clone()), at_outputs)
    }

    /// Outputs as they are measured.
    ///
    /// # Errors
    /// When the device fails.
    pub fn measure(&self, x: &[f64], rows: usize) -> Result<Vec<f64>, EngineError> {
        numbers(self.network.forward(self.leaf(x, rows).inner()))
    }

    fn leaf(&self, x: &[f64], rows: usize) -> Tensor<2> {
        table(x, rows, &self.compute, self.dtype).autodiff().require_grad()
    }

    fn back(
        &self,
        x: &Tensor<2>,
        pass: Pass,
        at_outputs: impl FnOnce(&[f64]) -> Vec<f64>,
    ) -> Result<Flown, EngineError> {
        let rows = x.dims()[0];
        let outputs = numbers(pass.outputs.clone().inner())?;
        let at_outputs = table(&at_outputs(&outputs), rows, &self.compute, self.dtype);
        let (at_input, found) = pass.backward_to(x, at_outputs);
        let mut gradients = Vec::new();
        for (param, gradient) in self.network.params().iter().zip(&found) {
            if let Some(gradient) = gradient {
                gradients.push((param.name.clone(), host(gradient)?));
            }
        }
        let at_input = at_input.map(numbers).transpose()?.unwrap_or_default();
        Ok(Flown { outputs, at_input, gradients })
    }
}

/// A dropout layer with a given mask: what it makes of `x`, and the gradient at `x` for `at_y`.
///
/// # Errors
/// When the device fails.
pub fn dropout(
    compute: &Compute,
    p: f64,
    mask: Vec<bool>,
    x: &[f64],
    at_y: &[f64],
) -> Result<[Vec<f64>; 2], EngineError> {
    let x = table(x, 1, compute, DType::F32).autodiff().require_grad();
    let y = super::dropout::thin(x.clone(), mask, p);
    let values = numbers(y.clone().inner())?;
    let mut gradients = back_propagate(y, table(at_y, 1, compute, DType::F32));
    let gradient = x.grad_remove(&mut gradients).map(numbers).transpose()?;
    Ok([values, gradient.unwrap_or_default()])
}

fn table(values: &[f64], rows: usize, compute: &Compute, dtype: DType) -> Tensor<2> {
    let data = TensorData::new(values.to_vec(), [rows, values.len() / rows]);
    Tensor::from_data(data, (compute.device(), dtype))
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f64>, EngineError> {
    let data = tensor.try_into_data().map_err(execution_error)?;
    Ok(data.iter::<f64>().collect())
}

/// In PyTorch's layout.
fn host(value: &Any) -> Result<Vec<f64>, EngineError> {
    if let Any::R2(tensor) = value {
        let [from, to] = tensor.dims();
        return Ok(transposed(&numbers(tensor.clone())?, from, to));
    }
    any!(value.clone(), tensor => numbers(tensor))
}

fn unknown(name: &str) -> EngineError {
    EngineError::Failed(format!("There is no {name}."))
}
