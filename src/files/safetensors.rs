use std::collections::BTreeMap;
use std::io::{self, Write};

use ::safetensors::tensor::{Dtype, SafeTensorError, SafeTensors};
use serde::Serialize;

use crate::base::HostTensor;
use crate::record::{Checkpoint, NamedTensor};

use super::error::FileError;

/// Largest file of weights that is read: the largest network with room for names.
pub const MAX_WEIGHT_BYTES: usize = 512 << 20;
/// Most arrays in a file.
const MAX_TENSORS: usize = 10_000;
/// The header is padded with blanks to a multiple of this, so that values are aligned.
const ALIGNMENT: usize = 8;

/// What a file of weights holds.
#[derive(Clone, Debug, PartialEq)]
pub struct SafetensorsFile {
    /// The arrays, in the order of their bytes.
    pub tensors: Vec<NamedTensor>,
    /// Texts about them.
    pub metadata: BTreeMap<String, String>,
}

/// What the header says of one array.
#[derive(Serialize)]
struct Entry<'a> {
    dtype: &'static str,
    shape: &'a [usize],
    data_offsets: [usize; 2],
}

/// Writes trainable values and what layers remember beside them (running statistics) as
/// safetensors, under the names and in the layout of PyTorch's `state_dict`: as `F32`, counts of
/// batches as `I64`. Equal input gives equal bytes.
///
/// Values that are no finite numbers are written as they are, since the file should hold what
/// the network holds; the sentence that is then returned warns of them.
///
/// # Errors
/// When `out` fails.
pub fn write_safetensors(
    checkpoint: &Checkpoint,
    metadata: &BTreeMap<String, String>,
    out: &mut dyn Write,
) -> io::Result<Option<String>> {
    let tensors = in_order(checkpoint);
    let mut header = header(&tensors, metadata)?.into_bytes();
    header.resize(header.len().next_multiple_of(ALIGNMENT), b' ');
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
    for NamedTensor { name, tensor } in &tensors {
        match is_count(name) {
            true => write_counts(tensor.data(), out)?,
            false => write_values(tensor.data(), out)?,
        }
    }
    Ok(warning(&tensors))
}

/// Counts first: they are twice as wide, and every value must stand at a multiple of its width.
fn in_order(checkpoint: &Checkpoint) -> Vec<&NamedTensor> {
    let all = || checkpoint.parameters.iter().chain(&checkpoint.buffers);
    let counts = all().filter(|tensor| is_count(&tensor.name));
    counts.chain(all().filter(|tensor| !is_count(&tensor.name))).collect()
}

/// Whether PyTorch holds it as a whole number: how many batches a normalisation has seen.
fn is_count(name: &str) -> bool {
    name.rsplit('.').next() == Some("num_batches_tracked")
}

/// The header in JSON. It is put together here because the library keeps metadata in a hash map,
/// whose order differs from one time to the next.
fn header(
    tensors: &[&NamedTensor],
    metadata: &BTreeMap<String, String>,
) -> serde_json::Result<String> {
    let mut entries = vec![format!("\"__metadata__\":{}", serde_json::to_string(metadata)?)];
    let mut start = 0;
    for NamedTensor { name, tensor } in tensors {
        let (dtype, width) = if is_count(name) { ("I64", 8) } else { ("F32", 4) };
        let end = start + tensor.data().len() * width;
        let entry = Entry { dtype, shape: tensor.shape(), data_offsets: [start, end] };
        let (name, entry) = (serde_json::to_string(name)?, serde_json::to_string(&entry)?);
        entries.push(format!("{name}:{entry}"));
        start = end;
    }
    Ok(format!("{{{}}}", entries.join(",")))
}

/// Through a buffer of its own: one call of `out` for each value would be slow.
fn write_values(values: &[f32], out: &mut dyn Write) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(4096 * size_of::<f32>());
    for chunk in values.chunks(4096) {
        bytes.clear();
        bytes.extend(chunk.iter().flat_map(|value| value.to_le_bytes()));
        out.write_all(&bytes)?;
    }
    Ok(())
}

