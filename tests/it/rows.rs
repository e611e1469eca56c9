//! Training on rows that are held out, streamed, or changed at random each time they are seen.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use descent::base::{Finite, Matrix, RunId, RunRng, Stream};
use descent::data::{
    Augment, DataError, Dataset, Features, Labelled, RowSource, Streamed, Targets, derive, scale,
};
use descent::files::{ModelCard, pytorch_module};
use descent::record::{
    BoundaryRequest, Checkpoint, EndReason, FitRequest, Metric, NamedTensor, Part, RunHistory,
    RunState,
};
use descent::spec::{
    Activation, BatchSize, DenseSpec, Derived, DeviceChoice, LayerSpec, Loss, ModelSpec, Optimizer,
    OutputSpec, RunSpec, SampleShape, Scaling, StopRule, Task, TrainSpec, ValidRun, validate_run,
};
use descent::train::{
    Batch, BurnEngine, Command, Compute, Control, Engine, Event, HotParams, Lockstep, Mode,
    RunRequest, StepUnit, spawn,
};

use crate::files::{python_with_torch, run_python};

const ROWS: usize = 90;
const STEPS: u64 = 64;
const HOT: HotParams = HotParams::rate(0.01);

/// Clouds around three centres.
fn clouds(rows: usize, seed: u64) -> Labelled {
    let mut rng = RunRng::new(seed).stream(Stream::TrainNoise, 0);
    let classes: Vec<u32> = (0..rows as u32).map(|row| row % 3).collect();
    let values = classes.iter().flat_map(|&class| [class, class * class]);
    let values: Vec<f32> =
        values.map(|centre| (f64::from(centre) + 0.4 * rng.normal()) as f32).collect();
    Labelled::new(Matrix::new(rows, 2, values).expect("fits"), Targets::Classes(classes))
}

fn data() -> Dataset {
    let task = Task::Classification { classes: 3 };
    Dataset::new("clouds", SampleShape(vec![2]), task, clouds(ROWS, 1), clouds(30, 2))
}

/// Adds noise to each value. `gone` is a row that cannot be read.
#[derive(Debug)]
struct Shake {
    rows: Matrix,
    gone: Option<usize>,
    seen: Mutex<Vec<(u64, usize, Vec<u32>)>>,
}

impl Augment for Shake {
    fn fill(&self, rng: RunRng, epoch: u64, row: usize, out: &mut [f32]) -> Result<(), DataError> {
        if self.gone == Some(row) && epoch == 1 {
            return Err(DataError::Io("The picture is gone. Put it back: cat.png.".into()));
        }
        let mut rng = rng.at(Stream::Augment, epoch as u32, row as u32);
        for (out, value) in out.iter_mut().zip(self.rows.row(row)) {
            *out = value + 0.2 * rng.normal() as f32;
        }
        let bits = out.iter().map(|value| value.to_bits()).collect();
        self.seen.lock().expect("whole").push((epoch, row, bits));
        Ok(())
    }
}

fn shaken(gone: Option<usize>) -> (Dataset, Arc<Shake>) {
    let data = data();
    let rows = data.train.features.table().expect("in memory").clone();
    let shake = Arc::new(Shake { rows, gone, seen: Mutex::default() });
    (Dataset { augment: Some(Arc::<Shake>::clone(&shake)), ..data }, shake)
}

/// A table that is read row by row, so many times.
#[derive(Debug)]
struct Lent {
    rows: Matrix,
    left: AtomicUsize,
}

impl RowSource for Lent {
    fn rows(&self) -> usize {
        self.rows.rows()
    }

    fn cols(&self) -> usize {
        self.rows.cols()
    }

    fn fill(&self, row: usize, out: &mut [f32]) -> Result<(), DataError> {
        let take = |left: usize| left.checked_sub(1);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_err() {
            return Err(DataError::Io("The file is gone: pictures.bin.".into()));
        }
        out.copy_from_slice(self.rows.row(row));
        Ok(())
    }
}

/// The same data, streamed in part from one source that can be read so many times.
fn streamed(data: &Dataset, reads: usize) -> Dataset {
    let mut data = data.clone();
    for part in data.parts_mut() {
        let rows = part.features.table().expect("in memory").clone();
        let order: Vec<usize> = (0..rows.rows()).collect();
        let source = Arc::new(Lent { rows, left: AtomicUsize::new(reads) });
        part.features = Features::Streamed(Streamed::new(source, order));
    }
    data
}

