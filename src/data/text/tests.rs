//! Tables in every dialect, one line a case.

use std::ops::ControlFlow;

use super::*;
use crate::data::raw::{Cells, RawTable};
use crate::data::{DataError, Limits};
use crate::spec::{
    Comment, CsvSpec, Decimal, Delimiter, Dialect, Encoding, FaultRule, HeaderMode, Quote,
    Thousands,
};

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn read_as(spec: &CsvSpec, bytes: &[u8]) -> Result<RawTable, DataError> {
    read_table(&mut &*bytes, spec, &Limits::default(), &mut go_on)
}

/// Names in the first line, then the cells of each row; `·` stands for a missing number.
fn shown(table: &RawTable) -> String {
    let mut text = table.names.join("|");
    for row in 0..table.rows {
        text.push('\n');
        let cells: Vec<String> = table.columns.iter().map(|cells| shown_cell(cells, row)).collect();
        text.push_str(&cells.join("|"));
    }
    text
}

fn shown_cell(cells: &Cells, row: usize) -> String {
    match cells {
        Cells::Bytes(bytes) => bytes[row].to_string(),
        Cells::Numbers(numbers) if numbers[row].is_nan() => "·".to_owned(),
        Cells::Numbers(numbers) => numbers[row].to_string(),
        Cells::Texts { ids, texts } => texts[ids[row] as usize].to_string(),
    }
}

fn check(text: &str, wanted: &str) {
    let table = read_as(&CsvSpec::default(), text.as_bytes()).expect(text);
    assert_eq!(shown(&table), wanted, "{text}");
}

#[test]
fn cells_come_out_as_they_are_meant() {
    check("a,b\n1,2\n3,4\n", "a|b\n1|2\n3|4");
    check("a,b\n1,2.5\n300,\n", "a|b\n1|2.5\n300|·");
}
