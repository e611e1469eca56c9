//! What a network says about every row of a part.

use crate::base::Matrix;
use crate::record::{Scores, ScoresRequest};
use crate::train::batches::read_rows;
use crate::train::engine::EngineError;

use super::{Look, MOST_VALUES, spread};

impl Look<'_> {
    /// Scores of at most so many rows of a part, and never more than make [`MOST_VALUES`].
    ///
    /// # Errors
    /// When the device fails, there is no such part, or rows cannot be read any more.
    pub fn scores(&self, request: &ScoresRequest) -> Result<Scores, EngineError> {
        let part = self.part(request.part)?;
        let (layer, width) = (self.logits() + 1, self.run.readout().scores_per_row());
        let most = request.most.min(MOST_VALUES / width.max(1));
        let rows: Vec<usize> = spread(part.rows(), most).collect();
        let mut outputs = Vec::with_capacity(rows.len() * width);
        for rows in rows.chunks(self.network.rows_at_once()) {
            for values in self.after(read_rows(&part.features, rows)?, &[layer])? {
                outputs.extend(values);
            }
        }
        let outputs = Matrix::new(rows.len(), width, outputs)
            .map_err(|error| EngineError::Failed(error.to_string()))?;
        Ok(Scores { request: *request, rows, outputs })
    }
}
