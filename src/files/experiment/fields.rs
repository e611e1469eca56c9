use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::base::{Finite, similar};
use crate::files::error::FileError;

/// Longest text that is accepted, in characters: room for any path.
const MAX_TEXT: usize = 4096;

/// A table of the file.
pub(super) struct Section<'d> {
    text: &'d str,
    /// What it is, for messages: `run 2`.
    name: String,
    table: &'d DeTable<'d>,
    start: usize,
}

impl<'d> Section<'d> {
    /// The whole file.
    pub(super) fn root(text: &'d str, table: &'d DeTable<'d>) -> Self {
        Self { text, name: "an experiment".into(), table, start: 0 }
    }

    /// The same table, in which only `known` keys may stand.
    ///
    /// # Errors
    /// The first unknown key in the text, with the known one that was probably meant.
    pub(super) fn with_keys(self, known: &[&'static str]) -> Result<Self, FileError> {
        let unknown = self.table.keys().filter(|key| !known.contains(&key.as_ref().as_ref()));
        match unknown.min_by_key(|key| key.span().start) {
            None => Ok(self),
            Some(key) => Err(self.unknown(key.as_ref(), key.span().start, known)),
        }
    }

    fn unknown(&self, key: &str, byte: usize, known: &[&'static str]) -> FileError {
        let advice = match similar(key, known) {
            Some(meant) => format!("did you mean “{meant}”?"),
            None => format!("it knows {}.", listed(known)),
        };
        let key = shortened(key);
        FileError::at(self.text, byte, format!("“{key}” is no key of {}; {advice}", self.name))
    }

    /// The value of a key, if it is there.
    pub(super) fn get(&self, key: &'static str) -> Option<Field<'d>> {
        let value = self.table.get(key)?;
        Some(Field { text: self.text, name: format!("“{key}”"), value })
    }

    /// The value of a key.
    pub(super) fn need(&self, key: &'static str) -> Result<Field<'d>, FileError> {
        self.get(key).ok_or_else(|| {
            FileError::at(self.text, self.start, format!("“{key}” is missing in {}.", self.name))
        })
    }

    /// An error about the section as a whole.
    pub(super) fn wrong(&self, message: impl Into<String>) -> FileError {
        FileError::at(self.text, self.start, message)
    }
}

/// One value of the file.
#[derive(Clone)]
pub(super) struct Field<'d> {
    text: &'d str,
    /// What it is, for messages: `“loss”`, `layer 2`.
    name: String,
    value: &'d Spanned<DeValue<'d>>,
}

impl<'d> Field<'d> {
    /// An error about this value.
    pub(super) fn wrong(&self, message: impl AsRef<str>) -> FileError {
        let message = format!("{} {}", self.name, message.as_ref());
        FileError::at(self.text, self.value.span().start, message)
    }

    fn expected(&self, what: &str) -> FileError {
        self.wrong(format!("takes {what}, not {}.", described(self.value.get_ref())))
    }

    pub(super) fn as_text(&self) -> Option<&'d str> {
        self.value.get_ref().as_str()
    }

    pub(super) fn is_table(&self) -> bool {
        self.value.get_ref().is_table()
    }

    pub(super) fn is_list(&self) -> bool {
        self.value.get_ref().is_array()
    }

    /// The word among `words` that one of the keys of a table was probably meant to be.
    pub(super) fn nearest_key(&self, words: &[&'static str]) -> Option<&'static str> {
        let table = self.value.get_ref().as_table()?;
        table.keys().find_map(|key| similar(key.as_ref(), words))
    }

    /// Whether it is a table with this key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value.get_ref().as_table().is_some_and(|table| table.contains_key(key))
    }

    /// Any text of bounded length.
    pub(super) fn string(&self) -> Result<String, FileError> {
        self.long_string(MAX_TEXT)
    }

    /// Any text of at most `most` characters.
    pub(super) fn long_string(&self, most: usize) -> Result<String, FileError> {
        let text = self.as_text().ok_or_else(|| self.expected("text in quotes"))?;
        match text.chars().nth(most) {
            None => Ok(text.to_owned()),
            Some(_) => Err(self.wrong(format!("takes at most {most} characters."))),
        }
    }

    pub(super) fn flag(&self) -> Result<bool, FileError> {
        self.value.get_ref().as_bool().ok_or_else(|| self.expected("true or false"))
    }

    /// A whole number in a range.
    pub(super) fn whole(&self, low: u64, high: u64) -> Result<u64, FileError> {
        let what = match high {
            u64::MAX => format!("a whole number from {low}"),
            _ => format!("a whole number from {low} to {high}"),
        };
        let number = self.value.get_ref().as_integer().and_then(integer);
        let number = number.and_then(|number| u64::try_from(number).ok());
        number.filter(|number| (low..=high).contains(number)).ok_or_else(|| self.expected(&what))
    }

    /// A whole number that counts something in memory.
    pub(super) fn count(&self, low: u64, high: usize) -> Result<usize, FileError> {
        let number = self.whole(low, high as u64)?;
        usize::try_from(number).map_err(|_| self.expected("a smaller number"))
    }

    /// A whole number that counts epochs.
    pub(super) fn count32(&self) -> Result<u32, FileError> {
        let number = self.whole(0, u64::from(u32::MAX))?;
        u32::try_from(number).map_err(|_| self.expected("a smaller number"))
    }

    /// Any finite number.
    pub(super) fn finite(&self) -> Result<Finite, FileError> {
        let number = match self.value.get_ref() {
            DeValue::Integer(whole) => integer(whole).map(|whole| whole as f64),
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => None,
        };
        number.and_then(Finite::new).ok_or_else(|| self.expected("a finite number"))
    }

    /// One of several words, each of which stands for a value.
    pub(super) fn choice<T: Copy>(
        &self,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Result<T, FileError> {
        let words: Vec<&'static str> = all.iter().map(|&value| word(value)).collect();
        let text = self.as_text().ok_or_else(|| self.expected(&one_of(&words)))?;
        match words.iter().position(|&known| known == text) {
            Some(index) => Ok(all[index]),
            None => Err(self.no_word(text, &words)),
        }
    }

    /// The error of a word that is not among the known ones.
    pub(super) fn no_word(&self, text: &str, words: &[&'static str]) -> FileError {
        let advice = match similar(text, words) {
            Some(meant) => format!("did you mean “{meant}”?"),
            None => format!("it takes {}.", one_of(words)),
        };
        self.wrong(format!("does not know “{}”; {advice}", shortened(text)))
    }

    /// A table whose keys are checked later, once its kind is known.
    pub(super) fn any_section(&self) -> Result<Section<'d>, FileError> {
        let table = self.value.get_ref().as_table().ok_or_else(|| self.expected("a table"))?;
        let start = self.value.span().start;
        Ok(Section { text: self.text, name: self.name.clone(), table, start })
    }

    /// A table in which only `known` keys may stand.
    pub(super) fn section(&self, known: &[&'static str]) -> Result<Section<'d>, FileError> {
        self.any_section()?.with_keys(known)
    }

    /// A list, each element named for messages by its number counted from one.
    pub(super) fn list(
        &self,
        element: &str,
        low: usize,
        high: usize,
    ) -> Result<Vec<Field<'d>>, FileError> {
        let items = self.value.get_ref().as_array().ok_or_else(|| self.expected("a list"))?;
        if !(low..=high).contains(&items.len()) {
            let found = items.len();
            let range = if low == high { low.to_string() } else { format!("{low} to {high}") };
            return Err(self.wrong(format!("takes {range} {element}s, not {found}.")));
        }
        let field = |(index, value): (usize, &'d Spanned<DeValue<'d>>)| Field {
            text: self.text,
            name: format!("{element} {}", index + 1),
            value,
        };
        Ok(items.iter().enumerate().map(field).collect())
    }
}

fn integer(number: &DeInteger<'_>) -> Option<i128> {
    i128::from_str_radix(number.as_str(), number.radix()).ok()
}

/// `“sgd”, “rmsprop” or “adam”`
fn one_of(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, [])) => format!("“{last}”"),
        Some((last, others)) => format!("{} or “{last}”", listed(others)),
        None => "nothing".into(),
    }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("“{word}”")).collect::<Vec<_>>().join(", ")
}

fn described(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("“{}”", shortened(text)),
        DeValue::Integer(number) => shortened(&number.to_string()),
        DeValue::Float(number) => shortened(number.as_str()),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(_) => "a date".into(),
        DeValue::Array(_) => "a list".into(),
        DeValue::Table(_) => "a table".into(),
    }
}

/// The beginning of a text, without line breaks: fit to stand in a message.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut short: String = text.chars().take(LONGEST).map(visible).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

fn visible(letter: char) -> char {
    if letter.is_control() { ' ' } else { letter }
}
