//! Many small pictures on one texture.

use egui::{Color32, ColorImage, Context, Mesh, Painter, Rect, Shape, TextureOptions, pos2, vec2};

use crate::data::Dataset;
use crate::ui::textures::{Atlas, Ramp, Texture};
use crate::ui::theme::{CLEAR, Theme, UNTINTED, grey, mix};

/// Longest side of a small picture; of larger ones, the strongest value of each piece is shown.
const MOST_SIDE: usize = 64;
/// Widest texture, and how wide one is as long as it does not become too high.
const WIDTHS: [usize; 3] = [512, 1024, 2048];

/// One small picture, before it stands on a texture.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    size: [usize; 2],
    pixels: Vec<Color32>,
}

impl Tile {
    /// Values in reading order, `[height, width]`; `most` has the strongest colour.
    #[must_use]
    pub fn of(values: &[f32], [height, width]: [usize; 2], most: f32, ramp: &Ramp) -> Self {
        if values.len() < height * width || values.is_empty() {
            return Self { size: [1, 1], pixels: vec![ramp.of(0.0, 1.0)] };
        }
        let size = [width.min(MOST_SIDE), height.min(MOST_SIDE)];
        let mut pixels = Vec::with_capacity(size[0] * size[1]);
        for y in 0..size[1] {
            for x in 0..size[0] {
                let rows = y * height / size[1]..((y + 1) * height).div_ceil(size[1]);
                let cols = x * width / size[0]..((x + 1) * width).div_ceil(size[0]);
                let value = strongest(values, width, rows, cols);
                pixels.push(ramp.of(value, most));
            }
        }
        Self { size, pixels }
    }

    /// A sample of image data as it is; nothing of other data.
    #[must_use]
    pub fn sample(data: &Dataset, values: &[f32]) -> Option<Self> {
        let atlas = Atlas::of(data, 1)?;
        let mut image = ColorImage::filled(atlas.cell, CLEAR);
        atlas.put(&mut image, data, values, 0);
        Some(Self { size: atlas.cell, pixels: image.pixels })
    }

    /// This picture in greys, with values laid over it: the stronger a value, the more of its
    /// colour.
    #[must_use]
    pub fn under(&self, values: &[f32], shape: [usize; 2], most: f32, theme: &Theme) -> Self {
        let [height, width] = shape;
        let mut all = self.clone();
        for (place, pixel) in all.pixels.iter_mut().enumerate() {
            let (x, y) = (place % self.size[0], place / self.size[0]);
            let from = (y * height / self.size[1]) * width + x * width / self.size[0];
            let value = values.get(from).copied().unwrap_or(f32::NAN);
            let end = if value < 0.0 { theme.negative } else { theme.positive };
            let share = if most > 0.0 { value.abs() / most } else { 0.0 };
            *pixel = mix(grey(*pixel), end, share);
        }
        all
    }
}

/// The value farthest from zero in a piece of a picture; NaN where one is.
fn strongest(
    values: &[f32],
    width: usize,
    rows: std::ops::Range<usize>,
    cols: std::ops::Range<usize>,
) -> f32 {
    let all = rows.flat_map(|row| &values[row * width + cols.start..row * width + cols.end]);
    let stronger = |a: f32, b: &f32| if b.abs() > a.abs() || b.is_nan() { *b } else { a };
    all.fold(0.0, |a, b| if a.is_nan() { a } else { stronger(a, b) })
}

/// Where each picture stands on a texture, and how large that is.
fn pack(sizes: impl Iterator<Item = [usize; 2]> + Clone) -> (Vec<[usize; 2]>, [usize; 2]) {
    let widest = sizes.clone().map(|[width, _]| width).max().unwrap_or(1);
    let mut found = (Vec::new(), [1, 1]);
    for width in WIDTHS {
        found = shelves(sizes.clone(), width.max(widest));
        if found.1[1] <= width {
            break;
        }
    }
    found
}

/// One picture beside the other, with a pixel between them, in rows as high as the highest.
fn shelves(sizes: impl Iterator<Item = [usize; 2]>, most: usize) -> (Vec<[usize; 2]>, [usize; 2]) {
    let (mut places, mut x, mut y, mut high, mut wide) = (Vec::new(), 0, 0, 0, 1);
    for [width, height] in sizes {
        if x > 0 && x + width > most {
            (x, y, high) = (0, y + high + 1, 0);
        }
        places.push([x, y]);
        high = high.max(height);
        x += width + 1;
        wide = wide.max(x - 1);
    }
    (places, [wide, (y + high).max(1)])
}

/// All pictures of a card on one texture.
#[derive(Debug, Default)]
pub struct Sheet {
    texture: Texture,
    uvs: Vec<Rect>,
}

