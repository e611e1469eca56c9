use std::collections::BTreeSet;

use crate::base::HostTensor;

use super::checkpoint::{Checkpoint, NamedTensor};

/// A change of trainable values by hand.
#[derive(Clone, Debug, PartialEq)]
pub enum Alteration {
    /// One value of an array.
    Value {
        /// Name of the array, as PyTorch's `state_dict` has it (`0.weight`).
        name: String,
        /// Place in its values, in PyTorch's layout.
        index: usize,
        /// The new value.
        value: f32,
    },
    /// Whole arrays, of trainable values or of running statistics; each replaces the one of its
    /// name and must have its shape.
    Arrays(Vec<NamedTensor>),
}

impl Alteration {
    /// Puts the values into a network and gives back what was there: exchanging that in turn
    /// brings back the same bits. What the optimizer remembers stays.
    ///
    /// # Errors
    /// A sentence, when a value is no finite number, or there is no such array or place, or a
    /// shape differs. Nothing changes then.
    pub fn exchange(&self, network: &mut Checkpoint) -> Result<Self, String> {
        self.check(network)?;
        match self {
            Self::Value { name, index, value } => {
                let before = put(find(network, name)?, *index, *value)?;
                Ok(Self::Value { name: name.clone(), index: *index, value: before })
            }
            Self::Arrays(arrays) => {
                let swapped = arrays.iter().map(|new| replace(network, new));
                Ok(Self::Arrays(swapped.collect::<Result<_, _>>()?))
            }
        }
    }

    /// Whether it fits a network.
    ///
    /// # Errors
    /// A sentence that says what does not.
    pub fn check(&self, network: &Checkpoint) -> Result<(), String> {
        match self {
            Self::Value { name, index, value } => check_value(network.array(name)?, *index, *value),
            Self::Arrays(arrays) => check_arrays(network, arrays),
        }
    }

    /// Memory that the values take, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Value { name, .. } => size_of::<Self>() + name.len(),
            Self::Arrays(arrays) => arrays.iter().map(|new| size_of_val(new.tensor.data())).sum(),
        }
    }
}

impl Checkpoint {
    /// A trainable value or running statistic by its name.
    ///
    /// # Errors
    /// A sentence, when there is none.
    pub fn array(&self, name: &str) -> Result<&NamedTensor, String> {
        let mut all = self.parameters.iter().chain(&self.buffers);
        all.find(|array| array.name == name).ok_or_else(|| unknown(name))
    }
}

fn find<'a>(network: &'a mut Checkpoint, name: &str) -> Result<&'a mut NamedTensor, String> {
    let mut all = network.parameters.iter_mut().chain(&mut network.buffers);
    all.find(|array| array.name == name).ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> String {
    format!("This network has no array called {name}.")
}

fn check_value(array: &NamedTensor, index: usize, value: f32) -> Result<(), String> {
    let (name, count) = (&array.name, array.tensor.data().len());
    if !value.is_finite() {
        return Err(format!("{value} is no finite number; {name} stays as it is."));
    }
    if index >= count {
        return Err(format!("{name} has {count} values, so there is none at place {index}."));
    }
    Ok(())
}

fn put(array: &mut NamedTensor, index: usize, value: f32) -> Result<f32, String> {
    let shape = array.tensor.shape().to_vec();
    let mut values = std::mem::take(&mut array.tensor).into_data();
    let before = std::mem::replace(&mut values[index], value);
    array.tensor = HostTensor::new(shape, values).map_err(|why| why.to_string())?;
    Ok(before)
}

fn check_arrays(network: &Checkpoint, arrays: &[NamedTensor]) -> Result<(), String> {
    let mut names = BTreeSet::new();
    for NamedTensor { name, tensor } in arrays {
        let (own, new) = (network.array(name)?.tensor.shape(), tensor.shape());
        if own != new {
            return Err(format!("{name} has the shape {own:?} here, not {new:?}."));
        }
        if !tensor.is_finite() {
            return Err(format!("Not all values for {name} are finite numbers; nothing changed."));
        }
        if !names.insert(name) {
            return Err(format!("{name} was given twice; nothing changed."));
        }
    }
    Ok(())
}

