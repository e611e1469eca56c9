/// Rows and columns of a sheet: eight for each pixel of an image of 28 × 28.
const SIDE: usize = 224;
/// Less ink than this is none.
const TRACE: f32 = 0.05;
/// The side of the box that the ink is fitted into, as a share of the image's: 20 of 28 pixels.
const BOX: f64 = 20.0 / 28.0;
/// The share of a brush's radius over which it fades.
const SOFT: f64 = 0.4;

/// A square sheet that is drawn on by hand: 0 is paper, 1 is ink. Places on it are in 0 to 1,
/// from the left and from the top.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// None before anything was drawn, so that a blank sheet costs nothing.
    ink: Vec<f32>,
}

impl Sheet {
    /// Rows and columns of its pixels.
    pub const SIDE: usize = SIDE;

    /// The ink of each pixel, row by row from the top: `[SIDE · SIDE]`, or empty for a blank sheet.
    #[must_use]
    pub fn ink(&self) -> &[f32] {
        &self.ink
    }

    /// A sheet on which `ink` says how much there is at the centre of each pixel.
    #[must_use]
    pub fn from_fn(ink: impl Fn([f64; 2]) -> f32) -> Self {
        let at = |pixel: usize| {
            [pixel % SIDE, pixel / SIDE].map(|place| (place as f64 + 0.5) / SIDE as f64)
        };
        Self { ink: (0..SIDE * SIDE).map(|pixel| ink(at(pixel)).clamp(0.0, 1.0)).collect() }
    }

    /// Whether nothing was drawn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ink.iter().all(|&ink| ink < TRACE)
    }

    /// Draws a straight line with a round brush whose edge is soft. Ink laid on ink is not darker.
    pub fn line(&mut self, from: [f32; 2], to: [f32; 2], radius: f32) {
        self.ink.resize(SIDE * SIDE, 0.0);
        let side = SIDE as f64;
        let [from, to] = [from, to].map(|point| point.map(|place| f64::from(place) * side));
        let radius = f64::from(radius) * side;
        let fade = (SOFT * radius).max(1.0);
        let columns = reached(from[0], to[0], radius + fade);
        for row in reached(from[1], to[1], radius + fade) {
            for column in columns.clone() {
                let centre = [column as f64 + 0.5, row as f64 + 0.5];
                let beyond = radius + fade / 2.0 - distance(centre, from, to);
                let cover = (beyond / fade).clamp(0.0, 1.0) as f32;
                let pixel = &mut self.ink[row * SIDE + column];
                *pixel = pixel.max(cover);
            }
        }
    }

    /// The ink as MNIST's digits were made: cut out, scaled to fit a box of 20 of 28 parts of the
    /// image with its proportions kept, smoothed, and put so that its centre of mass is in the
    /// middle: `[height · width]`, 0 to 1. `None` where there is no ink.
    ///
    /// Source: <http://yann.lecun.com/exdb/mnist>, and Bottou et al., “Comparison of classifier
    /// methods: a case study in handwritten digit recognition” (1994).
    #[must_use]
    pub fn fitted(&self, height: usize, width: usize) -> Option<Vec<f32>> {
        let [rows, columns] = self.extent()?;
        let scale = (BOX * height as f64 / rows as f64).min(BOX * width as f64 / columns as f64);
        let [x, y] = self.centre_of_mass();
        let table = self.sums();
        let edge = |centre: f64, place: usize, of: usize| {
            centre + (place as f64 - of as f64 / 2.0) / scale
        };
        let mut image = Vec::with_capacity(height * width);
        for row in 0..height {
            let [top, bottom] = [row, row + 1].map(|place| edge(y, place, height));
            for column in 0..width {
                let [left, right] = [column, column + 1].map(|place| edge(x, place, width));
                image.push((table.sum([left, right], [top, bottom]) * scale * scale) as f32);
            }
        }
        darken(&mut image);
        Some(image)
    }

    /// Rows and columns between the outermost ink.
    fn extent(&self) -> Option<[usize; 2]> {
        let inked = || self.ink.iter().enumerate().filter(|(_, ink)| **ink >= TRACE);
        let span = |places: &mut dyn Iterator<Item = usize>| {
            let ends = places.fold(None, |ends: Option<[usize; 2]>, place| {
                Some(ends.map_or([place; 2], |[low, high]| [low.min(place), high.max(place)]))
            });
            ends.map(|[low, high]| high - low + 1)
        };
        let rows = span(&mut inked().map(|(pixel, _)| pixel / SIDE))?;
        let columns = span(&mut inked().map(|(pixel, _)| pixel % SIDE))?;
        Some([rows, columns])
    }

    /// From the left and from the top, in pixels.
    fn centre_of_mass(&self) -> [f64; 2] {
        let (mut mass, mut x, mut y) = (0.0, 0.0, 0.0);
        for (pixel, &ink) in self.ink.iter().enumerate() {
            let ink = f64::from(ink);
            mass += ink;
            x += ink * ((pixel % SIDE) as f64 + 0.5);
            y += ink * ((pixel / SIDE) as f64 + 0.5);
        }
        [x / mass, y / mass]
    }

    fn sums(&self) -> Sums {
        let mut sums = vec![0.0; (SIDE + 1) * (SIDE + 1)];
        for row in 0..SIDE {
            let mut line = 0.0;
            for column in 0..SIDE {
                line += f64::from(self.ink[row * SIDE + column]);
                let place = (row + 1) * (SIDE + 1) + column + 1;
                sums[place] = sums[place - SIDE - 1] + line;
            }
        }
        Sums(sums)
    }
}

