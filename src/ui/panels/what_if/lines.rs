//! A line for each feature: a slider or a switch, its number, and the way back.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Response, Role, ScrollArea, Sense, Slider, SliderClamping, Ui, WidgetInfo, pos2, vec2};

use crate::base::Finite;
use crate::ui::widgets::{self, Icon, IconButton, NumberField, Scale};
use crate::ui::{Cx, format, theme};

use super::subject::Subject;

/// Width of a number, and of the button that brings it back.
const NUMBER: f32 = 78.0;
const BACK: f32 = theme::TARGET;

/// Draws them in so much height; only those in sight are laid out.
pub fn show(ui: &mut Ui, cx: &Cx<'_>, run: usize, subject: &mut Subject, height: f32) {
    let area = ScrollArea::vertical().id_salt(("features", run)).max_height(height);
    let count = subject.features.len();
    area.auto_shrink([false, true]).show_rows(ui, theme::TARGET, count, |ui, rows| {
        for feature in rows {
            ui.push_id(feature, |ui| line(ui, cx, subject, feature));
        }
    });
}

fn line(ui: &mut Ui, cx: &Cx<'_>, subject: &mut Subject, feature: usize) {
    let known = &subject.features[feature];
    let told = |value: f32| short(known.axis.told(value));
    let (original, now) = (subject.original[feature], subject.values[feature]);
    let name = known.axis.name.clone();
    let tip = format!("{name}: {} in the row", format::compact(told(original)));
    let width = ui.available_width();
    let mut moved = None;
    ui.horizontal(|ui| {
        let gap = ui.spacing().item_spacing.x;
        let label = (0.3 * width).clamp(56.0, 180.0);
        painted(ui, cx, &name, label, subject.differs(feature)).on_hover_text(&tip);
        let room = (width - label - NUMBER - BACK - 3.0 * gap - theme::GAP).max(40.0);
        moved = if known.is_switch {
            switch(ui, cx, subject, feature, room)
        } else {
            let slid = slider(ui, cx, subject, feature, room);
            let typed = number(ui, cx, subject, feature);
            slid.or(typed)
        };
        if subject.differs(feature) {
            let back = IconButton::new(Icon::Undo, "Reset").tip("Brings back the value of the row");
            let response = back.show(ui, cx.theme);
            if response.accessible_name(format!("Reset {name}")).clicked() {
                moved = Some(original);
            }
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
    tick(ui, cx, &response, (known.axis.told(subject.original[feature]) - low) / (high - low));
    let slid = response.changed();
    let name = &known.axis.name;
    let original = format::compact(short(known.axis.told(subject.original[feature])));
    let tip = format!("Changes {name}; the tick is its value in the row, {original}");
    response.accessible_name(name).on_hover_text(tip);
    slid.then(|| known.axis.seen(short(told)))
}

/// Where the slider stood for the row.
fn tick(ui: &Ui, cx: &Cx<'_>, slider: &Response, share: f64) {
    let rail = slider.rect.x_range().shrink(slider.rect.height() / 5.0);
    if (0.0..=1.0).contains(&share) {
        let x = rail.min + rail.span() * share as f32;
        let y = slider.rect.center().y;
        ui.painter().vline(x, y + 6.0..=y + 11.0, cx.theme.stroke(1.5, cx.theme.text_muted));
    }
}

fn number(ui: &mut Ui, cx: &Cx<'_>, subject: &Subject, feature: usize) -> Option<f32> {
    let known = &subject.features[feature];
    let [low, high] = subject.reach(feature).map(|edge| known.axis.told(edge));
    let now = Finite::new(short(known.axis.told(subject.values[feature])))?;
    let step = 10_f64.powf(((high - low) / 100.0).log10().floor());
    let field = NumberField::new(&known.axis.name, now).scale(Scale::Linear(step)).width(NUMBER);
    let typed = field.tip("May lie beyond the training part, too").show(ui, cx.theme)?;
    Some(known.axis.seen(typed.get()))
}

/// Of two values either.
fn switch(ui: &mut Ui, cx: &Cx<'_>, subject: &Subject, feature: usize, room: f32) -> Option<f32> {
    let known = &subject.features[feature];
    let [low, high] = known.edges;
    let mut on = subject.values[feature] == high;
    let value = format::compact(short(known.axis.told(subject.values[feature])));
    let size = vec2(room + NUMBER + ui.spacing().item_spacing.x, theme::TARGET);
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
