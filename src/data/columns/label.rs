//! Turns the cells of the label column into classes or numbers.

use super::cells::NO_TEXT;
use super::format::Format;
use super::kind::MAX_AUTO_CLASSES;
use crate::data::raw::Cells;
use crate::data::tell::{invalid, listed, note, quoted, shortened, warning};
use crate::data::{DataError, DataNote, Targets};
use crate::spec::{Task, TaskChoice};

/// Most classes at all.
const MAX_CLASSES: usize = 1000;
/// Most classes that a note spells out.
const NAMED_CLASSES: usize = 12;

/// What became of a label column.
#[derive(Debug)]
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
    /// The place of the column's cell in a row.
    pub(super) cell: &'a dyn Fn(usize) -> String,
}

/// Makes classes or numbers of `cells`, none of which is missing.
///
/// # Errors
/// When the cells do not allow what `choice` asks for.
pub(super) fn encode(
    cells: &Cells,
    choice: TaskChoice,
    format: Format,
    place: &Place<'_>,
) -> Result<Encoded, DataError> {
    let labels = Labels::of(cells, format);
    match choice {
        TaskChoice::Classification => labels.classes(place),
        TaskChoice::Regression => labels.numbers(place),
        TaskChoice::Auto if !labels.is_numeric() || labels.has_few_whole_numbers() => {
            labels.classes(place)
        }
        TaskChoice::Auto => labels.numbers(place),
    }
}

/// Whether texts hold more different numbers than classes have unasked.
pub(super) fn has_many_numbers(cells: &Cells, format: Format) -> bool {
    let Cells::Texts { texts, .. } = cells else { return true };
    let numbers = texts.iter().filter_map(|text| format.number(text));
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.dedup();
    numbers.len() > MAX_AUTO_CLASSES
}

/// A label column: each cell as the place of its value among the different ones.
struct Labels {
    ids: Vec<u32>,
    /// The row in which each different value occurs first.
    first: Vec<usize>,
    /// The different texts; none where all are numbers.
    texts: Vec<Box<str>>,
    /// The number of each different value, if it is one.
    values: Vec<Option<f64>>,
}

impl Labels {
    fn of(cells: &Cells, format: Format) -> Self {
        match cells {
            Cells::Bytes(bytes) => Self::of_numbers(bytes.iter().map(|&byte| f64::from(byte))),
            Cells::Numbers(numbers) => Self::of_numbers(numbers.iter().copied()),
            Cells::Texts { ids, texts } => {
                let labels = Self::of_texts(ids, texts, format);
                // Rows that were left out may have held the only words.
                if labels.is_numeric() {
                    let values = &labels.values;
                    let value = |&id: &u32| values[id as usize].unwrap_or_default();
                    return Self::of_numbers(labels.ids.iter().map(value));
                }
                labels
            }
        }
    }

    fn of_numbers(numbers: impl Iterator<Item = f64> + Clone) -> Self {
        // Minus zero is the same label as zero.
        let numbers = numbers.map(|value| value + 0.0);
        let mut distinct: Vec<f64> = numbers.clone().collect();
        distinct.sort_unstable_by(f64::total_cmp);
        distinct.dedup();
        let id = |value: f64| distinct.partition_point(|other| *other < value) as u32;
        let ids: Vec<u32> = numbers.map(id).collect();
        let first = first_rows(&ids, distinct.len());
        Self { ids, first, texts: Vec::new(), values: distinct.into_iter().map(Some).collect() }
    }

    /// Texts in sorted order; those of rows that were left out are forgotten.
    fn of_texts(ids: &[u32], texts: &[Box<str>], format: Format) -> Self {
        let first = first_rows(ids, texts.len());
        let mut sorted: Vec<usize> = (0..texts.len()).filter(|&id| first[id] < ids.len()).collect();
        sorted.sort_by(|&a, &b| texts[a].cmp(&texts[b]));
        let mut places = vec![NO_TEXT; texts.len()];
        for (place, &id) in sorted.iter().enumerate() {
            places[id] = place as u32;
        }
        let texts: Vec<Box<str>> = sorted.iter().map(|&id| texts[id].clone()).collect();
        Self {
            ids: ids.iter().map(|&id| places[id as usize]).collect(),
            first: sorted.iter().map(|&id| first[id]).collect(),
            values: texts.iter().map(|text| format.number(text)).collect(),
            texts,
        }
    }

