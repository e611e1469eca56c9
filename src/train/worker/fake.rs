//! An engine that computes next to nothing, and breaks where a test wants it to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use crate::base::{HostTensor, Matrix};
use crate::data::{Dataset, Labelled, Targets};
use crate::record::{
    Boundary, BoundaryRequest, Confusion, DeviceNote, ExciteRequest, Excited, Excitement, Fit,
    FitRequest, GradientFlow, Hidden, HiddenRequest, LayerFlow, LayerValues, MapRequest, Maps,
    NamedTensor, Part, PartMetrics, Predictions, Scores, ScoresRequest, Trace, TraceRequest,
};
use crate::spec::{SampleShape, Task, TrainSpec, ValidRun, preset, validate_run};
use crate::train::engine::{
    Batch, Engine, EngineError, EngineState, Evaluation, HotParams, StepLoss,
};
use crate::train::protocol::RunRequest;

/// Long enough for a machine under load; reached only when a test fails.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Updates that a test may let through ahead of time.
const QUEUE: usize = 4096;

/// What an engine was asked to do, readable from outside.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) steps: AtomicU64,
    pub(super) boundaries: AtomicU64,
    pub(super) looks: AtomicU64,
    pub(super) drops: AtomicU64,
}

impl Counts {
    pub(super) fn steps(&self) -> u64 {
        self.steps.load(Ordering::SeqCst)
    }

    pub(super) fn drops(&self) -> u64 {
        self.drops.load(Ordering::SeqCst)
    }

    pub(super) fn looks(&self) -> u64 {
        self.looks.load(Ordering::SeqCst)
    }

    pub(super) fn boundaries(&self) -> u64 {
        self.boundaries.load(Ordering::SeqCst)
    }
}

/// Lets a test see each update begin and decide when it may end.
pub(super) struct Gate {
    /// Number of the update that has begun.
    pub(super) begun: Receiver<u64>,
    /// One message lets one update end; dropped, all may.
    pub(super) go: SyncSender<()>,
}

impl Gate {
    /// Waits for the next update to begin.
    pub(super) fn wait(&self) -> u64 {
        self.begun.recv_timeout(PATIENCE).expect("an update begins")
    }

    /// Lets it end.
    pub(super) fn pass(&self) {
        self.go.send(()).expect("the engine lives");
    }

    /// Lets `count` updates begin and end.
    pub(super) fn let_through(&self, count: u64) {
        (0..count).for_each(|_| {
            self.wait();
            self.pass();
        });
    }
}

/// What becomes of a look inside the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Inside {
    /// It finds something.
    #[default]
    Seen,
    /// It fails.
    Fails,
    /// The device is lost on the way.
    Lost,
    /// It panics.
    Panics,
}

/// Where and how an engine breaks. Updates are counted from one, over the life of the engine.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) panic_build: bool,
    pub(super) panic_step: Option<u64>,
    pub(super) panic_evaluate: bool,
    pub(super) panic_boundary: bool,
    pub(super) panic_drop: bool,
    /// What becomes of every look inside the network.
    pub(super) inside: Inside,
    pub(super) fail_boundary: bool,
    pub(super) fail_step: Option<u64>,
    pub(super) lost_step: Option<u64>,
    /// A learning rate above this makes the losses NaN from this step of the run on.
    pub(super) nan: Option<(f64, u64)>,
    /// Weights become NaN in this update.
    pub(super) nan_weights: Option<u64>,
    pub(super) losses_every: u64,
    pub(super) evaluated_rows: usize,
    /// Whether there is a validation part to be measured.
    pub(super) validation: bool,
    /// Loss (and accuracy) of the held-out parts after each update of the run; without any it is
    /// the size of the weight.
    pub(super) epoch_losses: Vec<f64>,
    /// The update of the run that the engine begins after.
    pub(super) epoch_from: u64,
    /// Whether the loss of an update tells which rows it saw.
    pub(super) losses_of_rows: bool,
    pub(super) counts: Arc<Counts>,
    pub(super) gate: Option<(SyncSender<u64>, Receiver<()>)>,
}

impl Plan {
    /// An engine that stops at a gate in each update.
    pub(super) fn gated() -> (Self, Gate) {
        let ((begin, begun), (go, wait)) = (sync_channel(QUEUE), sync_channel(QUEUE));
        (Self { gate: Some((begin, wait)), ..Self::default() }, Gate { begun, go })
    }

    /// Makes the engine.
    pub(super) fn build(
        self,
        request: &RunRequest,
    ) -> Result<(FakeEngine, DeviceNote), EngineError> {
        assert!(!self.panic_build, "no build today");
        let note = DeviceNote { name: "Fake".into(), reason: String::new() };
        let weight = request.seed as f32 + 1.0;
        Ok((FakeEngine { plan: self, weight, velocity: 0.0, updates: 0, losses: vec![] }, note))
    }
}

