use egui::{Align, Layout, RichText, Ui};

use crate::spec::{
    DataFacts, Field, Link, OutputSpec, Readout, RunSpec, SampleShape, TargetCoding, Task, readout,
};
use crate::ui::Cx;
use crate::ui::fields;
use crate::ui::widgets;
use crate::workbench::Edit;

use super::form::Form;
use super::starts::{self, Start};
use super::{Model, Open, Room, card, facts};

/// Room for the kind of a sample beside its shape.
const DESCRIBED: f32 = 150.0;

/// What goes into the network.
pub fn input(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>) {
    let theme = cx.theme;
    let has_issue = model.shapes.issues_at(Field::Data).next().is_some();
    card::frame(theme, has_issue, false).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = card::SPACE;
            ui.add_space(card::HANDLE);
            card::kind(ui, "Input");
            match model.shapes.facts() {
                Some(facts) => {
                    let is_wide = ui.available_width() >= DESCRIBED;
                    if is_wide || facts.input.is_flat() {
                        ui.label(describe_input(&facts.input));
                    }
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

/// The output layer. Its width follows from the data and the loss.
pub fn output(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>) {
    let theme = cx.theme;
    let now = &model.spec.model.output;
    let mut edited = now.clone();
    let has_issue = model.shapes.issues_at(Field::Output).next().is_some();
    let framed = card::frame(theme, has_issue, false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = card::LINES;
        let form = Form { theme, owner: "Output", room: model.room };
        let told = head(ui, cx, model, &form);
        card::indented(ui, |ui| settings(ui, &form, &mut edited));
        if cx.view.network.open == Some(Open::Output) {
            card::indented(ui, |ui| {
                fields::flow(ui, |ui| {
                    card::treatment(ui, &form, &mut edited.frozen, &mut edited.rate);
                });
            });
        }
        let lines = facts::Lines { model, layer: None, told };
        lines.show(ui, theme, model.shapes.output());
        card::issues(ui, cx, model, None);
    });
    if edited != *now {
        cx.edit(Edit::Output(model.run, edited));
    }
    if model.is_output_changed() {
        card::mark_changed(ui, theme, framed.response.rect);
    }
}

/// Says what the outputs are read as. Tells whether the shapes found room beside it.
fn head(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>, form: &Form<'_>) -> bool {
    let theme = cx.theme;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = card::SPACE;
        ui.add_space(card::HANDLE);
        card::kind(ui, "Output");
        let (text, help) = Reading::of(model).words();
        ui.label(text).on_hover_text(help);
        card::signs(ui, form, model.spec.model.output.frozen, false);
        let right = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            if model.room == Room::Wide {
                ui.add_space(card::ABSENT_BUTTONS);
            }
            card::open_button(ui, cx, Open::Output, "More of the output layer");
            ui.add_space(4.0);
            facts::beside(ui, theme, model, model.shapes.output())
        });
        right.inner
    })
    .inner
}

/// What the outputs are read as.
struct Reading<'a> {
    facts: Option<&'a DataFacts>,
    readout: Option<Readout>,
}

impl<'a> Reading<'a> {
    fn of(model: &'a Model<'_>) -> Self {
        let facts = model.shapes.facts();
        let RunSpec { train, model: network, .. } = model.spec;
        let readout = facts.map(|facts| readout(facts.task, train.loss, &network.output));
        Self { facts, readout }
    }

    /// In short, and in a sentence.
    fn words(&self) -> (String, &'static str) {
        let (Some(facts), Some(readout)) = (self.facts, self.readout) else {
            return (
                "width follows from the data".into(),
                "The data say how many outputs there are",
            );
        };
        let classes = match facts.task {
            Task::Classification { classes } => classes,
            Task::Regression => 1,
        };
        let many = fields::counted(classes, "class", "classes");
        match (readout.coding, readout.link) {
            (TargetCoding::Number, _) => ("1 number".into(), "The output is the predicted number"),
            (_, Some(Link::Softmax)) => (
                format!("{many} · softmax"),
                "One output a class: logits, whose softmax are the probabilities. The loss applies \
                 it by itself",
            ),
            (_, Some(Link::Exp)) => (
                format!("{many} · log-probabilities"),
                "One output a class: logarithms of probabilities, as log-softmax gives them",
            ),
            (_, Some(Link::Sigmoid)) => (
                "1 output · sigmoid".into(),
                "One output: a logit, whose sigmoid is the probability of the second class. The \
                 loss applies it by itself",
            ),
            (_, Some(Link::Probability)) => (
                "1 output · probability".into(),
                "One output: the probability of the second class, as a sigmoid gives it",
            ),
            (TargetCoding::OneHot, None) => (
                format!("{many} · largest"),
                "One output a class: scores, of which the largest decides. They are no \
                 probabilities",
            ),
            (TargetCoding::PlusMinus, None) => (
                "1 output · −1 or 1".into(),
                "One output: its sign decides between the two classes",
            ),
            (TargetCoding::ZeroOne, None) => (
                "1 output · 0 or 1".into(),
                "One output: the first class below ½, the second above",
            ),
        }
    }
}

fn settings(ui: &mut Ui, form: &Form<'_>, edited: &mut OutputSpec) {
    let OutputSpec { bias, init, bias_init, .. } = *edited;
    let mut start = Start { weights: init, has_bias: bias, biases: bias_init };
    fields::flow(ui, |ui| {
        starts::function(ui, form, "activation", &mut edited.activation);
        starts::constant(ui, form, &mut edited.activation);
    });
    start.show(ui, form);
    let Start { weights, has_bias, biases } = start;
    (edited.init, edited.bias, edited.bias_init) = (weights, has_bias, biases);
}

/// How many trainable values there are in all and what a sample costs, and what is wrong with the
/// stack as a whole.
pub fn foot(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>) {
    ui.add_space(8.0);
    for issue in model.shapes.issues_at(Field::Layers) {
        fields::problem(ui, cx.theme, &issue.message);
    }
    for advice in model.shapes.advice_at(Field::Layers) {
        fields::advice(ui, cx.theme, &advice.message);
    }
    let (Some(parameters), Some(costs)) = (model.shapes.parameters(), model.shapes.multiply_adds())
    else {
        return;
    };
    let layout = match model.room {
        Room::Wide => Layout::right_to_left(Align::Min),
        Room::Narrow | Room::Tiny => Layout::top_down(Align::Max),
    };
    ui.with_layout(layout, |ui| {
        let text = fields::counted(parameters, "parameter in all", "parameters in all");
        ui.label(RichText::new(text).strong());
        let text = format!("{} multiply-adds", fields::rough(costs));
        let help = "Multiplications and additions for one sample, a pair counted once";
        widgets::muted(ui, cx.theme, &text).on_hover_text(help);
    });
}
