use egui::{CornerRadius, Frame, Margin, Panel, Ui};

use crate::spec::FieldChange;
use crate::ui::Cx;
use crate::ui::commands::What;
use crate::ui::theme;
use crate::ui::widgets::{Icon, IconButton};
use crate::workbench::Action;

use super::Desk;

/// A bar that says which edits wait for a restart. It does not appear under a pressed pointer:
/// nothing moves while it is dragged.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, desk: &mut Desk<'_>) {
    let waiting: Vec<(usize, Vec<FieldChange>)> = (0..cx.state.num_runs())
        .map(|run| (run, cx.state.pending(run)))
        .filter(|(_, changes)| !changes.is_empty())
        .collect();
    let held = ui.input(|input| input.pointer.any_down());
    desk.memory.banner = !waiting.is_empty() && (desk.memory.banner || !held);
    if !desk.memory.banner {
        return;
    }
    let theme = cx.theme;
    let frame = Frame::new()
        .fill(theme.accent_soft)
        .corner_radius(CornerRadius::ZERO)
        .inner_margin(Margin::symmetric(12, 3));
    Panel::top("restart").exact_size(theme::BAR).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            ui.label(sentence(&waiting));
            let restart = IconButton::new(Icon::Reset, "Restart to apply")
                .text("Restart to apply")
                .tint(theme.accent);
            if restart.show(ui, theme).clicked() {
                for (run, _) in &waiting {
                    cx.act(Action::Restart(*run));
                }
            }
            let undo = ui.add_enabled(cx.state.can_undo(), egui::Button::new("Undo"));
            if undo.on_hover_text("Take back the last edit").clicked() {
                desk.ask(What::Undo);
            }
        });
    });
}

/// "Layers and loss changed."
fn sentence(waiting: &[(usize, Vec<FieldChange>)]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for change in waiting.iter().flat_map(|(_, changes)| changes) {
        if !names.contains(&change.label.as_str()) {
            names.push(&change.label);
        }
    }
    let list = match names.as_slice() {
        [] => return String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    let mut letters = list.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(letters).chain(" changed.".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Effect, Field};

    fn change(label: &str) -> FieldChange {
        FieldChange {
            field: Field::Layers,
            label: label.into(),
            before: String::new(),
            after: String::new(),
            effect: Effect::Cold,
        }
    }

    #[test]
    fn the_changed_fields_are_named_once_each() {
        let one = [(0, vec![change("layers")])];
        assert_eq!(sentence(&one), "Layers changed.");
        let many = [
            (0, vec![change("layers"), change("loss")]),
            (1, vec![change("loss"), change("seed")]),
        ];
        assert_eq!(sentence(&many), "Layers, loss and seed changed.");
    }
}
