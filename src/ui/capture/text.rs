use std::fmt::Write as _;

use egui::epaint::TextShape;
use egui::epaint::text::{Glyph, LayoutSection, PlacedRow};
use egui::{Color32, Galley};

use crate::ui::theme;

use super::fonts;
use super::numbers::{N, P, Paint, escaped};
use super::svg::Writer;

/// Writes text as text, each letter where it stands in the window.
pub(super) fn write(to: &mut Writer<'_>, shape: &TextShape) {
    let is_turned = shape.angle != 0.0;
    if is_turned {
        let angle = shape.angle.to_degrees();
        let _ = write!(to.body, "<g transform=\"rotate({angle:.3} {})\">", P(shape.pos));
    }
    // Where the next row begins, in letters of the whole text.
    let mut begin = 0;
    for row in &shape.galley.rows {
        for run in runs(&shape.galley, row, begin) {
            write_run(to, shape, row, &run);
        }
        begin += row.glyphs.len() + usize::from(row.ends_with_newline);
    }
    if is_turned {
        to.body.push_str("</g>");
    }
}

/// Letters of a row that look alike.
struct Run<'a> {
    section: &'a LayoutSection,
    letters: std::ops::Range<usize>,
}

fn runs<'a>(galley: &'a Galley, row: &PlacedRow, begin: usize) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut places = galley.job.text.char_indices().skip(begin).map(|(place, _)| place);
    for letter in 0..row.glyphs.len() {
        // The sign for text that was cut off stands for none of its letters.
        let place = places.next().unwrap_or(usize::MAX);
        let holds = |section: &&LayoutSection| place < section.byte_range.end.0;
        let sections = &galley.job.sections;
        let Some(section) = sections.iter().find(holds).or(sections.last()) else { continue };
        match runs.last_mut() {
            Some(run) if std::ptr::eq(run.section, section) => run.letters.end = letter + 1,
            _ => runs.push(Run { section, letters: letter..letter + 1 }),
        }
    }
    runs
}

/// Each word stands where it does in the window. Within a word letters follow each other as the
/// font has it: in the window they stand on whole pixels, which is too coarse for print.
fn write_run(to: &mut Writer<'_>, shape: &TextShape, row: &PlacedRow, run: &Run<'_>) {
    let glyphs = &row.glyphs[run.letters.clone()];
    let Some(first) = glyphs.iter().find(|glyph| !glyph.chr.is_whitespace()) else { return };
    let origin = shape.pos + row.pos.to_vec2();
    let baseline = N(origin.y + first.pos.y);
    let font = &run.section.format.font_id;
    to.letters.extend(glyphs.iter().map(|glyph| (font.family.clone(), glyph.chr)));
    let fill = Paint("fill", colour(shape, run.section));
    let (size, family) = (N(font.size), fonts::css(&to.drawing.fonts, &font.family));
    let look = format!("y=\"{baseline}\" font-size=\"{size}\" font-family=\"{family}\"{fill}");
    let words: Vec<(N, String)> = words(glyphs)
        .map(|word| {
            let text: String = word.iter().map(|glyph| glyph.chr).collect();
            (N(origin.x + word[0].pos.x), escaped(&text))
        })
        .collect();
    let _ = match words.as_slice() {
        [(x, text)] => {
            writeln!(to.body, "<text xml:space=\"preserve\" x=\"{x}\" {look}>{text}</text>")
        }
        words => {
            let spans = words.iter().map(|(x, text)| format!("<tspan x=\"{x}\">{text}</tspan>"));
            let spans: String = spans.collect();
            writeln!(to.body, "<text xml:space=\"preserve\" {look}>{spans}</text>")
        }
    };
}

/// Words, each with the spaces behind it.
fn words(glyphs: &[Glyph]) -> impl Iterator<Item = &[Glyph]> {
    let ends = |a: &Glyph, b: &Glyph| a.chr.is_whitespace() && !b.chr.is_whitespace();
    glyphs.chunk_by(move |a, b| !ends(a, b))
}

fn colour(shape: &TextShape, section: &LayoutSection) -> Color32 {
    let own = match section.format.color {
        theme::INHERIT => shape.fallback_color,
        own => own,
    };
    shape.override_text_color.unwrap_or(own).gamma_multiply(shape.opacity_factor)
}
