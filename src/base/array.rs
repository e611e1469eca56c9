use std::fmt;

/// The number of values does not fit the shape that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// The shape that was asked for.
    pub shape: Vec<usize>,
    /// How many values there were.
    pub values: usize,
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} values do not fill the shape {:?}", self.values, self.shape)
    }
}

impl std::error::Error for ShapeError {}

/// A table of `f32` on the host, row-major: shape `[rows, cols]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    rows: usize,
    cols: usize,
    data: Vec<f32>,
}

impl Matrix {
    /// A table from its values, row by row.
    ///
    /// # Errors
    /// When `data` does not hold `rows * cols` values.
    pub fn new(rows: usize, cols: usize, data: Vec<f32>) -> Result<Self, ShapeError> {
        if rows.checked_mul(cols) == Some(data.len()) {
            Ok(Self { rows, cols, data })
        } else {
            Err(ShapeError { shape: vec![rows, cols], values: data.len() })
        }
    }

    /// A table of zeros.
    #[must_use]
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Self { rows, cols, data: vec![0.0; rows * cols] }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// All values, row by row.
    #[must_use]
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// All values, row by row, to be changed in place.
    pub fn data_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    /// One row.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f32] {
        &self.data[row * self.cols..(row + 1) * self.cols]
    }

    /// The value at a place.
    ///
    /// # Panics
    /// When the place is outside the table.
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
        let mut data = Vec::with_capacity(order.len() * self.cols);
        for &row in order {
            data.extend_from_slice(self.row(row));
        }
        Self { rows: order.len(), cols: self.cols, data }
    }

    /// Iterates over one column.
    pub fn col(&self, col: usize) -> impl Iterator<Item = f32> + '_ {
        (0..self.rows).map(move |row| self.at(row, col))
    }
}

/// An `f32` array of any rank on the host, row-major: how parameters leave the trainer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostTensor {
    shape: Vec<usize>,
    data: Vec<f32>,
}

impl HostTensor {
    /// An array from its shape and values.
    ///
    /// # Errors
    /// When the number of values is not the product of the shape.
    pub fn new(shape: Vec<usize>, data: Vec<f32>) -> Result<Self, ShapeError> {
        let wanted = shape.iter().try_fold(1_usize, |product, &side| product.checked_mul(side));
        if wanted == Some(data.len()) {
            Ok(Self { shape, data })
        } else {
            Err(ShapeError { shape, values: data.len() })
        }
    }

    /// Length of each axis.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// All values, the last axis running fastest.
    #[must_use]
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// Takes the values out.
    #[must_use]
    pub fn into_data(self) -> Vec<f32> {
        self.data
    }

    /// Whether every value is a finite number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.data.iter().all(|value| value.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_must_fit_its_values() {
        assert!(Matrix::new(2, 3, vec![0.0; 6]).is_ok());
        assert!(Matrix::new(2, 3, vec![0.0; 5]).is_err());
        assert!(Matrix::new(usize::MAX, 2, vec![]).is_err());
        assert!(HostTensor::new(vec![2, 2], vec![0.0; 4]).is_ok());
        assert!(HostTensor::new(vec![usize::MAX, 8], vec![0.0; 4]).is_err());
    }

    #[test]
    fn gather_takes_rows_in_the_order_named() {
        let table = Matrix::new(3, 2, vec![0., 1., 2., 3., 4., 5.]).expect("fits");
        assert_eq!(table.gather(&[2, 0]).data(), [4., 5., 0., 1.]);
        assert_eq!(table.col(1).collect::<Vec<_>>(), [1., 3., 5.]);
    }
}
