//! The trainer against PyTorch: every number here was computed by it, or by NumPy in `f64`.

use std::sync::Arc;

use activations::golden_activation;
use descent::base::{Finite, HostTensor, Matrix};
use descent::data::{Dataset, Labelled, Targets};
use descent::record::NamedTensor;
use descent::spec::{
    Activation, BatchSize, DenseSpec, LayerSpec, Loss, ModelSpec, Optimizer, OutputSpec, Reduction,
    RunSpec, SampleShape, StopRule, Task, TrainSpec, ValidRun, validate_run,
};
use descent::train::testing::{self, Bare, Bench};
use descent::train::{Batch, BurnEngine, Compute, Engine, EngineState, HotParams};
use losses::golden_loss;
use serde_json::Value;

mod activations;
mod cnn;
mod engine;
#[cfg(feature = "gpu")]
mod gpu;
pub mod gradients;
mod inside;
mod layers;
mod losses;
mod optimizers;
mod perceptron;
mod schedules;
mod sine;

fn golden(file: &str) -> Value {
    let path = format!("{}/tests/golden/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("golden file");
    serde_json::from_str(&text).expect("golden file is JSON")
}

fn floats(value: &Value) -> Vec<f32> {
    numbers(value).into_iter().map(|number| number as f32).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.get("data").unwrap_or(value).as_array().expect("a list");
    list.iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// A table from the golden layout.
fn table(value: &Value) -> Matrix {
    let shape = numbers(&value["shape"]);
    Matrix::new(shape[0] as usize, shape[1] as usize, floats(value)).expect("fits")
}

/// Fails unless `|a - b| ≤ tolerance · (1 + |b|)` for every pair.
#[track_caller]
fn assert_close(what: &str, found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (place, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{what}[{place}]: {a}, not {b}");
    }
}

fn dataset(features: Matrix, targets: Targets, task: Task) -> Arc<Dataset> {
    let part = Labelled::new(features, targets);
    Arc::new(Dataset::new(
        "golden",
        SampleShape(vec![part.features.cols()]),
        task,
        part.clone(),
        part,
    ))
}

fn train(loss: Loss, optimizer: Optimizer) -> TrainSpec {
    TrainSpec {
        loss,
        optimizer,
        learning_rate: Finite::ONE,
        batch: BatchSize::Full,
        stop: StopRule::Never,
        ..TrainSpec::default()
    }
}

fn hidden(units: usize, activation: Activation) -> Vec<LayerSpec> {
    vec![LayerSpec::from(DenseSpec::new(units)), LayerSpec::from(activation)]
}

fn run(hidden: Vec<LayerSpec>, train: TrainSpec, data: &Dataset) -> ValidRun {
    let model = ModelSpec { hidden, output: OutputSpec::default() };
    validate_run(&RunSpec { name: "golden".into(), model, train }, &data.facts()).expect("valid")
}

fn engine(run: &ValidRun, data: &Arc<Dataset>) -> BurnEngine {
    BurnEngine::build(run, data, 0, Compute::cpu()).expect("builds")
}

fn named(name: &str, shape: &[usize], data: Vec<f32>) -> NamedTensor {
    NamedTensor { name: name.into(), tensor: HostTensor::new(shape.to_vec(), data).expect("fits") }
}

/// The lecture's data, `[300, 2]`: class `j` is rows `100j..100j + 100`.
fn spiral(file: &Value) -> Arc<Dataset> {
    let classes = (0..300).map(|row| row / 100).collect();
    let features = table(&file["spiral_linear"]["X"]);
    dataset(features, Targets::Classes(classes), Task::Classification { classes: 3 })
}

/// NumPy keeps weights `[in, out]`.
fn turned(value: &Value) -> Vec<f32> {
    let weight = table(value);
    (0..weight.cols()).flat_map(|col| weight.col(col).collect::<Vec<_>>()).collect()
}

const LECTURE: HotParams = HotParams { l2: 1e-3, penalise_biases: false, ..HotParams::rate(1.0) };

/// Trains `steps` steps on all rows and gives the objective before each, and after the last.
fn objectives(engine: &mut BurnEngine, steps: usize, hot: &HotParams) -> Vec<f64> {
    let mut found = Vec::with_capacity(steps + 1);
    for _ in 0..steps {
        engine.step(Batch::All, 0, hot).expect("steps");
        found.push(engine.losses().expect("reads")[0].objective);
    }
    found.push(engine.evaluate(hot, true).expect("evaluates").train.objective);
    found
}

#[test]
fn the_linear_spiral_ends_where_the_lecture_does() {
    let file = golden("experiments.json");
    let expected = &file["spiral_linear"];
    let data = spiral(&file);
    let run = run(Vec::new(), train(Loss::CROSS_ENTROPY, Optimizer::SGD), &data);
    let mut engine = engine(&run, &data);
    let parameters = vec![
        named("0.weight", &[3, 2], turned(&expected["W"])),
        named("0.bias", &[3], vec![0.0; 3]),
    ];
    engine.restore(&EngineState { parameters, ..EngineState::default() }).expect("fits");
    let found = objectives(&mut engine, 200, &LECTURE);
    for (ten, loss) in numbers(&expected["losses_every_10"]).into_iter().enumerate() {
        let at = found[10 * ten];
        assert!((at - loss).abs() <= 1e-5 * (1.0 + loss), "step {}: {at}, not {loss}", 10 * ten);
    }
    assert!((found[200] - 0.786_281_428_6).abs() <= 1e-5);
    let accuracy = engine.evaluate(&LECTURE, true).expect("evaluates").train.accuracy;
    assert_eq!(accuracy, expected["train_acc"].as_f64());
    let state = engine.checkpoint().expect("reads");
    let w_final = floats(&expected["W_final"]);
    let weight: Vec<f32> = (0..3).flat_map(|out| [w_final[out], w_final[3 + out]]).collect();
    assert_close("weight", state.parameters[0].tensor.data(), &weight, 1e-5);
    let bias = floats(&expected["b_final"]);
    assert_close("bias", state.parameters[1].tensor.data(), &bias, 1e-5);
}

#[test]
fn the_spiral_network_follows_the_lecture() {
    let file = golden("experiments.json");
    let expected = &file["spiral_mlp"];
    let data = spiral(&file);
    let layers = hidden(100, Activation::Relu);
    let run = run(layers, train(Loss::CROSS_ENTROPY, Optimizer::SGD), &data);
    let mut engine = engine(&run, &data);
    let parameters = vec![
        named("0.weight", &[100, 2], turned(&expected["W1"])),
        named("0.bias", &[100], vec![0.0; 100]),
        named("2.weight", &[3, 100], turned(&expected["W2"])),
        named("2.bias", &[3], vec![0.0; 3]),
    ];
    engine.restore(&EngineState { parameters, ..EngineState::default() }).expect("fits");
    let found = objectives(&mut engine, 100, &LECTURE);
    for step in [0, 1, 2, 3, 5, 10, 20, 50, 100] {
        let loss = expected["losses"][step.to_string()].as_f64().expect("a number");
        let at = found[step];
        assert!((at - loss).abs() <= 1e-4 * loss, "step {step}: {at}, not {loss}");
    }
}

/// A column of any list of numbers.
fn column(value: &Value) -> Matrix {
    let values = floats(value);
    Matrix::new(values.len(), 1, values).expect("fits")
}

/// Classes as one-hot rows.
fn one_hot(classes: &[f32], outputs: usize) -> Matrix {
    let mut table = Matrix::zeros(classes.len(), outputs);
    for (row, class) in classes.iter().enumerate() {
        table.data_mut()[row * outputs + *class as usize] = 1.0;
    }
    table
}

/// A dataset of the right shape, for checking a spec against.
fn shape_only(inputs: usize, classes: usize) -> Arc<Dataset> {
    let features = Matrix::zeros(1, inputs);
    dataset(features, Targets::Classes(vec![0]), Task::Classification { classes })
}

/// Numbers are computed in `f32`, so the cases in `f32` count.
fn cases_in_f32(file: &Value) -> impl Iterator<Item = &Value> {
    file["cases"].as_array().expect("cases").iter().filter(|case| case["dtype"] == "float32")
}

fn at_output(case: &Value) -> Activation {
    match case["output_layer"].as_str() {
        None => Activation::Linear,
        Some("Sigmoid") => Activation::Sigmoid,
        Some("Tanh") => Activation::Tanh,
        Some("LogSoftmax") => Activation::LogSoftmax,
        Some(other) => panic!("unknown output layer {other}"),
    }
}

/// The 2-3-2 network of the golden trajectories.
struct Small {
    bench: Bench,
    x: Matrix,
    targets: Matrix,
}

const PARAMETERS: [(&str, &[usize]); 4] =
    [("0.weight", &[3, 2]), ("0.bias", &[3]), ("2.weight", &[2, 3]), ("2.bias", &[2])];

impl Small {
    /// That of a golden case, trained by `rule`.
    fn new(shared: &Value, case: &Value, rule: Optimizer, compute: Compute) -> Self {
        let activation = golden_activation(case["activation"].as_str().expect("a name"));
        // Some names go on to say which penalties are added.
        let loss = case["loss"].as_str().and_then(|name| name.split(" + ").next());
        let loss = golden_loss(loss.expect("a name"));
        let targets = match case["target"].as_str() {
            Some("reg") => table(&shared["reg_targets"]),
            Some("bin") => table(&shared["bin_targets"]),
            _ => one_hot(&floats(&shared["class_targets"]), 2),
        };
        // A linear activation keeps its place, so that names agree.
        let mut layers = hidden(3, activation);
        layers[0].frozen = case["frozen"] == true;
        layers[0].rate = number(&case["rate"], 1.0);
        let output = OutputSpec { activation: at_output(case), ..OutputSpec::default() };
        let model = ModelSpec { hidden: layers, output };
        let train = train(Loss::CROSS_ENTROPY, rule);
        let spec = RunSpec { name: "golden".into(), model, train };
        let run = validate_run(&spec, &shape_only(2, 2).facts()).expect("valid");
        let mut bench = Bench::new(&run, &loss, 0, compute);
        let init = &shared["init"];
        let parameters =
            PARAMETERS.map(|(name, shape)| named(name, shape, floats(&init[name]))).to_vec();
        bench.restore(&EngineState { parameters, ..EngineState::default() }).expect("fits");
        Self { bench, x: table(&shared["x"]), targets }
    }

    fn flat(&self) -> Vec<f32> {
        let state = self.bench.state().expect("reads");
        state.parameters.iter().flat_map(|named| named.tensor.data().to_vec()).collect()
    }
}

fn number(value: &Value, default: f64) -> Finite {
    Finite::new(value.as_f64().unwrap_or(default)).expect("finite")
}
