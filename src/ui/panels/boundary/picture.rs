//! What is drawn over the plane: where one class turns into another, and the points.

use egui::epaint::{Mesh, TessellationOptions, Tessellator};
use egui::{Pos2, Rect, Stroke, pos2};

use crate::base::Matrix;
use crate::data::{Dataset, Labelled, Targets};
use crate::record::Part;
use crate::ui::textures::OutputColours;
use crate::ui::theme::Theme;
use crate::ui::widgets::Marker;

/// Most points that are drawn of each part.
pub const MAX_POINTS: usize = 2000;

/// A piece of the plane: left and right edge, lower and upper edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Left and right edge.
    pub x: [f32; 2],
    /// Lower and upper edge.
    pub y: [f32; 2],
}

impl Window {
    /// Holds every point of planar data and a tenth more on each side. The points of a curve have
    /// the single feature and the label for coordinates.
    #[must_use]
    pub fn around(data: &Dataset) -> Self {
        let column = |column: usize| {
            let tables = data.parts().filter_map(|(_, part)| part.features.table());
            edges(tables.flat_map(|table| table.col(column)))
        };
        let labels = data.parts().flat_map(|(_, part)| numbers(&part.targets));
        let y = if data.is_curve() { edges(labels.copied()) } else { column(1) };
        Self { x: column(0), y }
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
}

fn numbers(targets: &Targets) -> &[f32] {
    match targets {
        Targets::Numbers(numbers) => numbers,
        Targets::Classes(_) => &[],
    }
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

/// Pieces of the line on which the likeliest class changes, in units of the square: x to the
/// right and y upwards, both from 0 to 1. With two classes it is the 50 % line.
#[must_use]
pub fn contour(outputs: &Matrix, side: usize) -> Vec<[Pos2; 2]> {
    let classes = outputs.cols();
    if side < 2 || outputs.rows() != side * side || classes == 0 {
        return Vec::new();
    }
    let mut lines = Vec::new();
    // The last class borders only on classes before it, whose borders are already there.
    let leads = classes.saturating_sub(1).max(1);
    let mut lead = vec![0.0; side * side];
    for class in 0..leads {
        for (cell, lead) in lead.iter_mut().enumerate() {
            *lead = lead_of(outputs.row(cell), class);
        }
        march(&lead, side, &mut lines);
    }
    lines
}

/// How far a class is ahead of the best other one.
fn lead_of(outputs: &[f32], class: usize) -> f32 {
    if let [one] = outputs {
        return one - 0.5;
    }
    let others = outputs.iter().enumerate().filter(|(index, _)| *index != class);
    let best = others.map(|(_, value)| *value).fold(f32::NEG_INFINITY, f32::max);
    outputs[class] - best
}

/// Marching squares: the zero line of values at the centres of cells.
fn march(values: &[f32], side: usize, lines: &mut Vec<[Pos2; 2]>) {
    let centre = |index: usize| (index as f32 + 0.5) / side as f32;
    for row in 0..side - 1 {
        for col in 0..side - 1 {
            let corners = [(col, row), (col + 1, row), (col + 1, row + 1), (col, row + 1)];
            let value = |corner: usize| values[corners[corner].1 * side + corners[corner].0];
            let mut crossings = [Pos2::ZERO; 4];
            let mut count = 0;
            for edge in 0..4 {
                let (from, to) = (edge, (edge + 1) % 4);
                let (a, b) = (value(from), value(to));
                if (a > 0.0) == (b > 0.0) || !(a.is_finite() && b.is_finite()) {
                    continue;
                }
                let share = a / (a - b);
                let place = |c: usize| pos2(centre(corners[c].0), centre(corners[c].1));
                crossings[count] = place(from).lerp(place(to), share);
                count += 1;
            }
            for pair in crossings[..count].chunks_exact(2) {
                lines.push([pair[0], pair[1]]);
            }
        }
    }
}

/// How points are drawn.
pub struct PointStyle<'a> {
    /// The theme in use.
    pub theme: &'a Theme,
    /// Smallest and largest label of a regression; classes have none.
    pub range: Option<[f32; 2]>,
    /// Whether the single feature and the label are the coordinates.
    pub is_curve: bool,
    /// Radius of a mark.
    pub radius: f32,
    /// Pixels of the screen in a point, for smooth edges.
    pub pixels_per_point: f32,
}

/// All points of a part as one mesh: the training part filled, the test part hollow, the
/// validation part hollow with a dot.
pub fn points_mesh(
    part: Part,
    rows: &Labelled,
    window: Window,
    area: Rect,
    style: &PointStyle<'_>,
) -> Mesh {
    let options = TessellationOptions { coarse_tessellation_culling: false, ..Default::default() };
    let mut tessellator = Tessellator::new(style.pixels_per_point, options, [1, 1], Vec::new());
    let mut mesh = Mesh::default();
    let every = rows.rows().div_ceil(MAX_POINTS).max(1);
    let colours = OutputColours { theme: style.theme, range: style.range };
    for row in (0..rows.rows()).step_by(every) {
        let x = rows.features.at(row, 0);
        let y = if style.is_curve { numbers(&rows.targets)[row] } else { rows.features.at(row, 1) };
        if !(x.is_finite() && y.is_finite()) {
            continue;
        }
        let class = rows.targets.class(row);
        let colour = match (&rows.targets, style.range) {
            (Targets::Numbers(_), None) => style.theme.text_muted,
            (Targets::Numbers(numbers), Some(range)) => {
                colours.of_number(numbers[row], range).unwrap_or(style.theme.line)
            }
            _ => style.theme.class(class.unwrap_or(0)),
        };
        let at = window.screen_at(area, x, y);
        let (fill, stroke) = match part {
            Part::Train => (colour, Stroke::new(0.75, style.theme.surface)),
            Part::Validation | Part::Test => (style.theme.surface, Stroke::new(1.5, colour)),
        };
        let stroke = if style.range.is_some() && part != Part::Train {
            Stroke::new(1.5, style.theme.text)
        } else {
            stroke
        };
        let fill = if style.range.is_some() { colour } else { fill };
        let marker = Marker::of_class(class.unwrap_or(0));
        let shape = marker.shape(at, style.radius, fill, stroke);
        tessellator.tessellate_shape(shape, &mut mesh);
        if part == Part::Validation {
            let dot = marker.shape(at, 0.4 * style.radius, stroke.color, Stroke::NONE);
            tessellator.tessellate_shape(dot, &mut mesh);
        }
    }
    mesh
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{SampleShape, Task};

    fn plane(points: &[[f32; 2]]) -> Dataset {
        let part = |points: &[[f32; 2]]| {
            Labelled::new(
                Matrix::new(points.len(), 2, points.concat()).expect("two columns"),
                Targets::Classes(vec![0; points.len()]),
            )
        };
        Dataset {
            feature_names: vec!["x".into(), "y".into()],
            label_name: "class".into(),
            class_names: vec!["0".into(), "1".into()],
            ..Dataset::new(
                "plane",
                SampleShape(vec![2]),
                Task::Classification { classes: 2 },
                part(points),
                part(&[]),
            )
        }
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
    fn cells_run_to_the_right_and_upwards() {
        let window = Window { x: [0.0, 1.0], y: [0.0, 1.0] };
        assert_eq!(cell_at(window, 4, [0.1, 0.1]), Some(0));
        assert_eq!(cell_at(window, 4, [0.9, 0.1]), Some(3));
        assert_eq!(cell_at(window, 4, [0.1, 0.9]), Some(12));
        assert_eq!(cell_at(window, 4, [1.5, 0.5]), None);
        assert_eq!(cell_at(window, 0, [0.5, 0.5]), None);
    }

    #[test]
    fn the_contour_stands_where_both_classes_are_equally_likely() {
        let side = 10;
        let mut outputs = Vec::new();
        for cell in 0..side * side {
            let x = ((cell % side) as f32 + 0.5) / side as f32;
            outputs.extend([1.0 - x, x]);
        }
        let outputs = Matrix::new(side * side, 2, outputs).expect("two outputs");
        let lines = contour(&outputs, side);
        assert_eq!(lines.len(), side - 1);
        assert!(lines.iter().flatten().all(|point| (point.x - 0.5).abs() < 1e-6));
    }

    #[test]
    fn a_contour_needs_numbers() {
        let nan = Matrix::new(4, 2, vec![f32::NAN; 8]).expect("fits");
        assert!(contour(&nan, 2).is_empty());
        assert!(contour(&Matrix::zeros(3, 2), 2).is_empty(), "not a square");
        assert!(contour(&Matrix::zeros(4, 0), 2).is_empty());
    }
}
