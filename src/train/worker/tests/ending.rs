use super::*;
use crate::record::{BoundaryRequest, Metric, Series};

fn failed(reason: &EndReason) -> &str {
    match reason {
        EndReason::Failed(why) => why,
        other => panic!("ended as {other:?}"),
    }
}

fn watched(stop: StopRule) -> RunRequest {
    let mut request = playing(stop);
    let boundary = BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], 2);
    request.control.probes = ProbeRequest { boundary: Some(boundary), ..ProbeRequest::default() };
    request
}

#[test]
fn a_panic_anywhere_ends_the_run_once_and_says_why() {
    for (plan, message, drops) in [
        (Plan { panic_build: true, ..Plan::default() }, "no build today", 0),
        (Plan { panic_step: Some(3), ..Plan::default() }, "the step broke", 1),
        (Plan { panic_evaluate: true, ..Plan::default() }, "no evaluation today", 1),
        (Plan { panic_boundary: true, ..Plan::default() }, "no picture today", 1),
        (Plan { panic_drop: true, ..Plan::default() }, "the drop broke", 1),
    ] {
        let (bench, reason) = life(watched(StopRule::Steps(5)), plan);
        assert!(failed(&reason).contains(message), "{reason:?}");
        assert_eq!(bench.counts.drops(), drops, "{message}");
    }
}

#[test]
fn a_second_panic_while_dropping_does_not_hide_the_first() {
    let plan = Plan { panic_step: Some(3), panic_drop: true, ..Plan::default() };
    let (bench, reason) = life(playing(StopRule::Never), plan);
    assert!(failed(&reason).contains("the step broke"));
    assert_eq!(bench.loss_steps(), [1, 2]);
}

#[test]
fn a_failing_step_ends_the_run_with_its_sentence() {
    let plan = Plan { fail_step: Some(2), ..Plan::default() };
    let (_, reason) = life(playing(StopRule::Never), plan);
    assert_eq!(reason, EndReason::Failed("The step failed.".into()));
}

#[test]
fn a_lost_device_keeps_the_history_and_leaves_a_checkpoint() {
    let plan = Plan { lost_step: Some(25), ..Plan::default() };
    let (bench, reason) = life(playing(StopRule::Never), plan);
    assert_eq!(reason, EndReason::DeviceLost("unplugged".into()));
    assert_eq!(bench.loss_steps(), (1..25).collect::<Vec<_>>());
    assert_eq!(bench.checkpoint().step().0, 20);
}

#[test]
fn a_handle_dropped_while_training_ends_the_thread() {
    let (plan, gate) = Plan::gated();
    let bench = Bench::start(playing(StopRule::Never), plan);
    gate.let_through(3);
    drop((bench, gate.go));
    // The engine holds the other end: it is gone once this says so.
    eventually(|| {
        gate.begun.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Disconnected)
    });
}

#[test]
fn a_handle_dropped_during_a_hanging_step_does_not_wait_for_it() {
    let (plan, gate) = Plan::gated();
    let counts = Arc::clone(&plan.counts);
    let bench = Bench::start(playing(StopRule::Never), plan);
    gate.wait();
    drop(bench);
    assert_eq!(counts.drops(), 0, "the step still hangs");
    gate.pass();
    eventually(|| counts.drops() == 1);
    assert_eq!(counts.steps(), 1);
}

#[test]
fn a_hanging_step_blocks_nobody_else() {
    let (plan, gate) = Plan::gated();
    let mut bench = Bench::start(playing(StopRule::Never), plan);
    gate.wait();
    bench.until_state(|state| *state == RunState::Running);
    assert_eq!(bench.handle.events().count(), 0);
    assert!(bench.handle.take_frame().is_none());
    assert!(!bench.handle.is_finished());
    let full = (0..1000).find_map(|_| bench.handle.send(Command::Checkpoint).err());
    assert_eq!(full, Some(crate::train::SendError::Full));
    drop(gate);
    bench.until(|event| matches!(event, Event::Checkpoint(_)).then_some(()));
}

