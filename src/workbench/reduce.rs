use std::path::PathBuf;
use std::sync::Arc;

use crate::files::Saved;
use crate::spec::{DeviceChoice, preset};
use crate::train::Mode;

use super::action::{Action, Edit, ExportKind};
use super::edit::{edited, is_structural, undo_key};
use super::effect::Effect;
use super::export::{Payload, SavedExperiment};
use super::notice::Severity;
use super::state::{Draft, Job, JobId, JobKind, State};

impl State {
    /// Does what the user asked for, and says what has to be done outside of the state.
    pub(super) fn reduce(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Edit(edit) => self.edit(&edit),
            Action::Settle => self.settle(),
            Action::Undo => self.travel(false),
            Action::Redo => self.travel(true),
            Action::Play(which) => self.play(which),
            Action::Pause(which) => self.pause(which),
            Action::TogglePlay if self.is_active() => self.pause(None),
            Action::TogglePlay => self.play(None),
            Action::Step(unit) => self.step(unit),
            Action::Reset => self.reset(),
            Action::NewSeed => self.new_seed(),
            Action::Restart(index) => self.restart(index),
            Action::ContinueOnCpu(index) => self.continue_on_cpu(index),
            Action::BackTo(index, step) => self.back_to(index, step),
            Action::Branch(index, step) => self.branch(index, step),
            Action::FindRate(index, start) => self.find_rate(index, start),
            Action::TakeRate(index) => self.take_rate(index),
            Action::Want(index, request) => self.want(index, request),
            Action::OpenPreset(name) => self.open_preset(&name),
            Action::Open(path) => self.open_file(path),
            Action::Save(path) => self.save(path),
            Action::Export(kind, index, path) => self.export(kind, index, path),
            Action::ExportSamples(list, path) => self.export_samples(list, path),
            Action::LoadWeights { run, path, partly } => self.load_weights(run, path, partly),
            Action::AlterWeights(run, edit) => self.alter_weights(run, edit),
            Action::UndoWeights(run) => self.undo_weights(run),
            Action::RedoWeights(run) => self.redo_weights(run),
            Action::ReloadData => self.load(),
            Action::OpenPath(path) => self.open_path(path),
            Action::PasteTable(text) => self.paste_table(text),
            Action::LocateData(path) => self.locate_data(path),
            Action::Download(collection) => self.download(collection),
            Action::ExportData(path) => self.export_data(path),
            Action::Render(rendering, path) => self.render(rendering, path),
            Action::SetLimits(limits) => self.set_limits(limits),
            Action::FindDevices => self.find_devices(),
            Action::Cancel(job) => self.cancel(job),
            Action::StartSweep(spec) => self.start_sweep(spec),
            Action::CancelSweep => self.cancel_sweep(),
            Action::ClearSweep => self.clear_sweep(),
            Action::OpenTrial(place, replace) => self.open_trial(place, replace),
            Action::ExportSweep(kind, path) => self.export_sweep(kind, path),
            setting => self.set(setting),
        }
    }

    /// Settings that are taken over as they are.
    fn set(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Select(index) => self.selected = index,
            Action::Tell(severity, text) => self.notify(severity, text),
            Action::Dismiss(id) => self.notices.retain(|notice| notice.id != id),
            Action::SetLockstep(on) => {
                self.lockstep = on;
                self.group.set_enabled(on);
            }
            Action::LimitTimeline(limits) => self.limit_timelines(limits),
            Action::SetSpeed(speed) => {
                self.speed = speed;
                return self.send_controls();
            }
            Action::SetDevice(device) => return self.set_device(device),
            _ => {}
        }
        Vec::new()
    }

    fn set_device(&mut self, device: DeviceChoice) -> Vec<Effect> {
        self.device = device;
        self.prepare()
    }

    pub(super) fn edit(&mut self, edit: &Edit) -> Vec<Effect> {
        let Some(draft) = edited(&self.draft, edit) else { return Vec::new() };
        if draft == self.draft {
            return Vec::new();
        }
        self.undo.record(&self.draft, undo_key(edit));
        let mut effects = self.adopt(draft);
        match edit {
            Edit::DuplicateRun(_) => self.selected = self.num_runs() - 1,
            Edit::RemoveRun(run) if *run < self.selected => self.selected -= 1,
            _ => {}
        }
        if is_structural(edit) {
            effects.extend(self.settle());
        }
        effects
    }

    pub(super) fn settle(&mut self) -> Vec<Effect> {
        self.undo.settle(&self.draft);
        self.settle_weights();
        self.mark_hot_changes();
        self.prepare()
    }

    fn travel(&mut self, forward: bool) -> Vec<Effect> {
        let draft = match forward {
            true => self.undo.redo(&self.draft),
            false => self.undo.undo(&self.draft),
        };
        let Some(draft) = draft else { return Vec::new() };
        let mut effects = self.adopt(draft);
        effects.extend(self.settle());
        effects
    }

    /// Makes `draft` the draft: ends runs that are no longer in it, reads other data, checks
    /// everything again, and tells live runs their hot parameters.
    pub(super) fn adopt(&mut self, draft: Draft) -> Vec<Effect> {
        let mut effects = Vec::new();
        let gone = self.draft.slots.iter().filter(|id| !draft.slots.contains(id));
        for id in gone.copied().collect::<Vec<_>>() {
            effects.extend(self.park(id));
        }
        let other_data = draft.spec.data != self.draft.spec.data;
        self.draft = draft;
        self.match_slots();
        if other_data {
            self.expected = None;
            effects.extend(self.load());
        }
        self.recheck();
        effects.extend(self.send_controls());
        effects
    }

    /// Ends the thread of a slot that leaves the draft. Its record stays, should it come back.
    fn park(&mut self, id: super::state::SlotId) -> Option<Effect> {
        let slot = self.slots.get_mut(&id)?;
        slot.mode = Mode::Pause;
        if let Some(viewer) = slot.drop_viewer() {
            return Some(viewer);
        }
        let run = slot.run.as_mut().filter(|run| run.state.is_live())?;
        run.state = crate::record::RunState::Ended(crate::record::EndReason::Stopped);
        Some(Effect::Drop(run.id))
    }

    fn new_seed(&mut self) -> Vec<Effect> {
        let seed = self.draft.spec.seed.wrapping_add(1);
        let mut effects = self.edit(&Edit::Seed(seed));
        self.undo.settle(&self.draft);
        effects.extend(self.reset());
        effects
    }

    fn want(&mut self, index: usize, request: crate::record::ProbeRequest) -> Vec<Effect> {
        match self.slot_mut(index) {
            Some(slot) if slot.wanted != request => slot.wanted = request,
            _ => return Vec::new(),
        }
        let effect = self.send_control(index).or_else(|| self.look_into_ended(index));
        effect.into_iter().collect()
    }

    fn open_preset(&mut self, name: &str) -> Vec<Effect> {
        match preset(name) {
            Some(spec) => self.open(Saved { spec, data_hash: None }, None),
            None => {
                let text = format!("There is no built-in experiment \u{201c}{name}\u{201d}.");
                self.notify(Severity::Error, text);
                Vec::new()
            }
        }
    }

    /// Shows another experiment. That can be taken back like any edit.
    pub(super) fn open(&mut self, saved: Saved, path: Option<PathBuf>) -> Vec<Effect> {
        let spec = Arc::new(saved.spec);
        self.undo.settle(&self.draft);
        self.undo.record(&self.draft, format!("open {}", spec.name));
        self.saved = Arc::clone(&spec);
        self.path = path;
        self.selected = 0;
        let mut effects = self.adopt(Draft { spec, slots: Vec::new() });
        self.expected = saved.data_hash;
        self.compare_hashes();
        effects.extend(self.settle());
        effects
    }

    fn open_file(&mut self, path: PathBuf) -> Vec<Effect> {
        let job = self.begin_job(JobKind::Open, format!("Opening {}", file_name(&path)));
        vec![Effect::Open(job, path)]
    }

    fn save(&mut self, path: PathBuf) -> Vec<Effect> {
        let job = self.begin_job(JobKind::Write, format!("Saving {}", file_name(&path)));
        let spec = Arc::clone(&self.draft.spec);
        let saved = SavedExperiment { spec, data_hash: self.known_hash() };
        vec![Effect::Write(job, path, Payload::Experiment(saved))]
    }

    pub(super) fn write_export(
        &mut self,
        kind: ExportKind,
        index: usize,
        path: PathBuf,
    ) -> Vec<Effect> {
        let payload = Payload::Export(kind, Box::new(self.snapshot(index)));
        let job = self.begin_job(JobKind::Write, format!("Writing {}", file_name(&path)));
        vec![Effect::Write(job, path, payload)]
    }

    fn find_devices(&mut self) -> Vec<Effect> {
        let job = self.begin_job(JobKind::Devices, "Looking for graphics cards".into());
        vec![Effect::FindDevices(job)]
    }

    fn cancel(&mut self, job: JobId) -> Vec<Effect> {
        self.end_job(job);
        self.end_search(job);
        if self.data_job == Some(job) {
            self.fail_data("Loading was cancelled. Read the data again, or choose others.".into());
        }
        vec![Effect::Cancel(job)]
    }

    pub(super) fn begin_job(&mut self, kind: JobKind, title: String) -> JobId {
        let id = JobId(self.fresh_id());
        self.jobs.push(Job { id, kind, title, progress: None });
        id
    }

    pub(super) fn end_job(&mut self, id: JobId) {
        self.jobs.retain(|job| job.id != id);
    }
}

pub(super) fn file_name(path: &std::path::Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
