use crate::base::{Finite, Step};

/// The weights that a learning-rate sweep begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RateStart {
    /// Fresh ones, of the run as it is edited.
    #[default]
    Fresh,
    /// Those of the run as it stands.
    Present,
}

/// Learning rates from one to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateRegion {
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

/// What a copy of a network made of growing learning rates (Smith 2015, "Cyclical Learning Rates
/// for Training Neural Networks", section 3.3). `rates`, `losses` and `smoothed` have the same
/// length.
#[derive(Clone, Debug, PartialEq)]
pub struct RateSweep {
    /// The step of the weights it began with; 0 for fresh ones.
    pub start: Step,
    /// The objective of the first batch, before any update.
    pub first: f64,
    /// Learning rate of each update, growing by the same factor from one to the next.
    pub rates: Vec<f64>,
    /// Objective (loss plus penalties) of the batch after each update; always finite.
    pub losses: Vec<f64>,
    /// The same without most of the noise of batches.
    pub smoothed: Vec<f64>,
    /// From where the loss clearly falls until shortly before its minimum.
    pub region: Option<RateRegion>,
    /// The learning rate to take, in two digits.
    pub suggestion: Option<Finite>,
    /// Why that one, or why none: a sentence or two.
    pub reason: String,
}
