//! The search for a learning rate: how the loss of a copy of the network answers to rates that grow
//! from update to update, which of them are good, and which one to take.

use std::sync::Arc;

use egui::{Button, RichText, Ui, WidgetInfo, vec2};
use egui_plot::{AxisHints, HoverPosition, Line, LineStyle, Plot, PlotPoints, Span, VLine};

use crate::base::Finite;
use crate::record::{RateStart, RateSweep};
use crate::ui::theme::{self, Theme};
use crate::ui::{Cx, capture, format, widgets};
use crate::workbench::Action;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct FinderView {
    /// Whether its window is open.
    #[serde(skip)]
    pub open: bool,
    start: Start,
    /// The drawn curves, and the search they are of.
    #[serde(skip)]
    cache: Option<Drawn>,
}

/// Which weights a search begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
enum Start {
    #[default]
    Fresh,
    Present,
}

impl Start {
    const ALL: [Self; 2] = [Self::Fresh, Self::Present];

    fn label(self) -> &'static str {
        match self {
            Self::Fresh => "Fresh weights",
            Self::Present => "Present weights",
        }
    }

    fn rate_start(self) -> RateStart {
        match self {
            Self::Fresh => RateStart::Fresh,
            Self::Present => RateStart::Present,
        }
    }
}

/// Points of the curves, worked out once for each search.
#[derive(Debug)]
struct Drawn {
    of: Arc<RateSweep>,
    losses: Vec<[f64; 2]>,
    smoothed: Vec<[f64; 2]>,
    x: [f64; 2],
    y: [f64; 2],
}

impl Drawn {
    fn of(sweep: &Arc<RateSweep>) -> Self {
        let places = || sweep.rates.iter().map(|rate| rate.log10());
        let points =
            |values: &[f64]| places().zip(values.iter().copied()).map(|(x, y)| [x, y]).collect();
        let ends = [sweep.rates.first(), sweep.rates.last()];
        let [low, high] = ends.map(|rate| rate.map_or(0.0, |rate| rate.log10()));
        Self {
            of: Arc::clone(sweep),
            losses: points(&sweep.losses),
            smoothed: points(&sweep.smoothed),
            x: [low, high.max(low + 1.0)],
            y: heights(sweep),
        }
    }
}

/// The heights that are shown: all of the smoothed curve up to twice the loss at the start, so
/// that the explosion at the end does not press everything else flat.
fn heights(sweep: &RateSweep) -> [f64; 2] {
    let low = sweep.smoothed.iter().copied().fold(f64::INFINITY, f64::min);
    let high = sweep.smoothed.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low > high {
        return [0.0, 1.0];
    }
    let start = sweep.smoothed.first().copied().unwrap_or(high).max(low);
    let high = high.min(start + (start - low).max(0.1 * start.abs()));
    let margin = 0.08 * (high - low).max(1e-9);
    [low - margin, high + margin]
}

/// Shows the search of the selected run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let run = cx.state.selected();
    let Some(spec) = cx.state.run_spec(run) else { return };
    let text = format!(
        "A copy of “{}” is trained for a hundred updates with a rate that grows from 1e-7 to 10. \
         The run itself stays as it is.",
        spec.name
    );
    ui.label(RichText::new(text).color(cx.theme.text_muted));
    ui.add_space(theme::TIGHT);
    controls(ui, cx, run);
    ui.add_space(theme::GAP);
    let Some(sweep) = cx.state.rate_sweep(run).cloned() else {
        nothing_yet(ui, cx.theme);
        return;
    };
    let name = format!("Search for a learning rate, {}", spec.name);
    capture::picture(ui, name, |ui| {
        plot(ui, cx, &sweep, spec.train.learning_rate);
        ui.add_space(theme::GAP);
        verdict(ui, cx, run, &sweep);
    });
}

fn controls(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    ui.horizontal(|ui| {
        let start = cx.view.finder.start;
        let chosen = widgets::segmented(ui, cx.theme, start, &Start::ALL, Start::label);
        if let Some(chosen) = chosen {
            cx.view.finder.start = chosen;
        }
        match cx.state.rate_search(run) {
            Some(job) => {
                let (id, done) = (job.id, job.progress.unwrap_or_default());
                if ui.button("Cancel").clicked() {
                    cx.act(Action::Cancel(id));
                }
                ui.add(egui::ProgressBar::new(done).desired_width(120.0));
            }
            None => {
                let label =
                    if cx.state.rate_sweep(run).is_some() { "Search again" } else { "Search" };
                if ui.add(primary(cx.theme, label)).clicked() {
                    let start = cx.view.finder.start.rate_start();
                    cx.act(Action::FindRate(run, start));
                }
            }
        }
    });
}

fn primary(theme: &Theme, label: &str) -> Button<'static> {
    Button::new(RichText::new(label).color(theme.on_accent)).fill(theme.accent)
}

fn nothing_yet(ui: &mut Ui, theme: &Theme) {
    let (rect, _) = ui.allocate_exact_size(plot_size(ui), egui::Sense::hover());
    ui.painter().rect_filled(rect, 4.0, theme.canvas);
    let text = "Press Search: the loss over the learning rate is drawn here.";
    let label = egui::Label::new(RichText::new(text).color(theme.text_muted)).wrap();
    ui.put(rect.shrink(16.0), label.halign(egui::Align::Center));
}

