//! Lines of a table: a name at the left, numbers flush right in columns of fixed width.

use egui::{Align, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{CELL_PADDING, line_in};

/// Height of a line.
pub const LINE: f32 = 20.0;
/// Widest that a table spreads: names and values must stay together for the eye.
const WIDEST: f32 = 560.0;
/// Most and least room for a number, and least for a name.
const VALUE: f32 = 92.0;
const LEAST: f32 = 76.0;
const NAME: f32 = 152.0;
/// Width of a column from which on a longer name fits above it.
const NARROW: f32 = 70.0;

/// Where the columns of a table stand.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    name: f32,
    value: f32,
    count: usize,
    /// Whether names stand above their numbers, because there is no room beside them.
    is_stacked: bool,
}

impl Columns {
    /// `count` columns of numbers in the room there is.
    #[must_use]
    pub fn new(ui: &Ui, count: usize) -> Self {
        Self::beside(ui, count, [NAME, LEAST])
    }

    /// The same with another least room for a name and for a number.
    #[must_use]
    pub fn beside(ui: &Ui, count: usize, [name, value]: [f32; 2]) -> Self {
        let room = ui.available_width().min(WIDEST);
        let columns = count.max(1) as f32;
        if room < name + value * columns {
            return Self { name: 0.0, value: room / columns, count, is_stacked: true };
        }
        let value = ((room - name) / columns).min(VALUE);
        Self { name: room - value * columns, value, count, is_stacked: false }
    }

    /// Height of a line.
    #[must_use]
    pub fn height(self) -> f32 {
        if self.is_stacked { 2.0 * LINE - theme::TIGHT } else { LINE }
    }

    /// Whether there is little room for the names of the columns.
    #[must_use]
    pub fn is_narrow(self) -> bool {
        self.value < NARROW
    }

    /// Width of all columns together.
    #[must_use]
    pub fn total(self) -> f32 {
        self.name + self.value * self.count as f32
    }

    fn cell(self, line: Rect, column: usize) -> Rect {
        let left = line.left() + self.name + self.value * column as f32;
        Rect::from_min_size(pos2(left, line.bottom() - LINE), vec2(self.value, LINE))
    }

    /// The names of the columns.
    pub fn head(self, ui: &mut Ui, theme: &Theme, names: &[&str]) {
        let (line, _) = ui.allocate_exact_size(vec2(self.total(), LINE), Sense::hover());
        for (column, name) in names.iter().enumerate() {
            let rect = self.cell(line, column);
            line_in(ui, rect, Align::Max, name, theme::small(), theme.text_muted);
        }
        ui.painter().hline(line.x_range(), line.bottom() - 1.0, theme.hairline());
    }

    /// One line; what is empty leaves its place free. It is read out as a whole, by `words`.
    pub fn line(
        self,
        ui: &mut Ui,
        theme: &Theme,
        name: &str,
        values: &[String],
        words: impl Fn() -> String,
    ) -> Response {
        let size = vec2(self.total(), self.height());
        let (line, response) = ui.allocate_exact_size(size, Sense::hover());
        if !ui.is_rect_visible(line) {
            return response;
        }
        let (width, font) = match self.is_stacked {
            true => (self.total(), theme::small()),
            false => (self.name, theme::body()),
        };
        let first = Rect::from_min_size(
            line.min - vec2(CELL_PADDING, 0.0),
            vec2(width + CELL_PADDING, LINE),
        );
        line_in(ui, first, Align::Min, name, font, theme.text_muted);
        for (column, value) in values.iter().enumerate() {
            line_in(ui, self.cell(line, column), Align::Max, value, theme::body(), theme.text);
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words()));
        response
    }
}
