//! What the engine promises beyond single numbers.

use proptest::prelude::*;

use descent::base::{RunRng, Stream};
use descent::data::Dataset;
use descent::record::{BoundaryRequest, Part};
use descent::train::StepLoss;

use super::*;

const HOT: HotParams = HotParams { l2: 1e-3, penalise_biases: true, ..HotParams::rate(0.05) };

/// Clouds of points around a centre for each class, or a noisy plane for regression.
fn clouds(rows: usize, inputs: usize, classes: Option<usize>) -> Arc<Dataset> {
    let mut rng = RunRng::new(11).stream(Stream::TrainNoise, 0);
    let mut features = Matrix::zeros(rows, inputs);
    for (row, point) in features.data_mut().chunks_exact_mut(inputs).enumerate() {
        let centre = classes.map_or(0.0, |classes| 3.0 * (row % classes) as f64);
        point.iter_mut().for_each(|value| *value = (centre + 0.3 * rng.normal()) as f32);
    }
    let (targets, task) = match classes {
        Some(classes) => (
            Targets::Classes((0..rows).map(|row| (row % classes) as u32).collect()),
            Task::Classification { classes },
        ),
        None => {
            let sums = (0..rows).map(|row| features.row(row).iter().sum::<f32>() + 1.0);
            (Targets::Numbers(sums.collect()), Task::Regression)
        }
    };
    dataset(features, targets, task)
}

fn tanh_run(data: &Dataset, loss: Loss, optimizer: Optimizer) -> ValidRun {
    run(hidden(8, Activation::Tanh), train(loss, optimizer), data)
}

/// Steps on batches of ten rows, in order and over again.
fn walk(engine: &mut BurnEngine, rows: usize, from: usize, to: usize) -> Vec<StepLoss> {
    let mut losses = Vec::new();
    for step in from..to {
        let batch: Vec<usize> = (0..10).map(|row| (step * 10 + row) % rows).collect();
        engine.step(Batch::Rows(&batch), 0, &HOT).expect("steps");
        losses.extend(engine.losses().expect("reads"));
    }
    losses
}

#[test]
fn training_twice_gives_the_same_bits() {
    let data = clouds(60, 3, Some(3));
    let run = tanh_run(&data, Loss::CROSS_ENTROPY, Optimizer::ADAM);
    let mut outcomes = (0..2).map(|_| {
        let mut engine = engine(&run, &data);
        (walk(&mut engine, 60, 0, 50), engine.checkpoint().expect("reads"))
    });
    assert_eq!(outcomes.next(), outcomes.next());
}

#[test]
fn going_on_from_a_checkpoint_gives_the_same_bits_as_never_stopping() {
    let data = clouds(60, 3, Some(3));
    let rules = [Optimizer::SGD, Optimizer::sgd(Finite::lit(0.9)), Optimizer::RMSPROP];
    for rule in rules.into_iter().chain([Optimizer::ADAM]) {
        let run = tanh_run(&data, Loss::CROSS_ENTROPY, rule);
        let mut whole = engine(&run, &data);
        walk(&mut whole, 60, 0, 20);
        let checkpoint = whole.checkpoint().expect("reads");
        let expected = walk(&mut whole, 60, 20, 40);
        let mut resumed = BurnEngine::build(&run, &data, 999, Compute::cpu()).expect("builds");
        resumed.restore(&checkpoint).expect("fits");
        assert_eq!(resumed.checkpoint().expect("reads"), checkpoint, "{rule:?}");
        assert_eq!(walk(&mut resumed, 60, 20, 40), expected, "{rule:?}");
        assert_eq!(resumed.checkpoint(), whole.checkpoint(), "{rule:?}");
    }
}

#[test]
fn measuring_does_not_change_training() {
    let data = clouds(60, 2, Some(3));
    let run = tanh_run(&data, Loss::CROSS_ENTROPY, Optimizer::ADAM);
    let mut quiet = engine(&run, &data);
    let mut probed = engine(&run, &data);
    for step in 0..20 {
        let expected = walk(&mut quiet, 60, step, step + 1);
        probed.evaluate(&HOT, true).expect("evaluates");
        let request = BoundaryRequest::plane([-1.0, 1.0], [-1.0, 1.0], 5);
        probed.boundary(&request).expect("draws");
        probed.confusion(Part::Train).expect("counts");
        probed.predictions(5).expect("predicts");
        probed.checkpoint().expect("reads");
        assert_eq!(walk(&mut probed, 60, step, step + 1), expected);
    }
}

