use super::tell::invalid;
use super::{DataError, Dataset};
use crate::base::Matrix;
use crate::spec::Derived;

/// Most inputs that are computed from others.
pub const MAX_DERIVED: usize = 256;
/// Powers that can be chosen.
pub const EXPONENTS: std::ops::RangeInclusive<u32> = 2..=9;

/// Adds inputs computed from the features to all parts of `dataset`, behind them. Comes before
/// scaling, so that `x²` is the square of what the table says.
///
/// # Errors
/// When a rule names a feature that does not exist, an exponent is not 2 to 9, there are more
/// than [`MAX_DERIVED`] rules, or the samples are no rows of features in memory.
pub fn derive(dataset: &mut Dataset, rules: &[Derived]) -> Result<(), DataError> {
    if rules.is_empty() {
        return Ok(());
    }
    check(dataset, rules)?;
    for part in dataset.parts_mut() {
        if let Some(table) = part.features.table_mut() {
            *table = extended(table, rules);
        }
    }
    let names: Vec<String> = rules.iter().map(|rule| name(*rule, &dataset.feature_names)).collect();
    dataset.steps.push(format!("Inputs computed from features: {}.", names.join(", ")));
    dataset.feature_names.extend(names);
    dataset.shape.0[0] += rules.len();
    dataset.derived = rules.to_vec();
    Ok(())
}

fn check(dataset: &Dataset, rules: &[Derived]) -> Result<(), DataError> {
    if !dataset.shape.is_flat() || dataset.train.features.table().is_none() {
        return invalid("Inputs can be computed from the columns of tables, not from pixels.");
    }
    if rules.len() > MAX_DERIVED {
        return invalid(format!(
            "{} computed inputs are too many; choose at most {MAX_DERIVED}.",
            rules.len()
        ));
    }
    let features = dataset.shape.len();
    for rule in rules {
        if let Some(feature) = uses(*rule).into_iter().find(|&feature| feature >= features) {
            return invalid(format!(
                "A computed input uses feature {}, but there are {features}. Remove it or choose \
                 another feature.",
                feature + 1
            ));
        }
        if let Derived::Power { exponent, .. } = rule
            && !EXPONENTS.contains(exponent)
        {
            return invalid(format!("The exponent {exponent} is out of range; choose 2 to 9."));
        }
    }
    Ok(())
}

fn uses(rule: Derived) -> [usize; 2] {
    match rule {
        Derived::Power { feature, .. } | Derived::Sin { feature } | Derived::Cos { feature } => {
            [feature, feature]
        }
        Derived::Product { a, b } => [a, b],
    }
}

fn value(rule: Derived, row: &[f32]) -> f32 {
    let at = |feature: usize| f64::from(row[feature]);
    let value = match rule {
        Derived::Power { feature, exponent } => at(feature).powi(exponent.cast_signed()),
        Derived::Product { a, b } => at(a) * at(b),
        Derived::Sin { feature } => at(feature).sin(),
        Derived::Cos { feature } => at(feature).cos(),
    };
    value as f32
}

fn extended(table: &Matrix, rules: &[Derived]) -> Matrix {
    let cols = table.cols() + rules.len();
    let mut values = Vec::with_capacity(table.rows() * cols);
    for row in 0..table.rows() {
        let row = table.row(row);
        values.extend_from_slice(row);
        values.extend(rules.iter().map(|&rule| value(rule, row)));
    }
    Matrix::new(table.rows(), cols, values).expect("every row has all columns")
}

/// `x₁²`, `x₁·x₂`, `sin x₁`.
fn name(rule: Derived, names: &[String]) -> String {
    match rule {
        Derived::Power { feature, exponent } => {
            let digit = ["²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"][exponent as usize - 2];
            format!("{}{digit}", names[feature])
        }
        Derived::Product { a, b } => format!("{}·{}", names[a], names[b]),
        Derived::Sin { feature } => format!("sin {}", names[feature]),
        Derived::Cos { feature } => format!("cos {}", names[feature]),
    }
}

