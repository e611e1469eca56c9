use std::collections::BTreeMap;
use std::fmt::Write as _;

use egui::epaint::{TessellationOptions, Tessellator, Vertex, WHITE_UV};
use egui::{Color32, ColorImage, Mesh, Pos2, Rect, Shape, TextureFilter, TextureId, pos2, vec2};

use crate::ui::theme;

use super::drawing::Kept;
use super::numbers::{N, P, Paint, base64};
use super::png;
use super::svg::Writer;

/// Pixels for each point of a mesh: enough for print.
const FINE: f32 = 4.0;
/// Most pixels of one mesh; larger ones are drawn more coarsely.
const MOST: f32 = 16e6;

/// Most areas of one colour that a mesh is written as.
const AREAS: usize = 256;

/// Writes a mesh: what has few colours as areas, else as a picture, because SVG knows no triangles
/// whose corners differ in colour. A texture whose pixels are shown as squares stays as it is.
pub(super) fn write(to: &mut Writer<'_>, mesh: &Mesh) {
    if is_plain(mesh) {
        write_plain(&mut to.body, mesh);
        return;
    }
    let area = mesh.calc_bounds().intersect(to.drawing.area());
    if !area.is_positive() || !mesh.is_valid() {
        return;
    }
    let texture = to.drawing.textures.get(&mesh.texture_id);
    if let Some((place, image)) = texture.and_then(|texture| squares(mesh, texture)) {
        write_image(to, place, &image, "pixelated");
        return;
    }
    let fine = FINE.min((MOST / area.area()).sqrt());
    let image = raster(mesh, texture, area, fine);
    let size = vec2(image.size[0] as f32, image.size[1] as f32) / fine;
    write_image(to, Rect::from_min_size(area.min, size), &image, "smooth");
}

/// Whether a mesh is made of few areas, each of one colour.
pub(super) fn is_plain(mesh: &Mesh) -> bool {
    mesh.texture_id == TextureId::default()
        && mesh.is_valid()
        && mesh.vertices.iter().all(|vertex| vertex.uv == WHITE_UV)
        && areas(mesh).is_some()
}

/// Writes a mesh that [`is_plain`] as the outlines of its areas.
pub(super) fn write_plain(to: &mut String, mesh: &Mesh) {
    for (colour, triangles) in areas(mesh).into_iter().flatten() {
        let way = outline(mesh, triangles);
        let fill = Paint("fill", colour);
        let _ = writeln!(to, "<path d=\"{way}\"{fill}/>");
    }
}

/// Triangles that follow each other and have one colour; `None` where corners differ, or where
/// there are too many.
fn areas(mesh: &Mesh) -> Option<Vec<(Color32, &[u32])>> {
    let colour = |index: u32| mesh.vertices[index as usize].color;
    let is_even = |three: &[u32]| three.iter().all(|&corner| colour(corner) == colour(three[0]));
    let mut found = Vec::new();
    let mut rest = &mesh.indices[..];
    while let Some(&first) = rest.first() {
        let own = |three: &&[u32]| colour(three[0]) == colour(first) && is_even(three);
        let count = rest.chunks_exact(3).take_while(own).count();
        if count == 0 || found.len() == AREAS {
            return None;
        }
        let (area, others) = rest.split_at(3 * count);
        found.push((colour(first), area));
        rest = others;
    }
    Some(found)
}

/// The way around triangles: the edges that belong to one of them alone.
fn outline(mesh: &Mesh, triangles: &[u32]) -> String {
    let at = |index: u32| mesh.vertices[index as usize].pos;
    let mut edges: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for three in triangles.chunks_exact(3) {
        let [a, mut b, mut c] = [three[0], three[1], three[2]];
        if edge(at(a), at(b), at(c)) < 0.0 {
            (b, c) = (c, b);
        }
        for (from, to) in [(a, b), (b, c), (c, a)] {
            let back = edges.get_mut(&to);
            let known = back.and_then(|ends| {
                let place = ends.iter().position(|&end| end == from)?;
                Some(ends.swap_remove(place))
            });
            if known.is_none() {
                edges.entry(from).or_default().push(to);
            }
        }
    }
    let mut way = String::new();
    while let Some((&start, _)) = edges.iter().find(|(_, ends)| !ends.is_empty()) {
        let mut sign = "M";
        let mut corner = start;
        while let Some(next) = edges.get_mut(&corner).and_then(Vec::pop) {
            let _ = write!(way, "{sign}{}", P(at(corner)));
            (sign, corner) = ("L", next);
        }
        edges.retain(|_, ends| !ends.is_empty());
        way.push('Z');
    }
    way
}

