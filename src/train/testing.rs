//! A way in for tests of the numbers: single activations and losses, and networks whose targets
//! no dataset could hold. Not part of the interface.

use burn::tensor::Tensor;

use crate::base::Matrix;
use crate::record::{NamedTensor, Penalties};
use crate::spec::{Activation, Loss, OutputSpec, Readout, Reduction, Task, ValidRun, readout};

use super::activate::activate;
use super::device::{Compute, execution_error};
use super::engine::{EngineError, EngineState, HotParams};
use super::learner::Learner;
use super::loss::Criterion;
use super::network::{Noise, back_propagate};
use super::params::{read_number, values};
use super::predict::to_device;

pub use super::network::{Flown, Stack, dropout};

/// An activation of `x` and its derivative there.
///
/// # Errors
/// When the device fails.
pub fn activation(
    compute: &Compute,
    activation: Activation,
    x: &Matrix,
) -> Result<[Matrix; 2], EngineError> {
    let ones = Matrix::new(x.rows(), x.cols(), vec![1.0; x.data().len()]).map_err(failed)?;
    activation_from(compute, activation, x, &ones)
}

/// An activation of `x`, and the gradient there that belongs to one at its values.
///
/// # Errors
/// When the device fails.
pub fn activation_from(
    compute: &Compute,
    activation: Activation,
    x: &Matrix,
    at_values: &Matrix,
) -> Result<[Matrix; 2], EngineError> {
    let leaf = upload(compute, x).autodiff().require_grad();
    let y = activate(activation, leaf.clone());
    let values = download(y.clone().inner())?;
    let mut gradients = back_propagate(y, upload(compute, at_values));
    let gradient = leaf.grad_remove(&mut gradients).ok_or_else(|| failed("no gradient"))?;
    Ok([values, download(gradient)?])
}

/// A loss and its gradient at the outputs.
///
/// # Errors
/// When the device fails.
pub fn loss_gradient(
    compute: &Compute,
    criterion: &Bare,
    outputs: &Matrix,
    targets: &Matrix,
) -> Result<(f64, Matrix), EngineError> {
    let criterion = criterion.criterion();
    let found = criterion.with_gradient(upload(compute, outputs), upload(compute, targets));
    Ok((read_number(found.value)?, download(found.gradient)?))
}

/// A loss apart from any data.
#[derive(Clone, Debug)]
pub struct Bare {
    /// The loss.
    pub loss: Loss,
    /// Mean or sum.
    pub reduction: Reduction,
    /// One for each class, or none.
    pub class_weights: Vec<f32>,
    /// How outputs are read.
    pub readout: Readout,
}

impl Bare {
    /// The mean of a loss whose targets are rows like the outputs.
    #[must_use]
    pub fn mean(loss: Loss) -> Self {
        let task = Task::Classification { classes: 2 };
        let readout = readout(task, loss, &OutputSpec::default());
        Self { loss, reduction: Reduction::Mean, class_weights: Vec::new(), readout }
    }

    fn criterion(&self) -> Criterion {
        let Self { loss, reduction, class_weights, readout } = self.clone();
        Criterion { loss, reduction, class_weights, readout }
    }
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
    pub outputs: Matrix,
    /// Gradient at the input.
    pub at_input: Matrix,
    /// Gradients of the parameters, under their names.
    pub gradients: Vec<NamedTensor>,
}

impl Bench {
    /// The network and the optimizer of `run`, but with another loss.
    #[must_use]
    pub fn new(run: &ValidRun, loss: &Bare, seed: u64, compute: Compute) -> Self {
        let learner = Learner::new(run, loss.criterion(), seed, compute.device());
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

    /// The penalties of the present weights.
    ///
    /// # Errors
    /// When the device fails.
    pub fn penalties(&self, hot: &HotParams) -> Result<Penalties, EngineError> {
        self.learner.penalties(hot)
    }

    /// Forward, and back from a gradient at the outputs, in training mode.
    ///
    /// # Errors
    /// When the device fails.
    pub fn pass(&mut self, x: &Matrix, at_outputs: &Matrix) -> Result<Passed, EngineError> {
        let x = upload(&self.compute, x).autodiff().require_grad();
        let noise = Noise { seed: 0, update: 0 };
        let pass = self.learner.network_mut().forward_tracked(x.clone(), noise);
        let outputs = download(pass.outputs.clone().inner())?;
        let (at_input, gradients) = pass.backward_to(&x, upload(&self.compute, at_outputs));
        let gradients = self.learner.name_gradients(&gradients)?;
        let at_input = at_input.ok_or_else(|| failed("no gradient reached the input"))?;
        Ok(Passed { outputs, at_input: download(at_input)?, gradients })
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
