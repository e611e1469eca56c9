use egui::containers::menu::MenuButton;
use egui::{Button, CornerRadius, Frame, Margin, RichText, Ui, vec2};

use crate::base::Finite;
use crate::spec::{DataSource, DrawnSet, Normalise, Transform};
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, Icon, IntegerField, NumberField, Scale};
use crate::ui::{Cx, fields};

use super::edit;

/// Largest side that can be asked for, in pixels.
const MAX_SIDE: u64 = 4096;
/// Width of a field within a step.
const FIELD: f32 = 52.0;

/// Whether samples of the draft are images, before they are read or after.
fn has_images(cx: &Cx<'_>) -> bool {
    match &cx.state.draft().data.source {
        DataSource::Idx(_) | DataSource::Images(_) => true,
        DataSource::Drawn(drawn) => drawn.set == DrawnSet::Digits28,
        DataSource::Csv(_) => cx.state.data().dataset().is_some_and(|data| data.is_image()),
        DataSource::Toy(_) | DataSource::Points(_) => false,
    }
}

/// What a user did to the list of steps.
enum Change {
    Set(usize, Transform),
    Swap(usize, usize),
    Remove(usize),
    Add(Transform),
}

impl Change {
    fn make(self, steps: &mut Vec<Transform>) {
        match self {
            Self::Set(at, step) => {
                if let Some(place) = steps.get_mut(at) {
                    *place = step;
                }
            }
            Self::Swap(a, b) if a.max(b) < steps.len() => steps.swap(a, b),
            Self::Remove(at) if at < steps.len() => drop(steps.remove(at)),
            Self::Swap(..) | Self::Remove(_) => {}
            Self::Add(step) => steps.push(step),
        }
    }
}

/// The steps that images go through, to be set, moved, removed and added. Shown for images only.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    if !has_images(cx) {
        return;
    }
    widgets::caption(ui, cx.theme, "Transforms, in order");
    let shape = cx.state.data().dataset().map(|data| data.shape.0.clone()).unwrap_or_default();
    let channels = shape.first().copied().unwrap_or(1);
    let steps = &cx.state.draft().data.transforms;
    let mut change = None;
    for (at, step) in steps.iter().enumerate() {
        let made = card(ui, cx.theme, (at, steps.len()), step, channels);
        change = change.or(made);
    }
    let add = Button::new("Add transform…").min_size(vec2(ui.available_width(), 0.0));
    MenuButton::from_button(add).ui(ui, |ui| {
        let chosen = offers(ui, cx.theme, &shape).map(Change::Add);
        change = change.take().or(chosen);
    });
    if let Some(change) = change {
        edit(cx, |data| change.make(&mut data.transforms));
    }
}

/// All steps with their usual numbers: those that always act alike, then the random ones.
fn offers(ui: &mut Ui, theme: &Theme, shape: &[usize]) -> Option<Transform> {
    ui.set_min_width(190.0);
    let (width, height) = match *shape {
        [_, height, width] => (width, height),
        _ => (64, 64),
    };
    let steady = [
        Transform::Resize { width, height },
        Transform::CentreCrop { width, height },
        Transform::Greyscale,
        Transform::Normalise(Normalise::Computed),
    ];
    let random = [
        Transform::Rotation { degrees: Finite::lit(10.0) },
        Transform::ResizedCrop { width, height, least: Finite::lit(0.7) },
        Transform::Flip { probability: Finite::lit(0.5) },
        Transform::Shift { fraction: Finite::lit(0.1) },
        Transform::Noise { std: Finite::lit(0.05) },
    ];
    let mut chosen = None;
    let mut offer = |ui: &mut Ui, step: Transform| {
        if ui.button(step.label()).clicked() {
            chosen = Some(step);
            ui.close();
        }
    };
    steady.into_iter().for_each(|step| offer(ui, step));
    ui.separator();
    widgets::caption(ui, theme, "In training only");
    random.into_iter().for_each(|step| offer(ui, step));
    chosen
}

/// One step with its numbers and what can be done with it.
fn card(
    ui: &mut Ui,
    theme: &Theme,
    (at, count): (usize, usize),
    step: &Transform,
    channels: usize,
) -> Option<Change> {
    let frame = Frame::new()
        .stroke(theme.hairline())
        .corner_radius(CornerRadius::same(theme::FIELD_RADIUS))
        .inner_margin(Margin { left: 6, right: 2, top: 1, bottom: 3 });
    let shown = frame.show(ui, |ui| {
        ui.push_id(("step", at), |ui| {
            ui.set_min_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 2.0;
            let moved = head(ui, theme, (at, count), step);
            let set = numbers(ui, theme, at, step, channels).map(|step| Change::Set(at, step));
            moved.or(set)
        })
        .inner
    });
    shown.inner
}

fn head(
    ui: &mut Ui,
    theme: &Theme,
    (at, count): (usize, usize),
    step: &Transform,
) -> Option<Change> {
    let mut change = None;
    let number = at + 1;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let buttons = 3.0 * theme::TARGET;
        let room = vec2(ui.available_width() - buttons, theme::TARGET);
        ui.allocate_ui_with_layout(room, *ui.layout(), |ui| {
            ui.set_min_width(room.x);
            ui.add(egui::Label::new(step.label()).truncate());
        });
        let mut button = |ui: &mut Ui, icon, name: String, is_on, then: Change| {
            let shown = ui.add_enabled_ui(is_on, |ui| widgets::icon_button(ui, theme, icon, &name));
            if shown.inner.clicked() {
                change = Some(then);
            }
        };
        let up = format!("Move step {number} up");
        button(ui, Icon::Up, up, at > 0, Change::Swap(at, at.saturating_sub(1)));
        let down = format!("Move step {number} down");
        button(ui, Icon::Down, down, number < count, Change::Swap(at, number));
        button(ui, Icon::Close, format!("Remove step {number}"), true, Change::Remove(at));
    });
    if step.is_random() {
        ui.label(RichText::new("in training only").small().color(theme.text_muted));
    }
    change
}

