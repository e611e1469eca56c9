use super::super::params::{Any, map_any};

/// The gradient with those of `λ₁ · Σ|w|` and `λ/2 · Σw²` at `value` added: `λ₁ sign w`, where the
/// sign of 0 is 0 as in PyTorch, and `λw`. A parameter that no other gradient reaches has these
/// alone.
pub(in crate::train) fn with_penalties(
    gradient: Option<Any>,
    value: &Any,
    l1: f64,
    l2: f64,
) -> Option<Any> {
    let l2 = (l2 != 0.0).then(|| map_any!(value.clone(), tensor => tensor.mul_scalar(l2)));
    let l1 = (l1 != 0.0).then(|| map_any!(value.clone(), tensor => tensor.sign().mul_scalar(l1)));
    [gradient, l2, l1].into_iter().flatten().reduce(sum)
}

fn sum(a: Any, b: Any) -> Any {
    match (a, b) {
        (Any::R1(a), Any::R1(b)) => Any::R1(a.add(b)),
        (Any::R2(a), Any::R2(b)) => Any::R2(a.add(b)),
        (Any::R4(a), Any::R4(b)) => Any::R4(a.add(b)),
        _ => unreachable!("a gradient has the shape of its parameter"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::device::Compute;
    use crate::train::params::any;

    fn added(gradient: Option<[f32; 3]>, l1: f64, l2: f64) -> Option<Vec<f32>> {
        let compute = Compute::cpu();
        let row = |values: [f32; 3]| Any::from_host(&[3], values.to_vec(), compute.device());
        let found = with_penalties(gradient.map(row), &row([2.0, 0.0, -4.0]), l1, l2)?;
        let data = any!(found, tensor => tensor.into_data());
        Some(data.as_slice::<f32>().expect("floats").to_vec())
    }

    #[test]
    fn penalties_add_to_a_gradient_or_stand_alone() {
        let gradient = Some([1.0, 1.0, 1.0]);
        assert_eq!(added(gradient, 0.0, 0.0), Some(vec![1.0, 1.0, 1.0]));
        assert_eq!(added(gradient, 0.5, 0.0), Some(vec![1.5, 1.0, 0.5]));
        assert_eq!(added(gradient, 0.0, 0.5), Some(vec![2.0, 1.0, -1.0]));
        assert_eq!(added(gradient, 0.5, 0.5), Some(vec![2.5, 1.0, -1.5]));
        // PyTorch's penalty is part of the loss, so it moves weights that nothing else reaches.
        assert_eq!(added(None, 0.5, 0.5), Some(vec![1.5, 0.0, -2.5]));
        assert_eq!(added(None, 0.0, 0.0), None);
    }
}
