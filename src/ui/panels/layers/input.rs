//! What goes in, and what of it the decision depends on.

use egui::{Align2, Rect, Role, Sense, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::spec::Task;
use crate::ui::textures::Ramp;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, segmented};
use crate::ui::{Cx, capture, format};

use super::parts::{self, sheet, short};
use super::sheet::Tile;
use super::values::{by_pixel, extent, image_shape};
use super::{Card, Fold, Sight};

/// Side of the picture of the sample.
const PICTURE: f32 = 176.0;
/// Features that are shown at first.
const FEATURES: usize = 16;
/// Width of a number beside a bar.
const NUMBER: f32 = 54.0;
/// Most and least width of a feature's name, most and least width of a bar.
const NAME: [f32; 2] = [96.0, 48.0];
const BAR: [f32; 2] = [88.0, 12.0];

/// Widths of a name and of both bars in so much room, and what stands between the columns.
fn columns(room: f32) -> [f32; 3] {
    let gap = if room < 2.0 * BAR[0] + NAME[0] { theme::TIGHT } else { theme::GAP };
    let left = room - 2.0 * NUMBER - 3.0 * gap;
    let name = (0.4 * left).clamp(NAME[1], NAME[0]);
    [name, (0.5 * (left - name)).clamp(BAR[1], BAR[0]), gap]
}

/// Draws the card of the input.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>) {
    let words = sight.data.shape.to_string();
    let (theme, signed) = (cx.theme, !cx.view.layers.absolute);
    let saliency = sight.trace.saliency.as_ref();
    let strength = saliency.map(|(_, gradient)| strength(sight, gradient, signed));
    let most = strength.as_ref().map(|strength| extent(strength));
    let scale = |ui: &mut Ui| {
        if let Some(most) = most {
            let is_signed = signed || is_table(sight);
            parts::scale(ui, theme, most, is_signed);
        }
    };
    parts::card(ui, theme, ["Input, saliency", &words], scale, |ui| {
        capture::controls(ui, |ui| controls(ui, cx, sight));
        match sight.data.is_image() {
            true => pictures(ui, cx, sight, strength.as_deref()),
            false => features(ui, cx, sight, strength.as_deref()),
        }
        widgets::caption(ui, cx.theme, &meaning(cx, sight));
    });
}

/// Bars have signs whatever was chosen for pictures.
fn is_table(sight: &Sight<'_>) -> bool {
    !sight.data.is_image()
}

/// One value for each pixel or feature.
fn strength(sight: &Sight<'_>, gradient: &[f32], signed: bool) -> Vec<f32> {
    match sight.data.is_image() {
        true => by_pixel(gradient, image_shape(&sight.data.shape.0), signed),
        false => gradient.to_vec(),
    }
}

/// What the gradient is of, and what it says.
fn meaning(cx: &Cx<'_>, sight: &Sight<'_>) -> String {
    let Some((output, _)) = &sight.trace.saliency else {
        return "The gradient of the decision is not known for this network.".into();
    };
    let what = match sight.data.task {
        Task::Regression => "the predicted number".into(),
        Task::Classification { .. } => {
            let class = class_of(sight, *output);
            format!("the logit of {}", format::class_phrase(&sight.data.class_names, class))
        }
    };
    let where_ = if sight.data.is_image() { "pixels" } else { "features" };
    if cx.view.layers.absolute && sight.data.is_image() {
        return format!("Bright: {where_} on which {what} depends most, whichever way.");
    }
    format!("Blue: {where_} that raise {what} when they grow. Orange: {where_} that lower it.")
}

/// A single logit speaks for class 1.
fn class_of(sight: &Sight<'_>, output: usize) -> usize {
    let is_single = sight.spec.readout().outputs == 1;
    if is_single { 1 } else { output }
}

