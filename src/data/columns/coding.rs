//! Turns columns into inputs of a model: fills gaps, codes categories. Everything is learnt from
//! the training rows.

use super::cells::NO_TEXT;
use super::format::yes_or_no;
use super::plan::Column;
use crate::data::DataError;
use crate::data::raw::Cells;
use crate::data::scale::quantile;
use crate::data::tell::{counted, invalid, listed, quoted};
use crate::spec::{Coding, ColumnKind, MissingRule};

/// Most categories that a step names.
const NAMED_CATEGORIES: usize = 8;
/// The category of those that are too rare to have one each.
const OTHER: &str = "other";
/// The category of missing values.
const MISSING: &str = "missing";

/// A column as inputs of a model, and how it became them.
pub(super) struct Coded {
    pub(super) values: Values,
    /// One for each input.
    pub(super) names: Vec<String>,
    /// What was done to it, sentences.
    pub(super) steps: Vec<String>,
    /// What the user ought to look at, sentences.
    pub(super) warnings: Vec<String>,
}

/// The values of one column's inputs.
pub(super) enum Values {
    /// Small whole numbers, each divided by this.
    Bytes(Vec<u8>, f32),
    /// Numbers; NaN becomes `fill`, and a second input says so if there is one.
    Numbers { values: Vec<f64>, fill: f64, indicator: bool },
    /// The inputs that are not 0 for each text, and for a missing one.
    Texts {
        ids: Vec<u32>,
        inputs: Vec<Option<(usize, f32)>>,
        missing: Vec<(usize, f32)>,
        width: usize,
    },
}

impl Values {
    /// Number of inputs.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Bytes(..) => 1,
            Self::Numbers { indicator, .. } => 1 + usize::from(*indicator),
            Self::Texts { width, .. } => *width,
        }
    }

    /// Writes the inputs of each of `rows`, the first at `out[offset]`, the others `stride`
    /// further each. What is 0 is not written.
    pub(super) fn write(&self, rows: &[usize], out: &mut [f32], offset: usize, stride: usize) {
        let places = (offset..).step_by(stride);
        match self {
            Self::Bytes(bytes, unit) => {
                for (&row, at) in rows.iter().zip(places) {
                    out[at] = f32::from(bytes[row]) / unit;
                }
            }
            Self::Numbers { values, fill, indicator } => {
                for (&row, at) in rows.iter().zip(places) {
                    let value = values[row];
                    // Adding zero makes zero of minus zero, so that equal rows are equal bits.
                    out[at] = if value.is_nan() { *fill as f32 } else { value as f32 } + 0.0;
                    if *indicator && value.is_nan() {
                        out[at + 1] = 1.0;
                    }
                }
            }
            Self::Texts { ids, inputs, missing, .. } => {
                for (&row, at) in rows.iter().zip(places) {
                    if ids[row] == NO_TEXT {
                        missing.iter().for_each(|&(input, value)| out[at + input] = value);
                    } else if let Some((input, value)) = inputs[ids[row] as usize] {
                        out[at + input] = value;
                    }
                }
            }
        }
    }
}

/// Codes a feature; `train` are the rows that are trained on, `rare` is the share of them below
/// which categories are put together.
///
/// # Errors
/// When a column of yes and no has other values.
pub(super) fn code(column: Column, train: &[usize], rare: f64) -> Result<Coded, DataError> {
    if column.is_numeric() {
        return Ok(numbers(column, train));
    }
    let mut column = column;
    let (ids, texts) = std::mem::replace(&mut column.cells, Cells::Bytes(Vec::new())).into_texts();
    let words = Words::count(&ids, &texts, train);
    if column.kind == ColumnKind::YesNo {
        yes_no(&column, ids, &words)
    } else {
        Ok(categories(&column, ids, &words, rare))
    }
}

/// The features of a picture, which are never missing.
pub(super) fn pixels(column: Column) -> Coded {
    let values = match column.cells {
        Cells::Bytes(bytes) => Values::Bytes(bytes, 255.0),
        other => {
            let values = other.into_numbers().into_iter().map(|value| value / 255.0).collect();
            Values::Numbers { values, fill: 0.0, indicator: false }
        }
    };
    Coded { values, names: vec![column.name], steps: Vec::new(), warnings: Vec::new() }
}

