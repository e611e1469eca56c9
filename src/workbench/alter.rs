//! Changes of trainable values by hand, with undo.

use std::path::PathBuf;
use std::sync::Arc;

use crate::base::RunId;
use crate::files::{SafetensorsFile, blank_network, fit_weights};
use crate::record::{Alteration, EndReason, Run, RunState};
use crate::train::{Altered, Command, Mode};

use super::action::WeightEdit;
use super::alterations::{Alterations, Change, Wish};
use super::effect::Effect;
use super::layer_values::{arrays_of, fresh, is_of, layer_name, zeros};
use super::notice::Severity;
use super::state::State;
use super::weights::Wanted;

impl State {
    /// Whether a change of a run's weights by hand can be taken back.
    #[must_use]
    pub fn can_undo_weights(&self, index: usize) -> bool {
        self.slot(index).is_some_and(|slot| slot.alterations.can_undo())
    }

    /// Whether one that was taken back can be made again.
    #[must_use]
    pub fn can_redo_weights(&self, index: usize) -> bool {
        self.slot(index).is_some_and(|slot| slot.alterations.can_redo())
    }

    pub(super) fn alter_weights(&mut self, index: usize, edit: WeightEdit) -> Vec<Effect> {
        if let WeightEdit::Load(layer, path) = edit {
            return self.read_layer(index, layer, path);
        }
        let Some(slot) = self.slot_mut(index) else { return Vec::new() };
        let change = match &slot.run {
            None => Err(NO_NETWORK.into()),
            Some(run) => change_of(run, &mut slot.alterations, &edit),
        };
        match change {
            Ok(change) => self.ask(index, Wish::Change(change)),
            Err(why) => self.refuse(why),
        }
    }

    pub(super) fn undo_weights(&mut self, index: usize) -> Vec<Effect> {
        match self.can_undo_weights(index) {
            true => self.ask(index, Wish::Undo),
            false => Vec::new(),
        }
    }

    pub(super) fn redo_weights(&mut self, index: usize) -> Vec<Effect> {
        match self.can_redo_weights(index) {
            true => self.ask(index, Wish::Redo),
            false => Vec::new(),
        }
    }

    /// The user let go of whatever value was being dragged.
    pub(super) fn settle_weights(&mut self) {
        self.slots.values_mut().for_each(|slot| slot.alterations.settle());
    }

    /// Asks something of the run at a place. One that ended goes on from where it stands, and
    /// waits.
    fn ask(&mut self, index: usize, wish: Wish) -> Vec<Effect> {
        let mut effects = match self.revive(index) {
            Ok(effects) => effects,
            Err(why) => return self.refuse(why),
        };
        if let Some(slot) = self.slot_mut(index) {
            slot.alterations.push(wish);
        }
        effects.extend(self.send_alteration(index));
        effects
    }

    /// Gives a run that ended a thread again. One that broke has none to be trusted.
    fn revive(&mut self, index: usize) -> Result<Vec<Effect>, String> {
        let Some(run) = self.run(index) else { return Err(NO_NETWORK.into()) };
        match &run.state {
            RunState::Ended(EndReason::Completed(_) | EndReason::Stopped) => {}
            RunState::Ended(EndReason::Failed(_)) => {
                return Err("This run broke. Restart it before changing its weights.".into());
            }
            RunState::Ended(EndReason::DeviceLost(_)) => {
                let text = "The device of this run was lost. Go on with the processor before \
                            changing its weights.";
                return Err(text.into());
            }
            _ => return Ok(Vec::new()),
        }
        let Some(checkpoint) = run.checkpoint.clone() else {
            return Err("The network of this run was not kept. Restart it first.".into());
        };
        match self.obstacle(&[index]) {
            Some(why) => Err(why),
            None => Ok(self.start(index, Mode::Pause, Some(checkpoint))),
        }
    }

    fn send_alteration(&mut self, index: usize) -> Option<Effect> {
        let ticket = self.fresh_id();
        let slot = self.slot_mut(index)?;
        let run = slot.run.as_ref()?.id;
        let values = slot.alterations.next(ticket)?;
        Some(Effect::Send(run, Command::Alter(ticket, values)))
    }

