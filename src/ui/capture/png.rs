use std::io;

use egui::ColorImage;
use flate2::Crc;
use image::{ExtendedColorType, ImageEncoder as _, codecs::png::PngEncoder};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::Tree;

use crate::ui::theme;

use super::drawing::Drawing;
use super::{PIXELS_PER_POINT, fonts, svg};

/// Draws a picture as pixels.
pub(super) fn pixmap(drawing: &Drawing) -> io::Result<Pixmap> {
    let (document, letters) = svg::document(drawing, false);
    let options = fonts::options(&fonts::only(&drawing.fonts, &letters));
    let tree = Tree::from_str(&document, &options).map_err(io::Error::other)?;
    let size = drawing.frame().size() * PIXELS_PER_POINT;
    let mut pixmap = Pixmap::new(size.x.round() as u32, size.y.round() as u32)
        .ok_or_else(|| io::Error::other("the picture has no size, or is too large"))?;
    let scale = Transform::from_scale(PIXELS_PER_POINT, PIXELS_PER_POINT);
    resvg::render(&tree, scale, &mut pixmap.as_mut());
    Ok(pixmap)
}

/// The pixels as egui has them.
pub(super) fn image(pixmap: &Pixmap) -> ColorImage {
    let pixels = pixmap.pixels().iter().map(|pixel| {
        let (r, g, b, a) = (pixel.red(), pixel.green(), pixel.blue(), pixel.alpha());
        theme::premultiplied([r, g, b, a])
    });
    ColorImage::new([pixmap.width() as usize, pixmap.height() as usize], pixels.collect())
}

/// A PNG file that says how large it is to be printed.
pub(super) fn encode(pixmap: &Pixmap) -> io::Result<Vec<u8>> {
    let bytes = pixmap.encode_png().map_err(io::Error::other)?;
    Ok(with_density(&bytes))
}

/// A small PNG file, as it stands within a document.
pub(super) fn plain(image: &ColorImage) -> io::Result<Vec<u8>> {
    let mut bytes: Vec<u8> = Vec::with_capacity(4 * image.pixels.len());
    for pixel in &image.pixels {
        bytes.extend(pixel.to_srgba_unmultiplied());
    }
    let [width, height] = image.size.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(&bytes, width, height, ExtendedColorType::Rgba8)
        .map_err(io::Error::other)?;
    Ok(file)
}

/// Length of the signature and the first chunk of each PNG file, which the density stands behind.
const HEAD: usize = 8 + 4 + 4 + 13 + 4;

/// Adds the density, in pixels to a metre: chunk `pHYs` of the PNG specification, 11.3.4.3.
fn with_density(file: &[u8]) -> Vec<u8> {
    let per_metre = (PIXELS_PER_POINT * 96.0 / 0.0254).round() as u32;
    let mut body = b"pHYs".to_vec();
    body.extend(per_metre.to_be_bytes());
    body.extend(per_metre.to_be_bytes());
    body.push(1);
    let mut check = Crc::new();
    check.update(&body);
    let (head, rest) = file.split_at(HEAD.min(file.len()));
    let length = (body.len() as u32 - 4).to_be_bytes();
    [head, &length, &body, &check.sum().to_be_bytes(), rest].concat()
}
