//! How the data look after a layer: the moment when they become separable.

mod axes;
mod calm;
mod draw;
mod lines;
mod scene;
mod stops;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use egui::{Key, Modifiers, Slider, Ui};

use crate::base::{RunId, Step};
use crate::data::Dataset;
use crate::record::{
    GridRequest, Hidden, HiddenRequest, HiddenView as Projected, Part, ProbeFrame, ProbeRequest,
    Run,
};
use crate::spec::ValidRun;
use crate::ui::parts::{Counted, data_of, filled};
use crate::ui::plane::Window;
use crate::ui::theme;
use crate::ui::widgets::{self, Icon, IconButton, IntegerField, caption, segmented, toggle};
use crate::ui::{Cx, capture, empty, format};
use crate::workbench::State;

use draw::Drawn;
use scene::{End, Placed, Scene};
use stops::{Stop, stops};
use walk::Walk;

/// Most samples that are drawn: enough to see their shape, few enough to be followed live.
const MOST: usize = 800;
/// What is said before there is a picture.
const BEFORE: &str = "Press Play: here you see how the data look after each layer.";
const COMING: &str = "The data are on their way through the network.";
/// In places lower than this, what is set goes into a menu: the picture has all the room.
const LOW: f32 = 300.0;
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
    walk: Walk,
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
            walk: Walk::default(),
            kept: BTreeMap::new(),
        }
    }
}

/// What is kept of one run's picture until there is news.
#[derive(Debug, Default)]
struct Kept {
    run: Option<RunId>,
    known: Option<Arc<Known>>,
    /// The newest picture after each stop.
    placed: BTreeMap<usize, Placed>,
    /// The stop that is seen, or was left last.
    seen: Option<usize>,
    scene: Scene,
}

/// What was worked out of a network and its data, and need not be again.
#[derive(Debug)]
struct Known {
    spec: Arc<ValidRun>,
    data: Weak<Dataset>,
    stops: Vec<Stop>,
    /// The straight grid, of data in the plane.
    grid: Option<GridRequest>,
    /// Most samples that can be seen at all stops.
    most: usize,
}

impl Known {
    fn of(spec: &Arc<ValidRun>, data: &Arc<Dataset>) -> Self {
        let stops = stops(spec);
        let widest = stops.iter().map(|stop| stop.width).max().unwrap_or(1).max(1);
        let grid = data.is_planar().then(|| {
            let Window { x, y } = Window::around(data);
            GridRequest { x, y, lines: LINES, points: POINTS }
        });
        Self {
            spec: Arc::clone(spec),
            data: Arc::downgrade(data),
            stops,
            grid,
            most: MOST.min(HiddenRequest::MOST_COMPARED / widest).max(2),
        }
    }
}

/// All that is drawn: a network, its data, and how they look after a layer.
pub struct Sight<'a> {
    run: usize,
    spec: &'a ValidRun,
    stops: &'a [Stop],
    data: &'a Arc<Dataset>,
    frame: &'a Arc<ProbeFrame>,
    hidden: &'a Hidden,
}

impl Kept {
    fn known(&mut self, spec: &Arc<ValidRun>, data: &Arc<Dataset>) -> Arc<Known> {
        match &self.known {
            Some(known)
                if Arc::ptr_eq(&known.spec, spec) && known.data.as_ptr() == Arc::as_ptr(data) =>
            {
                Arc::clone(known)
            }
            _ => Arc::clone(self.known.insert(Arc::new(Known::of(spec, data)))),
        }
    }

    /// The step of the picture after a stop, if it is what is asked for.
    fn step(&self, stop: usize, request: Option<&HiddenRequest>) -> Option<Step> {
        let placed = self.placed.get(&stop).filter(|placed| placed.answers(request))?;
        Some(placed.step())
    }
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

