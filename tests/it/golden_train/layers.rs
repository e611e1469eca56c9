//! Every layer against PyTorch: forward, gradient at the input, gradients of the parameters, and
//! what is remembered afterwards; in `f32` on every device, and in `f64` on the processor.

use descent::spec::{BatchNormSpec, ConvSpec, DataFacts, LayerKind, NormSpec, Padding, PoolSpec};
use descent::train::testing::{Flown, Stack};

use super::*;

/// How far numbers in `f32` may be from PyTorch's, as a share of `1 + |b|`.
///
/// The golden files ask for this on the processor: some twenty roundings of 6e-8 each, which is
/// what sums of at most a hundred products of numbers about 1 take.
const PROCESSOR: f64 = 2e-6;
/// The same on a graphics device. Shader languages allow a division 2.5 ulp and a square root the
/// error of `1 / inversesqrt` (Vulkan, "Precision and operation of SPIR-V instructions": 2 ulp
/// more), and sums run in another order; the longest here has 54 products. Normalisation passes
/// each value through a root, a division and two such sums, and its gradient does so twice:
/// 4 · (2.5 + 2) + 2 · 10 roundings of 6e-8 are 2.3e-6 more.
pub const GRAPHICS: f64 = 5e-6;
/// The same in `f64`, as the golden files ask for.
const DOUBLE: f64 = 1e-10;

