//! Reads the data that an experiment names: finds the files, hands them to `data`, and prepares
//! what comes back.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::data::{
    self, DataError, DataNote, Dataset, IdxCandidate, IdxFile, IdxFiles, Limits, PictureEntry,
    Progress, TableFiles, TablePreview,
};
use crate::spec::{CsvSpec, DataSource, DataSpec, IdxSpec, TestPart};

use super::jobs::Report;

/// Most folders within each other that are looked into for pictures.
const MAX_DEPTH: usize = 16;

/// Reads the data that `spec` names, and prepares it as `spec` says.
pub(super) fn load(
    spec: &DataSpec,
    limits: &Limits,
    report: Report<'_>,
) -> Result<Dataset, DataError> {
    let mut sink = report.sink();
    let data = read(spec, limits, &mut sink)?;
    let mut data = data::transform(data, &spec.transforms, limits, &mut sink)?;
    data::derive(&mut data, &spec.derived)?;
    data::scale(&mut data, spec.scaling);
    Ok(data)
}

/// The samples as their source has them, divided into parts.
fn read(spec: &DataSpec, limits: &Limits, progress: Progress<'_>) -> Result<Dataset, DataError> {
    let mut data = match &spec.source {
        DataSource::Csv(csv) => return read_table(csv, spec, limits, progress),
        DataSource::Points(points) => return data::points(points, &spec.split, spec.seed),
        DataSource::Images(images) => {
            return read_pictures(Path::new(&images.folder), spec, limits, progress);
        }
        DataSource::Idx(idx) => {
            let brings_test = idx.pair.is_none();
            let (data, has_test) = read_idx(idx, spec, limits, progress)?;
            if !(brings_test && has_test) {
                return Ok(data);
            }
            data
        }
        DataSource::Toy(toy) => data::toy(toy, spec.seed)?,
        DataSource::Drawn(drawn) => data::drawn(drawn, spec.seed, progress)?,
    };
    // These bring their own test part, so only the validation part is still to be held out.
    data::hold_out_validation(&mut data, &spec.split, spec.seed)?;
    Ok(data)
}

fn read_table(
    csv: &CsvSpec,
    spec: &DataSpec,
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    let path = Path::new(&csv.path);
    let name = match &csv.text {
        Some(_) => "Pasted table".into(),
        None => path.file_stem().unwrap_or_default().to_string_lossy(),
    };
    let mut test = match &spec.split.test {
        TestPart::File(file) => Some(open(Path::new(file))?),
        _ => None,
    };
    let test = test.as_mut().map(|file| file as &mut dyn Read);
    let files = TableFiles { main: &mut *text_of(csv)?, test };
    let data = data::table(files, spec, &name, limits, progress);
    data.map_err(|why| if csv.text.is_some() { why } else { at_path(why, path) })
}

/// The first rows of the table that `csv` names, and what they look like.
pub(super) fn look(csv: &CsvSpec, limits: &Limits) -> Result<TablePreview, DataError> {
    data::preview(&mut *text_of(csv)?, csv, limits)
}

/// The file or the pasted text of a table.
fn text_of(csv: &CsvSpec) -> Result<Box<dyn Read + '_>, DataError> {
    Ok(match &csv.text {
        Some(text) => Box::new(text.as_bytes()),
        None => Box::new(open(Path::new(&csv.path))?),
    })
}

/// A set of images, and whether it brought a test part.
fn read_idx(
    idx: &IdxSpec,
    spec: &DataSpec,
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<(Dataset, bool), DataError> {
    let (files, place) = match &idx.pair {
        Some(pair) => {
            let path = Path::new(&pair.images);
            (IdxFiles::pair(path.to_owned(), Path::new(&pair.labels).to_owned()), path)
        }
        None => {
            let folder = Path::new(&idx.folder);
            (choose_idx(folder)?, folder)
        }
    };
    let has_test = files.test.is_some();
    let files = files.try_map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(IdxFile { name, reader: open(&path)? })
    })?;
    let name = place.file_stem().unwrap_or_default().to_string_lossy();
    let data = data::idx(files, spec, &name, limits, progress);
    Ok((data.map_err(|why| at_path(why, place))?, has_test))
}

/// The files of the set of images in `folder`, by what their headers say.
fn choose_idx(folder: &Path) -> Result<IdxFiles<PathBuf>, DataError> {
    let names = file_names(folder)?;
    let candidates: Vec<IdxCandidate> = names
        .into_iter()
        .filter_map(|name| {
            let path = folder.join(&name);
            let file = path.is_file().then(|| open(&path))?;
            let header = file.and_then(|file| data::peek_idx(file, &name));
            Some(IdxCandidate { name, header })
        })
        .collect();
    let chosen = data::choose_idx(&candidates).map_err(|why| at_path(why, folder))?;
    chosen.try_map(|place| Ok(folder.join(&candidates[place].name)))
}

/// Whether a folder holds a set of images in IDX files.
pub(super) fn has_idx(folder: &Path) -> bool {
    choose_idx(folder).is_ok()
}

