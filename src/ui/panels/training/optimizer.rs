use egui::Ui;

use crate::base::Finite;
use crate::spec::{AdamSpec, Field, Optimizer};
use crate::ui::Cx;
use crate::ui::fields::{self, Real};

use super::{Group, Settings};

/// How parameters are updated.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let now = settings.train().optimizer;
    let chosen = fields::row(ui, cx.theme, "Optimizer", update_rule(now), |ui| {
        let width = ui.available_width();
        fields::list(ui, "Optimizer", now.label(), width, |ui| optimizers(ui, now))
    });
    if let Some(optimizer) = chosen {
        settings.edit(cx, |train| train.optimizer = optimizer);
    }
    Group::Optimizer.show(ui, cx, &summary(now), |ui, cx| {
        fields::remark(ui, cx.theme, update_rule(now));
        let mut edited = now;
        constants(&mut edited, &mut |constant| constant.show(ui, cx));
        settings.edit(cx, |train| train.optimizer = edited);
    });
    settings.problems(ui, cx, Field::Optimizer);
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
        Optimizer::Sgd { nesterov: true, .. } => "b ← μb + (1 − dampening)g, p ← p − lr · (g + μb)",
        Optimizer::Sgd { momentum, .. } if momentum == Finite::ZERO => "p ← p − lr · g",
        Optimizer::Sgd { .. } => "b ← μb + (1 − dampening)g, p ← p − lr · b",
        Optimizer::RmsProp { centred: true, .. } => {
            "v ← αv + (1 − α)g², m ← αm + (1 − α)g, p ← p − lr · g / (√(v − m²) + ε)"
        }
        Optimizer::RmsProp { .. } => "v ← αv + (1 − α)g², p ← p − lr · g / (√v + ε)",
        Optimizer::Adagrad { .. } => "s ← s + g², p ← p − lr / (1 + (t − 1)·decay) · g / (√s + ε)",
        Optimizer::Adadelta { .. } => {
            "v ← ρv + (1 − ρ)g², d = g · √(u + ε) / √(v + ε), u ← ρu + (1 − ρ)d², p ← p − lr · d"
        }
        Optimizer::Adam(_) => {
            "m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², both corrected for their start; \
             p ← p − lr · m / (√v + ε)"
        }
        Optimizer::AdamW(_) => {
            "Adam whose weight decay shrinks the parameters by lr · λ · p instead of changing the \
             gradient"
        }
        Optimizer::Adamax { .. } => {
            "Adam with u ← max(β₂u, |g| + ε) in place of √v; p ← p − lr · m / u"
        }
        Optimizer::NAdam { .. } => "Adam that looks ahead with Nesterov momentum",
        Optimizer::RAdam { .. } => {
            "Adam that waits with its adaptive step until the mean square is reliable"
        }
        Optimizer::Rprop { .. } => {
            "Only the sign of g counts: a step size for each parameter grows while the sign stays \
             and shrinks when it turns. For full batches"
        }
    }
}

/// A constant of an optimizer.
struct Constant<'a> {
    label: &'static str,
    /// Its name in a line of words.
    short: &'static str,
    help: &'static str,
    value: Value<'a>,
}