fn controls(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>) {
    let is_image = sight.data.is_image();
    ui.horizontal_wrapped(|ui| {
        if let Task::Classification { classes } = sight.data.task {
            choose_class(ui, cx, sight, classes);
        }
        if is_image {
            let view = &mut cx.view.layers;
            let sign = |absolute| if absolute { "Size" } else { "Signed" };
            if let Some(to) = segmented(ui, cx.theme, view.absolute, &[false, true], sign) {
                view.absolute = to;
            }
        }
    });
    ui.horizontal_wrapped(|ui| {
        if is_image {
            let view = &mut cx.view.layers;
            let place = |over| if over { "Over the image" } else { "Beside it" };
            if let Some(to) = segmented(ui, cx.theme, view.over, &[false, true], place) {
                view.over = to;
            }
        }
        let tip = "Gives each map the whole range of colours, so that faint ones can be seen, too";
        let own = &mut cx.view.layers.own_scale;
        widgets::toggle(ui, cx.theme, own, "Each map its own scale").on_hover_text(tip);
    });
}

fn choose_class(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>, classes: usize) {
    let names = &sight.data.class_names;
    let class = cx.view.layers.class;
    let text = match class {
        None => "Predicted class".to_owned(),
        Some(class) => format::class_phrase(names, class),
    };
    let menu = egui::ComboBox::from_id_salt("saliency of").selected_text(text).width(132.0);
    let shown = menu.icon(widgets::chevron).show_ui(ui, |ui| {
        if ui.selectable_label(class.is_none(), "Predicted class").clicked() {
            cx.view.layers.class = None;
        }
        for other in 0..classes {
            let name = format::class_phrase(names, other);
            if ui.selectable_label(class == Some(other), name).clicked() {
                cx.view.layers.class = Some(other);
            }
        }
    });
    shown.response.accessible_name("Saliency of");
}

fn pictures(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>, strength: Option<&[f32]>) {
    let [_, height, width] = image_shape(&sight.data.shape.0);
    let view = &cx.view.layers;
    let (signed, over) = (!view.absolute, view.over);
    let choice = vec![usize::from(signed), usize::from(over), usize::from(strength.is_some())];
    let key = sight.key(cx.theme, choice);
    let theme = cx.theme;
    let sheet = sheet(ui.ctx(), cx.view, (sight.run, Card::Input), key, || {
        tiles(sight, strength, [height, width], (signed, over), theme)
    });
    let aspect = width as f32 / height.max(1) as f32;
    let names: &[&str] = match (strength, over) {
        (None, _) => &["The sample"],
        (Some(_), true) => &["Saliency over the sample"],
        (Some(_), false) => &["The sample", "Saliency"],
    };
    ui.horizontal_wrapped(|ui| {
        let side = PICTURE.min(ui.max_rect().width());
        for (place, name) in names.iter().enumerate() {
            let size = vec2(side * aspect.min(1.0), side / aspect.max(1.0));
            let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
            sheet.paint(ui.painter(), [(place, rect)].into_iter());
            ui.painter().rect_stroke(rect, 0.0, theme.hairline(), StrokeKind::Outside);
            response.widget_info(|| WidgetInfo::labeled(Role::Image, true, *name));
            let at = ui.input(|input| input.pointer.latest_pos());
            response.on_hover_ui_at_pointer(|ui| {
                ui.label(*name);
                if let Some(at) = at {
                    pixel(ui, sight, strength, rect, at, [height, width]);
                }
            });
        }
    });
}

/// The numbers of the pixel under the pointer.
fn pixel(
    ui: &mut Ui,
    sight: &Sight<'_>,
    strength: Option<&[f32]>,
    rect: Rect,
    at: egui::Pos2,
    [height, width]: [usize; 2],
) {
    let share = (at - rect.min) / rect.size();
    let place = |share: f32, side: usize| ((share * side as f32) as usize).min(side - 1);
    let [row, col] = [place(share.y, height), place(share.x, width)];
    let index = row * width + col;
    ui.label(format!("row {row}, column {col}"));
    let size = height * width;
    let values = (0..sight.trace.input.len() / size.max(1)).map(|channel| channel * size + index);
    let values = values.filter_map(|index| sight.trace.input.get(index));
    let text: Vec<String> = values.map(|value| short(*value)).collect();
    ui.label(format!("value {}", text.join(", ")));
    if let Some(value) = strength.and_then(|strength| strength.get(index)) {
        ui.label(format!("gradient {}", short(*value)));
    }
}

