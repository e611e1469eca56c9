use std::ops::ControlFlow;

use egui::{Color32, ColorImage, Mesh, Pos2, Rect, Shape, Stroke, TextureOptions, Ui, vec2};

use crate::data::{Dataset, Labelled, Targets, drawn, toy};
use crate::spec::{DataSource, DrawnSet, DrawnSpec, ToyGroup, ToyKind, ToySpec};
use crate::ui::textures::Texture;
use crate::ui::theme::Theme;
use crate::ui::widgets::{Marker, Picture};

use crate::base::Finite;

use super::points::Window;

/// Points of each class in a small picture of a set.
const POINTS: usize = 60;
/// The same where a set is made of many fields.
const MANY_POINTS: usize = 140;
/// Points that a curve is drawn through.
const CURVE: usize = 80;
/// Points of a surface, each of which colours what is nearest to it.
const SURFACE: usize = 400;
/// Cells along a side of a surface.
const CELLS: usize = 20;

/// A set that can be chosen by its picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Points from a formula.
    Toy(ToyKind),
    /// Digits that are drawn.
    Drawn(DrawnSet),
}

impl Subject {
    /// What `source` is a variant of, if it has a picture.
    pub fn of(source: &DataSource) -> Option<Self> {
        match source {
            DataSource::Toy(spec) => Some(Self::Toy(spec.kind)),
            DataSource::Drawn(spec) => Some(Self::Drawn(spec.set)),
            _ => None,
        }
    }

    /// Name shown to the user.
    pub fn label(self) -> &'static str {
        match self {
            Self::Toy(kind) => kind.label(),
            Self::Drawn(set) => set.label(),
        }
    }

    /// The set with its usual settings.
    pub fn source(self) -> DataSource {
        match self {
            Self::Toy(kind) => DataSource::Toy(ToySpec::standard(kind)),
            Self::Drawn(set) => DataSource::Drawn(DrawnSpec::standard(set)),
        }
    }
}

/// The small picture of a set.
pub struct Thumbnail {
    /// What it shows.
    pub subject: Subject,
    content: Content,
    picture: Picture,
    texture: Texture,
}

/// What is to be seen.
enum Content {
    /// Classes in the plane, drawn with marks of this radius.
    Points(Window, Vec<([f32; 2], usize)>, f32),
    /// A number over the plane: shares of its range, cell by cell from the lower left.
    Surface(Vec<f32>),
    /// A number over a line: samples, and the curve they lie about.
    Curve(Window, Vec<[f32; 2]>, Vec<[f32; 2]>),
    /// Pictures side by side.
    Sheet(ColorImage),
    /// Nothing could be made.
    Nothing,
}

impl Thumbnail {
    /// Makes the picture. It takes up to a few milliseconds.
    pub fn new(subject: Subject) -> Self {
        let content = match subject {
            Subject::Toy(kind) => of_toy(kind),
            Subject::Drawn(set) => of_digits(set),
        };
        let content = content.unwrap_or(Content::Nothing);
        Self { subject, content, picture: Picture::default(), texture: Texture::default() }
    }

    /// Whether there is nothing to be seen.
    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        matches!(self.content, Content::Nothing)
    }

    /// Draws it.
    pub fn paint(&mut self, ui: &Ui, place: Rect, theme: &Theme) {
        let Self { content, picture, texture, subject } = self;
        if let Content::Sheet(image) = content {
            let name = subject.label();
            // A few large pixels are the point of a bitmap.
            let is_bitmap = image.width() < place.width() as usize / 2;
            let options = if is_bitmap { TextureOptions::NEAREST } else { TextureOptions::LINEAR };
            texture.set(ui.ctx(), name, std::mem::take(image), options);
            *content = Content::Nothing;
        }
        texture.paint(ui, place, place.shrink(3.0), None);
        picture.paint(ui, place, || shapes(content, place.shrink(3.0), theme));
    }
}

fn of_toy(kind: ToyKind) -> Option<Content> {
    let standard = ToySpec::standard(kind);
    let spec = match (kind.group(), kind.inputs()) {
        (ToyGroup::Gates, _) => standard,
        (ToyGroup::Regression, 1) => return curve(&standard),
        (ToyGroup::Regression, _) => return surface(&standard),
        _ if kind == ToyKind::Checkerboard => ToySpec { points_per_class: MANY_POINTS, ..standard },
        _ => ToySpec { points_per_class: POINTS, ..standard },
    };
    let train = toy(&spec, 0).ok()?.train;
    let points: Vec<_> = (0..train.rows())
        .map(|row| {
            let (features, class) = (train.features.row(row), train.targets.class(row));
            let class = class.unwrap_or_default();
            // What has one input is shown against its answer.
            ([features[0], features.get(1).copied().unwrap_or(class as f32)], class)
        })
        .collect();
    let places = points.iter().map(|(point, _)| *point);
    Some(match kind.group() {
        ToyGroup::Gates => {
            let window = Window::stretched(places.chain([[-0.4, -0.4], [1.4, 1.4]]));
            Content::Points(window, points, 4.0)
        }
        _ => Content::Points(Window::around(places), points, 1.3),
    })
}

