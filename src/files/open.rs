use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::spec::{DataSource, ExperimentSpec};

use super::atomic::write_atomic;
use super::error::FileError;
use super::experiment::{from_toml, to_toml};

/// Largest experiment file that is read. A hand-written one has a few kilobytes.
pub const MAX_EXPERIMENT_BYTES: usize = 1 << 20;

/// Reads an experiment file. A relative path of its data is meant from the folder of the file.
///
/// # Errors
/// When the file cannot be read, is too large, is not text, or is no experiment
/// (see [`from_toml`]).
pub fn open_experiment(path: &Path) -> Result<ExperimentSpec, FileError> {
    let bytes = read_limited(path, MAX_EXPERIMENT_BYTES)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        FileError::new(format!("This is not a text file: byte {byte} is not UTF-8.")).in_file(path)
    })?;
    let mut spec = from_toml(&text).map_err(|error| error.in_file(path))?;
    move_data_path(&mut spec, |data| anchored(data, path));
    Ok(spec)
}

/// Writes an experiment file, as a whole or not at all. The path of data that lies beside the
/// file, or in a folder below, is written relative to it, so that both can be moved together.
///
/// # Errors
/// When the file cannot be written (see [`write_atomic`]).
pub fn save_experiment(path: &Path, spec: &ExperimentSpec) -> Result<(), FileError> {
    let mut spec = spec.clone();
    move_data_path(&mut spec, |data| relative(data, path));
    write_atomic(path, |out| out.write_all(to_toml(&spec).as_bytes()))
}

/// Reads a whole file that must not be larger than `limit` bytes.
///
/// # Errors
/// When it cannot be read or is larger.
pub fn read_limited(path: &Path, limit: usize) -> Result<Vec<u8>, FileError> {
    let failed = |error| FileError::io("The file cannot be read", &error, path);
    if path.is_dir() {
        return Err(FileError::new("This is a folder, not a file.").in_file(path));
    }
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > limit {
        let message = format!("The file is larger than {limit} bytes; that is the most.");
        return Err(FileError::new(message).in_file(path));
    }
    Ok(bytes)
}

fn move_data_path(spec: &mut ExperimentSpec, change: impl Fn(&Path) -> Option<PathBuf>) {
    let path = match &mut spec.data.source {
        DataSource::Csv(csv) => &mut csv.path,
        DataSource::Idx(idx) => &mut idx.folder,
        DataSource::Images(images) => &mut images.folder,
        DataSource::Toy(_) | DataSource::Points(_) | DataSource::Drawn(_) => return,
    };
    if path.is_empty() {
        return;
    }
    // A path that is no Unicode text cannot stand in a spec; then the old one stays.
    if let Some(Ok(moved)) =
        change(Path::new(path.as_str())).map(|new| new.into_os_string().into_string())
    {
        *path = moved;
    }
}

fn anchored(data: &Path, file: &Path) -> Option<PathBuf> {
    let folder = file.parent()?;
    data.is_relative().then(|| folder.join(data))
}

fn relative(data: &Path, file: &Path) -> Option<PathBuf> {
    let below = data.strip_prefix(file.parent()?).ok()?;
    (!below.as_os_str().is_empty()).then(|| below.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::preset;

    fn path_of(spec: &ExperimentSpec) -> &str {
        match &spec.data.source {
            DataSource::Csv(csv) => &csv.path,
            other => panic!("not a table: {other:?}"),
        }
    }

    fn with_path(path: &str) -> ExperimentSpec {
        let mut spec = preset("digits123").expect("built in");
        if let DataSource::Csv(csv) = &mut spec.data.source {
            csv.path = path.into();
        }
        spec
    }

    #[test]
    fn data_beside_the_file_moves_with_it() {
        let folder = tempfile::tempdir().expect("made");
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        std::fs::create_dir(&old).expect("made");
        let data = old.join("tables").join("digits.csv");
        let spec = with_path(data.to_str().expect("Unicode"));
        save_experiment(&old.join("a.toml"), &spec).expect("saved");
        assert_eq!(open_experiment(&old.join("a.toml")).expect("opens"), spec);
        std::fs::rename(&old, &new).expect("moved");
        let moved = open_experiment(&new.join("a.toml")).expect("opens");
        assert_eq!(Path::new(path_of(&moved)), new.join("tables").join("digits.csv"));
    }

    #[test]
    fn data_elsewhere_and_data_not_named_stay() {
        let folder = tempfile::tempdir().expect("made");
        for path in ["", "/elsewhere/digits.csv"] {
            save_experiment(&folder.path().join("a.toml"), &with_path(path)).expect("saved");
            let spec = open_experiment(&folder.path().join("a.toml")).expect("opens");
            assert_eq!(path_of(&spec), path);
        }
    }

    #[test]
    fn files_that_are_no_experiment_are_refused_with_their_path() {
        let folder = tempfile::tempdir().expect("made");
        let path = folder.path().join("a.toml");
        let refused = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("written");
            let error = open_experiment(&path).expect_err("refused").to_string();
            assert!(error.ends_with("a.toml)"), "{error}");
            error
        };
        assert!(refused(b"descent = 1\nname = \"\xff\"").contains("byte 20 is not UTF-8"));
        assert!(refused(b"").contains("descent = 1"));
        assert!(refused(&vec![b'#'; MAX_EXPERIMENT_BYTES + 1]).contains("larger than"));
        let missing = open_experiment(&folder.path().join("no.toml")).expect_err("refused");
        assert!(missing.message().contains("no such file"), "{missing}");
        let is_folder = open_experiment(folder.path()).expect_err("refused");
        assert!(is_folder.message().contains("a folder"), "{is_folder}");
    }
}
