//! What does not forbid training, but will surprise whoever does not know it.

use crate::base::LayerIdx;
use crate::spec::activation::Activation;
use crate::spec::data::DataFacts;
use crate::spec::experiment::RunSpec;
use crate::spec::metric::Part;
use crate::spec::model::LayerKind;
use crate::spec::readout::{Readout, TargetCoding};
use crate::spec::schedule::Schedule;
use crate::spec::train::{Loss, TrainSpec};

use super::training::watched;
use super::{Field, SpecIssue, in_sentence};

/// Every piece of advice for a run that can be trained.
pub(super) fn on(spec: &RunSpec, facts: &DataFacts, readout: &Readout) -> Vec<SpecIssue> {
    let mut advice = Vec::new();
    on_flat_layers(spec, &mut advice);
    advice.extend(on_output(spec, readout).map(|message| at(Field::Output, message)));
    on_training(&spec.train, facts, &mut advice);
    advice
}

fn at(field: Field, message: String) -> SpecIssue {
    SpecIssue { field, message }
}

/// Whether a layer has parameters that are to be learnt.
fn learns(kind: &LayerKind) -> bool {
    match kind {
        LayerKind::Dense(_) | LayerKind::Conv2d(_) => true,
        LayerKind::BatchNorm(norm) => norm.affine,
        LayerKind::LayerNorm(norm) | LayerKind::GroupNorm { norm, .. } => norm.affine,
        LayerKind::MaxPool2d(_)
        | LayerKind::AvgPool2d { .. }
        | LayerKind::GlobalAvgPool
        | LayerKind::Dropout { .. }
        | LayerKind::Flatten
        | LayerKind::Activation(_)
        | LayerKind::Skip { .. } => false,
    }
}

/// A unit step or sign stops the gradient on its way to the layers before it.
fn on_flat_layers(spec: &RunSpec, advice: &mut Vec<SpecIssue>) {
    let mut is_learning = false;
    for (index, layer) in spec.model.hidden.iter().enumerate().filter(|(_, layer)| !layer.off) {
        is_learning |= learns(&layer.kind) && !layer.frozen;
        if let LayerKind::Activation(activation) = layer.kind
            && activation.is_flat()
            && is_learning
        {
            advice.push(at(
                Field::Layer(LayerIdx(index)),
                format!(
                    "{} has derivative 0 everywhere: no gradient passes it, so the layers before \
                     it do not learn. Sigmoid and tanh are the smooth ones of its kind.",
                    activation.label()
                ),
            ));
        }
    }
}

/// What the output activation does to what the loss takes or to what is to be predicted.
fn on_output(spec: &RunSpec, readout: &Readout) -> Option<String> {
    let (loss, activation) = (spec.train.loss, spec.model.output.activation);
    if loss == Loss::Perceptron || loss == Loss::Nll || activation == Activation::Linear {
        return None;
    }
    if activation.is_flat() {
        return Some(format!(
            "{} has derivative 0 everywhere, so with this loss nothing is learnt at all. The \
             perceptron criterion is made for it.",
            activation.label()
        ));
    }
    if activation.range().iter().all(|end| end.is_infinite()) {
        return None;
    }
    match loss {
        Loss::CrossEntropy { .. } => Some(before_softmax(activation, readout.outputs)),
        Loss::BinaryCrossEntropy => Some(before_sigmoid(activation)),
        Loss::Hinge => Some(format!(
            "The hinge loss takes scores of any size until a margin of 1 is reached; {} keeps \
             them {}. Linear is the usual choice at the output.",
            in_sentence(activation),
            between(activation.range())
        )),
        _ => out_of_reach(activation, readout.coding),
    }
}

