use std::io::{self, Write};

use serde::Serialize;

use crate::data::{
    ColumnFindings, DataHash, DataNote, Dataset, Fault, Labelled, TableFindings, Targets,
};
use crate::spec::{Coding, ColumnKind, ColumnRole, MissingRule, Task};

/// Writes what is known about data as JSON: the layout of the text, the columns, where the rows
/// went, what did not fit, and what the model will see.
///
/// # Errors
/// When writing fails.
pub fn write_inspection(
    data: &Dataset,
    hash: Option<DataHash>,
    out: &mut dyn Write,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &DataJson::of(data, hash))?;
    writeln!(out)
}

#[derive(Serialize)]
struct DataJson<'a> {
    name: &'a str,
    shape: &'a [usize],
    task: &'static str,
    dtype: &'static str,
    hash: Option<String>,
    label: &'a str,
    classes: &'a [String],
    features: &'a [String],
    parts: Vec<PartJson>,
    table: Option<TableJson<'a>>,
    steps: &'a [String],
    notes: Vec<NoteJson<'a>>,
}

impl<'a> DataJson<'a> {
    fn of(data: &'a Dataset, hash: Option<DataHash>) -> Self {
        Self {
            name: &data.name,
            shape: &data.shape.0,
            task: match data.task {
                Task::Classification { .. } => "classification",
                Task::Regression => "regression",
            },
            dtype: "float32",
            hash: hash.map(|hash| hash.to_string()),
            label: &data.label_name,
            classes: &data.class_names,
            features: &data.feature_names,
            parts: data.parts().map(|(name, part)| PartJson::of(name, part, data)).collect(),
            table: data.findings.as_deref().map(TableJson::of),
            steps: &data.steps,
            notes: data.notes.iter().map(NoteJson::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct PartJson {
    name: String,
    rows: usize,
    /// Rows of each class; empty for regression.
    class_counts: Vec<usize>,
    min: Option<f32>,
    max: Option<f32>,
}

impl PartJson {
    fn of(name: &str, part: &Labelled, data: &Dataset) -> Self {
        let range = value_range(part);
        Self {
            name: name.to_owned(),
            rows: part.rows(),
            class_counts: class_counts(part, data.class_names.len()),
            min: range.map(|[low, _]| low),
            max: range.map(|[_, high]| high),
        }
    }
}

/// Smallest and largest value of the features of a part that is in memory and not empty.
#[must_use]
pub fn value_range(part: &Labelled) -> Option<[f32; 2]> {
    let values = part.features.table()?.data();
    let first = *values.first()?;
    Some(values.iter().fold([first; 2], |[low, high], &v| [low.min(v), high.max(v)]))
}

/// Rows of each class; empty for regression.
#[must_use]
pub fn class_counts(part: &Labelled, classes: usize) -> Vec<usize> {
    let Targets::Classes(targets) = &part.targets else { return Vec::new() };
    let mut counts = vec![0; classes];
    for &class in targets {
        counts[class as usize] += 1;
    }
    counts
}

#[derive(Serialize)]
struct TableJson<'a> {
    encoding: &'a str,
    delimiter: &'a str,
    quote: &'a str,
    decimal: &'a str,
    thousands: &'a str,
    line_ends: &'a str,
    header: bool,
    title_lines: usize,
    comment_lines: usize,
    rows: RowsJson,
    columns: Vec<ColumnJson<'a>>,
    label_coding: &'a [(String, u32)],
    class_counts: &'a [usize],
    fault_count: usize,
    faults: Vec<FaultJson<'a>>,
}

#[derive(Serialize)]
struct RowsJson {
    read: usize,
    blank: usize,
    faulty: usize,
    missing: usize,
    unlabelled: usize,
    used: usize,
}

impl<'a> TableJson<'a> {
    fn of(table: &'a TableFindings) -> Self {
        let (layout, rows) = (&table.layout, table.rows);
        Self {
            encoding: &layout.encoding,
            delimiter: &layout.delimiter,
            quote: &layout.quote,
            decimal: &layout.decimal,
            thousands: &layout.thousands,
            line_ends: &layout.line_ends,
            header: layout.header,
            title_lines: layout.title_lines,
            comment_lines: layout.comment_lines,
            rows: RowsJson {
                read: rows.read,
                blank: rows.blank,
                faulty: rows.faulty,
                missing: rows.missing,
                unlabelled: rows.unlabelled,
                used: rows.used,
            },
            columns: table.columns.iter().map(ColumnJson::of).collect(),
            label_coding: &table.label_coding,
            class_counts: &table.class_counts,
            fault_count: table.fault_count,
            faults: table.faults.iter().map(FaultJson::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct ColumnJson<'a> {
    name: &'a str,
    role: &'static str,
    kind: &'static str,
    reason: &'a str,
    missing: usize,
    distinct: usize,
    min: Option<f64>,
    mean: Option<f64>,
    median: Option<f64>,
    max: Option<f64>,
    /// Divisor n − 1; absent for a single value.
    std: Option<f64>,
    top: &'a [(String, usize)],
    histogram: Option<HistogramJson<'a>>,
    association: Option<AssociationJson>,
    missing_rule: &'static str,
    coding: Option<&'static str>,
    inputs: &'a [String],
}

#[derive(Serialize)]
struct HistogramJson<'a> {
    low: f64,
    high: f64,
    counts: &'a [usize],
}

#[derive(Serialize)]
struct AssociationJson {
    measure: &'static str,
    value: f64,
}

impl<'a> ColumnJson<'a> {
    fn of(column: &'a ColumnFindings) -> Self {
        let summary = column.summary.as_ref();
        let histogram = column.histogram.as_ref();
        Self {
            name: &column.name,
            role: role_word(column.role),
            kind: kind_word(column.kind),
            reason: &column.reason,
            missing: column.missing,
            distinct: column.distinct,
            min: summary.map(|summary| summary.min),
            mean: summary.map(|summary| summary.mean),
            median: summary.map(|summary| summary.median),
            max: summary.map(|summary| summary.max),
            std: summary.map(|summary| summary.std).filter(|std| std.is_finite()),
            top: &column.top,
            histogram: histogram.map(|bins| HistogramJson {
                low: bins.low,
                high: bins.high,
                counts: &bins.counts,
            }),
            association: column.association.map(|found| AssociationJson {
                measure: found.measure.symbol(),
                value: found.value,
            }),
            missing_rule: missing_word(column.missing_rule),
            coding: column.coding.map(coding_word),
            inputs: &column.inputs,
        }
    }
}

#[derive(Serialize)]
struct FaultJson<'a> {
    row: usize,
    column: Option<usize>,
    byte: usize,
    message: &'a str,
}

impl<'a> FaultJson<'a> {
    fn of(fault: &'a Fault) -> Self {
        Self { row: fault.row, column: fault.column, byte: fault.byte, message: &fault.message }
    }
}

#[derive(Serialize)]
struct NoteJson<'a> {
    message: &'a str,
    warning: bool,
}

impl<'a> NoteJson<'a> {
    fn of(note: &'a DataNote) -> Self {
        Self { message: &note.message, warning: note.warning }
    }
}

/// The word for a role.
#[must_use]
pub fn role_word(role: ColumnRole) -> &'static str {
    match role {
        ColumnRole::Feature => "feature",
        ColumnRole::Label => "label",
        ColumnRole::Ignored => "ignored",
        ColumnRole::Split => "split",
    }
}

/// The word for a kind of column.
#[must_use]
pub fn kind_word(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Number => "number",
        ColumnKind::Category => "category",
        ColumnKind::YesNo => "yes/no",
        ColumnKind::Text => "text",
        ColumnKind::Date => "date",
        ColumnKind::Constant => "constant",
        ColumnKind::Identifier => "identifier",
    }
}

fn missing_word(rule: MissingRule) -> &'static str {
    match rule {
        MissingRule::DropRow => "drop-row",
        MissingRule::Mean => "mean",
        MissingRule::Median => "median",
        MissingRule::MostFrequent => "most-frequent",
        MissingRule::Indicator => "indicator",
    }
}

