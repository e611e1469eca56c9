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
