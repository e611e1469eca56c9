//! The reliability diagram, the histogram below it, and the numbers that sum it up.

use egui::{Align, Pos2, Rect, Role, Sense, Shape, Ui, WidgetInfo, pos2, vec2};

use crate::record::{Reliability, ReliabilityBin};
use crate::ui::format;
use crate::ui::theme::{self, Theme, mix};
use crate::ui::widgets::{UnitPlot, bars, caption, line_in, muted, thousands};

use super::Judged;

/// Largest side of the plot, how much of the height it may take, and height of the histogram.
const MOST: f32 = 420.0;
const SHARE: f32 = 0.62;
const HISTOGRAM: f32 = 48.0;
/// Height of a line below it.
const LINE: f32 = 20.0;

/// Draws it.
pub fn show(ui: &mut Ui, theme: &Theme, (judged, names): (&Judged, &[String]), height: f32) {
    let Some(found) = &judged.diagram else {
        muted(ui, theme, "There is no diagram: a probability is not a number.");
        return;
    };
    let side = UnitPlot::side(ui.available_width(), height * SHARE).min(MOST);
    let axes = match judged.class() {
        None => ["confidence", "accuracy"],
        Some(_) => ["probability of the class", "share of the class"],
    };
    let (plot, response) = UnitPlot::show(ui, theme, side, axes);
    response.widget_info(|| {
        let label = format!("Reliability diagram, {}", error_words(judged));
        WidgetInfo::labeled(Role::Image, true, label)
    });
    let pointer = response.hover_pos();
    let under = pointer.and_then(|at| {
        let x = plot.value(at)[0];
        found.bins.iter().position(|bin| x <= bin.edges[1] && bin.count > 0 && x >= bin.edges[0])
    });
    paint(ui, theme, plot, found, under);
    histogram(ui, theme, plot, judged);
    let told = under.map(|bin| &found.bins[bin]);
    // Room for two lines, whatever is said, so that nothing below moves.
    let size = vec2(ui.available_width(), 2.0 * theme::SMALL + 8.0);
    ui.allocate_ui(size, |ui| {
        ui.set_min_size(size);
        caption(ui, theme, &told.map_or_else(|| HINT.to_owned(), of_bin));
    });
    numbers(ui, theme, judged, found, names);
}

/// What stands in the line under the plot while the pointer is elsewhere.
const HINT: &str = "On the diagonal, what is said with 70 % is true 70 times in 100.";

fn paint(ui: &Ui, theme: &Theme, plot: UnitPlot, found: &Reliability, under: Option<usize>) {
    let painter = ui.painter_at(plot.rect.expand(6.0));
    let diagonal = [plot.at([0.0, 0.0]), plot.at([1.0, 1.0])];
    let mut curve: Vec<Pos2> = Vec::new();
    for (index, bin) in found.bins.iter().enumerate().filter(|(_, bin)| bin.count > 0) {
        let [left, right] = [plot.at([bin.edges[0], 0.0]).x, plot.at([bin.edges[1], 0.0]).x];
        let top = plot.at([0.0, bin.accuracy]).y;
        let bar = Rect::from_min_max(pos2(left, top), pos2(right, plot.rect.bottom()));
        let depth = if under == Some(index) { 0.42 } else { 0.2 };
        painter.rect_filled(
            bar.shrink2(vec2(0.5, 0.0)),
            0.0,
            mix(theme.canvas, theme.accent, depth),
        );
        gap(&painter, theme, plot, bin);
        curve.push(plot.at([bin.confidence, bin.accuracy]));
    }
    let dash = theme.dash(4.0);
    painter.extend(Shape::dashed_line(&diagonal, theme.stroke(1.0, theme.text_muted), dash, dash));
    for &point in &curve {
        painter.circle_filled(point, theme.mark(3.5), theme.accent);
    }
    painter.add(Shape::line(curve, theme.stroke(2.0, theme.accent)));
}

/// The distance between what is said and what is true: too sure is orange and dashed.
fn gap(painter: &egui::Painter, theme: &Theme, plot: UnitPlot, bin: &ReliabilityBin) {
    let ends = [plot.at([bin.confidence, bin.accuracy]), plot.at([bin.confidence, bin.confidence])];
    if bin.gap() > 0.0 {
        let stroke = theme.stroke(2.0, theme.negative);
        painter.extend(Shape::dashed_line(&ends, stroke, theme.dash(3.0), theme.dash(2.0)));
    } else {
        painter.line_segment(ends, theme.stroke(2.0, theme.positive));
    }
}

