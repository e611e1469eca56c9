//! The opened neuron: what it sees, its weights and bias to be changed, and where it leads.

use std::sync::Arc;

use egui::{
    Align2, Color32, Mesh, Rect, RichText, ScrollArea, Sense, Shape, StrokeKind, TextureOptions,
    Ui, pos2, vec2,
};

use crate::base::Finite;
use crate::record::{BoundaryRequest, ProbeFrame};
use crate::spec::{bias_name, weight_name};
use crate::ui::kernels::paint_kernel;
use crate::ui::panes::Pane;
use crate::ui::textures::Texture;
use crate::ui::theme::{self, Theme, Variant};
use crate::ui::widgets::{self, Icon, IconButton, NumberField, Scale};
use crate::ui::{Cx, UiRequest};
use crate::workbench::{Action, WeightEdit};

use super::anatomy::{Channels, Dense};
use super::canvas::Stage;
use super::drawing::Drawing;
use super::pictures::{self, Show, Subject};
use super::tell;
use super::values::{self, Histogram, Weights};

/// Height of a line of the list of weights.
const ROW: f32 = 26.0;
/// Weights that are listed without a scroll bar of their own.
const LISTED: usize = 12;
/// Width of a field for a weight.
const FIELD: f32 = 66.0;
/// Bars of a histogram.
const BINS: usize = 21;
/// Most kernels of a channel that are drawn, and their side.
const KERNELS: usize = 24;
const KERNEL: f32 = 36.0;
/// Largest side of the picture.
const PICTURE: f32 = 200.0;

/// What the picture was painted from: the frame, column and unit, the theme, and the window.
type Shown = (Option<Arc<ProbeFrame>>, (usize, usize), Variant, BoundaryRequest);

/// What is kept of the panel from frame to frame.
#[derive(Debug, Default)]
pub struct Detail {
    texture: Texture,
    shown: Option<Shown>,
    /// What the picture means, and the value of its full colour.
    show: Option<(Show, f32)>,
}

/// Draws the panel of the opened neuron.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, drawing: &mut Drawing, stage: &Stage<'_>) {
    let Some((column, unit)) = drawing.opened else { return };
    head(ui, drawing, stage, column, unit);
    ScrollArea::vertical().id_salt("neuron").auto_shrink(false).show(ui, |ui| {
        // Room for the scroll bar, which lies over what it scrolls.
        ui.set_width(ui.available_width() - 10.0);
        picture(ui, drawing, stage, column, unit);
        if stage.anatomy.maps(column).is_some() {
            channel(ui, cx, stage, column, unit);
            return;
        }
        let Some(dense) = stage.anatomy.dense(column).copied() else {
            outgoing(ui, cx, stage, column, unit);
            return;
        };
        let weights = stage.frame.and_then(|frame| Weights::of(frame, &dense));
        let Some(weights) = weights else {
            widgets::muted(
                ui,
                stage.theme,
                "Its weights are shown with the next picture of the run.",
            );
            return;
        };
        let title = widgets::thousands(dense.inputs as u64);
        widgets::section(ui, stage.theme, &format!("Bias and weights ({title})"));
        bias(ui, cx, stage, &dense, weights, unit);
        incoming(ui, cx, stage, column, weights, unit);
        ui.add_space(theme::TIGHT);
        histogram(ui, stage.theme, "weights", weights.incoming(unit));
        activations(ui, stage, column, unit);
        outgoing(ui, cx, stage, column, unit);
    });
}

