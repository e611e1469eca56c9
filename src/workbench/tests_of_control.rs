//! Going back, branching off and looking for a learning rate, without threads.

use std::sync::Arc;

use crate::base::{Finite, Step};
use crate::record::{
    BestEpoch, Cause, Checkpoint, EndReason, EndRule, Finding, Mark, Part, PauseReason, Quantity,
    RateStart, RateSweep, RunState, Timeline, TimelineLimits,
};
use crate::spec::{Activation, LayerSpec, MAX_RUNS};
use crate::train::{Event, Mode};

use super::effect::{Effect, Outcome, Start};
use super::fixtures::{at, enter, id, ready, tell, train};
use super::{Action, Edit, JobId, JobKind, State};

fn checkpoint(step: u64) -> Arc<Checkpoint> {
    Arc::new(Checkpoint { at: at(step), epoch: step, ..Checkpoint::default() })
}

/// A run that stands at step 40 and can go back to every tenth.
fn trained(name: &str) -> State {
    let mut state = ready(name);
    let steps: Vec<(u64, f64)> = (1..=40).map(|step| (step, 1.0 / step as f64)).collect();
    super::fixtures::measure(&mut state, 0, &steps, None);
    let mut marks = Timeline::default();
    for step in [0, 10, 20, 30, 40] {
        marks.push(Mark { checkpoint: checkpoint(step), measured: None });
    }
    let run = id(&state, 0);
    state.take_marks(run, marks);
    state
}

fn start(effects: &[Effect]) -> &Start {
    let starts = effects.iter().filter_map(|effect| match effect {
        Effect::Start(start) => Some(&**start),
        _ => None,
    });
    let starts: Vec<&Start> = starts.collect();
    assert_eq!(starts.len(), 1, "{effects:?}");
    starts[0]
}

fn steps(state: &State, index: usize) -> Vec<u64> {
    let timeline = state.timeline(index).expect("has a run");
    timeline.marks().iter().map(|mark| mark.step().0).collect()
}

fn every_state() -> Vec<RunState> {
    let finding = Finding { step: Step(40), message: "Not a number.".into() };
    let ended = |reason| RunState::Ended(reason);
    vec![
        RunState::Starting,
        RunState::Preparing,
        RunState::Running,
        RunState::Paused(PauseReason::User),
        RunState::Paused(PauseReason::Diverged(finding)),
        ended(EndReason::Completed(EndRule::Steps(40).into())),
        ended(EndReason::Stopped),
        ended(EndReason::Failed("broken".into())),
        ended(EndReason::DeviceLost("gone".into())),
    ]
}

#[test]
fn a_run_goes_back_from_every_state_and_waits() {
    for now in every_state() {
        let mut state = trained("spiral-relu");
        let before = id(&state, 0);
        enter(&mut state, 0, now.clone());
        let effects = state.reduce(Action::BackTo(0, Step(20)));
        let start = start(&effects);
        assert_eq!(start.resume.as_ref().map(|from| from.step()), Some(Step(20)), "{now:?}");
        assert_eq!(start.control.mode, Mode::Pause);
        let drops = effects.iter().filter(|e| matches!(e, Effect::Drop(run) if *run == before));
        assert_eq!(drops.count(), usize::from(now.is_live()), "{now:?}");
        let run = state.run(0).expect("goes on");
        assert_eq!(run.position().step, Step(20));
        assert_eq!(run.state, RunState::Starting);
        assert_eq!(run.checkpoint.as_ref().map(|last| last.step()), Some(Step(20)));
        assert_eq!(steps(&state, 0), [0, 10, 20]);
        assert!(!state.can_undo(), "runs are never undone");
    }
}

#[test]
fn the_last_checkpoint_is_a_place_to_go_back_to() {
    let mut state = trained("spiral-relu");
    tell(&mut state, 0, Event::Checkpoint(checkpoint(37)));
    let effects = state.reduce(Action::BackTo(0, Step(37)));
    assert_eq!(start(&effects).resume.as_ref().map(|from| from.step()), Some(Step(37)));
}

#[test]
fn a_place_that_was_not_kept_is_said() {
    for action in [Action::BackTo(0, Step(11)), Action::Branch(0, Step(11))] {
        let mut state = trained("spiral-relu");
        assert!(state.reduce(action).is_empty());
        let told = state.notices().last().expect("told").text.clone();
        assert_eq!(told, "No checkpoint of step 11 was kept. Choose another place.");
        assert_eq!((state.num_runs(), steps(&state, 0).len()), (1, 5));
    }
    let mut state = trained("spiral-relu");
    for action in [Action::BackTo(7, Step(10)), Action::Branch(7, Step(10))] {
        assert!(state.reduce(action).is_empty());
    }
}

