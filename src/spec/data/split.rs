use crate::base::Finite;

use super::ColumnRef;

/// How rows are held out for validating and testing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitSpec {
    /// The test part. Generated sets draw theirs anew, and sets that bring their own keep it.
    pub test: TestPart,
    /// The validation part, taken from what the test part leaves.
    pub validation: ValidationPart,
    /// Whether each class is split in the same ratio.
    pub stratified: bool,
    /// Whether rows are held out at random; if not, the last ones are.
    pub shuffled: bool,
}

/// Which rows are tested on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestPart {
    /// A share of the rows, strictly between 0 and 1.
    Fraction(Finite),
    /// The rows of a second file of the same layout.
    File(String),
    /// A column says it with the words `test`, `train`, and `validation` or `val` or `dev`.
    Column(ColumnRef),
}

/// Which rows are validated on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValidationPart {
    /// None.
    #[default]
    None,
    /// A share of all rows, strictly between 0 and 1.
    Fraction(Finite),
    /// One of `folds` equal parts of what is not tested on, for cross-validation.
    Fold {
        /// How many parts there are: at least 2.
        folds: usize,
        /// Which of them, counted from zero.
        fold: usize,
    },
}

impl SplitSpec {
    /// A random share of the rows is tested on, each class in the same ratio.
    #[must_use]
    pub fn fraction(test: Finite) -> Self {
        Self { test: TestPart::Fraction(test), ..Self::default() }
    }
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self {
            test: TestPart::Fraction(Finite::lit(0.2)),
            validation: ValidationPart::None,
            stratified: true,
            shuffled: true,
        }
    }
}
