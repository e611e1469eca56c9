use egui::{Align, Key, Layout, Pos2, Rect, Response, Role, Sense, TextEdit, Ui, WidgetInfo, vec2};

use crate::record::{EndReason, PauseReason, Run, RunState};
use crate::spec::MAX_RUNS;
use crate::ui::commands::What;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{Badge, Icon, IconButton, Marker, progress, thousands};
use crate::ui::{Cx, format};
use crate::workbench::{Action, Edit};

use super::{Desk, Renaming, notices};

/// The bar at the bottom: the runs, and at the right what goes on and what happened.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, desk: &mut Desk<'_>) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = theme::TIGHT;
        for run in 0..cx.state.num_runs() {
            chip(ui, cx, desk, run);
        }
        let theme = cx.theme;
        let duplicate = IconButton::new(Icon::Plus, "Duplicate run")
            .text(if cx.state.num_runs() == 1 { "Duplicate run" } else { "Duplicate" })
            .tip("Compare the selected run with a copy that you change")
            .shortcut(desk.keys(What::DuplicateRun));
        let room = cx.state.num_runs() < MAX_RUNS;
        if ui.add_enabled_ui(room, |ui| duplicate.show(ui, theme)).inner.clicked() {
            desk.ask(What::DuplicateRun);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            notices::show(ui, cx, desk);
            jobs(ui, cx);
        });
    });
}

fn chip(ui: &mut Ui, cx: &mut Cx<'_>, desk: &mut Desk<'_>, run: usize) {
    if desk.memory.renaming.as_ref().is_some_and(|renaming| renaming.run == run) {
        rename(ui, cx, desk);
        return;
    }
    let response = draw_chip(ui, cx, run);
    if response.double_clicked() {
        desk.memory.renaming = begin(cx, run);
    } else if response.clicked() && run != cx.state.selected() {
        cx.act(Action::Select(run));
    }
    response.context_menu(|ui| menu(ui, cx, desk, run));
    tip(response, cx, run);
}

fn tip(response: Response, cx: &Cx<'_>, run: usize) {
    response.on_hover_ui(|ui| {
        if let Some(reason) = cx.state.run(run).and_then(|run| reason(&run.state)) {
            ui.label(reason);
        }
        ui.weak("Click to select, double-click to rename, right-click for more");
    });
}

/// Why a run no longer trains, where there is something to say.
fn reason(state: &RunState) -> Option<&str> {
    match state {
        RunState::Paused(PauseReason::Diverged(finding)) => Some(&finding.message),
        RunState::Ended(EndReason::Failed(why) | EndReason::DeviceLost(why)) => Some(why),
        _ => None,
    }
}

/// Shape and word of what a run is doing.
fn status(run: Option<&Run>) -> (Badge, &'static str) {
    let Some(run) = run else { return (Badge::Idle, "waiting") };
    (format::badge(&run.state), run.state.word())
}

fn draw_chip(ui: &mut Ui, cx: &Cx<'_>, run: usize) -> Response {
    let theme = cx.theme;
    let name = cx.state.run_spec(run).map_or("", |spec| spec.name.as_str());
    let tint = cx.state.slot(run).map_or(run, |slot| slot.tint);
    let (badge, word) = status(cx.state.run(run));
    let step = cx.state.run(run).map_or(0, |run| run.position().step.0);
    let shown = shorten(name);
    let painter = ui.painter();
    let title = painter.layout_no_wrap(shown, theme::body(), theme.text);
    let word_text = painter.layout_no_wrap(word.to_owned(), theme::small(), badge.color(theme));
    let count = painter.layout_no_wrap(thousands(step), theme::small(), theme.text_muted);
    let width =
        10.0 + 14.0 + title.size().x + 10.0 + 14.0 + WORD.max(word_text.size().x) + COUNT + 8.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme::TARGET), Sense::click());
    backdrop(ui, theme, &response, rect, run == cx.state.selected());
    let mut x = rect.left() + 12.0;
    let middle = rect.center().y;
    let color = theme.run(tint);
    Marker::of_run(tint).paint(
        ui.painter(),
        Pos2::new(x, middle),
        theme.mark(5.0),
        color,
        egui::Stroke::NONE,
    );
    x += 11.0;
    let place = |x: f32, height: f32| Pos2::new(x, middle - height / 2.0);
    let title_width = title.size().x;
    ui.painter().galley(place(x, title.size().y), title, theme.text);
    x += title_width + 10.0;
    let shape = Rect::from_center_size(Pos2::new(x + 5.0, middle), vec2(11.0, 11.0));
    badge.paint(ui, theme, shape);
    x += 14.0;
    ui.painter().galley(place(x, word_text.size().y), word_text, theme.text);
    let right = rect.right() - 8.0 - count.size().x;
    ui.painter().galley(place(right, count.size().y), count, theme.text_muted);
    let selected = run == cx.state.selected();
    response.widget_info(|| {
        let label = format!("Run {name}, {word}, step {step}");
        WidgetInfo::selected(Role::Button, true, selected, label)
    });
    response
}

