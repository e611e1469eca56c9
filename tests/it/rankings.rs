//! ROC, precision–recall and calibration curves against scikit-learn.

use descent::base::{Matrix, argmax};
use descent::record::{
    Binning, CutCurve, Reliability, RocScores, brier_score, macro_roc, verdicts,
};
use serde_json::Value;

/// What `tests/golden/make_rankings.py` writes.
fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/rankings.json")).expect("golden file is JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// Scores and whether each sample is positive.
fn samples(case: &Value) -> Vec<(f32, bool)> {
    let scores = numbers(&case["scores"]).into_iter().map(|score| score as f32);
    scores.zip(numbers(&case["truth"]).into_iter().map(|truth| truth == 1.0)).collect()
}

fn scores(samples: impl IntoIterator<Item = (f32, bool)>) -> RocScores {
    let mut scores = RocScores::default();
    samples.into_iter().for_each(|(score, is_positive)| scores.push(score, is_positive));
    scores
}

#[track_caller]
fn assert_close(what: &str, found: impl IntoIterator<Item = f64>, expected: &[f64]) {
    let found: Vec<f64> = found.into_iter().collect();
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{what}: {found}, not {expected}");
    }
}

fn each_case(kind: &str, count: usize, check: impl Fn(&str, &Value)) {
    let file = golden();
    let cases = file[kind].as_array().expect("cases");
    assert_eq!(cases.len(), count);
    for case in cases {
        check(case["name"].as_str().expect("a name"), case);
    }
}

#[test]
fn curves_are_those_of_scikit_learn() {
    each_case("curves", 7, |name, case| {
        let curve = scores(samples(case)).curve().expect("both classes");
        let rates: Vec<_> = curve.cuts().iter().map(|cut| curve.rates(*cut)).collect();
        assert_close(name, rates.iter().map(|rates| rates.alarms), &numbers(&case["fpr"]));
        assert_close(name, rates.iter().map(|rates| rates.found), &numbers(&case["tpr"]));
        let thresholds = curve.cuts()[1..].iter().map(|cut| f64::from(cut.threshold));
        assert_close(name, thresholds, &numbers(&case["thresholds"]));
        // It runs the other way round, and ends with what nothing found is.
        let points = curve.precision_recall();
        let reversed = || points.iter().rev();
        assert_close(name, reversed().map(|point| point[0]), &numbers(&case["recall"]));
        assert_close(name, reversed().map(|point| point[1]), &numbers(&case["precision"]));
        assert_close(name, [curve.area()], &[number(&case["area"])]);
        assert_close(name, scores(samples(case)).area(), &[number(&case["area"])]);
        assert_close(name, [curve.average_precision()], &[number(&case["average_precision"])]);
        assert!(curve.roc().len() as f64 <= number(&case["corners"]), "{name}: fewer corners");
    });
}

#[test]
fn calibration_curves_are_those_of_scikit_learn() {
    each_case("calibrations", 5, |name, case| {
        let samples = samples(case);
        let bins = number(&case["bins"]) as usize;
        for (binning, key) in [(Binning::Width, "uniform"), (Binning::Count, "quantile")] {
            let found = Reliability::of(&samples, bins, binning).expect("samples");
            let full = || found.bins.iter().filter(|bin| bin.count > 0);
            let case = &case[key];
            let what = format!("{name}, {key}");
            assert_close(&what, full().map(|bin| bin.accuracy), &numbers(&case["true"]));
            assert_close(&what, full().map(|bin| bin.confidence), &numbers(&case["predicted"]));
        }
        let found = Reliability::of(&samples, bins, Binning::Width).expect("samples");
        assert_close(name, [found.expected_error()], &[number(&case["ece"])]);
        let both = samples.iter().flat_map(|(p, _)| [1.0 - p, *p]).collect();
        let outputs = Matrix::new(samples.len(), 2, both).expect("fits");
        let truth: Vec<usize> = samples.iter().map(|(_, is_true)| usize::from(*is_true)).collect();
        assert_close(name, brier_score(&outputs, &truth), &[number(&case["brier"])]);
    });
}

#[test]
fn several_classes_are_compared_one_with_the_rest() {
    each_case("several", 3, |name, case| {
        let rows = case["outputs"].as_array().expect("rows");
        let classes = numbers(&rows[0]).len();
        let flat = rows.iter().flat_map(numbers).map(|p| p as f32).collect();
        let outputs = Matrix::new(rows.len(), classes, flat).expect("fits");
        let truth: Vec<usize> =
            numbers(&case["truth"]).into_iter().map(|class| class as usize).collect();
        let curves: Vec<CutCurve> = (0..classes)
            .map(|class| {
                let is_class = truth.iter().map(|truth| *truth == class);
                scores(outputs.col(class).zip(is_class)).curve().expect("each class occurs")
            })
            .collect();
        assert_close(name, curves.iter().map(CutCurve::area), &numbers(&case["areas"]));
        let precisions = curves.iter().map(CutCurve::average_precision);
        assert_close(name, precisions, &numbers(&case["precisions"]));
        let mean = curves.iter().map(CutCurve::area).sum::<f64>() / classes as f64;
        assert_close(name, [mean], &[number(&case["macro_area"])]);
        let curve = macro_roc(&curves.iter().collect::<Vec<_>>(), 401);
        assert_close(name, curve[1..].iter().map(|point| point[1]), &numbers(&case["macro_tpr"]));
        assert_close(name, brier_score(&outputs, &truth), &[number(&case["brier"])]);
        let verdicts = verdicts(&outputs, |place| truth.get(place).copied());
        let samples: Vec<_> =
            verdicts.iter().map(|verdict| (verdict.confidence, verdict.is_right())).collect();
        assert!(verdicts.iter().all(|v| v.predicted == argmax(outputs.row(v.place))));
        let found = Reliability::of(&samples, 10, Binning::Width).expect("samples");
        assert_close(name, [found.expected_error()], &[number(&case["ece"])]);
    });
}
