use std::sync::Arc;

use crate::base::Finite;

/// A table in a text file, or in a text that was pasted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvSpec {
    /// Path of the file; empty when none was named yet.
    pub path: String,
    /// A text that was pasted instead of a file; it is part of the experiment.
    pub text: Option<Arc<str>>,
    /// How the text is cut into cells.
    pub dialect: Dialect,
    /// Whether the first row holds the names of the columns.
    pub header: HeaderMode,
    /// Which column is to be predicted.
    pub label: LabelColumn,
    /// Whether the label is a class or a number.
    pub task: TaskChoice,
    /// What the user says of columns; whatever is left open is guessed.
    pub columns: Vec<ColumnSpec>,
    /// Further words for a missing value, in any column.
    pub missing: Vec<String>,
    /// What becomes of rows and cells that do not fit.
    pub faults: FaultRule,
    /// Share of the rows below which a category is put together with other rare ones; 0 for never.
    pub rare: Finite,
    /// Whether the features are the pixels of a picture.
    pub pixels: PixelChoice,
}

impl CsvSpec {
    /// A file of which nothing is known yet.
    #[must_use]
    pub fn of_file(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// Whether neither a file nor a text was named yet.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        self.path.is_empty() && self.text.is_none()
    }
}

/// How a text is cut into cells. Each part is guessed from the text unless it is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dialect {
    /// How bytes become characters.
    pub encoding: Encoding,
    /// What stands between cells.
    pub delimiter: Delimiter,
    /// What stands around cells that contain the delimiter.
    pub quote: Quote,
    /// What stands between whole and fraction.
    pub decimal: Decimal,
    /// What stands between thousands.
    pub thousands: Thousands,
    /// Lines before the header or the first row that are no part of the table.
    pub skip: Option<usize>,
    /// What lines that are no rows begin with.
    pub comment: Comment,
}

/// How bytes become characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// By byte order mark, zero bytes and what is valid.
    #[default]
    Auto,
    /// UTF-8.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Windows-1252, of which Latin-1 is a part.
    Windows1252,
}

/// What stands between cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Delimiter {
    /// Whatever cuts the rows most evenly.
    #[default]
    Auto,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
    /// One or more spaces or tabs.
    Spaces,
}

/// What stands around cells that contain the delimiter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Quote {
    /// Double quotation marks, unless they are not balanced.
    #[default]
    Auto,
    /// `"`
    Double,
    /// `'`
    Single,
    /// Nothing.
    None,
}

/// What stands between whole and fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Decimal {
    /// Whatever makes most cells numbers.
    #[default]
    Auto,
    /// `3.5`
    Point,
    /// `3,5`
    Comma,
}

/// What stands between thousands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Thousands {
    /// Whatever is found in groups of three digits.
    #[default]
    Auto,
    /// Nothing.
    None,
    /// `1,000`
    Comma,
    /// `1.000`
    Point,
    /// `1 000`, with any kind of space.
    Space,
    /// `1'000`
    Apostrophe,
}

/// What lines that are no rows begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Comment {
    /// `#` or `%` or `//`, where the lines in question do not fit the table.
    #[default]
    Auto,
    /// There are none.
    None,
    /// This character.
    Of(char),
}

/// Whether the first row of a table names the columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HeaderMode {
    /// Decide from the first rows.
    #[default]
    Auto,
    /// The first row holds names.
    Present,
    /// The first row holds data.
    Absent,
}

/// Which column of a table is the label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum LabelColumn {
    /// A column called like a label, else the first or last one, whichever looks more like one.
    #[default]
    Auto,
    /// The last one.
    Last,
    /// By position, counted from zero.
    Index(usize),
    /// By its name in the header.
    Name(String),
}

/// Names a column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ColumnRef {
    /// By position, counted from zero.
    Index(usize),
    /// By its name in the header.
    Name(String),
}

/// What a table is used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TaskChoice {
    /// Text labels and few distinct whole numbers are classes, anything else is regression.
    #[default]
    Auto,
    /// The label is a class.
    Classification,
    /// The label is a number.
    Regression,
}

/// What the user says of one column. What is `None` is guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Which column.
    pub column: ColumnRef,
    /// What it is used for. The label is named by [`CsvSpec::label`] instead.
    pub role: Option<ColumnRole>,
    /// What its cells are.
    pub kind: Option<ColumnKind>,
    /// What becomes of missing values.
    pub missing: Option<MissingRule>,
    /// One more word for a missing value in this column, `-200` say.
    pub missing_word: Option<String>,
    /// How categories become numbers.
    pub coding: Option<Coding>,
}

impl ColumnSpec {
    /// Everything about `column` is guessed.
    #[must_use]
    pub fn new(column: ColumnRef) -> Self {
        Self { column, role: None, kind: None, missing: None, missing_word: None, coding: None }
    }
}

/// What a column is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnRole {
    /// The network sees it.
    Feature,
    /// It is to be predicted.
    Label,
    /// It is left out.
    Ignored,
    /// It says which part a row belongs to.
    Split,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Numbers.
    Number,
    /// One of a few words or codes.
    Category,
    /// One of two words that mean yes and no.
    YesNo,
    /// Free text.
    Text,
    /// A date, or a date with a time.
    Date,
    /// One value only.
    Constant,
    /// Another value in every row, which says nothing about the next one.
    Identifier,
}

/// What becomes of missing values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MissingRule {
    /// The row is left out.
    DropRow,
    /// The mean of the training part.
    Mean,
    /// The median of the training part.
    Median,
    /// The most frequent value of the training part.
    MostFrequent,
    /// A category or column of its own says that the value is missing (and numbers become their
    /// mean).
    Indicator,
}

/// How categories become numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// A column of zeros and ones for each category.
    OneHot,
    /// One column with 0, 1, 2, … in the order of the categories.
    Ordinal,
}

/// What becomes of rows with too many or too few cells and of cells that are no number where one
/// is needed. Either way they are counted and listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FaultRule {
    /// The row is left out.
    #[default]
    SkipRow,
    /// The cell counts as missing; cells beyond the last column are left out.
    Missing,
}

/// Whether the features of a table are the pixels of a picture, row by row, 0 to 255.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PixelChoice {
    /// They are when all are whole numbers from 0 to 255 and their number is 784 or called pixels.
    #[default]
    Auto,
    /// They are plain features.
    No,
    /// They are grey pixels of this height and width.
    Grey(usize, usize),
    /// They are red, green and blue pixels of this height and width, all red ones first.
    Rgb(usize, usize),
}
