use burn::tensor::Tensor;

use crate::base::Finite;
use crate::spec::Optimizer;

use super::super::engine::EngineError;
use super::super::params::{Any, Source};

/// Most tensors that any rule remembers of a parameter.
const PLACES: usize = 3;

/// What an optimizer remembers of one parameter, each of the shape of the parameter. Empty before
/// the first update. Everything else follows from the number of updates.
#[derive(Clone, Debug, Default)]
pub(in crate::train) struct Slot([Option<Any>; PLACES]);

impl Slot {
    /// What is in it, under PyTorch's names.
    pub fn named(&self, rule: Optimizer) -> impl Iterator<Item = (&'static str, &Any)> {
        let names = state_names(rule).into_iter().zip(&self.0);
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
        for (name, place) in names.into_iter().zip(&mut self.0) {
            if let Some(name) = name {
                *place = Some(source.take(&name, shape)?);
            }
        }
        Ok(())
    }
}

/// PyTorch's names of what a rule remembers of each parameter, by place.
fn state_names(rule: Optimizer) -> [Option<&'static str>; PLACES] {
    let momentum_buffer = |momentum| (momentum != Finite::ZERO).then_some("momentum_buffer");
    match rule {
        Optimizer::Sgd { momentum, .. } => [None, None, momentum_buffer(momentum)],
        Optimizer::RmsProp { momentum, centred, .. } => {
            [centred.then_some("grad_avg"), Some("square_avg"), momentum_buffer(momentum)]
        }
        Optimizer::Adagrad { .. } => [None, Some("sum"), None],
        Optimizer::Adadelta { .. } => [Some("acc_delta"), Some("square_avg"), None],
        Optimizer::Adam(spec) | Optimizer::AdamW(spec) => {
            [Some("exp_avg"), Some("exp_avg_sq"), spec.amsgrad.then_some("max_exp_avg_sq")]
        }
        Optimizer::Adamax { .. } => [Some("exp_avg"), Some("exp_inf"), None],
        Optimizer::NAdam { .. } | Optimizer::RAdam { .. } => {
            [Some("exp_avg"), Some("exp_avg_sq"), None]
        }
        Optimizer::Rprop { .. } => [Some("prev"), Some("step_size"), None],
    }
}

/// Where the mean of the gradient is kept, or that of the squared steps, or the last gradient.
pub(super) const MEAN: usize = 0;
/// Where the scale of the gradient is kept: a mean or sum of squares, a largest magnitude, or a
/// step size.
pub(super) const SCALE: usize = 1;
/// Where momentum is kept, or the largest mean square.
pub(super) const EXTRA: usize = 2;

/// A [`Slot`] with tensors of known rank.
pub(super) struct Memory<const D: usize>([Option<Tensor<D>>; PLACES]);

impl<const D: usize> Memory<D> {
    /// Moves them out, so that the processor can work in their own memory.
    pub fn of(slot: &mut Slot, unwrap: fn(Any) -> Tensor<D>) -> Self {
        Self(slot.0.each_mut().map(|place| place.take().map(unwrap)))
    }

    /// Moves them back.
    pub fn store(self, slot: &mut Slot, wrap: fn(Tensor<D>) -> Any) {
        slot.0 = self.0.map(|place| place.map(wrap));
    }

    /// Moves out what is kept at a place; `None` before the first update.
    pub fn take(&mut self, place: usize) -> Option<Tensor<D>> {
        self.0[place].take()
    }

    /// Keeps `value` at a place, and gives it back.
    pub fn keep(&mut self, place: usize, value: Tensor<D>) -> Tensor<D> {
        self.0[place].insert(value).clone()
    }

    /// `m ← βm + (1 − β)x`, beginning with `m = 0`.
    pub fn average(&mut self, place: usize, beta: f64, x: Tensor<D>) -> Tensor<D> {
        let share = x.mul_scalar(1.0 - beta);
        let mean = match self.take(place) {
            Some(mean) => mean.mul_scalar(beta).add(share),
            None => share,
        };
        self.keep(place, mean)
    }
}
