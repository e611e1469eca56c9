use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use crate::data::tell::{CHUNK, counted, invalid, megabytes, read_chunk, report};
use crate::data::{DataError, Progress};
use crate::spec::SampleShape;

/// Most axes of one IDX file.
const MAX_DIMENSIONS: usize = 8;
/// First bytes of a gzip file.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// What the first bytes of an IDX file say of the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxHeader {
    /// Type of the values.
    pub dtype: IdxType,
    /// Length of each axis; none is zero.
    pub dims: Vec<usize>,
}

/// Type of the values of an IDX file: its third byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdxType {
    /// Unsigned bytes: 0x08.
    U8,
    /// Signed bytes: 0x09.
    I8,
    /// Two-byte integers: 0x0B.
    I16,
    /// Four-byte integers: 0x0C.
    I32,
    /// Four-byte floats: 0x0D.
    F32,
    /// Eight-byte floats: 0x0E.
    F64,
}

impl IdxType {
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

    /// Bytes of one value.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// Name of the type, as Rust writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }
}

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
    /// [`IdxType::U8`].
    U8(Vec<u8>),
    /// [`IdxType::I8`].
    I8(Vec<i8>),
    /// [`IdxType::I16`].
    I16(Vec<i16>),
    /// [`IdxType::I32`].
    I32(Vec<i32>),
    /// [`IdxType::F32`].
    F32(Vec<f32>),
    /// [`IdxType::F64`].
    F64(Vec<f64>),
}

impl IdxValues {
    fn decode(dtype: IdxType, bytes: Vec<u8>) -> Self {
        match dtype {
            IdxType::U8 => Self::U8(bytes),
            IdxType::I8 => Self::I8(bytes.into_iter().map(u8::cast_signed).collect()),
            IdxType::I16 => Self::I16(big_endian(&bytes, i16::from_be_bytes)),
            IdxType::I32 => Self::I32(big_endian(&bytes, i32::from_be_bytes)),
            IdxType::F32 => Self::F32(big_endian(&bytes, f32::from_be_bytes)),
            IdxType::F64 => Self::F64(big_endian(&bytes, f64::from_be_bytes)),
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
/// `what` names the file in messages; `limit` is how many bytes of values it may hold when it is
/// unpacked.
///
/// # Errors
/// When the file is not IDX, is damaged, is shorter or longer than its header declares, is above
/// the limits (those bytes, 8 axes), cannot be read, or `progress` says stop.
pub fn read_idx(
    reader: impl Read,
    what: &str,
    limit: usize,
    progress: Progress<'_>,
) -> Result<Idx, DataError> {
    report(progress, 0.0)?;
    unpacked(reader, what, |source| source.idx(limit, progress))
}

/// Reads the header of an IDX file, packed with gzip or not, and nothing beyond it.
///
/// `what` names the file in messages.
///
/// # Errors
/// When the file is not IDX, its header is damaged, or it cannot be read.
#[allow(
    clippy::redundant_closure_for_method_calls,
    reason = "the method by itself is not general over the lifetime of the source"
)]
pub fn peek_idx(reader: impl Read, what: &str) -> Result<IdxHeader, DataError> {
    unpacked(reader, what, header_of)
}

/// As a function of its own, for sources of every lifetime.
fn header_of(source: &mut Source<'_>) -> Result<IdxHeader, DataError> {
    source.header()
}

fn unpacked<T>(
    mut reader: impl Read,
    what: &str,
    read: impl FnOnce(&mut Source<'_>) -> Result<T, DataError>,
) -> Result<T, DataError> {
    let mut first = [0; 2];
    let got = fill(&mut reader, &mut first).map_err(|error| unreadable(&error, what))?;
    let mut whole = first[..got].chain(reader);
    if first == GZIP_MAGIC {
        read(&mut Source { reader: &mut MultiGzDecoder::new(whole), what, packed: true })
    } else {
        read(&mut Source { reader: &mut whole, what, packed: false })
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
    fn idx(&mut self, limit: usize, progress: Progress<'_>) -> Result<Idx, DataError> {
        let IdxHeader { dtype, dims } = self.header()?;
        let declared = self.declared(dtype, &dims, limit)?;
        let bytes = self.values(declared, progress)?;
        self.end(declared)?;
        report(progress, 1.0)?;
        Ok(Idx { dims, values: IdxValues::decode(dtype, bytes) })
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

    fn header(&mut self) -> Result<IdxHeader, DataError> {
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
        let Some(dtype) = IdxType::of(magic[2]) else {
            return invalid(format!(
                "The file of {what} is not an IDX file: byte 2 names the value type {:02x}, which \
                 does not exist.",
                magic[2]
            ));
        };
        Ok(IdxHeader { dtype, dims: self.dimensions(usize::from(magic[3]))? })
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

    fn declared(&self, dtype: IdxType, dims: &[usize], limit: usize) -> Result<usize, DataError> {
        let bytes = dims.iter().try_fold(dtype.bytes(), |product, &side| product.checked_mul(side));
        match bytes {
            Some(bytes) if bytes <= limit => Ok(bytes),
            _ => invalid(format!(
                "The header of {} declares {} values of type {}, more than the {} that can be \
                 loaded. The file is damaged, or the limit is to be raised.",
                self.what,
                SampleShape(dims.to_vec()),
                dtype.name(),
                megabytes(limit)
            )),
        }
    }

    fn values(&mut self, declared: usize, progress: Progress<'_>) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        while bytes.len() < declared {
            let before = bytes.len();
            bytes.resize(declared.min(before + CHUNK), 0);
            let got = self.fill(&mut bytes[before..])?;
            if before + got < bytes.len() {
                bytes.truncate(before + got);
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
