use std::sync::Arc;

use egui::{Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, vec2};

use crate::data::{Dataset, Labelled};
use crate::ui::fields;
use crate::ui::widgets::Marker;
use crate::ui::{Cx, theme::Theme};

use super::points::Window;
use super::{facts, images, table};

/// Most points of a part that are drawn; more would be one blot.
const MAX_DRAWN: usize = 2000;
/// Radius of a mark.
const RADIUS: f32 = 2.6;
/// Largest side of the scatter.
const MAX_SIDE: f32 = 320.0;

/// The data itself and what is said of it.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, data: &Arc<Dataset>) {
    cx.view.data.cache.turn_to(data);
    facts::show(ui, cx);
    ui.add_space(4.0);
    if data.is_planar() {
        scatter(ui, cx, data);
    } else if data.is_image() {
        images::show(ui, cx, data);
    } else {
        table::show(ui, cx, data);
    }
    ui.add_space(4.0);
    facts::notes(ui, cx, data);
}

fn scatter(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let Some(window) = cx.view.data.cache.facts.window else { return };
    let theme = cx.theme;
    let side = ui.available_width().min(MAX_SIDE);
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Points of the data"));
    if ui.is_rect_visible(rect) {
        ui.painter().rect_filled(rect, 4.0, theme.inset);
        let make = || points(data, window, rect.shrink(4.0), theme);
        cx.view.data.cache.scatter.paint(ui, rect, theme.dark, make);
    }
    let shown = data.train.rows().max(data.test.rows());
    let all = if shown > MAX_DRAWN { " A part of the points is drawn." } else { "" };
    let text = format!("Filled: training part. Hollow: test part.{all}");
    fields::remark(ui, theme, &text);
}

/// Test points hollow and below, training points filled.
fn points(data: &Dataset, window: Window, rect: Rect, theme: &Theme) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (part, is_train) in [(&data.test, false), (&data.train, true)] {
        for row in thinned(part) {
            let at = window.place(rect, [part.features.at(row, 0), part.features.at(row, 1)]);
            if !at.x.is_finite() || !at.y.is_finite() {
                continue;
            }
            let class = part.targets.class(row);
            let colour = class.map_or(theme.accent, |class| theme.class(class));
            let (fill, edge) = if is_train {
                (colour, Stroke::NONE)
            } else {
                (theme.inset, Stroke::new(1.0, colour))
            };
            shapes.push(Marker::of_class(class.unwrap_or(0)).shape(at, RADIUS, fill, edge));
        }
    }
    shapes
}

/// Rows of a part, evenly thinned to what is drawn.
fn thinned(part: &Labelled) -> impl Iterator<Item = usize> + use<> {
    let rows = part.rows();
    (0..rows).step_by(rows.div_ceil(MAX_DRAWN).max(1))
}
