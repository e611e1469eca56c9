//! The pieces that the window is put together from: each can be moved, put on a tab, or fill the
//! whole window.

use egui::Ui;

use crate::record::ProbeRequest;
use crate::workbench::State;

use super::{Cx, View, panels};

/// One piece of the window.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Pane {
    /// What is learned from.
    Data,
    /// The layers as a stack of cards.
    Network,
    /// Loss, optimizer and the rest.
    Training,
    /// The network as a drawing.
    Graph,
    /// Decision boundary, fitted curve, or test images: whatever can be drawn of the data.
    Picture,
    /// Key numbers of the run.
    Numbers,
    /// Loss, accuracy and other metrics over time.
    Curves,
    /// Which class was taken for which.
    Confusion,
    /// Precision, recall and F1 of every class.
    Report,
    /// All metrics of all parts.
    Metrics,
    /// Gradients by layer.
    Gradients,
    /// How the data look after a layer.
    Hidden,
    /// What the layers make of one sample: kernels, feature maps, saliency.
    Layers,
    /// The samples behind a number.
    Samples,
    /// ROC curve.
    Roc,
    /// Whether probabilities mean what they say.
    Calibration,
    /// A canvas to draw a digit on.
    Draw,
    /// One sample whose features are moved by hand.
    WhatIf,
    /// All runs beside each other.
    Compare,
    /// Where two runs say different things.
    Disagreement,
}

impl Pane {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 20] = [
        Self::Data,
        Self::Network,
        Self::Training,
        Self::Graph,
        Self::Picture,
        Self::Numbers,
        Self::Curves,
        Self::Confusion,
        Self::Report,
        Self::Metrics,
        Self::Gradients,
        Self::Hidden,
        Self::Layers,
        Self::Samples,
        Self::Roc,
        Self::Calibration,
        Self::Draw,
        Self::WhatIf,
        Self::Compare,
        Self::Disagreement,
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Data => "Data",
            Self::Network => "Network",
            Self::Training => "Training",
            Self::Graph => "Graph",
            Self::Picture => "Predictions",
            Self::Numbers => "Numbers",
            Self::Curves => "Curves",
            Self::Confusion => "Confusion matrix",
            Self::Report => "Class report",
            Self::Metrics => "All metrics",
            Self::Gradients => "Gradients",
            Self::Hidden => "Hidden space",
            Self::Layers => "Layer by layer",
            Self::Samples => "Samples",
            Self::Roc => "ROC curve",
            Self::Calibration => "Calibration",
            Self::Draw => "Draw a digit",
            Self::WhatIf => "What if",
            Self::Compare => "Compare",
            Self::Disagreement => "Disagreement",
        }
    }

    /// Adds what this piece wants to see of a run while it is visible.
    pub fn request(self, state: &State, view: &mut View, run: usize, wanted: &mut ProbeRequest) {
        match self {
            Self::Graph => panels::graph::request(state, &mut view.graph, run, wanted),
            Self::Hidden => panels::hidden::request(state, &mut view.hidden, run, wanted),
            Self::Layers => panels::layers::request(state, &mut view.layers, run, wanted),
            Self::Samples => panels::samples::request(state, &mut view.samples, run, wanted),
            Self::Roc => panels::roc::request(state, &mut view.roc, run, wanted),
            Self::Calibration => {
                panels::calibration::request(state, &mut view.calibration, run, wanted);
            }
            Self::Draw => panels::draw::request(state, &mut view.draw, run, wanted),
            Self::WhatIf => panels::what_if::request(state, &mut view.what_if, run, wanted),
            Self::Disagreement => {
                panels::disagreement::request(state, &mut view.disagreement, run, wanted);
            }
            _ => {}
        }
    }

    /// Draws it for a run.
    pub fn show(self, ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
        match self {
            Self::Graph => panels::graph::show(ui, cx, run),
            Self::Hidden => panels::hidden::show(ui, cx, run),
            Self::Layers => panels::layers::show(ui, cx, run),
            Self::Samples => panels::samples::show(ui, cx, run),
            Self::Roc => panels::roc::show(ui, cx, run),
            Self::Calibration => panels::calibration::show(ui, cx, run),
            Self::Draw => panels::draw::show(ui, cx, run),
            Self::WhatIf => panels::what_if::show(ui, cx, run),
            Self::Disagreement => panels::disagreement::show(ui, cx, run),
            _ => {}
        }
    }
}
