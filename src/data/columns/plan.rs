//! Decides what each column is and what it is used for, from what the user says and from what its
//! cells look like.

use rayon::prelude::*;

use super::cells::{MissingWords, without_missing};
use super::format::Format;
use super::kind::{Guess, kind_of};
use super::role;
use crate::data::raw::Cells;
use crate::data::tell::{invalid, listed, quoted, warning};
use crate::data::{DataError, DataNote};
use crate::spec::{
    Coding, ColumnKind, ColumnRef, ColumnRole, ColumnSpec, CsvSpec, MissingRule, TestPart,
};

/// Most column names that a message lists.
const LISTED_COLUMNS: usize = 20;

/// A column and what is made of it.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Place in the file, counted from zero.
    pub(super) index: usize,
    pub(super) name: String,
    pub(super) cells: Cells,
    pub(super) role: ColumnRole,
    pub(super) kind: ColumnKind,
    /// What its cells show, one sentence.
    pub(super) seen: String,
    /// Whether the user chose another kind than they show.
    pub(super) chosen: bool,
    /// Why its role is what it is, where the kind alone does not say it.
    pub(super) why: Option<&'static str>,
    pub(super) rule: MissingRule,
    pub(super) coding: Option<Coding>,
    /// Cells without a value, of all rows.
    pub(super) missing: usize,
}

impl Column {
    fn guessed(index: usize, name: &str, cells: Cells, format: Format) -> Self {
        let Guess { kind, reason } = kind_of(&cells, name, format);
        Self {
            index,
            name: name.to_owned(),
            missing: cells.missing(),
            cells,
            role: ColumnRole::Feature,
            kind,
            seen: reason,
            chosen: false,
            why: None,
            rule: MissingRule::Median,
            coding: None,
        }
    }

    /// `column 3 “age”`, or `column 3` where it has no name of its own.
    pub(super) fn called(&self) -> String {
        called(self.index, &self.name)
    }

    /// The same at the beginning of a sentence.
    pub(super) fn title(&self) -> String {
        self.called().replacen('c', "C", 1)
    }

    /// Whether its cells become numbers by their value.
    pub(super) fn is_numeric(&self) -> bool {
        match self.kind {
            ColumnKind::Number | ColumnKind::Date => true,
            ColumnKind::Constant | ColumnKind::Identifier => {
                !matches!(self.cells, Cells::Texts { .. })
            }
            ColumnKind::Category | ColumnKind::YesNo | ColumnKind::Text => false,
        }
    }

    /// The column with its cells, which stay behind empty.
    pub(super) fn take(&mut self) -> Self {
        let cells = std::mem::replace(&mut self.cells, Cells::Bytes(Vec::new()));
        Self { cells, ..self.clone() }
    }

    /// Why role and kind are what they are, one sentence.
    pub(super) fn reason(&self) -> String {
        let chosen = self.chosen.then_some("another type was chosen");
        let seen = self.seen.strip_suffix('.').unwrap_or(&self.seen);
        let parts: Vec<&str> = [seen].into_iter().chain(chosen).chain(self.why).collect();
        format!("{}.", parts.join("; "))
    }
}

/// `column 3 “age”`, or `column 3` where it has no name of its own.
pub(super) fn called(index: usize, name: &str) -> String {
    let number = format!("column {}", index + 1);
    if name == number || name.is_empty() { number } else { format!("{number} {}", quoted(name)) }
}

/// A table before anything is decided.
pub(super) struct Given<'a> {
    pub(super) names: Vec<String>,
    pub(super) cells: Vec<Cells>,
    pub(super) format: Format,
    /// Whether the names are from the file.
    pub(super) header: bool,
    pub(super) spec: &'a CsvSpec,
    pub(super) test: &'a TestPart,
}

/// What is made of a table. What cannot be decided is an error of its own, so that a preview shows
/// the rest.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) columns: Vec<Column>,
    pub(super) label: Result<usize, DataError>,
    pub(super) split: Result<Option<usize>, DataError>,
    /// Channels, height and width where the features are a picture.
    pub(super) pixels: Result<Option<[usize; 3]>, DataError>,
    pub(super) notes: Vec<DataNote>,
}

impl Plan {
    /// Decides everything about a table.
    pub(super) fn of(given: Given<'_>) -> Self {
        let Given { names, cells, format, header, spec, test } = given;
        let names = Names { names: &names, header };
        let (said, mut notes) = names.said(spec);
        let split = names.split_column(&said, test);
        let mut columns = names.guessed(cells, spec, &said, format);
        let held = split.as_ref().ok().copied().flatten();
        let label = role::label(&mut columns, spec, &said, held, &names);
        let label = label.and_then(|label| apart(label, held, &columns));
        let set = role::Set { said: &said, label: label.as_ref().ok().copied(), split: held };
        let pixels = role::assign(&mut columns, &set, spec.pixels);
        let rules = |column: &mut Column| choose_rules(column, said[column.index]);
        notes.extend(columns.iter_mut().filter_map(rules));
        Self { columns, label, split, pixels, notes }
    }
}

/// The label, unless it is the column that says the parts.
fn apart(label: usize, split: Option<usize>, columns: &[Column]) -> Result<usize, DataError> {
    if split != Some(label) {
        return Ok(label);
    }
    invalid(format!(
        "{} can be the label or say the parts, not both. Choose another label.",
        columns[label].title()
    ))
}

