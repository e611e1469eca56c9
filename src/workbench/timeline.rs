use std::sync::Arc;

use crate::base::{RunId, Step};
use crate::record::{Run, Timeline, TimelineLimits};
use crate::spec::{MAX_RUNS, RunSpec};
use crate::train::Mode;

use super::edit::with_copy;
use super::effect::Effect;
use super::notice::Severity;
use super::state::{Slot, State};

/// The past of runs: going back to it, and branching off from it.
impl State {
    /// The checkpoints of a run that it can go back to, oldest first, with the measurements of
    /// their time. `None` when there is no run at that place.
    #[must_use]
    pub fn timeline(&self, index: usize) -> Option<&Timeline> {
        self.run(index).map(|run| &run.timeline)
    }

    /// How much of the past of each run is kept.
    #[must_use]
    pub fn timeline_limits(&self) -> TimelineLimits {
        self.timeline_limits
    }

    /// Takes in checkpoints that a worker put aside.
    pub(super) fn take_marks(&mut self, run: RunId, marks: Timeline) {
        if let Some(record) = self.slot_of_run(run).and_then(|slot| slot.run.as_mut()) {
            record.timeline.extend(marks);
        }
    }

    pub(super) fn limit_timelines(&mut self, limits: TimelineLimits) {
        self.timeline_limits = limits;
        let runs = self.slots.values_mut().filter_map(|slot| slot.run.as_mut());
        runs.for_each(|run| run.timeline.set_limits(limits));
    }

    pub(super) fn back_to(&mut self, index: usize, step: Step) -> Vec<Effect> {
        if let Some(why) = self.obstacle(&[index]) {
            return self.refuse(why);
        }
        let Some(run) = self.run(index) else { return Vec::new() };
        match run.checkpoint_at(step).cloned() {
            Some(checkpoint) => self.start(index, Mode::Pause, Some(checkpoint)),
            None => self.refuse(no_checkpoint(step)),
        }
    }

    pub(super) fn branch(&mut self, index: usize, step: Step) -> Vec<Effect> {
        if self.num_runs() >= MAX_RUNS {
            return self.refuse(format!(
                "There is room for {MAX_RUNS} models. Remove one before branching off another."
            ));
        }
        let Some((run, started)) = self.trained(index) else { return Vec::new() };
        let Some(checkpoint) = run.checkpoint_at(step).cloned() else {
            return self.refuse(no_checkpoint(step));
        };
        let Some(draft) = with_copy(&self.draft, started) else { return Vec::new() };
        let run = run.clone();
        let (origin, data) = match self.slot(index) {
            Some(Slot { origin, data: Some(data), .. }) => (origin.clone(), Arc::clone(data)),
            _ => return Vec::new(),
        };
        self.undo.record(&self.draft, format!("branch {index} at {step}"));
        let mut effects = self.adopt(draft);
        let place = self.num_runs() - 1;
        let Some(copy) = self.run_spec(place).cloned() else { return effects };
        let spec = Arc::new(run.spec.with_name(&copy.name));
        if let Some(slot) = self.slot_mut(place) {
            (slot.origin, slot.started) = (origin, Some(copy));
        }
        let (id, seed) = (RunId(self.fresh_id() as u32), run.seed);
        let branch = run.resumed(id, spec, &checkpoint);
        effects.extend(self.launch(place, branch, Mode::Pause, data, seed, Some(checkpoint)));
        self.selected = place;
        effects.extend(self.settle());
        effects
    }

    /// The run at a place, and the spec of what it trains: layers, loss and optimizer as it was
    /// started with, whatever the draft says by now.
    fn trained(&self, index: usize) -> Option<(&Run, RunSpec)> {
        let slot = self.slot(index)?;
        Some((slot.run.as_ref()?, slot.started.clone()?))
    }

    /// Says why nothing was done.
    pub(super) fn refuse(&mut self, why: impl Into<String>) -> Vec<Effect> {
        self.notify(Severity::Warning, why);
        Vec::new()
    }
}

fn no_checkpoint(step: Step) -> String {
    format!("No checkpoint of step {step} was kept. Choose another place.")
}
