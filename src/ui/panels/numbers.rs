//! The key numbers of a run, large enough for the back row, and what it is doing.

mod class_bars;
mod classes;
mod gradients;
mod ledger;
#[cfg(test)]
mod panel_tests;
mod table;

use egui::{Color32, RichText, Ui, vec2};

use crate::record::{EndReason, EvalPoint, PartMetrics, PauseReason, Run, RunState};
use crate::spec::Task;
use crate::ui::widgets::{status, thousands};
use crate::ui::{Cx, format, theme};
use crate::workbench::Action;

pub use classes::show as class_report;
pub use gradients::show as gradient_flow;
pub use table::show as all_metrics;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct NumbersView {
    /// How the class report is shown.
    pub report: classes::ReportView,
    #[serde(skip)]
    measured: table::Measured,
    #[serde(skip)]
    classes: classes::Classes,
    #[serde(skip)]
    gradients: gradients::Gradients,
}

/// Widest that the numbers spread: names and values must stay together for the eye.
const WIDEST: f32 = 360.0;
/// Width below which names stand above their numbers.
const NARROW: f32 = 216.0;
/// Least room for a number with its name when several stand side by side, and the most that each
/// of many gets.
const CELL: f32 = 104.0;
const ROOMY: f32 = 120.0;
/// Room for one value of the training part.
const VALUE: f32 = 84.0;

/// Shows how well a run predicts, what it is doing, and what to do where it cannot go on.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    values(ui, cx, run);
    state(ui, cx, run);
    message(ui, cx, run);
}

/// Only how well a run predicts.
pub fn values(ui: &mut Ui, cx: &Cx<'_>, run: usize) {
    let Some(record) = cx.state.run(run) else {
        large(ui, cx, &[("test loss", "–".into()), ("test accuracy", "–".into())]);
        let text = "Not started yet. Press Play to train.";
        ui.label(RichText::new(text).color(cx.theme.text_muted));
        return;
    };
    let task = record.spec.facts().task;
    let metrics = record.metrics();
    large(ui, cx, &test_numbers(task, metrics.as_ref()));
    small(ui, cx, task, metrics.as_ref());
}

/// Name and value of each number of the test part.
fn test_numbers(task: Task, metrics: Option<&EvalPoint>) -> Vec<(&'static str, String)> {
    let test = metrics.map(|metrics| metrics.test);
    let loss = ("test loss", measured(test.map(|part| part.loss)));
    match task {
        Task::Classification { .. } => {
            vec![("test accuracy", percent(test.and_then(|part| part.accuracy))), loss]
        }
        Task::Regression => vec![
            ("test R²", measured(test.and_then(|part| part.r2))),
            ("test MAE", measured(test.and_then(|part| part.mae))),
            loss,
        ],
    }
}

/// Name and value of each number of the training part.
fn train_numbers(task: Task, part: Option<PartMetrics>) -> Vec<(&'static str, String)> {
    let loss = ("training loss", measured(part.map(|part| part.loss)));
    let objective = ("training objective", measured(part.map(|part| part.objective)));
    match task {
        Task::Classification { .. } => vec![
            ("training accuracy", percent(part.and_then(|part| part.accuracy))),
            loss,
            objective,
        ],
        Task::Regression => vec![
            ("training R²", measured(part.and_then(|part| part.r2))),
            ("training MAE", measured(part.and_then(|part| part.mae))),
            loss,
            objective,
        ],
    }
}

/// Name and value of each number of the validation part.
fn validation_numbers(task: Task, part: &PartMetrics) -> Vec<(&'static str, String)> {
    let loss = ("validation loss", format::measured(part.loss));
    match task {
        Task::Classification { .. } => vec![("validation accuracy", percent(part.accuracy)), loss],
        Task::Regression => {
            vec![("validation R²", measured(part.r2)), ("validation MAE", measured(part.mae)), loss]
        }
    }
}

