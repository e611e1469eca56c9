//! A channel shown large: its map, its kernels, and the samples that excite it most.

use egui::{
    Align2, CornerRadius, Frame, Margin, Rect, Role, Sense, Shape, StrokeKind, Ui, Vec2,
    WidgetInfo, vec2,
};

use crate::data::Dataset;
use crate::record::{Excited, Excitement, LayerValues, Part};
use crate::ui::Cx;
use crate::ui::textures::Ramp;
use crate::ui::theme;
use crate::ui::widgets::{self, Icon, icon_button};

use super::card::{around, is_image, share};
use super::parts::{self, Cells, sheet, short};
use super::reach::reach;
use super::sheet::Tile;
use super::values::{Facts, Kernels, channel, extent, image_shape};
use super::{Card, EXCITED, Fold, Sight, sample};

/// Side of the large map.
const LARGE: f32 = 144.0;
/// Kernels that are shown at first.
const KERNELS: usize = 12;
/// Side of a sample that excites the channel.
const SAMPLE: f32 = 58.0;
/// Height of the words below it.
const WORDS: f32 = 16.0;

/// Draws what is known of one channel below those of its layer.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>, values: &LayerValues, place: usize) {
    let [count, ..] = image_shape(&values.shape);
    if place >= count {
        return;
    }
    let frame = Frame::new()
        .fill(cx.theme.inset)
        .corner_radius(CornerRadius::same(theme::FIELD_RADIUS))
        .inner_margin(Margin::same(8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let what = if is_image(values) { "Channel" } else { "Neuron" };
        widgets::header(ui, &format!("{what} {}", place + 1), |ui| {
            if icon_button(ui, cx.theme, Icon::Close, "Close the channel").clicked() {
                cx.view.layers.open = None;
            }
        });
        let kernels = sight.kernels(values.layer);
        ui.horizontal_wrapped(|ui| {
            large(ui, cx, sight, values, place, kernels);
            ui.vertical(|ui| numbers(ui, cx, values, place));
        });
        if is_image(values) {
            range_words(ui, cx, extent(channel(values, place)));
        }
        kernel_row(ui, cx, (sight.run, place), kernels);
        excited(ui, cx, sight, values, place);
    });
}

/// All pictures of the channel: its map, the input, its kernels.
fn pictures(
    sight: &Sight<'_>,
    values: &LayerValues,
    place: usize,
    kernels: Option<Kernels<'_>>,
    ramp: &Ramp,
) -> Vec<Tile> {
    let [_, height, width] = image_shape(&values.shape);
    let held = channel(values, place);
    let mut tiles = vec![Tile::of(held, [height, width], extent(held), ramp)];
    let sample = Tile::sample(sight.data, &sight.trace.input);
    tiles.push(sample.unwrap_or_else(|| Tile::of(&[], [1, 1], 1.0, ramp)));
    if let Some(kernels) = kernels {
        let [count, height, width] = kernels.shape;
        let most = extent(kernels.of_channel(place));
        let kernel = |from| Tile::of(kernels.one(place, from), [height, width], most, ramp);
        tiles.extend((0..count).map(kernel));
    }
    tiles
}

/// What the colours of pictures on one scale mean.
fn range_words(ui: &mut Ui, cx: &Cx<'_>, most: f32) {
    let most = short(most);
    widgets::caption(ui, cx.theme, &format!("Blue up to {most}, orange down to −{most}"));
}

