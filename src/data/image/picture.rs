use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::decode::{Changes, Refusal};
use super::folder::{Folder, Item, Part, natural};
use super::frame::Picture;
use super::ops::{Bench, Op};
use super::original::{Original, chosen};
use super::plan::{Outline, check, told};
use super::prepare::{augment, fits, op, passes, resolve, streamed};
use super::samples::{Base, Samples};
use super::steps::PixelSteps;
use super::store::{Loader, PictureStore};
use super::tell::{missing_classes, refusals, sources};
use crate::data::split::{split, validation};
use crate::data::tell::{counted, invalid, quoted};
use crate::data::watch::{Watch, in_parallel};
use crate::data::{
    Augment, DataError, Dataset, Features, Labelled, Limits, Origin, Progress, Targets,
};
use crate::spec::{DataSpec, SampleShape, Task, Transform};

/// Share of the work that reading and decoding take, whatever comes after.
const DECODING: f64 = 0.7;

/// A file of a folder of pictures, whatever it may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureEntry {
    /// Path relative to the folder, `/` between its parts.
    pub name: String,
    /// Length of the file in bytes.
    pub bytes: u64,
}

/// Reads the whole file of the entry with this number, again whenever it is needed.
pub type PictureReader = Arc<dyn Fn(usize) -> io::Result<Vec<u8>> + Send + Sync>;

/// Reads a folder of pictures: one folder for each class, or such folders in `train` and `test`
/// (and `val`, which is the test part where there is no other). Without parts, and for validation,
/// rows are held out as `spec` says. The transforms of `spec` are applied; scaling is left to
/// [`crate::data::scale`].
///
/// PNG, JPEG, BMP, GIF (the first frame) and WebP are told by their content. A picture is turned
/// as its EXIF orientation says; what is transparent lies over black; 16 bits become 8. All have
/// three channels, unless all files are grey. Pictures are in natural order of their paths.
///
/// All pictures are decoded once, to know which can be. What the first steady steps that leave
/// pixels as they are (resize, centre crop, greyscale) make of them is rounded to bytes and kept up
/// to [`Limits::cache_bytes`]; further pictures are read anew each time. The samples are a table in
/// memory if all parts as `f32` (and the bytes, when training samples are random) fit into that
/// limit, else they are made when they are needed. Either way their values are the same.
///
/// # Errors
/// When fewer than two classes have pictures, a part is empty, a step cannot be done (the sentence
/// names its number), the steps leave pictures of different sizes, or `progress` says stop. A
/// picture that cannot be read is no error, but told in the notes.
pub fn pictures(
    entries: Vec<PictureEntry>,
    read: PictureReader,
    spec: &DataSpec,
    name: &str,
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    check(&spec.transforms, Outline { channels: None, size: None }, limits)?;
    if entries.len() > limits.pictures {
        return invalid(format!(
            "The folder holds {} files, more than the limit of {}. Choose a smaller folder, or \
             raise the limit.",
            entries.len(),
            limits.pictures
        ));
    }
    let folder = Folder::arrange(&entries);
    drop(entries);
    let prefix = prefix(&spec.transforms);
    let loader = Loader {
        read,
        prefix: spec.transforms[..prefix].iter().filter_map(op).collect::<Vec<Op>>(),
        most_pixels: limits.pixels,
    };
    let job = Job { spec, name, limits, prefix };
    in_parallel(progress, move |watch| {
        let gallery = Gallery::load(folder, &loader, limits.cache_bytes, watch)?;
        job.dataset(gallery, loader, watch)
    })
}

/// How many of the first steps can be done once for all, to bytes.
fn prefix(steps: &[Transform]) -> usize {
    let stays = |step: &Transform| step.is_random() || matches!(step, Transform::Normalise(_));
    steps.iter().position(stays).unwrap_or(steps.len())
}

/// What became of a file.
enum Outcome {
    Picture { kept: Option<Picture>, original: [usize; 3], changes: Changes },
    NoPicture,
    Unreadable(String),
}

