use egui::{
    Align, Frame, Id, Label, Layout, Margin, Rect, Response, RichText, Sense, Stroke, Ui, vec2,
};

use crate::spec::{Activation, BiasInit, DenseSpec, Init, LayerInfo, LayerKind, LayerSpec};
use crate::ui::fields::{self, Real};
use crate::ui::widgets::{self, Icon};
use crate::ui::{Cx, theme::Theme};
use crate::workbench::Edit;

use super::{Model, stack};

/// Width of the column of handles at the left of a card; everything else begins behind it.
pub const HANDLE: f32 = 20.0;
/// Space between the things in a line of a card.
pub const SPACE: f32 = 6.0;
/// Width of the name of a layer, so that what follows stands in one column.
pub const KIND: f32 = 50.0;
/// Least width of a list of initialisations; a longer name makes it wider.
const INIT_WIDTH: f32 = 92.0;
/// Width of the two buttons of a card.
pub const BUTTONS: f32 = 54.0;
/// Width of the column of parameter counts.
const PARAMETERS: f32 = 92.0;
/// Space between the lines of a card.
pub const LINES: f32 = 3.0;
/// Least room in which shapes are shown.
const SHAPES: f32 = 44.0;
/// Widest layer that can be typed; the check refuses more.
const MAX_UNITS: usize = 65_536;

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
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>, place: Place<'_>) -> Shown {
    let Place { index, layer, handle } = place;
    let theme = cx.theme;
    let is_dragged = ui.ctx().is_being_dragged(handle);
    let has_issue = model.shapes.issues_of(index).next().is_some();
    let shown = ui.push_id(index, |ui| {
        if is_dragged {
            ui.multiply_opacity(0.5);
        }
        frame(theme, has_issue).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = LINES;
            let handle = first_line(ui, cx, model, &Place { index, layer, handle });
            if let LayerKind::Dense(dense) = &layer.kind {
                dense_line(ui, theme, cx, model, index, dense);
            }
            narrow_facts(ui, theme, model, model.shapes.layer(index), model.is_changed(index));
            issues(ui, cx, model, Some(index));
            handle
        })
    });
    let framed = shown.inner;
    if model.is_changed(index) {
        mark_changed(ui, theme, framed.response.rect);
    }
    framed.response.container_context_menu(|ui| menu(ui, cx, model, index));
    Shown { rect: framed.response.rect, handle: framed.inner }
}

/// What a card is drawn on.
pub fn frame(theme: &Theme, has_issue: bool) -> Frame {
    let edge = if has_issue { theme.warning } else { theme.line };
    Frame::new()
        .fill(theme.surface)
        .stroke(Stroke::new(1.0, edge))
        .corner_radius(6)
        .inner_margin(Margin::symmetric(6, 4))
}

fn first_line(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>, place: &Place<'_>) -> Response {
    let (theme, index) = (cx.theme, place.index);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE;
        let handle = handle(ui, theme, place);
        match &place.layer.kind {
            LayerKind::Dense(dense) => units(ui, theme, cx, model, index, dense),
            LayerKind::Activation(activation) => {
                function(ui, theme, cx, model, index, *activation);
            }
            other => kind(ui, other.label()),
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            buttons(ui, cx, model, place);
            ui.add_space(4.0);
            facts(ui, theme, model, model.shapes.layer(index), model.is_changed(index));
        });
        handle
    })
    .inner
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

/// The name of a layer, in a column of its own.
pub fn kind(ui: &mut Ui, name: &str) {
    let size = vec2(KIND, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(KIND);
        ui.label(RichText::new(name).strong());
    });
}

fn units(
    ui: &mut Ui,
    theme: &Theme,
    cx: &mut Cx<'_>,
    model: &Model<'_>,
    index: usize,
    dense: &DenseSpec,
) {
    kind(ui, "Dense");
    let name = format!("Layer {} units", index + 1);
    let edited = fields::whole(ui, theme, &name, dense.units, 1..=MAX_UNITS);
    if !model.is_narrow {
        widgets::muted(ui, theme, "units");
    }
    if let Some(units) = edited {
        set_dense(cx, model, index, DenseSpec { units, ..dense.clone() });
    }
}

fn set_dense(cx: &mut Cx<'_>, model: &Model<'_>, index: usize, dense: DenseSpec) {
    cx.edit(Edit::SetLayer(model.run, index, LayerSpec::from(dense)));
}

