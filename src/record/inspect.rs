//! What a look inside a network asks for, and what it finds.

use std::sync::Arc;

use crate::base::Matrix;
use crate::spec::Part;

use super::checkpoint::NamedTensor;
use super::probe::BoundaryRequest;

/// A flat piece of the space of the features, through which a network is looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Slice {
    /// Two features vary, the others stay.
    Features {
        /// Which run to the right and upwards, counted from zero among those that are not computed
        /// from others.
        pair: [usize; 2],
        /// What the others are.
        rest: Rest,
    },
    /// The plane through the mean of the training part that is spanned by the two directions in
    /// which it varies most.
    Principal,
}

/// What the features are that do not vary in a [`Slice`].
#[derive(Clone, Debug, PartialEq)]
pub enum Rest {
    /// Their means over the training part.
    Mean,
    /// Those of a row.
    Row(Part, usize),
    /// One value for every feature that is not computed from others, as the model sees it.
    Values(Arc<[f32]>),
}

/// Where a [`Slice`] lies. The point at `(x, y)` is `origin + x · across + y · up`, in features as
/// the model sees them, those left out that are computed from others.
#[derive(Clone, Debug, PartialEq)]
pub struct SlicePlane {
    /// The point at `(0, 0)`.
    pub origin: Vec<f32>,
    /// One step to the right.
    pub across: Vec<f32>,
    /// One step upwards.
    pub up: Vec<f32>,
    /// Shares of the variance of the training part along both directions; known of a principal
    /// plane only.
    pub explained: Option<[f32; 2]>,
}

impl SlicePlane {
    /// The sample at a point of the plane.
    pub fn sample(&self, [x, y]: [f32; 2]) -> impl Iterator<Item = f32> + '_ {
        let steps = self.across.iter().zip(&self.up);
        self.origin.iter().zip(steps).map(move |(o, (a, u))| o + x * a + y * u)
    }

    /// The point of the plane next to a sample. Values beyond the features that span the plane
    /// are ignored.
    #[must_use]
    pub fn project(&self, sample: &[f32]) -> [f32; 2] {
        let along = |axis: &[f32]| {
            let offsets = sample.iter().zip(&self.origin).map(|(value, origin)| value - origin);
            offsets.zip(axis).map(|(offset, axis)| offset * axis).sum()
        };
        [along(&self.across), along(&self.up)]
    }
}

/// Some neurons of a layer, or channels of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitsOf {
    /// Place of the layer in the stack, counted from zero. The number of hidden layers stands for
    /// the output layer before its activation (logits), one more for the scores that are read from
    /// what is after it: probabilities of the classes, of two classes both, or the predicted
    /// number, as in [`super::Boundary::outputs`]. A layer that is switched off passes on what it
    /// gets.
    pub layer: usize,
    /// Which, in rising order. Of an image `[channels, height, width]` these are values in reading
    /// order.
    pub units: Arc<[usize]>,
}

/// The activations of neurons over a piece of the plane are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct MapRequest {
    /// Which piece, how fine, and through which slice. A single feature runs to the right, and
    /// upwards nothing changes.
    pub window: BoundaryRequest,
    /// Of which neurons.
    pub layers: Vec<UnitsOf>,
}

/// Activations of neurons over a piece of the plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    /// What was wanted.
    pub request: MapRequest,
    /// Where the slice lies; `None` for data that are points in the plane.
    pub plane: Option<Arc<SlicePlane>>,
    /// For each wanted layer `[units, side · side]`, cells in the order of
    /// [`super::Boundary::outputs`].
    pub layers: Vec<Matrix>,
}

/// A sample to be followed through a network.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A row of the data.
    Row(Part, usize),
    /// Values as the model sees them, those left out that are computed from others.
    Values(Arc<[f32]>),
}

/// One sample is to be followed through all layers.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceRequest {
    /// Which.
    pub input: Input,
    /// Of which output the gradient at the input is wanted.
    pub saliency: Option<Saliency>,
}

