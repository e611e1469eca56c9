use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use super::tell::{CHUNK, counted, invalid, listed, read_chunk, report, within};
use super::{DataError, Dataset, Labelled, Progress, Targets};
use crate::base::Matrix;
use crate::spec::{SampleShape, Task};

/// Most bytes of values that one IDX file may hold when it is unpacked.
const MAX_VALUE_BYTES: usize = 1 << 30;
/// Most axes of one IDX file.
const MAX_DIMENSIONS: usize = 8;
/// First bytes of a gzip file.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Images whose pixels are turned into `f32` between two reports of progress.
const IMAGES_PER_REPORT: usize = 2048;

/// The contents of one IDX file.
#[derive(Clone, Debug, PartialEq)]
pub struct Idx {
    /// Length of each axis; none is zero.
    pub dims: Vec<usize>,
    /// All values, the last axis running fastest.
    pub values: IdxValues,
}

/// Values of an IDX file in the type the file has them.
#[derive(Clone, Debug, PartialEq)]
pub enum IdxValues {
    /// Unsigned bytes: type 0x08.
    U8(Vec<u8>),
    /// Signed bytes: type 0x09.
    I8(Vec<i8>),
    /// Two-byte integers: type 0x0B.
    I16(Vec<i16>),
    /// Four-byte integers: type 0x0C.
    I32(Vec<i32>),
    /// Four-byte floats: type 0x0D.
    F32(Vec<f32>),
    /// Eight-byte floats: type 0x0E.
    F64(Vec<f64>),
}

impl IdxValues {
    /// Name of the type, as Rust writes it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::U8(_) => "u8",
            Self::I8(_) => "i8",
            Self::I16(_) => "i16",
            Self::I32(_) => "i32",
            Self::F32(_) => "f32",
            Self::F64(_) => "f64",
        }
    }
}

/// Type of the values as the third byte of the file has it.
#[derive(Clone, Copy)]
enum Kind {
    U8,
    I8,
    I16,
    I32,
    F32,
    F64,
}

impl Kind {
    fn of(code: u8) -> Option<Self> {
        match code {
            0x08 => Some(Self::U8),
            0x09 => Some(Self::I8),
            0x0b => Some(Self::I16),
            0x0c => Some(Self::I32),
            0x0d => Some(Self::F32),
            0x0e => Some(Self::F64),
            _ => None,
        }
    }

    fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    fn decode(self, bytes: Vec<u8>) -> IdxValues {
        match self {
            Self::U8 => IdxValues::U8(bytes),
            Self::I8 => IdxValues::I8(bytes.into_iter().map(u8::cast_signed).collect()),
            Self::I16 => IdxValues::I16(big_endian(&bytes, i16::from_be_bytes)),
            Self::I32 => IdxValues::I32(big_endian(&bytes, i32::from_be_bytes)),
            Self::F32 => IdxValues::F32(big_endian(&bytes, f32::from_be_bytes)),
            Self::F64 => IdxValues::F64(big_endian(&bytes, f64::from_be_bytes)),
        }
    }
}

fn big_endian<T, const N: usize>(bytes: &[u8], value: fn([u8; N]) -> T) -> Vec<T> {
    let (whole, _) = bytes.as_chunks::<N>();
    whole.iter().map(|&chunk| value(chunk)).collect()
}

/// Reads one IDX file, packed with gzip or not. Memory grows with what the file holds, never with
/// what its header declares.
///
/// `what` names the file in messages.
///
/// # Errors
/// When the file is not IDX, is damaged, is shorter or longer than its header declares, is above
/// the limits (1 GiB of values, 8 axes), cannot be read, or `progress` says stop.
pub fn read_idx(
    mut reader: impl Read,
    what: &str,
    progress: Progress<'_>,
) -> Result<Idx, DataError> {
    report(progress, 0.0)?;
    let mut first = [0; 2];
    let got = fill(&mut reader, &mut first).map_err(|error| unreadable(&error, what))?;
    let whole = first[..got].chain(reader);
    if first == GZIP_MAGIC {
        let mut source = Source { reader: &mut MultiGzDecoder::new(whole), what, packed: true };
        source.idx(progress)
    } else {
        let mut whole = whole;
        Source { reader: &mut whole, what, packed: false }.idx(progress)
    }
}