fn valid(data: &Dataset, batch: BatchSize) -> ValidRun {
    let hidden = vec![LayerSpec::from(DenseSpec::new(8)), LayerSpec::from(Activation::Tanh)];
    let train = TrainSpec {
        loss: Loss::CROSS_ENTROPY,
        optimizer: Optimizer::ADAM,
        learning_rate: Finite::lit(0.01),
        batch,
        stop: StopRule::Steps(STEPS),
        ..TrainSpec::default()
    };
    let model = ModelSpec { hidden, output: OutputSpec::default() };
    validate_run(&RunSpec { name: "rows".into(), model, train }, &data.facts()).expect("valid")
}

/// How a run came out.
#[derive(Debug)]
struct Outcome {
    history: RunHistory,
    checkpoint: Option<Arc<Checkpoint>>,
    end: EndReason,
}

fn request(data: &Arc<Dataset>, batch: BatchSize, mode: Mode) -> RunRequest {
    let spec = valid(data, batch);
    let control = Control {
        revision: 1,
        mode,
        train: spec.spec().train.clone(),
        probes: Default::default(),
        steps_per_second: None,
    };
    RunRequest {
        run: RunId(1),
        spec: Arc::new(spec),
        data: Arc::clone(data),
        seed: 5,
        device: DeviceChoice::Cpu,
        control,
        resume: None,
        lockstep: None,
        waker: Arc::new(|| {}),
    }
}

/// Trains to the end; in between it does what is `told` each time the run waits.
fn outcome(request: RunRequest, mut told: Vec<Command>) -> Outcome {
    let handle = spawn(request).expect("a thread");
    let (mut history, mut checkpoint) = (RunHistory::default(), None);
    loop {
        match handle.wait_event(Duration::from_secs(60)).expect("the run says something") {
            Event::Metrics(chunk) => history.append(&chunk),
            Event::Checkpoint(newest) => checkpoint = Some(newest),
            Event::State(RunState::Ended(end)) => return Outcome { history, checkpoint, end },
            Event::State(RunState::Paused(_)) if !told.is_empty() => {
                handle.send(told.remove(0)).expect("the run lives");
            }
            _ => {}
        }
    }
}

fn whole(data: Dataset, batch: BatchSize) -> Outcome {
    let outcome = outcome(request(&Arc::new(data), batch, Mode::Play), Vec::new());
    assert!(outcome.end.is_completed());
    outcome
}

fn weights(outcome: &Outcome) -> [Vec<NamedTensor>; 2] {
    let checkpoint = outcome.checkpoint.as_ref().expect("has weights");
    [checkpoint.parameters.clone(), checkpoint.optimizer.clone()]
}

fn same(a: &Outcome, b: &Outcome) -> bool {
    a.history.same_course(&b.history) && weights(a) == weights(b)
}

const BATCHES: [BatchSize; 2] = [BatchSize::Full, BatchSize::Of(8)];

#[test]
fn a_validation_part_is_measured_and_changes_no_weight() {
    for batch in BATCHES {
        let plain = whole(data(), batch);
        let held = whole(Dataset { validation: Some(clouds(20, 3)), ..data() }, batch);
        assert_eq!(weights(&plain), weights(&held));
        for metric in Metric::all() {
            let is_there = held.history.series(metric).is_some();
            let was_there = plain.history.series(metric).is_some();
            // Whatever is measured on the test part is measured on the validation part, too.
            let is_new = match metric {
                Metric::Of(Part::Validation, quantity) => {
                    plain.history.series(Metric::Of(Part::Test, quantity)).is_some()
                }
                _ => false,
            };
            assert_eq!(is_there, was_there || is_new, "{metric:?}");
            assert!(!(was_there && is_new), "{metric:?}");
        }
    }
}

#[test]
fn the_validation_part_is_counted_where_there_is_one() {
    let held = Arc::new(Dataset { validation: Some(clouds(20, 3)), ..data() });
    let spec = valid(&held, BatchSize::Full);
    let mut engine = BurnEngine::build(&spec, &held, 5, Compute::cpu()).expect("builds");
    assert_eq!(engine.confusion(Part::Validation).expect("counts").total(), 20);
    assert_eq!(engine.evaluated_rows(), ROWS + 20 + 30);
    let evaluation = engine.evaluate(&HOT, true).expect("measures");
    assert_eq!(evaluation.validation.map(|part| part.rows), Some(20));
    let plain = Arc::new(data());
    let spec = valid(&plain, BatchSize::Full);
    let mut engine = BurnEngine::build(&spec, &plain, 5, Compute::cpu()).expect("builds");
    assert!(engine.confusion(Part::Validation).is_err());
    assert_eq!(engine.evaluate(&HOT, true).expect("measures").validation, None);
}

