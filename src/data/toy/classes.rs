use std::f64::consts::{PI, TAU};

use super::{Labelled, Targets, jitter, linspace, part};
use crate::base::Rng;
use crate::spec::{ToyKind, ToySpec};

/// Half the side of the square that TensorFlow Playground draws its points in.
const RADIUS: f64 = 5.0;
/// How far its exclusive or is pushed away from the axes.
const XOR_GAP: f64 = 0.3;
/// Distance of the blobs' centres from the origin.
const BLOB_RADIUS: f64 = 3.0;
/// Fields along each side of the checkerboard.
const FIELDS: usize = 4;
/// Side of a field of the checkerboard.
const FIELD: f64 = 2.0 * RADIUS / FIELDS as f64;

/// TensorFlow Playground's label −1.
const NEGATIVE: u32 = 0;
/// TensorFlow Playground's label +1.
const POSITIVE: u32 = 1;

/// Points of classes in the plane.
pub(super) fn draw(spec: &ToySpec, mut rng: Rng) -> Labelled {
    let mut points = Points::with_capacity(spec.points_per_class * spec.classes);
    let fill = match spec.kind {
        ToyKind::Circle => circle,
        ToyKind::Xor => xor,
        ToyKind::Gauss => gauss,
        ToyKind::Spiral => spiral,
        ToyKind::Moons => moons,
        ToyKind::Blobs => blobs,
        ToyKind::Checkerboard => checkerboard,
        _ => lecture_spiral,
    };
    fill(spec, &mut rng, &mut points);
    part(2, points.coordinates, Targets::Classes(points.classes))
}

/// Points in the making.
struct Points {
    coordinates: Vec<f32>,
    classes: Vec<u32>,
}

impl Points {
    fn with_capacity(count: usize) -> Self {
        Self { coordinates: Vec::with_capacity(2 * count), classes: Vec::with_capacity(count) }
    }

    fn push(&mut self, x: f64, y: f64, class: u32) {
        self.coordinates.extend([x as f32, y as f32]);
        self.classes.push(class);
    }
}

fn lecture_spiral(spec: &ToySpec, rng: &mut Rng, points: &mut Points) {
    let (count, turn, noise) = (spec.points_per_class, spec.turn.get(), spec.noise.get());
    for class in 0..spec.classes as u32 {
        let first_angle = 4.0 * f64::from(class);
        for (r, along) in linspace(0.0, 1.0, count).zip(linspace(0.0, turn, count)) {
            let t = first_angle + along + noise * rng.normal();
            points.push(r * t.sin(), r * t.cos(), class);
        }
    }
}

/// The noise moves the place where the class is decided, not the point.
fn circle(spec: &ToySpec, rng: &mut Rng, points: &mut Points) {
    for (inner, outer) in [(0.0, RADIUS * 0.5), (RADIUS * 0.7, RADIUS)] {
        for _ in 0..spec.points_per_class {
            let r = rng.range(inner, outer);
            let t = rng.range(0.0, TAU);
            let (x, y) = (r * t.sin(), r * t.cos());
            let (dx, dy) = jitter(RADIUS, spec, rng);
            let inside = (x + dx).hypot(y + dy) < RADIUS * 0.5;
            points.push(x, y, if inside { POSITIVE } else { NEGATIVE });
        }
    }
}

/// Like signs are positive. The noise moves the place where the class is decided.
fn xor(spec: &ToySpec, rng: &mut Rng, points: &mut Points) {
    for _ in 0..2 * spec.points_per_class {
        let (x, y) = (off_axis(rng), off_axis(rng));
        let (dx, dy) = jitter(RADIUS, spec, rng);
        let alike = (x + dx) * (y + dy) >= 0.0;
        points.push(x, y, if alike { POSITIVE } else { NEGATIVE });
    }
}

fn off_axis(rng: &mut Rng) -> f64 {
    let value = rng.range(-RADIUS, RADIUS);
    value + if value > 0.0 { XOR_GAP } else { -XOR_GAP }
}

/// The noise is variance: 0.5 without, 4 at noise 0.5.
fn gauss(spec: &ToySpec, rng: &mut Rng, points: &mut Points) {
    let spread = (0.5 + 7.0 * spec.noise.get()).sqrt();
    for (centre, class) in [(2.0, POSITIVE), (-2.0, NEGATIVE)] {
        for _ in 0..spec.points_per_class {
            let x = centre + spread * rng.normal();
            let y = centre + spread * rng.normal();
            points.push(x, y, class);
        }
    }
}

