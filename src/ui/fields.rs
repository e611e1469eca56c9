//! Form fields that the editing panels share: a name on the left, what can be changed on the
//! right. A field answers with the new value when the user changed it and keeps none itself.

use std::ops::RangeInclusive;

use egui::{
    Align, Button, Color32, ComboBox, Id, Label, Layout, Rect, Response, RichText, Role, Sense,
    Slider, SliderClamping, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::base::Finite;
use crate::workbench::{Edit, Remedy};

use super::theme::{self, Theme};
use super::widgets::{self, Icon, IntegerField, NumberField, Scale};

/// Width of the column of names.
pub const NAME_WIDTH: f32 = 86.0;
/// Width of a field for a number.
pub const NUMBER_WIDTH: f32 = 64.0;
/// Digits that a slider gives, so that it does not give `0.20134228`.
const SLIDER_DIGITS: usize = 2;

/// One line of a form. `help` explains the field when the pointer rests on its name, and the
/// name is what assistive technology calls every field in the line that has no name of its own.
pub fn row<R>(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    help: &str,
    add: impl FnOnce(&mut Ui) -> R,
) -> R {
    ui.horizontal(|ui| {
        let size = vec2(NAME_WIDTH, ui.spacing().interact_size.y);
        let layout = Layout::left_to_right(Align::Center);
        let label = ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_width(NAME_WIDTH);
            ui.add(Label::new(RichText::new(name).color(theme.text_muted)).truncate())
        });
        let label = if help.is_empty() { label.inner } else { label.inner.on_hover_text(help) };
        ui.push_id(name, |ui| ui.label_inputs_by(label.id, add)).inner
    })
    .inner
}

/// Which numbers a field takes, and how they are dragged and stepped.
#[derive(Clone, Debug)]
pub struct Real {
    /// What can be typed.
    pub range: RangeInclusive<f64>,
    /// What a slider reaches.
    pub reach: RangeInclusive<f64>,
    /// By equal amounts, or by equal ratios as suits learning rates.
    pub scale: Scale,
    /// Width of the field.
    pub width: f32,
}

impl Real {
    /// Numbers in `range`, dragged by `step`.
    #[must_use]
    pub fn linear(range: RangeInclusive<f64>, step: f64) -> Self {
        Self { reach: range.clone(), range, scale: Scale::Linear(step), width: NUMBER_WIDTH }
    }

    /// Numbers in `range`, dragged by equal ratios from `least` on.
    #[must_use]
    pub fn ratio(range: RangeInclusive<f64>, least: f64) -> Self {
        Self { reach: range.clone(), range, scale: Scale::Log { least }, width: NUMBER_WIDTH }
    }

    /// With a slider that reaches less than can be typed.
    #[must_use]
    pub fn reach(mut self, reach: RangeInclusive<f64>) -> Self {
        self.reach = reach;
        self
    }

    /// In a field of another width.
    #[must_use]
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }
}

/// A number that is typed, dragged or stepped by arrow keys and wheel.
pub fn real(ui: &mut Ui, theme: &Theme, name: &str, now: Finite, how: &Real) -> Option<Finite> {
    NumberField::new(name, now)
        .range(how.range.clone())
        .scale(how.scale)
        .width(how.width)
        .show(ui, theme)
}

/// The same, with a slider before it that fills the rest of the line.
pub fn real_slider(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    now: Finite,
    how: &Real,
) -> Option<Finite> {
    let mut moved = now.get();
    make_room(ui);
    let slider = Slider::new(&mut moved, how.reach.clone());
    let slider = match how.scale {
        Scale::Linear(_) => slider,
        Scale::Log { least } => slider.logarithmic(true).smallest_positive(least),
    };
    let slid = ui.add(quiet(slider)).changed().then(|| rounded(moved));
    let typed = real(ui, theme, name, now, how);
    slid.and_then(Finite::new).filter(|slid| *slid != now).or(typed)
}

/// A whole number that is typed, dragged or stepped by arrow keys and wheel.
pub fn whole(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    now: usize,
    range: RangeInclusive<usize>,
) -> Option<usize> {
    let range = *range.start() as u64..=*range.end() as u64;
    let field = IntegerField::new(name, now as u64).range(range).width(NUMBER_WIDTH);
    let field = if now >= LARGE_COUNT { field.logarithmic() } else { field };
    field.show(ui, theme).map(|edited| usize::try_from(edited).unwrap_or(usize::MAX))
}

/// Counts from here on are dragged by equal ratios.
const LARGE_COUNT: usize = 50;

/// The same, with a slider before it that fills the rest of the line.
pub fn whole_slider(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    now: usize,
    range: RangeInclusive<usize>,
    reach: RangeInclusive<usize>,
) -> Option<usize> {
    let mut moved = now;
    make_room(ui);
    let slid = ui.add(quiet(Slider::new(&mut moved, reach))).changed();
    let typed = whole(ui, theme, name, now, range);
    (slid && moved != now).then_some(moved).or(typed)
}

