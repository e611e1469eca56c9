//! Which piece of the plane is shown: it fits the points, and stands still while they move a
//! little.

use egui::{Pos2, Rect, pos2};

use crate::data::Dataset;

/// Room around the points, as a share of what they take.
const MARGIN: f32 = 0.08;

/// A piece of the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Left and right edge.
    pub x: [f32; 2],
    /// Lower and upper edge.
    pub y: [f32; 2],
}

/// Smallest and largest values along both axes; `None` where no point is finite.
fn bounds(points: impl Iterator<Item = [f32; 2]>) -> Option<Window> {
    let finite = points.filter(|point| point.iter().all(|value| value.is_finite()));
    finite.fold(None, |found: Option<Window>, [px, py]| {
        let Window { x, y } = found.unwrap_or(Window { x: [px, px], y: [py, py] });
        Some(Window { x: [x[0].min(px), x[1].max(px)], y: [y[0].min(py), y[1].max(py)] })
    })
}

/// The plane of the two features, a tenth larger than the points of all parts on each side.
pub fn of_plane(data: &Dataset) -> Window {
    let tables = data.parts().filter_map(|(_, part)| part.features.table());
    let points =
        tables.flat_map(|table| (0..table.rows()).map(|row| [table.at(row, 0), table.at(row, 1)]));
    let found = bounds(points).unwrap_or(Window { x: [-1.0, 1.0], y: [-1.0, 1.0] });
    let wide = |[low, high]: [f32; 2]| {
        let margin = if high > low { 0.1 * (high - low) } else { 1.0 };
        [low - margin, high + margin]
    };
    Window { x: wide(found.x), y: wide(found.y) }
}

impl Window {
    /// Fits points with a margin, one unit as long upwards as to the right on an area of this
    /// shape (width by height).
    pub fn around(points: &[[f32; 2]], aspect: f32) -> Self {
        let found =
            bounds(points.iter().copied()).unwrap_or(Self { x: [-1.0, 1.0], y: [-1.0, 1.0] });
        let [wide, high] = [found.x, found.y].map(|[low, high]| high - low);
        let [centre_x, centre_y] = [found.x, found.y].map(|[low, high]| low / 2.0 + high / 2.0);
        let span = wide.max(high * aspect);
        let span = if span > 0.0 { span * (1.0 + 2.0 * MARGIN) } else { 2.0 };
        let [half_x, half_y] = [span / 2.0, span / 2.0 / aspect];
        Self {
            x: [centre_x - half_x, centre_x + half_x],
            y: [centre_y - half_y, centre_y + half_y],
        }
    }

    /// Whether it still shows these points well: all of them, over at least half of its width or
    /// height.
    pub fn suits(&self, points: &[[f32; 2]]) -> bool {
        let Some(Self { x, y }) = bounds(points.iter().copied()) else { return true };
        let inside = |[low, high]: [f32; 2], [from, to]: [f32; 2]| low >= from && high <= to;
        let share = |[low, high]: [f32; 2], [from, to]: [f32; 2]| (high - low) / (to - from);
        let fills = share(x, self.x).max(share(y, self.y)) >= 0.5 || (x[0] == x[1] && y[0] == y[1]);
        inside(x, self.x) && inside(y, self.y) && fills
    }

    /// Whether one unit is about as long upwards as to the right on such an area.
    pub fn has_aspect(&self, aspect: f32) -> bool {
        let found = (self.x[1] - self.x[0]) / (self.y[1] - self.y[0]);
        (found / aspect - 1.0).abs() < 0.01
    }

    /// Where a point stands on the screen.
    pub fn screen(&self, area: Rect, [x, y]: [f32; 2]) -> Pos2 {
        let u = (x - self.x[0]) / (self.x[1] - self.x[0]);
        let v = (y - self.y[0]) / (self.y[1] - self.y[0]);
        pos2(area.left() + u * area.width(), area.bottom() - v * area.height())
    }
}

#[cfg(test)]
mod tests {
    use egui::vec2;

    use super::*;

    #[test]
    fn a_window_fits_its_points_with_equal_units() {
        let window = Window::around(&[[0.0, 0.0], [2.0, 1.0], [f32::NAN, 9.0]], 2.0);
        assert!((window.x[1] - window.x[0] - 2.32).abs() < 1e-6);
        assert!(window.has_aspect(2.0) && !window.has_aspect(1.0));
        assert!((window.x[0] + 0.16).abs() < 1e-6 && (window.y[0] + 0.08).abs() < 1e-6);
        let high = Window::around(&[[0.0, 0.0], [0.0, 3.0]], 1.0);
        assert!(high.has_aspect(1.0) && high.y[0] < 0.0 && high.y[1] > 3.0);
        for points in [&[][..], &[[5.0, 5.0]]] {
            let window = Window::around(points, 1.5);
            assert!(window.x[1] - window.x[0] > 0.5 && window.suits(points), "{window:?}");
        }
    }

    #[test]
    fn a_window_stands_still_until_points_leave_or_shrink() {
        let points = [[0.0, 0.0], [10.0, 10.0]];
        let window = Window::around(&points, 1.0);
        let times = |by: f32| points.map(|point| point.map(|value| 5.0 + (value - 5.0) * by));
        assert!(window.suits(&points) && window.suits(&times(1.1)) && window.suits(&times(0.6)));
        assert!(!window.suits(&times(1.2)), "they leave");
        assert!(!window.suits(&times(0.5)), "they fill less than half");
    }

    #[test]
    fn up_is_up() {
        let window = Window { x: [0.0, 2.0], y: [0.0, 1.0] };
        let area = Rect::from_min_size(pos2(10.0, 10.0), vec2(200.0, 100.0));
        assert_eq!(window.screen(area, [0.0, 0.0]), area.left_bottom());
        assert_eq!(window.screen(area, [1.0, 1.0]), area.center_top());
    }
}