fn coding_word(coding: Coding) -> &'static str {
    match coding {
        Coding::OneHot => "one-hot",
        Coding::Ordinal => "ordinal",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Value;

    use super::*;
    use crate::base::Matrix;
    use crate::data::{Association, Histogram, LayoutFindings, Measure, RowCounts, Summary};
    use crate::spec::SampleShape;

    fn column() -> ColumnFindings {
        ColumnFindings {
            name: "age".into(),
            role: ColumnRole::Feature,
            kind: ColumnKind::Number,
            reason: "All cells are numbers.".into(),
            missing: 1,
            distinct: 1,
            summary: Some(Summary { min: 3., mean: 3., median: 3., max: 3., std: f64::NAN }),
            top: vec![("3".into(), 1)],
            histogram: Some(Histogram { low: 2.5, high: 3.5, counts: vec![1] }),
            association: Some(Association { measure: Measure::Eta, value: 0.5 }),
            missing_rule: MissingRule::Median,
            coding: None,
            inputs: vec!["age".into()],
        }
    }

    fn inspected(findings: Option<TableFindings>) -> Value {
        let features = Matrix::new(3, 1, vec![-1.0, 4.0, 2.0]).expect("fits");
        let part = Labelled::new(features, Targets::Classes(vec![1, 1, 0]));
        let task = Task::Classification { classes: 2 };
        let shape = SampleShape(vec![1]);
        let data = Dataset {
            findings: findings.map(Arc::new),
            steps: vec!["Read.".into()],
            ..Dataset::new("ages", shape, task, part.clone(), part)
        };
        let mut bytes = Vec::new();
        write_inspection(&data, Some(DataHash(7)), &mut bytes).expect("memory takes all");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    #[test]
    fn what_the_model_sees_is_told() {
        let told = inspected(None);
        assert_eq!(told["hash"], "00000000000000000000000000000007");
        assert_eq!(told["parts"][0]["name"], "training");
        assert_eq!(told["parts"][1]["class_counts"], serde_json::json!([1, 2]));
        assert_eq!(
            (&told["parts"][0]["min"], &told["parts"][0]["max"]),
            (&(-1.0).into(), &4.0.into())
        );
        assert_eq!(told["table"], Value::Null);
        assert_eq!(told["steps"][0], "Read.");
    }

    #[test]
    fn a_table_is_told_with_its_columns_and_rows() {
        let told = inspected(Some(TableFindings {
            layout: LayoutFindings { encoding: "UTF-8".into(), header: true, ..Default::default() },
            columns: vec![column()],
            rows: RowCounts { read: 3, used: 2, missing: 1, ..Default::default() },
            faults: vec![Fault { row: 4, column: Some(1), byte: 9, message: "odd".into() }],
            fault_count: 5,
            ..TableFindings::default()
        }));
        let table = &told["table"];
        assert_eq!((&table["encoding"], &table["header"]), (&"UTF-8".into(), &true.into()));
        assert_eq!((&table["rows"]["read"], &table["rows"]["used"]), (&3.into(), &2.into()));
        let column = &table["columns"][0];
        assert_eq!((&column["kind"], &column["role"]), (&"number".into(), &"feature".into()));
        assert_eq!((&column["mean"], &column["std"]), (&3.0.into(), &Value::Null));
        assert_eq!(column["association"], serde_json::json!({ "measure": "η", "value": 0.5 }));
        assert_eq!(table["faults"][0]["byte"], 9);
        assert_eq!(table["fault_count"], 5);
    }
}
