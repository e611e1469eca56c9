//! From bytes to text: finds the encoding, makes UTF-8 of it and remembers how to get from a
//! place in the text back to the place in the file.

use encoding_rs::{CoderResult, Encoding as Codec, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::bytes::Bytes;
use crate::data::tell::{invalid, report, within};
use crate::data::{DataError, Progress};
use crate::spec::Encoding;

/// Bytes that are looked at to tell UTF-16 without a byte order mark.
const ZEROS: usize = 4096;
/// Bytes that are checked or decoded between two reports of progress.
const STEP: usize = 1 << 18;
/// Bytes of text between two places that are remembered.
const STRIDE: usize = 1 << 16;

/// The text of a file as UTF-8, without its byte order mark.
#[derive(Debug)]
pub(super) struct Text {
    /// Valid UTF-8 without a zero byte.
    pub(super) bytes: Vec<u8>,
    pub(super) offsets: Offsets,
    /// Never [`Encoding::Auto`].
    pub(super) encoding: Encoding,
    /// The encoding in words.
    pub(super) name: String,
}

/// Finds the place in the file of a place in its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::data) struct Offsets {
    /// Length of the byte order mark.
    mark: u64,
    width: Width,
    /// Bytes of the file up to every [`STRIDE`]-th byte of the text, unless both go in step.
    known: Vec<u64>,
}

/// How many bytes of the file make a character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Width {
    /// As many as in the text.
    #[default]
    Same,
    /// One.
    One,
    /// Two, or four for characters that take four in UTF-8.
    Pairs,
}

impl Width {
    /// Bytes of the file that stand behind a piece of the text. Each character counts at its
    /// first byte.
    fn measure(self, text: &[u8]) -> u64 {
        let begins = |&&byte: &&u8| byte & 0xc0 != 0x80;
        match self {
            Self::Same => text.len() as u64,
            Self::One => text.iter().filter(begins).count() as u64,
            Self::Pairs => {
                let long = text.iter().filter(|&&byte| byte >= 0xf0).count();
                2 * (text.iter().filter(begins).count() + long) as u64
            }
        }
    }
}

impl Offsets {
    fn new(
        text: &[u8],
        mark: usize,
        width: Width,
        progress: Progress<'_>,
    ) -> Result<Self, DataError> {
        let (mut known, mut at) = (Vec::new(), 0);
        if width != Width::Same {
            for (index, piece) in text.chunks(STRIDE).enumerate() {
                if index.is_multiple_of(STEP / STRIDE) {
                    report(progress, (index * STRIDE) as f32 / text.len() as f32)?;
                }
                known.push(at);
                at += width.measure(piece);
            }
        }
        Ok(Self { mark: mark as u64, width, known })
    }

    /// Offset into the file of offset `at` into `text`.
    pub(in crate::data) fn in_file(&self, text: &[u8], at: usize) -> u64 {
        if self.width == Width::Same {
            return self.mark + at as u64;
        }
        let index = (at / STRIDE).min(self.known.len().saturating_sub(1));
        let known = self.known.get(index).copied().unwrap_or_default();
        self.mark + known + self.width.measure(&text[index * STRIDE..at])
    }

    /// Offset into `text` of an offset into the file at which a character begins.
    pub(in crate::data) fn in_text(&self, text: &[u8], file: u64) -> usize {
        let wanted = file.saturating_sub(self.mark);
        if self.width == Width::Same {
            return (wanted as usize).min(text.len());
        }
        let index = self.known.partition_point(|&known| known <= wanted).saturating_sub(1);
        let mut at = self.known.get(index).copied().unwrap_or_default();
        let start = (index * STRIDE).min(text.len());
        for (offset, byte) in text[start..].iter().enumerate() {
            let width = self.width.measure(&[*byte]);
            if width > 0 && at >= wanted {
                return start + offset;
            }
            at += width;
        }
        text.len()
    }

