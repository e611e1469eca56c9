//! Reads numbers as a table writes them, and finds out how it writes them.
//!
//! One way of writing numbers holds for a whole table: `1,234` is a thousand and more, or one and
//! a bit, in all columns alike. The way that makes most cells numbers is taken; a column counts
//! only where nine of ten cells are numbers that way. Where several ways serve alike (`1.234`, and
//! nothing else that would tell), a decimal point is preferred; of a comma that always stands
//! before three digits, thousands are preferred, except between semicolons, which are used where
//! the comma is the decimal one.

use crate::spec::{Decimal, Thousands};

/// Longest number with thousands or a decimal comma.
const MAX_DIGITS: usize = 64;

/// How numbers are written. Nothing is left to be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    /// Never [`Decimal::Auto`].
    pub(super) decimal: Decimal,
    /// Never [`Thousands::Auto`].
    pub(super) thousands: Thousands,
}

impl Style {
    /// `1234.5`
    pub(super) const PLAIN: Self = Self { decimal: Decimal::Point, thousands: Thousands::None };

    /// The finite number that a trimmed cell holds.
    pub(super) fn parse(self, cell: &[u8]) -> Option<f64> {
        // A typeset minus.
        if let Some(rest) = cell.strip_prefix("\u{2212}".as_bytes()) {
            let unsigned = rest.first().is_some_and(u8::is_ascii_digit);
            return if unsigned { self.parse(rest).map(|number| -number) } else { None };
        }
        if self == Self::PLAIN {
            return plain(cell);
        }
        let mut digits = Digits { bytes: [0; MAX_DIGITS], length: 0 };
        self.normalise(cell, &mut digits)?;
        plain(&digits.bytes[..digits.length])
    }

    /// Writes a number without thousands and with a decimal point.
    fn normalise(self, cell: &[u8], digits: &mut Digits) -> Option<()> {
        let mut rest = cell;
        if let [sign @ (b'+' | b'-'), after @ ..] = rest {
            digits.push(*sign)?;
            rest = after;
        }
        rest = self.whole(rest, digits)?;
        let point = if self.decimal == Decimal::Comma { b',' } else { b'.' };
        if let [first, after @ ..] = rest
            && *first == point
        {
            // "1," is a number and a separator rather than a number.
            if point == b',' && !after.first().is_some_and(u8::is_ascii_digit) {
                return None;
            }
            digits.push(b'.')?;
            rest = after;
        } else if rest.first().is_some_and(|byte| !matches!(byte, b'e' | b'E')) {
            return None;
        }
        rest.iter().try_for_each(|&byte| digits.push(byte))
    }

    /// Takes the digits before the decimal point and answers the rest.
    fn whole<'a>(self, cell: &'a [u8], digits: &mut Digits) -> Option<&'a [u8]> {
        let run = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let first = run(cell);
        cell[..first].iter().try_for_each(|&byte| digits.push(byte))?;
        let mut rest = &cell[first..];
        let groups_may_follow = (1..=3).contains(&first) && cell[0] != b'0';
        while groups_may_follow
            && let Some(after) = self.after_separator(rest)
            && run(after) == 3
        {
            after[..3].iter().try_for_each(|&byte| digits.push(byte))?;
            rest = &after[3..];
        }
        Some(rest)
    }

    fn after_separator(self, rest: &[u8]) -> Option<&[u8]> {
        separators(self.thousands).iter().find_map(|mark| rest.strip_prefix(mark.as_bytes()))
    }
}

struct Digits {
    bytes: [u8; MAX_DIGITS],
    length: usize,
}

impl Digits {
    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.length)? = byte;
        self.length += 1;
        Some(())
    }
}

fn separators(thousands: Thousands) -> &'static [&'static str] {
    match thousands {
        Thousands::Auto | Thousands::None => &[],
        Thousands::Comma => &[","],
        Thousands::Point => &["."],
        // A space, one that does not break, a narrow one that does not break, a thin one.
        Thousands::Space => &[" ", "\u{a0}", "\u{202f}", "\u{2009}"],
        Thousands::Apostrophe => &["'", "\u{2019}"],
    }
}

