use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;
use crate::base::Finite;
use crate::data::{DataError, Dataset, Limits, Place, Targets};
use crate::spec::{DataSource, DataSpec, IdxSpec, SampleShape, SplitSpec, Task};

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn file(kind: u8, dims: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, kind, dims.len() as u8];
    bytes.extend(dims.iter().flat_map(|side| side.to_be_bytes()));
    bytes.extend(values);
    bytes
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("writes to memory");
    encoder.finish().expect("writes to memory")
}

fn read(bytes: &[u8]) -> Result<Idx, DataError> {
    read_idx(bytes, "the test images", 1 << 30, &mut go_on)
}

fn refusal(bytes: &[u8]) -> String {
    read(bytes).expect_err("the bytes are at fault").to_string()
}

#[test]
fn every_type_of_value_is_big_endian() {
    let cases = [
        (0x08, vec![1, 255], IdxValues::U8(vec![1, 255])),
        (0x09, vec![1, 255], IdxValues::I8(vec![1, -1])),
        (0x0b, vec![1, 0, 255, 254], IdxValues::I16(vec![256, -2])),
        (0x0c, vec![0, 1, 0, 0, 255, 255, 255, 253], IdxValues::I32(vec![65536, -3])),
        (0x0d, [1.5_f32.to_be_bytes(), (-2.0_f32).to_be_bytes()].concat(), {
            IdxValues::F32(vec![1.5, -2.0])
        }),
        (0x0e, [1.5_f64.to_be_bytes(), (-2.0_f64).to_be_bytes()].concat(), {
            IdxValues::F64(vec![1.5, -2.0])
        }),
    ];
    for (kind, bytes, values) in cases {
        let plain = file(kind, &[2], &bytes);
        let wanted = Ok(Idx { dims: vec![2], values });
        assert_eq!(read(&plain), wanted);
        assert_eq!(read(&packed(&plain)), wanted);
    }
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let whole = file(0x08, &[2, 2, 3], &[7; 12]);
    assert!(read(&whole).is_ok());
    for length in 0..whole.len() {
        let message = refusal(&whole[..length]);
        let wanted = match length {
            0 => "is empty".to_owned(),
            1..16 => format!("ends at byte {length}"),
            _ => format!("declares 12 bytes of values, but it holds {}", length - 16),
        };
        assert!(message.contains(&wanted), "{length}: {message}");
    }
    let packed = packed(&whole);
    for length in 2..packed.len() {
        assert!(refusal(&packed[..length]).contains("damaged or cut off"), "{length}");
    }
}

#[test]
fn a_damaged_gzip_file_is_refused() {
    let values: Vec<u8> = (0..=255).collect();
    let whole = packed(&file(0x08, &[256], &values));
    // Flags, time and system in the header (4..10) do not change what is unpacked.
    for at in (2..4).chain(10..whole.len()) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        assert!(read(&damaged).is_err(), "byte {at}");
    }
    let trailing = [whole, vec![1, 2, 3]].concat();
    assert!(read(&trailing).is_err());
}

#[test]
fn a_lying_header_costs_no_memory() {
    let message = refusal(&file(0x08, &[u32::MAX; 3], &[0; 5]));
    assert!(message.contains("4294967295 × 4294967295 × 4294967295"), "{message}");
    assert!(message.contains("1024 MiB"), "{message}");
    assert!(refusal(&file(0x08, &[u32::MAX], &[])).contains("1024 MiB"));
    // Within the limit, but not there.
    let message = refusal(&file(0x08, &[1 << 30], &[0; 5]));
    assert!(message.contains("declares 1073741824 bytes of values, but it holds 5"));
    // In gzip a million zeros take a kilobyte: what is not declared is not unpacked.
    let message = refusal(&packed(&file(0x08, &[4], &vec![0; 1 << 20])));
    assert!(message.contains("goes on after the 4 bytes"), "{message}");
}

#[test]
fn what_is_not_idx_is_told_apart() {
    assert!(refusal(b"5.1,3.5,1.4").contains("begins with 35 2e, not 00 00"));
    assert!(refusal(&[0, 0, 0x0a, 1]).contains("value type 0a"));
    assert!(refusal(&[0, 0, 8, 0]).contains("declares 0 dimensions (byte 3)"));
    assert!(refusal(&[0, 0, 8, 9]).contains("declares 9 dimensions"));
    assert!(refusal(&file(8, &[3, 0], &[])).contains("length 0 for dimension 2 (byte 8)"));
    assert!(refusal(&file(8, &[1], &[1, 2])).contains("goes on after the 1 byte of"));
}

