//! The curve that a network has fitted to points of a single feature and a number.

use egui::{Pos2, Shape, Stroke, Ui};

use crate::record::Fit;
use crate::ui::{Cx, format};

use super::{Plane, feature, hint, name, paint_axes, paint_points};

/// Places along the curve: more than one for every two pixels of a wide picture.
pub const POINTS: usize = 256;

/// Paints points, curve and axes over the empty square of `plane`.
pub fn show(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    plane: &Plane<'_>,
    response: egui::Response,
    fit: Option<&Fit>,
) {
    paint_points(ui, cx, plane);
    if let Some(fit) = fit {
        paint_curve(ui, cx, plane, fit);
    }
    let edge = Stroke::new(1.0, cx.theme.outline);
    ui.painter().rect_stroke(plane.area, 0.0, edge, egui::StrokeKind::Outside);
    paint_axes(ui, cx, plane);
    let what = if fit.is_some() { "Fitted curve" } else { "Data points" };
    name(&response, cx, plane.run, what);
    let Some(fit) = fit else { return hint(ui, cx, plane.area) };
    let at = ui.input(|input| input.pointer.latest_pos());
    response.on_hover_ui_at_pointer(|ui| {
        let told = at.and_then(|at| value_at(fit, plane.window.plane_at(plane.area, at)[0]));
        if let Some((x, value)) = told {
            let what = feature(cx.state, plane, 0);
            ui.label(egui::RichText::new(format!("{what} {x:.2}")).strong());
            let label = &plane.data.label_name;
            ui.label(format!("predicted {label} {}", format::measured(value.into())));
        }
    });
}

/// A line through all predictions, cut where one is no number.
fn paint_curve(ui: &Ui, cx: &Cx<'_>, plane: &Plane<'_>, fit: &Fit) {
    let tint = cx.state.slot(plane.run).map_or(plane.run, |slot| slot.tint);
    let stroke = Stroke::new(2.5, cx.theme.run(tint));
    let painter = ui.painter().with_clip_rect(plane.area.intersect(ui.clip_rect()));
    let points: Vec<Pos2> = fit
        .request
        .places()
        .zip(&fit.values)
        .map(|(x, &value)| plane.window.screen_at(plane.area, x, value))
        .collect();
    for piece in points.split(|point| !point.y.is_finite()).filter(|piece| piece.len() > 1) {
        painter.add(Shape::line(piece.to_vec(), stroke));
    }
}

/// The place next to `x` and the number that is predicted there; `None` outside of the interval.
fn value_at(fit: &Fit, x: f32) -> Option<(f32, f32)> {
    let [low, high] = fit.request.x;
    let share = (x - low) / (high - low);
    if !(0.0..=1.0).contains(&share) {
        return None;
    }
    let place = (share * fit.values.len().saturating_sub(1) as f32).round() as usize;
    fit.request.places().nth(place).zip(fit.values.get(place).copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::FitRequest;

    #[test]
    fn the_value_under_the_pointer_is_that_of_the_nearest_place() {
        let request = FitRequest { x: [-1.0, 1.0], points: 5 };
        let fit = Fit { request, values: vec![0.0, 1.0, 2.0, 3.0, 4.0] };
        assert_eq!(request.places().collect::<Vec<_>>(), [-1.0, -0.5, 0.0, 0.5, 1.0]);
        assert_eq!(value_at(&fit, -1.0), Some((-1.0, 0.0)));
        assert_eq!(value_at(&fit, 0.3), Some((0.5, 3.0)));
        assert_eq!(value_at(&fit, 1.0), Some((1.0, 4.0)));
        assert_eq!(value_at(&fit, 1.5), None);
        assert_eq!(value_at(&fit, f32::NAN), None);
        assert_eq!(value_at(&Fit { values: Vec::new(), ..fit }, 0.0), None);
    }
}
