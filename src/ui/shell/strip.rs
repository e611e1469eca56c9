use egui::{
    Align, Align2, Button, ComboBox, Layout as Flow, Popup, Pos2, Rect, Response, Role, Sense, Ui,
    UiBuilder, WidgetInfo, vec2,
};

use crate::record::Run;
use crate::spec::{BatchSize, DeviceChoice, L2Form, TrainSpec};
use crate::ui::commands::What;
use crate::ui::dock::Layout;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{
    Icon, IconButton, Marker, NumberField, Scale, chevron, segmented, thousands,
};
use crate::ui::{Cx, help};
use crate::workbench::{Action, DataState, Edit, State, StepUnit};

use super::{Desk, menus};

/// The strip at the top: menus, transport, where the run stands, and what it takes over at once.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, desk: &mut Desk<'_>) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let width = ui.available_width();
        let narrow = width < ALL;
        menus::show(ui, cx, desk, narrow);
        line(ui, cx.theme);
        ui.spacing_mut().item_spacing.x = 6.0;
        transport(ui, cx, desk);
        line(ui, cx.theme);
        // With several runs it is also said which of them the fields at the right are about.
        let crowded = cx.state.num_runs() > 1 && width < ALL + TARGETED;
        counters(ui, cx, narrow || crowded);
        line(ui, cx.theme);
        hot(ui, cx, desk);
        ui.with_layout(Flow::right_to_left(Align::Center), |ui| {
            explain(ui, desk);
            device(ui, cx, if narrow { 88.0 } else { 104.0 });
            speed(ui, cx);
            layouts(ui, cx, desk);
        });
    });
}

/// Least width for everything. In a narrower window, or at a larger zoom, the menus become one
/// and the speed, which the eye can do without, is left out.
const ALL: f32 = 1240.0;

/// Width of what says which run is edited, where there are several.
const TARGETED: f32 = 72.0;

/// Least width for a button for each layout; in a narrower window they are a menu.
const LAYOUTS: f32 = 1560.0;

/// Where the panels stand: a button for each layout, or all of them in a menu.
fn layouts(ui: &mut Ui, cx: &Cx<'_>, desk: &mut Desk<'_>) {
    let is_own = desk.dock.built_in().is_none();
    if ui.ctx().content_rect().width() < LAYOUTS || is_own {
        let name = format!("Layout {}", desk.dock.name().label());
        let button = IconButton::new(Icon::Layout, &name)
            .tip("Which panels are shown, and where: Build, Train, Inspect, Compare, Lesson")
            .size(BUTTON)
            .show(ui, cx.theme);
        Popup::menu(&button).show(|ui| menus::layouts(ui, cx, desk));
        return;
    }
    ui.add_space(theme::GAP);
    let buttons = |ui: &mut Ui| {
        segmented(ui, cx.theme, desk.dock.built_in(), &Layout::ALL.map(Some), |layout| {
            layout.map_or("", Layout::label)
        })
    };
    let shown =
        ui.scope_builder(UiBuilder::new().layout(Flow::left_to_right(Align::Center)), buttons);
    if let Some(Some(layout)) = shown.inner {
        desk.ask(What::Layout(layout));
    }
}

fn line(ui: &mut Ui, theme: &Theme) {
    let (rect, _) = ui.allocate_exact_size(vec2(9.0, theme::TARGET), Sense::hover());
    ui.painter().vline(rect.center().x, rect.y_range(), theme.hairline());
}

fn transport(ui: &mut Ui, cx: &Cx<'_>, desk: &mut Desk<'_>) {
    let (state, theme) = (cx.state, cx.theme);
    let reset = IconButton::new(Icon::Reset, "Reset")
        .tip("Reset: all runs begin again from the same initial weights")
        .shortcut(desk.keys(What::Reset))
        .size(BUTTON);
    let ready = state.can_play();
    if ui.add_enabled_ui(ready, |ui| reset.show(ui, theme)).inner.clicked() {
        desk.ask(What::Reset);
    }
    play(ui, cx, desk);
    let unit = desk.settings.step_unit();
    let step = IconButton::new(Icon::Step, "Step")
        .tip(step_tip(unit))
        .shortcut(desk.keys(What::Step))
        .size(BUTTON);
    if ui.add_enabled_ui(ready, |ui| step.show(ui, theme)).inner.clicked() {
        desk.ask(What::Step);
    }
    ui.add_space(-4.0);
    let combo =
        ComboBox::from_id_salt("step unit").selected_text(unit.label()).width(66.0).icon(chevron);
    let shown = combo.show_ui(ui, |ui| {
        for other in StepUnit::ALL {
            if ui.selectable_label(other == unit, other.label()).clicked() {
                desk.ask(What::StepUnit(other));
            }
        }
    });
    shown.response.accessible_name("Step unit").on_hover_text("What one step is");
}

