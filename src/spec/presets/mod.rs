//! Knows: the types of `spec`. Built-in experiments, one builder each.
//! Never: files, data, anything that trains.

mod images;
mod labs;
mod parts;
mod spirals;

use super::experiment::ExperimentSpec;

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
pub const PRESETS: [Preset; 25] = [
    Preset {
        name: "linear-vs-relu",
        title: "Linear or ReLU?",
        summary: "Lecture 13: a linear classifier beside 100 hidden ReLU units on the \
                  three-armed spiral.",
        build: spirals::linear_vs_relu,
    },
    Preset {
        name: "spiral-linear",
        title: "Spiral, linear classifier",
        summary: "Softmax regression on the three-armed spiral: about half of the points is all \
                  it gets.",
        build: spirals::spiral_linear,
    },
    Preset {
        name: "spiral-relu",
        title: "Spiral, ReLU network",
        summary: "One hidden layer of 100 ReLU units winds itself around the spiral.",
        build: spirals::spiral_relu,
    },
    Preset {
        name: "vanishing-gradients",
        title: "Vanishing gradients",
        summary: "Six sigmoid layers beside six ReLU layers on the spiral: of the gradient hardly \
                  anything reaches the first one.",
        build: spirals::vanishing_gradients,
    },
    Preset {
        name: "residual",
        title: "Residual network",
        summary: "The same seventeen dense layers with and without connections around each pair \
                  of them.",
        build: spirals::residual,
    },
    Preset {
        name: "drawn-digits",
        title: "Drawn digits, multilayer perceptron",
        summary: "784→64→10 with ReLU and Adam on 28×28 digits that Descent draws itself: no file \
                  needed.",
        build: images::drawn_digits,
    },
    Preset {
        name: "drawn-digits-cnn",
        title: "Drawn digits, CNN",
        summary: "The lecture's convolutional network on digits that Descent draws itself: no \
                  file needed.",
        build: images::drawn_digits_cnn,
    },
    Preset {
        name: "drawn-digits-resnet",
        title: "Drawn digits, residual CNN",
        summary: "Convolutions with batch normalisation, two residual blocks and a global average \
                  instead of dense layers.",
        build: images::drawn_digits_resnet,
    },
    Preset {
        name: "bitmap-digits",
        title: "Bitmap digits 1, 2, 3",
        summary: "The lab's network of 32 hidden units on 6×6 bitmaps that Descent draws itself.",
        build: images::bitmap_digits,
    },
    Preset {
        name: "sine-cubic",
        title: "Sine by a cubic",
        summary: "The lab's first fit: y = a + bx + cx² + dx³ to a sine, by gradient \
                  descent and by RMSprop on the sum of squares.",
        build: labs::sine_cubic,
    },
    Preset {
        name: "numpy-network",
        title: "Back-propagation by hand, 5-3-1",
        summary: "The course's network in numpy: five inputs, three sigmoid units, one sigmoid \
                  output, half the squared error.",
        build: labs::numpy_network,
    },
    Preset {
        name: "perceptron-and",
        title: "AND by the perceptron algorithm",
        summary: "A unit step that learns one row at a time, from zeros, until it makes no more \
                  errors.",
        build: labs::perceptron_and,
    },
    Preset {
        name: "perceptron-or",
        title: "OR by the perceptron algorithm",
        summary: "The same for OR: done after fewer passes than AND.",
        build: labs::perceptron_or,
    },
    Preset {
        name: "perceptron-not",
        title: "NOT by the perceptron algorithm",
        summary: "One input and a bias are enough to turn yes into no.",
        build: labs::perceptron_not,
    },
    Preset {
        name: "perceptron-xor",
        title: "XOR by the perceptron algorithm",
        summary: "No straight line tells XOR, so the perceptron algorithm goes round in circles \
                  for ever.",
        build: labs::perceptron_xor,
    },
    Preset {
        name: "and-gate",
        title: "AND by one neuron",
        summary: "A single sigmoid neuron learns a gate that a straight line can tell.",
        build: labs::and_gate,
    },
    Preset {
        name: "xor-gate",
        title: "XOR by four neurons",
        summary: "No single neuron computes XOR; four hidden tanh units do.",
        build: labs::xor_gate,
    },
    Preset {
        name: "moons",
        title: "Moons, two hidden layers",
        summary: "scikit-learn's half circles, told apart by two layers of 16 ReLU units.",
        build: labs::moons,
    },
    Preset {
        name: "overfitting",
        title: "Overfitting and its remedies",
        summary: "Forty noisy points learnt by heart, and what an L2 penalty, dropout and batch \
                  normalisation do about it.",
        build: labs::overfitting,
    },
    Preset {
        name: "early-stopping",
        title: "Early stopping",
        summary: "The same network trained to the end, and stopped where the validation loss was \
                  least.",
        build: labs::early_stopping,
    },
    Preset {
        name: "playground-spiral",
        title: "Playground spiral",
        summary: "TensorFlow Playground's hardest set with two layers of 8 tanh units, x², x·y \
                  and sines as further inputs.",
        build: spirals::playground_spiral,
    },
    Preset {
        name: "digits123",
        title: "Digits 1, 2, 3",
        summary: "A small network on 6×6 bitmaps of the digits 1, 2 and 3 from a CSV file.",
        build: images::digits123,
    },
    Preset {
        name: "mnist-mlp",
        title: "MNIST, multilayer perceptron",
        summary: "784→128→64→10 with ReLU and Adam on handwritten digits.",
        build: images::mnist_mlp,
    },
    Preset {
        name: "mnist-cnn",
        title: "MNIST, the lecture's CNN",
        summary: "Lecture 13: two convolutions and one dense layer, 8 490 parameters, ten epochs \
                  of plain gradient descent.",
        build: images::mnist_cnn,
    },
    Preset {
        name: "mnist-cnn-adam",
        title: "MNIST, CNN with Adam",
        summary: "The same network with Adam: above 98.5 % after three epochs.",
        build: images::mnist_cnn_adam,
    },
];