/// What is known of a channel: its bias, its kernels, and the way to more.
fn channel(ui: &mut Ui, cx: &mut Cx<'_>, stage: &Stage<'_>, column: usize, unit: usize) {
    let theme = stage.theme;
    if let Some([low, high]) = tell::channel_range(stage, column, unit) {
        let text = format!("From {} to {}", tell::number(low), tell::number(high));
        widgets::muted(ui, theme, &text);
    }
    let Some(place) = stage.anatomy.maps(column).map(|maps| maps.shown) else { return };
    let more = ui.button("Show in Layers");
    let tip = "Opens the layers with this channel: what its strongest place sees, and the samples \
               that excite it most";
    if more.on_hover_text(tip).clicked() {
        cx.view.layers.open = Some((place, unit));
        cx.request(UiRequest::ShowPane(Pane::Layers));
    }
    let Some((kernels, maps)) = tell::kernels(stage, column) else { return };
    let title = widgets::thousands(kernels.of_channel(unit).len() as u64);
    widgets::section(ui, theme, &format!("Bias and kernels ({title} weights)"));
    channel_bias(ui, cx, stage, maps, unit);
    let ([inputs, high, wide], most) = (kernels.shape, values::widest(kernels.all()));
    ui.horizontal_wrapped(|ui| {
        for from in 0..inputs.min(KERNELS) {
            let weights = (kernels.one(unit, from), [high, wide]);
            let side = if inputs == 1 { 2.0 * KERNEL } else { KERNEL };
            let strength = tell::number(kernels.norm(unit, from));
            let name = format!("Kernel of incoming channel {}, strength {strength}", from + 1);
            paint_kernel(ui, theme, weights, most, (side, &name));
        }
    });
    let shown = match inputs > KERNELS {
        true => format!("{KERNELS} of {inputs} kernels; "),
        false => String::new(),
    };
    let text = format!("{shown}blue up to {0}, orange down to −{0}", tell::number(most));
    widgets::caption(ui, theme, &text);
    ui.add_space(theme::TIGHT);
    histogram(ui, theme, "weights", kernels.of_channel(unit));
}

fn channel_bias(ui: &mut Ui, cx: &mut Cx<'_>, stage: &Stage<'_>, maps: &Channels, unit: usize) {
    let name = bias_name(maps.place);
    let bias = stage.frame.and_then(|frame| frame.inside.parameter(&name));
    let Some(bias) = bias.and_then(|bias| Some((bias, *bias.tensor.data().get(unit)?))) else {
        widgets::muted(ui, stage.theme, "This layer has no biases.");
        return;
    };
    let (all, value) = bias;
    let most = values::widest(all.tensor.data());
    let row = Row { label: "bias", name: "Bias", value, most };
    if let Some(value) = row.show(ui, stage.theme) {
        cx.act(Action::AlterWeights(stage.run, WeightEdit::Value(name, unit, value)));
    }
}

/// The name of the neuron, its neighbours, and the way out.
fn head(ui: &mut Ui, drawing: &mut Drawing, stage: &Stage<'_>, column: usize, unit: usize) {
    let count = stage.anatomy.columns[column].width;
    ui.horizontal(|ui| {
        let close = IconButton::new(Icon::Close, "Close the neuron").show(ui, stage.theme);
        if close.clicked() || ui.input(|input| input.key_pressed(egui::Key::Escape)) {
            drawing.opened = None;
        }
        let previous = IconButton::new(Icon::Up, "Previous neuron");
        if ui.add_enabled_ui(unit > 0, |ui| previous.show(ui, stage.theme)).inner.clicked() {
            drawing.opened = Some((column, unit - 1));
        }
        let next = IconButton::new(Icon::Down, "Next neuron");
        if ui.add_enabled_ui(unit + 1 < count, |ui| next.show(ui, stage.theme)).inner.clicked() {
            drawing.opened = Some((column, unit + 1));
        }
    });
    let title = RichText::new(stage.names().title(column, unit)).strong();
    ui.add(egui::Label::new(title).wrap());
    ui.add_space(theme::TIGHT);
}

/// What the neuron sees, larger.
fn picture(ui: &mut Ui, drawing: &mut Drawing, stage: &Stage<'_>, column: usize, unit: usize) {
    refresh(ui, drawing, stage, column, unit);
    let Some((show, scale)) = drawing.detail.show.filter(|(show, _)| *show != Show::Nothing) else {
        return;
    };
    let side = ui.available_width().min(PICTURE);
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    drawing.detail.texture.paint(ui, rect, rect, None);
    let stroke = stage.theme.stroke(1.0, stage.theme.outline);
    ui.painter().rect_stroke(rect, 0.0, stroke, StrokeKind::Outside);
    let name = format!("Picture of {}", stage.names().unit(column, unit));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &name));
    let caption = tell::caption(show, scale, stage, column);
    widgets::caption(ui, stage.theme, &caption);
    if show == Show::Map {
        axes(ui, stage);
    }
}

