//! Numbers about one column: spread, histogram, frequent values, and how strongly it goes with the
//! label. Missing cells are left out of all of them.

use std::collections::HashMap;

use super::cells::NO_TEXT;
use crate::data::raw::Cells;
use crate::data::scale::quantile;
use crate::data::{Association, Histogram, Measure, Summary};
use crate::spec::ColumnKind;

/// Most bins of a histogram.
const MAX_BINS: usize = 24;
/// Most frequent values that are listed.
const TOP: usize = 10;

/// What a column holds.
#[derive(Debug, Default)]
pub(super) struct Described {
    pub(super) distinct: usize,
    pub(super) summary: Option<Summary>,
    pub(super) top: Vec<(String, usize)>,
    pub(super) histogram: Option<Histogram>,
}

/// Describes the cells of a column.
pub(super) fn describe(cells: &Cells) -> Described {
    match cells {
        Cells::Bytes(bytes) => {
            let counts = byte_counts(bytes);
            let runs = counts.iter().enumerate().filter(|(_, count)| **count > 0);
            describe_runs(&runs.map(|(value, &count)| (value as f64, count)).collect::<Vec<_>>())
        }
        Cells::Numbers(numbers) => {
            let mut sorted: Vec<f64> = numbers
                .iter()
                .filter(|value| !value.is_nan())
                // Minus zero is the same value as zero.
                .map(|value| value + 0.0)
                .collect();
            sorted.sort_unstable_by(f64::total_cmp);
            let runs = sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len()));
            describe_runs(&runs.collect::<Vec<_>>())
        }
        Cells::Texts { ids, texts } => describe_texts(ids, texts),
    }
}

/// How often each byte occurs. Counted in four tables, as most pixels of a picture are alike and
/// a counter cannot be raised again before it was stored.
fn byte_counts(bytes: &[u8]) -> [usize; 256] {
    let mut tables = [[0_u32; 256]; 4];
    let (blocks, rest) = bytes.as_chunks::<4>();
    for block in blocks {
        for (table, &byte) in tables.iter_mut().zip(block) {
            table[usize::from(byte)] += 1;
        }
    }
    rest.iter().for_each(|&byte| tables[0][usize::from(byte)] += 1);
    std::array::from_fn(|byte| tables.iter().map(|table| table[byte] as usize).sum())
}

fn describe_texts(ids: &[u32], texts: &[Box<str>]) -> Described {
    let mut counts = vec![0; texts.len()];
    ids.iter().filter(|&&id| id != NO_TEXT).for_each(|&id| counts[id as usize] += 1);
    let used: Vec<(&str, usize)> =
        texts.iter().map(|text| &**text).zip(counts).filter(|(_, count)| *count > 0).collect();
    let distinct = used.len();
    let top = most_frequent(used, Ord::cmp);
    let top = top.into_iter().map(|(text, count)| (text.to_owned(), count)).collect();
    Described { distinct, top, ..Described::default() }
}

/// The most frequent of `runs`, of equals the smallest.
fn most_frequent<T>(
    mut runs: Vec<(T, usize)>,
    order: impl Fn(&T, &T) -> std::cmp::Ordering,
) -> Vec<(T, usize)> {
    let by_count = |a: &(T, usize), b: &(T, usize)| b.1.cmp(&a.1).then_with(|| order(&a.0, &b.0));
    if runs.len() > TOP {
        runs.select_nth_unstable_by(TOP, by_count);
        runs.truncate(TOP);
    }
    runs.sort_by(by_count);
    runs
}

/// Describes numbers given as different values in ascending order, each with how often it occurs.
fn describe_runs(runs: &[(f64, usize)]) -> Described {
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
        return Described::default();
    };
    let count: usize = runs.iter().map(|(_, count)| count).sum();
    let mean = runs.iter().map(|(value, count)| value * *count as f64).sum::<f64>() / count as f64;
    let squares: f64 =
        runs.iter().map(|(value, count)| (value - mean).powi(2) * *count as f64).sum();
    let summary = Summary {
        min: first.0,
        mean: if runs.len() == 1 { first.0 } else { mean },
        median: median(runs, count),
        max: last.0,
        std: if count > 1 { (squares / (count - 1) as f64).sqrt() } else { f64::NAN },
    };
    let top = most_frequent(runs.to_vec(), f64::total_cmp);
    Described {
        distinct: runs.len(),
        summary: Some(summary),
        top: top.into_iter().map(|(value, count)| (value.to_string(), count)).collect(),
        histogram: Some(histogram(runs)),
    }
}

