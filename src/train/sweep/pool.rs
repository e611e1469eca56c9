use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::{io, thread};

use crate::base::RunId;
use crate::record::RunHistory;
use crate::spec::{StopRule, TrainSpec, validate_run};
use crate::train::protocol::Waker;
use crate::train::trial::{TrialEnd, TrialRequest, run_trial};

use super::store::Store;
use super::{JobEnd, SweepEvent, SweepJob, SweepRequest};

/// What the threads of a sweep share.
pub(super) struct Pool {
    jobs: Vec<SweepJob>,
    data: Store,
    /// The next job to be begun.
    next: AtomicUsize,
    cancel: Arc<AtomicBool>,
    waker: Waker,
}

/// Starts a thread that does one job after another.
pub(super) fn spawn(
    pool: &Arc<Pool>,
    number: usize,
    sender: SyncSender<SweepEvent>,
) -> io::Result<()> {
    let pool = Arc::clone(pool);
    let thread = thread::Builder::new().name(format!("descent-sweep-{number}"));
    thread.spawn(move || pool.work(&sender)).map(drop)
}

impl Pool {
    pub fn new(request: SweepRequest, cancel: Arc<AtomicBool>) -> Self {
        let data = Store::new(request.data, &request.jobs, request.load);
        let next = AtomicUsize::new(0);
        Self { jobs: request.jobs, data, next, cancel, waker: request.waker }
    }

    /// Does jobs until none is left, or nobody wants them any more.
    fn work(&self, sender: &SyncSender<SweepEvent>) {
        loop {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = self.jobs.get(place).filter(|_| !self.is_cancelled()) else { break };
            let done = catch_unwind(AssertUnwindSafe(|| self.job(place, job, sender)));
            self.data.release(job.data);
            let end = done.unwrap_or_else(|panic| {
                let said = said(&*panic);
                JobEnd::Failed(format!("It broke because of an error in Descent: {said}"))
            });
            if sender.send(SweepEvent::Ended(place, Box::new(end))).is_err() {
                break;
            }
            (self.waker)();
        }
    }

    fn job(&self, place: usize, job: &SweepJob, sender: &SyncSender<SweepEvent>) -> JobEnd {
        let tell = |done: f32| {
            // Lossy on purpose: a newer value is about to come.
            if sender.try_send(SweepEvent::Progress(place, done)).is_ok() {
                (self.waker)();
            }
        };
        tell(0.0);
        let data = match self.data.take(job.data, &self.cancel) {
            Ok(data) => data,
            Err(why) => return JobEnd::Failed(why),
        };
        let spec = match validate_run(&job.run, &data.facts()) {
            Ok(spec) => Arc::new(spec),
            Err(issues) => {
                let reasons: Vec<String> = issues.iter().map(ToString::to_string).collect();
                return JobEnd::Invalid(reasons.join(" "));
            }
        };
        let run = RunId(place as u32);
        let request = TrialRequest { run, spec: Arc::clone(&spec), data, seed: job.seed };
        let mut told = 0.0;
        let record = run_trial(&request, &self.cancel, &mut |history| {
            let done = share(&job.run.train, history);
            if done - told >= 0.01 {
                told = done;
                tell(done);
            }
        });
        match record.end {
            TrialEnd::Failed(why) => JobEnd::Failed(why),
            _ => JobEnd::Trained { spec, record },
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

/// How much of the training is done.
fn share(train: &TrainSpec, history: &RunHistory) -> f32 {
    let at = history.position();
    let by_rule = match train.stop {
        StopRule::Steps(steps) => at.step.0 as f64 / steps.max(1) as f64,
        StopRule::Epochs(epochs) => at.epoch / epochs.max(1) as f64,
        StopRule::Never => 0.0,
    };
    let by_clock = train.seconds.map_or(0.0, |limit| at.seconds / limit.get().max(1e-9));
    by_rule.max(by_clock).clamp(0.0, 1.0) as f32
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
