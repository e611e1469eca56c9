use egui::{Align, CornerRadius, Frame, InnerResponse, Layout, Margin, Sense, Ui, UiBuilder, Vec2};

use crate::ui::theme::{self, Theme};

/// A titled surface that holds one panel, as wide as there is room.
pub fn card<R>(
    ui: &mut Ui,
    theme: &Theme,
    title: &str,
    content: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    card_with(ui, theme, title, |_| {}, content)
}

/// A card with controls at the right end of its header, laid out from right to left.
pub fn card_with<R>(
    ui: &mut Ui,
    theme: &Theme,
    title: &str,
    controls: impl FnOnce(&mut Ui),
    content: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    frame(theme).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        header(ui, title, controls);
        content(ui)
    })
}

/// The surface of a card, without a title.
pub fn frame(theme: &Theme) -> Frame {
    Frame::new()
        .fill(theme.surface)
        .stroke(theme.hairline())
        .corner_radius(CornerRadius::same(theme::CARD_RADIUS))
        .inner_margin(Margin { left: 12, right: 12, top: 6, bottom: 10 })
}

/// The surface of a card that is exactly as large as the room there is, whatever stands in it.
pub fn surface(ui: &mut Ui, theme: &Theme, content: impl FnOnce(&mut Ui)) {
    let rect = ui.available_rect_before_wrap();
    let frame = frame(theme);
    let inside = rect - frame.total_margin();
    ui.painter().add(frame.paint(inside));
    let mut child = ui.new_child(UiBuilder::new().max_rect(inside));
    child.shrink_clip_rect(rect);
    content(&mut child);
    ui.advance_cursor_after_rect(rect);
}

/// The title of a card, and controls at its right end, laid out from right to left.
pub fn header(ui: &mut Ui, title: &str, controls: impl FnOnce(&mut Ui)) {
    let size = Vec2::new(ui.available_width(), theme::TARGET + 2.0);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.strong(title);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            controls(ui);
        });
    });
}

/// A quieter heading within a card, with room above it.
pub fn section(ui: &mut Ui, theme: &Theme, title: &str) {
    ui.add_space(theme::GAP);
    super::caption(ui, theme, title);
}

/// A line with a name at the left and a control at the right. The name is only painted: the
/// control must bear it as its accessible name, as the fields of this module do.
pub fn field_row<R>(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    control: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    let size = Vec2::new(ui.available_width(), theme::TARGET);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        let galley = ui.painter().layout_no_wrap(name.to_owned(), theme::body(), theme.text_muted);
        let (rect, _) = ui.allocate_exact_size(galley.size(), Sense::hover());
        ui.painter().galley(rect.min, galley, theme.text_muted);
        ui.with_layout(Layout::right_to_left(Align::Center), control).inner
    })
}

/// What an empty panel says: one sentence and, by `action`, the button to do something about it.
pub fn empty<R>(
    ui: &mut Ui,
    theme: &Theme,
    sentence: &str,
    action: impl FnOnce(&mut Ui) -> R,
) -> R {
    ui.vertical_centered(|ui| {
        ui.add_space(theme::GROUP);
        super::muted(ui, theme, sentence);
        ui.add_space(theme::TIGHT);
        let result = action(ui);
        ui.add_space(theme::GROUP);
        result
    })
    .inner
}
