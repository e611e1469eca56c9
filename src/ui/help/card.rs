use egui::{Align2, Context, Frame, Id, Margin, Order, RichText, Ui, Window, vec2};

use crate::ui::theme::{self, Theme};

use super::guide::Explained;

/// Width of the card.
const WIDTH: f32 = 320.0;
/// Longest name and sentence that are shown.
const LONGEST: usize = 280;

/// The layer of the card.
pub(super) fn id() -> Id {
    Id::unique("help card")
}

/// Draws the card, which can be moved about. Tells the entry that was asked for.
pub(super) fn show(
    ctx: &Context,
    theme: &Theme,
    explained: Option<&Explained>,
) -> Option<&'static str> {
    let frame = Frame::window(&ctx.global_style())
        .stroke(theme.stroke(1.5, theme.accent))
        .inner_margin(Margin::same(12));
    let corner = ctx.content_rect().right_bottom() - vec2(12.0, theme::BAR + 12.0);
    let shown = Window::new("Help")
        .id(id())
        .order(Order::Foreground)
        .title_bar(false)
        .resizable(false)
        .frame(frame)
        .pivot(Align2::RIGHT_BOTTOM)
        .default_pos(corner)
        .show(ctx, |ui| {
            ui.set_width(WIDTH);
            match explained {
                Some(explained) => about(ui, theme, explained),
                None => {
                    ui.strong("Help");
                    ui.label("Point at anything, or move the focus with Tab, to read what it is.");
                    keys(ui, theme);
                    None
                }
            }
        });
    shown.and_then(|shown| shown.inner).flatten()
}

fn keys(ui: &mut Ui, theme: &Theme) {
    let text = "F1 ends help, Shift+F1 opens the glossary";
    ui.label(RichText::new(text).color(theme.text_muted).small());
}

fn about(ui: &mut Ui, theme: &Theme, explained: &Explained) -> Option<&'static str> {
    ui.strong(shortened(&capital(&explained.title)));
    if !explained.tip.is_empty() {
        ui.label(shortened(&explained.tip));
    }
    let mut asked = None;
    if let Some(term) = explained.term {
        let sentence = RichText::new(term.sentence());
        let is_first = explained.tip.is_empty();
        if !explained.tip.starts_with(term.sentence().trim_end_matches('.')) {
            ui.label(if is_first { sentence } else { sentence.color(theme.text_muted) });
        }
        let link = ui.link(format!("Glossary: {}", term.name));
        asked = link.clicked().then_some(term.name);
    }
    keys(ui, theme);
    asked
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}\u{2026}", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// Names within a sentence begin small; headings do not.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
