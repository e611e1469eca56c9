//! The ROC curve, how many are found at which price, and the precision–recall curve.

mod curves;
mod plot;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use egui::Ui;

use crate::data::Dataset;
use crate::record::ProbeRequest;
use crate::ui::panes::Pane;
use crate::ui::parts::{self, Counted};
use crate::ui::widgets::{chevron, compact, muted};
use crate::ui::{Cx, capture, empty, format, theme};
use crate::workbench::State;

use curves::Curves;

/// Which curve is drawn.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Kind {
    /// True positive rate over false positive rate.
    #[default]
    Roc,
    /// Precision over recall.
    PrecisionRecall,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Roc, Self::PrecisionRecall];

    fn label(self) -> &'static str {
        match self {
            Self::Roc => "ROC",
            Self::PrecisionRecall => "Precision–recall",
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Roc => "How many of a class are found, at the price of how many false alarms",
            Self::PrecisionRecall => {
                "How much of what is found is right, and how much of a class is found; says more \
                 than the ROC curve where a class is rare"
            }
        }
    }
}

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct RocView {
    /// The part that the user wants to see, which not all data have.
    pub counted: Counted,
    /// Which curve.
    pub kind: Kind,
    /// The class that is told from the rest; `None` for all of them, of two classes for class 1.
    pub class: Option<usize>,
    #[serde(skip)]
    kept: BTreeMap<usize, Curves>,
}

/// Adds what this panel wants to see of a run while it is visible.
pub fn request(state: &State, view: &mut RocView, run: usize, wanted: &mut ProbeRequest) {
    let data = parts::data_of(state, run).filter(|data| parts::classes_of(data).is_some());
    if let Some(data) = data {
        parts::request_scores(data, view.counted.part(Some(data)), wanted);
    }
}

/// Draws it for a run. What has no room is scrolled to.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let height = ui.available_height();
    let area = egui::ScrollArea::vertical().id_salt("roc").auto_shrink([false, true]);
    area.show(ui, |ui| whole(ui, cx, run, height));
}

/// All of it, for a place of this height.
fn whole(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, height: f32) {
    let Some(data) = parts::data_of(cx.state, run).cloned() else {
        empty::no_data(ui, cx, "Here you see how well classes are told apart.");
        return;
    };
    let Some(classes) = parts::classes_of(&data) else {
        let text = "A ROC curve tells classes apart; these data have numbers to predict.";
        empty::elsewhere(ui, cx, text, &[("Show all metrics", Pane::Metrics)]);
        return;
    };
    capture::controls(ui, |ui| choosers(ui, cx, &data, classes));
    let part = cx.view.roc.counted.part(Some(&data));
    capture::note(ui, || part.label().into());
    let Some(frame) = parts::scored(cx.state, run, part).cloned() else {
        let before = "Press Play: the curve shows how many of a class are found at the price of \
                      how many false alarms.";
        let coming = "The curve appears with the next picture of the run.";
        empty::no_answer(ui, cx, run, before, coming);
        return;
    };
    let mut kept = cx.view.roc.kept.remove(&run).unwrap_or_default();
    if kept.advance(&frame, &data, part) {
        ui.ctx().request_repaint();
    }
    plot::show(ui, cx, &data, &kept, height);
    if let Some(sample) = frame.inside.scores_of(part).and_then(|s| parts::sample_words(s, &data)) {
        muted(ui, cx.theme, &format!("Of {sample}."));
    }
    cx.view.roc.kept.insert(run, kept);
}

/// The class that is told from the rest, where there is one of its own.
fn chosen(view: &RocView, classes: usize) -> Option<usize> {
    let chosen = view.class.filter(|class| *class < classes);
    if classes == 2 { chosen.or(Some(1)) } else { chosen }
}

fn choosers(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, classes: usize) {
    let names = parts::class_names(Some(data), classes);
    let view = &mut cx.view.roc;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        view.counted.choose(ui, Some(data));
        ui.add_space(theme::TIGHT);
        for kind in Kind::ALL {
            let button = ui.selectable_label(kind == view.kind, kind.label());
            if button.on_hover_text(kind.hint()).clicked() {
                view.kind = kind;
            }
        }
        let now = chosen(view, classes);
        let text = |class: Option<usize>| match class {
            Some(class) => format::class_phrase(&names, class),
            None => "each class".into(),
        };
        let menu = egui::ComboBox::from_id_salt("positive class");
        let menu = menu.selected_text(text(now)).width(110.0).truncate().icon(chevron);
        let shown = compact(ui, |ui| {
            menu.height(360.0).show_ui(ui, |ui| {
                let each = (classes > 2).then_some(None);
                for one in each.into_iter().chain((0..classes).map(Some)) {
                    if ui.selectable_label(one == now, text(one)).clicked() {
                        view.class = one;
                    }
                }
            })
        });
        let hint = "The class that is looked for, against all the others";
        shown.response.on_hover_text(hint).accessible_name("positive class");
    });
}
