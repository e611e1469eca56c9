//! Entries of a menu that may be many.

use egui::{Ui, vec2};

use crate::ui::fields;

/// Entries of which only those in sight are built. Answers with the place of another one that was
/// chosen.
pub fn long<'a>(
    ui: &mut Ui,
    count: usize,
    now: Option<usize>,
    text: impl Fn(usize) -> &'a str,
) -> Option<usize> {
    let space = ui.spacing().item_spacing.y;
    let height = ui.spacing().interact_size.y + space;
    let (top, seen) = (ui.cursor().top(), ui.clip_rect());
    let place = |y: f32| ((y - top) / height).max(0.0) as usize;
    let first = place(seen.top()).min(count);
    let last = (place(seen.bottom()) + 2).min(count).max(first);
    gap(ui, first as f32 * height - space);
    let mut chosen = None;
    for entry in first..last {
        let is_now = now == Some(entry);
        if fields::entry(ui, is_now, text(entry), None).clicked() && !is_now {
            chosen = Some(entry);
        }
    }
    gap(ui, (count - last) as f32 * height - space);
    chosen
}

fn gap(ui: &mut Ui, height: f32) {
    if height > 0.0 {
        ui.allocate_space(vec2(1.0, height));
    }
}