#[test]
fn what_goes_on_is_what_was_trained_with_the_hot_parameters_of_the_draft() {
    let mut state = trained("spiral-relu");
    let old = state.draft().runs[0].clone();
    let tanh = LayerSpec::from(Activation::Tanh);
    state.reduce(Action::Edit(Edit::SetLayer(0, 1, tanh)));
    let mut train = old.train.clone();
    train.learning_rate = Finite::lit(0.125);
    train.optimizer = crate::spec::Optimizer::ADAM;
    state.reduce(Action::Edit(Edit::Train(0, train)));
    state.reduce(Action::Settle);
    let effects = state.reduce(Action::BackTo(0, Step(10)));
    let spec = start(&effects).spec.spec().clone();
    assert_eq!((&spec.model, spec.train.optimizer), (&old.model, old.train.optimizer));
    assert_eq!(spec.train.learning_rate, Finite::lit(0.125));
    assert_eq!(state.pending(0).len(), 2, "the layer and the optimizer still wait");
}

#[test]
fn a_branch_is_a_run_of_its_own_with_the_past_of_the_other() {
    for now in every_state() {
        let mut state = trained("spiral-relu");
        enter(&mut state, 0, now);
        let before = id(&state, 0);
        let effects = state.reduce(Action::Branch(0, Step(20)));
        let start = start(&effects);
        assert_eq!(start.resume.as_ref().map(|from| from.step()), Some(Step(20)));
        assert_eq!((start.control.mode, start.run), (Mode::Pause, id(&state, 1)));
        assert_eq!((state.num_runs(), state.selected()), (2, 1));
        assert_eq!(state.draft().runs[1].name, "ReLU 100 (2)");
        let (from, branch) = (state.run(0).expect("stays"), state.run(1).expect("is new"));
        assert_eq!((from.id, from.history.position().step), (before, Step(40)));
        assert_eq!(branch.position().step, Step(20));
        assert_eq!(branch.spec.spec().name, "ReLU 100 (2)", "as reports name it");
        assert_eq!((steps(&state, 0).len(), steps(&state, 1)), (5, vec![0, 10, 20]));
        assert!(state.pending(1).is_empty());
        assert_ne!(state.slot(0).map(|slot| slot.tint), state.slot(1).map(|slot| slot.tint));
    }
}

#[test]
fn a_branch_is_of_what_was_trained_and_follows_its_own_hot_parameters() {
    let mut state = trained("spiral-relu");
    let old = state.draft().runs[0].clone();
    state.reduce(Action::Edit(Edit::RemoveLayer(0, 1)));
    state.reduce(Action::Branch(0, Step(30)));
    assert_eq!(state.draft().runs[1].model, old.model);
    let mut train = old.train.clone();
    train.learning_rate = Finite::lit(0.25);
    let effects = state.reduce(Action::Edit(Edit::Train(1, train)));
    let run = id(&state, 1);
    let told = effects.iter().any(|effect| {
        matches!(effect, Effect::Control(to, control)
            if *to == run && control.train.learning_rate == Finite::lit(0.25))
    });
    assert!(told, "{effects:?}");
    assert!(state.pending(1).is_empty());
}

#[test]
fn a_branch_can_be_taken_back_and_made_again_with_its_record() {
    let mut state = trained("spiral-relu");
    state.reduce(Action::Branch(0, Step(20)));
    let branch = id(&state, 1);
    train(&mut state, 1, 25);
    let effects = state.reduce(Action::Undo);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Drop(run) if *run == branch)));
    assert_eq!((state.num_runs(), state.run(0).expect("stays").position().step), (1, Step(40)));
    state.reduce(Action::Redo);
    assert_eq!((id(&state, 1), state.run(1).expect("is back").position().step), (branch, Step(25)));
    assert_eq!(steps(&state, 1), [0, 10, 20]);
}

#[test]
fn there_is_no_room_for_a_branch_beyond_the_last_place() {
    let mut state = trained("spiral-relu");
    for _ in 1..MAX_RUNS {
        assert!(!state.reduce(Action::Branch(0, Step(10))).is_empty());
    }
    assert!(state.reduce(Action::Branch(0, Step(10))).is_empty());
    assert_eq!(state.num_runs(), MAX_RUNS);
    assert!(state.notices().last().is_some_and(|notice| notice.text.contains("room for 4")));
}

#[test]
fn memory_for_the_past_can_be_limited_at_any_time() {
    let mut state = trained("spiral-relu");
    let limits = TimelineLimits { bytes: usize::MAX, marks: 3 };
    state.reduce(Action::LimitTimeline(limits));
    assert_eq!(state.timeline_limits(), limits);
    assert_eq!(steps(&state, 0).len(), 3);
    state.reduce(Action::Restart(0));
    assert_eq!(state.timeline(0).map(Timeline::limits), Some(limits));
}

