use std::collections::BTreeMap;

use crate::data::{Dataset, Scaler};
use crate::spec::{Activation, Decision, Derived, Link, Scaling, TargetCoding, Task, ValidRun};

use super::VERSION;
use super::modules::{self, modules};

/// What has to be known about a trained network to use it elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct ModelCard<'a> {
    /// Name of the experiment.
    pub experiment: &'a str,
    /// The network and how it was trained.
    pub run: &'a ValidRun,
    /// The data it was trained on, and how its features were scaled.
    pub data: &'a Dataset,
}

impl ModelCard<'_> {
    /// The texts that stand in a file of weights.
    #[must_use]
    pub fn metadata(&self) -> BTreeMap<String, String> {
        let modules = modules(self.run);
        let (container, layers) = (modules::container(&modules), modules.join(", "));
        let mut entries = vec![
            ("format", "pt".to_owned()),
            ("descent", VERSION.to_owned()),
            ("experiment", self.experiment.to_owned()),
            ("run", self.run.spec().name.clone()),
            ("layers", format!("{container}({layers})")),
            ("input", format!("{:?}", self.run.facts().input.0)),
            ("output", output_text(self.run).to_owned()),
            ("label", self.data.label_name.clone()),
            ("classes", list(&self.data.class_names)),
            ("features", list(&self.data.feature_names)),
        ];
        match &self.data.scaler {
            None => entries.push(("scaling", "none".to_owned())),
            Some(scaler) => {
                let offset = offset_name(scaler);
                entries.extend([
                    ("scaling", format!("(features - {offset}) / scale")),
                    (offset, format!("{:?}", scaler.offset)),
                    ("scale", format!("{:?}", scaler.scale)),
                ]);
            }
        }
        if !self.data.derived.is_empty() {
            let computed: Vec<String> =
                self.data.derived.iter().map(|rule| python(*rule)).collect();
            entries.push(("computed", list(&computed)));
        }
        if !self.data.steps.is_empty() {
            entries.push(("preparation", list(&self.data.steps)));
        }
        entries.into_iter().map(|(key, text)| (key.to_owned(), text)).collect()
    }
}

/// Python that builds the same network as an `nn.Sequential`, or a subclass of it, and loads its weights from a
/// safetensors file, refusing a file that does not fit to the last key.
#[must_use]
pub fn pytorch_module(card: &ModelCard<'_>) -> String {
    let modules = modules(card.run);
    format!(
        r#"# {run} ({experiment}), exported by Descent {VERSION}.
#
# Needs: pip install torch safetensors
# Usage: python model.py model.safetensors
{preparation}
import sys

import torch
from safetensors.torch import load_file
from torch import nn

INPUT_SHAPE = ({input})  # one sample, without the batch axis
FEATURES = {features}
CLASSES = {classes}
{computed}{scaling}{own}

def build():
    """The network; its outputs are {output}."""
{body}


def load(path):
    """The network with its trained weights, ready to predict."""
    model = build()
    model.load_state_dict(load_file(path), strict=True)
    return model.eval()


if __name__ == "__main__":
    model = load(sys.argv[1] if len(sys.argv) > 1 else "model.safetensors")
    print(model)
    with torch.no_grad():
        print(model(torch.zeros(1, *INPUT_SHAPE)))
"#,
        run = one_line(&card.run.spec().name),
        experiment = one_line(card.experiment),
        input = shape_text(card.run),
        features = list(&card.data.feature_names),
        preparation = preparation_text(&card.data.steps),
        computed = computed_text(card.data),
        scaling = card.data.scaler.as_ref().map(scaling_text).unwrap_or_default(),
        classes = list(&card.data.class_names),
        own = modules::classes(&modules),
        body = body(card, &modules),
        output = output_text(card.run),
    )
}

/// What stands between the brackets of the container: a module a line, with the names that the
/// user gave.
fn module_lines(card: &ModelCard<'_>, modules: &[String]) -> String {
    let layers = &card.run.spec().model.hidden;
    let lines = modules.iter().enumerate().map(|(place, module)| {
        let name = layers.get(place).map(|layer| one_line(&layer.name)).unwrap_or_default();
        match name.trim() {
            "" => format!("        {module},\n"),
            name => format!("        {module},  # {name}\n"),
        }
    });
    lines.collect()
}

