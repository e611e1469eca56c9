//! All layers in a row, as they light up.

use egui::{
    Align2, Color32, ColorImage, Pos2, Rect, Role, Sense, StrokeKind, TextureOptions, Ui,
    WidgetInfo, pos2, vec2,
};

use crate::record::{LayerValues, ProbeFrame};
use crate::spec::{LayerKind, ModelSpec};
use crate::ui::textures::Texture;
use crate::ui::theme::Variant;
use crate::ui::widgets::{self, thousands};
use crate::ui::{Cx, format, theme};

use super::answer::Answer;

/// Side of the picture of a layer, and room below it for its name.
const SIDE: f32 = 72.0;
const WORDS: f32 = 18.0;
/// Most channels of a layer that are shown, and most values along a side of one.
const CHANNELS: usize = 16;
const CHANNEL_SIDE: usize = 32;
/// Most neurons of a layer that are shown.
const NEURONS: usize = 1024;

/// The pictures of all layers on one texture, kept until the network says something else.
#[derive(Debug, Default)]
pub struct Strip {
    key: Option<((*const ProbeFrame, usize), Variant)>,
    texture: Texture,
    layers: Vec<Layer>,
}

/// One picture of the strip.
#[derive(Debug)]
struct Layer {
    name: String,
    /// What there is to be said of its values.
    told: String,
    /// Which part of the texture it is, in shares.
    uv: Rect,
    /// Width by height.
    ratio: f32,
}

/// Values as a picture: how many pixels, and which value each shows.
struct Tiles {
    size: [usize; 2],
    /// Places in the values; none between channels.
    values: Vec<Option<usize>>,
}

/// Draws the layers of what a run said last.
pub fn show(ui: &mut Ui, cx: &Cx<'_>, answer: &mut Answer, run: usize) {
    let Some(key) = answer.key() else { return };
    let model = cx.state.run(run).map(|run| &run.spec.spec().model);
    let key = (key, cx.theme.variant);
    if answer.strip.key != Some(key)
        && let (Some(trace), Some(model)) = (answer.trace(), model)
    {
        let (image, layers) = painted(cx, &trace.layers, model);
        answer.strip.layers = layers;
        answer.strip.texture.set(ui.ctx(), "layers", image, TextureOptions::NEAREST);
        answer.strip.key = Some(key);
    }
    widgets::section(ui, cx.theme, "Layers, blue for positive and orange for negative values");
    egui::ScrollArea::horizontal().id_salt(("strip", run)).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = theme::GAP;
            answer.strip.layers.iter().for_each(|layer| one(ui, cx, &answer.strip.texture, layer));
        });
        ui.add_space(theme::GAP);
    });
}

fn one(ui: &mut Ui, cx: &Cx<'_>, texture: &Texture, layer: &Layer) {
    let (rect, response) = ui.allocate_exact_size(vec2(SIDE, SIDE + WORDS), Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Image, true, format!("{}: {}", layer.name, layer.told))
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    let square = Rect::from_min_size(rect.min, vec2(SIDE, SIDE));
    let size = match layer.ratio < 1.0 {
        true => vec2(SIDE * layer.ratio, SIDE),
        false => vec2(SIDE, SIDE / layer.ratio),
    };
    let place = Rect::from_center_size(square.center(), size.max(vec2(4.0, 4.0)));
    texture.paint(ui, place, place, Some(layer.uv));
    let line = cx.theme.hairline();
    ui.painter().rect_stroke(place, 0.0, line, StrokeKind::Outside);
    let painter =
        ui.painter().with_clip_rect(rect.expand2(vec2(3.0, 0.0)).intersect(ui.clip_rect()));
    let under = pos2(rect.center().x, square.bottom() + 2.0);
    painter.text(under, Align2::CENTER_TOP, &layer.name, theme::small(), cx.theme.text_muted);
    response.on_hover_ui(|ui| {
        ui.strong(&layer.name);
        ui.label(&layer.told);
    });
}

/// All layers beside each other. Those that change nothing when a network is asked are left out,
/// and the scores, which stand beside the canvas as bars.
fn painted(cx: &Cx<'_>, layers: &[LayerValues], model: &ModelSpec) -> (ColorImage, Vec<Layer>) {
    let shown = layers.iter().filter(|layer| is_shown(layer.layer, model));
    let tiled: Vec<(&LayerValues, Tiles)> =
        shown.map(|layer| (layer, tiles(&layer.shape, layer.values.len()))).collect();
    let width = tiled.iter().map(|(_, tiles)| tiles.size[0]).sum::<usize>().max(1);
    let height = tiled.iter().map(|(_, tiles)| tiles.size[1]).max().unwrap_or(1).max(1);
    let mut image = ColorImage::filled([width, height], cx.theme.surface);
    let mut left = 0;
    let mut made = Vec::with_capacity(tiled.len());
    for (layer, tiles) in tiled {
        put(&mut image, left, &tiles, &colours(cx, &layer.values));
        let [columns, rows] = tiles.size.map(|side| side as f32);
        let corner = Pos2::new(left as f32 / width as f32, 0.0);
        let size = vec2(columns / width as f32, rows / height as f32);
        made.push(Layer {
            name: name(layer.layer, model),
            told: told(layer),
            uv: Rect::from_min_size(corner, size),
            ratio: columns / rows,
        });
        left += tiles.size[0];
    }
    (image, made)
}

