use crate::base::Finite;

use super::Task;

/// A generated set: points in the plane, or a number to be predicted from one or two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToySpec {
    /// Which formula.
    pub kind: ToyKind,
    /// Number of points of each class (of all points, for regression), in the training part and
    /// again in the test part. Logic gates have their rows and no others.
    pub points_per_class: usize,
    /// Number of classes. Only some kinds take other than two; regression has one.
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
    /// scikit-learn's two interleaving half circles, `make_moons`: noise is the standard
    /// deviation added to each coordinate.
    Moons,
    /// Gaussian clouds around centres that are evenly spread on a circle, one for each class.
    /// Noise is their standard deviation.
    Blobs,
    /// The fields of a 4 × 4 board, coloured in turn. Noise moves the points, not the fields, by
    /// up to this share of a field. Noise 0 to 0.5.
    Checkerboard,
    /// TensorFlow Playground's plane: `y = (x₁ + x₂) / 10`. Noise 0 to 0.5.
    Plane,
    /// TensorFlow Playground's hills ("multi gaussian" there): six cones of alternating sign.
    /// Noise 0 to 0.5.
    Hills,
    /// `y = sin x` at evenly spaced `x` from −π to π, as in the lab; noise is added to `y`.
    Sine,
    /// `y = x³ − x` at random places from −1.5 to 1.5; noise is added to `y`.
    Cubic,
    /// `y = 2x + 1` at random places from −1 to 1; noise is added to `y`.
    Line,
    /// `y = 1` where `x > 0`, else 0, at random places from −1 to 1; noise is added to `y`.
    Step,
    /// Logic gate on two inputs: its four rows are both parts.
    And,
    /// Logic gate on two inputs: its four rows are both parts.
    Or,
    /// Logic gate on one input: its two rows are both parts.
    Not,
    /// Logic gate on two inputs that no single perceptron computes: its four rows are both parts.
    XorGate,
}

/// What generated sets are offered under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToyGroup {
    /// Classes in the plane.
    Classes,
    /// A number to be predicted.
    Regression,
    /// Logic gates.
    Gates,
}

impl ToyGroup {
    /// All groups, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Classes, Self::Regression, Self::Gates];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Classes => "Classes",
            Self::Regression => "Regression",
            Self::Gates => "Logic gates",
        }
    }
}

impl ToyKind {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 18] = [
        Self::LectureSpiral,
        Self::Circle,
        Self::Xor,
        Self::Gauss,
        Self::Spiral,
        Self::Moons,
        Self::Blobs,
        Self::Checkerboard,
        Self::Plane,
        Self::Hills,
        Self::Sine,
        Self::Cubic,
        Self::Line,
        Self::Step,
        Self::And,
        Self::Or,
        Self::Not,
        Self::XorGate,
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::LectureSpiral => "Spiral (lecture)",
            Self::Circle => "Circle",
            Self::Xor => "Exclusive or",
            Self::Gauss => "Gaussians",
            Self::Spiral => "Spiral (two arms)",
            Self::Moons => "Moons",
            Self::Blobs => "Blobs",
            Self::Checkerboard => "Checkerboard",
            Self::Plane => "Plane",
            Self::Hills => "Hills",
            Self::Sine => "Sine",
            Self::Cubic => "Cubic",
            Self::Line => "Noisy line",
            Self::Step => "Step",
            Self::And => "AND",
            Self::Or => "OR",
            Self::Not => "NOT",
            Self::XorGate => "XOR",
        }
    }

    /// What it is offered under.
    #[must_use]
    pub fn group(self) -> ToyGroup {
        match self {
            Self::Plane | Self::Hills | Self::Sine | Self::Cubic | Self::Line | Self::Step => {
                ToyGroup::Regression
            }
            Self::And | Self::Or | Self::Not | Self::XorGate => ToyGroup::Gates,
            _ => ToyGroup::Classes,
        }
    }

    /// What is predicted, with `classes` as chosen.
    #[must_use]
    pub fn task(self, classes: usize) -> Task {
        match self.group() {
            ToyGroup::Regression => Task::Regression,
            _ => Task::Classification { classes },
        }
    }

    /// Number of features: 1 or 2.
    #[must_use]
    pub fn inputs(self) -> usize {
        match self {
            Self::Sine | Self::Cubic | Self::Line | Self::Step | Self::Not => 1,
            _ => 2,
        }
    }

    /// Whether the number of classes can be chosen.
    #[must_use]
    pub fn takes_classes(self) -> bool {
        matches!(self, Self::LectureSpiral | Self::Blobs | Self::Checkerboard)
    }

    /// Whether the number of points and the noise can be chosen.
    #[must_use]
    pub fn takes_points(self) -> bool {
        self.group() != ToyGroup::Gates
    }

    /// Whether the angle of the arms can be chosen.
    #[must_use]
    pub fn takes_turn(self) -> bool {
        matches!(self, Self::LectureSpiral | Self::Spiral)
    }
}

