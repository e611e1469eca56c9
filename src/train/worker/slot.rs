use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::record::ProbeFrame;

/// Holds the newest picture until the window takes it.
#[derive(Debug, Default)]
pub(in crate::train) struct ProbeSlot {
    frame: Mutex<Option<Arc<ProbeFrame>>>,
}

impl ProbeSlot {
    /// Takes the picture out.
    pub(in crate::train) fn take(&self) -> Option<Arc<ProbeFrame>> {
        self.lock().take()
    }

    /// Whether the last picture was taken.
    pub(super) fn is_free(&self) -> bool {
        self.lock().is_none()
    }

    /// Puts a picture in; one that nobody took is lost.
    pub(super) fn put(&self, frame: ProbeFrame) {
        *self.lock() = Some(Arc::new(frame));
    }

    /// The slot is whole after every single operation, so a panic elsewhere cannot spoil it.
    fn lock(&self) -> MutexGuard<'_, Option<Arc<ProbeFrame>>> {
        self.frame.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
