use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::RunId;
use crate::data::{DataHash, Dataset, Limits, TablePreview};
use crate::record::{ProbeRequest, RateSweep, Run, TimelineLimits};
use crate::spec::{
    DataSpec, DeviceChoice, Effect, ExperimentSpec, Field, FieldChange, RunSpec, SpecIssue,
    ValidRun, data_changes, run_changes, validate_run,
};
use crate::train::{Control, DeviceInfo, Lockstep, Mode};

use super::action::ExportKind;
use super::alterations::Alterations;
use super::notice::{Notice, NoticeId, Severity};
use super::remedy::{self, Mended, Remedy};
use super::sweep::Sweep;
use super::undo::Undo;
use super::weights::WaitingWeights;

/// Names one of the models side by side, whatever its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotId(pub u32);

/// Names a piece of background work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// What a piece of background work does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Reads data.
    Load,
    /// Reads an experiment file.
    Open,
    /// Writes a file.
    Write,
    /// Looks for devices.
    Devices,
    /// Fetches a collection.
    Download,
    /// Looks for a good learning rate.
    FindRate,
    /// Draws a picture.
    Draw,
}

/// A piece of background work.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// What it does, in words.
    pub title: String,
    /// How far it is, 0 to 1; `None` when that cannot be said.
    pub progress: Option<f32>,
}

/// The data of the draft.
#[derive(Clone, Debug)]
pub enum DataState {
    /// No file was named yet.
    Unset,
    /// It is being read. What was there before stays visible.
    Loading(Option<Arc<Dataset>>),
    /// It is there.
    Ready(Arc<Dataset>),
    /// It could not be read, and why.
    Failed(String),
}

impl DataState {
    /// The data that can be shown: the present one, or the last one while the next is read.
    #[must_use]
    pub fn dataset(&self) -> Option<&Arc<Dataset>> {
        match self {
            Self::Ready(data) | Self::Loading(Some(data)) => Some(data),
            _ => None,
        }
    }
}

/// What is edited, and undone: the spec, and which of its runs is which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The experiment.
    pub spec: Arc<ExperimentSpec>,
    /// One for each run, in order.
    pub slots: Vec<SlotId>,
}

/// One of the models side by side, and what it last did.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// Number of its colour and line style; it keeps them for ever.
    pub tint: usize,
    /// Its latest run.
    pub run: Option<Run>,
    /// The data that run was started on.
    pub data: Option<Arc<Dataset>>,
    /// The spec that run was started from, hot parameters as they are now.
    pub started: Option<RunSpec>,
    /// The seed and data spec that run was started from.
    pub origin: Option<(u64, DataSpec)>,
    /// Where that run was asked to compute.
    pub device: DeviceChoice,
    /// What is wanted of it.
    pub mode: Mode,
    /// Pictures that are visible.
    pub wanted: ProbeRequest,
    /// Counts the controls that were sent.
    pub revision: u64,
    /// What the last search for a learning rate found.
    pub rates: Option<Arc<RateSweep>>,
    /// The search that is under way.
    pub rate_job: Option<JobId>,
    /// The run and the data as they were when the last search began.
    pub(super) rate_of: Option<(RunSpec, DataSpec)>,
    /// The thread that looks into the run once it has ended.
    pub(super) viewer: Option<RunId>,
    /// Changes of its weights by hand.
    pub(super) alterations: Alterations,
}

/// Everything the application knows, apart from pixels, threads and files.
pub struct State {
    pub(super) draft: Draft,
    pub(super) undo: Undo<Draft, String>,
    pub(super) saved: Arc<ExperimentSpec>,
    pub(super) path: Option<PathBuf>,
    pub(super) data: DataState,
    /// The data that were there last, for as long as no others are.
    pub(super) last: Option<Arc<Dataset>>,
    pub(super) data_job: Option<JobId>,
    /// Reads the first rows of a table; too short to be shown among the jobs.
    pub(super) preview_job: Option<JobId>,
    pub(super) slots: BTreeMap<SlotId, Slot>,
    pub(super) selected: usize,
    pub(super) device: DeviceChoice,
    pub(super) devices: Vec<DeviceInfo>,
    pub(super) speed: Option<u32>,
    pub(super) lockstep: bool,
    pub(super) group: Arc<Lockstep>,
    pub(super) notices: Vec<Notice>,
    pub(super) jobs: Vec<Job>,
    /// Results of live runs that are written once their network has reached the host.
    pub(super) waiting: Vec<(RunId, ExportKind, PathBuf)>,
    /// Weights that wait for a fresh network.
    pub(super) weights: Vec<WaitingWeights>,
    pub(super) limits: Limits,
    /// How much of the past of each run is kept.
    pub(super) timeline_limits: TimelineLimits,
    /// The first rows of the draft's table as they stand in the file.
    pub(super) preview: Option<Arc<TablePreview>>,
    /// Path and text of the table that those rows are, or will be, of.
    pub(super) previewed: Option<(String, Option<Arc<str>>)>,
    /// Hash of the data that are shown.
    pub(super) hash: Option<DataHash>,
    /// Hash that the data had when the experiment was saved, if that is known.
    pub(super) expected: Option<DataHash>,
    pub(super) checks: Vec<Result<Arc<ValidRun>, Vec<SpecIssue>>>,
    /// What mends what the checks found, run by run.
    pub(super) mended: Vec<Mended>,
    pub(super) next_id: u64,
    /// The last sweep.
    pub(super) sweep: Option<Sweep>,
}