/// Height of the buttons of the transport.
const BUTTON: f32 = 32.0;

fn step_tip(unit: StepUnit) -> &'static str {
    match unit {
        StepUnit::Sample => "Step: train on the next single sample, then pause",
        StepUnit::Batch => "Step: train on the next batch, then pause",
        StepUnit::Epoch => "Step: train to the end of the epoch, then pause",
    }
}

fn play(ui: &mut Ui, cx: &Cx<'_>, desk: &mut Desk<'_>) {
    let active = cx.state.is_active();
    let (icon, word) = if active { (Icon::Pause, "Pause") } else { (Icon::Play, "Play") };
    let enabled = active || cx.state.can_play();
    let why = if enabled { None } else { Some(obstacle(cx.state)) };
    let button = IconButton::new(icon, word)
        .text(word)
        .tip(why.unwrap_or(if active { "Pause all runs" } else { "Train all runs" }))
        .shortcut(desk.keys(What::TogglePlay))
        .filled()
        .size(BUTTON)
        .min_width(88.0);
    if ui.add_enabled_ui(enabled, |ui| button.show(ui, cx.theme)).inner.clicked() {
        desk.ask(What::TogglePlay);
    }
}

/// Why training cannot be started.
fn obstacle(state: &State) -> &str {
    match state.data() {
        DataState::Unset => return "Choose data first",
        DataState::Loading(_) => return "The data is still being read",
        DataState::Failed(why) => return why,
        DataState::Ready(_) => {}
    }
    let mut issues = (0..state.num_runs()).filter_map(|run| state.check(run)?.as_ref().err());
    issues.find_map(|list| list.first()).map_or("Nothing to train", |issue| issue.message.as_str())
}

/// A caption above something, in a fixed width.
fn cell(ui: &mut Ui, theme: &Theme, caption: &str, width: f32, content: impl FnOnce(&mut Ui)) {
    let (rect, _) = ui.allocate_exact_size(vec2(width, CELL), Sense::hover());
    let painter = ui.painter();
    painter.text(rect.left_top(), Align2::LEFT_TOP, caption, theme::small(), theme.text_muted);
    let below = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - 25.0), rect.max);
    let layout = Flow::left_to_right(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(below).layout(layout), content);
}

/// Height of a caption and what stands below it.
const CELL: f32 = 40.0;

/// A caption above a large number.
fn counter(ui: &mut Ui, theme: &Theme, caption: &str, text: &str, width: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, CELL), Sense::hover());
    let painter = ui.painter();
    painter.text(rect.left_top(), Align2::LEFT_TOP, caption, theme::small(), theme.text_muted);
    painter.text(rect.left_bottom(), Align2::LEFT_BOTTOM, text, theme::large(), theme.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{caption} {text}")));
    response
}

fn counters(ui: &mut Ui, cx: &Cx<'_>, narrow: bool) {
    let run = cx.state.run(cx.state.selected());
    let at = run.map(Run::position).unwrap_or_default();
    // Fractions of an epoch are sums of thirds and the like: just below a whole one is a whole one.
    let epoch = thousands((at.epoch + 1e-6) as u64);
    counter(ui, cx.theme, "Epoch", &epoch, 80.0).on_hover_text("Passes over the training part");
    let step = thousands(at.step.0);
    counter(ui, cx.theme, "Step", &step, 96.0).on_hover_text("Updates of the weights");
    if narrow {
        return;
    }
    let rate = run.filter(|run| run.state.is_active()).map_or(0.0, |run| run.steps_per_second);
    let rate = if rate > 0.0 { thousands(rate.round() as u64) } else { "\u{2013}".into() };
    counter(ui, cx.theme, "Steps/s", &rate, 64.0).on_hover_text("Updates each second, lately");
}

