//! The activations of neurons over the plane, or over a slice.

use std::sync::Arc;

use crate::base::Matrix;
use crate::record::{BoundaryRequest, MapRequest, Maps, SlicePlane, UnitsOf};
use crate::train::engine::EngineError;
use crate::train::predict;

use super::{Look, MOST_VALUES, failed};

impl Look<'_> {
    /// Activations of neurons over a window of the plane, or of the slice `plane`.
    ///
    /// # Errors
    /// When the device fails, there is no such layer or neuron, or they are more than
    /// [`MOST_VALUES`] values or [`predict::MOST_CELLS`] cells.
    pub fn maps(
        &self,
        request: &MapRequest,
        plane: Option<Arc<SlicePlane>>,
    ) -> Result<Maps, EngineError> {
        let cells = predict::cells(&request.window)?;
        self.check_units(&request.layers, cells)?;
        let places: Vec<usize> = request.layers.iter().map(|of| of.layer).collect();
        let matrices = request.layers.iter().map(|of| Matrix::zeros(of.units.len(), cells));
        let mut found: Vec<Matrix> = matrices.collect();
        let mut first = 0;
        for points in self.window(&request.window) {
            let rows = predict::lifted(&points, plane.as_deref(), self.data);
            let after = self.after(rows, &places)?;
            for ((matrix, of), values) in found.iter_mut().zip(&request.layers).zip(after) {
                write_units(matrix, &of.units, first, &values, self.width(of.layer));
            }
            first += points.len() / 2;
        }
        Ok(Maps { request: request.clone(), plane, layers: found })
    }

    /// Centres of cells, so many as best go through at once.
    fn window(&self, window: &BoundaryRequest) -> Vec<Vec<f32>> {
        let points = predict::grid(window);
        points.data().chunks(2 * self.network.rows_at_once()).map(<[f32]>::to_vec).collect()
    }

    fn check_units(&self, layers: &[UnitsOf], cells: usize) -> Result<(), EngineError> {
        for of in layers {
            self.check_layer(of.layer)?;
            let width = self.width(of.layer);
            if let Some(unit) = of.units.iter().find(|&&unit| unit >= width) {
                return failed(format!("Layer {} has {width} neurons and no {unit}.", of.layer));
            }
        }
        let units: usize = layers.iter().map(|of| of.units.len()).sum();
        if units.saturating_mul(cells) > MOST_VALUES {
            return failed(format!("{units} neurons are too many for {cells} cells each."));
        }
        Ok(())
    }
}

/// Writes the values of `units`, in columns of `values` `[rows, width]`, into the rows of
/// `matrix` from the column `first` on.
fn write_units(matrix: &mut Matrix, units: &[usize], first: usize, values: &[f32], width: usize) {
    let cells = matrix.cols();
    for (line, &unit) in matrix.data_mut().chunks_exact_mut(cells.max(1)).zip(units) {
        let column = values.iter().skip(unit).step_by(width.max(1));
        line[first..].iter_mut().zip(column).for_each(|(cell, value)| *cell = *value);
    }
}
