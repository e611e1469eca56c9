use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A place in a text, both counted from one; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Place {
    /// The place of a byte. One beyond the end, or within a character, counts as the nearest
    /// place before it.
    #[must_use]
    pub fn of(text: &str, byte: usize) -> Self {
        let before = &text[..text.floor_char_boundary(byte)];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[start..].trim_start_matches('\u{feff}').chars().count() + 1,
        }
    }
}

/// Why a file could not be read or written: where in it, a sentence for the user, and its path
/// last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    message: String,
    place: Option<Place>,
    path: Option<PathBuf>,
}

impl FileError {
    /// An error that is about the file as a whole.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, path: None }
    }

    /// An error at a byte of a text.
    #[must_use]
    pub fn at(text: &str, byte: usize, message: impl Into<String>) -> Self {
        Self { place: Some(Place::of(text, byte)), ..Self::new(message) }
    }

    /// What the operating system says about reading or writing a file.
    #[must_use]
    pub fn io(what: &str, error: &io::Error, path: &Path) -> Self {
        Self::new(format!("{what}: {}.", reason(error))).in_file(path)
    }

    /// The same error, said of a file.
    #[must_use]
    pub fn in_file(self, path: &Path) -> Self {
        Self { path: Some(path.to_path_buf()), ..self }
    }

    /// The sentence alone.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where in the text, if that is known.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// Which file, if that is known.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

/// What went wrong, in the words a user knows.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::StorageFull => "the disk is full".into(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        _ => error.to_string(),
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "Line {}, column {}: ", place.line, place.column)?;
        }
        f.write_str(&self.message)?;
        match &self.path {
            Some(path) => write!(f, " ({})", path.display()),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FileError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let text = "äb\ncd";
        for (byte, line, column) in
            [(0, 1, 1), (1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 1), (5, 2, 2), (999, 2, 3)]
        {
            assert_eq!(Place::of(text, byte), Place { line, column }, "byte {byte}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        assert_eq!(Place::of("\u{feff}ab", 4), Place { line: 1, column: 2 });
    }

    #[test]
    fn the_path_comes_last() {
        let error = FileError::at("a\nb", 2, "“b” is wrong.").in_file(Path::new("x.toml"));
        assert_eq!(error.to_string(), "Line 2, column 1: “b” is wrong. (x.toml)");
        let missing = io::Error::from(io::ErrorKind::NotFound);
        let error = FileError::io("The file cannot be opened", &missing, Path::new("y"));
        let text = "The file cannot be opened: there is no such file or folder. (y)";
        assert_eq!(error.to_string(), text);
    }
}
