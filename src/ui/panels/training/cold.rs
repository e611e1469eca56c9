use egui::Ui;

use crate::base::Finite;
use crate::spec::{
    AdamSpec, DataFacts, Field, Loss, Optimizer, RunSpec, Task, TrainSpec, validate_run,
};
use crate::ui::Cx;
use crate::ui::fields::{self, Real};
use crate::workbench::Edit;

use super::{Settings, group};

/// What only a new run takes over.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "A live run keeps these; restart it to apply a change";
    group(ui, cx.theme, "Needs a restart", help);
    loss(ui, cx, settings);
    optimizer(ui, cx, settings);
    seed(ui, cx);
}

fn loss(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let now = settings.train().loss;
    let facts = || cx.state.data().dataset().map(|data| data.facts());
    let chosen = fields::row(ui, cx.theme, "Loss", formula(now), |ui| {
        let width = ui.available_width();
        fields::list(ui, "Loss", now.label(), width, |ui| losses(ui, settings.spec, facts()))
    });
    if let Some(loss) = chosen {
        settings.edit(cx, |train| train.loss = loss);
    }
    settings.problems(ui, cx.theme, Field::Loss);
    mend_loss(ui, cx, settings);
}

/// All losses. Those that do not fit the data cannot be chosen and say why.
fn losses(ui: &mut Ui, spec: &RunSpec, facts: Option<DataFacts>) -> Option<Loss> {
    let mut chosen = None;
    for loss in Loss::ALL {
        let refused = facts.as_ref().and_then(|facts| refusal(spec, facts, loss));
        let is_now = loss == spec.train.loss;
        if fields::entry(ui, is_now, loss.label(), refused.as_deref()).clicked() && !is_now {
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

fn mend_loss(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    if !settings.issues.iter().any(|issue| issue.field == Field::Loss) {
        return;
    }
    let Some(data) = cx.state.data().dataset() else { return };
    let fit = match data.task {
        Task::Classification { .. } => Loss::CROSS_ENTROPY,
        Task::Regression => Loss::Mse,
    };
    let label = format!("Use {}", fit.label().to_lowercase());
    if ui.horizontal(|ui| ui.button(label).clicked()).inner {
        settings.edit(cx, |train| train.loss = fit);
    }
}

fn formula(loss: Loss) -> &'static str {
    match loss {
        Loss::CrossEntropy { .. } => "Softmax and negative log-likelihood",
        Loss::BinaryCrossEntropy => "Sigmoid and log loss on one output",
        Loss::Mse => "(ŷ − y)²",
        other => other.label(),
    }
}

fn optimizer(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let now = settings.train().optimizer;
    let chosen = fields::row(ui, cx.theme, "Optimizer", update_rule(now), |ui| {
        let width = ui.available_width();
        fields::list(ui, "Optimizer", now.label(), width, |ui| optimizers(ui, now))
    });
    let edited = chosen.or(constants(ui, cx, now));
    if let Some(optimizer) = edited {
        settings.edit(cx, |train| train.optimizer = optimizer);
    }
    settings.problems(ui, cx.theme, Field::Optimizer);
}

fn optimizers(ui: &mut Ui, now: Optimizer) -> Option<Optimizer> {
    let mut chosen = None;
    for optimizer in Optimizer::ALL {
        let same = std::mem::discriminant(&optimizer) == std::mem::discriminant(&now);
        let entry = ui.selectable_label(same, optimizer.label());
        if entry.on_hover_text(update_rule(optimizer)).clicked() && !same {
            chosen = Some(optimizer);
        }
    }
    chosen
}

fn update_rule(optimizer: Optimizer) -> &'static str {
    match optimizer {
        Optimizer::Sgd { .. } => "b ← μb + g, p ← p − lr · b",
        Optimizer::RmsProp { .. } => "v ← αv + (1 − α)g², p ← p − lr · g / (√v + ε)",
        _ => {
            "Means of g and g² that forget by β₁ and β₂, both corrected for their start; p ← p − \
             lr · m / (√v + ε)"
        }
    }
}

/// The constants of the optimizer; the optimizer with the one that was changed.
fn constants(ui: &mut Ui, cx: &Cx<'_>, now: Optimizer) -> Option<Optimizer> {
    let decay = Real::linear(0.0..=0.999_999, 0.01);
    let tiny = Real::ratio(0.0..=1.0, 1e-12);
    let mut field = |name: &str, help: &str, value: Finite, how: &Real| {
        let edit = |ui: &mut Ui| fields::real(ui, cx.theme, name, value, how);
        fields::row(ui, cx.theme, name, help, edit).unwrap_or(value)
    };
    let edited = match now {
        Optimizer::Sgd { momentum, dampening, nesterov } => Optimizer::Sgd {
            dampening,
            nesterov,
            momentum: field(
                "Momentum μ",
                "Share of the last update that goes on",
                momentum,
                &decay,
            ),
        },
        Optimizer::RmsProp { alpha, epsilon, momentum, centred } => Optimizer::RmsProp {
            momentum,
            centred,
            alpha: field("Decay α", "How slowly the mean square forgets", alpha, &decay),
            epsilon: field("Epsilon ε", "Added to the root", epsilon, &tiny),
        },
        Optimizer::Adam(AdamSpec { beta1, beta2, epsilon, amsgrad }) => Optimizer::Adam(AdamSpec {
            amsgrad,
            beta1: field("Decay β₁", "How slowly the mean forgets", beta1, &decay),
            beta2: field("Decay β₂", "How slowly the mean square forgets", beta2, &decay),
            epsilon: field("Epsilon ε", "Added to the root", epsilon, &tiny),
        }),
        other => other,
    };
    (edited != now).then_some(edited)
}

fn seed(ui: &mut Ui, cx: &mut Cx<'_>) {
    let help = "Initial weights and batch order follow from it, the same for every model";
    let now = cx.state.draft().seed;
    let edited = fields::row(ui, cx.theme, "Seed", help, |ui| {
        fields::seed(ui, cx.theme, "Seed", now, "Next seed")
    });
    if let Some(seed) = edited {
        cx.edit(Edit::Seed(seed));
    }
}
