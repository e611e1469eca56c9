//! Rows with quotation marks, read by `csv-core`.

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use super::{BadQuote, Cut, Cutter, Kind, Separator, Span};

impl Cutter {
    /// Cuts a row with quotation marks and answers where it ends.
    pub(super) fn quoted(&mut self, text: &[u8]) -> usize {
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
}

/// Reads cells as `cut` says.
pub(super) fn reader(cut: Cut) -> Reader {
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

/// Where the quotation mark at the beginning of `raw` is closed.
pub(super) fn closing(raw: &[u8], quote: u8, escape: bool) -> Option<usize> {
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
