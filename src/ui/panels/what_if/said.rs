//! What the network makes of the sample as it was changed, next to what it made of the row.

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, FontId, Rect, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use crate::base::argmax;
use crate::data::Targets;
use crate::spec::Task;
use crate::ui::widgets::{self, Icon, Marker};
use crate::ui::{Cx, empty, format, parts, theme};

use super::heard::Heard;
use super::subject::Subject;

/// Height of a class, and how many are seen at once.
const ROW: f32 = 20.0;
const CLASSES: f32 = 8.0;
/// Room for a probability and for its change.
const SHARE: f32 = 58.0;
const CHANGE: f32 = 66.0;
/// Room for the unit of a change, and the width below which it is left to the pointer.
const PERCENTAGE_POINTS: f32 = 20.0;
const NARROW: f32 = 300.0;

/// Draws it.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, subject: &Subject, heard: &Heard) {
    if heard.now.is_empty() {
        let before = "Press Play: here you see what the network makes of this sample.";
        empty::no_answer(ui, cx, run, before, "The network is looking at the sample.");
    } else if subject.data.task == Task::Regression {
        number(ui, cx, subject, heard);
    } else {
        let area = ScrollArea::vertical().id_salt(("classes", run)).max_height(CLASSES * ROW);
        area.auto_shrink([false, true]).show(ui, |ui| classes(ui, cx, subject, heard));
    }
}

fn number(ui: &mut Ui, cx: &Cx<'_>, subject: &Subject, heard: &Heard) {
    let [now, before] = [&heard.now, &heard.before]
        .map(|said| f64::from(said.first().copied().unwrap_or(f32::NAN)));
    ui.horizontal_wrapped(|ui| {
        let text = format::measured(now);
        let response = widgets::large_number(ui, cx.theme, "Predicted", &text, 130.0);
        response.on_hover_text("The number that is predicted of the changed sample");
        let mut text = format!("was {}", format::measured(before));
        text += &format!(", change {}", signed(now - before, 4));
        let (part, row) = subject.row;
        let targets = parts::labelled(&subject.data, part).map(|rows| &rows.targets);
        if let Some(Targets::Numbers(numbers)) = targets
            && let Some(&truth) = numbers.get(row)
        {
            text += &format!(", true {}", format::measured(truth.into()));
        }
        widgets::on_its_own(ui, cx.theme, &text);
    });
}

fn classes(ui: &mut Ui, cx: &Cx<'_>, subject: &Subject, heard: &Heard) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let (part, row) = subject.row;
    let truth = parts::labelled(&subject.data, part).and_then(|rows| rows.targets.class(row));
    let likeliest = argmax(&heard.now);
    for (class, (&now, &before)) in heard.now.iter().zip(&heard.before).enumerate() {
        let name = format::class_name(&subject.data.class_names, class);
        let [is_likeliest, is_true] = [class == likeliest, truth == Some(class)];
        Line { class, name, now, before, is_likeliest, is_true }.show(ui, cx);
    }
}

/// A class and its probability.
struct Line {
    class: usize,
    name: String,
    now: f32,
    before: f32,
    is_likeliest: bool,
    is_true: bool,
}

impl Line {
    fn show(&self, ui: &mut Ui, cx: &Cx<'_>) {
        let size = vec2(ui.available_width(), ROW);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let (painter, theme, y) = (ui.painter(), cx.theme, rect.center().y);
        let is_narrow = rect.width() < NARROW;
        let label = (0.28 * rect.width()).clamp(if is_narrow { 92.0 } else { 84.0 }, 160.0);
        let marker = pos2(rect.left() + 7.0, y);
        let fill = theme.class(self.class);
        Marker::of_class(self.class).paint(painter, marker, theme.mark(4.5), fill, Stroke::NONE);
        let ink = if self.is_likeliest { theme.text } else { theme.text_muted };
        self.name(ui, pos2(rect.left() + 18.0, y), label - 36.0, ink);
        if self.is_true {
            let square =
                Rect::from_center_size(pos2(rect.left() + label - 9.0, y), vec2(12.0, 12.0));
            Icon::Check.paint(painter, square, theme.good);
        }
        let unit = if is_narrow { "" } else { " pp" };
        let change = if is_narrow { CHANGE - PERCENTAGE_POINTS } else { CHANGE };
        let right = rect.right() - change - SHARE;
        self.bar(
            ui,
            cx,
            Rect::from_x_y_ranges(rect.left() + label..=right, y - 6.0..=y + 6.0),
            fill,
        );
        let write = |right: f32, text: String, ink: Color32| {
            painter.text(pos2(right, y), Align2::RIGHT_CENTER, text, self.font(), ink);
        };
        write(right + SHARE, format::percent(self.now.into()), ink);
        write(rect.right() - 2.0, format!("{}{unit}", self.change()), theme.text_muted);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.words()));
        response.on_hover_ui(|ui| _ = ui.label(self.words()));
    }

    fn bar(&self, ui: &Ui, cx: &Cx<'_>, rail: Rect, fill: Color32) {
        let (painter, theme) = (ui.painter(), cx.theme);
        let at = |share: f32| rail.left() + rail.width() * share.clamp(0.0, 1.0);
        painter.rect_filled(rail, 2.0, theme.inset);
        painter.rect_filled(rail.with_max_x(at(self.now)), 2.0, fill);
        let tick = rail.y_range().expand(2.0);
        painter.vline(at(self.before), tick, theme.stroke(1.5, theme.text));
    }

    fn name(&self, ui: &Ui, at: egui::Pos2, width: f32, ink: Color32) {
        let mut job = LayoutJob::simple_singleline(self.name.clone(), self.font(), ink);
        job.wrap = TextWrapping::truncate_at_width(width);
        let galley = ui.painter().layout_job(job);
        ui.painter().galley(at - vec2(0.0, galley.size().y / 2.0), galley, ink);
    }

    fn font(&self) -> FontId {
        if self.is_likeliest { theme::body() } else { theme::small() }
    }

    /// Percentage points.
    fn change(&self) -> String {
        signed(100.0 * (f64::from(self.now) - f64::from(self.before)), 1)
    }

    /// `setosa: 71.2 %, +3.1 percentage points, likeliest, true`
    fn words(&self) -> String {
        let share = format::percent(self.now.into());
        let likeliest = if self.is_likeliest { ", likeliest" } else { "" };
        let truth = if self.is_true { ", true" } else { "" };
        format!("{}: {share}, {} percentage points{likeliest}{truth}", self.name, self.change())
    }
}

/// A difference with its sign; zero has none.
fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{value:+.decimals$}");
    match text[1..].bytes().all(|digit| matches!(digit, b'0' | b'.')) {
        true => text[1..].to_owned(),
        false => text.replace('-', "−"),
    }
}