fn write_counts(values: &[f32], out: &mut dyn Write) -> io::Result<()> {
    values.iter().try_for_each(|&value| out.write_all(&(value as i64).to_le_bytes()))
}

fn warning(tensors: &[&NamedTensor]) -> Option<String> {
    let broken = tensors.iter().filter(|named| !named.tensor.is_finite());
    let broken: Vec<&str> = broken.map(|named| named.name.as_str()).collect();
    (!broken.is_empty()).then(|| {
        format!("These weights hold values that are not finite numbers: {}.", broken.join(", "))
    })
}

/// Reads a safetensors file of `F32` arrays. Counts of batches may be `I64`.
///
/// # Errors
/// When the file is cut off, damaged or too large, or holds another type of number.
pub fn read_safetensors(bytes: &[u8]) -> Result<SafetensorsFile, FileError> {
    if bytes.len() > MAX_WEIGHT_BYTES {
        let message = format!("The file is larger than {MAX_WEIGHT_BYTES} bytes.");
        return Err(FileError::new(message));
    }
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| damaged(&error))?;
    let file = SafeTensors::deserialize(bytes).map_err(|error| damaged(&error))?;
    if file.len() > MAX_TENSORS {
        let message = format!("The file holds {} arrays; {MAX_TENSORS} are the most.", file.len());
        return Err(FileError::new(message));
    }
    let names = header.offset_keys();
    let tensors =
        names.into_iter().map(|name| read_tensor(&file, name)).collect::<Result<_, _>>()?;
    let metadata = header.metadata().clone().unwrap_or_default().into_iter().collect();
    Ok(SafetensorsFile { tensors, metadata })
}

fn read_tensor(file: &SafeTensors<'_>, name: String) -> Result<NamedTensor, FileError> {
    let view = file.tensor(&name).map_err(|error| damaged(&error))?;
    let values = match view.dtype() {
        Dtype::F32 => {
            let (values, _) = view.data().as_chunks::<4>();
            values.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
        }
        Dtype::I64 if is_count(&name) => {
            let (values, _) = view.data().as_chunks::<8>();
            values.iter().map(|&bytes| i64::from_le_bytes(bytes) as f32).collect()
        }
        other => {
            let message = format!(
                "“{name}” holds numbers of type {other}; Descent reads F32 (`tensor.float()` in \
                 PyTorch)."
            );
            return Err(FileError::new(message));
        }
    };
    let tensor = HostTensor::new(view.shape().to_vec(), values)
        .map_err(|error| FileError::new(format!("“{name}” is damaged: {error}.")))?;
    Ok(NamedTensor { name, tensor })
}