impl Sheet {
    /// Shows these pictures from now on.
    pub fn set(&mut self, ctx: &Context, tiles: &[Tile]) {
        let (places, size) = pack(tiles.iter().map(|tile| tile.size));
        let mut image = ColorImage::filled(size, CLEAR);
        for (tile, [left, top]) in tiles.iter().zip(&places) {
            for (y, line) in tile.pixels.chunks_exact(tile.size[0]).enumerate() {
                let start = (top + y) * size[0] + left;
                image.pixels[start..start + line.len()].copy_from_slice(line);
            }
        }
        let uv = |(tile, [left, top]): (&Tile, &[usize; 2])| uv(*left, *top, tile.size, size);
        self.uvs = tiles.iter().zip(&places).map(uv).collect();
        self.texture.set(ctx, "layer", image, TextureOptions::NEAREST);
    }

    /// Paints some of them at once.
    pub fn paint(&self, painter: &Painter, pictures: impl Iterator<Item = (usize, Rect)>) {
        let Some(texture) = self.texture.id() else { return };
        let mut mesh = Mesh::with_texture(texture);
        for (place, rect) in pictures {
            if let Some(&uv) = self.uvs.get(place) {
                mesh.add_rect_with_uv(rect, uv, UNTINTED);
            }
        }
        painter.add(Shape::mesh(mesh));
    }
}

/// The part of a texture that holds a picture, a hair smaller: pixels beside it never show.
fn uv(left: usize, top: usize, [width, height]: [usize; 2], size: [usize; 2]) -> Rect {
    let whole = vec2(size[0] as f32, size[1] as f32);
    let min = pos2((left as f32 + 0.01) / whole.x, (top as f32 + 0.01) / whole.y);
    Rect::from_min_size(min, vec2(width as f32 - 0.02, height as f32 - 0.02) / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_bright(shape: [usize; 2], at: [usize; 2]) -> Vec<f32> {
        let mut values = vec![0.0; shape[0] * shape[1]];
        values[at[0] * shape[1] + at[1]] = 1.0;
        values
    }

    fn bright(tile: &Tile) -> Vec<[usize; 2]> {
        let strong = |(_, colour): &(usize, &Color32)| **colour == Theme::LIGHT.positive;
        let all = tile.pixels.iter().enumerate().filter(strong);
        all.map(|(place, _)| [place / tile.size[0], place % tile.size[0]]).collect()
    }

    #[test]
    fn a_bright_value_stands_in_its_row_and_column() {
        let ramp = Ramp::signed(&Theme::LIGHT);
        let tile = Tile::of(&one_bright([3, 5], [1, 4]), [3, 5], 1.0, &ramp);
        assert_eq!((tile.size, bright(&tile)), ([5, 3], vec![[1, 4]]));
    }

    #[test]
    fn a_bright_value_of_a_large_picture_is_not_lost() {
        let ramp = Ramp::signed(&Theme::LIGHT);
        let tile = Tile::of(&one_bright([256, 128], [201, 7]), [256, 128], 1.0, &ramp);
        assert_eq!(tile.size, [64, 64]);
        assert_eq!(bright(&tile), [[50, 3]], "201 / 4 and 7 / 2");
    }

    #[test]
    fn a_not_a_number_is_shown_even_in_a_large_picture() {
        let mut values = vec![1.0; 128 * 128];
        values[0] = f32::NAN;
        let tile = Tile::of(&values, [128, 128], 1.0, &Ramp::signed(&Theme::LIGHT));
        assert_eq!(tile.pixels[0], Theme::LIGHT.nan);
        assert_eq!(tile.pixels[1], Theme::LIGHT.positive);
    }

    #[test]
    fn pictures_on_a_texture_never_overlap() {
        let sizes = (0..700).map(|i| [1 + i * 7 % 64, 1 + i * 13 % 64]);
        let (places, [wide, high]) = pack(sizes.clone());
        assert!(wide <= 2048 && high <= 2048, "{wide}×{high}");
        let mut taken = vec![false; wide * high];
        for ([left, top], [width, height]) in places.into_iter().zip(sizes) {
            for at in (top..top + height).flat_map(|y| (left..left + width).map(move |x| (y, x))) {
                assert!(!std::mem::replace(&mut taken[at.0 * wide + at.1], true));
            }
        }
    }

    #[test]
    fn saliency_tints_a_grey_picture() {
        let theme = &Theme::LIGHT;
        let tile = Tile { size: [2, 1], pixels: vec![UNTINTED, theme.text] };
        let over = tile.under(&[0.0, -4.0], [1, 2], 4.0, theme);
        assert_eq!(over.pixels, [UNTINTED, theme.negative]);
    }
}
