//! How the data look after a layer: the moment when they become separable.

mod axes;
mod calm;
mod draw;
mod lines;
mod stops;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Color32, Key, Mesh, Modifiers, Rect, Ui};

use crate::data::Dataset;
use crate::record::{
    GridRequest, Hidden, HiddenRequest, HiddenView as Projected, Part, ProbeFrame, ProbeRequest,
    Run,
};
use crate::spec::ValidRun;
use crate::ui::parts::{Counted, data_of, filled};
use crate::ui::theme;
use crate::ui::widgets::{self, IntegerField, caption, segmented, toggle};
use crate::ui::{Cx, format};
use crate::workbench::{DataState, State};

use axes::Window;
use calm::Calm;
use stops::{Stop, stops};

/// Most samples that are drawn: enough to see their shape, few enough to be followed live.
const MOST: usize = 800;
/// In places lower than this, what is set goes into a menu: the picture has all the room.
const LOW: f32 = 240.0;
/// Lines of the bent grid in each direction, and points along each.
const LINES: usize = 17;
const POINTS: usize = 97;

/// View state of this panel.
#[derive(Debug, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct HiddenView {
    /// Place among the stops; `None` for the last one before the output.
    pub stop: Option<usize>,
    /// Whether the data are projected on their principal directions; `None` for what suits the
    /// layer.
    pub principal: Option<bool>,
    /// The two neurons that are shown.
    pub units: [usize; 2],
    /// Part of the data that is shown.
    #[serde(skip)]
    pub part: Part,
    /// Whether the bent grid is drawn.
    pub grid: bool,
    /// Whether the lines of the output layer are drawn.
    pub lines: bool,
    #[serde(skip)]
    kept: BTreeMap<usize, Kept>,
}

impl Default for HiddenView {
    fn default() -> Self {
        Self {
            stop: None,
            principal: None,
            units: [0, 1],
            part: Part::Test,
            grid: true,
            lines: true,
            kept: BTreeMap::new(),
        }
    }
}

/// What is kept of one run's picture until there is news.
#[derive(Debug, Default)]
struct Kept {
    /// The last frame with samples after a layer.
    frame: Option<Arc<ProbeFrame>>,
    /// The frame whose points are kept.
    taken: Option<Arc<ProbeFrame>>,
    calm: Calm,
    window: Option<(HiddenRequest, Window)>,
    picture: Option<(PictureKey, Arc<Mesh>)>,
}

/// What the mesh depends on besides the frame.
#[derive(Clone, Debug, PartialEq)]
struct PictureKey {
    frame: usize,
    area: Rect,
    window: Window,
    colours: [Color32; 3],
    pixels_per_point: f32,
    shown: [bool; 2],
}

/// All that is drawn: a network, its data, and how they look after a layer.
struct Sight<'a> {
    run: usize,
    spec: &'a ValidRun,
    data: &'a Arc<Dataset>,
    frame: &'a Arc<ProbeFrame>,
    hidden: &'a Hidden,
}

impl HiddenView {
    fn stop_of(&self, all: &[Stop]) -> usize {
        let usual = all.len().saturating_sub(2);
        self.stop.unwrap_or(usual).min(all.len().saturating_sub(1))
    }

    /// How a layer of this width is shown: two neurons where there are no more.
    fn projected(&self, width: usize) -> Projected {
        match (width, self.principal.unwrap_or(width > 2)) {
            (0 | 1, _) => Projected::Units([0, 0]),
            (_, true) => Projected::Principal,
            (_, false) => Projected::Units(self.units.map(|unit| unit.min(width - 1))),
        }
    }

    /// What the panel wants to see of a network.
    fn wanted(&self, spec: &ValidRun, data: &Dataset) -> Option<HiddenRequest> {
        let all = stops(spec);
        let stop = all.get(self.stop_of(&all))?;
        let part = if filled(data, self.part).is_some() { self.part } else { Part::Test };
        let grid = (self.grid && data.is_planar()).then(|| {
            let Window { x, y } = axes::of_plane(data);
            GridRequest { x, y, lines: LINES, points: POINTS }
        });
        let view = self.projected(stop.width);
        Some(HiddenRequest { layer: stop.layer, view, part, most: MOST, grid })
    }
}

