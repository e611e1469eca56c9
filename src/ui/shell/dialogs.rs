use egui::{
    Align2, Button, Context, Frame, Grid, Id, Key, Margin, Modal, RichText, TextEdit, Ui, vec2,
};

use crate::ui::Cx;
use crate::ui::commands::What;
use crate::ui::theme::{self, Theme};
use crate::workbench::Action;

use crate::data::Limits;

use super::incoming::{self, Download};
use super::palette::{self, Palette};
use super::{Desk, Purpose};

/// A dialog that waits for an answer.
pub enum Dialog {
    /// Asks what becomes of unsaved edits before the window closes.
    Close,
    /// Asks for a path where the system has no file dialog, or where one is pasted.
    Path {
        /// What the path is for.
        purpose: Purpose,
        /// What was typed.
        text: String,
        /// Whether the field has got the focus.
        focused: bool,
    },
    /// Finds commands by name.
    Palette(Palette),
    /// Asks whether a published collection shall be fetched.
    Download(Download),
    /// Asks how much may be loaded.
    Limits(Limits),
    /// Asks for the name of a layout.
    SaveLayout {
        /// What was typed.
        text: String,
        /// Whether the field has got the focus.
        focused: bool,
    },
    /// Asks for another name of a layout.
    RenameLayout {
        /// Its name.
        from: String,
        /// What was typed.
        text: String,
        /// Whether the field has got the focus.
        focused: bool,
    },
    /// Lists the shortcuts.
    Shortcuts,
    /// Says what this program is.
    About,
}

impl Dialog {
    /// The command palette.
    #[must_use]
    pub fn palette() -> Self {
        Self::Palette(Palette::default())
    }

    /// Asks for a path.
    #[must_use]
    pub fn path(purpose: Purpose, text: String) -> Self {
        Self::Path { purpose, text, focused: false }
    }
}

/// What was answered. Every answer closes the dialog.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "one when a dialog closes")]
pub enum Answer {
    /// Nothing is to be done.
    Cancel,
    /// A command was chosen.
    Do(What),
    /// Something of the workbench was decided on.
    Act(Action),
    /// A path was typed.
    Path(Purpose, String),
    /// Keep where the panels stand under a name.
    SaveLayout(String),
    /// Call a layout otherwise.
    RenameLayout {
        /// As it was called.
        from: String,
        /// As it is to be called.
        to: String,
    },
    /// Save, then close the window.
    SaveAndClose,
    /// Close the window, edits and all.
    Discard,
}

/// Draws the dialog that is open and tells the answer, if there is one.
pub fn show(ctx: &Context, cx: &Cx<'_>, desk: &mut Desk<'_>) -> Option<Answer> {
    let mut dialog = desk.memory.dialog.take()?;
    let style = ctx.global_style();
    let frame = Frame::popup(&style).inner_margin(Margin::same(16));
    let id = Id::unique("dialog");
    // Below the strip, so that a list that grows does not move what was typed above it.
    let area = match &dialog {
        Dialog::Palette(_) => {
            Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, 2.0 * theme::STRIP))
        }
        _ => Modal::default_area(id),
    };
    let modal = Modal::new(id).area(area).frame(frame).show(ctx, |ui| match &mut dialog {
        Dialog::Close => close(ui, cx),
        Dialog::Path { purpose, text, focused } => path(ui, cx.theme, *purpose, text, focused),
        Dialog::Palette(palette) => palette::show(ui, cx, desk, palette),
        Dialog::Download(download) => incoming::download(ui, cx.theme, download),
        Dialog::Limits(limits) => incoming::limits(ui, cx, limits),
        Dialog::SaveLayout { text, focused } => save_layout(ui, cx.theme, text, focused),
        Dialog::RenameLayout { from, text, focused } => {
            rename_layout(ui, cx.theme, desk, from, (text, focused))
        }
        Dialog::Shortcuts => shortcuts(ui, cx.theme, desk),
        Dialog::About => about(ui, cx, desk),
    });
    let left = modal.should_close().then_some(Answer::Cancel);
    let answer = modal.inner.or(left);
    if answer.is_none() {
        desk.memory.dialog = Some(dialog);
    }
    answer
}

pub(super) fn title(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(theme::large()));
    ui.add_space(theme::GAP);
}

pub(super) fn buttons(ui: &mut Ui, entries: &[(&str, bool)]) -> Option<usize> {
    ui.add_space(theme::GROUP);
    let mut clicked = None;
    ui.horizontal(|ui| {
        for (place, (label, primary)) in entries.iter().enumerate() {
            let theme = Theme::of(ui.ctx());
            let text = RichText::new(*label);
            let button = match primary {
                true => Button::new(text.color(theme.on_accent)).fill(theme.accent),
                false => Button::new(text),
            };
            if ui.add(button.min_size(vec2(84.0, 28.0))).clicked() {
                clicked = Some(place);
            }
        }
    });
    clicked
}

fn close(ui: &mut Ui, cx: &Cx<'_>) -> Option<Answer> {
    ui.set_width(400.0);
    title(ui, "Save before closing?");
    let name = &cx.state.draft().name;
    ui.label(format!("\u{201c}{name}\u{201d} has edits that were not saved."));
    let save = if cx.state.path().is_some() { "Save" } else { "Save\u{2026}" };
    match buttons(ui, &[(save, true), ("Discard", false), ("Cancel", false)])? {
        0 => Some(Answer::SaveAndClose),
        1 => Some(Answer::Discard),
        _ => Some(Answer::Cancel),
    }
}

