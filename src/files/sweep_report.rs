//! The results of a sweep, as JSON and as a table.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::record::{EvalPoint, Part, PartMetrics, Quantity};
use crate::spec::{AxisValues, Search, SweepSpec, Value, words};

use super::VERSION;

/// What came of a sweep, in the order of its trials. But for the seconds, equal sweeps give equal
/// reports, whatever the order the trials were trained in.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepReport {
    /// Name of the experiment.
    pub experiment: String,
    /// Name of the run that was varied.
    pub run: String,
    /// What was asked for.
    pub spec: SweepSpec,
    /// Place of the best trial.
    pub best: Option<usize>,
    /// All trials.
    pub trials: Vec<TrialReport>,
}

/// What came of one combination of values.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialReport {
    /// One for each axis.
    pub values: Vec<Value>,
    /// How it ended, in a word.
    pub status: &'static str,
    /// Why, where there is something to say.
    pub reason: Option<String>,
    /// How well it did.
    pub score: Option<ScoreReport>,
    /// One for each fold.
    pub trainings: Vec<TrainingReport>,
}

/// A score over folds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ScoreReport {
    /// Their mean.
    pub mean: f64,
    /// Standard deviation of a single fold, with divisor n − 1.
    pub std: Option<f64>,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// How many folds.
    pub folds: usize,
}

/// What came of one training.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingReport {
    /// How it ended, in a word.
    pub status: &'static str,
    /// Number of trainable values.
    pub parameters: usize,
    /// All parts at the end.
    pub measured: Option<EvalPoint>,
    /// The best value of what was ranked by, and its step.
    pub best: Option<(u64, f64)>,
    /// Training time.
    pub seconds: f64,
}

/// Writes a sweep as JSON. Numbers that are not finite are `null`.
///
/// # Errors
/// When `out` fails.
pub fn write_sweep_report(report: &SweepReport, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &ReportJson::of(report))?;
    out.write_all(b"\n")
}

/// Writes a sweep as CSV: a row for each trial, with its values, its score, and the means of all
/// measures over the folds that are done. Trials are counted from one.
///
/// # Errors
/// When `out` fails.
pub fn write_sweep_csv(report: &SweepReport, out: &mut dyn Write) -> io::Result<()> {
    let measures: Vec<(Part, Quantity)> = all_measures()
        .filter(|&(part, quantity)| report.trials.iter().any(|t| t.mean(part, quantity).is_some()))
        .collect();
    let mut table = csv::Writer::from_writer(out);
    let paths = report.spec.axes.iter().map(|axis| axis.path.clone());
    let fixed = ["status", "mean", "std", "min", "max", "folds", "parameters", "steps", "seconds"];
    let measured = measures.iter().map(|&(part, quantity)| measure_key(part, quantity));
    let header: Vec<String> = std::iter::once("trial".to_owned())
        .chain(paths)
        .chain(fixed.map(String::from))
        .chain(measured)
        .collect();
    table.write_record(&header)?;
    for (place, trial) in report.trials.iter().enumerate() {
        table.write_record(row(place, trial, &measures))?;
    }
    table.flush()
}

fn row(place: usize, trial: &TrialReport, measures: &[(Part, Quantity)]) -> Vec<String> {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let score = trial.score;
    let first = trial.trainings.first();
    let steps = first.and_then(|training| training.measured).map(|point| point.at.step.0);
    // Not by `sum`, which is minus zero of nothing.
    let seconds = trial.trainings.iter().fold(0.0, |sum, training| sum + training.seconds);
    let mut row = vec![(place + 1).to_string()];
    row.extend(trial.values.iter().map(ToString::to_string));
    row.push(trial.status.to_owned());
    row.push(number(score.map(|score| score.mean)));
    row.push(number(score.and_then(|score| score.std)));
    row.push(number(score.map(|score| score.min)));
    row.push(number(score.map(|score| score.max)));
    row.push(score.map_or_else(|| "0".into(), |score| score.folds.to_string()));
    row.push(first.map(|training| training.parameters.to_string()).unwrap_or_default());
    row.push(steps.map(|steps| steps.to_string()).unwrap_or_default());
    row.push(seconds.to_string());
    row.extend(measures.iter().map(|&(part, quantity)| number(trial.mean(part, quantity))));
    row
}

