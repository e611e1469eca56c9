//! Reads the data that an experiment names: finds the files, hands them to `data`, and prepares
//! what comes back.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::data::{
    self, DataError, DataHash, Dataset, Features, IdxCandidate, IdxFile, IdxFiles, Limits,
    TablePreview,
};
use crate::spec::{CsvSpec, DataSource, DataSpec, IdxSpec, Scaling, TestPart};

use super::effect::Loaded;
use super::jobs::Report;
use super::pictures::load_pictures;

/// Reads the data that `spec` names, and prepares them.
pub(super) fn load(
    spec: &DataSpec,
    limits: &Limits,
    report: Report<'_>,
) -> Result<Loaded, DataError> {
    let data = prepared(spec, limits, &mut report.sink())?;
    let in_memory = data.parts().all(|(_, part)| matches!(part.features, Features::Table(_)));
    // Samples that are made when they are needed would all have to be made once more for it.
    let hash = in_memory.then(|| DataHash::of(&data)).transpose()?;
    Ok(Loaded { data: Arc::new(data), hash })
}

fn prepared(
    spec: &DataSpec,
    limits: &Limits,
    progress: data::Progress<'_>,
) -> Result<Dataset, DataError> {
    let mut data = match &spec.source {
        DataSource::Toy(toy) => data::toy(toy, spec.seed)?,
        DataSource::Points(points) => data::points(points, &spec.split, spec.seed)?,
        DataSource::Csv(csv) => load_table(csv, spec, limits, progress)?,
        DataSource::Idx(idx) => load_idx(idx, spec, limits, progress)?,
        DataSource::Drawn(drawn) => data::drawn(drawn, spec.seed, progress)?,
        DataSource::Images(images) => {
            return load_pictures(images, spec, limits, progress).map(|data| scaled(data, spec));
        }
    };
    let brings_test =
        matches!(spec.source, DataSource::Toy(_) | DataSource::Idx(_) | DataSource::Drawn(_));
    if brings_test && data.validation.is_none() {
        data::hold_out_validation(&mut data, &spec.split, spec.seed)?;
    }
    let mut data = data::transform(data, &spec.transforms, limits, progress)?;
    data::derive(&mut data, &spec.derived)?;
    Ok(scaled(data, spec))
}

fn scaled(mut data: Dataset, spec: &DataSpec) -> Dataset {
    let is_pixel_table = data.is_image() && matches!(spec.source, DataSource::Csv(_));
    if is_pixel_table && spec.scaling != Scaling::None {
        // One rule for each pixel would make noise of those at the edge.
        data.steps.push(
            "The columns are the pixels of a picture, so they are not scaled one by one; a \
             transform normalises pictures."
                .to_owned(),
        );
    } else {
        data::scale(&mut data, spec.scaling);
    }
    data
}

/// The text of a table, wherever it stands.
fn table_text(csv: &CsvSpec) -> Result<Box<dyn Read + '_>, DataError> {
    match &csv.text {
        Some(text) => Ok(Box::new(text.as_bytes())),
        None => Ok(Box::new(open(Path::new(&csv.path))?)),
    }
}

fn load_table(
    csv: &CsvSpec,
    spec: &DataSpec,
    limits: &Limits,
    progress: data::Progress<'_>,
) -> Result<Dataset, DataError> {
    let mut test = match &spec.split.test {
        TestPart::File(path) if path.is_empty() => {
            let text = "Choose the file with the rows to test on, or another way to split.";
            return Err(DataError::Invalid(text.into()));
        }
        TestPart::File(path) => Some(open(Path::new(path))?),
        _ => None,
    };
    let mut main = table_text(csv)?;
    let files =
        data::TableFiles { main: &mut main, test: test.as_mut().map(|file| file as &mut dyn Read) };
    if csv.text.is_some() {
        return data::table(files, spec, "Pasted table", limits, progress);
    }
    let path = Path::new(&csv.path);
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    data::table(files, spec, &name, limits, progress).map_err(|why| at_path(why, path))
}

/// Reads the first rows of a table.
pub(super) fn preview(csv: &CsvSpec, limits: &Limits) -> Result<TablePreview, DataError> {
    data::preview(&mut table_text(csv)?, csv, limits)
}

fn load_idx(
    idx: &IdxSpec,
    spec: &DataSpec,
    limits: &Limits,
    progress: data::Progress<'_>,
) -> Result<Dataset, DataError> {
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
    data::idx(files, spec, &name, limits, progress).map_err(|why| at_path(why, place))
}

/// The files of the set of images in `folder`, by what their headers say.
fn choose_idx(folder: &Path) -> Result<IdxFiles<PathBuf>, DataError> {
    let candidates = idx_candidates(folder)?;
    let chosen = data::choose_idx(&candidates).map_err(|why| at_path(why, folder))?;
    chosen.try_map(|place| Ok(folder.join(&candidates[place].name)))
}

/// The files of a folder, with what their headers say of those that are IDX files.
pub(super) fn idx_candidates(folder: &Path) -> Result<Vec<IdxCandidate>, DataError> {
    let candidates = file_names(folder)?.into_iter().filter_map(|name| {
        let path = folder.join(&name);
        let file = path.is_file().then(|| open(&path))?;
        let header = file.and_then(|file| data::peek_idx(file, &name));
        Some(IdxCandidate { name, header })
    });
    Ok(candidates.collect())
}

pub(super) fn open(path: &Path) -> Result<BufReader<File>, DataError> {
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
    let entries = std::fs::read_dir(folder).map_err(|why| unreadable_folder(folder, &why))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    Ok(names)
}

pub(super) fn unreadable_folder(folder: &Path, why: &std::io::Error) -> DataError {
    let place = folder.display();
    DataError::Io(format!("This folder cannot be read: {why}. Check its name: {place}"))
}

/// Adds the path to what went wrong, last, where it does not push the reason out of sight.
pub(super) fn at_path(why: DataError, path: &Path) -> DataError {
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
    fn pixels_in_a_table_are_not_scaled_one_by_one() {
        let row = |label: usize| {
            let pixels = (0..784).map(|pixel| format!(",{}", (pixel * 7 + label * 50) % 256));
            format!("{label}{}\n", pixels.collect::<String>())
        };
        let text: String = (0..12).map(|place| row(place % 2)).collect();
        let csv = CsvSpec { text: Some(text.into()), ..CsvSpec::default() };
        let spec = DataSpec::new(DataSource::Csv(csv));
        assert_eq!(spec.scaling, Scaling::Standardise, "as tables usually are");
        let (cancel, progress) = (std::sync::atomic::AtomicBool::new(false), |_: f32| {});
        let report = Report::new(&cancel, &progress);
        let data = load(&spec, &Limits::default(), report).expect("a table").data;
        assert_eq!(data.shape.0, [1, 28, 28]);
        let pixels = data.train.features.table().expect("in memory").data();
        assert!(pixels.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
        assert!(data.scaler.is_none());
        assert!(data.steps.iter().any(|step| step.contains("not scaled one by one")));
    }
}