/// The body of the function that builds the network.
fn body(card: &ModelCard<'_>, modules: &[String]) -> String {
    let (container, lines) = (modules::container(modules), module_lines(card, modules));
    let frozen = modules::frozen(card.run);
    if frozen.is_empty() {
        return format!("    return {container}(\n{lines}    )");
    }
    format!(
        "    model = {container}(\n{lines}    )\n    for place in {frozen:?}:  # frozen layers\n        \
         model[place].requires_grad_(False)\n    return model"
    )
}

/// What the outputs mean.
fn output_text(run: &ValidRun) -> &'static str {
    if run.facts().task == Task::Regression {
        return "predicted numbers";
    }
    let readout = run.readout();
    match (readout.link, readout.decision, run.spec().model.output.activation) {
        (Some(Link::Softmax), ..) => "logits (softmax gives probabilities)",
        (Some(Link::Sigmoid), ..) => "logits of the second class (sigmoid gives probabilities)",
        (Some(Link::Exp), ..) => "logarithms of probabilities",
        (Some(Link::Probability), Decision::Largest, _) => "probabilities of the classes",
        (Some(Link::Probability), ..) => "probabilities of the second class",
        (None, Decision::Largest | Decision::None, _) => "scores of the classes; the largest wins",
        (None, _, Activation::UnitStep) => "0 for the first class, 1 for the second",
        (None, _, Activation::Sign) => "-1 for the first class, 1 for the second",
        (None, Decision::AtLeast(_), _) => "numbers; from 0 on it is the second class",
        (None, Decision::Above(_), _) if readout.coding == TargetCoding::PlusMinus => {
            "numbers; above 0 it is the second class"
        }
        (None, Decision::Above(_), _) => "numbers; above 0.5 it is the second class",
    }
}

/// Python that scales features as those were that the network learnt from.
fn scaling_text(scaler: &Scaler) -> String {
    let lower = offset_name(scaler);
    let upper = lower.to_uppercase();
    format!(
        r#"{upper} = {:?}
SCALE = {:?}


def scaled(features):
    """Features as the network expects them ({}): learnt from the training part."""
    {lower} = torch.tensor({upper}).reshape(INPUT_SHAPE)
    scale = torch.tensor(SCALE).reshape(INPUT_SHAPE)
    return (features - {lower}) / scale

"#,
        scaler.offset,
        scaler.scale,
        scaler.kind.label()
    )
}

/// What is subtracted: the mean, or the minimum or median.
fn offset_name(scaler: &Scaler) -> &'static str {
    match scaler.kind {
        Scaling::Standardise => "mean",
        Scaling::None | Scaling::MinMax | Scaling::Robust => "offset",
    }
}

/// The steps from the file to the tensors, as a comment.
fn preparation_text(steps: &[String]) -> String {
    if steps.is_empty() {
        return String::new();
    }
    let lines: String = steps.iter().map(|step| format!("# - {}\n", one_line(step))).collect();
    format!("#\n# How the samples were prepared; new ones must be prepared alike:\n{lines}")
}

/// Python that adds the inputs which are computed from the features. Powers and angles are taken
/// in double precision, as Descent does.
fn computed_text(data: &Dataset) -> String {
    if data.derived.is_empty() {
        return String::new();
    }
    let lines = data.derived.iter().map(|rule| format!("            {},\n", python(*rule)));
    format!(
        r#"

def features(x):
    """All inputs, before scaling: the first {} with those that are computed from them."""
    wide = x.double()
    column = [wide[..., index] for index in range({})]
    computed = torch.stack(
        [
{}        ],
        dim=-1,
    )
    return torch.cat([x, computed.to(x.dtype)], dim=-1)

"#,
        data.base_features(),
        data.base_features(),
        lines.collect::<String>()
    )
}

/// A rule as Python, of columns counted from zero.
fn python(rule: Derived) -> String {
    match rule {
        Derived::Power { feature, exponent } => format!("column[{feature}] ** {exponent}"),
        Derived::Product { a, b } => format!("column[{a}] * column[{b}]"),
        Derived::Sin { feature } => format!("torch.sin(column[{feature}])"),
        Derived::Cos { feature } => format!("torch.cos(column[{feature}])"),
    }
}

