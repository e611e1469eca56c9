use std::io::Read;

use crate::data::tell::invalid;
use crate::data::{DataError, Dataset, Limits, Progress, csv};
use crate::spec::{DataSource, DataSpec, Scaling};

/// The files of a table.
pub struct TableFiles<'a> {
    /// The table itself.
    pub main: &'a mut dyn Read,
    /// A second table of the same columns to test on, where the split asks for one.
    pub test: Option<&'a mut dyn Read>,
}

/// Reads the table that `spec` describes and divides it into its parts. Neither derives inputs nor
/// scales.
///
/// # Errors
/// When a file cannot be read, is no table, or does not serve.
pub fn table(
    files: TableFiles<'_>,
    spec: &DataSpec,
    name: &str,
    _limits: &Limits,
    progress: Progress<'_>,
) -> Result<Dataset, DataError> {
    let DataSource::Csv(csv_spec) = &spec.source else {
        return invalid("The data are no table.");
    };
    csv(files.main, csv_spec, &spec.split, Scaling::None, spec.seed, name, progress)
}
