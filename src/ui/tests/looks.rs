//! The size of everything, and the looks for a projector, in the whole window.

use egui::Vec2;

use super::*;

/// Drags the window to so many pixels. Like the system, this tells the window its size in points
/// of the zoom in use.
fn resize(window: &mut Window, width: f32, height: f32) -> f32 {
    for _ in 0..8 {
        let zoom = window.ctx.zoom_factor();
        window.set_size(Vec2::new(width, height) / zoom);
        window.step();
    }
    let size = window.ctx.content_rect().size() * window.ctx.zoom_factor();
    assert!((size - Vec2::new(width, height)).length() < 1.0, "settled at {size:?}");
    window.ctx.zoom_factor()
}

/// What the View menu offers; its entries say keys and whether they are on, too.
fn view_menu(window: &mut Window, entry: &str) {
    click(window, "View");
    window.get_by_label_contains(entry).click();
    rest(window);
}

#[test]
fn everything_grows_with_the_window() {
    let mut window = open("spiral-relu");
    assert_eq!(resize(&mut window, 1280.0, 800.0), 1.0);
    assert_eq!(resize(&mut window, 3840.0, 2160.0), 2.0, "dragged to a large screen");
    assert_eq!(resize(&mut window, 2560.0, 1400.0), 1.5);
    assert_eq!(resize(&mut window, 2480.0, 1360.0), 1.5, "a little smaller changes nothing");
    assert_eq!(resize(&mut window, 2510.0, 1380.0), 1.5, "nor does a little larger");
    assert_eq!(resize(&mut window, 1920.0, 1080.0), 1.0);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    assert_eq!(resize(&mut window, 1920.0, 1080.0), 1.25, "larger for a projector");
    assert_eq!(resize(&mut window, 3840.0, 2160.0), 2.5, "which comes on top");
}

#[test]
fn a_zoom_that_was_picked_stays_until_the_window_is_followed_again() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::COMMAND, Key::Plus);
    assert_eq!(resize(&mut window, 3840.0, 2160.0), 1.1);
    press(&mut window, Modifiers::COMMAND, Key::Num0);
    assert_eq!(resize(&mut window, 3840.0, 2160.0), 2.0);
    view_menu(&mut window, "Zoom out");
    assert_eq!(resize(&mut window, 1280.0, 800.0), 1.9);
    press(&mut window, Modifiers::COMMAND, Key::Num0);
    assert_eq!(resize(&mut window, 1280.0, 800.0), 1.0);
}

/// A storage as the system has one, in memory.
#[derive(Default)]
struct Storage(std::collections::HashMap<String, String>);

impl eframe::Storage for Storage {
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

/// A window that finds what another one left.
fn open_again(mut before: Window) -> Window {
    let mut storage = Storage::default();
    eframe::App::save(before.state_mut(), &mut storage);
    Harness::builder().with_size(vec2(1280.0, 800.0)).with_max_steps(64).build_eframe(
        move |creation| App::new(&creation.egui_ctx, Some(&storage), None).without_system_dialogs(),
    )
}

#[test]
fn whether_a_zoom_was_picked_is_remembered() {
    let mut window = open("spiral-relu");
    press(&mut window, Modifiers::COMMAND, Key::Plus);
    let mut again = open_again(window);
    assert_eq!(resize(&mut again, 3840.0, 2160.0), 1.1);
    press(&mut again, Modifiers::COMMAND, Key::Num0);
    assert_eq!(resize(&mut again, 2560.0, 1440.0), 1.5);
    let mut third = open_again(again);
    assert_eq!(resize(&mut third, 1280.0, 800.0), 1.0);
}

/// Each layout on a small and a usual screen, for the eye, where `DESCENT_PICTURES` names a folder.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    let layouts = ["build", "train", "inspect", "compare", "lesson"];
    let keys = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
    let mut window = open("linear-vs-relu");
    press(&mut window, Modifiers::NONE, Key::Space);
    wait(&mut window, |state| step_of(state) > Step(600));
    press(&mut window, Modifiers::NONE, Key::Space);
    wait(&mut window, is_paused);
    let looks = [("projector-light", 0), ("projector-dark", 1), ("plain", 2)];
    for (name, look) in looks {
        choose(&mut window, look);
        for (layout, key) in layouts.into_iter().zip(keys) {
            press(&mut window, Modifiers::COMMAND, key);
            for [width, height] in [[1280.0, 800.0], [1920.0, 1080.0], [3840.0, 2160.0]] {
                resize(&mut window, width, height);
                let end = Instant::now() + Duration::from_millis(600);
                while Instant::now() < end {
                    resize(&mut window, width, height);
                }
                let image = window.render().expect("a software renderer");
                let file = format!("{layout}-{name}-{width}.png");
                image.save(std::path::Path::new(&folder).join(file)).expect("is writable");
            }
        }
    }
}

fn choose(window: &mut Window, look: usize) {
    let entry = ["Projector, light", "Projector, dark", "Light theme"][look];
    resize(window, 2560.0, 1440.0);
    view_menu(window, entry);
}