impl State {
    /// An application that shows `spec`, with nothing loaded yet.
    #[must_use]
    pub fn new(spec: ExperimentSpec) -> Self {
        let spec = Arc::new(spec);
        let mut state = Self {
            draft: Draft { spec: Arc::clone(&spec), slots: Vec::new() },
            undo: Undo::default(),
            saved: spec,
            path: None,
            data: DataState::Unset,
            last: None,
            data_job: None,
            preview_job: None,
            slots: BTreeMap::new(),
            selected: 0,
            device: DeviceChoice::default(),
            devices: Vec::new(),
            speed: None,
            lockstep: true,
            group: Arc::new(Lockstep::default()),
            notices: Vec::new(),
            jobs: Vec::new(),
            waiting: Vec::new(),
            weights: Vec::new(),
            limits: Limits::default(),
            timeline_limits: TimelineLimits::default(),
            preview: None,
            previewed: None,
            hash: None,
            expected: None,
            checks: Vec::new(),
            mended: Vec::new(),
            next_id: 0,
            sweep: None,
        };
        state.match_slots();
        state
    }

    /// The experiment as it is edited.
    #[must_use]
    pub fn draft(&self) -> &ExperimentSpec {
        &self.draft.spec
    }

    /// How much may be loaded.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The first rows of the draft's table as they stand in the file, and what was guessed.
    #[must_use]
    pub fn preview(&self) -> Option<&Arc<TablePreview>> {
        self.preview.as_ref()
    }

    /// Hash of the data that are shown.
    #[must_use]
    pub fn data_hash(&self) -> Option<DataHash> {
        self.hash
    }

    /// Hash that the data had when the experiment was saved, if that is known.
    #[must_use]
    pub fn expected_hash(&self) -> Option<DataHash> {
        self.expected
    }

    /// The file the experiment was last read from or written to.
    #[must_use]
    pub fn path(&self) -> Option<&PathBuf> {
        self.path.as_ref()
    }

