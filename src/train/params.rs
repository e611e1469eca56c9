//! Trainable values of any rank, as the network holds them and the optimizer changes them.

use burn::tensor::{Device, Gradients, Tensor, TensorData, Transaction};

use crate::base::HostTensor;
use crate::record::NamedTensor;

use super::device::execution_error;
use super::engine::EngineError;

/// A tensor whose rank is known at run time.
#[derive(Clone, Debug)]
pub(super) enum Any {
    /// Biases, the weights of normalisation, running statistics.
    R1(Tensor<1>),
    /// Weights of dense layers, `[in, out]`: transposed from PyTorch's layout, because burn's
    /// `linear` then multiplies without a transposition.
    R2(Tensor<2>),
    /// Kernels, `[out, in, height, width]`.
    R4(Tensor<4>),
}

/// Does the same with a tensor of any rank: `any!(value, t => t.clone().sum())`.
macro_rules! any {
    ($value:expr, $tensor:ident => $body:expr) => {
        match $value {
            $crate::train::params::Any::R1($tensor) => $body,
            $crate::train::params::Any::R2($tensor) => $body,
            $crate::train::params::Any::R4($tensor) => $body,
        }
    };
}

/// The same, wrapped up again.
macro_rules! map_any {
    ($value:expr, $tensor:ident => $body:expr) => {
        match $value {
            $crate::train::params::Any::R1($tensor) => $crate::train::params::Any::R1($body),
            $crate::train::params::Any::R2($tensor) => $crate::train::params::Any::R2($body),
            $crate::train::params::Any::R4($tensor) => $crate::train::params::Any::R4($body),
        }
    };
}

pub(super) use {any, map_any};

impl Any {
    /// From PyTorch's layout on the host.
    pub fn from_host(shape: &[usize], values: Vec<f32>, device: &Device) -> Self {
        match *shape {
            [to, from] => {
                let turned = transposed(&values, to, from);
                Self::R2(Tensor::from_data(TensorData::new(turned, [from, to]), device))
            }
            [out, channels, height, width] => {
                let data = TensorData::new(values, [out, channels, height, width]);
                Self::R4(Tensor::from_data(data, device))
            }
            _ => {
                let count = values.len();
                Self::R1(Tensor::from_data(TensorData::new(values, [count]), device))
            }
        }
    }

    /// The same values as a leaf of a new gradient graph.
    pub fn tracked(&self) -> Self {
        map_any!(self.clone(), tensor => tensor.autodiff().require_grad())
    }

    /// The same values as a constant of a gradient graph.
    pub fn untracked(&self) -> Self {
        map_any!(self.clone(), tensor => tensor.autodiff())
    }

    /// The gradient that reached a tracked leaf, if any did.
    pub fn take_gradient(&self, gradients: &mut Gradients) -> Option<Self> {
        match self {
            Self::R1(leaf) => leaf.grad_remove(gradients).map(Self::R1),
            Self::R2(leaf) => leaf.grad_remove(gradients).map(Self::R2),
            Self::R4(leaf) => leaf.grad_remove(gradients).map(Self::R4),
        }
    }

    /// `Σ|x|`, shape `[1]`.
    pub fn magnitudes(&self) -> Tensor<1> {
        any!(self.clone(), tensor => tensor.abs().sum())
    }

    /// `Σx²`, shape `[1]`.
    pub fn squares(&self) -> Tensor<1> {
        any!(self.clone(), tensor => tensor.square().sum())
    }

    /// The tensor itself, where it has one axis.
    pub fn into_rank1(self) -> Tensor<1> {
        match self {
            Self::R1(tensor) => tensor,
            _ => unreachable!("what belongs to a parameter has its shape"),
        }
    }

    /// The tensor itself, where it has two axes.
    pub fn into_rank2(self) -> Tensor<2> {
        match self {
            Self::R2(tensor) => tensor,
            _ => unreachable!("what belongs to a parameter has its shape"),
        }
    }

    /// The tensor itself, where it has four axes.
    pub fn into_rank4(self) -> Tensor<4> {
        match self {
            Self::R4(tensor) => tensor,
            _ => unreachable!("what belongs to a parameter has its shape"),
        }
    }

    /// The tensor, where it has one axis.
    pub fn rank1(&self) -> &Tensor<1> {
        match self {
            Self::R1(tensor) => tensor,
            _ => unreachable!("the network asks for what it built"),
        }
    }

    /// The tensor, where it has two axes.
    pub fn rank2(&self) -> &Tensor<2> {
        match self {
            Self::R2(tensor) => tensor,
            _ => unreachable!("the network asks for what it built"),
        }
    }

    /// The tensor, where it has four axes.
    pub fn rank4(&self) -> &Tensor<4> {
        match self {
            Self::R4(tensor) => tensor,
            _ => unreachable!("the network asks for what it built"),
        }
    }
}

/// What a trainable value is, for penalties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Weights of dense layers and kernels.
    Weight,
    /// Biases, and both values of normalisation layers.
    Bias,
}

