//! From the files of a table to a dataset.

use std::io::Read;
use std::sync::Arc;

use rayon::prelude::*;

use super::coding::{self, Coded};
use super::label::{self, Encoded, Place};
use super::layout::lay_out;
use super::partition::{Sources, partition};
use super::plan::{Column, Plan};
use super::rows::{Usable, usable};
use super::source::Source;
use super::summary::{Goal, association, describe, values};
use super::{leakage, told};
use crate::data::raw::Cells;
use crate::data::tell::{invalid, report, warning, within};
use crate::data::{
    ColumnFindings, DataError, DataNote, Dataset, Labelled, Limits, Progress, RowCounts, Split,
    TableFindings, Targets, text,
};
use crate::spec::{
    ColumnKind, ColumnRole, CsvSpec, DataSource, DataSpec, SampleShape, Task, TaskChoice, TestPart,
};

/// Columns that are described between two reports of progress.
const DESCRIBED: usize = 64;
/// Inputs of a table may take so many times the bytes that its text may have.
const MAX_SPREAD: usize = 4;

/// Most columns that a refusal gives a reason for.
const REASONS: usize = 5;

/// The files of a table.
pub struct TableFiles<'a> {
    /// The table itself.
    pub main: &'a mut dyn Read,
    /// A second table of the same columns to test on, where the split asks for one.
    pub test: Option<&'a mut dyn Read>,
}

/// Reads the table that `spec` describes, decides what its columns are, leaves out rows that
/// cannot be used, divides the others into their parts, fills gaps and codes categories by what
/// the training part says. Neither computes inputs from others nor scales: see
/// [`derive`](crate::data::derive()) and [`scale`](crate::data::scale()).
///
/// In messages a row is a line of the file, counted from one with the header; columns are counted
/// from one, bytes from zero.
///
/// # Errors
/// When a file cannot be read, is above a limit, is no table or does not serve, with the place; or
/// `progress` says stop.
pub fn table(
    files: TableFiles<'_>,
    spec: &DataSpec,
    name: &str,
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    let DataSource::Csv(csv) = &spec.source else {
        return invalid("These data are no table.");
    };
    let test = read_test(files.test, csv, &spec.split.test, limits, progress)?;
    let main = text::read_table(files.main, csv, limits, &mut within(progress, 0.1, 0.6))?;
    let (source, cells) = Source::joined(main, test)?;
    let dataset = Table::plan(source, cells, spec, csv)?.finish(name, limits, progress)?;
    report(progress, 1.0)?;
    Ok(dataset)
}

/// The second file, where the split asks for one.
fn read_test(
    file: Option<&mut dyn Read>,
    csv: &CsvSpec,
    part: &TestPart,
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<Option<crate::data::raw::RawTable>, DataError> {
    match (part, file) {
        (TestPart::File(_), Some(file)) => {
            let read = text::read_table(file, csv, limits, &mut within(progress, 0.0, 0.1));
            read.map(Some).map_err(|why| match why {
                DataError::Invalid(why) => DataError::Invalid(format!("In the test file: {why}")),
                other => other,
            })
        }
        (TestPart::File(_), None) => {
            invalid("No test file was given. Choose one, or another way to split.")
        }
        _ => Ok(None),
    }
}

/// A table whose columns have their roles and whose rows that cannot be used are gone.
struct Table<'a> {
    spec: &'a DataSpec,
    csv: &'a CsvSpec,
    source: Source,
    columns: Vec<Column>,
    label: usize,
    split: Option<usize>,
    pixels: Option<[usize; 3]>,
    /// The rows of the cells that are left, ascending.
    rows: Vec<usize>,
    findings: TableFindings,
    notes: Vec<DataNote>,
}

