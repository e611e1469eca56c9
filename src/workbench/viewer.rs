//! Looking into runs that have ended: their network goes on answering what panels ask.

use std::sync::Arc;

use crate::base::RunId;
use crate::record::{Checkpoint, EndReason, ProbeFrame, Run, RunState};
use crate::spec::ValidRun;
use crate::train::Mode;

use super::effect::{Effect, Start};
use super::state::{Slot, State};

impl State {
    /// Whether what panels ask of a run is answered: it has a thread, or it ended in peace and its
    /// network is at hand.
    #[must_use]
    pub fn answers(&self, index: usize) -> bool {
        let Some(slot) = self.slot(index) else { return false };
        slot.run.as_ref().is_some_and(|run| run.state.is_live()) || asleep(slot).is_some()
    }

    /// The same of a run by its record.
    #[must_use]
    pub fn still_answers(&self, record: &Run) -> bool {
        let is_it = |&index: &usize| self.run(index).is_some_and(|run| run.id == record.id);
        (0..self.num_runs()).find(is_it).is_some_and(|index| self.answers(index))
    }

    /// Lets an ended run answer what is wanted of it now. The thread that does so holds the network
    /// as it ended and never trains; the record of the run stays as it is.
    pub(super) fn look_into_ended(&mut self, index: usize) -> Option<Effect> {
        let slot = self.slot(index)?;
        if slot.wanted.is_empty() {
            return None;
        }
        let (spec, resume) = asleep(slot)?;
        let (viewer, data, device) = (slot.viewer, slot.data.clone()?, slot.device);
        let seed = slot.run.as_ref()?.seed;
        let mut control = self.control(index)?;
        control.mode = Mode::Pause;
        control.train = spec.spec().train.clone();
        if let Some(run) = viewer {
            return Some(Effect::Control(run, Box::new(control)));
        }
        let run = RunId(self.fresh_id() as u32);
        self.slot_mut(index)?.viewer = Some(run);
        let (resume, lockstep) = (Some(resume), Arc::clone(&self.group));
        let start = Start { run, spec, data, seed, device, control, resume, lockstep };
        Some(Effect::Start(Box::new(start)))
    }

    /// Takes in what such a thread sees. Tells whether it is one.
    pub(super) fn take_view(&mut self, run: RunId, frame: &mut Arc<ProbeFrame>) -> bool {
        let Some(slot) = self.slots.values_mut().find(|slot| slot.viewer == Some(run)) else {
            return false;
        };
        if let Some(record) = &mut slot.run {
            Arc::make_mut(frame).run = record.id;
            record.frame = Some(Arc::clone(frame));
        }
        true
    }

    /// Forgets a thread that looked into an ended run and broke.
    pub(super) fn viewer_ended(&mut self, run: RunId) {
        let slots = self.slots.values_mut().filter(|slot| slot.viewer == Some(run));
        slots.for_each(|slot| slot.viewer = None);
    }
}

impl Slot {
    /// Ends the thread that looks into the ended run, if there is one.
    pub(super) fn drop_viewer(&mut self) -> Option<Effect> {
        self.viewer.take().map(Effect::Drop)
    }
}

/// Spec and network of a run that ended in peace.
fn asleep(slot: &Slot) -> Option<(Arc<ValidRun>, Arc<Checkpoint>)> {
    slot.data.as_ref()?;
    let run = slot.run.as_ref()?;
    let in_peace =
        matches!(&run.state, RunState::Ended(EndReason::Completed(_) | EndReason::Stopped));
    Some((Arc::clone(&run.spec), run.checkpoint.clone().filter(|_| in_peace)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{EndRule, ProbeRequest};
    use crate::train::Event;
    use crate::workbench::{Action, fixtures};

    fn metrics() -> ProbeRequest {
        ProbeRequest { metrics: true, ..ProbeRequest::default() }
    }

    fn ended() -> State {
        let mut state = fixtures::ready("spiral-relu");
        let at = fixtures::at(40);
        let checkpoint = Arc::new(Checkpoint { at, ..Checkpoint::default() });
        fixtures::tell(&mut state, 0, Event::Checkpoint(checkpoint));
        let reason = EndReason::Completed(EndRule::Steps(40).into());
        fixtures::enter(&mut state, 0, RunState::Ended(reason));
        state
    }

    fn viewer(effects: &[Effect]) -> RunId {
        match effects {
            [Effect::Start(start)] => {
                assert_eq!(start.control.mode, Mode::Pause);
                assert_eq!(start.resume.as_ref().map(|from| from.at.step.0), Some(40));
                start.run
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_ended_run_answers_and_stays_ended() {
        let mut state = ended();
        assert!(state.answers(0));
        let before = fixtures::id(&state, 0);
        let viewer = viewer(&state.reduce(Action::Want(0, metrics())));
        state.take_event(viewer, Event::State(RunState::Starting));
        let mut frame = Arc::new(ProbeFrame::empty(viewer, fixtures::at(40)));
        assert!(state.take_view(viewer, &mut frame));
        let run = state.run(0).expect("stays");
        assert!(matches!(run.state, RunState::Ended(EndReason::Completed(_))));
        assert_eq!(run.frame.as_ref().map(|frame| frame.run), Some(before));
        let other = ProbeRequest { gradients: true, ..metrics() };
        let effects = state.reduce(Action::Want(0, other));
        assert!(matches!(&effects[..], [Effect::Control(run, _)] if *run == viewer));
    }

    #[test]
    fn the_look_ends_when_the_run_goes_on_or_leaves() {
        let mut state = ended();
        let first = viewer(&state.reduce(Action::Want(0, metrics())));
        let effects = state.reduce(Action::Play(None));
        assert!(effects.iter().any(|e| matches!(e, Effect::Drop(run) if *run == first)));
        assert!(state.slot(0).is_some_and(|slot| slot.viewer.is_none()));
        let mut state = ended();
        let first = viewer(&state.reduce(Action::Want(0, metrics())));
        let effects = state.reduce(Action::OpenPreset("moons".into()));
        assert!(effects.iter().any(|e| matches!(e, Effect::Drop(run) if *run == first)));
    }

    #[test]
    fn nothing_is_started_for_nobody_or_for_a_run_that_broke() {
        let mut state = ended();
        assert!(state.reduce(Action::Want(0, ProbeRequest::default())).is_empty());
        let mut state = ended();
        fixtures::enter(&mut state, 0, RunState::Ended(EndReason::Failed("Broken.".into())));
        assert!(!state.answers(0));
        assert!(state.reduce(Action::Want(0, metrics())).is_empty());
    }

    #[test]
    fn a_look_that_broke_is_begun_anew() {
        let mut state = ended();
        let first = viewer(&state.reduce(Action::Want(0, metrics())));
        let broken = RunState::Ended(EndReason::Failed("Broken.".into()));
        state.take_event(first, Event::State(broken));
        let other = ProbeRequest { gradients: true, ..metrics() };
        assert_ne!(viewer(&state.reduce(Action::Want(0, other))), first);
    }
}
