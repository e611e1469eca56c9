//! Test images and what the network takes them for, mistakes first.

use std::sync::{Arc, Weak};

use egui::{Rect, RichText, Sense, TextureOptions, Ui, vec2};

use crate::data::Dataset;
use crate::record::{Part, Prediction, Predictions};
use crate::ui::panes::Pane;
use crate::ui::parts::data_of;
use crate::ui::textures::{Atlas, Texture};
use crate::ui::widgets::{Icon, thousands};
use crate::ui::{Cx, UiRequest, capture, empty, format};
use crate::workbench::State;

/// Most images that are shown, and so asked for.
pub const MAX_SHOWN: usize = 64;
/// Side of one image, and room for the words below it.
const IMAGE: f32 = 60.0;
const WORDS: f32 = 32.0;
const GAP: f32 = 8.0;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct GalleryView {
    #[serde(skip)]
    sheets: std::collections::BTreeMap<usize, Sheet>,
}

/// The images of one run on one texture, kept until others are shown.
#[derive(Debug, Default)]
struct Sheet {
    data: Weak<Dataset>,
    rows: Vec<usize>,
    atlas: Option<Atlas>,
    texture: Texture,
}

impl Sheet {
    fn update(&mut self, ui: &Ui, data: &Arc<Dataset>, shown: &[Prediction]) {
        let is_kept = self.data.as_ptr() == Arc::as_ptr(data)
            && self.rows.iter().copied().eq(shown.iter().map(|prediction| prediction.row));
        if is_kept {
            return;
        }
        self.rows.clear();
        self.rows.extend(shown.iter().map(|prediction| prediction.row));
        self.data = Arc::downgrade(data);
        self.atlas = Atlas::of(data, MAX_SHOWN.max(self.rows.len()));
        if let Some(atlas) = &self.atlas {
            let image = atlas.paint(data, &self.rows);
            self.texture.set(ui.ctx(), "gallery", image, TextureOptions::NEAREST);
        }
    }
}

/// How many predictions a visible gallery wants of a run; `None` for data other than images.
#[must_use]
pub fn request(state: &State, run: usize) -> Option<usize> {
    data_of(state, run).is_some_and(|data| data.is_image()).then_some(MAX_SHOWN)
}

/// Width below which the button stands below the number of mistakes.
const NARROW: f32 = 380.0;

/// Draws test images with their predictions. Nothing for data other than images.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(data) = data_of(cx.state, run).filter(|data| data.is_image()).cloned() else {
        return;
    };
    let frame = cx.state.run(run).and_then(|run| run.frame.clone());
    let Some(predictions) = frame.as_ref().and_then(|frame| frame.predictions.as_ref()) else {
        let before = "Press Play: test images appear here with what the network takes them for, \
                      mistakes first.";
        let coming = "The test images appear with the next picture of the run.";
        empty::no_answer(ui, cx, run, before, coming);
        return;
    };
    let is_narrow = ui.available_width() < NARROW;
    if is_narrow {
        ui.label(RichText::new(summary(predictions)).strong());
    }
    ui.horizontal_wrapped(|ui| {
        if !is_narrow {
            ui.label(RichText::new(summary(predictions)).strong());
        }
        let hint = "Opens the list of all test images, mistakes first";
        let all = capture::controls(ui, |ui| ui.button("All test images…"));
        if all.on_hover_text(hint).clicked() {
            cx.view.samples.open_all(Part::Test);
            cx.request(UiRequest::ShowPane(Pane::Samples));
        }
    });
    let shown = &predictions.shown[..predictions.shown.len().min(MAX_SHOWN)];
    cx.view.gallery.sheets.entry(run).or_default().update(ui, &data, shown);
    let height = ui.available_height();
    let height = if height.is_finite() && height < 4000.0 { height.max(140.0) } else { 300.0 };
    egui::ScrollArea::vertical().id_salt(("gallery", run)).max_height(height).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        grid(ui, cx, run, &data, shown);
    });
}

/// `12 mistakes among 10 000 test images`
fn summary(predictions: &Predictions) -> String {
    let total = format::counted(predictions.total as u64, "test image", "test images");
    match predictions.mistakes {
        0 => format!("No mistakes among {total}"),
        count => format!("{} among {total}", format::counted(count as u64, "mistake", "mistakes")),
    }
}

fn grid(ui: &mut Ui, cx: &Cx<'_>, run: usize, data: &Dataset, shown: &[Prediction]) {
    let step = vec2(IMAGE + GAP, IMAGE + WORDS + GAP);
    let cols = ((ui.available_width() + GAP - 4.0) / step.x).floor().max(1.0) as usize;
    let rows = shown.len().div_ceil(cols);
    let size = vec2(ui.available_width(), rows as f32 * step.y);
    // The frame of a mistake needs a little room.
    ui.add_space(2.0);
    let (outer, _) = ui.allocate_exact_size(size, Sense::hover());
    let outer = outer.translate(vec2(2.0, 0.0));
    for (place, prediction) in shown.iter().enumerate() {
        let at = outer.min + vec2((place % cols) as f32, (place / cols) as f32) * step;
        let rect = Rect::from_min_size(at, vec2(IMAGE, IMAGE + WORDS));
        if ui.is_rect_visible(rect) {
            tile(ui, cx, run, place, rect, prediction, &data.class_names);
        }
    }
}

