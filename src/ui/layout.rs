//! How the panels share the window: data at the left, the network in the middle, what comes out
//! at the right.

use egui::{CentralPanel, Frame, Margin, Panel, Ui, UiBuilder};

use super::settings::{Panel as Part, Settings};
use super::theme::Theme;
use super::{Cx, compare, output, panels, widgets};

/// Draws the panels into what the strip and the bars leave.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings) {
    if cx.view.dataset.open {
        surface(ui, cx.theme, |ui| panels::dataset::show(ui, cx));
        return;
    }
    if cx.view.sweep.open {
        surface(ui, cx.theme, |ui| panels::sweep::show(ui, cx));
        return;
    }
    let several = cx.state.num_runs() > 1;
    let bare = Frame::new().inner_margin(Margin::same(4));
    if settings.is_shown(Part::Data) {
        let side = Panel::left("data")
            .frame(bare)
            .show_separator_line(false)
            .default_size(264.0)
            .size_range(220.0..=420.0);
        side.show(ui, |ui| data(ui, cx));
    }
    let middle = settings.is_shown(Part::Network) || settings.is_shown(Part::Training);
    if !middle {
        CentralPanel::no_frame().frame(bare).show(ui, |ui| outputs(ui, cx, several));
        return;
    }
    // Side by side, the pictures get the room, and each arrangement keeps its own widths.
    if several {
        let left = Panel::left("models")
            .frame(bare)
            .show_separator_line(false)
            .default_size(332.0)
            .size_range(280.0..=640.0);
        left.show(ui, |ui| models(ui, cx, settings));
        CentralPanel::no_frame().frame(bare).show(ui, |ui| outputs(ui, cx, true));
    } else {
        let right = Panel::right("output")
            .frame(bare)
            .show_separator_line(false)
            .default_size((ui.available_width() * 0.38).clamp(456.0, 720.0))
            .size_range(300.0..=900.0);
        right.show(ui, |ui| outputs(ui, cx, false));
        CentralPanel::no_frame().frame(bare).show(ui, |ui| models(ui, cx, settings));
    }
}

fn data(ui: &mut Ui, cx: &mut Cx<'_>) {
    filling(ui, cx.theme, "Data", |ui| panels::data::show(ui, cx));
}

/// Layers above, training settings below.
fn models(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings) {
    let (network, training) = (settings.is_shown(Part::Network), settings.is_shown(Part::Training));
    if network && training {
        let bare = Frame::new().inner_margin(Margin { top: 4, ..Margin::ZERO });
        let below = Panel::bottom("training").frame(bare).resizable(true);
        let below = below.show_separator_line(false).default_size(262.0).size_range(120.0..=520.0);
        below.show(ui, |ui| training_card(ui, cx));
        CentralPanel::no_frame().show(ui, |ui| network_card(ui, cx));
    } else if network {
        network_card(ui, cx);
    } else {
        training_card(ui, cx);
    }
}

fn network_card(ui: &mut Ui, cx: &mut Cx<'_>) {
    filling(ui, cx.theme, "Network", |ui| panels::network::show(ui, cx));
}

fn training_card(ui: &mut Ui, cx: &mut Cx<'_>) {
    filling(ui, cx.theme, "Training", |ui| {
        egui::ScrollArea::vertical().id_salt("training").auto_shrink(false).show(ui, |ui| {
            panels::training::show(ui, cx);
        });
    });
}

/// A titled card that is exactly as large as the room there is, whatever stands in it.
fn filling(ui: &mut Ui, theme: &Theme, title: &str, content: impl FnOnce(&mut Ui)) {
    surface(ui, theme, |ui| {
        widgets::header(ui, title, |_| {});
        content(ui);
    });
}

/// The same without a title.
fn surface(ui: &mut Ui, theme: &Theme, content: impl FnOnce(&mut Ui)) {
    let rect = ui.available_rect_before_wrap();
    let frame = widgets::frame(theme);
    let inside = rect - frame.total_margin();
    ui.painter().add(frame.paint(inside));
    let mut child = ui.new_child(UiBuilder::new().max_rect(inside));
    child.shrink_clip_rect(rect);
    content(&mut child);
    ui.advance_cursor_after_rect(rect);
}

/// What comes out: of one run in a column, of several side by side.
fn outputs(ui: &mut Ui, cx: &mut Cx<'_>, several: bool) {
    if several {
        compare::show(ui, cx);
    } else {
        output::show(ui, cx, 0);
    }
}
