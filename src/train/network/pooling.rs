//! Pooling on the processor, a line of windows at a time and without a branch for each value:
//! random values make every second guess of a branch wrong.

use std::ops::Range;

use burn::backend::TensorMetadata;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::tensor::{DType, Tensor};

use crate::spec::PoolSpec;

use super::super::device::Host;
use super::host::{self, HostTensor, Real, Tracked};
use super::sliding::{Axis, Reach};

/// `nn.MaxPool2d` of `x` `[rows, channels, height, width]`: of equal values the first in reading
/// order gets the gradient, and a NaN is larger than any number. `None` for tensors that are not on
/// the processor.
pub(super) fn max_pool(x: &Tensor<4>, pool: PoolSpec) -> Option<Tensor<4>> {
    if !x.is_autodiff() {
        let x = x.clone().try_into_primitive::<Host>().ok()?;
        return Some(Tensor::from_primitive::<Host>(largest(&x, pool)?));
    }
    let x = x.clone().try_into_primitive::<Tracked>().ok()?;
    let output = largest(x.primitive(), pool)?;
    let known = Known { x: x.primitive().clone(), largest: output.clone(), pool };
    let output = host::record(MaxPool, [x.node()], known, output);
    Some(Tensor::from_primitive::<Tracked>(output))
}

/// The way back through a maximum: to the places where it was found.
#[derive(Debug)]
struct MaxPool;

/// What the way back needs of the way there.
#[derive(Clone, Debug)]
struct Known {
    x: HostTensor,
    largest: HostTensor,
    pool: PoolSpec,
}

impl Backward<Host, 1> for MaxPool {
    type State = Known;

    fn backward(self, ops: Ops<Known, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let at_output = gradients.consume::<Host>(&ops.node);
        let [Some(parent)] = ops.parents else { return };
        let windows = Windows::new(&ops.state.x, ops.state.pool);
        let at_x = match at_output.dtype() {
            DType::F64 => windows.to_the_largest::<f64>(&ops.state, &at_output),
            _ => windows.to_the_largest::<f32>(&ops.state, &at_output),
        };
        gradients.register::<Host>(parent.id, at_x);
    }
}

/// Windows over the images of a batch.
#[derive(Clone, Debug)]
struct Windows {
    /// Samples and channels.
    planes: [usize; 2],
    height: Axis,
    width: Axis,
    /// How far each value of a window reaches from left to right.
    across: Vec<Reach>,
}

impl Windows {
    fn new(x: &HostTensor, pool: PoolSpec) -> Self {
        let [rows, channels, height, width] = x.shape().dims();
        let [height, width] = [(0, height), (1, width)].map(|(axis, input)| Axis {
            input,
            output: stops(pool, axis, input),
            kernel: pool.kernel[axis],
            stride: pool.stride[axis],
            before: pool.padding[axis],
            dilation: 1,
        });
        Self { planes: [rows, channels], height, width, across: width.reaches() }
    }

    /// Values of an image before, and after.
    fn areas(&self) -> [usize; 2] {
        [self.height.input * self.width.input, self.height.output * self.width.output]
    }

    /// A value for each window.
    fn output<T: Real>(&self, values: Vec<T>) -> HostTensor {
        let [rows, channels] = self.planes;
        host::tensor(values, &[rows, channels, self.height.output, self.width.output])
    }

    /// Calls `visit` for every line of window values along a row of windows, in reading order: with
    /// the place of the first value that it meets in the image, and the windows that it belongs to.
    /// Backwards, the last line comes first.
    fn each_line(&self, row: usize, backwards: bool, mut visit: impl FnMut(usize, Range<usize>)) {
        let lines = self.height.window(row).len() * self.across.len();
        let top = self.height.window(row).start;
        for line in 0..lines {
            let line = if backwards { lines - 1 - line } else { line };
            let reach = &self.across[line % self.across.len()];
            let y = top + line / self.across.len();
            visit(y * self.width.input + reach.first, reach.outputs.clone());
        }
    }

    fn largest<T: Real>(&self, x: &HostTensor) -> HostTensor {
        let x = x.to_contiguous();
        let [before, after] = self.areas();
        let mut largest = vec![T::LOWEST; self.planes.iter().product::<usize>() * after];
        let mut copy = Vec::new();
        let images = T::values(&x).chunks_exact(before);
        for (image, largest) in images.zip(largest.chunks_exact_mut(after)) {
            if has_nan(image) {
                self.each_winner(image, |place, winner| largest[place] = image[winner]);
            } else {
                self.largest_of(with_margin(image, self.width.stride, &mut copy), largest);
            }
        }
        self.output(largest)
    }

    /// The largest values of an image without NaN.
    fn largest_of<T: Real>(&self, image: &[T], largest: &mut [T]) {
        let stride = self.width.stride;
        for (row, largest) in largest.chunks_exact_mut(self.width.output).enumerate() {
            self.each_line(row, false, |first, windows| {
                let largest = largest[windows].iter_mut();
                strided(&image[first..], stride, largest, |_, value, largest| {
                    *largest = if value > *largest { value } else { *largest };
                });
            });
        }
    }

