use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use crate::data::{DataHash, Dataset};
use crate::record::{EndReason, Part, PauseReason, ProbeRequest, RateStart, RateSweep, RunState};
use crate::spec::{DeviceChoice, ExperimentSpec, SweepSpec, Task};
use crate::workbench::{
    Action, DataState, JobKind, NoticeId, Severity, State, Sweep, Waker, Workbench,
};

use super::failure::Failure;
use super::outputs::Output;
use super::remark;

/// Most time that is spent on taking in news before the progress is shown.
const PUMP: Duration = Duration::from_millis(50);
/// Longest time between two looks at the state.
const LOOK: Duration = Duration::from_millis(100);

/// A workbench that is driven by waiting for it.
pub(super) struct Session {
    bench: Workbench,
    news: Receiver<()>,
}

impl Session {
    /// A session whose data is read, whose runs are valid and stand at their beginning.
    pub(super) fn open(spec: ExperimentSpec, device: DeviceChoice) -> Result<Self, Failure> {
        let mut session = Self::begin(spec);
        session.bench.apply(Action::SetLockstep(false));
        session.wait_for_data()?;
        session.note_warnings();
        session.check_runs()?;
        session.bench.apply(Action::SetDevice(device));
        session.wait_until(|state| {
            state.slots().filter_map(|slot| slot.run.as_ref()).all(|run| !run.state.is_active())
        });
        Ok(session)
    }

    /// A session that has just begun to read its data. Networks that show up on the way are
    /// built on the processor: a search for graphics cards that is under way when the process
    /// exits can crash in the driver, and nobody asked for one.
    pub(super) fn begin(spec: ExperimentSpec) -> Self {
        let (sender, news) = sync_channel(1);
        // A full channel means that there is news already.
        let waker: Waker = Arc::new(move || {
            let _ = sender.try_send(());
        });
        let mut bench = Workbench::new(spec, waker);
        bench.apply(Action::SetDevice(DeviceChoice::Cpu));
        Self { bench, news }
    }

    /// Does what a user would ask for.
    pub(super) fn apply(&mut self, action: Action) {
        self.bench.apply(action);
    }

    /// Waits until no work is left that brings data.
    pub(super) fn wait_for_data(&mut self) -> Result<(), Failure> {
        const BRINGS_DATA: [JobKind; 2] = [JobKind::Load, JobKind::Open];
        self.wait_until(|state| {
            !state.jobs().iter().any(|job| BRINGS_DATA.contains(&job.kind))
                && !matches!(state.data(), DataState::Loading(_))
        });
        self.check_data()
    }

    /// The data that is there.
    pub(super) fn dataset(&self) -> Result<Arc<Dataset>, Failure> {
        let data = self.state().data().dataset().cloned();
        data.ok_or_else(|| Failure::input("The experiment names no data."))
    }

    pub(super) fn state(&self) -> &State {
        self.bench.state()
    }

    fn check_data(&self) -> Result<(), Failure> {
        match self.state().data() {
            DataState::Ready(_) => Ok(()),
            DataState::Failed(why) => Err(Failure::input(why.clone())),
            DataState::Unset | DataState::Loading(_) => {
                // What lies at a path may be nothing that can be opened; why was told then.
                let told = self.state().notices().last();
                if let Some(error) = told.filter(|notice| notice.severity == Severity::Error) {
                    return Err(Failure::input(error.text.clone()));
                }
                Err(Failure::input("The experiment names no data. Name it with --data PATH."))
            }
        }
    }

    /// Tells when the data are not what they were when the experiment was saved.
    pub(super) fn compare_hash(&self, expected: Option<DataHash>) {
        if let (Some(expected), Some(hash)) = (expected, self.state().data_hash())
            && expected != hash
        {
            remark(&format!(
                "Note: The data are not what they were when the experiment was saved: their hash \
                 is {hash}, not {expected}."
            ));
        }
    }

    pub(super) fn note_warnings(&self) {
        let Some(data) = self.state().data().dataset() else { return };
        for note in data.notes.iter().filter(|note| note.warning) {
            remark(&format!("Note: {}", note.message));
        }
    }

    fn check_runs(&self) -> Result<(), Failure> {
        let mut complaints = Vec::new();
        for index in 0..self.state().num_runs() {
            let name = self.run_name(index);
            if let Some(Err(issues)) = self.state().check(index) {
                let sentences: Vec<String> = issues.iter().map(ToString::to_string).collect();
                complaints.push(format!("“{name}” cannot be trained. {}", sentences.join(" ")));
            }
        }
        match complaints.is_empty() {
            true => Ok(()),
            false => Err(Failure::input(complaints.join("\n"))),
        }
    }

