//! Pictures of every panel, as a user saves them.

use std::path::Path;

use egui::{Event, PointerButton, Pos2};

use super::*;
use crate::ui::UiRequest;
use crate::ui::capture::{self, Format, Wish};
use crate::ui::panes::{self, Pane};
use crate::workbench::Rendering;

/// A window whose runs have trained for some steps.
fn trained(name: &str, steps: u64) -> Window {
    let mut spec = preset(name).expect("built in");
    for run in &mut spec.runs {
        run.train.stop = StopRule::Steps(steps);
    }
    let mut window = Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .with_max_steps(64)
        .build_eframe(|cc| App::new(&cc.egui_ctx, None, Some(spec)).without_system_dialogs());
    wait(&mut window, |state| matches!(state.data(), DataState::Ready(_)) && state.can_play());
    act(&mut window, Action::Play(None));
    wait(&mut window, |state| {
        let ended = |run| state.run(run).is_some_and(|run| matches!(run.state, RunState::Ended(_)));
        (0..state.num_runs()).all(ended)
    });
    window
}

/// Brings a panel to the front, and waits for what it asks the network.
fn show(window: &mut Window, pane: Pane) {
    window.state_mut().view_mut().requests.push(UiRequest::ShowPane(pane));
    rest(window);
    let end = Instant::now() + Duration::from_millis(150);
    while Instant::now() < end {
        window.step();
    }
}

fn bytes(rendering: &Rendering) -> Vec<u8> {
    let mut bytes = Vec::new();
    rendering.write(&mut bytes).expect("drawn");
    bytes
}

/// The picture that was asked for, as a file.
fn waiting(window: &mut Window) -> (String, Vec<u8>) {
    window.run_steps(4);
    let (name, rendering) = window.state_mut().waiting_picture().expect("a picture was taken");
    (name, bytes(&rendering))
}

/// Keeps a picture for the eye, where `DESCENT_PICTURES` names a folder.
fn keep(name: &str, ending: &str, bytes: &[u8]) {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    let plain: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let path = Path::new(&folder).join(format!("{plain}.{ending}"));
    std::fs::write(path, bytes).expect("is writable");
}

/// Everything written in a document.
fn texts(svg: &str) -> Vec<String> {
    let after = svg.split("<text ").skip(1).filter_map(|text| text.split_once('>'));
    let texts = after.filter_map(|(_, text)| text.split_once("</text>"));
    let plain = |text: &str| {
        let pieces = text.split('<').map(|piece| piece.split_once('>').map_or(piece, |all| all.1));
        pieces.collect::<String>()
    };
    texts.map(|(text, _)| plain(text)).collect()
}

fn every_panel((name, steps): (&str, u64), panels: &[Pane], theme: egui::Theme) {
    let mut window = trained(name, steps);
    window.ctx.set_theme(theme);
    for &pane in panels {
        show(&mut window, pane);
        let shown = state(&window);
        let expected = pane.picture_name(shown, shown.selected());
        let title = panes::title(pane, shown);
        click(&mut window, &format!("Menu of {title}"));
        window.get_by_label("Save picture as SVG…").click();
        let (found, svg) = waiting(&mut window);
        assert_eq!(found, expected, "{pane:?}");
        let svg = String::from_utf8(svg).expect("text");
        let words = texts(&svg);
        assert!(
            words.first().is_some_and(|title| expected.starts_with(title.trim_end())),
            "{pane:?} {words:?}"
        );
        assert!(words.len() > 1, "{pane:?} shows more than its title");
        let kind = if theme == egui::Theme::Dark { "dark" } else { "light" };
        keep(&format!("{name} {found} {kind}"), "svg", svg.as_bytes());
        if std::env::var_os("DESCENT_PICTURES").is_none() {
            continue;
        }
        click(&mut window, &format!("Menu of {title}"));
        window.get_by_label("Save picture as PNG…").click();
        let (found, png) = waiting(&mut window);
        let image = image::load_from_memory(&png).expect("a PNG file");
        assert!(image.width() > 200 && image.height() > 100, "{pane:?}");
        keep(&format!("{name} {found} {kind}"), "png", &png);
    }
}

#[test]
fn every_panel_of_points_gives_pictures() {
    let other = [Pane::Draw, Pane::Compare, Pane::Disagreement];
    let panels: Vec<Pane> = Pane::ALL.into_iter().filter(|pane| !other.contains(pane)).collect();
    every_panel(("spiral-relu", 60), &panels, egui::Theme::Light);
}

