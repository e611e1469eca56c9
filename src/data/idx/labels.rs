use super::{Idx, IdxValues};
use crate::data::DataError;
use crate::data::tell::{counted, invalid};

/// Most codes that a sentence names one by one.
const NAMED_CODES: usize = 12;

/// Labels as their file has them: whole numbers.
///
/// # Errors
/// When the values are images, more than one number for each row, or not whole.
pub(super) fn whole_numbers(idx: Idx, what: &str) -> Result<Vec<i64>, DataError> {
    match idx.dims[..] {
        [_] | [_, 1] => {}
        [_, columns] => {
            return invalid(format!(
                "The file given as {what} holds {columns} numbers for each image; labels are one."
            ));
        }
        _ => {
            return invalid(format!(
                "The file given as {what} holds images ({} dimensions). Were the files swapped?",
                idx.dims.len()
            ));
        }
    }
    match idx.values {
        IdxValues::U8(values) => Ok(values.into_iter().map(i64::from).collect()),
        IdxValues::I8(values) => Ok(values.into_iter().map(i64::from).collect()),
        IdxValues::I16(values) => Ok(values.into_iter().map(i64::from).collect()),
        IdxValues::I32(values) => Ok(values.into_iter().map(i64::from).collect()),
        IdxValues::F32(values) => rounded(values.into_iter().map(f64::from), what),
        IdxValues::F64(values) => rounded(values.into_iter(), what),
    }
}

fn rounded(values: impl Iterator<Item = f64>, what: &str) -> Result<Vec<i64>, DataError> {
    /// Beyond it not every whole number has a float of its own.
    const EXACT: f64 = (1_u64 << 53) as f64;
    values
        .enumerate()
        .map(|(row, value)| {
            if value.fract() == 0.0 && value.abs() <= EXACT {
                Ok(value as i64)
            } else {
                invalid(format!(
                    "Label {} in {what} is {value}; classes are named by whole numbers.",
                    row + 1
                ))
            }
        })
        .collect()
}

/// How the labels of a file became classes counted from zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Codes(Vec<i64>);

impl Codes {
    /// All labels that occur in any part, in ascending order.
    ///
    /// # Errors
    /// When there is one only.
    pub(super) fn of(parts: &[&[i64]]) -> Result<Self, DataError> {
        let mut all = Vec::new();
        for labels in parts {
            // Sorted part by part: few labels stand for many rows.
            let mut labels = labels.to_vec();
            labels.sort_unstable();
            labels.dedup();
            all.append(&mut labels);
        }
        all.sort_unstable();
        all.dedup();
        match all[..] {
            [only] => invalid(format!("All labels are {only}, so there is nothing to tell apart.")),
            _ => Ok(Self(all)),
        }
    }

    /// How many classes there are.
    pub(super) fn classes(&self) -> usize {
        self.0.len()
    }

    /// Classes of `labels`, all of which were known.
    pub(super) fn code(&self, labels: &[i64]) -> Vec<u32> {
        let place = |label| self.0.partition_point(|&code| code < label) as u32;
        labels.iter().map(|&label| place(label)).collect()
    }

    /// What the file calls each class.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.iter().map(i64::to_string).collect()
    }

    /// What became of the labels, where they are not counted from zero already.
    pub(super) fn told(&self) -> Option<String> {
        let count = self.0.len();
        if self.0.iter().enumerate().all(|(class, &label)| label == class as i64) {
            return None;
        }
        let (first, last) = (self.0[0], self.0[count - 1]);
        let is_run = last.abs_diff(first) == count as u64 - 1;
        let from = if is_run {
            format!("{first} to {last}")
        } else if count <= NAMED_CODES {
            self.names().join(", ")
        } else {
            format!("{first} to {last} ({} of them)", counted(count, "number"))
        };
        Some(format!("Labels coded: {from} → 0 to {}.", count - 1))
    }
}
