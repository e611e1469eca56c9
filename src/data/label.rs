//! Turns the cells of a label column into classes or numbers.

use std::collections::HashMap;
use std::rc::Rc;

use super::table::is_number;
use super::tell::{invalid, listed, note, quoted, shortened, warning};
use super::{DataError, DataNote, Targets};
use crate::spec::{Task, TaskChoice};

/// Most distinct whole numbers that are still taken for classes unasked.
const MAX_AUTO_CLASSES: usize = 20;
/// Most classes at all.
const MAX_CLASSES: usize = 1000;
/// Most classes that a note spells out.
const NAMED_CLASSES: usize = 12;

/// The cells of a label column: one text each, stored once.
#[derive(Default)]
pub(super) struct Labels {
    ids: Vec<u32>,
    by_text: HashMap<Rc<str>, u32>,
    /// Each distinct text by its number.
    texts: Vec<Rc<str>>,
    /// The record in which each text occurs first.
    first: Vec<usize>,
}

/// What became of a label column.
pub(super) struct Encoded {
    pub(super) task: Task,
    pub(super) targets: Targets,
    pub(super) class_names: Vec<String>,
    pub(super) notes: Vec<DataNote>,
}

/// Where a label column stands, for messages.
pub(super) struct Place<'a> {
    /// `column 5 “species”`.
    pub(super) column: String,
    /// The place of the column's cell in the record that begins at a byte.
    pub(super) cell: &'a dyn Fn(usize) -> String,
}

impl Labels {
    /// Adds the cell of the record that begins at byte `at`.
    pub(super) fn push(&mut self, text: &str, at: usize) {
        if let Some(&id) = self.by_text.get(text) {
            self.ids.push(id);
        } else {
            let (id, text) = (self.first.len() as u32, Rc::<str>::from(text));
            self.by_text.insert(Rc::clone(&text), id);
            self.texts.push(text);
            self.first.push(at);
            self.ids.push(id);
        }
    }

    /// Makes classes or numbers of all cells.
    ///
    /// # Errors
    /// When the cells do not allow what `choice` asks for.
    pub(super) fn encode(
        self,
        choice: TaskChoice,
        place: &Place<'_>,
    ) -> Result<Encoded, DataError> {
        let column = Column::new(self);
        match choice {
            TaskChoice::Classification => column.classes(place),
            TaskChoice::Regression => column.numbers(place),
            TaskChoice::Auto if !column.is_numeric() || column.has_few_whole_numbers() => {
                column.classes(place)
            }
            TaskChoice::Auto => column.numbers(place),
        }
    }
}

/// A label column with its distinct texts laid out by their number.
struct Column {
    ids: Vec<u32>,
    first: Vec<usize>,
    texts: Vec<Rc<str>>,
    /// The value of each text that is a number.
    values: Vec<Option<f64>>,
}

impl Column {
    fn new(labels: Labels) -> Self {
        let value = |text: &Rc<str>| {
            // Minus zero is the same label as zero.
            is_number(text).then(|| text.parse::<f64>().ok()).flatten().map(|value| value + 0.0)
        };
        let values = labels.texts.iter().map(value).collect();
        Self { ids: labels.ids, first: labels.first, texts: labels.texts, values }
    }

    fn is_numeric(&self) -> bool {
        self.values.iter().all(Option::is_some)
    }

    fn has_few_whole_numbers(&self) -> bool {
        let distinct = self.distinct_numbers();
        distinct.iter().all(|value| value.fract() == 0.0)
            && distinct.len() <= MAX_AUTO_CLASSES
            && (distinct.len() == 1 || 2 * distinct.len() < self.ids.len())
    }

    fn distinct_numbers(&self) -> Vec<f64> {
        let mut values: Vec<f64> = self.values.iter().flatten().copied().collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        values
    }

