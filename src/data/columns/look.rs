//! What the beginning of a table looks like.

use super::plan::{Column, Plan};
use super::source::Source;
use crate::data::raw::RawTable;
use crate::data::{PreviewColumn, PreviewRow, TablePreview};
use crate::spec::{CsvSpec, TestPart};

/// Guesses roles and kinds from the first rows. What cannot be decided is left as it is.
pub(in crate::data) fn preview_of(
    mut table: RawTable,
    rows: Vec<PreviewRow>,
    more: bool,
    spec: &CsvSpec,
) -> TablePreview {
    let (dialect, layout) = (table.dialect, std::mem::take(&mut table.layout));
    let faults = std::mem::take(&mut table.faults);
    let cells = std::mem::take(&mut table.columns);
    let source = Source { main: table, test: None };
    // Any ratio: whether a column says the parts is then for the column's own role to say.
    let test = TestPart::Fraction(crate::base::Finite::ZERO);
    let mut given = source.given(cells, spec, &test);
    given.header = layout.header;
    let columns = Plan::of(given).columns.into_iter().map(shown).collect();
    TablePreview { dialect, layout, columns, rows, faults, more }
}

fn shown(column: Column) -> PreviewColumn {
    let reason = column.reason();
    PreviewColumn { name: column.name, role: column.role, kind: column.kind, reason }
}
