use std::path::PathBuf;
use std::sync::Arc;

use crate::base::Step;
use crate::data::Limits;
use crate::fetch::Collection;
use crate::files::{ExportId, Exporter, SampleList};
use crate::record::{ProbeRequest, RateStart, TimelineLimits};
use crate::spec::{DataSpec, DeviceChoice, LayerSpec, OutputSpec, RunSpec, SweepSpec, TrainSpec};
use crate::train::StepUnit;

use super::notice::{NoticeId, Severity};
use super::rendering::Rendering;
use super::state::JobId;
use super::sweep::{Place, SweepFile};

/// Everything a user can ask for. Runs are named by their place in the experiment.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "a few a second, each moved once or twice")]
pub enum Action {
    /// Changes the draft. Edits of the same thing until [`Action::Settle`] are one undo step.
    Edit(Edit),
    /// The user let go of whatever was being edited.
    Settle,
    /// Takes back the last edit of the draft.
    Undo,
    /// Makes it again.
    Redo,

    /// Trains all runs, or one.
    Play(Option<usize>),
    /// Pauses all runs, or one.
    Pause(Option<usize>),
    /// Pauses when any run is active, else trains all.
    TogglePlay,
    /// One sample, batch or epoch of every run, then pause.
    Step(StepUnit),
    /// All runs begin again from the same start, with the draft as it is.
    Reset,
    /// All runs begin again from another seed.
    NewSeed,
    /// One run begins again, with the draft as it is.
    Restart(usize),
    /// A run whose device was lost goes on elsewhere from its last checkpoint.
    ContinueOnCpu(usize),

    /// A run goes back to a checkpoint of its past (see [`super::State::timeline`]) and waits
    /// there; what came after it is forgotten. Going on gives, on the processor, to the last bit
    /// what the run would have given without the way there and back, unless hot parameters were
    /// changed.
    BackTo(usize, Step),
    /// A copy of a run, with its past up to a checkpoint, is put behind the last run and waits
    /// there. It is what was trained, whatever the draft says by now; its hot parameters follow
    /// the draft. Adding it can be taken back like any edit.
    Branch(usize, Step),
    /// Changes how much of the past of each run is kept.
    LimitTimeline(TimelineLimits),
    /// Looks for a good learning rate in the background, with a copy of the network: see
    /// [`super::State::rate_sweep`]. A search of the same run that is under way is given up.
    FindRate(usize, RateStart),
    /// Takes the suggestion of the last search as learning rate: an edit like any other.
    TakeRate(usize),

    /// Chooses the run whose layers and settings are shown.
    Select(usize),
    /// Chooses where new runs compute.
    SetDevice(DeviceChoice),
    /// Limits the speed of all runs, in steps a second.
    SetSpeed(Option<u32>),
    /// Whether runs wait for each other, so that all stand at the same step.
    SetLockstep(bool),
    /// Which pictures of a run are visible.
    Want(usize, ProbeRequest),

    /// Opens a built-in experiment.
    OpenPreset(String),
    /// Opens an experiment file.
    Open(PathBuf),
    /// Writes the experiment to a file.
    Save(PathBuf),
    /// Writes a result of a run to a file.
    Export(ExportKind, usize, PathBuf),
    /// Writes a list of samples, with what a run says of them, as CSV.
    ExportSamples(Arc<SampleList>, PathBuf),
    /// Takes over weights from a safetensors file: the run begins again, with the draft as it is
    /// and these weights, and waits.
    LoadWeights {
        /// The run.
        run: usize,
        /// The file.
        path: PathBuf,
        /// Whether it is enough when some names and shapes fit; the others begin afresh. Else
        /// nothing happens unless all do.
        partly: bool,
    },
    /// Changes trainable values of a run by hand, while it trains or waits. It can be taken back
    /// by [`Action::UndoWeights`]; the curves are marked.
    AlterWeights(usize, WeightEdit),
    /// Takes back the last change of a run's weights by hand.
    UndoWeights(usize),
    /// Makes it again.
    RedoWeights(usize),
    /// Reads the data again.
    ReloadData,
    /// Opens whatever is at a path: an experiment, a table, IDX files, or a folder of pictures.
    OpenPath(PathBuf),
    /// Takes a table that was pasted from a spreadsheet as data.
    PasteTable(String),
    /// Says where the data of the draft are now; everything else about them stays.
    LocateData(PathBuf),
    /// Fetches a published collection of images and opens it.
    Download(Collection),
    /// Writes the prepared data, all parts, as CSV.
    ExportData(PathBuf),
    /// Draws a picture in the background, and writes it where a file is named.
    Render(Rendering, Option<PathBuf>),
    /// Changes how much may be loaded, and loads again.
    SetLimits(Limits),
    /// Looks for devices again.
    FindDevices,

