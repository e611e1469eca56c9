use crate::base::Finite;

use super::metric::{Part, Quantity};
use super::optimizer::Optimizer;
use super::schedule::Schedule;

/// How a model is trained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainSpec {
    /// What is minimised, before any penalty.
    pub loss: Loss,
    /// How the losses of the samples of a batch become one number.
    pub reduction: Reduction,
    /// How much the samples of each class count.
    pub class_weights: ClassWeights,
    /// How parameters are updated.
    pub optimizer: Optimizer,
    /// Learning rate (step size), before the schedule.
    pub learning_rate: Finite,
    /// What becomes of the learning rate.
    pub schedule: Schedule,
    /// Over so many first updates the learning rate grows in equal steps to its full value; 0 for
    /// none.
    pub warmup: u64,
    /// PyTorch's `weight_decay`: λ whose multiple `λp` is added to the gradient of every parameter
    /// (of AdamW, by which every parameter shrinks). It is no part of the objective.
    pub weight_decay: Finite,
    /// λ₁ of the penalty `λ₁ · Σ|w|`.
    pub l1: Finite,
    /// λ of the penalty that `l2_form` says.
    pub l2: Finite,
    /// How the L2 penalty is written.
    pub l2_form: L2Form,
    /// Whether the penalties reach biases, too. (The weights and biases of normalisation layers
    /// count as biases.)
    pub penalise_biases: bool,
    /// What keeps gradients small.
    pub clip: Clip,
    /// How many samples each step sees.
    pub batch: BatchSize,
    /// Whether a last batch that is smaller than the others is left out.
    pub drop_last: bool,
    /// Whether each epoch has an order of its own. Without, the rows come as they stand.
    pub shuffle: bool,
    /// When training ends by itself.
    pub stop: StopRule,
    /// It also ends after so many seconds of training.
    pub seconds: Option<Finite>,
    /// It also ends when a measurement is good enough.
    pub target: Option<Target>,
    /// It also ends when a measurement no longer gets better.
    pub early: Option<EarlyStopping>,
}

impl Default for TrainSpec {
    /// Cross-entropy by plain gradient descent with learning rate 0.1 in batches of 32.
    fn default() -> Self {
        Self {
            loss: Loss::CROSS_ENTROPY,
            reduction: Reduction::Mean,
            class_weights: ClassWeights::None,
            optimizer: Optimizer::SGD,
            learning_rate: Finite::lit(0.1),
            schedule: Schedule::Constant,
            warmup: 0,
            weight_decay: Finite::ZERO,
            l1: Finite::ZERO,
            l2: Finite::ZERO,
            l2_form: L2Form::Half,
            penalise_biases: false,
            clip: Clip::None,
            batch: BatchSize::Of(32),
            drop_last: false,
            shuffle: true,
            stop: StopRule::Never,
            seconds: None,
            target: None,
            early: None,
        }
    }
}

impl TrainSpec {
    /// Factor `c` of the L2 penalty `c · Σw²`, whatever its form.
    #[must_use]
    pub fn l2_factor(&self) -> f64 {
        match self.l2_form {
            L2Form::Half => self.l2.get() / 2.0,
            L2Form::Whole => self.l2.get(),
        }
    }

    /// Steps in one pass over `rows` rows; at least one.
    #[must_use]
    pub fn steps_per_epoch(&self, rows: usize) -> usize {
        match self.drop_last {
            true => (rows / self.batch.rows(rows).max(1)).max(1),
            false => self.batch.steps_per_epoch(rows),
        }
    }
}

/// What is minimised. `z` are the outputs of the network (after the output activation), `t` what
/// they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// Softmax and negative log-likelihood of logits: `nn.CrossEntropyLoss`.
    CrossEntropy {
        /// Label smoothing ε: the true class counts `1 − ε + ε/K`, every other `ε/K`.
        smoothing: Finite,
    },
    /// Sigmoid and log loss on a single logit: `nn.BCEWithLogitsLoss`.
    BinaryCrossEntropy,
    /// Log loss on a single probability: `nn.BCELoss`, with logarithms of at least −100.
    BinaryFromProbability,
    /// Negative log-likelihood of log-probabilities: `nn.NLLLoss`.
    Nll,
    /// `(z − t)²`: `nn.MSELoss`, without a factor ½.
    Mse,
    /// `½(z − t)²`, as textbooks and TensorFlow Playground have it; summed over the outputs of a
    /// sample.
    HalfSquared,
    /// `|z − t|`: `nn.L1Loss`.
    Mae,
    /// Squared near 0, absolute beyond δ: `nn.HuberLoss`.
    Huber {
        /// Where it becomes linear.
        delta: Finite,
    },
    /// Huber loss divided by its threshold: `nn.SmoothL1Loss`.
    SmoothL1 {
        /// Where it becomes linear.
        beta: Finite,
    },
    /// `max(0, 1 − t·z)` with `t = ±1`; for more classes `nn.MultiMarginLoss`.
    Hinge,
    /// The perceptron criterion `max(0, −t·z)` with `t = ±1`, taken before a unit step or sign at
    /// the output; for more classes the largest score minus that of the true class. With
    /// batches of one its gradient descent is the perceptron algorithm.
    Perceptron,
}

