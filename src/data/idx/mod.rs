//! Knows: `base`, `spec`, the rest of `data`. Reads sets of images in the form of MNIST.
//! Never: files, paths, threads, clocks; readers are handed in.

mod choose;
mod convert;
mod labels;
mod read;
mod set;
#[cfg(test)]
mod tests;

pub use choose::{IdxCandidate, IdxFiles, IdxPart, choose_idx};
pub use read::{Idx, IdxHeader, IdxType, IdxValues, peek_idx, read_idx};
pub use set::{IdxFile, idx};
