//! The pieces that the window is put together from: each can be moved, put on a tab, or fill the
//! whole window.

use egui::Ui;

use crate::record::ProbeRequest;
use crate::workbench::State;

use super::{Cx, View, capture, compare, help, output, panels};

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

    /// Name of the command that opens it.
    #[must_use]
    pub fn command(self) -> &'static str {
        match self {
            Self::Data => "Data panel",
            Self::Network => "Network panel",
            Self::Training => "Training panel",
            Self::Graph => "Graph panel",
            Self::Picture => "Predictions panel",
            Self::Numbers => "Numbers panel",
            Self::Curves => "Curves panel",
            Self::Confusion => "Confusion matrix panel",
            Self::Report => "Class report panel",
            Self::Metrics => "All metrics panel",
            Self::Gradients => "Gradients panel",
            Self::Hidden => "Hidden space panel",
            Self::Layers => "Layer by layer panel",
            Self::Samples => "Samples panel",
            Self::Roc => "ROC curve panel",
            Self::Calibration => "Calibration panel",
            Self::Draw => "Draw a digit panel",
            Self::WhatIf => "What if panel",
            Self::Compare => "Compare panel",
            Self::Disagreement => "Disagreement panel",
        }
    }

    /// What it is for, in a sentence.
    #[must_use]
    pub fn tip(self) -> &'static str {
        match self {
            Self::Data => "What is learned from, and how it is made or read",
            Self::Network => "The layers as a stack of cards, to put together and to set",
            Self::Training => "Loss, optimizer, penalties, schedule and when to stop",
            Self::Graph => "The network as a drawing: what each neuron sees, and every connection",
            Self::Picture => "What the network answers: decision boundary, fitted curve or images",
            Self::Numbers => "Loss and accuracy of the run, large",
            Self::Curves => "Loss, accuracy and other metrics over time",
            Self::Confusion => "Which class was taken for which",
            Self::Report => "Precision, recall and F1 of every class",
            Self::Metrics => "Every metric of every part",
            Self::Gradients => "How large the gradients of the layers are",
            Self::Hidden => "How the data look after each layer",
            Self::Layers => "What the layers make of one sample: kernels, feature maps, saliency",
            Self::Samples => "The samples behind a number, the most confident mistakes first",
            Self::Roc => "How many of a class are found, and at which price",
            Self::Calibration => "Whether the probabilities mean what they say",
            Self::Draw => "Draw a digit and see what the network takes it for",
            Self::WhatIf => "Move the features of one sample and watch the prediction",
            Self::Compare => "All runs beside each other, and in which settings they differ",
            Self::Disagreement => "Where two runs say different things",
        }
    }

    /// Whether it shows other runs, too, and not only the selected one.
    #[must_use]
    pub fn shows_all_runs(self) -> bool {
        matches!(self, Self::Compare | Self::Curves | Self::Disagreement)
    }

    /// Adds what this piece wants to see of a run while it is visible.
    pub fn request(self, state: &State, view: &mut View, run: usize, wanted: &mut ProbeRequest) {
        match self {
            Self::Picture | Self::Compare => output::request_picture(state, view, run, wanted),
            Self::Numbers | Self::Metrics => wanted.metrics = true,
            Self::Confusion | Self::Report => output::request_counts(state, view, run, wanted),
            Self::Gradients => wanted.gradients = true,
            Self::Data | Self::Network | Self::Training | Self::Curves => {}
            Self::Graph => {
                let (view, plane) = (&mut view.graph, &mut view.boundary.plane);
                panels::graph::request(state, view, plane, run, wanted);
            }
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
                let (view, plane) = (&view.disagreement, &mut view.boundary.plane);
                panels::disagreement::request(state, view, plane, run, wanted);
            }
        }
    }

    /// Draws it for a run: a picture as a whole, which can be saved and copied.
    pub fn show(self, ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
        help::covers(ui, self.label());
        let (name, rect) = (self.picture_name(cx.state, run), ui.max_rect());
        capture::picture_in(ui, name, rect, |ui| self.contents(ui, cx, run));
    }

    /// What the picture of it is called. It says of which run it is, unless that is all the same.
    #[must_use]
    pub fn picture_name(self, state: &State, run: usize) -> String {
        let title = match self {
            Self::Picture => title(self, state),
            _ => self.label(),
        };
        let name = state.run_spec(run).filter(|_| self != Self::Data && !self.shows_all_runs());
        name.map_or_else(|| title.to_owned(), |spec| format!("{title}, {}", spec.name))
    }

    fn contents(self, ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
        match self {
            Self::Data => panels::data::show(ui, cx),
            Self::Network => panels::network::show(ui, cx),
            Self::Training => scrolled(ui, "training", |ui| panels::training::show(ui, cx)),
            Self::Picture => output::picture(ui, cx, run),
            Self::Numbers => output::key_numbers(ui, cx, run),
            Self::Curves => output::all_curves(ui, cx),
            Self::Confusion => output::counted(ui, cx, run, panels::confusion::show),
            Self::Report => output::counted(ui, cx, run, panels::numbers::class_report),
            Self::Metrics => output::measured(ui, cx, run, panels::numbers::all_metrics),
            Self::Gradients => output::measured(ui, cx, run, panels::numbers::gradient_flow),
            Self::Compare => compare::show(ui, cx),
            Self::Graph => panels::graph::show(ui, cx, run),
            Self::Hidden => panels::hidden::show(ui, cx, run),
            Self::Layers => panels::layers::show(ui, cx, run),
            Self::Samples => panels::samples::show(ui, cx, run),
            Self::Roc => panels::roc::show(ui, cx, run),
            Self::Calibration => panels::calibration::show(ui, cx, run),
            Self::Draw => panels::draw::show(ui, cx, run),
            Self::WhatIf => panels::what_if::show(ui, cx, run),
            Self::Disagreement => panels::disagreement::show(ui, cx, run),
        }
    }
}

/// The title of a piece, which may say more of the data than its name.
#[must_use]
pub fn title(pane: Pane, state: &State) -> &'static str {
    let data = || output::data_of(state, state.selected());
    match pane {
        Pane::Picture => data().map_or(pane.label(), output::picture_title),
        // Short, so that it fits on a tab.
        Pane::Metrics => "Metrics",
        _ => pane.label(),
    }
}

/// What the visible pieces want computed of a run. What is closed or behind another one costs
/// nothing.
#[must_use]
pub fn wanted(state: &State, view: &mut View, visible: &[Pane], run: usize) -> ProbeRequest {
    let mut wanted = ProbeRequest::default();
    for pane in visible {
        if run == state.selected() || pane.shows_all_runs() {
            pane.request(state, view, run, &mut wanted);
        }
    }
    wanted
}

/// Contents that may be higher than their place.
pub fn scrolled(ui: &mut Ui, name: &str, content: impl FnOnce(&mut Ui)) {
    egui::ScrollArea::vertical().id_salt(name).auto_shrink(false).show(ui, content);
}
