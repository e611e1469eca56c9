//! How far the numbers that two runs predict are apart: row by row, and along a curve.

use crate::base::Matrix;
use crate::record::{Fit, Scores};

/// What both runs predict of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// The row.
    pub row: usize,
    /// What the first and the second run predict.
    pub said: [f32; 2],
}

impl Gap {
    /// The first less the second.
    #[must_use]
    pub fn by(&self) -> f32 {
        self.said[0] - self.said[1]
    }
}

/// How far the predictions of two runs are apart on the rows that both have answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Apart {
    /// The rows, those farthest apart first, equal ones in their order.
    pub gaps: Vec<Gap>,
    /// Mean and largest of the distances.
    pub mean: f64,
    pub most: f64,
}

impl Apart {
    /// Compares the answers to the rows that both runs were asked about.
    #[must_use]
    pub fn of(a: &Scores, b: &Scores) -> Self {
        let first = |outputs: &Matrix, place: usize| {
            (place < outputs.rows()).then(|| outputs.row(place).first().copied())?
        };
        let gap = |(place, &row): (usize, &usize)| {
            let other = b.rows.binary_search(&row).ok()?;
            Some(Gap { row, said: [first(&a.outputs, place)?, first(&b.outputs, other)?] })
        };
        let mut gaps: Vec<Gap> = a.rows.iter().enumerate().filter_map(gap).collect();
        let sizes = gaps.iter().map(|gap| f64::from(gap.by().abs()));
        let (sum, most) = sizes.fold((0.0, 0.0_f64), |(sum, most), by| (sum + by, most.max(by)));
        let mean = sum / gaps.len() as f64;
        gaps.sort_by(|a, b| b.by().abs().total_cmp(&a.by().abs()));
        Self { gaps, mean, most }
    }
}

/// What two runs predict along a single feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Along {
    /// The places of the first curve, and what both predict there.
    pub places: Vec<(f32, [f32; 2])>,
    /// Mean and largest distance over the places; NaN where there are none.
    pub mean: f64,
    pub most: f64,
}

impl Along {
    /// Compares two curves at the places of the first, where the second reaches; between its own
    /// places it is taken to be straight.
    #[must_use]
    pub fn of(a: &Fit, b: &Fit) -> Self {
        let both = a.request.places().zip(&a.values).filter_map(|(x, &first)| {
            let second = straight(b, x)?;
            (first.is_finite() && second.is_finite()).then_some((x, [first, second]))
        });
        let places: Vec<(f32, [f32; 2])> = both.collect();
        let sizes = places.iter().map(|(_, [a, b])| f64::from((a - b).abs()));
        let (sum, most) = sizes.fold((0.0, 0.0_f64), |(sum, most), by| (sum + by, most.max(by)));
        let mean = sum / places.len() as f64;
        Self { mean, most: if places.is_empty() { f64::NAN } else { most }, places }
    }

    /// What stands next to a place.
    #[must_use]
    pub fn near(&self, x: f32) -> Option<(f32, [f32; 2])> {
        let after = self.places.partition_point(|(place, _)| *place < x);
        let around = self.places.get(after.saturating_sub(1)..(after + 1).min(self.places.len()));
        let far = |place: f32| (place - x).abs();
        around?.iter().copied().min_by(|a, b| far(a.0).total_cmp(&far(b.0)))
    }
}

/// The value of a curve at a place, straight between its own; `None` beyond its ends.
fn straight(fit: &Fit, x: f32) -> Option<f32> {
    let [low, high] = fit.request.x;
    let last = fit.values.len().checked_sub(1).filter(|last| *last > 0)?;
    let at = (x - low) / (high - low) * last as f32;
    // What rounding takes a hair beyond an end is the end.
    if !(-1e-3..=last as f32 + 1e-3).contains(&at) {
        return None;
    }
    let before = (at.max(0.0) as usize).min(last - 1);
    let share = (at - before as f32).clamp(0.0, 1.0);
    let [left, right] = [fit.values[before], fit.values[before + 1]];
    if share == 0.0 {
        return Some(left);
    }
    Some(if share == 1.0 { right } else { left + share * (right - left) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{FitRequest, Part, ScoresRequest};

    fn scores(rows: &[usize], values: &[f32]) -> Scores {
        Scores {
            request: ScoresRequest { part: Part::Test, most: 20_000 },
            rows: rows.to_vec(),
            outputs: Matrix::new(values.len(), 1, values.to_vec()).expect("fits"),
        }
    }

    #[test]
    fn rows_are_apart_by_the_size_of_their_difference() {
        let found =
            Apart::of(&scores(&[0, 1, 2], &[1.0, 2.0, 5.0]), &scores(&[0, 1], &[1.5, -1.0]));
        assert_eq!((found.mean, found.most), (1.75, 3.0));
        let rows: Vec<(usize, f32)> = found.gaps.iter().map(|gap| (gap.row, gap.by())).collect();
        assert_eq!(rows, [(1, 3.0), (0, -0.5)], "the farthest first; row 2 was not answered");
    }

    #[test]
    fn curves_are_compared_at_the_places_of_the_first() {
        let line = |x: [f32; 2], points: usize, of: fn(f32) -> f32| {
            let request = FitRequest { x, points };
            Fit { request, values: request.places().map(of).collect() }
        };
        // x² less 2x − 3, which a straight line gives exactly, on −1, −0.5, …, 3.
        let parabola = line([-1.0, 3.0], 9, |x| x * x);
        let straight = line([-1.0, 3.0], 3, |x| 2.0 * x - 3.0);
        let found = Along::of(&parabola, &straight);
        assert_eq!(found.places.len(), 9);
        for (x, [a, b]) in &found.places {
            assert_eq!(a - b, (x - 1.0) * (x - 1.0) + 2.0);
        }
        // (x − 1)² + 2 at −1, −0.5, …, 3.
        assert_eq!(found.most, 6.0);
        assert_eq!(found.mean, (9.0 * 2.0 + 2.0 * (4.0 + 2.25 + 1.0 + 0.25)) / 9.0);
        assert_eq!(found.near(0.3), Some((0.5, [0.25, -2.0])));
        assert_eq!(found.near(9.0), Some((3.0, [9.0, 3.0])));
        // Only where both reach.
        let half = line([1.0, 3.0], 3, |x| 2.0 * x - 3.0);
        assert_eq!(Along::of(&parabola, &half).places.len(), 5);
        let gap = Fit { values: vec![f32::NAN; 9], ..parabola.clone() };
        let nothing = Along::of(&gap, &straight);
        assert!(nothing.places.is_empty() && nothing.most.is_nan() && nothing.near(0.0).is_none());
    }
}
