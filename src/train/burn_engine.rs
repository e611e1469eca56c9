use std::cell::RefCell;
use std::sync::Arc;

use burn::tensor::{Int, Tensor, TensorData, Transaction};

use crate::base::Matrix;
use crate::data::{Dataset, Labelled};
use crate::record::{
    Boundary, BoundaryRequest, Confusion, ExciteRequest, Excited, Fit, FitRequest, GradientFlow,
    Hidden, HiddenRequest, MapRequest, Maps, NamedTensor, Part, Predictions, Scores, ScoresRequest,
    Trace, TraceRequest,
};
use crate::spec::{Task, ValidRun};

use super::batches;
use super::device::{Compute, execution_error, guarded};
use super::engine::{Batch, Engine, EngineError, EngineState, Evaluation, HotParams, StepLoss};
use super::flow;
use super::inside::{self, Look, Planes};
use super::learner::{DeviceLoss, Learner};
use super::loss::{Criterion, target_matrix};
use super::memo::{Answers, Memo, Rows};
use super::params::values;
use super::predict::{self, Predictor};

/// Most updates whose losses stay on a graphics card before they are read together.
const PENDING: u64 = 32;

/// Trains networks of dense layers with burn.
#[derive(Debug)]
pub struct BurnEngine {
    run: ValidRun,
    data: Arc<Dataset>,
    seed: u64,
    compute: Compute,
    learner: Learner,
    criterion: Criterion,
    /// The training part on the device, once it was needed as a whole.
    resident: Option<[Tensor<2>; 2]>,
    pending: Vec<DeviceLoss>,
    /// The rows of the training part that are measured; `None` for all of them.
    sample: Option<Labelled>,
    planes: Planes,
    memo: RefCell<Memo>,
    hidden: Answers<HiddenRequest, Hidden>,
    excited: Answers<ExciteRequest, Excited>,
}

impl BurnEngine {
    /// An engine with fresh parameters for `seed`.
    ///
    /// # Errors
    /// When `data` is not what `run` was checked against.
    pub fn build(
        run: &ValidRun,
        data: &Arc<Dataset>,
        seed: u64,
        compute: Compute,
    ) -> Result<Self, EngineError> {
        if data.facts() != *run.facts() {
            let message = "The data is not what the run was checked against. Restart the run.";
            return Err(EngineError::Failed(message.into()));
        }
        let criterion = Criterion::of(run, &data.train.targets);
        Ok(Self {
            run: run.clone(),
            data: Arc::clone(data),
            seed,
            learner: Learner::new(run, criterion.clone(), seed, compute.device()),
            criterion,
            compute,
            resident: None,
            pending: Vec::new(),
            sample: predict::sample(&data.train, seed),
            planes: Planes::default(),
            memo: RefCell::default(),
            hidden: Answers::default(),
            excited: Answers::default(),
        })
    }

    /// Features and targets of a batch, on the device.
    fn batch(&mut self, batch: Batch<'_>, epoch: u64) -> Result<[Tensor<2>; 2], EngineError> {
        match batch {
            Batch::All if self.is_steady() => self.resident(),
            Batch::All => self.upload(&self.all_rows(), epoch),
            Batch::Rows([]) => Err(EngineError::Failed("The batch is empty.".into())),
            // Copying a few rows in memory costs less than an index tensor and its kernel.
            Batch::Rows(rows) if self.compute.is_host() || !self.is_steady() => {
                self.upload(rows, epoch)
            }
            Batch::Rows(rows) => {
                let indices = rows.iter().map(|&row| row as i32).collect();
                let indices = TensorData::new::<i32, _>(indices, [rows.len()]);
                let indices = Tensor::<1, Int>::from_data(indices, self.compute.device());
                Ok(self.resident()?.map(|all| all.select(0, indices.clone())))
            }
        }
    }

    fn resident(&mut self) -> Result<[Tensor<2>; 2], EngineError> {
        if let Some(resident) = &self.resident {
            return Ok(resident.clone());
        }
        let resident = self.upload(&self.all_rows(), 0)?;
        Ok(self.resident.insert(resident).clone())
    }

    /// Whether every epoch sees the same rows, which are in memory and may be kept on the device.
    fn is_steady(&self) -> bool {
        self.data.augment.is_none() && self.data.train.features.table().is_some()
    }

    fn all_rows(&self) -> Vec<usize> {
        (0..self.data.train.rows()).collect()
    }

