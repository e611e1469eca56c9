//! What is said when the data are not there: which file is missing, how far reading has come, or
//! why it failed, each with the button that helps.

use egui::{Button, Ui};

use crate::spec::DataSource;
use crate::ui::fields;
use crate::ui::widgets::{self, Icon};
use crate::ui::{Cx, UiRequest};
use crate::workbench::{Action, DataState, JobKind};

use super::Tab;

/// Says how things stand. Tells whether `tab` has anything to show below.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, tab: Tab) -> bool {
    let has_rows = cx.state.preview().is_some();
    let of_draft = match tab {
        Tab::Table | Tab::Columns => has_rows,
        Tab::Preparation => true,
        Tab::Scatter | Tab::Images | Tab::Result => false,
    };
    match cx.state.data() {
        DataState::Ready(_) => true,
        DataState::Unset => {
            unset(ui, cx);
            false
        }
        DataState::Failed(why) => {
            failed(ui, cx, why);
            of_draft
        }
        DataState::Loading(before) => {
            loading(ui, cx);
            of_draft || before.is_some()
        }
    }
}

fn unset(ui: &mut Ui, cx: &mut Cx<'_>) {
    let (sentence, button) = match cx.state.draft().data.source {
        DataSource::Csv(_) => (
            "No table is chosen yet. Open a text file with one row for each sample, or drop it \
             onto the window.",
            Some(("Choose a file…", UiRequest::OpenCsv)),
        ),
        DataSource::Idx(_) => (
            "No folder is chosen yet. Open the folder with the IDX files.",
            Some(("Choose a folder…", UiRequest::OpenMnist)),
        ),
        DataSource::Images(_) => (
            "No folder is chosen yet. Open one with a folder of pictures for each class.",
            Some(("Choose a folder…", UiRequest::OpenImages)),
        ),
        DataSource::Points(_) => ("There are no points yet. Draw some in the data panel.", None),
        DataSource::Toy(_) | DataSource::Drawn(_) => ("There are no data yet.", None),
    };
    widgets::empty(ui, cx.theme, sentence, |ui| {
        if let Some((label, request)) = button
            && ui.button(label).clicked()
        {
            cx.request(request);
        }
    });
}

fn failed(ui: &mut Ui, cx: &mut Cx<'_>, why: &str) {
    fields::told(ui, Icon::Error, cx.theme.error, why);
    ui.horizontal(|ui| {
        if ui.button("Try again").clicked() {
            cx.act(Action::ReloadData);
        }
        let help = "Say where the data are now; all settings stay";
        if can_be_elsewhere(&cx.state.draft().data.source)
            && ui.button("Locate…").on_hover_text(help).clicked()
        {
            cx.request(UiRequest::LocateData);
        }
    });
    ui.add_space(4.0);
}

/// Whether the data lie in files that may have been moved.
fn can_be_elsewhere(source: &DataSource) -> bool {
    match source {
        DataSource::Csv(csv) => csv.text.is_none(),
        DataSource::Idx(_) | DataSource::Images(_) => true,
        DataSource::Toy(_) | DataSource::Points(_) | DataSource::Drawn(_) => false,
    }
}

/// One line: what is read, how far it is, and the way out.
fn loading(ui: &mut Ui, cx: &mut Cx<'_>) {
    let job = cx.state.jobs().iter().rev().find(|job| job.kind == JobKind::Load);
    ui.horizontal(|ui| {
        ui.label(job.map_or("Reading data", |job| job.title.as_str()));
        let progress = job.and_then(|job| job.progress);
        widgets::progress(ui, cx.theme, "Reading data", progress, 240.0);
        if let Some(job) = job
            && ui.add(Button::new("Cancel")).clicked()
        {
            cx.act(Action::Cancel(job.id));
        }
    });
    ui.add_space(4.0);
}
