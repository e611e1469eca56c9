//! Knows: egui, what it paints, the theme, and how pictures are written as SVG and PNG.
//! Never: what is in a picture; files. It hands over bytes to be written.

mod camera;
mod drawing;
mod exposure;
mod fonts;
mod marks;
mod mesh;
mod numbers;
mod png;
mod shapes;
mod subset;
mod svg;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;

use egui::{Context, Popup, PopupKind, Rect, Ui};

use camera::Camera;
pub use camera::{Format, Taken, Wish};
pub use drawing::Drawing;

/// Pixels for each point of a picture that is saved as PNG. Windows are designed for 96 points to
/// an inch, so this gives 300 pixels to an inch.
pub const PIXELS_PER_POINT: f32 = 300.0 / 96.0;

/// Lets pictures be taken in this window. Textures are known from here on, so this comes before
/// the first frame.
pub fn install(ctx: &Context) {
    ctx.add_plugin(Camera::default());
}

/// Marks what `add` paints as a picture that can be saved and copied: by a click with the right
/// button, by the menu and by the palette. Its name is a sentence-case noun, unique among what is
/// seen at a time: "Decision boundary, run A".
pub fn picture<R>(
    ui: &mut Ui,
    name: impl Into<Cow<'static, str>>,
    add: impl FnOnce(&mut Ui) -> R,
) -> R {
    let (first, name) = (next(ui), name.into());
    let shown = ui.scope(add);
    mark(ui, &name, shown.response.rect, first);
    shown.inner
}

/// The same for what `add` paints into a place that is known beforehand.
pub fn picture_in<R>(
    ui: &mut Ui,
    name: impl Into<Cow<'static, str>>,
    rect: Rect,
    add: impl FnOnce(&mut Ui) -> R,
) -> R {
    let (first, name) = (next(ui), name.into());
    let shown = add(ui);
    mark(ui, &name, rect, first);
    shown
}

/// The place that the next shape gets in its layer.
fn next(ui: &Ui) -> usize {
    let layer = ui.layer_id();
    ui.ctx().graphics(|all| all.get(layer).map_or(0, |list| list.next_idx().0))
}

fn mark(ui: &Ui, name: &str, rect: Rect, first: usize) {
    let rect = rect.intersect(ui.clip_rect());
    if rect.is_positive() {
        camera::see(ui, name, rect, first);
        menu(ui, name, rect);
    }
}

/// Whether a picture is being taken in this frame. What is usually painted as one mesh to be fast
/// is better painted shape by shape then, so that it can be printed in any size.
#[must_use]
pub fn is_taking(ctx: &Context) -> bool {
    ctx.with_plugin(|camera: &mut Camera| camera.is_taking()).unwrap_or(false)
}

/// Adds what a picture is set up by. It is painted as ever, but no part of a picture that is taken.
pub fn controls<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    if !is_taking(ui.ctx()) {
        return add(ui);
    }
    let first = next(ui);
    let shown = add(ui);
    let last = next(ui);
    let layer = ui.layer_id();
    ui.ctx().with_plugin(|camera: &mut Camera| camera.leave_out(layer, first..last));
    shown
}

/// Says of a picture what only its controls say: a line below its title.
pub fn note(ui: &Ui, words: impl FnOnce() -> String) {
    if is_taking(ui.ctx()) {
        let (layer, place, words) = (ui.layer_id(), next(ui), words());
        ui.ctx().with_plugin(|camera: &mut Camera| camera.note(layer, place, words));
    }
}

/// Whether pictures are taken in light colours whatever the window looks like.
#[must_use]
pub fn is_light(ctx: &Context) -> bool {
    ctx.with_plugin(|camera: &mut Camera| camera.is_light).unwrap_or(false)
}

/// Lets pictures be taken in light colours, or as the window looks.
pub fn set_light(ctx: &Context, on: bool) {
    ctx.with_plugin(|camera: &mut Camera| camera.is_light = on);
}

/// Name and meaning of the switch for light colours.
pub const LIGHT: [&str; 2] = [
    "Pictures in light colours",
    "Pictures are saved and copied in plain light colours, as print wants them, whatever the \
     window looks like",
];

/// What can be done with a picture, as entries of a menu: with the one of this name, or the one
/// that the pointer was on last.
pub fn offers(ui: &mut Ui, name: Option<&str>) {
    for wish in Wish::ALL {
        if ui.button(wish.label()).clicked() {
            ask(ui.ctx(), name, wish);
            ui.close();
        }
    }
    let is_on = is_light(ui.ctx());
    let switch = egui::Button::selectable(is_on, (if is_on { "\u{2022}" } else { "  " }, LIGHT[0]));
    if ui.add(switch).on_hover_text(LIGHT[1]).clicked() {
        set_light(ui.ctx(), !is_on);
    }
}

/// Asks for a picture, which is taken in the next frame: the one of this name, or the one that
/// the pointer was on last. Tells whether there is one.
pub fn ask(ctx: &Context, name: Option<&str>, wish: Wish) -> bool {
    let found = ctx.with_plugin(|camera: &mut Camera| camera.ask(name, wish)).unwrap_or(false);
    if found {
        ctx.request_repaint();
    }
    found
}

/// The names of the pictures that were seen in the last frame, in the order they were painted.
#[must_use]
pub fn names(ctx: &Context) -> Vec<String> {
    ctx.with_plugin(|camera: &mut Camera| camera.names()).unwrap_or_default()
}

/// The picture that was asked for, once it was taken.
pub fn taken(ctx: &Context) -> Option<Taken> {
    ctx.with_plugin(Camera::taken).flatten()
}

/// What a click with the right button on a picture offers. What is in the picture comes first:
/// where it opened a menu of its own, there is none of the picture.
fn menu(ui: &Ui, name: &str, rect: Rect) {
    let ctx = ui.ctx();
    let id = ui.scope_id().with(("picture", name));
    let clicked = ui.input(|input| input.pointer.secondary_clicked());
    let opens = clicked && ui.rect_contains_pointer(rect) && !Popup::is_any_open(ctx);
    if !opens && !Popup::is_id_open(ctx, id) {
        return;
    }
    let popup = Popup::new(id, ctx.clone(), egui::PopupAnchor::PointerFixed, ui.layer_id())
        .kind(PopupKind::Menu)
        .layout(egui::Layout::top_down_justified(egui::Align::Min))
        .style(egui::containers::menu::menu_style)
        .open_memory(opens.then_some(egui::SetOpenCommand::Bool(true)));
    popup.show(|ui| offers(ui, Some(name)));
}
