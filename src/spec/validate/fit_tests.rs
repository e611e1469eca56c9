//! What fits, what does not, and what is advised against.

use super::*;
use crate::spec::activation::Activation;
use crate::spec::metric::{Part, Quantity};
use crate::spec::model::LayerSpec;
use crate::spec::schedule::Schedule;
use crate::spec::train::{ClassWeights, Clip, EarlyStopping, Target};

fn facts(task: Task) -> DataFacts {
    DataFacts {
        input: SampleShape(vec![2]),
        task,
        train_rows: 30,
        validation_rows: 10,
        test_rows: 10,
    }
}

const TWO: Task = Task::Classification { classes: 2 };
const THREE: Task = Task::Classification { classes: 3 };

fn spec(loss: Loss, output: Activation) -> RunSpec {
    let output = OutputSpec { activation: output, ..OutputSpec::default() };
    let model = ModelSpec { hidden: vec![LayerSpec::from(DenseSpec::new(4))], output };
    let train = TrainSpec { loss, ..TrainSpec::default() };
    RunSpec { name: "run".into(), model, train }
}

fn refused(spec: &RunSpec, task: Task) -> Vec<Field> {
    let issues = validate_run(spec, &facts(task)).err().unwrap_or_default();
    issues.into_iter().map(|issue| issue.field).collect()
}

fn advised(spec: &RunSpec, task: Task) -> Vec<Field> {
    let run = validate_run(spec, &facts(task)).expect("can be trained");
    run.advice().iter().map(|advice| advice.field).collect()
}

#[test]
fn the_output_must_be_what_the_loss_takes() {
    use Activation::{HardSigmoid, Linear, LogSoftmax, Sigmoid, Sign, Softmax, Tanh, UnitStep};

    let of = |loss, output, task| refused(&spec(loss, output), task);
    assert_eq!(of(Loss::BinaryFromProbability, Linear, TWO), [Field::Output]);
    assert_eq!(of(Loss::BinaryFromProbability, Tanh, TWO), [Field::Output]);
    assert_eq!(of(Loss::BinaryFromProbability, Softmax, TWO), [Field::Output]);
    assert!(of(Loss::BinaryFromProbability, Sigmoid, TWO).is_empty());
    assert!(of(Loss::BinaryFromProbability, HardSigmoid, TWO).is_empty());
    assert_eq!(of(Loss::BinaryFromProbability, Sigmoid, THREE), [Field::Loss]);
    assert_eq!(of(Loss::Nll, Softmax, THREE), [Field::Output]);
    assert!(of(Loss::Nll, LogSoftmax, TWO).is_empty());
    assert_eq!(of(Loss::Perceptron, Tanh, TWO), [Field::Output]);
    for output in [UnitStep, Sign, Linear] {
        assert!(of(Loss::Perceptron, output, THREE).is_empty());
    }
    assert_eq!(of(Loss::Mse, Softmax, Task::Regression), [Field::Output]);
    assert_eq!(of(Loss::Mse, Softmax, TWO), [Field::Output]);
    assert!(of(Loss::Mse, Softmax, THREE).is_empty());
    assert_eq!(of(Loss::Hinge, Linear, Task::Regression), [Field::Loss]);
}

#[test]
fn constants_of_losses_lie_where_they_mean_something() {
    let of = |loss, task| refused(&spec(loss, Activation::Linear), task);
    for smoothing in [-0.1, 1.0] {
        let smoothing = Finite::lit(smoothing);
        assert_eq!(of(Loss::CrossEntropy { smoothing }, THREE), [Field::Loss]);
    }
    assert!(of(Loss::CrossEntropy { smoothing: Finite::lit(0.1) }, THREE).is_empty());
    assert_eq!(of(Loss::Huber { delta: Finite::ZERO }, Task::Regression), [Field::Loss]);
    assert_eq!(of(Loss::SmoothL1 { beta: Finite::ZERO }, Task::Regression), [Field::Loss]);
}

#[test]
fn there_is_one_weight_for_each_class() {
    let of = |weights: &[f64], task| {
        let mut spec = spec(Loss::Mse, Activation::Linear);
        let weights = weights.iter().map(|&weight| Finite::lit(weight)).collect();
        spec.train.class_weights = ClassWeights::Of(weights);
        refused(&spec, task)
    };
    assert!(of(&[1.0, 0.0, 2.0], THREE).is_empty());
    assert_eq!(of(&[1.0, 2.0], THREE), [Field::ClassWeights]);
    assert_eq!(of(&[1.0, 2.0, -1.0], THREE), [Field::ClassWeights]);
    assert_eq!(of(&[0.0, 0.0], TWO), [Field::ClassWeights]);
    assert_eq!(of(&[1.0], Task::Regression), [Field::ClassWeights]);
    let mut balanced = spec(Loss::CROSS_ENTROPY, Activation::Linear);
    balanced.train.class_weights = ClassWeights::Balanced;
    assert!(refused(&balanced, THREE).is_empty());
}