fn before_softmax(activation: Activation, outputs: usize) -> String {
    match activation {
        Activation::LogSoftmax => "Cross-entropy applies a log-softmax itself; a second one \
                                   changes nothing and costs time. Choose linear at the output."
            .into(),
        Activation::Softmax | Activation::Softmin => {
            let least = (1.0 + (outputs - 1) as f64 / std::f64::consts::E).ln();
            format!(
                "Cross-entropy applies a softmax itself. After another one all values lie \
                 between 0 and 1, so that the loss cannot fall below {least:.2} and learning is \
                 slow. Choose linear at the output."
            )
        }
        _ => format!(
            "Cross-entropy takes values of any size (logits) and applies a softmax itself; {} \
             keeps them {} and so limits how sure the network can be. Choose linear at the output.",
            in_sentence(activation),
            between(activation.range())
        ),
    }
}

fn before_sigmoid(activation: Activation) -> String {
    if activation == Activation::Sigmoid {
        return "Binary cross-entropy applies a sigmoid itself. After another one every \
                probability lies between 0.50 and 0.73, and class 0 is never predicted. Choose \
                linear at the output, or binary cross-entropy of a probability."
            .into();
    }
    format!(
        "Binary cross-entropy takes a value of any size (a logit) and applies a sigmoid itself; \
         {} keeps it {} and so limits how sure the network can be. Choose linear at the output.",
        in_sentence(activation),
        between(activation.range())
    )
}

fn out_of_reach(activation: Activation, coding: TargetCoding) -> Option<String> {
    let [low, high] = activation.range();
    let name = in_sentence(activation);
    match coding {
        TargetCoding::Number => Some(format!(
            "With {name} at the output every predicted number is {}; others cannot be predicted. \
             Choose linear at the output unless the label keeps to that, too.",
            between([low, high])
        )),
        TargetCoding::OneHot | TargetCoding::ZeroOne if high < 1.0 => Some(format!(
            "The outputs should be 0 or 1, but with {name} they are {}. Choose sigmoid at the \
             output.",
            between([low, high])
        )),
        _ => None,
    }
}

/// `between −1 and 1`.
fn between([low, high]: [f64; 2]) -> String {
    let number = |value: f64| format!("{:.2}", value.abs()).trim_end_matches(".00").to_owned();
    let signed = |value: f64| match value < 0.0 {
        true => format!("−{}", number(value)),
        false => number(value),
    };
    match (low.is_finite(), high.is_finite()) {
        (true, true) => format!("between {} and {}", signed(low), signed(high)),
        (true, false) => format!("at {} or above", signed(low)),
        (false, true) => format!("at {} or below", signed(high)),
        (false, false) => "of any size".into(),
    }
}

fn on_training(train: &TrainSpec, facts: &DataFacts, advice: &mut Vec<SpecIssue>) {
    let early = train.early.map(|early| (Field::Early, "early stopping", early.part));
    let target = train.target.map(|target| (Field::Target, "the target", target.part));
    for (field, what, part) in early.into_iter().chain(target) {
        advice.extend(on_part(what, part, facts).map(|message| at(field, message)));
    }
    if let Some(target) = train.target
        && !target.quantity.is_cost()
        && target.value.get() > 1.0
    {
        let message = format!(
            "The {} is never above 1, so a target of {} does not end training.",
            target.quantity.label(),
            target.value
        );
        advice.push(at(Field::Target, message));
    }
    if let Schedule::Step { gamma, .. } | Schedule::Exponential { gamma } = train.schedule
        && gamma.get() > 1.0
    {
        let message = format!("With a factor of {gamma} the learning rate grows without end.");
        advice.push(at(Field::Schedule, message));
    }
}

/// Whoever ends training by the test part has looked at it.
fn on_part(what: &str, part: Part, facts: &DataFacts) -> Option<String> {
    match (part, watched(part, facts)) {
        (Part::Validation, Part::Test) => Some(format!(
            "The data have no validation part, so {what} looks at the test part. What that then \
             says of unseen data is too good: hold out rows for validating."
        )),
        (Part::Test, _) if facts.validation_rows > 0 => Some(format!(
            "By way of {what} the test part decides when training ends, and then no longer tells \
             how well unseen data are predicted. The validation part is there for that."
        )),
        _ => None,
    }
}
