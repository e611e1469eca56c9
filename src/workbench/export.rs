use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::RunId;
use crate::data::{DataHash, Dataset};
use crate::files::{
    ConfusionReport, ExportId, ExportSource, Exporter, ModelCard, Report, RunReport, SampleList,
    SampleSource, SweepReport, save_experiment, write_atomic, write_data_csv, write_sweep_csv,
    write_sweep_report,
};
use crate::record::{Checkpoint, RunHistory};
use crate::spec::{ExperimentSpec, ValidRun};
use crate::train::Command;

use super::action::ExportKind;
use super::effect::Effect;
use super::jobs::Report as Progress;
use super::reduce::file_name;
use super::state::{JobKind, Slot, State};
use super::sweep::SweepFile;

/// What is written to a file: a snapshot, so that later changes do not reach it.
#[derive(Debug)]
pub(super) enum Payload {
    /// The experiment, saved so that it can be opened again.
    Experiment(SavedExperiment),
    /// The prepared data, as a table.
    Data(Arc<Dataset>),
    /// A result.
    Export(ExportKind, Box<Snapshot>),
    /// A sweep.
    Sweep(SweepFile, Box<SweepReport>),
    /// A list of samples.
    Samples(Arc<SampleList>),
}

/// An experiment as it is saved.
#[derive(Clone, Debug)]
pub(super) struct SavedExperiment {
    pub spec: Arc<ExperimentSpec>,
    pub data_hash: Option<DataHash>,
}

/// Everything an exporter may draw from.
#[derive(Debug)]
pub(super) struct Snapshot {
    experiment: Arc<ExperimentSpec>,
    model: Option<Model>,
    checkpoint: Option<Arc<Checkpoint>>,
    histories: Vec<(String, RunHistory)>,
    report: Report,
}

/// A network and the data it was trained on.
#[derive(Debug)]
struct Model {
    run: Arc<ValidRun>,
    data: Arc<Dataset>,
}

impl Payload {
    /// The experiment that is saved, when it is one.
    pub(super) fn experiment(&self) -> Option<SavedExperiment> {
        match self {
            Self::Experiment(saved) => Some(saved.clone()),
            Self::Data(_) | Self::Export(..) | Self::Sweep(..) | Self::Samples(_) => None,
        }
    }

    /// Writes the file whole, or leaves what was there. Returns a warning about what was written
    /// where there is one. `progress` tells how far it is, where that takes long.
    pub(super) fn write(
        &self,
        path: &Path,
        progress: Progress<'_>,
    ) -> Result<Option<String>, String> {
        let mut warning = None;
        match self {
            Self::Experiment(saved) => save_experiment(path, &saved.spec, saved.data_hash),
            Self::Data(data) => write_atomic(path, |out| write_data_csv(data, out)),
            Self::Sweep(kind, report) => write_atomic(path, |out| match kind {
                SweepFile::Json => write_sweep_report(report, out),
                SweepFile::Csv => write_sweep_csv(report, out),
            }),
            Self::Samples(list) => {
                let sink = RefCell::new(progress.sink());
                let tell = |done: f32| (sink.borrow_mut())(done);
                let samples = Some(SampleSource { list, tell: &tell });
                let source = ExportSource { samples, ..ExportSource::default() };
                let exporter = Exporter::of(ExportId::Samples);
                write_atomic(path, |out| exporter.write(&source, out).map(|_| ()))
            }
            Self::Export(kind, snapshot) => write_atomic(path, |out| {
                warning = snapshot.write(*kind, out)?;
                Ok(())
            }),
        }
        .map_err(|why| why.to_string())?;
        Ok(warning)
    }
}

impl Snapshot {
    fn write(&self, kind: ExportKind, out: &mut dyn Write) -> std::io::Result<Option<String>> {
        let histories: Vec<(&str, &RunHistory)> =
            self.histories.iter().map(|(name, history)| (name.as_str(), history)).collect();
        let model = self.model.as_ref().map(|model| ModelCard {
            experiment: &self.experiment.name,
            run: &model.run,
            data: &model.data,
        });
        let source = ExportSource {
            experiment: Some(&self.experiment),
            model,
            checkpoint: self.checkpoint.as_deref(),
            histories: &histories,
            report: Some(&self.report),
            samples: None,
        };
        Exporter::of(kind.exporter()).write(&source, out)
    }
}

impl State {
    /// Writes a result of a run; weights of a live run are fetched from its device first.
    pub(super) fn export(&mut self, kind: ExportKind, index: usize, path: PathBuf) -> Vec<Effect> {
        match self.run(index) {
            Some(run) if kind == ExportKind::Weights && run.state.is_live() => {
                let id = run.id;
                self.waiting.push((id, kind, path));
                vec![Effect::Send(id, Command::Checkpoint)]
            }
            _ => self.write_export(kind, index, path),
        }
    }

    /// Writes a list of samples.
    pub(super) fn export_samples(&mut self, list: Arc<SampleList>, path: PathBuf) -> Vec<Effect> {
        let job = self.begin_job(JobKind::Write, format!("Writing {}", file_name(&path)));
        vec![Effect::Write(job, path, Payload::Samples(list))]
    }

    /// Writes what was waiting for the weights of a run.
    pub(super) fn write_waiting(&mut self, run: RunId) -> Vec<Effect> {
        let Some(index) = self.index_of_run(run) else { return Vec::new() };
        let all = std::mem::take(&mut self.waiting);
        let (ready, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|(id, ..)| *id == run);
        self.waiting = rest;
        ready.into_iter().flat_map(|(_, kind, path)| self.write_export(kind, index, path)).collect()
    }

    /// What an export of the run at a place is made from, as it stands now.
    pub(super) fn snapshot(&self, index: usize) -> Snapshot {
        let slot = self.slot(index);
        Snapshot {
            experiment: Arc::clone(&self.draft.spec),
            model: slot.and_then(model),
            checkpoint: slot.and_then(|slot| slot.run.as_ref()?.checkpoint.clone()),
            histories: self.histories(),
            report: self.report(),
        }
    }

    fn histories(&self) -> Vec<(String, RunHistory)> {
        let runs = self.slots().filter_map(|slot| slot.run.as_ref());
        runs.map(|run| (run.spec.spec().name.clone(), run.history.clone())).collect()
    }

    /// The results of all runs.
    #[must_use]
    pub fn report(&self) -> Report {
        let devices = self.slots().filter_map(|slot| slot.run.as_ref()?.device.as_ref());
        let mut devices: Vec<String> = devices.map(|note| note.name.clone()).collect();
        devices.dedup();
        Report {
            experiment: self.draft().name.clone(),
            device: devices.join(", "),
            runs: self.slots().filter_map(report_run).collect(),
        }
    }
}

fn model(slot: &Slot) -> Option<Model> {
    let run = Arc::clone(&slot.run.as_ref()?.spec);
    Some(Model { run, data: Arc::clone(slot.data.as_ref()?) })
}

fn report_run(slot: &Slot) -> Option<RunReport> {
    let (run, data) = (slot.run.as_ref()?, slot.data.as_ref()?);
    let counted = run.frame.iter().flat_map(|frame| &frame.confusion);
    let confusion = counted.map(|(part, table)| ConfusionReport {
        part: *part,
        labels: data.class_names.clone(),
        table: table.clone(),
    });
    let step = run.position().step;
    let measured = run.evaluated.filter(|eval| eval.at.step == step);
    Some(RunReport::of(run, measured, confusion.collect()))
}
