//! The images on which two runs differ, each with both answers; a click opens one.

use egui::{Align, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::record::Part;
use crate::ui::textures::Sheet;
use crate::ui::theme;
use crate::ui::widgets::{Marker, line_in};
use crate::ui::{Cx, format, standing};

use super::said::Said;
use super::{curve, open, rows};

/// Side of an image, and least width of a tile.
const IMAGE: f32 = 64.0;
const WIDTH: f32 = 200.0;
/// Space between tiles, and around the image.
const GAP: f32 = 8.0;
const EDGE: f32 = 2.0;

/// Draws the tiles in sight, `height` points high.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, said: &Said<'_>, sheet: &mut Sheet, height: f32) {
    let width = ui.available_width() - 10.0;
    let cols = ((width + GAP) / (WIDTH + GAP)).floor().max(1.0) as usize;
    let tile = vec2((width - GAP * (cols as f32 - 1.0)) / cols as f32, IMAGE + 2.0 * EDGE);
    let mut clicked = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = GAP;
        let area = ScrollArea::vertical().id_salt("differing images").max_height(height);
        let lines = said.len().div_ceil(cols);
        area.auto_shrink([false, true]).show_rows(ui, tile.y, lines, |ui, lines| {
            let places = lines.start * cols..(lines.end * cols).min(said.len());
            let seen: Vec<usize> = places.clone().map(|place| said.row(place)).collect();
            sheet.bring(ui, said.data, (Part::Test, &said.data.test), &seen);
            let size = vec2(width, lines.len() as f32 * (tile.y + GAP) - GAP);
            let (outer, _) = ui.allocate_exact_size(size, Sense::hover());
            for place in places.clone() {
                let at = place - places.start;
                let step = vec2((at % cols) as f32, (at / cols) as f32) * (tile + Vec2::splat(GAP));
                let rect = Rect::from_min_size(outer.min + step, tile);
                if one(ui, cx, said, sheet, (place, rect)) {
                    clicked = Some(said.row(place));
                }
            }
        });
    });
    if let Some(row) = clicked {
        open(cx, said.data, row);
    }
}

/// Draws a tile; tells whether it was clicked.
fn one(ui: &Ui, cx: &Cx<'_>, said: &Said<'_>, sheet: &Sheet, (place, rect): (usize, Rect)) -> bool {
    let theme = cx.theme;
    let row = said.row(place);
    let response = ui.interact(rect, ui.scope_id().with(("differing", place)), Sense::click());
    let sentence = || said.sentence(cx.state, place);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, sentence()));
    if cx.view.chosen == Some((Part::Test, row)) {
        ui.painter().rect_filled(rect, theme::FIELD_RADIUS, theme.accent_soft);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, theme::FIELD_RADIUS, theme.hover);
    }
    if response.has_focus() {
        let ring = theme.focus_ring();
        ui.painter().rect_stroke(rect, theme::FIELD_RADIUS, ring, StrokeKind::Inside);
    }
    let image = Rect::from_min_size(rect.min + Vec2::splat(EDGE), Vec2::splat(IMAGE));
    sheet.paint(ui, image, row);
    let beside = Rect::from_min_max(pos2(image.right() + 6.0, image.top()), rect.max);
    told(ui, cx, said, place, beside);
    let is_clicked = response.clicked();
    response.on_hover_ui(|ui| {
        let (large, _) = ui.allocate_exact_size(Vec2::splat(168.0), Sense::hover());
        sheet.paint(ui, large, row);
        ui.label(sentence());
    });
    is_clicked
}

/// The truth, then what each run says, behind the mark of the run.
fn told(ui: &Ui, cx: &Cx<'_>, said: &Said<'_>, place: usize, beside: Rect) {
    let theme = cx.theme;
    let height = beside.height() / 3.0;
    let line = |at: usize| {
        let top = beside.top() + height * at as f32;
        Rect::from_min_max(pos2(beside.left(), top), pos2(beside.right(), top + height))
    };
    let Some(truth) = said.truth(place) else { return };
    if let Some(stands) = standing::brief(&said.data.test, said.row(place)) {
        let rect = line(0).with_min_x(line(0).center().x);
        line_in(ui, rect, Align::Max, &stands, theme::small(), theme.text_muted);
    }
    let name = format::class_phrase(&said.data.class_names, truth);
    let rect = line(0).with_max_x(line(0).center().x + 20.0);
    line_in(ui, rect, Align::Min, &name, theme::body(), theme.text_muted);
    for which in [0, 1] {
        let rect = line(which + 1);
        let run = said.runs[which];
        let tint = cx.state.slot(run).map_or(run, |slot| slot.tint);
        let mark = pos2(rect.left() + 10.0, rect.center().y);
        let fill = curve::colour(cx, run);
        Marker::of_run(tint).paint(ui.painter(), mark, 4.5, fill, Stroke::NONE);
        if let Some((class, p)) = said.answer(place, which) {
            let rect = rect.with_min_x(rect.left() + 16.0);
            rows::class(ui, cx, said.data, rect, (class, Some(p)), class == truth);
        }
    }
}