#[test]
fn a_failing_reader_is_no_fault_of_the_bytes() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let start = file(8, &[4], &[1]);
    for reader in [start.chain(Broken), (&[][..] as &[u8]).chain(Broken)] {
        let error = read_idx(reader, "the test images", 1 << 30, &mut go_on).expect_err("broken");
        assert!(matches!(&error, DataError::Io(text) if text.contains("the disk is gone")));
    }
}

fn four() -> IdxFiles<Vec<u8>> {
    IdxFiles {
        train: IdxPart {
            images: file(8, &[3, 1, 2], &[0, 255, 51, 102, 1, 2]),
            labels: file(8, &[3], &[0, 1, 2]),
        },
        test: Some(IdxPart {
            images: packed(&file(8, &[2, 1, 2], &[255, 0, 3, 4])),
            labels: packed(&file(8, &[2], &[1, 3])),
        }),
    }
}

fn pair(images: Vec<u8>, labels: Vec<u8>) -> IdxFiles<Vec<u8>> {
    IdxFiles::pair(images, labels)
}

fn spec() -> DataSpec {
    let spec = DataSpec::new(DataSource::Idx(IdxSpec::of_folder("small")));
    DataSpec { split: SplitSpec::fraction(Finite::lit(0.5)), ..spec }
}

fn load_named(files: IdxFiles<Vec<u8>>, name: &str) -> Result<Dataset, DataError> {
    let files = files.try_map(|bytes| {
        Ok::<_, DataError>(IdxFile { name: "x.idx".into(), reader: io::Cursor::new(bytes) })
    })?;
    idx(files, &spec(), name, &Limits::default(), &mut go_on)
}

fn load(files: IdxFiles<Vec<u8>>) -> Result<Dataset, DataError> {
    load_named(files, "small")
}

fn train(data: &Dataset) -> &[f32] {
    data.train.features.table().expect("in memory").data()
}

#[test]
fn four_files_make_a_dataset() {
    let data = load(four()).expect("the files fit together");
    assert_eq!(data.shape, SampleShape(vec![1, 1, 2]));
    assert_eq!(data.task, Task::Classification { classes: 4 });
    assert_eq!(data.class_names, ["0", "1", "2", "3"]);
    assert_eq!(train(&data)[..4], [0.0, 1.0, 0.2, 0.4]);
    assert_eq!(data.test.targets, Targets::Classes(vec![1, 3]));
    assert!(data.is_image());
    assert_eq!(
        data.steps,
        [
            "3 images of 1 × 1 × 2 read: the training images (x.idx).",
            "2 images of 1 × 1 × 2 read: the test images (x.idx).",
            "Pixels, bytes in the file, divided by 255.",
        ]
    );
    assert!(data.notes[0].message.ends_with("cannot be learnt: class 3."), "{:?}", data.notes);
}

