//! Panes, tabs and layouts, as a user meets them.

use std::collections::HashMap;

use egui::Role;

use super::*;
use crate::record::ProbeRequest;
use crate::ui::UiRequest;
use crate::ui::dock::{Layout, Name};
use crate::ui::panes::Pane;

/// The titles that can be seen, in front or behind.
fn has_tab(window: &Window, title: &str) -> bool {
    window.query_by_role_and_label(Role::Tab, title).is_some()
}

fn click_tab(window: &mut Window, title: &str) {
    window.get_by_role_and_label(Role::Tab, title).click();
    rest(window);
}

fn layout(window: &Window) -> Option<Layout> {
    window.state().dock().built_in()
}

fn wanted(window: &Window) -> &ProbeRequest {
    &state(window).slot(0).expect("a run").wanted
}

/// Opens what a pane's menu offers.
fn menu_of(window: &mut Window, title: &str, entry: &str) {
    click(window, &format!("Menu of {title}"));
    window.get_by_role_and_label(Role::Button, entry).click();
    rest(window);
}

#[test]
fn each_layout_shows_what_it_promises() {
    let promised: [(Key, Layout, &[&str]); 5] = [
        (Key::Num1, Layout::Build, &["Data", "Network", "Graph", "Training", "Decision boundary"]),
        (
            Key::Num2,
            Layout::Train,
            &["Data", "Network", "Graph", "Training", "Decision boundary", "Curves", "Gradients"],
        ),
        (
            Key::Num3,
            Layout::Inspect,
            &["Graph", "Decision boundary", "Hidden space", "Samples", "ROC curve", "Calibration"],
        ),
        (Key::Num4, Layout::Compare, &["Compare", "Curves", "Disagreement", "Network", "Training"]),
        (Key::Num5, Layout::Lesson, &["Decision boundary", "Graph", "Curves", "Numbers"]),
    ];
    let mut window = open("spiral-relu");
    for (key, expected, titles) in promised {
        press(&mut window, Modifiers::COMMAND, key);
        assert_eq!(layout(&window), Some(expected));
        for title in titles {
            assert!(has_tab(&window, title), "{title} in {expected:?}");
        }
    }
    for title in ["Data", "Network", "Training"] {
        assert!(!has_tab(&window, title), "a lesson shows no settings: {title}");
    }
}

#[test]
fn no_title_is_cut_off_in_a_small_window() {
    let mut window = open("spiral-relu");
    for key in [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5] {
        press(&mut window, Modifiers::COMMAND, key);
        let arrow = window.query_by_label("Scroll tabs right");
        assert!(arrow.is_none(), "all tabs fit in layout {key:?}");
    }
}

#[test]
fn a_closed_panel_is_opened_again_from_the_palette() {
    let mut window = open("spiral-relu");
    menu_of(&mut window, "Training", "Close");
    assert!(!has_tab(&window, "Training"));
    press(&mut window, Modifiers::COMMAND, Key::K);
    window.get_by_label("Command").type_text("training panel");
    rest(&mut window);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(has_tab(&window, "Training"));
    assert!(window.state().dock().visible().contains(&Pane::Training));
}

#[test]
fn when_all_panels_are_closed_the_layout_can_be_reset() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    for title in ["Decision boundary", "Numbers", "Graph", "Curves"] {
        menu_of(&mut window, title, "Close");
    }
    click(&mut window, "Reset this layout");
    assert!(has_tab(&window, "Curves") && has_tab(&window, "Graph"));
}

#[test]
fn one_panel_fills_the_window_until_escape() {
    let mut window = open("spiral-relu");
    click(&mut window, "Curves full screen");
    assert_eq!(window.state().dock().full(), Some(Pane::Curves));
    assert!(!has_tab(&window, "Network") && has_tab(&window, "Curves"));
    assert!(window.query_by_label("Pause").is_some() || window.query_by_label("Play").is_some());
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(has_tab(&window, "Network"));
    let place = window.get_by_role_and_label(Role::Tab, "Decision boundary").rect().center();
    window.hover_at(place + vec2(0.0, 120.0));
    rest(&mut window);
    press(&mut window, Modifiers::NONE, Key::F11);
    assert_eq!(window.state().dock().full(), Some(Pane::Picture));
    press(&mut window, Modifiers::NONE, Key::F11);
    assert!(has_tab(&window, "Network"));
}

#[test]
fn only_panels_in_front_ask_for_pictures() {
    let mut window = open("spiral-relu");
    assert!(wanted(&window).boundary.is_some());
    assert!(wanted(&window).confusion.is_empty(), "the matrix is behind the curves");
    click_tab(&mut window, "Confusion matrix");
    rest(&mut window);
    assert!(!wanted(&window).confusion.is_empty());
    assert!(!wanted(&window).gradients);
    click_tab(&mut window, "Gradients");
    rest(&mut window);
    assert!(wanted(&window).gradients && wanted(&window).confusion.is_empty());
    click(&mut window, "Training full screen");
    assert!(wanted(&window).is_empty(), "what fills the window hides the others");
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::COMMAND, Key::I);
    assert!(wanted(&window).is_empty(), "the page about the data hides all");
}

#[test]
fn two_runs_are_compared_and_one_is_trained_unless_the_user_chose_otherwise() {
    let mut window = open("spiral-relu");
    assert_eq!(layout(&window), Some(Layout::Train));
    click(&mut window, "Duplicate run");
    assert_eq!(layout(&window), Some(Layout::Compare));
    act(&mut window, Action::Edit(Edit::RemoveRun(1)));
    assert_eq!(layout(&window), Some(Layout::Train));
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    click(&mut window, "Duplicate run");
    assert_eq!(layout(&window), Some(Layout::Inspect), "it was chosen by hand");
}

