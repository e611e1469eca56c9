//! The whole application without threads: actions and events go in, states and effects come out.

use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;

use crate::base::{Finite, RunId, Step};
use crate::record::{
    Checkpoint, EndReason, EndRule, Finding, Mark, PauseReason, ProbeRequest, RateStart, RunState,
    Timeline,
};
use crate::spec::{Activation, DataSource, DenseSpec, DeviceChoice, LayerSpec, preset};
use crate::train::{Event, Mode, StepUnit};

use super::effect::{Effect, Outcome};
use super::fixtures::{at, dataset, id, loaded, ready, train};
use super::{Action, DataState, Edit, ExportKind, JobId, JobKind, NoticeId, State};

fn starts(effects: &[Effect]) -> Vec<&super::effect::Start> {
    let starts = effects.iter().filter_map(|effect| match effect {
        Effect::Start(start) => Some(&**start),
        _ => None,
    });
    starts.collect()
}

fn checkpoint(step: u64) -> Arc<Checkpoint> {
    Arc::new(Checkpoint { at: at(step), epoch: step, ..Checkpoint::default() })
}

fn end(state: &mut State, index: usize, reason: EndReason) {
    let run = id(state, index);
    state.take_event(run, Event::State(RunState::Ended(reason)));
}

fn learning_rate(state: &State, value: f64) -> Edit {
    let mut train = state.draft().runs[0].train.clone();
    train.learning_rate = Finite::lit(value);
    Edit::Train(0, train)
}

#[test]
fn play_and_pause_reach_every_run() {
    let mut state = ready("linear-vs-relu");
    for (action, mode, active) in
        [(Action::TogglePlay, Mode::Play, true), (Action::TogglePlay, Mode::Pause, false)]
    {
        let effects = state.reduce(action);
        let modes: Vec<Mode> = effects
            .iter()
            .map(|effect| match effect {
                Effect::Control(_, control) => control.mode,
                other => panic!("unexpected {other:?}"),
            })
            .collect();
        assert_eq!(modes, [mode, mode]);
        assert_eq!(state.is_active(), active);
    }
}

#[test]
fn a_network_that_never_trained_follows_the_draft_by_itself() {
    let mut state = ready("spiral-relu");
    let layer = LayerSpec::from(Activation::Tanh);
    let effects = state.reduce(Action::Edit(Edit::SetLayer(0, 1, layer.clone())));
    assert!(starts(&effects).is_empty(), "not before the user lets go");
    let effects = state.reduce(Action::Settle);
    assert_eq!(starts(&effects)[0].spec.spec().model.hidden[1], layer);
    assert!(state.pending(0).is_empty());
}

#[test]
fn a_trained_network_waits_for_restart_to_apply() {
    let mut state = ready("spiral-relu");
    train(&mut state, 0, 10);
    let effects = state.reduce(Action::Edit(Edit::RemoveLayer(0, 1)));
    assert!(starts(&effects).is_empty());
    assert_eq!(state.pending(0).len(), 1);
    assert_eq!(state.run(0).expect("kept").position().step, Step(10));
    let effects = state.reduce(Action::Restart(0));
    assert_eq!(starts(&effects).len(), 1);
    assert!(state.pending(0).is_empty());
    assert_eq!(state.run(0).expect("new").position().step, Step(0));
}

#[test]
fn a_hot_edit_is_told_at_once_and_marked_when_the_user_lets_go() {
    let mut state = ready("spiral-relu");
    train(&mut state, 0, 10);
    for value in [0.9, 0.5, 0.1] {
        let edit = learning_rate(&state, value);
        let effects = state.reduce(Action::Edit(edit));
        let [Effect::Control(_, control)] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!(control.train.learning_rate, Finite::lit(value));
    }
    assert!(state.pending(0).is_empty());
    state.reduce(Action::Settle);
    let markers = state.run(0).expect("runs").history.markers().to_vec();
    assert_eq!(markers.len(), 1);
    assert_eq!(markers[0].text, "learning rate 1 → 0.1");
    state.reduce(Action::Undo);
    assert_eq!(state.draft().runs[0].train.learning_rate, Finite::ONE);
    assert_eq!(state.run(0).expect("runs").history.markers().len(), 2);
}

