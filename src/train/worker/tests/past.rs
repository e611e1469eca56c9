//! The checkpoints that a run puts aside, and going back to them.

use super::*;
use crate::base::Step;
use crate::record::{Mark, Timeline, TimelineLimits};
use crate::spec::{EarlyStopping, Schedule};

/// A run with every kind of state: a plateau that lowers the rate, and early stopping that keeps
/// the best weights but never ends the run.
fn lively(stop: StopRule) -> RunRequest {
    let mut request = playing(stop);
    let schedule = Schedule::Plateau { factor: Finite::lit(0.5), patience: 1 };
    let early = Some(EarlyStopping { patience: 1000, ..EarlyStopping::default() });
    request.control.train = TrainSpec { schedule, early, ..request.control.train };
    request
}

/// Losses of the validation part that rise and fall.
fn restless() -> Plan {
    let losses = (0..100).map(|step| 1.0 + (f64::from(step) / 5.0).sin()).collect();
    Plan { epoch_losses: losses, ..Plan::default() }
}

fn mark_steps(marks: &Timeline) -> Vec<u64> {
    marks.marks().iter().map(|mark| mark.step().0).collect()
}

fn marks_of(request: RunRequest, plan: Plan) -> Timeline {
    life(request, plan).0.marks()
}

#[test]
fn each_epoch_leaves_a_checkpoint_but_no_more_often_than_it_is_measured() {
    for (batch, rows, expected) in [
        // Three updates an epoch, measured every ten: the first end of an epoch after each.
        (BatchSize::Of(4), 0, vec![0, 12, 21, 30, 42, 45]),
        // Ten updates an epoch.
        (BatchSize::Of(1), 0, vec![0, 10, 20, 30, 40, 45]),
        // Each update is an epoch.
        (BatchSize::Full, 0, vec![0, 10, 20, 30, 40, 45]),
        // Measured every 17.
        (BatchSize::Of(1), 10, vec![0, 20, 40, 45]),
    ] {
        let mut request = playing(StopRule::Steps(45));
        request.control.train.batch = batch;
        let marks = marks_of(request, Plan { evaluated_rows: rows, ..Plan::default() });
        assert_eq!(mark_steps(&marks), expected, "{batch:?}, {rows} rows");
    }
}

#[test]
fn going_back_to_any_checkpoint_and_on_is_the_course_of_the_run() {
    let whole = life(lively(StopRule::Steps(60)), restless()).0;
    let marks = whole.marks();
    assert!(marks.marks().len() > 5);
    for mark in &marks.marks()[..marks.marks().len() - 1] {
        let resume = Some(Arc::clone(&mark.checkpoint));
        let request = RunRequest { resume, ..lively(StopRule::Steps(60)) };
        let plan = Plan { epoch_from: mark.step().0, ..restless() };
        let rest = life(request, plan).0;
        let mut joined = whole.history();
        joined.truncate(mark.step());
        add_to(&mut joined, &rest.seen);
        assert!(joined.same_course(&whole.history()), "from {}", mark.step());
        let (here, there) = (rest.checkpoint(), whole.checkpoint());
        assert_eq!(here.parameters, there.parameters);
        assert_eq!(here.watch, there.watch);
        let bests =
            [&here, &there].map(|checkpoint| checkpoint.best_weights().map(|best| best.step()));
        assert_eq!(bests[0], bests[1]);
    }
}

#[test]
fn marks_know_the_measurement_of_their_time_and_the_best_of_them_is_kept() {
    let (bench, reason) = life(lively(StopRule::Steps(60)), restless());
    let marks = bench.marks();
    assert!(
        marks.marks().iter().all(|mark| mark.measured.is_some_and(|m| m.at.step <= mark.step()))
    );
    let EndReason::Completed(cause) = reason else { panic!("ended as {reason:?}") };
    let best = cause.best.expect("watched");
    assert_eq!(marks.best().map(Mark::step), Some(best.step));
}

#[test]
fn a_window_that_never_looks_neither_stops_training_nor_lets_memory_grow() {
    let mut request = playing(StopRule::Steps(20_000));
    request.control.train.batch = BatchSize::Full;
    let mut bench = Bench::start(request, Plan::default());
    eventually(|| bench.counts.steps() == 20_000);
    assert!(bench.finish().is_completed());
    let marks = mark_steps(&bench.marks());
    assert_eq!(marks.len(), 64);
    assert_eq!((marks.first(), marks.last()), (Some(&0), Some(&20_000)));
    assert!(bench.handle.take_marks().is_none(), "what was taken is gone");
}

#[test]
fn a_divergence_leaves_no_checkpoint_beyond_the_good_weights() {
    let mut request = playing(StopRule::Steps(40));
    request.control.train.learning_rate = Finite::lit(1e7);
    let mut bench = Bench::start(request, Plan { nan: Some((10.0, 15)), ..Plan::default() });
    bench.until_paused();
    assert_eq!(bench.checkpoint().step(), Step(10));
    assert_eq!(mark_steps(&bench.marks()), [0], "12 lies beyond 10");
    bench.control(control(2, Mode::Play, StopRule::Steps(40)));
    assert!(bench.finish().is_completed());
    assert_eq!(mark_steps(&bench.marks()), [12, 21, 30, 40]);
}

#[test]
fn pausing_and_watching_change_no_checkpoint() {
    let plain = marks_of(lively(StopRule::Steps(45)), restless());
    let mut request = lively(StopRule::Steps(45));
    request.control.mode = Mode::Pause;
    let wish = Control { mode: Mode::Play, revision: 9, ..request.control.clone() };
    let mut bench = Bench::start(request, restless());
    for count in [1, 5, 20] {
        bench.pause_after(Command::Step(count, Default::default()));
        bench.send(Command::Evaluate);
    }
    bench.control(wish);
    bench.finish();
    let marks = bench.marks();
    assert_eq!(mark_steps(&marks), mark_steps(&plain));
    for (one, two) in marks.marks().iter().zip(plain.marks()) {
        assert_eq!(one.checkpoint.parameters, two.checkpoint.parameters);
        assert_eq!(one.checkpoint.watch, two.checkpoint.watch);
    }
}

#[test]
fn the_record_of_a_run_keeps_to_its_limits() {
    let marks = marks_of(playing(StopRule::Steps(3000)), Plan::default());
    let mut timeline = Timeline::new(TimelineLimits { bytes: 100, marks: 50 });
    timeline.extend(marks);
    assert!(timeline.bytes() <= 100 && !timeline.is_empty());
}
