use crate::base::Finite;

/// How a model is trained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainSpec {
    /// What is minimised, before any penalty.
    pub loss: Loss,
    /// How parameters are updated.
    pub optimizer: Optimizer,
    /// Learning rate (step size).
    pub learning_rate: Finite,
    /// λ of the penalty `λ/2 · Σw²` that is added to the loss and gives the objective. Its
    /// gradient is `λw`, which PyTorch calls a weight decay of λ.
    pub l2: Finite,
    /// Whether the penalty reaches biases, too.
    pub l2_biases: bool,
    /// How many samples each step sees.
    pub batch: BatchSize,
    /// When training ends by itself.
    pub stop: StopRule,
}

/// What is minimised. All are computed from logits (the outputs of the last layer).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// Softmax and negative log-likelihood, averaged over the batch: `nn.CrossEntropyLoss`.
    CrossEntropy,
    /// Sigmoid and log loss on a single output, averaged: `nn.BCEWithLogitsLoss`.
    BinaryCrossEntropy,
    /// Squared error: `nn.MSELoss`, without a factor ½.
    Mse {
        /// Mean or sum over the batch.
        reduction: Reduction,
    },
}

/// How the losses of the samples of a batch become one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reduction {
    /// Their mean.
    #[default]
    Mean,
    /// Their sum.
    Sum,
}

impl Loss {
    /// All losses, in the order they are offered.
    pub const ALL: [Self; 4] = [
        Self::CrossEntropy,
        Self::BinaryCrossEntropy,
        Self::Mse { reduction: Reduction::Mean },
        Self::Mse { reduction: Reduction::Sum },
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::CrossEntropy => "Cross-entropy",
            Self::BinaryCrossEntropy => "Binary cross-entropy",
            Self::Mse { reduction: Reduction::Mean } => "Squared error (mean)",
            Self::Mse { reduction: Reduction::Sum } => "Squared error (sum)",
        }
    }
}

/// How parameters are updated from their gradients, with PyTorch's formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Optimizer {
    /// `b ← μb + g; p ← p − lr·b`
    Sgd {
        /// μ; 0 gives plain gradient descent.
        momentum: Finite,
    },
    /// `v ← αv + (1−α)g²; p ← p − lr·g/(√v + ε)`
    RmsProp {
        /// Decay of the mean square.
        alpha: Finite,
        /// Added to the root.
        epsilon: Finite,
    },
    /// Adam with bias correction; ε is added after the correction of the root.
    Adam {
        /// Decay of the mean.
        beta1: Finite,
        /// Decay of the mean square.
        beta2: Finite,
        /// Added to the root.
        epsilon: Finite,
    },
}

impl Optimizer {
    /// Plain gradient descent.
    pub const SGD: Self = Self::Sgd { momentum: Finite::ZERO };
    /// PyTorch's defaults for RMSprop.
    pub const RMSPROP: Self =
        Self::RmsProp { alpha: Finite::lit(0.99), epsilon: Finite::lit(1e-8) };
    /// PyTorch's defaults for Adam.
    pub const ADAM: Self = Self::Adam {
        beta1: Finite::lit(0.9),
        beta2: Finite::lit(0.999),
        epsilon: Finite::lit(1e-8),
    };
    /// All optimizers with their usual settings, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::SGD, Self::RMSPROP, Self::ADAM];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Sgd { .. } => "SGD",
            Self::RmsProp { .. } => "RMSprop",
            Self::Adam { .. } => "Adam",
        }
    }
}

/// How many samples each step sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BatchSize {
    /// The whole training part: one step is one epoch.
    Full,
    /// A fixed number; the last batch of an epoch may be smaller and is averaged over its own
    /// size.
    Of(usize),
}

impl BatchSize {
    /// Rows in a full batch of a training part of `rows` rows.
    #[must_use]
    pub fn rows(self, rows: usize) -> usize {
        match self {
            Self::Full => rows,
            Self::Of(size) => size.clamp(1, rows.max(1)),
        }
    }

    /// Steps in one pass over `rows` rows.
    #[must_use]
    pub fn steps_per_epoch(self, rows: usize) -> usize {
        rows.div_ceil(self.rows(rows)).max(1)
    }
}

/// When training ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StopRule {
    /// Never: until the user stops it.
    Never,
    /// After so many passes over the training part.
    Epochs(u64),
    /// After so many updates.
    Steps(u64),
}
