//! From a series to what is drawn of it: positions on the chosen axes, thinned to the pixels.

use egui_plot::PlotPoint;

use crate::record::{Position, Series};

/// What the x axis counts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum XAxis {
    /// Updates.
    #[default]
    Step,
    /// Passes over the training part.
    Epoch,
    /// Samples seen.
    Samples,
    /// Time spent training.
    Seconds,
}

impl XAxis {
    /// All axes, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Step, Self::Epoch, Self::Samples, Self::Seconds];

    /// Name shown to the user, with the unit where there is one.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Epoch => "epoch",
            Self::Samples => "samples seen",
            Self::Seconds => "training time (s)",
        }
    }

    /// Name in a chooser.
    #[must_use]
    pub fn over(self) -> &'static str {
        match self {
            Self::Step => "by step",
            Self::Epoch => "by epoch",
            Self::Samples => "by samples",
            Self::Seconds => "by seconds",
        }
    }

    /// Whether it only ever stands at whole numbers.
    #[must_use]
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Step | Self::Samples)
    }

    fn of(self, at: Position) -> f64 {
        match self {
            Self::Step => at.step.0 as f64,
            Self::Epoch => at.epoch,
            Self::Samples => at.samples as f64,
            Self::Seconds => at.seconds,
        }
    }
}

/// How positions and values become places in the plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axes {
    /// What x counts.
    pub x: XAxis,
    /// Whether x is drawn by its logarithm.
    pub log_x: bool,
    /// Whether y is drawn by its logarithm.
    pub log_y: bool,
    /// What values are multiplied by: 100 for percentages.
    pub scale: f64,
}

impl Axes {
    /// Where a position stands along x; `None` where a logarithm does not exist.
    #[must_use]
    pub fn x_of(&self, at: Position) -> Option<f64> {
        placed(self.x.of(at), self.log_x)
    }

    /// Where a value stands along y; `None` where a logarithm does not exist.
    #[must_use]
    pub fn y_of(&self, value: f64) -> Option<f64> {
        placed(value * self.scale, self.log_y)
    }

    /// The value at a place along y, in the unit of the axis.
    #[must_use]
    pub fn value(&self, y: f64) -> f64 {
        if self.log_y { 10_f64.powf(y) } else { y }
    }
}

fn placed(value: f64, log: bool) -> Option<f64> {
    if log { (value > 0.0).then(|| value.log10()) } else { Some(value) }
}

/// Puts the points of a series into `out`, in order. Points without a logarithm are left out.
pub fn place(series: &Series, axes: Axes, out: &mut Vec<PlotPoint>) {
    out.clear();
    let point = |at, value| Some(PlotPoint::new(axes.x_of(at)?, axes.y_of(value)?));
    out.extend(series.samples().filter_map(|sample| point(sample.at, sample.value)));
}

/// Puts into `out` what can be seen of `points` between `low` and `high` on `columns` columns of
/// pixels: of many points in one column only the lowest and the highest, in order, so that no
/// spike is lost; and one point beyond each end, so that the line leaves the picture.
pub fn thin(points: &[PlotPoint], [low, high]: [f64; 2], columns: usize, out: &mut Vec<PlotPoint>) {
    out.clear();
    let from = points.partition_point(|point| point.x < low).saturating_sub(1);
    let to = points.partition_point(|point| point.x <= high).saturating_add(1).min(points.len());
    let seen = points.get(from..to).unwrap_or_default();
    let width = (high - low) / columns.max(1) as f64;
    if seen.len() <= 2 * columns || width.is_nan() || width <= 0.0 {
        out.extend_from_slice(seen);
        return;
    }
    let column = |point: &PlotPoint| ((point.x - low) / width).floor() as i64;
    for group in seen.chunk_by(|a, b| column(a) == column(b)) {
        keep_extremes(group, out);
    }
    // The newest point is where the eye looks.
    if let Some(last) = seen.last().filter(|last| out.last() != Some(last)) {
        out.push(*last);
    }
}

