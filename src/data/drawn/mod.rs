//! Knows: `base`, `spec`, the dataset. Digits that Descent draws itself, from strokes and bitmaps.
//! Never: files, threads, clocks, tensors, widgets; nothing of published sets of digits.

mod bitmaps;
mod glyphs;
mod hand;
mod raster;

use rayon::prelude::*;

use super::tell::{counted, invalid, note, report};
use super::{DataError, DataNote, Dataset, Labelled, Progress, Targets};
use crate::base::{Matrix, Rng, RunRng, Stream};
use crate::spec::{DrawnSet, DrawnSpec, SampleShape, Task};

/// Most digits of one part of a drawn set, all classes together.
pub const MAX_DRAWN_DIGITS: usize = 100_000;
/// Digits that are drawn between two reports of progress.
const BLOCK: usize = 512;

/// Draws digits: the training part from [`Stream::TrainNoise`], the test part from
/// [`Stream::TestNoise`]. Each digit has random numbers of its own and classes take turns, so more
/// digits of each class never change those that were there, and the set does not depend on how
/// many threads draw it.
///
/// # Errors
/// When a number of `spec` is outside its limits, or `progress` says to stop.
pub fn drawn(spec: &DrawnSpec, seed: u64, progress: Progress<'_>) -> Result<Dataset, DataError> {
    check(spec)?;
    let mut drawing = Drawing { spec, rng: RunRng::new(seed), done: 0, progress };
    let train = drawing.part(Stream::TrainNoise, spec.per_class)?;
    let test = drawing.part(Stream::TestNoise, spec.test_per_class)?;
    let task = Task::Classification { classes: digits(spec.set).len() };
    Ok(Dataset {
        feature_names: feature_names(spec.set),
        label_name: "digit".to_owned(),
        class_names: digits(spec.set).iter().map(ToString::to_string).collect(),
        steps: steps(spec, seed),
        notes: notes(spec, &train, &test),
        ..Dataset::new(spec.set.label(), shape(spec.set), task, train, test)
    })
}

fn check(spec: &DrawnSpec) -> Result<(), DataError> {
    let most = MAX_DRAWN_DIGITS / digits(spec.set).len();
    for (count, part) in [(spec.per_class, "training"), (spec.test_per_class, "test")] {
        if !(1..=most).contains(&count) {
            return invalid(format!(
                "{count} digits of each class in the {part} part were asked for; choose 1 to \
                 {most}."
            ));
        }
    }
    if !(0.0..=1.0).contains(&spec.distortion.get()) {
        return invalid(format!(
            "A distortion of {} is out of range; choose 0 to 1.",
            spec.distortion
        ));
    }
    Ok(())
}

/// The digits of a set, in the order of their classes.
fn digits(set: DrawnSet) -> &'static [u8] {
    match set {
        DrawnSet::Digits28 => &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        DrawnSet::Digits123 => &[1, 2, 3],
        DrawnSet::Digits01 => &[0, 1],
    }
}

fn shape(set: DrawnSet) -> SampleShape {
    match set {
        DrawnSet::Digits28 => SampleShape(vec![1, raster::SIDE, raster::SIDE]),
        DrawnSet::Digits123 => SampleShape(vec![bitmaps::DIGITS_123.pixels()]),
        DrawnSet::Digits01 => SampleShape(vec![bitmaps::DIGITS_01.pixels()]),
    }
}

fn feature_names(set: DrawnSet) -> Vec<String> {
    match set {
        DrawnSet::Digits28 => Vec::new(),
        DrawnSet::Digits123 => bitmaps::DIGITS_123.feature_names(),
        DrawnSet::Digits01 => bitmaps::DIGITS_01.feature_names(),
    }
}

fn steps(spec: &DrawnSpec, seed: u64) -> Vec<String> {
    let classes = digits(spec.set).len();
    let how = match spec.set {
        DrawnSet::Digits28 => {
            "Strokes of several styles for each digit, bent, slanted, turned, scaled and shifted \
             at random, drawn on 28 × 28 pixels from 0 (paper) to 1 (ink)."
        }
        DrawnSet::Digits123 | DrawnSet::Digits01 => {
            "Bitmaps of several styles for each digit, moved and with some pixels flipped at \
             random; 0 is paper and 1 ink."
        }
    };
    vec![
        how.to_owned(),
        format!("Distortion {}.", spec.distortion),
        format!(
            "Training part of {} and test part of {} drawn by seed {seed}, classes in turn.",
            counted(spec.per_class * classes, "digit"),
            counted(spec.test_per_class * classes, "digit"),
        ),
    ]
}

/// Small bitmaps come up again and again, so the test part is not all new.
fn notes(spec: &DrawnSpec, train: &Labelled, test: &Labelled) -> Vec<DataNote> {
    if spec.set == DrawnSet::Digits28 {
        return Vec::new();
    }
    let bits = |part: &Labelled, row: usize| -> Vec<bool> {
        part.features.row(row).iter().map(|&pixel| pixel > 0.5).collect()
    };
    let known: std::collections::HashSet<_> =
        (0..train.rows()).map(|row| bits(train, row)).collect();
    let again = (0..test.rows()).filter(|&row| known.contains(&bits(test, row))).count();
    let of = test.rows();
    match again {
        0 => Vec::new(),
        _ => vec![note(format!(
            "{again} of the {of} test bitmaps are in the training part, too: there are not many \
             ways to draw a digit with so few pixels."
        ))],
    }
}

/// A set in the making.
struct Drawing<'a> {
    spec: &'a DrawnSpec,
    rng: RunRng,
    done: usize,
    progress: Progress<'a>,
}

impl Drawing<'_> {
    fn part(&mut self, stream: Stream, per_class: usize) -> Result<Labelled, DataError> {
        let classes = digits(self.spec.set).len();
        let (rows, width) = (per_class * classes, shape(self.spec.set).len());
        let mut values = vec![0.0; rows * width];
        let (spec, rng) = (self.spec, self.rng);
        for (block, values) in values.chunks_mut(BLOCK * width).enumerate() {
            values.par_chunks_exact_mut(width).enumerate().for_each(|(place, image)| {
                let row = block * BLOCK + place;
                digit(spec, row % classes, &mut rng.at(stream, 0, row as u32), image);
            });
            self.done += values.len() / width;
            self.report()?;
        }
        let features = Matrix::new(rows, width, values).expect("every digit has all its pixels");
        let targets = (0..rows).map(|row| (row % classes) as u32).collect();
        Ok(Labelled::new(features, Targets::Classes(targets)))
    }

    fn report(&mut self) -> Result<(), DataError> {
        let classes = digits(self.spec.set).len();
        let all = (self.spec.per_class + self.spec.test_per_class) * classes;
        report(self.progress, self.done as f32 / all as f32)
    }
}

/// Draws one digit of a class into `image`.
fn digit(spec: &DrawnSpec, class: usize, rng: &mut Rng, image: &mut [f32]) {
    let distortion = spec.distortion.get();
    match spec.set {
        DrawnSet::Digits28 => {
            let writing = hand::write(glyphs::GLYPHS[class], distortion, rng);
            raster::paint(&writing, image);
            raster::spoil(distortion, rng, image);
        }
        DrawnSet::Digits123 => bitmaps::DIGITS_123.draw(class, distortion, rng, image),
        DrawnSet::Digits01 => bitmaps::DIGITS_01.draw(class, distortion, rng, image),
    }
}

#[cfg(test)]
mod tests;