fn function(
    ui: &mut Ui,
    theme: &Theme,
    cx: &mut Cx<'_>,
    model: &Model<'_>,
    index: usize,
    now: Activation,
) {
    let mut set = |activation| {
        cx.edit(Edit::SetLayer(model.run, index, LayerSpec::from(activation)));
    };
    let name = format!("Layer {} activation", index + 1);
    let chosen = fields::list(ui, &name, now.label(), 104.0, |ui| activations(ui, now));
    if let Some(chosen) = chosen {
        set(chosen);
    }
    if let Activation::LeakyRelu { slope } = now {
        if !model.is_narrow {
            widgets::muted(ui, theme, "slope");
        }
        let name = format!("Layer {} slope", index + 1);
        let how = Real::linear(0.0..=0.99, 0.01);
        if let Some(slope) = fields::real(ui, theme, &name, slope, &how) {
            set(Activation::LeakyRelu { slope });
        }
    }
}

fn activations(ui: &mut Ui, now: Activation) -> Option<Activation> {
    kinds(ui, &Activation::ALL, now, Activation::label, Activation::formula)
}

/// The kinds of something, whatever their constants. Returns another one when it is clicked.
fn kinds<T: Copy>(
    ui: &mut Ui,
    all: &[T],
    now: T,
    label: fn(T) -> &'static str,
    help: fn(T) -> &'static str,
) -> Option<T> {
    let mut chosen = None;
    for &kind in all {
        let same = std::mem::discriminant(&kind) == std::mem::discriminant(&now);
        let entry = ui.selectable_label(same, label(kind));
        if entry.on_hover_text(help(kind)).clicked() && !same {
            chosen = Some(kind);
        }
    }
    chosen
}

fn dense_line(
    ui: &mut Ui,
    theme: &Theme,
    cx: &mut Cx<'_>,
    model: &Model<'_>,
    index: usize,
    dense: &DenseSpec,
) {
    let name = format!("Layer {}", index + 1);
    let mut edited = dense.clone();
    let start = |ui: &mut Ui, edited: &mut DenseSpec| {
        edited.init = weights(ui, theme, &name, dense.init).unwrap_or(dense.init);
    };
    let bias = |ui: &mut Ui, edited: &mut DenseSpec| {
        let bias = ui.checkbox(&mut edited.bias, "bias");
        bias.accessible_name(format!("{name} bias"))
            .on_hover_text("Whether each neuron has a bias, and how it starts");
        if dense.bias {
            edited.bias_init = biases(ui, &name, dense.bias_init).unwrap_or(dense.bias_init);
        }
    };
    lines(ui, model, &mut edited, start, bias);
    if edited != *dense {
        set_dense(cx, model, index, edited);
    }
}

/// A line of a card that begins behind the handle.
pub fn line<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE;
        ui.add_space(HANDLE);
        add(ui)
    })
    .inner
}

/// Two groups of settings: in one line, or in two where there is little room.
pub fn lines<T>(
    ui: &mut Ui,
    model: &Model<'_>,
    edited: &mut T,
    first: impl FnOnce(&mut Ui, &mut T),
    second: impl FnOnce(&mut Ui, &mut T),
) {
    if model.is_narrow {
        line(ui, |ui| first(ui, edited));
        line(ui, |ui| second(ui, edited));
    } else {
        line(ui, |ui| {
            first(ui, edited);
            ui.add_space(SPACE);
            second(ui, edited);
        });
    }
}

/// How weights start, with the standard deviation where there is one to choose.
pub fn weights(ui: &mut Ui, theme: &Theme, name: &str, now: Init) -> Option<Init> {
    widgets::muted(ui, theme, "weights").on_hover_text("How the weights start");
    let list = format!("{name} weights");
    let chosen = fields::list(ui, &list, now.label(), INIT_WIDTH, |ui| inits(ui, now));
    let Init::Normal { std, .. } = now else { return chosen };
    let help = "Standard deviation of the normal distribution";
    widgets::muted(ui, theme, "std").on_hover_text(help);
    let how = Real::ratio(0.0..=100.0, 1e-4);
    let edited = fields::real(ui, theme, &format!("{name} std"), std, &how);
    chosen.or(edited.map(Init::normal))
}

fn inits(ui: &mut Ui, now: Init) -> Option<Init> {
    kinds(ui, &Init::ALL, now, Init::label, distribution)
}

fn distribution(init: Init) -> &'static str {
    match init {
        Init::PyTorch => "uniform in ±1/√fan_in, as nn.Linear does",
        Init::KaimingUniform => "uniform in ±√(6 / fan_in)",
        Init::KaimingNormal => "normal with variance 2 / fan_in",
        Init::XavierUniform => "uniform in ±√(6 / (fan_in + fan_out))",
        Init::XavierNormal => "normal with variance 2 / (fan_in + fan_out)",
        Init::Normal { .. } => "std · randn",
        Init::Uniform { .. } => "uniform between two ends",
        Init::Constant { .. } => "all equal",
        Init::Zeros => "all zero: neurons of a hidden layer then stay equal for ever",
    }
}

