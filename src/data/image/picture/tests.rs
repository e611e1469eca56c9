use std::io::Cursor;
use std::ops::ControlFlow;

use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage};
use proptest::prelude::*;

use super::*;
use crate::base::{Finite, RunRng};
use crate::data::DataHash;
use crate::spec::{DataSource, ImagesSpec, Normalise};

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).expect("writes to memory");
    bytes.into_inner()
}

fn colour(width: u32, height: u32, seed: u32) -> RgbImage {
    let mark = |x: u32, y: u32, c: u32| ((x * 31 + y * 17 + c * 71 + seed * 13) % 256) as u8;
    RgbImage::from_fn(width, height, |x, y| Rgb([mark(x, y, 0), mark(x, y, 1), mark(x, y, 2)]))
}

fn grey(width: u32, height: u32, value: u8) -> GrayImage {
    GrayImage::from_pixel(width, height, image::Luma([value]))
}

fn spec(transforms: Vec<Transform>) -> DataSpec {
    let source = DataSource::Images(ImagesSpec { folder: "pets".into() });
    DataSpec { transforms, ..DataSpec::new(source) }
}

type Files = Vec<(String, Vec<u8>)>;

fn load_within(files: &Files, spec: &DataSpec, limits: &Limits) -> Result<Dataset, DataError> {
    let entry = |(name, bytes): &(String, Vec<u8>)| PictureEntry {
        name: name.clone(),
        bytes: bytes.len() as u64,
    };
    let contents: Vec<Vec<u8>> = files.iter().map(|(_, bytes)| bytes.clone()).collect();
    let read = Arc::new(move |place: usize| Ok(contents[place].clone()));
    pictures(files.iter().map(entry).collect(), read, spec, "pets", limits, &mut go_on)
}

fn load(files: &Files, spec: &DataSpec) -> Result<Dataset, DataError> {
    load_within(files, spec, &Limits::default())
}

/// Twelve pictures of two classes and three sizes.
fn pets() -> Files {
    let pet = |at: u32| {
        let class = if at.is_multiple_of(2) { "cat" } else { "dog" };
        let picture = colour(8 + at % 3, 9, at);
        (format!("{class}/{at}.png"), file(picture, ImageFormat::Png))
    };
    (0..12).map(pet).collect()
}

fn resize() -> Transform {
    Transform::Resize { width: 6, height: 5 }
}

fn random() -> Vec<Transform> {
    let half = Finite::lit(0.5);
    vec![
        resize(),
        Transform::Flip { probability: half },
        Transform::Noise { std: half },
        Transform::Normalise(Normalise::Computed),
    ]
}

#[test]
fn samples_know_the_names_of_their_files() {
    // Each picture is grey in a tone that its name says.
    let pet = |tone: u8| {
        let class = if tone.is_multiple_of(2) { "cat" } else { "dog" };
        (format!("{class}/tone-{tone}.png"), file(grey(4, 4, tone), ImageFormat::Png))
    };
    let files: Files = (0..20).map(pet).collect();
    let data = load(&files, &spec(Vec::new())).expect("two classes");
    for (_, part) in data.parts() {
        for row in 0..part.rows() {
            let tone = (part.features.at(row, 0) * 255.0).round();
            let class = if tone % 2.0 == 0.0 { "cat" } else { "dog" };
            let name = format!("{class}/tone-{tone}.png");
            let origin = part.origin.as_ref().expect("from files");
            assert_eq!(origin.place(row), Some(crate::data::Place::File(&name)));
        }
    }
}

#[test]
fn a_folder_becomes_a_dataset() {
    let data = load(&pets(), &spec(vec![resize()])).expect("two classes");
    assert_eq!(data.shape, SampleShape(vec![3, 5, 6]));
    assert_eq!(data.class_names, ["cat", "dog"]);
    assert_eq!(data.train.rows() + data.test.rows(), 12);
    assert_eq!(data.steps[0], "12 pictures of 2 classes read: “cat” 6, “dog” 6.");
    assert_eq!(data.originals.expect("pictures of a folder")[0].height, 9);
    assert!(data.notes.is_empty() && data.augment.is_none(), "{:?}", data.notes);
}

