//! How much each class counts in the loss.

use egui::{ScrollArea, Ui};

use crate::base::Finite;
use crate::spec::{ClassWeights, Field, Task};
use crate::ui::Cx;
use crate::ui::fields::{self, Real};
use crate::ui::format::class_name;

use super::Settings;

/// Most height that the fields of the classes take; more of them scroll.
const HEIGHT: f32 = 168.0;

/// The lists of what there is to choose from.
const KINDS: [(&str, &str); 3] = [
    ("none", "All classes count alike"),
    ("balanced", "Rare classes count more: rows / (classes · rows of the class)"),
    ("typed", "A number for each class"),
];

fn place(weights: &ClassWeights) -> usize {
    match weights {
        ClassWeights::None => 0,
        ClassWeights::Balanced => 1,
        ClassWeights::Of(_) => 2,
    }
}

/// What is set, in a word; nothing where all count alike.
pub fn summary(weights: &ClassWeights) -> Option<&'static str> {
    match weights {
        ClassWeights::None => None,
        ClassWeights::Balanced => Some("balanced classes"),
        ClassWeights::Of(_) => Some("class weights"),
    }
}

/// How much each class counts.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "How much the samples of each class count";
    let chosen = fields::row(ui, cx.theme, "Class weights", help, |ui| kinds(ui, settings));
    if let Some(weights) = chosen {
        settings.edit(cx, |train| train.class_weights = weights);
    }
    if let ClassWeights::Of(weights) = &settings.train().class_weights {
        typed(ui, cx, settings, weights);
    }
    settings.problems(ui, cx, Field::ClassWeights);
}

fn kinds(ui: &mut Ui, settings: &Settings<'_>) -> Option<ClassWeights> {
    let now = place(&settings.train().class_weights);
    let classes = classes(settings);
    let width = ui.available_width();
    fields::list(ui, "Class weights", KINDS[now].0, width, |ui| {
        let mut chosen = None;
        for (kind, (label, help)) in KINDS.into_iter().enumerate() {
            let refused = match (kind, settings.data.map(|data| data.task)) {
                (1 | 2, Some(Task::Regression)) => Some("The label of this data is a number"),
                (2, None) => Some("Choose data first: it says which classes there are"),
                _ => None,
            };
            let entry = fields::entry(ui, kind == now, label, refused);
            if entry.on_hover_text(help).clicked() && kind != now {
                chosen = Some(match kind {
                    0 => ClassWeights::None,
                    1 => ClassWeights::Balanced,
                    _ => ClassWeights::Of(vec![Finite::ONE; classes]),
                });
            }
        }
        chosen
    })
}

fn classes(settings: &Settings<'_>) -> usize {
    match settings.data.map(|data| data.task) {
        Some(Task::Classification { classes }) => classes,
        _ => 0,
    }
}

/// A field for each class that the data have, or that has a weight already.
fn typed(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>, now: &[Finite]) {
    let names = settings.data.map_or(&[][..], |data| data.class_names.as_slice());
    let count = if settings.data.is_some() { classes(settings) } else { now.len() };
    let mut edited = None;
    ScrollArea::vertical().id_salt("class weights").max_height(HEIGHT).show(ui, |ui| {
        for class in 0..count {
            let weight = now.get(class).copied().unwrap_or(Finite::ONE);
            let name = class_name(names, class);
            let field = format!("Weight of class {name}");
            let how = Real::ratio(0.0..=1e6, 1e-3);
            let typed = fields::row(ui, cx.theme, &name, &field, |ui| {
                fields::real(ui, cx.theme, &field, weight, &how)
            });
            edited = edited.or(typed.map(|weight| (class, weight)));
        }
    });
    if let Some((class, weight)) = edited {
        let mut weights = now.to_vec();
        weights.resize(count, Finite::ONE);
        weights[class] = weight;
        settings.edit(cx, |train| train.class_weights = ClassWeights::Of(weights));
    } else if now.len() != count && ui.button("Fit weights to the classes").clicked() {
        let mut weights = now.to_vec();
        weights.resize(count, Finite::ONE);
        settings.edit(cx, |train| train.class_weights = ClassWeights::Of(weights));
    }
}
