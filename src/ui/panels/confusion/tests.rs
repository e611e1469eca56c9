use super::sheet::depth;
use super::words::{accuracy, in_cell, of_cell, of_place, widest};
use super::*;
use crate::ui::testing::{Bench, Panel, bench, judged, picture, repaints, right_click};
use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

/// The table of the course's LAB7 report.
fn table() -> Confusion {
    let cells = [(0, 0, 7), (0, 1, 1), (0, 2, 1), (1, 1, 4), (2, 2, 7)];
    let pairs = cells.iter().flat_map(|&(t, p, n)| std::iter::repeat_n((t, p), n));
    Confusion::from_pairs(3, pairs)
}

fn names() -> Vec<String> {
    ["1", "2", "3"].map(String::from).to_vec()
}

#[test]
fn accuracy_is_said_with_its_counts() {
    assert_eq!(accuracy(&table()), "18 of 20 right · 90.0\u{2009}%");
    assert_eq!(accuracy(&Confusion::new(3)), "No samples");
}

#[test]
fn shares_are_of_the_row_or_of_the_column() {
    let table = table();
    assert_eq!(in_cell(&table, Cells::Counts, 0, 0), [["7"], ["7"]]);
    assert_eq!(in_cell(&table, Cells::OfTrue, 0, 0), [["77.8\u{2009}%"], ["78"]]);
    assert_eq!(in_cell(&table, Cells::OfPredicted, 0, 1), [["20.0\u{2009}%"], ["20"]]);
    assert_eq!(in_cell(&table, Cells::Both, 0, 1), [["1", "11.1\u{2009}%"], ["1", "11"]]);
    assert_eq!(in_cell(&Confusion::new(2), Cells::OfTrue, 0, 0), [["–"], ["–"]]);
    assert_eq!(in_cell(&table, Cells::OfTrue, 1, 1)[1], ["100"]);
    let row: f32 =
        (0..3).map(|col| depth(Shading::Share, table.count(0, col), table.row_total(0), 7)).sum();
    assert!((row - 1.0).abs() < 1e-6);
}

#[test]
fn nearly_all_is_not_all_even_in_little_room() {
    let pairs = (0..1000).map(|row| (0, usize::from(row == 0)));
    let table = Confusion::from_pairs(2, pairs);
    assert_eq!(in_cell(&table, Cells::OfTrue, 0, 0)[1], ["99"]);
    assert_eq!(in_cell(&table, Cells::OfTrue, 0, 1)[1], ["1"]);
    assert_eq!(widest(&table, Cells::Counts)[0], "0\u{2009}000");
}

#[test]
fn each_cell_is_a_sentence() {
    assert_eq!(
        of_cell(&table(), &names(), 0, 1),
        "1 sample of class 1 was taken for class 2 (11.1\u{2009}% of class 1)"
    );
    assert_eq!(
        of_cell(&table(), &names(), 1, 1),
        "4 samples of class 2 were recognised (100.0\u{2009}% of the class)"
    );
}

#[test]
fn heads_tell_recall_and_precision_whichever_way_the_matrix_lies() {
    let row = Place { row: Some(0), col: None };
    let col = Place { row: None, col: Some(1) };
    let recall = "9 samples are of class 1; recall 77.8\u{2009}%";
    let precision = "5 samples were taken for class 2; precision 80.0\u{2009}%";
    assert_eq!(of_place(&table(), &names(), row, false), recall);
    assert_eq!(of_place(&table(), &names(), col, false), precision);
    let (row, col) = (Place { row: None, col: Some(0) }, Place { row: Some(1), col: None });
    assert_eq!(of_place(&table(), &names(), row, true), recall);
    assert_eq!(of_place(&table(), &names(), col, true), precision);
}

#[test]
fn a_logarithm_shows_what_is_rare() {
    assert_eq!(depth(Shading::Count, 0, 100, 100), 0.0);
    assert_eq!(depth(Shading::Count, 100, 100, 100), 1.0);
    assert!(depth(Shading::Count, 1, 100, 100) > 0.1);
    assert_eq!(depth(Shading::Share, 1, 100, 100), 0.01);
}

#[test]
fn the_keyboard_stays_within_the_matrix() {
    let corner = Place::default();
    assert_eq!(corner.moved([-1, 0], 3), corner);
    assert_eq!(corner.moved([1, 2], 3), Place { row: Some(0), col: Some(1) });
    let last = Place { row: Some(2), col: Some(2) };
    assert_eq!(last.moved([1, 1], 3), last);
}

