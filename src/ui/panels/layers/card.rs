//! A layer: what leads to each of its channels, and what each makes of the sample.

use egui::{Align2, Mesh, Rect, Role, Sense, Shape, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::record::LayerValues;
use crate::spec::{LayerKind, LayerSpec, SampleShape};
use crate::ui::Cx;
use crate::ui::textures::Ramp;
use crate::ui::theme;

use super::parts::{self, Cells, sheet, short};
use super::sheet::Tile;
use super::values::{Facts, Kernels, channel, extent, image_shape};
use super::{Card, Fold, Sight, detail};

/// So many maps are shown of a wide layer, and so many neurons.
const MAPS: usize = 16;
const NEURONS: usize = 64;
/// Side of a map, and of the cell of a neuron.
const MAP: f32 = 60.0;
const NEURON: f32 = 20.0;
/// Height of a channel's number.
const NUMBER: f32 = 15.0;
/// Kernels are shown beside their maps for so many incoming channels.
const BESIDE: usize = 3;

/// Draws the card of a hidden layer.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>, layer: usize) {
    let spec = &sight.hidden()[layer];
    let title = title(layer, spec);
    if let Some(words) = nothing(spec, sight, layer) {
        parts::line(ui, cx.theme, &title, &words);
        return;
    }
    let Some(values) = sight.layer(layer) else {
        parts::line(ui, cx.theme, &title, "not followed");
        return;
    };
    let (theme, own) = (cx.theme, cx.view.layers.own_scale);
    let words = format!("{}{}", SampleShape(values.shape.clone()), facts(values));
    let most = extent(&values.values);
    let scale = |ui: &mut Ui| match own && is_image(values) {
        true => _ = crate::ui::widgets::caption(ui, theme, "each map on a scale of its own"),
        false => parts::scale(ui, theme, most, true),
    };
    parts::card(ui, theme, [&title, &words], scale, |ui| {
        channels(ui, cx, sight, values);
        if let Some((open, channel)) = cx.view.layers.open
            && open == layer
        {
            detail::show(ui, cx, sight, values, channel);
        }
    });
}

/// `2 · Conv2d`, or what the user calls it.
pub fn title(layer: usize, spec: &LayerSpec) -> String {
    let name = if spec.name.is_empty() { spec.label() } else { &spec.name };
    format!("{} · {name}", layer + 1)
}

/// What a layer says of which there is nothing to see.
fn nothing(spec: &LayerSpec, sight: &Sight<'_>, layer: usize) -> Option<String> {
    let info = sight.spec.layers().get(layer)?;
    if spec.off {
        return Some("switched off: passes everything on".into());
    }
    match spec.kind {
        LayerKind::Flatten => Some(format!("{} in one row of {}", info.input, info.output.len())),
        LayerKind::Dropout { .. } => Some("passes everything on, but in training".into()),
        _ => None,
    }
}

fn facts(values: &LayerValues) -> String {
    let Some(facts) = Facts::of(&values.values) else { return "  ·  no finite value".into() };
    format!("  ·  {} to {}  ·  {} zero", short(facts.min), short(facts.max), share(facts.zeros))
}

/// A share as a percentage.
pub fn share(share: f32) -> String {
    crate::ui::format::percent(share.into())
}

/// Whether a layer's channels are pictures of more than one pixel.
pub fn is_image(values: &LayerValues) -> bool {
    let [_, height, width] = image_shape(&values.shape);
    height * width > 1
}

fn channels(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>, values: &LayerValues) {
    let [count, ..] = image_shape(&values.shape);
    let fold = Fold::Channels(values.layer);
    let kernels = sight.kernels(values.layer).filter(|kernels| kernels.shape[0] <= BESIDE);
    let (few, what) = match (is_image(values), kernels) {
        (true, _) => (MAPS, "channels"),
        (false, Some(_)) => (MAPS, "neurons"),
        (false, None) => (NEURONS, "neurons"),
    };
    let shown = parts::shown(cx, fold, few, count);
    if is_image(values) || kernels.is_some() {
        maps(ui, cx, sight, values, kernels, shown);
        if let Some(kernels) = kernels {
            let most = short(extent(kernels.all()));
            let text =
                format!("Below each map its weights: blue up to {most}, orange down to −{most}");
            crate::ui::widgets::caption(ui, cx.theme, &text);
        }
    } else {
        neurons(ui, cx, values, shown);
    }
    parts::fold(ui, cx, fold, few, count, what);
}

