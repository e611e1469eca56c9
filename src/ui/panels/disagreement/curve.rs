//! Two fitted curves over a single feature, and the gap between them.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, Grid, Pos2, Response, RichText, Shape, Ui, vec2};

use crate::record::Fit;
use crate::ui::{Cx, format};

use super::apart::Along;
use super::map::Plane;
use super::name_of;

/// Strength of the colour between the curves.
const FAINT: f32 = 0.3;

/// Paints the gap and both curves: the first solid, the second dashed.
pub fn paint(ui: &Ui, cx: &Cx<'_>, plane: &Plane<'_>, along: &Along, fits: [Option<&Fit>; 2]) {
    let painter = ui.painter().with_clip_rect(plane.area.intersect(ui.clip_rect()));
    painter.add(Shape::mesh(gap(cx, plane, along)));
    for (which, fit) in fits.into_iter().enumerate() {
        let Some(fit) = fit else { continue };
        let stroke = cx.theme.stroke(2.5, colour(cx, plane.runs[which]));
        let points: Vec<Pos2> = fit
            .request
            .places()
            .zip(&fit.values)
            .map(|(x, &value)| plane.window().screen_at(plane.area, x, value))
            .collect();
        // Cut where a prediction is no number.
        for piece in points.split(|point| !point.y.is_finite()).filter(|piece| piece.len() > 1) {
            if which == 0 {
                painter.add(Shape::line(piece.to_vec(), stroke));
            } else {
                let [dash, space] = [7.0, 4.0].map(|length| cx.theme.dash(length));
                painter.extend(Shape::dashed_line(piece, stroke, dash, space));
            }
        }
    }
}

/// Colour of a run.
pub fn colour(cx: &Cx<'_>, run: usize) -> Color32 {
    cx.theme.run(cx.state.slot(run).map_or(run, |slot| slot.tint))
}

/// What lies between the curves, in the colour of its sign.
fn gap(cx: &Cx<'_>, plane: &Plane<'_>, along: &Along) -> Mesh {
    let mut mesh = Mesh::default();
    let at = |x: f32, y: f32| plane.window().screen_at(plane.area, x, y);
    for pair in along.places.windows(2) {
        let [(x, [a, b]), (next, [next_a, next_b])] = [pair[0], pair[1]];
        let sign = a + next_a - b - next_b;
        let colour = if sign > 0.0 { cx.theme.positive } else { cx.theme.negative };
        let color = colour.gamma_multiply(FAINT);
        let first = mesh.vertices.len() as u32;
        for pos in [at(x, a), at(next, next_a), at(next, next_b), at(x, b)] {
            mesh.vertices.push(Vertex { pos, uv: WHITE_UV, color });
        }
        mesh.add_triangle(first, first + 1, first + 2);
        mesh.add_triangle(first, first + 2, first + 3);
    }
    mesh
}

/// Tells what both curves say at the place under the pointer.
pub fn hover(cx: &Cx<'_>, plane: &Plane<'_>, along: &Along, response: Response) {
    let Some(pointer) = response.hover_pos() else { return };
    let [x, _] = plane.window().plane_at(plane.area, pointer);
    let Some((x, said)) = along.near(x) else { return };
    response.on_hover_ui_at_pointer(|ui| {
        let axis = &plane.axes[0];
        let place = format::compact(axis.told(x));
        ui.label(RichText::new(format!("{} {place}", axis.name)).strong());
        Grid::new("both").spacing(vec2(12.0, 2.0)).show(ui, |ui| {
            let names = plane.runs.map(|run| name_of(cx.state, run).to_owned());
            let values = [said[0], said[1], said[0] - said[1]];
            for (name, value) in names.into_iter().chain(["difference".into()]).zip(values) {
                ui.label(name);
                ui.label(RichText::new(format::measured(value.into())).monospace());
                ui.end_row();
            }
        });
    });
}
