//! The network as a drawing: neurons, connections, and what each neuron sees.

mod anatomy;
mod canvas;
mod detail;
mod drawing;
mod header;
mod labels;
mod layout;
#[cfg(test)]
mod live;
mod names;
mod nodes;
mod pictures;
mod tell;
#[cfg(test)]
mod tests;
mod values;
mod wires;

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Align2, Rect, Sense, Ui, UiBuilder, pos2, vec2};

use crate::data::Dataset;
use crate::record::ProbeRequest;
use crate::spec::{SpecIssue, ValidRun};
use crate::ui::panes::Pane;
use crate::ui::plane::PlaneView;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, Icon, IconButton, IntegerField};
use crate::ui::{Cx, capture, empty};
use crate::workbench::{Action, State};

use canvas::Stage;
use drawing::Drawing;
use pictures::Subject;
use wires::{Thinned, Wires};

/// Width of the panel of an opened neuron.
const SIDE: f32 = 268.0;
/// Least width of the drawing beside it; without that much the panel takes its place.
const BESIDE: f32 = 260.0;
/// Height of the line below the drawing.
const LEGEND: f32 = 24.0;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct GraphView {
    /// The row that is followed where the data are no points in the plane.
    pub row: usize,
    #[serde(skip)]
    drawings: BTreeMap<usize, Drawing>,
}

/// Adds what this panel wants to see of a run while it is visible.
pub fn request(
    state: &State,
    view: &mut GraphView,
    plane: &mut PlaneView,
    run: usize,
    wanted: &mut ProbeRequest,
) {
    let Some((valid, data)) = subject(state, run) else { return };
    let row = view.row;
    let drawing = view.drawings.entry(run).or_default();
    drawing.prepare(valid, data);
    if has_maps(data) {
        drawing.look(plane.sight(state, run, data).window);
    }
    drawing.request(data, row, wanted);
}

/// The network that is drawn, and its data: those of the run, or those of the draft before there
/// is one.
fn subject(state: &State, run: usize) -> Option<(&Arc<ValidRun>, &Arc<Dataset>)> {
    let started =
        state.slot(run).and_then(|slot| Some((&slot.run.as_ref()?.spec, slot.data.as_ref()?)));
    started.or_else(|| Some((state.check(run)?.as_ref().ok()?, state.data().dataset()?)))
}

/// Whether neurons show what they see over the plane, or along the only feature.
fn has_maps(data: &Dataset) -> bool {
    data.is_planar() || data.is_curve()
}

/// Draws it for a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some((valid, data)) = subject(cx.state, run).map(|(v, d)| (Arc::clone(v), Arc::clone(d)))
    else {
        nothing(ui, cx, run);
        return;
    };
    let mut drawing = cx.view.graph.drawings.remove(&run).unwrap_or_default();
    drawing.prepare(&valid, &data);
    if has_maps(&data) {
        drawing.look(cx.view.boundary.plane.sight(cx.state, run, &data).window);
    }
    capture::controls(ui, |ui| tools(ui, cx, &mut drawing, &data, run));
    body(ui, cx, &mut drawing, &data, run);
    cx.view.graph.drawings.insert(run, drawing);
}

/// What stands here where there is no network to draw.
fn nothing(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let why = match cx.state.check(run) {
        Some(Err(issues)) => issues.first().map(SpecIssue::to_string),
        _ => None,
    };
    match why {
        Some(why) => {
            let text = format!("The network cannot be drawn yet. {why}");
            empty::elsewhere(ui, cx, &text, &[("Show the network", Pane::Network)]);
        }
        None => empty::no_data(ui, cx, "Then the network is drawn here."),
    }
}

/// What can be done with the drawing and its weights.
fn tools(ui: &mut Ui, cx: &mut Cx<'_>, drawing: &mut Drawing, data: &Arc<Dataset>, run: usize) {
    let theme = cx.theme;
    ui.horizontal_wrapped(|ui| {
        ui.set_min_height(theme::TARGET);
        let can_fit = !drawing.camera.fits();
        let fit = IconButton::new(Icon::Fit, "Fit the network")
            .tip("Shows the whole network again; drag to move it, turn the wheel to come closer");
        if ui.add_enabled_ui(can_fit, |ui| fit.show(ui, theme)).inner.clicked() {
            drawing.camera.fit();
        }
        let state = cx.state;
        let undo = IconButton::new(Icon::Undo, "Undo the change of weights")
            .tip("Takes back the last change of weights by hand");
        if ui.add_enabled_ui(state.can_undo_weights(run), |ui| undo.show(ui, theme)).inner.clicked()
        {
            cx.act(Action::UndoWeights(run));
        }
        let redo = IconButton::new(Icon::Redo, "Redo the change of weights")
            .tip("Makes the change of weights again");
        if ui.add_enabled_ui(state.can_redo_weights(run), |ui| redo.show(ui, theme)).inner.clicked()
        {
            cx.act(Action::RedoWeights(run));
        }
        match has_maps(data) {
            true => zoomed(ui, cx, data, run),
            false => sample(ui, cx, data),
        }
    });
}

