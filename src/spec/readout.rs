use crate::base::{argmax, softmax_into};

use super::activation::Activation;
use super::data::Task;
use super::model::OutputSpec;
use super::train::Loss;

/// How the outputs of a network are read: what they should be, and what they say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readout {
    /// Number of outputs.
    pub outputs: usize,
    /// What they should be.
    pub coding: TargetCoding,
    /// How a class follows from them.
    pub decision: Decision,
    /// How probabilities follow from them; `None` where they are none.
    pub link: Option<Link>,
}

/// What the outputs of a network should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetCoding {
    /// One output a class: 1 for the true one, 0 for the others.
    OneHot,
    /// One output: 0 or 1.
    ZeroOne,
    /// One output: −1 or 1.
    PlusMinus,
    /// One output: the number.
    Number,
}

/// How a class follows from outputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// The largest output; of equals the first.
    Largest,
    /// Class 1 above this, else class 0.
    Above(f32),
    /// Class 1 from this on, else class 0: the perceptron's `w·x + b ≥ 0`.
    AtLeast(f32),
    /// There is no class.
    None,
}

/// How probabilities follow from outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// They are logits of the classes.
    Softmax,
    /// The output is the logit of class 1.
    Sigmoid,
    /// They are logarithms of probabilities.
    Exp,
    /// They are probabilities: that of class 1, or those of all classes.
    Probability,
}

impl Readout {
    /// The predicted class of a row of outputs; 0 where numbers are predicted.
    #[must_use]
    pub fn class(&self, outputs: &[f32]) -> usize {
        let first = outputs.first().copied().unwrap_or(f32::NAN);
        match self.decision {
            Decision::Largest => argmax(outputs),
            Decision::Above(threshold) => usize::from(first > threshold),
            Decision::AtLeast(threshold) => usize::from(first >= threshold),
            Decision::None => 0,
        }
    }

    /// Whether [`Self::scores`] are probabilities, by what the loss makes of the outputs.
    #[must_use]
    pub fn are_probabilities(&self) -> bool {
        self.link.is_some()
    }

    /// How many scores a row has: one for each class, or the predicted number.
    #[must_use]
    pub fn scores_per_row(&self) -> usize {
        match self.decision {
            Decision::Above(_) | Decision::AtLeast(_) => 2,
            Decision::Largest | Decision::None => self.outputs,
        }
    }

    /// Appends how strongly a row of outputs speaks for each class: shares between 0 and 1 that
    /// add up to 1. Where outputs are no probabilities, they are the shares nearest to the
    /// outputs, so that outputs that meet their targets give 0 and 1; of a threshold, which says
    /// yes or no, the answer alone. Predicted numbers stay as they are.
    pub fn scores(&self, outputs: &[f32], into: &mut Vec<f32>) {
        let first = outputs.first().copied().unwrap_or(f32::NAN);
        let one = match (self.decision, self.link, self.coding) {
            (Decision::None | Decision::Largest, ..) => {
                let start = into.len();
                into.extend_from_slice(outputs);
                return self.share(&mut into[start..]);
            }
            (_, Some(Link::Sigmoid), _) => 1.0 / (1.0 + (-first).exp()),
            (_, Some(Link::Exp), _) => first.exp(),
            (_, Some(_), _) => first,
            (Decision::AtLeast(_), ..) if !first.is_nan() => self.class(outputs) as f32,
            (_, None, TargetCoding::PlusMinus) => ((1.0 + first) / 2.0).clamp(0.0, 1.0),
            (_, None, _) => first.clamp(0.0, 1.0),
        };
        into.extend([1.0 - one, one]);
    }

    fn share(&self, row: &mut [f32]) {
        match (self.decision, self.link) {
            (Decision::Largest, Some(Link::Softmax)) => softmax_into(row),
            (Decision::Largest, Some(Link::Exp)) => {
                row.iter_mut().for_each(|value| *value = value.exp());
            }
            (Decision::Largest, None) => nearest_shares(row),
            _ => {}
        }
    }
}

/// Moves a row to the nearest one whose values are at least 0 and add up to 1: what exceeds a
/// common threshold stays (Michelot, 1986). The largest value stays the largest. A row with a NaN
/// becomes NaN.
fn nearest_shares(row: &mut [f32]) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.iter_mut().for_each(|value| *value -= largest);
    if row.iter().any(|value| value.is_nan()) {
        return row.fill(f32::NAN);
    }
    let (mut threshold, mut last) = (f32::NEG_INFINITY, 0);
    loop {
        let kept = row.iter().filter(|value| **value > threshold);
        let (count, sum) = kept.fold((0_usize, 0.0), |(n, sum), value| (n + 1, sum + value));
        if count == last || count == 0 {
            break;
        }
        (threshold, last) = ((sum - 1.0) / count as f32, count);
    }
    row.iter_mut().for_each(|value| *value = (*value - threshold).max(0.0));
}

