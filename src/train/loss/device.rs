//! Losses of batches and their gradients at the outputs, as tensors.
//!
//! Both come from closed forms on the outputs, as in PyTorch's fused kernels. They are exact for
//! outputs of any size, and autodiff begins at the outputs, which halves the tensor operations of
//! a small network.

use burn::tensor::{Int, Tensor, TensorData, activation};

use crate::spec::{Loss, Reduction, TargetCoding};

use super::Criterion;

/// The loss of a batch, and its gradient at the outputs.
pub(crate) struct LossGradient {
    /// Shape `[1]`.
    pub value: Tensor<1>,
    /// Shape of the outputs.
    pub gradient: Tensor<2>,
}

/// Losses before any reduction, and their slopes at the outputs. Constant factors are kept apart,
/// so that they cost one multiplication together with that of the mean.
struct Terms {
    /// `[rows, outputs]`; to be multiplied by `factor`.
    losses: Tensor<2>,
    factor: f64,
    /// `[rows, outputs]`; to be multiplied by `slope`.
    slopes: Tensor<2>,
    slope: f64,
    /// What a mean divides by.
    count: usize,
}

impl Criterion {
    /// The loss of `outputs` `[rows, outputs]` against `targets` of the same shape, and its
    /// gradient.
    pub fn with_gradient(&self, outputs: Tensor<2>, targets: Tensor<2>) -> LossGradient {
        match self.loss {
            Loss::CrossEntropy { smoothing } => {
                self.cross_entropy(outputs, targets, smoothing.get())
            }
            Loss::Nll => self.negative_log_likelihood(outputs, targets),
            loss => {
                let terms = terms(loss, outputs, targets.clone());
                self.reduced(self.weighted(terms, targets))
            }
        }
    }

    /// `−Σ c_j log softmax(z)_j` with coefficients `c`; the gradient is `softmax(z) Σc − c`.
    fn cross_entropy(&self, logits: Tensor<2>, targets: Tensor<2>, smoothing: f64) -> LossGradient {
        let log_probability = activation::log_softmax(logits, 1);
        let probability = log_probability.clone().exp();
        let classes = targets.dims()[1];
        let (counts, picked) = self.picked(targets.clone());
        let spread = smoothing / classes as f64;
        let counts = match (smoothing > 0.0, self.weight_row(&targets)) {
            (false, _) => counts,
            (true, None) => counts.mul_scalar(1.0 - smoothing).add_scalar(spread),
            (true, Some(weights)) => {
                counts.mul_scalar(1.0 - smoothing).add(weights.mul_scalar(spread))
            }
        };
        // Without weights the coefficients of a row add up to 1.
        let probability = match picked {
            None => probability,
            Some(_) => probability.mul(counts.clone().sum_dim(1)),
        };
        self.divided(log_probability.mul(counts.clone()).sum(), probability.sub(counts), picked)
    }

    /// `−Σ c_j z_j` of log-probabilities `z`; the gradient is `−c`.
    fn negative_log_likelihood(&self, outputs: Tensor<2>, targets: Tensor<2>) -> LossGradient {
        let (counts, picked) = self.picked(targets);
        self.divided(outputs.mul(counts.clone()).sum(), counts.neg(), picked)
    }

    /// How much each class of each row counts, `[rows, classes]`; and, where classes have
    /// weights, all of that together, `[1]`.
    fn picked(&self, targets: Tensor<2>) -> (Tensor<2>, Option<Tensor<1>>) {
        match self.weight_row(&targets) {
            None => (targets, None),
            Some(weights) => {
                let counts = targets.mul(weights);
                (counts.clone(), Some(counts.sum()))
            }
        }
    }

    /// The weights of the classes `[1, classes]`, where they have any.
    fn weight_row(&self, like: &Tensor<2>) -> Option<Tensor<2>> {
        let weights = &self.class_weights;
        if weights.is_empty() {
            return None;
        }
        // A class that never occurs in the training part has no weight of its own.
        let classes = like.dims()[1].max(weights.len());
        let mut row = weights.clone();
        row.resize(classes, 1.0);
        Some(Tensor::from_data(TensorData::new(row, [1, classes]), &like.device()))
    }

