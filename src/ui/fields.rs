//! Form fields that the editing panels share: a name on the left, what can be changed on the
//! right. A field answers with the new value when the user changed it and keeps none itself.

use std::ops::RangeInclusive;

use egui::{
    Align, Color32, CornerRadius, DragValue, Id, Label, Layout, Pos2, Rect, Response, RichText,
    Role, Sense, Slider, SliderClamping, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::base::Finite;

use super::theme::Theme;

/// Width of the column of names.
pub const NAME_WIDTH: f32 = 92.0;
/// Width of a field for a number.
pub const NUMBER_WIDTH: f32 = 60.0;
/// Decimal places of a number that is dragged.
const SIGNIFICANT: usize = 3;

/// One line of a form. `help` explains the field when the pointer rests on its name, and the
/// name is what assistive technology calls every field that `add` puts there.
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
        ui.label_inputs_by(label.id, add)
    })
    .inner
}

/// How a number is typed and dragged.
#[derive(Clone, Debug)]
pub struct Number {
    range: RangeInclusive<f64>,
    whole: bool,
    relative: bool,
    width: f32,
}

impl Number {
    /// A whole number in `range`.
    #[must_use]
    pub fn whole(range: RangeInclusive<usize>) -> Self {
        let range = *range.start() as f64..=*range.end() as f64;
        Self { range, whole: true, relative: false, width: NUMBER_WIDTH }
    }

    /// A number in `range`, dragged by equal amounts.
    #[must_use]
    pub fn real(range: RangeInclusive<f64>) -> Self {
        Self { range, whole: false, relative: false, width: NUMBER_WIDTH }
    }

    /// A number in `range`, dragged by equal ratios, as suits learning rates.
    #[must_use]
    pub fn ratio(range: RangeInclusive<f64>) -> Self {
        Self { range, whole: false, relative: true, width: NUMBER_WIDTH }
    }

    /// Another width.
    #[must_use]
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    fn speed(&self, value: f64) -> f64 {
        if self.whole {
            return (value.abs() * 0.01).max(0.1);
        }
        if self.relative { (value.abs() * 0.01).max(1e-6) } else { self.span() / 200.0 }
    }

    fn span(&self) -> f64 {
        (self.range.end() - self.range.start()).clamp(1e-6, 2.0)
    }

    fn settle(&self, value: f64) -> f64 {
        if self.whole { value.round() } else { value }
    }
}

/// A number that is typed, dragged or nudged by the arrow keys. Returns the new value when it was
/// changed. Typing counts when it is finished, so that a half-typed number starts nothing.
pub fn number(ui: &mut Ui, value: f64, how: &Number) -> (Option<f64>, Response) {
    let mut edited = value;
    let whole = how.whole;
    let field = DragValue::new(&mut edited)
        .range(how.range.clone())
        .clamp_existing_to_range(false)
        .speed(how.speed(value))
        .update_while_editing(false)
        .min_size(vec2(how.width, ui.spacing().interact_size.y))
        .custom_formatter(move |value, _| number_text(value, whole));
    let response = ui.add(field);
    let edited = how.settle(edited);
    ((edited != value && edited.is_finite()).then_some(edited), response)
}

/// A whole number; see [`number`].
pub fn whole(ui: &mut Ui, value: usize, range: RangeInclusive<usize>) -> Option<usize> {
    let (edited, _) = number(ui, value as f64, &Number::whole(range));
    edited.map(|edited| edited as usize)
}

/// A seed: any whole number, and a button that takes the next one. The button is named `next`.
pub fn seed(ui: &mut Ui, theme: &Theme, value: u64, next: &str, help: &str) -> Option<u64> {
    let most = usize::try_from(u32::MAX).unwrap_or(usize::MAX);
    let (typed, _) = number(ui, value as f64, &Number::whole(0..=most));
    let rolled = icon_button(ui, theme, Icon::Dice, next).on_hover_text(help).clicked();
    if rolled { Some(value.wrapping_add(1)) } else { typed.map(|typed| typed as u64) }
}

/// A number as the interface writes it: whole numbers with thin spaces between thousands, others
/// as the field writes learning rates.
#[must_use]
pub fn number_text(value: f64, whole: bool) -> String {
    match Finite::new(value) {
        Some(_) if whole && (0.0..1e15).contains(&value) => thousands(value.round() as usize),
        Some(number) => number.to_string(),
        None => "–".into(),
    }
}

