use std::f64::consts::PI;

use super::{Labelled, Targets, jitter, linspace, part};
use crate::base::Rng;
use crate::spec::{ToyKind, ToySpec};

/// Half the side of the square that TensorFlow Playground draws points for regression in.
const RADIUS: f64 = 6.0;
/// TensorFlow Playground's hills: where they stand, and whether they are heights or depths.
const HILLS: [(f64, f64, f64); 6] = [
    (-4.0, 2.5, 1.0),
    (0.0, 2.5, -1.0),
    (4.0, 2.5, 1.0),
    (-4.0, -2.5, -1.0),
    (0.0, -2.5, 1.0),
    (4.0, -2.5, -1.0),
];
/// Distance from the top at which a hill has come down to zero.
const HILL_RADIUS: f64 = 2.0;

/// Points with a number to be predicted.
pub(super) fn draw(spec: &ToySpec, rng: Rng) -> Labelled {
    match spec.kind {
        ToyKind::Plane => surface(spec, rng, |x, y| (x + y) / 10.0),
        ToyKind::Hills => surface(spec, rng, hills),
        ToyKind::Cubic => curve(spec, rng, 1.5, |x| x * x * x - x),
        ToyKind::Line => curve(spec, rng, 1.0, |x| 2.0 * x + 1.0),
        ToyKind::Step => curve(spec, rng, 1.0, |x| if x > 0.0 { 1.0 } else { 0.0 }),
        _ => sine(spec, rng),
    }
}

/// The noise moves the place where the number is read off, not the point.
fn surface(spec: &ToySpec, mut rng: Rng, height: fn(f64, f64) -> f64) -> Labelled {
    let mut values = Vec::with_capacity(2 * spec.points_per_class);
    let mut numbers = Vec::with_capacity(spec.points_per_class);
    for _ in 0..spec.points_per_class {
        let (x, y) = (rng.range(-RADIUS, RADIUS), rng.range(-RADIUS, RADIUS));
        let (dx, dy) = jitter(RADIUS, spec, &mut rng);
        values.extend([x as f32, y as f32]);
        numbers.push(height(x + dx, y + dy) as f32);
    }
    part(2, values, Targets::Numbers(numbers))
}

/// The height or depth of the hill that stands out most, 0 between them.
fn hills(x: f64, y: f64) -> f64 {
    HILLS.iter().fold(0.0, |most: f64, &(at_x, at_y, sign)| {
        let height = sign * (1.0 - (x - at_x).hypot(y - at_y) / HILL_RADIUS).max(0.0);
        if height.abs() > most.abs() { height } else { most }
    })
}

fn sine(spec: &ToySpec, mut rng: Rng) -> Labelled {
    let places = linspace(-PI, PI, spec.points_per_class).collect();
    noisy(spec, places, &mut rng, f64::sin)
}

/// At places drawn evenly from `-reach` to `reach`.
fn curve(spec: &ToySpec, mut rng: Rng, reach: f64, height: fn(f64) -> f64) -> Labelled {
    let places = (0..spec.points_per_class).map(|_| rng.range(-reach, reach)).collect();
    noisy(spec, places, &mut rng, height)
}

