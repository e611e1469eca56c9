use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::{Features, Origin, Original, PixelSteps, Scaler, TableFindings};
use crate::base::{Matrix, RunRng};
use crate::spec::{DataFacts, Derived, Part, SampleShape, Task};

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
    pub features: Features,
    /// One value a row.
    pub targets: Targets,
    /// Where each row stands in the files of the user; absent where it was not read from any.
    pub origin: Option<Origin>,
}

impl Labelled {
    /// A part whose features are in memory.
    #[must_use]
    pub fn new(features: Matrix, targets: Targets) -> Self {
        Self { features: features.into(), targets, origin: None }
    }

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
        Self {
            features: self.features.gather(order),
            targets: self.targets.gather(order),
            origin: self.origin.as_ref().map(|origin| origin.gather(order)),
        }
    }
}

/// Training samples that are changed at random each time they are seen.
///
/// What becomes of a sample depends on the seed, the epoch and its row alone, never on the batch
/// it comes in or on what was drawn before, so a run can go on anywhere.
pub trait Augment: fmt::Debug + Send + Sync {
    /// Writes training row `row` as epoch `epoch` sees it into `out`, which has room for exactly
    /// one sample.
    ///
    /// # Errors
    /// When the sample cannot be read any more.
    fn fill(&self, rng: RunRng, epoch: u64, row: usize, out: &mut [f32]) -> Result<(), DataError>;
}

/// Data that is ready to be trained on. All runs of an experiment share one, behind an `Arc`.
#[derive(Clone, Debug)]
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
    /// The rows that are held out to choose by, where there are any.
    pub validation: Option<Labelled>,
    /// The rows that are held out.
    pub test: Labelled,
    /// The last so many features are computed from the others by these rules, before scaling.
    pub derived: Vec<Derived>,
    /// How the features of all parts were scaled, so that samples from elsewhere can be scaled
    /// alike; absent where they are as they came.
    pub scaler: Option<Scaler>,
    /// How training samples are changed each time they are seen; `train` itself is not.
    pub augment: Option<Arc<dyn Augment>>,
    /// Some training samples, spread over the classes, as they were before any transform; absent
    /// where samples are as they came.
    pub originals: Option<Arc<[Original]>>,
    /// What was done to images before any scaling, so that images from elsewhere can be prepared
    /// alike; absent where they are as they came.
    pub pixel_steps: Option<PixelSteps>,
    /// What was found in the table it was made from.
    pub findings: Option<Arc<TableFindings>>,
    /// Every step from the file to the tensors, in order, one sentence each.
    pub steps: Vec<String>,
    /// What the user should know about how it was made.
    pub notes: Vec<DataNote>,
}

/// Equal in all that a model sees and a user reads. Augmentation compares by identity.
impl PartialEq for Dataset {
    fn eq(&self, other: &Self) -> bool {
        let same_augment = match (&self.augment, &other.augment) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        same_augment
            && self.name == other.name
            && self.shape == other.shape
            && self.task == other.task
            && self.feature_names == other.feature_names
            && self.label_name == other.label_name
            && self.class_names == other.class_names
            && self.train == other.train
            && self.validation == other.validation
            && self.test == other.test
            && self.derived == other.derived
            && self.scaler == other.scaler
            && self.originals == other.originals
            && self.pixel_steps == other.pixel_steps
            && self.findings == other.findings
            && self.steps == other.steps
            && self.notes == other.notes
    }
}

impl Dataset {
    /// Data with nothing said of them yet but their two parts. Features and classes are named by
    /// number; images have no feature names.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        shape: SampleShape,
        task: Task,
        train: Labelled,
        test: Labelled,
    ) -> Self {
        let flat = if shape.is_flat() { shape.len() } else { 0 };
        let classes = match task {
            Task::Classification { classes } => classes,
            Task::Regression => 0,
        };
        Self {
            name: name.into(),
            shape,
            task,
            feature_names: (1..=flat).map(|column| format!("column {column}")).collect(),
            label_name: "label".to_owned(),
            class_names: (0..classes).map(|class| class.to_string()).collect(),
            train,
            validation: None,
            test,
            derived: Vec::new(),
            scaler: None,
            augment: None,
            originals: None,
            pixel_steps: None,
            findings: None,
            steps: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// What a model must know of it.
    #[must_use]
    pub fn facts(&self) -> DataFacts {
        DataFacts {
            input: self.shape.clone(),
            task: self.task,
            train_rows: self.train.rows(),
            validation_rows: self.validation.as_ref().map_or(0, Labelled::rows),
            test_rows: self.test.rows(),
        }
    }

    /// One of its parts.
    #[must_use]
    pub fn part(&self, part: Part) -> Option<&Labelled> {
        match part {
            Part::Train => Some(&self.train),
            Part::Validation => self.validation.as_ref(),
            Part::Test => Some(&self.test),
        }
    }

    /// All parts there are, with their names.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, &Labelled)> {
        let validation = self.validation.as_ref().map(|part| ("validation", part));
        [("training", &self.train)].into_iter().chain(validation).chain([("test", &self.test)])
    }

    /// All parts there are, to be changed.
    pub fn parts_mut(&mut self) -> impl Iterator<Item = &mut Labelled> {
        [&mut self.train].into_iter().chain(self.validation.as_mut()).chain([&mut self.test])
    }

    /// Number of features that are not computed from others.
    #[must_use]
    pub fn base_features(&self) -> usize {
        self.shape.len() - self.derived.len()
    }

    /// Whether the samples are points in the plane, so that a boundary can be drawn. Features
    /// computed from the two coordinates do not change that.
    #[must_use]
    pub fn is_planar(&self) -> bool {
        self.shape.is_flat() && self.base_features() == 2
    }

    /// Whether a number is predicted from a single feature, so that the fitted curve can be drawn.
    /// Features computed from it do not change that.
    #[must_use]
    pub fn is_curve(&self) -> bool {
        self.shape.is_flat() && self.base_features() == 1 && self.task == Task::Regression
    }

    /// Whether the samples are images.
    #[must_use]
    pub fn is_image(&self) -> bool {
        self.shape.0.len() == 3
    }
}
