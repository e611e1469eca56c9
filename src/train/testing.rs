//! A way in for tests of the numbers: single activations and losses, and networks whose targets
//! no dataset could hold. Not part of the interface.

use burn::tensor::Tensor;

use crate::base::Matrix;
use crate::record::NamedTensor;
use crate::spec::{Activation, Loss, ValidRun};

use super::device::{Compute, execution_error};
use super::engine::{EngineError, EngineState, HotParams};
use super::learner::{Learner, read_number, values};
use super::loss;
use super::network::{activate, back_propagate};
use super::predict::to_device;

/// An activation of `x` and its derivative there.
///
/// # Errors
/// When the device fails.
pub fn activation(
    compute: &Compute,
    activation: Activation,
    x: &Matrix,
) -> Result<[Matrix; 2], EngineError> {
    let leaf = upload(compute, x).autodiff().require_grad();
    let y = activate(activation, leaf.clone());
    let ones = Matrix::new(x.rows(), x.cols(), vec![1.0; x.data().len()]).map_err(failed)?;
    let values = download(y.clone().inner())?;
    let mut gradients = back_propagate(y, upload(compute, &ones));
    let gradient = leaf.grad_remove(&mut gradients).ok_or_else(|| failed("no gradient"))?;
    Ok([values, download(gradient)?])
}

/// A loss and its gradient at the logits.
///
/// # Errors
/// When the device fails.
pub fn loss_gradient(
    compute: &Compute,
    loss: Loss,
    logits: &Matrix,
    targets: &Matrix,
) -> Result<(f64, Matrix), EngineError> {
    let found = loss::with_gradient(loss, upload(compute, logits), upload(compute, targets));
    Ok((read_number(found.value)?, download(found.gradient)?))
}

/// A network that is trained on tables instead of a dataset.
#[derive(Debug)]
pub struct Bench {
    learner: Learner,
    compute: Compute,
}

/// What a forward and a backward pass gave.
#[derive(Debug)]
pub struct Passed {
    /// `[rows, outputs]`
    pub logits: Matrix,
    /// Gradient at the input.
    pub at_input: Matrix,
    /// Gradients of the parameters, under their names.
    pub gradients: Vec<NamedTensor>,
}

impl Bench {
    /// The network and the optimizer of `run`, but with `loss`.
    #[must_use]
    pub fn new(run: &ValidRun, loss: Loss, seed: u64, compute: Compute) -> Self {
        let learner = Learner::new(run, seed, compute.device()).with_loss(loss);
        Self { learner, compute }
    }

    /// Sets parameters and optimizer state.
    ///
    /// # Errors
    /// When they do not fit.
    pub fn restore(&mut self, state: &EngineState) -> Result<(), EngineError> {
        self.learner.set_state(state)
    }

    /// Parameters and optimizer state.
    ///
    /// # Errors
    /// When the device fails.
    pub fn state(&self) -> Result<EngineState, EngineError> {
        self.learner.state()
    }

    /// One update; gives the loss before it.
    ///
    /// # Errors
    /// When the device fails.
    pub fn step(
        &mut self,
        x: &Matrix,
        targets: &Matrix,
        hot: &HotParams,
    ) -> Result<f64, EngineError> {
        let (x, targets) = (upload(&self.compute, x), upload(&self.compute, targets));
        read_number(self.learner.step(x, targets, hot)?.loss)
    }

    /// Forward, and back from a gradient at the logits.
    ///
    /// # Errors
    /// When the device fails.
    pub fn pass(&self, x: &Matrix, at_logits: &Matrix) -> Result<Passed, EngineError> {
        let x = upload(&self.compute, x).autodiff().require_grad();
        let pass = self.learner.network().forward_tracked(x.clone());
        let logits = download(pass.logits.clone().inner())?;
        let (at_input, gradients) = pass.backward_to(&x, upload(&self.compute, at_logits))?;
        let gradients = self.learner.name_gradients(&gradients)?;
        Ok(Passed { logits, at_input: download(at_input)?, gradients })
    }
}

fn upload(compute: &Compute, table: &Matrix) -> Tensor<2> {
    to_device(table.data().to_vec(), table.cols(), compute.device())
}

fn download(tensor: Tensor<2>) -> Result<Matrix, EngineError> {
    let [rows, cols] = tensor.dims();
    let data = tensor.try_into_data().map_err(execution_error)?;
    Matrix::new(rows, cols, values(&data)?.to_vec()).map_err(failed)
}

fn failed(error: impl ToString) -> EngineError {
    EngineError::Failed(error.to_string())
}

/// A run on four points of two classes.
#[cfg(test)]
pub(super) fn tiny() -> (ValidRun, std::sync::Arc<crate::data::Dataset>) {
    use crate::data::{Dataset, Labelled, Targets};
    use crate::spec::{SampleShape, Task, preset, validate_run};

    let features = Matrix::new(4, 2, vec![0., 0., 0., 1., 1., 0., 1., 1.]).expect("fits");
    let part = Labelled::new(features, Targets::Classes(vec![0, 1, 1, 0]));
    let task = Task::Classification { classes: 2 };
    let data = Dataset::new("xor", SampleShape(vec![2]), task, part.clone(), part);
    let spec = preset("spiral-relu").expect("built in").runs[0].clone();
    (validate_run(&spec, &data.facts()).expect("valid"), std::sync::Arc::new(data))
}
