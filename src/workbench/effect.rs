use std::path::PathBuf;
use std::sync::Arc;

use crate::base::RunId;
use crate::data::{DataError, DataHash, Dataset, Limits, TablePreview};
use crate::fetch::{Collection, FetchError};
use crate::files::{Opened, SafetensorsFile};
use crate::record::{Checkpoint, RateSweep};
use crate::spec::{CsvSpec, DataSource, DataSpec, DeviceChoice, ValidRun};
use crate::train::{Command, Control, DeviceInfo, Lockstep, RateRequest, SweepData, SweepJob};

use super::export::{Payload, SavedExperiment};
use super::rendering::Rendering;
use super::state::JobId;
use super::sweep::Opening;
use super::weights::WeightRequest;

/// Work that has to be done outside of the state: by threads, and with files.
#[derive(Debug)]
pub(super) enum Effect {
    /// Read data in the background.
    Load(JobId, Box<LoadRequest>),
    /// Read the first rows of a table in the background.
    Preview(JobId, Box<CsvSpec>, Limits),
    /// Read an experiment file in the background.
    Open(JobId, PathBuf),
    /// Read weights in the background.
    ReadWeights(JobId, WeightRequest),
    /// Find out in the background what is at a path.
    Recognise(JobId, PathBuf),
    /// Find out in the background which of the data are missing, and take a path for them.
    Locate(JobId, Box<DataSpec>, PathBuf),
    /// Fetch a collection in the background.
    Download(JobId, Collection),
    /// Write a file in the background.
    Write(JobId, PathBuf, Payload),
    /// Draw a picture in the background, and write it where a file is named.
    Render(JobId, Rendering, Option<PathBuf>),
    /// Look for a good learning rate in the background.
    FindRate(JobId, Box<RateRequest>),
    /// Look for devices in the background.
    FindDevices(JobId),
    /// Give up a piece of background work.
    Cancel(JobId),
    /// Start a run.
    Start(Box<Start>),
    /// Replace the desired state of a run.
    Control(RunId, Box<Control>),
    /// Ask something of a run once.
    Send(RunId, Command),
    /// End a run and forget its thread.
    Drop(RunId),
    /// Train the trials of a sweep.
    StartSweep(Box<SweepStart>),
    /// Give the sweep up.
    StopSweep,
    /// Read the data of a trial that is to be opened, in the background.
    LoadTrial(JobId, Box<LoadRequest>, Opening),
}

/// Data that are to be read.
#[derive(Debug)]
pub(super) struct LoadRequest {
    pub spec: DataSpec,
    pub limits: Limits,
}

/// Data that were read.
#[derive(Debug)]
pub(super) struct Loaded {
    pub data: Arc<Dataset>,
    /// Absent where samples are made anew each time they are needed.
    pub hash: Option<DataHash>,
}

/// What is at a path.
#[derive(Debug)]
pub(super) enum Recognised {
    /// An experiment.
    Experiment(Box<Opened>),
    /// Data.
    Data(DataSource),
}

/// What a run is started from.
#[derive(Debug)]
pub(super) struct Start {
    pub run: RunId,
    pub spec: Arc<ValidRun>,
    pub data: Arc<Dataset>,
    pub seed: u64,
    pub device: DeviceChoice,
    pub control: Control,
    pub resume: Option<Arc<Checkpoint>>,
    pub lockstep: Arc<Lockstep>,
}

/// What a sweep is to do.
#[derive(Debug)]
pub(super) struct SweepStart {
    pub jobs: Vec<SweepJob>,
    pub data: Vec<SweepData>,
    pub limits: Limits,
    /// `None` for as many as there are cores.
    pub threads: Option<usize>,
}

/// What background work came to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Data was read, or not.
    Loaded(Result<Loaded, DataError>),
    /// The first rows of a table were read, or not.
    Previewed(Result<Arc<TablePreview>, DataError>),
    /// An experiment was read, or not.
    Opened(PathBuf, Result<Box<Opened>, String>),
    /// Weights were read, or not.
    Weights(WeightRequest, Result<SafetensorsFile, String>),
    /// Something was recognised at a path, or not.
    Recognised(PathBuf, Result<Recognised, String>),
    /// The data with the path in its place, or why it has none.
    Located(Result<Box<DataSpec>, String>),
    /// A collection is in a folder, or not.
    Fetched(Result<PathBuf, FetchError>),
    /// A file was written, perhaps with a warning, or not; of an experiment, what was written.
    Written(PathBuf, Option<SavedExperiment>, Result<Option<String>, String>),
    /// A picture was drawn that is not written to a file, or not.
    Drawn(Result<(), String>),
    /// A search for a learning rate has ended, or why it broke.
    Rates(Result<Box<RateSweep>, String>),
    /// The devices of this machine.
    Devices(Vec<DeviceInfo>),
    /// The data of a trial that is to be opened were read, or not.
    TrialLoaded(Opening, Result<Loaded, DataError>),
}
