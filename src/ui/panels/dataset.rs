//! The page about the data: how the file was read, what each column is and becomes, what the
//! model will see.

use egui::Ui;

use crate::ui::Cx;

/// View state of this page.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DatasetView {
    /// Whether the page is shown in place of the panels.
    #[serde(skip)]
    pub open: bool,
}

/// Shows the page.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let _ = (ui, cx);
}
