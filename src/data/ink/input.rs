use crate::data::{Dataset, Features, PixelSteps, Scaler};

/// Images of at most so many rows and columns are drawn pixel by pixel.
const GRID: usize = 16;
/// Most rows of the training part that are looked at to find out what is paper and what ink.
const LOOKED_AT: usize = 128;
/// Most rows where each has to be read from a file, and most values of all rows together: this
/// must not take long.
const READ: usize = 4;
const VALUES: usize = 1 << 19;

/// How an image that is drawn by hand becomes a sample like those of some data: the same size,
/// the same transforms, the same scaling, and ink as dark or as bright as theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct HandInput {
    channels: usize,
    size: [usize; 2],
    steps: Option<PixelSteps>,
    scaler: Option<Scaler>,
    /// What paper and ink are before all steps.
    levels: [f32; 2],
}

impl HandInput {
    /// For these data, if a sample of them can be drawn: images of one or three channels, or rows
    /// whose features are the pixels of a small image.
    #[must_use]
    pub fn of(data: &Dataset) -> Option<Self> {
        let [channels, height, width] = shape(data)?;
        let (steps, scaler) = (data.pixel_steps.clone(), data.scaler.clone());
        let mut input = Self { channels, size: [height, width], steps, scaler, levels: [0.0, 1.0] };
        let samples = samples(data)?;
        if input.steps.is_none() {
            input.levels = input.range(&samples);
        }
        if !input.is_grid() && input.has_bright_paper(data, &samples) {
            input.levels.reverse();
        }
        Some(input)
    }

    /// Rows and columns of an image before all steps.
    #[must_use]
    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    /// Whether the image has so few pixels that it is drawn pixel by pixel.
    #[must_use]
    pub fn is_grid(&self) -> bool {
        self.size.iter().all(|&side| side <= GRID)
    }

    /// The values of a sample as the model sees them, from an image `[height · width]` of paper
    /// (0) and ink (1). Features that are computed from others are left out.
    ///
    /// # Panics
    /// When `image` has not [`HandInput::size`].
    #[must_use]
    pub fn features(&self, image: &[f32]) -> Vec<f32> {
        assert_eq!(image.len(), self.size[0] * self.size[1], "a value for each pixel");
        let [paper, ink] = self.levels;
        let plane = image.iter().map(|share| paper + share * (ink - paper));
        let image: Vec<f32> = plane.collect::<Vec<_>>().repeat(self.channels);
        let mut values = match &self.steps {
            Some(steps) => steps.apply(&image),
            None => image,
        };
        if let Some(scaler) = &self.scaler {
            for (column, value) in values.iter_mut().enumerate() {
                *value = scaler.scaled(column, f64::from(*value)) as f32;
            }
        }
        values
    }

    /// Smallest and largest value of some samples before they were scaled. Values within 0 to 1
    /// are taken for shares of ink, whatever the darkest of them is.
    fn range(&self, samples: &[Vec<f32>]) -> [f32; 2] {
        let unscaled = |(column, &value): (usize, &f32)| match &self.scaler {
            Some(scaler) if column < scaler.offset.len() => {
                scaler.unscaled(column, f64::from(value)) as f32
            }
            _ => value,
        };
        let pixels = self.channels * self.size[0] * self.size[1];
        let all = samples.iter().flat_map(|row| row[..pixels].iter().enumerate().map(unscaled));
        let [low, high] = all.fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], value| {
            [low.min(value), high.max(value)]
        });
        // What was scaled and back may be off in its last digits.
        if low > -1e-3 && high < 1.0 + 1e-3 { [0.0, 1.0] } else { [low, high] }
    }

    /// Whether the edges of most images look more like ink than like paper.
    fn has_bright_paper(&self, data: &Dataset, samples: &[Vec<f32>]) -> bool {
        let [_, height, width] = data.shape.0[..] else { return false };
        let is_edge = |pixel: &usize| {
            let [row, column] = [pixel / width % height, pixel % width];
            row == 0 || row + 1 == height || column == 0 || column + 1 == width
        };
        let pixels = self.size[0] * self.size[1];
        let [paper, ink] = [0.0, 1.0].map(|share| self.features(&vec![share; pixels]));
        let distance = |all: &[f32]| -> f64 {
            let edges = (0..all.len()).filter(is_edge);
            let off = |pixel: usize| {
                let sum: f64 = samples.iter().map(|row| f64::from(row[pixel])).sum();
                (sum / samples.len() as f64 - f64::from(all[pixel])).abs()
            };
            edges.map(off).sum()
        };
        distance(&ink) < distance(&paper)
    }
}

