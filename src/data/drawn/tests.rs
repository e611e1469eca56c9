use std::ops::ControlFlow;

use super::*;
use crate::base::Finite;

fn spec(set: DrawnSet, per_class: usize, distortion: f64) -> DrawnSpec {
    let distortion = Finite::lit(distortion);
    DrawnSpec { per_class, test_per_class: per_class / 2 + 1, distortion, set }
}

fn draw(spec: &DrawnSpec, seed: u64) -> Dataset {
    drawn(spec, seed, &mut |_| ControlFlow::Continue(())).expect("the settings are within limits")
}

fn values(part: &Labelled) -> &[f32] {
    part.features.table().expect("in memory").data()
}

#[test]
fn sets_have_the_shapes_of_the_files_they_stand_for() {
    let digits = draw(&spec(DrawnSet::Digits28, 3, 1.0), 0);
    assert_eq!((digits.shape.0.as_slice(), digits.train.rows()), (&[1, 28, 28][..], 30));
    assert!(digits.is_image() && digits.feature_names.is_empty());
    assert!(digits.name.contains("synthetic"), "it is not MNIST: {}", digits.name);
    for (set, shape, classes, last) in [
        (DrawnSet::Digits123, 36, ["1", "2", "3"].as_slice(), "r6c6"),
        (DrawnSet::Digits01, 12, &["0", "1"], "r4c3"),
    ] {
        let bitmaps = draw(&DrawnSpec::standard(set), 0);
        assert_eq!(bitmaps.shape.0, [shape]);
        assert_eq!(bitmaps.class_names, classes);
        assert_eq!(bitmaps.train.rows(), 32 * classes.len());
        assert_eq!(bitmaps.feature_names[0], "r1c1");
        assert_eq!(bitmaps.feature_names.last().map(String::as_str), Some(last));
        assert!(values(&bitmaps.train).iter().all(|&pixel| pixel == 0.0 || pixel == 1.0));
    }
}

#[test]
fn classes_take_turns_and_pixels_are_from_paper_to_ink() {
    for set in DrawnSet::ALL {
        let data = draw(&spec(set, 20, 1.0), 4);
        let classes = data.class_names.len();
        for (name, part) in data.parts() {
            for row in 0..part.rows() {
                assert_eq!(part.targets.class(row), Some(row % classes), "{set:?} {name}");
                let pixels = part.features.row(row);
                assert!(pixels.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
                let ink: f32 = pixels.iter().sum();
                assert!(ink > 1.0 && ink < 0.95 * pixels.len() as f32, "{set:?} {row}: {ink}");
            }
        }
    }
}

#[test]
fn the_seed_says_everything_and_more_digits_keep_the_first() {
    for set in DrawnSet::ALL {
        let few = draw(&spec(set, 10, 1.0), 7);
        assert_eq!(few, draw(&spec(set, 10, 1.0), 7));
        let other = draw(&spec(set, 10, 1.0), 8);
        assert_ne!(few.train, other.train);
        let width = few.shape.len();
        assert_ne!(values(&few.train)[..6 * width], values(&few.test)[..6 * width]);
        let many = draw(&spec(set, 300, 1.0), 7);
        let start = values(&few.train);
        assert_eq!(start, &values(&many.train)[..start.len()]);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let settings = spec(DrawnSet::Digits28, 120, 1.0);
    let [one, four] = [1, 4].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().expect("threads can be started").install(|| draw(&settings, 1))
    });
    assert_eq!(one, four);
}

#[test]
fn settings_outside_the_limits_are_refused_with_the_limit() {
    let good = DrawnSpec::standard(DrawnSet::Digits28);
    for (settings, wanted) in [
        (DrawnSpec { per_class: 0, ..good.clone() }, "training part were asked for; choose 1"),
        (DrawnSpec { test_per_class: 0, ..good.clone() }, "test part were asked for"),
        (DrawnSpec { per_class: 10_001, ..good.clone() }, "choose 1 to 10000"),
        (DrawnSpec { per_class: usize::MAX, ..good.clone() }, "choose 1 to 10000"),
        (DrawnSpec { distortion: Finite::lit(1.1), ..good.clone() }, "choose 0 to 1"),
        (DrawnSpec { distortion: Finite::lit(-0.1), ..good }, "choose 0 to 1"),
    ] {
        let refused = drawn(&settings, 0, &mut |_| ControlFlow::Continue(()));
        let message = refused.expect_err(wanted).to_string();
        assert!(message.contains(wanted), "{message}");
    }
}

#[test]
fn progress_rises_to_the_end_and_can_stop_the_work() {
    let settings = spec(DrawnSet::Digits28, 200, 1.0);
    let mut seen = Vec::new();
    let mut watch = |share| {
        seen.push(share);
        ControlFlow::Continue(())
    };
    drawn(&settings, 0, &mut watch).expect("within limits");
    assert!(seen.len() >= 6 && seen.is_sorted(), "{seen:?}");
    assert_eq!(seen.last(), Some(&1.0));
    let mut calls = 0;
    let mut stop = |_| {
        calls += 1;
        ControlFlow::Break(())
    };
    assert_eq!(drawn(&settings, 0, &mut stop), Err(DataError::Cancelled));
    assert_eq!(calls, 1);
}

/// Centre of the ink of an image, in pixels from its middle.
fn off_centre(image: &[f32]) -> [f32; 2] {
    let mut moment = [0.0; 2];
    for (pixel, &ink) in image.iter().enumerate() {
        moment[0] += ink * ((pixel % raster::SIDE) as f32 + 0.5);
        moment[1] += ink * ((pixel / raster::SIDE) as f32 + 0.5);
    }
    let all: f32 = image.iter().sum();
    moment.map(|moment| moment / all - raster::SIDE as f32 / 2.0)
}

