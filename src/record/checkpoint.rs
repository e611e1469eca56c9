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
#[derive(Clone, Debug, PartialEq)]
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
}

impl Checkpoint {
    /// The step it was taken at.
    #[must_use]
    pub fn step(&self) -> Step {
        self.at.step
    }

    /// Whether every trainable value is a finite number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.parameters.iter().all(|parameter| parameter.tensor.is_finite())
    }
}
