use std::sync::Arc;

/// Where each row of a part stands in the files that it was read from, so that the user can find
/// it there. Four bytes a row; the names of files are shared by all parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    kind: Kind,
    /// Whether the file is the one that was given for testing.
    is_test_file: bool,
    rows: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// Lines of a text file, counted from one.
    Line,
    /// Places in an IDX file, counted from zero.
    Index,
    /// Places among these paths.
    File(Arc<[Box<str>]>),
}

/// Where one row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// The line of a text file on which the row begins, counted from one, as a spreadsheet or an
    /// editor numbers it.
    Line(u32),
    /// Its place in an IDX file, counted from zero.
    Index(u32),
    /// The path of its file within the folder.
    File(&'a str),
}

impl Origin {
    /// Rows of a text file by the lines on which they begin, counted from one.
    #[must_use]
    pub fn lines(lines: Vec<u32>) -> Self {
        Self { kind: Kind::Line, is_test_file: false, rows: lines }
    }

    /// All `rows` rows of an IDX file, in their order.
    #[must_use]
    pub fn indices(rows: usize) -> Self {
        Self { kind: Kind::Index, is_test_file: false, rows: (0..rows).map(short).collect() }
    }

    /// Rows that are a file each: `rows` are places among `paths`.
    #[must_use]
    pub fn files(paths: Arc<[Box<str>]>, rows: &[usize]) -> Self {
        let rows = rows.iter().map(|&row| short(row)).collect();
        Self { kind: Kind::File(paths), is_test_file: false, rows }
    }

    /// The same of the file that was given for testing.
    #[must_use]
    pub fn of_test_file(self) -> Self {
        Self { is_test_file: true, ..self }
    }

    /// Where a row of the part stands; `None` where there is no such row.
    #[must_use]
    pub fn place(&self, row: usize) -> Option<Place<'_>> {
        let at = *self.rows.get(row)?;
        Some(match &self.kind {
            Kind::Line => Place::Line(at),
            Kind::Index => Place::Index(at),
            Kind::File(paths) => Place::File(paths.get(at as usize)?),
        })
    }

    /// `line`, `index` or `file`: what a place is called.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.kind {
            Kind::Line => "line",
            Kind::Index => "index",
            Kind::File(_) => "file",
        }
    }

    /// Whether the rows are of the file that was given for testing, beside another.
    #[must_use]
    pub fn is_test_file(&self) -> bool {
        self.is_test_file
    }

    /// The rows named by `order`, in that order.
    ///
    /// # Panics
    /// When a named row does not exist.
    #[must_use]
    pub fn gather(&self, order: &[usize]) -> Self {
        let rows = order.iter().map(|&row| self.rows[row]).collect();
        Self { kind: self.kind.clone(), is_test_file: self.is_test_file, rows }
    }
}

/// Places beyond 2³² are never reached: so many rows are not loaded.
fn short(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_places_in_any_order() {
        let origin = Origin::lines(vec![2, 5, 9]).gather(&[2, 0]);
        let places = [Some(Place::Line(9)), Some(Place::Line(2)), None];
        assert_eq!([0, 1, 2].map(|row| origin.place(row)), places);
        assert_eq!(Origin::indices(3).gather(&[1]).place(0), Some(Place::Index(1)));
        let paths: Arc<[Box<str>]> = ["cat/1.png".into(), "dog/7.png".into()].into();
        let origin = Origin::files(paths, &[1, 0]).of_test_file();
        assert_eq!(origin.gather(&[1, 0]).place(1), Some(Place::File("dog/7.png")));
        assert!(origin.is_test_file());
        assert_eq!(origin.word(), "file");
    }
}