    /// The gradient at the input.
    fn to_the_largest<T: Real>(&self, known: &Known, at_output: &HostTensor) -> HostTensor {
        let [x, largest, at_output] =
            [&known.x, &known.largest, at_output].map(HostTensor::to_contiguous);
        let [before, after] = self.areas();
        let mut at_x = vec![T::default(); T::values(&x).len()];
        let mut copy = Vec::new();
        let outputs = T::values(&largest).chunks_exact(after);
        let outputs = outputs.zip(T::values(&at_output).chunks_exact(after));
        let images = T::values(&x).chunks_exact(before).zip(at_x.chunks_exact_mut(before));
        for ((image, at_image), (largest, at_output)) in images.zip(outputs) {
            if has_nan(image) {
                self.each_winner(image, |place, winner| at_image[winner] += at_output[place]);
            } else {
                let image = with_margin(image, self.width.stride, &mut copy);
                self.back_to(image, largest, at_output, at_image);
            }
        }
        host::tensor(at_x, &x.shape().dims::<4>())
    }

    /// Adds the gradient of every window of an image without NaN to that of its largest value. From
    /// the last value of the windows to the first, whichever is equal is taken, so that the first of
    /// them is taken last.
    fn back_to<T: Real>(&self, image: &[T], largest: &[T], at_output: &[T], at_image: &mut [T]) {
        let (stride, width) = (self.width.stride, self.width.output);
        let mut found = vec![0_u32; width];
        let rows = largest.chunks_exact(width).zip(at_output.chunks_exact(width));
        for (row, (largest, at_output)) in rows.enumerate() {
            self.each_line(row, true, |first, windows| {
                let found = found[windows.clone()].iter_mut().zip(&largest[windows]);
                strided(&image[first..], stride, found, |place, value, (found, largest)| {
                    // All bits where they are equal: a choice between two numbers would be a branch.
                    let is_it = u32::from(value == *largest).wrapping_neg();
                    *found ^= (*found ^ (first + place) as u32) & is_it;
                });
            });
            let found = found.iter().zip(at_output);
            found.for_each(|(place, gradient)| at_image[*place as usize] += *gradient);
        }
    }

    /// Calls `visit` with every window of an image and the place of its largest value, found value
    /// by value; of several NaN, which beat any number, it is the last.
    fn each_winner<T: Real>(&self, image: &[T], mut visit: impl FnMut(usize, usize)) {
        for window in 0..self.height.output * self.width.output {
            let lines = self.height.window(window / self.width.output);
            let columns = self.width.window(window % self.width.output);
            let mut winner = lines.start * self.width.input + columns.start;
            for line in lines.map(|y| y * self.width.input) {
                for place in columns.clone().map(|x| line + x) {
                    let value = image[place];
                    if value > image[winner] || is_nan(value) {
                        winner = place;
                    }
                }
            }
            visit(window, winner);
        }
    }
}

/// At how many places a window stops along `side` values, as PyTorch counts them.
fn stops(pool: PoolSpec, axis: usize, side: usize) -> usize {
    let [kernel, stride, padding] = [pool.kernel, pool.stride, pool.padding].map(|of| of[axis]);
    let over = if pool.ceil { stride - 1 } else { 0 };
    let last = (side + 2 * padding + over - kernel) / stride;
    let begins_outside = pool.ceil && last * stride >= side + padding;
    last + usize::from(!begins_outside)
}

/// The largest value of each window; `None` for numbers of another kind.
fn largest(x: &HostTensor, pool: PoolSpec) -> Option<HostTensor> {
    match x.dtype() {
        DType::F32 => Some(Windows::new(x, pool).largest::<f32>(x)),
        DType::F64 => Some(Windows::new(x, pool).largest::<f64>(x)),
        _ => None,
    }
}

/// Calls `visit` with every value that lies a stride behind the one before, its place, and the next
/// of `beside`, until those end. The most frequent strides are spelt out, so that several values
/// are worked on at once.
#[inline(always)]
fn strided<T: Real, Beside>(
    values: &[T],
    stride: usize,
    beside: impl Iterator<Item = Beside>,
    mut visit: impl FnMut(usize, T, Beside),
) {
    match stride {
        1 => {
            let values = values.iter().zip(beside).enumerate();
            values.for_each(|(place, (value, beside))| visit(place, *value, beside));
        }
        2 => {
            let values = values.as_chunks::<2>().0.iter().zip(beside).enumerate();
            values.for_each(|(place, ([value, _], beside))| visit(2 * place, *value, beside));
        }
        _ => {
            let values = values.chunks_exact(stride).zip(beside).enumerate();
            values.for_each(|(place, (values, beside))| visit(stride * place, values[0], beside));
        }
    }
}

