//! What is said of the column that is selected, and what becomes of it.

use egui::{Align, Label, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::data::{ColumnFindings, Histogram};
use crate::spec::{Coding, ColumnKind, CsvSpec};
use crate::ui::format::compact;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, bar, bars, line_in, thousands};
use crate::ui::{Cx, fields};

use super::columns::{self, found, guessed};
use super::dialect::words;
use super::roles::Head;

/// Height of the histogram.
const HISTOGRAM: f32 = 96.0;
/// Height of a line of the most frequent values.
const LINE: f32 = 20.0;

/// Shows it.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, csv: &CsvSpec) {
    let heads = &cx.view.dataset.cache.heads;
    let Some(head) = heads.get(cx.view.dataset.column).or(heads.first()).cloned() else { return };
    ScrollArea::vertical().id_salt("column").auto_shrink(false).show(ui, |ui| {
        ui.add(Label::new(RichText::new(&head.name).strong()).truncate());
        let found = found(cx, &head);
        if let Some(reason) = reason(cx, &head, found) {
            fields::remark(ui, cx.theme, reason);
        }
        ui.add_space(4.0);
        rules(ui, cx, csv, &head);
        if let Some(found) = found {
            details(ui, cx.theme, found);
        }
    });
}

/// Why role and kind are what they are.
fn reason<'a>(cx: &Cx<'a>, head: &Head, found: Option<&'a ColumnFindings>) -> Option<&'a str> {
    let preview = cx.state.preview().and_then(|preview| preview.columns.get(head.index));
    let reason = match (found, preview) {
        (Some(found), _) if super::is_current(cx.state) => found.reason.as_str(),
        (_, Some(column)) => column.reason.as_str(),
        (Some(found), None) => found.reason.as_str(),
        (None, None) => return None,
    };
    Some(reason)
}

fn rules(ui: &mut Ui, cx: &mut Cx<'_>, csv: &CsvSpec, head: &Head) {
    let theme = cx.theme;
    let said = head.said(csv);
    let kind = head.kind(csv, guessed(cx, head).1);
    let help = "What becomes of cells without a value";
    let now = said.and_then(|said| said.missing);
    let auto = match found(cx, head) {
        Some(found) if now.is_none() => {
            format!("auto ({})", columns::rule_label(found.missing_rule))
        }
        _ => "auto".to_owned(),
    };
    let shown: &str = match now {
        Some(rule) => columns::rule_label(rule),
        None => &auto,
    };
    let chosen = fields::row(ui, theme, "If missing", help, |ui| {
        let width = ui.available_width();
        fields::list(ui, "If missing", shown, width, |ui| columns::rules(ui, now, kind))
    });
    if let Some(rule) = chosen {
        columns::say(cx, head.index, |said| said.missing = rule);
    }
    let help = "One more word for a missing value in this column, such as -200";
    let before = said.and_then(|said| said.missing_word.clone()).unwrap_or_default();
    let typed = fields::row(ui, theme, "Missing word", help, |ui| {
        // A field of its own for each column, so that what is typed stays with it.
        ui.push_id(head.index, |ui| {
            words(ui, "Missing word", &before, "-200", ui.available_width())
        })
        .inner
    });
    if let Some(word) = typed {
        let word = Some(word.trim().to_owned()).filter(|word| !word.is_empty());
        columns::say(cx, head.index, |said| said.missing_word = word);
    }
    if matches!(kind, ColumnKind::Category | ColumnKind::YesNo) {
        coding(ui, cx, head, said.and_then(|said| said.coding));
    }
}

fn coding(ui: &mut Ui, cx: &mut Cx<'_>, head: &Head, now: Option<Coding>) {
    let help = "One-hot gives each category a column of zeros and ones; ordinal counts the \
                categories 0, 1, 2, … in one column, which says that they have an order";
    let all = [None, Some(Coding::OneHot), Some(Coding::Ordinal)];
    let chosen = fields::row(ui, cx.theme, "Categories", help, |ui| {
        let width = ui.available_width();
        widgets::choice(ui, "Categories", now, &all, width, |coding| match coding {
            None => "auto",
            Some(Coding::OneHot) => "one-hot",
            Some(Coding::Ordinal) => "ordinal",
        })
    });
    if let Some(coding) = chosen {
        columns::say(cx, head.index, |said| said.coding = coding);
    }
}

fn details(ui: &mut Ui, theme: &Theme, found: &ColumnFindings) {
    if let Some(histogram) = &found.histogram {
        widgets::section(ui, theme, "Distribution");
        show_histogram(ui, theme, histogram);
    }
    if let Some(association) = found.association {
        widgets::section(ui, theme, "With the label");
        let size = vec2(ui.available_width(), LINE);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        columns::show_association(ui, theme, association, rect);
    }
    if !found.top.is_empty() {
        widgets::section(ui, theme, "Most frequent values");
        most_frequent(ui, theme, found);
    }
    if !found.inputs.is_empty() {
        widgets::section(ui, theme, "Becomes");
        ui.add(Label::new(columns::becomes(found)).wrap());
    }
}

fn show_histogram(ui: &mut Ui, theme: &Theme, histogram: &Histogram) {
    let size = vec2(ui.available_width(), HISTOGRAM);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().rect_filled(rect, 4.0, theme.canvas);
    let room = rect.shrink2(vec2(6.0, 4.0));
    bars(ui, room, &histogram.counts, theme.accent);
    let words = format!("From {} to {}", compact(histogram.low), compact(histogram.high));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &words));
    let bins = histogram.counts.len().max(1);
    response.on_hover_ui_at_pointer(|ui| {
        let Some(at) = ui.input(|input| input.pointer.hover_pos()) else { return };
        let share = ((at.x - room.left()) / room.width()).clamp(0.0, 0.999_9);
        let bin = (share * bins as f32) as usize;
        let edge = |bin: usize| {
            compact(histogram.low + (histogram.high - histogram.low) * bin as f64 / bins as f64)
        };
        let count = thousands(histogram.counts.get(bin).copied().unwrap_or(0) as u64);
        ui.label(format!("{count} from {} to {}", edge(bin), edge(bin + 1)));
    });
    let (ends, _) = ui.allocate_exact_size(vec2(size.x, 14.0), Sense::hover());
    let (low, high) = (compact(histogram.low), compact(histogram.high));
    line_in(ui, ends, Align::Min, &low, theme::small(), theme.text_muted);
    line_in(ui, ends, Align::Max, &high, theme::small(), theme.text_muted);
}

/// Values with a bar each, as long as its share of the most frequent one.
fn most_frequent(ui: &mut Ui, theme: &Theme, found: &ColumnFindings) {
    let most = found.top.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    ui.spacing_mut().item_spacing.y = 1.0;
    for (value, count) in &found.top {
        let size = vec2(ui.available_width(), LINE);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        bar(ui, rect.shrink2(vec2(0.0, 1.0)), *count as f32 / most as f32, theme.inset);
        let number = thousands(*count as u64);
        let split = pos2(rect.right() - 64.0, rect.top());
        let shown = if value.is_empty() { "(empty)" } else { value.as_str() };
        line_in(ui, rect.with_max_x(split.x), Align::Min, shown, theme::body(), theme.text);
        line_in(ui, rect.with_min_x(split.x), Align::Max, &number, theme::body(), theme.text_muted);
        response
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{shown} {number}")));
    }
}
