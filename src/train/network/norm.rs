//! Normalisation over the batch, over samples, and over groups of channels.

use burn::tensor::module::{batch_norm, batch_norm_train};
use burn::tensor::{Device, Tensor, TensorData};

use crate::spec::BatchNormSpec;

use super::super::engine::EngineError;
use super::super::params::{Any, Source};
use super::flow::Flow;
use super::ops::{Mode, Values};

/// `nn.BatchNorm1d` of rows, `nn.BatchNorm2d` of images.
///
/// Training normalises by the mean and the biased variance of the batch; the running variance
/// takes the unbiased one. Measuring normalises by the running values. So does training
/// - of a frozen layer, of which nothing changes: what fine-tuning a network wants of it (in
///   PyTorch, `requires_grad_(False)` and `eval()` of that layer);
/// - of a batch with one value for each channel, which has no variance: where PyTorch fails
///   ("Expected more than 1 value per channel"), the last, partial batch of an epoch must not end
///   a run. It leaves the running values as they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchNorm {
    /// Places of weight and bias among the parameters.
    pub affine: Option<[usize; 2]>,
    /// Place of its running values.
    pub running: usize,
    /// Number of channels, or of features of a row.
    pub channels: usize,
    /// Shape of an image; `None` for rows.
    pub image: Option<[usize; 3]>,
    /// Its constants.
    pub spec: BatchNormSpec,
    /// Whether nothing of it changes.
    pub is_frozen: bool,
}

impl BatchNorm {
    pub fn apply(&self, x: Flow, values: Values<'_>, mode: &mut Mode<'_>) -> Flow {
        match self.image {
            Some(shape) => Flow::Image(self.normalised(x.into_image(shape), values, mode)),
            None => Flow::Flat(self.normalised(x.into_flat(), values, mode)),
        }
    }

    fn normalised<const D: usize>(
        &self,
        x: Tensor<D>,
        values: Values<'_>,
        mode: &mut Mode<'_>,
    ) -> Tensor<D> {
        let count = x.shape().num_elements() / self.channels.max(1);
        let epsilon = self.spec.epsilon.get();
        match mode {
            Mode::Train { running, .. } if !self.is_frozen && count > 1 => {
                let running = &mut running[self.running];
                let [weight, bias] = self.weights(&x, running, values);
                let batch = batch_norm_train(x, weight, bias, epsilon);
                let unbiased = count as f64 / (count - 1) as f64;
                let variance = batch.variance.inner().mul_scalar(unbiased);
                running.take(batch.mean.inner(), variance, self.spec.momentum.get());
                batch.output
            }
            _ => {
                let running = mode.running(self.running);
                let [weight, bias] = self.weights(&x, running, values);
                let [mean, variance] =
                    [&running.mean, &running.variance].map(|value| beside(&x, value.clone()));
                batch_norm(x, weight, bias, mean, variance, epsilon)
            }
        }
    }

    /// Weight and bias; without any, ones and zeros.
    fn weights<const D: usize>(
        &self,
        x: &Tensor<D>,
        running: &Running,
        values: Values<'_>,
    ) -> [Tensor<1>; 2] {
        match self.affine {
            Some(places) => places.map(|place| values[place].rank1().clone()),
            None => [running.mean.ones_like(), running.mean.zeros_like()]
                .map(|constant| beside(x, constant)),
        }
    }
}

/// A constant that is computed with beside `x`: part of its gradient graph where it has one.
fn beside<const D: usize>(x: &Tensor<D>, constant: Tensor<1>) -> Tensor<1> {
    if x.is_autodiff() { constant.autodiff() } else { constant }
}

/// What batch normalisation remembers of all batches so far.
#[derive(Clone, Debug)]
pub(super) struct Running {
    /// PyTorch's name of the layer, its place in the stack.
    layer: usize,
    /// Shape `[channels]`.
    mean: Tensor<1>,
    /// Shape `[channels]`.
    variance: Tensor<1>,
    /// How many batches were seen. PyTorch counts them, too; nothing depends on it.
    batches: u64,
}

