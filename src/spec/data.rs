use std::fmt;
use std::mem::discriminant;

use crate::base::Finite;

/// Where the data come from and how they are prepared. All runs of an experiment share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSpec {
    /// Where the samples come from.
    pub source: DataSource,
    /// How a test part is held out. Generated sets draw their test part anew and MNIST brings
    /// its own, so for those this is not used.
    pub split: SplitSpec,
    /// How the features are scaled.
    pub scaling: Scaling,
    /// Seed of generated points and of the split.
    pub seed: u64,
}

impl DataSpec {
    /// The same with samples from elsewhere. Another kind of source brings its usual scaling;
    /// within a kind the user's choice stays.
    #[must_use]
    pub fn with_source(&self, source: DataSource) -> Self {
        let is_same_kind = discriminant(&source) == discriminant(&self.source);
        let scaling = if is_same_kind { self.scaling } else { source.usual_scaling() };
        Self { source, scaling, ..self.clone() }
    }
}

impl DataSource {
    /// Columns of a table have units of their own, so they are standardised; generated points and
    /// pixels are well scaled as they come.
    #[must_use]
    pub fn usual_scaling(&self) -> Scaling {
        match self {
            Self::Toy(_) | Self::Idx(_) => Scaling::None,
            Self::Csv(_) => Scaling::Standardise,
        }
    }
}

/// Where samples come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataSource {
    /// Points in the plane, from a formula.
    Toy(ToySpec),
    /// A table in a text file.
    Csv(CsvSpec),
    /// A folder with four IDX files, as MNIST is published.
    Idx(IdxSpec),
}

/// A generated set of points in the plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToySpec {
    /// Which formula.
    pub kind: ToyKind,
    /// Number of points of each class, in the training part and again in the test part.
    pub points_per_class: usize,
    /// Number of classes. Only the lecture's spiral takes other than two.
    pub classes: usize,
    /// Amount of noise; what it means depends on the formula (see [`ToyKind`]).
    pub noise: Finite,
    /// Angle each arm of a spiral runs through, in radians. Unused by the other sets.
    pub turn: Finite,
}

/// The formulas of the generated sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToyKind {
    /// The spiral of the lecture (and of Stanford's CS231n): `r = linspace(0, 1, N)`,
    /// `t = 4j + linspace(0, turn, N) + noise·randn`, `x = (r sin t, r cos t)`.
    LectureSpiral,
    /// TensorFlow Playground's disc within a ring. Noise 0 to 0.5.
    Circle,
    /// TensorFlow Playground's exclusive or of the signs. Noise 0 to 0.5.
    Xor,
    /// TensorFlow Playground's two Gaussian clouds. Noise 0 to 0.5.
    Gauss,
    /// TensorFlow Playground's two-armed spiral. Noise 0 to 0.5.
    Spiral,
}

impl ToyKind {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 5] =
        [Self::LectureSpiral, Self::Circle, Self::Xor, Self::Gauss, Self::Spiral];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::LectureSpiral => "Spiral (lecture)",
            Self::Circle => "Circle",
            Self::Xor => "Exclusive or",
            Self::Gauss => "Gaussians",
            Self::Spiral => "Spiral (two arms)",
        }
    }

    /// Whether the number of classes can be chosen.
    #[must_use]
    pub fn takes_classes(self) -> bool {
        self == Self::LectureSpiral
    }

    /// Whether the angle of the arms can be chosen.
    #[must_use]
    pub fn takes_turn(self) -> bool {
        matches!(self, Self::LectureSpiral | Self::Spiral)
    }
}

impl ToySpec {
    /// The settings of the lecture or of TensorFlow Playground for this kind.
    #[must_use]
    pub fn standard(kind: ToyKind) -> Self {
        match kind {
            ToyKind::LectureSpiral => Self {
                kind,
                points_per_class: 100,
                classes: 3,
                noise: Finite::lit(0.2),
                turn: Finite::lit(4.0),
            },
            _ => Self {
                kind,
                points_per_class: 125,
                classes: 2,
                noise: Finite::ZERO,
                turn: Finite::lit(PLAYGROUND_TURN),
            },
        }
    }
}

/// Angle of one arm of TensorFlow Playground's spiral: 1.75 turns.
const PLAYGROUND_TURN: f64 = 1.75 * std::f64::consts::TAU;

/// A table in a text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvSpec {
    /// Path of the file; empty when none was named yet.
    pub path: String,
    /// Whether the first row holds the names of the columns.
    pub header: HeaderMode,
    /// Which column is to be predicted.
    pub label: LabelColumn,
    /// Whether the label is a class or a number.
    pub task: TaskChoice,
}

/// Whether the first row of a table names the columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HeaderMode {
    /// Decide from the first rows.
    #[default]
    Auto,
    /// The first row holds names.
    Present,
    /// The first row holds data.
    Absent,
}

/// Which column of a table is the label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum LabelColumn {
    /// The last one.
    #[default]
    Last,
    /// By position, counted from zero.
    Index(usize),
    /// By its name in the header.
    Name(String),
}

/// What a table is used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TaskChoice {
    /// Text labels and few distinct whole numbers are classes, anything else is regression.
    #[default]
    Auto,
    /// The label is a class.
    Classification,
    /// The label is a number.
    Regression,
}

/// A folder of IDX files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxSpec {
    /// Path of the folder; empty when none was named yet.
    pub folder: String,
}

/// How a test part is held out of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitSpec {
    /// Share of the rows held out, strictly between 0 and 1.
    pub test_fraction: Finite,
    /// Whether each class is split in the same ratio.
    pub stratified: bool,
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self { test_fraction: Finite::lit(0.2), stratified: true }
    }
}

/// How features are scaled, always fitted on the training part alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scaling {
    /// As they come (pixels in 0 to 1).
    #[default]
    None,
    /// Each column to mean 0 and standard deviation 1.
    Standardise,
}

/// Shape of one sample without the batch axis: `[features]`, or `[channels, height, width]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SampleShape(pub Vec<usize>);

impl SampleShape {
    /// Number of values in one sample.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().product()
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
