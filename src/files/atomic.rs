use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::FileError;

/// Replaces a file as a whole or not at all: writes a new file beside it, flushes it to the disk
/// and renames it. Whatever goes wrong, the old file stays as it was and nothing else is left
/// behind. A symbolic link stays one; the file it points to is replaced.
///
/// # Errors
/// When the folder does not exist or cannot be written to, when `path` is a folder, when `write`
/// fails, or when the disk is full.
pub fn write_atomic(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), FileError> {
    let failed = |error: io::Error| FileError::io("The file cannot be written", &error, path);
    if path.is_dir() {
        return Err(FileError::new("A folder has this name; choose another.").in_file(path));
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = folder_of(&target);
    if !folder.is_dir() {
        let message = "The folder of the file does not exist.";
        return Err(FileError::new(message).in_file(path));
    }
    let mut file = new_file(&folder, &target).map_err(failed)?;
    fill(&mut file, write).map_err(failed)?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    sync_folder(&folder);
    Ok(())
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// A hidden file in the folder, with the permissions of the file that it will replace.
fn new_file(folder: &Path, target: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".descent-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The creation mask of the user takes away from this what it takes from any new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder)?;
    if let Ok(old) = fs::metadata(target) {
        file.as_file().set_permissions(old.permissions())?;
    }
    Ok(file)
}

fn fill(
    file: &mut NamedTempFile,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = BufWriter::new(file.as_file_mut());
    write(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    file.as_file().sync_all()
}

/// Makes the new name last through a loss of power, where the system can do that. The file is
/// complete under its name by now, so a failure is none of the user's concern.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("readable");
        let name = |entry: io::Result<fs::DirEntry>| {
            entry.expect("readable").file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn writes_and_replaces() {
        let folder = TempDir::new().expect("made");
        let path = folder.path().join("a.txt");
        for text in ["one", "two, longer", ""] {
            write_atomic(&path, |out| out.write_all(text.as_bytes())).expect("written");
            assert_eq!(fs::read_to_string(&path).expect("there"), text);
        }
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn a_failing_writer_leaves_the_old_file_and_nothing_else() {
        let folder = TempDir::new().expect("made");
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").expect("written");
        let error = write_atomic(&path, |out| {
            out.write_all(&[b'x'; 100_000])?;
            Err(io::Error::other("the pen broke"))
        })
        .expect_err("fails");
        assert!(error.to_string().contains("the pen broke"), "{error}");
        assert!(error.to_string().ends_with("a.txt)"), "{error}");
        assert_eq!(fs::read_to_string(&path).expect("there"), "old");
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn a_panicking_writer_leaves_the_old_file_and_nothing_else() {
        let folder = TempDir::new().expect("made");
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").expect("written");
        let outcome = std::panic::catch_unwind(|| write_atomic(&path, |_| panic!("on purpose")));
        assert!(outcome.is_err());
        assert_eq!(fs::read_to_string(&path).expect("there"), "old");
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = TempDir::new().expect("made");
        let path = folder.path().join("no").join("a.txt");
        let error = write_atomic(&path, |_| Ok(())).expect_err("fails");
        assert!(error.message().contains("folder of the file does not exist"), "{error}");
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_folder_is_not_replaced() {
        let folder = TempDir::new().expect("made");
        let path = folder.path().join("results");
        fs::create_dir(&path).expect("made");
        let error = write_atomic(&path, |_| Ok(())).expect_err("fails");
        assert!(error.message().contains("folder has this name"), "{error}");
        assert!(path.is_dir());
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_written_to_is_an_error() {
        use std::os::unix::fs::PermissionsExt;
        let folder = TempDir::new().expect("made");
        let path = folder.path().join("a.txt");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).expect("set");
        // The superuser may write anywhere; for everybody else the folder is closed.
        let closed = File::create(folder.path().join("probe")).is_err();
        let written = write_atomic(&path, |out| out.write_all(b"x"));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("set");
        assert_eq!(written.is_err(), closed);
        assert_eq!(path.exists(), !closed);
        if let Err(error) = written {
            assert!(error.message().contains("permission denied"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_kernel_file_system_refuses_new_files() {
        let path = Path::new("/proc/descent-test");
        if !Path::new("/proc/self").exists() {
            return;
        }
        assert!(write_atomic(path, |_| Ok(())).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = TempDir::new().expect("made");
        let (path, link) = (folder.path().join("a.txt"), folder.path().join("link"));
        fs::write(&path, "old").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        symlink(&path, &link).expect("linked");
        write_atomic(&link, |out| out.write_all(b"new")).expect("written");
        assert_eq!(fs::read_to_string(&path).expect("there"), "new");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    }
}
