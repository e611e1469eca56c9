//! What the model will see: shapes, ranges, balance, memory, hash, and every step on the way from
//! the file.

use egui::{
    Align, CentralPanel, Color32, Frame, Label, Margin, Panel, RichText, Role, ScrollArea, Sense,
    Ui, WidgetInfo, vec2,
};

use crate::data::{Dataset, Labelled, Targets};
use crate::spec::Task;
use crate::ui::format::{class_name, compact};
use crate::ui::parts::class_counts;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, Icon, Marker, bar, line_in, thousands};
use crate::ui::{Cx, UiRequest, fields};

use super::tensors;

/// Most values of a part that are looked at for its range; of more, an even share is.
const LOOKED_AT: usize = 16_000_000;
/// Most rows of a part that are read for its range where rows are read from files.
const READ: usize = 64;
/// Most classes with a line each.
const MAX_CLASSES: usize = 200;
/// Share of the page for what is said of the data.
const LEFT: f32 = 0.46;
/// Least that it takes.
const LEAST: f32 = 420.0;
/// Room for the rows of a class in one part.
const NUMBER: f32 = 72.0;
/// Height of a line.
const LINE: f32 = 22.0;

/// What is said of one part.
struct Part {
    name: &'static str,
    shape: String,
    targets: String,
    range: String,
    memory: String,
    /// Rows of each class.
    classes: Vec<usize>,
}

/// What is said of a dataset, worked out once.
pub struct Facts {
    parts: Vec<Part>,
    /// Most rows that any class has in any part.
    most: usize,
    /// What stands in the file for each class, where that is something else than its name.
    coding: Vec<String>,
}

impl Facts {
    fn of(data: &Dataset) -> Self {
        let parts: Vec<Part> =
            data.parts().map(|(name, part)| Part::of(name, part, data)).collect();
        let most = parts.iter().flat_map(|part| &part.classes).copied().max().unwrap_or(0);
        Self { parts, most, coding: coding(data) }
    }
}

impl Part {
    fn of(name: &'static str, part: &Labelled, data: &Dataset) -> Self {
        let (low, high, all) = range(part);
        let about = if all { "" } else { "about " };
        let values = part.rows() * part.features.cols();
        let memory = match part.features.table() {
            Some(_) => bytes(values * size_of::<f32>()),
            None => format!("{} when read", bytes(values * size_of::<f32>())),
        };
        let range = if low > high {
            "no values".to_owned()
        } else {
            format!("{about}{} to {}", compact(low.into()), compact(high.into()))
        };
        Self {
            name,
            shape: shape(part.rows(), &data.shape.0),
            targets: targets(part, data.task),
            range,
            memory,
            classes: class_counts(part, data.task),
        }
    }
}

/// `[750, 12]`, as tensors are written.
fn shape(rows: usize, sample: &[usize]) -> String {
    let sides: Vec<String> = sample.iter().map(usize::to_string).collect();
    format!("[{rows}, {}]", sides.join(", "))
}

fn targets(part: &Labelled, task: Task) -> String {
    match (task, &part.targets) {
        (Task::Regression, Targets::Numbers(numbers)) => {
            let (low, high) = ends(numbers);
            let range = (low <= high)
                .then(|| format!(" · {} to {}", compact(low.into()), compact(high.into())));
            format!("[{}] numbers{}", part.rows(), range.unwrap_or_default())
        }
        _ => format!("[{}] classes", part.rows()),
    }
}

/// Smallest and largest value, NaN left out, and whether all values were looked at.
fn range(part: &Labelled) -> (f32, f32, bool) {
    let (rows, cols) = (part.rows(), part.features.cols());
    if let Some(table) = part.features.table()
        && rows * cols <= LOOKED_AT
    {
        let (low, high) = ends(table.data());
        return (low, high, true);
    }
    let most = match part.features.table() {
        Some(_) => (LOOKED_AT / cols.max(1)).max(1),
        None => READ,
    };
    let step = rows.div_ceil(most).max(1);
    let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
    for row in (0..rows).step_by(step) {
        let (least, greatest) = ends(&part.features.row(row));
        (low, high) = (low.min(least), high.max(greatest));
    }
    (low, high, step == 1)
}

fn ends(values: &[f32]) -> (f32, f32) {
    let start = (f32::INFINITY, f32::NEG_INFINITY);
    values.iter().fold(start, |(low, high), &value| (low.min(value), high.max(value)))
}

/// What stands in the label column for each class; empty where it is the name of the class.
fn coding(data: &Dataset) -> Vec<String> {
    let mut texts = vec![String::new(); data.class_names.len()];
    let Some(found) = &data.findings else { return texts };
    for (text, class) in &found.label_coding {
        if let Some(slot) = texts.get_mut(*class as usize) {
            if !slot.is_empty() {
                slot.push_str(", ");
            }
            slot.push_str(text);
        }
    }
    texts
}

