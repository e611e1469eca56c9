//! Every issue that has an obvious remedy offers it, and pressing the button makes it go away.

use super::edit::edited_run;
use super::fixtures;
use super::remedy::mended;
use super::{Action, Edit, State};
use crate::base::{Finite, LayerIdx};
use crate::spec::{
    Activation, BatchNormSpec, BatchSize, ClassWeights, Clip, ConvSpec, DataFacts, DenseSpec,
    EarlyStopping, Field, LayerKind, LayerSpec, Loss, ModelSpec, NormSpec, Optimizer, OutputSpec,
    Padding, Part, PoolSpec, Quantity, RunSpec, SampleShape, Schedule, StopRule, Target, Task,
    TrainSpec, preset, validate_run,
};

const THREE: Task = Task::Classification { classes: 3 };
const TWO: Task = Task::Classification { classes: 2 };

fn facts(shape: &[usize], task: Task) -> DataFacts {
    DataFacts {
        input: SampleShape(shape.to_vec()),
        task,
        train_rows: 60,
        validation_rows: 10,
        test_rows: 10,
    }
}

fn spec() -> RunSpec {
    let hidden = vec![LayerSpec::from(DenseSpec::new(4))];
    let model = ModelSpec { hidden, output: OutputSpec::default() };
    RunSpec { name: "run".into(), model, train: TrainSpec::default() }
}

/// The labels that the issues of a field offer. Each was pressed, and what it was offered for was
/// gone.
fn offered(spec: &RunSpec, facts: &DataFacts, field: Field) -> Vec<String> {
    let mut labels = Vec::new();
    for (issue, remedies) in mended(0, spec, facts) {
        for remedy in remedies {
            let after = edited_run(spec, &remedy.edit).expect("can be done");
            let left = match validate_run(&after, facts) {
                Ok(valid) => valid.advice().to_vec(),
                Err(issues) => issues,
            };
            assert!(!left.contains(&issue), "{issue}: {}", remedy.label);
            if issue.field == field {
                labels.push(remedy.label);
            }
        }
    }
    labels
}

fn with(loss: Loss, output: Activation) -> RunSpec {
    let mut run = spec();
    (run.train.loss, run.model.output.activation) = (loss, output);
    run
}

#[test]
fn a_loss_that_takes_logarithms_gets_them_or_gives_way() {
    let of = |loss, output, task| offered(&with(loss, output), &facts(&[2], task), Field::Output);
    let log = ["Use log-softmax at the output", "Use cross-entropy"];
    assert_eq!(of(Loss::Nll, Activation::Linear, THREE), log);
    assert_eq!(of(Loss::Nll, Activation::Softmax, TWO), log);
    let sigmoid = ["Use sigmoid at the output", "Use binary cross-entropy"];
    assert_eq!(of(Loss::BinaryFromProbability, Activation::Tanh, TWO), sigmoid);
    let step = ["Use unit step at the output", "Use linear at the output"];
    assert_eq!(of(Loss::Perceptron, Activation::Tanh, TWO), step);
    let linear = ["Use linear at the output"];
    assert_eq!(of(Loss::Mse, Activation::Softmax, Task::Regression), linear);
    assert_eq!(of(Loss::Mse, Activation::Softmax, TWO)[0], "Use sigmoid at the output");
    // What will surprise has a remedy, too.
    assert_eq!(of(Loss::CROSS_ENTROPY, Activation::Softmax, THREE), linear);
    assert_eq!(of(Loss::BinaryCrossEntropy, Activation::Sigmoid, TWO), linear);
    assert_eq!(of(Loss::Hinge, Activation::Tanh, THREE), linear);
    assert_eq!(of(Loss::Mse, Activation::Tanh, Task::Regression), linear);
    let criterion = of(Loss::CROSS_ENTROPY, Activation::UnitStep, THREE);
    assert_eq!(criterion[0], "Use the perceptron criterion");
}

#[test]
fn a_loss_that_does_not_fit_the_label_gives_way() {
    let of = |loss, task| offered(&with(loss, Activation::Linear), &facts(&[2], task), Field::Loss);
    assert_eq!(of(Loss::BinaryCrossEntropy, THREE), ["Use cross-entropy"]);
    assert_eq!(of(Loss::CROSS_ENTROPY, Task::Regression), ["Use squared error"]);
    assert_eq!(of(Loss::Hinge, Task::Regression), ["Use squared error"]);
    assert_eq!(of(Loss::CrossEntropy { smoothing: Finite::ONE }, THREE), ["Do not smooth"]);
    let zero = Finite::ZERO;
    assert_eq!(of(Loss::Huber { delta: zero }, Task::Regression)[0], "Use δ = 1");
    assert_eq!(of(Loss::SmoothL1 { beta: zero }, Task::Regression)[0], "Use β = 1");
    // The output that the old loss asked for would be the next complaint.
    let run = with(Loss::BinaryFromProbability, Activation::Sigmoid);
    assert_eq!(offered(&run, &facts(&[2], THREE), Field::Loss), ["Use cross-entropy"]);
}