    /// Whether the experiment differs from what was opened or saved.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        *self.draft.spec != *self.saved
    }

    /// Whether an edit can be taken back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.undo.can_undo()
    }

    /// Whether an edit can be made again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.undo.can_redo()
    }

    /// The data of the draft.
    #[must_use]
    pub fn data(&self) -> &DataState {
        &self.data
    }

    /// The data that can be shown: those of the draft, or the last ones while others are read or
    /// could not be read.
    #[must_use]
    pub fn visible_data(&self) -> Option<&Arc<Dataset>> {
        self.data.dataset().or(self.last.as_ref())
    }

    /// Number of models side by side.
    #[must_use]
    pub fn num_runs(&self) -> usize {
        self.draft.slots.len()
    }

    /// The run spec at a place of the draft.
    #[must_use]
    pub fn run_spec(&self, index: usize) -> Option<&RunSpec> {
        self.draft.spec.runs.get(index)
    }

    /// The slot at a place.
    #[must_use]
    pub fn slot(&self, index: usize) -> Option<&Slot> {
        self.slots.get(self.draft.slots.get(index)?)
    }

    /// The slots, in order.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> + '_ {
        self.draft.slots.iter().filter_map(|id| self.slots.get(id))
    }

    /// The latest run at a place.
    #[must_use]
    pub fn run(&self, index: usize) -> Option<&Run> {
        self.slot(index)?.run.as_ref()
    }

    /// The place of the run whose layers and settings are shown.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.selected.min(self.num_runs().saturating_sub(1))
    }

    /// The run at a place, checked against the data: shapes and parameters, or why it cannot be
    /// trained. `None` while there is no data to check it against.
    #[must_use]
    pub fn check(&self, index: usize) -> Option<&Result<Arc<ValidRun>, Vec<SpecIssue>>> {
        self.checks.get(index)
    }

    /// What mends an issue of a run, or follows an advice: one-click edits, the best first.
    #[must_use]
    pub fn remedies(&self, index: usize, issue: &SpecIssue) -> &[Remedy] {
        let mended = self.mended.get(index).into_iter().flatten();
        mended.into_iter().find(|(it, _)| it == issue).map_or(&[], |(_, remedies)| remedies)
    }

    /// Edits that a run only takes over when it begins again.
    #[must_use]
    pub fn pending(&self, index: usize) -> Vec<FieldChange> {
        let (Some(slot), Some(spec)) = (self.slot(index), self.run_spec(index)) else {
            return Vec::new();
        };
        let Some(started) = &slot.started else { return Vec::new() };
        let mut changes = run_changes(started, spec);
        changes.retain(|change| change.effect == Effect::Cold);
        if let Some((seed, data)) = &slot.origin {
            changes.extend(data_changes(data, &self.draft.spec.data));
            changes.extend(seed_change(*seed, self.draft.spec.seed));
        }
        if slot.device != self.device {
            changes.push(device_change());
        }
        changes
    }

    /// Whether any run is training or about to.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.slots().any(|slot| {
            slot.mode == Mode::Play && slot.run.as_ref().is_some_and(|run| run.state.is_live())
        })
    }

    /// Whether training can be started: every run is valid and the data is there.
    #[must_use]
    pub fn can_play(&self) -> bool {
        matches!(self.data, DataState::Ready(_))
            && !self.checks.is_empty()
            && self.checks.iter().all(Result::is_ok)
    }

    /// Where new runs compute.
    #[must_use]
    pub fn device(&self) -> DeviceChoice {
        self.device
    }

    /// The devices that were found; the processor is always among them.
    #[must_use]
    pub fn devices(&self) -> &[DeviceInfo] {
        &self.devices
    }

    /// Most steps a second.
    #[must_use]
    pub fn speed(&self) -> Option<u32> {
        self.speed
    }

    /// Whether runs wait for each other.
    #[must_use]
    pub fn lockstep(&self) -> bool {
        self.lockstep
    }

    /// Sentences for the user, oldest first.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Background work that goes on.
    #[must_use]
    pub fn jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// Whether a result or an experiment is still to be written, or its weights to be fetched.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        !self.waiting.is_empty() || self.jobs.iter().any(|job| job.kind == JobKind::Write)
    }

    /// Fields in which two runs differ, for the comparison.
    #[must_use]
    pub fn differences(&self, a: usize, b: usize) -> Vec<FieldChange> {
        match (self.run_spec(a), self.run_spec(b)) {
            (Some(a), Some(b)) => {
                let mut changes = run_changes(a, b);
                changes.retain(|change| change.effect != Effect::None);
                changes
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    pub(super) fn notify(&mut self, severity: Severity, text: impl Into<String>) {
        let text = text.into();
        self.notices.retain(|notice| notice.text != text);
        let id = NoticeId(self.fresh_id());
        self.notices.push(Notice { id, severity, text });
        if self.notices.len() > MAX_NOTICES {
            self.notices.remove(0);
        }
    }

    /// Checks every run against the data again; called whenever either changed.
    pub(super) fn recheck(&mut self) {
        let Some(data) = self.data.dataset() else {
            self.checks.clear();
            self.mended.clear();
            return;
        };
        let facts = data.facts();
        let check = |run| validate_run(run, &facts).map(Arc::new);
        self.checks = self.draft.spec.runs.iter().map(check).collect();
        let runs = self.draft.spec.runs.iter().enumerate();
        self.mended = runs.map(|(place, run)| remedy::mended(place, run, &facts)).collect();
    }

    /// Gives every run of the draft a slot, with the first colour that is free.
    pub(super) fn match_slots(&mut self) {
        self.draft.slots.truncate(self.draft.spec.runs.len());
        while self.draft.slots.len() < self.draft.spec.runs.len() {
            let id = SlotId(self.fresh_id() as u32);
            let tint = self.free_tint();
            self.slots.insert(id, Slot { tint, ..Slot::default() });
            self.draft.slots.push(id);
        }
    }

    pub(super) fn free_tint(&self) -> usize {
        (0..).find(|tint| self.slots().all(|slot| slot.tint != *tint)).unwrap_or(0)
    }

    pub(super) fn slot_mut(&mut self, index: usize) -> Option<&mut Slot> {
        self.slots.get_mut(self.draft.slots.get(index)?)
    }

    pub(super) fn index_of_run(&self, run: RunId) -> Option<usize> {
        self.slots().position(|slot| slot.run.as_ref().is_some_and(|r| r.id == run))
    }

    pub(super) fn slot_of_run(&mut self, run: RunId) -> Option<&mut Slot> {
        self.slots.values_mut().find(|slot| slot.run.as_ref().is_some_and(|r| r.id == run))
    }

    pub(super) fn control(&mut self, index: usize) -> Option<Control> {
        let train = self.run_spec(index)?.train.clone();
        let speed = self.speed;
        let id = *self.draft.slots.get(index)?;
        let slot = self.slots.get_mut(&id)?;
        slot.revision += 1;
        Some(Control {
            revision: slot.revision,
            mode: slot.mode,
            train,
            probes: slot.wanted.clone(),
            steps_per_second: speed,
        })
    }
}

/// Most notices that are kept; older ones make room.
const MAX_NOTICES: usize = 20;

fn device_change() -> FieldChange {
    FieldChange {
        field: Field::Device,
        label: "device".into(),
        before: String::new(),
        after: String::new(),
        effect: Effect::Cold,
    }
}

fn seed_change(before: u64, after: u64) -> Option<FieldChange> {
    (before != after).then(|| FieldChange {
        field: Field::Seed,
        label: "seed".into(),
        before: before.to_string(),
        after: after.to_string(),
        effect: Effect::Cold,
    })
}
