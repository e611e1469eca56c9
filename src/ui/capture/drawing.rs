use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use egui::epaint::{ClippedShape, TextShape};
use egui::{
    Color32, ColorImage, Context, FontDefinitions, Galley, Rect, Shape, TextureId, TextureOptions,
    vec2,
};

use crate::ui::theme::{self, Theme};

use super::{png, svg};

/// The pixels of a texture, and how it is drawn larger.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) image: Arc<ColorImage>,
    pub(super) options: TextureOptions,
}

/// All that was painted for a picture, apart from the window it was painted in.
pub struct Drawing {
    /// What it is called.
    pub(super) title: String,
    /// What is said of it below its title.
    notes: Vec<String>,
    /// Title and notes as they are written.
    head: Vec<Arc<Galley>>,
    /// The part of the window, in points.
    pub(super) rect: Rect,
    /// The colours it is taken in.
    theme: &'static Theme,
    /// From the lowest to the topmost.
    pub(super) shapes: Vec<ClippedShape>,
    pub(super) textures: BTreeMap<TextureId, Kept>,
    pub(super) fonts: FontDefinitions,
}

/// Free room around a picture, in points.
pub(super) const MARGIN: f32 = 8.0;
/// Between title and notes.
const GAP: f32 = 4.0;
/// Between them and the picture.
const BELOW: f32 = 6.0;
/// Titles of narrow pictures are broken into lines no shorter than this.
const NARROW: f32 = 160.0;

/// Whether a shape leaves any trace. Empty frames take room.
fn is_seen(shape: &Shape) -> bool {
    match shape {
        Shape::Noop => false,
        Shape::Rect(rect) => {
            rect.fill != theme::CLEAR || rect.brush.is_some() || !rect.stroke.is_empty()
        }
        Shape::Text(text) => !text.galley.text().trim().is_empty(),
        Shape::Mesh(mesh) => mesh.vertices.iter().any(|vertex| vertex.color != theme::CLEAR),
        Shape::Vec(all) => all.iter().any(is_seen),
        _ => true,
    }
}

impl Drawing {
    /// What was painted into a part of the window, cut to what is there to be seen.
    pub(super) fn of(
        ctx: &Context,
        title: &str,
        notes: Vec<String>,
        (rect, shapes): (Rect, Vec<ClippedShape>),
    ) -> Self {
        let seen = shapes.iter().filter(|clipped| is_seen(&clipped.shape));
        let bounds = seen.map(|clipped| {
            let moved = clipped.transform_after_tessellation;
            let bounds = moved.mul_rect(clipped.shape.visual_bounding_rect());
            bounds.intersect(clipped.clip_rect).intersect(rect)
        });
        let used = bounds.filter(Rect::is_positive).fold(Rect::NOTHING, Rect::union);
        let mut drawing = Self {
            title: title.to_owned(),
            notes,
            head: Vec::new(),
            rect: if used.is_positive() { used } else { rect },
            theme: Theme::of(ctx),
            shapes,
            textures: BTreeMap::new(),
            fonts: ctx.fonts(|fonts| fonts.definitions().clone()),
        };
        drawing.write_head(ctx);
        drawing
    }

    /// Adds to what is said below the title.
    pub(super) fn say(&mut self, ctx: &Context, words: String) {
        self.notes.push(words);
        self.write_head(ctx);
    }

    fn write_head(&mut self, ctx: &Context) {
        let theme = self.theme;
        let notes = self.notes.join("  \u{b7}  ");
        let lines =
            [(&self.title, theme::body(), theme.text), (&notes, theme::small(), theme.text_muted)];
        let width = self.rect.width().max(NARROW);
        let written = lines.into_iter().filter(|(text, ..)| !text.is_empty());
        self.head = ctx.fonts_mut(|fonts| {
            written.map(|(text, font, ink)| fonts.layout(text.clone(), font, ink, width)).collect()
        });
    }

    /// Title and notes, where they stand.
    pub(super) fn head(&self) -> impl Iterator<Item = TextShape> {
        let mut at = self.frame().min + vec2(MARGIN, MARGIN);
        self.head.iter().map(move |galley| {
            let text = TextShape::new(at, Arc::clone(galley), self.theme.text);
            at.y += galley.size().y + GAP;
            text
        })
    }

    /// What is behind it.
    pub(super) fn behind(&self) -> Color32 {
        self.theme.surface
    }

    /// What was painted, with a margin.
    pub(super) fn area(&self) -> Rect {
        let outer = self.rect.expand(MARGIN);
        Rect::from_min_max(outer.min.floor(), outer.max.ceil())
    }

    /// What is shown: the title, too.
    pub(super) fn frame(&self) -> Rect {
        let mut frame = self.area();
        let widest = self.head.iter().map(|galley| galley.size().x).fold(0.0, f32::max);
        frame.max.x = frame.max.x.max((frame.min.x + widest + 2.0 * MARGIN).ceil());
        let high: f32 = self.head.iter().map(|galley| galley.size().y + GAP).sum();
        let below = if self.head.is_empty() { 0.0 } else { BELOW };
        frame.min.y = (frame.min.y - high - below).floor();
        frame
    }

    /// As a file of shapes and letters, one unit to a point, with the fonts it needs.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::document(self, true).0
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
