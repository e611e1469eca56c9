use std::collections::HashMap;
use std::sync::Arc;

use egui::epaint::{Mesh, PathShape, TessellationOptions, Tessellator};
use egui::{Color32, Pos2, Rect, Shape, Stroke};

use crate::data::{Labelled, Targets};
use crate::record::Part;
use crate::ui::textures::OutputColours;
use crate::ui::theme::{Theme, mix};
use crate::ui::widgets::Marker;

use super::scatter::Place;
use super::window::Window;

/// Steps that colours of numbers and degrees of fading are rounded to, so that points share what
/// was worked out for one of them.
const STEPS: f32 = 24.0;

/// Marks and lines that are painted as one piece. Each mark is worked out once, at the origin, and
/// put down wherever it is needed; for a picture that is taken marks stay shapes, so that it can be
/// printed in any size.
pub struct Stamps {
    tessellator: Tessellator,
    known: HashMap<Key, Mesh>,
    mesh: Mesh,
    apart: Option<Vec<Shape>>,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    marker: Marker,
    fill: Color32,
    stroke: (u32, Color32),
    radius: u32,
    ring: bool,
}

impl Stamps {
    /// For a screen of so many pixels in a point: one mesh, or shapes that stay `apart`.
    #[must_use]
    pub fn new(pixels_per_point: f32, apart: bool) -> Self {
        let options = TessellationOptions {
            coarse_tessellation_culling: false,
            prerasterized_discs: false,
            ..Default::default()
        };
        let tessellator = Tessellator::new(pixels_per_point, options, [1, 1], Vec::new());
        let apart = apart.then(Vec::new);
        Self { tessellator, known: HashMap::new(), mesh: Mesh::default(), apart }
    }

    /// Adds a mark.
    pub fn mark(
        &mut self,
        at: Pos2,
        (marker, radius): (Marker, f32),
        fill: Color32,
        stroke: Stroke,
    ) {
        self.put(at, (marker, radius), (fill, stroke), false);
    }

    /// Adds a ring.
    pub fn ring(&mut self, at: Pos2, radius: f32, stroke: Stroke) {
        self.put(at, (Marker::Circle, radius), (crate::ui::theme::CLEAR, stroke), true);
    }

    /// Adds what is there only once, such as a line.
    pub fn shape(&mut self, shape: impl Into<Shape>) {
        match &mut self.apart {
            Some(shapes) => shapes.push(shape.into()),
            None => self.tessellator.tessellate_shape(shape.into(), &mut self.mesh),
        }
    }

    /// The same for a path that is drawn often.
    pub fn path(&mut self, path: &PathShape) {
        match &mut self.apart {
            Some(shapes) => shapes.push(path.clone().into()),
            None => self.tessellator.tessellate_path(path, &mut self.mesh),
        }
    }

    /// Begins anew in the room of a mesh that is not needed any more.
    pub fn reuse(&mut self, mut mesh: Mesh) {
        mesh.clear();
        self.mesh = mesh;
    }

    /// All that was added, as one shape that is cheap to copy unless its parts stay apart.
    pub fn finish(&mut self) -> Shape {
        match &mut self.apart {
            Some(shapes) => Shape::Vec(std::mem::take(shapes)),
            None => Shape::Mesh(Arc::new(std::mem::take(&mut self.mesh))),
        }
    }

    /// All that was added, where it is one mesh.
    #[must_use]
    pub fn take_mesh(&mut self) -> Mesh {
        std::mem::take(&mut self.mesh)
    }

    fn put(
        &mut self,
        at: Pos2,
        (marker, radius): (Marker, f32),
        (fill, stroke): (Color32, Stroke),
        ring: bool,
    ) {
        let shape_at = |at: Pos2| match ring {
            true => Shape::circle_stroke(at, radius, stroke),
            false => marker.shape(at, radius, fill, stroke),
        };
        if let Some(shapes) = &mut self.apart {
            shapes.push(shape_at(at));
            return;
        }
        let stroke_key = (stroke.width.to_bits(), stroke.color);
        let key = Key { marker, fill, stroke: stroke_key, radius: radius.to_bits(), ring };
        let stamp = self.known.entry(key).or_insert_with(|| {
            let mut stamp = Mesh::default();
            self.tessellator.tessellate_shape(shape_at(Pos2::ZERO), &mut stamp);
            stamp
        });
        let (first, by) = (self.mesh.vertices.len() as u32, at.to_vec2());
        self.mesh.vertices.extend(stamp.vertices.iter().map(|&vertex| {
            let mut vertex = vertex;
            vertex.pos += by;
            vertex
        }));
        self.mesh.indices.extend(stamp.indices.iter().map(|index| first + index));
    }
}

