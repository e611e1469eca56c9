use crate::base::{Matrix, RunId};
use crate::spec::Part;

use super::confusion::Confusion;
use super::metrics::{EvalPoint, Position};

/// Which pictures the visible panels want. Nothing is computed that nobody looks at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProbeRequest {
    /// Outputs over the plane of the two features.
    pub boundary: Option<BoundaryRequest>,
    /// Predicted numbers over an interval of the single feature.
    pub fit: Option<FitRequest>,
    /// The confusion matrix of a part.
    pub confusion: Option<Part>,
    /// Predictions for the test part, mistakes first, at most so many.
    pub predictions: Option<usize>,
    /// Loss and accuracy of all parts at this very step.
    pub metrics: bool,
}

impl ProbeRequest {
    /// Whether nothing is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The piece of the plane over which the outputs are wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundaryRequest {
    /// Left and right edge, in units of the first feature as the model sees it.
    pub x: [f32; 2],
    /// Lower and upper edge, in units of the second feature.
    pub y: [f32; 2],
    /// Number of cells along each side.
    pub side: usize,
}

/// The outputs of a network over a piece of the plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Boundary {
    /// Which piece.
    pub request: BoundaryRequest,
    /// `[side · side, outputs]`, one row a cell: probabilities of the classes, or the predicted
    /// number. Cells run from left to right, rows from the lower edge upwards.
    pub outputs: Matrix,
}

/// The interval of a single feature over which predictions are wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitRequest {
    /// Left and right end, in units of the feature as the model sees it.
    pub x: [f32; 2],
    /// Number of places, evenly spaced, both ends among them.
    pub points: usize,
}

impl FitRequest {
    /// The places, from left to right.
    pub fn places(self) -> impl Iterator<Item = f32> {
        let [low, high] = self.x;
        let last = self.points.saturating_sub(1).max(1) as f32;
        (0..self.points).map(move |place| low + (high - low) * (place as f32 / last))
    }
}

/// The curve that a network has fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Over which interval.
    pub request: FitRequest,
    /// The predicted number at each place.
    pub values: Vec<f32>,
}

/// What the network says about one row of the test part.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Row of the test part.
    pub row: usize,
    /// The true class.
    pub truth: usize,
    /// The most probable class.
    pub predicted: usize,
    /// Its probability.
    pub confidence: f32,
}

/// Predictions for the test part: the most confident mistakes first, then rows in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictions {
    /// The rows shown.
    pub shown: Vec<Prediction>,
    /// Number of mistakes among all rows.
    pub mistakes: usize,
    /// Number of all rows.
    pub total: usize,
}

/// One step's picture. What was not wanted is absent.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeFrame {
    /// Which run.
    pub run: RunId,
    /// Where the run stood.
    pub at: Position,
    /// Loss and accuracy of all parts.
    pub metrics: Option<EvalPoint>,
    /// Outputs over the plane.
    pub boundary: Option<Boundary>,
    /// Predicted numbers over an interval.
    pub fit: Option<Fit>,
    /// Confusion matrix and the part it was counted on.
    pub confusion: Option<(Part, Confusion)>,
    /// Predictions for the test part.
    pub predictions: Option<Predictions>,
}