/// Pictures of channels, their kernels below.
fn maps(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    sight: &Sight<'_>,
    values: &LayerValues,
    kernels: Option<Kernels<'_>>,
    shown: usize,
) {
    let own = cx.view.layers.own_scale;
    let map = if is_image(values) { Vec2::splat(MAP) } else { vec2(MAP, 12.0) };
    let kernel = kernels.map_or(Vec2::ZERO, |kernels| kernel_size(kernels, map.x));
    let gap = if kernel.y > 0.0 { 3.0 } else { 0.0 };
    let size = vec2(map.x, map.y + gap + kernel.y + NUMBER);
    let (cells, area) = Cells::place(ui, shown, size, theme::GAP);
    if !ui.is_rect_visible(area) {
        return;
    }
    let key = sight.key(cx.theme, vec![shown, usize::from(own)]);
    let theme = cx.theme;
    let sheet = sheet(ui.ctx(), cx.view, (sight.run, Card::Layer(values.layer)), key, || {
        tiles(values, kernels, shown, own, &Ramp::signed(theme))
    });
    let each = 1 + kernels.map_or(0, |kernels| kernels.shape[0]);
    let pictures = (0..shown).flat_map(|place| {
        let cell = cells.rect(place);
        let below = cell.min + vec2(0.0, map.y + gap);
        (0..each).map(move |picture| {
            let rect = match picture.checked_sub(1) {
                None => Rect::from_min_size(cell.min, map),
                Some(from) => {
                    let left = vec2(from as f32 * (kernel.x + 2.0), 0.0);
                    Rect::from_min_size(below + left, kernel)
                }
            };
            (place * each + picture, rect)
        })
    });
    sheet.paint(ui.painter(), pictures);
    for place in 0..shown {
        let cell = cells.rect(place);
        let map = Rect::from_min_size(cell.min, map);
        let number = (place + 1).to_string();
        let at = cell.center_bottom();
        let small = theme::small();
        ui.painter().text(at, Align2::CENTER_BOTTOM, number, small, cx.theme.text_muted);
        choose(ui, cx, values, place, cell, map);
    }
}

/// The size at which kernels fit below a map.
fn kernel_size(kernels: Kernels<'_>, width: f32) -> Vec2 {
    let [count, high, wide] = kernels.shape;
    let room = (width - 2.0 * (count as f32 - 1.0)) / count as f32;
    let room = room.min(if count == 1 { MAP } else { room });
    vec2(room, room * high as f32 / wide.max(1) as f32)
}

fn tiles(
    values: &LayerValues,
    kernels: Option<Kernels<'_>>,
    shown: usize,
    own: bool,
    ramp: &Ramp,
) -> Vec<Tile> {
    let [_, height, width] = image_shape(&values.shape);
    let most = extent(&values.values);
    let strongest = kernels.map_or(0.0, |kernels| extent(kernels.all()));
    let mut tiles = Vec::new();
    for place in 0..shown {
        let values = channel(values, place);
        let most = if own && height * width > 1 { extent(values) } else { most };
        tiles.push(Tile::of(values, [height, width], most, ramp));
        if let Some(kernels) = kernels {
            let [count, height, width] = kernels.shape;
            let kernel =
                |from| Tile::of(kernels.one(place, from), [height, width], strongest, ramp);
            tiles.extend((0..count).map(kernel));
        }
    }
    tiles
}