/// A number of bytes in the largest unit that keeps it at least 1.
fn bytes(count: usize) -> String {
    let mut value = count as f64;
    for unit in ["B", "kB", "MB"] {
        if value < 1000.0 {
            let decimals = usize::from(unit != "B" && value < 100.0);
            return format!("{value:.decimals$} {unit}");
        }
        value /= 1000.0;
    }
    format!("{value:.1} GB")
}

/// Shows the tab.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let facts = cx.view.dataset.cache.facts.take().unwrap_or_else(|| Facts::of(data));
    let left = (ui.available_width() * LEFT).max(LEAST);
    let bare = Frame::new().inner_margin(Margin { right: 12, ..Margin::ZERO });
    let side = Panel::left("result").frame(bare).resizable(false).exact_size(left);
    side.show(ui, |ui| {
        ScrollArea::vertical().id_salt("result").auto_shrink(false).show(ui, |ui| {
            said(ui, cx, data, &facts);
        });
    });
    let bare = Frame::new().inner_margin(Margin { left: 12, ..Margin::ZERO });
    CentralPanel::no_frame().frame(bare).show(ui, |ui| tensors::show(ui, cx, data));
    cx.view.dataset.cache.facts = Some(facts);
}

fn said(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, facts: &Facts) {
    ui.strong("What the model sees");
    parts(ui, cx.theme, facts);
    identity(ui, cx);
    if facts.most > 0 {
        widgets::section(ui, cx.theme, "Class balance");
        balance(ui, cx.theme, data, facts);
    }
    notes(ui, cx.theme, data);
    ui.add_space(8.0);
    ui.strong("What changed, from file to tensor");
    steps(ui, cx.theme, data);
}

fn parts(ui: &mut Ui, theme: &Theme, facts: &Facts) {
    let grid = egui::Grid::new("parts").num_columns(5).spacing(vec2(16.0, 4.0));
    grid.show(ui, |ui| {
        for head in ["", "inputs, f32", "targets", "range", "memory"] {
            widgets::caption(ui, theme, head);
        }
        ui.end_row();
        for part in &facts.parts {
            widgets::muted(ui, theme, part.name);
            for text in [&part.shape, &part.targets, &part.range, &part.memory] {
                ui.label(text);
            }
            ui.end_row();
        }
    });
}

/// The hash, whether it is the one of the saved experiment, and the way to the values.
fn identity(ui: &mut Ui, cx: &mut Cx<'_>) {
    ui.horizontal(|ui| {
        if let Some(hash) = cx.state.data_hash() {
            let text = hash.to_string();
            widgets::muted(ui, cx.theme, "hash");
            let short = RichText::new(&text[..12]).monospace();
            let help = format!("{text}\nEqual hashes mean the same tensors, to the last bit.");
            ui.label(short).on_hover_text(help);
            let copy = widgets::icon_button(ui, cx.theme, Icon::Duplicate, "Copy the hash");
            if copy.clicked() {
                ui.copy_text(text);
            }
            match cx.state.expected_hash() {
                Some(expected) if expected == hash => {
                    widgets::status(ui, cx.theme, widgets::Badge::Finished, "as saved");
                }
                Some(_) => {
                    let words = "differs from the saved experiment";
                    widgets::status(ui, cx.theme, widgets::Badge::Warning, words);
                }
                None => {}
            }
        }
        let help = "All parts as the model sees them, one row for each sample";
        if ui.button("Export as CSV…").on_hover_text(help).clicked() {
            cx.request(UiRequest::ExportData);
        }
    });
}

/// One line for each class: its mark, its name and code, and its rows in each part as bars.
fn balance(ui: &mut Ui, theme: &Theme, data: &Dataset, facts: &Facts) {
    let classes = facts.parts.first().map_or(0, |part| part.classes.len());
    ui.spacing_mut().item_spacing.y = 0.0;
    part_names(ui, theme, facts);
    for class in 0..classes.min(MAX_CLASSES) {
        class_line(ui, theme, data, facts, class);
    }
    if classes > MAX_CLASSES {
        let more = thousands((classes - MAX_CLASSES) as u64);
        widgets::caption(ui, theme, &format!("and {more} further classes"));
    }
    ui.spacing_mut().item_spacing.y = 4.0;
}

/// Where the names of classes end, and the bars of each part begin.
fn columns(rect: egui::Rect, parts: usize) -> (egui::Rect, impl Iterator<Item = egui::Rect>) {
    let names = rect.with_min_x(rect.left() + 14.0).with_max_x(rect.left() + 160.0);
    let room = (rect.right() - names.right()) / parts.max(1) as f32;
    let cell = move |place: usize| {
        let left = names.right() + place as f32 * room;
        rect.with_min_x(left).with_max_x(left + room)
    };
    (names, (0..parts).map(cell))
}