/// Says that maps are of the piece of the plane at which the decision boundary looks.
fn zoomed(ui: &mut Ui, cx: &mut Cx<'_>, data: &Arc<Dataset>, run: usize) {
    let plane = &mut cx.view.boundary.plane;
    let sight = plane.sight(cx.state, run, data);
    if sight.window == sight.whole {
        return;
    }
    ui.separator();
    widgets::muted(ui, cx.theme, "Maps as zoomed");
    let all = IconButton::new(Icon::Fit, "Show all data").text("All data");
    let all =
        all.tip("Maps and decision boundary show the same piece of the plane; shows all of it");
    if all.show(ui, cx.theme).clicked() {
        plane.fit();
    }
}

/// Room for the chooser of the sample with words around it.
const SAMPLE: f32 = 300.0;

/// Chooses the sample that is followed through the network.
fn sample(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let (part, rows) = match data.test.rows() {
        0 => ("Training row", data.train.rows()),
        rows => ("Test row", rows),
    };
    if rows == 0 {
        return;
    }
    let is_wide = ui.max_rect().width() >= SAMPLE;
    if is_wide {
        ui.separator();
        widgets::muted(ui, cx.theme, part);
    }
    let row = cx.view.graph.row.min(rows - 1) as u64 + 1;
    let field = IntegerField::new(part, row)
        .range(1..=rows as u64)
        .width(64.0)
        .tip("The sample that is followed through the network");
    if let Some(row) = field.show(ui, cx.theme) {
        cx.view.graph.row = row as usize - 1;
    }
    if is_wide {
        widgets::muted(ui, cx.theme, &format!("of {}", widgets::thousands(rows as u64)));
    }
}

/// The drawing, and beside it the opened neuron, which takes its place where there is no room.
fn body(ui: &mut Ui, cx: &mut Cx<'_>, drawing: &mut Drawing, data: &Arc<Dataset>, run: usize) {
    let whole = ui.available_rect_before_wrap();
    let is_open = drawing.opened.is_some();
    let has_room = whole.width() >= SIDE + BESIDE;
    let beside = if is_open && has_room { SIDE } else { 0.0 };
    let [rect, side] = [
        Rect::from_min_max(whole.min, whole.max - vec2(beside, 0.0)),
        Rect::from_min_max(pos2(whole.right() - beside, whole.top()), whole.max),
    ];
    let inner = Rect::from_min_max(rect.min, rect.max - vec2(0.0, LEGEND));
    let room = canvas::room(inner);
    let layout = drawing.layout(room.size());
    let frame = cx.state.run(run).and_then(|run| run.frame.clone());
    let stage = Stage {
        run,
        anatomy: &Arc::clone(&drawing.anatomy),
        layout: &layout,
        data,
        frame: frame.as_ref(),
        theme: cx.theme,
        window: &drawing.shown_window(data, frame.as_deref()),
        input: &drawing::sample(data, cx.view.graph.row),
        room,
        transform: drawing.camera.transform(layout.bounds, room),
    };
    update(ui, drawing, &stage);
    if is_open && !has_room {
        within(ui, whole, |ui| detail::show(ui, cx, drawing, &stage));
    } else {
        within(ui, rect, |ui| {
            ui.set_min_size(rect.size());
            picture(ui, cx, drawing, &stage, inner);
        });
        if is_open {
            ui.painter().vline(side.left() + 6.0, side.y_range(), cx.theme.hairline());
            let side = Rect::from_min_max(side.min + vec2(14.0, 0.0), side.max);
            within(ui, side, |ui| detail::show(ui, cx, drawing, &stage));
        }
    }
    ui.advance_cursor_after_rect(whole);
}

/// A part of the panel.
fn within(ui: &mut Ui, rect: Rect, content: impl FnOnce(&mut Ui)) {
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    child.shrink_clip_rect(rect.expand(2.0));
    content(&mut child);
}

