//! The sheet that is drawn on with the pointer, or with keys.

use egui::{
    Align2, Color32, ColorImage, Event, EventFilter, Key, PointerButton, Pos2, Rect, Response,
    Role, Sense, Stroke, StrokeKind, TextureOptions, Ui, WidgetInfo, pos2, vec2,
};

use crate::data::Sheet;
use crate::ui::theme::{self, Theme};

use super::board::{Board, Brush};

/// How far an arrow key goes, as a share of the side; with shift, the finer one.
const STEPS: [f32; 2] = [1.0 / 28.0, 1.0 / 112.0];

/// The sheet, as large as `side`.
pub fn show(ui: &mut Ui, theme: &Theme, board: &mut Board, brush: Brush, side: f32) {
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click_and_drag());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, enabled, "Sheet to draw a digit on"));
    let before = (board.version(), board.is_down());
    let is_drawn = pointer(ui, board, &response, rect, brush) | keys(ui, board, &response, brush);
    if is_drawn {
        board.refresh();
    }
    if before != (board.version(), board.is_down()) {
        ui.ctx().request_repaint();
    }
    paint(ui, theme, board, &response, rect, brush);
    response.on_hover_cursor(egui::CursorIcon::Crosshair);
}

/// Draws where the pointer went since the last frame. Tells whether it drew.
fn pointer(ui: &Ui, board: &mut Board, response: &Response, rect: Rect, brush: Brush) -> bool {
    let place = |at: Pos2| {
        let at = (at - rect.min) / rect.width();
        [at.x, at.y].map(|place| place.clamp(-0.2, 1.2))
    };
    let is_pressed =
        response.is_pointer_button_down_on() && ui.input(|input| input.pointer.primary_down());
    if response.drag_stopped() || response.clicked() {
        board.lift();
    }
    let Some(at) = response.interact_pointer_pos().filter(|_| is_pressed) else { return false };
    response.request_focus();
    let is_begun = !board.is_down();
    if is_begun {
        let from = ui.input(|input| input.pointer.press_origin()).unwrap_or(at);
        board.begin(place(from), brush.radius());
    }
    let moved = |event: &Event| match event {
        Event::PointerMoved(at) => Some(*at),
        _ => None,
    };
    let path: Vec<Pos2> = ui.input(|input| input.events.iter().filter_map(moved).collect());
    let steps = path.into_iter().chain([at]).filter(|at| board.extend(place(*at))).count();
    board.cursor = place(at).map(|place| place.clamp(0.0, 1.0));
    is_begun || steps > 0
}

/// Arrow keys move, Space puts the brush down and lifts it. Tells whether it drew.
fn keys(ui: &Ui, board: &mut Board, response: &Response, brush: Brush) -> bool {
    if !response.has_focus() {
        return false;
    }
    let filter =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let (events, is_fine) = ui.input(|input| (input.events.clone(), input.modifiers.shift));
    let is_pointer = ui.input(|input| input.pointer.button_down(PointerButton::Primary));
    let step = STEPS[usize::from(is_fine)];
    let mut is_drawn = false;
    for event in &events {
        let Event::Key { key, pressed: true, .. } = event else { continue };
        match key {
            Key::ArrowLeft => board.cursor[0] -= step,
            Key::ArrowRight => board.cursor[0] += step,
            Key::ArrowUp => board.cursor[1] -= step,
            Key::ArrowDown => board.cursor[1] += step,
            Key::Space | Key::Enter if board.is_down() => board.lift(),
            Key::Space | Key::Enter => board.begin(board.cursor, brush.radius()),
            Key::Backspace => board.undo(),
            Key::Delete => board.clear(),
            _ => continue,
        }
        board.cursor = board.cursor.map(|place| place.clamp(0.0, 1.0));
        if board.is_down() && !is_pointer {
            board.extend(board.cursor);
            is_drawn = true;
        }
    }
    is_drawn
}

fn paint(ui: &Ui, theme: &Theme, board: &mut Board, response: &Response, rect: Rect, brush: Brush) {
    if board.ink.is_stale(board.version(), theme.variant) {
        let image = pixels(board.sheet(), theme);
        board.ink.texture.set(ui.ctx(), "sheet", image, TextureOptions::LINEAR);
    }
    board.ink.texture.paint(ui, rect, rect, None);
    let has_focus = response.has_focus();
    let edge = if has_focus { theme.focus_ring() } else { theme.stroke(1.0, theme.outline) };
    ui.painter().rect_stroke(rect, 4.0, edge, StrokeKind::Inside);
    if board.features().is_none() {
        let at = rect.center();
        ui.painter().text(
            at,
            Align2::CENTER_CENTER,
            "Draw a digit here",
            theme::body(),
            theme.text_muted,
        );
    }
    if has_focus && !response.hovered() {
        let [x, y] = board.cursor;
        let at = rect.min + vec2(x, y) * rect.width();
        let radius = brush.radius() * rect.width();
        let stroke = theme.stroke(if board.is_down() { 3.0 } else { 1.5 }, theme.accent);
        ui.painter().with_clip_rect(rect).circle_stroke(at, radius, stroke);
    }
}

fn pixels(sheet: &Sheet, theme: &Theme) -> ColorImage {
    let shades: [Color32; 256] =
        std::array::from_fn(|shade| theme::mix(theme.canvas, theme.text, shade as f32 / 255.0));
    let mut image = ColorImage::filled([Sheet::SIDE; 2], shades[0]);
    for (pixel, ink) in image.pixels.iter_mut().zip(sheet.ink()) {
        *pixel = shades[(ink * 255.0 + 0.5) as usize];
    }
    image
}

/// A button that shows how broad a brush is.
pub fn brush_button(
    ui: &mut Ui,
    theme: &Theme,
    brush: Brush,
    is_chosen: bool,
    size: f32,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(size - 4.0, size), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, is_chosen, brush.label()));
    let (fill, stroke) = match (is_chosen, response.hovered() || response.has_focus()) {
        (true, _) => (theme.accent_soft, theme.stroke(1.5, theme.accent)),
        (false, true) => (theme.hover, theme.stroke(1.0, theme.outline)),
        (false, false) => (theme::CLEAR, Stroke::NONE),
    };
    let radius = f32::from(theme::FIELD_RADIUS);
    ui.painter().rect(rect, radius, fill, stroke, StrokeKind::Inside);
    let dot = 2.0 + brush.radius() * 110.0;
    ui.painter().circle_filled(pos2(rect.center().x, rect.center().y), dot, theme.text);
    let tip = match brush {
        Brush::Fine => "Fine brush: thin strokes, as with a ball pen",
        Brush::Medium => "Medium brush: strokes as broad as in MNIST's digits",
        Brush::Broad => "Broad brush: thick strokes, as with chalk",
    };
    response.on_hover_text(tip)
}