/// The numbers that stand below those of the test part, each with how it was measured.
fn other_numbers(
    task: Task,
    metrics: Option<&EvalPoint>,
) -> impl Iterator<Item = ((&'static str, String), Option<String>)> {
    let rows = |part: &PartMetrics| format::counted(part.rows as u64, "row", "rows");
    let train = metrics.map(|metrics| metrics.train);
    let hint = train.map(|part| format!("Training part, {}, in evaluation mode", rows(&part)));
    let train = train_numbers(task, train).into_iter().map(move |line| (line, hint.clone()));
    let validation = metrics.and_then(|metrics| metrics.validation).into_iter();
    train.chain(validation.flat_map(move |part| {
        let hint = format!("Validation part, {}", rows(&part));
        validation_numbers(task, &part).into_iter().map(move |line| (line, Some(hint.clone())))
    }))
}

fn measured(value: Option<f64>) -> String {
    value.map_or("–".into(), format::measured)
}

fn percent(share: Option<f64>) -> String {
    share.map_or("–".into(), format::percent)
}

/// Numbers side by side with their names above, each in a column of fixed width.
fn large(ui: &mut Ui, cx: &Cx<'_>, numbers: &[Number]) {
    if ui.available_width() < NARROW {
        for (name, value) in numbers {
            stacked(ui, cx, name, value, theme::large());
        }
        return;
    }
    let (across, width) = places(ui.available_width(), numbers.len());
    for line in numbers.chunks(across) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for number in line {
                let size = vec2(width, LARGE_HEIGHT);
                let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
                pair(ui, cx, rect, Some(number), [None, None]);
            }
        });
    }
}

/// Height of a large number with its name.
const LARGE_HEIGHT: f32 = 44.0;

/// How many of some numbers stand side by side, in lines as even as can be, and how wide the
/// place of each is.
fn places(room: f32, count: usize) -> (usize, f32) {
    let room = room.min(WIDEST.max(ROOMY * count as f32));
    let most = ((room / CELL) as usize).clamp(1, count.max(1));
    let across = count.max(1).div_ceil(count.max(1).div_ceil(most));
    (across, room / across as f32)
}

/// The training and validation part, smaller: what counts is the test part.
fn small(ui: &mut Ui, cx: &Cx<'_>, task: Task, metrics: Option<&EvalPoint>) {
    if ui.available_width() < NARROW {
        for ((name, value), hint) in other_numbers(task, metrics) {
            let response = stacked(ui, cx, name, &value, theme::body());
            if let Some(hint) = &hint {
                response.on_hover_text(hint);
            }
        }
        return;
    }
    let id = ui.scope_id().with("training numbers");
    egui::Grid::new(id).num_columns(2).spacing(vec2(12.0, 2.0)).min_row_height(18.0).show(
        ui,
        |ui| {
            for ((name, value), hint) in other_numbers(task, metrics) {
                let label = ui.label(RichText::new(name).color(cx.theme.text_muted));
                if let Some(hint) = &hint {
                    label.on_hover_text(hint);
                }
                small_number(ui, cx, name, &value);
                ui.end_row();
            }
        },
    );
}

/// How well a run predicts in three lines, so that the picture above gets the room: what counts
/// large, and the training part small below it.
pub fn compact(ui: &mut Ui, cx: &Cx<'_>, run: usize) {
    let Some(record) = cx.state.run(run) else {
        values(ui, cx, run);
        return;
    };
    let task = record.spec.facts().task;
    let metrics = record.metrics();
    let test = test_numbers(task, metrics.as_ref());
    let train = train_numbers(task, metrics.map(|metrics| metrics.train));
    let validation = metrics.and_then(|metrics| metrics.validation);
    let validation = validation.map(|part| validation_numbers(task, &part)).unwrap_or_default();
    let height = COMPACT + if validation.is_empty() { 0.0 } else { LINE };
    let (across, width) = places(ui.available_width(), train.len());
    for (line, numbers) in train.chunks(across).enumerate() {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for (column, training) in numbers.iter().enumerate() {
                let place = line * across + column;
                let size = vec2(width, height);
                let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
                pair(ui, cx, rect, test.get(place), [Some(training), validation.get(place)]);
            }
        });
    }
}

/// How high the numbers of [`compact`] are in so much width, the space above them included.
#[must_use]
pub fn compact_height(cx: &Cx<'_>, run: usize, width: f32) -> f32 {
    let Some(record) = cx.state.run(run) else { return 2.0 * COMPACT };
    let count = train_numbers(record.spec.facts().task, None).len();
    let is_validated = record.metrics().is_some_and(|metrics| metrics.validation.is_some());
    let height = COMPACT + if is_validated { LINE } else { 0.0 };
    let lines = count.div_ceil(places(width, count).0) as f32;
    lines * (height + theme::TIGHT) + theme::TIGHT
}

