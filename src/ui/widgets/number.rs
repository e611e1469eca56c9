use std::fmt::Display;
use std::ops::RangeInclusive;

use egui::text::CCursorRange;
use egui::{
    Align2, CornerRadius, CursorIcon, Event, Id, Key, Modifiers, MouseWheelUnit, Response, Role,
    Sense, StrokeKind, TextEdit, Ui, Vec2, WidgetInfo, vec2,
};

use crate::base::Finite;
use crate::ui::theme::{self, Theme};

/// How a number changes by arrow keys, wheel and dragging.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// By equal differences of so much.
    Linear(f64),
    /// By equal ratios: 1, 2, 5, 10. Below the least positive value lies zero, if the range
    /// has it.
    Log {
        /// The least positive value that is reached without typing.
        least: f64,
    },
}

/// A field for a number. It is typed, dragged sideways, or stepped by the arrow keys and, while
/// it has the focus, by the wheel. What cannot be understood stays as typed, marked, until it is
/// mended or Escape brings the number back.
pub struct NumberField<'a> {
    name: &'a str,
    value: Finite,
    range: RangeInclusive<f64>,
    scale: Scale,
    look: Look<'a>,
}

impl<'a> NumberField<'a> {
    /// A field of that accessible name, without limits, stepping by 0.1.
    #[must_use]
    pub fn new(name: &'a str, value: Finite) -> Self {
        Self {
            name,
            value,
            range: f64::MIN..=f64::MAX,
            scale: Scale::Linear(0.1),
            look: Look::default(),
        }
    }

    /// Least and greatest value.
    #[must_use]
    pub fn range(mut self, range: RangeInclusive<f64>) -> Self {
        self.range = range;
        self
    }

    /// How it changes when it is not typed.
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    /// Width on the screen.
    #[must_use]
    pub fn width(mut self, width: f32) -> Self {
        self.look.width = width;
        self
    }

    /// A sentence for the tooltip.
    #[must_use]
    pub fn tip(mut self, tip: &'a str) -> Self {
        self.look.tip = tip;
        self
    }

    /// Draws it. Returns the new number in every frame in which it changes.
    pub fn show(self, ui: &mut Ui, theme: &Theme) -> Option<Finite> {
        let kind = Real { range: self.range, scale: self.scale };
        show(ui, theme, self.name, self.value, &kind, self.look)
    }
}

/// A field for a whole number. It behaves as [`NumberField`].
pub struct IntegerField<'a> {
    name: &'a str,
    value: u64,
    range: RangeInclusive<u64>,
    step: u64,
    log: bool,
    look: Look<'a>,
}

impl<'a> IntegerField<'a> {
    /// A field of that accessible name, without limits, stepping by 1.
    #[must_use]
    pub fn new(name: &'a str, value: u64) -> Self {
        Self { name, value, range: 0..=u64::MAX, step: 1, log: false, look: Look::default() }
    }

    /// Least and greatest value.
    #[must_use]
    pub fn range(mut self, range: RangeInclusive<u64>) -> Self {
        self.range = range;
        self
    }

    /// How much an arrow key changes it.
    #[must_use]
    pub fn step(mut self, step: u64) -> Self {
        self.step = step;
        self
    }

    /// Dragging changes it by ratios, for numbers that may be large.
    #[must_use]
    pub fn logarithmic(mut self) -> Self {
        self.log = true;
        self
    }

    /// Width on the screen.
    #[must_use]
    pub fn width(mut self, width: f32) -> Self {
        self.look.width = width;
        self
    }

    /// A sentence for the tooltip.
    #[must_use]
    pub fn tip(mut self, tip: &'a str) -> Self {
        self.look.tip = tip;
        self
    }

    /// Draws it. Returns the new number in every frame in which it changes.
    pub fn show(self, ui: &mut Ui, theme: &Theme) -> Option<u64> {
        let kind = Whole { range: self.range, step: self.step.max(1), log: self.log };
        show(ui, theme, self.name, self.value, &kind, self.look)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) width: f32,
    pub(super) tip: &'a str,
}

