//! What neurons and connections are called.

use crate::data::Dataset;
use crate::spec::Task;
use crate::ui::format;

use super::anatomy::{Anatomy, Kind};
use super::wires::WireId;

/// Names everything in the drawing of a network on its data.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// The drawing.
    pub anatomy: &'a Anatomy,
    /// The data.
    pub data: &'a Dataset,
}

impl Names<'_> {
    /// A value within a sentence: `x₁`, `hidden layer 2, neuron 5`, `output of class a`.
    #[must_use]
    pub fn unit(&self, column: usize, unit: usize) -> String {
        let drawn = &self.anatomy.columns[column];
        match &drawn.kind {
            Kind::Features => self.feature(unit),
            Kind::Image(_) => "the image".into(),
            Kind::Dense(dense) => match dense.hidden {
                Some(number) => format!("hidden layer {number}, neuron {}", unit + 1),
                None => self.output(unit, drawn.width),
            },
            Kind::Channels(_) => {
                format!("{}, channel {}", drawn.titles[0].to_lowercase(), unit + 1)
            }
            Kind::Block(_) => format!("{}, value {}", drawn.titles[0].to_lowercase(), unit + 1),
        }
    }

    /// The same beside others of the same layer: `x₁`, `neuron 5`, `class a`.
    #[must_use]
    pub fn short(&self, column: usize, unit: usize) -> String {
        let drawn = &self.anatomy.columns[column];
        match &drawn.kind {
            Kind::Features => self.feature(unit),
            Kind::Dense(dense) if dense.hidden.is_none() => match self.data.task {
                Task::Classification { .. } if drawn.width > 1 => {
                    format::class_phrase(&self.data.class_names, unit)
                }
                _ => "output".into(),
            },
            Kind::Dense(_) => format!("neuron {}", unit + 1),
            Kind::Image(_) => format!("pixel {}", unit + 1),
            Kind::Channels(_) => format!("channel {}", unit + 1),
            Kind::Block(_) => format!("value {}", unit + 1),
        }
    }

    /// A value as the name of something: its first letter is large.
    #[must_use]
    pub fn title(&self, column: usize, unit: usize) -> String {
        match self.anatomy.columns[column].kind {
            Kind::Features => format!("Input {}", self.unit(column, unit)),
            _ => capital(&self.unit(column, unit)),
        }
    }

    /// A connection: `Weight from x₁ to hidden layer 1, neuron 5`.
    #[must_use]
    pub fn wire(&self, wire: WireId) -> String {
        let (from, to) = (wire.column - 1, wire.column);
        let what = if self.anatomy.maps(to).is_some() { "Kernel" } else { "Weight" };
        format!("{what} from {} to {}", self.unit(from, wire.from), self.unit(to, wire.to))
    }

    /// The name of a feature; of an image the place of a pixel.
    #[must_use]
    pub fn feature(&self, index: usize) -> String {
        let name = self.data.feature_names.get(index).filter(|name| !name.is_empty());
        name.cloned().unwrap_or_else(|| format!("feature {}", index + 1))
    }

    fn output(&self, unit: usize, of: usize) -> String {
        match self.data.task {
            Task::Classification { .. } if of > 1 => {
                format!("output, {}", format::class_phrase(&self.data.class_names, unit))
            }
            _ => "output".into(),
        }
    }
}

/// With a large first letter.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
