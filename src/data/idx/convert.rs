use rayon::prelude::*;

use super::{Idx, IdxValues};
use crate::base::Matrix;
use crate::data::DataError;
use crate::data::tell::invalid;
use crate::data::watch::Watch;
use crate::spec::SampleShape;

/// Values that are turned into `f32` between two looks at whether to stop.
const BLOCK_VALUES: usize = 1 << 20;

/// How the axes of a file make samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// How many samples there are.
    pub(super) count: usize,
    /// `[features]` or `[channels, height, width]`.
    pub(super) shape: SampleShape,
    /// Whether the file has the channels of a pixel side by side.
    pub(super) channels_last: bool,
}

impl Layout {
    /// From the axes of a file of images: `[n, features]`, `[n, h, w]`, or either `[n, h, w, c]`
    /// or `[n, c, h, w]`. Of four axes, the two alike that are neighbours are height and width;
    /// where that does not tell, the shorter of the second and the last is the channels.
    pub(super) fn of(dims: &[usize], what: &str) -> Result<Self, DataError> {
        let (count, shape, channels_last) = match *dims {
            [count, features] => (count, vec![features], false),
            [count, h, w] => (count, vec![1, h, w], false),
            [count, a, b, c] => {
                let last = match (a == b, b == c) {
                    (true, false) => true,
                    (false, true) => false,
                    _ => c <= a,
                };
                (count, if last { vec![c, a, b] } else { vec![a, b, c] }, last)
            }
            [_] => {
                return invalid(format!(
                    "The file given as {what} holds labels (one dimension). Were the files swapped?"
                ));
            }
            _ => {
                return invalid(format!(
                    "The file given as {what} has {} dimensions; images have 3 (count, height, \
                     width), or 4 with channels.",
                    dims.len()
                ));
            }
        };
        Ok(Self { count, shape: SampleShape(shape), channels_last })
    }
}

/// Turns the values of a file into samples, `[n, c·h·w]`: bytes divided by 255, others as they
/// are. `weight` is how much of the whole work that is.
///
/// # Errors
/// When a value is not finite as `f32`, or the work is to be stopped.
pub(super) fn samples(
    idx: &Idx,
    layout: &Layout,
    what: &str,
    watch: &Watch,
    weight: f64,
) -> Result<Matrix, DataError> {
    let job = Job { layout, what, watch, weight };
    match &idx.values {
        IdxValues::U8(values) => job.run(values, |value| f32::from(value) / 255.0),
        IdxValues::I8(values) => job.run(values, f32::from),
        IdxValues::I16(values) => job.run(values, f32::from),
        IdxValues::I32(values) => job.run(values, |value| value as f32),
        IdxValues::F32(values) => job.run(values, |value| value),
        IdxValues::F64(values) => job.run(values, |value| value as f32),
    }
}

struct Job<'a> {
    layout: &'a Layout,
    what: &'a str,
    watch: &'a Watch,
    weight: f64,
}

impl Job<'_> {
    fn run<T: Copy + Sync>(
        &self,
        values: &[T],
        convert: impl Fn(T) -> f32 + Sync,
    ) -> Result<Matrix, DataError> {
        let size = self.layout.shape.len();
        let mut table = Matrix::zeros(self.layout.count, size);
        let block = size * (BLOCK_VALUES / size).max(1);
        let share = block as f64 / values.len() as f64;
        let blocks = table.data_mut().par_chunks_mut(block).zip(values.par_chunks(block));
        blocks.enumerate().try_for_each(|(place, (out, values))| {
            let outs = out.chunks_exact_mut(size).zip(values.chunks_exact(size));
            outs.for_each(|(out, values)| self.sample(values, out, &convert));
            self.check(out, place * block)?;
            self.watch.add(self.weight * share.min(1.0))
        })?;
        Ok(table)
    }

    fn sample<T: Copy>(&self, values: &[T], out: &mut [f32], convert: impl Fn(T) -> f32) {
        if !self.layout.channels_last {
            for (out, &value) in out.iter_mut().zip(values) {
                *out = convert(value);
            }
            return;
        }
        let channels = self.layout.shape.0[0];
        let plane = out.len() / channels;
        for (pixel, values) in values.chunks_exact(channels).enumerate() {
            for (channel, &value) in values.iter().enumerate() {
                out[channel * plane + pixel] = convert(value);
            }
        }
    }

    fn check(&self, values: &[f32], first: usize) -> Result<(), DataError> {
        let Some(place) = values.iter().position(|value| !value.is_finite()) else {
            return Ok(());
        };
        invalid(format!(
            "Image {} in {} holds a value that is no finite number ({}).",
            (first + place) / self.layout.shape.len() + 1,
            self.what,
            values[place]
        ))
    }
}
