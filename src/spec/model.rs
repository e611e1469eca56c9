use crate::base::Finite;

use super::activation::Activation;
use super::data::SampleShape;
use super::init::{BiasInit, Init};

/// The stack of layers between the data and the output layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelSpec {
    /// Layers the user stacked, from the input on.
    pub hidden: Vec<LayerSpec>,
    /// The dense layer at the end; its width follows from the data.
    pub output: OutputSpec,
}

/// One layer of the stack: what it computes, and how it is treated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerSpec {
    /// What it computes.
    pub kind: LayerKind,
    /// What the user calls it; empty for no name.
    pub name: String,
    /// Whether it is switched off and passes everything on as it is. Its place stays, so that
    /// the layers behind it keep their names.
    pub off: bool,
    /// Whether its parameters stay as they are (transfer learning).
    pub frozen: bool,
    /// Factor on the learning rate for its parameters.
    pub rate: Finite,
}

impl LayerSpec {
    /// A layer that is trained like any other.
    #[must_use]
    pub fn new(kind: LayerKind) -> Self {
        Self { kind, name: String::new(), off: false, frozen: false, rate: Finite::ONE }
    }

    /// Name of its kind, as shown to the user.
    #[must_use]
    pub fn label(&self) -> &'static str {
        self.kind.label()
    }
}

impl From<LayerKind> for LayerSpec {
    fn from(kind: LayerKind) -> Self {
        Self::new(kind)
    }
}

impl From<Activation> for LayerSpec {
    fn from(activation: Activation) -> Self {
        Self::new(LayerKind::Activation(activation))
    }
}

impl From<DenseSpec> for LayerSpec {
    fn from(dense: DenseSpec) -> Self {
        Self::new(LayerKind::Dense(dense))
    }
}

/// What a layer computes. Shapes are those of one sample: `[features]`, or
/// `[channels, height, width]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// `y = x Wᵀ + b`, PyTorch's `nn.Linear`.
    Dense(DenseSpec),
    /// Slides kernels over an image, `nn.Conv2d`.
    Conv2d(ConvSpec),
    /// The largest value of each window, `nn.MaxPool2d`. Of equal values the first in reading
    /// order gets the gradient.
    MaxPool2d(PoolSpec),
    /// The mean of each window, `nn.AvgPool2d`.
    AvgPool2d {
        /// The windows.
        pool: PoolSpec,
        /// Whether padding counts as zeros of the mean (PyTorch's default).
        count_padding: bool,
    },
    /// The mean of each channel: `nn.AdaptiveAvgPool2d(1)`, `[C, H, W]` → `[C, 1, 1]`.
    GlobalAvgPool,
    /// Brings each feature, or each channel of an image, to mean 0 and variance 1 over the
    /// batch: `nn.BatchNorm1d`, `nn.BatchNorm2d`.
    BatchNorm(BatchNormSpec),
    /// Brings each sample to mean 0 and variance 1 over all its values: `nn.LayerNorm` over the
    /// shape of a sample.
    LayerNorm(NormSpec),
    /// The same for each group of channels: `nn.GroupNorm`.
    GroupNorm {
        /// Number of groups; divides the number of channels.
        groups: usize,
        /// The rest.
        norm: NormSpec,
    },
    /// Sets values to zero with probability `p` while training and divides the others by
    /// `1 - p`: `nn.Dropout`. Does nothing when measured.
    Dropout {
        /// Probability of zero.
        p: Finite,
    },
    /// Makes one row of values out of an image: `nn.Flatten`.
    Flatten,
    /// A function applied to every value, or to a row of values.
    Activation(Activation),
    /// A residual connection: adds what went into the layer `over` places before, so that the
    /// `over` layers in between compute a difference.
    Skip {
        /// How many layers it leads around, at least one.
        over: usize,
    },
}

/// A fully connected layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenseSpec {
    /// Number of neurons.
    pub units: usize,
    /// Whether each neuron has a bias.
    pub bias: bool,
    /// How weights start.
    pub init: Init,
    /// How biases start.
    pub bias_init: BiasInit,
}

impl DenseSpec {
    /// A layer of `units` neurons that starts as PyTorch's does.
    #[must_use]
    pub fn new(units: usize) -> Self {
        Self { units, bias: true, init: Init::PyTorch, bias_init: BiasInit::PyTorch }
    }
}

/// A convolution. Pairs are rows (height) and columns (width).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvSpec {
    /// Number of kernels: channels of the result.
    pub channels: usize,
    /// Size of the kernels.
    pub kernel: [usize; 2],
    /// Step from one place to the next.
    pub stride: [usize; 2],
    /// What stands beyond the edges.
    pub padding: Padding,
    /// Distance between neighbouring values that a kernel sees.
    pub dilation: [usize; 2],
    /// Groups of channels that do not see each other; divides both numbers of channels.
    pub groups: usize,
    /// Whether each kernel has a bias.
    pub bias: bool,
    /// How weights start.
    pub init: Init,
    /// How biases start.
    pub bias_init: BiasInit,
}

impl ConvSpec {
    /// Square kernels, stride 1, no padding, as PyTorch's `nn.Conv2d(…, channels, kernel)`.
    #[must_use]
    pub fn new(channels: usize, kernel: usize) -> Self {
        Self {
            channels,
            kernel: [kernel; 2],
            stride: [1; 2],
            padding: Padding::Valid,
            dilation: [1; 2],
            groups: 1,
            bias: true,
            init: Init::PyTorch,
            bias_init: BiasInit::PyTorch,
        }
    }
}