    fn is_numeric(&self) -> bool {
        self.values.iter().all(Option::is_some)
    }

    fn has_few_whole_numbers(&self) -> bool {
        self.are_few_and_whole()
            && (self.values.len() == 1 || 2 * self.values.len() < self.ids.len())
    }

    fn are_few_and_whole(&self) -> bool {
        self.values.len() <= MAX_AUTO_CLASSES
            && self.values.iter().flatten().all(|value| value.fract() == 0.0)
    }

    fn shown(&self, id: usize) -> String {
        match (self.texts.get(id), self.values[id]) {
            (Some(text), _) => text.to_string(),
            (None, value) => value.unwrap_or_default().to_string(),
        }
    }

    fn classes(self, place: &Place<'_>) -> Result<Encoded, DataError> {
        let class_names: Vec<String> = (0..self.values.len()).map(|id| self.shown(id)).collect();
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
            targets: Targets::Classes(self.ids),
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

    /// The label that comes first of those that are no numbers.
    fn first_text(&self) -> Option<usize> {
        let texts = (0..self.values.len()).filter(|&id| self.values[id].is_none());
        texts.min_by_key(|&id| self.first[id])
    }

    fn numbers(self, place: &Place<'_>) -> Result<Encoded, DataError> {
        let narrow: Vec<f32> =
            self.values.iter().map(|value| value.map_or(f32::NAN, |value| value as f32)).collect();
        let bad = (0..narrow.len()).filter(|&id| !narrow[id].is_finite());
        if let Some(id) = bad.min_by_key(|&id| self.first[id]) {
            return invalid(format!(
                "{} holds {}, which is not a number that can be predicted. Correct the cell, \
                 choose classification, or choose another label column.",
                (place.cell)(self.first[id]),
                quoted(&self.shown(id))
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
        self.are_few_and_whole().then(|| {
            note(format!(
                "The label in {} has {} different whole numbers and is taken for a quantity. If \
                 they are classes, choose classification.",
                place.column,
                self.values.len()
            ))
        })
    }
}

/// The row in which each id comes first; as many as there are rows where it never does.
fn first_rows(ids: &[u32], distinct: usize) -> Vec<usize> {
    let mut first = vec![ids.len(); distinct];
    for (row, &id) in ids.iter().enumerate().rev() {
        first[id as usize] = row;
    }
    first
}

/// `1, 2, 3 → 0, 1, 2` or `rose → 0, lily → 1`; nothing where the labels are these numbers
/// already.
pub(super) fn coding(names: &[String], numeric: bool) -> Option<String> {
    let numbers = (0..names.len()).map(|class| class.to_string());
    if numbers.clone().eq(names.iter().cloned()) {
        return None;
    }
    if numeric {
        let names = listed(names.iter().cloned(), NAMED_CLASSES);
        return Some(format!("{names} → {}", listed(numbers, NAMED_CLASSES)));
    }
    let pairs =
        names.iter().enumerate().map(|(class, name)| format!("{} → {class}", shortened(name)));
    Some(listed(pairs, NAMED_CLASSES))
}

/// Tells how labels became class numbers, unless they are these numbers already.
fn coding_note(names: &[String], numeric: bool, place: &Place<'_>) -> Option<DataNote> {
    let coding = coding(names, numeric)?;
    Some(note(format!("The classes in {} are numbered {coding}.", place.column)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::columns::testing::texts;

    fn encode(cells: &[&str], choice: TaskChoice) -> Result<Encoded, DataError> {
        let place =
            Place { column: "column 2 “y”".to_owned(), cell: &|at| format!("Row {}", at + 1) };
        super::encode(&texts(cells), choice, Format::default(), &place)
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
