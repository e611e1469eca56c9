//! Rows of a table: truth, prediction, probabilities, and the features in the user's units.

use std::sync::{Arc, Weak};

use egui::{Align, Rect, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::data::{Dataset, Field};
use crate::record::{Part, top};
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{CELL_PADDING, Cells, Grid, Icon, Marker, Tracks, line_in, thousands};
use crate::ui::{Cx, format, parts, standing};

use super::tiles::probability;
use super::{Picked, Source, pick, words};

/// Heights of a row with classes and of one with numbers, and of the head.
const ROWS: [f32; 2] = [52.0, 24.0];
const HEAD: f32 = 24.0;
/// Room for the number of a row.
const GUTTER: f32 = 64.0;
/// Widths of truth and prediction, probabilities, a number, and a feature.
const VERDICT: f32 = 116.0;
const BARS: f32 = 150.0;
const NUMBER: f32 = 84.0;
const FEATURE: f32 = 88.0;
/// Width of a line or an index, and of the name of a file.
const PLACE: f32 = 56.0;
const FILE: f32 = 132.0;

/// What stands in the table besides numbers.
#[derive(Debug, Default)]
pub struct Table {
    of: Weak<Dataset>,
    tracks: Tracks,
    names: Vec<String>,
    heads: Vec<String>,
    /// Whether the first column says where a row stands in the user's file.
    has_place: bool,
    /// Columns before those of features.
    before: usize,
    fields: Vec<Field>,
}

impl Table {
    fn of(data: &Arc<Dataset>) -> Self {
        let is_sorted = parts::classes_of(data).is_some();
        let said: &[(&str, f32)] = match is_sorted {
            true => &[("true → predicted", VERDICT), ("probabilities", BARS)],
            false => &[("true", NUMBER), ("predicted", NUMBER), ("residual", NUMBER)],
        };
        let place = data.test.origin.as_ref().map(|origin| match origin.word() {
            "file" => ("file", FILE),
            word => (word, PLACE),
        });
        let first = place.iter().chain(said);
        let (mut heads, mut widths): (Vec<String>, Vec<f32>) =
            first.map(|(head, width)| ((*head).to_owned(), *width)).unzip();
        let (before, fields) = (heads.len(), data.fields());
        heads.extend(fields.iter().map(|field| field.name.clone()));
        widths.extend(fields.iter().map(|_| FEATURE));
        Self {
            of: Arc::downgrade(data),
            tracks: Tracks::new(widths),
            names: words::names(data),
            has_place: place.is_some(),
            before,
            fields,
            heads,
        }
    }

    /// Draws the rows in sight.
    pub fn show(&mut self, ui: &mut Ui, cx: &Cx<'_>, source: &Source<'_>) -> Picked {
        if self.of.as_ptr() != Arc::as_ptr(source.data) {
            *self = Self::of(source.data);
        }
        let is_sorted = parts::classes_of(source.data).is_some();
        let grid = Grid {
            name: "samples",
            tracks: &self.tracks,
            rows: source.list.order.len(),
            row_height: if is_sorted { ROWS[0] } else { ROWS[1] },
            head: HEAD,
            gutter: GUTTER,
        };
        let mut rows = Rows { table: self, theme: cx.theme, cx, source, picked: None };
        grid.show(ui, cx.theme, &mut rows);
        rows.picked
    }
}

struct Rows<'a> {
    table: &'a Table,
    theme: &'a Theme,
    cx: &'a Cx<'a>,
    source: &'a Source<'a>,
    picked: Picked,
}

