//! The window as a user meets it: found by accessible label, driven by pointer and keys, with a
//! real workbench behind it that trains on the processor.

use std::time::{Duration, Instant};

use egui::{Key, Modifiers, Role, ViewportEvent, ViewportId, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::base::{Finite, Step};
use crate::record::{BoundaryRequest, Maps, RunState};
use crate::spec::{BatchSize, ExperimentSpec, StopRule, preset};
use crate::workbench::{Action, DataState, Edit, State};

use super::App;
use super::theme::Theme;

mod incoming;
mod layouts;
mod looks;
mod pictures;

pub(super) type Window = Harness<'static, App>;

/// Longest time anything may take that a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn open(name: &str) -> Window {
    open_spec(preset(name).expect("built in"))
}

/// A window on a small experiment that never ends by itself.
fn open_spec(mut spec: ExperimentSpec) -> Window {
    for run in &mut spec.runs {
        run.train.stop = StopRule::Never;
    }
    let mut window =
        Harness::builder().with_size(vec2(1280.0, 800.0)).with_max_steps(64).build_eframe(
            move |creation| App::new(&creation.egui_ctx, None, Some(spec)).without_system_dialogs(),
        );
    wait(&mut window, |state| matches!(state.data(), DataState::Ready(_)) && state.can_play());
    wait(&mut window, |state| state.jobs().is_empty());
    window
}

fn state(window: &Window) -> &State {
    window.state().workbench().state()
}

/// Draws frames until the state is as it shall be.
fn wait(window: &mut Window, until: impl Fn(&State) -> bool) {
    let end = Instant::now() + PATIENCE;
    while !until(state(window)) {
        assert!(Instant::now() < end, "waited in vain");
        window.step();
    }
    window.step();
}

/// Draws frames until nothing more happens by itself.
pub(super) fn rest(window: &mut Window) {
    for _ in 0..4 {
        window.step();
    }
}

fn click(window: &mut Window, label: &str) {
    window.get_by_label(label).click();
    rest(window);
}

pub(super) fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    rest(window);
}

fn act(window: &mut Window, action: Action) {
    window.state_mut().workbench_mut().apply(action);
    rest(window);
}

fn step_of(state: &State) -> Step {
    state.run(0).map(|run| run.position().step).unwrap_or_default()
}

fn is_paused(state: &State) -> bool {
    !state.is_active() && state.run(0).is_some_and(|run| matches!(run.state, RunState::Paused(_)))
}

#[test]
fn space_and_the_button_play_and_pause() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::NONE, Key::Space);
    wait(&mut window, |state| step_of(state) > Step(0));
    press(&mut window, Modifiers::NONE, Key::Space);
    wait(&mut window, is_paused);
    let before = step_of(state(&window));
    click(&mut window, "Play");
    wait(&mut window, move |state| step_of(state) > before);
    click(&mut window, "Pause");
    wait(&mut window, is_paused);
}

#[test]
fn a_network_that_has_ended_can_still_be_looked_into() {
    let mut window = open("spiral-relu");
    let mut train = state(&window).run_spec(0).expect("there is one").train.clone();
    train.stop = StopRule::Steps(20);
    act(&mut window, Action::Edit(Edit::Train(0, train)));
    act(&mut window, Action::Play(None));
    let ended =
        |state: &State| state.run(0).is_some_and(|run| matches!(run.state, RunState::Ended(_)));
    wait(&mut window, ended);
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    let is_mapped = |state: &State| {
        let frame = state.run(0).and_then(|run| run.frame.as_ref());
        frame.is_some_and(|frame| frame.at.step == Step(20) && !frame.inside.maps.is_empty())
    };
    wait(&mut window, is_mapped);
    assert!(ended(state(&window)), "it stays as it ended");
    press(&mut window, Modifiers::NONE, Key::Space);
    wait(&mut window, |state| step_of(state) > Step(20));
}

