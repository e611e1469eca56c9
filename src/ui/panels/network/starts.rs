//! How weights and biases start, and the function of an activation: what several cards share.

use egui::Ui;

use crate::base::Finite;
use crate::spec::{Activation, BiasInit, Init};
use crate::ui::fields::{self, Real};

use super::form::{Form, kinds};

/// Width of a list of initialisations.
const INIT: f32 = 136.0;
/// Width of a list of functions.
const FUNCTION: f32 = 124.0;

/// How weights and biases start. `has_bias` is what the tick says.
pub struct Start {
    pub weights: Init,
    pub has_bias: bool,
    pub biases: BiasInit,
}

impl Start {
    /// Two groups of fields, in one line where there is room.
    pub fn show(&mut self, ui: &mut Ui, form: &Form<'_>) {
        fields::flow(ui, |ui| {
            self.weights(ui, form);
            self.biases(ui, form);
        });
    }

    fn weights(&mut self, ui: &mut Ui, form: &Form<'_>) {
        let now = self.weights;
        let list = |ui: &mut Ui| kinds(ui, &Init::ALL, now, Init::label, distribution);
        let help = "How the weights start";
        let chosen = form.list(ui, "weights", help, (now.label(), INIT), list);
        if let Some(chosen) = chosen {
            self.weights = chosen;
            return;
        }
        match &mut self.weights {
            Init::Normal { mean, std } => {
                form.constant(ui, ["mean", "mean"], MEAN, mean, number());
                form.constant(ui, ["std", "std"], STD, std, spread());
            }
            Init::Uniform { low, high } => {
                form.constant(ui, ["from", "low"], "Lower end", low, number());
                form.constant(ui, ["to", "high"], "Upper end", high, number());
            }
            Init::Constant { value } => {
                form.constant(ui, ["value", "value"], "Value of all weights", value, number());
            }
            Init::PyTorch
            | Init::KaimingUniform
            | Init::KaimingNormal
            | Init::XavierUniform
            | Init::XavierNormal
            | Init::Zeros => {}
        }
    }

    fn biases(&mut self, ui: &mut Ui, form: &Form<'_>) {
        form.tick(ui, "bias", "Whether each unit has a bias", &mut self.has_bias);
        if !self.has_bias {
            return;
        }
        let now = self.biases;
        let list = |ui: &mut Ui| kinds(ui, &BiasInit::ALL, now, BiasInit::label, bias_distribution);
        let name = form.name("biases");
        let chosen = fields::item(ui, form.theme, "", "", INIT, |ui| {
            fields::list(ui, &name, now.label(), INIT, list)
        });
        if let Some(chosen) = chosen {
            self.biases = chosen;
            return;
        }
        match &mut self.biases {
            BiasInit::Normal { mean, std } => {
                form.constant(ui, ["mean", "bias mean"], MEAN, mean, number());
                form.constant(ui, ["std", "bias std"], STD, std, spread());
            }
            BiasInit::Uniform { low, high } => {
                form.constant(ui, ["from", "bias low"], "Lower end", low, number());
                form.constant(ui, ["to", "bias high"], "Upper end", high, number());
            }
            BiasInit::Constant { value } => {
                form.constant(ui, ["value", "bias value"], "Value of all biases", value, number());
            }
            BiasInit::PyTorch | BiasInit::Zeros => {}
        }
    }
}

const MEAN: &str = "Mean of the normal distribution";
const STD: &str = "Standard deviation of the normal distribution";

fn number() -> Real {
    Real::linear(-1e6..=1e6, 0.01)
}

fn spread() -> Real {
    Real::ratio(0.0..=1e6, 1e-4)
}

fn distribution(init: Init) -> &'static str {
    match init {
        Init::PyTorch => "uniform in ±1/√fan_in, as nn.Linear and nn.Conv2d do",
        Init::KaimingUniform => "uniform in ±√(6 / fan_in)",
        Init::KaimingNormal => "normal with variance 2 / fan_in",
        Init::XavierUniform => "uniform in ±√(6 / (fan_in + fan_out))",
        Init::XavierNormal => "normal with variance 2 / (fan_in + fan_out)",
        Init::Normal { .. } => "mean + std · randn",
        Init::Uniform { .. } => "uniform between two ends",
        Init::Constant { .. } => {
            "all equal to one value: neurons of a hidden layer then stay equal for ever"
        }
        Init::Zeros => "all zero: neurons of a hidden layer then stay equal for ever",
    }
}

fn bias_distribution(init: BiasInit) -> &'static str {
    match init {
        BiasInit::PyTorch => "uniform in ±1/√fan_in, as nn.Linear and nn.Conv2d do",
        BiasInit::Normal { .. } => "mean + std · randn",
        BiasInit::Uniform { .. } => "uniform between two ends",
        BiasInit::Constant { .. } => "all equal to one value",
        BiasInit::Zeros => "all zero",
    }
}

/// A list of functions. `label` stands before it.
pub fn function(ui: &mut Ui, form: &Form<'_>, label: &str, now: &mut Activation) {
    let name = form.name("activation");
    let before = *now;
    let list =
        |ui: &mut Ui| kinds(ui, &Activation::ALL, before, Activation::label, Activation::formula);
    let chosen = fields::item(ui, form.theme, label, before.formula(), FUNCTION, |ui| {
        fields::list(ui, &name, before.label(), FUNCTION, list)
    });
    *now = chosen.unwrap_or(*now);
}

/// Whether a function has a constant to set.
pub fn has_constant(activation: Activation) -> bool {
    matches!(activation, Activation::LeakyRelu { .. } | Activation::Elu { .. })
}

/// The constant of a function, where it has one.
pub fn constant(ui: &mut Ui, form: &Form<'_>, now: &mut Activation) {
    match now {
        Activation::LeakyRelu { slope } => {
            let help = "Slope for negative values";
            form.real(ui, "slope", help, slope, Real::linear(0.0..=0.99, 0.01));
        }
        Activation::Elu { alpha } => {
            let help = "The function tends to −α for negative values";
            form.constant(ui, ["α", "alpha"], help, alpha, Real::ratio(1e-3..=1e3, 1e-3));
        }
        _ => {}
    }
}

/// The value of a constant as it is told in a line of words.
pub fn unusual(words: &mut Vec<String>, name: &str, value: Finite, usual: f64) {
    if value.get() != usual {
        words.push(format!("{name} {value}"));
    }
}
