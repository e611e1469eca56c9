use std::collections::BTreeMap;

use crate::base::Step;

use super::metrics::{EvalPoint, Metric, MetricChunk, Position};

/// Most buckets a series keeps; one more halves their number.
const MAX_BUCKETS: usize = 4096;

/// One point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Where the run stood.
    pub at: Position,
    /// The value; always finite.
    pub value: f64,
}

/// What is left of neighbouring points: the first and last of them and the extremes, so that no
/// spike is ever lost.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bucket {
    first: Sample,
    min: Sample,
    max: Sample,
    last: Sample,
    count: u64,
}

impl Bucket {
    fn of(sample: Sample) -> Self {
        Self { first: sample, min: sample, max: sample, last: sample, count: 1 }
    }

    fn absorb(&mut self, later: &Self) {
        if later.min.value < self.min.value {
            self.min = later.min;
        }
        if later.max.value > self.max.value {
            self.max = later.max;
        }
        self.last = later.last;
        self.count += later.count;
    }

    /// The distinct points, in order of their step.
    fn samples(&self) -> impl Iterator<Item = Sample> + use<> {
        let mut all = [Some(self.first), Some(self.min), Some(self.max), Some(self.last)];
        if self.max.at.step < self.min.at.step {
            all.swap(1, 2);
        }
        for index in 1..all.len() {
            let step = all[index].map(|sample| sample.at.step);
            if all[..index].iter().flatten().any(|earlier| Some(earlier.at.step) == step) {
                all[index] = None;
            }
        }
        all.into_iter().flatten()
    }
}

/// A curve with bounded memory. Once it holds many points, neighbours share a bucket, which keeps
/// its first, last, smallest and largest point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    buckets: Vec<Bucket>,
    /// Points that share one bucket.
    width: u64,
    non_finite: u64,
    first_non_finite: Option<Position>,
    revision: u64,
}

impl Series {
    /// Appends a point. A value that is no finite number is counted apart and leaves the curve
    /// as it is.
    pub fn push(&mut self, at: Position, value: f64) {
        self.revision += 1;
        if !value.is_finite() {
            self.non_finite += 1;
            self.first_non_finite.get_or_insert(at);
            return;
        }
        let point = Bucket::of(Sample { at, value });
        let width = self.width.max(1);
        match self.buckets.last_mut() {
            Some(last) if last.count < width => last.absorb(&point),
            _ => self.buckets.push(point),
        }
        if self.buckets.len() > MAX_BUCKETS {
            self.halve();
        }
    }

    fn halve(&mut self) {
        self.width = self.width.max(1) * 2;
        let merged = self.buckets.chunks(2).map(|pair| {
            let mut bucket = pair[0];
            pair[1..].iter().for_each(|later| bucket.absorb(later));
            bucket
        });
        self.buckets = merged.collect();
    }

    /// Forgets points after `step`. A bucket that reaches over it keeps what lies before.
    fn truncate(&mut self, step: Step) {
        self.revision += 1;
        while self.buckets.last().is_some_and(|bucket| bucket.first.at.step > step) {
            self.buckets.pop();
        }
        let Some(last) = self.buckets.last_mut().filter(|b| b.last.at.step > step) else { return };
        let kept: Vec<Sample> = last.samples().filter(|s| s.at.step <= step).collect();
        let mut bucket = Bucket::of(kept[0]);
        kept[1..].iter().for_each(|sample| bucket.absorb(&Bucket::of(*sample)));
        *last = bucket;
    }

    /// The points that are kept, in order.
    pub fn samples(&self) -> impl Iterator<Item = Sample> + '_ {
        self.buckets.iter().flat_map(Bucket::samples)
    }

    /// The newest point.
    #[must_use]
    pub fn last(&self) -> Option<Sample> {
        self.buckets.last().map(|bucket| bucket.last)
    }

    /// The smallest point of all that were ever appended.
    #[must_use]
    pub fn min(&self) -> Option<Sample> {
        self.buckets.iter().map(|b| b.min).min_by(|a, b| a.value.total_cmp(&b.value))
    }

    /// The largest point of all that were ever appended.
    #[must_use]
    pub fn max(&self) -> Option<Sample> {
        self.buckets.iter().map(|b| b.max).max_by(|a, b| a.value.total_cmp(&b.value))
    }

    /// Number of finite points that were ever appended.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.count).sum()
    }

    /// How many values were no finite number, and where the first of them stood.
    #[must_use]
    pub fn non_finite(&self) -> (u64, Option<Position>) {
        (self.non_finite, self.first_non_finite)
    }

    /// Changes with every point, so that a drawn curve can be kept until there is news.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }
}

/// Something that happened at a step and is marked on the curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    /// Where the run stood.
    pub at: Position,
    /// What changed (`learning rate 1 → 0.1`).
    pub text: String,
}

/// All curves of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunHistory {
    series: BTreeMap<Metric, Series>,
    markers: Vec<Marker>,
    last_eval: Option<EvalPoint>,
    position: Position,
}

impl RunHistory {
    /// Appends what a worker sent.
    pub fn append(&mut self, chunk: &MetricChunk) {
        for point in &chunk.steps {
            self.push(Metric::BatchLoss, point.at, point.loss);
            self.push(Metric::BatchObjective, point.at, point.objective);
            self.push(Metric::LearningRate, point.at, point.rate);
        }
        for eval in &chunk.evals {
            for metric in Metric::all() {
                if let Some(value) = eval.get(metric) {
                    self.push(metric, eval.at, value);
                }
            }
            self.last_eval = Some(*eval);
        }
    }

