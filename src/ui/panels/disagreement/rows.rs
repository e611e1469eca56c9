//! The rows of a table on which two runs differ, or how far apart they are; a click opens one.

use egui::{Align, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::data::Dataset;
use crate::record::Part;
use crate::ui::theme;
use crate::ui::widgets::{CELL_PADDING, Cells, Grid, Icon, Marker, Tracks, line_in, thousands};
use crate::ui::{Cx, format, standing};

use super::said::Said;
use super::{name_of, open};

/// Height of a row, and of the head.
const ROW: f32 = 24.0;
const HEAD: f32 = 24.0;
/// Widths of the number of a row, of where it stands in the file, and of what is said of it.
const GUTTER: f32 = 52.0;
const PLACE: f32 = 52.0;
const TRUTH: f32 = 84.0;
const ANSWER: f32 = 128.0;
const NUMBER: f32 = 84.0;

/// Draws the rows in sight, `height` points high.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, said: &Said<'_>, height: f32) {
    let has_place = said.data.test.origin.is_some();
    let widths: &[f32] = match said.is_number() {
        true => &[NUMBER; 4],
        false => &[TRUTH, ANSWER, ANSWER],
    };
    let place = has_place.then_some(PLACE);
    let tracks = Tracks::new(place.into_iter().chain(widths.iter().copied()));
    let mut clicked = None;
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        let rows = said.len();
        let grid = Grid {
            name: "differing",
            tracks: &tracks,
            rows,
            row_height: ROW,
            head: HEAD,
            gutter: GUTTER,
        };
        let mut lines = Lines { cx, said, has_place, clicked: None };
        grid.show(ui, lines.cx.theme, &mut lines);
        clicked = lines.clicked;
    });
    if let Some(row) = clicked {
        open(cx, said.data, row);
    }
}

struct Lines<'a> {
    cx: &'a Cx<'a>,
    said: &'a Said<'a>,
    has_place: bool,
    clicked: Option<usize>,
}

impl Cells for Lines<'_> {
    fn corner(&mut self, ui: &mut Ui, rect: Rect) {
        line_in(ui, rect, Align::Max, "row", theme::small(), self.cx.theme.text_muted);
    }

    fn head(&mut self, ui: &mut Ui, column: usize, rect: Rect) {
        let [a, b] = self.said.runs.map(|run| name_of(self.cx.state, run));
        let column = column + usize::from(!self.has_place);
        let text = match (column, &self.said.data.test.origin) {
            (0, Some(origin)) => origin.word(),
            (1, _) => "true",
            (2, _) => a,
            (3, _) => b,
            _ => "difference",
        };
        let align = if self.said.is_number() || column == 0 { Align::Max } else { Align::Min };
        line_in(ui, rect, align, text, theme::small(), self.cx.theme.text_muted);
        let response = ui.interact(rect, ui.scope_id().with(("head", column)), Sense::hover());
        response.on_hover_text(text);
    }

    fn row(&mut self, ui: &mut Ui, place: usize, rect: Rect) {
        let theme = self.cx.theme;
        let row = self.said.row(place);
        let response = ui.interact(rect, ui.scope_id().with(("row", place)), Sense::click());
        let sentence = || self.said.sentence(self.cx.state, place);
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, sentence()));
        if self.cx.view.chosen == Some((Part::Test, row)) {
            ui.painter().rect_filled(rect, 0.0, theme.accent_soft);
        } else if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(rect, 0.0, theme.hover);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(rect, 0.0, theme.focus_ring(), StrokeKind::Inside);
        }
        ui.painter().hline(rect.x_range(), rect.bottom(), theme.hairline());
        if response.clicked() {
            self.clicked = Some(row);
        }
        response.on_hover_ui_at_pointer(|ui| {
            ui.label(sentence());
            standing::cells(ui, theme, self.said.data, (Part::Test, row));
        });
    }

    fn gutter(&mut self, ui: &mut Ui, place: usize, rect: Rect) {
        let number = thousands(self.said.row(place) as u64);
        line_in(ui, rect, Align::Max, &number, theme::body(), self.cx.theme.text_muted);
    }

    fn cell(&mut self, ui: &mut Ui, place: usize, column: usize, rect: Rect) {
        let row = self.said.row(place);
        let column = column + usize::from(!self.has_place);
        if column == 0 {
            let text = standing::short(&self.said.data.test, row).unwrap_or_default();
            line_in(ui, rect, Align::Max, &text, theme::body(), self.cx.theme.text);
            return;
        }
        if let Some(values) = self.said.numbers(place) {
            let text = number(values[column - 1], column == 4);
            line_in(ui, rect, Align::Max, &text, theme::body(), self.cx.theme.text);
            return;
        }
        let Some(truth) = self.said.truth(place) else { return };
        match column {
            1 => class(ui, self.cx, self.said.data, rect, (truth, None), true),
            _ => {
                let Some((answer, p)) = self.said.answer(place, column - 2) else { return };
                class(ui, self.cx, self.said.data, rect, (answer, Some(p)), answer == truth);
            }
        }
    }
}

/// A class with its marker; a wrong one with a sign in its place, and how sure the run is.
pub fn class(
    ui: &Ui,
    cx: &Cx<'_>,
    data: &Dataset,
    rect: Rect,
    (class, p): (usize, Option<f32>),
    is_right: bool,
) {
    let theme = cx.theme;
    let middle = pos2(rect.left() + CELL_PADDING + 6.0, rect.center().y);
    if is_right {
        let fill = theme.class(class);
        Marker::of_class(class).paint(ui.painter(), middle, 4.5, fill, Stroke::NONE);
    } else {
        let sign = Rect::from_center_size(middle, vec2(9.0, 9.0));
        Icon::Close.paint(ui.painter(), sign, theme.error);
    }
    let ink = if is_right { theme.text } else { theme.error };
    let name = format::class_name(&data.class_names, class);
    let mut words = rect.with_min_x(middle.x + 4.0);
    if let Some(p) = p {
        let share = format::percent(p.into());
        line_in(ui, rect, Align::Max, &share, theme::small(), theme.text_muted);
        words = words.with_max_x(rect.right() - 48.0);
    }
    line_in(ui, words, Align::Min, &name, theme::body(), ink);
}

/// A number, with its sign where it is a difference.
fn number(value: f32, is_difference: bool) -> String {
    let text = format::measured(value.into());
    if is_difference && value > 0.0 { format!("+{text}") } else { text }
}
