//! Convolution on the processor: samples are unfolded into tables, a chunk of them at a time, so
//! that all of it becomes products of matrices that stay in the caches.
//!
//! With the taps of a kernel (its values on all channels of a group) along one axis and the places
//! of all samples of a chunk along the other, and with `W` `[channels, taps]` and `G` the gradient
//! at the output `[channels, places]`:
//!
//! - the output is `W · unfolded`,
//! - the gradient at the weights is `unfolded · Gᵀ`, summed over the chunks in their order,
//! - the gradient at the input is `Wᵀ · G`, folded: each value is added where it was taken from.
//!
//! How the work is cut depends on the shapes alone, so the same numbers come out every time.

use std::ops::Range;

use burn::backend::TensorMetadata;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::ops::{FloatTensorOps, ModuleOps};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{DType, Tensor};

use super::super::device::Host;
use super::host::{self, HostTensor, Real, Tracked, TrackedTensor, add, copy, sum};
use super::sliding::{Axis, Reach};

/// About so many values are unfolded at once: 256 KB in `f32`, with which they stay in the cache
/// of a core.
const AT_ONCE: usize = 1 << 16;
/// At least so many places, where there are: a product with fewer columns spends its time on
/// laying out the other matrix.
const LEAST: usize = 256;

/// `nn.Conv2d` of `x` `[rows, channels, height, width]` with `weight`
/// `[out, channels / groups, height, width]`; `None` for tensors that are not on the processor.
pub(super) fn convolve(
    x: &Tensor<4>,
    weight: &Tensor<4>,
    bias: Option<&Tensor<1>>,
    options: &ConvOptions<2>,
) -> Option<Tensor<4>> {
    if x.is_autodiff() {
        return convolve_tracked(x, weight, bias, options);
    }
    let x = x.clone().try_into_primitive::<Host>().ok()?;
    let weight = weight.clone().try_into_primitive::<Host>().ok()?;
    let bias = bias.map(|bias| bias.clone().try_into_primitive::<Host>()).transpose().ok()?;
    Some(Tensor::from_primitive::<Host>(forward(&x, &weight, bias.as_ref(), options)?))
}

fn convolve_tracked(
    x: &Tensor<4>,
    weight: &Tensor<4>,
    bias: Option<&Tensor<1>>,
    options: &ConvOptions<2>,
) -> Option<Tensor<4>> {
    let x = x.clone().try_into_primitive::<Tracked>().ok()?;
    let weight = weight.clone().try_into_primitive::<Tracked>().ok()?;
    let bias = bias.map(|bias| bias.clone().try_into_primitive::<Tracked>()).transpose().ok()?;
    let of_bias = bias.as_ref().map(TrackedTensor::primitive);
    let output = forward(x.primitive(), weight.primitive(), of_bias, options)?;
    let known = Known {
        x: x.primitive().clone(),
        weight: weight.primitive().clone(),
        options: options.clone(),
    };
    let output = match &bias {
        Some(bias) => {
            host::record(Convolution, [x.node(), weight.node(), bias.node()], known, output)
        }
        None => host::record(Convolution, [x.node(), weight.node()], known, output),
    };
    Some(Tensor::from_primitive::<Tracked>(output))
}

/// The way back through a convolution: to the input, the weights, and the bias if there is one.
#[derive(Debug)]
struct Convolution;

/// What the way back needs of the way there.
#[derive(Clone, Debug)]
struct Known {
    x: HostTensor,
    weight: HostTensor,
    options: ConvOptions<2>,
}

impl<const N: usize> Backward<Host, N> for Convolution {
    type State = Known;

    fn backward(self, ops: Ops<Known, N>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let at_output = gradients.consume::<Host>(&ops.node);
        let wanted = [0, 1, 2].map(|place| ops.parents.get(place).is_some_and(Option::is_some));
        let found = match at_output.dtype() {
            DType::F64 => backward::<f64>(&ops.state, &at_output, wanted),
            _ => backward::<f32>(&ops.state, &at_output, wanted),
        };
        for (parent, found) in ops.parents.into_iter().zip(found) {
            if let (Some(parent), Some(found)) = (parent, found) {
                gradients.register::<Host>(parent.id, found);
            }
        }
    }
}

