use std::sync::Arc;

use crate::record::{BestEpoch, Cause, Checkpoint, EndRule, EvalPoint, Mark, Part};
use crate::spec::{Plateau, Schedule};
use crate::train::engine::{Engine, EngineState};

use super::{Halt, Worker};

/// What happens at the end of epochs and of the run: watching measurements, putting checkpoints
/// aside, bringing back the best weights.
impl<E: Engine> Worker<'_, E> {
    /// Whether the end of every epoch has to be measured.
    pub(super) fn watches(&self) -> bool {
        let train = &self.control.train;
        train.early.is_some() || matches!(train.schedule, Schedule::Plateau { .. })
    }

    /// Looks at what was measured at the end of an epoch.
    pub(super) fn watch_epoch(&mut self, point: &EvalPoint) {
        self.watch.plateau = match self.control.train.schedule {
            Schedule::Plateau { patience, .. } => {
                let loss = point.validation.as_ref().unwrap_or(&point.train).loss;
                self.watch.plateau.after(loss, patience)
            }
            // Another schedule forgets the reductions.
            _ => Plateau::default(),
        };
        let (step, epoch) = (self.step, self.sampler.epoch());
        let Some(early) = self.control.train.early else { return };
        let part = self.at_hand(early.part);
        let value = point.part(part).and_then(|part| part.get(early.quantity));
        if self.watch.see_early(&early, part, value, step, epoch) || !early.keep_best {
            // The checkpoint of this very step holds the best weights from now on.
            self.best = None;
        }
    }

    /// Whether the weights of the best epoch are kept.
    pub(super) fn keeps_best(&self) -> bool {
        self.control.train.early.is_some_and(|early| early.keep_best)
    }

    /// The part that is looked at where `wanted` is asked for.
    fn at_hand(&self, wanted: Part) -> Part {
        match wanted {
            Part::Validation if self.request.data.validation.is_none() => Part::Test,
            part => part,
        }
    }

    /// Remembers when a measurement reaches the target. Once it did, the run may play on.
    pub(super) fn watch_target(&mut self, point: &EvalPoint) {
        let Some(target) = self.control.train.target else { return };
        if self.watch.reached == Some(target) {
            return;
        }
        let part = self.at_hand(target.part);
        let value = point.part(part).and_then(|part| part.get(target.quantity));
        let Some(value) = value.filter(|value| value.is_finite()) else { return };
        if !target.quantity.is_better(target.value.get(), value) {
            self.watch.reached = Some(target);
            self.reached = Some(EndRule::Target { target, value, part });
        }
    }

    /// The rule that is met, if any is.
    pub(super) fn met(&self) -> Option<EndRule> {
        let train = &self.control.train;
        let early = || {
            let early = train.early?;
            let part = self.at_hand(early.part);
            let is_of_this = self.watch.early_of == Some((part, early.quantity));
            let is_over = is_of_this && self.watch.is_out_of_patience(&early);
            is_over.then_some(EndRule::Early { early, part })
        };
        let counted = || self.goal.met(train, self.step.0, &self.sampler, self.trained);
        self.reached.clone().or_else(early).or_else(counted)
    }

    /// Patience begins anew for a run that goes on after it was out of it.
    pub(super) fn renew_patience(&mut self) {
        if let Some(early) = self.control.train.early
            && self.watch.is_out_of_patience(&early)
        {
            self.watch.early.bad_epochs = 0;
        }
    }

    /// Whether a checkpoint of this step, the last of an epoch, is put aside: one for each epoch,
    /// but where epochs are shorter than the time between two measurements only one for each
    /// measurement, at the first end of an epoch that does not lie before it. It follows from the
    /// step alone.
    fn is_marked(&self) -> bool {
        let steps = self.control.train.steps_per_epoch(self.sampler.rows()) as u64;
        self.step.0 % self.eval_interval() < steps
    }

    /// Puts a checkpoint of the end of an epoch aside where one is due. A best epoch is always
    /// kept.
    pub(super) fn mark_epoch(&mut self) -> Result<(), Halt> {
        let early = self.watch.early;
        let is_best = self.watches() && early.best.is_some() && early.best_at == self.step;
        if is_best || self.is_marked() { self.mark() } else { Ok(()) }
    }

    /// Puts a checkpoint of this moment aside, so that the run can come back here.
    pub(super) fn mark(&mut self) -> Result<(), Halt> {
        let checkpoint = self.checkpoint()?;
        self.desk.slots.marks.put(Mark { checkpoint, measured: self.newest });
        self.marked = Some(self.step);
        Ok(())
    }

    /// Ends the run for `rule`, and says what becomes of the best weights.
    pub(super) fn end_by_rule(&mut self, rule: EndRule) -> Result<Cause, Halt> {
        let early = self.control.train.early.filter(|early| early.keep_best);
        // What reached a target is what was wanted.
        let is_target = matches!(rule, EndRule::Target { .. });
        let Some(early) = early.filter(|_| !is_target) else { return Ok(rule.into()) };
        let seen = self.watch.early;
        let (Some(value), Some((part, quantity))) = (seen.best, self.watch.early_of) else {
            return Ok(rule.into());
        };
        let is_back = match self.best.clone() {
            Some(best) if !self.stands_at(&best) => self.bring_back(&best)?,
            _ => false,
        };
        debug_assert_eq!(quantity, early.quantity);
        let (epoch, step) = (seen.best_epoch, seen.best_at);
        let best = BestEpoch { part, quantity, value, epoch, step, is_back };
        Ok(Cause { rule, best: Some(best) })
    }

    /// Whether the best weights are those of this moment: not when they were changed by hand
    /// since.
    fn stands_at(&self, best: &Checkpoint) -> bool {
        let is_altered = || self.latest.as_ref().is_some_and(|latest| latest.best.is_some());
        best.step() == self.step && !is_altered()
    }

    /// Puts the weights and running statistics of the best epoch back. What the optimizer
    /// remembers and the number of updates stay: the run goes on from here, with better weights.
    fn bring_back(&mut self, best: &Arc<Checkpoint>) -> Result<bool, Halt> {
        let now = self.engine.checkpoint()?;
        let state = EngineState {
            parameters: best.parameters.clone(),
            buffers: best.buffers.clone(),
            ..now
        };
        self.engine.restore(&state)?;
        (self.latest, self.measured, self.pictured) = (None, None, None);
        Ok(true)
    }
}