    /// Names of the classes in order, and the class of each distinct text.
    fn order(&self) -> (Vec<String>, Vec<u32>) {
        if self.is_numeric() {
            let distinct = self.distinct_numbers();
            let class = |value: &f64| distinct.partition_point(|other| other < value) as u32;
            let classes = self.values.iter().flatten().map(class).collect();
            return (distinct.iter().map(f64::to_string).collect(), classes);
        }
        let mut sorted: Vec<usize> = (0..self.texts.len()).collect();
        sorted.sort_by(|&a, &b| self.texts[a].cmp(&self.texts[b]));
        let mut classes = vec![0; self.texts.len()];
        for (class, &id) in sorted.iter().enumerate() {
            classes[id] = class as u32;
        }
        (sorted.iter().map(|&id| self.texts[id].to_string()).collect(), classes)
    }

    fn classes(&self, place: &Place<'_>) -> Result<Encoded, DataError> {
        let (class_names, classes) = self.order();
        if let [only] = &class_names[..] {
            return invalid(format!(
                "Every row has the label {} in {}, so there is nothing to tell apart. Choose \
                 another label column.",
                quoted(only),
                place.column
            ));
        }
        if class_names.len() > MAX_CLASSES {
            return invalid(format!(
                "The label in {} has {} different values, and at most {MAX_CLASSES} classes are \
                 possible. Choose another label column, or regression if it is a quantity.",
                place.column,
                class_names.len()
            ));
        }
        let mut notes = Vec::new();
        notes.extend(coding_note(&class_names, self.is_numeric(), place));
        notes.extend(self.mixture_note(place));
        Ok(Encoded {
            task: Task::Classification { classes: class_names.len() },
            targets: Targets::Classes(self.ids.iter().map(|&id| classes[id as usize]).collect()),
            class_names,
            notes,
        })
    }

    /// A few texts among numbers are missing values more often than classes.
    fn mixture_note(&self, place: &Place<'_>) -> Option<DataNote> {
        let numeric = self.ids.iter().filter(|&&id| self.values[id as usize].is_some()).count();
        let text = self.first_text()?;
        (2 * numeric > self.ids.len()).then(|| {
            warning(format!(
                "{} holds {} among labels that are mostly numbers, so each different label is a \
                 class.",
                (place.cell)(self.first[text]),
                quoted(&self.texts[text])
            ))
        })
    }

    /// The first label that is not a number.
    fn first_text(&self) -> Option<usize> {
        self.values.iter().position(Option::is_none)
    }

    fn numbers(&self, place: &Place<'_>) -> Result<Encoded, DataError> {
        let narrow: Vec<f32> =
            self.values.iter().map(|value| value.map_or(f32::NAN, |value| value as f32)).collect();
        if let Some(id) = narrow.iter().position(|value| !value.is_finite()) {
            return invalid(format!(
                "{} holds {}, which is not a number that can be predicted. Correct the cell, \
                 choose classification, or choose another label column.",
                (place.cell)(self.first[id]),
                quoted(&self.texts[id])
            ));
        }
        Ok(Encoded {
            task: Task::Regression,
            targets: Targets::Numbers(self.ids.iter().map(|&id| narrow[id as usize]).collect()),
            class_names: Vec::new(),
            notes: self.few_numbers_note(place).into_iter().collect(),
        })
    }

    fn few_numbers_note(&self, place: &Place<'_>) -> Option<DataNote> {
        let distinct = self.distinct_numbers();
        let few = distinct.len() <= MAX_AUTO_CLASSES;
        (few && distinct.iter().all(|value| value.fract() == 0.0)).then(|| {
            note(format!(
                "The label in {} has {} different whole numbers and is taken for a quantity. If \
                 they are classes, choose classification.",
                place.column,
                distinct.len()
            ))
        })
    }
}

