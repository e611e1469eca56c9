//! Where everything stands in the drawing. Positions are points of the screen as long as the
//! drawing fits; a larger one is moved and scaled by a [`Camera`].

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::emath::TSTransform;
use egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::anatomy::{Anatomy, Column, Kind};

/// Least and greatest side of a neuron.
const NEURON: [f32; 2] = [15.0, 96.0];
/// Least and greatest width between columns that are connected value by value.
const BETWEEN: [f32; 2] = [34.0, 200.0];
/// The same before a layer that is not drawn value by value, as a share of it.
const BEFORE_BLOCK: f32 = 0.42;
/// Width of such a layer.
const BLOCK: f32 = 30.0;
/// Height that the count below a folded column takes.
const COUNT: f32 = 24.0;
/// Least and greatest number of neurons that a column can show before it is unfolded.
const MOST: [usize; 2] = [4, 24];
/// How many of them stand for those of a wide layer.
const SAMPLE: usize = 12;
/// Least and greatest number of channels that a column can show before it is unfolded, and the
/// height that each of them should have.
const MOST_MAPS: [usize; 2] = [3, 8];
const MAP_HEIGHT: f32 = 58.0;
/// Least and greatest side of a channel.
const MAP: [f32; 2] = [20.0, 84.0];
/// Side of the kernels beside a channel, as a share of its side, and the room between them.
const KERNEL: f32 = 0.45;
const KERNEL_GAP: f32 = 5.0;
/// Room around everything.
const MARGIN: Vec2 = vec2(14.0, 8.0);

/// Where the columns stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// One for each column of the anatomy.
    pub spots: Vec<Spot>,
    /// Everything, with a margin.
    pub bounds: Rect,
}

/// Where one column stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// The column.
    pub rect: Rect,
    /// The values that are shown, in rising order.
    pub shown: Arc<[usize]>,
    /// How many there are.
    pub total: usize,
    /// Side of a neuron, and height from one to the next.
    pub side: f32,
    /// Height from the middle of one value to that of the next.
    pub pitch: f32,
    /// Where the count of what is folded stands.
    pub count: Option<Rect>,
}

impl Spot {
    /// Where the neuron stands that is shown at a place.
    #[must_use]
    pub fn neuron(&self, place: usize) -> Rect {
        Rect::from_center_size(
            pos2(self.rect.right() - 0.5 * self.side, self.middle(place)),
            Vec2::splat(self.side),
        )
    }

    /// Where the kernels of a channel stand that are drawn beside it.
    #[must_use]
    pub fn kernel(&self, place: usize) -> Rect {
        let side = KERNEL * self.side;
        let middle = pos2(self.rect.left() + 0.5 * side, self.middle(place));
        Rect::from_center_size(middle, Vec2::splat(side))
    }

    fn middle(&self, place: usize) -> f32 {
        self.rect.top() + self.side / 2.0 + self.pitch * place as f32
    }

    /// Where a connection from the value begins that is shown at a place.
    #[must_use]
    pub fn port_out(&self, place: usize) -> Pos2 {
        pos2(self.rect.right(), self.middle(place))
    }

    /// Where the connection from the `from`-th of `of` values ends at the neuron at a place:
    /// spread over its side, so that they can be told apart.
    #[must_use]
    pub fn port_in(&self, place: usize, from: usize, of: usize) -> Pos2 {
        let share = (from as f32 + 0.5) / of.max(1) as f32 - 0.5;
        pos2(self.rect.left(), self.middle(place) + share * 0.64 * self.side)
    }

    /// The point of the right edge that faces a value of a column behind.
    #[must_use]
    pub fn beside(&self, behind: &Self, place: usize) -> Pos2 {
        pos2(self.rect.right(), self.facing_y(behind, place))
    }

    /// The point of the left edge that faces a value of a column before.
    #[must_use]
    pub fn facing(&self, before: &Self, place: usize) -> Pos2 {
        pos2(self.rect.left(), self.facing_y(before, place))
    }

    /// As far down this column as a value stands down another one.
    fn facing_y(&self, other: &Self, place: usize) -> f32 {
        let share = (place as f32 + 0.5) / other.shown.len().max(1) as f32 - 0.5;
        self.rect.center().y + share * 0.9 * self.rect.height()
    }

