use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::base::{RunId, Step};

/// How far one run may be ahead of the slowest. Small enough that the curves grow together to
/// the eye, large enough that nobody waits for a single step of another.
const LEAD: u64 = 32;

/// Keeps runs that are compared at the same step: whoever is ahead waits. Runs that pause or end
/// leave, so that nobody waits for them.
#[derive(Debug, Default)]
pub struct Lockstep {
    /// Whether nobody waits.
    free: AtomicBool,
    steps: Mutex<HashMap<RunId, Step>>,
}

impl Lockstep {
    /// Whether whoever is ahead waits; it does at first.
    pub fn set_enabled(&self, enabled: bool) {
        self.free.store(!enabled, Ordering::Relaxed);
    }

    /// Tells that `run` trains and stands at `step`.
    pub fn publish(&self, run: RunId, step: Step) {
        self.with(|steps| steps.insert(run, step));
    }

    /// Tells that `run` no longer trains.
    pub fn leave(&self, run: RunId) {
        self.with(|steps| steps.remove(&run));
    }

    /// Whether a run at `step` may take another one.
    #[must_use]
    pub fn may_step(&self, step: Step) -> bool {
        self.free.load(Ordering::Relaxed)
            || self.with(|steps| steps.values().all(|o| step.0 <= o.0.saturating_add(LEAD)))
    }

    /// The map is valid after every single operation, so a panic elsewhere cannot spoil it.
    fn with<T>(&self, act: impl FnOnce(&mut HashMap<RunId, Step>) -> T) -> T {
        act(&mut self.steps.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_ahead_waits_until_the_other_catches_up_or_leaves() {
        let together = Lockstep::default();
        together.publish(RunId(1), Step(100));
        together.publish(RunId(2), Step(10));
        assert!(!together.may_step(Step(100)));
        assert!(together.may_step(Step(10)));
        together.publish(RunId(2), Step(100 - LEAD));
        assert!(together.may_step(Step(100)));
        together.publish(RunId(1), Step(1000));
        assert!(!together.may_step(Step(1000)));
        together.leave(RunId(2));
        assert!(together.may_step(Step(1000)));
        together.publish(RunId(2), Step(0));
        together.set_enabled(false);
        assert!(together.may_step(Step(1000)));
    }
}
