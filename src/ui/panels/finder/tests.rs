use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::*;
use crate::base::Step;
use crate::record::RateRegion;
use crate::ui::testing::{Bench, themed};
use crate::workbench::fixtures;

fn sweep() -> RateSweep {
    let rates: Vec<f64> = (0..100).map(|k| 1e-7 * 1e8_f64.powf(f64::from(k) / 99.0)).collect();
    let loss = |rate: &f64| 1.1 - 0.8 * (rate * 10.0).min(1.0) + (rate - 1.0).max(0.0);
    let losses: Vec<f64> = rates.iter().map(loss).collect();
    RateSweep {
        start: Step(0),
        first: 1.1,
        smoothed: losses.clone(),
        losses,
        rates,
        region: Some(RateRegion { low: 1e-3, high: 0.08 }),
        suggestion: Some(Finite::lit(0.03)),
        reason: "The loss falls fastest near 0.03.".into(),
    }
}

fn shown(found: Option<RateSweep>, theme: egui::Theme) -> Harness<'static, Bench> {
    let mut state = fixtures::ready("spiral-relu");
    if let Some(found) = found {
        fixtures::found_rates(&mut state, 0, found);
    }
    themed(state, vec2(600.0, 460.0), show, theme)
}

#[test]
fn searching_and_taking_the_suggestion_are_one_click_each() {
    let mut harness = shown(None, egui::Theme::Light);
    harness.get_by_label_contains("Press Search");
    harness.get_by_label("Search").click();
    harness.run();
    assert_eq!(harness.state().log, [Action::FindRate(0, RateStart::Fresh)]);
    let mut harness = shown(Some(sweep()), egui::Theme::Light);
    harness.get_by_label("Plot of the loss by learning rate");
    harness.get_by_label_contains("falls fastest near 0.03");
    harness.get_by_label("Use 0.03").click();
    harness.run();
    assert_eq!(harness.state().log, [Action::TakeRate(0)]);
    assert_eq!(harness.state().run().train.learning_rate, Finite::lit(0.03));
}

#[test]
fn a_search_before_other_layers_is_told_as_outdated() {
    let mut harness = shown(Some(sweep()), egui::Theme::Light);
    harness.get_by_label("Use 0.03").click();
    harness.run();
    let told = "Layers, data or settings were changed since; search again to be sure.";
    assert!(harness.query_by_label(told).is_none(), "another rate changes nothing of it");
    let remove = Action::Edit(crate::workbench::Edit::RemoveLayer(0, 0));
    fixtures::act(&mut harness.state_mut().state, remove);
    harness.run();
    harness.get_by_label(told);
}

#[test]
fn a_search_from_present_weights_says_so() {
    let mut harness = shown(Some(sweep()), egui::Theme::Light);
    harness.get_by_label("Present weights").click();
    harness.run();
    harness.get_by_label("Search again").click();
    harness.run();
    assert_eq!(harness.state().log, [Action::FindRate(0, RateStart::Present)]);
}

#[test]
fn nothing_found_still_says_why() {
    let why = "The loss did not fall at any rate.";
    let nothing = RateSweep {
        rates: vec![],
        losses: vec![],
        smoothed: vec![],
        region: None,
        suggestion: None,
        reason: why.into(),
        ..sweep()
    };
    let harness = shown(Some(nothing), egui::Theme::Dark);
    harness.get_by_label(why);
    assert!(harness.query_by_label_contains("Use ").is_none());
}

#[test]
fn the_explosion_at_the_end_does_not_press_the_curve_flat() {
    let mut wild = sweep();
    wild.smoothed.push(1e6);
    let [low, high] = heights(&wild);
    assert!(low < 0.3 && high < 3.0, "{low} {high}");
}