/// Shapes that are too many to stay apart.
pub(super) fn one_piece(shapes: &[Shape]) -> Mesh {
    let options = TessellationOptions { prerasterized_discs: false, ..Default::default() };
    let mut tessellator = Tessellator::new(FINE, options, [1, 1], Vec::new());
    let mut mesh = Mesh::default();
    for shape in shapes {
        tessellator.tessellate_shape(shape.clone(), &mut mesh);
    }
    mesh
}

fn write_image(to: &mut Writer<'_>, place: Rect, image: &ColorImage, rendering: &str) {
    // Only pictures that are too large for a file fail; there is nothing to see of them.
    let Ok(bytes) = png::plain(image) else { return };
    let (x, y, width, height) =
        (N(place.left()), N(place.top()), N(place.width()), N(place.height()));
    let _ = write!(
        to.body,
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
         preserveAspectRatio=\"none\" style=\"image-rendering:{rendering}\" \
         xlink:href=\"data:image/png;base64,{}\"/>",
        base64(&bytes)
    );
}

/// Where a texture stands whose pixels are shown upright and as squares, and those that are.
fn squares(mesh: &Mesh, texture: &Kept) -> Option<(Rect, ColorImage)> {
    let is_plain = mesh.vertices.len() == 4
        && mesh.indices.len() == 6
        && mesh.texture_id != TextureId::default()
        && texture.options.magnification == TextureFilter::Nearest
        && mesh.vertices.iter().all(|vertex| vertex.color == theme::UNTINTED);
    if !is_plain {
        return None;
    }
    let place = mesh.calc_bounds();
    let uv = Rect::from_points(&mesh.vertices.iter().map(|vertex| vertex.uv).collect::<Vec<_>>());
    let is_upright = mesh.vertices.iter().all(|vertex| {
        let share = |at: f32, low: f32, high: f32| (at - low) / (high - low).max(f32::MIN_POSITIVE);
        let on_screen = pos2(
            share(vertex.pos.x, place.left(), place.right()),
            share(vertex.pos.y, place.top(), place.bottom()),
        );
        let on_texture = pos2(
            share(vertex.uv.x, uv.left(), uv.right()),
            share(vertex.uv.y, uv.top(), uv.bottom()),
        );
        on_screen.distance(on_texture) < 1e-3
    });
    let size = vec2(texture.image.size[0] as f32, texture.image.size[1] as f32);
    let pixels = Rect::from_min_max(
        (uv.min.to_vec2() * size).to_pos2(),
        (uv.max.to_vec2() * size).to_pos2(),
    );
    let whole = pixels.round();
    let is_whole = whole.min.distance(pixels.min) < 0.02 && whole.max.distance(pixels.max) < 0.02;
    let is_inside = Rect::from_min_size(Pos2::ZERO, size).contains_rect(whole);
    if !is_upright || !is_whole || !is_inside || !whole.is_positive() {
        return None;
    }
    let range = |low: f32, high: f32| low as usize..high as usize;
    let columns = range(whole.left(), whole.right());
    let mut shown = Vec::new();
    for row in range(whole.top(), whole.bottom()) {
        let start = row * texture.image.size[0];
        shown.extend_from_slice(&texture.image.pixels[start + columns.start..start + columns.end]);
    }
    let size = [columns.len(), whole.height() as usize];
    Some((place, ColorImage::new(size, shown)))
}

/// Draws the triangles of a mesh, `fine` pixels to a point.
pub(super) fn raster(mesh: &Mesh, texture: Option<&Kept>, area: Rect, fine: f32) -> ColorImage {
    let size = [(area.width() * fine).ceil() as usize, (area.height() * fine).ceil() as usize];
    let mut image = ColorImage::filled(size, theme::CLEAR);
    for corners in mesh.indices.chunks_exact(3) {
        let corner = |place: usize| {
            let mut vertex = mesh.vertices[corners[place] as usize];
            vertex.pos = ((vertex.pos - area.min) * fine).to_pos2();
            vertex
        };
        triangle(&mut image, [corner(0), corner(1), corner(2)], texture);
    }
    image
}

