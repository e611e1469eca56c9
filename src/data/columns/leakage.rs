//! Warns of what makes a test part flatter a model.

use std::collections::HashSet;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use super::plan::Column;
use super::summary::{Goal, says_the_class};
use crate::data::tell::{counted, warning};
use crate::data::{Association, DataNote, Labelled, Measure};
use crate::spec::{ColumnKind, ColumnRole};

/// Above this, r says that a feature is the label.
const SURE: f64 = 0.9999;
/// Fewest rows in which a feature can be seen to be the label.
const FEWEST_ROWS: usize = 10;

/// Warns of a feature that is the label in another dress, or that tells rows apart only.
pub(super) fn of_column(
    column: &Column,
    association: Option<Association>,
    goal: &Goal<'_>,
) -> Option<DataNote> {
    if column.role != ColumnRole::Feature {
        return None;
    }
    if column.kind == ColumnKind::Identifier {
        return Some(warning(format!(
            "{} identifies rows and is used as a feature: what is learnt from it does not carry \
             over to other rows.",
            column.title()
        )));
    }
    if column.cells.len() < FEWEST_ROWS {
        return None;
    }
    let r = association.filter(|found| found.measure == Measure::Pearson).map(|found| found.value);
    let same = match goal {
        Goal::Classes(classes) => says_the_class(&column.cells, classes),
        Goal::Numbers(_) => false,
    };
    if same {
        return Some(warning(format!(
            "{} says the label exactly, so there is nothing left to learn. Leave it out unless \
             it is known before the label is.",
            column.title()
        )));
    }
    r.filter(|r| r.abs() > SURE).map(|r| {
        warning(format!(
            "{} is almost the label itself (r = {r:.5}). Leave it out unless it is known before \
             the label is.",
            column.title()
        ))
    })
}

/// Warns of rows that are held out and have the same features as rows that are trained on.
pub(super) fn duplicates(train: &Labelled, held: &Labelled, part: &str) -> Option<DataNote> {
    let known: HashSet<u128> = hashes(train)?.into_iter().collect();
    let count = hashes(held)?.into_iter().filter(|hash| known.contains(hash)).count();
    (count > 0).then(|| {
        let has = if count == 1 { "has" } else { "have" };
        warning(format!(
            "{count} of {} {has} the same features as a training row, so the {part} part is \
             easier than new rows would be.",
            counted(held.rows(), &format!("{part} row"))
        ))
    })
}

/// A hash of each row; nothing where rows are not in memory.
fn hashes(part: &Labelled) -> Option<Vec<u128>> {
    let table = part.features.table()?;
    let hash = |bytes: &mut Vec<u8>, row: &[f32]| {
        bytes.clear();
        bytes.extend(row.iter().flat_map(|value| value.to_le_bytes()));
        xxh3_128(bytes)
    };
    let rows = table.data().par_chunks(table.cols().max(1));
    Some(rows.map_init(Vec::new, hash).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::data::Targets;
    use crate::data::columns::testing::numbers;
    use crate::spec::MissingRule;

    fn part(values: &[f32]) -> Labelled {
        let rows = values.len() / 2;
        let features = Matrix::new(rows, 2, values.to_vec()).expect("two columns");
        Labelled::new(features, Targets::Numbers(vec![0.0; rows]))
    }

    #[test]
    fn rows_on_both_sides_are_counted() {
        let train = part(&[1., 2., 3., 4., 1., 2.]);
        let told = duplicates(&train, &part(&[3., 4., 1., 2., 2., 1.]), "test").expect("two rows");
        assert!(told.message.starts_with("2 of 3 test rows have the same features"));
        assert!(told.warning);
        assert_eq!(duplicates(&train, &part(&[4., 3.]), "test"), None);
    }

    #[test]
    fn a_feature_that_is_the_label_is_told() {
        let classes: Vec<u32> = (0..12).map(|row| row % 2).collect();
        let classes = Goal::Classes(&classes);
        let column = |values: Vec<f64>, kind| Column {
            index: 0,
            name: "x".to_owned(),
            cells: numbers(&values),
            role: ColumnRole::Feature,
            kind,
            seen: String::new(),
            chosen: false,
            why: None,
            rule: MissingRule::Median,
            coding: None,
            missing: 0,
        };
        let same = column((0..12).map(|row| f64::from(5 + row % 2)).collect(), ColumnKind::Number);
        let told = of_column(&same, None, &classes).expect("the label");
        assert!(told.message.starts_with("Column 1 “x” says the label exactly"), "{told:?}");
        let other = column((0..12).map(f64::from).collect(), ColumnKind::Number);
        assert_eq!(of_column(&other, None, &classes), None);
        let almost = Some(Association { measure: Measure::Pearson, value: -0.99995 });
        assert!(of_column(&other, almost, &classes).is_some());
        let id = column((0..12).map(f64::from).collect(), ColumnKind::Identifier);
        assert!(of_column(&id, None, &classes).expect("an id").message.contains("identifies rows"));
        let ignored = Column { role: ColumnRole::Ignored, ..same };
        assert_eq!(of_column(&ignored, None, &classes), None);
    }
}
