//! What the layers make of one sample: kernels, feature maps, saliency.

mod card;
mod detail;
mod input;
mod output;
mod parts;
mod reach;
mod sample;
mod sheet;
#[cfg(test)]
mod tests;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use egui::{ScrollArea, Ui};

use crate::data::{Dataset, Labelled};
use crate::record::{
    ExciteRequest, Input, Inspect, LayerValues, Part, ProbeFrame, ProbeRequest, Saliency,
    ScoresRequest, Trace, TraceRequest,
};
use crate::spec::{LayerSpec, Task, ValidRun};
use crate::ui::parts::{data_of, filled};
use crate::ui::theme::{self, Theme, Variant};
use crate::ui::{Cx, capture, empty};
use crate::workbench::State;

use sheet::Sheet;
use values::{Kernels, image_shape};

/// Samples that excite a channel most: so many are shown.
const EXCITED: usize = 8;
/// Rows that are looked through for the next mistake.
const SOUGHT: usize = 10_000;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct LayersView {
    /// Part of the data that the sample is of.
    #[serde(skip)]
    pub part: Part,
    /// Its row there.
    pub row: usize,
    /// Class whose saliency is shown; `None` for the predicted one.
    pub class: Option<usize>,
    /// Whether saliency is shown without its sign.
    pub absolute: bool,
    /// Whether saliency is shown over the image, not beside it.
    pub over: bool,
    /// Whether each map has a scale of its own.
    pub own_scale: bool,
    /// Layer and channel that are shown large.
    #[serde(skip)]
    pub open: Option<(usize, usize)>,
    /// What is shown to the last piece, instead of its first pieces only.
    #[serde(skip)]
    unfolded: BTreeSet<Fold>,
    /// Whether the next mistake is looked for.
    #[serde(skip)]
    seeking: bool,
    /// Whether there was none.
    #[serde(skip)]
    flawless: bool,
    /// How often a sample was drawn by lot.
    #[serde(skip)]
    rolls: u32,
    /// The sample that all panels look at, as this one last saw it.
    #[serde(skip)]
    seen: Option<(Part, usize)>,
    #[serde(skip)]
    kept: BTreeMap<usize, Kept>,
}

/// What can be folded to a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fold {
    /// Features of the input.
    Input,
    /// Channels of a layer.
    Channels(usize),
    /// Kernels of the channel that is open.
    Kernels,
    /// Classes of the output.
    Classes,
}

/// What is kept of one run.
#[derive(Debug, Default)]
struct Kept {
    /// The last frame that followed a sample.
    frame: Option<Arc<ProbeFrame>>,
    /// The pictures of each card, and what they were made of.
    sheets: BTreeMap<Card, (Option<Key>, Sheet)>,
}

/// A piece of the panel that has a texture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Card {
    Sample,
    Input,
    Layer(usize),
    Open,
    Excited,
}

/// What the pictures of a card depend on; the frame is held, so that no other has its place.
#[derive(Clone, Debug)]
struct Key {
    frame: Arc<ProbeFrame>,
    data: Arc<Dataset>,
    variant: Variant,
    choice: Vec<usize>,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.frame, &other.frame)
            && Arc::ptr_eq(&self.data, &other.data)
            && self.variant == other.variant
            && self.choice == other.choice
    }
}

/// All that the cards show: a network, and what it makes of a sample.
struct Sight<'a> {
    run: usize,
    spec: &'a ValidRun,
    data: &'a Arc<Dataset>,
    frame: &'a Arc<ProbeFrame>,
    trace: &'a Trace,
}

impl Sight<'_> {
    /// The hidden layers.
    fn hidden(&self) -> &[LayerSpec] {
        &self.spec.spec().model.hidden
    }

    /// What a layer makes of the sample.
    fn layer(&self, layer: usize) -> Option<&LayerValues> {
        self.trace.layers.iter().find(|values| values.layer == layer)
    }

    /// Shape of what comes into a layer, as it was before it was flattened.
    fn source(&self, layer: usize) -> [usize; 3] {
        let infos = self.spec.layers();
        let own = infos.get(layer).unwrap_or_else(|| self.spec.output());
        let mut shape = &own.input;
        for info in infos[..layer.min(infos.len())].iter().rev() {
            if !info.output.is_flat() || info.parameters > 0 {
                break;
            }
            shape = &info.input;
        }
        image_shape(&shape.0)
    }

    /// What leads to each channel of a layer, as pictures, where it has such weights.
    fn kernels(&self, layer: usize) -> Option<Kernels<'_>> {
        let weight = self.frame.inside.parameter(&format!("{layer}.weight"))?;
        Kernels::of(&weight.tensor, self.source(layer))
    }

    /// What pictures depend on, besides a choice.
    fn key(&self, theme: &Theme, choice: Vec<usize>) -> Key {
        let (frame, data) = (Arc::clone(self.frame), Arc::clone(self.data));
        Key { frame, data, variant: theme.variant, choice }
    }
}

