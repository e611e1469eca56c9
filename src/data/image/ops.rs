//! What transforms do to one image. All are pure: the same image and the same random numbers give
//! the same result.

use super::frame::{Image, Planes, Window};
use super::resize::resize;
use crate::base::Rng;

/// Brightness of red, green and blue: ITU-R BT.601.
const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

/// Narrowest and widest part that a random crop takes, width to height.
const RATIO: [f64; 2] = [3.0 / 4.0, 4.0 / 3.0];

/// How often a random crop is drawn anew that does not fit into the image.
const CROP_TRIES: usize = 10;

/// A transform of which nothing is left to be found out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Op {
    Resize { width: usize, height: usize },
    CentreCrop { width: usize, height: usize },
    Greyscale,
    Normalise { mean: Vec<f32>, std: Vec<f32> },
    Rotation { degrees: f64 },
    ResizedCrop { width: usize, height: usize, least: f64 },
    Flip { probability: f64 },
    Shift { fraction: f64 },
    Noise { std: f64 },
}

/// An image that is worked on, with room for the next state of it.
#[derive(Debug, Default)]
pub(super) struct Bench {
    image: Image,
    next: Image,
}

impl Bench {
    /// Does `ops` to `source`; the random ones draw from `rng`, and are left out without it
    /// (a crop then takes the whole image).
    pub(super) fn run(
        &mut self,
        source: &impl Planes,
        ops: &[Op],
        mut rng: Option<&mut Rng>,
    ) -> &Image {
        // The first step reads the source itself, so that large pictures are never held as `f32`.
        let rest = match ops.split_first() {
            Some((op, rest)) if reshape(source, op, rng.as_deref_mut(), &mut self.image) => rest,
            _ => {
                copy(source, &mut self.image);
                ops
            }
        };
        for op in rest {
            if reshape(&self.image.view(), op, rng.as_deref_mut(), &mut self.next) {
                std::mem::swap(&mut self.image, &mut self.next);
            } else {
                self.change(op, rng.as_deref_mut());
            }
        }
        &self.image
    }

    /// The steps that leave the shape as it is.
    fn change(&mut self, op: &Op, rng: Option<&mut Rng>) {
        let Self { image, next } = self;
        match (op, rng) {
            (Op::Normalise { mean, std }, _) => normalise(image, mean, std),
            (Op::Rotation { degrees }, Some(rng)) => {
                let angle = rng.range(-degrees, *degrees).to_radians();
                rotate(image, angle, next);
                std::mem::swap(image, next);
            }
            (Op::Flip { probability }, Some(rng)) => flip_by_chance(image, *probability, rng),
            (Op::Shift { fraction }, Some(rng)) => {
                let mut by = |side: usize| {
                    let most = fraction * side as f64;
                    rng.range(-most, most).round() as isize
                };
                let (right, down) = (by(image.width), by(image.height));
                shift(image, right, down, next);
                std::mem::swap(image, next);
            }
            (Op::Noise { std }, Some(rng)) => noise(image, *std, rng),
            _ => {}
        }
    }
}

/// The steps that change the shape; answers whether `op` is one of them.
fn reshape(source: &impl Planes, op: &Op, rng: Option<&mut Rng>, out: &mut Image) -> bool {
    match *op {
        Op::Resize { width, height } => resize(source, height, width, out),
        Op::ResizedCrop { width, height, least } => match rng {
            Some(rng) => resize(&random_part(source, least, rng), height, width, out),
            None => resize(source, height, width, out),
        },
        Op::CentreCrop { width, height } => centre_crop(source, height, width, out),
        Op::Greyscale if source.channels() == 3 => greyscale(source, out),
        _ => return false,
    }
    true
}

