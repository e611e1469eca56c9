use std::sync::Arc;

use crate::record::RateSweep;
use crate::workbench::write_rates;

use super::args::FindRateArgs;
use super::failure::Failure;
use super::session::Session;
use super::train::named_runs;
use super::{choose, say, title};

/// Looks for a good learning rate of each run, one after another. Nothing is trained.
pub(super) fn find_rate(args: &FindRateArgs) -> Result<(), Failure> {
    let chosen = choose::experiment(&args.experiment)?;
    let heading = format!("{} ({})", title(&chosen.spec), chosen.origin());
    let mut spec = chosen.spec;
    if !args.runs.is_empty() {
        spec.runs = named_runs(&spec.runs, &args.runs)?;
    }
    if let Some(seed) = args.seed {
        (spec.seed, spec.data.seed) = (seed, seed);
    }
    let mut session = Session::open(spec, args.device)?;
    let mut found = Vec::new();
    for index in 0..session.state().num_runs() {
        let sweep = session.find_rate(index).map_err(Failure::result)?;
        found.push((session.run_name(index).to_owned(), sweep));
    }
    if args.json {
        say(json(&found).trim_end());
    } else {
        say(&heading);
        found.iter().for_each(|(name, sweep)| print(name, sweep));
    }
    match found.iter().all(|(_, sweep)| sweep.suggestion.is_some()) {
        true => Ok(()),
        false => Err(Failure::result("No learning rate can be suggested for every run.")),
    }
}

fn json(found: &[(String, Arc<RateSweep>)]) -> String {
    let found: Vec<(&str, &RateSweep)> =
        found.iter().map(|(name, sweep)| (name.as_str(), &**sweep)).collect();
    let mut bytes = Vec::new();
    let written = write_rates(&found, &mut bytes);
    written.expect("memory takes all, and every value has a form in JSON");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn print(name: &str, sweep: &RateSweep) {
    match sweep.suggestion {
        Some(rate) => say(&format!("{name}: learning rate {rate}")),
        None => say(&format!("{name}: no suggestion")),
    }
    if let Some(region) = sweep.region {
        say(&format!("  good from {:.1e} to {:.1e}", region.low, region.high));
    }
    say(&format!("  {}", sweep.reason));
}