/// The noise moves the points, by up to `noise` along each axis.
fn spiral(spec: &ToySpec, rng: &mut Rng, points: &mut Points) {
    for (first_angle, class) in [(0.0, POSITIVE), (PI, NEGATIVE)] {
        for i in 0..spec.points_per_class {
            let along = i as f64 / spec.points_per_class as f64;
            let (r, t) = (RADIUS * along, spec.turn.get() * along + first_angle);
            let (dx, dy) = jitter(1.0, spec, rng);
            points.push(r * t.sin() + dx, r * t.cos() + dy, class);
        }
    }
}

/// scikit-learn's `make_moons`. The noise is normal.
fn moons(spec: &ToySpec, rng: &mut Rng, points: &mut Points) {
    for class in 0..2 {
        for t in linspace(0.0, PI, spec.points_per_class) {
            let (x, y) =
                if class == 0 { (t.cos(), t.sin()) } else { (1.0 - t.cos(), 0.5 - t.sin()) };
            let (dx, dy) = normals(spec, rng);
            points.push(x + dx, y + dy, class);
        }
    }
}

/// The first centre is straight up, the others follow clockwise.
fn blobs(spec: &ToySpec, rng: &mut Rng, points: &mut Points) {
    for class in 0..spec.classes {
        let t = TAU * class as f64 / spec.classes as f64;
        for _ in 0..spec.points_per_class {
            let (dx, dy) = normals(spec, rng);
            points.push(BLOB_RADIUS * t.sin() + dx, BLOB_RADIUS * t.cos() + dy, class as u32);
        }
    }
}

fn normals(spec: &ToySpec, rng: &mut Rng) -> (f64, f64) {
    let noise = spec.noise.get();
    (noise * rng.normal(), noise * rng.normal())
}

/// Each class has as many points as the others, evenly over its fields. The noise moves the
/// points, by up to `noise` of a field along each axis.
fn checkerboard(spec: &ToySpec, rng: &mut Rng, points: &mut Points) {
    for class in 0..spec.classes {
        let fields: Vec<(usize, usize)> = (0..FIELDS * FIELDS)
            .map(|field| (field % FIELDS, field / FIELDS))
            .filter(|&(column, row)| colour(column, row, spec.classes) == class)
            .collect();
        for _ in 0..spec.points_per_class {
            let (column, row) = fields[rng.below(fields.len())];
            let x = FIELD * (column as f64 + rng.uniform()) - RADIUS;
            let y = FIELD * (row as f64 + rng.uniform()) - RADIUS;
            let (dx, dy) = jitter(FIELD, spec, rng);
            points.push(x + dx, y + dy, class as u32);
        }
    }
}

/// Class of a field. Fields side by side or one above the other differ, and every class up to the
/// tenth has a field.
fn colour(column: usize, row: usize, classes: usize) -> usize {
    let shift = if classes == 3 { 1 } else { 3 };
    (column + shift * row) % classes
}

#[cfg(test)]
mod tests {
    use super::super::tests::{golden, number};
    use super::*;
    use crate::base::{ColumnStats, Finite};
    use crate::data::{Dataset, toy};

    fn spec(kind: ToyKind, noise: f64) -> ToySpec {
        ToySpec { noise: Finite::lit(noise), ..ToySpec::standard(kind) }
    }

    fn draw(spec: &ToySpec) -> Dataset {
        toy(spec, 1).expect("the settings are within limits")
    }

    fn classes(part: &Labelled) -> &[u32] {
        match &part.targets {
            Targets::Classes(classes) => classes,
            Targets::Numbers(_) => panic!("generated sets are for classification"),
        }
    }

    fn polar(row: &[f32]) -> (f64, f64) {
        let (x, y) = (f64::from(row[0]), f64::from(row[1]));
        (x.hypot(y), x.atan2(y))
    }

    #[test]
    fn the_lecture_spiral_without_noise_is_the_closed_form() {
        let data = draw(&spec(ToyKind::LectureSpiral, 0.0));
        assert_eq!((data.train.rows(), data.test.rows()), (300, 300));
        for class in 0..3 {
            for i in 0..100 {
                // numpy: linspace(0, 1, 100), linspace(4 class, 4 (class + 1), 100).
                let r = i as f64 / 99.0;
                let t = 4.0 * class as f64 + 4.0 * i as f64 / 99.0;
                let row = data.train.features.row(100 * class + i);
                assert!((f64::from(row[0]) - r * t.sin()).abs() < 1e-7, "{class} {i}");
                assert!((f64::from(row[1]) - r * t.cos()).abs() < 1e-7, "{class} {i}");
                assert_eq!(data.train.targets.class(100 * class + i), Some(class));
            }
        }
        assert_eq!(data.train, data.test);
        assert!(data.notes[0].warning);
    }

