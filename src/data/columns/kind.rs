//! Guesses what the cells of a column are, and says why.

use std::collections::HashSet;

use super::cells::NO_TEXT;
use super::format::{DateFormat, Format, yes_or_no};
use crate::data::raw::Cells;
use crate::data::tell::{counted, listed, quoted};
use crate::spec::ColumnKind;

/// Most different words that are one-hot columns unasked.
pub(super) const MAX_CATEGORIES: usize = 100;
/// Most whole numbers that are still taken for the numbers of classes unasked.
pub(super) const MAX_AUTO_CLASSES: usize = 20;
/// Share of the cells that must be numbers for the others to be faults.
const MOSTLY: f64 = 0.9;
/// Fewest rows in which counting up says anything.
const FEWEST_COUNTED: usize = 3;
/// Other words that a reason shows.
const SHOWN_WORDS: usize = 3;

/// What the cells of a column are taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) kind: ColumnKind,
    /// One sentence.
    pub(super) reason: String,
}

fn guess(kind: ColumnKind, reason: impl Into<String>) -> Guess {
    Guess { kind, reason: reason.into() }
}

/// Guesses the kind of a column called `name`.
pub(super) fn kind_of(cells: &Cells, name: &str, format: Format) -> Guess {
    let present = cells.len() - cells.missing();
    if present == 0 {
        return guess(ColumnKind::Constant, "No cell has a value.");
    }
    if let Some(value) = only_value(cells) {
        let cells = if present == cells.len() { "Every cell" } else { "Every cell with a value" };
        return guess(ColumnKind::Constant, format!("{cells} holds {}.", quoted(&value)));
    }
    match cells {
        Cells::Bytes(bytes) => {
            of_numbers(&|| bytes.iter().map(|&byte| f64::from(byte)), present, bytes.len(), name)
        }
        Cells::Numbers(numbers) => {
            let values = || numbers.iter().copied().filter(|value| !value.is_nan());
            of_numbers(&values, present, numbers.len(), name)
        }
        Cells::Texts { ids, texts } => of_texts(&Words::count(ids, texts), present, format),
    }
}

/// The value of all cells that have one, when it is the same.
fn only_value(cells: &Cells) -> Option<String> {
    let first = (0..cells.len()).find(|&row| !cells.is_missing(row))?;
    let same = match cells {
        Cells::Bytes(bytes) => bytes[first..].iter().all(|&byte| byte == bytes[first]),
        Cells::Numbers(numbers) => {
            numbers[first..].iter().all(|value| value.is_nan() || *value == numbers[first])
        }
        Cells::Texts { ids, .. } => {
            ids[first..].iter().all(|&id| id == NO_TEXT || id == ids[first])
        }
    };
    same.then(|| cells.shown(first))
}

fn of_numbers<I: Iterator<Item = f64>>(
    values: &dyn Fn() -> I,
    present: usize,
    rows: usize,
    name: &str,
) -> Guess {
    let whole = || values().all(|value| value.fract() == 0.0);
    let counted_up = present == rows && rows >= FEWEST_COUNTED && counts_up(values());
    if counted_up {
        return guess(ColumnKind::Identifier, format!("All {rows} values differ and count up."));
    }
    if present == rows && is_called_id(name) && whole() && all_differ(values()) {
        return guess(
            ColumnKind::Identifier,
            format!("All {rows} values differ, and its name is that of an identifier."),
        );
    }
    let reason = match rows - present {
        0 => "All cells are numbers.".to_owned(),
        missing => format!("All cells are numbers but {missing} without a value."),
    };
    guess(ColumnKind::Number, reason)
}

/// Whether each value is one more than the last, from 0 or 1 on.
fn counts_up(mut values: impl Iterator<Item = f64>) -> bool {
    let Some(mut last) = values.next() else { return false };
    (last == 0.0 || last == 1.0)
        && values.all(|value| {
            let next = value == last + 1.0;
            last = value;
            next
        })
}

fn all_differ(values: impl Iterator<Item = f64>) -> bool {
    let mut seen = HashSet::new();
    let mut values = values;
    values.all(|value| seen.insert((value + 0.0).to_bits()))
}

