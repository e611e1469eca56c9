use egui::Ui;

use crate::base::Finite;
use crate::spec::{Clip, Field, L2Form, Optimizer, TrainSpec};
use crate::ui::Cx;
use crate::ui::fields::{self, Real};
use crate::ui::widgets;

use super::{Group, Settings};

/// Penalties that the slider reaches; zero stands at its left end.
const PENALTIES: std::ops::RangeInclusive<f64> = 0.0..=1.0;
/// Where the slider of penalties leaves zero.
const SMALLEST_PENALTY: f64 = 1e-6;
/// Largest penalty that can be typed.
const MOST: f64 = 1e6;
/// Width of the lists, and of a number behind one.
const LIST: f32 = 84.0;
const NUMBER: f32 = 48.0;

/// What keeps weights and gradients small.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    Group::Penalties.show(ui, cx, &summary(settings.train()), |ui, cx| {
        l2(ui, cx, settings);
        l1(ui, cx, settings);
        biases(ui, cx, settings);
        weight_decay(ui, cx, settings);
        clip(ui, cx, settings);
    });
    for field in [Field::L1, Field::L2, Field::WeightDecay, Field::Clip] {
        settings.problems(ui, cx, field);
    }
}

/// What is set, in a line.
pub fn summary(train: &TrainSpec) -> String {
    let mut words = Vec::new();
    for (name, value) in [("L2", train.l2), ("L1", train.l1), ("weight decay", train.weight_decay)]
    {
        if value != Finite::ZERO {
            words.push(format!("{name} {value}"));
        }
    }
    match train.clip {
        Clip::None => {}
        Clip::Norm { max } => words.push(format!("norm ≤ {max}")),
        Clip::Value { max } => words.push(format!("values ≤ {max}")),
    }
    if words.is_empty() { "none".into() } else { words.join(" · ") }
}

/// A line with a slider for a penalty.
fn penalty(ui: &mut Ui, cx: &Cx<'_>, name: &str, help: &str, now: Finite) -> Option<Finite> {
    fields::row(ui, cx.theme, name, help, |ui| {
        let how = Real::ratio(0.0..=MOST, SMALLEST_PENALTY).reach(PENALTIES);
        fields::real_slider(ui, cx.theme, name, now, &how)
    })
}

fn l2(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "Added to the loss, in the form below: keeps weights small";
    let edited = penalty(ui, cx, "L2 penalty λ", help, settings.train().l2);
    if let Some(l2) = edited {
        settings.edit(cx, |train| train.l2 = l2);
    }
    let help =
        "Half of the textbooks have the factor ½, whose gradient is λw; without it, it is 2λw";
    let now = settings.train().l2_form;
    let chosen = fields::row(ui, cx.theme, "L2 form", help, |ui| {
        widgets::choice(ui, "L2 form", now, &L2Form::ALL, LIST, L2Form::label)
    });
    if let Some(form) = chosen {
        settings.edit(cx, |train| train.l2_form = form);
    }
}

fn l1(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "Adds λ₁ · Σ|w| to the loss: brings many weights to zero";
    let edited = penalty(ui, cx, "L1 penalty λ₁", help, settings.train().l1);
    if let Some(l1) = edited {
        settings.edit(cx, |train| train.l1 = l1);
    }
}

fn biases(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "Whether the sums run over biases as well as weights";
    let on = settings.train().penalise_biases;
    let biases = fields::switch(ui, cx.theme, on, "Penalty on biases, too", help);
    if let Some(biases) = biases {
        settings.edit(cx, |train| train.penalise_biases = biases);
    }
}

fn weight_decay(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let train = settings.train();
    let means = match train.optimizer {
        Optimizer::AdamW(_) => {
            "Every parameter p shrinks by lr · λ · p in each step, beside the gradient"
        }
        _ => "λ · p is added to the gradient of every parameter p, biases too",
    };
    let help = format!("{means}, as PyTorch's weight_decay does. It is no part of the objective");
    let edited = penalty(ui, cx, "Weight decay", &help, train.weight_decay);
    if let Some(decay) = edited {
        settings.edit(cx, |train| train.weight_decay = decay);
    }
    fields::remark(ui, cx.theme, means);
}

fn clip(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "Keeps gradients, penalties included, small before the optimizer sees them: all \
                together by their norm, or each value by itself";
    let now = settings.train().clip;
    let edited = fields::row(ui, cx.theme, "Clip gradients", help, |ui| {
        let chosen = kinds(ui, now);
        let how = Real::ratio(1e-12..=1e12, 1e-3).width(NUMBER);
        let typed = match now {
            Clip::None => None,
            Clip::Norm { max } => {
                fields::real(ui, cx.theme, "Largest norm", max, &how).map(|max| Clip::Norm { max })
            }
            Clip::Value { max } => fields::real(ui, cx.theme, "Largest value", max, &how)
                .map(|max| Clip::Value { max }),
        };
        chosen.or(typed)
    });
    if let Some(clip) = edited {
        settings.edit(cx, |train| train.clip = clip);
    }
}

/// Another kind brings the number along.
fn kinds(ui: &mut Ui, now: Clip) -> Option<Clip> {
    let max = match now {
        Clip::None => Finite::ONE,
        Clip::Norm { max } | Clip::Value { max } => max,
    };
    let all = [Clip::None, Clip::Norm { max }, Clip::Value { max }];
    widgets::choice(ui, "Clip gradients", now, &all, LIST, Clip::label)
}
