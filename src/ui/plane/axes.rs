//! Axes in the units that the user knows, and the bar that says what colours mean.

use egui::{Align2, Color32, Rect, Ui, pos2, vec2};

use crate::data::Dataset;
use crate::record::Slice;
use crate::spec::Scaling;
use crate::ui::format;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::line_in;

use super::cut::description;
use super::view::Sight;
use super::window::Window;

/// Room for the marks and names of the axes: at the left, and below.
pub const LEFT: f32 = 46.0;
/// See [`LEFT`].
pub const BELOW: f32 = 32.0;
/// Numbers from here on have no room beside a bar as they are.
const LONG: f64 = 1e5;
/// Room for the numbers' gap to the picture and for the name beside them.
const NAME: f32 = 20.0;
/// Room for a colour bar and its marks at the right.
pub const BAR: f32 = 46.0;

/// What an axis is called, and how its values are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its name.
    pub name: String,
    /// What a value as the model sees it is multiplied by, and what is then added.
    units: (f64, f64),
}

impl Axis {
    /// Of values that are told as they are.
    #[must_use]
    pub fn plain(name: impl Into<String>) -> Self {
        Self { name: name.into(), units: (1.0, 0.0) }
    }

    /// Of a feature, in the units it had before it was scaled. `scaling` is what was done to data
    /// that do not tell how; the name then says so.
    #[must_use]
    pub fn of_feature(data: &Dataset, feature: usize, scaling: Scaling) -> Self {
        let name = data.feature_names.get(feature).filter(|name| !name.is_empty());
        let name = name.cloned().unwrap_or_else(|| format!("feature {}", feature + 1));
        if let Some(scaler) = &data.scaler
            && let (Some(&scale), Some(&offset)) =
                (scaler.scale.get(feature), scaler.offset.get(feature))
        {
            return Self { name, units: (scale, offset) };
        }
        match scaling {
            Scaling::None => Self::plain(name),
            Scaling::Standardise => Self::plain(format!("{name} (standardised)")),
            Scaling::MinMax => Self::plain(format!("{name} (min–max)")),
            Scaling::Robust => Self::plain(format!("{name} (robust)")),
        }
    }

    /// Both axes of what is looked at.
    #[must_use]
    pub fn pair(data: &Dataset, sight: &Sight, scaling: Scaling) -> [Self; 2] {
        match &sight.slice {
            Some(Slice::Features { pair, .. }) => {
                pair.map(|feature| Self::of_feature(data, feature, scaling))
            }
            Some(Slice::Principal) => {
                let explained = sight.plane.as_ref().and_then(|plane| plane.explained);
                ["first", "second"].map(|which| (which, explained)).map(|(which, explained)| {
                    let share = explained.map(|both| both[usize::from(which == "second")]);
                    let share = share.map_or_else(String::new, |share| {
                        format!(" ({} of the variance)", format::percent(share.into()))
                    });
                    Self::plain(format!("{which} principal direction{share}"))
                })
            }
            None if data.is_curve() => {
                [Self::of_feature(data, 0, scaling), Self::plain(data.label_name.clone())]
            }
            None => [0, 1].map(|feature| Self::of_feature(data, feature, scaling)),
        }
    }

    /// A value in the user's units.
    #[must_use]
    pub fn told(&self, value: f32) -> f64 {
        f64::from(value) * self.units.0 + self.units.1
    }

    /// A value of the user's units as the model sees it.
    #[must_use]
    pub fn seen(&self, value: f64) -> f32 {
        ((value - self.units.1) / self.units.0) as f32
    }

    /// Round values in the user's units, where the model sees them, and their decimals.
    fn marks(&self, [low, high]: [f32; 2], wanted: usize) -> (Vec<f64>, usize) {
        let (low, high) = (self.told(low), self.told(high));
        format::ticks(low.min(high), low.max(high), wanted)
    }
}

/// The scaling of the data that a run was started on.
#[must_use]
pub fn scaling_of(state: &crate::workbench::State, run: usize) -> Scaling {
    let origin = state.slot(run).and_then(|slot| slot.origin.as_ref());
    origin.map_or(state.draft().data.scaling, |(_, data)| data.scaling)
}

/// Says above a picture that it is a slice, and which; nothing where it is none.
pub fn caption(ui: &Ui, theme: &Theme, data: &Dataset, sight: &Sight, area: Rect) {
    let Some(slice) = &sight.slice else { return };
    let text = description(data, slice, sight.plane.as_ref());
    let above =
        Rect::from_min_max(area.left_top() - vec2(0.0, 18.0), area.right_top() - vec2(0.0, 2.0));
    line_in(ui, above, egui::Align::Min, &text, theme::small(), theme.text_muted);
}

