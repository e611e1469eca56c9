use std::collections::HashMap;

use egui::epaint::{Mesh, TessellationOptions, Tessellator};
use egui::{Color32, Pos2, Rect, Stroke, Vec2};

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

/// Marks that were worked out once, at the origin, and are put down wherever they are needed.
pub struct Stamps {
    tessellator: Tessellator,
    known: HashMap<Key, Mesh>,
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
    /// For a screen of so many pixels in a point.
    #[must_use]
    pub fn new(pixels_per_point: f32) -> Self {
        let options = TessellationOptions {
            coarse_tessellation_culling: false,
            prerasterized_discs: false,
            ..Default::default()
        };
        let tessellator = Tessellator::new(pixels_per_point, options, [1, 1], Vec::new());
        Self { tessellator, known: HashMap::new() }
    }

    /// Adds a mark to a mesh.
    pub fn mark(
        &mut self,
        mesh: &mut Mesh,
        at: Pos2,
        (marker, radius): (Marker, f32),
        fill: Color32,
        stroke: Stroke,
    ) {
        self.put(mesh, at, (marker, radius), (fill, stroke), false);
    }

    /// Adds a ring to a mesh.
    pub fn ring(&mut self, mesh: &mut Mesh, at: Pos2, radius: f32, stroke: Stroke) {
        self.put(mesh, at, (Marker::Circle, radius), (crate::ui::theme::CLEAR, stroke), true);
    }

    fn put(
        &mut self,
        mesh: &mut Mesh,
        at: Pos2,
        (marker, radius): (Marker, f32),
        (fill, stroke): (Color32, Stroke),
        ring: bool,
    ) {
        let stroke_key = (stroke.width.to_bits(), stroke.color);
        let key = Key { marker, fill, stroke: stroke_key, radius: radius.to_bits(), ring };
        let stamp = self.known.entry(key).or_insert_with(|| {
            let mut stamp = Mesh::default();
            let shape = match ring {
                true => egui::Shape::circle_stroke(Pos2::ZERO, radius, stroke),
                false => marker.shape(Pos2::ZERO, radius, fill, stroke),
            };
            self.tessellator.tessellate_shape(shape, &mut stamp);
            stamp
        });
        let (first, by) = (mesh.vertices.len() as u32, at.to_vec2());
        mesh.vertices.extend(stamp.vertices.iter().map(|&vertex| {
            let mut vertex = vertex;
            vertex.pos += by;
            vertex
        }));
        mesh.indices.extend(stamp.indices.iter().map(|index| first + index));
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

/// Adds all points of a part to a mesh: the training part filled, the test part hollow, the
/// validation part hollow with a dot.
pub fn points_mesh(
    mesh: &mut Mesh,
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
        stamps.mark(mesh, at, (marker, style.radius), fill, stroke);
        if part == Part::Validation {
            let dot = (marker, 0.4 * style.radius);
            stamps.mark(mesh, at, dot, stroke.color, Stroke::NONE);
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

/// Radius of a point in a picture of such a width.
#[must_use]
pub fn radius(theme: &Theme, area: Rect) -> f32 {
    theme.mark((area.width() / 110.0).clamp(2.5, 4.5))
}

/// A triangle that tells on which side of the surface a point is, the larger the farther.
pub fn residual_mark(mesh: &mut Mesh, stamps: &mut Stamps, theme: &Theme, at: Pos2, share: f32) {
    let size = (share.abs().clamp(0.0, 1.0).sqrt() * 8.0).round();
    if size < 1.0 || !size.is_finite() {
        return;
    }
    let marker = if share > 0.0 { Marker::Triangle } else { Marker::TriangleDown };
    let colour = if share > 0.0 { theme.positive } else { theme.negative };
    let stroke = theme.stroke(1.0, mix(theme.surface, theme.text, 0.1));
    stamps.mark(mesh, at + Vec2::ZERO, (marker, theme.mark(1.0 + size)), colour, stroke);
}
