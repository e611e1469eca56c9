//! Ranges, grids and marks of the axes, plain and logarithmic.

use egui_plot::{GridInput, GridMark};

use super::points::{Axes, Extent};
use crate::ui::format;
use crate::ui::widgets::thousands;

/// The range that shows all of every curve, with a little air. Accuracies always run from 0 to
/// 100 % and plain losses from 0, so that heights can be compared.
#[must_use]
pub fn whole(extent: Extent, axes: Axes, is_percentage: bool) -> Extent {
    let x = if axes.log_x { air(extent.x) } else { from_zero(extent.x, 0.02) };
    let y = if is_percentage {
        [-2.0, 102.0]
    } else if axes.log_y {
        air(extent.y)
    } else {
        from_zero(extent.y, 0.05)
    };
    Extent { x, y }
}

/// A range with air on both sides, for logarithms.
fn air([low, high]: [f64; 2]) -> [f64; 2] {
    if !(low.is_finite() && high.is_finite()) {
        return [0.0, 1.0];
    }
    let margin = (0.05 * (high - low)).max(0.05);
    [low - margin, high + margin]
}

/// A range that reaches down to zero, and below only where values do.
fn from_zero([low, high]: [f64; 2], share: f64) -> [f64; 2] {
    if !(low.is_finite() && high.is_finite()) {
        return [0.0, 1.0];
    }
    let (low, high) = (low.min(0.0), high.max(0.0));
    let span = high - low;
    if span <= 0.0 {
        return [0.0, 1.0];
    }
    let below = if low < 0.0 { low - share * span } else { 0.0 };
    let above = if high > 0.0 { high + share * span } else { 0.0 };
    [below, above]
}

/// Room for the words of a mark, in units of what egui_plot calls the least spacing of a grid.
pub const ACROSS: f64 = 9.0;
/// The same for the y axis, whose words lie below each other.
pub const UP: f64 = 4.5;

/// Where lines of the grid stand, with `room` for words between them.
pub fn spacer(log: bool, room: f64) -> impl Fn(GridInput) -> Vec<GridMark> {
    move |input| if log { log_marks(&input, room) } else { plain_marks(&input, room) }
}

/// Steps of 1, 2 or 5 times a power of ten: fine, and coarse.
fn plain_marks(input: &GridInput, room: f64) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let span = high - low;
    if !(span.is_finite() && span > 0.0 && input.base_step_size > 0.0) {
        return Vec::new();
    }
    let rough = (input.base_step_size * room).max(span * 1e-9);
    let step = round_step(rough);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    let marks = (first..=last).take(400);
    marks.map(|index| GridMark { value: index as f64 * step, step_size: step }).collect()
}

fn round_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough);
    factor.unwrap_or(10.0) * power
}

/// Whole powers of ten; between them 2 … 9 times those where there is room.
fn log_marks(input: &GridInput, room: f64) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let span = high - low;
    if !(span.is_finite() && span > 0.0) || span > 700.0 {
        return Vec::new();
    }
    if span < 0.3 {
        return plain_marks(input, room);
    }
    let mut marks = Vec::new();
    let every = (span / 8.0).ceil().max(1.0) as i64;
    for decade in low.floor() as i64..=high.ceil() as i64 {
        if decade.rem_euclid(every) == 0 {
            marks.push(GridMark { value: decade as f64, step_size: every as f64 });
        }
        if span <= 4.0 {
            for digit in 2..=9 {
                let value = decade as f64 + f64::from(digit).log10();
                let step_size = if matches!(digit, 2 | 5) { 0.3 } else { 0.1 };
                marks.push(GridMark { value, step_size });
            }
        }
    }
    marks.retain(|mark| (low..=high).contains(&mark.value));
    marks
}

