//! What is measured as a user meets it: found by accessible label.

use egui::{Ui, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::record::{
    ClassReport, Confusion, EvalPoint, GradientFlow, LayerFlow, Part, PartMetrics, Penalties,
    ProbeFrame,
};
use crate::ui::panes::{self, Pane};
use crate::ui::testing::{Bench, Panel, bench, judged, picture, themed};
use crate::ui::{Cx, UiRequest, View};
use crate::workbench::{State, fixtures};

fn part(loss: f64) -> PartMetrics {
    PartMetrics {
        loss,
        objective: loss + 0.25,
        rows: 3,
        accuracy: Some(0.75),
        top: [Some(0.9), None, None],
        balanced_accuracy: Some(0.5),
        precision: Some(0.625),
        recall: Some(0.5),
        f1: Some(0.5),
        weighted_f1: Some(0.7),
        ..PartMetrics::default()
    }
}

fn flow() -> GradientFlow {
    let layer = |(layer, gradient): (usize, f64)| LayerFlow {
        layer,
        name: if layer == 2 { "Output" } else { "Dense" }.into(),
        weights: 2.0,
        gradient: Some(gradient),
        penalty: 0.001,
    };
    GradientFlow { rows: 3, layers: [(0, 1e-5), (2, 0.5)].map(layer).into() }
}

/// A run with a picture of everything; its spec has an L2 penalty.
fn measured() -> State {
    let mut state = fixtures::ready("spiral-relu");
    let at = fixtures::at(10);
    let (train, test) = (part(0.5), part(1.5));
    let penalties = Penalties { l1: 0.0, l2: 0.25 };
    let frame = ProbeFrame {
        metrics: Some(EvalPoint { at, train, validation: None, test, penalties }),
        confusion: vec![(Part::Test, Confusion::from_pairs(3, [(0, 0), (0, 1), (1, 1)]))],
        gradients: Some(flow()),
        ..ProbeFrame::empty(fixtures::id(&state, 0), at)
    };
    fixtures::show(&mut state, 0, frame);
    state
}

fn on_bench(state: State, panel: Panel) -> Harness<'static, Bench> {
    let mut bench = bench(state, vec2(460.0, 700.0), panel);
    bench.run_steps(3);
    bench
}

fn metrics(ui: &mut Ui, cx: &mut Cx<'_>) {
    super::all_metrics(ui, cx, 0);
}

fn classes(ui: &mut Ui, cx: &mut Cx<'_>) {
    super::class_report(ui, cx, 0);
}

fn gradients(ui: &mut Ui, cx: &mut Cx<'_>) {
    super::gradient_flow(ui, cx, 0);
}

#[test]
fn everything_that_applies_stands_in_a_table_with_penalties_apart() {
    let bench = on_bench(measured(), metrics);
    for line in [
        "data loss: training 0.5000, test 1.5000",
        "+ L2 penalty: training 0.2500, test 0.2500",
        "= objective: training 0.7500, test 1.7500",
        "accuracy: training 75.0\u{2009}%, test 75.0\u{2009}%",
        "top-2 accuracy: training 90.0\u{2009}%, test 90.0\u{2009}%",
        "precision (macro): training 0.6250, test 0.6250",
        "Measured in evaluation mode; the training part on all 3 rows.",
    ] {
        assert!(bench.query_by_label(line).is_some(), "{line}");
    }
    assert!(bench.query_by_label_contains("ROC").is_none(), "there are three classes");
    assert!(bench.query_by_label_contains("L1").is_none(), "there is no such penalty");
}

#[test]
fn the_class_report_says_why_a_class_is_missing_and_is_copied_as_text() {
    let mut bench = on_bench(measured(), classes);
    let line = "class a: precision 1.00, recall 0.50, F1 0.67, support 2";
    assert!(bench.query_by_label(line).is_some());
    assert!(bench.query_by_label("accuracy: F1 0.67, support 3").is_some());
    let note = "Neither in the test part nor predicted: c. All scores are 0 by convention.";
    assert!(bench.query_by_label(note).is_some());
    bench.get_by_label("Copy as text").click();
    bench.step();
    let copied = bench.output().platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.expect("something was copied");
    assert!(copied.starts_with("              precision    recall  f1-score   support\n\n"));
    assert!(copied.contains("           a       1.00      0.50      0.67         2\n"), "{copied}");
}

#[test]
fn the_gradients_are_told_in_a_sentence_and_a_bar_for_each_layer() {
    let bench = on_bench(measured(), gradients);
    let verdict = "The first layer's gradient is 1/50\u{2009}000 of the last layer's: it hardly \
                   learns (vanishing gradient).";
    assert!(bench.query_by_label(verdict).is_some());
    assert!(bench.query_by_label_contains("1 Dense: gradient 1.0e−5, 1/50\u{2009}000").is_some());
    assert!(bench.query_by_label_contains("Output: gradient 5.0e−1; weights").is_some());
    assert!(bench.query_by_label_contains("on 3 rows of the training part").is_some());
}

