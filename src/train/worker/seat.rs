use std::sync::Arc;

use crate::base::{RunId, Step};
use crate::train::lockstep::Lockstep;
use crate::train::protocol::{Mode, RunRequest};

/// A place among the runs that keep in step, given up when dropped: a run that breaks must not
/// keep the others waiting.
pub(super) struct Seat {
    run: RunId,
    lockstep: Option<Arc<Lockstep>>,
}

impl Seat {
    /// A run that is to train takes its seat before its engine is built, so that those it is
    /// compared with do not run away from it.
    pub(super) fn take(request: &RunRequest) -> Self {
        let seat = Self { run: request.run, lockstep: request.lockstep.clone() };
        if request.control.mode == Mode::Play {
            let resumed = request.resume.as_ref();
            seat.publish(resumed.map_or(Step(0), |checkpoint| checkpoint.step()));
        }
        seat
    }

    /// Tells that the run trains and stands at `step`.
    pub(super) fn publish(&self, step: Step) {
        if let Some(lockstep) = &self.lockstep {
            lockstep.publish(self.run, step);
        }
    }

    /// Tells that it no longer trains.
    pub(super) fn leave(&self) {
        if let Some(lockstep) = &self.lockstep {
            lockstep.leave(self.run);
        }
    }

    /// Whether it may take another step.
    pub(super) fn may_step(&self, step: Step) -> bool {
        self.lockstep.as_ref().is_none_or(|lockstep| lockstep.may_step(step))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.leave();
    }
}