#[test]
fn settings_of_training_must_make_sense() {
    let of = |change: &dyn Fn(&mut TrainSpec)| {
        let mut spec = spec(Loss::CROSS_ENTROPY, Activation::Linear);
        change(&mut spec.train);
        refused(&spec, THREE)
    };
    assert_eq!(of(&|train| train.clip = Clip::Norm { max: Finite::ZERO }), [Field::Clip]);
    for schedule in [
        Schedule::Step { every: 0, gamma: Finite::ONE },
        Schedule::Exponential { gamma: Finite::ZERO },
        Schedule::Cosine { epochs: 5, floor: Finite::lit(1.5) },
        Schedule::Polynomial { epochs: 5, power: Finite::ZERO },
        Schedule::Plateau { factor: Finite::ONE, patience: 1 },
        Schedule::OneCycle { epochs: 5, rise: Finite::ONE },
    ] {
        assert_eq!(of(&|train| train.schedule = schedule), [Field::Schedule], "{schedule:?}");
    }
    for schedule in Schedule::ALL {
        assert!(of(&|train| train.schedule = schedule).is_empty(), "{schedule:?}");
    }
}

#[test]
fn nothing_is_watched_on_a_part_without_rows() {
    let mut spec = spec(Loss::CROSS_ENTROPY, Activation::Linear);
    spec.train.early = Some(EarlyStopping::default());
    let whole = facts(THREE);
    assert!(validate_run(&spec, &whole).expect("valid").advice().is_empty());
    let unheld = DataFacts { validation_rows: 0, ..whole.clone() };
    let run = validate_run(&spec, &unheld).expect("valid");
    assert_eq!(run.advice().iter().map(|found| found.field).collect::<Vec<_>>(), [Field::Early]);
    let bare = DataFacts { validation_rows: 0, test_rows: 0, ..whole };
    let issues = validate_run(&spec, &bare).expect_err("must be refused");
    assert_eq!(issues.iter().map(|issue| issue.field).collect::<Vec<_>>(), [Field::Early]);
    let (part, quantity) = (Part::Test, Quantity::Accuracy);
    spec.train.early = None;
    spec.train.target = Some(Target { part, quantity, value: Finite::lit(2.0) });
    assert_eq!(advised(&spec, THREE), [Field::Target; 2]);
}

#[test]
fn a_second_softmax_and_steps_without_slope_are_advised_against() {
    use Activation::{Linear, Relu, Sigmoid, Softmax, Tanh, UnitStep};

    let of = |loss, output, task| advised(&spec(loss, output), task);
    assert!(of(Loss::CROSS_ENTROPY, Linear, THREE).is_empty());
    for output in [Softmax, Activation::LogSoftmax, Relu, Sigmoid] {
        assert_eq!(of(Loss::CROSS_ENTROPY, output, THREE), [Field::Output]);
    }
    assert_eq!(of(Loss::BinaryCrossEntropy, Sigmoid, TWO), [Field::Output]);
    assert_eq!(of(Loss::Hinge, Tanh, TWO), [Field::Output]);
    assert_eq!(of(Loss::Mse, UnitStep, TWO), [Field::Output]);
    assert_eq!(of(Loss::Mse, Sigmoid, Task::Regression), [Field::Output]);
    assert!(of(Loss::Mse, Sigmoid, TWO).is_empty());
    assert!(of(Loss::Perceptron, UnitStep, TWO).is_empty());
    let mut hidden = spec(Loss::CROSS_ENTROPY, Linear);
    hidden.model.hidden.push(LayerSpec::from(UnitStep));
    assert_eq!(advised(&hidden, THREE), [Field::Layer(LayerIdx(1))]);
    hidden.model.hidden[0].frozen = true;
    assert!(advised(&hidden, THREE).is_empty(), "nothing before it is to learn");
    let softmax = validate_run(&spec(Loss::CROSS_ENTROPY, Softmax), &facts(THREE)).expect("valid");
    assert!(softmax.advice()[0].message.contains("cannot fall below 0.55"), "{softmax:?}");
    let train = TrainSpec { loss: Loss::CROSS_ENTROPY, ..softmax.spec().train.clone() };
    assert_eq!(softmax.with_train(train).advice(), softmax.advice());
}
