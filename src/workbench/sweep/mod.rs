//! Knows: the plan of a sweep, and what its trials came to.
//! Never: threads, files; how a trial is trained.

mod open;
mod report;
mod run;
#[cfg(test)]
mod tests;
mod trial;

use std::sync::Arc;

use crate::data::Dataset;
use crate::spec::{DataSpec, ExperimentSpec, RunSpec, SplitSpec, SweepSpec, ValidationPart};

pub use report::SweepFile;
pub use trial::{Curve, Score, Trial, TrialOutcome, TrialPart, TrialStatus};

/// Most memory that the curves and networks of trials may take. Beyond it the worst trials keep
/// their numbers and their picture only.
pub(super) const MAX_KEPT_BYTES: usize = 256 << 20;

/// Whether a sweep goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SweepState {
    /// Trials are trained or wait for it.
    Running,
    /// All trials have ended.
    Finished,
    /// The user gave it up; what was done is kept.
    Cancelled,
}

/// A search, and what its trials came to so far.
#[derive(Clone, Debug)]
pub struct Sweep {
    pub(super) spec: SweepSpec,
    pub(super) base: Arc<ExperimentSpec>,
    pub(super) trials: Vec<Trial>,
    /// Which part of which trial each job is.
    pub(super) jobs: Vec<Place>,
    pub(super) state: SweepState,
    pub(super) revision: u64,
}

/// A part of a trial: the trial, and which of its folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Number of the trial, counted from zero.
    pub trial: usize,
    /// Number of the fold, counted from zero; 0 without folds.
    pub fold: usize,
}

impl Sweep {
    /// What was asked for.
    #[must_use]
    pub fn spec(&self) -> &SweepSpec {
        &self.spec
    }

    /// The experiment that it began from.
    #[must_use]
    pub fn base(&self) -> &ExperimentSpec {
        &self.base
    }

    /// All trials, in the order of their numbers.
    #[must_use]
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// Whether it goes on.
    #[must_use]
    pub fn state(&self) -> SweepState {
        self.state
    }

    /// Changes with everything that is new, so that what is drawn can be kept until then.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How much of all trainings is done, 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f32 {
        let parts = || self.trials.iter().flat_map(|trial| &trial.parts);
        let done: f32 = parts().map(|part| part.status.share()).sum();
        done / parts().count().max(1) as f32
    }

    /// Number of trainings that have ended, and of all.
    #[must_use]
    pub fn counts(&self) -> [usize; 2] {
        let parts = || self.trials.iter().flat_map(|trial| &trial.parts);
        [parts().filter(|part| part.status.is_over()).count(), parts().count()]
    }

    /// How well a trial did by what the sweep ranks by, averaged over the folds that are done.
    #[must_use]
    pub fn score(&self, trial: usize) -> Option<Score> {
        self.trials.get(trial)?.score(self.spec.part, self.spec.quantity)
    }

    /// The trials that have a score, best first: those with more folds done before those with
    /// fewer, since their scores cannot be compared; equal ones in the order of their numbers.
    #[must_use]
    pub fn ranking(&self) -> Vec<usize> {
        let scored = |place: usize| {
            let is_whole = !self.trials[place].status().is_failure();
            self.score(place).filter(|_| is_whole).map(|score| (place, score))
        };
        let mut ranked: Vec<(usize, Score)> = (0..self.trials.len()).filter_map(scored).collect();
        let sign = if self.spec.quantity.is_cost() { 1.0 } else { -1.0 };
        ranked.sort_by(|(_, a), (_, b)| {
            let by_score = (sign * a.mean).total_cmp(&(sign * b.mean));
            b.folds.cmp(&a.folds).then(by_score)
        });
        ranked.into_iter().map(|(place, _)| place).collect()
    }

    /// The best trial so far.
    #[must_use]
    pub fn best(&self) -> Option<usize> {
        self.ranking().first().copied()
    }

    /// The data that a part of a trial is trained on.
    #[must_use]
    pub fn data_of(&self, place: Place) -> Option<Arc<DataSpec>> {
        let data = &self.trials.get(place.trial)?.setup.as_ref()?.data;
        Some(folded(data, self.spec.folds, place.fold))
    }

    /// The scores by the values of two axes, for a heat map: a row for each value of axis `y`, a
    /// column for each of axis `x`. Where other axes vary as well, each cell is the best of its
    /// trials. `None` for cells without a score, and for axes that are ranges.
    #[must_use]
    pub fn cells(&self, x: usize, y: usize) -> Vec<Vec<Option<Cell>>> {
        let (columns, rows) = (self.axis_values(x).len(), self.axis_values(y).len());
        let mut cells = vec![vec![None; columns]; rows];
        // From the worst to the best, so that the best stays.
        for trial in self.ranking().into_iter().rev() {
            let place = |axis: usize| {
                let value = self.trials[trial].values.get(axis)?;
                self.axis_values(axis).iter().position(|known| known == value)
            };
            if let (Some(column), Some(row), Some(score)) = (place(x), place(y), self.score(trial))
            {
                cells[row][column] = Some(Cell { trial, score });
            }
        }
        cells
    }

    /// The listed values of an axis; none of a range.
    #[must_use]
    pub fn axis_values(&self, axis: usize) -> &[crate::spec::Value] {
        match self.spec.axes.get(axis).map(|axis| &axis.values) {
            Some(crate::spec::AxisValues::Listed(values)) => values,
            _ => &[],
        }
    }

    pub(super) fn part_mut(&mut self, job: usize) -> Option<&mut TrialPart> {
        let Place { trial, fold } = *self.jobs.get(job)?;
        self.trials.get_mut(trial)?.parts.get_mut(fold)
    }
}

/// A cell of a heat map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// The best trial with these values.
    pub trial: usize,
    /// Its score.
    pub score: Score,
}

/// The data with one fold for a validation part, where folds are asked for.
fn folded(data: &Arc<DataSpec>, folds: Option<usize>, fold: usize) -> Arc<DataSpec> {
    let Some(folds) = folds else { return Arc::clone(data) };
    let validation = ValidationPart::Fold { folds, fold };
    let split = SplitSpec { validation, ..data.split.clone() };
    Arc::new(DataSpec { split, ..DataSpec::clone(data) })
}

/// A trial that is to be shown as a run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Opening {
    pub place: Place,
    /// The run whose place it takes; it is put behind the others otherwise.
    pub replace: Option<usize>,
}

/// What a trial is shown with.
pub(super) struct Shown {
    pub run: RunSpec,
    pub seed: u64,
    pub spec: Arc<DataSpec>,
    pub data: Arc<Dataset>,
}
