use std::cell::RefCell;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use crate::base::{Matrix, RunRng, Stream};
use crate::data::{Dataset, Features, Labelled};
use crate::record::{
    Boundary, BoundaryRequest, Confusion, Fit, FitRequest, PartMetrics, Prediction, Predictions,
    SlicePlane,
};

use super::batches::read_rows;
use super::device::execution_error;
use super::engine::EngineError;
use super::loss::Criterion;
use super::memo::{Memo, Rows};
use super::network::Network;
use super::params::values;
use super::tally::Tally;

/// Most rows of the training part that are measured on the way.
const SAMPLE: usize = 5000;
/// Most cells that a picture of a piece of the plane has.
pub(super) const MOST_CELLS: usize = 1 << 20;

/// The rows of the training part that are measured: a random choice that depends on the seed
/// alone, in their own order. `None` when there are few enough to measure all.
pub(super) fn sample(train: &Labelled, seed: u64) -> Option<Labelled> {
    if train.rows() <= SAMPLE {
        return None;
    }
    let mut rows = RunRng::new(seed).stream(Stream::Sample, 0).permutation(train.rows());
    rows.truncate(SAMPLE);
    rows.sort_unstable();
    Some(train.gather(&rows))
}

/// A table of `cols` columns on the device.
pub(super) fn to_device(values: Vec<f32>, cols: usize, device: &Device) -> Tensor<2> {
    let rows = values.len() / cols.max(1);
    Tensor::from_data(TensorData::new(values, [rows, cols]), device)
}

/// Puts data through a network without training it.
pub(super) struct Predictor<'a> {
    pub network: &'a Network,
    pub device: &'a Device,
    pub criterion: &'a Criterion,
    pub memo: &'a RefCell<Memo>,
}

/// Most outputs of a part that are kept for the next panel that asks: 64 MB.
const MOST_KEPT: usize = 1 << 24;

impl Predictor<'_> {
    fn outputs(&self) -> usize {
        self.criterion.readout.outputs
    }

    /// Hands the logits of every row to `see`, in order. What was computed for another panel is
    /// not computed again.
    fn each_row(
        &self,
        rows: Rows,
        features: &Features,
        mut see: impl FnMut(usize, &[f32]),
    ) -> Result<(), EngineError> {
        if let Some(known) = self.known(rows) {
            let lines = known.data().chunks_exact(known.cols().max(1));
            lines.enumerate().for_each(|(row, logits)| see(row, logits));
            return Ok(());
        }
        let count = features.rows() * self.outputs();
        let mut said = (count <= MOST_KEPT).then(|| Vec::with_capacity(count));
        let all: Vec<usize> = (0..features.rows()).collect();
        self.some_rows(features, &all, |row, logits| {
            if let Some(said) = &mut said {
                said.extend_from_slice(logits);
            }
            see(row, logits);
        })?;
        let said = said.and_then(|said| Matrix::new(all.len(), self.outputs(), said).ok());
        if let Some(said) = said {
            self.memo.borrow_mut().put(self.network.version(), rows, said);
        }
        Ok(())
    }

    /// What was computed before for all of some rows.
    fn known(&self, rows: Rows) -> Option<Arc<Matrix>> {
        self.memo.borrow().get(self.network.version(), rows)
    }

    /// The logits of some rows of a part, in the order of `rows`.
    ///
    /// # Errors
    /// When the device fails, or a row cannot be read any more.
    pub fn chosen_rows(
        &self,
        part: Rows,
        features: &Features,
        rows: &[usize],
        mut see: impl FnMut(&[f32]),
    ) -> Result<(), EngineError> {
        if rows.len() == features.rows() {
            return self.each_row(part, features, |_, logits| see(logits));
        }
        match self.known(part) {
            Some(known) => rows.iter().for_each(|&row| see(known.row(row))),
            None => self.some_rows(features, rows, |_, logits| see(logits))?,
        }
        Ok(())
    }

    fn some_rows(
        &self,
        features: &Features,
        rows: &[usize],
        mut see: impl FnMut(usize, &[f32]),
    ) -> Result<(), EngineError> {
        for chunk in rows.chunks(self.network.rows_at_once()) {
            let values = read_rows(features, chunk)?;
            self.each_value_row(values, features.cols(), |row, logits| see(chunk[row], logits))?;
        }
        Ok(())
    }

    /// The same for rows of `cols` values that follow each other.
    fn each_value_row(
        &self,
        rows: Vec<f32>,
        cols: usize,
        mut see: impl FnMut(usize, &[f32]),
    ) -> Result<(), EngineError> {
        let rows = to_device(rows, cols, self.device);
        let logits = match self.criterion.reads_logits() {
            true => self.network.forward_logits(rows),
            false => self.network.forward(rows),
        };
        let logits = logits.try_into_data().map_err(execution_error)?;
        for (row, logits) in values(&logits)?.chunks_exact(self.outputs()).enumerate() {
            see(row, logits);
        }
        Ok(())
    }

    /// Loss and quality on one part of the data; `penalty` is added to the loss to give the
    /// objective. The loss of no rows is NaN.
    ///
    /// # Errors
    /// When the device fails.
    pub fn measure(
        &self,
        rows: Rows,
        part: &Labelled,
        penalty: f64,
    ) -> Result<PartMetrics, EngineError> {
        let mut tally = Tally::new(self.criterion, &part.targets);
        self.each_row(rows, &part.features, |row, outputs| tally.see(row, outputs))?;
        Ok(tally.finish(penalty))
    }

    /// Outputs at the centres of the cells of a piece of the plane, or of the slice `plane`.
    ///
    /// # Errors
    /// When the device fails, or there are more than [`MOST_CELLS`].
    pub fn boundary(
        &self,
        request: &BoundaryRequest,
        plane: Option<Arc<SlicePlane>>,
        data: &Dataset,
    ) -> Result<Boundary, EngineError> {
        let readout = &self.criterion.readout;
        let (cells, cols) = (cells(request)?, readout.scores_per_row());
        let mut outputs = Vec::with_capacity(cells * cols);
        for points in grid(request).data().chunks(2 * self.network.rows_at_once()) {
            let rows = lifted(points, plane.as_deref(), data);
            let keep = |_, logits: &[f32]| readout.scores(logits, &mut outputs);
            self.each_value_row(rows, data.shape.len(), keep)?;
        }
        let outputs = Matrix::new(cells, cols, outputs)
            .map_err(|error| EngineError::Failed(error.to_string()))?;
        Ok(Boundary { request: request.clone(), outputs, plane })
    }

    /// Predicted numbers at the places of an interval.
    ///
    /// # Errors
    /// When the device fails.
    pub fn fit(&self, request: &FitRequest, data: &Dataset) -> Result<Fit, EngineError> {
        let mut rows = Vec::with_capacity(request.points * data.shape.len());
        request.places().for_each(|x| data.lift(&[x], &mut rows));
        let mut values = Vec::with_capacity(request.points);
        self.each_value_row(rows, data.shape.len(), |_, outputs| values.push(outputs[0]))?;
        Ok(Fit { request: *request, values })
    }

    /// How often each class was taken for which.
    ///
    /// # Errors
    /// When the device fails.
    pub fn confusion(
        &self,
        rows: Rows,
        part: &Labelled,
        classes: usize,
    ) -> Result<Confusion, EngineError> {
        let mut table = Confusion::new(classes);
        self.each_row(rows, &part.features, |row, logits| {
            if let Some(truth) = part.targets.class(row) {
                table.add(truth, self.criterion.readout.class(logits));
            }
        })?;
        Ok(table)
    }

    /// The most confident mistakes first, of equals the earlier row, then the other rows in
    /// order.
    ///
    /// # Errors
    /// When the device fails.
    pub fn predictions(
        &self,
        rows: Rows,
        part: &Labelled,
        limit: usize,
    ) -> Result<Predictions, EngineError> {
        let (mut wrong, mut right) = (Vec::new(), Vec::new());
        self.each_row(rows, &part.features, |row, logits| {
            let prediction = self.prediction(row, part, logits);
            if prediction.predicted != prediction.truth {
                wrong.push(prediction);
            } else if right.len() < limit {
                right.push(prediction);
            }
        })?;
        wrong.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let mistakes = wrong.len();
        let shown = wrong.into_iter().chain(right).take(limit).collect();
        Ok(Predictions { shown, mistakes, total: part.rows() })
    }

    fn prediction(&self, row: usize, part: &Labelled, logits: &[f32]) -> Prediction {
        let predicted = self.criterion.readout.class(logits);
        let mut scores = Vec::new();
        self.criterion.readout.scores(logits, &mut scores);
        Prediction {
            row,
            truth: part.targets.class(row).unwrap_or_default(),
            predicted,
            confidence: scores[predicted],
        }
    }
}

