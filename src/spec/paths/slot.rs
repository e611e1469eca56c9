use std::fmt;

use crate::base::{Finite, similar};
use crate::spec::sweep::Value;

/// What a field takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Any number.
    Number,
    /// A whole number in a range, both ends included; perhaps a word instead.
    Whole {
        /// Smallest.
        low: u64,
        /// Largest.
        high: u64,
        /// Words that may stand in its place.
        words: Vec<&'static str>,
    },
    /// One of these words.
    Word(Vec<&'static str>),
    /// Yes or no.
    Flag,
}

impl Takes {
    /// Whether numbers have to be whole.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Whole { .. })
    }

    /// Checks a value.
    ///
    /// # Errors
    /// What would be right.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let fits = match (self, value) {
            (Self::Number, Value::Number(_)) | (Self::Flag, Value::Flag(_)) => true,
            (Self::Whole { low, high, .. }, Value::Number(number)) => {
                value.whole().is_some_and(|whole| (*low..=*high).contains(&whole))
                    && number.get() >= 0.0
            }
            (Self::Whole { words, .. } | Self::Word(words), Value::Word(word)) => {
                words.contains(&word.as_str())
            }
            _ => false,
        };
        if fits { Ok(()) } else { Err(self.refusal(value)) }
    }

    fn refusal(&self, value: &Value) -> String {
        let meant = match (self, value) {
            (Self::Word(words) | Self::Whole { words, .. }, Value::Word(word)) => {
                similar(word, words)
            }
            _ => None,
        };
        let hint = meant.map_or(String::new(), |word| format!("; did you mean “{word}”?"));
        let stop = if hint.is_empty() { "." } else { "" };
        format!("takes {self}, not “{value}”{hint}{stop}")
    }
}

/// As it stands in a sentence: `a whole number from 1 to 65536`.
impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number => f.write_str("a number"),
            Self::Flag => f.write_str("true or false"),
            Self::Word(words) => f.write_str(&one_of(words)),
            Self::Whole { low, high, words } => {
                write!(f, "a whole number from {low}")?;
                if *high < LARGEST_WHOLE {
                    write!(f, " to {high}")?;
                }
                if words.is_empty() { Ok(()) } else { write!(f, ", or {}", one_of(words)) }
            }
        }
    }
}

/// `“sgd”, “rmsprop” or “adam”`
pub(super) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("“{word}”")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "nothing".into(),
    }
}

/// The largest whole number that every number up to it can be told from.
pub(super) const LARGEST_WHOLE: u64 = 1 << 53;

/// What puts a value that fits into its place.
type Put<'a> = Box<dyn FnOnce(&Value) + 'a>;

/// A field of an experiment: what it takes, what it is now, and how it is set.
pub(super) struct Slot<'a> {
    pub takes: Takes,
    /// Absent where the field says nothing now.
    pub now: Option<Value>,
    put: Put<'a>,
}

impl<'a> Slot<'a> {
    pub fn new(takes: Takes, now: Option<Value>, put: impl FnOnce(&Value) + 'a) -> Self {
        Self { takes, now, put: Box::new(put) }
    }

    /// Sets it.
    ///
    /// # Errors
    /// What would be right, where the value does not fit.
    pub fn set(self, value: &Value) -> Result<(), String> {
        self.takes.check(value)?;
        (self.put)(value);
        Ok(())
    }

    /// Any number.
    pub fn number(field: &'a mut Finite) -> Self {
        let now = Some(Value::Number(*field));
        Self::new(Takes::Number, now, |value| *field = value.number().unwrap_or(*field))
    }

    /// A number that may be absent.
    pub fn optional(field: &'a mut Option<Finite>) -> Self {
        let now = field.map(Value::Number);
        Self::new(Takes::Number, now, |value| *field = value.number())
    }

    /// Yes or no.
    pub fn flag(field: &'a mut bool) -> Self {
        let now = Some(Value::Flag(*field));
        Self::new(Takes::Flag, now, |value| *field = *value == Value::Flag(true))
    }

    /// A whole number in a range.
    pub fn count(field: &'a mut usize, low: usize, high: usize) -> Self {
        let now = Some(Value::of_whole(*field as u64));
        Self::new(whole(low, high), now, |value| *field = value.count().unwrap_or(*field))
    }

    /// Two whole numbers that are set to the same; the first is what it is now.
    pub fn pair(field: &'a mut [usize; 2], low: usize, high: usize) -> Self {
        let now = Some(Value::of_whole(field[0] as u64));
        Self::new(whole(low, high), now, |value| {
            *field = value.count().map_or(*field, |count| [count; 2]);
        })
    }

    /// A whole number of epochs or the like.
    pub fn small(field: &'a mut u32, low: u32) -> Self {
        let takes = Takes::Whole { low: low.into(), high: u32::MAX.into(), words: vec![] };
        let now = Some(Value::of_whole((*field).into()));
        let put = |value: &Value| {
            let small = value.whole().and_then(|whole| u32::try_from(whole).ok());
            *field = small.unwrap_or(*field);
        };
        Self::new(takes, now, put)
    }

    /// A whole number of any size.
    pub fn large(field: &'a mut u64) -> Self {
        let now = Some(Value::of_whole(*field));
        let takes = Takes::Whole { low: 0, high: LARGEST_WHOLE, words: vec![] };
        Self::new(takes, now, |value| *field = value.whole().unwrap_or(*field))
    }

    /// One of several kinds, by their words. The word of the present kind leaves its settings as
    /// they are; any other brings the usual settings of its kind.
    pub fn word<T: Clone + 'a>(
        field: &'a mut T,
        all: &[T],
        word: impl Fn(&T) -> &'static str,
    ) -> Self {
        let words: Vec<&'static str> = all.iter().map(&word).collect();
        let now = word(field);
        let all = all.to_vec();
        let known = words.clone();
        Self::new(Takes::Word(words), Some(Value::Word(now.into())), move |value| {
            let place = known.iter().position(|known| value.is_word(known));
            if let Some(place) = place.filter(|_| !value.is_word(now)) {
                *field = all[place].clone();
            }
        })
    }

    /// The same value for several fields alike; the first says what it is now.
    pub fn all(slots: Vec<Self>) -> Option<Self> {
        let first = slots.first()?;
        let (takes, now) = (first.takes.clone(), first.now.clone());
        Some(Self::new(takes, now, move |value| {
            slots.into_iter().for_each(|slot| (slot.put)(value));
        }))
    }
}

fn whole(low: usize, high: usize) -> Takes {
    Takes::Whole { low: low as u64, high: high as u64, words: vec![] }
}
