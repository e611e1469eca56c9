//! What several built-in experiments are made of.

use crate::base::Finite;
use crate::spec::activation::Activation;
use crate::spec::data::{DataSource, DataSpec, DrawnSet, DrawnSpec, ToyKind, ToySpec};
use crate::spec::experiment::{ExperimentSpec, RunSpec};
use crate::spec::model::{DenseSpec, LayerSpec, ModelSpec, OutputSpec};
use crate::spec::optimizer::Optimizer;
use crate::spec::train::{BatchSize, Loss, StopRule, TrainSpec};

/// A dense layer that starts as PyTorch's does, and ReLU.
pub(super) fn dense_relu(units: usize) -> [LayerSpec; 2] {
    [LayerSpec::from(DenseSpec::new(units)), LayerSpec::from(Activation::Relu)]
}

/// A dense layer that starts as PyTorch's does, and tanh.
pub(super) fn dense_tanh(units: usize) -> [LayerSpec; 2] {
    [LayerSpec::from(DenseSpec::new(units)), LayerSpec::from(Activation::Tanh)]
}

/// Cross-entropy by Adam with its usual learning rate.
pub(super) fn adam(batch: BatchSize, epochs: u64) -> TrainSpec {
    TrainSpec {
        loss: Loss::CROSS_ENTROPY,
        optimizer: Optimizer::ADAM,
        learning_rate: Finite::lit(1e-3),
        batch,
        stop: StopRule::Epochs(epochs),
        ..TrainSpec::default()
    }
}

/// Plain gradient descent on all rows at once.
pub(super) fn full_batch(loss: Loss, learning_rate: f64, steps: u64) -> TrainSpec {
    TrainSpec {
        loss,
        optimizer: Optimizer::SGD,
        learning_rate: Finite::lit(learning_rate),
        batch: BatchSize::Full,
        stop: StopRule::Steps(steps),
        ..TrainSpec::default()
    }
}

pub(super) fn one_run(title: &str, data: DataSpec, run: RunSpec) -> ExperimentSpec {
    ExperimentSpec { name: title.into(), data, runs: vec![run], seed: 0 }
}

/// A run whose layers start as PyTorch's do.
pub(super) fn usual_run(name: &str, hidden: Vec<LayerSpec>, train: TrainSpec) -> RunSpec {
    let model = ModelSpec { hidden, output: OutputSpec::default() };
    RunSpec { name: name.into(), model, train }
}

pub(super) fn generated(kind: ToyKind) -> DataSpec {
    DataSpec::new(DataSource::Toy(ToySpec::standard(kind)))
}

pub(super) fn drawn(set: DrawnSet) -> DataSpec {
    DataSpec::new(DataSource::Drawn(DrawnSpec::standard(set)))
}
