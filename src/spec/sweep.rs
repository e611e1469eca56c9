use crate::base::Finite;

use super::metric::{Part, Quantity};

/// Most values of one axis.
pub const MAX_VALUES: usize = 100;
/// Most trials of one sweep.
pub const MAX_TRIALS: usize = 10_000;

/// A search: the same run trained many times, with other values of some fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepSpec {
    /// Place of the run in the experiment that is varied.
    pub run: usize,
    /// The fields that are varied.
    pub axes: Vec<Axis>,
    /// Which combinations are tried.
    pub search: Search,
    /// Each combination is trained so many times, each time on other folds, and the scores are
    /// averaged: k-fold cross-validation. `None` trains once, on the split of the experiment.
    pub folds: Option<usize>,
    /// What the trials are ranked by.
    pub part: Part,
    /// What the trials are ranked by.
    pub quantity: Quantity,
}

/// A field and the values it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Which field, in dots: `train.lr`, `model.0.units`, `seed`. See [`super::set_field`].
    pub path: String,
    /// Its values.
    pub values: AxisValues,
}

/// The values of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AxisValues {
    /// These.
    Listed(Vec<Value>),
    /// Any number in a range, each as likely as any other; random search only.
    Uniform {
        /// Lower end.
        low: Finite,
        /// Upper end.
        high: Finite,
    },
    /// Any number in a range of positive numbers, its logarithm uniform; random search only.
    LogUniform {
        /// Lower end.
        low: Finite,
        /// Upper end.
        high: Finite,
    },
    /// Any whole number in a range, both ends included; random search only.
    Whole {
        /// Smallest.
        low: i64,
        /// Largest.
        high: i64,
    },
}

/// One value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A number.
    Number(Finite),
    /// A word, as it stands in experiment files.
    Word(String),
    /// Yes or no.
    Flag(bool),
}

/// Which combinations are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Search {
    /// All of them, the last axis fastest.
    Grid,
    /// So many, drawn independently.
    Random {
        /// How many.
        trials: usize,
        /// Seed of the draw.
        seed: u64,
    },
}
