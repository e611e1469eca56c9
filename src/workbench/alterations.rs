use std::collections::VecDeque;
use std::sync::Arc;

use crate::base::Step;
use crate::record::{Alteration, RunHistory};
use crate::train::{Altered, Ticket};

/// Most changes that can be taken back.
const LIMIT: usize = 200;
/// Most memory that they may take, in bytes. The newest is kept however large it is.
const MAX_BYTES: usize = 64 << 20;

/// A value of an array that is being dragged: its edits are one change until the user lets go.
pub(super) type Key = (String, usize);

/// A change that is wanted.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub values: Arc<Alteration>,
    /// What changes, for a mark on the curves.
    pub what: String,
    /// Set where further edits belong to the same change.
    pub key: Option<Key>,
}

impl Change {
    fn goes_on_with(&self, later: &Self) -> bool {
        self.key.is_some() && self.key == later.key
    }
}

/// What is wanted of a run.
#[derive(Clone, Debug)]
pub(super) enum Wish {
    /// Other values.
    Change(Change),
    /// The last change taken back.
    Undo,
    /// What was taken back made again.
    Redo,
}

/// Values to be put in, so that a change is taken back or made again.
#[derive(Clone, Debug)]
struct Past {
    at: Step,
    what: String,
    values: Arc<Alteration>,
}

/// What the run was asked to do and has not answered yet.
#[derive(Clone, Debug)]
struct Sent {
    ticket: Ticket,
    way: Way,
    what: String,
    key: Option<Key>,
    /// When the change was made that is taken back.
    made_at: Option<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Change,
    Undo,
    Redo,
}

/// Changes of the weights of one run by hand: what can be taken back, and what waits for the run.
///
/// One wish is with the run at a time, and further edits of a dragged value replace the one that
/// waits behind it: a run whose updates are slow is never flooded.
#[derive(Clone, Debug, Default)]
pub(super) struct Alterations {
    past: VecDeque<Past>,
    future: Vec<Past>,
    open: Option<Key>,
    sent: Option<Sent>,
    queue: VecDeque<Wish>,
    /// How often layers began anew.
    draws: u32,
}

impl Alterations {
    pub(super) fn can_undo(&self) -> bool {
        !self.past.is_empty() || self.awaits(Way::Change) || self.awaits(Way::Redo)
    }

    pub(super) fn can_redo(&self) -> bool {
        !self.awaits(Way::Change) && (!self.future.is_empty() || self.awaits(Way::Undo))
    }

    fn awaits(&self, way: Way) -> bool {
        let queued = self.queue.iter().any(|wish| wish.way() == way);
        queued || self.sent.as_ref().is_some_and(|sent| sent.way == way)
    }

    /// The number of a fresh start of a layer, from one.
    pub(super) fn next_draw(&mut self) -> u32 {
        self.draws = self.draws.wrapping_add(1);
        self.draws
    }

    /// Puts a wish behind what waits; an edit of the same dragged value replaces the last.
    pub(super) fn push(&mut self, wish: Wish) {
        match (self.queue.back_mut(), &wish) {
            (Some(Wish::Change(last)), Wish::Change(new)) if last.goes_on_with(new) => {
                *last = new.clone();
            }
            _ => self.queue.push_back(wish),
        }
    }

    /// The user let go: the next edit is a change of its own.
    pub(super) fn settle(&mut self) {
        match (self.queue.back_mut(), &mut self.sent) {
            (Some(Wish::Change(last)), _) => last.key = None,
            (None, Some(sent)) => sent.key = None,
            _ => {}
        }
        if self.sent.is_none() {
            self.open = None;
        }
    }

    /// What the run is to be asked for next, if it has answered everything so far.
    pub(super) fn next(&mut self, ticket: Ticket) -> Option<Arc<Alteration>> {
        while self.sent.is_none() {
            let wish = self.queue.pop_front()?;
            let way = wish.way();
            let past = match wish {
                Wish::Change(Change { values, what, key }) => {
                    self.sent = Some(Sent { ticket, way, what, key, made_at: None });
                    return Some(values);
                }
                Wish::Undo => self.past.pop_back(),
                Wish::Redo => self.future.pop(),
            };
            if let Some(Past { at, what, values }) = past {
                self.sent = Some(Sent { ticket, way, what, key: None, made_at: Some(at) });
                return Some(values);
            }
        }
        None
    }

    /// Takes in what the run answered, and marks it on its curves.
    ///
    /// # Errors
    /// Why nothing changed.
    pub(super) fn answer(
        &mut self,
        answer: Altered,
        history: &mut RunHistory,
    ) -> Result<(), String> {
        let Some(sent) = self.sent.take_if(|sent| sent.ticket == answer.ticket) else {
            return Ok(());
        };
        let (at, what) = (answer.at, &sent.what);
        let past = Past { at: at.step, what: what.clone(), values: Arc::new(answer.before?) };
        let goes_on = sent.way == Way::Change && self.goes_on(&sent);
        self.open = sent.key.clone();
        match sent.way {
            Way::Change if goes_on => {}
            Way::Undo => {
                self.future.push(past);
                let is_here = sent.made_at == Some(at.step);
                if !(is_here && history.unmark(at.step, &mark(what))) {
                    history.mark(at, format!("{} taken back", mark(what)));
                }
            }
            Way::Change | Way::Redo => {
                if sent.way == Way::Change {
                    self.future.clear();
                }
                self.remember(past);
                history.mark(at, mark(what));
            }
        }
        Ok(())
    }

    /// Whether a change goes on with what is open. One that ends it has no key any more, but the
    /// same words.
    fn goes_on(&self, sent: &Sent) -> bool {
        let is_same_value = || self.past.back().is_some_and(|last| last.what == sent.what);
        self.open.is_some() && is_same_value() && (sent.key.is_none() || sent.key == self.open)
    }

    fn remember(&mut self, past: Past) {
        self.past.push_back(past);
        let bytes =
            |past: &VecDeque<Past>| -> usize { past.iter().map(|p| p.values.bytes()).sum() };
        while self.past.len() > 1 && (self.past.len() > LIMIT || bytes(&self.past) > MAX_BYTES) {
            self.past.pop_front();
        }
    }

    /// The run goes on from a step, or anew: what was done after it is forgotten, and what was
    /// asked of its former thread.
    pub(super) fn go_on(&mut self, from: Option<Step>) {
        let Some(step) = from else {
            *self = Self::default();
            return;
        };
        self.past.retain(|past| past.at <= step);
        self.future.clear();
        (self.open, self.sent) = (None, None);
        self.queue.clear();
    }

    /// The run ended. Tells whether something was still asked of it.
    pub(super) fn end(&mut self) -> bool {
        let was_waiting = self.sent.is_some() || !self.queue.is_empty();
        (self.open, self.sent) = (None, None);
        self.queue.clear();
        was_waiting
    }
}

impl Wish {
    fn way(&self) -> Way {
        match self {
            Self::Change(_) => Way::Change,
            Self::Undo => Way::Undo,
            Self::Redo => Way::Redo,
        }
    }
}

fn mark(what: &str) -> String {
    format!("weights changed by hand: {what}")
}
