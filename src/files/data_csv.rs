use std::io::{self, Write};

use crate::data::{Dataset, Labelled, Targets};

/// Writes all parts of prepared data as one table: a column `part` (`train`, `validation` or
/// `test`), the label, and the features as the model sees them. Classes stand there by their names;
/// numbers are the shortest decimals that read back as the same `f32`.
///
/// # Errors
/// When writing fails, or rows that are not in memory cannot be read any more.
pub fn write_data_csv(data: &Dataset, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let names = column_names(data);
    table.write_record(&names)?;
    for (name, part) in data.parts() {
        let name = if name == "training" { "train" } else { name };
        write_part(&mut table, name, part, data)?;
    }
    table.flush()
}

/// `part`, the label, then the features. Features without a name, and those whose name is taken,
/// are called by their number, so that every column can be told from the others.
fn column_names(data: &Dataset) -> Vec<String> {
    let label = if data.label_name.is_empty() { "label" } else { &data.label_name };
    let mut names = vec!["part".to_owned(), label.to_owned()];
    for feature in 0..data.shape.len() {
        let name = data.feature_names.get(feature).filter(|name| !name.is_empty());
        let name = name.filter(|name| !names.contains(name)).cloned();
        names.push(name.unwrap_or_else(|| format!("x{}", feature + 1)));
    }
    names
}

fn write_part(
    table: &mut csv::Writer<&mut dyn Write>,
    name: &str,
    part: &Labelled,
    data: &Dataset,
) -> io::Result<()> {
    let mut values = vec![0.0; part.features.cols()];
    for row in 0..part.rows() {
        part.features.fill_all(&[row], &mut values).map_err(io::Error::other)?;
        table.write_field(name)?;
        table.write_field(target(&part.targets, row, &data.class_names))?;
        values.iter().try_for_each(|value| table.write_field(value.to_string()))?;
        table.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

fn target(targets: &Targets, row: usize, class_names: &[String]) -> String {
    match targets {
        Targets::Numbers(numbers) => numbers[row].to_string(),
        Targets::Classes(classes) => {
            let class = classes[row] as usize;
            class_names.get(class).cloned().unwrap_or_else(|| class.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::spec::{SampleShape, Task};

    fn data() -> Dataset {
        let part = |values: Vec<f32>, classes: Vec<u32>| {
            let features = Matrix::new(classes.len(), 2, values).expect("fits");
            Labelled::new(features, Targets::Classes(classes))
        };
        let (train, test) =
            (part(vec![0.1, 1e-7, -3.0, 2.0], vec![0, 1]), part(vec![5., 6.], vec![1]));
        let task = Task::Classification { classes: 2 };
        Dataset {
            feature_names: vec!["a".into(), "a".into()],
            class_names: vec!["no".into(), "yes, \"sure\"".into()],
            validation: Some(part(vec![7., 8.], vec![0])),
            ..Dataset::new("two", SampleShape(vec![2]), task, train, test)
        }
    }

    fn written(data: &Dataset) -> String {
        let mut bytes = Vec::new();
        write_data_csv(data, &mut bytes).expect("memory takes all");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn all_parts_stand_in_one_table() {
        let text = "part,label,a,x2\ntrain,no,0.1,0.0000001\ntrain,\"yes, \"\"sure\"\"\",-3,2\n\
                    validation,no,7,8\ntest,\"yes, \"\"sure\"\"\",5,6\n";
        assert_eq!(written(&data()), text);
    }

    #[test]
    fn numbers_read_back_as_the_same() {
        let values = [f32::MIN_POSITIVE, 0.1 + 0.2, 16_777_216.0, -1.0 / 3.0];
        let features = Matrix::new(4, 1, values.to_vec()).expect("fits");
        let part = Labelled::new(features, Targets::Numbers(values.to_vec()));
        let shape = SampleShape(vec![1]);
        let data = Dataset::new("one", shape, Task::Regression, part.clone(), part);
        let text = written(&data);
        for (line, value) in text.lines().skip(1).zip(values.iter().cycle()) {
            let read: Vec<f32> = line.split(',').skip(1).map(|n| n.parse().expect("f32")).collect();
            assert_eq!(read, [*value, *value]);
        }
    }

    #[test]
    fn a_writer_that_fails_is_told() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::Error::other("full"))
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert!(write_data_csv(&data(), &mut Full).is_err());
    }
}
