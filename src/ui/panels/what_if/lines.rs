//! A line for each feature: a slider or a switch, its number, and the way back.

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    ComboBox, Response, Role, ScrollArea, Sense, Slider, SliderClamping, Ui, WidgetInfo, pos2, vec2,
};

use crate::base::Finite;
use crate::data::{Field, FieldValue};
use crate::ui::widgets::{self, Icon, IconButton, NumberField, Scale, chevron, compact};
use crate::ui::{Cx, format, theme};

use super::subject::{Line, Subject};

/// Width of a number, and of the button that brings it back.
const NUMBER: f32 = 78.0;
const BACK: f32 = theme::TARGET;
/// A narrower line leaves its number less room, and its name more.
const NARROW: f32 = 300.0;

/// Draws them in so much height; only those in sight are laid out.
pub fn show(ui: &mut Ui, cx: &Cx<'_>, run: usize, subject: &mut Subject, height: f32) {
    let area = ScrollArea::vertical().id_salt(("features", run)).max_height(height);
    let count = subject.lines.len();
    area.auto_shrink([false, true]).show_rows(ui, theme::TARGET, count, |ui, rows| {
        for place in rows {
            let line_of = subject.lines[place].clone();
            ui.push_id(place, |ui| match line_of {
                Line::Feature(feature) => line(ui, cx, subject, feature),
                Line::Choice(field) => choice(ui, cx, subject, &field),
            });
        }
    });
}

/// How a line is divided: width of the name, of what is between, and of the number.
fn divided(ui: &Ui) -> [f32; 3] {
    let (width, gap) = (ui.available_width(), ui.spacing().item_spacing.x);
    let is_narrow = width < NARROW;
    let number = if is_narrow { 64.0 } else { NUMBER };
    let label = if is_narrow { 0.34 * width } else { (0.3 * width).clamp(56.0, 180.0) };
    [label, (width - label - number - BACK - 3.0 * gap - theme::GAP).max(40.0), number]
}

/// One of several categories.
fn choice(ui: &mut Ui, cx: &Cx<'_>, subject: &mut Subject, field: &Field) {
    let Some((categories, inputs)) = field.categories() else { return };
    let [label, room, number] = divided(ui);
    let [now, before] = [&subject.values, &subject.original].map(|values| {
        match field.read(&subject.data, values) {
            FieldValue::Category(category) => category,
            FieldValue::Number(_) | FieldValue::Missing => "none",
        }
    });
    let is_changed = inputs.clone().any(|feature| subject.differs(feature));
    let (mut taken, mut is_back) = (None, false);
    ui.horizontal(|ui| {
        let tip = format!("{}: {before} in the row", field.name);
        painted(ui, cx, &field.name, label, is_changed).on_hover_text(&tip);
        let width = room + number + ui.spacing().item_spacing.x;
        let menu = ComboBox::from_id_salt("category").selected_text(now).width(width).truncate();
        let shown = compact(ui, |ui| {
            menu.icon(chevron).height(320.0).show_ui(ui, |ui| {
                for (place, category) in categories.iter().enumerate() {
                    if ui.selectable_label(category == now, category).clicked() {
                        taken = Some(place);
                    }
                }
            })
        });
        shown.response.on_hover_text(tip).accessible_name(&field.name);
        is_back = is_changed && back(ui, cx, &field.name);
    });
    match taken {
        Some(category) => subject.take(inputs, category),
        None if is_back => subject.bring_back(inputs),
        None => {}
    }
}

/// The button that brings back what stands in the row.
fn back(ui: &mut Ui, cx: &Cx<'_>, name: &str) -> bool {
    let back = IconButton::new(Icon::Undo, "Reset").tip("Brings back the value of the row");
    back.show(ui, cx.theme).accessible_name(format!("Reset {name}")).clicked()
}