impl Running {
    /// Mean 0 and variance 1 before the first batch.
    pub fn new(layer: usize, channels: usize, device: &Device) -> Self {
        let constant = |value: f32| {
            Tensor::from_data(TensorData::new(vec![value; channels], [channels]), device)
        };
        Self { layer, mean: constant(0.0), variance: constant(1.0), batches: 0 }
    }

    /// `r ← (1 − momentum) r + momentum · b`. (Burn's own module reads momentum like PyTorch.)
    fn take(&mut self, mean: Tensor<1>, variance: Tensor<1>, momentum: f64) {
        let mix = |running: &Tensor<1>, batch: Tensor<1>| {
            running.clone().mul_scalar(1.0 - momentum).add(batch.mul_scalar(momentum))
        };
        self.mean = mix(&self.mean, mean);
        self.variance = mix(&self.variance, variance);
        self.batches += 1;
    }

    /// Its values with PyTorch's names and shapes. The count is exact to 16 777 216 batches.
    pub fn named(&self, device: &Device) -> [(String, Vec<usize>, Any); 3] {
        let shape = self.mean.dims().to_vec();
        let count = Any::from_host(&[], vec![self.batches as f32], device);
        let [mean, variance, batches] = self.names();
        [
            (mean, shape.clone(), Any::R1(self.mean.clone())),
            (variance, shape, Any::R1(self.variance.clone())),
            (batches, Vec::new(), count),
        ]
    }

    /// The tensors among them, to be changed.
    pub fn tensors_mut(&mut self) -> [(String, &mut Tensor<1>); 2] {
        let [mean, variance, _] = self.names();
        [(mean, &mut self.mean), (variance, &mut self.variance)]
    }

    /// Takes over what [`Self::named`] gave.
    ///
    /// # Errors
    /// When a name is missing, or a shape differs.
    pub fn set(&mut self, source: &mut Source<'_>) -> Result<(), EngineError> {
        let shape = self.mean.dims();
        let [mean, variance, batches] = self.names();
        self.mean = source.take(&mean, &shape)?.into_rank1();
        self.variance = source.take(&variance, &shape)?.into_rank1();
        self.batches = source.take_number(&batches)? as u64;
        Ok(())
    }

    fn names(&self) -> [String; 3] {
        ["running_mean", "running_var", "num_batches_tracked"]
            .map(|kind| format!("{}.{kind}", self.layer))
    }
}

/// Rows brought to mean 0 and biased variance 1, each by itself; ε stands under the root.
fn standardised(x: Tensor<2>, epsilon: f64) -> Tensor<2> {
    let mean = x.clone().mean_dim(1);
    let centred = x.sub(mean);
    let variance = centred.clone().square().mean_dim(1);
    centred.div(variance.add_scalar(epsilon).sqrt())
}

/// `nn.LayerNorm` over all values of a sample.
pub(super) fn layer_norm(x: Tensor<2>, affine: Option<[&Tensor<1>; 2]>, epsilon: f64) -> Tensor<2> {
    let normalised = standardised(x, epsilon);
    let Some(affine) = affine else { return normalised };
    let [weight, bias] = affine.map(|value| value.clone().unsqueeze());
    normalised.mul(weight).add(bias)
}

/// `nn.GroupNorm`: each of `groups` groups of channels of a sample by itself, with a weight and a
/// bias for each channel.
pub(super) fn group_norm(
    x: Tensor<2>,
    groups: usize,
    affine: Option<[&Tensor<1>; 2]>,
    epsilon: f64,
) -> Tensor<2> {
    let [rows, values] = x.dims();
    let normalised = standardised(x.reshape([rows * groups, values / groups]), epsilon);
    let Some(affine) = affine else { return normalised.reshape([rows, values]) };
    let channels = affine[0].dims()[0];
    let [weight, bias] = affine.map(|value| value.clone().reshape([1, channels, 1]));
    let channelwise: Tensor<3> = normalised.reshape([rows, channels, values / channels]);
    channelwise.mul(weight).add(bias).reshape([rows, values])
}