    /// The negative of a sum and its gradient, divided by the weights of the samples or their
    /// number.
    fn divided(
        &self,
        sum: Tensor<1>,
        gradient: Tensor<2>,
        picked: Option<Tensor<1>>,
    ) -> LossGradient {
        match (self.reduction, picked) {
            (Reduction::Sum, _) => LossGradient { value: sum.neg(), gradient },
            (Reduction::Mean, None) => {
                let scale = 1.0 / gradient.dims()[0] as f64;
                LossGradient { value: sum.mul_scalar(-scale), gradient: gradient.mul_scalar(scale) }
            }
            (Reduction::Mean, Some(picked)) => LossGradient {
                value: sum.neg().div(picked.clone()),
                gradient: gradient.div(picked.reshape([1, 1])),
            },
        }
    }

    /// Each sample counts as much as its class.
    fn weighted(&self, terms: Terms, targets: Tensor<2>) -> Terms {
        if self.class_weights.is_empty() {
            return terms;
        }
        let of_rows = match self.readout.coding {
            TargetCoding::OneHot => self.picked(targets).0.sum_dim(1),
            TargetCoding::ZeroOne | TargetCoding::Number => self.between(targets),
            TargetCoding::PlusMinus => self.between(targets.add_scalar(1.0).mul_scalar(0.5)),
        };
        Terms {
            losses: terms.losses.mul(of_rows.clone()),
            slopes: terms.slopes.mul(of_rows),
            ..terms
        }
    }

    /// The weights of samples of classes 0 and 1.
    fn between(&self, classes: Tensor<2>) -> Tensor<2> {
        let [zero, one] = [0, 1].map(|class| self.weight_of(class));
        classes.mul_scalar(one - zero).add_scalar(zero)
    }

    fn reduced(&self, terms: Terms) -> LossGradient {
        let scale = match self.reduction {
            Reduction::Mean => 1.0 / terms.count as f64,
            Reduction::Sum => 1.0,
        };
        LossGradient {
            value: scaled(terms.losses.sum(), terms.factor * scale),
            gradient: scaled(terms.slopes, terms.slope * scale),
        }
    }
}

fn scaled<const D: usize>(tensor: Tensor<D>, factor: f64) -> Tensor<D> {
    if factor == 1.0 { tensor } else { tensor.mul_scalar(factor) }
}

/// Losses that do not depend on the weights of classes.
fn terms(loss: Loss, z: Tensor<2>, t: Tensor<2>) -> Terms {
    let [rows, outputs] = z.dims();
    let is_single = outputs == 1;
    match loss {
        Loss::BinaryCrossEntropy => binary_cross_entropy(z, t),
        Loss::BinaryFromProbability => of_probability(z, t),
        Loss::Mae => {
            let error = z.sub(t);
            Terms::of_elements(error.clone().abs(), error.sign())
        }
        Loss::Huber { delta } => huber(z, t, delta.get(), 1.0),
        Loss::SmoothL1 { beta } => huber(z, t, beta.get(), 1.0 / beta.get()),
        Loss::HalfSquared => {
            let error = z.sub(t);
            let losses = error.clone().square();
            Terms { losses, factor: 0.5, slopes: error, slope: 1.0, count: rows }
        }
        Loss::Hinge if is_single => hinge(z, t),
        Loss::Hinge => margins(z, t),
        Loss::Perceptron if is_single => perceptron(z, t),
        Loss::Perceptron => perceptron_of_many(z, t),
        // The likelihoods do not come here.
        Loss::Mse | Loss::CrossEntropy { .. } | Loss::Nll => {
            let error = z.sub(t);
            Terms { slope: 2.0, ..Terms::of_elements(error.clone().square(), error) }
        }
    }
}

impl Terms {
    /// A mean of these divides by the number of elements.
    fn of_elements(losses: Tensor<2>, slopes: Tensor<2>) -> Self {
        let count = losses.shape().num_elements();
        Self { losses, factor: 1.0, slopes, slope: 1.0, count }
    }
}

