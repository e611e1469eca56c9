use egui::{Pos2, Rect, pos2};

use crate::base::Matrix;
use crate::data::{Dataset, Targets};

/// A piece of the plane: left and right edge, lower and upper edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Left and right edge.
    pub x: [f32; 2],
    /// Lower and upper edge.
    pub y: [f32; 2],
}

/// How far one can look into the data, and away from them, as a multiple of what holds them all.
const NEAREST: f32 = 1e-3;
const FARTHEST: f32 = 100.0;

impl Window {
    /// Holds every point of planar data and a tenth more on each side. The points of a curve have
    /// the single feature and the label for coordinates.
    #[must_use]
    pub fn around(data: &Dataset) -> Self {
        if !data.is_curve() {
            return Self::of_pair(data, [0, 1]);
        }
        let labels = data.parts().flat_map(|(_, part)| numbers(&part.targets));
        Self { x: column_edges(data, 0), y: edges(labels.copied()) }
    }

    /// The same for two features of any table.
    #[must_use]
    pub fn of_pair(data: &Dataset, pair: [usize; 2]) -> Self {
        let [x, y] = pair.map(|column| column_edges(data, column));
        Self { x, y }
    }

    /// The same for points.
    #[must_use]
    pub fn of_points(points: impl Iterator<Item = [f32; 2]> + Clone) -> Self {
        let [x, y] = [0, 1].map(|axis| edges(points.clone().map(|point| point[axis])));
        Self { x, y }
    }

    /// Where a point of the plane stands on the screen.
    #[must_use]
    pub fn screen_at(self, area: Rect, x: f32, y: f32) -> Pos2 {
        let u = (x - self.x[0]) / (self.x[1] - self.x[0]);
        let v = (y - self.y[0]) / (self.y[1] - self.y[0]);
        pos2(area.left() + u * area.width(), area.bottom() - v * area.height())
    }

    /// The point of the plane under a place on the screen.
    #[must_use]
    pub fn plane_at(self, area: Rect, at: Pos2) -> [f32; 2] {
        let u = (at.x - area.left()) / area.width();
        let v = (area.bottom() - at.y) / area.height();
        [self.x[0] + u * (self.x[1] - self.x[0]), self.y[0] + v * (self.y[1] - self.y[0])]
    }

    /// The window that shows `1 / factor` as much, and the same point at the same place: `at` are
    /// shares of width and height from the lower left corner. Never much nearer or farther than
    /// `whole`.
    #[must_use]
    pub fn zoomed(self, factor: f32, at: [f32; 2], whole: Self) -> Self {
        let axis = |[low, high]: [f32; 2], share: f32, [least, most]: [f32; 2]| {
            let span = most - least;
            let factor =
                factor.clamp((high - low) / (span * FARTHEST), (high - low) / (span * NEAREST));
            let fixed = low + (high - low) * share;
            [fixed + (low - fixed) / factor, fixed + (high - fixed) / factor]
        };
        Self { x: axis(self.x, at[0], whole.x), y: axis(self.y, at[1], whole.y) }
    }

    /// The window moved by shares of its width and height.
    #[must_use]
    pub fn moved(self, [right, up]: [f32; 2]) -> Self {
        let axis = |[low, high]: [f32; 2], share: f32| {
            let by = share * (high - low);
            [low + by, high + by]
        };
        Self { x: axis(self.x, right), y: axis(self.y, up) }
    }
}

pub(super) fn numbers(targets: &Targets) -> &[f32] {
    match targets {
        Targets::Numbers(numbers) => numbers,
        Targets::Classes(_) => &[],
    }
}

fn column_edges(data: &Dataset, column: usize) -> [f32; 2] {
    let tables = data.parts().filter_map(|(_, part)| part.features.table());
    edges(tables.filter(|table| column < table.cols()).flat_map(|table| table.col(column)))
}

fn edges(values: impl Iterator<Item = f32>) -> [f32; 2] {
    let finite = values.filter(|value| value.is_finite());
    let (low, high) =
        finite.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    with_margin(low, high)
}

fn with_margin(low: f32, high: f32) -> [f32; 2] {
    if low > high {
        return [-1.0, 1.0];
    }
    let margin = 0.1 * (high - low);
    let margin = if margin > 0.0 { margin } else { low.abs().mul_add(0.1, 1.0) };
    [low - margin, high + margin]
}

/// The cell under a point of the plane, if it is inside.
#[must_use]
pub fn cell_at(window: Window, side: usize, [x, y]: [f32; 2]) -> Option<usize> {
    let index = |value: f32, [low, high]: [f32; 2]| {
        let share = (value - low) / (high - low);
        (0.0..1.0).contains(&share).then(|| ((share * side as f32) as usize).min(side - 1))
    };
    if side == 0 {
        return None;
    }
    Some(index(y, window.y)? * side + index(x, window.x)?)
}

