use std::sync::Arc;

use crate::record::{
    Cause, Checkpoint, EvalPoint, Finding, Metric, Part, ProbeFrame, Quantity, RunHistory, Sample,
    Series,
};
use crate::spec::{TrialSetup, TrialSpec, ValidRun, Value};
use crate::train::{TrialEnd, TrialRecord};

/// Most points of a curve of a trial.
const CURVE_POINTS: usize = 100;

/// One combination of values, and what it came to.
#[derive(Clone, Debug)]
pub struct Trial {
    /// One value for each axis.
    pub values: Vec<Value>,
    /// What is trained; `None` where such a combination cannot be.
    pub setup: Option<TrialSetup>,
    /// One for each fold; one without folds.
    pub parts: Vec<TrialPart>,
}

/// One training of a trial.
#[derive(Clone, Debug)]
pub struct TrialPart {
    /// Where it stands.
    pub status: TrialStatus,
    /// What it came to, once it has ended; of a diverged one, how far it came.
    pub outcome: Option<TrialOutcome>,
}

/// Where a trial stands.
#[derive(Clone, Debug, PartialEq)]
pub enum TrialStatus {
    /// It was not begun.
    Waiting,
    /// It trains; how much is done, 0 to 1.
    Running(f32),
    /// It was trained to its end.
    Done,
    /// Its loss or weights were no longer finite.
    Diverged(Finding),
    /// It broke, and why.
    Failed(String),
    /// Such a combination cannot be trained, and why.
    Invalid(String),
    /// It was given up.
    Cancelled,
}

impl TrialStatus {
    /// One word for the user.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running(_) => "running",
            Self::Done => "done",
            Self::Diverged(_) => "diverged",
            Self::Failed(_) => "failed",
            Self::Invalid(_) => "invalid",
            Self::Cancelled => "cancelled",
        }
    }

    /// Why it is as it is, where there is something to say.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Diverged(finding) => Some(&finding.message),
            Self::Failed(why) | Self::Invalid(why) => Some(why),
            Self::Waiting | Self::Running(_) | Self::Done | Self::Cancelled => None,
        }
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !matches!(self, Self::Waiting | Self::Running(_))
    }

    /// Whether it has no result to be ranked by, and will have none.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Diverged(_) | Self::Failed(_) | Self::Invalid(_))
    }

    /// How much is done, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f32 {
        match self {
            Self::Waiting => 0.0,
            Self::Running(done) => *done,
            _ => 1.0,
        }
    }
}

/// What one training came to.
#[derive(Clone, Debug)]
pub struct TrialOutcome {
    /// Number of trainable values.
    pub parameters: usize,
    /// All rows of all parts, at the end; of a diverged one, the last measurement.
    pub measured: Option<EvalPoint>,
    /// The best value of what the sweep ranks by, and when.
    pub best: Option<Sample>,
    /// What the sweep ranks by, and the loss of the training part, at most a hundred points each.
    pub curves: Vec<Curve>,
    /// Its picture at the end: the boundary of planar data, the fitted curve of a single feature.
    pub frame: Option<Arc<ProbeFrame>>,
    /// Training time in seconds.
    pub seconds: f64,
    pub(super) kept: Option<Kept>,
}

impl TrialOutcome {
    /// Whether its curves and its network are at hand, so that it opens as it was trained.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.kept.is_some()
    }
}

/// A curve with few points.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// What is drawn.
    pub metric: Metric,
    /// Its points, in order; first and last are those of the whole curve.
    pub points: Vec<Sample>,
}

/// The record of a training, kept as long as there is memory for it.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub spec: Arc<ValidRun>,
    pub cause: Cause,
    pub history: RunHistory,
    pub checkpoint: Option<Arc<Checkpoint>>,
}

impl Kept {
    pub fn bytes(&self) -> usize {
        let weights = self.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.bytes());
        self.history.bytes() + weights
    }
}

/// A score over the folds that are done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Their mean.
    pub mean: f64,
    /// Standard deviation of a single fold, with divisor n − 1; `None` of a single one.
    pub std: Option<f64>,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// How many folds.
    pub folds: usize,
}

