use burn::tensor::Tensor;

use crate::spec::Clip;

use super::super::params::{Any, map_any};

/// Keeps gradients small, all of them together or each value for itself.
pub(in crate::train) fn clip(clip: Clip, gradients: &mut [Option<Any>]) {
    match clip {
        Clip::None => {}
        Clip::Norm { max } => {
            let squares = gradients.iter().flatten().map(Any::squares);
            let Some(squares) = squares.reduce(Tensor::add) else { return };
            let coefficient = coefficient(squares.sqrt(), max.get());
            each(gradients, |gradient| scaled(gradient, &coefficient));
        }
        Clip::Value { max } => {
            let max = max.get();
            each(gradients, |gradient| map_any!(gradient, tensor => tensor.clamp(-max, max)));
        }
    }
}

/// `min(1, max/(norm + 1e-6))`, shape `[1]`, as in PyTorch's `clip_grad_norm_`. It stays on the
/// device: reading it would wait for the work so far.
fn coefficient(norm: Tensor<1>, max: f64) -> Tensor<1> {
    norm.add_scalar(1e-6).recip().mul_scalar(max).clamp_max(1.0)
}

fn scaled(gradient: Any, coefficient: &Tensor<1>) -> Any {
    map_any!(gradient, tensor => tensor.mul(coefficient.clone().unsqueeze()))
}

fn each(gradients: &mut [Option<Any>], change: impl Fn(Any) -> Any) {
    for gradient in gradients {
        *gradient = gradient.take().map(&change);
    }
}