#[test]
fn digits_are_as_large_as_mnist_s_and_centred() {
    let data = draw(&spec(DrawnSet::Digits28, 30, 0.0), 0);
    for row in 0..data.train.rows() {
        let image = data.train.features.row(row);
        let off = off_centre(&image);
        assert!(off.iter().all(|off| off.abs() < 1.0), "{row}: {off:?}");
        let inked = |axis: fn(usize) -> usize| {
            let places = || (0..image.len()).filter(|&pixel| image[pixel] >= 0.5).map(axis);
            let most = places().max().unwrap_or_default();
            most + 1 - places().min().unwrap_or_default()
        };
        let longer = inked(|pixel| pixel / raster::SIDE).max(inked(|pixel| pixel % raster::SIDE));
        assert!((19..=21).contains(&longer), "{row}: {longer}");
    }
}

#[test]
fn ink_is_darkest_on_the_line() {
    let writing = hand::Writing {
        strokes: vec![vec![[4.5, 10.5], [20.5, 10.5]]],
        first_radius: 1.0,
        last_radius: 1.0,
        ink: 1.0,
    };
    let mut image = vec![0.0; raster::SIDE * raster::SIDE];
    raster::paint(&writing, &mut image);
    let column = |column: usize| -> Vec<f32> {
        (8..14).map(|row| image[row * raster::SIDE + column]).collect()
    };
    // At distance 0 and 0.5 inside, 1 at the edge, 2 outside.
    assert_eq!(column(12), [0.0, 0.5, 1.0, 0.5, 0.0, 0.0]);
    assert_eq!(column(2), [0.0; 6], "2 pixels before the line begins");
    assert_eq!(column(3), [0.0, 0.085_786_44, 0.5, 0.085_786_44, 0.0, 0.0], "a round end");
}

#[test]
fn bitmaps_that_come_up_again_are_counted() {
    let data = draw(&spec(DrawnSet::Digits01, 200, 0.0), 0);
    assert_eq!(data.notes.len(), 1);
    let wanted = "202 of the 202 test bitmaps are in the training part";
    assert!(data.notes[0].message.starts_with(wanted), "{}", data.notes[0].message);
}

/// Share of `part` that `scores` puts first where it belongs.
fn accuracy(part: &Labelled, scores: impl Fn(&[f32], usize) -> f32) -> f64 {
    let right = (0..part.rows()).filter(|&row| {
        let pixels = part.features.row(row);
        let best = (0..10).max_by(|&a, &b| scores(&pixels, a).total_cmp(&scores(&pixels, b)));
        best == part.targets.class(row)
    });
    right.count() as f64 / part.rows() as f64
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Weights of softmax regression, each class with its bias last, by full-batch gradient descent
/// with Nesterov's momentum on the mean cross-entropy and a small penalty.
fn softmax_regression(part: &Labelled, steps: usize) -> Vec<Vec<f32>> {
    let width = part.features.cols() + 1;
    let rows: Vec<Vec<f32>> = (0..part.rows())
        .map(|row| part.features.row(row).iter().copied().chain([1.0]).collect())
        .collect();
    let mut weights = vec![vec![0.0_f32; width]; 10];
    let mut ahead = weights.clone();
    for _ in 0..steps {
        let mut gradient = vec![vec![0.0_f32; width]; 10];
        for (row, pixels) in rows.iter().enumerate() {
            let scores: Vec<f32> = ahead.iter().map(|weights| dot(weights, pixels)).collect();
            let most = scores.iter().copied().fold(f32::MIN, f32::max);
            let shares: Vec<f32> = scores.iter().map(|score| (score - most).exp()).collect();
            let sum: f32 = shares.iter().sum();
            for (class, gradient) in gradient.iter_mut().enumerate() {
                let target = f32::from(u8::from(part.targets.class(row) == Some(class)));
                let error = (shares[class] / sum - target) / rows.len() as f32;
                gradient.iter_mut().zip(pixels).for_each(|(slope, pixel)| *slope += error * pixel);
            }
        }
        for class in 0..10 {
            for place in 0..width {
                let slope = gradient[class][place] + 1e-3 * ahead[class][place];
                let next = ahead[class][place] - 0.05 * slope;
                ahead[class][place] = next + 0.95 * (next - weights[class][place]);
                weights[class][place] = next;
            }
        }
    }
    weights
}

/// Digits that templates or straight boundaries tell apart would teach nothing; digits that they
/// take for noise would be none.
#[test]
fn digits_are_neither_trivial_nor_hopeless_for_a_linear_model() {
    let settings = DrawnSpec {
        per_class: 200,
        test_per_class: 100,
        ..DrawnSpec::standard(DrawnSet::Digits28)
    };
    let data = draw(&settings, 0);
    let means: Vec<Vec<f32>> = (0..10)
        .map(|class| {
            let mut mean = vec![0.0; 784];
            for row in (class..data.train.rows()).step_by(10) {
                let pixels = data.train.features.row(row);
                mean.iter_mut().zip(pixels.iter()).for_each(|(mean, pixel)| *mean += pixel / 200.0);
            }
            mean
        })
        .collect();
    let nearest = accuracy(&data.test, |pixels, class| {
        dot(pixels, &means[class]) - dot(&means[class], &means[class]) / 2.0
    });
    assert!((0.6..0.93).contains(&nearest), "nearest mean: {nearest}");
    let weights = softmax_regression(&data.train, 200);
    let score =
        |pixels: &[f32], class: usize| dot(pixels, &weights[class][..784]) + weights[class][784];
    let (train, test) = (accuracy(&data.train, score), accuracy(&data.test, score));
    assert!(train > 0.93, "it has converged: {train}");
    assert!((0.8..0.97).contains(&test), "softmax regression: {test}");
}
