use crate::record::{ClassReport, EndReason, Part, PartMetrics, Penalties, Run, RunState};

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
    if let RunState::Ended(EndReason::Completed(cause)) = &run.state {
        say(&format!("  {cause}"));
    }
    let complete = run.evaluated.filter(|measured| measured.at.step == at.step);
    if let Some(metrics) = complete.or_else(|| run.metrics()) {
        // Without a validation part the columns are as narrow as their names.
        let width = if metrics.validation.is_some() { 10 } else { 8 };
        let tell = |name: &str, text: String| say(&format!("  {name:width$}  {text}"));
        tell("training", part(&metrics.train, Some(metrics.penalties)));
        if let Some(validation) = &metrics.validation {
            tell("validation", part(validation, None));
        }
        tell("test", part(&metrics.test, None));
    }
}

/// Passes over the training part: a whole number as one, any other with two decimals.
fn epochs(passes: f64) -> String {
    match passes.fract() == 0.0 {
        true => format!("{passes:.0}"),
        false => format!("{passes:.2}"),
    }
}

/// Prints the class report of every part that was counted, in the layout of scikit-learn.
pub(super) fn print_class_reports(run: &Run, names: &[String]) {
    let counted = |part| Some((part, run.frame.as_ref()?.confusion_of(part)?));
    for (part, table) in [Part::Validation, Part::Test].into_iter().filter_map(counted) {
        say(&format!("\n  Class report of the {}\n", part.label()));
        let text = ClassReport::of(table).to_text(names);
        say(text.trim_end());
    }
}

/// What was measured on a part; with penalties the objective, and what of it they are.
fn part(metrics: &PartMetrics, penalties: Option<Penalties>) -> String {
    let mut text = format!("loss {:.4}", metrics.loss);
    if let Some(penalties) = penalties {
        text += &format!(", objective {:.4}", metrics.objective);
        let named = [("L1", penalties.l1), ("L2", penalties.l2)];
        let named = named.into_iter().filter(|(_, penalty)| *penalty != 0.0);
        let named: Vec<_> = named.map(|(name, value)| format!("{name} {value:.4}")).collect();
        if !named.is_empty() {
            text += &format!(" with {}", named.join(", "));
        }
    }
    let percent = metrics.accuracy.map(|accuracy| format!(", accuracy {:.2} %", accuracy * 100.0));
    let area = metrics.roc_auc.map(|area| format!(", ROC AUC {area:.4}"));
    let r2 = metrics.r2.map(|r2| format!(", R² {r2:.4}"));
    let mae = metrics.mae.filter(|_| r2.is_some());
    let mae = mae.map(|mae| format!(", mean absolute error {mae:.4}"));
    text.extend([percent, area, r2, mae].into_iter().flatten());
    text
}
