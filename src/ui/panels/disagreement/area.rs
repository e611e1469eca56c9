//! Where over a piece of the plane two runs say different things, cell by cell.

use std::borrow::Cow;

use egui::{Color32, ColorImage};

use crate::record::Boundary;
use crate::ui::plane::{Window, interpolated};
use crate::ui::textures::{hatch, likeliest};
use crate::ui::theme::{Theme, mix};

/// Pixels along each side of a picture with stripes, as nearly as the cells divide them.
const PIXELS: usize = 320;
/// Width of a stripe in pixels.
const STRIPE: usize = 6;
/// Strength of the tint where probabilities are as far apart as they can be.
const STRONGEST: f32 = 0.6;

/// What both runs say in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// One of them says nothing, or no number.
    Nothing,
    /// The same class; how far their probabilities are apart, from 0 to 1: the total variation
    /// distance.
    Same(f32),
    /// Different classes.
    Different([usize; 2]),
    /// Numbers; that of the first less that of the second.
    Apart(f32),
}

/// What two runs say over a piece of the plane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// Cells along each side.
    side: usize,
    /// The cells from left to right, their rows from the lower edge upwards.
    cells: Vec<Cell>,
    /// Largest magnitude of a difference of numbers.
    pub most: f32,
}

impl Compared {
    /// Compares two boundaries cell by cell: in the cells of the first one.
    #[must_use]
    pub fn of(a: &Boundary, b: &Boundary, is_number: bool) -> Self {
        let side = a.request.side;
        let cell = |cell: usize| {
            answers(a, b, cell).map_or(Cell::Nothing, |(a, b)| compared(a, &b, is_number))
        };
        let cells: Vec<Cell> = (0..side * side).map(cell).collect();
        let size = |cell: &Cell| if let Cell::Apart(by) = cell { by.abs() } else { 0.0 };
        let most = cells.iter().map(size).fold(0.0, f32::max);
        Self { side, cells, most }
    }

    /// On which share of the cells that both answer they say different classes; `None` where
    /// there are no such cells.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        let count = |is: fn(&Cell) -> bool| self.cells.iter().filter(|cell| is(cell)).count();
        let different = count(|cell| matches!(cell, Cell::Different(_)));
        let all = different + count(|cell| matches!(cell, Cell::Same(_)));
        (all > 0).then(|| different as f64 / all as f64)
    }

    /// The picture: stripes in the colours of both classes where they differ, a tint where they
    /// do not; or the differences of numbers along the signed scale.
    #[must_use]
    pub fn pixels(&self, theme: &Theme) -> ColorImage {
        let is_number = self.cells.iter().any(|cell| matches!(cell, Cell::Apart(_)));
        let finer = if is_number { 1 } else { (PIXELS / self.side.max(1)).max(1) };
        let size = self.side * finer;
        let mut pixels = Vec::with_capacity(size * size);
        for y in 0..size {
            let row = self.side - 1 - y / finer;
            for col in 0..self.side {
                let cell = self.cells[row * self.side + col];
                let across = (col * finer)..((col + 1) * finer);
                pixels.extend(across.map(|x| self.colour(theme, cell, [x, y])));
            }
        }
        ColorImage::new([size, size], pixels)
    }

    fn colour(&self, theme: &Theme, cell: Cell, [x, y]: [usize; 2]) -> Color32 {
        match cell {
            Cell::Nothing => hatch(theme, y, x),
            Cell::Same(apart) => tint(theme, apart),
            Cell::Different(classes) => theme.class(classes[usize::from(is_second([x, y]))]),
            Cell::Apart(by) => theme.signed(by / self.most.max(f32::MIN_POSITIVE)),
        }
    }
}

/// The colour of a place where both say the same class.
#[must_use]
pub fn tint(theme: &Theme, apart: f32) -> Color32 {
    mix(theme.canvas, theme.text_muted, STRONGEST * apart)
}

/// Whether a pixel is within a stripe of the second run.
fn is_second([x, y]: [usize; 2]) -> bool {
    ((x + y) / STRIPE) % 2 == 1
}

fn compared(a: &[f32], b: &[f32], is_number: bool) -> Cell {
    if a.len() != b.len() {
        return Cell::Nothing;
    }
    if is_number {
        let by = a.first().zip(b.first()).map_or(f32::NAN, |(a, b)| a - b);
        return if by.is_finite() { Cell::Apart(by) } else { Cell::Nothing };
    }
    match (likeliest(a), likeliest(b)) {
        (Some((a, _)), Some((b, _))) if a != b => Cell::Different([a, b]),
        (Some(_), Some(_)) => Cell::Same(variation(a, b)),
        _ => Cell::Nothing,
    }
}

/// The total variation distance between two distributions: half the sum of the differences. A
/// single output is the probability of the second of two classes.
fn variation(a: &[f32], b: &[f32]) -> f32 {
    let sum: f32 = a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum();
    if a.len() == 1 { sum } else { 0.5 * sum }
}

