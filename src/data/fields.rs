use std::ops::Range;

use super::{ColumnFindings, Dataset};
use crate::spec::{Coding, ColumnKind, ColumnRole};

/// A column of the user's table as samples still know it: categories that became several features
/// are one field again.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    inputs: Range<usize>,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// One feature.
    Number,
    /// One feature, and one that is 1 where the value was missing.
    Gappy,
    /// A feature for each of these categories.
    OneOf(Vec<String>),
}

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldValue<'a> {
    /// A number in the user's units: as it was before it was scaled.
    Number(f32),
    /// A category.
    Category(&'a str),
    /// Nothing, or no category that the training part has.
    Missing,
}

impl Field {
    fn number(name: &str, at: usize) -> Self {
        Self { name: name.to_owned(), inputs: at..at + 1, kind: Kind::Number }
    }

    /// The field of a column whose first feature stands at a place.
    fn of(column: &ColumnFindings, at: usize) -> Vec<Self> {
        let (name, count) = (&column.name, column.inputs.len());
        let inputs = at..at + count;
        let is_coded = column.kind != ColumnKind::YesNo && column.coding == Some(Coding::OneHot);
        let head = format!("{name}=");
        let categories: Option<Vec<String>> = column
            .inputs
            .iter()
            .map(|input| input.strip_prefix(&head).map(str::to_owned))
            .collect();
        match (categories, count) {
            (Some(categories), 1..) if is_coded => {
                vec![Self { name: name.clone(), inputs, kind: Kind::OneOf(categories) }]
            }
            (_, 2) => vec![Self { name: name.clone(), inputs, kind: Kind::Gappy }],
            _ => {
                column.inputs.iter().zip(inputs).map(|(name, at)| Self::number(name, at)).collect()
            }
        }
    }

    /// Whether it holds numbers.
    #[must_use]
    pub fn is_number(&self) -> bool {
        !matches!(self.kind, Kind::OneOf(_))
    }

    /// The categories that it takes one of, and the features that stand for them in the same
    /// order; `None` where it holds numbers.
    #[must_use]
    pub fn categories(&self) -> Option<(&[String], Range<usize>)> {
        match &self.kind {
            Kind::OneOf(categories) => Some((categories, self.inputs.clone())),
            Kind::Number | Kind::Gappy => None,
        }
    }

    /// The features that stand for it.
    #[must_use]
    pub fn inputs(&self) -> Range<usize> {
        self.inputs.clone()
    }

    /// What stands in it in a sample of `data` with these features, scaled as they are there.
    #[must_use]
    pub fn read(&self, data: &Dataset, features: &[f32]) -> FieldValue<'_> {
        let value = |place: usize| {
            let value = f64::from(features.get(place).copied().unwrap_or(f32::NAN));
            let scaler = data.scaler.as_ref();
            scaler.map_or(value, |scaler| scaler.unscaled(place, value)) as f32
        };
        let is_on = |place: usize| value(place) > 0.5;
        let first = self.inputs.start;
        match &self.kind {
            Kind::Gappy if is_on(first + 1) => FieldValue::Missing,
            Kind::Number | Kind::Gappy => FieldValue::Number(value(first)),
            Kind::OneOf(categories) => match self.inputs.clone().position(is_on) {
                Some(place) => FieldValue::Category(&categories[place]),
                None => FieldValue::Missing,
            },
        }
    }
}

impl Dataset {
    /// The fields of a sample in the order of the user's table; features computed from others are
    /// not among them, and samples whose values have no names have none.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let count = self.base_features().min(self.feature_names.len());
        let names = &self.feature_names[..count];
        let columns = self.findings.iter().flat_map(|found| &found.columns);
        let columns: Vec<_> = columns.filter(|column| column.role == ColumnRole::Feature).collect();
        let inputs = columns.iter().flat_map(|column| &column.inputs);
        if !inputs.eq(names) {
            return names.iter().zip(0..).map(|(name, at)| Field::number(name, at)).collect();
        }
        let mut at = 0;
        let mut fields = Vec::with_capacity(columns.len());
        for column in columns {
            fields.extend(Field::of(column, at));
            at += column.inputs.len();
        }
        fields
    }
}