    /// Trains a run many times, with other values of some fields.
    StartSweep(SweepSpec),
    /// Gives the sweep up; what was done is kept.
    CancelSweep,
    /// Forgets the sweep.
    ClearSweep,
    /// Opens a trial of the sweep as a run: behind the others, or in the place of one.
    OpenTrial(Place, Option<usize>),
    /// Writes what the sweep came to so far.
    ExportSweep(SweepFile, PathBuf),

    /// Stops a piece of background work.
    Cancel(JobId),
    /// Leaves a notice of something that happened outside of the workbench.
    Tell(Severity, String),
    /// Removes a notice.
    Dismiss(NoticeId),
}

/// A change of trainable values by hand.
#[derive(Clone, Debug, PartialEq)]
pub enum WeightEdit {
    /// One value: name of the array as PyTorch's `state_dict` has it (`0.weight`), place in its
    /// values in PyTorch's layout, and the new value.
    Value(String, usize, f32),
    /// Weights and biases of a layer become zero. Layers are named by their place in the stack;
    /// the number of hidden layers stands for the output layer.
    Zero(usize),
    /// A layer starts anew, as its settings say, from fresh random numbers: others each time, which
    /// follow from the seed and from how often it was done.
    Reinitialise(usize),
    /// A layer takes over what a safetensors file has under the names of its arrays.
    Load(usize, PathBuf),
}

/// A change of the draft.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Renames the experiment.
    Name(String),
    /// Other data, or the same prepared otherwise.
    Data(DataSpec),
    /// Another seed of weights and batch order.
    Seed(u64),
    /// Renames a run.
    RunName(usize, String),
    /// Puts a layer before the layer at a place; the number of layers appends it.
    AddLayer(usize, usize, LayerSpec),
    /// Removes a layer.
    RemoveLayer(usize, usize),
    /// Copies a layer to the place behind it.
    DuplicateLayer(usize, usize),
    /// Moves a layer so that it stands at another place.
    MoveLayer {
        /// The run.
        run: usize,
        /// Where it stands.
        from: usize,
        /// Where it shall stand, counted after it was taken out.
        to: usize,
    },
    /// Changes a layer in place.
    SetLayer(usize, usize, LayerSpec),
    /// Changes how the output layer starts.
    Output(usize, OutputSpec),
    /// Changes loss, optimizer, learning rate and the rest.
    Train(usize, TrainSpec),
    /// Puts a copy of a run behind the last one.
    DuplicateRun(usize),
    /// Removes a run; the last one stays.
    RemoveRun(usize),
    /// Replaces a run as a whole.
    SetRun(usize, RunSpec),
}

/// What can be written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportKind {
    /// Weights, as safetensors that PyTorch loads.
    Weights,
    /// A Python file that builds the same `nn.Sequential` and loads the weights.
    PyTorch,
    /// All curves, as CSV.
    History,
    /// The results of all runs, as JSON.
    Report,
}

impl ExportKind {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Weights, Self::PyTorch, Self::History, Self::Report];

    pub(super) fn exporter(self) -> ExportId {
        match self {
            Self::Weights => ExportId::Weights,
            Self::PyTorch => ExportId::PyTorch,
            Self::History => ExportId::History,
            Self::Report => ExportId::Report,
        }
    }

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        Exporter::of(self.exporter()).label
    }

    /// Usual ending of the file's name.
    #[must_use]
    pub fn extension(self) -> &'static str {
        Exporter::of(self.exporter()).extension
    }
}
