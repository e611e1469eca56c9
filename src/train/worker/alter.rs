use std::sync::Arc;

use crate::record::{Alteration, Checkpoint};
use crate::train::engine::Engine;
use crate::train::protocol::{Altered, Event, Ticket};

use super::{Activity, Halt, Worker, state_of};

/// Trainable values that are changed by hand between two updates.
impl<E: Engine> Worker<'_, E> {
    /// Replaces values and tells what was there before. Whatever comes of it, there is an answer.
    pub(super) fn alter(&mut self, ticket: Ticket, alteration: &Alteration) -> Result<(), Halt> {
        let before = match self.checkpoint() {
            Ok(before) => before,
            Err(halt) => {
                let why = "The run broke before its weights could be changed.";
                self.answer_alter(ticket, Err(why.into()));
                return Err(halt);
            }
        };
        let mut after = (*before).clone();
        match alteration.exchange(&mut after) {
            Ok(values) => {
                self.engine.restore(&state_of(&after))?;
                self.answer_alter(ticket, Ok(values));
                self.stand_altered(&before, after)
            }
            Err(why) => {
                self.answer_alter(ticket, Err(why));
                Ok(())
            }
        }
    }

    fn answer_alter(&mut self, ticket: Ticket, before: Result<Alteration, String>) {
        let at = self.position();
        self.desk.outbox.post(Event::Altered(Altered { ticket, at, before }));
    }

    /// Goes on from the changed weights, as if the run had come here with them: a divergence or a
    /// way back to this step leads to them. The best weights so far stay what they were.
    fn stand_altered(
        &mut self,
        before: &Arc<Checkpoint>,
        mut after: Checkpoint,
    ) -> Result<(), Halt> {
        if self.keeps_best() {
            self.best = self.best.take().or_else(|| before.best_weights());
        }
        after.best = self.best.clone().filter(|_| self.keeps_best());
        let after = Arc::new(after);
        (self.good, self.latest) = (Arc::clone(&after), Some(Arc::clone(&after)));
        (self.measured, self.newest, self.pictured) = (None, None, None);
        if self.marked == Some(self.step) {
            self.mark()?;
        }
        if self.activity == Activity::Waiting {
            self.send_checkpoint(after);
        }
        Ok(())
    }
}
