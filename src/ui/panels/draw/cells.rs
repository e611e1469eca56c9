//! A small image that is drawn pixel by pixel.

use egui::{
    Event, EventFilter, Key, Pos2, Rect, Response, Role, Sense, Shape, StrokeKind, Ui, WidgetInfo,
    vec2,
};

use crate::ui::theme::{self, Theme};

use super::board::Board;

/// The pixels, as large as there is room in a square of `side`.
pub fn show(ui: &mut Ui, theme: &Theme, board: &mut Board, side: f32) {
    let Some([rows, columns]) = board.grid() else { return };
    let cell = (side / rows.max(columns) as f32).floor();
    let size = vec2(cell * columns as f32, cell * rows as f32);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let enabled = ui.is_enabled();
    let name = format!("Grid of {rows} by {columns} pixels");
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, enabled, &name));
    let before = board.version();
    pointer(ui, board, &response, rect, cell);
    keys(ui, board, &response);
    if board.version() != before {
        ui.ctx().request_repaint();
    }
    paint(ui, theme, board, &response, rect, cell);
}

/// A press turns a pixel over; drawn on, others become like it.
fn pointer(ui: &Ui, board: &mut Board, response: &Response, rect: Rect, cell: f32) {
    let Some([rows, columns]) = board.grid() else { return };
    let place = |at: Pos2| {
        let from = (at - rect.min) / cell;
        let (column, row) = (from.x.max(0.0) as usize, from.y.max(0.0) as usize);
        (rect.contains(at) && row < rows && column < columns).then_some(row * columns + column)
    };
    let is_pressed =
        response.is_pointer_button_down_on() && ui.input(|input| input.pointer.primary_down());
    if !is_pressed {
        return board.lift_pen();
    }
    let Some(at) = response.interact_pointer_pos() else { return };
    response.request_focus();
    let moved = |event: &Event| match event {
        Event::PointerMoved(at) => Some(*at),
        _ => None,
    };
    let path: Vec<Pos2> = ui.input(|input| input.events.iter().filter_map(moved).collect());
    let start = *board.held.get_or_insert(at);
    for to in path.into_iter().chain([at]) {
        for place in between(board.held.unwrap_or(start), to, cell).filter_map(place) {
            board.touch(place);
            board.cursor = [(place % columns) as f32, (place / columns) as f32];
        }
        board.held = Some(to);
    }
}

/// Points on the way from one to another, so near to each other that no pixel is left out.
fn between(from: Pos2, to: Pos2, cell: f32) -> impl Iterator<Item = Pos2> {
    let count = ((to - from).length() / (0.25 * cell)).ceil().max(1.0);
    (0..=count as usize).map(move |step| from.lerp(to, step as f32 / count))
}

/// Arrow keys move, Space turns a pixel over.
fn keys(ui: &Ui, board: &mut Board, response: &Response) {
    let Some([rows, columns]) = board.grid().filter(|_| response.has_focus()) else { return };
    let filter =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let events = ui.input(|input| input.events.clone());
    for event in &events {
        let Event::Key { key, pressed: true, .. } = event else { continue };
        match key {
            Key::ArrowLeft => board.cursor[0] -= 1.0,
            Key::ArrowRight => board.cursor[0] += 1.0,
            Key::ArrowUp => board.cursor[1] -= 1.0,
            Key::ArrowDown => board.cursor[1] += 1.0,
            Key::Space | Key::Enter => {
                let [column, row] = board.cursor.map(|place| place as usize);
                board.touch(row * columns + column);
                board.lift_pen();
            }
            Key::Backspace => board.undo(),
            Key::Delete => board.clear(),
            _ => {}
        }
        board.cursor[0] = board.cursor[0].clamp(0.0, columns as f32 - 1.0);
        board.cursor[1] = board.cursor[1].clamp(0.0, rows as f32 - 1.0);
    }
}

fn paint(ui: &Ui, theme: &Theme, board: &Board, response: &Response, rect: Rect, cell: f32) {
    let Some([rows, columns]) = board.grid() else { return };
    let mut shapes = Vec::with_capacity(rows * columns + 1);
    for place in 0..rows * columns {
        let at = vec2((place % columns) as f32, (place / columns) as f32) * cell;
        let square = Rect::from_min_size(rect.min + at, vec2(cell, cell)).shrink(0.5);
        let ink = theme::mix(theme.canvas, theme.text, board.pixel(place));
        shapes.push(Shape::rect_filled(square, 1.0, ink));
    }
    ui.painter().rect_filled(rect, 2.0, theme.line);
    ui.painter().extend(shapes);
    ui.painter().rect_stroke(rect, 2.0, theme.stroke(1.0, theme.outline), StrokeKind::Outside);
    if response.has_focus() {
        let [column, row] = board.cursor;
        let square = Rect::from_min_size(rect.min + vec2(column, row) * cell, vec2(cell, cell));
        ui.painter().rect_stroke(square, 2.0, theme.focus_ring(), StrokeKind::Inside);
    }
}