impl Default for Look<'_> {
    fn default() -> Self {
        Self { width: 72.0, tip: "" }
    }
}

/// What a field must know of the values it holds.
pub(super) trait Kind<V> {
    fn parse(&self, text: &str) -> Result<V, String>;
    fn step(&self, value: V, times: i32) -> V;
    fn drag(&self, start: V, points: f32) -> V;
}

struct Real {
    range: RangeInclusive<f64>,
    scale: Scale,
}

impl Real {
    fn clamp(&self, value: f64) -> Finite {
        let value = value.clamp(*self.range.start(), *self.range.end());
        Finite::new(value).unwrap_or(Finite::ZERO)
    }

    /// Zero lies below the least value of a logarithmic scale.
    fn snap(&self, value: f64, least: f64) -> Finite {
        let has_zero = *self.range.start() <= 0.0;
        match value < least * 0.99 {
            true if has_zero => Finite::ZERO,
            true => self.clamp(least),
            false => self.clamp(rounded(value, 2)),
        }
    }
}

impl Kind<Finite> for Real {
    fn parse(&self, text: &str) -> Result<Finite, String> {
        let value: Finite = text.parse().map_err(|message: String| hint(text, message))?;
        within(value.get(), &self.range)?;
        Ok(value)
    }

    fn step(&self, value: Finite, times: i32) -> Finite {
        let value = value.get();
        match self.scale {
            Scale::Linear(step) => {
                self.clamp(((value / step).round() + f64::from(times)) * step).rounded_to(step)
            }
            Scale::Log { least } => {
                let mut next = value;
                for _ in 0..times.abs() {
                    next = neighbour(next, least, times > 0);
                }
                self.snap(next, least)
            }
        }
    }

    fn drag(&self, start: Finite, points: f32) -> Finite {
        let points = f64::from(points);
        match self.scale {
            Scale::Linear(step) => {
                let steps = (points / POINTS_PER_STEP).round();
                self.clamp(start.get() + steps * step).rounded_to(step)
            }
            Scale::Log { least } => {
                let start = start.get().max(least * 0.9);
                self.snap(start * 10_f64.powf(points / POINTS_PER_DECADE), least)
            }
        }
    }
}

/// How far the pointer moves for one step, and for a factor of ten.
pub(super) const POINTS_PER_STEP: f64 = 6.0;
const POINTS_PER_DECADE: f64 = 100.0;

trait RoundedTo {
    fn rounded_to(self, step: f64) -> Self;
}

impl RoundedTo for Finite {
    /// Frees a multiple of a decimal step from the error of its binary form: 0.30000000000000004
    /// is 0.3.
    fn rounded_to(self, step: f64) -> Self {
        let decimals = (-step.abs().log10().floor()).clamp(0.0, 12.0) as usize + 2;
        let text = format!("{:.decimals$}", self.get());
        text.parse().unwrap_or(self)
    }
}

/// The nearest number of so many significant digits.
fn rounded(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

/// The next larger or smaller of …, 1, 2, 5, 10, 20, ….
fn neighbour(value: f64, least: f64, up: bool) -> f64 {
    if value < least {
        return if up { least } else { 0.0 };
    }
    let exponent = value.log10().floor();
    let series =
        [0.5, 1.0, 2.0, 5.0, 10.0, 20.0].map(|digit| rounded(digit * 10_f64.powf(exponent), 1));
    let slack = value * 1e-9;
    let found = if up {
        series.into_iter().find(|&next| next > value + slack)
    } else {
        series.into_iter().rev().find(|&next| next < value - slack)
    };
    found.unwrap_or(value)
}

struct Whole {
    range: RangeInclusive<u64>,
    step: u64,
    log: bool,
}

impl Kind<u64> for Whole {
    fn parse(&self, text: &str) -> Result<u64, String> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
        let value = plain.parse::<u64>().map_err(|_| {
            format!(
                "\u{201c}{}\u{201d} is not a whole number from {}",
                text.trim(),
                span(&self.range)
            )
        })?;
        within(value, &self.range)?;
        Ok(value)
    }

    fn step(&self, value: u64, times: i32) -> u64 {
        let by = self.step.saturating_mul(u64::from(times.unsigned_abs()));
        let next = if times > 0 { value.saturating_add(by) } else { value.saturating_sub(by) };
        next.clamp(*self.range.start(), *self.range.end())
    }

    fn drag(&self, start: u64, points: f32) -> u64 {
        let (low, high) = (*self.range.start(), *self.range.end());
        let points = f64::from(points);
        if self.log {
            let factor = 10_f64.powf(points / POINTS_PER_DECADE);
            return ((start.max(1) as f64 * factor).round() as u64).clamp(low, high);
        }
        self.step(start, (points / POINTS_PER_STEP).round() as i32)
    }
}

