use crate::base::HostTensor;
use crate::record::{Checkpoint, NamedTensor, Position};
use crate::spec::{LayerInfo, LayerKind, NormSpec, ValidRun};

use super::safetensors::SafetensorsFile;

/// How many batches a normalisation has seen.
const COUNT: &str = "num_batches_tracked";
/// Most names that a sentence lists.
const MAX_LISTED: usize = 3;

/// What of a file of weights fits a network. Arrays belong together when they have the same name:
/// the place of the layer, a dot, and the parameter, as in PyTorch's `nn.Sequential`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WeightFit {
    /// The network as it was, with the values of the file where name and shape agree; at its
    /// beginning, without anything that an optimizer remembers.
    pub network: Checkpoint,
    /// Names that were taken over.
    pub taken: Vec<String>,
    /// Names of the network that the file does not have.
    pub missing: Vec<String>,
    /// Names of the file that the network does not have.
    pub unknown: Vec<String>,
    /// Names that both have, with both shapes where they differ.
    pub reshaped: Vec<String>,
    /// Names whose values in the file are not all finite numbers.
    pub broken: Vec<String>,
}

/// The arrays of a network, all zero: their names and shapes, without building it.
#[must_use]
pub fn blank_network(run: &ValidRun) -> Checkpoint {
    let model = &run.spec().model;
    let mut blank = Checkpoint::default();
    for (place, (layer, info)) in model.hidden.iter().zip(run.layers()).enumerate() {
        if !layer.off {
            blank_layer(&layer.kind, info, place, &mut blank);
        }
    }
    let (place, output) = (model.hidden.len(), run.output());
    weights(
        &mut blank.parameters,
        place,
        &[output.output.len(), output.input.len()],
        model.output.bias,
    );
    blank
}

fn blank_layer(kind: &LayerKind, info: &LayerInfo, place: usize, blank: &mut Checkpoint) {
    let channels = info.input.0.first().copied().unwrap_or_default();
    let parameters = &mut blank.parameters;
    match kind {
        LayerKind::Dense(spec) => {
            weights(parameters, place, &[spec.units, info.input.len()], spec.bias);
        }
        LayerKind::Conv2d(spec) => {
            let [rows, columns] = spec.kernel;
            let shape = [spec.channels, channels / spec.groups.max(1), rows, columns];
            weights(parameters, place, &shape, spec.bias);
        }
        LayerKind::BatchNorm(spec) => {
            affine(parameters, place, &[channels], spec.affine);
            for (name, shape) in
                [("running_mean", &[channels][..]), ("running_var", &[channels]), (COUNT, &[])]
            {
                push(&mut blank.buffers, place, name, shape);
            }
        }
        LayerKind::LayerNorm(NormSpec { affine: has, .. }) => {
            affine(parameters, place, &info.input.0, *has);
        }
        LayerKind::GroupNorm { norm, .. } => affine(parameters, place, &[channels], norm.affine),
        LayerKind::MaxPool2d(_)
        | LayerKind::AvgPool2d { .. }
        | LayerKind::GlobalAvgPool
        | LayerKind::Dropout { .. }
        | LayerKind::Flatten
        | LayerKind::Activation(_)
        | LayerKind::Skip { .. } => {}
    }
}

/// A weight, and a bias for each of its first axis.
fn weights(list: &mut Vec<NamedTensor>, place: usize, shape: &[usize], bias: bool) {
    push(list, place, "weight", shape);
    if bias {
        push(list, place, "bias", &shape[..1]);
    }
}

/// A weight and a bias of the same shape.
fn affine(list: &mut Vec<NamedTensor>, place: usize, shape: &[usize], has: bool) {
    for name in ["weight", "bias"].into_iter().filter(|_| has) {
        push(list, place, name, shape);
    }
}

fn push(list: &mut Vec<NamedTensor>, place: usize, name: &str, shape: &[usize]) {
    let zeros = vec![0.0; shape.iter().product()];
    // Cannot fail: there are as many zeros as the shape asks for.
    if let Ok(tensor) = HostTensor::new(shape.to_vec(), zeros) {
        list.push(NamedTensor { name: format!("{place}.{name}"), tensor });
    }
}

/// Puts the arrays of `file` into a copy of `network`, as far as names and shapes agree.
#[must_use]
pub fn fit_weights(file: &SafetensorsFile, network: &Checkpoint) -> WeightFit {
    let at = Position::default();
    let (parameters, buffers) = (network.parameters.clone(), network.buffers.clone());
    let mut fit = WeightFit {
        network: Checkpoint { at, parameters, buffers, ..Checkpoint::default() },
        ..WeightFit::default()
    };
    let mut all = std::mem::take(&mut fit.network.parameters);
    let first_buffer = all.len();
    all.append(&mut fit.network.buffers);
    for tensor in &mut all {
        fit.take(tensor, file);
    }
    let is_known = |name: &str| all.iter().any(|tensor| tensor.name == name);
    let unknown = file.tensors.iter().filter(|tensor| !is_known(&tensor.name));
    fit.unknown = unknown.map(|tensor| tensor.name.clone()).collect();
    fit.network.buffers = all.split_off(first_buffer);
    fit.network.parameters = all;
    fit
}

impl WeightFit {
    fn take(&mut self, own: &mut NamedTensor, file: &SafetensorsFile) {
        let name = own.name.clone();
        match file.tensors.iter().find(|tensor| tensor.name == name) {
            // Older files have no count of batches, and nothing depends on it.
            None if name.ends_with(COUNT) => {}
            None => self.missing.push(name),
            Some(found) if found.tensor.shape() != own.tensor.shape() => {
                let (file, network) = (found.tensor.shape(), own.tensor.shape());
                self.reshaped.push(format!("{name} is {file:?} in the file and {network:?} here"));
            }
            Some(found) if !found.tensor.is_finite() => self.broken.push(name),
            Some(found) => {
                own.tensor = found.tensor.clone();
                self.taken.push(name);
            }
        }
    }

