//! What is kept of drawn curves until there is news.

use std::collections::BTreeMap;

use egui::Ui;
use egui_plot::PlotPoint;

use crate::base::RunId;
use crate::record::{Metric, Position, Series};

use super::points::{self, Axes, Extent, place, thin};
use super::shown::{Dash, Pen, Shown};
use super::smooth::{Smoother, smooth};
use super::{Course, drawn};

/// A curve of at most so many points is drawn anew whenever it grows; a longer one at most every
/// [`REDRAW_SECONDS`], with only its newest point added in between.
const EAGER_POINTS: usize = 2048;
const REDRAW_SECONDS: f64 = 0.1;
/// Most long curves that are placed anew in one frame, so that no frame takes long.
const PLACED_AT_ONCE: usize = 2;

/// All curves that are kept, by the place of their run.
pub type Cache = BTreeMap<(usize, Metric), Curve>;

/// How a curve is placed: what is kept is thrown away when this changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placing {
    /// Onto which axes.
    pub axes: Axes,
    /// How strongly it is smoothed, from 0 to below 1.
    pub smoothing: f64,
}

/// What is kept of a drawn curve until there is news.
#[derive(Debug)]
pub struct Curve {
    run: RunId,
    placing: Placing,
    revision: u64,
    drawn_at: f64,
    /// Whether points between the last drawing and the newest one are still missing.
    is_behind: bool,
    /// Every point that is kept of the series, in order.
    pub points: Vec<PlotPoint>,
    /// The same, smoothed; empty without smoothing.
    pub smoothed: Vec<PlotPoint>,
    smoother: Smoother,
    /// The box around the points as measured.
    pub extent: Extent,
    /// Where the best value was measured, of a quantity of which more or less is better.
    pub best: Option<(Position, f64)>,
    /// What is drawn strongly: the points that can be seen, smoothed where that is wished for.
    pub seen: Vec<PlotPoint>,
    /// What is drawn faintly behind it: the points as measured, where `seen` is smoothed.
    pub behind: Vec<PlotPoint>,
    /// Whether `seen` goes up and down so often that its dashes are cut by column.
    pub is_rough: bool,
    /// Piece and columns that `seen` was made for.
    piece: Option<([f64; 2], usize)>,
}

impl Curve {
    fn new(run: RunId, placing: Placing) -> Self {
        Self {
            run,
            placing,
            revision: u64::MAX,
            drawn_at: f64::NEG_INFINITY,
            is_behind: false,
            points: Vec::new(),
            smoothed: Vec::new(),
            smoother: Smoother::new(placing.smoothing),
            extent: Extent::NOTHING,
            best: None,
            seen: Vec::new(),
            behind: Vec::new(),
            is_rough: false,
            piece: None,
        }
    }

    /// Brings the points up to date. Tells whether they are only the newest point behind the
    /// series, and must be drawn again before long.
    ///
    /// A long curve takes a while to place; `spare` says how many more may be placed now.
    fn update(&mut self, series: &Series, now: f64, spare: &mut usize) -> bool {
        let has_news = self.revision != series.revision();
        if !has_news && !self.is_behind {
            return false;
        }
        self.revision = series.revision();
        let is_soon = (now - self.drawn_at).abs() < REDRAW_SECONDS;
        let is_long = self.points.len() > EAGER_POINTS;
        if is_long && (is_soon || *spare == 0) {
            if has_news {
                self.append_last(series);
                self.piece = None;
            }
            self.is_behind = true;
            return true;
        }
        if is_long {
            *spare -= 1;
        }
        let axes = self.placing.axes;
        place(series, axes, &mut self.points);
        self.smoother = smooth(&self.points, axes, self.placing.smoothing, &mut self.smoothed);
        self.extent = Extent::of(&self.points);
        self.piece = None;
        self.drawn_at = now;
        self.is_behind = false;
        false
    }

    fn append_last(&mut self, series: &Series) {
        let Some(last) = series.last() else { return };
        let axes = self.placing.axes;
        if let Some((x, y)) = axes.x_of(last.at).zip(axes.y_of(last.value)) {
            let point = PlotPoint::new(x, y);
            self.points.push(point);
            self.extent = self.extent.with(point);
            self.smoothed.extend(self.smoother.next(point, axes));
        }
    }

    /// Picks what is drawn of a piece of the x axis on so many columns of pixels.
    pub fn look_at(&mut self, range: [f64; 2], columns: usize, dash: Dash) {
        if self.piece == Some((range, columns)) {
            return;
        }
        let is_smooth = !self.smoothed.is_empty();
        let strong = if is_smooth { &self.smoothed } else { &self.points };
        thin(strong, range, columns, &mut self.seen);
        self.behind.clear();
        if is_smooth {
            thin(&self.points, range, columns, &mut self.behind);
        }
        self.is_rough = points::is_rough(&self.seen, columns);
        if let Some(pattern) = dash.columns().filter(|_| self.is_rough) {
            points::dash(&mut self.seen, range, columns, pattern);
        }
        self.piece = Some((range, columns));
    }
}

