use egui::vec2;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::base::Matrix;
use crate::record::{Boundary, BoundaryRequest, ScoresRequest};
use crate::ui::View;
use crate::ui::panes::Pane;
use crate::ui::testing::{bench, picture, repaints};
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
fn numbers_are_apart_by_the_size_of_their_difference() {
    let of = |values: Vec<f32>| Scores {
        request: ScoresRequest { part: Part::Test, most: 20_000 },
        rows: (0..values.len()).collect(),
        outputs: Matrix::new(values.len(), 1, values).expect("fits"),
    };
    assert_eq!(apart(&of(vec![1.0, 2.0]), &of(vec![1.5, -1.0])), Some((1.75, 3.0)));
    assert_eq!(apart(&of(vec![1.0]), &of(vec![1.0, 2.0])), None);
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
    bench.get_by_label("row 2 · b · said b and c").click();
    bench.run_steps(2);
    assert_eq!(bench.state().view.chosen, Some((Part::Test, 1)));
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

/// Writes pictures for the eye where `DESCENT_PICTURES` names a folder.
#[test]
fn pictures() {
    picture("disagreement", || state(2), vec2(460.0, 560.0), |ui, cx| show(ui, cx, 0));
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
