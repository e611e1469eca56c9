//! Knows: trials, and how to share them among threads.
//! Never: tensors, files, windows; how data are read (whoever starts a sweep brings that).

mod pool;
mod store;
#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::Duration;

use crate::data::Dataset;
use crate::spec::{DataSpec, RunSpec, ValidRun};

use super::protocol::Waker;
use super::trial::TrialRecord;

use pool::Pool;

/// Results that wait for a reader, for each thread; threads with more to say wait.
const WAITING: usize = 4;

/// Reads data. Told by the flag that it shall give up.
pub type Loader = Arc<dyn Fn(&DataSpec, &AtomicBool) -> Result<Arc<Dataset>, String> + Send + Sync>;

/// One training of a sweep.
#[derive(Clone, Debug)]
pub struct SweepJob {
    /// What to train.
    pub run: RunSpec,
    /// Seed of weights and batch order.
    pub seed: u64,
    /// On which of the data.
    pub data: usize,
}

/// Data of a sweep.
#[derive(Clone, Debug)]
pub struct SweepData {
    /// Where they come from.
    pub spec: Arc<DataSpec>,
    /// The data themselves, where they are at hand.
    pub loaded: Option<Arc<Dataset>>,
}

/// All that a sweep is to do.
pub struct SweepRequest {
    /// The trainings, in the order they are begun. Each result depends on its own entry alone.
    pub jobs: Vec<SweepJob>,
    /// The data that they name. Each is read once, when it is first needed, and let go after the
    /// last job that names it.
    pub data: Vec<SweepData>,
    /// Reads data.
    pub load: Loader,
    /// How many jobs are done at the same time.
    pub threads: usize,
    /// Called after something was told.
    pub waker: Waker,
}

/// What a sweep tells.
#[derive(Clone, Debug)]
pub enum SweepEvent {
    /// A job is so far done, 0 to 1. It begins with 0.
    Progress(usize, f32),
    /// A job has ended.
    Ended(usize, Box<JobEnd>),
}

/// What a job came to.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "it travels in a box, and most are trained")]
pub enum JobEnd {
    /// It was trained.
    Trained {
        /// The run as it was checked.
        spec: Arc<ValidRun>,
        /// How it went.
        record: TrialRecord,
    },
    /// It cannot be trained: every reason, as one text.
    Invalid(String),
    /// Its data could not be read, or something broke.
    Failed(String),
}

/// The window's end of a sweep. Dropping it gives the sweep up, without waiting for that.
#[derive(Debug)]
pub struct SweepHandle {
    events: Receiver<SweepEvent>,
    cancel: Arc<AtomicBool>,
}

/// That all jobs have ended and were told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepOver;

impl SweepHandle {
    /// The next event, without waiting.
    ///
    /// # Errors
    /// When there will be no more.
    pub fn try_event(&self) -> Result<Option<SweepEvent>, SweepOver> {
        match self.events.try_recv() {
            Ok(event) => Ok(Some(event)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(SweepOver),
        }
    }

    /// Waits for the next event. `None` when there was none for so long, or never will be.
    #[must_use]
    pub fn wait_event(&self, timeout: Duration) -> Option<SweepEvent> {
        self.events.recv_timeout(timeout).ok()
    }
}

impl Drop for SweepHandle {
    fn drop(&mut self) {
        self.cancel.store(true, Ordering::Relaxed);
    }
}

/// Starts a sweep: threads that take one job after another until none is left.
///
/// # Errors
/// When the system has no thread left. One is enough.
pub fn spawn_sweep(request: SweepRequest) -> io::Result<SweepHandle> {
    let threads = request.threads.clamp(1, request.jobs.len().max(1));
    let (sender, events) = sync_channel(WAITING * threads);
    let cancel = Arc::new(AtomicBool::new(false));
    let pool = Arc::new(Pool::new(request, Arc::clone(&cancel)));
    let mut started = Err(io::Error::other("no thread was asked for"));
    for number in 0..threads {
        let spawned = pool::spawn(&pool, number, sender.clone());
        if started.is_err() {
            started = spawned;
        }
    }
    started.map(|()| SweepHandle { events, cancel })
}