/// The words at a mark of the x axis.
#[must_use]
pub fn x_tick(mark: GridMark, log: bool, is_whole: bool) -> String {
    if log {
        return log_tick(mark);
    }
    if is_whole {
        let is_count = mark.value.fract().abs() < 1e-9 && mark.value >= 0.0;
        return if is_count { thousands(mark.value as u64) } else { String::new() };
    }
    plain_tick(mark)
}

/// The words at a mark of the y axis.
#[must_use]
pub fn y_tick(mark: GridMark, log: bool) -> String {
    if log { log_tick(mark) } else { plain_tick(mark) }
}

fn plain_tick(mark: GridMark) -> String {
    let decimals = (-mark.step_size.log10().floor()).clamp(0.0, 12.0) as usize;
    format::tick(mark.value, decimals)
}

fn log_tick(mark: GridMark) -> String {
    let value = 10_f64.powf(mark.value);
    if mark.step_size < 0.3 && (mark.value - mark.value.round()).abs() > 1e-9 {
        // Between 2 and 5 there is no room for words; deep inside a decade there is no other.
        let is_fine = mark.step_size == 0.1;
        return if is_fine { String::new() } else { format!("{value:.3}") };
    }
    let decimals = (-mark.value.floor()).clamp(0.0, 4.0) as usize;
    if (1e-4..1e6).contains(&value) {
        format::tick(value, decimals)
    } else {
        format!("{value:.0e}").replace('-', "−")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panels::curves::XAxis;

    const AXES: Axes = Axes { x: XAxis::Step, log_x: false, log_y: false, scale: 1.0 };

    fn words(marks: &[GridMark], log: bool) -> Vec<String> {
        marks.iter().map(|mark| y_tick(*mark, log)).filter(|text| !text.is_empty()).collect()
    }

    #[test]
    fn losses_stand_on_zero_and_accuracies_between_zero_and_a_hundred() {
        let extent = Extent { x: [0.0, 100.0], y: [0.5, 1.0] };
        assert_eq!(whole(extent, AXES, false).y, [0.0, 1.05]);
        assert_eq!(whole(extent, AXES, true).y, [-2.0, 102.0]);
        assert_eq!(whole(extent, AXES, false).x, [0.0, 102.0]);
    }

    #[test]
    fn ranges_without_extent_are_mended() {
        for extent in [Extent::NOTHING, Extent { x: [0.0; 2], y: [0.0; 2] }] {
            for axes in [AXES, Axes { log_x: true, log_y: true, ..AXES }] {
                let Extent { x, y } = whole(extent, axes, false);
                assert!(x[0] < x[1] && y[0] < y[1], "{x:?} {y:?}");
            }
        }
    }

    #[test]
    fn logarithmic_marks_are_written_as_values() {
        let input = GridInput { bounds: (-2.1, 0.1), base_step_size: 0.05 };
        assert_eq!(
            words(&log_marks(&input, UP), true),
            ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]
        );
        let input = GridInput { bounds: (-12.0, 3.0), base_step_size: 0.5 };
        assert_eq!(words(&log_marks(&input, UP), true)[0], "1e−12");
    }

    #[test]
    fn plain_marks_are_round() {
        let input = GridInput { bounds: (0.0, 1.05), base_step_size: 0.04 };
        assert_eq!(
            words(&plain_marks(&input, UP), false),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
    }

    #[test]
    fn steps_are_counted_in_whole_numbers() {
        let mark = |value| GridMark { value, step_size: 0.5 };
        assert_eq!(x_tick(mark(1.5), false, true), "");
        assert_eq!(x_tick(mark(2000.0), false, true), "2\u{2009}000");
        assert_eq!(x_tick(mark(1.5), false, false), "1.5");
    }

    #[test]
    fn absurd_ranges_give_no_marks() {
        for bounds in [(0.0, f64::INFINITY), (1.0, 1.0), (f64::NAN, 1.0)] {
            let input = |base| GridInput { bounds, base_step_size: base };
            assert!(plain_marks(&input(0.1), UP).is_empty());
            assert!(log_marks(&input(0.1), UP).is_empty());
        }
    }
}
