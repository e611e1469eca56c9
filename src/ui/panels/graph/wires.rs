//! Connections: one mesh of curves whose width, colour and dashes tell the weights.

use std::sync::Arc;

use egui::emath::TSTransform;
use egui::{Color32, Mesh, Pos2, Rect, Shape, Stroke};

use crate::record::ProbeFrame;
use crate::ui::kernels::Kernels;
use crate::ui::theme::{self, Theme, Variant};

use super::anatomy::{Anatomy, Channels, Kind};
use super::layout::Layout;
use super::values::{self, Weights};

/// Width of a connection without weight, and what the widest has more.
const WIDTH: [f32; 2] = [0.8, 5.2];
/// Opacity of a connection without weight, of the widest, and of those that stand back.
const OPACITY: [f32; 2] = [0.16, 0.9];
const FADED: f32 = 0.09;
/// Opacity and width of what only passes values on.
const PASSING: f32 = 0.8;
const PASSING_WIDTH: f32 = 1.4;
/// So many connections to a neuron have the full width; of more each is thinner.
const FULL_WIDTH: f32 = 3.0;
/// Lengths of a dash and of the room behind it.
const DASH: [f32; 2] = [7.0, 4.5];
const DOT: [f32; 2] = [2.0, 3.0];
/// Pieces of a curve.
const PIECES: usize = 12;
/// Of more connections than this between two columns only the strongest are drawn at first.
const MANY: usize = 2500;
/// So many times as many are drawn when more are wanted.
const MORE: usize = 4;

/// What the pointer or the keyboard rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A value of a column.
    Neuron {
        /// The column.
        column: usize,
        /// Which of its values.
        unit: usize,
    },
    /// A connection.
    Wire(WireId),
}

/// Names a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireId {
    /// The column it leads to.
    pub column: usize,
    /// The value of the column before that it comes from.
    pub from: usize,
    /// The neuron it leads to.
    pub to: usize,
}

/// A connection on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Wire {
    id: WireId,
    ends: [Pos2; 2],
    link: Link,
}

/// What a connection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    /// Weighs a value.
    Weight,
    /// Weighs a channel with a kernel; it has a strength and no sign.
    Kernel,
    /// Passes values on as they are.
    Passing,
}

/// What a mesh of connections depends on.
#[derive(Clone, Debug)]
pub struct Scene<'a> {
    pub anatomy: &'a Anatomy,
    pub layout: &'a Layout,
    pub transform: TSTransform,
    /// Where they can be seen.
    pub clip: Rect,
    pub frame: Option<&'a Arc<ProbeFrame>>,
    pub target: Option<Target>,
    pub theme: &'a Theme,
}

/// How many of the connections in sight are drawn, where they are too many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thinned {
    /// So many, the strongest.
    pub drawn: usize,
    /// Of so many.
    pub all: usize,
}

/// What the colours of connections depend on besides their places.
#[derive(Clone, Debug)]
struct Shown {
    frame: Option<Arc<ProbeFrame>>,
    target: Option<Target>,
    look: Variant,
    most: usize,
}

impl Shown {
    fn suits(&self, scene: &Scene<'_>, most: usize) -> bool {
        let same_frame = match (&self.frame, scene.frame) {
            (Some(shown), Some(frame)) => Arc::ptr_eq(shown, frame),
            (shown, frame) => shown.is_none() && frame.is_none(),
        };
        let look = scene.theme.variant;
        same_frame && (self.target, self.look, self.most) == (scene.target, look, most)
    }
}

/// The connections on the screen, kept until there is news.
#[derive(Debug, Default)]
pub struct Wires {
    wires: Vec<Wire>,
    /// The weight or strength of each.
    values: Vec<Option<f32>>,
    place: Option<(TSTransform, Rect)>,
    shown: Option<Shown>,
    mesh: Arc<Mesh>,
    /// How many times [`MORE`] connections are wanted.
    wish: u32,
    /// The largest magnitude of the weights that lead to each column, where they are known.
    pub widest: Vec<Option<f32>>,
    /// What is left out, of all columns together.
    pub thinned: Option<Thinned>,
}

