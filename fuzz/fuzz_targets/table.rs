//! A text as a table, whatever it is.

#![no_main]

use std::ops::ControlFlow;

use descent_fuzz::data::{Limits, TableFiles, preview, table};
use descent_fuzz::spec::{CsvSpec, DataSource, DataSpec};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let csv = CsvSpec::default();
    let limits = Limits { rows: 10_000, columns: 1000, ..Limits::default() };
    let _ = preview(&mut &bytes[..], &csv, &limits);
    let spec = DataSpec::new(DataSource::Csv(csv));
    let mut go_on = |_| ControlFlow::Continue(());
    let files = TableFiles { main: &mut &bytes[..], test: None };
    let Ok(data) = table(files, &spec, "fuzz", &limits, &mut go_on) else { return };
    let rows = data.findings.as_ref().expect("tables have findings").rows;
    assert_eq!(rows.used + rows.faulty + rows.missing + rows.unlabelled, rows.read, "{rows:?}");
});
