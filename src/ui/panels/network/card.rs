use egui::{Align, Frame, Id, Layout, Margin, Rect, Response, RichText, Sense, Ui, vec2};

use crate::base::Finite;
use crate::spec::{LayerInfo, LayerSpec, SpecIssue};
use crate::ui::fields::{self, Real};
use crate::ui::widgets::{self, Icon, IconButton};
use crate::ui::{Cx, theme::Theme};
use crate::workbench::Edit;

use super::form::{self, Form};
use super::{Model, Open, facts, kinds, stack};

/// Width of the column of handles at the left of a card; everything else begins behind it.
pub const HANDLE: f32 = 20.0;
/// Space between the things in a line of a card.
pub const SPACE: f32 = 6.0;
/// Width of the name of a layer, so that what follows stands in one column.
const KIND: f32 = 50.0;
/// Width of the buttons of a card, and of the one of the output layer.
const BUTTON: f32 = 26.0;
/// Space between the lines of a card.
pub const LINES: f32 = 3.0;

/// Which layer a card is for.
pub struct Place<'a> {
    pub index: usize,
    pub layer: &'a LayerSpec,
    pub handle: Id,
}

/// Where a card stands, and its handle.
pub struct Shown {
    pub rect: Rect,
    pub handle: Response,
}

/// One layer of the stack.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>, place: &Place<'_>) -> Shown {
    let (theme, index) = (cx.theme, place.index);
    let mut edited = place.layer.clone();
    let has_issue = model.shapes.issues_of(index).next().is_some();
    let shown = ui.push_id(index, |ui| {
        if ui.ctx().is_being_dragged(place.handle) {
            ui.multiply_opacity(0.5);
        }
        let frame = frame(theme, has_issue, edited.off);
        frame.show(ui, |ui| content(ui, cx, model, place, &mut edited))
    });
    let framed = shown.inner;
    if edited != *place.layer {
        cx.edit(Edit::SetLayer(model.run, index, edited));
    }
    if model.is_changed(index) {
        mark_changed(ui, theme, framed.response.rect);
    }
    framed.response.container_context_menu(|ui| menu(ui, cx, model, place));
    Shown { rect: framed.response.rect, handle: framed.inner }
}

/// What a card is drawn on. A layer that is switched off lies in the background.
pub fn frame(theme: &Theme, has_issue: bool, is_off: bool) -> Frame {
    let edge = if has_issue { theme.warning } else { theme.line };
    let fill = if is_off { theme.background } else { theme.surface };
    Frame::new()
        .fill(fill)
        .stroke(theme.stroke(1.0, edge))
        .corner_radius(6)
        .inner_margin(Margin::symmetric(6, 4))
}

fn content(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    model: &Model<'_>,
    place: &Place<'_>,
    edited: &mut LayerSpec,
) -> Response {
    let (theme, index) = (cx.theme, place.index);
    ui.spacing_mut().item_spacing.y = LINES;
    if place.layer.off {
        ui.visuals_mut().override_text_color = Some(theme.text_muted);
    }
    let owner = format!("Layer {}", index + 1);
    let form = Form { theme, owner: &owner, room: model.room };
    let (handle, told) = first_line(ui, cx, model, place, (&form, &mut *edited));
    if kinds::has_body(&edited.kind, model.room) {
        indented(ui, |ui| kinds::body(ui, &form, &mut edited.kind));
    }
    if cx.view.network.open == Some(Open::Layer(index)) {
        indented(ui, |ui| more(ui, &form, edited));
    }
    let lines = facts::Lines { model, layer: Some(place), told };
    lines.show(ui, theme, model.shapes.layer(index));
    issues(ui, cx, model, Some(index));
    handle
}

/// The first line of a card. Also tells whether the shapes stand in it.
fn first_line(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    model: &Model<'_>,
    place: &Place<'_>,
    (form, edited): (&Form<'_>, &mut LayerSpec),
) -> (Response, bool) {
    let theme = cx.theme;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE;
        let handle = handle(ui, theme, place);
        kinds::head(ui, form, &mut edited.kind);
        signs(ui, form, place.layer.frozen, place.layer.off);
        let told = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            buttons(ui, cx, model, place);
            ui.add_space(4.0);
            facts::beside(ui, theme, model, model.shapes.layer(place.index))
        });
        (handle, told.inner)
    })
    .inner
}

/// What is seen at a glance: frozen, or off.
pub fn signs(ui: &mut Ui, form: &Form<'_>, frozen: bool, off: bool) {
    if frozen {
        let help = "Frozen: its weights and biases stay as they are";
        form::sign(ui, form.theme, Icon::Lock, &form.name("is frozen"), help);
    }
    if off {
        let help = "Switched off: it passes everything on as it is";
        form::sign(ui, form.theme, Icon::EyeOff, &form.name("is off"), help);
    }
}

fn handle(ui: &mut Ui, theme: &Theme, place: &Place<'_>) -> Response {
    let size = vec2(HANDLE - SPACE, ui.spacing().interact_size.y);
    let (_, rect) = ui.allocate_space(size);
    let name = format!("Move layer {} ({})", place.index + 1, place.layer.label());
    let sense = Sense::click_and_drag();
    let handle = fields::icon_at(ui, theme, Icon::Handle, &name, rect, place.handle, sense);
    handle
        .on_hover_and_drag_cursor(egui::CursorIcon::Grab)
        .on_hover_text("Drag to another place, or press Alt and an arrow key")
}

