use std::collections::BTreeSet;
use std::fmt::Write as _;

use egui::epaint::ClippedShape;
use egui::{FontFamily, Pos2, Rect, Shape, emath::TSTransform};

use super::drawing::Drawing;
use super::marks::Marks;
use super::numbers::{N, P, Paint};
use super::{fonts, mesh, shapes, text};

/// Most shapes that stay apart in one piece of a picture. A point costs about 40 bytes, so ten
/// thousand are 400 kB, which every program opens; many more are smaller and faster as an image.
pub(super) const MOST_APART: usize = 20_000;

/// What a document is written from, piece by piece.
pub(super) struct Writer<'a> {
    pub(super) drawing: &'a Drawing,
    /// Everything that is seen.
    pub(super) body: String,
    /// Marks that occur more than once.
    pub(super) marks: Marks,
    /// The areas that shapes are cut to, and how round their corners are.
    clips: Vec<(Rect, f32)>,
    /// The area that is being cut to.
    open: Option<usize>,
    /// Lines that look alike, which become one path: how they look, and where they go.
    lines: Option<(String, String)>,
    /// The letters that occur.
    pub(super) letters: Letters,
}

/// The letters that occur in a document, with the family they are of.
pub(super) type Letters = BTreeSet<(FontFamily, char)>;

/// The whole document, with or without the fonts it needs, and its letters.
pub(super) fn document(drawing: &Drawing, with_fonts: bool) -> (String, Letters) {
    let mut writer = Writer {
        drawing,
        body: String::new(),
        marks: Marks::of(drawing),
        clips: Vec::new(),
        open: None,
        lines: None,
        letters: BTreeSet::new(),
    };
    drawing.head().for_each(|line| text::write(&mut writer, &line));
    for clipped in &drawing.shapes {
        writer.clipped(clipped);
    }
    writer.cut_to(None);
    let frame = drawing.frame();
    let (left, top, width, height) =
        (N(frame.left()), N(frame.top()), N(frame.width()), N(frame.height()));
    let mut file = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" \
         xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"{left} {top} {width} {height}\">\n"
    );
    // Writing to a string never fails; the same holds for all that follows.
    let _ = writeln!(file, "<title>{}</title>", super::numbers::escaped(&drawing.title));
    if with_fonts {
        file.push_str(&fonts::style(&drawing.fonts, &writer.letters));
    }
    file.push_str(&writer.definitions());
    let behind = Paint("fill", drawing.behind());
    let _ = writeln!(
        file,
        "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"{behind}/>"
    );
    file.push_str(&writer.body);
    file.push_str("</svg>\n");
    (file, writer.letters)
}

/// What can be seen of a shape, and whether it is more than its area.
pub(super) fn seen(drawing: &Drawing, clipped: &ClippedShape) -> Option<(Rect, bool)> {
    let moved = clipped.transform_after_tessellation;
    let bounds = moved.mul_rect(clipped.shape.visual_bounding_rect());
    let area = clipped.clip_rect.intersect(drawing.area());
    let is_seen = !matches!(clipped.shape, Shape::Noop) && bounds.intersects(area);
    is_seen.then(|| (area, !area.contains_rect(bounds)))
}

impl Writer<'_> {
    fn clipped(&mut self, clipped: &ClippedShape) {
        let Some((area, is_cut)) = seen(self.drawing, clipped) else { return };
        let clip = is_cut.then(|| self.clip(area, 0.0));
        self.cut_to(clip);
        let moved = clipped.transform_after_tessellation;
        if moved == TSTransform::IDENTITY {
            self.shape(&clipped.shape);
        } else {
            self.flush();
            let (by, factor) = (P(moved.translation.to_pos2()), moved.scaling);
            let _ = write!(self.body, "<g transform=\"translate({by}) scale({factor})\">");
            self.shape(&clipped.shape);
            self.flush();
            self.body.push_str("</g>\n");
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Vec(all) if all.len() > MOST_APART => {
                self.flush();
                mesh::write(self, &mesh::one_piece(all));
            }
            shape => shapes::write(self, shape),
        }
    }

    /// Cuts all that follows to an area, or to none.
    fn cut_to(&mut self, clip: Option<usize>) {
        if clip == self.open {
            return;
        }
        self.flush();
        if self.open.is_some() {
            self.body.push_str("</g>\n");
        }
        if let Some(clip) = clip {
            let _ = writeln!(self.body, "<g clip-path=\"url(#c{clip})\">");
        }
        self.open = clip;
    }

    /// Adds a line, which joins those before it that look like it.
    pub(super) fn line(&mut self, outline: String, way: &str) {
        match &mut self.lines {
            Some((look, ways)) if *look == outline => ways.push_str(way),
            _ => {
                self.flush();
                self.lines = Some((outline, way.to_owned()));
            }
        }
    }

    /// Writes the lines that were added.
    pub(super) fn flush(&mut self) {
        if let Some((outline, way)) = self.lines.take() {
            let _ = writeln!(
                self.body,
                "<path d=\"{way}\" fill=\"none\"{outline} stroke-linejoin=\"round\"/>"
            );
        }
    }

    /// The name of an area to cut to.
    pub(super) fn clip(&mut self, area: Rect, radius: f32) -> usize {
        if let Some(known) = self.clips.iter().rposition(|&other| other == (area, radius)) {
            return known;
        }
        self.clips.push((area, radius));
        self.clips.len() - 1
    }

    /// Puts a mark down that stands among the definitions.
    pub(super) fn put(&mut self, mark: usize, at: Pos2) {
        let (x, y) = (N(at.x), N(at.y));
        let _ = writeln!(self.body, "<use xlink:href=\"#m{mark}\" x=\"{x}\" y=\"{y}\"/>");
    }

    fn definitions(&self) -> String {
        let mut text = String::from("<defs>\n");
        for (name, (area, radius)) in self.clips.iter().enumerate() {
            let (x, y) = (N(area.left()), N(area.top()));
            let (width, height) = (N(area.width().max(0.0)), N(area.height().max(0.0)));
            let round =
                if *radius > 0.0 { format!(" rx=\"{}\"", N(*radius)) } else { String::new() };
            let _ = writeln!(
                text,
                "<clipPath id=\"c{name}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" \
                 height=\"{height}\"{round}/></clipPath>"
            );
        }
        for (name, look) in self.marks.common().enumerate() {
            let _ = writeln!(text, "<g id=\"m{name}\">{}</g>", look.trim_end());
        }
        text.push_str("</defs>\n");
        if text.lines().count() > 2 { text } else { String::new() }
    }
}
