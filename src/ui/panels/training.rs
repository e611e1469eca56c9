//! How the selected model is trained. What a live run takes over at once stands on the left, what
//! needs a new run on the right. What is seldom changed is folded away behind a line that says how
//! it is set.

mod cold;
mod curve;
mod hot;
mod loss;
mod measures;
mod optimizer;
mod penalties;
mod schedule;
mod stopping;
mod weights;

use std::collections::BTreeSet;

use egui::{Align, Layout, Rangef, Rect, RichText, Ui, UiBuilder, vec2};

use crate::data::Dataset;
use crate::spec::{DataFacts, Field, RunSpec, SpecIssue, TrainSpec};
use crate::ui::Cx;
use crate::ui::fields;
use crate::ui::theme::{self, Theme};
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
pub struct TrainingView {
    /// The groups that are unfolded.
    open: BTreeSet<Group>,
    /// The learning rate that was drawn last.
    #[serde(skip)]
    curve: Option<curve::Curve>,
}

/// Settings that can be folded away together.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, serde::Serialize,
)]
enum Group {
    Schedule,
    Penalties,
    Stop,
    Loss,
    Optimizer,
}

impl Group {
    fn title(self) -> &'static str {
        match self {
            Self::Schedule => "Schedule",
            Self::Penalties => "Penalties and clipping",
            Self::Stop => "More stop rules",
            Self::Loss => "Loss settings",
            Self::Optimizer => "Optimizer settings",
        }
    }

    /// Shows what `add` does, folded away behind a line that says what is set.
    fn show(
        self,
        ui: &mut Ui,
        cx: &mut Cx<'_>,
        summary: &str,
        add: impl FnOnce(&mut Ui, &mut Cx<'_>),
    ) {
        let mut open = cx.view.training.open.contains(&self);
        fields::fold(ui, cx.theme, self.title(), summary, &mut open, |ui| add(ui, cx));
        match open {
            true => cx.view.training.open.insert(self),
            false => cx.view.training.open.remove(&self),
        };
    }
}

/// The run that is being edited, and what is wrong with it.
struct Settings<'a> {
    run: usize,
    spec: &'a RunSpec,
    issues: &'a [SpecIssue],
    advice: &'a [SpecIssue],
    data: Option<&'a Dataset>,
}

impl<'a> Settings<'a> {
    fn selected(state: &'a State) -> Option<Self> {
        let run = state.selected();
        let (issues, advice): (&[SpecIssue], &[SpecIssue]) = match state.check(run) {
            Some(Err(issues)) => (issues, &[]),
            Some(Ok(valid)) => (&[], valid.advice()),
            None => (&[], &[]),
        };
        let data = state.data().dataset().map(AsRef::as_ref);
        Some(Self { run, spec: state.run_spec(run)?, issues, advice, data })
    }

    /// What is known of the data.
    fn facts(&self) -> Option<DataFacts> {
        self.data.map(Dataset::facts)
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

    /// Shows what is wrong with a field, if anything, and what could be better, each with the
    /// buttons that mend it.
    fn problems(&self, ui: &mut Ui, cx: &mut Cx<'_>, field: Field) {
        let theme = cx.theme;
        let mut mend = |ui: &mut Ui, issue: &SpecIssue| {
            let remedies = cx.state.remedies(self.run, issue);
            fields::remedies(ui, remedies).into_iter().for_each(|edit| cx.edit(edit));
        };
        for issue in self.issues.iter().filter(|issue| issue.field == field) {
            fields::problem(ui, theme, &issue.message);
            mend(ui, issue);
        }
        for advice in self.advice.iter().filter(|advice| advice.field == field) {
            fields::advice(ui, theme, &advice.message);
            mend(ui, advice);
        }
    }
}

/// Shows the panel.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(settings) = Settings::selected(cx.state) else { return };
    if ui.available_width() < TWO_COLUMNS {
        hot::show(ui, cx, &settings);
        ui.add_space(theme::GAP);
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

/// A heading that says what a change of the settings below it does to a live run.
fn heading(ui: &mut Ui, theme: &Theme, title: &str, help: &str) {
    ui.label(RichText::new(title).small().color(theme.text_muted)).on_hover_text(help);
    ui.add_space(2.0);
}

#[cfg(test)]
mod tests;
