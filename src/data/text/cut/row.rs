//! A row and its cells.

use super::{BadQuote, Cutter, LineEnd};
use crate::data::text::decode::line_of;

/// A row of a text, cut into cells.
#[derive(Clone, Copy, Debug)]
pub(in crate::data::text) struct Row<'a> {
    pub(super) cutter: &'a Cutter,
    pub(super) text: &'a [u8],
}

impl<'a> Row<'a> {
    /// Number of cells.
    pub(in crate::data::text) fn len(&self) -> usize {
        self.cutter.spans.len()
    }

    /// A cell without the spaces around it; nothing beyond the last one.
    pub(in crate::data::text) fn cell(&self, column: usize) -> &'a [u8] {
        let Some(span) = self.cutter.spans.get(column) else { return b"" };
        let source = if span.loose { &self.cutter.loose } else { self.text };
        trimmed(&source[span.from as usize..span.to as usize])
    }

    /// All cells.
    pub(in crate::data::text) fn cells(self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.len()).map(move |column| self.cell(column))
    }

    /// Whether no cell holds anything.
    pub(in crate::data::text) fn is_blank(&self) -> bool {
        self.cells().all(<[u8]>::is_empty)
    }

    /// Where it begins in the text.
    pub(in crate::data::text) fn at(&self) -> usize {
        self.cutter.at
    }

    /// Where a cell begins in the text, or where the row ends.
    pub(in crate::data::text) fn cell_at(&self, column: usize) -> usize {
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
    pub(in crate::data::text) fn next(&self) -> usize {
        self.cutter.at + self.cutter.length
    }

    /// Lines it takes.
    pub(in crate::data::text) fn lines(&self) -> usize {
        let plain = self.cutter.loose.is_empty();
        if plain { 1 } else { line_of(&self.text[..self.content()]) }
    }

    pub(in crate::data::text) fn end(&self) -> LineEnd {
        self.cutter.end
    }

    /// The first cell whose quotation marks are bad.
    pub(in crate::data::text) fn bad(&self) -> Option<(usize, BadQuote)> {
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
