//! The drawing itself: connections, neurons, their names, and what the pointer does to them.

use std::sync::Arc;

use egui::emath::TSTransform;
use egui::epaint::TextShape;
use egui::{
    Align2, EventFilter, Galley, Id, Key, Modifiers, Painter, Rect, Response, Role, Sense, Shape,
    Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::data::Dataset;
use crate::record::{BoundaryRequest, Input, ProbeFrame};
use crate::ui::theme::{self, Theme};
use crate::ui::{Cx, capture};

use super::anatomy::{Anatomy, Kind};
use super::drawing::Drawing;
use super::header;
use super::labels;
use super::layout::{Layout, Spot};
use super::names::{Names, capital};
use super::nodes::{self, Nodes};
use super::pictures::{Pictures, Show};
use super::tell;
use super::wires::{self, Target};

/// Height of the names of columns above the drawing.
const HEADS: f32 = 38.0;
/// Height of what the widest weights are, below it.
const FEET: f32 = 18.0;
/// Most neurons of a column that can be reached by the keyboard at a time.
const REACHABLE: usize = 48;
/// How much a neuron grows under the pointer.
const GROWTH: f32 = 1.3;

/// All that drawing needs to know.
pub struct Stage<'a> {
    pub run: usize,
    pub anatomy: &'a Arc<Anatomy>,
    pub layout: &'a Arc<Layout>,
    pub data: &'a Arc<Dataset>,
    pub frame: Option<&'a Arc<ProbeFrame>>,
    pub theme: &'a Theme,
    /// The piece of the plane that maps are computed over.
    pub window: &'a BoundaryRequest,
    /// The sample that is followed where there is no plane.
    pub input: &'a Input,
    /// Where the drawing is seen.
    pub room: Rect,
    pub transform: TSTransform,
}

impl<'a> Stage<'a> {
    /// What things are called.
    #[must_use]
    pub fn names(&self) -> Names<'a> {
        Names { anatomy: self.anatomy, data: self.data }
    }

    fn on_screen(&self, column: usize, place: usize) -> Rect {
        self.transform * self.layout.spots[column].neuron(place)
    }
}

/// What one frame of the drawing came to.
#[derive(Default)]
pub struct Outcome {
    /// What the pointer or the keyboard rests on.
    pub target: Option<Target>,
    /// What was opened.
    pub opened: Option<(usize, usize)>,
}

/// Room of the drawing within a rectangle: without the names of columns.
#[must_use]
pub fn room(rect: Rect) -> Rect {
    Rect::from_min_max(rect.min + vec2(0.0, HEADS), rect.max - vec2(0.0, FEET))
}

/// Draws the network into a rectangle.
pub fn show(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    drawing: &mut Drawing,
    stage: &Stage<'_>,
    rect: Rect,
) -> Outcome {
    let id = ui.scope_id().with(("graph", stage.run));
    let back = ui.interact(stage.room, id, Sense::click_and_drag());
    navigate(ui, drawing, stage, &back);
    let mut outcome = Outcome::default();
    let neurons = neurons(ui, stage, id, &mut outcome);
    counts(ui, drawing, stage, id);
    if outcome.target.is_none() && back.hovered() {
        let at = ui.input(|input| input.pointer.hover_pos());
        outcome.target = at.and_then(|at| drawing.wires.hit(at)).map(Target::Wire);
    }
    paint(ui, drawing, stage, outcome.target);
    for (response, column, place) in neurons {
        mark(ui, stage, drawing, &response, column, place);
        let unit = stage.layout.spots[column].shown[place];
        response.on_hover_ui(|ui| tell::neuron(ui, stage, &drawing.pictures, column, unit));
    }
    if let Some(Target::Wire(wire)) = outcome.target {
        if back.clicked() {
            outcome.opened = Some((wire.column, wire.to));
        }
        back.on_hover_ui_at_pointer(|ui| tell::wire(ui, stage, wire));
    }
    let heads = Rect::from_min_max(rect.min, pos2(rect.right(), stage.room.top()));
    header::show(ui, cx, drawing, stage, heads, id);
    feet(ui, drawing, stage);
    outcome
}