/// The numbers of a step. Answers with the step as it was changed.
fn numbers(
    ui: &mut Ui,
    theme: &Theme,
    at: usize,
    step: &Transform,
    channels: usize,
) -> Option<Transform> {
    let mut now = step.clone();
    match &mut now {
        Transform::Resize { width, height } | Transform::CentreCrop { width, height } => {
            ui.horizontal(|ui| size(ui, theme, at, width, height));
        }
        Transform::ResizedCrop { width, height, least } => {
            ui.horizontal(|ui| size(ui, theme, at, width, height));
            line(ui, theme, at, "least area", "0 to 1: share of the picture", least, 1.0);
        }
        Transform::Rotation { degrees } => {
            line(ui, theme, at, "degrees", "Largest angle, either way", degrees, 180.0);
        }
        Transform::Flip { probability } => {
            line(ui, theme, at, "probability", "0 to 1", probability, 1.0);
        }
        Transform::Shift { fraction } => {
            line(ui, theme, at, "share of side", "0 to 1: largest shift", fraction, 1.0);
        }
        Transform::Noise { std } => {
            line(ui, theme, at, "std", "Standard deviation; pixels run from 0 to 1", std, 10.0);
        }
        Transform::Normalise(how) => normalise(ui, theme, at, how, channels),
        Transform::Greyscale => {}
    }
    (now != *step).then_some(now)
}

fn small(ui: &mut Ui, theme: &Theme, text: &str) -> egui::Response {
    ui.label(RichText::new(text).small().color(theme.text_muted))
}

fn size(ui: &mut Ui, theme: &Theme, at: usize, width: &mut usize, height: &mut usize) {
    ui.spacing_mut().item_spacing.x = 4.0;
    for (name, side) in [("width", width), ("height", height)] {
        small(ui, theme, name);
        let full = format!("Step {} {name}", at + 1);
        let field = IntegerField::new(&full, *side as u64).range(1..=MAX_SIDE).logarithmic();
        if let Some(edited) = field.width(FIELD).show(ui, theme) {
            *side = usize::try_from(edited).unwrap_or(*side);
        }
    }
}

fn line(
    ui: &mut Ui,
    theme: &Theme,
    at: usize,
    name: &str,
    tip: &str,
    value: &mut Finite,
    most: f64,
) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        small(ui, theme, name).on_hover_text(tip);
        let full = format!("Step {} {name}", at + 1);
        let step = if most > 10.0 { 1.0 } else { 0.05 };
        let field = NumberField::new(&full, *value).range(0.0..=most).scale(Scale::Linear(step));
        if let Some(edited) = field.width(FIELD).show(ui, theme) {
            *value = edited;
        }
    });
}

/// Where mean and standard deviation come from.
#[derive(Clone, Copy, PartialEq)]
enum From {
    Training,
    Typed,
}

fn normalise(ui: &mut Ui, theme: &Theme, at: usize, how: &mut Normalise, channels: usize) {
    let now = if *how == Normalise::Computed { From::Training } else { From::Typed };
    let from =
        widgets::segmented(ui, theme, now, &[From::Training, From::Typed], |from| match from {
            From::Training => "computed",
            From::Typed => "given",
        });
    match from {
        Some(From::Training) => *how = Normalise::Computed,
        Some(From::Typed) => {
            let half = vec![Finite::lit(0.5)];
            *how = Normalise::Given { mean: half.clone(), std: half };
        }
        None => {}
    }
    let Normalise::Given { mean, std } = how else { return };
    for (name, values, least) in [("mean", &mut *mean, -1e3), ("std", &mut *std, 1e-6)] {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            small(ui, theme, name);
            for (channel, value) in values.iter_mut().enumerate() {
                let full = format!("Step {} {name} {}", at + 1, channel + 1);
                let field = NumberField::new(&full, *value).range(least..=1e3);
                let field = field.scale(Scale::Linear(0.05)).width(FIELD);
                if let Some(edited) = field.show(ui, theme) {
                    *value = edited;
                }
            }
        });
    }
    let is_each = mean.len() > 1 || std.len() > 1;
    if channels > 1 || is_each {
        let help = "A mean and a standard deviation for each channel, not one for all";
        if let Some(each) = fields::switch(ui, theme, is_each, "Each channel", help) {
            for values in [mean, std] {
                let first = values.first().copied().unwrap_or(Finite::ONE);
                values.resize(if each { channels.max(1) } else { 1 }, first);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_moved_set_and_removed_and_what_is_not_there_is_left_alone() {
        let grey = Transform::Greyscale;
        let flip = Transform::Flip { probability: Finite::ONE };
        let mut steps = vec![grey.clone()];
        Change::Add(flip.clone()).make(&mut steps);
        Change::Swap(1, 0).make(&mut steps);
        assert_eq!(steps, [flip, grey.clone()]);
        Change::Swap(1, 2).make(&mut steps);
        Change::Remove(7).make(&mut steps);
        Change::Set(7, Transform::Greyscale).make(&mut steps);
        Change::Remove(0).make(&mut steps);
        assert_eq!(steps, [grey]);
    }
}
