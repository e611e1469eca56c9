use burn::tensor::Tensor;

use crate::spec::{AdamSpec, Clip, Optimizer};

use super::engine::EngineError;
use super::params::{Any, Source};

/// What an optimizer remembers of one parameter, each of the shape of the parameter. Empty before
/// the first update.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    /// Momentum of SGD, mean of Adam.
    first: Option<Any>,
    /// Mean square of RMSprop and Adam.
    second: Option<Any>,
}

impl Slot {
    /// What is in it, under PyTorch's names.
    pub fn named(&self, rule: Optimizer) -> impl Iterator<Item = (&'static str, &Any)> {
        let names = state_names(rule).into_iter().zip([&self.first, &self.second]);
        names.filter_map(|(name, value)| Some((name?, value.as_ref()?)))
    }

    /// Takes over what [`Slot::named`] gave for the parameter `name`. A parameter that was never
    /// updated has nothing to take over.
    ///
    /// # Errors
    /// When a part is missing, or its shape differs.
    pub fn take(
        &mut self,
        rule: Optimizer,
        source: &mut Source<'_>,
        name: &str,
        shape: &[usize],
    ) -> Result<(), EngineError> {
        let names = state_names(rule).map(|kind| kind.map(|kind| format!("{name}.{kind}")));
        if !names.iter().flatten().any(|name| source.has(name)) {
            return Ok(());
        }
        for (name, place) in names.into_iter().zip([&mut self.first, &mut self.second]) {
            if let Some(name) = name {
                *place = Some(source.take(&name, shape)?);
            }
        }
        Ok(())
    }
}

/// PyTorch's names of what a rule remembers of each parameter.
fn state_names(rule: Optimizer) -> [Option<&'static str>; 2] {
    match rule {
        Optimizer::Sgd { momentum, .. } if momentum.get() == 0.0 => [None, None],
        Optimizer::Sgd { .. } => [Some("momentum_buffer"), None],
        Optimizer::RmsProp { .. } => [None, Some("square_avg")],
        _ => [Some("exp_avg"), Some("exp_avg_sq")],
    }
}

/// One update of one parameter with PyTorch's formulas.
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
        let rate = self.learning_rate;
        match self.rule {
            Optimizer::Sgd { momentum, .. } => {
                let step = with_momentum(momentum.get(), gradient, memory);
                parameter.sub(step.mul_scalar(rate))
            }
            Optimizer::RmsProp { alpha, epsilon, .. } => {
                let root = mean_square(alpha.get(), &gradient, memory).sqrt();
                let step = gradient.div(root.add_scalar(epsilon.get()));
                parameter.sub(step.mul_scalar(rate))
            }
            Optimizer::Adam(AdamSpec { beta1, beta2, epsilon, .. }) => {
                let root = mean_square(beta2.get(), &gradient, memory).sqrt();
                let root = root.div_scalar(bias_correction(beta2.get(), self.count).sqrt());
                let mean = mean(beta1.get(), gradient, memory);
                let rate = rate / bias_correction(beta1.get(), self.count);
                parameter.sub(mean.div(root.add_scalar(epsilon.get())).mul_scalar(rate))
            }
            _ => parameter,
        }
    }
}

/// A [`Slot`] with tensors of known rank.
struct Memory<const D: usize> {
    first: Option<Tensor<D>>,
    second: Option<Tensor<D>>,
}

impl<const D: usize> Memory<D> {
    /// Moves them out, so that the processor can work in their own memory.
    fn of(slot: &mut Slot, unwrap: fn(Any) -> Tensor<D>) -> Self {
        Self { first: slot.first.take().map(unwrap), second: slot.second.take().map(unwrap) }
    }

    fn store(self, slot: &mut Slot, wrap: fn(Tensor<D>) -> Any) {
        slot.first = self.first.map(wrap);
        slot.second = self.second.map(wrap);
    }
}

/// Adds the gradients of `λ₁ · Σ|w|` and `λ/2 · Σw²`; at 0 the first has none.
pub(super) fn add_penalties(gradient: Any, value: &Any, _l1: f64, l2: f64) -> Any {
    match (gradient, value) {
        (Any::R1(gradient), Any::R1(value)) => Any::R1(decayed(gradient, value, l2)),
        (Any::R2(gradient), Any::R2(value)) => Any::R2(decayed(gradient, value, l2)),
        (Any::R4(gradient), Any::R4(value)) => Any::R4(decayed(gradient, value, l2)),
        _ => unreachable!("a gradient has the shape of its parameter"),
    }
}

fn decayed<const D: usize>(gradient: Tensor<D>, value: &Tensor<D>, l2: f64) -> Tensor<D> {
    if l2 == 0.0 { gradient } else { gradient.add(value.clone().mul_scalar(l2)) }
}

/// Keeps gradients small.
pub(super) fn clip(_clip: Clip, _gradients: &mut [Option<Any>]) {}

/// `b ← μb + g`, beginning with `b = g`.
fn with_momentum<const D: usize>(
    momentum: f64,
    gradient: Tensor<D>,
    memory: &mut Memory<D>,
) -> Tensor<D> {
    if momentum == 0.0 {
        return gradient;
    }
    let buffer = match memory.first.take() {
        Some(buffer) => buffer.mul_scalar(momentum).add(gradient),
        None => gradient,
    };
    memory.first.insert(buffer).clone()
}

/// `m ← βm + (1 − β)g`, beginning with `m = 0`.
fn mean<const D: usize>(beta: f64, gradient: Tensor<D>, memory: &mut Memory<D>) -> Tensor<D> {
    let share = gradient.mul_scalar(1.0 - beta);
    let mean = match memory.first.take() {
        Some(mean) => mean.mul_scalar(beta).add(share),
        None => share,
    };
    memory.first.insert(mean).clone()
}

/// `v ← βv + (1 − β)g²`, beginning with `v = 0`.
fn mean_square<const D: usize>(
    beta: f64,
    gradient: &Tensor<D>,
    memory: &mut Memory<D>,
) -> Tensor<D> {
    let share = gradient.clone().square().mul_scalar(1.0 - beta);
    let mean = match memory.second.take() {
        Some(mean) => mean.mul_scalar(beta).add(share),
        None => share,
    };
    memory.second.insert(mean).clone()
}

/// `1 − βᵗ`.
fn bias_correction(beta: f64, count: u64) -> f64 {
    1.0 - beta.powf(count as f64)
}
