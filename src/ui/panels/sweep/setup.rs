use egui::{Button, ComboBox, RichText, TextEdit, Ui};

use crate::record::{Part, Quantity};
use crate::spec::{
    Axis, ExperimentSpec, Search, StopRule, SweepSpec, Task, field_paths, field_value, parse_axes,
};
use crate::ui::theme::{self, Theme};
use crate::ui::widgets::{self, Icon};
use crate::ui::{Cx, fields, format};
use crate::workbench::{Action, SweepFile};

use super::stop_text;

/// What is typed into the setup of a search. It is no spec before it is started: half of a value
/// may stand in it.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct Setup {
    axes: Vec<AxisText>,
    random: bool,
    trials: usize,
    seed: u64,
    /// Number of folds; below 2 for none.
    folds: usize,
    with_folds: bool,
    by: Ranked,
    /// Epochs of each trial; `None` for the stop rule of the run.
    epochs: Option<u64>,
    /// What was worked out of all this, and what it was worked out of.
    #[serde(skip)]
    planned: Option<Planned>,
}

/// A field and its values, as they are typed.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
struct AxisText {
    path: String,
    values: String,
}

/// What trials are ranked by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
enum Ranked {
    #[default]
    TestLoss,
    TestQuality,
    ValidationLoss,
    ValidationQuality,
    TrainLoss,
}

impl Ranked {
    const ALL: [Self; 5] = [
        Self::TestLoss,
        Self::TestQuality,
        Self::ValidationLoss,
        Self::ValidationQuality,
        Self::TrainLoss,
    ];

    fn meaning(self, task: Task) -> (Part, Quantity) {
        let quality = match task {
            Task::Classification { .. } => Quantity::Accuracy,
            Task::Regression => Quantity::R2,
        };
        match self {
            Self::TestLoss => (Part::Test, Quantity::Loss),
            Self::TestQuality => (Part::Test, quality),
            Self::ValidationLoss => (Part::Validation, Quantity::Loss),
            Self::ValidationQuality => (Part::Validation, quality),
            Self::TrainLoss => (Part::Train, Quantity::Loss),
        }
    }

    fn label(self, task: Task) -> String {
        let (part, quantity) = self.meaning(task);
        format!("{} {}", part.adjective(), quantity.label())
    }
}

/// How many trials there would be, or why it cannot be started.
#[derive(Clone, Debug, PartialEq)]
struct Planned {
    typed: Box<Setup>,
    run: usize,
    base: Box<ExperimentSpec>,
    plan: Result<(SweepSpec, usize), String>,
}

impl Default for Setup {
    fn default() -> Self {
        let axis = AxisText { path: "train.lr".into(), values: "0.01, 0.1, 1".into() };
        Self {
            axes: vec![axis],
            random: false,
            trials: 20,
            seed: 0,
            folds: 5,
            with_folds: false,
            by: Ranked::default(),
            epochs: None,
            planned: None,
        }
    }
}

impl Setup {
    /// The search that is typed.
    fn spec(&self, base: &ExperimentSpec, run: usize, task: Task) -> Result<SweepSpec, String> {
        let typed = self.axes.iter().filter(|axis| !axis.path.trim().is_empty());
        let text: Vec<String> =
            typed.map(|axis| format!("{}={}", axis.path, axis.values)).collect();
        let axes: Vec<Axis> = match text.is_empty() {
            true if self.with_folds => Vec::new(),
            true => return Err("Name a field, or take folds.".into()),
            false => parse_axes(&text.join(";"), base, run)?,
        };
        let (part, quantity) = self.by.meaning(task);
        let search = match self.random {
            true => Search::Random { trials: self.trials, seed: self.seed },
            false => Search::Grid,
        };
        Ok(SweepSpec {
            search,
            folds: self.with_folds.then_some(self.folds),
            stop: self.epochs.map(StopRule::Epochs),
            ..SweepSpec::grid(run, axes, part, quantity)
        })
    }