/// All pictures that could be read, and what became of the other files.
pub(super) struct Gallery {
    pub(super) folder: Folder,
    /// In the order of the items of the folder, which are those that are pictures.
    kept: Vec<Option<Picture>>,
    pub(super) originals: Vec<[usize; 3]>,
    pub(super) changes: Vec<Changes>,
    /// Name of each picture that could not be read, and why.
    pub(super) unreadable: Vec<(String, String)>,
    /// Files that are no pictures.
    pub(super) others: usize,
}

impl Gallery {
    fn load(
        mut folder: Folder,
        loader: &Loader,
        cache_bytes: usize,
        watch: &Watch,
    ) -> Result<Self, DataError> {
        let used = AtomicUsize::new(0);
        let share = DECODING / folder.items.len().max(1) as f64;
        let outcomes: Result<Vec<Outcome>, DataError> = folder
            .items
            .par_iter()
            .map_init(Bench::default, |bench, item| {
                let loaded = loader.load(item, &|| watch.is_stopped(), bench);
                watch.add(share)?;
                Ok(match loaded {
                    Ok(loaded) => {
                        let bytes = loaded.picture.values.len();
                        let before = used.fetch_add(bytes, Ordering::Relaxed);
                        let kept = (before + bytes <= cache_bytes).then_some(loaded.picture);
                        let (original, changes) = (loaded.original, loaded.changes);
                        Outcome::Picture { kept, original, changes }
                    }
                    Err(Refusal::NoPicture) => Outcome::NoPicture,
                    Err(Refusal::Unreadable(why)) => Outcome::Unreadable(why),
                })
            })
            .collect();
        let items = std::mem::take(&mut folder.items);
        let mut gallery = Self {
            folder,
            kept: Vec::new(),
            originals: Vec::new(),
            changes: Vec::new(),
            unreadable: Vec::new(),
            others: 0,
        };
        for (item, outcome) in items.into_iter().zip(outcomes?) {
            gallery.add(item, outcome);
        }
        Ok(gallery)
    }

    fn add(&mut self, item: Item, outcome: Outcome) {
        match outcome {
            Outcome::Picture { kept, original, changes } => {
                self.folder.items.push(item);
                self.kept.push(kept);
                self.originals.push(original);
                self.changes.push(changes);
            }
            Outcome::Unreadable(why) => self.unreadable.push((item.name, why)),
            Outcome::NoPicture if has_picture_ending(&item.name) => {
                self.unreadable.push((item.name, "it does not begin like a picture".to_owned()));
            }
            Outcome::NoPicture => self.others += 1,
        }
    }

    /// Names of the classes, in natural order.
    fn classes(&self) -> Vec<String> {
        let mut names: Vec<&str> = self.folder.items.iter().map(|item| &*item.class).collect();
        names.sort_by(|a, b| natural(a, b));
        names.dedup();
        names.into_iter().map(str::to_owned).collect()
    }

    /// What is known of all pictures before the first step.
    fn outline(&self) -> Outline {
        let channels = self.originals.iter().map(|[channels, ..]| *channels).max();
        let size = |[_, height, width]: &[usize; 3]| (*height, *width);
        let first = self.originals.first().map(size);
        let alike = self.originals.iter().all(|original| Some(size(original)) == first);
        Outline { channels, size: first.filter(|_| alike) }
    }

    /// Why pictures of different sizes cannot be used as they are.
    fn different_sizes(&self) -> DataError {
        let size = |place: usize| {
            let [_, height, width] = self.originals[place];
            format!("{} is {width} × {height} pixels", quoted(&self.folder.items[place].name))
        };
        let differs = |place: &usize| self.originals[*place][1..] != self.originals[0][1..];
        let other = (0..self.originals.len()).find(differs).unwrap_or(0);
        DataError::Invalid(format!(
            "The pictures have different sizes ({}, {}), and no step makes them one size. Add the \
             transform “Resize”.",
            size(0),
            size(other)
        ))
    }
}

fn has_picture_ending(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    ["png", "jpg", "jpeg", "jpe", "bmp", "gif", "webp"].contains(&ending.as_str())
}

