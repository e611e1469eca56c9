use egui::{RichText, Ui};

use crate::base::Finite;
use crate::spec::{BatchSize, Field, StopRule};
use crate::ui::Cx;
use crate::ui::fields::{self, Number};

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
        let how = Number::ratio(0.0..=1e6);
        fields::slider(ui, now.get(), RATES, Some(*RATES.start()), &how)
    });
    if let Some(rate) = edited.and_then(Finite::new) {
        settings.edit(cx, |train| train.learning_rate = rate);
    }
    settings.problems(ui, cx.theme, Field::LearningRate);
}

fn penalty(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "Adds λ/2 · Σw² to the loss, which keeps weights small";
    let now = settings.train().l2;
    let edited = fields::row(ui, cx.theme, "L2 penalty λ", help, |ui| {
        let how = Number::ratio(0.0..=1e6);
        fields::slider(ui, now.get(), PENALTIES, Some(SMALLEST_PENALTY), &how)
    });
    if let Some(l2) = edited.and_then(Finite::new) {
        settings.edit(cx, |train| train.l2 = l2);
    }
    settings.problems(ui, cx.theme, Field::L2);
    let biases = fields::row(ui, cx.theme, "", "", |ui| {
        let help = "Whether the sum runs over biases as well as weights";
        fields::switch(ui, settings.train().l2_biases, "penalty on biases, too", help)
    });
    if let Some(biases) = biases {
        settings.edit(cx, |train| train.l2_biases = biases);
    }
}

fn batch(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "How many samples each step sees. With the full batch one step is one epoch.";
    let now = settings.train().batch;
    let edited = fields::row(ui, cx.theme, "Batch size", help, |ui| {
        let words = [(true, "full"), (false, "mini")];
        let is_full = fields::segments(ui, now == BatchSize::Full, &words);
        let typed = match now {
            BatchSize::Full => None,
            BatchSize::Of(size) => fields::whole(ui, size, 1..=MOST).map(BatchSize::Of),
        };
        let switched =
            is_full.map(|full| if full { BatchSize::Full } else { BatchSize::Of(USUAL_BATCH) });
        let rows = cx.state.data().dataset().map(|data| data.train.rows());
        if let Some(rows) = rows {
            ui.add_space(4.0);
            let steps = now.steps_per_epoch(rows);
            let text = fields::counted(steps, "step per epoch", "steps per epoch");
            ui.label(RichText::new(text).small().color(cx.theme.text_muted));
        }
        switched.or(typed)
    });
    if let Some(batch) = edited {
        settings.edit(cx, |train| train.batch = batch);
    }
    settings.problems(ui, cx.theme, Field::Batch);
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
            Self::Epochs => "after epochs",
            Self::Steps => "after steps",
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
        let chosen = fields::choice(ui, "stop", until.label(), 104.0, |ui| {
            let mut chosen = None;
            for other in Until::ALL {
                if fields::option(ui, other == until, other.label(), None) && other != until {
                    chosen = Some(other.rule(count.unwrap_or_else(|| other.usual())));
                }
            }
            chosen
        });
        let shown = count.map(|count| usize::try_from(count).unwrap_or(MOST));
        let typed = shown.and_then(|count| fields::whole(ui, count, 1..=MOST));
        chosen.or(typed.map(|typed| until.rule(typed as u64)))
    });
    if let Some(stop) = edited {
        settings.edit(cx, |train| train.stop = stop);
    }
    settings.problems(ui, cx.theme, Field::Stop);
}
