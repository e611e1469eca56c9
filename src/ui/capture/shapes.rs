use std::fmt::Write as _;

use egui::epaint::{
    BandShape, CircleShape, ColorMode, CubicBezierShape, EllipseShape, PathShape, PathStroke,
    QuadraticBezierShape, RectShape,
};
use egui::{Color32, Mesh, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2};

use crate::ui::theme;

use super::numbers::{N, P, Paint};
use super::svg::Writer;
use super::{mesh, text};

/// Writes a shape and all within it.
pub(super) fn write(to: &mut Writer<'_>, shape: &Shape) {
    if let Some((mark, at)) = to.marks.find(shape) {
        to.flush();
        to.put(mark, at);
        return;
    }
    match shape {
        // A callback paints by the graphics card; it has no shape that could be written.
        Shape::Noop | Shape::Callback(_) => {}
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| write(to, shape)),
        Shape::LineSegment { points, stroke } => {
            to.line(outline(*stroke), &polyline(*points, false));
        }
        Shape::Path(path) if !path.closed && path.fill == theme::CLEAR => {
            if path.points.len() > 1 {
                let way = polyline(path.points.iter().copied(), false);
                to.line(path_outline(&path.stroke, &path.points), &way);
            }
        }
        Shape::Text(shape) => {
            to.flush();
            text::write(to, shape);
        }
        Shape::Mesh(shape) => {
            to.flush();
            mesh::write(to, shape);
        }
        Shape::Rect(rect) if rect.brush.is_some() => {
            to.flush();
            write_image(to, rect);
        }
        shape => {
            to.flush();
            to.body.push_str(&alone(shape));
        }
    }
}

