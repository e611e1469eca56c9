use crate::base::{RunId, Step};
use crate::spec::{Part, Quantity};

/// Where in its training a run stands: the possible x axes of a curve.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Position {
    /// Updates made.
    pub step: Step,
    /// Passes over the training part, with fraction.
    pub epoch: f64,
    /// Samples seen, counted again in each epoch.
    pub samples: u64,
    /// Time spent training, pauses left out. The only part that differs between equal runs.
    pub seconds: f64,
}

/// What is drawn as a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Metric {
    /// Data loss of each batch, before its update.
    BatchLoss,
    /// Loss of each batch plus the penalties.
    BatchObjective,
    /// Learning rate of each update, after the schedule.
    LearningRate,
    /// The L1 penalty.
    L1Penalty,
    /// The L2 penalty.
    L2Penalty,
    /// What is measured on a part of the data; of the training part, on a fixed sample.
    Of(Part, Quantity),
}

impl Metric {
    /// All metrics, in the order they are offered.
    pub fn all() -> impl Iterator<Item = Self> {
        let of_run = [
            Self::BatchLoss,
            Self::BatchObjective,
            Self::LearningRate,
            Self::L1Penalty,
            Self::L2Penalty,
        ];
        let measured = Part::ALL.into_iter().flat_map(|part| {
            Quantity::ALL.into_iter().map(move |quantity| Self::Of(part, quantity))
        });
        of_run.into_iter().chain(measured)
    }

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::BatchLoss => "batch loss".into(),
            Self::BatchObjective => "batch objective".into(),
            Self::LearningRate => "learning rate".into(),
            Self::L1Penalty => "L1 penalty".into(),
            Self::L2Penalty => "L2 penalty".into(),
            Self::Of(part, quantity) => format!("{} {}", part.adjective(), quantity.label()),
        }
    }

    /// Whether it is measured on the validation part, which not all data have.
    #[must_use]
    pub fn is_validation(self) -> bool {
        matches!(self, Self::Of(Part::Validation, _))
    }
}

/// The losses of one update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepPoint {
    /// Where the run stood after the update.
    pub at: Position,
    /// Data loss of the batch, computed before the update.
    pub loss: f64,
    /// Data loss plus penalties, computed before the update.
    pub objective: f64,
    /// Learning rate of the update.
    pub rate: f64,
}

/// How well one part of the data is predicted, in evaluation mode. What does not apply to the
/// task is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PartMetrics {
    /// Data loss, with the reduction of the run's loss.
    pub loss: f64,
    /// Data loss plus penalties.
    pub objective: f64,
    /// Rows that were measured.
    pub rows: usize,
    /// Share of right answers.
    pub accuracy: Option<f64>,
    /// Share of rows whose true class is among the two, three and five best.
    pub top: [Option<f64>; 3],
    /// Mean recall of the classes that occur.
    pub balanced_accuracy: Option<f64>,
    /// Mean precision of the classes.
    pub precision: Option<f64>,
    /// Mean recall of the classes.
    pub recall: Option<f64>,
    /// Mean F1 of the classes.
    pub f1: Option<f64>,
    /// F1 of the classes, weighted by their rows.
    pub weighted_f1: Option<f64>,
    /// Area under the ROC curve, for two classes.
    pub roc_auc: Option<f64>,
    /// Mean squared error of the outputs: for regression, and where classes are told apart by a
    /// distance.
    pub mse: Option<f64>,
    /// Mean absolute error of the outputs, likewise.
    pub mae: Option<f64>,
    /// Coefficient of determination, for regression with at least two rows.
    pub r2: Option<f64>,
}

impl PartMetrics {
    /// The value of a quantity, where it exists.
    #[must_use]
    pub fn get(&self, quantity: Quantity) -> Option<f64> {
        match quantity {
            Quantity::Loss => Some(self.loss),
            Quantity::Objective => Some(self.objective),
            Quantity::Accuracy => self.accuracy,
            Quantity::Top2 => self.top[0],
            Quantity::Top3 => self.top[1],
            Quantity::Top5 => self.top[2],
            Quantity::BalancedAccuracy => self.balanced_accuracy,
            Quantity::Precision => self.precision,
            Quantity::Recall => self.recall,
            Quantity::F1 => self.f1,
            Quantity::WeightedF1 => self.weighted_f1,
            Quantity::RocAuc => self.roc_auc,
            Quantity::Mse => self.mse,
            Quantity::Rmse => self.mse.map(f64::sqrt),
            Quantity::Mae => self.mae,
            Quantity::R2 => self.r2,
        }
    }
}

/// The penalties of the weights as they stand: parts of the objective, apart from the data loss.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Penalties {
    /// `λ₁ · Σ|w|`
    pub l1: f64,
    /// `λ/2 · Σw²` or `λ · Σw²`
    pub l2: f64,
}

impl Penalties {
    /// Both together.
    #[must_use]
    pub fn sum(self) -> f64 {
        self.l1 + self.l2
    }
}

/// One measurement of all parts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EvalPoint {
    /// Where the run stood.
    pub at: Position,
    /// A fixed sample of the training part.
    pub train: PartMetrics,
    /// The validation part, where there is one.
    pub validation: Option<PartMetrics>,
    /// The test part.
    pub test: PartMetrics,
    /// The penalties of the weights.
    pub penalties: Penalties,
}

impl EvalPoint {
    /// The value of one of the evaluated metrics, where it exists.
    #[must_use]
    pub fn get(&self, metric: Metric) -> Option<f64> {
        match metric {
            Metric::BatchLoss | Metric::BatchObjective | Metric::LearningRate => None,
            Metric::L1Penalty => Some(self.penalties.l1).filter(|penalty| *penalty != 0.0),
            Metric::L2Penalty => Some(self.penalties.l2).filter(|penalty| *penalty != 0.0),
            Metric::Of(part, quantity) => self.part(part)?.get(quantity),
        }
    }

    /// What was measured on a part.
    #[must_use]
    pub fn part(&self, part: Part) -> Option<&PartMetrics> {
        match part {
            Part::Train => Some(&self.train),
            Part::Validation => self.validation.as_ref(),
            Part::Test => Some(&self.test),
        }
    }
}

/// Points of one run since the last chunk, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricChunk {
    /// Which run.
    pub run: RunId,
    /// One for each update.
    pub steps: Vec<StepPoint>,
    /// One for each measurement.
    pub evals: Vec<EvalPoint>,
}

impl MetricChunk {
    /// A chunk without points.
    #[must_use]
    pub fn new(run: RunId) -> Self {
        Self { run, steps: Vec::new(), evals: Vec::new() }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.evals.is_empty()
    }
}
