use super::*;
use crate::record::{Finding, Metric, PauseReason};

/// Gives losses that are no number from the thirteenth update on, until the learning rate falls.
fn explodes(losses_every: u64) -> Plan {
    Plan { nan: Some((10.0, 13)), losses_every, ..Plan::default() }
}

fn reckless() -> RunRequest {
    let mut request = playing(StopRule::Steps(40));
    request.control.train.learning_rate = Finite::lit(1e7);
    request
}

fn finding(state: RunState) -> Finding {
    match state {
        RunState::Paused(PauseReason::Diverged(finding)) => finding,
        other => panic!("is {other:?}"),
    }
}

#[test]
fn a_run_that_diverges_waits_at_its_last_good_weights() {
    let mut bench = Bench::start(reckless(), explodes(1));
    let finding = finding(bench.until_paused());
    assert_eq!(finding.step.0, 13);
    assert_eq!(
        finding.message,
        "The loss was no longer a number at step 13. The learning rate of 1e7 is probably too \
         large: each update overshoots. The weights of step 10 are back; try 1 or less."
    );
    let checkpoint = bench.checkpoint();
    assert_eq!((checkpoint.at.step.0, checkpoint.epoch, checkpoint.cursor), (10, 3, 4));
    assert!(checkpoint.is_finite());
    let history = bench.history();
    let losses = history.series(Metric::BatchLoss).expect("losses");
    assert_eq!((losses.count(), losses.non_finite().0), (12, 1));
}

#[test]
fn a_mended_run_goes_on_from_its_good_weights() {
    let mut bench = Bench::start(reckless(), explodes(1));
    bench.until_paused();
    bench.control(control(2, Mode::Play, StopRule::Steps(40)));
    assert!(bench.finish().is_completed());
    let steps: Vec<u64> = (1..=13).chain(11..=40).collect();
    assert_eq!(bench.loss_steps(), steps);
    assert_eq!(bench.states(), ["starting", "running", "diverged", "running", "finished"]);
}

#[test]
fn a_run_that_plays_on_unchanged_diverges_again() {
    let mut bench = Bench::start(reckless(), explodes(1));
    bench.until_paused();
    let wish = Control { revision: 2, ..reckless().control };
    bench.control(wish);
    assert_eq!(finding(bench.until_paused()).step.0, 11);
    assert_eq!(bench.checkpoint().step().0, 10);
}

#[test]
fn when_losses_are_read_changes_neither_finding_nor_history() {
    let mut prompt = Bench::start(reckless(), explodes(1));
    let expected = finding(prompt.until_paused());
    for losses_every in [2, 8, 64] {
        let mut bench = Bench::start(reckless(), explodes(losses_every));
        assert_eq!(finding(bench.until_paused()), expected);
        assert_eq!(bench.checkpoint().step().0, 10);
        assert!(bench.history().same_course(&prompt.history()), "every {losses_every}");
    }
}

#[test]
fn weights_that_are_no_numbers_are_found_at_the_next_look() {
    for (update, step, sentence) in [
        (15, 16, "The loss was no longer a number at step 16."),
        (20, 20, "The training loss was no longer a number at step 20."),
    ] {
        let plan = Plan { nan_weights: Some(update), ..Plan::default() };
        let mut bench = Bench::start(playing(StopRule::Never), plan);
        let finding = finding(bench.until_paused());
        assert_eq!(finding.step.0, step);
        assert!(finding.message.starts_with(sentence), "{}", finding.message);
        assert_eq!(bench.checkpoint().step().0, 10);
    }
}

#[test]
fn pausing_on_broken_weights_is_a_divergence() {
    let plan = Plan { nan_weights: Some(15), ..Plan::default() };
    let mut bench = Bench::start(paused(), plan);
    bench.send(Command::Step(15, Default::default()));
    let finding = finding(bench.until_paused());
    assert!(finding.message.starts_with("A weight was no longer a number at step 15."));
}

#[test]
fn stopping_on_broken_weights_leaves_the_good_ones() {
    let (gated, gate) = Plan::gated();
    let plan = Plan { nan_weights: Some(15), ..gated };
    let mut bench = Bench::start(playing(StopRule::Never), plan);
    gate.let_through(14);
    gate.wait();
    bench.send(Command::Stop);
    drop(gate);
    assert_eq!(bench.finish(), EndReason::Stopped);
    assert_eq!(bench.checkpoint().step().0, 10);
}
