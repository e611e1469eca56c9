use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{
    Align, Button, ComboBox, CornerRadius, Frame, Layout, Margin, PopupCloseBehavior, Response,
    Role, Sense, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, vec2,
};

use crate::ui::capture;
use crate::ui::theme::{self, Theme};

use super::icon::chevron;

/// A menu of values. Returns the value that was chosen in this frame, if it is another one.
pub fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    current: T,
    options: &[T],
    width: f32,
    text: impl Fn(T) -> &'static str,
) -> Option<T> {
    let mut chosen = None;
    let combo =
        ComboBox::from_id_salt(name).selected_text(text(current)).width(width).icon(chevron);
    let shown = compact(ui, |ui| {
        combo.show_ui(ui, |ui| {
            for &option in options {
                if ui.selectable_label(option == current, text(option)).clicked() {
                    chosen = Some(option);
                }
            }
        })
    });
    shown.response.accessible_name(name);
    chosen.filter(|option| *option != current)
}

/// Draws menus of values with no more room for their sign than it needs.
pub fn compact<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let before = std::mem::replace(&mut ui.spacing_mut().icon_width, 12.0);
    let result = add(ui);
    ui.spacing_mut().icon_width = before;
    result
}

/// A few values side by side, one of them chosen. Returns another one when it is clicked.
pub fn segmented<T: Copy + PartialEq>(
    ui: &mut Ui,
    theme: &Theme,
    current: T,
    options: &[T],
    text: impl Fn(T) -> &'static str,
) -> Option<T> {
    let mut chosen = None;
    let frame = Frame::new()
        .fill(theme.inset)
        .corner_radius(CornerRadius::same(theme::FIELD_RADIUS))
        .inner_margin(Margin::same(1));
    let (padding, width) = fitting(ui, options.iter().map(|&option| text(option)));
    // In a wrapped row it begins a new line as a whole.
    let size = vec2(width, theme::TARGET);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        frame.show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.spacing_mut().button_padding.x = padding;
            ui.horizontal(|ui| {
                for &option in options {
                    let selected = option == current;
                    let mut button = Button::selectable(selected, text(option))
                        .min_size(vec2(theme::TARGET, theme::TARGET - 2.0));
                    if selected {
                        button = button.fill(theme.accent_soft);
                    }
                    if ui.add(button).clicked() {
                        chosen = Some(option);
                    }
                }
            });
        })
    });
    chosen.filter(|option| *option != current)
}

/// The space before and behind each of some words at which they fit side by side, as wide as
/// usual where there is room; and how wide all are together.
fn fitting<'a>(ui: &Ui, words: impl ExactSizeIterator<Item = &'a str>) -> (f32, f32) {
    let count = words.len().max(1) as f32;
    let usual = ui.spacing().button_padding.x;
    let width = |word: &str| {
        let galley = ui.painter().layout_no_wrap(word.to_owned(), theme::body(), theme::INHERIT);
        (galley.size().x + 2.0 * usual).max(theme::TARGET)
    };
    let wanted = words.map(width).sum::<f32>() + 2.0;
    let missing = (wanted - ui.max_rect().width()).max(0.0);
    let padding = (usual - missing / (2.0 * count)).max(2.0);
    (padding, wanted - 2.0 * count * (usual - padding))
}

/// Controls that there is no room for, in a menu that stays open while they are used.
pub fn folded(ui: &mut Ui, text: &str, tip: &str, add: impl FnOnce(&mut Ui)) -> Response {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let menu = MenuButton::new(text).config(config);
    let (button, _) = capture::controls(ui, |ui| {
        menu.ui(ui, |ui| {
            ui.set_width(FOLDED);
            add(ui);
        })
    });
    button.on_hover_text(tip)
}

/// Width of such a menu.
const FOLDED: f32 = 280.0;

/// Longer than any line of controls.
const LINE: f32 = 4000.0;

/// Controls above what they change. In a place lower than `least` they stand in one line that is
/// scrolled sideways, so that what they change keeps its room; else in as many as they need. They
/// are no part of a picture that is taken.
pub fn controls(ui: &mut Ui, name: &str, least: f32, add: impl FnOnce(&mut Ui)) {
    capture::controls(ui, |ui| in_lines(ui, name, least, add));
}

fn in_lines(ui: &mut Ui, name: &str, least: f32, add: impl FnOnce(&mut Ui)) {
    if ui.available_height() >= least {
        add(ui);
        return;
    }
    let area = egui::ScrollArea::horizontal().id_salt(name).auto_shrink([false, true]);
    area.show(ui, |ui| {
        let line = ui.available_rect_before_wrap();
        let line = line.with_max_x(line.left() + LINE);
        ui.scope_builder(UiBuilder::new().max_rect(line), add)
    });
}

/// A switch with its name beside it. The response is `changed` when it was switched.
pub fn toggle(ui: &mut Ui, theme: &Theme, on: &mut bool, name: &str) -> Response {
    let galley = ui.painter().layout_no_wrap(name.to_owned(), theme::body(), theme.text);
    let size = vec2(SWITCH.x + theme::GAP + galley.size().x, theme::TARGET);
    let (rect, mut response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, *on, name));
    let track = egui::Rect::from_min_size(
        egui::pos2(rect.left(), rect.center().y - SWITCH.y / 2.0),
        SWITCH,
    );
    paint_switch(ui, theme, &response, track, *on);
    let color = if enabled { theme.text } else { theme.text_muted };
    let at = egui::pos2(track.right() + theme::GAP, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley_with_override_text_color(at, galley, color);
    response
}

fn paint_switch(ui: &Ui, theme: &Theme, response: &Response, track: egui::Rect, on: bool) {
    let painter = ui.painter();
    let round = CornerRadius::same((SWITCH.y / 2.0) as u8);
    let (fill, knob) =
        if on { (theme.accent, theme.on_accent) } else { (theme.inset, theme.outline) };
    painter.rect_filled(track, round, fill);
    let hot = response.hovered() || response.has_focus();
    let border = match (hot, on) {
        (true, _) => theme.focus_ring(),
        (false, false) => theme.stroke(1.0, theme.outline),
        (false, true) => egui::Stroke::NONE,
    };
    painter.rect_stroke(track, round, border, StrokeKind::Inside);
    let x = if on { track.right() } else { track.left() };
    let inwards = if on { -1.0 } else { 1.0 };
    let center = egui::pos2(x + inwards * SWITCH.y / 2.0, track.center().y);
    painter.circle_filled(center, SWITCH.y / 2.0 - 4.0, knob);
}

const SWITCH: Vec2 = Vec2::new(30.0, 16.0);
