//! What was found in a table: the layout of its text, its columns, and everything that did not
//! fit. The window, the command line and the reports all show these.

use crate::spec::{Coding, ColumnKind, ColumnRole, MissingRule};

/// Most faults that are listed one by one; all are counted.
pub const MAX_LISTED_FAULTS: usize = 200;

/// What was found in a table, and what was made of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableFindings {
    /// How the text is cut into cells.
    pub layout: LayoutFindings,
    /// One for each column of the file, in the file's order.
    pub columns: Vec<ColumnFindings>,
    /// Where the rows went.
    pub rows: RowCounts,
    /// What did not fit, in the order of the file, [`MAX_LISTED_FAULTS`] at most.
    pub faults: Vec<Fault>,
    /// How many there were.
    pub fault_count: usize,
    /// Rows of each class in the order of the classes, all parts together.
    pub class_counts: Vec<usize>,
    /// What stands in the label column, and the number it became: `("setosa", 0)`.
    pub label_coding: Vec<(String, u32)>,
}

/// How the text of a table is cut into cells, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayoutFindings {
    /// `UTF-8 with byte order mark`.
    pub encoding: String,
    /// `semicolons`.
    pub delimiter: String,
    /// `double quotation marks`, or `none`.
    pub quote: String,
    /// `3.5` or `3,5`.
    pub decimal: String,
    /// `1,000`, or `none`.
    pub thousands: String,
    /// `LF`, `CRLF`, `CR` or `mixed`.
    pub line_ends: String,
    /// Whether the first row names the columns.
    pub header: bool,
    /// Lines before the header or the first row that are no part of the table.
    pub title_lines: usize,
    /// Lines that begin with a comment mark.
    pub comment_lines: usize,
}

/// Where the rows of a table went. `used` and all that were left out together are `read`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Rows of data in the file, blank ones not among them.
    pub read: usize,
    /// Rows without any value.
    pub blank: usize,
    /// Left out because a cell or their length did not fit.
    pub faulty: usize,
    /// Left out because a value was missing.
    pub missing: usize,
    /// Left out because the label was missing.
    pub unlabelled: usize,
    /// Rows that became samples.
    pub used: usize,
}

/// A cell or a row that did not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file, counted from one.
    pub row: usize,
    /// Column, counted from one; `None` for the row as a whole.
    pub column: Option<usize>,
    /// Offset into the file, counted from zero.
    pub byte: usize,
    /// What is wrong and what became of it, one sentence.
    pub message: String,
}

/// What was found in one column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnFindings {
    /// Name from the header, or `column 3`.
    pub name: String,
    /// What it is used for.
    pub role: ColumnRole,
    /// What its cells are.
    pub kind: ColumnKind,
    /// Why role and kind are what they are, one sentence.
    pub reason: String,
    /// Cells without a value.
    pub missing: usize,
    /// Different values, missing ones not among them.
    pub distinct: usize,
    /// Of columns whose cells are all numbers.
    pub summary: Option<Summary>,
    /// The most frequent values and how often each occurs, ten at most.
    pub top: Vec<(String, usize)>,
    /// Of columns whose cells are all numbers.
    pub histogram: Option<Histogram>,
    /// How strongly it goes with the label; `None` for the label itself and where it cannot be
    /// said.
    pub association: Option<Association>,
    /// What becomes of missing values.
    pub missing_rule: MissingRule,
    /// How its categories become numbers.
    pub coding: Option<Coding>,
    /// Names of the features it became.
    pub inputs: Vec<String>,
}

/// Numbers of a column, missing ones left out. As pandas' `describe` has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Smallest.
    pub min: f64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Median, linearly interpolated.
    pub median: f64,
    /// Largest.
    pub max: f64,
    /// Standard deviation with divisor n − 1; NaN for a single value.
    pub std: f64,
}

/// How often values fall into bins of equal width. The last bin includes its upper edge, as in
/// `numpy.histogram`.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Lower edge of the first bin.
    pub low: f64,
    /// Upper edge of the last bin.
    pub high: f64,
    /// Values in each bin.
    pub counts: Vec<usize>,
}

/// How strongly a column goes with the label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Association {
    /// How it is measured.
    pub measure: Measure,
    /// −1 to 1 for Pearson, 0 to 1 for the others.
    pub value: f64,
}

/// Measures of association.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Pearson's r of two numbers (or of a number and two classes as 0 and 1).
    Pearson,
    /// Correlation ratio η: numbers against classes.
    Eta,
    /// Cramér's V: categories against classes.
    CramersV,
}

impl Measure {
    /// Symbol shown to the user.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Pearson => "r",
            Self::Eta => "η",
            Self::CramersV => "V",
        }
    }
}
