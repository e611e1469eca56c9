//! How large the gradients of the layers are: whether what the loss says reaches the first ones.

use std::sync::Arc;

use egui::{Align, Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::record::{GradientFlow, LayerFlow, ProbeFrame};
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::line_in;
use crate::ui::{Cx, empty, format};

use super::ledger::LINE;
use super::thousands;

/// What is kept of the picture until there is another one.
#[derive(Debug, Default)]
pub struct Gradients {
    of: Option<Arc<ProbeFrame>>,
    verdict: String,
    note: String,
    lines: Vec<Line>,
    /// Powers of ten at the ends of the scale.
    decades: [i32; 2],
}

#[derive(Debug)]
struct Line {
    name: String,
    value: String,
    words: String,
    gradient: Option<f64>,
    penalty: Option<f64>,
}

/// Below this the first layer hardly learns, above its inverse it is shaken.
const VANISHING: f64 = 1e-2;
/// Between this and its inverse the gradient counts as alike in all layers.
const ALIKE: f64 = 0.1;
/// Most decades of the scale; what is smaller stands at its left end.
const DECADES: i32 = 12;

const NAME: f32 = 112.0;
const VALUE: f32 = 72.0;

/// Draws the gradients of a run's layers as bars on a logarithmic scale, from the input on.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let frame = cx.state.run(run).and_then(|run| run.frame.clone());
    let Some(frame) = frame.filter(|frame| frame.gradients.is_some()) else {
        let before = "Press Play: here it shows whether the gradient reaches the first layers.";
        let coming = "The gradients appear with the next picture of the run.";
        empty::no_answer(ui, cx, run, before, coming);
        return;
    };
    let kept = &mut cx.view.numbers.gradients;
    if !kept.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &frame)) {
        *kept = Gradients::of(frame);
    }
    ui.add(egui::Label::new(RichText::new(&kept.verdict).color(cx.theme.text)).wrap());
    ui.add_space(theme::TIGHT);
    ui.spacing_mut().item_spacing.y = 0.0;
    for line in &kept.lines {
        bar(ui, cx.theme, line, kept.decades);
    }
    scale(ui, cx.theme, kept.decades);
    ui.add_space(theme::TIGHT);
    let note = RichText::new(&kept.note).small().color(cx.theme.text_muted);
    ui.add(egui::Label::new(note).wrap());
}

/// Where the bars of the panel begin and end.
fn track(line: Rect) -> Rect {
    let (left, right) = (line.left() + NAME, (line.right() - VALUE).max(line.left() + NAME + 20.0));
    Rect::from_min_max(pos2(left, line.top()), pos2(right, line.bottom()))
}

/// Where a value stands on the scale, from 0 to 1.
fn share(value: f64, [low, high]: [i32; 2]) -> f32 {
    let place = (value.log10() - f64::from(low)) / f64::from(high - low);
    place.clamp(0.0, 1.0) as f32
}

fn bar(ui: &mut Ui, theme: &Theme, line: &Line, decades: [i32; 2]) {
    let size = vec2(ui.available_width(), LINE);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    if !ui.is_rect_visible(rect) {
        return;
    }
    let track = track(rect);
    let name = Rect::from_min_max(rect.min - vec2(6.0, 0.0), pos2(track.left(), rect.bottom()));
    line_in(ui, name, Align::Min, &line.name, theme::body(), theme.text_muted);
    let well = track.shrink2(vec2(0.0, 4.0));
    ui.painter().rect_filled(well, 2.0, theme.inset);
    if let Some(norm) = line.gradient.filter(|norm| *norm > 0.0) {
        // A bar at the left end of the scale is still seen.
        let width = (well.width() * share(norm, decades)).max(2.0);
        let filled = Rect::from_min_size(well.min, vec2(width, well.height()));
        ui.painter().rect_filled(filled, 2.0, theme.accent);
    }
    if let Some(norm) = line.penalty {
        let x = well.left() + well.width() * share(norm, decades);
        let stroke = theme.stroke(2.0, theme.text);
        ui.painter().vline(x, track.shrink2(vec2(0.0, 2.0)).y_range(), stroke);
    }
    let value = Rect::from_min_max(pos2(track.right(), rect.top()), rect.max + vec2(6.0, 0.0));
    line_in(ui, value, Align::Max, &line.value, theme::body(), theme.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &line.words));
    response.on_hover_text(&line.words);
}

