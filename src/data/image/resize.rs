use super::frame::{Image, Planes};

/// Resizes `source` to `width` × `height` by a triangle filter that grows with the reduction, first
/// across, then down: bilinear interpolation when enlarging, antialiased when reducing. The
/// weights are those of Pillow's `BILINEAR`, but nothing is rounded in between.
pub(super) fn resize(source: &impl Planes, height: usize, width: usize, out: &mut Image) {
    let channels = source.channels();
    let (old_height, old_width) = source.size();
    out.reshape(channels, height, width);
    let across = Taps::new(old_width, width);
    let down = Taps::new(old_height, height);
    let mut narrowed = vec![0.0; old_height * width];
    let mut room = Vec::new();
    for channel in 0..channels {
        for (y, target) in narrowed.chunks_exact_mut(width).enumerate() {
            across.apply(source.row(channel, y, &mut room), target);
        }
        let targets = out.plane_mut(channel).chunks_exact_mut(width);
        for ((first, weights), target) in down.iter().zip(targets) {
            target.fill(0.0);
            let rows = narrowed[first * width..].chunks_exact(width);
            for (&weight, row) in weights.iter().zip(rows) {
                for (sum, value) in target.iter_mut().zip(row) {
                    *sum += weight * value;
                }
            }
        }
    }
}

/// Which old pixels make each new one along an axis, and with what weights.
struct Taps {
    /// First old pixel, and where its weights end in `weights`.
    ends: Vec<(usize, usize)>,
    weights: Vec<f32>,
}

impl Taps {
    fn new(old: usize, new: usize) -> Self {
        let step = old as f64 / new as f64;
        let reach = step.max(1.0);
        let mut taps = Self { ends: Vec::with_capacity(new), weights: Vec::new() };
        for place in 0..new {
            let centre = (place as f64 + 0.5) * step;
            let first = (centre - reach + 0.5).max(0.0) as usize;
            let end = ((centre + reach + 0.5) as usize).min(old);
            let weight = |x: usize| 1.0 - ((x as f64 + 0.5 - centre) / reach).abs();
            let sum: f64 = (first..end).map(|x| weight(x).max(0.0)).sum();
            taps.weights.extend((first..end).map(|x| (weight(x).max(0.0) / sum) as f32));
            taps.ends.push((first, taps.weights.len()));
        }
        taps
    }

    fn iter(&self) -> impl Iterator<Item = (usize, &[f32])> {
        let mut begin = 0;
        self.ends.iter().map(move |&(first, end)| {
            let weights = &self.weights[begin..end];
            begin = end;
            (first, weights)
        })
    }

    fn apply(&self, row: &[f32], target: &mut [f32]) {
        for ((first, weights), out) in self.iter().zip(target) {
            *out = dot(weights, &row[first..]);
        }
    }
}

/// Sum of products over the length of `a`, eight sums side by side: additions of floats are
/// never reordered by themselves.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let b = &b[..a.len()];
    let (wide_a, rest_a) = a.as_chunks::<8>();
    let (wide_b, rest_b) = b.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (a, b) in wide_a.iter().zip(wide_b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}
