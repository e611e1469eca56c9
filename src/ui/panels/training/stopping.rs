use egui::Ui;

use crate::base::Finite;
use crate::spec::{
    DataFacts, EarlyStopping, Field, Part, Quantity, StopRule, Target, Task, TrainSpec,
};
use crate::ui::Cx;
use crate::ui::fields::{self, Real};
use crate::ui::widgets;

use super::{Group, Settings, measures};

/// Most epochs or steps that can be typed.
const MOST: usize = 1_000_000_000;
/// Longest time that can be typed, in seconds: a week.
const LONGEST: f64 = 604_800.0;
/// Seconds after which training ends when that is switched on.
const USUAL_SECONDS: Finite = Finite::lit(60.0);
/// Width of the lists.
const LIST: f32 = 140.0;

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

/// After how many epochs or steps training ends.
pub fn counted(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
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
    settings.problems(ui, cx, Field::Stop);
}

/// What else ends training: whichever comes first.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    Group::Stop.show(ui, cx, &summary(settings.train()), |ui, cx| {
        let facts = settings.facts();
        seconds(ui, cx, settings);
        target(ui, cx, settings, facts.as_ref());
        early(ui, cx, settings, facts.as_ref());
    });
    for field in [Field::Seconds, Field::Target, Field::Early] {
        settings.problems(ui, cx, field);
    }
}

/// What is set, in a line.
pub fn summary(train: &TrainSpec) -> String {
    let mut words = Vec::new();
    words.extend(train.seconds.map(|seconds| format!("{seconds} s")));
    words.extend(train.target.map(|target| {
        let sign = if target.quantity.is_cost() { "≤" } else { "≥" };
        let (part, quantity) = (target.part.adjective(), target.quantity.label());
        format!("{part} {quantity} {sign} {}", target.value)
    }));
    words.extend(train.early.map(|early| format!("early, patience {}", early.patience)));
    if words.is_empty() { "none".into() } else { words.join(" · ") }
}

fn seconds(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let now = settings.train().seconds;
    let help = "Training ends after so many seconds, pauses left out";
    let switched = fields::switch(ui, cx.theme, now.is_some(), "After a time", help);
    if let Some(on) = switched {
        settings.edit(cx, |train| train.seconds = on.then_some(USUAL_SECONDS));
    }
    let Some(seconds) = now else { return };
    let edited = fields::row(ui, cx.theme, "Seconds", help, |ui| {
        let how = Real::ratio(0.1..=LONGEST, 0.1);
        fields::real(ui, cx.theme, "Seconds", seconds, &how)
    });
    if let Some(seconds) = edited {
        settings.edit(cx, |train| train.seconds = Some(seconds));
    }
}

/// What is switched on first: a high accuracy, or a small loss where there are no classes.
fn usual_target(facts: Option<&DataFacts>) -> Target {
    let is_regression = facts.is_some_and(|facts| facts.task == Task::Regression);
    let (quantity, value) = match is_regression {
        true => (Quantity::Loss, Finite::lit(0.01)),
        false => (Quantity::Accuracy, Finite::lit(0.95)),
    };
    Target { part: Part::Test, quantity, value }
}

fn target(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>, facts: Option<&DataFacts>) {
    let now = settings.train().target;
    let help = "Training ends once a measurement is good enough";
    let switched = fields::switch(ui, cx.theme, now.is_some(), "At a good value", help);
    if let Some(on) = switched {
        settings.edit(cx, |train| train.target = on.then(|| usual_target(facts)));
    }
    let Some(mut target) = now else { return };
    let (before, known) = (target, (facts, settings.train().loss));
    fields::row(ui, cx.theme, "Measured on", "", |ui| {
        let chosen = measures::part(ui, "Target part", target.part, facts, LIST);
        target.part = chosen.unwrap_or(target.part);
    });
    fields::row(ui, cx.theme, "Quantity", "", |ui| {
        let chosen = measures::quantity(ui, "Target quantity", target.quantity, known, LIST);
        target.quantity = chosen.unwrap_or(target.quantity);
    });
    let name = if target.quantity.is_cost() { "At most" } else { "At least" };
    fields::row(ui, cx.theme, name, "Shares lie between 0 and 1: 0.95 is 95 %", |ui| {
        let how = Real::linear(-1e12..=1e12, 0.01);
        let typed = fields::real(ui, cx.theme, "Target value", target.value, &how);
        target.value = typed.unwrap_or(target.value);
    });
    say(ui, cx, target.part);
    if target != before {
        settings.edit(cx, |train| train.target = Some(target));
    }
}

fn say(ui: &mut Ui, cx: &Cx<'_>, part: Part) {
    let remark = measures::remark(part);
    if !remark.is_empty() {
        fields::remark(ui, cx.theme, remark);
    }
}

/// Early stopping as it is switched on: on a part that there is.
fn usual_early(facts: Option<&DataFacts>) -> EarlyStopping {
    let has_validation = measures::has_rows(facts, Part::Validation);
    let part = if has_validation { Part::Validation } else { Part::Test };
    EarlyStopping { part, ..EarlyStopping::default() }
}

fn early(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>, facts: Option<&DataFacts>) {
    let now = settings.train().early;
    let help = "Training ends when a measurement has not become better for some epochs";
    let switched = fields::switch(ui, cx.theme, now.is_some(), "Early stopping", help);
    if let Some(on) = switched {
        settings.edit(cx, |train| train.early = on.then(|| usual_early(facts)));
    }
    let Some(mut early) = now else { return };
    let (before, known) = (early, (facts, settings.train().loss));
    fields::row(ui, cx.theme, "Measured on", "", |ui| {
        let chosen = measures::part(ui, "Early stopping part", early.part, facts, LIST);
        early.part = chosen.unwrap_or(early.part);
    });
    fields::row(ui, cx.theme, "Quantity", "", |ui| {
        let name = "Early stopping quantity";
        let chosen = measures::quantity(ui, name, early.quantity, known, LIST);
        early.quantity = chosen.unwrap_or(early.quantity);
    });
    patience(ui, cx, &mut early);
    say(ui, cx, early.part);
    if early != before {
        settings.edit(cx, |train| train.early = Some(early));
    }
}

fn patience(ui: &mut Ui, cx: &Cx<'_>, early: &mut EarlyStopping) {
    let theme = cx.theme;
    let help = "So many epochs in a row without a better value end training";
    fields::row(ui, theme, "Patience", help, |ui| {
        let typed = fields::whole(ui, theme, "Patience", early.patience as usize, 1..=1_000_000);
        early.patience = typed.and_then(|typed| typed.try_into().ok()).unwrap_or(early.patience);
        widgets::muted(ui, theme, "epochs");
    });
    fields::row(ui, theme, "Least change", "What must be gained to count as better", |ui| {
        let how = Real::ratio(0.0..=1e12, 1e-6);
        let typed = fields::real(ui, theme, "Least change", early.min_change, &how);
        early.min_change = typed.unwrap_or(early.min_change);
    });
    let help = "The weights of the best epoch come back at the end";
    let on = early.keep_best;
    let kept = fields::switch(ui, theme, on, "Keep the best weights", help);
    early.keep_best = kept.unwrap_or(on);
}