/// Learning rate, batch size and λ: taken over by a live run at once.
fn hot(ui: &mut Ui, cx: &mut Cx<'_>, desk: &mut Desk<'_>) {
    let (state, theme) = (cx.state, cx.theme);
    let selected = state.selected();
    let Some(spec) = state.run_spec(selected) else { return };
    let train = &spec.train;
    if state.num_runs() > 1 {
        target(ui, cx, desk);
    }
    cell(ui, theme, "Learning rate", 74.0, |ui| {
        let field = NumberField::new("Learning rate", train.learning_rate)
            .range(1e-8..=1e3)
            .scale(Scale::Log { least: 1e-5 })
            .width(72.0)
            .tip("How far each update goes along the gradient. Taken over at once");
        if let Some(rate) = field.show(ui, theme) {
            change(cx, desk, |train| train.learning_rate = rate);
        }
    });
    cell(ui, theme, "Batch size", 70.0, |ui| {
        if let Some(batch) = batch(ui, train.batch) {
            change(cx, desk, |train| train.batch = batch);
        }
    });
    cell(ui, theme, "L2 λ", 62.0, |ui| {
        let field = NumberField::new("L2 penalty λ", train.l2)
            .range(0.0..=1e3)
            .scale(Scale::Log { least: 1e-5 })
            .width(62.0)
            .tip(match train.l2_form {
                L2Form::Half => {
                    "Pulls weights towards zero: λ/2 · Σw² is added to the loss. Taken over at once"
                }
                L2Form::Whole => {
                    "Pulls weights towards zero: λ · Σw² is added to the loss. Taken over at once"
                }
            });
        if let Some(l2) = field.show(ui, theme) {
            change(cx, desk, |train| train.l2 = l2);
        }
    });
}

/// Says which run the fields belong to.
fn target(ui: &mut Ui, cx: &Cx<'_>, desk: &mut Desk<'_>) {
    let (state, theme) = (cx.state, cx.theme);
    let all = desk.settings.all_runs;
    let (icon, tip) = match all {
        true => (Icon::Lock, "These fields are set for all runs. Click to set one run alone"),
        false => (Icon::Unlock, "These fields belong to the selected run. Click to set all runs"),
    };
    let button = IconButton::new(icon, "Edit all runs together").tip(tip).selected(all);
    if button.show(ui, theme).clicked() {
        desk.ask(What::AllRuns);
    }
    if !all {
        let selected = state.selected();
        let tint = state.slot(selected).map_or(selected, |slot| slot.tint);
        let (rect, _) = ui.allocate_exact_size(vec2(12.0, theme::TARGET), Sense::hover());
        let stroke = egui::Stroke::NONE;
        Marker::of_run(tint).paint(
            ui.painter(),
            rect.center(),
            theme.mark(5.0),
            theme.run(tint),
            stroke,
        );
    }
}

fn change(cx: &mut Cx<'_>, desk: &Desk<'_>, edit: impl Fn(&mut TrainSpec)) {
    let selected = cx.state.selected();
    for run in 0..cx.state.num_runs() {
        let Some(spec) = cx.state.run_spec(run) else { continue };
        if run == selected || desk.settings.all_runs {
            let mut train = spec.train.clone();
            edit(&mut train);
            cx.edit(Edit::Train(run, train));
        }
    }
}

fn batch(ui: &mut Ui, now: BatchSize) -> Option<BatchSize> {
    let mut chosen = None;
    let combo =
        ComboBox::from_id_salt("batch").selected_text(batch_text(now)).width(70.0).icon(chevron);
    let shown = combo.show_ui(ui, |ui| {
        let sizes = [1, 4, 8, 16, 32, 64, 128, 256].map(BatchSize::Of);
        for size in [BatchSize::Full].into_iter().chain(sizes) {
            if ui.selectable_label(size == now, batch_text(size)).clicked() && size != now {
                chosen = Some(size);
            }
        }
    });
    let tip = "How many samples each step sees. Taken over at once";
    shown.response.accessible_name("Batch size").on_hover_text(tip);
    chosen
}

fn batch_text(size: BatchSize) -> String {
    match size {
        BatchSize::Full => "full".into(),
        BatchSize::Of(rows) => rows.to_string(),
    }
}

