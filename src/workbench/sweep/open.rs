use std::sync::Arc;

use crate::base::RunId;
use crate::data::DataError;
use crate::record::{EndReason, Run, RunState};
use crate::spec::{ExperimentSpec, MAX_RUNS, RunSpec};
use crate::train::Mode;
use crate::workbench::effect::{Effect, LoadRequest, Loaded};
use crate::workbench::notice::Severity;
use crate::workbench::state::{DataState, Draft, JobKind, Slot, SlotId, State};

use super::trial::Kept;
use super::{Opening, Place, Shown, Sweep};

/// Longest name that a run gets from its values, in characters.
const LONGEST_NAME: usize = 60;

impl State {
    /// Shows a trial as a run: behind the others, or in the place of one. Data that are not at
    /// hand are read first.
    pub(in crate::workbench) fn open_trial(
        &mut self,
        place: Place,
        replace: Option<usize>,
    ) -> Vec<Effect> {
        if replace.is_none() && self.num_runs() >= MAX_RUNS {
            let text = format!(
                "{MAX_RUNS} runs stand side by side already. Remove one, or open the trial in \
                 the place of one."
            );
            return self.warn(text);
        }
        let Some(sweep) = &self.sweep else { return Vec::new() };
        let Some(data) = sweep.data_of(place) else {
            return self.warn("This trial cannot be trained, so there is nothing to open.".into());
        };
        let opening = Opening { place, replace };
        match &self.data {
            DataState::Ready(ready) if *data == self.draft.spec.data => {
                let ready = Arc::clone(ready);
                self.show_trial(&opening, ready)
            }
            _ => {
                let title = format!("Reading the data of trial {}", place.trial + 1);
                let job = self.begin_job(JobKind::Load, title);
                let request = LoadRequest { spec: (*data).clone(), limits: self.limits };
                vec![Effect::LoadTrial(job, Box::new(request), opening)]
            }
        }
    }

    /// Takes in the data of a trial that is to be opened.
    pub(in crate::workbench) fn take_trial_data(
        &mut self,
        opening: &Opening,
        result: Result<Loaded, DataError>,
    ) -> Vec<Effect> {
        match result {
            Ok(loaded) => self.show_trial(opening, loaded.data),
            Err(DataError::Cancelled) => Vec::new(),
            Err(why) => self.complain(why.to_string()),
        }
    }

    fn warn(&mut self, text: String) -> Vec<Effect> {
        self.notify(Severity::Warning, text);
        Vec::new()
    }

    fn show_trial(&mut self, opening: &Opening, data: Arc<crate::data::Dataset>) -> Vec<Effect> {
        let Some(sweep) = &self.sweep else { return Vec::new() };
        let Some((shown, kept)) = shown(sweep, opening.place, data) else { return Vec::new() };
        let measured = sweep.outcome(opening.place).and_then(|outcome| outcome.measured);
        let frame = sweep.outcome(opening.place).and_then(|outcome| outcome.frame.clone());
        let Some((draft, index)) = self.draft_with(&shown.run, opening.replace) else {
            return Vec::new();
        };
        let checkpoint = kept.as_ref().and_then(|kept| kept.checkpoint.clone());
        let slot = draft.slots[index];
        let run = kept.map(|kept| {
            let mut run = record(RunId(self.fresh_id() as u32), &shown, kept);
            (run.evaluated, run.frame) = (measured, frame);
            run
        });
        let number = opening.place.trial + 1;
        if run.is_none() {
            self.notify(Severity::Info, beginning_anew(number));
        }
        self.fill(slot, shown, run);
        self.undo.settle(&self.draft);
        self.undo.record(&self.draft, format!("open trial {number}"));
        let mut effects = self.adopt(draft);
        self.selected = index;
        if checkpoint.is_some() {
            // A thread that waits where the trial ended, so that it can be looked at and go on.
            effects.extend(self.start(index, Mode::Pause, checkpoint));
            if let Some(run) = self.slot_mut(index).and_then(|slot| slot.run.as_mut()) {
                run.evaluated = measured;
            }
        }
        effects.extend(self.settle());
        effects
    }

    /// The draft with one run more or another one, under a new slot, and the place of that run.
    fn draft_with(&mut self, run: &RunSpec, replace: Option<usize>) -> Option<(Draft, usize)> {
        let slot = SlotId(self.fresh_id() as u32);
        let mut spec = ExperimentSpec::clone(&self.draft.spec);
        let mut slots = self.draft.slots.clone();
        let index = match replace {
            Some(index) => {
                *spec.runs.get_mut(index)? = run.clone();
                slots[index] = slot;
                index
            }
            None => {
                spec.runs.push(run.clone());
                slots.push(slot);
                slots.len() - 1
            }
        };
        Some((Draft { spec: Arc::new(spec), slots }, index))
    }

    /// Makes the slot of a trial. Without a record it is an empty one, in which a run begins.
    fn fill(&mut self, id: SlotId, shown: Shown, run: Option<Run>) {
        let tint = self.free_tint();
        let mut slot = Slot { tint, ..Slot::default() };
        if run.is_some() {
            slot.data = Some(shown.data);
            slot.started = Some(shown.run);
            slot.origin = Some((shown.seed, (*shown.spec).clone()));
            slot.device = self.device;
            slot.run = run;
        }
        self.slots.insert(id, slot);
    }
}

impl Sweep {
    fn outcome(&self, place: Place) -> Option<&super::TrialOutcome> {
        self.trials.get(place.trial)?.parts.get(place.fold)?.outcome.as_ref()
    }

    /// A name for a trial as a run: its values.
    fn name_of(&self, trial: usize) -> Option<String> {
        let values = self.spec.axes.iter().zip(&self.trials.get(trial)?.values);
        let pair = |(axis, value): (&crate::spec::Axis, _)| {
            let field = axis.path.rsplit('.').next().unwrap_or_default();
            format!("{field} {value}")
        };
        let name: Vec<String> = values.map(pair).collect();
        let name: String = name.join(", ").chars().take(LONGEST_NAME).collect();
        Some(if name.is_empty() { format!("Trial {}", trial + 1) } else { name })
    }
}

fn shown(
    sweep: &Sweep,
    place: Place,
    data: Arc<crate::data::Dataset>,
) -> Option<(Shown, Option<Kept>)> {
    let setup = sweep.trials.get(place.trial)?.setup.as_ref()?;
    let run = RunSpec { name: sweep.name_of(place.trial)?, ..setup.run.clone() };
    let spec = sweep.data_of(place)?;
    let kept = sweep.outcome(place).and_then(|outcome| outcome.kept.clone());
    Some((Shown { run, seed: setup.seed, spec, data }, kept))
}

/// The record of a trial as that of a run that has ended.
fn record(id: RunId, shown: &Shown, kept: Kept) -> Run {
    let mut run = Run::new(id, Arc::new(kept.spec.named(&shown.run.name)), shown.seed);
    run.state = RunState::Ended(EndReason::Completed(kept.cause));
    run.history = kept.history;
    run.checkpoint = kept.checkpoint;
    run
}

fn beginning_anew(number: usize) -> String {
    format!(
        "The record of trial {number} is not at hand, so a run with its settings begins anew. It \
         takes the same course where seed and data are those of the experiment."
    )
}
