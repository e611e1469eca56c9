//! Skip connections as lines beside the stack, from where one branches off to where it is added.

use std::ops::Range;

use egui::{Painter, Pos2, Rect, Stroke, pos2, vec2};

use crate::spec::{LayerKind, LayerSpec};
use crate::ui::theme::Theme;

/// Width of the column that one connection gets beside the cards.
const LANE: f32 = 12.0;
/// Most columns; connections beyond share the last one.
const MAX_LANES: usize = 4;

/// A connection: the layers it leads around, and its column, counted from the cards outwards.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Skip {
    around: Range<usize>,
    lane: usize,
}

impl Skip {
    /// Where it is added: the place of its own layer.
    fn end(&self) -> usize {
        self.around.end
    }
}

/// All connections of a stack.
pub struct Skips(Vec<Skip>);

impl Skips {
    /// The connections of a stack that lead around something. Those that overlap get columns of
    /// their own, the shorter ones nearer to the cards.
    pub fn of(layers: &[LayerSpec]) -> Self {
        let mut skips: Vec<Skip> = layers.iter().enumerate().filter_map(skip).collect();
        skips.sort_by_key(|skip| skip.around.len());
        for index in 0..skips.len() {
            let taken = |lane: usize| {
                let overlaps = |other: &Skip| {
                    other.around.start <= skips[index].end()
                        && skips[index].around.start <= other.end()
                };
                skips[..index].iter().any(|other| other.lane == lane && overlaps(other))
            };
            let lane = (0..MAX_LANES - 1).find(|lane| !taken(*lane));
            skips[index].lane = lane.unwrap_or(MAX_LANES - 1);
        }
        Self(skips)
    }

    /// Room that the lines take at the left of the cards.
    pub fn width(&self) -> f32 {
        let lanes = self.0.iter().map(|skip| skip.lane + 1).max().unwrap_or(0);
        if lanes == 0 { 0.0 } else { lanes as f32 * LANE + 2.0 }
    }

    /// Draws the lines beside the cards of the layers, `gap` apart from each other. `lit` is the
    /// layer whose connection stands out.
    pub fn paint(
        &self,
        painter: &Painter,
        theme: &Theme,
        cards: &[Rect],
        gap: f32,
        lit: Option<usize>,
    ) {
        for skip in &self.0 {
            let (Some(first), Some(own)) = (cards.get(skip.around.start), cards.get(skip.end()))
            else {
                continue;
            };
            let is_lit = lit == Some(skip.end());
            let colour = if is_lit { theme.accent } else { theme.outline };
            let stroke = theme.stroke(if is_lit { 2.0 } else { 1.5 }, colour);
            let x = first.left() - 2.0 - LANE * (skip.lane as f32 + 0.6);
            let from = pos2(first.center().x - gap, first.top() - gap / 2.0);
            let to = pos2(own.left(), own.top() + own.height().min(32.0) / 2.0);
            line(painter, stroke, from, x, to);
        }
    }
}

fn skip((place, layer): (usize, &LayerSpec)) -> Option<Skip> {
    match layer.kind {
        LayerKind::Skip { over } if !layer.off && over > 0 => {
            Some(Skip { around: place.checked_sub(over)?..place, lane: 0 })
        }
        _ => None,
    }
}

/// Out of the wire, down beside the cards, and into the card of the connection.
fn line(painter: &Painter, stroke: Stroke, from: Pos2, x: f32, to: Pos2) {
    let round = 5.0;
    let points = vec![
        from,
        pos2(x + round, from.y),
        pos2(x + 0.3 * round, from.y + 0.3 * round),
        pos2(x, from.y + round),
        pos2(x, to.y - round),
        pos2(x + 0.3 * round, to.y - 0.3 * round),
        pos2(x + round, to.y),
        to - vec2(2.0, 0.0),
    ];
    painter.add(egui::Shape::line(points, stroke));
    let head = vec![to, to + vec2(-6.0, -4.0), to + vec2(-6.0, 4.0)];
    painter.add(egui::Shape::convex_polygon(head, stroke.color, Stroke::NONE));
}

/// Which layers a connection at a place leads around, in words.
pub fn words(place: usize, over: usize) -> String {
    match place.checked_sub(over) {
        Some(_) if over == 0 => "around no layer".into(),
        None => "around more layers than there are".into(),
        Some(first) if over == 1 => format!("around layer {}", first + 1),
        Some(first) => format!("around layers {}–{}", first + 1, place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Activation;

    fn stack(overs: &[usize]) -> Vec<LayerSpec> {
        let layer = |&over: &usize| match over {
            0 => LayerSpec::from(Activation::Relu),
            over => LayerSpec::from(LayerKind::Skip { over }),
        };
        overs.iter().map(layer).collect()
    }

    #[test]
    fn what_overlaps_gets_columns_of_its_own() {
        let skips = Skips::of(&stack(&[0, 0, 2, 0, 4, 0, 1]));
        let found: Vec<_> = skips.0.iter().map(|skip| (skip.around.clone(), skip.lane)).collect();
        assert_eq!(found, [(5..6, 0), (0..2, 0), (0..4, 1)]);
        assert!(skips.width() > LANE);
        assert_eq!(Skips::of(&stack(&[0, 0])).width(), 0.0);
    }

    #[test]
    fn what_leads_around_nothing_is_not_drawn() {
        let mut off = stack(&[0, 1]);
        off[1].off = true;
        for layers in [stack(&[0, 5]), off] {
            assert!(Skips::of(&layers).0.is_empty());
        }
    }

    #[test]
    fn layers_are_named_by_their_numbers() {
        assert_eq!(words(3, 1), "around layer 3");
        assert_eq!(words(3, 2), "around layers 2–3");
        assert_eq!(words(3, 0), "around no layer");
        assert_eq!(words(1, 5), "around more layers than there are");
    }
}
