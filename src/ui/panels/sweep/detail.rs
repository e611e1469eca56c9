use egui::{Button, Frame, Margin, RichText, Ui};

use crate::record::{Part, Quantity};
use crate::spec::MAX_RUNS;
use crate::ui::theme;
use crate::ui::{Cx, format};
use crate::workbench::{Action, Place, Sweep};

use super::{score_text, table};

/// The trial that was chosen, or the best one: what it is, what it came to, and the way to open it.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, sweep: &Sweep) {
    let best = sweep.best();
    let chosen = cx.view.sweep.chosen.filter(|&trial| trial < sweep.trials().len()).or(best);
    let Some(trial) = chosen else { return };
    let card = Frame::new()
        .stroke(cx.theme.hairline())
        .corner_radius(6)
        .inner_margin(Margin::symmetric(10, 6));
    card.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            let title = match Some(trial) == best {
                true => format!("Trial {}, the best so far", trial + 1),
                false => format!("Trial {}", trial + 1),
            };
            ui.label(RichText::new(title).strong());
            ui.label(RichText::new(values(sweep, trial)).color(cx.theme.text_muted));
        });
        facts(ui, cx, sweep, trial);
        open(ui, cx, sweep, trial);
    });
    ui.add_space(theme::GAP);
}

/// `train.lr 0.1, model.0.units 16`
fn values(sweep: &Sweep, trial: usize) -> String {
    let axes = sweep.spec().axes.iter();
    let pairs = axes.zip(&sweep.trials()[trial].values);
    let texts: Vec<String> =
        pairs.map(|(axis, value)| format!("{} {}", axis.path, table::value_text(value))).collect();
    texts.join(", ")
}

fn facts(ui: &mut Ui, cx: &Cx<'_>, sweep: &Sweep, place: usize) {
    let (trial, spec) = (&sweep.trials()[place], sweep.spec());
    let mut texts = Vec::new();
    if let Some(score) = sweep.score(place) {
        let name = format!("{} {}", spec.part.adjective(), spec.quantity.label());
        let mean = score_text(spec.quantity, score.mean);
        texts.push(match score.std {
            Some(std) => format!(
                "{name} {mean} ± {} over {} folds ({} to {})",
                score_text(spec.quantity, std),
                score.folds,
                score_text(spec.quantity, score.min),
                score_text(spec.quantity, score.max),
            ),
            None => format!("{name} {mean}"),
        });
    }
    let loss = trial.score(Part::Train, Quantity::Loss);
    texts.extend(loss.map(|loss| format!("training loss {}", format::measured(loss.mean))));
    let outcome = trial.parts.iter().find_map(|part| part.outcome.as_ref());
    texts.extend(
        outcome
            .map(|outcome| format::counted(outcome.parameters as u64, "parameter", "parameters")),
    );
    if trial.seconds() > 0.0 {
        texts.push(format!("{:.2} s", trial.seconds()));
    }
    texts.push(table::state_text(&trial.status()));
    ui.label(texts.join(" · "));
    if let Some(why) = trial.status().reason() {
        ui.label(RichText::new(why).color(cx.theme.warning));
    }
}

fn open(ui: &mut Ui, cx: &mut Cx<'_>, sweep: &Sweep, trial: usize) {
    let is_over = sweep.trials()[trial].status().is_over();
    let can_open = is_over && sweep.trials()[trial].setup.is_some();
    ui.horizontal(|ui| {
        for (fold, _) in sweep.trials()[trial].parts.iter().enumerate() {
            let place = Place { trial, fold };
            let label = match sweep.trials()[trial].parts.len() {
                1 => "Open as run".to_owned(),
                _ => format!("Open fold {}", fold + 1),
            };
            let is_full = cx.state.num_runs() >= MAX_RUNS;
            let button = ui.add_enabled(can_open && !is_full, Button::new(label));
            let full = format!("There is room for {MAX_RUNS} runs side by side");
            if button.on_disabled_hover_text(full).clicked() {
                cx.act(Action::OpenTrial(place, None));
                cx.view.sweep.open = false;
            }
        }
        let selected = cx.state.selected();
        let label = "Open in place of the selected run";
        if sweep.trials()[trial].parts.len() == 1
            && ui.add_enabled(can_open, Button::new(label)).clicked()
        {
            cx.act(Action::OpenTrial(Place { trial, fold: 0 }, Some(selected)));
            cx.view.sweep.open = false;
        }
    });
}
