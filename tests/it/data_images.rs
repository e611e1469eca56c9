//! Sets of images as their sources publish them, found through `DESCENT_DATA`.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use descent::base::Finite;
use descent::data::{
    self, DataHash, Dataset, IdxCandidate, IdxFile, IdxFiles, Limits, PictureEntry,
};
use descent::spec::{
    DataSource, DataSpec, IdxSpec, ImagesSpec, Normalise, SampleShape, Task, Transform,
};

use crate::data::real_data;

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn open(path: &Path) -> BufReader<File> {
    BufReader::new(File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// How many rows of both parts belong to each class.
fn class_sizes(data: &Dataset) -> Vec<usize> {
    let mut sizes = vec![0; data.class_names.len()];
    for (_, part) in data.parts() {
        for row in 0..part.rows() {
            sizes[part.targets.class(row).expect("a dataset of classes")] += 1;
        }
    }
    sizes
}

fn idx_folder(folder: &Path) -> IdxFiles<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let candidates: Vec<IdxCandidate> = entries
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .map(|name| {
            let header = data::peek_idx(open(&folder.join(&name)), &name);
            IdxCandidate { name, header }
        })
        .collect();
    let chosen = data::choose_idx(&candidates).expect("a whole set is there");
    let path = |place: usize| Ok::<_, ()>(folder.join(&candidates[place].name));
    chosen.try_map(path).expect("nothing can fail")
}

fn mnist(folder: &Path) -> Dataset {
    let file = |path: PathBuf| {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        Ok::<_, ()>(IdxFile { name, reader: open(&path) })
    };
    let files = idx_folder(folder).try_map(file).expect("nothing can fail");
    let spec = DataSpec::new(DataSource::Idx(IdxSpec::of_folder("mnist")));
    data::idx(files, &spec, "MNIST", &Limits::default(), &mut go_on).expect("as published")
}

#[test]
fn mnist_is_what_was_published() {
    let Some(folder) = real_data("mnist_is_what_was_published") else { return };
    let folder = folder.join("mnist");
    // CRC-32 of the unpacked files whose md5 sums are the published ones (f68b3c2d…, d53e105e…,
    // 9fb629c4…, ec29112d…).
    for (file, crc) in [
        ("train-images-idx3-ubyte.gz", 0xe9f4_d8b3),
        ("train-labels-idx1-ubyte.gz", 0xe0cb_4ad2),
        ("t10k-images-idx3-ubyte.gz", 0x9137_3bdf),
        ("t10k-labels-idx1-ubyte.gz", 0x4ab9_eff9),
    ] {
        let mut unpacked =
            flate2::CrcReader::new(flate2::read::GzDecoder::new(open(&folder.join(file))));
        std::io::copy(&mut unpacked, &mut std::io::sink()).expect("the file is whole");
        assert_eq!(unpacked.crc().sum(), crc, "{file}");
    }
    let data = mnist(&folder);
    assert_eq!(data.shape, SampleShape(vec![1, 28, 28]));
    assert_eq!(data.task, Task::Classification { classes: 10 });
    assert_eq!((data.train.rows(), data.test.rows()), (60_000, 10_000));
    let first = |part: &data::Labelled| (0..10).filter_map(|row| part.targets.class(row)).collect();
    let (train, test): (Vec<_>, Vec<_>) = (first(&data.train), first(&data.test));
    assert_eq!(train, [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert_eq!(test, [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    let sizes = [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958];
    assert_eq!(class_sizes(&data), sizes);
    // Sums of the pixel bytes, counted apart from this code.
    for (part, row, wanted) in
        [(&data.train, 0, 27_525), (&data.train, 59_999, 20_920), (&data.test, 0, 18_454)]
    {
        let pixels = part.features.row(row);
        let bytes = pixels.iter().map(|&pixel| (pixel * 255.0).round() as u32);
        assert_eq!(bytes.sum::<u32>(), wanted, "row {row}");
    }
    let all = data.train.features.table().expect("in memory").data();
    assert!(all.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
    let bytes: u64 = all.iter().map(|&pixel| (pixel * 255.0).round() as u64).sum();
    assert_eq!(bytes, 1_567_298_545);
}

fn listed(folder: &Path, below: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(below).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        match path.is_dir() {
            true => listed(folder, &path, all),
            false => all.push(path.strip_prefix(folder).expect("below it").to_owned()),
        }
    }
}

fn pictures(folder: &Path, transforms: Vec<Transform>, limits: &Limits) -> Dataset {
    let mut all = Vec::new();
    listed(folder, folder, &mut all);
    let entry = |path: &PathBuf| PictureEntry {
        name: path.to_string_lossy().replace('\\', "/"),
        bytes: std::fs::metadata(folder.join(path)).expect("it is there").len(),
    };
    let entries = all.iter().map(entry).collect();
    let folder = folder.to_owned();
    let read = Arc::new(move |place: usize| std::fs::read(folder.join(&all[place])));
    let source = DataSource::Images(ImagesSpec { folder: "pictures".into() });
    let spec = DataSpec { transforms, ..DataSpec::new(source) };
    data::pictures(entries, read, &spec, "pictures", limits, &mut go_on).expect("two classes")
}

#[test]
fn real_folders_are_what_they_hold() {
    let Some(folder) = real_data("real_folders_are_what_they_hold") else { return };
    let folder = folder.join("images");
    let expected: [(&str, [usize; 3], usize, usize); 2] =
        [("vehicles64", [3, 64, 64], 2, 200), ("mnist_png", [1, 28, 28], 10, 400)];
    for (name, shape, classes, files) in expected {
        let data = pictures(&folder.join(name), Vec::new(), &Limits::default());
        assert_eq!(data.shape.0, shape, "{name}");
        assert_eq!(data.task, Task::Classification { classes }, "{name}");
        assert_eq!(data.train.rows() + data.test.rows(), files, "{name}: {:?}", data.steps);
        assert!(data.notes.iter().all(|note| !note.warning), "{name}: {:?}", data.notes);
        assert!(data.originals.as_ref().is_some_and(|all| all.len() == 24), "{name}");
    }
}

#[test]
fn a_real_folder_is_equal_streamed_or_not() {
    let Some(folder) = real_data("a_real_folder_is_equal_streamed_or_not") else { return };
    let folder = folder.join("images/vehicles64");
    let steps = || {
        vec![
            Transform::Resize { width: 24, height: 20 },
            Transform::Flip { probability: Finite::lit(0.5) },
            Transform::Normalise(Normalise::Computed),
        ]
    };
    let whole = pictures(&folder, steps(), &Limits::default());
    let small = Limits { cache_bytes: 100_000, ..Limits::default() };
    let streamed = pictures(&folder, steps(), &small);
    assert!(whole.train.features.table().is_some() && streamed.train.features.table().is_none());
    assert_eq!(DataHash::of(&whole), DataHash::of(&streamed));
}
