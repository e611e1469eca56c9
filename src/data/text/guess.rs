//! Guesses from the first rows of a text how it is cut, which of its lines are titles, and how it
//! writes numbers.

use super::cut::{Cut, Separator};
use super::header::{Cells, usual_length};
use super::number::{Style, guess, styles};
use super::walk::{Comments, Place, Walk};
use crate::data::raw::is_missing_word;
use crate::data::tell::report;
use crate::data::{DataError, Progress};
use crate::spec::{Decimal, Delimiter, Dialect, Quote, Thousands};

/// Most bytes from which the dialect is guessed; more where a single row is longer.
const SAMPLE_BYTES: usize = 1 << 20;
/// Most rows from which it is guessed.
const SAMPLE_ROWS: usize = 200;
/// Most cells of these rows.
const SAMPLE_CELLS: usize = 50_000;
/// Most lines that are taken for titles.
const MAX_TITLES: usize = 50;

/// The first rows of a text cut in one way.
pub(super) struct Sample {
    pub(super) rows: Vec<Cells>,
    pub(super) places: Vec<Place>,
    /// Rows whose quotation marks are bad.
    bad: usize,
}

impl Sample {
    fn take(text: &[u8], cut: Cut, comments: Comments, from: Place) -> Result<Self, DataError> {
        let mut walk = Walk::new(text, cut, comments, from);
        let mut sample = Self { rows: Vec::new(), places: Vec::new(), bad: 0 };
        let mut cells = 0;
        while sample.rows.len() < SAMPLE_ROWS && cells < SAMPLE_CELLS && walk.advance()? {
            let row = walk.row();
            sample.bad += usize::from(row.bad().is_some());
            sample.places.push(walk.place());
            sample
                .rows
                .push(row.cells().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect());
            cells += row.len();
        }
        Ok(sample)
    }
}

/// The cut, the comments and the first rows.
pub(super) fn find_rows(
    text: &[u8],
    dialect: &Dialect,
    from: Place,
    progress: Progress<'_>,
) -> Result<(Cut, Comments, Sample), DataError> {
    let usual = Comments::of(dialect.comment);
    let (cut, sample) = find_cut(text, dialect, usual, from, progress)?;
    let comments = match usual_length(&sample.rows) {
        Some((_, length)) => usual.fitting(length),
        // Where all lines look like comments, none of them is one.
        None if usual == Comments::Usual => Comments::Of(None),
        None => usual,
    };
    if comments == usual {
        return Ok((cut, comments, sample));
    }
    Ok((cut, comments, Sample::take(text, cut, comments, from)?))
}

/// The first rows, cut off after a line where there is one.
pub(super) fn beginning(text: &[u8]) -> &[u8] {
    if text.len() <= SAMPLE_BYTES {
        return text;
    }
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let last = text[..SAMPLE_BYTES].iter().rposition(is_end);
    let end = last.or_else(|| Some(SAMPLE_BYTES + text[SAMPLE_BYTES..].iter().position(is_end)?));
    end.map_or(text, |end| &text[..=end])
}

/// The separators that a choice allows, the most usual first.
fn separators(delimiter: Delimiter) -> &'static [Separator] {
    use Separator::{Blanks, BlanksUpToTab, Byte};
    match delimiter {
        Delimiter::Auto => {
            &[Byte(b','), Byte(b';'), Byte(b'\t'), Byte(b'|'), Blanks, BlanksUpToTab]
        }
        Delimiter::Comma => &[Byte(b',')],
        Delimiter::Semicolon => &[Byte(b';')],
        Delimiter::Tab => &[Byte(b'\t')],
        Delimiter::Pipe => &[Byte(b'|')],
        Delimiter::Spaces => &[Blanks, BlanksUpToTab],
    }
}

/// The cut that makes most rows equally long; of equals the one that leaves most numbers, then
/// most cells.
fn find_cut(
    text: &[u8],
    dialect: &Dialect,
    comments: Comments,
    from: Place,
    progress: Progress<'_>,
) -> Result<(Cut, Sample), DataError> {
    let quote = match dialect.quote {
        Quote::Auto | Quote::Double => Some(b'"'),
        Quote::Single => Some(b'\''),
        Quote::None => None,
    };
    let mut best: Option<((usize, usize, usize), Cut, Sample)> = None;
    for &separator in separators(dialect.delimiter) {
        report(progress, 0.0)?;
        let cut = Cut { separator, quote, escape: false };
        let sample = Sample::take(text, cut, comments, from)?;
        let score = score(&sample, separator, dialect.delimiter == Delimiter::Auto);
        if best.as_ref().is_none_or(|(most, ..)| score > *most) {
            best = Some((score, cut, sample));
        }
    }
    let (_, cut, sample) = best.expect("there is a separator");
    find_quote(text, dialect, comments, from, cut, sample)
}

