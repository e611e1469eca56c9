//! The layer stack of one model: what goes in, every layer, what comes out. Layers are added
//! between any two, edited in place, and reordered by dragging or with Alt and the arrow keys.

mod add;
mod card;
mod ends;
mod facts;
mod form;
mod kinds;
mod shapes;
mod skips;
mod stack;
mod starts;

use egui::{Rect, RichText, ScrollArea, Sense, Stroke, Ui, vec2};

use crate::spec::{LayerSpec, RunSpec};
use crate::ui::Cx;
use crate::ui::widgets::Marker;
use crate::workbench::{Action, Edit, State};

use shapes::Shapes;

/// How much room there is for the cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    /// Parameters and costs stand in columns.
    Wide,
    /// Each card takes more lines.
    Narrow,
    /// So little that a name and a number fill a line.
    Tiny,
}

impl Room {
    fn of(width: f32) -> Self {
        if width < 420.0 {
            Self::Tiny
        } else if width < 640.0 {
            Self::Narrow
        } else {
            Self::Wide
        }
    }
}

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct NetworkView {
    /// Where the cards of the layers stood in the last frame.
    #[serde(skip)]
    cards: Vec<Rect>,
    /// The card that shows its seldom used settings.
    #[serde(skip)]
    open: Option<Open>,
    /// Whether the menu at the end of the stack shall open.
    #[serde(skip)]
    offering: bool,
}

impl NetworkView {
    /// Opens the menu of layers at the end of the stack with the next frame.
    pub fn offer_layers(&mut self) {
        self.offering = true;
    }
}

/// The edit that freezes all layers of the selected run but the output layer, or frees all of
/// them; `None` where nothing would change.
#[must_use]
pub fn frozen(state: &State, frozen: bool) -> Option<Edit> {
    let run = state.selected();
    let before = state.run_spec(run)?;
    let mut after = before.clone();
    for layer in &mut after.model.hidden {
        layer.frozen = frozen && kinds::can_learn(&layer.kind);
    }
    after.model.output.frozen = false;
    (after != *before).then_some(Edit::SetRun(run, after))
}

/// A card that can show more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    /// That of a layer.
    Layer(usize),
    /// That of the output layer.
    Output,
}

/// Asks for an edit of layers. What a card shows stays with it.
fn edit(cx: &mut Cx<'_>, edit: Edit) {
    if let Some(Open::Layer(open)) = cx.view.network.open {
        cx.view.network.open = followed(open, &edit).map(Open::Layer);
    }
    cx.edit(edit);
}

/// Where a layer stands after an edit, if it is still there.
fn followed(layer: usize, edit: &Edit) -> Option<usize> {
    match *edit {
        Edit::AddLayer(_, at, _) if at <= layer => Some(layer + 1),
        Edit::DuplicateLayer(_, at) if at < layer => Some(layer + 1),
        Edit::RemoveLayer(_, at) if at == layer => None,
        Edit::RemoveLayer(_, at) if at < layer => Some(layer - 1),
        Edit::MoveLayer { from, to, .. } if from == layer => Some(to),
        Edit::MoveLayer { from, to, .. } if from < layer && to >= layer => Some(layer - 1),
        Edit::MoveLayer { from, to, .. } if from > layer && to <= layer => Some(layer + 1),
        _ => Some(layer),
    }
}

/// The model that is being edited, and what is known of it.
struct Model<'a> {
    /// Its place among the runs.
    run: usize,
    spec: &'a RunSpec,
    shapes: Shapes<'a>,
    /// The layers of the live run, if there is one.
    started: Option<&'a RunSpec>,
    room: Room,
}

impl<'a> Model<'a> {
    fn selected(state: &'a State, room: Room) -> Option<Self> {
        let run = state.selected();
        let spec = state.run_spec(run)?;
        let started = state.slot(run).and_then(|slot| slot.started.as_ref());
        let shapes = Shapes::of(state, run, spec);
        Some(Self { run, spec, shapes, started, room })
    }

    fn layers(&self) -> &'a [LayerSpec] {
        &self.spec.model.hidden
    }

    /// Whether a layer is other than in the live run. Layers before and behind the edited place
    /// count as the same, so that an insertion marks the inserted layer alone.
    fn is_changed(&self, layer: usize) -> bool {
        let Some(started) = self.started else { return false };
        let (old, new) = (&started.model.hidden, self.layers());
        let front = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let room = old.len().min(new.len()) - front;
        let back = old.iter().rev().zip(new.iter().rev()).take(room);
        let back = back.take_while(|(a, b)| a == b).count();
        (front..new.len() - back).contains(&layer)
    }

    /// Whether the output layer is other than in the live run.
    fn is_output_changed(&self) -> bool {
        self.started.is_some_and(|started| started.model.output != self.spec.model.output)
    }
}

/// Shows the panel.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let room = Room::of(ui.available_width());
    let Some(model) = Model::selected(cx.state, room) else { return };
    runs(ui, cx, model.run);
    ScrollArea::vertical().id_salt("layer stack").auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        stack::show(ui, cx, &model);
    });
}

/// Which model is edited: a word for each, the chosen one lit, in the colour it has everywhere.
fn runs(ui: &mut Ui, cx: &mut Cx<'_>, selected: usize) {
    let (state, theme) = (cx.state, cx.theme);
    ui.horizontal_wrapped(|ui| {
        for index in 0..state.num_runs() {
            let Some(spec) = state.run_spec(index) else { continue };
            let tint = state.slot(index).map_or(index, |slot| slot.tint);
            let (dot, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
            let colour = theme.run(tint);
            Marker::of_run(tint).paint(
                ui.painter(),
                dot.center(),
                cx.theme.mark(4.5),
                colour,
                Stroke::NONE,
            );
            let name = RichText::new(&spec.name).strong();
            let chip = ui.selectable_label(index == selected, name);
            if chip.on_hover_text("Edit the layers of this model").clicked() && index != selected {
                cx.act(Action::Select(index));
            }
            ui.add_space(4.0);
        }
    });
    ui.add_space(4.0);
}

#[cfg(test)]
mod tests;
