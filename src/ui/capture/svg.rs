use std::collections::BTreeSet;
use std::fmt::Write as _;

use egui::epaint::ClippedShape;
use egui::{FontFamily, Rect, Shape, emath::TSTransform};

use super::drawing::Drawing;
use super::numbers::{N, P, Paint};
use super::{fonts, shapes};

/// What a document is written from, piece by piece.
pub(super) struct Writer<'a> {
    pub(super) drawing: &'a Drawing,
    /// Everything that is seen.
    pub(super) body: String,
    /// The areas that shapes are cut to.
    clips: Vec<Rect>,
    /// The families of letters that occur.
    pub(super) families: BTreeSet<FontFamily>,
}

/// The whole document, with or without the fonts it needs.
pub(super) fn document(drawing: &Drawing, with_fonts: bool) -> String {
    let families = BTreeSet::new();
    let mut writer = Writer { drawing, body: String::new(), clips: Vec::new(), families };
    for clipped in &drawing.shapes {
        writer.clipped(clipped);
    }
    let frame = drawing.frame();
    let (left, top, width, height) =
        (N(frame.left()), N(frame.top()), N(frame.width()), N(frame.height()));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" \
         xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"{left} {top} {width} {height}\">\n"
    );
    if with_fonts {
        text.push_str(&fonts::style(&drawing.fonts, &writer.families));
    }
    text.push_str(&writer.definitions());
    let behind = Paint("fill", drawing.background);
    // Writing to a string never fails; the same holds for all that follows.
    let _ = writeln!(
        text,
        "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"{behind}/>"
    );
    text.push_str(&writer.body);
    text.push_str("</svg>\n");
    text
}

impl Writer<'_> {
    fn clipped(&mut self, clipped: &ClippedShape) {
        let moved = clipped.transform_after_tessellation;
        let bounds = moved.mul_rect(clipped.shape.visual_bounding_rect());
        let area = clipped.clip_rect.intersect(self.drawing.frame());
        if matches!(clipped.shape, Shape::Noop) || !bounds.intersects(area) {
            return;
        }
        let is_cut = !area.contains_rect(bounds);
        if is_cut {
            let clip = self.clip(area);
            let _ = write!(self.body, "<g clip-path=\"url(#c{clip})\">");
        }
        if moved == TSTransform::IDENTITY {
            shapes::write(self, &clipped.shape);
        } else {
            let (by, factor) = (P(moved.translation.to_pos2()), moved.scaling);
            let _ = write!(self.body, "<g transform=\"translate({by}) scale({factor})\">");
            shapes::write(self, &clipped.shape);
            self.body.push_str("</g>");
        }
        if is_cut {
            self.body.push_str("</g>");
        }
        self.body.push('\n');
    }

    /// The name of an area to cut to.
    fn clip(&mut self, area: Rect) -> usize {
        if let Some(known) = self.clips.iter().rposition(|&other| other == area) {
            return known;
        }
        self.clips.push(area);
        self.clips.len() - 1
    }

    fn definitions(&self) -> String {
        let mut text = String::new();
        for (name, area) in self.clips.iter().enumerate() {
            let (x, y) = (N(area.left()), N(area.top()));
            let (width, height) = (N(area.width().max(0.0)), N(area.height().max(0.0)));
            let _ = writeln!(
                text,
                "<clipPath id=\"c{name}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" \
                 height=\"{height}\"/></clipPath>"
            );
        }
        text
    }
}