impl TrialReport {
    /// Mean of a measure over the trainings that have it.
    fn mean(&self, part: Part, quantity: Quantity) -> Option<f64> {
        let value = |training: &TrainingReport| training.measured?.part(part)?.get(quantity);
        let values: Vec<f64> = self.trainings.iter().filter_map(value).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }
}

fn all_measures() -> impl Iterator<Item = (Part, Quantity)> {
    let of = |part| Quantity::ALL.into_iter().map(move |quantity| (part, quantity));
    Part::ALL.into_iter().flat_map(of)
}

/// `test.accuracy`, as on the command line.
fn measure_key(part: Part, quantity: Quantity) -> String {
    format!("{}.{}", words::part(part), words::quantity(quantity))
}

#[derive(Serialize)]
struct ReportJson<'a> {
    descent: &'static str,
    experiment: &'a str,
    run: &'a str,
    search: SearchJson,
    axes: Vec<AxisJson<'a>>,
    folds: Option<usize>,
    ranked_by: String,
    better: &'static str,
    best: Option<usize>,
    trials: Vec<TrialJson<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum SearchJson {
    Grid,
    Random { trials: usize, seed: u64 },
}

#[derive(Serialize)]
struct AxisJson<'a> {
    field: &'a str,
    #[serde(flatten)]
    values: ValuesJson<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum ValuesJson<'a> {
    Values(Vec<ValueJson<'a>>),
    Range(String),
}

#[derive(Serialize)]
#[serde(untagged)]
enum ValueJson<'a> {
    Whole(u64),
    Number(f64),
    Word(&'a str),
    Flag(bool),
}

#[derive(Serialize)]
struct TrialJson<'a> {
    /// Counted from one.
    trial: usize,
    values: Pairs<&'a str, ValueJson<'a>>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    score: Option<ScoreReport>,
    trainings: Vec<TrainingJson>,
}

#[derive(Serialize)]
struct TrainingJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    fold: Option<usize>,
    status: &'static str,
    parameters: usize,
    steps: Option<u64>,
    epochs: Option<f64>,
    seconds: f64,
    best: Option<BestJson>,
    train: Option<Measures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation: Option<Measures>,
    test: Option<Measures>,
}

#[derive(Serialize)]
struct BestJson {
    step: u64,
    value: f64,
}

type Measures = Pairs<&'static str, f64>;

/// A table whose entries keep their order.
struct Pairs<K, V>(Vec<(K, V)>);

impl<K: Serialize, V: Serialize> Serialize for Pairs<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'a> ReportJson<'a> {
    fn of(report: &'a SweepReport) -> Self {
        let SweepSpec { part, quantity, folds, search, .. } = report.spec;
        let trials = report.trials.iter().enumerate();
        Self {
            descent: VERSION,
            experiment: &report.experiment,
            run: &report.run,
            search: match search {
                Search::Grid => SearchJson::Grid,
                Search::Random { trials, seed } => SearchJson::Random { trials, seed },
            },
            axes: report.spec.axes.iter().map(AxisJson::of).collect(),
            folds,
            ranked_by: measure_key(part, quantity),
            better: if quantity.is_cost() { "lower" } else { "higher" },
            best: report.best.map(|place| place + 1),
            trials: trials.map(|(place, trial)| TrialJson::of(report, place, trial)).collect(),
        }
    }
}

impl<'a> AxisJson<'a> {
    fn of(axis: &'a crate::spec::Axis) -> Self {
        let values = match &axis.values {
            AxisValues::Listed(values) => {
                ValuesJson::Values(values.iter().map(ValueJson::of).collect())
            }
            AxisValues::Range(_) => ValuesJson::Range(axis.values.to_string()),
        };
        Self { field: &axis.path, values }
    }
}

impl<'a> ValueJson<'a> {
    fn of(value: &'a Value) -> Self {
        match (value, value.whole()) {
            (_, Some(whole)) => Self::Whole(whole),
            (Value::Number(number), None) => Self::Number(number.get()),
            (Value::Word(word), None) => Self::Word(word),
            (Value::Flag(flag), None) => Self::Flag(*flag),
        }
    }
}

impl<'a> TrialJson<'a> {
    fn of(report: &'a SweepReport, place: usize, trial: &'a TrialReport) -> Self {
        let paths = report.spec.axes.iter().map(|axis| axis.path.as_str());
        let with_fold = report.spec.folds.is_some();
        let trainings = trial.trainings.iter().enumerate();
        Self {
            trial: place + 1,
            values: Pairs(paths.zip(trial.values.iter().map(ValueJson::of)).collect()),
            status: trial.status,
            reason: trial.reason.as_deref(),
            score: trial.score,
            trainings: trainings
                .map(|(fold, training)| TrainingJson::of(with_fold.then_some(fold + 1), training))
                .collect(),
        }
    }
}