fn noisy(spec: &ToySpec, places: Vec<f64>, rng: &mut Rng, height: fn(f64) -> f64) -> Labelled {
    let noise = spec.noise.get();
    let number = |&x: &f64| (height(x) + noise * rng.normal()) as f32;
    let numbers = places.iter().map(number).collect();
    let values = places.into_iter().map(|x| x as f32).collect();
    part(1, values, Targets::Numbers(numbers))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{golden, number};
    use super::*;
    use crate::base::{ColumnStats, Finite, RunRng, Stream};

    fn drawn(kind: ToyKind, points: usize, noise: f64) -> (Vec<[f32; 2]>, Vec<f32>) {
        let noise = Finite::lit(noise);
        let spec = ToySpec { points_per_class: points, noise, ..ToySpec::standard(kind) };
        let part = draw(&spec, RunRng::new(3).stream(Stream::TrainNoise, 0));
        let Targets::Numbers(numbers) = part.targets else { panic!("sets of numbers") };
        let place = |row: usize| {
            let row = part.features.row(row);
            [row[0], *row.last().expect("has a coordinate")]
        };
        ((0..numbers.len()).map(place).collect(), numbers)
    }

    /// The places of a curve from −`reach` to `reach`, all over it, and what is off `height`.
    fn errors(kind: ToyKind, reach: f32, noise: f64, height: fn(f64) -> f64) -> Vec<f32> {
        let (places, numbers) = drawn(kind, 4000, noise);
        let most = places.iter().fold(0.0, |most: f32, place| most.max(place[0].abs()));
        assert!((0.99 * reach..=reach).contains(&most), "{kind:?}: {most}");
        std::iter::zip(places, numbers)
            .map(|(place, y)| y - height(f64::from(place[0])) as f32)
            .collect()
    }

    #[test]
    fn the_sine_is_the_course_s() {
        let golden = &golden()["sine"];
        let (places, numbers) = drawn(ToyKind::Sine, 2000, 0.0);
        let rows = golden["rows"].as_array().expect("a list");
        for (i, row) in rows.iter().enumerate() {
            let row = row.as_u64().expect("a row") as usize;
            assert_eq!(places[row][0], number(&golden["x"][i]) as f32, "row {row}");
            assert_eq!(numbers[row], number(&golden["y"][i]) as f32, "row {row}");
        }
        let sum: f64 = numbers.iter().map(|&y| f64::from(y).powi(2)).sum();
        assert!((sum - number(&golden["sum_of_squares"])).abs() < 1e-4, "{sum}");
    }

    #[test]
    fn curves_without_noise_are_the_formula() {
        type Curve = (ToyKind, f32, fn(f64) -> f64);
        let curves: [Curve; 3] = [
            (ToyKind::Cubic, 1.5, |x| x.powi(3) - x),
            (ToyKind::Line, 1.0, |x| 2.0 * x + 1.0),
            (ToyKind::Step, 1.0, |x| f64::from(u8::from(x > 0.0))),
        ];
        for (kind, reach, height) in curves {
            let most = errors(kind, reach, 0.0, height)
                .into_iter()
                .fold(0.0, |most: f32, error| most.max(error.abs()));
            // x was rounded to f32, and the slope is at most 5.75.
            assert!(most < 1e-6, "{kind:?}: {most}");
        }
    }

    #[test]
    fn the_noise_of_curves_is_normal() {
        let errors = errors(ToyKind::Line, 1.0, 0.5, |x| 2.0 * x + 1.0);
        let stats = ColumnStats::of(errors.iter().copied()).expect("not empty");
        // Five standard errors of the mean and of the deviation.
        assert!(stats.mean.abs() < 5.0 * 0.5 / 4000_f64.sqrt(), "{stats:?}");
        assert!((stats.std - 0.5).abs() < 5.0 * 0.5 / 8000_f64.sqrt(), "{stats:?}");
    }

    #[test]
    fn the_plane_is_the_formula_and_fills_its_square() {
        let (places, numbers) = drawn(ToyKind::Plane, 4000, 0.0);
        for (&[x, y], number) in places.iter().zip(numbers) {
            assert!((number - (x + y) / 10.0).abs() < 1e-6);
        }
        for axis in 0..2 {
            let stats = ColumnStats::of(places.iter().map(|place| place[axis])).expect("not empty");
            assert!(stats.min < -5.9 && stats.max > 5.9 && stats.max <= 6.0, "{stats:?}");
            // Uniform in ±6 has the deviation 6/√3; five standard errors.
            assert!((stats.std - 6.0 / 3_f64.sqrt()).abs() < 0.15, "{stats:?}");
        }
    }

    #[test]
    fn the_noise_of_surfaces_moves_the_place_that_is_read() {
        let (clean, noisy) = (drawn(ToyKind::Plane, 4000, 0.0), drawn(ToyKind::Plane, 4000, 0.5));
        assert_eq!(clean.0, noisy.0, "no point is moved");
        let shifts = noisy.1.iter().zip(&clean.1).map(|(noisy, clean)| noisy - clean);
        let stats = ColumnStats::of(shifts).expect("not empty");
        assert!(stats.min > -0.600_001 && stats.max < 0.600_001, "{stats:?}");
        // The sum of two uniform numbers in ±3, over 10.
        assert!((stats.std - 0.3 * (2.0 / 3_f64).sqrt()).abs() < 0.01, "{stats:?}");
    }

    #[test]
    fn the_hills_are_the_playground_s() {
        let golden = golden();
        let grid = golden["hills"].as_array().expect("a list");
        assert_eq!(grid.len(), 117);
        for point in grid {
            let (x, y, height) = (number(&point[0]), number(&point[1]), number(&point[2]));
            assert!((hills(x, y) - height).abs() < 1e-12, "({x}, {y}): {height}");
        }
        let (places, numbers) = drawn(ToyKind::Hills, 1000, 0.0);
        for (&[x, y], number) in places.iter().zip(numbers) {
            assert!((number - hills(f64::from(x), f64::from(y)) as f32).abs() < 1e-6);
        }
    }
}