/// Lets go of what belongs to no quantity that is drawn.
pub fn prune(cache: &mut Cache, courses: &[Course<'_>], charts: &[Shown], with_rate: bool) {
    cache.retain(|(index, metric), _| {
        let is_shown = courses.iter().any(|course| course.index == *index);
        let is_rate = with_rate && *metric == Metric::LearningRate;
        let is_drawn = |chart: &Shown| chart.metrics().any(|drawn| drawn == *metric);
        is_shown && (is_rate || charts.iter().any(is_drawn))
    });
}

/// Brings every curve of a quantity up to date and returns the box around all of them.
pub fn refresh(
    ui: &Ui,
    cache: &mut Cache,
    courses: &[Course<'_>],
    quantity: Shown,
    placing: Placing,
) -> Extent {
    let now = ui.input(|input| input.time);
    let mut is_behind = false;
    let mut spare = PLACED_AT_ONCE;
    let mut extent = Extent::NOTHING;
    let judged = drawn(courses, quantity).next_back();
    for course in courses {
        for metric in quantity.metrics() {
            let Some(series) = course.run.history.series(metric) else { continue };
            let id = course.run.id;
            let key = (course.index, metric);
            let curve = cache.entry(key).or_insert_with(|| Curve::new(id, placing));
            if curve.run != id || curve.placing != placing {
                *curve = Curve::new(id, placing);
            }
            let known = curve.revision;
            is_behind |= curve.update(series, now, &mut spare);
            if known != curve.revision && judged == Some(metric) {
                curve.best = quantity.best(series);
            }
            extent = extent.union(curve.extent);
        }
    }
    if is_behind {
        ui.ctx().request_repaint_after_secs(REDRAW_SECONDS as f32);
    }
    extent
}

/// The pieces of all kept curves of a quantity that are seen.
pub fn look_at(cache: &mut Cache, quantity: Shown, range: [f64; 2], columns: usize) {
    for ((_, metric), curve) in cache.iter_mut() {
        if quantity.metrics().any(|drawn| drawn == *metric) {
            curve.look_at(range, columns, Pen::of(*metric).dash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Step;
    use crate::ui::panels::curves::XAxis;

    const AXES: Axes = Axes { x: XAxis::Step, log_x: false, log_y: false, scale: 1.0 };
    const PLAIN: Placing = Placing { axes: AXES, smoothing: 0.0 };

    fn push(series: &mut Series, step: u64, value: f64) {
        series.push(Position { step: Step(step), ..Position::default() }, value);
    }

    #[test]
    fn a_kept_curve_equals_its_series() {
        let mut series = Series::default();
        let mut curve = Curve::new(RunId(1), PLAIN);
        for step in 0..50 {
            push(&mut series, step, 1.0 / (step + 1) as f64);
            curve.update(&series, step as f64 * 0.01, &mut 1);
            let expected: Vec<_> =
                series.samples().map(|s| (s.at.step.0 as f64, s.value)).collect();
            let kept: Vec<_> = curve.points.iter().map(|p| (p.x, p.y)).collect();
            assert_eq!(kept, expected);
        }
    }

    #[test]
    fn a_long_curve_is_placed_anew_only_now_and_then_but_shows_its_newest_point() {
        let mut series = Series::default();
        (0..10_000).for_each(|step| push(&mut series, step, (step as f64).sin()));
        let mut curve = Curve::new(RunId(1), PLAIN);
        assert!(!curve.update(&series, 1.0, &mut 1));
        let before = curve.points.len();
        push(&mut series, 10_000, 7.0);
        assert!(curve.update(&series, 1.01, &mut 1), "more is to come");
        assert_eq!(curve.points.len(), before + 1);
        assert_eq!(curve.extent.y[1], 7.0);
        assert!(curve.update(&series, 1.02, &mut 1), "even when nothing is new");
        assert!(curve.update(&series, 1.2, &mut 0), "others come first");
        assert!(!curve.update(&series, 1.2, &mut 1));
        assert_eq!(curve.points.len(), series.samples().count());
    }

    #[test]
    fn the_newest_point_of_a_long_curve_is_smoothed_like_the_others() {
        let placing = Placing { smoothing: 0.9, ..PLAIN };
        let mut series = Series::default();
        (0..10_000).for_each(|step| push(&mut series, step, (step as f64).sin()));
        let mut curve = Curve::new(RunId(1), placing);
        curve.update(&series, 1.0, &mut 1);
        push(&mut series, 10_000, 0.5);
        curve.update(&series, 1.01, &mut 1);
        let early = curve.smoothed.last().copied();
        let mut all = Vec::new();
        smooth(&curve.points, AXES, 0.9, &mut all);
        assert_eq!(curve.smoothed.len(), curve.points.len());
        assert_eq!(early, all.last().copied());
    }

    #[test]
    fn zooming_in_brings_back_every_point() {
        let mut series = Series::default();
        (0..4000).for_each(|step| push(&mut series, step, step as f64));
        let mut curve = Curve::new(RunId(1), PLAIN);
        curve.update(&series, 0.0, &mut 1);
        curve.look_at([0.0, 4000.0], 100, Dash::Solid);
        assert!(curve.seen.len() <= 204);
        curve.look_at([1000.0, 1010.0], 100, Dash::Solid);
        assert_eq!(curve.seen.len(), 13);
    }
}
