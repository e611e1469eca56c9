use crate::base::Finite;

/// Functions applied to every value, or, of the softmax family, to each row of values. Values and
/// derivatives are PyTorch's where it has the function, at 0 and at the kinks, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `x`
    Linear,
    /// 1 for `x ≥ 0`, else 0 (the perceptron's). Its derivative is 0 everywhere, so nothing
    /// before it learns by gradient descent.
    UnitStep,
    /// 1, 0 or −1. Its derivative is 0 everywhere.
    Sign,
    /// `x + ½` between 0 and 1, else the nearer of both.
    PiecewiseLinear,
    /// `1 / (1 + e⁻ˣ)`
    Sigmoid,
    /// `log sigmoid x`
    LogSigmoid,
    /// `(x + 3) / 6` between 0 and 1, else the nearer of both
    HardSigmoid,
    /// `tanh x`
    Tanh,
    /// `x` between −1 and 1, else the nearer of both
    HardTanh,
    /// `x / (1 + |x|)`
    Softsign,
    /// `max(0, x)`, with derivative 0 at 0
    Relu,
    /// `min(max(0, x), 6)`
    Relu6,
    /// `x` for positive values, `slope · x` for the others; the derivative at 0 is the slope
    LeakyRelu {
        /// Slope for negative values.
        slope: Finite,
    },
    /// `x` for positive values, `α(eˣ − 1)` for the others
    Elu {
        /// What it tends to for negative values, turned positive.
        alpha: Finite,
    },
    /// ELU with the two constants that keep mean 0 and variance 1
    Selu,
    /// `x Φ(x)` with the distribution function of the normal distribution
    Gelu,
    /// The same by PyTorch's approximation with tanh
    GeluTanh,
    /// `x · sigmoid x`, also called swish
    Silu,
    /// `log(1 + eˣ)`, linear above 20
    Softplus,
    /// `x · tanh(softplus x)`
    Mish,
    /// `eˣ / Σeˣ` over the row: positive and of sum 1
    Softmax,
    /// Its logarithm
    LogSoftmax,
    /// Softmax of `−x`
    Softmin,
}

impl Activation {
    /// All activations with their usual settings, in the order they are offered.
    pub const ALL: [Self; 23] = [
        Self::Linear,
        Self::Relu,
        Self::LeakyRelu { slope: Finite::lit(0.01) },
        Self::Tanh,
        Self::Sigmoid,
        Self::Elu { alpha: Finite::ONE },
        Self::Gelu,
        Self::Silu,
        Self::Softplus,
        Self::UnitStep,
        Self::Sign,
        Self::PiecewiseLinear,
        Self::HardSigmoid,
        Self::HardTanh,
        Self::Softsign,
        Self::Relu6,
        Self::Selu,
        Self::GeluTanh,
        Self::Mish,
        Self::LogSigmoid,
        Self::Softmax,
        Self::LogSoftmax,
        Self::Softmin,
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Linear => "Linear",
            Self::UnitStep => "Unit step",
            Self::Sign => "Sign",
            Self::PiecewiseLinear => "Piecewise linear",
            Self::Sigmoid => "Sigmoid",
            Self::LogSigmoid => "Log-sigmoid",
            Self::HardSigmoid => "Hard sigmoid",
            Self::Tanh => "Tanh",
            Self::HardTanh => "Hard tanh",
            Self::Softsign => "Softsign",
            Self::Relu => "ReLU",
            Self::Relu6 => "ReLU6",
            Self::LeakyRelu { .. } => "Leaky ReLU",
            Self::Elu { .. } => "ELU",
            Self::Selu => "SELU",
            Self::Gelu => "GELU",
            Self::GeluTanh => "GELU (tanh)",
            Self::Silu => "SiLU",
            Self::Softplus => "Softplus",
            Self::Mish => "Mish",
            Self::Softmax => "Softmax",
            Self::LogSoftmax => "Log-softmax",
            Self::Softmin => "Softmin",
        }
    }

    /// What it computes, as a formula.
    #[must_use]
    pub fn formula(self) -> &'static str {
        match self {
            Self::Linear => "x",
            Self::UnitStep => "1 for x ≥ 0, else 0",
            Self::Sign => "−1, 0 or 1",
            Self::PiecewiseLinear => "x + ½, kept between 0 and 1",
            Self::Sigmoid => "1 / (1 + exp(−x))",
            Self::LogSigmoid => "log(1 / (1 + exp(−x)))",
            Self::HardSigmoid => "(x + 3) / 6, kept between 0 and 1",
            Self::Tanh => "(exp(x) − exp(−x)) / (exp(x) + exp(−x))",
            Self::HardTanh => "x, kept between −1 and 1",
            Self::Softsign => "x / (1 + |x|)",
            Self::Relu => "max(0, x)",
            Self::Relu6 => "max(0, x), at most 6",
            Self::LeakyRelu { .. } => "x for x > 0, else slope · x",
            Self::Elu { .. } => "x for x > 0, else α(exp(x) − 1)",
            Self::Selu => "ELU scaled so that mean 0 and variance 1 are kept",
            Self::Gelu => "x · Φ(x)",
            Self::GeluTanh => "x · Φ(x), by the approximation with tanh",
            Self::Silu => "x / (1 + exp(−x))",
            Self::Softplus => "log(1 + exp(x))",
            Self::Mish => "x · tanh(log(1 + exp(x)))",
            Self::Softmax => "exp(x) / Σ exp(x) over the row",
            Self::LogSoftmax => "x − log Σ exp(x) over the row",
            Self::Softmin => "exp(−x) / Σ exp(−x) over the row",
        }
    }

    /// Whether it looks at a whole row of values instead of one at a time.
    #[must_use]
    pub fn is_rowwise(self) -> bool {
        matches!(self, Self::Softmax | Self::LogSoftmax | Self::Softmin)
    }

    /// Whether its derivative is 0 everywhere, so that nothing before it can learn.
    #[must_use]
    pub fn is_flat(self) -> bool {
        matches!(self, Self::UnitStep | Self::Sign)
    }

    /// Least and greatest value it can give, taken on or not.
    #[must_use]
    pub fn range(self) -> [f64; 2] {
        const ANY: f64 = f64::INFINITY;
        match self {
            Self::Linear | Self::LeakyRelu { .. } => [-ANY, ANY],
            Self::UnitStep
            | Self::PiecewiseLinear
            | Self::Sigmoid
            | Self::HardSigmoid
            | Self::Softmax
            | Self::Softmin => [0.0, 1.0],
            Self::Sign | Self::Tanh | Self::HardTanh | Self::Softsign => [-1.0, 1.0],
            Self::LogSigmoid | Self::LogSoftmax => [-ANY, 0.0],
            Self::Relu | Self::Softplus => [0.0, ANY],
            Self::Relu6 => [0.0, 6.0],
            Self::Elu { alpha } => [-alpha.get(), ANY],
            Self::Selu => [-1.758_099_340_847_376_7, ANY],
            Self::Gelu | Self::GeluTanh => [-0.170_041, ANY],
            Self::Silu => [-0.278_465, ANY],
            Self::Mish => [-0.308_84, ANY],
        }
    }

    /// Whether every value lies between 0 and 1.
    #[must_use]
    pub fn is_share(self) -> bool {
        self.range() == [0.0, 1.0]
    }
}