/// What stands beyond the edges of an image: zeros, or nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Padding {
    /// Nothing: kernels stay inside.
    #[default]
    Valid,
    /// As many zeros as keep the size, for stride 1. Of an odd number the extra one stands at the
    /// end, as in PyTorch.
    Same,
    /// So many zeros at both ends.
    Of([usize; 2]),
}

/// Windows that slide over an image. Pairs are rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSpec {
    /// Size of a window.
    pub kernel: [usize; 2],
    /// Step from one window to the next.
    pub stride: [usize; 2],
    /// Padding at both ends, at most half a window.
    pub padding: [usize; 2],
    /// Whether a window may reach over the end, so that no value is left out (`ceil_mode`).
    pub ceil: bool,
}

impl PoolSpec {
    /// Square windows side by side.
    #[must_use]
    pub fn new(size: usize) -> Self {
        Self { kernel: [size; 2], stride: [size; 2], padding: [0; 2], ceil: false }
    }
}

/// Batch normalisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchNormSpec {
    /// Weight of the newest batch in the running mean and variance. (Some libraries call one
    /// minus this the momentum.)
    pub momentum: Finite,
    /// Added to the variance under the root.
    pub epsilon: Finite,
    /// Whether a weight and a bias are learnt for each feature.
    pub affine: bool,
}

impl Default for BatchNormSpec {
    fn default() -> Self {
        Self { momentum: Finite::lit(0.1), epsilon: Finite::lit(1e-5), affine: true }
    }
}

/// Normalisation within each sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NormSpec {
    /// Added to the variance under the root.
    pub epsilon: Finite,
    /// Whether weights and biases are learnt.
    pub affine: bool,
}

impl Default for NormSpec {
    fn default() -> Self {
        Self { epsilon: Finite::lit(1e-5), affine: true }
    }
}

/// Name of the weights of the layer at a place of the stack, as PyTorch's `state_dict` has it; the
/// number of hidden layers stands for the output layer. Those of a dense layer are `[out, in]`.
#[must_use]
pub fn weight_name(layer: usize) -> String {
    format!("{layer}.weight")
}

/// Name of its biases, `[out]`.
#[must_use]
pub fn bias_name(layer: usize) -> String {
    format!("{layer}.bias")
}

/// The dense layer at the end. Its number of units follows from the data and the loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputSpec {
    /// How weights start.
    pub init: Init,
    /// How biases start.
    pub bias_init: BiasInit,
    /// Whether there are biases.
    pub bias: bool,
    /// What is applied to its values before the loss. Most losses want the values as they are.
    pub activation: Activation,
    /// Whether its parameters stay as they are.
    pub frozen: bool,
    /// Factor on the learning rate for its parameters.
    pub rate: Finite,
}

impl Default for OutputSpec {
    fn default() -> Self {
        Self {
            init: Init::PyTorch,
            bias_init: BiasInit::PyTorch,
            bias: true,
            activation: Activation::Linear,
            frozen: false,
            rate: Finite::ONE,
        }
    }
}

impl LayerKind {
    /// One of each kind with usual settings, in the order they are offered. Activations are
    /// offered by themselves.
    #[must_use]
    pub fn usual() -> Vec<Self> {
        vec![
            Self::Dense(DenseSpec::new(16)),
            Self::Activation(Activation::Relu),
            Self::Conv2d(ConvSpec::new(8, 3)),
            Self::MaxPool2d(PoolSpec::new(2)),
            Self::AvgPool2d { pool: PoolSpec::new(2), count_padding: true },
            Self::GlobalAvgPool,
            Self::Flatten,
            Self::BatchNorm(BatchNormSpec::default()),
            Self::LayerNorm(NormSpec::default()),
            Self::GroupNorm { groups: 2, norm: NormSpec::default() },
            Self::Dropout { p: Finite::lit(0.5) },
            Self::Skip { over: 2 },
        ]
    }

    /// Name shown to the user.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Dense(_) => "Dense",
            Self::Conv2d(_) => "Conv2d",
            Self::MaxPool2d(_) => "Max pool",
            Self::AvgPool2d { .. } => "Average pool",
            Self::GlobalAvgPool => "Global average pool",
            Self::BatchNorm(_) => "Batch norm",
            Self::LayerNorm(_) => "Layer norm",
            Self::GroupNorm { .. } => "Group norm",
            Self::Dropout { .. } => "Dropout",
            Self::Flatten => "Flatten",
            Self::Activation(activation) => activation.label(),
            Self::Skip { .. } => "Skip connection",
        }
    }
}

/// What shape inference found for one layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerInfo {
    /// Shape of one sample before the layer.
    pub input: SampleShape,
    /// Shape of one sample after it.
    pub output: SampleShape,
    /// Number of trainable values.
    pub parameters: usize,
    /// Multiplications and additions for one sample, a pair counted once.
    pub multiply_adds: u64,
    /// The size of the result as the course computes it, `(32 − 5 + 2·0)/1 + 1 = 28`; empty
    /// where there is nothing to compute.
    pub arithmetic: String,
}
