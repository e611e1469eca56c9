//! Knows: `spec`, burn, and the trainer's `params`. Updates of parameters, with PyTorch's formulas, and what gradients go through before.
//! Never: layers, losses, data; never waits for a device.

mod adam;
mod clip;
mod gradient;
mod memory;
mod nadam;
mod penalty;
mod radam;
mod rprop;
mod scaled;

use burn::tensor::Tensor;

use crate::base::Finite;
use crate::spec::Optimizer;

use super::params::Any;
use memory::Memory;

pub(super) use clip::clip;
pub(super) use memory::Slot;
pub(super) use penalty::with_penalties;

/// One update with PyTorch's formulas.
///
/// The optimizers that burn ships cannot be used: the momentum of its SGD and RMSprop cannot be
/// read for a checkpoint, and its Adam computes `1 - β₂` in `f32`, which is off by 1e-5 of its
/// value and more than a trajectory may differ from PyTorch's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Update {
    /// The rule.
    pub rule: Optimizer,
    /// Number of the update, 1 for the first.
    pub count: u64,
    /// Learning rate, with the factor of the layer.
    pub learning_rate: f64,
    /// PyTorch's weight decay.
    pub weight_decay: f64,
}

impl Update {
    /// Changes `parameter` by `gradient`.
    pub fn apply(self, parameter: &mut Any, gradient: Any, slot: &mut Slot) {
        match (&mut *parameter, gradient) {
            (Any::R1(value), Any::R1(gradient)) => {
                let mut memory = Memory::of(slot, Any::into_rank1);
                *value = self.updated(value.clone(), gradient, &mut memory);
                memory.store(slot, Any::R1);
            }
            (Any::R2(value), Any::R2(gradient)) => {
                let mut memory = Memory::of(slot, Any::into_rank2);
                *value = self.updated(value.clone(), gradient, &mut memory);
                memory.store(slot, Any::R2);
            }
            (Any::R4(value), Any::R4(gradient)) => {
                let mut memory = Memory::of(slot, Any::into_rank4);
                *value = self.updated(value.clone(), gradient, &mut memory);
                memory.store(slot, Any::R4);
            }
            _ => unreachable!("a gradient has the shape of its parameter"),
        }
    }

    fn updated<const D: usize>(
        self,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        memory: &mut Memory<D>,
    ) -> Tensor<D> {
        let (parameter, gradient) = self.decayed(parameter, gradient);
        parameter.sub(self.step(gradient, memory))
    }

    /// Weight decay: AdamW shrinks the parameter, all others add to the gradient.
    fn decayed<const D: usize>(
        self,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
    ) -> (Tensor<D>, Tensor<D>) {
        if self.weight_decay == 0.0 {
            return (parameter, gradient);
        }
        if let Optimizer::AdamW(_) = self.rule {
            let kept = 1.0 - self.learning_rate * self.weight_decay;
            return (parameter.mul_scalar(kept), gradient);
        }
        let decay = parameter.clone().mul_scalar(self.weight_decay);
        (parameter, gradient.add(decay))
    }

    /// What is subtracted from the parameter.
    fn step<const D: usize>(self, gradient: Tensor<D>, memory: &mut Memory<D>) -> Tensor<D> {
        let Self { rule, count, learning_rate: rate, .. } = self;
        match rule {
            Optimizer::Sgd { momentum, dampening, nesterov } => {
                let [momentum, dampening] = [momentum, dampening].map(Finite::get);
                gradient::sgd(gradient, memory, momentum, dampening, nesterov).mul_scalar(rate)
            }
            Optimizer::RmsProp { alpha, epsilon, momentum, centred } => {
                let quotient = scaled::rms_prop(gradient, memory, alpha, epsilon, centred);
                gradient::rolling(quotient, memory, momentum.get()).mul_scalar(rate)
            }
            Optimizer::Adagrad { decay, initial, epsilon } => {
                let rate = rate / (1.0 + (count - 1) as f64 * decay.get());
                scaled::adagrad(gradient, memory, initial, epsilon).mul_scalar(rate)
            }
            Optimizer::Adadelta { rho, epsilon } => {
                scaled::adadelta(gradient, memory, rho, epsilon).mul_scalar(rate)
            }
            Optimizer::Adam(spec) | Optimizer::AdamW(spec) => {
                adam::adam(gradient, memory, spec, rate, count)
            }
            Optimizer::Adamax { beta1, beta2, epsilon } => {
                adam::adamax(gradient, memory, [beta1, beta2, epsilon], rate, count)
            }
            Optimizer::NAdam { beta1, beta2, epsilon, momentum_decay } => {
                let constants = [beta1, beta2, epsilon];
                nadam::nadam(gradient, memory, constants, momentum_decay, rate, count)
            }
            Optimizer::RAdam { beta1, beta2, epsilon } => {
                radam::radam(gradient, memory, [beta1, beta2, epsilon], rate, count)
            }
            Optimizer::Rprop { shrink, grow, min_step, max_step } => {
                rprop::rprop(gradient, memory, [shrink, grow], [min_step, max_step], rate)
            }
        }
    }
}

/// `1 − βᵗ`.
fn bias_correction(beta: f64, count: u64) -> f64 {
    1.0 - beta.powf(count as f64)
}
