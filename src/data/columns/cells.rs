//! What is done to the cells of one column whatever they mean: finding missing values, leaving
//! rows out, putting the rows of a second file behind the first's.

use std::collections::HashMap;

use super::format::Format;
use crate::data::raw::{Cells, is_missing_word};

/// Stands in a column of texts for a cell without a value.
pub(super) const NO_TEXT: u32 = u32::MAX;

/// What stands for a missing value in one column, beside the usual words.
pub(super) struct MissingWords {
    words: Vec<String>,
    /// Those that are numbers, so that `-200` is found in `-200.0`.
    numbers: Vec<f64>,
}

impl MissingWords {
    pub(super) fn new<'a>(words: impl Iterator<Item = &'a str>, format: Format) -> Self {
        let words: Vec<String> = words.map(|word| word.trim().to_owned()).collect();
        let numbers = words.iter().filter_map(|word| format.number(word)).collect();
        Self { words, numbers }
    }

    fn has_text(&self, cell: &str) -> bool {
        is_missing_word(cell) || self.words.iter().any(|word| word.eq_ignore_ascii_case(cell))
    }

    fn has_byte(&self, bytes: &[u8]) -> bool {
        !self.numbers.is_empty() && bytes.iter().any(|&byte| self.has_number(f64::from(byte)))
    }

    fn has_number(&self, value: f64) -> bool {
        self.numbers.contains(&value)
    }
}

/// Marks missing cells: numbers by NaN, texts by [`NO_TEXT`]. What is left of texts may be numbers
/// only, and then becomes numbers.
pub(super) fn without_missing(cells: Cells, words: &MissingWords, format: Format) -> Cells {
    match cells {
        Cells::Bytes(bytes) if words.has_byte(&bytes) => {
            mark(bytes.into_iter().map(f64::from).collect(), words)
        }
        Cells::Bytes(bytes) => Cells::Bytes(bytes),
        Cells::Numbers(numbers) => mark(numbers, words),
        Cells::Texts { mut ids, texts } => {
            let values: Vec<Option<f64>> = texts.iter().map(|text| format.number(text)).collect();
            let missing: Vec<bool> = std::iter::zip(&texts, &values)
                .map(|(text, value)| {
                    words.has_text(text) || value.is_some_and(|value| words.has_number(value))
                })
                .collect();
            for id in ids.iter_mut().filter(|id| **id != NO_TEXT && missing[**id as usize]) {
                *id = NO_TEXT;
            }
            let numeric = std::iter::zip(&values, &missing)
                .all(|(value, &missing)| missing || value.is_some());
            if numeric {
                return Cells::Numbers(looked_up(&ids, &values));
            }
            Cells::Texts { ids, texts }
        }
    }
}

fn mark(mut numbers: Vec<f64>, words: &MissingWords) -> Cells {
    if !words.numbers.is_empty() {
        for value in numbers.iter_mut().filter(|value| words.has_number(**value)) {
            *value = f64::NAN;
        }
    }
    Cells::Numbers(numbers)
}

/// The value of each cell; NaN where there is none.
pub(super) fn looked_up(ids: &[u32], values: &[Option<f64>]) -> Vec<f64> {
    let value = |&id: &u32| values.get(id as usize).copied().flatten().unwrap_or(f64::NAN);
    ids.iter().map(value).collect()
}

impl Cells {
    /// Whether the cell of `row` has no value.
    pub(super) fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Bytes(_) => false,
            Self::Numbers(numbers) => numbers[row].is_nan(),
            Self::Texts { ids, .. } => ids[row] == NO_TEXT,
        }
    }

    /// Number of cells without a value.
    pub(super) fn missing(&self) -> usize {
        match self {
            Self::Bytes(_) => 0,
            Self::Numbers(numbers) => numbers.iter().filter(|value| value.is_nan()).count(),
            Self::Texts { ids, .. } => ids.iter().filter(|&&id| id == NO_TEXT).count(),
        }
    }

    /// Number of cells.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts { ids, .. } => ids.len(),
        }
    }

    /// What stands in the cell of `row`; nothing where it has no value.
    pub(super) fn shown(&self, row: usize) -> String {
        match self {
            Self::Bytes(bytes) => bytes[row].to_string(),
            Self::Numbers(numbers) if numbers[row].is_nan() => String::new(),
            Self::Numbers(numbers) => numbers[row].to_string(),
            Self::Texts { ids, texts } => {
                texts.get(ids[row] as usize).map_or_else(String::new, ToString::to_string)
            }
        }
    }

    /// Leaves out the rows that are not to be kept.
    pub(super) fn retain(&mut self, keep: &[bool]) {
        match self {
            Self::Bytes(bytes) => retain(bytes, keep),
            Self::Numbers(numbers) => retain(numbers, keep),
            Self::Texts { ids, .. } => retain(ids, keep),
        }
    }

    /// Puts the cells of another table behind these.
    pub(super) fn append(&mut self, other: Self) {
        *self = match (std::mem::replace(self, Self::Bytes(Vec::new())), other) {
            (Self::Bytes(mut all), Self::Bytes(more)) => {
                all.extend(more);
                Self::Bytes(all)
            }
            (
                one @ (Self::Bytes(_) | Self::Numbers(_)),
                other @ (Self::Bytes(_) | Self::Numbers(_)),
            ) => {
                let mut all = one.into_numbers();
                all.extend(other.into_numbers());
                Self::Numbers(all)
            }
            (one, other) => joined(one.into_texts(), other.into_texts()),
        };
    }

    /// Numbers as they are; texts have none.
    pub(super) fn into_numbers(self) -> Vec<f64> {
        match self {
            Self::Bytes(bytes) => bytes.into_iter().map(f64::from).collect(),
            Self::Numbers(numbers) => numbers,
            Self::Texts { ids, .. } => vec![f64::NAN; ids.len()],
        }
    }

    /// Each cell as the place of its text, numbers written as short as they can be.
    pub(super) fn into_texts(self) -> (Vec<u32>, Vec<Box<str>>) {
        let numbers = match self {
            Self::Texts { ids, texts } => return (ids, texts),
            other => other.into_numbers(),
        };
        let (mut places, mut texts) = (HashMap::new(), Vec::<Box<str>>::new());
        let mut id_of = |value: f64| {
            if value.is_nan() {
                return NO_TEXT;
            }
            // Minus zero is the same as zero.
            *places.entry((value + 0.0).to_bits()).or_insert_with(|| {
                texts.push((value + 0.0).to_string().into());
                (texts.len() - 1) as u32
            })
        };
        let ids = numbers.into_iter().map(&mut id_of).collect();
        (ids, texts)
    }
}

