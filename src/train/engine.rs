use std::fmt;

use crate::record::{
    Boundary, BoundaryRequest, Confusion, ExciteRequest, Excited, Fit, FitRequest, GradientFlow,
    Hidden, HiddenRequest, MapRequest, Maps, NamedTensor, Part, PartMetrics, Penalties,
    Predictions, Scores, ScoresRequest, Trace, TraceRequest,
};
use crate::spec::{Clip, TrainSpec};

/// Which rows of the training part the next update sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batch<'a> {
    /// All of them, in their own order.
    All,
    /// These, in this order.
    Rows(&'a [usize]),
}

/// The hot parameters of one update.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HotParams {
    /// Learning rate, after the schedule.
    pub learning_rate: f64,
    /// λ whose multiple `λp` is added to every gradient, or by which AdamW shrinks parameters.
    pub weight_decay: f64,
    /// λ₁ of the penalty `λ₁ · Σ|w|`.
    pub l1: f64,
    /// λ of the penalty `λ/2 · Σw²`, whatever form the user chose.
    pub l2: f64,
    /// Whether the penalties reach biases.
    pub penalise_biases: bool,
    /// What keeps gradients small.
    pub clip: Clip,
}

impl HotParams {
    /// A learning rate, and nothing else.
    #[must_use]
    pub const fn rate(learning_rate: f64) -> Self {
        Self {
            learning_rate,
            weight_decay: 0.0,
            l1: 0.0,
            l2: 0.0,
            penalise_biases: false,
            clip: Clip::None,
        }
    }

    /// What `train` says, with the learning rate of the moment.
    #[must_use]
    pub fn of(train: &TrainSpec, learning_rate: f64) -> Self {
        Self {
            learning_rate,
            weight_decay: train.weight_decay.get(),
            l1: train.l1.get(),
            l2: 2.0 * train.l2_factor(),
            penalise_biases: train.penalise_biases,
            clip: train.clip,
        }
    }
}

/// The losses of one update, computed before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepLoss {
    /// Data loss.
    pub loss: f64,
    /// Data loss plus penalty.
    pub objective: f64,
}

/// A measurement of all parts: a fixed sample of the training part, all rows of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// The training part.
    pub train: PartMetrics,
    /// The validation part, where there is one.
    pub validation: Option<PartMetrics>,
    /// The test part.
    pub test: PartMetrics,
    /// The penalties of the weights, parts of every objective.
    pub penalties: Penalties,
}

/// What an engine remembers between steps, on the host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EngineState {
    /// Trainable values with PyTorch's names and layout.
    pub parameters: Vec<NamedTensor>,
    /// What the optimizer remembers.
    pub optimizer: Vec<NamedTensor>,
    /// What layers remember apart from trainable values: running means and variances.
    pub buffers: Vec<NamedTensor>,
    /// Updates made.
    pub updates: u64,
}

/// Why an engine cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineError {
    /// The device is gone.
    DeviceLost(String),
    /// Anything else.
    Failed(String),
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DeviceLost(why) => write!(f, "The device was lost: {why}"),
            Self::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for EngineError {}

