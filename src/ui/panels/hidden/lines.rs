//! Where the output layer changes its answer, in the plane of the two neurons before it.

use crate::base::HostTensor;
use crate::spec::{Activation, Decision};
use crate::ui::plane::Window;

/// `a·x + b·y + c`; at least 0 on one side of a line.
type Side = [f32; 3];

/// The pieces of a window on which the answer of the output layer changes, each from one end to
/// the other. `weight` is `[outputs, 2]` and `bias` `[outputs]`, as PyTorch has them; `units` says
/// which neuron runs to the right and which upwards. Nothing where the answer does not follow
/// from the logits by a straight line.
pub fn decision_lines(
    weight: &HostTensor,
    bias: Option<&HostTensor>,
    units: [usize; 2],
    (decision, activation): (Decision, Activation),
    window: &Window,
) -> Vec<[[f32; 2]; 2]> {
    let &[outputs, 2] = weight.shape() else { return Vec::new() };
    if units[0] == units[1] || units.iter().any(|&unit| unit > 1) {
        return Vec::new();
    }
    let logit = |class: usize| {
        let row = &weight.data()[2 * class..2 * class + 2];
        let bias = bias.and_then(|bias| bias.data().get(class)).copied().unwrap_or(0.0);
        [row[units[0]], row[units[1]], bias]
    };
    if outputs == 1 {
        let [a, b, c] = logit(0);
        let line = threshold(decision, activation).map(|threshold| [a, b, c - threshold]);
        return line.and_then(|line| cut(line, &frame(window))).into_iter().collect();
    }
    if decision != Decision::Largest || !keeps_order(activation) {
        return Vec::new();
    }
    let logits: Vec<Side> = (0..outputs).map(logit).collect();
    let pairs = (0..outputs).flat_map(|one| (0..one).map(move |other| (one, other)));
    pairs.filter_map(|(one, other)| between(&logits, one, other, window)).collect()
}

/// Where two classes are equally likely and no other is likelier.
fn between(logits: &[Side], one: usize, other: usize, window: &Window) -> Option<[[f32; 2]; 2]> {
    let ahead = |third: usize| less(logits[one], logits[third]);
    let others = (0..logits.len()).filter(|third| *third != one && *third != other);
    let mut sides = frame(window).to_vec();
    sides.extend(others.map(ahead));
    cut(less(logits[one], logits[other]), &sides)
}