impl Wires {
    /// Forgets where everything stood: the columns are others.
    pub fn clear(&mut self) {
        (self.place, self.shown) = (None, None);
    }

    /// Most connections that are drawn between two columns.
    fn most(&self) -> usize {
        MANY * MORE.pow(self.wish)
    }

    /// Draws more of the weaker connections from now on.
    pub fn more(&mut self) {
        self.wish = (self.wish + 1).min(6);
    }

    /// Draws only the strongest again.
    pub fn fewer(&mut self) {
        self.wish = 0;
    }

    /// Whether more than usual are drawn.
    #[must_use]
    pub fn draws_more(&self) -> bool {
        self.wish > 0
    }

    /// The connections of a scene as one mesh.
    pub fn mesh(&mut self, scene: &Scene<'_>) -> Arc<Mesh> {
        self.place(scene);
        Arc::clone(&self.mesh)
    }

    /// The same as shapes, for a picture that is printed.
    pub fn shapes(&mut self, scene: &Scene<'_>) -> Vec<Shape> {
        self.place(scene);
        let mut pen = Pen::new(scene);
        pen.apart = Some(Vec::new());
        self.paint(scene, &mut pen);
        pen.apart.unwrap_or_default()
    }

    /// Follows what is new.
    fn place(&mut self, scene: &Scene<'_>) {
        let place = Some((scene.transform, scene.clip));
        let is_placed = self.place == place;
        if !is_placed {
            self.wires = place_wires(scene);
            self.place = place;
        }
        let most = self.most();
        let is_shown = self.shown.as_ref().is_some_and(|shown| shown.suits(scene, most));
        if !(is_placed && is_shown) {
            let mut pen = Pen::new(scene);
            self.paint(scene, &mut pen);
            self.mesh = Arc::new(pen.mesh);
            let (frame, look) = (scene.frame.cloned(), scene.theme.variant);
            self.shown = Some(Shown { frame, target: scene.target, look, most });
        }
    }

    fn paint(&mut self, scene: &Scene<'_>, pen: &mut Pen<'_>) {
        self.weigh(scene);
        let columns = scene.anatomy.columns.len();
        let least = least(&self.wires, &self.values, columns, self.most());
        let thin: Vec<f32> = (0..columns).map(|column| thinness(scene.layout, column)).collect();
        let mut left = vec![self.most(); columns];
        // What stands back is drawn first.
        for is_front in [false, true] {
            for (wire, &value) in self.wires.iter().zip(&self.values) {
                let light = scene.target.map(|target| target.concerns(wire.id));
                if light.unwrap_or(true) != is_front {
                    continue;
                }
                let column = wire.id.column;
                if light != Some(true) && least[column].is_some_and(|least| size(value) < least) {
                    continue;
                }
                // Of equally strong ones the first.
                if left[column] == 0 && light != Some(true) && least[column].is_some() {
                    continue;
                }
                left[column] = left[column].saturating_sub(1);
                let share = self.widest[column].map_or(0.0, |most| share(value, most));
                let is_target = scene.target == Some(Target::Wire(wire.id));
                pen.wire(wire, value, [share, thin[column]], light, is_target);
            }
        }
        self.thinned = thinned(&self.wires, &least, self.most());
    }

