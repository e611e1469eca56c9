//! Knows: `base`, `spec`, the dataset. Generated sets: a formula, a seed, two parts.
//! Never: files, threads, clocks, tensors, widgets.

mod classes;
mod gates;
mod regression;

use super::tell::{counted, invalid, note, warning};
use super::{DataError, DataNote, Dataset, Labelled, Targets};
use crate::base::{Matrix, Rng, RunRng, Stream};
use crate::spec::{SampleShape, Task, ToyGroup, ToyKind, ToySpec};

/// Most points of one part of a generated set, all classes together.
pub const MAX_POINTS: usize = 100_000;
/// Most classes of a generated set.
const MAX_CLASSES: usize = 10;
/// Largest angle of a spiral's arm, in radians.
const MAX_TURN: f64 = 100.0;

/// Largest noise that `kind` takes: radians for the lecture's spiral, TensorFlow Playground's
/// slider (0.5 there is "50") for its sets, a standard deviation for most others. Gates take none.
#[must_use]
pub fn max_noise(kind: ToyKind) -> f64 {
    match kind {
        ToyKind::LectureSpiral => 10.0,
        ToyKind::Blobs => 2.0,
        ToyKind::Sine | ToyKind::Cubic | ToyKind::Line | ToyKind::Step => 1.0,
        _ if kind.group() == ToyGroup::Gates => 0.0,
        _ => 0.5,
    }
}

/// Draws a generated set: the training part from [`Stream::TrainNoise`], a test part of the same
/// size by the same formula from [`Stream::TestNoise`]. TensorFlow Playground's label −1 is class
/// 0 and its label +1 is class 1. Both parts of a logic gate are its rows.
///
/// # Errors
/// When a number of `spec` is outside its limits; the sentence names the limit.
pub fn toy(spec: &ToySpec, seed: u64) -> Result<Dataset, DataError> {
    check(spec)?;
    let rng = RunRng::new(seed);
    let task = spec.kind.task(spec.classes);
    let train = draw(spec, rng.stream(Stream::TrainNoise, 0));
    let test = draw(spec, rng.stream(Stream::TestNoise, 0));
    let shape = SampleShape(vec![spec.kind.inputs()]);
    Ok(Dataset {
        feature_names: feature_names(spec.kind),
        label_name: label_name(spec.kind),
        class_names: class_names(spec),
        steps: steps(spec, train.rows(), seed),
        notes: notes(spec),
        ..Dataset::new(spec.kind.label(), shape, task, train, test)
    })
}