impl Score {
    /// The score of some values; `None` without any.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let folds = values.len();
        let mean = values.iter().sum::<f64>() / folds as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let ends = [f64::INFINITY, f64::NEG_INFINITY];
        let [min, max] = values.iter().fold(ends, |[low, high], v| [low.min(*v), high.max(*v)]);
        let std = (folds > 1).then(|| (squares / (folds - 1) as f64).sqrt());
        (folds > 0).then_some(Self { mean, std, min, max, folds })
    }
}

impl Trial {
    pub(super) fn new(spec: TrialSpec, folds: usize) -> Self {
        let (setup, status) = match spec.setup {
            Ok(setup) => (Some(setup), TrialStatus::Waiting),
            Err(why) => (None, TrialStatus::Invalid(why)),
        };
        let part = TrialPart { status, outcome: None };
        Self { values: spec.values, setup, parts: vec![part; folds] }
    }

    /// Where it stands as a whole: a failure of any part is one of all.
    #[must_use]
    pub fn status(&self) -> TrialStatus {
        let all = || self.parts.iter().map(|part| &part.status);
        let worst = all().find(|status| status.is_failure());
        if let Some(status) = worst.or_else(|| all().find(|s| **s == TrialStatus::Cancelled)) {
            return status.clone();
        }
        if all().all(|status| *status == TrialStatus::Done) {
            return TrialStatus::Done;
        }
        match all().all(|status| *status == TrialStatus::Waiting) {
            true => TrialStatus::Waiting,
            false => {
                let done: f32 = all().map(TrialStatus::share).sum();
                TrialStatus::Running(done / self.parts.len().max(1) as f32)
            }
        }
    }

    /// How well it did by a quantity of a part at the end of training, over the folds that are
    /// done.
    #[must_use]
    pub fn score(&self, part: Part, quantity: Quantity) -> Option<Score> {
        let done = self.parts.iter().filter(|part| part.status == TrialStatus::Done);
        let value = |outcome: &TrialOutcome| outcome.measured?.part(part)?.get(quantity);
        let values: Option<Vec<f64>> = done.map(|it| it.outcome.as_ref().and_then(value)).collect();
        Score::of(&values?)
    }

    /// Training time of all its parts, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        let outcomes = self.parts.iter().filter_map(|part| part.outcome.as_ref());
        // Not by `sum`, which is minus zero of nothing.
        outcomes.fold(0.0, |sum, outcome| sum + outcome.seconds)
    }
}

impl TrialPart {
    /// Takes in how a training went.
    pub(super) fn take(&mut self, spec: Arc<ValidRun>, record: TrialRecord, ranked: Metric) {
        let TrialRecord { end, history, measured, checkpoint, frame } = record;
        let cause = match &end {
            TrialEnd::Completed(cause) => Some(cause.clone()),
            _ => None,
        };
        self.status = match end {
            TrialEnd::Completed(_) => TrialStatus::Done,
            TrialEnd::Diverged(finding) => TrialStatus::Diverged(finding),
            TrialEnd::Failed(why) => TrialStatus::Failed(why),
            TrialEnd::Cancelled => TrialStatus::Cancelled,
        };
        let training = Metric::Of(Part::Train, Quantity::Loss);
        let curve = |metric| history.series(metric).map(|series| thinned(metric, series));
        let mut curves: Vec<Curve> = [ranked, training].into_iter().filter_map(curve).collect();
        curves.dedup_by_key(|curve| curve.metric);
        self.outcome = Some(TrialOutcome {
            parameters: spec.parameters(),
            measured: measured.or_else(|| history.last_eval()),
            best: history.series(ranked).and_then(|series| best(ranked, series)),
            curves,
            frame,
            seconds: history.position().seconds,
            kept: cause.map(|cause| Kept { spec, cause, history, checkpoint }),
        });
    }
}

fn best(metric: Metric, series: &Series) -> Option<Sample> {
    match metric {
        Metric::Of(_, quantity) if !quantity.is_cost() => series.max(),
        _ => series.min(),
    }
}

/// Evenly chosen points of a curve, its ends among them.
fn thinned(metric: Metric, series: &Series) -> Curve {
    let all: Vec<Sample> = series.samples().collect();
    let kept = all.len().min(CURVE_POINTS);
    let last = kept.saturating_sub(1).max(1);
    let points = (0..kept).map(|place| all[place * (all.len() - 1) / last]).collect();
    Curve { metric, points }
}
