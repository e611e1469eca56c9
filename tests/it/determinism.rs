//! The same spec gives the same history, bit for bit, whatever happens around it.

use descent::base::{Finite, Step};
use descent::record::{
    BoundaryRequest, Metric, Part, PauseReason, ProbeRequest, RunHistory, RunState,
};
use descent::spec::{BatchSize, ExperimentSpec, Optimizer, RunSpec, StopRule, preset};
use descent::workbench::{Action, Edit, StepUnit};

use crate::drive::Driver;

const STEPS: u64 = 120;

/// The lecture's ReLU network, with small batches and an optimizer that remembers a lot, so that
/// every kind of state is in play.
fn lively() -> ExperimentSpec {
    let mut spec = preset("spiral-relu").expect("built in");
    let train = &mut spec.runs[0].train;
    train.optimizer = Optimizer::ADAM;
    train.learning_rate = Finite::lit(0.01);
    train.batch = BatchSize::Of(32);
    train.stop = StopRule::Steps(STEPS);
    spec
}

fn history(driver: &Driver, index: usize) -> RunHistory {
    driver.run(index).history.clone()
}

fn undisturbed(spec: ExperimentSpec) -> RunHistory {
    let mut driver = Driver::open(spec);
    driver.play_to_the_end();
    let history = history(&driver, 0);
    let points = history.series(Metric::BatchLoss).expect("has losses").count();
    assert_eq!(points, STEPS);
    history
}

fn everything() -> ProbeRequest {
    let boundary = BoundaryRequest { x: [-1.0, 1.0], y: [-1.0, 1.0], side: 20 };
    ProbeRequest {
        boundary: Some(boundary),
        fit: None,
        confusion: vec![Part::Train],
        predictions: Some(5),
        metrics: true,
        gradients: true,
    }
}

#[test]
fn a_second_time_it_is_the_same() {
    assert!(undisturbed(lively()).same_course(&undisturbed(lively())));
}

#[test]
fn another_seed_is_another_course() {
    let other = ExperimentSpec { seed: 1, ..lively() };
    assert!(!undisturbed(lively()).same_course(&undisturbed(other)));
}

#[test]
fn watching_and_pausing_change_nothing() {
    let mut driver = Driver::open(lively());
    driver.act(Action::Want(0, everything()));
    driver.until("a picture is there", |state| {
        state.run(0).is_some_and(|run| run.frame.as_ref().is_some_and(|f| f.boundary.is_some()))
    });
    for _ in 0..3 {
        driver.act(Action::Step(StepUnit::Batch));
    }
    // Slow enough that it cannot be over before it is paused.
    driver.act(Action::SetSpeed(Some(100)));
    driver.act(Action::Play(None));
    driver
        .until("it trains", |state| state.run(0).is_some_and(|run| run.position().step > Step(20)));
    driver.act(Action::Pause(None));
    driver.until("it rests", |state| {
        state.run(0).is_some_and(|run| run.state == RunState::Paused(PauseReason::User))
    });
    assert!(driver.run(0).position().step < Step(STEPS));
    driver.act(Action::SetSpeed(None));
    driver.play_to_the_end();
    assert!(history(&driver, 0).same_course(&undisturbed(lively())));
}

#[test]
fn equal_runs_side_by_side_are_equal_and_as_if_alone() {
    let mut spec = lively();
    spec.runs.push(RunSpec { name: "twin".into(), ..spec.runs[0].clone() });
    let mut driver = Driver::open(spec);
    driver.play_to_the_end();
    let (a, b) = (history(&driver, 0), history(&driver, 1));
    assert!(a.same_course(&b));
    assert!(a.same_course(&undisturbed(lively())));
}

#[test]
fn going_on_from_the_end_is_as_if_there_had_been_none() {
    let mut driver = Driver::open(lively());
    // A step at which both parts are measured anyway, so that the end leaves no trace.
    driver.stop_after(64);
    driver.play_to_the_end();
    assert_eq!(driver.run(0).position().step, Step(64));
    driver.stop_after(STEPS);
    driver.play_to_the_end();
    assert_eq!(driver.run(0).position().step, Step(STEPS));
    assert!(history(&driver, 0).same_course(&undisturbed(lively())));
}

#[test]
fn a_run_that_diverges_pauses_with_its_last_good_weights_and_says_why() {
    let mut spec = preset("spiral-relu").expect("built in");
    spec.runs[0].train.learning_rate = Finite::lit(1e6);
    let mut driver = Driver::open(spec);
    driver.act(Action::Play(None));
    driver.until("it diverges", |state| {
        state
            .run(0)
            .is_some_and(|run| matches!(run.state, RunState::Paused(PauseReason::Diverged(_))))
    });
    let run = driver.run(0);
    assert!(run.checkpoint.as_ref().is_some_and(|checkpoint| checkpoint.is_finite()));
    let RunState::Paused(PauseReason::Diverged(finding)) = &run.state else { unreachable!() };
    assert!(finding.message.contains("learning rate"), "{}", finding.message);
    assert!(driver.notices().iter().any(|notice| notice.contains("learning rate")));
    // The network is still there to be looked at and to go on with.
    let mut train = driver.state().draft().runs[0].train.clone();
    train.learning_rate = Finite::ONE;
    train.stop = StopRule::Steps(400);
    driver.act(Action::Edit(Edit::Train(0, train)));
    driver.act(Action::Settle);
    driver.play_to_the_end();
}
