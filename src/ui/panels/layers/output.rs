//! What comes out: logits, and the probabilities or the number that they become.

use egui::{Align2, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::base::argmax;
use crate::record::Input;
use crate::spec::Task;
use crate::ui::parts::filled;
use crate::ui::theme;
use crate::ui::widgets::{Icon, Marker};
use crate::ui::{Cx, format, widgets};

use super::input::share_bar;
use super::parts::{self, short};
use super::values::extent;
use super::{Fold, Sight};

/// Classes that are listed at first, the likeliest ones.
const CLASSES: usize = 12;
/// Width of a class's name, of a bar, and of the number beside it.
const NAME: [f32; 2] = [88.0, 56.0];
const BAR: [f32; 2] = [88.0, 8.0];
const NUMBER: f32 = 54.0;

/// Draws the card of the output layer.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>) {
    let title = format!("{} · Output", sight.hidden().len() + 1);
    let logits = sight.layer(sight.hidden().len()).map_or(&[][..], |layer| &layer.values);
    let is_regression = sight.data.task == Task::Regression;
    let words = match (is_regression, sight.spec.readout().are_probabilities()) {
        (true, _) => "predicted number",
        (false, true) => "logits, and the probabilities they become",
        (false, false) => "outputs, and the shares they become",
    };
    parts::card(
        ui,
        cx.theme,
        [&title, words],
        |_| {},
        |ui| match is_regression {
            true => number(ui, cx, sight),
            false => classes(ui, cx, sight, logits),
        },
    );
}

fn number(ui: &mut Ui, cx: &Cx<'_>, sight: &Sight<'_>) {
    let said = sight.trace.outputs.first().copied().unwrap_or(f32::NAN);
    let text = format::measured(said.into());
    widgets::large_number(ui, cx.theme, "predicted", &text, 140.0);
    if let Some(truth) = true_number(sight) {
        let error = format::measured(f64::from(said) - f64::from(truth));
        let truth = format::measured(truth.into());
        widgets::muted(ui, cx.theme, &format!("true {truth}, error {error}"));
    }
}

fn true_number(sight: &Sight<'_>) -> Option<f32> {
    let Input::Row(part, row) = sight.trace.request.input else { return None };
    match &filled(sight.data, part)?.targets {
        crate::data::Targets::Numbers(numbers) => numbers.get(row).copied(),
        crate::data::Targets::Classes(_) => None,
    }
}

/// Which classes are listed: all in their order, or the likeliest of many.
fn listed(outputs: &[f32], most: usize) -> Vec<usize> {
    let mut classes: Vec<usize> = (0..outputs.len()).collect();
    if most < classes.len() {
        classes.sort_by(|&a, &b| outputs[b].total_cmp(&outputs[a]));
        classes.truncate(most);
    }
    classes
}

fn classes(ui: &mut Ui, cx: &mut Cx<'_>, sight: &Sight<'_>, logits: &[f32]) {
    let outputs = &sight.trace.outputs;
    let shown = parts::shown(cx, Fold::Classes, CLASSES, outputs.len());
    let truth = match sight.trace.request.input {
        Input::Row(part, row) => filled(sight.data, part).and_then(|rows| rows.targets.class(row)),
        Input::Values(_) => None,
    };
    let predicted = argmax(outputs);
    let most = extent(logits);
    for class in listed(outputs, shown) {
        // A single logit speaks for class 1.
        let logit = match logits {
            [one] => (class == 1).then_some(*one),
            all => all.get(class).copied(),
        };
        let line = Line {
            name: format::class_name(&sight.data.class_names, class),
            class,
            logit,
            most,
            share: outputs[class],
            is_predicted: class == predicted,
            is_true: truth == Some(class),
        };
        line.show(ui, cx);
    }
    parts::fold(ui, cx, Fold::Classes, CLASSES, outputs.len(), "classes, the likeliest");
}