impl Loss {
    /// Plain cross-entropy.
    pub const CROSS_ENTROPY: Self = Self::CrossEntropy { smoothing: Finite::ZERO };

    /// All losses with their usual settings, in the order they are offered.
    pub const ALL: [Self; 11] = [
        Self::CROSS_ENTROPY,
        Self::BinaryCrossEntropy,
        Self::BinaryFromProbability,
        Self::Nll,
        Self::Hinge,
        Self::Perceptron,
        Self::Mse,
        Self::HalfSquared,
        Self::Mae,
        Self::Huber { delta: Finite::ONE },
        Self::SmoothL1 { beta: Finite::ONE },
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::CrossEntropy { .. } => "Cross-entropy",
            Self::BinaryCrossEntropy => "Binary cross-entropy",
            Self::BinaryFromProbability => "Binary cross-entropy of a probability",
            Self::Nll => "Negative log-likelihood",
            Self::Mse => "Squared error",
            Self::HalfSquared => "Half squared error",
            Self::Mae => "Absolute error",
            Self::Huber { .. } => "Huber",
            Self::SmoothL1 { .. } => "Smooth L1",
            Self::Hinge => "Hinge",
            Self::Perceptron => "Perceptron criterion",
        }
    }

    /// Whether it measures how far a number is from another. Such losses predict numbers, and can
    /// tell classes apart by numbers.
    #[must_use]
    pub fn is_distance(self) -> bool {
        match self {
            Self::Mse
            | Self::HalfSquared
            | Self::Mae
            | Self::Huber { .. }
            | Self::SmoothL1 { .. } => true,
            Self::CrossEntropy { .. }
            | Self::BinaryCrossEntropy
            | Self::BinaryFromProbability
            | Self::Nll
            | Self::Hinge
            | Self::Perceptron => false,
        }
    }
}

/// How the losses of the samples of a batch become one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reduction {
    /// Their mean, with PyTorch's divisor: the elements, the samples, or the weights of the
    /// samples' classes.
    #[default]
    Mean,
    /// Their sum.
    Sum,
}

impl Reduction {
    /// Both, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::Mean, Self::Sum];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
        }
    }
}

/// How much the samples of each class count in a loss.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum ClassWeights {
    /// All alike.
    #[default]
    None,
    /// `rows / (classes · rows of the class)` of the training part: scikit-learn's `"balanced"`.
    Balanced,
    /// These, in the order of the classes.
    Of(Vec<Finite>),
}

/// How an L2 penalty is written. Half of the textbooks have the factor, so it is always shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum L2Form {
    /// `λ/2 · Σw²`, whose gradient `λw` is a weight decay of λ.
    #[default]
    Half,
    /// `λ · Σw²`, whose gradient is `2λw`.
    Whole,
}

impl L2Form {
    /// Both, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::Half, Self::Whole];

    /// The penalty as a formula.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Half => "λ/2 · Σw²",
            Self::Whole => "λ · Σw²",
        }
    }
}

/// What keeps gradients small. It sees them with the penalties, before the optimizer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Clip {
    /// Nothing.
    #[default]
    None,
    /// All gradients together shrink to at most this norm: `clip_grad_norm_`.
    Norm {
        /// Largest norm.
        max: Finite,
    },
    /// Every value is kept between `±max`: `clip_grad_value_`.
    Value {
        /// Largest magnitude.
        max: Finite,
    },
}

impl Clip {
    /// All kinds with their usual settings, in the order they are offered.
    pub const ALL: [Self; 3] =
        [Self::None, Self::Norm { max: Finite::ONE }, Self::Value { max: Finite::ONE }];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Norm { .. } => "by norm",
            Self::Value { .. } => "by value",
        }
    }
}

/// A measurement that ends training once it is good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// Of which part.
    pub part: Part,
    /// What is measured.
    pub quantity: Quantity,
    /// At least, or at most, this: whichever is better.
    pub value: Finite,
}

/// Ends training when a measurement no longer gets better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EarlyStopping {
    /// Of which part. Data without a validation part use the test part, and say so.
    pub part: Part,
    /// What is measured, at the end of every epoch.
    pub quantity: Quantity,
    /// So many epochs in a row without a better value end it.
    pub patience: u32,
    /// What must be gained to count as better.
    pub min_change: Finite,
    /// Whether the best weights come back at the end.
    pub keep_best: bool,
}

impl Default for EarlyStopping {
    fn default() -> Self {
        Self {
            part: Part::Validation,
            quantity: Quantity::Loss,
            patience: 10,
            min_change: Finite::ZERO,
            keep_best: true,
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