/// Which output a saliency explains: of classes the logit, before any activation of the output
/// layer. Where a single logit tells two classes apart, it speaks for class 1, and turned round for
/// class 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saliency {
    /// That of the likeliest class, or the predicted number.
    Predicted,
    /// That of a class.
    Class(usize),
}

/// What a layer makes of a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerValues {
    /// Place of the layer, as in [`UnitsOf::layer`].
    pub layer: usize,
    /// `[features]` or `[channels, height, width]`.
    pub shape: Vec<usize>,
    /// The values, in reading order.
    pub values: Vec<f32>,
}

/// A sample on its way through a network in evaluation mode.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// What was wanted.
    pub request: TraceRequest,
    /// The sample as it enters the first layer, features that are computed from others included.
    pub input: Vec<f32>,
    /// What comes out of every layer: all of the stack in order, the logits, and the scores.
    pub layers: Vec<LayerValues>,
    /// Probabilities of the classes, or the predicted number.
    pub outputs: Vec<f32>,
    /// Which output is explained, 0 of a predicted number, and its gradient with respect to each
    /// value of the input.
    pub saliency: Option<(usize, Vec<f32>)>,
}

/// How values of a layer become points in the plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenView {
    /// Two neurons (values in reading order).
    Units([usize; 2]),
    /// The two directions in which the samples vary most after this layer.
    Principal,
}

/// How the data look after a layer is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct HiddenRequest {
    /// After which layer, as in [`UnitsOf::layer`]; `None` for the input.
    pub layer: Option<usize>,
    /// How they become points.
    pub view: HiddenView,
    /// Of which part.
    pub part: Part,
    /// At most so many rows, evenly spread over the part. Fewer may be shown of a wide layer.
    pub most: usize,
    /// For data in the plane: the straight grid that is bent with them.
    pub grid: Option<GridRequest>,
}

impl HiddenRequest {
    /// Most values after a layer, rows times width, in which principal directions are looked for:
    /// every picture does it anew. Of a wide layer fewer rows are shown.
    pub const MOST_COMPARED: usize = 1 << 20;
}

/// A grid of straight lines over a piece of the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GridRequest {
    /// Left and right edge.
    pub x: [f32; 2],
    /// Lower and upper edge.
    pub y: [f32; 2],
    /// Lines in each direction, both edges among them.
    pub lines: usize,
    /// Points along each line, both ends among them.
    pub points: usize,
}

impl GridRequest {
    /// The points of all lines, one line after the other: first those that run upwards, from left
    /// to right, then those that run to the right, from below upwards.
    pub fn places(self) -> impl Iterator<Item = [f32; 2]> {
        let at = |[low, high]: [f32; 2], place: usize, of: usize| {
            low + (high - low) * (place as f32 / of.saturating_sub(1).max(1) as f32)
        };
        let (x, y, lines, points) = (self.x, self.y, self.lines, self.points);
        let upwards = (0..lines)
            .flat_map(move |line| (0..points).map(move |p| [at(x, line, lines), at(y, p, points)]));
        let across = (0..lines)
            .flat_map(move |line| (0..points).map(move |p| [at(x, p, points), at(y, line, lines)]));
        upwards.chain(across)
    }
}

/// How the data look after a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Hidden {
    /// What was wanted.
    pub request: HiddenRequest,
    /// Number of values after the layer.
    pub width: usize,
    /// The rows of the part that are shown.
    pub rows: Vec<usize>,
    /// One point for each of them.
    pub points: Vec<[f32; 2]>,
    /// The points of [`GridRequest::places`] after the layer; empty where none were wanted, or
    /// where the data are no points in the plane.
    pub grid: Vec<[f32; 2]>,
    /// Shares of the variance of the shown rows along both directions; of principal directions
    /// only.
    pub explained: Option<[f32; 2]>,
}

/// Which samples excite a channel or neuron most is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExciteRequest {
    /// Place of the layer, as in [`UnitsOf::layer`].
    pub layer: usize,
    /// Channel of an image, or neuron.
    pub channel: usize,
    /// How many samples.
    pub count: usize,
}

