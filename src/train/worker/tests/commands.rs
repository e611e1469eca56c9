use super::*;
use crate::base::Step;
use crate::record::{Part, PauseReason};
use crate::train::protocol::StepUnit;

fn place(checkpoint: &Checkpoint) -> (u64, u64, u64, usize) {
    (checkpoint.at.step.0, checkpoint.at.samples, checkpoint.epoch, checkpoint.cursor)
}

#[test]
fn a_pause_takes_effect_within_one_step() {
    let (plan, gate) = Plan::gated();
    let mut bench = Bench::start(playing(StopRule::Never), plan);
    gate.let_through(2);
    gate.wait();
    bench.control(control(2, Mode::Pause, StopRule::Never));
    drop(gate);
    assert_eq!(bench.until_paused(), RunState::Paused(PauseReason::User));
    assert_eq!(bench.counts.steps(), 3);
    assert_eq!(bench.checkpoint().step(), Step(3));
}

#[test]
fn stepping_does_exactly_what_was_asked() {
    let mut bench = Bench::start(paused(), Plan::default());
    for (count, unit, expected) in [
        (3, StepUnit::Batch, (3, 10, 1, 0)),
        (5, StepUnit::Sample, (8, 15, 1, 5)),
        (1, StepUnit::Epoch, (10, 20, 2, 0)),
        (2, StepUnit::Epoch, (16, 40, 4, 0)),
        (1, StepUnit::Batch, (17, 44, 4, 4)),
    ] {
        let checkpoint = bench.pause_after(Command::Step(count, unit));
        assert_eq!(place(&checkpoint), expected, "{count} {unit:?}");
        assert_eq!(bench.counts.steps(), expected.0);
    }
}

#[test]
fn stepping_while_training_ends_in_a_pause() {
    let (plan, gate) = Plan::gated();
    let mut bench = Bench::start(playing(StopRule::Never), plan);
    gate.wait();
    bench.send(Command::Step(2, StepUnit::Batch));
    bench.control(control(2, Mode::Pause, StopRule::Never));
    drop(gate);
    bench.until_paused();
    assert_eq!(bench.counts.steps(), 3);
    assert_eq!(bench.states(), ["starting", "running", "paused"]);
}

#[test]
fn equal_units_add_up_and_another_replaces_them() {
    let (plan, gate) = Plan::gated();
    let mut bench = Bench::start(paused(), plan);
    bench.send(Command::Step(2, StepUnit::Batch));
    gate.wait();
    bench.send(Command::Step(2, StepUnit::Batch));
    gate.pass();
    gate.let_through(3);
    bench.until_paused();
    assert_eq!(bench.counts.steps(), 4);
    bench.send(Command::Step(1000, StepUnit::Epoch));
    gate.wait();
    bench.send(Command::Step(3, StepUnit::Sample));
    drop(gate);
    bench.until_paused();
    assert_eq!(place(&bench.checkpoint()), (8, 21, 2, 1));
}

#[test]
fn a_newer_control_does_not_cut_steps_short() {
    let (plan, gate) = Plan::gated();
    let mut bench = Bench::start(paused(), plan);
    bench.send(Command::Step(1, StepUnit::Epoch));
    gate.wait();
    let wish = control(2, Mode::Pause, StopRule::Never);
    let probes = ProbeRequest { confusion: vec![Part::Test], ..ProbeRequest::default() };
    bench.control(wish.clone());
    bench.control(Control { revision: 3, probes, ..wish });
    drop(gate);
    bench.until_paused();
    assert_eq!(bench.counts.steps(), 3);
}

#[test]
fn no_steps_end_stepping() {
    let (plan, gate) = Plan::gated();
    let mut bench = Bench::start(paused(), plan);
    bench.send(Command::Step(1000, StepUnit::Batch));
    gate.wait();
    bench.send(Command::Step(0, StepUnit::Batch));
    drop(gate);
    bench.until_paused();
    assert_eq!(bench.counts.steps(), 1);
}

#[test]
fn playing_goes_on_from_stepping() {
    let (plan, gate) = Plan::gated();
    let mut bench = Bench::start(request(Mode::Pause, StopRule::Steps(30)), plan);
    bench.send(Command::Step(2, StepUnit::Batch));
    gate.wait();
    bench.control(control(2, Mode::Play, StopRule::Steps(30)));
    drop(gate);
    assert!(bench.finish().is_completed());
    assert_eq!(bench.counts.steps(), 30);
    assert_eq!(bench.states(), ["starting", "paused", "running", "finished"]);
}

#[test]
fn an_older_control_is_ignored() {
    let mut bench = Bench::start(paused(), Plan::default());
    bench.control(control(5, Mode::Pause, StopRule::Never));
    bench.control(control(3, Mode::Play, StopRule::Never));
    bench.control(control(5, Mode::Play, StopRule::Never));
    bench.send(Command::Evaluate);
    bench.until(|event| matches!(event, Event::Evaluated(_)).then_some(()));
    assert_eq!(bench.counts.steps(), 0);
    assert_eq!(bench.states(), ["starting", "paused"]);
    bench.control(control(6, Mode::Play, StopRule::Steps(5)));
    assert!(bench.finish().is_completed());
}

#[test]
fn hot_parameters_are_taken_over_between_two_steps() {
    let mut bench = Bench::start(paused(), Plan::default());
    assert_eq!(place(&bench.pause_after(Command::Step(1, StepUnit::Batch))), (1, 4, 0, 4));
    let mut wish = control(2, Mode::Pause, StopRule::Never);
    for (revision, batch, expected) in [
        (2, BatchSize::Of(3), (2, 7, 0, 7)),
        (3, BatchSize::Full, (3, 10, 1, 0)),
        (4, BatchSize::Full, (4, 20, 2, 0)),
        (5, BatchSize::Of(7), (5, 27, 2, 7)),
    ] {
        wish = Control { revision, train: TrainSpec { batch, ..wish.train }, ..wish };
        bench.control(wish.clone());
        assert_eq!(place(&bench.pause_after(Command::Step(1, StepUnit::Batch))), expected);
    }
}

#[test]
fn evaluating_by_hand_measures_all_rows_outside_the_history() {
    let mut bench = Bench::start(paused(), Plan::default());
    bench.pause_after(Command::Step(3, StepUnit::Batch));
    bench.send(Command::Evaluate);
    let point = bench.until(|event| match event {
        Event::Evaluated(point) => Some(*point),
        _ => None,
    });
    assert_eq!((point.at.step, point.train.rows), (Step(3), 1000));
    assert_eq!(bench.eval_steps(), [0]);
}

#[test]
fn a_checkpoint_comes_when_asked_for() {
    let mut bench = Bench::start(playing(StopRule::Never), Plan::default());
    for _ in 0..3 {
        bench.send(Command::Checkpoint);
        bench.until(|event| matches!(event, Event::Checkpoint(_)).then_some(()));
    }
    assert!(bench.checkpoint().is_finite());
}

#[test]
fn a_slow_pace_does_not_delay_commands() {
    let mut request = playing(StopRule::Never);
    request.control.steps_per_second = Some(1);
    let mut bench = Bench::start(request, Plan::default());
    for _ in 0..20 {
        bench.send(Command::Evaluate);
        bench.until(|event| matches!(event, Event::Evaluated(_)).then_some(()));
    }
    // Were each command to wait for a step, 20 answers would take 19 steps.
    assert!(bench.counts.steps() < 19);
    bench.control(control(2, Mode::Pause, StopRule::Never));
    bench.until_paused();
}
