use burn::tensor::{Device, Tensor};

use crate::record::{GradientFlow, NamedTensor, Penalties};
use crate::spec::{Optimizer, ValidRun};

use super::engine::{EngineError, EngineState, HotParams};
use super::flow;
use super::loss::Criterion;
use super::network::{Network, Noise};
use super::optim::{self, Slot, Update};
use super::params::{Any, Param, Reader, Role, Source, read_number};

/// A network with what it takes to train it: everything but the data.
#[derive(Debug)]
pub(super) struct Learner {
    network: Network,
    criterion: Criterion,
    rule: Optimizer,
    /// What the optimizer remembers of each parameter.
    slots: Vec<Slot>,
    /// Updates made.
    count: u64,
    seed: u64,
    device: Device,
}

/// The losses of one update, still on the device.
#[derive(Debug)]
pub(super) struct DeviceLoss {
    /// Data loss, shape `[1]`.
    pub loss: Tensor<1>,
    /// The penalties together, shape `[1]`, where there are any.
    pub penalty: Option<Tensor<1>>,
}

impl Learner {
    /// A fresh network for `run` and `seed`.
    pub fn new(run: &ValidRun, criterion: Criterion, seed: u64, device: &Device) -> Self {
        let network = Network::new(run, seed, device);
        let slots = vec![Slot::default(); network.params().len()];
        let rule = run.spec().train.optimizer;
        Self { network, criterion, rule, slots, count: 0, seed, device: device.clone() }
    }

    /// Its network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The same, for passes that change running statistics.
    pub fn network_mut(&mut self) -> &mut Network {
        &mut self.network
    }

    /// One update on `x` `[rows, values of a sample]` and `targets` `[rows, outputs]`. The losses
    /// are those before it.
    ///
    /// # Errors
    /// When the device fails.
    pub fn step(
        &mut self,
        x: Tensor<2>,
        targets: Tensor<2>,
        hot: &HotParams,
    ) -> Result<DeviceLoss, EngineError> {
        let noise = Noise { seed: self.seed, update: self.count };
        let pass = self.network.forward_tracked(x, noise);
        let (found, gradients) = self.criterion.backward(pass, targets);
        let penalty = self.penalty_on_device(hot);
        self.update(gradients, hot);
        Ok(DeviceLoss { loss: found, penalty })
    }

    /// Penalties, then clipping, then the optimizer with its weight decay: PyTorch's order, where
    /// a penalty is a part of the loss. Gradients are moved, so that the processor can work in
    /// their own memory. Parameters of frozen layers stay; so do those that no gradient reaches,
    /// as in PyTorch.
    fn update(&mut self, gradients: Vec<Option<Any>>, hot: &HotParams) {
        self.count += 1;
        let mut gradients = gradients;
        for (param, gradient) in self.network.params().iter().zip(&mut gradients) {
            *gradient = penalised(gradient.take(), param, hot);
        }
        optim::clip(hot.clip, &mut gradients);
        let params = self.network.params_mut().iter_mut().zip(&mut self.slots);
        for ((param, slot), gradient) in params.zip(gradients) {
            let Some(gradient) = gradient else { continue };
            let update = Update {
                rule: self.rule,
                count: self.count,
                learning_rate: hot.learning_rate * param.rate,
                weight_decay: hot.weight_decay,
            };
            update.apply(&mut param.value, gradient, slot);
        }
    }

    /// The sum of `of` over all that is penalised, shape `[1]`; the weights of frozen layers are
    /// part of it, as they are of PyTorch's.
    fn over_penalised(&self, hot: &HotParams, of: fn(&Any) -> Tensor<1>) -> Option<Tensor<1>> {
        let params = self.network.params().iter().filter(|param| is_penalised(param, hot));
        params.map(|param| of(&param.value)).reduce(Tensor::add)
    }

    /// `[Σ|w|, Σw²]`, each where it counts.
    fn sums(&self, hot: &HotParams) -> [Option<Tensor<1>>; 2] {
        let l1 = (hot.l1 != 0.0).then(|| self.over_penalised(hot, Any::magnitudes));
        let l2 = (hot.l2 != 0.0).then(|| self.over_penalised(hot, Any::squares));
        [l1.flatten(), l2.flatten()]
    }