fn numbers(column: Column, train: &[usize]) -> Coded {
    let title = column.title();
    let Column { cells, name, rule, .. } = column;
    let values = match cells {
        Cells::Bytes(bytes) => {
            let values = Values::Bytes(bytes, 1.0);
            return Coded { values, names: vec![name], steps: Vec::new(), warnings: Vec::new() };
        }
        other => other.into_numbers(),
    };
    let missing = values.iter().filter(|value| value.is_nan()).count();
    let mut coded = Coded {
        names: vec![name.clone()],
        values: Values::Numbers { values: Vec::new(), fill: 0.0, indicator: false },
        steps: Vec::new(),
        warnings: Vec::new(),
    };
    let (mut fill, mut indicator) = (0.0, false);
    if missing > 0 {
        let mut known: Vec<f64> =
            train.iter().map(|&row| values[row]).filter(|value| !value.is_nan()).collect();
        indicator = rule == MissingRule::Indicator && known.len() < train.len();
        let (value, what) = filling(rule, &mut known);
        fill = value;
        coded
            .steps
            .push(format!("{title}: {} became {fill}, {what}.", counted(missing, "missing value")));
        if known.is_empty() {
            coded.warnings.push(format!(
                "{title} has no value in the training part, so missing ones became 0."
            ));
        }
    }
    if indicator {
        coded.names.push(format!("{name}={MISSING}"));
        coded.steps.push(format!("{title}: a further input is 1 where the value was missing."));
    }
    coded.values = Values::Numbers { values, fill, indicator };
    coded
}

/// What takes the place of missing numbers, of which `known` are those of the training part.
fn filling(rule: MissingRule, known: &mut [f64]) -> (f64, &'static str) {
    if known.is_empty() {
        return (0.0, "as the training part has no value");
    }
    known.sort_unstable_by(f64::total_cmp);
    match rule {
        MissingRule::DropRow | MissingRule::Median => {
            (quantile(known, 0.5), "the median of the training part")
        }
        MissingRule::Mean | MissingRule::Indicator => {
            (mean(known), "the mean of the training part")
        }
        MissingRule::MostFrequent => {
            (most_frequent(known), "the most frequent value of the training part")
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Of equally frequent values the smallest, as scikit-learn has it.
fn most_frequent(sorted: &[f64]) -> f64 {
    let runs = sorted.chunk_by(|a, b| a == b);
    let longest = runs.rev().max_by_key(|run| run.len());
    longest.map_or(0.0, |run| run[0])
}

/// The texts of a column in sorted order and where they are used.
struct Words<'a> {
    /// Text, place among the ids, rows of the training part, rows of all.
    all: Vec<Word<'a>>,
    ids: usize,
    train: usize,
    missing: usize,
    missing_in_train: usize,
}

#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    id: usize,
    train: usize,
    all: usize,
}

impl<'a> Words<'a> {
    fn count(ids: &[u32], texts: &'a [Box<str>], train: &[usize]) -> Self {
        let mut all = vec![(0, 0); texts.len()];
        let mut missing = (0, 0);
        for &id in ids {
            all.get_mut(id as usize).unwrap_or(&mut missing).1 += 1;
        }
        for &row in train {
            all.get_mut(ids[row] as usize).unwrap_or(&mut missing).0 += 1;
        }
        let mut words: Vec<Word<'a>> = all
            .into_iter()
            .enumerate()
            .filter(|(_, (_, all))| *all > 0)
            .map(|(id, (train, all))| Word { text: &texts[id], id, train, all })
            .collect();
        words.sort_by(|a, b| in_order(a.text, b.text));
        Self {
            all: words,
            ids: texts.len(),
            train: train.len(),
            missing: missing.1,
            missing_in_train: missing.0,
        }
    }

    /// The most frequent word of the training part, of equals the first.
    fn most_frequent(&self) -> Option<Word<'a>> {
        self.all.iter().rev().copied().max_by_key(|word| word.train)
    }
}

/// Numbers by their value, before words; words by their characters.
fn in_order(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(one), Ok(other)) => one.total_cmp(&other).then(a.cmp(b)),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