/// Widths of a name and of a bar in so much room, and what stands between both bars. Where there
/// is too little, there are no bars.
fn columns(room: f32) -> [f32; 3] {
    let name = (0.25 * room).clamp(NAME[1], NAME[0]);
    let left = room - name - SIGNS - 2.0 * NUMBER - theme::GROUP;
    match 0.5 * left {
        bar if bar < BAR[1] => [name, 0.0, 0.0],
        bar => [name, bar.min(BAR[0]), theme::GROUP],
    }
}

/// Room for the signs between a name and the first bar.
const SIGNS: f32 = 32.0;

/// One class: what speaks for it, and how likely it is taken to be.
struct Line {
    name: String,
    class: usize,
    logit: Option<f32>,
    most: f32,
    share: f32,
    is_predicted: bool,
    is_true: bool,
}

impl Line {
    fn show(&self, ui: &mut Ui, cx: &Cx<'_>) {
        let theme = cx.theme;
        let size = vec2(ui.available_width(), theme::TARGET - 2.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let y = rect.center().y;
        let mut left = rect.left();
        let fill = theme.class(self.class);
        let marker = pos2(left + 7.0, y);
        Marker::of_class(self.class).paint(
            ui.painter(),
            marker,
            theme.mark(4.5),
            fill,
            Stroke::NONE,
        );
        let ink = if self.is_predicted { theme.text } else { theme.text_muted };
        let [name, length, gap] = columns(rect.width());
        self.name(ui, pos2(left + 18.0, y), name - 20.0, ink);
        left += name;
        let mut sign = |icon: Icon, is_shown: bool, colour| {
            let square = Rect::from_center_size(pos2(left + 6.0, y), Vec2::splat(12.0));
            if is_shown {
                icon.paint(ui.painter(), square, colour);
            }
            left += 16.0;
        };
        sign(Icon::Right, self.is_predicted, theme.text);
        sign(Icon::Check, self.is_true, theme.good);
        let bar = |left: f32| Rect::from_min_size(pos2(left, y - 6.0), vec2(length, 12.0));
        let number = |right: f32, text: String| {
            let (at, small) = (pos2(right, y), theme::small());
            ui.painter().text(at, Align2::RIGHT_CENTER, text, small, ink);
        };
        if let Some(logit) = self.logit {
            if length > 0.0 {
                widgets::signed_bar(ui, theme, bar(left), logit, self.most);
            }
            number(left + length + NUMBER, short(logit));
        }
        left += length + NUMBER + gap;
        if length > 0.0 {
            share_bar(ui, theme, bar(left), self.share, fill);
        }
        number(left + length + NUMBER, format::percent(self.share.into()));
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.words()));
        response.on_hover_ui(|ui| _ = ui.label(self.words()));
    }

    fn name(&self, ui: &Ui, at: egui::Pos2, width: f32, ink: egui::Color32) {
        let mut job =
            egui::text::LayoutJob::simple_singleline(self.name.clone(), theme::small(), ink);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width);
        let galley = ui.painter().layout_job(job);
        let at = at - vec2(0.0, galley.size().y / 2.0);
        ui.painter().galley(at, galley, ink);
    }

    /// `4: logit 2.310, 87.1 %, predicted, true`
    fn words(&self) -> String {
        let logit = self.logit.map_or(String::new(), |logit| format!("logit {}, ", short(logit)));
        let predicted = if self.is_predicted { ", predicted" } else { "" };
        let truth = if self.is_true { ", true" } else { "" };
        let share = format::percent(self.share.into());
        format!("{}: {logit}{share}{predicted}{truth}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_classes_stand_in_order_and_few_of_many_by_how_likely_they_are() {
        let outputs = [0.1, 0.6, 0.3];
        assert_eq!(listed(&outputs, 3), [0, 1, 2]);
        assert_eq!(listed(&outputs, 2), [1, 2]);
    }
}