/// Tells how labels became class numbers, unless they are these numbers already.
fn coding_note(names: &[String], numeric: bool, place: &Place<'_>) -> Option<DataNote> {
    let numbers = (0..names.len()).map(|class| class.to_string());
    if numbers.clone().eq(names.iter().cloned()) {
        return None;
    }
    let coding = if numeric {
        format!(
            "{} → {}",
            listed(names.iter().cloned(), NAMED_CLASSES),
            listed(numbers, NAMED_CLASSES)
        )
    } else {
        let pairs =
            names.iter().enumerate().map(|(class, name)| format!("{} → {class}", shortened(name)));
        listed(pairs, NAMED_CLASSES)
    };
    Some(note(format!("The classes in {} are numbered {coding}.", place.column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(cells: &[&str], choice: TaskChoice) -> Result<Encoded, DataError> {
        let mut labels = Labels::default();
        for (row, cell) in cells.iter().enumerate() {
            labels.push(cell, row);
        }
        let place =
            Place { column: "column 2 “y”".to_owned(), cell: &|at| format!("Row {}", at + 1) };
        labels.encode(choice, &place)
    }

    fn auto(cells: &[&str]) -> Encoded {
        encode(cells, TaskChoice::Auto).expect("good labels")
    }

    fn refusal(cells: &[&str], choice: TaskChoice) -> String {
        match encode(cells, choice) {
            Ok(_) => panic!("the labels are good"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn texts_are_numbered_in_sorted_order() {
        let encoded = auto(&["virginica", "setosa", "virginica", "versicolor"]);
        assert_eq!(encoded.targets, Targets::Classes(vec![2, 0, 2, 1]));
        assert_eq!(encoded.class_names, ["setosa", "versicolor", "virginica"]);
        assert_eq!(
            encoded.notes[0].message,
            "The classes in column 2 “y” are numbered setosa → 0, versicolor → 1, virginica → 2."
        );
    }

    #[test]
    fn whole_numbers_are_sorted_as_numbers() {
        let encoded = auto(&["10", "2", "2.0", "1", "1", "10", "1"]);
        assert_eq!(encoded.targets, Targets::Classes(vec![2, 1, 1, 0, 0, 2, 0]));
        assert_eq!(encoded.class_names, ["1", "2", "10"]);
        assert!(encoded.notes[0].message.contains("numbered 1, 2, 10 → 0, 1, 2."));
        assert!(auto(&["0", "1", "0", "1", "-0"]).notes.is_empty());
    }

    #[test]
    fn many_or_broken_numbers_are_quantities() {
        let many: Vec<String> = (0..100).map(|row| (row % 21).to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(auto(&many).task, Task::Regression);
        let twenty: Vec<&str> = many.iter().filter(|cell| **cell != "20").copied().collect();
        assert_eq!(auto(&twenty).task, Task::Classification { classes: 20 });
        assert_eq!(auto(&["0.5", "1", "0.5", "1", "1"]).task, Task::Regression);
        let few = auto(&["0", "1", "1", "0"]);
        assert_eq!(few.task, Task::Regression);
        assert!(few.notes[0].message.contains("choose classification"));
    }

    #[test]
    fn the_task_can_be_chosen() {
        let forced = encode(&["0", "1", "1", "0"], TaskChoice::Classification).expect("classes");
        assert_eq!(forced.targets, Targets::Classes(vec![0, 1, 1, 0]));
        let halves = encode(&["1.5", "0.5"], TaskChoice::Classification).expect("classes");
        assert_eq!(halves.class_names, ["0.5", "1.5"]);
        let numbers = encode(&["0", "1", "0", "1", "1"], TaskChoice::Regression).expect("numbers");
        assert_eq!(numbers.targets, Targets::Numbers(vec![0.0, 1.0, 0.0, 1.0, 1.0]));
    }

    #[test]
    fn labels_that_do_not_serve_are_refused() {
        let message = refusal(&["1", "2", "many", "3"], TaskChoice::Regression);
        assert!(message.starts_with("Row 3 holds “many”"), "{message}");
        assert!(refusal(&["1e39", "2"], TaskChoice::Regression).starts_with("Row 1"));
        assert!(refusal(&["a", "a"], TaskChoice::Auto).contains("Every row has the label “a”"));
        assert!(refusal(&["7"; 4], TaskChoice::Auto).contains("Every row has the label “7”"));
        let ids: Vec<String> = (0..1001).map(|row| format!("id{row}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        assert!(refusal(&ids, TaskChoice::Auto).contains("1001 different values"));
    }

    #[test]
    fn a_text_among_numbers_is_told() {
        let encoded = auto(&["1", "2", "NA", "1", "2"]);
        assert_eq!(encoded.class_names, ["1", "2", "NA"]);
        let told = encoded.notes.iter().find(|note| note.warning).expect("a warning");
        assert!(told.message.starts_with("Row 3 holds “NA”"), "{}", told.message);
    }
}
