use egui::Ui;

use crate::base::Finite;
use crate::spec::{Field, Schedule, TrainSpec};
use crate::ui::Cx;
use crate::ui::fields::{self, Real};
use crate::ui::widgets;

use super::{Group, Settings, curve};

/// Most epochs that can be typed.
const MOST: usize = 1_000_000;
/// Most steps of warm-up that can be typed.
const MOST_STEPS: usize = 1_000_000_000;

/// What becomes of the learning rate.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    Group::Schedule.show(ui, cx, &summary(settings.train()), |ui, cx| {
        kind(ui, cx, settings);
        constants(ui, cx, settings);
        warmup(ui, cx, settings);
        let kept = &mut cx.view.training.curve;
        curve::show(ui, cx.theme, settings, cx.state.run(settings.run), kept);
        if matches!(settings.train().schedule, Schedule::Plateau { .. }) {
            fields::remark(ui, cx.theme, "Drawn as if the loss became smaller all the time.");
        }
    });
    settings.problems(ui, cx, Field::Schedule);
    settings.problems(ui, cx, Field::Warmup);
}

/// What is set, in a line.
pub fn summary(train: &TrainSpec) -> String {
    let kind = train.schedule.label().to_lowercase();
    match train.warmup {
        0 => kind,
        steps => format!("{kind} · warm-up {}", widgets::thousands(steps)),
    }
}

fn kind(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let now = settings.train().schedule;
    let chosen = fields::row(ui, cx.theme, "Kind", meaning(now), |ui| {
        let width = ui.available_width();
        fields::list(ui, "Schedule", now.label(), width, |ui| schedules(ui, now))
    });
    if let Some(schedule) = chosen {
        settings.edit(cx, |train| train.schedule = schedule);
    }
    fields::remark(ui, cx.theme, meaning(now));
}

fn schedules(ui: &mut Ui, now: Schedule) -> Option<Schedule> {
    let mut chosen = None;
    for schedule in Schedule::ALL {
        let same = std::mem::discriminant(&schedule) == std::mem::discriminant(&now);
        let entry = ui.selectable_label(same, schedule.label());
        if entry.on_hover_text(meaning(schedule)).clicked() && !same {
            chosen = Some(schedule);
        }
    }
    chosen
}

fn meaning(schedule: Schedule) -> &'static str {
    match schedule {
        Schedule::Constant => "The learning rate stays.",
        Schedule::Step { .. } => "Multiplied by γ after every so many epochs.",
        Schedule::Exponential { .. } => "Multiplied by γ after every epoch.",
        Schedule::Cosine { .. } => "Half a cosine from the full value to the floor, and back.",
        Schedule::Restarts { .. } => "A cosine that begins anew after so many epochs.",
        Schedule::Polynomial { .. } => "Falls to zero as a power of what is left.",
        Schedule::Plateau { .. } => {
            "Multiplied by the factor when the loss has not become smaller for more epochs than \
             the patience."
        }
        Schedule::OneCycle { .. } => {
            "Rises to the full value and falls to almost nothing, with every update."
        }
    }
}

/// A number of a schedule.
enum Number<'a> {
    Epochs(&'a mut u32),
    /// A share from 0 to 1.
    Share(&'a mut Finite),
    /// A positive number.
    Positive(&'a mut Finite),
}

fn constants(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let mut schedule = settings.train().schedule;
    let mut next = |name: &str, help: &str, number: Number<'_>| row(ui, cx, name, help, number);
    match &mut schedule {
        Schedule::Constant => {}
        Schedule::Step { every, gamma } => {
            next("Every", "Epochs between two changes", Number::Epochs(every));
            next("Factor γ", "What the learning rate is multiplied by", Number::Share(gamma));
        }
        Schedule::Exponential { gamma } => {
            next("Factor γ", "What the learning rate is multiplied by", Number::Share(gamma));
        }
        Schedule::Cosine { epochs, floor } => {
            next("Epochs", "Epochs from the full value to the floor", Number::Epochs(epochs));
            next("Floor", "Least share of the learning rate", Number::Share(floor));
        }
        Schedule::Restarts { epochs, floor } => {
            next("Epochs", "Epochs from one start to the next", Number::Epochs(epochs));
            next("Floor", "Least share of the learning rate", Number::Share(floor));
        }
        Schedule::Polynomial { epochs, power } => {
            next("Epochs", "Epochs until zero", Number::Epochs(epochs));
            next("Power", "1 for a straight line", Number::Positive(power));
        }
        Schedule::Plateau { factor, patience } => {
            next("Factor", "What the learning rate is multiplied by", Number::Share(factor));
            next(
                "Patience",
                "Epochs without a smaller loss that are borne",
                Number::Epochs(patience),
            );
        }
        Schedule::OneCycle { epochs, rise } => {
            next("Epochs", "Epochs of the whole cycle", Number::Epochs(epochs));
            next("Rise", "Share of the updates that rise", Number::Share(rise));
        }
    }
    settings.edit(cx, |train| train.schedule = schedule);
}

fn row(ui: &mut Ui, cx: &Cx<'_>, name: &str, help: &str, number: Number<'_>) {
    let theme = cx.theme;
    // Other groups have an “Epochs” and a “Patience”, too.
    let field = format!("Schedule {}", name.to_lowercase());
    fields::row(ui, theme, name, help, |ui| match number {
        Number::Epochs(epochs) => {
            let typed = fields::whole(ui, theme, &field, *epochs as usize, 1..=MOST);
            *epochs = typed.and_then(|typed| typed.try_into().ok()).unwrap_or(*epochs);
            if name != "Epochs" {
                widgets::muted(ui, theme, "epochs");
            }
        }
        Number::Share(share) => {
            let how = Real::linear(0.0..=1.0, 0.01);
            *share = fields::real(ui, theme, &field, *share, &how).unwrap_or(*share);
        }
        Number::Positive(number) => {
            let how = Real::linear(0.0..=1e3, 0.1);
            *number = fields::real(ui, theme, &field, *number, &how).unwrap_or(*number);
        }
    });
}

fn warmup(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "Over so many first updates the learning rate grows in equal steps to its full \
                value; 0 for none";
    let now = settings.train().warmup;
    let edited = fields::row(ui, cx.theme, "Warm-up", help, |ui| {
        let shown = usize::try_from(now).unwrap_or(MOST_STEPS);
        let typed = fields::whole(ui, cx.theme, "Warm-up", shown, 0..=MOST_STEPS);
        widgets::muted(ui, cx.theme, "steps");
        typed
    });
    if let Some(steps) = edited {
        settings.edit(cx, |train| train.warmup = steps as u64);
    }
}
