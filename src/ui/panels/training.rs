//! How the selected model is trained. What a live run takes over at once stands on the left, what
//! needs a new run on the right.

mod cold;
mod hot;

use egui::{Align, Layout, Rangef, Rect, RichText, Ui, UiBuilder, vec2};

use crate::spec::{Field, RunSpec, SpecIssue, TrainSpec};
use crate::ui::fields;
use crate::ui::{Cx, theme::Theme};
use crate::workbench::{Edit, State};

/// Below this width both groups stand one above the other.
const TWO_COLUMNS: f32 = 440.0;
/// Room between the groups.
const GAP: f32 = 12.0;
/// Share of the width that the left group gets.
const LEFT_SHARE: f32 = 0.53;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct TrainingView {}

/// The run that is being edited, and what is wrong with it.
struct Settings<'a> {
    run: usize,
    spec: &'a RunSpec,
    issues: &'a [SpecIssue],
}

impl<'a> Settings<'a> {
    fn selected(state: &'a State) -> Option<Self> {
        let run = state.selected();
        let issues = match state.check(run) {
            Some(Err(issues)) => issues.as_slice(),
            _ => &[],
        };
        Some(Self { run, spec: state.run_spec(run)?, issues })
    }

    fn train(&self) -> &'a TrainSpec {
        &self.spec.train
    }

    /// Asks for the settings as `change` leaves them.
    fn edit(&self, cx: &mut Cx<'_>, change: impl FnOnce(&mut TrainSpec)) {
        let mut train = self.train().clone();
        change(&mut train);
        if train != *self.train() {
            cx.edit(Edit::Train(self.run, train));
        }
    }

    /// Shows what is wrong with a field, if anything.
    fn problems(&self, ui: &mut Ui, theme: &Theme, field: Field) {
        for issue in self.issues.iter().filter(|issue| issue.field == field) {
            fields::problem(ui, theme, &issue.message);
        }
    }
}

/// Shows the panel.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(settings) = Settings::selected(cx.state) else { return };
    if ui.available_width() < TWO_COLUMNS {
        hot::show(ui, cx, &settings);
        ui.add_space(8.0);
        cold::show(ui, cx, &settings);
    } else {
        side_by_side(ui, |left, right| {
            hot::show(left, cx, &settings);
            cold::show(right, cx, &settings);
        });
    }
}

/// Two columns; the left one is a little wider, for its fields stand in pairs.
fn side_by_side(ui: &mut Ui, add: impl FnOnce(&mut Ui, &mut Ui)) {
    let room = ui.available_rect_before_wrap();
    let border = room.left() + (room.width() - GAP) * LEFT_SHARE;
    let mut column = |range: Rangef| {
        let rect = Rect::from_x_y_ranges(range, room.y_range());
        ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::LEFT)))
    };
    let mut left = column(Rangef::new(room.left(), border));
    let mut right = column(Rangef::new(border + GAP, room.right()));
    add(&mut left, &mut right);
    let height = left.min_rect().height().max(right.min_rect().height());
    ui.allocate_space(vec2(room.width(), height));
}

fn group(ui: &mut Ui, theme: &Theme, title: &str, help: &str) {
    ui.label(RichText::new(title).small().color(theme.text_muted)).on_hover_text(help);
    ui.add_space(2.0);
}

#[cfg(test)]
mod tests;
