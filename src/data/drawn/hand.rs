//! How a hand writes a glyph this time: the pen's way with all that is left to chance.

use std::f64::consts::TAU;

use super::glyphs::{Anchor, Glyph, Stroke};
use super::raster::SIDE;
use crate::base::Rng;

/// Pieces of straight line that stand for the curve between two anchors.
const PIECES: usize = 6;
/// Height or width of a digit, whichever is more, in pixels; as MNIST has it.
const BOX: f64 = 20.0;
/// Waves of the elastic distortion.
const WAVES: usize = 3;

/// A point of the pen's way, in pixels.
pub type Point = [f64; 2];

/// Lines to be drawn, in pixels.
#[derive(Debug)]
pub struct Writing {
    /// The pen's way, one list for each stroke.
    pub strokes: Vec<Vec<Point>>,
    /// Half the width of the line where a stroke begins.
    pub first_radius: f64,
    /// Half the width of the line where a stroke ends.
    pub last_radius: f64,
    /// How dark the ink is, 0 to 1.
    pub ink: f64,
}

/// Writes one of `glyphs`, with `distortion` from 0 (as in the book) to 1.
pub fn write(glyphs: &[Glyph], distortion: f64, rng: &mut Rng) -> Writing {
    let glyph = glyphs[rng.below(glyphs.len())];
    let wobble = 0.014 * distortion;
    let mut strokes: Vec<Vec<Point>> =
        glyph.iter().map(|stroke| way(&wobbled(stroke, wobble, rng))).collect();
    let bend = Bend::draw(distortion, rng);
    strokes.iter_mut().flatten().for_each(|point| *point = bend.apply(*point));
    let radius = 1.25 + distortion * rng.range(-0.4, 0.4);
    let size = (BOX - 2.0 * radius) * (1.0 - 0.15 * distortion * rng.uniform());
    let shift = [(); 2].map(|()| distortion * rng.range(-2.4, 2.4));
    place(&mut strokes, size);
    move_within(&mut strokes, shift, radius);
    let pressure = distortion * rng.range(-0.2, 0.2);
    Writing {
        strokes,
        first_radius: radius + pressure,
        last_radius: radius - pressure,
        ink: 1.0 - 0.2 * distortion * rng.uniform(),
    }
}

/// The anchors, each a little off.
fn wobbled(stroke: Stroke, wobble: f64, rng: &mut Rng) -> Vec<Anchor> {
    let shifted = |anchor: &Anchor| Anchor {
        x: anchor.x + wobble * rng.normal(),
        y: anchor.y + wobble * rng.normal(),
        is_corner: anchor.is_corner,
    };
    stroke.iter().map(shifted).collect()
}

/// The curve through the anchors: a Catmull–Rom spline that starts anew at each corner.
fn way(anchors: &[Anchor]) -> Vec<Point> {
    let at = |anchor: &Anchor| [anchor.x, anchor.y];
    let mut points: Vec<Point> = anchors.first().map(at).into_iter().collect();
    for (i, pair) in anchors.windows(2).enumerate() {
        let (from, to) = (at(&pair[0]), at(&pair[1]));
        let before = i.checked_sub(1).filter(|_| !pair[0].is_corner);
        let before = before.map_or(beyond(to, from), |i| at(&anchors[i]));
        let after = anchors.get(i + 2).filter(|_| !pair[1].is_corner);
        let after = after.map_or(beyond(from, to), at);
        points.extend((1..=PIECES).map(|piece| {
            let t = piece as f64 / PIECES as f64;
            spline([before, from, to, after], t)
        }));
    }
    points
}

/// As far behind `to` as `from` is before it.
fn beyond(from: Point, to: Point) -> Point {
    [2.0 * to[0] - from[0], 2.0 * to[1] - from[1]]
}

/// The Catmull–Rom spline between the two middle points.
fn spline(p: [Point; 4], t: f64) -> Point {
    let along = |axis: usize| {
        let [a, b, c, d] = p.map(|point| point[axis]);
        let slopes = [(c - a) / 2.0, (d - b) / 2.0];
        let bow = 3.0 * (c - b) - 2.0 * slopes[0] - slopes[1];
        let rest = 2.0 * (b - c) + slopes[0] + slopes[1];
        b + t * (slopes[0] + t * (bow + t * rest))
    };
    [along(0), along(1)]
}

