use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::data::{self, DataError, Dataset, IdxCandidate, IdxFile, IdxFiles};
use crate::files;
use crate::spec::{CsvSpec, DataSource, DataSpec, ExperimentSpec, IdxSpec};

/// How a piece of background work tells how far it is, and learns that it shall give up.
#[derive(Clone, Copy)]
pub(super) struct Report<'a> {
    cancel: &'a AtomicBool,
    progress: &'a dyn Fn(f32),
}

impl<'a> Report<'a> {
    pub(super) fn new(cancel: &'a AtomicBool, progress: &'a dyn Fn(f32)) -> Self {
        Self { cancel, progress }
    }

    /// Tells how far the work is (0 to 1), about a hundred times at most.
    fn sink(self) -> impl FnMut(f32) -> ControlFlow<()> + 'a {
        let mut told = -1.0;
        move |done| {
            if done - told >= 0.01 {
                told = done;
                (self.progress)(done);
            }
            match self.cancel.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }
    }
}

/// Reads the data that `spec` names.
pub(super) fn load(spec: &DataSpec, report: Report<'_>) -> Result<Dataset, DataError> {
    let mut sink = report.sink();
    match &spec.source {
        DataSource::Toy(toy) => {
            let mut data = data::toy(toy, spec.seed)?;
            data::scale(&mut data, spec.scaling);
            Ok(data)
        }
        DataSource::Csv(csv) => load_csv(csv, spec, &mut sink),
        DataSource::Idx(idx) => load_idx(idx, spec, &mut sink),
        DataSource::Points(_) | DataSource::Drawn(_) | DataSource::Images(_) => unreachable!(),
    }
}

fn load_csv(
    csv: &CsvSpec,
    spec: &DataSpec,
    progress: data::Progress<'_>,
) -> Result<Dataset, DataError> {
    let path = Path::new(&csv.path);
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut reader = open(path)?;
    let files = data::TableFiles { main: &mut reader, test: None };
    let mut data = data::table(files, spec, &name, &data::Limits::default(), progress)
        .map_err(|why| at_path(why, path))?;
    data::derive(&mut data, &spec.derived)?;
    data::scale(&mut data, spec.scaling);
    Ok(data)
}

fn load_idx(
    idx: &IdxSpec,
    spec: &DataSpec,
    progress: data::Progress<'_>,
) -> Result<Dataset, DataError> {
    let limits = data::Limits::default();
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
    let files = files.try_map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(IdxFile { name, reader: open(&path)? })
    })?;
    let name = place.file_stem().unwrap_or_default().to_string_lossy();
    let data = data::idx(files, spec, &name, &limits, progress);
    let mut data = data.map_err(|why| at_path(why, place))?;
    data::scale(&mut data, spec.scaling);
    Ok(data)
}

/// The files of the set of images in `folder`, by what their headers say.
fn choose_idx(folder: &Path) -> Result<IdxFiles<PathBuf>, DataError> {
    let names = file_names(folder)?;
    let candidates = names.into_iter().filter_map(|name| {
        let path = folder.join(&name);
        let file = path.is_file().then(|| open(&path))?;
        let header = file.and_then(|file| data::peek_idx(file, &name));
        Some(IdxCandidate { name, header })
    });
    let candidates: Vec<IdxCandidate> = candidates.collect();
    let chosen = data::choose_idx(&candidates).map_err(|why| at_path(why, folder))?;
    chosen.try_map(|place| Ok(folder.join(&candidates[place].name)))
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
    let entries = std::fs::read_dir(folder).map_err(|why| {
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

/// Reads an experiment file.
pub(super) fn open_experiment(path: &Path) -> Result<ExperimentSpec, String> {
    files::open_experiment(path).map_err(|why| why.to_string())
}
