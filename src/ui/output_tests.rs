//! The output side of the window as a user meets it: found by accessible label, driven by hand.

use std::sync::Arc;

use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::base::{Matrix, Step};
use crate::data::{Dataset, Labelled, Targets};
use crate::record::{
    Boundary, BoundaryRequest, Confusion, EndReason, EndRule, EvalPoint, Finding, Fit, Insight,
    MetricChunk, Part, PartMetrics, PauseReason, Position, Prediction, Predictions, ProbeFrame,
    RunState, StepPoint,
};
use crate::spec::{Quantity, SampleShape, Task};
use crate::ui::panels::curves::Shown;
use crate::ui::panels::{boundary, confusion, curves, gallery, numbers};
use crate::ui::panes::{self, Pane};
use crate::ui::testing::{Panel, bench, repaints};
use crate::ui::theme::Theme;
use crate::ui::{Cx, View, compare};
use crate::workbench::{Action, Edit, State, fixtures};

/// What a test window holds.
struct Bench {
    state: State,
    view: View,
    actions: Vec<Action>,
    draw: fn(&mut egui::Ui, &mut Cx<'_>),
}

fn window(state: State, draw: fn(&mut egui::Ui, &mut Cx<'_>)) -> Harness<'static, Bench> {
    sized(state, draw, [380.0, 700.0], false)
}

fn sized(
    state: State,
    draw: fn(&mut egui::Ui, &mut Cx<'_>),
    size: [f32; 2],
    dark: bool,
) -> Harness<'static, Bench> {
    let bench = Bench { state, view: View::default(), actions: Vec::new(), draw };
    let theme = if dark { egui::Theme::Dark } else { egui::Theme::Light };
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_context_setup(Theme::apply)
        .build_ui_state(
            |ui, bench: &mut Bench| {
                let theme = Theme::of(ui.ctx());
                let Bench { state, view, actions, draw } = bench;
                draw(ui, &mut Cx { state, theme, view, actions });
            },
            bench,
        )
}

fn at(step: u64) -> Position {
    Position {
        step: Step(step),
        epoch: step as f64,
        samples: step * 300,
        seconds: step as f64 / 7930.0,
    }
}

fn part(loss: f64, accuracy: f64) -> PartMetrics {
    let accuracy = Some(accuracy);
    PartMetrics { loss, objective: loss + 0.05, accuracy, rows: 300, ..PartMetrics::default() }
}

/// The three arms of the lecture.
fn spiral() -> Arc<Dataset> {
    let (mut features, mut classes) = (Vec::new(), Vec::new());
    for class in 0..3_u32 {
        for index in 0..100_u32 {
            let r = f64::from(index) / 99.0;
            let wobble = (f64::from(index * 37 % 17) - 8.0) / 40.0;
            let t = f64::from(class) * 4.0 + 4.0 * r + wobble;
            features.extend([(r * t.sin()) as f32, (r * t.cos()) as f32]);
            classes.push(class);
        }
    }
    let rows = |shift: f32| {
        Labelled::new(
            Matrix::new(300, 2, features.iter().map(|v| v + shift).collect()).expect("fits"),
            Targets::Classes(classes.clone()),
        )
    };
    Arc::new(Dataset {
        feature_names: vec!["x₁".into(), "x₂".into()],
        label_name: "class".into(),
        class_names: vec!["0".into(), "1".into(), "2".into()],
        ..Dataset::new(
            "Spiral",
            SampleShape(vec![2]),
            Task::Classification { classes: 3 },
            rows(0.0),
            rows(0.015),
        )
    })
}

/// Probabilities that wind around like the arms, the surer the larger `sharp` is.
fn winding(request: BoundaryRequest, sharp: f32) -> Boundary {
    let side = request.side;
    let mut outputs = Vec::new();
    for cell in 0..side * side {
        let place = |index: usize, [low, high]: [f32; 2]| {
            low + (high - low) * (index as f32 + 0.5) / side as f32
        };
        let (x, y) = (place(cell % side, request.x), place(cell / side, request.y));
        let (r, t) = (x.hypot(y), x.atan2(y));
        let mut logits = [0.0_f32, 1.0, 2.0].map(|class| sharp * (t - 4.0 * class - 4.0 * r).cos());
        crate::base::softmax_into(&mut logits);
        outputs.extend(logits);
    }
    let outputs = Matrix::new(side * side, 3, outputs).expect("fits");
    Boundary { request, outputs, plane: None }
}

fn confusion_of(classes: usize, mistakes: usize) -> Confusion {
    let rows = (0..classes * 100).map(|row| {
        let truth = row % classes;
        (truth, if row < mistakes { (truth + 1) % classes } else { truth })
    });
    Confusion::from_pairs(classes, rows)
}

/// A run that went some way, with everything to be seen.
fn trained(state: &mut State, run: usize, steps: u64, end: f64) {
    let mut chunk = MetricChunk::new(fixtures::id(state, run));
    for step in 0..=steps {
        let fall = end + (1.1 - end) * (-(step as f64) / (steps as f64 / 5.0)).exp();
        let noise = 0.1 * (step as f64 * 12.9898).sin() * fall;
        chunk.steps.push(StepPoint {
            at: at(step),
            loss: fall + noise,
            objective: fall + 0.1,
            rate: 0.1,
        });
        if step % 10 == 0 {
            let [train, test] =
                [part(fall, 1.0 - fall / 2.2), part(fall * 1.1 + 0.01, 1.0 - fall / 2.0)];
            chunk.evals.push(EvalPoint {
                at: at(step),
                train,
                validation: None,
                test,
                ..EvalPoint::default()
            });
        }
    }
    let metrics = chunk.evals.last().copied();
    fixtures::enter(state, run, RunState::Running);
    fixtures::report(state, run, chunk);
    let mut view = View::default();
    let request = boundary::request(state, &mut view.boundary, run);
    let frame = ProbeFrame {
        run: fixtures::id(state, run),
        at: at(steps),
        metrics,
        boundary: request.map(|request| winding(request, (4.0 - 3.0 * end) as f32)),
        fit: None,
        confusion: vec![(Part::Test, confusion_of(3, (end * 100.0) as usize))],
        predictions: None,
        gradients: None,
        inside: Insight::default(),
    };
    fixtures::show(state, run, frame);
}

pub(super) fn one_run() -> State {
    let mut state = fixtures::with_data("spiral-relu", spiral());
    trained(&mut state, 0, 2000, 0.06);
    state
}

pub(super) fn two_runs() -> State {
    let mut state = fixtures::with_data("linear-vs-relu", spiral());
    trained(&mut state, 0, 2000, 0.75);
    trained(&mut state, 1, 2000, 0.06);
    state
}

fn four_runs() -> State {
    let mut state = fixtures::with_data("linear-vs-relu", spiral());
    fixtures::act(&mut state, Action::Edit(Edit::DuplicateRun(1)));
    fixtures::act(&mut state, Action::Edit(Edit::DuplicateRun(0)));
    for (run, end) in [0.75, 0.06, 0.3, 0.5].into_iter().enumerate() {
        trained(&mut state, run, 2000, end);
    }
    state
}

/// A run with a marker, a value that is no number, and a logarithm to draw.
fn odd() -> State {
    let mut state = fixtures::with_data("spiral-relu", spiral());
    trained(&mut state, 0, 40, 0.02);
    let rate = |state: &State| {
        let mut train = state.run_spec(0).expect("is there").train.clone();
        train.learning_rate = crate::base::Finite::lit(0.1);
        train
    };
    let train = rate(&state);
    fixtures::act(&mut state, Action::Edit(Edit::Train(0, train)));
    fixtures::measure(&mut state, 0, &[(41, 30.0), (42, f64::NAN)], None);
    let message = "The loss is not a number at step 42: the learning rate of 10 is too large for \
                   this network. Try 1 or less, or a smaller batch.";
    let finding = Finding { step: Step(42), message: message.into() };
    fixtures::enter(&mut state, 0, RunState::Paused(PauseReason::Diverged(finding)));
    state
}

/// A plane of numbers, and a network that has learned it.
pub(super) fn regression() -> State {
    let mut data = (*spiral()).clone();
    data.task = Task::Regression;
    data.class_names.clear();
    data.label_name = "height".into();
    let number = |row: &[f32]| 3.0 * row[0] - row[1];
    for part in [&mut data.train, &mut data.test] {
        let numbers = (0..part.rows()).map(|row| number(&part.features.row(row)));
        part.targets = Targets::Numbers(numbers.collect());
    }
    let mut spec = crate::spec::preset("spiral-relu").expect("built in").runs[0].clone();
    spec.train.loss = crate::spec::Loss::Mse;
    let mut state = fixtures::loading("spiral-relu");
    fixtures::act(&mut state, Action::Edit(Edit::SetRun(0, spec)));
    fixtures::give(&mut state, Ok(Arc::new(data)));
    let mut view = View::default();
    let request = boundary::request(&state, &mut view.boundary, 0).expect("planar");
    let Boundary { request, outputs, .. } = winding(request, 1.0);
    let outputs = outputs.col(0).map(|share| 8.0 * share - 4.0).collect();
    let outputs = Matrix::new(request.side * request.side, 1, outputs).expect("fits");
    let part = PartMetrics {
        loss: 0.02,
        r2: Some(0.97),
        mae: Some(0.1),
        rows: 300,
        ..PartMetrics::default()
    };
    let frame = ProbeFrame {
        run: fixtures::id(&state, 0),
        at: at(100),
        metrics: Some(EvalPoint {
            at: at(100),
            train: part,
            validation: None,
            test: part,
            ..EvalPoint::default()
        }),
        boundary: Some(Boundary { request, outputs, plane: None }),
        fit: None,
        confusion: Vec::new(),
        predictions: None,
        gradients: None,
        inside: Insight::default(),
    };
    fixtures::show(&mut state, 0, frame);
    state
}

/// The arms of the lecture with a part to choose by, and runs that were measured on it.
fn validated(preset: &str) -> State {
    let mut data = (*spiral()).clone();
    data.validation = Some(data.test.gather(&(0..300).step_by(5).collect::<Vec<_>>()));
    let mut state = fixtures::with_data(preset, Arc::new(data));
    for run in 0..state.num_runs() {
        trained(&mut state, run, 2000, 0.06);
        let mut chunk = MetricChunk::new(fixtures::id(&state, run));
        for step in (2010..4000).step_by(10) {
            let loss = 0.08 + 0.04 * (step as f64 / 400.0).sin();
            let [train, test] = [part(loss * 0.6, 0.98), part(loss * 1.2, 0.95)];
            let validation = Some(part(loss, 0.96));
            chunk.evals.push(EvalPoint {
                at: at(step),
                train,
                validation,
                test,
                ..EvalPoint::default()
            });
        }
        fixtures::report(&mut state, run, chunk);
    }
    state
}

/// A noisy sine, and a network that follows it some way.
fn curve() -> State {
    let part = |count: u32, shift: f32| {
        let x: Vec<f32> = (0..count).map(|i| i as f32 / count as f32 * 6.0 - 3.0 + shift).collect();
        let noise = |x: f32| 0.15 * (x * 91.0).sin();
        let y = x.iter().map(|&x| x.sin() + noise(x)).collect();
        let features = Matrix::new(x.len(), 1, x).expect("fits");
        Labelled::new(features, Targets::Numbers(y))
    };
    let data = Dataset {
        feature_names: vec!["x".into()],
        label_name: "y".into(),
        ..Dataset::new(
            "Sine",
            SampleShape(vec![1]),
            Task::Regression,
            part(120, 0.0),
            part(40, 0.02),
        )
    };
    let mut spec = crate::spec::preset("spiral-relu").expect("built in").runs[0].clone();
    spec.train.loss = crate::spec::Loss::Mse;
    let mut state = fixtures::loading("spiral-relu");
    fixtures::act(&mut state, Action::Edit(Edit::SetRun(0, spec)));
    fixtures::give(&mut state, Ok(Arc::new(data)));
    let mut view = View::default();
    let request = boundary::fit_request(&state, &mut view.boundary, 0).expect("a curve");
    let values = request.places().map(|x| 0.9 * x.sin()).collect();
    let (r2, mae) = (Some(0.97), Some(0.1));
    let part = PartMetrics { loss: 0.02, r2, mae, rows: 120, ..PartMetrics::default() };
    let frame = ProbeFrame {
        run: fixtures::id(&state, 0),
        at: at(100),
        metrics: Some(EvalPoint {
            at: at(100),
            train: part,
            validation: None,
            test: part,
            ..EvalPoint::default()
        }),
        boundary: None,
        fit: Some(Fit { request, values }),
        confusion: Vec::new(),
        predictions: None,
        gradients: None,
        inside: Insight::default(),
    };
    fixtures::show(&mut state, 0, frame);
    state
}

#[test]
fn a_curve_says_the_prediction_under_the_pointer() {
    let mut bench = window(curve(), show_output);
    bench.run_steps(2);
    assert!(bench.query_by_label_contains("test R² 0.97").is_some());
    let place = bench.get_by_label_contains("Fitted curve").rect().center();
    bench.hover_at(place);
    bench.run_steps(40);
    assert!(bench.query_by_label_contains("predicted y ").is_some());
    assert!(bench.query_by_label("border").is_none(), "numbers have no border");
    let wanted = panes::wanted(&curve(), &mut View::default(), &[Pane::Picture], 0);
    assert!(wanted.boundary.is_none() && wanted.confusion.is_empty());
    assert_eq!(wanted.fit.map(|fit| fit.points), Some(256));
}

#[test]
fn a_validation_part_has_its_curve_its_numbers_and_its_matrix() {
    let mut bench = sized(validated("spiral-relu"), show_output, [380.0, 1500.0], false);
    bench.run_steps(3);
    assert!(bench.query_by_label("validation loss").is_some(), "legend");
    assert!(bench.query_by_label_contains("validation loss ").is_some(), "numbers");
    assert!(bench.query_by_label_contains("validation accuracy ").is_some());
    bench.get_by_label("Validation").click();
    bench.run_steps(2);
    let Bench { state, view, .. } = bench.state();
    assert_eq!(view.confusion.part(state, 0), Part::Validation);
    // Other data may have no such part.
    assert_eq!(view.confusion.part(&one_run(), 0), Part::Test);
    let mut bench = sized(one_run(), show_output, [380.0, 1500.0], false);
    bench.run_steps(3);
    assert!(bench.query_all_by_label_contains("alidation").next().is_none());
}

/// Digits that are nearly all recognised.
fn with_predictions() -> State {
    let mut state = fixtures::with_data("mnist-mlp", images());
    let shown = (0..24).map(|row| Prediction {
        row: row % 4,
        truth: row % 2,
        predicted: if row < 3 { 1 - row % 2 } else { row % 2 },
        confidence: 0.99 - row as f32 / 60.0,
    });
    let frame = ProbeFrame {
        run: fixtures::id(&state, 0),
        at: at(1),
        metrics: None,
        boundary: None,
        fit: None,
        confusion: vec![(Part::Test, confusion_of(10, 40))],
        predictions: Some(Predictions { shown: shown.collect(), mistakes: 3, total: 24 }),
        gradients: None,
        inside: Insight::default(),
    };
    fixtures::show(&mut state, 0, frame);
    state
}

/// Writes pictures for the eye where `DESCENT_PICTURES` names a folder.
fn picture(name: &str, mut harness: Harness<'static, Bench>) {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    harness.run_steps(4);
    let image = harness.render().expect("a software renderer");
    image.save(std::path::Path::new(&folder).join(format!("{name}.png"))).expect("is writable");
}

fn show_output(ui: &mut egui::Ui, cx: &mut Cx<'_>) {
    // One below the other, as places of a layout would hold them.
    for (pane, height) in [(Pane::Picture, 420.0), (Pane::Curves, 400.0), (Pane::Confusion, 420.0)]
    {
        ui.push_id(pane, |ui| {
            let rect = ui.available_rect_before_wrap().with_max_y(ui.cursor().top() + height);
            pane.show(&mut ui.new_child(egui::UiBuilder::new().max_rect(rect)), cx, 0);
            ui.advance_cursor_after_rect(rect);
        });
    }
}

#[test]
fn pictures() {
    if std::env::var("DESCENT_PICTURES").is_err() {
        return;
    }
    for dark in [false, true] {
        let suffix = if dark { "dark" } else { "light" };
        picture(&format!("output-{suffix}"), sized(one_run(), show_output, [380.0, 1500.0], dark));
        let compared = |size| sized(two_runs(), compare::show, size, dark);
        picture(&format!("compare-1280-{suffix}"), compared([1280.0, 700.0]));
        picture(&format!("compare-1920-{suffix}"), compared([1920.0, 1000.0]));
        let wide = sized(one_run(), show_output, [464.0, 700.0], dark);
        picture(&format!("output-wide-{suffix}"), wide);
        picture(&format!("compare-684-{suffix}"), compared([684.0, 690.0]));
        let four = sized(four_runs(), compare::show, [1280.0, 700.0], dark);
        picture(&format!("four-{suffix}"), four);
        let mut hovered =
            sized(four_runs(), |ui, cx| curves::show(ui, cx, &[0, 1, 2, 3]), [700.0, 460.0], dark);
        hovered.run_steps(3);
        hovered.hover_at(egui::pos2(300.0, 200.0));
        picture(&format!("hover-{suffix}"), hovered);
        picture(&format!("odd-{suffix}"), sized(odd(), show_output, [380.0, 1300.0], dark));
        let regression = sized(regression(), show_output, [380.0, 1000.0], dark);
        picture(&format!("regression-{suffix}"), regression);
        picture(&format!("curve-{suffix}"), sized(curve(), show_output, [380.0, 900.0], dark));
        picture(&format!("curve-wide-{suffix}"), sized(curve(), show_output, [464.0, 700.0], dark));
        let held = || validated("spiral-relu");
        picture(&format!("held-{suffix}"), sized(held(), show_output, [380.0, 1500.0], dark));
        picture(&format!("held-wide-{suffix}"), sized(held(), show_output, [464.0, 900.0], dark));
        let beside = sized(validated("linear-vs-relu"), compare::show, [1280.0, 700.0], dark);
        picture(&format!("held-compare-{suffix}"), beside);
        let fresh = fixtures::with_data("spiral-relu", spiral());
        picture(&format!("fresh-{suffix}"), sized(fresh, show_output, [380.0, 1100.0], dark));
        let mut digits = with_predictions();
        fixtures::enter(
            &mut digits,
            0,
            RunState::Ended(EndReason::DeviceLost("The graphics card went away.".into())),
        );
        picture(&format!("digits-{suffix}"), sized(digits, show_output, [380.0, 1500.0], dark));
    }
}

fn act(bench: &mut Harness<'static, Bench>) -> Vec<Action> {
    std::mem::take(&mut bench.state_mut().actions)
}

#[test]
fn every_panel_survives_an_empty_a_fresh_and_a_one_point_experiment() {
    let all = |ui: &mut egui::Ui, cx: &mut Cx<'_>| {
        boundary::show(ui, cx, 0);
        gallery::show(ui, cx, 0);
        confusion::show(ui, cx, 0);
        numbers::show(ui, cx, 0);
        curves::show(ui, cx, &[0, 7]);
        boundary::show(ui, cx, 7);
    };
    let mut one_point = fixtures::ready("spiral-relu");
    fixtures::measure(&mut one_point, 0, &[(1, 0.5)], None);
    let mut only_nan = fixtures::ready("spiral-relu");
    fixtures::measure(&mut only_nan, 0, &[(1, f64::NAN)], None);
    let states = [
        fixtures::loading("spiral-relu"),
        fixtures::failed("spiral-relu", "No data."),
        fixtures::ready("spiral-relu"),
        one_point,
        only_nan,
    ];
    for state in states {
        let mut bench = window(state, all);
        bench.run_steps(3);
        assert!(bench.query_by_label("Accuracy").is_some());
    }
    for state in [fixtures::loading("linear-vs-relu"), fixtures::ready("linear-vs-relu")] {
        sized(state, compare::show, [1280.0, 720.0], false).run_steps(3);
    }
}

#[test]
fn the_quantity_is_chosen_by_its_name() {
    let mut bench = window(one_run(), |ui, cx| curves::show(ui, cx, &[0]));
    bench.run_steps(2);
    assert!(bench.query_by_label("Plot of loss by step").is_some());
    for (name, quantity) in [
        ("Accuracy", Shown::Of(Quantity::Accuracy)),
        ("Objective", Shown::Of(Quantity::Objective)),
        ("Loss", Shown::LOSS),
    ] {
        bench.get_by_label(name).click();
        bench.run_steps(2);
        assert_eq!(bench.state().view.curves.quantity, quantity);
    }
    bench.get_by_label("log y").click();
    bench.run_steps(2);
    assert!(bench.state().view.curves.log_y);
}

#[test]
fn the_crosshair_reads_every_run_at_its_place() {
    let mut bench =
        sized(two_runs(), |ui, cx| curves::show(ui, cx, &[0, 1]), [700.0, 400.0], false);
    bench.run_steps(2);
    let plot = bench.get_by_label("Plot of loss by step").rect();
    bench.hover_at(plot.right_center() - vec2(20.0, 0.0));
    bench.run_steps(3);
    assert!(
        bench.query_by_label_contains("step 1").is_some()
            || bench.query_by_label_contains("step 2").is_some()
    );
    for run in 0..2 {
        let name = bench.state().state.run_spec(run).expect("is there").name.clone();
        assert!(bench.query_all_by_label(&name).count() >= 2, "{name}: legend and readout");
    }
}

#[test]
fn a_value_that_is_no_number_is_told() {
    let mut state = fixtures::ready("spiral-relu");
    fixtures::measure(&mut state, 0, &[(12, 1.0), (13, f64::NAN)], None);
    let mut bench = window(state, |ui, cx| curves::show(ui, cx, &[0]));
    bench.run_steps(3);
    assert!(bench.query_by_label("batch loss not a finite number from step 13").is_some());
}

#[test]
fn the_boundary_says_the_probabilities_under_the_pointer() {
    let mut bench = window(one_run(), |ui, cx| boundary::show(ui, cx, 0));
    bench.run_steps(2);
    let place = bench.get_by_label_contains("Decision boundary").rect().center();
    bench.hover_at(place);
    bench.run_steps(40);
    assert!(bench.query_by_label_contains("x₁ ").is_some());
    assert!(bench.query_all_by_label_contains("\u{2009}%").count() >= 3);
}

#[test]
fn only_planar_data_asks_for_a_boundary_and_all_runs_for_the_same() {
    let state = two_runs();
    let mut view = View::default();
    let [first, second] = [0, 1].map(|run| boundary::request(&state, &mut view.boundary, run));
    assert_eq!(first, second);
    let request = first.expect("planar");
    assert!(request.x[0] < -0.9 && request.x[1] > 0.9, "{request:?}");
    let nothing = boundary::request(&fixtures::loading("spiral-relu"), &mut view.boundary, 0);
    assert_eq!(nothing, None);
    assert_eq!(gallery::request(&state, 0), None);
}

#[test]
fn only_what_is_seen_is_asked_for() {
    let mut view = View::default();
    let seen = [Pane::Picture, Pane::Confusion];
    let alone = panes::wanted(&one_run(), &mut view, &seen, 0);
    assert_eq!((alone.confusion, alone.predictions), (vec![Part::Test], None));
    assert!(alone.boundary.is_some() && alone.metrics);
    let other = panes::wanted(&two_runs(), &mut view, &seen, 1);
    assert!(other.is_empty(), "both show the selected run alone");
    let beside = panes::wanted(&two_runs(), &mut view, &[Pane::Compare], 1);
    assert_eq!(beside.confusion, [], "runs side by side show no matrix");
    assert!(beside.boundary.is_some());
    let hidden = panes::wanted(&one_run(), &mut view, &[], 0);
    assert!(hidden.is_empty(), "what is hidden costs nothing");
}

#[test]
fn each_cell_of_the_matrix_is_a_sentence() {
    let mut bench = window(one_run(), |ui, cx| confusion::show(ui, cx, 0));
    bench.run_steps(2);
    assert!(bench.query_by_label("294 of 300 right · 98.0\u{2009}%").is_some());
    assert!(bench.query_by_label_contains("2 samples of class 0 were taken for class 1").is_some());
    bench.get_by_label("Training").click();
    bench.run_steps(2);
    let Bench { state, view, .. } = bench.state();
    assert_eq!(view.confusion.part(state, 0), Part::Train);
    assert!(bench.query_by_label_contains("294 of 300").is_none(), "this is of the test part");
}

#[test]
fn many_classes_fit() {
    for classes in [1, 2, 10, 100] {
        let mut state = one_run();
        let frame = ProbeFrame {
            run: fixtures::id(&state, 0),
            at: at(2001),
            metrics: None,
            boundary: None,
            fit: None,
            confusion: vec![(Part::Test, confusion_of(classes, 40))],
            predictions: None,
            gradients: None,
            inside: Insight::default(),
        };
        fixtures::show(&mut state, 0, frame);
        let mut bench = window(state, |ui, cx| confusion::show(ui, cx, 0));
        bench.run_steps(2);
        let all = crate::ui::widgets::thousands(classes as u64 * 100);
        assert!(bench.query_all_by_label_contains(&format!("of {all} right")).count() > 0);
    }
}

#[test]
fn the_numbers_say_how_it_ended_and_what_to_do() {
    let numbers: fn(&mut egui::Ui, &mut Cx<'_>) = |ui, cx| numbers::show(ui, cx, 0);
    let ended = |reason| {
        let mut state = one_run();
        fixtures::enter(&mut state, 0, RunState::Ended(reason));
        let mut bench = window(state, numbers);
        bench.run_steps(2);
        bench
    };
    let mut bench = ended(EndReason::Completed(EndRule::Steps(20).into()));
    bench.get_by_label("finished").hover();
    bench.run_steps(8);
    assert!(bench.query_by_label("Finished after 2\u{2009}000 steps. Play goes on.").is_some());
    assert!(bench.query_by_label_contains("test accuracy ").is_some());
    let mut bench = ended(EndReason::DeviceLost("The graphics card went away.".into()));
    assert!(bench.query_by_label("The graphics card went away.").is_some());
    bench.get_by_label("Restart").click();
    bench.run_steps(2);
    assert_eq!(act(&mut bench), [Action::Restart(0)]);
}

#[test]
fn a_divergence_is_told_in_its_own_words() {
    let mut state = one_run();
    let message = "The loss is not a number at step 13. Try a smaller learning rate.";
    let finding = Finding { step: Step(13), message: message.into() };
    fixtures::enter(&mut state, 0, RunState::Paused(PauseReason::Diverged(finding)));
    let mut bench = window(state, |ui, cx| numbers::show(ui, cx, 0));
    bench.run_steps(2);
    assert!(bench.query_by_label(message).is_some());
    assert!(bench.query_by_label("diverged").is_some());
}

/// Four pictures of two classes, each brighter than the last.
fn images() -> Arc<Dataset> {
    let part = Labelled::new(
        Matrix::new(4, 16, (0..64).map(|i| i as f32 / 63.0).collect()).expect("fits"),
        Targets::Classes(vec![0, 1, 0, 1]),
    );
    Arc::new(Dataset {
        label_name: "class".into(),
        class_names: vec!["cat".into(), "dog".into()],
        ..Dataset::new(
            "images",
            SampleShape(vec![1, 4, 4]),
            Task::Classification { classes: 2 },
            part.clone(),
            part,
        )
    })
}

#[test]
fn the_gallery_tells_mistakes_by_word() {
    let mut state = fixtures::with_data("mnist-mlp", images());
    assert_eq!(gallery::request(&state, 0), Some(gallery::MAX_SHOWN));
    let shown = vec![
        Prediction { row: 1, truth: 1, predicted: 0, confidence: 0.871 },
        Prediction { row: 0, truth: 0, predicted: 0, confidence: 0.99 },
        Prediction { row: 99, truth: 0, predicted: 0, confidence: 0.99 },
    ];
    let frame = ProbeFrame {
        run: fixtures::id(&state, 0),
        at: at(1),
        metrics: None,
        boundary: None,
        fit: None,
        confusion: Vec::new(),
        predictions: Some(Predictions { shown, mistakes: 1, total: 4 }),
        gradients: None,
        inside: Insight::default(),
    };
    fixtures::show(&mut state, 0, frame);
    let mut bench = window(state, |ui, cx| gallery::show(ui, cx, 0));
    bench.run_steps(2);
    assert!(bench.query_by_label("1 mistake among 4 test images").is_some());
    assert!(bench.query_by_label_contains("class dog, is wrongly taken for class cat").is_some());
}

#[test]
fn the_comparison_names_what_differs() {
    let mut bench = sized(two_runs(), compare::show, [1280.0, 720.0], false);
    bench.run_steps(3);
    assert!(bench.query_by_label_contains("hidden layers: none ↔ Dense 100").is_some());
    let name = bench.state().state.run_spec(1).expect("is there").name.clone();
    bench.get_all_by_label(&name).next().expect("the header").click();
    bench.run_steps(2);
    assert_eq!(act(&mut bench), [Action::Select(1)]);
}

#[test]
fn other_looks_are_painted_at_once() {
    let shown = |state: fn() -> State, panel: Panel| {
        repaints(|| {
            let mut bench = bench(state(), vec2(460.0, 620.0), panel);
            bench.run_steps(3);
            bench
        });
    };
    shown(one_run, |ui, cx| Pane::Picture.show(ui, cx, 0));
    shown(one_run, |ui, cx| Pane::Curves.show(ui, cx, 0));
    shown(one_run, |ui, cx| Pane::Confusion.show(ui, cx, 0));
    shown(one_run, |ui, cx| Pane::Numbers.show(ui, cx, 0));
    shown(one_run, |ui, cx| Pane::Report.show(ui, cx, 0));
    shown(one_run, |ui, cx| Pane::Gradients.show(ui, cx, 0));
    shown(one_run, |ui, cx| Pane::Training.show(ui, cx, 0));
    shown(one_run, |ui, cx| Pane::Network.show(ui, cx, 0));
    shown(two_runs, |ui, cx| Pane::Compare.show(ui, cx, 0));
    shown(regression, |ui, cx| Pane::Picture.show(ui, cx, 0));
    shown(curve, |ui, cx| Pane::Picture.show(ui, cx, 0));
    shown(with_predictions, |ui, cx| Pane::Picture.show(ui, cx, 0));
}

/// A picture beside or above its numbers: whichever it is, it stays so from frame to frame, and
/// in places that are not very small all of it is in sight.
#[test]
fn the_picture_comes_to_rest_in_places_of_any_size() {
    let panel: Panel = |ui, cx| Pane::Picture.show(ui, cx, 0);
    let mut bench = bench(one_run(), vec2(300.0, 300.0), panel);
    let sizes = (260..900).step_by(40).flat_map(|x| (320..760).step_by(40).map(move |y| (x, y)));
    for (width, height) in sizes {
        bench.set_size(vec2(width as f32, height as f32));
        bench.run_steps(8);
        let fit = bench.get_by_label("Fit").rect();
        let is_small = width < 340 && height < 360;
        assert!(is_small || fit.bottom() <= height as f32, "{width} by {height}: {fit:?}");
        bench.step();
        assert_eq!(bench.get_by_label("Fit").rect(), fit, "{width} by {height}");
    }
}
