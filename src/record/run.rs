use std::sync::Arc;

use crate::base::{RunId, Step};
use crate::spec::ValidRun;

use super::cause::Cause;
use super::checkpoint::Checkpoint;
use super::history::RunHistory;
use super::metrics::{EvalPoint, Position};
use super::probe::ProbeFrame;
use super::timeline::Timeline;

/// Why training diverged: where, and a sentence for the user.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The update whose result was no longer a number.
    pub step: Step,
    /// What happened, the likely cause, and what to try.
    pub message: String,
}

/// Why a run pauses.
#[derive(Clone, Debug, PartialEq)]
pub enum PauseReason {
    /// The user asked for it.
    User,
    /// Loss, gradients or weights were no longer finite; the last good weights are back.
    Diverged(Finding),
}

/// Why a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum EndReason {
    /// A stop rule was met, and which.
    Completed(Cause),
    /// The user stopped it.
    Stopped,
    /// It broke; the sentence says how.
    Failed(String),
    /// The device was lost; the run can go on elsewhere from its last checkpoint.
    DeviceLost(String),
}

impl EndReason {
    /// Whether a stop rule was met.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        matches!(self, Self::Completed(_))
    }
}

/// What a run is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum RunState {
    /// The network is being built and measured for the first time.
    Starting,
    /// First steps on a graphics card, while kernels are compiled.
    Preparing,
    /// It trains.
    Running,
    /// It waits.
    Paused(PauseReason),
    /// Its thread has ended.
    Ended(EndReason),
}

impl RunState {
    /// Whether the run has a thread.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !matches!(self, Self::Ended(_))
    }

    /// Whether the run is training or about to.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Starting | Self::Preparing | Self::Running)
    }

    /// One word for the user.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Preparing => "preparing kernels",
            Self::Running => "running",
            Self::Paused(PauseReason::User) => "paused",
            Self::Paused(PauseReason::Diverged(_)) => "diverged",
            Self::Ended(EndReason::Completed(_)) => "finished",
            Self::Ended(EndReason::Stopped) => "stopped",
            Self::Ended(EndReason::Failed(_)) => "failed",
            Self::Ended(EndReason::DeviceLost(_)) => "device lost",
        }
    }
}

/// The append-only record of what one spec did.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its name for the life of the process.
    pub id: RunId,
    /// What was asked for, with the hot parameters as they are now.
    pub spec: Arc<ValidRun>,
    /// Seed of weights and batch order.
    pub seed: u64,
    /// The device it computes on, once known, and why it was chosen.
    pub device: Option<DeviceNote>,
    /// What it is doing.
    pub state: RunState,
    /// Its curves.
    pub history: RunHistory,
    /// Its latest picture.
    pub frame: Option<Arc<ProbeFrame>>,
    /// The last state of the network on the host.
    pub checkpoint: Option<Arc<Checkpoint>>,
    /// Its past, as far as it was kept: where it can go back to.
    pub timeline: Timeline,
    /// The last measurement of all rows of all parts, as reports print it.
    pub evaluated: Option<EvalPoint>,
    /// Steps each second, lately.
    pub steps_per_second: f64,
}

/// Where a run computes, and why there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceNote {
    /// Name of the device.
    pub name: String,
    /// Why it was chosen or what went wrong with another; empty when there is nothing to say.
    pub reason: String,
}

impl Run {
    /// A run that is about to start.
    #[must_use]
    pub fn new(id: RunId, spec: Arc<ValidRun>, seed: u64) -> Self {
        Self {
            id,
            spec,
            seed,
            device: None,
            state: RunState::Starting,
            history: RunHistory::default(),
            frame: None,
            checkpoint: None,
            timeline: Timeline::default(),
            evaluated: None,
            steps_per_second: 0.0,
        }
    }

    /// This record as it goes on from a checkpoint in a new thread: what came after the
    /// checkpoint is left out, so that no curve runs twice over the same steps.
    #[must_use]
    pub fn resumed(mut self, id: RunId, spec: Arc<ValidRun>, from: &Arc<Checkpoint>) -> Self {
        let step = from.step();
        self.history.truncate(step);
        self.timeline.truncate(step);
        let frame = self.frame.filter(|frame| frame.at.step <= step);
        let (seed, history, timeline) = (self.seed, self.history, self.timeline);
        let checkpoint = Some(Arc::clone(from));
        Self { history, checkpoint, timeline, frame, ..Self::new(id, spec, seed) }
    }

    /// Forgets what a diverged run did after the weights it went back to: from now on it takes
    /// those steps anew. Until then its end stays to be seen.
    pub fn forget_divergence(&mut self) {
        if let (RunState::Paused(PauseReason::Diverged(_)), Some(back)) =
            (&self.state, &self.checkpoint)
        {
            self.history.truncate(back.step());
            self.timeline.truncate(back.step());
        }
    }

    /// The checkpoint of a step, where it was kept: one of its past, or the last one.
    #[must_use]
    pub fn checkpoint_at(&self, step: Step) -> Option<&Arc<Checkpoint>> {
        let last = self.checkpoint.as_ref().filter(|last| last.step() == step);
        last.or_else(|| self.timeline.at(step).map(|mark| &mark.checkpoint))
    }

    /// Where the run stands, as far as is known.
    #[must_use]
    pub fn position(&self) -> Position {
        if let (RunState::Paused(PauseReason::Diverged(_)), Some(back)) =
            (&self.state, &self.checkpoint)
        {
            return back.at;
        }
        let frame = self.frame.as_ref().map(|frame| frame.at).unwrap_or_default();
        let history = self.history.position();
        if frame.step > history.step { frame } else { history }
    }

    /// The newest measurement of all parts.
    #[must_use]
    pub fn metrics(&self) -> Option<EvalPoint> {
        let probed = self.frame.as_ref().and_then(|frame| frame.metrics);
        match (probed, self.history.last_eval()) {
            (Some(probed), Some(eval)) if eval.at.step > probed.at.step => Some(eval),
            (Some(probed), _) => Some(probed),
            (None, eval) => eval,
        }
    }
}