/// Heights of a name, a large number and a line below it, of the first two alone, and of each
/// further line.
const COMPACT: f32 = 54.0;
const UPPER: f32 = 38.0;
const LINE: f32 = 15.0;

/// A number with its name.
type Number = (&'static str, String);

/// A number of the test part above those of the training and the validation part; the objective
/// is known of the training part alone.
fn pair(
    ui: &Ui,
    cx: &Cx<'_>,
    rect: egui::Rect,
    test: Option<&Number>,
    others: [Option<&Number>; 2],
) {
    let (muted, text) = (cx.theme.text_muted, cx.theme.text);
    let put = |y: f32, words: &str, font, colour| {
        let at = rect.left_top() + vec2(0.0, y);
        ui.painter().text(at, egui::Align2::LEFT_TOP, words, font, colour);
    };
    let (upper, _) = rect.split_top_bottom_at_y(rect.top() + UPPER);
    let Some((tested, result)) = test else {
        for (name, value) in others.into_iter().flatten() {
            put(0.0, name, theme::small(), muted);
            put(19.0, value, theme::body(), text);
            spoken(ui, upper, name, value);
        }
        return;
    };
    put(0.0, tested, theme::small(), muted);
    put(13.0, result, roomy(ui, result, rect.width()), text);
    spoken(ui, upper, tested, result);
    for (line, (name, value)) in others.into_iter().flatten().enumerate() {
        let part = name.split(' ').next().unwrap_or(name);
        let top = UPPER + 1.0 + line as f32 * LINE;
        put(top, &format!("{part} {value}"), theme::small(), muted);
        let size = vec2(rect.width(), LINE);
        spoken(ui, egui::Rect::from_min_size(rect.left_top() + vec2(0.0, top), size), name, value);
    }
}

/// The large font, where a number has room in it.
fn roomy(ui: &Ui, number: &str, width: f32) -> egui::FontId {
    let galley = ui.painter().layout_no_wrap(number.into(), theme::large(), theme::INHERIT);
    if galley.size().x < width { theme::large() } else { theme::body() }
}

/// Names a painted number for assistive technology.
fn spoken(ui: &Ui, rect: egui::Rect, name: &str, value: &str) {
    let id = ui.scope_id().with(("number", name));
    ui.interact(rect, id, egui::Sense::hover()).widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{name} {value}"))
    });
}

/// A number below its name.
fn stacked(
    ui: &mut Ui,
    cx: &Cx<'_>,
    name: &str,
    value: &str,
    font: egui::FontId,
) -> egui::Response {
    let size = vec2(ui.available_width(), theme::SMALL + font.size + 8.0);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::hover());
    let (top, bottom) = (rect.left_top(), rect.left_bottom());
    let (muted, text) = (cx.theme.text_muted, cx.theme.text);
    ui.painter().text(top, egui::Align2::LEFT_TOP, name, theme::small(), muted);
    ui.painter().text(bottom, egui::Align2::LEFT_BOTTOM, value, font, text);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{name} {value}"))
    });
    response
}

/// A number flush right in a fixed width, so that nothing around it moves.
fn small_number(ui: &mut Ui, cx: &Cx<'_>, name: &str, value: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(VALUE, 18.0), egui::Sense::hover());
    let at = rect.right_center();
    let align = egui::Align2::RIGHT_CENTER;
    ui.painter().text(at, align, value, theme::body(), cx.theme.text);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{name} {value}"))
    });
}

/// What a run is doing and how far it is, in one line; where it computes is told on request.
pub fn headline(ui: &mut Ui, cx: &Cx<'_>, run: usize) {
    let Some(run) = cx.state.run(run) else { return };
    ui.spacing_mut().item_spacing.x = 6.0;
    let step = doing(ui, cx, run);
    if let Some(device) = &run.device {
        step.on_hover_text(format!("on {}", device.name));
    }
}