/// Outputs at a point of the plane: linear between the centres of the four cells around it, as
/// the picture is painted. `None` outside, and where a cell has none.
#[must_use]
pub fn interpolated(
    window: Window,
    side: usize,
    outputs: &Matrix,
    point: [f32; 2],
) -> Option<Vec<f32>> {
    cell_at(window, side, point)?;
    if outputs.rows() != side * side {
        return None;
    }
    let place = |value: f32, [low, high]: [f32; 2]| {
        let last = (side - 1) as f32;
        let at = ((value - low) / (high - low) * side as f32 - 0.5).clamp(0.0, last);
        let first = (at as usize).min(side.saturating_sub(2));
        (first, (first + 1).min(side - 1), at - first as f32)
    };
    let (left, right, u) = place(point[0], window.x);
    let (below, above, v) = place(point[1], window.y);
    let mix = |a: f32, b: f32, share: f32| if share == 0.0 { a } else { a + (b - a) * share };
    let line = |row: usize, output: usize| {
        let at = |col: usize| outputs.row(row * side + col)[output];
        mix(at(left), at(right), u)
    };
    Some(
        (0..outputs.cols())
            .map(|output| mix(line(below, output), line(above, output), v))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Labelled;
    use crate::spec::{SampleShape, Task};

    fn plane(points: &[[f32; 2]]) -> Dataset {
        let part = |points: &[[f32; 2]]| {
            Labelled::new(
                Matrix::new(points.len(), 2, points.concat()).expect("two columns"),
                Targets::Classes(vec![0; points.len()]),
            )
        };
        let task = Task::Classification { classes: 2 };
        Dataset::new("plane", SampleShape(vec![2]), task, part(points), part(&[]))
    }

    #[test]
    fn the_window_holds_all_points_and_a_tenth_more() {
        let window = Window::around(&plane(&[[0.0, -5.0], [10.0, 5.0]]));
        assert_eq!((window.x, window.y), ([-1.0, 11.0], [-6.0, 6.0]));
    }

    #[test]
    fn the_window_of_one_point_or_none_has_a_size() {
        for points in [&[][..], &[[3.0, 3.0]], &[[f32::NAN, 1.0]]] {
            let window = Window::around(&plane(points));
            assert!(window.x[0] < window.x[1] && window.y[0] < window.y[1], "{window:?}");
        }
    }

    #[test]
    fn screen_and_plane_are_inverse_and_up_is_up() {
        let window = Window { x: [-1.0, 1.0], y: [0.0, 4.0] };
        let area = Rect::from_min_max(pos2(100.0, 100.0), pos2(300.0, 300.0));
        assert_eq!(window.screen_at(area, -1.0, 0.0), area.left_bottom());
        assert_eq!(window.screen_at(area, 1.0, 4.0), area.right_top());
        assert_eq!(window.plane_at(area, area.center()), [0.0, 2.0]);
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let whole = Window { x: [0.0, 8.0], y: [0.0, 4.0] };
        let near = whole.zoomed(2.0, [0.25, 0.5], whole);
        assert_eq!(near, Window { x: [1.0, 5.0], y: [1.0, 3.0] });
        assert_eq!(near.zoomed(0.5, [0.25, 0.5], whole), whole, "and back again");
        let far = (0..99).fold(whole, |window, _| window.zoomed(0.5, [0.5, 0.5], whole));
        assert!((far.x[1] - far.x[0] - 800.0).abs() < 1.0, "{far:?}");
        let deep = (0..99).fold(whole, |window, _| window.zoomed(2.0, [0.5, 0.5], whole));
        assert!((deep.x[1] - deep.x[0] - 0.008).abs() < 1e-4, "{deep:?}");
    }

    #[test]
    fn moving_by_a_share_moves_both_edges() {
        let window = Window { x: [0.0, 8.0], y: [0.0, 4.0] };
        assert_eq!(window.moved([0.5, -0.25]), Window { x: [4.0, 12.0], y: [-1.0, 3.0] });
    }

    #[test]
    fn cells_run_to_the_right_and_upwards() {
        let window = Window { x: [0.0, 1.0], y: [0.0, 1.0] };
        assert_eq!(cell_at(window, 4, [0.1, 0.1]), Some(0));
        assert_eq!(cell_at(window, 4, [0.9, 0.1]), Some(3));
        assert_eq!(cell_at(window, 4, [0.1, 0.9]), Some(12));
        assert_eq!(cell_at(window, 4, [1.5, 0.5]), None);
        assert_eq!(cell_at(window, 0, [0.5, 0.5]), None);
    }

    #[test]
    fn between_cells_outputs_are_linear() {
        let (side, window) = (5, Window { x: [0.0, 5.0], y: [10.0, 20.0] });
        // 3x − y + 1 at the centres of the cells.
        let cell = |cell: usize| {
            let (x, y) = ((cell % side) as f32 + 0.5, 10.0 + 2.0 * ((cell / side) as f32 + 0.5));
            [3.0 * x - y + 1.0, 7.0]
        };
        let outputs = Matrix::new(25, 2, (0..25).flat_map(cell).collect()).expect("fits");
        for point in [[0.5, 11.0], [2.25, 14.7], [4.5, 19.0], [1.0, 18.9]] {
            let found = interpolated(window, side, &outputs, point).expect("inside");
            assert!((found[0] - (3.0 * point[0] - point[1] + 1.0)).abs() < 1e-5, "{point:?}");
            assert_eq!(found[1], 7.0);
        }
        assert_eq!(interpolated(window, side, &outputs, [5.5, 15.0]), None);
        assert_eq!(interpolated(window, 4, &outputs, [1.0, 15.0]), None, "not that many cells");
        let one = Matrix::new(1, 1, vec![4.0]).expect("fits");
        assert_eq!(interpolated(window, 1, &one, [1.0, 15.0]), Some(vec![4.0]));
    }
}