#[test]
fn the_same_beginning_of_a_stack_starts_alike() {
    let data = clouds(10, 3, Some(3));
    let train = train(Loss::CROSS_ENTROPY, Optimizer::SGD);
    let short = run(hidden(5, Activation::Relu), train.clone(), &data);
    let mut layers = hidden(5, Activation::Relu);
    layers.extend(hidden(4, Activation::Relu));
    let long = run(layers, train, &data);
    let [short, long] =
        [short, long].map(|run| engine(&run, &data).checkpoint().expect("reads").parameters);
    assert_eq!(short[..2], long[..2]);
    let names: Vec<&str> = long.iter().map(|named| named.name.as_str()).collect();
    assert_eq!(names, ["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"]);
}

#[test]
fn a_network_can_learn_one_batch_by_heart() {
    for (classes, loss, limit) in [
        (Some(3), Loss::CROSS_ENTROPY, 0.01),
        (Some(2), Loss::BinaryCrossEntropy, 0.01),
        (None, Loss::Mse, 1e-3),
        (None, Loss::Mse, 1e-2),
    ] {
        let data = clouds(12, 2, classes);
        let rule = Optimizer::ADAM;
        let mut engine = engine(&tanh_run(&data, loss, rule), &data);
        let hot = HotParams::rate(0.05);
        for _ in 0..600 {
            engine.step(Batch::All, 0, &hot).expect("steps");
        }
        assert_eq!(engine.losses().expect("reads").len(), 600);
        let found = engine.evaluate(&hot, true).expect("evaluates").train;
        assert!(found.loss < limit, "{loss:?}: {found:?}");
        match classes {
            Some(_) => assert_eq!(found.accuracy, Some(1.0)),
            None => assert!(found.r2 > Some(0.99) && found.mae < Some(0.1), "{found:?}"),
        }
    }
}

#[test]
fn the_loss_of_a_step_is_the_evaluated_one_before_it() {
    for (classes, loss) in [
        (Some(3), Loss::CROSS_ENTROPY),
        (Some(2), Loss::BinaryCrossEntropy),
        (None, Loss::Mse),
        (None, Loss::Mse),
    ] {
        let data = clouds(50, 3, classes);
        let mut engine = engine(&tanh_run(&data, loss, Optimizer::SGD), &data);
        let before = engine.evaluate(&HOT, true).expect("evaluates").train;
        engine.step(Batch::All, 0, &HOT).expect("steps");
        let step = engine.losses().expect("reads")[0];
        assert_close("loss", &[step.loss as f32], &[before.loss as f32], 2e-6);
        assert_close("objective", &[step.objective as f32], &[before.objective as f32], 2e-6);
        assert!(before.objective > before.loss);
    }
}

#[test]
fn rows_are_gathered_in_the_order_asked_for() {
    let data = clouds(30, 3, Some(3));
    let run = tanh_run(&data, Loss::CROSS_ENTROPY, Optimizer::SGD);
    let all: Vec<usize> = (0..30).collect();
    let [mut whole, mut listed] = [engine(&run, &data), engine(&run, &data)];
    whole.step(Batch::All, 0, &HOT).expect("steps");
    listed.step(Batch::Rows(&all), 0, &HOT).expect("steps");
    assert_eq!(whole.checkpoint(), listed.checkpoint());
    assert!(listed.step(Batch::Rows(&[]), 0, &HOT).is_err());
}

#[test]
fn a_large_training_part_is_measured_on_a_sample() {
    let data = clouds(5100, 2, Some(3));
    let run = tanh_run(&data, Loss::CROSS_ENTROPY, Optimizer::SGD);
    let mut engine = engine(&run, &data);
    assert_eq!(engine.evaluated_rows(), 5000 + 5100);
    let sampled = engine.evaluate(&HOT, false).expect("evaluates");
    assert_eq!((sampled.train.rows, sampled.test.rows), (5000, 5100));
    assert_eq!(engine.evaluate(&HOT, false).expect("evaluates"), sampled);
    // The test part holds the same rows here, so the whole agrees with it.
    let whole = engine.evaluate(&HOT, true).expect("evaluates");
    assert_eq!((whole.train, whole.test), (sampled.test, sampled.test));
    assert_ne!(whole.train.loss, sampled.train.loss);
}

#[test]
fn divergence_is_a_result_and_no_panic() {
    let data = clouds(30, 3, None);
    let loss = Loss::Mse;
    let mut engine = engine(&tanh_run(&data, loss, Optimizer::SGD), &data);
    let hot = HotParams { l2: 1e-3, penalise_biases: false, ..HotParams::rate(1e30) };
    for _ in 0..5 {
        engine.step(Batch::All, 0, &hot).expect("steps");
    }
    let losses = engine.losses().expect("reads");
    assert!(losses[0].loss.is_finite());
    assert!(!losses[4].loss.is_finite() && !losses[4].objective.is_finite(), "{losses:?}");
    assert!(!engine.evaluate(&hot, true).expect("evaluates").train.loss.is_finite());
}

