use burn::tensor::Tensor;

use super::memory::{EXTRA, Memory};

/// `b ← μb + (1 − d)g`, beginning with `b = g`; gives `b`, or `g + μb` for Nesterov's.
pub(super) fn sgd<const D: usize>(
    gradient: Tensor<D>,
    memory: &mut Memory<D>,
    momentum: f64,
    dampening: f64,
    nesterov: bool,
) -> Tensor<D> {
    if momentum == 0.0 {
        return gradient;
    }
    let ahead = nesterov.then(|| gradient.clone());
    let buffer = match memory.take(EXTRA) {
        Some(buffer) if dampening == 0.0 => buffer.mul_scalar(momentum).add(gradient),
        Some(buffer) => buffer.mul_scalar(momentum).add(gradient.mul_scalar(1.0 - dampening)),
        // PyTorch does not dampen the first gradient.
        None => gradient,
    };
    let buffer = memory.keep(EXTRA, buffer);
    match ahead {
        Some(gradient) => gradient.add(buffer.mul_scalar(momentum)),
        None => buffer,
    }
}

/// The momentum of RMSprop, `b ← μb + x` beginning with `b = 0`: the same as that of SGD without
/// dampening.
pub(super) fn rolling<const D: usize>(
    x: Tensor<D>,
    memory: &mut Memory<D>,
    momentum: f64,
) -> Tensor<D> {
    sgd(x, memory, momentum, 0.0, false)
}
