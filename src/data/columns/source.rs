//! One table, or one and a second one to test on, and where each row stands in its file.

use super::format::Format;
use super::plan::{Given, called};
use crate::data::raw::{Cells, RawTable};
use crate::data::tell::{counted, invalid};
use crate::data::{DataError, Fault, MAX_LISTED_FAULTS, Origin};
use crate::spec::{CsvSpec, TestPart};

/// The files that the rows come from, without their cells.
pub(super) struct Source {
    pub(super) main: RawTable,
    pub(super) test: Option<RawTable>,
}

impl Source {
    /// Puts the rows of the second file behind those of the first and hands the cells out.
    ///
    /// # Errors
    /// When the second file has other columns.
    pub(super) fn joined(
        mut main: RawTable,
        mut test: Option<RawTable>,
    ) -> Result<(Self, Vec<Cells>), DataError> {
        let mut cells = std::mem::take(&mut main.columns);
        if let Some(test) = &mut test {
            let order = same_columns(&main, test)?;
            let mut more: Vec<Option<Cells>> =
                std::mem::take(&mut test.columns).into_iter().map(Some).collect();
            for (cells, &place) in cells.iter_mut().zip(&order) {
                cells.append(more[place].take().expect("each column is named once"));
            }
        }
        Ok((Self { main, test }, cells))
    }

    pub(super) fn given<'a>(
        &self,
        cells: Vec<Cells>,
        spec: &'a CsvSpec,
        test: &'a TestPart,
    ) -> Given<'a> {
        Given {
            names: self.main.names.clone(),
            cells,
            format: self.format(),
            header: self.main.layout.header,
            spec,
            test,
        }
    }

    pub(super) fn format(&self) -> Format {
        Format::of(&self.main.dialect)
    }

    /// Number of rows of the first file.
    pub(super) fn main_rows(&self) -> usize {
        self.main.rows
    }

    fn tables(&self) -> impl Iterator<Item = &RawTable> {
        std::iter::once(&self.main).chain(&self.test)
    }

    /// Rows that were blank, and rows whose length did not fit.
    pub(super) fn left_out(&self) -> (usize, usize) {
        self.tables()
            .fold((0, 0), |(blank, skipped), table| (blank + table.blank, skipped + table.skipped))
    }

    /// `row` as its file numbers it, counted from one, with the byte at which the cell begins and
    /// whether it is of the second file.
    fn place(&self, row: usize, column: usize) -> (usize, usize, bool) {
        match &self.test {
            Some(test) if row >= self.main.rows => {
                let (line, byte) = test.place(row - self.main.rows, column);
                (line, byte, true)
            }
            _ => {
                let (line, byte) = self.main.place(row, column);
                (line, byte, false)
            }
        }
    }

    /// Something wrong with a cell.
    pub(super) fn fault(&self, row: usize, column: usize, message: String) -> Fault {
        let (line, byte, second) = self.place(row, column);
        let message = if second { in_second(&message) } else { message };
        Fault { row: line, column: Some(column + 1), byte, message }
    }

    /// The line of its file on which a row begins, counted from one.
    pub(super) fn line(&self, row: usize) -> usize {
        self.place(row, 0).0
    }

    /// Where these rows stand, all of which are of one file.
    pub(super) fn origin(&self, rows: impl Iterator<Item = usize>) -> Origin {
        let mut is_second = false;
        let line = |row: usize| match &self.test {
            Some(test) if row >= self.main.rows => {
                is_second = true;
                test.line(row - self.main.rows)
            }
            _ => self.main.line(row),
        };
        let origin = Origin::lines(rows.map(line).collect());
        if is_second { origin.of_test_file() } else { origin }
    }

    /// `Row 7, column 3 “age” (byte 125)`, or `In the test file, row 7, …`.
    pub(super) fn cell(&self, row: usize, column: usize) -> String {
        let (line, byte, second) = self.place(row, column);
        let row = if second { "In the test file, row" } else { "Row" };
        format!("{row} {line}, {} (byte {byte})", called(column, &self.main.names[column]))
    }

    /// What did not fit: what the text found and `found`, in the order of the files, the first
    /// ones only, and how many there are in all.
    pub(super) fn faults(&mut self, found: Vec<Fault>, count: usize) -> (Vec<Fault>, usize) {
        let mut faults = std::mem::take(&mut self.main.faults);
        let mut total = count + self.main.fault_count;
        if let Some(test) = &mut self.test {
            total += test.fault_count;
            faults.extend(
                std::mem::take(&mut test.faults)
                    .into_iter()
                    .map(|fault| Fault { message: in_second(&fault.message), ..fault }),
            );
        }
        faults.extend(found);
        faults.sort_by_key(|fault| (fault.message.starts_with(SECOND), fault.row, fault.column));
        faults.truncate(MAX_LISTED_FAULTS);
        (faults, total)
    }
}

/// How what is wrong with the second file begins.
const SECOND: &str = "In the test file: ";

fn in_second(message: &str) -> String {
    format!("{SECOND}{message}")
}

/// Where each column of the first file is in the second: by name where both have a header, else
/// by position.
fn same_columns(main: &RawTable, test: &RawTable) -> Result<Vec<usize>, DataError> {
    if main.names.len() != test.names.len() {
        return invalid(format!(
            "The test file has {}, but the table has {}. Both must have the same columns.",
            counted(test.names.len(), "column"),
            counted(main.names.len(), "column")
        ));
    }
    if !main.layout.header || !test.layout.header {
        return Ok((0..main.names.len()).collect());
    }
    let mut free: Vec<bool> = vec![true; test.names.len()];
    let mut order = Vec::with_capacity(main.names.len());
    for (index, name) in main.names.iter().enumerate() {
        let found = (0..free.len()).find(|&place| free[place] && test.names[place] == *name);
        let Some(found) = found else {
            return invalid(format!(
                "The test file has no {}. Both files must have the same columns.",
                called(index, name).replacen(&format!("column {} ", index + 1), "column ", 1)
            ));
        };
        free[found] = false;
        order.push(found);
    }
    Ok(order)
}