    /// Whether only some of the values are shown.
    #[must_use]
    pub fn is_folded(&self) -> bool {
        self.shown.len() < self.total
    }
}

impl Layout {
    /// The drawing as it best fills a room of that size. `unfolded` columns show every neuron;
    /// before the first column and behind the last one there is room for `labels` so wide.
    #[must_use]
    pub fn of(anatomy: &Anatomy, room: Vec2, unfolded: &BTreeSet<usize>, labels: [f32; 2]) -> Self {
        let room = room - 2.0 * MARGIN - vec2(labels[0] + labels[1], 0.0);
        let shown: Vec<Arc<[usize]>> = (0..anatomy.columns.len())
            .map(|at| shown(&anatomy.columns[at], room.y, unfolded.contains(&at)))
            .collect();
        let heights =
            Heights { side: side(anatomy, room), across: across(anatomy, room), room: room.y };
        let spots =
            anatomy.columns.iter().zip(shown).map(|(column, shown)| heights.spot(column, shown));
        let mut layout = Self { spots: spots.collect(), bounds: Rect::NOTHING };
        layout.spread(anatomy, room);
        layout.bounds.min.x -= labels[0];
        layout.bounds.max.x += labels[1];
        layout
    }

    /// Puts the columns beside each other and centres them.
    fn spread(&mut self, anatomy: &Anatomy, room: Vec2) {
        let gaps: Vec<f32> = (1..self.spots.len()).map(|at| gap_before(anatomy, at)).collect();
        let wide: f32 = self.spots.iter().map(|spot| spot.rect.width()).sum();
        let unit = (room.x - wide) / gaps.iter().sum::<f32>().max(1.0);
        let unit = unit.clamp(BETWEEN[0], BETWEEN[1]);
        let mut x = 0.0;
        for (at, spot) in self.spots.iter_mut().enumerate() {
            if at > 0 {
                x += gaps[at - 1] * unit;
            }
            let move_by = vec2(x, -spot.rect.height() / 2.0);
            spot.rect = spot.rect.translate(move_by);
            spot.count = spot.count.map(|count| count.translate(move_by));
            x += spot.rect.width();
        }
        let all = self.spots.iter().flat_map(|spot| [Some(spot.rect), spot.count]).flatten();
        self.bounds = all.fold(Rect::NOTHING, Rect::union).expand2(MARGIN);
    }
}

fn gap_before(anatomy: &Anatomy, at: usize) -> f32 {
    let is_block = |at: usize| matches!(anatomy.columns[at].kind, Kind::Block(_));
    if is_block(at) { BEFORE_BLOCK } else { 1.0 }
}

/// Which values of a column are shown.
fn shown(column: &Column, height: f32, is_unfolded: bool) -> Arc<[usize]> {
    if matches!(column.kind, Kind::Channels(_)) {
        let fit = ((height / MAP_HEIGHT) as usize).clamp(MOST_MAPS[0], MOST_MAPS[1]);
        let is_whole = column.width <= fit || is_unfolded;
        return if is_whole { (0..column.width).collect() } else { spread(column.width, fit) };
    }
    if !column.is_flat || matches!(column.kind, Kind::Image(_)) {
        return Arc::new([]);
    }
    let fit = ((height / (1.16 * NEURON[0])) as usize).clamp(MOST[0], MOST[1]);
    match column.width {
        width if width <= fit || is_unfolded => (0..width).collect(),
        width => spread(width, SAMPLE.min((height / 28.0) as usize).clamp(MOST[0] - 1, fit)),
    }
}

/// `count` of `all` places, the first and the last among them, evenly spread.
fn spread(all: usize, count: usize) -> Arc<[usize]> {
    let last = count.saturating_sub(1).max(1);
    (0..count).map(|place| (place * (all - 1) + last / 2) / last).collect()
}

/// The side of a neuron, the same in all columns, and the same whether columns are unfolded.
fn side(anatomy: &Anatomy, room: Vec2) -> f32 {
    let neurons = anatomy.columns.iter().filter(|column| !matches!(column.kind, Kind::Channels(_)));
    let most = neurons.map(|column| shown(column, room.y, false).len()).max().unwrap_or(1).max(1);
    let up = (room.y - COUNT) / (most as f32 * 1.14);
    across(anatomy, room).min(up).clamp(NEURON[0], NEURON[1])
}

