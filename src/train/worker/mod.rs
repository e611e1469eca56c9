//! Knows: `base`, `spec`, `data`, `record`, and of `train` the protocol and `trait Engine`.
//! Never: tensors, devices, windows, files.

mod alter;
mod commands;
mod course;
mod diagnosis;
#[cfg(test)]
mod fake;
mod goal;
mod life;
mod outbox;
mod pacer;
mod sampler;
mod seat;
mod slot;
mod stop;
#[cfg(test)]
mod tests;
mod view;

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::base::Step;
use crate::record::{Cause, Checkpoint, EndRule, EvalPoint, Position, ProbeRequest, Watch};

use super::engine::{Engine, EngineError, EngineState};
use super::protocol::{Command, Control, Mode, RunRequest, StepUnit};

use course::Move;
use diagnosis::Symptom;
use goal::Goal;
use outbox::Outbox;
use pacer::Pacer;
use seat::Seat;

pub(super) use life::live;
pub(super) use pacer::Tempo;
pub(super) use sampler::Sampler;
pub(super) use slot::Slots;

/// Why the loop of a worker is left.
#[derive(Debug)]
enum Halt {
    /// A stop rule was met.
    Completed(Cause),
    /// The user stopped the run.
    Stopped,
    /// Nobody holds the handle any more.
    Abandoned,
    /// The engine cannot go on.
    Engine(EngineError),
    /// Something is no finite number any more. The loop goes on after recovery.
    Diverged(Symptom),
}

impl From<EngineError> for Halt {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

/// What a worker does when no command is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Activity {
    /// It blocks until the next command.
    Waiting,
    /// It trains.
    Playing,
    /// It trains for so many more units, then waits.
    Stepping { left: u32, unit: StepUnit },
}

/// The channels of a worker, and its seat.
struct Desk<'a> {
    inbox: &'a Receiver<Command>,
    outbox: &'a mut Outbox,
    slots: &'a Slots,
    seat: &'a Seat,
}

/// The loop that trains one run: obeys commands between updates, counts, measures on schedule and
/// hands out what there is to see. It owns the course of the run, the engine owns its numbers.
struct Worker<'a, E> {
    engine: &'a mut E,
    desk: Desk<'a>,
    request: &'a RunRequest,
    control: Control,
    activity: Activity,
    sampler: Sampler,
    goal: Goal,
    step: Step,
    samples: u64,
    /// Time spent computing updates. Waiting, measuring and drawing are left out, so that the
    /// curves of runs that keep in step can be compared over time.
    trained: Duration,
    /// Where the run stood after each update whose losses are still with the engine, and its
    /// learning rate.
    pending: Vec<(Position, f64)>,
    /// Whether a device that has to prepare itself has not computed a first update yet.
    preparing: bool,
    /// The newest measurement of the weights as they went on from there.
    measured: Option<EvalPoint>,
    /// The newest measurement, for marks of the past.
    newest: Option<EvalPoint>,
    /// What was seen so far by whatever watches the measurements.
    watch: Watch,
    /// The checkpoint of the best epoch, where early stopping keeps it and it is not this one.
    best: Option<Arc<Checkpoint>>,
    /// A target that was reached just now.
    reached: Option<EndRule>,
    /// The state that a diverged run goes back to. It is taken on schedule alone, so that neither
    /// a pause nor the clock changes where a run goes on.
    good: Arc<Checkpoint>,
    /// The step of the newest checkpoint that was put aside.
    marked: Option<Step>,
    /// The checkpoint of this very step, if one was taken.
    latest: Option<Arc<Checkpoint>>,
    /// The newest checkpoint that was sent. It is not kept for this: a large one is a gigabyte.
    sent: Weak<Checkpoint>,
    /// The step and request of the newest picture.
    pictured: Option<(Step, ProbeRequest)>,
    pacer: Pacer,
}

impl<'a, E: Engine> Worker<'a, E> {
    /// A worker at the beginning of its run, or where `request.resume` left off.
    fn new(
        request: &'a RunRequest,
        engine: &'a mut E,
        desk: Desk<'a>,
        tempo: Tempo,
    ) -> Result<Self, EngineError> {
        let shuffle = request.spec.spec().train.shuffle;
        let sampler = Sampler::new(request.seed, request.data.train.rows(), shuffle);
        let start = match &request.resume {
            Some(checkpoint) => Arc::clone(checkpoint),
            None => Arc::new(checkpoint_of(engine.checkpoint()?)),
        };
        if request.resume.is_some() {
            engine.restore(&state_of(&start))?;
        }
        let preparing = engine.losses_every() > 1;
        let mut worker = Self {
            engine,
            desk,
            request,
            control: request.control.clone(),
            activity: Activity::Waiting,
            sampler,
            goal: Goal::from(start.at.step.0, start.epoch, start.at.seconds),
            step: Step(0),
            samples: 0,
            trained: Duration::ZERO,
            pending: Vec::new(),
            preparing,
            measured: None,
            newest: None,
            watch: Watch::default(),
            best: None,
            reached: None,
            good: Arc::clone(&start),
            marked: None,
            latest: None,
            sent: Weak::new(),
            pictured: None,
            pacer: Pacer::new(tempo),
        };
        worker.stand_at(&start);
        worker.renew_patience();
        Ok(worker)
    }

    /// Trains until the run ends.
    fn run(&mut self) -> Halt {
        let mut result = self.open();
        loop {
            result = match result {
                Ok(()) => self.tick(),
                Err(Halt::Diverged(symptom)) => self.recover(symptom),
                Err(halt) => return halt,
            };
        }
    }

    /// Measures the network as initialised and takes up what the request asks for.
    fn open(&mut self) -> Result<(), Halt> {
        if self.request.resume.is_none() {
            self.measure(false)?;
            self.mark()?;
        }
        match self.control.mode {
            Mode::Play => self.play(),
            Mode::Pause => self.pause()?,
        }
        Ok(())
    }

    /// One turn of the loop: commands first, then what is to be seen, then one update.
    fn tick(&mut self) -> Result<(), Halt> {
        self.drain()?;
        if self.activity != Activity::Waiting
            && let Some(rule) = self.met()
        {
            return self.complete(rule);
        }
        self.publish()?;
        match self.next_move() {
            Move::Train => self.update(),
            Move::Wait(limit) => self.wait(limit),
        }
    }

    fn stand_at(&mut self, checkpoint: &Arc<Checkpoint>) {
        self.step = checkpoint.at.step;
        self.samples = checkpoint.at.samples;
        self.trained = Duration::try_from_secs_f64(checkpoint.at.seconds).unwrap_or_default();
        self.sampler.seek(checkpoint.epoch, checkpoint.cursor);
        self.latest = Some(Arc::clone(checkpoint));
        (self.measured, self.newest) = (None, None);
        (self.reached, self.pictured) = (None, None);
        self.watch = checkpoint.watch;
        self.best = checkpoint.best_weights();
    }
}

/// The beginning of a run with this state.
fn checkpoint_of(state: EngineState) -> Checkpoint {
    let EngineState { parameters, optimizer, buffers, updates: _ } = state;
    Checkpoint { parameters, optimizer, buffers, ..Checkpoint::default() }
}

/// What an engine needs of a checkpoint to go on.
pub(super) fn state_of(checkpoint: &Checkpoint) -> EngineState {
    EngineState {
        parameters: checkpoint.parameters.clone(),
        optimizer: checkpoint.optimizer.clone(),
        buffers: checkpoint.buffers.clone(),
        updates: checkpoint.at.step.0,
    }
}
