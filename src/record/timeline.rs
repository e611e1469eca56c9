use std::sync::Arc;

use crate::base::Step;

use super::checkpoint::Checkpoint;
use super::metrics::EvalPoint;

/// How much of the past of a run is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimelineLimits {
    /// Memory that its checkpoints may take, in bytes.
    pub bytes: usize,
    /// Most checkpoints.
    pub marks: usize,
}

impl Default for TimelineLimits {
    fn default() -> Self {
        Self { bytes: 256 << 20, marks: 200 }
    }
}

/// A place in the past of a run that it can go back to.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The run as it was there.
    pub checkpoint: Arc<Checkpoint>,
    /// The newest measurement at that time.
    pub measured: Option<EvalPoint>,
}

impl Mark {
    /// Updates made by then.
    #[must_use]
    pub fn step(&self) -> Step {
        self.checkpoint.step()
    }

    /// Passes over the training part by then, with fraction.
    #[must_use]
    pub fn epoch(&self) -> f64 {
        self.checkpoint.at.epoch
    }

    /// Whether the weights were changed by hand after they were the best: those are kept apart.
    fn is_altered(&self) -> bool {
        self.checkpoint.best.as_ref().is_some_and(|best| best.step() == self.step())
    }

    /// What marks are compared by where nobody chose anything else: the loss of the validation
    /// part, or of the test part where there is none.
    fn loss(&self) -> Option<f64> {
        let measured = self.measured.as_ref()?;
        let part = measured.validation.as_ref().unwrap_or(&measured.test);
        Some(part.loss).filter(|loss| loss.is_finite())
    }
}

/// The past of a run: checkpoints, oldest first, in bounded memory. The older they are, the
/// sparser they stand; the first, the best and the latest survive for as long as there is room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    marks: Vec<Mark>,
    limits: TimelineLimits,
}

impl Timeline {
    /// No past, and how much of it there may be.
    #[must_use]
    pub fn new(limits: TimelineLimits) -> Self {
        Self { marks: Vec::new(), limits }
    }

    /// The marks, oldest first.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Whether there is no mark.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The mark at exactly this step.
    #[must_use]
    pub fn at(&self, step: Step) -> Option<&Mark> {
        let place = self.marks.binary_search_by_key(&step, Mark::step).ok()?;
        self.marks.get(place)
    }

    /// The mark that is nearest to a step; of two, the earlier.
    #[must_use]
    pub fn nearest(&self, step: Step) -> Option<&Mark> {
        self.marks.iter().min_by_key(|mark| mark.step().0.abs_diff(step.0))
    }

    /// The best mark: the best epoch of early stopping where that watches, else the one with the
    /// smallest loss of the validation part, or of the test part where there is none.
    #[must_use]
    pub fn best(&self) -> Option<&Mark> {
        self.marks.get(self.best_place()?)
    }

    /// How much may be kept.
    #[must_use]
    pub fn limits(&self) -> TimelineLimits {
        self.limits
    }

    /// Changes how much may be kept.
    pub fn set_limits(&mut self, limits: TimelineLimits) {
        self.limits = limits;
        self.thin();
    }

