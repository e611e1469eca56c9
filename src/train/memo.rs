//! What a network said about whole parts of the data: several panels ask for the same rows.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::base::Matrix;
use crate::spec::Part;

/// Answers that are kept: as many as a walk from layer to layer asks for in turn.
const KEPT: usize = 4;

/// The last answers about a network, kept while it stays as it is: a picture is asked for anew
/// whenever one of the things on it changes.
#[derive(Debug)]
pub(super) struct Answers<R, T> {
    version: u64,
    known: VecDeque<(R, T)>,
}

impl<R, T> Default for Answers<R, T> {
    fn default() -> Self {
        Self { version: 0, known: VecDeque::new() }
    }
}

impl<R: Clone + PartialEq, T: Clone> Answers<R, T> {
    /// What was answered in this state of the network, if it was asked.
    pub fn get(&self, version: u64, request: &R) -> Option<T> {
        let mut known = self.known.iter().filter(|_| self.version == version);
        known.find(|(asked, _)| asked == request).map(|(_, answer)| answer.clone())
    }

    /// Keeps it; what another state answered is forgotten.
    pub fn put(&mut self, version: u64, request: &R, answer: &T) {
        if self.version != version {
            self.known.clear();
        }
        self.version = version;
        if self.known.len() == KEPT {
            self.known.pop_front();
        }
        self.known.push_back((request.clone(), answer.clone()));
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_those_of_the_same_state_and_request() {
        let mut answers = Answers::default();
        answers.put(7, &"first", &1);
        assert_eq!((answers.get(7, &"first"), answers.get(7, &"second")), (Some(1), None));
        assert_eq!(answers.get(8, &"first"), None, "the network has learned since");
        answers.put(8, &"second", &2);
        assert_eq!((answers.get(8, &"first"), answers.get(8, &"second")), (None, Some(2)));
        (0..KEPT).for_each(|more| answers.put(8, &"more", &more));
        assert_eq!(answers.get(8, &"second"), None, "only the last ones are kept");
    }
}
