//! Where two runs say different things: on how many rows, which ones, and who is right.

mod area;
mod map;
mod tell;
#[cfg(test)]
mod tests;
mod verdict;

use std::sync::Arc;

use egui::{RichText, Ui};

use crate::data::Targets;
use crate::record::{Part, ProbeFrame, ProbeRequest, Scores};
use crate::ui::parts::{data_of, labelled, request_scores, scored};
use crate::ui::plane::PlaneView;
use crate::ui::widgets::{empty, thousands};
use crate::ui::{Cx, capture, format, panes};
use crate::workbench::{Edit, State};

use verdict::Verdict;

/// Most rows that are listed.
const LISTED: usize = 200;
/// Which share of the height the picture gets, and the least height of the list.
const PICTURE: f32 = 0.53;
const LIST: f32 = 120.0;
/// Height of a line of the counts.
const LINE: f32 = 18.0;
/// Chance is taken to be unlikely below this probability.
const LEVEL: f64 = 0.05;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DisagreementView {
    /// The run that the selected one is compared with; another one where there is no such run.
    pub other: usize,
    #[serde(skip)]
    map: map::Kept,
    /// What was counted of two frames.
    #[serde(skip)]
    counted: Option<([Arc<ProbeFrame>; 2], Arc<Verdict>)>,
}

impl DisagreementView {
    /// The run that `run` is compared with.
    fn other(&self, state: &State, run: usize) -> Option<usize> {
        let runs = 0..state.num_runs();
        let is_another = |other: &usize| *other != run;
        runs.clone()
            .find(|other| *other == self.other && *other != run)
            .or(runs.clone().find(is_another))
    }

    /// What was counted of the rows of the test part; nothing of runs that have not answered.
    fn verdict(&self) -> Arc<Verdict> {
        self.counted.as_ref().map_or_else(Arc::default, |(_, found)| Arc::clone(found))
    }
}

/// Adds what this panel wants to see of a run while it is visible: the test part of all runs, and
/// the plane of the two that are compared, for both in the same window.
pub fn request(
    state: &State,
    view: &DisagreementView,
    plane: &mut PlaneView,
    run: usize,
    wanted: &mut ProbeRequest,
) {
    let first = state.selected();
    let Some(other) = view.other(state, first) else { return };
    if let Some(data) = data_of(state, run) {
        request_scores(data, Part::Test, wanted);
    }
    if wanted.boundary.is_none() && [first, other].contains(&run) {
        wanted.boundary = map::request(state, plane, [first, other]);
    }
}

/// Draws it for a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(other) = cx.view.disagreement.other(cx.state, run) else {
        let says = "Two runs are needed to see where they differ.";
        if empty(ui, cx.theme, says, |ui| ui.button("Duplicate run").clicked()) {
            cx.edit(Edit::DuplicateRun(run));
        }
        return;
    };
    let room = ui.available_height();
    panes::scrolled(ui, "disagreement", |ui| {
        let bottom = ui.cursor().top() + room;
        capture::controls(ui, |ui| chooser(ui, cx, run, other));
        count(cx, [run, other]);
        map::show(ui, cx, [run, other], PICTURE * room);
        rows(ui, cx, [run, other], bottom);
    });
}

/// The newest frames of two runs that tell what both say about the test part.
fn frames(state: &State, [a, b]: [usize; 2]) -> Option<[&Arc<ProbeFrame>; 2]> {
    Some([scored(state, a, Part::Test)?, scored(state, b, Part::Test)?])
}

/// Counts anew where there is news.
fn count(cx: &mut Cx<'_>, runs: [usize; 2]) {
    let data = data_of(cx.state, runs[0]);
    let Some(([first, second], data)) = frames(cx.state, runs).zip(data) else {
        cx.view.disagreement.counted = None;
        return;
    };
    let is_kept = |([a, b], _): &([Arc<ProbeFrame>; 2], Arc<Verdict>)| {
        Arc::ptr_eq(a, first) && Arc::ptr_eq(b, second)
    };
    if cx.view.disagreement.counted.as_ref().is_some_and(is_kept) {
        return;
    }
    let scores = [first, second].map(|frame| frame.inside.scores_of(Part::Test));
    let [Some(a), Some(b)] = scores else { return };
    let found = Verdict::of(&data.test, a, b);
    cx.view.disagreement.counted = Some(([first, second].map(Arc::clone), Arc::new(found)));
}

/// What both say about the rows of the test part.
fn rows(ui: &mut Ui, cx: &mut Cx<'_>, runs: [usize; 2], bottom: f32) {
    let scores = frames(cx.state, runs).and_then(|[a, b]| {
        Some((a.inside.scores_of(Part::Test)?, b.inside.scores_of(Part::Test)?))
    });
    let data = data_of(cx.state, runs[0]);
    let rows = data.and_then(|data| labelled(data, Part::Test));
    let Some((rows, (a, b))) = rows.zip(scores) else {
        ui.label(
            RichText::new("Press Play in both runs to compare them.").color(cx.theme.text_muted),
        );
        return;
    };
    match &rows.targets {
        Targets::Classes(_) => classes(ui, cx, runs, bottom),
        Targets::Numbers(_) => numbers(ui, cx, a, b),
    }
}

