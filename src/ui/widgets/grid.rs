use std::ops::Range;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align, Color32, FontId, Id, Popup, Rect, Response, Role, ScrollArea, Sense, Shape, Ui,
    UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use crate::ui::theme::{self, Theme};

use super::icon::Icon;

/// Room at both sides of what stands in a cell.
pub const CELL_PADDING: f32 = 6.0;
/// Most that a menu of a cell is high.
const MENU_HEIGHT: f32 = 320.0;

/// Widths of columns, and where each begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tracks {
    /// Left edge of each column, and the right edge of the last.
    edges: Vec<f32>,
}

impl Tracks {
    /// Columns of these widths, from left to right.
    pub fn new(widths: impl IntoIterator<Item = f32>) -> Self {
        let mut edges = vec![0.0];
        for width in widths {
            edges.push(edges[edges.len() - 1] + width);
        }
        Self { edges }
    }

    /// Number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// Whether there is no column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Width of all columns together.
    #[must_use]
    pub fn width(&self) -> f32 {
        self.edges.last().copied().unwrap_or(0.0)
    }

    /// Left and right edge of a column.
    #[must_use]
    pub fn span(&self, column: usize) -> [f32; 2] {
        [self.edges[column], self.edges[column + 1]]
    }

    /// The columns of which anything lies between two places.
    #[must_use]
    pub fn within(&self, left: f32, right: f32) -> Range<usize> {
        if self.is_empty() || right <= left {
            return 0..0;
        }
        let first = self.edges.partition_point(|&edge| edge <= left).saturating_sub(1);
        let last = self.edges.partition_point(|&edge| edge < right).min(self.len());
        first.min(last)..last
    }
}

/// What stands in the cells of a [`Grid`]. Each is asked for in the frames in which it is seen,
/// and draws into the rectangle it is given.
pub trait Cells {
    /// The head above the gutter.
    fn corner(&mut self, ui: &mut Ui, rect: Rect);
    /// The head of a column.
    fn head(&mut self, ui: &mut Ui, column: usize, rect: Rect);
    /// What lies behind a whole row, gutter included; comes before its cells.
    fn row(&mut self, ui: &mut Ui, row: usize, rect: Rect);
    /// What stands before a row and stays when columns are scrolled.
    fn gutter(&mut self, ui: &mut Ui, row: usize, rect: Rect);
    /// A cell.
    fn cell(&mut self, ui: &mut Ui, row: usize, column: usize, rect: Rect);
}

/// A table of any size whose head and first column stay in sight. Only what is seen is built, so
/// its cost does not depend on how many rows and columns there are.
pub struct Grid<'a> {
    /// Tells it from others in the same place.
    pub name: &'a str,
    /// Widths of the columns.
    pub tracks: &'a Tracks,
    /// Number of rows.
    pub rows: usize,
    /// Height of a row.
    pub row_height: f32,
    /// Height of the head.
    pub head: f32,
    /// Width of the gutter before the first column.
    pub gutter: f32,
}

/// The four areas of a grid, and what is seen of it.
struct Areas {
    origin: Vec2,
    whole: Rect,
    body: Rect,
    rows: Range<usize>,
    columns: Range<usize>,
}

impl Grid<'_> {
    /// Draws it into all the room there is.
    pub fn show(&self, ui: &mut Ui, theme: &Theme, cells: &mut impl Cells) {
        let size =
            vec2(self.gutter + self.tracks.width(), self.head + self.rows as f32 * self.row_height);
        ScrollArea::both().id_salt(self.name).auto_shrink(false).show_viewport(ui, |ui, view| {
            ui.set_min_size(size);
            let areas = self.areas(ui.max_rect().min.to_vec2(), view);
            self.body(ui, &areas, cells);
            self.edges(ui, theme, &areas, cells);
        });
    }

    fn areas(&self, origin: Vec2, view: Rect) -> Areas {
        let whole = view.translate(origin);
        let corner = whole.min + vec2(self.gutter, self.head);
        let body = Rect::from_min_max(corner, whole.max.max(corner));
        let last = ((view.bottom() - self.head) / self.row_height).ceil().max(0.0) as usize;
        let first = (view.top() / self.row_height).floor().max(0.0) as usize;
        let last = last.min(self.rows);
        let columns = self.tracks.within(view.left(), view.right() - self.gutter);
        Areas { origin, whole, body, rows: first.min(last)..last, columns }
    }

    fn body(&self, ui: &mut Ui, areas: &Areas, cells: &mut impl Cells) {
        let below = Rect::from_min_max(pos2(areas.whole.left(), areas.body.top()), areas.whole.max);
        let mut rows = child(ui, below, "rows");
        let mut body = child(ui, areas.body, "cells");
        let mut gutter = child(ui, below.with_max_x(areas.body.left()), "gutter");
        for row in areas.rows.clone() {
            let line = self.line(areas, row);
            cells.row(&mut rows, row, line);
            cells.gutter(&mut gutter, row, line.with_max_x(areas.body.left()));
            for column in areas.columns.clone() {
                let [left, right] = self.column(areas, column);
                let rect = line.with_min_x(left).with_max_x(right);
                cells.cell(&mut body, row, column, rect);
            }
        }
    }

    /// Head and corner, and the lines that part them from the cells.
    fn edges(&self, ui: &mut Ui, theme: &Theme, areas: &Areas, cells: &mut impl Cells) {
        let (whole, body) = (areas.whole, areas.body);
        let top =
            Rect::from_min_max(pos2(body.left(), whole.top()), pos2(body.right(), body.top()));
        let mut head = child(ui, top, "head");
        for column in areas.columns.clone() {
            let [left, right] = self.column(areas, column);
            cells.head(&mut head, column, top.with_min_x(left).with_max_x(right));
        }
        let corner = Rect::from_min_max(whole.min, body.min);
        cells.corner(&mut child(ui, corner, "corner"), corner);
        let painter = ui.painter();
        painter.hline(whole.x_range(), body.top(), theme.hairline());
        painter.vline(body.left(), whole.y_range(), theme.hairline());
    }

    fn line(&self, areas: &Areas, row: usize) -> Rect {
        let top = areas.origin.y + self.head + row as f32 * self.row_height;
        Rect::from_min_size(
            pos2(areas.whole.left(), top),
            vec2(areas.whole.width(), self.row_height),
        )
    }

    fn column(&self, areas: &Areas, column: usize) -> [f32; 2] {
        self.tracks.span(column).map(|edge| areas.origin.x + self.gutter + edge)
    }
}