/// `running  step 1 240`
fn doing(ui: &mut Ui, cx: &Cx<'_>, run: &Run) -> egui::Response {
    let badge = status(ui, cx.theme, format::badge(&run.state), run.state.word());
    if matches!(run.state, RunState::Ended(EndReason::Completed(_))) {
        // No note of its own: nothing may jump when a run meets its stop rule.
        let steps = format::counted(run.position().step.0, "step", "steps");
        badge.on_hover_text(format!("Finished after {steps}. Play goes on."));
    }
    let step = format!("step {}", thousands(run.position().step.0));
    ui.add(egui::Label::new(RichText::new(step).color(cx.theme.text_muted)).extend())
}

/// What a run is doing, how far it is and where it computes: `running  step 1 240  CPU`.
pub fn state(ui: &mut Ui, cx: &Cx<'_>, run: usize) {
    let Some(run) = cx.state.run(run) else { return };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        doing(ui, cx, run);
        if let Some(device) = &run.device {
            let name = RichText::new(&device.name).color(cx.theme.text_muted);
            let label = ui.add(egui::Label::new(name).extend());
            if !device.reason.is_empty() {
                label.on_hover_text(&device.reason);
            }
        }
    });
}

/// What went wrong, and what can be done.
pub fn message(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let state = cx.state;
    let Some(record) = state.run(run) else { return };
    match &record.state {
        RunState::Paused(PauseReason::Diverged(finding)) => {
            note(ui, cx, cx.theme.error, &finding.message);
        }
        RunState::Ended(EndReason::Failed(why) | EndReason::DeviceLost(why)) => {
            note(ui, cx, cx.theme.error, why);
            way_out(ui, cx, run, record.checkpoint.is_some());
        }
        _ => {}
    }
}

fn note(ui: &mut Ui, cx: &Cx<'_>, colour: Color32, text: &str) {
    let frame = egui::Frame::new()
        .fill(cx.theme.inset)
        .stroke(cx.theme.stroke(1.0, colour))
        .corner_radius(4.0)
        .inner_margin(8.0);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.add(egui::Label::new(RichText::new(text).color(cx.theme.text)).wrap());
    });
}

fn way_out(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, has_checkpoint: bool) {
    ui.horizontal(|ui| {
        if has_checkpoint {
            let hint = "Goes on from the last state that was kept";
            if ui.button("Continue on CPU").on_hover_text(hint).clicked() {
                cx.act(Action::ContinueOnCpu(run));
            }
        }
        if ui.button("Restart").on_hover_text("Begins again at step 0").clicked() {
            cx.act(Action::Restart(run));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics() -> EvalPoint {
        let part = PartMetrics {
            loss: 0.251,
            objective: 0.3,
            accuracy: Some(0.98),
            rows: 300,
            ..PartMetrics::default()
        };
        EvalPoint { train: part, test: part, ..EvalPoint::default() }
    }

    #[test]
    fn a_validation_part_has_lines_of_its_own_where_there_is_one() {
        let task = Task::Classification { classes: 3 };
        let names = |metrics: &EvalPoint| -> Vec<&str> {
            other_numbers(task, Some(metrics)).map(|((name, _), _)| name).collect()
        };
        let without = metrics();
        let with = EvalPoint { validation: Some(without.test), ..without };
        let training = ["training accuracy", "training loss", "training objective"];
        assert_eq!(names(&without), training);
        assert_eq!(names(&with)[..3], training);
        assert_eq!(names(&with)[3..], ["validation accuracy", "validation loss"]);
    }

    #[test]
    fn classification_is_told_by_accuracy_and_loss() {
        let numbers = test_numbers(Task::Classification { classes: 3 }, Some(&metrics()));
        let expected = [("test accuracy", "98.0\u{2009}%"), ("test loss", "0.2510")];
        assert_eq!(numbers, expected.map(|(name, value)| (name, value.to_string())));
    }

    #[test]
    fn what_is_not_known_is_a_dash() {
        for task in [Task::Classification { classes: 3 }, Task::Regression] {
            assert!(test_numbers(task, None).iter().all(|(_, value)| value == "–"));
            assert!(train_numbers(task, None).iter().all(|(_, value)| value == "–"));
        }
        let numbers = test_numbers(Task::Regression, Some(&metrics()));
        assert!(numbers.iter().all(|(_, value)| !value.contains('%')));
    }
}