/// The output; `None` for numbers of another kind.
fn forward(
    x: &HostTensor,
    weight: &HostTensor,
    bias: Option<&HostTensor>,
    options: &ConvOptions<2>,
) -> Option<HostTensor> {
    let sizes = Sizes::new(x, weight, options);
    match x.dtype() {
        // Burn has ways of its own for these two, which need no unfolding.
        DType::F32 | DType::F64 if sizes.is_pointwise() || sizes.is_depthwise() => {
            let bias = bias.cloned();
            Some(Host::conv2d(x.clone(), weight.clone(), bias, options.clone()))
        }
        DType::F32 => Some(sizes.output::<f32>(x, weight, bias, AT_ONCE)),
        DType::F64 => Some(sizes.output::<f64>(x, weight, bias, AT_ONCE)),
        _ => None,
    }
}

/// The gradients at input, weights and bias, each where it is wanted.
fn backward<T: Real>(
    known: &Known,
    at_output: &HostTensor,
    wanted: [bool; 3],
) -> [Option<HostTensor>; 3] {
    let sizes = Sizes::new(&known.x, &known.weight, &known.options);
    sizes.gradients::<T>(known, at_output, wanted, AT_ONCE)
}

/// Everything about a convolution that its shapes say.
#[derive(Clone, Debug)]
struct Sizes {
    /// Samples.
    rows: usize,
    /// Groups of channels that know nothing of each other.
    groups: usize,
    /// Channels of the input in a group.
    from: usize,
    /// Channels of the output in a group.
    to: usize,
    /// Height and width.
    axes: [Axis; 2],
}

impl Sizes {
    fn new(x: &HostTensor, weight: &HostTensor, options: &ConvOptions<2>) -> Self {
        let (image, kernel): ([usize; 4], [usize; 4]) = (x.shape().dims(), weight.shape().dims());
        let axes = [0, 1].map(|axis| {
            let (input, kernel) = (image[2 + axis], kernel[2 + axis]);
            let (stride, dilation) = (options.stride[axis], options.dilation[axis]);
            let (before, after) = options.padding[axis];
            let room = input + before + after - (dilation * (kernel - 1) + 1);
            Axis { input, output: room / stride + 1, kernel, stride, before, dilation }
        });
        let groups = options.groups;
        Self { rows: image[0], groups, from: kernel[1], to: kernel[0] / groups, axes }
    }

    /// Values of a kernel.
    fn taps(&self) -> usize {
        self.from * self.axes[0].kernel * self.axes[1].kernel
    }

    /// Places of an output channel.
    fn places(&self) -> usize {
        self.axes[0].output * self.axes[1].output
    }

    /// Values of an input channel.
    fn pixels(&self) -> usize {
        self.axes[0].input * self.axes[1].input
    }

    /// Whether each place depends on the same place of the input alone.
    fn is_pointwise(&self) -> bool {
        let whole = |axis: &Axis| axis.kernel == 1 && axis.input == axis.output;
        self.axes.iter().all(|axis| whole(axis) && axis.before == 0)
    }

    /// Whether each channel has a kernel of its own.
    fn is_depthwise(&self) -> bool {
        self.groups > 1 && self.from == 1 && self.to == 1
    }

    /// The samples in chunks of about `at_once` unfolded values.
    fn chunks(&self, at_once: usize) -> impl Iterator<Item = Range<usize>> {
        let (rows, places) = (self.rows, self.places().max(1));
        let full = at_once / (self.taps() * places).max(1);
        let size = full.max(LEAST.min(at_once).div_ceil(places)).max(1);
        (0..rows).step_by(size).map(move |first| first..(first + size).min(rows))
    }

    /// Where the channels of a group begin among all channels of a sample.
    fn plane(&self, row: usize, group: usize) -> usize {
        row * self.groups + group
    }

    /// A table of zeros for a chunk, `[lines, samples · places]`.
    fn table<T: Real>(&self, lines: usize, rows: &Range<usize>) -> HostTensor {
        let columns = rows.len() * self.places();
        host::tensor(vec![T::default(); lines * columns], &[lines, columns])
    }

