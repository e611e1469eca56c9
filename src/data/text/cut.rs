//! Cuts one row of a text into cells and knows where each of them stands.
//!
//! Rows without quotation marks are split as they are; what quotation marks mean is left to
//! `csv-core`. A mark that is not closed does not swallow the rows after it: it counts as a letter
//! and its row as faulty.

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

/// Most bytes of one row. What is longer is no table, or a quotation mark that is never closed.
pub(super) const MAX_ROW: usize = 16 << 20;

/// What stands between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
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
    pub(super) separator: Separator,
    pub(super) quote: Option<u8>,
    /// Whether a backslash takes its meaning from a quotation mark.
    pub(super) escape: bool,
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
pub(super) enum LineEnd {
    Lf,
    CrLf,
    Cr,
    /// The end of the text.
    Text,
}

/// What is wrong with quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadQuote {
    /// It is not closed, or only in the middle of a later cell.
    Open,
    /// Something follows the closing one.
    Followed,
}

/// The row is longer than [`MAX_ROW`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLong;

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
pub(super) struct Cutter {
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

/// A row of a text, cut into cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    cutter: &'a Cutter,
    text: &'a [u8],
}

impl Cutter {
    pub(super) fn new(cut: Cut) -> Self {
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
            core: core(cut),
            spans: Vec::new(),
            loose: Vec::new(),
            at: 0,
            length: 0,
            end: LineEnd::Text,
            bad: None,
        }
    }

    /// Cuts the row that begins at `at`. It may have several lines.
    pub(super) fn cut(&mut self, text: &[u8], at: usize) -> Result<(), TooLong> {
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
    pub(super) fn cut_line(&mut self, text: &[u8], at: usize) -> Result<(), TooLong> {
        let shown = &text[at..text.len().min(at + MAX_ROW)];
        let end = line_length(shown);
        self.cut(&text[..at + end], at)?;
        self.finish(text, end)
    }

    /// The row that was cut last.
    pub(super) fn row<'a>(&'a self, text: &'a [u8]) -> Row<'a> {
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

    /// Cuts a row with quotation marks and answers where it ends.
    fn quoted(&mut self, text: &[u8]) -> usize {
        self.spans.clear();
        self.core.reset();
        let mut at = 0;
        loop {
            // Spaces before a mark would make it a letter.
            let blanks = text[at..].iter().take_while(|byte| self.is_blank(**byte)).count();
            let marked = text.get(at + blanks).copied() == self.cut.quote;
            let start = if marked { at + blanks } else { at };
            let from = self.loose.len();
            let (next, last) = self.field(text, start);
            let end = next - usize::from(next > start && self.ends_cell(text[next - 1]));
            let trouble = self.trouble(&text[start..end]);
            if let Some(trouble) = trouble {
                self.bad.get_or_insert((self.spans.len(), trouble));
                if text[start..end].iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
                    self.bad = Some((self.spans.len(), BadQuote::Open));
                    return self.literal(text, start);
                }
            }
            let to = self.loose.len();
            let (at_, from, to) = (start as u32, from as u32, to as u32);
            self.spans.push(Span { at: at_, from, to, loose: true });
            if last {
                return end;
            }
            at = next;
        }
    }

    /// Reads the cell at `start` into [`Self::loose`]; answers where the next one begins and
    /// whether this was the last one of the row.
    fn field(&mut self, text: &[u8], start: usize) -> (usize, bool) {
        let (mut at, mut filled) = (start, self.loose.len());
        loop {
            if self.loose.len() == filled {
                self.loose.resize(2 * filled + 256, 0);
            }
            let (result, read, written) =
                self.core.read_field(&text[at..], &mut self.loose[filled..]);
            (at, filled) = (at + read, filled + written);
            let last = match result {
                ReadFieldResult::Field { record_end } => record_end,
                ReadFieldResult::End => true,
                ReadFieldResult::OutputFull => continue,
                // At the end of the text the next call, with nothing, ends the cell.
                ReadFieldResult::InputEmpty => continue,
            };
            self.loose.truncate(filled);
            return (at, last);
        }
    }

    /// Whether a byte outside of quotation marks ends the cell before it.
    fn ends_cell(&self, byte: u8) -> bool {
        matches!(self.kinds[usize::from(byte)], Kind::Separator | Kind::End)
    }

    fn is_blank(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t') && self.kinds[usize::from(byte)] == Kind::Other
    }

    /// What is wrong with the marks of a cell that stands in the text as `raw`.
    fn trouble(&self, raw: &[u8]) -> Option<BadQuote> {
        let quote = self.cut.quote?;
        if raw.first() != Some(&quote) {
            return None;
        }
        let Some(close) = closing(raw, quote, self.cut.escape) else { return Some(BadQuote::Open) };
        let rest = &raw[close + 1..];
        (!rest.iter().all(|&byte| self.is_blank(byte))).then_some(BadQuote::Followed)
    }

    /// Cuts a line at runs of spaces and tabs. Quotation marks hold together what is on one line.
    fn blanks(&mut self, text: &[u8], up_to_tab: bool) -> usize {
        let end = line_length(text);
        let line = &text[..end];
        let tab = line.iter().rposition(|&byte| byte == b'\t').filter(|_| up_to_tab);
        let mut at = 0;
        loop {
            at += line[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            if at == end {
                return end;
            }
            let whole = tab.is_some_and(|tab| at > tab);
            at = self.word(line, at, whole);
        }
    }

    /// Takes the cell at `at` and answers where it ends; a `whole` one goes on to the end of the
    /// line unless it is quoted.
    fn word(&mut self, line: &[u8], at: usize, whole: bool) -> usize {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        if let Some(quote) = self.cut.quote.filter(|quote| line[at] == *quote) {
            let close = closing(&line[at..], quote, self.cut.escape).map(|close| at + close);
            match close {
                Some(close) if line.get(close + 1).is_none_or(is_blank) => {
                    self.unquote(line, at, close, quote);
                    return close + 1;
                }
                Some(_) => self.bad.get_or_insert((self.spans.len(), BadQuote::Followed)),
                None => self.bad.get_or_insert((self.spans.len(), BadQuote::Open)),
            };
        }
        let length = line[at..].iter().position(|byte| !whole && is_blank(byte));
        let end = length.map_or(line.len(), |length| at + length);
        self.push(at, end);
        end
    }

    /// Adds the cell between the marks at `open` and `close`.
    fn unquote(&mut self, line: &[u8], open: usize, close: usize, quote: u8) {
        let from = self.loose.len();
        let mut inner = line[open + 1..close].iter().copied().peekable();
        while let Some(byte) = inner.next() {
            let escaped = self.cut.escape && byte == b'\\' && inner.peek() == Some(&quote);
            if !escaped {
                self.loose.push(byte);
            }
            if byte == quote {
                inner.next_if_eq(&quote);
            }
        }
        let (at, from, to) = (open as u32, from as u32, self.loose.len() as u32);
        self.spans.push(Span { at, from, to, loose: true });
    }
}

fn core(cut: Cut) -> Reader {
    let mut builder = ReaderBuilder::new();
    if let Separator::Byte(byte) = cut.separator {
        builder.delimiter(byte);
    }
    builder.quoting(cut.quote.is_some());
    if let Some(quote) = cut.quote {
        builder.quote(quote);
    }
    builder.escape(cut.escape.then_some(b'\\'));
    builder.build()
}

/// Bytes up to the end of the line.
fn line_length(text: &[u8]) -> usize {
    text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len())
}