    /// Memory that the checkpoints take, in bytes. What several marks share counts once.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let own: usize = self.marks.iter().map(|mark| mark.checkpoint.bytes()).sum();
        let mut before = std::ptr::null();
        let mut kept = 0;
        for best in self.marks.iter().filter_map(|mark| mark.checkpoint.best.as_ref()) {
            let is_mark = || {
                let mark = self.at(best.step());
                mark.is_some_and(|mark| Arc::ptr_eq(&mark.checkpoint, best))
            };
            if Arc::as_ptr(best) != before && !is_mark() {
                kept += best.bytes();
            }
            before = Arc::as_ptr(best);
        }
        own + kept
    }

    /// Adds the newest mark. Those from its step on are forgotten: the run went there anew. One
    /// of a run that was not measured again since it went on has the measurement before it.
    pub fn push(&mut self, mut mark: Mark) {
        let step = mark.step();
        self.marks.retain(|older| older.step() < step);
        mark.measured = mark.measured.or(self.marks.last().and_then(|older| older.measured));
        self.marks.push(mark);
        self.thin();
    }

    /// Adds newer marks, oldest first.
    pub fn extend(&mut self, newer: Self) {
        newer.marks.into_iter().for_each(|mark| self.push(mark));
    }

    /// Forgets what came after a step.
    pub fn truncate(&mut self, step: Step) {
        self.marks.retain(|mark| mark.step() <= step);
    }

    /// Forgets as many marks as the limits ask for. The latest always stays: the run itself
    /// holds it, too.
    fn thin(&mut self) {
        while self.marks.len() > 1 && self.is_full() {
            let place = self.least_missed();
            self.marks.remove(place);
        }
    }

    fn is_full(&self) -> bool {
        self.marks.len() > self.limits.marks || self.bytes() > self.limits.bytes
    }

    /// The mark whose gap would be the smallest for its age; when all that are left are the
    /// first, the best and the latest, the first, then the best.
    fn least_missed(&self) -> usize {
        let (last, best) = (self.marks.len() - 1, self.best_place());
        let step = |place: usize| self.marks[place].step().0;
        let missed = |place: &usize| {
            let gap = step(place + 1) - step(place - 1);
            gap as f64 / (step(last) - step(*place)) as f64
        };
        let free = (1..last).filter(|place| Some(*place) != best);
        free.min_by(|a, b| missed(a).total_cmp(&missed(b))).unwrap_or(0)
    }

    fn best_place(&self) -> Option<usize> {
        let early = self.marks.last()?.checkpoint.watch.early;
        if early.best.is_some()
            && let Ok(place) = self.marks.binary_search_by_key(&early.best_at, Mark::step)
            && !self.marks[place].is_altered()
        {
            return Some(place);
        }
        let scored = self.marks.iter().enumerate();
        let scored = scored.filter_map(|(place, mark)| Some((place, mark.loss()?)));
        scored.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::HostTensor;
    use crate::record::{NamedTensor, PartMetrics, Position};
    use proptest::prelude::*;

    /// A mark whose checkpoint takes `4 * values` bytes.
    fn mark(step: u64, values: usize, loss: f64) -> Mark {
        let at = Position { step: Step(step), ..Position::default() };
        let tensor = HostTensor::new(vec![values], vec![0.0; values]).expect("fits");
        let parameters = vec![NamedTensor { name: "0.weight".into(), tensor }];
        let test = PartMetrics { loss, ..PartMetrics::default() };
        Mark {
            checkpoint: Arc::new(Checkpoint { at, parameters, ..Checkpoint::default() }),
            measured: Some(EvalPoint { at, test, ..EvalPoint::default() }),
        }
    }

    fn steps(timeline: &Timeline) -> Vec<u64> {
        timeline.marks().iter().map(|mark| mark.step().0).collect()
    }

    proptest! {
        #[test]
        fn limits_hold_and_the_first_the_best_and_the_latest_survive(
            losses in prop::collection::vec(0.0..1.0_f64, 1..400),
            limit in 3_usize..40,
        ) {
            let limits = TimelineLimits { bytes: 400 * limit, marks: 1000 };
            let mut timeline = Timeline::new(limits);
            for (step, loss) in losses.iter().enumerate() {
                timeline.push(mark(step as u64 * 10, 100, *loss));
                prop_assert!(timeline.bytes() <= limits.bytes);
            }
            let kept = steps(&timeline);
            let best = (0..losses.len()).min_by(|a, b| losses[*a].total_cmp(&losses[*b]));
            prop_assert_eq!(kept[0], 0);
            prop_assert_eq!(kept.last().copied(), Some(losses.len() as u64 * 10 - 10));
            prop_assert!(kept.contains(&(best.unwrap_or(0) as u64 * 10)));
            prop_assert_eq!(kept.len(), losses.len().min(limit));
        }
    }

    #[test]
    fn the_older_the_sparser() {
        let mut timeline = Timeline::new(TimelineLimits { bytes: usize::MAX, marks: 30 });
        (0..=10_000).for_each(|step| timeline.push(mark(step, 1, 1.0)));
        let steps = steps(&timeline);
        let gap = |place: usize| steps[place + 1] - steps[place];
        assert!((0..5).map(|place| gap(20 + place)).sum::<u64>() < gap(3));
        assert!(gap(28) <= 4, "{steps:?}");
        // The gaps grow with the age, so that no stretch of the past is without a mark.
        for (place, pair) in steps.windows(2).enumerate() {
            let age = 10_000 - pair[0];
            assert!(pair[1] - pair[0] <= age / 2 + 4, "{place}: {steps:?}");
        }
    }

    #[test]
    fn too_large_for_the_limit_is_all_but_the_latest() {
        let mut timeline = Timeline::new(TimelineLimits { bytes: 1000, marks: 10 });
        (0..5).for_each(|step| timeline.push(mark(step, 1000, 1.0 - step as f64)));
        assert_eq!(steps(&timeline), [4]);
    }

    #[test]
    fn going_on_from_an_earlier_place_forgets_what_came_after_it() {
        let mut timeline = Timeline::default();
        (0..6).for_each(|step| timeline.push(mark(step * 10, 1, 1.0)));
        let mut newer = Timeline::default();
        newer.push(mark(30, 1, 0.5));
        timeline.extend(newer);
        assert_eq!(steps(&timeline), [0, 10, 20, 30]);
        assert_eq!(timeline.best().map(Mark::step), Some(Step(30)));
        timeline.truncate(Step(19));
        assert_eq!(steps(&timeline), [0, 10]);
        assert_eq!(timeline.nearest(Step(500)).map(Mark::step), Some(Step(10)));
        assert!(timeline.at(Step(5)).is_none() && timeline.at(Step(10)).is_some());
    }

    #[test]
    fn weights_that_early_stopping_keeps_count_once() {
        let mut timeline = Timeline::default();
        let best = mark(0, 100, 0.1).checkpoint;
        for step in 1..5 {
            let mark = mark(step, 10, 1.0);
            let checkpoint =
                Checkpoint { best: Some(Arc::clone(&best)), ..(*mark.checkpoint).clone() };
            timeline.push(Mark { checkpoint: Arc::new(checkpoint), ..mark });
        }
        assert_eq!(timeline.bytes(), 400 + 4 * 40);
        timeline.marks.insert(0, Mark { checkpoint: best, measured: None });
        assert_eq!(timeline.bytes(), 400 + 4 * 40, "now it is a mark itself");
    }
}
