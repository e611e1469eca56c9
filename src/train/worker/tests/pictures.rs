use super::*;
use crate::base::Step;
use crate::record::{BoundaryRequest, Part, ProbeFrame};
use crate::train::protocol::StepUnit;

fn boundary(side: usize) -> ProbeRequest {
    let request = BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], side);
    ProbeRequest { boundary: Some(request), ..ProbeRequest::default() }
}

fn watching(mode: Mode, probes: ProbeRequest) -> RunRequest {
    let mut request = request(mode, StopRule::Never);
    request.control.probes = probes;
    request
}

/// Waits for a picture that `fits`; others are passed over.
fn picture(bench: &Bench, fits: impl Fn(&ProbeFrame) -> bool) -> Arc<ProbeFrame> {
    let mut found = None;
    eventually(|| {
        found = bench.handle.take_frame().filter(|frame| fits(frame));
        found.is_some()
    });
    found.expect("a picture")
}

#[test]
fn the_next_picture_waits_until_the_last_was_taken() {
    let (plan, gate) = Plan::gated();
    let bench = Bench::start(watching(Mode::Play, boundary(2)), plan);
    gate.let_through(50);
    gate.wait();
    assert_eq!(bench.counts.boundaries(), 1);
    assert_eq!(bench.handle.take_frame().expect("a picture").at.step, Step(0));
    assert!(bench.handle.take_frame().is_none());
    gate.pass();
    gate.wait();
    assert_eq!(bench.counts.boundaries(), 2);
    assert_eq!(bench.handle.take_frame().expect("a picture").at.step, Step(51));
}

#[test]
fn nothing_is_drawn_that_nobody_wants() {
    let mut bench = Bench::start(playing(StopRule::Steps(100)), Plan::default());
    bench.finish();
    assert_eq!(bench.counts.boundaries(), 0);
    assert!(bench.handle.take_frame().is_none());
}

#[test]
fn a_pause_shows_its_own_step_even_when_an_older_picture_was_not_taken() {
    let mut bench = Bench::start(watching(Mode::Pause, boundary(2)), Plan::default());
    bench.pause_after(Command::Step(5, StepUnit::Batch));
    let frame = picture(&bench, |frame| frame.at.step == Step(5));
    assert_eq!(frame.boundary.as_ref().map(|boundary| boundary.outputs.rows()), Some(4));
    assert!(frame.confusion.is_empty() && frame.predictions.is_none() && frame.metrics.is_none());
}

#[test]
fn a_new_wish_is_met_while_paused_and_only_once() {
    let mut bench = Bench::start(watching(Mode::Pause, boundary(2)), Plan::default());
    let wish = Control { probes: boundary(3), ..control(2, Mode::Pause, StopRule::Never) };
    bench.control(wish.clone());
    bench.control(Control { revision: 3, ..wish });
    let side = |frame: &ProbeFrame| frame.boundary.as_ref().map(|boundary| boundary.request.side);
    picture(&bench, |frame| side(frame) == Some(3));
    for _ in 0..3 {
        bench.send(Command::Checkpoint);
        bench.until(|event| matches!(event, Event::Checkpoint(_)).then_some(()));
    }
    assert!(bench.handle.take_frame().is_none());
    assert!(bench.counts.boundaries() <= 2);
}

#[test]
fn what_cannot_be_drawn_is_absent_and_ends_nothing() {
    let probes = ProbeRequest { confusion: vec![Part::Train], ..boundary(2) };
    let plan = Plan { fail_boundary: true, ..Plan::default() };
    let mut request = watching(Mode::Play, probes);
    request.control.train.stop = StopRule::Steps(30);
    let (bench, reason) = life(request, plan);
    assert!(reason.is_completed());
    let frame = bench.handle.take_frame().expect("a picture");
    assert!(frame.boundary.is_none() && frame.confusion_of(Part::Train).is_some());
}

#[test]
fn the_last_picture_shows_the_last_step() {
    let mut request = watching(Mode::Play, boundary(2));
    request.control.train.stop = StopRule::Steps(33);
    let (bench, _) = life(request, Plan::default());
    assert_eq!(bench.handle.take_frame().expect("a picture").at.step, Step(33));
}

#[test]
fn measurements_come_along_when_cheap_or_paused() {
    let probes = ProbeRequest { metrics: true, ..ProbeRequest::default() };
    for (evaluated_rows, while_training) in [(2000, true), (2001, false)] {
        let (gated, gate) = Plan::gated();
        let plan = Plan { evaluated_rows, ..gated };
        let mut bench = Bench::start(watching(Mode::Play, probes.clone()), plan);
        gate.wait();
        let first = bench.handle.take_frame().expect("a picture");
        assert!(first.metrics.is_some(), "the measurement of step 0 is at hand");
        gate.pass();
        gate.wait();
        let frame = bench.handle.take_frame().expect("a picture");
        assert_eq!(frame.metrics.map(|point| point.at.step), while_training.then_some(Step(1)));
        bench.control(Control {
            probes: probes.clone(),
            ..control(2, Mode::Pause, StopRule::Never)
        });
        drop(gate);
        bench.until_paused();
        let frame = picture(&bench, |frame| frame.at.step == Step(2));
        assert!(frame.metrics.is_some_and(|point| point.at.step == Step(2)));
        assert_eq!(bench.eval_steps(), [0], "the history has scheduled measurements alone");
    }
}

#[test]
fn the_window_is_woken_for_pictures_and_points() {
    use std::sync::atomic::{AtomicU64, Ordering};
    let wakes = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&wakes);
    let waker: crate::train::Waker = Arc::new(move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let mut bench =
        Bench::start(RunRequest { waker, ..watching(Mode::Pause, boundary(2)) }, Plan::default());
    picture(&bench, |_| true);
    // Starting, device, first measurement with a checkpoint and the pause, and the picture.
    eventually(|| wakes.load(Ordering::SeqCst) >= 5);
    bench.send(Command::Evaluate);
    bench.until(|event| matches!(event, Event::Evaluated(_)).then_some(()));
    eventually(|| wakes.load(Ordering::SeqCst) >= 6);
}
