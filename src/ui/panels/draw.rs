//! A canvas to draw a digit on, and what the network makes of it.

mod answer;
mod board;
mod cells;
mod paper;
mod strip;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Button, Ui, vec2};

use crate::data::Dataset;
use crate::record::{Input, ProbeRequest, RunState, TraceRequest};
use crate::ui::parts::data_of;
use crate::ui::widgets::{self, Icon, IconButton};
use crate::ui::{Cx, capture, theme};
use crate::workbench::{Action, DataState, State};

use answer::Answer;
use board::{Board, Brush};

/// Narrower than this, what the network says stands below the canvas.
const NARROW: f32 = 440.0;
/// Largest and smallest side of the canvas.
const SIDES: [f32; 2] = [160.0, 336.0];
/// Height of buttons that are used by finger.
const FINGER: f32 = 36.0;
/// Room that is kept for the controls below the canvas and for the layers.
const BELOW: f32 = FINGER + 132.0;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DrawView {
    brush: Brush,
    #[serde(skip)]
    board: Board,
    /// What each run said last.
    #[serde(skip)]
    answers: BTreeMap<usize, Answer>,
}

/// Adds what this panel wants to see of a run while it is visible.
pub fn request(state: &State, view: &mut DrawView, run: usize, wanted: &mut ProbeRequest) {
    let Some(data) = data_of(state, run) else { return };
    view.board.prepare(data);
    if let Some(features) = view.board.features() {
        let input = Input::Values(Arc::clone(features));
        wanted.inside.traces.push(TraceRequest { input, saliency: None });
    }
}

/// Draws it for a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(data) = data_of(cx.state, run).cloned() else { return without_data(ui, cx) };
    let mut view = std::mem::take(&mut cx.view.draw);
    view.board.prepare(&data);
    match view.board.can_draw() {
        true if ui.available_width() < NARROW => {
            let scroll = egui::ScrollArea::vertical().id_salt(("draw", run));
            scroll.show(ui, |ui| drawing(ui, cx, &mut view, &data, run));
        }
        true => drawing(ui, cx, &mut view, &data, run),
        false => not_to_be_drawn(ui, cx),
    }
    cx.view.draw = view;
}

fn without_data(ui: &mut Ui, cx: &mut Cx<'_>) {
    match cx.state.data() {
        DataState::Loading(_) => {
            widgets::empty(ui, cx.theme, "The data are still being read.", |_| {});
        }
        _ => offers(ui, cx, "There are no data yet. Open digits to draw some of your own."),
    }
}

fn not_to_be_drawn(ui: &mut Ui, cx: &mut Cx<'_>) {
    let text = "These data are no images, so there is nothing to draw. Open an experiment with \
                digits; Undo brings this one back.";
    offers(ui, cx, text);
}

/// Experiments whose samples can be drawn.
fn offers(ui: &mut Ui, cx: &mut Cx<'_>, sentence: &str) {
    let presets = [("Open drawn digits", "drawn-digits"), ("Open bitmap digits", "bitmap-digits")];
    let chosen = widgets::empty(ui, cx.theme, sentence, |ui| {
        let mut chosen = None;
        for (label, preset) in presets {
            let tip = "A built-in experiment with digits that need no file";
            if ui.add(Button::new(label).min_size(vec2(0.0, FINGER))).on_hover_text(tip).clicked() {
                chosen = Some(preset);
            }
            ui.add_space(theme::TIGHT);
        }
        chosen
    });
    if let Some(preset) = chosen {
        cx.act(Action::OpenPreset(preset.to_owned()));
    }
}

fn drawing(ui: &mut Ui, cx: &mut Cx<'_>, view: &mut DrawView, data: &Arc<Dataset>, run: usize) {
    let width = ui.available_width();
    let is_narrow = width < NARROW;
    let room = ui.available_height();
    let room = if room.is_finite() { room - BELOW } else { SIDES[1] };
    let most = if is_narrow { width } else { 0.5 * width - theme::GROUP };
    let side = most.min(room).clamp(SIDES[0], SIDES[1]).floor();
    let answer = view.answers.entry(run).or_default();
    answer.follow(cx.state.run(run), &view.board);
    if is_narrow {
        canvas(ui, cx, view, side);
        ui.add_space(theme::GAP);
        said(ui, cx, view, data, (run, f32::INFINITY));
    } else {
        let height = side + theme::TIGHT + FINGER;
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(side);
                canvas(ui, cx, view, side);
            });
            ui.add_space(theme::GROUP - theme::GAP);
            ui.vertical(|ui| said(ui, cx, view, data, (run, height)));
        });
    }
    if view.board.features().is_some()
        && let Some(answer) = view.answers.get_mut(&run)
    {
        strip::show(ui, cx, answer, run);
    }
}

