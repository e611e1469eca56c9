//! The picture itself: what each place is coloured like, and the lines over it.

use std::sync::Arc;

use egui::epaint::Mesh;
use egui::{Align2, Color32, ColorImage, Pos2, Rect, Shape, Stroke, TextureOptions, Ui, pos2};

use crate::data::Dataset;
use crate::record::{Boundary, ProbeFrame};
use crate::spec::Task;
use crate::ui::plane::axes::{bar_marks, colour_bar};
use crate::ui::plane::contours::{self, Piece};
use crate::ui::plane::{Window, interpolated};
use crate::ui::textures::{OutputColours, Texture, likeliest, output_pixels};
use crate::ui::theme::{self, Theme, Variant, text_on};
use crate::ui::{Cx, capture, format};

use super::Plane;

/// Probabilities of a class at which lines are drawn.
const LEVELS: [f32; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];
/// By how much finer the edges between classes are than the cells.
const FINER: usize = 2;

/// What the colours of a classification say.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Shading {
    /// The likeliest class by colour, how sure it is by saturation.
    #[default]
    Confidence,
    /// The likeliest class alone.
    Discrete,
    /// The probability of one class.
    OneClass(usize),
}

impl Shading {
    /// The class whose probability is shown, where the data have it.
    #[must_use]
    pub fn class(self, data: &Dataset) -> Option<usize> {
        match (self, data.task) {
            (Self::OneClass(class), Task::Classification { classes }) if class < classes => {
                Some(class)
            }
            _ => None,
        }
    }
}

/// What is kept until there is news.
#[derive(Debug, Default)]
pub struct Kept {
    shown: Option<(Arc<ProbeFrame>, Key)>,
    texture: Texture,
    lines: Vec<Line>,
    mesh: Option<(Rect, Arc<Mesh>)>,
}

/// Everything but the outputs that a picture depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    variant: Variant,
    shading: Shading,
    range: Option<[f32; 2]>,
}

/// A line on which something stays the same.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    pieces: Vec<Piece>,
    colour: Color32,
    words: Option<(Pos2, String)>,
}

/// Paints what the network answers, where it has: tells whether.
pub fn paint(ui: &Ui, cx: &mut Cx<'_>, plane: &Plane<'_>) -> bool {
    let view = &mut cx.view.boundary;
    let shading = match plane.range {
        Some(_) => Shading::Confidence,
        None => view.shading.class(plane.data).map_or(
            if view.shading == Shading::Discrete { Shading::Discrete } else { Shading::Confidence },
            Shading::OneClass,
        ),
    };
    let key = Key { variant: cx.theme.variant, shading, range: plane.range };
    let kept = &mut view.pictures.entry(plane.run).or_default().shade;
    let shown = plane.frame.as_ref().filter(|frame| answers(frame, plane).is_some());
    let fits = shown.and_then(|frame| Some((frame, frame.boundary.as_ref()?)));
    if let Some((frame, boundary)) = fits {
        let is_kept =
            |(old, made): &(Arc<ProbeFrame>, Key)| Arc::ptr_eq(old, frame) && *made == key;
        if !kept.shown.as_ref().is_some_and(is_kept) {
            let image = pixels(boundary, cx.theme, key);
            kept.texture.set(ui.ctx(), "boundary", image, TextureOptions::LINEAR);
            kept.lines = lines(boundary, cx.theme, key);
            kept.mesh = None;
            kept.shown = Some((Arc::clone(frame), key));
        }
        let place = place_of(plane, boundary);
        kept.texture.paint(ui, plane.area, place, None);
        if view.line {
            paint_lines(ui, kept, plane.area, place);
        }
    } else {
        kept.shown = None;
    }
    bar(ui, cx.theme, plane, shading);
    fits.is_some()
}

/// What a frame says about what is looked at; nothing of another slice.
fn answers<'a>(frame: &'a ProbeFrame, plane: &Plane<'_>) -> Option<&'a Boundary> {
    let is_known = plane.sight.is_known();
    frame.boundary.as_ref().filter(|found| is_known && found.request.slice == plane.sight.slice)
}

/// What the network answers at a point of the plane.
pub fn answer_at(plane: &Plane<'_>, point: [f32; 2]) -> Option<Vec<f32>> {
    let boundary = answers(plane.frame.as_ref()?, plane)?;
    let window = Window { x: boundary.request.x, y: boundary.request.y };
    interpolated(window, boundary.request.side, &boundary.outputs, point)
}

/// Where the piece of the plane that was asked for stands on the screen.
fn place_of(plane: &Plane<'_>, boundary: &Boundary) -> Rect {
    let (x, y) = (boundary.request.x, boundary.request.y);
    Rect::from_two_pos(
        plane.window().screen_at(plane.area, x[0], y[0]),
        plane.window().screen_at(plane.area, x[1], y[1]),
    )
}

