use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::{RunId, Step};
use crate::files::Opened;
use crate::record::{Checkpoint, EndReason, PauseReason, ProbeFrame, Run, RunState};
use crate::train::{Event, Mode};

use super::effect::{Effect, Outcome};
use super::export::SavedExperiment;
use super::notice::Severity;
use super::state::{JobId, State};

impl State {
    /// Takes in what a worker told. Messages of runs that are no longer shown are dropped.
    pub(super) fn take_event(&mut self, run: RunId, event: Event) -> Vec<Effect> {
        if matches!(event, Event::State(RunState::Ended(_))) {
            self.viewer_ended(run);
        }
        let Some(slot) = self.slot_of_run(run) else { return Vec::new() };
        let Some(record) = slot.run.as_mut() else { return Vec::new() };
        match event {
            Event::Device(note) => record.device = Some(note),
            Event::Metrics(chunk) => record.history.append(&chunk),
            Event::Evaluated(eval) => record.evaluated = Some(eval),
            Event::Altered(answer) => return self.take_altered(run, answer),
            Event::Checkpoint(checkpoint) => return self.take_checkpoint(run, checkpoint),
            Event::State(state) => return self.take_state(run, state),
        }
        Vec::new()
    }

    /// Takes in the newest picture of a run.
    pub(super) fn take_frame(&mut self, run: RunId, mut frame: Arc<ProbeFrame>) {
        if self.take_view(run, &mut frame) {
            return;
        }
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
            record.checkpoint = Some(Arc::clone(&checkpoint));
        }
        let mut effects = self.write_waiting(run);
        effects.extend(self.place_weights(run, &checkpoint));
        effects
    }

    fn take_state(&mut self, run: RunId, new: RunState) -> Vec<Effect> {
        let name = self.index_of_run(run).and_then(|i| Some(self.run_spec(i)?.name.clone()));
        let Some(slot) = self.slot_of_run(run) else { return Vec::new() };
        if matches!(new, RunState::Paused(PauseReason::Diverged(_)) | RunState::Ended(_)) {
            slot.mode = Mode::Pause;
        }
        if let Some(record) = slot.run.as_mut() {
            record.state = new.clone();
            mark_restored(record);
        }
        if let Some((severity, text)) = sentence(&new) {
            self.notify(severity, format!("{}: {text}", name.unwrap_or_default()));
        }
        match new {
            RunState::Ended(_) => {
                self.end_alterations(run);
                self.write_waiting(run)
            }
            _ => Vec::new(),
        }
    }

    /// Takes in what background work came to.
    pub(super) fn take_outcome(&mut self, job: JobId, outcome: Outcome) -> Vec<Effect> {
        let known = self.preview_job == Some(job) || self.jobs.iter().any(|known| known.id == job);
        self.end_job(job);
        match outcome {
            _ if !known => Vec::new(),
            Outcome::Loaded(result) => self.take_data(job, result),
            Outcome::Opened(path, result) => self.take_opened(path, result),
            Outcome::Weights(request, result) => self.take_weights(&request, result),
            Outcome::Recognised(path, result) => self.take_recognised(path, result),
            Outcome::Located(result) => self.take_located(result),
            Outcome::Fetched(result) => self.take_fetched(result),
            Outcome::Written(path, saved, result) => {
                self.take_written(&path, saved, result);
                Vec::new()
            }
            Outcome::Drawn(result) => self.take_drawn(result),
            Outcome::Rates(result) => self.take_rates(job, result),
            Outcome::Devices(devices) => {
                self.devices = devices;
                Vec::new()
            }
            Outcome::TrialLoaded(opening, result) => self.take_trial_data(&opening, result),
            Outcome::Previewed(result) => {
                self.take_preview(job, result.ok());
                Vec::new()
            }
        }
    }

    fn take_opened(&mut self, path: PathBuf, result: Result<Box<Opened>, String>) -> Vec<Effect> {
        match result {
            Ok(opened) => self.open_saved(*opened, path),
            Err(why) => self.complain(why),
        }
    }

    /// Says why something did not work; nothing follows from it.
    pub(super) fn complain(&mut self, why: impl Into<String>) -> Vec<Effect> {
        self.notify(Severity::Error, why);
        Vec::new()
    }

    fn take_written(
        &mut self,
        path: &Path,
        saved: Option<SavedExperiment>,
        result: Result<Option<String>, String>,
    ) {
        match result {
            Ok(warning) => {
                if let Some(saved) = saved {
                    if saved.spec.data == self.draft.spec.data {
                        self.expected = saved.data_hash;
                    }
                    self.saved = saved.spec;
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
        self.take_preview(job, None);
        self.end_search(job);
        let title = self.jobs.iter().find(|known| known.id == job).map(|job| job.title.clone());
        self.end_job(job);
        let Some(title) = title else { return };
        let text = format!("{title} broke off because of a fault in Descent. Please report it.");
        if self.data_job == Some(job) {
            self.fail_data(text.clone());
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

/// Marks on the curves that from here on the weights are those of an earlier epoch.
fn mark_restored(run: &mut Run) {
    if let RunState::Ended(EndReason::Completed(cause)) = &run.state
        && let Some(best) = cause.restored()
    {
        run.history.mark(run.position(), format!("weights of epoch {} are back", best.epoch));
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
