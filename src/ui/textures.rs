//! Pixels from host data, and textures that are kept and changed in place.

mod ramp;
mod sheet;

use egui::load::SizedTexture;
use egui::{
    Color32, ColorImage, Context, ImageOptions, Pos2, Rect, TextureHandle, TextureOptions, Ui,
    paint_texture_at, pos2,
};

use crate::base::Matrix;
use crate::data::Dataset;

use super::theme::Theme;

pub use ramp::Ramp;
pub use sheet::Sheet;

/// Strength of a class's colour where all classes are equally likely.
const LEAST: f32 = 0.15;

/// Colours that outputs of a network turn into.
pub struct OutputColours<'a> {
    /// The theme in use.
    pub theme: &'a Theme,
    /// Smallest and largest label of a regression; classes have none.
    pub range: Option<[f32; 2]>,
}

impl OutputColours<'_> {
    /// The colour of one row of outputs: the likeliest class, the stronger the surer it is; or
    /// the predicted number along the sequential map.
    #[must_use]
    pub fn of(&self, outputs: &[f32]) -> Option<Color32> {
        match self.range {
            Some(range) => self.of_number(*outputs.first()?, range),
            None => self.of_classes(outputs),
        }
    }

    /// The colour of a number.
    #[must_use]
    pub fn of_number(&self, value: f32, [low, high]: [f32; 2]) -> Option<Color32> {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        share.is_finite().then(|| self.theme.sequential(share.clamp(0.0, 1.0)))
    }

    fn of_classes(&self, outputs: &[f32]) -> Option<Color32> {
        let (class, sure) = likeliest(outputs)?;
        Some(self.theme.confidence(class, LEAST + (1.0 - LEAST) * sure))
    }
}

/// The likeliest class and how sure it is: 0 when all are equally likely, 1 when there is no
/// doubt. A single output is the probability of class 1. `None` where an output is no number.
#[must_use]
pub fn likeliest(outputs: &[f32]) -> Option<(usize, f32)> {
    if outputs.is_empty() || outputs.iter().any(|value| !value.is_finite()) {
        return None;
    }
    if let [one] = outputs {
        let class = usize::from(*one > 0.5);
        return Some((class, ((one - 0.5).abs() * 2.0).clamp(0.0, 1.0)));
    }
    let class = crate::base::argmax(outputs);
    let chance = 1.0 / outputs.len() as f32;
    Some((class, ((outputs[class] - chance) / (1.0 - chance)).clamp(0.0, 1.0)))
}

/// A picture of outputs over a square of cells. The rows of `outputs` run from the lower edge
/// upwards, those of a picture from the upper edge downwards. Cells without a number are hatched.
#[must_use]
pub fn output_pixels(outputs: &Matrix, side: usize, colours: &OutputColours<'_>) -> ColorImage {
    let mut pixels = Vec::with_capacity(side * side);
    for row in (0..side).rev() {
        for col in 0..side {
            let cell = row * side + col;
            let colour = if cell < outputs.rows() { colours.of(outputs.row(cell)) } else { None };
            pixels.push(colour.unwrap_or_else(|| hatch(colours.theme, row, col)));
        }
    }
    ColorImage::new([side, side], pixels)
}

/// The colour of a pixel within the hatch that means "not a number".
#[must_use]
pub fn hatch(theme: &Theme, row: usize, col: usize) -> Color32 {
    if (row + col) % 4 < 2 { theme.nan } else { theme.canvas }
}

/// A texture that keeps its place on the device while its pixels change.
#[derive(Default)]
pub struct Texture(Option<TextureHandle>);

impl std::fmt::Debug for Texture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Texture").field(&self.0.as_ref().map(TextureHandle::id)).finish()
    }
}

impl Texture {
    /// Shows these pixels from now on.
    pub fn set(&mut self, ctx: &Context, name: &str, image: ColorImage, options: TextureOptions) {
        match &mut self.0 {
            Some(handle) if handle.size() == image.size => handle.set(image, options),
            slot => *slot = Some(ctx.load_texture(name, image, options)),
        }
    }

    /// What shapes name it by, once it has pixels.
    #[must_use]
    pub fn id(&self) -> Option<egui::TextureId> {
        self.0.as_ref().map(TextureHandle::id)
    }

    /// Draws it, or the part of it at `uv`, within `place`; nothing beyond `area`.
    pub fn paint(&self, ui: &Ui, area: Rect, place: Rect, uv: Option<Rect>) {
        let Some(handle) = &self.0 else { return };
        let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        let options = ImageOptions { uv: uv.unwrap_or(whole), ..ImageOptions::default() };
        let painter = ui.painter().with_clip_rect(area.intersect(ui.clip_rect()));
        paint_texture_at(&painter, place, &options, &SizedTexture::from_handle(handle));
    }
}

