//! Knows: `base`, `spec`, `data`, `record`, and of `train` the protocol and `trait Engine`.
//! Never: tensors, devices, windows, files.

mod diagnosis;
#[cfg(test)]
#[allow(dead_code, reason = "the tests that use it follow")]
mod fake;
mod goal;
mod life;
mod outbox;
mod pacer;
mod sampler;
mod slot;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use crate::base::{RunId, Step};
use crate::record::{
    Checkpoint, EvalPoint, Finding, PauseReason, Position, ProbeFrame, ProbeRequest, RunState,
    StepPoint,
};
use crate::spec::TrainSpec;

use super::engine::{Engine, EngineError, EngineState, Evaluation, HotParams};
use super::lockstep::Lockstep;
use super::protocol::{Command, Control, Event, Mode, RunRequest, StepUnit};

use diagnosis::Symptom;
use goal::Goal;
pub(super) use life::live;
use outbox::Outbox;
pub(super) use pacer::Tempo;
use pacer::{Every, Speed};
use sampler::Sampler;
pub(super) use slot::ProbeSlot;

/// How often a run that is ahead of its companions looks whether it may go on.
const LOCKSTEP_WAIT: Duration = Duration::from_millis(1);
/// Up to so many rows a picture brings a measurement of its own while training.
const CHEAP_ROWS: usize = 2000;
/// Fewest steps between two measurements.
const MIN_EVAL_INTERVAL: u64 = 10;

/// Why the loop of a worker is left.
#[derive(Debug)]
enum Halt {
    /// The stop rule was met.
    Completed,
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

/// What a worker does next.
enum Move {
    Train,
    /// Nothing, until a command comes or this time has passed.
    Wait(Option<Duration>),
}

/// A place among the runs that keep in step, given up when dropped: a run that breaks must not
/// keep the others waiting.
struct Seat {
    run: RunId,
    lockstep: Option<Arc<Lockstep>>,
}

impl Seat {
    fn publish(&self, step: Step) {
        if let Some(lockstep) = &self.lockstep {
            lockstep.publish(self.run, step);
        }
    }

    fn leave(&self) {
        if let Some(lockstep) = &self.lockstep {
            lockstep.leave(self.run);
        }
    }

    fn may_step(&self, step: Step) -> bool {
        self.lockstep.as_ref().is_none_or(|lockstep| lockstep.may_step(step))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The channels of a worker, and its seat.
struct Desk<'a> {
    inbox: &'a Receiver<Command>,
    outbox: &'a mut Outbox,
    slot: &'a ProbeSlot,
    seat: &'a Seat,
}

/// When what is due.
struct Pacer {
    flush: Every,
    probe: Every,
    checkpoint: Every,
    speed: Speed,
    tempo: Tempo,
}

impl Pacer {
    fn new(tempo: Tempo) -> Self {
        let now = Instant::now();
        Self {
            flush: Every::new(tempo.flush, now),
            probe: Every::new(tempo.probe, now),
            checkpoint: Every::new(tempo.checkpoint, now),
            speed: Speed::new(),
            tempo,
        }
    }
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
    /// Where the run stood after each update whose losses are still with the engine.
    pending: Vec<Position>,
    /// Whether a device that has to prepare itself has not computed a first update yet.
    preparing: bool,
    /// The newest measurement.
    measured: Option<EvalPoint>,
    /// The state that a diverged run goes back to. It is taken on schedule alone, so that neither
    /// a pause nor the clock changes where a run goes on.
    good: Arc<Checkpoint>,
    /// The newest checkpoint, good or not.
    latest: Arc<Checkpoint>,
    /// The newest checkpoint that was sent.
    sent: Option<Arc<Checkpoint>>,
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
        let sampler = Sampler::new(request.seed, request.data.train.rows());
        let start = match &request.resume {
            Some(checkpoint) => Arc::clone(checkpoint),
            None => Arc::new(checkpoint_of(engine.checkpoint()?, Position::default(), &sampler)),
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
            goal: Goal::from(start.at.step.0, start.epoch),
            step: Step(0),
            samples: 0,
            trained: Duration::ZERO,
            pending: Vec::new(),
            preparing,
            measured: None,
            good: Arc::clone(&start),
            latest: Arc::clone(&start),
            sent: None,
            pictured: None,
            pacer: Pacer::new(tempo),
        };
        worker.stand_at(&start);
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
            self.measure()?;
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
        if self.activity != Activity::Waiting && self.is_complete() {
            return self.complete();
        }
        self.publish()?;
        match self.next_move() {
            Move::Train => self.update(),
            Move::Wait(limit) => self.wait(limit),
        }
    }

