use std::sync::Arc;

use crate::record::{RateStart, RateSweep};
use crate::spec::{DataSpec, DeviceChoice, RunSpec, TrainSpec};
use crate::train::RateRequest;

use super::action::Edit;
use super::effect::Effect;
use super::notice::Severity;
use super::state::{DataState, Job, JobId, JobKind, State};

/// The search for a good learning rate.
impl State {
    /// What the last search for a learning rate of a run found.
    #[must_use]
    pub fn rate_sweep(&self, index: usize) -> Option<&Arc<RateSweep>> {
        self.slot(index)?.rates.as_ref()
    }

    /// Whether layers, data or other settings were changed since the last search of a run began, so
    /// that it might find another rate now. The learning rate itself, the name and when the run
    /// ends change nothing of it.
    #[must_use]
    pub fn rate_sweep_is_outdated(&self, index: usize) -> bool {
        let asked = self.slot(index).and_then(|slot| slot.rate_of.as_ref());
        let now = self.rate_subject(index);
        asked.zip(now).is_some_and(|(asked, now)| *asked != now)
    }

    /// What a search for a learning rate depends on.
    pub(super) fn rate_subject(&self, index: usize) -> Option<(RunSpec, DataSpec)> {
        let mut run = self.run_spec(index)?.clone();
        let usual = TrainSpec::default();
        run.name.clear();
        run.train = TrainSpec {
            learning_rate: usual.learning_rate,
            stop: usual.stop,
            seconds: usual.seconds,
            target: usual.target,
            early: usual.early,
            ..run.train
        };
        Some((run, self.draft.spec.data.clone()))
    }

    /// The search of a run that is under way, with its progress. [`super::Action::Cancel`] gives
    /// it up.
    #[must_use]
    pub fn rate_search(&self, index: usize) -> Option<&Job> {
        let id = self.slot(index)?.rate_job?;
        self.jobs.iter().find(|job| job.id == id)
    }

    pub(super) fn find_rate(&mut self, index: usize, start: RateStart) -> Vec<Effect> {
        if let Some(why) = self.obstacle(&[index]) {
            self.notify(Severity::Warning, why);
            return Vec::new();
        }
        let Some(request) = self.rate_request(index, start) else { return Vec::new() };
        let name = request.spec.spec().name.clone();
        let older = self.slot(index).and_then(|slot| slot.rate_job);
        let mut effects: Vec<Effect> =
            older.map(|job| self.give_up_search(job)).into_iter().collect();
        let title = format!("Looking for a learning rate of {name}");
        let job = self.begin_job(JobKind::FindRate, title);
        let subject = self.rate_subject(index);
        if let Some(slot) = self.slot_mut(index) {
            slot.rate_job = Some(job);
            slot.rate_of = subject;
        }
        effects.push(Effect::FindRate(job, Box::new(request)));
        effects
    }

    /// Fresh weights are those of the draft, present ones those of the run; where the run has
    /// none on the host yet, fresh ones.
    fn rate_request(&self, index: usize, start: RateStart) -> Option<RateRequest> {
        let (DataState::Ready(data), Ok(checked)) = (&self.data, self.check(index)?) else {
            return None;
        };
        let fresh =
            || RateRequest::new(Arc::clone(checked), Arc::clone(data), self.draft.spec.seed);
        let slot = self.slot(index)?;
        let run = slot.run.as_ref().filter(|_| start == RateStart::Present);
        let request = match (run, run.and_then(|run| run.checkpoint.clone()), &slot.data) {
            (Some(run), Some(checkpoint), Some(data)) => {
                let request = RateRequest::new(Arc::clone(&run.spec), Arc::clone(data), run.seed);
                RateRequest { from: Some(checkpoint), ..request }
            }
            _ => fresh(),
        };
        // A hundred updates are no reason to measure devices first.
        let device = match self.device {
            DeviceChoice::Auto => DeviceChoice::Cpu,
            chosen => chosen,
        };
        Some(RateRequest { device, ..request })
    }

    fn give_up_search(&mut self, job: JobId) -> Effect {
        self.end_job(job);
        self.end_search(job);
        Effect::Cancel(job)
    }

    /// No search of this job is under way any more.
    pub(super) fn end_search(&mut self, job: JobId) {
        let slots = self.slots.values_mut().filter(|slot| slot.rate_job == Some(job));
        slots.for_each(|slot| slot.rate_job = None);
    }

    pub(super) fn take_rates(
        &mut self,
        job: JobId,
        result: Result<Box<RateSweep>, String>,
    ) -> Vec<Effect> {
        let slot = self.slots.values_mut().find(|slot| slot.rate_job == Some(job));
        let Some(slot) = slot else { return Vec::new() };
        slot.rate_job = None;
        match result {
            Ok(sweep) => slot.rates = Some(Arc::new(*sweep)),
            Err(why) => return self.complain(why),
        }
        Vec::new()
    }

    pub(super) fn take_rate(&mut self, index: usize) -> Vec<Effect> {
        let suggestion = self.rate_sweep(index).and_then(|sweep| sweep.suggestion);
        let (Some(rate), Some(spec)) = (suggestion, self.run_spec(index)) else {
            return Vec::new();
        };
        let mut train = spec.train.clone();
        train.learning_rate = rate;
        let mut effects = self.edit(&Edit::Train(index, train));
        effects.extend(self.settle());
        effects
    }
}
