use std::io::{self, Write};

use crate::record::{Metric, Part, Position, Quantity, RunHistory, Series};

const COLUMNS: [&str; 7] = ["run", "metric", "step", "epoch", "samples", "seconds", "value"];

/// Writes curves as CSV in long format, one point a row, in the columns
///
/// | column | meaning |
/// |---|---|
/// | `run` | name of the run |
/// | `metric` | `batch_loss`, `train_loss`, `validation_loss` where there is such a part, `test_accuracy` and so on, or `marker: …` |
/// | `step` | updates made |
/// | `epoch` | passes over the training part, with fraction |
/// | `samples` | samples seen, counted again in each epoch |
/// | `seconds` | time spent training |
/// | `value` | the value, with all its digits |
///
/// Curves of many thousand points are kept in reduced form (first, smallest, largest and last of
/// neighbouring points), and that is what is written. What changed during training is a row whose
/// metric begins with `marker:`; its value is empty, so that the column holds numbers alone.
///
/// # Errors
/// When `out` fails.
pub fn write_history(runs: &[(&str, &RunHistory)], out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for (name, history) in runs {
        write_run(name, history, &mut table)?;
    }
    table.flush()
}

fn write_run<W: Write>(
    name: &str,
    history: &RunHistory,
    table: &mut csv::Writer<W>,
) -> io::Result<()> {
    for metric in Metric::all() {
        for sample in history.series(metric).into_iter().flat_map(Series::samples) {
            write_row(name, &metric_key(metric), sample.at, &format!("{:?}", sample.value), table)?;
        }
    }
    for marker in history.markers() {
        write_row(name, &format!("marker: {}", marker.text), marker.at, "", table)?;
    }
    Ok(())
}

fn write_row<W: Write>(
    name: &str,
    metric: &str,
    at: Position,
    value: &str,
    table: &mut csv::Writer<W>,
) -> io::Result<()> {
    let (step, epoch) = (at.step.to_string(), at.epoch.to_string());
    let (samples, seconds) = (at.samples.to_string(), at.seconds.to_string());
    Ok(table.write_record([name, metric, &step, &epoch, &samples, &seconds, value])?)
}

/// Name of a metric in files; stable, unlike what the window shows.
fn metric_key(metric: Metric) -> String {
    match metric {
        Metric::BatchLoss => "batch_loss".into(),
        Metric::BatchObjective => "batch_objective".into(),
        Metric::LearningRate => "learning_rate".into(),
        Metric::L1Penalty => "l1_penalty".into(),
        Metric::L2Penalty => "l2_penalty".into(),
        Metric::Of(part, quantity) => format!("{}_{}", part_key(part), quantity_key(quantity)),
    }
}

fn part_key(part: Part) -> &'static str {
    match part {
        Part::Train => "train",
        Part::Validation => "validation",
        Part::Test => "test",
    }
}

/// Name of a quantity in files.
pub(super) fn quantity_key(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Loss => "loss",
        Quantity::Objective => "objective",
        Quantity::Accuracy => "accuracy",
        Quantity::Top2 => "top2_accuracy",
        Quantity::Top3 => "top3_accuracy",
        Quantity::Top5 => "top5_accuracy",
        Quantity::BalancedAccuracy => "balanced_accuracy",
        Quantity::Precision => "precision_macro",
        Quantity::Recall => "recall_macro",
        Quantity::F1 => "f1_macro",
        Quantity::WeightedF1 => "f1_weighted",
        Quantity::RocAuc => "roc_auc",
        Quantity::Mse => "mse",
        Quantity::Rmse => "rmse",
        Quantity::Mae => "mae",
        Quantity::R2 => "r2",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{RunId, Step};
    use crate::record::{EvalPoint, MetricChunk, PartMetrics, StepPoint};

    fn at(step: u64) -> Position {
        Position { step: Step(step), epoch: step as f64 / 4.0, samples: step * 8, seconds: 0.5 }
    }

    fn history() -> RunHistory {
        let mut chunk = MetricChunk::new(RunId(1));
        for step in 1..=2 {
            chunk.steps.push(StepPoint {
                at: at(step),
                loss: 0.1 + 0.2,
                objective: f64::NAN,
                rate: 0.1,
            });
        }
        let train =
            PartMetrics { loss: 1e-9, objective: 1.0, accuracy: Some(0.5), ..Default::default() };
        let test =
            PartMetrics { loss: 2.0, objective: 2.5, accuracy: Some(1.0), ..Default::default() };
        chunk.evals.push(EvalPoint {
            at: at(2),
            train,
            validation: None,
            test,
            ..EvalPoint::default()
        });
        let mut history = RunHistory::default();
        history.append(&chunk);
        history.mark(at(1), "learning rate 1 → 0.1, by hand".into());
        history
    }

    fn written(runs: &[(&str, &RunHistory)]) -> String {
        let mut bytes = Vec::new();
        write_history(runs, &mut bytes).expect("written");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn one_point_is_one_row() {
        let history = history();
        let text = written(&[("A, \"first\"", &history)]);
        let name = "\"A, \"\"first\"\"\"";
        let rows = [
            "batch_loss,1,0.25,8,0.5,0.30000000000000004",
            "batch_loss,2,0.5,16,0.5,0.30000000000000004",
            "learning_rate,1,0.25,8,0.5,0.1",
            "learning_rate,2,0.5,16,0.5,0.1",
            "train_loss,2,0.5,16,0.5,1e-9",
            "train_objective,2,0.5,16,0.5,1.0",
            "train_accuracy,2,0.5,16,0.5,0.5",
            "test_loss,2,0.5,16,0.5,2.0",
            "test_objective,2,0.5,16,0.5,2.5",
            "test_accuracy,2,0.5,16,0.5,1.0",
            "\"marker: learning rate 1 → 0.1, by hand\",1,0.25,8,0.5,",
        ];
        let mut expected = String::from("run,metric,step,epoch,samples,seconds,value\n");
        for row in rows {
            expected += &format!("{name},{row}\n");
        }
        assert_eq!(text, expected);
    }

    #[test]
    fn the_validation_part_has_rows_only_where_there_is_one() {
        let part = PartMetrics { loss: 0.5, accuracy: Some(0.25), ..Default::default() };
        let mut chunk = MetricChunk::new(RunId(1));
        chunk.evals.push(EvalPoint { at: at(4), validation: Some(part), ..Default::default() });
        let mut history = RunHistory::default();
        history.append(&chunk);
        let text = written(&[("A", &history)]);
        let rows: Vec<&str> = text.lines().filter(|line| line.contains("validation")).collect();
        assert_eq!(
            rows,
            [
                "A,validation_loss,4,1,32,0.5,0.5",
                "A,validation_objective,4,1,32,0.5,0.0",
                "A,validation_accuracy,4,1,32,0.5,0.25"
            ]
        );
        assert!(!written(&[("A", &self::history())]).contains("validation"));
    }

    #[test]
    fn several_runs_stand_one_after_another() {
        let history = history();
        let text = written(&[("A", &history), ("B", &history), ("C", &RunHistory::default())]);
        let count = |name: &str| text.lines().filter(|line| line.starts_with(name)).count();
        assert_eq!((count("A,"), count("B,"), count("C,")), (11, 11, 0));
    }

    #[test]
    fn a_failing_writer_is_reported() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let error = write_history(&[("A", &history())], &mut Full).expect_err("fails");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