fn tile(
    ui: &Ui,
    cx: &Cx<'_>,
    run: usize,
    place: usize,
    rect: Rect,
    prediction: &Prediction,
    names: &[String],
) {
    let image = Rect::from_min_size(rect.min, egui::Vec2::splat(IMAGE));
    let sheet = cx.view.gallery.sheets.get(&run);
    let paint = |ui: &Ui, rect: Rect| {
        if let Some((sheet, atlas)) = sheet.and_then(|sheet| Some((sheet, sheet.atlas?))) {
            sheet.texture.paint(ui, rect, rect, Some(atlas.uv(place)));
        }
    };
    paint(ui, image);
    let is_right = prediction.truth == prediction.predicted;
    let colour = if is_right { cx.theme.line } else { cx.theme.error };
    let width = if is_right { 1.0 } else { 2.0 };
    let stroke = cx.theme.stroke(width, colour);
    ui.painter().rect_stroke(image, 2.0, stroke, egui::StrokeKind::Outside);
    let font = egui::TextStyle::Small.resolve(ui.style());
    let ink = if is_right { cx.theme.text_muted } else { cx.theme.error };
    let words = short(prediction, names);
    let mut job = egui::text::LayoutJob::simple_singleline(words, font.clone(), ink);
    job.wrap = egui::text::TextWrapping::truncate_at_width(IMAGE - font.size);
    let galley = ui.painter().layout_job(job);
    let clip = ui.painter().with_clip_rect(rect.expand(4.0).intersect(ui.clip_rect()));
    let under = image.left_bottom() + vec2(0.0, 3.0);
    let icon = if is_right { Icon::Check } else { Icon::Close };
    let line = galley.size().y;
    let width = (line + 1.0 + galley.size().x).min(IMAGE);
    let start = under + vec2((IMAGE - width) / 2.0, 0.0);
    icon.paint(&clip, Rect::from_min_size(start, egui::Vec2::splat(line)).shrink(2.0), ink);
    clip.galley(start + vec2(line + 1.0, 0.0), galley, ink);
    let below = image.center_bottom() + vec2(0.0, line + 3.0);
    let sure = format::percent(prediction.confidence.into());
    clip.text(below, egui::Align2::CENTER_TOP, sure, font, cx.theme.text_muted);
    let response = ui.interact(rect, ui.scope_id().with(("image", run, place)), Sense::hover());
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Image, true, sentence(prediction, names))
    });
    response.on_hover_ui(|ui| {
        let (large, _) = ui.allocate_exact_size(egui::Vec2::splat(140.0), Sense::hover());
        paint(ui, large);
        ui.label(sentence(prediction, names));
    });
}

/// `4 → 9` for a mistake, `4` for a right answer.
fn short(prediction: &Prediction, names: &[String]) -> String {
    let truth = format::class_name(names, prediction.truth);
    if prediction.truth == prediction.predicted {
        truth
    } else {
        format!("{truth} → {}", format::class_name(names, prediction.predicted))
    }
}

/// `Test image 12: a 4, taken for a 9 with 87.1 %`
fn sentence(prediction: &Prediction, names: &[String]) -> String {
    let truth = format::class_phrase(names, prediction.truth);
    let sure = format::percent(prediction.confidence.into());
    let row = thousands(prediction.row as u64);
    if prediction.truth == prediction.predicted {
        format!("Test image {row}, {truth}, is recognised with {sure}")
    } else {
        let predicted = format::class_phrase(names, prediction.predicted);
        format!("Test image {row}, {truth}, is wrongly taken for {predicted} with {sure}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prediction(truth: usize, predicted: usize) -> Prediction {
        Prediction { row: 1200, truth, predicted, confidence: 0.871 }
    }

    #[test]
    fn right_and_wrong_are_told_by_shape_and_word() {
        let names = Vec::new();
        assert_eq!(short(&prediction(4, 4), &names), "4");
        assert_eq!(short(&prediction(4, 9), &names), "4 → 9");
        assert_eq!(
            sentence(&prediction(4, 9), &names),
            "Test image 1\u{2009}200, class 4, is wrongly taken for class 9 with 87.1\u{2009}%"
        );
    }

    #[test]
    fn mistakes_are_counted_among_all() {
        let predictions = |mistakes| Predictions { shown: Vec::new(), mistakes, total: 10_000 };
        assert_eq!(summary(&predictions(0)), "No mistakes among 10\u{2009}000 test images");
        assert_eq!(summary(&predictions(1)), "1 mistake among 10\u{2009}000 test images");
    }
}
