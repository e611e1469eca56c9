//! One sample whose features are moved by hand, and what the network makes of it.

mod effect;
mod heard;
mod lines;
mod said;
mod subject;
#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{ScrollArea, Ui};

use crate::data::{Dataset, Labelled, Targets};
use crate::record::{Input, Part, ProbeRequest, TraceRequest};
use crate::ui::panes::Pane;
use crate::ui::parts::{self, Counted};
use crate::ui::plane::axes::scaling_of;
use crate::ui::widgets::{self, Icon, IconButton, IntegerField, icon_button};
use crate::ui::{Cx, UiRequest, capture, empty, format, standing};
use crate::workbench::State;

use heard::Heard;
use subject::Subject;

/// Least height of the list of features; where there is less room, everything scrolls.
const LIST: f32 = 120.0;

/// In narrower panels the number of the row has less room.
const NARROW: f32 = 300.0;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct WhatIfView {
    /// The part that the sample is of, which not all data have.
    pub counted: Counted,
    /// Its row there.
    pub row: usize,
    /// The sample that all panels look at, as this one last saw it.
    #[serde(skip)]
    seen: Option<(Part, usize)>,
    /// Features that are to be moved as soon as the sample is there.
    #[serde(skip)]
    asked: Vec<(usize, f32)>,
    #[serde(skip)]
    kept: BTreeMap<usize, Kept>,
}

/// What is kept of a run: the sample as it was changed, and what the network said last.
#[derive(Debug, Default)]
struct Kept {
    subject: Option<Subject>,
    heard: Heard,
}

impl WhatIfView {
    /// Begins with the sample that is looked at, features of it moved to these values as the model
    /// sees them.
    pub fn begin_at(&mut self, values: Vec<(usize, f32)>) {
        self.asked = values;
    }

    /// Keeps the choices within the data, and takes up the sample that they name.
    fn settle(&mut self, state: &State, run: usize) {
        let Some(data) = parts::data_of(state, run).filter(|data| !data.is_image()) else {
            self.kept.remove(&run);
            return;
        };
        let part = self.counted.part(Some(data));
        let rows = parts::labelled(data, part).map_or(0, Labelled::rows);
        self.row = self.row.min(rows.saturating_sub(1));
        let kept = self.kept.entry(run).or_default();
        match &mut kept.subject {
            Some(subject) if Arc::ptr_eq(&subject.data, data) => subject.choose((part, self.row)),
            _ => {
                let subject = Subject::of(data, scaling_of(state, run), (part, self.row));
                *kept = Kept { subject, heard: Heard::default() };
            }
        }
        if let Some(subject) = &mut kept.subject {
            for (feature, value) in self.asked.drain(..) {
                subject.put(feature, value);
            }
        }
        if let Some(subject) = &kept.subject {
            kept.heard.follow(state.run(run), subject);
        }
    }
}

/// Adds what this panel wants to see of a run while it is visible.
pub fn request(state: &State, view: &mut WhatIfView, run: usize, wanted: &mut ProbeRequest) {
    view.settle(state, run);
    let subject = view.kept.get_mut(&run).and_then(|kept| kept.subject.as_mut());
    let (Some(subject), Some(record)) = (subject, state.run(run)) else { return };
    let (part, row) = subject.row;
    for input in [Input::Row(part, row), Input::Values(Arc::clone(&subject.values))] {
        if wanted.inside.traces.iter().all(|trace| trace.input != input) {
            wanted.inside.traces.push(TraceRequest { input, saliency: None });
        }
    }
    wanted.inside.maps.push(effect::wanted(subject, record));
}

/// Draws it for a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(data) = parts::data_of(cx.state, run).cloned() else {
        let then = "Here you move the features of a sample and watch the prediction.";
        empty::no_data(ui, cx, then);
        return;
    };
    if data.is_image() {
        images(ui, cx);
        return;
    }
    follow(cx);
    cx.view.what_if.settle(cx.state, run);
    let mut kept = cx.view.what_if.kept.remove(&run).unwrap_or_default();
    match &mut kept.subject {
        Some(subject) => laid_out(ui, cx, run, subject, &kept.heard),
        None => widgets::empty(ui, cx.theme, "This part of the data has no rows.", |_| ()),
    }
    cx.view.what_if.kept.insert(run, kept);
}

