use egui::Ui;

use crate::spec::Field;
use crate::ui::Cx;
use crate::ui::fields;
use crate::workbench::Edit;

use super::{Settings, heading, loss, optimizer};

/// What only a new run takes over.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "A live run keeps these; restart it to apply a change";
    heading(ui, cx.theme, "Needs a restart", help);
    loss::show(ui, cx, settings);
    optimizer::show(ui, cx, settings);
    shuffle(ui, cx, settings);
    seed(ui, cx);
}

fn shuffle(ui: &mut Ui, cx: &mut Cx<'_>, settings: &Settings<'_>) {
    let help = "Whether each epoch has an order of its own. Without, the rows come as they stand.";
    let on = settings.train().shuffle;
    let shuffled = fields::switch(ui, cx.theme, on, "Shuffle each epoch", help);
    if let Some(on) = shuffled {
        settings.edit(cx, |train| train.shuffle = on);
    }
    settings.problems(ui, cx, Field::Shuffle);
}

fn seed(ui: &mut Ui, cx: &mut Cx<'_>) {
    let help = "Initial weights and batch order follow from it, the same for every model";
    let now = cx.state.draft().seed;
    let edited = fields::row(ui, cx.theme, "Seed", help, |ui| {
        fields::seed(ui, cx.theme, "Seed", now, "Next seed")
    });
    if let Some(seed) = edited {
        cx.edit(Edit::Seed(seed));
    }
}