/// A copy of an image with a stride of zeros behind it, so that its last value begins a whole one.
fn with_margin<'a, T: Real>(image: &[T], stride: usize, copy: &'a mut Vec<T>) -> &'a [T] {
    copy.clear();
    copy.extend_from_slice(image);
    copy.resize(image.len() + stride, T::default());
    copy
}

#[allow(clippy::eq_op, reason = "no number differs from itself, and `Real` has no `is_nan`")]
fn is_nan<T: Real>(value: T) -> bool {
    value != value
}

/// Looks at every value: stopping at the first would be a branch for each.
fn has_nan<T: Real>(values: &[T]) -> bool {
    values.iter().fold(false, |found, value| found | is_nan(*value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{RunRng, Stream};

    /// Windows of every kind on images of every size.
    fn cases() -> impl Iterator<Item = ([usize; 4], PoolSpec)> {
        let images = [[2, 3, 6, 7], [1, 1, 5, 5], [1, 2, 3, 11], [3, 1, 9, 4]];
        let kernels = [[1, 1], [2, 2], [3, 3], [2, 3], [3, 1]];
        let strides = [[1, 1], [2, 2], [3, 3], [1, 2], [2, 1]];
        images.into_iter().flat_map(move |image| {
            kernels.into_iter().flat_map(move |kernel| {
                strides.into_iter().flat_map(move |stride| {
                    [false, true].into_iter().flat_map(move |ceil| {
                        [[0; 2], kernel.map(|side| side / 2)]
                            .into_iter()
                            .map(move |padding| (image, PoolSpec { kernel, stride, padding, ceil }))
                    })
                })
            })
        })
    }

    /// Few different values, so that many are equal, among them both zeros and infinities.
    fn drawn(count: usize, with_nan: bool) -> Vec<f32> {
        let values = [-1.5, -0.0, 0.0, 2.0, 2.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN];
        let mut rng = RunRng::new(5).stream(Stream::TrainNoise, 0);
        (0..count).map(|_| values[rng.below(7 + usize::from(with_nan))]).collect()
    }

    /// The place of the largest value of each window of an image, by going through all of it.
    fn winners(image: &[f32], [height, width]: [usize; 2], pool: PoolSpec) -> Vec<usize> {
        let [rows, columns] = [(0, height), (1, width)].map(|(axis, side)| stops(pool, axis, side));
        let begin = |axis: usize, stop: usize| {
            (stop * pool.stride[axis]) as isize - pool.padding[axis] as isize
        };
        let within = |axis: usize, stop: usize, place: usize| {
            let inside = place as isize - begin(axis, stop);
            (0..pool.kernel[axis] as isize).contains(&inside)
        };
        let windows = (0..rows * columns).map(|window| (window / columns, window % columns));
        windows
            .map(|(row, column)| {
                let places = (0..height * width).filter(|place| {
                    within(0, row, place / width) && within(1, column, place % width)
                });
                places
                    .reduce(|best, place| match image[place] {
                        value if value > image[best] || value.is_nan() => place,
                        _ => best,
                    })
                    .expect("meets the image")
            })
            .collect()
    }

    fn check(image: [usize; 4], pool: PoolSpec, with_nan: bool) {
        let count: usize = image.iter().product();
        let area = image[2] * image[3];
        let values = drawn(count, with_nan);
        let x = host::tensor(values.clone(), &image);
        let windows = Windows::new(&x, pool);
        let largest = windows.largest::<f32>(&x);
        let at_output: Vec<f32> = (0..f32::values(&largest).len()).map(|n| n as f32).collect();
        let winners = values.chunks_exact(area).enumerate().flat_map(|(plane, values)| {
            let winners = winners(values, [image[2], image[3]], pool);
            winners.into_iter().map(move |place| plane * area + place)
        });
        let winners: Vec<usize> = winners.collect();
        let expected: Vec<u32> = winners.iter().map(|&place| values[place].to_bits()).collect();
        let found: Vec<u32> = f32::values(&largest).iter().map(|value| value.to_bits()).collect();
        // Which of two equal zeros it is says nothing.
        let plain = |bits: &u32| if f32::from_bits(*bits) == 0.0 { 0 } else { *bits };
        assert!(found.iter().map(plain).eq(expected.iter().map(plain)), "{image:?}, {pool:?}");
        let mut at_x = vec![0.0; count];
        winners.iter().zip(&at_output).for_each(|(&place, gradient)| at_x[place] += gradient);
        let at_output = host::tensor(at_output, &largest.shape().dims::<4>());
        let known = Known { x, largest, pool };
        let found = windows.to_the_largest::<f32>(&known, &at_output);
        assert_eq!(f32::values(&found), at_x, "{image:?}, {pool:?}");
    }

    #[test]
    fn of_every_window_the_first_largest_value_wins() {
        cases().for_each(|(image, pool)| check(image, pool, false));
    }

    #[test]
    fn of_windows_with_nan_the_last_of_them_wins() {
        cases().for_each(|(image, pool)| check(image, pool, true));
    }
}