fn pixels(boundary: &Boundary, theme: &Theme, key: Key) -> ColorImage {
    let side = boundary.request.side;
    let colours = OutputColours { theme, range: key.range };
    match key.shading {
        Shading::Confidence => output_pixels(&boundary.outputs, side, &colours),
        Shading::Discrete => discrete_pixels(boundary, theme),
        Shading::OneClass(class) => {
            let share: Vec<f32> = column(boundary, class).collect();
            let rows = share.len();
            let share = crate::base::Matrix::new(rows, 1, share)
                .unwrap_or_else(|_| crate::base::Matrix::zeros(0, 1));
            output_pixels(&share, side, &OutputColours { theme, range: Some([0.0, 1.0]) })
        }
    }
}

/// Probabilities of a class, cell by cell; a single output is that of the second.
fn column(boundary: &Boundary, class: usize) -> impl Iterator<Item = f32> + '_ {
    let single = boundary.outputs.cols() == 1;
    boundary
        .outputs
        .col(if single { 0 } else { class })
        .map(move |value| if single && class == 0 { 1.0 - value } else { value })
}

/// The likeliest class of each cell, with edges finer than the cells.
fn discrete_pixels(boundary: &Boundary, theme: &Theme) -> ColorImage {
    let side = boundary.request.side * FINER;
    let window = Window { x: [0.0, side as f32], y: [0.0, side as f32] };
    let mut image = Vec::with_capacity(side * side);
    for row in (0..side).rev() {
        for col in 0..side {
            let point = [col as f32 + 0.5, row as f32 + 0.5];
            let outputs = interpolated(window, boundary.request.side, &boundary.outputs, point);
            let class = outputs.and_then(|outputs| likeliest(&outputs)).map(|(class, _)| class);
            let hatch = if (row + col) % 4 < 2 { theme.nan } else { theme.canvas };
            image.push(class.map_or(hatch, |class| theme.confidence(class, 0.85)));
        }
    }
    ColorImage::new([side, side], image)
}

fn lines(boundary: &Boundary, theme: &Theme, key: Key) -> Vec<Line> {
    let (outputs, side) = (&boundary.outputs, boundary.request.side);
    match (key.shading, key.range) {
        (_, Some([low, high])) => {
            let (values, decimals) = format::ticks(low.into(), high.into(), 6);
            let line = |value: f64| {
                let value = value as f32;
                let pieces = contours::level(outputs, side, 0, value);
                let colour = text_on(theme.sequential((value - low) / (high - low)));
                let share = (value - low) / (high - low);
                with_words(pieces, colour, share, format::tick(value.into(), decimals))
            };
            values.into_iter().map(line).collect()
        }
        (Shading::OneClass(class), None) => {
            let single = outputs.cols() == 1;
            let line = |level: f32| {
                let value = if single && class == 0 { 1.0 - level } else { level };
                let output = if single { 0 } else { class };
                let pieces = contours::level(outputs, side, output, value);
                let words = format!("{:.0}\u{2009}%", 100.0 * level);
                with_words(pieces, text_on(theme.sequential(level)), level, words)
            };
            LEVELS.into_iter().map(line).collect()
        }
        _ => {
            let pieces = contours::borders(outputs, side);
            vec![Line { pieces, colour: theme.text, words: None }]
        }
    }
}

/// Words of lines stand about a diagonal, so that they do not cover each other.
fn with_words(pieces: Vec<Piece>, colour: Color32, share: f32, words: String) -> Line {
    let at = contours::place_of_words(&pieces, pos2(0.2 + 0.6 * share, 0.8 - 0.6 * share));
    Line { pieces, colour, words: at.map(|at| (at, words)) }
}

fn paint_lines(ui: &Ui, kept: &mut Kept, area: Rect, place: Rect) {
    let theme = Theme::of(ui.ctx());
    let painter = ui.painter().with_clip_rect(area.intersect(ui.clip_rect()));
    if capture::is_taking(ui.ctx()) {
        painter.extend(kept.lines.iter().flat_map(|line| apart(line, theme, place)));
    } else {
        painter.add(Shape::Mesh(mesh(kept, theme, place)));
    }
    for (at, colour, words) in kept
        .lines
        .iter()
        .filter_map(|line| Some((line.words.as_ref()?, line.colour)))
        .map(|((at, words), colour)| (at, colour, words))
    {
        let at = contours::on_screen(place, *at);
        let galley = painter.layout_no_wrap(words.clone(), theme::small(), colour);
        let rect = Align2::CENTER_CENTER.anchor_size(at, galley.size());
        painter.rect_filled(rect.expand2(egui::vec2(3.0, 0.0)), 4.0, text_on(colour));
        painter.galley(rect.min, galley, colour);
    }
}

