use std::sync::Arc;

use crate::base::RunId;
use crate::data::Dataset;
use crate::record::{
    Alteration, Checkpoint, DeviceNote, EvalPoint, MetricChunk, Position, ProbeRequest, RunState,
};
use crate::spec::{DeviceChoice, TrainSpec, ValidRun};

use super::lockstep::Lockstep;

/// Called by a worker after it published something; the window passes `request_repaint`.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Whether a run trains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It waits for commands and uses no processor time.
    #[default]
    Pause,
    /// It trains.
    Play,
}

/// The whole of what is wanted of a run. A newer one replaces an older one, so sending it twice
/// does no harm and losing one is mended by the next.
///
/// A worker that pauses by itself (its steps are done, or it diverged) plays again only when a
/// newer control says so, so the window sets its own mode to [`Mode::Pause`] when it asks for
/// steps or hears of a divergence. Steps that are being made by hand are ended by
/// [`Command::Step`] with none, or by a change to [`Mode::Play`]; no other control cuts them short.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Counts up with every change; a worker ignores one older than what it has.
    pub revision: u64,
    /// Whether to train.
    pub mode: Mode,
    /// The hot parameters in it are taken over at once, the others are ignored.
    pub train: TrainSpec,
    /// Which pictures are wanted.
    pub probes: ProbeRequest,
    /// Most steps a second; `None` for as fast as possible.
    pub steps_per_second: Option<u32>,
}

/// What is counted when stepping by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StepUnit {
    /// An update on the next single sample.
    Sample,
    /// An update on the next batch.
    #[default]
    Batch,
    /// Updates until the current pass over the training part is complete.
    Epoch,
}

impl StepUnit {
    /// All units, from small to large.
    pub const ALL: [Self; 3] = [Self::Sample, Self::Batch, Self::Epoch];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Sample => "sample",
            Self::Batch => "batch",
            Self::Epoch => "epoch",
        }
    }
}

/// What the window asks of a worker.
#[derive(Clone, Debug)]
pub enum Command {
    /// The whole desired state.
    SetControl(Box<Control>),
    /// Exactly so many units, then pause. More of the same unit add up, another unit replaces
    /// what is left, and none at all ends stepping.
    Step(u32, StepUnit),
    /// A checkpoint of this moment.
    Checkpoint,
    /// A measurement of all rows of all parts, outside the history.
    Evaluate,
    /// Replace trainable values between two updates. The ticket comes back with the answer.
    Alter(Ticket, Arc<Alteration>),
    /// End the run.
    Stop,
}

/// Tells apart changes of trainable values by hand.
pub type Ticket = u64;

/// What came of a change of trainable values by hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Altered {
    /// Which change.
    pub ticket: Ticket,
    /// Where the run stood.
    pub at: Position,
    /// What was there before, to the last bit; or a sentence that says why nothing changed.
    pub before: Result<Alteration, String>,
}

/// What a worker tells. Lifecycle events are never dropped; metrics are merged.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "a few a second, each moved once through a queue")]
pub enum Event {
    /// The device is known.
    Device(DeviceNote),
    /// The run does something else now. Exactly one `Ended` is ever sent, and nothing after it.
    State(RunState),
    /// New points of the curves.
    Metrics(MetricChunk),
    /// The network as it stands.
    Checkpoint(Arc<Checkpoint>),
    /// Answer to [`Command::Evaluate`].
    Evaluated(EvalPoint),
    /// Answer to [`Command::Alter`].
    Altered(Altered),
}

/// Why a command was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The queue is full; try again in the next frame.
    Full,
    /// The worker has ended.
    Closed,
}

/// All that a worker needs to build a run.
pub struct RunRequest {
    /// Its name.
    pub run: RunId,
    /// What to train.
    pub spec: Arc<ValidRun>,
    /// What to train it on.
    pub data: Arc<Dataset>,
    /// Seed of weights and batch order.
    pub seed: u64,
    /// Where to compute.
    pub device: DeviceChoice,
    /// The first desired state.
    pub control: Control,
    /// Where to go on; `None` starts anew.
    pub resume: Option<Arc<Checkpoint>>,
    /// The runs it keeps in step with.
    pub lockstep: Option<Arc<Lockstep>>,
    /// Called after something was published.
    pub waker: Waker,
}

/// A device that runs can compute on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// How to ask for it.
    pub choice: DeviceChoice,
    /// Its name.
    pub name: String,
    /// What it is: `processor`, `discrete graphics`, `software renderer` and so on.
    pub kind: String,
    /// Whether a graphics device is only imitated by the processor.
    pub is_software: bool,
}
