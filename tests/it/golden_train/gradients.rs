//! Gradients of random stacks of every kind of layer, by finite differences in `f64`.

use std::collections::BTreeMap;

use descent::base::{Rng, RunRng, Stream};
use descent::spec::{BatchNormSpec, ConvSpec, DataFacts, LayerKind, NormSpec, Padding, PoolSpec};
use descent::train::testing::Stack;

use super::*;

/// Random stacks that are checked.
const STACKS: u64 = 200;
/// Values of each stack in whose direction the slope is taken.
const PROBED: usize = 32;

/// From one to `most`.
fn up_to(rng: &mut Rng, most: usize) -> usize {
    1 + rng.below(most)
}

fn coin(rng: &mut Rng) -> bool {
    rng.below(2) == 1
}

fn share(rng: &mut Rng, low: f64, high: f64) -> Finite {
    Finite::new(rng.range(low, high)).expect("finite")
}

fn random_conv(rng: &mut Rng) -> LayerKind {
    let padding = match rng.below(3) {
        0 => Padding::Valid,
        1 => Padding::Same,
        _ => Padding::Of([rng.below(3), rng.below(3)]),
    };
    let stride = match padding {
        Padding::Same => [1, 1],
        _ => [up_to(rng, 2), up_to(rng, 2)],
    };
    LayerKind::Conv2d(ConvSpec {
        kernel: [up_to(rng, 4), up_to(rng, 4)],
        stride,
        padding,
        dilation: [up_to(rng, 2), up_to(rng, 2)],
        groups: up_to(rng, 2),
        bias: coin(rng),
        ..ConvSpec::new(up_to(rng, 4), 1)
    })
}

fn random_pool(rng: &mut Rng) -> PoolSpec {
    let kernel = [up_to(rng, 3), up_to(rng, 3)];
    PoolSpec {
        kernel,
        stride: [up_to(rng, 3), up_to(rng, 3)],
        padding: kernel.map(|side| rng.below(side / 2 + 1)),
        ceil: coin(rng),
    }
}

fn random_kind(rng: &mut Rng) -> LayerKind {
    let norm = NormSpec { epsilon: share(rng, 1e-5, 1e-1), affine: coin(rng) };
    match rng.below(17) {
        0 | 1 => LayerKind::Dense(DenseSpec { bias: coin(rng), ..DenseSpec::new(up_to(rng, 6)) }),
        2 | 3 => random_conv(rng),
        4 => LayerKind::MaxPool2d(random_pool(rng)),
        5 => LayerKind::AvgPool2d { pool: random_pool(rng), count_padding: coin(rng) },
        6 => LayerKind::GlobalAvgPool,
        7 => LayerKind::BatchNorm(BatchNormSpec {
            momentum: share(rng, 0.0, 1.0),
            epsilon: norm.epsilon,
            affine: norm.affine,
        }),
        8 => LayerKind::LayerNorm(norm),
        9 => LayerKind::GroupNorm { groups: up_to(rng, 3), norm },
        10 => LayerKind::Dropout { p: share(rng, 0.0, 0.7) },
        11 => LayerKind::Flatten,
        12 => LayerKind::Skip { over: up_to(rng, 3) },
        _ => LayerKind::Activation(Activation::ALL[rng.below(Activation::ALL.len())]),
    }
}

fn random_layer(rng: &mut Rng) -> LayerSpec {
    let layer = LayerSpec::new(random_kind(rng));
    LayerSpec { off: rng.below(16) == 0, frozen: rng.below(12) == 0, ..layer }
}

fn valid(shape: &[usize], hidden: &[LayerSpec], outputs: usize) -> Option<ValidRun> {
    let facts = DataFacts {
        input: SampleShape(shape.to_vec()),
        task: Task::Classification { classes: outputs },
        train_rows: 100,
        validation_rows: 0,
        test_rows: 1,
    };
    let model = ModelSpec { hidden: hidden.to_vec(), output: OutputSpec::default() };
    let train = train(Loss::CROSS_ENTROPY, Optimizer::SGD);
    validate_run(&RunSpec { name: "random".into(), model, train }, &facts).ok()
}

/// A random stack that can be trained: layers that do not fit are left out.
pub fn random_stack(rng: &mut Rng) -> ValidRun {
    let shape = match rng.below(4) {
        0 => vec![up_to(rng, 6)],
        _ => vec![up_to(rng, 4), 2 + rng.below(6), 2 + rng.below(6)],
    };
    let outputs = 2 + rng.below(3);
    let mut hidden: Vec<LayerSpec> = Vec::new();
    for _ in 0..3 + rng.below(6) {
        hidden.push(random_layer(rng));
        let mut flat = hidden.clone();
        flat.push(LayerSpec::from(LayerKind::Flatten));
        if valid(&shape, &flat, outputs).is_none() {
            hidden.pop();
        }
    }
    hidden.push(LayerSpec::from(LayerKind::Flatten));
    valid(&shape, &hidden, outputs).expect("was checked on the way")
}

