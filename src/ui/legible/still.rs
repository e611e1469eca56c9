//! Nothing moves while numbers change.

use egui::{Rect, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;

use crate::record::{EvalPoint, MetricChunk, PartMetrics, ProbeFrame};
use crate::ui::output_tests;
use crate::ui::panes::Pane;
use crate::ui::testing::{Bench, bench};
use crate::workbench::fixtures;

/// Numbers of very different lengths.
const NUMBERS: [f64; 5] = [0.5, 123.4567, 1e-7, f64::NAN, 1.0];

/// The run measures `number`, whatever it is asked for.
fn tell(window: &mut Harness<'static, Bench>, place: usize, number: f64) {
    let part = PartMetrics {
        loss: number,
        objective: number,
        accuracy: Some(number.clamp(0.0, 1.0)),
        rows: 300,
        ..PartMetrics::default()
    };
    let state = &mut window.state_mut().state;
    let at = fixtures::at(2001 + place as u64);
    let point = EvalPoint { at, train: part, test: part, ..EvalPoint::default() };
    let mut chunk = MetricChunk::new(fixtures::id(state, 0));
    chunk.evals.push(point);
    fixtures::report(state, 0, chunk);
    let before = state.run(0).and_then(|run| run.frame.clone()).expect("a picture");
    fixtures::show(state, 0, ProbeFrame { at, metrics: Some(point), ..(*before).clone() });
    window.run_steps(3);
}

/// What can be clicked or typed into, and where.
fn controls(window: &Harness<'static, Bench>) -> Vec<(String, Rect)> {
    let is_control = |role: Role| {
        matches!(
            role,
            Role::Button
                | Role::CheckBox
                | Role::ComboBox
                | Role::Slider
                | Role::SpinButton
                | Role::Tab
                | Role::TextInput
        )
    };
    let nodes = window.root().children_recursive();
    let nodes = nodes.filter(|node| is_control(node.accesskit_node().role()));
    nodes.map(|node| (node.accesskit_node().label().unwrap_or_default(), node.rect())).collect()
}

#[test]
fn controls_stay_where_they_are_while_numbers_change() {
    for size in [[344.0, 320.0], [584.0, 320.0]] {
        for pane in Pane::ALL {
            let mut window = bench(output_tests::one_run(), size.into(), |ui, cx| {
                if let Some(pane) = cx.view.visible.first().copied() {
                    pane.show(ui, cx, 0);
                }
            });
            window.state_mut().view.visible = vec![pane];
            tell(&mut window, 0, NUMBERS[0]);
            let before = controls(&window);
            for (place, number) in NUMBERS.into_iter().enumerate() {
                tell(&mut window, place + 1, number);
                assert_eq!(controls(&window), before, "{pane:?} {size:?} tells {number}");
            }
        }
    }
}
