use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::DataError;
use crate::base::Matrix;

/// Rows that are computed or read when they are needed, because they do not fit into memory.
pub trait RowSource: fmt::Debug + Send + Sync {
    /// Number of rows.
    fn rows(&self) -> usize;

    /// Values of a row.
    fn cols(&self) -> usize;

    /// Writes one row into `out`, which has room for exactly [`RowSource::cols`] values.
    ///
    /// # Errors
    /// When the row cannot be had (any more): a file is gone, say.
    fn fill(&self, row: usize, out: &mut [f32]) -> Result<(), DataError>;

    /// Writes several rows, one after another; sources that can do that in parallel do.
    ///
    /// # Errors
    /// As [`RowSource::fill`].
    fn fill_all(&self, rows: &[usize], out: &mut [f32]) -> Result<(), DataError> {
        let width = self.cols().max(1);
        rows.iter().zip(out.chunks_exact_mut(width)).try_for_each(|(&row, out)| self.fill(row, out))
    }
}

/// The inputs of one part of the data, `[rows, values of a sample]`: a table in memory, or rows
/// that come when they are needed.
#[derive(Clone, Debug)]
pub enum Features {
    /// All in memory.
    Table(Matrix),
    /// Read when needed.
    Streamed(Streamed),
}

/// Some rows of a source, in an order of their own.
#[derive(Clone, Debug)]
pub struct Streamed {
    source: Arc<dyn RowSource>,
    order: Arc<[usize]>,
}

impl Streamed {
    /// The rows of `source` named by `order`.
    ///
    /// # Panics
    /// When a named row does not exist.
    #[must_use]
    pub fn new(source: Arc<dyn RowSource>, order: impl Into<Arc<[usize]>>) -> Self {
        let order = order.into();
        assert!(order.iter().all(|&row| row < source.rows()), "every row exists");
        Self { source, order }
    }
}

impl PartialEq for Streamed {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.source), Arc::as_ptr(&other.source))
            && self.order == other.order
    }
}

impl PartialEq for Features {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Table(a), Self::Table(b)) => a == b,
            (Self::Streamed(a), Self::Streamed(b)) => a == b,
            _ => false,
        }
    }
}

impl From<Matrix> for Features {
    fn from(table: Matrix) -> Self {
        Self::Table(table)
    }
}

impl Features {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Table(table) => table.rows(),
            Self::Streamed(streamed) => streamed.order.len(),
        }
    }

    /// Values of a row.
    #[must_use]
    pub fn cols(&self) -> usize {
        match self {
            Self::Table(table) => table.cols(),
            Self::Streamed(streamed) => streamed.source.cols(),
        }
    }

    /// The whole table, where it is in memory.
    #[must_use]
    pub fn table(&self) -> Option<&Matrix> {
        match self {
            Self::Table(table) => Some(table),
            Self::Streamed(_) => None,
        }
    }

    /// The whole table, to be changed in place, where it is in memory.
    pub fn table_mut(&mut self) -> Option<&mut Matrix> {
        match self {
            Self::Table(table) => Some(table),
            Self::Streamed(_) => None,
        }
    }

    /// One row. A row that cannot be read any more is NaN throughout, which every view shows as
    /// missing; training asks [`Features::fill_all`] and stops instead.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn row(&self, row: usize) -> Cow<'_, [f32]> {
        match self {
            Self::Table(table) => Cow::Borrowed(table.row(row)),
            Self::Streamed(streamed) => {
                let mut values = vec![0.0; streamed.source.cols()];
                if streamed.source.fill(streamed.order[row], &mut values).is_err() {
                    values.fill(f32::NAN);
                }
                Cow::Owned(values)
            }
        }
    }

    /// The value at a place. For many values of a row take [`Features::row`].
    ///
    /// # Panics
    /// When the place is outside.
    #[must_use]
    pub fn at(&self, row: usize, col: usize) -> f32 {
        self.row(row)[col]
    }

    /// The rows named by `order`, in that order.
    ///
    /// # Panics
    /// When a named row does not exist.
    #[must_use]
    pub fn gather(&self, order: &[usize]) -> Self {
        match self {
            Self::Table(table) => Self::Table(table.gather(order)),
            Self::Streamed(streamed) => {
                let order: Vec<usize> = order.iter().map(|&row| streamed.order[row]).collect();
                Self::Streamed(Streamed {
                    source: Arc::clone(&streamed.source),
                    order: order.into(),
                })
            }
        }
    }

    /// Writes the rows named by `rows` into `out`, one after another.
    ///
    /// # Errors
    /// When a row cannot be read any more.
    ///
    /// # Panics
    /// When a named row does not exist, or `out` has not exactly the room for them.
    pub fn fill_all(&self, rows: &[usize], out: &mut [f32]) -> Result<(), DataError> {
        assert_eq!(out.len(), rows.len() * self.cols(), "room for the rows");
        match self {
            Self::Table(table) => {
                for (&row, out) in rows.iter().zip(out.chunks_exact_mut(table.cols().max(1))) {
                    out.copy_from_slice(table.row(row));
                }
                Ok(())
            }
            Self::Streamed(streamed) => {
                let rows: Vec<usize> = rows.iter().map(|&row| streamed.order[row]).collect();
                streamed.source.fill_all(&rows, out)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Row r is `[r, 10 r]`; row 3 is broken.
    #[derive(Debug)]
    struct Tens;

    impl RowSource for Tens {
        fn rows(&self) -> usize {
            5
        }

        fn cols(&self) -> usize {
            2
        }

        fn fill(&self, row: usize, out: &mut [f32]) -> Result<(), DataError> {
            if row == 3 {
                return Err(DataError::Io("gone".into()));
            }
            out.copy_from_slice(&[row as f32, 10.0 * row as f32]);
            Ok(())
        }
    }

    fn streamed(order: &[usize]) -> Features {
        Features::Streamed(Streamed::new(Arc::new(Tens), order))
    }

    #[test]
    fn streamed_rows_read_like_a_table() {
        let table = Matrix::new(3, 2, vec![4., 40., 0., 0., 2., 20.]).expect("fits");
        let both = [Features::Table(table), streamed(&[4, 0, 2])];
        for features in &both {
            assert_eq!((features.rows(), features.cols()), (3, 2));
            assert_eq!(features.row(0)[..], [4., 40.]);
            assert_eq!(features.at(2, 1), 20.);
            let mut out = [0.0; 4];
            features.gather(&[2, 0]).fill_all(&[1, 0], &mut out).expect("there");
            assert_eq!(out, [4., 40., 2., 20.]);
        }
        assert_ne!(both[0], both[1]);
        assert_eq!(both[1], both[1].clone());
    }

    #[test]
    fn a_row_that_is_gone_is_told() {
        let features = streamed(&[0, 3]);
        assert!(features.row(1).iter().all(|value| value.is_nan()));
        assert!(features.fill_all(&[0, 1], &mut [0.0; 4]).is_err());
    }
}