#[test]
fn settings_of_training_are_put_right() {
    type Change = fn(&mut TrainSpec);
    let minus = Finite::lit(-0.5);
    assert_eq!(minus.get(), -0.5);
    let all: [(Field, Change, &[&str]); 19] = [
        (Field::LearningRate, |t| t.learning_rate = Finite::lit(-0.5), &["Use 0.5"]),
        (Field::WeightDecay, |t| t.weight_decay = Finite::lit(-1.0), &["Use 0"]),
        (Field::L1, |t| t.l1 = Finite::lit(-1.0), &["Use 0"]),
        (Field::L2, |t| t.l2 = Finite::lit(-1.0), &["Use 0"]),
        (Field::Batch, |t| t.batch = BatchSize::Of(0), &["Use batches of 32"]),
        (Field::Stop, |t| t.stop = StopRule::Steps(0), &["Train for 1 step"]),
        (Field::Stop, |t| t.stop = StopRule::Epochs(0), &["Train for 1 epoch"]),
        (Field::Seconds, |t| t.seconds = Some(Finite::ZERO), &["No time limit"]),
        (Field::Clip, |t| t.clip = Clip::Norm { max: Finite::ZERO }, &["Do not clip"]),
        (
            Field::Optimizer,
            |t| t.optimizer = Optimizer::sgd(Finite::lit(2.0)),
            &["Use the usual constants"],
        ),
        (
            Field::Schedule,
            |t| t.schedule = Schedule::Exponential { gamma: Finite::ZERO },
            &["Use the usual constants"],
        ),
        (
            Field::Schedule,
            |t| t.schedule = Schedule::Exponential { gamma: Finite::lit(2.0) },
            &["Use the usual constants"],
        ),
        (
            Field::ClassWeights,
            |t| t.class_weights = ClassWeights::Of(vec![Finite::ONE]),
            &["Balance the classes", "Count all classes alike"],
        ),
        (
            Field::DropLast,
            |t| (t.batch, t.drop_last) = (BatchSize::Of(61), true),
            &["Keep the last batch"],
        ),
        (
            Field::Early,
            |t| t.early = Some(EarlyStopping { patience: 0, ..EarlyStopping::default() }),
            &["Wait for 10 epochs"],
        ),
        (
            Field::Early,
            |t| {
                let quantity = Quantity::R2;
                t.early = Some(EarlyStopping { quantity, ..EarlyStopping::default() });
            },
            &["Watch the loss"],
        ),
        (
            Field::Early,
            |t| {
                let part = Part::Test;
                t.early = Some(EarlyStopping { part, ..EarlyStopping::default() });
            },
            &["Watch the validation part", "Watch the training part"],
        ),
        (Field::Target, |t| t.target = Some(target(Quantity::Accuracy, 95.0)), &["Use 0.95"]),
        (Field::Target, |t| t.target = Some(target(Quantity::R2, 0.9)), &["No target"]),
    ];
    for (field, change, labels) in all {
        let mut run = spec();
        change(&mut run.train);
        assert_eq!(offered(&run, &facts(&[2], THREE), field), labels, "{field:?}");
    }
}

fn target(quantity: Quantity, value: f64) -> Target {
    Target { part: Part::Train, quantity, value: Finite::lit(value) }
}

/// What the first layer of a stack offers on images of 1 × 8 × 8, or on two features.
fn of_layers(kinds: Vec<LayerKind>, at: usize, is_image: bool) -> Vec<String> {
    let mut run = spec();
    run.model.hidden = kinds.into_iter().map(LayerSpec::from).collect();
    let shape: &[usize] = if is_image { &[1, 8, 8] } else { &[2] };
    offered(&run, &facts(shape, THREE), Field::Layer(LayerIdx(at)))
}

