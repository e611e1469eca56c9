//! The numbers behind the drawing, looked up in a frame: weights, biases, activations.

use crate::base::ends;
use crate::record::{BoundaryRequest, Maps, NamedTensor, ProbeFrame};
use crate::spec::{bias_name, weight_name};
use crate::ui::kernels::Kernels;

use super::anatomy::{Channels, Dense};

/// Weights and biases of a dense layer.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    values: &'a [f32],
    biases: &'a [f32],
    inputs: usize,
}

impl<'a> Weights<'a> {
    /// Those of a layer, if the frame has them.
    #[must_use]
    pub fn of(frame: &'a ProbeFrame, dense: &Dense) -> Option<Self> {
        let weight = frame.inside.parameter(&weight_name(dense.place))?;
        let &[_, inputs] = weight.tensor.shape() else { return None };
        let bias = frame.inside.parameter(&bias_name(dense.place));
        let biases = bias.map_or(&[][..], |bias: &NamedTensor| bias.tensor.data());
        (inputs == dense.inputs).then_some(Self { values: weight.tensor.data(), biases, inputs })
    }

    /// The place of a weight among the values of its array.
    #[must_use]
    pub fn index(self, from: usize, to: usize) -> usize {
        to * self.inputs + from
    }

    /// The weight of a value in the sum of a neuron.
    #[must_use]
    pub fn at(self, from: usize, to: usize) -> Option<f32> {
        (from < self.inputs).then(|| self.values.get(self.index(from, to)).copied())?
    }

    /// All weights of a neuron.
    #[must_use]
    pub fn incoming(self, to: usize) -> &'a [f32] {
        self.values.get(to * self.inputs..(to + 1) * self.inputs).unwrap_or_default()
    }

    /// The bias of a neuron.
    #[must_use]
    pub fn bias(self, of: usize) -> Option<f32> {
        self.biases.get(of).copied()
    }

    /// The largest magnitude of all weights that are numbers.
    #[must_use]
    pub fn widest(self) -> f32 {
        widest(self.values)
    }
}

/// The kernels of a convolution, if the frame has them.
#[must_use]
pub fn kernels<'a>(frame: &'a ProbeFrame, maps: &Channels) -> Option<Kernels<'a>> {
    maps.kernels?;
    let weight = frame.inside.parameter(&weight_name(maps.place))?;
    Kernels::of(&weight.tensor, [0; 3])
}

/// The largest magnitude of all values that are numbers; 0 where there is none.
#[must_use]
pub fn widest(values: &[f32]) -> f32 {
    let sizes = values.iter().map(|value| value.abs()).filter(|size| size.is_finite());
    sizes.fold(0.0, f32::max)
}

/// The activations of one value of a layer over a window, `[side · side]`, and the side.
#[must_use]
pub fn map<'a>(
    frame: &'a ProbeFrame,
    window: &BoundaryRequest,
    layer: usize,
    unit: usize,
) -> Option<&'a [f32]> {
    let fits = |maps: &&Maps| maps.request.window == *window;
    frame.inside.maps.iter().filter(fits).find_map(|maps| {
        let wanted = maps.request.layers.iter().zip(&maps.layers);
        wanted.filter(|(of, _)| of.layer == layer).find_map(|(of, values)| {
            let row = of.units.binary_search(&unit).ok()?;
            (row < values.rows()).then(|| values.row(row))
        })
    })
}

/// Counts of values in intervals of equal width.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// The least and the greatest value.
    pub range: [f32; 2],
    /// How many values each interval holds. An interval holds its lower end; the last one its
    /// upper end, too, as in `numpy.histogram`.
    pub counts: Vec<usize>,
    /// How many values are no numbers.
    pub strange: usize,
}

impl Histogram {
    /// Counts values; `None` where none is a number. Equal values stand in the middle of a range
    /// of width 1.
    #[must_use]
    pub fn of(values: &[f32], bins: usize) -> Option<Self> {
        let [low, high] = ends(values.iter().copied())?;
        let [low, high] = if high > low { [low, high] } else { [low - 0.5, high + 0.5] };
        let mut counts = vec![0; bins.max(1)];
        let mut strange = 0;
        let width = f64::from(high) - f64::from(low);
        for &value in values {
            if !value.is_finite() {
                strange += 1;
                continue;
            }
            let share = (f64::from(value) - f64::from(low)) / width;
            let bin = ((share * counts.len() as f64) as usize).min(counts.len() - 1);
            counts[bin] += 1;
        }
        Some(Self { range: [low, high], counts, strange })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_interval_holds_its_lower_end_and_the_last_one_both() {
        let counted = Histogram::of(&[0.0, 0.5, 1.0, 1.0, 2.0, f32::NAN], 4).expect("numbers");
        assert_eq!(counted.range, [0.0, 2.0]);
        assert_eq!(counted.counts, [1, 1, 2, 1]);
        assert_eq!(counted.strange, 1);
        let equal = Histogram::of(&[3.0, 3.0], 4).expect("numbers");
        assert_eq!((equal.range, equal.counts), ([2.5, 3.5], vec![0, 0, 2, 0]));
        assert_eq!(Histogram::of(&[f32::NAN], 4), None);
        assert_eq!(Histogram::of(&[], 4), None);
    }

    proptest! {
        #[test]
        fn every_number_is_counted_once(values in prop::collection::vec(-1e6_f32..1e6, 1..200), bins in 1_usize..40) {
            let counted = Histogram::of(&values, bins).expect("numbers");
            prop_assert_eq!(counted.counts.len(), bins);
            prop_assert_eq!(counted.counts.iter().sum::<usize>(), values.len());
        }
    }
}
