//! Knows: `base`, the fields of an experiment.
//! Never: how a trial is trained.

mod draw;
mod parse;
mod plan;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::base::Finite;

use super::metric::{Part, Quantity};
use super::train::StopRule;

pub use parse::parse_axes;
pub use plan::{TrialSetup, TrialSpec};

/// Most values of one axis.
pub const MAX_VALUES: usize = 100;
/// Most trials of one sweep.
pub const MAX_TRIALS: usize = 10_000;
/// Most folds of a cross-validation.
pub const MAX_FOLDS: usize = 100;

/// A search: the same run trained many times, with other values of some fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepSpec {
    /// Place of the run in the experiment that is varied.
    pub run: usize,
    /// The fields that are varied; none for the cross-validation of the run as it is.
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
    /// When each trial ends, in place of the rule of the run. A run that never ends by itself
    /// needs one.
    pub stop: Option<StopRule>,
    /// How many trials are trained at the same time; `None` for one on each core. It changes no
    /// result.
    pub threads: Option<usize>,
}

impl SweepSpec {
    /// All combinations of these axes for a run, ranked by a quantity of a part.
    #[must_use]
    pub fn grid(run: usize, axes: Vec<Axis>, part: Part, quantity: Quantity) -> Self {
        let (search, folds, stop, threads) = (Search::Grid, None, None, None);
        Self { run, axes, search, folds, part, quantity, stop, threads }
    }

    /// How often each combination is trained.
    #[must_use]
    pub fn repeats(&self) -> usize {
        self.folds.unwrap_or(1)
    }
}

/// A field and the values it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Which field, in dots: `train.lr`, `model.0.units`, `seed`. See [`super::set_field`].
    pub path: String,
    /// Its values.
    pub values: AxisValues,
}

/// As [`parse_axes`] reads it: `train.lr=0.01,0.1`.
impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.path, self.values)
    }
}

/// The values of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AxisValues {
    /// These.
    Listed(Vec<Value>),
    /// Any number in a range; random search only.
    Range(Range),
}

impl fmt::Display for AxisValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed(values) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                f.write_str(&values.join(","))
            }
            Self::Range(Range { low, high, log, .. }) => {
                write!(f, "{low}..{high}{}", if *log { ":log" } else { "" })
            }
        }
    }
}

/// A range of numbers, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    /// Lower end.
    pub low: Finite,
    /// Upper end.
    pub high: Finite,
    /// Whether the logarithm of the number is uniform instead of the number itself.
    pub log: bool,
    /// Whether the number is a whole one.
    pub whole: bool,
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

impl Value {
    /// What a text says: a number, `true` or `false`, else a word.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match (text.parse::<Finite>(), text) {
            (Ok(number), _) => Self::Number(number),
            (_, "true") => Self::Flag(true),
            (_, "false") => Self::Flag(false),
            _ => Self::Word(text.into()),
        }
    }

    /// A whole number. Beyond 2⁵³ the nearest one that can be told apart.
    #[must_use]
    pub fn of_whole(whole: u64) -> Self {
        Self::Number(Finite::new(whole as f64).unwrap_or_default())
    }

    /// The number it is.
    #[must_use]
    pub fn number(&self) -> Option<Finite> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Word(_) | Self::Flag(_) => None,
        }
    }

    /// The whole number from 0 to 2⁵³ that it is.
    #[must_use]
    pub fn whole(&self) -> Option<u64> {
        let number = self.number()?.get();
        let is_whole = number.fract() == 0.0 && (0.0..=(1_u64 << 53) as f64).contains(&number);
        is_whole.then_some(number as u64)
    }

    /// The same, to count what is in memory.
    #[must_use]
    pub fn count(&self) -> Option<usize> {
        usize::try_from(self.whole()?).ok()
    }

    /// Whether it is this word.
    #[must_use]
    pub fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(text) if text == word)
    }
}

/// As it is written on the command line.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => f.write_str(word),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
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