impl ToySpec {
    /// The settings of the lecture, of TensorFlow Playground or of scikit-learn for this kind.
    #[must_use]
    pub fn standard(kind: ToyKind) -> Self {
        let (points_per_class, classes, noise, turn) = match kind {
            ToyKind::LectureSpiral => (100, 3, 0.2, 4.0),
            ToyKind::Moons => (125, 2, 0.1, 0.0),
            ToyKind::Blobs => (100, 3, 0.6, 0.0),
            ToyKind::Checkerboard => (250, 2, 0.0, 0.0),
            ToyKind::Plane | ToyKind::Hills => (250, 1, 0.0, 0.0),
            ToyKind::Sine => (2000, 1, 0.0, 0.0),
            ToyKind::Cubic | ToyKind::Line | ToyKind::Step => (100, 1, 0.1, 0.0),
            ToyKind::And | ToyKind::Or | ToyKind::XorGate => (2, 2, 0.0, 0.0),
            ToyKind::Not => (1, 2, 0.0, 0.0),
            ToyKind::Circle | ToyKind::Xor | ToyKind::Gauss | ToyKind::Spiral => {
                (125, 2, 0.0, PLAYGROUND_TURN)
            }
        };
        let (noise, turn) = (Finite::lit(noise), Finite::lit(turn));
        Self { kind, points_per_class, classes, noise, turn }
    }
}

/// Angle of one arm of TensorFlow Playground's spiral: 1.75 turns.
const PLAYGROUND_TURN: f64 = 1.75 * std::f64::consts::TAU;

/// Points that the user put into the plane by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PointsSpec {
    /// The points, in the order they were put.
    pub points: Vec<PointSpec>,
}

/// One point put by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointSpec {
    /// First coordinate.
    pub x: Finite,
    /// Second coordinate.
    pub y: Finite,
    /// Its class.
    pub class: u32,
}

/// Digits that Descent draws itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnSpec {
    /// Which set.
    pub set: DrawnSet,
    /// Digits of each class in the training part.
    pub per_class: usize,
    /// Digits of each class in the test part.
    pub test_per_class: usize,
    /// How far digits are bent, moved and spoilt: 0 not at all, 1 as hard as MNIST.
    pub distortion: Finite,
}

/// The sets of drawn digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DrawnSet {
    /// Ten digits of 28 × 28 grey pixels, as MNIST has them.
    Digits28,
    /// 1, 2 and 3 as 6 × 6 bitmaps of zeros and ones, 36 features, as in the lab.
    Digits123,
    /// 0 and 1 as bitmaps of 4 rows × 3 columns, 12 features, as in the lab.
    Digits01,
}

impl DrawnSet {
    /// All sets, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Digits28, Self::Digits123, Self::Digits01];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Digits28 => "Drawn digits (synthetic)",
            Self::Digits123 => "Bitmap digits 1–3 (synthetic)",
            Self::Digits01 => "Bitmap digits 0–1 (synthetic)",
        }
    }
}

impl DrawnSpec {
    /// The usual settings of a set.
    #[must_use]
    pub fn standard(set: DrawnSet) -> Self {
        let (per_class, test_per_class) = match set {
            DrawnSet::Digits28 => (1000, 200),
            DrawnSet::Digits123 => (32, 32),
            DrawnSet::Digits01 => (32, 32),
        };
        Self { set, per_class, test_per_class, distortion: Finite::ONE }
    }
}