#[test]
fn samples_changed_at_random_give_the_same_course_each_time() {
    for batch in BATCHES {
        let first = whole(shaken(None).0, batch);
        assert!(same(&first, &whole(shaken(None).0, batch)));
        assert!(!same(&first, &whole(data(), batch)), "something was changed");
    }
}

#[test]
fn pausing_and_going_on_change_nothing_of_what_is_drawn() {
    let data = Arc::new(shaken(None).0);
    let batch = BatchSize::Of(8);
    let undisturbed = outcome(request(&data, batch, Mode::Play), Vec::new());
    // By hand: 20 batches, then to the end of an epoch, then play.
    let mut play = request(&data, batch, Mode::Play).control;
    play.revision = 2;
    let told = vec![
        Command::Step(20, StepUnit::Batch),
        Command::Step(1, StepUnit::Epoch),
        Command::SetControl(Box::new(play)),
    ];
    let paused = outcome(request(&data, batch, Mode::Pause), told);
    assert!(paused.end.is_completed());
    assert!(same(&undisturbed, &paused));
}

#[test]
fn a_run_restored_in_the_middle_of_an_epoch_sees_the_same_samples() {
    let data = Arc::new(shaken(None).0);
    let batch = BatchSize::Of(8);
    let undisturbed = outcome(request(&data, batch, Mode::Play), Vec::new());
    // 30 steps of 12 an epoch end in its middle; both parts are measured there anyway.
    let mut first = request(&data, batch, Mode::Play);
    first.control.train.stop = StopRule::Steps(30);
    let first = outcome(first, Vec::new());
    let middle = first.checkpoint.clone().expect("is there");
    assert_eq!((middle.step().0, middle.epoch, middle.cursor), (30, 2, 48));
    let mut second = request(&data, batch, Mode::Play);
    second.resume = Some(middle);
    let second = outcome(second, Vec::new());
    assert_eq!(weights(&second), weights(&undisturbed));
    let losses = |history: &RunHistory| -> Vec<u64> {
        let series = history.series(Metric::BatchLoss).expect("has losses");
        series.samples().map(|sample| sample.value.to_bits()).collect()
    };
    let mut all = losses(&first.history);
    all.extend(losses(&second.history));
    assert_eq!(all, losses(&undisturbed.history));
}

#[test]
fn twins_side_by_side_see_the_same_samples() {
    let data = Arc::new(shaken(None).0);
    let alone = outcome(request(&data, BatchSize::Of(8), Mode::Play), Vec::new());
    let lockstep = Arc::new(Lockstep::default());
    let twins = [1, 2].map(|run| {
        let mut twin = request(&data, BatchSize::Of(8), Mode::Play);
        (twin.run, twin.lockstep) = (RunId(run), Some(Arc::clone(&lockstep)));
        std::thread::Builder::new()
            .name(format!("twin {run}"))
            .spawn(move || outcome(twin, Vec::new()))
            .expect("a thread")
    });
    for twin in twins {
        assert!(same(&alone, &twin.join().expect("ends")));
    }
}

#[test]
fn what_becomes_of_a_sample_does_not_depend_on_its_batch() {
    let mut variants = Vec::new();
    for batch in [BatchSize::Full, BatchSize::Of(8), BatchSize::Of(1)] {
        let (data, shake) = shaken(None);
        let mut request = request(&Arc::new(data), batch, Mode::Play);
        request.control.train.stop = StopRule::Epochs(2);
        outcome(request, Vec::new());
        let mut seen = shake.seen.lock().expect("whole").clone();
        seen.sort();
        assert_eq!(seen.len(), 2 * ROWS, "each row once an epoch");
        variants.push(seen);
    }
    assert_eq!(variants[0], variants[1]);
    assert_eq!(variants[0], variants[2]);
}

