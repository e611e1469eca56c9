//! The curve that a network has fitted to points of a single feature and a number.

use egui::{Pos2, Shape, Ui};

use crate::record::Fit;
use crate::ui::Cx;

use super::Plane;

/// Places along the curve: more than one for every two pixels of a wide picture.
pub const POINTS: usize = 256;

/// Paints the curve, where there is one: tells whether.
pub fn paint(ui: &Ui, cx: &Cx<'_>, plane: &Plane<'_>) -> bool {
    let Some(fit) = plane.frame.as_ref().and_then(|frame| frame.fit.as_ref()) else {
        return false;
    };
    let tint = cx.state.slot(plane.run).map_or(plane.run, |slot| slot.tint);
    let stroke = cx.theme.stroke(2.5, cx.theme.run(tint));
    let painter = ui.painter().with_clip_rect(plane.area.intersect(ui.clip_rect()));
    let points: Vec<Pos2> = fit
        .request
        .places()
        .zip(&fit.values)
        .map(|(x, &value)| plane.window().screen_at(plane.area, x, value))
        .collect();
    // Cut where a prediction is no number.
    for piece in points.split(|point| !point.y.is_finite()).filter(|piece| piece.len() > 1) {
        painter.add(Shape::line(piece.to_vec(), stroke));
    }
    true
}

/// The place next to `x` and the number that is predicted there; `None` outside of the interval.
pub fn value_at(fit: &Fit, x: f32) -> Option<(f32, f32)> {
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