    /// Replaces offsets into `text`, which rise, by offsets into the file.
    pub(super) fn all_in_file(
        &self,
        text: &[u8],
        offsets: &mut [u64],
        progress: Progress<'_>,
    ) -> Result<(), DataError> {
        let (mut from, mut file, mut reported) = (0, self.mark, 0);
        for offset in offsets {
            let at = *offset as usize;
            if at >= reported + STEP {
                reported = at;
                report(progress, at as f32 / text.len() as f32)?;
            }
            file += self.width.measure(&text[from..at]);
            (from, *offset) = (at, file);
        }
        Ok(())
    }
}

/// Makes text of the bytes of a file. A beginning may end within a character.
pub(super) fn decode(
    source: Bytes,
    wanted: Encoding,
    progress: Progress<'_>,
) -> Result<Text, DataError> {
    let Bytes { mut bytes, packed, whole } = source;
    let (encoding, valid) = match wanted {
        Encoding::Auto => guess(&bytes, whole, &mut within(progress, 0.0, 0.3))?,
        Encoding::Utf8 => (wanted, valid_utf8(&bytes, &mut within(progress, 0.0, 0.3))?),
        _ => (wanted, 0),
    };
    let mark = mark_length(&bytes, encoding);
    let mut name = name(encoding, mark > 0);
    if packed {
        name.push_str(", unpacked from gzip");
    }
    let width = match encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => Width::Pairs,
        Encoding::Windows1252 => Width::One,
        Encoding::Utf8 | Encoding::Auto => {
            if valid < bytes.len() && (whole || valid + 4 <= bytes.len()) {
                return Err(not_utf8(&bytes, valid));
            }
            bytes.truncate(valid);
            Width::Same
        }
    };
    let bytes = match codec(encoding) {
        Some(codec) => convert(&bytes[mark..], codec, &mut within(progress, 0.3, 0.8))?,
        None => {
            bytes.drain(..mark);
            bytes
        }
    };
    let offsets = Offsets::new(&bytes, mark, width, &mut within(progress, 0.8, 0.9))?;
    refuse_zero_bytes(&bytes, &offsets, &mut within(progress, 0.9, 1.0))?;
    Ok(Text { bytes, offsets, encoding, name })
}

fn codec(encoding: Encoding) -> Option<&'static Codec> {
    match encoding {
        Encoding::Auto | Encoding::Utf8 => None,
        Encoding::Utf16Le => Some(UTF_16LE),
        Encoding::Utf16Be => Some(UTF_16BE),
        Encoding::Windows1252 => Some(WINDOWS_1252),
    }
}

/// The encoding that the bytes show, and how many of them are valid as UTF-8.
fn guess(
    bytes: &[u8],
    whole: bool,
    progress: Progress<'_>,
) -> Result<(Encoding, usize), DataError> {
    if let Some(encoding) = by_mark(bytes).or_else(|| by_zeros(bytes)) {
        let valid = if encoding == Encoding::Utf8 { valid_utf8(bytes, progress)? } else { 0 };
        return Ok((encoding, valid));
    }
    let valid = valid_utf8(bytes, progress)?;
    let cut_off = !whole && valid + 4 > bytes.len();
    let utf8 = valid == bytes.len() || cut_off;
    Ok((if utf8 { Encoding::Utf8 } else { Encoding::Windows1252 }, valid))
}

fn by_mark(bytes: &[u8]) -> Option<Encoding> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some(Encoding::Utf8),
        [0xff, 0xfe, ..] => Some(Encoding::Utf16Le),
        [0xfe, 0xff, ..] => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// In UTF-16, every other byte of plain letters and digits is zero.
fn by_zeros(bytes: &[u8]) -> Option<Encoding> {
    let (pairs, _) = bytes[..bytes.len().min(ZEROS)].as_chunks::<2>();
    let first = pairs.iter().filter(|pair| pair[0] == 0).count();
    let second = pairs.iter().filter(|pair| pair[1] == 0).count();
    let (most, few) = (pairs.len() / 2, pairs.len() / 20);
    match () {
        () if pairs.is_empty() => None,
        () if second > most && first <= few => Some(Encoding::Utf16Le),
        () if first > most && second <= few => Some(Encoding::Utf16Be),
        () => None,
    }
}

