use std::sync::Arc;

use egui::Ui;

use crate::data::Dataset;
use crate::ui::Cx;

use super::{facts, images, samples, scatter, table};

/// The data itself and what is said of it.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, data: &Arc<Dataset>) {
    cx.view.data.cache.turn_to(data);
    facts::show(ui, cx);
    ui.add_space(4.0);
    if cx.view.data.cache.facts.scatter.is_some() {
        scatter::show(ui, cx, data);
    } else if data.is_image() && data.originals.is_some() {
        samples::show(ui, cx, data);
    } else if data.is_image() {
        images::show(ui, cx, data);
    } else {
        table::show(ui, cx, data);
    }
    ui.add_space(4.0);
    facts::notes(ui, cx, data);
}
