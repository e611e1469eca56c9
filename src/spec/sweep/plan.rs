use std::sync::Arc;

use crate::spec::data::{DataSource, DataSpec, IdxSpec};
use crate::spec::experiment::{ExperimentSpec, RunSpec};
use crate::spec::paths::set_field;
use crate::spec::train::StopRule;

use super::{AxisValues, MAX_FOLDS, MAX_TRIALS, Search, SweepSpec, Value, draw};

/// One combination of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialSpec {
    /// One value for each axis, in their order.
    pub values: Vec<Value>,
    /// What is trained, or why such a combination cannot be.
    pub setup: Result<TrialSetup, String>,
}

/// What is trained in a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialSetup {
    /// The model and how it is trained.
    pub run: RunSpec,
    /// Seed of weights and batch order.
    pub seed: u64,
    /// The data.
    pub data: Arc<DataSpec>,
}

impl SweepSpec {
    /// All trials, in order: of a grid, the last axis is the fastest. A combination that cannot
    /// be is among them, with the reason.
    ///
    /// # Errors
    /// Why there is nothing to be tried: an axis that no combination can take, a range in a grid,
    /// too many trials, or training that would never end.
    pub fn trials(&self, base: &ExperimentSpec) -> Result<Vec<TrialSpec>, String> {
        let count = self.count()?;
        let Some(run) = base.runs.get(self.run) else {
            return Err(format!("There is no run {}.", self.run + 1));
        };
        self.check_folds()?;
        let mut alone = ExperimentSpec { runs: vec![run.clone()], ..base.clone() };
        if let Some(stop) = self.stop {
            alone.runs[0].train.stop = stop;
        }
        let data = Arc::new(alone.data.clone());
        if !self.axes.iter().any(|axis| axis.path.starts_with("data.")) {
            // Not copied for every trial: they may hold thousands of points.
            alone.data = DataSpec::new(DataSource::Idx(IdxSpec::default()));
        }
        let trial = |place| {
            let values = self.values(place);
            let setup = self.setup(&alone, &data, &values);
            TrialSpec { values, setup }
        };
        let trials: Vec<TrialSpec> = (0..count).map(trial).collect();
        match trials.first().map(|trial| &trial.setup) {
            Some(Err(why)) if trials.iter().all(|trial| trial.setup.is_err()) => Err(why.clone()),
            _ => Ok(trials),
        }
    }

    /// Number of combinations.
    fn count(&self) -> Result<usize, String> {
        let mut product = 1_usize;
        for axis in &self.axes {
            match (&axis.values, self.search) {
                (AxisValues::Listed(values), _) if values.is_empty() => {
                    return Err(format!("“{}” has no values.", axis.path));
                }
                (AxisValues::Listed(values), _) => product = product.saturating_mul(values.len()),
                (AxisValues::Range(_), Search::Grid) => {
                    let path = &axis.path;
                    return Err(format!(
                        "A range can only be drawn from: list the values of “{path}”, or search \
                         at random."
                    ));
                }
                (AxisValues::Range(_), Search::Random { .. }) => {}
            }
        }
        let count = match self.search {
            Search::Grid => product,
            Search::Random { trials, .. } => trials,
        };
        match count {
            0 => Err("A random search makes at least one trial.".into()),
            1..=MAX_TRIALS => Ok(count),
            _ => Err(format!("These are {count} trials; {MAX_TRIALS} are the most.")),
        }
    }

    fn check_folds(&self) -> Result<(), String> {
        match self.folds {
            Some(folds @ (0 | 1)) => {
                Err(format!("Cross-validation needs at least 2 folds, not {folds}."))
            }
            Some(folds) if folds > MAX_FOLDS => {
                Err(format!("Cross-validation takes at most {MAX_FOLDS} folds, not {folds}."))
            }
            None if self.axes.is_empty() => {
                Err("Nothing is varied: name a field and its values, or a number of folds.".into())
            }
            _ => Ok(()),
        }
    }

    fn values(&self, trial: usize) -> Vec<Value> {
        if let Search::Random { seed, .. } = self.search {
            return draw::values(&self.axes, seed, trial);
        }
        let mut rest = trial;
        let mut values: Vec<Value> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            if let AxisValues::Listed(all) = &axis.values {
                values.push(all[rest % all.len()].clone());
                rest /= all.len();
            }
        }
        values.reverse();
        values
    }

    /// Kinds are set before their constants, whatever the order of the axes: a word for an
    /// optimizer brings the usual constants.
    fn setup(
        &self,
        base: &ExperimentSpec,
        data: &Arc<DataSpec>,
        values: &[Value],
    ) -> Result<TrialSetup, String> {
        let mut spec = base.clone();
        let mut fields: Vec<(&str, &Value)> =
            self.axes.iter().map(|axis| axis.path.as_str()).zip(values).collect();
        fields.sort_by_key(|(path, _)| path.split('.').count());
        for (path, value) in fields {
            set_field(&mut spec, 0, path, value)?;
        }
        let run = spec.runs.swap_remove(0);
        if run.train.stop == StopRule::Never && run.train.seconds.is_none() {
            return Err(format!(
                "“{}” would train for ever. Say after how many epochs or steps a trial ends.",
                run.name
            ));
        }
        let is_varied = spec.data != base.data;
        let data = if is_varied { Arc::new(spec.data) } else { Arc::clone(data) };
        Ok(TrialSetup { run, seed: spec.seed, data })
    }
}