/// Adds what this panel wants to see of a run while it is visible.
pub fn request(state: &State, view: &mut HiddenView, run: usize, wanted: &mut ProbeRequest) {
    let (Some(data), Some(record)) = (data_of(state, run), state.run(run)) else { return };
    wanted.inside.hidden = view.wanted(&record.spec, data);
    wanted.inside.parameters = true;
}

/// Draws it for a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(data) = data_of(cx.state, run).cloned() else {
        widgets::empty(ui, cx.theme, no_data(cx.state), |_| ());
        return;
    };
    let Some(record) = cx.state.run(run) else {
        widgets::empty(ui, cx.theme, &no_run(cx.state, run), |_| ());
        return;
    };
    let all = stops(&record.spec);
    let is_low = ui.available_height() < LOW;
    if is_low {
        let shown = all.get(cx.view.hidden.stop_of(&all)).map_or("Options", |stop| &stop.name);
        let tip = "The layer after which the data are shown, and how";
        widgets::folded(ui, shown, tip, |ui| {
            walk(ui, cx, &all);
            controls(ui, cx, &all, &data);
        });
    } else {
        walk(ui, cx, &all);
        controls(ui, cx, &all, &data);
    }
    let wanted = cx.view.hidden.wanted(&record.spec, &data);
    let frame = latest(cx, run, record, wanted.as_ref());
    let found = frame.as_ref().and_then(|frame| Some((frame, frame.inside.hidden.as_ref()?)));
    let Some((frame, hidden)) = found else {
        widgets::empty(ui, cx.theme, waiting(cx.state, run), |_| ());
        return;
    };
    let sight = Sight { run, spec: &record.spec, data: &data, frame, hidden };
    if !is_low {
        note(ui, cx, &sight, &all, wanted.as_ref() == Some(hidden_request(hidden)), record);
    }
    draw::show(ui, cx, &sight);
}

fn hidden_request(hidden: &Hidden) -> &HiddenRequest {
    &hidden.request
}

/// The newest frame with samples after the wanted layer, or the last one with any.
fn latest(
    cx: &mut Cx<'_>,
    run: usize,
    record: &Run,
    wanted: Option<&HiddenRequest>,
) -> Option<Arc<ProbeFrame>> {
    let kept = cx.view.hidden.kept.entry(run).or_default();
    if kept.frame.as_ref().is_some_and(|frame| frame.run != record.id) {
        *kept = Kept::default();
    }
    let request =
        |frame: &Arc<ProbeFrame>| frame.inside.hidden.as_ref().map(hidden_request).cloned();
    let newest = record.frame.as_ref().filter(|frame| frame.inside.hidden.is_some());
    if let Some(frame) = newest
        && (request(frame).as_ref() == wanted || kept.frame.is_none())
    {
        kept.frame = Some(Arc::clone(frame));
    }
    kept.frame.clone()
}

/// Buttons for all stops; the arrow keys walk along them.
fn walk(ui: &mut Ui, cx: &mut Cx<'_>, all: &[Stop]) {
    let current = cx.view.hidden.stop_of(all);
    let mut chosen = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(theme::TIGHT, theme::TIGHT);
        for (place, stop) in all.iter().enumerate() {
            if place > 0 {
                let muted = egui::RichText::new("→").color(cx.theme.text_muted);
                ui.label(muted);
            }
            let mut button = egui::Button::selectable(place == current, stop.name.as_str());
            if place == current {
                button = button.fill(cx.theme.accent_soft);
            }
            let tip = format!("{}. The arrow keys ← and → walk through the layers.", stop.words);
            let response = ui.add(button).on_hover_text(tip);
            if response.clicked() {
                chosen = Some(place);
                response.request_focus();
            }
            if response.has_focus() {
                chosen = chosen.or_else(|| step(ui, current, all.len()));
            }
        }
    });
    if let Some(place) = chosen.filter(|place| *place != current) {
        cx.view.hidden.stop = Some(place);
    }
}

/// Where an arrow key leads.
fn step(ui: &Ui, current: usize, count: usize) -> Option<usize> {
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowLeft) {
        return current.checked_sub(1);
    }
    pressed(Key::ArrowRight).then_some(current + 1).filter(|next| *next < count)
}