fn histogram(ui: &mut Ui, theme: &Theme, plot: UnitPlot, judged: &Judged) {
    let height = HISTOGRAM + 4.0;
    let (outer, response) = ui
        .allocate_exact_size(vec2(plot.rect.right() - ui.cursor().left(), height), Sense::hover());
    let rect = Rect::from_min_max(
        pos2(plot.rect.left(), outer.top()),
        pos2(plot.rect.right(), outer.bottom() - 4.0),
    );
    ui.painter().rect_filled(rect, 0.0, theme.canvas);
    bars(ui, rect, &judged.histogram, theme.text_muted);
    let most = judged.histogram.iter().copied().max().unwrap_or(0) as u64;
    let left = rect.with_min_x(outer.left()).with_max_x(rect.left());
    let top = left.with_max_y(left.top() + 14.0);
    line_in(ui, top, Align::Max, &thousands(most), theme::small(), theme.text_muted);
    let bottom = left.with_min_y(left.bottom() - 14.0);
    line_in(ui, bottom, Align::Max, "0", theme::small(), theme.text_muted);
    response.widget_info(|| {
        let label = format!("How often each probability is said, most often {most} times");
        WidgetInfo::labeled(Role::Image, true, label)
    });
    response.on_hover_text("How often each probability is said");
}

/// `0.80 to 0.90: 123 samples, said 85.2 %, true 71.0 %`
fn of_bin(bin: &ReliabilityBin) -> String {
    let [low, high] = bin.edges;
    let samples = format::counted(bin.count, "sample", "samples");
    let [said, is] = [bin.confidence, bin.accuracy].map(format::percent);
    format!("{low:.2} to {high:.2}: {samples}, said {said}, true {is}")
}

fn error_words(judged: &Judged) -> String {
    judged.errors.map_or("no error".into(), |[error, _]| format!("ECE {error:.4}"))
}

/// Name, value and meaning of each number below the plot.
fn numbers(ui: &mut Ui, theme: &Theme, judged: &Judged, found: &Reliability, names: &[String]) {
    let share = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.4}"));
    let (said, is) = match judged.class() {
        None => ("mean confidence", "accuracy"),
        Some(_) => ("mean probability", "share of the class"),
    };
    let lines = [
        (
            "calibration error (ECE)",
            share(judged.errors.map(|[expected, _]| expected)),
            "Expected calibration error: mean distance between confidence and accuracy over ten \
             bins of equal width, each weighted by its samples",
        ),
        (
            "largest gap (MCE)",
            share(judged.errors.map(|[_, largest]| largest)),
            "Maximum calibration error: the largest distance between confidence and accuracy among \
             ten bins of equal width, however few samples the bin has",
        ),
        (
            "Brier score",
            share(judged.brier),
            if names.len() == 2 {
                "Mean squared distance between the probability of the second class and the truth; \
                 0 is best, always saying 0.5 gives 0.25"
            } else {
                "Mean squared distance between all probabilities and the truth, summed over the \
                 classes; 0 is best, 2 is worst"
            },
        ),
        (said, format::percent(found.confidence()), "What is said on average"),
        (is, format::percent(found.accuracy()), "How often it is true"),
        (
            verdict(found),
            String::new(),
            "Too sure: below the diagonal, orange and dashed. Too cautious: above it, blue",
        ),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.add_space(theme::TIGHT);
    for (name, value, hint) in lines {
        line(ui, theme, name, &value).on_hover_text(hint);
    }
    ui.add_space(theme::TIGHT);
    let definition = "ECE = Σ (samples of a bin ÷ all samples) · |accuracy − confidence|, over ten \
                      bins of equal width.";
    ui.add(
        egui::Label::new(egui::RichText::new(definition).small().color(theme.text_muted)).wrap(),
    );
}

fn line(ui: &mut Ui, theme: &Theme, name: &str, value: &str) -> egui::Response {
    let width = ui.available_width().min(MOST);
    let (rect, response) = ui.allocate_exact_size(vec2(width, LINE), Sense::hover());
    let room = if value.is_empty() { 0.0 } else { 64.0 };
    let words = rect.with_max_x(rect.right() - room);
    line_in(ui, words, Align::Min, name, theme::body(), theme.text_muted);
    line_in(ui, rect, Align::Max, value, theme::body(), theme.text);
    let label = format!("{name} {value}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, label.trim_end()));
    response
}

/// The whole of it in a few words.
fn verdict(found: &Reliability) -> &'static str {
    match found.confidence() - found.accuracy() {
        gap if gap > 0.01 => "Too sure of itself on average",
        gap if gap < -0.01 => "Too cautious on average",
        _ => "On average as sure as it is right",
    }
}
