//! How the prediction changes along one feature while the others stay as they are.

use std::sync::Arc;

use egui::{ComboBox, Pos2, Rect, Role, Sense, Shape, Ui, WidgetInfo, pos2, vec2};

use crate::base::argmax;
use crate::record::{BoundaryRequest, MapRequest, Maps, Rest, Run, Slice, UnitsOf};
use crate::ui::plane::Window;
use crate::ui::plane::axes::{self, Axis};
use crate::ui::widgets::{self, Marker, chevron, compact};
use crate::ui::{Cx, parts, theme};

use super::heard::Heard;
use super::subject::{Line, Subject};

/// Places along the feature.
pub const SIDE: usize = 32;
/// Height of the plot without its axes.
const HEIGHT: f32 = 104.0;

/// What the trainer is asked for: a window that is as narrow upwards as can be, whose cells run
/// from one end of the feature to the other. It stays the same while the feature itself moves.
pub fn wanted(subject: &mut Subject, record: &Run) -> MapRequest {
    let scores = record.spec.layers().len() + 1;
    match &subject.asked {
        Some((known, asked)) if *known == scores => asked.clone(),
        _ => {
            let asked = worked_out(subject, scores);
            subject.asked = Some((scores, asked.clone()));
            asked
        }
    }
}

fn worked_out(subject: &Subject, scores: usize) -> MapRequest {
    let along = subject.along;
    let [low, high] = subject.span(along);
    let half = (high - low) / (SIDE - 1) as f32 / 2.0;
    let other = usize::from(along == 0);
    let still = subject.values.get(other).copied().unwrap_or(0.0);
    let slice = (subject.values.len() > 1).then(|| {
        let mut rest = subject.values.to_vec();
        rest[along] = subject.original[along];
        Slice::Features { pair: [along, other], rest: Rest::Values(rest.into()) }
    });
    let window =
        BoundaryRequest { x: [low - half, high + half], y: [still, still], side: SIDE, slice };
    let outputs = parts::classes_of(&subject.data).unwrap_or(1);
    let units: Arc<[usize]> = (0..outputs).collect();
    MapRequest { window, layers: vec![UnitsOf { layer: scores, units }] }
}

/// Draws it, and the chooser of the feature.
pub fn show(ui: &mut Ui, cx: &Cx<'_>, run: usize, subject: &mut Subject, heard: &Heard) {
    if cx.state.run(run).is_none() {
        return;
    }
    ui.add_space(theme::TIGHT);
    ui.horizontal(|ui| {
        widgets::muted(ui, cx.theme, "Effect of");
        chooser(ui, subject);
    });
    let size = vec2(ui.available_width(), HEIGHT + axes::BELOW + theme::TIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let area = Rect::from_min_max(
        rect.min + vec2(axes::LEFT, theme::TIGHT),
        pos2(rect.right() - 6.0, rect.top() + theme::TIGHT + HEIGHT),
    );
    plot(ui, cx, subject, heard.effect(), area);
    let name = &subject.features[subject.along].axis.name;
    let words = format!("Prediction along {name}, the other features as they stand");
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &words));
    response.on_hover_text(format!("{words}; the dotted line is the row, the other one is now"));
}

fn chooser(ui: &mut Ui, subject: &mut Subject) {
    let name = subject.features[subject.along].axis.name.clone();
    let width = ui.available_width().min(180.0);
    let menu = ComboBox::from_id_salt("effect").selected_text(name).width(width).truncate();
    let mut along = subject.along;
    let Subject { features, lines, .. } = &*subject;
    let numbers = lines.iter().filter_map(|line| match line {
        Line::Feature(feature) => Some(*feature),
        Line::Choice(_) => None,
    });
    let shown = compact(ui, |ui| {
        menu.icon(chevron).height(320.0).show_ui(ui, |ui| {
            for feature in numbers {
                ui.selectable_value(&mut along, feature, &features[feature].axis.name);
            }
        })
    });
    let tip = "Along which feature the prediction is shown; moving a feature chooses it";
    shown.response.on_hover_text(tip).accessible_name("Effect of");
    if along != subject.along {
        subject.look_along(along);
    }
}

fn plot(ui: &Ui, cx: &Cx<'_>, subject: &Subject, maps: Option<&Maps>, area: Rect) {
    let lines = maps.and_then(|maps| maps.layers.first());
    let is_classes = parts::classes_of(&subject.data).is_some();
    let y = match lines {
        Some(lines) if !is_classes => around(subject.labels, &lines.row(0)[..SIDE]),
        _ => subject.labels,
    };
    let window = Window { x: subject.span(subject.along), y };
    let upwards = if is_classes { "probability" } else { subject.data.label_name.as_str() };
    let pair = [subject.features[subject.along].axis.clone(), Axis::plain(upwards)];
    axes::paint(ui, cx.theme, window, area, &pair);
    let [now, before] = [&subject.values, &subject.original].map(|values| values[subject.along]);
    let x = |value: f32| window.screen_at(area, value, 0.0).x;
    let dots = [pos2(x(before), area.top()), pos2(x(before), area.bottom())];
    let muted = cx.theme.stroke(1.5, cx.theme.text_muted);
    ui.painter().extend(Shape::dashed_line(&dots, muted, cx.theme.dash(2.0), cx.theme.dash(3.0)));
    ui.painter().vline(x(now), area.y_range(), cx.theme.stroke(1.5, cx.theme.text));
    if let Some(maps) = maps {
        draw(ui, cx, maps, (window, area), (now, is_classes));
    }
}

/// The edges, so far apart that values fit.
fn around([low, high]: [f32; 2], values: &[f32]) -> [f32; 2] {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    [finite().fold(low, f32::min), finite().fold(high, f32::max)]
}

fn draw(
    ui: &Ui,
    cx: &Cx<'_>,
    maps: &Maps,
    (window, area): (Window, Rect),
    (now, is_classes): (f32, bool),
) {
    let Some(lines) = maps.layers.first() else { return };
    let [low, high] = maps.request.window.x;
    let cell = (high - low) / SIDE as f32;
    let here = ((now - low) / cell - 0.5).clamp(0.0, (SIDE - 1) as f32);
    let values: Vec<f32> = (0..lines.rows()).map(|line| at(lines.row(line), here)).collect();
    let likeliest = argmax(&values);
    let painter = ui.painter().with_clip_rect(area.expand(5.0));
    for (line, &value) in values.iter().enumerate() {
        let place = |(index, &height): (usize, &f32)| -> Pos2 {
            window.screen_at(area, low + (index as f32 + 0.5) * cell, height)
        };
        let points = lines.row(line).iter().take(SIDE).enumerate().map(place).collect();
        let colour = if is_classes { cx.theme.class(line) } else { cx.theme.accent };
        let width = if line == likeliest { 2.5 } else { 1.25 };
        painter.add(Shape::line(points, cx.theme.stroke(width, colour)));
        let mark = window.screen_at(area, now, value);
        let marker = if is_classes { Marker::of_class(line) } else { Marker::of_class(0) };
        marker.paint(
            &painter,
            mark,
            cx.theme.mark(4.0),
            colour,
            cx.theme.stroke(1.0, cx.theme.surface),
        );
    }
}

/// A value between two places of a line.
fn at(line: &[f32], place: f32) -> f32 {
    let (first, share) = (place.floor() as usize, place.fract());
    let value = |place: usize| line.get(place.min(SIDE - 1)).copied().unwrap_or(f32::NAN);
    value(first) + (value(first + 1) - value(first)) * share
}
