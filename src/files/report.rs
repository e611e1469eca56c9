use std::io::{self, Write};

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::record::{
    ClassReport, ClassScores, Confusion, EndReason, EvalPoint, Part, PartMetrics, PauseReason,
    Penalties, Position, Quantity, Run, RunState,
};
use crate::spec::{Loss, Task};

use super::VERSION;
use super::history::quantity_key;

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
    /// What was minimised; with the task it says what can be measured.
    pub loss: Loss,
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
    /// The penalties of the weights, which every objective contains.
    pub penalties: Option<Penalties>,
    /// Which classes were taken for which, one for each part that was counted.
    pub confusion: Vec<ConfusionReport>,
    /// How it ended.
    pub stopped: Ending,
    /// Why, where it is to be told: the rule that was met, or what broke.
    pub cause: Option<String>,
}

/// A confusion matrix with the names of its classes.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfusionReport {
    /// The part that was counted.
    pub part: Part,
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
            RunState::Ended(EndReason::Completed(_)) => Self::Completed,
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

fn cause(state: &RunState) -> Option<String> {
    match state {
        RunState::Ended(EndReason::Completed(cause)) => Some(cause.to_string()),
        RunState::Ended(EndReason::Failed(why) | EndReason::DeviceLost(why)) => Some(why.clone()),
        RunState::Paused(PauseReason::Diverged(finding)) => Some(finding.message.clone()),
        _ => None,
    }
}

impl RunReport {
    /// How a run stands. `measured` is a measurement of all rows where there is one; else the
    /// newest of the run counts.
    #[must_use]
    pub fn of(run: &Run, measured: Option<EvalPoint>, confusion: Vec<ConfusionReport>) -> Self {
        let metrics = measured.or_else(|| run.metrics());
        Self {
            name: run.spec.spec().name.clone(),
            task: run.spec.facts().task,
            loss: run.spec.spec().train.loss,
            parameters: run.spec.parameters(),
            at: run.position(),
            train: metrics.map(|metrics| metrics.train),
            validation: metrics.and_then(|metrics| metrics.validation),
            test: metrics.map(|metrics| metrics.test),
            penalties: metrics.map(|metrics| metrics.penalties),
            confusion,
            stopped: Ending::of(&run.state),
            cause: cause(&run.state),
        }
    }

    fn confusion_of(&self, part: Part) -> Option<&ConfusionReport> {
        self.confusion.iter().find(|counted| counted.part == part)
    }

    /// Mean speed over the whole run; `None` before any time has passed.
    #[must_use]
    pub fn steps_per_second(&self) -> Option<f64> {
        (self.at.seconds > 0.0).then(|| self.at.step.0 as f64 / self.at.seconds)
    }
}

/// Writes a report as JSON. Its keys are stable; more may come.
///
/// | key of a run | meaning |
/// |---|---|
/// | `name`, `parameters` | its name, and the number of trainable values |
/// | `steps`, `epochs`, `seconds`, `steps_per_second` | how long it trained, and how fast |
/// | `train`, `validation`, `test` | what was measured on each part, in evaluation mode; `validation` only where the data have one |
/// | `penalties` | `l1` and `l2`, parts of every `objective`, apart from the data loss |
/// | `confusion` | the confusion matrix of the test part: `labels`, and `counts` whose rows are true classes |
/// | `class_reports` | by part: `classes` with `name`, `precision`, `recall`, `f1` and `support`; `accuracy`, `macro_average`, `weighted_average`; and `text` in the layout of scikit-learn |
/// | `stopped` | why it ended: `completed`, `stopped`, `diverged`, `failed`, `device-lost`, `paused` or `running` |
/// | `cause` | the same in words, where there is more to say: `stopped after 20 epochs` |
///
/// A part has `rows`, `loss`, `objective` and what applies of `accuracy`, `top2_accuracy`,
/// `top3_accuracy`, `top5_accuracy`, `balanced_accuracy`, `precision_macro`, `recall_macro`,
/// `f1_macro`, `f1_weighted`, `roc_auc`, `mse`, `rmse`, `mae` and `r2`. Numbers that are not
/// finite, and those that are not known, are `null`. Confusion matrix and class reports are there
/// where classes are predicted.
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
    penalties: Option<PenaltiesJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confusion: Option<ConfusionJson<'a>>,
    #[serde(skip_serializing_if = "ClassReportsJson::is_empty")]
    class_reports: ClassReportsJson<'a>,
    stopped: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
}

