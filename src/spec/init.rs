use crate::base::Finite;

/// How weights start. `fan_in` and `fan_out` are the numbers of values that a unit sees and that
/// see a unit; for a convolution, channels times the size of a kernel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Init {
    /// `U(±1/√fan_in)`, what PyTorch's `nn.Linear` and `nn.Conv2d` do.
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
    /// `N(mean, std²)`; the lecture's `0.01 · randn` has mean 0 and `std` 0.01.
    Normal {
        /// Mean.
        mean: Finite,
        /// Standard deviation.
        std: Finite,
    },
    /// `U(low, high)`.
    Uniform {
        /// Lower end.
        low: Finite,
        /// Upper end.
        high: Finite,
    },
    /// All equal. Neurons of a hidden layer then stay equal for ever.
    Constant {
        /// The value.
        value: Finite,
    },
    /// All zero.
    Zeros,
}

impl Init {
    /// All kinds with their usual settings, in the order they are offered.
    pub const ALL: [Self; 9] = [
        Self::PyTorch,
        Self::KaimingUniform,
        Self::KaimingNormal,
        Self::XavierUniform,
        Self::XavierNormal,
        Self::Normal { mean: Finite::ZERO, std: Finite::lit(0.01) },
        Self::Uniform { low: Finite::lit(-0.5), high: Finite::lit(0.5) },
        Self::Constant { value: Finite::lit(0.1) },
        Self::Zeros,
    ];

    /// Normal around zero.
    #[must_use]
    pub const fn normal(std: Finite) -> Self {
        Self::Normal { mean: Finite::ZERO, std }
    }

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
            Self::Uniform { .. } => "Uniform",
            Self::Constant { .. } => "Constant",
            Self::Zeros => "Zeros",
        }
    }
}

/// How biases start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BiasInit {
    /// `U(±1/√fan_in)`, what PyTorch's `nn.Linear` and `nn.Conv2d` do.
    #[default]
    PyTorch,
    /// `N(mean, std²)`.
    Normal {
        /// Mean.
        mean: Finite,
        /// Standard deviation.
        std: Finite,
    },
    /// `U(low, high)`.
    Uniform {
        /// Lower end.
        low: Finite,
        /// Upper end.
        high: Finite,
    },
    /// All equal.
    Constant {
        /// The value.
        value: Finite,
    },
    /// All zero.
    Zeros,
}

impl BiasInit {
    /// All kinds with their usual settings, in the order they are offered.
    pub const ALL: [Self; 5] = [
        Self::PyTorch,
        Self::Normal { mean: Finite::ZERO, std: Finite::lit(0.01) },
        Self::Uniform { low: Finite::lit(-0.5), high: Finite::lit(0.5) },
        Self::Constant { value: Finite::lit(0.1) },
        Self::Zeros,
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::PyTorch => "PyTorch default",
            Self::Normal { .. } => "Normal",
            Self::Uniform { .. } => "Uniform",
            Self::Constant { .. } => "Constant",
            Self::Zeros => "Zeros",
        }
    }
}
