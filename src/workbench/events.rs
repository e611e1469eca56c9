use std::path::Path;
use std::sync::Arc;

use crate::base::{RunId, Step};
use crate::data::{DataError, Dataset};
use crate::record::{Checkpoint, EndReason, PauseReason, ProbeFrame, RunState};
use crate::spec::ExperimentSpec;
use crate::train::{Event, Mode};

use super::effect::{Effect, Outcome};
use super::notice::Severity;
use super::state::{DataState, JobId, State};

impl State {
    /// Takes in what a worker told. Messages of runs that are no longer shown are dropped.
    pub(super) fn take_event(&mut self, run: RunId, event: Event) -> Vec<Effect> {
        let Some(slot) = self.slot_of_run(run) else { return Vec::new() };
        let Some(record) = slot.run.as_mut() else { return Vec::new() };
        match event {
            Event::Device(note) => record.device = Some(note),
            Event::Metrics(chunk) => record.history.append(&chunk),
            Event::Evaluated(eval) => record.evaluated = Some(eval),
            Event::Checkpoint(checkpoint) => return self.take_checkpoint(run, checkpoint),
            Event::State(state) => return self.take_state(run, state),
        }
        Vec::new()
    }

    /// Takes in the newest picture of a run.
    pub(super) fn take_frame(&mut self, run: RunId, frame: Arc<ProbeFrame>) {
        if let Some(record) = self.slot_of_run(run).and_then(|slot| slot.run.as_mut()) {
            record.frame = Some(frame);
        }
    }

    /// The step a run stands at.
    pub(super) fn step_of_run(&mut self, run: RunId) -> Option<Step> {
        Some(self.slot_of_run(run)?.run.as_ref()?.position().step)
    }

    /// Takes in how fast a run goes.
    pub(super) fn set_speed_of_run(&mut self, run: RunId, steps_per_second: f64) {
        if let Some(record) = self.slot_of_run(run).and_then(|slot| slot.run.as_mut()) {
            record.steps_per_second = steps_per_second;
        }
    }

    fn take_checkpoint(&mut self, run: RunId, checkpoint: Arc<Checkpoint>) -> Vec<Effect> {
        if let Some(record) = self.slot_of_run(run).and_then(|slot| slot.run.as_mut()) {
            record.checkpoint = Some(checkpoint);
        }
        self.write_waiting(run)
    }

    fn take_state(&mut self, run: RunId, new: RunState) -> Vec<Effect> {
        let name = self.index_of_run(run).and_then(|i| Some(self.run_spec(i)?.name.clone()));
        let Some(slot) = self.slot_of_run(run) else { return Vec::new() };
        if matches!(new, RunState::Paused(PauseReason::Diverged(_)) | RunState::Ended(_)) {
            slot.mode = Mode::Pause;
        }
        if let Some(record) = slot.run.as_mut() {
            record.state = new.clone();
        }
        if let Some((severity, text)) = sentence(&new) {
            self.notify(severity, format!("{}: {text}", name.unwrap_or_default()));
        }
        match new {
            RunState::Ended(_) => self.write_waiting(run),
            _ => Vec::new(),
        }
    }

    /// Takes in what background work came to.
    pub(super) fn take_outcome(&mut self, job: JobId, outcome: Outcome) -> Vec<Effect> {
        let known = self.jobs.iter().any(|known| known.id == job);
        self.end_job(job);
        match outcome {
            _ if !known => Vec::new(),
            Outcome::Loaded(result) => self.take_data(job, result),
            Outcome::Opened(path, Ok(spec)) => self.open(*spec, Some(path)),
            Outcome::Opened(_, Err(why)) => {
                self.notify(Severity::Error, why);
                Vec::new()
            }
            Outcome::Written(path, spec, result) => {
                self.take_written(&path, spec, result);
                Vec::new()
            }
            Outcome::Devices(devices) => {
                self.devices = devices;
                Vec::new()
            }
        }
    }

    fn take_data(&mut self, job: JobId, result: Result<Arc<Dataset>, DataError>) -> Vec<Effect> {
        if self.data_job != Some(job) {
            return Vec::new();
        }
        self.data_job = None;
        self.data = match result {
            Ok(data) => DataState::Ready(data),
            Err(why) => DataState::Failed(why.to_string()),
        };
        if let DataState::Failed(why) = &self.data {
            let why = why.clone();
            self.notify(Severity::Error, why);
        }
        self.recheck();
        self.prepare()
    }

    fn take_written(
        &mut self,
        path: &Path,
        spec: Option<Arc<ExperimentSpec>>,
        result: Result<Option<String>, String>,
    ) {
        match result {
            Ok(warning) => {
                if let Some(spec) = spec {
                    self.saved = spec;
                    self.path = Some(path.to_owned());
                }
                self.notify(Severity::Info, format!("Written to {}", path.display()));
                if let Some(warning) = warning {
                    self.notify(Severity::Warning, warning);
                }
            }
            Err(why) => self.notify(Severity::Error, why),
        }
    }

    /// Takes in that a piece of background work broke.
    pub(super) fn job_failed(&mut self, job: JobId) {
        let title = self.jobs.iter().find(|known| known.id == job).map(|job| job.title.clone());
        self.end_job(job);
        let Some(title) = title else { return };
        let text = format!("{title} broke off because of a fault in Descent. Please report it.");
        if self.data_job == Some(job) {
            self.data_job = None;
            self.data = DataState::Failed(text.clone());
            self.recheck();
        }
        self.notify(Severity::Error, text);
    }

    /// Takes in how far a piece of background work is.
    pub(super) fn take_progress(&mut self, job: JobId, progress: f32) {
        if let Some(job) = self.jobs.iter_mut().find(|known| known.id == job) {
            job.progress = Some(progress);
        }
    }
}

/// What the user must hear about a change of state, if anything.
fn sentence(state: &RunState) -> Option<(Severity, &str)> {
    match state {
        RunState::Paused(PauseReason::Diverged(finding)) => {
            Some((Severity::Warning, &finding.message))
        }
        RunState::Ended(EndReason::Failed(why) | EndReason::DeviceLost(why)) => {
            Some((Severity::Error, why))
        }
        _ => None,
    }
}