/// Settles what quotation marks mean: whether backslashes go with them, and whether they are
/// marks at all.
fn find_quote(
    text: &[u8],
    dialect: &Dialect,
    comments: Comments,
    from: Place,
    cut: Cut,
    sample: Sample,
) -> Result<(Cut, Sample), DataError> {
    if sample.bad == 0 {
        return Ok((cut, sample));
    }
    let escaped = Cut { escape: true, ..cut };
    let other = Sample::take(text, escaped, comments, from)?;
    if other.bad < sample.bad {
        return Ok((escaped, other));
    }
    // Marks that are not balanced in most rows are inches or seconds.
    if dialect.quote == Quote::Auto && 2 * sample.bad > sample.rows.len() {
        let plain = Cut { quote: None, ..cut };
        return Ok((plain, Sample::take(text, plain, comments, from)?));
    }
    Ok((cut, sample))
}

/// Rows of the most usual length among a thousand, numbers among ten thousand cells, cells of a
/// row. Spaces between words are no reason to cut, so blanks count only where they stand between
/// numbers, and never for making more cells.
fn score(sample: &Sample, separator: Separator, guessing: bool) -> (usize, usize, usize) {
    let rows = &sample.rows;
    let Some((alike, length)) = usual_length(rows).filter(|(_, length)| *length > 1) else {
        return (0, 0, 0);
    };
    // Which way of writing numbers the table has is found out later.
    let styles = styles(Decimal::Auto, Thousands::Auto, false);
    let is_number =
        |cell: &&String| styles.iter().any(|style| style.parse(cell.as_bytes()).is_some());
    let cells: usize = rows.iter().map(Vec::len).sum();
    let numbers = rows.iter().flatten().filter(is_number).count();
    let sound = 1000 * alike.saturating_sub(sample.bad) / rows.len();
    match separator {
        Separator::Byte(_) => (sound, numbers * 10_000 / cells, length),
        _ if guessing && 2 * numbers < cells => (0, 0, 0),
        _ => (sound, numbers * 10_000 / cells, 1),
    }
}

/// How many rows at the top are titles: much shorter than the others, or with a text in their
/// first cell alone, as spreadsheets write them.
pub(super) fn title_rows(rows: &[Cells]) -> usize {
    let Some((_, usual)) = usual_length(rows).filter(|(_, length)| *length > 1) else { return 0 };
    let is_title = |row: &&Cells| {
        let short = row.len() < usual && (row.len() == 1 || 2 * row.len() < usual);
        let alone = usual > 2
            && row[1..].iter().all(String::is_empty)
            && Style::PLAIN.parse(row[0].as_bytes()).is_none();
        short || alone
    };
    let titles = rows.iter().take(MAX_TITLES).take_while(is_title).count();
    // Where all rows look like that, none of them is a title.
    if titles < rows.len().min(MAX_TITLES) { titles } else { 0 }
}

/// How numbers are written in the columns of the sample.
pub(super) fn find_style(rows: &[Cells], dialect: &Dialect, cut: Cut) -> Style {
    let semicolons = cut.separator == Separator::Byte(b';');
    let styles = styles(dialect.decimal, dialect.thousands, semicolons);
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let columns: Vec<Vec<&str>> = (0..width)
        .map(|column| present(&rows[1.min(rows.len() - 1)..], column).collect())
        .collect();
    guess(&columns, &styles)
}

fn present(rows: &[Cells], column: usize) -> impl Iterator<Item = &str> {
    rows.iter()
        .filter_map(move |row| row.get(column))
        .map(String::as_str)
        .filter(|cell| !is_missing_word(cell))
}

pub(super) fn text_columns(rows: &[Cells], width: usize, style: Style) -> Vec<bool> {
    let is_text = |cell: &str| style.parse(cell.as_bytes()).is_none();
    (0..width).map(|column| present(rows, column).any(is_text)).collect()
}