    // ---- commands ----

    fn drain(&mut self) -> Result<(), Halt> {
        loop {
            match self.desk.inbox.try_recv() {
                Ok(command) => self.obey(command)?,
                Err(TryRecvError::Empty) => return Ok(()),
                Err(TryRecvError::Disconnected) => return Err(Halt::Abandoned),
            }
        }
    }

    fn wait(&mut self, limit: Option<Duration>) -> Result<(), Halt> {
        let command = match limit {
            None => self.desk.inbox.recv().map_err(|_| Halt::Abandoned)?,
            Some(limit) => match self.desk.inbox.recv_timeout(limit) {
                Ok(command) => command,
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => return Err(Halt::Abandoned),
            },
        };
        self.obey(command)
    }

    fn obey(&mut self, command: Command) -> Result<(), Halt> {
        match command {
            Command::SetControl(control) if control.revision > self.control.revision => {
                self.follow(*control)
            }
            Command::SetControl(_) => Ok(()),
            Command::Step(count, unit) => self.step_by(count, unit),
            Command::Checkpoint => self.answer_checkpoint(),
            Command::Evaluate => self.answer_evaluate(),
            Command::Stop => self.stop(),
        }
    }

    /// Takes over a newer desired state. While stepping by hand the mode usually says nothing
    /// new: then only a change to play, or a renewed wish to pause and nothing else, counts.
    /// Otherwise a mere change of probes would cut the steps short.
    fn follow(&mut self, control: Control) -> Result<(), Halt> {
        let before = std::mem::replace(&mut self.control, control);
        let stepping = matches!(self.activity, Activity::Stepping { .. });
        match (self.control.mode, self.activity) {
            (Mode::Play, Activity::Waiting) => self.play(),
            (Mode::Play, Activity::Stepping { .. }) if before.mode == Mode::Pause => self.play(),
            (Mode::Pause, Activity::Playing) => return self.pause(),
            (Mode::Pause, _) if stepping && asks_the_same(&before, &self.control) => {
                return self.pause();
            }
            _ => {}
        }
        Ok(())
    }

    /// Steps by hand. More steps of the same unit add up, another unit replaces what is left.
    fn step_by(&mut self, count: u32, unit: StepUnit) -> Result<(), Halt> {
        let left = match self.activity {
            Activity::Stepping { left, unit: current } if current == unit && count > 0 => {
                left.saturating_add(count)
            }
            _ => count,
        };
        if left == 0 {
            return if self.activity == Activity::Waiting { Ok(()) } else { self.pause() };
        }
        self.desk.seat.leave();
        let was = std::mem::replace(&mut self.activity, Activity::Stepping { left, unit });
        if was == Activity::Waiting {
            self.tell_active();
        }
        Ok(())
    }

    fn answer_checkpoint(&mut self) -> Result<(), Halt> {
        let checkpoint = self.checkpoint()?;
        self.send_checkpoint(checkpoint);
        Ok(())
    }

    fn answer_evaluate(&mut self) -> Result<(), Halt> {
        self.settle()?;
        let evaluation = self.engine.evaluate(&hot(&self.control.train), true)?;
        let point = self.point(evaluation);
        self.desk.outbox.post(Event::Evaluated(point));
        Ok(())
    }

    fn stop(&mut self) -> Result<(), Halt> {
        match self.checkpoint() {
            Ok(checkpoint) => self.send_checkpoint(checkpoint),
            Err(Halt::Diverged(_)) => self.send_checkpoint(Arc::clone(&self.good)),
            Err(halt) => return Err(halt),
        }
        Err(Halt::Stopped)
    }

    // ---- what the run is doing ----

    fn play(&mut self) {
        let was = std::mem::replace(&mut self.activity, Activity::Playing);
        self.pacer.speed = Speed::new();
        self.desk.seat.publish(self.step);
        if was == Activity::Waiting {
            self.tell_active();
        }
    }

