//! Knows: `base`, `spec`, `data`, `record`, burn, and the trainer's network and readout. Looks inside a network: what its neurons answer, and why.
//! Never: changes parameters, running statistics or random numbers; losses, optimizers, files, windows.

mod excited;
mod hidden;
mod maps;
mod planes;
mod scores;
mod trace;

use burn::tensor::{Device, Tensor, Transaction};

use crate::data::{Dataset, Labelled};
use crate::record::NamedTensor;
use crate::spec::{Part, ValidRun};

use super::batches::read_rows;
use super::device::execution_error;
use super::engine::EngineError;
use super::loss::Criterion;
use super::network::Network;
use super::params::Reader;
use super::predict;

pub(super) use planes::Planes;

/// Most values that one answer holds, or that are gathered for it: 64 MB of `f32`.
pub(super) const MOST_VALUES: usize = 1 << 24;

/// A look inside a network as it stands, in evaluation mode.
pub(super) struct Look<'a> {
    pub network: &'a Network,
    pub device: &'a Device,
    pub criterion: &'a Criterion,
    pub run: &'a ValidRun,
    pub data: &'a Dataset,
}

impl Look<'_> {
    /// All trainable values.
    ///
    /// # Errors
    /// When the device fails, or they are more than [`MOST_VALUES`].
    pub fn parameters(&self) -> Result<Vec<NamedTensor>, EngineError> {
        if self.run.parameters() > MOST_VALUES {
            return failed("The network has too many parameters for all of them to be shown.");
        }
        let mut reader = Reader::default();
        for param in self.network.params() {
            reader.push(param.name.clone(), param.shape.clone(), &param.value);
        }
        reader.read()
    }

    /// The place of the logits among the layers; that of the scores is the next.
    fn logits(&self) -> usize {
        self.network.logits_place()
    }

    /// Fails unless there is a layer at this place.
    fn check_layer(&self, layer: usize) -> Result<(), EngineError> {
        let last = self.logits() + 1;
        if layer <= last {
            return Ok(());
        }
        failed(format!("There is no layer {layer}: the scores are {last}."))
    }

    /// What comes out at a place: `[features]` or `[channels, height, width]`.
    fn shape(&self, layer: usize) -> Vec<usize> {
        match self.run.layers().get(layer) {
            Some(info) => info.output.0.clone(),
            None if layer == self.logits() => vec![self.run.outputs()],
            None => vec![self.run.readout().scores_per_row()],
        }
    }

    /// Number of values at a place.
    fn width(&self, layer: usize) -> usize {
        self.shape(layer).iter().product()
    }

    /// What comes out at each of `layers` for whole rows of inputs that follow each other, all of
    /// them at once.
    ///
    /// # Errors
    /// When the device fails.
    fn after(&self, rows: Vec<f32>, layers: &[usize]) -> Result<Vec<Vec<f32>>, EngineError> {
        let x = predict::to_device(rows, self.data.shape.len(), self.device);
        self.read(self.observe(x, layers), layers)
    }

    /// The same on the device; in the place of scores the values that they are read from.
    fn observe(&self, x: Tensor<2>, layers: &[usize]) -> Vec<Tensor<2>> {
        let reads_logits = self.criterion.reads_logits();
        let place = |&layer: &usize| match layer > self.logits() && reads_logits {
            true => self.logits(),
            false => layer,
        };
        self.network.observe(x, &layers.iter().map(place).collect::<Vec<_>>())
    }

    /// Reads what [`Self::observe`] gave in one go.
    fn read(
        &self,
        tensors: Vec<Tensor<2>>,
        layers: &[usize],
    ) -> Result<Vec<Vec<f32>>, EngineError> {
        let asked = tensors.into_iter().fold(Transaction::default(), Transaction::register);
        let read = asked.try_execute().map_err(execution_error)?;
        let mut found = Vec::with_capacity(layers.len());
        for (data, &layer) in read.into_iter().zip(layers) {
            let values = data.try_into_vec::<f32>();
            let values = values.map_err(|error| EngineError::Failed(error.to_string()))?;
            found.push(if layer > self.logits() { self.scores_of(&values) } else { values });
        }
        Ok(found)
    }

    /// Scores of rows of outputs.
    fn scores_of(&self, outputs: &[f32]) -> Vec<f32> {
        let readout = self.run.readout();
        let rows = outputs.len() / readout.outputs.max(1);
        let mut scores = Vec::with_capacity(rows * readout.scores_per_row());
        for row in outputs.chunks_exact(readout.outputs.max(1)) {
            readout.scores(row, &mut scores);
        }
        scores
    }

    /// A part of the data.
    ///
    /// # Errors
    /// When there is no such part.
    fn part(&self, part: Part) -> Result<&Labelled, EngineError> {
        part_of(self.data, part)
    }

    /// One row of a part, as it enters the first layer.
    ///
    /// # Errors
    /// When there is no such part or row, or it cannot be read any more.
    fn row(&self, part: Part, row: usize) -> Result<Vec<f32>, EngineError> {
        row_of(self.data, part, row)
    }
}

/// A part of the data.
///
/// # Errors
/// When there is no such part.
pub(super) fn part_of(data: &Dataset, part: Part) -> Result<&Labelled, EngineError> {
    match part {
        Part::Train => Ok(&data.train),
        Part::Validation => data
            .validation
            .as_ref()
            .ok_or_else(|| EngineError::Failed("The data have no validation part.".into())),
        Part::Test => Ok(&data.test),
    }
}

/// One row of a part, as it enters the first layer.
fn row_of(data: &Dataset, part: Part, row: usize) -> Result<Vec<f32>, EngineError> {
    let part = part_of(data, part)?;
    if row >= part.rows() {
        return failed(format!("There is no row {row}: the part has {}.", part.rows()));
    }
    read_rows(&part.features, &[row])
}

/// The features of a sample that are given as values, with those that are computed from them.
fn lifted(data: &Dataset, values: &[f32]) -> Result<Vec<f32>, EngineError> {
    let features = data.base_features();
    if values.len() != features {
        return failed(format!("A sample has {features} values, not {}.", values.len()));
    }
    let mut row = Vec::with_capacity(data.shape.len());
    data.lift(values, &mut row);
    Ok(row)
}

/// `count` of `all` rows, or all where there are fewer, evenly spread and in rising order: data
/// are often sorted, and the first rows would be of one kind alone.
fn spread(all: usize, count: usize) -> impl Iterator<Item = usize> {
    let count = count.min(all);
    (0..count).map(move |place| (place as u128 * all as u128 / count as u128) as usize)
}

fn failed<T>(why: impl Into<String>) -> Result<T, EngineError> {
    Err(EngineError::Failed(why.into()))
}
