use super::*;
use crate::record::{BoundaryRequest, Inspect, Part};
use crate::train::protocol::StepUnit;

fn undisturbed(steps: u64) -> RunHistory {
    life(playing(StopRule::Steps(steps)), Plan::default()).0.history()
}

#[test]
fn a_resumed_run_goes_on_to_the_last_bit() {
    let whole = undisturbed(50);
    for split in [1, 7, 10, 20, 33, 49] {
        let mut first = Bench::start(paused(), Plan::default());
        first.pause_after(Command::Step(split, StepUnit::Batch));
        first.send(Command::Stop);
        first.finish();
        let resume = Some(first.checkpoint());
        let request = RunRequest { resume, ..playing(StopRule::Steps(50)) };
        let (second, reason) = life(request, Plan::default());
        assert!(reason.is_completed());
        let mut joined = first.history();
        add_to(&mut joined, &second.seen);
        assert!(joined.same_course(&whole), "split at {split}");
    }
}

#[test]
fn a_resumed_single_sample_keeps_its_place_in_the_epoch() {
    let mut first = Bench::start(paused(), Plan::default());
    let checkpoint = first.pause_after(Command::Step(3, StepUnit::Sample));
    let one = first.pause_after(Command::Step(40, StepUnit::Batch));
    let request = RunRequest { resume: Some(checkpoint), ..paused() };
    let mut second = Bench::start(request, Plan::default());
    let two = second.pause_after(Command::Step(40, StepUnit::Batch));
    assert_eq!((&one.parameters, one.epoch, one.cursor), (&two.parameters, two.epoch, two.cursor));
    assert_eq!((one.at.step, one.at.samples), (two.at.step, two.at.samples));
}

#[test]
fn neither_watching_nor_pausing_changes_the_course() {
    let mut request = request(Mode::Pause, StopRule::Steps(200));
    request.control.probes = ProbeRequest {
        boundary: Some(BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], 3)),
        fit: None,
        confusion: vec![Part::Train],
        predictions: Some(5),
        metrics: true,
        gradients: true,
        inside: Inspect::default(),
    };
    let wish = Control { mode: Mode::Play, revision: 9, ..request.control.clone() };
    let mut bench = Bench::start(request, Plan::default());
    for count in [1, 6, 3, 20] {
        bench.pause_after(Command::Step(count, StepUnit::Batch));
        let frame = bench.handle.take_frame();
        assert!(frame.is_none_or(|frame| frame.metrics.is_some()));
        bench.send(Command::Evaluate);
        bench.send(Command::Checkpoint);
    }
    bench.control(wish);
    bench.finish();
    assert!(bench.history().same_course(&undisturbed(200)));
    assert!(bench.counts.boundaries() > 4);
}

#[test]
fn when_losses_are_read_does_not_change_the_course() {
    for losses_every in [2, 7, 64] {
        let plan = Plan { losses_every, ..Plan::default() };
        let history = life(playing(StopRule::Steps(100)), plan).0.history();
        assert!(history.same_course(&undisturbed(100)), "every {losses_every}");
    }
}

#[test]
fn measuring_follows_the_step_alone() {
    for (evaluated_rows, expected) in [
        (0, vec![0, 10, 20, 30, 40, 45]),
        (24, vec![0, 10, 20, 30, 40, 45]),
        (48, vec![0, 20, 40, 45]),
        (49, vec![0, 21, 42, 45]),
        (1_000_000, vec![0, 45]),
    ] {
        let plan = Plan { evaluated_rows, ..Plan::default() };
        let (bench, _) = life(playing(StopRule::Steps(45)), plan);
        assert_eq!(bench.eval_steps(), expected, "{evaluated_rows} rows");
    }
}

#[test]
fn a_run_stops_where_its_rule_says() {
    for (stop, steps) in
        [(StopRule::Steps(25), 25), (StopRule::Steps(1), 1), (StopRule::Epochs(3), 9)]
    {
        let (bench, reason) = life(playing(stop), Plan::default());
        assert!(reason.is_completed());
        assert_eq!(bench.counts.steps(), steps, "{stop:?}");
        assert_eq!(bench.checkpoint().step().0, steps);
        assert_eq!(bench.eval_steps().last(), Some(&steps));
    }
}

#[test]
fn a_run_resumed_at_its_target_gets_the_same_again() {
    let (bench, _) = life(playing(StopRule::Epochs(3)), Plan::default());
    for (stop, steps) in
        [(StopRule::Epochs(3), 18), (StopRule::Steps(5), 10), (StopRule::Steps(12), 12)]
    {
        let request = RunRequest { resume: Some(bench.checkpoint()), ..playing(stop) };
        let (resumed, reason) = life(request, Plan::default());
        assert!(reason.is_completed());
        assert_eq!(resumed.checkpoint().step().0, steps, "{stop:?}");
    }
}

#[test]
fn a_rule_that_is_already_met_ends_the_run_when_it_plays() {
    let mut bench = Bench::start(paused(), Plan::default());
    bench.pause_after(Command::Step(20, StepUnit::Batch));
    bench.control(control(2, Mode::Play, StopRule::Steps(15)));
    assert!(bench.finish().is_completed());
    assert_eq!(bench.counts.steps(), 20);
}

#[test]
fn a_rule_met_while_stepping_ends_the_run() {
    let mut bench = Bench::start(request(Mode::Pause, StopRule::Steps(7)), Plan::default());
    bench.send(Command::Step(100, StepUnit::Batch));
    assert!(bench.finish().is_completed());
    assert_eq!(bench.counts.steps(), 7);
}

#[test]
fn positions_count_steps_samples_and_epochs() {
    let (bench, _) = life(playing(StopRule::Steps(4)), Plan::default());
    let points = chunks(&bench.seen).flat_map(|chunk| &chunk.steps);
    let places: Vec<_> = points.map(|p| (p.at.step.0, p.at.samples, p.at.epoch)).collect();
    assert_eq!(places, [(1, 4, 0.4), (2, 8, 0.8), (3, 10, 1.0), (4, 14, 1.4)]);
}
