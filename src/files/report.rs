use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::record::{
    Confusion, EndReason, EvalPoint, PartMetrics, PauseReason, Position, Run, RunState,
};
use crate::spec::Task;

use super::VERSION;

/// How an experiment came out, to be written as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Name of the experiment.
    pub experiment: String,
    /// Where it was computed.
    pub device: String,
    /// One for each run.
    pub runs: Vec<RunReport>,
}

/// How one run came out.
#[derive(Clone, Debug, PartialEq)]
pub struct RunReport {
    /// Name of the run.
    pub name: String,
    /// Whether classes or numbers are predicted.
    pub task: Task,
    /// Number of trainable values.
    pub parameters: usize,
    /// Where the run stands.
    pub at: Position,
    /// The whole training part, or the sample of it that is measured.
    pub train: Option<PartMetrics>,
    /// The validation part, where there is one.
    pub validation: Option<PartMetrics>,
    /// The test part.
    pub test: Option<PartMetrics>,
    /// Which classes of the test part were taken for which.
    pub confusion: Option<ConfusionReport>,
    /// How it ended.
    pub stopped: Ending,
}

/// A confusion matrix with the names of its classes.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfusionReport {
    /// Names of the classes, in order.
    pub labels: Vec<String>,
    /// Rows are true classes, columns predicted ones.
    pub table: Confusion,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Its stop rule was met.
    Completed,
    /// The user stopped it.
    Stopped,
    /// Loss, gradients or weights were no longer finite.
    Diverged,
    /// It broke.
    Failed,
    /// Its device was lost.
    DeviceLost,
    /// Not yet: it waits.
    Paused,
    /// Not yet: it trains.
    Running,
}

impl Ending {
    /// What a state of a run amounts to.
    #[must_use]
    pub fn of(state: &RunState) -> Self {
        match state {
            RunState::Ended(EndReason::Completed) => Self::Completed,
            RunState::Ended(EndReason::Stopped) => Self::Stopped,
            RunState::Ended(EndReason::Failed(_)) => Self::Failed,
            RunState::Ended(EndReason::DeviceLost(_)) => Self::DeviceLost,
            RunState::Paused(PauseReason::Diverged(_)) => Self::Diverged,
            RunState::Paused(PauseReason::User) => Self::Paused,
            RunState::Starting | RunState::Preparing | RunState::Running => Self::Running,
        }
    }

    /// The word that stands in the report.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Stopped => "stopped",
            Self::Diverged => "diverged",
            Self::Failed => "failed",
            Self::DeviceLost => "device-lost",
            Self::Paused => "paused",
            Self::Running => "running",
        }
    }
}

impl RunReport {
    /// How a run stands. `measured` is a measurement of all rows where there is one; else the
    /// newest of the run counts.
    #[must_use]
    pub fn of(run: &Run, measured: Option<EvalPoint>, confusion: Option<ConfusionReport>) -> Self {
        let metrics = measured.or_else(|| run.metrics());
        Self {
            name: run.spec.spec().name.clone(),
            task: run.spec.facts().task,
            parameters: run.spec.parameters(),
            at: run.position(),
            train: metrics.map(|metrics| metrics.train),
            validation: metrics.and_then(|metrics| metrics.validation),
            test: metrics.map(|metrics| metrics.test),
            confusion,
            stopped: Ending::of(&run.state),
        }
    }

    /// Mean speed over the whole run; `None` before any time has passed.
    #[must_use]
    pub fn steps_per_second(&self) -> Option<f64> {
        (self.at.seconds > 0.0).then(|| self.at.step.0 as f64 / self.at.seconds)
    }
}

/// Writes a report as JSON. Numbers that are not finite, and those that are not known, are `null`;
/// `validation` is there only where the data have such a part.
///
/// # Errors
/// When `out` fails.
pub fn write_report(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &ReportJson::of(report))?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct ReportJson<'a> {
    descent: &'static str,
    experiment: &'a str,
    device: &'a str,
    runs: Vec<RunJson<'a>>,
}

#[derive(Serialize)]
struct RunJson<'a> {
    name: &'a str,
    parameters: usize,
    steps: u64,
    epochs: f64,
    seconds: f64,
    steps_per_second: Option<f64>,
    train: PartJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation: Option<PartJson>,
    test: PartJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    confusion: Option<ConfusionJson<'a>>,
    stopped: &'static str,
}

#[derive(Serialize)]
struct PartJson {
    loss: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objective: Option<Option<f64>>,
    #[serde(flatten)]
    quality: Quality,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Quality {
    Classes { accuracy: Option<f64> },
    Numbers { r2: Option<f64>, mae: Option<f64> },
}

#[derive(Serialize)]
struct ConfusionJson<'a> {
    labels: &'a [String],
    rows: &'static str,
    #[serde(serialize_with = "counts")]
    counts: &'a Confusion,
}

impl<'a> ReportJson<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            descent: VERSION,
            experiment: &report.experiment,
            device: &report.device,
            runs: report.runs.iter().map(RunJson::of).collect(),
        }
    }
}

impl<'a> RunJson<'a> {
    fn of(run: &'a RunReport) -> Self {
        let objective = run.train.map(|train| train.objective);
        Self {
            name: &run.name,
            parameters: run.parameters,
            steps: run.at.step.0,
            epochs: run.at.epoch,
            seconds: run.at.seconds,
            steps_per_second: run.steps_per_second(),
            train: PartJson { objective: Some(objective), ..PartJson::of(run.task, run.train) },
            validation: run.validation.map(|part| PartJson::of(run.task, Some(part))),
            test: PartJson::of(run.task, run.test),
            confusion: run.confusion.as_ref().map(ConfusionJson::of),
            stopped: run.stopped.word(),
        }
    }
}

