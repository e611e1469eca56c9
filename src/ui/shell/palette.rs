use egui::{Button, Key, Modifiers, ScrollArea, TextEdit, Ui};

use crate::ui::Cx;
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
    let found = desk.commands.search(&palette.typed);
    if response.changed() {
        palette.chosen = 0;
    }
    let last = found.len().saturating_sub(1);
    palette.chosen = (palette.chosen.min(last) + usize::from(down)).min(last);
    palette.chosen = palette.chosen.saturating_sub(usize::from(up));
    if enter {
        let command = found.get(palette.chosen).and_then(|&index| desk.commands.at(index));
        if let Some((command, _)) = command.filter(|(command, _)| command.is_enabled(cx.state)) {
            return Some(Answer::Do(command.what));
        }
    }
    ui.add_space(theme::TIGHT);
    lines(ui, cx, desk, &found, palette.chosen, up || down)
}

fn lines(
    ui: &mut Ui,
    cx: &Cx<'_>,
    desk: &Desk<'_>,
    found: &[usize],
    chosen: usize,
    moved: bool,
) -> Option<Answer> {
    if found.is_empty() {
        ui.weak("No command of that name");
        return None;
    }
    let mut answer = None;
    ScrollArea::vertical().max_height(360.0).auto_shrink([false, true]).show(ui, |ui| {
        for (place, &index) in found.iter().enumerate() {
            let Some((command, keys)) = desk.commands.at(index) else { continue };
            let button = Button::selectable(place == chosen, command.label)
                .min_size(egui::vec2(ui.available_width(), theme::TARGET));
            let button = if keys.is_empty() { button } else { button.shortcut_text(keys) };
            let line = ui.add_enabled(command.is_enabled(cx.state), button);
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
