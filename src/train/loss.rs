use burn::tensor::{Tensor, activation};

use crate::base::{Matrix, softmax_into};
use crate::data::Targets;
use crate::spec::{ClassWeights, Loss, Readout, Reduction, ValidRun};

use super::network::Pass;
use super::params::Any;

/// What is minimised, with everything that it needs of the spec and the data.
#[derive(Clone, Debug)]
pub(super) struct Criterion {
    /// The loss of one sample.
    pub loss: Loss,
    /// How those of a batch become one number.
    pub reduction: Reduction,
    /// How much each class counts; empty for all alike.
    pub class_weights: Vec<f32>,
    /// How outputs are read.
    pub readout: Readout,
}

impl Criterion {
    /// That of `run`, on data whose training part has these targets.
    pub fn of(run: &ValidRun, targets: &Targets) -> Self {
        let train = &run.spec().train;
        Self {
            loss: train.loss,
            reduction: train.reduction,
            class_weights: class_weights(&train.class_weights, run.outputs(), targets),
            readout: *run.readout(),
        }
    }

    /// The loss of a pass against `targets` `[rows, outputs]` (see [`target_matrix`]), shape
    /// `[1]`, and the gradients of the parameters.
    pub fn backward(&self, pass: Pass, targets: Tensor<2>) -> (Tensor<1>, Vec<Option<Any>>) {
        let found = self.with_gradient(pass.outputs.clone().inner(), targets);
        (found.value, pass.backward(found.gradient))
    }

    /// The loss of `outputs` `[rows, outputs]` against `targets` of the same shape, and its
    /// gradient.
    ///
    /// Both come from closed forms on the outputs, as in PyTorch's fused kernels. They are exact
    /// for logits of any size, and autodiff begins at the outputs, which halves the tensor
    /// operations of a small network.
    pub fn with_gradient(&self, outputs: Tensor<2>, targets: Tensor<2>) -> LossGradient {
        match self.loss {
            Loss::BinaryCrossEntropy => binary_cross_entropy(outputs, targets),
            Loss::Mse => squared_error(outputs, targets, self.reduction),
            _ => cross_entropy(outputs, targets),
        }
    }
}

/// The weight of each class; empty for all alike.
fn class_weights(weights: &ClassWeights, _classes: usize, _targets: &Targets) -> Vec<f32> {
    match weights {
        ClassWeights::Of(weights) => weights.iter().map(|weight| weight.get() as f32).collect(),
        ClassWeights::None | ClassWeights::Balanced => Vec::new(),
    }
}

/// The loss of a batch, and its gradient at the outputs.
pub(super) struct LossGradient {
    /// Shape `[1]`.
    pub value: Tensor<1>,
    /// Shape of the outputs.
    pub gradient: Tensor<2>,
}

/// `-log softmax(z)[class]`, averaged; gradient `(softmax(z) - target) / rows`.
fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> LossGradient {
    let scale = 1.0 / logits.dims()[0] as f64;
    let log_probability = activation::log_softmax(logits, 1);
    let value = log_probability.clone().mul(targets.clone()).sum().mul_scalar(-scale);
    let gradient = log_probability.exp().sub(targets).mul_scalar(scale);
    LossGradient { value, gradient }
}

/// `max(z, 0) - z·t + log(1 + e^-|z|)`, averaged over all elements; gradient
/// `(sigmoid(z) - t) / elements`.
fn binary_cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> LossGradient {
    let scale = 1.0 / logits.shape().num_elements() as f64;
    let tail = logits.clone().abs().neg().exp().log1p();
    let head = activation::relu(logits.clone()) - logits.clone().mul(targets.clone());
    let value = head.add(tail).sum().mul_scalar(scale);
    let gradient = activation::sigmoid(logits).sub(targets).mul_scalar(scale);
    LossGradient { value, gradient }
}

/// `(z - t)²`, averaged over all elements or summed; gradient `2(z - t)`, divided likewise.
fn squared_error(logits: Tensor<2>, targets: Tensor<2>, reduction: Reduction) -> LossGradient {
    let scale = match reduction {
        Reduction::Mean => 1.0 / logits.shape().num_elements() as f64,
        Reduction::Sum => 1.0,
    };
    let error = logits.sub(targets);
    let value = error.clone().square().sum().mul_scalar(scale);
    LossGradient { value, gradient: error.mul_scalar(2.0 * scale) }
}

/// Targets as a table with a column for each output: one-hot rows for cross-entropy, otherwise
/// the class 0 or 1, or the number.
pub(super) fn target_matrix(
    targets: &Targets,
    rows: impl ExactSizeIterator<Item = usize>,
    outputs: usize,
) -> Matrix {
    let mut table = Matrix::zeros(rows.len(), outputs);
    for (line, row) in table.data_mut().chunks_exact_mut(outputs).zip(rows) {
        match targets {
            Targets::Numbers(numbers) => line[0] = numbers[row],
            Targets::Classes(classes) if outputs == 1 => line[0] = classes[row] as f32,
            Targets::Classes(classes) => {
                if let Some(cell) = line.get_mut(classes[row] as usize) {
                    *cell = 1.0;
                }
            }
        }
    }
    table
}

