use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2};

use crate::ui::theme::Theme;

/// The shape of a class or a run, so that colour is never the only difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Marker {
    /// ●
    Circle,
    /// ▲
    Triangle,
    /// ■
    Square,
    /// ◆
    Diamond,
    /// ▼
    TriangleDown,
    /// ✚
    Plus,
    /// ⬟
    Pentagon,
    /// ✖
    Cross,
    /// ★
    Star,
    /// ⬢
    Hexagon,
}

impl Marker {
    /// All shapes, in the order of the classes.
    pub const ALL: [Self; 10] = [
        Self::Circle,
        Self::Triangle,
        Self::Square,
        Self::Diamond,
        Self::TriangleDown,
        Self::Plus,
        Self::Pentagon,
        Self::Cross,
        Self::Star,
        Self::Hexagon,
    ];

    /// The shape of a class; shapes repeat beyond ten, like colours.
    #[must_use]
    pub fn of_class(class: usize) -> Self {
        Self::ALL[class % Self::ALL.len()]
    }

    /// The shape of a run, by its tint.
    #[must_use]
    pub fn of_run(tint: usize) -> Self {
        const RUNS: [Marker; 4] =
            [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Diamond];
        RUNS[tint % RUNS.len()]
    }

    /// Draws it. All shapes look about equally large at the same `radius`.
    pub fn shape(self, center: Pos2, radius: f32, fill: Color32, stroke: Stroke) -> Shape {
        if self == Self::Circle {
            return Shape::Circle(egui::epaint::CircleShape { center, radius, fill, stroke });
        }
        let points: Vec<Pos2> =
            self.outline().iter().map(|&(x, y)| center + Vec2::new(x, y) * radius).collect();
        if self.is_convex() {
            return Shape::convex_polygon(points, fill, stroke);
        }
        let mut shapes = vec![filled(center, &points, fill)];
        if stroke.width > 0.0 {
            shapes.push(Shape::closed_line(points, stroke));
        }
        Shape::Vec(shapes)
    }

    /// Draws it at once.
    pub fn paint(
        self,
        painter: &Painter,
        center: Pos2,
        radius: f32,
        fill: Color32,
        stroke: Stroke,
    ) {
        painter.add(self.shape(center, radius, fill, stroke));
    }

    fn is_convex(self) -> bool {
        !matches!(self, Self::Plus | Self::Cross | Self::Star)
    }

    /// Corners for radius 1, around the middle, y downwards. Every shape is star-shaped: each
    /// corner can be seen from the middle.
    fn outline(self) -> &'static [(f32, f32)] {
        match self {
            Self::Circle => &[],
            Self::Triangle => &[(0.0, -1.2), (1.1, 0.75), (-1.1, 0.75)],
            Self::TriangleDown => &[(0.0, 1.2), (-1.1, -0.75), (1.1, -0.75)],
            Self::Square => &[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
            Self::Diamond => &[(0.0, -1.25), (1.0, 0.0), (0.0, 1.25), (-1.0, 0.0)],
            Self::Plus => &PLUS,
            Self::Cross => &CROSS,
            Self::Pentagon => &PENTAGON,
            Self::Star => &STAR,
            Self::Hexagon => &HEXAGON,
        }
    }
}

const PLUS: [(f32, f32); 12] = [
    (-0.4, -1.15),
    (0.4, -1.15),
    (0.4, -0.4),
    (1.15, -0.4),
    (1.15, 0.4),
    (0.4, 0.4),
    (0.4, 1.15),
    (-0.4, 1.15),
    (-0.4, 0.4),
    (-1.15, 0.4),
    (-1.15, -0.4),
    (-0.4, -0.4),
];

const CROSS: [(f32, f32); 12] = [
    (0.0, -0.55),
    (0.55, -1.1),
    (1.1, -0.55),
    (0.55, 0.0),
    (1.1, 0.55),
    (0.55, 1.1),
    (0.0, 0.55),
    (-0.55, 1.1),
    (-1.1, 0.55),
    (-0.55, 0.0),
    (-1.1, -0.55),
    (-0.55, -1.1),
];

const PENTAGON: [(f32, f32); 5] =
    [(0.0, -1.1), (1.05, -0.34), (0.65, 0.89), (-0.65, 0.89), (-1.05, -0.34)];

const STAR: [(f32, f32); 10] = [
    (0.0, -1.3),
    (0.32, -0.45),
    (1.24, -0.4),
    (0.52, 0.17),
    (0.76, 1.05),
    (0.0, 0.55),
    (-0.76, 1.05),
    (-0.52, 0.17),
    (-1.24, -0.4),
    (-0.32, -0.45),
];

const HEXAGON: [(f32, f32); 6] =
    [(1.1, 0.0), (0.55, 0.95), (-0.55, 0.95), (-1.1, 0.0), (-0.55, -0.95), (0.55, -0.95)];

/// Fills a star-shaped outline by a fan around its middle.
fn filled(center: Pos2, points: &[Pos2], fill: Color32) -> Shape {
    let mut mesh = egui::Mesh::default();
    mesh.colored_vertex(center, fill);
    for &point in points {
        mesh.colored_vertex(point, fill);
    }
    let count = points.len() as u32;
    for i in 0..count {
        mesh.add_triangle(0, 1 + i, 1 + (i + 1) % count);
    }
    Shape::mesh(mesh)
}

/// Fills a rectangle with the hatch that means "not a number".
pub fn paint_hatch(painter: &Painter, theme: &Theme, rect: Rect) {
    painter.rect_filled(rect, 0.0, theme.inset);
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let stroke = theme.stroke(1.0, theme.nan);
    let mut x = rect.left() - rect.height();
    while x < rect.right() {
        painter.line_segment(
            [Pos2::new(x, rect.bottom()), Pos2::new(x + rect.height(), rect.top())],
            stroke,
        );
        x += HATCH;
    }
}

const HATCH: f32 = 5.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_classes_have_ten_shapes() {
        for a in 0..10 {
            for b in 0..a {
                assert_ne!(Marker::of_class(a), Marker::of_class(b));
            }
        }
        assert_eq!(Marker::of_class(10), Marker::of_class(0));
    }

    #[test]
    fn every_shape_covers_about_the_same_area() {
        for marker in Marker::ALL.into_iter().filter(|marker| *marker != Marker::Circle) {
            let corners = marker.outline();
            let next = corners.iter().cycle().skip(1);
            let doubled: f32 = corners.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
            let area = doubled.abs() / 2.0;
            assert!((1.6..3.6).contains(&area), "{marker:?} {area}");
        }
    }
}
