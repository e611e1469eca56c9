//! Digits: MNIST, drawn ones, bitmaps.

use super::parts::{adam, dense_relu, drawn, full_batch, one_run, usual_run};
use crate::base::Finite;
use crate::spec::activation::Activation;
use crate::spec::data::{
    CsvSpec, DataSource, DataSpec, DrawnSet, IdxSpec, LabelColumn, Scaling, TaskChoice,
};
use crate::spec::experiment::{ExperimentSpec, RunSpec};
use crate::spec::model::{
    BatchNormSpec, ConvSpec, LayerKind, LayerSpec, ModelSpec, OutputSpec, Padding, PoolSpec,
};
use crate::spec::train::{BatchSize, Loss, StopRule, TrainSpec};

pub(super) fn mnist_mlp() -> ExperimentSpec {
    let source = DataSource::Idx(IdxSpec::default());
    let mut hidden = vec![LayerSpec::from(LayerKind::Flatten)];
    hidden.extend(dense_relu(128));
    hidden.extend(dense_relu(64));
    ExperimentSpec {
        name: "MNIST, multilayer perceptron".into(),
        data: DataSpec::new(source),
        runs: vec![RunSpec {
            name: "MLP 128-64".into(),
            model: ModelSpec { hidden, output: OutputSpec::default() },
            train: adam(BatchSize::Of(64), 5),
        }],
        seed: 0,
    }
}

pub(super) fn digits123() -> ExperimentSpec {
    let source = DataSource::Csv(CsvSpec {
        label: LabelColumn::Last,
        task: TaskChoice::Classification,
        ..CsvSpec::default()
    });
    ExperimentSpec {
        name: "Digits 1, 2, 3".into(),
        data: DataSpec { scaling: Scaling::None, ..DataSpec::new(source) },
        runs: vec![RunSpec {
            name: "MLP 18".into(),
            model: ModelSpec { hidden: dense_relu(18).into(), output: OutputSpec::default() },
            train: TrainSpec { learning_rate: Finite::lit(0.01), ..adam(BatchSize::Of(16), 200) },
        }],
        seed: 0,
    }
}

pub(super) fn drawn_digits() -> ExperimentSpec {
    let mut hidden = vec![LayerSpec::from(LayerKind::Flatten)];
    hidden.extend(dense_relu(64));
    let run = usual_run("MLP 64", hidden, adam(BatchSize::Of(64), 5));
    one_run("Drawn digits, multilayer perceptron", drawn(DrawnSet::Digits28), run)
}

pub(super) fn bitmap_digits() -> ExperimentSpec {
    let train = full_batch(Loss::CROSS_ENTROPY, 0.1, 1000);
    let run = usual_run("MLP 32", dense_relu(32).into(), train);
    one_run("Bitmap digits 1, 2, 3", drawn(DrawnSet::Digits123), run)
}

/// Lecture 13: two convolutions with ReLU and pooling each, then one dense layer.
fn lecture_cnn() -> Vec<LayerSpec> {
    let conv = |channels| LayerSpec::from(LayerKind::Conv2d(ConvSpec::new(channels, 5)));
    let pool = || LayerSpec::from(LayerKind::MaxPool2d(PoolSpec::new(2)));
    let relu = || LayerSpec::from(Activation::Relu);
    let flatten = LayerSpec::from(LayerKind::Flatten);
    vec![conv(10), relu(), pool(), conv(20), relu(), pool(), flatten]
}

fn mnist() -> DataSpec {
    DataSpec::new(DataSource::Idx(IdxSpec::default()))
}

/// As the lecture trains it: plain gradient descent with a small learning rate, so that the first
/// epoch ends near chance.
pub(super) fn mnist_cnn() -> ExperimentSpec {
    let train = TrainSpec {
        learning_rate: Finite::lit(1e-3),
        batch: BatchSize::Of(64),
        stop: StopRule::Epochs(10),
        ..TrainSpec::default()
    };
    one_run("MNIST, the lecture's CNN", mnist(), usual_run("CNN, SGD", lecture_cnn(), train))
}

pub(super) fn mnist_cnn_adam() -> ExperimentSpec {
    let train = TrainSpec { learning_rate: Finite::lit(2e-3), ..adam(BatchSize::Of(64), 3) };
    let run = usual_run("CNN, Adam", lecture_cnn(), train);
    ExperimentSpec { seed: 1, ..one_run("MNIST, CNN with Adam", mnist(), run) }
}

pub(super) fn drawn_digits_cnn() -> ExperimentSpec {
    let run = usual_run("CNN", lecture_cnn(), adam(BatchSize::Of(64), 3));
    one_run("Drawn digits, CNN", drawn(DrawnSet::Digits28), run)
}

/// A block of two convolutions with what went into it added at the end.
pub(super) fn drawn_digits_resnet() -> ExperimentSpec {
    let conv = || {
        let same = ConvSpec { padding: Padding::Same, bias: false, ..ConvSpec::new(16, 3) };
        LayerSpec::from(LayerKind::Conv2d(same))
    };
    let norm = || LayerSpec::from(LayerKind::BatchNorm(BatchNormSpec::default()));
    let relu = || LayerSpec::from(Activation::Relu);
    let pool = || LayerSpec::from(LayerKind::MaxPool2d(PoolSpec::new(2)));
    let block = || [conv(), norm(), relu(), conv(), norm(), LayerKind::Skip { over: 5 }.into()];
    let mut hidden = vec![conv(), norm(), relu(), pool()];
    hidden.extend(block());
    hidden.extend([relu(), pool()]);
    hidden.extend(block());
    hidden.extend([relu(), LayerKind::GlobalAvgPool.into(), LayerKind::Flatten.into()]);
    let run = usual_run("ResNet", hidden, adam(BatchSize::Of(64), 3));
    one_run("Drawn digits, residual CNN", drawn(DrawnSet::Digits28), run)
}