    /// The same with the number of trials, worked out when anything changed.
    fn planned(&mut self, base: &ExperimentSpec, run: usize, task: Task) -> &Planned {
        let known = self.planned.take();
        let typed = self.clone();
        let same =
            |known: &Planned| *known.typed == typed && known.run == run && *known.base == *base;
        let planned = known.filter(same).unwrap_or_else(|| {
            let spec = self.spec(base, run, task);
            let counted = |spec: SweepSpec| {
                let count = spec.trials(base)?.len();
                Ok((spec, count))
            };
            let plan = spec.and_then(counted);
            Planned { typed: Box::new(typed), run, base: Box::new(base.clone()), plan }
        });
        self.planned.insert(planned)
    }
}

/// What is searched, and how.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let run = cx.state.selected();
    let Some(spec) = cx.state.run_spec(run) else { return };
    let text = format!("“{}” is trained once for each combination of values.", spec.name);
    ui.label(RichText::new(text).color(cx.theme.text_muted));
    ui.add_space(theme::GAP);
    let mut setup = std::mem::take(&mut cx.view.sweep.setup);
    let task = cx.state.data().dataset().map_or(Task::Regression, |data| data.task);
    axes(ui, cx, &mut setup, run);
    ui.add_space(theme::GAP);
    search(ui, cx.theme, &mut setup);
    folds(ui, cx.theme, &mut setup);
    length(ui, cx.theme, &mut setup, spec.train.stop);
    ranked(ui, cx.theme, &mut setup, task);
    ui.add_space(theme::GAP);
    start(ui, cx, &mut setup, run, task);
    cx.view.sweep.setup = setup;
}

fn axes(ui: &mut Ui, cx: &Cx<'_>, setup: &mut Setup, run: usize) {
    let mut removed = None;
    for (place, axis) in setup.axes.iter_mut().enumerate() {
        ui.push_id(place, |ui| {
            ui.horizontal(|ui| {
                field(ui, cx, axis, place, run);
                let name = format!("Remove field {}", place + 1);
                if widgets::icon_button(ui, cx.theme, Icon::Close, &name).clicked() {
                    removed = Some(place);
                }
            });
            let name = format!("Values of field {}", place + 1);
            let edit = TextEdit::singleline(&mut axis.values)
                .hint_text("0.01, 0.1, 1 — or 1e-4..1:log for a random search")
                .desired_width(f32::INFINITY);
            ui.add(edit).accessible_name(name);
            ui.add_space(theme::TIGHT);
        });
    }
    if let Some(place) = removed {
        setup.axes.remove(place);
    }
    if ui.button("Add field").clicked() {
        setup.axes.push(AxisText::default());
    }
}

/// The name of a field: typed, or chosen from those that the run has.
fn field(ui: &mut Ui, cx: &Cx<'_>, axis: &mut AxisText, place: usize, run: usize) {
    let name = format!("Field {}", place + 1);
    let edit = TextEdit::singleline(&mut axis.path).hint_text("field").desired_width(206.0);
    ui.add(edit).accessible_name(name.as_str());
    let list = ComboBox::from_id_salt("fields").width(20.0).selected_text("");
    let list = list.show_ui(ui, |ui| {
        for path in field_paths(cx.state.draft(), run) {
            let now = field_value(cx.state.draft(), run, &path);
            let entry = ui.selectable_label(axis.path == path, &path);
            let told = now.as_ref().map(|now| format!("Now {now}")).unwrap_or_default();
            if entry.on_hover_text(told).clicked() {
                axis.values = now.map(|now| now.to_string()).unwrap_or_default();
                axis.path = path;
            }
        }
    });
    list.response.accessible_name(format!("Choose field {}", place + 1));
}

fn search(ui: &mut Ui, theme: &Theme, setup: &mut Setup) {
    let kinds = [false, true];
    let label = |random: bool| if random { "Random search" } else { "Grid search" };
    let help = "A grid tries every combination; a random search draws as many as you like, also from \
                ranges";
    fields::row(ui, theme, "Search", help, |ui| {
        if let Some(random) = widgets::segmented(ui, theme, setup.random, &kinds, label) {
            setup.random = random;
        }
    });
    if setup.random {
        fields::row(ui, theme, "Trials", "How many combinations are drawn", |ui| {
            if let Some(trials) = fields::whole(ui, theme, "Trials", setup.trials, 1..=10_000) {
                setup.trials = trials;
            }
        });
        let help = "The same seed draws the same combinations";
        fields::row(ui, theme, "Seed", help, |ui| {
            if let Some(seed) = fields::seed(ui, theme, "Search seed", setup.seed, "Next seed") {
                setup.seed = seed;
            }
        });
    }
}

