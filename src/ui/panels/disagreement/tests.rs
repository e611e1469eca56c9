use egui::vec2;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::base::Matrix;
use crate::data::{Labelled, Origin};
use crate::record::{Boundary, BoundaryRequest, Fit, Scores, ScoresRequest};
use crate::spec::{Loss, SampleShape, Task};
use crate::ui::View;
use crate::ui::panes::Pane;
use crate::ui::snapshots::in_both;
use crate::ui::testing::{Bench, bench, classes, judge, picture, repaints};
use crate::workbench::{Action, fixtures};

/// Certain answers to the first rows of the test part, of three classes.
pub fn scores(answers: &[usize]) -> Scores {
    let row = |&class: &usize| [0, 1, 2].map(|other| f32::from(u8::from(other == class)));
    Scores {
        request: ScoresRequest { part: Part::Test, most: 20_000 },
        rows: (0..answers.len()).collect(),
        outputs: Matrix::new(answers.len(), 3, answers.iter().flat_map(row).collect())
            .expect("fits"),
    }
}

/// Probabilities of three classes in bands across the plane, `shift` cells higher.
fn bands(request: BoundaryRequest, shift: f32) -> Boundary {
    let side = request.side;
    let cell = |cell: usize| {
        let (x, y) = ((cell % side) as f32, (cell / side) as f32);
        let at = (y + shift * (x / 12.0).sin()) / side as f32;
        let mut logits = [4.0 - 12.0 * at, 0.5, 12.0 * at - 8.0];
        crate::base::softmax_into(&mut logits);
        logits
    };
    let outputs = (0..side * side).flat_map(cell).collect();
    Boundary { outputs: Matrix::new(side * side, 3, outputs).expect("fits"), request, plane: None }
}

/// Two runs of which so many have answered.
fn state(answered: usize) -> State {
    let mut state = fixtures::ready("linear-vs-relu");
    let rows = data_of(&state, 0).expect("has data").test.rows();
    let mut view = View::default();
    for run in 0..answered {
        let mut wanted = ProbeRequest::default();
        Pane::Disagreement.request(&state, &mut view, run, &mut wanted);
        let mut frame = ProbeFrame::empty(fixtures::id(&state, run), fixtures::at(1));
        let request = wanted.boundary.expect("of points in the plane");
        frame.boundary = Some(bands(request, 9.0 * run as f32));
        let answers: Vec<usize> = (0..rows).map(|row| (row + run * (row % 5 / 4)) % 3).collect();
        frame.inside.scores = vec![scores(&answers)];
        fixtures::show(&mut state, run, frame);
    }
    state
}

#[test]
fn both_runs_are_asked_for_the_same_window() {
    let state = fixtures::ready("linear-vs-relu");
    let mut view = View::default();
    let [a, b] = [0, 1].map(|run| {
        let mut wanted = ProbeRequest::default();
        Pane::Disagreement.request(&state, &mut view, run, &mut wanted);
        wanted.boundary.expect("of points in the plane")
    });
    assert_eq!(a, b);
    assert_eq!(a.side, 80);
}

#[test]
fn one_run_alone_is_duplicated_by_a_button() {
    let mut bench = bench(fixtures::ready("spiral-relu"), vec2(400.0, 300.0), |ui, cx| {
        show(ui, cx, 0);
    });
    bench.run_steps(2);
    bench.get_by_label("Duplicate run").click();
    bench.run_steps(2);
    assert_eq!(bench.state().log, [Action::Edit(Edit::DuplicateRun(0))]);
}