#[test]
fn reset_begins_again_and_a_new_seed_can_be_taken_back() {
    let mut state = ready("linear-vs-relu");
    train(&mut state, 0, 5);
    let first = id(&state, 0);
    let effects = state.reduce(Action::Reset);
    assert!(matches!(&effects[0], Effect::Drop(run) if *run == first));
    assert!(starts(&effects).iter().all(|start| start.seed == 0 && start.resume.is_none()));
    let effects = state.reduce(Action::NewSeed);
    assert!(starts(&effects).iter().any(|start| start.seed == 1));
    state.reduce(Action::Undo);
    assert_eq!(state.draft().seed, 0);
}

#[test]
fn play_goes_on_after_the_end_from_the_last_weights() {
    for reason in [EndReason::Completed(EndRule::Steps(20).into()), EndReason::Stopped] {
        let mut state = ready("spiral-relu");
        train(&mut state, 0, 20);
        let run = id(&state, 0);
        state.take_event(run, Event::Checkpoint(checkpoint(15)));
        end(&mut state, 0, reason);
        assert!(!state.is_active());
        let effects = state.reduce(Action::Play(None));
        let start = starts(&effects)[0];
        assert_eq!(start.resume.as_ref().map(|c| c.step()), Some(Step(15)));
        assert_eq!(start.control.mode, Mode::Play);
        let kept = state.run(0).expect("goes on");
        assert!(kept.history.position().step <= Step(15), "no step is recorded twice");
    }
}

#[test]
fn a_failed_run_begins_anew_and_a_lost_device_goes_on_elsewhere() {
    let mut state = ready("spiral-relu");
    end(&mut state, 0, EndReason::Failed("broken".into()));
    assert!(state.notices().iter().any(|notice| notice.text.contains("broken")));
    assert!(starts(&state.reduce(Action::Play(None)))[0].resume.is_none());
    let run = id(&state, 0);
    state.take_event(run, Event::Checkpoint(checkpoint(3)));
    end(&mut state, 0, EndReason::DeviceLost("unplugged".into()));
    let effects = state.reduce(Action::ContinueOnCpu(0));
    assert_eq!(starts(&effects)[0].device, DeviceChoice::Cpu);
    assert!(starts(&effects)[0].resume.is_some());
}

#[test]
fn divergence_pauses_and_is_told_in_words() {
    let mut state = ready("spiral-relu");
    state.reduce(Action::Play(None));
    let finding = Finding { step: Step(7), message: "The loss is not a number.".into() };
    let run = id(&state, 0);
    state.take_event(run, Event::State(RunState::Paused(PauseReason::Diverged(finding))));
    assert!(!state.is_active());
    assert!(state.notices().iter().any(|n| n.text == "ReLU 100: The loss is not a number."));
}

#[test]
fn after_a_divergence_no_step_is_recorded_twice() {
    let mut state = ready("spiral-relu");
    train(&mut state, 0, 40);
    let run = id(&state, 0);
    state.take_event(run, Event::Checkpoint(checkpoint(30)));
    let finding = Finding { step: Step(40), message: "Not a number.".into() };
    state.take_event(run, Event::State(RunState::Paused(PauseReason::Diverged(finding))));
    let record = state.run(0).expect("one");
    assert_eq!(record.position().step, Step(30));
    assert_eq!(record.history.position().step, Step(40), "its end stays to be seen");
    state.reduce(Action::Play(None));
    assert!(state.run(0).expect("one").history.position().step <= Step(30));
}

#[test]
fn what_cannot_work_is_said_and_not_tried() {
    let mut state = ready("spiral-relu");
    let zero = LayerSpec::from(DenseSpec::new(0));
    state.reduce(Action::Edit(Edit::SetLayer(0, 0, zero)));
    assert!(!state.can_play());
    let notices = state.notices().len();
    assert!(state.reduce(Action::Reset).is_empty());
    assert!(state.notices().len() > notices);
    let mut empty = State::new(preset("mnist-mlp").expect("built in"));
    assert!(empty.reduce(Action::ReloadData).is_empty());
    assert!(matches!(empty.data(), DataState::Unset));
    assert!(empty.reduce(Action::Play(None)).is_empty());
    assert_eq!(empty.notices().len(), 1);
}

