//! The numbers behind the pictures: what a channel holds, kernels cut out of weights, saliency by
//! pixel.

use crate::record::LayerValues;

pub use crate::ui::kernels::Kernels;

/// What can be said of some values in a few numbers. What is not finite counts as neither.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    /// Smallest value.
    pub min: f32,
    /// Arithmetic mean.
    pub mean: f32,
    /// Largest value.
    pub max: f32,
    /// Share of the values that are exactly zero, as ReLU leaves them.
    pub zeros: f32,
    /// Place of the largest value; of equals the first.
    pub top: usize,
}

impl Facts {
    /// Of all finite values; `None` where there is none.
    #[must_use]
    pub fn of(values: &[f32]) -> Option<Self> {
        let finite = || values.iter().enumerate().filter(|(_, value)| value.is_finite());
        let count = finite().count();
        let (top, &max) = finite().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
        let min = finite().fold(f32::INFINITY, |least, (_, &value)| least.min(value));
        let sum: f64 = finite().map(|(_, &value)| f64::from(value)).sum();
        let zeros = finite().filter(|(_, value)| **value == 0.0).count();
        let [mean, zeros] = [sum / count as f64, zeros as f64 / count as f64].map(|x| x as f32);
        Some(Self { min, mean, max, zeros, top })
    }
}

/// The largest distance from zero among finite values; 0 where there is none.
#[must_use]
pub fn extent(values: &[f32]) -> f32 {
    let finite = values.iter().filter(|value| value.is_finite());
    finite.fold(0.0, |most, value| most.max(value.abs()))
}

/// `[channels, height, width]` of a layer; a row of values is so many channels of one pixel.
#[must_use]
pub fn image_shape(shape: &[usize]) -> [usize; 3] {
    match *shape {
        [channels, height, width] => [channels, height, width],
        _ => [shape.iter().product(), 1, 1],
    }
}

/// The values of one channel, in reading order.
#[must_use]
pub fn channel(layer: &LayerValues, channel: usize) -> &[f32] {
    let [_, height, width] = image_shape(&layer.shape);
    let size = height * width;
    layer.values.get(channel * size..(channel + 1) * size).unwrap_or_default()
}

/// One value for each pixel of an image whose gradient is `[channels, height, width]`. Signed it is
/// the sum over the channels: what happens when the pixel becomes brighter in all of them. Without
/// a sign it is the largest magnitude (Simonyan et al., 2013).
#[must_use]
pub fn by_pixel(gradient: &[f32], [channels, height, width]: [usize; 3], signed: bool) -> Vec<f32> {
    let size = height * width;
    let of = |pixel: usize| (0..channels).map(move |channel| gradient[channel * size + pixel]);
    if gradient.len() < channels * size {
        return Vec::new();
    }
    let one = |pixel| match signed {
        true => of(pixel).sum(),
        false => of(pixel).fold(0.0, |most: f32, value| most.max(value.abs())),
    };
    (0..size).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_agree_with_the_closed_form() {
        let facts = Facts::of(&[0.0, 3.0, -1.0, 0.0, 3.0, f32::NAN]).expect("has values");
        assert_eq!((facts.min, facts.mean, facts.max), (-1.0, 1.0, 3.0));
        assert_eq!((facts.zeros, facts.top), (0.4, 1));
        assert_eq!(Facts::of(&[0.0; 4]).map(|facts| facts.zeros), Some(1.0), "dead");
        assert_eq!(Facts::of(&[f32::NAN]), None);
        assert_eq!((extent(&[1.0, -2.5, f32::INFINITY]), extent(&[])), (2.5, 0.0));
    }

    #[test]
    fn a_channel_is_cut_out_in_reading_order() {
        let values = (0..12).map(|value| value as f32).collect();
        let layer = LayerValues { layer: 0, shape: vec![2, 2, 3], values };
        assert_eq!(channel(&layer, 1), [6., 7., 8., 9., 10., 11.]);
        assert_eq!(channel(&layer, 2), [0.0_f32; 0]);
        let row = LayerValues { layer: 1, shape: vec![3], values: vec![4., 5., 6.] };
        assert_eq!((image_shape(&row.shape), channel(&row, 2)), ([3, 1, 1], &[6.0][..]));
    }

    #[test]
    fn the_saliency_of_a_pixel_joins_its_channels() {
        let gradient = [1.0, -2.0, 3.0, 0.5, -3.0, 2.0];
        assert_eq!(by_pixel(&gradient, [2, 1, 3], true), [1.5, -5.0, 5.0]);
        assert_eq!(by_pixel(&gradient, [2, 1, 3], false), [1.0, 3.0, 3.0]);
        assert_eq!(by_pixel(&gradient, [1, 2, 3], true), gradient);
        assert!(by_pixel(&gradient, [3, 2, 3], true).is_empty());
    }
}
