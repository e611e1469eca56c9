//! Finds the label among the columns and says what the others are used for.

use std::collections::HashSet;

use super::cells::NO_TEXT;
use super::kind::{MAX_CATEGORIES, looks_like_classes};
use super::plan::{Column, Names, Said};
use crate::data::DataError;
use crate::data::raw::Cells;
use crate::data::tell::{invalid, quoted};
use crate::spec::{ColumnKind, ColumnRole, CsvSpec, LabelColumn, PixelChoice};

/// Names of labels in small letters, the surest first.
const LABEL_NAMES: [&str; 16] = [
    "label",
    "labels",
    "class",
    "classes",
    "target",
    "targets",
    "outcome",
    "response",
    "species",
    "variety",
    "survived",
    "diagnosis",
    "quality",
    "churn",
    "income",
    "y",
];
/// Why a column that the user does not want is left out.
pub(super) const CHOSEN_OUT: &str = "left out as chosen";
/// Why a column of categories is left out.
pub(super) const TOO_MANY: &str = "too many for an input each, so it is left out";
/// Fewest columns of small whole numbers that may be a bitmap.
const FEWEST_PIXELS: usize = 9;
/// Features that are the pixels of one digit of MNIST and its cousins.
const MNIST_PIXELS: usize = 784;

/// Finds the label; what makes it one is added to its reason.
pub(super) fn label(
    columns: &mut [Column],
    spec: &CsvSpec,
    said: &Said<'_>,
    split: Option<usize>,
    names: &Names<'_>,
) -> Result<usize, DataError> {
    if names.count() < 2 {
        let only = columns.first().map_or("", |column| column.name.as_str());
        return invalid(format!(
            "The table has one column only, {}; a label and at least one feature are needed. \
             Choose what separates the cells: commas, semicolons, tabs, vertical bars or spaces.",
            quoted(only)
        ));
    }
    let (found, why) = match &spec.label {
        LabelColumn::Auto => guessed_label(columns, said, split)?,
        LabelColumn::Last => (names.count() - 1, "the label, being the last column"),
        LabelColumn::Index(index) => (names.index(*index, "label")?, "the label as chosen"),
        LabelColumn::Name(name) => (names.named(name, "label")?, "the label as chosen"),
    };
    columns[found].why = Some(why);
    Ok(found)
}

/// The column chosen as the label by its role, one called like a label, or the first or last one,
/// whichever looks more like a label; the last one in doubt.
fn guessed_label(
    columns: &[Column],
    said: &Said<'_>,
    split: Option<usize>,
) -> Result<(usize, &'static str), DataError> {
    let role = |index: usize| said[index].and_then(|said| said.role);
    if let Some(chosen) = (0..columns.len()).find(|&index| role(index) == Some(ColumnRole::Label)) {
        return Ok((chosen, "the label as chosen"));
    }
    let open: Vec<usize> =
        (0..columns.len()).filter(|&index| role(index).is_none() && split != Some(index)).collect();
    let (Some(&first), Some(&last)) = (open.first(), open.last()) else {
        return invalid(
            "Every column has another role, so none is left to predict. Choose a label.",
        );
    };
    let called = |name: &str, index: usize| {
        let index_name = columns[index].name.trim();
        // Points are often called x and y and something else.
        index_name.eq_ignore_ascii_case(name) && (name != "y" || index == last)
    };
    for name in LABEL_NAMES {
        if let Some(&index) = open.iter().find(|&&index| called(name, index)) {
            return Ok((index, "the label by its name"));
        }
    }
    if likeness(&columns[first]) > likeness(&columns[last]) {
        Ok((first, "the label, being the first column and more like one than the last"))
    } else {
        Ok((last, "the label, being the last column"))
    }
}

/// How much a column looks like a label: words that repeat more than few whole numbers, those more
/// than other numbers, and these more than a column that identifies or says nothing.
fn likeness(column: &Column) -> u8 {
    match column.kind {
        ColumnKind::Category | ColumnKind::YesNo => 3,
        ColumnKind::Number if looks_like_classes(&column.cells) => 2,
        ColumnKind::Number => 1,
        ColumnKind::Text | ColumnKind::Date | ColumnKind::Constant | ColumnKind::Identifier => 0,
    }
}

/// What is settled before the other columns get their roles.
pub(super) struct Set<'a> {
    pub(super) said: &'a Said<'a>,
    pub(super) label: Option<usize>,
    pub(super) split: Option<usize>,
}

impl Set<'_> {
    fn is_open(&self, column: &Column) -> bool {
        self.label != Some(column.index) && self.split != Some(column.index)
    }

    fn role(&self, column: &Column) -> Option<ColumnRole> {
        self.said[column.index].and_then(|said| said.role)
    }
}