/// The map, and the piece of the input that its strongest place sees.
fn large(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    sight: &Sight<'_>,
    values: &LayerValues,
    place: usize,
    kernels: Option<Kernels<'_>>,
) {
    let key = sight.key(cx.theme, vec![values.layer, place]);
    let theme = cx.theme;
    let sheet = sheet(ui.ctx(), cx.view, (sight.run, Card::Open), key, || {
        pictures(sight, values, place, kernels, &Ramp::signed(theme))
    });
    let [_, height, width] = image_shape(&values.shape);
    let top = Facts::of(channel(values, place)).map_or(0, |facts| facts.top);
    let at = [top / width.max(1), top % width.max(1)];
    let ring = theme.stroke(2.0, theme.accent);
    if is_image(values) {
        let rect = picture(ui, "Map of the channel", width as f32 / height.max(1) as f32);
        sheet.paint(ui.painter(), [(0, rect)].into_iter());
        ui.painter().rect_stroke(rect, 0.0, theme.hairline(), StrokeKind::Outside);
        let strongest = around(rect, [height, width], &at.map(|place| place..place + 1));
        ui.painter().rect_stroke(strongest, 0.0, ring, StrokeKind::Outside);
    }
    if let (Some(shape), true) = (input_shape(sight.data), is_image(values)) {
        let rect = picture(ui, "What its strongest place sees", shape[1] as f32 / shape[0] as f32);
        sheet.paint(ui.painter(), [(1, rect)].into_iter());
        let seen = reach(&sight.hidden()[..=values.layer], at, shape);
        ui.painter().rect_stroke(around(rect, shape, &seen), 0.0, ring, StrokeKind::Inside);
    }
}

/// Height and width of the samples, where they are images.
fn input_shape(data: &Dataset) -> Option<[usize; 2]> {
    match data.shape.0[..] {
        [_, height, width] if height * width > 0 => Some([height, width]),
        _ => None,
    }
}

/// Room for a large picture of a shape (width by height).
fn picture(ui: &mut Ui, name: &str, aspect: f32) -> Rect {
    let size = vec2(LARGE * aspect.min(1.0), LARGE / aspect.max(1.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    response.on_hover_text(name);
    rect
}

fn numbers(ui: &mut Ui, cx: &Cx<'_>, values: &LayerValues, place: usize) {
    let held = channel(values, place);
    let Some(facts) = Facts::of(held) else {
        widgets::muted(ui, cx.theme, "No finite value");
        return;
    };
    if let [value] = held {
        widgets::muted(ui, cx.theme, &format!("value {}", short(*value)));
        return;
    }
    for (name, text) in [
        ("max", short(facts.max)),
        ("mean", short(facts.mean)),
        ("min", short(facts.min)),
        ("zero", share(facts.zeros)),
    ] {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = theme::TIGHT;
            let (label, _) = ui.allocate_exact_size(vec2(40.0, theme::TARGET), Sense::hover());
            let (at, colour) = (label.left_center(), cx.theme.text_muted);
            ui.painter().text(at, Align2::LEFT_CENTER, name, theme::body(), colour);
            widgets::fixed_number(ui, cx.theme, name, &text, 64.0);
        });
    }
    if facts.zeros >= 1.0 {
        widgets::caption(ui, cx.theme, "Silent for this sample");
    }
}

/// The weights that lead to the channel, one picture for each that comes in.
fn kernel_row(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    (run, place): (usize, usize),
    kernels: Option<Kernels<'_>>,
) {
    let Some(kernels) = kernels else { return };
    let [count, high, wide] = kernels.shape;
    let text = if count == 1 { "Its weights" } else { "Its weights, by incoming channel" };
    widgets::section(ui, cx.theme, text);
    let shown = parts::shown(cx, Fold::Kernels, KERNELS, count);
    let side = if count == 1 { 84.0 } else { 44.0 };
    let size = vec2(side, side * high as f32 / wide.max(1) as f32);
    let (cells, area) = Cells::place(ui, shown, size, theme::TIGHT);
    let sheet = cx.view.layers.kept.get(&run).and_then(|kept| kept.sheets.get(&Card::Open));
    if let (Some((_, sheet)), true) = (sheet, ui.is_rect_visible(area)) {
        sheet.paint(ui.painter(), (0..shown).map(|place| (place + 2, cells.rect(place))));
        let outlines = (0..shown).map(|place| {
            Shape::rect_stroke(cells.rect(place), 0.0, cx.theme.hairline(), StrokeKind::Outside)
        });
        ui.painter().extend(outlines);
    }
    parts::fold(ui, cx, Fold::Kernels, KERNELS, count, "incoming channels");
    range_words(ui, cx, extent(kernels.of_channel(place)));
}

