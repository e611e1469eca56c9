//! Where two runs say different things: on how many rows, which ones, and who is right.

mod apart;
mod area;
mod curve;
mod map;
mod rows;
mod said;
mod tell;
#[cfg(test)]
mod tests;
mod tiles;
mod verdict;

use std::sync::{Arc, Weak};

use egui::{RichText, Sense, Stroke, Ui, vec2};

use crate::data::{Dataset, Targets};
use crate::record::{Part, ProbeFrame, ProbeRequest};
use crate::ui::parts::{data_of, doors, request_scores, scored};
use crate::ui::plane::PlaneView;
use crate::ui::textures::Sheet;
use crate::ui::widgets::{Marker, caption, empty, muted, thousands};
use crate::ui::{Cx, UiRequest, capture, format, panes};
use crate::workbench::{Action, Edit, State};

use apart::Apart;
use said::{Listed, Said};
use verdict::Verdict;

/// Most rows that are listed.
const LISTED: usize = 1000;
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
    counted: Option<Counted>,
    /// Whether the test parts of two datasets are the same, row by row.
    #[serde(skip)]
    same: Option<([Weak<Dataset>; 2], bool)>,
    #[serde(skip)]
    sheet: Sheet,
}

/// What was counted of two frames.
#[derive(Clone, Debug)]
struct Counted {
    frames: [Arc<ProbeFrame>; 2],
    verdict: Arc<Verdict>,
    apart: Arc<Apart>,
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
        self.counted.as_ref().map_or_else(Arc::default, |counted| Arc::clone(&counted.verdict))
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
    if ![first, other].contains(&run) {
        return;
    }
    if wanted.boundary.is_none() {
        wanted.boundary = map::request(state, plane, [first, other]);
    }
    if wanted.fit.is_none() {
        wanted.fit = map::fit_request(state, plane, [first, other]);
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
    let (runs, room) = ([run, other], ui.available_height());
    panes::scrolled(ui, "disagreement", |ui| {
        let bottom = ui.cursor().top() + room;
        capture::controls(ui, |ui| chooser(ui, cx, run, other));
        let is_same = same_rows(cx, runs);
        count(cx, runs, is_same);
        match map::drawn(cx.state, runs) {
            Some(_) => map::show(ui, cx, runs, PICTURE * room),
            None => no_map(ui, cx, runs),
        }
        match is_same {
            true => listed(ui, cx, runs, bottom),
            false => other_rows(ui, cx, runs),
        }
    });
}

/// Looks at a row more closely.
fn open(cx: &mut Cx<'_>, data: &Dataset, row: usize) {
    cx.view.chosen = Some((Part::Test, row));
    cx.request(UiRequest::ShowPane(doors(data)[0]));
}

/// Why no picture can be drawn, where that is not plain to see.
fn no_map(ui: &mut Ui, cx: &Cx<'_>, runs: [usize; 2]) {
    let [Some(a), Some(b)] = runs.map(|run| data_of(cx.state, run)) else { return };
    let is_alike = a.shape == b.shape && a.task == b.task && a.feature_names == b.feature_names;
    let text = match (is_alike, a.is_image(), a.base_features()) {
        // What is said of the rows is enough.
        (false, ..) => return,
        (_, true, _) => "Images span no plane: below are those that the runs tell apart.",
        (_, _, 0 | 1) => "A single feature spans no plane: below are the rows.",
        _ => {
            "These samples are read when they are needed, so no slice is drawn through them: below \
             are the rows."
        }
    };
    caption(ui, cx.theme, text);
}

/// Whether both runs are asked about the same rows.
fn same_rows(cx: &mut Cx<'_>, runs: [usize; 2]) -> bool {
    let [Some(a), Some(b)] = runs.map(|run| data_of(cx.state, run)) else { return true };
    if Arc::ptr_eq(a, b) {
        return true;
    }
    let now = [a, b].map(Arc::downgrade);
    let view = &mut cx.view.disagreement;
    match &view.same {
        Some((of, is_same)) if of.iter().zip(&now).all(|(x, y)| Weak::ptr_eq(x, y)) => *is_same,
        _ => {
            let is_same = (&a.test, &a.class_names) == (&b.test, &b.class_names);
            view.same = Some((now, is_same));
            is_same
        }
    }
}

/// Rows of other data cannot be held against each other; training on the same data helps.
fn other_rows(ui: &mut Ui, cx: &mut Cx<'_>, runs: [usize; 2]) {
    let [a, b] = runs.map(|run| name_of(cx.state, run));
    let text = format!(
        "{a} and {b} were trained on different data, so their rows cannot be compared one by one. \
         Restart a run to train it on the data as they are now."
    );
    muted(ui, cx.theme, &text);
    let now = cx.state.data().dataset().cloned();
    let mut restarted = None;
    ui.horizontal_wrapped(|ui| {
        for run in runs {
            let is_now =
                now.as_ref().zip(data_of(cx.state, run)).is_some_and(|(a, b)| Arc::ptr_eq(a, b));
            let button = egui::Button::new(format!("Restart {}", name_of(cx.state, run)));
            let tip = "This run begins again on the data as they are now; its curves are lost";
            if !is_now && ui.add_enabled(cx.state.can_play(), button).on_hover_text(tip).clicked() {
                restarted = Some(run);
            }
        }
    });
    if let Some(run) = restarted {
        cx.act(Action::Restart(run));
    }
}

/// The newest frames of two runs that tell what both say about the test part.
fn frames(state: &State, [a, b]: [usize; 2]) -> Option<[&Arc<ProbeFrame>; 2]> {
    Some([scored(state, a, Part::Test)?, scored(state, b, Part::Test)?])
}

/// Counts anew where there is news.
fn count(cx: &mut Cx<'_>, runs: [usize; 2], is_same: bool) {
    let data = data_of(cx.state, runs[0]).filter(|_| is_same);
    let Some(([first, second], data)) = frames(cx.state, runs).zip(data) else {
        cx.view.disagreement.counted = None;
        return;
    };
    let is_kept =
        |Counted { frames: [a, b], .. }: &Counted| Arc::ptr_eq(a, first) && Arc::ptr_eq(b, second);
    if cx.view.disagreement.counted.as_ref().is_some_and(is_kept) {
        return;
    }
    let scores = [first, second].map(|frame| frame.inside.scores_of(Part::Test));
    let [Some(a), Some(b)] = scores else { return };
    let (verdict, apart) = match data.test.targets {
        Targets::Classes(_) => (Verdict::of(&data.test, a, b), Apart::default()),
        Targets::Numbers(_) => (Verdict::default(), Apart::of(a, b)),
    };
    let frames = [first, second].map(Arc::clone);
    let (verdict, apart) = (Arc::new(verdict), Arc::new(apart));
    cx.view.disagreement.counted = Some(Counted { frames, verdict, apart });
}

/// What both say about the rows of the test part, in numbers and row by row.
fn listed(ui: &mut Ui, cx: &mut Cx<'_>, runs: [usize; 2], bottom: f32) {
    let counted = cx.view.disagreement.counted.clone();
    let Some((counted, data)) = counted.zip(data_of(cx.state, runs[0]).cloned()) else {
        silent(ui, cx, runs);
        return;
    };
    let Counted { frames: [first, second], verdict, apart } = counted;
    let scores = [&first, &second].map(|frame| frame.inside.scores_of(Part::Test));
    let [Some(a), Some(b)] = scores else { return };
    let listed = match data.test.targets {
        Targets::Classes(_) => {
            classes(ui, cx, runs, &verdict);
            Listed::Classes(verdict)
        }
        Targets::Numbers(_) => {
            numbers(ui, cx, &apart);
            Listed::Numbers(apart)
        }
    };
    let said = Said { data: &data, runs, scores: [a, b], listed };
    if said.len() == 0 {
        return;
    }
    let height = (bottom - ui.cursor().top()).max(LIST);
    if data.is_image() && !said.is_number() {
        let mut sheet = std::mem::take(&mut cx.view.disagreement.sheet);
        tiles::show(ui, cx, &said, &mut sheet, height);
        cx.view.disagreement.sheet = sheet;
    } else {
        rows::show(ui, cx, &said, height);
    }
}

/// Runs that have said nothing yet.
fn silent(ui: &mut Ui, cx: &mut Cx<'_>, runs: [usize; 2]) {
    let text = "Both runs must have answered once: play them to see on which rows they differ.";
    muted(ui, cx.theme, text);
    let button = egui::Button::new("Play both runs");
    let button = ui.add_enabled(cx.state.can_play(), button);
    if button.on_hover_text("Trains both runs").clicked() {
        runs.into_iter().for_each(|run| cx.act(Action::Play(Some(run))));
    }
}

fn name_of(state: &State, run: usize) -> &str {
    state.run_spec(run).map_or("", |spec| spec.name.as_str())
}

/// With which run the selected one is compared.
fn chooser(ui: &mut Ui, cx: &mut Cx<'_>, run: usize, other: usize) {
    ui.horizontal_wrapped(|ui| {
        mark(ui, cx, run);
        ui.strong(name_of(cx.state, run));
        ui.label("and");
        for one in (0..cx.state.num_runs()).filter(|one| *one != run) {
            together(ui, cx, one);
            mark(ui, cx, one);
            let label = ui.selectable_label(one == other, name_of(cx.state, one));
            if label.on_hover_text("Compare with this run on the test part").clicked() {
                cx.view.disagreement.other = one;
            }
        }
    });
}

/// Begins a line where the mark of a run and its button do not fit into this one.
fn together(ui: &mut Ui, cx: &Cx<'_>, run: usize) {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let words = ui.painter().layout_no_wrap(name_of(cx.state, run).to_owned(), font, cx.theme.text);
    let around = 12.0 + 2.0 * (ui.spacing().item_spacing.x + ui.spacing().button_padding.x);
    if words.size().x + around > ui.available_size_before_wrap().x {
        ui.end_row();
    }
}

/// The mark of a run.
fn mark(ui: &mut Ui, cx: &Cx<'_>, run: usize) {
    let tint = cx.state.slot(run).map_or(run, |slot| slot.tint);
    let (rect, _) =
        ui.allocate_exact_size(vec2(12.0, ui.spacing().interact_size.y), Sense::hover());
    let fill = cx.theme.run(tint);
    Marker::of_run(tint).paint(ui.painter(), rect.center(), 4.5, fill, Stroke::NONE);
}

/// On how many rows they differ, who is right, and whether that could be chance.
fn classes(ui: &mut Ui, cx: &Cx<'_>, [a, b]: [usize; 2], found: &Verdict) {
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
    ui.label(RichText::new(chance_words(found)).color(cx.theme.text)).on_hover_text(
        "McNemar's exact test: how likely chance alone tells the rows that only one run gets \
         right apart so unevenly",
    );
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

/// How far predicted numbers are apart.
fn numbers(ui: &mut Ui, cx: &Cx<'_>, found: &Apart) {
    let words = if found.gaps.is_empty() {
        "Both runs must have answered the same rows.".to_owned()
    } else {
        let [mean, most] = [found.mean, found.most].map(format::measured);
        format!("Their predictions of the test part are {mean} apart on average, {most} at most")
    };
    ui.label(RichText::new(words).color(cx.theme.text));
}