struct Job<'a> {
    spec: &'a DataSpec,
    name: &'a str,
    limits: &'a Limits,
    /// How many of the steps the loader does.
    prefix: usize,
}

/// Rows of the gallery in each part.
struct Parts {
    train: Vec<usize>,
    validation: Vec<usize>,
    test: Vec<usize>,
    /// How they were found.
    told: Vec<String>,
}

impl Job<'_> {
    fn dataset(
        &self,
        gallery: Gallery,
        loader: Loader,
        watch: &Watch,
    ) -> Result<Dataset, DataError> {
        let classes = gallery.classes();
        if classes.len() < 2 {
            return invalid(too_few(&gallery, &classes));
        }
        let steps = &self.spec.transforms;
        let before = gallery.outline();
        let after = check(steps, before, self.limits)?;
        let (Some(channels), Some((height, width))) = (after.channels, after.size) else {
            return Err(gallery.different_sizes());
        };
        let kept_outline = check(&steps[..self.prefix], before, self.limits)?;
        let class = |item: &Item| classes.iter().position(|name| *name == item.class);
        let all = gallery.folder.items.iter().filter_map(class).map(|class| class as u32);
        let targets = Targets::Classes(all.collect());
        let parts = self.parts(&gallery, &targets)?;
        let mut told = sources(&gallery, &classes, &targets);
        told.extend(parts.told.iter().cloned());
        let mut notes = refusals(&gallery);
        notes.extend(missing_classes(&classes, &targets, &parts.train, &parts.test));
        let paths = gallery.folder.items.iter().map(|item| item.name.as_str().into());
        let paths: Arc<[Box<str>]> = paths.collect();
        let store = PictureStore {
            loader,
            items: gallery.folder.items,
            kept: gallery.kept,
            channels: kept_outline.channels.unwrap_or(channels),
        };
        let kept_channels = store.channels;
        let originals = originals(&store, &targets, &parts.train);
        let made = self.features(store, &parts, channels * height * width, watch)?;
        let labelled = |features, rows: &[usize]| Labelled {
            features,
            targets: targets.gather(rows),
            origin: Some(Origin::files(Arc::clone(&paths), rows)),
        };
        let [train, validation, test] = made.features;
        told.extend(made.told);
        let steps = match kept_outline.size {
            Some((height, width)) => PixelSteps::new([kept_channels, height, width], &made.steady),
            None => PixelSteps::of_any_size([channels, height, width], &made.steady),
        };
        let data = Dataset::new(
            self.name,
            SampleShape(vec![channels, height, width]),
            Task::Classification { classes: classes.len() },
            labelled(train, &parts.train),
            labelled(test, &parts.test),
        );
        Ok(Dataset {
            validation: (!parts.validation.is_empty())
                .then(|| labelled(validation, &parts.validation)),
            class_names: classes,
            augment: made.augment,
            originals: Some(originals.into()),
            pixel_steps: Some(steps),
            steps: told,
            notes,
            ..data
        })
    }

    fn parts(&self, gallery: &Gallery, targets: &Targets) -> Result<Parts, DataError> {
        let (spec, seed) = (&self.spec.split, self.spec.seed);
        if !gallery.folder.has_parts {
            let found = split(targets, spec, seed)?;
            let told = format!(
                "{} held out for testing, {} for validation, {} left for training.",
                counted(found.test.len(), "picture"),
                found.validation.len(),
                found.train.len()
            );
            let (train, validation, test) = (found.train, found.validation, found.test);
            return Ok(Parts { train, validation, test, told: vec![told] });
        }
        let rows = |part: Part| -> Vec<usize> {
            let items = gallery.folder.items.iter().enumerate();
            items.filter(|(_, item)| item.part == part).map(|(row, _)| row).collect()
        };
        let (mut train, mut held, mut test) =
            (rows(Part::Train), rows(Part::Validation), rows(Part::Test));
        let mut told = Vec::new();
        if test.is_empty() {
            test = std::mem::take(&mut held);
            told.push(
                "There is no test folder; the validation folder is the test part.".to_owned(),
            );
        }
        if train.is_empty() || test.is_empty() {
            return invalid(
                "The folder of the training or of the test part holds no picture that can be read.",
            );
        }
        if held.is_empty() {
            let all = train.len();
            (train, held) = validation(targets, train, all, spec, seed)?;
        }
        told.push(format!(
            "Training part {}, validation part {}, test part {}.",
            counted(train.len(), "picture"),
            held.len(),
            test.len()
        ));
        Ok(Parts { train, validation: held, test, told })
    }

    fn features(
        &self,
        store: PictureStore,
        parts: &Parts,
        cols: usize,
        watch: &Watch,
    ) -> Result<Made, DataError> {
        let (first, rest) = self.spec.transforms.split_at(self.prefix);
        let is_random = rest.iter().any(Transform::is_random);
        let kept = if is_random { store.bytes() } else { 0 };
        let rows = parts.train.len() + parts.validation.len() + parts.test.len();
        let in_memory = fits(rows, cols, kept, self.limits);
        let base = Arc::new(Base::Pictures(store));
        let part = |rows: &[usize]| Samples::new(Arc::clone(&base), rows);
        let train = part(&parts.train);
        let weight = (1.0 - DECODING) / (passes(rest) + 1) as f64;
        let mut resolved = resolve(rest, self.prefix, &train, watch, weight)?;
        let mut told: Vec<String> =
            first.iter().enumerate().map(|(place, step)| told(place, step, None)).collect();
        told.append(&mut resolved.told);
        told.push(kept_as(in_memory, rows, cols, self.limits));
        let make = |rows_of: &[usize]| match in_memory {
            true => {
                let share = weight * rows_of.len() as f64 / rows as f64;
                part(rows_of).table(&resolved.steady, cols, watch, share).map(Features::Table)
            }
            false => Ok(streamed(part(rows_of), &resolved.steady, cols)),
        };
        let features = [make(&parts.train)?, make(&parts.validation)?, make(&parts.test)?];
        let steady = resolved.steady.clone();
        Ok(Made { features, augment: augment(train, resolved), steady, told })
    }
}