#[test]
fn pictures_agree_with_each_other() {
    for (classes, loss) in [(3, Loss::CROSS_ENTROPY), (2, Loss::BinaryCrossEntropy)] {
        let data = clouds(40, 2, Some(classes));
        let mut engine = engine(&tanh_run(&data, loss, Optimizer::ADAM), &data);
        walk(&mut engine, 40, 0, 5);
        let accuracy = engine.evaluate(&HOT, true).expect("evaluates").test.accuracy;
        let table = engine.confusion(Part::Test).expect("counts");
        assert_eq!((table.classes(), table.total(), table.accuracy()), (classes, 40, accuracy));
        let all = engine.predictions(100).expect("predicts");
        assert_eq!((all.shown.len(), all.total), (40, 40));
        assert_eq!(all.mistakes as u64, table.total() - table.correct());
        let (wrong, right) = all.shown.split_at(all.mistakes);
        assert!(wrong.iter().all(|one| one.truth != one.predicted));
        assert!(wrong.is_sorted_by(|a, b| a.confidence >= b.confidence));
        assert!(right.iter().all(|one| one.truth == one.predicted));
        assert!(right.is_sorted_by_key(|one| one.row));
        let lowest = 1.0 / classes as f32;
        assert!(all.shown.iter().all(|one| (lowest..=1.0).contains(&one.confidence)));
        assert_eq!(engine.predictions(3).expect("predicts").shown, all.shown[..3]);
        let request = BoundaryRequest::plane([-1.0, 4.0], [-1.0, 4.0], 4);
        let boundary = engine.boundary(&request).expect("draws").outputs;
        assert_eq!((boundary.rows(), boundary.cols()), (16, classes));
        for cell in 0..16 {
            assert!((boundary.row(cell).iter().sum::<f32>() - 1.0).abs() < 1e-6);
        }
    }
}

#[test]
fn what_a_task_does_not_have_is_refused_with_a_reason() {
    let mean = Loss::Mse;
    let solid = clouds(10, 3, None);
    let mut engine = engine(&tanh_run(&solid, mean, Optimizer::SGD), &solid);
    let request = BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], 2);
    assert!(engine.boundary(&request).is_err());
    assert!(engine.confusion(Part::Test).is_err());
    assert!(engine.predictions(1).is_err());
    let flat = clouds(10, 2, None);
    let mut engine = super::engine(&tanh_run(&flat, mean, Optimizer::SGD), &flat);
    assert_eq!(engine.boundary(&request).expect("draws").outputs.cols(), 1);
}

type Spoil = fn(&mut EngineState);

#[test]
fn a_checkpoint_that_does_not_fit_is_refused_and_changes_nothing() {
    let data = clouds(10, 3, Some(3));
    let run = tanh_run(&data, Loss::CROSS_ENTROPY, Optimizer::ADAM);
    let mut engine = engine(&run, &data);
    walk(&mut engine, 10, 0, 2);
    let good = engine.checkpoint().expect("reads");
    let spoilt: [(&str, Spoil); 4] = [
        ("no 0.weight", |state| drop(state.parameters.remove(0))),
        ("0.bias has the shape", |state| {
            state.parameters[1] = named("0.bias", &[1], vec![0.0]);
        }),
        ("holds 9.weight", |state| state.parameters.push(named("9.weight", &[1], vec![0.0]))),
        ("no 0.weight.exp_avg", |state| drop(state.optimizer.remove(0))),
    ];
    for (expected, spoil) in spoilt {
        let mut bad = good.clone();
        spoil(&mut bad);
        let message = engine.restore(&bad).expect_err("refused").to_string();
        assert!(message.contains(expected), "{message}");
        assert_eq!(engine.checkpoint().expect("reads"), good);
    }
}

#[test]
fn other_data_than_the_run_was_checked_against_is_refused() {
    let run = tanh_run(&clouds(10, 3, Some(3)), Loss::CROSS_ENTROPY, Optimizer::SGD);
    assert!(BurnEngine::build(&run, &clouds(11, 3, Some(3)), 0, Compute::cpu()).is_err());
}

/// The activations that the oracle knows.
const ORACLES: [Activation; 5] = [
    Activation::Linear,
    Activation::Sigmoid,
    Activation::Tanh,
    Activation::Relu,
    Activation::LeakyRelu { slope: Finite::lit(0.01) },
];

