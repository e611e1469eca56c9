//! Steps per second of the engine on the processor, beside PyTorch's on one thread of the same
//! machine in the same minute. Run with `cargo bench --bench engine`, alone on the machine.
//! `DESCENT_PYTHON` names a Python that has PyTorch, if `python3` has none; without one the ratio
//! is left out. Words behind `--` choose workloads by name.

#![allow(clippy::print_stdout, reason = "its table is what it is for")]

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use descent::base::{Finite, Matrix, RunRng, Stream};
use descent::data::{Dataset, Labelled, Targets};
use descent::spec::{
    Activation, BatchSize, ConvSpec, DenseSpec, LayerKind, LayerSpec, Loss, ModelSpec, Optimizer,
    OutputSpec, PoolSpec, RunSpec, SampleShape, StopRule, Task, TrainSpec, ValidRun, validate_run,
};
use descent::train::{Batch, BurnEngine, Compute, Engine, HotParams};

/// How long one figure is measured.
const CHUNK: Duration = Duration::from_millis(100);
/// How many of them give a median.
const CHUNKS: usize = 21;

struct Workload {
    name: &'static str,
    net: Net,
    activation: Activation,
    optimizer: Optimizer,
    l2: f64,
    rows: usize,
    batch: BatchSize,
}

/// The layers of a network.
#[derive(Clone, Copy)]
enum Net {
    /// Inputs, hidden layers, outputs.
    Dense(&'static [usize]),
    /// The lecture's: two convolutions of 5 × 5, each with ReLU and pooling, on 28 × 28 pixels.
    Lecture,
}

impl Net {
    /// Shape of a sample, and number of classes.
    fn ends(self) -> (Vec<usize>, usize) {
        match self {
            Self::Dense(widths) => (vec![widths[0]], widths[widths.len() - 1]),
            Self::Lecture => (vec![1, 28, 28], 10),
        }
    }

    fn hidden(self, activation: Activation) -> Vec<LayerSpec> {
        match self {
            Self::Dense(widths) => widths[1..widths.len() - 1]
                .iter()
                .flat_map(|&units| [DenseSpec::new(units).into(), activation.into()])
                .collect(),
            Self::Lecture => {
                let block = |channels| {
                    [
                        LayerKind::Conv2d(ConvSpec::new(channels, 5)),
                        LayerKind::Activation(activation),
                        LayerKind::MaxPool2d(PoolSpec::new(2)),
                    ]
                };
                let kinds = block(10).into_iter().chain(block(20)).chain([LayerKind::Flatten]);
                kinds.map(LayerSpec::from).collect()
            }
        }
    }

    /// As `pytorch.py` wants it told.
    fn argument(self) -> String {
        match self {
            Self::Dense(widths) => {
                widths.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
            }
            Self::Lecture => "lecture".into(),
        }
    }
}

const MOMENTUM: Optimizer = Optimizer::sgd(Finite::lit(0.9));

const WORKLOADS: [Workload; 8] = [
    Workload {
        name: "spiral 2-3, full batch, SGD + L2",
        net: Net::Dense(&[2, 3]),
        activation: Activation::Relu,
        optimizer: Optimizer::SGD,
        l2: 1e-3,
        rows: 300,
        batch: BatchSize::Full,
    },
    Workload {
        name: "spiral 2-100-3, full batch, SGD",
        net: Net::Dense(&[2, 100, 3]),
        activation: Activation::Relu,
        optimizer: Optimizer::SGD,
        l2: 0.0,
        rows: 300,
        batch: BatchSize::Full,
    },
    Workload {
        name: "spiral 2-100-3, full batch, SGD + L2",
        net: Net::Dense(&[2, 100, 3]),
        activation: Activation::Relu,
        optimizer: Optimizer::SGD,
        l2: 1e-3,
        rows: 300,
        batch: BatchSize::Full,
    },
    Workload {
        name: "2-8-8-2 tanh, batch 10, SGD",
        net: Net::Dense(&[2, 8, 8, 2]),
        activation: Activation::Tanh,
        optimizer: Optimizer::SGD,
        l2: 0.0,
        rows: 500,
        batch: BatchSize::Of(10),
    },
    Workload {
        name: "784-128-64-10, batch 64, SGD",
        net: Net::Dense(&[784, 128, 64, 10]),
        activation: Activation::Relu,
        optimizer: Optimizer::SGD,
        l2: 0.0,
        rows: 6400,
        batch: BatchSize::Of(64),
    },
    Workload {
        name: "784-128-64-10, batch 64, momentum",
        net: Net::Dense(&[784, 128, 64, 10]),
        activation: Activation::Relu,
        optimizer: MOMENTUM,
        l2: 0.0,
        rows: 6400,
        batch: BatchSize::Of(64),
    },
    Workload {
        name: "784-128-64-10, batch 64, Adam",
        net: Net::Dense(&[784, 128, 64, 10]),
        activation: Activation::Relu,
        optimizer: Optimizer::ADAM,
        l2: 0.0,
        rows: 6400,
        batch: BatchSize::Of(64),
    },
    Workload {
        name: "lecture CNN, batch 64, SGD",
        net: Net::Lecture,
        activation: Activation::Relu,
        optimizer: Optimizer::SGD,
        l2: 0.0,
        rows: 1280,
        batch: BatchSize::Of(64),
    },
];

impl Workload {
    fn data(&self) -> Arc<Dataset> {
        let (shape, classes) = self.net.ends();
        let inputs = shape.iter().product();
        let mut rng = RunRng::new(0).stream(Stream::TrainNoise, 0);
        let values = (0..self.rows * inputs).map(|_| rng.range(-1.0, 1.0) as f32).collect();
        let features = Matrix::new(self.rows, inputs, values).expect("fits");
        let targets = (0..self.rows).map(|_| rng.below(classes) as u32).collect();
        let part = Labelled::new(features, Targets::Classes(targets));
        let (shape, task) = (SampleShape(shape), Task::Classification { classes });
        Arc::new(Dataset::new(self.name, shape, task, part.clone(), part.gather(&[0])))
    }

