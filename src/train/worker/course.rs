use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::record::{EndRule, EvalPoint, Finding, PauseReason, Position, RunState, StepPoint};
use crate::spec::Moment;
use crate::train::engine::{Engine, EngineError, Evaluation, HotParams, StepLoss};
use crate::train::protocol::{Event, StepUnit};

use super::diagnosis::{self, Symptom};
use super::{Activity, Halt, Worker, state_of};

/// How often a run that is ahead of its companions looks whether it may go on.
const LOCKSTEP_WAIT: Duration = Duration::from_millis(1);
/// Fewest steps between two measurements.
const MIN_EVAL_INTERVAL: u64 = 10;

/// What a worker does next.
pub(super) enum Move {
    /// An update.
    Train,
    /// Nothing, until a command comes or this time has passed.
    Wait(Option<Duration>),
}

/// The course of a run: updates, their losses, and the measurements on schedule.
impl<E: Engine> Worker<'_, E> {
    pub(super) fn next_move(&self) -> Move {
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

    pub(super) fn update(&mut self) -> Result<(), Halt> {
        let size = self.batch_size();
        let drop_last = self.control.train.drop_last;
        let begun = Instant::now();
        self.sampler.begin(size, drop_last);
        let epoch = self.sampler.epoch();
        let hot = self.hot();
        if let Err(error) = self.engine.step(self.sampler.batch(size), epoch, &hot) {
            return Err(self.broken(error));
        }
        self.trained += begun.elapsed();
        self.pacer.speed.stepped(self.control.steps_per_second, begun);
        self.samples += self.sampler.take(size, drop_last) as u64;
        self.step = self.step.next();
        self.latest = None;
        self.pending.push((self.position(), hot.learning_rate));
        if self.preparing || self.pending.len() as u64 >= self.engine.losses_every() {
            self.settle()?;
        }
        self.look()?;
        self.count_update()
    }

    /// What is done on schedule after an update: measuring, watching, putting checkpoints aside.
    fn look(&mut self) -> Result<(), Halt> {
        let epoch_ended = self.sampler.cursor() == 0;
        let is_watched = epoch_ended && self.watches();
        if is_watched || self.step.0.is_multiple_of(self.eval_interval()) {
            self.measure(epoch_ended)?;
        }
        if epoch_ended { self.mark_epoch() } else { Ok(()) }
    }

    /// The hot parameters of the next update.
    pub(super) fn hot(&self) -> HotParams {
        let train = &self.control.train;
        let moment = Moment {
            epoch: self.sampler.epoch(),
            update: self.step.0,
            steps_per_epoch: train.steps_per_epoch(self.sampler.rows()) as u64,
            reductions: self.watch.plateau.reductions,
        };
        HotParams::of(train, train.rate_at(moment))
    }

    /// The end of a run whose update failed. The losses of those before it are still worth keeping,
    /// where the device can be asked for them.
    fn broken(&mut self, error: EngineError) -> Halt {
        if let EngineError::Failed(_) = error
            && let Err(halt @ Halt::Diverged(_)) = self.settle()
        {
            return halt;
        }
        error.into()
    }

    fn batch_size(&self) -> usize {
        match self.activity {
            Activity::Stepping { unit: StepUnit::Sample, .. } => 1,
            _ => self.control.train.batch.rows(self.sampler.rows()),
        }
    }

    /// Counts an update where somebody waits for its number.
    fn count_update(&mut self) -> Result<(), Halt> {
        if let Some(rule) = self.met() {
            return self.complete(rule);
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
    pub(super) fn settle(&mut self) -> Result<(), Halt> {
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
        for ((at, rate), loss) in self.pending.drain(..).zip(losses) {
            let StepLoss { loss: data_loss, objective } = loss;
            let point = StepPoint { at, loss: data_loss, objective, rate };
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
    pub(super) fn eval_interval(&self) -> u64 {
        let batch = self.control.train.batch.rows(self.sampler.rows()).max(1) as u64;
        let rows = self.engine.evaluated_rows() as u64;
        rows.saturating_mul(5).div_ceil(batch.saturating_mul(3)).max(MIN_EVAL_INTERVAL)
    }

    /// The scheduled measurement. When all is well, the run can later come back here. At the end
    /// of an epoch it is watched.
    pub(super) fn measure(&mut self, epoch_ended: bool) -> Result<(), Halt> {
        self.settle()?;
        let evaluation = self.engine.evaluate(&self.hot(), false)?;
        let point = self.point(evaluation);
        (self.measured, self.newest) = (Some(point), Some(point));
        self.desk.outbox.stage_eval(point);
        if !(point.train.loss.is_finite() && point.train.objective.is_finite()) {
            return Err(Halt::Diverged(Symptom::Measured(self.step)));
        }
        self.watch_target(&point);
        if epoch_ended {
            self.watch_epoch(&point);
        }
        self.good = self.checkpoint()?;
        if self.keeps_best() && self.best.is_none() {
            self.best = self.good.best_weights();
        }
        self.desk.outbox.keep(Arc::clone(&self.good));
        Ok(())
    }

    pub(super) fn position(&self) -> Position {
        Position {
            step: self.step,
            epoch: self.sampler.progress(),
            samples: self.samples,
            seconds: self.trained.as_secs_f64(),
        }
    }

    pub(super) fn point(&self, evaluation: Evaluation) -> EvalPoint {
        let Evaluation { train, validation, test, penalties } = evaluation;
        EvalPoint { at: self.position(), train, validation, test, penalties }
    }

    /// Goes back to the last good state and waits there.
    pub(super) fn recover(&mut self, symptom: Symptom) -> Result<(), Halt> {
        let good = Arc::clone(&self.good);
        self.engine.restore(&state_of(&good))?;
        self.stand_at(&good);
        self.desk.slots.marks.forget_after(good.step());
        let finding = self.finding(symptom);
        self.send_checkpoint(good);
        self.rest(PauseReason::Diverged(finding));
        Ok(())
    }

    fn finding(&self, symptom: Symptom) -> Finding {
        diagnosis::finding(symptom, &self.control.train, &self.request.data, self.step)
    }

    /// Ends the run with a last measurement, checkpoint and picture of where it arrived.
    pub(super) fn complete(&mut self, rule: EndRule) -> Result<(), Halt> {
        self.settle()?;
        let cause = self.end_by_rule(rule)?;
        if self.measured.is_none_or(|point| point.at.step != self.step) {
            self.measure(false)?;
        }
        self.mark()?;
        let checkpoint = self.checkpoint()?;
        self.send_unless_sent(checkpoint);
        // Once, at the end, all rows are worth their time: these are the numbers of a report.
        self.answer_evaluate()?;
        self.activity = Activity::Waiting;
        self.picture()?;
        Err(Halt::Completed(cause))
    }
}
