//! One plot: the curves of one quantity, what happened on the way, and where the best value is.

use egui::{Align2, RichText, Shape, Ui, vec2};
use egui_plot::{AxisHints, Line, LineStyle, Plot, PlotPoints, PlotResponse, VLine};

use crate::record::Metric;
use crate::ui::Cx;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::thousands;

use super::kept::{self, Curve, Placing};
use super::points::Extent;
use super::shown::{Pen, Shown};
use super::{Cache, Course, CurvesView, axes, drawn, readout};

/// Height below which axes have no names, and room for half of the last number of the x axis.
const UNNAMED: f32 = 120.0;
const RIGHT: f32 = 16.0;
/// All that drawing needs to know.
pub struct Chart<'a> {
    /// The runs.
    pub courses: &'a [Course<'a>],
    /// What is drawn.
    pub quantity: Shown,
    /// How.
    pub placing: Placing,
    /// The box around everything.
    pub extent: Extent,
    /// Whether the learning rate is drawn behind the curves.
    pub has_rate: bool,
    /// Width and height, axes included.
    pub size: egui::Vec2,
}

/// Draws it.
pub fn draw(ui: &mut Ui, cx: &mut Cx<'_>, frame: &Chart<'_>, cache: &mut Cache) {
    let zoomed = cx.view.curves.zoomed;
    let whole = axes::whole(frame.extent, frame.placing.axes, frame.quantity.is_percentage());
    let id = ui.make_persistent_id(("curves plot", frame.quantity.label()));
    let seen = if zoomed { seen_bounds(ui, id) } else { None };
    let range = seen.unwrap_or(whole.x);
    let columns = (frame.size.x.max(64.0) as usize).min(4096);
    kept::look_at(cache, frame.quantity, range, columns);
    if frame.has_rate {
        kept::look_at(cache, Shown::LearningRate, range, columns);
    }
    let theme = cx.theme;
    let response = plot([id, ui.make_persistent_id(LINKED)], frame, cx).show(ui, |plot_ui| {
        if !zoomed {
            plot_ui.set_plot_bounds_x(whole.x[0]..=whole.x[1]);
            plot_ui.set_plot_bounds_y(whole.y[0]..=whole.y[1]);
        }
        marker_lines(theme, frame, plot_ui);
        lines(theme, frame, cache, plot_ui);
    });
    if frame.has_rate {
        rates(ui, cx, frame, cache, &response);
    }
    if cx.view.curves.best {
        best_values(ui, cx, frame, cache, &response);
    }
    follow_zoom(&mut cx.view.curves, &response, whole);
    if frame.courses.len() > 1 {
        ends(ui, cx, frame, cache, &response);
    }
    notes(ui, cx, frame, &response);
    let label = format!("{} by {}", frame.quantity.axis_label(), frame.placing.axes.x.label());
    response.response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Image, true, format!("Plot of {label}"))
    });
    menu(cx, frame, &response.response);
    readout::crosshair(ui, cx, frame, cache, &response);
}

/// What a click with the right button on a plot offers.
fn menu(cx: &mut Cx<'_>, frame: &Chart<'_>, response: &egui::Response) {
    let view = &mut cx.view.curves;
    let run = cx.state.selected();
    let mut exports = false;
    response.context_menu(|ui| {
        let entry = |ui: &mut Ui, enabled: bool, text: &str| {
            let is_clicked = ui.add_enabled(enabled, egui::Button::new(text)).clicked();
            if is_clicked {
                ui.close();
            }
            is_clicked
        };
        let hide = format!("Hide {}", frame.quantity.label());
        if entry(ui, !view.beside.is_empty(), &hide) {
            view.hide(frame.quantity);
        }
        if entry(ui, view.zoomed, "Show all of every curve") {
            view.fit();
        }
        exports = entry(ui, true, "Save curves as CSV…");
        ui.separator();
        crate::ui::capture::offers(ui, None);
    });
    if exports {
        cx.request(crate::ui::UiRequest::Export(crate::workbench::ExportKind::History, run));
    }
}

fn seen_bounds(ui: &Ui, id: egui::Id) -> Option<[f64; 2]> {
    let memory = egui_plot::PlotMemory::load(ui.ctx(), id)?;
    let bounds = *memory.bounds();
    let margin = bounds.width() * 0.05;
    Some([bounds.min()[0] - margin, bounds.max()[0] + margin])
}