fn median(runs: &[(f64, usize)], count: usize) -> f64 {
    let at = |place: usize| {
        let mut before = 0;
        let holds = |&&(_, count): &&(f64, usize)| {
            before += count;
            before > place
        };
        runs.iter().find(holds).map_or(f64::NAN, |run| run.0)
    };
    quantile(&[at((count - 1) / 2), at(count / 2)], 0.5)
}

/// As `numpy.histogram` counts: bins of equal width from the smallest to the largest value, each
/// with its lower edge and the last with its upper one, too. Whole numbers have no more bins than
/// there could be values.
fn histogram(runs: &[(f64, usize)]) -> Histogram {
    let (mut low, mut high) = (runs[0].0, runs[runs.len() - 1].0);
    let whole = runs.iter().all(|(value, _)| value.fract() == 0.0);
    let bins =
        if whole && high - low < MAX_BINS as f64 { (high - low) as usize + 1 } else { MAX_BINS };
    if low == high {
        (low, high) = (low - 0.5, high + 0.5);
    }
    let step = (high - low) / bins as f64;
    let edge = |bin: usize| if bin == bins { high } else { bin as f64 * step + low };
    let mut counts = vec![0; bins];
    for &(value, count) in runs {
        // The division may be off by a rounding; the edges decide.
        let mut bin = (((value - low) / (high - low)) * bins as f64) as usize;
        bin = bin.min(bins - 1);
        if value < edge(bin) {
            bin -= 1;
        } else if value >= edge(bin + 1) && bin != bins - 1 {
            bin += 1;
        }
        counts[bin] += count;
    }
    Histogram { low, high, counts }
}

/// What a column is compared with.
pub(super) enum Goal<'a> {
    /// The class of each row.
    Classes(&'a [u32]),
    /// The number of each row, as exactly as the table has it.
    Numbers(Vec<f64>),
}

/// How strongly a column goes with the label: Pearson's r of two numbers, or of a number and two
/// classes; the correlation ratio η of a number and more classes, or of categories and a number;
/// Cramér's V, without correction for bias, of categories and classes.
pub(super) fn association(cells: &Cells, kind: ColumnKind, goal: &Goal<'_>) -> Option<Association> {
    // Words that hardly ever come twice say all of the label in the rows at hand, and nothing of
    // any other.
    let hardly_repeats = matches!(kind, ColumnKind::Identifier | ColumnKind::Date)
        && matches!(cells, Cells::Texts { .. });
    if hardly_repeats || matches!(kind, ColumnKind::Text | ColumnKind::Constant) {
        return None;
    }
    let (measure, value) = match (cells, goal) {
        (Cells::Texts { ids, .. }, Goal::Classes(classes)) => {
            (Measure::CramersV, cramers_v(ids, classes)?)
        }
        (Cells::Texts { ids, .. }, Goal::Numbers(numbers)) => {
            let groups = ids.iter().map(|&id| (id != NO_TEXT).then_some(id as usize));
            (Measure::Eta, eta(groups.zip(numbers.iter().copied()))?)
        }
        (_, Goal::Classes(classes)) if classes.iter().all(|&class| class < 2) => {
            (Measure::Pearson, pearson(cells, classes.iter().map(|&class| f64::from(class)))?)
        }
        (Cells::Bytes(bytes), Goal::Classes(classes)) => {
            (Measure::Eta, eta_of_bytes(bytes, classes)?)
        }
        (_, Goal::Classes(classes)) => {
            let groups = classes.iter().map(|&class| Some(class as usize));
            (Measure::Eta, eta(groups.zip(values(cells)))?)
        }
        (_, Goal::Numbers(numbers)) => (Measure::Pearson, pearson(cells, numbers.iter().copied())?),
    };
    Some(Association { measure, value })
}

/// The numbers of a column, NaN where one is missing.
pub(super) fn values(cells: &Cells) -> Box<dyn Iterator<Item = f64> + '_> {
    match cells {
        Cells::Bytes(bytes) => Box::new(bytes.iter().map(|&byte| f64::from(byte))),
        Cells::Numbers(numbers) => Box::new(numbers.iter().copied()),
        Cells::Texts { ids, .. } => Box::new(ids.iter().map(|_| f64::NAN)),
    }
}

/// Two passes, so that a large common offset does not cancel the spread away.
fn pearson(cells: &Cells, others: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let pairs = || values(cells).zip(others.clone()).filter(|(x, _)| !x.is_nan());
    let (mut count, mut sums) = (0_usize, (0.0, 0.0));
    for (x, y) in pairs() {
        count += 1;
        sums = (sums.0 + x, sums.1 + y);
    }
    let means = (sums.0 / count as f64, sums.1 / count as f64);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs() {
        let (x, y) = (x - means.0, y - means.1);
        (xx, yy, xy) = (xx + x * x, yy + y * y, xy + x * y);
    }
    let value = xy / (xx.sqrt() * yy.sqrt());
    value.is_finite().then(|| value.clamp(-1.0, 1.0))
}

