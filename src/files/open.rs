use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::data::DataHash;
use crate::spec::{DataSource, DataSpec, ExperimentSpec, IdxSpec, TestPart};

use super::atomic::write_atomic;
use super::error::FileError;
use super::experiment::{Saved, from_toml, to_toml};

/// Largest experiment file that is read: room for a pasted table and for many points. A
/// hand-written one has a few kilobytes.
pub const MAX_EXPERIMENT_BYTES: usize = 32 << 20;

/// What opening an experiment file came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What the file holds; paths of its data are meant from here.
    pub saved: Saved,
    /// What the user should know about where its data were found, a sentence each.
    pub remarks: Vec<String>,
}

/// Reads an experiment file. Relative paths of its data are meant from the folder of the file. Of
/// data that are not where the file says, those of the same name beside the file are taken.
///
/// # Errors
/// When the file cannot be read, is too large, is not text, or is no experiment
/// (see [`from_toml`]).
pub fn open_experiment(path: &Path) -> Result<Opened, FileError> {
    let bytes = read_limited(path, MAX_EXPERIMENT_BYTES)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        FileError::new(format!("This is not a text file: byte {byte} is not UTF-8.")).in_file(path)
    })?;
    let mut saved = from_toml(&text).map_err(|error| error.in_file(path))?;
    let mut remarks = Vec::new();
    move_data_paths(&mut saved.spec, |data| {
        let anchored = anchored(data, path);
        match beside(anchored.as_deref().unwrap_or(data), path) {
            Some(found) => {
                remarks.push(found_elsewhere(data, &found));
                Some(found)
            }
            None => anchored,
        }
    });
    Ok(Opened { saved, remarks })
}

