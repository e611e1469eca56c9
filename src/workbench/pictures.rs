//! A folder of pictures: its files, and what was left out of it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::data::{self, DataError, DataNote, Dataset, Limits, PictureEntry, PictureReader};
use crate::spec::{DataSpec, ImagesSpec};

use super::load::{at_path, unreadable_folder};

/// Deepest folder within a folder that is looked into.
const MAX_DEPTH: usize = 32;
/// Most things left out that one note names.
const NAMED: usize = 5;

pub(super) fn load_pictures(
    images: &ImagesSpec,
    spec: &DataSpec,
    limits: &Limits,
    progress: data::Progress<'_>,
) -> Result<Dataset, DataError> {
    let folder = Path::new(&images.folder);
    let mut walk = Walk { most: limits.pictures, ..Walk::default() };
    walk.enter(folder, "", 0, progress)?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let read = reader(walk.paths, limits.bytes as u64);
    let data = data::pictures(walk.entries, read, spec, &name, limits, progress);
    let mut data = data.map_err(|why| at_path(why, folder))?;
    data.notes.extend(note(&walk.left_out));
    Ok(data)
}

/// Reads the file with a number, unless it has grown beyond all measure.
fn reader(paths: Vec<PathBuf>, most: u64) -> PictureReader {
    Arc::new(move |number: usize| {
        let mut bytes = Vec::new();
        File::open(&paths[number])?.take(most + 1).read_to_end(&mut bytes)?;
        match bytes.len() as u64 > most {
            true => Err(io::Error::other(format!("it is larger than {most} bytes"))),
            false => Ok(bytes),
        }
    })
}

/// The files of a folder and of the folders in it, hidden ones left out.
#[derive(Default)]
struct Walk {
    entries: Vec<PictureEntry>,
    paths: Vec<PathBuf>,
    /// Folders that were looked into, by their true names: a link may lead back to one.
    seen: BTreeSet<PathBuf>,
    /// Name of what could not be used, and why.
    left_out: Vec<String>,
    /// One file more than this is enough to know that there are too many.
    most: usize,
}

impl Walk {
    fn enter(
        &mut self,
        folder: &Path,
        prefix: &str,
        depth: usize,
        progress: data::Progress<'_>,
    ) -> Result<(), DataError> {
        if progress(0.0).is_break() {
            return Err(DataError::Cancelled);
        }
        let listed = fs::canonicalize(folder).and_then(|name| Ok((name, sorted(folder)?)));
        let (name, paths) = match listed {
            Ok(listed) => listed,
            Err(why) if depth == 0 => return Err(unreadable_folder(folder, &why)),
            Err(why) => {
                self.left_out.push(format!("{prefix} ({why})"));
                return Ok(());
            }
        };
        if depth > MAX_DEPTH || !self.seen.insert(name) {
            self.left_out.push(format!("{prefix} (a folder that was met before)"));
            return Ok(());
        }
        for path in paths {
            if self.entries.len() > self.most {
                return Ok(());
            }
            self.take(path, prefix, depth, progress)?;
        }
        Ok(())
    }

    fn take(
        &mut self,
        path: PathBuf,
        prefix: &str,
        depth: usize,
        progress: data::Progress<'_>,
    ) -> Result<(), DataError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            return Ok(());
        }
        let name = if prefix.is_empty() { name.into_owned() } else { format!("{prefix}/{name}") };
        match fs::metadata(&path) {
            Ok(meta) if meta.is_dir() => return self.enter(&path, &name, depth + 1, progress),
            Ok(meta) if meta.is_file() => {
                self.entries.push(PictureEntry { name, bytes: meta.len() });
                self.paths.push(path);
            }
            Ok(_) => self.left_out.push(format!("{name} (neither a file nor a folder)")),
            Err(why) => self.left_out.push(format!("{name} ({why})")),
        }
        Ok(())
    }
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.sort_unstable();
    Ok(paths)
}

fn note(left_out: &[String]) -> Option<DataNote> {
    let named = left_out.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = left_out.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!("Left out of the folder: {named}{more}.");
    (!left_out.is_empty()).then_some(DataNote { message, warning: true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::ControlFlow;

    fn walked(folder: &Path, most: usize) -> Walk {
        let mut walk = Walk { most, ..Walk::default() };
        walk.enter(folder, "", 0, &mut |_| ControlFlow::Continue(())).expect("readable");
        walk
    }

    fn names(walk: &Walk) -> Vec<&str> {
        walk.entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    #[test]
    fn files_are_found_with_their_folders_and_hidden_ones_are_not() {
        let folder = tempfile::tempdir().expect("made");
        for name in ["b/2.png", "a/1.png", "a/.hidden.png", ".git/x.png", "readme"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
            fs::write(path, name).expect("written");
        }
        let walk = walked(folder.path(), 100);
        assert_eq!(names(&walk), ["a/1.png", "b/2.png", "readme"]);
        assert_eq!(walk.entries[0].bytes, 7);
        assert!(note(&walk.left_out).is_none());
        assert_eq!(walked(folder.path(), 1).entries.len(), 2, "one more than the most");
        let read = reader(walk.paths, 7);
        assert_eq!(read(0).expect("read"), b"a/1.png");
        fs::write(folder.path().join("a/1.png"), "too much").expect("written");
        assert!(read(0).is_err());
    }

    #[test]
    fn the_user_may_stop_the_walk() {
        let folder = tempfile::tempdir().expect("made");
        let mut walk = Walk::default();
        let stopped = walk.enter(folder.path(), "", 0, &mut |_| ControlFlow::Break(()));
        assert_eq!(stopped, Err(DataError::Cancelled));
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_back_or_nowhere_are_told() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("made");
        let inner = folder.path().join("a");
        fs::create_dir(&inner).expect("made");
        fs::write(inner.join("1.png"), "1").expect("written");
        symlink(folder.path(), inner.join("back")).expect("linked");
        symlink("nothing", inner.join("gone.png")).expect("linked");
        let walk = walked(folder.path(), 100);
        assert_eq!(names(&walk), ["a/1.png"]);
        let told = note(&walk.left_out).expect("told").message;
        assert!(told.contains("a/back (a folder that was met before)"), "{told}");
        assert!(told.contains("a/gone.png"), "{told}");
    }
}