/// The inside of a Python tuple: `1, 28, 28`, and `2,` for a single axis.
fn shape_text(run: &ValidRun) -> String {
    let axes: Vec<String> = run.facts().input.0.iter().map(ToString::to_string).collect();
    let comma = if axes.len() == 1 { "," } else { "" };
    format!("{}{comma}", axes.join(", "))
}

/// A list of texts in JSON, which is Python, too.
fn list(texts: &[String]) -> String {
    let texts = texts.iter().map(|text| serde_json::Value::from(text.as_str()).to_string());
    format!("[{}]", texts.collect::<Vec<_>>().join(", "))
}

/// A name that cannot end the comment it stands in.
fn one_line(name: &str) -> String {
    name.chars().map(|letter| if is_break(letter) { ' ' } else { letter }).collect()
}

fn is_break(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::data::{Labelled, Targets};
    use crate::spec::{
        DataFacts, ExperimentSpec, Loss, SampleShape, Scaling, preset, validate_run,
    };

    fn data(shape: &[usize], names: &[&str]) -> Dataset {
        let part =
            Labelled::new(Matrix::zeros(1, shape.iter().product()), Targets::Classes(vec![0]));
        Dataset {
            feature_names: vec!["x₁".into(), "x₂".into()],
            label_name: "class".into(),
            class_names: names.iter().map(|&name| name.to_owned()).collect(),
            ..Dataset::new(
                "data",
                SampleShape(shape.to_vec()),
                Task::Classification { classes: names.len() },
                part.clone(),
                part,
            )
        }
    }

    fn valid(spec: &ExperimentSpec, facts: &DataFacts) -> ValidRun {
        validate_run(&spec.runs[0], facts).expect("valid")
    }

    #[test]
    fn metadata_says_what_is_needed_to_use_the_weights() {
        let spec = preset("spiral-relu").expect("built in");
        let data = data(&[2], &["a", "b\"", "c"]);
        let run = valid(&spec, &data.facts());
        let card = ModelCard { experiment: &spec.name, run: &run, data: &data };
        let metadata = card.metadata();
        assert_eq!(
            metadata["layers"],
            "nn.Sequential(nn.Linear(2, 100), nn.ReLU(), nn.Linear(100, 3))"
        );
        assert_eq!(metadata["classes"], r#"["a", "b\"", "c"]"#);
        assert_eq!(metadata["input"], "[2]");
        assert_eq!(metadata["descent"], VERSION);
    }

    #[test]
    fn scaled_features_come_with_what_scaled_them() {
        let spec = preset("spiral-relu").expect("built in");
        let mut data = data(&[2], &["a", "b", "c"]);
        let run = valid(&spec, &data.facts());
        let (mean, scale) = (vec![1.5, -2e-7], vec![1.0, 0.25]);
        data.scaler =
            Some(Scaler { kind: Scaling::Standardise, offset: mean, scale, constant: vec![0] });
        let card = ModelCard { experiment: "x", run: &run, data: &data };
        let metadata = card.metadata();
        assert_eq!((&*metadata["mean"], &*metadata["scale"]), ("[1.5, -2e-7]", "[1.0, 0.25]"));
        assert!(pytorch_module(&card).contains("MEAN = [1.5, -2e-7]\nSCALE = [1.0, 0.25]\n"));
    }

    #[test]
    fn other_scalings_have_an_offset() {
        let spec = preset("spiral-relu").expect("built in");
        for kind in [Scaling::MinMax, Scaling::Robust] {
            let mut data = data(&[2], &["a", "b", "c"]);
            let run = valid(&spec, &data.facts());
            let (offset, scale) = (vec![1.5, 2.0], vec![1.0, 0.25]);
            data.scaler = Some(Scaler { kind, offset, scale, constant: Vec::new() });
            let card = ModelCard { experiment: "x", run: &run, data: &data };
            assert_eq!(card.metadata()["scaling"], "(features - offset) / scale");
            assert_eq!(card.metadata()["offset"], "[1.5, 2.0]");
            let text = pytorch_module(&card);
            assert!(text.contains("OFFSET = [1.5, 2.0]\nSCALE = [1.0, 0.25]\n"), "{text}");
            assert!(!text.contains("MEAN"), "{text}");
        }
    }

    #[test]
    fn computed_inputs_and_preparation_are_part_of_the_module() {
        let spec = preset("spiral-relu").expect("built in");
        let mut data = data(&[6], &["a", "b", "c"]);
        data.derived = vec![
            Derived::Power { feature: 0, exponent: 3 },
            Derived::Product { a: 0, b: 1 },
            Derived::Sin { feature: 1 },
            Derived::Cos { feature: 0 },
        ];
        data.steps = vec!["Read from “a\nb.csv”.".into()];
        let run = valid(&spec, &data.facts());
        let card = ModelCard { experiment: "x", run: &run, data: &data };
        let text = pytorch_module(&card);
        let computed = "            column[0] ** 3,
            column[0] * column[1],
            torch.sin(column[1]),
            torch.cos(column[0]),
";
        assert!(text.contains(computed) && text.contains("def features(x):"), "{text}");
        assert!(text.contains("prepared alike:\n# - Read from “a b.csv”.\n\nimport sys"), "{text}");
        assert!(card.metadata()["computed"].contains("column[0] ** 3"));
        data.derived.clear();
        let card = ModelCard { experiment: "x", run: &run, data: &data };
        assert!(!card.metadata().contains_key("computed"));
    }

    #[test]
    fn names_cannot_break_out_of_their_comment() {
        let mut spec = preset("spiral-relu").expect("built in");
        spec.runs[0].name = "a\nimport os\u{2028}b\r".into();
        let data = data(&[2], &["a\nb", "\"\"\"", "c"]);
        let run = valid(&spec, &data.facts());
        let text = pytorch_module(&ModelCard { experiment: "\n", run: &run, data: &data });
        assert!(text.starts_with("# a import os b  ( ), exported by Descent"), "{text}");
        assert!(text.contains(r#"CLASSES = ["a\nb", "\"\"\"", "c"]"#), "{text}");
    }

    #[test]
    fn names_and_frozen_layers_stand_in_the_module() {
        let mut spec = preset("spiral-relu").expect("built in");
        let layer = &mut spec.runs[0].model.hidden[0];
        layer.frozen = true;
        layer.name = "first\nimport os".into();
        let data = data(&[2], &["a", "b", "c"]);
        let run = valid(&spec, &data.facts());
        let text = pytorch_module(&ModelCard { experiment: "x", run: &run, data: &data });
        let body = "    model = nn.Sequential(
        nn.Linear(2, 100),  # first import os
        nn.ReLU(),
        nn.Linear(100, 3),
    )
    for place in [0]:  # frozen layers
        model[place].requires_grad_(False)
    return model
";
        assert!(text.contains(body), "{text}");
    }

    #[test]
    fn what_the_outputs_mean_follows_from_the_loss_and_the_output_layer() {
        let mut spec = preset("and-gate").expect("built in");
        let data = data(&[2], &["0", "1"]);
        let mut told = |loss, activation| {
            spec.runs[0].train.loss = loss;
            spec.runs[0].model.output.activation = activation;
            output_text(&valid(&spec, &data.facts()))
        };
        for (loss, activation, words) in [
            (Loss::CROSS_ENTROPY, Activation::Linear, "logits (softmax"),
            (Loss::BinaryCrossEntropy, Activation::Linear, "logits of the second"),
            (Loss::BinaryFromProbability, Activation::Sigmoid, "probabilities of the second"),
            (Loss::Nll, Activation::LogSoftmax, "logarithms"),
            (Loss::Perceptron, Activation::UnitStep, "0 for the first class"),
            (Loss::Perceptron, Activation::Linear, "from 0 on"),
            (Loss::Hinge, Activation::Linear, "above 0 it"),
            (Loss::Mse, Activation::Linear, "above 0.5"),
            (Loss::Mse, Activation::Tanh, "above 0 it"),
            (Loss::Mse, Activation::Sigmoid, "probabilities of the second"),
        ] {
            let text = told(loss, activation);
            assert!(text.contains(words), "{loss:?} {activation:?}: {text}");
        }
    }
}
