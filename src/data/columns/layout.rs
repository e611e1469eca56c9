//! Lays the inputs of all columns out row by row, part by part.

use rayon::prelude::*;

use super::coding::Values;
use crate::base::Matrix;
use crate::data::tell::{invalid, report};
use crate::data::{DataError, Progress, Split};

/// Inputs that are written in one go: what a line of a processor's cache holds.
const GROUP: usize = 16;
/// Rows that one thread writes at a time.
const BLOCK: usize = 512;

/// The features of the training, validation and test part.
pub(super) struct Parts {
    pub(super) train: Matrix,
    pub(super) validation: Matrix,
    pub(super) test: Matrix,
}

/// Writes every column into all parts, and forgets it then, so that the table is never in memory
/// twice.
///
/// # Errors
/// When the result would be larger than `limit` bytes, or `progress` says stop.
pub(super) fn lay_out(
    columns: Vec<Values>,
    split: &Split,
    limit: usize,
    progress: Progress<'_>,
) -> Result<Parts, DataError> {
    let width: usize = columns.iter().map(Values::width).sum();
    let rows = split.train.len() + split.validation.len() + split.test.len();
    let bytes = rows.checked_mul(width).and_then(|values| values.checked_mul(4));
    if bytes.is_none_or(|bytes| bytes > limit) {
        return invalid(format!(
            "{rows} rows with {width} inputs each need more than {} MiB, the most that can be \
             loaded. Leave columns with many categories out, or number or group them.",
            limit >> 20
        ));
    }
    let mut parts = Parts {
        train: Matrix::zeros(split.train.len(), width),
        validation: Matrix::zeros(split.validation.len(), width),
        test: Matrix::zeros(split.test.len(), width),
    };
    let (mut offset, count) = (0, columns.len());
    let mut columns = columns.into_iter().peekable();
    while columns.peek().is_some() {
        report(progress, (count - columns.len()) as f32 / count as f32)?;
        let group: Vec<Values> = columns.by_ref().take(GROUP).collect();
        write(&group, offset, &split.train, &mut parts.train);
        write(&group, offset, &split.validation, &mut parts.validation);
        write(&group, offset, &split.test, &mut parts.test);
        offset += group.iter().map(Values::width).sum::<usize>();
    }
    Ok(parts)
}

fn write(group: &[Values], offset: usize, rows: &[usize], part: &mut Matrix) {
    let width = part.cols().max(1);
    let blocks = part.data_mut().par_chunks_mut(BLOCK * width).zip(rows.par_chunks(BLOCK));
    blocks.for_each(|(out, rows)| {
        let mut offset = offset;
        for values in group {
            values.write(rows, out, offset, width);
            offset += values.width();
        }
    });
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    fn columns() -> Vec<Values> {
        let mut columns: Vec<Values> =
            (0..40).map(|column| Values::Bytes((column..column + 5).collect(), 1.0)).collect();
        let texts = Values::Texts {
            ids: vec![0, 1, 0, 1, 0],
            inputs: vec![Some((1, 2.0)), None],
            missing: Vec::new(),
            width: 2,
        };
        columns.insert(20, texts);
        columns
    }

    fn split() -> Split {
        Split { train: vec![0, 2], validation: vec![4], test: vec![1, 3] }
    }

    #[test]
    fn every_value_comes_to_its_place() {
        let mut seen = Vec::new();
        let mut progress = |share| {
            seen.push(share);
            ControlFlow::Continue(())
        };
        let parts = lay_out(columns(), &split(), 1 << 20, &mut progress).expect("small");
        for (part, rows) in [
            (&parts.train, &split().train),
            (&parts.validation, &split().validation),
            (&parts.test, &split().test),
        ] {
            assert_eq!((part.rows(), part.cols()), (rows.len(), 42));
            for (place, &row) in rows.iter().enumerate() {
                let wanted: Vec<f32> = (0..20)
                    .map(|column| (column + row) as f32)
                    .chain([0.0, if row % 2 == 0 { 2.0 } else { 0.0 }])
                    .chain((20..40).map(|column| (column + row) as f32))
                    .collect();
                assert_eq!(part.row(place), wanted);
            }
        }
        assert!(seen.is_sorted() && seen.len() == 3, "{seen:?}");
    }

    #[test]
    fn too_much_is_refused_before_it_is_laid_out() {
        let mut progress = |_| ControlFlow::Continue(());
        let error = lay_out(columns(), &split(), 5 * 42 * 4 - 1, &mut progress).err();
        assert!(error.expect("too large").to_string().starts_with("5 rows with 42 inputs"));
        let mut stop = |_| ControlFlow::Break(());
        let error = lay_out(columns(), &split(), 1 << 20, &mut stop).err();
        assert_eq!(error, Some(DataError::Cancelled));
    }
}
