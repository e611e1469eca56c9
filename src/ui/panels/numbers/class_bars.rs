//! How much of each class is recognised, as bars.

use egui::{Align, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::record::ClassScores;
use crate::ui::format;
use crate::ui::theme::{self, Theme, mix};
use crate::ui::widgets::{Marker, line_in, thousands};

use super::ledger::LINE;

/// Room for the name of a class, for the share, and for the counts.
const NAME: f32 = 92.0;
const SHARE: f32 = 58.0;
const COUNTS: f32 = 104.0;
/// Least width of a bar; where there is no more room the counts are left to the pointer.
const BAR: f32 = 60.0;

/// How many of a class are recognised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    recall: f64,
    right: u64,
    all: u64,
}

impl Found {
    /// What a report says.
    pub fn of(scores: &ClassScores) -> Self {
        let right = (scores.recall * scores.support as f64).round() as u64;
        Self { recall: scores.recall, right, all: scores.support }
    }

    /// `28 of 30 recognised, 93.3 %`
    pub fn words(self) -> String {
        if self.all == 0 {
            return "does not occur".into();
        }
        let [right, all] = [self.right, self.all].map(thousands);
        format!("{right} of {all} recognised, {}", format::percent(self.recall))
    }
}

/// Shares of all samples and of all classes that are recognised.
#[derive(Clone, Copy, Debug)]
pub struct Average {
    /// Of all samples.
    pub accuracy: f64,
    /// Mean of all classes, each counting alike.
    pub mean: f64,
}

/// Draws the bar of one class. It can be clicked.
pub fn bar(
    ui: &mut Ui,
    theme: &Theme,
    (class, name): (usize, &str),
    found: Found,
    words: impl Fn() -> String,
) -> Response {
    let (line, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::click());
    if !ui.is_rect_visible(line) {
        return response;
    }
    if response.hovered() {
        ui.painter().rect_filled(line, theme::FIELD_RADIUS, theme.hover);
    }
    if response.has_focus() {
        let ring = theme.focus_ring();
        ui.painter().rect_stroke(line, theme::FIELD_RADIUS, ring, StrokeKind::Inside);
    }
    let fill = theme.class(class);
    let marker = pos2(line.left() + 8.0, line.center().y);
    Marker::of_class(class).paint(ui.painter(), marker, theme.mark(4.5), fill, Stroke::NONE);
    let label =
        Rect::from_min_max(line.min + vec2(14.0, 0.0), pos2(line.left() + NAME, line.bottom()));
    line_in(ui, label, Align::Min, name, theme::body(), theme.text);
    let is_wide = line.width() >= NAME + BAR + SHARE + COUNTS;
    let counts = if is_wide { COUNTS } else { 0.0 };
    let track = Rect::from_min_max(
        pos2(label.right(), line.top() + 3.0),
        pos2(line.right() - SHARE - counts, line.bottom() - 3.0),
    );
    ui.painter().rect_filled(track, 2.0, theme.inset);
    let length = track.width() * found.recall.clamp(0.0, 1.0) as f32;
    let filled = track.with_max_x(track.left() + length);
    ui.painter().rect_filled(filled, 2.0, mix(theme.inset, theme.accent, 0.7));
    let share = Rect::from_min_max(
        pos2(track.right(), line.top()),
        pos2(track.right() + SHARE, line.bottom()),
    );
    let text = if found.all == 0 { "–".into() } else { format::percent(found.recall) };
    line_in(ui, share, Align::Max, &text, theme::body(), theme.text);
    if is_wide {
        let counts = Rect::from_min_max(share.right_top(), line.max);
        let text = format!("{} of {}", thousands(found.right), thousands(found.all));
        line_in(ui, counts, Align::Max, &text, theme::small(), theme.text_muted);
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words()));
    response.on_hover_ui(|ui| {
        ui.label(format!("{}\nClick to see them.", words()));
    })
}

/// The averages below the bars.
pub fn averages(ui: &mut Ui, theme: &Theme, average: Average) {
    let x = ui.cursor().left();
    ui.painter().hline(x..=x + ui.available_width(), ui.cursor().top(), theme.hairline());
    for (name, value, hint) in [
        ("accuracy", average.accuracy, "Share of all samples that are recognised"),
        ("mean of the classes", average.mean, "Mean of all bars: each class counts alike"),
    ] {
        let (line, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
        let label = line.with_max_x(line.right() - SHARE);
        line_in(ui, label, Align::Min, name, theme::body(), theme.text_muted);
        line_in(ui, line, Align::Max, &format::percent(value), theme::body(), theme.text);
        response.widget_info(|| {
            let text = format!("{name} {}", format::percent(value));
            WidgetInfo::labeled(Role::Label, true, text)
        });
        response.on_hover_text(hint);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_those_of_the_report() {
        let of = |recall, support| {
            Found::of(&ClassScores { precision: 1.0, recall, f1: 1.0, support }).words()
        };
        assert_eq!(of(945.0 / 982.0, 982), "945 of 982 recognised, 96.2\u{2009}%");
        assert_eq!(of(0.0, 0), "does not occur");
    }
}
