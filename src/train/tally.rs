use crate::data::Targets;
use crate::record::{ClassCounts, PartMetrics, RocScores};
use crate::spec::TargetCoding;

use super::loss::{Criterion, RowLoss};

/// What the rows of one part add up to: every measurement from a single pass over the outputs,
/// summed in `f64`. Nothing is allocated for a row.
pub(super) struct Tally<'a> {
    criterion: &'a Criterion,
    targets: &'a Targets,
    rows: usize,
    loss: RowLoss,
    distances: Option<Distances>,
    classes: Option<ClassTally>,
}

/// How far outputs are from what they should be.
#[derive(Default)]
struct Distances {
    count: usize,
    absolute: f64,
    squares: f64,
}

/// How often classes were right.
struct ClassTally {
    counts: ClassCounts,
    /// For each of [`BEST`], rows whose true class was among so many best.
    within: [u64; BEST.len()],
    /// For two classes: how much each row looks like class 1.
    scores: Option<RocScores>,
    classes: usize,
}

/// Among how many best classes the true one is looked for.
const BEST: [usize; 3] = [2, 3, 5];

impl<'a> Tally<'a> {
    /// Nothing yet, for a part of so many rows.
    pub fn new(criterion: &'a Criterion, targets: &'a Targets) -> Self {
        let (rows, classes) = match targets {
            Targets::Classes(classes) => {
                let outputs = criterion.readout.outputs;
                let is_single = criterion.readout.coding != TargetCoding::OneHot;
                let count = if is_single { 2 } else { outputs };
                (classes.len(), Some(ClassTally::new(count, classes.len())))
            }
            Targets::Numbers(numbers) => (numbers.len(), None),
        };
        let is_distance = classes.is_none() || criterion.loss.is_distance();
        let distances = is_distance.then(Distances::default);
        Self { criterion, targets, rows, loss: RowLoss::default(), distances, classes }
    }

    /// Adds the outputs of a row.
    pub fn see(&mut self, row: usize, outputs: &[f32]) {
        self.loss += self.criterion.row(outputs, self.targets, row);
        match self.targets {
            Targets::Classes(classes) => {
                let truth = classes[row] as usize;
                if let Some(tally) = &mut self.classes {
                    tally.see(truth, self.criterion.readout.class(outputs), outputs);
                }
                if let Some(distances) = &mut self.distances {
                    let coding = self.criterion.readout.coding;
                    distances.see(outputs, |output| coded(coding, truth, output));
                }
            }
            Targets::Numbers(numbers) => {
                if let Some(distances) = &mut self.distances {
                    distances.see(&outputs[..1], |_| f64::from(numbers[row]));
                }
            }
        }
    }

    /// What the rows come to; `penalty` is added to the loss to give the objective. The loss of
    /// no rows is NaN.
    pub fn finish(self, penalty: f64) -> PartMetrics {
        let loss = self.criterion.total(self.loss);
        let mut metrics =
            PartMetrics { loss, objective: loss + penalty, rows: self.rows, ..Default::default() };
        if self.rows == 0 {
            return metrics;
        }
        if let Some(Distances { count, absolute, squares }) = self.distances {
            metrics.mse = Some(squares / count as f64);
            metrics.mae = Some(absolute / count as f64);
            if let Targets::Numbers(numbers) = self.targets {
                metrics.r2 = determination(squares, numbers);
            }
        }
        if let Some(classes) = self.classes {
            classes.finish(self.rows, &mut metrics);
        }
        metrics
    }
}

/// What an output should be for a class.
fn coded(coding: TargetCoding, class: usize, output: usize) -> f64 {
    match coding {
        TargetCoding::OneHot => f64::from(u8::from(class == output)),
        TargetCoding::ZeroOne | TargetCoding::Number => class as f64,
        TargetCoding::PlusMinus => 2.0 * class as f64 - 1.0,
    }
}

