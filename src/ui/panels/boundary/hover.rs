//! What is told of the place under the pointer, and of the point that stands there.

use egui::{Pos2, RichText, Sense, Stroke, Ui, vec2};

use crate::data::{Labelled, Targets};
use crate::record::Part;
use crate::ui::panes::Pane;
use crate::ui::parts::{doors, labelled};
use crate::ui::plane::axes::{Axis, scaling_of};
use crate::ui::plane::{radius, score_of};
use crate::ui::textures::likeliest;
use crate::ui::widgets::Marker;
use crate::ui::{Cx, UiRequest, capture, format, standing};

use super::{Plane, fit, shade};

/// Most classes whose probabilities are listed under the pointer.
const LISTED: usize = 6;
/// Most features of a point that are listed.
const FEATURES: usize = 8;

/// Tells of the place under the pointer; a click chooses the point there.
pub fn show(cx: &mut Cx<'_>, plane: &Plane<'_>, response: egui::Response) {
    let at = response.hover_pos();
    menu(cx, plane, &response, at);
    let Some(at) = at else { return };
    let near = nearest(cx, plane, at);
    if let Some(chosen) = near.filter(|_| response.clicked()) {
        cx.view.chosen = Some(chosen);
        cx.view.boundary.plane.cut.row = chosen;
    }
    response.on_hover_ui_at_pointer(|ui| {
        if let Some((part, row)) = near {
            point(ui, cx, plane, part, row);
            ui.separator();
        }
        place(ui, cx, plane, at);
    });
}

/// What was under the pointer when a menu was asked for.
#[derive(Clone, Copy, Debug)]
struct Asked {
    near: Option<(Part, usize)>,
    point: [f32; 2],
}

/// What a click with the right button offers.
fn menu(cx: &mut Cx<'_>, plane: &Plane<'_>, response: &egui::Response, at: Option<Pos2>) {
    let id = response.id.with("menu");
    if let Some(at) = at.filter(|_| response.secondary_clicked()) {
        let point = plane.window().plane_at(plane.area, at);
        let asked = Asked { near: nearest(cx, plane, at), point };
        response.ctx.data_mut(|data| data.insert_temp(id, asked));
    }
    response.context_menu(|ui| {
        let Some(asked) = ui.ctx().data(|data| data.get_temp::<Asked>(id)) else { return };
        if let Some((part, row)) = asked.near {
            let words = format!("Open {} row {row}", part.adjective());
            if ui.button(words).clicked() {
                cx.view.chosen = Some((part, row));
                cx.request(UiRequest::ShowPane(doors(plane.data)[0]));
                ui.close();
            }
        }
        let values = features_at(plane, asked.point);
        if !values.is_empty() && ui.button("What if from here").clicked() {
            if asked.near.is_some() {
                cx.view.chosen = asked.near;
            }
            cx.view.what_if.begin_at(values);
            cx.request(UiRequest::ShowPane(Pane::WhatIf));
            ui.close();
        }
        let view = &mut cx.view.boundary.plane;
        if ui.add_enabled(!view.is_fitted(), egui::Button::new("Show all data")).clicked() {
            view.fit();
            ui.close();
        }
        ui.separator();
        capture::offers(ui, None);
    });
}

/// The features that a place says; those of a slice are not all known from it.
fn features_at(plane: &Plane<'_>, [x, y]: [f32; 2]) -> Vec<(usize, f32)> {
    match (plane.data.is_curve(), plane.data.is_planar()) {
        (true, _) => vec![(0, x)],
        (_, true) => vec![(0, x), (1, y)],
        _ => Vec::new(),
    }
}

/// The point next to a place on the screen, if it is near.
fn nearest(cx: &Cx<'_>, plane: &Plane<'_>, at: Pos2) -> Option<(Part, usize)> {
    let reach = (radius(cx.theme, plane.area) + 2.0).powi(2);
    let mut best: Option<(f32, Part, usize)> = None;
    for part in Part::ALL.into_iter().filter(|part| cx.view.boundary.shows(*part)) {
        for place in plane.sight.scatter.part(part) {
            let far =
                plane.window().screen_at(plane.area, place.at[0], place.at[1]).distance_sq(at);
            if far <= best.map_or(reach, |(far, ..)| far) {
                best = Some((far, part, place.row));
            }
        }
    }
    best.map(|(_, part, row)| (part, row))
}

