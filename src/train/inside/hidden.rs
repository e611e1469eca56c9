//! How the data look after a layer.

use std::ops::Range;

use crate::base::{Matrix, principal};
use crate::record::{GridRequest, Hidden, HiddenRequest, HiddenView};
use crate::train::batches::read_rows;
use crate::train::engine::EngineError;
use crate::train::predict;

use super::{Look, MOST_VALUES, failed, spread};

/// Most points of a grid.
const MOST_POINTS: usize = 1 << 16;

/// How values of a layer become points.
enum Projection {
    /// Two of them are taken.
    Units([usize; 2]),
    /// They are measured along two directions.
    Along(Box<crate::base::Principal>),
}

impl Projection {
    fn point(&self, values: &[f32]) -> [f32; 2] {
        match self {
            Self::Units(units) => units.map(|unit| values[unit]),
            Self::Along(found) => [0, 1].map(|direction| {
                let is_there = direction < found.directions.len();
                if is_there { found.along(direction, values) as f32 } else { 0.0 }
            }),
        }
    }
}

impl Look<'_> {
    /// The rows of a part after a layer, and a grid where the data are points in the plane. For
    /// principal directions no more rows are shown than make [`HiddenRequest::MOST_COMPARED`] values. Of a layer with
    /// one value, principal directions put all points on a line.
    ///
    /// # Errors
    /// When the device fails, there is no such part, layer or neuron, rows cannot be read any
    /// more, values are not finite, or the grid has more than [`MOST_POINTS`].
    pub fn hidden(&self, request: &HiddenRequest) -> Result<Hidden, EngineError> {
        let width = self.hidden_width(request.layer)?;
        let part = self.part(request.part)?;
        let most = match request.view {
            HiddenView::Units(_) => MOST_VALUES / 2,
            HiddenView::Principal => HiddenRequest::MOST_COMPARED / width.max(1),
        };
        let rows: Vec<usize> = spread(part.rows(), request.most.min(most.max(2))).collect();
        let read = |places: Range<usize>| read_rows(&part.features, &rows[places]);
        let (projection, points) = self.projected(request, width, rows.len(), read)?;
        let grid = match request.grid.filter(|_| self.data.is_planar()) {
            None => Vec::new(),
            Some(grid) => self.bent(grid, request.layer, &projection)?,
        };
        let explained = match &projection {
            Projection::Units(_) => None,
            Projection::Along(found) => Some(
                [0, 1].map(|place| found.explained.get(place).map_or(0.0, |share| *share as f32)),
            ),
        };
        Ok(Hidden { request: request.clone(), width, rows, points, grid, explained })
    }

    fn hidden_width(&self, layer: Option<usize>) -> Result<usize, EngineError> {
        let Some(layer) = layer else { return Ok(self.data.shape.len()) };
        self.check_layer(layer)?;
        Ok(self.width(layer))
    }

    /// How values become points, and the points of the `count` rows that `read` gives.
    fn projected(
        &self,
        request: &HiddenRequest,
        width: usize,
        count: usize,
        read: impl Fn(Range<usize>) -> Result<Vec<f32>, EngineError>,
    ) -> Result<(Projection, Vec<[f32; 2]>), EngineError> {
        match request.view {
            HiddenView::Units(units) => {
                if let Some(unit) = units.iter().find(|&&unit| unit >= width) {
                    return failed(format!("There are {width} neurons and no {unit}."));
                }
                let projection = Projection::Units(units);
                let points = self.points_after(request.layer, count, read, &projection)?;
                Ok((projection, points))
            }
            HiddenView::Principal => {
                let mut all = Vec::with_capacity(count * width);
                self.values_after(request.layer, count, read, |values| {
                    all.extend_from_slice(values);
                })?;
                let values = Matrix::new(count, width, all)
                    .map_err(|error| EngineError::Failed(error.to_string()))?;
                let Some(found) = principal(&values, 2) else {
                    return failed("Principal directions need rows of finite values.");
                };
                let projection = Projection::Along(Box::new(found));
                let points = values.data().chunks_exact(width.max(1));
                let points = points.map(|values| projection.point(values)).collect();
                Ok((projection, points))
            }
        }
    }

    fn points_after(
        &self,
        layer: Option<usize>,
        count: usize,
        read: impl Fn(Range<usize>) -> Result<Vec<f32>, EngineError>,
        projection: &Projection,
    ) -> Result<Vec<[f32; 2]>, EngineError> {
        let mut points = Vec::with_capacity(count);
        self.values_after(layer, count, read, |values| points.push(projection.point(values)))?;
        Ok(points)
    }

    /// Hands out what a layer makes of each of `count` samples, in order. `read` gives their
    /// inputs.
    fn values_after(
        &self,
        layer: Option<usize>,
        count: usize,
        read: impl Fn(Range<usize>) -> Result<Vec<f32>, EngineError>,
        mut see: impl FnMut(&[f32]),
    ) -> Result<(), EngineError> {
        let at_once = self.network.rows_at_once();
        for start in (0..count).step_by(at_once) {
            let places = start..count.min(start + at_once);
            let samples = places.len();
            let inputs = read(places)?;
            let values = match layer {
                None => inputs,
                Some(layer) => self.after(inputs, &[layer])?.pop().unwrap_or_default(),
            };
            values.chunks_exact((values.len() / samples).max(1)).for_each(&mut see);
        }
        Ok(())
    }

    /// A grid of the plane after a layer.
    fn bent(
        &self,
        grid: GridRequest,
        layer: Option<usize>,
        projection: &Projection,
    ) -> Result<Vec<[f32; 2]>, EngineError> {
        let count = grid.lines.saturating_mul(grid.points).saturating_mul(2);
        if count > MOST_POINTS {
            return failed(format!("A grid has {MOST_POINTS} points at most, not {count}."));
        }
        let places: Vec<f32> = grid.places().flatten().collect();
        let read = |at: Range<usize>| {
            Ok(predict::lifted(&places[2 * at.start..2 * at.end], None, self.data))
        };
        self.points_after(layer, count, read, projection)
    }
}
