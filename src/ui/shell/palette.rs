use egui::{Button, Key, Modifiers, ScrollArea, TextEdit, Ui};

use crate::ui::Cx;
use crate::ui::commands::{Found, Named, What};
use crate::ui::theme;

use super::{Answer, Desk};

/// What was typed into the palette, and which line is chosen.
#[derive(Default)]
pub struct Palette {
    typed: String,
    chosen: usize,
    opened: bool,
}

/// The command palette: type, choose by the arrow keys, Enter.
pub fn show(
    ui: &mut Ui,
    cx: &Cx<'_>,
    desk: &mut Desk<'_>,
    palette: &mut Palette,
) -> Option<Answer> {
    ui.set_width(460.0);
    let (up, down, enter) = ui.input_mut(|input| {
        let mut key = |key| input.consume_key(Modifiers::NONE, key);
        (key(Key::ArrowUp), key(Key::ArrowDown), key(Key::Enter))
    });
    let field = TextEdit::singleline(&mut palette.typed)
        .hint_text("Type a command")
        .desired_width(f32::INFINITY)
        .font(theme::body());
    let response = ui.add(field).accessible_name("Command");
    if !palette.opened {
        response.request_focus();
        palette.opened = true;
    }
    let named = Named::of_layouts(desk.dock);
    let found = desk.commands.search(&palette.typed, &named);
    let found: Vec<Line<'_>> =
        found.into_iter().filter_map(|one| Line::of(one, cx, desk, &named)).collect();
    if response.changed() {
        palette.chosen = 0;
    }
    let last = found.len().saturating_sub(1);
    palette.chosen = (palette.chosen.min(last) + usize::from(down)).min(last);
    palette.chosen = palette.chosen.saturating_sub(usize::from(up));
    if enter {
        let line = found.get(palette.chosen);
        if let Some(line) = line.filter(|line| line.is_enabled) {
            return Some(Answer::Do(line.what));
        }
    }
    ui.add_space(theme::TIGHT);
    lines(ui, &found, palette.chosen, up || down)
}

/// A command as the palette shows it.
struct Line<'a> {
    what: What,
    label: &'a str,
    tip: &'a str,
    keys: &'a str,
    is_enabled: bool,
}

impl<'a> Line<'a> {
    fn of(found: Found, cx: &Cx<'_>, desk: &Desk<'a>, named: &'a [Named]) -> Option<Self> {
        Some(match found {
            Found::Row(place) => {
                let (command, keys) = desk.commands.at(place)?;
                let (what, is_enabled) = (command.what, command.is_enabled(cx.state));
                Self { what, label: command.label, tip: command.tip, keys, is_enabled }
            }
            Found::Named(place) => {
                let Named { what, label, tip } = named.get(place)?;
                Self { what: *what, label, tip, keys: "", is_enabled: true }
            }
        })
    }
}

fn lines(ui: &mut Ui, found: &[Line<'_>], chosen: usize, moved: bool) -> Option<Answer> {
    if found.is_empty() {
        ui.weak("No command of that name");
        return None;
    }
    let mut answer = None;
    ScrollArea::vertical().max_height(360.0).auto_shrink([false, true]).show(ui, |ui| {
        for (place, command) in found.iter().enumerate() {
            let button = Button::selectable(place == chosen, command.label)
                .min_size(egui::vec2(ui.available_width(), theme::TARGET));
            let button = match command.keys {
                "" => button,
                keys => button.shortcut_text(keys),
            };
            let line = ui.add_enabled(command.is_enabled, button);
            if place == chosen && moved {
                line.scroll_to_me(None);
            }
            if line.clicked() {
                answer = Some(Answer::Do(command.what));
            }
            if !command.tip.is_empty() {
                line.on_hover_text(command.tip);
            }
        }
    });
    answer
}
