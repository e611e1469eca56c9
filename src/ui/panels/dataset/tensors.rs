//! The first rows as tensors: the numbers a model is given.

use egui::{Align, Rect, Sense, Ui, vec2};

use crate::data::{Dataset, Labelled, Targets};
use crate::ui::Cx;
use crate::ui::format::{class_name, compact};
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, Cells, Grid, Tracks, line_in, thousands};

/// Rows that are shown of each part.
const ROWS: usize = 200;
/// The same where each row is read from a file of its own.
const READ: usize = 8;
/// Height of a row and of the head.
const ROW: f32 = 20.0;
/// Room for the number of a row and its target.
const GUTTER: f32 = 168.0;
/// Width of a column.
const WIDTH: f32 = 84.0;

/// Which part is shown.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct TensorsView {
    part: usize,
}

/// The first rows of the part that is shown.
#[derive(Default)]
pub struct Sample {
    part: Option<usize>,
    rows: Vec<Vec<f32>>,
    tracks: Tracks,
}

impl Sample {
    fn turn_to(&mut self, place: usize, part: &Labelled) {
        if self.part == Some(place) {
            return;
        }
        let most = if part.features.table().is_some() { ROWS } else { READ };
        self.part = Some(place);
        self.rows = (0..part.rows().min(most)).map(|row| part.features.row(row).into()).collect();
        self.tracks = Tracks::new(vec![WIDTH; part.features.cols()]);
    }
}

/// Shows the rows in all the room there is.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let names: Vec<&'static str> = data.parts().map(|(name, _)| name).collect();
    let place = cx.view.dataset.tensors.part.min(names.len() - 1);
    ui.horizontal(|ui| {
        ui.strong("First rows");
        let all: Vec<usize> = (0..names.len()).collect();
        let other = widgets::segmented(ui, cx.theme, place, &all, |part| names[part]);
        cx.view.dataset.tensors.part = other.unwrap_or(place);
    });
    let Some((_, part)) = data.parts().nth(place) else { return };
    let cache = &mut cx.view.dataset.cache;
    cache.tensors.turn_to(place, part);
    if part.rows() == 0 {
        widgets::muted(ui, cx.theme, "This part has no rows.");
        return;
    }
    let sample = &cache.tensors;
    let grid = Grid {
        name: "rows as tensors",
        tracks: &sample.tracks,
        rows: sample.rows.len(),
        row_height: ROW,
        head: ROW + 4.0,
        gutter: GUTTER,
    };
    grid.show(ui, cx.theme, &mut Rows { theme: cx.theme, data, part, rows: &sample.rows });
}

struct Rows<'a> {
    theme: &'a Theme,
    data: &'a Dataset,
    part: &'a Labelled,
    rows: &'a [Vec<f32>],
}

impl Rows<'_> {
    fn target(&self, row: usize) -> String {
        match &self.part.targets {
            Targets::Numbers(numbers) => {
                numbers.get(row).map_or_else(String::new, |&number| compact(number.into()))
            }
            targets => match targets.class(row) {
                Some(class) => class_name(&self.data.class_names, class),
                None => String::new(),
            },
        }
    }
}

/// Number of the row, and its target.
fn halves(rect: Rect) -> [Rect; 2] {
    let middle = rect.left() + 62.0;
    [rect.with_max_x(middle), rect.with_min_x(middle)]
}

impl Cells for Rows<'_> {
    fn corner(&mut self, ui: &mut Ui, rect: Rect) {
        let [number, target] = halves(rect);
        line_in(ui, number, Align::Max, "row", theme::small(), self.theme.text_muted);
        let label = &self.data.label_name;
        line_in(ui, target, Align::Min, label, theme::small(), self.theme.accent);
    }

    fn head(&mut self, ui: &mut Ui, column: usize, rect: Rect) {
        let name = self.data.feature_names.get(column);
        let number = column.to_string();
        let text = name.map_or(number.as_str(), String::as_str);
        line_in(ui, rect, Align::Max, text, theme::small(), self.theme.text_muted);
        let response = ui.interact(rect, ui.scope_id().with(column), Sense::hover());
        response.on_hover_text(text);
    }

    fn row(&mut self, ui: &mut Ui, row: usize, rect: Rect) {
        if row % 2 == 1 {
            ui.painter().rect_filled(rect, 0.0, self.theme.inset);
        }
    }

    fn gutter(&mut self, ui: &mut Ui, row: usize, rect: Rect) {
        let [number, target] = halves(rect);
        let text = thousands(row as u64);
        line_in(ui, number, Align::Max, &text, theme::small(), self.theme.text_muted);
        if let Some(class) = self.part.targets.class(row) {
            let at = target.left_center() + vec2(8.0, 0.0);
            let (mark, color) = (widgets::Marker::of_class(class), self.theme.class(class));
            mark.paint(ui.painter(), at, self.theme.mark(4.0), color, egui::Stroke::NONE);
        }
        let words = target.with_min_x(target.left() + 10.0);
        line_in(ui, words, Align::Min, &self.target(row), theme::body(), self.theme.text);
    }

    fn cell(&mut self, ui: &mut Ui, row: usize, column: usize, rect: Rect) {
        let Some(&value) = self.rows[row].get(column) else { return };
        let color = if value == 0.0 { self.theme.text_muted } else { self.theme.text };
        line_in(ui, rect, Align::Max, &compact(value.into()), theme::body(), color);
    }
}