/// Channels, height and width before all steps.
fn shape(data: &Dataset) -> Option<[usize; 3]> {
    let shape = match (&data.pixel_steps, &data.shape.0[..]) {
        (Some(steps), _) => steps.shape(),
        (None, &[channels, height, width]) => [channels, height, width],
        (None, _) => {
            let [rows, columns] = grid(data)?;
            [1, rows, columns]
        }
    };
    (matches!(shape[0], 1 | 3) && shape[1] > 1 && shape[2] > 1).then_some(shape)
}

/// Rows and columns of the image whose pixels the features are, row by row: their names say so
/// (`r1c1`, `r1c2`, …, or `pixel_0_0`), or they are a square of features with two values.
fn grid(data: &Dataset) -> Option<[usize; 2]> {
    let count = data.base_features();
    let names = data.feature_names.get(..count)?;
    named_grid(names).or_else(|| square_of_bits(data, count))
}

fn named_grid(names: &[String]) -> Option<[usize; 2]> {
    let places: Option<Vec<[usize; 2]>> = names.iter().map(|name| two_numbers(name)).collect();
    let places = places?;
    let (first, last) = (*places.first()?, *places.last()?);
    let rows = last[0].checked_sub(first[0])? + 1;
    let columns = last[1].checked_sub(first[1])? + 1;
    let is_small = (2..=GRID).contains(&rows) && (2..=GRID).contains(&columns);
    let expected = |place: usize| [first[0] + place / columns, first[1] + place % columns];
    let fits = rows * columns == places.len()
        && places.iter().enumerate().all(|(place, found)| *found == expected(place));
    (is_small && fits).then_some([rows, columns])
}

/// The numbers in a name that has exactly two.
fn two_numbers(name: &str) -> Option<[usize; 2]> {
    let mut numbers =
        name.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty());
    let both = [numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?];
    numbers.next().is_none().then_some(both)
}

/// At least four rows and columns, and no value but two in any of the features.
fn square_of_bits(data: &Dataset, count: usize) -> Option<[usize; 2]> {
    let side = count.isqrt();
    if side * side != count || !(4..=GRID).contains(&side) {
        return None;
    }
    let table = data.train.features.table()?;
    let is_bit = |column: usize| {
        let first = table.col(column).next();
        let mut others = table.col(column).filter(|value| Some(*value) != first);
        let second = others.next();
        others.all(|value| Some(value) == second)
    };
    (0..count).all(is_bit).then_some([side, side])
}