fn is_shown(layer: usize, model: &ModelSpec) -> bool {
    match model.hidden.get(layer) {
        Some(spec) => {
            !spec.off && !matches!(spec.kind, LayerKind::Flatten | LayerKind::Dropout { .. })
        }
        None => layer == model.hidden.len(),
    }
}

fn name(layer: usize, model: &ModelSpec) -> String {
    match model.hidden.get(layer) {
        Some(spec) if !spec.name.is_empty() => spec.name.clone(),
        Some(spec) => spec.label().to_owned(),
        None => "Logits".to_owned(),
    }
}

/// `64 values, 23 of them positive, the largest 4.12`
fn told(layer: &LayerValues) -> String {
    let positive = layer.values.iter().filter(|value| **value > 0.0).count();
    let largest = layer.values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let count = thousands(layer.values.len() as u64);
    let what = match layer.shape[..] {
        [channels, height, width] => {
            let channels = format::counted(channels as u64, "channel", "channels");
            format!("{channels} of {width} × {height}, {count} values")
        }
        _ => format!("{count} values"),
    };
    let positive = thousands(positive as u64);
    let largest = format::compact(f64::from(largest));
    format!("{what}, {positive} of them positive, the largest {largest}")
}

/// Each value by the largest magnitude of its layer.
fn colours(cx: &Cx<'_>, values: &[f32]) -> Vec<Color32> {
    let most = values.iter().map(|value| value.abs()).fold(0.0, f32::max);
    let share = |value: f32| if most > 0.0 { value / most } else { 0.0 };
    values.iter().map(|&value| cx.theme.signed(share(value))).collect()
}

fn put(image: &mut ColorImage, left: usize, tiles: &Tiles, colours: &[Color32]) {
    let line = image.size[0];
    for (place, value) in tiles.values.iter().enumerate() {
        let (row, column) = (place / tiles.size[0], place % tiles.size[0]);
        if let Some(colour) = value.and_then(|value| colours.get(value)) {
            image.pixels[row * line + left + column] = *colour;
        }
    }
}

fn tiles(shape: &[usize], count: usize) -> Tiles {
    match *shape {
        [channels, height, width] if height * width > 1 => channel_tiles(channels, height, width),
        _ => neuron_tiles(count),
    }
}

/// Neurons in reading order, as nearly a square as they make.
fn neuron_tiles(count: usize) -> Tiles {
    let count = count.min(NEURONS);
    let columns = (count as f64).sqrt().ceil().max(1.0) as usize;
    let rows = count.div_ceil(columns).max(1);
    let values = (0..rows * columns).map(|place| (place < count).then_some(place)).collect();
    Tiles { size: [columns, rows], values }
}

/// Channels in reading order with a pixel between them; large ones are thinned.
fn channel_tiles(channels: usize, height: usize, width: usize) -> Tiles {
    let shown = channels.min(CHANNELS);
    let across = (shown as f64).sqrt().ceil().max(1.0) as usize;
    let down = shown.div_ceil(across).max(1);
    let [rows, columns] = [height, width].map(|side| side.min(CHANNEL_SIDE));
    let size = [across * (columns + 1) - 1, down * (rows + 1) - 1];
    let value = |place: usize| {
        let (y, x) = (place / size[0], place % size[0]);
        let (tile, row, column) =
            (y / (rows + 1) * across + x / (columns + 1), y % (rows + 1), x % (columns + 1));
        let is_inside = tile < shown && row < rows && column < columns;
        is_inside.then(|| (tile * height + row * height / rows) * width + column * width / columns)
    };
    Tiles { size, values: (0..size[0] * size[1]).map(value).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neurons_are_as_nearly_a_square_as_they_make() {
        for (count, size) in [(1, [1, 1]), (10, [4, 3]), (64, [8, 8]), (5000, [32, 32])] {
            let tiles = neuron_tiles(count);
            assert_eq!(tiles.size, size, "{count}");
            let shown = tiles.values.iter().flatten().count();
            assert_eq!(shown, count.min(NEURONS));
        }
    }

    #[test]
    fn channels_stand_apart_and_show_their_own_values() {
        let tiles = channel_tiles(3, 2, 2);
        assert_eq!(tiles.size, [5, 5]);
        let line = |row: usize| &tiles.values[row * 5..][..5];
        assert_eq!(line(0), [Some(0), Some(1), None, Some(4), Some(5)]);
        assert_eq!(line(1), [Some(2), Some(3), None, Some(6), Some(7)]);
        assert_eq!(line(2), [None; 5]);
        assert_eq!(line(4), [Some(10), Some(11), None, None, None]);
        let many = channel_tiles(64, 100, 50);
        assert_eq!(many.size, [4 * 33 - 1, 4 * 33 - 1]);
        assert!(many.values.iter().flatten().all(|&value| value < 64 * 100 * 50));
    }

    #[test]
    fn a_layer_is_told_in_words() {
        let values = vec![-1.0, 0.0, 2.5, 0.5];
        let flat = LayerValues { layer: 0, shape: vec![4], values: values.clone() };
        assert_eq!(told(&flat), "4 values, 2 of them positive, the largest 2.5");
        let image = LayerValues { layer: 0, shape: vec![1, 2, 2], values };
        assert!(told(&image).starts_with("1 channel of 2 × 2"));
    }
}
