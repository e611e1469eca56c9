use crate::data::{Dataset, Labelled};
use crate::record::{Part, SlicePlane};

use crate::ui::parts::labelled;

use super::window::numbers;

/// Most points that are drawn of each part.
pub const MAX_POINTS: usize = 2000;
/// Least visibility of a point that is far from a slice.
const FAINTEST: f32 = 0.2;

/// The rows of a part that are drawn: all, or so many evenly spread. The trainer scores the same
/// ones when it is asked for so many.
pub fn shown_rows(rows: usize) -> impl Iterator<Item = usize> + Clone {
    let count = rows.min(MAX_POINTS);
    (0..count).map(move |place| (place as u128 * rows as u128 / count as u128) as usize)
}

/// A row as a point of the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Row of the part.
    pub row: usize,
    /// Where it stands.
    pub at: [f32; 2],
    /// How near it is to the slice, from 1 within it down to a little.
    pub near: f32,
}

/// All points that are drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scatter {
    /// Of the training part, the validation part and the test part.
    parts: [Vec<Place>; 3],
}

impl Scatter {
    /// Of data that are points in the plane, or along a line with their label as height.
    #[must_use]
    pub fn of_plane(data: &Dataset) -> Self {
        let is_curve = data.is_curve();
        Self::of(data, |part| {
            let labels = numbers(&part.targets);
            let at = move |row: usize, values: &[f32]| {
                let y = if is_curve { labels.get(row) } else { values.get(1) };
                ([values[0], y.copied().unwrap_or(f32::NAN)], 0.0)
            };
            Box::new(at)
        })
    }

    /// Of data whose space is cut: each point stands on the slice where it is next to it.
    #[must_use]
    pub fn of_slice(data: &Dataset, plane: &SlicePlane) -> Self {
        let spread = spread(data, plane);
        Self::of(data, |_| {
            let spread = &spread;
            let at = move |_, values: &[f32]| {
                let at = plane.project(values);
                (at, distance(plane, at, values, spread))
            };
            Box::new(at)
        })
    }

    fn of<'a>(data: &'a Dataset, place: impl Fn(&'a Labelled) -> Box<PlaceOf<'a>>) -> Self {
        let parts = Part::ALL.map(|part| {
            let Some(rows) = labelled(data, part) else { return Vec::new() };
            let place = place(rows);
            let placed = shown_rows(rows.rows()).map(|row| {
                let (at, distance) = place(row, &rows.features.row(row));
                let near = FAINTEST + (1.0 - FAINTEST) * (-0.5 * distance * distance).exp();
                Place { row, at, near }
            });
            placed.filter(|place| place.at.iter().all(|value| value.is_finite())).collect()
        });
        Self { parts }
    }

    /// The points of a part.
    #[must_use]
    pub fn part(&self, part: Part) -> &[Place] {
        &self.parts[index(part)]
    }

    /// All points, whatever their part.
    pub fn all(&self) -> impl Iterator<Item = [f32; 2]> + Clone + '_ {
        self.parts.iter().flatten().map(|place| place.at)
    }
}

/// Where a row of a part stands, and how far from the slice.
type PlaceOf<'a> = dyn Fn(usize, &[f32]) -> ([f32; 2], f32) + 'a;

/// The place of a part among three.
pub(super) fn index(part: Part) -> usize {
    match part {
        Part::Train => 0,
        Part::Validation => 1,
        Part::Test => 2,
    }
}

/// Squares of the distances from the slice by feature: their means over the training part.
fn spread(data: &Dataset, plane: &SlicePlane) -> Vec<f32> {
    let mut sums = vec![0.0_f64; plane.origin.len()];
    let mut count = 0.0_f64;
    for row in shown_rows(data.train.rows()) {
        let values = data.train.features.row(row);
        let on_slice = plane.sample(plane.project(&values));
        for ((sum, value), flat) in sums.iter_mut().zip(values.iter()).zip(on_slice) {
            *sum += f64::from(value - flat).powi(2);
        }
        count += 1.0;
    }
    sums.into_iter().map(|sum| (sum / count.max(1.0)) as f32).collect()
}

/// How far a sample is from the slice: the root of the mean, over the features that leave it, of
/// its squared distance as a multiple of what is usual.
fn distance(plane: &SlicePlane, at: [f32; 2], values: &[f32], spread: &[f32]) -> f32 {
    let offsets = values.iter().zip(plane.sample(at)).zip(spread);
    let terms = offsets.filter(|(_, usual)| **usual > 1e-12);
    let (sum, count) = terms.fold((0.0, 0.0_f32), |(sum, count), ((value, flat), usual)| {
        (sum + (value - flat).powi(2) / usual, count + 1.0)
    });
    if count > 0.0 { (sum / count).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::cut::{plane_of, tests::table};
    use super::*;
    use crate::record::{Rest, Slice};

    #[test]
    fn shown_rows_are_spread_over_all_of_them() {
        assert_eq!(shown_rows(0).count(), 0);
        assert!(shown_rows(1500).eq(0..1500));
        let rows: Vec<usize> = shown_rows(5000).collect();
        assert_eq!((rows.len(), rows[0], rows[1], rows[2], rows[1999]), (2000, 0, 2, 5, 4997));
    }

    #[test]
    fn points_stand_on_the_slice_where_they_are_next_to_it() {
        let data = table();
        let slice = Slice::Features { pair: [2, 1], rest: Rest::Mean };
        let plane = plane_of(&data, &slice).expect("along features");
        let scatter = Scatter::of_slice(&data, &plane);
        let places: Vec<[f32; 2]> = scatter.part(Part::Test).iter().map(|place| place.at).collect();
        assert_eq!(places[..3], [[5.0, 0.0], [5.5, 1.0], [6.0, 2.0]]);
        assert!(scatter.part(Part::Validation).is_empty());
        // Only the category leaves the slice, by as much for every row.
        let near = FAINTEST + (1.0 - FAINTEST) * (-0.5_f32).exp();
        assert!(scatter.part(Part::Train).iter().all(|place| (place.near - near).abs() < 1e-6));
    }

    #[test]
    fn the_row_of_a_slice_is_on_it() {
        let data = table();
        let slice = Slice::Features { pair: [2, 1], rest: Rest::Row(Part::Train, 4) };
        let scatter = Scatter::of_slice(&data, &plane_of(&data, &slice).expect("along features"));
        let near: Vec<f32> = scatter.part(Part::Train).iter().map(|place| place.near).collect();
        assert_eq!(near[3..], [1.0; 3]);
        assert!(near[0] < 0.5, "of the other kind");
    }
}