    /// Looks up what every connection weighs.
    fn weigh(&mut self, scene: &Scene<'_>) {
        let sources = (0..scene.anatomy.columns.len()).map(|at| Source::of(scene, at));
        let sources: Vec<Source<'_>> = sources.collect();
        self.values.clear();
        self.values.extend(self.wires.iter().map(|wire| match wire.link {
            Link::Passing => None,
            _ => sources[wire.id.column].value(wire.id),
        }));
        let mut strongest = vec![None; sources.len()];
        for (wire, value) in self.wires.iter().zip(&self.values) {
            if let Some(value) = value.filter(|value| value.is_finite()) {
                let most: &mut Option<f32> = &mut strongest[wire.id.column];
                *most = Some(most.unwrap_or(0.0).max(value.abs()));
            }
        }
        let widest = sources.iter().zip(strongest).map(|(source, strongest)| match source {
            Source::Weights(weights) => Some(weights.widest()),
            Source::Kernels(..) => strongest,
            Source::Nothing => None,
        });
        self.widest = widest.collect();
    }

    /// The connection under the pointer.
    #[must_use]
    pub fn hit(&self, at: Pos2) -> Option<WireId> {
        const REACH: f32 = 5.0;
        let near = self.wires.iter().filter(|wire| {
            let around = Rect::from_two_pos(wire.ends[0], wire.ends[1]).expand(REACH);
            wire.link != Link::Passing && around.contains(at)
        });
        let distances = near.map(|wire| (distance(wire.ends, at), wire.id));
        let nearest = distances.min_by(|a, b| a.0.total_cmp(&b.0))?;
        (nearest.0 <= REACH).then_some(nearest.1)
    }
}

impl Target {
    /// Whether a connection is the target or leads to or from it.
    fn concerns(self, wire: WireId) -> bool {
        match self {
            Self::Wire(id) => id == wire,
            Self::Neuron { column, unit } => {
                (wire.column == column && wire.to == unit)
                    || (wire.column == column + 1 && wire.from == unit)
            }
        }
    }
}

/// Where the weights of connections are found.
enum Source<'a> {
    Weights(Weights<'a>),
    Kernels(Kernels<'a>, &'a Channels),
    Nothing,
}

impl<'a> Source<'a> {
    /// Those that lead to a column.
    fn of(scene: &Scene<'a>, column: usize) -> Self {
        let weights = scene.frame.zip(scene.anatomy.dense(column));
        if let Some(weights) = weights.and_then(|(frame, dense)| Weights::of(frame, dense)) {
            return Self::Weights(weights);
        }
        let kernels = scene.frame.zip(scene.anatomy.maps(column));
        let kernels = kernels.and_then(|(frame, maps)| Some((values::kernels(frame, maps)?, maps)));
        kernels.map_or(Self::Nothing, |(kernels, maps)| Self::Kernels(kernels, maps))
    }

    fn value(&self, wire: WireId) -> Option<f32> {
        match self {
            Self::Weights(weights) => weights.at(wire.from, wire.to),
            Self::Kernels(kernels, maps) => {
                Some(kernels.norm(wire.to, maps.kernel(wire.from, wire.to)?))
            }
            Self::Nothing => None,
        }
    }
}

/// How strong a connection is; one that is no number stands out.
fn size(value: Option<f32>) -> f32 {
    value.map_or(0.0, |value| if value.is_finite() { value.abs() } else { f32::INFINITY })
}

/// The strength from which on connections to each column are drawn, so that they are at most so
/// many; `None` where all are.
fn least(wires: &[Wire], values: &[Option<f32>], columns: usize, most: usize) -> Vec<Option<f32>> {
    let counts = counts(wires, columns);
    let one = |column: usize| {
        let count = counts[column];
        let behind = count.checked_sub(most).filter(|behind| *behind > 0)?;
        let own = wires.iter().zip(values).filter(|(wire, _)| wire.id.column == column);
        let mut sizes: Vec<f32> = own.map(|(_, value)| size(*value)).collect();
        let (_, least, _) = sizes.select_nth_unstable_by(behind, f32::total_cmp);
        Some(*least)
    };
    (0..columns).map(one).collect()
}