/// `max(z, 0) − z·t + log(1 + e^−|z|)`; slope `sigmoid(z) − t`.
fn binary_cross_entropy(z: Tensor<2>, t: Tensor<2>) -> Terms {
    let tail = z.clone().abs().neg().exp().log1p();
    let head = activation::relu(z.clone()) - z.clone().mul(t.clone());
    Terms::of_elements(head.add(tail), activation::sigmoid(z).sub(t))
}

/// `−t log p − (1 − t) log(1 − p)` with logarithms of at least −100; slope
/// `(p − t) / max(p(1 − p), 10⁻¹²)`, as PyTorch has it.
fn of_probability(p: Tensor<2>, t: Tensor<2>) -> Terms {
    let rest = p.clone().neg().add_scalar(1.0);
    let yes = p.clone().log().clamp_min(-100.0).mul(t.clone());
    let no = p.clone().neg().log1p().clamp_min(-100.0).mul(t.clone().neg().add_scalar(1.0));
    let spread = p.clone().mul(rest).clamp_min(1e-12);
    Terms { factor: -1.0, ..Terms::of_elements(yes.add(no), p.sub(t).div(spread)) }
}

/// With the error `e` kept between ±δ as `c`: `c(e − c/2)`, which is `e²/2` inside and
/// `δ(|e| − δ/2)` outside; slope `c`.
fn huber(z: Tensor<2>, t: Tensor<2>, delta: f64, factor: f64) -> Terms {
    let error = z.sub(t);
    let kept = error.clone().clamp(-delta, delta);
    let losses = kept.clone().mul(error.sub(kept.clone().mul_scalar(0.5)));
    Terms { factor, slope: factor, ..Terms::of_elements(losses, kept) }
}

/// `max(0, 1 − t·z)` with `t = ±1`; slope `−t` until the margin is reached.
fn hinge(z: Tensor<2>, t: Tensor<2>) -> Terms {
    let missing = z.mul(t.clone()).neg().add_scalar(1.0);
    let is_met = missing.clone().lower_equal_elem(0.0);
    let slopes = t.neg().mask_fill(is_met, 0.0);
    Terms::of_elements(activation::relu(missing), slopes)
}

/// `Σ max(0, 1 − z_true + z_j) / K` over the other classes: `nn.MultiMarginLoss`.
fn margins(z: Tensor<2>, t: Tensor<2>) -> Terms {
    let [rows, classes] = z.dims();
    let of_true = z.clone().mul(t.clone()).sum_dim(1);
    let missing = z.sub(of_true).add_scalar(1.0);
    let is_missing = missing.clone().greater_elem(0.0).float();
    let others = is_missing.mul(t.clone().neg().add_scalar(1.0));
    let slopes = others.clone().sub(t.mul(others.clone().sum_dim(1)));
    let share = 1.0 / classes as f64;
    Terms { losses: missing.mul(others), factor: share, slopes, slope: share, count: rows }
}

/// `(ŷ − y) z` with `ŷ = [z ≥ 0]` and `y = [t > 0]`, which is `max(0, −t·z)`; slope `ŷ − y`.
/// At `z = 0` the answer is 1, so that ties change weights as in the perceptron algorithm.
fn perceptron(z: Tensor<2>, t: Tensor<2>) -> Terms {
    let answer = z.clone().greater_equal_elem(0.0).float();
    let excess = answer.sub(t.greater_elem(0.0).float());
    Terms::of_elements(z.mul(excess.clone()), excess)
}

/// The largest score minus that of the true class.
fn perceptron_of_many(z: Tensor<2>, t: Tensor<2>) -> Terms {
    let [rows, classes] = z.dims();
    let places = Tensor::<1, Int>::arange(0..classes as i64, &z.device()).reshape([1, classes]);
    let answer = places.equal(z.clone().argmax(1)).float();
    let excess = answer.sub(t);
    Terms { count: rows, ..Terms::of_elements(z.mul(excess.clone()), excess) }
}
