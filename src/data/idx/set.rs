use std::io::Read;

use super::convert::{Layout, samples};
use super::labels::{Codes, whole_numbers};
use super::{Idx, IdxFiles, IdxPart, IdxValues, read_idx};
use crate::base::Matrix;
use crate::data::split::{parts, split};
use crate::data::tell::{counted, invalid, listed, warning};
use crate::data::watch::{Watch, in_parallel};
use crate::data::{DataError, DataNote, Dataset, Labelled, Limits, Origin, Progress, Targets};
use crate::spec::{DataSpec, Task};

/// An IDX file that is open at its beginning.
#[derive(Debug)]
pub struct IdxFile<R> {
    /// Name of the file, for messages.
    pub name: String,
    /// Its bytes, packed with gzip or not.
    pub reader: R,
}

/// Reads a set of images in the form of MNIST.
///
/// Samples are `[channels, height, width]` (or `[features]`, where a file has two axes). Bytes
/// are divided by 255; values of other types stay as they are, and the steps say between which
/// bounds they lie. Labels need not be counted from zero: the classes are those that occur, in
/// ascending order, named as the file has them. A pair of files without a test part is split as
/// `spec` says; a validation part beside a test part of its own is left to
/// [`crate::data::hold_out_validation`], and the rest to [`crate::data::transform`] and
/// [`crate::data::scale`].
///
/// # Errors
/// As [`read_idx`]; when images and labels do not fit together; when files seem to be swapped; when
/// `progress` says stop.
pub fn idx<R: Read + Send>(
    files: IdxFiles<IdxFile<R>>,
    spec: &DataSpec,
    name: &str,
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    let names = Names::of(&files);
    let loaded = in_parallel(progress, |watch| {
        let raw = read_all(files, limits.idx_bytes, watch)?;
        Loaded::new(raw, &names, watch)
    })?;
    loaded.dataset(&names, spec, name)
}

/// Shares of the work that reading takes: images and labels of the training and the test part.
const READ: [(f64, f64); 2] = [(0.6, 0.02), (0.1, 0.01)];
/// Share of the work that turning the values into `f32` takes, for both parts together.
const CONVERT: f64 = 0.27;

/// Most classes that one note names.
const NAMED_CLASSES: usize = 12;

/// What each file is called in messages: `the training images (train-images-idx3-ubyte.gz)`.
struct Names {
    train: IdxPart<String>,
    test: Option<IdxPart<String>>,
}

impl Names {
    fn of<R>(files: &IdxFiles<IdxFile<R>>) -> Self {
        let part = |files: &IdxPart<IdxFile<R>>, part: &str| IdxPart {
            images: format!("the {part} images ({})", files.images.name),
            labels: format!("the {part} labels ({})", files.labels.name),
        };
        Self {
            train: part(&files.train, "training"),
            test: files.test.as_ref().map(|files| part(files, "test")),
        }
    }
}

/// A part as its files have it.
struct Raw {
    images: Idx,
    labels: Vec<i64>,
}

/// Reads both parts at once: unpacking takes most of the time, and cannot be divided further.
fn read_all<R: Read + Send>(
    files: IdxFiles<IdxFile<R>>,
    limit: usize,
    watch: &Watch,
) -> Result<(Raw, Option<Raw>), DataError> {
    let names = Names::of(&files);
    let (train, test) = rayon::join(
        || read_part(files.train, &names.train, limit, watch, READ[0]),
        || match (files.test, &names.test) {
            (Some(files), Some(names)) => read_part(files, names, limit, watch, READ[1]).map(Some),
            _ => Ok(None),
        },
    );
    Ok((train?, test?))
}

fn read_part<R: Read>(
    files: IdxPart<IdxFile<R>>,
    names: &IdxPart<String>,
    limit: usize,
    watch: &Watch,
    weights: (f64, f64),
) -> Result<Raw, DataError> {
    let labels = read_idx(files.labels.reader, &names.labels, limit, &mut watch.part(weights.1))?;
    let labels = whole_numbers(labels, &names.labels)?;
    let images = read_idx(files.images.reader, &names.images, limit, &mut watch.part(weights.0))?;
    Ok(Raw { images, labels })
}

/// All parts as a model takes them.
struct Loaded {
    layout: Layout,
    stored: String,
    train: (Matrix, Vec<i64>),
    test: Option<(Matrix, Vec<i64>)>,
}

impl Loaded {
    fn new(raw: (Raw, Option<Raw>), names: &Names, watch: &Watch) -> Result<Self, DataError> {
        let (train, test) = raw;
        let layout = Layout::of(&train.images.dims, &names.train.images)?;
        let other = match (&test, &names.test) {
            (Some(test), Some(names)) => Some(Layout::of(&test.images.dims, &names.images)?),
            _ => None,
        };
        check_counts(&train, test.as_ref())?;
        check_shapes(&layout, other.as_ref())?;
        let stored = stored(&train.images.values);
        let convert = |raw: Raw, layout: &Layout, what: &str, weight: f64| {
            let table = samples(&raw.images, layout, what, watch, CONVERT * weight)?;
            Ok::<_, DataError>((table, raw.labels))
        };
        let test = match (test, other, &names.test) {
            (Some(test), Some(layout), Some(names)) => {
                Some(convert(test, &layout, &names.images, 0.2)?)
            }
            _ => None,
        };
        let train = convert(train, &layout, &names.train.images, 0.8)?;
        Ok(Self { layout, stored, train, test })
    }