/// The rows of the test part that excite a channel or neuron most.
#[derive(Clone, Debug, PartialEq)]
pub struct Excited {
    /// What was wanted.
    pub request: ExciteRequest,
    /// Rows looked through, evenly spread over the test part.
    pub looked_at: usize,
    /// Strongest first.
    pub rows: Vec<Excitement>,
}

/// How one row excites a channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excitement {
    /// Row of the test part.
    pub row: usize,
    /// Its largest value in the channel.
    pub value: f32,
    /// Where it stands in the channel: row and column; `[0, 0]` of a neuron.
    pub at: [usize; 2],
}

/// Scores of the rows of a part are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoresRequest {
    /// Of which part.
    pub part: Part,
    /// At most so many rows, evenly spread over the part.
    pub most: usize,
}

/// What a network says about the rows of a part.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// What was wanted.
    pub request: ScoresRequest,
    /// The rows of the part, in rising order.
    pub rows: Vec<usize>,
    /// `[rows, classes]` probabilities, of two classes both; or `[rows, 1]` the predicted number.
    pub outputs: Matrix,
}

/// The wish to look inside a network. What is absent is not computed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inspect {
    /// All trainable values as they stand.
    pub parameters: bool,
    /// Activations of neurons over the plane.
    pub maps: Vec<MapRequest>,
    /// A sample followed through all layers.
    pub traces: Vec<TraceRequest>,
    /// How the data look after a layer.
    pub hidden: Option<HiddenRequest>,
    /// Which samples excite a channel most.
    pub excited: Option<ExciteRequest>,
    /// What the network says about every row.
    pub scores: Vec<ScoresRequest>,
}

/// What was found inside a network. What was not wanted, or cannot be computed, is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Insight {
    /// All trainable values, in the order of the layers, with PyTorch's names and layout.
    pub parameters: Option<Vec<NamedTensor>>,
    /// Activations of neurons over the plane.
    pub maps: Vec<Maps>,
    /// Samples followed through all layers.
    pub traces: Vec<Trace>,
    /// How the data look after a layer.
    pub hidden: Option<Hidden>,
    /// Which samples excite a channel most.
    pub excited: Option<Excited>,
    /// What the network says about every row.
    pub scores: Vec<Scores>,
}

impl Insight {
    /// The way of a sample through the layers.
    #[must_use]
    pub fn trace_of(&self, input: &Input) -> Option<&Trace> {
        self.traces.iter().find(|trace| trace.request.input == *input)
    }

    /// What the network says about the rows of a part.
    #[must_use]
    pub fn scores_of(&self, part: Part) -> Option<&Scores> {
        self.scores.iter().find(|scores| scores.request.part == part)
    }

    /// A trainable value by its name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&NamedTensor> {
        self.parameters.as_ref()?.iter().find(|tensor| tensor.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_of_a_slice_leads_to_a_sample_and_back() {
        let plane = SlicePlane {
            origin: vec![0.0, 0.5, 0.0],
            across: vec![1.0, 0.0, 0.0],
            up: vec![0.0, 0.0, 1.0],
            explained: None,
        };
        let sample: Vec<f32> = plane.sample([2.0, -3.0]).collect();
        assert_eq!(sample, [2.0, 0.5, -3.0]);
        assert_eq!(plane.project(&sample), [2.0, -3.0]);
        assert_eq!(plane.project(&[2.0, 9.0, -3.0]), [2.0, -3.0], "what does not vary is ignored");
    }

    #[test]
    fn a_grid_runs_upwards_first_and_then_across() {
        let grid = GridRequest { x: [0.0, 1.0], y: [10.0, 12.0], lines: 2, points: 3 };
        let places: Vec<_> = grid.places().collect();
        assert_eq!(places[..3], [[0.0, 10.0], [0.0, 11.0], [0.0, 12.0]]);
        assert_eq!(places[3..6], [[1.0, 10.0], [1.0, 11.0], [1.0, 12.0]]);
        assert_eq!(places[6..9], [[0.0, 10.0], [0.5, 10.0], [1.0, 10.0]]);
        assert_eq!(places.len(), 12);
    }
}