/// How much ink there is above and to the left of each corner of a pixel, so that the ink of any
/// rectangle takes four look-ups.
struct Sums(Vec<f64>);

impl Sums {
    /// The ink between two columns and two rows, pixels cut where the edges run through them.
    fn sum(&self, [left, right]: [f64; 2], [top, bottom]: [f64; 2]) -> f64 {
        self.at(right, bottom) - self.at(left, bottom) - self.at(right, top) + self.at(left, top)
    }

    fn at(&self, x: f64, y: f64) -> f64 {
        let last = (SIDE - 1) as f64;
        let [x, y] = [x, y].map(|place| place.clamp(0.0, SIDE as f64));
        let [column, row] = [x, y].map(|place| place.min(last).floor() as usize);
        let (right, down) = (x - column as f64, y - row as f64);
        let at = |row: usize, column: usize| self.0[row * (SIDE + 1) + column];
        let line = |row: usize| at(row, column) * (1.0 - right) + at(row, column + 1) * right;
        line(row) * (1.0 - down) + line(row + 1) * down
    }
}

/// The darkest pixel becomes ink: a thin brush writes no paler than a thick one.
fn darken(image: &mut [f32]) {
    let most = image.iter().copied().fold(0.0, f32::max);
    if most > 0.0 {
        image.iter_mut().for_each(|value| *value = (*value / most).clamp(0.0, 1.0));
    }
}

/// The rows or columns that a line between two coordinates can reach.
fn reached(from: f64, to: f64, reach: f64) -> std::ops::Range<usize> {
    let (low, high) = (from.min(to) - reach, from.max(to) + reach);
    let side = SIDE as f64;
    low.clamp(0.0, side) as usize..high.clamp(0.0, side).ceil() as usize
}