/// How many are drawn of how many, over all columns of which not all are.
fn thinned(wires: &[Wire], least: &[Option<f32>], most: usize) -> Option<Thinned> {
    let counts = counts(wires, least.len());
    let many = counts.iter().zip(least).filter(|(_, least)| least.is_some());
    let found = many.fold(Thinned::default(), |found, (count, _)| Thinned {
        drawn: found.drawn + most,
        all: found.all + count,
    });
    (found.all > 0).then_some(found)
}

/// How wide the widest connection to a column is, as a share of the full width: where many lead
/// to each neuron they are thinner.
fn thinness(layout: &Layout, column: usize) -> f32 {
    let before = column.checked_sub(1).map_or(1, |before| layout.spots[before].shown.len());
    let most = before.max(layout.spots[column].shown.len()).max(1) as f32;
    (FULL_WIDTH / most).sqrt().clamp(0.42, 1.0)
}

fn counts(wires: &[Wire], columns: usize) -> Vec<usize> {
    let mut counts = vec![0; columns];
    wires.iter().for_each(|wire| counts[wire.id.column] += 1);
    counts
}

/// The size of a weight as a share of the widest; 1 where it is no number.
fn share(value: Option<f32>, widest: f32) -> f32 {
    match value {
        Some(value) if !value.is_finite() => 1.0,
        Some(value) if widest > 0.0 => (value.abs() / widest).min(1.0),
        _ => 0.0,
    }
}

fn place_wires(scene: &Scene<'_>) -> Vec<Wire> {
    let mut wires = Vec::new();
    for column in 1..scene.anatomy.columns.len() {
        match scene.anatomy.columns[column].kind {
            Kind::Dense(_) => place_weights(scene, column, &mut wires),
            Kind::Channels(maps) => place_channels(scene, column, &maps, &mut wires),
            _ => place_passing(scene, column, &mut wires),
        }
    }
    let clip = scene.clip;
    wires.retain(|wire| Rect::from_two_pos(wire.ends[0], wire.ends[1]).intersects(clip));
    wires
}

/// From every value before to every neuron. An image is connected as a whole.
fn place_weights(scene: &Scene<'_>, column: usize, wires: &mut Vec<Wire>) {
    let [before, spot] = [&scene.layout.spots[column - 1], &scene.layout.spots[column]];
    let of = before.shown.len();
    for (place, &to) in spot.shown.iter().enumerate() {
        for (from_place, &from) in before.shown.iter().enumerate() {
            let ends = [before.port_out(from_place), spot.port_in(place, from_place, of)];
            push(scene, wires, WireId { column, from, to }, ends, Link::Weight);
        }
        if of == 0 {
            let start = before.rect.right_center();
            let share = (place as f32 + 0.5) / spot.shown.len() as f32 - 0.5;
            let start = start + egui::vec2(0.0, share * 0.9 * before.rect.height());
            let id = WireId { column, from: 0, to };
            push(scene, wires, id, [start, spot.port_in(place, 0, 1)], Link::Passing);
        }
    }
}

/// Into channels: kernels from channel to channel, or what is passed on from each to its own.
fn place_channels(scene: &Scene<'_>, column: usize, maps: &Channels, wires: &mut Vec<Wire>) {
    let [before, spot] = [&scene.layout.spots[column - 1], &scene.layout.spots[column]];
    let has_kernels = maps.kernels.is_some() && scene.anatomy.maps(column - 1).is_some();
    let is_same = before.shown == spot.shown;
    for (place, &to) in spot.shown.iter().enumerate() {
        if has_kernels {
            let of = before.shown.len();
            for (from_place, &from) in before.shown.iter().enumerate() {
                let ends = [before.port_out(from_place), spot.port_in(place, from_place, of)];
                if maps.kernel(from, to).is_some() {
                    push(scene, wires, WireId { column, from, to }, ends, Link::Kernel);
                }
            }
            continue;
        }
        let start = match is_same {
            true => before.port_out(place),
            false => before.beside(spot, place),
        };
        let ends = [start, spot.port_in(place, 0, 1)];
        push(scene, wires, WireId { column, from: to, to }, ends, Link::Passing);
    }
}

