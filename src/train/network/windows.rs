//! Layers that slide a window over images.

use burn::tensor::Tensor;
use burn::tensor::module::{avg_pool2d, conv2d, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions};

use crate::spec::{ConvSpec, PoolSpec};

use super::{convolution, pooling};

/// A convolution as burn wants it told.
pub(super) fn conv_options(conv: &ConvSpec) -> ConvOptions<2> {
    let padding = [0, 1].map(|axis| conv.pads(axis).into());
    ConvOptions::new_with_padding(conv.stride, padding, conv.dilation, conv.groups)
}

/// `nn.Conv2d` of `x` `[rows, channels, height, width]` with `weight`
/// `[out, channels / groups, height, width]`.
pub(super) fn convolve(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: &ConvOptions<2>,
) -> Tensor<4> {
    convolution::convolve(&x, &weight, bias.as_ref(), options)
        .unwrap_or_else(|| conv2d(x, weight, bias, options.clone()))
}

/// `nn.MaxPool2d`. Of equal values the first in reading order gets the gradient.
pub(super) fn max_pool(x: Tensor<4>, pool: PoolSpec) -> Tensor<4> {
    pooling::max_pool(&x, pool).unwrap_or_else(|| max_pool_anywhere(x, pool))
}

/// The same on any device.
fn max_pool_anywhere(x: Tensor<4>, pool: PoolSpec) -> Tensor<4> {
    let options = MaxPoolOptions::new(pool.kernel)
        .with_stride(pool.stride)
        .with_padding(pool.padding)
        .with_ceil_mode(pool.ceil);
    max_pool2d(x, options)
}

/// `nn.AvgPool2d`. A window that hangs over the end is divided by the number of its places within
/// image and padding, or within the image alone.
pub(super) fn avg_pool(x: Tensor<4>, pool: PoolSpec, count_padding: bool) -> Tensor<4> {
    let options = AvgPoolOptions::new(pool.kernel)
        .with_stride(pool.stride)
        .with_padding(pool.padding)
        .with_count_include_pad(count_padding)
        .with_ceil_mode(pool.ceil);
    avg_pool2d(x, options)
}

/// The mean of each channel, `[rows, channels, 1, 1]`: `nn.AdaptiveAvgPool2d(1)`.
pub(super) fn channel_means(x: Tensor<4>) -> Tensor<4> {
    let [rows, channels, height, width] = x.dims();
    let means = x.reshape([rows, channels, height * width]).mean_dim(2);
    means.reshape([rows, channels, 1, 1])
}
