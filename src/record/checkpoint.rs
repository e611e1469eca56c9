use std::sync::Arc;

use crate::base::{HostTensor, Step};
use crate::spec::{EarlyStopping, Part, Plateau, Quantity, Target};

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
    /// Where early stopping keeps the best weights: the checkpoint of the best epoch, unless it is
    /// this one.
    pub best: Option<Arc<Checkpoint>>,
}

/// What a plateau schedule, early stopping and a target have seen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Watch {
    /// Of a schedule that reacts to plateaus.
    pub plateau: Plateau,
    /// Of early stopping.
    pub early: Best,
    /// What `early` is the best value of.
    pub early_of: Option<(Part, Quantity)>,
    /// The target that was reached, so that playing on does not end at once again.
    pub reached: Option<Target>,
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
    /// Complete passes at that time.
    pub best_epoch: u64,
}

impl Watch {
    /// The end of an epoch under early stopping on `part`. A value that could not be measured is
    /// no better one. Tells whether this epoch is the best so far.
    pub fn see_early(
        &mut self,
        early: &EarlyStopping,
        part: Part,
        value: Option<f64>,
        at: Step,
        epoch: u64,
    ) -> bool {
        let of = (part, early.quantity);
        if self.early_of.replace(of) != Some(of) {
            self.early = Best::default();
        }
        let change = early.min_change.get();
        let is_better = |best: f64| {
            let value = value.unwrap_or(f64::NAN);
            let wanted = if early.quantity.is_cost() { best - change } else { best + change };
            early.quantity.is_better(value, wanted)
        };
        self.early.see(value.unwrap_or(f64::NAN), is_better, at, epoch)
    }

    /// Whether early stopping has waited long enough.
    #[must_use]
    pub fn is_out_of_patience(&self, early: &EarlyStopping) -> bool {
        self.early.bad_epochs >= early.patience.max(1)
    }
}

impl Best {
    fn see(&mut self, value: f64, is_better: impl Fn(f64) -> bool, at: Step, epoch: u64) -> bool {
        let better = value.is_finite() && self.best.is_none_or(is_better);
        match better {
            true => {
                *self = Self { best: Some(value), bad_epochs: 0, best_at: at, best_epoch: epoch };
            }
            false => self.bad_epochs = self.bad_epochs.saturating_add(1),
        }
        better
    }
}

impl Checkpoint {
    /// The step it was taken at.
    #[must_use]
    pub fn step(&self) -> Step {
        self.at.step
    }

    /// Memory that its numbers take, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let tensors = self.parameters.iter().chain(&self.optimizer).chain(&self.buffers);
        tensors.map(|named| size_of_val(named.tensor.data())).sum()
    }

    /// Whether every trainable value and every running statistic is a finite number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.parameters.iter().chain(&self.buffers).all(|parameter| parameter.tensor.is_finite())
    }

    /// The checkpoint with the best weights that early stopping has seen, where they are kept.
    #[must_use]
    pub fn best_weights(self: &Arc<Self>) -> Option<Arc<Self>> {
        let early = self.watch.early;
        let is_best = || early.best.is_some() && early.best_at == self.step();
        self.best.clone().or_else(|| is_best().then(|| Arc::clone(self)))
    }
}
