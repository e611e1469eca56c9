use burn::tensor::{Device, Tensor, TensorData, Transaction};

use crate::base::HostTensor;
use crate::record::NamedTensor;
use crate::spec::{Loss, Optimizer, ValidRun};

use super::device::execution_error;
use super::engine::{EngineError, EngineState, HotParams};
use super::loss;
use super::network::{Dense, DenseGradient, Network, named, transposed, weight_from_host};
use super::optim::{self, Slot};

/// Name of the count of updates in the optimizer's state, as PyTorch has it.
const COUNT: &str = "step";

/// A network with what it takes to train it: everything but the data.
#[derive(Debug)]
pub(super) struct Learner {
    network: Network,
    loss: Loss,
    rule: Optimizer,
    slots: Vec<DenseSlots>,
    /// Updates made.
    count: u64,
    device: Device,
}

#[derive(Clone, Debug, Default)]
struct DenseSlots {
    weight: Slot<2>,
    bias: Slot<1>,
}

/// The losses of one update, still on the device.
#[derive(Debug)]
pub(super) struct DeviceLoss {
    /// Data loss, shape `[1]`.
    pub loss: Tensor<1>,
    /// λ and `Σw²`, shape `[1]`, where there is a penalty.
    pub penalty: Option<(f64, Tensor<1>)>,
}

impl Learner {
    /// A fresh network for `run` and `seed`.
    pub fn new(run: &ValidRun, seed: u64, device: &Device) -> Self {
        let network = Network::new(run, seed, device);
        let slots = vec![DenseSlots::default(); network.dense().len()];
        let train = &run.spec().train;
        let (loss, rule) = (train.loss, train.optimizer);
        Self { network, loss, rule, slots, count: 0, device: device.clone() }
    }

    /// The same with another loss, which need not fit the data of `run`.
    pub fn with_loss(self, loss: Loss) -> Self {
        Self { loss, ..self }
    }

    /// Its network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// One update on `x` `[rows, inputs]` and `targets` `[rows, outputs]`. The losses are those
    /// before it.
    ///
    /// # Errors
    /// When a gradient is missing.
    pub fn step(
        &mut self,
        x: Tensor<2>,
        targets: Tensor<2>,
        hot: &HotParams,
    ) -> Result<DeviceLoss, EngineError> {
        let pass = self.network.forward_tracked(x);
        let found = loss::with_gradient(self.loss, pass.logits.clone().inner(), targets);
        let gradients = pass.backward(found.gradient)?;
        let penalty = self.squares(hot).map(|squares| (hot.l2, squares));
        self.update(gradients, hot);
        Ok(DeviceLoss { loss: found.value, penalty })
    }

    /// Parameters and gradients are moved, so that the processor can work in their own memory.
    fn update(&mut self, gradients: Vec<DenseGradient>, hot: &HotParams) {
        self.count += 1;
        let (rule, count, rate) = (self.rule, self.count, hot.learning_rate);
        let bias_l2 = if hot.l2_biases { hot.l2 } else { 0.0 };
        let layers = self.network.take_dense().into_iter().zip(&mut self.slots).zip(gradients);
        let updated = layers.map(|((dense, slots), gradient)| {
            let Dense { index, weight, bias } = dense;
            let slope = penalised(gradient.weight, &weight, hot.l2);
            let weight = optim::update(rule, count, rate, weight, slope, &mut slots.weight);
            let bias = bias.zip(gradient.bias).map(|(bias, slope)| {
                let slope = penalised(slope, &bias, bias_l2);
                optim::update(rule, count, rate, bias, slope, &mut slots.bias)
            });
            Dense { index, weight, bias }
        });
        let updated = updated.collect();
        self.network.set_dense(updated);
    }

    /// `Σw²` of what is penalised, shape `[1]`; `None` without a penalty.
    fn squares(&self, hot: &HotParams) -> Option<Tensor<1>> {
        if hot.l2 == 0.0 {
            return None;
        }
        let weights = self.network.dense().iter().map(|dense| dense.weight.clone().square().sum());
        let biases = self.network.dense().iter().filter_map(|dense| dense.bias.clone());
        let biases = biases.filter(|_| hot.l2_biases).map(|bias| bias.square().sum());
        weights.chain(biases).reduce(Tensor::add)
    }

