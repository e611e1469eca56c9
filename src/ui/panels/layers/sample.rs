//! Which sample is followed through the network.

use egui::{Align, Layout, RichText, Sense, Ui, Vec2, vec2};

use crate::base::{RunRng, Stream, argmax};
use crate::data::{Dataset, Labelled, Targets};
use crate::record::{Input, Part, Run, Scores};
use crate::spec::Task;
use crate::ui::parts::{Counted, data_of, filled};
use crate::ui::theme;
use crate::ui::widgets::{self, Icon, IntegerField, icon_button};
use crate::ui::{Cx, format, standing};

use super::parts::sheet;
use super::sheet::Tile;
use super::{Card, Sight};

/// Side of the small picture of the sample.
const THUMBNAIL: f32 = 48.0;

/// Takes over what was chosen elsewhere since.
pub fn follow(cx: &mut Cx<'_>) {
    let view = &mut *cx.view;
    if view.chosen == view.layers.seen {
        return;
    }
    view.layers.seen = view.chosen;
    if let Some((part, row)) = view.chosen {
        (view.layers.part, view.layers.row) = (part, row);
        view.layers.seeking = false;
    }
}

/// Chooses a sample, for all panels that look at one.
pub fn pick(cx: &mut Cx<'_>, part: Part, row: usize) {
    let view = &mut *cx.view;
    (view.layers.part, view.layers.row) = (part, row);
    view.layers.flawless = false;
    view.layers.seeking = false;
    view.chosen = Some((part, row));
    view.layers.seen = view.chosen;
}

/// Goes on to the next mistake once it is known which rows are some.
pub fn found(cx: &mut Cx<'_>, run: usize) {
    let view = &cx.view.layers;
    let (part, row) = (view.part, view.row);
    let frame = cx.state.run(run).and_then(|run| run.frame.as_ref());
    let scores = frame.and_then(|frame| frame.inside.scores_of(part));
    let rows = data_of(cx.state, run).and_then(|data| filled(data, part));
    let (true, Some(scores), Some(rows)) = (view.seeking, scores, rows) else { return };
    match next_mistake(scores, &rows.targets, row) {
        Some(row) => pick(cx, part, row),
        None => {
            cx.view.layers.seeking = false;
            cx.view.layers.flawless = true;
        }
    }
}

/// The first row behind `row` whose likeliest class is not its own, from the top again after the
/// last.
pub fn next_mistake(scores: &Scores, targets: &Targets, row: usize) -> Option<usize> {
    let is_wrong = |place: &usize| {
        let truth = targets.class(scores.rows[*place]);
        truth.is_some_and(|truth| truth != argmax(scores.outputs.row(*place)))
    };
    let count = scores.rows.len().min(scores.outputs.rows());
    let behind = scores.rows.iter().take_while(|&&other| other <= row).count().min(count);
    let place = (behind..count).chain(0..behind).find(is_wrong)?;
    Some(scores.rows[place])
}

/// The controls that choose a sample.
pub fn choose(ui: &mut Ui, cx: &mut Cx<'_>, data: &Dataset) {
    let (part, row) = (cx.view.layers.part, cx.view.layers.row);
    let count = filled(data, part).map_or(0, Labelled::rows);
    let mut chosen = None;
    ui.horizontal_wrapped(|ui| {
        let parts = Part::ALL.into_iter().filter(|part| filled(data, *part).is_some());
        let parts: Vec<Part> = parts.collect();
        if let Some(part) =
            widgets::segmented(ui, cx.theme, part, &parts, |part| Counted::from(part).label())
        {
            chosen = Some((part, 0));
        }
        let last = count.saturating_sub(1);
        if icon_button(ui, cx.theme, Icon::Left, "Previous sample").clicked() {
            chosen = Some((part, row.checked_sub(1).unwrap_or(last)));
        }
        let field = IntegerField::new("Row", row as u64).range(0..=last as u64).width(64.0);
        let field = field.tip("Number of the row within the part, counted from 0");
        if let Some(row) = field.show(ui, cx.theme) {
            chosen = Some((part, row as usize));
        }
        if icon_button(ui, cx.theme, Icon::Right, "Next sample").clicked() {
            chosen = Some((part, if row < last { row + 1 } else { 0 }));
        }
        if icon_button(ui, cx.theme, Icon::Dice, "Random sample").clicked() {
            chosen = Some((part, roll(cx, count)));
        }
        mistakes(ui, cx, data.task);
    });
    if let Some((part, row)) = chosen {
        pick(cx, part, row);
    }
}

fn roll(cx: &mut Cx<'_>, count: usize) -> usize {
    let view = &mut cx.view.layers;
    view.rolls = view.rolls.wrapping_add(1);
    RunRng::new(view.row as u64).stream(Stream::Sample, view.rolls).below(count)
}

fn mistakes(ui: &mut Ui, cx: &mut Cx<'_>, task: Task) {
    if task == Task::Regression {
        return;
    }
    let view = &mut cx.view.layers;
    let button = egui::Button::new("Next mistake").selected(view.seeking);
    let tip = "Goes on to the next sample that the network takes for a wrong class";
    if ui.add(button).on_hover_text(tip).clicked() {
        view.seeking = true;
        view.flawless = false;
    }
    if view.flawless {
        widgets::caption(ui, cx.theme, "No mistakes in this part");
    }
}

