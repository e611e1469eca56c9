use super::*;
use crate::base::{RunRng, Stream};
use crate::data::image::frame::{Frame, View};

fn image(channels: usize, height: usize, width: usize, values: Vec<f32>) -> Image {
    assert_eq!(values.len(), channels * height * width);
    Frame { channels, height, width, values }
}

/// 0, 1, 2… in one channel.
fn counting(height: usize, width: usize) -> Image {
    image(1, height, width, (0..height * width).map(|value| value as f32).collect())
}

fn run(source: &Image, op: Op) -> Image {
    run_with(source, op, 0)
}

fn run_with(source: &Image, op: Op, row: u32) -> Image {
    let mut rng = RunRng::new(5).at(Stream::Augment, 0, row);
    Bench::default().run(&source.view(), &[op], Some(&mut rng)).clone()
}

fn close(a: &[f32], b: &[f32], most: f32) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() <= most, "{a} {b}");
    }
}

#[test]
fn a_centre_crop_is_torchvisions() {
    let crop = |height, width| run(&counting(3, 4), Op::CentreCrop { width, height });
    assert_eq!(crop(1, 2).values, [5.0, 6.0]);
    // Larger: black about it, the odd line below and right.
    assert_eq!(crop(4, 4).values[..5], [0.0, 1.0, 2.0, 3.0, 4.0]);
    assert_eq!(crop(4, 4).values[12..], [0.0; 4]);
    assert_eq!(crop(5, 2).values, [0., 0., 1., 2., 5., 6., 9., 10., 0., 0.]);
    assert_eq!(crop(3, 4), counting(3, 4));
}

#[test]
fn grey_is_weighted_by_brightness() {
    let colour = image(3, 1, 2, vec![1.0, 0.0, 0.0, 0.5, 0.0, 1.0]);
    let grey = run(&colour, Op::Greyscale);
    assert_eq!(grey.channels, 1);
    close(&grey.values, &[0.299, 0.587 * 0.5 + 0.114], 1e-7);
    assert_eq!(run(&grey, Op::Greyscale), grey);
}

#[test]
fn channels_are_normalised_by_their_own_or_one_mean() {
    let two = image(2, 1, 2, vec![1.0, 3.0, 5.0, 9.0]);
    let each = Op::Normalise { mean: vec![1.0, 5.0], std: vec![2.0, 4.0] };
    assert_eq!(run(&two, each).values, [0.0, 1.0, 0.0, 1.0]);
    let one = Op::Normalise { mean: vec![1.0], std: vec![2.0] };
    assert_eq!(run(&two, one).values, [0.0, 1.0, 2.0, 4.0]);
}

#[test]
fn a_quarter_turn_is_numpys() {
    let turned = |degrees: f64| {
        let mut out = Image::default();
        rotate(&counting(3, 3), degrees.to_radians(), &mut out);
        out.values
    };
    // numpy.rot90, which turns anticlockwise.
    close(&turned(90.0), &[2., 5., 8., 1., 4., 7., 0., 3., 6.], 1e-5);
    close(&turned(180.0), &[8., 7., 6., 5., 4., 3., 2., 1., 0.], 1e-5);
    close(&turned(0.0), &counting(3, 3).values, 0.0);
    // The corners of a turned square are black.
    let mut out = Image::default();
    rotate(&image(1, 9, 9, vec![1.0; 81]), 45_f64.to_radians(), &mut out);
    assert_eq!((out.values[0], out.values[40]), (0.0, 1.0));
}

#[test]
fn a_flip_exchanges_left_and_right_as_often_as_asked() {
    let flipped = |row| run_with(&counting(2, 3), Op::Flip { probability: 0.25 }, row);
    let count = (0..2000).filter(|&row| flipped(row).values == [2., 1., 0., 5., 4., 3.]).count();
    // Five standard errors of a share of 2000.
    assert!((count as f64 - 500.0).abs() < 5.0 * (2000.0 * 0.25 * 0.75_f64).sqrt(), "{count}");
    assert_eq!(run(&counting(2, 3), Op::Flip { probability: 0.0 }), counting(2, 3));
}