/// One weight that follows the rows it is shown, so that every row, its place and the hot
/// parameters leave their mark on all later losses.
pub(super) struct FakeEngine {
    plan: Plan,
    weight: f32,
    velocity: f32,
    updates: u64,
    losses: Vec<StepLoss>,
}

impl FakeEngine {
    fn rows_of(batch: Batch<'_>) -> f32 {
        match batch {
            Batch::All => 1.0,
            Batch::Rows(rows) => {
                let marks = rows.iter().enumerate().map(|(place, &row)| (place + 1) * row);
                marks.sum::<usize>() as f32 / (rows.len() * rows.len()) as f32
            }
        }
    }

    fn break_if_planned(&self) -> Result<(), EngineError> {
        let now = Some(self.updates);
        assert_ne!(self.plan.panic_step, now, "the step broke");
        if self.plan.fail_step == now {
            return Err(EngineError::Failed("The step failed.".into()));
        }
        if self.plan.lost_step == now {
            return Err(EngineError::DeviceLost("unplugged".into()));
        }
        Ok(())
    }

    fn pass_gate(&self) {
        if let Some((begin, wait)) = &self.plan.gate {
            let _nobody_looks = begin.try_send(self.updates);
            let _all_may_pass = wait.recv();
        }
    }

    /// Begins a look inside.
    fn look(&self) -> Result<(), EngineError> {
        self.plan.counts.looks.fetch_add(1, Ordering::SeqCst);
        match self.plan.inside {
            Inside::Seen => Ok(()),
            Inside::Fails => Err(EngineError::Failed("There is no such layer.".into())),
            Inside::Lost => Err(EngineError::DeviceLost("unplugged".into())),
            Inside::Panics => panic!("no look inside today"),
        }
    }

    fn held_out(&self, train: PartMetrics) -> PartMetrics {
        let losses = &self.plan.epoch_losses;
        let Some(last) = losses.last() else { return train };
        let loss = match self.updates + self.plan.epoch_from {
            0 => 9.0,
            update => losses.get(update as usize - 1).copied().unwrap_or(*last),
        };
        let accuracy = Some(loss).filter(|_| self.updates > 0);
        PartMetrics { loss, accuracy, ..train }
    }

    fn loss(&self, hot: &HotParams) -> StepLoss {
        let loss = f64::from(self.weight * self.weight);
        let nan = self
            .plan
            .nan
            .is_some_and(|(rate, step)| hot.learning_rate > rate && self.updates >= step);
        let loss = if nan { f64::NAN } else { loss };
        StepLoss { loss, objective: loss + hot.l2 * f64::from(self.weight) }
    }
}

impl Engine for FakeEngine {
    fn step(&mut self, batch: Batch<'_>, epoch: u64, hot: &HotParams) -> Result<(), EngineError> {
        self.updates += 1;
        self.plan.counts.steps.store(self.updates, Ordering::SeqCst);
        self.break_if_planned()?;
        self.pass_gate();
        let mut loss = self.loss(hot);
        if self.plan.losses_of_rows {
            loss.loss = f64::from(Self::rows_of(batch));
        }
        self.losses.push(loss);
        self.velocity =
            0.9 * self.velocity + 0.01 * (Self::rows_of(batch) + epoch as f32 / 8.0 - self.weight);
        self.weight += self.velocity * hot.learning_rate.min(1.0) as f32;
        if self.plan.nan_weights == Some(self.updates) {
            self.weight = f32::NAN;
        }
        Ok(())
    }

    fn losses(&mut self) -> Result<Vec<StepLoss>, EngineError> {
        Ok(std::mem::take(&mut self.losses))
    }

    fn losses_every(&self) -> u64 {
        self.plan.losses_every.max(1)
    }

    fn evaluate(&mut self, hot: &HotParams, all_rows: bool) -> Result<Evaluation, EngineError> {
        assert!(!self.plan.panic_evaluate, "no evaluation today");
        let loss = f64::from(self.weight.abs());
        let objective = loss + hot.l2;
        let rows = if all_rows { 1000 } else { 10 };
        let part = PartMetrics { loss, objective, rows, ..PartMetrics::default() };
        let held_out = self.held_out(part);
        let validation = self.plan.validation.then_some(held_out);
        Ok(Evaluation { train: part, validation, test: held_out, ..Evaluation::default() })
    }

    fn evaluated_rows(&self) -> usize {
        self.plan.evaluated_rows
    }

    fn boundary(&mut self, request: &BoundaryRequest) -> Result<Boundary, EngineError> {
        assert!(!self.plan.panic_boundary, "no picture today");
        if self.plan.fail_boundary {
            return Err(EngineError::Failed("The samples are no points in the plane.".into()));
        }
        self.plan.counts.boundaries.fetch_add(1, Ordering::SeqCst);
        let outputs = Matrix::zeros(request.side * request.side, 3);
        Ok(Boundary { request: request.clone(), outputs, plane: None })
    }