enum Value<'a> {
    /// A share below 1.
    Decay(&'a mut Finite),
    /// The same, seldom other than zero.
    Extra(&'a mut Finite),
    /// A small number, or zero.
    Tiny(&'a mut Finite),
    /// A positive number of any size.
    Positive(&'a mut Finite),
    /// Yes or no.
    Flag(&'a mut bool),
}

impl Constant<'_> {
    fn show(self, ui: &mut Ui, cx: &Cx<'_>) {
        let (theme, label) = (cx.theme, self.label);
        let (value, how) = match self.value {
            Value::Flag(on) => {
                let switched = fields::switch(ui, theme, *on, label, self.help);
                *on = switched.unwrap_or(*on);
                return;
            }
            Value::Decay(value) | Value::Extra(value) => {
                (value, Real::linear(0.0..=0.999_999, 0.01))
            }
            Value::Tiny(value) => (value, Real::ratio(0.0..=1.0, 1e-12)),
            Value::Positive(value) => (value, Real::ratio(0.0..=1e6, 1e-6)),
        };
        let edit = |ui: &mut Ui| fields::real(ui, theme, label, *value, &how);
        let edited = fields::row(ui, theme, label, self.help, edit);
        *value = edited.unwrap_or(*value);
    }

    fn words(&self) -> Option<String> {
        match &self.value {
            Value::Flag(on) => on.then(|| self.short.to_owned()),
            Value::Extra(value) if **value == Finite::ZERO => None,
            Value::Decay(value)
            | Value::Extra(value)
            | Value::Tiny(value)
            | Value::Positive(value) => Some(format!("{} {value}", self.short)),
        }
    }
}

/// What is set, in a line.
pub fn summary(mut optimizer: Optimizer) -> String {
    let mut words = Vec::new();
    constants(&mut optimizer, &mut |constant| words.extend(constant.words()));
    words.join(" · ")
}

const BETA1: [&str; 3] = ["Decay β₁", "β₁", "How slowly the mean of the gradients forgets"];
const BETA2: [&str; 3] = ["Decay β₂", "β₂", "How slowly the mean square forgets"];
const EPSILON: [&str; 3] = ["Epsilon ε", "ε", "Added to the root, so that nothing is divided by 0"];
const MOMENTUM: [&str; 3] = ["Momentum μ", "μ", "Share of the last update that goes on"];

/// Goes through all constants of an optimizer.
fn constants(optimizer: &mut Optimizer, each: &mut dyn FnMut(Constant<'_>)) {
    use Value::{Decay, Extra, Flag, Positive, Tiny};

    let mut next = |[label, short, help]: [&'static str; 3], value: Value<'_>| {
        each(Constant { label, short, help, value });
    };
    match optimizer {
        Optimizer::Sgd { momentum, dampening, nesterov } => {
            next(MOMENTUM, Decay(momentum));
            next(DAMPENING, Extra(dampening));
            next(NESTEROV, Flag(nesterov));
        }
        Optimizer::RmsProp { alpha, epsilon, momentum, centred } => {
            next(["Decay α", "α", "How slowly the mean square forgets"], Decay(alpha));
            next(EPSILON, Tiny(epsilon));
            next(MOMENTUM, Extra(momentum));
            next(CENTRED, Flag(centred));
        }
        Optimizer::Adagrad { decay, initial, epsilon } => {
            next(["Rate decay", "decay", "How fast the learning rate falls"], Positive(decay));
            next(["Initial sum", "sum", "Sum of squares at the start"], Positive(initial));
            next(EPSILON, Tiny(epsilon));
        }
        Optimizer::Adadelta { rho, epsilon } => {
            next(["Decay ρ", "ρ", "How slowly both mean squares forget"], Decay(rho));
            next(["Epsilon ε", "ε", "Added under the roots"], Tiny(epsilon));
        }
        Optimizer::Adam(adam) | Optimizer::AdamW(adam) => {
            let AdamSpec { beta1, beta2, epsilon, amsgrad } = adam;
            betas(beta1, beta2, epsilon, &mut next);
            next(AMSGRAD, Flag(amsgrad));
        }
        Optimizer::Adamax { beta1, beta2, epsilon }
        | Optimizer::RAdam { beta1, beta2, epsilon } => betas(beta1, beta2, epsilon, &mut next),
        Optimizer::NAdam { beta1, beta2, epsilon, momentum_decay } => {
            betas(beta1, beta2, epsilon, &mut next);
            next(["Momentum decay", "decay", "How fast β₁ grows"], Positive(momentum_decay));
        }
        Optimizer::Rprop { shrink, grow, min_step, max_step } => {
            next(
                ["Shrink", "shrink", "Factor on a step size when the sign turns"],
                Positive(shrink),
            );
            next(["Grow", "grow", "Factor on a step size while the sign stays"], Positive(grow));
            next(["Smallest step", "from", "Smallest step size"], Positive(min_step));
            next(["Largest step", "to", "Largest step size"], Positive(max_step));
        }
    }
}

const DAMPENING: [&str; 3] =
    ["Dampening", "dampening", "Share of the gradient that the momentum leaves out"];
const NESTEROV: [&str; 3] = ["Nesterov", "Nesterov", "Whether the step looks ahead"];
const CENTRED: [&str; 3] =
    ["Centred", "centred", "Whether the variance takes the place of the mean square"];
const AMSGRAD: [&str; 3] = [
    "AMSGrad",
    "AMSGrad",
    "Whether the largest mean square so far takes the place of the present one",
];

fn betas(
    beta1: &mut Finite,
    beta2: &mut Finite,
    epsilon: &mut Finite,
    next: &mut impl FnMut([&'static str; 3], Value<'_>),
) {
    next(BETA1, Value::Decay(beta1));
    next(BETA2, Value::Decay(beta2));
    next(EPSILON, Value::Tiny(epsilon));
}
