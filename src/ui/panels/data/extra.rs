use egui::{Button, Ui, vec2};

use crate::spec::{DataSource, Derived, ToySpec};
use crate::ui::Cx;
use crate::ui::widgets;

use super::edit;

/// Further inputs of points in the plane that TensorFlow Playground offers.
const OFFERED: [(&str, &str, Derived); 5] = [
    ("x₁²", "The square of x₁", Derived::Power { feature: 0, exponent: 2 }),
    ("x₂²", "The square of x₂", Derived::Power { feature: 1, exponent: 2 }),
    ("x₁x₂", "The product of both", Derived::Product { a: 0, b: 1 }),
    ("sin x₁", "The sine of x₁", Derived::Sin { feature: 0 }),
    ("sin x₂", "The sine of x₂", Derived::Sin { feature: 1 }),
];
/// Space between the chips.
const GAP: f32 = 4.0;

/// Whether samples of `source` are points in the plane before they are made.
pub fn is_planar(source: &DataSource) -> bool {
    match source {
        DataSource::Toy(ToySpec { kind, .. }) => kind.inputs() == 2,
        DataSource::Points(_) => true,
        _ => false,
    }
}

/// Chips for inputs computed from the two coordinates, where there are two.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let data = &cx.state.draft().data;
    if !is_planar(&data.source) {
        return;
    }
    widgets::caption(ui, cx.theme, "Inputs besides x₁ and x₂");
    let now = data.derived.clone();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        ui.spacing_mut().button_padding.x = 3.0;
        let count = OFFERED.len() as f32;
        let width = ((ui.available_width() + GAP) / count - GAP).min(64.0);
        for (label, tip, derived) in OFFERED {
            let is_on = now.contains(&derived);
            let chip = Button::selectable(is_on, label).frame_when_inactive(true);
            if ui.add(chip.min_size(vec2(width, 0.0))).on_hover_text(tip).clicked() {
                edit(cx, |data| toggle(&mut data.derived, derived));
            }
        }
    });
}

/// Adds or removes an input. Those that are offered stand in their order, so that the same
/// choice always gives the same data.
fn toggle(list: &mut Vec<Derived>, derived: Derived) {
    if list.contains(&derived) {
        list.retain(|other| *other != derived);
    } else {
        list.push(derived);
    }
    let place = |derived: &Derived| OFFERED.iter().position(|(_, _, offered)| offered == derived);
    list.sort_by_key(|derived| place(derived).unwrap_or(OFFERED.len()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_clicks_does_not_matter() {
        let cos = Derived::Cos { feature: 1 };
        let mut list = vec![cos];
        for (_, _, derived) in OFFERED.into_iter().rev() {
            toggle(&mut list, derived);
        }
        let mut offered: Vec<Derived> = OFFERED.iter().map(|(_, _, derived)| *derived).collect();
        offered.push(cos);
        assert_eq!(list, offered);
        toggle(&mut list, offered[2]);
        assert_eq!(list.len(), 5);
        assert!(!list.contains(&offered[2]));
    }
}
