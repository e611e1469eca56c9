use crate::base::{HostTensor, Step};

use super::metrics::Position;

/// An array with the name that PyTorch's `state_dict` would give it (`0.weight`, `2.bias`, …).
#[derive(Clone, Debug, PartialEq)]
pub struct NamedTensor {
    /// Index of the module in an `nn.Sequential` of the same layers, a dot, and the parameter.
    pub name: String,
    /// Values, in PyTorch's layout: the weight of a dense layer is `[out, in]`.
    pub tensor: HostTensor,
}

/// All that is needed to go on exactly where a run stood. The order of the samples follows from
/// the seed and the epoch, so no generator has to be kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checkpoint {
    /// Where the run stood.
    pub at: Position,
    /// Complete passes over the training part.
    pub epoch: u64,
    /// Rows of the current pass that were already seen.
    pub cursor: usize,
    /// Trainable values, in the order of the layers.
    pub parameters: Vec<NamedTensor>,
    /// What the optimizer remembers, under names of its own.
    pub optimizer: Vec<NamedTensor>,
    /// What layers remember apart from trainable values: running means and variances.
    pub buffers: Vec<NamedTensor>,
    /// What was seen so far by whatever watches the measurements of the run.
    pub watch: Watch,
}

/// What a plateau schedule and early stopping have seen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Watch {
    /// Of the schedule.
    pub plateau: Best,
    /// Factor on the learning rate that the schedule has arrived at, as the number of reductions.
    pub reductions: u32,
    /// Of early stopping.
    pub early: Best,
}

/// The best value so far, and how long ago it was.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Best {
    /// The best value; `None` before the first.
    pub best: Option<f64>,
    /// Epochs since then.
    pub bad_epochs: u32,
    /// Where the run stood at the best value.
    pub best_at: Step,
}

impl Checkpoint {
    /// The step it was taken at.
    #[must_use]
    pub fn step(&self) -> Step {
        self.at.step
    }

    /// Whether every trainable value and every running statistic is a finite number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.parameters.iter().chain(&self.buffers).all(|parameter| parameter.tensor.is_finite())
    }
}