    /// What the panel wants to see after a stop. The same rows are seen at all of them, so that
    /// each can be followed from one to the next.
    fn wanted(&self, known: &Known, stop: usize, data: &Dataset) -> Option<HiddenRequest> {
        let stop = known.stops.get(stop)?;
        let part = if filled(data, self.part).is_some() { self.part } else { Part::Test };
        let (view, grid) = (self.projected(stop.width), known.grid.filter(|_| self.grid));
        Some(HiddenRequest { layer: stop.layer, view, part, most: known.most, grid })
    }

    /// The stop whose picture is wanted next: of two between which one stands, that whose picture
    /// is older.
    fn next(&self, known: &Known, kept: &Kept, data: &Dataset) -> usize {
        let [from, to] = self.walk.ends(self.stop_of(&known.stops), known.stops.len());
        let step = |stop| kept.step(stop, self.wanted(known, stop, data).as_ref());
        if from != to && step(from) < step(to) { from } else { to }
    }
}

/// Adds what this panel wants to see of a run while it is visible.
pub fn request(state: &State, view: &mut HiddenView, run: usize, wanted: &mut ProbeRequest) {
    let (Some(data), Some(record)) = (data_of(state, run), state.run(run)) else { return };
    let mut kept = view.kept.remove(&run).unwrap_or_default();
    let known = kept.known(&record.spec, data);
    wanted.inside.hidden = view.wanted(&known, view.next(&known, &kept, data), data);
    wanted.inside.parameters = true;
    view.kept.insert(run, kept);
}

/// Draws it for a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(data) = data_of(cx.state, run).cloned() else {
        empty::no_data(ui, cx, "Here you see how the data look after each layer.");
        return;
    };
    let Some(record) = cx.state.run(run) else {
        empty::no_answer(ui, cx, run, BEFORE, COMING);
        return;
    };
    let mut kept = cx.view.hidden.kept.remove(&run).unwrap_or_default();
    if kept.run != Some(record.id) {
        kept = Kept { run: Some(record.id), ..Kept::default() };
    }
    let known = kept.known(&record.spec, &data);
    take(cx, record, &mut kept, &known, &data);
    let is_low = ui.available_height() < LOW;
    if is_low {
        let shown = known.stops.get(cx.view.hidden.stop_of(&known.stops));
        let shown = shown.map_or("Options", |stop| &stop.name);
        let tip = "The layer after which the data are shown, and how";
        widgets::folded(ui, shown, tip, |ui| settings(ui, cx, &kept, &known, &data));
    } else {
        capture::controls(ui, |ui| settings(ui, cx, &kept, &known, &data));
    }
    advance(ui, cx, &kept, &known, &data);
    seen(ui, cx, (run, record), &mut kept, (&known, &data, is_low));
    cx.view.hidden.kept.insert(run, kept);
}

/// After which layer the data are shown, how, and the way from one to the next.
fn settings(ui: &mut Ui, cx: &mut Cx<'_>, kept: &Kept, known: &Known, data: &Dataset) {
    stop_buttons(ui, cx, kept, &known.stops);
    controls(ui, cx, &known.stops, data);
    way(ui, cx, kept, &known.stops);
}

/// Takes in the newest picture, if it is one after a stop that is wanted, or the first of all.
fn take(cx: &Cx<'_>, record: &Run, kept: &mut Kept, known: &Known, data: &Dataset) {
    let Some(frame) = &record.frame else { return };
    let Some(hidden) = &frame.inside.hidden else { return };
    let request = &hidden.request;
    let place = known.stops.iter().position(|stop| stop.layer == request.layer);
    let Some(stop) = place else { return };
    let is_taken = kept.placed.get(&stop).is_some_and(|placed| Arc::ptr_eq(&placed.frame, frame));
    let wanted = cx.view.hidden.wanted(known, stop, data);
    if is_taken || !(wanted.as_ref() == Some(request) || kept.placed.is_empty()) {
        return;
    }
    let mut placed = kept.placed.remove(&stop).unwrap_or_else(|| Placed::new(frame));
    let beside = kept.seen.and_then(|seen| kept.placed.get(&seen)).map(|placed| &placed.calm);
    let beside = beside.map(|calm| (calm.rows.as_slice(), calm.points.as_slice()));
    placed.take(frame, crate::ui::parts::labelled(data, request.part), beside);
    kept.placed.insert(stop, placed);
    kept.seen.get_or_insert(stop);
}

