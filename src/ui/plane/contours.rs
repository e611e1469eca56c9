//! Lines on which something stays the same, and how they are painted.

use std::collections::BTreeMap;

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, Pos2, Rect, pos2};

use crate::base::Matrix;
use crate::ui::theme;

/// A piece of a line, in units of the square: x to the right and y upwards, both from 0 to 1.
pub type Piece = [Pos2; 2];

/// Pieces of the line on which the likeliest class changes. With two classes it is the 50 % line.
#[must_use]
pub fn borders(outputs: &Matrix, side: usize) -> Vec<Piece> {
    let classes = outputs.cols();
    if side < 2 || outputs.rows() != side * side || classes == 0 {
        return Vec::new();
    }
    let mut lines = Vec::new();
    // The last class borders only on classes before it, whose borders are already there.
    let leads = classes.saturating_sub(1).max(1);
    let mut lead = vec![0.0; side * side];
    for class in 0..leads {
        for (cell, lead) in lead.iter_mut().enumerate() {
            *lead = lead_of(outputs.row(cell), class);
        }
        march(&lead, side, &mut lines);
    }
    lines
}

/// Pieces of the line on which an output has a value.
#[must_use]
pub fn level(outputs: &Matrix, side: usize, output: usize, value: f32) -> Vec<Piece> {
    if side < 2 || outputs.rows() != side * side || output >= outputs.cols() {
        return Vec::new();
    }
    let over: Vec<f32> = outputs.col(output).map(|found| found - value).collect();
    let mut lines = Vec::new();
    march(&over, side, &mut lines);
    lines
}

/// How far a class is ahead of the best other one.
fn lead_of(outputs: &[f32], class: usize) -> f32 {
    if let [one] = outputs {
        return one - 0.5;
    }
    let others = outputs.iter().enumerate().filter(|(index, _)| *index != class);
    let best = others.map(|(_, value)| *value).fold(f32::NEG_INFINITY, f32::max);
    outputs[class] - best
}

/// Marching squares: the zero line of values at the centres of cells.
fn march(values: &[f32], side: usize, lines: &mut Vec<Piece>) {
    let centre = |index: usize| (index as f32 + 0.5) / side as f32;
    for row in 0..side - 1 {
        for col in 0..side - 1 {
            let corners = [(col, row), (col + 1, row), (col + 1, row + 1), (col, row + 1)];
            let value = |corner: usize| values[corners[corner].1 * side + corners[corner].0];
            let mut crossings = [Pos2::ZERO; 4];
            let mut count = 0;
            for edge in 0..4 {
                let (from, to) = (edge, (edge + 1) % 4);
                let (a, b) = (value(from), value(to));
                if (a > 0.0) == (b > 0.0) || !(a.is_finite() && b.is_finite()) {
                    continue;
                }
                let share = a / (a - b);
                let place = |c: usize| pos2(centre(corners[c].0), centre(corners[c].1));
                crossings[count] = place(from).lerp(place(to), share);
                count += 1;
            }
            for pair in crossings[..count].chunks_exact(2) {
                lines.push([pair[0], pair[1]]);
            }
        }
    }
}

/// Where the words of a line stand: on the piece nearest to `anchor`, all in units of the square.
#[must_use]
pub fn place_of_words(line: &[Piece], anchor: Pos2) -> Option<Pos2> {
    let middles = line.iter().map(|[a, b]| a.lerp(*b, 0.5));
    let inside = middles.filter(|at| (0.06..0.94).contains(&at.x) && (0.04..0.96).contains(&at.y));
    inside.min_by(|a, b| a.distance_sq(anchor).total_cmp(&b.distance_sq(anchor)))
}

/// The same pieces joined to lines that are as long as can be, for a picture that is printed.
#[must_use]
pub fn joined(pieces: &[Piece]) -> Vec<Vec<Pos2>> {
    // Ends that two pieces share differ by rounding alone.
    let key = |at: Pos2| ((at.x * 65_536.0).round() as i32, (at.y * 65_536.0).round() as i32);
    let mut at_end: BTreeMap<(i32, i32), Vec<usize>> = BTreeMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        piece.iter().for_each(|&end| at_end.entry(key(end)).or_default().push(index));
    }
    let mut used = vec![false; pieces.len()];
    let walk = |from: Pos2, used: &mut Vec<bool>| {
        let (mut way, mut end) = (Vec::new(), from);
        while let Some(&next) =
            at_end.get(&key(end)).and_then(|all| all.iter().find(|&&i| !used[i]))
        {
            used[next] = true;
            let [a, b] = pieces[next];
            end = if key(a) == key(end) { b } else { a };
            way.push(end);
        }
        way
    };
    let mut lines = Vec::new();
    for index in 0..pieces.len() {
        if used[index] {
            continue;
        }
        used[index] = true;
        let [a, b] = pieces[index];
        let ahead = walk(b, &mut used);
        let mut line: Vec<Pos2> = walk(a, &mut used).into_iter().rev().collect();
        line.extend([a, b]);
        line.extend(ahead);
        lines.push(line);
    }
    lines
}

