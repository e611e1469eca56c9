//! Spirals: the lecture's three arms and the two of TensorFlow Playground.

use super::parts::{adam, dense_tanh, generated, one_run, usual_run};
use crate::base::Finite;
use crate::spec::activation::Activation;
use crate::spec::data::{DataSource, DataSpec, Derived, Scaling, ToyKind};
use crate::spec::experiment::{ExperimentSpec, RunSpec};
use crate::spec::init::{BiasInit, Init};
use crate::spec::model::{DenseSpec, LayerKind, LayerSpec, ModelSpec, OutputSpec};
use crate::spec::optimizer::Optimizer;
use crate::spec::train::{BatchSize, Loss, StopRule, TrainSpec};

const LECTURE_INIT: Init = Init::normal(Finite::lit(0.01));

fn spiral_data() -> DataSpec {
    generated(ToyKind::LectureSpiral)
}

fn spiral(title: &str, runs: Vec<RunSpec>) -> ExperimentSpec {
    ExperimentSpec { name: title.into(), data: spiral_data(), runs, seed: 0 }
}

fn lecture_run(name: &str, hidden: Vec<LayerSpec>, steps: u64) -> RunSpec {
    RunSpec {
        name: name.into(),
        model: ModelSpec {
            hidden,
            output: OutputSpec {
                init: LECTURE_INIT,
                bias_init: BiasInit::Zeros,
                ..OutputSpec::default()
            },
        },
        train: TrainSpec {
            loss: Loss::CROSS_ENTROPY,
            optimizer: Optimizer::SGD,
            learning_rate: Finite::ONE,
            l2: Finite::lit(1e-3),
            batch: BatchSize::Full,
            stop: StopRule::Steps(steps),
            ..TrainSpec::default()
        },
    }
}

fn linear_run(steps: u64) -> RunSpec {
    lecture_run("Linear", vec![], steps)
}

fn relu_run() -> RunSpec {
    let hidden =
        DenseSpec { units: 100, bias: true, init: LECTURE_INIT, bias_init: BiasInit::Zeros };
    let layers = vec![LayerSpec::from(hidden), LayerSpec::from(Activation::Relu)];
    lecture_run("ReLU 100", layers, 10_000)
}

pub(super) fn spiral_linear() -> ExperimentSpec {
    spiral("Spiral, linear classifier", vec![linear_run(200)])
}

pub(super) fn spiral_relu() -> ExperimentSpec {
    spiral("Spiral, ReLU network", vec![relu_run()])
}

/// Both models train equally long, so that the comparison is one of models and not of patience.
pub(super) fn linear_vs_relu() -> ExperimentSpec {
    spiral("Linear or ReLU?", vec![linear_run(10_000), relu_run()])
}

pub(super) fn playground_spiral() -> ExperimentSpec {
    let [x, y] = [0, 1];
    let derived = vec![
        Derived::Power { feature: x, exponent: 2 },
        Derived::Power { feature: y, exponent: 2 },
        Derived::Product { a: x, b: y },
        Derived::Sin { feature: x },
        Derived::Sin { feature: y },
    ];
    let mut data =
        DataSpec { derived, scaling: Scaling::Standardise, ..generated(ToyKind::Spiral) };
    if let DataSource::Toy(toy) = &mut data.source {
        toy.noise = Finite::lit(0.1);
    }
    let hidden = [dense_tanh(8), dense_tanh(8)].concat();
    let train = TrainSpec {
        loss: Loss::BinaryCrossEntropy,
        learning_rate: Finite::lit(0.01),
        ..adam(BatchSize::Of(10), 150)
    };
    one_run("Playground spiral", data, usual_run("8-8 tanh", hidden, train))
}

/// Six layers of 32 units and the same function behind each.
fn six_layers(init: Init, bias_init: BiasInit, function: Activation) -> Vec<LayerSpec> {
    let dense = DenseSpec { init, bias_init, ..DenseSpec::new(32) };
    let pair = [LayerSpec::from(dense), LayerSpec::from(function)];
    pair.iter().cloned().cycle().take(12).collect()
}

/// Both start as their functions are usually started: what differs is what becomes of a gradient
/// on its way through six derivatives of at most ¼.
pub(super) fn vanishing_gradients() -> ExperimentSpec {
    let train = TrainSpec {
        learning_rate: Finite::lit(0.1),
        batch: BatchSize::Full,
        stop: StopRule::Steps(2000),
        ..TrainSpec::default()
    };
    let sigmoid = six_layers(Init::PyTorch, BiasInit::PyTorch, Activation::Sigmoid);
    let relu = six_layers(Init::KaimingNormal, BiasInit::Zeros, Activation::Relu);
    let runs = vec![
        usual_run("Six sigmoid layers", sigmoid, train.clone()),
        usual_run("Six ReLU layers", relu, train),
    ];
    spiral("Vanishing gradients", runs)
}

/// Blocks `x + dense(relu(dense(x)))`, or without `x +` when the connections are switched off.
fn blocks(count: usize, connected: bool) -> Vec<LayerSpec> {
    let dense = || LayerSpec::from(DenseSpec::new(32));
    let relu = || LayerSpec::from(Activation::Relu);
    let mut layers = vec![dense(), relu()];
    for _ in 0..count {
        let skip = LayerSpec { off: !connected, ..LayerKind::Skip { over: 3 }.into() };
        layers.extend([dense(), relu(), dense(), skip, relu()]);
    }
    layers
}

/// The same sixteen layers twice. Those without connections start where gradients hardly arrive.
pub(super) fn residual() -> ExperimentSpec {
    let train = TrainSpec {
        learning_rate: Finite::lit(0.05),
        batch: BatchSize::Full,
        stop: StopRule::Steps(2000),
        ..TrainSpec::default()
    };
    let runs = vec![
        usual_run("Plain", blocks(8, false), train.clone()),
        usual_run("Residual", blocks(8, true), train),
    ];
    spiral("Residual network", runs)
}
