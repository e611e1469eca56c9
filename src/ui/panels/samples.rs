//! The samples behind a number: images or rows with what is predicted of them, the most confident
//! mistakes first.

mod list;
mod table;
#[cfg(test)]
mod tests;
mod tiles;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Response, Ui};

use crate::data::Dataset;
use crate::record::{Part, ProbeFrame, ProbeRequest};
use crate::ui::panes::Pane;
use crate::ui::parts::{self, Counted};
use crate::ui::textures::Sheet;
use crate::ui::widgets::{caption, chevron, compact, controls, muted};
use crate::ui::{Cx, UiRequest, capture, empty, standing};
use crate::workbench::{SampleList, State};

use list::List;

/// Which samples are shown.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Group {
    /// All of the part.
    All,
    /// Those that are taken for a wrong class.
    #[default]
    Mistakes,
    /// Those that are taken for their own class.
    Correct,
    /// Those of one class that are taken for another, or for itself: a cell of the confusion
    /// matrix.
    Cell {
        /// The true class.
        truth: usize,
        /// The predicted class.
        predicted: usize,
    },
    /// All of one class.
    OfTrue(usize),
    /// All that are taken for a class.
    OfPredicted(usize),
}

/// In which order samples are shown.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Order {
    /// The most confident mistakes first; of numbers, the largest residuals.
    #[default]
    WorstFirst,
    /// The least certain first, right or wrong.
    LeastCertain,
    /// The most certain first, right or wrong.
    MostCertain,
    /// As they stand in the data.
    ByRow,
}

/// Height of a place below which the samples need all the room.
const LOW: f32 = 180.0;

/// View state of this panel.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct SamplesView {
    /// The part that the user wants to see, which not all data have.
    pub counted: Counted,
    /// Which of them.
    pub group: Group,
    /// In which order.
    pub order: Order,
    #[serde(skip)]
    kept: BTreeMap<usize, Kept>,
}

/// What is kept of a run's samples until others are shown.
#[derive(Debug, Default)]
struct Kept {
    list: List,
    sheet: Sheet,
    table: table::Table,
    /// Whether the pointer was on the list, whose order then stays.
    is_held: bool,
}

impl SamplesView {
    /// Shows the samples of a class that are taken for another, or for itself.
    pub fn open_cell(&mut self, part: Part, truth: usize, predicted: usize) {
        self.open(part, Group::Cell { truth, predicted });
    }

    /// Shows all samples of a class.
    pub fn open_true(&mut self, part: Part, class: usize) {
        self.open(part, Group::OfTrue(class));
    }

    /// Shows all samples that are taken for a class.
    pub fn open_predicted(&mut self, part: Part, class: usize) {
        self.open(part, Group::OfPredicted(class));
    }

    /// Shows all samples of a part.
    pub fn open_all(&mut self, part: Part) {
        self.open(part, Group::All);
    }

    fn open(&mut self, part: Part, group: Group) {
        (self.counted, self.group, self.order) = (part.into(), group, Order::WorstFirst);
    }
}

/// The list of a run as it is filtered and sorted, from its newest picture; `None` where the run
/// has not told yet what it says of these samples.
#[must_use]
pub fn listed_now(state: &State, view: &SamplesView, run: usize) -> Option<SampleList> {
    let data = parts::data_of(state, run)?;
    let part = view.counted.part(Some(data));
    let frame = parts::scored(state, run, part)?;
    let mut list = List::default();
    list.update(frame, data, part, (view.group, view.order), false);
    let (data, frame) = (Arc::clone(data), Arc::clone(frame));
    Some(SampleList { data, frame, part, order: list.order })
}

/// Adds what this panel wants to see of a run while it is visible.
pub fn request(state: &State, view: &mut SamplesView, run: usize, wanted: &mut ProbeRequest) {
    if let Some(data) = parts::data_of(state, run) {
        parts::request_scores(data, view.counted.part(Some(data)), wanted);
    }
}

/// Draws it for a run.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let Some(data) = parts::data_of(cx.state, run).cloned() else {
        empty::no_data(ui, cx, "Its samples stand here.");
        return;
    };
    controls(ui, "choosers", LOW, |ui| choosers(ui, cx, &data, run));
    let part = cx.view.samples.counted.part(Some(&data));
    capture::note(ui, || part.label().into());
    let Some(frame) = parts::scored(cx.state, run, part).cloned() else {
        nothing(ui, cx, run);
        return;
    };
    let mut kept = cx.view.samples.kept.remove(&run).unwrap_or_default();
    listed(ui, cx, run, &data, (&frame, part), &mut kept);
    cx.view.samples.kept.insert(run, kept);
}

fn nothing(ui: &mut Ui, cx: &mut Cx<'_>, run: usize) {
    let before = "Press Play: the samples appear here with what the network takes them for, the \
                  most confident mistakes first.";
    let coming = "The samples appear with the next picture of the run.";
    empty::no_answer(ui, cx, run, before, coming);
}

