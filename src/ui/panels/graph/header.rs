//! Names of the columns above them, and what can be done with a whole layer.

use egui::{Align2, CornerRadius, Id, Popup, Pos2, Rect, Role, Sense, Ui, WidgetInfo, pos2};

use crate::ui::theme::{self, Theme};
use crate::ui::{Cx, UiRequest};
use crate::workbench::{Action, WeightEdit};

use super::anatomy::Kind;
use super::canvas::Stage;
use super::drawing::Drawing;
use super::tell;

/// Least room between the names of two columns.
const APART: f32 = 6.0;

/// Draws all names.
pub fn show(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    drawing: &mut Drawing,
    stage: &Stage<'_>,
    rect: Rect,
    id: Id,
) {
    for column in 0..stage.anatomy.columns.len() {
        if matches!(stage.anatomy.columns[column].kind, Kind::Block(_)) {
            continue;
        }
        let slot = slot(stage, column, rect);
        if slot.width() < 10.0 || !slot.intersects(rect) {
            continue;
        }
        head(ui, cx, drawing, stage, column, slot, id);
    }
}

/// The room above a column, up to half way to its named neighbours.
fn slot(stage: &Stage<'_>, column: usize, rect: Rect) -> Rect {
    let middle = |at: usize| (stage.transform * stage.layout.spots[at].rect.center()).x;
    let is_named = |at: &usize| !matches!(stage.anatomy.columns[*at].kind, Kind::Block(_));
    let x = middle(column);
    let left = (0..column).rev().find(is_named).map_or(rect.left(), |at| 0.5 * (x + middle(at)));
    let right = (column + 1..stage.anatomy.columns.len())
        .find(is_named)
        .map_or(rect.right(), |at| 0.5 * (x + middle(at)));
    let [left, right] = [left.max(x - 90.0), right.min(x + 90.0)];
    Rect::from_x_y_ranges(left + 1.0..=(right - 1.0).max(left + 1.0), rect.y_range())
}

fn head(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    drawing: &mut Drawing,
    stage: &Stage<'_>,
    column: usize,
    slot: Rect,
    id: Id,
) {
    let drawn = &stage.anatomy.columns[column];
    let is_layer = stage.anatomy.weighed(column).is_some();
    let sense = if is_layer { Sense::click() } else { Sense::hover() };
    let button = slot.shrink2(egui::vec2(1.0, 2.0));
    let response = ui.interact(button, id.with(("head", column)), sense);
    let theme = stage.theme;
    if is_layer && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(button, CornerRadius::same(theme::FIELD_RADIUS), theme.hover);
    }
    if response.has_focus() {
        let round = CornerRadius::same(theme::FIELD_RADIUS);
        ui.painter().rect_stroke(button, round, theme.focus_ring(), egui::StrokeKind::Inside);
    }
    let x = (stage.transform * stage.layout.spots[column].rect.center()).x;
    fitting(ui, theme, &drawn.titles, slot, pos2(x, slot.top() + 11.0), true);
    fitting(ui, theme, &drawn.notes, slot, pos2(x, slot.top() + 26.0), false);
    let whole = format!("{}, {}", drawn.titles[0], drawn.notes[0]);
    let role = if is_layer { Role::Button } else { Role::Label };
    response.widget_info(|| WidgetInfo::labeled(role, true, &whole));
    if is_layer {
        Popup::menu(&response).show(|ui| menu(ui, cx, drawing, stage, column));
        response
            .on_hover_text(format!("{whole}: click to begin its weights anew or set them to zero"));
    } else {
        response.on_hover_text(whole);
    }
}

/// The longest form of a text that fits, as near to a point as it can stand.
fn fitting(ui: &Ui, theme: &Theme, texts: &[String], slot: Rect, at: Pos2, is_title: bool) {
    let colour = if is_title { theme.text } else { theme.text_muted };
    for text in texts {
        let galley = ui.painter().layout_no_wrap(text.clone(), theme::small(), colour);
        let free = slot.width() - galley.size().x;
        if free >= APART {
            let rect = Align2::CENTER_CENTER.anchor_size(at, galley.size());
            let left = rect.left().clamp(slot.left(), slot.left() + free);
            ui.painter().galley(pos2(left, rect.top()), galley, colour);
            return;
        }
    }
}

fn menu(ui: &mut Ui, cx: &mut Cx<'_>, drawing: &mut Drawing, stage: &Stage<'_>, column: usize) {
    let Some(place) = stage.anatomy.weighed(column) else { return };
    let spot = &stage.layout.spots[column];
    let mut edit = |ui: &mut Ui, label: &str, tip: &str, edit: WeightEdit| {
        if ui.button(label).on_hover_text(tip).clicked() {
            cx.act(Action::AlterWeights(stage.run, edit));
            ui.close();
        }
    };
    let tip = "Draws weights and biases of this layer anew, as its settings say";
    edit(ui, "Reinitialise weights", tip, WeightEdit::Reinitialise(place));
    let tip = "Sets weights and biases of this layer to zero";
    edit(ui, "Set weights to zero", tip, WeightEdit::Zero(place));
    let tip = "Takes weights and biases of this layer from a safetensors file";
    if ui.button("Load weights…").on_hover_text(tip).clicked() {
        cx.request(UiRequest::LoadLayer { run: stage.run, layer: place });
        ui.close();
    }
    let is_unfolded = drawing.unfolded.contains(&column);
    if spot.is_folded() || is_unfolded {
        ui.separator();
        let label = match is_unfolded {
            true => "Show a sample".to_owned(),
            false => format!("Show all {} {}", spot.total, tell::units(stage.anatomy, column)),
        };
        if ui.button(label).clicked() {
            drawing.unfold(column);
            ui.close();
        }
    }
}