/// Fills `target` as far as the reader goes and answers how far that was.
fn fill(reader: &mut dyn Read, target: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < target.len() {
        match read_chunk(reader, &mut target[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

fn unreadable(error: &io::Error, what: &str) -> DataError {
    DataError::Io(format!("Reading {what} failed: {error}."))
}

/// The unpacked bytes of one IDX file.
struct Source<'a> {
    reader: &'a mut dyn Read,
    what: &'a str,
    packed: bool,
}

impl Source<'_> {
    fn idx(&mut self, progress: Progress<'_>) -> Result<Idx, DataError> {
        let (kind, dims) = self.header()?;
        let declared = self.declared(kind, &dims)?;
        let bytes = self.values(declared, progress)?;
        self.end(declared)?;
        report(progress, 1.0)?;
        Ok(Idx { dims, values: kind.decode(bytes) })
    }

    fn fill(&mut self, target: &mut [u8]) -> Result<usize, DataError> {
        fill(self.reader, target).map_err(|error| self.failure(&error))
    }

    /// Damaged gzip data come as errors of the reader, but are the fault of the bytes.
    fn failure(&self, error: &io::Error) -> DataError {
        use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        match error.kind() {
            InvalidData | InvalidInput | UnexpectedEof if self.packed => {
                DataError::Invalid(format!(
                    "The gzip data of {} are damaged or cut off ({error}). Fetch the file again.",
                    self.what
                ))
            }
            _ => unreadable(error, self.what),
        }
    }

    fn header(&mut self) -> Result<(Kind, Vec<usize>), DataError> {
        let what = self.what;
        let mut magic = [0; 4];
        let got = self.fill(&mut magic)?;
        if got == 0 {
            return invalid(format!("The file of {what} is empty."));
        }
        if got < 4 {
            return invalid(format!("The file of {what} ends at byte {got}, inside its header."));
        }
        if magic[..2] != [0, 0] {
            return invalid(format!(
                "The file of {what} is not an IDX file: it begins with {:02x} {:02x}, not 00 00.",
                magic[0], magic[1]
            ));
        }
        let Some(kind) = Kind::of(magic[2]) else {
            return invalid(format!(
                "The file of {what} is not an IDX file: byte 2 names the value type {:02x}, which \
                 does not exist.",
                magic[2]
            ));
        };
        Ok((kind, self.dimensions(usize::from(magic[3]))?))
    }

    fn dimensions(&mut self, count: usize) -> Result<Vec<usize>, DataError> {
        let what = self.what;
        if !(1..=MAX_DIMENSIONS).contains(&count) {
            return invalid(format!(
                "The file of {what} declares {} (byte 3); 1 to {MAX_DIMENSIONS} are possible.",
                counted(count, "dimension")
            ));
        }
        let mut dims = Vec::with_capacity(count);
        for axis in 0..count {
            let mut side = [0; 4];
            let got = self.fill(&mut side)?;
            let at = 4 + 4 * axis;
            if got < 4 {
                return invalid(format!(
                    "The file of {what} ends at byte {}, inside its header.",
                    at + got
                ));
            }
            let side = u32::from_be_bytes(side) as usize;
            if side == 0 {
                return invalid(format!(
                    "The file of {what} declares length 0 for dimension {} (byte {at}), so it \
                     holds nothing.",
                    axis + 1
                ));
            }
            dims.push(side);
        }
        Ok(dims)
    }

    fn declared(&self, kind: Kind, dims: &[usize]) -> Result<usize, DataError> {
        let bytes = dims.iter().try_fold(kind.bytes(), |product, &side| product.checked_mul(side));
        match bytes {
            Some(bytes) if bytes <= MAX_VALUE_BYTES => Ok(bytes),
            _ => invalid(format!(
                "The header of {} declares {} values, more than the {} MiB that can be loaded. \
                 The file is damaged or too large.",
                self.what,
                SampleShape(dims.to_vec()),
                MAX_VALUE_BYTES >> 20
            )),
        }
    }

    fn values(&mut self, declared: usize, progress: Progress<'_>) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        let mut chunk = vec![0; CHUNK.min(declared)];
        while bytes.len() < declared {
            let wanted = chunk.len().min(declared - bytes.len());
            let got = self.fill(&mut chunk[..wanted])?;
            bytes.extend_from_slice(&chunk[..got]);
            if got < wanted {
                return invalid(format!(
                    "The file of {} is cut off: its header declares {declared} bytes of values, \
                     but it holds {}. Fetch it again.",
                    self.what,
                    bytes.len()
                ));
            }
            report(progress, bytes.len() as f32 / declared as f32)?;
        }
        Ok(bytes)
    }

    fn end(&mut self, declared: usize) -> Result<(), DataError> {
        if self.fill(&mut [0])? == 0 {
            Ok(())
        } else {
            invalid(format!(
                "The file of {} goes on after the {} of values that its header declares. It is \
                 damaged or of another kind.",
                self.what,
                counted(declared, "byte")
            ))
        }
    }
}

/// The four files of a dataset in the form of MNIST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxFiles<T> {
    /// Images of the training part.
    pub train_images: T,
    /// Labels of the training part.
    pub train_labels: T,
    /// Images of the test part.
    pub test_images: T,
    /// Labels of the test part.
    pub test_labels: T,
}

/// Finds the four files of a dataset in the form of MNIST among the names in a folder: each
/// `train-` or `t10k-` (or `test-`), `images` or `labels`, `-idx3-ubyte` or `.idx3-ubyte` (`idx1`
/// for labels), and perhaps `.gz`; in capitals or not. An unpacked file is preferred.
///
/// # Errors
/// When one is missing; the sentence names exactly those that are.
pub fn pick_idx_files<S: AsRef<str>>(names: &[S]) -> Result<IdxFiles<String>, DataError> {
    let mut missing = Vec::new();
    let mut find = |parts: &[&str], content: &str| {
        let found = find_file(names, parts, content);
        if found.is_none() {
            missing.push(format!("{}-{content}-ubyte", parts[0]));
        }
        found.unwrap_or_default()
    };
    let files = IdxFiles {
        train_images: find(&["train"], "images-idx3"),
        train_labels: find(&["train"], "labels-idx1"),
        test_images: find(&["t10k", "test"], "images-idx3"),
        test_labels: find(&["t10k", "test"], "labels-idx1"),
    };
    if missing.is_empty() {
        return Ok(files);
    }
    let verb = if missing.len() == 1 { "is" } else { "are" };
    invalid(format!(
        "The folder lacks {} of the four files of MNIST. {} {verb} missing (with or without .gz).",
        missing.len(),
        listed(missing, 4)
    ))
}

fn find_file<S: AsRef<str>>(names: &[S], parts: &[&str], content: &str) -> Option<String> {
    let dotted = content.replacen('-', ".", 1);
    for ending in ["", ".gz"] {
        for part in parts {
            for content in [content, &dotted] {
                let wanted = format!("{part}-{content}-ubyte{ending}");
                let mut all = names.iter().map(AsRef::as_ref);
                if let Some(found) = all.find(|name| name.eq_ignore_ascii_case(&wanted)) {
                    return Some(found.to_owned());
                }
            }
        }
    }
    None
}

/// Reads a dataset in the form of MNIST: samples `[1, height, width]` with pixels in 0 to 1
/// (byte / 255), classes named by their number, the test part as the files have it.
///
/// # Errors
/// As [`read_idx`]; when images and labels do not fit together; when files seem to be swapped.
pub fn mnist<R: Read>(
    files: IdxFiles<R>,
    name: &str,
    progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    let (images, labels) = (files.train_images, files.train_labels);
    let train = read_part(images, labels, "training", &mut within(progress, 0.0, 0.55))?;
    let (images, labels) = (files.test_images, files.test_labels);
    let test = read_part(images, labels, "test", &mut within(progress, 0.55, 0.65))?;
    check_counts(&train, &test)?;
    let (height, width) = (train.images.height, train.images.width);
    if (height, width) != (test.images.height, test.images.width) {
        return invalid(format!(
            "The training images are {height} × {width} pixels, but the test images are {} × {}. \
             Are all files of the same dataset?",
            test.images.height, test.images.width
        ));
    }
    let classes = train.labels.iter().chain(&test.labels).max().map_or(0, |&most| most + 1);
    if classes < 2 {
        return invalid("All labels are 0, so there is nothing to tell apart.");
    }
    let train = train.labelled(&mut within(progress, 0.65, 0.95))?;
    let test = test.labelled(&mut within(progress, 0.95, 1.0))?;
    let (shape, task) =
        (vec![1, height, width], Task::Classification { classes: classes as usize });
    Ok(Dataset::new(name, SampleShape(shape), task, train, test))
}

/// Grey images as their file has them.
struct Images {
    count: usize,
    height: usize,
    width: usize,
    pixels: Vec<u8>,
}

struct Part {
    images: Images,
    labels: Vec<u32>,
}

impl Part {
    fn labelled(self, progress: Progress<'_>) -> Result<Labelled, DataError> {
        let size = self.images.height * self.images.width;
        let mut features = Matrix::zeros(self.images.count, size);
        let block = size * IMAGES_PER_REPORT;
        let blocks = features.data_mut().chunks_mut(block).zip(self.images.pixels.chunks(block));
        for (index, (values, pixels)) in blocks.enumerate() {
            let done = index * IMAGES_PER_REPORT;
            report(progress, done as f32 / self.images.count as f32)?;
            for (value, &pixel) in values.iter_mut().zip(pixels) {
                *value = f32::from(pixel) / 255.0;
            }
        }
        report(progress, 1.0)?;
        Ok(Labelled::new(features, Targets::Classes(self.labels)))
    }
}

/// Reads the two files of the part called `name`.
fn read_part<R: Read>(
    images: R,
    labels: R,
    name: &str,
    progress: Progress<'_>,
) -> Result<Part, DataError> {
    let images =
        read_images(images, &format!("the {name} images"), &mut within(progress, 0.0, 0.9))?;
    let labels =
        read_labels(labels, &format!("the {name} labels"), &mut within(progress, 0.9, 1.0))?;
    Ok(Part { images, labels })
}

fn read_images(reader: impl Read, what: &str, progress: Progress<'_>) -> Result<Images, DataError> {
    let (dims, pixels) = read_bytes(reader, what, progress)?;
    match dims[..] {
        [count, height, width] => Ok(Images { count, height, width, pixels }),
        [_] => invalid(format!(
            "The file given as {what} holds labels (one dimension). Were the files swapped?"
        )),
        _ => invalid(format!(
            "The file given as {what} has {} dimensions; grey images have 3 (count, height, \
             width).",
            dims.len()
        )),
    }
}

fn read_labels(
    reader: impl Read,
    what: &str,
    progress: Progress<'_>,
) -> Result<Vec<u32>, DataError> {
    let (dims, labels) = read_bytes(reader, what, progress)?;
    match dims[..] {
        [_] => Ok(labels.into_iter().map(u32::from).collect()),
        [_, _, _] => invalid(format!(
            "The file given as {what} holds images (3 dimensions). Were the files swapped?"
        )),
        _ => invalid(format!(
            "The file given as {what} has {} dimensions; labels have one.",
            dims.len()
        )),
    }
}

fn read_bytes(
    reader: impl Read,
    what: &str,
    progress: Progress<'_>,
) -> Result<(Vec<usize>, Vec<u8>), DataError> {
    let Idx { dims, values } = read_idx(reader, what, progress)?;
    match values {
        IdxValues::U8(bytes) => Ok((dims, bytes)),
        other => invalid(format!(
            "The file given as {what} holds values of type {}; images and labels in the form of \
             MNIST are bytes (u8).",
            other.type_name()
        )),
    }
}

fn check_counts(train: &Part, test: &Part) -> Result<(), DataError> {
    for (part, name) in [(train, "training"), (test, "test")] {
        let (images, labels) = (part.images.count, part.labels.len());
        if images != labels {
            let crossed =
                train.images.count == test.labels.len() && test.images.count == train.labels.len();
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
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::ops::ControlFlow;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

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
        read_idx(bytes, "the test images", &mut go_on)
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
            let error = read_idx(reader, "the test images", &mut go_on).expect_err("broken");
            assert!(matches!(&error, DataError::Io(text) if text.contains("the disk is gone")));
        }
    }

    fn four() -> IdxFiles<Vec<u8>> {
        IdxFiles {
            train_images: file(8, &[3, 1, 2], &[0, 255, 51, 102, 1, 2]),
            train_labels: file(8, &[3], &[0, 1, 2]),
            test_images: packed(&file(8, &[2, 1, 2], &[255, 0, 3, 4])),
            test_labels: packed(&file(8, &[2], &[1, 3])),
        }
    }

    fn load(files: &IdxFiles<Vec<u8>>) -> Result<Dataset, DataError> {
        let files = IdxFiles {
            train_images: files.train_images.as_slice(),
            train_labels: files.train_labels.as_slice(),
            test_images: files.test_images.as_slice(),
            test_labels: files.test_labels.as_slice(),
        };
        mnist(files, "small", &mut go_on)
    }

    #[test]
    fn four_files_make_a_dataset() {
        let data = load(&four()).expect("the files fit together");
        assert_eq!(data.shape, SampleShape(vec![1, 1, 2]));
        assert_eq!(data.task, Task::Classification { classes: 4 });
        assert_eq!(data.class_names, ["0", "1", "2", "3"]);
        assert_eq!(
            data.train.features.table().expect("in memory").data()[..4],
            [0.0, 1.0, 0.2, 0.4]
        );
        assert_eq!(data.test.targets, Targets::Classes(vec![1, 3]));
        assert!(data.is_image());
    }

    #[test]
    fn files_that_do_not_fit_together_are_refused() {
        let cases = [
            (
                IdxFiles { test_labels: four().test_images, ..four() },
                "test labels holds images (3 dimensions). Were the files swapped?",
            ),
            (
                IdxFiles { train_images: four().train_labels, ..four() },
                "training images holds labels (one dimension). Were the files swapped?",
            ),
            (
                IdxFiles {
                    train_labels: four().test_labels,
                    test_labels: four().train_labels,
                    ..four()
                },
                "3 images and 2 labels in the training part. The other part fits",
            ),
            (
                IdxFiles { test_labels: file(8, &[1], &[0]), ..four() },
                "2 images and 1 label in the test part. Are all files",
            ),
            (
                IdxFiles { test_images: file(8, &[2, 2, 1], &[0; 4]), ..four() },
                "training images are 1 × 2 pixels, but the test images are 2 × 1",
            ),
            (
                IdxFiles { train_images: file(8, &[3, 2], &[0; 6]), ..four() },
                "has 2 dimensions; grey images have 3",
            ),
            (IdxFiles { train_labels: file(0x0b, &[3], &[0; 6]), ..four() }, "type i16"),
            (
                IdxFiles {
                    train_labels: file(8, &[3], &[0; 3]),
                    test_labels: file(8, &[2], &[0; 2]),
                    ..four()
                },
                "All labels are 0",
            ),
        ];
        for (files, wanted) in cases {
            let message = load(&files).expect_err(wanted).to_string();
            assert!(message.contains(wanted), "{message}");
        }
    }

    #[test]
    fn progress_rises_to_one_and_can_stop_at_any_report() {
        let files = four();
        let readers = || IdxFiles {
            train_images: files.train_images.as_slice(),
            train_labels: files.train_labels.as_slice(),
            test_images: files.test_images.as_slice(),
            test_labels: files.test_labels.as_slice(),
        };
        let mut seen = Vec::new();
        let all = mnist(readers(), "small", &mut |share| {
            seen.push(share);
            ControlFlow::Continue(())
        });
        assert!(all.is_ok() && seen.is_sorted() && seen.last() == Some(&1.0), "{seen:?}");
        for stop in 0..seen.len() {
            let mut reports = 0;
            let stopped = mnist(readers(), "small", &mut |_| {
                reports += 1;
                if reports > stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            assert_eq!(stopped, Err(DataError::Cancelled));
        }
    }

    #[test]
    fn the_four_files_are_picked_by_name() {
        let names = [
            "readme.txt",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
            "Train-Images.idx3-ubyte",
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte",
        ];
        let picked = pick_idx_files(&names).expect("all four are there");
        assert_eq!(picked.train_images, "Train-Images.idx3-ubyte");
        assert_eq!(picked.train_labels, "train-labels-idx1-ubyte");
        assert_eq!(picked.test_images, "t10k-images-idx3-ubyte.gz");
        let renamed = names.map(|name| name.replace("t10k", "test"));
        assert!(pick_idx_files(&renamed).is_ok());
        let message = pick_idx_files(&names[3..]).expect_err("two are missing").to_string();
        assert!(
            message.contains("lacks 2")
                && message.contains("t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte are missing"),
            "{message}"
        );
        assert!(pick_idx_files::<&str>(&[]).expect_err("none").to_string().contains("lacks 4"));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            let _ = read(&packed(&bytes));
            let _ = read(&[GZIP_MAGIC.as_slice(), &bytes].concat());
        }

        #[test]
        fn arbitrary_values_after_a_header_never_panic(
            kind in 0x08_u8..0x0f, dims in prop::collection::vec(0_u32..5, 0..4),
            values in prop::collection::vec(any::<u8>(), 0..100),
        ) {
            if let Ok(idx) = read(&file(kind, &dims, &values)) {
                prop_assert_eq!(idx.dims.len(), dims.len());
            }
        }
    }
}
