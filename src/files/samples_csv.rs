use std::collections::HashSet;
use std::fmt;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::base::argmax;
use crate::data::{Dataset, Field, FieldValue, Labelled, Place, Targets};
use crate::record::{ProbeFrame, Scores};
use crate::spec::{Part, Task};

/// Rows that are written between two reports of progress.
const REPORTED: usize = 256;

/// A list of samples as the user filtered and sorted it, with what a run says of them.
#[derive(Clone, Debug)]
pub struct SampleList {
    /// The data.
    pub data: Arc<Dataset>,
    /// The picture of the run that has the scores of the part.
    pub frame: Arc<ProbeFrame>,
    /// The part that the samples are of.
    pub part: Part,
    /// Places among the scores, in the order of the list.
    pub order: Vec<usize>,
}

/// Equal when it is the same list of the same picture.
impl PartialEq for SampleList {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.data, &other.data)
            && Arc::ptr_eq(&self.frame, &other.frame)
            && (self.part, &self.order) == (other.part, &other.order)
    }
}

/// A list that is to be written.
#[derive(Clone, Copy)]
pub struct SampleSource<'a> {
    /// The list.
    pub list: &'a SampleList,
    /// Told how far it is (0 to 1); answers whether to go on.
    pub tell: &'a dyn Fn(f32) -> ControlFlow<()>,
}

impl fmt::Debug for SampleSource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list.fmt(f)
    }
}

/// Writes a list of samples as a table: the part and the row within it counted from 0; `line`,
/// `index` or `file` where it stands in the user's file; the true and the predicted class or
/// number; the probability of each class as `p(class)` and the cross-entropy −ln p(true), or the
/// residual (predicted less true) and its square; then the cells of the row in the user's units.
/// Of images there are no cells. Every number is the shortest decimal that reads back as the same
/// `f32`; losses are computed and written in `f64`.
///
/// # Errors
/// When writing fails, rows cannot be read any more, the list names rows that are not there, or
/// `tell` says stop.
pub fn write_samples(source: &SampleSource<'_>, out: &mut dyn Write) -> io::Result<()> {
    let list = source.list;
    let missing = || io::Error::new(io::ErrorKind::InvalidInput, "The list of samples is gone.");
    let scores = list.frame.inside.scores_of(list.part).ok_or_else(missing)?;
    let rows = list.data.part(list.part).ok_or_else(missing)?;
    let sheet = Sheet { data: &list.data, rows, scores, fields: list.data.fields() };
    let mut table = csv::Writer::from_writer(out);
    table.write_record(sheet.head())?;
    let mut features = vec![0.0; rows.features.cols()];
    for (done, &place) in list.order.iter().enumerate() {
        if done.is_multiple_of(REPORTED) {
            let share = done as f32 / list.order.len() as f32;
            if (source.tell)(share).is_break() {
                return Err(io::Error::new(io::ErrorKind::Interrupted, "Writing was cancelled."));
            }
        }
        let record = sheet.record(list.part, place, &mut features)?.ok_or_else(missing)?;
        table.write_record(&record)?;
    }
    table.flush()
}

/// What the rows of the table are made from.
struct Sheet<'a> {
    data: &'a Dataset,
    rows: &'a Labelled,
    scores: &'a Scores,
    fields: Vec<Field>,
}

impl Sheet<'_> {
    fn head(&self) -> Vec<String> {
        let mut names: Vec<String> = vec!["part".into(), "row".into()];
        names.extend(self.rows.origin.as_ref().map(|origin| origin.word().to_owned()));
        names.extend(["true".into(), "predicted".into()]);
        match self.data.task {
            Task::Classification { classes } => {
                names.extend((0..classes).map(|class| format!("p({})", self.class(class))));
                names.push("cross_entropy".into());
            }
            Task::Regression => names.extend(["residual".into(), "squared_error".into()]),
        }
        let mut taken: HashSet<String> = names.iter().cloned().collect();
        for (field, place) in self.fields.iter().zip(1..) {
            let mut name = field.name.clone();
            if name.is_empty() || taken.contains(&name) {
                name = format!("{name} (column {place})").trim_start().to_owned();
            }
            taken.insert(name.clone());
            names.push(name);
        }
        names
    }

    fn class(&self, class: usize) -> String {
        self.data.class_names.get(class).cloned().unwrap_or_else(|| class.to_string())
    }

    /// One row of the table; `None` where there is no such row.
    fn record(
        &self,
        part: Part,
        place: usize,
        features: &mut [f32],
    ) -> io::Result<Option<Vec<String>>> {
        let Some(&row) = self.scores.rows.get(place).filter(|&&row| row < self.rows.rows()) else {
            return Ok(None);
        };
        if place >= self.scores.outputs.rows() {
            return Ok(None);
        }
        let mut cells = vec![word(part).to_owned(), row.to_string()];
        if let Some(origin) = &self.rows.origin {
            cells.push(origin.place(row).map_or_else(String::new, stands));
        }
        self.said(row, self.scores.outputs.row(place), &mut cells);
        if !self.fields.is_empty() {
            self.rows.features.fill_all(&[row], features).map_err(io::Error::other)?;
            cells.extend(self.fields.iter().map(|field| told(field.read(self.data, features))));
        }
        Ok(Some(cells))
    }

    /// Truth, prediction and loss.
    fn said(&self, row: usize, outputs: &[f32], cells: &mut Vec<String>) {
        match &self.rows.targets {
            Targets::Classes(classes) => {
                let truth = classes[row] as usize;
                cells.extend([self.class(truth), self.class(argmax(outputs))]);
                cells.extend(outputs.iter().map(ToString::to_string));
                let p = outputs.get(truth).copied().map_or(f64::NAN, f64::from);
                // Not −0 for a probability of 1.
                cells.push((0.0 - p.ln()).to_string());
            }
            Targets::Numbers(numbers) => {
                let predicted = outputs.first().copied().unwrap_or(f32::NAN);
                let residual = f64::from(predicted) - f64::from(numbers[row]);
                cells.extend([numbers[row].to_string(), predicted.to_string()]);
                cells.extend([residual.to_string(), (residual * residual).to_string()]);
            }
        }
    }
}

