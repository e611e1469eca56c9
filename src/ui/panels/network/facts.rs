//! What is known of a layer: shapes, the arithmetic behind them, parameters, costs, and what is
//! not as usual about it.

use egui::{Align, Label, Layout, RichText, Ui, vec2};

use crate::base::Finite;
use crate::spec::{LayerInfo, LayerKind};
use crate::ui::fields;
use crate::ui::theme::{self, Theme};
use crate::ui::widgets;

use super::card::{self, Place};
use super::{Model, Room, kinds, skips};

/// Width of the columns of parameter counts and of costs.
const PARAMETERS: f32 = 96.0;
const COSTS: f32 = 136.0;

const PARAMETERS_HELP: &str = "Trainable values of this layer";
const COSTS_HELP: &str = "Multiplications and additions for one sample, a pair counted once";
const SHAPES_HELP: &str = "Shape of one sample before and after this layer";

/// What stands at the right end of the first line of a card, laid out from right to left. Tells
/// whether the shapes found room in it.
pub fn beside(ui: &mut Ui, theme: &Theme, model: &Model<'_>, info: Option<&LayerInfo>) -> bool {
    let Some(info) = info else { return true };
    if model.room == Room::Wide {
        let text = costs_text(info.multiply_adds);
        column(ui, theme, COSTS, &text, COSTS_HELP);
        let count = info.parameters;
        let text = (count > 0).then(|| fields::counted(count, "param", "params"));
        column(ui, theme, PARAMETERS, &text.unwrap_or_default(), PARAMETERS_HELP);
        ui.add_space(4.0);
    }
    let text = card::shapes_text(info);
    let words = ui.painter().layout_no_wrap(text.clone(), theme::body(), theme.text);
    let has_room = words.size().x <= ui.available_width();
    if has_room {
        ui.label(text).on_hover_text(SHAPES_HELP);
    }
    has_room
}

/// A text in a column of its own, so that what stands before it does, too.
fn column(ui: &mut Ui, theme: &Theme, width: f32, text: &str, help: &str) {
    let size = vec2(width, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_width(width);
        if !text.is_empty() {
            widgets::muted(ui, theme, text).on_hover_text(help);
        }
    });
}

fn costs_text(count: u64) -> String {
    if count == 0 { String::new() } else { format!("{} mult-adds", fields::rough(count)) }
}

/// The small lines below the fields of a card.
pub struct Lines<'a> {
    pub model: &'a Model<'a>,
    /// Which layer it is; `None` for the output layer.
    pub layer: Option<&'a Place<'a>>,
    /// Whether the shapes stand in the first line.
    pub told: bool,
}

impl Lines<'_> {
    /// Draws what there is to say; nothing where there is nothing.
    pub fn show(&self, ui: &mut Ui, theme: &Theme, info: Option<&LayerInfo>) {
        let words = self.words(info);
        let changed = self.is_changed();
        if words.is_empty() && !changed {
            return;
        }
        card::indented(ui, |ui| {
            ui.spacing_mut().interact_size.y = 0.0;
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = 12.0;
                for (text, help) in words {
                    let words = RichText::new(text).color(theme.text_muted).small();
                    // Each stays in one piece; the next line begins between them.
                    let label = ui.add(Label::new(words).extend());
                    if !help.is_empty() {
                        label.on_hover_text(help);
                    }
                }
                if changed {
                    mark(ui, theme);
                }
            });
        });
    }

    fn is_changed(&self) -> bool {
        match self.layer {
            Some(place) => self.model.is_changed(place.index),
            None => self.model.is_output_changed(),
        }
    }

    fn words(&self, info: Option<&LayerInfo>) -> Vec<(String, &'static str)> {
        let mut words = Vec::new();
        self.treatment(&mut words);
        let Some(info) = info else { return words };
        if !self.told {
            words.push((card::shapes_text(info), SHAPES_HELP));
        }
        if !info.arithmetic.is_empty() {
            let help = "(size − kernel + padding) / stride + 1";
            // One for each side where they differ.
            words.extend(info.arithmetic.split(", ").map(|side| (side.to_owned(), help)));
        }
        if self.model.room != Room::Wide {
            if info.parameters > 0 {
                let text = fields::counted(info.parameters, "param", "params");
                words.push((text, PARAMETERS_HELP));
            }
            if info.multiply_adds > 0 {
                words.push((costs_text(info.multiply_adds), COSTS_HELP));
            }
        }
        words
    }

    /// Its name, and whatever is not as usual.
    fn treatment(&self, words: &mut Vec<(String, &'static str)>) {
        let (layer, rate) = match self.layer {
            Some(place) if kinds::can_learn(&place.layer.kind) => {
                (Some(place.layer), place.layer.rate)
            }
            Some(place) => (Some(place.layer), Finite::ONE),
            None => (None, self.model.spec.model.output.rate),
        };
        if let Some(layer) = layer.filter(|layer| !layer.name.is_empty()) {
            words.push((format!("“{}”", layer.name), "What you call this layer"));
        }
        if let Some((place, LayerKind::Skip { over })) =
            self.layer.map(|place| (place, &place.layer.kind))
        {
            words.push((skips::words(place.index, *over), ""));
        }
        if let Some(layer) = layer {
            words.extend(kinds::hidden(&layer.kind).into_iter().map(|word| (word, "")));
        }
        if rate != Finite::ONE {
            words.push((format!("learning rate × {rate}"), ""));
        }
    }
}

fn mark(ui: &mut Ui, theme: &Theme) {
    ui.label(RichText::new("changed").small().color(theme.accent))
        .on_hover_text("Other than in the model that was started. Restart to apply.");
}
