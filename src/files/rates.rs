use std::io::{self, Write};

use serde::Serialize;

use crate::base::Finite;
use crate::record::RateSweep;

/// Writes what searches for a learning rate found as JSON: a list with one entry for each run.
///
/// # Errors
/// When writing fails.
pub fn write_rates(sweeps: &[(&str, &RateSweep)], out: &mut dyn Write) -> io::Result<()> {
    let all: Vec<SweepJson> = sweeps.iter().map(|(run, sweep)| SweepJson::of(run, sweep)).collect();
    serde_json::to_writer_pretty(&mut *out, &all)?;
    writeln!(out)
}

#[derive(Serialize)]
struct SweepJson<'a> {
    run: &'a str,
    start_step: u64,
    /// `null` where nothing is suggested.
    suggestion: Option<f64>,
    region: Option<[f64; 2]>,
    reason: &'a str,
    /// `null` where it is no number.
    first_loss: f64,
    rates: &'a [f64],
    losses: &'a [f64],
    smoothed: &'a [f64],
}

impl<'a> SweepJson<'a> {
    fn of(run: &'a str, sweep: &'a RateSweep) -> Self {
        Self {
            run,
            start_step: sweep.start.0,
            suggestion: sweep.suggestion.map(Finite::get),
            region: sweep.region.map(|region| [region.low, region.high]),
            reason: &sweep.reason,
            first_loss: sweep.first,
            rates: &sweep.rates,
            losses: &sweep.losses,
            smoothed: &sweep.smoothed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Step;
    use crate::record::RateRegion;

    #[test]
    fn a_search_has_all_its_numbers_in_the_file() {
        let found = RateSweep {
            start: Step(3),
            first: f64::NAN,
            rates: vec![0.1, 0.2],
            losses: vec![2.0, 1.0],
            smoothed: vec![2.0, 1.5],
            region: Some(RateRegion { low: 0.1, high: 0.2 }),
            suggestion: Some(Finite::lit(0.15)),
            reason: "It falls.".into(),
        };
        let none = RateSweep { region: None, suggestion: None, ..found.clone() };
        let mut bytes = Vec::new();
        write_rates(&[("one", &found), ("two", &none)], &mut bytes).expect("memory takes all");
        let json: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(json[0]["suggestion"], 0.15);
        assert_eq!(json[0]["region"], serde_json::json!([0.1, 0.2]));
        assert_eq!(json[0]["smoothed"][1], 1.5);
        assert_eq!((&json[1]["run"], json[1]["start_step"].as_u64()), (&"two".into(), Some(3)));
        assert!(json[1]["suggestion"].is_null() && json[1]["first_loss"].is_null());
    }
}
