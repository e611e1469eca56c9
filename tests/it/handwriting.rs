//! Digits that are drawn by hand are recognised like those of the data.

use std::sync::Arc;

use descent::base::{Finite, Rng, RunRng, Stream};
use descent::data::{Dataset, HandInput, Sheet};
use descent::record::{Input, Inspect, ProbeRequest, Run, TraceRequest};
use descent::spec::{
    BatchSize, DataSource, DrawnSpec, ExperimentSpec, Normalise, Scaling, StopRule, Transform,
    preset,
};
use descent::workbench::Action;

use crate::drive::Driver;

/// Digits that are drawn again.
const DIGITS: usize = 200;
/// How far the accuracy may fall below that of the test part.
const POINTS: f64 = 0.05;

/// An image as somebody would copy it on a sheet: larger or smaller, elsewhere, a little slanted,
/// with ink that is either there or not.
fn redrawn(image: &[f32], rng: &mut Rng) -> Sheet {
    let side = image.len().isqrt();
    let scale = rng.range(0.6, 1.2);
    let shift = [rng.range(-0.1, 0.1), rng.range(-0.1, 0.1)];
    let slant = rng.range(-0.1, 0.1);
    let pixel = |column: isize, row: isize| -> f64 {
        let inside = |place: isize| (0..side as isize).contains(&place);
        match inside(column) && inside(row) {
            true => f64::from(image[row as usize * side + column as usize]),
            false => 0.0,
        }
    };
    Sheet::from_fn(|[x, y]| {
        let v = (y - 0.5 - shift[1]) / scale;
        let u = (x - 0.5 - shift[0]) / scale + slant * v;
        let [u, v] = [u, v].map(|place| (place + 0.5) * side as f64 - 0.5);
        let (right, down) = (u - u.floor(), v - v.floor());
        let line = |row: isize| {
            let at = |column: isize| pixel(column, row);
            at(u.floor() as isize) * (1.0 - right) + at(u.floor() as isize + 1) * right
        };
        let ink = line(v.floor() as isize) * (1.0 - down) + line(v.floor() as isize + 1) * down;
        ((ink - 0.3) / 0.4) as f32
    })
}

/// Test images as they are before all transforms, and their classes.
fn images(spec: &ExperimentSpec) -> Vec<(Vec<f32>, usize)> {
    let mut plain = spec.clone();
    plain.data.transforms.clear();
    plain.data.scaling = Scaling::None;
    plain.runs.truncate(1);
    let driver = Driver::open(plain);
    let data = dataset(&driver);
    let rows = data.test.rows();
    let row = |place: usize| place * rows / DIGITS.min(rows);
    (0..DIGITS.min(rows))
        .map(row)
        .map(|row| {
            let class = data.test.targets.class(row).expect("has a class");
            (data.test.features.row(row).into_owned(), class)
        })
        .collect()
}

fn dataset(driver: &Driver) -> Arc<Dataset> {
    Arc::clone(driver.state().visible_data().expect("was read"))
}

/// Accuracies of a trained network on the test part, and on digits of it that were drawn again.
fn accuracies(spec: ExperimentSpec) -> [f64; 2] {
    let images = images(&spec);
    let mut driver = Driver::open(spec);
    driver.play_to_the_end();
    let data = dataset(&driver);
    let input = HandInput::of(&data).expect("can be drawn");
    let [height, width] = input.size();
    let mut rng = RunRng::new(5).stream(Stream::Sample, 0);
    let drawn = |(image, class): &(Vec<f32>, usize)| {
        let image = redrawn(image, &mut rng).fitted(height, width).expect("has ink");
        let input = Input::Values(input.features(&image).into());
        (TraceRequest { input, saliency: None }, *class)
    };
    let (traces, classes): (Vec<TraceRequest>, Vec<usize>) = images.iter().map(drawn).unzip();
    // A run that ended draws no pictures; one that goes on and waits does.
    driver.act(Action::BackTo(0, driver.run(0).checkpoint.as_ref().expect("ended").step()));
    let inside = Inspect { traces, ..Inspect::default() };
    driver.act(Action::Want(0, ProbeRequest { inside, ..ProbeRequest::default() }));
    let seen =
        |run: &Run| run.frame.as_ref().is_some_and(|f| f.inside.traces.len() == classes.len());
    driver.until("all digits are read", |state| state.run(0).is_some_and(seen));
    let frame = driver.run(0).frame.clone().expect("was seen");
    let is_right = |(trace, class): (&descent::record::Trace, &usize)| {
        descent::base::argmax(&trace.outputs) == *class
    };
    let right = frame.inside.traces.iter().zip(&classes).filter(|pair| is_right(*pair)).count();
    let evaluated = driver.run(0).history.last_eval().expect("was measured");
    let test = evaluated.test.accuracy.expect("classes");
    [test, right as f64 / classes.len() as f64]
}

/// Cutting out and centring takes away what makes some of the test images hard, so that drawn
/// digits may well be easier.
fn assert_close([test, drawn]: [f64; 2], what: &str) {
    eprintln!("{what}: {test:.3} on the test part, {drawn:.3} when drawn again");
    assert!(test > 0.9, "{what}: the network learned, {test}");
    assert!(drawn >= test - POINTS, "{what}: {test} on the test part, {drawn} when drawn again");
}

/// The network of the preset on a few thousand digits that Descent draws.
fn drawn_digits() -> ExperimentSpec {
    let mut spec = preset("drawn-digits").expect("built in");
    if let DataSource::Drawn(drawn) = &mut spec.data.source {
        *drawn = DrawnSpec { per_class: 300, test_per_class: 50, ..drawn.clone() };
    }
    spec.runs.truncate(1);
    let train = &mut spec.runs[0].train;
    train.batch = BatchSize::Of(64);
    train.stop = StopRule::Epochs(15);
    spec
}

#[test]
fn drawn_digits_are_read_as_well_as_those_of_the_test_part() {
    let found = accuracies(drawn_digits());
    assert_close(found, "drawn digits");
}

#[test]
fn transforms_and_scaling_of_the_data_are_done_to_what_is_drawn() {
    let mut spec = drawn_digits();
    spec.data.transforms = vec![
        Transform::Resize { width: 20, height: 20 },
        Transform::Normalise(Normalise::Computed),
        Transform::Noise { std: Finite::lit(0.05) },
    ];
    let found = accuracies(spec);
    assert_close(found, "small normalised digits");
    let mut spec = drawn_digits();
    spec.data.scaling = Scaling::Standardise;
    let found = accuracies(spec);
    assert_close(found, "standardised digits");
}

#[test]
fn mnist_is_read_as_well_when_it_is_drawn_again() {
    let Some(folder) = crate::data::real_data("mnist_is_read_as_well_when_it_is_drawn_again")
    else {
        return;
    };
    let mut spec = preset("mnist-mlp").expect("built in");
    if let DataSource::Idx(idx) = &mut spec.data.source {
        idx.folder = folder.join("mnist").display().to_string();
    }
    spec.runs.truncate(1);
    spec.runs[0].train.stop = StopRule::Steps(1500);
    assert_close(accuracies(spec), "MNIST");
}