/// Computes updates and measurements. The worker is generic over it, so that the whole protocol
/// is tested with an engine that computes nothing.
///
/// Measuring never changes training: neither `evaluate` nor the probes touch parameters,
/// optimizer state, running statistics or random numbers.
pub trait Engine {
    /// One update on `batch` of pass `epoch` over the training part, counted from zero, on which
    /// depends what becomes of samples that are changed at random. Its losses may stay on the
    /// device until [`Engine::losses`].
    ///
    /// # Errors
    /// When the device fails, or a sample cannot be read any more.
    fn step(&mut self, batch: Batch<'_>, epoch: u64, hot: &HotParams) -> Result<(), EngineError>;

    /// The losses of all updates since the last call, oldest first. On a graphics card this waits
    /// for the work to be done.
    ///
    /// # Errors
    /// When the device fails.
    fn losses(&mut self) -> Result<Vec<StepLoss>, EngineError>;

    /// How many updates may go by between two calls of [`Engine::losses`]: 1 where reading is
    /// free, more where it waits for a device.
    fn losses_every(&self) -> u64;

    /// Measures all parts with the penalty of `hot`. With `all_rows` the whole training part is
    /// measured instead of its fixed sample.
    ///
    /// # Errors
    /// When the device fails.
    fn evaluate(&mut self, hot: &HotParams, all_rows: bool) -> Result<Evaluation, EngineError>;

    /// Rows that [`Engine::evaluate`] measures, for choosing how often to measure.
    fn evaluated_rows(&self) -> usize;

    /// Outputs over a piece of the plane: probabilities of the classes, or the predicted number.
    ///
    /// # Errors
    /// When the device fails, or the samples are no points in the plane.
    fn boundary(&mut self, request: &BoundaryRequest) -> Result<Boundary, EngineError>;

    /// Predicted numbers over an interval of the single feature.
    ///
    /// # Errors
    /// When the device fails, or it is not numbers that are predicted from a single feature.
    fn fit(&mut self, request: &FitRequest) -> Result<Fit, EngineError>;

    /// Confusion matrix of all rows of a part.
    ///
    /// # Errors
    /// When the device fails, the task is no classification, or there is no such part.
    fn confusion(&mut self, part: Part) -> Result<Confusion, EngineError>;

    /// Predictions for the test part: the most confident mistakes first, then the other rows in
    /// order, at most `limit`.
    ///
    /// # Errors
    /// When the device fails, or the task is no classification.
    fn predictions(&mut self, limit: usize) -> Result<Predictions, EngineError>;

    /// How large the gradients of the layers are on a fixed batch of the training part, with the
    /// penalties of `hot`.
    ///
    /// # Errors
    /// When the device fails, or a sample cannot be read any more.
    fn gradients(&mut self, hot: &HotParams) -> Result<GradientFlow, EngineError>;

    /// All trainable values, in the order of the layers, with PyTorch's names and layout.
    ///
    /// # Errors
    /// When the device fails.
    fn parameters(&mut self) -> Result<Vec<NamedTensor>, EngineError> {
        self.checkpoint().map(|state| state.parameters)
    }

    /// Activations of neurons over a piece of the plane, or of a slice.
    ///
    /// # Errors
    /// When the device fails, or there is no such plane, slice, layer or neuron.
    fn maps(&mut self, request: &MapRequest) -> Result<Maps, EngineError>;

    /// Follows a sample through all layers, in evaluation mode.
    ///
    /// # Errors
    /// When the device fails, or there is no such row, or the values are too few or too many.
    fn trace(&mut self, request: &TraceRequest) -> Result<Trace, EngineError>;

    /// How the rows of a part look after a layer.
    ///
    /// # Errors
    /// When the device fails, or there is no such part, layer or neuron.
    fn hidden(&mut self, request: &HiddenRequest) -> Result<Hidden, EngineError>;

    /// The rows of the test part that excite a channel or neuron most.
    ///
    /// # Errors
    /// When the device fails, or there is no such layer or channel.
    fn excited(&mut self, request: &ExciteRequest) -> Result<Excited, EngineError>;

    /// What the network says about the rows of a part.
    ///
    /// # Errors
    /// When the device fails, or there is no such part.
    fn scores(&mut self, request: &ScoresRequest) -> Result<Scores, EngineError>;

    /// Copies everything that is remembered between steps to the host.
    ///
    /// # Errors
    /// When the device fails.
    fn checkpoint(&mut self) -> Result<EngineState, EngineError>;

    /// Takes over what [`Engine::checkpoint`] gave.
    ///
    /// # Errors
    /// When the device fails, or names or shapes do not fit.
    fn restore(&mut self, state: &EngineState) -> Result<(), EngineError>;
}
