//! What the pointer is told of neurons and connections, in the numbers of the newest frame.

use egui::{Rect, RichText, Sense, Ui, vec2};

use crate::base::ends;
use crate::spec::bias_name;
use crate::ui::format;
use crate::ui::kernels::{Kernels, paint_kernel};
use crate::ui::widgets;

use super::anatomy::{Anatomy, Channels, Kind};
use super::canvas::Stage;
use super::nodes;
use super::pictures::{Pictures, Show};
use super::values::{self, Weights};
use super::wires::WireId;

/// Side of the picture of a neuron under the pointer.
const PICTURE: f32 = 132.0;

/// A weight, a bias or an activation: three decimals, or an exponent where they say nothing.
#[must_use]
pub fn number(value: f32) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return format::measured(value.into());
    }
    let text = match size != 0.0 && !(0.0005..10_000.0).contains(&size) {
        true => format!("{value:.1e}"),
        false => format!("{value:.3}"),
    };
    text.replace('-', "−")
}

/// What the widest connection to a column stands for: a weight, or the norm of a kernel.
#[must_use]
pub fn widest(value: f32, is_kernel: bool) -> String {
    format!("|{}| ≤ {}", if is_kernel { "k" } else { "w" }, number(value))
}

/// What the values of a column are called.
#[must_use]
pub fn units(anatomy: &Anatomy, column: usize) -> &'static str {
    match anatomy.columns[column].kind {
        Kind::Channels(_) => "channels",
        Kind::Features => "features",
        Kind::Dense(_) => "neurons",
        Kind::Image(_) | Kind::Block(_) => "values",
    }
}

/// The value of a connection.
#[must_use]
pub fn weight(stage: &Stage<'_>, wire: WireId) -> Option<String> {
    if let Some((kernels, maps)) = kernels(stage, wire.column) {
        let norm = kernels.norm(wire.to, maps.kernel(wire.from, wire.to)?);
        return Some(format!("of strength {}", number(norm)));
    }
    let weights = Weights::of(stage.frame?, stage.anatomy.dense(wire.column)?)?;
    weights.at(wire.from, wire.to).map(number)
}

/// The bias of a neuron.
#[must_use]
pub fn bias(stage: &Stage<'_>, column: usize, unit: usize) -> Option<String> {
    let place = stage.anatomy.weighed(column)?;
    let bias = stage.frame?.inside.parameter(&bias_name(place))?;
    bias.tensor.data().get(unit).copied().map(number)
}

/// Under the pointer on a connection.
pub fn wire(ui: &mut Ui, stage: &Stage<'_>, wire: WireId) {
    let value = weight(stage, wire).unwrap_or_else(|| "not known yet".into());
    ui.label(RichText::new(stage.names().wire(wire)).strong());
    ui.label(value);
    let Some((kernels, maps)) = kernels(stage, wire.column) else {
        widgets::caption(ui, stage.theme, "Click to change it");
        return;
    };
    if let Some(from) = maps.kernel(wire.from, wire.to) {
        let ([_, high, wide], most) = (kernels.shape, values::widest(kernels.all()));
        let weights = (kernels.one(wire.to, from), [high, wide]);
        paint_kernel(ui, stage.theme, weights, most, (0.6 * PICTURE, "Kernel"));
        let text =
            format!("Blue up to {0}, orange down to −{0}; its strength is its norm", number(most));
        widgets::caption(ui, stage.theme, &text);
    }
}

/// Under the pointer on a neuron.
pub fn neuron(ui: &mut Ui, stage: &Stage<'_>, pictures: &Pictures, column: usize, unit: usize) {
    ui.set_max_width(260.0);
    ui.label(RichText::new(stage.names().title(column, unit)).strong());
    let place = stage.layout.spots[column].shown.binary_search(&unit);
    if let Ok(place) = place {
        let (rect, _) = ui.allocate_exact_size(vec2(PICTURE, PICTURE), Sense::hover());
        picture(ui, stage, pictures, rect, column, place);
    }
    let show = pictures.shows.get(column).copied().unwrap_or(Show::Nothing);
    let scale = pictures.scales.get(column).copied().unwrap_or_default();
    if let Some(bias) = bias(stage, column, unit) {
        ui.label(format!("Bias {bias}"));
    }
    if let Some([low, high]) = channel_range(stage, column, unit) {
        ui.label(format!("From {} to {} for the chosen sample", number(low), number(high)));
    }
    if let Some([low, high]) = activations(stage, column, unit) {
        ui.label(format!("Activation from {} to {}", number(low), number(high)));
    }
    if let Some(level) = level(stage, column, unit) {
        ui.label(format!("{} for the chosen sample", number(level)));
    }
    widgets::caption(ui, stage.theme, &caption(show, scale, stage, column));
    widgets::caption(ui, stage.theme, "Click to open it");
}

