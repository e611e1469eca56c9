//! Reads single cells: numbers as the table writes them, dates, yes and no.

use chrono::{DateTime, NaiveDate, NaiveTime, Timelike};

use crate::spec::{Decimal, Dialect, Thousands};

/// How a table writes numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Format {
    comma: bool,
    thousands: Thousands,
}

impl Format {
    /// As in `dialect`, of which nothing is left to be guessed; what is, is as in English.
    pub(super) fn of(dialect: &Dialect) -> Self {
        Self { comma: dialect.decimal == Decimal::Comma, thousands: dialect.thousands }
    }

    /// The number in a cell.
    pub(super) fn number(self, cell: &str) -> Option<f64> {
        let cell = cell.trim();
        let digits = cell.strip_prefix(['+', '-', '−']).unwrap_or(cell);
        // Words that Rust reads as numbers, `inf` say, are none in a table.
        if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.' || first == ',')
        {
            return None;
        }
        if !self.comma
            && let Ok(value) = cell.parse()
        {
            return Some(value);
        }
        let mut plain = self.ungrouped(digits)?;
        if self.comma {
            if plain.contains('.') {
                return None;
            }
            plain = plain.replace(',', ".");
        }
        let value: f64 = plain.parse().ok()?;
        Some(if cell.starts_with(['-', '−']) { -value } else { value })
    }

    /// Without the marks between thousands, which must stand before groups of three.
    fn ungrouped(self, digits: &str) -> Option<String> {
        let whole = digits.find(if self.comma { ',' } else { '.' }).unwrap_or(digits.len());
        let (whole, fraction) = digits.split_at(whole);
        let is_mark = |mark: char| match self.thousands {
            Thousands::Auto | Thousands::None => false,
            Thousands::Comma => mark == ',',
            Thousands::Point => mark == '.',
            Thousands::Space => mark.is_whitespace(),
            Thousands::Apostrophe => matches!(mark, '\'' | '’'),
        };
        let mut groups = whole.split(is_mark);
        let first = groups.next().unwrap_or_default();
        let rest: Vec<&str> = groups.collect();
        let fits = rest.is_empty()
            || ((1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3));
        fits.then(|| format!("{first}{}{fraction}", rest.concat()))
    }
}

/// How a column writes dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DateFormat {
    pattern: &'static str,
    /// As a reason names it.
    pub(super) name: &'static str,
}

/// What is tried, in this order; the first that reads a whole column counts.
const DATE_FORMATS: [DateFormat; 5] = [
    DateFormat { pattern: "%Y-%m-%d", name: "year-month-day" },
    DateFormat { pattern: "%Y/%m/%d", name: "year/month/day" },
    DateFormat { pattern: "%d.%m.%Y", name: "day.month.year" },
    DateFormat { pattern: "%m/%d/%Y", name: "month/day/year" },
    DateFormat { pattern: "%d/%m/%Y", name: "day/month/year" },
];

impl DateFormat {
    /// The way that reads most of `cells`, and how many those are.
    pub(super) fn best<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> (Self, usize) {
        let mut best = (DATE_FORMATS[0], 0);
        for format in DATE_FORMATS {
            let read = cells.clone().filter(|cell| format.days(cell).is_some()).count();
            if read > best.1 {
                best = (format, read);
            }
        }
        best
    }

    /// The way that reads all of `cells`, of which there is at least one.
    pub(super) fn of_all<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> Option<Self> {
        cells.clone().next()?;
        DATE_FORMATS
            .into_iter()
            .find(|format| cells.clone().all(|cell| format.days(cell).is_some()))
    }

    /// Days since the beginning of 1970, with the time of day as a fraction.
    pub(super) fn days(self, cell: &str) -> Option<f64> {
        let end = cell.find([' ', 'T']).unwrap_or(cell.len());
        let (date, time) = cell.split_at(end);
        // A year of two digits could be of any century.
        if !(8..=10).contains(&date.len()) || !date.is_ascii() {
            return None;
        }
        let date = NaiveDate::parse_from_str(date, self.pattern).ok()?;
        let days = date.signed_duration_since(DateTime::UNIX_EPOCH.date_naive()).num_days();
        Some(days as f64 + time_of_day(time)?)
    }
}