/// Which features run to the right and upwards.
fn axes(ui: &mut Ui, stage: &Stage<'_>) {
    let [x, y] = [stage.window.x, stage.window.y]
        .map(|[low, high]| format!("{} … {}", tell::number(low), tell::number(high)));
    let [across, up] = [0, 1].map(|feature| stage.names().feature(feature));
    widgets::caption(ui, stage.theme, &format!("{across} → {x}"));
    widgets::caption(ui, stage.theme, &format!("{up} ↑ {y}"));
}

/// Paints the picture again if there is news.
fn refresh(ui: &Ui, drawing: &mut Drawing, stage: &Stage<'_>, column: usize, unit: usize) {
    let is_shown = drawing.detail.shown.as_ref().is_some_and(|(frame, of, look, window)| {
        frame.as_ref().map(Arc::as_ptr) == stage.frame.map(Arc::as_ptr)
            && (*of, *look) == ((column, unit), stage.theme.variant)
            && window == stage.window
    });
    if is_shown {
        return;
    }
    let fine = drawing.fine_window();
    let is_fine = stage.anatomy.dense(column).is_none_or(|dense| {
        let found =
            stage.frame.map(|frame| values::map(frame, &fine, dense.shown, dense.shown_unit(unit)));
        found.flatten().is_some()
    });
    let window = if is_fine && stage.data.is_planar() { &fine } else { stage.window };
    let subject = Subject {
        anatomy: stage.anatomy,
        layout: stage.layout,
        data: stage.data,
        window,
        input: stage.input,
        theme: stage.theme,
    };
    let scale = drawing.pictures.scales.get(column).copied().filter(|scale| *scale > 0.0);
    let (image, show, scale) =
        pictures::one(&subject, stage.frame.map(AsRef::as_ref), column, unit, scale);
    let options = match show {
        Show::Weights(_) | Show::Sample(_) | Show::Channel(_) => TextureOptions::NEAREST,
        _ => TextureOptions::LINEAR,
    };
    let detail = &mut drawing.detail;
    detail.texture.set(ui.ctx(), "neuron", image, options);
    detail.show = Some((show, scale));
    let look = stage.theme.variant;
    detail.shown = Some((stage.frame.cloned(), (column, unit), look, stage.window.clone()));
}

/// How often which activation occurs over the plane.
fn activations(ui: &mut Ui, stage: &Stage<'_>, column: usize, unit: usize) {
    let Some(dense) = stage.anatomy.dense(column) else { return };
    let map = stage
        .frame
        .and_then(|frame| values::map(frame, stage.window, dense.shown, dense.shown_unit(unit)));
    if let Some(map) = map {
        let title = if dense.hidden.is_some() {
            "Activations over the plane"
        } else {
            "Outputs over the plane"
        };
        let title = if stage.data.is_curve() { "Activations along the feature" } else { title };
        widgets::section(ui, stage.theme, title);
        let places =
            if stage.data.is_curve() { stage.window.side.min(map.len()) } else { map.len() };
        histogram(ui, stage.theme, "activations", &map[..places]);
    }
}

fn bias(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    stage: &Stage<'_>,
    dense: &Dense,
    weights: Weights<'_>,
    unit: usize,
) {
    let Some(value) = weights.bias(unit) else {
        widgets::muted(ui, stage.theme, "This layer has no biases.");
        return;
    };
    let most = value.abs().max(weights.widest());
    let row = Row { label: "bias", name: "Bias", value, most };
    if let Some(value) = row.show(ui, stage.theme) {
        let edit = WeightEdit::Value(bias_name(dense.place), unit, value);
        cx.act(Action::AlterWeights(stage.run, edit));
    }
}

/// The weights of the values before, each to be changed.
fn incoming(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    stage: &Stage<'_>,
    column: usize,
    weights: Weights<'_>,
    unit: usize,
) {
    let Some(dense) = stage.anatomy.dense(column) else { return };
    let (names, most) = (stage.names(), weights.widest());
    list(ui, "incoming", dense.inputs, |ui, from| {
        let value = weights.at(from, unit).unwrap_or(f32::NAN);
        let label = names.short(column - 1, from);
        let name = format!("Weight from {label}");
        let row = Row { label: &label, name: &name, value, most };
        if let Some(value) = row.show(ui, stage.theme) {
            let edit =
                WeightEdit::Value(weight_name(dense.place), weights.index(from, unit), value);
            cx.act(Action::AlterWeights(stage.run, edit));
        }
    });
}