#[test]
fn two_runs_say_on_how_many_rows_they_differ() {
    let mut state = fixtures::ready("linear-vs-relu");
    for (run, answers) in [[0, 1, 2], [0, 2, 2]].into_iter().enumerate() {
        let mut frame = ProbeFrame::empty(fixtures::id(&state, run), fixtures::at(1));
        frame.inside.scores = vec![scores(&answers)];
        fixtures::show(&mut state, run, frame);
    }
    let mut bench = bench(state, vec2(500.0, 700.0), |ui, cx| show(ui, cx, 0));
    bench.run_steps(2);
    assert!(bench.query_by_label_contains("They differ on 1 of 3 test rows").is_some());
    let [a, b] = [0, 1].map(|run| name_of(&bench.state().state, run).to_owned());
    let sure = format::percent(1.0);
    let said = format!("{a} says class b with {sure}, {b} says class c with {sure}");
    let label = format!("Row 1 of the test part, class b: {said}");
    bench.get_by_label(&label).click();
    bench.run_steps(2);
    assert_eq!(bench.state().view.chosen, Some((Part::Test, 1)));
    assert_eq!(bench.state().view.requests, [UiRequest::ShowPane(Pane::WhatIf)]);
}

#[test]
fn a_run_that_has_not_answered_is_waited_for() {
    let state = state(1);
    let names = [0, 1].map(|run| name_of(&state, run).to_owned());
    let mut bench = bench(state, vec2(460.0, 560.0), |ui, cx| show(ui, cx, 0));
    bench.run_steps(3);
    let label =
        format!("Disagreement of {} and {}, picture, waiting for {}", names[0], names[1], names[1]);
    assert!(bench.query_by_label(&label).is_some());
    assert!(bench.query_by_label_contains("of the area shown").is_none());
}

#[test]
fn the_area_on_which_they_differ_is_told_and_both_are_read_under_the_pointer() {
    let state = state(2);
    let [a, b] = [0, 1].map(|run| {
        let frame = state.run(run).and_then(|run| run.frame.clone()).expect("was shown");
        frame.boundary.clone().expect("was answered")
    });
    let different = (0..6400)
        .filter(|&cell| {
            crate::base::argmax(a.outputs.row(cell)) != crate::base::argmax(b.outputs.row(cell))
        })
        .count();
    assert!(different > 0);
    let mut bench = bench(state, vec2(460.0, 560.0), |ui, cx| show(ui, cx, 0));
    bench.run_steps(3);
    let share = format::percent(different as f64 / 6400.0);
    let words = format!("They say different classes on {share} of the area shown");
    assert!(bench.query_by_label(&words).is_some());
    let place = bench.get_by_label_contains(", picture").rect().center();
    bench.hover_at(place);
    bench.run_steps(60);
    assert!(bench.query_by_label("says").is_some());
}

#[test]
fn a_verdict_says_whether_it_could_be_chance() {
    let of = |a, b| {
        let right = [50, a, b, 3];
        chance_words(&Verdict { right, chance: verdict::mcnemar(a, b), ..Verdict::default() })
    };
    assert_eq!(of(10, 2), "That one is right oftener is unlikely to be chance (p = 0.039)");
    assert_eq!(of(3, 9), "That one is right oftener could be chance (p = 0.146)");
    assert_eq!(of(40, 12), "That one is right oftener is unlikely to be chance (p < 0.001)");
    assert_eq!(of(0, 0), "Neither is right where the other is wrong (p = 1.000)");
}