    /// Whether the file and the network have the same arrays.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.differences().is_empty()
    }

    /// What does not fit, in words; empty where everything does.
    #[must_use]
    pub fn differences(&self) -> String {
        let parts = [
            (&self.reshaped, ""),
            (&self.missing, " missing in the file"),
            (&self.unknown, " not in this network"),
            (&self.broken, " not all finite numbers"),
        ];
        let parts = parts.into_iter().filter(|(names, _)| !names.is_empty());
        let parts: Vec<String> = parts.map(|(names, what)| listed(names, what)).collect();
        parts.join("; ")
    }
}

/// `4.weight, 4.bias and 3 more missing in the file`
fn listed(names: &[String], what: &str) -> String {
    let shown = names[..names.len().min(MAX_LISTED)].join(", ");
    match names.len().saturating_sub(MAX_LISTED) {
        0 => format!("{shown}{what}"),
        more => format!("{shown} and {more} more{what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{HostTensor, Step};

    fn tensor(name: &str, shape: &[usize], value: f32) -> NamedTensor {
        let data = vec![value; shape.iter().product()];
        let tensor = HostTensor::new(shape.to_vec(), data).expect("fits");
        NamedTensor { name: name.into(), tensor }
    }

    fn network() -> Checkpoint {
        Checkpoint {
            at: Position { step: Step(7), ..Position::default() },
            epoch: 2,
            parameters: vec![tensor("0.weight", &[4, 2], 0.0), tensor("2.weight", &[3, 4], 0.0)],
            buffers: vec![
                tensor("1.running_mean", &[4], 0.0),
                tensor("1.num_batches_tracked", &[], 0.0),
            ],
            optimizer: vec![tensor("momentum", &[4, 2], 0.0)],
            ..Checkpoint::default()
        }
    }

    #[test]
    fn a_blank_network_has_the_names_and_shapes_of_pytorch() {
        let spec = crate::spec::preset("drawn-digits-resnet").expect("built in");
        let facts = crate::spec::DataFacts {
            input: crate::spec::SampleShape(vec![1, 28, 28]),
            task: crate::spec::Task::Classification { classes: 10 },
            train_rows: 1,
            validation_rows: 0,
            test_rows: 0,
        };
        let run = crate::spec::validate_run(&spec.runs[0], &facts).expect("valid");
        let blank = blank_network(&run);
        let shapes: Vec<(&str, &[usize])> = blank.parameters[..3]
            .iter()
            .chain(&blank.buffers[..3])
            .map(|named| (named.name.as_str(), named.tensor.shape()))
            .collect();
        let wanted: [(&str, &[usize]); 6] = [
            ("0.weight", &[16, 1, 3, 3]),
            ("1.weight", &[16]),
            ("1.bias", &[16]),
            ("1.running_mean", &[16]),
            ("1.running_var", &[16]),
            ("1.num_batches_tracked", &[]),
        ];
        assert_eq!(shapes, wanted);
        let count = blank.parameters.iter().map(|named| named.tensor.data().len()).sum::<usize>();
        assert_eq!(count, run.parameters());
    }

    fn file(tensors: Vec<NamedTensor>) -> SafetensorsFile {
        SafetensorsFile { tensors, metadata: Default::default() }
    }

    fn value(fit: &WeightFit, name: &str) -> f32 {
        let all = fit.network.parameters.iter().chain(&fit.network.buffers);
        let mut found =
            all.filter(|tensor| tensor.name == name).map(|tensor| tensor.tensor.data()[0]);
        found.next_back().expect("there")
    }

    #[test]
    fn weights_of_the_same_network_are_taken_from_the_start() {
        let tensors = vec![
            tensor("1.running_mean", &[4], 3.0),
            tensor("2.weight", &[3, 4], 2.0),
            tensor("0.weight", &[4, 2], 1.0),
        ];
        let fit = fit_weights(&file(tensors), &network());
        assert!(fit.is_complete(), "{}", fit.differences());
        assert_eq!([value(&fit, "0.weight"), value(&fit, "2.weight")], [1.0, 2.0]);
        assert_eq!(value(&fit, "1.running_mean"), 3.0);
        assert_eq!((fit.network.step(), fit.network.epoch), (Step(0), 0));
        assert!(fit.network.optimizer.is_empty());
        assert_eq!((fit.network.parameters.len(), fit.network.buffers.len()), (2, 2));
    }

    #[test]
    fn what_fits_is_taken_and_the_rest_named() {
        let tensors = vec![
            tensor("0.weight", &[4, 2], 1.0),
            tensor("2.weight", &[10, 4], 2.0),
            tensor("2.bias", &[10], 2.0),
            tensor("1.running_mean", &[4], f32::NAN),
        ];
        let fit = fit_weights(&file(tensors), &network());
        assert_eq!(fit.taken, ["0.weight"]);
        assert_eq!([value(&fit, "0.weight"), value(&fit, "2.weight")], [1.0, 0.0]);
        assert_eq!(
            fit.differences(),
            "2.weight is [10, 4] in the file and [3, 4] here; 2.bias not in this network; \
             1.running_mean not all finite numbers"
        );
    }

    #[test]
    fn long_lists_are_cut_short() {
        let tensors = (0..9).map(|place| tensor(&format!("{place}.bias"), &[1], 0.0)).collect();
        let fit = fit_weights(&file(tensors), &Checkpoint::default());
        let text = "0.bias, 1.bias, 2.bias and 6 more not in this network";
        assert_eq!(fit.differences(), text);
    }
}
