use std::sync::Arc;

use egui::{Align2, Rect, Sense, Shape, TextureOptions, Ui, WidgetInfo, pos2, vec2};

use crate::record::{Fit, ProbeFrame};
use crate::ui::parts::label_range;
use crate::ui::textures::{OutputColours, Texture, output_pixels};
use crate::ui::theme;
use crate::ui::{Cx, widgets};
use crate::workbench::Sweep;

use super::{Cache, score_text};

/// Side of a picture.
const SIDE: f32 = 112.0;
/// Room for the words below it.
const WORDS: f32 = 34.0;

/// What each network has learnt, the best first: its boundary, or its curve.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, sweep: &Sweep, cache: &mut Cache) {
    let pictured: Vec<usize> =
        cache.order.iter().copied().filter(|&trial| frame_of(sweep, trial).is_some()).collect();
    if pictured.is_empty() {
        let text = "Pictures are drawn of data in the plane and of curves over one feature, as soon \
                    as a trial is done.";
        widgets::muted(ui, cx.theme, text);
        return;
    }
    let size = vec2(SIDE + 8.0, SIDE + WORDS);
    let columns = ((ui.available_width() / size.x).floor() as usize).max(1);
    let lines = pictured.len().div_ceil(columns);
    egui::ScrollArea::vertical().id_salt("pictures").auto_shrink(false).show_rows(
        ui,
        size.y,
        lines,
        |ui, seen| {
            for line in seen {
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 0.0;
                    for &trial in pictured.iter().skip(line * columns).take(columns) {
                        one(ui, cx, sweep, cache, trial, size);
                    }
                });
            }
        },
    );
}

fn frame_of(sweep: &Sweep, trial: usize) -> Option<&Arc<ProbeFrame>> {
    let parts = &sweep.trials().get(trial)?.parts;
    parts.iter().find_map(|part| part.outcome.as_ref()?.frame.as_ref())
}

fn one(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    sweep: &Sweep,
    cache: &mut Cache,
    trial: usize,
    size: egui::Vec2,
) {
    let Some(frame) = frame_of(sweep, trial) else { return };
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let picture = Rect::from_min_size(rect.min, vec2(SIDE, SIDE));
    paint(ui, cx, cache, trial, frame, picture);
    let theme = cx.theme;
    let is_chosen = cx.view.sweep.chosen == Some(trial);
    if is_chosen || response.hovered() {
        let stroke = theme.stroke(2.0, if is_chosen { theme.accent } else { theme.outline });
        ui.painter().rect_stroke(picture, 2.0, stroke, egui::StrokeKind::Outside);
    }
    let values: Vec<String> =
        sweep.trials()[trial].values.iter().map(ToString::to_string).collect();
    let values = values.join(" · ");
    let score = sweep.score(trial).map(|score| score_text(sweep.spec().quantity, score.mean));
    let score = score.unwrap_or_else(|| sweep.trials()[trial].status().word().into());
    let words = ui.painter().with_clip_rect(rect);
    let below = pos2(rect.left(), picture.bottom() + 3.0);
    words.text(below, Align2::LEFT_TOP, &values, theme::small(), theme.text_muted);
    let lower = below + vec2(0.0, 14.0);
    words.text(lower, Align2::LEFT_TOP, &score, theme::small(), theme.text);
    let label = format!("Picture of trial {}, {values}: {score}", trial + 1);
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_chosen, &label));
    if response.on_hover_text(&label).clicked() {
        cx.view.sweep.chosen = Some(trial);
    }
}

fn paint(ui: &Ui, cx: &Cx<'_>, cache: &mut Cache, trial: usize, frame: &ProbeFrame, picture: Rect) {
    ui.painter().rect_filled(picture, 2.0, cx.theme.canvas);
    if let Some(boundary) = &frame.boundary {
        let texture = cache.pictures.entry(trial).or_insert_with(|| {
            let side = boundary.request.side;
            let range = cx.state.data().dataset().and_then(|data| label_range(&data.train.targets));
            let colours = OutputColours { theme: cx.theme, range };
            let pixels = output_pixels(&boundary.outputs, side, &colours);
            let mut texture = Texture::default();
            texture.set(ui.ctx(), "trial", pixels, TextureOptions::LINEAR);
            texture
        });
        texture.paint(ui, picture, picture, None);
    } else if let Some(fit) = &frame.fit {
        curve(ui, cx, fit, picture);
    }
}

fn curve(ui: &Ui, cx: &Cx<'_>, fit: &Fit, picture: Rect) {
    let finite = || fit.values.iter().copied().filter(|value| value.is_finite());
    let (low, high) =
        finite().fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    let span = (high - low).max(1e-6);
    let last = fit.values.len().saturating_sub(1).max(1) as f32;
    let inside = picture.shrink(6.0);
    let place = |(index, value): (usize, &f32)| {
        let x = inside.left() + inside.width() * index as f32 / last;
        pos2(x, inside.bottom() - inside.height() * ((value - low) / span))
    };
    let seen = fit.values.iter().enumerate().filter(|(_, value)| value.is_finite());
    let points = seen.map(place).collect();
    ui.painter().add(Shape::line(points, cx.theme.stroke(2.0, cx.theme.accent)));
}
