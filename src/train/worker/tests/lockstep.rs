use super::*;
use crate::base::Step;
use crate::train::lockstep::Lockstep;
use crate::train::worker::fake::Gate;

/// How far ahead a run may be: the lead of `Lockstep`, and the step it takes at its edge.
const LEAD: u64 = 33;

fn seated(together: &Arc<Lockstep>, run: u32, stop: StopRule) -> RunRequest {
    RunRequest { run: RunId(run), lockstep: Some(Arc::clone(together)), ..playing(stop) }
}

/// A fast run beside one that stands at a gate in its first step.
fn pair() -> (Arc<Lockstep>, Bench, Bench, Gate) {
    let together = Arc::new(Lockstep::default());
    let (plan, gate) = Plan::gated();
    let slow = Bench::start(seated(&together, 2, StopRule::Never), plan);
    gate.wait();
    let fast = Bench::start(seated(&together, 1, StopRule::Steps(500)), Plan::default());
    (together, fast, slow, gate)
}

/// Waits until the run is at `step` and answers commands there.
fn stands_at(bench: &mut Bench, step: u64) {
    eventually(|| bench.counts.steps() == step);
    for _ in 0..3 {
        bench.send(Command::Evaluate);
        let at = bench.until(|event| match event {
            Event::Evaluated(point) => Some(point.at.step),
            _ => None,
        });
        assert_eq!(at, Step(step));
    }
}

#[test]
fn whoever_is_ahead_waits_and_still_answers() {
    let (_together, mut fast, _slow, gate) = pair();
    stands_at(&mut fast, LEAD);
    for done in 1..=3 {
        gate.pass();
        gate.wait();
        stands_at(&mut fast, LEAD + done);
    }
}

#[test]
fn a_run_that_pauses_sets_the_others_free() {
    let (_together, mut fast, mut slow, gate) = pair();
    stands_at(&mut fast, LEAD);
    slow.control(control(2, Mode::Pause, StopRule::Never));
    drop(gate);
    slow.until_paused();
    assert!(fast.finish().is_completed());
}

#[test]
fn a_run_that_breaks_sets_the_others_free() {
    let together = Arc::new(Lockstep::default());
    let (gated, gate) = Plan::gated();
    let plan = Plan { panic_step: Some(2), panic_drop: true, ..gated };
    let mut slow = Bench::start(seated(&together, 2, StopRule::Never), plan);
    gate.wait();
    let mut fast = Bench::start(seated(&together, 1, StopRule::Steps(500)), Plan::default());
    stands_at(&mut fast, LEAD);
    drop(gate);
    assert!(matches!(slow.finish(), EndReason::Failed(_)));
    assert!(fast.finish().is_completed());
}

#[test]
fn a_run_that_cannot_be_built_sets_the_others_free() {
    let together = Arc::new(Lockstep::default());
    let plan = Plan { panic_build: true, ..Plan::default() };
    let (_, reason) = life(seated(&together, 2, StopRule::Never), plan);
    assert!(matches!(reason, EndReason::Failed(_)));
    assert!(together.may_step(Step(1_000_000)));
}

#[test]
fn running_beside_another_changes_nothing() {
    let together = Arc::new(Lockstep::default());
    let mut one = Bench::start(seated(&together, 1, StopRule::Steps(300)), Plan::default());
    let mut two = Bench::start(seated(&together, 2, StopRule::Steps(300)), Plan::default());
    assert!(one.finish().is_completed() && two.finish().is_completed());
    let (alone, _) = life(playing(StopRule::Steps(300)), Plan::default());
    assert!(one.history().same_course(&alone.history()));
    assert!(two.history().same_course(&alone.history()));
}

#[test]
fn stepping_by_hand_does_not_wait_for_others() {
    let (_together, mut fast, _slow, _gate) = pair();
    stands_at(&mut fast, LEAD);
    fast.pause_after(Command::Step(10, Default::default()));
    assert_eq!(fast.counts.steps(), LEAD + 10);
}
