//! From the bytes of a file to a picture.

use std::io::{BufRead, Cursor, Read, Seek, SeekFrom};

use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::frame::{Frame, Picture};
use crate::data::tell::counted;

/// Most pixels that a byte of a file can stand for, generously: eight grey pixels of one bit in a
/// byte, and 1032 such bytes from one of deflate. A file that declares more lies. WebP can say
/// "all alike" in a few bytes, so it may.
const PIXELS_PER_BYTE: usize = 1 << 14;

/// A decoded picture, and what was done to it on the way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decoded {
    /// One channel for grey, three for colour.
    pub(super) picture: Picture,
    pub(super) changes: Changes,
}

/// What was done to a picture to make it grey or red, green and blue with 8 bits each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// It was laid over black, because something of it was transparent.
    pub(super) transparent: bool,
    /// It had more than 8 bits for a channel.
    pub(super) deep: bool,
    /// It was turned or mirrored as its EXIF orientation says.
    pub(super) turned: bool,
}

/// Why a file gave no picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It begins like no picture.
    NoPicture,
    /// It is a picture, but cannot be read; the reason is part of a sentence.
    Unreadable(String),
}

/// Decodes `bytes`, told by what they begin with and never by a name. `is_stopped` is asked all
/// the time; when it says yes, the picture counts as unreadable.
pub(super) fn decode(
    bytes: &[u8],
    most_pixels: usize,
    is_stopped: &(dyn Fn() -> bool + Sync),
) -> Result<Decoded, Refusal> {
    let format = image::guess_format(bytes).map_err(|_| Refusal::NoPicture)?;
    let kind = kind(format).ok_or_else(|| {
        Refusal::Unreadable(format!(
            "its kind ({format:?}) cannot be read; convert it to PNG or JPEG"
        ))
    })?;
    let failed = |why: image::ImageError| Refusal::Unreadable(format!("its {kind} data: {why}"));
    let source = Stoppable { bytes: Cursor::new(bytes), is_stopped };
    let mut reader = ImageReader::with_format(source, format);
    let mut limits = image::Limits::no_limits();
    // Twice four channels of 16 bits: the picture itself, and what its decoder needs beside it.
    limits.max_alloc = Some(16 * most_pixels as u64 + (1 << 20));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(failed)?;
    check_size(decoder.dimensions(), bytes.len(), format, most_pixels)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut whole = DynamicImage::from_decoder(decoder).map_err(failed)?;
    whole.apply_orientation(orientation);
    Ok(from_image(whole, orientation != Orientation::NoTransforms))
}

fn kind(format: ImageFormat) -> Option<&'static str> {
    match format {
        ImageFormat::Png => Some("PNG"),
        ImageFormat::Jpeg => Some("JPEG"),
        ImageFormat::Bmp => Some("BMP"),
        ImageFormat::Gif => Some("GIF"),
        ImageFormat::WebP => Some("WebP"),
        _ => None,
    }
}

fn check_size(
    (width, height): (u32, u32),
    bytes: usize,
    format: ImageFormat,
    most_pixels: usize,
) -> Result<(), Refusal> {
    let refused = |why: String| Err(Refusal::Unreadable(why));
    let pixels = (width as usize).saturating_mul(height as usize);
    if pixels == 0 {
        return refused(format!("it has no pixels ({width} × {height})"));
    }
    if pixels > most_pixels {
        return refused(format!(
            "it has {width} × {height} pixels, more than the limit of {most_pixels}"
        ));
    }
    if format != ImageFormat::WebP && pixels > bytes.saturating_mul(PIXELS_PER_BYTE) {
        return refused(format!(
            "its header declares {width} × {height} pixels, but the file has only {}",
            counted(bytes, "byte")
        ));
    }
    Ok(())
}

fn from_image(whole: DynamicImage, turned: bool) -> Decoded {
    let color = whole.color();
    let deep =
        !matches!(color, ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8);
    let (width, height) = (whole.width() as usize, whole.height() as usize);
    let (stored, channels, samples) = match (color.has_color(), color.has_alpha()) {
        (false, false) => (whole.into_luma8().into_raw(), 1, 1),
        (false, true) => (whole.into_luma_alpha8().into_raw(), 1, 2),
        (true, false) => (whole.into_rgb8().into_raw(), 3, 3),
        (true, true) => (whole.into_rgba8().into_raw(), 3, 4),
    };
    let (values, transparent) = planes(&stored, channels, samples);
    let picture = Frame { channels, height, width, values };
    Decoded { picture, changes: Changes { transparent, deep, turned } }
}

/// One plane for each channel from pixels of `samples` bytes, whose last is their opacity where
/// there is one more than channels; black shows through. Answers whether any did.
fn planes(stored: &[u8], channels: usize, samples: usize) -> (Vec<u8>, bool) {
    if samples == 1 {
        return (stored.to_vec(), false);
    }
    let area = stored.len() / samples;
    let mut values = vec![0; area * channels];
    for (channel, plane) in values.chunks_exact_mut(area.max(1)).enumerate() {
        for (value, pixel) in plane.iter_mut().zip(stored.chunks_exact(samples)) {
            *value = pixel[channel];
        }
    }
    if samples == channels {
        return (values, false);
    }
    let mut transparent = false;
    for plane in values.chunks_exact_mut(area.max(1)) {
        for (value, pixel) in plane.iter_mut().zip(stored.chunks_exact(samples)) {
            let opacity = u16::from(pixel[samples - 1]);
            transparent |= opacity < 255;
            *value = ((u16::from(*value) * opacity + 127) / 255) as u8;
        }
    }
    (values, transparent)
}

/// Bytes that fail to be read as soon as the work is to be stopped.
struct Stoppable<'a> {
    bytes: Cursor<&'a [u8]>,
    is_stopped: &'a (dyn Fn() -> bool + Sync),
}

impl Stoppable<'_> {
    fn check(&self) -> std::io::Result<()> {
        match (self.is_stopped)() {
            true => Err(std::io::Error::other("stopped")),
            false => Ok(()),
        }
    }
}

impl Read for Stoppable<'_> {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        self.check()?;
        self.bytes.read(room)
    }
}

impl BufRead for Stoppable<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.check()?;
        self.bytes.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.bytes.consume(amount);
    }
}

impl Seek for Stoppable<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.bytes.seek(to)
    }
}

#[cfg(test)]
mod tests;
