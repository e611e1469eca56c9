use egui::accesskit::{Node, NodeId, TreeUpdate};
use egui::epaint::ClippedShape;
use egui::{Context, FullOutput, Order, Plugin, Pos2, Rect, Shape, Ui, pos2};

use super::card;
use super::terms::{self, Term};

/// What is said about a thing of the window.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Explained {
    /// Its accessible name.
    pub(super) title: String,
    /// Its tooltip.
    pub(super) tip: String,
    /// The entry it is about.
    pub(super) term: Option<&'static Term>,
}

/// What the user last pointed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Pointing {
    #[default]
    Pointer,
    Keys,
}

/// Finds out what the pointer or the keyboard focus is on. The names come from the tree that
/// screen readers get, the sentences from tooltips, which then need not be shown: so whatever has
/// a name and a tooltip is explained, and no panel has to do anything for it.
#[derive(Default)]
pub(super) struct Guide {
    is_on: bool,
    /// Whether the tree was made anyway, for a screen reader.
    was_read: bool,
    pointing: Pointing,
    pointer: Option<Pos2>,
    focus: Option<NodeId>,
    /// The tooltips of this frame.
    tips: String,
    /// Where panels said what something is about.
    marks: Vec<(Rect, &'static str)>,
    explained: Option<Explained>,
}

/// How long the pointer rests before the card changes, so that it can be brought to the card.
const REST: f32 = 0.12;

impl Guide {
    pub(super) fn is_on(&self) -> bool {
        self.is_on
    }

    pub(super) fn toggle(&mut self) -> bool {
        self.is_on = !self.is_on;
        self.explained = None;
        self.is_on
    }

    pub(super) fn mark(&mut self, rect: Rect, name: &'static str) {
        if self.is_on {
            self.marks.push((rect, name));
        }
    }

    pub(super) fn explained(&self) -> Option<Explained> {
        self.explained.clone()
    }

    /// Notes whether the pointer or the keys were used last.
    fn follow(&mut self, ctx: &Context, update: &TreeUpdate) {
        let pointer = ctx.pointer_latest_pos();
        if pointer != self.pointer {
            (self.pointer, self.pointing) = (pointer, Pointing::Pointer);
        } else if self.focus != Some(update.focus) {
            self.pointing = Pointing::Keys;
        }
        self.focus = Some(update.focus);
    }

    /// Works out what is explained, from what screen readers are told.
    fn look(&mut self, ctx: &Context, update: &TreeUpdate) {
        self.follow(ctx, update);
        let found = match self.pointing {
            Pointing::Keys => node(update, update.focus).and_then(|node| Some((name(node)?, None))),
            Pointing::Pointer => {
                let Some(at) = self.pointer else { return };
                let Some(area) = area_at(ctx, at) else { return };
                // Both are of a frame in which the pointer was on its way.
                if ctx.input(|input| input.pointer.time_since_last_movement()) < REST {
                    return;
                }
                let named = smallest(update, at, area);
                let marked = self.marks.iter().filter(|(rect, _)| rect.contains(at));
                let marked = marked.min_by(|a, b| a.0.area().total_cmp(&b.0.area()));
                let title = named.or(marked.map(|(_, term)| (*term).to_owned()));
                title.map(|title| (title, marked.map(|(_, term)| *term)))
            }
        };
        let Some((title, marked)) = found else {
            self.explained = None;
            return;
        };
        let tip = match self.pointing {
            Pointing::Pointer => std::mem::take(&mut self.tips),
            Pointing::Keys => String::new(),
        };
        let term = terms::named(&title)
            .or_else(|| terms::about(&title))
            .or_else(|| marked.and_then(terms::about))
            .or_else(|| terms::about(&tip));
        self.explained = Some(Explained { title, tip, term });
    }
}

impl Plugin for Guide {
    fn debug_name(&self) -> &'static str {
        "help"
    }