fn child(ui: &mut Ui, rect: Rect, salt: &str) -> Ui {
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(salt));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    child
}

/// Writes one line into a rectangle, cut short with `…` where it does not fit.
pub fn line_in(ui: &Ui, rect: Rect, align: Align, text: &str, font: FontId, color: Color32) {
    let room = rect.width() - 2.0 * CELL_PADDING;
    if room <= 0.0 || text.is_empty() {
        return;
    }
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = TextWrapping::truncate_at_width(room);
    let galley = ui.painter().layout_job(job);
    let x = match align {
        Align::Min => rect.left() + CELL_PADDING,
        Align::Center => rect.center().x - galley.size().x / 2.0,
        Align::Max => rect.right() - CELL_PADDING - galley.size().x,
    };
    let at = pos2(x, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, color);
}

/// A piece of text in a rectangle that can be pointed at and is read out.
pub fn text_cell(
    ui: &Ui,
    rect: Rect,
    id: Id,
    align: Align,
    text: &str,
    color: Color32,
) -> Response {
    line_in(ui, rect, align, text, theme::body(), color);
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response
}

/// A menu of values that looks like plain text until the pointer is on it, for places where many
/// stand together. `entries` adds the entries and answers with the one that was chosen.
pub fn menu_cell<T>(
    ui: &Ui,
    theme: &Theme,
    name: &str,
    rect: Rect,
    (text, color): (&str, Color32),
    entries: impl FnOnce(&mut Ui) -> Option<T>,
) -> Option<T> {
    let response = ui.interact(rect, ui.scope_id().with(name), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, enabled, name);
        info.current_text_value = Some(text.to_owned());
        info
    });
    let is_lit = response.hovered()
        || response.has_focus()
        || Popup::is_id_open(ui.ctx(), Popup::default_response_id(&response));
    if is_lit {
        ui.painter().rect_filled(rect.shrink(1.0), theme::FIELD_RADIUS, theme.hover);
    }
    if response.has_focus() {
        let ring = Shape::rect_stroke(
            rect.shrink(1.0),
            theme::FIELD_RADIUS,
            theme.focus_ring(),
            egui::StrokeKind::Inside,
        );
        ui.painter().add(ring);
    }
    let sign = Rect::from_center_size(
        pos2(rect.right() - CELL_PADDING - SIGN / 2.0, rect.center().y),
        Vec2::splat(SIGN),
    );
    let ink = if is_lit { theme.text } else { theme.outline };
    Icon::Down.paint(ui.painter(), sign, ink);
    let words = rect.with_max_x(sign.left());
    line_in(ui, words, Align::Min, text, theme::body(), color);
    let shown = Popup::menu(&response).show(|ui| {
        ui.set_min_width(rect.width());
        ScrollArea::vertical().max_height(MENU_HEIGHT).show(ui, entries).inner
    });
    shown.and_then(|shown| shown.inner)
}

const SIGN: f32 = 9.0;

/// A bar from the left edge of a rectangle to a share of it.
pub fn bar(ui: &Ui, rect: Rect, share: f32, color: Color32) {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let right = rect.left() + rect.width() * share;
    ui.painter().rect_filled(rect.with_max_x(right), 1.0, color);
}

/// Bars of equal width side by side, the highest as high as the rectangle.
pub fn bars(ui: &Ui, rect: Rect, counts: &[usize], color: Color32) {
    let most = counts.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return;
    }
    let width = rect.width() / counts.len() as f32;
    let gap = if width > 4.0 { 1.0 } else { 0.0 };
    for (place, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let left = rect.left() + place as f32 * width;
        // A bin with anything in it is seen.
        let height = (rect.height() * count as f32 / most as f32).max(1.0);
        let bar = Rect::from_min_max(
            pos2(left, rect.bottom() - height),
            pos2(left + width - gap, rect.bottom()),
        );
        ui.painter().rect_filled(bar, 0.0, color);
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), Theme::of(ui.ctx()).stroke(1.0, color));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_columns_in_sight_are_named() {
        let tracks = Tracks::new([10.0, 20.0, 30.0]);
        assert_eq!(tracks.width(), 60.0);
        assert_eq!(tracks.span(1), [10.0, 30.0]);
        for (left, right, columns) in [
            (0.0, 5.0, 0..1),
            (0.0, 10.0, 0..1),
            (9.0, 11.0, 0..2),
            (10.0, 30.0, 1..2),
            (29.0, 90.0, 1..3),
            (60.0, 90.0, 3..3),
            (5.0, 5.0, 0..0),
        ] {
            assert_eq!(tracks.within(left, right), columns, "{left} to {right}");
        }
        assert_eq!(Tracks::new([]).within(0.0, 9.0), 0..0);
    }
}