fn part_names(ui: &mut Ui, theme: &Theme, facts: &Facts) {
    let size = vec2(ui.available_width(), LINE - 6.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    for (part, cell) in facts.parts.iter().zip(columns(rect, facts.parts.len()).1) {
        let number = cell.with_max_x(cell.left() + NUMBER);
        line_in(ui, number, Align::Max, part.name, theme::small(), theme.text_muted);
    }
}

fn class_line(ui: &mut Ui, theme: &Theme, data: &Dataset, facts: &Facts, class: usize) {
    let name = class_name(&data.class_names, class);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let counts = |part: &Part| part.classes.get(class).copied().unwrap_or(0);
    let words: Vec<String> = facts
        .parts
        .iter()
        .map(|part| format!("{} {}", thousands(counts(part) as u64), part.name))
        .collect();
    let said = format!("class {class}, {name}: {}", words.join(", "));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    let color = theme.class(class);
    let mark = egui::pos2(rect.left() + 8.0, rect.center().y);
    Marker::of_class(class).paint(ui.painter(), mark, theme.mark(4.5), color, egui::Stroke::NONE);
    let (names, cells) = columns(rect, facts.parts.len());
    line_in(
        ui,
        names,
        Align::Min,
        &coded(&name, facts.coding.get(class), class),
        theme::body(),
        theme.text,
    );
    for (part, cell) in facts.parts.iter().zip(cells) {
        count_bar(ui, theme, cell, counts(part), facts.most, color);
    }
    response.on_hover_text(said);
}

/// What the file says of a class, and its number: `setosa → 0`. A name that is neither is named.
fn coded(name: &str, text: Option<&String>, class: usize) -> String {
    let number = class.to_string();
    match text.filter(|text| !text.is_empty()) {
        Some(text) if *text == number && name == number => number,
        Some(text) if *text == name || name == number => format!("{text} → {number}"),
        Some(text) => format!("{name} ({text} → {number})"),
        None if name == number => number,
        None => format!("{name} → {number}"),
    }
}

fn count_bar(ui: &Ui, theme: &Theme, cell: egui::Rect, count: usize, most: usize, color: Color32) {
    let number = cell.with_max_x(cell.left() + NUMBER);
    line_in(ui, number, Align::Max, &thousands(count as u64), theme::body(), theme.text);
    let room = egui::Rect::from_min_max(
        egui::pos2(number.right(), cell.center().y - 4.0),
        egui::pos2(cell.right() - 4.0, cell.center().y + 4.0),
    );
    bar(ui, room, count as f32 / most.max(1) as f32, color);
}

fn steps(ui: &mut Ui, theme: &Theme, data: &Dataset) {
    if data.steps.is_empty() {
        widgets::muted(ui, theme, "Nothing was changed: the values are as they were made or read.");
    }
    for (place, step) in data.steps.iter().enumerate() {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let number = RichText::new(format!("{}.", place + 1)).color(theme.text_muted);
            ui.add_sized(vec2(22.0, 18.0), Label::new(number));
            ui.add(Label::new(step).wrap());
        });
    }
}

/// What the user should know, warnings first.
fn notes(ui: &mut Ui, theme: &Theme, data: &Dataset) {
    ui.add_space(4.0);
    for note in data.notes.iter().filter(|note| note.warning) {
        fields::problem(ui, theme, &note.message);
    }
    for note in data.notes.iter().filter(|note| !note.warning) {
        fields::told(ui, Icon::Info, theme.text_muted, &note.message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;

    #[test]
    fn memory_is_told_in_a_fitting_unit() {
        for (count, text) in
            [(12, "12 B"), (36_000, "36.0 kB"), (188_160_000, "188 MB"), (2_500_000_000, "2.5 GB")]
        {
            assert_eq!(bytes(count), text);
        }
    }

    #[test]
    fn a_range_leaves_out_what_is_no_number() {
        let features = Matrix::new(2, 2, vec![1.0, f32::NAN, -2.5, 0.0]).expect("fits");
        let part = Labelled::new(features, Targets::Classes(vec![0, 1]));
        assert_eq!(range(&part), (-2.5, 1.0, true));
        assert_eq!(shape(750, &[12]), "[750, 12]");
    }

    #[test]
    fn a_code_is_shown_where_it_differs() {
        assert_eq!(coded("1", Some(&"1".to_owned()), 0), "1 → 0");
        assert_eq!(coded("no", Some(&"0".to_owned()), 0), "no (0 → 0)");
        assert_eq!(coded("0", None, 0), "0");
        assert_eq!(coded("0", Some(&"0".to_owned()), 0), "0");
        assert_eq!(coded("setosa", None, 0), "setosa → 0");
    }
}