#[test]
fn nobody_reading_holds_up_nothing_and_loses_nothing() {
    let mut bench = Bench::start(playing(StopRule::Steps(5000)), Plan::default());
    eventually(|| bench.counts.steps() == 5000);
    let mut longest = 0;
    assert!(bench.finish().is_completed());
    chunks(&bench.seen).for_each(|chunk| longest = longest.max(chunk.steps.len()));
    assert!(longest > 4000, "what found no room was merged");
    assert_eq!(bench.loss_steps(), (1..=5000).collect::<Vec<_>>());
    assert_eq!(bench.eval_steps(), (0..=500).map(|n| 10 * n).collect::<Vec<_>>());
    assert_eq!(bench.states(), ["starting", "running", "finished"]);
}

#[test]
fn lifecycle_events_wait_in_order_for_a_reader() {
    let mut bench = Bench::start(playing(StopRule::Never), Plan::default());
    eventually(|| bench.counts.steps() > 1000);
    bench.control(control(2, Mode::Pause, StopRule::Never));
    bench.control(control(3, Mode::Play, StopRule::Never));
    bench.send(Command::Evaluate);
    bench.send(Command::Stop);
    eventually(|| bench.counts.drops() == 1);
    assert_eq!(bench.finish(), EndReason::Stopped);
    assert_eq!(bench.states(), ["starting", "running", "paused", "running", "stopped"]);
    assert!(bench.seen.iter().any(|event| matches!(event, Event::Evaluated(_))));
    assert_eq!(bench.loss_steps(), (1..=bench.counts.steps()).collect::<Vec<_>>());
}

#[test]
fn a_run_tells_its_device_before_it_trains_and_its_thread_has_a_name() {
    let handle = spawn_at(SWIFT, playing(StopRule::Steps(1)), |request| {
        assert_eq!(thread::current().name(), Some("descent-run-1"));
        Plan::default().build(request)
    });
    let mut bench =
        Bench { handle: handle.expect("a thread"), counts: Arc::default(), seen: vec![] };
    assert!(bench.finish().is_completed());
    let told: Vec<_> = bench.seen.iter().map(kind).collect();
    assert_eq!(
        told,
        [
            "starting",
            "device",
            "metrics",
            "running",
            "metrics",
            "checkpoint",
            "evaluated",
            "finished"
        ]
    );
}

fn kind(event: &Event) -> &'static str {
    match event {
        Event::Device(_) => "device",
        Event::State(state) => state.word(),
        Event::Metrics(_) => "metrics",
        Event::Checkpoint(_) => "checkpoint",
        Event::Evaluated(_) => "evaluated",
        Event::Altered(_) => "altered",
    }
}

#[test]
fn a_device_that_waits_for_results_prepares_first() {
    let plan = Plan { losses_every: 16, ..Plan::default() };
    let (bench, _) = life(playing(StopRule::Steps(40)), plan);
    assert_eq!(bench.states(), ["starting", "preparing kernels", "running", "finished"]);
    assert_eq!(bench.loss_steps(), (1..=40).collect::<Vec<_>>());
}

#[test]
fn a_stopped_run_leaves_its_last_points_and_a_checkpoint() {
    let mut bench = Bench::start(paused(), Plan::default());
    bench.pause_after(Command::Step(3, Default::default()));
    bench.send(Command::Stop);
    assert_eq!(bench.finish(), EndReason::Stopped);
    assert_eq!(bench.checkpoint().step().0, 3);
    assert_eq!(bench.history().series(Metric::BatchLoss).map(Series::count), Some(3));
    assert!(bench.handle.join(PATIENCE));
}

#[test]
fn joining_stops_a_run_that_trains() {
    let bench = Bench::start(playing(StopRule::Never), Plan::default());
    assert!(bench.handle.join(PATIENCE));
    assert_eq!(bench.counts.drops(), 1);
}
