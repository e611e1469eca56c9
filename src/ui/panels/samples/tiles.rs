//! Images as tiles, each with the three likeliest classes.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Color32, Rect, ScrollArea, Sense, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::record::top;
use crate::ui::textures::Sheet;
use crate::ui::theme::{self, Theme, mix};
use crate::ui::widgets::Icon;
use crate::ui::{Cx, format, parts};

use super::{Picked, Source, pick, words};

/// Side of an image, and least width of a tile.
const IMAGE: f32 = 64.0;
const WIDTH: f32 = 176.0;
/// Space between tiles.
const GAP: f32 = 8.0;
/// Height of a line of small text.
const LINE: f32 = 16.0;
/// Room for a percentage.
const PERCENT: f32 = 46.0;

/// Draws the tiles in sight.
pub fn show(ui: &mut Ui, cx: &Cx<'_>, source: &Source<'_>, sheet: &mut Sheet) -> Picked {
    let width = ui.available_width() - 10.0;
    let cols = ((width + GAP) / (WIDTH + GAP)).floor().max(1.0) as usize;
    let tile = vec2((width - GAP * (cols as f32 - 1.0)) / cols as f32, IMAGE + 4.0);
    let count = source.list.order.len();
    let names = words::names(source.data);
    let mut picked = None;
    ui.spacing_mut().item_spacing.y = GAP;
    let area = ScrollArea::vertical().id_salt("samples").auto_shrink([false, false]);
    area.show_rows(ui, tile.y, count.div_ceil(cols), |ui, lines| {
        let places = lines.start * cols..(lines.end * cols).min(count);
        bring(ui, source, sheet, places.clone());
        let (outer, _) = ui.allocate_exact_size(
            vec2(width, lines.len() as f32 * (tile.y + GAP) - GAP),
            Sense::hover(),
        );
        for place in places.clone() {
            let at = place - places.start;
            let step = vec2((at % cols) as f32, (at / cols) as f32) * (tile + Vec2::splat(GAP));
            let rect = Rect::from_min_size(outer.min + step, tile);
            picked = one(ui, cx, source, sheet, (place, rect), &names).or(picked);
        }
    });
    picked
}

fn bring(ui: &Ui, source: &Source<'_>, sheet: &mut Sheet, places: std::ops::Range<usize>) {
    let rows: Vec<usize> = places.map(|place| source.row(place).0).collect();
    if let Some(labelled) = parts::labelled(source.data, source.part) {
        sheet.bring(ui, source.data, (source.part, labelled), &rows);
    }
}

fn one(
    ui: &Ui,
    cx: &Cx<'_>,
    source: &Source<'_>,
    sheet: &Sheet,
    (place, rect): (usize, Rect),
    names: &[String],
) -> Picked {
    let (row, scored) = source.row(place);
    let response = ui.interact(rect, ui.scope_id().with(("sample", place)), Sense::click());
    let sentence = || words::sentence(source, names, scored);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, sentence()));
    let is_chosen = cx.view.chosen == Some((source.part, row));
    surface(ui, cx.theme, rect, is_chosen, response.hovered() || response.has_focus());
    let image = Rect::from_min_size(rect.min + Vec2::splat(2.0), Vec2::splat(IMAGE));
    sheet.paint(ui, image, row);
    let beside = Rect::from_min_max(pos2(image.right() + 8.0, image.top()), rect.max);
    if let Some(verdict) = source.list.verdict(scored) {
        let edge = if verdict.is_right() { cx.theme.line } else { cx.theme.error };
        ui.painter().rect_stroke(image, 2.0, cx.theme.stroke(1.0, edge), StrokeKind::Outside);
        let said = words::short(names, verdict.truth, verdict.predicted);
        title(ui, cx.theme, beside, (&said, &words::at(source, row)), verdict.is_right());
        likeliest(ui, cx.theme, source, (scored, verdict.truth), beside, names);
    } else {
        numbers(ui, cx.theme, source, scored, beside);
    }
    let response = response.on_hover_ui(|ui| {
        let (large, _) = ui.allocate_exact_size(Vec2::splat(168.0), Sense::hover());
        sheet.paint(ui, large, row);
        ui.label(sentence());
    });
    pick(&response, source.data, (source.part, row))
}