#[test]
fn pixels_are_those_of_the_file() {
    let files: Files = (0..4)
        .map(|at| (format!("{}/{at}.bmp", at % 2), file(colour(3, 2, at), ImageFormat::Bmp)))
        .collect();
    let data = load(&files, &spec(Vec::new())).expect("two classes");
    let originals = data.originals.as_ref().expect("pictures");
    let row = data.train.features.row(0);
    for (place, &byte) in originals[0].pixels.iter().enumerate() {
        assert_eq!(originals[0].row, 0);
        assert_eq!(row[place % 3 * 6 + place / 3], f32::from(byte) / 255.0);
    }
    assert!((0..4).any(|at| *colour(3, 2, at).as_raw() == originals[0].pixels));
}

#[test]
fn samples_are_equal_streamed_or_not() {
    let whole = load(&pets(), &spec(random())).expect("fits");
    assert!(whole.train.features.table().is_some());
    // No picture, some pictures, and all pictures kept.
    for cache_bytes in [0, 200, 2000] {
        let limits = Limits { cache_bytes, ..Limits::default() };
        let streamed = load_within(&pets(), &spec(random()), &limits).expect("fits");
        assert!(streamed.train.features.table().is_none());
        assert_eq!(DataHash::of(&whole), DataHash::of(&streamed), "{cache_bytes}");
        let mut samples = [vec![0.0; 90], vec![0.0; 90]];
        for (data, out) in [&whole, &streamed].into_iter().zip(&mut samples) {
            let augment = data.augment.as_ref().expect("random");
            augment.fill(RunRng::new(3), 2, 1, out).expect("there");
        }
        assert_eq!(samples[0], samples[1]);
    }
    let steady = [resize(), Transform::Normalise(Normalise::Computed)];
    let plain = load(&pets(), &spec(steady.to_vec())).expect("fits");
    assert_eq!((whole.test, whole.train), (plain.test, plain.train));
}

#[test]
fn grey_files_have_one_channel_unless_others_are_coloured() {
    let mut files: Files = (0..4)
        .map(|at| (format!("{}/{at}.png", at % 2), file(grey(4, 4, 51), ImageFormat::Png)))
        .collect();
    let data = load(&files, &spec(Vec::new())).expect("fits");
    assert_eq!(data.shape, SampleShape(vec![1, 4, 4]));
    files.push(("1/x.png".into(), file(colour(4, 4, 1), ImageFormat::Png)));
    let data = load(&files, &spec(Vec::new())).expect("fits");
    assert_eq!(data.shape, SampleShape(vec![3, 4, 4]));
    assert_eq!(data.train.features.row(0)[..], [0.2; 48]);
    let grey = load(&files, &spec(vec![Transform::Greyscale])).expect("fits");
    assert_eq!(grey.shape, SampleShape(vec![1, 4, 4]));
}

#[test]
fn what_cannot_be_read_is_listed_and_left_out() {
    let mut files = pets();
    let whole = file(colour(8, 9, 1), ImageFormat::Png);
    files.push(("cat/cut.png".into(), whole[..60].to_vec()));
    files.push(("cat/large.png".into(), file(colour(40, 40, 0), ImageFormat::Png)));
    files.push(("dog/fake.jpg".into(), b"no picture".to_vec()));
    files.push(("dog/notes.txt".into(), b"no picture".to_vec()));
    files.push(("dog/.hidden.png".into(), whole.clone()));
    files.push(("beside.png".into(), whole));
    let limits = Limits { pixels: 1000, ..Limits::default() };
    let data = load_within(&files, &spec(vec![resize()]), &limits).expect("twelve are whole");
    assert_eq!(data.train.rows() + data.test.rows(), 12);
    let notes: Vec<&str> = data.notes.iter().map(|note| note.message.as_str()).collect();
    let has = |text: &str| assert!(notes.iter().any(|note| note.contains(text)), "{notes:#?}");
    has("3 pictures could not be read and left out.");
    has("“cat/cut.png” left out: its PNG data:");
    has("“cat/large.png” left out: it has 40 × 40 pixels, more than the limit of 1000.");
    has("“dog/fake.jpg” left out: it does not begin like a picture.");
    has("1 file left out: hidden.");
    has("1 file left out: no pictures.");
    has("1 file left out: not in the folder of a class.");
}

