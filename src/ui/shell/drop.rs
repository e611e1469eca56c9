use egui::{Align2, CornerRadius, Id, LayerId, Order, Pos2, Rect, Shape, Ui, vec2};

use crate::ui::theme::{self, Theme};

/// Distance of the frame from the edges of the window.
const MARGIN: f32 = 24.0;
/// Length of a dash, and of the gap behind it.
const DASH: f32 = 10.0;

/// What letting go would do, while a file is held over the window.
pub fn hint(ui: &Ui, theme: &Theme) {
    let held = ui.input(|input| input.raw.hovered_files.len());
    if held == 0 {
        return;
    }
    let layer = LayerId::new(Order::Foreground, Id::unique("drop"));
    let painter = ui.ctx().layer_painter(layer);
    let whole = ui.ctx().content_rect();
    painter.rect_filled(whole, CornerRadius::ZERO, theme.accent_soft.gamma_multiply(0.94));
    let frame = whole.shrink(MARGIN);
    let stroke = theme.stroke(2.0, theme.accent);
    painter.extend(Shape::dashed_line(&outline(frame), stroke, theme.dash(DASH), theme.dash(DASH)));
    let middle = frame.center();
    let head = match held {
        1 => "Drop to open".to_owned(),
        more => format!("Drop to open the first of {more} files"),
    };
    let below = "experiment, table, IDX files or folder of pictures";
    let (up, down) = (Align2::CENTER_BOTTOM, Align2::CENTER_TOP);
    painter.text(middle - vec2(0.0, 4.0), up, head, theme::large(), theme.text);
    painter.text(middle + vec2(0.0, 4.0), down, below, theme::body(), theme.text_muted);
}

fn outline(rect: Rect) -> [Pos2; 5] {
    let first = rect.left_top();
    [first, rect.right_top(), rect.right_bottom(), rect.left_bottom(), first]
}