fn plot<'a>([id, group]: [egui::Id; 2], frame: &Chart<'_>, cx: &Cx<'_>) -> Plot<'a> {
    let Chart { quantity, placing: Placing { axes, .. }, .. } = *frame;
    let is_low = frame.size.y < UNNAMED;
    let small = |text: &str| {
        let text = if is_low { "" } else { text };
        RichText::new(text).small().color(cx.theme.text_muted)
    };
    let x_axis = AxisHints::new_x()
        .label(small(axes.x.label()))
        .tick_label_font(theme::small())
        .tick_label_color(cx.theme.text_muted)
        .label_spacing(40.0..=60.0)
        .formatter(move |mark, _| axes::x_tick(mark, axes.log_x, axes.x.is_whole()));
    let y_axis = AxisHints::new_y()
        .label(small(quantity.axis_label()))
        .tick_label_font(theme::small())
        .tick_label_color(cx.theme.text_muted)
        .min_thickness(46.0)
        .formatter(move |mark, _| axes::y_tick(mark, axes.log_y));
    Plot::new("curves")
        .id(id)
        .width(frame.size.x - RIGHT)
        .height(frame.size.y)
        .link_axis(group, [true, false])
        .allow_scroll(false)
        .allow_double_click_reset(false)
        .show_x(false)
        .show_y(false)
        .show_crosshair(false)
        .grid_color(cx.theme.grid)
        .grid_fade(0.0)
        .x_grid_spacer(axes::spacer(axes.log_x, axes::ACROSS))
        .y_grid_spacer(axes::spacer(axes.log_y, axes::UP))
        .custom_x_axes(vec![x_axis])
        .custom_y_axes(vec![y_axis])
}

/// Plots side by side share their x axis.
const LINKED: &str = "curves x axis";

fn lines<'a>(
    theme: &Theme,
    frame: &Chart<'_>,
    cache: &'a Cache,
    plot_ui: &mut egui_plot::PlotUi<'a>,
) {
    for course in frame.courses {
        for metric in frame.quantity.metrics() {
            let Some(curve) = cache.get(&(course.index, metric)) else { continue };
            if !curve.behind.is_empty() {
                plot_ui.line(behind(theme, course, metric, curve));
            }
            plot_ui.line(line(theme, course, metric, curve));
        }
    }
}

/// What was measured, faintly.
fn behind<'a>(theme: &Theme, course: &Course<'_>, metric: Metric, curve: &'a Curve) -> Line<'a> {
    let pen = Pen::of(metric).faint();
    Line::new("", PlotPoints::Borrowed(&curve.behind))
        .id((course.index, metric.label(), "behind"))
        .stroke(pen.stroke(theme, course.colour))
        .allow_hover(false)
}

fn line<'a>(theme: &Theme, course: &Course<'_>, metric: Metric, curve: &'a Curve) -> Line<'a> {
    let pen = Pen::of(metric);
    let name = format!("{} {}", course.name, metric.label());
    Line::new(name, PlotPoints::Borrowed(&curve.seen))
        .id((course.index, metric.label()))
        .stroke(pen.stroke(theme, course.colour))
        .style(if curve.is_rough { LineStyle::Solid } else { pen.dash.style(theme) })
        .allow_hover(false)
}

fn marker_lines(theme: &Theme, frame: &Chart<'_>, plot_ui: &mut egui_plot::PlotUi<'_>) {
    for course in frame.courses {
        for (number, marker) in course.run.history.markers().iter().enumerate() {
            let Some(x) = frame.placing.axes.x_of(marker.at) else { continue };
            let line = VLine::new(marker.text.as_str(), x)
                .id((course.index, "marker", number))
                .stroke(theme.stroke(1.0, course.colour.gamma_multiply(0.6)))
                .style(LineStyle::Dotted { spacing: theme.dash(4.0) })
                .allow_hover(false);
            plot_ui.vline(line);
        }
    }
}

/// Any other piece than the whole was chosen by the user, and stays until it fits again.
fn follow_zoom(view: &mut CurvesView, response: &PlotResponse<()>, whole: Extent) {
    if response.response.double_clicked() {
        view.fit();
        return;
    }
    let bounds = response.transform.bounds();
    let differs = |a: f64, b: f64, span: f64| (a - b).abs() > 1e-6 * span;
    let moved = (0..2).any(|axis| {
        let [low, high] = if axis == 0 { whole.x } else { whole.y };
        let span = high - low;
        differs(bounds.min()[axis], low, span) || differs(bounds.max()[axis], high, span)
    });
    view.zoomed |= moved;
}