impl PartJson {
    fn of(task: Task, part: Option<PartMetrics>) -> Self {
        let quality = match task {
            Task::Classification { .. } => {
                Quality::Classes { accuracy: part.and_then(|part| part.accuracy) }
            }
            Task::Regression => Quality::Numbers {
                r2: part.and_then(|part| part.r2),
                mae: part.and_then(|part| part.mae),
            },
        };
        Self { loss: part.map(|part| part.loss), objective: None, quality }
    }
}

impl<'a> ConfusionJson<'a> {
    fn of(confusion: &'a ConfusionReport) -> Self {
        Self { labels: &confusion.labels, rows: "true", counts: &confusion.table }
    }
}

fn counts<S: Serializer>(table: &&Confusion, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq((0..table.classes()).map(|class| table.row(class)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Step;
    use serde_json::{Value, json};

    fn at() -> Position {
        Position { step: Step(200), epoch: 200.0, samples: 60_000, seconds: 0.5 }
    }

    fn classes() -> RunReport {
        let part = |loss, accuracy| PartMetrics {
            loss,
            objective: loss + 0.25,
            accuracy: Some(accuracy),
            ..PartMetrics::default()
        };
        let table = Confusion::from_pairs(2, [(0, 0), (0, 1), (1, 1)]);
        RunReport {
            name: "Linear".into(),
            task: Task::Classification { classes: 2 },
            parameters: 9,
            at: at(),
            train: Some(part(0.75, 0.5)),
            validation: None,
            test: Some(part(1.5, 2.0 / 3.0)),
            confusion: Some(ConfusionReport { labels: vec!["a".into(), "b".into()], table }),
            stopped: Ending::Completed,
        }
    }

    fn text(runs: Vec<RunReport>) -> String {
        let report = Report { experiment: "Spiral".into(), device: "CPU".into(), runs };
        let mut bytes = Vec::new();
        write_report(&report, &mut bytes).expect("written");
        String::from_utf8(bytes).expect("text")
    }

    fn parsed(run: RunReport) -> Value {
        let value: Value = serde_json::from_str(&text(vec![run])).expect("JSON");
        value["runs"][0].clone()
    }

    #[test]
    fn classification_has_accuracy_and_confusion() {
        let value: Value = serde_json::from_str(&text(vec![classes()])).expect("JSON");
        let expected = json!({
            "descent": VERSION,
            "experiment": "Spiral",
            "device": "CPU",
            "runs": [{
                "name": "Linear",
                "parameters": 9,
                "steps": 200,
                "epochs": 200.0,
                "seconds": 0.5,
                "steps_per_second": 400.0,
                "train": {"loss": 0.75, "objective": 1.0, "accuracy": 0.5},
                "test": {"loss": 1.5, "accuracy": 2.0 / 3.0},
                "confusion": {"labels": ["a", "b"], "rows": "true", "counts": [[1, 1], [0, 1]]},
                "stopped": "completed",
            }],
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn a_validation_part_stands_between_the_others() {
        let part = PartMetrics { loss: 0.5, accuracy: Some(0.75), ..PartMetrics::default() };
        let run = RunReport { validation: Some(part), ..classes() };
        let text = text(vec![run.clone()]);
        let places = ["train", "validation", "test"].map(|key| text.find(&format!("\"{key}\"")));
        assert!(places.is_sorted() && places[0].is_some(), "{text}");
        assert_eq!(parsed(run)["validation"], json!({"loss": 0.5, "accuracy": 0.75}));
    }

    #[test]
    fn keys_stand_in_the_order_of_reading() {
        let text = text(vec![classes()]);
        let keys = ["descent", "experiment", "device", "runs", "name", "parameters", "stopped"];
        let places: Vec<_> = keys.map(|key| text.find(&format!("\"{key}\"")).expect(key)).into();
        assert!(places.is_sorted(), "{text}");
    }

    #[test]
    fn regression_has_r2_and_mean_absolute_error() {
        let part = PartMetrics {
            loss: 0.5,
            objective: 0.5,
            r2: Some(0.75),
            mae: Some(0.125),
            ..PartMetrics::default()
        };
        let run = RunReport {
            task: Task::Regression,
            train: Some(part),
            test: Some(part),
            confusion: None,
            ..classes()
        };
        let value = parsed(run);
        let train = json!({"loss": 0.5, "objective": 0.5, "r2": 0.75, "mae": 0.125});
        assert_eq!(value["train"], train);
        assert_eq!(value["test"], json!({"loss": 0.5, "r2": 0.75, "mae": 0.125}));
        assert!(value.get("confusion").is_none());
    }

    #[test]
    fn what_is_no_number_or_not_known_is_null() {
        let train = PartMetrics { loss: f64::NAN, objective: f64::INFINITY, ..Default::default() };
        let run = RunReport {
            train: Some(train),
            test: None,
            confusion: None,
            at: Position::default(),
            stopped: Ending::Diverged,
            ..classes()
        };
        let value = parsed(run);
        let nothing = json!({"loss": null, "objective": null, "accuracy": null});
        assert_eq!(value["train"], nothing);
        assert_eq!(value["test"], json!({"loss": null, "accuracy": null}));
        assert_eq!(value["steps_per_second"], Value::Null);
        assert_eq!(value["stopped"], "diverged");
    }
}
