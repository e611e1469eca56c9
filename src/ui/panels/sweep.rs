//! The page about a search: which fields are varied and how, and what the trials came to, as a table,
//! as a heat map and as small pictures. Each trial opens as a run.

mod detail;
mod heat;
mod pictures;
mod setup;
mod table;

use std::collections::HashMap;

use egui::{Frame, Key, Margin, Panel, RichText, ScrollArea, Ui};

use crate::record::{Part, Quantity};
use crate::spec::StopRule;
use crate::ui::textures::Texture;
use crate::ui::theme::{self, Variant};
use crate::ui::{Cx, format, widgets};
use crate::workbench::{Sweep, SweepState};

/// View state of this page.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct SweepView {
    /// Whether the page is shown in place of the panels.
    #[serde(skip)]
    pub open: bool,
    /// What is typed into the setup.
    setup: setup::Setup,
    tab: Tab,
    /// The trial that was chosen.
    #[serde(skip)]
    chosen: Option<usize>,
    /// Axes of the heat map.
    #[serde(skip)]
    axes: [usize; 2],
    /// Whether anything had the focus when the last frame ended; Escape belongs to that.
    #[serde(skip)]
    focused: bool,
    #[serde(skip)]
    cache: Cache,
}

/// The ways to look at the trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
enum Tab {
    /// One line for each trial.
    #[default]
    Table,
    /// Scores by two fields.
    Heat,
    /// Boundaries and curves.
    Pictures,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Table, Self::Heat, Self::Pictures];

    fn label(self) -> &'static str {
        match self {
            Self::Table => "Table",
            Self::Heat => "Heat map",
            Self::Pictures => "Pictures",
        }
    }
}

/// What is worked out once for each news of a sweep.
#[derive(Debug, Default)]
struct Cache {
    revision: Option<u64>,
    /// Trials with a score, best first, then the others in their order.
    order: Vec<usize>,
    /// How many of `order` have a score.
    ranked: usize,
    /// Pictures of trials, and the theme that they were drawn for.
    pictures: HashMap<usize, Texture>,
    variant: Variant,
}

impl Cache {
    fn refresh(&mut self, sweep: &Sweep, variant: Variant) {
        if self.revision != Some(sweep.revision()) {
            let begins_anew = self.revision.is_none_or(|known| known > sweep.revision());
            self.revision = Some(sweep.revision());
            self.order = sweep.ranking();
            self.ranked = self.order.len();
            let mut is_ranked = vec![false; sweep.trials().len()];
            self.order.iter().for_each(|&trial| is_ranked[trial] = true);
            self.order.extend((0..is_ranked.len()).filter(|&trial| !is_ranked[trial]));
            if begins_anew {
                self.pictures.clear();
            }
        }
        if self.variant != variant {
            self.variant = variant;
            self.pictures.clear();
        }
    }
}

/// Shows the page.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    head(ui, cx);
    let bare = Frame::new().inner_margin(Margin { right: 8, ..Margin::ZERO });
    let side = Panel::left("sweep setup").frame(bare).show_separator_line(false).exact_size(340.0);
    side.show(ui, |ui| {
        ScrollArea::vertical().id_salt("sweep setup").auto_shrink(false).show(ui, |ui| {
            setup::show(ui, cx);
        });
    });
    results(ui, cx);
    cx.view.sweep.focused = ui.memory(|memory| memory.focused().is_some());
}

fn head(ui: &mut Ui, cx: &mut Cx<'_>) {
    let escape = !cx.view.sweep.focused
        && !ui.ctx().any_popup_open()
        && ui.input(|input| input.key_pressed(Key::Escape));
    let mut close = escape;
    widgets::header(ui, "Search", |ui| {
        let button = ui.button("Back to the panels");
        close |= button.on_hover_text("The search goes on meanwhile (Escape)").clicked();
    });
    if close {
        cx.view.sweep.open = false;
    }
}

fn results(ui: &mut Ui, cx: &mut Cx<'_>) {
    let state = cx.state;
    let Some(sweep) = state.sweep() else {
        let text = "Name one or more fields and the values they shall take. Every combination is \
                    trained in the background, on all cores, and appears here as soon as it is done.";
        ui.add_space(theme::GROUP);
        ui.label(RichText::new(text).color(cx.theme.text_muted));
        return;
    };
    let mut cache = std::mem::take(&mut cx.view.sweep.cache);
    cache.refresh(sweep, cx.theme.variant);
    progress(ui, cx, sweep, cache.ranked);
    ui.add_space(theme::TIGHT);
    detail::show(ui, cx, sweep);
    let tab = cx.view.sweep.tab;
    if let Some(tab) = widgets::segmented(ui, cx.theme, tab, &Tab::ALL, Tab::label) {
        cx.view.sweep.tab = tab;
    }
    ui.add_space(theme::TIGHT);
    match cx.view.sweep.tab {
        Tab::Table => table::show(ui, cx, sweep, &cache),
        Tab::Heat => heat::show(ui, cx, sweep),
        Tab::Pictures => pictures::show(ui, cx, sweep, &mut cache),
    }
    cx.view.sweep.cache = cache;
}

fn progress(ui: &mut Ui, cx: &Cx<'_>, sweep: &Sweep, ranked: usize) {
    let [done, all] = sweep.counts();
    let trainings = format::counted(all as u64, "training", "trainings");
    let text = match sweep.state() {
        SweepState::Running => format!("{done} of {trainings} running"),
        SweepState::Finished => format!("{done} of {trainings} finished"),
        SweepState::Cancelled => {
            let trials = sweep.trials().len();
            format!("Cancelled: {ranked} of {trials} trials have a result")
        }
    };
    ui.horizontal(|ui| {
        ui.label(RichText::new(text).strong());
        if sweep.state() == SweepState::Running {
            ui.add(egui::ProgressBar::new(sweep.progress()).desired_width(160.0));
        }
        let spec = sweep.spec();
        let by = format!("ranked by {}", ranking(spec.part, spec.quantity));
        widgets::muted(ui, cx.theme, &by);
    });
}

/// `test accuracy, larger is better`
fn ranking(part: Part, quantity: Quantity) -> String {
    let better = if quantity.is_cost() { "smaller is better" } else { "larger is better" };
    format!("{} {}, {better}", part.adjective(), quantity.label())
}

/// A score as it is written for people.
fn score_text(quantity: Quantity, value: f64) -> String {
    match quantity {
        Quantity::Accuracy
        | Quantity::Top2
        | Quantity::Top3
        | Quantity::Top5
        | Quantity::BalancedAccuracy => format::percent(value),
        _ => format::measured(value),
    }
}

/// The colour of a score between the worst and the best of a sweep, the best being 1.
fn share_of(sweep: &Sweep, cache_order: &[usize], value: f64) -> f32 {
    let score = |trial: &usize| sweep.score(*trial).map(|score| score.mean);
    let (best, worst) = (cache_order.first().and_then(score), cache_order.last().and_then(score));
    match (best, worst) {
        (Some(best), Some(worst)) if (best - worst).abs() > f64::EPSILON => {
            ((value - worst) / (best - worst)).clamp(0.0, 1.0) as f32
        }
        _ => 1.0,
    }
}

/// When each trial ends, in words.
fn stop_text(stop: StopRule) -> String {
    match stop {
        StopRule::Never => "never".into(),
        StopRule::Epochs(count) => format::counted(count, "epoch", "epochs"),
        StopRule::Steps(count) => format::counted(count, "step", "steps"),
    }
}

#[cfg(test)]
mod tests;