/// Begins to explain things, or stops.
fn explain(ui: &mut Ui, desk: &mut Desk<'_>) {
    let button = Button::selectable(help::is_on(ui.ctx()), "?").min_size(vec2(28.0, BUTTON));
    let tip = format!("Explain what the pointer is on ({})", desk.keys(What::Explain));
    if ui.add(button).accessible_name("Explain").on_hover_text(tip).clicked() {
        desk.ask(What::Explain);
    }
}

fn device(ui: &mut Ui, cx: &mut Cx<'_>, width: f32) {
    let (state, theme) = (cx.state, cx.theme);
    let now = state.device();
    let mut chosen = None;
    let mut tip = String::new();
    if let Some(note) = state.run(state.selected()).and_then(|run| run.device.as_ref()) {
        tip = format!("Computing on {}", note.name);
        if !note.reason.is_empty() {
            tip = format!("{tip}. {}", note.reason);
        }
    }
    cell(ui, theme, "Device", width, |ui| {
        let combo = ComboBox::from_id_salt("device")
            .selected_text(short_name(state, now))
            .truncate()
            .icon(chevron)
            .width(width);
        let shown = combo.show_ui(ui, |ui| {
            let listed = state.devices().iter().map(|device| device.choice);
            let fixed = [DeviceChoice::Auto, DeviceChoice::Cpu];
            let gpus = listed.filter(|choice| matches!(choice, DeviceChoice::Gpu(_)));
            for choice in fixed.into_iter().chain(gpus) {
                let name = device_name(state, choice);
                let entry = ui.selectable_label(choice == now, name);
                let hint = device_hint(state, choice);
                if entry.on_hover_text(hint).clicked() && choice != now {
                    chosen = Some(choice);
                }
            }
        });
        let response = shown.response.accessible_name("Device");
        if tip.is_empty() {
            response.on_hover_text("Where runs compute");
        } else {
            response.on_hover_text(tip);
        }
    });
    if let Some(choice) = chosen {
        cx.act(Action::SetDevice(choice));
    }
}

/// As it is called where there is little room.
fn short_name(state: &State, choice: DeviceChoice) -> &str {
    match choice {
        DeviceChoice::Auto => "Auto",
        _ => device_name(state, choice),
    }
}

fn device_name(state: &State, choice: DeviceChoice) -> &str {
    match choice {
        DeviceChoice::Auto => "Automatic",
        DeviceChoice::Cpu => "CPU",
        DeviceChoice::Gpu(_) => {
            let found = state.devices().iter().find(|device| device.choice == choice);
            found.map_or("Graphics card", |device| device.name.as_str())
        }
    }
}

fn device_hint(state: &State, choice: DeviceChoice) -> String {
    if choice == DeviceChoice::Auto {
        return "Measures briefly and takes the faster".into();
    }
    let found = state.devices().iter().find(|device| device.choice == choice);
    found.map_or_else(String::new, |device| format!("{}, {}", device.name, device.kind))
}

fn speed(ui: &mut Ui, cx: &mut Cx<'_>) {
    let now = cx.state.speed();
    let mut chosen = None;
    cell(ui, cx.theme, "Speed limit", 76.0, |ui| {
        let combo = ComboBox::from_id_salt("speed")
            .selected_text(speed_text(now))
            .width(76.0)
            .icon(chevron);
        let shown = combo.show_ui(ui, |ui| {
            for limit in [None, Some(1), Some(5), Some(20), Some(100), Some(1000)] {
                if ui.selectable_label(limit == now, speed_text(limit)).clicked() && limit != now {
                    chosen = Some(limit);
                }
            }
        });
        let tip = "Most steps each second, to watch slowly";
        shown.response.accessible_name("Speed limit").on_hover_text(tip);
    });
    if let Some(limit) = chosen {
        cx.act(Action::SetSpeed(limit));
    }
}

fn speed_text(limit: Option<u32>) -> String {
    limit.map_or_else(|| "none".into(), |steps| format!("{}/s", thousands(u64::from(steps))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_and_sizes_are_named() {
        assert_eq!(speed_text(None), "none");
        assert_eq!(speed_text(Some(1000)), "1\u{2009}000/s");
        assert_eq!(batch_text(BatchSize::Full), "full");
        assert_eq!(batch_text(BatchSize::Of(64)), "64");
    }
}