/// What the user says of each column.
pub(super) type Said<'a> = [Option<&'a ColumnSpec>];

/// The names of the columns, to find one by.
pub(super) struct Names<'a> {
    names: &'a [String],
    header: bool,
}

impl Names<'_> {
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// The column at a place that was chosen as the `what`.
    pub(super) fn index(&self, index: usize, what: &str) -> Result<usize, DataError> {
        if index < self.names.len() {
            return Ok(index);
        }
        invalid(format!(
            "Column {} was chosen as the {what}, but the table has {} columns ({}).",
            index.saturating_add(1),
            self.names.len(),
            listed(self.names.iter().cloned(), LISTED_COLUMNS)
        ))
    }

    /// The column of a name that was chosen as the `what`.
    pub(super) fn named(&self, name: &str, what: &str) -> Result<usize, DataError> {
        let name = name.trim();
        let mut found = (0..self.names.len()).filter(|&column| self.names[column] == name);
        match (found.next(), found.next()) {
            (Some(column), None) => Ok(column),
            (Some(one), Some(other)) => invalid(format!(
                "Columns {} and {} are both called {}. Choose the {what} by its position.",
                one + 1,
                other + 1,
                quoted(name)
            )),
            (None, _) => {
                let header = if self.header { "" } else { " The table seems to have no header." };
                invalid(format!(
                    "No column is called {}. Choose the {what} among {}.{header}",
                    quoted(name),
                    listed(self.names.iter().cloned(), LISTED_COLUMNS)
                ))
            }
        }
    }

    /// What `spec` says of each column; the last word counts. Columns that do not exist are told.
    fn said<'a>(&self, spec: &'a CsvSpec) -> (Vec<Option<&'a ColumnSpec>>, Vec<DataNote>) {
        let (mut said, mut notes) = (vec![None; self.names.len()], Vec::new());
        for column in &spec.columns {
            let found = match &column.column {
                ColumnRef::Index(index) => (*index < said.len()).then_some(*index),
                ColumnRef::Name(name) => self.names.iter().position(|other| other == name.trim()),
            };
            match found {
                Some(index) => said[index] = Some(column),
                None => notes.push(warning(format!(
                    "What was chosen for {} has no effect: the table has no such column.",
                    match &column.column {
                        ColumnRef::Index(index) => format!("column {}", index.saturating_add(1)),
                        ColumnRef::Name(name) => quoted(name),
                    }
                ))),
            }
        }
        (said, notes)
    }

    fn split_column(&self, said: &Said<'_>, test: &TestPart) -> Result<Option<usize>, DataError> {
        match test {
            TestPart::Column(ColumnRef::Index(index)) => self.index(*index, "split").map(Some),
            TestPart::Column(ColumnRef::Name(name)) => self.named(name, "split").map(Some),
            TestPart::Fraction(_) | TestPart::File(_) => {
                let is_split = |said: &Option<&ColumnSpec>| {
                    said.and_then(|said| said.role) == Some(ColumnRole::Split)
                };
                Ok(said.iter().position(is_split).filter(|_| !matches!(test, TestPart::File(_))))
            }
        }
    }

    /// All columns with missing values marked and their kinds.
    fn guessed(
        &self,
        cells: Vec<Cells>,
        spec: &CsvSpec,
        said: &Said<'_>,
        format: Format,
    ) -> Vec<Column> {
        let column = |(index, cells): (usize, Cells)| {
            let said = said[index];
            let own = said.and_then(|said| said.missing_word.as_deref());
            let words = spec.missing.iter().map(String::as_str).chain(own);
            let cells = without_missing(cells, &MissingWords::new(words, format), format);
            let mut column = Column::guessed(index, &self.names[index], cells, format);
            if let Some(kind) = said.and_then(|said| said.kind).filter(|kind| *kind != column.kind)
            {
                column.kind = kind;
                column.chosen = true;
            }
            column
        };
        cells.into_par_iter().enumerate().map(column).collect()
    }
}

/// Sets what becomes of missing values and of categories. Unless it is chosen, numbers become the
/// median, which a few wild values do not move; for categories a missing value is one of its own,
/// so that nothing is made up; yes or no becomes the more frequent one.
fn choose_rules(column: &mut Column, said: Option<&ColumnSpec>) -> Option<DataNote> {
    let numeric = column.is_numeric();
    let usual = match column.kind {
        ColumnKind::YesNo => MissingRule::MostFrequent,
        _ if numeric => MissingRule::Median,
        _ => MissingRule::Indicator,
    };
    column.rule = said.and_then(|said| said.missing).unwrap_or(usual);
    let coded = !numeric && column.kind != ColumnKind::YesNo;
    column.coding = coded.then(|| said.and_then(|said| said.coding).unwrap_or(Coding::OneHot));
    let used = column.role == ColumnRole::Feature && column.missing > 0;
    if !numeric && matches!(column.rule, MissingRule::Mean | MissingRule::Median) {
        column.rule = MissingRule::MostFrequent;
        return used.then(|| {
            warning(format!(
                "{} holds words, which have no mean and no median: missing values become the \
                 most frequent one.",
                column.title()
            ))
        });
    }
    None
}
