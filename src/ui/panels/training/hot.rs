use egui::Ui;

use crate::spec::{BatchSize, Field, StopRule};
use crate::ui::Cx;
use crate::ui::fields::{self, Real};
use crate::ui::widgets;

use super::{Settings, group};

/// Learning rates that the slider reaches.
const RATES: std::ops::RangeInclusive<f64> = 1e-5..=10.0;
/// Penalties that the slider reaches; zero stands at its left end.
const PENALTIES: std::ops::RangeInclusive<f64> = 0.0..=1.0;
/// Where the slider of penalties leaves zero.
const SMALLEST_PENALTY: f64 = 1e-6;
/// Batch size that is offered when the full batch is left.
const USUAL_BATCH: usize = 32;
/// Most samples, epochs or steps that can be typed.
const MOST: usize = 1_000_000_000;

/// What a live run takes over at once.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "A live run takes these over with its next step";
    group(ui, cx.theme, "Applies at once", help);
    learning_rate(ui, cx, settings);
    penalty(ui, cx, settings);
    batch(ui, cx, settings);
    stop(ui, cx, settings);
}

fn learning_rate(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "Step size: how far each update follows the gradient";
    let now = settings.train().learning_rate;
    let edited = fields::row(ui, cx.theme, "Learning rate", help, |ui| {
        let how = Real::ratio(0.0..=1e6, *RATES.start()).reach(RATES);
        fields::real_slider(ui, cx.theme, "Learning rate", now, &how)
    });
    if let Some(rate) = edited {
        settings.edit(cx, |train| train.learning_rate = rate);
    }
    settings.problems(ui, cx.theme, Field::LearningRate);
}

fn penalty(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "Adds λ/2 · Σw² to the loss, which keeps weights small";
    let now = settings.train().l2;
    let edited = fields::row(ui, cx.theme, "L2 penalty λ", help, |ui| {
        let how = Real::ratio(0.0..=1e6, SMALLEST_PENALTY).reach(PENALTIES);
        fields::real_slider(ui, cx.theme, "L2 penalty λ", now, &how)
    });
    if let Some(l2) = edited {
        settings.edit(cx, |train| train.l2 = l2);
    }
    settings.problems(ui, cx.theme, Field::L2);
    let help = "Whether the sum runs over biases as well as weights";
    let on = settings.train().penalise_biases;
    let biases = fields::switch(ui, cx.theme, on, "Penalty on biases, too", help);
    if let Some(biases) = biases {
        settings.edit(cx, |train| train.penalise_biases = biases);
    }
}

fn batch(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "How many samples each step sees. With the full batch one step is one epoch.";
    let now = settings.train().batch;
    let edited = fields::row(ui, cx.theme, "Batch size", help, |ui| {
        let switched = full_or_mini(ui, cx, now);
        let typed = match now {
            BatchSize::Full => None,
            BatchSize::Of(size) => fields::whole(ui, cx.theme, "Batch size", size, 1..=MOST),
        };
        switched.or(typed.map(BatchSize::Of))
    });
    if let Some(batch) = edited {
        settings.edit(cx, |train| train.batch = batch);
    }
    settings.problems(ui, cx.theme, Field::Batch);
    if let Some(data) = cx.state.data().dataset() {
        let steps = now.steps_per_epoch(data.train.rows());
        let text = fields::counted(steps, "step makes an epoch", "steps make an epoch");
        ui.scope(|ui| {
            ui.spacing_mut().interact_size.y = 0.0;
            ui.horizontal(|ui| {
                ui.add_space(fields::NAME_WIDTH + ui.spacing().item_spacing.x);
                widgets::caption(ui, cx.theme, &text);
            });
        });
    }
}

fn full_or_mini(ui: &mut Ui, cx: &Cx<'_>, now: BatchSize) -> Option<BatchSize> {
    let is_full = now == BatchSize::Full;
    let word = |full| if full { "full" } else { "mini" };
    let chosen = widgets::segmented(ui, cx.theme, is_full, &[true, false], word);
    chosen.map(|full| if full { BatchSize::Full } else { BatchSize::Of(USUAL_BATCH) })
}

/// What ends training, without its number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Never,
    Epochs,
    Steps,
}

impl Until {
    const ALL: [Self; 3] = [Self::Never, Self::Epochs, Self::Steps];

    fn of(stop: StopRule) -> (Self, Option<u64>) {
        match stop {
            StopRule::Never => (Self::Never, None),
            StopRule::Epochs(count) => (Self::Epochs, Some(count)),
            StopRule::Steps(count) => (Self::Steps, Some(count)),
        }
    }

    fn rule(self, count: u64) -> StopRule {
        match self {
            Self::Never => StopRule::Never,
            Self::Epochs => StopRule::Epochs(count),
            Self::Steps => StopRule::Steps(count),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Epochs => "at epoch",
            Self::Steps => "at step",
        }
    }

    fn usual(self) -> u64 {
        if self == Self::Epochs { 100 } else { 1000 }
    }
}

fn stop(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "When training ends by itself. An epoch is one pass over the training part, a \
                step is one update.";
    let (until, count) = Until::of(settings.train().stop);
    let edited = fields::row(ui, cx.theme, "Stop", help, |ui| {
        let chosen = widgets::choice(ui, "Stop", until, &Until::ALL, 84.0, Until::label);
        let chosen = chosen.map(|until| until.rule(count.unwrap_or_else(|| until.usual())));
        let shown = count.map(|count| usize::try_from(count).unwrap_or(MOST));
        let typed = shown.and_then(|count| fields::whole(ui, cx.theme, "Stop at", count, 1..=MOST));
        chosen.or(typed.map(|typed| until.rule(typed as u64)))
    });
    if let Some(stop) = edited {
        settings.edit(cx, |train| train.stop = stop);
    }
    settings.problems(ui, cx.theme, Field::Stop);
}
