use std::sync::Arc;

use egui::epaint::{TessellationOptions, Tessellator};
use egui::{Mesh, Rect, Shape, Ui};

use crate::ui::capture;
use crate::ui::theme::{Theme, Variant};

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
    variant: Variant,
    pixels_per_point: f32,
}

impl Picture {
    /// Paints the shapes that `make` gives; it is asked again when the place or the theme changed.
    pub fn paint(&mut self, ui: &Ui, place: Rect, make: impl FnOnce() -> Vec<Shape>) {
        if capture::is_taking(ui.ctx()) {
            ui.painter_at(place).extend(make());
            return;
        }
        let variant = Theme::of(ui.ctx()).variant;
        let key = Key { place, variant, pixels_per_point: ui.pixels_per_point() };
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