#[test]
fn panels_of_images_and_of_two_runs_give_pictures() {
    let images = [Pane::Data, Pane::Picture, Pane::Graph, Pane::Layers, Pane::Samples, Pane::Draw];
    every_panel(("bitmap-digits", 20), &images, egui::Theme::Dark);
    let both = [Pane::Compare, Pane::Disagreement, Pane::Curves];
    every_panel(("linear-vs-relu", 40), &both, egui::Theme::Dark);
}

fn right_click(window: &mut Window, pos: Pos2) {
    window.hover_at(pos);
    window.run_steps(2);
    for pressed in [true, false] {
        let (button, modifiers) = (PointerButton::Secondary, Modifiers::NONE);
        window.event(Event::PointerButton { pos, button, pressed, modifiers });
        window.step();
    }
    window.run_steps(2);
}

#[test]
fn the_right_button_offers_the_picture_of_every_panel() {
    let mut window = trained("linear-vs-relu", 20);
    let mut without = Vec::new();
    for pane in Pane::ALL {
        show(&mut window, pane);
        if window.state().dock().full().is_none() {
            let title = panes::title(pane, state(&window));
            click(&mut window, &format!("{title} full screen"));
        }
        // Rows of samples have a menu of their own.
        let height = if pane == Pane::Samples { 104.0 } else { 700.0 };
        right_click(&mut window, Pos2::new(1100.0, height));
        if window.query_by_label("Copy picture").is_none() {
            without.push(pane);
        }
        press(&mut window, Modifiers::NONE, Key::Escape);
        press(&mut window, Modifiers::NONE, Key::Escape);
    }
    assert!(without.is_empty(), "{without:?}");
}

/// Types a path into the dialog, presses Enter and waits until the file is written, or not.
fn write_to(window: &mut Window, path: &Path) {
    window.get_by_label("Path").click();
    rest(window);
    press(window, Modifiers::COMMAND, Key::A);
    window.get_by_label("Path").type_text(&path.to_string_lossy());
    rest(window);
    press(window, Modifiers::NONE, Key::Enter);
    wait(window, |state| state.jobs().is_empty());
}

#[test]
fn the_palette_takes_what_the_pointer_was_on_and_the_file_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = trained("spiral-relu", 60);
    let tab = window.get_by_role_and_label(Role::Tab, "Decision boundary").rect();
    window.hover_at(tab.center() + vec2(20.0, 120.0));
    window.run_steps(2);
    press(&mut window, Modifiers::COMMAND, Key::K);
    window.get_by_label("Command").type_text("save picture as svg");
    rest(&mut window);
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.run_steps(4);
    let proposed = window.get_by_label("Path").value().expect("a name is proposed");
    let name = "spiral_relu_network_decision_boundary_relu_100_epoch_60.svg";
    assert_eq!(proposed, name);
    // The field is typed into as a user does: all of it is exchanged.
    let missing = folder.path().join("missing").join(name);
    write_to(&mut window, &missing);
    let last = state(&window).notices().last().expect("told").text.clone();
    assert!(last.contains("The folder of the file does not exist."), "{last}");
}

#[test]
fn pictures_in_light_colours_are_remembered_and_the_window_stays_dark() {
    let mut window = trained("spiral-relu", 60);
    window.ctx.set_theme(egui::Theme::Dark);
    show(&mut window, Pane::Curves);
    click(&mut window, "File");
    window.get_by_label_contains(capture::LIGHT[0]).click();
    rest(&mut window);
    assert!(window.state().settings().light_pictures && capture::is_light(&window.ctx));
    let name = Pane::Curves.picture_name(state(&window), 0);
    assert!(capture::ask(&window.ctx, Some(&name), Wish::Save(Format::Svg)));
    let (_, svg) = waiting(&mut window);
    let [r, g, b, _] = Theme::LIGHT.surface.to_array();
    let svg = String::from_utf8(svg).expect("text");
    let behind = svg.lines().find(|line| line.starts_with("<rect ")).expect("a background");
    assert!(behind.contains(&format!("fill=\"#{r:02x}{g:02x}{b:02x}\"")), "{behind}");
    assert!(Theme::of(&window.ctx).dark);
    click(&mut window, "Menu of Curves");
    window.get_by_label_contains(capture::LIGHT[0]).click();
    rest(&mut window);
    assert!(!window.state().settings().light_pictures);
}