    fn upload(&self, rows: &[usize], epoch: u64) -> Result<[Tensor<2>; 2], EngineError> {
        let train = &self.data.train;
        let targets = target_matrix(&train.targets, rows.iter().copied(), self.run.readout());
        let features = batches::training_rows(&self.data, self.seed, epoch, rows)?;
        let features = predict::to_device(features, train.features.cols(), self.compute.device());
        Ok([features, self.to_device(&targets)])
    }

    fn to_device(&self, table: &Matrix) -> Tensor<2> {
        predict::to_device(table.data().to_vec(), table.cols(), self.compute.device())
    }

    /// A graphics device that fails in the middle of its work makes burn panic. After that it
    /// cannot be used again.
    fn safely<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        if self.compute.is_host() {
            return act(self);
        }
        guarded(|| act(self)).unwrap_or_else(|why| Err(EngineError::DeviceLost(why)))
    }

    fn step_unguarded(
        &mut self,
        batch: Batch<'_>,
        epoch: u64,
        hot: &HotParams,
    ) -> Result<(), EngineError> {
        let [features, targets] = self.batch(batch, epoch)?;
        let loss = self.learner.step(features, targets, hot)?;
        self.pending.push(loss);
        Ok(())
    }

    fn evaluate_unguarded(
        &self,
        hot: &HotParams,
        all_rows: bool,
    ) -> Result<Evaluation, EngineError> {
        let penalties = self.learner.penalties(hot)?;
        let penalty = penalties.sum();
        let predictor = self.predictor();
        let train = match self.sample.as_ref().filter(|_| !all_rows) {
            Some(sample) => predictor.measure(Rows::Sample, sample, penalty)?,
            None => predictor.measure(Rows::Part(Part::Train), &self.data.train, penalty)?,
        };
        let measure = |rows, part| predictor.measure(Rows::Part(rows), part, penalty);
        let validation = self.data.validation.as_ref();
        let validation = validation.map(|part| measure(Part::Validation, part)).transpose()?;
        Ok(Evaluation { train, validation, test: measure(Part::Test, &self.data.test)?, penalties })
    }

    /// The gradients on rows of the training part that is measured, evenly spaced: data are often
    /// sorted by class, and the first rows would be of one alone.
    fn gradients_unguarded(&self, hot: &HotParams) -> Result<GradientFlow, EngineError> {
        let sample = self.sample.as_ref().unwrap_or(&self.data.train);
        let (count, all) = (sample.rows().min(flow::ROWS), sample.rows());
        let rows: Vec<usize> = (0..count).map(|place| place * all / count).collect();
        let features = batches::read_rows(&sample.features, &rows)?;
        let x = predict::to_device(features, sample.features.cols(), self.compute.device());
        let targets = target_matrix(&sample.targets, rows.into_iter(), self.run.readout());
        self.learner.gradient_flow(&self.run, [x, self.to_device(&targets)], hot)
    }

    fn predictor(&self) -> Predictor<'_> {
        Predictor {
            network: self.learner.network(),
            device: self.compute.device(),
            criterion: &self.criterion,
            memo: &self.memo,
        }
    }

    fn look(&self) -> Look<'_> {
        Look {
            network: self.learner.network(),
            device: self.compute.device(),
            criterion: &self.criterion,
            run: &self.run,
            data: &self.data,
        }
    }

    fn classes(&self) -> Result<usize, EngineError> {
        match self.run.facts().task {
            Task::Classification { classes } => Ok(classes),
            Task::Regression => {
                Err(EngineError::Failed("The run predicts numbers, not classes.".into()))
            }
        }
    }
}

impl Engine for BurnEngine {
    fn step(&mut self, batch: Batch<'_>, epoch: u64, hot: &HotParams) -> Result<(), EngineError> {
        self.safely(|engine| engine.step_unguarded(batch, epoch, hot))
    }

    fn losses(&mut self) -> Result<Vec<StepLoss>, EngineError> {
        self.safely(|engine| read_losses(std::mem::take(&mut engine.pending)))
    }

    fn losses_every(&self) -> u64 {
        if self.compute.is_host() { 1 } else { PENDING }
    }

    fn evaluate(&mut self, hot: &HotParams, all_rows: bool) -> Result<Evaluation, EngineError> {
        self.safely(|engine| engine.evaluate_unguarded(hot, all_rows))
    }