    /// The penalty `λ/2 · Σw²` as it stands.
    ///
    /// # Errors
    /// When the device fails.
    pub fn penalty(&self, hot: &HotParams) -> Result<f64, EngineError> {
        match self.squares(hot) {
            Some(squares) => Ok(hot.l2 / 2.0 * read_number(squares)?),
            None => Ok(0.0),
        }
    }

    /// Gradients on the host, named and laid out like the parameters.
    ///
    /// # Errors
    /// When the device fails.
    pub fn name_gradients(
        &self,
        gradients: &[DenseGradient],
    ) -> Result<Vec<NamedTensor>, EngineError> {
        let mut reader = Reader::default();
        for (dense, gradient) in self.network.dense().iter().zip(gradients) {
            reader.push(dense.weight_name(), Some(&gradient.weight));
            reader.push(dense.bias_name(), gradient.bias.as_ref());
        }
        reader.read()
    }

    /// Copies parameters and optimizer state to the host.
    ///
    /// # Errors
    /// When the device fails.
    pub fn state(&self) -> Result<EngineState, EngineError> {
        let mut parameters = Reader::default();
        let mut optimizer = Reader::default();
        for (dense, slots) in self.network.dense().iter().zip(&self.slots) {
            parameters.push(dense.weight_name(), Some(&dense.weight));
            parameters.push(dense.bias_name(), dense.bias.as_ref());
            for (slot, place) in slot_places(self.rule) {
                let (weight, bias) = (place.of(&slots.weight), place.of(&slots.bias));
                optimizer.push(format!("{}.{slot}", dense.weight_name()), weight);
                optimizer.push(format!("{}.{slot}", dense.bias_name()), bias);
            }
        }
        let mut state =
            EngineState { parameters: parameters.read()?, optimizer: optimizer.read()? };
        if self.remembers() && self.count > 0 {
            state.optimizer.push(named(COUNT.into(), Vec::new(), vec![self.count as f32])?);
        }
        Ok(state)
    }

    /// Takes over a state; one without optimizer state starts the optimizer anew. Nothing
    /// changes when it does not fit.
    ///
    /// # Errors
    /// When a name is missing or unknown, or a shape differs.
    pub fn set_state(&mut self, state: &EngineState) -> Result<(), EngineError> {
        let mut parameters = Source::new(&state.parameters, &self.device);
        let mut optimizer = Source::new(&state.optimizer, &self.device);
        let count = optimizer.count()?;
        let mut layers = Vec::with_capacity(self.slots.len());
        for dense in self.network.dense() {
            let slots = match count {
                0 => DenseSlots::default(),
                _ => optimizer.slots(self.rule, dense)?,
            };
            layers.push((parameters.dense(dense)?, slots));
        }
        parameters.finish()?;
        optimizer.finish()?;
        let (dense, slots) = layers.into_iter().unzip();
        self.network.set_dense(dense);
        self.slots = slots;
        self.count = count;
        Ok(())
    }

    fn remembers(&self) -> bool {
        slot_places(self.rule).next().is_some()
    }
}

/// The gradient with the penalty's `λw` added.
fn penalised<const D: usize>(gradient: Tensor<D>, value: &Tensor<D>, l2: f64) -> Tensor<D> {
    if l2 == 0.0 { gradient } else { gradient.add(value.clone().mul_scalar(l2)) }
}

/// One of the two places of a [`Slot`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    First,
    Second,
}

impl Place {
    fn of<const D: usize>(self, slot: &Slot<D>) -> Option<&Tensor<D>> {
        match self {
            Self::First => slot.first.as_ref(),
            Self::Second => slot.second.as_ref(),
        }
    }

    fn set<const D: usize>(self, slot: &mut Slot<D>, value: Tensor<D>) {
        match self {
            Self::First => slot.first = Some(value),
            Self::Second => slot.second = Some(value),
        }
    }
}

/// The places a rule uses, with their names.
fn slot_places(rule: Optimizer) -> impl Iterator<Item = (&'static str, Place)> {
    let names = optim::state_names(rule).into_iter().zip([Place::First, Place::Second]);
    names.filter_map(|(name, place)| name.map(|name| (name, place)))
}