#[test]
fn weights_that_came_back_are_marked_on_the_curves() {
    let mut state = trained("spiral-relu");
    let (part, quantity) = (Part::Validation, Quantity::Loss);
    let best = BestEpoch { part, quantity, value: 0.3, epoch: 21, step: Step(21), is_back: true };
    let cause = Cause { rule: EndRule::Steps(40), best: Some(best) };
    enter(&mut state, 0, RunState::Ended(EndReason::Completed(cause)));
    let markers = state.run(0).expect("ended").history.markers();
    assert_eq!((markers[0].at.step, &*markers[0].text), (Step(40), "weights of epoch 21 are back"));
}

fn sweep(rate: Option<f64>) -> Box<RateSweep> {
    Box::new(RateSweep {
        start: Step(0),
        first: 1.0,
        rates: vec![0.1],
        losses: vec![0.5],
        smoothed: vec![0.5],
        region: None,
        suggestion: rate.map(Finite::lit),
        reason: "Because.".into(),
    })
}

fn search(effects: &[Effect]) -> JobId {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::FindRate(job, _) => Some(*job),
        _ => None,
    });
    found.expect("searches")
}

#[test]
fn a_suggestion_is_taken_as_an_edit() {
    let mut state = trained("spiral-relu");
    let job = search(&state.reduce(Action::FindRate(0, RateStart::Fresh)));
    assert_eq!(state.rate_search(0).map(|job| job.kind), Some(JobKind::FindRate));
    state.take_progress(job, 0.5);
    assert_eq!(state.rate_search(0).and_then(|job| job.progress), Some(0.5));
    state.take_outcome(job, Outcome::Rates(Ok(sweep(Some(0.03)))));
    assert!(state.rate_search(0).is_none() && state.jobs().is_empty());
    let effects = state.reduce(Action::TakeRate(0));
    assert!(matches!(&effects[..], [Effect::Control(..), ..]), "{effects:?}");
    assert_eq!(state.draft().runs[0].train.learning_rate, Finite::lit(0.03));
    state.reduce(Action::Undo);
    assert_eq!(state.draft().runs[0].train.learning_rate, Finite::ONE);
    assert!(state.rate_sweep(0).is_some(), "what was found stays");
}

#[test]
fn the_newest_search_counts_and_one_can_be_given_up() {
    let mut state = trained("spiral-relu");
    assert!(state.reduce(Action::TakeRate(0)).is_empty(), "nothing was found yet");
    let old = search(&state.reduce(Action::FindRate(0, RateStart::Fresh)));
    let effects = state.reduce(Action::FindRate(0, RateStart::Present));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Cancel(job) if *job == old)));
    let new = search(&effects);
    state.take_outcome(old, Outcome::Rates(Ok(sweep(Some(0.5)))));
    assert!(state.rate_sweep(0).is_none() && state.rate_search(0).is_some());
    state.reduce(Action::Cancel(new));
    assert!(state.rate_search(0).is_none());
    state.take_outcome(new, Outcome::Rates(Ok(sweep(Some(0.5)))));
    assert!(state.rate_sweep(0).is_none());
}

#[test]
fn a_search_that_breaks_is_told_and_one_without_suggestion_changes_nothing() {
    let mut state = trained("spiral-relu");
    let job = search(&state.reduce(Action::FindRate(0, RateStart::Fresh)));
    state.take_outcome(job, Outcome::Rates(Err("The device is gone.".into())));
    assert!(state.notices().iter().any(|notice| notice.text == "The device is gone."));
    let job = search(&state.reduce(Action::FindRate(0, RateStart::Fresh)));
    state.job_failed(job);
    assert!(state.rate_search(0).is_none());
    let job = search(&state.reduce(Action::FindRate(0, RateStart::Fresh)));
    state.take_outcome(job, Outcome::Rates(Ok(sweep(None))));
    let before = state.draft().clone();
    assert!(state.reduce(Action::TakeRate(0)).is_empty());
    assert_eq!(*state.draft(), before);
}

#[test]
fn a_search_begins_with_fresh_weights_or_those_of_the_run() {
    let mut state = trained("spiral-relu");
    tell(&mut state, 0, Event::Checkpoint(checkpoint(37)));
    for (start, expected) in [(RateStart::Fresh, None), (RateStart::Present, Some(Step(37)))] {
        let effects = state.reduce(Action::FindRate(0, start));
        let from = effects.iter().find_map(|effect| match effect {
            Effect::FindRate(_, request) => Some(request.from.as_ref().map(|from| from.step())),
            _ => None,
        });
        assert_eq!(from, Some(expected));
    }
    let mut empty = State::new(crate::spec::preset("mnist-mlp").expect("built in"));
    assert!(empty.reduce(Action::FindRate(0, RateStart::Fresh)).is_empty());
    assert_eq!(empty.notices().len(), 1, "there are no data to search with");
}
