//! What the picture means, and what both runs say at the place under the pointer.

use egui::{Color32, Response, RichText, Sense, Shape, Ui, pos2, vec2};

use crate::data::Dataset;
use crate::spec::Task;
use crate::ui::plane::{Window, cell_at};
use crate::ui::textures::likeliest;
use crate::ui::theme::mix;
use crate::ui::widgets::keyed;
use crate::ui::{Cx, format, theme};

use super::apart::Along;
use super::area::{Compared, answers, tint};
use super::curve;
use super::map::Plane;
use super::name_of;

/// Most classes whose probabilities are listed under the pointer.
const LISTED: usize = 6;

/// What stripes, tint and rings mean.
pub fn legend(ui: &mut Ui, cx: &Cx<'_>, data: &Dataset, runs: [usize; 2]) {
    let theme = cx.theme;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::GROUP;
        if data.is_curve() {
            curves(ui, cx, runs);
        }
        if data.task == Task::Regression {
            for (run, colour) in runs.into_iter().zip([theme.positive, theme.negative]) {
                let sign = if run == runs[0] { "+" } else { "−" };
                let words = format!("{sign} {} predicts more", name_of(cx.state, run));
                let faint = mix(theme.canvas, colour, if data.is_curve() { 0.3 } else { 1.0 });
                keyed(ui, theme, SIGN, |ui| plain(ui, cx, faint), &words);
            }
            return;
        }
        let words = "different classes, in both colours";
        keyed(ui, theme, SIGN, |ui| striped(ui, cx), words);
        let words = "same class, the stronger the farther probabilities are apart";
        keyed(ui, theme, SIGN, |ui| plain(ui, cx, tint(theme, 1.0)), words);
        let words = "test row on which they differ";
        keyed(ui, theme, SIGN, |ui| ring(ui, cx), words);
    });
}

/// Width of a sign in the legend.
const SIGN: f32 = 14.0;
/// Width of a stroke in it.
const STROKE: f32 = 24.0;

fn ring(ui: &mut Ui, cx: &Cx<'_>) {
    let (rect, _) = ui.allocate_exact_size(vec2(SIGN, 12.0), Sense::hover());
    ui.painter().circle_stroke(
        rect.center(),
        cx.theme.mark(5.0),
        cx.theme.stroke(1.5, cx.theme.text),
    );
}

/// The strokes of both curves.
fn curves(ui: &mut Ui, cx: &Cx<'_>, runs: [usize; 2]) {
    for (which, run) in runs.into_iter().enumerate() {
        let sign = |ui: &mut Ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(STROKE, 12.0), Sense::hover());
            let ends = [rect.left_center(), rect.right_center()];
            let stroke = cx.theme.stroke(2.5, curve::colour(cx, run));
            let [dash, space] = [7.0, 4.0].map(|length| cx.theme.dash(length));
            match which {
                0 => {
                    ui.painter().line_segment(ends, stroke);
                }
                _ => ui.painter().extend(Shape::dashed_line(&ends, stroke, dash, space)),
            }
        };
        keyed(ui, cx.theme, STROKE, sign, name_of(cx.state, run));
    }
}

fn plain(ui: &mut Ui, cx: &Cx<'_>, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(14.0, 12.0), Sense::hover());
    let edge = cx.theme.stroke(1.0, cx.theme.outline);
    ui.painter().rect(rect, 0.0, colour, edge, egui::StrokeKind::Inside);
}

/// Stripes as in the picture, of the first two classes.
fn striped(ui: &mut Ui, cx: &Cx<'_>) {
    let (rect, _) = ui.allocate_exact_size(vec2(14.0, 12.0), Sense::hover());
    let [first, second] = [0, 1].map(|class| cx.theme.class(class));
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, 0.0, first);
    for step in [0.0, 12.0] {
        let (x, height) = (rect.left() + 4.0 + step, rect.height());
        let ends = [pos2(x, rect.bottom()), pos2(x + height, rect.top())];
        painter.add(Shape::line_segment(ends, cx.theme.stroke(4.0, second)));
    }
}

/// How far two curves are apart.
pub fn gap(ui: &mut Ui, cx: &Cx<'_>, along: Option<&Along>) {
    let told = along.filter(|along| !along.places.is_empty()).map(|along| {
        let [most, mean] = [along.most, along.mean].map(format::measured);
        format!("Over the range shown they are {most} apart at most, {mean} on average")
    });
    // The line keeps its place while there is nothing to be told.
    ui.label(RichText::new(told.as_deref().unwrap_or("")).color(cx.theme.text))
        .on_hover_text("At 256 places of this picture; how far one looks matters");
}

