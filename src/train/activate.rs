use burn::tensor::{Tensor, activation};

use crate::spec::Activation;

/// Constants of SELU (Klambauer et al., 2017).
const SELU_ALPHA: f64 = 1.673_263_242_354_377_3;
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
/// Beyond this the distribution function of the normal distribution is 0 or 1 in `f32`.
const GELU_END: f64 = 10.0;

/// An activation with PyTorch's derivative everywhere. The softmax family acts along axis 1 of
/// `[rows, values]`.
///
/// Where a value is replaced because it lies beyond a kink, no gradient goes through it: so the
/// derivative at the kink itself is that of PyTorch, and branches that are not taken cannot turn
/// an infinity into a NaN on the way back.
pub(super) fn activate<const D: usize>(activation: Activation, x: Tensor<D>) -> Tensor<D> {
    match activation {
        Activation::Linear => x,
        Activation::UnitStep => unit_step(x),
        Activation::Sign => x.sign(),
        Activation::PiecewiseLinear => kept_between(x.add_scalar(0.5), 0.0, 1.0),
        Activation::Sigmoid => activation::sigmoid(x),
        Activation::LogSigmoid => activation::log_sigmoid(x),
        Activation::HardSigmoid => kept_between(x.add_scalar(3.0), 0.0, 6.0).div_scalar(6.0),
        Activation::Tanh => activation::tanh(x),
        Activation::HardTanh => kept_between(x, -1.0, 1.0),
        Activation::Softsign => x.clone().div(x.abs().add_scalar(1.0)),
        Activation::Relu => activation::relu(x),
        Activation::Relu6 => kept_between(x, 0.0, 6.0),
        // Burn's own has derivative 1 at 0, PyTorch's the slope.
        Activation::LeakyRelu { slope } => {
            let negative = x.clone().lower_equal_elem(0.0);
            x.clone().mask_where(negative, x.mul_scalar(slope.get()))
        }
        Activation::Elu { alpha } => elu(x, alpha.get(), 1.0),
        Activation::Selu => elu(x, SELU_ALPHA, SELU_SCALE),
        Activation::Gelu => gelu(x),
        Activation::GeluTanh => gelu_tanh(x),
        Activation::Silu => activation::silu(x),
        Activation::Softplus => softplus(x),
        Activation::Mish => x.clone().mul(softplus(x).tanh()),
        Activation::Softmax => activation::softmax(x, 1),
        Activation::LogSoftmax => activation::log_softmax(x, 1),
        Activation::Softmin => activation::softmax(x.neg(), 1),
    }
}

/// 1 for `x ≥ 0`, else 0; the gradient is 0, and a NaN stays one.
fn unit_step<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let (yes, no) = (x.clone().greater_equal_elem(0.0), x.clone().lower_elem(0.0));
    x.mask_fill(yes, 1.0).mask_fill(no, 0.0)
}

/// `x` between two ends; at and beyond them the derivative is 0. (Burn's `clamp` has derivative 1
/// at the ends.)
fn kept_between<const D: usize>(x: Tensor<D>, low: f64, high: f64) -> Tensor<D> {
    let (below, above) = (x.clone().lower_equal_elem(low), x.clone().greater_equal_elem(high));
    x.mask_fill(below, low).mask_fill(above, high)
}

/// `scale · x` for positive values, else `scale · α(eˣ − 1)`; the derivative at 0 is `scale · α`.
fn elu<const D: usize>(x: Tensor<D>, alpha: f64, scale: f64) -> Tensor<D> {
    let positive = x.clone().greater_elem(0.0);
    let negative = x.clone().mask_fill(positive, 0.0).exp().sub_scalar(1.0);
    let positive = activation::relu(x);
    let positive = if scale == 1.0 { positive } else { positive.mul_scalar(scale) };
    positive.add(negative.mul_scalar(scale * alpha))
}

/// `x (1 + erf(x/√2)) / 2`. The derivative that burn has for it on graphics cards is that of the
/// approximation with tanh, and good to four digits only.
fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let share = x.clone().mul_scalar(std::f64::consts::FRAC_1_SQRT_2).erf().add_scalar(1.0);
    x.mul(share).mul_scalar(0.5)
}

/// `x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`. (Burn's raises negative numbers to a real power,
/// which graphics cards answer with NaN.)
fn gelu_tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

    let root = FRAC_2_SQRT_PI * FRAC_1_SQRT_2;
    // Beyond, the tanh is ±1, and the cube of a large number would be infinite.
    let near = x.clone().clamp(-GELU_END, GELU_END);
    let inner = near.clone().square().mul_scalar(0.044_715 * root).add_scalar(root).mul(near);
    x.mul(inner.tanh().add_scalar(1.0)).mul_scalar(0.5)
}

/// `log(1 + eˣ)` as `−log sigmoid(−x)`, which neither overflows nor has a kink at 0.
fn softplus<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activation::log_sigmoid(x.neg()).neg()
}