/// How many of the first bytes are valid UTF-8.
fn valid_utf8(bytes: &[u8], progress: Progress<'_>) -> Result<usize, DataError> {
    let mut valid = 0;
    while valid < bytes.len() {
        report(progress, valid as f32 / bytes.len() as f32)?;
        let piece = &bytes[valid..bytes.len().min(valid + STEP)];
        match std::str::from_utf8(piece) {
            Ok(_) => valid += piece.len(),
            // A piece may end within a character, all bytes may not.
            Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
                valid += error.valid_up_to();
            }
            Err(error) => return Ok(valid + error.valid_up_to()),
        }
    }
    Ok(valid)
}

fn mark_length(bytes: &[u8], encoding: Encoding) -> usize {
    match by_mark(bytes) {
        Some(marked) if marked == encoding => {
            if encoding == Encoding::Utf8 {
                3
            } else {
                2
            }
        }
        _ => 0,
    }
}

fn name(encoding: Encoding, marked: bool) -> String {
    let name = match encoding {
        Encoding::Auto | Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le => "UTF-16 LE",
        Encoding::Utf16Be => "UTF-16 BE",
        Encoding::Windows1252 => "Windows-1252",
    };
    if marked { format!("{name} with byte order mark") } else { name.to_owned() }
}

fn not_utf8(bytes: &[u8], at: usize) -> DataError {
    DataError::Invalid(format!(
        "Row {} (byte {at}) is not UTF-8 text. Choose another encoding, or let it be guessed.",
        line_of(&bytes[..at])
    ))
}

/// Number of the line that begins after `before`, counted from one.
pub(super) fn line_of(before: &[u8]) -> usize {
    let returns = before.iter().filter(|&&byte| byte == b'\r').count();
    let feeds = before.iter().filter(|&&byte| byte == b'\n').count();
    let pairs = before.windows(2).filter(|pair| pair == b"\r\n").count();
    1 + returns + feeds - pairs
}

/// All of `bytes` as UTF-8. What is no character becomes U+FFFD.
fn convert(
    bytes: &[u8],
    codec: &'static Codec,
    progress: Progress<'_>,
) -> Result<Vec<u8>, DataError> {
    let mut decoder = codec.new_decoder_without_bom_handling();
    let (mut text, mut done) = (String::with_capacity(bytes.len()), 0);
    loop {
        report(progress, done as f32 / bytes.len().max(1) as f32)?;
        let piece = &bytes[done..bytes.len().min(done + STEP)];
        let last = done + piece.len() == bytes.len();
        // No more than nine bytes of text come of two of the file.
        text.reserve(decoder.max_utf8_buffer_length(piece.len()).unwrap_or(9 * STEP));
        let (result, read, _) = decoder.decode_to_string(piece, &mut text, last);
        done += read;
        if last && result == CoderResult::InputEmpty {
            return Ok(text.into_bytes());
        }
    }
}

