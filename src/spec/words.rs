//! Words that people read and write: in experiment files, and as values on the command line. Each
//! function is exhaustive, so that a new kind cannot be forgotten; whoever reads words goes
//! through the same functions, so that both directions agree. Constants of a kind (a slope, a
//! momentum) are no part of its word.

use super::activation::Activation;
use super::init::{BiasInit, Init};
use super::metric::{Part, Quantity};
use super::model::{LayerKind, Padding};
use super::optimizer::Optimizer;
use super::schedule::Schedule;
use super::train::{ClassWeights, Clip, L2Form, Loss, Reduction};

/// A batch of the whole training part.
pub const FULL: &str = "full";
/// A stop rule that never ends training.
pub const NEVER: &str = "never";

/// The value among `all` that `text` is the word for.
#[must_use]
pub fn find<T: Clone>(all: &[T], word: impl Fn(&T) -> &'static str, text: &str) -> Option<T> {
    all.iter().find(|value| word(value) == text).cloned()
}

/// The word for a kind of layer; of an activation, that of the function.
#[must_use]
pub fn layer(kind: &LayerKind) -> &'static str {
    match kind {
        LayerKind::Dense(_) => "dense",
        LayerKind::Conv2d(_) => "conv",
        LayerKind::MaxPool2d(_) => "max-pool",
        LayerKind::AvgPool2d { .. } => "avg-pool",
        LayerKind::GlobalAvgPool => "global-avg-pool",
        LayerKind::BatchNorm(_) => "batch-norm",
        LayerKind::LayerNorm(_) => "layer-norm",
        LayerKind::GroupNorm { .. } => "group-norm",
        LayerKind::Dropout { .. } => "dropout",
        LayerKind::Flatten => "flatten",
        LayerKind::Activation(function) => activation(*function),
        LayerKind::Skip { .. } => "skip",
    }
}

/// The word for a padding; one that is told has two numbers instead.
#[must_use]
pub fn padding(padding: Padding) -> &'static str {
    match padding {
        Padding::Valid => "valid",
        Padding::Same => "same",
        Padding::Of(_) => "of",
    }
}

/// The word for how the losses of a batch become one.
#[must_use]
pub fn reduction(reduction: Reduction) -> &'static str {
    match reduction {
        Reduction::Mean => "mean",
        Reduction::Sum => "sum",
    }
}

/// The word for how much classes count; weights that are told are numbers instead.
#[must_use]
pub fn class_weights(weights: &ClassWeights) -> &'static str {
    match weights {
        ClassWeights::None => "none",
        ClassWeights::Balanced => "balanced",
        ClassWeights::Of(_) => "of",
    }
}

/// The word for how an L2 penalty is written: with the factor ½ or without.
#[must_use]
pub fn l2_form(form: L2Form) -> &'static str {
    match form {
        L2Form::Half => "half",
        L2Form::Whole => "whole",
    }
}

/// The word for what keeps gradients small.
#[must_use]
pub fn clip(clip: Clip) -> &'static str {
    match clip {
        Clip::None => "none",
        Clip::Norm { .. } => "norm",
        Clip::Value { .. } => "value",
    }
}

/// The word for a schedule.
#[must_use]
pub fn schedule(schedule: Schedule) -> &'static str {
    match schedule {
        Schedule::Constant => "constant",
        Schedule::Step { .. } => "step",
        Schedule::Exponential { .. } => "exponential",
        Schedule::Cosine { .. } => "cosine",
        Schedule::Restarts { .. } => "restarts",
        Schedule::Polynomial { .. } => "polynomial",
        Schedule::Plateau { .. } => "plateau",
        Schedule::OneCycle { .. } => "one-cycle",
    }
}

/// The word for a part of the data.
#[must_use]
pub fn part(part: Part) -> &'static str {
    match part {
        Part::Train => "train",
        Part::Validation => "validation",
        Part::Test => "test",
    }
}

/// The word for what is measured.
#[must_use]
pub fn quantity(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Loss => "loss",
        Quantity::Objective => "objective",
        Quantity::Accuracy => "accuracy",
        Quantity::Top2 => "top-2",
        Quantity::Top3 => "top-3",
        Quantity::Top5 => "top-5",
        Quantity::BalancedAccuracy => "balanced-accuracy",
        Quantity::Precision => "precision",
        Quantity::Recall => "recall",
        Quantity::F1 => "f1",
        Quantity::WeightedF1 => "weighted-f1",
        Quantity::RocAuc => "roc-auc",
        Quantity::Mse => "mse",
        Quantity::Rmse => "rmse",
        Quantity::Mae => "mae",
        Quantity::R2 => "r2",
    }
}