/// Gives each column its role, and answers channels, height and width when the features are the
/// pixels of a picture.
pub(super) fn assign(
    columns: &mut [Column],
    set: &Set<'_>,
    pixels: PixelChoice,
) -> Result<Option<[usize; 3]>, DataError> {
    if let Some(label) = set.label {
        columns[label].role = ColumnRole::Label;
    }
    if let Some(split) = set.split {
        columns[split].role = ColumnRole::Split;
        columns[split].why = Some("it says which part each row belongs to");
    }
    let picture = picture(columns, set, pixels);
    let bitmap = is_bitmap(columns, set);
    for column in columns.iter_mut().filter(|column| set.is_open(column)) {
        let said = set.role(column);
        let may_be_pixel = bitmap || matches!(picture, Ok(Some(_)));
        (column.role, column.why) = match said {
            Some(ColumnRole::Ignored) => (ColumnRole::Ignored, Some(CHOSEN_OUT)),
            Some(ColumnRole::Feature) => (ColumnRole::Feature, Some("used as chosen")),
            _ => usual_role(column, may_be_pixel),
        };
    }
    if !columns.iter().any(|column| column.role == ColumnRole::Feature) {
        use_for_want_of_others(columns, set);
    }
    picture
}

fn usual_role(column: &Column, may_be_pixel: bool) -> (ColumnRole, Option<&'static str>) {
    match column.kind {
        ColumnKind::Constant if may_be_pixel && matches!(column.cells, Cells::Bytes(_)) => {
            (ColumnRole::Feature, Some("kept because it may be a pixel"))
        }
        ColumnKind::Category if different(&column.cells) > MAX_CATEGORIES => {
            (ColumnRole::Ignored, Some(TOO_MANY))
        }
        ColumnKind::Number | ColumnKind::Category | ColumnKind::YesNo => {
            (ColumnRole::Feature, None)
        }
        ColumnKind::Text | ColumnKind::Date | ColumnKind::Constant | ColumnKind::Identifier => {
            (ColumnRole::Ignored, Some("left out"))
        }
    }
}

/// A number that counts up is better than nothing: it may be the only input of a curve.
fn use_for_want_of_others(columns: &mut [Column], set: &Set<'_>) {
    for column in columns {
        let counts = column.kind == ColumnKind::Identifier && column.is_numeric();
        if counts && set.is_open(column) && set.role(column).is_none() {
            column.role = ColumnRole::Feature;
            column.why = Some("used because no other column can be");
        }
    }
}

fn different(cells: &Cells) -> usize {
    match cells {
        Cells::Texts { ids, .. } => {
            ids.iter().filter(|&&id| id != NO_TEXT).collect::<HashSet<_>>().len()
        }
        _ => 0,
    }
}

/// Columns that may be pixels: those of numbers that nothing else was said of.
fn candidates<'a>(columns: &'a [Column], set: &Set<'_>) -> Vec<&'a Column> {
    let numeric =
        |column: &&Column| matches!(column.kind, ColumnKind::Number | ColumnKind::Constant);
    let used = |column: &&Column| {
        set.is_open(column)
            && match set.role(column) {
                Some(role) => role == ColumnRole::Feature,
                None => numeric(column),
            }
    };
    columns.iter().filter(used).collect()
}

/// Whether the features are many columns of small whole numbers and nothing else.
fn is_bitmap(columns: &[Column], set: &Set<'_>) -> bool {
    let open = columns.iter().filter(|column| set.is_open(column) && set.role(column).is_none());
    let mut count = 0;
    open.inspect(|_| count += 1).all(|column| matches!(column.cells, Cells::Bytes(_)))
        && count >= FEWEST_PIXELS
}

fn picture(
    columns: &[Column],
    set: &Set<'_>,
    choice: PixelChoice,
) -> Result<Option<[usize; 3]>, DataError> {
    let pixels = candidates(columns, set);
    let shape = match choice {
        PixelChoice::No => return Ok(None),
        PixelChoice::Auto => return Ok(guessed_picture(&pixels)),
        PixelChoice::Grey(height, width) => [1, height, width],
        PixelChoice::Rgb(height, width) => [3, height, width],
    };
    let wanted = shape.iter().try_fold(1_usize, |product, &side| product.checked_mul(side));
    if wanted != Some(pixels.len()) || pixels.is_empty() {
        let [channels, height, width] = shape;
        return invalid(format!(
            "A picture of {channels} × {height} × {width} has another number of pixels than the \
             table has columns for ({}). Correct height and width, or leave other columns out.",
            pixels.len()
        ));
    }
    if let Some(column) = pixels.iter().find(|column| !matches!(column.cells, Cells::Bytes(_))) {
        return invalid(format!(
            "{} does not hold whole numbers from 0 to 255 throughout, as pixels are. Leave it \
             out, or take the columns for plain features.",
            column.title()
        ));
    }
    Ok(Some(shape))
}

fn guessed_picture(pixels: &[&Column]) -> Option<[usize; 3]> {
    if !pixels.iter().all(|column| matches!(column.cells, Cells::Bytes(_))) {
        return None;
    }
    let called_pixels = pixels.iter().all(|column| is_called_pixel(&column.name));
    if pixels.len() != MNIST_PIXELS && !(called_pixels && pixels.len() >= FEWEST_PIXELS) {
        return None;
    }
    [1, 3].into_iter().find_map(|channels| {
        let side = (pixels.len() / channels).isqrt();
        (side * side * channels == pixels.len()).then_some([channels, side, side])
    })
}

/// `pixel12`, `pixel_3`, `px7`, `28x28`.
fn is_called_pixel(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let counted = name
        .strip_prefix("pixel")
        .or_else(|| name.strip_prefix("px"))
        .map(|number| number.trim_start_matches(['_', ' ', '-']));
    counted.is_some_and(is_number)
        || name.split_once('x').is_some_and(|(row, column)| is_number(row) && is_number(column))
}