/// A finite number with a decimal point. Words like "inf" are none.
fn plain(cell: &[u8]) -> Option<f64> {
    let may_be = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
    if !cell.iter().all(may_be) {
        return None;
    }
    let text = std::str::from_utf8(cell).ok()?;
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// A whole number from 0 to 255 without a sign: the fast way for pixels.
pub(super) fn small(cell: &[u8]) -> Option<u8> {
    let digit = |byte: u8| Some(byte.wrapping_sub(b'0')).filter(|digit| *digit < 10);
    match *cell {
        [a] => digit(a),
        [a, b] => Some(10 * digit(a)? + digit(b)?),
        [a, b, c] => {
            let value = 100 * u16::from(digit(a)?) + 10 * u16::from(digit(b)?);
            u8::try_from(value + u16::from(digit(c)?)).ok()
        }
        _ => None,
    }
}

/// All ways of writing numbers that the user's choice allows, the most likely first.
pub(super) fn styles(decimal: Decimal, thousands: Thousands, semicolons: bool) -> Vec<Style> {
    use Decimal::{Comma, Point};
    let comma_thousands = (Point, Thousands::Comma);
    let comma_decimals = (Comma, Thousands::None);
    let (third, second) = if semicolons {
        (comma_thousands, comma_decimals)
    } else {
        (comma_decimals, comma_thousands)
    };
    let all = [
        (Point, Thousands::None),
        second,
        third,
        (Comma, Thousands::Point),
        (Point, Thousands::Space),
        (Comma, Thousands::Space),
        (Point, Thousands::Apostrophe),
        (Comma, Thousands::Apostrophe),
    ];
    let allowed = |style: &Style| {
        (decimal == Decimal::Auto || style.decimal == decimal)
            && (thousands == Thousands::Auto || style.thousands == thousands)
    };
    let mut styles: Vec<Style> = all
        .map(|(decimal, thousands)| Style { decimal, thousands })
        .into_iter()
        .filter(allowed)
        .collect();
    if styles.is_empty() {
        // The same mark for both: it cannot stand between thousands.
        styles.push(Style { decimal, thousands: Thousands::None });
    }
    styles
}

/// The way of writing numbers that makes most cells numbers. Missing ones are not among the cells
/// of the columns.
pub(super) fn guess(columns: &[Vec<&str>], styles: &[Style]) -> Style {
    let mut best = (0, styles.first().copied().unwrap_or(Style::PLAIN));
    for &style in styles {
        let score = columns.iter().map(|cells| numbers(cells, style)).sum();
        if score > best.0 {
            best = (score, style);
        }
    }
    best.1
}

/// How many cells of a column are numbers, or none where too few are.
fn numbers(cells: &[&str], style: Style) -> usize {
    let count = cells.iter().filter(|cell| style.parse(cell.as_bytes()).is_some()).count();
    if 10 * count >= 9 * cells.len() { count } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(semicolons: bool, cells: &[&str], decimal: Decimal, thousands: Thousands) {
        let styles = styles(Decimal::Auto, Thousands::Auto, semicolons);
        let found = guess(&[cells.to_vec()], &styles);
        assert_eq!(found, Style { decimal, thousands }, "{cells:?}");
        let all = cells.iter().all(|cell| found.parse(cell.as_bytes()).is_some());
        assert!(all, "{cells:?}");
    }

    #[test]
    fn the_way_of_writing_numbers_is_found() {
        use Decimal::{Comma, Point};
        check(false, &["1", "2.5", "-3e4"], Point, Thousands::None);
        check(true, &["1,5", "2", "-0,25"], Comma, Thousands::None);
        check(false, &["1,5", "2,125"], Comma, Thousands::None);
        check(false, &["1,234", "12"], Point, Thousands::Comma);
        check(false, &["1,234", "5.5"], Point, Thousands::Comma);
        check(true, &["1,234", "5.5"], Point, Thousands::Comma);
        check(true, &["1,234", "12"], Comma, Thousands::None);
        check(true, &["1,234,567", "12"], Point, Thousands::Comma);
        check(true, &["1.234", "12"], Point, Thousands::None);
        check(true, &["1.234", "3,5"], Comma, Thousands::Point);
        check(true, &["1.234.567", "12"], Comma, Thousands::Point);
        check(false, &["1 234", "12", "1\u{a0}234\u{202f}567"], Point, Thousands::Space);
        check(false, &["1 234,5", "12"], Comma, Thousands::Space);
        check(false, &["1'234.5", "12\u{2019}345"], Point, Thousands::Apostrophe);
        check(false, &["0,123", "0,5"], Comma, Thousands::None);
    }

    #[test]
    fn a_column_of_texts_says_nothing() {
        let styles = styles(Decimal::Auto, Thousands::Auto, false);
        let texts = vec!["1,234", "A/5 21171", "PC 17599", "12"];
        assert_eq!(guess(&[texts], &styles), Style::PLAIN);
    }

    #[test]
    fn groups_hold_three_digits() {
        let thousands = Style { decimal: Decimal::Point, thousands: Thousands::Comma };
        for (cell, wanted) in [
            ("1,234", Some(1234.0)),
            ("-1,234,567.5", Some(-1_234_567.5)),
            ("1,234e2", Some(123_400.0)),
            ("12,34", None),
            ("1234,567", None),
            ("0,123", None),
            ("1,2345", None),
            (",123", None),
            ("1,234,", None),
            ("1.5,234", None),
            ("", None),
            ("-", None),
            ("3504.", Some(3504.0)),
        ] {
            assert_eq!(thousands.parse(cell.as_bytes()), wanted, "{cell}");
        }
    }

    #[test]
    fn only_finite_numbers_are_numbers() {
        for cell in [
            "inf", "nan", "infinity", "1e999", "1_000", "0x10", "1,5", "e5", ".", "١", "1 2",
            "−-2", "−−2",
        ] {
            assert_eq!(Style::PLAIN.parse(cell.as_bytes()), None, "{cell}");
        }
        for (cell, wanted) in
            [("+5", 5.0), (".5", 0.5), ("-0", 0.0), ("1E-3", 0.001), ("007", 7.0), ("−2", -2.0)]
        {
            assert_eq!(Style::PLAIN.parse(cell.as_bytes()), Some(wanted), "{cell}");
        }
    }

    #[test]
    fn small_numbers_are_what_the_slow_way_says() {
        for value in 0..=999 {
            for text in [format!("{value}"), format!("{value:03}")] {
                assert_eq!(small(text.as_bytes()), u8::try_from(value).ok(), "{text}");
            }
        }
        for text in ["", "-1", "1.5", "a", "/", ":", "1a", "0001", "25 "] {
            assert_eq!(small(text.as_bytes()), None, "{text}");
        }
    }
}
