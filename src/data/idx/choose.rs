use super::IdxHeader;
use crate::data::DataError;
use crate::data::tell::{counted, invalid, listed, quoted};

/// Most files that a message names.
const NAMED: usize = 6;

/// A file of a folder, and what its header says or why it has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxCandidate {
    /// Name of the file.
    pub name: String,
    /// As [`super::peek_idx`] found it.
    pub header: Result<IdxHeader, DataError>,
}

/// Images, and the label of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxPart<T> {
    /// Images: two to four dimensions.
    pub images: T,
    /// Labels: one dimension.
    pub labels: T,
}

/// The files of a set of images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxFiles<T> {
    /// What is trained on.
    pub train: IdxPart<T>,
    /// What is tested on. Without it a test part is held out of the other.
    pub test: Option<IdxPart<T>>,
}

impl<T> IdxPart<T> {
    fn try_map<U, E>(self, f: &mut impl FnMut(T) -> Result<U, E>) -> Result<IdxPart<U>, E> {
        Ok(IdxPart { images: f(self.images)?, labels: f(self.labels)? })
    }
}

impl<T> IdxFiles<T> {
    /// One pair of files, of which a test part is to be held out.
    pub fn pair(images: T, labels: T) -> Self {
        Self { train: IdxPart { images, labels }, test: None }
    }

    /// The same with `f` done to every file: opening it, say.
    ///
    /// # Errors
    /// The first that `f` gives.
    pub fn try_map<U, E>(self, mut f: impl FnMut(T) -> Result<U, E>) -> Result<IdxFiles<U>, E> {
        let train = self.train.try_map(&mut f)?;
        let test = self.test.map(|part| part.try_map(&mut f)).transpose()?;
        Ok(IdxFiles { train, test })
    }
}

/// Finds the files of a set of images among those of a folder, and answers with their places in
/// `files`.
///
/// What a file holds is read from its header: one dimension is labels, more are images (two of a
/// file that calls itself labels are labels, too). Which part it belongs to is read from its name
/// (`train`, `t10k`, `test`) or, where names say nothing, from the numbers of images: the larger
/// part is trained on. Of a file that is there packed and unpacked, the unpacked one is taken. Of
/// several sets in one folder (`emnist-letters-…`, `emnist-digits-…`) the only whole one is taken.
///
/// # Errors
/// When the folder has no set, a part of one, or several; the sentence says what is missing or
/// too many.
pub fn choose_idx(files: &[IdxCandidate]) -> Result<IdxFiles<usize>, DataError> {
    let found = without_copies(files);
    let groups = by_set(&found);
    let whole: Vec<&(String, Vec<Found>)> =
        groups.iter().filter(|(_, files)| is_whole(files)).collect();
    match whole[..] {
        [(_, files)] => arrange(files),
        [] => arrange(&found).map_err(|why| with_broken(why, files)),
        _ => invalid(format!(
            "The folder holds {} sets of images ({}). Keep one of them there, or choose a pair of \
             files.",
            whole.len(),
            listed(whole.iter().map(|(name, _)| quoted(name)), NAMED)
        )),
    }
}

/// Which part a name speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Train,
    Test,
}

/// A file whose header is one of IDX.
#[derive(Clone, Debug)]
struct Found<'a> {
    place: usize,
    name: &'a str,
    is_labels: bool,
    count: usize,
    part: Option<Part>,
}

impl<'a> Found<'a> {
    fn new(place: usize, name: &'a str, header: &IdxHeader) -> Self {
        let lower = name.to_lowercase();
        let is_labels = match header.dims.len() {
            1 => true,
            2 => lower.contains("label"),
            _ => false,
        };
        let part = if lower.contains("t10k") || lower.contains("test") {
            Some(Part::Test)
        } else if lower.contains("train") {
            Some(Part::Train)
        } else {
            None
        };
        Self { place, name, is_labels, count: header.dims[0], part }
    }
}

fn without_copies(files: &[IdxCandidate]) -> Vec<Found<'_>> {
    let plain = |name: &str| {
        let lower = name.to_lowercase().replace('.', "-");
        lower.strip_suffix("-gz").map_or_else(|| lower.clone(), str::to_owned)
    };
    let is_packed = |name: &str| name.to_lowercase().ends_with(".gz");
    let found: Vec<Found<'_>> = files
        .iter()
        .enumerate()
        .filter_map(|(place, file)| {
            file.header.as_ref().ok().map(|header| Found::new(place, &file.name, header))
        })
        .collect();
    let is_copy = |file: &Found<'_>| {
        is_packed(file.name)
            && found.iter().any(|other| {
                other.place != file.place
                    && !is_packed(other.name)
                    && plain(other.name) == plain(file.name)
            })
    };
    found.iter().filter(|file| !is_copy(file)).cloned().collect()
}

/// What remains of a name without the words for its part and content: the name of the set.
fn set_name(name: &str) -> String {
    const WORDS: [&str; 15] = [
        "train", "training", "t10k", "test", "testing", "images", "image", "labels", "label",
        "idx1", "idx2", "idx3", "idx4", "idx", "gz",
    ];
    let is_type = |word: &str| ["ubyte", "byte", "short", "int", "float", "double"].contains(&word);
    let lower = name.to_lowercase();
    let words = lower.split(|mark: char| !mark.is_alphanumeric());
    let kept: Vec<&str> =
        words.filter(|word| !word.is_empty() && !WORDS.contains(word) && !is_type(word)).collect();
    kept.join("-")
}