/// A network in plain `f64`, layer by layer, to be held against.
struct Oracle {
    parameters: Vec<Vec<f64>>,
    activation: Activation,
    widths: Vec<usize>,
}

impl Oracle {
    fn logits(&self, x: &[f32]) -> Vec<f64> {
        let mut values: Vec<f64> = x.iter().map(|&value| f64::from(value)).collect();
        let layers = self.parameters.chunks_exact(2);
        let last = layers.len() - 1;
        for (layer, pair) in layers.enumerate() {
            let width = self.widths[layer];
            let rows = pair[0].chunks_exact(width).zip(&pair[1]);
            values = rows
                .map(|(row, bias)| bias + row.iter().zip(&values).map(|(w, v)| w * v).sum::<f64>())
                .collect();
            if layer < last {
                values.iter_mut().for_each(|value| *value = self.activate(*value));
            }
        }
        values
    }

    fn activate(&self, x: f64) -> f64 {
        match self.activation {
            Activation::Linear => x,
            Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Activation::Tanh => x.tanh(),
            Activation::Relu => x.max(0.0),
            Activation::LeakyRelu { slope } => {
                if x > 0.0 {
                    x
                } else {
                    slope.get() * x
                }
            }
            other => panic!("the oracle does not know {other:?}"),
        }
    }

    /// Mean cross-entropy of `x` against `classes`.
    fn loss(&self, x: &Matrix, classes: &[u32]) -> f64 {
        let rows = classes.iter().enumerate().map(|(row, &class)| {
            let logits = self.logits(x.row(row));
            logits.iter().map(|z| z.exp()).sum::<f64>().ln() - logits[class as usize]
        });
        rows.sum::<f64>() / classes.len() as f64
    }

    /// Central difference of the loss in one parameter.
    fn slope(&mut self, x: &Matrix, classes: &[u32], tensor: usize, place: usize) -> f64 {
        const H: f64 = 1e-6;
        let value = self.parameters[tensor][place];
        let mut loss_at = |value| {
            self.parameters[tensor][place] = value;
            self.loss(x, classes)
        };
        let slope = (loss_at(value + H) - loss_at(value - H)) / (2.0 * H);
        self.parameters[tensor][place] = value;
        slope
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Gradients of random small stacks are those of an independent network in `f64`, by finite
    /// differences.
    #[test]
    fn gradients_agree_with_finite_differences(
        widths in prop::collection::vec(1_usize..6, 1..5),
        classes in 2_usize..5,
        rows in 1_usize..7,
        kind in 0_usize..5,
        seed in any::<u64>(),
    ) {
        let activation = ORACLES[kind];
        let mut rng = RunRng::new(seed).stream(Stream::TrainNoise, 0);
        let values = (0..rows * widths[0]).map(|_| rng.normal() as f32).collect();
        let x = Matrix::new(rows, widths[0], values).expect("fits");
        let truth: Vec<u32> = (0..rows).map(|_| rng.below(classes) as u32).collect();
        let layers = widths[1..].iter().flat_map(|&units| hidden(units, activation)).collect();
        let data = shape_only(widths[0], classes);
        let spec = run(layers, train(Loss::CROSS_ENTROPY, Optimizer::SGD), &data);
        let loss = Bare::mean(Loss::CROSS_ENTROPY);
        let mut bench = Bench::new(&spec, &loss, seed, Compute::cpu());
        let floats: Vec<f32> = truth.iter().map(|&class| class as f32).collect();
        let targets = one_hot(&floats, classes);
        let zero = Matrix::zeros(rows, classes);
        let logits = bench.pass(&x, &zero).expect("computes").outputs;
        let (_, at_logits) =
            testing::loss_gradient(&Compute::cpu(), &loss, &logits, &targets)
                .expect("computes");
        let passed = bench.pass(&x, &at_logits).expect("computes");
        let parameters = bench.state().expect("reads").parameters;
        let parameters = parameters
            .iter()
            .map(|named| named.tensor.data().iter().map(|&value| f64::from(value)).collect());
        let mut oracle = Oracle { parameters: parameters.collect(), activation, widths };
        for (tensor, gradient) in passed.gradients.iter().enumerate() {
            for (place, &found) in gradient.tensor.data().iter().enumerate() {
                let expected = oracle.slope(&x, &truth, tensor, place) as f32;
                prop_assert!(
                    (found - expected).abs() <= 5e-6 * (1.0 + expected.abs()),
                    "{}[{place}]: {found}, not {expected}", gradient.name
                );
            }
        }
    }
}