/// Paints the pictures of the neurons again if there is news.
fn update(ui: &Ui, drawing: &mut Drawing, stage: &Stage<'_>) {
    let subject = Subject {
        anatomy: stage.anatomy,
        layout: stage.layout,
        data: stage.data,
        window: stage.window,
        input: stage.input,
        theme: stage.theme,
    };
    drawing.pictures.update(ui.ctx(), &subject, stage.frame);
    drawing.see(stage.transform, stage.room);
}

/// The drawing and the line below it.
fn picture(ui: &mut Ui, cx: &mut Cx<'_>, drawing: &mut Drawing, stage: &Stage<'_>, rect: Rect) {
    let outcome = canvas::show(ui, cx, drawing, stage, rect);
    if let Some((column, unit)) = outcome.opened.filter(|(column, _)| drawing.can_open(*column)) {
        drawing.opened = Some((column, unit));
    }
    let below = Rect::from_min_max(rect.left_bottom(), rect.right_bottom() + vec2(0.0, LEGEND));
    let below = thinned(ui, stage.theme, &mut drawing.wires, below);
    match outcome.target {
        Some(target) => told(ui, stage, below, &canvas::line(stage, target)),
        None => legend(ui, stage, below),
    }
}

/// One line about what the pointer rests on, in the place of the legend.
fn told(ui: &Ui, stage: &Stage<'_>, rect: Rect, text: &str) {
    let at = rect.left_center() + vec2(6.0, 0.0);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.text(at, Align2::LEFT_CENTER, text, theme::body(), stage.theme.text);
}

/// Says that weak connections are left out, with a way to see more of them. Returns the room that
/// is left.
fn thinned(ui: &mut Ui, theme: &Theme, wires: &mut Wires, rect: Rect) -> Rect {
    if wires.thinned.is_none() && !wires.draws_more() {
        return rect;
    }
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut row = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    if wires.draws_more() {
        let tip = "Draws only the strongest connections again, which is faster and clearer";
        if row.small_button("Fewer").on_hover_text(tip).clicked() {
            wires.fewer();
        }
    }
    if let Some(Thinned { drawn, all }) = wires.thinned {
        let tip = "Draws four times as many connections";
        if row.small_button("More").on_hover_text(tip).clicked() {
            wires.more();
        }
        let [drawn, all] = [drawn, all].map(|count| widgets::thousands(count as u64));
        let text = format!("the {drawn} strongest of {all} connections");
        let short = format!("{drawn} of {all}");
        let fits = rect.width() > 300.0;
        widgets::caption(&mut row, theme, if fits { &text } else { &short });
    }
    rect.with_max_x(row.min_rect().left() - theme::GAP)
}

/// What lines and colours mean, as far as there is room for it.
fn legend(ui: &Ui, stage: &Stage<'_>, rect: Rect) {
    let theme = stage.theme;
    let has_kernels = (0..stage.anatomy.columns.len())
        .any(|at| stage.anatomy.maps(at).is_some_and(|maps| maps.kernels.is_some()));
    let long = match has_kernels {
        true => "the wider, the larger the weight |w| or the norm |k| of the kernel",
        false => "the wider, the larger the weight; |w| of the widest below each pair of layers",
    };
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let mut x = rect.left() + 6.0;
    let y = rect.center().y;
    let id = ui.scope_id().with("legend");
    let response = ui.interact(rect, id, Sense::hover());
    response.on_hover_text(format!("Blue is positive, orange and dashed negative; {long}"));
    let galley = |text: &str| painter.layout_no_wrap(text.into(), theme::small(), theme.text_muted);
    for (name, dashes) in [("positive", &[(0.0, 26.0)][..]), ("negative", &DASHES)] {
        let word = galley(name);
        let end = x + 32.0 + word.size().x;
        if end > rect.right() {
            return;
        }
        let colour = if dashes.len() == 1 { theme.positive } else { theme.negative };
        for (from, to) in dashes {
            let ends = [pos2(x + from, y), pos2(x + to, y)];
            painter.line_segment(ends, theme.stroke(3.0, colour));
        }
        let at = Align2::LEFT_CENTER.anchor_size(pos2(x + 32.0, y), word.size());
        painter.galley(at.min, word, theme.text_muted);
        x = end + 14.0;
    }
    for text in [long, "the wider, the larger the weight", "width is size"] {
        let words = galley(text);
        if x + words.size().x <= rect.right() {
            let at = Align2::LEFT_CENTER.anchor_size(pos2(x, y), words.size());
            painter.galley(at.min, words, theme.text_muted);
            return;
        }
    }
}

/// The sample of a dashed line.
const DASHES: [(f32, f32); 3] = [(0.0, 6.5), (10.0, 16.5), (20.0, 26.5)];
