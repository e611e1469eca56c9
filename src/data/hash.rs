use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::Xxh3;

use super::{DataError, Dataset, Features, Labelled, Targets};
use crate::spec::Task;

/// Says whether data are the same to the last bit: the 128 bits of XXH3 over the shapes, the task,
/// the names of the classes, and all values of all parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DataHash(pub u128);

/// 32 hexadecimal digits.
impl fmt::Display for DataHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for DataHash {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

impl DataHash {
    /// The hash of `data`.
    ///
    /// # Errors
    /// When rows that are not kept in memory cannot be read any more.
    pub fn of(data: &Dataset) -> Result<Self, DataError> {
        let mut hash = Xxh3::new();
        let mut number = |value: usize| hash.update(&(value as u64).to_le_bytes());
        number(data.shape.0.len());
        data.shape.0.iter().for_each(|&side| number(side));
        number(match data.task {
            Task::Classification { classes } => classes,
            Task::Regression => 0,
        });
        for name in &data.class_names {
            hash.update(&(name.len() as u64).to_le_bytes());
            hash.update(name.as_bytes());
        }
        for (name, part) in data.parts() {
            hash.update(name.as_bytes());
            add_part(&mut hash, part)?;
        }
        Ok(Self(hash.digest128()))
    }
}

fn add_part(hash: &mut Xxh3, part: &Labelled) -> Result<(), DataError> {
    match &part.targets {
        Targets::Classes(classes) => {
            classes.iter().for_each(|class| hash.update(&class.to_le_bytes()));
        }
        Targets::Numbers(numbers) => add_values(hash, numbers),
    }
    match &part.features {
        Features::Table(table) => add_values(hash, table.data()),
        streamed => {
            let mut values = vec![0.0; streamed.cols()];
            for row in 0..streamed.rows() {
                streamed.fill_all(&[row], &mut values)?;
                add_values(hash, &values);
            }
        }
    }
    Ok(())
}

/// Values as little-endian bytes, a block at a time: one by one would take ten times as long.
fn add_values(hash: &mut Xxh3, values: &[f32]) {
    let mut bytes = [0; 4096];
    for block in values.chunks(bytes.len() / 4) {
        for (value, bytes) in block.iter().zip(bytes.as_chunks_mut::<4>().0) {
            *bytes = value.to_le_bytes();
        }
        hash.update(&bytes[..4 * block.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::spec::SampleShape;

    fn data(values: Vec<f32>, classes: Vec<u32>) -> Dataset {
        let features = Matrix::new(classes.len(), 2, values).expect("fits");
        let part = Labelled::new(features, Targets::Classes(classes));
        let task = Task::Classification { classes: 2 };
        Dataset::new("two", SampleShape(vec![2]), task, part.clone(), part)
    }

    #[test]
    fn equal_data_have_equal_hashes_and_every_value_counts() {
        let one = data(vec![1., 2., 3., 4.], vec![0, 1]);
        let hash = |data: &Dataset| DataHash::of(data).expect("in memory");
        assert_eq!(hash(&one), hash(&one.clone()));
        let others = [
            data(vec![1., 2., 3., 4.5], vec![0, 1]),
            data(vec![1., 2., 3., 4.], vec![1, 1]),
            Dataset { shape: SampleShape(vec![1, 2, 1]), ..one.clone() },
            Dataset { class_names: vec!["a".into(), "b".into()], ..one.clone() },
            Dataset { validation: Some(one.test.clone()), ..one.clone() },
        ];
        for other in others {
            assert_ne!(hash(&one), hash(&other), "{other:?}");
        }
        let renamed = Dataset { name: "other".into(), ..one.clone() };
        assert_eq!(hash(&one), hash(&renamed), "what the model does not see");
    }

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hash = DataHash(0x1f);
        assert_eq!(hash.to_string(), "0000000000000000000000000000001f");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert!("x".parse::<DataHash>().is_err());
    }
}