/// Pixels are not moved one by one.
fn images(ui: &mut Ui, cx: &mut Cx<'_>) {
    let text = "Images are changed by drawing, and looked into layer by layer.";
    let opened = widgets::empty(ui, cx.theme, text, |ui| {
        let doors = [Pane::Draw, Pane::Layers];
        doors.into_iter().find(|door| {
            let button = ui.button(door.label());
            button.on_hover_text("Opens this piece of the window").clicked()
        })
    });
    if let Some(pane) = opened {
        cx.request(UiRequest::ShowPane(pane));
    }
}

fn laid_out(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, subject: &mut Subject, heard: &Heard) {
    let room = ui.available_height();
    ScrollArea::vertical().id_salt(("what if", run)).auto_shrink(false).show(ui, |ui| {
        let top = ui.cursor().top();
        capture::controls(ui, |ui| choose(ui, cx, subject));
        said::show(ui, cx, run, subject, heard);
        effect::show(ui, cx, run, subject, heard);
        heading(ui, cx, subject);
        let left = room - (ui.cursor().top() - top) - 2.0;
        let left = if left.is_finite() { left.max(LIST) } else { LIST };
        lines::show(ui, cx, run, subject, left);
    });
}

/// Takes over what was chosen elsewhere since.
fn follow(cx: &mut Cx<'_>) {
    let view = &mut *cx.view;
    if view.chosen == view.what_if.seen {
        return;
    }
    view.what_if.seen = view.chosen;
    if let Some((part, row)) = view.chosen {
        (view.what_if.counted, view.what_if.row) = (part.into(), row);
    }
}

/// Chooses a sample, for all panels that look at one.
fn pick(cx: &mut Cx<'_>, part: Part, row: usize) {
    let view = &mut *cx.view;
    (view.what_if.counted, view.what_if.row) = (part.into(), row);
    view.chosen = Some((part, row));
    view.what_if.seen = view.chosen;
}

/// The controls that choose a sample, and its truth.
fn choose(ui: &mut Ui, cx: &mut Cx<'_>, subject: &Subject) {
    let data = &subject.data;
    let (part, row) = subject.row;
    let last = parts::labelled(data, part).map_or(0, |rows| rows.rows().saturating_sub(1));
    let mut chosen = None;
    let width = if ui.available_width() < NARROW { 44.0 } else { 64.0 };
    ui.horizontal_wrapped(|ui| {
        let mut counted = Counted::from(part);
        counted.choose(ui, Some(data));
        if counted.part(Some(data)) != part {
            chosen = Some((counted.part(Some(data)), 0));
        }
        if icon_button(ui, cx.theme, Icon::Left, "Previous row").clicked() {
            chosen = Some((part, row.checked_sub(1).unwrap_or(last)));
        }
        let field = IntegerField::new("Row", row as u64).range(0..=last as u64).width(width);
        let field = field.tip("Number of the row within the part, counted from 0");
        if let Some(row) = field.show(ui, cx.theme) {
            chosen = Some((part, row as usize));
        }
        if icon_button(ui, cx.theme, Icon::Right, "Next row").clicked() {
            chosen = Some((part, if row < last { row + 1 } else { 0 }));
        }
        widgets::on_its_own(ui, cx.theme, &truth(data, subject.row));
        standing::show(ui, cx.theme, data, subject.row);
    });
    if let Some((part, row)) = chosen {
        pick(cx, part, row);
    }
}

/// `True class setosa`, or the number that belongs to the row.
fn truth(data: &Dataset, (part, row): (Part, usize)) -> String {
    match parts::labelled(data, part).map(|rows| &rows.targets) {
        Some(Targets::Classes(classes)) => classes.get(row).map_or(String::new(), |&class| {
            format!("True {}", format::class_phrase(&data.class_names, class as usize))
        }),
        Some(Targets::Numbers(numbers)) => numbers.get(row).map_or(String::new(), |&number| {
            format!("True {} {}", data.label_name, format::compact(number.into()))
        }),
        None => String::new(),
    }
}

/// The line above the features.
fn heading(ui: &mut Ui, cx: &Cx<'_>, subject: &mut Subject) {
    widgets::header(ui, "Features", |ui| {
        ui.add_enabled_ui(subject.is_changed(), |ui| {
            let reset = IconButton::new(Icon::Undo, "Reset all").text("Reset all");
            let reset = reset.tip("Brings all features back to those of the row");
            if reset.show(ui, cx.theme).clicked() {
                subject.reset();
            }
        });
    });
}
