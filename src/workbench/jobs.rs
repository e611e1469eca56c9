use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::data::{DataError, Dataset};
use crate::files;
use crate::spec::{DataSpec, ExperimentSpec};

/// How a piece of background work tells how far it is, and learns that it shall give up.
#[derive(Clone, Copy)]
pub(super) struct Report<'a> {
    _cancel: &'a AtomicBool,
    _progress: &'a dyn Fn(f32),
}

impl<'a> Report<'a> {
    pub(super) fn new(cancel: &'a AtomicBool, progress: &'a dyn Fn(f32)) -> Self {
        Self { _cancel: cancel, _progress: progress }
    }
}

/// Reads the data that `spec` names.
pub(super) fn load(spec: &DataSpec, _report: Report<'_>) -> Result<Dataset, DataError> {
    super::pending::load(spec)
}

/// Reads an experiment file.
pub(super) fn open_experiment(path: &Path) -> Result<ExperimentSpec, String> {
    files::open_experiment(path).map_err(|why| why.to_string())
}