#[test]
fn a_pair_is_split_into_parts() {
    let images = file(8, &[6, 1, 2], &[0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    let data = load(pair(images, file(8, &[6], &[0, 1, 0, 1, 0, 1]))).expect("a pair");
    assert_eq!((data.train.rows(), data.test.rows()), (3, 3));
    let told = "3 images held out for testing, 0 for validation, 3 left for training.";
    assert_eq!(data.steps[2], told);
    // Both pixels of an image are its place in the file.
    for (_, part) in data.parts() {
        for row in 0..part.rows() {
            let index = (part.features.at(row, 1) * 255.0) as u32;
            let origin = part.origin.as_ref().expect("from a file");
            assert_eq!(origin.place(row), Some(Place::Index(index)));
        }
    }
}

#[test]
fn images_of_the_test_file_are_counted_there() {
    let data = load(four()).expect("the files fit together");
    let [train, test] = [&data.train, &data.test].map(|part| part.origin.as_ref().expect("kept"));
    assert_eq!((train.place(2), test.place(1)), (Some(Place::Index(2)), Some(Place::Index(1))));
    assert_eq!((train.is_test_file(), test.is_test_file()), (false, true));
}

#[test]
fn labels_that_skip_numbers_are_coded_and_told() {
    let letters = |labels: &[u8]| file(8, &[labels.len() as u32], labels);
    let images = |count: u32| file(8, &[count, 1, 1], &vec![9; count as usize]);
    let data = load_named(
        IdxFiles {
            train: IdxPart { images: images(3), labels: letters(&[2, 1, 3]) },
            test: Some(IdxPart { images: images(2), labels: letters(&[3, 2]) }),
        },
        "emnist-letters",
    )
    .expect("they fit");
    assert_eq!(data.class_names, ["1", "2", "3"]);
    assert_eq!(data.train.targets, Targets::Classes(vec![1, 0, 2]));
    assert_eq!(data.test.targets, Targets::Classes(vec![2, 1]));
    assert!(data.steps.contains(&"Labels coded: 1 to 3 → 0 to 2.".to_owned()), "{:?}", data.steps);
    assert!(data.notes[0].message.contains("rows and columns"), "{:?}", data.notes);

    let signed = file(0x0c, &[3], &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 7, 0, 0, 0, 5]);
    let data = load(pair(images(3), signed)).expect("three classes");
    assert_eq!(data.class_names, ["-1", "5", "7"]);
    assert!(data.steps.contains(&"Labels coded: -1, 5, 7 → 0 to 2.".to_owned()));
}

#[test]
fn channels_are_found_and_come_first() {
    let bytes: Vec<u8> = (0..24).collect();
    let labels = file(8, &[2], &[0, 1]);
    // Two images of 2 × 2 pixels and 3 channels, both ways round; one of each part.
    let last = load(pair(file(8, &[2, 2, 2, 3], &bytes), labels.clone())).expect("fits");
    assert_eq!(last.shape, SampleShape(vec![3, 2, 2]));
    assert!(last.steps.iter().any(|step| step.starts_with("Channels, last in the file")));
    let planes = [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11_u8];
    let row = |part: &crate::data::Labelled| {
        let offset = if part.features.at(0, 0) < 0.04 { 0 } else { 12 };
        (part.features.row(0).into_owned(), offset)
    };
    let (values, offset) = row(&last.train);
    for (value, byte) in values.iter().zip(planes) {
        assert_eq!(*value, f32::from(byte + offset) / 255.0);
    }
    let first = load(pair(file(8, &[2, 3, 2, 2], &bytes), labels)).expect("fits");
    assert_eq!(first.shape, SampleShape(vec![3, 2, 2]));
    let (values, offset) = row(&first.train);
    for (place, value) in values.iter().enumerate() {
        assert_eq!(*value, f32::from(place as u8 + offset) / 255.0);
    }
}

#[test]
fn other_types_are_taken_as_they_are() {
    let values: Vec<u8> = [-3_i16, 400, 0, 7].iter().flat_map(|it| it.to_be_bytes()).collect();
    let data = load(IdxFiles {
        train: IdxPart { images: file(0x0b, &[2, 1, 2], &values), labels: file(8, &[2], &[0, 1]) },
        test: Some(IdxPart {
            images: file(0x0b, &[1, 1, 2], &values[..4]),
            labels: file(8, &[1], &[0]),
        }),
    })
    .expect("fits");
    assert_eq!(train(&data), [-3.0, 400.0, 0.0, 7.0]);
    let told = "Values of type i16 taken as they are, from -3 to 400 in the training part.";
    assert!(data.steps.contains(&told.to_owned()), "{:?}", data.steps);

    let bad: Vec<u8> =
        [0.5_f32, 1.0, f32::NAN, 0.0].iter().flat_map(|it| it.to_be_bytes()).collect();
    let bad = pair(file(0x0d, &[2, 1, 2], &bad), file(8, &[2], &[0, 1]));
    let message = load(bad).expect_err("not a number").to_string();
    assert!(message.contains("Image 2 in the training images (x.idx)"), "{message}");
}

#[test]
fn files_that_do_not_fit_together_are_refused() {
    let whole = || (four().train, four().test.expect("four files"));
    let with_train = |part| IdxFiles { train: part, ..four() };
    let with_test = |part| IdxFiles { test: Some(part), ..four() };
    let (train, test) = whole();
    let cases = [
        (
            with_test(IdxPart { labels: test.images.clone(), ..test.clone() }),
            "test labels (x.idx) holds images (3 dimensions). Were the files swapped?",
        ),
        (
            with_train(IdxPart { images: train.labels.clone(), ..train.clone() }),
            "training images (x.idx) holds labels (one dimension). Were the files swapped?",
        ),
        (
            IdxFiles {
                train: IdxPart { labels: test.labels.clone(), ..train.clone() },
                test: Some(IdxPart { labels: train.labels.clone(), ..test.clone() }),
            },
            "3 images and 2 labels in the training part. The other part fits",
        ),
        (
            with_test(IdxPart { labels: file(8, &[1], &[0]), ..test.clone() }),
            "2 images and 1 label in the test part. Are all files",
        ),
        (
            with_test(IdxPart { images: file(8, &[2, 2, 1], &[0; 4]), ..test.clone() }),
            "training images are 1 × 1 × 2, but the test images are 1 × 2 × 1",
        ),
        (
            with_train(IdxPart { images: file(8, &[3, 1, 1, 1, 1], &[0; 3]), ..train.clone() }),
            "has 5 dimensions; images have 3",
        ),
        (
            with_train(IdxPart { labels: file(8, &[3, 2], &[0; 6]), ..train.clone() }),
            "holds 2 numbers for each image",
        ),
        (
            with_train(IdxPart {
                labels: file(0x0d, &[1], &1.5_f32.to_be_bytes()),
                ..train.clone()
            }),
            "Label 1 in the training labels (x.idx) is 1.5",
        ),
        (
            IdxFiles {
                train: IdxPart { labels: file(8, &[3], &[4; 3]), ..train },
                test: Some(IdxPart { labels: file(8, &[2], &[4; 2]), ..test }),
            },
            "All labels are 4",
        ),
    ];
    for (files, wanted) in cases {
        let message = load(files).expect_err(wanted).to_string();
        assert!(message.contains(wanted), "{message}");
    }
}

#[test]
fn loading_reports_and_stops() {
    let files = || {
        let open =
            |bytes| Ok::<_, ()>(IdxFile { name: "x".into(), reader: io::Cursor::new(bytes) });
        four().try_map(open).expect("nothing can fail")
    };
    let mut seen = Vec::new();
    let all = idx(files(), &spec(), "small", &Limits::default(), &mut |share| {
        seen.push(share);
        ControlFlow::Continue(())
    });
    assert!(all.is_ok() && seen.is_sorted() && seen.last() == Some(&1.0), "{seen:?}");
    let mut stop = |_| ControlFlow::Break(());
    let stopped = idx(files(), &spec(), "small", &Limits::default(), &mut stop);
    assert_eq!(stopped, Err(DataError::Cancelled));
}

fn candidates(files: &[(&str, &[usize])]) -> Vec<IdxCandidate> {
    let header = |dims: &[usize]| match dims {
        [] => Err(DataError::Invalid("The file is no IDX file.".into())),
        dims => Ok(IdxHeader { dtype: IdxType::U8, dims: dims.to_vec() }),
    };
    files
        .iter()
        .map(|&(name, dims)| IdxCandidate { name: name.into(), header: header(dims) })
        .collect()
}

/// Names of the chosen files, training images first.
fn chosen(files: &[(&str, &[usize])]) -> Result<Vec<String>, String> {
    let chosen = choose_idx(&candidates(files)).map_err(|why| why.to_string())?;
    let mut places = vec![chosen.train.images, chosen.train.labels];
    places.extend(chosen.test.into_iter().flat_map(|part| [part.images, part.labels]));
    Ok(places.into_iter().map(|place| files[place].0.to_owned()).collect())
}

#[test]
fn the_files_of_a_folder_are_told_apart() {
    let mnist: [(&str, &[usize]); 6] = [
        ("readme.txt", &[]),
        ("t10k-images-idx3-ubyte.gz", &[10, 28, 28]),
        ("t10k-labels-idx1-ubyte.gz", &[10]),
        ("Train-Images.idx3-ubyte", &[60, 28, 28]),
        ("train-images-idx3-ubyte.gz", &[60, 28, 28]),
        ("train-labels-idx1-ubyte", &[60]),
    ];
    let wanted = ["Train-Images.idx3-ubyte", "train-labels-idx1-ubyte"];
    let rest = ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];
    assert_eq!(
        chosen(&mnist),
        Ok([wanted, rest].as_flattened().iter().map(|&it| it.to_owned()).collect())
    );

    // Names that say nothing: by number of dimensions and of images.
    let plain: [(&str, &[usize]); 4] =
        [("a", &[5]), ("b", &[9]), ("c", &[5, 2, 2]), ("d", &[9, 2, 2])];
    assert_eq!(chosen(&plain), Ok(["d", "b", "c", "a"].map(String::from).to_vec()));
    assert_eq!(chosen(&plain[1..=1]).map_err(|why| why.contains("images are missing")), Err(true));
    let one: [(&str, &[usize]); 2] = [("x.bin", &[5, 2, 2]), ("y.bin", &[5])];
    assert_eq!(chosen(&one), Ok(vec!["x.bin".to_owned(), "y.bin".to_owned()]));
}