fn by_set<'a>(found: &[Found<'a>]) -> Vec<(String, Vec<Found<'a>>)> {
    let mut groups: Vec<(String, Vec<Found<'a>>)> = Vec::new();
    for file in found {
        let name = set_name(file.name);
        match groups.iter_mut().find(|(other, _)| *other == name) {
            Some((_, files)) => files.push(file.clone()),
            None => groups.push((name, vec![file.clone()])),
        }
    }
    groups
}

fn is_whole(files: &[Found<'_>]) -> bool {
    let labels = files.iter().filter(|file| file.is_labels).count();
    labels > 0 && 2 * labels == files.len()
}

fn arrange(files: &[Found<'_>]) -> Result<IdxFiles<usize>, DataError> {
    let (labels, images): (Vec<&Found<'_>>, Vec<&Found<'_>>) =
        files.iter().partition(|file| file.is_labels);
    match (&images[..], &labels[..]) {
        ([], []) => invalid(
            "The folder holds no IDX files. Put the files of images and labels there, as they are \
             published (packed with gzip or not).",
        ),
        ([images], [labels]) => Ok(IdxFiles::pair(images.place, labels.place)),
        ([_, _], [_, _]) => four(&images, &labels),
        _ if images.len() > 2 || labels.len() > 2 => invalid(format!(
            "The folder holds {} ({}), but a set has two of each at most. Keep one set there, or \
             choose a pair of files.",
            kinds(&images, &labels),
            names(files)
        )),
        _ => invalid(format!(
            "The folder holds {} ({}); {}. Each file of images needs one of labels (with or \
             without .gz).",
            kinds(&images, &labels),
            names(files),
            missing(&images, &labels)
        )),
    }
}

fn names(files: &[Found<'_>]) -> String {
    listed(files.iter().map(|file| file.name.to_owned()), NAMED)
}

fn kinds(images: &[&Found<'_>], labels: &[&Found<'_>]) -> String {
    format!(
        "{} of images and {} of labels",
        counted(images.len(), "file"),
        counted(labels.len(), "file")
    )
}

fn missing(images: &[&Found<'_>], labels: &[&Found<'_>]) -> String {
    let has = |files: &[&Found<'_>], part| files.iter().any(|file| file.part == Some(part));
    let mut lacking = Vec::new();
    for (part, name) in [(Part::Train, "training"), (Part::Test, "test")] {
        match (has(images, part), has(labels, part)) {
            (true, false) => lacking.push(format!("the {name} labels")),
            (false, true) => lacking.push(format!("the {name} images")),
            _ => {}
        }
    }
    match lacking.len() {
        0 if images.len() > labels.len() => "labels are missing".to_owned(),
        0 => "images are missing".to_owned(),
        _ => format!("{} are missing", lacking.join(" and ")),
    }
}

/// Two files of images and two of labels: by name where names tell, else by number of images.
fn four(images: &[&Found<'_>], labels: &[&Found<'_>]) -> Result<IdxFiles<usize>, DataError> {
    let first = match (by_name(images), images[0].count.cmp(&images[1].count)) {
        (Some(train), _) => train,
        (None, std::cmp::Ordering::Greater) => 0,
        (None, std::cmp::Ordering::Less) => 1,
        (None, std::cmp::Ordering::Equal) => {
            return invalid(format!(
                "The files {} and {} hold as many images as each other, and their names do not say \
                 which are trained on. Put “train” and “test” into the names.",
                images[0].name, images[1].name
            ));
        }
    };
    let fits = |train: usize| {
        labels[train].count == images[first].count
            && labels[1 - train].count == images[1 - first].count
    };
    let train = by_name(labels).unwrap_or(if fits(first) { first } else { 1 - first });
    let part = |images: &Found<'_>, labels: &Found<'_>| IdxPart {
        images: images.place,
        labels: labels.place,
    };
    Ok(IdxFiles {
        train: part(images[first], labels[train]),
        test: Some(part(images[1 - first], labels[1 - train])),
    })
}

/// Which of two files is of the training part, where the names say so.
fn by_name(files: &[&Found<'_>]) -> Option<usize> {
    match (files[0].part, files[1].part) {
        (Some(a), Some(b)) if a == b => None,
        (Some(Part::Train), _) | (None, Some(Part::Test)) => Some(0),
        (Some(Part::Test), _) | (None, Some(Part::Train)) => Some(1),
        (None, None) => None,
    }
}

/// Adds why files that call themselves IDX could not be taken.
fn with_broken(why: DataError, files: &[IdxCandidate]) -> DataError {
    let broken = files.iter().find_map(|file| {
        let lower = file.name.to_lowercase();
        let claims = lower.contains("idx") || lower.contains("ubyte");
        file.header.as_ref().err().filter(|_| claims)
    });
    match (why, broken) {
        (DataError::Invalid(why), Some(broken)) => DataError::Invalid(format!("{why} {broken}")),
        (why, _) => why,
    }
}