/// Into a layer that is not drawn value by value.
fn place_passing(scene: &Scene<'_>, column: usize, wires: &mut Vec<Wire>) {
    let [before, spot] = [&scene.layout.spots[column - 1], &scene.layout.spots[column]];
    if scene.anatomy.maps(column - 1).is_some() {
        for place in 0..before.shown.len() {
            let end = spot.facing(before, place);
            let unit = before.shown[place];
            let id = WireId { column, from: unit, to: unit };
            push(scene, wires, id, [before.port_out(place), end], Link::Passing);
        }
        return;
    }
    if before.shown.is_empty() || before.shown != spot.shown {
        let ends = [before.rect.right_center(), spot.rect.left_center()];
        let id = WireId { column, from: 0, to: 0 };
        push(scene, wires, id, ends, Link::Passing);
        return;
    }
    for (place, &unit) in spot.shown.iter().enumerate() {
        let id = WireId { column, from: unit, to: unit };
        push(scene, wires, id, [before.port_out(place), spot.port_in(place, 0, 1)], Link::Passing);
    }
}

fn push(scene: &Scene<'_>, wires: &mut Vec<Wire>, id: WireId, ends: [Pos2; 2], link: Link) {
    wires.push(Wire { id, ends: ends.map(|end| scene.transform * end), link });
}

/// A point of the curve between two ends, which leaves and arrives nearly level.
fn curve([from, to]: [Pos2; 2], t: f32) -> Pos2 {
    const LEVEL: f32 = 0.8;
    let rise = t * t * (3.0 - 2.0 * t);
    let x = from.x + (to.x - from.x) * t;
    Pos2::new(x, from.y + (to.y - from.y) * (LEVEL * rise + (1.0 - LEVEL) * t))
}

fn distance(ends: [Pos2; 2], at: Pos2) -> f32 {
    let mut nearest = f32::INFINITY;
    let mut from = ends[0];
    for piece in 1..=PIECES {
        let to = curve(ends, piece as f32 / PIECES as f32);
        let along = to - from;
        let t = ((at - from).dot(along) / along.length_sq().max(1e-9)).clamp(0.0, 1.0);
        nearest = nearest.min((at - (from + t * along)).length());
        from = to;
    }
    nearest
}

/// Draws connections into a mesh, or as shapes that stay apart.
struct Pen<'a> {
    theme: &'a Theme,
    mesh: Mesh,
    apart: Option<Vec<Shape>>,
    scale: f32,
    points: Vec<Pos2>,
    piece: Vec<Pos2>,
}

impl<'a> Pen<'a> {
    fn new(scene: &Scene<'a>) -> Self {
        let side = scene.layout.spots.first().map_or(40.0, |spot| spot.side);
        let scale = (side * scene.transform.scaling / 44.0).sqrt().clamp(0.45, 1.7);
        let (theme, mesh) = (scene.theme, Mesh::default());
        Self { theme, mesh, apart: None, scale, points: Vec::new(), piece: Vec::new() }
    }

    /// One connection. `light` tells whether it is among those that the pointer is about.
    fn wire(
        &mut self,
        wire: &Wire,
        value: Option<f32>,
        [share, thin]: [f32; 2],
        light: Option<bool>,
        is_target: bool,
    ) {
        let (colour, dash) = match value {
            None => (self.theme.outline, None),
            Some(value) if wire.link == Link::Kernel && value.is_finite() => {
                (self.theme.text_muted, None)
            }
            Some(value) if !value.is_finite() => (self.theme.nan, Some(DOT)),
            Some(value) if value < 0.0 => (self.theme.negative, Some(DASH)),
            Some(_) => (self.theme.positive, None),
        };
        let opacity = match light {
            Some(false) => FADED,
            Some(true) => 0.55 + 0.45 * share,
            None if value.is_none() => PASSING,
            None => OPACITY[0] + (OPACITY[1] - OPACITY[0]) * share,
        };
        // Kernels have no sign to be seen, and are many.
        let opacity = if wire.link == Link::Kernel { 0.6 * opacity } else { opacity };
        let more = if is_target { 2.0 } else { 0.0 };
        let least = if value.is_none() { PASSING_WIDTH } else { WIDTH[0] };
        let width = (least + WIDTH[1] * share * thin) * self.scale * self.theme.thickness + more;
        self.sample(wire.ends, dash.is_some());
        let colour = colour.gamma_multiply(opacity);
        match dash {
            None => Self::strip(&mut self.mesh, &mut self.apart, &self.points, width, colour),
            Some([on, off]) => self.dashed(width, colour, [on, off + 0.35 * width]),
        }
    }

