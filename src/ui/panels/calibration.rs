//! Whether probabilities mean what they say.

use egui::Ui;

use crate::record::ProbeRequest;
use crate::ui::Cx;
use crate::workbench::State;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct CalibrationView {}

/// Adds what this panel wants to see of a run while it is visible.
pub fn request(
    _state: &State,
    _view: &mut CalibrationView,
    _run: usize,
    _wanted: &mut ProbeRequest,
) {
}

/// Draws it for a run.
pub fn show(_ui: &mut Ui, _cx: &mut Cx<'_>, _run: usize) {}
