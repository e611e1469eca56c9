//! After which layers the data are looked at.

use crate::spec::{LayerKind, LayerSpec, ValidRun};

/// A place on the way through a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// After which layer, as a request names it; `None` for the input.
    pub layer: Option<usize>,
    /// Name on its button.
    pub name: String,
    /// What it is, as part of a sentence.
    pub words: String,
    /// Values of a sample there.
    pub width: usize,
}

/// The input, each layer with what follows it at once (activation, normalisation, dropout), and
/// the logits.
pub fn stops(spec: &ValidRun) -> Vec<Stop> {
    let hidden = &spec.spec().model.hidden;
    let input = spec.facts().input.len();
    let mut all = vec![Stop {
        layer: None,
        name: format!("Input {input}"),
        words: "The data as they enter the network".into(),
        width: input,
    }];
    for (layer, (spec, info)) in hidden.iter().zip(spec.layers()).enumerate() {
        if spec.off || matches!(spec.kind, LayerKind::Flatten) {
            continue;
        }
        let (name, width) = (name(spec), info.output.len());
        let last = all.last_mut().filter(|stop| stop.layer.is_some() && belongs(&spec.kind));
        match last {
            Some(stop) => {
                stop.layer = Some(layer);
                if !matches!(spec.kind, LayerKind::Dropout { .. }) {
                    stop.name = format!("{} + {name}", stop.name);
                    stop.words = format!("After layer {}", layer + 1);
                }
            }
            None => {
                let words = format!("After layer {}", layer + 1);
                all.push(Stop { layer: Some(layer), name, words, width });
            }
        }
    }
    let width = spec.output().output.len();
    let words = "After the output layer, before its activation".into();
    all.push(Stop { layer: Some(hidden.len()), name: format!("Logits {width}"), words, width });
    all
}

/// Whether a layer only goes on with what the one before it began.
fn belongs(kind: &LayerKind) -> bool {
    matches!(
        kind,
        LayerKind::Activation(_)
            | LayerKind::BatchNorm(_)
            | LayerKind::LayerNorm(_)
            | LayerKind::GroupNorm { .. }
            | LayerKind::Dropout { .. }
    )
}

fn name(spec: &LayerSpec) -> String {
    match &spec.kind {
        _ if !spec.name.is_empty() => spec.name.clone(),
        LayerKind::Dense(dense) => format!("Dense {}", dense.units),
        LayerKind::Conv2d(conv) => format!("Conv {}", conv.channels),
        _ => spec.label().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{DataFacts, SampleShape, Task, preset, validate_run};

    fn names(preset_name: &str, input: &[usize]) -> Vec<(Option<usize>, String, usize)> {
        let run = preset(preset_name).expect("built in").runs[0].clone();
        let facts = DataFacts {
            input: SampleShape(input.to_vec()),
            task: Task::Classification { classes: 10 },
            train_rows: 100,
            validation_rows: 0,
            test_rows: 100,
        };
        let spec = validate_run(&run, &facts).expect("valid");
        stops(&spec).into_iter().map(|stop| (stop.layer, stop.name, stop.width)).collect()
    }

    #[test]
    fn activations_belong_to_their_layers() {
        let wanted =
            [(None, "Input 2", 2), (Some(1), "Dense 100 + ReLU", 100), (Some(2), "Logits 10", 10)];
        let wanted = wanted.map(|(layer, name, width)| (layer, name.to_owned(), width));
        assert_eq!(names("spiral-relu", &[2]), wanted);
        assert_eq!(names("spiral-linear", &[2]).len(), 2, "nothing is hidden");
    }

    #[test]
    fn a_convolutional_network_stops_at_each_picture() {
        let found: Vec<String> =
            names("drawn-digits-cnn", &[1, 28, 28]).into_iter().map(|stop| stop.1).collect();
        let wanted =
            ["Input 784", "Conv 10 + ReLU", "Max pool", "Conv 20 + ReLU", "Max pool", "Logits 10"];
        assert_eq!(found, wanted);
    }
}
