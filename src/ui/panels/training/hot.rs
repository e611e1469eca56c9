use egui::Ui;

use crate::spec::{BatchSize, Field};
use crate::ui::Cx;
use crate::ui::fields::{self, Real};
use crate::ui::widgets;

use super::{Settings, heading, penalties, schedule, stopping};

/// Learning rates that the slider reaches.
const RATES: std::ops::RangeInclusive<f64> = 1e-5..=10.0;
/// Batch size that is offered when the full batch is left.
const USUAL_BATCH: usize = 32;
/// Room for the switch and the number beside each other.
const BATCH: f32 = 170.0;
/// Room for the number of steps below the batch size.
const STEPS: f32 = 228.0;
/// Most samples that can be typed.
const MOST: usize = 1_000_000_000;

/// What a live run takes over at once.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "A live run takes these over with its next step";
    heading(ui, cx.theme, "Applies at once", help);
    learning_rate(ui, cx, settings);
    batch(ui, cx, settings);
    stopping::counted(ui, cx, settings);
    schedule::show(ui, cx, settings);
    penalties::show(ui, cx, settings);
    stopping::show(ui, cx, settings);
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
    settings.problems(ui, cx, Field::LearningRate);
}

fn batch(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "How many samples each step sees. With the full batch one step is one epoch.";
    let now = settings.train().batch;
    let add = |ui: &mut Ui| {
        let switched = full_or_mini(ui, cx, now);
        let typed = match now {
            BatchSize::Full => None,
            BatchSize::Of(size) => fields::whole(ui, cx.theme, "Batch size", size, 1..=MOST),
        };
        switched.or(typed.map(BatchSize::Of))
    };
    // The number stands below its switch where there is no room beside it.
    let edited = fields::row(ui, cx.theme, "Batch size", help, |ui| match ui.available_width() {
        room if room < BATCH => ui.vertical(add).inner,
        _ => add(ui),
    });
    if let Some(batch) = edited {
        settings.edit(cx, |train| train.batch = batch);
    }
    settings.problems(ui, cx, Field::Batch);
    steps(ui, cx, settings);
    if now != BatchSize::Full {
        drop_last(ui, cx, settings);
    }
}

fn steps(ui: &mut Ui, cx: &Cx<'_>, settings: &Settings<'_>) {
    let Some(data) = settings.data else { return };
    let steps = settings.train().steps_per_epoch(data.train.rows());
    let text = fields::counted(steps, "step makes an epoch", "steps make an epoch");
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        ui.horizontal(|ui| {
            if ui.available_width() >= STEPS {
                ui.add_space(fields::NAME_WIDTH + ui.spacing().item_spacing.x);
            }
            widgets::caption(ui, cx.theme, &text);
        });
    });
}

fn drop_last(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "Leaves out the last batch of an epoch where it is smaller than the others. Else it \
                is averaged over its own size.";
    let on = settings.train().drop_last;
    let dropped = fields::switch(ui, cx.theme, on, "Drop a smaller last batch", help);
    if let Some(on) = dropped {
        settings.edit(cx, |train| train.drop_last = on);
    }
    settings.problems(ui, cx, Field::DropLast);
}

fn full_or_mini(ui: &mut Ui, cx: &Cx<'_>, now: BatchSize) -> Option<BatchSize> {
    let is_full = now == BatchSize::Full;
    let word = |full| if full { "full" } else { "mini" };
    let chosen = widgets::segmented(ui, cx.theme, is_full, &[true, false], word);
    chosen.map(|full| if full { BatchSize::Full } else { BatchSize::Of(USUAL_BATCH) })
}
