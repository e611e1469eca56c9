//! What the tools do to points, without any window.

use crate::base::{Finite, RunRng, Stream};
use crate::data::{Dataset, MAX_DRAWN_POINTS};
use crate::spec::PointSpec;

/// Points that one touch of the brush leaves.
const TOUCH: usize = 3;
/// Most points that are taken over from another set.
pub const MAX_TAKEN: usize = 2000;
/// Digits behind the point that a coordinate keeps.
const DECIMALS: i32 = 4;

/// A point with coordinates of few digits; `None` where one is no number.
pub fn point_at([x, y]: [f32; 2], class: u32) -> Option<PointSpec> {
    let round = |value: f32| {
        let scale = 10_f64.powi(DECIMALS);
        Finite::new((f64::from(value) * scale).round() / scale)
    };
    Some(PointSpec { x: round(x)?, y: round(y)?, class })
}

/// Coordinates of a point.
pub fn place(point: &PointSpec) -> [f32; 2] {
    [point.x.get() as f32, point.y.get() as f32]
}

fn distance(point: &PointSpec, at: [f32; 2]) -> f32 {
    let [x, y] = place(point);
    (x - at[0]).hypot(y - at[1])
}

/// The place in the list of the point that is nearest to `at`, not farther away than `reach`. Of
/// points on the same spot it is the last, which is drawn on top.
pub fn nearest(points: &[PointSpec], at: [f32; 2], reach: f32) -> Option<usize> {
    let near = points.iter().enumerate().map(|(index, point)| (distance(point, at), index));
    let near = near.filter(|(distance, _)| *distance <= reach);
    near.min_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, index)| index)
}

/// Adds a point and tells its place in the list, unless there is no room for more.
pub fn add(points: &mut Vec<PointSpec>, at: [f32; 2], class: u32) -> Option<usize> {
    if points.len() >= MAX_DRAWN_POINTS {
        return None;
    }
    points.push(point_at(at, class)?);
    Some(points.len() - 1)
}

/// Moves a point; it keeps its class.
pub fn shift(points: &mut [PointSpec], index: usize, at: [f32; 2]) {
    if let Some(point) = points.get_mut(index)
        && let Some(moved) = point_at(at, point.class)
    {
        *point = moved;
    }
}

/// Takes away all points that are not farther from `at` than `reach`.
pub fn erase(points: &mut Vec<PointSpec>, at: [f32; 2], reach: f32) {
    points.retain(|point| distance(point, at) > reach);
}

/// Scatters a few points about `at`, `spread` being the standard deviation of each coordinate.
/// What comes out depends on the points that are there already, so it can be repeated.
pub fn spray(points: &mut Vec<PointSpec>, at: [f32; 2], spread: f32, class: u32) {
    let mut rng = RunRng::new(points.len() as u64).stream(Stream::TrainNoise, class);
    for _ in 0..TOUCH {
        let beside = at.map(|value| value + spread * rng.normal() as f32);
        add(points, beside, class);
    }
}

/// Points of the training part of a set in the plane, evenly thinned to [`MAX_TAKEN`]; `None` for
/// other sets, and for scaled ones, whose coordinates are no longer those of the set.
pub fn taken_from(data: &Dataset) -> Option<Vec<PointSpec>> {
    let rows = data.train.rows();
    if !data.is_planar() || data.scaler.is_some() || data.class_names.is_empty() {
        return None;
    }
    let thinned = (0..rows).step_by(rows.div_ceil(MAX_TAKEN).max(1));
    let points = thinned.filter_map(|row| {
        let class = u32::try_from(data.train.targets.class(row)?).ok()?;
        let features = data.train.features.row(row);
        point_at([features[0], features[1]], class)
    });
    Some(points.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cross() -> Vec<PointSpec> {
        [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]].into_iter().filter_map(|at| point_at(at, 1)).collect()
    }

    #[test]
    fn the_nearest_point_within_reach_is_found_and_the_last_of_equals() {
        let mut points = cross();
        assert_eq!(nearest(&points, [0.9, 0.05], 0.2), Some(1));
        assert_eq!(nearest(&points, [0.5, 0.5], 0.2), None);
        points.extend(point_at([1.0, 0.0], 0));
        assert_eq!(nearest(&points, [0.9, 0.05], 0.2), Some(3));
        assert_eq!(nearest(&[], [0.0, 0.0], 9.0), None);
    }

    #[test]
    fn points_are_added_moved_and_erased() {
        let mut points = cross();
        assert_eq!(add(&mut points, [0.123_456, -1.0], 2), Some(3));
        assert_eq!(points[3].x, Finite::lit(0.1235));
        shift(&mut points, 3, [5.0, 6.0]);
        assert_eq!((place(&points[3]), points[3].class), ([5.0, 6.0], 2));
        shift(&mut points, 99, [0.0, 0.0]);
        assert_eq!(add(&mut points, [f32::NAN, 0.0], 0), None);
        erase(&mut points, [0.0, 0.0], 1.0);
        assert_eq!(points.len(), 1, "only the far one stays");
    }

    #[test]
    fn there_is_an_end_to_adding() {
        let mut points: Vec<PointSpec> =
            point_at([0.0, 0.0], 0).into_iter().cycle().take(MAX_DRAWN_POINTS - 1).collect();
        spray(&mut points, [0.0, 0.0], 0.1, 0);
        assert_eq!(points.len(), MAX_DRAWN_POINTS);
        assert_eq!(add(&mut points, [0.0, 0.0], 0), None);
    }

    #[test]
    fn the_brush_scatters_about_its_place_and_can_be_repeated() {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for points in [&mut a, &mut b] {
            for _ in 0..200 {
                spray(points, [2.0, -1.0], 0.1, 3);
            }
        }
        assert_eq!(a, b);
        let mean = a.iter().map(|point| point.x.get()).sum::<f64>() / a.len() as f64;
        // Five standard errors of 600 draws.
        assert!((mean - 2.0).abs() < 5.0 * 0.1 / 600_f64.sqrt(), "{mean}");
        assert!(a.iter().any(|point| *point != a[0]));
    }
}
