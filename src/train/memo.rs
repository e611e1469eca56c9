//! What a network said about whole parts of the data: several panels ask for the same rows.

use std::sync::Arc;

use crate::base::Matrix;
use crate::spec::Part;

/// Rows that are put through a network again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// Those of a large training part that are measured.
    Sample,
    /// All of a part.
    Part(Part),
}

/// Outputs of whole parts, kept while the network stays as it is.
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// Which state of the network they are of.
    version: u64,
    said: Vec<(Rows, Arc<Matrix>)>,
}

impl Memo {
    /// What the network in this state said about some rows, if it was asked.
    pub fn get(&self, version: u64, rows: Rows) -> Option<Arc<Matrix>> {
        let mut said = self.said.iter().filter(|_| self.version == version);
        said.find(|(of, _)| *of == rows).map(|(_, outputs)| Arc::clone(outputs))
    }

    /// Keeps it; what another state said is forgotten.
    pub fn put(&mut self, version: u64, rows: Rows, outputs: Matrix) {
        if self.version != version {
            self.said.clear();
        }
        self.version = version;
        self.said.push((rows, Arc::new(outputs)));
    }
}