/// Adds pieces of lines over `place` to a mesh, `width` wide, with soft edges.
pub fn stroke(mesh: &mut Mesh, pieces: &[Piece], place: Rect, width: f32, colour: Color32) {
    mesh.reserve_vertices(8 * pieces.len());
    mesh.reserve_triangles(6 * pieces.len());
    for piece in pieces {
        segment(mesh, piece.map(|at| on_screen(place, at)), width, colour);
    }
}

/// Where a point of the unit square stands within `place`.
#[must_use]
pub fn on_screen(place: Rect, at: Pos2) -> Pos2 {
    pos2(place.left() + at.x * place.width(), place.bottom() - at.y * place.height())
}

/// Adds one straight line to a mesh: full in its middle, gone half a point beyond its edges.
fn segment(mesh: &mut Mesh, [from, to]: [Pos2; 2], width: f32, colour: Color32) {
    let across = (to - from).normalized().rot90();
    if !across.is_finite() || across == egui::Vec2::ZERO {
        return;
    }
    let first = mesh.vertices.len() as u32;
    let inner = (width - 1.0).max(0.0) / 2.0;
    for (offset, colour) in [
        (-inner - 1.0, theme::CLEAR),
        (-inner, colour),
        (inner, colour),
        (inner + 1.0, theme::CLEAR),
    ] {
        let by = across * offset;
        for pos in [from + by, to + by] {
            mesh.vertices.push(Vertex { pos, uv: WHITE_UV, color: colour });
        }
    }
    for lane in 0..3 {
        let at = first + 2 * lane;
        mesh.add_triangle(at, at + 1, at + 2);
        mesh.add_triangle(at + 1, at + 2, at + 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::rising;

    #[test]
    fn the_border_stands_where_both_classes_are_equally_likely() {
        let lines = borders(&rising(10), 10);
        assert_eq!(lines.len(), 9);
        assert!(lines.iter().flatten().all(|point| (point.x - 0.5).abs() < 1e-6));
    }

    #[test]
    fn a_level_stands_where_an_output_has_its_value() {
        for (output, value, x) in [(1, 0.25, 0.25), (1, 0.9, 0.9), (0, 0.25, 0.75)] {
            let line = level(&rising(10), 10, output, value);
            assert_eq!(line.len(), 9);
            assert!(line.iter().flatten().all(|point| (point.x - x).abs() < 1e-6), "{value}");
        }
        assert!(level(&rising(10), 10, 2, 0.5).is_empty(), "there is no such output");
    }

    #[test]
    fn pieces_are_joined_to_whole_lines() {
        let lines = joined(&borders(&rising(10), 10));
        assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [10], "one line, 9 pieces");
        assert!(lines[0].windows(2).all(|pair| (pair[0].y - pair[1].y).abs() > 0.09));
        // A ring and a piece apart: the ring comes back to where it began.
        let corners = [pos2(0.2, 0.2), pos2(0.4, 0.2), pos2(0.4, 0.4), pos2(0.2, 0.4)];
        let side = |at: usize| [corners[at], corners[(at + 1) % 4]];
        let apart = [pos2(0.7, 0.7), pos2(0.8, 0.8)];
        let lines = joined(&[side(2), side(0), apart, side(3), side(1)]);
        assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [5, 2]);
        assert_eq!(lines[0].first(), lines[0].last());
    }

    #[test]
    fn lines_need_numbers() {
        let nan = Matrix::new(4, 2, vec![f32::NAN; 8]).expect("fits");
        assert!(borders(&nan, 2).is_empty());
        assert!(borders(&Matrix::zeros(3, 2), 2).is_empty(), "not a square");
        assert!(borders(&Matrix::zeros(4, 0), 2).is_empty());
        assert!(level(&nan, 2, 0, 0.5).is_empty());
    }

    #[test]
    fn words_stand_on_their_line_within_the_picture() {
        let line = level(&rising(10), 10, 1, 0.25);
        let at = place_of_words(&line, pos2(0.9, 0.5)).expect("there is one");
        assert!((at.x - 0.25).abs() < 1e-6 && (at.y - 0.5).abs() < 0.06, "{at:?}");
        assert_eq!(place_of_words(&[[Pos2::ZERO, pos2(0.01, 0.0)]], pos2(0.5, 0.5)), None);
    }

    #[test]
    fn a_segment_is_as_wide_as_it_should_be() {
        let mut mesh = Mesh::default();
        segment(&mut mesh, [pos2(0.0, 5.0), pos2(10.0, 5.0)], 3.0, theme::Theme::LIGHT.text);
        let full = mesh.vertices.iter().filter(|vertex| vertex.color == theme::Theme::LIGHT.text);
        let mut heights: Vec<f32> = full.map(|vertex| vertex.pos.y).collect();
        heights.sort_by(f32::total_cmp);
        assert_eq!(heights, [4.0, 4.0, 6.0, 6.0], "two, and half a point of fading at both sides");
        segment(&mut mesh, [pos2(1.0, 1.0); 2], 3.0, theme::Theme::LIGHT.text);
        assert_eq!(mesh.vertices.len(), 8, "a point is no line");
    }
}
