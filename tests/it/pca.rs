//! Principal directions against scikit-learn's.

use descent::base::{Matrix, principal};
use serde_json::Value;

fn cases() -> Vec<Value> {
    let path = format!("{}/tests/golden/pca.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("golden file");
    let file: Value = serde_json::from_str(&text).expect("golden file is JSON");
    file["cases"].as_array().expect("cases").clone()
}

/// The points of a case, as `make_pca.py` says.
fn cloud(case: &Value) -> Matrix {
    let [rows, cols, waves, offset] = ["rows", "cols", "waves", "offset"]
        .map(|key| case[key].as_u64().expect("a number").cast_signed());
    let value = |i: i64, j: i64| {
        let wave = |k: i64| {
            let weight = if waves <= 10 { 1 << (waves - k) } else { waves - k };
            let across = (i * (3 * k * k + 5) + 7 * k) % 23 - 11;
            weight * across * ((j * (2 * k + 3) + k) % 19 - 9)
        };
        (offset * j + (0..waves).map(wave).sum::<i64>()) as f32 / 64.0
    };
    let values = (0..rows).flat_map(|i| (0..cols).map(move |j| value(i, j)));
    Matrix::new(rows as usize, cols as usize, values.collect()).expect("fits")
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// Narrow clouds are decomposed in `f64`. Wide ones go through products of single values, sums of
/// 64 of them, whose rounding of 6e-8 the gap between two variances divides.
fn tolerance(case: &Value) -> f64 {
    if case["cols"].as_u64() <= Some(48) { 1e-6 } else { 2e-5 }
}

#[track_caller]
fn assert_near(what: &str, found: &[f64], expected: &[f64], scale: f64, tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= tolerance * scale, "{what}: {a}, not {b}");
    }
}

#[test]
fn directions_shares_and_points_are_those_of_scikit_learn() {
    for case in cases() {
        let what = format!("{} rows, {} columns", case["rows"], case["cols"]);
        let (points, tolerance) = (cloud(&case), tolerance(&case));
        let explained = numbers(&case["explained"]);
        let found = principal(&points, explained.len()).expect("finite");
        assert_near(&what, &found.explained, &explained, 1.0, tolerance);
        let stride = case["stride"].as_u64().expect("a number") as usize;
        let golden = case["directions"].as_array().expect("directions");
        for (direction, expected) in found.directions.iter().zip(golden) {
            let some: Vec<f64> = direction.iter().step_by(stride).copied().collect();
            assert_near(&what, &some, &numbers(expected), 1.0, tolerance);
        }
        let golden = case["points"].as_array().expect("points");
        for (row, expected) in golden.iter().map(numbers).enumerate() {
            let place = |direction| found.along(direction, points.row(row));
            let place: Vec<f64> = (0..explained.len()).map(place).collect();
            let scale = expected.iter().fold(1.0, |largest: f64, value| largest.max(value.abs()));
            assert_near(&what, &place, &expected, scale, tolerance);
        }
    }
}