fn folds(ui: &mut Ui, theme: &Theme, setup: &mut Setup) {
    let help = "Each combination is trained on k folds in turn; scores are means over the folds, with \
                their standard deviation";
    fields::row(ui, theme, "Folds", help, |ui| {
        ui.checkbox(&mut setup.with_folds, "k-fold").on_hover_text(help);
        if setup.with_folds
            && let Some(folds) = fields::whole(ui, theme, "Number of folds", setup.folds, 2..=100)
        {
            setup.folds = folds;
        }
    });
}

fn length(ui: &mut Ui, theme: &Theme, setup: &mut Setup, own: StopRule) {
    let help = "When each trial ends";
    fields::row(ui, theme, "Length", help, |ui| {
        let mut is_own = setup.epochs.is_none();
        let text = format!("as the run ({})", stop_text(own));
        if ui.checkbox(&mut is_own, text).changed() {
            setup.epochs = if is_own { None } else { Some(20) };
        }
    });
    if let Some(epochs) = setup.epochs {
        fields::row(ui, theme, "Epochs", help, |ui| {
            let now = usize::try_from(epochs).unwrap_or(usize::MAX);
            if let Some(epochs) = fields::whole(ui, theme, "Epochs of a trial", now, 1..=1_000_000)
            {
                setup.epochs = Some(epochs as u64);
            }
        });
    }
}

fn ranked(ui: &mut Ui, theme: &Theme, setup: &mut Setup, task: Task) {
    let help = "By which measure the trials are put in order";
    fields::row(ui, theme, "Ranked by", help, |ui| {
        let now = setup.by.label(task);
        let chosen = fields::list(ui, "Ranked by", &now, 190.0, |ui| {
            let mut chosen = None;
            for by in Ranked::ALL {
                if ui.selectable_label(by == setup.by, by.label(task)).clicked() {
                    chosen = Some(by);
                }
            }
            chosen
        });
        if let Some(by) = chosen {
            setup.by = by;
        }
    });
}

fn start(ui: &mut Ui, cx: &mut Cx<'_>, setup: &mut Setup, run: usize, task: Task) {
    let plan = setup.planned(cx.state.draft(), run, task).plan.clone();
    ui.horizontal(|ui| {
        if cx.state.is_sweeping() {
            if ui.button("Cancel the search").clicked() {
                cx.act(Action::CancelSweep);
            }
        } else {
            begin(ui, cx, &plan);
        }
        if cx.state.sweep().is_some() {
            save(ui, cx);
        }
    });
    if let Err(why) = plan {
        fields::problem(ui, cx.theme, &why);
    }
}

fn begin(ui: &mut Ui, cx: &mut Cx<'_>, plan: &Result<(SweepSpec, usize), String>) {
    let label = match plan {
        Ok((_, count)) => {
            format!("Start {}", format::counted(*count as u64, "trial", "trials"))
        }
        Err(_) => "Start".to_owned(),
    };
    let theme = cx.theme;
    let button = Button::new(RichText::new(label).color(theme.on_accent)).fill(theme.accent);
    if ui.add_enabled(plan.is_ok(), button).clicked()
        && let Ok((spec, _)) = plan
    {
        cx.view.sweep.chosen = None;
        cx.act(Action::StartSweep(spec.clone()));
    }
}

fn save(ui: &mut Ui, cx: &mut Cx<'_>) {
    ui.menu_button("Save…", |ui| {
        for kind in SweepFile::ALL {
            if ui.button(kind.label()).clicked() {
                cx.request(crate::ui::UiRequest::ExportSweep(kind));
            }
        }
        if ui.button("Forget the results").clicked() {
            cx.act(Action::ClearSweep);
        }
    });
}
