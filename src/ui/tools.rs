use egui::{Align2, Context, Frame, Margin, Ui, Window, vec2};

use super::{Cx, help, panels};

/// The windows that stand over the panels while they are open: the search for a learning rate,
/// the past of a run, help and the glossary.
pub fn show(ctx: &Context, cx: &mut Cx<'_>) {
    let mut open = cx.view.finder.open;
    window(ctx, "Learning rate", 560.0, &mut open, |ui| panels::finder::show(ui, cx));
    cx.view.finder.open = open;
    let mut open = cx.view.past.open;
    window(ctx, "Past of the run", 540.0, &mut open, |ui| panels::past::show(ui, cx));
    cx.view.past.open = open;
    help::show(ctx, cx.theme, &mut cx.view.help);
}

fn window(ctx: &Context, title: &str, width: f32, open: &mut bool, content: impl FnOnce(&mut Ui)) {
    let frame = Frame::window(&ctx.global_style()).inner_margin(Margin::same(12));
    Window::new(title)
        .open(open)
        .frame(frame)
        .collapsible(false)
        .resizable(false)
        .pivot(Align2::CENTER_CENTER)
        .default_pos(ctx.content_rect().center() + vec2(0.0, 24.0))
        .show(ctx, |ui| {
            ui.set_width(width);
            content(ui);
        });
}