/// Powers of ten below the bars.
fn scale(ui: &mut Ui, theme: &Theme, [low, high]: [i32; 2]) {
    let size = vec2(ui.available_width(), 16.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let track = track(rect);
    let room = (track.width() / 44.0).max(1.0) as i32;
    let every = ((high - low + room - 1) / room).max(1);
    for decade in (low..=high).filter(|decade| (high - decade) % every == 0) {
        let x = track.left() + track.width() * (decade - low) as f32 / (high - low) as f32;
        ui.painter().vline(x, rect.top()..=rect.top() + 3.0, theme.hairline());
        let text = power(decade);
        let at = pos2(x, rect.top() + 3.0);
        let align = egui::Align2::CENTER_TOP;
        ui.painter().text(at, align, text, theme::small(), theme.text_muted);
    }
}

/// `1e−3`
fn power(decade: i32) -> String {
    format!("1e{decade}").replace('-', "−")
}

impl Gradients {
    fn of(frame: Arc<ProbeFrame>) -> Self {
        let Some(flow) = &frame.gradients else { return Self::default() };
        let has_penalty = flow.layers.iter().any(|layer| layer.penalty > 0.0);
        Self {
            verdict: verdict(flow),
            note: note(flow.rows, has_penalty),
            lines: flow.layers.iter().map(|layer| line(flow, layer)).collect(),
            decades: decades(flow),
            of: Some(Arc::clone(&frame)),
        }
    }
}

fn note(rows: usize, has_penalty: bool) -> String {
    let rows = format::counted(rows as u64, "row", "rows");
    let mark = if has_penalty { " The mark is the gradient of the penalties." } else { "" };
    format!("Norm of each layer's gradient of the loss on {rows} of the training part.{mark}")
}

fn line(flow: &GradientFlow, layer: &LayerFlow) -> Line {
    let is_output = flow.layers.last().is_some_and(|last| last.layer == layer.layer);
    let name = match is_output {
        true => layer.name.clone(),
        false => format!("{} {}", layer.layer + 1, layer.name),
    };
    let value = layer.gradient.map_or("none".into(), short);
    let mut words = format!("{name}: gradient {value}");
    if let Some(relative) = flow.relative(layer).filter(|_| !is_output) {
        words += &format!(", {}", times(relative));
    }
    words += &format!("; weights {}", short(layer.weights));
    if layer.penalty > 0.0 {
        words += &format!("; gradient of the penalties {}", short(layer.penalty));
    }
    let penalty = Some(layer.penalty).filter(|norm| *norm > 0.0);
    Line { name, value, words, gradient: layer.gradient, penalty }
}

/// Two significant digits.
fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".into() } else { format::measured(value) };
    }
    format!("{value:.1e}").replace('-', "−")
}

/// The whole decades around all norms.
fn decades(flow: &GradientFlow) -> [i32; 2] {
    let norms = flow.layers.iter().flat_map(|layer| [layer.gradient, Some(layer.penalty)]);
    let logs = norms.flatten().filter(|norm| norm.is_finite() && *norm > 0.0).map(f64::log10);
    let (low, high) = logs
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), log| (low.min(log), high.max(log)));
    if low > high {
        return [-1, 0];
    }
    let high = high.ceil() as i32;
    [(low.floor() as i32).clamp(high - DECADES, high - 1), high]
}

/// `1/3 200 of the last layer's`, `0.45 of the last layer's`, `12 times the last layer's`
fn times(ratio: f64) -> String {
    match ratio {
        0.0 => "zero".into(),
        ratio if ratio < 1e-6 => format!("{} of the last layer's", short(ratio)),
        ratio if ratio < ALIKE => format!("1/{} of the last layer's", round(1.0 / ratio)),
        ratio if ratio < 1.0 => format!("{ratio:.2} of the last layer's"),
        ratio if ratio < 10.0 => format!("{ratio:.1} times the last layer's"),
        ratio if ratio < 1e6 => format!("{} times the last layer's", round(ratio)),
        ratio => format!("{} times the last layer's", short(ratio)),
    }
}

