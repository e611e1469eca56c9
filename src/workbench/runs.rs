use std::sync::Arc;

use crate::base::RunId;
use crate::record::{Checkpoint, EndReason, Run, RunState};
use crate::spec::{DeviceChoice, Effect as SpecEffect, Field, TrainSpec, run_changes};
use crate::train::{Command, Mode, StepUnit};

use super::effect::{Effect, Start};
use super::notice::Severity;
use super::state::{DataState, Slot, State};

impl State {
    /// The places that an action is about: one, or all.
    fn scope(&self, which: Option<usize>) -> Vec<usize> {
        which.map_or_else(|| (0..self.num_runs()).collect(), |index| vec![index])
    }

    pub(super) fn play(&mut self, which: Option<usize>) -> Vec<Effect> {
        let scope = self.scope(which);
        if let Some(why) = self.obstacle(&scope) {
            self.notify(Severity::Warning, why);
            return Vec::new();
        }
        scope.into_iter().flat_map(|index| self.wake(index, Mode::Play)).collect()
    }

    pub(super) fn pause(&mut self, which: Option<usize>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for index in self.scope(which) {
            if let Some(slot) = self.slot_mut(index) {
                slot.mode = Mode::Pause;
            }
            effects.extend(self.send_control(index));
        }
        effects
    }

    pub(super) fn step(&mut self, unit: StepUnit) -> Vec<Effect> {
        let scope = self.scope(None);
        if let Some(why) = self.obstacle(&scope) {
            self.notify(Severity::Warning, why);
            return Vec::new();
        }
        let mut effects = Vec::new();
        for index in scope {
            effects.extend(self.wake(index, Mode::Pause));
            if let Some(run) = self.run(index) {
                effects.push(Effect::Send(run.id, Command::Step(1, unit)));
            }
        }
        effects
    }

    /// Begins again with the draft as it is; every run waits at step 0.
    pub(super) fn reset(&mut self) -> Vec<Effect> {
        let scope = self.scope(None);
        if let Some(why) = self.obstacle(&scope) {
            self.notify(Severity::Warning, why);
            return Vec::new();
        }
        scope.into_iter().flat_map(|index| self.start(index, Mode::Pause, None)).collect()
    }

    pub(super) fn restart(&mut self, index: usize) -> Vec<Effect> {
        if let Some(why) = self.obstacle(&[index]) {
            self.notify(Severity::Warning, why);
            return Vec::new();
        }
        let mode = self.slot(index).map(|slot| slot.mode).unwrap_or_default();
        self.start(index, mode, None)
    }

    /// Goes on from the last checkpoint, on the processor.
    pub(super) fn continue_on_cpu(&mut self, index: usize) -> Vec<Effect> {
        self.device = DeviceChoice::Cpu;
        let checkpoint = self.run(index).and_then(|run| run.checkpoint.clone());
        self.start(index, Mode::Play, checkpoint)
    }

    /// Why runs cannot train, as one sentence.
    pub(super) fn obstacle(&self, scope: &[usize]) -> Option<String> {
        match &self.data {
            DataState::Unset => return Some("Choose a data file first.".into()),
            DataState::Loading(_) => return Some("The data is still being read.".into()),
            DataState::Failed(why) => return Some(why.clone()),
            DataState::Ready(_) => {}
        }
        scope.iter().find_map(|&index| {
            let issues = self.check(index)?.as_ref().err()?;
            let name = &self.run_spec(index)?.name;
            Some(format!("{name} cannot be trained. {}", issues.first()?))
        })
    }

    /// Makes a run do `mode`: by telling its thread, by going on where it ended, or from scratch.
    fn wake(&mut self, index: usize, mode: Mode) -> Vec<Effect> {
        let ended = match self.run(index).map(|run| &run.state) {
            Some(RunState::Ended(reason)) => Some(reason.clone()),
            Some(_) => {
                if let Some(slot) = self.slot_mut(index) {
                    slot.mode = mode;
                    slot.run.iter_mut().for_each(Run::forget_divergence);
                }
                return self.send_control(index).into_iter().collect();
            }
            None => None,
        };
        let resume = match ended {
            Some(EndReason::Completed(_) | EndReason::Stopped | EndReason::DeviceLost(_)) => {
                self.run(index).and_then(|run| run.checkpoint.clone())
            }
            Some(EndReason::Failed(_)) | None => None,
        };
        self.start(index, mode, resume)
    }

    /// Starts a thread for the run at a place. With a checkpoint the record goes on where the
    /// checkpoint was taken; without, a new record begins.
    pub(super) fn start(
        &mut self,
        index: usize,
        mode: Mode,
        resume: Option<Arc<Checkpoint>>,
    ) -> Vec<Effect> {
        let (DataState::Ready(data), Some(Ok(checked))) = (&self.data, self.check(index)) else {
            return Vec::new();
        };
        let (data, mut spec) = (Arc::clone(data), Arc::clone(checked));
        let mut seed = self.draft.spec.seed;
        let id = RunId(self.fresh_id() as u32);
        let mut effects = self.forget(index);
        let mut run = Run::new(id, Arc::clone(&spec), seed);
        run.timeline.set_limits(self.timeline_limits);
        let mut started_data = data;
        if let Some(checkpoint) = &resume
            && let Some(previous) = self.slot_mut(index).and_then(|slot| slot.run.take())
        {
            // What goes on is the network that was trained, whatever the draft says by now.
            let mut train = previous.spec.spec().train.clone();
            take_over_hot(&mut train, &spec.spec().train);
            spec = Arc::new(previous.spec.with_train(train));
            seed = previous.seed;
            started_data = self.slot(index).and_then(|s| s.data.clone()).unwrap_or(started_data);
            run = previous.resumed(id, Arc::clone(&spec), checkpoint);
        }
        effects.extend(self.launch(index, run, mode, started_data, seed, resume));
        effects
    }

