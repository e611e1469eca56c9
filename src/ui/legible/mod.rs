//! Knows: egui, what it paints, and a window under test. Looks for text that cannot be read: cut off, shortened or covered by another text.
//! Never: lists of texts, which could be forgotten; it looks at what was painted, and runs in tests alone.

mod panes;
mod rooms;
mod still;
mod window;

use egui::epaint::{ClippedShape, TextShape};
use egui::{Rect, Role, Shape};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;

/// How far a text may reach over an edge, in points: rounding, and the air around letters.
const SLACK: f32 = 1.0;

/// A text as it was painted.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// What it says, as it was to be.
    pub(super) words: String,
    /// Where its letters are.
    pub(super) ink: Rect,
    /// Outside of this, nothing of it is seen.
    pub(super) clip: Rect,
    /// Whether an ellipsis stands for some of it.
    pub(super) elided: bool,
}

impl Text {
    fn of(shape: &TextShape, clip: Rect) -> Self {
        let ink = shape.visual_bounding_rect();
        Self { words: shape.galley.text().to_owned(), ink, clip, elided: shape.galley.elided }
    }

    /// Whether it can be seen at all.
    fn is_seen(&self) -> bool {
        self.ink.is_positive() && self.clip.shrink(SLACK).intersects(self.ink)
    }

    /// The part of it that is seen.
    fn seen(&self) -> Rect {
        self.ink.intersect(self.clip)
    }
}

/// All texts among some shapes, those that nobody sees left out.
pub(super) fn texts(shapes: &[ClippedShape]) -> Vec<Text> {
    let mut found = Vec::new();
    for ClippedShape { clip_rect, shape, .. } in shapes {
        collect(shape, *clip_rect, &mut found);
    }
    found.retain(Text::is_seen);
    found
}

fn collect(shape: &Shape, clip: Rect, found: &mut Vec<Text>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, clip, found)),
        Shape::Text(text) if !text.galley.text().trim().is_empty() => {
            found.push(Text::of(text, clip));
        }
        _ => {}
    }
}

/// A place whose texts are looked at, and what may be shortened in it.
pub(super) struct Place<'a> {
    /// What it is called in a complaint.
    pub(super) name: &'a str,
    /// Where it is; what is painted outside of it is not seen.
    pub(super) rect: Rect,
    /// Whether it can be scrolled sideways, so that what is cut can be brought into sight.
    pub(super) sideways: bool,
    /// Whether a text that users gave may be shortened.
    pub(super) may_shorten: &'a dyn Fn(&str) -> bool,
}

impl Place<'_> {
    /// What is wrong with the texts that are painted within it, a sentence each.
    pub(super) fn faults(&self, texts: &[Text]) -> Vec<String> {
        let inside: Vec<&Text> =
            texts.iter().filter(|text| self.rect.contains_rect(text.clip.shrink(SLACK))).collect();
        let cut = inside.iter().filter_map(|text| self.fault(text));
        let mut faults: Vec<String> = cut.collect();
        for (place, one) in inside.iter().enumerate() {
            let rest = &inside[place + 1..];
            faults.extend(rest.iter().filter_map(|other| self.clash(one, other)));
        }
        faults
    }

    fn fault(&self, text: &Text) -> Option<String> {
        let Text { ink, clip, words, .. } = text;
        let spans = |clip: Rect| {
            clip.left() <= self.rect.left() + 1.5 && clip.right() >= self.rect.right() - 1.5
        };
        let reaches = |low: f32, high: f32| format!("{low:.1} to {high:.1}");
        if text.elided && !(self.may_shorten)(words) {
            return Some(format!("{}: “{words}” is shortened", self.name));
        }
        let over = clip.left() - ink.left() > SLACK || ink.right() - clip.right() > SLACK;
        if over && (spans(*clip) || !self.sideways) {
            let (ink, clip) =
                (reaches(ink.left(), ink.right()), reaches(clip.left(), clip.right()));
            return Some(format!("{}: “{words}” is cut sideways, {ink} within {clip}", self.name));
        }
        // What is lower than the place can be scrolled.
        let is_fixed = clip.height() >= self.rect.height() - 3.0;
        let over = clip.top() - ink.top() > SLACK || ink.bottom() - clip.bottom() > SLACK;
        (over && is_fixed).then(|| {
            let (ink, clip) =
                (reaches(ink.top(), ink.bottom()), reaches(clip.top(), clip.bottom()));
            format!("{}: “{words}” is cut in height, {ink} within {clip}", self.name)
        })
    }

    fn clash(&self, one: &Text, other: &Text) -> Option<String> {
        let both = one.seen().intersect(other.seen());
        let clashes = both.width() > 1.5 && both.height() > 2.0;
        clashes.then(|| {
            let Rect { min, max } = both;
            format!(
                "{}: “{}” and “{}” stand on each other at {min:.0?} to {max:.0?}",
                self.name, one.words, other.words
            )
        })
    }
}

