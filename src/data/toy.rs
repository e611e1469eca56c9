use std::f64::consts::{PI, TAU};

use super::tell::{invalid, warning};
use super::{DataError, DataNote, Dataset, Labelled, Targets};
use crate::base::{Matrix, Rng, RunRng, Stream};
use crate::spec::{SampleShape, ToyKind, ToySpec};

/// Most points of one part of a generated set, all classes together.
pub const MAX_POINTS: usize = 100_000;
/// Most classes of the lecture's spiral.
const MAX_CLASSES: usize = 10;
/// Largest angle of a spiral's arm, in radians.
const MAX_TURN: f64 = 100.0;

/// Half the side of the square that TensorFlow Playground draws its points in.
const RADIUS: f64 = 5.0;
/// How far its exclusive or is pushed away from the axes.
const XOR_GAP: f64 = 0.3;

/// TensorFlow Playground's label −1.
const NEGATIVE: u32 = 0;
/// TensorFlow Playground's label +1.
const POSITIVE: u32 = 1;

/// Largest noise that `kind` takes: radians for the lecture's spiral, TensorFlow Playground's
/// slider (0.5 there is "50") for the other sets.
#[must_use]
pub fn max_noise(kind: ToyKind) -> f64 {
    if kind == ToyKind::LectureSpiral { 10.0 } else { 0.5 }
}

/// Draws a generated set: the training part from [`Stream::TrainNoise`], a test part of the same
/// size by the same formula from [`Stream::TestNoise`]. TensorFlow Playground's label −1 is class
/// 0 and its label +1 is class 1.
///
/// # Errors
/// When a number of `spec` is outside its limits; the sentence names the limit.
pub fn toy(spec: &ToySpec, seed: u64) -> Result<Dataset, DataError> {
    check(spec)?;
    let rng = RunRng::new(seed);
    let task = spec.kind.task(spec.classes);
    let train = draw(spec, rng.stream(Stream::TrainNoise, 0));
    let test = draw(spec, rng.stream(Stream::TestNoise, 0));
    Ok(Dataset {
        feature_names: vec!["x₁".to_owned(), "x₂".to_owned()],
        label_name: "class".to_owned(),
        class_names: (0..spec.classes).map(|class| format!("class {class}")).collect(),
        notes: notes(spec),
        ..Dataset::new(spec.kind.label(), SampleShape(vec![2]), task, train, test)
    })
}

fn check(spec: &ToySpec) -> Result<(), DataError> {
    if spec.kind.takes_classes() {
        if !(2..=MAX_CLASSES).contains(&spec.classes) {
            return invalid(format!(
                "{} classes were asked for; choose 2 to {MAX_CLASSES}.",
                spec.classes
            ));
        }
    } else if spec.classes != 2 {
        return invalid(format!(
            "{} has two classes; {} were asked for.",
            spec.kind.label(),
            spec.classes
        ));
    }
    check_points(spec)?;
    let most = max_noise(spec.kind);
    if !(0.0..=most).contains(&spec.noise.get()) {
        return invalid(format!("Noise {} is out of range; choose 0 to {most}.", spec.noise));
    }
    if spec.kind.takes_turn() && !(0.0..=MAX_TURN).contains(&spec.turn.get()) {
        return invalid(format!(
            "An angle of {} radians is out of range; choose 0 to {MAX_TURN}.",
            spec.turn
        ));
    }
    Ok(())
}

fn check_points(spec: &ToySpec) -> Result<(), DataError> {
    if spec.points_per_class == 0 {
        return invalid("No points were asked for; choose at least 1 point in each class.");
    }
    let total = spec.points_per_class.saturating_mul(spec.classes);
    if total > MAX_POINTS {
        return invalid(format!(
            "{} points in each of {} classes are too many; choose at most {} in each class.",
            spec.points_per_class,
            spec.classes,
            MAX_POINTS / spec.classes
        ));
    }
    Ok(())
}

/// Without noise both spirals are curves without chance, so holding out a test part says nothing.
fn notes(spec: &ToySpec) -> Vec<DataNote> {
    if spec.kind.takes_turn() && spec.noise.get() == 0.0 {
        vec![warning(
            "Without noise the test part holds the same points as the training part; add noise to \
             see how well a network generalises."
                .to_owned(),
        )]
    } else {
        Vec::new()
    }
}