    /// The weights of each group, `[channels, taps]`.
    fn matrices(&self, weight: &HostTensor) -> Vec<HostTensor> {
        let (to, taps) = (self.to, self.taps());
        let weight = Host::float_reshape(weight.clone(), [self.groups * to, taps].into());
        let of = |group: usize| [(group * to..(group + 1) * to).into(), (0..taps).into()];
        (0..self.groups).map(|group| Host::float_slice(weight.clone(), &of(group))).collect()
    }

    /// Calls `visit` for every line of values that lie side by side both in the unfolded table of
    /// these samples and, a stride apart, in the input: with the place of the first in either, and
    /// their number. What is never visited lies on the padding.
    fn each_line(
        &self,
        rows: &Range<usize>,
        group: usize,
        mut visit: impl FnMut(usize, usize, usize),
    ) {
        let [height, width] = self.axes;
        let [down, across] = self.axes.map(|axis| axis.reaches());
        let taps = (0..self.from)
            .flat_map(|channel| down.iter().map(move |down| (channel, down)))
            .flat_map(|(channel, down)| across.iter().map(move |across| (channel, down, across)));
        for (tap, (channel, down, across)) in taps.enumerate() {
            let Reach { outputs, first } = across;
            for (place, row) in rows.clone().enumerate() {
                let column = (tap * rows.len() + place) * self.places() + outputs.start;
                let plane = self.plane(row, group) * self.from + channel;
                let mut pixel = plane * self.pixels() + down.first * width.input + first;
                for y in down.outputs.clone() {
                    visit(column + y * width.output, pixel, outputs.len());
                    pixel += height.stride * width.input;
                }
            }
        }
    }

    /// Writes what each value of the kernel meets at every place of some samples: `[taps, samples ·
    /// places]`. What lies on the padding stays as it is.
    fn unfold<T: Real>(&self, x: &[T], rows: &Range<usize>, group: usize, table: &mut [T]) {
        let stride = self.axes[1].stride;
        self.each_line(rows, group, |column, pixel, count| {
            let (to, from) = (&mut table[column..column + count], &x[pixel..]);
            match stride {
                1 => copy(to, &from[..count]),
                _ => to.iter_mut().zip(from.iter().step_by(stride)).for_each(|(to, v)| *to = *v),
            }
        });
    }

    /// The way back: adds every value of the table to where it would have been taken from.
    fn fold<T: Real>(&self, table: &[T], rows: &Range<usize>, group: usize, x: &mut [T]) {
        let stride = self.axes[1].stride;
        self.each_line(rows, group, |column, pixel, count| {
            let (from, to) = (&table[column..column + count], &mut x[pixel..]);
            match stride {
                1 => add(&mut to[..count], from),
                _ => to.iter_mut().step_by(stride).zip(from).for_each(|(to, v)| *to += *v),
            }
        });
    }

    /// `[rows, channels, height, width]`
    fn output<T: Real>(
        &self,
        x: &HostTensor,
        weight: &HostTensor,
        bias: Option<&HostTensor>,
        at_once: usize,
    ) -> HostTensor {
        let (x, bias) = (x.to_contiguous(), bias.map(HostTensor::to_contiguous));
        let channels = self.groups * self.to;
        let bias = bias.map_or(vec![T::default(); channels], |bias| T::values(&bias).to_vec());
        let matrices = self.matrices(weight);
        let mut output = Vec::with_capacity(self.rows * channels * self.places());
        let mut table = host::tensor(Vec::<T>::new(), &[0, 0]);
        for rows in self.chunks(at_once) {
            self.fit::<T>(&mut table, self.taps(), &rows);
            let products = matrices.iter().enumerate().map(|(group, matrix)| {
                self.unfold(T::values(&x), &rows, group, T::values_mut(&mut table));
                Host::float_matmul(matrix.clone(), table.clone())
            });
            let products: Vec<HostTensor> = products.collect();
            self.append(&mut output, &products, &bias, rows.len());
        }
        let [height, width] = self.axes.map(|axis| axis.output);
        host::tensor(output, &[self.rows, channels, height, width])
    }

