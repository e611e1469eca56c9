//! Neurons, layers and the input: two meshes that stay until something moves.

use std::sync::Arc;

use egui::emath::TSTransform;
use egui::epaint::{RectShape, TessellationOptions, Tessellator};
use egui::{CornerRadius, Mesh, Painter, Rect, Shape, StrokeKind, TextureId};

use crate::ui::capture;
use crate::ui::theme::{self, Theme, Variant};

use super::anatomy::{Anatomy, Channels, Kind};
use super::layout::Layout;
use super::pictures::{Pictures, Show};

/// What the meshes depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    transform: TSTransform,
    clip: Rect,
    look: Variant,
    pixels_per_point: f32,
    texture: Option<TextureId>,
}

/// The meshes of everything that is no connection.
#[derive(Debug, Default)]
pub struct Nodes {
    key: Option<Key>,
    pictures: Arc<Mesh>,
    frames: Arc<Mesh>,
}

/// What is drawn.
pub struct Scene<'a> {
    pub anatomy: &'a Anatomy,
    pub layout: &'a Layout,
    pub pictures: &'a Pictures,
    pub transform: TSTransform,
    pub clip: Rect,
    pub theme: &'a Theme,
}

impl Nodes {
    /// Forgets everything: the columns are others.
    pub fn clear(&mut self) {
        self.key = None;
    }

    /// Draws everything.
    pub fn paint(&mut self, painter: &Painter, scene: &Scene<'_>) {
        if capture::is_taking(painter.ctx()) {
            let (pictures, frames) = scene.shapes();
            painter.extend(pictures.into_iter().chain(frames));
            return;
        }
        let key = Key {
            transform: scene.transform,
            clip: scene.clip,
            look: scene.theme.variant,
            pixels_per_point: painter.pixels_per_point(),
            texture: scene.pictures.texture(),
        };
        if self.key != Some(key) {
            let (pictures, frames) = scene.shapes();
            self.pictures = Arc::new(one_piece(pictures, key.pixels_per_point));
            self.frames = Arc::new(one_piece(frames, key.pixels_per_point));
            self.key = Some(key);
        }
        painter.add(Shape::Mesh(Arc::clone(&self.pictures)));
        painter.add(Shape::Mesh(Arc::clone(&self.frames)));
    }
}

impl Scene<'_> {
    /// Pictures, and what frames them.
    fn shapes(&self) -> (Vec<Shape>, Vec<Shape>) {
        let (mut pictures, mut frames) = (Vec::new(), Vec::new());
        let line = self.theme.stroke(1.0, self.theme.outline);
        for (column, spot) in self.layout.spots.iter().enumerate() {
            let show = self.pictures.shows.get(column).copied().unwrap_or(Show::Nothing);
            if matches!(self.anatomy.columns[column].kind, Kind::Block(_)) {
                let rect = self.transform * spot.rect;
                let round = CornerRadius::same(theme::FIELD_RADIUS);
                let fill = self.theme.inset;
                let block = RectShape::new(rect, round, fill, line, StrokeKind::Inside);
                frames.push(block.into());
                continue;
            }
            let count = if matches!(show, Show::Sample(_)) { 1 } else { spot.shown.len() };
            for place in 0..count {
                let rect = self.place(column, place, show);
                if rect.intersects(self.clip) {
                    pictures.extend(self.picture(rect, column, place));
                    let round = rounding(rect);
                    frames.push(Shape::rect_stroke(rect, round, line, StrokeKind::Middle));
                }
                if self.anatomy.maps(column).is_some_and(Channels::has_kernels_beside) {
                    let rect = self.transform * spot.kernel(place);
                    pictures.extend(self.picture(rect, column, count + place));
                    let hairline = self.theme.hairline();
                    frames.push(Shape::rect_stroke(rect, 0.0, hairline, StrokeKind::Middle));
                }
            }
        }
        (pictures, frames)
    }

    /// Where a picture stands on the screen.
    fn place(&self, column: usize, place: usize, show: Show) -> Rect {
        let spot = &self.layout.spots[column];
        match show {
            Show::Sample(_) => self.transform * spot.rect,
            _ => self.transform * spot.neuron(place),
        }
    }

    fn picture(&self, rect: Rect, column: usize, place: usize) -> Option<Shape> {
        picture(self.pictures, rect, column, place)
    }
}

/// The picture of a neuron.
#[must_use]
pub fn picture(pictures: &Pictures, rect: Rect, column: usize, place: usize) -> Option<Shape> {
    let uv = pictures.uv(column, place);
    let shape = RectShape::filled(rect, rounding(rect), theme::AS_IS);
    Some(shape.with_texture(pictures.texture()?, uv).into())
}

/// How round the corners of a neuron are.
#[must_use]
pub fn rounding(rect: Rect) -> CornerRadius {
    CornerRadius::same((0.13 * rect.width().min(rect.height())).clamp(2.0, 9.0) as u8)
}

fn one_piece(shapes: Vec<Shape>, pixels_per_point: f32) -> Mesh {
    let options = TessellationOptions { coarse_tessellation_culling: false, ..Default::default() };
    let mut tessellator = Tessellator::new(pixels_per_point, options, [1, 1], Vec::new());
    let mut mesh = Mesh::default();
    for shape in shapes {
        tessellator.tessellate_shape(shape, &mut mesh);
    }
    mesh
}