fn tiles(
    sight: &Sight<'_>,
    strength: Option<&[f32]>,
    shape: [usize; 2],
    (signed, over): (bool, bool),
    theme: &Theme,
) -> Vec<Tile> {
    let Some(sample) = Tile::sample(sight.data, &sight.trace.input) else { return Vec::new() };
    let Some(strength) = strength else { return vec![sample] };
    let most = extent(strength);
    if over {
        return vec![sample.under(strength, shape, most, theme)];
    }
    let ramp = if signed { Ramp::signed(theme) } else { Ramp::sizes(theme) };
    let saliency = Tile::of(strength, shape, most, &ramp);
    vec![sample, saliency]
}

/// Features as bars, and what the decision makes of them.
fn features(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>, strength: Option<&[f32]>) {
    let input = &sight.trace.input;
    let shown = parts::shown(cx, Fold::Input, FEATURES, input.len());
    let most = [extent(input), strength.map_or(0.0, extent)];
    heads(ui, cx.theme, ["feature", "value", "gradient"]);
    for (place, &value) in input.iter().enumerate().take(shown) {
        let name = sight.data.feature_names.get(place).filter(|name| !name.is_empty());
        let name = name.cloned().unwrap_or_else(|| format!("feature {}", place + 1));
        let gradient = strength.and_then(|strength| strength.get(place)).copied();
        feature(ui, cx.theme, &name, [Some(value), gradient], most);
    }
    parts::fold(ui, cx, Fold::Input, FEATURES, input.len(), "features");
}

/// Words over the names and both columns of bars.
pub fn heads(ui: &mut Ui, theme: &Theme, words: [&str; 3]) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 16.0), Sense::hover());
    let [name, bar, gap] = columns(rect.width());
    let lefts = [0.0, name + gap, name + bar + NUMBER + 3.0 * gap];
    for (left, word) in lefts.into_iter().zip(words) {
        let at = rect.left_center() + vec2(left, 0.0);
        ui.painter().text(at, Align2::LEFT_CENTER, word, theme::small(), theme.text_muted);
    }
}

fn feature(ui: &mut Ui, theme: &Theme, name: &str, values: [Option<f32>; 2], most: [f32; 2]) {
    let size = vec2(ui.available_width(), theme::TARGET - 2.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let [width, length, gap] = columns(rect.width());
    let words = rect.with_max_x(rect.left() + width).expand2(vec2(widgets::CELL_PADDING, 0.0));
    widgets::line_in(ui, words, egui::Align::Min, name, theme::small(), theme.text);
    let mut left = rect.left() + width + gap;
    for (value, most) in values.into_iter().zip(most) {
        if let Some(value) = value {
            let bar = Rect::from_min_size(pos2(left, rect.center().y - 6.0), vec2(length, 12.0));
            widgets::signed_bar(ui, theme, bar, value, most);
            let at = pos2(bar.right() + NUMBER, rect.center().y);
            let (align, small) = (Align2::RIGHT_CENTER, theme::small());
            ui.painter().text(at, align, short(value), small, theme.text_muted);
        }
        left += length + NUMBER + 2.0 * gap;
    }
    let say = |value: Option<f32>| value.map_or_else(|| "unknown".into(), short);
    let text = format!("{name}: value {}, gradient {}", say(values[0]), say(values[1]));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    response.on_hover_text(&text);
}

/// A bar from 0 to 1.
pub fn share_bar(ui: &Ui, theme: &Theme, rect: Rect, share: f32, colour: egui::Color32) {
    ui.painter().rect_filled(rect, 0.0, theme.inset);
    let size: Vec2 = vec2(rect.width() * share.clamp(0.0, 1.0), rect.height());
    ui.painter().rect_filled(Rect::from_min_size(rect.min, size), 0.0, colour);
}