/// The picture, or why there is none.
fn seen(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    (run, record): (usize, &Run),
    kept: &mut Kept,
    (known, data, is_low): (&Known, &Arc<Dataset>, bool),
) {
    let (view, all) = (&cx.view.hidden, known.stops.as_slice());
    let leg = view
        .walk
        .leg()
        .filter(|leg| [leg.from, leg.to].iter().all(|stop| kept.placed.contains_key(stop)));
    let at = view.stop_of(all);
    if leg.is_none() && kept.placed.contains_key(&at) {
        kept.seen = Some(at);
    }
    let Some(last) = kept.seen.filter(|stop| kept.placed.contains_key(stop)) else {
        empty::no_answer(ui, cx, run, BEFORE, COMING);
        return;
    };
    let (stops, share) = leg.map_or(([last; 2], 0.0), |leg| ([leg.from, leg.to], leg.share));
    let wanted = view.wanted(known, at, data);
    let is_wanted = leg.is_some() || kept.step(at, wanted.as_ref()).is_some();
    let Some(frame) = kept.placed.get(&stops[1]).map(|placed| Arc::clone(&placed.frame)) else {
        return;
    };
    let Some(hidden) = &frame.inside.hidden else { return };
    let sight = Sight { run, spec: &record.spec, stops: all, data, frame: &frame, hidden };
    capture::note(ui, || {
        let name = all.get(stops[1]).map_or("a layer", |stop| stop.name.as_str());
        format!("after {name}, {}", hidden.request.part.label())
    });
    if !is_low {
        note(ui, cx, &sight, stops, is_wanted, record);
    }
    let (area, has_legend) = draw::room(ui);
    let mut scene = std::mem::take(&mut kept.scene);
    let aspect = area.width() / area.height();
    let windows = stops.map(|stop| {
        let placed = kept.placed.get_mut(&stop);
        placed.map(|placed| placed.window(aspect, data.class_names.len()))
    });
    if let ([Some(from), Some(to)], [Some(a), Some(b)]) =
        (windows, stops.map(|stop| kept.placed.get(&stop)))
    {
        let ends = [End { placed: a, window: from }, End { placed: b, window: to }];
        draw::show(
            ui,
            cx,
            &mut scene,
            &Drawn { sight: &sight, ends, stops, share, area, has_legend },
        );
    }
    kept.scene = scene;
}

/// Buttons for all stops; the arrow keys walk along them.
fn stop_buttons(ui: &mut Ui, cx: &mut Cx<'_>, kept: &Kept, all: &[Stop]) {
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
    if let Some(to) = chosen.filter(|place| *place != current) {
        let from = kept.seen.unwrap_or(to);
        cx.view.hidden.walk.choose(from, to, begun(kept, from));
        cx.view.hidden.stop = Some(to);
    }
}

/// The step of what is left: what is led to must not be older.
fn begun(kept: &Kept, from: usize) -> Step {
    kept.placed.get(&from).map_or(Step::default(), Placed::step)
}

/// Where an arrow key leads.
fn step(ui: &Ui, current: usize, count: usize) -> Option<usize> {
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowLeft) {
        return current.checked_sub(1);
    }
    pressed(Key::ArrowRight).then_some(current + 1).filter(|next| *next < count)
}

