//! The convolutional network of the lecture, on real digits, step by step.

use descent::spec::{ConvSpec, LayerKind, PoolSpec};
use descent::train::testing::Stack;

use super::layers::shaped_run;
use super::*;

/// Convolution 1→10, ReLU, pooling, convolution 10→20, ReLU, pooling; 320 values to 10 classes.
fn lecture() -> Vec<LayerSpec> {
    let block = |channels| {
        [
            LayerSpec::from(LayerKind::Conv2d(ConvSpec::new(channels, 5))),
            LayerSpec::from(Activation::Relu),
            LayerSpec::from(LayerKind::MaxPool2d(PoolSpec::new(2))),
        ]
    };
    let flatten = LayerSpec::from(LayerKind::Flatten);
    block(10).into_iter().chain(block(20)).chain([flatten]).collect()
}

const SHAPE: [usize; 3] = [1, 28, 28];
const HOT: HotParams = HotParams::rate(0.05);

fn run() -> ValidRun {
    let momentum = Optimizer::sgd(Finite::lit(0.9));
    let valid = shaped_run(&SHAPE, lecture(), 10);
    let mut spec = valid.spec().clone();
    spec.train = train(Loss::CROSS_ENTROPY, momentum);
    validate_run(&spec, valid.facts()).expect("valid")
}

/// Gradient of the mean cross-entropy at the logits.
fn at_logits(logits: &[f64], classes: &[f64]) -> Vec<f64> {
    let rows = classes.len() as f64;
    let mut gradient = Vec::with_capacity(logits.len());
    for (row, &class) in logits.chunks_exact(10).zip(classes) {
        let total: f64 = row.iter().map(|z| z.exp()).sum();
        gradient.extend(row.iter().enumerate().map(|(place, z)| {
            (z.exp() / total - f64::from(u8::from(place as f64 == class))) / rows
        }));
    }
    gradient
}

fn start(file: &Value) -> Vec<NamedTensor> {
    let init = file["init"].as_object().expect("a table").iter();
    init.map(|(name, value)| {
        let shape: Vec<usize> = numbers(&value["shape"]).iter().map(|&n| n as usize).collect();
        named(name, &shape, floats(value))
    })
    .collect()
}

/// Logits and gradients at the start.
fn check_start(file: &Value, compute: &Compute) {
    let mut stack = Stack::single(&run(), 0, compute.clone());
    for (name, value) in file["init"].as_object().expect("a table") {
        stack.set(name, &numbers(value)).expect("is there");
    }
    let classes = numbers(&file["target"]);
    let found = stack
        .train(&numbers(&file["x"]), 4, 0, |logits| at_logits(logits, &classes))
        .expect("computes");
    layers::assert_near("logits", &found.outputs, &numbers(&file["logits0"]), 1e-5);
    for (name, gradient) in &found.gradients {
        let expected = numbers(&file["grads0"][name]);
        let largest = expected.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        for (a, b) in gradient.iter().zip(&expected) {
            assert!((a - b).abs() <= 1e-4 * largest, "{name}: {a}, not {b}");
        }
    }
    assert_eq!(found.gradients.len(), 6);
}

/// The losses of the first ten updates with momentum.
fn check_path(file: &Value, compute: &Compute) {
    let mut bench = Bench::new(&run(), &Bare::mean(Loss::CROSS_ENTROPY), 0, compute.clone());
    let parameters = start(file);
    bench.restore(&EngineState { parameters, ..EngineState::default() }).expect("fits");
    let x = Matrix::new(4, 784, floats(&file["x"])).expect("fits");
    let targets = one_hot(&floats(&file["target"]), 10);
    for (step, expected) in numbers(&file["losses"]).into_iter().enumerate() {
        let loss = bench.step(&x, &targets, &HOT).expect("steps");
        assert!((loss - expected).abs() <= 1e-4 * (1.0 + expected), "{step}: {loss}, {expected}");
    }
}

pub fn check_lecture(compute: &Compute) {
    let file = golden("cnn_lecture13.json");
    check_start(&file, compute);
    check_path(&file, compute);
}

#[test]
fn the_lectures_network_has_its_number_of_parameters() {
    assert_eq!(run().parameters(), 8490);
}

#[test]
fn the_lectures_network_takes_pytorchs_path() {
    check_lecture(&Compute::cpu());
}
