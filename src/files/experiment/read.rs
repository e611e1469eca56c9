use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::data::DataHash;
use crate::files::error::FileError;
use crate::spec::{ExperimentSpec, MAX_RUNS, RunSpec};

use super::fields::{Field, Section};
use super::read_data::read_data;
use super::read_model::read_model;
use super::read_train::{TRAIN_KEYS, read_train};
use super::{FORMAT_VERSION, Saved};

/// Digits of a hash of data.
const HASH_DIGITS: usize = 32;

const ROOT_KEYS: [&str; 6] = ["descent", "name", "seed", "data-hash", "data", "runs"];
const MODEL_KEYS: [&str; 3] = ["name", "layers", "output"];

/// Reads an experiment file of this or an earlier version of the format.
///
/// # Errors
/// The first thing that is not as it should be: its line and column, what it is, and what would
/// be right. Unknown keys are refused with the known one that was probably meant.
pub fn from_toml(text: &str) -> Result<Saved, FileError> {
    let root = DeTable::parse(text).map_err(|error| syntax_error(text, &error))?;
    let version = read_version(text, root.get_ref())?;
    let root = Section::root(text, root.get_ref()).with_keys(&ROOT_KEYS)?;
    let data = read_data(&root.need("data")?, version)?;
    let runs = root.need("runs")?.list("run", 1, MAX_RUNS)?;
    let spec = ExperimentSpec {
        name: root.need("name")?.string()?,
        data,
        runs: runs.iter().map(read_run).collect::<Result<_, _>>()?,
        seed: read_seed(&root)?,
    };
    Ok(Saved { spec, data_hash: root.get("data-hash").map(|hash| read_hash(&hash)).transpose()? })
}

fn read_hash(field: &Field<'_>) -> Result<DataHash, FileError> {
    let text = field.string()?;
    let digits = text.len() == HASH_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = text.parse().ok().filter(|_| digits);
    hash.ok_or_else(|| field.wrong(format!("takes {HASH_DIGITS} hexadecimal digits.")))
}

fn syntax_error(text: &str, error: &toml::de::Error) -> FileError {
    let byte = error.span().map_or(text.len(), |span| span.start);
    let detail = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    FileError::at(text, byte, format!("This is not valid TOML: {detail}."))
}

/// Comes before everything else, since a newer file may hold anything.
fn read_version(text: &str, root: &DeTable<'_>) -> Result<u64, FileError> {
    let Some(value) = root.get("descent") else {
        let message = format!(
            "This is no experiment of Descent: the line “descent = {FORMAT_VERSION}” is missing."
        );
        return Err(FileError::new(message));
    };
    let byte = value.span().start;
    match version_number(value) {
        Some(known @ 1..=FORMAT_VERSION) => Ok(known),
        Some(newer) => {
            let message = format!(
                "This file has format {newer} and was made by a newer Descent; this one reads \
                 up to format {FORMAT_VERSION}. Please update Descent."
            );
            Err(FileError::at(text, byte, message))
        }
        None => {
            let message = format!("“descent” is the number of the format, {FORMAT_VERSION}.");
            Err(FileError::at(text, byte, message))
        }
    }
}

fn version_number(value: &Spanned<DeValue<'_>>) -> Option<u64> {
    let number = value.get_ref().as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok().filter(|&number| number > 0)
}

pub(super) fn read_seed(section: &Section<'_>) -> Result<u64, FileError> {
    section.get("seed").map_or(Ok(0), |seed| seed.whole(0, u64::MAX))
}

fn read_run(field: &Field<'_>) -> Result<RunSpec, FileError> {
    let section = field.section(&[&MODEL_KEYS[..], &TRAIN_KEYS].concat())?;
    Ok(RunSpec {
        name: section.need("name")?.string()?,
        model: read_model(&section)?,
        train: read_train(&section)?,
    })
}

pub(super) fn optional_choice<T: Copy>(
    section: &Section<'_>,
    key: &'static str,
    all: &[T],
    word: impl Fn(T) -> &'static str,
) -> Result<Option<T>, FileError> {
    section.get(key).map(|field| field.choice(all, word)).transpose()
}