/// Smallest and largest activation over the plane.
#[must_use]
pub fn activations(stage: &Stage<'_>, column: usize, unit: usize) -> Option<[f32; 2]> {
    let dense = stage.anatomy.dense(column)?;
    let map = values::map(stage.frame?, stage.window, dense.shown, dense.shown_unit(unit))?;
    ends(map.iter().copied())
}

/// The kernels of the convolution in a column.
#[must_use]
pub fn kernels<'a>(stage: &Stage<'a>, column: usize) -> Option<(Kernels<'a>, &'a Channels)> {
    let maps = stage.anatomy.maps(column)?;
    Some((values::kernels(stage.frame?, maps)?, maps))
}

/// Smallest and largest value of a channel, of the followed sample.
#[must_use]
pub fn channel_range(stage: &Stage<'_>, column: usize, unit: usize) -> Option<[f32; 2]> {
    let maps = stage.anatomy.maps(column)?;
    let trace = stage.frame?.inside.trace_of(stage.input)?;
    let layer = trace.layers.iter().find(|layer| layer.layer == maps.shown)?;
    ends(maps.channel(&layer.values, unit).iter().copied())
}

/// What the followed sample makes of a value, where there is no plane.
#[must_use]
pub fn level(stage: &Stage<'_>, column: usize, unit: usize) -> Option<f32> {
    let trace = stage.frame?.inside.trace_of(stage.input)?;
    let Some(dense) = stage.anatomy.dense(column) else {
        let is_feature = stage.anatomy.columns.get(column)?.kind == Kind::Features;
        return trace.input.get(unit).copied().filter(|_| is_feature);
    };
    let layer = trace.layers.iter().find(|layer| layer.layer == dense.shown)?;
    layer.values.get(dense.shown_unit(unit)).copied()
}

fn picture(
    ui: &Ui,
    stage: &Stage<'_>,
    pictures: &Pictures,
    rect: Rect,
    column: usize,
    place: usize,
) {
    let painter = ui.painter();
    painter.extend(nodes::picture(pictures, rect, column, place));
    let stroke = stage.theme.stroke(1.0, stage.theme.outline);
    painter.rect_stroke(rect, nodes::rounding(rect), stroke, egui::StrokeKind::Middle);
}

/// What a picture means.
#[must_use]
pub fn caption(show: Show, scale: f32, stage: &Stage<'_>, column: usize) -> String {
    let is_output = stage.anatomy.dense(column).is_some_and(|dense| dense.hidden.is_none());
    let is_class = is_output && stage.data.train.targets.class(0).is_some();
    match show {
        Show::Map | Show::Curve if stage.anatomy.dense(column).is_none() => {
            "The feature itself: blue positive, orange negative".into()
        }
        Show::Map if is_class => "Probability over the plane, in the colour of the class".into(),
        Show::Map if is_output => "Prediction over the plane, from dark to light".into(),
        Show::Map => format!("Over the plane: blue up to {0}, orange down to −{0}", number(scale)),
        Show::Curve => format!("Along the feature, from −{0} to {0}", number(scale)),
        Show::Weights(_) => "Its weights as an image: blue positive, orange negative".into(),
        Show::Bars => format!("Its weights as bars, from −{0} to {0}", number(scale)),
        Show::Level if is_class => "Probability for the chosen sample".into(),
        Show::Level => "Activation for the chosen sample: blue positive, orange negative".into(),
        Show::Channel(_) => {
            format!("Of the chosen sample: blue up to {0}, orange down to −{0}", number(scale))
        }
        Show::Sample(_) => "The chosen sample".into(),
        Show::Nothing => String::new(),
    }
}
