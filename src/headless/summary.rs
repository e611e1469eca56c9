use crate::record::{PartMetrics, Run};

use super::say;

/// Prints where a run computes, and why there.
pub(super) fn print_device(run: &Run) {
    match &run.device {
        Some(note) if note.reason.is_empty() => say(&format!("On {}", note.name)),
        Some(note) => say(&format!("On {}: {}", note.name, note.reason)),
        None => {}
    }
}

/// Prints what became of a run.
pub(super) fn print(run: &Run) {
    let at = run.position();
    let speed = match at.seconds > 0.0 {
        true => format!(", {:.0} steps/s", at.step.0 as f64 / at.seconds),
        false => String::new(),
    };
    say(&format!(
        "{}: {} parameters, {} steps ({} epochs) in {:.2} s{speed}",
        run.spec.spec().name,
        run.spec.parameters(),
        at.step,
        epochs(at.epoch),
        at.seconds
    ));
    let complete = run.evaluated.filter(|measured| measured.at.step == at.step);
    if let Some(metrics) = complete.or_else(|| run.metrics()) {
        // Without a validation part the columns are as narrow as their names.
        let width = if metrics.validation.is_some() { 10 } else { 8 };
        let tell = |name: &str, text: String| say(&format!("  {name:width$}  {text}"));
        tell("training", part(&metrics.train, true));
        if let Some(validation) = &metrics.validation {
            tell("validation", part(validation, false));
        }
        tell("test", part(&metrics.test, false));
    }
}

/// Passes over the training part: a whole number as one, any other with two decimals.
fn epochs(passes: f64) -> String {
    match passes.fract() == 0.0 {
        true => format!("{passes:.0}"),
        false => format!("{passes:.2}"),
    }
}

fn part(metrics: &PartMetrics, with_objective: bool) -> String {
    let mut text = format!("loss {:.4}", metrics.loss);
    if with_objective {
        text += &format!(", objective {:.4}", metrics.objective);
    }
    let percent = metrics.accuracy.map(|accuracy| format!(", accuracy {:.2} %", accuracy * 100.0));
    let r2 = metrics.r2.map(|r2| format!(", R² {r2:.4}"));
    let mae = metrics.mae.map(|mae| format!(", mean absolute error {mae:.4}"));
    text.extend([percent, r2, mae].into_iter().flatten());
    text
}