/// Writes an experiment file, as a whole or not at all, with the hash of its data where it is
/// known. The path of data that lie beside the file, or in a folder below, is written relative to
/// it, so that both can be moved together.
///
/// # Errors
/// When the file cannot be written (see [`write_atomic`]).
pub fn save_experiment(
    path: &Path,
    spec: &ExperimentSpec,
    data_hash: Option<DataHash>,
) -> Result<(), FileError> {
    let mut spec = spec.clone();
    move_data_paths(&mut spec, |data| relative(data, path));
    write_atomic(path, |out| out.write_all(to_toml(&spec, data_hash).as_bytes()))
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

fn move_data_paths(spec: &mut ExperimentSpec, mut change: impl FnMut(&Path) -> Option<PathBuf>) {
    for path in data_paths(&mut spec.data).into_iter().filter(|path| !path.is_empty()) {
        // A path that is no Unicode text cannot stand in a spec; then the old one stays.
        if let Some(Ok(moved)) =
            change(Path::new(path.as_str())).map(|new| new.into_os_string().into_string())
        {
            *path = moved;
        }
    }
}

/// Every path of the data, to be changed.
fn data_paths(data: &mut DataSpec) -> Vec<&mut String> {
    let mut paths = match &mut data.source {
        DataSource::Csv(csv) => vec![&mut csv.path],
        DataSource::Idx(IdxSpec { folder, pair }) => {
            let pair = pair.iter_mut().flat_map(|pair| [&mut pair.images, &mut pair.labels]);
            std::iter::once(folder).chain(pair).collect()
        }
        DataSource::Images(images) => vec![&mut images.folder],
        DataSource::Toy(_) | DataSource::Points(_) | DataSource::Drawn(_) => Vec::new(),
    };
    if let TestPart::File(file) = &mut data.split.test {
        paths.push(file);
    }
    paths
}

fn anchored(data: &Path, file: &Path) -> Option<PathBuf> {
    let folder = file.parent()?;
    (data.is_relative() && !is_of_windows(data)).then(|| folder.join(data))
}

/// Whether it begins as whole paths of Windows do: they are no relative ones elsewhere either.
fn is_of_windows(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let mut letters = text.chars();
    let drive = letters.next().is_some_and(|letter| letter.is_ascii_alphabetic());
    text.starts_with("\\\\") || (drive && letters.next() == Some(':'))
}

/// What lies beside `file` under the last name of `data`, when `data` is not there.
fn beside(data: &Path, file: &Path) -> Option<PathBuf> {
    if data.exists() {
        return None;
    }
    let separators: &[char] = if is_of_windows(data) { &['/', '\\'] } else { &['/'] };
    let name = data.to_str()?.trim_end_matches(separators).rsplit(separators).next()?;
    let found = file.parent()?.join(name);
    (!name.is_empty() && found.exists()).then_some(found)
}

fn found_elsewhere(data: &Path, found: &Path) -> String {
    format!(
        "The data are not at {}; those of the same name beside the experiment are used: {}",
        data.display(),
        found.display()
    )
}

fn relative(data: &Path, file: &Path) -> Option<PathBuf> {
    let below = data.strip_prefix(file.parent()?).ok()?;
    (!below.as_os_str().is_empty()).then(|| below.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{IdxPair, SplitSpec, preset};

    fn opened(path: &Path) -> ExperimentSpec {
        open_experiment(path).expect("opens").saved.spec
    }

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
        save_experiment(&old.join("a.toml"), &spec, None).expect("saved");
        assert_eq!(opened(&old.join("a.toml")), spec);
        std::fs::rename(&old, &new).expect("moved");
        let moved = opened(&new.join("a.toml"));
        assert_eq!(Path::new(path_of(&moved)), new.join("tables").join("digits.csv"));
    }

    #[test]
    fn data_elsewhere_and_data_not_named_stay() {
        let folder = tempfile::tempdir().expect("made");
        for path in ["", "/elsewhere/digits.csv"] {
            save_experiment(&folder.path().join("a.toml"), &with_path(path), None).expect("saved");
            assert_eq!(path_of(&opened(&folder.path().join("a.toml"))), path);
        }
    }

    #[test]
    fn every_path_of_the_data_moves() {
        let folder = tempfile::tempdir().expect("made");
        let path = |name: &str| folder.path().join(name).to_str().expect("Unicode").to_owned();
        let pair = IdxPair { images: path("i"), labels: path("l") };
        for source in [
            DataSource::Idx(IdxSpec { folder: String::new(), pair: Some(pair) }),
            DataSource::Idx(IdxSpec::of_folder(path("digits"))),
            DataSource::Images(crate::spec::ImagesSpec { folder: path("pictures") }),
            DataSource::Csv(crate::spec::CsvSpec::of_file(path("train.csv"))),
        ] {
            let mut spec = preset("digits123").expect("built in");
            spec.data.source = source;
            spec.data.split = SplitSpec { test: TestPart::File(path("t")), ..SplitSpec::default() };
            let file = folder.path().join("a.toml");
            save_experiment(&file, &spec, None).expect("saved");
            let text = std::fs::read_to_string(&file).expect("text");
            assert!(!text.contains(folder.path().to_str().expect("Unicode")), "{text}");
            assert_eq!(opened(&file), spec);
        }
    }

    #[test]
    fn data_that_are_not_where_they_were_are_found_beside_the_file() {
        let folder = tempfile::tempdir().expect("made");
        let here = folder.path().join("digits.csv");
        std::fs::write(&here, "1,2\n").expect("written");
        let file = folder.path().join("a.toml");
        for gone in ["/elsewhere/digits.csv", "C:\\data\\digits.csv", "below/digits.csv"] {
            std::fs::write(&file, to_toml(&with_path(gone), None)).expect("written");
            let found = open_experiment(&file).expect("opens");
            assert_eq!(Path::new(path_of(&found.saved.spec)), here, "{gone}");
            let [remark] = &found.remarks[..] else { panic!("{:?}", found.remarks) };
            assert!(remark.contains(gone) && remark.ends_with("digits.csv"), "{remark}");
        }
        std::fs::remove_file(&here).expect("removed");
        let found = open_experiment(&file).expect("opens");
        assert_eq!(found.remarks, Vec::<String>::new());
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
        assert!(refused(b"").contains("descent = 3"));
        assert!(refused(&vec![b'#'; MAX_EXPERIMENT_BYTES + 1]).contains("larger than"));
        let missing = open_experiment(&folder.path().join("no.toml")).expect_err("refused");
        assert!(missing.message().contains("no such file"), "{missing}");
        let is_folder = open_experiment(folder.path()).expect_err("refused");
        assert!(is_folder.message().contains("a folder"), "{is_folder}");
    }
}