/// A shape that needs nothing else: no texture, no font.
pub(super) fn alone(shape: &Shape) -> String {
    let mut text = String::new();
    let to = &mut text;
    match shape {
        Shape::Vec(shapes) => to.extend(shapes.iter().map(alone)),
        Shape::Circle(circle) => write_circle(to, circle),
        Shape::Ellipse(ellipse) => write_ellipse(to, ellipse),
        Shape::Path(path) => write_path(to, path),
        Shape::Band(band) => write_band(to, band),
        Shape::Rect(rect) => write_rect(to, rect),
        Shape::QuadraticBezier(curve) => write_quadratic(to, curve),
        Shape::CubicBezier(curve) => write_cubic(to, curve),
        Shape::Mesh(shape) => mesh::write_plain(to, shape),
        Shape::LineSegment { .. } | Shape::Text(_) | Shape::Noop | Shape::Callback(_) => {}
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The attributes of an outline.
fn outline(stroke: Stroke) -> String {
    if stroke.is_empty() {
        return String::new();
    }
    format!("{} stroke-width=\"{}\"", Paint("stroke", stroke.color), N(stroke.width))
}

/// The same for a path, whose colour may differ along its way: then it is that of its middle.
fn path_outline(stroke: &PathStroke, points: &[Pos2]) -> String {
    let color = match &stroke.color {
        ColorMode::Solid(color) => *color,
        ColorMode::UV(at) => {
            let middle = points.get(points.len() / 2).copied().unwrap_or_default();
            at(Rect::from_points(points), middle)
        }
    };
    outline(Stroke::new(stroke.width, color))
}

/// How far the middle of an outline is from the edge that it goes around: egui draws those of
/// circles and ellipses outside, SVG draws them half inside.
fn beyond(stroke: Stroke) -> f32 {
    if stroke.is_empty() { 0.0 } else { 0.5 * stroke.width }
}

fn write_circle(to: &mut String, circle: &CircleShape) {
    let Pos2 { x, y } = circle.center;
    let (fill, outline) = (Paint("fill", circle.fill), outline(circle.stroke));
    let (x, y, radius) = (N(x), N(y), N(circle.radius + beyond(circle.stroke)));
    let _ = write!(to, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{fill}{outline}/>");
}

fn turn(angle: f32, around: Pos2) -> String {
    match angle {
        0.0 => String::new(),
        _ => format!(" transform=\"rotate({:.3} {})\"", angle.to_degrees(), P(around)),
    }
}

fn write_ellipse(to: &mut String, ellipse: &EllipseShape) {
    let Pos2 { x, y } = ellipse.center;
    let (fill, outline) = (Paint("fill", ellipse.fill), outline(ellipse.stroke));
    let radius = ellipse.radius + Vec2::splat(beyond(ellipse.stroke));
    let (across, down) = (N(radius.x), N(radius.y));
    let turn = turn(ellipse.angle, ellipse.center);
    let _ = write!(
        to,
        "<ellipse cx=\"{}\" cy=\"{}\" rx=\"{across}\" ry=\"{down}\"{fill}{outline}{turn}/>",
        N(x),
        N(y)
    );
}

/// Straight lines from point to point.
fn polyline(points: impl IntoIterator<Item = Pos2>, is_closed: bool) -> String {
    let mut way = String::new();
    for (place, point) in points.into_iter().enumerate() {
        let _ = write!(way, "{}{}", if place == 0 { "M" } else { " L" }, P(point));
    }
    if is_closed {
        way.push('Z');
    }
    way
}

fn write_path(to: &mut String, path: &PathShape) {
    if path.points.len() < 2 {
        return;
    }
    let way = polyline(path.points.iter().copied(), path.closed);
    let outline = path_outline(&path.stroke, &path.points);
    write_way(to, &way, path.fill, &outline, "");
}

fn write_way(to: &mut String, way: &str, fill: Color32, outline: &str, turn: &str) {
    let fill = Paint("fill", fill);
    // Corners of small figures are as sharp as in the window; lines bend softly.
    let join = if way.ends_with('Z') { "miter" } else { "round" };
    let join =
        if outline.is_empty() { String::new() } else { format!(" stroke-linejoin=\"{join}\"") };
    let _ = write!(to, "<path d=\"{way}\"{fill}{outline}{join}{turn}/>");
}

fn write_band(to: &mut String, band: &BandShape) {
    let above = band.points.iter().map(|point| pos2(point.x, point.y.min));
    let below = band.points.iter().rev().map(|point| pos2(point.x, point.y.max));
    let way = polyline(above.chain(below), true);
    write_way(to, &way, band.fill, &outline(band.stroke), &turn(band.angle, Pos2::ZERO));
}

/// A texture in a frame, whose corners may be round.
fn write_image(to: &mut Writer<'_>, shape: &RectShape) {
    let Some(brush) = &shape.brush else { return };
    let mut quad = Mesh::with_texture(brush.fill_texture_id);
    quad.add_rect_with_uv(shape.rect, brush.uv, shape.fill);
    let radius = f32::from(shape.corner_radius.average() as u8);
    let is_round = radius > 0.0;
    if is_round {
        let clip = to.clip(shape.rect, radius);
        let _ = write!(to.body, "<g clip-path=\"url(#c{clip})\">");
    }
    mesh::write(to, &quad);
    to.body.push_str(if is_round { "</g>\n" } else { "\n" });
    if !shape.stroke.is_empty() {
        let mut edge = shape.clone();
        (edge.brush, edge.fill) = (None, theme::CLEAR);
        to.body.push_str(&alone(&Shape::Rect(edge)));
    }
}

fn write_rect(to: &mut String, shape: &RectShape) {
    // SVG draws an outline half inside and half outside.
    let by = match shape.stroke_kind {
        StrokeKind::Inside => -0.5,
        StrokeKind::Middle => 0.0,
        StrokeKind::Outside => 0.5,
    };
    let width = if shape.stroke.is_empty() { 0.0 } else { shape.stroke.width };
    let rect = shape.rect.expand(by * width);
    if rect.is_negative() {
        return;
    }
    let radius = f32::from(shape.corner_radius.average() as u8);
    let radius = if radius > 0.0 { (radius + by * width).max(0.0) } else { 0.0 };
    let round = if radius > 0.0 { format!(" rx=\"{}\"", N(radius)) } else { String::new() };
    let (fill, outline) = (Paint("fill", shape.fill), outline(shape.stroke));
    let turn = turn(shape.angle, shape.rect.center());
    let (x, y, wide, high) = (N(rect.left()), N(rect.top()), N(rect.width()), N(rect.height()));
    let _ = write!(
        to,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\"{round}{fill}{outline}{turn}/>"
    );
}

fn write_quadratic(to: &mut String, curve: &QuadraticBezierShape) {
    let [a, b, c] = curve.points;
    let close = if curve.closed { "Z" } else { "" };
    let way = format!("M{} Q{} {}{close}", P(a), P(b), P(c));
    write_way(to, &way, curve.fill, &path_outline(&curve.stroke, &curve.points), "");
}

fn write_cubic(to: &mut String, curve: &CubicBezierShape) {
    let [a, b, c, d] = curve.points;
    let close = if curve.closed { "Z" } else { "" };
    let way = format!("M{} C{} {} {}{close}", P(a), P(b), P(c), P(d));
    write_way(to, &way, curve.fill, &path_outline(&curve.stroke, &curve.points), "");
}
