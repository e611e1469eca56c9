use crate::base::{Finite, Step};
use crate::data::Dataset;
use crate::record::Finding;
use crate::spec::{Clip, Optimizer, Reduction, Schedule, TrainSpec};

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
    let try_rate = format!("try {} or less", next_rate(rate));
    let causes = [growing_schedule(train), large_rate(train), shrinking_too_far(train)];
    if let Some((cause, remedy)) = causes.into_iter().flatten().next() {
        return (cause, format!("{}.", remedy.unwrap_or(try_rate)));
    }
    let summed = summed_rows(train, data);
    if let Some(largest) = large_feature(data) {
        let features = format!("The features are not scaled (values up to {largest:.0})");
        return match summed {
            Some(_) => (
                format!(
                    "{features} and the loss is summed over the batch, which together make the \
                     updates too large."
                ),
                format!("standardise the features, take the mean of the losses, or {try_rate}."),
            ),
            None => (
                format!("{features}, which makes the updates too large."),
                format!("standardise the features, or {try_rate}."),
            ),
        };
    }
    if let Some(rows) = summed {
        let cause = format!(
            "The loss is summed over the batch, which multiplies the updates by up to {rows}."
        );
        return (cause, format!("take the mean instead, or lower the learning rate: {try_rate}."));
    }
    let peak = match train.schedule {
        Schedule::OneCycle { .. } => ", the peak of the cycle,",
        _ => "",
    };
    let cause = format!("The learning rate of {rate}{peak} may be too large for this network.");
    match train.clip {
        Clip::None => (cause, format!("{try_rate}, or clip gradients by norm.")),
        Clip::Norm { .. } | Clip::Value { .. } => (cause, format!("{try_rate}.")),
    }
}

/// A cause, and its remedy where that is another than a smaller learning rate.
type Cause = Option<(String, Option<String>)>;

fn growing_schedule(train: &TrainSpec) -> Cause {
    let (Schedule::Step { gamma, .. } | Schedule::Exponential { gamma }) = train.schedule else {
        return None;
    };
    (gamma.get() > 1.0).then(|| {
        let cause = format!(
            "The schedule multiplies the learning rate by {gamma} again and again, so that it \
             grows without end."
        );
        (cause, Some("take a factor below 1".into()))
    })
}

/// The learning rate by itself, or with what momentum makes of it: updates in one direction add up
/// to `1/(1 − μ)` of them.
fn large_rate(train: &TrainSpec) -> Cause {
    let (rate, limit) = (train.learning_rate, usual_limit(train.optimizer));
    if rate.get() > limit {
        let cause =
            format!("The learning rate of {rate} is probably too large: each update overshoots.");
        return Some((cause, None));
    }
    let Optimizer::Sgd { momentum, dampening, .. } = train.optimizer else { return None };
    let sum = rate.get() * (1.0 - dampening.get()) / (1.0 - momentum.get());
    (sum > limit).then(|| {
        let cause = format!(
            "With a momentum of {momentum}, a learning rate of {rate} adds up to {}, which is \
             probably too large.",
            short(sum)
        );
        (cause, None)
    })
}

/// A learning rate above this is unusual. An update of most adaptive optimizers moves every weight
/// by about the learning rate, so for these it is smaller; Adagrad's updates soon become small,
/// and Adadelta chooses their size by itself.
fn usual_limit(optimizer: Optimizer) -> f64 {
    match optimizer {
        Optimizer::Sgd { .. } | Optimizer::Adagrad { .. } | Optimizer::Rprop { .. } => 1.0,
        Optimizer::Adadelta { .. } => 10.0,
        Optimizer::RmsProp { .. }
        | Optimizer::Adam(_)
        | Optimizer::AdamW(_)
        | Optimizer::Adamax { .. }
        | Optimizer::NAdam { .. }
        | Optimizer::RAdam { .. } => 0.1,
    }
}

