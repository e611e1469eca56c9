//! Losses of single rows, in `f64`: what is measured on whole parts of the data.

use std::ops::AddAssign;

use crate::data::Targets;
use crate::spec::{Loss, Reduction, TargetCoding};

use super::Criterion;

/// The loss of a row, or of several together, before any reduction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct RowLoss {
    /// Sum of the losses.
    pub loss: f64,
    /// What a mean divides by.
    pub weight: f64,
}

impl AddAssign for RowLoss {
    fn add_assign(&mut self, other: Self) {
        self.loss += other.loss;
        self.weight += other.weight;
    }
}

impl Criterion {
    /// The loss of `row`, whose outputs are these. NaN where outputs and targets do not belong
    /// together.
    pub fn row(&self, outputs: &[f32], targets: &Targets, row: usize) -> RowLoss {
        match targets {
            Targets::Classes(classes) => self.of_class(outputs, classes[row] as usize),
            Targets::Numbers(numbers) => {
                of_distance(self.loss, outputs, |_| f64::from(numbers[row]))
            }
        }
    }

    /// The losses of rows together as the one number that the run minimises. The mean of no rows
    /// is NaN.
    pub fn total(&self, sum: RowLoss) -> f64 {
        match self.reduction {
            Reduction::Sum => sum.loss,
            Reduction::Mean => sum.loss / sum.weight,
        }
    }

    /// How much a class counts.
    pub(super) fn weight_of(&self, class: usize) -> f64 {
        self.class_weights.get(class).copied().map_or(1.0, f64::from)
    }

    fn of_class(&self, outputs: &[f32], class: usize) -> RowLoss {
        let weight = self.weight_of(class);
        let score = |place: usize| outputs.get(place).copied().map_or(f64::NAN, f64::from);
        let (only, truth) = (score(0), if class == 0 { 0.0 } else { 1.0 });
        let one = |loss: f64| RowLoss { loss: weight * loss, weight: 1.0 };
        match self.loss {
            Loss::CrossEntropy { smoothing } => {
                let loss = self.cross_entropy_of(outputs, class, smoothing.get());
                RowLoss { loss, weight }
            }
            Loss::Nll => RowLoss { loss: -weight * score(class), weight },
            Loss::BinaryCrossEntropy => one(binary_cross_entropy(only, truth)),
            Loss::BinaryFromProbability => one(of_probability(only, truth)),
            Loss::Hinge if outputs.len() == 1 => one(positive(1.0 - only * (2.0 * truth - 1.0))),
            Loss::Hinge => one(margins(outputs, class)),
            Loss::Perceptron if outputs.len() == 1 => {
                one((if only >= 0.0 { 1.0 } else { 0.0 } - truth) * only)
            }
            Loss::Perceptron => one(score(crate::base::argmax(outputs)) - score(class)),
            loss => {
                let coding = self.readout.coding;
                let found = of_distance(loss, outputs, |place| coded(coding, class, place));
                RowLoss { loss: weight * found.loss, ..found }
            }
        }
    }

    fn cross_entropy_of(&self, logits: &[f32], class: usize, smoothing: f64) -> f64 {
        let all = log_sum_exp(logits);
        let of = |place: usize, logit: f32| self.weight_of(place) * (all - f64::from(logit));
        let truth = logits.get(class).map_or(f64::NAN, |&logit| of(class, logit));
        if smoothing == 0.0 {
            return truth;
        }
        let every: f64 = logits.iter().enumerate().map(|(place, &logit)| of(place, logit)).sum();
        (1.0 - smoothing) * truth + smoothing / logits.len() as f64 * every
    }
}

/// What output `place` should be for a class.
fn coded(coding: TargetCoding, class: usize, place: usize) -> f64 {
    let is_true = match coding {
        TargetCoding::OneHot => class == place,
        TargetCoding::ZeroOne | TargetCoding::PlusMinus | TargetCoding::Number => class != 0,
    };
    match (is_true, coding) {
        (true, _) => 1.0,
        (false, TargetCoding::PlusMinus) => -1.0,
        (false, _) => 0.0,
    }
}

/// The distance of a row from what it should be. A mean divides by the elements, of half the
/// squared error by the rows.
fn of_distance(loss: Loss, outputs: &[f32], target: impl Fn(usize) -> f64) -> RowLoss {
    let errors = outputs.iter().enumerate().map(|(place, &z)| f64::from(z) - target(place));
    let sum: f64 = errors.map(|error| distance(loss, error)).sum();
    let weight = if loss == Loss::HalfSquared { 1.0 } else { outputs.len() as f64 };
    RowLoss { loss: sum, weight }
}

fn distance(loss: Loss, error: f64) -> f64 {
    match loss {
        Loss::Mse => error * error,
        Loss::HalfSquared => error * error / 2.0,
        Loss::Mae => error.abs(),
        Loss::Huber { delta } => huber(error, delta.get()),
        Loss::SmoothL1 { beta } => huber(error, beta.get()) / beta.get(),
        _ => f64::NAN,
    }
}

fn huber(error: f64, delta: f64) -> f64 {
    if error.abs() > delta { delta * (error.abs() - delta / 2.0) } else { error * error / 2.0 }
}

fn binary_cross_entropy(logit: f64, truth: f64) -> f64 {
    positive(logit) - logit * truth + (-logit.abs()).exp().ln_1p()
}

/// Logarithms are at least −100, as in PyTorch.
fn of_probability(p: f64, truth: f64) -> f64 {
    let kept = |log: f64| if log < -100.0 { -100.0 } else { log };
    -truth * kept(p.ln()) - (1.0 - truth) * kept((-p).ln_1p())
}

fn margins(scores: &[f32], class: usize) -> f64 {
    let truth = scores.get(class).copied().map_or(f64::NAN, f64::from);
    let missing = |score: f32| positive(1.0 - truth + f64::from(score));
    let others = scores.iter().enumerate().filter(|(place, _)| *place != class);
    others.map(|(_, &score)| missing(score)).sum::<f64>() / scores.len() as f64
}

/// `max(value, 0)`, but `f64::max` would turn a NaN into 0.
fn positive(value: f64) -> f64 {
    if value < 0.0 { 0.0 } else { value }
}

fn log_sum_exp(logits: &[f32]) -> f64 {
    let values = logits.iter().map(|&logit| f64::from(logit));
    let largest = values.clone().fold(f64::NEG_INFINITY, f64::max);
    largest + values.map(|value| (value - largest).exp()).sum::<f64>().ln()
}
