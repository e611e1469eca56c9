use egui::{
    Align, Align2, Area, Frame, Label, Layout, RichText, ScrollArea, Sense, Ui, Vec2, vec2,
};

use crate::ui::Cx;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{Icon, IconButton, icon_button};
use crate::workbench::{Action, Notice, Severity};

use super::Desk;

/// The newest notice in the bar, and all of them in a list above it. A new error opens the list.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, desk: &mut Desk<'_>) {
    let state = cx.state;
    let Some(newest) = state.notices().last() else {
        desk.memory.notices = false;
        return;
    };
    if newest.id.0 > desk.memory.newest {
        desk.memory.newest = newest.id.0;
        desk.memory.notices |= newest.severity == Severity::Error;
    }
    summary(ui, cx, desk, newest);
    if desk.memory.notices {
        list(ui, cx, desk);
    }
}

fn summary(ui: &mut Ui, cx: &mut Cx<'_>, desk: &mut Desk<'_>, newest: &Notice) {
    let theme = cx.theme;
    let count = cx.state.notices().len();
    if icon_button(ui, theme, Icon::Close, "Dismiss notice").clicked() {
        cx.act(Action::Dismiss(newest.id));
    }
    let (icon, name) = match desk.memory.notices {
        true => (Icon::Down, "Hide notices"),
        false => (Icon::Up, "Show notices"),
    };
    let text = count.to_string();
    let button = IconButton::new(icon, name).text(&text).selected(desk.memory.notices);
    if button.show(ui, theme).clicked() {
        desk.memory.notices = !desk.memory.notices;
    }
    let width = ui.available_width().min(460.0);
    if width > 80.0 {
        ui.allocate_ui_with_layout(
            vec2(width, theme::TARGET),
            Layout::right_to_left(Align::Center),
            |ui| {
                let label = Label::new(&newest.text).truncate().sense(Sense::click());
                if ui.add(label).clicked() {
                    desk.memory.notices = !desk.memory.notices;
                }
                sign(ui, theme, newest.severity);
            },
        );
    }
}

fn sign(ui: &mut Ui, theme: &Theme, severity: Severity) {
    let (icon, color) = match severity {
        Severity::Info => (Icon::Info, theme.text_muted),
        Severity::Warning => (Icon::Warning, theme.warning),
        Severity::Error => (Icon::Error, theme.error),
    };
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(16.0), Sense::hover());
    icon.paint(ui.painter(), rect, color);
}

fn list(ui: &Ui, cx: &mut Cx<'_>, desk: &mut Desk<'_>) {
    let state = cx.state;
    let above = vec2(-theme::GAP, -(theme::BAR + theme::GAP));
    let area = Area::new(egui::Id::unique("notices")).anchor(Align2::RIGHT_BOTTOM, above);
    area.show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_width(WIDTH);
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for (place, notice) in state.notices().iter().rev().enumerate() {
                    if place > 0 {
                        ui.separator();
                    }
                    entry(ui, cx, notice);
                }
            });
            if state.notices().len() > 1 {
                ui.separator();
                if ui.button("Dismiss all").clicked() {
                    let all = state.notices().iter().map(|notice| Action::Dismiss(notice.id));
                    cx.actions.extend(all);
                    desk.memory.notices = false;
                }
            }
        });
    });
}

const WIDTH: f32 = 420.0;

fn entry(ui: &mut Ui, cx: &mut Cx<'_>, notice: &Notice) {
    ui.horizontal_top(|ui| {
        sign(ui, cx.theme, notice.severity);
        let width = WIDTH - 16.0 - theme::TARGET - 3.0 * theme::GAP;
        ui.allocate_ui(vec2(width, 0.0), |ui| {
            ui.set_width(width);
            ui.add(Label::new(RichText::new(&notice.text)).wrap().selectable(true));
        });
        if icon_button(ui, cx.theme, Icon::Close, "Dismiss").clicked() {
            cx.act(Action::Dismiss(notice.id));
        }
    });
}