/// `id`, `row_id`, `PassengerId`, `index`, `Unnamed: 0`: but not `humid`.
fn is_called_id(name: &str) -> bool {
    let name = name.trim();
    let small = name.to_lowercase();
    let words = small.split(|character: char| !character.is_alphanumeric());
    matches!(small.as_str(), "index" | "nr" | "no" | "rownames" | "row" | "uuid" | "guid")
        || small.starts_with("unnamed")
        || words.clone().any(|word| word == "id")
        || name.ends_with("Id")
        || (name.ends_with("ID") && name.len() > 2)
}

/// The different words of a column and how often each occurs.
struct Words<'a> {
    words: Vec<(&'a str, usize)>,
}

impl<'a> Words<'a> {
    fn count(ids: &[u32], texts: &'a [Box<str>]) -> Self {
        let mut counts = vec![0; texts.len()];
        ids.iter().filter(|&&id| id != NO_TEXT).for_each(|&id| counts[id as usize] += 1);
        let all = texts.iter().map(|text| &**text).zip(counts);
        Self { words: all.filter(|(_, count)| *count > 0).collect() }
    }

    fn texts(&self) -> impl Iterator<Item = &'a str> + Clone + '_ {
        self.words.iter().map(|(text, _)| *text)
    }

    /// How many cells hold numbers, and the words that are none.
    fn numbers(&self, format: Format) -> (usize, Vec<&'a str>) {
        let (mut cells, mut others) = (0, Vec::new());
        for &(text, count) in &self.words {
            if format.number(text).is_some() {
                cells += count;
            } else {
                others.push(text);
            }
        }
        (cells, others)
    }
}

fn of_texts(words: &Words<'_>, present: usize, format: Format) -> Guess {
    let distinct = words.words.len();
    let (numbers, others) = words.numbers(format);
    if numbers as f64 >= MOSTLY * present as f64 {
        let shown = listed(others.into_iter().map(quoted), SHOWN_WORDS);
        return guess(
            ColumnKind::Number,
            format!(
                "{numbers} of {} are numbers; the others hold {shown}.",
                counted(present, "cell")
            ),
        );
    }
    if let Some(format) = DateFormat::of_all(words.texts()) {
        return guess(
            ColumnKind::Date,
            format!("All cells with a value are dates, read as {}.", format.name),
        );
    }
    let said: Vec<Option<bool>> = words.texts().map(yes_or_no).collect();
    if matches!(said[..], [Some(one), Some(other)] if one != other) {
        let words = words.texts().map(quoted).collect::<Vec<_>>().join(" and ");
        return guess(ColumnKind::YesNo, format!("The two different words are {words}."));
    }
    of_words(words, distinct, present)
}

fn of_words(words: &Words<'_>, distinct: usize, present: usize) -> Guess {
    if distinct == present {
        let spaced = words.texts().filter(|text| text.contains(char::is_whitespace)).count();
        return if 2 * spaced > distinct {
            guess(
                ColumnKind::Text,
                format!("All {present} values differ, and most are several words."),
            )
        } else {
            guess(ColumnKind::Identifier, format!("All {present} values differ."))
        };
    }
    if (distinct <= MAX_CATEGORIES && 2 * distinct <= present) || 10 * distinct <= present {
        return guess(
            ColumnKind::Category,
            format!("{distinct} different words in {}.", counted(present, "cell")),
        );
    }
    guess(
        ColumnKind::Text,
        format!(
            "{distinct} different texts in {} are too many for categories.",
            counted(present, "cell")
        ),
    )
}

