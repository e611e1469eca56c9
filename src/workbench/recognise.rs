//! What is at a path: an experiment, a table, IDX files, or a folder of pictures.

use std::fs;
use std::path::Path;

use crate::data::{self, IdxCandidate};
use crate::files;
use crate::spec::{CsvSpec, DataSource, IdxPair, IdxSpec, ImagesSpec};

use super::effect::Recognised;
use super::load::{idx_candidates, open};

/// Endings of the names of pictures.
const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "bmp", "gif", "webp"];
/// Files of a folder that are looked at before it is given up.
const LOOKED_AT: usize = 10_000;

/// Finds out what is at `path`.
///
/// # Errors
/// When nothing is there, or nothing that could be used: a sentence.
pub(super) fn recognise(path: &Path) -> Result<Recognised, String> {
    let place = path.display();
    let meta = fs::metadata(path)
        .map_err(|why| format!("This cannot be opened: {why}. Check its name: {place}"))?;
    let text = path.to_str().ok_or_else(|| {
        format!("The path is no Unicode text, so no experiment can name it: {place}")
    })?;
    if meta.is_dir() {
        return folder(path, text).map(Recognised::Data);
    }
    let ending = ending(path);
    if ending == "toml" {
        let opened = files::open_experiment(path).map_err(|why| why.to_string())?;
        return Ok(Recognised::Experiment(Box::new(opened)));
    }
    if PICTURES.contains(&ending.as_str()) {
        return Err(format!(
            "This is a single picture. Open the folder that holds a folder of pictures for each \
             class: {place}"
        ));
    }
    match idx_header_rows(path) {
        Some(_) => idx_file(path).map(Recognised::Data),
        None => Ok(Recognised::Data(DataSource::Csv(CsvSpec::of_file(text)))),
    }
}

fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// Length of the first axis, when it is an IDX file.
fn idx_header_rows(path: &Path) -> Option<usize> {
    let header = data::peek_idx(open(path).ok()?, "").ok()?;
    header.dims.first().copied()
}

fn folder(path: &Path, text: &str) -> Result<DataSource, String> {
    let mut left = LOOKED_AT;
    if holds_picture(path, &mut left) {
        return Ok(DataSource::Images(ImagesSpec { folder: text.into() }));
    }
    let candidates = idx_candidates(path).map_err(|why| why.to_string())?;
    if candidates.iter().any(|file| file.header.is_ok()) {
        return Ok(DataSource::Idx(IdxSpec::of_folder(text)));
    }
    Err(format!(
        "This folder holds neither IDX files nor pictures. Open a table, a folder with a folder \
         of pictures for each class, or one with IDX files: {}",
        path.display()
    ))
}

/// Whether a picture is in the folder or in a folder of it, as far as `left` files go.
fn holds_picture(folder: &Path, left: &mut usize) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    let mut folders = Vec::new();
    for entry in entries.flatten() {
        let Some(less) = left.checked_sub(1) else { return false };
        *left = less;
        // A link is not followed: it may lead back.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => folders.push(entry.path()),
            Ok(_) if PICTURES.contains(&ending(&entry.path()).as_str()) => return true,
            _ => {}
        }
    }
    folders.iter().any(|folder| holds_picture(folder, left))
}

/// One IDX file stands for the set it belongs to: all of its folder, or it and the one file beside
/// it that fits.
fn idx_file(path: &Path) -> Result<DataSource, String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let candidates = idx_candidates(folder).map_err(|why| why.to_string())?;
    if let Ok(set) = data::choose_idx(&candidates) {
        let parts = std::iter::once(&set.train).chain(&set.test);
        let mut places = parts.flat_map(|part| [part.images, part.labels]);
        if set.test.is_some() && places.any(|place| candidates[place].name == name) {
            return Ok(DataSource::Idx(IdxSpec::of_folder(unicode(folder)?)));
        }
    }
    pair(&name, &candidates, folder)
}