    fn on_begin_pass(&mut self, _ui: &mut Ui) {
        self.marks.clear();
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        if self.is_on {
            self.tips = take_tooltips(ui.ctx());
        }
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        let update = output.platform_output.accesskit_update.as_ref();
        match update {
            Some(update) if self.is_on => {
                let before = self.explained.clone();
                self.look(ctx, update);
                if self.explained != before {
                    ctx.request_repaint();
                } else if ctx.input(|input| input.pointer.is_moving()) {
                    ctx.request_repaint_after_secs(2.0 * REST);
                }
            }
            _ if !self.is_on => self.was_read = update.is_some(),
            _ => {}
        }
    }
}

/// Has the tree for screen readers made while it is needed, and tooltips come at once, for they
/// are read instead of shown.
pub(super) fn hear(ctx: &Context, on: bool) {
    let was_read = ctx.with_plugin(|guide: &mut Guide| guide.was_read).unwrap_or(true);
    if on {
        ctx.enable_accesskit();
    } else if !was_read {
        ctx.disable_accesskit();
    }
    ctx.all_styles_mut(|style| {
        style.interaction.show_tooltips_only_when_still = !on;
        style.interaction.tooltip_delay = if on { 0.0 } else { crate::ui::theme::TOOLTIP_DELAY };
    });
}

/// The text of the tooltips of this frame, which are not painted.
fn take_tooltips(ctx: &Context) -> String {
    let mut layers: Vec<_> = ctx.memory(|memory| {
        let layers = memory.areas().visible_layer_ids();
        layers.into_iter().filter(|layer| layer.order == Order::Tooltip).collect()
    });
    layers.sort_by_key(|layer| layer.id.value());
    let mut texts = Vec::new();
    ctx.graphics_mut(|all| {
        for layer in layers {
            let list = std::mem::take(all.entry(layer));
            list.all_entries().for_each(|clipped| read(clipped, &mut texts));
        }
    });
    texts.join("\n")
}

/// The texts of a painted shape.
fn read(clipped: &ClippedShape, texts: &mut Vec<String>) {
    fn within(shape: &Shape, texts: &mut Vec<String>) {
        match shape {
            Shape::Text(text) => texts.push(text.galley.text().to_owned()),
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| within(shape, texts)),
            _ => {}
        }
    }
    within(&clipped.shape, texts);
}

/// The area of the topmost layer at a place; `None` on the card itself.
fn area_at(ctx: &Context, at: Pos2) -> Option<Rect> {
    let Some(layer) = ctx.layer_id_at(at) else { return Some(ctx.content_rect()) };
    if layer.id == card::id() {
        return None;
    }
    if layer.order == Order::Background {
        return Some(ctx.content_rect());
    }
    ctx.memory(|memory| memory.area_rect(layer.id))
}

fn node(update: &TreeUpdate, id: NodeId) -> Option<&Node> {
    update.nodes.iter().find(|(known, _)| *known == id).map(|(_, node)| node)
}

/// The name of something as a screen reader says it.
fn name(node: &Node) -> Option<String> {
    let name = node.label().or_else(|| node.value())?.trim();
    let is_said = name.chars().any(char::is_alphanumeric);
    is_said.then(|| name.to_owned())
}

/// The name of the smallest thing at a place, of those within an area.
fn smallest(update: &TreeUpdate, at: Pos2, area: Rect) -> Option<String> {
    let area = area.expand(2.0);
    let mut best: Option<(f32, String)> = None;
    for (_, node) in &update.nodes {
        let Some(bounds) = node.bounds() else { continue };
        let rect = Rect::from_min_max(
            pos2(bounds.x0 as f32, bounds.y0 as f32),
            pos2(bounds.x1 as f32, bounds.y1 as f32),
        );
        let is_candidate = rect.contains(at) && area.contains_rect(rect);
        if !is_candidate || best.as_ref().is_some_and(|(least, _)| rect.area() > *least) {
            continue;
        }
        if let Some(name) = name(node) {
            best = Some((rect.area(), name));
        }
    }
    best.map(|(_, name)| name)
}
