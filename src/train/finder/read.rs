use crate::base::{Finite, Step};
use crate::record::{RateRegion, RateSweep};

/// Fewest points from which anything is read.
const FEWEST: usize = 4;
/// Share of the whole fall by which the loss has clearly begun to fall, and short of which it is
/// shortly before its minimum.
const MARGIN: f64 = 0.1;
/// Least share of the first loss that it must fall by to be more than noise.
const LEAST_FALL: f64 = 0.02;
/// How far the suggestion lies below the rate of the smallest loss.
const BELOW: f64 = 10.0;

/// Reads a curve of losses over growing learning rates.
///
/// The suggestion is a tenth of the rate at which the smoothed loss is smallest, moved into the
/// good region where it lies outside. The place of the steepest fall, which is the other usual
/// choice, depends on how far from any minimum the weights begin: far out even a tiny rate makes
/// the loss fall fast, and the suggestion would be needlessly small. At the minimum the largest
/// eigenvalue of the curvature begins to tell, wherever the weights are; a tenth of it is safely
/// below, for the noise of other batches and for curvature that grows as training goes on.
pub(super) fn read(
    start: Step,
    first: f64,
    rates: Vec<f64>,
    losses: Vec<f64>,
    has_exploded: bool,
) -> RateSweep {
    let smoothed = smooth(&losses);
    let found = find(first, &rates, &smoothed, has_exploded);
    let (region, suggestion, reason) = match found {
        Ok((region, rate, reason)) => (Some(region), two_digits(rate), reason),
        Err(why) => (None, None, why),
    };
    RateSweep { start, first, rates, losses, smoothed, region, suggestion, reason }
}

type Found = (RateRegion, f64, String);

fn find(first: f64, rates: &[f64], smoothed: &[f64], has_exploded: bool) -> Result<Found, String> {
    if !first.is_finite() {
        return Err("The loss is no number before the first update: look for values in the data \
                    or weights that are too large."
            .into());
    }
    let Some(bottom) = least(smoothed).filter(|_| smoothed.len() >= FEWEST) else {
        let lowest = rates.first().copied().unwrap_or(0.0);
        return Err(format!(
            "The loss exploded at once: even a learning rate of about {lowest:.0e} is too large \
             here. Scale the features, or take the mean of the loss instead of the sum."
        ));
    };
    let top = first.max(smoothed[0]);
    let fall = top - smoothed[bottom];
    if fall <= LEAST_FALL * top.abs() {
        return Err("The loss did not clearly fall at any learning rate. Either the weights are \
                    at a minimum already, or nothing can be learned with this network and loss."
            .into());
    }
    let region = region(top, fall, bottom, rates, smoothed);
    let rate = (rates[bottom] / BELOW).clamp(region.low, region.high);
    Ok((region, rate, reason(rates[bottom], rate, region, has_exploded)))
}

fn reason(bottom: f64, rate: f64, region: RateRegion, has_exploded: bool) -> String {
    let end = match has_exploded {
        true => "beyond that it explodes",
        false => "the search ended before it exploded",
    };
    let suggested = match rate {
        rate if rate == region.low => {
            "The suggestion is where it clearly begins to fall: a tenth of that would be too slow."
        }
        rate if rate == region.high => {
            "The suggestion is shortly before that, since the loss falls that late."
        }
        _ => {
            "The suggestion is a tenth of that: safely away from where single steps begin to \
             overshoot."
        }
    };
    format!("The loss is smallest at a learning rate of {bottom:.1e}; {end}. {suggested}")
}

/// From the first rate by which a tenth of the fall is done to the last before the minimum with a
/// tenth still to go.
fn region(top: f64, fall: f64, bottom: usize, rates: &[f64], smoothed: &[f64]) -> RateRegion {
    let begun = |loss: &f64| *loss <= top - MARGIN * fall;
    let low = smoothed.iter().position(begun).unwrap_or(bottom);
    let before = |loss: &f64| *loss >= smoothed[bottom] + MARGIN * fall;
    let high = smoothed[low..bottom].iter().rposition(before).map_or(bottom, |place| low + place);
    RateRegion { low: rates[low], high: rates[high] }
}

fn least(values: &[f64]) -> Option<usize> {
    let places = values.iter().enumerate();
    places.min_by(|a, b| a.1.total_cmp(b.1)).map(|(place, _)| place)
}