/// What was measured on a part, with a key for everything that applies.
struct PartJson {
    task: Task,
    loss: Loss,
    part: Option<PartMetrics>,
}

#[derive(Serialize)]
struct PenaltiesJson {
    l1: f64,
    l2: f64,
}

#[derive(Serialize)]
struct ConfusionJson<'a> {
    labels: &'a [String],
    rows: &'static str,
    #[serde(serialize_with = "counts")]
    counts: &'a Confusion,
}

#[derive(Serialize)]
struct ClassReportsJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    validation: Option<ClassReportJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<ClassReportJson<'a>>,
}

#[derive(Serialize)]
struct ClassReportJson<'a> {
    classes: Vec<ClassJson<'a>>,
    accuracy: f64,
    macro_average: ScoresJson,
    weighted_average: ScoresJson,
    text: String,
}

#[derive(Serialize)]
struct ClassJson<'a> {
    name: &'a str,
    #[serde(flatten)]
    scores: ScoresJson,
}

#[derive(Serialize)]
struct ScoresJson {
    precision: f64,
    recall: f64,
    f1: f64,
    support: u64,
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
        let part = |part| PartJson { task: run.task, loss: run.loss, part };
        Self {
            name: &run.name,
            parameters: run.parameters,
            steps: run.at.step.0,
            epochs: run.at.epoch,
            seconds: run.at.seconds,
            steps_per_second: run.steps_per_second(),
            train: part(run.train),
            validation: run.validation.map(|validation| part(Some(validation))),
            test: part(run.test),
            penalties: run.penalties.map(|Penalties { l1, l2 }| PenaltiesJson { l1, l2 }),
            confusion: run.confusion_of(Part::Test).map(ConfusionJson::of),
            class_reports: ClassReportsJson {
                validation: run.confusion_of(Part::Validation).map(ClassReportJson::of),
                test: run.confusion_of(Part::Test).map(ClassReportJson::of),
            },
            stopped: run.stopped.word(),
            cause: run.cause.as_deref(),
        }
    }
}

impl Serialize for PartJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rows", &self.part.map(|part| part.rows))?;
        let applying = Quantity::ALL.into_iter().filter(|one| one.applies(self.task, self.loss));
        for quantity in applying {
            let value = self.part.and_then(|part| part.get(quantity));
            map.serialize_entry(quantity_key(quantity), &value)?;
        }
        map.end()
    }
}

impl<'a> ConfusionJson<'a> {
    fn of(confusion: &'a ConfusionReport) -> Self {
        Self { labels: &confusion.labels, rows: "true", counts: &confusion.table }
    }
}

impl ClassReportsJson<'_> {
    fn is_empty(&self) -> bool {
        self.validation.is_none() && self.test.is_none()
    }
}

impl<'a> ClassReportJson<'a> {
    fn of(confusion: &'a ConfusionReport) -> Self {
        let report = ClassReport::of(&confusion.table);
        let names = confusion.labels.iter().map(String::as_str).chain(std::iter::repeat(""));
        let named = names.zip(&report.classes);
        Self {
            classes: named
                .map(|(name, scores)| ClassJson { name, scores: scores.into() })
                .collect(),
            accuracy: report.accuracy,
            macro_average: (&report.macro_average).into(),
            weighted_average: (&report.weighted_average).into(),
            text: report.to_text(&confusion.labels),
        }
    }
}