impl<'a> Table<'a> {
    fn plan(
        source: Source,
        cells: Vec<Cells>,
        spec: &'a DataSpec,
        csv: &'a CsvSpec,
    ) -> Result<Self, DataError> {
        let Plan { columns, label, split, pixels, notes } =
            Plan::of(source.given(cells, csv, &spec.split.test));
        let mut table = Self {
            spec,
            csv,
            source,
            columns,
            label: label?,
            split: split?,
            pixels: pixels?,
            rows: Vec::new(),
            findings: TableFindings::default(),
            notes,
        };
        table.settle_label();
        table.keep_usable()?;
        table.has_feature()?;
        Ok(table)
    }

    /// What is to be predicted, as the user or the type of the column says.
    fn task(&self) -> TaskChoice {
        let said = self.csv.task;
        let chosen = self.columns[self.label].chosen;
        match self.columns[self.label].kind {
            ColumnKind::Number | ColumnKind::Date if chosen && said == TaskChoice::Auto => {
                TaskChoice::Regression
            }
            ColumnKind::Category | ColumnKind::YesNo | ColumnKind::Text
                if chosen && said == TaskChoice::Auto =>
            {
                TaskChoice::Classification
            }
            _ => said,
        }
    }

    /// A few words among the numbers of a label are faults where numbers are to be predicted, and
    /// classes where classes are.
    fn settle_label(&mut self) {
        let task = self.task();
        let column = &mut self.columns[self.label];
        column.role = ColumnRole::Label;
        let words = matches!(column.cells, Cells::Texts { .. });
        let classes = task == TaskChoice::Classification
            || (task == TaskChoice::Auto
                && !label::has_many_numbers(&column.cells, self.source.format()));
        if words && column.is_numeric() && classes {
            column.kind = ColumnKind::Category;
        }
    }

    /// Leaves out the rows that cannot be used, and counts them.
    fn keep_usable(&mut self) -> Result<(), DataError> {
        let format = self.source.format();
        let Usable { keep, counts, faults, fault_count } =
            usable(&mut self.columns, self.csv.faults, format, &self.source);
        let (blank, skipped) = self.source.left_out();
        let rows = RowCounts {
            read: counts.read + skipped,
            faulty: counts.faulty + skipped,
            blank,
            ..counts
        };
        (self.findings.faults, self.findings.fault_count) = self.source.faults(faults, fault_count);
        self.findings.rows = rows;
        self.enough(&rows)?;
        if rows.used < keep.len() {
            self.columns.par_iter_mut().for_each(|column| column.cells.retain(&keep));
        }
        self.rows = (0..keep.len()).filter(|&row| keep[row]).collect();
        Ok(())
    }

    fn enough(&self, rows: &RowCounts) -> Result<(), DataError> {
        if rows.used >= 2 {
            return Ok(());
        }
        if (rows.read, rows.used) == (1, 1) {
            return invalid(format!(
                "The table has one row, on line {}; at least 2 rows are needed to hold out a test \
                 part.",
                self.source.line(0)
            ));
        }
        let first = self.findings.faults.first().map_or_else(String::new, |fault| {
            let column =
                fault.column.map_or_else(String::new, |column| format!(", column {column}"));
            format!(
                " What did not fit first is in row {}{column} (byte {}): {}",
                fault.row, fault.byte, fault.message
            )
        });
        invalid(format!(
            "At least 2 rows are needed to hold out a test part. {}{first}",
            told::row_step(rows)
        ))
    }

    /// At least one column must be a feature.
    fn has_feature(&self) -> Result<(), DataError> {
        if self.columns.iter().any(|column| column.role == ColumnRole::Feature) {
            return Ok(());
        }
        let others = self.columns.iter().filter(|column| column.role != ColumnRole::Label);
        let reason =
            |column: &Column| format!("{}: {}", column.called(), told::lower_first(&column.seen));
        let reasons: Vec<String> = others.map(reason).take(REASONS).collect();
        let reasons: Vec<&str> =
            reasons.iter().map(|reason| reason.trim_end_matches('.')).collect();
        invalid(format!(
            "No column is left to learn from: beside the label, none holds numbers or categories \
             ({}). Choose a column as a feature.",
            reasons.join("; ")
        ))
    }

