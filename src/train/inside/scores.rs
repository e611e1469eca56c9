//! What a network says about every row of a part.

use crate::base::Matrix;
use crate::data::Dataset;
use crate::record::{Scores, ScoresRequest};
use crate::train::engine::EngineError;
use crate::train::memo::Rows;
use crate::train::predict::Predictor;

use super::{MOST_VALUES, part_of, spread};

impl Predictor<'_> {
    /// Scores of at most so many rows of a part, and never more than make [`MOST_VALUES`].
    ///
    /// # Errors
    /// When the device fails, there is no such part, or rows cannot be read any more.
    pub fn part_scores(
        &self,
        request: &ScoresRequest,
        data: &Dataset,
    ) -> Result<Scores, EngineError> {
        let features = &part_of(data, request.part)?.features;
        let readout = &self.criterion.readout;
        let width = readout.scores_per_row();
        let most = request.most.min(MOST_VALUES / width.max(1));
        let rows: Vec<usize> = spread(features.rows(), most).collect();
        let mut outputs = Vec::with_capacity(rows.len() * width);
        self.chosen_rows(Rows::Part(request.part), features, &rows, |logits| {
            readout.scores(logits, &mut outputs);
        })?;
        let outputs = Matrix::new(rows.len(), width, outputs)
            .map_err(|error| EngineError::Failed(error.to_string()))?;
        Ok(Scores { request: *request, rows, outputs })
    }
}
