//! What the pointer reads off the curves: every run's values at one place of the x axis.

use egui::{RichText, Ui, Vec2, pos2};
use egui_plot::{PlotPoint, PlotResponse};

use crate::record::Metric;
use crate::ui::Cx;
use crate::ui::widgets::thousands;

use super::choosers::run_sample;
use super::picture::Chart;
use super::points::{Axes, nearest};
use super::shown::Pen;
use super::{Cache, XAxis, drawn};

/// How near the pointer must be to a marker, in points of the screen.
const MARKER_REACH: f32 = 5.0;

/// A line at the pointer, and the values of every curve there.
pub fn crosshair(
    ui: &Ui,
    cx: &Cx<'_>,
    frame: &Chart<'_>,
    cache: &Cache,
    response: &PlotResponse<()>,
) {
    let Some(pointer) = response.response.hover_pos() else { return };
    if response.response.dragged() {
        return;
    }
    let wanted = response.transform.value_from_position(pointer).x;
    let Some(snapped) = snapped(frame, cache, wanted) else { return };
    let area = *response.transform.frame();
    let x = response.transform.position_from_point_x(snapped.x);
    if !area.x_range().contains(x) {
        return;
    }
    let painter = ui.painter().with_clip_rect(area);
    painter.vline(x, area.y_range(), cx.theme.stroke(1.0, cx.theme.text_muted));
    dots(&painter, cx, frame, cache, response, snapped.x);
    let layer = ui.layer_id();
    let id = response.response.id.with("readout");
    let anchor = egui::PopupAnchor::Pointer;
    egui::Tooltip::always_open(ui.ctx().clone(), layer, id, anchor).gap(14.0).show(|ui| {
        readout(ui, frame, cache, snapped.x);
        near_markers(ui, frame, response, pointer.x);
    });
}

/// The measured point nearest to a place of the x axis.
fn snapped(frame: &Chart<'_>, cache: &Cache, wanted: f64) -> Option<PlotPoint> {
    let keys = frame.courses.iter().flat_map(|course| {
        frame.quantity.metrics().map(move |metric: Metric| (course.index, metric))
    });
    let curves = keys.filter_map(|key| cache.get(&key));
    let all = curves.filter_map(|curve| nearest(&curve.points, wanted));
    all.min_by(|a, b| (a.x - wanted).abs().total_cmp(&(b.x - wanted).abs()))
}

/// A dot on every curve at one place of the x axis.
fn dots(
    painter: &egui::Painter,
    cx: &Cx<'_>,
    frame: &Chart<'_>,
    cache: &Cache,
    response: &PlotResponse<()>,
    x: f64,
) {
    for course in frame.courses {
        for metric in frame.quantity.metrics() {
            let curve = cache.get(&(course.index, metric));
            let Some(point) = curve.and_then(|curve| nearest(&curve.points, x)) else {
                continue;
            };
            let y = response.transform.position_from_point_y(point.y);
            let near = response.transform.position_from_point_x(point.x);
            painter.circle(
                pos2(near, y),
                cx.theme.mark(if Pen::of(metric) == Pen::BATCH { 2.0 } else { 3.0 }),
                course.colour,
                cx.theme.stroke(1.0, cx.theme.surface),
            );
        }
    }
}

/// Every run's values at one place of the x axis.
fn readout(ui: &mut Ui, frame: &Chart<'_>, cache: &Cache, x: f64) {
    ui.label(RichText::new(x_words(frame.placing.axes, x)).strong());
    let metrics = || drawn(frame.courses, frame.quantity).rev();
    egui::Grid::new("curves readout").spacing(Vec2::new(10.0, 2.0)).show(ui, |ui| {
        ui.label("");
        for metric in metrics() {
            ui.label(RichText::new(Pen::of(metric).word).small());
            if frame.placing.smoothing > 0.0 {
                ui.label(RichText::new("smoothed").small());
            }
        }
        ui.end_row();
        for course in frame.courses {
            ui.horizontal(|ui| {
                run_sample(ui, course);
                ui.label(course.name);
            });
            for metric in metrics() {
                let curve = cache.get(&(course.index, metric));
                let read = |points: &[PlotPoint]| {
                    let point = nearest(points, x)?;
                    Some(frame.quantity.value(frame.placing.axes.value(point.y)))
                };
                let text = curve.and_then(|curve| read(&curve.points));
                ui.label(RichText::new(text.unwrap_or_else(|| "–".into())).monospace());
                if let Some(smooth) = curve.and_then(|curve| read(&curve.smoothed)) {
                    ui.label(RichText::new(format!("≈ {smooth}")).monospace().weak());
                }
            }
            ui.end_row();
        }
    });
}

/// `step 1 240`
fn x_words(axes: Axes, x: f64) -> String {
    let value = if axes.log_x { 10_f64.powf(x) } else { x };
    match axes.x {
        XAxis::Step => format!("step {}", thousands(value.round() as u64)),
        XAxis::Epoch => format!("epoch {value:.2}"),
        XAxis::Samples => format!("{} samples seen", thousands(value.round() as u64)),
        XAxis::Seconds => format!("{value:.1} s of training"),
    }
}

/// What changed near the pointer.
fn near_markers(ui: &mut Ui, frame: &Chart<'_>, response: &PlotResponse<()>, pointer: f32) {
    for course in frame.courses {
        for marker in course.run.history.markers() {
            let Some(x) = frame.placing.axes.x_of(marker.at) else { continue };
            let place = response.transform.position_from_point_x(x);
            if (place - pointer).abs() <= MARKER_REACH {
                let step = thousands(marker.at.step.0);
                ui.label(format!("{} at step {step}", marker.text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXES: Axes = Axes { x: XAxis::Step, log_x: false, log_y: false, scale: 1.0 };

    #[test]
    fn places_are_said_in_words() {
        assert_eq!(x_words(AXES, 1240.0), "step 1\u{2009}240");
        assert_eq!(x_words(Axes { log_x: true, ..AXES }, 3.0), "step 1\u{2009}000");
        assert_eq!(x_words(Axes { x: XAxis::Epoch, ..AXES }, 2.5), "epoch 2.50");
    }
}