/// From a point to the nearest of a line.
fn distance(point: [f64; 2], from: [f64; 2], to: [f64; 2]) -> f64 {
    let way = [to[0] - from[0], to[1] - from[1]];
    let off = [point[0] - from[0], point[1] - from[1]];
    let length = way[0] * way[0] + way[1] * way[1];
    let along = match length > 0.0 {
        true => ((off[0] * way[0] + off[1] * way[1]) / length).clamp(0.0, 1.0),
        false => 0.0,
    };
    (off[0] - along * way[0]).hypot(off[1] - along * way[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A rectangle of ink, in pixels of the sheet.
    fn rectangle([left, right]: [usize; 2], [top, bottom]: [usize; 2]) -> Sheet {
        let within = |place: f64, low: usize, high: usize| {
            let place = place * SIDE as f64;
            place > low as f64 && place < high as f64
        };
        Sheet::from_fn(|[x, y]| {
            f32::from(u8::from(within(x, left, right) && within(y, top, bottom)))
        })
    }

    /// From the left and from the top, in pixels.
    fn centre(image: &[f32], width: usize) -> [f64; 2] {
        let mass: f64 = image.iter().map(|&ink| f64::from(ink)).sum();
        let along = |place: fn(usize, usize) -> usize| {
            let places = image.iter().enumerate();
            let moment = places.map(|(i, &ink)| f64::from(ink) * (place(i, width) as f64 + 0.5));
            moment.sum::<f64>() / mass
        };
        [along(|i, width| i % width), along(|i, width| i / width)]
    }

    #[test]
    fn a_square_of_ink_fills_the_box_wherever_and_however_large_it_is() {
        for (at, side) in [(0, 40), (100, 40), (7, 200), (30, 13)] {
            let sheet = rectangle([at, at + side], [at / 2, at / 2 + side]);
            let image = sheet.fitted(28, 28).expect("has ink");
            for (pixel, &ink) in image.iter().enumerate() {
                let inside = |place: usize| (4..24).contains(&place);
                let expected = f32::from(u8::from(inside(pixel % 28) && inside(pixel / 28)));
                assert!((ink - expected).abs() < 1e-5, "{at} {side}: {pixel} is {ink}");
            }
        }
    }

    #[test]
    fn proportions_are_kept() {
        // Four times as high as wide: 20 by 5 pixels, in the middle.
        let image = rectangle([10, 30], [50, 130]).fitted(28, 28).expect("has ink");
        let ink = |row: usize, column: usize| image[row * 28 + column];
        for (row, column, expected) in [
            (4, 13, 1.0),
            (23, 14, 1.0),
            (3, 13, 0.0),
            (24, 13, 0.0),
            (14, 11, 0.5),
            (14, 16, 0.5),
            (14, 10, 0.0),
        ] {
            assert!((ink(row, column) - expected).abs() < 1e-5, "{row} {column}");
        }
    }

    #[test]
    fn other_sizes_are_alike_in_proportion() {
        let image = rectangle([0, 56], [0, 56]).fitted(14, 28).expect("has ink");
        // A box of 10 rows and 20 columns holds a square of 10.
        let sum: f32 = image.iter().sum();
        assert!((sum - 100.0).abs() < 1e-3, "{sum}");
        let [x, y] = centre(&image, 28);
        assert!((x - 14.0).abs() < 1e-6 && (y - 7.0).abs() < 1e-6);
    }

    #[test]
    fn an_empty_sheet_is_no_image() {
        let mut sheet = Sheet::default();
        assert!(sheet.is_empty() && sheet.fitted(28, 28).is_none());
        sheet.line([0.5, 0.5], [0.5, 0.5], 0.05);
        assert!(!sheet.is_empty() && sheet.fitted(28, 28).is_some());
    }

    #[test]
    fn a_line_has_the_width_of_its_brush_and_a_soft_edge() {
        let mut sheet = Sheet::default();
        sheet.line([0.25, 0.5], [0.75, 0.5], 0.05);
        let across: Vec<f32> = (0..SIDE).map(|row| sheet.ink[row * SIDE + SIDE / 2]).collect();
        let width: f32 = across.iter().sum();
        assert!((width - 0.1 * SIDE as f32).abs() < 0.1, "{width}");
        assert!(across.iter().any(|&ink| ink > 0.1 && ink < 0.9));
        let before = sheet.clone();
        sheet.line([0.3, 0.5], [0.4, 0.5], 0.05);
        assert_eq!(sheet, before, "ink laid on ink is not darker");
        sheet.line([-3.0, -3.0], [9.0, -3.0], 0.1);
        assert_eq!(sheet, before, "beyond the edge is nothing");
    }

    #[test]
    fn a_thin_brush_writes_no_paler_than_a_thick_one() {
        for radius in [0.004, 0.02, 0.08] {
            let mut sheet = Sheet::default();
            sheet.line([0.2, 0.1], [0.7, 0.9], radius);
            let image = sheet.fitted(28, 28).expect("has ink");
            assert_eq!(image.iter().copied().fold(0.0, f32::max), 1.0);
        }
    }

    proptest! {
        #[test]
        fn the_centre_of_mass_is_in_the_middle_and_all_ink_in_the_image(
            points in prop::collection::vec((0.1_f32..0.9, 0.1_f32..0.9), 2..12),
            radius in 0.02_f32..0.08,
        ) {
            let mut sheet = Sheet::default();
            for pair in points.windows(2) {
                let [from, to] = [pair[0], pair[1]].map(|(x, y)| [x, y]);
                sheet.line(from, to, radius);
            }
            let image = sheet.fitted(28, 28).expect("has ink");
            prop_assert!(image.iter().all(|ink| (0.0..=1.0).contains(ink)));
            let [x, y] = centre(&image, 28);
            prop_assert!((x - 14.0).abs() < 0.5 && (y - 14.0).abs() < 0.5, "{x} {y}");
        }

        #[test]
        fn where_and_how_large_one_writes_does_not_matter(
            shift in (-0.2_f32..0.2, -0.2_f32..0.2),
            scale in 0.6_f32..1.4,
        ) {
            let write = |place: &dyn Fn([f32; 2]) -> [f32; 2], radius: f32| {
                let mut sheet = Sheet::default();
                for pair in [[0.4, 0.4], [0.6, 0.4], [0.5, 0.65], [0.4, 0.6]].windows(2) {
                    sheet.line(place(pair[0]), place(pair[1]), radius);
                }
                sheet.fitted(28, 28).expect("has ink")
            };
            let plain = write(&|at| at, 0.05);
            let moved = |[x, y]: [f32; 2]| {
                [(x - 0.5) * scale + 0.5 + shift.0, (y - 0.5) * scale + 0.5 + shift.1]
            };
            let other = write(&moved, 0.05 * scale);
            let apart = plain.iter().zip(&other).map(|(a, b)| (a - b).abs()).sum::<f32>();
            prop_assert!(apart / plain.iter().sum::<f32>() < 0.12, "{apart}");
        }
    }
}