    #[test]
    fn the_noise_of_the_lecture_spiral_is_normal_in_the_angle() {
        let mut settings = spec(ToyKind::LectureSpiral, 0.2);
        settings.points_per_class = 5000;
        let data = draw(&settings);
        let errors: Vec<f32> = (1..5000)
            .map(|i| {
                let (r, t) = polar(&data.train.features.row(i));
                assert!((r - i as f64 / 4999.0).abs() < 1e-6);
                let error = t - 4.0 * i as f64 / 4999.0;
                (error - TAU * (error / TAU).round()) as f32
            })
            .collect();
        let stats = ColumnStats::of(errors.iter().copied()).expect("not empty");
        // Five standard errors: 0.2/√n for the mean, 0.2/√(2n) for the deviation.
        assert!(stats.mean.abs() < 5.0 * 0.2 / 5000_f64.sqrt(), "{stats:?}");
        assert!((stats.std - 0.2).abs() < 5.0 * 0.2 / 10_000_f64.sqrt(), "{stats:?}");
        assert!(data.notes.is_empty());
    }

    #[test]
    fn the_two_armed_spiral_without_noise_is_the_closed_form() {
        let data = draw(&spec(ToyKind::Spiral, 0.0));
        assert_eq!(data.train.rows(), 250);
        for i in 0..125 {
            let (r, t) = (5.0 * i as f64 / 125.0, 3.5 * PI * i as f64 / 125.0);
            let (first, second) = (data.train.features.row(i), data.train.features.row(125 + i));
            assert!((f64::from(first[0]) - r * t.sin()).abs() < 1e-6);
            assert!((f64::from(first[1]) - r * t.cos()).abs() < 1e-6);
            assert!((first[0] + second[0]).abs() < 1e-5 && (first[1] + second[1]).abs() < 1e-5);
            assert_eq!(data.train.targets.class(i), Some(1));
            assert_eq!(data.train.targets.class(125 + i), Some(0));
        }
    }

    #[test]
    fn the_noise_of_the_two_armed_spiral_stays_in_its_box() {
        let noisy = draw(&spec(ToyKind::Spiral, 0.5));
        let clean = draw(&spec(ToyKind::Spiral, 0.0));
        let shifts: Vec<f32> = std::iter::zip(
            noisy.train.features.table().expect("in memory").data(),
            clean.train.features.table().expect("in memory").data(),
        )
        .map(|(noisy, clean)| noisy - clean)
        .collect();
        let stats = ColumnStats::of(shifts.iter().copied()).expect("not empty");
        assert!(stats.min > -0.500_001 && stats.max < 0.500_001, "{stats:?}");
        // Uniform in ±0.5 has the deviation 0.5/√3; 500 values, five standard errors.
        assert!((stats.std - 0.5 / 3_f64.sqrt()).abs() < 0.03, "{stats:?}");
    }

    #[test]
    fn the_circle_is_a_disc_in_a_ring() {
        let data = draw(&spec(ToyKind::Circle, 0.0));
        for (row, &class) in classes(&data.train).iter().enumerate() {
            let (r, _) = polar(&data.train.features.row(row));
            let (inner, outer, wanted) = if row < 125 { (0.0, 2.5, 1) } else { (3.5, 5.0, 0) };
            assert!((inner..outer).contains(&r), "row {row}: {r}");
            assert_eq!(class, wanted);
        }
    }

    #[test]
    fn exclusive_or_keeps_off_the_axes() {
        let data = draw(&spec(ToyKind::Xor, 0.0));
        for (row, &class) in classes(&data.train).iter().enumerate() {
            let (x, y) = (data.train.features.at(row, 0), data.train.features.at(row, 1));
            assert!((0.299..=5.3).contains(&x.abs()) && (0.299..=5.3).contains(&y.abs()));
            assert_eq!(class == 1, x * y > 0.0);
        }
    }

    #[test]
    fn label_noise_flips_some_labels_and_moves_no_point() {
        for kind in [ToyKind::Circle, ToyKind::Xor] {
            let (clean, noisy) = (draw(&spec(kind, 0.0)), draw(&spec(kind, 0.5)));
            assert_eq!(clean.train.features, noisy.train.features);
            let flipped = std::iter::zip(classes(&clean.train), classes(&noisy.train))
                .filter(|(clean, noisy)| clean != noisy)
                .count();
            assert!((5..125).contains(&flipped), "{kind:?}: {flipped}");
        }
    }