/// Some rows of the training part, evenly spread.
fn samples(data: &Dataset) -> Option<Vec<Vec<f32>>> {
    let features: &Features = &data.train.features;
    let most = if features.table().is_some() { LOOKED_AT } else { READ };
    let count = features.rows().min(most).min((VALUES / features.cols().max(1)).max(1));
    let rows: Vec<usize> = (0..count).map(|place| place * features.rows() / count).collect();
    let mut values = vec![0.0; count * features.cols()];
    features.fill_all(&rows, &mut values).ok()?;
    let samples: Vec<Vec<f32>> =
        values.chunks_exact(features.cols().max(1)).map(<[f32]>::to_vec).collect();
    (!samples.is_empty()).then_some(samples)
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::base::{Finite, Matrix};
    use crate::data::{self, Labelled, Limits, Targets};
    use crate::spec::{
        Derived, DrawnSet, DrawnSpec, Normalise, SampleShape, Scaling, Task, Transform,
    };

    fn go_on(_: f32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn drawn(set: DrawnSet) -> Dataset {
        let distortion = Finite::lit(0.5);
        let spec = DrawnSpec { set, per_class: 20, test_per_class: 3, distortion };
        data::drawn(&spec, 3, &mut go_on).expect("drawn")
    }

    /// Rows of one class, all alike but for a first one.
    fn rows(shape: Vec<usize>, rows: &[Vec<f32>]) -> Dataset {
        let values = rows.concat();
        let table = Matrix::new(rows.len(), rows[0].len(), values).expect("fits");
        let part = Labelled::new(table, Targets::Classes(vec![0; rows.len()]));
        let task = Task::Classification { classes: 2 };
        Dataset::new("rows", SampleShape(shape), task, part.clone(), part)
    }

    #[test]
    fn an_image_of_the_data_becomes_the_sample_that_it_is() {
        let plain = drawn(DrawnSet::Digits28);
        let steps = [
            Transform::Resize { width: 20, height: 24 },
            Transform::Normalise(Normalise::Computed),
            Transform::Noise { std: Finite::lit(0.5) },
        ];
        let limits = Limits::default();
        let transformed = || data::transform(plain.clone(), &steps, &limits, &mut go_on);
        let scaled = |mut data: Dataset, scaling| {
            data::scale(&mut data, scaling);
            data
        };
        for data in [
            plain.clone(),
            scaled(plain.clone(), Scaling::Standardise),
            transformed().expect("fits"),
            scaled(transformed().expect("fits"), Scaling::MinMax),
        ] {
            let input = HandInput::of(&data).expect("images");
            assert_eq!((input.size(), input.is_grid()), ([28, 28], false));
            for row in 0..5 {
                let found = input.features(&plain.test.features.row(row));
                let expected = data.test.features.row(row);
                assert_eq!(found.len(), expected.len());
                let close = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-5 * b.abs().max(1.0);
                assert!(found.iter().zip(expected.iter()).all(close), "row {row}");
            }
        }
    }

    #[test]
    fn ink_is_as_dark_or_as_bright_as_that_of_the_data() {
        // A dot in the middle of 20 × 20 pixels.
        let image = |paper: f32, ink: f32| -> Vec<f32> {
            (0..400).map(|pixel| if pixel == 210 { ink } else { paper }).collect()
        };
        for (paper, ink) in [(0.0, 1.0), (1.0, 0.0), (0.0, 255.0), (255.0, 0.0), (0.9, 0.2)] {
            let data = rows(vec![1, 20, 20], &[image(paper, ink), image(paper, ink)]);
            let input = HandInput::of(&data).expect("images");
            let found = input.features(&image(0.0, 1.0));
            let expected = if (paper, ink) == (0.9, 0.2) { (1.0, 0.0) } else { (paper, ink) };
            assert_eq!((found[0], found[210]), expected);
        }
    }

    #[test]
    fn all_channels_get_the_same_ink() {
        let data = rows(vec![3, 20, 20], &[vec![0.0; 1200], vec![0.1; 1200]]);
        let input = HandInput::of(&data).expect("images");
        let mut image = vec![0.0; 400];
        image[7] = 1.0;
        let found = input.features(&image);
        assert_eq!(found.len(), 1200);
        assert_eq!([found[7], found[407], found[807]], [1.0; 3]);
        assert!(HandInput::of(&rows(vec![2, 20, 20], &[vec![0.0; 800]])).is_none());
    }

    #[test]
    fn features_that_are_pixels_are_known_by_name_or_by_kind() {
        for (set, size) in [(DrawnSet::Digits123, [6, 6]), (DrawnSet::Digits01, [4, 3])] {
            let data = drawn(set);
            let input = HandInput::of(&data).expect("pixels");
            assert_eq!((input.size(), input.is_grid()), (size, true));
            let row = data.train.features.row(1);
            assert_eq!(input.features(&row), row.as_ref());
        }
        let mut data = drawn(DrawnSet::Digits123);
        data.feature_names = (0..36).map(|column| format!("column {column}")).collect();
        assert_eq!(HandInput::of(&data).map(|input| input.size()), Some([6, 6]));
        data::scale(&mut data, Scaling::Standardise);
        let input = HandInput::of(&data).expect("still two values each");
        let plain = drawn(DrawnSet::Digits123);
        let (found, row) = (input.features(&plain.test.features.row(0)), data.test.features.row(0));
        assert!(found.iter().zip(row.iter()).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn features_that_are_computed_from_others_are_left_out() {
        let mut data = drawn(DrawnSet::Digits01);
        data::derive(&mut data, &[Derived::Product { a: 0, b: 1 }]).expect("fits");
        let input = HandInput::of(&data).expect("pixels");
        assert_eq!(input.features(&[1.0; 12]).len(), 12);
    }

    #[test]
    fn what_is_no_image_cannot_be_drawn() {
        let points = rows(vec![2], &[vec![0.1, 0.2], vec![0.3, 0.4]]);
        assert!(HandInput::of(&points).is_none());
        let values = |row: usize| (0..16).map(|column| (row * column) as f32).collect();
        let table = rows(vec![16], &[values(1), values(2), values(3)]);
        assert!(HandInput::of(&table).is_none(), "more than two values");
        assert!(HandInput::of(&rows(vec![1, 1, 9], &[vec![0.0; 9]])).is_none(), "a line");
        for (names, grid) in [
            (["p_0_0", "p_0_1", "p_1_0", "p_1_1"], Some([2, 2])),
            (["r1c1", "r1c2", "r2c2", "r2c1"], None),
            (["a", "b", "c", "d"], None),
        ] {
            assert_eq!(named_grid(&names.map(String::from)), grid, "{names:?}");
        }
    }
}
