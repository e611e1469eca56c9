use crate::base::Finite;

use super::activation::Activation;
use super::data::{
    CsvSpec, DataSource, DataSpec, Derived, DrawnSet, DrawnSpec, IdxSpec, LabelColumn, Scaling,
    TaskChoice, ToyKind, ToySpec,
};
use super::experiment::{ExperimentSpec, RunSpec};
use super::init::{BiasInit, Init};
use super::model::{DenseSpec, LayerKind, LayerSpec, ModelSpec, OutputSpec};
use super::optimizer::Optimizer;
use super::train::{BatchSize, Loss, Reduction, StopRule, TrainSpec};

/// A built-in experiment.
pub struct Preset {
    /// Name on the command line.
    pub name: &'static str,
    /// Title shown to the user.
    pub title: &'static str,
    /// One sentence about it.
    pub summary: &'static str,
    build: fn() -> ExperimentSpec,
}

impl Preset {
    /// The experiment itself.
    #[must_use]
    pub fn spec(&self) -> ExperimentSpec {
        (self.build)()
    }
}

/// All built-in experiments, in the order they are offered.
pub const PRESETS: [Preset; 12] = [
    Preset {
        name: "linear-vs-relu",
        title: "Linear or ReLU?",
        summary: "Lecture 13: a linear classifier beside 100 hidden ReLU units on the \
                  three-armed spiral.",
        build: linear_vs_relu,
    },
    Preset {
        name: "spiral-linear",
        title: "Spiral, linear classifier",
        summary: "Softmax regression on the three-armed spiral: about half of the points is all \
                  it gets.",
        build: spiral_linear,
    },
    Preset {
        name: "spiral-relu",
        title: "Spiral, ReLU network",
        summary: "One hidden layer of 100 ReLU units winds itself around the spiral.",
        build: spiral_relu,
    },
    Preset {
        name: "drawn-digits",
        title: "Drawn digits, multilayer perceptron",
        summary: "784→64→10 with ReLU and Adam on 28×28 digits that Descent draws itself: no file \
                  needed.",
        build: drawn_digits,
    },
    Preset {
        name: "bitmap-digits",
        title: "Bitmap digits 1, 2, 3",
        summary: "The lab's network of 32 hidden units on 6×6 bitmaps that Descent draws itself.",
        build: bitmap_digits,
    },
    Preset {
        name: "sine-cubic",
        title: "Sine by a cubic",
        summary: "The lab's first fit: y = a + bx + cx² + dx³ to a sine, by gradient descent on \
                  the sum of squares.",
        build: sine_cubic,
    },
    Preset {
        name: "and-gate",
        title: "AND by one neuron",
        summary: "A single sigmoid neuron learns a gate that a straight line can tell.",
        build: and_gate,
    },
    Preset {
        name: "xor-gate",
        title: "XOR by four neurons",
        summary: "No single neuron computes XOR; four hidden tanh units do.",
        build: xor_gate,
    },
    Preset {
        name: "moons",
        title: "Moons, two hidden layers",
        summary: "scikit-learn's half circles, told apart by two layers of 16 ReLU units.",
        build: moons,
    },
    Preset {
        name: "playground-spiral",
        title: "Playground spiral",
        summary: "TensorFlow Playground's hardest set with two layers of 8 tanh units, x², x·y \
                  and sines as further inputs.",
        build: playground_spiral,
    },
    Preset {
        name: "digits123",
        title: "Digits 1, 2, 3",
        summary: "A small network on 6×6 bitmaps of the digits 1, 2 and 3 from a CSV file.",
        build: digits123,
    },
    Preset {
        name: "mnist-mlp",
        title: "MNIST, multilayer perceptron",
        summary: "784→128→64→10 with ReLU and Adam on handwritten digits.",
        build: mnist_mlp,
    },
];

/// The built-in experiment of that name.
#[must_use]
pub fn preset(name: &str) -> Option<ExperimentSpec> {
    PRESETS.iter().find(|preset| preset.name == name).map(Preset::spec)
}

const LECTURE_INIT: Init = Init::normal(Finite::lit(0.01));

