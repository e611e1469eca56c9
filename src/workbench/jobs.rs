use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::files;
use crate::spec::ExperimentSpec;

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
pub(super) fn open_experiment(path: &Path) -> Result<ExperimentSpec, String> {
    files::open_experiment(path).map_err(|why| why.to_string())
}
