use burn::tensor::Tensor;

use crate::base::Finite;

use super::memory::{MEAN, Memory, SCALE};

/// Each value has a step size of its own, at first the learning rate, which grows while the sign of
/// its gradient stays and shrinks when it turns; a turn is skipped, and its gradient forgotten.
/// Later changes of the learning rate have no effect, as in PyTorch.
pub(super) fn rprop<const D: usize>(
    gradient: Tensor<D>,
    memory: &mut Memory<D>,
    [shrink, grow]: [Finite; 2],
    [least, most]: [Finite; 2],
    rate: f64,
) -> Tensor<D> {
    let before = memory.take(MEAN).unwrap_or_else(|| gradient.zeros_like());
    let sizes = memory.take(SCALE).unwrap_or_else(|| gradient.ones_like().mul_scalar(rate));
    let agreement = gradient.clone().mul(before);
    let turned = agreement.clone().lower_elem(0.0);
    let factors = gradient.ones_like().mask_fill(agreement.greater_elem(0.0), grow.get());
    let factors = factors.mask_fill(turned.clone(), shrink.get());
    let sizes = memory.keep(SCALE, sizes.mul(factors).clamp(least.get(), most.get()));
    let gradient = memory.keep(MEAN, gradient.mask_fill(turned, 0.0));
    gradient.sign().mul(sizes)
}
