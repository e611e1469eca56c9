use std::sync::Arc;

use crate::base::{Matrix, RunId};
use crate::spec::Part;

use super::confusion::Confusion;
use super::inspect::{Insight, Inspect, Slice, SlicePlane};
use super::metrics::{EvalPoint, Position};

/// Which pictures the visible panels want. Nothing is computed that nobody looks at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProbeRequest {
    /// Outputs over the plane of the two features.
    pub boundary: Option<BoundaryRequest>,
    /// Predicted numbers over an interval of the single feature.
    pub fit: Option<FitRequest>,
    /// The confusion matrices of these parts.
    pub confusion: Vec<Part>,
    /// Predictions for the test part, mistakes first, at most so many.
    pub predictions: Option<usize>,
    /// Loss and quality of all parts at this very step.
    pub metrics: bool,
    /// How large the gradients of the layers are.
    pub gradients: bool,
    /// What is to be seen inside the network.
    pub inside: Inspect,
}

impl ProbeRequest {
    /// Whether nothing is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The piece of the plane over which the outputs are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundaryRequest {
    /// Left and right edge, in units of the first feature as the model sees it.
    pub x: [f32; 2],
    /// Lower and upper edge, in units of the second feature.
    pub y: [f32; 2],
    /// Number of cells along each side.
    pub side: usize,
    /// For data that are no points in the plane: through which plane their space is cut. `x` and
    /// `y` are then steps along its two directions.
    pub slice: Option<Slice>,
}

impl BoundaryRequest {
    /// A piece of the plane of two features.
    #[must_use]
    pub const fn plane(x: [f32; 2], y: [f32; 2], side: usize) -> Self {
        Self { x, y, side, slice: None }
    }
}

/// The outputs of a network over a piece of the plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Boundary {
    /// Which piece.
    pub request: BoundaryRequest,
    /// `[side · side, outputs]`, one row a cell: probabilities of the classes, or the predicted
    /// number. Cells run from left to right, rows from the lower edge upwards.
    pub outputs: Matrix,
    /// Where the slice lies; `None` for data that are points in the plane.
    pub plane: Option<Arc<SlicePlane>>,
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

/// How large the gradients of the layers are, from the input on: whether what the loss says
/// reaches the first layers.
///
/// They are those of the loss on a fixed batch with the parameters as they stand, as an update on
/// that batch would see them before clipping and weight decay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GradientFlow {
    /// Rows of the batch.
    pub rows: usize,
    /// The layers that have parameters.
    pub layers: Vec<LayerFlow>,
}

/// Euclidean norms over all parameters of one layer, weights and biases together.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerFlow {
    /// Place of the layer in the stack, counted from zero; the output layer is the last.
    pub layer: usize,
    /// What the user calls it, or the name of its kind.
    pub name: String,
    /// Of the parameters.
    pub weights: f64,
    /// Of the gradient of the data loss; `None` where none arrives, not even zeros.
    pub gradient: Option<f64>,
    /// Of the gradient of the penalties.
    pub penalty: f64,
}

impl GradientFlow {
    /// The gradient of a layer as a multiple of that of the last layer; `None` where there is none
    /// to compare.
    #[must_use]
    pub fn relative(&self, layer: &LayerFlow) -> Option<f64> {
        let last = self.layers.last()?.gradient.filter(|&norm| norm > 0.0)?;
        layer.gradient.map(|norm| norm / last)
    }

    /// The same of the first layer. Far below 1 the gradient vanishes on its way back, far above
    /// 1 it explodes.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        if self.layers.len() < 2 {
            return None;
        }
        self.relative(self.layers.first()?)
    }
}

/// One step's picture. What was not wanted is absent.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeFrame {
    /// Which run.
    pub run: RunId,
    /// Where the run stood.
    pub at: Position,
    /// Loss and quality of all parts.
    pub metrics: Option<EvalPoint>,
    /// Outputs over the plane.
    pub boundary: Option<Boundary>,
    /// Predicted numbers over an interval.
    pub fit: Option<Fit>,
    /// Confusion matrices, and the parts they were counted on.
    pub confusion: Vec<(Part, Confusion)>,
    /// Predictions for the test part.
    pub predictions: Option<Predictions>,
    /// How large the gradients of the layers are.
    pub gradients: Option<GradientFlow>,
    /// What is to be seen inside the network.
    pub inside: Insight,
}

impl ProbeFrame {
    /// The picture of a run at a place, with nothing on it.
    #[must_use]
    pub fn empty(run: RunId, at: Position) -> Self {
        Self {
            run,
            at,
            metrics: None,
            boundary: None,
            fit: None,
            confusion: Vec::new(),
            predictions: None,
            gradients: None,
            inside: Insight::default(),
        }
    }

    /// The confusion matrix of a part, where it was counted.
    #[must_use]
    pub fn confusion_of(&self, part: Part) -> Option<&Confusion> {
        let found = self.confusion.iter().find(|(counted, _)| *counted == part);
        found.map(|(_, table)| table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(norms: &[Option<f64>]) -> GradientFlow {
        let layer = |(layer, &gradient): (usize, &Option<f64>)| LayerFlow {
            layer,
            name: "Dense".into(),
            weights: 1.0,
            gradient,
            penalty: 0.0,
        };
        GradientFlow { rows: 4, layers: norms.iter().enumerate().map(layer).collect() }
    }

    #[test]
    fn the_ratio_compares_the_first_layer_with_the_last() {
        assert_eq!(flow(&[Some(0.5), Some(9.0), Some(2.0)]).ratio(), Some(0.25));
        assert_eq!(flow(&[Some(0.5)]).ratio(), None, "there is nothing to compare");
        assert_eq!(flow(&[Some(0.5), Some(0.0)]).ratio(), None);
        assert_eq!(flow(&[None, Some(1.0)]).ratio(), None);
        assert_eq!(flow(&[]).ratio(), None);
    }
}
