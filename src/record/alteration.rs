use super::checkpoint::NamedTensor;

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
    /// Whole arrays; each replaces the one of its name and must have its shape.
    Arrays(Vec<NamedTensor>),
}