fn replace(network: &mut Checkpoint, new: &NamedTensor) -> Result<NamedTensor, String> {
    let own = find(network, &new.name)?;
    Ok(std::mem::replace(own, new.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn array(name: &str, shape: &[usize], values: Vec<f32>) -> NamedTensor {
        let tensor = HostTensor::new(shape.to_vec(), values).expect("fits");
        NamedTensor { name: name.into(), tensor }
    }

    fn network() -> Checkpoint {
        Checkpoint {
            parameters: vec![
                array("0.weight", &[2, 2], vec![1.0, 2.0, 3.0, 4.0]),
                array("0.bias", &[2], vec![5.0, 6.0]),
            ],
            buffers: vec![array("1.running_mean", &[2], vec![7.0, 8.0])],
            optimizer: vec![array("0.weight.momentum", &[2, 2], vec![9.0; 4])],
            ..Checkpoint::default()
        }
    }

    fn value(name: &str, index: usize, value: f32) -> Alteration {
        Alteration::Value { name: name.into(), index, value }
    }

    #[test]
    fn one_value_changes_and_what_was_there_comes_back() {
        let mut changed = network();
        let before = value("0.weight", 2, -1.5).exchange(&mut changed);
        assert_eq!(before, Ok(value("0.weight", 2, 3.0)));
        assert_eq!(changed.parameters[0].tensor.data(), [1.0, 2.0, -1.5, 4.0]);
        assert_eq!(changed.parameters[0].tensor.shape(), [2, 2]);
        assert_eq!(changed.optimizer, network().optimizer);
    }

    #[test]
    fn whole_arrays_are_exchanged_running_statistics_too() {
        let mut changed = network();
        let zeros = vec![
            array("1.running_mean", &[2], vec![0.0; 2]),
            array("0.weight", &[2, 2], vec![0.0; 4]),
        ];
        let before = Alteration::Arrays(zeros).exchange(&mut changed).expect("fits");
        assert_eq!(changed.parameters[0].tensor.data(), [0.0; 4]);
        assert_eq!(changed.buffers[0].tensor.data(), [0.0; 2]);
        before.exchange(&mut changed).expect("fits");
        assert_eq!(changed, network());
    }

    #[test]
    fn what_does_not_fit_is_said_and_changes_nothing() {
        let arrays = |arrays: &[NamedTensor]| Alteration::Arrays(arrays.to_vec());
        let good = array("0.bias", &[2], vec![0.0; 2]);
        for (alteration, said) in [
            (value("7.weight", 0, 1.0), "This network has no array called 7.weight."),
            (value("0.bias", 2, 1.0), "0.bias has 2 values, so there is none at place 2."),
            (value("0.bias", 0, f32::NAN), "NaN is no finite number; 0.bias stays as it is."),
            (value("0.bias", 0, f32::INFINITY), "inf is no finite number; 0.bias stays as it is."),
            (
                arrays(&[good.clone(), array("0.weight", &[4], vec![0.0; 4])]),
                "0.weight has the shape [2, 2] here, not [4].",
            ),
            (
                arrays(&[good.clone(), array("0.weight", &[2, 2], vec![f32::NAN; 4])]),
                "Not all values for 0.weight are finite numbers; nothing changed.",
            ),
            (arrays(&[good.clone(), good]), "0.bias was given twice; nothing changed."),
        ] {
            let mut same = network();
            assert_eq!(alteration.exchange(&mut same), Err(said.into()));
            assert_eq!(same, network());
        }
    }

    proptest! {
        #[test]
        fn exchanging_back_in_turn_brings_back_the_same_bits(
            edits in prop::collection::vec((0_usize..4, -1e30_f32..1e30), 1..20),
        ) {
            let mut changed = network();
            let befores: Vec<Alteration> = edits
                .iter()
                .map(|(index, new)| value("0.weight", *index, *new).exchange(&mut changed))
                .collect::<Result<_, _>>()
                .expect("fits");
            for before in befores.iter().rev() {
                before.exchange(&mut changed).expect("fits");
            }
            prop_assert_eq!(changed, network());
        }
    }
}
