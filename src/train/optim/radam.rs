use burn::tensor::Tensor;

use crate::base::Finite;

use super::bias_correction;
use super::memory::{MEAN, Memory, SCALE};

/// `lr·m̂`, and once the mean square rests on enough gradients `lr·m̂·r·√(1 − β₂ᵗ)/(√v + ε)`. The
/// constants are β₁, β₂ and ε.
pub(super) fn radam<const D: usize>(
    gradient: Tensor<D>,
    memory: &mut Memory<D>,
    constants: [Finite; 3],
    rate: f64,
    count: u64,
) -> Tensor<D> {
    let [beta1, beta2, epsilon] = constants.map(Finite::get);
    let square = memory.average(SCALE, beta2, gradient.clone().square());
    let mean = memory.average(MEAN, beta1, gradient);
    let step = mean.mul_scalar(rate / bias_correction(beta1, count));
    match rectification(beta2, count) {
        Some(factor) => {
            let factor = factor * bias_correction(beta2, count).sqrt();
            step.mul_scalar(factor).div(square.sqrt().add_scalar(epsilon))
        }
        None => step,
    }
}

/// The factor that makes up for the variance of a mean square of few gradients; `None` while it
/// cannot be told.
fn rectification(beta2: f64, count: u64) -> Option<f64> {
    let power = beta2.powf(count as f64);
    let most = 2.0 / (1.0 - beta2) - 1.0;
    let length = most - 2.0 * count as f64 * power / (1.0 - power);
    let grown = (length - 4.0) * (length - 2.0) * most;
    (length > 5.0).then(|| (grown / ((most - 4.0) * (most - 2.0) * length)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_adaptive_step_begins_with_the_sixth_update() {
        assert!((1..=5).all(|count| rectification(0.999, count).is_none()));
        let factors: Vec<f64> =
            (6..50_000).map(|count| rectification(0.999, count).expect("long enough")).collect();
        assert!(factors.is_sorted() && factors[0] > 0.0);
        assert!((factors[factors.len() - 1] - 1.0).abs() < 1e-9);
        // A short memory never holds enough gradients.
        assert!((1..1000).all(|count| rectification(0.5, count).is_none()));
    }
}
