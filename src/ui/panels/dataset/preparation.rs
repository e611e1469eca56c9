//! What is done to the rows before a model sees them: held out, scaled, extended by further
//! inputs.

use egui::{Button, Label, RichText, ScrollArea, Ui, vec2};

use crate::spec::{DataSource, Scaling};
use crate::ui::Cx;
use crate::ui::theme::Theme;
use crate::ui::widgets;

use super::{edit, inputs, split};

/// Greatest width of a group of settings.
const GROUP: f32 = 400.0;
/// Space between the groups.
const GAP: f32 = 28.0;

/// Shows the tab.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let flat = cx.state.data().dataset().is_none_or(|data| data.shape.is_flat());
    let groups = if flat { 3.0 } else { 2.0 };
    let width = ((ui.available_width() - (groups - 1.0) * GAP) / groups).min(GROUP);
    ScrollArea::vertical().id_salt("preparation").auto_shrink(false).show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            group(ui, "Split", width, |ui| split::show(ui, cx));
            group(ui, "Scaling", width, |ui| scaling(ui, cx));
            if flat {
                group(ui, "Further inputs", width, |ui| inputs::show(ui, cx));
            }
        });
    });
}

fn group(ui: &mut Ui, title: &str, width: f32, content: impl FnOnce(&mut Ui)) {
    ui.vertical(|ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
        ui.strong(title);
        content(ui);
    });
}

fn scaling(ui: &mut Ui, cx: &mut Cx<'_>) {
    let now = cx.state.draft().data.scaling;
    let is_image = cx.state.data().dataset().is_some_and(|data| data.is_image());
    widgets::muted(ui, cx.theme, "Fitted on the training part alone, applied to every part.");
    let mut chosen = None;
    for scaling in Scaling::ALL {
        if option(ui, cx.theme, scaling == now, name(scaling), sentence(scaling, is_image)) {
            chosen = Some(scaling);
        }
    }
    if let Some(scaling) = chosen {
        edit(cx, |data| data.scaling = scaling);
    }
    let usual = cx.state.draft().data.source.usual_scaling();
    if usual != now && matches!(cx.state.draft().data.source, DataSource::Csv(_)) {
        let hint = "Columns of a table have units of their own; networks learn best when all are \
                    about equally large.";
        crate::ui::fields::remark(ui, cx.theme, hint);
    }
}

/// One of several ways, with a sentence about it. Tells whether another one was chosen.
pub fn option(ui: &mut Ui, theme: &Theme, is_now: bool, name: &str, sentence: &str) -> bool {
    let clicked = ui.add(Button::selectable(is_now, name)).clicked();
    ui.visuals_mut().indent_has_left_vline = false;
    ui.indent(name, |ui| {
        let text = RichText::new(sentence).small().color(theme.text_muted);
        ui.add(Label::new(text).wrap());
    });
    clicked && !is_now
}

fn name(scaling: Scaling) -> &'static str {
    match scaling {
        Scaling::None => "None",
        Scaling::Standardise => "Standardise",
        Scaling::MinMax => "Min–max",
        Scaling::Robust => "Robust",
    }
}

fn sentence(scaling: Scaling, is_image: bool) -> &'static str {
    match scaling {
        Scaling::None if is_image => "Pixels as they come, from 0 to 1.",
        Scaling::None => "Values as they come.",
        Scaling::Standardise => {
            "Each feature to mean 0 and standard deviation 1: (x − mean) / σ. The usual choice."
        }
        Scaling::MinMax => {
            "Each feature from 0 to 1: (x − min) / (max − min). One outlier squeezes all others."
        }
        Scaling::Robust => {
            "Each feature to median 0 and interquartile range 1: outliers hardly count."
        }
    }
}