#[test]
fn large_batches_are_filled_by_several_threads_with_the_same_result() {
    let data = |rows: usize| {
        let part = clouds(rows, 4);
        let rows = part.features.table().expect("in memory").clone();
        let shake = Shake { rows, gone: None, seen: Mutex::default() };
        let task = Task::Classification { classes: 3 };
        let data = Dataset::new("many", SampleShape(vec![2]), task, part, clouds(30, 2));
        Arc::new(Dataset { augment: Some(Arc::new(shake)), ..data })
    };
    let data = data(6000);
    let spec = valid(&data, BatchSize::Full);
    let all: Vec<usize> = (0..6000).collect();
    let mut losses = [Batch::All, Batch::Rows(&all)].into_iter().map(|batch| {
        let mut engine = BurnEngine::build(&spec, &data, 5, Compute::cpu()).expect("builds");
        engine.step(batch, 3, &HOT).expect("steps");
        (engine.losses().expect("reads"), engine.checkpoint().expect("reads"))
    });
    assert_eq!(losses.next(), losses.next());
}

#[test]
fn a_sample_that_is_gone_ends_the_run_with_its_sentence() {
    for batch in [BatchSize::Full, BatchSize::Of(8)] {
        let data = Arc::new(shaken(Some(40)).0);
        let outcome = outcome(request(&data, batch, Mode::Play), Vec::new());
        let why = "The picture is gone. Put it back: cat.png.";
        assert_eq!(outcome.end, EndReason::Failed(why.into()));
        let losses = outcome.history.series(Metric::BatchLoss).expect("is kept");
        let epoch = if batch == BatchSize::Full { 1 } else { 12 };
        assert!(losses.count() >= epoch, "{} losses", losses.count());
        assert!(outcome.checkpoint.is_some(), "the run can go on from somewhere");
    }
}

#[test]
fn streamed_rows_train_like_a_table() {
    let held = Dataset { validation: Some(clouds(20, 3)), ..data() };
    for batch in BATCHES {
        let table = whole(held.clone(), batch);
        let streamed = whole(streamed(&held, usize::MAX), batch);
        assert!(same(&table, &streamed), "{batch:?}");
    }
}

#[test]
fn a_stream_that_breaks_ends_the_run_with_its_sentence() {
    let broken = Arc::new(streamed(&data(), 5 * ROWS));
    let outcome = outcome(request(&broken, BatchSize::Of(8), Mode::Play), Vec::new());
    assert_eq!(outcome.end, EndReason::Failed("The file is gone: pictures.bin.".into()));
    assert!(outcome.history.series(Metric::BatchLoss).is_some_and(|series| series.count() > 0));
}

/// Points with inputs computed from their features, scaled, and a number to predict.
fn computed(inputs: usize, scaling: Scaling) -> Dataset {
    let mut rng = RunRng::new(9).stream(Stream::TrainNoise, 0);
    let values: Vec<f32> = (0..40 * inputs).map(|_| (3.0 * rng.normal() + 1.0) as f32).collect();
    let features = Matrix::new(40, inputs, values).expect("fits");
    let part = Labelled::new(features, Targets::Numbers(vec![0.0; 40]));
    let shape = SampleShape(vec![inputs]);
    let mut data = Dataset::new("computed", shape, Task::Regression, part.clone(), part);
    derive(&mut data, &rules(inputs)).expect("the rules fit");
    scale(&mut data, scaling);
    data
}

fn rules(inputs: usize) -> Vec<Derived> {
    let last = inputs - 1;
    vec![
        Derived::Power { feature: 0, exponent: 2 },
        Derived::Product { a: 0, b: last },
        Derived::Sin { feature: last },
    ]
}

/// The same data with points for its test part, in units the model sees, and numbers to compare
/// predictions with. Their other inputs are computed anew from the features as they came.
fn compared(data: &Dataset, points: &[Vec<f32>], numbers: Vec<f32>) -> Dataset {
    let inputs = data.base_features();
    let raw = points.iter().flatten().enumerate().map(|(place, &value)| match &data.scaler {
        Some(scaler) => scaler.unscaled(place % inputs, f64::from(value)) as f32,
        None => value,
    });
    let raw = Matrix::new(points.len(), inputs, raw.collect()).expect("fits");
    let part = Labelled::new(raw, Targets::Numbers(numbers));
    let shape = SampleShape(vec![inputs]);
    let mut grid = Dataset::new("grid", shape, Task::Regression, part.clone(), part);
    derive(&mut grid, &rules(inputs)).expect("the rules fit");
    if let Some(scaler) = &data.scaler {
        scaler.apply(grid.test.features.table_mut().expect("in memory"));
    }
    Dataset { test: grid.test, ..data.clone() }
}

fn engine(data: Dataset) -> BurnEngine {
    let mut spec = valid(&self::data(), BatchSize::Full).spec().clone();
    spec.train.loss = Loss::Mse;
    let run = validate_run(&spec, &data.facts()).expect("valid");
    BurnEngine::build(&run, &Arc::new(data), 5, Compute::cpu()).expect("builds")
}

