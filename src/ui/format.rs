//! Numbers and states as the window shows them: numbers with the same width and decimals at every
//! size, so that nothing jumps while they change.

use crate::record::{EndReason, PauseReason, RunState};

use super::widgets::{self, Badge, thousands};

/// A loss, or any other measured number: four decimals while that says something, else an
/// exponent. Never a percentage.
#[must_use]
pub fn measured(value: f64) -> String {
    let value = unsigned_zero(value);
    let size = value.abs();
    if value.is_nan() {
        "NaN".into()
    } else if value.is_infinite() {
        if value > 0.0 { "∞".into() } else { "−∞".into() }
    } else if size != 0.0 && !(0.001..10_000.0).contains(&size) {
        format!("{value:.2e}").replace('-', "−")
    } else {
        format!("{value:.4}").replace('-', "−")
    }
}

/// Zero has no sign that a reader would care about.
fn unsigned_zero(value: f64) -> f64 {
    value + 0.0
}

/// A number of a table in at most seven signs: four significant digits.
#[must_use]
pub fn compact(value: f64) -> String {
    let value = unsigned_zero(value);
    let size = value.abs();
    if value.is_nan() || value.is_infinite() {
        return measured(value);
    }
    let text = if size != 0.0 && !(1e-3..1e6).contains(&size) {
        format!("{value:.2e}")
    } else {
        let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
        // Whole numbers that fit are told to the last digit.
        if value.fract() == 0.0 { value.to_string() } else { rounded.to_string() }
    };
    text.replace('-', "−")
}

/// A share between 0 and 1 as a percentage with one decimal. 100.0 % and 0.0 % are only ever
/// said of all and of none: 9 999 of 10 000 right are 99.9 %.
#[must_use]
pub fn percent(share: f64) -> String {
    if share.is_nan() {
        return "–".into();
    }
    let inner = if share < 1.0 { share.min(0.999) } else { share };
    widgets::percent(if inner > 0.0 { inner.max(0.001) } else { inner })
}

/// `count` things, in words: `1 sample`, `2 samples`.
#[must_use]
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { many })
}

/// The name of a class, or its number where it has no name.
#[must_use]
pub fn class_name(names: &[String], class: usize) -> String {
    match names.get(class) {
        Some(name) if !name.is_empty() => name.clone(),
        _ => class.to_string(),
    }
}

/// The same as a phrase: `class 4`, but `class 4` again where that is its name.
#[must_use]
pub fn class_phrase(names: &[String], class: usize) -> String {
    let name = class_name(names, class);
    if name.starts_with("class") { name } else { format!("class {name}") }
}

/// Round numbers for an axis from `low` to `high`, about `wanted` of them, and how many decimals
/// they need.
#[must_use]
pub fn ticks(low: f64, high: f64, wanted: usize) -> (Vec<f64>, usize) {
    let span = high - low;
    if !(span.is_finite() && span > 0.0) || wanted == 0 {
        return (Vec::new(), 0);
    }
    let rough = span / wanted as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough);
    let step = factor.unwrap_or(10.0) * power;
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
    let marks = (first..=last).take(64).map(|index| index as f64 * step);
    (marks.collect(), decimals)
}

/// A mark of an axis, with a true minus sign.
#[must_use]
pub fn tick(value: f64, decimals: usize) -> String {
    if value != 0.0 && !(1e-4..1e6).contains(&value.abs()) {
        return format!("{value:e}").replace('-', "−");
    }
    format!("{value:.decimals$}").replace('-', "−")
}

/// The shape that stands for what a run is doing.
#[must_use]
pub fn badge(state: &RunState) -> Badge {
    match state {
        RunState::Starting | RunState::Preparing => Badge::Busy,
        RunState::Running => Badge::Running,
        RunState::Paused(PauseReason::User) => Badge::Paused,
        RunState::Paused(PauseReason::Diverged(_)) => Badge::Warning,
        RunState::Ended(EndReason::Completed(_)) => Badge::Finished,
        RunState::Ended(EndReason::Stopped) => Badge::Idle,
        RunState::Ended(EndReason::Failed(_) | EndReason::DeviceLost(_)) => Badge::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(measured(-0.0), "0.0000");
        assert_eq!(compact(-0.0), "0");
    }

    #[test]
    fn measured_numbers_keep_their_decimals() {
        for (value, text) in [
            (0.251, "0.2510"),
            (0.0, "0.0000"),
            (-1.5, "−1.5000"),
            (1.25e-5, "1.25e−5"),
            (12_345.0, "1.23e4"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "∞"),
        ] {
            assert_eq!(measured(value), text);
        }
    }

    #[test]
    fn numbers_of_tables_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (5.0, "5"),
            (48_842.0, "48842"),
            (0.123_456, "0.1235"),
            (-12_345.6, "−12350"),
            (1_234_567.0, "1.23e6"),
            (0.000_25, "2.50e−4"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(compact(value), text);
        }
    }

    #[test]
    fn all_and_none_are_never_rounded_to() {
        for (share, text) in [
            (0.98, "98.0\u{2009}%"),
            (0.9999, "99.9\u{2009}%"),
            (1.0, "100.0\u{2009}%"),
            (0.0001, "0.1\u{2009}%"),
            (0.0, "0.0\u{2009}%"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(percent(share), text);
        }
    }

    #[test]
    fn a_class_is_called_class_once() {
        let names = ["class 0".to_string(), "setosa".into(), String::new()];
        let phrases = [0, 1, 2, 3].map(|class| class_phrase(&names, class));
        assert_eq!(phrases, ["class 0", "class setosa", "class 2", "class 3"]);
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks(-1.1, 1.1, 4), (vec![-1.0, 0.0, 1.0], 0));
        assert_eq!(ticks(0.0, 0.5, 5).1, 1);
        assert!(ticks(1.0, 1.0, 4).0.is_empty());
        assert!(ticks(0.0, f64::INFINITY, 4).0.is_empty());
        assert_eq!(tick(-0.5, 1), "−0.5");
    }
}