/// Whether a line goes up and down in most columns. Dashes along its path would then be many
/// thousands, and could not be told from a solid line.
#[must_use]
pub fn is_rough(points: &[PlotPoint], columns: usize) -> bool {
    let turns = points.array_windows().filter(|[a, b, c]| (b.y > a.y) != (c.y > b.y)).count();
    turns > columns / 2
}

/// Dashes a line by column, so many drawn and so many left out in turn: a gap is one point that is
/// no number, at which the line is cut.
pub fn dash(
    points: &mut Vec<PlotPoint>,
    [low, high]: [f64; 2],
    columns: usize,
    [drawn, gap]: [usize; 2],
) {
    let width = (high - low) / columns.max(1) as f64;
    let period = (drawn + gap) as f64;
    let is_gap = |x: f64| ((x - low) / width).rem_euclid(period) >= drawn as f64;
    let mut was_gap = false;
    points.retain_mut(|point| {
        let is_gap = is_gap(point.x);
        let is_kept = !is_gap || !was_gap;
        was_gap = is_gap;
        if is_gap {
            point.y = f64::NAN;
        }
        is_kept
    });
}

fn keep_extremes(group: &[PlotPoint], out: &mut Vec<PlotPoint>) {
    let (mut lowest, mut highest) = (0, 0);
    for (index, point) in group.iter().enumerate() {
        if point.y < group[lowest].y {
            lowest = index;
        }
        if point.y > group[highest].y {
            highest = index;
        }
    }
    out.push(group[lowest.min(highest)]);
    if lowest != highest {
        out.push(group[lowest.max(highest)]);
    }
}

/// The point nearest to `x`, of points in order of x.
#[must_use]
pub fn nearest(points: &[PlotPoint], x: f64) -> Option<PlotPoint> {
    let after = points.partition_point(|point| point.x < x);
    let around = [after.checked_sub(1), Some(after)];
    let near = around.into_iter().flatten().filter_map(|index| points.get(index));
    near.min_by(|a, b| (a.x - x).abs().total_cmp(&(b.x - x).abs())).copied()
}

/// Smallest box around points: `[low, high]` of x and of y.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// Along x.
    pub x: [f64; 2],
    /// Along y.
    pub y: [f64; 2],
}

impl Extent {
    /// The box around no point at all.
    pub const NOTHING: Self =
        Self { x: [f64::INFINITY, f64::NEG_INFINITY], y: [f64::INFINITY, f64::NEG_INFINITY] };

    /// The box around points.
    #[must_use]
    pub fn of(points: &[PlotPoint]) -> Self {
        points.iter().fold(Self::NOTHING, |extent, point| extent.with(*point))
    }

    /// The box that holds a point, too.
    #[must_use]
    pub fn with(self, point: PlotPoint) -> Self {
        self.union(Self { x: [point.x; 2], y: [point.y; 2] })
    }