/// The canvas and its controls.
fn canvas(ui: &mut Ui, cx: &Cx<'_>, view: &mut DrawView, side: f32) {
    match view.board.grid() {
        Some(_) => cells::show(ui, cx.theme, &mut view.board, side),
        None => paper::show(ui, cx.theme, &mut view.board, view.brush, side),
    }
    ui.add_space(theme::TIGHT);
    capture::controls(ui, |ui| strokes(ui, cx, view));
}

/// What can be done with the strokes.
fn strokes(ui: &mut Ui, cx: &Cx<'_>, view: &mut DrawView) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::TIGHT;
        ui.add_enabled_ui(view.board.can_undo(), |ui| {
            let undo = IconButton::new(Icon::Reset, "Undo stroke").size(FINGER).text("Undo");
            let undo = undo.tip("Takes the last stroke back").shortcut("Backspace");
            if undo.show(ui, cx.theme).clicked() {
                view.board.undo();
            }
        });
        ui.add_enabled_ui(view.board.features().is_some(), |ui| {
            let clear = IconButton::new(Icon::Trash, "Clear").size(FINGER).text("Clear");
            let clear = clear.tip("Takes away everything that was drawn").shortcut("Delete");
            if clear.show(ui, cx.theme).clicked() {
                view.board.clear();
            }
        });
        if view.board.grid().is_none() {
            brushes(ui, cx, view);
        }
    });
}

fn brushes(ui: &mut Ui, cx: &Cx<'_>, view: &mut DrawView) {
    for brush in Brush::ALL {
        let response = paper::brush_button(ui, cx.theme, brush, brush == view.brush, FINGER);
        if response.clicked() {
            view.brush = brush;
        }
    }
}

/// What the network sees, and what it takes it for, in so much height.
fn said(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    view: &mut DrawView,
    data: &Dataset,
    (run, height): (usize, f32),
) {
    let top = ui.cursor().top();
    if view.board.features().is_none() {
        let text = match view.board.grid() {
            Some(_) => "Click pixels to put ink on them.",
            None => "Draw with the pointer, or with arrow keys and Space.",
        };
        widgets::muted(ui, cx.theme, text);
        widgets::muted(ui, cx.theme, "What the network takes it for appears here at once.");
        return;
    }
    answer::seen(ui, cx, &mut view.board, data, 0.4 * height);
    ui.add_space(theme::TIGHT);
    let room = height - (ui.cursor().top() - top);
    let answer = view.answers.entry(run).or_default();
    match answer.trace() {
        Some(trace) => answer::probabilities(ui, cx, data, trace, room),
        None => waiting(ui, cx, run),
    }
    if answer.trace().is_some() && ended(cx.state, run) {
        waiting(ui, cx, run);
    }
}

fn ended(state: &State, run: usize) -> bool {
    !state.answers(run)
}

/// Why there is no answer, and what to do.
fn waiting(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    match cx.state.run(run).map(|run| (&run.state, run.checkpoint.clone())) {
        Some((RunState::Ended(_), Some(last))) if ended(cx.state, run) => {
            widgets::muted(ui, cx.theme, "This run has ended, and its network rests.");
            let wake = Button::new("Wake the network").min_size(vec2(0.0, FINGER));
            let tip = "The run goes on from where it ended, but waits: nothing is trained";
            if ui.add(wake).on_hover_text(tip).clicked() {
                cx.act(Action::BackTo(run, last.step()));
            }
        }
        Some((RunState::Ended(_), None)) | None if ended(cx.state, run) => {
            widgets::muted(ui, cx.theme, "There is no network yet. Press Play to train one.");
        }
        _ => {
            widgets::muted(ui, cx.theme, "Asking the network …");
        }
    }
}
