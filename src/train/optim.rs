use burn::tensor::Tensor;

use crate::spec::Optimizer;

/// What an optimizer remembers of one parameter. Empty before the first update.
#[derive(Clone, Debug)]
pub(super) struct Slot<const D: usize> {
    /// Momentum of SGD, mean of Adam.
    pub first: Option<Tensor<D>>,
    /// Mean square of RMSprop and Adam.
    pub second: Option<Tensor<D>>,
}

impl<const D: usize> Default for Slot<D> {
    fn default() -> Self {
        Self { first: None, second: None }
    }
}

/// PyTorch's names of what a rule remembers of each parameter: the first and the second of a
/// [`Slot`], where it uses them.
pub(super) fn state_names(rule: Optimizer) -> [Option<&'static str>; 2] {
    match rule {
        Optimizer::Sgd { momentum } if momentum.get() == 0.0 => [None, None],
        Optimizer::Sgd { .. } => [Some("momentum_buffer"), None],
        Optimizer::RmsProp { .. } => [None, Some("square_avg")],
        Optimizer::Adam { .. } => [Some("exp_avg"), Some("exp_avg_sq")],
    }
}

/// One update of one parameter with PyTorch's formulas; `count` is 1 for the first.
///
/// The optimizers that burn ships cannot be used: the momentum of its SGD and RMSprop cannot be
/// read for a checkpoint, and its Adam computes `1 - β₂` in `f32`, which is off by 1e-5 of its
/// value and more than a trajectory may differ from PyTorch's.
pub(super) fn update<const D: usize>(
    rule: Optimizer,
    count: u64,
    learning_rate: f64,
    parameter: Tensor<D>,
    gradient: Tensor<D>,
    slot: &mut Slot<D>,
) -> Tensor<D> {
    match rule {
        Optimizer::Sgd { momentum } => {
            let step = with_momentum(momentum.get(), gradient, slot);
            parameter.sub(step.mul_scalar(learning_rate))
        }
        Optimizer::RmsProp { alpha, epsilon } => {
            let root = mean_square(alpha.get(), &gradient, slot).sqrt();
            let step = gradient.div(root.add_scalar(epsilon.get()));
            parameter.sub(step.mul_scalar(learning_rate))
        }
        Optimizer::Adam { beta1, beta2, epsilon } => {
            let root = mean_square(beta2.get(), &gradient, slot).sqrt();
            let root = root.div_scalar(bias_correction(beta2.get(), count).sqrt());
            let mean = mean(beta1.get(), gradient, slot);
            let rate = learning_rate / bias_correction(beta1.get(), count);
            parameter.sub(mean.div(root.add_scalar(epsilon.get())).mul_scalar(rate))
        }
    }
}

/// `b ← μb + g`, beginning with `b = g`.
fn with_momentum<const D: usize>(
    momentum: f64,
    gradient: Tensor<D>,
    slot: &mut Slot<D>,
) -> Tensor<D> {
    if momentum == 0.0 {
        return gradient;
    }
    let buffer = match slot.first.take() {
        Some(buffer) => buffer.mul_scalar(momentum).add(gradient),
        None => gradient,
    };
    slot.first.insert(buffer).clone()
}

/// `m ← βm + (1 − β)g`, beginning with `m = 0`.
fn mean<const D: usize>(beta: f64, gradient: Tensor<D>, slot: &mut Slot<D>) -> Tensor<D> {
    let share = gradient.mul_scalar(1.0 - beta);
    let mean = match slot.first.take() {
        Some(mean) => mean.mul_scalar(beta).add(share),
        None => share,
    };
    slot.first.insert(mean).clone()
}

/// `v ← βv + (1 − β)g²`, beginning with `v = 0`.
fn mean_square<const D: usize>(beta: f64, gradient: &Tensor<D>, slot: &mut Slot<D>) -> Tensor<D> {
    let share = gradient.clone().square().mul_scalar(1.0 - beta);
    let mean = match slot.second.take() {
        Some(mean) => mean.mul_scalar(beta).add(share),
        None => share,
    };
    slot.second.insert(mean).clone()
}

/// `1 − βᵗ`.
fn bias_correction(beta: f64, count: u64) -> f64 {
    1.0 - beta.powf(count as f64)
}