fn within<T: PartialOrd + Display + Bounded>(
    value: T,
    range: &RangeInclusive<T>,
) -> Result<(), String> {
    if range.contains(&value) {
        Ok(())
    } else {
        Err(format!("Enter a number from {}", span(range)))
    }
}

fn span<T: Bounded + Display>(range: &RangeInclusive<T>) -> String {
    if range.end().is_extreme() {
        format!("{} up", range.start())
    } else {
        format!("{} to {}", range.start(), range.end())
    }
}

trait Bounded {
    fn is_extreme(&self) -> bool;
}

impl Bounded for f64 {
    fn is_extreme(&self) -> bool {
        self.abs() >= Self::MAX
    }
}

impl Bounded for u64 {
    fn is_extreme(&self) -> bool {
        *self == Self::MAX
    }
}

/// Says what to type where a comma was meant as a decimal point.
fn hint(text: &str, message: String) -> String {
    if text.contains(',') && text.replace(',', ".").trim().parse::<f64>().is_ok() {
        return format!("{message}: write {}", text.replace(',', ".").trim());
    }
    message
}

/// Text that is being typed, and the value it belongs to. When the value becomes another by
/// other means, such as undo, the text is out of date.
#[derive(Clone)]
struct Typed<V> {
    text: String,
    base: V,
    error: Option<String>,
}

/// A drag under way.
#[derive(Clone, Copy)]
struct Drag<V> {
    start: V,
    points: f32,
}

pub(super) fn show<V>(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    value: V,
    kind: &impl Kind<V>,
    look: Look<'_>,
) -> Option<V>
where
    V: Copy + PartialEq + Display + Send + Sync + 'static,
{
    let id = ui.make_persistent_id(name);
    let typed = ui.data(|data| data.get_temp::<Typed<V>>(id)).filter(|typed| typed.base == value);
    let focused = ui.is_enabled()
        && ui.memory_mut(|memory| {
            memory.interested_in_focus(id, ui.layer_id());
            memory.has_focus(id)
        });
    let field = Field { id, name, value, look };
    if focused || typed.is_some() {
        field.editing(ui, theme, kind, typed)
    } else {
        field.resting(ui, theme, kind)
    }
}

struct Field<'a, V> {
    id: Id,
    name: &'a str,
    value: V,
    look: Look<'a>,
}

