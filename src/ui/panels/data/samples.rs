use egui::{ColorImage, Context, Rect, Response, RichText, Role, Sense, StrokeKind};
use egui::{TextureOptions, Ui, WidgetInfo, vec2};

use crate::base::RunRng;
use crate::data::{Dataset, Original};
use crate::ui::textures::Texture;
use crate::ui::theme::Theme;
use crate::ui::widgets::{Icon, icon_button};
use crate::ui::{Cx, format};

/// Samples that are shown.
const SHOWN: usize = 5;
/// Space between pictures.
const GAP: f32 = 5.0;
/// Largest side of a picture on the screen.
const MAX_SIDE: f32 = 96.0;

/// Samples before and after their transforms, made one after another.
#[derive(Default)]
pub struct Samples {
    rows: Vec<Sample>,
    /// Counts how often random steps were asked for anew.
    roll: u64,
}

/// One sample in all its forms.
struct Sample {
    row: usize,
    original: Picture,
    /// As the model sees it when it is measured.
    steady: Picture,
    /// As one epoch sees it, where random steps act.
    random: Option<Picture>,
}

/// Pixels on a texture.
struct Picture {
    texture: Texture,
    /// Height over width.
    aspect: f32,
}

impl Picture {
    fn new(ctx: &Context, name: &str, image: ColorImage) -> Self {
        let [width, height] = image.size;
        let mut texture = Texture::default();
        texture.set(ctx, name, image, TextureOptions::NEAREST);
        Self { texture, aspect: height as f32 / width.max(1) as f32 }
    }
}

/// The picture of a sample before any transform.
fn original(sample: &Original) -> ColorImage {
    let size = [sample.width, sample.height];
    match sample.channels {
        3 => ColorImage::from_rgb(size, &sample.pixels),
        _ => ColorImage::from_gray(size, &sample.pixels),
    }
}

/// The picture of values `[channels, height, width]`, black and white being the ends of `range`.
fn image(values: &[f32], shape: [usize; 3], [low, high]: [f32; 2]) -> ColorImage {
    let [channels, height, width] = shape;
    let byte = |value: f32| {
        let share = (value - low) / (high - low).max(f32::MIN_POSITIVE);
        (share.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
    };
    let area = height * width;
    let mut bytes = Vec::with_capacity(area * 3);
    for pixel in 0..area {
        for colour in 0..3 {
            bytes.push(byte(values[colour.min(channels - 1) * area + pixel]));
        }
    }
    ColorImage::from_rgb([width, height], &bytes)
}

/// 0 and 1, or the ends of the values where they were normalised.
fn range(values: &[f32]) -> [f32; 2] {
    let low = values.iter().copied().fold(f32::INFINITY, f32::min);
    let high = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if low >= 0.0 && high <= 1.0 { [0.0, 1.0] } else { [low, high] }
}

impl Sample {
    fn new(
        ctx: &Context,
        data: &Dataset,
        before: &Original,
        rng: RunRng,
        roll: u64,
    ) -> Option<Self> {
        let &[channels, height, width] = data.shape.0.as_slice() else { return None };
        let (shape, row) = ([channels, height, width], before.row);
        if row >= data.train.rows() || data.shape.is_empty() {
            return None;
        }
        let steady = data.train.features.row(row);
        let range = range(&steady);
        let random = data.augment.as_ref().map(|augment| {
            let mut seen = vec![0.0; data.shape.len()];
            // What cannot be read any more is shown as missing; training says why.
            if augment.fill(rng, roll, row, &mut seen).is_err() {
                seen.fill(f32::NAN);
            }
            Picture::new(ctx, "in training", image(&seen, shape, range))
        });
        Some(Self {
            row,
            original: Picture::new(ctx, "original", original(before)),
            steady: Picture::new(ctx, "transformed", image(&steady, shape, range)),
            random,
        })
    }
}

impl Samples {
    /// Makes one more sample, if one is missing.
    fn make(&mut self, ui: &Ui, data: &Dataset, seed: u64) {
        let originals = data.originals.as_deref().unwrap_or_default();
        let wanted = originals.len().min(SHOWN);
        if let Some(next) = originals.get(self.rows.len())
            && self.rows.len() < wanted
            && let Some(made) = Sample::new(ui.ctx(), data, next, RunRng::new(seed), self.roll)
        {
            self.rows.push(made);
            ui.ctx().request_repaint();
        }
    }
}

/// Samples before their transforms beside what the model sees of them.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let mut samples = std::mem::take(&mut cx.view.data.cache.samples);
    samples.make(ui, data, cx.state.draft().seed);
    let forms = if data.augment.is_some() { 3.0 } else { 2.0 };
    let side = ((ui.available_width() + GAP) / forms - GAP).min(MAX_SIDE);
    if heads(ui, cx.theme, side, data.augment.is_some()) {
        samples.roll += 1;
        samples.rows.clear();
    }
    ui.spacing_mut().item_spacing = vec2(GAP, GAP);
    for sample in &samples.rows {
        let class = data.train.targets.class(sample.row);
        let name =
            class.map_or_else(String::new, |class| format::class_name(&data.class_names, class));
        ui.horizontal(|ui| {
            let forms = [
                Some((&sample.original, "original")),
                Some((&sample.steady, "as the model sees it")),
                sample.random.as_ref().map(|picture| (picture, "as one epoch sees it")),
            ];
            for (picture, form) in forms.into_iter().flatten() {
                tile(ui, cx.theme, picture, side, &format!("{name}, {form}"));
            }
        });
        ui.label(RichText::new(name).small().color(cx.theme.text_muted));
    }
    cx.view.data.cache.samples = samples;
}

/// What stands in each column. Tells whether random steps are asked for anew.
fn heads(ui: &mut Ui, theme: &Theme, side: f32, is_random: bool) -> bool {
    let mut again = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let head = |ui: &mut Ui, text: &str, width: f32| {
            ui.allocate_ui(vec2(width, 20.0), |ui| {
                ui.set_min_width(width);
                ui.label(RichText::new(text).small().color(theme.text_muted));
            });
        };
        head(ui, "original", side);
        head(ui, "model sees", side);
        if is_random {
            head(ui, "training", side - 24.0 - GAP);
            again = icon_button(ui, theme, Icon::Dice, "Roll again").clicked();
        }
    });
    again
}

fn tile(ui: &mut Ui, theme: &Theme, picture: &Picture, side: f32, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    if ui.is_rect_visible(rect) {
        let size = match picture.aspect {
            tall if tall > 1.0 => vec2(side / tall, side),
            flat => vec2(side, side * flat),
        };
        let place = Rect::from_center_size(rect.center(), size);
        picture.texture.paint(ui, rect, place, None);
        let edge = theme.hairline();
        ui.painter().rect_stroke(place, 0.0, edge, StrokeKind::Inside);
    }
    response.on_hover_text(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_pixels_by_channel() {
        let values = [0.0, 1.0, 0.5, 0.0, 1.0, 0.0];
        let image = image(&values, [3, 1, 2], [0.0, 1.0]);
        assert_eq!(image.as_raw(), [0, 128, 255, 255, 255, 0, 0, 255]);
    }

    #[test]
    fn normalised_values_are_stretched_and_pixels_are_not() {
        assert_eq!(range(&[0.2, 0.4]), [0.0, 1.0]);
        assert_eq!(range(&[-1.0, 3.0]), [-1.0, 3.0]);
    }
}