fn surface(ui: &Ui, theme: &Theme, rect: Rect, is_chosen: bool, is_lit: bool) {
    if is_chosen {
        ui.painter().rect_filled(rect, theme::FIELD_RADIUS, theme.accent_soft);
        ui.painter().rect_stroke(rect, theme::FIELD_RADIUS, theme.focus_ring(), StrokeKind::Inside);
    } else if is_lit {
        ui.painter().rect_filled(rect, theme::FIELD_RADIUS, theme.hover);
    }
}

/// What it is and what it is taken for, told by shape and word.
fn title(ui: &Ui, theme: &Theme, beside: Rect, (text, at): (&str, &str), is_right: bool) {
    let (icon, ink) =
        if is_right { (Icon::Check, theme.text_muted) } else { (Icon::Close, theme.error) };
    let sign = Rect::from_min_size(beside.min, Vec2::splat(LINE));
    icon.paint(ui.painter(), sign.shrink(3.0), ink);
    let mut job = LayoutJob::simple_singleline(at.to_owned(), theme::small(), theme.text_muted);
    job.wrap = TextWrapping::truncate_at_width(0.55 * beside.width());
    let row = ui.painter().layout_job(job);
    let end = pos2(beside.right() - 3.0 - row.size().x, sign.center().y - row.size().y / 2.0);
    let rest = Rect::from_min_max(sign.right_top() + vec2(2.0, 0.0), beside.max);
    line(ui, text, rest.with_max_x(end.x - 4.0), ink);
    ui.painter().galley(end, row, theme.text_muted);
}

/// The three likeliest classes as bars.
fn likeliest(
    ui: &Ui,
    theme: &Theme,
    source: &Source<'_>,
    (scored, truth): (usize, usize),
    beside: Rect,
    names: &[String],
) {
    for (rank, (class, p)) in top(source.scores.outputs.row(scored), 3).enumerate() {
        let top = beside.top() + LINE * (rank as f32 + 1.0);
        let rect = Rect::from_min_max(pos2(beside.left(), top), pos2(beside.right(), top + LINE));
        probability(ui, theme, rect, &format::class_name(names, class), p, class == truth);
    }
}

/// A probability as a bar behind its name; the true class is marked by a full colour and a line
/// at its left end.
pub fn probability(ui: &Ui, theme: &Theme, rect: Rect, name: &str, p: f32, is_truth: bool) {
    let inside = rect.shrink2(vec2(0.0, 1.0));
    let share = if p.is_finite() { p.clamp(0.0, 1.0) } else { 0.0 };
    let painter = ui.painter();
    painter.rect_filled(inside, 1.0, theme.inset);
    let bar = inside.with_max_x(inside.left() + inside.width() * share);
    painter.rect_filled(bar, 1.0, mix(theme.inset, theme.accent, 0.3));
    if is_truth {
        painter.rect_filled(inside.with_max_x(inside.left() + 3.0), 1.0, theme.accent);
    }
    let words = Rect::from_min_max(
        inside.min + vec2(6.0, -1.0),
        pos2(inside.right() - PERCENT, inside.bottom()),
    );
    line(ui, name, words, theme.text);
    let at = pos2(inside.right() - 3.0, inside.center().y);
    let percent = format::percent(p.into());
    painter.text(at, egui::Align2::RIGHT_CENTER, percent, theme::small(), theme.text);
}

/// Truth and prediction of a number.
fn numbers(ui: &Ui, theme: &Theme, source: &Source<'_>, scored: usize, beside: Rect) {
    let Some(residual) = source.list.residual(scored) else { return };
    let lines = [
        ("row", words::at(source, source.scores.rows[scored])),
        ("predicted", format::measured(residual.predicted.into())),
        ("true", format::measured(residual.truth.into())),
        ("off by", format::measured(residual.error().into())),
    ];
    for (index, (name, value)) in lines.iter().enumerate() {
        let top = beside.top() + LINE * index as f32;
        let rect = Rect::from_min_max(pos2(beside.left(), top), beside.max);
        line(ui, name, rect, theme.text_muted);
        let at = pos2(beside.right() - 4.0, top + LINE / 2.0);
        ui.painter().text(at, egui::Align2::RIGHT_CENTER, value, theme::small(), theme.text);
    }
}

/// A line of small text, cut short where it does not fit.
fn line(ui: &Ui, text: &str, rect: Rect, ink: Color32) {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), theme::small(), ink);
    job.wrap = TextWrapping::truncate_at_width(rect.width().max(0.0));
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(rect.min + vec2(0.0, (LINE - galley.size().y) / 2.0), galley, ink);
}