fn pair(name: &str, candidates: &[IdxCandidate], folder: &Path) -> Result<DataSource, String> {
    let dims = |file: &IdxCandidate| file.header.as_ref().ok().map(|header| header.dims.clone());
    let own = candidates.iter().find(|file| file.name == name).and_then(dims).unwrap_or_default();
    let is_labels = own.len() == 1;
    let fits = |file: &&IdxCandidate| {
        dims(file).is_some_and(|dims| dims.first() == own.first() && (dims.len() == 1) != is_labels)
    };
    let others: Vec<&IdxCandidate> = candidates.iter().filter(fits).collect();
    let [other] = others[..] else {
        let (what, wanted) = if is_labels { ("labels", "images") } else { ("images", "labels") };
        let found = if others.is_empty() { "none" } else { "more than one" };
        return Err(format!(
            "This IDX file holds {what}; of the files beside it, {found} holds as many {wanted}. \
             Put the two files that belong together into a folder of their own and open that: {}",
            folder.join(name).display()
        ));
    };
    let (images, labels) = if is_labels { (&*other.name, name) } else { (name, &*other.name) };
    let [images, labels] = [unicode(&folder.join(images))?, unicode(&folder.join(labels))?];
    Ok(DataSource::Idx(IdxSpec { folder: String::new(), pair: Some(IdxPair { images, labels }) }))
}

fn unicode(path: &Path) -> Result<String, String> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        format!("The path is no Unicode text, so no experiment can name it: {}", path.display())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn folder_with(files: &[(&str, &[u8])]) -> TempDir {
        let folder = tempfile::tempdir().expect("made");
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
            fs::write(path, bytes).expect("written");
        }
        folder
    }

    fn source(path: &Path) -> Result<DataSource, String> {
        recognise(path).map(|found| match found {
            Recognised::Data(source) => source,
            Recognised::Experiment(opened) => panic!("an experiment: {opened:?}"),
        })
    }

    const IMAGES: &[u8] = b"\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x01\x07\x08";
    const LABELS: &[u8] = b"\0\0\x08\x01\0\0\0\x02\0\x01";

    #[test]
    fn a_file_is_an_experiment_or_a_table() {
        let spec = crate::spec::preset("spiral-relu").expect("built in");
        let text = files::to_toml(&spec, None);
        let folder = folder_with(&[("a.TOML", text.as_bytes()), ("b", b"1,2\n3,4\n")]);
        match recognise(&folder.path().join("a.TOML")) {
            Ok(Recognised::Experiment(opened)) => assert_eq!(opened.saved.spec, spec),
            other => panic!("{other:?}"),
        }
        let found = source(&folder.path().join("b")).expect("a table");
        assert!(matches!(found, DataSource::Csv(csv) if csv.path.ends_with('b')));
    }

    #[test]
    fn idx_files_are_known_by_their_headers() {
        let folder = folder_with(&[("some", IMAGES), ("other", LABELS), ("readme.txt", b"hello")]);
        let wanted = DataSource::Idx(IdxSpec::of_folder(folder.path().to_str().expect("Unicode")));
        assert_eq!(source(folder.path()), Ok(wanted));
        let path = |name: &str| folder.path().join(name).to_str().expect("Unicode").to_owned();
        let pair = Some(IdxPair { images: path("some"), labels: path("other") });
        for name in ["some", "other"] {
            let wanted = DataSource::Idx(IdxSpec { folder: String::new(), pair: pair.clone() });
            assert_eq!(source(&folder.path().join(name)), Ok(wanted), "{name}");
        }
        fs::remove_file(folder.path().join("other")).expect("removed");
        let why = source(&folder.path().join("some")).expect_err("half a pair");
        assert!(why.contains("none holds as many labels"), "{why}");
    }

    #[test]
    fn a_file_of_a_whole_set_stands_for_its_folder() {
        let folder = folder_with(&[
            ("train-images", IMAGES),
            ("train-labels", LABELS),
            ("t10k-images", IMAGES),
            ("t10k-labels", LABELS),
        ]);
        let wanted = DataSource::Idx(IdxSpec::of_folder(folder.path().to_str().expect("Unicode")));
        assert_eq!(source(&folder.path().join("t10k-labels")), Ok(wanted));
    }

    #[test]
    fn a_folder_of_pictures_is_known_by_their_names() {
        let folder = folder_with(&[("cats/1.JPG", b""), ("dogs/2.png", b"")]);
        assert!(matches!(source(folder.path()), Ok(DataSource::Images(_))));
        let why = source(&folder.path().join("cats/1.JPG")).expect_err("one picture");
        assert!(why.contains("a single picture"), "{why}");
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_its_path() {
        let folder = folder_with(&[("text/a.txt", b"hello")]);
        let why = source(folder.path()).expect_err("nothing usable");
        assert!(why.starts_with("This folder holds neither"), "{why}");
        let gone = folder.path().join("gone");
        let why = source(&gone).expect_err("not there");
        assert!(why.ends_with(&gone.display().to_string()), "{why}");
    }
}