/// Adds what this panel wants to see of a run while it is visible.
pub fn request(state: &State, view: &mut LayersView, run: usize, wanted: &mut ProbeRequest) {
    let Some(data) = data_of(state, run) else { return };
    view.settle(data);
    let inside = &mut wanted.inside;
    inside.parameters = true;
    let trace = view.wanted();
    if !inside.traces.contains(&trace) {
        inside.traces.push(trace);
    }
    if let Some((layer, channel)) = view.open {
        inside.excited = Some(ExciteRequest { layer, channel, count: EXCITED });
    }
    if view.seeking {
        seek(view.part, inside);
    }
}

fn seek(part: Part, inside: &mut Inspect) {
    if inside.scores.iter().all(|scores| scores.part != part) {
        inside.scores.push(ScoresRequest { part, most: SOUGHT });
    }
}

impl LayersView {
    /// Keeps the choices within the data.
    fn settle(&mut self, data: &Dataset) {
        if filled(data, self.part).is_none() {
            self.part = Part::Test;
        }
        let rows = filled(data, self.part).map_or(0, Labelled::rows);
        self.row = self.row.min(rows.saturating_sub(1));
        let classes = match data.task {
            Task::Classification { classes } => classes,
            Task::Regression => 0,
        };
        self.class = self.class.filter(|class| *class < classes);
    }

    /// What the panel wants to know of its sample.
    fn wanted(&self) -> TraceRequest {
        let saliency = self.class.map_or(Saliency::Predicted, Saliency::Class);
        TraceRequest { input: Input::Row(self.part, self.row), saliency: Some(saliency) }
    }
}

/// What is said before there is anything to see.
const BEFORE: &str = "Press Play: here you see what every layer makes of this sample.";
const COMING: &str = "The network is looking at the sample.";

/// Draws it for a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(data) = data_of(cx.state, run).cloned() else {
        empty::no_data(ui, cx, "Here you see what every layer makes of a sample.");
        return;
    };
    cx.view.layers.settle(&data);
    sample::follow(cx);
    let frame = latest(cx, run);
    sample::found(cx, run);
    capture::controls(ui, |ui| sample::choose(ui, cx, &data));
    let Some(record) = cx.state.run(run) else {
        empty::no_answer(ui, cx, run, BEFORE, COMING);
        return;
    };
    let wanted = cx.view.layers.wanted();
    let found = frame.as_ref().and_then(|frame| Some((frame, pick(frame, &wanted)?)));
    let Some((frame, trace)) = found else {
        empty::no_answer(ui, cx, run, BEFORE, COMING);
        return;
    };
    let sight = Sight { run, spec: &record.spec, data: &data, frame, trace };
    sample::headline(ui, cx, &sight, record);
    ui.add_space(theme::TIGHT);
    ScrollArea::vertical().id_salt(("layers", run)).auto_shrink(false).show(ui, |ui| {
        cards(ui, cx, &sight);
    });
}

fn cards(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>) {
    ui.spacing_mut().item_spacing.y = theme::GAP;
    input::show(ui, cx, sight);
    for layer in 0..sight.hidden().len() {
        card::show(ui, cx, sight, layer);
    }
    output::show(ui, cx, sight);
}

/// The trace that answers a request, or the last one of the same kind.
fn pick<'a>(frame: &'a ProbeFrame, wanted: &TraceRequest) -> Option<&'a Trace> {
    let traces = &frame.inside.traces;
    let rows = |trace: &&Trace| matches!(trace.request.input, Input::Row(..));
    let mine = |trace: &&Trace| rows(trace) && trace.request.saliency.is_some();
    traces
        .iter()
        .find(|trace| trace.request == *wanted)
        .or_else(|| traces.iter().find(|trace| trace.request.input == wanted.input))
        .or_else(|| traces.iter().find(mine))
}

/// The newest frame that followed a sample.
fn latest(cx: &mut Cx<'_>, run: usize) -> Option<Arc<ProbeFrame>> {
    let record = cx.state.run(run)?;
    let wanted = cx.view.layers.wanted();
    let kept = cx.view.layers.kept.entry(run).or_default();
    if kept.frame.as_ref().is_some_and(|frame| frame.run != record.id) {
        *kept = Kept::default();
    }
    let newest = record.frame.as_ref().filter(|frame| pick(frame, &wanted).is_some());
    if let Some(frame) = newest {
        kept.frame = Some(Arc::clone(frame));
    }
    kept.frame.clone()
}