fn curve(standard: &ToySpec) -> Option<Content> {
    let spec = ToySpec { points_per_class: CURVE, ..standard.clone() };
    let samples = pairs(&toy(&spec, 0).ok()?.train);
    let smooth = ToySpec { noise: Finite::ZERO, ..spec };
    let mut line = pairs(&toy(&smooth, 0).ok()?.train);
    line.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let samples = if standard.noise == Finite::ZERO { Vec::new() } else { samples };
    let window = Window::stretched(samples.iter().chain(&line).copied());
    Some(Content::Curve(window, samples, line))
}

/// The only feature and the label of each row.
fn pairs(part: &Labelled) -> Vec<[f32; 2]> {
    let Targets::Numbers(numbers) = &part.targets else { return Vec::new() };
    numbers.iter().enumerate().map(|(row, &y)| [part.features.at(row, 0), y]).collect()
}

fn surface(standard: &ToySpec) -> Option<Content> {
    let spec = ToySpec { points_per_class: SURFACE, noise: Finite::ZERO, ..standard.clone() };
    let data: Dataset = toy(&spec, 0).ok()?;
    let Targets::Numbers(numbers) = &data.train.targets else { return None };
    let points: Vec<[f32; 2]> = (0..data.train.rows())
        .map(|row| [data.train.features.at(row, 0), data.train.features.at(row, 1)])
        .collect();
    let window = Window::around(points.iter().copied());
    let low = numbers.iter().copied().fold(f32::INFINITY, f32::min);
    let high = numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let unit = Rect::from_min_size(Pos2::ZERO, vec2(CELLS as f32, CELLS as f32));
    let nearest = |cell: usize| {
        let at = Pos2::new((cell % CELLS) as f32 + 0.5, CELLS as f32 - (cell / CELLS) as f32 - 0.5);
        let [x, y] = window.point(unit, at);
        let away = |point: &[f32; 2]| (point[0] - x).powi(2) + (point[1] - y).powi(2);
        let row = (0..points.len()).min_by(|&a, &b| away(&points[a]).total_cmp(&away(&points[b])));
        row.map_or(0.5, |row| (numbers[row] - low) / (high - low).max(f32::MIN_POSITIVE))
    };
    Some(Content::Surface((0..CELLS * CELLS).map(nearest).collect()))
}

/// A few digits side by side, one dark pixel between them.
fn of_digits(set: DrawnSet) -> Option<Content> {
    let (per_class, columns, rows, [height, width]) = match set {
        DrawnSet::Digits28 => (1, 3, 3, [28, 28]),
        DrawnSet::Digits123 => (2, 3, 2, [6, 6]),
        DrawnSet::Digits01 => (2, 2, 2, [4, 3]),
    };
    let spec = DrawnSpec { per_class, test_per_class: 1, ..DrawnSpec::standard(set) };
    let train = drawn(&spec, 0, &mut |_| ControlFlow::Continue(())).ok()?.train;
    let size = [columns * (width + 1) - 1, rows * (height + 1) - 1];
    let mut greys = vec![0; size[0] * size[1]];
    for place in 0..(columns * rows).min(train.rows()) {
        let corner = place / columns * (height + 1) * size[0] + place % columns * (width + 1);
        for (pixel, value) in train.features.row(place).iter().enumerate() {
            let at = corner + pixel / width * size[0] + pixel % width;
            greys[at] = (value.clamp(0.0, 1.0) * 255.0).round() as u8;
        }
    }
    Some(Content::Sheet(ColorImage::from_gray(size, &greys)))
}

fn shapes(content: &Content, rect: Rect, theme: &Theme) -> Vec<Shape> {
    match content {
        Content::Points(window, points, radius) => {
            let shape = |&(point, class): &([f32; 2], usize)| {
                let at = window.place(rect, point);
                Marker::of_class(class).shape(
                    at,
                    theme.mark(*radius),
                    theme.class(class),
                    Stroke::NONE,
                )
            };
            points.iter().map(shape).collect()
        }
        Content::Surface(shares) => vec![mesh(shares, rect, theme)],
        Content::Curve(window, samples, line) => {
            let place = |point: &[f32; 2]| window.place(rect, *point);
            let dot = |point| Shape::circle_filled(place(point), theme.mark(1.1), theme.outline);
            let line = line.iter().map(place).collect();
            let stroke = theme.stroke(1.8, theme.accent);
            samples.iter().map(dot).chain([Shape::line(line, stroke)]).collect()
        }
        Content::Sheet(_) | Content::Nothing => Vec::new(),
    }
}

/// Fields side by side without seams.
fn mesh(shares: &[f32], rect: Rect, theme: &Theme) -> Shape {
    let mut mesh = Mesh::default();
    let size = rect.size() / CELLS as f32;
    for (cell, &share) in shares.iter().enumerate() {
        let (col, row) = ((cell % CELLS) as f32, (cell / CELLS) as f32);
        let corner = rect.left_bottom() + vec2(col * size.x, -(row + 1.0) * size.y);
        let colour: Color32 = theme.sequential(share);
        mesh.add_colored_rect(Rect::from_min_size(corner, size), colour);
    }
    Shape::mesh(mesh)
}
