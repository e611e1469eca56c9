//! The fields of a card. Each has its name before it on the screen, and the name of its layer in
//! its accessible name; each changes what it is given when the user changed it.

use std::ops::RangeInclusive;

use egui::{CornerRadius, TextEdit, Ui};

use crate::base::Finite;
use crate::ui::fields::{self, Real};
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, PairField};

use super::Room;

/// Width of a field for a constant.
pub const CONSTANT: f32 = 56.0;
/// Width of a field for one or two small whole numbers.
const SMALL: f32 = 52.0;
/// Width of the box and the gap of something to tick.
const TICK: f32 = 24.0;
/// Most signs of the name of a layer.
const MAX_NAME: usize = 40;

/// Whose fields these are: a layer, or the output layer.
pub struct Form<'a> {
    pub theme: &'a Theme,
    /// What assistive technology calls it: `Layer 3`.
    pub owner: &'a str,
    pub room: Room,
}

impl Form<'_> {
    /// Accessible name of a field.
    pub fn name(&self, what: &str) -> String {
        format!("{} {what}", self.owner)
    }

    /// A whole number.
    pub fn whole(
        &self,
        ui: &mut Ui,
        what: &str,
        help: &str,
        now: &mut usize,
        range: RangeInclusive<usize>,
    ) {
        fields::item(ui, self.theme, what, help, fields::NUMBER_WIDTH, |ui| {
            let edited = fields::whole(ui, self.theme, &self.name(what), *now, range);
            *now = edited.unwrap_or(*now);
        });
    }

    /// A number. `label` stands before it, `what` is its name.
    pub fn real(&self, ui: &mut Ui, what: &str, help: &str, now: &mut Finite, how: Real) {
        let how = how.width(CONSTANT);
        fields::item(ui, self.theme, what, help, CONSTANT, |ui| {
            let edited = fields::real(ui, self.theme, &self.name(what), *now, &how);
            *now = edited.unwrap_or(*now);
        });
    }

    /// A number that belongs to what stands before it: its name on the screen is shorter than its
    /// accessible name.
    pub fn constant(
        &self,
        ui: &mut Ui,
        [label, what]: [&str; 2],
        help: &str,
        now: &mut Finite,
        how: Real,
    ) {
        let how = how.width(CONSTANT);
        fields::item(ui, self.theme, label, help, CONSTANT, |ui| {
            let edited = fields::real(ui, self.theme, &self.name(what), *now, &how);
            *now = edited.unwrap_or(*now);
        });
    }

    /// Rows and columns.
    pub fn pair(
        &self,
        ui: &mut Ui,
        what: &str,
        help: &str,
        now: &mut [usize; 2],
        range: RangeInclusive<usize>,
    ) {
        fields::item(ui, self.theme, what, help, SMALL, |ui| {
            let name = self.name(what);
            let field = PairField::new(&name, *now).range(range).tip("3, or 2×3: rows × columns");
            *now = field.show(ui, self.theme).unwrap_or(*now);
        });
    }

    /// Something to tick.
    pub fn tick(&self, ui: &mut Ui, what: &str, help: &str, now: &mut bool) {
        let font = theme::body();
        let words = ui.painter().layout_no_wrap(what.to_owned(), font, self.theme.text);
        fields::item(ui, self.theme, "", "", TICK + words.size().x, |ui| {
            ui.checkbox(now, what).on_hover_text(help).accessible_name(self.name(what));
        });
    }

    /// A list with its name before it. `entries` adds the entries and answers with the one that
    /// was chosen.
    pub fn list<T>(
        &self,
        ui: &mut Ui,
        what: &str,
        help: &str,
        (shown, width): (&str, f32),
        entries: impl FnOnce(&mut Ui) -> Option<T>,
    ) -> Option<T> {
        fields::item(ui, self.theme, what, help, width, |ui| {
            fields::list(ui, &self.name(what), shown, width, entries)
        })
    }

    /// What the user calls a layer.
    pub fn text(&self, ui: &mut Ui, now: &mut String) {
        let width = if self.room == Room::Tiny { 120.0 } else { 150.0 };
        fields::item(ui, self.theme, "name", "What you call this layer", width, |ui| {
            let field = TextEdit::singleline(now)
                .desired_width(width - 12.0)
                .char_limit(MAX_NAME)
                .margin(egui::vec2(6.0, 2.0))
                .min_size(egui::vec2(width, theme::TARGET));
            ui.add(field).accessible_name(self.name("name"));
        });
    }

    /// Text after a field, where there is room for it.
    pub fn unit(&self, ui: &mut Ui, word: &str) {
        if self.room == Room::Wide {
            widgets::muted(ui, self.theme, word);
        }
    }
}

/// A sign for a state of a layer that is seen at a glance.
pub fn sign(ui: &mut Ui, theme: &Theme, icon: widgets::Icon, name: &str, help: &str) {
    let (rect, response) =
        ui.allocate_exact_size(egui::vec2(18.0, theme::TARGET), egui::Sense::hover());
    let place = egui::Rect::from_center_size(rect.center(), egui::Vec2::splat(18.0));
    ui.painter().rect_filled(place, CornerRadius::same(4), theme.accent_soft);
    icon.paint(ui.painter(), place.shrink(3.0), theme.text);
    let label = || egui::WidgetInfo::labeled(egui::Role::Label, true, name);
    response.widget_info(label);
    response.on_hover_text(help);
}

/// The kinds of something, whatever their constants. Returns another one when it is clicked.
pub fn kinds<T: Copy>(
    ui: &mut Ui,
    all: &[T],
    now: T,
    label: fn(T) -> &'static str,
    help: fn(T) -> &'static str,
) -> Option<T> {
    let mut chosen = None;
    for &kind in all {
        let same = std::mem::discriminant(&kind) == std::mem::discriminant(&now);
        let entry = ui.selectable_label(same, label(kind));
        if entry.on_hover_text(help(kind)).clicked() && !same {
            chosen = Some(kind);
        }
    }
    chosen
}