    /// The box around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let join = |a: [f64; 2], b: [f64; 2]| [a[0].min(b[0]), a[1].max(b[1])];
        Self { x: join(self.x, other.x), y: join(self.y, other.y) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Step;
    use proptest::prelude::*;

    const PLAIN: Axes = Axes { x: XAxis::Step, log_x: false, log_y: false, scale: 1.0 };

    fn series(values: &[f64]) -> Series {
        let mut series = Series::default();
        for (step, value) in values.iter().enumerate() {
            let at = Position {
                step: Step(step as u64),
                epoch: step as f64 / 10.0,
                samples: step as u64 * 30,
                seconds: step as f64 / 1000.0,
            };
            series.push(at, *value);
        }
        series
    }

    fn placed_points(values: &[f64], axes: Axes) -> Vec<PlotPoint> {
        let mut out = vec![PlotPoint::new(9.0, 9.0)];
        place(&series(values), axes, &mut out);
        out
    }

    #[test]
    fn points_are_those_of_the_series() {
        let points = placed_points(&[3.0, 1.0, 2.0], PLAIN);
        assert_eq!(points, [(0.0, 3.0), (1.0, 1.0), (2.0, 2.0)].map(|(x, y)| PlotPoint::new(x, y)));
        let points = placed_points(&[0.25, 0.5], Axes { x: XAxis::Epoch, scale: 100.0, ..PLAIN });
        assert_eq!(points, [(0.0, 25.0), (0.1, 50.0)].map(|(x, y)| PlotPoint::new(x, y)));
    }

    #[test]
    fn a_logarithm_leaves_out_what_has_none() {
        let points = placed_points(&[10.0, 0.0, 100.0], Axes { log_y: true, ..PLAIN });
        assert_eq!(points, [(0.0, 1.0), (2.0, 2.0)].map(|(x, y)| PlotPoint::new(x, y)));
        let points = placed_points(&[10.0, 0.5], Axes { log_x: true, ..PLAIN });
        assert_eq!(points, [PlotPoint::new(0.0, 0.5)], "step 0 has no logarithm");
    }

    #[test]
    fn nearest_takes_the_closer_neighbour() {
        let points = placed_points(&[5.0, 6.0, 7.0], PLAIN);
        assert_eq!(nearest(&points, 1.4).map(|p| p.y), Some(6.0));
        assert_eq!(nearest(&points, 1.6).map(|p| p.y), Some(7.0));
        assert_eq!(nearest(&points, -50.0).map(|p| p.y), Some(5.0));
        assert_eq!(nearest(&points, 50.0).map(|p| p.y), Some(7.0));
        assert_eq!(nearest(&[], 0.0), None);
    }

    #[test]
    fn the_line_leaves_the_picture_on_both_sides() {
        let points = placed_points(&[0.0; 10], PLAIN);
        let mut out = Vec::new();
        thin(&points, [3.5, 5.5], 100, &mut out);
        assert_eq!(out.iter().map(|p| p.x).collect::<Vec<_>>(), [3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn a_zigzag_is_dashed_by_column() {
        let values: Vec<f64> = (0..1000).map(|step| f64::from(step % 2)).collect();
        let points = placed_points(&values, PLAIN);
        let mut seen = Vec::new();
        thin(&points, [0.0, 1000.0], 100, &mut seen);
        assert!(is_rough(&seen, 100));
        assert!(!is_rough(&placed_points(&[3.0, 2.0, 1.0, 2.0], PLAIN), 100));
        dash(&mut seen, [0.0, 1000.0], 100, [6, 4]);
        assert_eq!(seen.iter().filter(|point| point.y.is_nan()).count(), 10);
        assert!(seen.iter().all(|point| point.y.is_nan() == (point.x % 100.0 >= 60.0)));
    }

    proptest! {
        #[test]
        fn thinning_keeps_extremes_ends_and_order(
            values in prop::collection::vec(-1e6..1e6_f64, 1..3000),
            columns in 1..400_usize,
        ) {
            let points = placed_points(&values, PLAIN);
            let mut thinned = Vec::new();
            thin(&points, [0.0, values.len() as f64], columns, &mut thinned);
            prop_assert!(thinned.len() <= 2 * columns + 4);
            prop_assert_eq!(Extent::of(&thinned).y, Extent::of(&points).y);
            prop_assert_eq!(thinned.last(), points.last());
            prop_assert!(thinned.windows(2).all(|pair| pair[0].x < pair[1].x));
            prop_assert!(thinned.iter().all(|point| points.contains(point)));
        }

        #[test]
        fn thinning_survives_any_range(
            values in prop::collection::vec(-1.0..1.0_f64, 0..50),
            low in prop::num::f64::ANY,
            high in prop::num::f64::ANY,
            columns in 0..5_usize,
        ) {
            let mut out = Vec::new();
            thin(&placed_points(&values, PLAIN), [low, high], columns, &mut out);
            prop_assert!(out.len() <= values.len() + 1);
        }
    }
}