/// A walk through all layers, and a slider that holds any place on it.
fn way(ui: &mut Ui, cx: &mut Cx<'_>, kept: &Kept, all: &[Stop]) {
    if all.len() < 2 {
        return;
    }
    let theme = cx.theme;
    let stop = cx.view.hidden.stop_of(all);
    ui.horizontal(|ui| {
        let view = &mut cx.view.hidden;
        let (icon, text) = match view.walk.is_playing() {
            true => (Icon::Pause, "Stay"),
            false => (Icon::Play, "Walk through"),
        };
        let button = IconButton::new(icon, text).text(text);
        let button =
            button.tip("Leads every sample from its place after one layer to that after the next");
        if button.show(ui, theme).clicked() {
            match view.walk.is_playing() {
                true => view.walk.pause(),
                false => view.stop = Some(view.walk.play(stop, all.len())),
            }
        }
        let mut place = view.walk.place(stop);
        let last = (all.len() - 1) as f32;
        ui.spacing_mut().slider_width = ui.available_width().clamp(40.0, 320.0);
        let slider = Slider::new(&mut place, 0.0..=last).show_value(false).trailing_fill(true);
        let response = ui.add(slider);
        if response.changed() {
            let from = (place.max(0.0) as usize).min(all.len() - 1);
            view.stop = Some(view.walk.hold(place, begun(kept, from)));
        }
        if response.drag_stopped() {
            view.walk.let_go();
        }
        response
            .on_hover_text("Holds the samples anywhere between their places after two layers")
            .accessible_name("Place on the way");
    });
}

/// Goes on with the walk.
fn advance(ui: &Ui, cx: &mut Cx<'_>, kept: &Kept, known: &Known, data: &Dataset) {
    let view = &mut cx.view.hidden;
    let (stop, count) = (view.stop_of(&known.stops), known.stops.len());
    let begun_at = view.walk.begun();
    let is_known = |stop: usize| {
        let step = kept.step(stop, view.wanted(known, stop, data).as_ref());
        step.is_some_and(|step| step >= begun_at)
    };
    let are_known = view.walk.ends(stop, count).into_iter().all(is_known);
    let moves = ui.style().animation_time > 0.0;
    let seconds = ui.input(|input| input.stable_dt).min(0.1);
    if let Some(next) = view.walk.advance(seconds, (stop, count), are_known, moves) {
        view.walk.go(stop, next, begun(kept, stop));
        view.stop = Some(next);
    }
    if view.walk.moves() && (are_known || view.walk.is_playing()) {
        ui.ctx().request_repaint();
    }
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
        let value = view.units[axis].min(width - 1) as u64 + 1;
        let field = IntegerField::new(name, value).range(1..=width as u64).width(44.0);
        let field = field.tip("Number of the neuron, counted from 1 from the top of the graph");
        if let Some(number) = field.show(ui, theme) {
            view.units[axis] = number as usize - 1;
        }
    }
}

/// What is seen, in words.
fn note(
    ui: &mut Ui,
    cx: &Cx<'_>,
    sight: &Sight<'_>,
    [from, to]: [usize; 2],
    is_wanted: bool,
    record: &Run,
) {
    let hidden = sight.hidden;
    let name = |stop: usize| sight.stops.get(stop).map_or("this layer", |stop| stop.name.as_str());
    let count = format::counted(hidden.points.len() as u64, "sample", "samples");
    let part = hidden.request.part.label();
    let how = match hidden.explained {
        Some(explained) => told(explained, hidden.width),
        None if hidden.width < 2 => "one value; each class has a line of its own".into(),
        None => "two neurons".into(),
    };
    let text = match from == to {
        true => format!("{count} of the {part} after {}  ·  {how}", name(to)),
        false => format!("{count} of the {part} on the way from {} to {}", name(from), name(to)),
    };
    caption(ui, cx.theme, &text);
    if !is_wanted && !cx.state.still_answers(record) {
        let text = "This run has ended: press Play to see other layers";
        ui.label(egui::RichText::new(text).color(cx.theme.warning).small());
    }
}

/// How much of the variance both directions show.
fn told([first, second]: [f32; 2], width: usize) -> String {
    let [a, b, both] = [first, second, first + second].map(|share| format::percent(share.into()));
    format!(
        "PCA of {width} values shows {a} + {b} = {both} of the variance, aligned with the picture \
         before"
    )
}
