use egui::{Rect, Ui, pos2};

use crate::ui::theme::Theme;

use super::marker::paint_hatch;

/// A bar from the middle to the right for positive values, to the left for negative ones; `most`
/// fills a half. What is no number is hatched.
pub fn signed_bar(ui: &Ui, theme: &Theme, rect: Rect, value: f32, most: f32) {
    let painter = ui.painter();
    painter.rect_filled(rect, 2.0, theme.inset);
    if !value.is_finite() {
        paint_hatch(painter, theme, rect);
        return;
    }
    let tip = tip(rect, value, most);
    let bar = Rect::from_two_pos(rect.center_top(), pos2(tip, rect.bottom()));
    let colour = if value < 0.0 { theme.negative } else { theme.positive };
    painter.rect_filled(bar, 1.0, colour);
    painter.vline(rect.center().x, rect.y_range(), theme.stroke(1.0, theme.outline));
}

/// How far to the right or the left the bar of a value reaches.
fn tip(rect: Rect, value: f32, most: f32) -> f32 {
    let share = if most > 0.0 { (value / most).clamp(-1.0, 1.0) } else { 0.0 };
    rect.center().x + 0.5 * rect.width() * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_value_fills_a_half() {
        let rect = Rect::from_min_max(pos2(10.0, 0.0), pos2(110.0, 12.0));
        for (value, most, end) in
            [(2.0, 2.0, 110.0), (-1.0, 2.0, 35.0), (9.0, 2.0, 110.0), (1.0, 0.0, 60.0)]
        {
            assert_eq!(tip(rect, value, most), end, "{value} of {most}");
        }
    }
}