/// Something that is clicked, typed into or looked at, as assistive technology knows it.
pub(super) struct Control {
    name: String,
    rect: Rect,
}

/// All controls of a window, seen or not.
pub(super) fn controls<S>(window: &Harness<'_, S>) -> Vec<Control> {
    let is_control = |role: Role| {
        matches!(
            role,
            Role::Button
                | Role::CheckBox
                | Role::ComboBox
                | Role::Image
                | Role::Slider
                | Role::SpinButton
                | Role::Tab
                | Role::TextInput
        )
    };
    let nodes = window.root().children_recursive();
    let nodes = nodes.filter(|node| is_control(node.accesskit_node().role()));
    nodes
        .map(|node| {
            let name = node.accesskit_node().label().unwrap_or_default();
            let what = format!("{:?} “{name}”", node.accesskit_node().role());
            Control { name: what, rect: node.rect() }
        })
        .collect()
}

impl Place<'_> {
    /// The controls of a panel that reach over its sides, a sentence each. `all` are those of the
    /// whole window.
    pub(super) fn spills(&self, all: &[Control]) -> Vec<String> {
        let is_here = |control: &&Control| {
            self.rect.contains(control.rect.left_top()) && control.rect.is_positive()
        };
        let over = |control: &&Control| control.rect.right() > self.rect.right() - 4.0;
        let spilled = all.iter().filter(is_here).filter(over);
        let say = |control: &Control| {
            let by = control.rect.right() - self.rect.right();
            format!("{}: {} reaches {by:.0} over the side", self.name, control.name)
        };
        if self.sideways { Vec::new() } else { spilled.map(say).collect() }
    }
}

/// Fails with all that is wrong, the same thing once.
pub(super) fn complain(mut faults: Vec<String>) {
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "{} texts cannot be read:\n{}", faults.len(), faults.join("\n"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Align2, Painter, Pos2, pos2, vec2};
    use egui_kittest::Harness;

    use crate::ui::theme::{self, Theme};

    /// What is found in a place of 100 by 40 in which some texts are painted.
    fn found(paint: fn(&Painter, Pos2)) -> Vec<String> {
        let rect = Rect::from_min_size(pos2(20.0, 20.0), vec2(100.0, 40.0));
        let mut harness = Harness::builder()
            .with_size(vec2(200.0, 100.0))
            .with_context_setup(Theme::apply)
            .build_ui(move |ui| paint(&ui.painter().with_clip_rect(rect), rect.left_top()));
        harness.step();
        let place = Place { name: "here", rect, sideways: false, may_shorten: &|_| false };
        place.faults(&texts(&harness.output().shapes))
    }

    fn write(painter: &Painter, at: Pos2, words: &str) {
        painter.text(at, Align2::LEFT_TOP, words, theme::body(), Theme::LIGHT.text);
    }

    #[test]
    fn a_text_that_fits_is_no_fault() {
        assert_eq!(found(|painter, at| write(painter, at, "fits")), [""; 0]);
        let outside = |painter: &Painter, at: Pos2| write(painter, at + vec2(0.0, 60.0), "unseen");
        assert_eq!(found(outside), [""; 0]);
    }

    #[test]
    fn cut_and_covered_texts_are_found() {
        let wide = found(|painter, at| write(painter, at, "far too wide for such a place"));
        assert!(wide[0].contains("is cut sideways") && wide[0].starts_with("here: “far too"));
        let low = found(|painter, at| write(painter, at + vec2(0.0, 30.0), "low"));
        assert!(low[0].contains("“low” is cut in height"), "{low:?}");
        let both = found(|painter, at| {
            write(painter, at, "one");
            write(painter, at + vec2(6.0, 3.0), "two");
        });
        assert!(both[0].contains("“one” and “two” stand on each other"), "{both:?}");
    }
}
