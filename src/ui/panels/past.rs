//! The past of a run: the checkpoints that were kept, what was measured at each, and the ways from
//! there: back to it, or off on a branch.

use egui::{Button, RichText, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::base::Step;
use crate::record::{EvalPoint, Mark, Part, Quantity, Timeline};
use crate::spec::MAX_RUNS;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, Icon};
use crate::ui::{Cx, format};
use crate::workbench::Action;

/// Height of a line of the table.
const ROW: f32 = 24.0;
/// Height of the track that shows where checkpoints stand.
const TRACK: f32 = 28.0;
/// Widths of the columns.
const COLUMNS: [f32; 6] = [76.0, 84.0, 96.0, 96.0, 96.0, 60.0];

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct PastView {
    /// Whether its window is open.
    #[serde(skip)]
    pub open: bool,
    /// The step that was chosen; without one, the latest.
    #[serde(skip)]
    step: Option<Step>,
}

/// What stands in the third to fifth column.
struct Shown {
    held_out: Part,
    quality: Quantity,
}

impl Shown {
    fn of(timeline: &Timeline) -> Self {
        let measured = timeline.marks().iter().rev().find_map(|mark| mark.measured);
        let has_validation = measured.is_some_and(|point| point.validation.is_some());
        let is_regression = measured.is_some_and(|point| point.test.accuracy.is_none());
        Self {
            held_out: if has_validation { Part::Validation } else { Part::Test },
            quality: if is_regression { Quantity::R2 } else { Quantity::Accuracy },
        }
    }

    fn values(&self, point: &EvalPoint) -> [Option<f64>; 3] {
        let held_out = point.part(self.held_out);
        [
            Some(point.train.loss),
            held_out.map(|part| part.loss),
            held_out.and_then(|part| part.get(self.quality)),
        ]
    }
}

/// Shows the past of the selected run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let run = cx.state.selected();
    let Some(timeline) = cx.state.timeline(run).filter(|timeline| !timeline.is_empty()) else {
        ui.label("Nothing was kept yet. While a run trains, checkpoints of it are put aside.");
        return;
    };
    let name = cx.state.run_spec(run).map_or("", |spec| spec.name.as_str());
    let count = timeline.marks().len() as u64;
    let kept = format::counted(count, "checkpoint", "checkpoints");
    let megabytes = timeline.bytes() as f64 / f64::from(1 << 20);
    let limit = timeline.limits().bytes >> 20;
    let text = format!(
        "{kept} of “{name}”, {megabytes:.1} of at most {limit} MiB. The older they are, the sparser \
         they stand; the first, the best and the latest stay."
    );
    ui.label(RichText::new(text).color(cx.theme.text_muted));
    ui.add_space(theme::GAP);
    let latest = timeline.marks().last().map(Mark::step).unwrap_or_default();
    let wanted = cx.view.past.step.unwrap_or(latest);
    let Some(chosen) = timeline.nearest(wanted) else { return };
    let moved = track(ui, cx.theme, timeline, chosen.step());
    ui.add_space(theme::GAP);
    let clicked = table(ui, cx.theme, timeline, chosen.step());
    ui.add_space(theme::GAP);
    ways(ui, cx, run, chosen, chosen.step() == latest);
    if let Some(step) = moved.or(clicked) {
        cx.view.past.step = Some(step);
    }
}

/// Where the checkpoints stand, over the steps. Returns the one that is clicked or dragged to.
fn track(ui: &mut Ui, theme: &Theme, timeline: &Timeline, chosen: Step) -> Option<Step> {
    let size = vec2(ui.available_width(), TRACK);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let steps = timeline.marks().iter().map(Mark::step);
    let last = steps.clone().next_back().unwrap_or_default().0.max(1) as f32;
    let inside = rect.shrink2(vec2(8.0, 0.0));
    let x_of = |step: Step| inside.left() + inside.width() * (step.0 as f32 / last);
    let painter = ui.painter();
    let line = [pos2(inside.left(), rect.center().y), pos2(inside.right(), rect.center().y)];
    painter.line_segment(line, theme.stroke(2.0, theme.line));
    let best = timeline.best().map(Mark::step);
    for step in steps {
        let colour = if Some(step) == best { theme.good } else { theme.text_muted };
        let half = if Some(step) == best { 9.0 } else { 6.0 };
        let (x, y) = (x_of(step), rect.center().y);
        painter.line_segment([pos2(x, y - half), pos2(x, y + half)], theme.stroke(1.5, colour));
    }
    painter.circle(
        pos2(x_of(chosen), rect.center().y),
        theme.mark(6.0),
        theme.accent,
        Stroke::NONE,
    );
    response.widget_info(|| WidgetInfo::slider(true, chosen.0 as f64, "Checkpoint of the past"));
    let place = response.interact_pointer_pos()?;
    let share = ((place.x - inside.left()) / inside.width()).clamp(0.0, 1.0);
    timeline.nearest(Step((share * last).round() as u64)).map(Mark::step)
}

