//! Whether loss, output activation and class weights fit the data.

use crate::spec::activation::Activation;
use crate::spec::data::Task;
use crate::spec::experiment::RunSpec;
use crate::spec::train::{ClassWeights, Loss};

use super::{Field, SpecIssue, in_sentence};

/// Reports what does not fit.
pub(super) fn check(spec: &RunSpec, task: Task, issues: &mut Vec<SpecIssue>) {
    let (loss, output) = (spec.train.loss, spec.model.output.activation);
    let mut refuse = |field, message: Option<String>| {
        issues.extend(message.map(|message| SpecIssue { field, message }));
    };
    refuse(Field::Loss, against_task(loss, task));
    refuse(Field::Loss, against_constant(loss));
    refuse(Field::Output, against_output(loss, output));
    refuse(Field::Output, against_single(loss, output, task));
    refuse(Field::ClassWeights, against_weights(&spec.train.class_weights, task));
}

fn against_task(loss: Loss, task: Task) -> Option<String> {
    match (task, loss) {
        (
            Task::Classification { classes },
            Loss::BinaryCrossEntropy | Loss::BinaryFromProbability,
        ) if classes != 2 => Some(format!(
            "{} tells two classes apart; this data has {classes}. Choose cross-entropy.",
            loss.label()
        )),
        (Task::Regression, loss) if !loss.is_distance() => Some(format!(
            "{} predicts classes; the label of this data is a number. Choose squared error.",
            loss.label()
        )),
        _ => None,
    }
}

fn against_constant(loss: Loss) -> Option<String> {
    match loss {
        Loss::CrossEntropy { smoothing } if !(0.0..1.0).contains(&smoothing.get()) => {
            Some(format!(
                "Label smoothing takes a share from 0 to below 1, not {smoothing}: with 1 the true \
                 class would count no more than any other."
            ))
        }
        Loss::Huber { delta } if delta.get() <= 0.0 => Some(format!(
            "The δ of the Huber loss is greater than 0, not {delta}: it is where the square turns \
             into a line."
        )),
        Loss::SmoothL1 { beta } if beta.get() <= 0.0 => Some(format!(
            "The β of smooth L1 is greater than 0, not {beta}. Without a square, choose absolute \
             error."
        )),
        _ => None,
    }
}

fn against_output(loss: Loss, output: Activation) -> Option<String> {
    match loss {
        Loss::BinaryFromProbability if !output.is_share() => Some(format!(
            "{} takes a value between 0 and 1, which {} at the output does not give. Choose \
             sigmoid at the output, or binary cross-entropy, which takes any value.",
            loss.label(),
            in_sentence(output)
        )),
        Loss::Nll if output != Activation::LogSoftmax => Some(format!(
            "{} takes logarithms of probabilities, which {} at the output does not give. Choose \
             log-softmax at the output, or cross-entropy, which does both at once.",
            loss.label(),
            in_sentence(output)
        )),
        Loss::Perceptron if output != Activation::Linear && !output.is_flat() => Some(format!(
            "The perceptron criterion is taken before a unit step or a sign; with {} at the \
             output its gradient would be another one. Choose unit step, sign or linear at the \
             output.",
            in_sentence(output)
        )),
        _ => None,
    }
}

/// The softmax family looks at several values.
fn against_single(loss: Loss, output: Activation, task: Task) -> Option<String> {
    let has_one = match (task, loss) {
        (Task::Regression, _) | (_, Loss::BinaryCrossEntropy | Loss::BinaryFromProbability) => true,
        (_, Loss::CrossEntropy { .. } | Loss::Nll) => false,
        (Task::Classification { classes }, _) => classes == 2,
    };
    // The perceptron criterion refuses it already.
    if !has_one || !output.is_rowwise() || loss == Loss::Perceptron {
        return None;
    }
    let always = if output == Activation::LogSoftmax { 0 } else { 1 };
    let instead = match task {
        Task::Regression => "linear",
        Task::Classification { .. } if loss == Loss::BinaryCrossEntropy => "linear",
        Task::Classification { .. } => "sigmoid",
    };
    Some(format!(
        "There is a single output, and the {} of a single value is always {always}. Choose \
         {instead} at the output.",
        in_sentence(output)
    ))
}

fn against_weights(weights: &ClassWeights, task: Task) -> Option<String> {
    let given = match weights {
        ClassWeights::None => return None,
        ClassWeights::Balanced => &[][..],
        ClassWeights::Of(weights) => weights,
    };
    let classes = match task {
        Task::Regression => {
            return Some(
                "Class weights need classes; the label of this data is a number. Choose none."
                    .into(),
            );
        }
        Task::Classification { classes } => classes,
    };
    if *weights == ClassWeights::Balanced {
        return None;
    }
    if given.len() != classes {
        return Some(format!(
            "There are {} class weights for {classes} classes. Give one for each, in the order of \
             the classes.",
            given.len()
        ));
    }
    if let Some(negative) = given.iter().find(|weight| weight.get() < 0.0) {
        return Some(format!(
            "A class weight cannot be negative ({negative}): its loss would be driven up. Take 0 \
             for a class that is not to count."
        ));
    }
    given.iter().all(|weight| weight.get() == 0.0).then(|| {
        "All class weights are 0, so nothing would be learnt. Give at least one class a weight \
         above 0."
            .into()
    })
}