impl Distances {
    fn see(&mut self, outputs: &[f32], wanted: impl Fn(usize) -> f64) {
        self.count += outputs.len();
        for (place, &output) in outputs.iter().enumerate() {
            let error = f64::from(output) - wanted(place);
            self.absolute += error.abs();
            self.squares += error * error;
        }
    }
}

impl ClassTally {
    fn new(classes: usize, rows: usize) -> Self {
        let scores = (classes == 2).then(|| RocScores::with_capacity(rows));
        Self { counts: ClassCounts::new(classes), within: [0; BEST.len()], scores, classes }
    }

    fn see(&mut self, truth: usize, predicted: usize, outputs: &[f32]) {
        self.counts.add(truth, predicted);
        if let Some(scores) = &mut self.scores {
            let score = if let [none, one] = outputs { one - none } else { outputs[0] };
            scores.push(score, truth == 1);
        }
        if self.classes > BEST[0] {
            let before = better(outputs, truth);
            for (within, best) in self.within.iter_mut().zip(BEST) {
                *within += u64::from(before < best);
            }
        }
    }

    fn finish(self, rows: usize, metrics: &mut PartMetrics) {
        let (average, weighted) = (self.counts.macro_average(), self.counts.weighted_average());
        metrics.accuracy = Some(self.counts.accuracy());
        metrics.balanced_accuracy = Some(self.counts.balanced_accuracy());
        metrics.precision = Some(average.precision);
        metrics.recall = Some(average.recall);
        metrics.f1 = Some(average.f1);
        metrics.weighted_f1 = Some(weighted.f1);
        metrics.roc_auc = self.scores.and_then(RocScores::area);
        for ((top, within), best) in metrics.top.iter_mut().zip(self.within).zip(BEST) {
            *top = (self.classes > best).then(|| within as f64 / rows as f64);
        }
    }
}

/// How many classes come before the true one: those with a larger output, and of equals the
/// earlier ones, as the predicted class is the first of equals. What is no number comes before
/// everything, so that it is never right.
fn better(outputs: &[f32], truth: usize) -> usize {
    let Some(&own) = outputs.get(truth) else { return outputs.len() };
    let is_before = |(class, &other): (usize, &f32)| {
        class != truth && !(other < own || (other == own && class > truth))
    };
    outputs.iter().enumerate().filter(|&place| is_before(place)).count()
}

/// `1 - Σ(z-t)² / Σ(t-t̄)²`. Where all targets are equal it is 1 without any error and else 0, as
/// in scikit-learn; a single row has none.
fn determination(squares: f64, targets: &[f32]) -> Option<f64> {
    if targets.len() < 2 {
        return None;
    }
    let mean = targets.iter().map(|&t| f64::from(t)).sum::<f64>() / targets.len() as f64;
    let spread: f64 = targets.iter().map(|&t| (f64::from(t) - mean).powi(2)).sum();
    Some(if spread > 0.0 {
        1.0 - squares / spread
    } else if squares.is_nan() {
        f64::NAN
    } else {
        f64::from(u8::from(squares == 0.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn determination_is_one_for_no_error_and_as_in_scikit_learn_for_equal_targets() {
        assert_eq!(determination(0.0, &[1.0, 2.0]), Some(1.0));
        assert_eq!(determination(0.5, &[1.0, 2.0]), Some(0.0));
        assert_eq!(determination(0.0, &[1.0, 1.0]), Some(1.0));
        assert_eq!(determination(0.5, &[1.0, 1.0]), Some(0.0));
        assert!(determination(f64::NAN, &[1.0, 1.0]).is_some_and(f64::is_nan));
        assert_eq!(determination(0.0, &[1.0]), None);
    }

    #[test]
    fn of_equals_the_first_comes_before_and_what_is_no_number_is_never_right() {
        assert_eq!([0, 1, 2].map(|truth| better(&[1.0, 3.0, 3.0], truth)), [2, 0, 1]);
        let nan = f32::NAN;
        assert_eq!(better(&[nan, nan, nan], 0), 2);
        assert_eq!(better(&[0.0, nan, 1.0], 2), 1);
        assert_eq!(better(&[0.0, 1.0], 5), 2);
    }
}
