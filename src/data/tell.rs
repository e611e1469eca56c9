//! What is told to the user while data are read: notes, quoted cells, progress.

use std::io::{self, Read};
use std::ops::ControlFlow;

use super::{DataError, DataNote, Progress};

/// Longest piece of a cell that a message repeats.
const QUOTED_CHARS: usize = 40;

/// Bytes that are read between two reports of progress.
pub(super) const CHUNK: usize = 1 << 20;

/// Something worth knowing.
pub(super) fn note(message: String) -> DataNote {
    DataNote { message, warning: false }
}

/// Something the user ought to look at.
pub(super) fn warning(message: String) -> DataNote {
    DataNote { message, warning: true }
}

/// The end of a function that found the bytes at fault.
pub(super) fn invalid<T>(message: impl Into<String>) -> Result<T, DataError> {
    Err(DataError::Invalid(message.into()))
}

/// Tells how far the work is and turns "stop" into an error.
pub(super) fn report(progress: Progress<'_>, share: f32) -> Result<(), DataError> {
    match progress(share.clamp(0.0, 1.0)) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(DataError::Cancelled),
    }
}

/// The progress of one part of a longer piece of work.
pub(super) fn within(
    progress: Progress<'_>,
    from: f32,
    to: f32,
) -> impl FnMut(f32) -> ControlFlow<()> {
    move |share| progress(from + (to - from) * share)
}

/// Reads into `chunk`, again when a signal interrupted; 0 at the end.
pub(super) fn read_chunk(reader: &mut dyn Read, chunk: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// `text` between quotation marks, shortened, with control characters made visible.
pub(super) fn quoted(text: &str) -> String {
    format!("\u{201c}{}\u{201d}", shortened(text))
}

/// `text`, shortened, with control characters made visible.
pub(super) fn shortened(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars().take(QUOTED_CHARS) {
        if character.is_control() {
            shown.extend(character.escape_debug());
        } else {
            shown.push(character);
        }
    }
    if text.chars().nth(QUOTED_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

/// The first `most` of `items` with commas between them; `…` stands for the rest.
pub(super) fn listed(items: impl IntoIterator<Item = String>, most: usize) -> String {
    let mut items = items.into_iter();
    let mut shown: Vec<String> = items.by_ref().take(most).collect();
    if items.next().is_some() {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// `1024 MiB`, or `100 bytes` where it is less than one MiB.
pub(super) fn megabytes(bytes: usize) -> String {
    if bytes < 1 << 20 { counted(bytes, "byte") } else { format!("{} MiB", bytes >> 20) }
}

/// `1 row`, `2 rows`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_short_and_visible() {
        assert_eq!(quoted("abc"), "“abc”");
        assert_eq!(quoted("a\nb"), "“a\\nb”");
        assert_eq!(quoted(&"é".repeat(41)), format!("“{}…”", "é".repeat(40)));
        assert_eq!(quoted(&"é".repeat(40)), format!("“{}”", "é".repeat(40)));
    }

    #[test]
    fn a_list_says_that_it_goes_on() {
        let names = || ["a", "b", "c"].map(String::from);
        assert_eq!(listed(names(), 3), "a, b, c");
        assert_eq!(listed(names(), 2), "a, b, …");
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(0, "row"), "0 rows");
    }

    #[test]
    fn a_part_reports_its_share_of_the_whole() {
        let mut seen = Vec::new();
        let mut whole = |share| {
            seen.push(share);
            ControlFlow::Continue(())
        };
        let mut part = within(&mut whole, 0.5, 1.0);
        assert_eq!(report(&mut part, 0.0), Ok(()));
        assert_eq!(report(&mut part, 0.5), Ok(()));
        drop(part);
        assert_eq!(seen, [0.5, 0.75]);
        assert_eq!(report(&mut |_| ControlFlow::Break(()), 0.1), Err(DataError::Cancelled));
    }
}