/// Dragging moves the drawing, the wheel scales it.
fn navigate(ui: &Ui, drawing: &mut Drawing, stage: &Stage<'_>, back: &Response) {
    let bounds = stage.layout.bounds;
    if back.dragged() && back.drag_delta() != Vec2::ZERO {
        drawing.camera.pan(bounds, stage.room, back.drag_delta());
    }
    if back.double_clicked() {
        drawing.camera.fit();
    }
    let Some(at) = ui.input(|input| input.pointer.hover_pos()) else { return };
    if !stage.room.contains(at) || !ui.rect_contains_pointer(stage.room) {
        return;
    }
    let factor = ui.input_mut(|input| {
        let turned = std::mem::take(&mut input.smooth_scroll_delta.y);
        input.zoom_delta() * (turned / 240.0).exp()
    });
    if (factor - 1.0).abs() > 1e-4 {
        drawing.camera.zoom(bounds, stage.room, factor, at);
    }
}

/// Makes the visible neurons reachable; tells which is under the pointer or has the focus.
fn neurons(
    ui: &Ui,
    stage: &Stage<'_>,
    id: Id,
    outcome: &mut Outcome,
) -> Vec<(Response, usize, usize)> {
    let mut found = Vec::new();
    let names = stage.names();
    for (column, spot) in stage.layout.spots.iter().enumerate() {
        if !has_neurons(stage.anatomy, column) {
            continue;
        }
        for place in visible(stage, column, spot) {
            let unit = spot.shown[place];
            let rect = stage.on_screen(column, place).intersect(stage.room);
            let response = ui.interact(rect, id.with((column, unit)), Sense::click());
            response
                .widget_info(|| WidgetInfo::labeled(Role::Button, true, names.title(column, unit)));
            if response.clicked() {
                outcome.opened = Some((column, unit));
            }
            if response.has_focus() {
                keep_arrows(ui, response.id);
                let next = step(ui).and_then(|step| neighbour(stage, column, place, step));
                if let Some((column, unit)) = next {
                    ui.memory_mut(|memory| memory.request_focus(id.with((column, unit))));
                }
            }
            if response.hovered() || (response.has_focus() && outcome.target.is_none()) {
                outcome.target = Some(Target::Neuron { column, unit });
            }
            if response.hovered() || response.has_focus() {
                found.push((response, column, place));
            }
        }
    }
    found
}

/// Arrow keys lead from neuron to neuron, not wherever the window would lead them.
fn keep_arrows(ui: &Ui, id: Id) {
    let filter =
        EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
}

/// How many columns to the right and places down the arrow keys lead.
fn step(ui: &Ui) -> Option<[isize; 2]> {
    let steps = [
        (Key::ArrowLeft, [-1, 0]),
        (Key::ArrowRight, [1, 0]),
        (Key::ArrowUp, [0, -1]),
        (Key::ArrowDown, [0, 1]),
    ];
    let is_pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    steps.into_iter().find(|(key, _)| is_pressed(*key)).map(|(_, step)| step)
}

/// The neuron beside another one: the next of its column, or that at about the same height in the
/// next column with neurons.
fn neighbour(
    stage: &Stage<'_>,
    column: usize,
    place: usize,
    [right, down]: [isize; 2],
) -> Option<(usize, usize)> {
    let spots = &stage.layout.spots;
    if right == 0 {
        let place = place.checked_add_signed(down)?;
        return Some((column, *spots[column].shown.get(place)?));
    }
    let mut next = column.checked_add_signed(right)?;
    while next < spots.len() && !has_neurons(stage.anatomy, next) {
        next = next.checked_add_signed(right)?;
    }
    let y = spots[column].neuron(place).center().y;
    let spot = spots.get(next)?;
    let away = |place: &usize| (spot.neuron(*place).center().y - y).abs();
    let nearest = (0..spot.shown.len()).min_by(|a, b| away(a).total_cmp(&away(b)))?;
    Some((next, spot.shown[nearest]))
}

fn has_neurons(anatomy: &Anatomy, column: usize) -> bool {
    matches!(anatomy.columns[column].kind, Kind::Features | Kind::Dense(_) | Kind::Channels(_))
}

/// The places of a column that can be seen; of very many the first.
fn visible<'a>(
    stage: &'a Stage<'_>,
    column: usize,
    spot: &'a Spot,
) -> impl Iterator<Item = usize> + 'a {
    let places = 0..spot.shown.len();
    places
        .filter(move |&place| stage.on_screen(column, place).intersects(stage.room))
        .take(REACHABLE)
}

