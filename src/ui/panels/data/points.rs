use std::sync::Arc;

use egui::epaint::{TessellationOptions, Tessellator};
use egui::{Mesh, Pos2, Rect, Shape, Ui};

/// A picture made of many small shapes, worked out once for its place and painted as one piece.
#[derive(Default)]
pub struct Picture {
    key: Option<Key>,
    mesh: Arc<Mesh>,
}

/// What the shapes depend on besides the data.
#[derive(Clone, Copy, PartialEq)]
struct Key {
    place: Rect,
    dark: bool,
    pixels_per_point: f32,
}

impl Picture {
    /// Paints the shapes that `make` gives; it is asked again when the place or the theme changed.
    pub fn paint(&mut self, ui: &Ui, place: Rect, dark: bool, make: impl FnOnce() -> Vec<Shape>) {
        let key = Key { place, dark, pixels_per_point: ui.pixels_per_point() };
        if self.key != Some(key) {
            self.key = Some(key);
            self.mesh = Arc::new(one_piece(make(), key.pixels_per_point));
        }
        ui.painter_at(place).add(Shape::Mesh(Arc::clone(&self.mesh)));
    }
}

fn one_piece(shapes: Vec<Shape>, pixels_per_point: f32) -> Mesh {
    let options = TessellationOptions { prerasterized_discs: false, ..Default::default() };
    let mut tessellator = Tessellator::new(pixels_per_point, options, [1, 1], Vec::new());
    let mut mesh = Mesh::default();
    for shape in shapes {
        tessellator.tessellate_shape(shape, &mut mesh);
    }
    mesh
}

/// Where points of the plane come to stand in a square, both axes at the same scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    middle: [f32; 2],
    half: f32,
}

impl Window {
    /// The smallest square around all finite points, with a margin.
    pub fn around(points: impl Iterator<Item = [f32; 2]>) -> Self {
        let mut low = [f32::INFINITY; 2];
        let mut high = [f32::NEG_INFINITY; 2];
        for point in points.filter(|point| point.iter().all(|value| value.is_finite())) {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        if low[0] > high[0] {
            return Self { middle: [0.0; 2], half: 1.0 };
        }
        let middle = [(low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0];
        let half = ((high[0] - low[0]).max(high[1] - low[1]) / 2.0).max(1e-6);
        Self { middle, half: half * 1.06 }
    }

    /// The place of a point within `rect`; the second axis points upwards.
    pub fn place(&self, rect: Rect, point: [f32; 2]) -> Pos2 {
        let side = rect.width().min(rect.height()) / 2.0;
        let along = |axis: usize| (point[axis] - self.middle[axis]) / self.half * side;
        Pos2::new(rect.center().x + along(0), rect.center().y - along(1))
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
}
