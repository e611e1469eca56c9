//! The menu of layers to add: in groups, each with a sentence. What cannot stand at its place
//! cannot be chosen and says why, in the words of the check.

use egui::text::{LayoutJob, TextFormat};
use egui::{Button, ScrollArea, Ui};

use crate::base::LayerIdx;
use crate::spec::{
    Activation, BatchNormSpec, ConvSpec, DenseSpec, Field, LayerKind, LayerSpec, ModelSpec,
    NormSpec, OutputSpec, PoolSpec, SampleShape, layer_infos,
};
use crate::ui::theme::{self, Theme};
use crate::ui::widgets;

use super::Model;

/// Width of the menu.
const WIDTH: f32 = 500.0;
/// Width of the column of names.
const NAMES: f32 = 148.0;
/// Most of the window's height that the menu takes.
const SHARE: f32 = 0.8;
/// Units of a dense layer that is added where there is none to go by.
const FIRST_UNITS: usize = 16;
/// Channels and kernel of a convolution that is added where there is none to go by.
const FIRST_CHANNELS: usize = 8;
const FIRST_KERNEL: usize = 3;

/// Layers that are offered together.
struct Group {
    title: &'static str,
    layers: &'static [Offer],
}

/// A layer that is offered: one sentence about it, and how it would stand at a place.
struct Offer {
    sentence: &'static str,
    build: fn(&Spot<'_>) -> LayerKind,
}

const GROUPS: [Group; 4] = [
    Group {
        title: "Dense",
        layers: &[Offer {
            sentence: "Every input reaches every unit: y = W x + b",
            build: |spot| LayerKind::Dense(spot.dense()),
        }],
    },
    Group {
        title: "Convolution and pooling",
        layers: &[
            Offer {
                sentence: "Slides small kernels over an image",
                build: |spot| LayerKind::Conv2d(spot.conv()),
            },
            Offer {
                sentence: "Keeps the largest value of each window",
                build: |spot| LayerKind::MaxPool2d(spot.pool()),
            },
            Offer {
                sentence: "Keeps the mean of each window",
                build: |spot| LayerKind::AvgPool2d { pool: spot.pool(), count_padding: true },
            },
            Offer {
                sentence: "Keeps the mean of each channel",
                build: |_| LayerKind::GlobalAvgPool,
            },
        ],
    },
    Group {
        title: "Normalisation and regularisation",
        layers: &[
            Offer {
                sentence: "Mean 0 and variance 1 over the batch",
                build: |_| LayerKind::BatchNorm(BatchNormSpec::default()),
            },
            Offer {
                sentence: "Mean 0 and variance 1 within each sample",
                build: |_| LayerKind::LayerNorm(NormSpec::default()),
            },
            Offer {
                sentence: "The same for each group of channels",
                build: |spot| LayerKind::GroupNorm {
                    groups: spot.groups(),
                    norm: NormSpec::default(),
                },
            },
            Offer {
                sentence: "Sets values to zero at random while training",
                build: |spot| spot.dropout(),
            },
        ],
    },
    Group {
        title: "Structure",
        layers: &[
            Offer {
                sentence: "Makes one row of values out of an image",
                build: |_| LayerKind::Flatten,
            },
            Offer {
                sentence: "Adds what went into the layers before it",
                build: |spot| LayerKind::Skip { over: spot.over() },
            },
        ],
    },
];

/// The layers to choose from; the chosen one as it would stand at `at`.
pub fn menu(ui: &mut Ui, theme: &Theme, model: &Model<'_>, at: usize) -> Option<LayerSpec> {
    let spot = Spot { model, at, arriving: model.shapes.arriving(at) };
    let height = ui.ctx().content_rect().height() * SHARE;
    ui.set_width(WIDTH);
    // Where there is little room below the button, the menu moves up rather than scrolls.
    let area = ScrollArea::vertical().max_height(height).min_scrolled_height(height);
    let chosen = area.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        spot.offers(ui, theme)
    });
    // By keyboard, too, a choice ends the choosing.
    if chosen.inner.is_some() {
        ui.close();
    }
    chosen.inner
}

/// A place between two layers.
struct Spot<'a> {
    model: &'a Model<'a>,
    at: usize,
    /// Shape of a sample that arrives there, if it is known.
    arriving: Option<&'a SampleShape>,
}