/// All lines as one piece, worked out anew when they stand elsewhere.
fn mesh(kept: &mut Kept, theme: &Theme, place: Rect) -> Arc<Mesh> {
    if let Some((_, mesh)) = kept.mesh.as_ref().filter(|(made, _)| *made == place) {
        return Arc::clone(mesh);
    }
    let mut mesh = Mesh::default();
    for line in &kept.lines {
        let stroke = line.stroke(theme);
        contours::stroke(&mut mesh, &line.pieces, place, stroke.width, stroke.color);
    }
    let mesh = Arc::new(mesh);
    kept.mesh = Some((place, Arc::clone(&mesh)));
    mesh
}

/// A line for a picture that is printed.
fn apart(line: &Line, theme: &Theme, place: Rect) -> impl Iterator<Item = Shape> + use<> {
    let stroke = line.stroke(theme);
    contours::joined(&line.pieces).into_iter().map(move |points| {
        let points = points.into_iter().map(|at| contours::on_screen(place, at)).collect();
        Shape::line(points, stroke)
    })
}

impl Line {
    fn stroke(&self, theme: &Theme) -> Stroke {
        theme.stroke(if self.words.is_some() { 1.5 } else { 2.0 }, self.colour)
    }
}

/// The bar that says what the colours of numbers mean.
fn bar(ui: &Ui, theme: &Theme, plane: &Plane<'_>, shading: Shading) {
    let marks = match (plane.range, shading) {
        (Some(range), _) => bar_marks(range, 4),
        (None, Shading::OneClass(_)) => {
            let mark = |share: f32| (share, format!("{:.0}\u{2009}%", 100.0 * share));
            [0.0].into_iter().chain(LEVELS).chain([1.0]).map(mark).collect()
        }
        _ => return,
    };
    colour_bar(ui, theme, plane.area, |share| theme.sequential(share), &marks);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::record::BoundaryRequest;
    use crate::ui::testing::rising;

    /// The probability of the second of two classes rises from left to right.
    fn ramp(side: usize) -> Boundary {
        let outputs = rising(side);
        let request = BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], side);
        Boundary { request, outputs, plane: None }
    }

    fn key(shading: Shading) -> Key {
        Key { variant: Variant::Light, shading, range: None }
    }

    #[test]
    fn without_confidence_there_is_one_colour_for_each_class() {
        let theme = &Theme::LIGHT;
        let image = pixels(&ramp(8), theme, key(Shading::Discrete));
        assert_eq!(image.size, [16, 16]);
        for (place, pixel) in image.pixels.iter().enumerate() {
            let class = usize::from(place % 16 >= 8);
            assert_eq!(*pixel, theme.confidence(class, 0.85), "pixel {place}");
        }
    }

    #[test]
    fn the_probability_of_a_class_is_told_along_the_scale() {
        let theme = &Theme::LIGHT;
        for class in [0, 1] {
            let image = pixels(&ramp(4), theme, key(Shading::OneClass(class)));
            let share = if class == 0 { 0.875 } else { 0.125 };
            assert_eq!(image.pixels[0], theme.sequential(share), "class {class}");
        }
    }

    #[test]
    fn lines_stand_at_their_probabilities_and_say_so() {
        let found = lines(&ramp(40), &Theme::LIGHT, key(Shading::OneClass(1)));
        let words: Vec<&str> =
            found.iter().filter_map(|line| Some(line.words.as_ref()?.1.as_str())).collect();
        assert_eq!(
            words,
            ["10\u{2009}%", "25\u{2009}%", "50\u{2009}%", "75\u{2009}%", "90\u{2009}%"]
        );
        for (line, level) in found.iter().zip(LEVELS) {
            assert!(line.pieces.iter().flatten().all(|at| (at.x - level).abs() < 1e-5));
        }
    }

    #[test]
    fn a_single_output_speaks_for_both_classes() {
        let two = ramp(4);
        let one = Matrix::new(16, 1, two.outputs.col(1).collect()).expect("fits");
        let one = Boundary { outputs: one, ..two.clone() };
        for class in [0, 1] {
            let [one, two] = [&one, &two].map(|found| column(found, class).collect::<Vec<_>>());
            assert_eq!(one, two, "class {class}");
        }
    }

    #[test]
    fn a_surface_has_lines_at_round_numbers() {
        let mut surface = ramp(20);
        surface.outputs =
            Matrix::new(400, 1, surface.outputs.col(1).map(|share| 10.0 * share).collect())
                .expect("fits");
        let key = Key { range: Some([0.0, 10.0]), ..key(Shading::Confidence) };
        let found = lines(&surface, &Theme::DARK, key);
        let words: Vec<&str> =
            found.iter().filter_map(|line| Some(line.words.as_ref()?.1.as_str())).collect();
        assert_eq!(words, ["2", "4", "6", "8"]);
    }
}