/// Marks, values and names below and left of a picture.
pub fn paint(ui: &Ui, theme: &Theme, window: Window, area: Rect, axes: &[Axis; 2]) {
    let (painter, muted) = (ui.painter(), theme.text_muted);
    let edge = theme.stroke(1.0, theme.outline);
    painter.rect_stroke(area, 0.0, edge, egui::StrokeKind::Outside);
    let wanted = if area.width() < 200.0 { 3 } else { 5 };
    let [x, y] = axes;
    let (marks, decimals) = x.marks(window.x, wanted);
    for value in marks {
        let at = pos2(window.screen_at(area, x.seen(value), 0.0).x, area.bottom());
        painter.vline(at.x, at.y..=at.y + 3.0, edge);
        let text = format::tick(value, decimals);
        painter.text(at + vec2(0.0, 4.0), Align2::CENTER_TOP, text, theme::small(), muted);
    }
    let (marks, decimals) = y.marks(window.y, wanted);
    let mut widest: f32 = 0.0;
    for value in marks {
        let at = pos2(area.left(), window.screen_at(area, 0.0, y.seen(value)).y);
        painter.hline(at.x - 3.0..=at.x, at.y, edge);
        let text = format::tick(value, decimals);
        let (at, align) = (at - vec2(5.0, 0.0), Align2::RIGHT_CENTER);
        widest = painter.text(at, align, text, theme::small(), muted).width().max(widest);
    }
    let below = Rect::from_min_max(
        pos2(area.left() - LEFT, area.bottom() + BELOW - 15.0),
        pos2(area.right(), area.bottom() + BELOW),
    );
    let name = fitting(ui, &x.name, below.width(), muted);
    let left = (area.center().x - name.size().x / 2.0).min(below.right() - name.size().x);
    let left = left.max(below.left());
    painter.galley(pos2(left, below.bottom() - name.size().y), name, muted);
    if widest > LEFT - NAME {
        // Beside such long numbers there is no room for a name.
        return;
    }
    let name = fitting(ui, &y.name, area.height(), muted);
    let corner = pos2(area.left() - LEFT, area.center().y + name.size().x / 2.0);
    let shape = egui::epaint::TextShape::new(corner, name, muted);
    painter.add(shape.with_angle(-std::f32::consts::FRAC_PI_2));
}

/// One line, cut short with `…` where it does not fit.
fn fitting(ui: &Ui, text: &str, width: f32, colour: Color32) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(text.into(), theme::small(), colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width);
    ui.painter().layout_job(job)
}

/// A bar at the right of a picture: colours from below upwards, and the values that marks stand
/// for, between `low` and `high`.
pub fn colour_bar(
    ui: &Ui,
    theme: &Theme,
    area: Rect,
    colour: impl Fn(f32) -> Color32,
    marks: &[(f32, String)],
) {
    const STEPS: usize = 32;
    let bar = Rect::from_min_size(area.right_top() + vec2(8.0, 0.0), vec2(8.0, area.height()));
    let mut mesh = egui::Mesh::default();
    for step in 0..=STEPS {
        let share = step as f32 / STEPS as f32;
        let y = bar.bottom() - share * bar.height();
        mesh.colored_vertex(pos2(bar.left(), y), colour(share));
        mesh.colored_vertex(pos2(bar.right(), y), colour(share));
        if step > 0 {
            let last = 2 * step as u32;
            mesh.add_triangle(last - 2, last - 1, last);
            mesh.add_triangle(last - 1, last, last + 1);
        }
    }
    ui.painter().add(egui::Shape::mesh(mesh));
    for (share, text) in marks {
        let at = pos2(bar.right(), bar.bottom() - share * bar.height());
        ui.painter().hline(at.x - 3.0..=at.x + 2.0, at.y, theme.stroke(1.0, theme.text_muted));
        let at = at + vec2(4.0, 0.0);
        ui.painter().text(at, Align2::LEFT_CENTER, text, theme::small(), theme.text_muted);
    }
}

/// Marks of a bar from `low` to `high`, at round values.
#[must_use]
pub fn bar_marks([low, high]: [f32; 2], wanted: usize) -> Vec<(f32, String)> {
    let (marks, decimals) = format::ticks(low.into(), high.into(), wanted);
    let share = |value: f64| (value as f32 - low) / (high - low);
    let word = |value: f64| match value.abs() >= LONG {
        true => format!("{value:.0e}").replace('-', "−"),
        false => format::tick(value, decimals),
    };
    marks.into_iter().map(|value| (share(value), word(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::cut::tests::table;
    use super::*;
    use crate::data::scale;

    #[test]
    fn values_are_told_as_the_user_knows_them() {
        let before = table();
        for scaling in [Scaling::Standardise, Scaling::MinMax, Scaling::Robust] {
            let mut data = before.clone();
            scale(&mut data, scaling);
            for feature in 0..4 {
                let axis = Axis::of_feature(&data, feature, scaling);
                assert_eq!(axis.name, before.feature_names[feature]);
                for row in 0..data.train.rows() {
                    let (scaled, known) = (
                        data.train.features.at(row, feature),
                        before.train.features.at(row, feature),
                    );
                    assert!((axis.told(scaled) - f64::from(known)).abs() < 1e-5, "{scaling:?}");
                    assert!((axis.seen(axis.told(scaled)) - scaled).abs() < 1e-6);
                }
            }
        }
    }

    #[test]
    fn without_the_scaler_the_name_says_what_was_done() {
        let axis = Axis::of_feature(&table(), 2, Scaling::Standardise);
        assert_eq!((axis.name.as_str(), axis.told(0.5)), ("most (standardised)", 0.5));
    }

    #[test]
    fn marks_are_round_where_the_user_reads_them() {
        let axis = Axis { name: "height".into(), units: (20.0, 170.0) };
        assert_eq!(axis.marks([-1.0, 1.0], 4).0, [150.0, 160.0, 170.0, 180.0, 190.0]);
        assert_eq!(
            bar_marks([-1.0, 1.0], 2),
            [(0.0, "−1".into()), (0.5, "0".into()), (1.0, "1".into())]
        );
    }
}