impl From<&ClassScores> for ScoresJson {
    fn from(&ClassScores { precision, recall, f1, support }: &ClassScores) -> Self {
        Self { precision, recall, f1, support }
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
            loss: Loss::CROSS_ENTROPY,
            parameters: 9,
            at: at(),
            train: Some(part(0.75, 0.5)),
            validation: None,
            test: Some(part(1.5, 2.0 / 3.0)),
            penalties: Some(Penalties { l1: 0.0, l2: 0.25 }),
            confusion: vec![ConfusionReport {
                part: Part::Test,
                labels: vec!["a".into(), "b".into()],
                table,
            }],
            stopped: Ending::Completed,
            cause: Some("stopped after 20 epochs".into()),
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

    /// All quantities of two classes, without values unless they are given.
    fn quality(rows: Value, loss: Value, objective: Value, accuracy: Value) -> Value {
        json!({
            "rows": rows,
            "loss": loss,
            "objective": objective,
            "accuracy": accuracy,
            "balanced_accuracy": null,
            "precision_macro": null,
            "recall_macro": null,
            "f1_macro": null,
            "f1_weighted": null,
            "roc_auc": null,
        })
    }

    #[test]
    fn classification_has_accuracy_confusion_and_a_class_report() {
        let value: Value = serde_json::from_str(&text(vec![classes()])).expect("JSON");
        let run = &value["runs"][0];
        let report = json!({
            "classes": [
                {"name": "a", "precision": 1.0, "recall": 0.5, "f1": 2.0 / 3.0, "support": 2},
                {"name": "b", "precision": 0.5, "recall": 1.0, "f1": 2.0 / 3.0, "support": 1},
            ],
            "accuracy": 2.0 / 3.0,
            "macro_average":
                {"precision": 0.75, "recall": 0.75, "f1": 2.0 / 3.0, "support": 3},
            "weighted_average": run["class_reports"]["test"]["weighted_average"],
            "text": run["class_reports"]["test"]["text"],
        });
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
                "train": quality(0.into(), 0.75.into(), 1.0.into(), 0.5.into()),
                "test": quality(0.into(), 1.5.into(), 1.75.into(), (2.0 / 3.0).into()),
                "penalties": {"l1": 0.0, "l2": 0.25},
                "confusion": {"labels": ["a", "b"], "rows": "true", "counts": [[1, 1], [0, 1]]},
                "class_reports": {"test": report},
                "stopped": "completed",
                "cause": "stopped after 20 epochs",
            }],
        });
        assert_eq!(value, expected);
        let text = run["class_reports"]["test"]["text"].as_str().expect("text");
        assert!(text.contains("           a       1.00      0.50      0.67         2\n"), "{text}");
        let weighted = &run["class_reports"]["test"]["weighted_average"];
        assert_eq!(weighted["precision"], (2.0 + 0.5) / 3.0);
    }

    #[test]
    fn a_validation_part_stands_between_the_others() {
        let part = PartMetrics { loss: 0.5, accuracy: Some(0.75), ..PartMetrics::default() };
        let run = RunReport { validation: Some(part), ..classes() };
        let text = text(vec![run.clone()]);
        let places = ["train", "validation", "test"].map(|key| text.find(&format!("\"{key}\"")));
        assert!(places.is_sorted() && places[0].is_some(), "{text}");
        let expected = quality(0.into(), 0.5.into(), 0.0.into(), 0.75.into());
        assert_eq!(parsed(run)["validation"], expected);
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
            mse: Some(0.25),
            mae: Some(0.125),
            ..PartMetrics::default()
        };
        let run = RunReport {
            task: Task::Regression,
            loss: Loss::Mse,
            train: Some(part),
            test: Some(part),
            confusion: Vec::new(),
            ..classes()
        };
        let value = parsed(run);
        let expected = json!({
            "rows": 0,
            "loss": 0.5,
            "objective": 0.5,
            "mse": 0.25,
            "rmse": 0.5,
            "mae": 0.125,
            "r2": 0.75,
        });
        assert_eq!((&value["train"], &value["test"]), (&expected, &expected));
        assert!(value.get("confusion").is_none() && value.get("class_reports").is_none());
    }

    #[test]
    fn what_is_no_number_or_not_known_is_null() {
        let train = PartMetrics { loss: f64::NAN, objective: f64::INFINITY, ..Default::default() };
        let run = RunReport {
            train: Some(train),
            test: None,
            penalties: None,
            confusion: Vec::new(),
            at: Position::default(),
            stopped: Ending::Diverged,
            ..classes()
        };
        let value = parsed(run);
        let null = || Value::Null;
        assert_eq!(value["train"], quality(0.into(), null(), null(), null()));
        assert_eq!(value["test"], quality(null(), null(), null(), null()));
        assert_eq!(value["penalties"], null());
        assert_eq!(value["steps_per_second"], Value::Null);
        assert_eq!(value["stopped"], "diverged");
    }
}