/// Mean distance between the predictions for the test part and its numbers.
fn distance(data: Dataset) -> f64 {
    let evaluation = engine(data).evaluate(&HOT, true).expect("measures");
    evaluation.test.mae.expect("numbers are predicted")
}

#[test]
fn the_plane_is_drawn_with_the_inputs_computed_from_its_points() {
    for scaling in Scaling::ALL {
        let data = computed(2, scaling);
        let request = BoundaryRequest::plane([-1.0, 2.0], [-0.5, 1.5], 8);
        let drawn = engine(data.clone()).boundary(&request).expect("draws").outputs;
        let centre =
            |[low, high]: [f32; 2], cell: usize| low + (high - low) * (cell as f32 + 0.5) / 8.0;
        let points: Vec<Vec<f32>> = (0..64)
            .map(|cell| vec![centre(request.x, cell % 8), centre(request.y, cell / 8)])
            .collect();
        let numbers: Vec<f32> = drawn.col(0).collect();
        let spread = numbers.iter().fold(0.0_f32, |most, number| most.max(number.abs()));
        assert!(spread > 0.01, "there is something to compare");
        let away = distance(compared(&data, &points, numbers));
        assert!(away < 1e-5, "{scaling:?}: {away}");
    }
}

#[test]
fn the_curve_is_drawn_with_the_inputs_computed_from_its_feature() {
    for scaling in Scaling::ALL {
        let data = computed(1, scaling);
        let request = FitRequest { x: [-1.0, 2.0], points: 33 };
        let fit = engine(data.clone()).fit(&request).expect("draws");
        assert_eq!((fit.request, fit.values.len()), (request, 33));
        let points: Vec<Vec<f32>> = request.places().map(|x| vec![x]).collect();
        assert_eq!((points[0][0], points[32][0]), (-1.0, 2.0));
        let away = distance(compared(&data, &points, fit.values));
        assert!(away < 1e-5, "{scaling:?}: {away}");
    }
}

#[test]
fn a_curve_needs_a_single_feature_and_a_number() {
    let request = FitRequest { x: [0.0, 1.0], points: 3 };
    assert!(engine(computed(2, Scaling::None)).fit(&request).is_err());
}

#[test]
fn a_piece_of_the_plane_over_a_single_feature_is_the_same_at_every_height() {
    let plane = BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], 3);
    let boundary = engine(computed(1, Scaling::None)).boundary(&plane).expect("is a line");
    let rows: Vec<_> = boundary.outputs.data().chunks(3).collect();
    assert_eq!((rows[0], rows[1]), (rows[1], rows[2]));
    assert!(rows[0][0] != rows[0][2], "it follows the feature");
}

#[test]
fn the_exported_module_computes_inputs_as_they_were_trained_on() {
    let test = "the_exported_module_computes_inputs_as_they_were_trained_on";
    let Some(python) = python_with_torch(test) else { return };
    for scaling in Scaling::ALL {
        let data = computed(2, scaling);
        let mut spec = valid(&self::data(), BatchSize::Full).spec().clone();
        spec.train.loss = Loss::Mse;
        let run = validate_run(&spec, &data.facts()).expect("valid");
        let folder = tempfile::tempdir().expect("a folder");
        let text = pytorch_module(&ModelCard { experiment: "x", run: &run, data: &data });
        std::fs::write(folder.path().join("model.py"), text).expect("is writable");
        let table = data.train.features.table().expect("in memory");
        let raw: Vec<f64> = (0..table.rows())
            .flat_map(|row| [0, 1].map(|column| (column, f64::from(table.row(row)[column]))))
            .map(|(column, value)| match &data.scaler {
                Some(scaler) => scaler.unscaled(column, value),
                None => value,
            })
            .collect();
        let scaled = if scaling == Scaling::None { "x" } else { "model.scaled(x)" };
        let code = format!(
            "import json, model, torch\nx = model.features(torch.tensor({raw:?}).reshape(-1, 2))\n\
             print(json.dumps({scaled}.flatten().tolist()))"
        );
        let found: Vec<f32> =
            serde_json::from_str(&run_python(&python, folder.path(), &code)).expect("a list");
        assert_eq!(found.len(), table.data().len());
        for (found, value) in found.iter().zip(table.data()) {
            assert!(
                (found - value).abs() < 1e-5 * (1.0 + value.abs()),
                "{scaling:?} {found} {value}"
            );
        }
    }
}