    fn finish(
        mut self,
        name: &str,
        limits: &Limits,
        progress: Progress<'_>,
    ) -> Result<Dataset, DataError> {
        let encoded = self.encode_label()?;
        let column = self.split.map(|column| (column, &self.columns[column].cells));
        let from = Sources { source: &self.source, rows: &self.rows, column };
        let split = partition(&encoded.targets, &self.spec.split, self.spec.seed, &from)?;
        self.describe(&encoded, &mut within(progress, 0.6, 0.75))?;
        let mut steps = self.first_steps(&encoded, &split);
        let features = self.code(&split, &mut steps)?;
        self.notes.extend(told::absent_in_parts(&encoded.targets, &split, &encoded.class_names));
        let inputs: usize = features.iter().map(|coded| coded.names.len()).sum();
        if inputs > limits.columns {
            return invalid(format!(
                "The columns become {inputs} inputs; at most {} are possible. Leave columns with \
                 many categories out, or number or group them.",
                limits.columns
            ));
        }
        if inputs == 0 {
            return invalid(
                "No input is left: the columns that are used have no value in the training part. \
                 Choose other features.",
            );
        }
        let (names, values): (Vec<_>, Vec<_>) =
            features.into_iter().map(|coded| (coded.names, coded.values)).unzip();
        let most = limits.bytes.saturating_mul(MAX_SPREAD);
        let parts = lay_out(values, &split, most, &mut within(progress, 0.75, 0.95))?;
        let part = |features, rows: &[usize]| Labelled {
            origin: Some(self.source.origin(rows.iter().map(|&row| self.rows[row]))),
            ..Labelled::new(features, encoded.targets.gather(rows))
        };
        let train = part(parts.train, &split.train);
        let validation =
            (!split.validation.is_empty()).then(|| part(parts.validation, &split.validation));
        let test = part(parts.test, &split.test);
        Ok(self.dataset(name, names.concat(), encoded, steps, (train, validation, test)))
    }

    fn encode_label(&mut self) -> Result<Encoded, DataError> {
        let column = &self.columns[self.label];
        let cell = |row: usize| self.source.cell(self.rows[row], self.label);
        let place = Place { column: column.called(), cell: &cell };
        let encoded = label::encode(&column.cells, self.task(), self.source.format(), &place)?;
        self.findings.class_counts = class_counts(&encoded);
        let classes = encoded.class_names.iter().cloned();
        self.findings.label_coding = classes.zip(0..).collect();
        Ok(encoded)
    }

    /// Fills in what was found in each column.
    fn describe(&mut self, encoded: &Encoded, progress: Progress<'_>) -> Result<(), DataError> {
        let goal = match &encoded.targets {
            Targets::Classes(classes) => Goal::Classes(classes),
            Targets::Numbers(_) => Goal::Numbers(values(&self.columns[self.label].cells).collect()),
        };
        let one = |column: &Column| {
            let about = describe(&column.cells);
            let found = (column.role != ColumnRole::Label)
                .then(|| association(&column.cells, column.kind, &goal))
                .flatten();
            let leak = leakage::of_column(column, found, &goal);
            let findings = ColumnFindings {
                name: column.name.clone(),
                role: column.role,
                kind: column.kind,
                reason: column.reason(),
                missing: column.missing,
                distinct: about.distinct,
                summary: about.summary,
                top: about.top,
                histogram: about.histogram,
                association: found,
                missing_rule: column.rule,
                coding: column.coding,
                inputs: Vec::new(),
            };
            (findings, leak)
        };
        let count = self.columns.len();
        for (block, columns) in self.columns.chunks(DESCRIBED).enumerate() {
            report(progress, (block * DESCRIBED) as f32 / count as f32)?;
            let found: Vec<_> = columns.par_iter().map(one).collect();
            for (findings, leak) in found {
                self.findings.columns.push(findings);
                self.notes.extend(leak);
            }
        }
        Ok(())
    }

