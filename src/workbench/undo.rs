/// Most steps that can be taken back.
const LIMIT: usize = 200;

/// Past and future values of something that is edited. Edits with the same key are one step
/// until the user lets go.
#[derive(Clone, Debug)]
pub struct Undo<T, K> {
    past: Vec<T>,
    future: Vec<T>,
    open: Option<K>,
}

impl<T, K> Default for Undo<T, K> {
    fn default() -> Self {
        Self { past: Vec::new(), future: Vec::new(), open: None }
    }
}

impl<T: Clone + PartialEq, K: PartialEq> Undo<T, K> {
    /// Remembers `before`, the value as it was before an edit of `key`.
    pub fn record(&mut self, before: &T, key: K) {
        self.future.clear();
        if self.open.as_ref() == Some(&key) {
            return;
        }
        self.open = Some(key);
        self.past.push(before.clone());
        if self.past.len() > LIMIT {
            self.past.remove(0);
        }
    }

    /// The user let go: the next edit is a step of its own. A step that changed nothing in the
    /// end is forgotten.
    pub fn settle(&mut self, now: &T) {
        if self.open.take().is_some() && self.past.last() == Some(now) {
            self.past.pop();
        }
    }

    /// The value before the last step, if any; `now` can then be made again.
    pub fn undo(&mut self, now: &T) -> Option<T> {
        self.settle(now);
        let before = self.past.pop()?;
        self.future.push(now.clone());
        Some(before)
    }

    /// The value after the step that was last taken back, if any.
    pub fn redo(&mut self, now: &T) -> Option<T> {
        self.settle(now);
        let after = self.future.pop()?;
        self.past.push(now.clone());
        Some(after)
    }

    /// Whether there is a step to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step to make again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_drag_is_one_step() {
        let mut undo = Undo::default();
        for value in 0..10 {
            undo.record(&value, "noise");
        }
        undo.settle(&10);
        assert_eq!(undo.undo(&10), Some(0));
        assert_eq!(undo.undo(&0), None);
        assert_eq!(undo.redo(&0), Some(10));
        assert!(!undo.can_redo());
    }

    #[test]
    fn a_drag_back_to_where_it_began_is_no_step() {
        let mut undo = Undo::default();
        undo.record(&5, "noise");
        undo.record(&6, "noise");
        undo.settle(&5);
        assert!(!undo.can_undo());
    }

    #[test]
    fn a_new_edit_ends_the_future() {
        let mut undo = Undo::default();
        undo.record(&1, "a");
        assert_eq!(undo.undo(&2), Some(1));
        undo.record(&1, "b");
        assert!(!undo.can_redo());
    }

    proptest! {
        #[test]
        fn undoing_and_redoing_everything_leads_back(values in prop::collection::vec(0..100_i32, 1..50)) {
            let mut undo = Undo::default();
            let mut now = -1;
            for (key, value) in values.iter().enumerate() {
                undo.record(&now, key);
                now = *value;
                undo.settle(&now);
            }
            let last = now;
            while let Some(before) = undo.undo(&now) {
                now = before;
            }
            prop_assert_eq!(now, -1);
            while let Some(after) = undo.redo(&now) {
                now = after;
            }
            prop_assert_eq!(now, last);
        }
    }
}