fn paint(ui: &Ui, drawing: &mut Drawing, stage: &Stage<'_>, target: Option<Target>) {
    let painter = ui.painter().with_clip_rect(stage.room.intersect(ui.clip_rect()));
    let connections = wires::Scene {
        anatomy: stage.anatomy,
        layout: stage.layout,
        transform: stage.transform,
        clip: stage.room,
        frame: stage.frame,
        target,
        theme: stage.theme,
    };
    arcs(&painter, stage);
    if capture::is_taking(ui.ctx()) {
        painter.add(Shape::Vec(drawing.wires.shapes(&connections)));
    } else {
        painter.add(Shape::Mesh(drawing.wires.mesh(&connections)));
    }
    let Drawing { nodes, pictures, .. } = drawing;
    paint_nodes(&painter, stage, nodes, pictures);
    labels::paint(&painter, stage, &pictures.shows);
    blocks(&painter, stage);
}

fn paint_nodes(painter: &Painter, stage: &Stage<'_>, nodes: &mut Nodes, pictures: &Pictures) {
    let scene = nodes::Scene {
        anatomy: stage.anatomy,
        layout: stage.layout,
        pictures,
        transform: stage.transform,
        clip: stage.room,
        theme: stage.theme,
    };
    nodes.paint(painter, &scene);
}

/// Skip connections, around everything between.
fn arcs(painter: &Painter, stage: &Stage<'_>) {
    let top = stage.layout.bounds.top() + 4.0;
    for (count, [from, to]) in stage.anatomy.arcs.iter().enumerate() {
        let [a, b] = [*from, *to].map(|at| stage.layout.spots[at].rect);
        let height = top - 3.0 * (count % 2) as f32;
        let points = [
            pos2(a.center().x, a.top()),
            pos2(a.center().x, height),
            pos2(b.center().x, height),
            pos2(b.center().x, b.top()),
        ];
        let points = points.map(|point| stage.transform * point).to_vec();
        let end = points[3];
        let stroke = stage.theme.stroke(1.5, stage.theme.text_muted);
        painter.add(Shape::line(points, stroke));
        let head = [end, end + vec2(-3.5, -6.0), end + vec2(3.5, -6.0)].to_vec();
        painter.add(Shape::convex_polygon(head, stage.theme.text_muted, Stroke::NONE));
    }
}

/// Names and shapes of layers that are not drawn value by value, written upwards.
fn blocks(painter: &Painter, stage: &Stage<'_>) {
    for (column, spot) in stage.anatomy.columns.iter().zip(&stage.layout.spots) {
        if !matches!(column.kind, Kind::Block(_)) {
            continue;
        }
        let rect = stage.transform * spot.rect;
        let whole = format!("{} · {}", column.titles[0], column.notes[0]);
        for text in [&whole, &column.titles[0]] {
            let galley = painter.layout_no_wrap(text.clone(), theme::small(), stage.theme.text);
            let size = galley.size();
            if size.x > rect.height() - 8.0 || size.y > rect.width() {
                continue;
            }
            let corner = rect.center() + vec2(-size.y / 2.0, size.x / 2.0);
            let shape = TextShape::new(corner, galley, stage.theme.text);
            painter.add(shape.with_angle(-std::f32::consts::FRAC_PI_2));
            break;
        }
    }
}

/// A neuron under the pointer or with the focus: larger, with a ring.
fn mark(
    ui: &Ui,
    stage: &Stage<'_>,
    drawing: &Drawing,
    response: &Response,
    column: usize,
    place: usize,
) {
    let painter = ui.painter().with_clip_rect(stage.room.intersect(ui.clip_rect()));
    let rect = stage.on_screen(column, place);
    let large = Rect::from_center_size(rect.center(), rect.size() * GROWTH);
    if drawing.pictures.shows.get(column).is_some_and(|show| *show != Show::Nothing) {
        painter.extend(nodes::picture(&drawing.pictures, large, column, place));
    }
    let stroke = match response.has_focus() {
        true => stage.theme.focus_ring(),
        false => stage.theme.stroke(2.0, stage.theme.text),
    };
    painter.rect_stroke(large, nodes::rounding(large), stroke, StrokeKind::Middle);
}