impl<V> Field<'_, V>
where
    V: Copy + PartialEq + Display + Send + Sync + 'static,
{
    /// A number that can be clicked and dragged.
    fn resting(&self, ui: &mut Ui, theme: &Theme, kind: &impl Kind<V>) -> Option<V> {
        let (_, rect) = ui.allocate_space(vec2(self.look.width, theme::TARGET));
        let response = ui.interact(rect, self.id, Sense::click_and_drag());
        let text = self.value.to_string();
        paint(ui, theme, &response, &text);
        if response.clicked() {
            response.request_focus();
            select_all(ui, self.id, &text);
        }
        let enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, enabled, self.name));
        ui.ctx().accesskit_node_builder(self.id, |node| node.set_value(text.as_str()));
        let next = self.dragged(ui, &response, kind);
        let cursor = if enabled { CursorIcon::ResizeHorizontal } else { CursorIcon::Default };
        self.tip(response.on_hover_cursor(cursor));
        next.filter(|next| *next != self.value)
    }

    fn dragged(&self, ui: &Ui, response: &Response, kind: &impl Kind<V>) -> Option<V> {
        let id = self.id.with("drag");
        if response.drag_stopped() {
            ui.data_mut(|data| data.remove::<Drag<V>>(id));
        }
        if !response.dragged() {
            return None;
        }
        let fresh = Drag { start: self.value, points: 0.0 };
        let mut drag = ui.data(|data| data.get_temp::<Drag<V>>(id)).unwrap_or(fresh);
        let delta = response.drag_delta();
        let slow = ui.input(|input| input.modifiers.shift);
        drag.points += (delta.x - delta.y) * if slow { 0.1 } else { 1.0 };
        ui.data_mut(|data| data.insert_temp(id, drag));
        // Without a movement the number stays as it was typed, to the last digit.
        (drag.points != 0.0).then(|| kind.drag(drag.start, drag.points))
    }

    /// A text field in the same place.
    fn editing(
        &self,
        ui: &mut Ui,
        theme: &Theme,
        kind: &impl Kind<V>,
        typed: Option<Typed<V>>,
    ) -> Option<V> {
        let plain = Typed { text: self.value.to_string(), base: self.value, error: None };
        let mut typed = typed.unwrap_or(plain);
        let steps = self.key_steps(ui);
        let response = self.text_edit(ui, theme, &mut typed);
        if response.gained_focus() {
            select_all(ui, self.id, &typed.text);
        }
        let steps = steps + self.wheel_steps(ui, &response);
        if steps != 0 {
            return self.stepped(ui, kind, &typed, steps);
        }
        if response.changed() {
            typed.error = kind.parse(&typed.text).err();
        }
        if response.lost_focus() {
            return self.finished(ui, kind, typed);
        }
        if response.has_focus() || typed.error.is_some() {
            ui.data_mut(|data| data.insert_temp(self.id, typed));
        }
        None
    }

    fn text_edit(&self, ui: &mut Ui, theme: &Theme, typed: &mut Typed<V>) -> Response {
        let margin = vec2(PADDING, 0.0);
        let wrong = typed.error.is_some();
        let response = ui.add(
            TextEdit::singleline(&mut typed.text)
                .id(self.id)
                .font(theme::body())
                .margin(margin)
                .align(Align2::LEFT_CENTER)
                .min_size(vec2(self.look.width, theme::TARGET))
                .desired_width(self.look.width - 2.0 * PADDING)
                .clip_text(true),
        );
        let response = response.accessible_name(self.name);
        if let Some(message) = typed.error.as_ref().filter(|_| wrong) {
            let round = CornerRadius::same(theme::FIELD_RADIUS);
            let stroke = theme.stroke(2.0, theme.error);
            ui.painter().rect_stroke(response.rect, round, stroke, StrokeKind::Inside);
            ui.ctx().accesskit_node_builder(self.id, |node| {
                node.set_description(message.as_str());
                node.set_invalid(egui::accesskit::Invalid::True);
            });
            if response.has_focus() || response.hovered() {
                response.show_tooltip_text(message.as_str());
            }
        }
        response
    }

    fn key_steps(&self, ui: &Ui) -> i32 {
        if !ui.memory(|memory| memory.has_focus(self.id)) {
            return 0;
        }
        ui.input_mut(|input| {
            let mut steps = 0;
            for (modifiers, size) in [(Modifiers::NONE, 1), (Modifiers::SHIFT, 10)] {
                let up = input.count_and_consume_key(modifiers, Key::ArrowUp) as i32;
                let down = input.count_and_consume_key(modifiers, Key::ArrowDown) as i32;
                steps += (up - down) * size;
            }
            steps
        })
    }

    /// The wheel turns the number only while it has the focus: scrolling a panel must not change
    /// what lies under the pointer by chance.
    fn wheel_steps(&self, ui: &Ui, response: &Response) -> i32 {
        if !response.has_focus() || !response.contains_pointer() {
            return 0;
        }
        let id = self.id.with("wheel");
        let turned: f32 = ui.input_mut(|input| {
            input.smooth_scroll_delta = Vec2::ZERO;
            input.events.iter().filter_map(wheel_lines).sum()
        });
        let total = turned + ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0);
        ui.data_mut(|data| data.insert_temp(id, total.fract()));
        total.trunc() as i32
    }

    fn stepped(&self, ui: &Ui, kind: &impl Kind<V>, typed: &Typed<V>, steps: i32) -> Option<V> {
        let from = kind.parse(&typed.text).unwrap_or(self.value);
        let next = kind.step(from, steps);
        let text = next.to_string();
        select_all(ui, self.id, &text);
        let typed = Typed { text, base: next, error: None };
        ui.data_mut(|data| data.insert_temp(self.id, typed));
        Some(next).filter(|next| *next != self.value)
    }

    fn finished(&self, ui: &Ui, kind: &impl Kind<V>, mut typed: Typed<V>) -> Option<V> {
        ui.data_mut(|data| data.remove::<Typed<V>>(self.id));
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            return None;
        }
        match kind.parse(&typed.text) {
            Ok(next) => Some(next).filter(|next| *next != self.value),
            Err(message) => {
                typed.error = Some(message);
                ui.data_mut(|data| data.insert_temp(self.id, typed));
                None
            }
        }
    }

    fn tip(&self, response: Response) {
        if !self.look.tip.is_empty() {
            response.on_hover_text(self.look.tip);
        }
    }
}

