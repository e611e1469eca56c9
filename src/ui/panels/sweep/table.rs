use egui::{Align, Rect, Role, Sense, Ui, WidgetInfo};

use crate::spec::Value;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, Cells, Grid, Tracks};
use crate::ui::{Cx, format};
use crate::workbench::{Sweep, TrialStatus};

use super::{Cache, score_text, share_of};

/// Height of a line.
const ROW: f32 = 26.0;
/// Width of the place of a trial.
const PLACE: f32 = 64.0;
/// Width of a value of a field.
const VALUE: f32 = 128.0;
/// Width of score, training loss, time and state.
const SCORE: f32 = 150.0;
const NUMBER: f32 = 116.0;
const STATE: f32 = 110.0;

/// One line for each trial, the best first.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, sweep: &Sweep, cache: &Cache) {
    let axes = sweep.spec().axes.len();
    let widths = std::iter::repeat_n(VALUE, axes).chain([SCORE, NUMBER, NUMBER, STATE]);
    let tracks = Tracks::new(widths);
    let grid = Grid {
        name: "trials",
        tracks: &tracks,
        rows: cache.order.len(),
        row_height: ROW,
        head: ROW,
        gutter: PLACE,
    };
    let theme = cx.theme;
    let chosen = cx.view.sweep.chosen;
    let mut lines = Lines { sweep, cache, theme, chosen, axes, clicked: None };
    grid.show(ui, theme, &mut lines);
    if let Some(trial) = lines.clicked {
        cx.view.sweep.chosen = Some(trial);
    }
}

struct Lines<'a> {
    sweep: &'a Sweep,
    cache: &'a Cache,
    theme: &'a Theme,
    chosen: Option<usize>,
    axes: usize,
    clicked: Option<usize>,
}

impl Lines<'_> {
    fn text(&self, ui: &Ui, rect: Rect, text: &str, is_muted: bool) {
        let colour = if is_muted { self.theme.text_muted } else { self.theme.text };
        let inside = rect.shrink2(egui::vec2(widgets::CELL_PADDING, 0.0));
        widgets::line_in(ui, inside, Align::Min, text, theme::body(), colour);
    }

    fn score(&self, ui: &Ui, trial: usize, rect: Rect) {
        let Some(score) = self.sweep.score(trial) else { return };
        let quantity = self.sweep.spec().quantity;
        let share = share_of(self.sweep, &self.cache.order[..self.cache.ranked], score.mean);
        let bar = rect.shrink2(egui::vec2(2.0, 4.0));
        widgets::bar(ui, bar, share, self.theme.accent_soft);
        let mut text = score_text(quantity, score.mean);
        if let Some(std) = score.std {
            text += &format!(" ± {}", score_text(quantity, std));
        }
        self.text(ui, rect, &text, false);
    }

    fn training_loss(&self, trial: usize) -> Option<String> {
        use crate::record::{Part, Quantity};

        let score = self.sweep.trials()[trial].score(Part::Train, Quantity::Loss)?;
        Some(format::measured(score.mean))
    }
}

impl Cells for Lines<'_> {
    fn corner(&mut self, ui: &mut Ui, rect: Rect) {
        self.text(ui, rect, "place", true);
    }

    fn head(&mut self, ui: &mut Ui, column: usize, rect: Rect) {
        let spec = self.sweep.spec();
        match spec.axes.get(column) {
            Some(axis) => self.text(ui, rect, &axis.path, true),
            None => {
                let ranked = format!("{} {}", spec.part.adjective(), spec.quantity.label());
                let names = [ranked.as_str(), "training loss", "time", "state"];
                self.text(ui, rect, names[column - self.axes], true);
            }
        }
    }

    fn row(&mut self, ui: &mut Ui, row: usize, rect: Rect) {
        let trial = self.cache.order[row];
        let response = ui.interact(rect, ui.scope_id().with(("trial", trial)), Sense::click());
        let is_chosen = self.chosen == Some(trial);
        if is_chosen || response.hovered() {
            let fill = if is_chosen { self.theme.accent_soft } else { self.theme.hover };
            ui.painter().rect_filled(rect, 0.0, fill);
        }
        let label = format!("Trial {}", trial + 1);
        response
            .widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, label.as_str()));
        if response.clicked() {
            self.clicked = Some(trial);
        }
    }

    fn gutter(&mut self, ui: &mut Ui, row: usize, rect: Rect) {
        let text = if row < self.cache.ranked { (row + 1).to_string() } else { "–".into() };
        self.text(ui, rect, &text, true);
    }

    fn cell(&mut self, ui: &mut Ui, row: usize, column: usize, rect: Rect) {
        let place = self.cache.order[row];
        let trial = &self.sweep.trials()[place];
        if let Some(value) = trial.values.get(column) {
            self.text(ui, rect, &value_text(value), false);
            return;
        }
        match column - self.axes {
            0 => self.score(ui, place, rect),
            1 => {
                let text = self.training_loss(place).unwrap_or_default();
                self.text(ui, rect, &text, false);
            }
            2 => {
                let seconds = trial.seconds();
                let text = if seconds > 0.0 { format!("{seconds:.2} s") } else { String::new() };
                self.text(ui, rect, &text, true);
            }
            _ => self.text(ui, rect, &state_text(&trial.status()), true),
        }
    }
}

/// A value as it stands in the table.
pub fn value_text(value: &Value) -> String {
    value.to_string()
}

/// Where a trial stands, with how far it is.
pub fn state_text(status: &TrialStatus) -> String {
    match status {
        TrialStatus::Running(done) => format!("{:.0} %", 100.0 * done),
        other => other.word().into(),
    }
}
