//! What all cards are made of: frame and title, pictures that are kept, scales, folds.

use egui::{
    Align, Align2, Context, CornerRadius, Frame, Layout, Margin, Mesh, Rect, Response, RichText,
    Role, Sense, Shape, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::ui::textures::Ramp;
use crate::ui::theme::{self, Theme};
use crate::ui::{Cx, View, format, widgets};

use super::sheet::{Sheet, Tile};
use super::{Card, Fold, Key};

/// Width of a number beside a scale, so that nothing moves while it changes.
const NUMBER: f32 = 54.0;
/// Width of a scale.
const SCALE: f32 = 96.0;
/// Narrower cards have no room for words beside a scale.
const NARROW: f32 = 560.0;
/// In narrower cards, a scale stands below the title.
const BESIDE: f32 = 400.0;

/// The pictures of a card; `make` is asked for them when what they depend on has changed.
pub fn sheet<'v>(
    ctx: &Context,
    view: &'v mut View,
    (run, card): (usize, Card),
    key: Key,
    make: impl FnOnce() -> Vec<Tile>,
) -> &'v Sheet {
    let kept = view.layers.kept.entry(run).or_default();
    let (known, sheet) = kept.sheets.entry(card).or_default();
    if known.as_ref() != Some(&key) {
        sheet.set(ctx, &make());
        *known = Some(key);
    }
    sheet
}

/// A card with a title, words that stand back, and controls at its right end.
pub fn card(
    ui: &mut Ui,
    theme: &Theme,
    [title, words]: [&str; 2],
    controls: impl FnOnce(&mut Ui),
    content: impl FnOnce(&mut Ui),
) {
    let frame = Frame::new()
        .stroke(theme.hairline())
        .corner_radius(CornerRadius::same(theme::CARD_RADIUS))
        .inner_margin(Margin::symmetric(10, 8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let size = vec2(ui.available_width(), theme::TARGET);
        let is_low = size.x < BESIDE;
        let controls = |ui: &mut Ui| ui.with_layout(Layout::right_to_left(Align::Center), controls);
        let row = Layout::left_to_right(Align::Center);
        let below = ui.allocate_ui_with_layout(size, row, |ui| {
            ui.add(egui::Label::new(RichText::new(title).strong()).extend());
            // The shape alone, where there is no room for more.
            let first = words.split("  ·  ").next().unwrap_or_default();
            widgets::caption(ui, theme, if size.x < NARROW { first } else { words });
            if is_low {
                return Some(controls);
            }
            controls(ui);
            None
        });
        if let Some(controls) = below.inner {
            ui.allocate_ui_with_layout(size, row, controls);
        }
        content(ui);
    });
}

/// One line for a layer of which there is nothing to see.
pub fn line(ui: &mut Ui, theme: &Theme, title: &str, words: &str) {
    ui.horizontal(|ui| {
        ui.add_space(11.0);
        ui.label(title);
        widgets::caption(ui, theme, words);
    });
}