#[test]
fn layers_are_put_right() {
    use LayerKind::{
        Activation as Function, AvgPool2d, BatchNorm, Conv2d, Dense, Dropout, Flatten,
        GlobalAvgPool, GroupNorm, LayerNorm, MaxPool2d, Skip,
    };
    let flat = |kind: LayerKind| of_layers(vec![kind], 0, false);
    let image = |kind: LayerKind| of_layers(vec![kind, Flatten], 0, true);
    assert_eq!(flat(Dense(DenseSpec::new(0))), ["Use 1 unit"]);
    assert_eq!(image(Dense(DenseSpec::new(3))), ["Insert Flatten"]);
    assert_eq!(image(Function(Activation::Softmax)), ["Insert Flatten"]);
    assert_eq!(flat(Dropout { p: Finite::ONE }), ["Use 0.5"]);
    assert_eq!(flat(Conv2d(ConvSpec::new(3, 3))), ["Remove this layer"]);
    let conv = ConvSpec::new(4, 3);
    let of = |conv: ConvSpec| image(Conv2d(conv));
    assert_eq!(of(ConvSpec { groups: 3, ..conv.clone() }), ["Use 1 group"]);
    let same = ConvSpec { padding: Padding::Same, stride: [2, 2], ..conv.clone() };
    assert_eq!(of(same)[0], "Use stride 1");
    assert_eq!(of(ConvSpec { kernel: [0, 3], ..conv.clone() }), ["Use 1 in place of 0"]);
    assert_eq!(of(ConvSpec { kernel: [9, 3], ..conv.clone() }), ["Pad so that the size stays"]);
    let moved = of_layers(vec![Flatten, Conv2d(conv)], 1, true);
    assert_eq!(moved, ["Move before layer 1"]);
    let pool = PoolSpec { padding: [2, 2], ..PoolSpec::new(2) };
    assert_eq!(image(MaxPool2d(pool))[0], "Use no padding");
    assert_eq!(image(AvgPool2d { pool, count_padding: true })[0], "Use no padding");
    assert_eq!(of_layers(vec![Flatten, GlobalAvgPool, Flatten], 1, true), ["Move before layer 1"]);
    let momentum = Finite::lit(2.0);
    let batch_norm = BatchNormSpec { momentum, ..BatchNormSpec::default() };
    assert_eq!(flat(BatchNorm(batch_norm)), ["Use the usual constants"]);
    let norm = NormSpec { epsilon: Finite::ZERO, ..NormSpec::default() };
    assert_eq!(flat(LayerNorm(norm)), ["Use the usual constants"]);
    assert_eq!(image(GroupNorm { groups: 2, norm: NormSpec::default() }), ["Use 1 group"]);
    assert_eq!(flat(Skip { over: 5 }), ["Remove this layer"]);
    let alpha = Finite::ZERO;
    assert_eq!(flat(Function(Activation::Elu { alpha })), ["Use the usual constant"]);
    let step = of_layers(vec![Dense(DenseSpec::new(3)), Function(Activation::UnitStep)], 1, false);
    assert_eq!(step, ["Use sigmoid"]);
    let mut run = spec();
    run.model.hidden.push(LayerSpec::from(BatchNorm(BatchNormSpec::default())));
    run.train.batch = BatchSize::Of(1);
    let labels = offered(&run, &facts(&[2], THREE), Field::Layer(LayerIdx(1)));
    assert_eq!(labels, ["Use batches of 32"]);
    run.model.hidden[0].rate = Finite::lit(-1.0);
    let labels = offered(&run, &facts(&[2], THREE), Field::Layer(LayerIdx(0)));
    assert_eq!(labels, ["Use the factor 1"]);
    run.model.hidden.clear();
    let labels = offered(&run, &facts(&[1, 4, 4], THREE), Field::Output);
    assert_eq!(labels, ["Insert Flatten"]);
}

#[test]
fn a_batch_that_would_fill_the_memory_becomes_one_that_does_not() {
    let mut run = spec();
    run.model.hidden = vec![
        LayerKind::Conv2d(ConvSpec::new(100, 1)).into(),
        LayerKind::GlobalAvgPool.into(),
        LayerKind::Flatten.into(),
    ];
    run.train.batch = BatchSize::Full;
    let images = DataFacts { train_rows: 60_000, ..facts(&[1, 28, 28], THREE) };
    let labels = offered(&run, &images, Field::Batch);
    assert_eq!(labels[0], "Use batches of 16384");
}

#[test]
fn a_remedy_is_an_edit_that_can_be_taken_back() {
    let mut state = fixtures::with_data("spiral-relu", fixtures::dataset());
    let mut broken = preset("spiral-relu").expect("built in").runs[0].clone();
    broken.train.loss = Loss::Nll;
    fixtures::act(&mut state, Action::Edit(Edit::SetRun(0, broken.clone())));
    let issue = |state: &State| match state.check(0) {
        Some(Err(issues)) => issues.first().cloned(),
        _ => None,
    };
    let found = issue(&state).expect("the output gives no logarithms");
    let edit = state.remedies(0, &found)[0].edit.clone();
    fixtures::act(&mut state, Action::Edit(edit));
    fixtures::act(&mut state, Action::Settle);
    assert_eq!(issue(&state), None);
    assert_eq!(state.remedies(0, &found), []);
    fixtures::act(&mut state, Action::Undo);
    assert_eq!(state.run_spec(0), Some(&broken));
    assert_eq!(state.remedies(0, &found).len(), 2);
}
