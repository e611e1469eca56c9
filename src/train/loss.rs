use burn::tensor::Tensor;

use crate::base::Matrix;
use crate::data::Targets;
use crate::spec::{ClassWeights, Loss, Readout, Reduction, TargetCoding, ValidRun};

use super::network::Pass;
use super::params::Any;

mod device;
mod host;

pub(super) use host::RowLoss;

/// What is minimised, with everything that it needs of the spec and the data.
///
/// A class weight multiplies the losses of the samples of its class. A mean of cross-entropy or
/// negative log-likelihood divides by the weights of the samples, a mean of any other loss by
/// their number: so does PyTorch with the `weight` of its losses.
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
            class_weights: class_weights(&train.class_weights, targets),
            readout: *run.readout(),
        }
    }

    /// Whether loss and readout look at the values before the output activation. The perceptron
    /// criterion does: what a unit step passes on has no slope.
    pub fn reads_logits(&self) -> bool {
        self.loss == Loss::Perceptron
    }

    /// The loss of a pass against `targets` `[rows, outputs]` (see [`target_matrix`]), shape
    /// `[1]`, and the gradients of the parameters.
    pub fn backward(&self, pass: Pass, targets: Tensor<2>) -> (Tensor<1>, Vec<Option<Any>>) {
        if self.reads_logits() {
            let found = self.with_gradient(pass.logits.clone().inner(), targets);
            return (found.value, pass.backward_from_logits(found.gradient));
        }
        let found = self.with_gradient(pass.outputs.clone().inner(), targets);
        (found.value, pass.backward(found.gradient))
    }
}

/// The weight of each class; empty for all alike.
fn class_weights(weights: &ClassWeights, targets: &Targets) -> Vec<f32> {
    match (weights, targets) {
        (ClassWeights::Of(weights), _) => {
            weights.iter().map(|weight| weight.get() as f32).collect()
        }
        (ClassWeights::Balanced, Targets::Classes(classes)) => balanced(classes),
        _ => Vec::new(),
    }
}

/// `rows / (classes · rows of the class)` for each class up to the largest that occurs:
/// scikit-learn's `"balanced"`. Like there, classes without rows are not counted; they keep
/// weight 1.
fn balanced(classes: &[u32]) -> Vec<f32> {
    let mut counts = Vec::new();
    for &class in classes {
        let class = class as usize;
        if class >= counts.len() {
            counts.resize(class + 1, 0_usize);
        }
        counts[class] += 1;
    }
    let present = counts.iter().filter(|&&count| count > 0).count();
    let weight = |count: &usize| match *count {
        0 => 1.0,
        count => (classes.len() as f64 / (present * count) as f64) as f32,
    };
    counts.iter().map(weight).collect()
}

/// What the outputs of each of `rows` should be, `[rows, outputs]`.
pub(super) fn target_matrix(
    targets: &Targets,
    rows: impl ExactSizeIterator<Item = usize>,
    readout: &Readout,
) -> Matrix {
    let mut table = Matrix::zeros(rows.len(), readout.outputs);
    for (line, row) in table.data_mut().chunks_exact_mut(readout.outputs).zip(rows) {
        match targets {
            Targets::Numbers(numbers) => line[0] = numbers[row],
            Targets::Classes(classes) => write_class(classes[row], readout.coding, line),
        }
    }
    table
}

/// What the outputs should be for a class. `line` is all zeros.
fn write_class(class: u32, coding: TargetCoding, line: &mut [f32]) {
    match coding {
        TargetCoding::OneHot => {
            if let Some(cell) = line.get_mut(class as usize) {
                *cell = 1.0;
            }
        }
        TargetCoding::ZeroOne | TargetCoding::Number => line[0] = class as f32,
        TargetCoding::PlusMinus => line[0] = if class == 0 { -1.0 } else { 1.0 },
    }
}

#[cfg(test)]
mod tests;
