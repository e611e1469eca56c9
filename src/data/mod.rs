//! Knows: `base`, `spec`. Turns bytes into a [`Dataset`]; takes readers, never paths.
//! Never: files, threads, clocks, tensors, widgets.

mod dataset;

pub use dataset::{DataError, DataNote, Dataset, Labelled, Progress, Targets};