fn listed(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    run: usize,
    data: &Arc<Dataset>,
    (frame, part): (&Arc<ProbeFrame>, Part),
    kept: &mut Kept,
) {
    let Some(scores) = frame.inside.scores_of(part) else { return };
    let wanted = (cx.view.samples.group, cx.view.samples.order);
    kept.list.update(frame, data, part, wanted, kept.is_held);
    caption(ui, cx.theme, &words::summary(&kept.list, scores, data));
    if kept.list.order.is_empty() {
        muted(ui, cx.theme, words::none(cx.view.samples.group, part));
        return;
    }
    let area = ui.available_rect_before_wrap();
    let source = Source { data, part, scores, list: &kept.list };
    let picked = if data.is_image() {
        tiles::show(ui, cx, &source, &mut kept.sheet)
    } else {
        kept.table.show(ui, cx, &source)
    };
    kept.is_held = ui.rect_contains_pointer(area);
    match picked {
        Some((row, Door::Pane(pane))) => {
            cx.view.chosen = Some((part, row));
            cx.request(UiRequest::ShowPane(pane));
        }
        Some((row, Door::Choose)) => cx.view.chosen = Some((part, row)),
        Some((_, Door::Export)) => cx.request(UiRequest::ExportSamples(run)),
        None => {}
    }
}

/// What is to be done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// It is opened there.
    Pane(Pane),
    /// Other panels look at it.
    Choose,
    /// The whole list is written.
    Export,
}

/// A row that was picked, and what for.
type Picked = Option<(usize, Door)>;

/// What is shown.
struct Source<'a> {
    data: &'a Arc<Dataset>,
    part: Part,
    scores: &'a crate::record::Scores,
    list: &'a List,
}

impl Source<'_> {
    /// The row of the part at a place of the list, and its place among the scores.
    fn row(&self, place: usize) -> (usize, usize) {
        let scored = self.list.order[place];
        (self.scores.rows[scored], scored)
    }
}

/// What a click, the keyboard or the menu of a sample asks for.
fn pick(response: &Response, data: &Dataset, (part, row): (Part, usize)) -> Picked {
    let doors = parts::doors(data);
    let mut picked = response.clicked().then_some((row, Door::Pane(doors[0])));
    response.context_menu(|ui| {
        let mut offer = |ui: &mut Ui, text: &str, door: Door| {
            if ui.button(text).clicked() {
                picked = Some((row, door));
                ui.close();
            }
        };
        for pane in doors {
            offer(ui, &format!("Open in “{}”", pane.label()), Door::Pane(pane));
        }
        offer(ui, "Choose without opening", Door::Choose);
        ui.separator();
        if let Some(text) = standing::words(data, part, row)
            && ui.button(format!("Copy “{text}”")).clicked()
        {
            ui.copy_text(text);
            ui.close();
        }
        offer(ui, EXPORT, Door::Export);
    });
    picked
}

/// Writes the list to a file.
const EXPORT: &str = "Export list…";

fn choosers(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset, run: usize) {
    let classes = parts::classes_of(data);
    let names = words::names(data);
    ui.horizontal_wrapped(|ui| {
        let view = &mut cx.view.samples;
        ui.spacing_mut().item_spacing.x = 4.0;
        view.counted.choose(ui, Some(data));
        if let Some(classes) = classes {
            view.group = group(ui, view.group, &names, classes);
            view.order = order(ui, view.order);
        }
        let is_there = parts::scored(cx.state, run, cx.view.samples.counted.part(Some(data)));
        let export = ui.add_enabled(is_there.is_some(), egui::Button::new(EXPORT));
        let tip = "Writes the samples as they are listed here, with what the network says of each, \
                   to a table (CSV)";
        if export.on_hover_text(tip).clicked() {
            cx.request(UiRequest::ExportSamples(run));
        }
    });
}

/// A menu of groups; that of a cell is offered while it is shown.
fn group(ui: &mut Ui, current: Group, names: &[String], classes: usize) -> Group {
    let mut chosen = current;
    let text = words::group(current, names);
    let menu = egui::ComboBox::from_id_salt("group").selected_text(text).width(150.0).truncate();
    let shown = compact(ui, |ui| {
        menu.icon(chevron).height(360.0).show_ui(ui, |ui| {
            let general = [Group::All, Group::Mistakes, Group::Correct];
            let cell = matches!(current, Group::Cell { .. }).then_some(current);
            let of_class = (0..classes).map(Group::OfTrue);
            let taken = (0..classes).map(Group::OfPredicted);
            for one in general.into_iter().chain(cell).chain(of_class).chain(taken) {
                ui.selectable_value(&mut chosen, one, words::group(one, names));
            }
        })
    });
    shown.response.on_hover_text("Which samples are shown").accessible_name("which samples");
    chosen
}

fn order(ui: &mut Ui, current: Order) -> Order {
    let all = [Order::WorstFirst, Order::LeastCertain, Order::MostCertain, Order::ByRow];
    crate::ui::widgets::choice(ui, "order", current, &all, 128.0, words::order).unwrap_or(current)
}