    /// Name of the run at a place.
    pub(super) fn run_name(&self, index: usize) -> &str {
        self.state().run_spec(index).map_or("", |run| run.name.as_str())
    }

    /// Trains a run until it ends or cannot go on, and says why it cannot. `look` sees the state
    /// every now and then.
    pub(super) fn train(
        &mut self,
        index: usize,
        mut look: impl FnMut(&State),
    ) -> Result<(), String> {
        if let Some(Ok(run)) = self.state().check(index)
            && let Task::Classification { .. } = run.facts().task
        {
            let has_validation =
                self.state().data().dataset().is_some_and(|data| data.validation.is_some());
            let parts = [Part::Test].into_iter().chain(has_validation.then_some(Part::Validation));
            let wanted = ProbeRequest { confusion: parts.collect(), ..ProbeRequest::default() };
            self.bench.apply(Action::Want(index, wanted));
        }
        self.bench.apply(Action::Play(Some(index)));
        self.wait_until(|state| {
            look(state);
            state.run(index).is_none_or(|run| has_ended(&run.state))
        });
        match self.state().run(index).map(|run| &run.state) {
            Some(RunState::Ended(EndReason::Completed(_))) => Ok(()),
            Some(RunState::Paused(PauseReason::Diverged(finding))) => Err(finding.message.clone()),
            Some(RunState::Ended(EndReason::Failed(why) | EndReason::DeviceLost(why))) => {
                Err(why.clone())
            }
            _ => Err("The run was stopped.".into()),
        }
    }

    /// Looks for a learning rate of the run at a place.
    pub(super) fn find_rate(&mut self, index: usize) -> Result<Arc<RateSweep>, String> {
        self.bench.apply(Action::FindRate(index, RateStart::Fresh));
        self.wait_until(|state| state.rate_search(index).is_none());
        let told = || self.state().notices().last().map(|notice| notice.text.clone());
        let found = self.state().rate_sweep(index).cloned();
        found.ok_or_else(|| told().unwrap_or_else(|| "The search found nothing.".into()))
    }

    /// Trains all trials of a sweep. `look` sees it every now and then.
    pub(super) fn sweep(
        &mut self,
        spec: SweepSpec,
        mut look: impl FnMut(&Sweep),
    ) -> Result<(), Failure> {
        self.bench.apply(Action::StartSweep(spec));
        if self.state().sweep().is_none() {
            let told = self.state().notices().last().map(|notice| notice.text.clone());
            return Err(Failure::input(told.unwrap_or_default()));
        }
        self.wait_until(|state| {
            state.sweep().into_iter().for_each(&mut look);
            !state.is_sweeping()
        });
        Ok(())
    }

    /// Writes one result. Returns what is to be said about it.
    pub(super) fn write(&mut self, output: Output) -> Result<Vec<String>, Failure> {
        let Output { kind, run, path } = output;
        self.write_by(Action::Export(kind, run, path), kind.label())
    }

    /// Writes the prepared data. Returns what is to be said about it.
    pub(super) fn write_data(&mut self, path: PathBuf) -> Result<Vec<String>, Failure> {
        self.write_by(Action::ExportData(path), "The data")
    }

    pub(super) fn write_by(&mut self, action: Action, what: &str) -> Result<Vec<String>, Failure> {
        let newest = self.state().notices().last().map_or(NoticeId(0), |notice| notice.id);
        self.bench.apply(action);
        self.wait_until(|state| !state.is_writing());
        let news = self.state().notices().iter().filter(|notice| notice.id > newest);
        let (errors, remarks): (Vec<_>, Vec<_>) =
            news.partition(|notice| notice.severity == Severity::Error);
        match errors.first() {
            Some(error) => Err(Failure::result(format!("{what}: {}", error.text))),
            None => Ok(remarks.iter().map(|notice| notice.text.clone()).collect()),
        }
    }

    /// Takes in news until `done`, asleep in between.
    fn wait_until(&mut self, mut done: impl FnMut(&State) -> bool) {
        loop {
            self.bench.pump(PUMP);
            if done(self.bench.state()) {
                return;
            }
            // Neither a timeout nor a lost sender is news; both lead to another look.
            let _ = self.news.recv_timeout(LOOK);
        }
    }
}

fn has_ended(state: &RunState) -> bool {
    matches!(state, RunState::Ended(_) | RunState::Paused(PauseReason::Diverged(_)))
}