impl Spot<'_> {
    fn offers(&self, ui: &mut Ui, theme: &Theme) -> Option<LayerSpec> {
        let mut chosen = None;
        let [dense, image, norm, structure] = &GROUPS;
        for group in [dense, image, norm] {
            chosen = chosen.or(self.group(ui, theme, group));
        }
        widgets::section(ui, theme, "Activations");
        chosen = chosen.or(self.activations(ui));
        chosen.or(self.group(ui, theme, structure))
    }

    fn group(&self, ui: &mut Ui, theme: &Theme, group: &Group) -> Option<LayerSpec> {
        if group.title != GROUPS[0].title {
            widgets::section(ui, theme, group.title);
        }
        let mut chosen = None;
        for offer in group.layers {
            let kind = (offer.build)(self);
            let refused = self.refusal(&kind);
            let words = words(ui, theme, kind.label(), offer.sentence);
            let button = Button::new(words).min_size(egui::vec2(WIDTH, theme::TARGET));
            let response = ui.add_enabled(refused.is_none(), button);
            let response = response.accessible_name(kind.label());
            let clicked = response.clicked();
            if let Some(reason) = refused {
                response.on_disabled_hover_text(reason);
            }
            if clicked {
                chosen = Some(LayerSpec::from(kind));
            }
        }
        chosen
    }

    fn activations(&self, ui: &mut Ui) -> Option<LayerSpec> {
        let mut chosen = None;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::vec2(4.0, 4.0);
            for activation in Activation::ALL {
                let refused = self.refusal(&LayerKind::Activation(activation));
                let button = Button::new(activation.label());
                let response = ui.add_enabled(refused.is_none(), button);
                let response = response.on_hover_text(activation.formula());
                if response.clicked() {
                    chosen = Some(LayerSpec::from(activation));
                }
                if let Some(reason) = refused {
                    response.on_disabled_hover_text(reason);
                }
            }
        });
        chosen
    }

    /// Why a layer cannot stand here.
    fn refusal(&self, kind: &LayerKind) -> Option<String> {
        let arriving = self.arriving?;
        if let LayerKind::Skip { .. } = kind {
            return self.refusal_of_skip();
        }
        let hidden = vec![LayerSpec::from(kind.clone())];
        let alone = ModelSpec { hidden, output: OutputSpec::default() };
        let mut issues = Vec::new();
        layer_infos(&alone, arriving, 1, &mut issues);
        let here = Field::Layer(LayerIdx(0));
        issues.into_iter().find(|issue| issue.field == here).map(|issue| issue.message)
    }

    /// How many layers back the same shape arrived as arrives here, the nearest first.
    fn alike(&self) -> impl Iterator<Item = usize> + '_ {
        (1..=self.at).filter(|over| self.model.shapes.arriving(self.at - over) == self.arriving)
    }

    fn refusal_of_skip(&self) -> Option<String> {
        if self.at == 0 {
            return Some("A skip connection needs a layer before it to lead around.".into());
        }
        self.alike().next().is_none().then(|| {
            let here = self.arriving.map(ToString::to_string).unwrap_or_default();
            format!(
                "A skip connection adds what has the same shape, but nothing before has {here}."
            )
        })
    }

    /// Two layers where that fits, else the fewest that do.
    fn over(&self) -> usize {
        let usual = self.alike().find(|over| *over >= 2).or_else(|| self.alike().next());
        usual.unwrap_or(2.min(self.at.max(1)))
    }

    /// The nearest layer of a kind before this place, else the nearest one behind it.
    fn neighbour<T>(&self, pick: impl Fn(&LayerKind) -> Option<T>) -> Option<T> {
        let layers = self.model.layers();
        let (before, behind) = layers.split_at(self.at.min(layers.len()));
        before.iter().rev().chain(behind).find_map(|layer| pick(&layer.kind))
    }

    fn dense(&self) -> DenseSpec {
        let like = self.neighbour(|kind| match kind {
            LayerKind::Dense(dense) => Some(dense.clone()),
            _ => None,
        });
        like.unwrap_or_else(|| DenseSpec::new(FIRST_UNITS))
    }

    /// Like the nearest one, with kernels that fit on the image.
    fn conv(&self) -> ConvSpec {
        let like = self.neighbour(|kind| match kind {
            LayerKind::Conv2d(conv) => Some(conv.clone()),
            _ => None,
        });
        let conv = like.unwrap_or_else(|| ConvSpec::new(FIRST_CHANNELS, FIRST_KERNEL));
        if self.refusal(&LayerKind::Conv2d(conv.clone())).is_none() {
            return conv;
        }
        let kernel = self.fitting(FIRST_KERNEL);
        ConvSpec { channels: conv.channels, ..ConvSpec::new(FIRST_CHANNELS, kernel) }
    }

    fn pool(&self) -> PoolSpec {
        let like = self.neighbour(|kind| match kind {
            LayerKind::MaxPool2d(pool) | LayerKind::AvgPool2d { pool, .. } => Some(*pool),
            _ => None,
        });
        let pool = like.unwrap_or_else(|| PoolSpec::new(2));
        match self.refusal(&LayerKind::MaxPool2d(pool)) {
            None => pool,
            Some(_) => PoolSpec::new(self.fitting(2)),
        }
    }

    /// The largest window up to `side` that fits on the image.
    fn fitting(&self, side: usize) -> usize {
        let shortest = self.arriving.and_then(|shape| match shape.0[..] {
            [_, height, width] => Some(height.min(width)),
            _ => None,
        });
        side.min(shortest.unwrap_or(side)).max(1)
    }

    /// The largest number of groups up to eight that divides the channels, with two in each.
    fn groups(&self) -> usize {
        let channels = self.arriving.and_then(|shape| shape.0.first().copied()).unwrap_or(2);
        [8, 4, 2].into_iter().find(|groups| channels.is_multiple_of(2 * groups)).unwrap_or(1)
    }

    fn dropout(&self) -> LayerKind {
        let like = self.neighbour(|kind| match kind {
            LayerKind::Dropout { .. } => Some(kind.clone()),
            _ => None,
        });
        like.unwrap_or(LayerKind::Dropout { p: crate::base::Finite::lit(0.5) })
    }
}

/// A name and a sentence behind it, in columns.
fn words(ui: &Ui, theme: &Theme, name: &str, sentence: &str) -> LayoutJob {
    let format = |font, color| TextFormat { font_id: font, color, ..TextFormat::default() };
    let mut job = LayoutJob::default();
    job.append(name, 0.0, format(theme::body(), theme::INHERIT));
    let width = ui.painter().layout_no_wrap(name.to_owned(), theme::body(), theme.text).size().x;
    let gap = (NAMES - width).max(8.0);
    job.append(sentence, gap, format(theme::small(), theme.text_muted));
    job
}
