//! What the network said last. Old answers stay until new ones come.

use std::sync::Arc;

use crate::base::RunId;
use crate::record::{Input, Insight, Maps, ProbeFrame, Run, Slice};

use super::subject::Subject;

/// What a network said about a sample, before and after it was changed.
#[derive(Debug, Default)]
pub struct Heard {
    run: Option<RunId>,
    /// Probabilities of the classes or the predicted number, of the sample as it was changed.
    pub now: Vec<f32>,
    /// The same of the row, by the same network.
    pub before: Vec<f32>,
    /// The picture that tells the effect of a feature, where among its maps, and of which feature.
    effect: Option<(Arc<ProbeFrame>, usize, usize)>,
}

impl Heard {
    /// Takes in the newest picture of a run.
    pub fn follow(&mut self, run: Option<&Run>, subject: &Subject) {
        let id = run.map(|run| run.id);
        if self.run != id {
            *self = Self { run: id, ..Self::default() };
        }
        if self.effect.as_ref().is_some_and(|(.., feature)| *feature != subject.along) {
            self.effect = None;
        }
        let Some(frame) = run.and_then(|run| run.frame.as_ref()) else { return };
        self.take_outputs(&frame.inside, subject);
        let is_known = self.effect.as_ref().is_some_and(|(known, ..)| Arc::ptr_eq(known, frame));
        if !is_known && let Some(place) = effect_in(&frame.inside, subject) {
            self.effect = Some((Arc::clone(frame), place, subject.along));
        }
    }

    /// Both answers are of one moment, so that their difference is the change alone.
    fn take_outputs(&mut self, inside: &Insight, subject: &Subject) {
        let (part, row) = subject.row;
        let Some(before) = inside.trace_of(&Input::Row(part, row)) else { return };
        let values = &subject.values[..];
        let changed = inside.traces.iter().find(
            |trace| matches!(&trace.request.input, Input::Values(known) if known[..] == *values),
        );
        let same = (!subject.is_changed()).then_some(before);
        if let Some(now) = changed.or(same) {
            self.now.clone_from(&now.outputs);
            self.before.clone_from(&before.outputs);
        }
    }

    /// The effect of a feature, where it is known.
    pub fn effect(&self) -> Option<&Maps> {
        let (frame, place, _) = self.effect.as_ref()?;
        frame.inside.maps.get(*place)
    }
}

/// Where the effect of the feature that is shown stands among maps. It may be of a moment ago.
fn effect_in(inside: &Insight, subject: &Subject) -> Option<usize> {
    let is_wanted = |maps: &Maps| {
        let window = &maps.request.window;
        let along = match &window.slice {
            Some(Slice::Features { pair, .. }) => pair[0] == subject.along,
            Some(Slice::Principal) => false,
            None => subject.original.len() == 1,
        };
        along && window.side == super::effect::SIDE && maps.request.layers.len() == 1
    };
    inside.maps.iter().position(is_wanted)
}
