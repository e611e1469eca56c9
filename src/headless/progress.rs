use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::spec::StopRule;
use crate::workbench::{State, Sweep};

use super::sweep::shown;

/// A bar for the run at a place, on the standard error; none where nobody would see it.
pub(super) fn bar(state: &State, index: usize, quiet: bool) -> ProgressBar {
    let target = match quiet {
        true => ProgressDrawTarget::hidden(),
        // Hides itself where the standard error is no terminal.
        false => ProgressDrawTarget::stderr(),
    };
    let bar = ProgressBar::with_draw_target(total_steps(state, index), target);
    let name = state.run_spec(index).map(|run| run.name.clone()).unwrap_or_default();
    bar.with_style(style()).with_prefix(name)
}

fn style() -> ProgressStyle {
    const LINE: &str = "{prefix}  {bar:24}  step {pos} of {len}  {msg}  {eta} left";
    ProgressStyle::with_template(LINE).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A bar for files that are fetched, on the standard error.
pub(super) fn bytes(of: u64) -> ProgressBar {
    const LINE: &str = "{bar:24}  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";
    let style = ProgressStyle::with_template(LINE);
    ProgressBar::new(of).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A bar for the trainings of a sweep, on the standard error; none where nobody would see it.
pub(super) fn trials(quiet: bool) -> ProgressBar {
    const LINE: &str = "{bar:24}  {pos} of {len} trainings  {msg}  {eta} left";
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let style = ProgressStyle::with_template(LINE);
    ProgressBar::with_draw_target(None, target)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Shows how many trainings are done, and the best so far.
pub(super) fn show_trials(bar: &ProgressBar, sweep: &Sweep) {
    if bar.is_hidden() {
        return;
    }
    let [done, all] = sweep.counts();
    bar.set_length(all as u64);
    bar.set_position(done as u64);
    if let Some((best, score)) = sweep.best().and_then(|best| Some((best, sweep.score(best)?))) {
        let score = shown(sweep.spec().quantity, score.mean);
        bar.set_message(format!("best so far: trial {} with {score}", best + 1));
    }
}

/// Updates that the run will make.
fn total_steps(state: &State, index: usize) -> Option<u64> {
    let run = state.check(index)?.as_ref().ok()?;
    let train = &run.spec().train;
    match train.stop {
        StopRule::Never => None,
        StopRule::Steps(steps) => Some(steps),
        StopRule::Epochs(epochs) => {
            let each = train.steps_per_epoch(run.facts().train_rows);
            Some(epochs.saturating_mul(each as u64))
        }
    }
}

/// Shows where the run stands.
pub(super) fn show(bar: &ProgressBar, state: &State, index: usize) {
    if bar.is_hidden() {
        return;
    }
    let Some(run) = state.run(index) else { return };
    bar.set_position(run.position().step.0);
    if let Some(metrics) = run.metrics() {
        let mut message = format!("training loss {:.4}", metrics.train.loss);
        if let Some(validation) = metrics.validation {
            message += &format!(", validation loss {:.4}", validation.loss);
        }
        bar.set_message(message);
    }
}