/// How the outputs are read that `task`, `loss` and the output layer ask for.
#[must_use]
pub fn readout(task: Task, loss: Loss, output: &OutputSpec) -> Readout {
    let Task::Classification { classes } = task else {
        return Readout {
            outputs: 1,
            coding: TargetCoding::Number,
            decision: Decision::None,
            link: None,
        };
    };
    let many = |link| Readout {
        outputs: classes,
        coding: TargetCoding::OneHot,
        decision: Decision::Largest,
        link,
    };
    let one = |coding, decision, link| Readout { outputs: 1, coding, decision, link };
    match loss {
        Loss::CrossEntropy { .. } => many(Some(Link::Softmax)),
        Loss::Nll => many(Some(Link::Exp)),
        Loss::BinaryCrossEntropy => {
            one(TargetCoding::ZeroOne, Decision::Above(0.0), Some(Link::Sigmoid))
        }
        Loss::BinaryFromProbability => {
            one(TargetCoding::ZeroOne, Decision::Above(0.5), Some(Link::Probability))
        }
        _ if classes != 2 => many(estimated(loss, output.activation == Activation::Softmax)),
        Loss::Perceptron => one(TargetCoding::PlusMinus, Decision::AtLeast(0.0), None),
        Loss::Hinge => one(TargetCoding::PlusMinus, Decision::Above(0.0), None),
        _ => match output.activation {
            Activation::Tanh | Activation::HardTanh | Activation::Softsign | Activation::Sign => {
                one(TargetCoding::PlusMinus, Decision::Above(0.0), None)
            }
            activation => {
                let is_share = activation.is_share() && !activation.is_flat();
                one(TargetCoding::ZeroOne, Decision::Above(0.5), estimated(loss, is_share))
            }
        },
    }
}

/// Outputs between 0 and 1 that come near the classes by their squared error estimate
/// probabilities (it is a proper score). By other distances they do not: the least absolute error
/// is that of the more frequent class alone.
fn estimated(loss: Loss, are_shares: bool) -> Option<Link> {
    (are_shares && matches!(loss, Loss::Mse | Loss::HalfSquared)).then_some(Link::Probability)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Finite;

    fn of(loss: Loss, activation: Activation, classes: usize) -> Readout {
        let output = OutputSpec { activation, ..OutputSpec::default() };
        readout(Task::Classification { classes }, loss, &output)
    }

    fn scores(readout: &Readout, outputs: &[f32]) -> Vec<f32> {
        let mut scores = Vec::new();
        readout.scores(outputs, &mut scores);
        assert_eq!(scores.len(), readout.scores_per_row());
        scores
    }

    #[test]
    fn a_single_logit_gives_the_probabilities_of_both_classes() {
        let logit = of(Loss::BinaryCrossEntropy, Activation::Linear, 2);
        assert!(logit.are_probabilities());
        assert_eq!(scores(&logit, &[0.0]), [0.5, 0.5]);
        assert_eq!(scores(&logit, &[200.0]), [0.0, 1.0]);
        assert_eq!([0.0, 0.1, -0.1].map(|z| logit.class(&[z])), [0, 1, 0]);
        let many = of(Loss::CROSS_ENTROPY, Activation::Linear, 3);
        assert_eq!(many.class(&[1.0, 3.0, 3.0]), 1);
        assert_eq!(scores(&many, &[2.0, 2.0, f32::NEG_INFINITY]), [0.5, 0.5, 0.0]);
        let logs = of(Loss::Nll, Activation::LogSoftmax, 2);
        assert_eq!(scores(&logs, &[0.0, f32::NEG_INFINITY]), [1.0, 0.0]);
    }

    #[test]
    fn ties_of_the_perceptron_are_class_1() {
        let step = of(Loss::Perceptron, Activation::UnitStep, 2);
        assert_eq!([0.0, -0.1].map(|z| step.class(&[z])), [1, 0]);
        assert_eq!((scores(&step, &[0.0]), scores(&step, &[-5.0])), (vec![0., 1.], vec![1., 0.]));
        assert!(!step.are_probabilities() && scores(&step, &[f32::NAN])[0].is_nan());
    }

    #[test]
    fn outputs_that_are_no_probabilities_give_the_nearest_shares() {
        let signs = of(Loss::Mse, Activation::Tanh, 2);
        assert_eq!(signs.coding, TargetCoding::PlusMinus);
        assert_eq!(scores(&signs, &[0.5]), [0.25, 0.75]);
        assert_eq!(scores(&signs, &[-3.0]), [1.0, 0.0]);
        let many = of(Loss::Hinge, Activation::Linear, 3);
        assert!(!many.are_probabilities());
        assert_eq!(scores(&many, &[0.0, 1.0, 0.0]), [0.0, 1.0, 0.0]);
        assert_eq!(scores(&many, &[1e30, 0.0, -1e30]), [1.0, 0.0, 0.0]);
        assert_eq!(scores(&many, &[0.5, 0.5, -9.0]), [0.5, 0.5, 0.0]);
        let found = scores(&many, &[0.2, 0.1, 0.0]);
        assert!((found.iter().sum::<f32>() - 1.0).abs() < 1e-6 && found[0] > found[1]);
        assert!(scores(&many, &[f32::NAN, 0.0, 0.0]).iter().all(|score| score.is_nan()));
    }

    #[test]
    fn only_squared_errors_of_shares_estimate_probabilities() {
        assert_eq!(of(Loss::Mse, Activation::Sigmoid, 2).link, Some(Link::Probability));
        assert_eq!(of(Loss::Mse, Activation::Softmax, 3).link, Some(Link::Probability));
        assert_eq!(of(Loss::Mae, Activation::Sigmoid, 2).link, None);
        let huber = Loss::Huber { delta: Finite::ONE };
        assert_eq!(of(huber, Activation::HardSigmoid, 2).link, None);
        assert_eq!(of(Loss::Mse, Activation::UnitStep, 2).link, None);
    }
}
