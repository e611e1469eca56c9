use burn::tensor::{Tensor, TensorData};

use crate::base::{RunRng, Stream};

use super::Noise;
use super::flow::Flow;

/// `nn.Dropout`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dropout {
    /// Probability of zero, below 1.
    pub p: f64,
    /// Place of the layer in the stack.
    pub layer: usize,
}

impl Dropout {
    /// What is left of `x` in a training pass.
    pub fn apply(&self, x: Flow, noise: Noise) -> Flow {
        if self.p == 0.0 {
            return x;
        }
        match x {
            Flow::Flat(x) => Flow::Flat(self.thinned(x, noise)),
            Flow::Image(x) => Flow::Image(self.thinned(x, noise)),
        }
    }

    fn thinned<const D: usize>(&self, x: Tensor<D>, noise: Noise) -> Tensor<D> {
        let mask = self.mask(noise, x.shape().num_elements());
        thin(x, mask, self.p)
    }

    /// Whether each of `count` values stays: drawn from a place that belongs to this layer and this
    /// update alone, so that neither other layers nor the past shift it.
    fn mask(&self, noise: Noise, count: usize) -> Vec<bool> {
        let mut rng =
            RunRng::new(noise.seed).at(Stream::Dropout, self.layer as u32, noise.update as u32);
        (0..count).map(|_| rng.uniform() >= self.p).collect()
    }
}

/// `x` where `mask` says so, divided by `1 − p`, and 0 elsewhere.
pub(super) fn thin<const D: usize>(x: Tensor<D>, mask: Vec<bool>, p: f64) -> Tensor<D> {
    let mask: Vec<f32> = mask.into_iter().map(|stays| f32::from(u8::from(stays))).collect();
    let mask = Tensor::from_data(TensorData::new(mask, x.dims()), (&x.device(), x.dtype()));
    x.mul(mask).mul_scalar(1.0 / (1.0 - p))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(layer: usize, noise: Noise) -> Vec<bool> {
        Dropout { p: 0.2, layer }.mask(noise, 20_000)
    }

    #[test]
    fn a_mask_depends_on_seed_layer_and_update_alone() {
        let noise = Noise { seed: 3, update: 7 };
        assert_eq!(mask(1, noise), mask(1, noise));
        let others = [
            mask(2, noise),
            mask(1, Noise { seed: 4, ..noise }),
            mask(1, Noise { update: 8, ..noise }),
        ];
        for other in others {
            let equal = mask(1, noise).iter().zip(&other).filter(|(a, b)| a == b).count();
            // Independent masks agree in 0.8² + 0.2² of their places, within five standard errors.
            assert!((equal as f64 / 20_000.0 - 0.68).abs() < 5.0 * (0.68 * 0.32_f64 / 2e4).sqrt());
        }
    }

    #[test]
    fn so_many_values_stay_as_asked_for() {
        let stays =
            mask(0, Noise { seed: 0, update: 0 }).into_iter().filter(|&stays| stays).count();
        assert!((stays as f64 / 20_000.0 - 0.8).abs() < 5.0 * (0.8 * 0.2_f64 / 2e4).sqrt());
    }
}
