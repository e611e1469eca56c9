//! Knows: bytes of UTF-8. Cuts one row of a text into cells and knows where each of them stands.
//! Never: which rows belong to a table, and what the cells mean.
//!
//! Rows without quotation marks are split as they are; what quotation marks mean is left to
//! `csv-core`. A mark that is not closed does not swallow the rows after it: it counts as a letter
//! and its row as faulty.

mod blanks;
mod quotes;
mod row;

use csv_core::Reader;

pub(super) use row::Row;

/// Most bytes of one row. What is longer is no table, or a quotation mark that is never closed.
pub(in crate::data::text) const MAX_ROW: usize = 4 << 20;

/// What stands between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data::text) enum Separator {
    /// This byte of ASCII.
    Byte(u8),
    /// One or more spaces or tabs.
    Blanks,
    /// The same up to the last tab of a line; what follows it is one cell, spaces or not.
    BlanksUpToTab,
}

/// How rows are cut into cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data) struct Cut {
    pub(in crate::data::text) separator: Separator,
    pub(in crate::data::text) quote: Option<u8>,
    /// Whether a backslash takes its meaning from a quotation mark.
    pub(in crate::data::text) escape: bool,
}

impl Cut {
    /// Where cell `column` of the row at `at` begins; the row where it cannot be found.
    pub(in crate::data) fn cell_at(self, text: &[u8], at: usize, column: usize) -> usize {
        let mut cutter = Cutter::new(self);
        match cutter.cut(text, at) {
            Ok(()) => cutter.row(text).cell_at(column),
            Err(TooLong) => at,
        }
    }
}

/// What ended a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data::text) enum LineEnd {
    Lf,
    CrLf,
    Cr,
    /// The end of the text.
    Text,
}

/// What is wrong with quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data::text) enum BadQuote {
    /// It is not closed, or only in the middle of a later cell.
    Open,
    /// Something follows the closing one.
    Followed,
}

/// The row is longer than [`MAX_ROW`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data::text) struct TooLong;

/// A cell, relative to the beginning of its row.
#[derive(Clone, Copy, Debug)]
struct Span {
    /// Where it begins in the text.
    at: u32,
    /// Its content, in the text or, where marks had to be taken out, in [`Cutter::loose`].
    from: u32,
    to: u32,
    loose: bool,
}

/// What a byte means outside of quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Other,
    Separator,
    Quote,
    End,
}

/// Cuts rows, and holds the last one.
#[derive(Debug)]
pub(in crate::data::text) struct Cutter {
    cut: Cut,
    kinds: [Kind; 256],
    core: Reader,
    spans: Vec<Span>,
    /// Contents of cells without their quotation marks.
    loose: Vec<u8>,
    at: usize,
    /// Bytes up to the next row.
    length: usize,
    end: LineEnd,
    bad: Option<(usize, BadQuote)>,
}

impl Cutter {
    pub(in crate::data::text) fn new(cut: Cut) -> Self {
        let mut kinds = [Kind::Other; 256];
        if let Some(quote) = cut.quote {
            kinds[usize::from(quote)] = Kind::Quote;
        }
        if let Separator::Byte(byte) = cut.separator {
            kinds[usize::from(byte)] = Kind::Separator;
        }
        kinds[usize::from(b'\n')] = Kind::End;
        kinds[usize::from(b'\r')] = Kind::End;
        Self {
            cut,
            kinds,
            core: quotes::reader(cut),
            spans: Vec::new(),
            loose: Vec::new(),
            at: 0,
            length: 0,
            end: LineEnd::Text,
            bad: None,
        }
    }

    /// Cuts the row that begins at `at`. It may have several lines.
    pub(in crate::data::text) fn cut(&mut self, text: &[u8], at: usize) -> Result<(), TooLong> {
        self.begin(at);
        let shown = &text[at..text.len().min(at + MAX_ROW)];
        let end = match self.cut.separator {
            Separator::Byte(_) => match self.plain(shown, 0) {
                Some(end) => end,
                None => self.quoted(shown),
            },
            Separator::Blanks => self.blanks(shown, false),
            Separator::BlanksUpToTab => self.blanks(shown, true),
        };
        self.finish(text, end)
    }

    /// Cuts the line that begins at `at`; quotation marks do not reach beyond it.
    pub(in crate::data::text) fn cut_line(
        &mut self,
        text: &[u8],
        at: usize,
    ) -> Result<(), TooLong> {
        let shown = &text[at..text.len().min(at + MAX_ROW)];
        let end = line_length(shown);
        self.cut(&text[..at + end], at)?;
        self.finish(text, end)
    }

    /// The row that was cut last.
    pub(in crate::data::text) fn row<'a>(&'a self, text: &'a [u8]) -> Row<'a> {
        Row { cutter: self, text: &text[self.at..] }
    }

    fn begin(&mut self, at: usize) {
        (self.at, self.bad) = (at, None);
        self.spans.clear();
        self.loose.clear();
    }

    fn finish(&mut self, text: &[u8], end: usize) -> Result<(), TooLong> {
        let rest = &text[self.at + end..];
        (self.end, self.length) = match rest {
            [b'\r', b'\n', ..] => (LineEnd::CrLf, end + 2),
            [b'\r', ..] => (LineEnd::Cr, end + 1),
            [b'\n', ..] => (LineEnd::Lf, end + 1),
            [] => (LineEnd::Text, end),
            _ => return Err(TooLong),
        };
        Ok(())
    }

    fn push(&mut self, from: usize, to: usize) {
        // A row has less than 2³² bytes, see `MAX_ROW`.
        self.spans.push(Span { at: from as u32, from: from as u32, to: to as u32, loose: false });
    }

    /// Splits what begins at `start` up to the end of the line, which it answers, or `None` at a
    /// cell that begins with a quotation mark.
    fn plain(&mut self, text: &[u8], start: usize) -> Option<usize> {
        let mut from = start;
        for (index, &byte) in text.iter().enumerate().skip(start) {
            match self.kinds[usize::from(byte)] {
                Kind::Other => {}
                Kind::Separator => {
                    self.push(from, index);
                    from = index + 1;
                }
                Kind::Quote
                    if text[from..index].iter().all(|byte| matches!(byte, b' ' | b'\t')) =>
                {
                    return None;
                }
                Kind::Quote => {}
                Kind::End => {
                    self.push(from, index);
                    return Some(index);
                }
            }
        }
        self.push(from, text.len());
        Some(text.len())
    }

    /// Splits from `start` on, taking quotation marks for letters.
    fn literal(&mut self, text: &[u8], start: usize) -> usize {
        let end = start + line_length(&text[start..]);
        let mut from = start;
        for (index, &byte) in text[..end].iter().enumerate().skip(start) {
            if self.kinds[usize::from(byte)] == Kind::Separator {
                self.push(from, index);
                from = index + 1;
            }
        }
        self.push(from, end);
        end
    }
}

/// Bytes up to the end of the line.
fn line_length(text: &[u8]) -> usize {
    text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len())
}