/// The curve without the noise of batches: the median of each loss and its neighbours, then their
/// mean. An exponential average, as Smith's followers use it, runs behind the curve: with its
/// usual memory of fifty updates by half of the whole range, so that the minimum seems to lie at
/// rates that are far too large. This one looks both ways, so nothing is shifted, and the median
/// keeps the explosion at the end from reaching back.
fn smooth(losses: &[f64]) -> Vec<f64> {
    let reach = losses.len() / 25;
    let medians = around(losses, reach, |window| {
        let mut sorted = window.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        match sorted.len() % 2 {
            1 => sorted[middle],
            _ => sorted[middle - 1] / 2.0 + sorted[middle] / 2.0,
        }
    });
    around(&medians, reach, |window| window.iter().map(|loss| loss / window.len() as f64).sum())
}

/// `of` each value and up to `reach` neighbours on either side, as many on the one as on the
/// other.
fn around(values: &[f64], reach: usize, of: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let last = values.len().saturating_sub(1);
    let window = |place: usize| {
        let reach = reach.min(place).min(last - place);
        &values[place - reach..=place + reach]
    };
    (0..values.len()).map(|place| of(window(place))).collect()
}

/// Rounded to two digits: no search is more precise than that.
fn two_digits(rate: f64) -> Option<Finite> {
    format!("{rate:.1e}").parse().ok().and_then(Finite::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(loss: impl Fn(f64) -> f64, has_exploded: bool) -> RateSweep {
        let rates: Vec<f64> =
            (0..=60).map(|place| 10_f64.powf(f64::from(place) / 10.0 - 6.0)).collect();
        let losses = rates.iter().map(|rate| loss(*rate)).collect();
        read(Step(0), 2.0, rates, losses, has_exploded)
    }

    /// Falls from 2 around 0.003 to about 0.5 at 0.1, explodes beyond.
    fn usual(rate: f64) -> f64 {
        0.5 + 1.5 / (1.0 + rate / 0.003) + (rate / 0.3).powi(4)
    }

    #[test]
    fn a_usual_curve_gives_a_region_and_a_tenth_of_its_minimum() {
        let sweep = curve(usual, true);
        let region = sweep.region.expect("falls");
        let rate = sweep.suggestion.expect("falls").get();
        assert!((2e-4..1e-3).contains(&region.low), "{region:?}");
        assert!((0.01..0.15).contains(&region.high), "{region:?}");
        assert!((0.007..0.02).contains(&rate), "{rate}");
        assert!(sweep.reason.contains("beyond that it explodes"), "{}", sweep.reason);
    }

    #[test]
    fn noise_of_batches_moves_the_suggestion_by_less_than_a_factor_of_three() {
        let quiet = curve(usual, true).suggestion.expect("falls").get();
        for phase in 0..20 {
            let noisy = curve(
                |rate| usual(rate) + 0.15 * (f64::from(phase) + 97.0 * rate.ln()).sin(),
                true,
            );
            let ratio = noisy.suggestion.expect("falls").get() / quiet;
            assert!((1.0 / 3.0..3.0).contains(&ratio), "{phase}: {ratio}");
        }
    }

    #[test]
    fn without_a_clear_fall_nothing_is_suggested() {
        for (sweep, sentence) in [
            (curve(|_| 2.0, false), "did not clearly fall"),
            (curve(|rate| 2.0 + rate, false), "did not clearly fall"),
            (read(Step(0), f64::NAN, vec![], vec![], true), "no number before the first"),
            (read(Step(0), 2.0, vec![1e-7], vec![99.0], true), "exploded at once"),
            (read(Step(0), 2.0, vec![], vec![], true), "exploded at once"),
        ] {
            assert_eq!((sweep.region, sweep.suggestion), (None, None));
            assert!(sweep.reason.contains(sentence), "{}", sweep.reason);
        }
    }

    #[test]
    fn a_loss_that_never_explodes_is_told() {
        let sweep = curve(|rate| 1.0 + 1.0 / (1.0 + rate / 1e-3), false);
        assert!(sweep.suggestion.is_some());
        assert!(sweep.reason.contains("before it exploded"), "{}", sweep.reason);
    }

    #[test]
    fn smoothing_shifts_nothing_and_drops_single_spikes() {
        let line: Vec<f64> = (0..100).map(f64::from).collect();
        for (a, b) in smooth(&line).iter().zip(&line) {
            assert!((a - b).abs() < 1e-9);
        }
        let mut spike = vec![1.0; 100];
        spike[50] = 1e9;
        assert!(smooth(&spike).iter().all(|value| (value - 1.0).abs() < 1e-9));
    }
}