fn plot_size(ui: &Ui) -> egui::Vec2 {
    vec2(ui.available_width(), 240.0)
}

fn plot(ui: &mut Ui, cx: &mut Cx<'_>, sweep: &Arc<RateSweep>, now: Finite) {
    let theme = cx.theme;
    let kept = cx.view.finder.cache.take().filter(|drawn| Arc::ptr_eq(&drawn.of, sweep));
    let drawn = match kept {
        Some(drawn) => drawn,
        None => Drawn::of(sweep),
    };
    let colour = theme.accent;
    let response = frame(theme, plot_size(ui).y).show(ui, |plot| {
        plot.set_plot_bounds_x(drawn.x[0]..=drawn.x[1]);
        plot.set_plot_bounds_y(drawn.y[0]..=drawn.y[1]);
        if let Some(region) = sweep.region {
            let range = region.low.log10()..=region.high.log10();
            let fill = theme.good.gamma_multiply(0.15);
            plot.span(Span::new("", range).fill(fill).border_width(0.0));
        }
        let raw = Line::new("loss of each batch", PlotPoints::from(drawn.losses.clone()));
        plot.line(raw.stroke(theme.stroke(1.0, theme.text_muted.gamma_multiply(0.6))));
        let smooth = Line::new("smoothed", PlotPoints::from(drawn.smoothed.clone()));
        plot.line(smooth.stroke(theme.stroke(2.5, colour)));
        if now.get() > 0.0 {
            let line = VLine::new("present learning rate", now.get().log10());
            let stroke = theme.stroke(1.0, theme.text_muted);
            plot.vline(line.stroke(stroke).style(LineStyle::Dotted { spacing: theme.dash(4.0) }));
        }
        if let Some(rate) = sweep.suggestion {
            let line = VLine::new("suggestion", rate.get().log10());
            plot.vline(
                line.stroke(theme.stroke(1.5, theme.good))
                    .style(LineStyle::Dashed { length: theme.dash(5.0) }),
            );
        }
    });
    response.response.widget_info(|| {
        WidgetInfo::labeled(egui::Role::Image, true, "Plot of the loss by learning rate")
    });
    cx.view.finder.cache = Some(drawn);
    legend(ui, theme);
}

fn frame<'a>(theme: &Theme, height: f32) -> Plot<'a> {
    let small = |text: &str| RichText::new(text).small().color(theme.text_muted);
    let x_axis = AxisHints::new_x()
        .label(small("learning rate"))
        .tick_label_font(theme::small())
        .tick_label_color(theme.text_muted)
        .formatter(|mark, _| power_of_ten(mark.value));
    let y_axis = AxisHints::new_y()
        .label(small("loss"))
        .tick_label_font(theme::small())
        .tick_label_color(theme.text_muted)
        .min_thickness(46.0);
    Plot::new("rates")
        .height(height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .show_crosshair(false)
        .grid_color(theme.grid)
        .grid_fade(0.0)
        .x_grid_spacer(egui_plot::uniform_grid_spacer(|_| [1.0, 1.0, 1.0]))
        .label_formatter(|hover| match hover {
            HoverPosition::NearDataPoint { plot_name, position, .. } => {
                let rate = format::measured(10_f64.powf(position.x));
                let loss = format::measured(position.y);
                Some(format!("{plot_name}\nlearning rate {rate}\nloss {loss}"))
            }
            HoverPosition::Elsewhere { .. } => None,
        })
        .custom_x_axes(vec![x_axis])
        .custom_y_axes(vec![y_axis])
}

/// `1e-3` at whole powers, nothing between.
fn power_of_ten(exponent: f64) -> String {
    let whole = exponent.round();
    if (exponent - whole).abs() < 1e-6 { format!("1e{whole}") } else { String::new() }
}

fn legend(ui: &mut Ui, theme: &Theme) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        for (text, colour) in [
            ("loss of each batch", theme.text_muted),
            ("smoothed", theme.accent),
            ("good region and suggestion", theme.good),
            ("dotted: present rate", theme.text_muted),
        ] {
            ui.label(RichText::new(text).small().color(colour));
        }
    });
}

fn verdict(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, sweep: &RateSweep) {
    ui.label(&sweep.reason);
    if cx.state.rate_sweep_is_outdated(run) {
        let text = "Layers, data or settings were changed since; search again to be sure.";
        ui.label(RichText::new(text).color(cx.theme.warning));
    }
    let Some(rate) = sweep.suggestion else { return };
    ui.add_space(theme::TIGHT);
    let is_taken = cx.state.run_spec(run).is_some_and(|spec| spec.train.learning_rate == rate);
    let button = primary(cx.theme, &format!("Use {rate}"));
    let answer = ui.add_enabled(!is_taken, button);
    let answer = answer.on_hover_text("Takes the suggestion as learning rate of the run");
    if answer.on_disabled_hover_text("The run has this learning rate").clicked() {
        cx.act(Action::TakeRate(run));
    }
}

#[cfg(test)]
mod tests;
