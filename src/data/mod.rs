//! Knows: `base`, `spec`. Turns bytes into a [`Dataset`]; takes readers, never paths.
//! Never: files, threads, clocks, tensors, widgets.

mod csv;
mod dataset;
mod idx;
mod label;
mod scale;
mod split;
mod table;
mod tell;
mod toy;

pub use self::csv::{TablePreview, csv, preview};
pub use dataset::{DataError, DataNote, Dataset, Labelled, Progress, Targets};
pub use idx::{Idx, IdxFiles, IdxValues, mnist, pick_idx_files, read_idx};
pub use scale::{Standardiser, scale};
pub use split::{Split, split};
pub use table::{MAX_BYTES, MAX_COLUMNS, MAX_ROWS};
pub use toy::{MAX_POINTS, max_noise, toy};
