use crate::record::Part;
use crate::workbench::{Action, Collection, Edit, ExportKind, State, SweepFile};

use super::help::HelpView;
use super::panels;
use super::panes::Pane;
use super::theme::Theme;

/// What every panel gets: the workbench to read, its own view state, and a place for actions.
pub struct Cx<'a> {
    /// The whole application, read only.
    pub state: &'a State,
    /// Colours, sizes and fonts.
    pub theme: &'a Theme,
    /// Zoom, scroll, chosen tabs and the like.
    pub view: &'a mut View,
    /// What the user asked for in this frame, in order; applied after drawing.
    pub actions: &'a mut Vec<Action>,
}

impl Cx<'_> {
    /// Asks for something.
    pub fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    /// Asks the window for a dialog.
    pub fn request(&mut self, request: UiRequest) {
        self.view.requests.push(request);
    }

    /// Changes the draft.
    pub fn edit(&mut self, edit: Edit) {
        self.act(Action::Edit(edit));
    }
}

/// What a panel asks of the window itself: dialogs belong to the shell, not to panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UiRequest {
    /// Lets the user choose a table to train on.
    OpenCsv,
    /// Lets the user choose a folder of IDX files, as MNIST is published.
    OpenMnist,
    /// Lets the user type or paste the path of a file or folder.
    OpenPath,
    /// Takes the table that was copied elsewhere.
    PasteTable,
    /// Asks whether a published collection shall be fetched.
    Download(Collection),
    /// Lets the user choose a folder with one folder of pictures for each class.
    OpenImages,
    /// Lets the user choose the file or folder of the draft's data anew; all settings stay.
    LocateData,
    /// Lets the user choose where to write the prepared data as CSV.
    ExportData,
    /// Shows the page about a search in place of the panels.
    ShowSweep,
    /// Lets the user choose where to write the results of a search.
    ExportSweep(SweepFile),
    /// Shows the search for a learning rate of the selected run.
    ShowFinder,
    /// Shows the past of the selected run.
    ShowPast,
    /// Shows the page about the data in place of the panels, or the panels again.
    ShowDataset(bool),
    /// Lets the user choose the file whose rows are the test part.
    ChooseTestFile,
    /// Lets the user choose an experiment file.
    OpenExperiment,
    /// Lets the user choose where to save the experiment.
    SaveExperiment,
    /// Lets the user choose where to write a result of a run.
    Export(ExportKind, usize),
    /// Lets the user choose where to write the list of samples of a run, as it is shown.
    ExportSamples(usize),
    /// Lets the user choose a file of weights for one layer of a run, named by its place in the
    /// stack; the number of hidden layers stands for the output layer.
    LoadLayer {
        /// The run.
        run: usize,
        /// The layer.
        layer: usize,
    },
    /// Brings a piece of the window to the front, opening it where it is closed.
    ShowPane(Pane),
    /// Puts the layout that is shown back to how it is by default.
    ResetLayout,
}

/// View state of all panels. It survives a restart, apart from caches.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct View {
    /// Data panel.
    pub data: panels::data::DataView,
    /// Page about the data.
    pub dataset: panels::dataset::DatasetView,
    /// Layer stack.
    pub network: panels::network::NetworkView,
    /// Curves.
    pub curves: panels::curves::CurvesView,
    /// Key numbers, metrics, class report and gradients.
    pub numbers: panels::numbers::NumbersView,
    /// Decision boundary.
    pub boundary: panels::boundary::BoundaryView,
    /// Confusion matrix.
    pub confusion: panels::confusion::ConfusionView,
    /// Grid of test images.
    pub gallery: panels::gallery::GalleryView,
    /// Training settings.
    pub training: panels::training::TrainingView,
    /// Search for a learning rate.
    pub finder: panels::finder::FinderView,
    /// Page about a search.
    pub sweep: panels::sweep::SweepView,
    /// Checkpoints of a run.
    pub past: panels::past::PastView,
    /// The network as a drawing: neurons, connections, and what each neuron sees.
    pub graph: panels::graph::GraphView,
    /// What the layers make of one sample: kernels, feature maps, saliency.
    pub layers: panels::layers::LayersView,
    /// How the data look after a layer.
    pub hidden: panels::hidden::HiddenView,
    /// Where two runs say different things.
    pub disagreement: panels::disagreement::DisagreementView,
    /// The samples behind a number: rows or images with what is predicted of them.
    pub samples: panels::samples::SamplesView,
    /// The ROC curve: how many are found at which price.
    pub roc: panels::roc::RocView,
    /// Whether probabilities mean what they say.
    pub calibration: panels::calibration::CalibrationView,
    /// A canvas to draw a digit on, and what the network makes of it.
    pub draw: panels::draw::DrawView,
    /// One sample whose features are moved by hand.
    pub what_if: panels::what_if::WhatIfView,
    /// The sample that is looked at, wherever it was chosen: a row of a part of the data.
    #[serde(skip)]
    pub chosen: Option<(Part, usize)>,
    /// Help and the glossary.
    #[serde(skip)]
    pub help: HelpView,
    /// The pieces of the window that are seen in this frame.
    #[serde(skip)]
    pub visible: Vec<Pane>,
    /// What panels ask of the window; the shell takes it after each frame.
    #[serde(skip)]
    pub requests: Vec<UiRequest>,
}