    fn tell_active(&mut self) {
        self.pacer.checkpoint.done(Instant::now());
        let state = if self.preparing { RunState::Preparing } else { RunState::Running };
        self.desk.outbox.post(Event::State(state));
    }

    fn pause(&mut self) -> Result<(), Halt> {
        let checkpoint = self.checkpoint()?;
        self.send_unless_sent(checkpoint);
        self.rest(PauseReason::User);
        Ok(())
    }

    /// Waits from now on. Whatever the control said, only a newer one makes the run play again.
    fn rest(&mut self, reason: PauseReason) {
        self.activity = Activity::Waiting;
        self.control.mode = Mode::Pause;
        self.desk.seat.leave();
        self.desk.outbox.post(Event::State(RunState::Paused(reason)));
    }

    /// Goes back to the last good state and waits there.
    fn recover(&mut self, symptom: Symptom) -> Result<(), Halt> {
        let good = Arc::clone(&self.good);
        let _thrown_away = self.engine.losses()?;
        self.pending.clear();
        self.engine.restore(&state_of(&good))?;
        self.stand_at(&good);
        self.measured = None;
        self.pictured = None;
        let finding = self.finding(symptom);
        self.send_checkpoint(good);
        self.rest(PauseReason::Diverged(finding));
        Ok(())
    }

    fn finding(&self, symptom: Symptom) -> Finding {
        diagnosis::finding(symptom, &self.control.train, &self.request.data, self.step)
    }

    fn is_complete(&self) -> bool {
        self.goal.is_met(self.control.train.stop, self.step.0, &self.sampler)
    }

    /// Ends the run with a last measurement, checkpoint and picture of where it arrived.
    fn complete(&mut self) -> Result<(), Halt> {
        self.settle()?;
        if self.measured.is_none_or(|point| point.at.step != self.step) {
            self.measure()?;
        }
        let checkpoint = self.checkpoint()?;
        self.send_unless_sent(checkpoint);
        self.activity = Activity::Waiting;
        self.picture()?;
        Err(Halt::Completed)
    }

    fn stand_at(&mut self, checkpoint: &Arc<Checkpoint>) {
        self.step = checkpoint.at.step;
        self.samples = checkpoint.at.samples;
        self.trained = Duration::try_from_secs_f64(checkpoint.at.seconds).unwrap_or_default();
        self.sampler.seek(checkpoint.epoch, checkpoint.cursor);
        self.latest = Arc::clone(checkpoint);
    }

    // ---- training ----

    fn next_move(&self) -> Move {
        match self.activity {
            Activity::Waiting if self.desk.outbox.is_empty() => Move::Wait(None),
            Activity::Waiting => Move::Wait(Some(self.pacer.tempo.flush)),
            Activity::Playing if !self.desk.seat.may_step(self.step) => {
                Move::Wait(Some(LOCKSTEP_WAIT))
            }
            _ => match self.pacer.speed.wait(self.control.steps_per_second, Instant::now()) {
                Some(wait) if self.has_news() => Move::Wait(Some(wait.min(self.pacer.tempo.flush))),
                Some(wait) => Move::Wait(Some(wait)),
                None => Move::Train,
            },
        }
    }

    /// Whether something is to be handed out before the next update.
    fn has_news(&self) -> bool {
        !self.pending.is_empty() || !self.desk.outbox.is_empty() || self.wants_picture()
    }

    fn update(&mut self) -> Result<(), Halt> {
        let size = self.batch_size();
        let begun = Instant::now();
        self.engine.step(self.sampler.batch(size), &hot(&self.control.train))?;
        self.trained += begun.elapsed();
        self.pacer.speed.stepped(self.control.steps_per_second, begun);
        self.samples += self.sampler.take(size) as u64;
        self.step = self.step.next();
        self.pending.push(self.position());
        if self.preparing || self.pending.len() as u64 >= self.engine.losses_every() {
            self.settle()?;
        }
        if self.step.0.is_multiple_of(self.eval_interval()) {
            self.measure()?;
        }
        self.count_update()
    }

    fn batch_size(&self) -> usize {
        match self.activity {
            Activity::Stepping { unit: StepUnit::Sample, .. } => 1,
            _ => self.control.train.batch.rows(self.sampler.rows()),
        }
    }