#[test]
fn of_several_sets_the_whole_one_is_taken() {
    let whole: [(&str, &[usize]); 5] = [
        ("emnist-letters-train-images-idx3-ubyte", &[9, 28, 28]),
        ("emnist-letters-train-labels-idx1-ubyte", &[9]),
        ("emnist-letters-test-images-idx3-ubyte", &[3, 28, 28]),
        ("emnist-letters-test-labels-idx1-ubyte", &[3]),
        ("emnist-digits-train-images-idx3-ubyte", &[8, 28, 28]),
    ];
    assert_eq!(chosen(&whole).map(|files| files[2].contains("letters-test")), Ok(true));
    let two = [&whole[..], &[("emnist-digits-train-labels-idx1-ubyte", &[8][..])]].concat();
    let why = chosen(&two).expect_err("two sets");
    assert!(why.contains("2 sets") && why.contains("“emnist-letters”, “emnist-digits”"), "{why}");
}

#[test]
fn what_a_folder_lacks_is_said() {
    let three: [(&str, &[usize]); 3] = [
        ("train-images-idx3-ubyte", &[6, 2, 2]),
        ("train-labels-idx1-ubyte", &[6]),
        ("t10k-images-idx3-ubyte", &[2, 2, 2]),
    ];
    let why = chosen(&three).expect_err("three files");
    assert!(why.contains("the test labels are missing"), "{why}");
    let why = chosen(&[("train-images-idx3-ubyte.gz", &[])]).expect_err("broken");
    assert!(why.contains("no IDX files") && why.contains("The file is no IDX file."), "{why}");
    let why = chosen(&[("a", &[2, 2, 2]), ("b", &[2, 2, 2]), ("c", &[2]), ("d", &[2])]);
    assert!(why.expect_err("alike").contains("as many images as each other"));
    let many: Vec<(&str, &[usize])> = ["a", "b", "c"].map(|name| (name, &[2, 2, 2][..])).to_vec();
    assert!(chosen(&many).expect_err("three").contains("two of each at most"));
}

#[test]
fn a_peek_reads_no_further_than_the_header() {
    let whole = file(0x0d, &[3, 4], &[0; 48]);
    let header = IdxHeader { dtype: IdxType::F32, dims: vec![3, 4] };
    assert_eq!(peek_idx(&whole[..12], "x"), Ok(header.clone()));
    assert_eq!(peek_idx(&packed(&whole)[..], "x"), Ok(header));
    assert!(peek_idx(&whole[..11], "x").is_err());
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
        let _ = read(&packed(&bytes));
        let _ = read(&[&[0x1f, 0x8b][..], &bytes].concat());
    }

    #[test]
    fn arbitrary_values_after_a_header_never_panic(
        kind in 0x08_u8..0x0f, dims in prop::collection::vec(0_u32..5, 0..4),
        values in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let bytes = file(kind, &dims, &values);
        if let Ok(idx) = read(&bytes) {
            prop_assert_eq!(idx.dims.len(), dims.len());
        }
        let labels = file(8, &dims[..dims.len().min(1)], &values);
        let _ = load(IdxFiles::pair(bytes, labels));
    }
}
