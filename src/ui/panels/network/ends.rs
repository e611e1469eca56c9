use egui::{Align, Layout, RichText, Ui};

use crate::spec::{DataFacts, Field, Loss, OutputSpec, SampleShape, Task};
use crate::ui::Cx;
use crate::ui::fields;
use crate::ui::widgets;
use crate::workbench::Edit;

use super::{Model, card};

/// What goes into the network.
pub fn input(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>) {
    let theme = cx.theme;
    let has_issue = model.shapes.issues_at(Field::Data).next().is_some();
    card::frame(theme, has_issue).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = card::SPACE;
            ui.add_space(card::HANDLE);
            card::kind(ui, "Input");
            match model.shapes.facts() {
                Some(facts) => {
                    ui.label(describe_input(&facts.input));
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        if !facts.input.is_flat() {
                            let shape = facts.input.to_string();
                            ui.label(shape).on_hover_text("Shape of one sample");
                        }
                    });
                }
                None => {
                    ui.label(RichText::new("waits for data").color(theme.text_muted));
                    ui.take_available_width();
                }
            }
        });
        for issue in model.shapes.issues_at(Field::Data) {
            fields::problem(ui, theme, &issue.message);
        }
    });
}

fn describe_input(shape: &SampleShape) -> String {
    match shape.0.as_slice() {
        [1, _, _] => "grey image".into(),
        [3, _, _] => "colour image".into(),
        [channels, _, _] => format!("image of {channels} channels"),
        _ => fields::counted(shape.len(), "feature", "features"),
    }
}

/// The output layer. Its width follows from the data and the loss; only its start can be chosen.
pub fn output(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>) {
    let theme = cx.theme;
    let has_issue = model.shapes.issues_at(Field::Output).next().is_some();
    let is_changed =
        model.started.is_some_and(|started| started.model.output != model.spec.model.output);
    let framed = card::frame(theme, has_issue).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = card::LINES;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = card::SPACE;
            ui.add_space(card::HANDLE);
            card::kind(ui, "Output");
            let text = describe_output(model.shapes.facts(), model.spec.train.loss);
            ui.label(text)
                .on_hover_text("The width of this layer follows from the data and the loss");
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                if !model.is_narrow {
                    ui.add_space(card::BUTTONS);
                }
                card::facts(ui, theme, model, model.shapes.output(), is_changed);
            });
        });
        starts(ui, cx, model);
        card::narrow_facts(ui, theme, model, model.shapes.output(), is_changed);
        card::issues(ui, cx, model, None);
    });
    if is_changed {
        card::mark_changed(ui, theme, framed.response.rect);
    }
}

fn describe_output(facts: Option<&DataFacts>, loss: Loss) -> String {
    match (facts.map(|facts| facts.task), loss) {
        (None, _) => "width follows from the data".into(),
        (Some(Task::Regression), _) => "1 number".into(),
        (Some(_), Loss::BinaryCrossEntropy) => "1 output · sigmoid".into(),
        (Some(Task::Classification { classes }), _) => {
            format!("{} · softmax", fields::counted(classes, "class", "classes"))
        }
    }
}

fn starts(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>) {
    let theme = cx.theme;
    let now = &model.spec.model.output;
    let mut edited: OutputSpec = now.clone();
    let weights = |ui: &mut Ui, edited: &mut OutputSpec| {
        edited.init = card::weights(ui, theme, "Output", now.init).unwrap_or(now.init);
    };
    let biases = |ui: &mut Ui, edited: &mut OutputSpec| {
        widgets::muted(ui, theme, "biases").on_hover_text("How the biases start");
        edited.bias_init = card::biases(ui, "Output", now.bias_init).unwrap_or(now.bias_init);
    };
    card::lines(ui, model, &mut edited, weights, biases);
    if edited != *now {
        cx.edit(Edit::Output(model.run, edited));
    }
}

/// How many trainable values there are in all, and what is wrong with the stack as a whole.
pub fn foot(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>) {
    ui.add_space(8.0);
    for issue in model.shapes.issues_at(Field::Layers) {
        fields::problem(ui, cx.theme, &issue.message);
    }
    let Some(parameters) = model.shapes.parameters() else { return };
    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
        let text = fields::counted(parameters, "parameter in all", "parameters in all");
        ui.label(RichText::new(text).strong());
    });
}
