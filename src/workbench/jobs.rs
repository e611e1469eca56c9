use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fetch::{self, Collection, FetchError};
use crate::files::{self, Opened};

/// How a piece of background work tells how far it is, and learns that it shall give up.
#[derive(Clone, Copy)]
pub(super) struct Report<'a> {
    cancel: &'a AtomicBool,
    progress: &'a dyn Fn(f32),
}

impl<'a> Report<'a> {
    pub(super) fn new(cancel: &'a AtomicBool, progress: &'a dyn Fn(f32)) -> Self {
        Self { cancel, progress }
    }

    /// Tells how far the work is (0 to 1), about a hundred times at most.
    pub(super) fn sink(self) -> impl FnMut(f32) -> ControlFlow<()> + 'a {
        let mut told = -1.0;
        move |done| {
            if done - told >= 0.01 {
                told = done;
                (self.progress)(done);
            }
            match self.cancel.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }
    }
}

/// Reads an experiment file.
pub(super) fn open_experiment(path: &Path) -> Result<Opened, String> {
    files::open_experiment(path).map_err(|why| why.to_string())
}

/// Brings a collection to its folder on this machine.
pub(super) fn fetch(collection: Collection, report: Report<'_>) -> Result<PathBuf, FetchError> {
    let folder = fetch::cache_folder(collection).ok_or_else(|| {
        let label = collection.label();
        FetchError::Failed(format!(
            "{label} could not be fetched: there is no home folder to keep it in. Put its four \
             files into a folder by hand and open that.",
        ))
    })?;
    let mut sink = report.sink();
    let mut tell = |done: fetch::Done| sink((done.bytes as f64 / done.of.max(1) as f64) as f32);
    fetch::download(collection, &folder, &mut tell)?;
    Ok(folder)
}