/// `T10:30:05.5Z`, ` 10:30`, `T10:30+02:00` or nothing, as a share of a day; offsets from
/// universal time are taken off.
fn time_of_day(time: &str) -> Option<f64> {
    let Some(time) = time.get(1..).map(str::trim).filter(|time| !time.is_empty()) else {
        return time.is_empty().then_some(0.0);
    };
    let time = time.strip_suffix('Z').unwrap_or(time).trim_end();
    let zone = time.find(['+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let clock = ["%H:%M:%S%.f", "%H:%M"]
        .into_iter()
        .find_map(|pattern| NaiveTime::parse_from_str(clock.trim_end(), pattern).ok())?;
    let seconds =
        f64::from(clock.num_seconds_from_midnight()) + f64::from(clock.nanosecond()) / 1e9;
    Some((seconds - offset(zone)?) / 86_400.0)
}

/// Seconds of `+02:00`, `-0530` or nothing.
fn offset(zone: &str) -> Option<f64> {
    let Some(hours) = zone.strip_prefix(['+', '-']) else {
        return zone.is_empty().then_some(0.0);
    };
    let digits = hours.replace(':', "");
    let padded = if digits.len() == 2 { digits + "00" } else { digits };
    let clock = NaiveTime::parse_from_str(&padded, "%H%M").ok()?;
    let seconds = f64::from(clock.num_seconds_from_midnight());
    Some(if zone.starts_with('-') { -seconds } else { seconds })
}

/// Words for yes and no, in small letters.
const YES_NO: [(&str, &str); 8] = [
    ("yes", "no"),
    ("y", "n"),
    ("true", "false"),
    ("t", "f"),
    ("on", "off"),
    ("ja", "nein"),
    ("oui", "non"),
    ("1", "0"),
];

/// What a word says, if it says yes or no.
pub(super) fn yes_or_no(cell: &str) -> Option<bool> {
    YES_NO.iter().find_map(|(yes, no)| {
        if cell.eq_ignore_ascii_case(yes) {
            Some(true)
        } else {
            cell.eq_ignore_ascii_case(no).then_some(false)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(comma: bool, thousands: Thousands) -> Format {
        Format { comma, thousands }
    }

    #[test]
    fn numbers_are_read_as_the_table_writes_them() {
        let plain = Format::default();
        for (cell, value) in
            [("1", 1.0), ("-2.5", -2.5), ("+.5", 0.5), ("3504.", 3504.0), ("1e-3", 1e-3)]
        {
            assert_eq!(plain.number(cell), Some(value), "{cell}");
        }
        for cell in ["", "-", "inf", "NaN", "-infinity", "1,5", "0x10", "1 2", "12-3", "."] {
            assert_eq!(plain.number(cell), None, "{cell}");
        }
        let german = format(true, Thousands::Point);
        assert_eq!(german.number("1.234.567,5"), Some(1_234_567.5));
        assert_eq!(german.number("-1,5"), Some(-1.5));
        assert_eq!(german.number("12.34,5"), None);
        assert_eq!(format(true, Thousands::None).number("1.5"), None);
        let english = format(false, Thousands::Comma);
        assert_eq!(english.number("1,234.5"), Some(1234.5));
        assert_eq!(english.number("1,5"), None);
        assert_eq!(format(false, Thousands::Space).number("1\u{a0}000"), Some(1000.0));
        assert_eq!(format(false, Thousands::Apostrophe).number("1'000"), Some(1000.0));
    }

    fn days(cells: &[&str]) -> Vec<f64> {
        let format = DateFormat::of_all(cells.iter().copied()).expect("dates");
        cells.iter().map(|cell| format.days(cell).expect("a date")).collect()
    }

    #[test]
    fn dates_are_days_since_1970() {
        assert_eq!(days(&["1970-01-01", "1970-01-02", "1969-12-31"]), [0.0, 1.0, -1.0]);
        assert_eq!(days(&["2000-03-01 12:00", "2000-03-01T06:00:00Z"]), [11_017.5, 11_017.25]);
        assert_eq!(days(&["2000-03-01T12:00:00+06:00"]), [11_017.25]);
        assert_eq!(days(&["01.03.2000"]), [11_017.0]);
        // The first of March in America; a thirteenth month shows which way round it is.
        assert_eq!(days(&["03/01/2000"]), [11_017.0]);
        assert_eq!(days(&["13/03/2000", "01/03/2000"]), [11_029.0, 11_017.0]);
        for cells in [&["2000-13-01"][..], &["1.3.20"], &["10:30"], &["2000-03-01 soon"], &[]] {
            assert_eq!(DateFormat::of_all(cells.iter().copied()), None, "{cells:?}");
        }
    }

    #[test]
    fn most_dates_choose_the_format() {
        let (format, read) = DateFormat::best(["1.1.2000", "x", "31.12.1999"].into_iter());
        assert_eq!((format.name, read), ("day.month.year", 2));
    }

    #[test]
    fn yes_and_no_are_known_in_any_case() {
        assert_eq!(
            (yes_or_no("YES"), yes_or_no("nein"), yes_or_no("maybe")),
            (Some(true), Some(false), None)
        );
    }
}
