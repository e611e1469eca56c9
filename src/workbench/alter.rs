//! Changes of trainable values by hand, with undo.

use super::action::WeightEdit;
use super::effect::Effect;
use super::state::State;

impl State {
    /// Whether a change of a run's weights by hand can be taken back.
    #[must_use]
    pub fn can_undo_weights(&self, _index: usize) -> bool {
        false
    }

    /// Whether one that was taken back can be made again.
    #[must_use]
    pub fn can_redo_weights(&self, _index: usize) -> bool {
        false
    }

    pub(super) fn alter_weights(&mut self, _index: usize, _edit: WeightEdit) -> Vec<Effect> {
        Vec::new()
    }

    pub(super) fn undo_weights(&mut self, _index: usize) -> Vec<Effect> {
        Vec::new()
    }

    pub(super) fn redo_weights(&mut self, _index: usize) -> Vec<Effect> {
        Vec::new()
    }
}