/// Twice the area of a triangle; positive when its corners run clockwise on the screen.
fn edge(a: Pos2, b: Pos2, c: Pos2) -> f32 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// Whether the pixels on an edge belong to the triangle: each edge that two share belongs to one.
fn keeps(a: Pos2, b: Pos2) -> bool {
    a.y > b.y || (a.y == b.y && a.x < b.x)
}

fn triangle(image: &mut ColorImage, mut corners: [Vertex; 3], texture: Option<&Kept>) {
    let area = edge(corners[0].pos, corners[1].pos, corners[2].pos);
    if area < 0.0 {
        corners.swap(1, 2);
    }
    let (area, [a, b, c]) = (area.abs(), corners.map(|corner| corner.pos));
    if area == 0.0 || !area.is_finite() {
        return;
    }
    let bounds = Rect::from_points(&[a, b, c]);
    let span = |low: f32, high: f32, end: usize| {
        (low - 0.5).ceil().max(0.0) as usize..((high + 0.5).floor().max(0.0) as usize).min(end)
    };
    let [width, height] = image.size;
    for y in span(bounds.top(), bounds.bottom(), height) {
        for x in span(bounds.left(), bounds.right(), width) {
            let at = pos2(x as f32 + 0.5, y as f32 + 0.5);
            let sides = [(b, c), (c, a), (a, b)];
            let shares = sides.map(|(from, to)| edge(from, to, at));
            let is_inside = sides
                .iter()
                .zip(shares)
                .all(|(&(from, to), share)| share > 0.0 || (share == 0.0 && keeps(from, to)));
            if is_inside {
                let colour = shade(&corners, shares.map(|share| share / area), texture);
                let pixel = &mut image.pixels[y * width + x];
                *pixel = over(colour, *pixel);
            }
        }
    }
}

/// The colour between three corners.
fn shade(corners: &[Vertex; 3], shares: [f32; 3], texture: Option<&Kept>) -> [f32; 4] {
    let mut colour = [0.0; 4];
    let mut uv = vec2(0.0, 0.0);
    for (corner, share) in corners.iter().zip(shares) {
        uv += corner.uv.to_vec2() * share;
        for (sum, channel) in colour.iter_mut().zip(corner.color.to_array()) {
            *sum += share * f32::from(channel);
        }
    }
    match texture {
        Some(texture) => {
            let texel = sample(texture, uv.to_pos2());
            std::array::from_fn(|channel| colour[channel] * texel[channel] / 255.0)
        }
        None => colour,
    }
}

/// The colour of a texture at a place.
fn sample(texture: &Kept, uv: Pos2) -> [f32; 4] {
    let [width, height] = texture.image.size;
    let texel = |x: f32, y: f32| {
        let x = x.clamp(0.0, width as f32 - 1.0) as usize;
        let y = y.clamp(0.0, height as f32 - 1.0) as usize;
        texture.image.pixels[y * width + x].to_array().map(f32::from)
    };
    let (x, y) = (uv.x * width as f32, uv.y * height as f32);
    if texture.options.magnification == TextureFilter::Nearest {
        return texel(x.floor(), y.floor());
    }
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let mix = |a: [f32; 4], b: [f32; 4], t: f32| -> [f32; 4] {
        std::array::from_fn(|channel| a[channel] + (b[channel] - a[channel]) * t)
    };
    let above = mix(texel(left, top), texel(left + 1.0, top), x - left);
    let below = mix(texel(left, top + 1.0), texel(left + 1.0, top + 1.0), x - left);
    mix(above, below, y - top)
}

/// One colour over another, both multiplied by their opacity.
fn over(colour: [f32; 4], behind: Color32) -> Color32 {
    let left = 1.0 - colour[3] / 255.0;
    let behind = behind.to_array().map(f32::from);
    let channel = |place: usize| (colour[place] + behind[place] * left + 0.5) as u8;
    theme::premultiplied(std::array::from_fn(channel))
}