    /// Makes a table fit for a chunk; one that fits stays.
    fn fit<T: Real>(&self, table: &mut HostTensor, lines: usize, rows: &Range<usize>) {
        if T::values(table).len() != lines * rows.len() * self.places() {
            *table = self.table::<T>(lines, rows);
        }
    }

    /// Puts the products of a chunk, `[channels, samples · places]` of each group, behind each other
    /// as samples, with the bias added.
    fn append<T: Real>(&self, to: &mut Vec<T>, products: &[HostTensor], bias: &[T], rows: usize) {
        let places = self.places();
        for row in 0..rows {
            for (product, bias) in products.iter().zip(bias.chunks_exact(self.to)) {
                for (channel, bias) in bias.iter().enumerate() {
                    let line = &T::values(product)[(channel * rows + row) * places..][..places];
                    to.extend(line.iter().map(|value| *value + *bias));
                }
            }
        }
    }

    fn gradients<T: Real>(
        &self,
        known: &Known,
        at_output: &HostTensor,
        wanted: [bool; 3],
        at_once: usize,
    ) -> [Option<HostTensor>; 3] {
        let (x, at_output) = (known.x.to_contiguous(), at_output.to_contiguous());
        let matrices = self.matrices(&known.weight);
        let [to_x, to_weight, to_bias] = wanted;
        let mut at_x = vec![T::default(); if to_x { T::values(&x).len() } else { 0 }];
        let mut at_weight = vec![T::default(); self.groups * self.to * self.taps()];
        let mut at_bias = vec![T::default(); self.groups * self.to];
        let empty = || host::tensor(Vec::<T>::new(), &[0, 0]);
        let (mut table, mut lines) = (empty(), empty());
        for rows in self.chunks(at_once) {
            self.fit::<T>(&mut table, self.taps(), &rows);
            self.fit::<T>(&mut lines, self.to, &rows);
            for (group, matrix) in matrices.iter().enumerate() {
                let (first, taps) = (group * self.to, self.taps());
                self.gather(T::values(&at_output), &rows, group, T::values_mut(&mut lines));
                if to_bias {
                    add_lines(&mut at_bias[first..first + self.to], T::values(&lines));
                }
                if to_weight {
                    self.unfold(T::values(&x), &rows, group, T::values_mut(&mut table));
                    let product = Host::float_matmul(table.clone(), turned(&lines));
                    add(&mut at_weight[first * taps..][..self.to * taps], T::values(&product));
                }
                if to_x {
                    let product = Host::float_matmul(turned(matrix), lines.clone());
                    self.fold(T::values(&product), &rows, group, &mut at_x);
                }
            }
        }
        [
            to_x.then(|| host::tensor(at_x, &known.x.shape().dims::<4>())),
            to_weight.then(|| self.kernels(&at_weight, &known.weight)),
            to_bias.then(|| host::tensor(at_bias, &[self.groups * self.to])),
        ]
    }

    /// The gradient at a group of channels of some samples as a matrix, `[channels, samples ·
    /// places]`.
    fn gather<T: Real>(&self, at_output: &[T], rows: &Range<usize>, group: usize, to: &mut [T]) {
        let places = self.places();
        for (line, to) in to.chunks_exact_mut(places.max(1)).enumerate() {
            let (channel, row) = (line / rows.len(), rows.start + line % rows.len());
            let plane = self.plane(row, group) * self.to + channel;
            to.copy_from_slice(&at_output[plane * places..][..places]);
        }
    }

    /// A gradient at the weights, `[taps, channels]` of each group, in the shape of the weights.
    fn kernels<T: Real>(&self, gradient: &[T], weight: &HostTensor) -> HostTensor {
        let mut kernels = Vec::with_capacity(gradient.len());
        for of_group in gradient.chunks_exact((self.to * self.taps()).max(1)) {
            for channel in 0..self.to {
                kernels.extend(of_group[channel..].iter().step_by(self.to).copied());
            }
        }
        host::tensor(kernels, &weight.shape().dims::<4>())
    }
}

fn turned(matrix: &HostTensor) -> HostTensor {
    Host::float_swap_dims(matrix.clone(), 0, 1)
}