    fn penalty_on_device(&self, hot: &HotParams) -> Option<Tensor<1>> {
        let [l1, l2] = self.sums(hot);
        let l1 = l1.map(|magnitudes| magnitudes.mul_scalar(hot.l1));
        let l2 = l2.map(|squares| squares.mul_scalar(hot.l2 / 2.0));
        l1.into_iter().chain(l2).reduce(Tensor::add)
    }

    /// The penalties as they stand.
    ///
    /// # Errors
    /// When the device fails.
    pub fn penalties(&self, hot: &HotParams) -> Result<Penalties, EngineError> {
        let read = |sum: Option<Tensor<1>>| sum.map_or(Ok(0.0), read_number);
        let [l1, l2] = self.sums(hot);
        Ok(Penalties { l1: hot.l1 * read(l1)?, l2: hot.l2 / 2.0 * read(l2)? })
    }

    /// How large the gradients of the layers would be in an update on this batch. Nothing changes.
    ///
    /// # Errors
    /// When the device fails.
    pub fn gradient_flow(
        &self,
        run: &ValidRun,
        batch: [Tensor<2>; 2],
        hot: &HotParams,
    ) -> Result<GradientFlow, EngineError> {
        let noise = Noise { seed: self.seed, update: self.count };
        flow::measure(&self.network, &self.criterion, run, batch, (hot, noise))
    }

    /// Gradients on the host, named and laid out like the parameters.
    ///
    /// # Errors
    /// When the device fails.
    pub fn name_gradients(
        &self,
        gradients: &[Option<Any>],
    ) -> Result<Vec<NamedTensor>, EngineError> {
        let mut reader = Reader::default();
        for (param, gradient) in self.network.params().iter().zip(gradients) {
            if let Some(gradient) = gradient {
                reader.push(param.name.clone(), param.shape.clone(), gradient);
            }
        }
        reader.read()
    }

    /// Copies parameters, optimizer state and buffers to the host.
    ///
    /// # Errors
    /// When the device fails.
    pub fn state(&self) -> Result<EngineState, EngineError> {
        let [mut parameters, mut optimizer, mut buffers] = [(); 3].map(|()| Reader::default());
        for (param, slot) in self.network.params().iter().zip(&self.slots) {
            parameters.push(param.name.clone(), param.shape.clone(), &param.value);
            for (kind, value) in slot.named(self.rule) {
                optimizer.push(format!("{}.{kind}", param.name), param.shape.clone(), value);
            }
        }
        self.network.read_buffers(&mut buffers);
        Ok(EngineState {
            parameters: parameters.read()?,
            optimizer: optimizer.read()?,
            buffers: buffers.read()?,
            updates: self.count,
        })
    }

    /// Takes over a state; one without any update starts the optimizer anew. Nothing changes
    /// when it does not fit.
    ///
    /// # Errors
    /// When a name is missing or unknown, or a shape differs.
    pub fn set_state(&mut self, state: &EngineState) -> Result<(), EngineError> {
        let mut parameters = Source::new(&state.parameters, &self.device);
        let mut optimizer = Source::new(&state.optimizer, &self.device);
        let mut network = self.network.clone();
        let mut slots = vec![Slot::default(); self.slots.len()];
        for (param, slot) in network.params_mut().iter_mut().zip(&mut slots) {
            param.value = parameters.take(&param.name, &param.shape)?;
            slot.take(self.rule, &mut optimizer, &param.name, &param.shape)?;
        }
        let mut buffers = Source::new(&state.buffers, &self.device);
        network.set_buffers(&mut buffers)?;
        parameters.finish()?;
        optimizer.finish()?;
        buffers.finish()?;
        (self.network, self.slots, self.count) = (network, slots, state.updates);
        Ok(())
    }
}

/// The gradient with those of the penalties added. A frozen parameter has none.
fn penalised(gradient: Option<Any>, param: &Param, hot: &HotParams) -> Option<Any> {
    if param.rate <= 0.0 {
        return None;
    }
    if !is_penalised(param, hot) {
        return gradient;
    }
    optim::with_penalties(gradient, &param.value, hot.l1, hot.l2)
}

fn is_penalised(param: &Param, hot: &HotParams) -> bool {
    hot.penalise_biases || param.role == Role::Weight
}