/// Neurons as cells of one mesh.
fn neurons(ui: &mut Ui, cx: &mut Cx<'_>, values: &LayerValues, shown: usize) {
    let (cells, area) = Cells::place(ui, shown, Vec2::splat(NEURON), 2.0);
    if !ui.is_rect_visible(area) {
        return;
    }
    let most = extent(&values.values);
    let mut mesh = Mesh::default();
    for place in 0..shown {
        let value = values.values.get(place).copied().unwrap_or(f32::NAN);
        let share = if most > 0.0 { value / most } else { 0.0 };
        let (cell, colour) = (cells.rect(place), cx.theme.signed(share.clamp(-1.0, 1.0)));
        mesh.add_colored_rect(cell, colour);
        if value < 0.0 {
            let dash = Rect::from_center_size(cell.center(), vec2(8.0, 2.0));
            mesh.add_colored_rect(dash, theme::text_on(colour));
        }
    }
    ui.painter().add(Shape::mesh(mesh));
    for place in 0..shown {
        let cell = cells.rect(place);
        choose(ui, cx, values, place, cell, cell);
    }
}

/// A channel that says its numbers under the pointer and opens by a click.
fn choose(ui: &Ui, cx: &mut Cx<'_>, values: &LayerValues, place: usize, cell: Rect, picture: Rect) {
    let id = ui.scope_id().with(("channel", values.layer, place));
    let response = ui.interact(cell, id, Sense::click());
    let chosen = Some((values.layer, place));
    let is_open = cx.view.layers.open == chosen;
    parts::mark(ui, cx.theme, picture, &response, is_open);
    let words = || words(values, place);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, words()));
    if response.clicked() {
        cx.view.layers.open = if is_open { None } else { chosen };
    }
    response.on_hover_ui(|ui| {
        ui.label(words());
        ui.label("Click to see it larger, with what excites it.");
    });
}

/// `Channel 3 of layer 1: min 0.000, mean 0.120, max 2.310, 45.0 % zero`
pub fn words(values: &LayerValues, place: usize) -> String {
    let (layer, held) = (values.layer + 1, channel(values, place));
    if let [value] = held {
        return format!("Neuron {} of layer {layer}: {}", place + 1, short(*value));
    }
    let name = format!("Channel {} of layer {layer}", place + 1);
    let Some(facts) = Facts::of(held) else { return format!("{name}: no finite value") };
    let Facts { min, mean, max, zeros, .. } = facts;
    let [min, mean, max] = [min, mean, max].map(short);
    format!("{name}: min {min}, mean {mean}, max {max}, {} zero", share(zeros))
}

/// A rectangle around cells of a picture of `[rows, columns]`.
pub fn around(picture: Rect, of: [usize; 2], piece: &super::reach::Piece) -> Rect {
    let along = |axis: usize, start: f32, length: f32, place: usize| {
        start + length * place as f32 / of[axis].max(1) as f32
    };
    let [rows, cols] = piece;
    let x = |place| along(1, picture.left(), picture.width(), place);
    let y = |place| along(0, picture.top(), picture.height(), place);
    Rect::from_min_max(pos2(x(cols.start), y(rows.start)), pos2(x(cols.end), y(rows.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_marked_in_its_rows_and_columns() {
        let picture = Rect::from_min_size(pos2(10.0, 20.0), vec2(280.0, 140.0));
        let found = around(picture, [28, 28], &[14..28, 0..7]);
        assert_eq!((found.min, found.max), (pos2(10.0, 90.0), pos2(80.0, 160.0)));
    }

    #[test]
    fn a_channel_says_its_numbers() {
        let values = vec![0.0, 2.0, 0.0, -1.0];
        let layer = LayerValues { layer: 1, shape: vec![1, 2, 2], values };
        let text = "Channel 1 of layer 2: min −1.000, mean 0.250, max 2.000, 50.0\u{2009}% zero";
        assert_eq!(words(&layer, 0), text);
        let row = LayerValues { layer: 3, shape: vec![2], values: vec![1.0, -0.5] };
        assert_eq!(words(&row, 1), "Neuron 2 of layer 4: −0.500");
    }
}