fn damaged(error: &SafeTensorError) -> FileError {
    let message = match error {
        SafeTensorError::HeaderTooSmall | SafeTensorError::InvalidHeaderLength => {
            "The file is cut off within its header, or is no safetensors file.".into()
        }
        SafeTensorError::HeaderTooLarge => {
            "The header is too large, or this is no safetensors file.".into()
        }
        SafeTensorError::MetadataIncompleteBuffer => {
            "The file is cut off: it does not hold as many values as its header says.".into()
        }
        other => format!("The file is no valid safetensors file: {other}."),
    };
    FileError::new(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Position;
    use proptest::prelude::*;

    fn checkpoint(parameters: Vec<NamedTensor>) -> Checkpoint {
        let at = Position::default();
        Checkpoint { at, parameters, ..Checkpoint::default() }
    }

    fn tensor(name: &str, shape: &[usize], data: Vec<f32>) -> NamedTensor {
        let tensor = HostTensor::new(shape.to_vec(), data).expect("fits");
        NamedTensor { name: name.into(), tensor }
    }

    fn metadata() -> BTreeMap<String, String> {
        [("b", "2 “two”"), ("a", "1\n")].map(|(key, text)| (key.into(), text.into())).into()
    }

    fn bytes(parameters: &[NamedTensor]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_safetensors(&checkpoint(parameters.to_vec()), &metadata(), &mut bytes)
            .expect("written");
        bytes
    }

    fn small() -> Vec<NamedTensor> {
        vec![
            tensor("10.weight", &[2, 3], vec![1., -2., 3., 0.5, f32::MIN_POSITIVE, f32::MAX]),
            tensor("10.bias", &[2], vec![0.0, -0.0]),
            tensor("empty", &[0, 7], vec![]),
        ]
    }

    #[test]
    fn what_is_written_is_read_back_in_order() {
        let file = read_safetensors(&bytes(&small())).expect("reads");
        assert_eq!(file.tensors.iter().filter(|t| t.name != "empty").count(), 2);
        for written in small() {
            assert!(file.tensors.contains(&written), "{}", written.name);
        }
        assert_eq!(file.metadata, metadata());
    }

    #[test]
    fn running_statistics_come_along_and_counts_are_whole_numbers() {
        let buffers = vec![
            tensor("1.running_mean", &[3], vec![0.5, -1.0, 2.0]),
            tensor("1.num_batches_tracked", &[], vec![938.0]),
        ];
        let checkpoint = Checkpoint { buffers: buffers.clone(), ..checkpoint(small()) };
        let mut written = Vec::new();
        write_safetensors(&checkpoint, &metadata(), &mut written).expect("written");
        let text = String::from_utf8_lossy(&written);
        let count = r#""1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]}"#;
        assert!(text.contains(count), "{text}");
        let file = read_safetensors(&written).expect("reads");
        assert!(buffers.iter().chain(&small()).all(|tensor| file.tensors.contains(tensor)));
    }

    #[test]
    fn values_are_aligned_and_equal_input_gives_equal_bytes() {
        let written = bytes(&small());
        let header = u64::from_le_bytes(written[..8].try_into().expect("eight bytes"));
        assert_eq!(header % 8, 0);
        assert_eq!(written, bytes(&small()));
    }

    #[test]
    fn values_that_are_no_numbers_are_kept_and_warned_of() {
        let parameters = vec![tensor("0.bias", &[2], vec![f32::NAN, 1.0])];
        let mut written = Vec::new();
        let warning = write_safetensors(&checkpoint(parameters), &metadata(), &mut written);
        assert!(warning.expect("written").is_some_and(|text| text.contains("0.bias")));
        let file = read_safetensors(&written).expect("reads");
        assert!(file.tensors[0].tensor.data()[0].is_nan());
    }

    #[test]
    fn every_beginning_of_a_file_is_refused() {
        let whole = bytes(&small());
        for end in 0..whole.len() {
            let error = read_safetensors(&whole[..end]).expect_err("cut off");
            assert!(!error.message().is_empty());
        }
        let mut longer = whole;
        longer.push(0);
        assert!(read_safetensors(&longer).is_err());
    }

    #[test]
    fn another_type_of_number_is_named() {
        let text = br#"{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}  "#;
        let mut file = (text.len() as u64).to_le_bytes().to_vec();
        file.extend(text);
        file.extend([0; 8]);
        let error = read_safetensors(&file).expect_err("refused");
        assert!(error.message().contains("“w”") && error.message().contains("F64"), "{error}");
    }

    #[test]
    fn a_lying_header_is_refused_without_taking_memory() {
        for header in [
            r#"{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#,
            r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
            r#"{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
            "[]",
            "{",
        ] {
            let mut file = (header.len() as u64).to_le_bytes().to_vec();
            file.extend(header.as_bytes());
            file.extend([0; 8]);
            assert!(read_safetensors(&file).is_err(), "{header}");
        }
        assert!(read_safetensors(&u64::MAX.to_le_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn damaged_bytes_never_panic(at in 0_usize..400, byte: u8) {
            let mut file = bytes(&small());
            let at = at % file.len();
            file[at] = byte;
            let _ = read_safetensors(&file);
        }
    }
}