    fn fit(&mut self, request: &FitRequest) -> Result<Fit, EngineError> {
        Ok(Fit { request: *request, values: vec![self.weight; request.points] })
    }

    fn confusion(&mut self, _part: Part) -> Result<Confusion, EngineError> {
        Ok(Confusion::new(3))
    }

    fn predictions(&mut self, _limit: usize) -> Result<Predictions, EngineError> {
        Ok(Predictions::default())
    }

    fn gradients(&mut self, hot: &HotParams) -> Result<GradientFlow, EngineError> {
        let weights = f64::from(self.weight.abs());
        let (gradient, penalty) = (Some(2.0 * weights), hot.l2 * weights);
        let layer = LayerFlow { layer: 0, name: "Weight".into(), weights, gradient, penalty };
        Ok(GradientFlow { rows: 1, layers: vec![layer] })
    }

    fn parameters(&mut self) -> Result<Vec<NamedTensor>, EngineError> {
        self.look()?;
        Ok(vec![named("0.weight", self.weight)])
    }

    fn maps(&mut self, request: &MapRequest) -> Result<Maps, EngineError> {
        self.look()?;
        let cells = request.window.side * request.window.side;
        let layers = request.layers.iter().map(|of| Matrix::zeros(of.units.len(), cells));
        Ok(Maps { request: request.clone(), plane: None, layers: layers.collect() })
    }

    fn trace(&mut self, request: &TraceRequest) -> Result<Trace, EngineError> {
        self.look()?;
        let values = vec![self.weight];
        let layer = LayerValues { layer: 0, shape: vec![1], values: values.clone() };
        Ok(Trace {
            request: request.clone(),
            input: vec![1.0],
            layers: vec![layer],
            outputs: values.clone(),
            saliency: request.saliency.map(|_| (0, values)),
        })
    }

    fn hidden(&mut self, request: &HiddenRequest) -> Result<Hidden, EngineError> {
        self.look()?;
        Ok(Hidden {
            request: request.clone(),
            width: 1,
            rows: vec![0],
            points: vec![[self.weight, 0.0]],
            grid: Vec::new(),
            explained: None,
        })
    }

    fn excited(&mut self, request: &ExciteRequest) -> Result<Excited, EngineError> {
        self.look()?;
        let row = Excitement { row: 0, value: self.weight, at: [0, 0] };
        Ok(Excited { request: *request, looked_at: 1, rows: vec![row] })
    }

    fn scores(&mut self, request: &ScoresRequest) -> Result<Scores, EngineError> {
        self.look()?;
        Ok(Scores { request: *request, rows: vec![0], outputs: Matrix::zeros(1, 3) })
    }

    fn checkpoint(&mut self) -> Result<EngineState, EngineError> {
        Ok(EngineState {
            parameters: vec![named("0.weight", self.weight)],
            optimizer: vec![named("velocity", self.velocity)],
            ..EngineState::default()
        })
    }

    fn restore(&mut self, state: &EngineState) -> Result<(), EngineError> {
        self.weight = state.parameters[0].tensor.data()[0];
        self.velocity = state.optimizer[0].tensor.data()[0];
        Ok(())
    }
}

impl Drop for FakeEngine {
    fn drop(&mut self) {
        self.plan.counts.drops.fetch_add(1, Ordering::SeqCst);
        assert!(!self.plan.panic_drop, "the drop broke");
    }
}

fn named(name: &str, value: f32) -> NamedTensor {
    let tensor = HostTensor::new(vec![1], vec![value]).expect("one value");
    NamedTensor { name: name.into(), tensor }
}

/// So many points in the plane, of three classes.
pub(super) fn data(rows: usize) -> Dataset {
    let values = (0..2 * rows).map(|value| value as f32 / rows as f32).collect();
    let part = Labelled::new(
        Matrix::new(rows, 2, values).expect("two features a row"),
        Targets::Classes((0..rows as u32).map(|row| row % 3).collect()),
    );
    let task = Task::Classification { classes: 3 };
    Dataset::new("Points", SampleShape(vec![2]), task, part.clone(), part)
}

/// The same with a validation part.
pub(super) fn validated(rows: usize) -> Dataset {
    let data = data(rows);
    Dataset { validation: Some(data.test.clone()), ..data }
}

/// A valid run on [`data`].
pub(super) fn spec() -> ValidRun {
    let spec = preset("spiral-linear").expect("built in");
    validate_run(&spec.runs[0], &data(4).facts()).expect("valid")
}

/// How that run is trained.
pub(super) fn train() -> TrainSpec {
    spec().spec().train.clone()
}
