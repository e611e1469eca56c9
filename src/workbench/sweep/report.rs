use std::path::PathBuf;

use crate::files::{ScoreReport, SweepReport, TrainingReport, TrialReport};
use crate::workbench::effect::Effect;
use crate::workbench::export::Payload;
use crate::workbench::reduce::file_name;
use crate::workbench::state::{JobKind, State};

use super::{Score, Sweep, Trial, TrialPart};

/// How a sweep is written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SweepFile {
    /// Everything, as JSON.
    Json,
    /// A row for each trial, as CSV.
    Csv,
}

impl SweepFile {
    /// Both, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::Json, Self::Csv];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Json => "Everything, as JSON",
            Self::Csv => "Table of the trials, as CSV",
        }
    }

    /// Usual ending of the file's name.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

impl State {
    /// Writes what the sweep came to so far.
    pub(in crate::workbench) fn export_sweep(
        &mut self,
        kind: SweepFile,
        path: PathBuf,
    ) -> Vec<Effect> {
        let Some(sweep) = &self.sweep else {
            return self.complain("There is no sweep to write: start one first.");
        };
        let payload = Payload::Sweep(kind, Box::new(sweep.report()));
        let job = self.begin_job(JobKind::Write, format!("Writing {}", file_name(&path)));
        vec![Effect::Write(job, path, payload)]
    }
}

impl Sweep {
    /// What it came to so far.
    #[must_use]
    pub fn report(&self) -> SweepReport {
        let run = self.base.runs.get(self.spec.run);
        let trials = self.trials.iter().enumerate();
        SweepReport {
            experiment: self.base.name.clone(),
            run: run.map(|run| run.name.clone()).unwrap_or_default(),
            spec: self.spec.clone(),
            best: self.best(),
            trials: trials.map(|(place, trial)| trial_report(trial, self.score(place))).collect(),
        }
    }
}

fn trial_report(trial: &Trial, score: Option<Score>) -> TrialReport {
    let status = trial.status();
    TrialReport {
        values: trial.values.clone(),
        status: status.word(),
        reason: status.reason().map(str::to_owned),
        score: score.map(|Score { mean, std, min, max, folds }| ScoreReport {
            mean,
            std,
            min,
            max,
            folds,
        }),
        trainings: trial.parts.iter().filter_map(training).collect(),
    }
}

fn training(part: &TrialPart) -> Option<TrainingReport> {
    let outcome = part.outcome.as_ref()?;
    Some(TrainingReport {
        status: part.status.word(),
        parameters: outcome.parameters,
        measured: outcome.measured,
        best: outcome.best.map(|sample| (sample.at.step.0, sample.value)),
        seconds: outcome.seconds,
    })
}