#[test]
fn gradients_are_computed_only_while_they_are_looked_at() {
    let mut view = View::default();
    let mut wanted = |visible: &[Pane]| panes::wanted(&measured(), &mut view, visible, 0).gradients;
    assert!(!wanted(&[Pane::Metrics, Pane::Report]));
    assert!(wanted(&[Pane::Metrics, Pane::Gradients]));
    assert!(!wanted(&[]));
}

#[test]
fn before_a_run_each_panel_says_what_will_stand_there() {
    for panel in [metrics, classes, gradients] {
        for state in [fixtures::loading("spiral-relu"), fixtures::ready("spiral-relu")] {
            let bench = on_bench(state, panel);
            let told = ["Press Play", "with the next picture"];
            assert!(told.iter().any(|text| bench.query_by_label_contains(text).is_some()));
        }
    }
}

/// Ten classes of long names, a network of six layers, and no penalty.
fn deep() -> State {
    let mut state = measured();
    let at = fixtures::at(20);
    let layer = |layer: usize| LayerFlow {
        layer: 2 * layer,
        name: if layer == 6 { "Output" } else { "Dense" }.into(),
        weights: 2.0,
        gradient: Some(0.3 * 0.2_f64.powi(6 - layer as i32)),
        penalty: 0.0,
    };
    let pairs = (0..1000).map(|row| (row % 10, if row % 7 == 0 { row % 3 } else { row % 10 }));
    let part = PartMetrics { rows: 5000, roc_auc: Some(0.98), ..part(0.25) };
    let frame = ProbeFrame {
        metrics: Some(EvalPoint {
            at,
            train: part,
            validation: Some(part),
            test: part,
            penalties: Penalties::default(),
        }),
        confusion: vec![(Part::Test, Confusion::from_pairs(10, pairs))],
        gradients: Some(GradientFlow { rows: 256, layers: (0..7).map(layer).collect() }),
        ..ProbeFrame::empty(fixtures::id(&state, 0), at)
    };
    fixtures::show(&mut state, 0, frame);
    state
}

/// What is drawn, under which name.
type Scene = (&'static str, fn() -> State);

/// Writes pictures for the eye where `DESCENT_PICTURES` names a folder.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    let scenes: [Scene; 2] = [("few", measured), ("deep", deep)];
    for (name, state) in scenes {
        for (theme, word) in [(egui::Theme::Light, "light"), (egui::Theme::Dark, "dark")] {
            for width in [456.0, 720.0] {
                let panel: Panel = |ui, cx| {
                    for pane in [Pane::Report, Pane::Metrics, Pane::Gradients] {
                        ui.push_id(pane, |ui| {
                            ui.set_max_height(800.0);
                            pane.show(ui, cx, 0);
                        });
                    }
                };
                let mut bench = themed(state(), vec2(width, 2700.0), panel, theme);
                bench.run_steps(20);
                let image = bench.render().expect("a software renderer");
                let file = format!("measures-{name}-{word}-{width}.png");
                image.save(std::path::Path::new(&folder).join(file)).expect("is writable");
            }
        }
    }
}

#[test]
fn a_bar_of_a_class_opens_its_samples() {
    let panel: Panel = |ui, cx| super::class_report(ui, cx, 0);
    let mut bench = on_bench(judged(3, true), panel);
    bench.get_by_label("Bars").click();
    bench.run_steps(2);
    let frame = bench.state().state.run(0).and_then(|run| run.frame.clone()).expect("a picture");
    let report = ClassReport::of(frame.confusion_of(Part::Test).expect("counted"));
    let recall = crate::ui::format::percent(report.classes[2].recall);
    bench.get_by_label(&format!("class 2: 28 of 30 recognised, {recall}")).click();
    bench.run_steps(2);
    let view = &bench.state().view;
    assert_eq!(format!("{:?}", view.samples.group), "OfTrue(2)");
    assert_eq!(view.requests, [UiRequest::ShowPane(Pane::Samples)]);
}

#[test]
fn pictures_of_the_report() {
    let bars: Panel = |ui, cx| {
        cx.view.numbers.report.bars = true;
        super::class_report(ui, cx, 0);
    };
    for width in [280.0, 456.0] {
        picture(&format!("class-bars-{width}"), || judged(10, true), vec2(width, 360.0), bars);
    }
    let table: Panel = |ui, cx| super::class_report(ui, cx, 0);
    picture("class-table", || judged(10, true), vec2(280.0, 420.0), table);
}