/// Settings that the first file leaves out, in `f64` alone.
fn more_cases() -> Vec<Value> {
    let file = golden("layers_more.json");
    let cases = file["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 29);
    cases.clone()
}

fn cases(dtype: &str) -> Vec<Value> {
    let mut file = golden("layers.json");
    let cases = file["cases"].as_array_mut().expect("cases");
    let chosen: Vec<Value> =
        cases.drain(..).filter(|case| case["dtype"].as_str() == Some(dtype)).collect();
    assert_eq!(chosen.len(), 44);
    chosen
}

/// A number, or `default` where there is none.
fn count(value: &Value, default: usize) -> usize {
    value.as_u64().map_or(default, |value| value as usize)
}

/// A pair, given as such or as one number for both.
fn pair(value: &Value, default: usize) -> [usize; 2] {
    match value.as_array() {
        Some(both) => [count(&both[0], default), count(&both[1], default)],
        None => [count(value, default); 2],
    }
}

fn conv(params: &Value) -> ConvSpec {
    let padding = match params["padding"].as_str() {
        Some("same") => Padding::Same,
        _ => Padding::Of(pair(&params["padding"], 0)),
    };
    ConvSpec {
        kernel: pair(&params["kernel_size"], 1),
        stride: pair(&params["stride"], 1),
        padding,
        dilation: pair(&params["dilation"], 1),
        groups: count(&params["groups"], 1),
        bias: params["bias"].as_bool().unwrap_or(true),
        ..ConvSpec::new(count(&params["out_channels"], 0), 1)
    }
}

fn pool(params: &Value) -> PoolSpec {
    PoolSpec {
        kernel: pair(&params["kernel_size"], 1),
        stride: pair(&params["stride"], 1),
        padding: pair(&params["padding"], 0),
        ceil: params["ceil_mode"].as_bool().unwrap_or(false),
    }
}

fn norm(params: &Value) -> NormSpec {
    NormSpec { epsilon: number(&params["eps"], 1e-5), affine: true }
}

fn batch_norm(params: &Value) -> BatchNormSpec {
    BatchNormSpec {
        momentum: number(&params["momentum"], 0.1),
        epsilon: number(&params["eps"], 1e-5),
        affine: params["affine"].as_bool().expect("says so"),
    }
}

fn kind(case: &Value) -> LayerKind {
    let (name, params) = (case["name"].as_str().expect("a name"), &case["params"]);
    match name.split([':', '(']).next().expect("not empty") {
        "Linear" => LayerKind::Dense(DenseSpec {
            bias: params["bias"].as_bool().unwrap_or(true),
            ..DenseSpec::new(count(&params["out_features"], 0))
        }),
        "Conv2d" => LayerKind::Conv2d(conv(params)),
        "MaxPool2d" => LayerKind::MaxPool2d(pool(params)),
        "AvgPool2d" => LayerKind::AvgPool2d {
            pool: pool(params),
            count_padding: params["count_include_pad"].as_bool().unwrap_or(true),
        },
        "AdaptiveAvgPool2d" => LayerKind::GlobalAvgPool,
        "BatchNorm1d" | "BatchNorm2d" => LayerKind::BatchNorm(batch_norm(params)),
        "LayerNorm" => LayerKind::LayerNorm(norm(params)),
        "GroupNorm" => {
            LayerKind::GroupNorm { groups: count(&params["num_groups"], 0), norm: norm(params) }
        }
        "Dropout" => LayerKind::Dropout { p: number(&params["p"], 0.0) },
        // One case flattens rows and values together, which is no layer of a stack; with a single
        // value in each row it comes to the same.
        "Flatten" => LayerKind::Flatten,
        other => panic!("unknown layer {other}"),
    }
}

/// The shape of a sample. Two axes stand for an image of one channel.
fn sample_shape(x: &Value) -> Vec<usize> {
    let shape: Vec<usize> = numbers(&x["shape"]).iter().map(|&side| side as usize).collect();
    match shape[1..] {
        [height, width] => vec![1, height, width],
        ref sample => sample.to_vec(),
    }
}

/// A run on samples of `shape` with so many outputs.
pub fn shaped_run(shape: &[usize], hidden: Vec<LayerSpec>, outputs: usize) -> ValidRun {
    let loss = if outputs == 1 { Loss::BinaryCrossEntropy } else { Loss::CROSS_ENTROPY };
    let facts = DataFacts {
        input: SampleShape(shape.to_vec()),
        task: Task::Classification { classes: outputs.max(2) },
        train_rows: 100,
        validation_rows: 0,
        test_rows: 1,
    };
    let model = ModelSpec { hidden, output: OutputSpec::default() };
    let train = train(loss, Optimizer::SGD);
    validate_run(&RunSpec { name: "golden".into(), model, train }, &facts).expect("valid")
}

/// The layer of a case before an output layer that passes everything on.
fn stack(case: &Value, build: impl FnOnce(&ValidRun) -> Stack) -> (Stack, usize) {
    let rows = count(&case["x"]["shape"][0], 0);
    let outputs = numbers(&case["y"]).len() / rows;
    let hidden = vec![LayerSpec::from(kind(case)), LayerSpec::from(LayerKind::Flatten)];
    let mut stack = build(&shaped_run(&sample_shape(&case["x"]), hidden, outputs));
    let mut identity = vec![0.0; outputs * outputs];
    identity.iter_mut().step_by(outputs + 1).for_each(|one| *one = 1.0);
    stack.set("2.weight", &identity).expect("is there");
    stack.set("2.bias", &vec![0.0; outputs]).expect("is there");
    for (name, value) in case["state"].as_object().into_iter().flatten() {
        if name != "num_batches_tracked" {
            stack.set(&format!("0.{name}"), &numbers(value)).expect("is there");
        }
    }
    (stack, rows)
}

/// Fails unless `|a - b| ≤ tolerance · (1 + |b|)` for every pair.
#[track_caller]
pub fn assert_near(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (place, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{what}[{place}]: {a}, not {b}");
    }
}

fn check(case: &Value, tolerance: f64, build: impl FnOnce(&ValidRun) -> Stack) {
    let name = case["name"].as_str().expect("a name");
    let (mut stack, rows) = stack(case, build);
    let x = numbers(&case["x"]);
    let at_y = |_: &[f64]| numbers(&case["grad_y"]);
    let is_training = case["mode"].as_str() == Some("train");
    let found = match is_training {
        true => stack.train(&x, rows, 0, at_y).expect("computes"),
        false => stack.evaluate(&x, rows, at_y).expect("computes"),
    };
    check_flown(name, &found, case, tolerance);
    for (kind, expected) in case["buffers_after"].as_object().into_iter().flatten() {
        let buffer = stack.get(&format!("0.{kind}")).expect("is there");
        assert_near(&format!("{name}, {kind}"), &buffer, &numbers(expected), tolerance);
    }
    if !is_training {
        let measured = stack.measure(&x, rows).expect("computes");
        assert_near(name, &measured, &numbers(&case["y"]), tolerance);
    }
}

fn check_flown(name: &str, found: &Flown, case: &Value, tolerance: f64) {
    assert_near(&format!("{name}, y"), &found.outputs, &numbers(&case["y"]), tolerance);
    assert_near(&format!("{name}, x"), &found.at_input, &numbers(&case["grad_x"]), tolerance);
    let expected = case["grads"].as_object();
    for (kind, expected) in expected.into_iter().flatten() {
        let full = format!("0.{kind}");
        let gradient = found.gradients.iter().find(|(name, _)| *name == full).expect("is there");
        assert_near(&format!("{name}, {kind}"), &gradient.1, &numbers(expected), tolerance);
    }
    let of_layer = found.gradients.iter().filter(|(name, _)| name.starts_with("0.")).count();
    assert_eq!(of_layer, expected.map_or(0, serde_json::Map::len), "{name}");
}

/// A case with a given mask: what is tested is what becomes of the mask.
fn check_mask(case: &Value, compute: &Compute, tolerance: f64) {
    let name = case["name"].as_str().expect("a name");
    let mask = numbers(&case["mask"]).into_iter().map(|keep| keep == 1.0).collect();
    let p = case["params"]["p"].as_f64().expect("a number");
    let (x, at_y) = (numbers(&case["x"]), numbers(&case["grad_y"]));
    let [y, at_x] = testing::dropout(compute, p, mask, &x, &at_y).expect("computes");
    assert_near(name, &y, &numbers(&case["y"]), tolerance);
    assert_near(name, &at_x, &numbers(&case["grad_x"]), tolerance);
}

pub fn check_layers(compute: &Compute, tolerance: f64) {
    let single = |run: &ValidRun| Stack::single(run, 0, compute.clone());
    for case in cases("float32") {
        match case["mask"].is_object() {
            true => check_mask(&case, compute, tolerance),
            false => check(&case, tolerance, single),
        }
    }
    more_cases().iter().for_each(|case| check(case, tolerance, single));
}

#[test]
fn every_layer_is_pytorchs() {
    check_layers(&Compute::cpu(), PROCESSOR);
}

#[test]
fn every_layer_is_pytorchs_in_double_precision() {
    let masked = |case: &Value| case["mask"].is_object();
    let cases = cases("float64").into_iter().filter(|case| !masked(case)).chain(more_cases());
    cases.for_each(|case| check(&case, DOUBLE, |run| Stack::double(run, 0)));
}