#[test]
fn parts_of_a_folder_are_kept() {
    let put = |part: &str| {
        let part = part.to_owned();
        pets().into_iter().map(move |(name, bytes)| (format!("{part}/{name}"), bytes))
    };
    let all: Files = put("train").chain(put("val")).chain(put("test")).collect();
    let data = load(&all, &spec(vec![resize()])).expect("three parts");
    let held = data.validation.expect("a part of its own");
    assert_eq!((data.train.rows(), held.rows(), data.test.rows()), (12, 12, 12));
    assert_eq!(data.train.features, data.test.features);
    let two: Files = put("train").chain(put("val")).collect();
    let data = load(&two, &spec(vec![resize()])).expect("two parts");
    assert!(data.validation.is_none() && data.test.rows() == 12);
    assert!(data.steps.iter().any(|step| step.starts_with("There is no test folder")));
}

#[test]
fn what_makes_no_samples_is_refused() {
    let refusal = |files: &Files, steps: Vec<Transform>| {
        load(files, &spec(steps)).expect_err("refused").to_string()
    };
    let message = refusal(&pets(), Vec::new());
    assert!(message.contains("“cat/0.png” is 8 × 9 pixels, “cat/2.png” is 10 × 9"), "{message}");
    let one: Files = pets().into_iter().filter(|(name, _)| name.starts_with("cat")).collect();
    assert!(refusal(&one, Vec::new()).contains("one class (“cat”)"));
    assert!(refusal(&Vec::new(), Vec::new()).contains("no picture that has a class"));
    let crop = Transform::CentreCrop { width: 0, height: 1 };
    assert!(refusal(&pets(), vec![resize(), crop]).starts_with("Step 2 (Centre crop)"));
    let few = Limits { pictures: 3, ..Limits::default() };
    let message = load_within(&pets(), &spec(vec![resize()]), &few).expect_err("too many");
    assert!(message.to_string().contains("12 files, more than the limit of 3"));
}

#[test]
fn a_picture_that_is_gone_is_an_error_of_its_row() {
    let files = pets();
    let entry = |(name, _): &(String, Vec<u8>)| PictureEntry { name: name.clone(), bytes: 1 };
    let entries = files.iter().map(entry).collect();
    let reads = AtomicUsize::new(0);
    let read = Arc::new(move |place: usize| match reads.fetch_add(1, Ordering::Relaxed) {
        // Each once, and those that are shown as they were once more.
        0..24 => Ok(files[place].1.clone()),
        _ => Err(io::Error::other("unplugged")),
    });
    let limits = Limits { cache_bytes: 0, ..Limits::default() };
    let spec = spec(vec![resize()]);
    let data = pictures(entries, read, &spec, "pets", &limits, &mut go_on).expect("there");
    let mut out = vec![0.0; 90];
    let mut fill = || data.train.features.fill_all(&[0], &mut out);
    let error = (0..9).find_map(|_| fill().err()).expect("unplugged");
    assert!(error.to_string().contains("not any more (reading it failed: unplugged)"), "{error}");
}

#[test]
fn reading_can_be_stopped() {
    let read: PictureReader = Arc::new(|_| Ok(Vec::new()));
    let entries = vec![PictureEntry { name: "a/1".into(), bytes: 0 }];
    let mut stop = |_| ControlFlow::Break(());
    let limits = Limits::default();
    let stopped = pictures(entries, read, &spec(Vec::new()), "pets", &limits, &mut stop);
    assert_eq!(stopped, Err(DataError::Cancelled));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_files_are_read_or_refused(
        names in prop::collection::vec("(train/|test/)?[ab]/[0-9]{1,2}(\\.png)?", 0..8),
        at in 0_usize..400, value: u8,
    ) {
        let whole = file(colour(9, 9, 0), ImageFormat::Png);
        let broken = |(place, name): (usize, String)| {
            let mut bytes = whole.clone();
            if place % 2 == 1 && at < bytes.len() {
                bytes[at] = value;
            }
            (name, bytes)
        };
        let files: Files = names.into_iter().enumerate().map(broken).collect();
        let limits = Limits { pixels: 10_000, ..Limits::default() };
        let _ = load_within(&files, &spec(vec![resize()]), &limits);
    }
}
