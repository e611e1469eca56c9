//! Which samples excite a channel or neuron most.

use crate::record::{ExciteRequest, Excited, Excitement};
use crate::train::batches::read_rows;
use crate::train::engine::EngineError;
use crate::train::predict;

use super::{Look, failed, spread};

/// Most rows of the test part that are looked through: every picture does it anew.
const ROWS: usize = 1000;

/// One channel of a layer.
struct Channel {
    /// Places of its values among those of the layer.
    values: std::ops::Range<usize>,
    /// Values in one line of an image; 1 of a neuron.
    width: usize,
}

impl Look<'_> {
    /// The rows of the test part that excite a channel or neuron most, of [`ROWS`] at most; of
    /// equals the earlier row. A row that makes it NaN does not count.
    ///
    /// # Errors
    /// When the device fails, there is no such layer or channel, or rows cannot be read any more.
    pub fn excited(&self, request: &ExciteRequest) -> Result<Excited, EngineError> {
        self.check_layer(request.layer)?;
        let channel = self.channel(request)?;
        let features = &self.data.test.features;
        let rows: Vec<usize> = spread(features.rows(), ROWS).collect();
        let mut found = Vec::with_capacity(rows.len());
        for rows in rows.chunks(self.network.rows_at_once()) {
            let values = self.values_of(&channel, read_rows(features, rows)?, request.layer)?;
            let size = channel.values.len();
            let strongest = |(&row, values)| strongest(row, values, channel.width);
            found.extend(rows.iter().zip(values.chunks_exact(size)).filter_map(strongest));
        }
        found.sort_by(|a: &Excitement, b| b.value.total_cmp(&a.value));
        found.truncate(request.count);
        Ok(Excited { request: *request, looked_at: rows.len(), rows: found })
    }

    fn channel(&self, request: &ExciteRequest) -> Result<Channel, EngineError> {
        let shape = self.shape(request.layer);
        let channels = shape.first().copied().unwrap_or_default();
        if request.channel >= channels {
            return failed(format!(
                "Layer {} has {channels} channels and no {}.",
                request.layer, request.channel
            ));
        }
        let size: usize = shape[1..].iter().product();
        let width = shape[1..].last().copied().unwrap_or(1);
        let first = request.channel * size;
        Ok(Channel { values: first..first + size, width })
    }

    /// What a channel holds for each of the rows. Scores are computed from all outputs.
    fn values_of(
        &self,
        channel: &Channel,
        rows: Vec<f32>,
        layer: usize,
    ) -> Result<Vec<f32>, EngineError> {
        if layer > self.logits() {
            let scores = self.after(rows, &[layer])?.pop().unwrap_or_default();
            let of = |row: &[f32]| row[channel.values.start];
            return Ok(scores.chunks_exact(self.width(layer)).map(of).collect());
        }
        let x = predict::to_device(rows, self.data.shape.len(), self.device);
        let all = self.observe(x, &[layer]).into_iter();
        let own = all.map(|values| values.slice_dim(1, channel.values.clone())).collect();
        Ok(self.read(own, &[layer])?.pop().unwrap_or_default())
    }
}

/// The largest value of a row in a channel, and where it stands; of equals the first.
fn strongest(row: usize, values: &[f32], width: usize) -> Option<Excitement> {
    let numbers = values.iter().enumerate().filter(|(_, value)| !value.is_nan());
    let (place, &value) = numbers.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    Some(Excitement { row, value, at: [place / width, place % width] })
}
