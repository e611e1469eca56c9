use crate::base::{RunId, Step};

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
    /// Loss of each batch plus the penalty.
    BatchObjective,
    /// Data loss on a fixed sample of the training part.
    TrainLoss,
    /// The same plus the penalty.
    TrainObjective,
    /// Share of right answers on the sample of the training part.
    TrainAccuracy,
    /// Data loss on the validation part.
    ValidationLoss,
    /// Share of right answers on the validation part.
    ValidationAccuracy,
    /// Data loss on the test part.
    TestLoss,
    /// Share of right answers on the test part.
    TestAccuracy,
    /// Coefficient of determination on the sample of the training part.
    TrainR2,
    /// Coefficient of determination on the validation part.
    ValidationR2,
    /// Coefficient of determination on the test part.
    TestR2,
    /// Mean absolute error on the sample of the training part.
    TrainMae,
    /// Mean absolute error on the validation part.
    ValidationMae,
    /// Mean absolute error on the test part.
    TestMae,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Self; 15] = [
        Self::BatchLoss,
        Self::BatchObjective,
        Self::TrainLoss,
        Self::TrainObjective,
        Self::TrainAccuracy,
        Self::ValidationLoss,
        Self::ValidationAccuracy,
        Self::TestLoss,
        Self::TestAccuracy,
        Self::TrainR2,
        Self::ValidationR2,
        Self::TestR2,
        Self::TrainMae,
        Self::ValidationMae,
        Self::TestMae,
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::BatchLoss => "batch loss",
            Self::BatchObjective => "batch objective",
            Self::TrainLoss => "training loss",
            Self::TrainObjective => "training objective",
            Self::TrainAccuracy => "training accuracy",
            Self::ValidationLoss => "validation loss",
            Self::ValidationAccuracy => "validation accuracy",
            Self::TestLoss => "test loss",
            Self::TestAccuracy => "test accuracy",
            Self::TrainR2 => "training R²",
            Self::ValidationR2 => "validation R²",
            Self::TestR2 => "test R²",
            Self::TrainMae => "training mean absolute error",
            Self::ValidationMae => "validation mean absolute error",
            Self::TestMae => "test mean absolute error",
        }
    }

    /// Whether it is measured on the validation part, which not all data have.
    #[must_use]
    pub fn is_validation(self) -> bool {
        matches!(
            self,
            Self::ValidationLoss
                | Self::ValidationAccuracy
                | Self::ValidationR2
                | Self::ValidationMae
        )
    }
}

/// The losses of one update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepPoint {
    /// Where the run stood after the update.
    pub at: Position,
    /// Data loss of the batch, computed before the update.
    pub loss: f64,
    /// Data loss plus penalty, computed before the update.
    pub objective: f64,
}

/// How well one part of the data is predicted, in evaluation mode.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PartMetrics {
    /// Data loss, with the reduction of the run's loss.
    pub loss: f64,
    /// Data loss plus penalty.
    pub objective: f64,
    /// Share of right answers, for classification.
    pub accuracy: Option<f64>,
    /// Coefficient of determination, for regression.
    pub r2: Option<f64>,
    /// Mean absolute error, for regression.
    pub mae: Option<f64>,
    /// Rows that were measured.
    pub rows: usize,
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
}

impl EvalPoint {
    /// The value of one of the evaluated metrics, where it exists.
    #[must_use]
    pub fn get(&self, metric: Metric) -> Option<f64> {
        match metric {
            Metric::BatchLoss | Metric::BatchObjective => None,
            Metric::TrainLoss => Some(self.train.loss),
            Metric::TrainObjective => Some(self.train.objective),
            Metric::TrainAccuracy => self.train.accuracy,
            Metric::ValidationLoss => self.validation.map(|part| part.loss),
            Metric::ValidationAccuracy => self.validation?.accuracy,
            Metric::ValidationR2 => self.validation?.r2,
            Metric::ValidationMae => self.validation?.mae,
            Metric::TestLoss => Some(self.test.loss),
            Metric::TestAccuracy => self.test.accuracy,
            Metric::TrainR2 => self.train.r2,
            Metric::TestR2 => self.test.r2,
            Metric::TrainMae => self.train.mae,
            Metric::TestMae => self.test.mae,
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