    pub(super) fn launch(
        &mut self,
        index: usize,
        run: Run,
        mode: Mode,
        data: Arc<crate::data::Dataset>,
        seed: u64,
        resume: Option<Arc<Checkpoint>>,
    ) -> Option<Effect> {
        let (id, spec, device) = (run.id, Arc::clone(&run.spec), self.device);
        let draft = Arc::clone(&self.draft.spec);
        let lockstep = Arc::clone(&self.group);
        let slot = self.slot_mut(index)?;
        slot.mode = mode;
        slot.revision = 0;
        slot.device = device;
        slot.alterations.go_on(resume.as_ref().map(|from| from.step()));
        if resume.is_none() {
            slot.origin = Some((draft.seed, draft.data.clone()));
            slot.started = draft.runs.get(index).cloned();
        }
        slot.data = Some(Arc::clone(&data));
        slot.run = Some(run);
        let control = self.control(index)?;
        let start = Start { run: id, spec, data, seed, device, control, resume, lockstep };
        Some(Effect::Start(Box::new(start)))
    }

    /// Ends the thread of the run at a place, if it has one.
    fn forget(&mut self, index: usize) -> Vec<Effect> {
        let viewer = self.slot_mut(index).and_then(Slot::drop_viewer);
        let live = self.run(index).filter(|run| run.state.is_live());
        live.map(|run| Effect::Drop(run.id)).into_iter().chain(viewer).collect()
    }

    pub(super) fn send_control(&mut self, index: usize) -> Option<Effect> {
        let run = self.run(index).filter(|run| run.state.is_live())?.id;
        Some(Effect::Control(run, Box::new(self.control(index)?)))
    }

    pub(super) fn send_controls(&mut self) -> Vec<Effect> {
        (0..self.num_runs()).filter_map(|index| self.send_control(index)).collect()
    }

    /// Gives every run that has not trained yet a thread that waits at step 0 with the draft as
    /// it is, so that its start can be seen. Nothing is lost by that.
    pub(super) fn prepare(&mut self) -> Vec<Effect> {
        let stale = |state: &Self, index: usize| match state.run(index) {
            None => true,
            Some(run) => {
                let untouched = run.position().step.0 == 0 && run.history.markers().is_empty();
                let idle = state.slot(index).is_some_and(|slot| slot.mode == Mode::Pause);
                untouched && idle && !state.pending(index).is_empty()
            }
        };
        let places: Vec<usize> = (0..self.num_runs()).filter(|&i| stale(self, i)).collect();
        places.into_iter().flat_map(|index| self.start(index, Mode::Pause, None)).collect()
    }

    /// Marks on the curves which hot parameters the user changed, now that he let go.
    pub(super) fn mark_hot_changes(&mut self) {
        for index in 0..self.num_runs() {
            let Some(spec) = self.run_spec(index).cloned() else { continue };
            let Some(slot) = self.slot_mut(index) else { continue };
            let (Some(run), Some(started)) = (&mut slot.run, &mut slot.started) else { continue };
            let at = run.position();
            for change in run_changes(started, &spec) {
                let visible = change.effect == SpecEffect::Hot && !is_about_the_end(change.field);
                if visible && at.step.0 > 0 {
                    let (label, before, after) = (change.label, change.before, change.after);
                    run.history.mark(at, format!("{label} {before} → {after}"));
                }
            }
            take_over_hot(&mut started.train, &spec.train);
            let named = run.spec.with_name(&spec.name);
            run.spec = Arc::new(named.with_train(started.train.clone()));
            started.name = spec.name;
        }
    }
}

/// Whether a field says when a run ends: that does not change how it trains.
fn is_about_the_end(field: Field) -> bool {
    matches!(field, Field::Stop | Field::Seconds | Field::Target | Field::Early)
}

/// Copies the parameters that a live run takes over at once. The pattern is exhaustive, so that
/// none is forgotten; those that need a new run are left out.
fn take_over_hot(run: &mut TrainSpec, draft: &TrainSpec) {
    let TrainSpec {
        loss: _,
        reduction: _,
        class_weights: _,
        optimizer: _,
        shuffle: _,
        learning_rate,
        schedule,
        warmup,
        weight_decay,
        l1,
        l2,
        l2_form,
        penalise_biases,
        clip,
        batch,
        drop_last,
        stop,
        seconds,
        target,
        early,
    } = *draft;
    *run = TrainSpec {
        learning_rate,
        schedule,
        warmup,
        weight_decay,
        l1,
        l2,
        l2_form,
        penalise_biases,
        clip,
        batch,
        drop_last,
        stop,
        seconds,
        target,
        early,
        ..run.clone()
    };
}
