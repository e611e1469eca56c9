//! The learning rate over the epochs to come, drawn before one trains.

use egui::{Align2, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::base::Finite;
use crate::record::{Metric, Run, Series};
use crate::spec::{Moment, Schedule, StopRule, TrainSpec};
use crate::ui::fields;
use crate::ui::format::measured;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::thousands;

use super::Settings;

/// Height of the curve.
const HEIGHT: f32 = 64.0;
/// Height of the words below it.
const WORDS: f32 = 16.0;
/// About so many points are drawn.
const POINTS: usize = 160;
/// Of what repeats itself, so many periods are drawn: more could not be told apart.
const PERIODS: u64 = 5;

/// All that the curve depends on.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    rate: Finite,
    schedule: Schedule,
    warmup: u64,
    stop: StopRule,
    steps_per_epoch: u64,
}

impl Key {
    fn of(train: &TrainSpec, steps_per_epoch: u64) -> Self {
        let TrainSpec { learning_rate, schedule, warmup, stop, .. } = train;
        let (rate, schedule, warmup, stop) = (*learning_rate, *schedule, *warmup, *stop);
        Self { rate, schedule, warmup, stop, steps_per_epoch }
    }
}

/// Epochs after which a schedule repeats itself.
fn period(schedule: Schedule) -> Option<u64> {
    match schedule {
        Schedule::Cosine { epochs, .. } => Some(2 * u64::from(epochs.max(1))),
        Schedule::Restarts { epochs, .. } => Some(u64::from(epochs.max(1))),
        _ => None,
    }
}

/// The curve that was drawn last.
#[derive(Clone, Debug)]
pub struct Curve {
    key: Key,
    epochs: u64,
    /// `[epoch, learning rate]`, by epoch.
    points: Vec<[f64; 2]>,
    /// The highest learning rate.
    top: f64,
}

impl Curve {
    fn new(train: &TrainSpec, key: Key) -> Self {
        let span = train.rate_span(key.steps_per_epoch);
        let most = period(key.schedule).map_or(span, |period| period.saturating_mul(PERIODS));
        let epochs = span.min(most);
        let points = train.rate_curve(epochs, key.steps_per_epoch, POINTS);
        let top = points.iter().map(|point| point[1]).fold(0.0, f64::max);
        Self { key, epochs, points, top }
    }

    /// The epoch itself, or one of the last period drawn that looks like it.
    fn drawn(&self, epoch: f64) -> f64 {
        match period(self.key.schedule).map(|period| period as f64) {
            Some(period) => {
                let beyond = (epoch - self.epochs as f64).max(0.0);
                epoch - (beyond / period).ceil() * period
            }
            None => epoch,
        }
    }

    /// Where a moment and its learning rate lie in the picture.
    fn place(&self, area: Rect, [epoch, rate]: [f64; 2]) -> Pos2 {
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let x = share(epoch, self.epochs as f64).clamp(0.0, 1.0) as f32;
        let y = share(rate, self.top).clamp(0.0, 1.0) as f32;
        pos2(area.left() + x * area.width(), area.bottom() - y * area.height())
    }

    /// The point nearest to a place.
    fn nearest(&self, area: Rect, x: f32) -> Option<[f64; 2]> {
        let epoch = f64::from((x - area.left()) / area.width()) * self.epochs as f64;
        let behind = self.points.partition_point(|point| point[0] <= epoch);
        self.points.get(behind.saturating_sub(1)).copied()
    }

    /// The curve in words.
    fn words(&self) -> String {
        let rate = |point: Option<&[f64; 2]>| measured(point.map_or(0.0, |point| point[1]));
        let (first, last) = (rate(self.points.first()), rate(self.points.last()));
        let top = measured(self.top);
        format!(
            "Learning rate over {} from {first} to {last}, at most {top}",
            fields::counted(self.epochs as usize, "epoch", "epochs"),
        )
    }
}

/// Draws the curve, with a mark where the run stands.
pub fn show(
    ui: &mut Ui,
    theme: &Theme,
    settings: &Settings<'_>,
    run: Option<&Run>,
    kept: &mut Option<Curve>,
) {
    let train = settings.train();
    let rows = settings.data.map_or(1, |data| data.train.rows());
    let key = Key::of(train, train.steps_per_epoch(rows) as u64);
    if kept.as_ref().is_none_or(|curve| curve.key != key) {
        *kept = Some(Curve::new(train, key));
    }
    let Some(curve) = kept else { return };
    let size = vec2(ui.available_width(), HEIGHT + WORDS);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let frame = rect.with_max_y(rect.bottom() - WORDS);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, curve.words()));
    paint(ui, theme, curve, frame);
    if let Some(run) = run.filter(|run| run.position().step.0 > 0) {
        mark(ui, theme, curve, frame, here(run, train, curve));
    }
    hover(ui, theme, curve, frame, response);
}