/// The word for an activation.
#[must_use]
pub fn activation(activation: Activation) -> &'static str {
    match activation {
        Activation::Linear => "linear",
        Activation::Sigmoid => "sigmoid",
        Activation::Tanh => "tanh",
        Activation::Relu => "relu",
        Activation::LeakyRelu { .. } => "leaky-relu",
        Activation::UnitStep => "unit-step",
        Activation::Sign => "sign",
        Activation::PiecewiseLinear => "piecewise-linear",
        Activation::LogSigmoid => "log-sigmoid",
        Activation::HardSigmoid => "hard-sigmoid",
        Activation::HardTanh => "hard-tanh",
        Activation::Softsign => "softsign",
        Activation::Relu6 => "relu6",
        Activation::Elu { .. } => "elu",
        Activation::Selu => "selu",
        Activation::Gelu => "gelu",
        Activation::GeluTanh => "gelu-tanh",
        Activation::Silu => "silu",
        Activation::Softplus => "softplus",
        Activation::Mish => "mish",
        Activation::Softmax => "softmax",
        Activation::LogSoftmax => "log-softmax",
        Activation::Softmin => "softmin",
    }
}

/// The word for a distribution of weights.
#[must_use]
pub fn init(init: Init) -> &'static str {
    match init {
        Init::PyTorch => "pytorch",
        Init::KaimingUniform => "kaiming-uniform",
        Init::KaimingNormal => "kaiming-normal",
        Init::XavierUniform => "xavier-uniform",
        Init::XavierNormal => "xavier-normal",
        Init::Normal { .. } => "normal",
        Init::Uniform { .. } => "uniform",
        Init::Constant { .. } => "constant",
        Init::Zeros => "zeros",
    }
}

/// The word for a distribution of biases.
#[must_use]
pub fn bias_init(init: BiasInit) -> &'static str {
    match init {
        BiasInit::PyTorch => "pytorch",
        BiasInit::Normal { .. } => "normal",
        BiasInit::Uniform { .. } => "uniform",
        BiasInit::Constant { .. } => "constant",
        BiasInit::Zeros => "zeros",
    }
}

/// The word for a loss.
#[must_use]
pub fn loss(loss: Loss) -> &'static str {
    match loss {
        Loss::CrossEntropy { .. } => "cross-entropy",
        Loss::BinaryCrossEntropy => "binary-cross-entropy",
        Loss::BinaryFromProbability => "binary-cross-entropy-of-probability",
        Loss::Nll => "nll",
        Loss::Mse => "mse",
        Loss::HalfSquared => "half-squared",
        Loss::Mae => "mae",
        Loss::Huber { .. } => "huber",
        Loss::SmoothL1 { .. } => "smooth-l1",
        Loss::Hinge => "hinge",
        Loss::Perceptron => "perceptron",
    }
}

/// The word for an optimizer.
#[must_use]
pub fn optimizer(optimizer: Optimizer) -> &'static str {
    match optimizer {
        Optimizer::Sgd { .. } => "sgd",
        Optimizer::RmsProp { .. } => "rmsprop",
        Optimizer::Adagrad { .. } => "adagrad",
        Optimizer::Adadelta { .. } => "adadelta",
        Optimizer::Adam(_) => "adam",
        Optimizer::AdamW(_) => "adamw",
        Optimizer::Adamax { .. } => "adamax",
        Optimizer::NAdam { .. } => "nadam",
        Optimizer::RAdam { .. } => "radam",
        Optimizer::Rprop { .. } => "rprop",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_words() -> Vec<Vec<&'static str>> {
        let layers = LayerKind::usual();
        let layers = layers.iter().filter(|kind| !matches!(kind, LayerKind::Activation(_)));
        let functions = Activation::ALL.map(activation);
        vec![
            layers.map(layer).chain(functions).collect(),
            Init::ALL.map(init).into(),
            BiasInit::ALL.map(bias_init).into(),
            Loss::ALL.map(loss).into(),
            Optimizer::ALL.map(optimizer).into(),
            Reduction::ALL.map(reduction).into(),
            L2Form::ALL.map(l2_form).into(),
            Clip::ALL.map(clip).into(),
            Schedule::ALL.map(schedule).into(),
            Part::ALL.map(part).into(),
            Quantity::ALL.map(quantity).into(),
        ]
    }

    #[test]
    fn no_word_means_two_things() {
        for words in all_words() {
            let mut sorted = words.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), words.len(), "{words:?}");
        }
    }

    #[test]
    fn words_are_lower_case_with_dashes() {
        for word in all_words().concat() {
            let plain = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-');
            assert!(word.chars().all(plain), "{word}");
        }
    }

    #[test]
    fn a_word_is_found_again() {
        let found = find(&Loss::ALL, |&kind| loss(kind), "huber");
        assert_eq!(found, Some(Loss::Huber { delta: crate::base::Finite::ONE }));
        assert_eq!(find(&Loss::ALL, |&kind| loss(kind), "hubert"), None);
    }
}