    /// Takes in what a run answered, and asks for what waits next.
    pub(super) fn take_altered(&mut self, run: RunId, answer: Altered) -> Vec<Effect> {
        let Some(slot) = self.slot_of_run(run) else { return Vec::new() };
        let Some(record) = slot.run.as_mut() else { return Vec::new() };
        if let Err(why) = slot.alterations.answer(answer, &mut record.history) {
            self.notify(Severity::Warning, why);
        }
        let index = self.index_of_run(run);
        index.and_then(|index| self.send_alteration(index)).into_iter().collect()
    }

    /// A run ended: what was still asked of it will not be answered.
    pub(super) fn end_alterations(&mut self, run: RunId) {
        if self.slot_of_run(run).is_some_and(|slot| slot.alterations.end()) {
            let text = "The run ended before its weights could be changed. Change them again.";
            self.notify(Severity::Warning, text);
        }
    }

    fn read_layer(&mut self, index: usize, layer: usize, path: PathBuf) -> Vec<Effect> {
        let Some(run) = self.run(index) else { return self.refuse(NO_NETWORK) };
        if let Err(why) = arrays_of(&run.spec, layer) {
            return self.refuse(why);
        }
        self.read_weight_file(index, path, Wanted::Layer(layer))
    }

    /// Puts what a file has for a layer into the run at a place.
    pub(super) fn take_layer(
        &mut self,
        index: usize,
        layer: usize,
        file: SafetensorsFile,
        name: &str,
    ) -> Vec<Effect> {
        let Some(run) = self.run(index) else { return Vec::new() };
        match loaded(run, layer, file, name) {
            Ok(change) => self.ask(index, Wish::Change(change)),
            Err(why) => self.complain(why),
        }
    }
}

const NO_NETWORK: &str = "There is no network yet whose weights could be changed.";

/// What an edit does to the network of a run.
fn change_of(
    run: &Run,
    alterations: &mut Alterations,
    edit: &WeightEdit,
) -> Result<Change, String> {
    let (layer, arrays, what) = match edit {
        WeightEdit::Value(name, index, value) => return value_change(run, name, *index, *value),
        WeightEdit::Zero(layer) => (layer, zeros(&run.spec, *layer)?, "set to zero"),
        WeightEdit::Reinitialise(layer) => {
            let draw = alterations.next_draw();
            (layer, fresh(&run.spec, *layer, run.seed, draw)?, "started anew")
        }
        WeightEdit::Load(..) => return Err("A file has to be read first.".into()),
    };
    let what = format!("{} {what}", layer_name(&run.spec, *layer));
    Ok(Change { values: Arc::new(Alteration::Arrays(arrays)), what, key: None })
}

/// Whether it fits is seen at once, so that nothing is asked of a run in vain.
fn value_change(run: &Run, name: &str, index: usize, value: f32) -> Result<Change, String> {
    let blank;
    let network = match &run.checkpoint {
        Some(network) => &**network,
        None => {
            blank = blank_network(&run.spec);
            &blank
        }
    };
    let values = Alteration::Value { name: name.into(), index, value };
    values.check(network)?;
    let shape = network.array(name)?.tensor.shape();
    let what = format!("{name}{}", place(shape, index));
    Ok(Change { values: Arc::new(values), what, key: Some((name.into(), index)) })
}

/// A place as Python writes it: `[1, 0]`.
fn place(shape: &[usize], index: usize) -> String {
    let mut rest = index;
    let mut indices: Vec<usize> = Vec::with_capacity(shape.len());
    for &side in shape.iter().rev() {
        indices.push(rest % side.max(1));
        rest /= side.max(1);
    }
    indices.reverse();
    if indices.is_empty() { String::new() } else { format!("{indices:?}") }
}

/// What a file has for a layer. Arrays of other layers in it do not matter.
fn loaded(
    run: &Run,
    layer: usize,
    mut file: SafetensorsFile,
    name: &str,
) -> Result<Change, String> {
    let blank = arrays_of(&run.spec, layer)?;
    let layer_name = layer_name(&run.spec, layer);
    file.tensors.retain(|array| is_of(layer, &array.name));
    let fit = fit_weights(&file, &blank);
    if fit.taken.is_empty() || !fit.is_complete() {
        let differences = fit.differences();
        return Err(format!("{name} does not fit {layer_name}: {differences}."));
    }
    let mut arrays = fit.network.parameters;
    arrays.extend(fit.network.buffers);
    arrays.retain(|array| fit.taken.contains(&array.name));
    let what = format!("{layer_name} loaded from {name}");
    Ok(Change { values: Arc::new(Alteration::Arrays(arrays)), what, key: None })
}
