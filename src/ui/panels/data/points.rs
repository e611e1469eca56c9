use egui::{Pos2, Rect};

/// Room around the outermost points, as a share of their extent.
const MARGIN: f32 = 0.06;

/// Where points of the plane come to stand in a place of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    middle: [f32; 2],
    half: [f32; 2],
    /// Whether both axes have the same scale.
    is_square: bool,
}

impl Window {
    /// The smallest square around all finite points, with a margin: both axes at one scale.
    pub fn around(points: impl Iterator<Item = [f32; 2]>) -> Self {
        let stretched = Self::stretched(points);
        let half = stretched.half[0].max(stretched.half[1]);
        Self { half: [half; 2], is_square: true, ..stretched }
    }

    /// The smallest rectangle around all finite points, with a margin: each axis at its own scale.
    pub fn stretched(points: impl Iterator<Item = [f32; 2]>) -> Self {
        let mut low = [f32::INFINITY; 2];
        let mut high = [f32::NEG_INFINITY; 2];
        for point in points.filter(|point| point.iter().all(|value| value.is_finite())) {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        if low[0] > high[0] {
            return Self { middle: [0.0; 2], half: [1.0; 2], is_square: false };
        }
        let middle = [0, 1].map(|axis| low[axis] / 2.0 + high[axis] / 2.0);
        let half = [0, 1].map(|axis| {
            let extent = (high[axis] / 2.0 - low[axis] / 2.0).max(1e-6);
            extent * (1.0 + MARGIN)
        });
        Self { middle, half, is_square: false }
    }

    /// The square from `-reach` to `reach` on both axes.
    pub fn of_reach(reach: f32) -> Self {
        Self { middle: [0.0; 2], half: [reach; 2], is_square: true }
    }

    /// The place of a point within `rect`; the second axis points upwards.
    pub fn place(&self, rect: Rect, point: [f32; 2]) -> Pos2 {
        let side = self.sides(rect);
        let along = |axis: usize| (point[axis] - self.middle[axis]) / self.half[axis] * side[axis];
        Pos2::new(rect.center().x + along(0), rect.center().y - along(1))
    }

    /// The point of the plane at a place of `rect`.
    pub fn point(&self, rect: Rect, place: Pos2) -> [f32; 2] {
        let side = self.sides(rect).map(|side| side.max(f32::MIN_POSITIVE));
        let away = [place.x - rect.center().x, rect.center().y - place.y];
        [0, 1].map(|axis| self.middle[axis] + away[axis] / side[axis] * self.half[axis])
    }

    /// Units of the plane in one point of the screen, along the first axis.
    pub fn scale(&self, rect: Rect) -> f32 {
        self.half[0] / self.sides(rect)[0].max(f32::MIN_POSITIVE)
    }

    /// Half the extent of both axes on the screen.
    fn sides(&self, rect: Rect) -> [f32; 2] {
        match self.is_square {
            true => [rect.width().min(rect.height()) / 2.0; 2],
            false => [rect.width() / 2.0, rect.height() / 2.0],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn a_window_keeps_both_axes_at_one_scale() {
        let window = Window::around([[0.0, 0.0], [2.0, 1.0]].into_iter());
        let rect = Rect::from_min_size(pos2(0.0, 0.0), egui::vec2(106.0, 106.0));
        let (a, b) = (window.place(rect, [0.0, 0.0]), window.place(rect, [2.0, 1.0]));
        assert!((b.x - a.x - 100.0).abs() < 1e-3, "{a:?} {b:?}");
        assert!((a.y - b.y - 50.0).abs() < 1e-3, "{a:?} {b:?}");
    }

    #[test]
    fn a_window_stands_no_points_one_point_and_nonsense() {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), egui::vec2(10.0, 10.0));
        for points in [vec![], vec![[3.0, 4.0]], vec![[f32::NAN, 1.0], [3.0, 4.0]]] {
            let window = Window::around(points.into_iter());
            assert!(window.place(rect, [3.0, 4.0]).x.is_finite());
        }
    }

    #[test]
    fn a_stretched_window_fills_the_place_on_both_axes() {
        let window = Window::stretched([[0.0, 0.0], [2.0, 100.0]].into_iter());
        let rect = Rect::from_min_size(pos2(10.0, 20.0), egui::vec2(106.0, 53.0));
        let corner = window.place(rect, [2.0, 100.0]);
        assert!((corner.x - 113.0).abs() < 1e-3 && (corner.y - 21.5).abs() < 1e-3, "{corner:?}");
    }

    #[test]
    fn a_place_and_its_point_belong_together() {
        let rect = Rect::from_min_size(pos2(3.0, 4.0), egui::vec2(120.0, 120.0));
        let window = Window::of_reach(2.0);
        let there = window.point(rect, window.place(rect, [0.7, -1.3]));
        assert!((there[0] - 0.7).abs() < 1e-5 && (there[1] + 1.3).abs() < 1e-5, "{there:?}");
        assert!((window.scale(rect) - 2.0 / 60.0).abs() < 1e-6);
    }
}