/// Two runs that predict numbers from so many features, as `of` says for each run.
fn numbers_of(features: usize, of: fn(usize, &[f32]) -> f32) -> State {
    let rows = 60;
    let value = |at: usize| ((at * 37) % 61) as f32 / 10.0 - 3.0;
    let table = Matrix::new(rows, features, (0..rows * features).map(value).collect());
    let table = table.expect("fits");
    let truth = (0..rows).map(|row| of(0, table.row(row)) + 0.2 * value(row + 7)).collect();
    let part = Labelled::new(table.clone(), Targets::Numbers(truth));
    let shape = SampleShape(vec![features]);
    let data = Dataset::new("Numbers", shape, Task::Regression, part.clone(), part);
    let mut state = fixtures::loading("spiral-relu");
    let mut spec = state.run_spec(0).expect("one").clone();
    spec.train.loss = Loss::Mse;
    fixtures::act(&mut state, Action::Edit(Edit::SetRun(0, spec)));
    fixtures::give(&mut state, Ok(Arc::new(data)));
    fixtures::act(&mut state, Action::Edit(Edit::DuplicateRun(0)));
    fixtures::act(&mut state, Action::Select(0));
    let mut view = View::default();
    for run in [0, 1] {
        let mut wanted = ProbeRequest::default();
        Pane::Disagreement.request(&state, &mut view, run, &mut wanted);
        let outputs = (0..rows).map(|row| of(run, table.row(row))).collect();
        let request = ScoresRequest { part: Part::Test, most: 20_000 };
        let outputs = Matrix::new(rows, 1, outputs).expect("fits");
        let mut frame = ProbeFrame::empty(fixtures::id(&state, run), fixtures::at(1));
        frame.inside.scores = vec![Scores { request, rows: (0..rows).collect(), outputs }];
        frame.fit = wanted.fit.map(|request| Fit {
            request,
            values: request.places().map(|x| of(run, &[x])).collect(),
        });
        frame.boundary = wanted.boundary.map(|request| {
            let side = request.side;
            let at = |[low, high]: [f32; 2], cell: usize| {
                low + (high - low) * (cell as f32 + 0.5) / side as f32
            };
            let cell =
                |cell: usize| of(run, &[at(request.x, cell % side), at(request.y, cell / side)]);
            let outputs = Matrix::new(side * side, 1, (0..side * side).map(cell).collect());
            Boundary { request, outputs: outputs.expect("fits"), plane: None }
        });
        fixtures::show(&mut state, run, frame);
    }
    state
}

/// A sine and a parabola.
fn curves() -> State {
    numbers_of(1, |run, x| if run == 0 { (1.5 * x[0]).sin() } else { 0.2 * x[0] * x[0] - 0.8 })
}

fn surfaces() -> State {
    numbers_of(2, |run, x| if run == 0 { x[0] * x[1] / 3.0 } else { x[0] - 0.5 * x[1] })
}

/// Two runs that have judged images, or rows of three features; the second one taking the first
/// class for the second.
fn judged_twice(is_image: bool) -> State {
    let mut data = (*classes(3, is_image)).clone();
    let rows = data.test.rows() as u32;
    data.test.origin = Some(Origin::lines((0..rows).map(|row| row + 2).collect()));
    let preset = if is_image { "mnist-mlp" } else { "spiral-relu" };
    let mut state = fixtures::with_data(preset, Arc::new(data));
    fixtures::act(&mut state, Action::Edit(Edit::DuplicateRun(0)));
    fixtures::act(&mut state, Action::Select(0));
    judge(&mut state, 0);
    judge(&mut state, 1);
    let frame = state.run(1).and_then(|run| run.frame.clone()).expect("was shown");
    let mut turned = (*frame).clone();
    let outputs = &mut turned.inside.scores[0].outputs;
    for row in (0..outputs.rows()).step_by(5) {
        outputs.data_mut()[3 * row..][..2].reverse();
    }
    fixtures::show(&mut state, 1, turned);
    state
}

#[test]
fn curves_of_numbers_are_drawn_with_their_gap() {
    let mut bench = bench(curves(), vec2(460.0, 560.0), |ui, cx| show(ui, cx, 0));
    bench.run_steps(3);
    let Bench { state, .. } = bench.state();
    let fits = [0, 1].map(|run| {
        let frame = state.run(run).and_then(|run| run.frame.clone()).expect("was shown");
        frame.fit.clone().expect("was answered")
    });
    let apart: Vec<f64> =
        fits[0].values.iter().zip(&fits[1].values).map(|(a, b)| f64::from((a - b).abs())).collect();
    let most = format::measured(apart.iter().copied().fold(0.0, f64::max));
    let mean = format::measured(apart.iter().sum::<f64>() / apart.len() as f64);
    let words = format!("Over the range shown they are {most} apart at most, {mean} on average");
    assert!(bench.query_by_label(&words).is_some(), "{words}");
    let place = bench.get_by_label_contains(", picture").rect().center();
    bench.hover_at(place);
    bench.run_steps(60);
    assert!(bench.query_by_label("difference").is_some());
}

