//! Knows: egui, the theme, the words of the field, and what stands where in the window.
//! Never: the workbench, or what a panel shows.

mod card;
mod glossary;
mod guide;
pub mod terms;
#[cfg(test)]
mod tests;

use egui::{Context, Response, Ui};

use super::theme::Theme;

use guide::Guide;

/// Lets things be explained in this window.
pub fn install(ctx: &Context) {
    ctx.add_plugin(Guide::default());
}

/// What help remembers while the window is open.
#[derive(Debug, Default)]
pub struct HelpView {
    glossary: glossary::Glossary,
}

impl HelpView {
    /// Opens the glossary, at an entry where one is named.
    pub fn open(&mut self, name: Option<&str>) {
        self.glossary.open(name);
    }

    /// Opens the glossary at what is explained at the moment, if anything is.
    pub fn open_explained(&mut self, ctx: &Context) {
        let term = explained(ctx).and_then(|explained| explained.term);
        self.open(term.map(|term| term.name));
    }
}

/// Whether things are explained as the pointer gets to them.
#[must_use]
pub fn is_on(ctx: &Context) -> bool {
    ctx.with_plugin(|guide: &mut Guide| guide.is_on()).unwrap_or(false)
}

/// Begins to explain things, or stops.
pub fn toggle(ctx: &Context) {
    let on = ctx.with_plugin(Guide::toggle).unwrap_or(false);
    guide::hear(ctx, on);
    ctx.request_repaint();
}

/// Says which entry of the glossary something is about, where its name does not say it. A thing
/// with a name of the field and all that is named after one are known without this.
pub fn explains(response: &Response, name: &'static str) {
    response.ctx.with_plugin(|guide: &mut Guide| guide.mark(response.rect, name));
}

/// Says what all the room of a panel is about, where nothing in it has a name of its own.
pub fn covers(ui: &Ui, name: &'static str) {
    ui.ctx().with_plugin(|guide: &mut Guide| guide.mark(ui.max_rect(), name));
}

/// What is explained at the moment.
fn explained(ctx: &Context) -> Option<guide::Explained> {
    ctx.with_plugin(|guide: &mut Guide| guide.explained()).flatten()
}

/// Draws the card about what the pointer is on, and the glossary where it is open.
pub fn show(ctx: &Context, theme: &Theme, view: &mut HelpView) {
    if is_on(ctx)
        && let Some(name) = card::show(ctx, theme, explained(ctx).as_ref())
    {
        view.open(Some(name));
    }
    view.glossary.show(ctx, theme);
}
