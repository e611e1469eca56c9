//! Lines to pixels: each is as dark as it is near to a line.

use super::hand::{Point, Writing};
use crate::base::Rng;

/// Rows and columns of an image.
pub const SIDE: usize = 28;
/// How far noise goes at most, at full distortion; 1 is from paper to ink.
const NOISE: f64 = 0.08;

/// Draws `writing` into an image of paper. Pixel centres are at halves.
pub fn paint(writing: &Writing, image: &mut [f32]) {
    for stroke in &writing.strokes {
        let pieces = stroke.len().saturating_sub(1).max(1) as f64;
        for (i, pair) in stroke.windows(2).enumerate() {
            let along = i as f64 / pieces;
            let radius =
                writing.first_radius + along * (writing.last_radius - writing.first_radius);
            line(pair[0], pair[1], radius, writing.ink, image);
        }
    }
}

/// One straight piece. Ink laid on ink is not darker.
fn line(from: Point, to: Point, radius: f64, ink: f64, image: &mut [f32]) {
    let columns = reached(from[0], to[0], radius);
    for row in reached(from[1], to[1], radius) {
        for column in columns.clone() {
            let centre = [column as f64 + 0.5, row as f64 + 0.5];
            let cover = (radius + 0.5 - distance(centre, from, to)).clamp(0.0, 1.0);
            let pixel = &mut image[row * SIDE + column];
            *pixel = pixel.max((ink * cover) as f32);
        }
    }
}

/// The rows or columns that a line between two coordinates can reach.
fn reached(from: f64, to: f64, radius: f64) -> std::ops::Range<usize> {
    let (low, high) = (from.min(to) - radius - 1.0, from.max(to) + radius + 1.0);
    let side = SIDE as f64;
    low.clamp(0.0, side) as usize..high.clamp(0.0, side).ceil() as usize
}

/// From a point to the nearest of a line.
fn distance(point: Point, from: Point, to: Point) -> f64 {
    let way = [to[0] - from[0], to[1] - from[1]];
    let off = [point[0] - from[0], point[1] - from[1]];
    let length = way[0] * way[0] + way[1] * way[1];
    let along = if length > 0.0 {
        ((off[0] * way[0] + off[1] * way[1]) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (dx, dy) = (off[0] - along * way[0], off[1] - along * way[1]);
    (dx * dx + dy * dy).sqrt()
}

/// Adds noise to every pixel.
pub fn spoil(distortion: f64, rng: &mut Rng, image: &mut [f32]) {
    if distortion == 0.0 {
        return;
    }
    for pixel in image {
        let noise = rng.range(-NOISE, NOISE) * distortion;
        *pixel = (f64::from(*pixel) + noise).clamp(0.0, 1.0) as f32;
    }
}
