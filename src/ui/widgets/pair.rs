use std::fmt;
use std::ops::RangeInclusive;

use egui::Ui;

use crate::ui::theme::Theme;

use super::number::{self, Kind, Look, POINTS_PER_STEP};

/// A field for two whole numbers, rows and columns, that are mostly the same: `3` is typed for
/// both, `2×3` for each. It behaves as [`super::NumberField`]; arrow keys, wheel and dragging
/// change both by as much.
pub struct PairField<'a> {
    name: &'a str,
    value: [usize; 2],
    range: RangeInclusive<usize>,
    look: Look<'a>,
}

impl<'a> PairField<'a> {
    /// A field of that accessible name.
    #[must_use]
    pub fn new(name: &'a str, value: [usize; 2]) -> Self {
        Self { name, value, range: 0..=usize::MAX, look: Look { width: 52.0, tip: "" } }
    }

    /// Least and greatest value of both numbers.
    #[must_use]
    pub fn range(mut self, range: RangeInclusive<usize>) -> Self {
        self.range = range;
        self
    }

    /// A sentence for the tooltip.
    #[must_use]
    pub fn tip(mut self, tip: &'a str) -> Self {
        self.look.tip = tip;
        self
    }

    /// Draws it. Returns the new numbers in every frame in which they change.
    pub fn show(self, ui: &mut Ui, theme: &Theme) -> Option<[usize; 2]> {
        let kind = Both { range: self.range };
        let value = Pair(self.value);
        number::show(ui, theme, self.name, value, &kind, self.look).map(|pair| pair.0)
    }
}

#[derive(Clone, Copy, PartialEq)]
struct Pair([usize; 2]);

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [rows, columns] if rows == columns => write!(f, "{rows}"),
            [rows, columns] => write!(f, "{rows}×{columns}"),
        }
    }
}

struct Both {
    range: RangeInclusive<usize>,
}

impl Both {
    fn number(&self, text: &str) -> Option<usize> {
        text.trim().parse().ok().filter(|number| self.range.contains(number))
    }

    /// Both numbers by as much, as far as neither leaves the range.
    fn shifted(&self, Pair([rows, columns]): Pair, by: i64) -> Pair {
        let (low, high) = (*self.range.start(), *self.range.end());
        let room_down = rows.min(columns).saturating_sub(low);
        let room_up = high.saturating_sub(rows.max(columns));
        let size = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
        let shift = |side: usize| match by < 0 {
            true => side - size.min(room_down).min(side),
            false => side.saturating_add(size.min(room_up)),
        };
        Pair([shift(rows), shift(columns)])
    }
}

impl Kind<Pair> for Both {
    fn parse(&self, text: &str) -> Result<Pair, String> {
        let sides: Vec<&str> = text.split(['×', 'x', 'X', '*', ',']).collect();
        let found = match sides[..] {
            [both] => self.number(both).map(|side| [side, side]),
            [rows, columns] => self.number(rows).zip(self.number(columns)).map(Into::into),
            _ => None,
        };
        found.map(Pair).ok_or_else(|| {
            let (low, high) = (self.range.start(), self.range.end());
            format!("Enter a whole number from {low} to {high}, or two as 2×3: rows, then columns")
        })
    }

    fn step(&self, value: Pair, times: i32) -> Pair {
        self.shifted(value, i64::from(times))
    }

    fn drag(&self, start: Pair, points: f32) -> Pair {
        self.shifted(start, (f64::from(points) / POINTS_PER_STEP).round() as i64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sides() -> Both {
        Both { range: 1..=64 }
    }

    #[test]
    fn one_number_is_a_square() {
        for (text, pair) in [
            ("3", [3, 3]),
            (" 2×3 ", [2, 3]),
            ("2x3", [2, 3]),
            ("2 X 3", [2, 3]),
            ("2*3", [2, 3]),
            ("2, 3", [2, 3]),
        ] {
            assert_eq!(sides().parse(text).map(|found| found.0), Ok(pair), "{text}");
        }
        for wrong in ["", "0", "65", "2×", "2×3×4", "-1", "two", "2.5"] {
            let message = sides().parse(wrong).err().expect("refused");
            assert!(message.contains("1 to 64") && message.contains("2×3"), "{message}");
        }
    }

    #[test]
    fn steps_keep_the_difference() {
        assert_eq!(sides().step(Pair([2, 3]), 2).0, [4, 5]);
        assert_eq!(sides().step(Pair([2, 3]), -9).0, [1, 2]);
        assert_eq!(sides().drag(Pair([60, 64]), 60.0).0, [60, 64]);
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_typed(rows in 1..65_usize, columns in 1..65_usize) {
            let pair = Pair([rows, columns]);
            prop_assert_eq!(sides().parse(&pair.to_string()).map(|found| found.0), Ok(pair.0));
        }
    }
}