/// Room for the word and for the step, so that the bar stands still while they change.
const WORD: f32 = 48.0;
const COUNT: f32 = 56.0;
/// Longest name that is shown in full, in letters.
const LETTERS: usize = 18;

fn shorten(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    name.chars().take(LETTERS - 1).chain(['\u{2026}']).collect()
}

fn backdrop(ui: &Ui, theme: &Theme, response: &Response, rect: Rect, selected: bool) {
    let fill = match (selected, response.hovered()) {
        (true, _) => theme.accent_soft,
        (false, true) => theme.hover,
        (false, false) => theme.inset,
    };
    ui.painter().rect_filled(rect, f32::from(theme::FIELD_RADIUS), fill);
    if response.has_focus() {
        let round = f32::from(theme::FIELD_RADIUS);
        ui.painter().rect_stroke(rect, round, theme.focus_ring(), egui::StrokeKind::Inside);
    }
}

fn menu(ui: &mut Ui, cx: &mut Cx<'_>, desk: &mut Desk<'_>, run: usize) {
    if ui.button("Rename").clicked() {
        desk.memory.renaming = begin(cx, run);
        ui.close();
    }
    let entries = [
        ("Play this run", Action::Play(Some(run)), true),
        ("Pause this run", Action::Pause(Some(run)), true),
        ("Restart this run", Action::Restart(run), true),
        ("Continue on the CPU", Action::ContinueOnCpu(run), lost(cx.state.run(run))),
        ("Duplicate", Action::Edit(Edit::DuplicateRun(run)), cx.state.num_runs() < MAX_RUNS),
        ("Remove", Action::Edit(Edit::RemoveRun(run)), cx.state.num_runs() > 1),
    ];
    for (label, action, enabled) in entries {
        if ui.add_enabled(enabled, egui::Button::new(label)).clicked() {
            cx.act(action);
            ui.close();
        }
    }
}

fn lost(run: Option<&Run>) -> bool {
    run.is_some_and(|run| matches!(run.state, RunState::Ended(EndReason::DeviceLost(_))))
}

/// Begins to rename a run.
pub fn begin(cx: &Cx<'_>, run: usize) -> Option<Renaming> {
    let text = cx.state.run_spec(run)?.name.clone();
    Some(Renaming { run, text, focused: false })
}

fn rename(ui: &mut Ui, cx: &mut Cx<'_>, desk: &mut Desk<'_>) {
    let Some(renaming) = &mut desk.memory.renaming else { return };
    let field = TextEdit::singleline(&mut renaming.text).desired_width(140.0).char_limit(60);
    let response = ui.add(field).accessible_name("Name of the run");
    if !renaming.focused {
        response.request_focus();
        renaming.focused = true;
        return;
    }
    if response.lost_focus() {
        let name = renaming.text.trim().to_owned();
        if !name.is_empty() && !ui.input(|input| input.key_pressed(Key::Escape)) {
            cx.edit(Edit::RunName(renaming.run, name));
        }
        desk.memory.renaming = None;
    }
}

fn jobs(ui: &mut Ui, cx: &mut Cx<'_>) {
    let theme = cx.theme;
    for job in cx.state.jobs() {
        let cancel = IconButton::new(Icon::Close, "Cancel").tip("Cancel");
        if cancel.show(ui, theme).clicked() {
            cx.actions.push(Action::Cancel(job.id));
        }
        progress(ui, theme, "Progress", job.progress, 72.0);
        let percent = job.progress.map(|part| format!("{:.0}\u{2009}%", part * 100.0));
        if let Some(text) = percent {
            ui.small(text);
        }
        ui.add(egui::Label::new(&job.title).truncate());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_with_a_sign() {
        assert_eq!(shorten("ReLU 100"), "ReLU 100");
        let short = shorten("a network with a very long name");
        assert_eq!(short.chars().count(), LETTERS);
        assert!(short.ends_with('\u{2026}'));
    }
}