/// What both say in a cell of the first one. A picture of other cells, as while a run starts to
/// play or someone looks elsewhere, is read off between its own.
#[must_use]
pub fn answers<'a>(
    a: &'a Boundary,
    b: &'a Boundary,
    cell: usize,
) -> Option<(&'a [f32], Cow<'a, [f32]>)> {
    if cell >= a.outputs.rows() {
        return None;
    }
    let first = a.outputs.row(cell);
    if (a.request.x, a.request.y, a.request.side) == (b.request.x, b.request.y, b.request.side) {
        return (cell < b.outputs.rows()).then(|| (first, b.outputs.row(cell).into()));
    }
    let side = a.request.side;
    let middle = |place: usize, [low, high]: [f32; 2]| {
        low + (high - low) * (place as f32 + 0.5) / side as f32
    };
    let point = [middle(cell % side, a.request.x), middle(cell / side, a.request.y)];
    let window = Window { x: b.request.x, y: b.request.y };
    let second = interpolated(window, b.request.side, &b.outputs, point)?;
    Some((first, second.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::record::BoundaryRequest;

    /// Over the unit square, row by row from below.
    fn boundary<const N: usize>(side: usize, cells: &[[f32; N]]) -> Boundary {
        let request = BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], side);
        let outputs = Matrix::new(cells.len(), N, cells.concat()).expect("fits");
        Boundary { request, outputs, plane: None }
    }

    fn both() -> Compared {
        let a = boundary(2, &[[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.7, 0.3]]);
        let b = boundary(2, &[[0.9, 0.1], [0.4, 0.6], [0.4, 0.6], [f32::NAN, 0.3]]);
        Compared::of(&a, &b, false)
    }

    #[test]
    fn cells_are_counted_that_both_answer() {
        let found = both();
        let Cell::Same(apart) = found.cells[2] else { panic!("the same class") };
        assert!((apart - 0.2).abs() < 1e-6);
        assert_eq!(found.cells[0], Cell::Same(0.0));
        assert_eq!(found.cells[1], Cell::Different([0, 1]));
        assert_eq!(found.cells[3], Cell::Nothing);
        assert_eq!(found.share(), Some(1.0 / 3.0));
        assert_eq!(Compared::default().share(), None);
    }

    #[test]
    fn stripes_have_the_colours_of_both_classes() {
        for theme in [&Theme::LIGHT, &Theme::DARK] {
            let image = both().pixels(theme);
            assert_eq!(image.size, [320, 320]);
            // The lower row of cells is the lower half of the picture.
            let at = |x: usize, y: usize| image.pixels[y * 320 + x];
            assert_eq!(at(5, 310), theme.canvas);
            assert_eq!(at(5, 10), tint(theme, 0.2));
            let strip: Vec<Color32> = (240..264).map(|x| at(x, 300)).collect();
            for (which, colour) in strip.chunks(6).zip([0, 1, 0, 1]) {
                assert_eq!(which, [theme.class(colour); 6]);
            }
            assert_eq!(at(240, 306), theme.class(1), "diagonal");
        }
    }

    #[test]
    fn equal_runs_are_plain() {
        let a = boundary(2, &[[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.7, 0.3]]);
        let found = Compared::of(&a, &a, false);
        assert_eq!(found.share(), Some(0.0));
        let theme = &Theme::LIGHT;
        assert!(found.pixels(theme).pixels.iter().all(|pixel| *pixel == theme.canvas));
    }

    #[test]
    fn more_of_the_first_run_is_positive() {
        let a = boundary(2, &[[1.0], [2.0], [3.0], [-1.0]]);
        let b = boundary(2, &[[0.0], [4.0], [3.0], [f32::INFINITY]]);
        let (found, theme) = (Compared::of(&a, &b, true), &Theme::LIGHT);
        assert_eq!(found.most, 2.0);
        assert_eq!(found.share(), None, "there are no classes");
        let image = found.pixels(theme);
        let [zero, nothing, half, least] = image.pixels[..] else { panic!("one for each cell") };
        assert_eq!([zero, half, least], [0.0, 0.5, -1.0].map(|value| theme.signed(value)));
        assert_eq!(nothing, hatch(theme, 0, 1));
    }

    #[test]
    fn a_single_output_is_the_probability_of_the_second_class() {
        let (a, b) = (boundary(1, &[[0.1]]), boundary(1, &[[0.4]]));
        let Cell::Same(apart) = Compared::of(&a, &b, false).cells[0] else { panic!("the same") };
        assert!((apart - 0.3).abs() < 1e-6);
        let other = boundary(1, &[[0.6]]);
        assert_eq!(Compared::of(&a, &other, false).cells, [Cell::Different([0, 1])]);
        let three = boundary(1, &[[0.6, 0.2, 0.2]]);
        assert_eq!(Compared::of(&a, &three, false).cells, [Cell::Nothing]);
    }

    #[test]
    fn other_cells_are_read_off_between_their_middles() {
        let a = boundary(2, &[[0.0]; 4]);
        let b = boundary(4, &(0..16).map(|cell| [(cell % 4) as f32]).collect::<Vec<_>>());
        let found = Compared::of(&a, &b, true);
        assert_eq!(found.cells[..2], [Cell::Apart(-0.5), Cell::Apart(-2.5)]);
        let elsewhere =
            Boundary { request: BoundaryRequest::plane([0.5, 1.5], [0.0, 1.0], 4), ..b };
        assert_eq!(Compared::of(&a, &elsewhere, true).cells[0], Cell::Nothing);
    }
}
