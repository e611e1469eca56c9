//! Knows: `base`, `spec`, and tables cut into cells. Decides what columns mean and makes a dataset of them.
//! Never: bytes of a file, files, threads, clocks.

mod assemble;
mod cells;
mod coding;
mod format;
mod kind;
mod label;
mod layout;
mod leakage;
mod look;
#[cfg(test)]
mod origin_tests;
mod partition;
mod plan;
mod role;
mod rows;
mod source;
mod summary;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod told;

pub use assemble::{TableFiles, table};
pub(super) use look::preview_of;