fn path(
    ui: &mut Ui,
    theme: &Theme,
    purpose: Purpose,
    text: &mut String,
    focused: &mut bool,
) -> Option<Answer> {
    ui.set_width(520.0);
    title(ui, purpose.title());
    ui.label(RichText::new(purpose.hint()).color(theme.text_muted));
    ui.add_space(theme::TIGHT);
    let field = TextEdit::singleline(text).hint_text("Path").desired_width(f32::INFINITY);
    let response = ui.add(field).accessible_name("Path");
    if !*focused {
        response.request_focus();
        *focused = true;
    }
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let clicked = buttons(ui, &[(purpose.verb(), true), ("Cancel", false)]);
    match (clicked, text.trim()) {
        (Some(1), _) => Some(Answer::Cancel),
        (_, "") => None,
        (Some(0), path) => Some(Answer::Path(purpose, path.to_owned())),
        (None, path) if entered => Some(Answer::Path(purpose, path.to_owned())),
        _ => None,
    }
}

fn save_layout(
    ui: &mut Ui,
    theme: &Theme,
    text: &mut String,
    focused: &mut bool,
) -> Option<Answer> {
    ui.set_width(400.0);
    title(ui, "Save layout");
    let hint = "It stands beside the others in View, Layout; one of the same name is replaced.";
    ui.label(RichText::new(hint).color(theme.text_muted));
    let entered = layout_name(ui, text, focused);
    let clicked = buttons(ui, &[("Save", true), ("Cancel", false)]);
    match (clicked, text.trim()) {
        (Some(1), _) => Some(Answer::Cancel),
        (_, "") => None,
        (Some(_), name) => Some(Answer::SaveLayout(name.to_owned())),
        (None, name) if entered => Some(Answer::SaveLayout(name.to_owned())),
        _ => None,
    }
}

/// A field for the name of a layout; tells whether Enter was pressed in it.
fn layout_name(ui: &mut Ui, text: &mut String, focused: &mut bool) -> bool {
    ui.add_space(theme::TIGHT);
    let field = TextEdit::singleline(text).hint_text("Name").char_limit(40);
    let response = ui.add(field.desired_width(f32::INFINITY)).accessible_name("Name of the layout");
    if !*focused {
        response.request_focus();
        *focused = true;
    }
    response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}

fn rename_layout(
    ui: &mut Ui,
    theme: &Theme,
    desk: &Desk<'_>,
    from: &str,
    (text, focused): (&mut String, &mut bool),
) -> Option<Answer> {
    ui.set_width(400.0);
    title(ui, &format!("Rename layout {from}"));
    let entered = layout_name(ui, text, focused);
    let to = text.trim().to_owned();
    let is_taken = to != from && desk.dock.own().any(|name| name == to);
    // The line keeps its place while there is nothing to be told.
    let hint = if is_taken { "Another layout has this name; choose one that is free." } else { "" };
    ui.label(RichText::new(hint).color(theme.warning));
    let clicked = buttons(ui, &[("Rename", true), ("Cancel", false)]);
    match clicked {
        Some(1) => Some(Answer::Cancel),
        None if !entered => None,
        _ if to.is_empty() || is_taken => {
            // Enter took the focus from the field.
            *focused = false;
            None
        }
        _ => Some(Answer::RenameLayout { from: from.to_owned(), to }),
    }
}

fn shortcuts(ui: &mut Ui, theme: &Theme, desk: &Desk<'_>) -> Option<Answer> {
    ui.set_width(560.0);
    title(ui, "Keyboard shortcuts");
    let rows = desk.commands.rows().filter(|(command, _)| !command.keys.is_empty());
    let rows: Vec<_> = rows.collect();
    let half = rows.len().div_ceil(2);
    Grid::new("shortcuts").num_columns(4).spacing([theme::GROUP, 6.0]).show(ui, |ui| {
        for place in 0..half {
            for (command, keys) in [place, place + half].iter().filter_map(|&at| rows.get(at)) {
                ui.label(command.label.trim_end_matches('\u{2026}'));
                ui.label(RichText::new(*keys).color(theme.text_muted));
            }
            ui.end_row();
        }
    });
    ui.add_space(theme::GAP);
    ui.label(
        RichText::new("Numbers: type, drag, or use the arrow keys and the wheel.")
            .color(theme.text_muted),
    );
    buttons(ui, &[("Close", false)]).map(|_| Answer::Cancel)
}

fn about(ui: &mut Ui, cx: &Cx<'_>, desk: &Desk<'_>) -> Option<Answer> {
    ui.set_width(440.0);
    title(ui, "Descent");
    ui.label("A neural-network playground for the classroom.");
    ui.add_space(theme::GAP);
    Grid::new("about").num_columns(2).spacing([theme::GROUP, 6.0]).show(ui, |ui| {
        let mut line = |name: &str, value: &str| {
            ui.label(RichText::new(name).color(cx.theme.text_muted));
            ui.label(value);
            ui.end_row();
        };
        line("Version", env!("CARGO_PKG_VERSION"));
        line("Licence", "MIT or Apache-2.0");
        line("Window drawn by", desk.renderer);
        let run = cx.state.run(cx.state.selected());
        if let Some(note) = run.and_then(|run| run.device.as_ref()) {
            line("Training on", &note.name);
        }
    });
    buttons(ui, &[("Close", false)]).map(|_| Answer::Cancel)
}
