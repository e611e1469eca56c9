use egui::Ui;

use crate::base::Finite;
use crate::spec::{DataFacts, Field, Loss, Reduction, RunSpec, Task, TrainSpec, validate_run};
use crate::ui::fields::{self, Real};
use crate::ui::widgets;
use crate::ui::{Cx, theme};

use super::{Group, Settings, weights};

/// What is minimised.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let now = settings.train().loss;
    let facts = settings.facts();
    let classes = match facts.as_ref().map(|facts| facts.task) {
        Some(Task::Classification { classes }) => classes,
        _ => 2,
    };
    let formula = formula(now, classes);
    let chosen = fields::row(ui, cx.theme, "Loss", formula, |ui| {
        let width = ui.available_width();
        if width < SNUG {
            ui.spacing_mut().button_padding.x = theme::TIGHT;
        }
        fields::list(ui, "Loss", now.label(), width, |ui| {
            losses(ui, settings.spec, facts.as_ref(), classes)
        })
    });
    if let Some(loss) = chosen {
        settings.edit(cx, |train| train.loss = loss);
    }
    fields::remark(ui, cx.theme, formula).on_hover_text(SIGNS);
    settings.problems(ui, cx, Field::Loss);
    Group::Loss.show(ui, cx, &summary(settings.train()), |ui, cx| {
        constant(ui, cx, settings);
        reduction(ui, cx, settings);
        weights::show(ui, cx, settings);
    });
    settings.problems(ui, cx, Field::Reduction);
}

/// Width below which the list has less room around its words.
const SNUG: f32 = 124.0;

/// What the letters of the formulas stand for.
const SIGNS: &str = "z: outputs of the network; t: what they should be; y: 1 or 0 for the true \
                     class; K: number of classes";

/// All losses. Those that do not fit the data cannot be chosen and say why.
fn losses(ui: &mut Ui, spec: &RunSpec, facts: Option<&DataFacts>, classes: usize) -> Option<Loss> {
    let mut chosen = None;
    let now = std::mem::discriminant(&spec.train.loss);
    for loss in Loss::ALL {
        let refused = facts.and_then(|facts| refusal(spec, facts, loss));
        let is_now = std::mem::discriminant(&loss) == now;
        let entry = fields::entry(ui, is_now, loss.label(), refused.as_deref());
        if entry.on_hover_text(formula(loss, classes)).clicked() && !is_now {
            chosen = Some(loss);
        }
    }
    chosen
}

/// Why a loss does not fit the data, in the words of the check.
pub fn refusal(spec: &RunSpec, facts: &DataFacts, loss: Loss) -> Option<String> {
    let train = TrainSpec { loss, ..spec.train.clone() };
    let issues = validate_run(&RunSpec { train, ..spec.clone() }, facts).err()?;
    issues.into_iter().find(|issue| issue.field == Field::Loss).map(|issue| issue.message)
}

fn formula(loss: Loss, classes: usize) -> &'static str {
    match loss {
        Loss::CrossEntropy { smoothing } if smoothing != Finite::ZERO => {
            "−Σ q · log softmax(z), q = 1 − ε + ε/K for the true class, ε/K for the others"
        }
        Loss::CrossEntropy { .. } => "−log softmax(z) of the true class",
        Loss::BinaryCrossEntropy => "−y · log σ(z) − (1 − y) · log(1 − σ(z))",
        Loss::BinaryFromProbability => "−y · log z − (1 − y) · log(1 − z)",
        Loss::Nll => "−z of the true class, z = log-probabilities",
        Loss::Hinge if classes > 2 => "Σ max(0, 1 − z of the true class + z of another) / K",
        Loss::Hinge => "max(0, 1 − t · z), t = ±1",
        Loss::Perceptron if classes > 2 => "largest z − z of the true class",
        Loss::Perceptron => "max(0, −t · z), t = ±1",
        Loss::Mse => "(z − t)²",
        Loss::HalfSquared => "½(z − t)²",
        Loss::Mae => "|z − t|",
        Loss::Huber { .. } => "½(z − t)² up to δ, beyond δ · (|z − t| − ½δ)",
        Loss::SmoothL1 { .. } => "½(z − t)² / β up to β, beyond |z − t| − ½β",
    }
}

/// What is set, in a line.
pub fn summary(train: &TrainSpec) -> String {
    let mut words = vec![train.reduction.label().to_owned()];
    match train.loss {
        Loss::CrossEntropy { smoothing } if smoothing != Finite::ZERO => {
            words.push(format!("smoothing {smoothing}"));
        }
        Loss::Huber { delta } => words.push(format!("δ {delta}")),
        Loss::SmoothL1 { beta } => words.push(format!("β {beta}")),
        _ => {}
    }
    words.extend(weights::summary(&train.class_weights).map(str::to_owned));
    words.join(" · ")
}

/// The constant of the loss, where it has one.
fn constant(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let mut loss = settings.train().loss;
    let positive = Real::ratio(1e-6..=1e6, 1e-3);
    let (name, help, value, how) = match &mut loss {
        Loss::CrossEntropy { smoothing } => {
            let help = "Label smoothing ε: how much of the certainty the other classes get";
            ("Smoothing ε", help, smoothing, Real::linear(0.0..=0.999_999, 0.01))
        }
        Loss::Huber { delta } => ("Delta δ", "Where it becomes linear", delta, positive),
        Loss::SmoothL1 { beta } => ("Beta β", "Where it becomes linear", beta, positive),
        _ => return,
    };
    let edit = |ui: &mut Ui| fields::real(ui, cx.theme, name, *value, &how);
    let edited = fields::row(ui, cx.theme, name, help, edit);
    *value = edited.unwrap_or(*value);
    settings.edit(cx, |train| train.loss = loss);
}

fn reduction(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "How the losses of the samples of a batch become one number. With the sum, the \
                learning rate that suits depends on the batch size";
    let now = settings.train().reduction;
    let chosen = fields::row(ui, cx.theme, "Over a batch", help, |ui| {
        widgets::segmented(ui, cx.theme, now, &Reduction::ALL, Reduction::label)
    });
    if let Some(reduction) = chosen {
        settings.edit(cx, |train| train.reduction = reduction);
    }
}
