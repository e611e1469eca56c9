use egui::{
    Align2, Button, Context, Frame, Margin, RichText, ScrollArea, TextEdit, Ui, UiBuilder, Window,
    vec2,
};

use crate::ui::theme::{self, Theme};

use super::card::capital;
use super::terms::{self, Term};

/// Size of the glossary, and width of its list.
const SIZE: egui::Vec2 = vec2(640.0, 420.0);
const LIST: f32 = 212.0;

/// The glossary: what was typed, and the entries that were read.
#[derive(Debug, Default)]
pub(super) struct Glossary {
    is_open: bool,
    typed: String,
    /// From the first to the one that is read; empty before any is.
    read: Vec<&'static Term>,
    /// Whether the field shall get the focus.
    begins: bool,
}

impl Glossary {
    pub(super) fn open(&mut self, name: Option<&str>) {
        self.begins = !self.is_open && name.is_none();
        self.is_open = true;
        if let Some(term) = name.and_then(terms::named) {
            self.typed.clear();
            self.read(term);
        }
    }

    fn read(&mut self, term: &'static Term) {
        if self.read.last() != Some(&term) {
            self.read.push(term);
        }
    }

    pub(super) fn show(&mut self, ctx: &Context, theme: &Theme) {
        let mut is_open = self.is_open;
        let frame = Frame::window(&ctx.global_style()).inner_margin(Margin::same(12));
        Window::new("Glossary")
            .open(&mut is_open)
            .frame(frame)
            .collapsible(false)
            .resizable(false)
            .pivot(Align2::CENTER_CENTER)
            .default_pos(ctx.content_rect().center())
            .show(ctx, |ui| self.contents(ui, theme));
        self.is_open = is_open;
    }

    /// The list at the left, the entry at the right.
    fn contents(&mut self, ui: &mut Ui, theme: &Theme) {
        let room = SIZE.min(ui.ctx().content_rect().size() - vec2(48.0, 96.0));
        let (rect, _) = ui.allocate_exact_size(room, egui::Sense::hover());
        let left = rect.with_max_x(rect.left() + LIST);
        let right = rect.with_min_x(left.right() + theme::GROUP);
        ui.painter().vline(left.right() + theme::GAP, rect.y_range(), theme.hairline());
        let chosen = ui.scope_builder(UiBuilder::new().max_rect(left), |ui| self.list(ui)).inner;
        let linked = ui.scope_builder(UiBuilder::new().max_rect(right), |ui| {
            let back = self.read.len() > 1;
            self.read.last().map(|term| entry(ui, theme, term, back))
        });
        match linked.inner {
            Some(Asked::Back) => {
                self.read.pop();
            }
            Some(Asked::Read(term)) => self.read(term),
            Some(Asked::Nothing) | None => {}
        }
        if let Some(term) = chosen.or(terms::all().next().filter(|_| self.read.is_empty())) {
            self.read(term);
        }
    }

    fn list(&mut self, ui: &mut Ui) -> Option<&'static Term> {
        let field = TextEdit::singleline(&mut self.typed)
            .hint_text("Search terms")
            .desired_width(LIST - theme::GAP);
        let response = ui.add(field).accessible_name("Search terms");
        if std::mem::take(&mut self.begins) {
            response.request_focus();
        }
        let found = terms::search(&self.typed);
        let entered =
            response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let mut chosen = found.first().copied().filter(|_| entered);
        if found.is_empty() {
            ui.weak("No term of that name");
        }
        ui.add_space(theme::TIGHT);
        ScrollArea::vertical().id_salt("terms").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for term in found {
                let is_read = self.read.last() == Some(&term);
                let button = Button::selectable(is_read, capital(term.name))
                    .min_size(vec2(LIST - theme::GROUP, theme::TARGET));
                if ui.add(button).clicked() {
                    chosen = Some(term);
                }
            }
        });
        chosen
    }
}

/// What was asked for by an entry.
enum Asked {
    Nothing,
    Back,
    Read(&'static Term),
}

fn entry(ui: &mut Ui, theme: &Theme, term: &'static Term, back: bool) -> Asked {
    let mut asked = Asked::Nothing;
    ScrollArea::vertical().id_salt("entry").auto_shrink(false).show(ui, |ui| {
        ui.horizontal(|ui| {
            let title = RichText::new(capital(term.name)).font(theme::large());
            ui.label(title);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let button = Button::new("Back");
                let response = ui.add_enabled(back, button);
                if response.on_hover_text("The entry that was read before").clicked() {
                    asked = Asked::Back;
                }
            });
        });
        if !term.also.is_empty() {
            let also = format!("Also {}", term.also.join(", "));
            ui.label(RichText::new(also).color(theme.text_muted).small());
        }
        ui.add_space(theme::GAP);
        ui.label(term.text);
        if !term.formula.is_empty() {
            ui.add_space(theme::GAP);
            formula(ui, theme, term.formula);
        }
        ui.add_space(theme::GROUP);
        ui.label(RichText::new("See also").color(theme.text_muted).small());
        ui.horizontal_wrapped(|ui| {
            for other in term.related.iter().filter_map(|name| terms::named(name)) {
                if ui.link(capital(other.name)).clicked() {
                    asked = Asked::Read(other);
                }
            }
        });
    });
    asked
}

fn formula(ui: &mut Ui, theme: &Theme, text: &str) {
    let frame = Frame::new()
        .fill(theme.inset)
        .corner_radius(theme::FIELD_RADIUS)
        .inner_margin(Margin::symmetric(12, 8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text);
    });
}