#[test]
fn a_removed_run_comes_back_with_its_record_and_colour() {
    let mut state = ready("linear-vs-relu");
    train(&mut state, 1, 30);
    let (run, tint) = (id(&state, 1), state.slot(1).expect("two").tint);
    let effects = state.reduce(Action::Edit(Edit::RemoveRun(1)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Drop(id) if *id == run)));
    assert_eq!(state.num_runs(), 1);
    state.reduce(Action::Undo);
    assert_eq!(id(&state, 1), run);
    assert_eq!(state.slot(1).expect("two").tint, tint);
    assert_eq!(state.run(1).expect("two").position().step, Step(30));
}

#[test]
fn duplicates_get_colours_of_their_own() {
    let mut state = ready("linear-vs-relu");
    state.reduce(Action::Edit(Edit::RemoveRun(0)));
    state.reduce(Action::Edit(Edit::DuplicateRun(0)));
    let tints: Vec<usize> = state.slots().map(|slot| slot.tint).collect();
    assert_eq!(tints, [1, 0]);
}

#[test]
fn opening_an_experiment_can_be_taken_back() {
    let mut state = ready("spiral-relu");
    train(&mut state, 0, 9);
    let before = state.draft().clone();
    state.reduce(Action::OpenPreset("linear-vs-relu".into()));
    assert_eq!(state.num_runs(), 2);
    assert!(!state.is_modified());
    state.reduce(Action::Undo);
    assert_eq!(*state.draft(), before);
    assert_eq!(state.run(0).expect("kept").position().step, Step(9));
}

#[test]
fn the_newest_data_wins() {
    let mut state = ready("spiral-relu");
    let edit = |points| {
        let mut data = preset("spiral-relu").expect("built in").data;
        let DataSource::Toy(toy) = &mut data.source else { panic!("a toy") };
        toy.points_per_class = points;
        Action::Edit(Edit::Data(data))
    };
    let load = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::Load(job, _) => Some(job),
            _ => None,
        })
    };
    let old = load(state.reduce(edit(50))).expect("loads");
    let new = load(state.reduce(edit(60))).expect("loads");
    assert!(state.take_outcome(old, Outcome::Loaded(Ok(loaded(dataset())))).is_empty());
    assert!(matches!(state.data(), DataState::Loading(Some(_))));
    state.take_outcome(new, Outcome::Loaded(Ok(loaded(dataset()))));
    assert!(matches!(state.data(), DataState::Ready(_)));
}

#[test]
fn saving_while_saving_keeps_both_and_the_later_edit_modified() {
    let mut state = ready("spiral-relu");
    let save = |state: &mut State| match state.reduce(Action::Save("a.toml".into())).pop() {
        Some(Effect::Write(job, path, payload)) => (job, path, payload.experiment()),
        other => panic!("{other:?}"),
    };
    let first = save(&mut state);
    state.reduce(Action::Edit(Edit::Name("renamed".into())));
    let second = save(&mut state);
    assert_eq!(state.jobs().iter().filter(|job| job.kind == JobKind::Write).count(), 2);
    state.take_outcome(first.0, Outcome::Written(first.1, first.2, Ok(None)));
    assert!(state.is_modified(), "what was saved is older than the draft");
    state.take_outcome(second.0, Outcome::Written(second.1, second.2, Ok(None)));
    assert!(!state.is_modified());
    assert_eq!(state.path(), Some(&PathBuf::from("a.toml")));
}

#[test]
fn weights_of_a_live_run_are_fetched_before_they_are_written() {
    let mut state = ready("spiral-relu");
    let run = id(&state, 0);
    let effects = state.reduce(Action::Export(ExportKind::Weights, 0, "w.safetensors".into()));
    assert!(matches!(&effects[..], [Effect::Send(to, _)] if *to == run));
    let effects = state.take_event(run, Event::Checkpoint(checkpoint(1)));
    assert!(matches!(&effects[..], [Effect::Write(..)]));
    assert!(state.take_event(run, Event::Checkpoint(checkpoint(2))).is_empty());
}

#[test]
fn messages_of_unknown_runs_are_dropped() {
    let mut state = ready("spiral-relu");
    let before = state.run(0).expect("one").state.clone();
    let ended = RunState::Ended(EndReason::Completed(EndRule::Steps(20).into()));
    assert!(state.take_event(RunId(9999), Event::State(ended)).is_empty());
    assert_eq!(state.run(0).expect("one").state, before);
}

#[test]
fn a_probe_is_asked_for_once() {
    let mut state = ready("spiral-relu");
    let wanted = ProbeRequest { metrics: true, ..ProbeRequest::default() };
    assert_eq!(state.reduce(Action::Want(0, wanted.clone())).len(), 1);
    assert!(state.reduce(Action::Want(0, wanted)).is_empty());
}

