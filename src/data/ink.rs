//! Knows: `base`, the dataset. Turns what is drawn by hand into samples like those of the data.
//! Never: files, threads, clocks, tensors, widgets.

mod input;
mod sheet;

pub use input::HandInput;
pub use sheet::Sheet;