fn retain<T: Copy>(values: &mut Vec<T>, keep: &[bool]) {
    let mut row = 0;
    values.retain(|_| {
        row += 1;
        keep[row - 1]
    });
}

fn joined(one: (Vec<u32>, Vec<Box<str>>), other: (Vec<u32>, Vec<Box<str>>)) -> Cells {
    let (mut ids, mut texts) = one;
    let known: HashMap<Box<str>, u32> =
        texts.iter().enumerate().map(|(id, text)| (text.clone(), id as u32)).collect();
    let places: Vec<u32> = other
        .1
        .into_iter()
        .map(|text| {
            known.get(&text).copied().unwrap_or_else(|| {
                texts.push(text);
                (texts.len() - 1) as u32
            })
        })
        .collect();
    ids.extend(other.0.iter().map(|&id| places.get(id as usize).copied().unwrap_or(NO_TEXT)));
    Cells::Texts { ids, texts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::columns::testing::{numbers, texts};

    fn marked(cells: Cells, words: &[&str]) -> Cells {
        let format = Format::default();
        without_missing(cells, &MissingWords::new(words.iter().copied(), format), format)
    }

    fn missing(cells: &Cells) -> Vec<usize> {
        (0..cells.len()).filter(|&row| cells.is_missing(row)).collect()
    }

    #[test]
    fn missing_words_are_found_and_numbers_are_compared_by_value() {
        let cells = marked(texts(&["a", "", "NA", "?", "n/a", "b", "NULL"]), &[]);
        assert_eq!((missing(&cells), cells.missing()), (vec![1, 2, 3, 4, 6], 5));
        let cells = marked(texts(&["a", "Unknown", "b"]), &[" unknown "]);
        assert_eq!(missing(&cells), [1]);
        assert_eq!(missing(&marked(numbers(&[1.0, -200.0, f64::NAN]), &["-200"])), [1, 2]);
        let cells = marked(Cells::Bytes(vec![0, 99, 7]), &["99.0"]);
        assert_eq!(missing(&cells), [1]);
        assert_eq!(marked(Cells::Bytes(vec![0, 99]), &["x"]), Cells::Bytes(vec![0, 99]));
    }

    #[test]
    fn texts_that_are_numbers_but_for_missing_ones_become_numbers() {
        let cells = marked(texts(&["1.5", "none given", "-2"]), &["none given"]);
        let Cells::Numbers(values) = cells else { panic!("{cells:?}") };
        assert_eq!((values[0], values[2]), (1.5, -2.0));
        assert!(values[1].is_nan());
    }

    #[test]
    fn cells_of_two_tables_are_joined_whatever_their_form() {
        let mut bytes = Cells::Bytes(vec![1]);
        bytes.append(Cells::Bytes(vec![2]));
        assert_eq!(bytes, Cells::Bytes(vec![1, 2]));
        bytes.append(numbers(&[0.5]));
        assert_eq!(bytes, numbers(&[1.0, 2.0, 0.5]));
        bytes.append(texts(&["b", "2"]));
        let shown: Vec<String> = (0..bytes.len()).map(|row| bytes.shown(row)).collect();
        assert_eq!(shown, ["1", "2", "0.5", "b", "2"]);
        let Cells::Texts { ids, .. } = &bytes else { panic!("texts") };
        assert_eq!(ids[1], ids[4]);
    }

    #[test]
    fn rows_are_left_out() {
        for mut cells in
            [Cells::Bytes(vec![1, 2, 3]), numbers(&[1., 2., 3.]), texts(&["1", "2", "3"])]
        {
            cells.retain(&[true, false, true]);
            assert_eq!((cells.len(), cells.shown(1)), (2, "3".to_owned()));
        }
    }
}
