use egui::{Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::record::{EvalPoint, MetricChunk, PartMetrics, Quantity};
use crate::ui::testing::{Bench, bench};
use crate::workbench::fixtures;

fn trained() -> State {
    let mut state = fixtures::ready("spiral-relu");
    let losses: Vec<(u64, f64)> =
        (1..=400).map(|step| (step, 1.0 / step as f64 + 0.1 * (step % 7) as f64)).collect();
    let mut evals: Vec<EvalPoint> = Vec::new();
    for (step, loss) in [(100, 0.5), (200, 0.25), (300, 0.3), (400, 0.35)] {
        let test = PartMetrics {
            loss,
            objective: loss,
            accuracy: Some(1.0 - loss),
            ..PartMetrics::default()
        };
        evals.push(EvalPoint { at: fixtures::at(step), train: test, test, ..EvalPoint::default() });
    }
    fixtures::measure(&mut state, 0, &losses, None);
    let mut chunk = MetricChunk::new(fixtures::id(&state, 0));
    chunk.evals = evals;
    fixtures::report(&mut state, 0, chunk);
    state
}

fn panel(state: State) -> Harness<'static, Bench> {
    let mut panel =
        bench(state, vec2(760.0, 420.0), |ui, cx| show_sized(ui, cx, &[0], 260.0, false));
    panel.run_steps(3);
    panel
}

fn plots(panel: &Harness<'_, Bench>) -> usize {
    panel.query_all_by_label_contains("Plot of").count()
}

#[test]
fn with_shift_a_quantity_is_drawn_beside_the_others_or_no_longer() {
    let mut panel = panel(trained());
    assert_eq!(plots(&panel), 1);
    panel.get_by_label("Accuracy").click_modifiers(Modifiers::SHIFT);
    panel.run_steps(3);
    assert!(panel.query_by_label("Plot of loss by step").is_some());
    assert!(panel.query_by_label("Plot of accuracy (%) by step").is_some());
    panel.get_by_label("Loss").click_modifiers(Modifiers::SHIFT);
    panel.run_steps(3);
    assert_eq!(plots(&panel), 1);
    assert_eq!(panel.state().view.curves.quantity, Shown::Of(Quantity::Accuracy));
    panel.get_by_label("Accuracy").click_modifiers(Modifiers::SHIFT);
    panel.run_steps(3);
    assert_eq!(plots(&panel), 1, "the last one stays");
    panel.get_by_label("Loss").click();
    panel.run_steps(3);
    assert_eq!(panel.state().view.curves.quantity, Shown::LOSS);
}

#[test]
fn the_best_value_is_said_and_can_be_left_unsaid() {
    let mut panel = panel(trained());
    assert!(panel.query_by_label_contains("best 0.25").is_some());
    panel.get_by_label("Curve options").click();
    panel.run_steps(3);
    panel.get_by_label("Mark the best value").click();
    panel.run_steps(3);
    assert!(panel.query_by_label_contains("best 0.25").is_none());
}

#[test]
fn smoothing_draws_an_average_before_what_was_measured() {
    let mut panel = panel(trained());
    panel.state_mut().view.curves.smoothing = 0.9;
    panel.run_steps(3);
    let view = &panel.state().view.curves;
    let curve = &view.cache[&(0, Metric::BatchLoss)];
    assert_eq!(curve.smoothed.len(), curve.points.len());
    assert!(!curve.behind.is_empty() && curve.seen != curve.behind);
    assert!(panel.query_by_label("Curve options").is_some());
}

#[test]
fn all_curves_can_be_saved_from_here() {
    let mut panel = panel(trained());
    panel.get_by_label("Curve options").click();
    panel.run_steps(3);
    panel.get_by_label("Save curves as CSV…").click();
    panel.run_steps(2);
    let asked = &panel.state().view.requests;
    assert_eq!(*asked, [crate::ui::UiRequest::Export(crate::workbench::ExportKind::History, 0)]);
}

#[test]
fn what_is_drawn_is_offered_each_once_and_at_least_one() {
    let accuracy = Shown::Of(Quantity::Accuracy);
    let view = CurvesView { beside: vec![accuracy, Shown::LOSS, accuracy], ..Default::default() };
    assert_eq!(view.charts(|_| true), [Shown::LOSS, accuracy]);
    assert_eq!(view.charts(|shown| *shown == accuracy), [accuracy]);
    assert_eq!(view.charts(|_| false), [Shown::LOSS]);
}

/// Writes pictures for the eye where `DESCENT_PICTURES` names a folder.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    for dark in [false, true] {
        let theme = if dark { egui::Theme::Dark } else { egui::Theme::Light };
        let show: crate::ui::testing::Panel = |ui, cx| show_sized(ui, cx, &[0], 260.0, false);
        let mut panel = crate::ui::testing::themed(trained(), vec2(860.0, 420.0), show, theme);
        let view = &mut panel.state_mut().view.curves;
        view.smoothing = 0.9;
        view.rate = true;
        view.beside = vec![Shown::Of(Quantity::Accuracy)];
        panel.run_steps(4);
        panel.hover_at(egui::pos2(300.0, 200.0));
        panel.run_steps(4);
        let image = panel.render().expect("a software renderer");
        let name = format!("curves-{}.png", if dark { "dark" } else { "light" });
        image.save(std::path::Path::new(&folder).join(name)).expect("is writable");
    }
}
