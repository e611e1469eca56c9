//! Rules that divide each gradient by how large it usually is.

use burn::tensor::Tensor;

use crate::base::Finite;

use super::memory::{MEAN, Memory, SCALE};

/// `v ← αv + (1 − α)g²; g/(√v + ε)`, centred `g/(√(v − ḡ²) + ε)`.
pub(super) fn rms_prop<const D: usize>(
    gradient: Tensor<D>,
    memory: &mut Memory<D>,
    alpha: Finite,
    epsilon: Finite,
    centred: bool,
) -> Tensor<D> {
    let alpha = alpha.get();
    let square = memory.average(SCALE, alpha, gradient.clone().square());
    let square = if centred {
        let mean = memory.average(MEAN, alpha, gradient.clone());
        // Once gradients hardly change, rounding can make the difference negative. PyTorch then
        // goes on with NaN; this takes it for the zero that it is.
        square.sub(mean.square()).clamp_min(0.0)
    } else {
        square
    };
    gradient.div(square.sqrt().add_scalar(epsilon.get()))
}

/// `s ← s + g²; g/(√s + ε)`, beginning with `s = initial`.
pub(super) fn adagrad<const D: usize>(
    gradient: Tensor<D>,
    memory: &mut Memory<D>,
    initial: Finite,
    epsilon: Finite,
) -> Tensor<D> {
    let square = gradient.clone().square();
    let sum = match memory.take(SCALE) {
        Some(sum) => sum.add(square),
        None => square.add_scalar(initial.get()),
    };
    let sum = memory.keep(SCALE, sum);
    gradient.div(sum.sqrt().add_scalar(epsilon.get()))
}

/// `v ← ρv + (1 − ρ)g²; d = g·√(u + ε)/√(v + ε); u ← ρu + (1 − ρ)d²; d`. Here ε stands under the
/// roots.
pub(super) fn adadelta<const D: usize>(
    gradient: Tensor<D>,
    memory: &mut Memory<D>,
    rho: Finite,
    epsilon: Finite,
) -> Tensor<D> {
    let [rho, epsilon] = [rho, epsilon].map(Finite::get);
    let root = |square: Tensor<D>| square.add_scalar(epsilon).sqrt();
    let scale = root(memory.average(SCALE, rho, gradient.clone().square()));
    let steps = memory.take(MEAN).unwrap_or_else(|| gradient.zeros_like());
    let step = root(steps.clone()).div(scale).mul(gradient);
    memory.keep(MEAN, steps);
    memory.average(MEAN, rho, step.clone().square());
    step
}
