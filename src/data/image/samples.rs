//! Samples that are made from images step by step: once for all, or each time they are needed.

use std::sync::Arc;

use rayon::prelude::*;

use super::frame::{Image, View, as_bytes};
use super::normalise::Moments;
use super::ops::{Bench, Op};
use super::store::PictureStore;
use crate::base::{Matrix, Rng, RunRng, Stream};
use crate::data::watch::Watch;
use crate::data::{Augment, DataError, Features, RowSource};

/// Rows whose sums are kept apart until they are merged in order, so that the result does not
/// depend on how many processors there are.
const MOMENTS_ROWS: usize = 64;

/// Where images come from before the first step.
#[derive(Debug)]
pub(super) enum Base {
    /// Rows of `[channels, height, width]`.
    Rows { features: Features, shape: [usize; 3] },
    /// The same as bytes, 255 for 1: a quarter of the memory.
    Bytes { values: Vec<u8>, shape: [usize; 3] },
    /// Pictures of a folder.
    Pictures(PictureStore),
}

impl Base {
    /// Rows of features that are kept: in bytes where nothing is lost by that.
    pub(super) fn kept(features: Features, shape: [usize; 3]) -> Self {
        match as_bytes(&features) {
            Some(values) => Self::Bytes { values, shape },
            None => Self::Rows { features, shape },
        }
    }

    fn read<'b>(
        &self,
        row: usize,
        ops: &[Op],
        rng: Option<&mut Rng>,
        bench: &'b mut Bench,
    ) -> Result<&'b Image, DataError> {
        match self {
            Self::Rows { features: Features::Table(table), shape } => {
                Ok(bench.run(&View::new(*shape, table.row(row)), ops, rng))
            }
            Self::Rows { features, shape } => {
                let mut values = vec![0.0; features.cols()];
                features.fill_all(&[row], &mut values)?;
                Ok(bench.run(&View::new(*shape, &values), ops, rng))
            }
            Self::Bytes { values, shape } => {
                let size = shape.iter().product::<usize>();
                Ok(bench.run(&View::new(*shape, &values[row * size..][..size]), ops, rng))
            }
            Self::Pictures(store) => {
                let picture = store.picture(row)?;
                Ok(bench.run(&picture.view().spread_to(store.channels()), ops, rng))
            }
        }
    }
}

/// Some images of a base, in an order of their own: a part of the data before the first step.
#[derive(Clone, Debug)]
pub(super) struct Samples {
    base: Arc<Base>,
    rows: Arc<[usize]>,
}

impl Samples {
    pub(super) fn new(base: Arc<Base>, rows: impl Into<Arc<[usize]>>) -> Self {
        Self { base, rows: rows.into() }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What `ops` make of one image.
    pub(super) fn read<'b>(
        &self,
        row: usize,
        ops: &[Op],
        rng: Option<&mut Rng>,
        bench: &'b mut Bench,
    ) -> Result<&'b Image, DataError> {
        self.base.read(self.rows[row], ops, rng, bench)
    }

    fn write(
        &self,
        row: usize,
        ops: &[Op],
        rng: Option<&mut Rng>,
        bench: &mut Bench,
        out: &mut [f32],
    ) -> Result<(), DataError> {
        let image = self.read(row, ops, rng, bench)?;
        if image.values.len() != out.len() {
            return Err(DataError::Io(
                "A picture has another size than when it was first read. Load the data anew."
                    .to_owned(),
            ));
        }
        out.copy_from_slice(&image.values);
        Ok(())
    }

    /// Mean and standard deviation of each channel after `ops`, none of them random.
    pub(super) fn moments(
        &self,
        ops: &[Op],
        watch: &Watch,
        weight: f64,
    ) -> Result<Moments, DataError> {
        let share = weight / self.len() as f64;
        let places: Vec<usize> = (0..self.len()).collect();
        let blocks: Result<Vec<Moments>, DataError> = places
            .par_chunks(MOMENTS_ROWS)
            .map_init(Bench::default, |bench, rows| {
                rows.iter().try_fold(Moments::default(), |sum, &row| {
                    watch.add(share)?;
                    Ok(sum.merged(&Moments::of(self.read(row, ops, None, bench)?)))
                })
            })
            .collect();
        Ok(blocks?.iter().fold(Moments::default(), Moments::merged))
    }

    /// All samples after `ops`, none of them random: `[rows, cols]`.
    pub(super) fn table(
        &self,
        ops: &[Op],
        cols: usize,
        watch: &Watch,
        weight: f64,
    ) -> Result<Matrix, DataError> {
        let share = weight / self.len() as f64;
        let mut table = Matrix::zeros(self.len(), cols);
        table.data_mut().par_chunks_mut(cols).enumerate().try_for_each_init(
            Bench::default,
            |bench, (row, out)| {
                watch.add(share)?;
                self.write(row, ops, None, bench, out)
            },
        )?;
        Ok(table)
    }
}

/// Samples that are made each time they are needed.
#[derive(Debug)]
pub(super) struct Steady {
    pub(super) samples: Samples,
    pub(super) ops: Vec<Op>,
    pub(super) cols: usize,
}

impl RowSource for Steady {
    fn rows(&self) -> usize {
        self.samples.len()
    }

    fn cols(&self) -> usize {
        self.cols
    }

    fn fill(&self, row: usize, out: &mut [f32]) -> Result<(), DataError> {
        self.samples.write(row, &self.ops, None, &mut Bench::default(), out)
    }

    fn fill_all(&self, rows: &[usize], out: &mut [f32]) -> Result<(), DataError> {
        rows.par_iter()
            .zip(out.par_chunks_exact_mut(self.cols))
            .try_for_each_init(Bench::default, |bench, (&row, out)| {
                self.samples.write(row, &self.ops, None, bench, out)
            })
    }
}

/// Training samples that are changed at random each time they are seen.
#[derive(Debug)]
pub(super) struct Augmented {
    pub(super) samples: Samples,
    pub(super) ops: Vec<Op>,
}

impl Augment for Augmented {
    fn fill(&self, rng: RunRng, epoch: u64, row: usize, out: &mut [f32]) -> Result<(), DataError> {
        // Epochs and rows beyond 2³² would begin anew; neither is ever reached.
        let mut rng = rng.at(Stream::Augment, epoch as u32, row as u32);
        self.samples.write(row, &self.ops, Some(&mut rng), &mut Bench::default(), out)
    }
}