/// One row: its truth, what it is taken for, its features.
fn point(ui: &mut Ui, cx: &Cx<'_>, plane: &Plane<'_>, part: Part, row: usize) {
    let Some(rows) = labelled(plane.data, part) else { return };
    ui.label(RichText::new(format!("{} row {row}", part.adjective())).strong());
    if let Some(text) = standing::words(plane.data, part, row) {
        ui.label(RichText::new(text).color(cx.theme.text_muted));
    }
    ui.label(truth(plane, part, rows, row));
    let values = rows.features.row(row);
    egui::Grid::new("features").spacing(vec2(12.0, 2.0)).show(ui, |ui| {
        for (feature, value) in
            values.iter().take(plane.data.base_features()).take(FEATURES).enumerate()
        {
            let axis = Axis::of_feature(plane.data, feature, scaling_of(cx.state, plane.run));
            ui.label(RichText::new(&axis.name).color(cx.theme.text_muted));
            ui.label(RichText::new(format::compact(axis.told(*value))).monospace());
            ui.end_row();
        }
    });
}

/// `class setosa, taken for class virginica (87.1 %)`
fn truth(plane: &Plane<'_>, part: Part, rows: &Labelled, row: usize) -> String {
    let scores = plane.frame.as_ref().and_then(|frame| frame.inside.scores_of(part));
    let scored = scores.and_then(|scores| score_of(scores, row));
    match &rows.targets {
        Targets::Numbers(numbers) => {
            let truth = format::measured(numbers[row].into());
            let name = &plane.data.label_name;
            match scored.and_then(|outputs| outputs.first()) {
                Some(&predicted) => {
                    format!("{name} {truth}, predicted {}", format::measured(predicted.into()))
                }
                None => format!("{name} {truth}"),
            }
        }
        Targets::Classes(classes) => {
            let names = &plane.data.class_names;
            let truth = format::class_phrase(names, classes[row] as usize);
            match scored.and_then(|outputs| Some((likeliest(outputs)?.0, outputs))) {
                Some((class, outputs)) => {
                    let share = outputs.get(class).copied().unwrap_or(f32::NAN);
                    let share = format::percent(share.into());
                    let verb = if class == classes[row] as usize { "rightly" } else { "wrongly" };
                    let taken = format::class_phrase(names, class);
                    format!("{truth}, {verb} taken for {taken} ({share})")
                }
                None => truth,
            }
        }
    }
}

/// Where the pointer is, and what the network answers there.
fn place(ui: &mut Ui, cx: &Cx<'_>, plane: &Plane<'_>, at: Pos2) {
    let point = plane.window().plane_at(plane.area, at);
    let told = |axis: usize| {
        let axes = &plane.axes[axis];
        format!("{} {}", axes.name, format::compact(axes.told(point[axis])))
    };
    let label = &plane.data.label_name;
    if plane.data.is_curve() {
        let fit = plane.frame.as_ref().and_then(|frame| frame.fit.as_ref());
        ui.label(RichText::new(told(0)).strong());
        if let Some((_, value)) = fit.and_then(|fit| fit::value_at(fit, point[0])) {
            ui.label(format!("predicted {label} {}", format::measured(value.into())));
        }
        return;
    }
    ui.label(RichText::new(format!("{}, {}", told(0), told(1))).strong());
    let Some(outputs) = shade::answer_at(plane, point) else { return };
    if plane.range.is_some() {
        let value = outputs.first().copied().unwrap_or(f32::NAN);
        ui.label(format!("predicted {label} {}", format::measured(value.into())));
        return;
    }
    egui::Grid::new("probabilities").spacing(vec2(12.0, 2.0)).show(ui, |ui| {
        for (class, share) in ranked(&outputs) {
            ui.horizontal(|ui| {
                mark_sample(ui, cx, class);
                ui.label(format::class_name(&plane.data.class_names, class));
            });
            ui.label(RichText::new(format::percent(share.into())).monospace());
            ui.end_row();
        }
    });
}

/// Classes and their probabilities, in their own order; of many classes the likeliest first.
fn ranked(outputs: &[f32]) -> Vec<(usize, f32)> {
    if let [one] = outputs {
        return vec![(0, 1.0 - one), (1, *one)];
    }
    let mut all: Vec<(usize, f32)> = outputs.iter().copied().enumerate().collect();
    if all.len() > LISTED {
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all.truncate(LISTED);
    }
    all
}

/// The mark of a class.
pub fn mark_sample(ui: &mut Ui, cx: &Cx<'_>, class: usize) {
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
    let (radius, colour) = (cx.theme.mark(4.0), cx.theme.class(class));
    Marker::of_class(class).paint(ui.painter(), rect.center(), radius, colour, Stroke::NONE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_listed_in_the_order_of_classes_until_there_are_many() {
        assert_eq!(ranked(&[0.2, 0.8]), [(0, 0.2), (1, 0.8)]);
        assert_eq!(ranked(&[0.75]), [(0, 0.25), (1, 0.75)]);
        let mut many = vec![0.0; 20];
        many[13] = 0.9;
        assert_eq!(ranked(&many).len(), LISTED);
        assert_eq!(ranked(&many)[0], (13, 0.9));
    }
}