/// The colours from −`most` to `most`, or from 0, with their ends; laid out from right to left.
pub fn scale(ui: &mut Ui, theme: &Theme, most: f32, is_signed: bool) {
    let ramp = if is_signed { Ramp::signed(theme) } else { Ramp::sizes(theme) };
    let low = if is_signed { -most } else { 0.0 };
    end(ui, theme, most, Align2::LEFT_CENTER);
    let room = ui.available_width() - NUMBER - 2.0 * ui.spacing().item_spacing.x;
    let size = vec2(room.clamp(theme::GROUP, SCALE), 10.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let mut mesh = Mesh::default();
    const STEPS: usize = 32;
    for step in 0..=STEPS {
        let share = step as f32 / STEPS as f32;
        let x = rect.left() + share * rect.width();
        let colour = ramp.of(if is_signed { 2.0 * share - 1.0 } else { share }, 1.0);
        mesh.colored_vertex(pos2(x, rect.top()), colour);
        mesh.colored_vertex(pos2(x, rect.bottom()), colour);
        if step > 0 {
            let last = 2 * step as u32;
            mesh.add_triangle(last - 2, last - 1, last);
            mesh.add_triangle(last - 1, last, last + 1);
        }
    }
    ui.painter().add(Shape::mesh(mesh));
    ui.painter().rect_stroke(rect, 0.0, theme.hairline(), StrokeKind::Outside);
    end(ui, theme, low, Align2::RIGHT_CENTER);
    let [from, to] = [low, most].map(short);
    let name = match is_signed {
        true => format!("Colours from {from} (orange, negative) to {to} (blue, positive)"),
        false => format!("Colours from {from} (dark) to {to} (light)"),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    response.on_hover_text(&name);
}

fn end(ui: &mut Ui, theme: &Theme, value: f32, align: Align2) {
    let (rect, _) = ui.allocate_exact_size(vec2(NUMBER, theme::TARGET), Sense::hover());
    let at = align.pos_in_rect(&rect);
    ui.painter().text(at, align, short(value), theme::small(), theme.text_muted);
}

/// A number in at most seven signs.
pub fn short(value: f32) -> String {
    let size = value.abs();
    if value.is_finite() && (size == 0.0 || (0.01..1000.0).contains(&size)) {
        let decimals = if size < 10.0 { 3 } else { 1 };
        return format!("{value:.decimals$}").replace('-', "−");
    }
    format::compact(value.into())
}

/// How many of `all` are shown, and a button to see all of them, or a few again.
pub fn fold(ui: &mut Ui, cx: &mut Cx<'_>, fold: Fold, few: usize, all: usize, what: &str) {
    if all <= few {
        return;
    }
    let unfolded = &mut cx.view.layers.unfolded;
    let is_open = unfolded.contains(&fold);
    ui.horizontal(|ui| {
        let shown = if is_open { all } else { few };
        widgets::caption(ui, cx.theme, &format!("{shown} of {all} {what}"));
        let text = if is_open { format!("First {few}") } else { format!("All {all}") };
        let tip = "Wide layers show their first pieces only, until you ask for all";
        if ui.small_button(text).on_hover_text(tip).clicked() {
            match is_open {
                true => unfolded.remove(&fold),
                false => unfolded.insert(fold),
            };
        }
    });
}

/// How many of `all` are shown.
pub fn shown(cx: &Cx<'_>, fold: Fold, few: usize, all: usize) -> usize {
    if cx.view.layers.unfolded.contains(&fold) { all } else { all.min(few) }
}

/// How a grid of equal cells fills a width.
#[derive(Clone, Copy, Debug)]
pub struct Cells {
    min: egui::Pos2,
    step: egui::Vec2,
    size: egui::Vec2,
    cols: usize,
}

impl Cells {
    /// Takes the room for `count` cells of a size, with a gap between them.
    pub fn place(ui: &mut Ui, count: usize, size: egui::Vec2, gap: f32) -> (Self, Rect) {
        let step = size + egui::Vec2::splat(gap);
        let cols = ((ui.available_width() + gap) / step.x).floor().max(1.0) as usize;
        let rows = count.div_ceil(cols);
        let high = rows as f32 * step.y - if rows > 0 { gap } else { 0.0 };
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), high), Sense::hover());
        (Self { min: rect.min, step, size, cols }, rect)
    }

    /// Where a cell stands.
    pub fn rect(&self, place: usize) -> Rect {
        let at = vec2((place % self.cols) as f32, (place / self.cols) as f32);
        Rect::from_min_size(self.min + at * self.step, self.size)
    }
}

/// Marks a picture as chosen or under the pointer.
pub fn mark(ui: &Ui, theme: &Theme, rect: Rect, response: &Response, is_chosen: bool) {
    let stroke = match (is_chosen, response.hovered() || response.has_focus()) {
        (true, _) => theme.focus_ring(),
        (false, true) => theme.stroke(1.5, theme.outline),
        (false, false) => theme.hairline(),
    };
    ui.painter().rect_stroke(rect, 0.0, stroke, StrokeKind::Outside);
}