#[test]
fn a_panel_that_another_one_names_comes_to_the_front() {
    let mut window = open("spiral-relu");
    for pane in [Pane::Confusion, Pane::Samples, Pane::Draw] {
        window.state_mut().view_mut().requests.push(UiRequest::ShowPane(pane));
        rest(&mut window);
        assert!(window.state().dock().visible().contains(&pane), "{pane:?}");
    }
}

#[test]
fn a_tab_is_dragged_to_a_place_of_its_own() {
    let mut window = open("spiral-relu");
    let from = window.get_by_role_and_label(Role::Tab, "Graph").rect().center();
    let training = window.get_by_role_and_label(Role::Tab, "Training").rect();
    assert!(!window.state().dock().visible().contains(&Pane::Graph), "behind the stack");
    window.drag_at(from);
    window.step();
    // Over the right half of the place below.
    for step in 1..=4 {
        let to = training.right_bottom() + vec2(330.0, 120.0);
        window.hover_at(from + (to - from) * (step as f32 / 4.0));
        window.step();
    }
    window.drop_at(training.right_bottom() + vec2(330.0, 120.0));
    rest(&mut window);
    let visible = window.state().dock().visible();
    assert!(visible.contains(&Pane::Graph) && visible.contains(&Pane::Network), "{visible:?}");
}

/// What is remembered from one start to the next, in memory.
#[derive(Default)]
struct Drawer(HashMap<String, String>);

impl eframe::Storage for Drawer {
    fn get_string(&self, key: &str) -> Option<String> {
        self.0.get(key).cloned()
    }
    fn set_string(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), value);
    }
    fn remove_string(&mut self, key: &str) {
        self.0.remove(key);
    }
    fn flush(&mut self) {}
}

/// The window as it is found at the next start.
fn restart(drawer: Drawer) -> Window {
    let mut window = Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .with_max_steps(64)
        .build_eframe(move |creation| {
            let spec = preset("spiral-relu");
            App::new(&creation.egui_ctx, Some(&drawer), spec).without_system_dialogs()
        });
    rest(&mut window);
    window
}

#[test]
fn layouts_are_found_as_they_were_left() {
    let mut window = open("spiral-relu");
    menu_of(&mut window, "Training", "Close");
    click_tab(&mut window, "Gradients");
    press(&mut window, Modifiers::COMMAND, Key::K);
    window.get_by_label("Command").type_text("save layout");
    rest(&mut window);
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.get_by_label("Name of the layout").type_text("Mine");
    rest(&mut window);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().dock().name(), &Name::Own("Mine".into()));
    let mut drawer = Drawer::default();
    eframe::App::save(window.state_mut(), &mut drawer);

    let mut window = restart(drawer);
    assert_eq!(window.state().dock().name(), &Name::Own("Mine".into()));
    assert!(!has_tab(&window, "Training"));
    assert!(window.state().dock().visible().contains(&Pane::Gradients));
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    assert!(!has_tab(&window, "Training"), "the layout it was made from is as it was left, too");
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(has_tab(&window, "Training"));
}

/// Types into the palette and takes the first line.
fn by_palette(window: &mut Window, typed: &str) {
    press(window, Modifiers::COMMAND, Key::K);
    window.get_by_label("Command").type_text(typed);
    rest(window);
    press(window, Modifiers::NONE, Key::Enter);
}

/// Types a name over the one that stands in the dialog.
fn name_layout(window: &mut Window, name: &str) {
    press(window, Modifiers::COMMAND, Key::A);
    window.get_by_label("Name of the layout").type_text(name);
    rest(window);
    press(window, Modifiers::NONE, Key::Enter);
}

#[test]
fn own_layouts_are_saved_shown_renamed_and_removed_from_the_palette() {
    let mut window = open("spiral-relu");
    for name in ["Monday", "Friday"] {
        by_palette(&mut window, "save layout");
        name_layout(&mut window, name);
    }
    let own = |window: &Window| window.state().dock().own().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(own(&window), ["Friday", "Monday"]);
    by_palette(&mut window, "monday layout");
    assert_eq!(window.state().dock().name(), &Name::Own("Monday".into()));
    by_palette(&mut window, "rename monday");
    name_layout(&mut window, "Friday");
    assert!(window.query_by_label_contains("Another layout has this name").is_some());
    name_layout(&mut window, "Tuesday");
    assert_eq!(own(&window), ["Friday", "Tuesday"]);
    assert_eq!(window.state().dock().name(), &Name::Own("Tuesday".into()), "it is still shown");
    by_palette(&mut window, "remove friday");
    assert_eq!(own(&window), ["Tuesday"]);
    by_palette(&mut window, "remove tuesday");
    assert_eq!(layout(&window), Some(Layout::Train), "one that is there takes its place");
}

#[test]
fn layouts_that_cannot_be_read_are_as_at_first_and_it_is_told() {
    let mut drawer = Drawer::default();
    eframe::Storage::set_string(&mut drawer, "layouts", "(name: Ancient)".into());
    let window = restart(drawer);
    assert_eq!(layout(&window), Some(Layout::Train));
    assert!(has_tab(&window, "Training") && has_tab(&window, "Curves"));
    let told = state(&window).notices().iter().any(|notice| notice.text.contains("layouts"));
    assert!(told);
}