/// Two significant digits of a whole number.
fn round(value: f64) -> String {
    let unit = 10_f64.powi((value.log10().floor() as i32 - 1).max(0));
    thousands(((value / unit).round() * unit) as u64)
}

/// In a sentence whether the gradient reaches the first layer.
fn verdict(flow: &GradientFlow) -> String {
    let norms = || flow.layers.iter().filter_map(|layer| layer.gradient);
    if norms().any(|norm| !norm.is_finite()) {
        return "A gradient is not a finite number: the next update would break the network."
            .into();
    }
    let [first, .., last] = &flow.layers[..] else {
        return "There is one layer alone, so there is nothing to compare.".into();
    };
    if first.gradient.is_none_or(|norm| norm == 0.0) {
        return "No gradient reaches the first layer: it does not learn at all.".into();
    }
    let Some(ratio) = flow.ratio() else {
        return format!("The gradient of the last layer, {}, is zero.", last.name);
    };
    let effect = match ratio {
        ratio if ratio < VANISHING => "it hardly learns (vanishing gradient)",
        ratio if ratio < ALIKE => "it learns more slowly",
        ratio if ratio <= 1.0 / ALIKE => "both learn",
        ratio if ratio <= 1.0 / VANISHING => "it grows on its way back",
        _ => "its updates are far too large beside the others (exploding gradient)",
    };
    format!("The first layer's gradient is {}: {effect}.", times(ratio))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(norms: &[f64]) -> GradientFlow {
        let layer = |(place, &norm): (usize, &f64)| LayerFlow {
            layer: 2 * place,
            name: "Dense".into(),
            weights: 3.0,
            gradient: Some(norm),
            penalty: 0.0,
        };
        GradientFlow { rows: 256, layers: norms.iter().enumerate().map(layer).collect() }
    }

    #[test]
    fn the_verdict_is_a_sentence_with_the_ratio() {
        for (norms, words) in [
            (
                &[1e-3, 3.2][..],
                "is 1/3\u{2009}200 of the last layer's: it hardly learns (vanishing",
            ),
            (&[2.1e-8, 1.0], "is 2.1e−8 of the last layer's: it hardly learns"),
            (&[0.05, 1.0], "is 1/20 of the last layer's: it learns more slowly."),
            (&[0.45, 1.0], "is 0.45 of the last layer's: both learn."),
            (&[12.0, 1.0], "is 12 times the last layer's: it grows"),
            (
                &[4321.0, 1.0],
                "is 4\u{2009}300 times the last layer's: its updates are far too large",
            ),
            (&[0.0, 1.0], "No gradient reaches the first layer"),
            (&[1.0, 0.0], "The gradient of the last layer, Dense, is zero."),
            (&[f64::NAN, 1.0], "not a finite number"),
            (&[1.0], "one layer alone"),
        ] {
            let found = verdict(&flow(norms));
            assert!(found.contains(words), "{found}");
        }
    }

    #[test]
    fn the_scale_holds_every_norm_in_whole_decades() {
        assert_eq!(decades(&flow(&[2e-4, 0.3])), [-4, 0]);
        assert_eq!(decades(&flow(&[0.0, 1.0])), [-1, 0]);
        assert_eq!(decades(&flow(&[1e-30, 1.0])), [-DECADES, 0]);
        assert_eq!(decades(&flow(&[0.0])), [-1, 0]);
        assert_eq!(decades(&flow(&[f64::INFINITY, 20.0])), [1, 2]);
        assert_eq!(share(0.1, [-2, 0]), 0.5);
        assert_eq!(share(1e-9, [-2, 0]), 0.0);
    }

    #[test]
    fn each_bar_is_read_out() {
        let mut flow = flow(&[0.02, 0.5]);
        flow.layers[0].penalty = 0.001;
        let first = line(&flow, &flow.layers[0]);
        assert_eq!(
            first.words,
            "1 Dense: gradient 2.0e−2, 1/25 of the last layer's; weights 3.0e0; gradient of the \
             penalties 1.0e−3"
        );
        assert_eq!(line(&flow, &flow.layers[1]).words, "Dense: gradient 5.0e−1; weights 3.0e0");
    }
}
