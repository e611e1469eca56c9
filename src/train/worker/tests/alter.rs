//! Trainable values that are changed by hand between two updates.

use super::*;
use crate::base::Step;
use crate::record::{Alteration, BoundaryRequest, Mark};
use crate::spec::EarlyStopping;
use crate::train::protocol::{Altered, StepUnit};

fn weight(value: f32) -> Command {
    let alteration = Alteration::Value { name: "0.weight".into(), index: 0, value };
    Command::Alter(5, Arc::new(alteration))
}

fn answer(bench: &mut Bench) -> Altered {
    bench.until(|event| match event {
        Event::Altered(answer) => Some(answer.clone()),
        _ => None,
    })
}

fn sent(bench: &mut Bench) -> Arc<Checkpoint> {
    bench.until(|event| match event {
        Event::Checkpoint(checkpoint) => Some(Arc::clone(checkpoint)),
        _ => None,
    })
}

fn value(checkpoint: &Checkpoint) -> f32 {
    checkpoint.parameters[0].tensor.data()[0]
}

/// Waits for the answer and gives the value that was there before.
fn before(bench: &mut Bench) -> f32 {
    match answer(bench).before {
        Ok(Alteration::Value { value, .. }) => value,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_waiting_run_changes_at_once_and_keeps_everything_else() {
    let mut bench = Bench::start(paused(), Plan::default());
    let there = bench.pause_after(Command::Step(4, StepUnit::Batch));
    bench.send(weight(2.5));
    let told = answer(&mut bench);
    assert_eq!((told.ticket, told.at.step), (5, Step(4)));
    let now = sent(&mut bench);
    assert_eq!(value(&now), 2.5);
    assert_eq!(
        (&now.optimizer, now.at.step, now.cursor),
        (&there.optimizer, Step(4), there.cursor)
    );
    bench.send(Command::Alter(6, Arc::new(told.before.expect("changed"))));
    assert_eq!(before(&mut bench), 2.5);
    assert_eq!(value(&sent(&mut bench)).to_bits(), value(&there).to_bits());
}

#[test]
fn a_training_run_changes_between_two_updates() {
    let (plan, gate) = Plan::gated();
    let mut bench = Bench::start(playing(StopRule::Steps(6)), plan);
    gate.let_through(2);
    gate.wait();
    bench.send(weight(100.0));
    drop(gate);
    let told = answer(&mut bench);
    assert_eq!(told.at.step, Step(3));
    assert!(bench.finish().is_completed());
    assert_eq!(bench.counts.steps(), 6);
    let losses: Vec<f64> = chunks(&bench.seen).flat_map(|c| &c.steps).map(|p| p.loss).collect();
    assert!(losses[2] < 1e3, "the third update began before");
    assert_eq!(losses[3], 1e4, "the fourth sees the changed weight");
}

#[test]
fn there_and_back_is_the_course_of_the_run() {
    let plain = life(playing(StopRule::Steps(30)), Plan::default()).0;
    let mut bench = Bench::start(request(Mode::Pause, StopRule::Steps(30)), Plan::default());
    bench.pause_after(Command::Step(7, StepUnit::Batch));
    bench.send(weight(-3.0));
    let told = answer(&mut bench);
    bench.send(Command::Alter(6, Arc::new(told.before.expect("changed"))));
    bench.control(control(2, Mode::Play, StopRule::Steps(30)));
    assert!(bench.finish().is_completed());
    assert!(bench.history().same_course(&plain.history()));
    assert_eq!(bench.checkpoint().parameters, plain.checkpoint().parameters);
}

#[test]
fn what_does_not_fit_is_answered_and_changes_nothing() {
    let mut bench = Bench::start(paused(), Plan::default());
    let there = bench.pause_after(Command::Step(2, StepUnit::Batch));
    for (alteration, said) in [
        (
            Alteration::Value { name: "7.weight".into(), index: 0, value: 1.0 },
            "This network has no array called 7.weight.",
        ),
        (
            Alteration::Value { name: "0.weight".into(), index: 0, value: f32::NAN },
            "NaN is no finite number; 0.weight stays as it is.",
        ),
    ] {
        bench.send(Command::Alter(9, Arc::new(alteration)));
        assert_eq!(answer(&mut bench).before, Err(said.into()));
    }
    bench.send(Command::Checkpoint);
    assert_eq!(sent(&mut bench).parameters, there.parameters);
}

#[test]
fn a_picture_of_the_old_weights_is_computed_anew() {
    let mut request = paused();
    request.control.probes.boundary = Some(BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], 4));
    let mut bench = Bench::start(request, Plan::default());
    eventually(|| bench.counts.boundaries() == 1);
    bench.send(weight(2.0));
    before(&mut bench);
    eventually(|| bench.counts.boundaries() == 2);
}

#[test]
fn a_divergence_goes_back_to_the_changed_weights() {
    let mut request = paused();
    request.control.train.learning_rate = Finite::lit(1e7);
    let mut bench = Bench::start(request, Plan { nan: Some((10.0, 3)), ..Plan::default() });
    bench.pause_after(Command::Step(1, StepUnit::Batch));
    bench.send(weight(0.5));
    before(&mut bench);
    bench.send(Command::Step(9, StepUnit::Batch));
    bench.until_state(|state| matches!(state, RunState::Paused(PauseReason::Diverged(_))));
    let back = bench.checkpoint();
    assert_eq!((back.step(), value(&back)), (Step(1), 0.5));
}

#[test]
fn a_place_that_was_put_aside_holds_what_it_was_changed_to() {
    let mut bench = Bench::start(paused(), Plan::default());
    bench.send(weight(0.25));
    before(&mut bench);
    sent(&mut bench);
    let marks = bench.marks();
    let values: Vec<f32> = marks.marks().iter().map(|mark| value(&mark.checkpoint)).collect();
    assert_eq!(values, [0.25], "going back to the start leads here");
    bench.pause_after(Command::Step(1, StepUnit::Batch));
    bench.send(weight(0.75));
    before(&mut bench);
    sent(&mut bench);
    assert!(bench.marks().is_empty(), "only schedule and epochs make places");
}

#[test]
fn the_best_weights_stay_those_that_were_measured() {
    let mut request = paused();
    let early = Some(EarlyStopping { patience: 2, ..EarlyStopping::default() });
    request.data = Arc::new(fake::validated(ROWS));
    request.control.train = TrainSpec { batch: BatchSize::Full, early, ..train(StopRule::Never) };
    let play = Control { revision: 2, mode: Mode::Play, ..request.control.clone() };
    let plan = Plan { validation: true, epoch_losses: vec![0.5, 0.1, 0.9], ..Plan::default() };
    let mut bench = Bench::start(request, plan);
    let best = bench.pause_after(Command::Step(2, StepUnit::Batch));
    bench.send(weight(50.0));
    before(&mut bench);
    let altered = sent(&mut bench);
    let kept = altered.best_weights().expect("kept apart");
    assert_eq!((kept.step(), value(&kept)), (Step(2), value(&best)));
    let mut timeline = bench.marks();
    timeline.push(Mark { checkpoint: altered, measured: None });
    assert_ne!(timeline.best().map(Mark::step), Some(Step(2)), "its weights are not the best");
    bench.control(play);
    assert!(bench.finish().is_completed());
    assert_eq!(value(&bench.checkpoint()), value(&best), "the best weights are back");
}