impl TrainingJson {
    fn of(fold: Option<usize>, training: &TrainingReport) -> Self {
        let measured = training.measured.as_ref();
        Self {
            fold,
            status: training.status,
            parameters: training.parameters,
            steps: measured.map(|point| point.at.step.0),
            epochs: measured.map(|point| point.at.epoch),
            seconds: training.seconds,
            best: training.best.map(|(step, value)| BestJson { step, value }),
            train: measured.map(|point| measures(&point.train)),
            validation: measured.and_then(|point| point.validation.as_ref()).map(measures),
            test: measured.map(|point| measures(&point.test)),
        }
    }
}

/// Everything that was measured on a part, by the words of the command line.
fn measures(part: &PartMetrics) -> Measures {
    let known = |quantity| Some((words::quantity(quantity), part.get(quantity)?));
    Pairs(Quantity::ALL.into_iter().filter_map(known).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Finite, Step};
    use crate::record::Position;
    use crate::spec::Axis;

    fn report() -> SweepReport {
        let rates = ["0.1", "1"].map(Value::parse).to_vec();
        let axis = Axis { path: "train.lr".into(), values: AxisValues::Listed(rates.clone()) };
        let spec = SweepSpec::grid(0, vec![axis], Part::Test, Quantity::Accuracy);
        let measured = |accuracy| {
            let test =
                PartMetrics { loss: f64::NAN, accuracy: Some(accuracy), ..PartMetrics::default() };
            let at = Position { step: Step(7), epoch: 3.5, ..Position::default() };
            EvalPoint { at, test, ..EvalPoint::default() }
        };
        let trial = |value: &Value, accuracy: f64| TrialReport {
            values: vec![value.clone()],
            status: "done",
            reason: None,
            score: Some(ScoreReport {
                mean: accuracy,
                std: None,
                min: accuracy,
                max: accuracy,
                folds: 1,
            }),
            trainings: vec![TrainingReport {
                status: "done",
                parameters: 9,
                measured: Some(measured(accuracy)),
                best: Some((4, 0.75)),
                seconds: 0.5,
            }],
        };
        let failed = TrialReport {
            values: vec![Value::Number(Finite::lit(1.0))],
            status: "diverged",
            reason: Some("Too fast.".into()),
            score: None,
            trainings: vec![],
        };
        SweepReport {
            experiment: "Spiral".into(),
            run: "ReLU".into(),
            spec,
            best: Some(0),
            trials: vec![trial(&rates[0], 0.5), failed],
        }
    }

    #[test]
    fn json_holds_every_trial_with_its_values() {
        let mut bytes = Vec::new();
        write_sweep_report(&report(), &mut bytes).expect("memory takes all");
        let json: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(json["ranked_by"], "test.accuracy");
        assert_eq!((&json["better"], &json["best"]), (&"higher".into(), &1.into()));
        assert_eq!(json["axes"][0]["values"], serde_json::json!([0.1, 1]));
        let trials = &json["trials"];
        assert_eq!(trials[0]["values"]["train.lr"], 0.1);
        assert_eq!(trials[0]["trainings"][0]["test"]["accuracy"], 0.5);
        assert!(trials[0]["trainings"][0]["test"]["loss"].is_null(), "no number in JSON");
        assert_eq!(trials[0]["trainings"][0]["best"]["step"], 4);
        assert_eq!(
            (&trials[1]["status"], &trials[1]["reason"]),
            (&"diverged".into(), &"Too fast.".into())
        );
        assert!(trials[1]["score"].is_null());
    }

    #[test]
    fn a_table_has_a_row_for_each_trial() {
        let mut bytes = Vec::new();
        write_sweep_csv(&report(), &mut bytes).expect("memory takes all");
        let text = String::from_utf8(bytes).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("trial,train.lr,status,mean,std,min,max,folds,parameters,"));
        assert!(lines[0].contains(",test.accuracy"), "{}", lines[0]);
        assert!(lines[1].starts_with("1,0.1,done,0.5,,0.5,0.5,1,9,7,0.5,"), "{}", lines[1]);
        assert!(lines[2].starts_with("2,1,diverged,,,,,0,,,0,"), "{}", lines[2]);
    }
}
