//! What is told of the pictures of a folder.

use super::decode::Changes;
use super::picture::Gallery;
use crate::data::tell::{counted, listed, note, quoted, warning};
use crate::data::{DataNote, Targets};

/// Most pictures that are listed one by one; all are counted.
const LISTED_PICTURES: usize = 50;
/// Most classes that one sentence names.
const NAMED_CLASSES: usize = 12;

/// Where the pictures come from and what was done to them before the first step.
pub(super) fn sources(gallery: &Gallery, classes: &[String], targets: &Targets) -> Vec<String> {
    let mut counts = vec![0_usize; classes.len()];
    (0..targets.len()).filter_map(|row| targets.class(row)).for_each(|class| counts[class] += 1);
    let each = classes.iter().zip(&counts).map(|(name, count)| format!("{} {count}", quoted(name)));
    let count = gallery.folder.items.len();
    let mut told = vec![format!(
        "{} of {} classes read: {}.",
        counted(count, "picture"),
        classes.len(),
        listed(each, NAMED_CLASSES)
    )];
    if !gallery.folder.inside.is_empty() {
        told.push(format!("Classes taken from the folder {}.", quoted(&gallery.folder.inside)));
    }
    let grey = gallery.originals.iter().filter(|[channels, ..]| *channels == 1).count();
    told.push(match grey {
        0 => "Three channels: red, green, blue; bytes divided by 255.".to_owned(),
        _ if grey == count => {
            "One channel, because all files are grey; bytes divided by 255.".into()
        }
        _ => format!(
            "Three channels: red, green, blue; bytes divided by 255. {} made three alike.",
            counted(grey, "grey picture")
        ),
    });
    let changed = |of: fn(&Changes) -> bool| gallery.changes.iter().filter(|it| of(it)).count();
    for (count, what) in [
        (changed(|it| it.transparent), "laid over black where transparent"),
        (changed(|it| it.deep), "reduced to 8 bits a channel"),
        (changed(|it| it.turned), "turned as the EXIF orientation says"),
    ] {
        if count > 0 {
            told.push(format!("{} {what}.", counted(count, "picture")));
        }
    }
    told
}

/// What was left out, each picture that could not be read with the reason.
pub(super) fn refusals(gallery: &Gallery) -> Vec<DataNote> {
    let mut notes = Vec::new();
    let left_out = |count: usize, what: &str| {
        (count > 0).then(|| note(format!("{} left out: {what}.", counted(count, "file"))))
    };
    notes.extend(left_out(gallery.folder.hidden, "hidden"));
    notes.extend(left_out(gallery.others, "no pictures"));
    notes.extend(left_out(gallery.folder.classless, "not in the folder of a class"));
    notes.extend(left_out(gallery.folder.elsewhere, "in folders beside those of the parts"));
    let unreadable = &gallery.unreadable;
    if !unreadable.is_empty() {
        let count = counted(unreadable.len(), "picture");
        notes.push(warning(format!("{count} could not be read and left out.")));
    }
    for (name, why) in unreadable.iter().take(LISTED_PICTURES) {
        notes.push(warning(format!("{} left out: {why}.", quoted(name))));
    }
    if unreadable.len() > LISTED_PICTURES {
        let more = counted(unreadable.len() - LISTED_PICTURES, "further picture");
        notes.push(warning(format!("{more} left out, not listed here.")));
    }
    notes
}

/// Classes that one part has and another has not.
pub(super) fn missing_classes(
    classes: &[String],
    targets: &Targets,
    train: &[usize],
    test: &[usize],
) -> Vec<DataNote> {
    let seen = |rows: &[usize]| {
        let mut seen = vec![false; classes.len()];
        rows.iter().filter_map(|&row| targets.class(row)).for_each(|class| seen[class] = true);
        seen
    };
    let (in_train, in_test) = (seen(train), seen(test));
    let lacking = |seen: &[bool], what: &str| {
        let names: Vec<String> = (0..classes.len())
            .filter(|&class| !seen[class])
            .map(|class| quoted(&classes[class]))
            .collect();
        (!names.is_empty()).then(|| warning(format!("{what}: {}.", listed(names, NAMED_CLASSES))))
    };
    let untrained = lacking(&in_train, "No training pictures, so it cannot be learnt");
    let untested = lacking(&in_test, "No test pictures");
    untrained.into_iter().chain(untested).collect()
}