fn yes_no(column: &Column, ids: Vec<u32>, words: &Words<'_>) -> Result<Coded, DataError> {
    let said: Vec<Option<bool>> = words.all.iter().map(|word| yes_or_no(word.text)).collect();
    let yes: Vec<bool> = if said.iter().all(Option::is_some) {
        said.into_iter().map(|said| said == Some(true)).collect()
    } else if words.all.len() <= 2 {
        (0..words.all.len()).map(|place| place == 1).collect()
    } else {
        return invalid(format!(
            "{} has {} different values, and yes or no needs two. Choose another type for it.",
            column.title(),
            words.all.len()
        ));
    };
    let mut inputs = vec![None; words.ids];
    for (word, _) in words.all.iter().zip(&yes).filter(|(_, yes)| **yes) {
        inputs[word.id] = Some((0, 1.0));
    }
    let shown = |wanted: bool| {
        let words = words.all.iter().zip(&yes).filter(|(_, yes)| **yes == wanted);
        listed(words.map(|(word, _)| quoted(word.text)), NAMED_CATEGORIES)
    };
    let mut steps = vec![format!("{}: {} → 0, {} → 1.", column.title(), shown(false), shown(true))];
    let mut names = vec![column.name.clone()];
    let mut missing = Vec::new();
    if words.missing > 0 {
        let in_train = |(word, yes): (&Word<'_>, &bool)| if *yes { word.train } else { 0 };
        let ones: usize = words.all.iter().zip(&yes).map(in_train).sum();
        let known = words.train - words.missing_in_train;
        let share = if known == 0 { 0.0 } else { ones as f32 / known as f32 };
        let indicator = column.rule == MissingRule::Indicator && words.missing_in_train > 0;
        let (value, what) = if indicator {
            names.push(format!("{}={MISSING}", column.name));
            missing.push((1, 1.0));
            (share, "the share of ones in the training part, and 1 in a further input")
        } else {
            (f32::from(share > 0.5), "the more frequent value of the training part")
        };
        missing.push((0, value));
        let count = counted(words.missing, "missing value");
        steps.push(format!("{}: {count} became {value}, {what}.", column.title()));
    }
    let width = names.len();
    let values = Values::Texts { ids, inputs, missing, width };
    Ok(Coded { values, names, steps, warnings: Vec::new() })
}

/// Which category each word belongs to.
struct Categories {
    names: Vec<String>,
    /// Of each word; `None` for one that the training part does not have.
    of_word: Vec<Option<usize>>,
    missing: Option<usize>,
    other: Option<usize>,
    rare: usize,
}

impl Categories {
    fn of(words: &Words<'_>, rule: MissingRule, rare: f64) -> Self {
        let least = rare * words.train as f64;
        let is_rare = |word: &Word<'_>| (word.train as f64) < least;
        let known = |word: &&Word<'_>| word.train > 0;
        let rare_words = words.all.iter().filter(known).filter(|word| is_rare(word)).count();
        // A single rare category is no group.
        let grouped = rare_words > 1;
        let mut found = Self {
            names: Vec::new(),
            of_word: vec![None; words.all.len()],
            missing: None,
            other: None,
            rare: if grouped { rare_words } else { 0 },
        };
        for (place, word) in words.all.iter().enumerate().filter(|(_, word)| word.train > 0) {
            if !(grouped && is_rare(word)) {
                found.of_word[place] = Some(found.names.len());
                found.names.push(word.text.to_owned());
            }
        }
        if grouped {
            let other = found.add(OTHER);
            found.other = Some(other);
            found.of_word.iter_mut().for_each(|of| *of = of.or(Some(other)));
        }
        found.missing = if rule == MissingRule::Indicator {
            (words.missing_in_train > 0).then(|| found.add(MISSING))
        } else {
            let most = words.most_frequent().filter(|word| word.train > 0);
            most.and_then(|most| words.all.iter().position(|word| word.id == most.id))
                .and_then(|place| found.of_word[place])
        };
        found
    }

    fn add(&mut self, name: &str) -> usize {
        self.names.push(name.to_owned());
        self.names.len() - 1
    }
}

fn categories(column: &Column, ids: Vec<u32>, words: &Words<'_>, rare: f64) -> Coded {
    let found = Categories::of(words, column.rule, rare);
    let one_hot = column.coding != Some(Coding::Ordinal);
    // What the training part does not have is no category: all zeros, or a number of its own.
    let unknown = (!one_hot).then_some((0, found.names.len() as f32));
    let input = |category: Option<usize>| match category {
        Some(category) if one_hot => Some((category, 1.0)),
        Some(category) => Some((0, category as f32)),
        None => unknown,
    };
    let mut inputs = vec![None; words.ids];
    for (word, &category) in words.all.iter().zip(&found.of_word) {
        inputs[word.id] = input(category);
    }
    let names = if one_hot {
        found.names.iter().map(|name| format!("{}={name}", column.name)).collect()
    } else {
        vec![column.name.clone()]
    };
    let width = if one_hot { found.names.len() } else { 1 };
    let missing = input(found.missing).into_iter().collect();
    Coded {
        values: Values::Texts { ids, inputs, missing, width },
        steps: category_steps(column, words, &found, one_hot),
        warnings: category_warnings(column, words, &found, one_hot),
        names,
    }
}

fn category_steps(
    column: &Column,
    words: &Words<'_>,
    found: &Categories,
    one_hot: bool,
) -> Vec<String> {
    let title = column.title();
    let categories = if one_hot {
        listed(found.names.iter().map(|name| quoted(name)), NAMED_CATEGORIES)
    } else {
        let numbered = found.names.iter().enumerate();
        listed(numbered.map(|(code, name)| format!("{} → {code}", quoted(name))), NAMED_CATEGORIES)
    };
    let mut steps = vec![if one_hot {
        format!(
            "{title}: one input of 0 and 1 for each of {} ({categories}).",
            counted_as(found.names.len())
        )
    } else {
        format!("{title}: one input with the number of the category ({categories}).")
    }];
    if found.rare > 0 {
        steps.push(format!("{title}: {} rare categories became {}.", found.rare, quoted(OTHER)));
    }
    if words.missing > 0 {
        let count = counted(words.missing, "missing value");
        steps.push(match found.missing {
            Some(category) if column.rule == MissingRule::Indicator => {
                format!("{title}: {count} became the category {}.", quoted(&found.names[category]))
            }
            Some(category) => format!(
                "{title}: {count} became {}, the most frequent category of the training part.",
                quoted(&found.names[category])
            ),
            None => format!("{title}: {count} became no category, as the training part has none."),
        });
    }
    steps
}

fn counted_as(categories: usize) -> String {
    if categories == 1 { "1 category".to_owned() } else { format!("{categories} categories") }
}

fn category_warnings(
    column: &Column,
    words: &Words<'_>,
    found: &Categories,
    one_hot: bool,
) -> Vec<String> {
    let unseen: Vec<&Word<'_>> = words.all.iter().filter(|word| word.train == 0).collect();
    if unseen.is_empty() {
        return Vec::new();
    }
    let rows: usize = unseen.iter().map(|word| word.all).sum();
    let names = listed(unseen.iter().map(|word| quoted(word.text)), NAMED_CATEGORIES);
    let became = match (found.other, one_hot) {
        (Some(_), _) => format!("They count as {}.", quoted(OTHER)),
        (None, true) => "Their inputs are all 0.".to_owned(),
        (None, false) => format!("Their number is {}, which no other has.", found.names.len()),
    };
    vec![format!(
        "{} has values in {} that the training part does not have: {names}. {became}",
        column.title(),
        counted(rows, "row")
    )]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::columns::cells::{MissingWords, without_missing};
    use crate::data::columns::format::Format;
    use crate::data::columns::testing::{numbers as numeric, texts};
    use crate::spec::ColumnRole;

    fn column(cells: Cells, kind: ColumnKind, rule: MissingRule) -> Column {
        let format = Format::default();
        let cells = without_missing(cells, &MissingWords::new(std::iter::empty(), format), format);
        Column {
            index: 2,
            name: "x".to_owned(),
            missing: cells.missing(),
            cells,
            role: ColumnRole::Feature,
            kind,
            seen: String::new(),
            chosen: false,
            why: None,
            rule,
            coding: None,
        }
    }

    /// The inputs of all rows.
    fn rows(coded: &Coded, count: usize) -> Vec<Vec<f32>> {
        let width = coded.values.width();
        assert_eq!(width, coded.names.len());
        let mut out = vec![0.0; width * count];
        coded.values.write(&(0..count).collect::<Vec<_>>(), &mut out, 0, width);
        out.chunks(width).map(<[f32]>::to_vec).collect()
    }

    const GAPS: [f64; 6] = [1.0, f64::NAN, 4.0, 4.0, 10.0, 100.0];

    #[test]
    fn gaps_are_filled_with_what_the_training_part_says() {
        // Trained on all but the last: mean 19/4, median 4, most frequent 4.
        for (rule, wanted) in [
            (MissingRule::Mean, 4.75),
            (MissingRule::Median, 4.0),
            (MissingRule::MostFrequent, 4.0),
            (MissingRule::Indicator, 4.75),
        ] {
            let column = column(numeric(&GAPS), ColumnKind::Number, rule);
            let coded = code(column, &[0, 1, 2, 3, 4], 0.0).expect("numbers");
            let rows = rows(&coded, 6);
            assert_eq!((rows[1][0], rows[5][0]), (wanted, 100.0), "{rule:?}");
            assert!(coded.steps[0].starts_with("Column 3 “x”: 1 missing value became"));
            if rule == MissingRule::Indicator {
                assert_eq!(coded.names, ["x", "x=missing"]);
                assert_eq!((rows[0][1], rows[1][1]), (0.0, 1.0));
            }
        }
    }

    #[test]
    fn a_gap_outside_of_the_training_part_needs_no_column_of_its_own() {
        let column = column(numeric(&GAPS), ColumnKind::Number, MissingRule::Indicator);
        let coded = code(column, &[0, 2, 3, 4], 0.0).expect("numbers");
        assert_eq!((coded.names.len(), rows(&coded, 6)[1][0]), (1, 4.75));
    }

    const COLOURS: [&str; 8] = ["red", "green", "red", "", "blue", "red", "green", "pink"];

    fn colours(rule: MissingRule, coding: Coding, rare: f64) -> Coded {
        let column = column(texts(&COLOURS), ColumnKind::Category, rule);
        // Pink is not trained on.
        code(Column { coding: Some(coding), ..column }, &[0, 1, 2, 3, 4, 5, 6], rare)
            .expect("categories")
    }

    #[test]
    fn categories_become_columns_of_zeros_and_ones() {
        let coded = colours(MissingRule::Indicator, Coding::OneHot, 0.0);
        assert_eq!(coded.names, ["x=blue", "x=green", "x=red", "x=missing"]);
        let rows = rows(&coded, 8);
        assert_eq!(rows[0], [0.0, 0.0, 1.0, 0.0]);
        assert_eq!(rows[3], [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(rows[7], [0.0; 4]);
        let told = "Column 3 “x” has values in 1 row that the training part does not have: “pink”. \
                    Their inputs are all 0.";
        assert_eq!(coded.warnings, [told]);
    }

    #[test]
    fn a_missing_category_can_become_the_most_frequent_one() {
        let coded = colours(MissingRule::MostFrequent, Coding::OneHot, 0.0);
        assert_eq!(rows(&coded, 8)[3], [0.0, 0.0, 1.0]);
        assert!(coded.steps[1].contains("1 missing value became “red”"), "{:?}", coded.steps);
    }

    #[test]
    fn categories_can_be_numbered() {
        let coded = colours(MissingRule::Indicator, Coding::Ordinal, 0.0);
        let codes: Vec<f32> = rows(&coded, 8).concat();
        assert_eq!(codes, [2.0, 1.0, 2.0, 3.0, 0.0, 2.0, 1.0, 4.0]);
        assert!(coded.warnings[0].ends_with("Their number is 4, which no other has."));
        let numbers =
            column(numeric(&[10., 2., 10.]), ColumnKind::Category, MissingRule::Indicator);
        let coded = code(Column { coding: Some(Coding::Ordinal), ..numbers }, &[0, 1, 2], 0.0);
        assert_eq!(rows(&coded.expect("categories"), 3).concat(), [1.0, 0.0, 1.0]);
    }

    #[test]
    fn rare_categories_are_grouped_and_take_in_what_is_unknown() {
        // Of 7 training rows: red 3, green 2, blue 1; below 2.1 are two.
        let coded = colours(MissingRule::Indicator, Coding::OneHot, 0.3);
        assert_eq!(coded.names, ["x=red", "x=other", "x=missing"]);
        let rows = rows(&coded, 8);
        assert_eq!((rows[1][1], rows[4][1], rows[7][1]), (1.0, 1.0, 1.0));
        assert!(coded.steps[1].contains("2 rare categories became “other”"), "{:?}", coded.steps);
        let alone = colours(MissingRule::Indicator, Coding::OneHot, 0.2);
        assert_eq!(alone.names.len(), 4, "one rare category stays what it is");
    }

    #[test]
    fn yes_and_no_are_one_input() {
        let yes = |cells: &[&str], rule| {
            code(column(texts(cells), ColumnKind::YesNo, rule), &[0, 1, 2], 0.0)
        };
        let coded = yes(&["yes", "no", "yes", "?"], MissingRule::MostFrequent).expect("two words");
        assert_eq!(rows(&coded, 4).concat(), [1.0, 0.0, 1.0, 1.0]);
        assert_eq!(coded.steps[0], "Column 3 “x”: “no” → 0, “yes” → 1.");
        let coded = yes(&["male", "female", "male"], MissingRule::MostFrequent).expect("two words");
        assert_eq!(rows(&coded, 3).concat(), [1.0, 0.0, 1.0]);
        let error = yes(&["a", "b", "c"], MissingRule::MostFrequent).err().expect("three words");
        assert!(error.to_string().contains("has 3 different values"), "{error}");
        let coded = yes(&["yes", "", "no"], MissingRule::Indicator).expect("two words");
        assert_eq!(rows(&coded, 3), [[1.0, 0.0], [0.5, 1.0], [0.0, 0.0]]);
    }
}