/// The square root of the share of the spread of numbers that lies between groups.
fn eta(pairs: impl Iterator<Item = (Option<usize>, f64)>) -> Option<f64> {
    let mut groups: Vec<(f64, f64)> = Vec::new();
    let known: Vec<(usize, f64)> = pairs
        .filter_map(|(group, value)| group.filter(|_| !value.is_nan()).map(|group| (group, value)))
        .collect();
    let mean = known.iter().map(|(_, value)| value).sum::<f64>() / known.len() as f64;
    let mut total = 0.0;
    for &(group, value) in &known {
        if groups.len() <= group {
            groups.resize(group + 1, (0.0, 0.0));
        }
        groups[group].0 += 1.0;
        groups[group].1 += value - mean;
        total += (value - mean).powi(2);
    }
    ratio(groups.into_iter(), total)
}

fn eta_of_bytes(bytes: &[u8], classes: &[u32]) -> Option<f64> {
    let classes_count = classes.iter().max().map_or(0, |&class| class as usize + 1);
    let mut groups = vec![(0_u64, 0_u64); classes_count];
    for (&byte, &class) in bytes.iter().zip(classes) {
        let group = &mut groups[class as usize];
        *group = (group.0 + 1, group.1 + u64::from(byte));
    }
    let sum: u64 = groups.iter().map(|group| group.1).sum();
    let mean = sum as f64 / bytes.len() as f64;
    let spread = |(value, count): (usize, &usize)| *count as f64 * (value as f64 - mean).powi(2);
    let total = byte_counts(bytes).iter().enumerate().map(spread).sum();
    let groups = groups.into_iter().map(|(count, sum)| {
        let count = count as f64;
        (count, sum as f64 - count * mean)
    });
    ratio(groups, total)
}

/// η from the number and the sum of deviations of each group, and the spread of all.
fn ratio(groups: impl Iterator<Item = (f64, f64)>, total: f64) -> Option<f64> {
    let between: f64 =
        groups.filter(|(count, _)| *count > 0.0).map(|(count, sum)| sum * sum / count).sum();
    let value = (between / total).sqrt();
    value.is_finite().then(|| value.min(1.0))
}

fn cramers_v(ids: &[u32], classes: &[u32]) -> Option<f64> {
    let mut joint: HashMap<(u32, u32), f64> = HashMap::new();
    let (mut rows, mut cols): (HashMap<u32, f64>, HashMap<u32, f64>) = Default::default();
    for (&id, &class) in ids.iter().zip(classes).filter(|(id, _)| **id != NO_TEXT) {
        *joint.entry((id, class)).or_default() += 1.0;
        *rows.entry(id).or_default() += 1.0;
        *cols.entry(class).or_default() += 1.0;
    }
    let smaller = rows.len().min(cols.len());
    if smaller < 2 {
        return None;
    }
    // χ² / n = Σ joint² / (row · col) − 1; sorted, as sums must not depend on the order of a map.
    let mut terms: Vec<f64> = joint
        .iter()
        .map(|(&(id, class), &count)| count / rows[&id] * (count / cols[&class]))
        .collect();
    terms.sort_by(f64::total_cmp);
    let phi = (terms.iter().sum::<f64>() - 1.0).max(0.0);
    Some((phi / (smaller - 1) as f64).sqrt().min(1.0))
}