fn line(ui: &mut Ui, cx: &Cx<'_>, subject: &mut Subject, feature: usize) {
    let known = &subject.features[feature];
    let told = |value: f32| short(known.axis.told(value));
    let (original, now) = (subject.original[feature], subject.values[feature]);
    let name = known.axis.name.clone();
    let tip = format!("{name}: {} in the row", format::compact(told(original)));
    let [label, room, width] = divided(ui);
    let mut moved = None;
    ui.horizontal(|ui| {
        painted(ui, cx, &name, label, subject.differs(feature)).on_hover_text(&tip);
        moved = if known.is_switch {
            switch(ui, cx, subject, feature, room + width)
        } else {
            let slid = slider(ui, cx, subject, feature, room);
            let typed = number(ui, cx, subject, feature, width);
            slid.or(typed)
        };
        if subject.differs(feature) && back(ui, cx, &name) {
            moved = Some(original);
        }
    });
    if let Some(value) = moved.filter(|value| *value != now) {
        subject.put(feature, value);
    }
}

/// A name, cut short where it does not fit.
fn painted(ui: &mut Ui, cx: &Cx<'_>, name: &str, width: f32, is_changed: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme::TARGET), Sense::hover());
    let ink = if is_changed { cx.theme.text } else { cx.theme.text_muted };
    let mut job = LayoutJob::simple_singleline(name.into(), theme::body(), ink);
    job.wrap = TextWrapping::truncate_at_width(width);
    let galley = ui.painter().layout_job(job);
    let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, ink);
    response
}

fn slider(ui: &mut Ui, cx: &Cx<'_>, subject: &Subject, feature: usize, room: f32) -> Option<f32> {
    let known = &subject.features[feature];
    let [low, high] = subject.reach(feature).map(|edge| known.axis.told(edge));
    let mut told = known.axis.told(subject.values[feature]);
    ui.spacing_mut().slider_width = room;
    let slider = Slider::new(&mut told, low..=high).show_value(false);
    let response = ui.add(slider.clamping(SliderClamping::Never).trailing_fill(true));
    if subject.differs(feature) {
        tick(ui, cx, &response, (known.axis.told(subject.original[feature]) - low) / (high - low));
    }
    let slid = response.changed();
    let name = &known.axis.name;
    let original = format::compact(short(known.axis.told(subject.original[feature])));
    let tip = format!("Changes {name}; the tick is its value in the row, {original}");
    response.accessible_name(name).on_hover_text(tip);
    slid.then(|| known.axis.seen(short(told)))
}

/// Where the slider stood for the row; under its handle there is nothing to be seen of it.
fn tick(ui: &Ui, cx: &Cx<'_>, slider: &Response, share: f64) {
    let rail = slider.rect.x_range().shrink(slider.rect.height() / 5.0);
    if (0.0..=1.0).contains(&share) {
        let x = rail.min + rail.span() * share as f32;
        let y = slider.rect.center().y;
        ui.painter().vline(x, y - 5.0..=y + 5.0, cx.theme.stroke(2.0, cx.theme.text));
    }
}

fn number(ui: &mut Ui, cx: &Cx<'_>, subject: &Subject, feature: usize, width: f32) -> Option<f32> {
    let known = &subject.features[feature];
    let [low, high] = subject.reach(feature).map(|edge| known.axis.told(edge));
    let now = Finite::new(short(known.axis.told(subject.values[feature])))?;
    let step = 10_f64.powf(((high - low) / 100.0).log10().floor());
    let field = NumberField::new(&known.axis.name, now).scale(Scale::Linear(step)).width(width);
    let typed = field.tip("May lie beyond the training part, too").show(ui, cx.theme)?;
    Some(known.axis.seen(typed.get()))
}

/// Of two values either.
fn switch(ui: &mut Ui, cx: &Cx<'_>, subject: &Subject, feature: usize, room: f32) -> Option<f32> {
    let known = &subject.features[feature];
    let [low, high] = known.edges;
    let mut on = subject.values[feature] == high;
    let value = format::compact(short(known.axis.told(subject.values[feature])));
    let size = vec2(room + ui.spacing().item_spacing.x, theme::TARGET);
    let switched = ui.allocate_ui_with_layout(size, *ui.layout(), |ui| {
        ui.set_min_width(size.x);
        let response = widgets::toggle(ui, cx.theme, &mut on, &value);
        let name = &known.axis.name;
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, name));
        response.on_hover_text("Has two values in the training part").changed()
    });
    switched.inner.then_some(if on { high } else { low })
}

/// Without the dust of single precision.
fn short(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}
