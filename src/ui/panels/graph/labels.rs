//! Names beside the first column and the last one, with what the network says of a sample.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Galley, Painter, Rect, Stroke, pos2, vec2};

use crate::data::Dataset;
use crate::spec::Task;
use crate::ui::format;
use crate::ui::theme;
use crate::ui::widgets::Marker;

use super::anatomy::{Anatomy, Kind};
use super::canvas::Stage;
use super::names::Names;
use super::pictures::Show;
use super::tell;

/// Widest name.
const MOST: f32 = 96.0;
/// Room for a letter, for the marker of a class, for a probability, and between things.
const LETTER: f32 = 7.0;
const MARKER: f32 = 16.0;
const SHARE: f32 = 46.0;
const GAP: f32 = 6.0;

/// Widths of the names before the first column and behind the last one.
#[must_use]
pub fn widths(anatomy: &Anatomy, data: &Dataset) -> [f32; 2] {
    let names = Names { anatomy, data };
    let longest = |column: usize| {
        let letters = (0..anatomy.columns[column].width.min(256))
            .map(|unit| name(&names, column, unit).chars().count());
        (letters.max().unwrap_or(0) as f32 * LETTER + GAP).min(MOST)
    };
    let before = if anatomy.columns[0].kind == Kind::Features { longest(0) } else { 0.0 };
    let last = anatomy.columns.len() - 1;
    let is_class = matches!(data.task, Task::Classification { .. });
    let marker = if is_class && anatomy.columns[last].width > 1 { MARKER } else { 0.0 };
    let share = if Show::of(anatomy, data, last) == Show::Level { SHARE } else { 0.0 };
    [before, longest(last) + marker + share]
}

fn name(names: &Names<'_>, column: usize, unit: usize) -> String {
    match (names.data.task, names.anatomy.dense(column)) {
        (Task::Classification { .. }, Some(_)) if names.anatomy.columns[column].width > 1 => {
            format::class_name(&names.data.class_names, unit)
        }
        (Task::Classification { .. }, Some(_)) => match names.data.class_names.get(1) {
            Some(second) => format!("P({second})"),
            None => String::new(),
        },
        (Task::Regression, Some(_)) => names.data.label_name.clone(),
        _ => names.feature(unit),
    }
}

/// Paints the names.
pub fn paint(painter: &Painter, stage: &Stage<'_>, shows: &[Show]) {
    let last = stage.anatomy.columns.len() - 1;
    for column in [0, last] {
        let is_image = matches!(stage.anatomy.columns[column].kind, Kind::Image(_));
        let spot = &stage.layout.spots[column];
        // Names that would overlap are left out; the pointer tells them.
        let is_close = spot.pitch * stage.transform.scaling < theme::SMALL;
        if is_image || (is_close && spot.shown.len() > 1) {
            continue;
        }
        for (place, &unit) in spot.shown.iter().enumerate() {
            let rect = stage.transform * spot.neuron(place);
            if !rect.intersects(stage.room) {
                continue;
            }
            match column {
                0 => input(painter, stage, rect, unit),
                _ => output(painter, stage, rect, unit, shows.get(last) == Some(&Show::Level)),
            }
        }
    }
}

fn input(painter: &Painter, stage: &Stage<'_>, rect: Rect, unit: usize) {
    let at = pos2(rect.left() - GAP, rect.center().y);
    let text = name(&stage.names(), 0, unit);
    let galley = fitting(painter, stage, text, at.x - stage.room.left());
    let rect = Align2::RIGHT_CENTER.anchor_size(at, galley.size());
    painter.galley(rect.min, galley, stage.theme.text);
}

/// A name, cut short where there is less room than for all of it.
fn fitting(painter: &Painter, stage: &Stage<'_>, text: String, room: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text, theme::small(), stage.theme.text);
    job.wrap = TextWrapping::truncate_at_width(room.clamp(0.0, MOST));
    painter.layout_job(job)
}

fn output(painter: &Painter, stage: &Stage<'_>, rect: Rect, unit: usize, tells_share: bool) {
    let column = stage.anatomy.columns.len() - 1;
    let mut at = pos2(rect.right() + GAP, rect.center().y);
    let is_class = matches!(stage.data.task, Task::Classification { .. });
    if is_class && stage.anatomy.columns[column].width > 1 {
        let colour = stage.theme.class(unit);
        let (middle, radius) = (at + vec2(5.0, 0.0), stage.theme.mark(4.5));
        Marker::of_class(unit).paint(painter, middle, radius, colour, Stroke::NONE);
        at.x += MARKER;
    }
    let text = name(&stage.names(), column, unit);
    let galley = fitting(painter, stage, text, stage.room.right() - at.x);
    let told = Align2::LEFT_CENTER.anchor_size(at, galley.size());
    painter.galley(told.min, galley, stage.theme.text);
    let value = tell::level(stage, column, unit).filter(|_| tells_share);
    if let Some(value) = value {
        let text = if is_class { format::percent(value.into()) } else { tell::number(value) };
        let share = painter.layout_no_wrap(text, theme::small(), stage.theme.text_muted);
        let at = pos2(told.right() + GAP, at.y);
        let rect = Align2::LEFT_CENTER.anchor_size(at, share.size());
        // The pointer tells what does not fit.
        if rect.right() <= stage.room.right() {
            painter.galley(rect.min, share, stage.theme.text_muted);
        }
    }
}
