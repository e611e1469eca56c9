//! Knows: `base`, `spec`.
//! Never: files, threads, clocks, tensors, widgets, serde.

mod alteration;
mod calibration;
mod cause;
mod checkpoint;
mod confusion;
mod curve;
mod history;
mod inspect;
mod metrics;
mod probe;
mod ranking;
mod rates;
mod report;
mod roc;
mod run;
mod timeline;

pub use crate::spec::{Part, Quantity};
pub use alteration::Alteration;
pub use calibration::{Binning, Reliability, ReliabilityBin, brier_score};
pub use cause::{BestEpoch, Cause, EndRule};
pub use checkpoint::{Best, Checkpoint, NamedTensor, Watch};
pub use confusion::Confusion;
pub use curve::{Cut, CutCurve, Rates, macro_roc};
pub use history::{Marker, RunHistory, Sample, Series};
pub use inspect::{
    ExciteRequest, Excited, Excitement, GridRequest, Hidden, HiddenRequest, HiddenView, Input,
    Insight, Inspect, LayerValues, MapRequest, Maps, Rest, Saliency, Scores, ScoresRequest, Slice,
    SlicePlane, Trace, TraceRequest, UnitsOf,
};
pub use metrics::{EvalPoint, Metric, MetricChunk, PartMetrics, Penalties, Position, StepPoint};
pub use probe::{
    Boundary, BoundaryRequest, Fit, FitRequest, GradientFlow, LayerFlow, Prediction, Predictions,
    ProbeFrame, ProbeRequest,
};
pub use ranking::{Ranking, Residual, Verdict, top, verdicts};
pub use rates::{RateRegion, RateStart, RateSweep};
pub use report::{Absence, ClassCounts, ClassReport, ClassScores};
pub use roc::RocScores;
pub use run::{DeviceNote, EndReason, Finding, PauseReason, Run, RunState};
pub use timeline::{Mark, Timeline, TimelineLimits};