fn read_pictures(
    folder: &Path,
    spec: &DataSpec,
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    let found = PictureFiles::find(folder, limits)?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let paths: Arc<[PathBuf]> =
        found.entries.iter().map(|entry| folder.join(&entry.name)).collect();
    let reader = Arc::new(move |place: usize| fs::read(&paths[place]));
    let data = data::pictures(found.entries, reader, spec, &name, limits, progress);
    let mut data = data.map_err(|why| at_path(why, folder))?;
    data.notes.extend(found.notes);
    Ok(data)
}

/// The files below a folder, whatever they hold.
#[derive(Debug, Default)]
pub(super) struct PictureFiles {
    pub(super) entries: Vec<PictureEntry>,
    notes: Vec<DataNote>,
}

impl PictureFiles {
    /// Looks into `folder` and the folders in it. Links to folders are not followed, since they
    /// may lead in circles; what cannot be read is told.
    pub(super) fn find(folder: &Path, limits: &Limits) -> Result<Self, DataError> {
        let mut found = Self::default();
        // The folder itself must be there, whatever becomes of those within it.
        file_names(folder)?;
        found.walk(folder, "", 0, limits)?;
        Ok(found)
    }

    fn walk(
        &mut self,
        folder: &Path,
        prefix: &str,
        depth: usize,
        limits: &Limits,
    ) -> Result<(), DataError> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(why) => {
                self.skip(format!("The folder {prefix} cannot be read ({why}) and was left out."));
                return Ok(());
            }
        };
        for entry in entries.flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            if kind.is_symlink() && path.is_dir() {
                self.skip(format!("{name} is a link to a folder and was left out."));
            } else if kind.is_dir() {
                if depth < MAX_DEPTH {
                    self.walk(&path, &format!("{name}/"), depth + 1, limits)?;
                } else {
                    self.skip(format!("{name} lies {MAX_DEPTH} folders deep and was left out."));
                }
            } else if let Ok(meta) = fs::metadata(&path) {
                self.add(PictureEntry { name, bytes: meta.len() }, limits)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, entry: PictureEntry, limits: &Limits) -> Result<(), DataError> {
        if self.entries.len() >= limits.pictures {
            return Err(DataError::Invalid(format!(
                "The folder holds more than {} files, the most that can be loaded. Raise the \
                 limit, or take a part of it.",
                limits.pictures
            )));
        }
        self.entries.push(entry);
        Ok(())
    }

    fn skip(&mut self, message: String) {
        self.notes.push(DataNote { message, warning: true });
    }
}

fn open(path: &Path) -> Result<BufReader<File>, DataError> {
    let refuse = |why: &dyn std::fmt::Display| {
        DataError::Io(format!(
            "This file cannot be read: {why}. Check its name: {}",
            path.display()
        ))
    };
    let file = File::open(path).map_err(|why| refuse(&why))?;
    match file.metadata() {
        Ok(meta) if meta.is_dir() => Err(refuse(&"it is a folder")),
        Ok(_) => Ok(BufReader::with_capacity(1 << 16, file)),
        Err(why) => Err(refuse(&why)),
    }
}

fn file_names(folder: &Path) -> Result<Vec<String>, DataError> {
    let entries = fs::read_dir(folder).map_err(|why| {
        let place = folder.display();
        DataError::Io(format!("This folder cannot be read: {why}. Check its name: {place}"))
    })?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.collect())
}

/// Adds the path to what went wrong, last, where it does not push the reason out of sight.
fn at_path(why: DataError, path: &Path) -> DataError {
    match why {
        DataError::Invalid(text) => DataError::Invalid(format!("{text} ({})", path.display())),
        DataError::Io(text) => DataError::Io(format!("{text} ({})", path.display())),
        DataError::Cancelled => DataError::Cancelled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_below_a_folder_and_circles_are_not_followed() {
        let folder = tempfile::tempdir().expect("made");
        let put = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("below the folder")).expect("made");
            fs::write(path, "x").expect("written");
        };
        ["cat/1.png", "cat/deep/2.png", "dog/1.png", "readme.txt"].iter().copied().for_each(put);
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path(), folder.path().join("dog/again")).expect("linked");
        let found = PictureFiles::find(folder.path(), &Limits::default()).expect("is there");
        let mut names: Vec<&str> = found.entries.iter().map(|entry| &*entry.name).collect();
        names.sort_unstable();
        assert_eq!(names, ["cat/1.png", "cat/deep/2.png", "dog/1.png", "readme.txt"]);
        assert!(found.entries.iter().all(|entry| entry.bytes == 1));
        #[cfg(unix)]
        assert!(found.notes[0].message.starts_with("dog/again is a link"), "{:?}", found.notes);
        let few = Limits { pictures: 3, ..Limits::default() };
        let refused = PictureFiles::find(folder.path(), &few).expect_err("too many");
        assert!(refused.to_string().contains("more than 3 files"), "{refused}");
        assert!(PictureFiles::find(&folder.path().join("none"), &few).is_err());
    }
}