#[test]
fn what_if_follows_a_real_network_along_a_feature() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    window.get_by_role_and_label(Role::Tab, "What if").click();
    let is_told = |state: &State| {
        let frame = state.run(0).and_then(|run| run.frame.as_ref());
        frame.is_some_and(|frame| {
            let flat = |window: &BoundaryRequest| window.y[0] == window.y[1];
            let along = frame.inside.maps.iter().find(|maps| flat(&maps.request.window));
            let is_sum_one = |maps: &Maps| {
                let lines = &maps.layers[0];
                let sum = |cell| (0..lines.rows()).map(|line| lines.row(line)[cell]).sum::<f32>();
                (sum(0) - 1.0).abs() < 1e-4 && (sum(31) - 1.0).abs() < 1e-4
            };
            frame.inside.traces.len() >= 2 && along.is_some_and(is_sum_one)
        })
    };
    wait(&mut window, is_told);
}

#[test]
fn the_arrow_key_takes_one_step_of_the_chosen_unit() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    wait(&mut window, |state| step_of(state) == Step(1) && is_paused(state));
    click(&mut window, "Step");
    wait(&mut window, |state| step_of(state) == Step(2) && is_paused(state));
}

#[test]
fn reset_goes_back_to_the_start() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    wait(&mut window, |state| step_of(state) == Step(1));
    click(&mut window, "Reset");
    wait(&mut window, |state| step_of(state) == Step(0));
    let seed = state(&window).draft().seed;
    press(&mut window, Modifiers::SHIFT, Key::R);
    assert_eq!(state(&window).draft().seed, seed + 1);
}

#[test]
fn an_edit_is_undone_and_made_again_by_keys() {
    let mut window = open("spiral-relu");
    act(&mut window, Action::Edit(Edit::Name("Other".into())));
    act(&mut window, Action::Settle);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(state(&window).draft().name, "Spiral, ReLU network");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(state(&window).draft().name, "Other");
}

#[test]
fn a_learning_rate_typed_while_running_is_taken_over_and_leaves_a_marker() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::NONE, Key::Space);
    wait(&mut window, |state| step_of(state) > Step(5));
    strip_field(&window, "Learning rate").click();
    rest(&mut window);
    strip_field(&window, "Learning rate").type_text("0.5");
    rest(&mut window);
    press(&mut window, Modifiers::NONE, Key::Enter);
    wait(&mut window, |state| {
        state.run(0).is_some_and(|run| {
            run.history.markers().iter().any(|marker| marker.text.contains("0.5"))
        })
    });
    let run = state(&window).run_spec(0).expect("a run");
    assert_eq!(run.train.learning_rate, Finite::lit(0.5));
    assert!(state(&window).is_active(), "it goes on");
}

/// The field of that name in the strip at the top.
fn strip_field<'a>(window: &'a Window, label: &'a str) -> egui_kittest::Node<'a> {
    let mut fields = window.get_all_by_label(label);
    fields.find(|node| node.rect().bottom() < 50.0).expect("in the strip")
}

#[test]
fn a_cold_edit_shows_the_restart_bar_and_applies_on_restart() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    wait(&mut window, |state| step_of(state) == Step(1));
    act(&mut window, Action::Edit(Edit::RemoveLayer(0, 1)));
    assert!(!state(&window).pending(0).is_empty());
    assert_eq!(step_of(state(&window)), Step(1), "nothing resets in silence");
    click(&mut window, "Restart to apply");
    wait(&mut window, |state| state.pending(0).is_empty() && step_of(state) == Step(0));
    rest(&mut window);
    assert!(window.query_by_label("Restart to apply").is_none());
}

#[test]
fn the_restart_bar_takes_the_edit_back() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    wait(&mut window, |state| step_of(state) == Step(1));
    act(&mut window, Action::Edit(Edit::RemoveLayer(0, 1)));
    click(&mut window, "Undo");
    assert!(state(&window).pending(0).is_empty());
    assert_eq!(step_of(state(&window)), Step(1));
}

#[test]
fn a_run_is_duplicated_and_renamed() {
    let mut window = open("spiral-relu");
    click(&mut window, "Duplicate run");
    assert_eq!(state(&window).num_runs(), 2);
    assert_eq!(state(&window).selected(), 1);
    press(&mut window, Modifiers::NONE, Key::F2);
    window.get_by_label("Name of the run").type_text("!");
    rest(&mut window);
    press(&mut window, Modifiers::NONE, Key::Enter);
    let name = &state(&window).run_spec(1).expect("a run").name;
    assert!(name.ends_with('!'), "{name}");
}