/// The built-in experiment of that name.
#[must_use]
pub fn preset(name: &str) -> Option<ExperimentSpec> {
    PRESETS.iter().find(|preset| preset.name == name).map(Preset::spec)
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
    fn summaries_are_one_sentence() {
        for preset in &PRESETS {
            assert!(preset.summary.ends_with('.'), "{}", preset.summary);
            assert!(!preset.summary.contains(". "), "{}", preset.summary);
            assert_eq!(preset.spec().name, preset.title);
        }
    }

    #[test]
    fn runs_side_by_side_have_names_of_their_own() {
        for preset in &PRESETS {
            let spec = preset.spec();
            let mut names: Vec<_> = spec.runs.iter().map(|run| &run.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), spec.runs.len(), "{}", preset.name);
        }
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
            ("mnist-cnn", vec![1, 28, 28], 10, 8490),
            ("mnist-cnn-adam", vec![1, 28, 28], 10, 8490),
            ("drawn-digits-cnn", vec![1, 28, 28], 10, 8490),
            ("drawn-digits-resnet", vec![1, 28, 28], 10, 9 * 16 + 4 * 2304 + 5 * 32 + 170),
            ("numpy-network", vec![5], 0, 5 * 3 + 3 + 3 + 1),
            ("perceptron-and", vec![2], 2, 3),
            ("perceptron-or", vec![2], 2, 3),
            ("perceptron-not", vec![1], 2, 2),
            ("perceptron-xor", vec![2], 2, 3),
            ("vanishing-gradients", vec![2], 3, 96 + 5 * 1056 + 99),
            ("residual", vec![2], 3, 96 + 16 * 1056 + 99),
            ("overfitting", vec![2], 2, 192 + 4160 + 130),
            ("early-stopping", vec![2], 2, 192 + 4160 + 130),
        ] {
            let facts = DataFacts {
                input: SampleShape(shape),
                task: match classes {
                    0 => Task::Regression,
                    _ => Task::Classification { classes },
                },
                train_rows: 1000,
                validation_rows: 100,
                test_rows: 100,
            };
            let spec = preset(name).expect("built in");
            let run = validate_run(&spec.runs[0], &facts).expect(name);
            assert_eq!(run.parameters(), parameters, "{name}");
            assert!(spec.runs.iter().all(|run| validate_run(run, &facts).is_ok()), "{name}");
        }
    }
}
