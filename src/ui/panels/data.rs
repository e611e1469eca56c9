//! What is learned from: the experiments to begin with, the generated sets, tables and images;
//! how they are made and split; and a look at the data itself.

mod canvas;
mod extra;
mod facts;
mod images;
mod pipeline;
mod points;
mod preview;
mod samples;
mod scatter;
mod sets;
mod settings;
mod table;
mod thumbnail;

use std::fmt;
use std::sync::{Arc, Weak};

use egui::{Button, ScrollArea, Ui};

use crate::data::Dataset;
use crate::spec::{DataSource, DataSpec};
use crate::ui::fields;
use crate::ui::widgets::{self, Icon};
use crate::ui::{Cx, UiRequest};
use crate::workbench::{Action, Collection, DataState, Edit, Job, JobKind, State};

/// Space between the groups of the panel.
const GROUP: f32 = 8.0;

/// View state of this panel.
#[derive(Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DataView {
    #[serde(skip)]
    shelf: sets::Shelf,
    #[serde(skip)]
    canvas: canvas::CanvasView,
    #[serde(skip)]
    cache: Cache,
}

/// What is worked out once for a dataset, not in every frame.
#[derive(Default)]
struct Cache {
    of: Weak<Dataset>,
    facts: facts::Facts,
    scatter: widgets::Picture,
    images: Option<images::Atlas>,
    samples: samples::Samples,
}

impl fmt::Debug for DataView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataView").finish_non_exhaustive()
    }
}

impl Cache {
    /// Forgets what belongs to another dataset.
    fn turn_to(&mut self, data: &Arc<Dataset>) {
        if std::ptr::eq(self.of.as_ptr(), Arc::as_ptr(data)) {
            return;
        }
        self.of = Arc::downgrade(data);
        self.facts = facts::Facts::of(data);
        self.scatter = widgets::Picture::default();
        self.images = None;
        self.samples = samples::Samples::default();
    }
}

/// Shows the panel.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    ScrollArea::vertical().id_salt("data").auto_shrink([false, false]).show(ui, |ui| {
        sets::experiments(ui, cx);
        ui.add_space(GROUP);
        sets::show(ui, cx);
        ui.add_space(GROUP);
        settings::show(ui, cx);
        ui.add_space(GROUP);
        contents(ui, cx);
    });
}

/// The data itself, or why it is not there and what to do.
fn contents(ui: &mut Ui, cx: &mut Cx<'_>) {
    if matches!(cx.state.draft().data.source, DataSource::Points(_)) {
        drawn(ui, cx);
        return;
    }
    match cx.state.data() {
        DataState::Unset => unset(ui, cx),
        DataState::Failed(why) => failed(ui, cx, why),
        DataState::Loading(before) => {
            loading(ui, cx);
            if let Some(data) = before {
                ui.add_space(GROUP);
                ui.add_enabled_ui(false, |ui| preview::show(ui, cx, data));
            }
        }
        DataState::Ready(data) => preview::show(ui, cx, data),
    }
}

/// What is said of points put by hand. Nothing moves while they are drawn: the plane above shows
/// them, and reading them takes no time.
fn drawn(ui: &mut Ui, cx: &mut Cx<'_>) {
    match cx.state.data() {
        DataState::Failed(why) => fields::problem(ui, cx.theme, why),
        DataState::Unset => {
            let text = "Click into the plane to add points of at least two classes.";
            fields::remark(ui, cx.theme, text);
        }
        DataState::Loading(None) => {}
        DataState::Loading(Some(data)) | DataState::Ready(data) => {
            cx.view.data.cache.turn_to(data);
            facts::show(ui, cx);
            ui.add_space(4.0);
            facts::notes(ui, cx, data);
        }
    }
}

/// What a kind of data needs before anything can be shown, and the button that names it.
fn unset(ui: &mut Ui, cx: &mut Cx<'_>) {
    let (sentence, label, request) = match cx.state.draft().data.source {
        DataSource::Csv(_) => (
            "No file is chosen yet. Open a table with one row for each sample.",
            "Choose a file…",
            UiRequest::OpenCsv,
        ),
        DataSource::Idx(_) => (
            "No folder is chosen yet. Open a folder of IDX files, or download MNIST.",
            "Choose a folder…",
            UiRequest::OpenMnist,
        ),
        DataSource::Images(_) => (
            "No folder is chosen yet. Open one with a folder of pictures for each class.",
            "Choose a folder…",
            UiRequest::OpenImages,
        ),
        DataSource::Points(_) | DataSource::Toy(_) | DataSource::Drawn(_) => return,
    };
    ui.label(sentence);
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        if ui.button(label).clicked() {
            cx.request(request);
        }
        if request == UiRequest::OpenMnist && ui.button("Download MNIST…").clicked() {
            cx.request(UiRequest::Download(Collection::Mnist));
        }
    });
}

fn failed(ui: &mut Ui, cx: &mut Cx<'_>, why: &str) {
    fields::told(ui, Icon::Error, cx.theme.error, why);
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        if ui.button("Try again").clicked() {
            cx.act(Action::ReloadData);
        }
        let source = &cx.state.draft().data.source;
        let is_file =
            matches!(source, DataSource::Csv(_) | DataSource::Idx(_) | DataSource::Images(_));
        if is_file {
            let locate = ui.button("Locate…").on_hover_text("Say where the data is now");
            if locate.clicked() {
                cx.request(UiRequest::LocateData);
            }
        }
    });
}

fn loading(ui: &mut Ui, cx: &mut Cx<'_>) {
    let job = load_job(cx.state);
    ui.label(job.map_or("Reading data", |job| job.title.as_str()));
    let progress = job.and_then(|job| job.progress);
    ui.horizontal(|ui| {
        let cancel = job.map(|job| job.id);
        let room = ui.available_width() - if cancel.is_some() { 76.0 } else { 0.0 };
        widgets::progress(ui, cx.theme, "Reading data", progress, room);
        if let Some(id) = cancel
            && ui.add(Button::new("Cancel")).clicked()
        {
            cx.act(Action::Cancel(id));
        }
    });
}

fn load_job(state: &State) -> Option<&Job> {
    state.jobs().iter().rev().find(|job| job.kind == JobKind::Load)
}

/// Asks for the data as `change` leaves them.
fn edit(cx: &mut Cx<'_>, change: impl FnOnce(&mut DataSpec)) {
    let mut data = cx.state.draft().data.clone();
    change(&mut data);
    if data != cx.state.draft().data {
        cx.edit(Edit::Data(data));
    }
}

#[cfg(test)]
mod tests;