fn draw(spec: &ToySpec, mut rng: Rng) -> Labelled {
    let mut points = Points::with_capacity(spec.points_per_class * spec.classes);
    match spec.kind {
        ToyKind::LectureSpiral => lecture_spiral(spec, &mut rng, &mut points),
        ToyKind::Circle => circle(spec, &mut rng, &mut points),
        ToyKind::Xor => xor(spec, &mut rng, &mut points),
        ToyKind::Gauss => gauss(spec, &mut rng, &mut points),
        ToyKind::Spiral => spiral(spec, &mut rng, &mut points),
        _ => unreachable!(),
    }
    points.into_labelled()
}

/// `count` numbers from 0 to `end`, both included, as numpy's `linspace` spaces them.
fn from_zero(end: f64, count: usize) -> impl Iterator<Item = f64> {
    let gaps = count.saturating_sub(1).max(1) as f64;
    (0..count).map(move |i| if i as f64 == gaps { end } else { i as f64 * (end / gaps) })
}

fn lecture_spiral(spec: &ToySpec, rng: &mut Rng, points: &mut Points) {
    let (count, turn, noise) = (spec.points_per_class, spec.turn.get(), spec.noise.get());
    for class in 0..spec.classes as u32 {
        let first_angle = 4.0 * f64::from(class);
        for (r, along) in from_zero(1.0, count).zip(from_zero(turn, count)) {
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

fn jitter(reach: f64, spec: &ToySpec, rng: &mut Rng) -> (f64, f64) {
    let noise = spec.noise.get();
    (rng.range(-reach, reach) * noise, rng.range(-reach, reach) * noise)
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

    fn into_labelled(self) -> Labelled {
        let features = Matrix::new(self.classes.len(), 2, self.coordinates)
            .expect("every point has two coordinates");
        Labelled::new(features, Targets::Classes(self.classes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{ColumnStats, Finite};

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
    fn the_seed_says_everything_and_the_parts_differ() {
        for kind in ToyKind::ALL {
            let settings = spec(kind, 0.3);
            let (one, again) = (toy(&settings, 5), toy(&settings, 5));
            assert_eq!(one, again);
            assert_ne!(one, toy(&settings, 6));
            let one = one.expect("the settings are within limits");
            assert_ne!(one.train, one.test);
            assert_eq!(one.train.rows(), one.test.rows());
            assert!(one.is_planar());
            let reach = if kind == ToyKind::Gauss { 12.0 } else { 6.0 };
            assert!(
                one.train
                    .features
                    .table()
                    .expect("in memory")
                    .data()
                    .iter()
                    .all(|value| value.abs() <= reach)
            );
        }
    }

    #[test]
    fn settings_outside_the_limits_are_refused_with_the_limit() {
        let good = ToySpec::standard(ToyKind::LectureSpiral);
        let cases = [
            (ToySpec { classes: 1, ..good.clone() }, "choose 2 to 10"),
            (ToySpec { classes: 11, ..good.clone() }, "choose 2 to 10"),
            (ToySpec { points_per_class: 0, ..good.clone() }, "at least 1"),
            (ToySpec { points_per_class: 33_334, ..good.clone() }, "at most 33333"),
            (ToySpec { points_per_class: usize::MAX, ..good.clone() }, "at most 33333"),
            (ToySpec { noise: Finite::lit(-0.1), ..good.clone() }, "choose 0 to 10"),
            (ToySpec { turn: Finite::lit(101.0), ..good.clone() }, "choose 0 to 100"),
            (spec(ToyKind::Xor, 0.6), "choose 0 to 0.5"),
            (ToySpec { kind: ToyKind::Circle, ..good }, "has two classes"),
        ];
        for (settings, wanted) in cases {
            let message = toy(&settings, 0).expect_err(wanted).to_string();
            assert!(message.contains(wanted), "{message}");
        }
    }

    #[test]
    fn one_point_in_each_class_is_enough() {
        for kind in ToyKind::ALL {
            let settings = ToySpec { points_per_class: 1, ..ToySpec::standard(kind) };
            let data = draw(&settings);
            assert!(
                data.train
                    .features
                    .table()
                    .expect("in memory")
                    .data()
                    .iter()
                    .all(|value| value.is_finite())
            );
        }
    }
}
