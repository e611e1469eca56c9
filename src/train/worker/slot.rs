use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::Step;
use crate::record::{Mark, ProbeFrame, Timeline, TimelineLimits};

/// What a worker puts down for the window to take when it likes. None of it ever waits or grows.
#[derive(Debug, Default)]
pub(in crate::train) struct Slots {
    pub(in crate::train) probes: ProbeSlot,
    pub(in crate::train) marks: MarkSlot,
}

/// Holds the newest picture until the window takes it.
#[derive(Debug, Default)]
pub(in crate::train) struct ProbeSlot {
    frame: Mutex<Option<Arc<ProbeFrame>>>,
}

impl ProbeSlot {
    /// Takes the picture out.
    pub(in crate::train) fn take(&self) -> Option<Arc<ProbeFrame>> {
        lock(&self.frame).take()
    }

    /// Whether the last picture was taken.
    pub(super) fn is_free(&self) -> bool {
        lock(&self.frame).is_none()
    }

    /// Puts a picture in; one that nobody took is lost.
    pub(super) fn put(&self, frame: ProbeFrame) {
        *lock(&self.frame) = Some(Arc::new(frame));
    }
}

/// How much of the past of a run waits for the window: beyond that it is thinned.
const WAITING: TimelineLimits = TimelineLimits { bytes: 64 << 20, marks: 64 };

/// Holds the checkpoints of the past until the window takes them.
#[derive(Debug)]
pub(in crate::train) struct MarkSlot {
    marks: Mutex<Timeline>,
}

impl Default for MarkSlot {
    fn default() -> Self {
        Self { marks: Mutex::new(Timeline::new(WAITING)) }
    }
}

impl MarkSlot {
    /// Takes the marks out, if there are any.
    pub(in crate::train) fn take(&self) -> Option<Timeline> {
        let mut marks = lock(&self.marks);
        let none = Timeline::new(WAITING);
        (!marks.is_empty()).then(|| std::mem::replace(&mut *marks, none))
    }

    /// Adds a mark behind those that wait.
    pub(super) fn put(&self, mark: Mark) {
        lock(&self.marks).push(mark);
    }

    /// Takes back the marks after a step: the run went back there.
    pub(super) fn forget_after(&self, step: Step) {
        lock(&self.marks).truncate(step);
    }
}

/// What a slot holds is whole after every single operation, so a panic elsewhere cannot spoil it.
fn lock<T>(slot: &Mutex<T>) -> MutexGuard<'_, T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
