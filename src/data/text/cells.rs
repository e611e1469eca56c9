//! Collects the cells of a table column by column, each in the narrowest form that loses nothing.
//!
//! A column of numbers that meets a text gives up what it has: how the numbers before it were
//! written ("007") is in the text of the file alone. Such columns are read again, all together,
//! once the rows are known.

use std::collections::HashMap;

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
    Texts(Dictionary),
    /// A column of texts that was taken for one of numbers: it is to be read again.
    Again,
}

/// Different texts, and which of them each row holds.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    ids: Vec<u32>,
    known: HashMap<Box<str>, u32>,
}

impl Dictionary {
    pub(super) fn push(&mut self, cell: &[u8]) {
        // The text was decoded as a whole and cut at bytes of ASCII.
        let cell = std::str::from_utf8(cell).unwrap_or_default();
        let id = match self.known.get(cell) {
            Some(&id) => id,
            None => {
                let id = self.known.len() as u32;
                self.known.insert(cell.into(), id);
                id
            }
        };
        self.ids.push(id);
    }

    pub(super) fn into_cells(self) -> Cells {
        let mut texts = vec![Box::<str>::default(); self.known.len()];
        self.known.into_iter().for_each(|(text, id)| texts[id as usize] = text);
        Cells::Texts { ids: self.ids, texts }
    }
}

impl Column {
    /// An empty column; of texts where the first rows say so.
    pub(super) fn new(text: bool) -> Self {
        if text { Self::Texts(Dictionary::default()) } else { Self::Bytes(Vec::new()) }
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
            let mut texts = Dictionary::default();
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