/// The samples that excite the channel most, each with the piece of it that does.
fn excited(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>, values: &LayerValues, place: usize) {
    widgets::section(ui, cx.theme, "Excited most by");
    let found = sight.frame.inside.excited.as_ref();
    let is_ours =
        |found: &&Excited| (found.request.layer, found.request.channel) == (values.layer, place);
    let found = found.filter(is_ours);
    let rows = found.map_or(&[][..], |found| found.rows.as_slice());
    let rows = &rows[..rows.len().min(EXCITED)];
    if !sight.data.is_image() {
        table(ui, cx, sight, rows);
    } else {
        images(ui, cx, sight, values, rows);
    }
    let text = match found {
        Some(found) => {
            let count = crate::ui::format::counted(found.looked_at as u64, "row", "rows");
            format!("among {count} of the test part; a click follows one of them")
        }
        None => "The test part is being looked through.".into(),
    };
    widgets::caption(ui, cx.theme, &text);
}

fn images(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    sight: &Sight<'_>,
    values: &LayerValues,
    rows: &[Excitement],
) {
    let Some(shape) = input_shape(sight.data) else { return };
    let size = vec2(SAMPLE, SAMPLE + WORDS);
    let (cells, area) = Cells::place(ui, EXCITED, size, theme::GAP);
    if !ui.is_rect_visible(area) {
        return;
    }
    let key = sight.key(cx.theme, rows.iter().map(|found| found.row).collect());
    let sheet = sheet(ui.ctx(), cx.view, (sight.run, Card::Excited), key, || {
        let features = &sight.data.test.features;
        let there = rows.iter().filter(|found| found.row < features.rows());
        there.filter_map(|found| Tile::sample(sight.data, &features.row(found.row))).collect()
    });
    let image = |place| Rect::from_min_size(cells.rect(place).min, Vec2::splat(SAMPLE));
    sheet.paint(ui.painter(), (0..rows.len()).map(|place| (place, image(place))));
    for (place, found) in rows.iter().enumerate() {
        let rect = image(place);
        if is_image(values) {
            let seen = reach(&sight.hidden()[..=values.layer], found.at, shape);
            let ring = cx.theme.stroke(1.5, cx.theme.accent);
            let seen = around(rect, shape, &seen);
            ui.painter().rect_stroke(seen, 0.0, ring, StrokeKind::Inside);
        }
        let at = cells.rect(place).center_bottom();
        let (text, small) = (short(found.value), theme::small());
        ui.painter().text(at, Align2::CENTER_BOTTOM, text, small, cx.theme.text);
        go_to(ui, cx, sight, found, cells.rect(place), rect);
    }
}

/// Rows of a table that excite a neuron.
fn table(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>, rows: &[Excitement]) {
    let size = vec2(ui.available_width(), theme::TARGET);
    for found in rows {
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let name = sample::who(sight, Part::Test, found.row);
        let (small, theme) = (theme::small(), cx.theme);
        ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, name, small, theme.text);
        let (at, text) = (rect.left_center() + vec2(280.0, 0.0), short(found.value));
        ui.painter().text(at, Align2::RIGHT_CENTER, text, theme::small(), theme.text);
        go_to(ui, cx, sight, found, rect, rect);
    }
}

/// A click on a sample follows it instead.
fn go_to(
    ui: &Ui,
    cx: &mut Cx<'_>,
    sight: &Sight<'_>,
    found: &Excitement,
    cell: Rect,
    picture: Rect,
) {
    let id = ui.scope_id().with(("excites", found.row));
    let response = ui.interact(cell, id, Sense::click());
    if sight.data.is_image() || response.hovered() {
        parts::mark(ui, cx.theme, picture, &response, false);
    }
    let who = sample::who(sight, Part::Test, found.row);
    let text = format!("{who}, excites it with {}", short(found.value));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &text));
    if response.clicked() {
        sample::pick(cx, Part::Test, found.row);
    }
    response.on_hover_text(format!("{text}. Click to follow this sample."));
}