/// The name of a kind of layer, in a column of its own.
pub fn kind(ui: &mut Ui, name: &str) {
    let size = vec2(KIND, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(KIND);
        ui.label(RichText::new(name).strong());
    });
}

/// Lines of a card that begin behind the handle.
pub fn indented<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE;
        ui.add_space(HANDLE);
        ui.vertical(add).inner
    })
    .inner
}

/// What is only asked for: seldom used settings of the kind, and how the layer is treated.
fn more(ui: &mut Ui, form: &Form<'_>, edited: &mut LayerSpec) {
    fields::flow(ui, |ui| {
        kinds::more(ui, form, &mut edited.kind);
        form.text(ui, &mut edited.name);
        if kinds::can_learn(&edited.kind) {
            treatment(ui, form, &mut edited.frozen, &mut edited.rate);
        }
        let help = "Whether it passes everything on as it is, as if it were not there";
        form.tick(ui, "off", help, &mut edited.off);
    });
}

/// Whether parameters are trained, and how fast.
pub fn treatment(ui: &mut Ui, form: &Form<'_>, frozen: &mut bool, rate: &mut Finite) {
    form.tick(ui, "frozen", "Whether its weights and biases stay as they are", frozen);
    let help = "Factor on the learning rate for its weights and biases";
    let how = Real::ratio(0.0..=1e6, 1e-3);
    form.constant(ui, ["learning rate ×", "learning rate factor"], help, rate, how);
}

fn buttons(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>, place: &Place<'_>) {
    let (theme, index) = (cx.theme, place.index);
    let name = format!("Remove layer {}", index + 1);
    let remove = widgets::icon_button(ui, theme, Icon::Close, &name);
    if remove.on_hover_text("Remove this layer").clicked() {
        super::edit(cx, Edit::RemoveLayer(model.run, index));
    }
    let name = format!("Duplicate layer {}", index + 1);
    let copy = widgets::icon_button(ui, theme, Icon::Duplicate, &name);
    if copy.on_hover_text("Duplicate this layer").clicked() {
        super::edit(cx, Edit::DuplicateLayer(model.run, index));
    }
    open_button(ui, cx, Open::Layer(index), &format!("More of layer {}", index + 1));
}

/// The button that shows what is seldom needed, or hides it again.
pub fn open_button(ui: &mut Ui, cx: &mut Cx<'_>, which: Open, name: &str) {
    let is_open = cx.view.network.open == Some(which);
    let tip = if is_open { "Hide further settings" } else { "Further settings of this layer" };
    let button = IconButton::new(Icon::More, name).tip(tip).selected(is_open);
    if button.show(ui, cx.theme).clicked() {
        cx.view.network.open = (!is_open).then_some(which);
    }
}

/// Room that the buttons of a layer take and the output layer has not.
pub const ABSENT_BUTTONS: f32 = 2.0 * BUTTON;

/// A bar at the left edge of a card whose layer the live run does not have.
pub fn mark_changed(ui: &Ui, theme: &Theme, card: Rect) {
    let bar = Rect::from_min_max(card.min, egui::pos2(card.left() + 3.0, card.bottom()));
    ui.painter().rect_filled(bar, 2.0, theme.accent);
}

/// What is wrong with a layer, or with the output layer, and what could be better, each with the
/// buttons that mend it.
pub fn issues(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>, layer: Option<usize>) {
    let theme = cx.theme;
    let mut mend = |ui: &mut Ui, issue: &SpecIssue| {
        let remedies = cx.state.remedies(model.run, issue);
        fields::remedies(ui, remedies).into_iter().for_each(|edit| super::edit(cx, edit));
    };
    for issue in model.shapes.issues_at(stack::field_of(layer)) {
        fields::problem(ui, theme, &issue.message);
        mend(ui, issue);
    }
    for advice in model.shapes.advice_at(stack::field_of(layer)) {
        fields::advice(ui, theme, &advice.message);
        mend(ui, advice);
    }
}

fn menu(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>, place: &Place<'_>) {
    let (run, index, layer) = (model.run, place.index, place.layer);
    let last = model.layers().len().saturating_sub(1);
    let mut entry = |enabled: bool, label: &str, edit: Edit| {
        if ui.add_enabled(enabled, egui::Button::new(label)).clicked() {
            super::edit(cx, edit);
        }
    };
    let up = Edit::MoveLayer { run, from: index, to: index.saturating_sub(1) };
    entry(index > 0, "Move up", up);
    let down = Edit::MoveLayer { run, from: index, to: (index + 1).min(last) };
    entry(index < last, "Move down", down);
    entry(true, "Duplicate", Edit::DuplicateLayer(run, index));
    let set = |layer: LayerSpec| Edit::SetLayer(run, index, layer);
    let off = LayerSpec { off: !layer.off, ..layer.clone() };
    entry(true, if layer.off { "Switch on" } else { "Switch off" }, set(off));
    let frozen = LayerSpec { frozen: !layer.frozen, ..layer.clone() };
    let word = if layer.frozen { "Unfreeze" } else { "Freeze" };
    entry(kinds::can_learn(&layer.kind), word, set(frozen));
    entry(true, "Remove", Edit::RemoveLayer(run, index));
}

/// Shapes before and after a layer, as text.
pub fn shapes_text(info: &LayerInfo) -> String {
    format!("{} → {}", info.input, info.output)
}