/// The width that columns of neurons and channels can have so that all fit.
fn across(anatomy: &Anatomy, room: Vec2) -> f32 {
    let is_block = |column: &&Column| matches!(column.kind, Kind::Block(_));
    let blocks = anatomy.columns.iter().filter(is_block).count();
    let neurons = (anatomy.columns.len() - blocks).max(1) as f32;
    (room.x - BLOCK * blocks as f32) / (neurons + 1.1 * (neurons - 1.0)).max(1.0)
}

struct Heights {
    side: f32,
    across: f32,
    room: f32,
}

impl Heights {
    /// A column around the origin, as high as what it shows.
    fn spot(&self, column: &Column, shown: Arc<[usize]>) -> Spot {
        let room = self.room;
        let is_folded = shown.len() < column.width && !shown.is_empty();
        let free = room - if is_folded { COUNT } else { 0.0 };
        let count = shown.len();
        let side = self.side_of(column, free);
        let loose = (free - side) / count.saturating_sub(1).max(1) as f32;
        let pitch = loose.clamp(1.1 * side, (1.7 * side).max(1.1 * side));
        let high = side + pitch * count.saturating_sub(1) as f32;
        let size = match column.kind {
            Kind::Features | Kind::Dense(_) => vec2(side, high),
            Kind::Channels(maps) if maps.has_kernels_beside() => {
                vec2((1.0 + KERNEL) * side + KERNEL_GAP, high)
            }
            Kind::Channels(_) => vec2(side, high),
            Kind::Image(_) => {
                let most = (1.4 * self.across).clamp(2.0 * NEURON[0], 150.0);
                Vec2::splat((0.62 * room).min(most).max(2.0 * NEURON[0]))
            }
            Kind::Block(_) if count == 0 => vec2(BLOCK, (0.5 * room).clamp(90.0, 190.0)),
            Kind::Block(_) => vec2(BLOCK, high.max(90.0)),
        };
        let rect = Rect::from_min_size(Pos2::ZERO, size);
        let folded = Rect::from_min_size(rect.left_bottom(), vec2(rect.width(), COUNT));
        let count = is_folded.then_some(folded);
        Spot { rect, shown, total: column.width, side, pitch, count }
    }
}

impl Heights {
    /// The side of what stands in a column of such a height; unfolding a column leaves it as it is.
    fn side_of(&self, column: &Column, free: f32) -> f32 {
        if !matches!(column.kind, Kind::Channels(_)) {
            return self.side;
        }
        let folded = shown(column, self.room, false).len().max(1);
        let up = free / (1.14 * folded as f32);
        let across = if matches!(column.kind, Kind::Channels(maps) if maps.has_kernels_beside()) {
            self.across / (1.0 + 0.5 * KERNEL)
        } else {
            self.across
        };
        up.min(across).clamp(MAP[0], MAP[1])
    }
}

/// How the drawing is moved and scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Camera {
    /// Scale, and the point of the drawing in the middle of the room; `None` fits everything.
    free: Option<(f32, Pos2)>,
}

/// How far one can go in.
const MOST_ZOOM: f32 = 8.0;

impl Camera {
    /// Whether everything is fitted into the room.
    #[must_use]
    pub fn fits(self) -> bool {
        self.free.is_none()
    }

    /// From the drawing to the screen.
    #[must_use]
    pub fn transform(self, bounds: Rect, room: Rect) -> TSTransform {
        let (scale, centre) = self.free.unwrap_or((fitting(bounds, room), bounds.center()));
        TSTransform::new(room.center().to_vec2() - scale * centre.to_vec2(), scale)
    }

    /// Moves the drawing by so many points of the screen.
    pub fn pan(&mut self, bounds: Rect, room: Rect, by: Vec2) {
        let (scale, centre) = self.free.unwrap_or((fitting(bounds, room), bounds.center()));
        self.free = Some((scale, bounds.clamp(centre - by / scale)));
    }

