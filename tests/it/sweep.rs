//! Searches as a user meets them: through the real program, and opened as runs.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use descent::base::Step;
use descent::record::{Part, PauseReason, Quantity, RunState};
use descent::spec::{ExperimentSpec, StopRule, SweepSpec, parse_axes, preset, set_field};
use descent::workbench::{Action, Place, SweepState, TrialStatus};
use serde_json::Value;
use tempfile::TempDir;

use crate::drive::Driver;

/// The lecture's spiral in 27 ways.
const GRID: &str = "train.lr=0.1,0.3,1;model.0.units=4,16,64;model.activation=relu,tanh,sigmoid";

fn sweep_in(folder: &Path, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_descent"))
        .args([&["sweep"], options].concat())
        .current_dir(folder)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .expect("starts")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("made")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The report of a sweep that succeeds.
fn report(options: &[&str]) -> Value {
    let folder = folder();
    let output = sweep_in(folder.path(), &[options, &["--report", "out.json"]].concat());
    assert!(output.status.success(), "{options:?}: {}", text(&output.stderr));
    serde_json::from_slice(&std::fs::read(folder.path().join("out.json")).expect("written"))
        .expect("JSON")
}

/// What a sweep that is refused complains about.
fn refused(options: &[&str]) -> String {
    let output = sweep_in(&std::env::temp_dir(), options);
    let complaint = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{options:?}: {complaint}");
    assert!(!complaint.contains("panicked"), "{complaint}");
    complaint
}

/// The same without what may differ between equal sweeps.
fn without_seconds(mut report: Value) -> Value {
    for trial in report["trials"].as_array_mut().expect("trials") {
        for training in trial["trainings"].as_array_mut().expect("trainings") {
            training["seconds"] = Value::Null;
        }
    }
    report
}

#[test]
fn twenty_seven_spirals_are_done_within_a_minute_and_do_not_depend_on_threads() {
    let grid = |threads: &str| {
        report(&["spiral-relu", "--grid", GRID, "--steps", "200", "--threads", threads])
    };
    let begun = Instant::now();
    let two = grid("2");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(two["trials"].as_array().map(Vec::len), Some(27));
    assert!(two["trials"].as_array().expect("trials").iter().all(|it| it["status"] == "done"));
    assert_eq!(two["trials"][5]["values"]["model.0.units"], 16);
    assert_eq!(two["trials"][5]["values"]["model.activation"], "sigmoid");
    assert_eq!(without_seconds(two), without_seconds(grid("4")));
}

#[test]
fn a_table_shows_the_best_first_and_files_hold_all() {
    let folder = folder();
    let options = [
        "spiral-relu",
        "--grid",
        "train.optimizer=sgd,adam;train.optimizer.momentum=0,0.9;train.lr=0.1,1e9",
        "--steps",
        "30",
        "--csv",
        "out.csv",
    ];
    let output = sweep_in(folder.path(), &options);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    let head = printed.lines().position(|line| line.starts_with("trial ")).expect("a head");
    let rows: Vec<&str> = printed.lines().skip(head + 1).collect();
    assert!(rows[0].contains("0.1"), "the best converges: {printed}");
    assert!(printed.contains("diverged: "), "{printed}");
    assert!(printed.contains("invalid: "), "Adam has no momentum: {printed}");
    let table = std::fs::read_to_string(folder.path().join("out.csv")).expect("written");
    assert_eq!(table.lines().count(), 9);
    assert!(table.starts_with("trial,train.optimizer,train.optimizer.momentum,train.lr,status,"));
}

#[test]
fn random_trials_follow_from_their_seed() {
    let space = "train.lr=1e-3..1:log;model.0.units=4..32";
    let search = |trials: &str, seed: &str| {
        let options = ["spiral-relu", "--random", trials, "--space", space, "--seed", seed];
        without_seconds(report(&[&options[..], &["--steps", "10"]].concat()))
    };
    let three = search("3", "5");
    assert_eq!(three, search("3", "5"));
    assert_eq!(three["trials"][2], search("4", "5")["trials"][2], "others change nothing");
    assert_ne!(three["trials"][0]["values"], search("3", "6")["trials"][0]["values"]);
}

#[test]
fn cross_validation_scores_every_fold() {
    let report = report(&["spiral-relu", "--folds", "4", "--steps", "40"]);
    assert_eq!(
        (&report["folds"], &report["ranked_by"]),
        (&4.into(), &"validation.accuracy".into())
    );
    let trial = &report["trials"][0];
    let trainings = trial["trainings"].as_array().expect("trainings");
    assert_eq!(trainings.len(), 4);
    let scores: Vec<f64> = trainings
        .iter()
        .map(|training| training["validation"]["accuracy"].as_f64().expect("measured"))
        .collect();
    let mean = scores.iter().sum::<f64>() / 4.0;
    let variance = scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / 3.0;
    let told = |key: &str| trial["score"][key].as_f64().expect("a number");
    assert!((told("mean") - mean).abs() < 1e-12);
    assert!((told("std") - variance.sqrt()).abs() < 1e-12);
    assert!(told("min") <= mean && mean <= told("max"));
}

#[test]
fn a_sweep_over_seeds_shows_how_much_is_chance() {
    let report = report(&["spiral-relu", "--grid", "seed=0,1,2,3", "--steps", "40"]);
    let scores: Vec<&Value> = (0..4).map(|it| &report["trials"][it]["trainings"][0]).collect();
    let losses: Vec<f64> =
        scores.iter().map(|it| it["train"]["loss"].as_f64().expect("measured")).collect();
    assert!(losses.windows(2).all(|pair| pair[0] != pair[1]), "{losses:?}");
}

#[test]
fn what_is_not_understood_is_refused_before_anything_is_trained() {
    for (options, expected) in [
        (&["spiral-relu"][..], "--grid"),
        (&["spiral-relu", "--grid", "train.lerning-rate=1"], "Did you mean “train.learning-rate”?"),
        (&["spiral-relu", "--grid", "train.lr=0.1,fast"], "Character 14"),
        (&["spiral-relu", "--grid", "train.lr=0.1..1"], "only be drawn from"),
        (&["spiral-relu", "--random", "3"], "--space"),
        (&["spiral-relu", "--grid", "train.lr=1", "--metric", "test.acuracy"], "accuracy"),
        (&["spiral-relu", "--grid", "train.lr=1", "--metric", "test.r2"], "no R²"),
        (
            &["spiral-relu", "--grid", "train.lr=1", "--metric", "validation.loss"],
            "validation part",
        ),
        (&["spiral-relu", "--grid", "train.lr=1", "--threads", "0"], "from 1 to"),
        (&["spiral-relu", "--grid", "train.lr=1", "--report", "no/such/f.json"], "does not exist"),
        (&["spiral-relu", "--folds", "1"], "at least 2 folds"),
        (&["linear-vs-relu", "--grid", "train.lr=1"], "Say with --run"),
        (&["spiral-rleu", "--grid", "train.lr=1"], "spiral-relu"),
    ] {
        let complaint = refused(options);
        assert!(complaint.contains(expected), "{options:?}: {complaint}");
    }
}

/// The same experiment with other values, for a run that is trained alone.
fn alone(fields: &[(&str, &str)]) -> ExperimentSpec {
    let mut spec = preset("spiral-relu").expect("built in");
    for (path, value) in fields {
        set_field(&mut spec, 0, path, &descent::spec::Value::parse(value)).expect(path);
    }
    spec
}

#[test]
fn a_trial_takes_the_course_of_a_run_alone_and_opens_as_one() {
    let mut driver = Driver::open(alone(&[]));
    let axes = "train.optimizer=adam,rmsprop;train.batch=32;model.0.units=8,12";
    let axes = parse_axes(axes, driver.state().draft(), 0).expect("axes");
    let stop = Some(StopRule::Steps(50));
    let spec = SweepSpec { stop, ..SweepSpec::grid(0, axes, Part::Test, Quantity::Accuracy) };
    driver.act(Action::StartSweep(spec));
    driver.until("the sweep ends", |state| {
        state.sweep().is_some_and(|sweep| sweep.state() == SweepState::Finished)
    });
    let trials = driver.state().sweep().expect("a sweep").trials();
    assert!(trials.iter().all(|trial| trial.status() == TrialStatus::Done));
    driver.act(Action::OpenTrial(Place { trial: 3, fold: 0 }, None));
    driver.until("it waits", |state| {
        state.run(1).is_some_and(|run| run.state == RunState::Paused(PauseReason::User))
    });
    let fields = [
        ("train.optimizer", "rmsprop"),
        ("train.batch", "32"),
        ("model.0.units", "12"),
        ("train.steps", "50"),
    ];
    let mut single = Driver::open(alone(&fields));
    single.play_to_the_end();
    assert!(driver.run(1).history.same_course(&single.run(0).history));
    assert_eq!(driver.run(1).position().step, Step(50));
    let parameters = |driver: &Driver, index: usize| {
        let checkpoint = driver.run(index).checkpoint.clone();
        checkpoint.map(|checkpoint| checkpoint.parameters.clone())
    };
    assert_eq!(parameters(&driver, 1), parameters(&single, 0));
}

#[test]
fn a_sweep_is_cancelled_at_once_and_keeps_what_is_done() {
    let mut driver = Driver::open(alone(&[]));
    let axes = parse_axes("train.steps=20,1000000000", driver.state().draft(), 0).expect("axes");
    let spec = SweepSpec::grid(0, axes, Part::Test, Quantity::Accuracy);
    driver.act(Action::StartSweep(spec));
    driver.until("the first is done", |state| {
        state.sweep().is_some_and(|sweep| sweep.trials()[0].status() == TrialStatus::Done)
    });
    driver.act(Action::CancelSweep);
    let sweep = driver.state().sweep().expect("a sweep");
    assert_eq!(sweep.state(), SweepState::Cancelled);
    assert_eq!(sweep.trials()[1].status(), TrialStatus::Cancelled);
    assert_eq!(sweep.best(), Some(0));
}
