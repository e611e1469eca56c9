//! Knows: `base`, `spec`, bytes. Turns a text file into a `RawTable`: encoding, dialect, cells, places.
//! Never: what cells mean for a model; files, threads, clocks.
//!
//! The way of the bytes: [`bytes`] reads them and refuses what is no text, [`decode`] makes UTF-8
//! of them and remembers where each byte stood, [`layout`] says how they are cut ([`guess`] where
//! the user did not), [`walk`] goes from row to row, [`cut`] cuts each into cells, [`scan`] puts
//! the cells into columns ([`cells`]), and [`table`] makes a table of them.

mod bytes;
mod cells;
mod cut;
mod decode;
mod faults;
mod guess;
mod header;
mod layout;
mod number;
mod scan;
mod table;
mod walk;

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod real_tests;
#[cfg(test)]
mod tests;

pub(super) use cut::Cut;
pub(super) use decode::Offsets;
pub(super) use table::{Beginning, read_beginning, read_table};