    /// Counts an update where somebody waits for its number.
    fn count_update(&mut self) -> Result<(), Halt> {
        if self.is_complete() {
            return self.complete();
        }
        match &mut self.activity {
            Activity::Stepping { left, unit } => {
                if *unit != StepUnit::Epoch || self.sampler.cursor() == 0 {
                    *left -= 1;
                }
                if *left == 0 { self.pause() } else { Ok(()) }
            }
            Activity::Playing => {
                self.desk.seat.publish(self.step);
                Ok(())
            }
            Activity::Waiting => Ok(()),
        }
    }

    /// Fetches the losses of the updates so far and stages them as points. From the first one
    /// that is no finite number on, the updates are not worth keeping.
    fn settle(&mut self) -> Result<(), Halt> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let begun = Instant::now();
        let losses = self.engine.losses()?;
        self.trained += begun.elapsed();
        if losses.len() != self.pending.len() {
            let (got, made) = (losses.len(), self.pending.len());
            let message = format!("The engine gave {got} losses for {made} updates.");
            return Err(EngineError::Failed(message).into());
        }
        for (at, loss) in self.pending.drain(..).zip(losses) {
            let point = StepPoint { at, loss: loss.loss, objective: loss.objective };
            self.desk.outbox.stage_step(point);
            if !(loss.loss.is_finite() && loss.objective.is_finite()) {
                return Err(Halt::Diverged(Symptom::Loss(at.step)));
            }
        }
        self.prepared();
        Ok(())
    }

    /// The first update was computed.
    fn prepared(&mut self) {
        if std::mem::take(&mut self.preparing) {
            self.desk.outbox.post(Event::State(RunState::Running));
        }
    }

    /// Steps between two measurements. A measured row costs a third of a trained one (a forward
    /// pass without a backward one), so measuring takes about a fifth of the time. It depends on
    /// nothing but sizes: were it to depend on time, on pausing or on who is watching, equal runs
    /// would have different histories.
    fn eval_interval(&self) -> u64 {
        let batch = self.control.train.batch.rows(self.sampler.rows()).max(1) as u64;
        let rows = self.engine.evaluated_rows() as u64;
        rows.saturating_mul(5).div_ceil(batch.saturating_mul(3)).max(MIN_EVAL_INTERVAL)
    }

    /// The scheduled measurement. When all is well, the run can later come back here.
    fn measure(&mut self) -> Result<(), Halt> {
        self.settle()?;
        let evaluation = self.engine.evaluate(&hot(&self.control.train), false)?;
        let point = self.point(evaluation);
        self.measured = Some(point);
        self.desk.outbox.stage_eval(point);
        if !(point.train.loss.is_finite() && point.train.objective.is_finite()) {
            return Err(Halt::Diverged(Symptom::Measured(self.step)));
        }
        self.good = self.checkpoint()?;
        self.desk.outbox.keep(Arc::clone(&self.good));
        Ok(())
    }

    fn position(&self) -> Position {
        Position {
            step: self.step,
            epoch: self.sampler.progress(),
            samples: self.samples,
            seconds: self.trained.as_secs_f64(),
        }
    }

    fn point(&self, evaluation: Evaluation) -> EvalPoint {
        EvalPoint { at: self.position(), train: evaluation.train, test: evaluation.test }
    }

    // ---- handing out ----

    /// Hands out what is due: points, the regular checkpoint, the next picture.
    fn publish(&mut self) -> Result<(), Halt> {
        let now = Instant::now();
        let waiting = self.activity == Activity::Waiting;
        if waiting || self.pacer.flush.is_due(now) {
            self.settle()?;
            self.desk.outbox.flush();
            self.pacer.flush.done(now);
        }
        if !waiting && self.pacer.checkpoint.is_due(now) {
            let checkpoint = self.checkpoint()?;
            self.send_unless_sent(checkpoint);
        }
        // While waiting, a newer picture replaces one that was not taken: no later moment would
        // come to compute it.
        let free = || self.pacer.probe.is_due(now) && self.desk.slot.is_free();
        if self.wants_picture() && (waiting || free()) {
            self.picture()?;
        }
        Ok(())
    }

    /// The state of this moment on the host.
    fn checkpoint(&mut self) -> Result<Arc<Checkpoint>, Halt> {
        self.settle()?;
        if self.latest.at.step != self.step {
            let state = self.engine.checkpoint()?;
            let checkpoint = checkpoint_of(state, self.position(), &self.sampler);
            if !checkpoint.is_finite() {
                return Err(Halt::Diverged(Symptom::Weights(self.step)));
            }
            self.latest = Arc::new(checkpoint);
        }
        Ok(Arc::clone(&self.latest))
    }

