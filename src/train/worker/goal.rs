use crate::spec::StopRule;

use super::sampler::Sampler;

/// When a run is complete. Targets count from the very beginning; a run that goes on from a
/// checkpoint at or beyond its target gets the same amount again, until it lies ahead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goal {
    step: u64,
    epoch: u64,
}

impl Goal {
    /// Goals of a run that begins or goes on at this place.
    pub(super) fn from(step: u64, epoch: u64) -> Self {
        Self { step, epoch }
    }

    /// Whether `rule` is met at `step`.
    pub(super) fn is_met(self, rule: StopRule, step: u64, sampler: &Sampler) -> bool {
        match rule {
            StopRule::Never => false,
            StopRule::Steps(count) => step >= target(count, self.step),
            StopRule::Epochs(count) => sampler.epoch() >= target(count, self.epoch),
        }
    }
}

/// The first multiple of `count` beyond `start`.
fn target(count: u64, start: u64) -> u64 {
    let count = count.max(1);
    (start / count + 1).saturating_mul(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_always_lies_ahead() {
        for (count, start, expected) in
            [(50, 0, 50), (50, 20, 50), (50, 50, 100), (50, 120, 150), (0, 3, 4)]
        {
            assert_eq!(target(count, start), expected);
        }
    }

    #[test]
    fn epochs_count_complete_passes() {
        let mut sampler = Sampler::new(0, 10);
        let (rule, goal) = (StopRule::Epochs(2), Goal::from(0, 0));
        sampler.seek(1, 9);
        assert!(!goal.is_met(rule, 19, &sampler));
        sampler.take(1);
        assert!(goal.is_met(rule, 20, &sampler));
        assert!(!Goal::from(20, 2).is_met(rule, 20, &sampler));
        assert!(!goal.is_met(StopRule::Never, u64::MAX, &sampler));
    }
}
