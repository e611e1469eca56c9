use crate::base::Finite;

/// How parameters are updated from their gradients `g`, with PyTorch's formulas; `t` counts
/// updates from 1. `weight_decay` is a setting of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Optimizer {
    /// `b ← μb + (1−d)g` (`b = g` at first); `p ← p − lr·b`, with Nesterov `p − lr·(g + μb)`
    Sgd {
        /// μ; 0 gives plain gradient descent.
        momentum: Finite,
        /// d
        dampening: Finite,
        /// Whether the step looks ahead.
        nesterov: bool,
    },
    /// `v ← αv + (1−α)g²; p ← p − lr·g/(√v + ε)`; centred: `√(v − ḡ²)` with the mean gradient ḡ;
    /// with momentum the quotient goes through `b ← μb + …`
    RmsProp {
        /// Decay of the mean square.
        alpha: Finite,
        /// Added to the root.
        epsilon: Finite,
        /// μ
        momentum: Finite,
        /// Whether the variance takes the place of the mean square.
        centred: bool,
    },
    /// `s ← s + g²; p ← p − lr/(1 + (t−1)·decay)·g/(√s + ε)`
    Adagrad {
        /// Decay of the learning rate.
        decay: Finite,
        /// Sum of squares at the start.
        initial: Finite,
        /// Added to the root.
        epsilon: Finite,
    },
    /// `v ← ρv + (1−ρ)g²; d = g·√(u+ε)/√(v+ε); u ← ρu + (1−ρ)d²; p ← p − lr·d`
    Adadelta {
        /// Decay of both mean squares.
        rho: Finite,
        /// Added under the roots.
        epsilon: Finite,
    },
    /// Adam with bias correction; ε is added after the correction of the root.
    Adam(AdamSpec),
    /// Adam whose weight decay shrinks the parameters instead of changing the gradient.
    AdamW(AdamSpec),
    /// Adam with the largest of the decayed gradients in place of the mean square.
    Adamax {
        /// Decay of the mean.
        beta1: Finite,
        /// Decay of the maximum.
        beta2: Finite,
        /// Added to the magnitude.
        epsilon: Finite,
    },
    /// Adam with Nesterov momentum.
    NAdam {
        /// Decay of the mean.
        beta1: Finite,
        /// Decay of the mean square.
        beta2: Finite,
        /// Added to the root.
        epsilon: Finite,
        /// Decay of the momentum.
        momentum_decay: Finite,
    },
    /// Adam that waits with its adaptive step until the mean square is reliable.
    RAdam {
        /// Decay of the mean.
        beta1: Finite,
        /// Decay of the mean square.
        beta2: Finite,
        /// Added to the root.
        epsilon: Finite,
    },
    /// Only the sign of the gradient counts: each parameter has a step size that grows while the
    /// sign stays and shrinks when it turns. For full batches.
    Rprop {
        /// Factor when the sign turns.
        shrink: Finite,
        /// Factor while it stays.
        grow: Finite,
        /// Smallest step size.
        min_step: Finite,
        /// Largest step size.
        max_step: Finite,
    },
}

/// Constants of Adam and AdamW.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AdamSpec {
    /// Decay of the mean.
    pub beta1: Finite,
    /// Decay of the mean square.
    pub beta2: Finite,
    /// Added to the root.
    pub epsilon: Finite,
    /// Whether the largest mean square so far takes the place of the present one.
    pub amsgrad: bool,
}

impl AdamSpec {
    /// PyTorch's defaults.
    pub const USUAL: Self =
        Self { beta1: BETA1, beta2: BETA2, epsilon: Finite::lit(1e-8), amsgrad: false };
}

const BETA1: Finite = Finite::lit(0.9);
const BETA2: Finite = Finite::lit(0.999);
const EPSILON: Finite = Finite::lit(1e-8);

impl Optimizer {
    /// Plain gradient descent.
    pub const SGD: Self = Self::sgd(Finite::ZERO);
    /// PyTorch's defaults for RMSprop.
    pub const RMSPROP: Self = Self::RmsProp {
        alpha: Finite::lit(0.99),
        epsilon: EPSILON,
        momentum: Finite::ZERO,
        centred: false,
    };
    /// PyTorch's defaults for Adam.
    pub const ADAM: Self = Self::Adam(AdamSpec::USUAL);
    /// All optimizers with PyTorch's defaults, in the order they are offered.
    pub const ALL: [Self; 10] = [
        Self::SGD,
        Self::ADAM,
        Self::AdamW(AdamSpec::USUAL),
        Self::RMSPROP,
        Self::Adagrad { decay: Finite::ZERO, initial: Finite::ZERO, epsilon: Finite::lit(1e-10) },
        Self::NAdam {
            beta1: BETA1,
            beta2: BETA2,
            epsilon: EPSILON,
            momentum_decay: Finite::lit(0.004),
        },
        Self::RAdam { beta1: BETA1, beta2: BETA2, epsilon: EPSILON },
        Self::Adamax { beta1: BETA1, beta2: BETA2, epsilon: EPSILON },
        Self::Adadelta { rho: Finite::lit(0.9), epsilon: Finite::lit(1e-6) },
        Self::Rprop {
            shrink: Finite::lit(0.5),
            grow: Finite::lit(1.2),
            min_step: Finite::lit(1e-6),
            max_step: Finite::lit(50.0),
        },
    ];

    /// Gradient descent with momentum.
    #[must_use]
    pub const fn sgd(momentum: Finite) -> Self {
        Self::Sgd { momentum, dampening: Finite::ZERO, nesterov: false }
    }

    /// What is added to denominators; 0 where nothing is.
    #[must_use]
    pub fn epsilon(self) -> Finite {
        match self {
            Self::Sgd { .. } | Self::Rprop { .. } => Finite::ZERO,
            Self::RmsProp { epsilon, .. }
            | Self::Adagrad { epsilon, .. }
            | Self::Adadelta { epsilon, .. }
            | Self::Adam(AdamSpec { epsilon, .. })
            | Self::AdamW(AdamSpec { epsilon, .. })
            | Self::Adamax { epsilon, .. }
            | Self::NAdam { epsilon, .. }
            | Self::RAdam { epsilon, .. } => epsilon,
        }
    }

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Sgd { .. } => "SGD",
            Self::RmsProp { .. } => "RMSprop",
            Self::Adagrad { .. } => "Adagrad",
            Self::Adadelta { .. } => "Adadelta",
            Self::Adam(_) => "Adam",
            Self::AdamW(_) => "AdamW",
            Self::Adamax { .. } => "Adamax",
            Self::NAdam { .. } => "NAdam",
            Self::RAdam { .. } => "RAdam",
            Self::Rprop { .. } => "Rprop",
        }
    }
}