/// One trainable tensor of a network.
#[derive(Clone, Debug)]
pub(super) struct Param {
    /// PyTorch's name in an `nn.Sequential` of the same layers: `0.weight`.
    pub name: String,
    /// Place of its layer, the output layer counted as the last.
    pub layer: usize,
    /// What it is.
    pub role: Role,
    /// Shape in PyTorch's layout.
    pub shape: Vec<usize>,
    /// Factor on the learning rate; 0 for a frozen layer.
    pub rate: f64,
    /// Its values.
    pub value: Any,
}

impl Param {
    /// Its values for one pass. Those of a frozen layer take no gradient, as in PyTorch: they are
    /// no part of a norm that gradients are clipped by either.
    pub fn leaf(&self) -> Any {
        if self.rate > 0.0 { self.value.tracked() } else { self.value.untracked() }
    }
}

/// Gathers tensors and reads them in one go, so that a graphics card is waited for once.
#[derive(Default)]
pub(super) struct Reader {
    names: Vec<(String, Vec<usize>)>,
    transaction: Transaction,
}

impl Reader {
    /// Asks for a tensor, to be given a name and PyTorch's shape.
    pub fn push(&mut self, name: String, shape: Vec<usize>, value: &Any) {
        self.names.push((name, shape));
        let transaction = std::mem::take(&mut self.transaction);
        self.transaction = any!(value.clone(), tensor => transaction.register(tensor));
    }

    /// All of them, in PyTorch's layout.
    ///
    /// # Errors
    /// When the device fails.
    pub fn read(self) -> Result<Vec<NamedTensor>, EngineError> {
        let read = self.transaction.try_execute().map_err(execution_error)?;
        let named = self.names.into_iter().zip(&read);
        named.map(|((name, shape), data)| to_host(name, shape, data)).collect()
    }
}

/// In PyTorch's layout: matrices are turned.
fn to_host(name: String, shape: Vec<usize>, data: &TensorData) -> Result<NamedTensor, EngineError> {
    let values = values(data)?;
    match shape[..] {
        [to, from] => named(name, shape, transposed(values, from, to)),
        _ => named(name, shape, values.to_vec()),
    }
}

/// The values of what came back from a device.
pub(super) fn values(data: &TensorData) -> Result<&[f32], EngineError> {
    data.as_slice::<f32>().map_err(|error| EngineError::Failed(error.to_string()))
}

/// Reads one number from a tensor of shape `[1]`.
///
/// # Errors
/// When the device fails.
pub(super) fn read_number(tensor: Tensor<1>) -> Result<f64, EngineError> {
    let data = tensor.try_into_data().map_err(execution_error)?;
    Ok(values(&data)?.first().copied().map_or(f64::NAN, f64::from))
}

/// A table `[rows, cols]` turned to `[cols, rows]`.
pub(super) fn transposed<T: Copy>(values: &[T], rows: usize, cols: usize) -> Vec<T> {
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

/// Named tensors that are taken out one after another.
pub(super) struct Source<'a> {
    left: Vec<&'a NamedTensor>,
    device: &'a Device,
}

impl<'a> Source<'a> {
    /// All of `tensors`.
    pub fn new(tensors: &'a [NamedTensor], device: &'a Device) -> Self {
        Self { left: tensors.iter().collect(), device }
    }

    /// Whether there is a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.left.iter().any(|tensor| tensor.name == name)
    }

    fn take_host(&mut self, name: &str, shape: &[usize]) -> Result<&'a HostTensor, EngineError> {
        let place = self.left.iter().position(|tensor| tensor.name == name);
        let place =
            place.ok_or_else(|| EngineError::Failed(format!("The checkpoint has no {name}.")))?;
        let tensor = &self.left.swap_remove(place).tensor;
        if tensor.shape() == shape {
            return Ok(tensor);
        }
        Err(EngineError::Failed(format!(
            "In the checkpoint {name} has the shape {:?}, in this network {shape:?}.",
            tensor.shape()
        )))
    }

    /// The tensor of this name, on the device.
    ///
    /// # Errors
    /// When there is none, or its shape is another.
    pub fn take(&mut self, name: &str, shape: &[usize]) -> Result<Any, EngineError> {
        let values = self.take_host(name, shape)?.data().to_vec();
        Ok(Any::from_host(shape, values, self.device))
    }

    /// The number of this name, on the host.
    ///
    /// # Errors
    /// When there is none, or it is no single number.
    pub fn take_number(&mut self, name: &str) -> Result<f32, EngineError> {
        Ok(self.take_host(name, &[])?.data().first().copied().unwrap_or_default())
    }

    /// Fails when something is left that nobody asked for.
    ///
    /// # Errors
    /// Its name.
    pub fn finish(self) -> Result<(), EngineError> {
        match self.left.first() {
            None => Ok(()),
            Some(tensor) => Err(EngineError::Failed(format!(
                "The checkpoint holds {}, which this network does not have.",
                tensor.name
            ))),
        }
    }
}