/// The sample that is shown below, its truth, and what the network says.
pub fn headline(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>, record: &Run) {
    let Input::Row(part, row) = sight.trace.request.input else { return };
    let size = vec2(ui.available_width(), THUMBNAIL);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        if sight.data.is_image() {
            thumbnail(ui, cx, sight);
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.horizontal_wrapped(|ui| {
                let who = RichText::new(who(sight, part, row)).strong();
                ui.add(egui::Label::new(who).truncate());
                standing::show(ui, cx.theme, sight.data, (part, row));
            });
            let (text, is_right) = verdict(sight, part, row);
            let colour = match is_right {
                Some(false) => cx.theme.error,
                _ => cx.theme.text_muted,
            };
            let is_narrow = ui.available_width() < NARROW;
            let text = RichText::new(text).color(colour);
            let text = if is_narrow { text.small() } else { text };
            ui.add(egui::Label::new(text).truncate());
            let is_chosen = (cx.view.layers.part, cx.view.layers.row) == (part, row);
            if !is_chosen && !cx.state.still_answers(record) {
                let text = "This run has ended: press Play to see other samples";
                ui.label(RichText::new(text).color(cx.theme.warning).small());
            }
        });
    });
}

fn thumbnail(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(THUMBNAIL), Sense::hover());
    let key = sight.key(cx.theme, Vec::new());
    let sheet = sheet(ui.ctx(), cx.view, (sight.run, Card::Sample), key, || {
        Tile::sample(sight.data, &sight.trace.input).into_iter().collect()
    });
    sheet.paint(ui.painter(), [(0, rect)].into_iter());
    ui.painter().rect_stroke(rect, 2.0, cx.theme.hairline(), egui::StrokeKind::Outside);
    ui.add_space(theme::TIGHT);
}

/// Width below which the verdict is small.
const NARROW: f32 = 300.0;

/// `Test image 12, class 4`
pub fn who(sight: &Sight<'_>, part: Part, row: usize) -> String {
    let part_name = part.adjective();
    let what = if sight.data.is_image() { "image" } else { "row" };
    let number = widgets::thousands(row as u64);
    let truth = truth(sight.data, part, row);
    let name = format!("{part_name} {what} {number}{truth}");
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// `, class 4`, or the number that belongs to a row.
fn truth(data: &Dataset, part: Part, row: usize) -> String {
    let Some(rows) = filled(data, part).filter(|rows| row < rows.rows()) else {
        return String::new();
    };
    match &rows.targets {
        Targets::Classes(classes) => {
            format!(", {}", format::class_phrase(&data.class_names, classes[row] as usize))
        }
        Targets::Numbers(numbers) => {
            format!(", {} {}", data.label_name, format::measured(numbers[row].into()))
        }
    }
}

/// What the network says, and whether that is right; unknown of numbers.
fn verdict(sight: &Sight<'_>, part: Part, row: usize) -> (String, Option<bool>) {
    let outputs = &sight.trace.outputs;
    if sight.data.task == Task::Regression {
        let said = outputs.first().copied().unwrap_or(f32::NAN);
        return (format!("predicted {}", format::measured(said.into())), None);
    }
    let predicted = argmax(outputs);
    let truth = filled(sight.data, part).and_then(|rows| rows.targets.class(row));
    let is_right = truth == Some(predicted);
    let verb = if is_right { "recognised" } else { "wrongly taken for" };
    let class = format::class_phrase(&sight.data.class_names, predicted);
    let what = if is_right { String::new() } else { format!(" {class}") };
    let share = outputs.get(predicted).copied().unwrap_or(f32::NAN);
    (format!("{verb}{what} with {}", format::percent(share.into())), Some(is_right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::record::ScoresRequest;

    #[test]
    fn the_next_mistake_is_behind_the_row_and_then_from_the_top() {
        let outputs = vec![0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.3, 0.7];
        let scores = Scores {
            request: ScoresRequest { part: Part::Test, most: 4 },
            rows: vec![0, 2, 4, 6],
            outputs: Matrix::new(4, 2, outputs).expect("fits"),
        };
        // Rows 0, 2, 4 and 6 are taken for 0, 1, 0 and 1.
        let targets = Targets::Classes(vec![1, 0, 1, 0, 0, 0, 0]);
        assert_eq!(next_mistake(&scores, &targets, 0), Some(6));
        assert_eq!(next_mistake(&scores, &targets, 6), Some(0));
        assert_eq!(next_mistake(&scores, &targets, 3), Some(6));
        let right = Targets::Classes(vec![0, 0, 1, 0, 0, 0, 1]);
        assert_eq!(next_mistake(&scores, &right, 0), None);
        let alone = Targets::Classes(vec![1, 0, 1, 0, 0, 0, 1]);
        assert_eq!(next_mistake(&scores, &alone, 0), Some(0), "the same one again");
    }
}