/// What the curves cannot show: values that are no numbers, or have no logarithm.
fn notes(ui: &mut Ui, cx: &Cx<'_>, frame: &Chart<'_>, response: &PlotResponse<()>) {
    let mut corner = response.transform.frame().right_top() + vec2(-8.0, 6.0);
    for course in frame.courses {
        let Some(note) = broken_note(course, frame.quantity, frame.courses.len() > 1) else {
            continue;
        };
        let font = egui::TextStyle::Small.resolve(ui.style());
        let galley = ui.painter().layout_no_wrap(note.clone(), font, cx.theme.error);
        let rect = Align2::RIGHT_TOP.anchor_size(corner, galley.size());
        ui.painter().rect_filled(rect.expand(3.0), 3.0, cx.theme.surface.gamma_multiply(0.9));
        ui.painter().galley(rect.min, galley, cx.theme.error);
        let id = response.response.id.with(("note", course.index));
        ui.interact(rect, id, egui::Sense::hover())
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, note.as_str()));
        corner.y = rect.bottom() + 6.0;
    }
}

/// `training loss not a finite number from step 13`
fn broken_note(course: &Course<'_>, quantity: Shown, is_named: bool) -> Option<String> {
    let broken = |metric: Metric| {
        let (_, first) = course.run.history.series(metric)?.non_finite();
        Some((metric, first?))
    };
    let (metric, at) = quantity.metrics().filter_map(broken).min_by_key(|b| b.1.step)?;
    let step = thousands(at.step.0);
    let name = if is_named { format!("{}, ", course.name) } else { String::new() };
    Some(format!("{name}{} not a finite number from step {step}", metric.label()))
}

/// The shape of each run at the newest point of its foremost curve, so that runs are told apart
/// without colour.
fn ends(ui: &Ui, cx: &Cx<'_>, frame: &Chart<'_>, cache: &Cache, response: &PlotResponse<()>) {
    let Some(metric) = drawn(frame.courses, frame.quantity).next_back() else { return };
    let painter = ui.painter().with_clip_rect(response.transform.frame().expand(5.0));
    for course in frame.courses {
        let curve = cache.get(&(course.index, metric));
        let Some(last) = curve.and_then(|curve| curve.points.last()) else { continue };
        let at = response.transform.position_from_point(last);
        if response.transform.frame().expand(1.0).contains(at) {
            let edge = cx.theme.stroke(1.0, cx.theme.surface);
            course.shape.paint(&painter, at, cx.theme.mark(4.5), course.colour, edge);
        }
    }
}

/// A ring around the best value of each run.
fn best_values(
    ui: &Ui,
    cx: &Cx<'_>,
    frame: &Chart<'_>,
    cache: &Cache,
    response: &PlotResponse<()>,
) {
    let Some(metric) = drawn(frame.courses, frame.quantity).next_back() else { return };
    let area = *response.transform.frame();
    let painter = ui.painter().with_clip_rect(area.expand(6.0));
    for course in frame.courses {
        let best = cache.get(&(course.index, metric)).and_then(|curve| curve.best);
        let axes = frame.placing.axes;
        let place = best.and_then(|(at, value)| axes.x_of(at).zip(axes.y_of(value)));
        let Some((x, y)) = place else { continue };
        let at = response.transform.position_from_point(&egui_plot::PlotPoint::new(x, y));
        if area.expand(1.0).contains(at) {
            painter.circle_stroke(at, cx.theme.mark(5.5), cx.theme.stroke(3.0, cx.theme.surface));
            painter.circle_stroke(at, cx.theme.mark(5.5), cx.theme.stroke(1.5, course.colour));
        }
    }
}

/// The learning rate of each run, dotted, from zero at the lower edge to its largest value near
/// the upper one.
fn rates(ui: &Ui, cx: &Cx<'_>, frame: &Chart<'_>, cache: &Cache, response: &PlotResponse<()>) {
    let area = *response.transform.frame();
    let painter = ui.painter().with_clip_rect(area);
    let curves = || {
        let keys = frame.courses.iter().map(|course| (course.index, Metric::LearningRate));
        keys.filter_map(|key| cache.get(&key))
    };
    let most = curves().map(|curve| curve.extent.y[1]).fold(0.0, f64::max);
    if most <= 0.0 {
        return;
    }
    for curve in curves() {
        let place = |point: &egui_plot::PlotPoint| {
            let up = (point.y / most) as f32 * area.height() * 0.94;
            egui::pos2(response.transform.position_from_point_x(point.x), area.bottom() - up)
        };
        let path: Vec<_> = curve.seen.iter().map(place).collect();
        painter.extend(Shape::dotted_line(
            &path,
            cx.theme.text_muted,
            cx.theme.dash(5.0),
            cx.theme.mark(0.9),
        ));
    }
    let words = format!("learning rate, at most {}", crate::ui::format::compact(most));
    // Below its highest place, so that a constant rate does not strike the words through.
    let at = area.left_top() + vec2(6.0, 0.06 * area.height() + 3.0);
    painter.text(at, Align2::LEFT_TOP, words, theme::small(), cx.theme.text_muted);
}