/// A stack, a batch, and a smooth loss of its outputs: `Σ c z + z²/2`.
struct Probe {
    stack: Stack,
    x: Vec<f64>,
    rows: usize,
    /// Weights of the outputs in the loss.
    weights: Vec<f64>,
    is_training: bool,
}

impl Probe {
    fn new(run: &ValidRun, rng: &mut Rng) -> Self {
        let rows = 2 + rng.below(3);
        let mut stack = Stack::double(run, 0);
        // Normalisations begin with ones and zeros, which would hide a weight that is left out.
        for (name, count) in stack.parameters() {
            let values: Vec<f64> = (0..count).map(|_| rng.range(-0.8, 0.8)).collect();
            stack.set(&name, &values).expect("is there");
        }
        let x = (0..rows * run.facts().input.len()).map(|_| rng.normal()).collect();
        let weights = (0..rows * run.outputs()).map(|_| rng.normal()).collect();
        Self { stack, x, rows, weights, is_training: rng.below(4) > 0 }
    }

    /// The loss, the gradient at the input, and those of the parameters.
    fn pass(&mut self) -> (f64, BTreeMap<String, Vec<f64>>) {
        let weights = &self.weights;
        let slope = |z: &[f64]| -> Vec<f64> { z.iter().zip(weights).map(|(z, c)| c + z).collect() };
        let flown = match self.is_training {
            // Always the same update, so the same values are dropped.
            true => self.stack.train(&self.x, self.rows, 5, slope),
            false => self.stack.evaluate(&self.x, self.rows, slope),
        };
        let flown = flown.expect("computes");
        let loss = flown.outputs.iter().zip(weights).map(|(z, c)| c * z + z * z / 2.0).sum();
        let mut gradients: BTreeMap<String, Vec<f64>> = flown.gradients.into_iter().collect();
        gradients.insert("input".into(), flown.at_input);
        (loss, gradients)
    }

    fn get(&self, name: &str) -> Vec<f64> {
        if name == "input" { self.x.clone() } else { self.stack.get(name).expect("is there") }
    }

    fn set(&mut self, name: &str, values: &[f64]) {
        match name {
            "input" => self.x = values.to_vec(),
            _ => self.stack.set(name, values).expect("is there"),
        }
    }

    /// Central difference of the loss along one value.
    fn slope(&mut self, name: &str, place: usize, h: f64) -> f64 {
        let values = self.get(name);
        let mut loss_at = |value: f64| {
            let mut moved = values.clone();
            moved[place] = value;
            self.set(name, &moved);
            self.pass().0
        };
        let slope = (loss_at(values[place] + h) - loss_at(values[place] - h)) / (2.0 * h);
        self.set(name, &values);
        slope
    }

    /// Whether the slope along one value is `expected`.
    ///
    /// In `f64` a central difference of step `h` errs by about `h²` and `1e-16/h` of the loss. A
    /// kink of a ReLU or a pooling that lies within `h` spoils it; a smaller step leaves the kink
    /// outside. A gradient that is wrong agrees with none of them.
    fn agrees(&mut self, name: &str, place: usize, expected: f64, scale: f64) -> bool {
        [(1e-5, 1e-7), (1e-6, 1e-7), (1e-8, 1e-6)].into_iter().any(|(h, tolerance)| {
            (self.slope(name, place, h) - expected).abs() <= tolerance * scale
        })
    }
}

fn check_stack(seed: u64) -> ValidRun {
    let mut rng = RunRng::new(seed).stream(Stream::TrainNoise, 0);
    let run = random_stack(&mut rng);
    let mut probe = Probe::new(&run, &mut rng);
    let (loss, gradients) = probe.pass();
    let largest = gradients.values().flatten().fold(0.0_f64, |most, value| most.max(value.abs()));
    let scale = 1.0 + loss.abs() + largest;
    let places: Vec<(&String, usize, f64)> = gradients
        .iter()
        .flat_map(|(name, values)| {
            values.iter().enumerate().map(move |(place, &value)| (name, place, value))
        })
        .collect();
    for probed in 0..PROBED {
        let (name, place, expected) = places[rng.below(places.len())];
        // A gradient that is off by a thousandth must be found out.
        assert!(probed > 0 || !probe.agrees(name, place, expected + 1e-3 * scale, scale));
        assert!(
            probe.agrees(name, place, expected, scale),
            "seed {seed}, {name}[{place}]: {expected}, but the slope is {}\n{:#?}",
            probe.slope(name, place, 1e-6),
            run.spec().model.hidden
        );
    }
    run
}

#[test]
fn gradients_of_random_stacks_agree_with_finite_differences() {
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in 0..STACKS {
        let run = check_stack(seed);
        let live = run.spec().model.hidden.iter().filter(|layer| !layer.off);
        live.for_each(|layer| *seen.entry(layer.kind.label()).or_default() += 1);
    }
    let activations = Activation::ALL.map(Activation::label);
    let kinds = LayerKind::usual().into_iter().map(|kind| kind.label());
    for kind in kinds.chain(activations) {
        assert!(seen.contains_key(kind), "{kind} never occurred: {seen:?}");
    }
}
