use std::collections::BTreeMap;

use egui::{Pos2, Shape};

use super::drawing::Drawing;
use super::{mesh, shapes, svg};

/// So often a mark must occur to be written only once.
const OFTEN: usize = 3;
/// Most corners of what is a mark.
const CORNERS: usize = 16;

/// Small figures that occur often, such as the points of a class: each is written once and put
/// down wherever it stands, in the order in which it was painted.
#[derive(Default)]
pub(super) struct Marks {
    /// How each looks at the origin, and its place among those that are written once.
    places: BTreeMap<String, usize>,
    common: Vec<String>,
}

impl Marks {
    /// Those of a drawing.
    pub(super) fn of(drawing: &Drawing) -> Self {
        let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for clipped in drawing.shapes.iter().filter(|shape| svg::seen(drawing, shape).is_some()) {
            each(&clipped.shape, &mut |_, look| {
                let order = counts.len();
                counts.entry(look).or_insert((order, 0)).1 += 1;
            });
        }
        let mut often: Vec<_> =
            counts.into_iter().filter(|(_, (_, count))| *count >= OFTEN).collect();
        often.sort_by_key(|(_, (order, _))| *order);
        let common: Vec<String> = often.into_iter().map(|(look, _)| look).collect();
        let places = common.iter().cloned().enumerate().map(|(place, look)| (look, place));
        Self { places: places.collect(), common }
    }

    /// How those look that are written once.
    pub(super) fn common(&self) -> impl Iterator<Item = &str> {
        self.common.iter().map(String::as_str)
    }

    /// Which one a shape is, and where it stands.
    pub(super) fn find(&self, shape: &Shape) -> Option<(usize, Pos2)> {
        if self.common.is_empty() {
            return None;
        }
        let (at, look) = mark(shape)?;
        self.places.get(&look).map(|&place| (place, at))
    }
}

/// Calls `add` with every mark of a shape.
fn each(shape: &Shape, add: &mut impl FnMut(Pos2, String)) {
    match (mark(shape), shape) {
        (Some((at, look)), _) => add(at, look),
        (None, Shape::Vec(all)) if all.len() <= svg::MOST_APART => {
            all.iter().for_each(|shape| each(shape, add));
        }
        _ => {}
    }
}

/// Where a mark stands, and how it looks at the origin.
fn mark(shape: &Shape) -> Option<(Pos2, String)> {
    let at = anchor(shape)?;
    let mut at_origin = shape.clone();
    at_origin.translate(-at.to_vec2());
    Some((at, shapes::alone(&at_origin)))
}

/// The point by which a shape is put down, where it is small enough for a mark.
fn anchor(shape: &Shape) -> Option<Pos2> {
    match shape {
        Shape::Circle(circle) => Some(circle.center),
        Shape::Path(path) if path.closed && path.points.len() <= CORNERS => {
            path.points.first().copied()
        }
        Shape::Mesh(found) if found.vertices.len() <= CORNERS && mesh::is_plain(found) => {
            found.vertices.first().map(|vertex| vertex.pos)
        }
        Shape::Vec(parts) if (1..=2).contains(&parts.len()) => {
            let first = parts.iter().map(anchor).collect::<Option<Vec<_>>>()?;
            first.first().copied()
        }
        _ => None,
    }
}