    #[test]
    fn the_clouds_have_the_variance_of_the_formula() {
        for (noise, variance) in [(0.0, 0.5_f64), (0.5, 4.0)] {
            let mut settings = spec(ToyKind::Gauss, noise);
            settings.points_per_class = 5000;
            let data = draw(&settings);
            for (from, centre, class) in [(0, 2.0, 1), (5000, -2.0, 0)] {
                let xs: Vec<f32> =
                    (from..from + 5000).map(|row| data.train.features.at(row, 0)).collect();
                let stats = ColumnStats::of(xs.iter().copied()).expect("not empty");
                let error = variance.sqrt() / 5000_f64.sqrt();
                assert!((stats.mean - centre).abs() < 5.0 * error, "{stats:?}");
                assert!((stats.std - variance.sqrt()).abs() < 5.0 * error, "{stats:?}");
                assert_eq!(data.train.targets.class(from), Some(class));
            }
        }
    }

    #[test]
    fn moons_are_scikit_learn_s() {
        let golden = &golden()["moons"];
        let data = draw(&spec(ToyKind::Moons, 0.0));
        assert_eq!(data.train.rows(), 250);
        for row in 0..250 {
            for axis in 0..2 {
                let wanted = number(&golden["points"][row][axis]);
                let error = f64::from(data.train.features.at(row, axis)) - wanted;
                assert!(error.abs() < 1e-6, "row {row}, axis {axis}");
            }
            let class = golden["classes"][row].as_u64().map(|class| class as usize);
            assert_eq!(data.train.targets.class(row), class);
        }
    }

    #[test]
    fn the_noise_of_moons_is_normal() {
        let many = |noise| {
            let settings = ToySpec { points_per_class: 2000, ..spec(ToyKind::Moons, noise) };
            draw(&settings).train.features.table().expect("in memory").data().to_vec()
        };
        let (clean, noisy) = (many(0.0), many(0.2));
        let shifts = noisy.iter().zip(&clean).map(|(noisy, clean)| noisy - clean);
        let stats = ColumnStats::of(shifts).expect("not empty");
        // 8000 values; five standard errors.
        assert!(stats.mean.abs() < 5.0 * 0.2 / 8000_f64.sqrt(), "{stats:?}");
        assert!((stats.std - 0.2).abs() < 5.0 * 0.2 / 16_000_f64.sqrt(), "{stats:?}");
    }

    #[test]
    fn blobs_stand_evenly_on_a_circle() {
        for count in [2, 5, 10] {
            let settings =
                ToySpec { points_per_class: 2000, classes: count, ..spec(ToyKind::Blobs, 0.5) };
            let data = draw(&settings);
            for class in 0..count {
                let t = TAU * class as f64 / count as f64;
                for (axis, centre) in [(0, 3.0 * t.sin()), (1, 3.0 * t.cos())] {
                    let rows = 2000 * class..2000 * (class + 1);
                    let values = rows.map(|row| data.train.features.at(row, axis));
                    let stats = ColumnStats::of(values).expect("not empty");
                    // 2000 values; five standard errors.
                    assert!((stats.mean - centre).abs() < 5.0 * 0.5 / 2000_f64.sqrt());
                    assert!((stats.std - 0.5).abs() < 5.0 * 0.5 / 4000_f64.sqrt());
                }
                assert_eq!(data.train.targets.class(2000 * class), Some(class));
            }
        }
    }

    #[test]
    fn neighbours_on_the_checkerboard_differ_and_every_class_has_a_field() {
        for count in 2..=10 {
            let mut seen = vec![0; count];
            for row in 0..FIELDS {
                for column in 0..FIELDS {
                    let own = colour(column, row, count);
                    seen[own] += 1;
                    let last = FIELDS - 1;
                    assert!(column == last || own != colour(column + 1, row, count), "{count}");
                    assert!(row == last || own != colour(column, row + 1, count), "{count}");
                }
            }
            assert!(seen.iter().all(|&fields| fields > 0), "{count}: {seen:?}");
        }
        assert_eq!((colour(0, 0, 2), colour(1, 1, 2), colour(1, 0, 2)), (0, 0, 1));
    }

    #[test]
    fn points_of_the_checkerboard_are_in_fields_of_their_class() {
        let field = |value: f32| ((f64::from(value) + RADIUS) / FIELD) as usize;
        for count in [2, 3, 10] {
            let data = draw(&ToySpec { classes: count, ..spec(ToyKind::Checkerboard, 0.0) });
            for (row, &class) in classes(&data.train).iter().enumerate() {
                let (x, y) = (data.train.features.at(row, 0), data.train.features.at(row, 1));
                assert!(x.abs() <= 5.0 && y.abs() <= 5.0);
                assert_eq!(colour(field(x), field(y), count), class as usize, "{x} {y}");
            }
        }
    }
}