/// A count with thin spaces between thousands.
#[must_use]
pub fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// `1 class`, `3 classes`: a count and its noun.
#[must_use]
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { many })
}

/// A slider over `range` that fills the rest of the line but for a number of the same value.
/// With `smallest` it runs by equal ratios from there on, and zero stands at its left end.
pub fn slider(
    ui: &mut Ui,
    value: f64,
    range: RangeInclusive<f64>,
    smallest: Option<f64>,
    how: &Number,
) -> Option<f64> {
    let mut moved = value;
    let room = ui.available_width() - how.width - ui.spacing().item_spacing.x;
    ui.spacing_mut().slider_width = room.max(40.0);
    let mut slider = Slider::new(&mut moved, range)
        .show_value(false)
        .clamping(SliderClamping::Never)
        .trailing_fill(true);
    if let Some(smallest) = smallest {
        slider = slider.logarithmic(true).smallest_positive(smallest);
    }
    if how.whole {
        slider = slider.integer();
    }
    let slid = ui.add(slider).changed().then(|| how.settle(rounded(moved)));
    let (typed, _) = number(ui, value, how);
    slid.filter(|slid| *slid != value).or(typed)
}

/// A number with few significant digits, so that a slider does not give `0.20134228`.
fn rounded(value: f64) -> f64 {
    format!("{value:.*e}", SIGNIFICANT - 1).parse().unwrap_or(value)
}

/// One entry of a list to choose from. With a reason it cannot be chosen and says why.
pub fn option(ui: &mut Ui, chosen: bool, label: &str, refused: Option<&str>) -> bool {
    let entry = egui::Button::selectable(chosen, label);
    let response = ui.add_enabled(refused.is_none(), entry);
    let response = match refused {
        Some(reason) => response.on_disabled_hover_text(reason),
        None => response,
    };
    response.clicked()
}

/// A list to choose one entry from, closed until it is clicked. `entries` adds the entries and
/// answers with the one that was chosen.
pub fn choice<T>(
    ui: &mut Ui,
    id: &str,
    chosen: &str,
    width: f32,
    entries: impl FnOnce(&mut Ui) -> Option<T>,
) -> Option<T> {
    egui::ComboBox::from_id_salt(id)
        .selected_text(chosen)
        .width(width)
        .truncate()
        .height(320.0)
        .show_ui(ui, entries)
        .inner
        .flatten()
}

/// A choice between few words that are all visible. Returns the one that was clicked.
pub fn segments<T: Copy + PartialEq>(ui: &mut Ui, now: T, words: &[(T, &str)]) -> Option<T> {
    ui.spacing_mut().item_spacing.x = 2.0;
    let mut chosen = None;
    for &(value, word) in words {
        if ui.selectable_label(value == now, word).clicked() && value != now {
            chosen = Some(value);
        }
    }
    chosen
}

/// Something to switch on or off. Returns the new setting when it was clicked.
pub fn switch(ui: &mut Ui, on: bool, label: &str, help: &str) -> Option<bool> {
    let mut now = on;
    let response = ui.checkbox(&mut now, label);
    if !help.is_empty() {
        response.on_hover_text(help);
    }
    (now != on).then_some(now)
}

/// A sentence about something that cannot work, with its sign.
pub fn problem(ui: &mut Ui, theme: &Theme, sentence: &str) {
    told(ui, theme.warning, sentence);
}

/// A sentence with a coloured bar at its left, as wide as there is room.
pub fn told(ui: &mut Ui, colour: Color32, sentence: &str) {
    let response = ui
        .horizontal(|ui| {
            ui.add_space(8.0);
            ui.add(Label::new(sentence).wrap());
        })
        .response;
    let bar = Rect::from_min_size(response.rect.min, vec2(3.0, response.rect.height()));
    ui.painter().rect_filled(bar, 1.0, colour);
}

/// A muted line of text that wraps.
pub fn muted(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    ui.add(Label::new(RichText::new(text).small().color(theme.text_muted)).wrap())
}

/// The small pictures on buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Six dots: can be dragged.
    Grip,
    /// Two sheets: makes a copy.
    Copy,
    /// A cross: takes away.
    Remove,
    /// A plus: adds something here.
    Plus,
    /// A die: draws anew.
    Dice,
}

/// A button with a picture; `name` is what assistive technology calls it.
pub fn icon_button(ui: &mut Ui, theme: &Theme, icon: Icon, name: &str) -> Response {
    let side = ui.spacing().interact_size.y;
    let (id, rect) = ui.allocate_space(vec2(side, side));
    icon_at(ui, theme, icon, name, rect, id, Sense::click())
}