fn any_action() -> impl Strategy<Value = Action> {
    let run = 0..3_usize;
    let place = 0..4_usize;
    prop_oneof![
        Just(Action::Settle),
        Just(Action::Undo),
        Just(Action::Redo),
        Just(Action::TogglePlay),
        Just(Action::Reset),
        Just(Action::NewSeed),
        Just(Action::ReloadData),
        run.clone().prop_map(|run| Action::Play(Some(run))),
        run.clone().prop_map(|run| Action::Pause(Some(run))),
        run.clone().prop_map(Action::Restart),
        run.clone().prop_map(Action::ContinueOnCpu),
        run.clone().prop_map(Action::Select),
        run.clone().prop_map(|run| Action::Edit(Edit::DuplicateRun(run))),
        run.clone().prop_map(|run| Action::Edit(Edit::RemoveRun(run))),
        (run.clone(), place.clone()).prop_map(|(r, p)| Action::Edit(Edit::RemoveLayer(r, p))),
        (run.clone(), place.clone()).prop_map(|(r, p)| Action::Edit(Edit::DuplicateLayer(r, p))),
        (run.clone(), place, 0..40_usize).prop_map(|(run, place, units)| {
            Action::Edit(Edit::AddLayer(run, place, LayerSpec::from(DenseSpec::new(units))))
        }),
        Just(Action::Step(StepUnit::Epoch)),
        Just(Action::SetDevice(DeviceChoice::Cpu)),
        Just(Action::SetSpeed(Some(3))),
        Just(Action::SetLockstep(false)),
        Just(Action::OpenPreset("linear-vs-relu".into())),
        Just(Action::OpenPreset("no such".into())),
        (0..40_u64).prop_map(|job| Action::Cancel(JobId(job))),
        (0..40_u64).prop_map(|id| Action::Dismiss(NoticeId(id))),
        (run.clone(), 0..7_u64).prop_map(|(run, step)| Action::BackTo(run, Step(step))),
        (run.clone(), 0..7_u64).prop_map(|(run, step)| Action::Branch(run, Step(step))),
        run.clone().prop_map(|run| Action::FindRate(run, RateStart::Present)),
        run.clone().prop_map(Action::TakeRate),
        run.prop_map(|run| Action::Export(ExportKind::Weights, run, "w".into())),
    ]
}

/// What may happen to a run between two actions.
fn disturb(state: &mut State, kind: u8) {
    let Some(run) = state.run(0).map(|run| run.id) else { return };
    let event = match kind {
        0 => Event::State(RunState::Running),
        1 => Event::State(RunState::Paused(PauseReason::User)),
        2 => Event::State(RunState::Ended(EndReason::Completed(EndRule::Steps(20).into()))),
        3 => Event::State(RunState::Ended(EndReason::Failed("broken".into()))),
        4 => Event::State(RunState::Ended(EndReason::DeviceLost("gone".into()))),
        5 => Event::Checkpoint(checkpoint(5)),
        6 => {
            let mut marks = Timeline::default();
            marks.push(Mark { checkpoint: checkpoint(6), measured: None });
            return state.take_marks(run, marks);
        }
        _ => return train(state, 0, u64::from(kind)),
    };
    state.take_event(run, event);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_action_in_every_state_leaves_the_house_in_order(
        acts in prop::collection::vec((any_action(), 0..10_u8), 1..40),
    ) {
        let mut state = ready("spiral-relu");
        for (action, kind) in acts {
            disturb(&mut state, kind);
            for effect in state.reduce(action) {
                if let Effect::Load(job, _) = effect {
                    state.take_outcome(job, Outcome::Loaded(Ok(loaded(dataset()))));
                }
            }
            prop_assert_eq!(state.draft().runs.len(), state.num_runs());
            prop_assert_eq!(state.slots().count(), state.num_runs());
            prop_assert!((1..=4).contains(&state.num_runs()));
            prop_assert!(state.selected() < state.num_runs());
            let mut tints: Vec<usize> = state.slots().map(|slot| slot.tint).collect();
            tints.sort_unstable();
            tints.dedup();
            prop_assert_eq!(tints.len(), state.num_runs(), "two runs share a colour");
        }
    }
}