/// How points are drawn.
pub struct PointStyle<'a> {
    /// The theme in use.
    pub theme: &'a Theme,
    /// Smallest and largest label of a regression; classes have none.
    pub range: Option<[f32; 2]>,
    /// Whether the single feature and the label are the coordinates.
    pub is_curve: bool,
    /// Whether points fade with their distance from the slice.
    pub fades: bool,
    /// Radius of a mark.
    pub radius: f32,
}

/// Adds all points of a part: the training part filled, the test part hollow, the
/// validation part hollow with a dot.
pub fn add_points(
    stamps: &mut Stamps,
    (part, rows, places): (Part, &Labelled, &[Place]),
    (window, area): (Window, Rect),
    style: &PointStyle<'_>,
) {
    let seen = area.expand(2.0 * style.radius);
    for place in places {
        let at = window.screen_at(area, place.at[0], place.at[1]);
        if !seen.contains(at) {
            continue;
        }
        let marker = Marker::of_class(rows.targets.class(place.row).unwrap_or(0));
        let (fill, stroke) = paint_of(part, rows, place, style);
        stamps.mark(at, (marker, style.radius), fill, stroke);
        if part == Part::Validation {
            let dot = (marker, 0.4 * style.radius);
            stamps.mark(at, dot, stroke.color, Stroke::NONE);
        }
    }
}

/// Fill and outline of a point.
fn paint_of(
    part: Part,
    rows: &Labelled,
    place: &Place,
    style: &PointStyle<'_>,
) -> (Color32, Stroke) {
    let theme = style.theme;
    let colour = match (&rows.targets, style.range) {
        (Targets::Numbers(_), None) => theme.text_muted,
        (Targets::Numbers(numbers), Some([low, high])) => {
            let share = (numbers[place.row] - low) / (high - low).max(f32::MIN_POSITIVE);
            let share = (share * STEPS).round() / STEPS;
            OutputColours { theme, range: None }.of_number(share, [0.0, 1.0]).unwrap_or(theme.line)
        }
        (Targets::Classes(classes), _) => theme.class(classes[place.row] as usize),
    };
    let (fill, stroke) = match part {
        Part::Train => (colour, theme.stroke(0.75, theme.surface)),
        // The fill tells the number; the outline tells the part.
        _ if style.range.is_some() => (colour, theme.stroke(1.5, theme.text)),
        Part::Validation | Part::Test => (theme.surface, theme.stroke(1.5, colour)),
    };
    if !style.fades {
        return (fill, stroke);
    }
    let near = (place.near * STEPS).round() / STEPS;
    (fill.gamma_multiply(near), Stroke { color: stroke.color.gamma_multiply(near), ..stroke })
}

/// Radius of a point in a picture of such a width. In a small picture larger points would hide
/// each other.
#[must_use]
pub fn radius(theme: &Theme, area: Rect) -> f32 {
    theme.mark(area.width() / 110.0).clamp(2.5, theme.mark(4.5))
}

/// A triangle that tells on which side of the surface a point is, the larger the farther.
pub fn residual_mark(stamps: &mut Stamps, theme: &Theme, at: Pos2, share: f32) {
    let size = (share.abs().clamp(0.0, 1.0).sqrt() * 8.0).round();
    if size < 1.0 || !size.is_finite() {
        return;
    }
    let marker = if share > 0.0 { Marker::Triangle } else { Marker::TriangleDown };
    let colour = if share > 0.0 { theme.positive } else { theme.negative };
    let stroke = theme.stroke(1.0, mix(theme.surface, theme.text, 0.1));
    stamps.mark(at, (marker, theme.mark(1.0 + size)), colour, stroke);
}
