//! Knows: every part but the window. It is the whole application without pixels.
//! Never: egui, or anything that is drawn.

mod action;
mod alter;
mod alterations;
mod driver;
mod edit;
mod effect;
mod events;
mod export;
mod finder;
#[cfg(test)]
pub(crate) mod fixtures;
mod jobs;
mod layer_values;
mod load;
mod locate;
mod notice;
mod own_data;
mod pictures;
mod recognise;
mod reduce;
mod remedy;
#[cfg(test)]
mod remedy_tests;
mod rendering;
mod runs;
mod skips;
mod state;
mod sweep;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_control;
#[cfg(test)]
mod tests_of_data;
#[cfg(test)]
mod tests_of_weights;
mod timeline;
mod undo;
mod viewer;
mod weights;

use std::time::Duration;

pub use crate::fetch::{Collection, Done as Fetched, cache_folder, download as fetch};
pub use crate::files::{
    FileError, SampleList, class_counts, kind_word, open_experiment, role_word, to_toml,
    value_range, write_inspection, write_rates,
};
use crate::spec::ExperimentSpec;
pub use crate::train::{DeviceInfo, Mode, StepUnit, Waker, list_devices};
pub use action::{Action, Edit, ExportKind, WeightEdit};
use driver::Driver;
pub use notice::{Notice, NoticeId, Severity};
pub use own_data::MAX_PASTED_BYTES;
pub use remedy::Remedy;
pub use rendering::Rendering;
pub use state::{DataState, Draft, Job, JobId, JobKind, Slot, SlotId, State};
pub use sweep::{
    Cell, Curve, Place, Score, Sweep, SweepFile, SweepState, Trial, TrialOutcome, TrialPart,
    TrialStatus,
};

/// The application: what it knows, and the threads that work for it.
///
/// The window, the command line and the tests drive it alike: they apply [`Action`]s, pump what
/// threads have sent, and read the [`State`].
pub struct Workbench {
    state: State,
    driver: Driver,
}

impl Workbench {
    /// An application that shows `spec` and begins to read its data. `waker` is called whenever a
    /// thread has something to say.
    #[must_use]
    pub fn new(spec: ExperimentSpec, waker: Waker) -> Self {
        let mut workbench = Self { state: State::new(spec), driver: Driver::new(waker) };
        workbench.apply(Action::ReloadData);
        workbench
    }

    /// Everything the application knows.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Does what the user asked for.
    pub fn apply(&mut self, action: Action) {
        let effects = self.state.reduce(action);
        self.driver.perform(&mut self.state, effects);
    }

    /// Takes in what threads have sent, for at most `budget`. Tells whether anything was new.
    pub fn pump(&mut self, budget: Duration) -> bool {
        self.driver.pump(&mut self.state, budget)
    }
}
