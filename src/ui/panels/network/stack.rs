use egui::{Id, Key, Modifiers, Popup, Pos2, Rangef, Rect, Response, Sense, Ui, vec2};

use crate::spec::Field;
use crate::ui::Cx;
use crate::ui::fields;
use crate::ui::widgets::Icon;
use crate::workbench::Edit;

use super::skips::Skips;
use super::{Model, add, card, ends};

/// Height of the gap between two cards, with its plus.
const GAP: f32 = 18.0;
/// How near to the edge of the visible part a dragged card makes the stack scroll.
const SCROLL_MARGIN: f32 = 28.0;

/// The whole stack, from what goes in to the number of parameters.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>) {
    let base = ui.unique_id().with("layer handles");
    move_by_keys(ui, cx, model, base);
    let mut cards = std::mem::take(&mut cx.view.network.cards);
    cards.clear();
    let skips = Skips::of(model.layers());
    let drag = ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(skips.width());
        ui.vertical(|ui| rows(ui, cx, model, base, &mut cards)).inner
    });
    let lit = under_pointer(ui, &cards);
    skips.paint(ui.painter(), cx.theme, &cards, GAP, lit);
    if let Some(drag) = drag.inner {
        drag.follow(ui, cx, model, &cards);
    }
    cx.view.network.cards = cards;
}

/// Everything from top to bottom. Returns the card that is being dragged.
fn rows(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    model: &Model<'_>,
    base: Id,
    cards: &mut Vec<Rect>,
) -> Option<Drag> {
    ui.spacing_mut().item_spacing.x = 8.0;
    let mut drag = None;
    ends::input(ui, cx, model);
    for (index, layer) in model.layers().iter().enumerate() {
        gap(ui, cx, model, index);
        let handle = base.with(index);
        let shown = card::show(ui, cx, model, &card::Place { index, layer, handle });
        cards.push(shown.rect);
        drag = drag.or_else(|| Drag::seen(&shown.handle, index));
    }
    gap(ui, cx, model, model.layers().len());
    ends::output(ui, cx, model);
    ends::foot(ui, cx, model);
    drag
}

/// The card that the pointer rests on.
fn under_pointer(ui: &Ui, cards: &[Rect]) -> Option<usize> {
    let pointer = ui.ctx().pointer_hover_pos().filter(|place| ui.clip_rect().contains(*place))?;
    cards.iter().position(|card| card.contains(pointer))
}

/// The line from one card to the next, with a button that puts a layer there.
fn gap(ui: &mut Ui, cx: &mut Cx<'_>, model: &Model<'_>, at: usize) {
    let theme = cx.theme;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), GAP), Sense::hover());
    let wire = theme.hairline();
    ui.painter().vline(rect.center().x, Rangef::new(rect.top(), rect.bottom()), wire);
    let side = Rect::from_center_size(rect.center(), vec2(GAP, GAP));
    let name = format!("Add a layer at place {}", at + 1);
    let id = ui.unique_id().with(("add layer", at));
    let plus = fields::icon_at(ui, theme, Icon::Plus, &name, side, id, Sense::click());
    let plus = plus.on_hover_text("Add a layer here");
    if at == model.layers().len() && std::mem::take(&mut cx.view.network.offering) {
        plus.scroll_to_me(None);
        plus.request_focus();
        Popup::open_id(ui.ctx(), Popup::default_response_id(&plus));
    }
    Popup::menu(&plus).show(|ui| {
        if let Some(layer) = add::menu(ui, theme, model, at) {
            super::edit(cx, Edit::AddLayer(model.run, at, layer));
        }
    });
    if model.layers().is_empty() {
        let text = "No hidden layer yet. The model is linear.";
        ui.vertical_centered(|ui| fields::remark(ui, theme, text));
        ui.add_space(4.0);
    }
}

/// Alt and an arrow key move the layer whose card holds the focus. The keys are taken before the
/// cards are drawn, so that a number field in a card does not take them for its own.
fn move_by_keys(ui: &Ui, cx: &mut Cx<'_>, model: &Model<'_>, base: Id) {
    let focused = ui.memory(egui::Memory::focused).and_then(|id| ui.ctx().read_response(id));
    let Some(focused) = focused else { return };
    let centre = focused.rect.center();
    let Some(from) = cx.view.network.cards.iter().position(|card| card.contains(centre)) else {
        return;
    };
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::ALT, key));
    let to = match (pressed(Key::ArrowUp), pressed(Key::ArrowDown)) {
        (true, _) => from.checked_sub(1),
        (_, true) => Some(from + 1).filter(|to| *to < model.layers().len()),
        _ => None,
    };
    if let Some(to) = to {
        super::edit(cx, Edit::MoveLayer { run: model.run, from, to });
        ui.memory_mut(|memory| memory.request_focus(base.with(to)));
    }
}

/// A card that is being dragged by its handle.
struct Drag {
    from: usize,
    pointer: Pos2,
    is_over: bool,
}

impl Drag {
    fn seen(handle: &Response, from: usize) -> Option<Self> {
        let is_over = handle.drag_stopped();
        let pointer = handle.interact_pointer_pos()?;
        (is_over || handle.dragged()).then_some(Self { from, pointer, is_over })
    }

    /// Shows where the card would come to stand, and moves it there when it is let go.
    fn follow(&self, ui: &Ui, cx: &mut Cx<'_>, model: &Model<'_>, cards: &[Rect]) {
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            return ui.ctx().stop_dragging();
        }
        let before = cards.iter().filter(|card| card.center().y < self.pointer.y).count();
        let to = if before > self.from { before - 1 } else { before };
        if self.is_over {
            if to != self.from {
                super::edit(cx, Edit::MoveLayer { run: model.run, from: self.from, to });
            }
            return;
        }
        insertion_line(ui, cx, cards, before);
        self.scroll(ui);
    }

    fn scroll(&self, ui: &Ui) {
        let view = ui.clip_rect().shrink(SCROLL_MARGIN);
        let past = self.pointer.y - self.pointer.y.clamp(view.top(), view.bottom());
        if past != 0.0 {
            ui.scroll_with_delta(vec2(0.0, -past * 0.5));
            ui.ctx().request_repaint();
        }
    }
}

fn insertion_line(ui: &Ui, cx: &Cx<'_>, cards: &[Rect], before: usize) {
    let Some(first) = cards.first() else { return };
    let y = match cards.get(before) {
        Some(next) => next.top() - GAP / 2.0,
        None => cards.last().unwrap_or(first).bottom() + GAP / 2.0,
    };
    let stroke = cx.theme.stroke(3.0, cx.theme.accent);
    ui.painter().hline(first.x_range(), y, stroke);
    for x in [first.left(), first.right()] {
        ui.painter().circle_filled(Pos2::new(x, y), cx.theme.mark(4.0), cx.theme.accent);
    }
}

/// The field an issue about a place of the stack is filed under; `None` is the output layer.
pub fn field_of(layer: Option<usize>) -> Field {
    layer.map_or(Field::Output, |layer| Field::Layer(crate::base::LayerIdx(layer)))
}
