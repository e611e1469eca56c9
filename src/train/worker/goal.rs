use std::time::Duration;

use crate::base::Finite;
use crate::record::EndRule;
use crate::spec::{StopRule, TrainSpec};

use super::sampler::Sampler;

/// When a run is complete. Targets count from the very beginning; a run that goes on from a
/// checkpoint at or beyond its target gets the same amount again, until it lies ahead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goal {
    step: u64,
    epoch: u64,
    seconds: f64,
}

impl Goal {
    /// Goals of a run that begins or goes on at this place.
    pub(super) fn from(step: u64, epoch: u64, seconds: f64) -> Self {
        Self { step, epoch, seconds }
    }

    /// The rule of `train` that is met where a run stands that was trained for so long.
    pub(super) fn met(
        self,
        train: &TrainSpec,
        step: u64,
        sampler: &Sampler,
        trained: Duration,
    ) -> Option<EndRule> {
        let counted = match train.stop {
            StopRule::Never => None,
            StopRule::Steps(count) => {
                Some(target(count, self.step)).filter(|goal| step >= *goal).map(EndRule::Steps)
            }
            StopRule::Epochs(count) => Some(target(count, self.epoch))
                .filter(|goal| sampler.epoch() >= *goal)
                .map(EndRule::Epochs),
        };
        let timed = || {
            let goal = target_seconds(train.seconds?, self.seconds);
            (trained.as_secs_f64() >= goal).then_some(EndRule::Seconds(goal))
        };
        counted.or_else(timed)
    }
}

/// The first multiple of `count` beyond `start`.
fn target(count: u64, start: u64) -> u64 {
    let count = count.max(1);
    (start / count + 1).saturating_mul(count)
}

fn target_seconds(seconds: Finite, start: f64) -> f64 {
    let seconds = seconds.get().max(f64::MIN_POSITIVE);
    ((start / seconds).floor() + 1.0) * seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(goal: Goal, stop: StopRule, step: u64, sampler: &Sampler) -> bool {
        let train = TrainSpec { stop, ..TrainSpec::default() };
        goal.met(&train, step, sampler, Duration::ZERO).is_some()
    }

    #[test]
    fn a_target_always_lies_ahead() {
        for (count, start, expected) in
            [(50, 0, 50), (50, 20, 50), (50, 50, 100), (50, 120, 150), (0, 3, 4)]
        {
            assert_eq!(target(count, start), expected);
        }
        for (seconds, start, expected) in [(2.0, 0.0, 2.0), (2.0, 2.5, 4.0), (1.5, 1.5, 3.0)] {
            assert_eq!(target_seconds(Finite::lit(seconds), start), expected);
        }
    }

    #[test]
    fn epochs_count_complete_passes() {
        let mut sampler = Sampler::new(0, 10, true);
        let (rule, goal) = (StopRule::Epochs(2), Goal::from(0, 0, 0.0));
        sampler.seek(1, 9);
        assert!(!met(goal, rule, 19, &sampler));
        sampler.take(1, false);
        assert!(met(goal, rule, 20, &sampler));
        assert!(!met(Goal::from(20, 2, 0.0), rule, 20, &sampler));
        assert!(!met(goal, StopRule::Never, u64::MAX, &sampler));
    }

    #[test]
    fn time_ends_a_run_whatever_its_other_rule_says() {
        let sampler = Sampler::new(0, 10, true);
        let train = TrainSpec { seconds: Some(Finite::lit(2.0)), ..TrainSpec::default() };
        let met = |seconds: f64| {
            let trained = Duration::from_secs_f64(seconds);
            Goal::from(0, 0, 0.0).met(&train, 5, &sampler, trained)
        };
        assert_eq!(met(1.9), None);
        assert_eq!(met(2.0), Some(EndRule::Seconds(2.0)));
    }
}
