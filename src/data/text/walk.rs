//! Goes through a text from row to row and leaves out what is none: blank lines and comments.

use super::cut::{Cut, Cutter, LineEnd, MAX_ROW, Row};
use crate::data::DataError;
use crate::data::tell::invalid;
use crate::spec::Comment;

/// What lines of comment begin with unless the user says otherwise.
const USUAL_MARKS: [&str; 3] = ["#", "%", "//"];

/// Which lines are comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comments {
    /// Those that begin with this character, or none.
    Of(Option<char>),
    /// Those that begin with one of the usual marks.
    Usual,
    /// Those of them that have another number of cells than the table has columns.
    Unfit(usize),
}

impl Comments {
    /// What is known of comments before the number of columns is.
    pub(super) fn of(comment: Comment) -> Self {
        match comment {
            Comment::Auto => Self::Usual,
            Comment::None => Self::Of(None),
            Comment::Of(mark) => Self::Of(Some(mark)),
        }
    }

    /// The same for a table of `width` columns. Any line fits a table of one column.
    pub(super) fn fitting(self, width: usize) -> Self {
        match self {
            _ if width == 1 => self,
            Self::Of(mark) => Self::Of(mark),
            Self::Usual | Self::Unfit(_) => Self::Unfit(width),
        }
    }

    /// The mark with which a line begins.
    fn mark(self, line: &[u8]) -> Option<char> {
        let begins = |mark: char| line.starts_with(mark.encode_utf8(&mut [0; 4]).as_bytes());
        match self {
            Self::Of(mark) => mark.filter(|&mark| begins(mark)),
            Self::Usual | Self::Unfit(_) => {
                let mark = USUAL_MARKS.iter().find(|mark| line.starts_with(mark.as_bytes()))?;
                mark.chars().next()
            }
        }
    }
}

/// What was met on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Met {
    /// Rows without any value.
    pub(super) blank: usize,
    pub(super) comments: usize,
    /// What the first comment begins with.
    pub(super) mark: Option<char>,
    /// Lines that end in LF, CRLF and CR.
    pub(super) ends: [usize; 3],
}

/// A place between two rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Offset into the text.
    pub(super) at: usize,
    /// Line, counted from one.
    pub(super) line: usize,
}

impl Place {
    pub(super) const START: Self = Self { at: 0, line: 1 };

    /// The place after so many more lines.
    pub(super) fn after_lines(mut self, text: &[u8], lines: usize) -> Self {
        for _ in 0..lines {
            let Some(end) = text[self.at..].iter().position(|byte| matches!(byte, b'\n' | b'\r'))
            else {
                self.at = text.len();
                return self;
            };
            self.at += end;
            self.at += if text[self.at..].starts_with(b"\r\n") { 2 } else { 1 };
            self.line += 1;
        }
        self
    }
}

/// Walks over the rows of a text.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    text: &'a [u8],
    cutter: Cutter,
    comments: Comments,
    /// Where the row that was met last begins.
    place: Place,
    next: Place,
    pub(super) met: Met,
}

impl<'a> Walk<'a> {
    pub(super) fn new(text: &'a [u8], cut: Cut, comments: Comments, from: Place) -> Self {
        let cutter = Cutter::new(cut);
        Self { text, cutter, comments, place: from, next: from, met: Met::default() }
    }

    /// Goes to the next row that is neither blank nor a comment; `false` at the end.
    pub(super) fn advance(&mut self) -> Result<bool, DataError> {
        while self.next.at < self.text.len() {
            self.place = self.next;
            let comment = self.step()?;
            let row = self.cutter.row(self.text);
            self.next = Place { at: row.next(), line: self.place.line + row.lines() };
            match row.end() {
                LineEnd::Lf => self.met.ends[0] += 1,
                LineEnd::CrLf => self.met.ends[1] += 1,
                LineEnd::Cr => self.met.ends[2] += 1,
                LineEnd::Text => {}
            }
            if let Some(mark) = comment {
                self.met.comments += 1;
                self.met.mark.get_or_insert(mark);
            } else if row.is_blank() {
                self.met.blank += 1;
            } else {
                return Ok(true);
            }
        }
        self.place = self.next;
        Ok(false)
    }

    /// Cuts the next row and answers its mark if it is a comment.
    fn step(&mut self) -> Result<Option<char>, DataError> {
        let Place { at, line } = self.place;
        let mark = self.comments.mark(&self.text[at..]);
        let cut = match mark {
            Some(_) => self.cutter.cut_line(self.text, at),
            None => self.cutter.cut(self.text, at),
        };
        if cut.is_err() {
            return invalid(format!(
                "Row {line} is longer than {} MiB, so this is no table of rows and columns.",
                MAX_ROW >> 20
            ));
        }
        let Comments::Unfit(width) = self.comments else { return Ok(mark) };
        let fits = self.cutter.row(self.text).len() == width;
        if mark.is_some() && fits {
            // A row after all, and its quotation marks may reach over several lines.
            return Ok(self.cutter.cut(self.text, at).err().and(mark));
        }
        Ok(mark)
    }

    /// The row that was met last.
    pub(super) fn row(&self) -> Row<'_> {
        self.cutter.row(self.text)
    }

    /// Line at which the row that was met last begins; at the end, the line after the last one.
    pub(super) fn line(&self) -> usize {
        self.place.line
    }

    /// Where the row that was met last begins.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Where the next row begins.
    pub(super) fn next(&self) -> Place {
        self.next
    }
}

/// `LF`, `CRLF`, `CR` or `mixed`.
pub(super) fn line_ends(ends: [usize; 3]) -> &'static str {
    match ends {
        [_, 0, 0] => "LF",
        [0, _, 0] => "CRLF",
        [0, 0, _] => "CR",
        _ => "mixed",
    }
}
