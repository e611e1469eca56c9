use std::fmt::Write as _;

use super::confusion::Confusion;

/// How often each class was right, true and predicted: all that precision, recall and F1 need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassCounts {
    /// One for each class.
    classes: Vec<ClassCount>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ClassCount {
    right: u64,
    truth: u64,
    predicted: u64,
}

impl ClassCounts {
    /// Zeros for `classes` classes.
    #[must_use]
    pub fn new(classes: usize) -> Self {
        Self { classes: vec![ClassCount::default(); classes] }
    }

    /// Counts one sample. A class outside the range is counted nowhere.
    pub fn add(&mut self, truth: usize, predicted: usize) {
        if truth.max(predicted) >= self.classes.len() {
            return;
        }
        self.classes[truth].truth += 1;
        self.classes[predicted].predicted += 1;
        self.classes[truth].right += u64::from(truth == predicted);
    }

    /// Samples that were counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.classes.iter().map(|class| class.truth).sum()
    }

    /// Share of right answers; 0 without samples.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        ratio(self.classes.iter().map(|class| class.right).sum(), self.total())
    }

    /// Mean recall of the classes that occur: scikit-learn's `balanced_accuracy_score`.
    #[must_use]
    pub fn balanced_accuracy(&self) -> f64 {
        let present = self.classes.iter().filter(|class| class.truth > 0);
        let (count, sum) =
            present.fold((0_u64, 0.0), |(n, sum), class| (n + 1, sum + class.scores().recall));
        if count == 0 { 0.0 } else { sum / count as f64 }
    }

    /// Means of the scores of all classes, each counting alike (`macro avg`).
    #[must_use]
    pub fn macro_average(&self) -> ClassScores {
        self.average(|_| 1.0)
    }

    /// Means of the scores of the classes, weighted by their rows (`weighted avg`).
    #[must_use]
    pub fn weighted_average(&self) -> ClassScores {
        self.average(|class| class.truth as f64)
    }

    fn average(&self, weight: impl Fn(&ClassCount) -> f64) -> ClassScores {
        let mut mean = ClassScores { support: self.total(), ..ClassScores::default() };
        let weights: f64 = self.classes.iter().map(&weight).sum();
        if weights == 0.0 {
            return mean;
        }
        for class in &self.classes {
            let (scores, weight) = (class.scores(), weight(class));
            mean.precision += weight * scores.precision;
            mean.recall += weight * scores.recall;
            mean.f1 += weight * scores.f1;
        }
        mean.precision /= weights;
        mean.recall /= weights;
        mean.f1 /= weights;
        mean
    }
}

impl From<&Confusion> for ClassCounts {
    fn from(table: &Confusion) -> Self {
        let mut counts = Self::new(table.classes());
        for truth in 0..table.classes() {
            counts.classes[truth].right = table.count(truth, truth);
            counts.classes[truth].truth = table.row_total(truth);
            for (class, &count) in counts.classes.iter_mut().zip(table.row(truth)) {
                class.predicted += count;
            }
        }
        counts
    }
}

impl ClassCount {
    fn scores(&self) -> ClassScores {
        ClassScores {
            precision: ratio(self.right, self.predicted),
            recall: ratio(self.right, self.truth),
            f1: ratio(2 * self.right, self.truth + self.predicted),
            support: self.truth,
        }
    }
}

/// What divides by nothing is 0: scikit-learn's `zero_division=0`.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// How well a class is told from the others, or the mean of several.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClassScores {
    /// Share of the samples taken for the class that belong to it.
    pub precision: f64,
    /// Share of the samples of the class that were recognised.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
    /// Samples of the class.
    pub support: u64,
}

/// Why the scores of a class are 0 by convention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// No sample belongs to the class, so there is nothing to be recalled.
    NeverTrue,
    /// No sample was taken for the class, so there is nothing to be precise about.
    NeverPredicted,
    /// Neither.
    Nowhere,
}

/// Precision, recall and F1 of every class, and their means.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassReport {
    /// One for each class.
    pub classes: Vec<ClassScores>,
    /// Share of right answers; 0 without samples.
    pub accuracy: f64,
    /// Every class counts alike.
    pub macro_average: ClassScores,
    /// Every sample counts alike.
    pub weighted_average: ClassScores,
    /// Classes whose scores are 0 because there was nothing to divide by.
    pub absent: Vec<(usize, Absence)>,
}

/// Least width of the names: that of the longest name of an average.
const NAMES: usize = "weighted avg".len();

