//! Collects the cells of a table column by column, each in the narrowest form that loses nothing.
//!
//! A column of numbers that meets a text gives up what it has: how the numbers before it were
//! written ("007") is in the text of the file alone. Such columns are read again, all together,
//! once the rows are known.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

use super::number::{Style, small};
use crate::data::raw::{Cells, is_missing_word};
use crate::data::tell::report;
use crate::data::{DataError, Progress};

/// What is a number and what is missing.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    style: Style,
    /// What else is missing: words, and the numbers among them.
    words: Vec<String>,
    numbers: Vec<f64>,
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    Number(f64),
    Missing,
    Text,
}

impl Reading {
    pub(super) fn new(style: Style, words: &[String]) -> Self {
        let words: Vec<String> = words.iter().map(|word| word.trim().to_owned()).collect();
        let numbers = words.iter().filter_map(|word| style.parse(word.as_bytes())).collect();
        Self { style, words, numbers }
    }

    fn value(&self, cell: &[u8]) -> Value {
        match self.style.parse(cell) {
            Some(number) if self.numbers.contains(&number) => Value::Missing,
            Some(number) => Value::Number(number),
            None if self.is_missing(cell) => Value::Missing,
            None => Value::Text,
        }
    }

    fn is_missing(&self, cell: &[u8]) -> bool {
        std::str::from_utf8(cell)
            .is_ok_and(|cell| is_missing_word(cell) || self.words.iter().any(|word| word == cell))
    }
}

/// A column that is being read.
#[derive(Debug)]
pub(super) enum Column {
    Bytes(Vec<u8>),
    Numbers(Vec<f64>),
    Texts(Box<Dictionary>),
    /// A column of texts that was taken for one of numbers: it is to be read again.
    Again,
}

/// Different texts, and which of them each row holds.
#[derive(Debug)]
pub(super) struct Dictionary {
    ids: Vec<u32>,
    texts: Vec<Box<str>>,
    /// Place among the texts by hash. Of texts with one hash, the later ones stand at the hashes
    /// that follow. In parts, because a part that outgrows its room is moved as a whole, which must
    /// not take long.
    known: [HashMap<u64, u32, BuildHasherDefault<Hashed>>; PARTS],
    /// The part of each byte of a hash. Parts have different sizes, up to twice the smallest, so
    /// that they do not all outgrow their room at the same time.
    parts: [u8; 256],
}

/// Parts of a dictionary.
const PARTS: usize = 16;

/// Keys that are hashes already.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Dictionary {
    pub(super) fn new() -> Box<Self> {
        let part = |byte: usize| ((1.0 + byte as f32 / 256.0).log2() * PARTS as f32) as u8;
        let parts = std::array::from_fn(part);
        let known = Default::default();
        Box::new(Self { ids: Vec::new(), texts: Vec::new(), known, parts })
    }

    pub(super) fn push(&mut self, cell: &[u8]) {
        // The text was decoded as a whole and cut at bytes of ASCII.
        let cell = std::str::from_utf8(cell).unwrap_or_default();
        let id = self.id(cell, xxh3_64(cell.as_bytes()));
        self.ids.push(id);
    }

    fn id(&mut self, cell: &str, mut hash: u64) -> u32 {
        let part = &mut self.known[usize::from(self.parts[hash.to_le_bytes()[1] as usize])];
        loop {
            match part.entry(hash) {
                Entry::Vacant(vacant) => {
                    let id = self.texts.len() as u32;
                    self.texts.push(cell.into());
                    return *vacant.insert(id);
                }
                Entry::Occupied(known) if *self.texts[*known.get() as usize] == *cell => {
                    return *known.get();
                }
                Entry::Occupied(_) => hash = hash.wrapping_add(1),
            }
        }
    }

    fn into_cells(self) -> Cells {
        Cells::Texts { ids: self.ids, texts: self.texts }
    }
}

