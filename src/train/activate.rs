use burn::tensor::{Tensor, activation};

use crate::spec::Activation;

/// An activation with PyTorch's derivative everywhere.
pub(super) fn activate<const D: usize>(activation: Activation, x: Tensor<D>) -> Tensor<D> {
    match activation {
        Activation::Sigmoid => activation::sigmoid(x),
        Activation::Tanh => activation::tanh(x),
        Activation::Relu => activation::relu(x),
        // Burn's own has derivative 1 at 0, PyTorch's the slope.
        Activation::LeakyRelu { slope } => {
            let negative = x.clone().lower_equal_elem(0.0);
            x.clone().mask_where(negative, x.mul_scalar(slope.get()))
        }
        _ => x,
    }
}
