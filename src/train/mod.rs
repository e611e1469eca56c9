//! Knows: `base`, `spec`, `data`, `record`, and burn. Turns a valid run and a dataset into records.
//! Never: windows, files, the backend's own random numbers; only `device` names a backend.

mod activate;
mod batches;
mod burn_engine;
mod choose;
mod device;
mod engine;
mod finder;
mod flow;
mod handle;
mod init;
mod inside;
mod learner;
mod lockstep;
mod loss;
mod memo;
mod network;
mod optim;
mod params;
mod predict;
mod protocol;
mod sweep;
mod tally;
#[doc(hidden)]
pub mod testing;
mod trial;
mod worker;

pub use burn_engine::BurnEngine;
pub use choose::build_on;
pub use device::{Compute, list_devices};
pub use engine::{Batch, Engine, EngineError, EngineState, Evaluation, HotParams, StepLoss};
pub use finder::{RateRequest, find_rate};
pub use handle::{RunHandle, spawn, spawn_with};
pub use init::draw as draw_initial;
pub use lockstep::Lockstep;
pub use protocol::{
    Altered, Command, Control, DeviceInfo, Event, Mode, RunRequest, SendError, StepUnit, Ticket,
    Waker,
};
pub use sweep::{
    JobEnd, Loader, SweepData, SweepEvent, SweepHandle, SweepJob, SweepOver, SweepRequest,
    spawn_sweep,
};
pub use trial::{PICTURE_SIDE, TrialEnd, TrialRecord, TrialRequest, run_trial};
