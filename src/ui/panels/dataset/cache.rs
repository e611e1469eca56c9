//! What is worked out once for a dataset and a preview, not in every frame.

use std::fmt;
use std::sync::{Arc, Weak};

use crate::data::{Dataset, TablePreview};
use crate::ui::fields::counted;
use crate::workbench::State;

use super::roles::{self, Head};
use super::{faults, images, result, scatter, table, tensors};

/// Everything the page remembers of what it shows.
#[derive(Default)]
pub struct Cache {
    data: Weak<Dataset>,
    preview: Weak<TablePreview>,
    title: String,
    /// The columns of the table.
    pub heads: Vec<Head>,
    /// Sizes and faults of the preview.
    pub table: table::Measures,
    /// The sentence about where the rows went.
    pub rows: faults::Accounts,
    /// What the model will see.
    pub facts: Option<result::Facts>,
    /// First rows of each part.
    pub tensors: tensors::Sample,
    /// The plot of two features.
    pub scatter: scatter::Plot,
    /// Pictures on a texture.
    pub images: images::Sheet,
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").finish_non_exhaustive()
    }
}

impl Cache {
    /// Forgets what belongs to other data.
    pub fn turn_to(&mut self, state: &State) {
        let data = state.data().dataset();
        let preview = state.preview();
        let new_data = !is_of(&self.data, data);
        let new_preview = !is_of(&self.preview, preview);
        if new_data {
            self.data = data.map_or_else(Weak::new, Arc::downgrade);
            self.title = data.map_or_else(String::new, |data| title(data));
            self.rows = data.map_or_else(Default::default, |data| faults::Accounts::of(data));
            self.facts = None;
            self.tensors = tensors::Sample::default();
            self.scatter = scatter::Plot::default();
            self.images = images::Sheet::default();
        }
        if new_preview {
            self.preview = preview.map_or_else(Weak::new, Arc::downgrade);
            self.table = preview.map_or_else(Default::default, |new| table::Measures::of(new));
        }
        if new_data || new_preview {
            let found = data.and_then(|data| data.findings.as_deref());
            self.heads = roles::all_heads(preview.map(AsRef::as_ref), found);
        }
    }

    /// What the data are called, and how large they are.
    pub fn title(&self, state: &State) -> &str {
        if state.data().dataset().is_some() { &self.title } else { "" }
    }
}

fn is_of<T>(kept: &Weak<T>, now: Option<&Arc<T>>) -> bool {
    match now {
        Some(now) => std::ptr::eq(kept.as_ptr(), Arc::as_ptr(now)),
        None => kept.ptr_eq(&Weak::new()),
    }
}

fn title(data: &Dataset) -> String {
    let rows: usize = data.parts().map(|(_, part)| part.rows()).sum();
    let rows = counted(rows, "sample", "samples");
    format!("{} · {rows}", data.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_only_taken_for_nothing() {
        let some = Arc::new(1);
        assert!(is_of(&Weak::<i32>::new(), None));
        assert!(!is_of(&Arc::downgrade(&some), None));
        assert!(is_of(&Arc::downgrade(&some), Some(&some)));
        assert!(!is_of(&Arc::downgrade(&some), Some(&Arc::new(1))));
        let gone = Arc::downgrade(&Arc::new(2));
        assert!(!is_of(&gone, None), "what it was about is shown no more");
    }
}