#[test]
fn the_palette_finds_and_does() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::COMMAND, Key::K);
    window.get_by_label("Command").type_text("dark");
    rest(&mut window);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(window.query_by_label("Command").is_none(), "it closes");
    assert_eq!(Theme::of(&window.ctx), &Theme::DARK);
    press(&mut window, Modifiers::COMMAND, Key::K);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(window.query_by_label("Command").is_none(), "Escape closes it");
}

#[test]
fn keys_are_letters_while_typing() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::NONE, Key::F2);
    press(&mut window, Modifiers::NONE, Key::Space);
    press(&mut window, Modifiers::NONE, Key::R);
    assert!(!state(&window).is_active());
    assert_eq!(state(&window).draft().seed, 0);
}

fn ask_to_close(window: &mut Window) {
    let viewport = window.input_mut().viewports.entry(ViewportId::ROOT).or_default();
    viewport.events.push(ViewportEvent::Close);
    rest(window);
}

#[test]
fn closing_asks_only_when_edits_would_be_lost() {
    let mut window = open("spiral-relu");
    ask_to_close(&mut window);
    assert!(window.query_by_label("Discard").is_none(), "nothing to lose");
    act(&mut window, Action::Edit(Edit::Name("Mine".into())));
    ask_to_close(&mut window);
    click(&mut window, "Cancel");
    assert!(window.query_by_label("Discard").is_none());
    assert_eq!(state(&window).draft().name, "Mine");
    ask_to_close(&mut window);
    click(&mut window, "Save…");
    assert!(window.query_by_label("Path").is_some(), "it asks where");
}

#[test]
fn saving_before_closing_writes_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.toml");
    let mut window = open("spiral-relu");
    act(&mut window, Action::Edit(Edit::Name("Mine".into())));
    ask_to_close(&mut window);
    click(&mut window, "Save…");
    let field = window.get_by_label("Path");
    field.set_text_value_accesskit(&path.to_string_lossy());
    rest(&mut window);
    press(&mut window, Modifiers::NONE, Key::Enter);
    wait(&mut window, |state| !state.is_modified());
    assert!(path.exists());
}

#[test]
fn a_preset_is_opened_from_the_menu() {
    let mut window = open("spiral-relu");
    click(&mut window, "File");
    click(&mut window, "New from preset");
    let entry = window.get_all_by_label("Spiral, linear classifier").last().expect("in the menu");
    entry.click();
    rest(&mut window);
    assert_eq!(state(&window).draft().name, "Spiral, linear classifier");
}

#[test]
fn batch_size_is_chosen_from_the_strip_for_all_runs_when_locked() {
    let mut window = open("linear-vs-relu");
    click(&mut window, "Edit all runs together");
    strip_field(&window, "Batch size").click();
    rest(&mut window);
    click(&mut window, "32");
    let sizes = state(&window).draft().runs.iter().map(|run| run.train.batch);
    assert!(sizes.into_iter().all(|size| size == BatchSize::Of(32)));
}

#[test]
fn a_paused_window_that_nobody_touches_draws_nothing() {
    let mut window = open("spiral-relu");
    for _ in 0..20 {
        window.step();
    }
    let end = Instant::now() + PATIENCE;
    while window.ctx.has_requested_repaint() {
        assert!(Instant::now() < end, "{:?}", window.ctx.repaint_causes());
        window.step();
    }
    window.step();
    assert!(!window.ctx.has_requested_repaint(), "{:?}", window.ctx.repaint_causes());
}

#[test]
fn the_strip_fits_a_small_projector() {
    fits(1280.0);
    fits(1024.0);
}

fn fits(width: f32) {
    let mut window = open("linear-vs-relu");
    window.set_size(vec2(width, 700.0));
    rest(&mut window);
    for label in ["Device", "Speed limit", "Play", "Step unit"] {
        let rect = window.get_by_label(label).rect();
        assert!(rect.right() <= width && rect.left() >= 0.0, "{label} {rect:?}");
    }
    let speed = window.get_by_label("Speed limit").rect();
    let penalty = strip_field(&window, "L2 penalty λ").rect();
    assert!(penalty.right() < speed.left(), "{penalty:?} {speed:?}");
}