    fn run(&self, data: &Dataset) -> ValidRun {
        let spec = RunSpec {
            name: self.name.into(),
            model: ModelSpec {
                hidden: self.net.hidden(self.activation),
                output: OutputSpec::default(),
            },
            train: TrainSpec {
                loss: Loss::CROSS_ENTROPY,
                optimizer: self.optimizer,
                learning_rate: Finite::lit(0.01),
                l2: Finite::lit(0.0),
                batch: self.batch,
                stop: StopRule::Never,
                ..TrainSpec::default()
            },
        };
        validate_run(&spec, &data.facts()).expect("valid")
    }

    /// Steps per second: the median and the best of many short measurements, and the mean by
    /// processor time.
    fn measure(&self) -> [f64; 3] {
        let data = self.data();
        let mut engine =
            BurnEngine::build(&self.run(&data), &data, 0, Compute::cpu()).expect("builds");
        let hot = HotParams { l2: self.l2, penalise_biases: false, ..HotParams::rate(0.01) };
        let order = RunRng::new(0).stream(Stream::Shuffle, 0).permutation(self.rows);
        let mut batches = order.chunks(self.batch.rows(self.rows)).cycle();
        let mut step = || {
            let rows = batches.next().expect("never ends");
            let batch = match self.batch {
                BatchSize::Full => Batch::All,
                BatchSize::Of(_) => Batch::Rows(rows),
            };
            engine.step(batch, 0, &hot).expect("steps");
            engine.losses().expect("reads");
        };
        rate(&mut step);
        let (before, mut steps) = (processor_seconds(), 0.0);
        let mut rates = Vec::with_capacity(CHUNKS);
        for _ in 0..CHUNKS {
            let (count, seconds) = rate(&mut step);
            steps += count;
            rates.push(count / seconds);
        }
        rates.sort_by(f64::total_cmp);
        [rates[CHUNKS / 2], rates[CHUNKS - 1], steps / (processor_seconds() - before)]
    }
}

/// Processor time of this process so far, where the system tells it. Steps per second of it
/// hardly depend on what else the machine does.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1e9
}

/// Calls `step` for the length of a chunk and gives the number of calls and the seconds.
fn rate(step: &mut impl FnMut()) -> (f64, f64) {
    let start = Instant::now();
    let mut steps = 0_u32;
    while start.elapsed() < CHUNK {
        step();
        steps += 1;
    }
    (f64::from(steps), start.elapsed().as_secs_f64())
}

/// Steps per second of PyTorch for the same workload, where there is a PyTorch.
fn pytorch(workload: &Workload) -> Option<f64> {
    let python = std::env::var("DESCENT_PYTHON").unwrap_or_else(|_| "python3".into());
    let activation = if workload.activation == Activation::Tanh { "tanh" } else { "relu" };
    let optimizer = match workload.optimizer {
        Optimizer::Adam { .. } => "adam",
        Optimizer::Sgd { momentum, .. } if momentum.get() > 0.0 => "momentum",
        _ => "sgd",
    };
    let batch = match workload.batch {
        BatchSize::Full => 0,
        BatchSize::Of(rows) => rows,
    };
    let output = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/pytorch.py"))
        .args([&workload.net.argument(), activation, optimizer, &workload.l2.to_string()])
        .args([workload.rows.to_string(), batch.to_string()])
        .output()
        .ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Whether no filter was given on the command line, or one that this name contains.
fn is_wanted(name: &str) -> bool {
    let mut filters = std::env::args().skip(1).filter(|argument| argument != "--bench").peekable();
    filters.peek().is_none() || filters.any(|filter| name.contains(&filter))
}

fn main() {
    let head = ["median", "best", "cpu time", "PyTorch", "ratio"];
    print!("{:<38}", "steps per second");
    head.iter().for_each(|name| print!(" {name:>9}"));
    println!();
    for workload in WORKLOADS.iter().filter(|workload| is_wanted(workload.name)) {
        let [median, best, by_cpu] = workload.measure();
        print!("{:<38} {median:>9.0} {best:>9.0} {by_cpu:>9.0}", workload.name);
        match pytorch(workload) {
            Some(other) => println!(" {other:>9.0} {:>9.2}", median / other),
            None => println!(" {:>9} {:>9}", "not found", "-"),
        }
    }
}