fn copy(source: &impl Planes, out: &mut Image) {
    let (height, width) = source.size();
    out.reshape(source.channels(), height, width);
    let mut room = Vec::new();
    for channel in 0..source.channels() {
        for (y, target) in out.plane_mut(channel).chunks_exact_mut(width).enumerate() {
            target.copy_from_slice(source.row(channel, y, &mut room));
        }
    }
}

/// The middle; where the sides cannot be divided evenly, the pixel more is left out below and
/// right, and black is put there last, as torchvision does.
fn centre_crop(source: &impl Planes, height: usize, width: usize, out: &mut Image) {
    let (old_height, old_width) = source.size();
    out.reshape(source.channels(), height, width);
    let across = Overlap::new(old_width, width);
    let down = Overlap::new(old_height, height);
    let mut room = Vec::new();
    for channel in 0..source.channels() {
        let plane = out.plane_mut(channel);
        plane.fill(0.0);
        for y in 0..down.length {
            let row = source.row(channel, down.old + y, &mut room);
            let target = &mut plane[(down.new + y) * width + across.new..][..across.length];
            target.copy_from_slice(&row[across.old..][..across.length]);
        }
    }
}

/// Where the middle of an axis lies in the old and in the new image.
struct Overlap {
    old: usize,
    new: usize,
    length: usize,
}

impl Overlap {
    fn new(old: usize, new: usize) -> Self {
        let length = old.min(new);
        // Half to even, as Python rounds.
        let half = |room: usize| (room as f64 / 2.0).round_ties_even() as usize;
        Self { old: half(old - length), new: (new - length) / 2, length }
    }
}

fn greyscale(source: &impl Planes, out: &mut Image) {
    let (height, width) = source.size();
    out.reshape(1, height, width);
    let mut room = Vec::new();
    for (y, target) in out.values.chunks_exact_mut(width).enumerate() {
        target.fill(0.0);
        for (channel, weight) in LUMA.into_iter().enumerate() {
            for (sum, value) in target.iter_mut().zip(source.row(channel, y, &mut room)) {
                *sum += weight * value;
            }
        }
    }
}

/// A random part, as torchvision's `RandomResizedCrop` draws it: its share of the area uniform,
/// the ratio of its sides log-uniform; the largest part in the middle where ten draws do not fit.
fn random_part<'p, P: Planes>(source: &'p P, least: f64, rng: &mut Rng) -> Window<'p, P> {
    let (height, width) = source.size();
    let area = (height * width) as f64;
    for _ in 0..CROP_TRIES {
        let wanted = area * rng.range(least, 1.0);
        let ratio = rng.range(RATIO[0].ln(), RATIO[1].ln()).exp();
        let part_width = (wanted * ratio).sqrt().round() as usize;
        let part_height = (wanted / ratio).sqrt().round() as usize;
        if (1..=width).contains(&part_width) && (1..=height).contains(&part_height) {
            let top = rng.below(height - part_height + 1);
            let left = rng.below(width - part_width + 1);
            return Window { of: source, top, left, size: (part_height, part_width) };
        }
    }
    let (h, w) = (height as f64, width as f64);
    let part_width = (h * RATIO[1]).round().clamp(1.0, w) as usize;
    let part_height = (w / RATIO[0]).round().clamp(1.0, h) as usize;
    let (top, left) = ((height - part_height) / 2, (width - part_width) / 2);
    Window { of: source, top, left, size: (part_height, part_width) }
}

fn normalise(image: &mut Image, mean: &[f32], std: &[f32]) {
    let of = |all: &[f32], channel: usize| all[channel.min(all.len() - 1)];
    for channel in 0..image.channels {
        let (mean, std) = (of(mean, channel), of(std, channel));
        image.plane_mut(channel).iter_mut().for_each(|value| *value = (*value - mean) / std);
    }
}

