use std::ops::ControlFlow;

use super::scale::Standardiser;
use crate::base::Matrix;
use crate::spec::{DataFacts, SampleShape, Task};

/// Told how far a long piece of work is (0 to 1); answers whether to go on.
pub type Progress<'a> = &'a mut dyn FnMut(f32) -> ControlFlow<()>;

/// Why data could not be read: what, where, and what to do, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// The bytes are not what they should be.
    #[error("{0}")]
    Invalid(String),
    /// Reading failed.
    #[error("{0}")]
    Io(String),
    /// The user asked to stop.
    #[error("Loading was cancelled.")]
    Cancelled,
}

/// Something that was noticed or changed while loading, and is told to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataNote {
    /// One sentence with the place in it.
    pub message: String,
    /// Whether the user ought to look at it.
    pub warning: bool,
}

/// What is to be predicted, one value a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets {
    /// Class of each row.
    Classes(Vec<u32>),
    /// Number of each row.
    Numbers(Vec<f32>),
}

impl Targets {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Classes(classes) => classes.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Class of one row; `None` for regression.
    #[must_use]
    pub fn class(&self, row: usize) -> Option<usize> {
        match self {
            Self::Classes(classes) => classes.get(row).map(|&class| class as usize),
            Self::Numbers(_) => None,
        }
    }

    /// The rows named by `order`, in that order.
    ///
    /// # Panics
    /// When a named row does not exist.
    #[must_use]
    pub fn gather(&self, order: &[usize]) -> Self {
        match self {
            Self::Classes(all) => Self::Classes(order.iter().map(|&row| all[row]).collect()),
            Self::Numbers(all) => Self::Numbers(order.iter().map(|&row| all[row]).collect()),
        }
    }
}

/// One part of the data: features as the model sees them, and what is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// `[rows, values of a sample]`, scaled.
    pub features: Matrix,
    /// One value a row.
    pub targets: Targets,
}

impl Labelled {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.features.rows()
    }

    /// The rows named by `order`, in that order.
    ///
    /// # Panics
    /// When a named row does not exist.
    #[must_use]
    pub fn gather(&self, order: &[usize]) -> Self {
        Self { features: self.features.gather(order), targets: self.targets.gather(order) }
    }
}

/// Data that is ready to be trained on. All runs of an experiment share one, behind an `Arc`.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// Name shown to the user.
    pub name: String,
    /// Shape of one sample: `[features]`, or `[channels, height, width]` for images.
    pub shape: SampleShape,
    /// What is to be predicted.
    pub task: Task,
    /// Names of the features; empty for images.
    pub feature_names: Vec<String>,
    /// Name of the label.
    pub label_name: String,
    /// Names of the classes, in the order of their numbers; empty for regression.
    pub class_names: Vec<String>,
    /// The rows that are trained on.
    pub train: Labelled,
    /// The rows that are held out.
    pub test: Labelled,
    /// How the features of both parts were scaled, so that samples from elsewhere can be scaled
    /// alike; absent where they are as they came.
    pub scaler: Option<Standardiser>,
    /// What the user should know about how it was made.
    pub notes: Vec<DataNote>,
}

impl Dataset {
    /// What a model must know of it.
    #[must_use]
    pub fn facts(&self) -> DataFacts {
        DataFacts {
            input: self.shape.clone(),
            task: self.task,
            train_rows: self.train.rows(),
            test_rows: self.test.rows(),
        }
    }

    /// Whether the samples are points in the plane, so that a boundary can be drawn.
    #[must_use]
    pub fn is_planar(&self) -> bool {
        self.shape.0 == [2]
    }

    /// Whether the samples are images.
    #[must_use]
    pub fn is_image(&self) -> bool {
        self.shape.0.len() == 3
    }
}