struct Made {
    /// Of the training, the validation and the test part.
    features: [Features; 3],
    augment: Option<Arc<dyn Augment>>,
    /// What the loader leaves to be done to every picture.
    steady: Vec<Op>,
    told: Vec<String>,
}

fn too_few(gallery: &Gallery, classes: &[String]) -> String {
    let advice = "Put PNG, JPEG, BMP, GIF or WebP files into one folder for each class.";
    let unread = match gallery.unreadable.first() {
        None => String::new(),
        Some((name, why)) => format!(
            " {} could not be read; {}: {why}.",
            counted(gallery.unreadable.len(), "picture"),
            quoted(name)
        ),
    };
    match classes {
        [] => format!("The folder holds no picture that has a class. {advice}{unread}"),
        [only, ..] => format!(
            "All pictures are of one class ({}), so there is nothing to tell apart. {advice}{unread}",
            quoted(only)
        ),
    }
}

fn kept_as(in_memory: bool, rows: usize, cols: usize, limits: &Limits) -> String {
    use crate::data::tell::megabytes;
    let limit = megabytes(limits.cache_bytes);
    let size = megabytes(rows.saturating_mul(cols).saturating_mul(4));
    match in_memory {
        true => format!("All samples kept in memory as f32 ({size})."),
        false => format!(
            "Samples made when they are needed: all of them ({size} as f32) are more than the \
             limit of {limit}."
        ),
    }
}

/// Some pictures of the training part as their files have them.
fn originals(store: &PictureStore, targets: &Targets, train: &[usize]) -> Vec<Original> {
    let rows = chosen(&targets.gather(train));
    rows.into_par_iter()
        .filter_map(|row| {
            let picture = store.loader.original(&store.items[train[row]]).ok()?;
            Some(Original::new(row, &picture.view()))
        })
        .collect()
}

#[cfg(test)]
mod tests;
