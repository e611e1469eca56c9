//! The page about the data: how the file was read, what each column is and becomes, what the
//! model will see. Everything on it is a view of the draft and changes nothing but the draft.

mod cache;
mod columns;
mod dialect;
mod faults;
mod images;
mod inputs;
mod inspector;
mod lists;
mod preparation;
mod result;
mod roles;
mod scatter;
mod split;
mod standing;
mod table;
mod tensors;

use egui::{Key, RichText, Ui};

use crate::data::Dataset;
use crate::spec::{CsvSpec, DataSource, DataSpec};
use crate::ui::widgets;
use crate::ui::{Cx, UiRequest};
use crate::workbench::{DataState, Edit, State};

use cache::Cache;

/// View state of this page.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DatasetView {
    /// Whether the page is shown in place of the panels.
    #[serde(skip)]
    pub open: bool,
    tab: Tab,
    scatter: scatter::ScatterView,
    images: images::ImagesView,
    tensors: tensors::TensorsView,
    inputs: inputs::InputsView,
    #[serde(skip)]
    column: usize,
    /// What the last edit took with it, until another one is made.
    #[serde(skip)]
    told: Option<String>,
    /// Whether anything had the focus when the last frame ended; Escape belongs to that.
    #[serde(skip)]
    focused: bool,
    #[serde(skip)]
    cache: Cache,
}

/// The parts of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
enum Tab {
    /// The file as it was read.
    #[default]
    Table,
    /// One row for each column.
    Columns,
    /// Two features as a plot.
    Scatter,
    /// Pictures.
    Images,
    /// Split, scaling, further inputs.
    Preparation,
    /// What the model will see.
    Result,
}

impl Tab {
    const ALL: [Self; 6] =
        [Self::Table, Self::Columns, Self::Scatter, Self::Images, Self::Preparation, Self::Result];

    fn label(self) -> &'static str {
        match self {
            Self::Table => "Table",
            Self::Columns => "Columns",
            Self::Scatter => "Scatter",
            Self::Images => "Images",
            Self::Preparation => "Preparation",
            Self::Result => "Result",
        }
    }

    /// Whether there is anything to show on it.
    fn fits(self, source: &DataSource, data: Option<&Dataset>) -> bool {
        match self {
            Self::Table | Self::Columns => matches!(source, DataSource::Csv(_)),
            Self::Scatter => data.is_some_and(|data| data.shape.is_flat()),
            Self::Images => data.is_some_and(Dataset::is_image),
            Self::Preparation | Self::Result => true,
        }
    }
}

/// Shows the page.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let state = cx.state;
    if escapes(ui, cx) {
        cx.request(UiRequest::ShowDataset(false));
    }
    cx.view.dataset.cache.turn_to(state);
    let tabs = tabs(state);
    let tab = chosen(cx.view.dataset.tab, &tabs);
    top(ui, cx, &tabs, tab);
    ui.add_space(4.0);
    if standing::show(ui, cx, tab) {
        told(ui, cx);
        content(ui, cx, tab);
    }
    cx.view.dataset.focused = ui.memory(|memory| memory.focused().is_some());
}

/// Escape closes what is on top first: a menu, a dialog, a field that is typed in, then the page.
fn escapes(ui: &Ui, cx: &Cx<'_>) -> bool {
    let busy = cx.view.dataset.focused
        || egui::Popup::is_any_open(ui.ctx())
        || ui.memory(|memory| memory.top_modal_layer().is_some());
    !busy && ui.input(|input| input.key_pressed(Key::Escape))
}

fn tabs(state: &State) -> Vec<Tab> {
    let data = state.data().dataset().map(AsRef::as_ref);
    let source = &state.draft().data.source;
    Tab::ALL.into_iter().filter(|tab| tab.fits(source, data)).collect()
}

/// The tab that was chosen, or the nearest there is.
fn chosen(wanted: Tab, tabs: &[Tab]) -> Tab {
    if tabs.contains(&wanted) { wanted } else { tabs.first().copied().unwrap_or(Tab::Result) }
}

/// Title, tabs, and the way back.
fn top(ui: &mut Ui, cx: &mut Cx<'_>, tabs: &[Tab], tab: Tab) {
    let theme = cx.theme;
    let height = crate::ui::theme::TARGET + 6.0;
    ui.horizontal(|ui| {
        ui.set_min_height(height);
        ui.strong("Dataset");
        if let Some(other) = widgets::segmented(ui, theme, tab, tabs, Tab::label) {
            cx.view.dataset.tab = other;
        }
        let right = egui::Layout::right_to_left(egui::Align::Center);
        ui.with_layout(right, |ui| {
            let back = ui.button("Back to training").on_hover_text("Escape");
            if back.clicked() {
                cx.request(UiRequest::ShowDataset(false));
            }
            let words = cx.view.dataset.cache.title(cx.state);
            let text = RichText::new(words).color(theme.text_muted);
            ui.add(egui::Label::new(text).truncate());
        });
    });
}

/// What an edit took with it besides what was asked for.
fn told(ui: &mut Ui, cx: &Cx<'_>) {
    if let Some(sentence) = &cx.view.dataset.told {
        crate::ui::fields::told(ui, widgets::Icon::Info, cx.theme.text_muted, sentence);
        ui.add_space(4.0);
    }
}

fn content(ui: &mut Ui, cx: &mut Cx<'_>, tab: Tab) {
    let data = cx.state.data().dataset();
    match (tab, data) {
        (Tab::Table, _) => table::show(ui, cx),
        (Tab::Columns, _) => columns::show(ui, cx),
        (Tab::Preparation, _) => preparation::show(ui, cx),
        (Tab::Scatter, Some(data)) => scatter::show(ui, cx, data),
        (Tab::Images, Some(data)) => images::show(ui, cx, data),
        (Tab::Result, Some(data)) => result::show(ui, cx, data),
        (Tab::Scatter | Tab::Images | Tab::Result, None) => {}
    }
}

/// The table of the draft, where it is one.
fn csv(state: &State) -> Option<&CsvSpec> {
    match &state.draft().data.source {
        DataSource::Csv(csv) => Some(csv),
        _ => None,
    }
}

/// Whether what is shown belongs to the draft as it is.
fn is_current(state: &State) -> bool {
    matches!(state.data(), DataState::Ready(_))
}

/// Asks for the data as `change` leaves them.
fn edit(cx: &mut Cx<'_>, change: impl FnOnce(&mut DataSpec)) {
    let before = &cx.state.draft().data;
    let mut data = before.clone();
    change(&mut data);
    if data != *before {
        cx.view.dataset.told = roles::lost_inputs(before, &data);
        cx.edit(Edit::Data(data));
    }
}

/// Asks for the table as `change` leaves it.
fn edit_csv(cx: &mut Cx<'_>, change: impl FnOnce(&mut CsvSpec)) {
    edit(cx, |data| {
        if let DataSource::Csv(csv) = &mut data.source {
            change(csv);
        }
    });
}

#[cfg(test)]
mod tests;