/// A picture at a place of its own that senses `sense`.
pub fn icon_at(
    ui: &Ui,
    theme: &Theme,
    icon: Icon,
    name: &str,
    rect: Rect,
    id: Id,
    sense: Sense,
) -> Response {
    let response = ui.interact(rect, id, sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    if ui.is_rect_visible(rect) {
        let lit = response.hovered() || response.has_focus() || response.dragged();
        if lit {
            ui.painter().rect_filled(rect, 4.0, theme.line);
        }
        if response.has_focus() {
            let ring = Stroke::new(1.5, theme.accent);
            ui.painter().rect_stroke(rect, 4.0, ring, StrokeKind::Inside);
        }
        let colour = if lit { theme.text } else { theme.text_muted };
        paint_icon(ui, icon, rect.center(), colour);
    }
    response
}

fn paint_icon(ui: &Ui, icon: Icon, centre: Pos2, colour: Color32) {
    match icon {
        Icon::Grip => dots(ui, centre, colour, &[-4.0, 0.0, 4.0], &[-2.5, 2.5], 1.3),
        Icon::Copy => sheets(ui, centre, colour),
        Icon::Remove => cross(ui, centre, colour),
        Icon::Plus => plus(ui, centre, colour),
        Icon::Dice => die(ui, centre, colour),
    }
}

fn dots(ui: &Ui, centre: Pos2, colour: Color32, rows: &[f32], columns: &[f32], radius: f32) {
    for y in rows {
        for x in columns {
            ui.painter().circle_filled(centre + vec2(*x, *y), radius, colour);
        }
    }
}

fn sheets(ui: &Ui, centre: Pos2, colour: Color32) {
    let stroke = Stroke::new(1.2, colour);
    let front = Rect::from_center_size(centre + vec2(1.5, 1.5), Vec2::splat(8.0));
    ui.painter().rect_stroke(front, 1.5, stroke, StrokeKind::Middle);
    let [left, top] = [front.left() - 3.0, front.top() - 3.0];
    let back =
        vec![pos2(left, front.bottom() - 3.0), pos2(left, top), pos2(front.right() - 3.0, top)];
    ui.painter().line(back, stroke);
}

fn cross(ui: &Ui, centre: Pos2, colour: Color32) {
    let stroke = Stroke::new(1.4, colour);
    for arm in [vec2(3.5, 3.5), vec2(3.5, -3.5)] {
        ui.painter().line_segment([centre - arm, centre + arm], stroke);
    }
}

fn plus(ui: &Ui, centre: Pos2, colour: Color32) {
    let stroke = Stroke::new(1.4, colour);
    for arm in [vec2(4.0, 0.0), vec2(0.0, 4.0)] {
        ui.painter().line_segment([centre - arm, centre + arm], stroke);
    }
}

fn die(ui: &Ui, centre: Pos2, colour: Color32) {
    let face = Rect::from_center_size(centre, Vec2::splat(13.0));
    let stroke = Stroke::new(1.2, colour);
    ui.painter().rect_stroke(face, CornerRadius::same(3), stroke, StrokeKind::Middle);
    dots(ui, centre, colour, &[-3.0, 3.0], &[-3.0, 3.0], 1.1);
    ui.painter().circle_filled(centre, 1.1, colour);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted_thinly() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1\u{2009}000"),
            (109_386, "109\u{2009}386"),
            (1_234_567, "1\u{2009}234\u{2009}567"),
        ] {
            assert_eq!(thousands(count), text);
        }
    }

    #[test]
    fn numbers_are_written_as_the_field_writes_them() {
        assert_eq!(number_text(1e-3, false), "1e-3");
        assert_eq!(number_text(0.2, false), "0.2");
        assert_eq!(number_text(12_000.0, true), "12\u{2009}000");
        assert_eq!(number_text(f64::NAN, true), "–");
    }

    #[test]
    fn a_slider_gives_round_numbers() {
        assert_eq!(rounded(0.201_342_28), 0.201);
        assert_eq!(rounded(1234.0), 1230.0);
        assert_eq!(rounded(0.0), 0.0);
    }

    #[test]
    fn a_count_takes_the_right_noun() {
        assert_eq!(counted(1, "class", "classes"), "1 class");
        assert_eq!(counted(3, "class", "classes"), "3 classes");
    }
}
