//! Knows: every part but the window. It is the whole application without pixels.
//! Never: egui, or anything that is drawn.

mod action;
mod notice;
mod state;
mod undo;

use std::time::Duration;

pub use crate::train::{DeviceInfo, StepUnit, Waker};
pub use action::{Action, Edit, ExportKind};
pub use notice::{Notice, NoticeId, Severity};
pub use state::{DataState, Draft, Job, JobId, JobKind, Slot, SlotId, State};

/// The application: what it knows, and the threads that work for it.
pub struct Workbench {
    state: State,
}

impl Workbench {
    /// Everything the application knows.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Does what the user asked for.
    pub fn apply(&mut self, _action: Action) {}

    /// Takes in what threads have sent, for at most `budget`. Tells whether anything was new.
    pub fn pump(&mut self, _budget: Duration) -> bool {
        false
    }
}