/// Whether the values are few whole numbers that repeat, as the numbers of classes do.
pub(super) fn looks_like_classes(cells: &Cells) -> bool {
    let mut seen: Vec<u64> = Vec::with_capacity(MAX_AUTO_CLASSES);
    let mut few = |value: f64| {
        let bits = (value + 0.0).to_bits();
        let known = seen.contains(&bits);
        if !known && seen.len() < MAX_AUTO_CLASSES {
            seen.push(bits);
            return value.fract() == 0.0;
        }
        known
    };
    let all = match cells {
        Cells::Bytes(bytes) => bytes.iter().all(|&byte| few(f64::from(byte))),
        Cells::Numbers(numbers) => numbers.iter().all(|&value| value.is_nan() || few(value)),
        Cells::Texts { .. } => false,
    };
    all && 2 * seen.len() < cells.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::columns::testing::{numbers, texts};

    fn check(cells: &Cells, name: &str, kind: ColumnKind, reason: &str) {
        let found = kind_of(cells, name, Format::default());
        assert_eq!((found.kind, found.reason.as_str()), (kind, reason), "{cells:?}");
    }

    fn repeated(words: &[&str], times: usize) -> Cells {
        texts(&words.iter().copied().cycle().take(words.len() * times).collect::<Vec<_>>())
    }

    #[test]
    fn numbers_that_identify_are_told_from_those_that_measure() {
        let counting: Vec<f64> = (1..=9).map(f64::from).collect();
        check(
            &numbers(&counting),
            "x",
            ColumnKind::Identifier,
            "All 9 values differ and count up.",
        );
        let from_zero = Cells::Bytes((0..9).collect());
        check(&from_zero, "x", ColumnKind::Identifier, "All 9 values differ and count up.");
        let codes = numbers(&[842_302.0, 842_517.0, 84_300_903.0]);
        let reason = "All 3 values differ, and its name is that of an identifier.";
        check(&codes, "id", ColumnKind::Identifier, reason);
        check(&codes, "customerID", ColumnKind::Identifier, reason);
        check(&codes, "humid", ColumnKind::Number, "All cells are numbers.");
        let some = numbers(&[1.0, f64::NAN, 3.5]);
        check(&some, "id", ColumnKind::Number, "All cells are numbers but 1 without a value.");
        check(&numbers(&[5.0, 6.0, 7.0]), "x", ColumnKind::Number, "All cells are numbers.");
    }

    #[test]
    fn one_value_is_constant() {
        check(&Cells::Bytes(vec![7; 4]), "x", ColumnKind::Constant, "Every cell holds “7”.");
        let some = numbers(&[f64::NAN, 0.5, 0.5]);
        check(&some, "x", ColumnKind::Constant, "Every cell with a value holds “0.5”.");
        check(&numbers(&[f64::NAN; 3]), "x", ColumnKind::Constant, "No cell has a value.");
        check(&repeated(&["a"], 3), "x", ColumnKind::Constant, "Every cell holds “a”.");
    }

    #[test]
    fn words_are_categories_texts_or_identifiers() {
        check(
            &repeated(&["red", "green", "blue"], 2),
            "x",
            ColumnKind::Category,
            "3 different words in 6 cells.",
        );
        let names = repeated(&["Braund, Mr. Owen", "Heikkinen, Miss. Laina", "x"], 1);
        let reason = "All 3 values differ, and most are several words.";
        check(&names, "x", ColumnKind::Text, reason);
        check(&repeated(&["a1", "a2"], 1), "x", ColumnKind::Identifier, "All 2 values differ.");
        let cabins: Vec<String> = (0..90).map(|row| format!("C{}", row % 60)).collect();
        let cabins = texts(&cabins.iter().map(String::as_str).collect::<Vec<_>>());
        let reason = "60 different texts in 90 cells are too many for categories.";
        check(&cabins, "x", ColumnKind::Text, reason);
    }

    #[test]
    fn yes_and_no_dates_and_mostly_numbers_are_known() {
        let reason = "The two different words are “no” and “yes”.";
        check(&repeated(&["no", "yes"], 3), "x", ColumnKind::YesNo, reason);
        check(
            &repeated(&["male", "female"], 3),
            "x",
            ColumnKind::Category,
            "2 different words in 6 cells.",
        );
        let reason = "All cells with a value are dates, read as day.month.year.";
        check(&repeated(&["01.02.2020", "17.03.2021"], 2), "x", ColumnKind::Date, reason);
        let mostly: Vec<String> = (0..19).map(|row| (row * 7).to_string()).collect();
        let mut mostly: Vec<&str> = mostly.iter().map(String::as_str).collect();
        mostly.push("broken");
        let reason = "19 of 20 cells are numbers; the others hold “broken”.";
        check(&texts(&mostly), "x", ColumnKind::Number, reason);
    }

    #[test]
    fn few_whole_numbers_look_like_classes() {
        assert!(looks_like_classes(&Cells::Bytes([0, 1, 2].repeat(3))));
        assert!(looks_like_classes(&numbers(&[1., -1., 1., -1., f64::NAN])));
        assert!(!looks_like_classes(&numbers(&[0.5, 1., 0.5, 1., 1.])));
        assert!(!looks_like_classes(&Cells::Bytes((0..21).collect::<Vec<_>>().repeat(9))));
        assert!(!looks_like_classes(&Cells::Bytes(vec![0, 1, 1, 0])));
    }
}
