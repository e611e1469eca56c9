use crate::base::{Finite, Step};
use crate::data::Dataset;
use crate::record::Finding;
use crate::spec::{BatchSize, Optimizer, Reduction, TrainSpec};

/// Where something was first seen that is no finite number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symptom {
    /// The loss of a batch.
    Loss(Step),
    /// The loss measured on the training part.
    Measured(Step),
    /// A weight.
    Weights(Step),
}

impl Symptom {
    fn step(self) -> Step {
        match self {
            Self::Loss(step) | Self::Measured(step) | Self::Weights(step) => step,
        }
    }

    fn sentence(self) -> String {
        match self {
            Self::Loss(step) => format!("The loss was no longer a number at step {step}."),
            Self::Measured(step) => {
                format!("The training loss was no longer a number at step {step}.")
            }
            Self::Weights(step) => format!("A weight was no longer a number at step {step}."),
        }
    }
}

/// Features beyond this make gradients so large that usual learning rates overshoot.
const LARGE_FEATURE: f32 = 20.0;

/// Says what happened, why it probably did, and what to try. `good` is the step whose weights
/// were put back.
pub(super) fn finding(symptom: Symptom, train: &TrainSpec, data: &Dataset, good: Step) -> Finding {
    let (cause, remedy) = cause(train, data);
    let seen = symptom.sentence();
    let message = format!("{seen} {cause} The weights of step {good} are back; {remedy}");
    Finding { step: symptom.step(), message }
}

/// The likeliest cause and its remedy. What is far out of the usual is named first.
fn cause(train: &TrainSpec, data: &Dataset) -> (String, String) {
    let rate = train.learning_rate;
    let try_rate = format!("try {} or less.", next_rate(rate));
    if rate.get() > large_rate(train) {
        let cause =
            format!("The learning rate of {rate} is probably too large: each update overshoots.");
        return (cause, try_rate);
    }
    if penalty_overshoots(train) {
        let cause = format!(
            "With a learning rate of {rate}, a penalty of {} makes the weights grow instead of \
             shrink: their product must stay below 2.",
            train.l2
        );
        return (cause, "try a smaller penalty or a smaller learning rate.".into());
    }
    if let Some(largest) = large_feature(data) {
        let cause = format!(
            "The features are not scaled (values up to {largest}), which makes the updates too \
             large."
        );
        return (cause, format!("standardise the features, or {try_rate}"));
    }
    if sums_over_batch(train) {
        let cause = "The loss is summed over the batch, which multiplies the updates by the \
                     batch size."
            .into();
        return (cause, format!("take the mean instead, or lower the learning rate: {try_rate}"));
    }
    (format!("The learning rate of {rate} may be too large for this network."), try_rate)
}

/// `w ← w − lr·λ·w` grows once `lr·λ` exceeds 2. Adaptive optimizers divide the gradient by its
/// size, so this holds for gradient descent alone.
fn penalty_overshoots(train: &TrainSpec) -> bool {
    matches!(train.optimizer, Optimizer::Sgd { .. })
        && train.l2.get() * train.learning_rate.get() > 2.0
}

/// A learning rate above this is unusual. Each update of an adaptive optimizer moves every weight
/// by about the learning rate, so for these it is smaller.
fn large_rate(train: &TrainSpec) -> f64 {
    match train.optimizer {
        Optimizer::Sgd { .. } => 1.0,
        _ => 0.1,
    }
}

fn large_feature(data: &Dataset) -> Option<f32> {
    let values = data.train.features.table()?.data();
    let largest = values.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    (largest > LARGE_FEATURE).then_some(largest)
}

fn sums_over_batch(train: &TrainSpec) -> bool {
    train.reduction == Reduction::Sum && train.batch != BatchSize::Of(1)
}

/// The learning rate to try next, with one digit as a user would type it: a tenth, or 1 where even
/// a tenth is beyond what any of these networks bears.
fn next_rate(rate: Finite) -> String {
    let next = if rate.get() > 10.0 { 1.0 } else { rate.get() / 10.0 };
    let short = format!("{next:.0e}");
    short.parse::<Finite>().map_or(short, |rate| rate.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::worker::fake::{self, train};

    fn message(train: &TrainSpec) -> String {
        finding(Symptom::Loss(Step(13)), train, &fake::data(4), Step(10)).message
    }

    #[test]
    fn names_a_large_learning_rate_and_what_to_try() {
        let train = TrainSpec { learning_rate: Finite::lit(1e7), ..train() };
        assert_eq!(
            message(&train),
            "The loss was no longer a number at step 13. The learning rate of 1e7 is probably \
             too large: each update overshoots. The weights of step 10 are back; try 1 or less."
        );
    }

    #[test]
    fn names_a_penalty_that_makes_weights_grow() {
        let train = TrainSpec { learning_rate: Finite::lit(0.1), l2: Finite::lit(30.0), ..train() };
        assert!(message(&train).contains("a penalty of 30 makes the weights grow"));
        let adam = TrainSpec { optimizer: Optimizer::ADAM, ..train };
        assert!(message(&adam).contains("learning rate of 0.1 may be too large"));
    }

    #[test]
    fn names_features_that_are_not_scaled() {
        let train = TrainSpec { learning_rate: Finite::lit(0.3), ..train() };
        let mut data = fake::data(4);
        data.train.features.table_mut().expect("in memory").data_mut()[3] = -5000.0;
        let finding = finding(Symptom::Measured(Step(20)), &train, &data, Step(10));
        assert_eq!(finding.step, Step(20));
        assert!(finding.message.contains("(values up to 5000)"));
        assert!(finding.message.ends_with("standardise the features, or try 0.03 or less."));
    }

    #[test]
    fn names_a_summed_loss_and_otherwise_the_learning_rate() {
        let mut train = TrainSpec { learning_rate: Finite::lit(0.02), ..train() };
        assert!(message(&train).contains("of 0.02 may be too large for this network"));
        train.reduction = Reduction::Sum;
        assert!(message(&train).contains("summed over the batch"));
    }
}