/// Room between the frame and the highest and lowest value.
fn inside(frame: Rect) -> Rect {
    frame.shrink2(vec2(0.0, 5.0))
}

fn paint(ui: &Ui, theme: &Theme, curve: &Curve, frame: Rect) {
    let painter = ui.painter();
    painter.rect_filled(frame, 3.0, theme.canvas);
    painter.rect_stroke(frame, 3.0, theme.hairline(), egui::StrokeKind::Inside);
    let area = inside(frame);
    let line: Vec<Pos2> = curve.points.iter().map(|point| curve.place(area, *point)).collect();
    painter.add(egui::Shape::line(line, theme.stroke(1.8, theme.accent)));
    let muted = theme.text_muted;
    let words = |place: Pos2, align: Align2, text: &str| {
        painter.text(place, align, text, theme::small(), muted);
    };
    words(frame.left_bottom() + vec2(0.0, 1.0), Align2::LEFT_TOP, "epoch 0");
    let last = thousands(curve.epochs);
    words(frame.right_bottom() + vec2(0.0, 1.0), Align2::RIGHT_TOP, &last);
    let top = format!("highest {}", measured(curve.top));
    words(frame.center_bottom() + vec2(0.0, 1.0), Align2::CENTER_TOP, &top);
}

/// Where a run stands, and the learning rate it has there.
fn here(run: &Run, train: &TrainSpec, curve: &Curve) -> [f64; 2] {
    let at = run.position();
    let steps_per_epoch = curve.key.steps_per_epoch;
    let moment =
        Moment { epoch: at.epoch as u64, update: at.step.0, steps_per_epoch, reductions: 0 };
    // What was used last says more than what the schedule would do by itself.
    let last = run.history.series(Metric::LearningRate).and_then(Series::last);
    [curve.drawn(at.epoch), last.map_or_else(|| train.rate_at(moment), |sample| sample.value)]
}

fn mark(ui: &Ui, theme: &Theme, curve: &Curve, frame: Rect, here: [f64; 2]) {
    let place = curve.place(inside(frame), here);
    ui.painter().vline(place.x, frame.y_range(), theme.stroke(1.0, theme.outline));
    ui.painter().circle_filled(place, theme.mark(3.5), theme.text);
}

fn hover(ui: &Ui, theme: &Theme, curve: &Curve, frame: Rect, response: Response) {
    let Some(pointer) = response.hover_pos() else { return };
    let area = inside(frame);
    let Some([epoch, rate]) = curve.nearest(area, pointer.x) else { return };
    ui.painter().circle_filled(curve.place(area, [epoch, rate]), theme.mark(3.5), theme.accent);
    response.on_hover_text(format!("epoch {epoch:.1}: learning rate {}", measured(rate)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(schedule: Schedule) -> Curve {
        let train = TrainSpec { schedule, ..TrainSpec::default() };
        let key = Key::of(&train, 10);
        Curve::new(&train, key)
    }

    #[test]
    fn the_highest_rate_touches_the_top_and_zero_the_bottom() {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(100.0, 50.0));
        let cosine = curve(Schedule::Cosine { epochs: 50, floor: Finite::ZERO });
        assert_eq!(cosine.place(area, [0.0, 0.1]), pos2(0.0, 0.0));
        assert_eq!(cosine.place(area, [50.0, 0.0]), pos2(100.0, 50.0));
        // Beyond the end, the mark of a run stays in the picture.
        assert_eq!(cosine.place(area, [99.0, 0.0]), pos2(100.0, 50.0));
    }

    #[test]
    fn of_what_repeats_itself_a_few_periods_are_drawn() {
        let schedule = Schedule::Restarts { epochs: 10, floor: Finite::ZERO };
        let stop = StopRule::Epochs(10_000);
        let train = TrainSpec { schedule, stop, ..TrainSpec::default() };
        let curve = Curve::new(&train, Key::of(&train, 1));
        assert_eq!(curve.epochs, 50);
        assert_eq!(curve.drawn(7.0), 7.0);
        assert_eq!(curve.drawn(777.0), 47.0);
        assert_eq!(curve.drawn(50.0), 50.0);
    }

    #[test]
    fn a_learning_rate_of_zero_is_drawn_at_the_bottom() {
        let train = TrainSpec { learning_rate: Finite::ZERO, ..TrainSpec::default() };
        let flat = Curve::new(&train, Key::of(&train, 1));
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(100.0, 50.0));
        assert_eq!(flat.place(area, flat.points[0]).y, 50.0);
    }

    #[test]
    fn the_pointer_finds_the_rate_below_it() {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(100.0, 50.0));
        let steps = curve(Schedule::Step { every: 10, gamma: Finite::lit(0.1) });
        let [epoch, rate] = steps.nearest(area, 30.0).expect("a point");
        assert!((10.0..20.0).contains(&epoch), "{epoch}");
        assert!((rate - 0.01).abs() < 1e-12, "{rate}");
        assert!(steps.words().contains("40 epochs"), "{}", steps.words());
    }
}