/// What is done to the whole digit: elastic distortion, then width, slant and rotation.
struct Bend {
    waves: [Wave; WAVES],
    matrix: [[f64; 2]; 2],
}

/// A smooth displacement of the plane.
struct Wave {
    frequency: Point,
    phase: f64,
    reach: Point,
}

impl Bend {
    fn draw(distortion: f64, rng: &mut Rng) -> Self {
        let waves = [(); WAVES].map(|()| Wave::draw(0.022 * distortion, rng));
        let width = (0.12 * distortion * clipped(rng)).exp();
        let slant = 0.14 * distortion * clipped(rng);
        let (sin, cos) = (0.09 * distortion * clipped(rng)).sin_cos();
        // Rotation · slant · width; y points down, so a positive slant leans to the right.
        let matrix = [[cos * width, -cos * slant - sin], [sin * width, -sin * slant + cos]];
        Self { waves, matrix }
    }

    fn apply(&self, point: Point) -> Point {
        let mut bent = [point[0] - 0.5, point[1] - 0.5];
        for wave in &self.waves {
            let along = wave.frequency[0] * point[0] + wave.frequency[1] * point[1];
            let height = (TAU * along + wave.phase).sin();
            bent = [bent[0] + wave.reach[0] * height, bent[1] + wave.reach[1] * height];
        }
        self.matrix.map(|row| row[0] * bent[0] + row[1] * bent[1])
    }
}

impl Wave {
    fn draw(reach: f64, rng: &mut Rng) -> Self {
        Self {
            frequency: [rng.range(-1.0, 1.0), rng.range(-1.0, 1.0)],
            phase: TAU * rng.uniform(),
            reach: [reach * rng.normal(), reach * rng.normal()],
        }
    }
}

/// A normal number within two standard deviations, so that no digit falls over.
fn clipped(rng: &mut Rng) -> f64 {
    rng.normal().clamp(-2.0, 2.0)
}

/// Scales the strokes so that the longer side is `size` pixels, and moves their centre of mass to
/// the middle of the image.
fn place(strokes: &mut [Vec<Point>], size: f64) {
    let side = (0..2).map(|axis| span(strokes, axis)).map(|[low, high]| high - low);
    let scale = size / side.fold(f64::MIN_POSITIVE, f64::max);
    let centre = centre_of_mass(strokes);
    for point in strokes.iter_mut().flatten() {
        for axis in 0..2 {
            point[axis] = SIDE as f64 / 2.0 + scale * (point[axis] - centre[axis]);
        }
    }
}

/// Moves the strokes by up to `shift` pixels, as far as lines of this radius stay on the paper.
fn move_within(strokes: &mut [Vec<Point>], shift: Point, radius: f64) {
    for axis in 0..2 {
        let [low, high] = span(strokes, axis);
        let (back, on) = ((radius - low).min(0.0), (SIDE as f64 - radius - high).max(0.0));
        let shift = shift[axis].clamp(back, on);
        strokes.iter_mut().flatten().for_each(|point| point[axis] += shift);
    }
}

/// The smallest and the largest coordinate.
fn span(strokes: &[Vec<Point>], axis: usize) -> [f64; 2] {
    let along = || strokes.iter().flatten().map(|point| point[axis]);
    [along().fold(f64::INFINITY, f64::min), along().fold(f64::NEG_INFINITY, f64::max)]
}

/// Of lines of even width.
fn centre_of_mass(strokes: &[Vec<Point>]) -> Point {
    let mut moment = [0.0; 2];
    let mut length = 0.0;
    for pair in strokes.iter().flat_map(|stroke| stroke.windows(2)) {
        let piece = (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
        for axis in 0..2 {
            moment[axis] += piece * (pair[0][axis] + pair[1][axis]) / 2.0;
        }
        length += piece;
    }
    moment.map(|moment| moment / length)
}