/// Whether knowing the value of a column is knowing the class, and the other way round: each value
/// comes with one class, each class with one value, and no row says otherwise.
pub(super) fn says_the_class(cells: &Cells, classes: &[u32]) -> bool {
    let mut class_of: HashMap<u64, u32> = HashMap::new();
    let mut value_of: HashMap<u32, u64> = HashMap::new();
    let value = |row: usize| match cells {
        Cells::Bytes(bytes) => u64::from(bytes[row]),
        Cells::Numbers(numbers) => (numbers[row] + 0.0).to_bits(),
        Cells::Texts { ids, .. } => u64::from(ids[row]),
    };
    let agree = |(row, &class): (usize, &u32)| {
        let value = value(row);
        *class_of.entry(value).or_insert(class) == class
            && *value_of.entry(class).or_insert(value) == value
    };
    classes.iter().enumerate().all(agree)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::columns::testing::{numbers, texts};

    #[test]
    fn numbers_are_described_as_pandas_describes_them() {
        let cells = numbers(&[3.0, 1.0, f64::NAN, 2.0, 2.0, 10.0]);
        let found = describe(&cells);
        let summary = found.summary.expect("numbers");
        assert_eq!((summary.min, summary.median, summary.max), (1.0, 2.0, 10.0));
        assert_eq!(summary.mean, 3.6);
        // Deviations −.6, −2.6, −1.6, −1.6, 6.4: 53.2 / 4.
        assert!((summary.std - 13.3_f64.sqrt()).abs() < 1e-15);
        assert_eq!(found.distinct, 4);
        assert_eq!(found.top[0], ("2".to_owned(), 2));
        assert_eq!(found.histogram.expect("numbers").counts, [1, 2, 1, 0, 0, 0, 0, 0, 0, 1]);
        let even = describe(&numbers(&[1.0, 2.0, 3.0, 4.5])).summary.expect("numbers");
        assert_eq!(even.median, 2.5);
        let one = describe(&numbers(&[7.0])).summary.expect("a number");
        assert!(one.std.is_nan());
        assert!(describe(&numbers(&[f64::NAN])).summary.is_none());
    }

    #[test]
    fn bytes_and_numbers_are_described_alike() {
        let bytes: Vec<u8> = (0..200).map(|row| (row * row % 251) as u8).collect();
        let same = numbers(&bytes.iter().map(|&byte| f64::from(byte)).collect::<Vec<_>>());
        let classes: Vec<u32> = (0..200).map(|row| row % 3).collect();
        let (one, other) = (describe(&Cells::Bytes(bytes.clone())), describe(&same));
        assert_eq!(
            (one.summary, &one.histogram, &one.top),
            (other.summary, &other.histogram, &other.top)
        );
        let goal = Goal::Classes(&classes);
        let eta = |cells| association(cells, ColumnKind::Number, &goal).expect("varies");
        let (one, other) = (eta(&Cells::Bytes(bytes)), eta(&same));
        assert_eq!(one.measure, Measure::Eta);
        assert!((one.value - other.value).abs() < 1e-12);
    }

    #[test]
    fn a_histogram_has_bins_for_one_value_and_for_many() {
        assert_eq!(histogram(&[(5.0, 3)]), Histogram { low: 4.5, high: 5.5, counts: vec![3] });
        let many: Vec<(f64, usize)> = (0..100).map(|value| (f64::from(value), 1)).collect();
        let found = histogram(&many);
        assert_eq!((found.counts.len(), found.counts.iter().sum::<usize>()), (24, 100));
        assert_eq!(histogram(&[(0.5, 1), (0.75, 1)]).counts[23], 1);
    }

    #[test]
    fn association_is_measured_by_what_the_columns_are() {
        let two = Goal::Classes(&[0, 0, 1, 1]);
        let found = association(&numbers(&[1., 2., 3., 4.]), ColumnKind::Number, &two);
        let found = found.expect("varies");
        assert_eq!(found.measure, Measure::Pearson);
        assert!((found.value - 2.0 / 5.0_f64.sqrt()).abs() < 1e-15);
        let sure = association(&texts(&["a", "a", "b", "b"]), ColumnKind::Category, &two);
        assert_eq!(sure, Some(Association { measure: Measure::CramersV, value: 1.0 }));
        let none = association(&texts(&["a", "b", "a", "b"]), ColumnKind::Category, &two);
        assert_eq!(none.expect("varies").value, 0.0);
        let heights = Goal::Numbers(vec![1.0, 1.0, 2.0, 2.0]);
        let found = association(&texts(&["a", "a", "b", "b"]), ColumnKind::Category, &heights);
        assert_eq!(found, Some(Association { measure: Measure::Eta, value: 1.0 }));
        let constant = association(&numbers(&[1.0; 4]), ColumnKind::Number, &heights);
        assert_eq!(constant, None);
        assert_eq!(association(&texts(&["a"; 4]), ColumnKind::Text, &two), None);
        let days = texts(&["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04"]);
        assert_eq!(association(&days, ColumnKind::Date, &two), None, "each day comes once");
    }

    #[test]
    fn a_column_that_says_the_class_is_known() {
        let classes = [0, 1, 2, 0, 1];
        assert!(says_the_class(&numbers(&[7., 8., 9., 7., 8.]), &classes));
        assert!(says_the_class(&texts(&["a", "b", "c", "a", "b"]), &classes));
        assert!(!says_the_class(&numbers(&[7., 8., 9., 7., 9.]), &classes));
        assert!(!says_the_class(&numbers(&[1., 2., 3., 4., 5.]), &classes));
    }
}