fn name_of(state: &State, run: usize) -> &str {
    state.run_spec(run).map_or("", |spec| spec.name.as_str())
}

/// With which run the selected one is compared.
fn chooser(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, other: usize) {
    ui.horizontal_wrapped(|ui| {
        ui.strong(name_of(cx.state, run));
        ui.label("and");
        for one in (0..cx.state.num_runs()).filter(|one| *one != run) {
            let label = ui.selectable_label(one == other, name_of(cx.state, one));
            if label.on_hover_text("Compare with this run on the test part").clicked() {
                cx.view.disagreement.other = one;
            }
        }
    });
}

fn classes(ui: &mut Ui, cx: &mut Cx<'_>, [a, b]: [usize; 2], bottom: f32) {
    let found = cx.view.disagreement.verdict();
    let share = found.differing.len() as f64 / found.rows as f64;
    let count = thousands(found.differing.len() as u64);
    let all = format::counted(found.rows as u64, "test row", "test rows");
    ui.label(
        RichText::new(format!("They differ on {count} of {all} · {}", format::percent(share)))
            .strong(),
    );
    let [both, first, second, neither] = found.right.map(|count| thousands(count as u64));
    let grid = egui::Grid::new("verdict").spacing([16.0, 2.0]).min_row_height(LINE);
    grid.show(ui, |ui| {
        let lines = [
            ("both right".to_owned(), both),
            (format!("only {} right", name_of(cx.state, a)), first),
            (format!("only {} right", name_of(cx.state, b)), second),
            ("both wrong".to_owned(), neither),
        ];
        for (words, count) in lines {
            ui.label(words);
            ui.label(RichText::new(count).monospace());
            ui.end_row();
        }
    });
    ui.label(RichText::new(chance_words(&found)).color(cx.theme.text)).on_hover_text(
        "McNemar's exact test: how likely chance alone tells the rows that only one run gets \
         right apart so unevenly",
    );
    list(ui, cx, a, &found, (bottom - ui.cursor().top()).max(LIST));
}

/// Whether one of them is right oftener by more than chance.
fn chance_words(found: &Verdict) -> String {
    let p = found.chance;
    let told = if p < 0.001 { "p < 0.001".into() } else { format!("p = {p:.3}") };
    let words = match (found.right[1], found.right[2]) {
        (0, 0) => "Neither is right where the other is wrong",
        _ if p < LEVEL => "That one is right oftener is unlikely to be chance",
        (a, b) if a == b => "Neither is right oftener; nothing speaks against chance",
        _ => "That one is right oftener could be chance",
    };
    format!("{words} ({told})")
}

/// The rows on which the answers differ; a click chooses one for all panels.
fn list(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, found: &Verdict, height: f32) {
    let Some(data) = data_of(cx.state, run).cloned() else { return };
    let shown = found.differing.len().min(LISTED);
    let line = ui.spacing().interact_size.y;
    let area = egui::ScrollArea::vertical().id_salt("differing").max_height(height);
    area.show_rows(ui, line, shown, |ui, range| {
        for &(row, a, b) in &found.differing[range] {
            let class = |class| format::class_name(&data.class_names, class);
            let truth = data.test.targets.class(row).map_or_else(String::new, class);
            let words = format!("row {} · {truth} · said {} and {}", row + 1, class(a), class(b));
            let is_chosen = cx.view.chosen == Some((Part::Test, row));
            let label = ui.selectable_label(is_chosen, words);
            if label.on_hover_text("Look at this row in the other panels").clicked() {
                cx.view.chosen = Some((Part::Test, row));
            }
        }
    });
}

/// How far predicted numbers are apart: the mean and the largest of their differences.
fn apart(a: &Scores, b: &Scores) -> Option<(f64, f64)> {
    if a.rows != b.rows || a.rows.is_empty() {
        return None;
    }
    let pairs = a.outputs.data().iter().zip(b.outputs.data());
    let (sum, most) = pairs.fold((0.0, 0.0_f64), |(sum, most), (a, b)| {
        let apart = f64::from((a - b).abs());
        (sum + apart, most.max(apart))
    });
    Some((sum / a.rows.len() as f64, most))
}

fn numbers(ui: &mut Ui, cx: &Cx<'_>, a: &Scores, b: &Scores) {
    let words = apart(a, b).map_or_else(
        || "Both runs must have answered the same rows.".to_owned(),
        |(mean, most)| {
            let [mean, most] = [mean, most].map(format::measured);
            format!(
                "Their predictions of the test part are {mean} apart on average, {most} at most"
            )
        },
    );
    ui.label(RichText::new(words).color(cx.theme.text));
}