    /// Scales the drawing; what lies at a point of the screen stays there.
    pub fn zoom(&mut self, bounds: Rect, room: Rect, factor: f32, at: Pos2) {
        let before = self.transform(bounds, room);
        let least = fitting(bounds, room).min(1.0);
        let scale = (before.scaling * factor).clamp(least, MOST_ZOOM);
        let kept = before.inverse() * at;
        let centre = kept + (room.center() - at) / scale;
        self.free = (scale > least).then(|| (scale, bounds.clamp(centre)));
    }

    /// Fits everything again.
    pub fn fit(&mut self) {
        self.free = None;
    }
}

/// The largest scale up to 1 at which everything fits.
fn fitting(bounds: Rect, room: Rect) -> f32 {
    let across = room.width() / bounds.width().max(1.0);
    let up = room.height() / bounds.height().max(1.0);
    across.min(up).clamp(0.02, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Activation, DenseSpec, LayerSpec};
    use crate::ui::panels::graph::tests::{planar, valid};

    fn drawn(widths: &[usize], room: [f32; 2], unfolded: &[usize]) -> Layout {
        let data = planar(3);
        let layer = |&units| [LayerSpec::from(DenseSpec::new(units)), Activation::Relu.into()];
        let hidden = widths.iter().flat_map(layer).collect();
        let anatomy = Anatomy::of(&valid(hidden, &data), &data);
        Layout::of(&anatomy, room.into(), &unfolded.iter().copied().collect(), [20.0, 30.0])
    }

    #[test]
    fn six_layers_of_eight_fit_and_can_be_read_at_both_sizes() {
        for (room, least) in [([640.0, 400.0], 26.0), ([1100.0, 610.0], 50.0)] {
            let layout = drawn(&[8; 6], room, &[]);
            assert!(layout.bounds.width() <= room[0] + 0.5, "{:?}", layout.bounds);
            assert!(layout.bounds.height() <= room[1] + 0.5, "{:?}", layout.bounds);
            assert!(layout.spots[3].side >= least, "{}", layout.spots[3].side);
            assert!(layout.spots.iter().all(|spot| !spot.is_folded()));
        }
    }

    #[test]
    fn neurons_do_not_overlap_and_columns_stand_in_order() {
        let layout = drawn(&[8, 3, 16], [900.0, 500.0], &[]);
        for spot in &layout.spots {
            assert!(
                (1..spot.shown.len())
                    .all(|place| { spot.neuron(place).top() >= spot.neuron(place - 1).bottom() })
            );
        }
        assert!(layout.spots.windows(2).all(|pair| pair[0].rect.right() < pair[1].rect.left()));
    }

    #[test]
    fn a_wide_layer_folds_to_an_even_sample_with_both_ends() {
        let layout = drawn(&[100], [900.0, 500.0], &[]);
        let spot = &layout.spots[1];
        assert_eq!((spot.shown.len(), spot.total), (12, 100));
        assert_eq!((spot.shown[0], spot.shown[11]), (0, 99));
        assert!(spot.shown.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(spot.count.is_some());
        let all = drawn(&[100], [900.0, 500.0], &[1]);
        assert_eq!(all.spots[1].shown.len(), 100);
        assert_eq!(all.spots[1].side, spot.side, "unfolding keeps the size of neurons");
    }

    #[test]
    fn a_small_network_gets_large_neurons() {
        assert_eq!(drawn(&[], [600.0, 460.0], &[]).spots[0].side, NEURON[1]);
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer_and_fitting_comes_back() {
        let (bounds, room) = (
            Rect::from_min_max(pos2(0.0, 0.0), pos2(400.0, 300.0)),
            Rect::from_min_max(pos2(100.0, 50.0), pos2(500.0, 350.0)),
        );
        let mut camera = Camera::default();
        let at = pos2(180.0, 120.0);
        let before = camera.transform(bounds, room).inverse() * at;
        camera.zoom(bounds, room, 2.0, at);
        let after = camera.transform(bounds, room).inverse() * at;
        assert!((before - after).length() < 1e-3, "{before:?} {after:?}");
        assert!(!camera.fits());
        camera.zoom(bounds, room, 0.1, at);
        assert!(camera.fits(), "all the way out is the fit");
    }
}
