//! The words of the format. Each function is exhaustive, so that a new kind cannot be forgotten;
//! reading goes through the same functions, so that both directions agree.

use crate::spec::{
    Activation, BiasInit, HeaderMode, Init, Loss, Optimizer, Reduction, Scaling, TaskChoice,
    ToyKind,
};

pub(super) const CSV: &str = "csv";
pub(super) const IDX: &str = "idx";
pub(super) const FLATTEN: &str = "flatten";

pub(super) const HEADERS: [HeaderMode; 3] =
    [HeaderMode::Auto, HeaderMode::Present, HeaderMode::Absent];
pub(super) const TASKS: [TaskChoice; 3] =
    [TaskChoice::Auto, TaskChoice::Classification, TaskChoice::Regression];
pub(super) const SCALINGS: [Scaling; 4] = Scaling::ALL;

pub(super) fn toy(kind: ToyKind) -> &'static str {
    match kind {
        ToyKind::LectureSpiral => "lecture-spiral",
        ToyKind::Circle => "circle",
        ToyKind::Xor => "xor",
        ToyKind::Gauss => "gauss",
        ToyKind::Spiral => "spiral",
        ToyKind::Moons => "moons",
        ToyKind::Blobs => "blobs",
        ToyKind::Checkerboard => "checkerboard",
        ToyKind::Plane => "plane",
        ToyKind::Hills => "hills",
        ToyKind::Sine => "sine",
        ToyKind::Cubic => "cubic",
        ToyKind::Line => "line",
        ToyKind::Step => "step",
        ToyKind::And => "and",
        ToyKind::Or => "or",
        ToyKind::Not => "not",
        ToyKind::XorGate => "xor-gate",
    }
}

pub(super) fn header(mode: HeaderMode) -> &'static str {
    match mode {
        HeaderMode::Auto => "auto",
        HeaderMode::Present => "present",
        HeaderMode::Absent => "absent",
    }
}

pub(super) fn task(choice: TaskChoice) -> &'static str {
    match choice {
        TaskChoice::Auto => "auto",
        TaskChoice::Classification => "classification",
        TaskChoice::Regression => "regression",
    }
}

pub(super) fn scaling(scaling: Scaling) -> &'static str {
    match scaling {
        Scaling::None => "none",
        Scaling::Standardise => "standardise",
        Scaling::MinMax => "min-max",
        Scaling::Robust => "robust",
    }
}

pub(super) fn activation(activation: Activation) -> &'static str {
    match activation {
        Activation::Linear => "linear",
        Activation::Sigmoid => "sigmoid",
        Activation::Tanh => "tanh",
        Activation::Relu => "relu",
        Activation::LeakyRelu { .. } => "leaky-relu",
    }
}

pub(super) fn init(init: Init) -> &'static str {
    match init {
        Init::PyTorch => "pytorch",
        Init::KaimingUniform => "kaiming-uniform",
        Init::KaimingNormal => "kaiming-normal",
        Init::XavierUniform => "xavier-uniform",
        Init::XavierNormal => "xavier-normal",
        Init::Normal { .. } => "normal",
        Init::Zeros => "zeros",
    }
}

pub(super) fn bias_init(init: BiasInit) -> &'static str {
    match init {
        BiasInit::PyTorch => "pytorch",
        BiasInit::Zeros => "zeros",
    }
}

pub(super) fn loss(loss: Loss) -> &'static str {
    match loss {
        Loss::CrossEntropy => "cross-entropy",
        Loss::BinaryCrossEntropy => "binary-cross-entropy",
        Loss::Mse { reduction: Reduction::Mean } => "mse",
        Loss::Mse { reduction: Reduction::Sum } => "mse-sum",
    }
}

pub(super) fn optimizer(optimizer: Optimizer) -> &'static str {
    match optimizer {
        Optimizer::Sgd { .. } => "sgd",
        Optimizer::RmsProp { .. } => "rmsprop",
        Optimizer::Adam { .. } => "adam",
    }
}