fn check(spec: &ToySpec) -> Result<(), DataError> {
    check_classes(spec)?;
    if !spec.kind.takes_points() {
        return Ok(());
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

fn check_classes(spec: &ToySpec) -> Result<(), DataError> {
    let (kind, asked) = (spec.kind.label(), spec.classes);
    if spec.kind.takes_classes() {
        if (2..=MAX_CLASSES).contains(&asked) {
            return Ok(());
        }
        return invalid(format!("{asked} classes were asked for; choose 2 to {MAX_CLASSES}."));
    }
    match spec.kind.task(2) {
        Task::Classification { classes } if asked != classes => {
            invalid(format!("{kind} has two classes; {asked} were asked for."))
        }
        Task::Regression if asked != 1 => invalid(format!(
            "{kind} is a number to be predicted; {asked} classes were asked for. Set classes to 1."
        )),
        _ => Ok(()),
    }
}

fn check_points(spec: &ToySpec) -> Result<(), DataError> {
    let place = if spec.classes > 1 { " in each class" } else { "" };
    if spec.points_per_class == 0 {
        return invalid(format!("No points were asked for; choose at least 1 point{place}."));
    }
    let total = spec.points_per_class.saturating_mul(spec.classes);
    if total > MAX_POINTS {
        let asked = if spec.classes > 1 {
            format!("{} points in each of {} classes", spec.points_per_class, spec.classes)
        } else {
            format!("{} points", spec.points_per_class)
        };
        return invalid(format!(
            "{asked} are too many; choose at most {}{place}.",
            MAX_POINTS / spec.classes
        ));
    }
    Ok(())
}

/// `x₁`, `x₂`, or `x` where there is one.
fn feature_names(kind: ToyKind) -> Vec<String> {
    let names: &[&str] = if kind.inputs() == 1 { &["x"] } else { &["x₁", "x₂"] };
    names.iter().map(ToString::to_string).collect()
}

fn label_name(kind: ToyKind) -> String {
    match (kind.group(), kind.inputs()) {
        (ToyGroup::Classes, _) => "class".to_owned(),
        (ToyGroup::Regression, _) => "y".to_owned(),
        (ToyGroup::Gates, 1) => format!("{} x", kind.label()),
        (ToyGroup::Gates, _) => format!("x₁ {} x₂", kind.label()),
    }
}

fn class_names(spec: &ToySpec) -> Vec<String> {
    match spec.kind.group() {
        ToyGroup::Classes => (0..spec.classes).map(|class| format!("class {class}")).collect(),
        ToyGroup::Regression => Vec::new(),
        ToyGroup::Gates => vec!["0".to_owned(), "1".to_owned()],
    }
}

/// From the formula to the two parts.
fn steps(spec: &ToySpec, rows: usize, seed: u64) -> Vec<String> {
    let formula = format!("Formula: {}.", formula(spec.kind));
    if !spec.kind.takes_points() {
        return vec![formula, format!("All {rows} rows are the training part and the test part.")];
    }
    let points = counted(rows, "point");
    let drawn =
        format!("Training part of {points} and test part of {points} drawn by seed {seed}.");
    vec![formula, format!("Noise {}.", spec.noise), drawn]
}

fn formula(kind: ToyKind) -> &'static str {
    match kind {
        ToyKind::LectureSpiral => "one arm for each class, r = 0…1, x = (r sin t, r cos t)",
        ToyKind::Circle => "a disc of radius 2.5 within a ring from 3.5 to 5",
        ToyKind::Xor => "class 1 where the signs of x₁ and x₂ are alike",
        ToyKind::Gauss => "Gaussian clouds around (2, 2) and (−2, −2)",
        ToyKind::Spiral => "two arms, r = 0…5, x = (r sin t, r cos t)",
        ToyKind::Moons => "two interleaving half circles of radius 1",
        ToyKind::Blobs => "Gaussian clouds, one for each class, on a circle of radius 3",
        ToyKind::Checkerboard => "4 × 4 fields of side 2.5, coloured in turn",
        ToyKind::Plane => "y = (x₁ + x₂) / 10",
        ToyKind::Hills => "y from six cones of height ±1 and radius 2",
        ToyKind::Sine => "y = sin x, x evenly spaced from −π to π",
        ToyKind::Cubic => "y = x³ − x, x at random from −1.5 to 1.5",
        ToyKind::Line => "y = 2x + 1, x at random from −1 to 1",
        ToyKind::Step => "y = 1 where x > 0, else 0, x at random from −1 to 1",
        ToyKind::And => "1 where both inputs are 1",
        ToyKind::Or => "1 where an input is 1",
        ToyKind::Not => "1 where the input is 0",
        ToyKind::XorGate => "1 where the inputs differ",
    }
}

fn notes(spec: &ToySpec) -> Vec<DataNote> {
    if !spec.kind.takes_points() {
        return vec![note(
            "The test part is the same rows as the training part: a gate has no others.".to_owned(),
        )];
    }
    if is_fixed(spec.kind) && spec.noise.get() == 0.0 {
        return vec![warning(
            "Without noise the test part holds the same points as the training part; add noise to \
             see how well a network generalises."
                .to_owned(),
        )];
    }
    Vec::new()
}

/// Whether nothing but noise is left to chance, so that without it holding out a test part says
/// nothing.
fn is_fixed(kind: ToyKind) -> bool {
    kind.takes_turn() || matches!(kind, ToyKind::Moons | ToyKind::Blobs | ToyKind::Sine)
}

fn draw(spec: &ToySpec, rng: Rng) -> Labelled {
    match spec.kind.group() {
        ToyGroup::Classes => classes::draw(spec, rng),
        ToyGroup::Regression => regression::draw(spec, rng),
        ToyGroup::Gates => gates::rows(spec.kind),
    }
}

/// `count` numbers from `start` to `end`, both included, as numpy's `linspace` spaces them.
fn linspace(start: f64, end: f64, count: usize) -> impl Iterator<Item = f64> {
    let gaps = count.saturating_sub(1).max(1) as f64;
    let step = (end - start) / gaps;
    (0..count).map(move |i| if i as f64 == gaps { end } else { i as f64 * step + start })
}

/// A random shift along both axes, by up to `reach` times the noise.
fn jitter(reach: f64, spec: &ToySpec, rng: &mut Rng) -> (f64, f64) {
    let noise = spec.noise.get();
    (rng.range(-reach, reach) * noise, rng.range(-reach, reach) * noise)
}

/// A part of rows of `width` values each.
fn part(width: usize, values: Vec<f32>, targets: Targets) -> Labelled {
    let features =
        Matrix::new(targets.len(), width, values).expect("every row has all its coordinates");
    Labelled::new(features, targets)
}

#[cfg(test)]
mod tests;
