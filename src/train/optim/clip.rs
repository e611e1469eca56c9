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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Finite;
    use crate::train::device::Compute;
    use crate::train::params::any;

    /// Gradients of a parameter with a bias, and of a frozen one.
    fn gradients() -> Vec<Option<Any>> {
        let compute = Compute::cpu();
        let matrix = Any::from_host(&[2, 1], vec![3.0, 0.0], compute.device());
        vec![Some(matrix), None, Some(Any::from_host(&[1], vec![-4.0], compute.device()))]
    }

    fn clipped(by: Clip) -> Vec<f32> {
        let mut gradients = gradients();
        clip(by, &mut gradients);
        assert!(gradients[1].is_none());
        let read = |gradient: Any| any!(gradient, tensor => tensor.into_data());
        let data = gradients.into_iter().flatten().map(read);
        data.flat_map(|data| data.as_slice::<f32>().expect("floats").to_vec()).collect()
    }

    #[test]
    fn all_gradients_together_have_at_most_the_norm() {
        let found = clipped(Clip::Norm { max: Finite::ONE });
        let expected = [0.6, 0.0, -0.8];
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
        assert_eq!(clipped(Clip::Norm { max: Finite::lit(6.0) }), [3.0, 0.0, -4.0]);
    }

    #[test]
    fn each_value_is_kept_within_its_bounds() {
        assert_eq!(clipped(Clip::Value { max: Finite::lit(3.5) }), [3.0, 0.0, -3.5]);
        assert_eq!(clipped(Clip::None), [3.0, 0.0, -4.0]);
    }
}