/// The weights that the neurons behind give to this one.
fn outgoing(ui: &mut Ui, cx: &mut Cx<'_>, stage: &Stage<'_>, column: usize, unit: usize) {
    let Some(next) = stage.anatomy.next_dense(column) else { return };
    let Some(dense) = stage.anatomy.dense(next) else { return };
    let weights = stage.frame.and_then(|frame| Weights::of(frame, dense));
    let Some(weights) = weights else { return };
    let (names, most, count) = (stage.names(), weights.widest(), stage.anatomy.columns[next].width);
    let title = widgets::thousands(count as u64);
    widgets::section(ui, stage.theme, &format!("Leads to ({title})"));
    list(ui, "outgoing", count, |ui, to| {
        let value = weights.at(unit, to).unwrap_or(f32::NAN);
        let label = names.short(next, to);
        let name = format!("Weight to {label}");
        let row = Row { label: &label, name: &name, value, most };
        if let Some(value) = row.show(ui, stage.theme) {
            let edit = WeightEdit::Value(weight_name(dense.place), weights.index(unit, to), value);
            cx.act(Action::AlterWeights(stage.run, edit));
        }
    });
}

/// A list of any length; only what is seen of it is drawn.
fn list(ui: &mut Ui, id: &str, count: usize, mut row: impl FnMut(&mut Ui, usize)) {
    ui.push_id(id, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        if count <= LISTED {
            (0..count).for_each(|at| row(ui, at));
            return;
        }
        let area =
            ScrollArea::vertical().max_height(LISTED as f32 * (ROW + 2.0)).auto_shrink(false);
        area.show_rows(ui, ROW, count, |ui, rows| rows.for_each(|at| row(ui, at)));
    });
}

/// One value that can be changed: its name, a bar from the middle, and a field.
struct Row<'a> {
    label: &'a str,
    name: &'a str,
    value: f32,
    most: f32,
}

impl Row<'_> {
    /// Draws it. Tells the new value in every frame in which it changes.
    fn show(&self, ui: &mut Ui, theme: &Theme) -> Option<f32> {
        ui.allocate_ui_with_layout(
            vec2(ui.available_width(), ROW),
            egui::Layout::right_to_left(egui::Align::Center),
            |ui| {
                let changed = field(ui, theme, self.name, self.value);
                let (rect, _) = ui.allocate_exact_size(vec2(58.0, 12.0), Sense::hover());
                widgets::signed_bar(ui, theme, rect, self.value, self.most);
                self.paint_label(ui, theme);
                changed
            },
        )
        .inner
    }
}

impl Row<'_> {
    /// Only painted: the field bears the name.
    fn paint_label(&self, ui: &mut Ui, theme: &Theme) {
        let rect = ui.available_rect_before_wrap();
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        let at = rect.left_center();
        painter.text(at, Align2::LEFT_CENTER, self.label, theme::small(), theme.text_muted);
    }
}

/// A field for a value that changes while it is looked at: while it has the focus, it keeps the
/// value that it had, so that typing is not disturbed.
fn field(ui: &mut Ui, theme: &Theme, name: &str, value: f32) -> Option<f32> {
    let id = ui.make_persistent_id(name);
    let held = id.with("held");
    let is_focused = ui.memory(|memory| memory.has_focus(id));
    let now = four_decimals(value);
    let kept = ui.data(|data| data.get_temp::<Finite>(held)).filter(|_| is_focused);
    let shown = kept.unwrap_or(now);
    let number = NumberField::new(name, shown)
        .range(-1e6..=1e6)
        .scale(Scale::Linear(0.01))
        .width(FIELD)
        .tip("Type it, or drag to the side; training goes on from there");
    let changed = number.show(ui, theme);
    if is_focused {
        ui.data_mut(|data| data.insert_temp(held, changed.unwrap_or(shown)));
    } else {
        ui.data_mut(|data| data.remove::<Finite>(held));
    }
    changed.map(|value| value.get() as f32)
}