impl Cells for Rows<'_> {
    fn corner(&mut self, ui: &mut Ui, rect: Rect) {
        line_in(ui, rect, Align::Max, "row", theme::small(), self.theme.text_muted);
    }

    fn head(&mut self, ui: &mut Ui, column: usize, rect: Rect) {
        let align = if self.is_number(column) { Align::Max } else { Align::Min };
        let head = &self.table.heads[column];
        line_in(ui, rect, align, head, theme::small(), self.theme.text_muted);
        let response = ui.interact(rect, ui.scope_id().with(("head", column)), Sense::hover());
        response.on_hover_text(head);
    }

    fn row(&mut self, ui: &mut Ui, place: usize, rect: Rect) {
        let (row, scored) = self.source.row(place);
        let response = ui.interact(rect, ui.scope_id().with(("sample", place)), Sense::click());
        let sentence = || words::sentence(self.source, &self.table.names, scored);
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, sentence()));
        if self.cx.view.chosen == Some((self.source.part, row)) {
            ui.painter().rect_filled(rect, 0.0, self.theme.accent_soft);
        } else if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(rect, 0.0, self.theme.hover);
        }
        if response.has_focus() {
            let ring = self.theme.focus_ring();
            ui.painter().rect_stroke(rect, 0.0, ring, StrokeKind::Inside);
        }
        ui.painter().hline(rect.x_range(), rect.bottom(), self.theme.hairline());
        let at = (self.source.part, row);
        let response = response.on_hover_ui_at_pointer(|ui| {
            ui.label(sentence());
            standing::cells(ui, self.theme, self.source.data, at);
        });
        self.picked = pick(&response, self.source.data, at).or(self.picked);
    }

    fn gutter(&mut self, ui: &mut Ui, place: usize, rect: Rect) {
        let number = thousands(self.source.row(place).0 as u64);
        line_in(ui, rect, Align::Max, &number, theme::body(), self.theme.text_muted);
    }

    fn cell(&mut self, ui: &mut Ui, place: usize, column: usize, rect: Rect) {
        let (row, scored) = self.source.row(place);
        if column >= self.table.before {
            let field = &self.table.fields[column - self.table.before];
            let value = cell(self.source.data, (self.source.part, row), field);
            let align = if field.is_number() { Align::Max } else { Align::Min };
            line_in(ui, rect, align, &value, theme::body(), self.theme.text);
            return;
        }
        let Some(column) = column.checked_sub(usize::from(self.table.has_place)) else {
            self.place(ui, row, rect);
            return;
        };
        if let Some(residual) = self.source.list.residual(scored) {
            let value = [residual.truth, residual.predicted, residual.error()][column];
            let text = signed(value, column == 2);
            line_in(ui, rect, Align::Max, &text, theme::body(), self.theme.text);
            return;
        }
        match column {
            0 => self.verdict(ui, scored, rect),
            _ => self.bars(ui, scored, rect),
        }
    }
}

impl Rows<'_> {
    fn is_number(&self, column: usize) -> bool {
        match column.checked_sub(self.table.before) {
            Some(field) => self.table.fields[field].is_number(),
            None if column == 0 && self.table.has_place => self.table.heads[0] != "file",
            None => parts::classes_of(self.source.data).is_none(),
        }
    }

    /// Where the row stands in the user's file.
    fn place(&self, ui: &Ui, row: usize, rect: Rect) {
        let rows = parts::labelled(self.source.data, self.source.part);
        let text = rows.and_then(|rows| standing::short(rows, row)).unwrap_or_default();
        let align = if self.is_number(0) { Align::Max } else { Align::Min };
        line_in(ui, rect, align, &text, theme::body(), self.theme.text);
    }

    fn verdict(&self, ui: &Ui, scored: usize, rect: Rect) {
        let Some(verdict) = self.source.list.verdict(scored) else { return };
        let (theme, names) = (self.theme, &self.table.names);
        let half = rect.height() / 2.0;
        let lines = if verdict.is_right() { 1 } else { 2 };
        let top = rect.center().y - half * 0.8 * lines as f32 / 2.0;
        for (line, class) in [verdict.truth, verdict.predicted].into_iter().take(lines).enumerate()
        {
            let y = top + half * 0.8 * (line as f32 + 0.5);
            let middle = pos2(rect.left() + CELL_PADDING + 7.0, y);
            let name = format::class_name(names, class);
            let text = Rect::from_min_max(
                pos2(middle.x + 6.0, y - half / 2.0),
                pos2(rect.right(), y + half / 2.0),
            );
            if line == 1 {
                let sign = Rect::from_center_size(middle, vec2(9.0, 9.0));
                Icon::Close.paint(ui.painter(), sign, theme.error);
                line_in(ui, text, Align::Min, &name, theme::body(), theme.error);
            } else {
                let stroke = egui::Stroke::NONE;
                let colour = theme.class(class);
                Marker::of_class(class).paint(
                    ui.painter(),
                    middle,
                    self.theme.mark(4.5),
                    colour,
                    stroke,
                );
                line_in(ui, text, Align::Min, &name, theme::body(), theme.text);
            }
        }
    }

    fn bars(&self, ui: &Ui, scored: usize, rect: Rect) {
        let Some(verdict) = self.source.list.verdict(scored) else { return };
        let inside = rect.shrink2(vec2(CELL_PADDING, 2.0));
        let height = inside.height() / 3.0;
        let likeliest = top(self.source.scores.outputs.row(scored), 3);
        for (rank, (class, p)) in likeliest.enumerate() {
            let corner = inside.min + vec2(0.0, height * rank as f32);
            let rect = Rect::from_min_size(corner, vec2(inside.width(), height));
            let name = format::class_name(&self.table.names, class);
            probability(ui, self.theme, rect, &name, p, class == verdict.truth);
        }
    }
}

/// What stands in a field of a row, in the user's units: as it was before it was scaled.
pub fn cell(data: &Dataset, (part, row): (Part, usize), field: &Field) -> String {
    let rows = parts::labelled(data, part).filter(|rows| row < rows.rows());
    rows.map_or_else(String::new, |rows| standing::cell(data, field, &rows.features.row(row)))
}

/// A number, with its sign where it is a difference.
fn signed(value: f32, is_difference: bool) -> String {
    let text = format::measured(value.into());
    if is_difference && value > 0.0 { format!("+{text}") } else { text }
}
