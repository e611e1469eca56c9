//! Loading weights into a run: transfer learning, and going on with what was saved.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::RunId;
use crate::files::{
    MAX_WEIGHT_BYTES, SafetensorsFile, blank_network, fit_weights, read_limited, read_safetensors,
};
use crate::record::{Checkpoint, Run};
use crate::train::{Command, Mode};

use super::effect::Effect;
use super::notice::Severity;
use super::reduce::file_name;
use super::state::{DataState, JobKind, SlotId, State};

/// Weights that are to be read for a model.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WeightRequest {
    slot: SlotId,
    wanted: Wanted,
    path: PathBuf,
}

/// What a file of weights is to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All arrays of a network.
    All,
    /// Those that fit.
    Partly,
    /// Those of a layer, for a network that stays what it is otherwise.
    Layer(usize),
}

impl WeightRequest {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Weights that wait for a fresh network to be put into.
#[derive(Debug)]
pub(super) struct WaitingWeights {
    run: RunId,
    file: SafetensorsFile,
    name: String,
}

/// Reads a file of weights.
pub(super) fn read_weights(path: &Path) -> Result<SafetensorsFile, String> {
    let bytes = read_limited(path, MAX_WEIGHT_BYTES).map_err(|why| why.to_string())?;
    read_safetensors(&bytes).map_err(|why| why.in_file(path).to_string())
}

impl State {
    /// Reads weights for the run at a place. What it did so far stays until they are known to fit.
    pub(super) fn load_weights(
        &mut self,
        index: usize,
        path: PathBuf,
        partly: bool,
    ) -> Vec<Effect> {
        self.read_weight_file(index, path, if partly { Wanted::Partly } else { Wanted::All })
    }

    pub(super) fn read_weight_file(
        &mut self,
        index: usize,
        path: PathBuf,
        wanted: Wanted,
    ) -> Vec<Effect> {
        let Some(&slot) = self.draft.slots.get(index) else { return Vec::new() };
        if let Some(why) = self.obstacle(&[index]) {
            return self.refuse(why);
        }
        let job = self.begin_job(JobKind::Open, format!("Reading {}", file_name(&path)));
        vec![Effect::ReadWeights(job, WeightRequest { slot, wanted, path })]
    }

    /// Begins the run again, to put the weights into its fresh network, when they fit.
    pub(super) fn take_weights(
        &mut self,
        request: &WeightRequest,
        result: Result<SafetensorsFile, String>,
    ) -> Vec<Effect> {
        let file = match result {
            Ok(file) => file,
            Err(why) => return self.complain(why),
        };
        let place = self.draft.slots.iter().position(|slot| *slot == request.slot);
        let Some(index) = place else { return Vec::new() };
        let name = file_name(&request.path);
        if let Wanted::Layer(layer) = request.wanted {
            return self.take_layer(index, layer, file, &name);
        }
        let Some(Ok(run)) = self.check(index) else { return Vec::new() };
        let fit = fit_weights(&file, &blank_network(run));
        let differences = fit.differences();
        if fit.taken.is_empty() {
            return self.complain(format!("Nothing in {name} fits this network: {differences}."));
        }
        if request.wanted == Wanted::All && !differences.is_empty() {
            return self.complain(format!(
                "{name} does not fit this network: {differences}. Build the same layers, or load \
                 only what fits."
            ));
        }
        let mut effects = self.start(index, Mode::Pause, None);
        let Some(run) = self.run(index).map(|run| run.id) else { return effects };
        self.weights.push(WaitingWeights { run, file, name });
        effects.push(Effect::Send(run, Command::Checkpoint));
        effects
    }

    /// Goes on from the fresh network of a run with the weights that waited for it.
    pub(super) fn place_weights(&mut self, run: RunId, fresh: &Checkpoint) -> Vec<Effect> {
        let Some(place) = self.weights.iter().position(|waiting| waiting.run == run) else {
            return Vec::new();
        };
        let WaitingWeights { file, name, .. } = self.weights.swap_remove(place);
        let Some(index) = self.index_of_run(run) else { return Vec::new() };
        let (DataState::Ready(data), Some(Ok(spec))) = (&self.data, self.check(index)) else {
            return Vec::new();
        };
        let (data, spec) = (Arc::clone(data), Arc::clone(spec));
        let fit = fit_weights(&file, fresh);
        let network = Arc::new(fit.network);
        let seed = self.draft.spec.seed;
        let id = RunId(self.fresh_id() as u32);
        let mut record = Run::new(id, spec, seed);
        record.checkpoint = Some(Arc::clone(&network));
        let (taken, all) = (fit.taken.len(), network.parameters.len() + network.buffers.len());
        record.history.mark(network.at, format!("weights from {name}"));
        self.notify(Severity::Info, format!("{taken} of {all} arrays come from {name}."));
        let mut effects = vec![Effect::Drop(run)];
        effects.extend(self.launch(index, record, Mode::Pause, data, seed, Some(network)));
        effects
    }
}