/// Where the quotation mark at the beginning of `raw` is closed.
fn closing(raw: &[u8], quote: u8, escape: bool) -> Option<usize> {
    let mut at = 1;
    while let Some(&byte) = raw.get(at) {
        if escape && byte == b'\\' {
            at += 2;
        } else if byte != quote {
            at += 1;
        } else if raw.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return Some(at);
        }
    }
    None
}

impl<'a> Row<'a> {
    /// Number of cells.
    pub(super) fn len(&self) -> usize {
        self.cutter.spans.len()
    }

    /// A cell without the spaces around it; nothing beyond the last one.
    pub(super) fn cell(&self, column: usize) -> &'a [u8] {
        let Some(span) = self.cutter.spans.get(column) else { return b"" };
        let source = if span.loose { &self.cutter.loose } else { self.text };
        trimmed(&source[span.from as usize..span.to as usize])
    }

    /// All cells.
    pub(super) fn cells(self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.len()).map(move |column| self.cell(column))
    }

    /// Whether no cell holds anything.
    pub(super) fn is_blank(&self) -> bool {
        self.cells().all(<[u8]>::is_empty)
    }

    /// Where it begins in the text.
    pub(super) fn at(&self) -> usize {
        self.cutter.at
    }

    /// Where a cell begins in the text, or where the row ends.
    pub(super) fn cell_at(&self, column: usize) -> usize {
        let span = self.cutter.spans.get(column);
        let Some(span) = span else { return self.cutter.at + self.content() };
        self.cutter.at + span.at as usize
    }

    /// Bytes without the end of the line.
    fn content(&self) -> usize {
        let end = match self.cutter.end {
            LineEnd::Text => 0,
            LineEnd::Lf | LineEnd::Cr => 1,
            LineEnd::CrLf => 2,
        };
        self.cutter.length - end
    }

    /// Where the next row begins.
    pub(super) fn next(&self) -> usize {
        self.cutter.at + self.cutter.length
    }

    /// Lines it takes.
    pub(super) fn lines(&self) -> usize {
        let plain = self.cutter.loose.is_empty();
        if plain { 1 } else { super::decode::line_of(&self.text[..self.content()]) }
    }

    pub(super) fn end(&self) -> LineEnd {
        self.cutter.end
    }

    /// The first cell whose quotation marks are bad.
    pub(super) fn bad(&self) -> Option<(usize, BadQuote)> {
        self.cutter.bad
    }
}

/// A cell without the spaces around it.
fn trimmed(cell: &[u8]) -> &[u8] {
    let plain = |byte: Option<&u8>| byte.is_none_or(|byte| (b'!'..=b'~').contains(byte));
    if plain(cell.first()) && plain(cell.last()) {
        return cell;
    }
    std::str::from_utf8(cell).map_or(cell, |cell| cell.trim().as_bytes())
}