impl ClassReport {
    /// The report of a confusion matrix.
    #[must_use]
    pub fn of(table: &Confusion) -> Self {
        let counts = ClassCounts::from(table);
        let absent = counts.classes.iter().enumerate().filter_map(|(class, count)| {
            let absence = match (count.truth, count.predicted) {
                (0, 0) => Absence::Nowhere,
                (0, _) => Absence::NeverTrue,
                (_, 0) => Absence::NeverPredicted,
                _ => return None,
            };
            Some((class, absence))
        });
        Self {
            absent: absent.collect(),
            accuracy: counts.accuracy(),
            macro_average: counts.macro_average(),
            weighted_average: counts.weighted_average(),
            classes: counts.classes.iter().map(ClassCount::scores).collect(),
        }
    }

    /// The report in the layout of scikit-learn's `classification_report` with two digits, sign
    /// for sign. A class without a name bears its number; a long name widens the first column.
    #[must_use]
    pub fn to_text(&self, names: &[String]) -> String {
        let names: Vec<String> = (0..self.classes.len())
            .map(|class| match names.get(class) {
                Some(name) if !name.is_empty() => name.clone(),
                _ => class.to_string(),
            })
            .collect();
        let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let width = longest.max(NAMES);
        let heads = ["precision", "recall", "f1-score", "support"];
        let mut text = format!("{:width$} ", "");
        heads.iter().for_each(|head| push(&mut text, format_args!(" {head:>9}")));
        text.push_str("\n\n");
        for (name, scores) in names.iter().zip(&self.classes) {
            push_scores(&mut text, width, name, scores);
        }
        let (accuracy, total) = (self.accuracy, self.macro_average.support);
        push(
            &mut text,
            format_args!(
                "\n{:>width$}  {:9} {:9} {accuracy:>9.2} {total:>9}\n",
                "accuracy", "", ""
            ),
        );
        push_scores(&mut text, width, "macro avg", &self.macro_average);
        push_scores(&mut text, width, "weighted avg", &self.weighted_average);
        text
    }
}

fn push_scores(text: &mut String, width: usize, name: &str, scores: &ClassScores) {
    let ClassScores { precision, recall, f1, support } = scores;
    let line =
        format_args!("{name:>width$}  {precision:>9.2} {recall:>9.2} {f1:>9.2} {support:>9}\n");
    push(text, line);
}

fn push(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("writing to memory cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The table of the course's LAB7 report.
    fn lab() -> Confusion {
        let cells = [(0, 0, 7), (0, 1, 1), (0, 2, 1), (1, 1, 4), (2, 2, 7)];
        let pairs = cells.iter().flat_map(|&(t, p, n)| std::iter::repeat_n((t, p), n));
        Confusion::from_pairs(3, pairs)
    }

    #[test]
    fn the_report_of_the_lab_is_as_printed() {
        let names = ["1", "2", "3"].map(String::from);
        let expected = "
              precision    recall  f1-score   support

           1       1.00      0.78      0.88         9
           2       0.80      1.00      0.89         4
           3       0.88      1.00      0.93         7

    accuracy                           0.90        20
   macro avg       0.89      0.93      0.90        20
weighted avg       0.92      0.90      0.90        20
";
        assert_eq!(ClassReport::of(&lab()).to_text(&names), expected[1..]);
    }

    #[test]
    fn long_names_widen_the_first_column_by_letters_not_bytes() {
        let names = ["Größe über alles".to_string(), String::new()];
        let text = ClassReport::of(&Confusion::new(2)).to_text(&names);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2], "Größe über alles       0.00      0.00      0.00         0");
        assert_eq!(lines[3], "               1       0.00      0.00      0.00         0");
        let widths: Vec<usize> = lines.iter().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|&width| width == 0 || width == widths[0]), "{text}");
    }

    #[test]
    fn classes_that_divide_by_nothing_are_named_with_the_reason() {
        let table = Confusion::from_pairs(4, [(0, 0), (0, 1), (2, 0)]);
        let report = ClassReport::of(&table);
        let expected =
            [(1, Absence::NeverTrue), (2, Absence::NeverPredicted), (3, Absence::Nowhere)];
        assert_eq!(report.absent, expected);
        assert_eq!(report.classes[3], ClassScores::default());
    }

    proptest! {
        #[test]
        fn counting_samples_or_cells_is_the_same(
            pairs in prop::collection::vec((0_usize..5, 0_usize..5), 0..60),
        ) {
            let mut counts = ClassCounts::new(5);
            pairs.iter().for_each(|&(truth, predicted)| counts.add(truth, predicted));
            let table = Confusion::from_pairs(5, pairs.iter().copied());
            prop_assert_eq!(&counts, &ClassCounts::from(&table));
            prop_assert_eq!(counts.accuracy(), table.accuracy().unwrap_or(0.0));
            // Recall weighted by support is the share of right answers.
            let weighted = counts.weighted_average();
            prop_assert!((weighted.recall - counts.accuracy()).abs() < 1e-12);
        }
    }
}
