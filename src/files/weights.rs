use crate::record::{Checkpoint, NamedTensor, Position};

use super::safetensors::SafetensorsFile;

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
    /// Names that both have, with other shapes, as a sentence each has it.
    pub reshaped: Vec<String>,
    /// Names whose values in the file are not all finite numbers.
    pub broken: Vec<String>,
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
            None if name.ends_with(".num_batches_tracked") => {}
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

    fn file(tensors: Vec<NamedTensor>) -> SafetensorsFile {
        SafetensorsFile { tensors, metadata: Default::default() }
    }

    fn value(fit: &WeightFit, name: &str) -> f32 {
        let all = fit.network.parameters.iter().chain(&fit.network.buffers);
        let found = all.filter(|tensor| tensor.name == name).map(|tensor| tensor.tensor.data()[0]);
        found.last().expect("there")
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