/// Adds the sum of each line of a table to a number.
fn add_lines<T: Real>(to: &mut [T], table: &[T]) {
    let length = table.len() / to.len();
    to.iter_mut().zip(table.chunks_exact(length)).for_each(|(to, line)| *to += sum(line));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{RunRng, Stream};

    /// A convolution, term by term as it is defined.
    struct Case {
        /// Samples, channels, height, width.
        image: [usize; 4],
        to: usize,
        kernel: [usize; 2],
        options: ConvOptions<2>,
    }

    fn case(image: [usize; 4], to: usize, kernel: [usize; 2], options: ConvOptions<2>) -> Case {
        Case { image, to, kernel, options }
    }

    fn cases() -> Vec<Case> {
        let plain =
            |stride, padding, dilation, groups| ConvOptions::new(stride, padding, dilation, groups);
        vec![
            case([5, 1, 7, 6], 3, [3, 2], plain([1, 1], [0, 0], [1, 1], 1)),
            case([1, 2, 5, 9], 4, [5, 5], plain([1, 1], [2, 2], [1, 1], 1)),
            case([4, 3, 7, 5], 2, [3, 3], plain([2, 2], [1, 1], [1, 1], 1)),
            case([3, 2, 9, 8], 3, [3, 2], plain([3, 1], [2, 3], [2, 3], 1)),
            case([3, 4, 6, 5], 6, [2, 3], plain([1, 2], [1, 0], [1, 1], 2)),
            case([2, 3, 4, 4], 3, [3, 3], plain([1, 1], [1, 1], [1, 1], 3)),
            case([3, 5, 3, 4], 2, [1, 1], plain([1, 1], [0, 0], [1, 1], 1)),
            case([2, 2, 4, 3], 2, [1, 1], plain([2, 2], [1, 1], [1, 1], 1)),
            case([2, 1, 1, 1], 2, [3, 3], plain([1, 1], [1, 1], [1, 1], 1)),
            case([3, 2, 2, 20], 3, [2, 9], plain([1, 1], [1, 4], [1, 1], 1)),
            case(
                [3, 2, 6, 5],
                3,
                [2, 4],
                ConvOptions::new_with_padding([1, 1], [(0, 1), (1, 2)], [1, 1], 1),
            ),
            // Values of the kernel that never meet the image.
            case(
                [2, 1, 1, 2],
                2,
                [3, 4],
                ConvOptions::new_with_padding([1, 1], [(0, 2), (0, 3)], [1, 1], 1),
            ),
        ]
    }

    /// The terms of a convolution: what of the input times what of the weights goes to which output.
    fn each_term(case: &Case, mut visit: impl FnMut([usize; 3])) {
        let [rows, channels, height, width] = case.image;
        let (from, to) = (channels / case.options.groups, case.to / case.options.groups);
        let sides = sides(case);
        let [down, across] = case.kernel;
        for output in 0..rows * case.to * sides[0] * sides[1] {
            let (y, x) = (output / sides[1] % sides[0], output % sides[1]);
            let (row, channel) =
                (output / sides[1] / sides[0] / case.to, output / sides[1] / sides[0] % case.to);
            for tap in 0..from * down * across {
                let (c, ky, kx) = (tap / across / down, tap / across % down, tap % across);
                let place = |axis: usize, at: usize, k: usize| {
                    let o = &case.options;
                    (at * o.stride[axis] + k * o.dilation[axis]).checked_sub(o.padding[axis].0)
                };
                let (Some(iy), Some(ix)) = (place(0, y, ky), place(1, x, kx)) else { continue };
                if iy < height && ix < width {
                    let plane = row * channels + channel / to * from + c;
                    let weight = channel * from * down * across + tap;
                    visit([(plane * height + iy) * width + ix, weight, output]);
                }
            }
        }
    }

    /// Height and width of the output.
    fn sides(case: &Case) -> [usize; 2] {
        [0, 1].map(|axis| {
            let (before, after) = case.options.padding[axis];
            let reach = case.options.dilation[axis] * (case.kernel[axis] - 1) + 1;
            (case.image[2 + axis] + before + after - reach) / case.options.stride[axis] + 1
        })
    }

    fn drawn(stream: u32, count: usize) -> Vec<f64> {
        let mut rng = RunRng::new(3).stream(Stream::TrainNoise, stream);
        (0..count).map(|_| rng.range(-1.0, 1.0)).collect()
    }

    #[track_caller]
    fn assert_near(found: &HostTensor, expected: &[f64], what: &str) {
        let found = found.to_contiguous();
        let found = f64::values(&found);
        assert_eq!(found.len(), expected.len(), "{what}");
        for (place, (a, b)) in found.iter().zip(expected).enumerate() {
            assert!((a - b).abs() < 1e-12, "{what}, {place}: {a}, not {b}");
        }
    }

    fn check(case: &Case, at_once: usize) {
        let [_, channels, ..] = case.image;
        let shape = [case.to, channels / case.options.groups, case.kernel[0], case.kernel[1]];
        let x = drawn(0, case.image.iter().product());
        let weight = drawn(1, shape.iter().product());
        let bias = drawn(2, case.to);
        let places: usize = sides(case).iter().product();
        let at_output = drawn(3, case.image[0] * case.to * places);

        let mut output: Vec<f64> =
            (0..at_output.len()).map(|o| bias[o / places % case.to]).collect();
        let (mut at_x, mut at_weight) = (vec![0.0; x.len()], vec![0.0; weight.len()]);
        let mut at_bias = vec![0.0; case.to];
        each_term(case, |[i, w, o]| {
            output[o] += x[i] * weight[w];
            at_x[i] += at_output[o] * weight[w];
            at_weight[w] += at_output[o] * x[i];
        });
        at_output.iter().enumerate().for_each(|(o, g)| at_bias[o / places % case.to] += g);

        let known = Known {
            x: host::tensor(x, &case.image),
            weight: host::tensor(weight, &shape),
            options: case.options.clone(),
        };
        let [height, width] = sides(case);
        let at_output = host::tensor(at_output, &[case.image[0], case.to, height, width]);
        let bias = host::tensor(bias, &[case.to]);
        let sizes = Sizes::new(&known.x, &known.weight, &known.options);
        let what = format!("{:?} {:?} {:?} by {at_once}", case.image, case.kernel, case.options);
        let found = sizes.output::<f64>(&known.x, &known.weight, Some(&bias), at_once);
        assert_near(&found, &output, &what);
        let found = sizes.gradients::<f64>(&known, &at_output, [true; 3], at_once);
        for (found, expected) in found.iter().zip([at_x, at_weight, at_bias]) {
            assert_near(found.as_ref().expect("was wanted"), &expected, &what);
        }
    }

    #[test]
    fn output_and_gradients_are_the_sums_of_their_terms_however_the_work_is_cut() {
        for case in cases() {
            [1, 100, 1000, AT_ONCE].into_iter().for_each(|at_once| check(&case, at_once));
        }
    }

    #[test]
    fn chunks_hold_every_sample_once() {
        for case in cases() {
            let x = host::tensor(vec![0.0_f32; case.image.iter().product()], &case.image);
            let shape =
                [case.to, case.image[1] / case.options.groups, case.kernel[0], case.kernel[1]];
            let weight = host::tensor(vec![0.0_f32; shape.iter().product()], &shape);
            let sizes = Sizes::new(&x, &weight, &case.options);
            for at_once in [0, 1, 50, 1000, AT_ONCE] {
                let rows: Vec<usize> = sizes.chunks(at_once).flatten().collect();
                assert!(rows.into_iter().eq(0..case.image[0]), "{at_once}");
            }
        }
    }

    #[test]
    fn nothing_is_computed_that_is_not_wanted() {
        let case = &cases()[0];
        let known = Known {
            x: host::tensor(drawn(0, 210), &case.image),
            weight: host::tensor(drawn(1, 18), &[3, 1, 3, 2]),
            options: case.options.clone(),
        };
        let at_output = host::tensor(drawn(2, 375), &[5, 3, 5, 5]);
        for wanted in [[true, false, false], [false, true, false], [false, false, true]] {
            let found = backward::<f64>(&known, &at_output, wanted);
            assert_eq!(found.map(|found| found.is_some()), wanted);
        }
    }
}