fn less(a: Side, b: Side) -> Side {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// The four edges of a window.
fn frame(Window { x, y }: &Window) -> [Side; 4] {
    [[1.0, 0.0, -x[0]], [-1.0, 0.0, x[1]], [0.0, 1.0, -y[0]], [0.0, -1.0, y[1]]]
}

/// The piece of a line on the right side of all others.
fn cut([a, b, c]: Side, sides: &[Side]) -> Option<[[f32; 2]; 2]> {
    let length = a.hypot(b);
    if !(length > 0.0 && length.is_finite() && c.is_finite()) {
        return None;
    }
    let (a, b, c) = (a / length, b / length, c / length);
    // The line is `start + t · along`.
    let (start, along) = ([-a * c, -b * c], [-b, a]);
    let (mut from, mut to) = (f32::NEG_INFINITY, f32::INFINITY);
    for [p, q, r] in sides {
        let slope = p * along[0] + q * along[1];
        let value = p * start[0] + q * start[1] + r;
        if slope == 0.0 {
            if value < 0.0 {
                return None;
            }
        } else if slope > 0.0 {
            from = from.max(-value / slope);
        } else {
            to = to.min(-value / slope);
        }
    }
    let at = |t: f32| [start[0] + t * along[0], start[1] + t * along[1]];
    (from < to && from.is_finite() && to.is_finite()).then(|| [at(from), at(to)])
}

/// The logit at which a single output begins to say class 1.
fn threshold(decision: Decision, activation: Activation) -> Option<f32> {
    let above = match decision {
        Decision::Above(threshold) => threshold,
        Decision::AtLeast(threshold) => return Some(threshold),
        Decision::Largest | Decision::None => return None,
    };
    match activation {
        Activation::Linear => Some(above),
        Activation::Relu | Activation::LeakyRelu { .. } if above > 0.0 => Some(above),
        Activation::Sigmoid => Some((above / (1.0 - above)).ln()),
        Activation::Tanh => Some(above.atanh()),
        Activation::UnitStep | Activation::HardSigmoid | Activation::PiecewiseLinear => {
            (above == 0.5).then_some(0.0)
        }
        Activation::Sign | Activation::Softsign | Activation::HardTanh => {
            (above == 0.0).then_some(0.0)
        }
        _ => None,
    }
}

/// Whether the largest logit stays the largest output, and alone.
fn keeps_order(activation: Activation) -> bool {
    matches!(
        activation,
        Activation::Linear
            | Activation::Sigmoid
            | Activation::LogSigmoid
            | Activation::Tanh
            | Activation::Softsign
            | Activation::LeakyRelu { .. }
            | Activation::Elu { .. }
            | Activation::Softplus
            | Activation::Softmax
            | Activation::LogSoftmax
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WINDOW: Window = Window { x: [-2.0, 2.0], y: [-1.0, 1.0] };

    fn tensor(shape: &[usize], values: &[f32]) -> HostTensor {
        HostTensor::new(shape.to_vec(), values.to_vec()).expect("fits")
    }

    fn near(found: [f32; 2], wanted: [f32; 2]) -> bool {
        (0..2).all(|axis| (found[axis] - wanted[axis]).abs() < 1e-5)
    }

    #[test]
    fn a_single_logit_has_the_line_where_it_is_zero() {
        // x − 2y − 0.5 = 0 from (−1.5, −1) to (2, 0.75).
        let weight = tensor(&[1, 2], &[1.0, -2.0]);
        let bias = tensor(&[1], &[-0.5]);
        let how = (Decision::Above(0.0), Activation::Linear);
        let found = decision_lines(&weight, Some(&bias), [0, 1], how, &WINDOW);
        let [[a, b]] = found[..] else { panic!("{found:?}") };
        assert!(
            near(a, [-1.5, -1.0]) && near(b, [2.0, 0.75]) || near(b, [-1.5, -1.0]),
            "{found:?}"
        );
        let half = (Decision::Above(0.5), Activation::Sigmoid);
        assert_eq!(decision_lines(&weight, Some(&bias), [0, 1], half, &WINDOW), found);
        let number = (Decision::None, Activation::Linear);
        assert!(decision_lines(&weight, Some(&bias), [0, 1], number, &WINDOW).is_empty());
    }

    #[test]
    fn the_neurons_may_change_places() {
        let weight = tensor(&[1, 2], &[1.0, 0.0]);
        let how = (Decision::Above(0.0), Activation::Linear);
        let [upright] = decision_lines(&weight, None, [0, 1], how, &WINDOW)[..] else { panic!() };
        assert!(upright.iter().all(|point| point[0] == 0.0));
        let [level] = decision_lines(&weight, None, [1, 0], how, &WINDOW)[..] else { panic!() };
        assert!(level.iter().all(|point| point[1] == 0.0));
        assert!(decision_lines(&weight, None, [0, 0], how, &WINDOW).is_empty());
    }

    #[test]
    fn three_classes_meet_in_a_point() {
        // Logits x, −x and 0.5: the line between the first two is hidden below the third.
        let weight = tensor(&[3, 2], &[1.0, 0.0, -1.0, 0.0, 0.0, 0.0]);
        let bias = tensor(&[3], &[0.0, 0.0, 0.5]);
        let how = (Decision::Largest, Activation::Linear);
        let mut found: Vec<f32> = decision_lines(&weight, Some(&bias), [0, 1], how, &WINDOW)
            .into_iter()
            .map(|[a, _]| a[0])
            .collect();
        found.sort_by(f32::total_cmp);
        assert_eq!(found, [-0.5, 0.5]);
    }

    proptest! {
        #[test]
        fn on_a_line_two_classes_tie_and_no_other_leads(
            weights in prop::collection::vec(-3.0_f32..3.0, 8),
            biases in prop::collection::vec(-1.0_f32..1.0, 4),
        ) {
            let weight = tensor(&[4, 2], &weights);
            let bias = tensor(&[4], &biases);
            let how = (Decision::Largest, Activation::Linear);
            for [a, b] in decision_lines(&weight, Some(&bias), [0, 1], how, &WINDOW) {
                let middle = [0, 1].map(|axis| (a[axis] + b[axis]) / 2.0);
                let mut logits: Vec<f32> = (0..4)
                    .map(|k| weights[2 * k] * middle[0] + weights[2 * k + 1] * middle[1] + biases[k])
                    .collect();
                logits.sort_by(|a, b| b.total_cmp(a));
                prop_assert!((logits[0] - logits[1]).abs() < 1e-3, "{:?}", logits);
            }
        }
    }
}
