use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::record::{Metric, Part};
use crate::spec::{DataSpec, SweepSpec, Value};
use crate::train::{JobEnd, SweepData, SweepEvent, SweepJob};
use crate::workbench::effect::{Effect, SweepStart};
use crate::workbench::notice::Severity;
use crate::workbench::state::{DataState, State};

use super::{MAX_KEPT_BYTES, Place, Sweep, SweepState, Trial, TrialStatus, folded};

impl State {
    /// The last sweep, whether it goes on or not.
    #[must_use]
    pub fn sweep(&self) -> Option<&Sweep> {
        self.sweep.as_ref()
    }

    /// Whether a sweep goes on.
    #[must_use]
    pub fn is_sweeping(&self) -> bool {
        self.sweep.as_ref().is_some_and(|sweep| sweep.state == SweepState::Running)
    }

    /// Plans all trials of a sweep and has them trained. The one before is forgotten.
    pub(in crate::workbench) fn start_sweep(&mut self, spec: SweepSpec) -> Vec<Effect> {
        if self.is_sweeping() {
            let text = "A sweep goes on. Cancel it before another is started.";
            self.notify(Severity::Warning, text);
            return Vec::new();
        }
        match self.sweep_obstacle(&spec).map_or_else(|| self.plan(spec), Err) {
            Ok((sweep, start)) => {
                self.sweep = Some(sweep);
                vec![Effect::StartSweep(Box::new(start))]
            }
            Err(why) => {
                self.notify(Severity::Warning, why);
                Vec::new()
            }
        }
    }

    /// Why trials could not be ranked, as far as that can be told from the data at hand.
    fn sweep_obstacle(&self, spec: &SweepSpec) -> Option<String> {
        let data = match &self.data {
            DataState::Ready(data) => data,
            DataState::Loading(_) => return Some("The data is still being read.".into()),
            DataState::Unset => return Some("Choose a data file first.".into()),
            DataState::Failed(why) => return Some(why.clone()),
        };
        let part_may_come = spec.folds.is_some()
            || spec.axes.iter().any(|axis| axis.path.starts_with("data.validation"));
        if spec.part == Part::Validation && data.validation.is_none() && !part_may_come {
            return Some(
                "The data have no validation part to rank by. Hold one out, take folds, or rank \
                 by the test part."
                    .into(),
            );
        }
        let loss = self.run_spec(spec.run).map(|run| run.train.loss)?;
        let is_varied = spec.axes.iter().any(|axis| axis.path == "train.loss");
        (!is_varied && !spec.quantity.applies(data.task, loss)).then(|| {
            let name = spec.quantity.label();
            format!("These data have no {name}. Rank by the loss or another measure.")
        })
    }

    /// All trials and the trainings they are made of. Trainings on the same data follow each
    /// other, so that each data are read once and few are in memory at a time: of folds, all
    /// trials on the first come first.
    fn plan(&self, spec: SweepSpec) -> Result<(Sweep, SweepStart), String> {
        let base = Arc::clone(&self.draft.spec);
        let trials = spec.trials(&base)?;
        let folds = spec.repeats();
        let of_data = data_axes(&spec);
        let mut data: Vec<Arc<DataSpec>> = Vec::new();
        let mut known: HashMap<(usize, Vec<&Value>), usize> = HashMap::new();
        let mut batches: BTreeMap<usize, Vec<(Place, SweepJob)>> = BTreeMap::new();
        for fold in 0..folds {
            for (trial, planned) in trials.iter().enumerate() {
                let Ok(setup) = &planned.setup else { continue };
                let values = of_data.iter().map(|&axis| &planned.values[axis]).collect();
                let place = *known.entry((fold, values)).or_insert_with(|| {
                    data.push(folded(&setup.data, spec.folds, fold));
                    data.len() - 1
                });
                let job = SweepJob { run: setup.run.clone(), seed: setup.seed, data: place };
                batches.entry(place).or_default().push((Place { trial, fold }, job));
            }
        }
        let (jobs, list) = batches.into_values().flatten().unzip();
        let at_hand = |spec: Arc<DataSpec>| {
            let is_draft = *spec == self.draft.spec.data;
            let loaded = self.data.dataset().filter(|_| is_draft).cloned();
            SweepData { spec, loaded }
        };
        let start = SweepStart {
            jobs: list,
            data: data.into_iter().map(at_hand).collect(),
            limits: self.limits,
            threads: spec.threads,
        };
        let trials = trials.into_iter().map(|trial| Trial::new(trial, folds)).collect();
        let state = SweepState::Running;
        Ok((Sweep { spec, base, trials, jobs, state, revision: 0 }, start))
    }