/// On how much of the area they differ, or by how much.
pub fn share(ui: &mut Ui, cx: &Cx<'_>, data: &Dataset, compared: Option<&Compared>) {
    let told = compared.and_then(|compared| match data.task {
        Task::Regression => {
            let most = format::measured(compared.most.into());
            Some(format!("Over the area shown they are {most} apart at most"))
        }
        Task::Classification { .. } => {
            let share = format::percent(compared.share()?);
            Some(format!("They say different classes on {share} of the area shown"))
        }
    });
    // The line keeps its place while there is nothing to be told.
    ui.label(RichText::new(told.as_deref().unwrap_or("")).color(cx.theme.text))
        .on_hover_text("The share of the cells of this picture; how far one looks matters");
}

/// Tells what both runs say at the place under the pointer.
pub fn hover(cx: &Cx<'_>, plane: &Plane<'_>, response: Response) {
    let Some(at) = response.hover_pos() else { return };
    let point = plane.window().plane_at(plane.area, at);
    response.on_hover_ui_at_pointer(|ui| {
        let told = |axis: usize| {
            let axes = &plane.axes[axis];
            format!("{} {}", axes.name, format::compact(axes.told(point[axis])))
        };
        ui.label(RichText::new(format!("{}, {}", told(0), told(1))).strong());
        let Some([a, b]) = plane.answers() else { return };
        let window = Window { x: a.request.x, y: a.request.y };
        let cell = cell_at(window, a.request.side, point);
        let Some((a, b)) = cell.and_then(|cell| answers(a, b, cell)) else { return };
        table(ui, cx, plane, [a, &b]);
    });
}

/// A column for each run.
fn table(ui: &mut Ui, cx: &Cx<'_>, plane: &Plane<'_>, said: [&[f32]; 2]) {
    egui::Grid::new("both").spacing(vec2(12.0, 2.0)).show(ui, |ui| {
        ui.label("");
        for run in plane.runs {
            ui.label(RichText::new(name_of(cx.state, run)).color(cx.theme.text_muted));
        }
        ui.end_row();
        if plane.is_number() {
            let values = said.map(|said| said.first().copied().unwrap_or(f32::NAN));
            line(ui, "predicted", values.map(|value| format::measured(value.into())));
            let [a, b] = values;
            line(ui, "difference", [format::measured((a - b).into()), String::new()]);
            return;
        }
        let names = &plane.data.class_names;
        let class = |said: &[f32]| {
            likeliest(said).map_or_else(String::new, |(class, _)| format::class_name(names, class))
        };
        line(ui, "says", said.map(class));
        for class in ranked(said) {
            let shares = said.map(|said| format::percent(probability(said, class).into()));
            line(ui, &format::class_name(names, class), shares);
        }
    });
}

fn line(ui: &mut Ui, name: &str, values: [String; 2]) {
    ui.label(name);
    for value in values {
        ui.label(RichText::new(value).monospace());
    }
    ui.end_row();
}

/// The probability of a class; a single output is that of the second of two.
fn probability(said: &[f32], class: usize) -> f32 {
    match (said, class) {
        ([one], 0) => 1.0 - one,
        ([one], _) => *one,
        _ => said.get(class).copied().unwrap_or(f32::NAN),
    }
}

/// The classes in their own order; of many the likeliest in either run.
fn ranked(said: [&[f32]; 2]) -> Vec<usize> {
    let mut classes: Vec<usize> = (0..said[0].len().max(2)).collect();
    if classes.len() > LISTED {
        let of = |class: usize| probability(said[0], class).max(probability(said[1], class));
        classes.sort_by(|a, b| of(*b).total_cmp(&of(*a)));
        classes.truncate(LISTED);
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_listed_that_either_run_thinks_likely() {
        assert_eq!(ranked([&[0.3], &[0.6]]), [0, 1]);
        assert_eq!(probability(&[0.25], 0), 0.75);
        let (mut a, mut b) = (vec![0.0; 20], vec![0.0; 20]);
        (a[13], b[4]) = (0.9, 0.8);
        assert_eq!(ranked([&a, &b])[..2], [13, 4]);
        assert_eq!(ranked([&a, &b]).len(), LISTED);
    }
}