    fn sample(&mut self, ends: [Pos2; 2], is_dashed: bool) {
        let is_level = (ends[0].y - ends[1].y).abs() < 0.75;
        let pieces = if is_level && !is_dashed { 1 } else { PIECES };
        self.points.clear();
        self.points.extend((0..=pieces).map(|i| curve(ends, i as f32 / pieces as f32)));
    }

    fn strip(
        mesh: &mut Mesh,
        apart: &mut Option<Vec<Shape>>,
        points: &[Pos2],
        width: f32,
        colour: Color32,
    ) {
        match apart {
            Some(shapes) => {
                shapes.push(Shape::line(points.to_vec(), Stroke { width, color: colour }));
            }
            None => strip(mesh, points, width, colour),
        }
    }

    /// The sampled curve, cut into dashes.
    fn dashed(&mut self, width: f32, colour: Color32, [on, off]: [f32; 2]) {
        let (mut left, mut is_on) = (on, true);
        self.piece.clear();
        self.piece.push(self.points[0]);
        for at in 1..self.points.len() {
            let (mut from, to) = (self.points[at - 1], self.points[at]);
            let mut length = (to - from).length();
            while length > left {
                from = from.lerp(to, left / length);
                length -= left;
                if is_on {
                    self.piece.push(from);
                    Self::strip(&mut self.mesh, &mut self.apart, &self.piece, width, colour);
                }
                self.piece.clear();
                is_on = !is_on;
                self.piece.push(from);
                left = if is_on { on } else { off };
            }
            left -= length;
            self.piece.push(to);
        }
        if is_on {
            Self::strip(&mut self.mesh, &mut self.apart, &self.piece, width, colour);
        }
    }
}

/// A line of some width with soft edges.
fn strip(mesh: &mut Mesh, points: &[Pos2], width: f32, colour: Color32) {
    const SOFT: f32 = 0.6;
    if points.len() < 2 {
        return;
    }
    // Lines thinner than a pixel are fainter rather than thinner.
    let colour = if width < 1.0 { colour.gamma_multiply(width) } else { colour };
    let inner = 0.5 * width - 0.5 * SOFT;
    let outer = inner.max(0.05) + SOFT;
    // A thin line needs no inner part of full colour.
    let thin = [(-outer, theme::CLEAR), (0.0, colour), (outer, theme::CLEAR)];
    let thick = [(-outer, theme::CLEAR), (-inner, colour), (inner, colour), (outer, theme::CLEAR)];
    let across: &[(f32, Color32)] = if inner < 0.4 { &thin } else { &thick };
    ribbon(mesh, points, across);
}

