use egui::{Align2, Pos2, Rect, Response, Sense, StrokeKind, Ui, Vec2, pos2, vec2};

use crate::ui::theme::{self, Theme};

/// A square plot whose axes both run from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitPlot {
    /// The square within the axes.
    pub rect: Rect,
}

/// Room for the numbers and the name of the axis at the left, and of the one below.
const LEFT: f32 = 44.0;
const BELOW: f32 = 34.0;
/// Room above and at the right, for half of a number.
const AIR: f32 = 10.0;
/// Where lines of the grid stand, and the words at them.
const MARKS: [(f64, &str); 5] = [(0.0, "0"), (0.25, ""), (0.5, "0.5"), (0.75, ""), (1.0, "1")];

impl UnitPlot {
    /// Side of the largest square that fits with its axes into a width and height.
    #[must_use]
    pub fn side(width: f32, height: f32) -> f32 {
        (width - LEFT - AIR).min(height - BELOW - AIR).max(80.0)
    }

    /// Makes room for one with squares of this side and paints its axes. The response is that of
    /// the square.
    pub fn show(ui: &mut Ui, theme: &Theme, side: f32, names: [&str; 2]) -> (Self, Response) {
        let size = Vec2::splat(side) + vec2(LEFT + AIR, BELOW + AIR);
        let (outer, _) = ui.allocate_exact_size(size, Sense::hover());
        let plot =
            Self { rect: Rect::from_min_size(outer.min + vec2(LEFT, AIR), Vec2::splat(side)) };
        plot.axes(ui, theme, outer, names);
        let id = ui.scope_id().with(("unit plot", names));
        (plot, ui.interact(plot.rect, id, Sense::click()))
    }

    /// Where a value stands.
    #[must_use]
    pub fn at(&self, [x, y]: [f64; 2]) -> Pos2 {
        pos2(
            self.rect.left() + self.rect.width() * x as f32,
            self.rect.bottom() - self.rect.height() * y as f32,
        )
    }

    /// The value at a place.
    #[must_use]
    pub fn value(&self, at: Pos2) -> [f64; 2] {
        [
            f64::from((at.x - self.rect.left()) / self.rect.width()),
            f64::from((self.rect.bottom() - at.y) / self.rect.height()),
        ]
    }

    fn axes(&self, ui: &Ui, theme: &Theme, outer: Rect, [across, up]: [&str; 2]) {
        let (painter, rect) = (ui.painter(), self.rect);
        painter.rect_filled(rect, 0.0, theme.canvas);
        let ink = theme.text_muted;
        for (mark, word) in MARKS {
            let at = self.at([mark, mark]);
            painter.vline(at.x, rect.y_range(), theme.stroke(1.0, theme.grid));
            painter.hline(rect.x_range(), at.y, theme.stroke(1.0, theme.grid));
            let (below, left) = (pos2(at.x, rect.bottom() + 2.0), pos2(rect.left() - 4.0, at.y));
            painter.text(below, Align2::CENTER_TOP, word, theme::small(), ink);
            painter.text(left, Align2::RIGHT_CENTER, word, theme::small(), ink);
        }
        painter.rect_stroke(rect, 0.0, theme.stroke(1.0, theme.outline), StrokeKind::Outside);
        let middle = pos2(rect.center().x, outer.bottom());
        painter.text(middle, Align2::CENTER_BOTTOM, across, theme::small(), ink);
        let galley = painter.layout_no_wrap(up.to_owned(), theme::small(), ink);
        let corner = pos2(outer.left(), rect.center().y + galley.size().x / 2.0);
        let shape = egui::epaint::TextShape::new(corner, galley, ink);
        painter.add(shape.with_angle(-std::f32::consts::FRAC_PI_2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_leads_to_its_place_and_back() {
        let plot = UnitPlot { rect: Rect::from_min_size(pos2(10.0, 20.0), Vec2::splat(200.0)) };
        assert_eq!(plot.at([0.0, 0.0]), pos2(10.0, 220.0));
        assert_eq!(plot.at([1.0, 1.0]), pos2(210.0, 20.0));
        assert_eq!(plot.value(plot.at([0.25, 0.75])), [0.25, 0.75]);
        assert!(UnitPlot::side(280.0, 1000.0) <= 280.0 - LEFT - AIR);
    }
}