const SHOW: Panel = |ui: &mut Ui, cx: &mut Cx<'_>| show(ui, cx, 0);

fn on_bench(state: State) -> Harness<'static, Bench> {
    let mut bench = bench(state, vec2(420.0, 520.0), SHOW);
    bench.run_steps(3);
    bench
}

/// What the list of samples was asked to show.
fn opened(bench: &Harness<'static, Bench>) -> String {
    let view = &bench.state().view;
    assert_eq!(view.requests, [UiRequest::ShowPane(Pane::Samples)]);
    format!("{:?} {:?}", view.samples.counted, view.samples.group)
}

#[test]
fn a_click_on_a_cell_opens_its_samples_whichever_way_the_matrix_lies() {
    for transposed in [false, true] {
        let mut bench = on_bench(judged(3, true));
        bench.state_mut().view.confusion.transposed = transposed;
        bench.run_steps(2);
        bench.get_by_label_contains("of class 0 was taken for class 1").click();
        bench.run_steps(2);
        assert_eq!(opened(&bench), "Test Cell { truth: 0, predicted: 1 }");
    }
}

#[test]
fn the_head_of_a_row_opens_its_class() {
    let mut bench = on_bench(judged(3, true));
    let cell = bench.get_by_label_contains("of class 1 were recognised").rect();
    let first = bench.get_by_label_contains("of class 1 was taken for class 0").rect();
    let head = egui::pos2(first.left() - 10.0, cell.center().y);
    bench.hover_at(head);
    for pressed in [true, false] {
        bench.event(Event::PointerButton {
            pos: head,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
    }
    bench.run_steps(2);
    assert_eq!(opened(&bench), "Test OfTrue(1)");
}

#[test]
fn the_keyboard_reaches_every_cell() {
    let mut bench = on_bench(judged(3, true));
    bench.get_by_label_contains("Confusion matrix, ").focus();
    bench.run_steps(2);
    for key in [Key::ArrowDown, Key::ArrowDown, Key::ArrowRight] {
        bench.key_press(key);
        bench.run_steps(1);
    }
    bench.key_press(Key::Enter);
    bench.run_steps(2);
    assert_eq!(opened(&bench), "Test Cell { truth: 1, predicted: 0 }");
}

#[test]
fn a_matrix_stays_within_its_width() {
    for (classes, width) in [(2, 280.0), (10, 280.0), (20, 420.0)] {
        let mut bench = bench(judged(classes, true), vec2(width, 900.0), SHOW);
        bench.run_steps(3);
        let right = bench.get_by_label_contains("Confusion matrix, ").rect().right();
        assert!(right <= width, "{classes} classes: {right} of {width}");
    }
}

#[test]
fn pictures() {
    for (classes, width) in [(3, 280.0), (10, 280.0), (10, 456.0), (26, 456.0), (100, 456.0)] {
        let name = format!("confusion-{classes}-{width}");
        picture(&name, || judged(classes, true), vec2(width, 560.0), SHOW);
    }
    let both: Panel = |ui, cx| {
        cx.view.confusion.cells = Cells::Both;
        cx.view.confusion.shading = Shading::Count;
        show(ui, cx, 0);
    };
    picture("confusion-both", || judged(10, true), vec2(640.0, 560.0), both);
}

#[test]
fn other_looks_are_painted_at_once() {
    repaints(|| on_bench(judged(4, true)));
}

#[test]
fn the_right_button_opens_a_cell_or_copies_its_number() {
    let mut bench = on_bench(judged(3, true));
    let table = {
        let frame =
            bench.state().state.run(0).and_then(|run| run.frame.clone()).expect("a picture");
        frame.confusion_of(Part::Test).cloned().expect("counted")
    };
    let cell = of_cell(&table, &["0", "1", "2"].map(String::from), 1, 1);
    let place = bench.get_by_label(&cell).rect().center();
    right_click(&mut bench, place);
    assert!(bench.query_by_label(&format!("Copy {}", table.count(1, 1))).is_some());
    bench.get_by_label("Open these samples").click();
    bench.run_steps(2);
    let view = &bench.state().view;
    assert_eq!(view.requests, [UiRequest::ShowPane(Pane::Samples)]);
    assert_eq!(format!("{:?}", view.samples.group), "Cell { truth: 1, predicted: 1 }");
}