/// A strip along points, with a vertex at each of some distances across it.
fn ribbon(mesh: &mut Mesh, points: &[Pos2], across: &[(f32, Color32)]) {
    let lanes = across.len() as u32;
    for at in 0..points.len() {
        let along = points[(at + 1).min(points.len() - 1)] - points[at.saturating_sub(1)];
        let side = along.normalized().rot90();
        let first = mesh.vertices.len() as u32;
        for &(offset, colour) in across {
            mesh.colored_vertex(points[at] + offset * side, colour);
        }
        if at > 0 {
            for lane in 0..lanes - 1 {
                let (a, b) = (first - lanes + lane, first + lane);
                mesh.add_triangle(a, a + 1, b);
                mesh.add_triangle(a + 1, b + 1, b);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn a_curve_leaves_and_arrives_level() {
        let ends = [pos2(0.0, 0.0), pos2(100.0, 60.0)];
        assert_eq!((curve(ends, 0.0), curve(ends, 1.0)), (ends[0], ends[1]));
        assert_eq!(curve(ends, 0.5), pos2(50.0, 30.0));
        assert!(curve(ends, 0.1).y < 3.0 && curve(ends, 0.9).y > 57.0);
    }

    #[test]
    fn the_distance_is_to_the_curve() {
        let ends = [pos2(0.0, 0.0), pos2(100.0, 0.0)];
        assert!((distance(ends, pos2(40.0, 3.0)) - 3.0).abs() < 1e-3);
        assert!(distance(ends, pos2(50.0, 0.0)) < 1e-3);
    }

    #[test]
    fn shares_are_of_the_widest_and_what_is_no_number_stands_out() {
        assert_eq!(share(Some(-0.5), 2.0), 0.25);
        assert_eq!(share(Some(2.0), 2.0), 1.0);
        assert_eq!(share(Some(f32::NAN), 2.0), 1.0);
        assert_eq!(share(Some(0.0), 0.0), 0.0);
        assert_eq!(share(None, 1.0), 0.0);
    }

    #[test]
    fn of_many_connections_the_strongest_are_drawn() {
        let id = |to| WireId { column: 1, from: 0, to };
        let ends = [Pos2::ZERO, pos2(1.0, 1.0)];
        let wires: Vec<Wire> =
            (0..7).map(|to| Wire { id: id(to), ends, link: Link::Weight }).collect();
        let values = [0.5, -2.0, 0.1, f32::NAN, 0.2, -0.3, 0.0].map(Some);
        let least_of = |most| least(&wires, &values, 3, most);
        assert_eq!(least_of(3), [None, Some(0.5), None], "0.5, −2 and what is no number");
        assert_eq!(least_of(7), [None; 3], "all of them");
        assert_eq!(thinned(&wires, &least_of(3), 3), Some(Thinned { drawn: 3, all: 7 }));
        assert_eq!(thinned(&wires, &least_of(7), 7), None);
    }

    #[test]
    fn a_target_concerns_what_leads_to_and_from_it() {
        let neuron = Target::Neuron { column: 1, unit: 3 };
        let wire = |column, from, to| WireId { column, from, to };
        assert!(neuron.concerns(wire(1, 0, 3)) && neuron.concerns(wire(2, 3, 0)));
        assert!(!neuron.concerns(wire(1, 3, 0)) && !neuron.concerns(wire(2, 0, 3)));
        assert!(Target::Wire(wire(1, 0, 3)).concerns(wire(1, 0, 3)));
    }

    #[test]
    fn dashes_leave_gaps() {
        let theme = &Theme::LIGHT;
        let mut pen = Pen {
            theme,
            mesh: Mesh::default(),
            apart: None,
            scale: 1.0,
            points: Vec::new(),
            piece: Vec::new(),
        };
        pen.sample([pos2(0.0, 0.0), pos2(100.0, 0.0)], true);
        pen.dashed(2.0, theme.negative, [10.0, 10.0]);
        let is_covered = |x: f32| {
            pen.mesh.triangles().any(|[a, b, c]| {
                let xs = [a, b, c].map(|i| pen.mesh.vertices[i as usize].pos.x);
                xs.iter().any(|&v| v < x) && xs.iter().any(|&v| v > x)
            })
        };
        assert!(is_covered(4.0) && is_covered(24.0) && is_covered(84.0));
        assert!(!is_covered(14.0) && !is_covered(34.0) && !is_covered(94.0));
    }
}