fn word(part: Part) -> &'static str {
    match part {
        Part::Train => "train",
        Part::Validation => "validation",
        Part::Test => "test",
    }
}

fn stands(place: Place<'_>) -> String {
    match place {
        Place::Line(at) | Place::Index(at) => at.to_string(),
        Place::File(path) => path.to_owned(),
    }
}

fn told(value: FieldValue<'_>) -> String {
    match value {
        FieldValue::Number(value) => value.to_string(),
        FieldValue::Category(text) => text.to_owned(),
        FieldValue::Missing => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Matrix, RunId, Step};
    use crate::data::Origin;
    use crate::record::{Insight, Position, ScoresRequest};
    use crate::spec::SampleShape;

    fn list(data: Dataset, rows: Vec<usize>, outputs: Matrix, order: Vec<usize>) -> SampleList {
        let request = ScoresRequest { part: Part::Test, most: 10 };
        let scores = vec![Scores { request, rows, outputs }];
        let at = Position { step: Step(1), epoch: 0.0, samples: 1, seconds: 0.0 };
        let frame = ProbeFrame {
            inside: Insight { scores, ..Insight::default() },
            ..ProbeFrame::empty(RunId(1), at)
        };
        SampleList { data: Arc::new(data), frame: Arc::new(frame), part: Part::Test, order }
    }

    fn flowers() -> SampleList {
        let values = vec![0.1, 5.0, f32::MIN_POSITIVE, -7.25, 1.0 / 3.0, 1e9];
        let part = Labelled {
            origin: Some(Origin::lines(vec![9, 4, 17])),
            ..Labelled::new(
                Matrix::new(3, 2, values).expect("fits"),
                Targets::Classes(vec![0, 1, 1]),
            )
        };
        let task = Task::Classification { classes: 2 };
        let data = Dataset {
            feature_names: vec!["width, cm".into(), "row".into()],
            class_names: vec!["big \"one\"".into(), "small".into()],
            ..Dataset::new("Flowers", SampleShape(vec![2]), task, part.clone(), part)
        };
        let outputs = Matrix::new(2, 2, vec![0.25, 0.75, 1.0, 0.0]).expect("fits");
        list(data, vec![0, 2], outputs, vec![1, 0])
    }

    fn written(list: &SampleList) -> String {
        let source = SampleSource { list, tell: &|_| ControlFlow::Continue(()) };
        let mut bytes = Vec::new();
        write_samples(&source, &mut bytes).expect("memory");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn a_list_is_written_in_its_order_with_every_number() {
        let wanted = "\
part,row,line,true,predicted,\"p(big \"\"one\"\")\",p(small),cross_entropy,\"width, cm\",row (column 2)
test,2,17,small,\"big \"\"one\"\"\",1,0,inf,0.33333334,1000000000
test,0,9,\"big \"\"one\"\"\",small,0.25,0.75,1.3862943611198906,0.1,5
";
        assert_eq!(written(&flowers()), wanted);
    }

    #[test]
    fn predicted_numbers_have_residuals() {
        let part = Labelled::new(Matrix::zeros(2, 4), Targets::Numbers(vec![1.5, -2.0]));
        let shape = SampleShape(vec![1, 2, 2]);
        let data = Dataset::new("Tones", shape, Task::Regression, part.clone(), part);
        let outputs = Matrix::new(2, 1, vec![1.0, -2.0]).expect("fits");
        let wanted = "part,row,true,predicted,residual,squared_error\n\
                      test,0,1.5,1,-0.5,0.25\ntest,1,-2,-2,0,0\n";
        assert_eq!(written(&list(data, vec![0, 1], outputs, vec![0, 1])), wanted);
    }

    #[test]
    fn writing_stops_when_it_is_asked_to_and_refuses_rows_that_are_gone() {
        let mut list = flowers();
        let source = SampleSource { list: &list, tell: &|_| ControlFlow::Break(()) };
        let error = write_samples(&source, &mut Vec::new()).expect_err("cancelled");
        assert_eq!(error.to_string(), "Writing was cancelled.");
        list.order = vec![5];
        let source = SampleSource { list: &list, tell: &|_| ControlFlow::Continue(()) };
        assert!(write_samples(&source, &mut Vec::new()).is_err());
    }
}
