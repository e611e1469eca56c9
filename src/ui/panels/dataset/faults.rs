//! Where the rows of the file went, and what did not fit.

use egui::{Align, CollapsingHeader, RichText, ScrollArea, Ui};

use crate::data::{Dataset, Fault, TableFindings};
use crate::spec::{ColumnRole, MissingRule};
use crate::ui::Cx;
use crate::ui::fields::counted;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{line_in, thousands};

/// Height of a line of the list.
const LINE: f32 = 20.0;
/// Most that the list is high.
const HEIGHT: f32 = 132.0;
/// Widths of row, column and byte.
const WIDTHS: [f32; 3] = [72.0, 72.0, 96.0];

/// The sentence about where the rows went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// `891 rows read · 2 left out because …`
    pub sentence: String,
}

impl Accounts {
    /// Where the rows of `data` went; empty where they come from no table.
    pub fn of(data: &Dataset) -> Self {
        let Some(found) = &data.findings else { return Self::default() };
        let mut parts = left_out(found);
        parts.extend(filled(found));
        let used: Vec<String> = data
            .parts()
            .map(|(name, part)| format!("{} {name}", thousands(part.rows() as u64)))
            .collect();
        parts.push(format!("{} used", used.join(" + ")));
        Self { sentence: parts.join(" · ") }
    }
}

/// Rows read, and every number of rows that was left out of them.
fn left_out(found: &TableFindings) -> Vec<String> {
    let rows = &found.rows;
    let mut parts = vec![format!("{} read", counted(rows.read, "row", "rows"))];
    parts.push(format!("{} blank", thousands(rows.blank as u64)));
    for (count, why) in [
        (rows.faulty, "left out because they do not fit"),
        (rows.missing, "left out because a value is missing"),
        (rows.unlabelled, "left out because the label is missing"),
    ] {
        if count > 0 {
            parts.push(format!("{} {why}", thousands(count as u64)));
        }
    }
    parts
}

/// Missing values of features that are filled instead of costing their row.
fn filled(found: &TableFindings) -> Option<String> {
    let is_filled = |column: &&crate::data::ColumnFindings| {
        column.role == ColumnRole::Feature
            && column.missing > 0
            && column.missing_rule != MissingRule::DropRow
    };
    let columns: Vec<_> = found.columns.iter().filter(is_filled).collect();
    let values: usize = columns.iter().map(|column| column.missing).sum();
    (values > 0).then(|| {
        let values = counted(values, "missing value", "missing values");
        format!("{values} filled in {}", counted(columns.len(), "column", "columns"))
    })
}

/// The sentence about rows, and the list of what did not fit, closed at first.
pub fn show(ui: &mut Ui, cx: &Cx<'_>) {
    let found = cx.state.data().dataset().and_then(|data| data.findings.as_deref());
    let sentence = &cx.view.dataset.cache.rows.sentence;
    if found.is_some() && !sentence.is_empty() {
        ui.label(sentence);
    }
    let (faults, count) = match (found, cx.state.preview()) {
        (Some(found), _) if super::is_current(cx.state) => (&found.faults[..], found.fault_count),
        (_, Some(preview)) => (&preview.faults[..], preview.faults.len()),
        (Some(found), None) => (&found.faults[..], found.fault_count),
        (None, None) => return,
    };
    if count > 0 {
        list(ui, cx.theme, faults, count);
    }
}

fn list(ui: &mut Ui, theme: &Theme, faults: &[Fault], count: usize) {
    let title = format!("{} that did not fit", counted(count, "place", "places"));
    let title = RichText::new(title).color(theme.warning);
    CollapsingHeader::new(title).id_salt("faults").show(ui, |ui| {
        let head = ["line", "column", "byte", "what is wrong"];
        line(ui, head.map(str::to_owned), theme.text_muted);
        let area = ScrollArea::vertical().id_salt("faults").max_height(HEIGHT).auto_shrink(false);
        ui.spacing_mut().item_spacing.y = 0.0;
        area.show_rows(ui, LINE, faults.len(), |ui, rows| {
            for fault in &faults[rows] {
                let column = fault.column.map_or_else(|| "whole row".into(), |c| c.to_string());
                let byte = thousands(fault.byte as u64);
                let row = thousands(fault.row as u64);
                line(ui, [row, column, byte, fault.message.clone()], theme.text);
            }
        });
        if count > faults.len() {
            let more = thousands((count - faults.len()) as u64);
            crate::ui::widgets::caption(ui, theme, &format!("{more} more are counted, not listed"));
        }
    });
}

fn line(ui: &mut Ui, cells: [String; 4], color: egui::Color32) {
    let size = egui::vec2(ui.available_width(), LINE);
    let (mut rect, response) = ui.allocate_exact_size(size, egui::Sense::hover());
    let [row, column, byte, message] = cells;
    for (width, text) in WIDTHS.into_iter().zip([&row, &column, &byte]) {
        let cell = rect.with_max_x(rect.left() + width);
        line_in(ui, cell, Align::Max, text, theme::body(), color);
        rect.min.x += width;
    }
    line_in(ui, rect, Align::Min, &message, theme::body(), color);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Label, true, format!("line {row}: {message}"))
    });
    response.on_hover_text(message);
}
