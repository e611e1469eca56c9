use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use egui::epaint::ClippedShape;
use egui::{Color32, ColorImage, FontDefinitions, Rect, TextureId, TextureOptions};

use super::{png, svg};

/// The pixels of a texture, and how it is drawn larger.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) image: Arc<ColorImage>,
    pub(super) options: TextureOptions,
}

/// All that was painted for a picture, apart from the window it was painted in.
pub struct Drawing {
    /// The part of the window, in points.
    pub(super) rect: Rect,
    /// What is behind it.
    pub(super) background: Color32,
    /// From the lowest to the topmost.
    pub(super) shapes: Vec<ClippedShape>,
    pub(super) textures: BTreeMap<TextureId, Kept>,
    pub(super) fonts: FontDefinitions,
}

/// Free room around a picture, in points.
pub(super) const MARGIN: f32 = 8.0;

impl Drawing {
    /// What is shown, with a margin.
    pub(super) fn frame(&self) -> Rect {
        let outer = self.rect.expand(MARGIN);
        Rect::from_min_max(outer.min.floor(), outer.max.ceil())
    }

    /// As a file of shapes and letters, one unit to a point, with the fonts it needs.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::document(self, true)
    }

    /// As a file of pixels, 300 to an inch.
    ///
    /// # Errors
    /// When it is too large for this machine.
    pub fn png(&self) -> io::Result<Vec<u8>> {
        png::encode(&png::pixmap(self)?)
    }

    /// As pixels, 300 to an inch.
    ///
    /// # Errors
    /// When it is too large for this machine.
    pub fn pixels(&self) -> io::Result<ColorImage> {
        png::pixmap(self).map(|pixmap| png::image(&pixmap))
    }
}