#[test]
fn a_shift_moves_whole_pixels_and_leaves_black() {
    let mut out = Image::default();
    shift(&counting(2, 3), 1, 0, &mut out);
    assert_eq!(out.values, [0., 0., 1., 0., 3., 4.]);
    shift(&counting(2, 3), -2, -1, &mut out);
    assert_eq!(out.values, [5., 0., 0., 0., 0., 0.]);
    shift(&counting(2, 3), 9, -9, &mut out);
    assert_eq!(out.values, [0.0; 6]);
    for row in 0..200 {
        // A tenth of 20 pixels: two at most.
        let moved = run_with(&image(1, 20, 20, vec![1.0; 400]), Op::Shift { fraction: 0.1 }, row);
        let left: f32 = moved.values.iter().sum();
        assert!(left >= 18.0 * 18.0, "{left}");
    }
}

#[test]
fn noise_has_its_standard_deviation() {
    let black = image(1, 100, 101, vec![0.0; 10_100]);
    let values = run(&black, Op::Noise { std: 0.2 }).values;
    let count = values.len() as f64;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let variance = values.iter().map(|&it| (f64::from(it) - mean).powi(2)).sum::<f64>() / count;
    // Five standard errors of the mean and of the variance.
    assert!(mean.abs() < 5.0 * 0.2 / count.sqrt(), "{mean}");
    assert!((variance - 0.04).abs() < 5.0 * 0.04 * (2.0 / count).sqrt(), "{variance}");
}

#[test]
fn a_random_part_keeps_its_share_and_ratio() {
    let source = counting(40, 60);
    let view = source.view();
    for row in 0..500 {
        let mut rng = RunRng::new(1).at(Stream::Augment, 0, row);
        let part = random_part(&view, 0.3, &mut rng);
        let (height, width) = part.size();
        assert!(part.top + height <= 40 && part.left + width <= 60);
        let (share, ratio) = ((height * width) as f64 / 2400.0, width as f64 / height as f64);
        // Sides are rounded to pixels: half a pixel of 23 or more.
        assert!(
            (0.28..=1.0).contains(&share) && (0.72..=1.39).contains(&ratio),
            "{height} {width}"
        );
    }
    // Nothing of that ratio fits into a line of pixels: its middle is taken.
    let line = counting(1, 30);
    let view = line.view();
    let part = random_part(&view, 1.0, &mut RunRng::new(1).at(Stream::Augment, 0, 0));
    assert_eq!((part.left, part.size()), (14, (1, 1)));
}

#[test]
fn the_whole_area_resized_is_a_plain_resize() {
    let source = counting(8, 8);
    let crop = Op::ResizedCrop { width: 4, height: 4, least: 0.5 };
    let steady = Bench::default().run(&source.view(), &[crop], None).clone();
    assert_eq!(steady, run(&source, Op::Resize { width: 4, height: 4 }));
}

/// `Image.fromarray(x).resize((w, h), Image.BILINEAR)` of Pillow 12 for x[i] = (i·37 + (i//7)·11) mod
/// 256 in rows of 7 pixels: tests/golden/resize.py.
#[test]
fn resizing_agrees_with_pillow() {
    let golden: serde_json::Value =
        serde_json::from_str(include_str!("../../../../tests/golden/resize.json")).expect("JSON");
    let list = |value: &serde_json::Value| -> Vec<u8> {
        let items = value.as_array().expect("a list").iter();
        items.map(|item| item.as_u64().expect("a byte") as u8).collect()
    };
    let (height, width) = (9, 7);
    let source = list(&golden["source"]);
    let mut out = Image::default();
    let cases = golden["cases"].as_array().expect("a list");
    assert!(cases.len() >= 5);
    for case in cases {
        let side = |name: &str| case[name].as_u64().expect("a number") as usize;
        let (new_height, new_width) = (side("height"), side("width"));
        resize(&View::new([1, height, width], &source[..]), new_height, new_width, &mut out);
        let wanted: Vec<f32> =
            list(&case["pixels"]).into_iter().map(|byte| f32::from(byte) / 255.0).collect();
        close(&out.values, &wanted, 1.5 / 255.0);
    }
}
