//! Rows of the training part on their way to the device: in memory, streamed, or changed at random.

use rayon::prelude::*;

use crate::base::RunRng;
use crate::data::{Augment, Dataset, Features};

use super::engine::EngineError;

/// From so many values on, rows of a batch are changed at random on several threads. Waking them
/// takes some microseconds, in which one thread changes a few thousand values.
const PARALLEL: usize = 1 << 13;

/// The values of the rows named by `rows`, one row after another.
///
/// # Errors
/// When a row is not in memory and cannot be read any more.
pub(super) fn read_rows(features: &Features, rows: &[usize]) -> Result<Vec<f32>, EngineError> {
    let count = rows.len() * features.cols();
    if let Some(table) = features.table() {
        let mut values = Vec::with_capacity(count);
        rows.iter().for_each(|&row| values.extend_from_slice(table.row(row)));
        return Ok(values);
    }
    let mut values = vec![0.0; count];
    let read = features.fill_all(rows, &mut values);
    read.map_err(|why| EngineError::Failed(why.to_string()))?;
    Ok(values)
}

/// The same as epoch `epoch` of a run with `seed` sees them: changed at random where the data say
/// so. What becomes of a row depends on seed, epoch and row alone.
///
/// # Errors
/// When a row cannot be read any more.
pub(super) fn training_rows(
    data: &Dataset,
    seed: u64,
    epoch: u64,
    rows: &[usize],
) -> Result<Vec<f32>, EngineError> {
    match &data.augment {
        None => read_rows(&data.train.features, rows),
        Some(augment) => augmented(augment.as_ref(), data.shape.len(), seed, epoch, rows),
    }
}

fn augmented(
    augment: &dyn Augment,
    width: usize,
    seed: u64,
    epoch: u64,
    rows: &[usize],
) -> Result<Vec<f32>, EngineError> {
    let mut values = vec![0.0; rows.len() * width];
    let rng = RunRng::new(seed);
    let fill = |(&row, out): (&usize, &mut [f32])| augment.fill(rng, epoch, row, out);
    let filled = if values.len() < PARALLEL {
        rows.iter().zip(values.chunks_exact_mut(width.max(1))).try_for_each(fill)
    } else {
        rows.par_iter().zip(values.par_chunks_exact_mut(width)).try_for_each(fill)
    };
    filled.map_err(|why| EngineError::Failed(why.to_string()))?;
    Ok(values)
}
