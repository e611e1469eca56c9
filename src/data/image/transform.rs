use std::sync::Arc;

use super::original::of_features;
use super::plan::{Outline, check};
use super::prepare::{augment, fits, passes, resolve, streamed};
use super::samples::{Base, Samples};
use super::steps::PixelSteps;
use crate::data::tell::invalid;
use crate::data::watch::{Watch, in_parallel};
use crate::data::{Augment, DataError, Dataset, Features, Limits, Progress};
use crate::spec::{SampleShape, Transform};

/// Applies `steps` to the images of `data`, in order. The random ones become [`Dataset::augment`];
/// all parts, the training part too, are as [`Transform::steady`] has it. Comes after the split,
/// because what is computed is computed from the training part, and before scaling.
///
/// Values are taken as they are and never rounded. Where the samples of all parts do not fit into
/// [`Limits::cache_bytes`], they are made each time they are needed.
///
/// # Errors
/// When the samples are no images; when a step cannot be done (the sentence names its number);
/// when a row cannot be read any more; when `progress` says stop.
pub fn transform(
    mut data: Dataset,
    steps: &[Transform],
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    if steps.is_empty() {
        return Ok(data);
    }
    let [channels, height, width] = data.shape.0[..] else {
        return invalid("Transforms are for images; these data are rows of features.");
    };
    let start = Outline { channels: Some(channels), size: Some((height, width)) };
    let end = check(steps, start, limits)?;
    let shape = [channels, height, width];
    data.originals = Some(of_features(&data.train, shape).into());
    data.shape = SampleShape(match (end.channels, end.size) {
        (Some(channels), Some((height, width))) => vec![channels, height, width],
        _ => return invalid("The steps leave the size of the images open."),
    });
    let job = Job { steps, shape, cols: data.shape.len(), limits };
    let taken = data.parts_mut().map(|part| std::mem::replace(&mut part.features, empty()));
    let parts: Vec<Features> = taken.collect();
    let made = in_parallel(progress, |watch| job.run(parts, watch))?;
    for (part, features) in data.parts_mut().zip(made.features) {
        part.features = features;
    }
    data.augment = made.augment;
    data.pixel_steps = Some(made.steps);
    data.steps.extend(made.told);
    Ok(data)
}

fn empty() -> Features {
    Features::Table(crate::base::Matrix::zeros(0, 0))
}

struct Job<'a> {
    steps: &'a [Transform],
    shape: [usize; 3],
    cols: usize,
    limits: &'a Limits,
}

struct Made {
    features: Vec<Features>,
    augment: Option<Arc<dyn Augment>>,
    steps: PixelSteps,
    told: Vec<String>,
}

impl Job<'_> {
    /// The training part is the first of `parts`.
    fn run(&self, parts: Vec<Features>, watch: &Watch) -> Result<Made, DataError> {
        let rows: usize = parts.iter().map(Features::rows).sum();
        let in_memory = fits(rows, self.cols, 0, self.limits);
        let is_random = self.steps.iter().any(Transform::is_random);
        let weight = 1.0 / (passes(self.steps) + 1) as f64;
        let parts: Vec<Samples> = parts
            .into_iter()
            .enumerate()
            .map(|(place, features)| {
                self.samples(features, !in_memory || (is_random && place == 0))
            })
            .collect();
        let mut resolved = resolve(self.steps, 0, &parts[0], watch, weight)?;
        let told = std::mem::take(&mut resolved.told);
        let train = parts[0].clone();
        let features: Result<Vec<Features>, DataError> = parts
            .into_iter()
            .map(|part| match in_memory {
                true => {
                    let share = weight * part.len() as f64 / rows as f64;
                    part.table(&resolved.steady, self.cols, watch, share).map(Features::Table)
                }
                false => Ok(streamed(part, &resolved.steady, self.cols)),
            })
            .collect();
        let steps = PixelSteps::new(self.shape, &resolved.steady);
        Ok(Made { features: features?, augment: augment(train, resolved), steps, told })
    }

    fn samples(&self, features: Features, is_kept: bool) -> Samples {
        let rows: Vec<usize> = (0..features.rows()).collect();
        let base = match is_kept {
            true => Base::kept(features, self.shape),
            false => Base::Rows { features, shape: self.shape },
        };
        Samples::new(Arc::new(base), rows)
    }
}

#[cfg(test)]
mod tests;
