//! Metrics against scikit-learn, and gradients by layer against what an update does.

use std::sync::Arc;

use descent::base::{Finite, HostTensor, Matrix};
use descent::data::{Dataset, Labelled, Targets};
use descent::record::{
    ClassReport, Confusion, GradientFlow, NamedTensor, Part, PartMetrics, ProbeRequest, Quantity,
    RocScores,
};
use descent::spec::{
    Activation, BatchSize, DenseSpec, Init, LayerSpec, Loss, ModelSpec, Optimizer, OutputSpec,
    RunSpec, SampleShape, StopRule, Task, TrainSpec, preset, validate_run,
};
use descent::train::{Batch, BurnEngine, Compute, Engine, EngineState, HotParams};
use descent::workbench::Action;
use serde_json::Value;

use crate::drive::Driver;

fn golden() -> Value {
    let path = format!("{}/tests/golden/metrics.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("golden file");
    serde_json::from_str(&text).expect("golden file is JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn places(value: &Value) -> Vec<usize> {
    numbers(value).into_iter().map(|number| number as usize).collect()
}

/// Fails unless `|a - b| ≤ tolerance · (1 + |b|)`.
#[track_caller]
fn assert_close(what: &str, found: f64, expected: f64, tolerance: f64) {
    let is_close = (found - expected).abs() <= tolerance * (1.0 + expected.abs());
    assert!(is_close, "{what}: {found}, not {expected}");
}

/// Runs `check` on every case with its classes, true and predicted.
fn each_case(check: impl Fn(&str, &Value, usize, &[usize], &[usize])) {
    let file = golden();
    let cases = file["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 7);
    for case in cases {
        let name = case["name"].as_str().expect("a name");
        let classes = case["n_classes"].as_u64().expect("a count") as usize;
        check(name, case, classes, &places(&case["y_true"]), &places(&case["y_pred"]));
    }
}

#[test]
fn class_reports_are_those_of_scikit_learn() {
    each_case(|name, case, classes, truth, predicted| {
        let pairs = truth.iter().copied().zip(predicted.iter().copied());
        let table = Confusion::from_pairs(classes, pairs);
        for (row, expected) in
            case["confusion_rows_true"].as_array().iter().flat_map(|v| v.iter()).enumerate()
        {
            let found: Vec<usize> = table.row(row).iter().map(|&count| count as usize).collect();
            assert_eq!(found, places(expected), "{name}");
        }
        let report = ClassReport::of(&table);
        let close = |what: &str, found: f64, expected: f64| {
            assert_close(&format!("{name}, {what}"), found, expected, 1e-10);
        };
        close("accuracy", report.accuracy, case["accuracy"].as_f64().expect("a number"));
        for (class, scores) in report.classes.iter().enumerate() {
            close("precision", scores.precision, numbers(&case["precision"])[class]);
            close("recall", scores.recall, numbers(&case["recall"])[class]);
            close("F1", scores.f1, numbers(&case["f1"])[class]);
            assert_eq!(scores.support as usize, places(&case["support"])[class], "{name}");
        }
        for (key, average) in
            [("macro", report.macro_average), ("weighted", report.weighted_average)]
        {
            let found = [average.precision, average.recall, average.f1];
            for (found, expected) in found.into_iter().zip(numbers(&case[key])) {
                close(key, found, expected);
            }
        }
        assert_eq!(report.to_text(&[]), case["report"].as_str().expect("a text"), "{name}");
    });
}

/// Written by scikit-learn 1.9.1 for `target_names=["cat", "a rather long name", "Größe"]`.
const LONG_NAMES: &str = "                    precision    recall  f1-score   support

               cat       1.00      0.78      0.88         9
a rather long name       0.80      1.00      0.89         4
             Größe       0.88      1.00      0.93         7

          accuracy                           0.90        20
         macro avg       0.89      0.93      0.90        20
      weighted avg       0.92      0.90      0.90        20
";

#[test]
fn long_class_names_widen_the_report_as_in_scikit_learn() {
    let file = golden();
    let case = &file["cases"][0];
    let pairs = places(&case["y_true"]).into_iter().zip(places(&case["y_pred"]));
    let names = ["cat", "a rather long name", "Größe"].map(String::from);
    let report = ClassReport::of(&Confusion::from_pairs(3, pairs));
    assert_eq!(report.to_text(&names), LONG_NAMES);
}

/// An engine whose outputs are its inputs: a dense layer with the unit matrix.
fn passing(features: Matrix, targets: Targets, task: Task, loss: Loss) -> BurnEngine {
    let inputs = features.cols();
    let part = Labelled::new(features, targets);
    let shape = SampleShape(vec![inputs]);
    let data = Arc::new(Dataset::new("golden", shape, task, part.clone(), part));
    let train = TrainSpec { loss, batch: BatchSize::Full, ..TrainSpec::default() };
    let spec = RunSpec { name: "golden".into(), model: ModelSpec::default(), train };
    let run = validate_run(&spec, &data.facts()).expect("valid");
    let mut engine = BurnEngine::build(&run, &data, 0, Compute::cpu()).expect("builds");
    let unit = (0..inputs * inputs).map(|cell| f32::from(u8::from(cell % (inputs + 1) == 0)));
    let parameters = vec![
        tensor("0.weight", &[inputs, inputs], unit.collect()),
        tensor("0.bias", &[inputs], vec![0.0; inputs]),
    ];
    engine.restore(&EngineState { parameters, ..EngineState::default() }).expect("fits");
    engine
}

fn tensor(name: &str, shape: &[usize], data: Vec<f32>) -> NamedTensor {
    NamedTensor { name: name.into(), tensor: HostTensor::new(shape.to_vec(), data).expect("fits") }
}

fn measured(mut engine: BurnEngine) -> PartMetrics {
    engine.evaluate(&HotParams::rate(0.1), true).expect("evaluates").test
}

#[test]
fn the_engine_measures_what_scikit_learn_does() {
    each_case(|name, case, classes, truth, predicted| {
        let mut outputs = Matrix::zeros(truth.len(), classes);
        for (row, &class) in outputs.data_mut().chunks_exact_mut(classes).zip(predicted) {
            row[class] = 1.0;
        }
        let targets = Targets::Classes(truth.iter().map(|&class| class as u32).collect());
        let task = Task::Classification { classes };
        let found = measured(passing(outputs, targets, task, Loss::CROSS_ENTROPY));
        let close = |quantity: Quantity, expected: f64| {
            let what = format!("{name}, {}", quantity.label());
            assert_close(&what, found.get(quantity).expect("applies"), expected, 1e-12);
        };
        close(Quantity::Accuracy, case["accuracy"].as_f64().expect("a number"));
        let average = numbers(&case["macro"]);
        close(Quantity::Precision, average[0]);
        close(Quantity::Recall, average[1]);
        close(Quantity::F1, average[2]);
        close(Quantity::WeightedF1, numbers(&case["weighted"])[2]);
        let recalls = numbers(&case["recall"]).into_iter().zip(places(&case["support"]));
        let present: Vec<f64> = recalls.filter(|pair| pair.1 > 0).map(|pair| pair.0).collect();
        close(Quantity::BalancedAccuracy, present.iter().sum::<f64>() / present.len() as f64);
        assert_eq!(found.rows, truth.len());
        let applying = Quantity::ALL.map(|one| one.applies(task, Loss::CROSS_ENTROPY));
        assert_eq!(Quantity::ALL.map(|one| found.get(one).is_some()), applying, "{name}");
    });
}

#[test]
fn two_classes_have_the_area_under_the_curve_and_the_log_loss_of_scikit_learn() {
    let file = golden();
    let case = &file["extra"]["binary"];
    let (truth, scores) = (places(&case["y_true"]), numbers(&case["score"]));
    let area = case["roc_auc"].as_f64().expect("a number");
    let mut roc = RocScores::with_capacity(scores.len());
    for (&class, &score) in truth.iter().zip(&scores) {
        roc.push(score as f32, class == 1);
    }
    assert_close("area", roc.area().expect("both classes"), area, 1e-12);
    let logits: Vec<f32> = scores.iter().map(|p| (p / (1.0 - p)).ln() as f32).collect();
    let rows = logits.len();
    let both: Vec<f32> = logits.iter().flat_map(|&logit| [0.0, logit]).collect();
    for (outputs, loss) in [
        (Matrix::new(rows, 1, logits).expect("fits"), Loss::BinaryCrossEntropy),
        (Matrix::new(rows, 2, both).expect("fits"), Loss::CROSS_ENTROPY),
    ] {
        let targets = Targets::Classes(truth.iter().map(|&class| class as u32).collect());
        let found = measured(passing(outputs, targets, Task::Classification { classes: 2 }, loss));
        assert_close("area", found.roc_auc.expect("applies"), area, 1e-12);
        let expected = case["log_loss"].as_f64().expect("a number");
        assert_close("log loss", found.loss, expected, 2e-6);
    }
}

#[test]
fn numbers_have_the_errors_of_scikit_learn() {
    let file = golden();
    let case = &file["extra"]["regression"];
    let column = |key| numbers(&case[key]).into_iter().map(|number| number as f32).collect();
    let predicted: Vec<f32> = column("pred");
    let outputs = Matrix::new(predicted.len(), 1, predicted).expect("fits");
    let found =
        measured(passing(outputs, Targets::Numbers(column("y")), Task::Regression, Loss::Mse));
    let expected = |key: &str| case[key].as_f64().expect("a number");
    for (quantity, wanted) in [
        (Quantity::R2, expected("r2")),
        (Quantity::Mse, expected("mse")),
        (Quantity::Loss, expected("mse")),
        (Quantity::Rmse, expected("mse").sqrt()),
        (Quantity::Mae, expected("mae")),
    ] {
        assert_close(quantity.label(), found.get(quantity).expect("applies"), wanted, 2e-6);
    }
    assert_eq!(found.accuracy, None);
}

/// `top_k_accuracy_score` of scikit-learn 1.9.1 for these scores: 0.5, 2/3, 5/6 and 1 for k of
/// 1, 2, 3 and 5.
#[test]
fn the_true_class_is_looked_for_among_the_best() {
    let rows = [
        ([0.1, 0.9, 0.2, 0.3, 0.4, 0.0], 1),
        ([0.8, 0.1, 0.2, 0.3, 0.4, 0.5], 0),
        ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 5),
        ([0.6, 0.7, 0.1, 0.2, 0.3, 0.4], 0),
        ([0.3, 0.5, 0.9, 0.1, 0.2, 0.4], 5),
        ([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], 4),
    ];
    let outputs = rows.iter().flat_map(|(scores, _)| *scores).collect();
    let outputs = Matrix::new(rows.len(), 6, outputs).expect("fits");
    let targets = Targets::Classes(rows.iter().map(|&(_, class)| class).collect());
    let task = Task::Classification { classes: 6 };
    let found = measured(passing(outputs, targets, task, Loss::CROSS_ENTROPY));
    let shares = [Some(4.0 / 6.0), Some(5.0 / 6.0), Some(1.0)];
    assert_eq!((found.accuracy, found.top), (Some(0.5), shares));
}

#[test]
fn outputs_that_are_no_numbers_are_measured_without_complaint() {
    let outputs = Matrix::new(4, 3, vec![f32::NAN; 12]).expect("fits");
    let task = Task::Classification { classes: 3 };
    let targets = Targets::Classes(vec![0, 1, 2, 2]);
    let found = measured(passing(outputs, targets, task, Loss::CROSS_ENTROPY));
    assert!(found.loss.is_nan() && found.objective.is_nan());
    assert_eq!(found.top[0], Some(0.0), "what is no number is never right");
    let outputs = Matrix::new(4, 1, vec![f32::NAN; 4]).expect("fits");
    let targets = Targets::Numbers(vec![0.0, 1.0, 2.0, 2.0]);
    let found = measured(passing(outputs, targets, Task::Regression, Loss::Mse));
    assert!(
        [found.loss, found.mse.unwrap_or(0.0), found.r2.unwrap_or(0.0)].iter().all(|v| v.is_nan())
    );
}

/// Two clouds of 40 points each.
fn clouds() -> Arc<Dataset> {
    let place = |row: usize| {
        let (class, turn) = (row % 2, row as f32 * 0.7);
        [class as f32 * 2.0 + turn.sin(), turn.cos() - class as f32]
    };
    let features = Matrix::new(80, 2, (0..80).flat_map(place).collect()).expect("fits");
    let targets = Targets::Classes((0..80).map(|row| row % 2).collect());
    let part = Labelled::new(features, targets);
    let task = Task::Classification { classes: 2 };
    Arc::new(Dataset::new("Clouds", SampleShape(vec![2]), task, part.clone(), part))
}

fn deep(units: usize, depth: usize, activation: Activation, init: Init) -> ModelSpec {
    let dense = DenseSpec { init, ..DenseSpec::new(units) };
    let layer = || [LayerSpec::from(dense.clone()), LayerSpec::from(activation)];
    let output = OutputSpec { init, ..OutputSpec::default() };
    ModelSpec { hidden: (0..depth).flat_map(|_| layer()).collect(), output }
}

fn engine(model: ModelSpec, data: &Arc<Dataset>, optimizer: Optimizer) -> BurnEngine {
    let train = TrainSpec { optimizer, batch: BatchSize::Full, ..TrainSpec::default() };
    let spec = RunSpec { name: "gradients".into(), model, train };
    let run = validate_run(&spec, &data.facts()).expect("valid");
    BurnEngine::build(&run, data, 7, Compute::cpu()).expect("builds")
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}

/// An update by plain gradient descent with learning rate 1 moves the parameters by their
/// gradient.
#[test]
fn gradients_by_layer_are_those_of_an_update() {
    let data = clouds();
    let model = deep(5, 3, Activation::Tanh, Init::PyTorch);
    let mut engine = engine(model, &data, Optimizer::SGD);
    let hot = HotParams::rate(1.0);
    let flow = engine.gradients(&hot).expect("measures");
    let before = engine.checkpoint().expect("reads").parameters;
    engine.step(Batch::All, 0, &hot).expect("steps");
    let after = engine.checkpoint().expect("reads").parameters;
    assert_eq!((flow.rows, flow.layers.len()), (80, 4));
    let layers: Vec<usize> = flow.layers.iter().map(|layer| layer.layer).collect();
    assert_eq!(layers, [0, 2, 4, 6], "activations have no parameters");
    assert_eq!(flow.layers[3].name, "Output");
    for (layer, pair) in flow.layers.iter().zip(before.chunks(2).zip(after.chunks(2))) {
        let all = |tensors: &[NamedTensor]| -> Vec<f64> {
            tensors.iter().flat_map(|t| t.tensor.data()).map(|&v| f64::from(v)).collect()
        };
        let (before, after) = (all(pair.0), all(pair.1));
        let moved = norm(before.iter().zip(&after).map(|(a, b)| a - b));
        assert_close(&layer.name, layer.gradient.expect("arrives"), moved, 1e-6);
        assert_close(&layer.name, layer.weights, norm(before.into_iter()), 1e-12);
        assert_eq!(layer.penalty, 0.0);
    }
}

/// `∂L/∂W = Xᵀ(p − t)/n` for softmax regression, and the gradient of the penalties `λw + λ₁ sign w`.
#[test]
fn gradients_of_a_linear_classifier_have_their_closed_form() {
    let data = clouds();
    let mut engine = engine(ModelSpec::default(), &data, Optimizer::SGD);
    let hot = HotParams { l1: 0.02, l2: 0.5, ..HotParams::rate(0.1) };
    let weights = engine.checkpoint().expect("reads").parameters;
    let [w, b] = [&weights[0], &weights[1]].map(|named| named.tensor.data());
    let mut gradient = [0.0_f64; 6];
    for row in 0..80 {
        let table = data.train.features.table().expect("in memory");
        let x = [f64::from(table.row(row)[0]), f64::from(table.row(row)[1]), 1.0];
        let logit = |class: usize| {
            f64::from(w[2 * class]) * x[0]
                + f64::from(w[2 * class + 1]) * x[1]
                + f64::from(b[class])
        };
        let p = 1.0 / (1.0 + (logit(0) - logit(1)).exp());
        let error = p - f64::from(data.train.targets.class(row) == Some(1));
        for (place, x) in x.iter().enumerate() {
            gradient[place] -= error * x / 80.0;
            gradient[3 + place] += error * x / 80.0;
        }
    }
    let flow = engine.gradients(&hot).expect("measures");
    let layer = &flow.layers[0];
    assert_close("gradient", layer.gradient.expect("arrives"), norm(gradient.into_iter()), 2e-6);
    let penalty = norm(w.iter().map(|&w| 0.5 * f64::from(w) + 0.02 * f64::from(w.signum())));
    assert_close("penalty", layer.penalty, penalty, 1e-12);
    assert_eq!(flow.ratio(), None, "a single layer has nothing to be compared with");
}

#[test]
fn measuring_gradients_changes_no_bit() {
    let data = clouds();
    let model = || deep(6, 2, Activation::Relu, Init::PyTorch);
    let (mut quiet, mut watched) =
        (engine(model(), &data, Optimizer::ADAM), engine(model(), &data, Optimizer::ADAM));
    let hot = HotParams { l2: 1e-3, ..HotParams::rate(0.01) };
    for step in 0..12_usize {
        let rows: Vec<usize> = (0..16).map(|row| (step * 16 + row) % 80).collect();
        for engine in [&mut quiet, &mut watched] {
            engine.step(Batch::Rows(&rows), 0, &hot).expect("steps");
        }
        let before = watched.checkpoint().expect("reads");
        let flow = watched.gradients(&hot).expect("measures");
        assert_eq!(watched.gradients(&hot).expect("measures"), flow, "the same again");
        assert_eq!(watched.checkpoint().expect("reads"), before);
        assert_eq!(watched.losses(), quiet.losses());
    }
    assert_eq!(watched.checkpoint(), quiet.checkpoint());
}

/// The gradients of the spiral at the start, as the window asks for them.
fn spiral_start(activation: Activation, init: Init) -> GradientFlow {
    let mut spec = preset("spiral-relu").expect("built in");
    spec.runs.truncate(1);
    spec.runs[0].model = deep(32, 6, activation, init);
    spec.runs[0].train.stop = StopRule::Steps(5);
    spec.runs[0].train.learning_rate = Finite::lit(0.1);
    let mut driver = Driver::open(spec);
    let wanted = ProbeRequest { gradients: true, ..ProbeRequest::default() };
    driver.act(Action::Want(0, wanted));
    driver.until("the gradients are there", |state| {
        let frame = state.run(0).and_then(|run| run.frame.as_ref());
        frame.is_some_and(|frame| frame.gradients.is_some())
    });
    let frame = driver.run(0).frame.clone().expect("a picture");
    assert_eq!(frame.at.step.0, 0);
    assert!(frame.confusion_of(Part::Test).is_none(), "what was not wanted is absent");
    frame.gradients.clone().expect("measured")
}

#[test]
fn six_sigmoid_layers_lose_the_gradient_and_six_relu_layers_keep_it() {
    let sigmoid = spiral_start(Activation::Sigmoid, Init::PyTorch);
    assert_eq!((sigmoid.rows, sigmoid.layers.len()), (256, 7));
    let ratio = sigmoid.ratio().expect("several layers");
    assert!(ratio > 0.0 && ratio < 1e-3, "{ratio}: {sigmoid:?}");
    let relu = spiral_start(Activation::Relu, Init::KaimingUniform);
    let ratio = relu.ratio().expect("several layers");
    assert!(ratio > 0.1 && ratio < 10.0, "{ratio}: {relu:?}");
}