    /// Gives the sweep up. What was done is kept.
    pub(in crate::workbench) fn cancel_sweep(&mut self) -> Vec<Effect> {
        let Some(sweep) = self.sweep.as_mut().filter(|it| it.state == SweepState::Running) else {
            return Vec::new();
        };
        sweep.give_up(&TrialStatus::Cancelled);
        sweep.state = SweepState::Cancelled;
        vec![Effect::StopSweep]
    }

    /// Forgets the sweep.
    pub(in crate::workbench) fn clear_sweep(&mut self) -> Vec<Effect> {
        let effects = self.cancel_sweep();
        self.sweep = None;
        effects
    }

    /// Takes in what the threads of the sweep told.
    pub(in crate::workbench) fn take_sweep_event(&mut self, event: SweepEvent) {
        let Some(sweep) = self.sweep.as_mut().filter(|it| it.state == SweepState::Running) else {
            return;
        };
        sweep.revision += 1;
        match event {
            SweepEvent::Progress(job, done) => {
                if let Some(part) = sweep.part_mut(job).filter(|part| !part.status.is_over()) {
                    part.status = TrialStatus::Running(done);
                }
            }
            SweepEvent::Ended(job, end) => {
                sweep.take_end(job, *end);
                sweep.make_room(MAX_KEPT_BYTES);
            }
        }
    }

    /// Takes in that nothing more will come of the sweep.
    pub(in crate::workbench) fn sweep_over(&mut self) {
        if let Some(sweep) = self.sweep.as_mut().filter(|it| it.state == SweepState::Running) {
            let why = "Its thread ended before it was trained. Start the sweep again.";
            sweep.give_up(&TrialStatus::Failed(why.into()));
            sweep.state = SweepState::Finished;
        }
    }

    /// Takes in that the sweep could not be started.
    pub(in crate::workbench) fn sweep_failed(&mut self, why: &str) {
        if let Some(sweep) = &mut self.sweep {
            sweep.give_up(&TrialStatus::Failed(why.into()));
            sweep.state = SweepState::Finished;
        }
        self.notify(Severity::Error, why);
    }
}

/// The axes that the data depend on.
fn data_axes(spec: &SweepSpec) -> Vec<usize> {
    let axes = spec.axes.iter().enumerate();
    axes.filter(|(_, axis)| axis.path.starts_with("data.")).map(|(place, _)| place).collect()
}

impl Sweep {
    fn take_end(&mut self, job: usize, end: JobEnd) {
        let ranked = Metric::Of(self.spec.part, self.spec.quantity);
        let Some(part) = self.part_mut(job) else { return };
        match end {
            JobEnd::Trained { spec, record } => part.take(spec, record, ranked),
            JobEnd::Invalid(why) => part.status = TrialStatus::Invalid(why),
            JobEnd::Failed(why) => part.status = TrialStatus::Failed(why),
        }
    }

    /// What has not ended ends so.
    fn give_up(&mut self, status: &TrialStatus) {
        self.revision += 1;
        let parts = self.trials.iter_mut().flat_map(|trial| &mut trial.parts);
        for part in parts.filter(|part| !part.status.is_over()) {
            part.status = status.clone();
        }
    }

    /// Lets the records of the worst trials go until the others take at most so many bytes.
    pub(super) fn make_room(&mut self, most: usize) {
        if self.kept_bytes() <= most {
            return;
        }
        let ranking = self.ranking();
        let unranked = (0..self.trials.len()).filter(|trial| !ranking.contains(trial));
        let worst_first: Vec<usize> = unranked.chain(ranking.iter().rev().copied()).collect();
        for trial in worst_first {
            if self.kept_bytes() <= most {
                return;
            }
            for part in &mut self.trials[trial].parts {
                part.outcome.iter_mut().for_each(|outcome| outcome.kept = None);
            }
        }
    }

    fn kept_bytes(&self) -> usize {
        let parts = self.trials.iter().flat_map(|trial| &trial.parts);
        let kept = parts.filter_map(|part| part.outcome.as_ref()?.kept.as_ref());
        kept.map(super::trial::Kept::bytes).sum()
    }
}