fn paint(ui: &Ui, theme: &Theme, response: &Response, text: &str) {
    let round = CornerRadius::same(theme::FIELD_RADIUS);
    let fill = if response.hovered() { theme.hover } else { theme.inset };
    ui.painter().rect_filled(response.rect, round, fill);
    let color = if ui.is_enabled() { theme.text } else { theme.text_muted };
    let at = response.rect.left_center() + vec2(PADDING, 0.0);
    let painter = ui.painter().with_clip_rect(response.rect.intersect(ui.clip_rect()));
    painter.text(at, Align2::LEFT_CENTER, text, theme::body(), color);
}

const PADDING: f32 = 6.0;

fn wheel_lines(event: &Event) -> Option<f32> {
    match event {
        Event::MouseWheel { unit: MouseWheelUnit::Point, delta, .. } => Some(delta.y / 40.0),
        Event::MouseWheel { delta, .. } => Some(delta.y),
        _ => None,
    }
}

fn select_all(ui: &Ui, id: Id, text: &str) {
    let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::select_all_str(text)));
    state.store(ui.ctx(), id);
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;
    use proptest::prelude::*;

    use super::*;

    fn rate() -> Real {
        Real { range: 1e-6..=100.0, scale: Scale::Log { least: 1e-6 } }
    }

    fn lambda() -> Real {
        Real { range: 0.0..=10.0, scale: Scale::Log { least: 1e-6 } }
    }

    #[test]
    fn a_logarithmic_step_goes_to_the_next_of_one_two_five() {
        for (from, up, down) in [
            (1e-3, 2e-3, 5e-4),
            (0.03, 0.05, 0.02),
            (1.0, 2.0, 0.5),
            (5.0, 10.0, 2.0),
            (100.0, 100.0, 50.0),
        ] {
            assert_eq!(rate().step(Finite::lit(from), 1), Finite::lit(up), "{from} up");
            assert_eq!(rate().step(Finite::lit(from), -1), Finite::lit(down), "{from} down");
        }
    }

    #[test]
    fn zero_lies_below_the_least_penalty() {
        assert_eq!(lambda().step(Finite::lit(1e-6), -1), Finite::ZERO);
        assert_eq!(lambda().step(Finite::ZERO, -1), Finite::ZERO);
        assert_eq!(lambda().step(Finite::ZERO, 1), Finite::lit(1e-6));
        assert_eq!(rate().step(Finite::lit(1e-6), -1), Finite::lit(1e-6));
    }

    #[test]
    fn linear_steps_have_no_binary_dust() {
        let kind = Real { range: 0.0..=1.0, scale: Scale::Linear(0.1) };
        assert_eq!(kind.step(Finite::lit(0.2), 1).to_string(), "0.3");
        assert_eq!(kind.drag(Finite::lit(0.1), 12.0).to_string(), "0.3");
        assert_eq!(kind.step(Finite::ONE, 1), Finite::ONE);
    }

    #[test]
    fn wrong_text_is_explained() {
        let whole = Whole { range: 1..=300, step: 1, log: false };
        assert_eq!(whole.parse(" 1\u{2009}00 "), Ok(100));
        assert_eq!(whole.parse("0"), Err("Enter a number from 1 to 300".into()));
        let message = whole.parse("ten").expect_err("not a number");
        assert!(message.contains("ten") && message.contains("1 to 300"), "{message}");
        let message = rate().parse("0,3").expect_err("a comma");
        assert!(message.ends_with("write 0.3"), "{message}");
    }

    proptest! {
        #[test]
        fn steps_and_drags_stay_in_range(value in 1e-6..100.0_f64, times in -50..50_i32, points in -2000.0..2000.0_f32) {
            let kind = rate();
            let value = Finite::new(value).expect("finite");
            for next in [kind.step(value, times), kind.drag(value, points)] {
                prop_assert!(kind.range.contains(&next.get()), "{next}");
            }
        }

        #[test]
        fn a_step_up_and_down_comes_back_to_the_series(exponent in -5..1_i32, digit in 0..3_usize) {
            let value = rounded([1.0, 2.0, 5.0][digit] * 10_f64.powi(exponent), 1);
            let value = Finite::new(value).expect("finite");
            prop_assert_eq!(rate().step(rate().step(value, 1), -1), value);
        }
    }

    struct Bench {
        value: Finite,
        edits: usize,
    }

    fn bench() -> Harness<'static, Bench> {
        Harness::builder().with_size(vec2(300.0, 100.0)).build_ui_state(
            |ui, bench: &mut Bench| {
                let field = NumberField::new("Learning rate", bench.value)
                    .range(1e-6..=100.0)
                    .scale(Scale::Log { least: 1e-6 });
                if let Some(next) = field.show(ui, &Theme::LIGHT) {
                    bench.value = next;
                    bench.edits += 1;
                }
            },
            Bench { value: Finite::ONE, edits: 0 },
        )
    }

    fn type_in(harness: &mut Harness<'_, Bench>, text: &str) {
        harness.get_by_label("Learning rate").click();
        harness.run();
        harness.get_by_label("Learning rate").type_text(text);
        harness.run();
    }

    #[test]
    fn typing_and_enter_change_the_number_once() {
        let mut harness = bench();
        type_in(&mut harness, "0.03");
        assert_eq!(harness.state().value, Finite::ONE, "not before Enter");
        harness.key_press(Key::Enter);
        harness.run();
        assert_eq!(harness.state().value, Finite::lit(0.03));
        assert_eq!(harness.state().edits, 1);
    }

    #[test]
    fn wrong_text_stays_until_escape() {
        let mut harness = bench();
        type_in(&mut harness, "0,3");
        harness.key_press(Key::Enter);
        harness.run();
        assert_eq!(harness.state().value, Finite::ONE);
        let value = |harness: &Harness<'_, Bench>| {
            harness.get_by_label("Learning rate").value().unwrap_or_default()
        };
        assert_eq!(value(&harness), "0,3");
        harness.get_by_label("Learning rate").click();
        harness.run();
        harness.key_press(Key::Escape);
        harness.run();
        assert_eq!(value(&harness), "1");
    }

    #[test]
    fn arrow_keys_step_while_it_has_the_focus() {
        let mut harness = bench();
        harness.get_by_label("Learning rate").focus();
        harness.run();
        harness.key_press(Key::ArrowDown);
        harness.run();
        assert_eq!(harness.state().value, Finite::lit(0.5));
        harness.key_press(Key::ArrowUp);
        harness.run();
        assert_eq!(harness.state().value, Finite::ONE);
    }

    #[test]
    fn dragging_changes_by_ratios() {
        let mut harness = bench();
        let from = harness.get_by_label("Learning rate").rect().center();
        harness.drag_at(from);
        harness.run();
        harness.hover_at(from - vec2(100.0, 0.0));
        harness.run();
        harness.drop_at(from - vec2(100.0, 0.0));
        harness.run();
        assert_eq!(harness.state().value, Finite::lit(0.1));
    }
}
