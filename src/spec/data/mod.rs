//! Knows: `base`. Says where data come from and how they are prepared.
//! Never: how that is done.

mod inputs;
mod split;
mod table;
mod toy;

use std::fmt;
use std::mem::discriminant;

pub use inputs::{Derived, Normalise, Scaling, Transform};
pub use split::{SplitSpec, TestPart, ValidationPart};
pub use table::{
    Coding, ColumnKind, ColumnRef, ColumnRole, ColumnSpec, Comment, CsvSpec, Decimal, Delimiter,
    Dialect, Encoding, FaultRule, HeaderMode, LabelColumn, MissingRule, PixelChoice, Quote,
    TaskChoice, Thousands,
};
pub use toy::{DrawnSet, DrawnSpec, PointSpec, PointsSpec, ToyGroup, ToyKind, ToySpec};

/// Where the data come from and how they are prepared. All runs of an experiment share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSpec {
    /// Where the samples come from.
    pub source: DataSource,
    /// How rows are held out for validating and testing.
    pub split: SplitSpec,
    /// How the features are scaled.
    pub scaling: Scaling,
    /// Further inputs computed from features. Of tables and points only.
    pub derived: Vec<Derived>,
    /// What is done to images, in order. Of images only.
    pub transforms: Vec<Transform>,
    /// Seed of generated points and of the split.
    pub seed: u64,
}

impl DataSpec {
    /// Samples from `source`, prepared in the usual way.
    #[must_use]
    pub fn new(source: DataSource) -> Self {
        Self {
            split: SplitSpec::default(),
            scaling: source.usual_scaling(),
            derived: Vec::new(),
            transforms: source.usual_transforms(),
            source,
            seed: 0,
        }
    }

    /// The same with samples from elsewhere. Another kind of source brings its usual preparation;
    /// within a kind the user's choice stays.
    #[must_use]
    pub fn with_source(&self, source: DataSource) -> Self {
        if discriminant(&source) == discriminant(&self.source) {
            return Self { source, ..self.clone() };
        }
        Self { seed: self.seed, ..Self::new(source) }
    }
}

/// Where samples come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataSource {
    /// Points from a formula.
    Toy(ToySpec),
    /// Points put by hand.
    Points(PointsSpec),
    /// A table in a text file.
    Csv(CsvSpec),
    /// IDX files, as MNIST is published.
    Idx(IdxSpec),
    /// Digits that Descent draws itself.
    Drawn(DrawnSpec),
    /// A folder of pictures, one folder for each class.
    Images(ImagesSpec),
}

impl DataSource {
    /// Columns of a table have units of their own, so they are standardised; generated points and
    /// pixels are well scaled as they come.
    #[must_use]
    pub fn usual_scaling(&self) -> Scaling {
        match self {
            Self::Csv(_) => Scaling::Standardise,
            _ => Scaling::None,
        }
    }

    /// Pictures of a folder come in many sizes and are made one size; others are as they come.
    #[must_use]
    pub fn usual_transforms(&self) -> Vec<Transform> {
        match self {
            Self::Images(_) => vec![Transform::Resize { width: 64, height: 64 }],
            _ => Vec::new(),
        }
    }

    /// Whether a file, a folder or points are still to be named.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        match self {
            Self::Toy(_) | Self::Drawn(_) => false,
            Self::Points(points) => points.points.is_empty(),
            Self::Csv(csv) => csv.is_unset(),
            Self::Idx(idx) => idx.is_unset(),
            Self::Images(images) => images.folder.is_empty(),
        }
    }
}

/// IDX files: all of a folder, or a pair of images and labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdxSpec {
    /// Path of the folder; empty when none was named yet.
    pub folder: String,
    /// A pair of files instead of a folder, of which a test part is held out.
    pub pair: Option<IdxPair>,
}

/// Two IDX files that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxPair {
    /// Path of the file of images.
    pub images: String,
    /// Path of the file of labels.
    pub labels: String,
}

impl IdxSpec {
    /// All IDX files of a folder.
    #[must_use]
    pub fn of_folder(folder: impl Into<String>) -> Self {
        Self { folder: folder.into(), pair: None }
    }

    /// Whether neither a folder nor files were named yet.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        self.folder.is_empty() && self.pair.is_none()
    }
}

/// A folder of pictures with one folder for each class, or with such folders in `train` and
/// `test` (and `val`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImagesSpec {
    /// Path of the folder; empty when none was named yet.
    pub folder: String,
}

/// Shape of one sample without the batch axis: `[features]`, or `[channels, height, width]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SampleShape(pub Vec<usize>);

impl SampleShape {
    /// Number of values in one sample; of an absurd shape, the largest number there is.
    #[must_use]
    pub fn len(&self) -> usize {
        if self.0.contains(&0) {
            return 0;
        }
        self.0.iter().fold(1, |product: usize, &side| product.saturating_mul(side))
    }

    /// Whether a sample holds no value at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a sample is a plain row of features.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        self.0.len() == 1
    }
}

/// `1 × 28 × 28`, as the interface writes shapes.
impl fmt::Display for SampleShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (axis, side) in self.0.iter().enumerate() {
            if axis > 0 {
                f.write_str(" × ")?;
            }
            write!(f, "{side}")?;
        }
        Ok(())
    }
}

/// What is to be predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    /// One of `classes` classes.
    Classification {
        /// How many classes there are.
        classes: usize,
    },
    /// A number.
    Regression,
}

/// All that a model must know of the data to be checked and built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFacts {
    /// Shape of one sample.
    pub input: SampleShape,
    /// What is to be predicted.
    pub task: Task,
    /// Rows of the training part.
    pub train_rows: usize,
    /// Rows of the validation part; 0 where there is none.
    pub validation_rows: usize,
    /// Rows of the test part.
    pub test_rows: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::preset;

    #[test]
    fn another_kind_of_source_brings_its_usual_scaling() {
        let spiral = preset("spiral-relu").expect("built in").data;
        let digits = preset("digits123").expect("built in").data;
        let table = spiral.with_source(digits.source.clone());
        assert_eq!(table.scaling, Scaling::Standardise);
        assert_eq!(table.with_source(spiral.source.clone()).scaling, Scaling::None);
        let kept = digits.with_source(digits.source.clone());
        assert_eq!(kept.scaling, Scaling::None, "the choice of the experiment stays");
    }
}