fn make_room(ui: &mut Ui) {
    let room = ui.available_width() - NUMBER_WIDTH - ui.spacing().item_spacing.x;
    ui.spacing_mut().slider_width = room.max(40.0);
}

/// A slider without a number of its own that leaves values beyond its reach as they are.
fn quiet(slider: Slider<'_>) -> Slider<'_> {
    slider.show_value(false).clamping(SliderClamping::Never).trailing_fill(true)
}

fn rounded(value: f64) -> f64 {
    format!("{value:.*e}", SLIDER_DIGITS - 1).parse().unwrap_or(value)
}

/// A seed, and a button that takes the next one. The button is called `next`.
pub fn seed(ui: &mut Ui, theme: &Theme, name: &str, now: u64, next: &str) -> Option<u64> {
    let typed = IntegerField::new(name, now).width(NUMBER_WIDTH).show(ui, theme);
    let rolled = widgets::icon_button(ui, theme, Icon::Dice, next).clicked();
    if rolled { Some(now.wrapping_add(1)) } else { typed }
}

/// `1 class`, `3 classes`: a count and its noun.
#[must_use]
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", widgets::thousands(count as u64), if count == 1 { one } else { many })
}

/// `1.2 M`, `34.6 k`, `200`: a count that is not needed to the last digit.
#[must_use]
pub fn rough(count: u64) -> String {
    let (unit, sign) = match count {
        0..10_000 => return widgets::thousands(count),
        10_000..999_950 => (1e3, 'k'),
        999_950..999_950_000 => (1e6, 'M'),
        999_950_000..999_950_000_000 => (1e9, 'G'),
        _ => (1e12, 'T'),
    };
    format!("{:.1}\u{2009}{sign}", count as f64 / unit)
}

/// Fields side by side, as many in a line as there is room for.
pub fn flow<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = FLOW_GAP;
        add(ui)
    })
    .inner
}

/// A field of a [`flow`], `width` wide, with its name before it; both stay together.
pub fn item<R>(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    help: &str,
    width: f32,
    add: impl FnOnce(&mut Ui) -> R,
) -> R {
    let words = ui.painter().layout_no_wrap(name.to_owned(), theme::body(), theme.text_muted);
    let gap = if name.is_empty() { 0.0 } else { ITEM_GAP };
    let size = vec2(words.size().x + gap + width, ui.spacing().interact_size.y);
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.spacing_mut().item_spacing.x = gap;
        if !name.is_empty() {
            let label = widgets::muted(ui, theme, name);
            if !help.is_empty() {
                label.on_hover_text(help);
            }
        }
        ui.spacing_mut().item_spacing.x = ITEM_GAP;
        add(ui)
    })
    .inner
}

/// Room between the fields of a flow, and between a name and its field.
const FLOW_GAP: f32 = 10.0;
const ITEM_GAP: f32 = 5.0;

/// A group of settings that is folded away behind its title, with what is set in one line. `open`
/// says whether it is unfolded.
pub fn fold(
    ui: &mut Ui,
    theme: &Theme,
    title: &str,
    summary: &str,
    open: &mut bool,
    add: impl FnOnce(&mut Ui),
) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), FOLD), Sense::click());
    *open ^= response.clicked();
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, *open, title));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_expanded(*open);
        node.set_description(summary);
    });
    paint_fold(ui, theme, rect, &response, title, if *open { "" } else { summary }, *open);
    if !*open && !summary.is_empty() {
        response.on_hover_text(summary);
    }
    if *open {
        ui.indent(title, add);
        ui.add_space(4.0);
    }
}

/// Height of the line of a folded group.
const FOLD: f32 = 22.0;

fn paint_fold(
    ui: &Ui,
    theme: &Theme,
    rect: Rect,
    response: &Response,
    title: &str,
    summary: &str,
    open: bool,
) {
    let is_lit = response.hovered() || response.has_focus();
    if is_lit {
        ui.painter().rect_filled(rect, theme::FIELD_RADIUS, theme.hover);
    }
    if response.has_focus() {
        let round = theme::FIELD_RADIUS;
        ui.painter().rect_stroke(rect, round, theme.focus_ring(), StrokeKind::Inside);
    }
    let sign = Rect::from_center_size(pos2(rect.left() + 7.0, rect.center().y), vec2(11.0, 11.0));
    let icon = if open { Icon::Down } else { Icon::Right };
    icon.paint(ui.painter(), sign, theme.text_muted);
    let words = ui.painter().layout_no_wrap(title.to_owned(), theme::body(), theme.text);
    let at = pos2(sign.right() + 5.0, rect.center().y - words.size().y / 2.0);
    let end = at.x + words.size().x;
    ui.painter().galley(at, words, theme.text);
    let rest = rect.with_min_x(end + 2.0);
    widgets::line_in(ui, rest, Align::Max, summary, theme::small(), theme.text_muted);
}

