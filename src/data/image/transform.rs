use super::super::tell::invalid;
use super::super::{DataError, Dataset, Limits, Progress};
use crate::spec::Transform;

/// Applies `steps` to the images of `data`, in order; the random ones wait for training. Comes
/// after the split and before scaling.
///
/// # Errors
/// When there are steps, so far.
pub fn transform(
    data: Dataset,
    steps: &[Transform],
    _limits: &Limits,
    _progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    if steps.is_empty() {
        return Ok(data);
    }
    invalid("Images cannot be transformed yet.")
}
