use egui::containers::menu::MenuButton;
use egui::{Button, Ui};

use crate::ui::Cx;
use crate::ui::commands::{Command, Menu, What};
use crate::ui::dock::Name;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{Icon, icon_button};

use super::Desk;

/// The menus, from left to right, or in a narrow window all in one.
pub fn show(ui: &mut Ui, cx: &Cx<'_>, desk: &mut Desk<'_>, narrow: bool) {
    if narrow {
        let button = Button::new("Menu").frame_when_inactive(false);
        MenuButton::from_button(button).ui(ui, |ui| {
            for menu in Menu::BAR {
                ui.menu_button(menu.label(), |ui| contents(ui, cx, desk, menu));
            }
        });
        return;
    }
    for menu in Menu::BAR {
        let button = Button::new(menu.label()).frame_when_inactive(false);
        MenuButton::from_button(button).ui(ui, |ui| contents(ui, cx, desk, menu));
    }
}

fn contents(ui: &mut Ui, cx: &Cx<'_>, desk: &mut Desk<'_>, menu: Menu) {
    ui.set_min_width(220.0);
    if menu == Menu::File {
        submenu(ui, cx, desk, Menu::Preset);
        submenu(ui, cx, desk, Menu::Data);
        ui.separator();
    }
    if menu == Menu::View {
        submenu(ui, cx, desk, Menu::Layout);
        submenu(ui, cx, desk, Menu::Panes);
        ui.separator();
    }
    rows(ui, cx, desk, menu);
}

/// The layouts alone, as the menu in the strip shows them.
pub fn layouts(ui: &mut Ui, cx: &Cx<'_>, desk: &mut Desk<'_>) {
    ui.set_min_width(220.0);
    rows(ui, cx, desk, Menu::Layout);
}

fn submenu(ui: &mut Ui, cx: &Cx<'_>, desk: &mut Desk<'_>, menu: Menu) {
    ui.menu_button(menu.label(), |ui| {
        ui.set_min_width(220.0);
        rows(ui, cx, desk, menu);
    });
}

fn rows(ui: &mut Ui, cx: &Cx<'_>, desk: &mut Desk<'_>, menu: Menu) {
    let commands = desk.commands;
    let mut group = None;
    for (command, keys) in commands.of(menu) {
        if group.is_some_and(|group| group != command.group) {
            ui.separator();
            if menu == Menu::Layout {
                own_layouts(ui, desk);
            }
            if menu == Menu::File && command.group == RESULTS {
                submenu(ui, cx, desk, Menu::Export);
            }
        }
        group = Some(command.group);
        entry(ui, cx, desk, command, keys);
    }
}

/// The group of the File menu that the exports stand before.
const RESULTS: u8 = 3;

fn entry(ui: &mut Ui, cx: &Cx<'_>, desk: &mut Desk<'_>, command: &Command, keys: &str) {
    let on = command.is_on(cx.state, desk.settings, desk.dock);
    let button = match on {
        Some(on) => Button::selectable(on, (if on { "\u{2022}" } else { "  " }, command.label)),
        None => Button::new(command.label),
    };
    let button = if keys.is_empty() { button } else { button.shortcut_text(keys) };
    let enabled = command.is_enabled(cx.state);
    let response = ui.add_enabled(enabled, button);
    if response.clicked() {
        desk.ask(command.what);
        ui.close();
    }
    if !command.tip.is_empty() {
        response.on_hover_text(command.tip);
    }
}

/// The layouts that the user saved, each with ways to rename and to remove it.
fn own_layouts(ui: &mut Ui, desk: &mut Desk<'_>) {
    let names: Vec<String> = desk.dock.own().map(str::to_owned).collect();
    for (place, name) in names.iter().enumerate() {
        let is_shown = matches!(desk.dock.name(), Name::Own(shown) if shown == name);
        ui.horizontal(|ui| {
            let sign = if is_shown { "\u{2022}" } else { "  " };
            let button = Button::selectable(is_shown, (sign, name.as_str())).min_size(egui::vec2(
                ui.available_width() - 2.0 * (theme::TARGET + theme::GAP),
                0.0,
            ));
            if ui.add(button).on_hover_text("A layout that you saved").clicked() {
                desk.ask(What::OwnLayout(place));
                ui.close();
            }
            let theme = Theme::of(ui.ctx());
            let rename = format!("Rename layout {name}");
            if icon_button(ui, theme, Icon::Edit, &rename).clicked() {
                desk.ask(What::RenameLayout(place));
                ui.close();
            }
            let remove = format!("Remove layout {name}");
            if icon_button(ui, theme, Icon::Trash, &remove).clicked() {
                desk.ask(What::ForgetLayout(place));
            }
        });
    }
    if !names.is_empty() {
        ui.separator();
    }
}
