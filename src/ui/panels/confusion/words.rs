//! What the matrix says.

use crate::record::Confusion;
use crate::ui::format;
use crate::ui::widgets::thousands;

use super::Cells;
use super::sheet::Place;

/// `294 of 300 right · 98.0 %`
pub fn accuracy(table: &Confusion) -> String {
    let (right, all) = (thousands(table.correct()), thousands(table.total()));
    match table.accuracy() {
        Some(accuracy) => format!("{right} of {all} right · {}", format::percent(accuracy)),
        None => "No samples".into(),
    }
}

/// What a place of the matrix says, as a sentence.
pub fn of_place(table: &Confusion, names: &[String], place: Place, transposed: bool) -> String {
    match place.classes(transposed) {
        [Some(truth), Some(predicted)] => of_cell(table, names, truth, predicted),
        [Some(truth), None] => {
            let [right, all] = [table.count(truth, truth), table.row_total(truth)];
            let samples = format::counted(all, "sample", "samples");
            let are = if all == 1 { "is" } else { "are" };
            let name = format::class_phrase(names, truth);
            format!("{samples} {are} of {name}; recall {}", share(right, all))
        }
        [None, Some(predicted)] => {
            let all = column_total(table, predicted);
            let right = table.count(predicted, predicted);
            let samples = format::counted(all, "sample", "samples");
            let were = if all == 1 { "was" } else { "were" };
            let name = format::class_phrase(names, predicted);
            format!("{samples} {were} taken for {name}; precision {}", share(right, all))
        }
        [None, None] => accuracy(table),
    }
}

/// How many samples a place of the matrix counts.
pub fn count_of(table: &Confusion, place: Place, transposed: bool) -> u64 {
    match place.classes(transposed) {
        [Some(truth), Some(predicted)] => table.count(truth, predicted),
        [Some(truth), None] => table.row_total(truth),
        [None, Some(predicted)] => column_total(table, predicted),
        [None, None] => table.total(),
    }
}

/// `8 samples of class 1 were taken for class 2`
pub fn of_cell(table: &Confusion, names: &[String], truth: usize, predicted: usize) -> String {
    let count = table.count(truth, predicted);
    let samples = format::counted(count, "sample", "samples");
    let were = if count == 1 { "was" } else { "were" };
    let share = share(count, table.row_total(truth));
    if truth == predicted {
        let name = format::class_phrase(names, truth);
        format!("{samples} of {name} {were} recognised ({share} of the class)")
    } else {
        let [from, to] = [truth, predicted].map(|class| format::class_phrase(names, class));
        format!("{samples} of {from} {were} taken for {to} ({share} of {from})")
    }
}

/// What stands in a cell, line by line: as precisely as there is room, and in little room.
pub fn in_cell(
    table: &Confusion,
    cells: Cells,
    truth: usize,
    predicted: usize,
) -> [Vec<String>; 2] {
    let count = table.count(truth, predicted);
    let all = match cells {
        Cells::OfPredicted => column_total(table, predicted),
        _ => table.row_total(truth),
    };
    let number = || thousands(count);
    match cells {
        Cells::Counts => [vec![number()], vec![number()]],
        Cells::Both => [vec![number(), share(count, all)], vec![number(), brief(count, all)]],
        Cells::OfTrue | Cells::OfPredicted => [vec![share(count, all)], vec![brief(count, all)]],
    }
}

/// The widest that can stand in a cell, so that nothing moves while numbers change.
pub fn widest(table: &Confusion, cells: Cells) -> [String; 2] {
    let most = (0..table.classes()).map(|class| table.row_total(class)).max().unwrap_or(0);
    let count = thousands(most).replace(|letter: char| letter.is_ascii_digit(), "0");
    let longer = |a: String, b: String| if a.chars().count() > b.chars().count() { a } else { b };
    let [long, short] = [share(1, 1), brief(1, 1)];
    match cells {
        Cells::Counts => [count.clone(), count],
        Cells::Both => [longer(count.clone(), long), longer(count, short)],
        Cells::OfTrue | Cells::OfPredicted => [long, short],
    }
}

fn share(count: u64, total: u64) -> String {
    if total == 0 { "–".into() } else { format::percent(count as f64 / total as f64) }
}

/// Whole percent without their sign; 100 and 0 are only ever said of all and of none.
fn brief(count: u64, total: u64) -> String {
    match (count, total) {
        (_, 0) => "–".into(),
        (0, _) => "0".into(),
        (count, total) if count == total => "100".into(),
        _ => (count as f64 / total as f64 * 100.0).round().clamp(1.0, 99.0).to_string(),
    }
}

/// Samples that were taken for a class.
pub fn column_total(table: &Confusion, predicted: usize) -> u64 {
    (0..table.classes()).map(|truth| table.count(truth, predicted)).sum()
}
