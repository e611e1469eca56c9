use burn::tensor::Tensor;

use crate::base::Finite;
use crate::spec::AdamSpec;

use super::bias_correction;
use super::memory::{EXTRA, MEAN, Memory, SCALE};

/// `lr/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + ε)`; for AMSGrad with the largest `v` so far, before its
/// correction.
pub(super) fn adam<const D: usize>(
    gradient: Tensor<D>,
    memory: &mut Memory<D>,
    spec: AdamSpec,
    rate: f64,
    count: u64,
) -> Tensor<D> {
    let [beta1, beta2, epsilon] = [spec.beta1, spec.beta2, spec.epsilon].map(Finite::get);
    let mut square = memory.average(SCALE, beta2, gradient.clone().square());
    if spec.amsgrad {
        square = match memory.take(EXTRA) {
            Some(largest) => largest.max_pair(square),
            None => square,
        };
        square = memory.keep(EXTRA, square);
    }
    let root = square.sqrt().div_scalar(bias_correction(beta2, count).sqrt());
    let mean = memory.average(MEAN, beta1, gradient);
    let rate = rate / bias_correction(beta1, count);
    mean.div(root.add_scalar(epsilon)).mul_scalar(rate)
}

/// `u ← max(β₂u, |g| + ε); lr/(1 − β₁ᵗ) · m/u`. The constants are β₁, β₂ and ε.
pub(super) fn adamax<const D: usize>(
    gradient: Tensor<D>,
    memory: &mut Memory<D>,
    constants: [Finite; 3],
    rate: f64,
    count: u64,
) -> Tensor<D> {
    let [beta1, beta2, epsilon] = constants.map(Finite::get);
    let size = gradient.clone().abs().add_scalar(epsilon);
    let largest = match memory.take(SCALE) {
        Some(largest) => largest.mul_scalar(beta2).max_pair(size),
        None => size,
    };
    let largest = memory.keep(SCALE, largest);
    let mean = memory.average(MEAN, beta1, gradient);
    mean.div(largest).mul_scalar(rate / bias_correction(beta1, count))
}