/// The loss of one row on the host, in `f64` and before any reduction.
pub(super) fn of_row(loss: Loss, logits: &[f32], targets: &Targets, row: usize) -> f64 {
    match (loss, targets) {
        (Loss::CrossEntropy { .. }, Targets::Classes(classes)) => {
            log_sum_exp(logits) - f64::from(logits[classes[row] as usize])
        }
        (Loss::BinaryCrossEntropy, Targets::Classes(classes)) => {
            let logit = f64::from(logits[0]);
            // `f64::max` would turn a NaN into 0.
            let positive = if logit < 0.0 { 0.0 } else { logit };
            positive - logit * f64::from(classes[row]) + (-logit.abs()).exp().ln_1p()
        }
        (_, Targets::Numbers(numbers)) => (f64::from(logits[0]) - f64::from(numbers[row])).powi(2),
        (_, Targets::Classes(_)) => f64::NAN,
    }
}

fn log_sum_exp(logits: &[f32]) -> f64 {
    let values = logits.iter().map(|&logit| f64::from(logit));
    let largest = values.clone().fold(f64::NEG_INFINITY, f64::max);
    largest + values.map(|value| (value - largest).exp()).sum::<f64>().ln()
}

/// The losses of `rows` rows, `total` together, as the one number that the run minimises.
pub(super) fn reduce(reduction: Reduction, total: f64, rows: usize) -> f64 {
    match reduction {
        Reduction::Sum => total,
        Reduction::Mean => total / rows as f64,
    }
}

/// The predicted class of a row of logits: the largest, of equals the first. With a single
/// logit it is class 1 if the logit is above 0.
pub(super) fn predicted_class(logits: &[f32]) -> usize {
    match logits {
        [logit] => usize::from(*logit > 0.0),
        _ => crate::base::argmax(logits),
    }
}

/// Turns rows of logits into the probabilities of the classes. A single logit becomes the two
/// probabilities `[1 - p, p]`.
pub(super) fn probabilities(mut logits: Vec<f32>, outputs: usize) -> (Vec<f32>, usize) {
    if outputs == 1 {
        let both = |logit: f32| {
            let p = 1.0 / (1.0 + (-logit).exp());
            [1.0 - p, p]
        };
        return (logits.into_iter().flat_map(both).collect(), 2);
    }
    logits.chunks_exact_mut(outputs).for_each(softmax_into);
    (logits, outputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_become_one_hot_rows_or_a_column() {
        let classes = Targets::Classes(vec![0, 2, 1]);
        let one_hot = target_matrix(&classes, [1, 0].into_iter(), 3);
        assert_eq!(one_hot.data(), [0., 0., 1., 1., 0., 0.]);
        let two = Targets::Classes(vec![0, 1]);
        assert_eq!(target_matrix(&two, 0..2, 1).data(), [0., 1.]);
        let numbers = Targets::Numbers(vec![0.5, -2.0]);
        assert_eq!(target_matrix(&numbers, 0..2, 1).data(), [0.5, -2.0]);
    }

    #[test]
    fn losses_of_a_row_agree_with_the_closed_form_and_survive_huge_logits() {
        let classes = Targets::Classes(vec![1]);
        let even = of_row(Loss::CROSS_ENTROPY, &[2.0, 2.0], &classes, 0);
        assert!((even - 2_f64.ln()).abs() < 1e-15);
        assert_eq!(of_row(Loss::CROSS_ENTROPY, &[1e30, 0.0], &classes, 0), f64::from(1e30_f32));
        let right = of_row(Loss::BinaryCrossEntropy, &[1000.0], &classes, 0);
        let wrong = of_row(Loss::BinaryCrossEntropy, &[-1000.0], &classes, 0);
        assert_eq!((right, wrong), (0.0, 1000.0));
        assert!(of_row(Loss::BinaryCrossEntropy, &[f32::NAN], &classes, 0).is_nan());
        assert!(of_row(Loss::CROSS_ENTROPY, &[f32::NAN, 0.0], &classes, 0).is_nan());
    }

    #[test]
    fn a_single_logit_gives_the_probabilities_of_both_classes() {
        let (both, columns) = probabilities(vec![0.0, 200.0, -200.0], 1);
        assert_eq!((both, columns), (vec![0.5, 0.5, 0.0, 1.0, 1.0, 0.0], 2));
        assert_eq!([0.0, 0.1, -0.1].map(|logit| predicted_class(&[logit])), [0, 1, 0]);
        assert_eq!(predicted_class(&[1.0, 3.0, 3.0]), 1);
    }
}
