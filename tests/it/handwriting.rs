//! Digits that are drawn by hand are recognised like those of the data.

use std::sync::Arc;

use descent::base::{Finite, Rng, RunRng, Stream, argmax};
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

/// How a person might write each digit: strokes through places from the left and from the top.
#[rustfmt::skip]
const WRITTEN: [&[&[[f64; 2]]]; 10] = [
    &[&[[0.5, 0.1], [0.33, 0.18], [0.25, 0.4], [0.25, 0.62], [0.35, 0.84], [0.5, 0.9],
        [0.66, 0.83], [0.75, 0.6], [0.74, 0.38], [0.66, 0.17], [0.5, 0.1]]],
    &[&[[0.36, 0.28], [0.54, 0.1], [0.53, 0.9]]],
    &[&[[0.26, 0.3], [0.34, 0.15], [0.52, 0.1], [0.68, 0.18], [0.71, 0.34], [0.6, 0.53],
        [0.42, 0.71], [0.26, 0.88], [0.76, 0.87]]],
    &[&[[0.27, 0.18], [0.45, 0.1], [0.66, 0.16], [0.7, 0.32], [0.6, 0.45], [0.43, 0.49],
        [0.64, 0.54], [0.73, 0.69], [0.65, 0.84], [0.46, 0.9], [0.26, 0.82]]],
    &[&[[0.58, 0.1], [0.22, 0.62], [0.8, 0.62]], &[[0.62, 0.36], [0.61, 0.92]]],
    &[&[[0.72, 0.1], [0.33, 0.11], [0.3, 0.45], [0.5, 0.4], [0.7, 0.49], [0.75, 0.67],
        [0.65, 0.84], [0.46, 0.9], [0.26, 0.82]]],
    &[&[[0.64, 0.1], [0.42, 0.3], [0.29, 0.56], [0.3, 0.78], [0.45, 0.9], [0.63, 0.86],
        [0.71, 0.7], [0.63, 0.55], [0.46, 0.53], [0.31, 0.66]]],
    &[&[[0.25, 0.12], [0.75, 0.12], [0.6, 0.45], [0.44, 0.9]]],
    &[&[[0.5, 0.49], [0.34, 0.38], [0.32, 0.22], [0.48, 0.1], [0.65, 0.18], [0.66, 0.34],
        [0.5, 0.49], [0.31, 0.62], [0.29, 0.8], [0.48, 0.9], [0.68, 0.82], [0.69, 0.64],
        [0.5, 0.49]]],
    &[&[[0.7, 0.3], [0.58, 0.46], [0.4, 0.46], [0.3, 0.32], [0.36, 0.15], [0.53, 0.1],
        [0.68, 0.19], [0.7, 0.36], [0.63, 0.9]]],
];

/// A digit written with a brush of some width: turned and slanted a little, elsewhere, larger or
/// smaller, by a hand that is not quite steady.
fn written(digit: usize, rng: &mut Rng) -> Sheet {
    let scale = rng.range(0.5, 1.0);
    let shift = [rng.range(-0.15, 0.15), rng.range(-0.15, 0.15)];
    let (slant, turn) = (rng.range(-0.2, 0.1), rng.range(-0.12, 0.12));
    let radius = rng.range(0.03, 0.055) as f32;
    let mut sheet = Sheet::default();
    for stroke in WRITTEN[digit] {
        let mut place = |[x, y]: [f64; 2]| {
            let [x, y] = [x, y].map(|place| place - 0.5 + rng.range(-0.015, 0.015));
            let x = x + slant * y;
            let turned = [x * turn.cos() - y * turn.sin(), x * turn.sin() + y * turn.cos()];
            [0, 1].map(|axis| (0.5 + scale * turned[axis] + shift[axis]) as f32)
        };
        let points: Vec<[f32; 2]> = stroke.iter().map(|at| place(*at)).collect();
        points.windows(2).for_each(|pair| sheet.line(pair[0], pair[1], radius));
    }
    sheet
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

/// Accuracies of a trained network on the test part, on digits of it that were drawn again, and
/// on a hundred that were written with a brush.
fn accuracies(spec: ExperimentSpec) -> [f64; 3] {
    let images = images(&spec);
    let mut driver = Driver::open(spec);
    driver.play_to_the_end();
    let input = HandInput::of(&dataset(&driver)).expect("can be drawn");
    let mut rng = RunRng::new(5).stream(Stream::Sample, 0);
    let mut sheets: Vec<(Sheet, usize)> =
        images.iter().map(|(image, class)| (redrawn(image, &mut rng), *class)).collect();
    let again = sheets.len();
    sheets.extend((0..100).map(|place| (written(place % 10, &mut rng), place % 10)));
    let is_right = read(&mut driver, &input, &sheets);
    let share =
        |right: &[bool]| right.iter().filter(|right| **right).count() as f64 / right.len() as f64;
    let evaluated = driver.run(0).history.last_eval().expect("was measured");
    let test = evaluated.test.accuracy.expect("classes");
    [test, share(&is_right[..again]), share(&is_right[again..])]
}

/// Whether the network of a run that ended takes each sheet for what it is.
fn read(driver: &mut Driver, input: &HandInput, sheets: &[(Sheet, usize)]) -> Vec<bool> {
    let [height, width] = input.size();
    let ask = |(sheet, _): &(Sheet, usize)| {
        let image = sheet.fitted(height, width).expect("has ink");
        TraceRequest { input: Input::Values(input.features(&image).into()), saliency: None }
    };
    // A run that ended draws no pictures; one that goes on and waits does.
    driver.act(Action::BackTo(0, driver.run(0).checkpoint.as_ref().expect("ended").step()));
    let inside = Inspect { traces: sheets.iter().map(ask).collect(), ..Inspect::default() };
    driver.act(Action::Want(0, ProbeRequest { inside, ..ProbeRequest::default() }));
    let seen = |run: &Run| {
        run.frame.as_ref().is_some_and(|frame| frame.inside.traces.len() == sheets.len())
    };
    driver.until("all digits are read", |state| state.run(0).is_some_and(seen));
    let frame = driver.run(0).frame.clone().expect("was seen");
    let pairs = frame.inside.traces.iter().zip(sheets);
    pairs.map(|(trace, (_, class))| argmax(&trace.outputs) == *class).collect()
}

/// Cutting out and centring takes away what makes some of the test images hard, so that drawn
/// digits may well be easier.
fn assert_close([test, again, written]: [f64; 3], what: &str) {
    let found = format!("{what}: {test} on the test part, {again} drawn again, {written} written");
    assert!(test > 0.9 && again >= test - POINTS && written >= test - POINTS, "{found}");
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
