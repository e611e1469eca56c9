//! What a look inside a network costs the run that is watched, in milliseconds: everything that
//! the window may ask of a small network in the plane, of a dense one and of a convolutional one on
//! images. Run with `cargo bench --bench inside`, alone on the machine.

#![allow(clippy::print_stdout, reason = "its table is what it is for")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use descent::base::{Matrix, RunRng, Stream, principal};
use descent::data::{Dataset, Labelled, Targets};
use descent::record::{
    BoundaryRequest, ExciteRequest, GridRequest, HiddenRequest, HiddenView, Input, MapRequest,
    Part, Saliency, ScoresRequest, Slice, TraceRequest, UnitsOf,
};
use descent::spec::{
    Activation, ConvSpec, DenseSpec, LayerKind, LayerSpec, Loss, ModelSpec, OutputSpec, PoolSpec,
    RunSpec, SampleShape, StopRule, Task, TrainSpec, validate_run,
};
use descent::train::{Batch, BurnEngine, Compute, Engine, HotParams};

/// How long one figure is measured.
const TIME: Duration = Duration::from_millis(400);
/// Cells along each side of the map of a neuron.
const MAP: usize = 32;
/// The same of a boundary.
const BOUNDARY: usize = 100;

/// The middle of many times that `act` takes, in milliseconds.
fn middle(mut act: impl FnMut()) -> f64 {
    act();
    let begun = Instant::now();
    let mut times = Vec::new();
    while begun.elapsed() < TIME || times.len() < 5 {
        let start = Instant::now();
        act();
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn data(shape: Vec<usize>, classes: usize, rows: usize) -> Arc<Dataset> {
    let cols = shape.iter().product();
    let mut rng = RunRng::new(0).stream(Stream::TrainNoise, 0);
    let values = (0..rows * cols).map(|_| rng.range(-1.0, 1.0) as f32).collect();
    let features = Matrix::new(rows, cols, values).expect("fits");
    let targets = (0..rows).map(|_| rng.below(classes) as u32).collect();
    let part = Labelled::new(features, Targets::Classes(targets));
    let task = Task::Classification { classes };
    Arc::new(Dataset::new("noise", SampleShape(shape), task, part.clone(), part))
}

fn engine(hidden: Vec<LayerSpec>, data: &Arc<Dataset>) -> BurnEngine {
    let spec = RunSpec {
        name: "watched".into(),
        model: ModelSpec { hidden, output: OutputSpec::default() },
        train: TrainSpec {
            loss: Loss::CROSS_ENTROPY,
            stop: StopRule::Never,
            ..TrainSpec::default()
        },
    };
    let run = validate_run(&spec, &data.facts()).expect("valid");
    BurnEngine::build(&run, data, 0, Compute::cpu()).expect("builds")
}

fn dense(widths: &[usize], activation: Activation) -> Vec<LayerSpec> {
    widths.iter().flat_map(|&units| [DenseSpec::new(units).into(), activation.into()]).collect()
}

fn report(name: &str, milliseconds: f64) {
    println!("{name:<64}{milliseconds:>10.3}");
}

fn hidden(layer: usize, most: usize, grid: Option<GridRequest>) -> HiddenRequest {
    let view = HiddenView::Principal;
    HiddenRequest { layer: Some(layer), view, part: Part::Train, most, grid }
}

/// Six hidden layers of eight neurons on points in the plane: all maps, the boundary, and what
/// else is drawn beside them.
fn plane() {
    let data = data(vec![2], 3, 300);
    let mut engine = engine(dense(&[8; 6], Activation::Tanh), &data);
    let all: Arc<[usize]> = (0..8).collect();
    let layers = (0..6).map(|layer| UnitsOf { layer: 2 * layer + 1, units: Arc::clone(&all) });
    let window = |side| BoundaryRequest::plane([-1.0, 1.0], [-1.0, 1.0], side);
    let maps = MapRequest { window: window(MAP), layers: layers.collect() };
    let boundary = window(BOUNDARY);
    let grid = GridRequest { x: [-1.0, 1.0], y: [-1.0, 1.0], lines: 11, points: 41 };
    let bent = hidden(9, 300, Some(grid));
    let scores = ScoresRequest { part: Part::Train, most: 300 };
    let trace = TraceRequest { input: Input::Row(Part::Test, 0), saliency: None };
    let name = |what: &str| format!("2-8-8-8-8-8-8-3 tanh, {what}");
    let step = middle(|| engine.step(Batch::All, 0, &HotParams::rate(0.01)).expect("steps"));
    report(&name("one update on 300 rows, to compare"), step);
    let maps = middle(|| drop(engine.maps(&maps).expect("drawn")));
    report(&name("48 maps of 32 × 32"), maps);
    let boundary = middle(|| drop(engine.boundary(&boundary).expect("drawn")));
    report(&name("boundary of 100 × 100"), boundary);
    let bent = middle(|| drop(engine.hidden(&bent).expect("seen")));
    report(&name("300 rows and a grid after a layer"), bent);
    let rest = middle(|| {
        engine.parameters().expect("read");
        engine.scores(&scores).expect("read");
        engine.trace(&trace).expect("followed");
    });
    report(&name("parameters, scores, a row followed"), rest);
    report(&name("all of it"), maps + boundary + bent + rest);
}

/// Pixels: what a panel about one sample and one about the hidden space ask for.
fn images(name: &str, layers: Vec<LayerSpec>, [excited, seen]: [usize; 2]) {
    let data = data(vec![1, 28, 28], 10, 2000);
    let mut engine = engine(layers, &data);
    let saliency = Some(Saliency::Predicted);
    let trace = TraceRequest { input: Input::Row(Part::Test, 0), saliency };
    let excite = ExciteRequest { layer: excited, channel: 3, count: 9 };
    let space = hidden(seen, 500, None);
    let scores = ScoresRequest { part: Part::Test, most: 1999 };
    let slice = Some(Slice::Principal);
    let window = BoundaryRequest { slice, ..BoundaryRequest::plane([-3.0, 3.0], [-3.0, 3.0], 80) };
    let mut tell = |what: &str, act: &mut dyn FnMut(&mut BurnEngine)| {
        report(&format!("{name}, {what}"), middle(|| act(&mut engine)));
    };
    tell("parameters", &mut |engine| drop(engine.parameters().expect("read")));
    tell("a row followed, with saliency", &mut |engine| drop(engine.trace(&trace).expect("seen")));
    tell("1000 rows looked through for a channel", &mut |engine| {
        engine.excited(&excite).expect("seen");
    });
    tell("500 rows after a layer, principal", &mut |engine| {
        engine.hidden(&space).expect("seen");
    });
    tell("scores of 1999 rows", &mut |engine| drop(engine.scores(&scores).expect("read")));
    tell("boundary of 80 × 80 on the principal plane", &mut |engine| {
        engine.boundary(&window).expect("drawn");
    });
}

/// Rows with a few directions in which they vary most, as pixels have.
fn directions() {
    let mut rng = RunRng::new(0).stream(Stream::TrainNoise, 1);
    let (rows, cols, ways) = (2000, 784, 12);
    let along: Vec<f64> = (0..ways * cols).map(|_| rng.normal()).collect();
    let mut values = Vec::with_capacity(rows * cols);
    for _ in 0..rows {
        let how: Vec<f64> = (0..ways).map(|way| rng.normal() * 0.85_f64.powf(way as f64)).collect();
        values.extend((0..cols).map(|col| {
            let signal = how.iter().enumerate().map(|(way, how)| how * along[way * cols + col]);
            (signal.sum::<f64>() + 0.3 * rng.normal()) as f32
        }));
    }
    let table = Matrix::new(rows, cols, values).expect("fits");
    report("principal directions of 2000 × 784", middle(|| drop(principal(&table, 2))));
}

fn main() {
    println!("{:<64}{:>10}", "a look inside", "ms");
    plane();
    images(
        "784-128-64-10",
        [LayerSpec::from(LayerKind::Flatten)]
            .into_iter()
            .chain(dense(&[128, 64], Activation::Relu))
            .collect(),
        [1, 2],
    );
    let block = |channels| {
        let pool = LayerKind::MaxPool2d(PoolSpec::new(2));
        let conv = LayerKind::Conv2d(ConvSpec::new(channels, 5));
        [conv, LayerKind::Activation(Activation::Relu), pool].map(LayerSpec::from)
    };
    let flatten = LayerSpec::from(LayerKind::Flatten);
    images(
        "lecture CNN",
        block(10).into_iter().chain(block(20)).chain([flatten]).collect(),
        [4, 2],
    );
    directions();
}
