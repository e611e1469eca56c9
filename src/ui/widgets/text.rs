use egui::{Align, Align2, Label, Layout, Response, RichText, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::theme::{self, Theme};

/// A whole number with a thin space between groups of three digits: `1 240`. Digits are equally
/// wide in the font of the window, so columns of such numbers stand still.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * THIN_SPACE.len_utf8());
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(THIN_SPACE);
        }
        text.push(digit);
    }
    text
}

const THIN_SPACE: char = '\u{2009}';

/// A share from 0 to 1 as a percentage with one decimal: `98.0 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.1}{THIN_SPACE}%", share * 100.0)
}

/// Text that stands back.
pub fn muted(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    ui.label(RichText::new(text).color(theme.text_muted))
}

/// Small text that stands back: units, captions.
pub fn caption(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    ui.label(RichText::new(text).color(theme.text_muted).small())
}

/// Text that stands back in a wrapped row: where it does not fit behind what stands there, it has
/// the next lines to itself.
pub fn on_its_own(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), theme::body(), theme.text_muted);
    let has_line = galley.size().x > ui.available_size_before_wrap().x;
    if has_line {
        ui.end_row();
    }
    let is_long = galley.size().x > ui.max_rect().width();
    let words = RichText::new(text).color(theme.text_muted);
    // What stands behind it would stand on the last of several lines.
    let response = ui.add(if is_long { Label::new(words).wrap() } else { Label::new(words) });
    if has_line {
        ui.end_row();
    }
    response
}

/// A sign, `width` wide, and the words it stands for. Both stay together: in a wrapped row they
/// begin a new line where they do not fit.
pub fn keyed(ui: &mut Ui, theme: &Theme, width: f32, sign: impl FnOnce(&mut Ui), words: &str) {
    let room = (ui.max_rect().width() - width - theme::TIGHT).max(0.0);
    let ink = theme.text_muted;
    let galley = ui.painter().layout(words.to_owned(), theme::small(), ink, room);
    let size = Vec2::new(width + theme::TIGHT + galley.size().x, galley.size().y.max(16.0));
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = theme::TIGHT;
        sign(ui);
        ui.label(galley);
    });
}

/// A changing number, flush right in a fixed width, so that nothing around it moves. The
/// accessible name is `name` followed by the number.
pub fn fixed_number(ui: &mut Ui, theme: &Theme, name: &str, text: &str, width: f32) -> Response {
    number_in(ui, theme, name, text, Vec2::new(width, theme::TARGET), theme::body())
}

/// The same, large enough for the back row.
pub fn large_number(ui: &mut Ui, theme: &Theme, name: &str, text: &str, width: f32) -> Response {
    number_in(ui, theme, name, text, Vec2::new(width, theme::LARGE + 8.0), theme::large())
}

fn number_in(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    text: &str,
    size: Vec2,
    font: egui::FontId,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().text(rect.right_center(), Align2::RIGHT_CENTER, text, font, theme.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name} {text}")));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_three_digits_are_set_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_240, "1\u{2009}240"),
            (12_345, "12\u{2009}345"),
            (1_234_567, "1\u{2009}234\u{2009}567"),
        ] {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn shares_are_percentages() {
        assert_eq!(percent(0.98), "98.0\u{2009}%");
        assert_eq!(percent(1.0), "100.0\u{2009}%");
    }

    #[test]
    fn digits_are_equally_wide() {
        let ctx = egui::Context::default();
        let mut widths = Vec::new();
        let output = ctx.run_ui(egui::RawInput::default(), |ui| {
            let font = theme::body();
            widths = ui.ctx().fonts_mut(|fonts| {
                ('0'..='9').map(|digit| fonts.glyph_width(&font, digit)).collect()
            });
        });
        output.drop_without_applying_deltas();
        assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{widths:?}");
    }
}