/// A list to choose one entry from, closed until it is clicked. `entries` adds the entries and
/// answers with the one that was chosen.
pub fn list<T>(
    ui: &mut Ui,
    name: &str,
    chosen: &str,
    width: f32,
    entries: impl FnOnce(&mut Ui) -> Option<T>,
) -> Option<T> {
    let combo = ComboBox::from_id_salt(name).selected_text(chosen).width(width).truncate();
    let combo = combo.icon(widgets::chevron);
    let shown = widgets::compact(ui, |ui| {
        combo.show_ui(ui, |ui| {
            let chosen = entries(ui);
            // By keyboard, too, a choice ends the choosing.
            if chosen.is_some() {
                ui.close();
            }
            chosen
        })
    });
    shown.response.accessible_name(name);
    shown.inner.flatten()
}

/// One entry of a list. With a reason it cannot be chosen and says why. Tells whether it was
/// chosen and is another one than now.
pub fn entry(ui: &mut Ui, is_now: bool, label: &str, refused: Option<&str>) -> Response {
    let response = ui.add_enabled(refused.is_none(), Button::selectable(is_now, label));
    match refused {
        Some(reason) => response.on_disabled_hover_text(reason),
        None => response,
    }
}

/// Something to switch on or off. Returns the new setting when it was clicked.
pub fn switch(ui: &mut Ui, theme: &Theme, on: bool, label: &str, help: &str) -> Option<bool> {
    let mut now = on;
    widgets::toggle(ui, theme, &mut now, label).on_hover_text(help);
    (now != on).then_some(now)
}

/// A sentence about something that cannot work, with its sign.
pub fn problem(ui: &mut Ui, theme: &Theme, sentence: &str) {
    told(ui, Icon::Warning, theme.warning, sentence);
}

/// A sentence with a sign before it, as wide as there is room.
pub fn told(ui: &mut Ui, sign: Icon, colour: Color32, sentence: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let line = ui.text_style_height(&egui::TextStyle::Body);
        let (place, _) = ui.allocate_exact_size(vec2(line, line), Sense::hover());
        sign.paint(ui.painter(), place.shrink(1.0), colour);
        ui.add(Label::new(sentence).wrap());
    });
}

/// Buttons below a sentence, each of which mends what it says; tells the one that was pressed.
pub fn remedies(ui: &mut Ui, remedies: &[Remedy]) -> Option<Edit> {
    let mut pressed = None;
    if !remedies.is_empty() {
        ui.horizontal_wrapped(|ui| {
            ui.add_space(ui.text_style_height(&egui::TextStyle::Body) + 6.0);
            for remedy in remedies {
                let button = ui.button(&remedy.label);
                if button.on_hover_text("Mends it; undo takes it back").clicked() {
                    pressed = Some(remedy.edit.clone());
                }
            }
        });
    }
    pressed
}

/// What could be better, said quietly: nothing is wrong with it.
pub fn advice(ui: &mut Ui, theme: &Theme, sentence: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let line = ui.text_style_height(&egui::TextStyle::Small);
        let (place, _) = ui.allocate_exact_size(vec2(line, line), Sense::hover());
        Icon::Info.paint(ui.painter(), place, theme.text_muted);
        remark(ui, theme, sentence);
    });
}

/// A small muted text that wraps.
pub fn remark(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    ui.add(Label::new(RichText::new(text).small().color(theme.text_muted)).wrap())
}

/// A pictogram at a place of its own that senses `sense`; `name` is its accessible name.
pub fn icon_at(
    ui: &Ui,
    theme: &Theme,
    icon: Icon,
    name: &str,
    place: Rect,
    id: Id,
    sense: Sense,
) -> Response {
    let response = ui.interact(place, id, sense);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    if ui.is_rect_visible(place) {
        let is_lit = response.hovered() || response.has_focus() || response.dragged();
        if is_lit {
            ui.painter().rect_filled(place, 4.0, theme.hover);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(place, 4.0, theme.focus_ring(), StrokeKind::Inside);
        }
        let colour = if is_lit { theme.text } else { theme.text_muted };
        let side = vec2(14.0, 14.0);
        icon.paint(ui.painter(), Rect::from_center_size(place.center(), side), colour);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slider_gives_round_numbers() {
        assert_eq!(rounded(0.201_342_28), 0.2);
        assert_eq!(rounded(0.001_234), 0.0012);
        assert_eq!(rounded(0.0), 0.0);
    }

    #[test]
    fn large_counts_are_rough() {
        for (count, text) in [
            (0, "0"),
            (9_999, "9\u{2009}999"),
            (34_560, "34.6\u{2009}k"),
            (1_234_567, "1.2\u{2009}M"),
            (25_690_112_000, "25.7\u{2009}G"),
            (u64::MAX, "18446744.1\u{2009}T"),
        ] {
            assert_eq!(rough(count), text);
        }
    }

    #[test]
    fn a_count_takes_the_right_noun() {
        assert_eq!(counted(1, "class", "classes"), "1 class");
        assert_eq!(counted(1234, "class", "classes"), "1\u{2009}234 classes");
    }
}
