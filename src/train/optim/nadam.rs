use burn::tensor::Tensor;

use crate::base::Finite;

use super::bias_correction;
use super::memory::{MEAN, Memory, SCALE};

/// With `μₜ = β₁(1 − ½·0.96^(tψ))`:
/// `lr·((1 − μₜ)/(1 − Πμ)·g + μₜ₊₁/(1 − Πμ·μₜ₊₁)·m)/(√(v/(1 − β₂ᵗ)) + ε)`. The constants are β₁,
/// β₂ and ε.
pub(super) fn nadam<const D: usize>(
    gradient: Tensor<D>,
    memory: &mut Memory<D>,
    constants: [Finite; 3],
    momentum_decay: Finite,
    rate: f64,
    count: u64,
) -> Tensor<D> {
    let [beta1, beta2, epsilon] = constants.map(Finite::get);
    let momentum = Momentum { beta1, decay: momentum_decay.get() };
    let (now, next) = (momentum.at(count), momentum.at(count + 1));
    let product = f64::from(momentum.product(count));
    let square = memory.average(SCALE, beta2, gradient.clone().square());
    let root = square.div_scalar(bias_correction(beta2, count)).sqrt().add_scalar(epsilon);
    let mean = memory.average(MEAN, beta1, gradient.clone());
    let ahead = gradient.mul_scalar(rate * (1.0 - now) / (1.0 - product));
    ahead.add(mean.mul_scalar(rate * next / (1.0 - product * next))).div(root)
}

/// The growing momentum of NAdam.
#[derive(Clone, Copy)]
struct Momentum {
    beta1: f64,
    decay: f64,
}

impl Momentum {
    /// `μₜ`
    fn at(self, count: u64) -> f64 {
        self.beta1 * (1.0 - 0.5 * 0.96_f64.powf(count as f64 * self.decay))
    }

    /// The product of all `μ` up to now. PyTorch keeps it in `f32` and in its state; here it
    /// follows from the number of updates. It is zero after at most some thousand factors, where
    /// multiplying ends; only with β₁ next to 1 are there more.
    fn product(self, count: u64) -> f32 {
        let mut product = 1.0_f32;
        for update in 1..=count {
            product *= self.at(update) as f32;
            if product == 0.0 {
                break;
            }
        }
        product
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_of_momenta_is_one_factor_after_another_until_nothing_is_left() {
        let momentum = Momentum { beta1: 0.9, decay: 0.004 };
        let mut expected = 1.0;
        for count in 1..=40 {
            expected *= momentum.at(count);
            let found = f64::from(momentum.product(count));
            assert!((found / expected - 1.0).abs() < 1e-5, "{count}: {found}, not {expected}");
        }
        assert!((momentum.at(1) - 0.450_073_5).abs() < 1e-7);
        assert!((momentum.at(1_000_000) - 0.9).abs() < 1e-12);
        assert_eq!(momentum.product(u64::MAX / 2), 0.0);
    }
}