/// The checkpoints, the newest first. Returns the one that is clicked.
fn table(ui: &mut Ui, theme: &Theme, timeline: &Timeline, chosen: Step) -> Option<Step> {
    let shown = Shown::of(timeline);
    head(ui, theme, &shown);
    let mut clicked = None;
    let best = timeline.best().map(Mark::step);
    let count = timeline.marks().len();
    ScrollArea::vertical().max_height(220.0).auto_shrink([false, true]).show_rows(
        ui,
        ROW,
        count,
        |ui, rows| {
            for row in rows {
                let mark = &timeline.marks()[count - 1 - row];
                if line(ui, theme, &shown, mark, mark.step() == chosen, Some(mark.step()) == best) {
                    clicked = Some(mark.step());
                }
            }
        },
    );
    clicked
}

fn head(ui: &mut Ui, theme: &Theme, shown: &Shown) {
    let held_out = shown.held_out.adjective();
    let titles = [
        "epoch".to_owned(),
        "step".to_owned(),
        "training loss".to_owned(),
        format!("{held_out} loss"),
        format!("{held_out} {}", shown.quality.label()),
        String::new(),
    ];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (title, width) in titles.iter().zip(COLUMNS) {
            cell(ui, width, RichText::new(title).small().color(theme.text_muted));
        }
    });
}

fn cell(ui: &mut Ui, width: f32, text: RichText) {
    let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(layout));
    child.add(egui::Label::new(text).truncate().selectable(false));
}

/// One checkpoint; whether it was clicked.
fn line(
    ui: &mut Ui,
    theme: &Theme,
    shown: &Shown,
    mark: &Mark,
    is_chosen: bool,
    is_best: bool,
) -> bool {
    let values = mark.measured.as_ref().map_or([None; 3], |point| shown.values(point));
    let number = |value: Option<f64>| value.map_or("–".to_owned(), format::measured);
    let quality = match (shown.quality, values[2]) {
        (Quantity::Accuracy, Some(share)) => format::percent(share),
        (_, value) => number(value),
    };
    let epoch = format!("{:.2}", mark.epoch());
    let texts = [
        epoch.clone(),
        widgets::thousands(mark.step().0),
        number(values[0]),
        number(values[1]),
        quality,
        if is_best { "best".to_owned() } else { String::new() },
    ];
    let width: f32 = COLUMNS.iter().sum();
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::click());
    if is_chosen || response.hovered() {
        let fill = if is_chosen { theme.accent_soft } else { theme.hover };
        ui.painter().rect_filled(rect, 3.0, fill);
    }
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(layout));
    child.spacing_mut().item_spacing.x = 0.0;
    for (place, (text, width)) in texts.iter().zip(COLUMNS).enumerate() {
        let colour = if place == 5 { theme.good } else { theme.text };
        cell(&mut child, width, RichText::new(text).color(colour));
    }
    let label = format!("Checkpoint of epoch {epoch}");
    response
        .widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_chosen, label.as_str()));
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 3.0, theme.focus_ring(), egui::StrokeKind::Inside);
    }
    response.clicked()
}

/// What can be done from a checkpoint.
fn ways(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, mark: &Mark, is_latest: bool) {
    let step = mark.step();
    let at = format!("epoch {:.2}, step {}", mark.epoch(), widgets::thousands(step.0));
    ui.horizontal(|ui| {
        let back = ui.add_enabled(!is_latest, Button::new("Go back to here"));
        let hint = format!(
            "The run stands at {at} again and waits there. What came after it is forgotten; going \
             on gives the same numbers."
        );
        let back = back.on_hover_text(hint);
        if back.on_disabled_hover_text("The run stands here").clicked() {
            cx.act(Action::BackTo(run, step));
            cx.view.past.step = None;
        }
        let is_full = cx.state.num_runs() >= MAX_RUNS;
        let branch = widgets::IconButton::new(Icon::Duplicate, "Branch from here")
            .text("Branch from here")
            .tip("A copy of the run goes on from here, beside it, so that its settings can be changed");
        let shown = ui.add_enabled_ui(!is_full, |ui| branch.show(ui, cx.theme)).inner;
        let full = format!("There is room for {MAX_RUNS} models. Remove one first.");
        if shown.on_disabled_hover_text(full).clicked() {
            cx.act(Action::Branch(run, step));
        }
        widgets::muted(ui, cx.theme, &at);
    });
}

#[cfg(test)]
mod tests;
