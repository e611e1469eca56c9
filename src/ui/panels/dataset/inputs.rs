//! Further inputs computed from features: powers, products, sines and cosines.

use egui::{Button, Ui};

use crate::data::{Dataset, MAX_DERIVED};
use crate::spec::Derived;
use crate::ui::Cx;
use crate::ui::fields;
use crate::ui::widgets::{self, Icon};

use super::{edit, lists};

/// What the next input is computed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
enum Rule {
    #[default]
    Square,
    Cube,
    Fourth,
    Fifth,
    Product,
    Sin,
    Cos,
}

impl Rule {
    const ALL: [Self; 7] =
        [Self::Square, Self::Cube, Self::Fourth, Self::Fifth, Self::Product, Self::Sin, Self::Cos];

    fn label(self) -> &'static str {
        match self {
            Self::Square => "x²",
            Self::Cube => "x³",
            Self::Fourth => "x⁴",
            Self::Fifth => "x⁵",
            Self::Product => "a · b",
            Self::Sin => "sin x",
            Self::Cos => "cos x",
        }
    }

    fn of(self, a: usize, b: usize) -> Derived {
        let power = |exponent| Derived::Power { feature: a, exponent };
        match self {
            Self::Square => power(2),
            Self::Cube => power(3),
            Self::Fourth => power(4),
            Self::Fifth => power(5),
            Self::Product => Derived::Product { a, b },
            Self::Sin => Derived::Sin { feature: a },
            Self::Cos => Derived::Cos { feature: a },
        }
    }
}

/// What the next input would be.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct InputsView {
    rule: Rule,
    a: usize,
    b: usize,
}

/// The further inputs that TensorFlow Playground offers for two features.
const PLAYGROUND: [Derived; 5] = [
    Derived::Power { feature: 0, exponent: 2 },
    Derived::Power { feature: 1, exponent: 2 },
    Derived::Product { a: 0, b: 1 },
    Derived::Sin { feature: 0 },
    Derived::Sin { feature: 1 },
];

/// Shows the settings.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let sentence = "Computed from the features as they come, before scaling, so that a simple \
                    model can bend its boundary.";
    widgets::muted(ui, cx.theme, sentence);
    let Some(data) = cx.state.data().dataset() else { return };
    let derived = &cx.state.draft().data.derived;
    let names = base_names(data);
    if names.len() == 2 {
        chips(ui, cx, names, derived);
    }
    if names.is_empty() {
        return;
    }
    builder(ui, cx, names, derived);
    list(ui, cx, names, derived);
}

/// Names of the features that are not computed.
fn base_names(data: &Dataset) -> &[String] {
    let base = data.shape.len().saturating_sub(data.derived.len());
    data.feature_names.get(..base).unwrap_or(&[])
}

/// One switch for each input that the playground has.
fn chips(ui: &mut Ui, cx: &mut Cx<'_>, names: &[String], derived: &[Derived]) {
    let mut clicked = None;
    ui.horizontal_wrapped(|ui| {
        for rule in PLAYGROUND {
            let is_on = derived.contains(&rule);
            if ui.add(Button::new(name(rule, names)).selected(is_on)).clicked() {
                clicked = Some((rule, is_on));
            }
        }
    });
    match clicked {
        Some((rule, true)) => edit(cx, |data| data.derived.retain(|other| *other != rule)),
        Some((rule, false)) => edit(cx, |data| data.derived.push(rule)),
        None => {}
    }
}

fn builder(ui: &mut Ui, cx: &mut Cx<'_>, names: &[String], derived: &[Derived]) {
    let theme = cx.theme;
    let view = &mut cx.view.dataset.inputs;
    let most = names.len() - 1;
    (view.a, view.b) = (view.a.min(most), view.b.min(most));
    let chosen = fields::row(ui, theme, "Input", "What is computed", |ui| {
        widgets::choice(ui, "Computed by", view.rule, &Rule::ALL, 84.0, Rule::label)
    });
    view.rule = chosen.unwrap_or(view.rule);
    let feature = |ui: &mut Ui, name: &str, now: usize| {
        fields::row(ui, theme, name, "", |ui| {
            let width = ui.available_width();
            fields::list(ui, name, &names[now], width, |ui| {
                lists::long(ui, names.len(), Some(now), |place| names[place].as_str())
            })
        })
    };
    let is_product = view.rule == Rule::Product;
    view.a =
        feature(ui, if is_product { "Feature a" } else { "Feature x" }, view.a).unwrap_or(view.a);
    if is_product {
        view.b = feature(ui, "Feature b", view.b).unwrap_or(view.b);
    }
    let rule = view.rule.of(view.a, view.b);
    let refused = if derived.contains(&rule) {
        Some("This input is there already")
    } else if derived.len() >= MAX_DERIVED {
        Some("There is no room for further inputs")
    } else {
        None
    };
    let add = ui.add_enabled(refused.is_none(), Button::new("Add input"));
    if add.on_disabled_hover_text(refused.unwrap_or_default()).clicked() {
        edit(cx, |data| data.derived.push(rule));
    }
}

fn list(ui: &mut Ui, cx: &mut Cx<'_>, names: &[String], derived: &[Derived]) {
    let mut removed = None;
    for (place, rule) in derived.iter().enumerate() {
        ui.horizontal(|ui| {
            let name = name(*rule, names);
            let help = format!("Remove {name}");
            if widgets::icon_button(ui, cx.theme, Icon::Close, &help).clicked() {
                removed = Some(place);
            }
            ui.label(name);
        });
    }
    if let Some(place) = removed {
        edit(cx, |data| {
            data.derived.remove(place);
        });
    }
}

/// `x₁²`, `x₁·x₂`, `sin x₁`.
fn name(rule: Derived, names: &[String]) -> String {
    let of = |feature: usize| {
        names.get(feature).map_or_else(|| format!("feature {}", feature + 1), Clone::clone)
    };
    match rule {
        Derived::Power { feature, exponent } => format!("{}{}", of(feature), raised(exponent)),
        Derived::Product { a, b } => format!("{}·{}", of(a), of(b)),
        Derived::Sin { feature } => format!("sin {}", of(feature)),
        Derived::Cos { feature } => format!("cos {}", of(feature)),
    }
}

fn raised(exponent: u32) -> char {
    ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][exponent.min(9) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_called_by_what_they_are() {
        let names = ["x₁".to_owned(), "x₂".to_owned()];
        let called = PLAYGROUND.map(|rule| name(rule, &names));
        assert_eq!(called, ["x₁²", "x₂²", "x₁·x₂", "sin x₁", "sin x₂"]);
        assert_eq!(name(Derived::Cos { feature: 7 }, &names), "cos feature 8");
    }
}
