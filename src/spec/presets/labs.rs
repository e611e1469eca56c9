//! The labs of the courses: small tables, gates, overfitting.

use super::parts::{adam, dense_relu, dense_tanh, full_batch, generated, one_run, usual_run};
use crate::base::Finite;
use crate::spec::activation::Activation;
use crate::spec::data::{
    CsvSpec, DataSource, DataSpec, Derived, LabelColumn, TaskChoice, ToyKind, ValidationPart,
};
use crate::spec::experiment::{ExperimentSpec, RunSpec};
use crate::spec::init::{BiasInit, Init};
use crate::spec::metric::{Part, Quantity};
use crate::spec::model::{BatchNormSpec, DenseSpec, LayerKind, LayerSpec, ModelSpec, OutputSpec};
use crate::spec::optimizer::Optimizer;
use crate::spec::train::{
    BatchSize, EarlyStopping, L2Form, Loss, Reduction, StopRule, Target, TrainSpec,
};

pub(super) fn sine_cubic() -> ExperimentSpec {
    let derived = [2, 3].map(|exponent| Derived::Power { feature: 0, exponent }).into();
    let data = DataSpec { derived, ..generated(ToyKind::Sine) };
    let sgd = TrainSpec { reduction: Reduction::Sum, ..full_batch(Loss::Mse, 1e-6, 2000) };
    let optimizer = Optimizer::RMSPROP;
    let rmsprop = TrainSpec { optimizer, learning_rate: Finite::lit(1e-3), ..sgd.clone() };
    let runs = vec![usual_run("SGD", vec![], sgd), usual_run("RMSprop", vec![], rmsprop)];
    ExperimentSpec { name: "Sine by a cubic".into(), data, runs, seed: 0 }
}

pub(super) fn and_gate() -> ExperimentSpec {
    let run = usual_run("One neuron", vec![], full_batch(Loss::BinaryCrossEntropy, 1.0, 1000));
    one_run("AND by one neuron", generated(ToyKind::And), run)
}

pub(super) fn xor_gate() -> ExperimentSpec {
    let train = full_batch(Loss::BinaryCrossEntropy, 0.5, 3000);
    let run = usual_run("2-4-1 tanh", dense_tanh(4).into(), train);
    one_run("XOR by four neurons", generated(ToyKind::XorGate), run)
}

pub(super) fn moons() -> ExperimentSpec {
    let hidden = [dense_relu(16), dense_relu(16)].concat();
    let train = TrainSpec { learning_rate: Finite::lit(0.01), ..adam(BatchSize::Of(32), 100) };
    one_run(
        "Moons, two hidden layers",
        generated(ToyKind::Moons),
        usual_run("16-16", hidden, train),
    )
}

/// One neuron with a unit step that begins with zeros and sees one row after the other: with the
/// perceptron criterion, gradient descent is the perceptron algorithm. It ends with the first
/// pass without an error, and after fifty passes at the latest.
fn perceptron(title: &str, kind: ToyKind) -> ExperimentSpec {
    let output = OutputSpec {
        init: Init::Zeros,
        bias_init: BiasInit::Zeros,
        activation: Activation::UnitStep,
        ..OutputSpec::default()
    };
    let train = TrainSpec {
        loss: Loss::Perceptron,
        learning_rate: Finite::lit(0.1),
        batch: BatchSize::Of(1),
        shuffle: false,
        stop: StopRule::Epochs(50),
        target: Some(Target {
            part: Part::Train,
            quantity: Quantity::Accuracy,
            value: Finite::ONE,
        }),
        ..TrainSpec::default()
    };
    let model = ModelSpec { hidden: vec![], output };
    one_run(title, generated(kind), RunSpec { name: "Perceptron".into(), model, train })
}

pub(super) fn perceptron_and() -> ExperimentSpec {
    perceptron("AND by the perceptron algorithm", ToyKind::And)
}

pub(super) fn perceptron_or() -> ExperimentSpec {
    perceptron("OR by the perceptron algorithm", ToyKind::Or)
}

pub(super) fn perceptron_not() -> ExperimentSpec {
    perceptron("NOT by the perceptron algorithm", ToyKind::Not)
}

pub(super) fn perceptron_xor() -> ExperimentSpec {
    perceptron("XOR by the perceptron algorithm", ToyKind::XorGate)
}