/// Turns about the middle, anticlockwise as seen; what comes from beyond the edges is black.
fn rotate(image: &Image, angle: f64, out: &mut Image) {
    out.reshape(image.channels, image.height, image.width);
    let (sin, cos) = (angle.sin() as f32, angle.cos() as f32);
    let middle = |side: usize| (side as f32 - 1.0) / 2.0;
    let (cx, cy) = (middle(image.width), middle(image.height));
    let area = image.height * image.width;
    for y in 0..image.height {
        let dy = y as f32 - cy;
        for x in 0..image.width {
            let dx = x as f32 - cx;
            let spot = Spot::new(image, cos * dx - sin * dy + cx, sin * dx + cos * dy + cy);
            for channel in 0..image.channels {
                let plane = &image.values[channel * area..(channel + 1) * area];
                out.values[channel * area + y * image.width + x] = spot.value(plane);
            }
        }
    }
}

/// The four pixels about a place, and how much each counts.
struct Spot {
    places: [usize; 4],
    weights: [f32; 4],
}

impl Spot {
    fn new(image: &Image, x: f32, y: f32) -> Self {
        let (left, top) = (x.floor(), y.floor());
        let (right_part, low_part) = (x - left, y - top);
        let (left, top) = (left as isize, top as isize);
        let mut spot = Self { places: [0; 4], weights: [0.0; 4] };
        let corners = [(0, 0), (1, 0), (0, 1), (1, 1)];
        for (corner, (right, low)) in corners.into_iter().enumerate() {
            let across = if right == 1 { right_part } else { 1.0 - right_part };
            let down = if low == 1 { low_part } else { 1.0 - low_part };
            let inside = |place: isize, side: usize| (0..side.cast_signed()).contains(&place);
            let (x, y) = (left + right, top + low);
            if inside(x, image.width) && inside(y, image.height) {
                spot.places[corner] = y.cast_unsigned() * image.width + x.cast_unsigned();
                spot.weights[corner] = across * down;
            }
        }
        spot
    }

    fn value(&self, plane: &[f32]) -> f32 {
        self.places.iter().zip(&self.weights).map(|(&place, weight)| plane[place] * weight).sum()
    }
}

fn flip_by_chance(image: &mut Image, probability: f64, rng: &mut Rng) {
    if rng.uniform() < probability {
        flip(image);
    }
}

fn flip(image: &mut Image) {
    image.values.chunks_exact_mut(image.width.max(1)).for_each(<[f32]>::reverse);
}

/// Moves by whole pixels; what comes in is black.
fn shift(image: &Image, right: isize, down: isize, out: &mut Image) {
    out.reshape(image.channels, image.height, image.width);
    out.values.fill(0.0);
    let (across, rows) = (Moved::new(image.width, right), Moved::new(image.height, down));
    let area = image.height * image.width;
    for channel in 0..image.channels {
        for y in 0..rows.length {
            let from = channel * area + (rows.from + y) * image.width + across.from;
            let to = channel * area + (rows.to + y) * image.width + across.to;
            out.values[to..to + across.length]
                .copy_from_slice(&image.values[from..from + across.length]);
        }
    }
}

/// What is left of an axis after a move.
struct Moved {
    from: usize,
    to: usize,
    length: usize,
}

impl Moved {
    fn new(side: usize, by: isize) -> Self {
        let length = side.saturating_sub(by.unsigned_abs());
        let start = side - length;
        if by < 0 {
            Self { from: start, to: 0, length }
        } else {
            Self { from: 0, to: start, length }
        }
    }
}

/// Adds normal noise; what leaves 0 to 1 is not cut off, because steps before may have left it.
fn noise(image: &mut Image, std: f64, rng: &mut Rng) {
    for pair in image.values.chunks_mut(2) {
        // Both values of the Box–Muller transform.
        let radius = std * (-2.0 * (1.0 - rng.uniform()).ln()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * rng.uniform()).sin_cos();
        for (value, unit) in pair.iter_mut().zip([cos, sin]) {
            *value += (radius * unit) as f32;
        }
    }
}

#[cfg(test)]
mod tests;