/// How biases start.
pub fn biases(ui: &mut Ui, name: &str, now: BiasInit) -> Option<BiasInit> {
    let name = format!("{name} biases");
    widgets::choice(ui, &name, now, &BiasInit::ALL, INIT_WIDTH, BiasInit::label)
}

fn buttons(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>, place: &Place<'_>) {
    let (theme, index) = (cx.theme, place.index);
    let name = format!("Remove layer {}", index + 1);
    let remove = widgets::icon_button(ui, theme, Icon::Close, &name);
    if remove.on_hover_text("Remove this layer").clicked() {
        cx.edit(Edit::RemoveLayer(model.run, index));
    }
    let name = format!("Duplicate layer {}", index + 1);
    let copy = widgets::icon_button(ui, theme, Icon::Duplicate, &name);
    if copy.on_hover_text("Duplicate this layer").clicked() {
        cx.edit(Edit::DuplicateLayer(model.run, index));
    }
}

/// Shapes before and after a layer and its number of parameters, from right to left.
pub fn facts(
    ui: &mut Ui,
    theme: &Theme,
    model: &Model<'_>,
    info: Option<&LayerInfo>,
    is_changed: bool,
) {
    let Some(info) = info else { return };
    if !model.is_narrow {
        parameters(ui, theme, info.parameters);
    }
    if !model.is_narrow {
        ui.add_space(4.0);
    }
    if ui.available_width() > SHAPES {
        let shapes = Label::new(format!("{} → {}", info.input, info.output)).truncate();
        ui.add(shapes).on_hover_text("Shape of one sample before and after this layer");
    }
    if is_changed && !model.is_narrow {
        ui.add_space(4.0);
        changed(ui, theme);
    }
}

/// What a narrow card does not say beside its fields.
pub fn narrow_facts(
    ui: &mut Ui,
    theme: &Theme,
    model: &Model<'_>,
    info: Option<&LayerInfo>,
    is_changed: bool,
) {
    let count = info.map_or(0, |info| info.parameters);
    if !model.is_narrow || count == 0 && !is_changed {
        return;
    }
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        line(ui, |ui| {
            if count > 0 {
                widgets::caption(ui, theme, &fields::counted(count, "param", "params"));
            }
            if is_changed {
                changed(ui, theme);
            }
        });
    });
}

fn changed(ui: &mut Ui, theme: &Theme) {
    ui.label(RichText::new("changed").small().color(theme.accent))
        .on_hover_text("Other than in the model that was started. Restart to apply.");
}

/// A number of parameters in a column of its own, so that the shapes before it stand in one, too.
fn parameters(ui: &mut Ui, theme: &Theme, count: usize) {
    let size = vec2(PARAMETERS, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_width(PARAMETERS);
        if count > 0 {
            let text = fields::counted(count, "param", "params");
            widgets::muted(ui, theme, &text).on_hover_text("Trainable values of this layer");
        }
    });
}

/// A bar at the left edge of a card whose layer the live run does not have.
pub fn mark_changed(ui: &Ui, theme: &Theme, card: Rect) {
    let bar = Rect::from_min_max(card.min, egui::pos2(card.left() + 3.0, card.bottom()));
    ui.painter().rect_filled(bar, 2.0, theme.accent);
}

/// What is wrong with a layer, or with the output layer, and the button that mends it.
pub fn issues(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>, layer: Option<usize>) {
    let wants_flatten = model.shapes.wants_flatten(layer, model.layers());
    let mut is_first = true;
    for issue in model.shapes.issues_at(stack::field_of(layer)) {
        fields::problem(ui, cx.theme, &issue.message);
        if wants_flatten && is_first {
            let at = layer.unwrap_or(model.layers().len());
            line(ui, |ui| {
                if ui.button("Insert Flatten").clicked() {
                    cx.edit(Edit::AddLayer(model.run, at, LayerSpec::from(LayerKind::Flatten)));
                }
            });
        }
        is_first = false;
    }
}

fn menu(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>, index: usize) {
    let run = model.run;
    let last = model.layers().len().saturating_sub(1);
    let mut entry = |enabled: bool, label: &str, edit: Edit| {
        if ui.add_enabled(enabled, egui::Button::new(label)).clicked() {
            cx.edit(edit);
        }
    };
    let up = Edit::MoveLayer { run, from: index, to: index.saturating_sub(1) };
    entry(index > 0, "Move up", up);
    let down = Edit::MoveLayer { run, from: index, to: (index + 1).min(last) };
    entry(index < last, "Move down", down);
    entry(true, "Duplicate", Edit::DuplicateLayer(run, index));
    entry(true, "Remove", Edit::RemoveLayer(run, index));
}