    fn send_unless_sent(&mut self, checkpoint: Arc<Checkpoint>) {
        if !self.sent.as_ref().is_some_and(|sent| Arc::ptr_eq(sent, &checkpoint)) {
            self.send_checkpoint(checkpoint);
        }
    }

    fn send_checkpoint(&mut self, checkpoint: Arc<Checkpoint>) {
        self.pacer.checkpoint.done(Instant::now());
        self.sent = Some(Arc::clone(&checkpoint));
        self.desk.outbox.post(Event::Checkpoint(checkpoint));
    }

    /// Whether a picture is wanted that was not computed yet.
    fn wants_picture(&self) -> bool {
        let probes = &self.control.probes;
        let known =
            |(step, request): &(Step, ProbeRequest)| *step == self.step && request == probes;
        !probes.is_empty() && !self.pictured.as_ref().is_some_and(known)
    }

    fn picture(&mut self) -> Result<(), Halt> {
        if !self.wants_picture() {
            return Ok(());
        }
        let begun = Instant::now();
        let probes = self.control.probes.clone();
        let frame = self.frame(&probes)?;
        self.pictured = Some((self.step, probes));
        self.pacer.probe.done_at_cost(begun, Instant::now());
        self.desk.slot.put(frame);
        self.desk.outbox.wake();
        Ok(())
    }

    /// Computes a picture. What the engine cannot draw is absent, as if it had not been wanted.
    fn frame(&mut self, wanted: &ProbeRequest) -> Result<ProbeFrame, EngineError> {
        let metrics = if wanted.metrics { self.metrics_now()? } else { None };
        let boundary = wanted.boundary.map(|request| self.engine.boundary(&request));
        let confusion = wanted.confusion.map(|part| (part, self.engine.confusion(part)));
        let predictions = wanted.predictions.map(|limit| self.engine.predictions(limit));
        Ok(ProbeFrame {
            run: self.request.run,
            at: self.position(),
            metrics,
            boundary: lenient(boundary)?,
            confusion: match confusion {
                Some((part, table)) => lenient(Some(table))?.map(|table| (part, table)),
                None => None,
            },
            predictions: lenient(predictions)?,
        })
    }

    /// A measurement of this very step, where it is at hand or cheap or nothing else is to be
    /// done.
    fn metrics_now(&mut self) -> Result<Option<EvalPoint>, EngineError> {
        if let Some(point) = self.measured.filter(|point| point.at.step == self.step) {
            return Ok(Some(point));
        }
        let waiting = self.activity == Activity::Waiting;
        if !waiting && self.engine.evaluated_rows() > CHEAP_ROWS {
            return Ok(None);
        }
        let evaluation = self.engine.evaluate(&hot(&self.control.train), false);
        Ok(lenient(Some(evaluation))?.map(|evaluation| self.point(evaluation)))
    }
}

fn hot(train: &TrainSpec) -> HotParams {
    HotParams {
        learning_rate: train.learning_rate.get(),
        l2: train.l2.get(),
        l2_biases: train.l2_biases,
    }
}

/// Whether two controls differ in nothing but their revision.
fn asks_the_same(one: &Control, other: &Control) -> bool {
    *one == Control { revision: one.revision, ..other.clone() }
}

/// A failed picture is an absent one; only a lost device ends a run.
fn lenient<T>(result: Option<Result<T, EngineError>>) -> Result<Option<T>, EngineError> {
    match result {
        Some(Err(error @ EngineError::DeviceLost(_))) => Err(error),
        result => Ok(result.and_then(Result::ok)),
    }
}

fn checkpoint_of(state: EngineState, at: Position, sampler: &Sampler) -> Checkpoint {
    Checkpoint {
        at,
        epoch: sampler.epoch(),
        cursor: sampler.cursor(),
        parameters: state.parameters,
        optimizer: state.optimizer,
    }
}

fn state_of(checkpoint: &Checkpoint) -> EngineState {
    EngineState {
        parameters: checkpoint.parameters.clone(),
        optimizer: checkpoint.optimizer.clone(),
    }
}
