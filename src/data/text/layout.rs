//! How a text is laid out as a table: as the user says, and where that is open as the first rows
//! show it.

use super::cut::{Cut, Separator};
use super::decode::Text;
use super::guess::{beginning, find_rows, find_style, text_columns, title_rows};
use super::header::{Cells, Names, looks_like_header, usual_length};
use super::number::Style;
use super::walk::{Comments, Met, Place, Walk, line_ends};
use crate::data::tell::invalid;
use crate::data::{DataError, LayoutFindings, Limits, Progress};
use crate::spec::{
    Comment, CsvSpec, Decimal, Delimiter, Dialect, Encoding, HeaderMode, Quote, Thousands,
};

/// How a text is laid out as a table. Nothing is left to be guessed.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) cut: Cut,
    pub(super) comments: Comments,
    pub(super) style: Style,
    pub(super) delimiter: Delimiter,
    pub(super) header: bool,
    pub(super) names: Names,
    /// Where the header begins, if there is one.
    pub(super) head: Place,
    /// Where the rows of data begin.
    pub(super) start: Place,
    pub(super) title_lines: usize,
    /// What was met before the first row of data.
    pub(super) met: Met,
    /// Columns with a text that is no number among their first cells.
    pub(super) texts: Vec<bool>,
}

impl Layout {
    /// Looks at the first rows.
    pub(super) fn find(
        text: &Text,
        spec: &CsvSpec,
        limits: &Limits,
        progress: Progress<'_>,
    ) -> Result<Self, DataError> {
        let text = beginning(&text.bytes);
        let after_titles = Place::START.after_lines(text, spec.dialect.skip.unwrap_or(0));
        let (cut, comments, mut sample) = find_rows(text, &spec.dialect, after_titles, progress)?;
        if sample.rows.is_empty() {
            return invalid(if after_titles.at == 0 {
                "The file is empty."
            } else {
                "There is nothing after the lines that are skipped. Skip fewer lines."
            });
        }
        let titles = if spec.dialect.skip.is_none() { title_rows(&sample.rows) } else { 0 };
        sample.rows.drain(..titles);
        let head = if titles > 0 { sample.places[titles] } else { after_titles };
        sample.places.drain(..titles);
        let style = find_style(&sample.rows, &spec.dialect, cut);
        let layout = Self::of_sample(&sample.rows, spec, cut, style);
        let mut layout = Self { comments, head, title_lines: head.line - 1, ..layout };
        layout.refuse_width(limits)?;
        layout.pass_header(text)?;
        layout.comments = comments.fitting(layout.names.names.len());
        Ok(layout)
    }

    fn of_sample(rows: &[Cells], spec: &CsvSpec, cut: Cut, style: Style) -> Self {
        let (first, below) = rows.split_first().expect("a sample has rows");
        let header = match spec.header {
            HeaderMode::Auto => looks_like_header(first, below, style),
            HeaderMode::Present => true,
            HeaderMode::Absent => false,
        };
        let names = if header {
            Names::of(first, below)
        } else {
            Names::by_number(usual_length(rows).map_or(0, |(_, length)| length))
        };
        let width = names.names.len();
        let texts = text_columns(if header { below } else { rows }, width, style);
        Self {
            cut,
            comments: Comments::Of(None),
            style,
            delimiter: delimiter_of(cut.separator),
            header,
            names,
            head: Place::START,
            start: Place::START,
            title_lines: 0,
            met: Met::default(),
            texts,
        }
    }

    fn refuse_width(&self, limits: &Limits) -> Result<(), DataError> {
        let width = self.names.names.len();
        if width > limits.columns {
            return invalid(format!(
                "The table has {width} columns, and at most {} are loaded. Keep fewer columns, or \
                 raise the limit for columns in the settings.",
                limits.columns
            ));
        }
        Ok(())
    }

    /// Finds where the rows of data begin.
    fn pass_header(&mut self, text: &[u8]) -> Result<(), DataError> {
        let mut walk = Walk::new(text, self.cut, self.comments, self.head);
        self.start = self.head;
        if self.header && walk.advance()? {
            self.head = walk.place();
            self.start = walk.next();
            self.met = walk.met;
        }
        Ok(())
    }

    /// The dialect with nothing left to be guessed, `met` being all that was met in the text.
    pub(super) fn dialect(
        &self,
        encoding: Encoding,
        wanted: Dialect,
        mark: Option<char>,
    ) -> Dialect {
        let quote = match self.cut.quote {
            None => Quote::None,
            Some(b'\'') => Quote::Single,
            Some(_) => Quote::Double,
        };
        let comment = match wanted.comment {
            Comment::Auto => mark.map_or(Comment::None, Comment::Of),
            chosen => chosen,
        };
        Dialect {
            encoding,
            delimiter: self.delimiter,
            quote,
            decimal: self.style.decimal,
            thousands: self.style.thousands,
            skip: Some(self.title_lines),
            comment,
        }
    }

    /// The same in words.
    pub(super) fn findings(&self, encoding: &str, met: &Met) -> LayoutFindings {
        LayoutFindings {
            encoding: encoding.to_owned(),
            delimiter: delimiter_name(self.delimiter).to_owned(),
            quote: match self.cut.quote {
                None => "none",
                Some(b'\'') => "single quotation marks",
                Some(_) => "double quotation marks",
            }
            .to_owned(),
            decimal: if self.style.decimal == Decimal::Comma { "3,5" } else { "3.5" }.to_owned(),
            thousands: thousands_name(self.style.thousands).to_owned(),
            line_ends: line_ends(met.ends).to_owned(),
            header: self.header,
            title_lines: self.title_lines,
            comment_lines: met.comments,
        }
    }
}

fn delimiter_of(separator: Separator) -> Delimiter {
    match separator {
        Separator::Byte(b';') => Delimiter::Semicolon,
        Separator::Byte(b'\t') => Delimiter::Tab,
        Separator::Byte(b'|') => Delimiter::Pipe,
        Separator::Byte(_) => Delimiter::Comma,
        Separator::Blanks | Separator::BlanksUpToTab => Delimiter::Spaces,
    }
}

fn delimiter_name(delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Auto | Delimiter::Comma => "commas",
        Delimiter::Semicolon => "semicolons",
        Delimiter::Tab => "tabs",
        Delimiter::Pipe => "vertical bars",
        Delimiter::Spaces => "spaces",
    }
}

fn thousands_name(thousands: Thousands) -> &'static str {
    match thousands {
        Thousands::Auto | Thousands::None => "none",
        Thousands::Comma => "1,000",
        Thousands::Point => "1.000",
        Thousands::Space => "1 000",
        Thousands::Apostrophe => "1'000",
    }
}