    fn first_steps(&self, encoded: &Encoded, split: &Split) -> Vec<String> {
        let layout = &self.source.main.layout;
        let mut steps = told::layout_steps(layout, self.columns.len());
        steps.push(told::row_step(&self.findings.rows));
        steps.extend(told::dropped_steps(&self.columns));
        let label = &self.columns[self.label];
        let numeric = !matches!(label.cells, Cells::Texts { .. });
        steps.push(told::label_step(label, &encoded.class_names, numeric));
        let column = self.split.map(|column| &self.columns[column]);
        steps.push(told::split_step(split, &self.spec.split, column, &encoded.targets));
        steps
    }

    /// Turns the features into inputs and gives their cells away.
    fn code(&mut self, split: &Split, steps: &mut Vec<String>) -> Result<Vec<Coded>, DataError> {
        let rare = self.csv.rare.get();
        let features: Vec<Column> = self
            .columns
            .iter_mut()
            .filter(|column| column.role == ColumnRole::Feature)
            .map(Column::take)
            .collect();
        let pixels = self.pixels.is_some();
        let places: Vec<usize> = features.iter().map(|column| column.index).collect();
        let coded: Result<Vec<Coded>, DataError> = features
            .into_par_iter()
            .map(|column| {
                if pixels {
                    Ok(coding::pixels(column))
                } else {
                    coding::code(column, &split.train, rare)
                }
            })
            .collect();
        let mut coded = coded?;
        if let Some([channels, height, width]) = self.pixels {
            steps.push(format!(
                "{} columns laid out as pictures of {channels} × {height} × {width}, each value \
                 divided by 255.",
                coded.len()
            ));
        }
        steps.extend(told::capped(
            coded.iter_mut().flat_map(|coded| std::mem::take(&mut coded.steps)),
        ));
        for (coded, place) in coded.iter_mut().zip(places) {
            self.findings.columns[place].inputs.clone_from(&coded.names);
            self.notes.extend(std::mem::take(&mut coded.warnings).into_iter().map(warning));
        }
        Ok(coded)
    }

    fn dataset(
        mut self,
        name: &str,
        names: Vec<String>,
        encoded: Encoded,
        steps: Vec<String>,
        (train, validation, test): (Labelled, Option<Labelled>, Labelled),
    ) -> Dataset {
        let layout = std::mem::take(&mut self.source.main.layout);
        let rows = self.findings.rows;
        let mut notes = told::layout_notes(&layout, self.csv.header, rows.blank);
        notes.extend(told::row_notes(&rows, self.findings.fault_count, self.csv.faults));
        notes.extend(told::missing_note(&self.columns));
        notes.extend(encoded.notes);
        notes.extend(told::imbalance(&self.findings.class_counts, &encoded.class_names));
        notes.append(&mut self.notes);
        let held = validation.as_ref().map(|part| (part, "validation"));
        for (part, name) in held.into_iter().chain([(&test, "test")]) {
            notes.extend(leakage::duplicates(&train, part, name));
        }
        self.findings.layout = layout;
        let shape = match self.pixels {
            Some(sides) => SampleShape(sides.to_vec()),
            None => SampleShape(vec![names.len()]),
        };
        let feature_names = if self.pixels.is_some() { Vec::new() } else { names };
        Dataset {
            feature_names,
            label_name: self.columns[self.label].name.clone(),
            class_names: encoded.class_names,
            validation,
            findings: Some(Arc::new(self.findings)),
            steps,
            notes,
            ..Dataset::new(name, shape, encoded.task, train, test)
        }
    }
}

fn class_counts(encoded: &Encoded) -> Vec<usize> {
    let Task::Classification { classes: count } = encoded.task else { return Vec::new() };
    let mut counts = vec![0; count];
    if let Targets::Classes(classes) = &encoded.targets {
        classes.iter().for_each(|&class| counts[class as usize] += 1);
    }
    counts
}