/// `y` is the sigmoid of `1.5x₁ − x₂ + max(0, x₃)·x₄ + ½x₅`, so that a sigmoid can reach it.
const FIVE_INPUTS: &str = "\
x1,x2,x3,x4,x5,y
0.44,-0.33,2.43,-0.25,0.11,0.608
1.58,-0.91,-0.59,0.19,-0.33,0.958
-1.19,-0.20,-0.36,0.60,-1.66,0.082
-0.70,1.15,1.86,-1.51,0.64,0.009
-0.98,-0.86,-0.87,-0.42,1.00,0.473
0.71,0.06,-0.36,0.00,-0.11,0.721
0.79,-0.63,-0.01,-0.10,-0.05,0.857
0.25,0.20,1.33,-0.09,1.56,0.697
-0.31,-0.48,0.10,0.36,0.27,0.546
1.29,1.14,0.49,-0.34,-0.10,0.641
1.41,0.22,-1.31,-0.69,-0.58,0.833
1.15,-0.11,2.26,0.66,0.12,0.967
-0.44,0.97,-0.24,-0.82,0.57,0.207
0.01,1.19,-0.07,-2.86,0.79,0.314
-1.88,1.54,1.82,-0.43,-1.16,0.003
-1.40,0.87,-0.20,-0.60,-0.24,0.044
";

/// The network that the course writes in numpy. Its updates are the gradients of ½(y − ŷ)²,
/// summed over the batch.
pub(super) fn numpy_network() -> ExperimentSpec {
    let source = DataSource::Csv(CsvSpec {
        text: Some(FIVE_INPUTS.into()),
        label: LabelColumn::Last,
        task: TaskChoice::Regression,
        ..CsvSpec::default()
    });
    let normal = Init::normal(Finite::ONE);
    let bias = BiasInit::Normal { mean: Finite::ZERO, std: Finite::ONE };
    let dense = DenseSpec { init: normal, bias_init: bias, ..DenseSpec::new(3) };
    let output = OutputSpec {
        init: normal,
        bias_init: bias,
        activation: Activation::Sigmoid,
        ..OutputSpec::default()
    };
    let hidden = vec![dense.into(), Activation::Sigmoid.into()];
    let train = TrainSpec { reduction: Reduction::Sum, ..full_batch(Loss::HalfSquared, 0.1, 1000) };
    let run = RunSpec { name: "5-3-1 sigmoid".into(), model: ModelSpec { hidden, output }, train };
    one_run("Back-propagation by hand, 5-3-1", DataSpec::new(source), run)
}

/// Forty noisy rows to train on, 960 to validate on and a thousand to test on.
fn few_moons() -> DataSpec {
    let mut data = generated(ToyKind::Moons);
    if let DataSource::Toy(toy) = &mut data.source {
        toy.points_per_class = 500;
        toy.noise = Finite::lit(0.35);
    }
    data.split.validation = ValidationPart::Fraction(Finite::lit(0.96));
    data
}

/// Two layers of 64 ReLU units with `between` after each dense layer and `behind` after each ReLU.
fn wide(between: Option<LayerKind>, behind: Option<LayerKind>) -> Vec<LayerSpec> {
    let add = |kind: &Option<LayerKind>| kind.clone().map(LayerSpec::new);
    let layer = || {
        let dense = LayerSpec::from(DenseSpec::new(64));
        [Some(dense), add(&between), Some(Activation::Relu.into()), add(&behind)]
    };
    [layer(), layer()].into_iter().flatten().flatten().collect()
}

fn overfit(epochs: u64) -> TrainSpec {
    TrainSpec { learning_rate: Finite::lit(0.01), ..adam(BatchSize::Full, epochs) }
}

pub(super) fn overfitting() -> ExperimentSpec {
    let train = overfit(200);
    let l2 = TrainSpec { l2: Finite::lit(0.01), l2_form: L2Form::Whole, ..train.clone() };
    let dropout = LayerKind::Dropout { p: Finite::lit(0.5) };
    let norm = LayerKind::BatchNorm(BatchNormSpec::default());
    let runs = vec![
        usual_run("None", wide(None, None), train.clone()),
        usual_run("L2 penalty", wide(None, None), l2),
        usual_run("Dropout", wide(None, Some(dropout)), train.clone()),
        usual_run("Batch norm", wide(Some(norm), None), train),
    ];
    ExperimentSpec { name: "Overfitting and its remedies".into(), data: few_moons(), runs, seed: 0 }
}

pub(super) fn early_stopping() -> ExperimentSpec {
    let early = EarlyStopping { patience: 20, ..EarlyStopping::default() };
    let stopped = TrainSpec { early: Some(early), ..overfit(500) };
    let runs = vec![
        usual_run("To the end", wide(None, None), overfit(500)),
        usual_run("Early stopping", wide(None, None), stopped),
    ];
    ExperimentSpec { name: "Early stopping".into(), data: few_moons(), runs, seed: 0 }
}