/// Longest side of a sample's picture; larger ones are reduced.
const MAX_SIDE: usize = 96;

/// Many samples of image data on one texture, `cols` beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Atlas {
    /// Width and height of one picture.
    pub cell: [usize; 2],
    /// Pictures in a row.
    pub cols: usize,
    /// Rows of pictures.
    pub rows: usize,
}

impl Atlas {
    /// Room for `count` samples of a data set of images of shape `[channels, height, width]`.
    #[must_use]
    pub fn of(data: &Dataset, count: usize) -> Option<Self> {
        let &[_, height, width] = data.shape.0.as_slice() else { return None };
        if count == 0 || height == 0 || width == 0 {
            return None;
        }
        let cols = count.min(16);
        let cell = [width.min(MAX_SIDE), height.min(MAX_SIDE)];
        Some(Self { cell, cols, rows: count.div_ceil(cols) })
    }

    /// Which part of the texture shows the picture at a place.
    #[must_use]
    pub fn uv(&self, place: usize) -> Rect {
        let (col, row) = ((place % self.cols) as f32, (place / self.cols) as f32);
        let size = egui::vec2(1.0 / self.cols as f32, 1.0 / self.rows as f32);
        Rect::from_min_size(pos2(col * size.x, row * size.y), size)
    }

    /// Width and height of the whole texture.
    #[must_use]
    pub fn size(&self) -> [usize; 2] {
        [self.cols * self.cell[0], self.rows * self.cell[1]]
    }

    /// Paints one sample of `data` into its place on a texture of the whole size.
    pub fn put(&self, image: &mut ColorImage, data: &Dataset, values: &[f32], place: usize) {
        let one = Self { cell: self.cell, cols: 1, rows: 1 };
        let channels = if data.shape.0.first() == Some(&3) { 3 } else { 1 };
        let mut bytes = vec![0; self.cell[0] * self.cell[1] * channels];
        one.paint_one(&mut bytes, channels, &data.shape.0, values, 0);
        let sample = match channels {
            3 => ColorImage::from_rgb(self.cell, &bytes),
            _ => ColorImage::from_gray(self.cell, &bytes),
        };
        let (top, left) = (place / self.cols * self.cell[1], place % self.cols * self.cell[0]);
        let lines = sample.pixels.chunks_exact(self.cell[0].max(1));
        for (y, line) in lines.enumerate() {
            let start = (top + y) * image.size[0] + left;
            image.pixels[start..start + line.len()].copy_from_slice(line);
        }
    }

    /// Paints rows of the test part: in colour for three channels, else the first in greys.
    #[must_use]
    pub fn paint(&self, data: &Dataset, rows: &[usize]) -> ColorImage {
        let channels = if data.shape.0.first() == Some(&3) { 3 } else { 1 };
        let size = self.size();
        let mut bytes = vec![0; size[0] * size[1] * channels];
        let features = &data.test.features;
        for (place, &row) in rows.iter().enumerate().take(self.cols * self.rows) {
            if row < features.rows() {
                self.paint_one(&mut bytes, channels, &data.shape.0, &features.row(row), place);
            }
        }
        if channels == 3 {
            ColorImage::from_rgb(size, &bytes)
        } else {
            ColorImage::from_gray(size, &bytes)
        }
    }

    fn paint_one(
        &self,
        bytes: &mut [u8],
        channels: usize,
        shape: &[usize],
        values: &[f32],
        place: usize,
    ) {
        let &[depth, height, width] = shape else { return };
        if values.len() < depth * height * width {
            return;
        }
        let range = value_range(values);
        let line = self.cols * self.cell[0];
        let (top, left) = (place / self.cols * self.cell[1], place % self.cols * self.cell[0]);
        for y in 0..self.cell[1] {
            for x in 0..self.cell[0] {
                let from = (y * height / self.cell[1]) * width + x * width / self.cell[0];
                let target = ((top + y) * line + left + x) * channels;
                for channel in 0..channels {
                    let value = values[channel * height * width + from];
                    bytes[target + channel] = (share(value, range) * 255.0 + 0.5) as u8;
                }
            }
        }
    }
}

/// Pixels are within 0 and 1 as they come; scaled ones are stretched to their own range.
fn value_range(values: &[f32]) -> [f32; 2] {
    let low = values.iter().copied().fold(f32::INFINITY, f32::min);
    let high = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if low >= 0.0 && high <= 1.0 { [0.0, 1.0] } else { [low, high] }
}

fn share(value: f32, [low, high]: [f32; 2]) -> f32 {
    if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 }
}