/// A value as it is shown and edited; 0 for what is no number.
fn four_decimals(value: f32) -> Finite {
    let text = match value.abs() {
        size if size != 0.0 && size < 1e-3 => format!("{value:.2e}"),
        _ => format!("{value:.4}"),
    };
    let rounded = text.parse::<f64>().ok().and_then(Finite::new);
    rounded.map_or(Finite::ZERO, |value| if value.get() == 0.0 { Finite::ZERO } else { value })
}

/// Counts of values as bars, blue above zero and orange below.
fn histogram(ui: &mut Ui, theme: &Theme, what: &str, values: &[f32]) {
    let Some(counted) = Histogram::of(values, BINS) else {
        widgets::muted(ui, theme, "None of them is a number.");
        return;
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 54.0), Sense::hover());
    ui.painter().add(Shape::mesh(bars(theme, &counted, rect)));
    let floor = theme.stroke(1.0, theme.outline);
    ui.painter().hline(rect.x_range(), rect.bottom(), floor);
    let [low, high] = counted.range.map(tell::number);
    let name = format!("Histogram of {} {what} from {low} to {high}", values.len());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &name));
    let at = ui.input(|input| input.pointer.hover_pos());
    response.on_hover_ui_at_pointer(|ui| {
        if let Some(text) = at.and_then(|at| bin_text(&counted, rect, at.x, what)) {
            ui.label(text);
        }
    });
    ui.horizontal(|ui| {
        widgets::caption(ui, theme, &low);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            widgets::caption(ui, theme, &high);
        });
    });
    if counted.strange > 0 {
        widgets::caption(ui, theme, &format!("{} are no numbers", counted.strange));
    }
}

/// The interval under the pointer, and how many values it holds.
fn bin_text(counted: &Histogram, rect: Rect, x: f32, what: &str) -> Option<String> {
    let bins = counted.counts.len();
    let share = (x - rect.left()) / rect.width();
    let bin = ((share.clamp(0.0, 1.0) * bins as f32) as usize).min(bins - 1);
    let [low, high] = counted.range;
    let edge = |place: usize| tell::number(low + (high - low) * place as f32 / bins as f32);
    let count = counted.counts.get(bin)?;
    Some(format!("{count} {what} from {} to {}", edge(bin), edge(bin + 1)))
}

fn bars(theme: &Theme, counted: &Histogram, rect: Rect) -> Mesh {
    let mut mesh = Mesh::default();
    let (bins, most) = (counted.counts.len(), counted.counts.iter().max().copied().unwrap_or(1));
    let [low, high] = counted.range;
    let x = |place: f32| rect.left() + rect.width() * place / bins as f32;
    for (bin, &count) in counted.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let middle = low + (high - low) * (bin as f32 + 0.5) / bins as f32;
        let colour: Color32 = if middle < 0.0 { theme.negative } else { theme.positive };
        let high = (count as f32 / most as f32 * (rect.height() - 2.0)).max(1.5);
        let top = rect.bottom() - high;
        let bar = Rect::from_min_max(
            pos2(x(bin as f32) + 0.5, top),
            pos2(x(bin as f32 + 1.0) - 0.5, rect.bottom()),
        );
        mesh.add_colored_rect(bar, colour);
    }
    mesh
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_edited_with_as_many_digits_as_are_shown() {
        for (value, text) in
            [(0.482_134_5, "0.4821"), (-0.0, "0"), (0.000_123_4, "1.23e-4"), (f32::NAN, "0")]
        {
            assert_eq!(four_decimals(value).to_string(), text);
        }
    }

    #[test]
    fn the_count_under_the_pointer_is_that_of_its_interval() {
        let counted = Histogram { range: [-1.0, 1.0], counts: vec![3, 0, 0, 5], strange: 0 };
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(100.0, 40.0));
        let text = bin_text(&counted, rect, 99.0, "weights").expect("inside");
        assert_eq!(text, "5 weights from 0.500 to 1.000");
        let text = bin_text(&counted, rect, 0.0, "weights").expect("inside");
        assert_eq!(text, "3 weights from −1.000 to −0.500");
    }
}