    fn evaluated_rows(&self) -> usize {
        let sample = self.sample.as_ref().unwrap_or(&self.data.train);
        let validation = self.data.validation.as_ref().map_or(0, Labelled::rows);
        sample.rows() + validation + self.data.test.rows()
    }

    fn boundary(&mut self, request: &BoundaryRequest) -> Result<Boundary, EngineError> {
        let plane = self.planes.of_window(request, &self.data)?;
        self.safely(|engine| engine.predictor().boundary(request, plane, &engine.data))
    }

    fn fit(&mut self, request: &FitRequest) -> Result<Fit, EngineError> {
        if !self.data.is_curve() {
            let message = "The run does not predict numbers from a single feature.";
            return Err(EngineError::Failed(message.into()));
        }
        self.safely(|engine| engine.predictor().fit(request, &engine.data))
    }

    fn confusion(&mut self, part: Part) -> Result<Confusion, EngineError> {
        let classes = self.classes()?;
        self.safely(|engine| {
            let labelled = inside::part_of(&engine.data, part)?;
            engine.predictor().confusion(Rows::Part(part), labelled, classes)
        })
    }

    fn predictions(&mut self, limit: usize) -> Result<Predictions, EngineError> {
        self.classes()?;
        self.safely(|engine| {
            engine.predictor().predictions(Rows::Part(Part::Test), &engine.data.test, limit)
        })
    }

    fn gradients(&mut self, hot: &HotParams) -> Result<GradientFlow, EngineError> {
        self.safely(|engine| engine.gradients_unguarded(hot))
    }

    fn parameters(&mut self) -> Result<Vec<NamedTensor>, EngineError> {
        self.safely(|engine| engine.look().parameters())
    }

    fn maps(&mut self, request: &MapRequest) -> Result<Maps, EngineError> {
        let plane = self.planes.of_window(&request.window, &self.data)?;
        self.safely(|engine| engine.look().maps(request, plane))
    }

    fn trace(&mut self, request: &TraceRequest) -> Result<Trace, EngineError> {
        self.safely(|engine| engine.look().trace(request))
    }

    fn hidden(&mut self, request: &HiddenRequest) -> Result<Hidden, EngineError> {
        let version = self.learner.network().version();
        if let Some(known) = self.hidden.get(version, request) {
            return Ok(known);
        }
        let found = self.safely(|engine| engine.look().hidden(request))?;
        self.hidden.put(version, request, &found);
        Ok(found)
    }

    fn excited(&mut self, request: &ExciteRequest) -> Result<Excited, EngineError> {
        let version = self.learner.network().version();
        if let Some(known) = self.excited.get(version, request) {
            return Ok(known);
        }
        let found = self.safely(|engine| engine.look().excited(request))?;
        self.excited.put(version, request, &found);
        Ok(found)
    }

    fn scores(&mut self, request: &ScoresRequest) -> Result<Scores, EngineError> {
        self.safely(|engine| engine.predictor().part_scores(request, &engine.data))
    }

    fn checkpoint(&mut self) -> Result<EngineState, EngineError> {
        self.safely(|engine| engine.learner.state())
    }

    fn restore(&mut self, state: &EngineState) -> Result<(), EngineError> {
        self.pending.clear();
        self.safely(|engine| engine.learner.set_state(state))
    }
}

/// Reads all losses in one go.
fn read_losses(pending: Vec<DeviceLoss>) -> Result<Vec<StepLoss>, EngineError> {
    let mut transaction = Transaction::default();
    let mut penalised = Vec::with_capacity(pending.len());
    for DeviceLoss { loss, penalty } in pending {
        transaction = transaction.register(loss);
        penalised.push(penalty.is_some());
        if let Some(penalty) = penalty {
            transaction = transaction.register(penalty);
        }
    }
    let mut read = transaction.try_execute().map_err(execution_error)?.into_iter();
    let mut number = || -> Result<f64, EngineError> {
        let data = read.next().ok_or_else(|| EngineError::Failed("A loss is missing.".into()))?;
        Ok(values(&data)?.first().copied().map_or(f64::NAN, f64::from))
    };
    let mut losses = Vec::with_capacity(penalised.len());
    for is_penalised in penalised {
        let loss = number()?;
        let objective = if is_penalised { loss + number()? } else { loss };
        losses.push(StepLoss { loss, objective });
    }
    Ok(losses)
}