/// How many of a wide layer are shown; a click shows all of them, or a sample again.
fn counts(ui: &Ui, drawing: &mut Drawing, stage: &Stage<'_>, id: Id) {
    for (column, spot) in stage.layout.spots.iter().enumerate() {
        let Some(place) = spot.count.filter(|_| tells_more(stage.anatomy, column)) else {
            continue;
        };
        let below = stage.transform * place;
        let painter = ui.painter().with_clip_rect(stage.room.intersect(ui.clip_rect()));
        let colour = stage.theme.text_muted;
        let Some(galley) = count_text(&painter, stage, column) else { continue };
        let at = pos2(below.center().x, below.top() + 0.5 * theme::TARGET.min(below.height()));
        let rect = Rect::from_center_size(at, galley.size() + vec2(12.0, 4.0));
        let can_unfold = has_neurons(stage.anatomy, column);
        if !can_unfold {
            painter.galley(rect.min + vec2(6.0, 2.0), galley, colour);
            continue;
        }
        let response =
            ui.interact(rect.intersect(stage.room), id.with(("all", column)), Sense::click());
        let label =
            format!("Show all {} of {}", spot.total, stage.anatomy.columns[column].titles[0]);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
        let fill = if response.hovered() { stage.theme.hover } else { stage.theme.inset };
        painter.rect_filled(rect, theme::FIELD_RADIUS, fill);
        painter.galley(rect.min + vec2(6.0, 2.0), galley, colour);
        if response.clicked() {
            drawing.unfold(column);
        }
        response.on_hover_text("An even sample of this layer is shown; click to see all of it");
    }
}

/// How many of a column are shown, as long as there is room for.
fn count_text(painter: &Painter, stage: &Stage<'_>, column: usize) -> Option<Arc<Galley>> {
    let spots = &stage.layout.spots;
    let middle = |at: usize| (stage.transform * spots[at].rect.center()).x;
    let neighbours = [column.checked_sub(1), Some(column + 1).filter(|&at| at < spots.len())];
    let free = neighbours.into_iter().flatten().map(|at| (middle(at) - middle(column)).abs());
    let free = free.fold(f32::INFINITY, f32::min) - 16.0;
    let (shown, total) = (spots[column].shown.len(), spots[column].total);
    let texts = [format!("{shown} of {total}"), format!("{shown}/{total}"), "…".into()];
    let galleys =
        texts.map(|text| painter.layout_no_wrap(text, theme::small(), stage.theme.text_muted));
    galleys.into_iter().find(|galley| galley.size().x <= free)
}

/// Whether the count of a column is not already told by the one before.
fn tells_more(anatomy: &Anatomy, column: usize) -> bool {
    let before = column.checked_sub(1).map(|before| &anatomy.columns[before]);
    let is_same = before.is_some_and(|before| {
        before.width == anatomy.columns[column].width && !matches!(before.kind, Kind::Image(_))
    });
    !(is_same && matches!(anatomy.columns[column].kind, Kind::Block(_)))
}

/// The largest weight between each two columns: what the widest connection stands for.
fn feet(ui: &Ui, drawing: &Drawing, stage: &Stage<'_>) {
    let y = stage.room.bottom() + 0.5 * FEET;
    let across = stage.room.x_range();
    let painter = ui.painter().with_clip_rect(ui.clip_rect());
    for (column, widest) in drawing.wires.widest.iter().enumerate() {
        let Some(widest) = widest.filter(|_| column > 0) else { continue };
        let [before, spot] = [&stage.layout.spots[column - 1], &stage.layout.spots[column]];
        let left = (stage.transform * before.rect.right_center()).x;
        let right = (stage.transform * spot.rect.left_center()).x;
        let free = right - left + 0.8 * spot.side * stage.transform.scaling;
        let is_kernel = stage.anatomy.maps(column).is_some();
        for text in [tell::widest(widest, is_kernel), tell::number(widest)] {
            let galley = painter.layout_no_wrap(text, theme::small(), stage.theme.text_muted);
            let at = pos2(0.5 * (left + right), y);
            let rect = Align2::CENTER_CENTER.anchor_size(at, galley.size());
            if galley.size().x <= free
                && across.contains(rect.left())
                && across.contains(rect.right())
            {
                painter.galley(rect.min, galley, stage.theme.text_muted);
                break;
            }
        }
    }
}

/// One line about what the pointer or the keyboard rests on.
#[must_use]
pub fn line(stage: &Stage<'_>, target: Target) -> String {
    match target {
        Target::Neuron { column, unit } => {
            let name = capital(&stage.names().title(column, unit));
            match tell::bias(stage, column, unit) {
                Some(bias) => format!("{name}: bias {bias}"),
                None => name,
            }
        }
        Target::Wire(wire) => {
            let value = tell::weight(stage, wire).unwrap_or_else(|| "not known yet".into());
            format!("{} {value}", stage.names().wire(wire))
        }
    }
}
