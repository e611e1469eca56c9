use std::io;
use std::sync::Arc;

use super::super::tell::invalid;
use super::super::{DataError, Dataset, Limits, Progress};
use crate::spec::DataSpec;

/// A file of a folder of pictures, whatever it may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureEntry {
    /// Path relative to the folder, `/` between its parts.
    pub name: String,
    /// Length of the file in bytes.
    pub bytes: u64,
}

/// Reads the whole file of the entry with this number, again whenever it is needed.
pub type PictureReader = Arc<dyn Fn(usize) -> io::Result<Vec<u8>> + Send + Sync>;

/// Reads a folder of pictures.
///
/// # Errors
/// Always, so far.
pub fn pictures(
    _entries: Vec<PictureEntry>,
    _read: PictureReader,
    _spec: &DataSpec,
    _name: &str,
    _limits: &Limits,
    _progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    invalid("Folders of pictures cannot be read yet.")
}