fn refuse_zero_bytes(
    text: &[u8],
    offsets: &Offsets,
    progress: Progress<'_>,
) -> Result<(), DataError> {
    for (index, piece) in text.chunks(STEP).enumerate() {
        report(progress, (index * STEP) as f32 / text.len() as f32)?;
        if piece.contains(&0) {
            let zero = piece.iter().take_while(|byte| **byte != 0).count();
            let at = index * STEP + zero;
            return invalid(format!(
                "Row {} (byte {}) holds a zero byte, so the file is no plain text. Save the table \
                 as CSV in UTF-8 and load that.",
                line_of(&text[..at]),
                offsets.in_file(text, at)
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use proptest::prelude::*;

    use super::*;

    fn go_on(_: f32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn decoded(bytes: &[u8], wanted: Encoding) -> Result<Text, DataError> {
        let source = Bytes { bytes: bytes.to_vec(), packed: false, whole: true };
        decode(source, wanted, &mut go_on)
    }

    fn check(bytes: &[u8], text: &str, name: &str) {
        let decoded = decoded(bytes, Encoding::Auto).expect("text");
        assert_eq!((decoded.bytes.as_slice(), decoded.name.as_str()), (text.as_bytes(), name));
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        check(b"a,b\n", "a,b\n", "UTF-8");
        check("a,é€😀\n".as_bytes(), "a,é€😀\n", "UTF-8");
        check("\u{feff}a,é\n".as_bytes(), "a,é\n", "UTF-8 with byte order mark");
        check(b"caf\xe9,\x80\n", "café,€\n", "Windows-1252");
        check(&utf16("a,é\n1,2\n", false), "a,é\n1,2\n", "UTF-16 LE");
        check(&utf16("a,é\n1,2\n", true), "a,é\n1,2\n", "UTF-16 BE");
        check(&utf16("\u{feff}ä😀", false), "ä😀", "UTF-16 LE with byte order mark");
        check(&utf16("\u{feff}ä😀", true), "ä😀", "UTF-16 BE with byte order mark");
    }

    #[test]
    fn an_encoding_can_be_chosen() {
        let chosen = decoded("é".as_bytes(), Encoding::Windows1252).expect("any byte is one");
        assert_eq!(chosen.bytes, "Ã©".as_bytes());
        let told = decoded(b"a,b\r\n1,\xe9\n", Encoding::Utf8).expect_err("not UTF-8").to_string();
        assert!(told.starts_with("Row 2 (byte 7) is not UTF-8 text. Choose"), "{told}");
    }

    #[test]
    fn a_zero_byte_is_refused_with_its_place() {
        let told = |bytes: &[u8]| decoded(bytes, Encoding::Auto).expect_err("zero").to_string();
        assert!(told(b"a\rb\n\0").starts_with("Row 3 (byte 4) holds a zero byte"));
        assert!(told(b"\xe9b\n\0").starts_with("Row 2 (byte 3) holds a zero byte"));
        let wide = utf16("\u{feff}abcdefgh\n\0", false);
        assert!(told(&wide).starts_with("Row 2 (byte 20) holds a zero byte"));
    }

    #[test]
    fn a_beginning_may_end_within_a_character() {
        for length in 4..9 {
            let bytes = "a,é€😀".as_bytes()[..length].to_vec();
            let source = Bytes { bytes, packed: false, whole: false };
            let text = decode(source, Encoding::Auto, &mut go_on).expect("text");
            assert_eq!(text.name, "UTF-8");
            assert!("a,é€😀".as_bytes().starts_with(&text.bytes));
        }
    }

    #[test]
    fn decoding_stops_when_told_to() {
        let bytes = vec![0xe9; 5 << 20];
        for stop in 0..12 {
            let mut left = stop;
            let mut progress = |_| {
                left -= 1;
                if left < 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let source = Bytes { bytes: bytes.clone(), packed: false, whole: true };
            assert_eq!(
                decode(source, Encoding::Auto, &mut progress).expect_err("stopped"),
                DataError::Cancelled
            );
        }
    }

    fn in_file(text: &str, wanted: Encoding) -> usize {
        match wanted {
            Encoding::Utf16Le => 2 * text.encode_utf16().count(),
            Encoding::Windows1252 => text.chars().count(),
            _ => text.len(),
        }
    }

    fn check_places(text: &str, wanted: Encoding, every: usize) {
        let bytes = match wanted {
            Encoding::Utf16Le => utf16(text, false),
            _ => text.as_bytes().to_vec(),
        };
        let decoded = decoded(&bytes, wanted).expect("no zero bytes");
        let shown = std::str::from_utf8(&decoded.bytes).expect("UTF-8");
        let (text, offsets) = (shown.as_bytes(), &decoded.offsets);
        for (at, _) in shown.char_indices().step_by(every) {
            let file = offsets.in_file(text, at);
            assert_eq!(file as usize, in_file(&shown[..at], wanted));
            assert_eq!(offsets.in_text(text, file), at);
            let mut all = [0, at as u64];
            offsets.all_in_file(text, &mut all, &mut go_on).expect("goes on");
            assert_eq!(all, [0, file]);
        }
    }

    const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16Le, Encoding::Windows1252];

    #[test]
    fn places_far_into_a_file_are_found() {
        let text = "aé😀".repeat(STRIDE / 2);
        for wanted in ENCODINGS {
            check_places(&text, wanted, 19_997);
        }
    }

    proptest! {
        #[test]
        fn places_in_the_text_and_in_the_file_belong_together(text in "\\PC{0,40}") {
            for wanted in ENCODINGS {
                check_places(&text, wanted, 1);
            }
        }
    }
}
