use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use crate::record::{PauseReason, RunState};
use crate::train::engine::Engine;
use crate::train::protocol::{Command, Control, Event, Mode, StepUnit};

use super::pacer::Speed;
use super::{Activity, Halt, Worker};

/// What the window asks for, and what the run does about it.
impl<E: Engine> Worker<'_, E> {
    pub(super) fn drain(&mut self) -> Result<(), Halt> {
        loop {
            match self.desk.inbox.try_recv() {
                Ok(command) => self.obey(command)?,
                Err(TryRecvError::Empty) => return Ok(()),
                Err(TryRecvError::Disconnected) => return Err(Halt::Abandoned),
            }
        }
    }

    pub(super) fn wait(&mut self, limit: Option<Duration>) -> Result<(), Halt> {
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
            Command::Alter(ticket, alteration) => self.alter(ticket, &alteration),
            Command::Stop => self.stop(),
        }
    }

    /// Takes over a newer desired state. While stepping by hand its mode counts only when it
    /// changes to play: the mode of a run that steps is to pause, so that it says nothing new, and
    /// a mere change of probes must not cut the steps short.
    fn follow(&mut self, control: Control) -> Result<(), Halt> {
        let before = std::mem::replace(&mut self.control, control).mode;
        match (self.control.mode, self.activity) {
            (Mode::Play, Activity::Waiting) => self.play(),
            (Mode::Play, Activity::Stepping { .. }) if before == Mode::Pause => self.play(),
            (Mode::Pause, Activity::Playing) => return self.pause(),
            _ => {}
        }
        Ok(())
    }

    /// Steps by hand. More steps of the same unit add up, another unit replaces what is left, and
    /// none at all ends it.
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

    /// Measures all rows of all parts, outside of the history.
    pub(super) fn answer_evaluate(&mut self) -> Result<(), Halt> {
        self.settle()?;
        let evaluation = self.engine.evaluate(&self.hot(), true)?;
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

    pub(super) fn play(&mut self) {
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

    pub(super) fn pause(&mut self) -> Result<(), Halt> {
        let checkpoint = self.checkpoint()?;
        self.send_unless_sent(checkpoint);
        self.rest(PauseReason::User);
        Ok(())
    }

    /// Waits from now on. Whatever the control said, only a newer one makes the run play again.
    pub(super) fn rest(&mut self, reason: PauseReason) {
        self.activity = Activity::Waiting;
        self.control.mode = Mode::Pause;
        self.desk.seat.leave();
        self.desk.outbox.post(Event::State(RunState::Paused(reason)));
    }
}