impl Column {
    /// An empty column; of texts where the first rows say so.
    pub(super) fn new(text: bool) -> Self {
        if text { Self::Texts(Dictionary::new()) } else { Self::Bytes(Vec::new()) }
    }

    /// Adds a cell. Columns of numbers get wider or give up where it does not fit.
    pub(super) fn push(&mut self, cell: &[u8], reading: &Reading) {
        match self {
            Self::Bytes(bytes) if reading.numbers.is_empty() => match small(cell) {
                Some(byte) => bytes.push(byte),
                None => self.push_slowly(cell, reading),
            },
            Self::Texts(texts) => texts.push(cell),
            Self::Again => {}
            _ => self.push_slowly(cell, reading),
        }
    }

    fn push_slowly(&mut self, cell: &[u8], reading: &Reading) {
        let number = match reading.value(cell) {
            Value::Number(number) => number,
            Value::Missing => f64::NAN,
            Value::Text => return self.give_up(cell),
        };
        match self {
            Self::Bytes(bytes) => match byte(number) {
                Some(byte) => bytes.push(byte),
                None => {
                    let mut numbers: Vec<f64> = bytes.iter().copied().map(f64::from).collect();
                    numbers.push(number);
                    *self = Self::Numbers(numbers);
                }
            },
            Self::Numbers(numbers) => numbers.push(number),
            Self::Texts(_) | Self::Again => {}
        }
    }

    fn give_up(&mut self, cell: &[u8]) {
        let first = match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Numbers(numbers) => numbers.is_empty(),
            Self::Texts(_) | Self::Again => false,
        };
        *self = if first {
            let mut texts = Dictionary::new();
            texts.push(cell);
            Self::Texts(texts)
        } else {
            Self::Again
        };
    }

    /// The column as it is handed on.
    pub(super) fn into_cells(self) -> Cells {
        match self {
            Self::Bytes(bytes) => Cells::Bytes(bytes),
            Self::Numbers(numbers) => Cells::Numbers(numbers),
            Self::Texts(texts) => texts.into_cells(),
            Self::Again => Cells::Texts { ids: Vec::new(), texts: Vec::new() },
        }
    }
}

/// A number that is a whole one from 0 to 255, and not minus zero.
fn byte(number: f64) -> Option<u8> {
    let byte = number as u8;
    (f64::from(byte).to_bits() == number.to_bits()).then_some(byte)
}

/// Texts between two reports of progress.
const REPORT_TEXTS: usize = 1 << 16;

/// Makes numbers of a column of texts if all its cells are numbers or missing, and one at least is
/// a number.
pub(super) fn as_numbers(
    cells: &Cells,
    reading: &Reading,
    progress: Progress<'_>,
) -> Result<Option<Cells>, DataError> {
    let Cells::Texts { ids, texts } = cells else { return Ok(None) };
    let mut values = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        if index % REPORT_TEXTS == 0 {
            report(progress, 0.0)?;
        }
        match reading.value(text.as_bytes()) {
            Value::Number(number) => values.push(number),
            Value::Missing => values.push(f64::NAN),
            Value::Text => return Ok(None),
        }
    }
    let any = values.iter().any(|value| !value.is_nan());
    Ok(any.then(|| narrowed(ids.iter().map(|&id| values[id as usize]).collect())))
}

/// Numbers as bytes where that loses nothing.
fn narrowed(numbers: Vec<f64>) -> Cells {
    let bytes: Option<Vec<u8>> = numbers.iter().copied().map(byte).collect();
    bytes.map_or(Cells::Numbers(numbers), Cells::Bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart_whatever_their_hash() {
        let mut texts = Dictionary::new();
        let ids: Vec<u32> = ["a", "b", "a", "c", "b", "c", "d"]
            .iter()
            .map(|text| texts.id(text, u64::MAX - u64::from(*text == "d")))
            .collect();
        assert_eq!(ids, [0, 1, 0, 2, 1, 2, 3]);
        assert_eq!(texts.texts.iter().map(|text| &**text).collect::<String>(), "abcd");
    }
}