/// Reads one number from a tensor of shape `[1]`.
///
/// # Errors
/// When the device fails.
pub(super) fn read_number(tensor: Tensor<1>) -> Result<f64, EngineError> {
    let data = tensor.try_into_data().map_err(execution_error)?;
    Ok(values(&data)?.first().copied().map_or(f64::NAN, f64::from))
}

/// The values of what came back from a device.
pub(super) fn values(data: &TensorData) -> Result<&[f32], EngineError> {
    data.as_slice::<f32>().map_err(|error| EngineError::Failed(error.to_string()))
}

/// Gathers tensors and reads them in one go, so that a graphics card is waited for once.
#[derive(Default)]
struct Reader {
    names: Vec<(String, Vec<usize>)>,
    transaction: Transaction,
}

impl Reader {
    fn push<const D: usize>(&mut self, name: String, tensor: Option<&Tensor<D>>) {
        if let Some(tensor) = tensor {
            self.names.push((name, tensor.dims().to_vec()));
            let transaction = std::mem::take(&mut self.transaction);
            self.transaction = transaction.register(tensor.clone());
        }
    }

    fn read(self) -> Result<Vec<NamedTensor>, EngineError> {
        let read = self.transaction.try_execute().map_err(execution_error)?;
        self.names
            .into_iter()
            .zip(&read)
            .map(|((name, shape), data)| to_host(name, shape, data))
            .collect()
    }
}

/// In PyTorch's layout: matrices are turned.
fn to_host(name: String, shape: Vec<usize>, data: &TensorData) -> Result<NamedTensor, EngineError> {
    let values = values(data)?;
    match shape[..] {
        [from, to] => named(name, vec![to, from], transposed(values, from, to)),
        _ => named(name, shape, values.to_vec()),
    }
}

/// Named tensors that are taken out one after another.
struct Source<'a> {
    left: Vec<&'a NamedTensor>,
    device: &'a Device,
}

impl<'a> Source<'a> {
    fn new(tensors: &'a [NamedTensor], device: &'a Device) -> Self {
        Self { left: tensors.iter().collect(), device }
    }

    fn take(&mut self, name: &str, shape: &[usize]) -> Result<&'a HostTensor, EngineError> {
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

    fn matrix(&mut self, name: &str, like: &Tensor<2>) -> Result<Tensor<2>, EngineError> {
        let [from, to] = like.dims();
        let values = self.take(name, &[to, from])?.data().to_vec();
        Ok(weight_from_host(values, from, to, self.device))
    }

    fn vector(&mut self, name: &str, like: &Tensor<1>) -> Result<Tensor<1>, EngineError> {
        let values = self.take(name, &like.dims())?.data().to_vec();
        Ok(Tensor::from_data(TensorData::new(values, like.dims()), self.device))
    }

    fn dense(&mut self, like: &Dense) -> Result<Dense, EngineError> {
        let weight = self.matrix(&like.weight_name(), &like.weight)?;
        let bias = match &like.bias {
            Some(bias) => Some(self.vector(&like.bias_name(), bias)?),
            None => None,
        };
        Ok(Dense { index: like.index, weight, bias })
    }

    fn slots(&mut self, rule: Optimizer, like: &Dense) -> Result<DenseSlots, EngineError> {
        let mut slots = DenseSlots::default();
        for (slot, place) in slot_places(rule) {
            let name = format!("{}.{slot}", like.weight_name());
            place.set(&mut slots.weight, self.matrix(&name, &like.weight)?);
            if let Some(bias) = &like.bias {
                let name = format!("{}.{slot}", like.bias_name());
                place.set(&mut slots.bias, self.vector(&name, bias)?);
            }
        }
        Ok(slots)
    }

    /// Updates made; 0 for a state without any.
    fn count(&mut self) -> Result<u64, EngineError> {
        if self.left.is_empty() {
            return Ok(0);
        }
        Ok(self.take(COUNT, &[])?.data()[0] as u64)
    }

    fn finish(self) -> Result<(), EngineError> {
        match self.left.first() {
            None => Ok(()),
            Some(tensor) => Err(EngineError::Failed(format!(
                "The checkpoint holds {}, which this network does not have.",
                tensor.name
            ))),
        }
    }
}