fn spiral_data() -> DataSpec {
    DataSpec::new(DataSource::Toy(ToySpec::standard(ToyKind::LectureSpiral)))
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

fn spiral_linear() -> ExperimentSpec {
    spiral("Spiral, linear classifier", vec![linear_run(200)])
}

fn spiral_relu() -> ExperimentSpec {
    spiral("Spiral, ReLU network", vec![relu_run()])
}

/// Both models train equally long, so that the comparison is one of models and not of patience.
fn linear_vs_relu() -> ExperimentSpec {
    spiral("Linear or ReLU?", vec![linear_run(10_000), relu_run()])
}

fn dense_relu(units: usize) -> [LayerSpec; 2] {
    [LayerSpec::from(DenseSpec::new(units)), LayerSpec::from(Activation::Relu)]
}

fn adam(batch: BatchSize, epochs: u64) -> TrainSpec {
    TrainSpec {
        loss: Loss::CROSS_ENTROPY,
        optimizer: Optimizer::ADAM,
        learning_rate: Finite::lit(1e-3),
        batch,
        stop: StopRule::Epochs(epochs),
        ..TrainSpec::default()
    }
}

fn digits123() -> ExperimentSpec {
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

fn mnist_mlp() -> ExperimentSpec {
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

fn one_run(title: &str, data: DataSpec, run: RunSpec) -> ExperimentSpec {
    ExperimentSpec { name: title.into(), data, runs: vec![run], seed: 0 }
}

fn drawn(set: DrawnSet) -> DataSpec {
    DataSpec::new(DataSource::Drawn(DrawnSpec::standard(set)))
}

fn generated(kind: ToyKind) -> DataSpec {
    DataSpec::new(DataSource::Toy(ToySpec::standard(kind)))
}

/// A run whose layers start as PyTorch's do.
fn usual_run(name: &str, hidden: Vec<LayerSpec>, train: TrainSpec) -> RunSpec {
    let model = ModelSpec { hidden, output: OutputSpec::default() };
    RunSpec { name: name.into(), model, train }
}

fn dense_tanh(units: usize) -> [LayerSpec; 2] {
    [LayerSpec::from(DenseSpec::new(units)), LayerSpec::from(Activation::Tanh)]
}

/// Plain gradient descent on all rows at once.
fn full_batch(loss: Loss, learning_rate: f64, steps: u64) -> TrainSpec {
    TrainSpec {
        loss,
        optimizer: Optimizer::SGD,
        learning_rate: Finite::lit(learning_rate),
        batch: BatchSize::Full,
        stop: StopRule::Steps(steps),
        ..TrainSpec::default()
    }
}

fn drawn_digits() -> ExperimentSpec {
    let mut hidden = vec![LayerSpec::from(LayerKind::Flatten)];
    hidden.extend(dense_relu(64));
    let run = usual_run("MLP 64", hidden, adam(BatchSize::Of(64), 5));
    one_run("Drawn digits, multilayer perceptron", drawn(DrawnSet::Digits28), run)
}

fn bitmap_digits() -> ExperimentSpec {
    let train = full_batch(Loss::CROSS_ENTROPY, 0.1, 1000);
    let run = usual_run("MLP 32", dense_relu(32).into(), train);
    one_run("Bitmap digits 1, 2, 3", drawn(DrawnSet::Digits123), run)
}

fn sine_cubic() -> ExperimentSpec {
    let derived = [2, 3].map(|exponent| Derived::Power { feature: 0, exponent }).into();
    let data = DataSpec { derived, ..generated(ToyKind::Sine) };
    let train = TrainSpec { reduction: Reduction::Sum, ..full_batch(Loss::Mse, 1e-6, 2000) };
    one_run("Sine by a cubic", data, usual_run("Cubic", vec![], train))
}

fn and_gate() -> ExperimentSpec {
    let run = usual_run("One neuron", vec![], full_batch(Loss::BinaryCrossEntropy, 1.0, 1000));
    one_run("AND by one neuron", generated(ToyKind::And), run)
}

fn xor_gate() -> ExperimentSpec {
    let train = full_batch(Loss::BinaryCrossEntropy, 0.5, 3000);
    let run = usual_run("2-4-1 tanh", dense_tanh(4).into(), train);
    one_run("XOR by four neurons", generated(ToyKind::XorGate), run)
}

fn moons() -> ExperimentSpec {
    let hidden = [dense_relu(16), dense_relu(16)].concat();
    let train = TrainSpec { learning_rate: Finite::lit(0.01), ..adam(BatchSize::Of(32), 100) };
    one_run(
        "Moons, two hidden layers",
        generated(ToyKind::Moons),
        usual_run("16-16", hidden, train),
    )
}

fn playground_spiral() -> ExperimentSpec {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{DataFacts, SampleShape, Task, validate_run};

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PRESETS.len());
        assert!(preset("no such experiment").is_none());
    }

    #[test]
    fn every_preset_fits_its_data() {
        for (name, shape, classes, parameters) in [
            ("spiral-linear", vec![2], 3, 9),
            ("spiral-relu", vec![2], 3, 603),
            ("digits123", vec![36], 3, 36 * 18 + 18 + 18 * 3 + 3),
            ("mnist-mlp", vec![1, 28, 28], 10, 109_386),
            ("drawn-digits", vec![1, 28, 28], 10, 784 * 64 + 64 + 64 * 10 + 10),
            ("bitmap-digits", vec![36], 3, 36 * 32 + 32 + 32 * 3 + 3),
            ("sine-cubic", vec![3], 0, 4),
            ("and-gate", vec![2], 2, 3),
            ("xor-gate", vec![2], 2, 17),
            ("moons", vec![2], 2, 2 * 16 + 16 + 16 * 16 + 16 + 16 * 2 + 2),
            ("playground-spiral", vec![7], 2, 7 * 8 + 8 + 8 * 8 + 8 + 8 + 1),
        ] {
            let facts = DataFacts {
                input: SampleShape(shape),
                task: match classes {
                    0 => Task::Regression,
                    _ => Task::Classification { classes },
                },
                train_rows: 1000,
                validation_rows: 0,
                test_rows: 100,
            };
            let spec = preset(name).expect("built in");
            let run = validate_run(&spec.runs[0], &facts).expect(name);
            assert_eq!(run.parameters(), parameters, "{name}");
        }
    }
}
