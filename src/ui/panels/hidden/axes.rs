//! Which piece of the plane is shown: it fits the points, and stands still while they move a
//! little.

use crate::base::ends;
use crate::ui::plane::Window;

/// Room around the points, as a share of what they take.
const MARGIN: f32 = 0.08;

/// Smallest and largest values along both axes; `None` where no point is finite.
fn bounds(points: &[[f32; 2]]) -> Option<Window> {
    let finite = || points.iter().filter(|point| point.iter().all(|value| value.is_finite()));
    let [x, y] = [0, 1].map(|axis| ends(finite().map(|point| point[axis])));
    Some(Window { x: x?, y: y? })
}

/// Fits points with a margin, one unit as long upwards as to the right on an area of this shape
/// (width by height).
pub fn around(points: &[[f32; 2]], aspect: f32) -> Window {
    let found = bounds(points).unwrap_or(Window { x: [-1.0, 1.0], y: [-1.0, 1.0] });
    let [wide, high] = [found.x, found.y].map(|[low, high]| high - low);
    let [centre_x, centre_y] = [found.x, found.y].map(|[low, high]| low / 2.0 + high / 2.0);
    let span = wide.max(high * aspect);
    let span = if span > 0.0 { span * (1.0 + 2.0 * MARGIN) } else { 2.0 };
    let [half_x, half_y] = [span / 2.0, span / 2.0 / aspect];
    Window { x: [centre_x - half_x, centre_x + half_x], y: [centre_y - half_y, centre_y + half_y] }
}

/// Fits points that run to the right, in a line of its own for each class.
pub fn of_lanes(points: &[[f32; 2]], classes: usize) -> Window {
    let Window { x, .. } = around(points, 1e6);
    Window { x, y: [0.5 - classes.max(1) as f32, 0.5] }
}

/// Whether a window still shows these points well: all of them, over at least half of its width
/// or height.
pub fn suits(window: Window, points: &[[f32; 2]]) -> bool {
    let Some(Window { x, y }) = bounds(points) else { return true };
    let inside = |[low, high]: [f32; 2], [from, to]: [f32; 2]| low >= from && high <= to;
    let share = |[low, high]: [f32; 2], [from, to]: [f32; 2]| (high - low) / (to - from);
    let fills = share(x, window.x).max(share(y, window.y)) >= 0.5 || (x[0] == x[1] && y[0] == y[1]);
    inside(x, window.x) && inside(y, window.y) && fills
}

/// Whether one unit is about as long upwards as to the right on an area of this shape.
pub fn has_aspect(window: Window, aspect: f32) -> bool {
    let found = (window.x[1] - window.x[0]) / (window.y[1] - window.y[0]);
    (found / aspect - 1.0).abs() < 0.01
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_fits_its_points_with_equal_units() {
        let window = around(&[[0.0, 0.0], [2.0, 1.0], [f32::NAN, 9.0]], 2.0);
        assert!((window.x[1] - window.x[0] - 2.32).abs() < 1e-6);
        assert!(has_aspect(window, 2.0) && !has_aspect(window, 1.0));
        assert!((window.x[0] + 0.16).abs() < 1e-6 && (window.y[0] + 0.08).abs() < 1e-6);
        let high = around(&[[0.0, 0.0], [0.0, 3.0]], 1.0);
        assert!(has_aspect(high, 1.0) && high.y[0] < 0.0 && high.y[1] > 3.0);
        for points in [&[][..], &[[5.0, 5.0]]] {
            let window = around(points, 1.5);
            assert!(window.x[1] - window.x[0] > 0.5 && suits(window, points), "{window:?}");
        }
    }

    #[test]
    fn a_window_stands_still_until_points_leave_or_shrink() {
        let points = [[0.0, 0.0], [10.0, 10.0]];
        let window = around(&points, 1.0);
        let times = |by: f32| points.map(|point| point.map(|value| 5.0 + (value - 5.0) * by));
        assert!(suits(window, &points) && suits(window, &times(1.1)) && suits(window, &times(0.6)));
        assert!(!suits(window, &times(1.2)), "they leave");
        assert!(!suits(window, &times(0.5)), "they fill less than half");
    }

    #[test]
    fn each_class_has_a_line_of_its_own() {
        let window = of_lanes(&[[0.0, 0.0], [2.0, -1.0]], 3);
        assert_eq!(window.y, [-2.5, 0.5]);
        assert!(window.x[0] < 0.0 && window.x[1] > 2.0);
    }
}
