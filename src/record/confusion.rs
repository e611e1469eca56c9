/// How often each class was taken for which: rows are the true classes, columns the predicted
/// ones (scikit-learn's convention).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    counts: Vec<u64>,
}

impl Confusion {
    /// A table of zeros for `classes` classes.
    #[must_use]
    pub fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * classes] }
    }

    /// A table of pairs of true and predicted class. Pairs outside the range are left out.
    #[must_use]
    pub fn from_pairs(classes: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut table = Self::new(classes);
        for (truth, predicted) in pairs {
            table.add(truth, predicted);
        }
        table
    }

    /// Counts one sample. A class outside the range is ignored.
    pub fn add(&mut self, truth: usize, predicted: usize) {
        if truth < self.classes && predicted < self.classes {
            self.counts[truth * self.classes + predicted] += 1;
        }
    }

    /// Number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How many samples of class `truth` were taken for `predicted`.
    ///
    /// # Panics
    /// When a class is outside the range.
    #[must_use]
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        assert!(predicted < self.classes, "no such class");
        self.counts[truth * self.classes + predicted]
    }

    /// Samples of one true class.
    #[must_use]
    pub fn row_total(&self, truth: usize) -> u64 {
        self.row(truth).iter().sum()
    }

    /// The counts of one true class, by predicted class.
    ///
    /// # Panics
    /// When the class is outside the range.
    #[must_use]
    pub fn row(&self, truth: usize) -> &[u64] {
        &self.counts[truth * self.classes..(truth + 1) * self.classes]
    }

    /// All samples.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Samples on the diagonal.
    #[must_use]
    pub fn correct(&self) -> u64 {
        (0..self.classes).map(|class| self.count(class, class)).sum()
    }

    /// Share of right answers; `None` without samples.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        (self.total() > 0).then(|| self.correct() as f64 / self.total() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the course's LAB7 report.
    #[test]
    fn agrees_with_the_printed_report() {
        let cells = [(0, 0, 7), (0, 1, 1), (0, 2, 1), (1, 1, 4), (2, 2, 7)];
        let pairs = cells.iter().flat_map(|&(t, p, n)| std::iter::repeat_n((t, p), n));
        let table = Confusion::from_pairs(3, pairs);
        assert_eq!(table.row(0), [7, 1, 1]);
        assert_eq!(table.row_total(0), 9);
        assert_eq!(table.accuracy(), Some(18.0 / 20.0));
    }

    #[test]
    fn an_empty_table_has_no_accuracy() {
        let mut table = Confusion::new(2);
        assert_eq!(table.accuracy(), None);
        table.add(5, 0);
        assert_eq!(table.total(), 0);
    }
}
