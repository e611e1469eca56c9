use std::path::PathBuf;
use std::sync::Arc;

use crate::base::RunId;
use crate::data::{DataError, Dataset};
use crate::record::Checkpoint;
use crate::spec::{DataSpec, DeviceChoice, ExperimentSpec, ValidRun};
use crate::train::{Command, Control, DeviceInfo, Lockstep};

use super::export::Payload;
use super::state::JobId;

/// Work that has to be done outside of the state: by threads, and with files.
#[derive(Debug)]
pub(super) enum Effect {
    /// Read data in the background.
    Load(JobId, Box<DataSpec>),
    /// Read an experiment file in the background.
    Open(JobId, PathBuf),
    /// Write a file in the background.
    Write(JobId, PathBuf, Payload),
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

/// What background work came to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Data was read, or not.
    Loaded(Result<Arc<Dataset>, DataError>),
    /// An experiment was read, or not.
    Opened(PathBuf, Result<Box<ExperimentSpec>, String>),
    /// A file was written, perhaps with a warning, or not; of an experiment, what was written.
    Written(PathBuf, Option<Arc<ExperimentSpec>>, Result<Option<String>, String>),
    /// The devices of this machine.
    Devices(Vec<DeviceInfo>),
}
