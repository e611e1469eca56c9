use crate::base::Finite;

use super::data::SampleShape;

/// The stack of layers between the data and the output layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelSpec {
    /// Layers the user stacked, from the input on.
    pub hidden: Vec<LayerSpec>,
    /// How the output layer starts; its width follows from the data.
    pub output: OutputSpec,
}

/// One layer of the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayerSpec {
    /// `y = x Wᵀ + b`, PyTorch's `nn.Linear`.
    Dense(DenseSpec),
    /// A function applied to every value.
    Activation(Activation),
    /// Makes one row of values out of an image.
    Flatten,
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

/// How the output layer starts. Its number of units follows from the data and the loss.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputSpec {
    /// How weights start.
    pub init: Init,
    /// How biases start.
    pub bias_init: BiasInit,
}

/// Functions applied to every value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `x`
    Linear,
    /// `1 / (1 + e⁻ˣ)`
    Sigmoid,
    /// `tanh x`
    Tanh,
    /// `max(0, x)`, with derivative 0 at 0 as in PyTorch
    Relu,
    /// `x` for positive values, `slope · x` for the others
    LeakyRelu {
        /// Slope for negative values.
        slope: Finite,
    },
}

impl Activation {
    /// All activations with their usual settings, in the order they are offered.
    pub const ALL: [Self; 5] = [
        Self::Linear,
        Self::Sigmoid,
        Self::Tanh,
        Self::Relu,
        Self::LeakyRelu { slope: Finite::lit(0.01) },
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Linear => "Linear",
            Self::Sigmoid => "Sigmoid",
            Self::Tanh => "Tanh",
            Self::Relu => "ReLU",
            Self::LeakyRelu { .. } => "Leaky ReLU",
        }
    }
}

/// How weights start. `fan_in` and `fan_out` are the numbers of inputs and outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Init {
    /// `U(±1/√fan_in)`, what PyTorch's `nn.Linear` does.
    #[default]
    PyTorch,
    /// `U(±√(6/fan_in))`: `kaiming_uniform_` with the gain of ReLU.
    KaimingUniform,
    /// `N(0, 2/fan_in)`: `kaiming_normal_` with the gain of ReLU.
    KaimingNormal,
    /// `U(±√(6/(fan_in + fan_out)))`: `xavier_uniform_`.
    XavierUniform,
    /// `N(0, 2/(fan_in + fan_out))`: `xavier_normal_`.
    XavierNormal,
    /// `N(0, std²)`; the lecture's `0.01 · randn` has `std` 0.01.
    Normal {
        /// Standard deviation.
        std: Finite,
    },
    /// All zero. Neurons of a hidden layer then stay equal for ever.
    Zeros,
}

impl Init {
    /// All kinds with their usual settings, in the order they are offered.
    pub const ALL: [Self; 7] = [
        Self::PyTorch,
        Self::KaimingUniform,
        Self::KaimingNormal,
        Self::XavierUniform,
        Self::XavierNormal,
        Self::Normal { std: Finite::lit(0.01) },
        Self::Zeros,
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::PyTorch => "PyTorch default",
            Self::KaimingUniform => "Kaiming uniform",
            Self::KaimingNormal => "Kaiming normal",
            Self::XavierUniform => "Xavier uniform",
            Self::XavierNormal => "Xavier normal",
            Self::Normal { .. } => "Normal",
            Self::Zeros => "Zeros",
        }
    }
}

/// How biases start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BiasInit {
    /// `U(±1/√fan_in)`, what PyTorch's `nn.Linear` does.
    #[default]
    PyTorch,
    /// All zero.
    Zeros,
}

impl BiasInit {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::PyTorch, Self::Zeros];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::PyTorch => "PyTorch default",
            Self::Zeros => "Zeros",
        }
    }
}

impl LayerSpec {
    /// Name shown to the user.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Dense(_) => "Dense",
            Self::Activation(activation) => activation.label(),
            Self::Flatten => "Flatten",
        }
    }
}

/// What shape inference found for one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerInfo {
    /// Shape of one sample before the layer.
    pub input: SampleShape,
    /// Shape of one sample after it.
    pub output: SampleShape,
    /// Number of trainable values.
    pub parameters: usize,
}