impl Dataset {
    /// A point given by its features alone, in units the model sees, with the inputs that are
    /// computed from them: one whole row of inputs, added to `row`.
    ///
    /// # Panics
    /// When `point` has not exactly one value for each feature that is not computed.
    pub fn lift(&self, point: &[f32], row: &mut Vec<f32>) {
        assert_eq!(point.len(), self.base_features(), "a value for each feature");
        row.extend_from_slice(point);
        if self.derived.is_empty() {
            return;
        }
        let Some(scaler) = &self.scaler else {
            return row.extend(self.derived.iter().map(|&rule| value(rule, point)));
        };
        let unscaled =
            |(column, &value): (usize, &f32)| scaler.unscaled(column, f64::from(value)) as f32;
        let base: Vec<f32> = point.iter().enumerate().map(unscaled).collect();
        row.extend(
            self.derived
                .iter()
                .zip(point.len()..)
                .map(|(&rule, column)| scaler.scaled(column, f64::from(value(rule, &base))) as f32),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Labelled, Targets, scale};
    use crate::spec::{SampleShape, Scaling, Task};

    const RULES: [Derived; 4] = [
        Derived::Power { feature: 0, exponent: 3 },
        Derived::Product { a: 0, b: 1 },
        Derived::Sin { feature: 1 },
        Derived::Cos { feature: 0 },
    ];

    fn data() -> Dataset {
        let features = Matrix::new(2, 2, vec![2.0, 0.5, -1.0, 3.0]).expect("fits");
        let part = Labelled::new(features, Targets::Numbers(vec![0.0, 1.0]));
        Dataset {
            feature_names: vec!["x₁".into(), "x₂".into()],
            ..Dataset::new("two", SampleShape(vec![2]), Task::Regression, part.clone(), part)
        }
    }

    #[test]
    fn inputs_are_computed_from_the_features() {
        let mut data = data();
        derive(&mut data, &RULES).expect("the rules fit");
        assert_eq!(data.shape, SampleShape(vec![6]));
        assert_eq!(data.feature_names[2..], ["x₁³", "x₁·x₂", "sin x₂", "cos x₁"]);
        let wanted = [2.0, 0.5, 8.0, 1.0, 0.5_f64.sin() as f32, 2.0_f64.cos() as f32];
        assert_eq!(data.train.features.row(0)[..], wanted);
        assert!(data.is_planar(), "a boundary can still be drawn");
    }

    #[test]
    fn a_lifted_point_is_what_a_row_of_the_table_is() {
        for scaling in Scaling::ALL {
            let mut data = data();
            derive(&mut data, &RULES).expect("the rules fit");
            scale(&mut data, scaling);
            for row in 0..2 {
                let row = data.train.features.row(row);
                let mut lifted = Vec::new();
                data.lift(&row[..2], &mut lifted);
                for (lifted, value) in lifted.iter().zip(row.iter()) {
                    assert!((lifted - value).abs() < 1e-5, "{scaling:?} {lifted} {value}");
                }
                assert_eq!(lifted.len(), row.len());
            }
        }
    }

    #[test]
    fn a_single_feature_is_lifted_too() {
        for scaling in Scaling::ALL {
            let features = Matrix::new(3, 1, vec![-1.0, 0.5, 2.0]).expect("fits");
            let part = Labelled::new(features, Targets::Numbers(vec![0.0; 3]));
            let shape = SampleShape(vec![1]);
            let mut data = Dataset::new("one", shape, Task::Regression, part.clone(), part);
            let rules = [2, 3].map(|exponent| Derived::Power { feature: 0, exponent });
            derive(&mut data, &rules).expect("the rules fit");
            scale(&mut data, scaling);
            assert!(data.is_curve() && !data.is_planar());
            for row in 0..3 {
                let row = data.train.features.row(row);
                let mut lifted = Vec::new();
                data.lift(&row[..1], &mut lifted);
                assert_eq!(lifted.len(), 3);
                for (lifted, value) in lifted.iter().zip(row.iter()) {
                    assert!((lifted - value).abs() < 1e-5, "{scaling:?} {lifted} {value}");
                }
            }
        }
    }

    #[test]
    fn rules_that_do_not_fit_are_refused() {
        for rule in [
            Derived::Sin { feature: 2 },
            Derived::Product { a: 0, b: 9 },
            Derived::Power { feature: 0, exponent: 1 },
            Derived::Power { feature: 0, exponent: 10 },
        ] {
            let mut data = data();
            assert!(derive(&mut data, &[rule]).is_err(), "{rule:?}");
            assert_eq!(data, self::data(), "nothing is half done");
        }
    }
}
