//! Knows: `base`, `spec`, and the cells of a table. Decides what columns mean and makes a dataset of them.
//! Never: bytes of a file, files, threads, clocks.

mod assemble;

pub use assemble::{TableFiles, table};