    fn dataset(self, names: &Names, spec: &DataSpec, name: &str) -> Result<Dataset, DataError> {
        let test_labels = self.test.as_ref().map_or(&[][..], |(_, labels)| labels);
        let codes = Codes::of(&[&self.train.1, test_labels])?;
        let mut steps = self.steps(names);
        steps.extend(codes.told());
        let labelled = |(table, labels): (Matrix, Vec<i64>)| Labelled {
            origin: Some(Origin::indices(labels.len())),
            ..Labelled::new(table, Targets::Classes(codes.code(&labels)))
        };
        let train = labelled(self.train);
        let (train, validation, test) = match self.test {
            Some(test) => {
                let mut test = labelled(test);
                test.origin = test.origin.map(Origin::of_test_file);
                (train, None, test)
            }
            None => {
                let found = split(&train.targets, &spec.split, spec.seed)?;
                steps.push(format!(
                    "{} held out for testing, {} for validation, {} left for training.",
                    counted(found.test.len(), "image"),
                    found.validation.len(),
                    found.train.len()
                ));
                parts(&train, &found)
            }
        };
        let notes =
            notes(&self.layout, &format!("{name} {}", names.train.images), &codes, &train, &test);
        let task = Task::Classification { classes: codes.classes() };
        let class_names = codes.names();
        let data = Dataset::new(name, self.layout.shape, task, train, test);
        Ok(Dataset { class_names, validation, steps, notes, ..data })
    }

    fn steps(&self, names: &Names) -> Vec<String> {
        let read = |(table, _): &(Matrix, Vec<i64>), what: &str| {
            format!("{} of {} read: {what}.", counted(table.rows(), "image"), self.layout.shape)
        };
        let mut steps = vec![read(&self.train, &names.train.images)];
        if let (Some(test), Some(names)) = (&self.test, &names.test) {
            steps.push(read(test, &names.images));
        }
        steps.push(self.stored.clone());
        if self.layout.channels_last {
            steps.push("Channels, last in the file, moved before height and width.".to_owned());
        }
        steps
    }
}

fn stored(values: &IdxValues) -> String {
    let (name, (low, high)) = match values {
        IdxValues::U8(_) => return "Pixels, bytes in the file, divided by 255.".to_owned(),
        IdxValues::I8(values) => ("i8", bounds(values.iter().map(|&value| f64::from(value)))),
        IdxValues::I16(values) => ("i16", bounds(values.iter().map(|&value| f64::from(value)))),
        IdxValues::I32(values) => ("i32", bounds(values.iter().map(|&value| f64::from(value)))),
        IdxValues::F32(values) => ("f32", bounds(values.iter().map(|&value| f64::from(value)))),
        IdxValues::F64(values) => ("f64", bounds(values.iter().copied())),
    };
    format!("Values of type {name} taken as they are, from {low} to {high} in the training part.")
}

fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

fn check_counts(train: &Raw, test: Option<&Raw>) -> Result<(), DataError> {
    for (part, name) in [(Some(train), "training"), (test, "test")] {
        let Some(part) = part else { continue };
        let (images, labels) = (part.images.dims[0], part.labels.len());
        if images == labels {
            continue;
        }
        let crossed = test.is_some_and(|test| {
            train.images.dims[0] == test.labels.len() && test.images.dims[0] == train.labels.len()
        });
        let advice = if crossed {
            "The other part fits: were the two files of labels swapped?"
        } else {
            "Are all files of the same dataset?"
        };
        return invalid(format!(
            "There are {} and {} in the {name} part. {advice}",
            counted(images, "image"),
            counted(labels, "label")
        ));
    }
    Ok(())
}

fn check_shapes(train: &Layout, test: Option<&Layout>) -> Result<(), DataError> {
    match test {
        Some(test) if test.shape != train.shape => invalid(format!(
            "The training images are {}, but the test images are {}. Are all files of the same \
             dataset?",
            train.shape, test.shape
        )),
        _ => Ok(()),
    }
}

fn notes(
    layout: &Layout,
    name: &str,
    codes: &Codes,
    train: &Labelled,
    test: &Labelled,
) -> Vec<DataNote> {
    let mut notes = Vec::new();
    if name.to_lowercase().contains("emnist") && layout.shape.0.len() == 3 {
        notes.push(warning(
            "EMNIST is published with the rows and columns of its images exchanged; they are \
             loaded as they are, so letters lie on their side."
                .to_owned(),
        ));
    }
    let names = codes.names();
    let seen = |part: &Labelled| {
        let mut seen = vec![false; names.len()];
        (0..part.rows()).filter_map(|row| part.targets.class(row)).for_each(|it| seen[it] = true);
        seen
    };
    let (train, test) = (seen(train), seen(test));
    let unseen = (0..names.len()).filter(|&class| test[class] && !train[class]);
    let unseen: Vec<String> = unseen.map(|class| names[class].clone()).collect();
    if !unseen.is_empty() {
        notes.push(warning(format!(
            "In the test part, but not in the training part, so that it cannot be learnt: class {}.",
            listed(unseen, NAMED_CLASSES)
        )));
    }
    notes
}
