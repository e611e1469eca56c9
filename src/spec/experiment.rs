use super::data::DataSpec;
use super::model::ModelSpec;
use super::train::TrainSpec;

/// Most runs that are compared side by side.
pub const MAX_RUNS: usize = 4;

/// One experiment: data that all runs share, and the runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExperimentSpec {
    /// Name shown in the title.
    pub name: String,
    /// The data all runs are trained and tested on.
    pub data: DataSpec,
    /// One to [`MAX_RUNS`] models.
    pub runs: Vec<RunSpec>,
    /// Seed of initial weights and of the order of batches, the same for every run, so that
    /// equal runs are equal to the last bit.
    pub seed: u64,
}

/// One model and how it is trained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunSpec {
    /// Name that tells it from its neighbours.
    pub name: String,
    /// The layers.
    pub model: ModelSpec,
    /// Loss, optimizer and the rest.
    pub train: TrainSpec,
}

/// Where a run computes. A matter of the machine, so not part of the experiment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DeviceChoice {
    /// Measure briefly and take the faster.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// A graphics card, by its place in the list of devices.
    Gpu(usize),
}