#[test]
fn images_are_shown_with_both_answers_and_open_layer_by_layer() {
    let mut bench = bench(judged_twice(true), vec2(520.0, 560.0), |ui, cx| show(ui, cx, 0));
    bench.run_steps(3);
    assert!(bench.query_by_label_contains("Images span no plane").is_some());
    let found = bench.state().view.disagreement.verdict();
    let (row, a, b) = found.differing[0];
    let label = format!("Row {row} of the test part (line {})", row + 2);
    let tile = bench.get_by_label_contains(&label);
    let words = tile.accesskit_node().label().expect("a sentence");
    assert!(words.contains(&format!("says class {a} with")), "{words}");
    assert!(words.contains(&format!("says class {b} with")), "{words}");
    tile.click();
    bench.run_steps(2);
    assert_eq!(bench.state().view.chosen, Some((Part::Test, row)));
    assert_eq!(bench.state().view.requests, [UiRequest::ShowPane(Pane::Layers)]);
}

#[test]
fn rows_of_other_data_are_not_compared() {
    let mut state = judged_twice(false);
    let mut other = (*classes(3, false)).clone();
    other.test = other.test.gather(&(0..50).collect::<Vec<_>>());
    let stale = Arc::new(other);
    fixtures::started_on(&mut state, 1, stale);
    let name = name_of(&state, 1).to_owned();
    let mut bench = bench(state, vec2(460.0, 560.0), |ui, cx| show(ui, cx, 0));
    bench.run_steps(3);
    assert!(bench.query_by_label_contains("were trained on different data").is_some());
    assert!(bench.query_by_label_contains("They differ on").is_none());
    bench.get_by_label(&format!("Restart {name}")).click();
    bench.run_steps(2);
    assert!(bench.state().log.contains(&Action::Restart(1)), "{:?}", bench.state().log);
}

#[test]
fn runs_that_are_silent_are_played_by_a_button() {
    let state = fixtures::ready("linear-vs-relu");
    let mut bench = bench(state, vec2(460.0, 560.0), |ui, cx| show(ui, cx, 0));
    bench.run_steps(2);
    bench.get_by_label("Play both runs").click();
    bench.run_steps(2);
    assert_eq!(bench.state().log, [Action::Play(Some(0)), Action::Play(Some(1))]);
}

/// Writes pictures for the eye where `DESCENT_PICTURES` names a folder.
#[test]
fn pictures() {
    picture("disagreement", || state(2), vec2(460.0, 560.0), |ui, cx| show(ui, cx, 0));
    for (name, width) in [("", 460.0), ("-narrow", 280.0), ("-wide", 900.0)] {
        let of = |what: &str| format!("disagreement-{what}{name}");
        let size = vec2(width, 560.0);
        picture(&of("curves"), curves, size, |ui, cx| show(ui, cx, 0));
        picture(&of("surfaces"), surfaces, size, |ui, cx| show(ui, cx, 0));
        picture(&of("images"), || judged_twice(true), size, |ui, cx| show(ui, cx, 0));
        picture(&of("table"), || judged_twice(false), size, |ui, cx| show(ui, cx, 0));
    }
    picture("disagreement-silent", || state(0), vec2(460.0, 560.0), |ui, cx| show(ui, cx, 0));
    picture("disagreement-waits", || state(1), vec2(460.0, 560.0), |ui, cx| show(ui, cx, 0));
}

#[test]
fn other_looks_are_painted_at_once() {
    repaints(|| {
        let mut bench = bench(state(2), vec2(460.0, 560.0), |ui, cx| show(ui, cx, 0));
        bench.run_steps(3);
        bench
    });
}

#[test]
fn snapshots() {
    let size = vec2(420.0, 480.0);
    in_both("disagreement", size, || bench(state(2), size, |ui, cx| show(ui, cx, 0)));
}