    fn push(&mut self, metric: Metric, at: Position, value: f64) {
        self.series.entry(metric).or_default().push(at, value);
        if at.step >= self.position.step {
            self.position = at;
        }
    }

    /// Forgets everything after `step`: a run that goes on from a checkpoint writes it anew.
    pub fn truncate(&mut self, step: Step) {
        self.series.values_mut().for_each(|series| series.truncate(step));
        self.markers.retain(|marker| marker.at.step <= step);
        self.last_eval = self.last_eval.filter(|eval| eval.at.step <= step);
        if self.position.step > step {
            let newest = self.series.values().filter_map(Series::last).map(|sample| sample.at);
            self.position = newest.max_by_key(|at| at.step).unwrap_or_default();
        }
    }

    /// Remembers that something changed.
    pub fn mark(&mut self, at: Position, text: String) {
        self.markers.push(Marker { at, text });
    }

    /// Forgets the newest mark of a step with this text. Tells whether there was one.
    pub fn unmark(&mut self, step: Step, text: &str) -> bool {
        let is_it = |marker: &Marker| marker.at.step == step && marker.text == text;
        let place = self.markers.iter().rposition(is_it);
        place.map(|place| self.markers.remove(place)).is_some()
    }

    /// One curve, if it has any point.
    #[must_use]
    pub fn series(&self, metric: Metric) -> Option<&Series> {
        self.series.get(&metric)
    }

    /// What changed, and when.
    #[must_use]
    pub fn markers(&self) -> &[Marker] {
        &self.markers
    }

    /// The newest measurement of all parts.
    #[must_use]
    pub fn last_eval(&self) -> Option<EvalPoint> {
        self.last_eval
    }

    /// Memory that the points take, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let buckets: usize = self.series.values().map(|series| series.buckets.len()).sum();
        buckets * size_of::<Bucket>()
    }

    /// Where the newest point stands.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// Whether two runs went exactly the same way: the same values, bit for bit, at the same
    /// steps. Only the time they took may differ.
    #[must_use]
    pub fn same_course(&self, other: &Self) -> bool {
        let bits = |history: &Self| {
            let mut all = Vec::new();
            for (metric, series) in &history.series {
                let points = series.samples().map(|s| (s.at.step, s.value.to_bits()));
                all.push((*metric, points.collect::<Vec<_>>(), series.non_finite));
            }
            all
        };
        bits(self) == bits(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{RunId, RunRng, Step, Stream};
    use crate::record::StepPoint;

    fn at(step: u64) -> Position {
        Position { step: Step(step), ..Position::default() }
    }

    #[test]
    fn memory_is_bounded_and_extremes_survive() {
        let mut rng = RunRng::new(4).stream(Stream::Sample, 0);
        let mut series = Series::default();
        let values: Vec<f64> = (0..300_000).map(|_| rng.normal()).collect();
        for (step, value) in values.iter().enumerate() {
            series.push(at(step as u64), *value);
        }
        let samples: Vec<Sample> = series.samples().collect();
        assert!(samples.len() <= 4 * MAX_BUCKETS, "{}", samples.len());
        assert_eq!(series.count(), 300_000);
        assert_eq!(samples[0].value, values[0]);
        assert_eq!(series.last().map(|s| s.value), values.last().copied());
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert_eq!(series.min().map(|s| s.value), Some(least));
        assert_eq!(series.max().map(|s| s.value), Some(most));
        assert!(samples.iter().any(|s| s.value == least));
        assert!(samples.iter().any(|s| s.value == most));
        assert!(samples.windows(2).all(|pair| pair[0].at.step < pair[1].at.step));
        assert!(samples.iter().all(|s| values[s.at.step.0 as usize] == s.value));
    }

    #[test]
    fn a_short_series_keeps_every_point() {
        let mut series = Series::default();
        (0..MAX_BUCKETS as u64).for_each(|step| series.push(at(step), step as f64));
        assert_eq!(series.samples().count(), MAX_BUCKETS);
    }

    #[test]
    fn what_is_not_a_number_is_counted_apart() {
        let mut series = Series::default();
        series.push(at(1), 1.0);
        series.push(at(2), f64::NAN);
        series.push(at(3), f64::INFINITY);
        assert_eq!(series.samples().count(), 1);
        assert_eq!(series.non_finite(), (2, Some(at(2))));
    }

    #[test]
    fn a_resumed_run_has_no_point_after_its_checkpoint() {
        let mut series = Series::default();
        (0..20_000).for_each(|step| series.push(at(step), -(step as f64)));
        series.truncate(Step(9_001));
        assert!(series.samples().all(|sample| sample.at.step <= Step(9_001)));
        assert!(series.last().is_some_and(|sample| sample.at.step >= Step(9_000 - 8)));
        series.truncate(Step(0));
        assert_eq!(series.samples().count(), 1);
    }

    #[test]
    fn time_alone_does_not_tell_two_courses_apart() {
        let history = |seconds: f64, loss: f64| {
            let mut chunk = MetricChunk::new(RunId(1));
            let at = Position { step: Step(1), seconds, ..Position::default() };
            chunk.steps.push(StepPoint { at, loss, objective: loss, rate: 0.1 });
            let mut history = RunHistory::default();
            history.append(&chunk);
            history
        };
        assert!(history(1.0, 0.5).same_course(&history(2.0, 0.5)));
        assert!(!history(1.0, 0.5).same_course(&history(1.0, 0.5_f64.next_up())));
    }
}
