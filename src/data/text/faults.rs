//! Counts what did not fit and lists the first of it.

use crate::data::{Fault, MAX_LISTED_FAULTS};

/// What did not fit, in the order in which it was met.
#[derive(Clone, Debug, Default)]
pub(in crate::data) struct Faults {
    /// The first [`MAX_LISTED_FAULTS`].
    pub(in crate::data) listed: Vec<Fault>,
    /// All of them.
    pub(in crate::data) count: usize,
}

impl Faults {
    /// Counts a fault; it is only written down where there is room in the list.
    pub(in crate::data) fn push(&mut self, fault: impl FnOnce() -> Fault) {
        self.count += 1;
        if self.listed.len() < MAX_LISTED_FAULTS {
            self.listed.push(fault());
        }
    }
}