/// `w ← w − lr·λ·w` grows once `lr·λ` exceeds 2 (with momentum, `2(1 + μ)`). Most adaptive
/// optimizers divide the gradient by its size, so this holds for gradient descent, and for the
/// weight decay of AdamW, which has a step of its own.
fn shrinking_too_far(train: &TrainSpec) -> Cause {
    let (decay, limit) = match train.optimizer {
        Optimizer::Sgd { momentum, .. } => {
            (train.weight_decay.get() + 2.0 * train.l2_factor(), 2.0 * (1.0 + momentum.get()))
        }
        Optimizer::AdamW(_) => (train.weight_decay.get(), 2.0),
        _ => return None,
    };
    let rate = train.learning_rate;
    (decay * rate.get() > limit).then(|| {
        let cause = format!(
            "With a learning rate of {rate}, an L2 penalty or weight decay of together {} makes \
             the weights grow instead of shrink: the product must stay below 2.",
            short(decay)
        );
        (cause, Some("try a smaller penalty or a smaller learning rate".into()))
    })
}

fn large_feature(data: &Dataset) -> Option<f32> {
    let values = data.train.features.table()?.data();
    let largest = values.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    (largest > LARGE_FEATURE).then_some(largest)
}

/// Rows over which the loss is summed, where that is more than one.
fn summed_rows(train: &TrainSpec, data: &Dataset) -> Option<usize> {
    let rows = train.batch.rows(data.train.rows());
    (train.reduction == Reduction::Sum && rows > 1).then_some(rows)
}

/// With at most three digits.
fn short(value: f64) -> String {
    let text = format!("{value:.2e}");
    text.parse::<Finite>().map_or(text, |value| value.to_string())
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
    use crate::spec::{BatchSize, L2Form};
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
        assert!(message(&train).contains("of together 30 makes the weights grow"));
        // In the other form the same λ counts twice.
        let half = TrainSpec { l2: Finite::lit(15.0), ..train.clone() };
        assert!(!message(&half).contains("makes the weights grow"));
        let whole = TrainSpec { l2_form: L2Form::Whole, ..half };
        assert!(message(&whole).contains("of together 30 makes the weights grow"));
        let adam = TrainSpec { optimizer: Optimizer::ADAM, ..train.clone() };
        assert!(message(&adam).contains("learning rate of 0.1 may be too large"));
        let decay = TrainSpec { l2: Finite::ZERO, weight_decay: Finite::lit(21.0), ..train };
        assert!(message(&decay).contains("of together 21 makes"));
        let adamw = Optimizer::ALL[2];
        assert!(message(&TrainSpec { optimizer: adamw, ..decay }).contains("of together 21 makes"));
    }

    #[test]
    fn names_momentum_and_schedules_that_make_a_learning_rate_large() {
        let train = TrainSpec { learning_rate: Finite::lit(0.3), ..train() };
        let momentum = Optimizer::sgd(Finite::lit(0.9));
        let rolling = TrainSpec { optimizer: momentum, ..train.clone() };
        assert!(message(&rolling).contains("With a momentum of 0.9, a learning rate of 0.3 adds"));
        assert!(message(&rolling).contains("adds up to 3, which"), "{}", message(&rolling));
        let schedule = Schedule::Exponential { gamma: Finite::lit(1.5) };
        let growing = TrainSpec { schedule, ..train.clone() };
        assert!(message(&growing).ends_with("are back; take a factor below 1."));
        let schedule = Schedule::OneCycle { epochs: 10, rise: Finite::lit(0.3) };
        let cycle = TrainSpec { schedule, ..train };
        assert!(message(&cycle).contains("of 0.3, the peak of the cycle, may be too large"));
    }

    #[test]
    fn suggests_clipping_where_nothing_is_clipped() {
        let train = TrainSpec { learning_rate: Finite::lit(0.3), ..train() };
        assert!(message(&train).ends_with("try 0.03 or less, or clip gradients by norm."));
        let clipped = TrainSpec { clip: Clip::ALL[1], ..train };
        assert!(message(&clipped).ends_with("try 0.03 or less."));
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
        train.batch = BatchSize::Full;
        assert!(message(&train).contains("multiplies the updates by up to 4."));
        train.batch = BatchSize::Of(1);
        assert!(!message(&train).contains("summed"));
    }
}