fn controls(ui: &mut Ui, cx: &mut Cx<'_>, all: &[Stop], data: &Dataset) {
    let theme = cx.theme;
    let width = all.get(cx.view.hidden.stop_of(all)).map_or(0, |stop| stop.width);
    ui.horizontal_wrapped(|ui| {
        let view = &mut cx.view.hidden;
        let parts: Vec<Part> =
            Part::ALL.into_iter().filter(|part| filled(data, *part).is_some()).collect();
        if let Some(part) =
            segmented(ui, theme, view.part, &parts, |part| Counted::from(part).label())
        {
            view.part = part;
        }
        if width > 1 {
            projections(ui, theme, view, width);
        }
        if data.is_planar() {
            let tip = "A straight grid over the plane, bent as the layers bend it; its edge is \
                       drawn stronger";
            toggle(ui, theme, &mut view.grid, "Grid").on_hover_text(tip);
        }
        let tip = "Where the output layer changes its answer, drawn where the layer before it has \
                   two neurons";
        toggle(ui, theme, &mut view.lines, "Decision lines").on_hover_text(tip);
    });
}

fn projections(ui: &mut Ui, theme: &theme::Theme, view: &mut HiddenView, width: usize) {
    let current = matches!(view.projected(width), Projected::Principal);
    let name = |principal| if principal { "PCA" } else { "Two neurons" };
    if let Some(to) = segmented(ui, theme, current, &[true, false], name) {
        view.principal = Some(to);
    }
    if current {
        return;
    }
    for (axis, name) in ["Neuron to the right", "Neuron upwards"].into_iter().enumerate() {
        let value = view.units[axis].min(width - 1) as u64;
        let field = IntegerField::new(name, value).range(0..=width as u64 - 1).width(44.0);
        let field = field.tip("Number of the neuron, counted from 0");
        if let Some(unit) = field.show(ui, theme) {
            view.units[axis] = unit as usize;
        }
    }
}

/// What is seen, in words.
fn note(ui: &mut Ui, cx: &Cx<'_>, sight: &Sight<'_>, all: &[Stop], is_wanted: bool, record: &Run) {
    let hidden = sight.hidden;
    let stop = all.iter().find(|stop| stop.layer == hidden.request.layer);
    let name = stop.map_or("this layer", |stop| stop.name.as_str());
    let count = format::counted(hidden.points.len() as u64, "sample", "samples");
    let part = hidden.request.part.label();
    let how = match hidden.explained {
        Some(explained) => told(explained, hidden.width),
        None if hidden.width < 2 => "one value; each class has a line of its own".into(),
        None => "two neurons".into(),
    };
    caption(ui, cx.theme, &format!("{count} of the {part} after {name}  ·  {how}"));
    if !is_wanted && !cx.state.still_answers(record) {
        let text = "This run has ended: press Play to see other layers";
        ui.label(egui::RichText::new(text).color(cx.theme.warning).small());
    }
}

/// How much of the variance both directions show.
fn told([first, second]: [f32; 2], width: usize) -> String {
    let [a, b, both] = [first, second, first + second].map(|share| format::percent(share.into()));
    format!(
        "PCA of {width} values shows {a} + {b} = {both} of the variance; its directions may turn \
         while training"
    )
}

fn no_data(state: &State) -> &'static str {
    match state.data() {
        DataState::Loading(_) => "The data is being read.",
        DataState::Failed(_) => "The data could not be read; the data panel says why.",
        _ => "Choose data in the data panel: here you see how they look after each layer.",
    }
}

fn no_run(state: &State, run: usize) -> String {
    match state.check(run) {
        Some(Err(issues)) => {
            let issue = issues.first().map_or("", |issue| issue.message.as_str());
            format!("This network cannot be built, so no layer can be shown. {issue}")
        }
        _ => "Press Play: here you see how the data look after each layer.".into(),
    }
}

fn waiting(state: &State, run: usize) -> &'static str {
    match state.answers(run) {
        true => "The data are on their way through the network.",
        false => "This run has ended and answers no more questions. Press Play to go on with it.",
    }
}