/// Number of cells.
///
/// # Errors
/// When there are more than [`MOST_CELLS`].
pub(super) fn cells(request: &BoundaryRequest) -> Result<usize, EngineError> {
    let cells = request.side.saturating_mul(request.side);
    if cells <= MOST_CELLS {
        return Ok(cells);
    }
    Err(EngineError::Failed(format!("A picture has {MOST_CELLS} cells at most, not {cells}.")))
}

/// Whole rows of inputs for points of the plane of two features, or of the slice `plane`.
pub(super) fn lifted(points: &[f32], plane: Option<&SlicePlane>, data: &Dataset) -> Vec<f32> {
    let points = points.as_chunks::<2>().0;
    let mut rows = Vec::with_capacity(points.len() * data.shape.len());
    let mut sample = Vec::with_capacity(data.base_features());
    for point in points {
        sample.clear();
        match plane {
            None => sample.extend_from_slice(point),
            Some(plane) => sample.extend(plane.sample(*point)),
        }
        data.lift(&sample, &mut rows);
    }
    rows
}

/// Centres of the cells, from left to right and from the lower edge upwards.
pub(super) fn grid(request: &BoundaryRequest) -> Matrix {
    let side = request.side;
    let mut points = Matrix::zeros(side * side, 2);
    for (cell, point) in points.data_mut().chunks_exact_mut(2).enumerate() {
        point[0] = centre(request.x, cell % side, side);
        point[1] = centre(request.y, cell / side, side);
    }
    points
}

fn centre([low, high]: [f32; 2], cell: usize, side: usize) -> f32 {
    low + (high - low) * (cell as f32 + 0.5) / side as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_run_from_left_to_right_and_upwards() {
        let request = BoundaryRequest::plane([0.0, 4.0], [-1.0, 1.0], 2);
        assert_eq!(grid(&request).data(), [1., -0.5, 3., -0.5, 1., 0.5, 3., 0.5]);
    }
}
