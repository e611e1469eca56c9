use egui::{Label, RichText, Ui};

use crate::base::Finite;
use crate::data::{Dataset, MAX_POINTS, max_noise};
use crate::spec::{
    CsvSpec, DataSource, HeaderMode, LabelColumn, Scaling, TaskChoice, ToyKind, ToySpec,
};
use crate::ui::Cx;
use crate::ui::fields::{self, Number};

use super::edit;

/// Most points of each class that the slider reaches; more can be typed.
const SLIDER_POINTS: f64 = 500.0;
/// Most classes of a generated set, and of colours and shapes to tell them apart.
const MAX_CLASSES: usize = 10;
/// Noise that the slider reaches for the lecture's spiral, in radians.
const SLIDER_NOISE: f64 = 1.0;
/// Angle of a spiral's arm that the slider reaches, in radians.
const SLIDER_TURN: f64 = 20.0;
/// Largest angle that can be typed.
const MAX_TURN: f64 = 100.0;

/// How the data is made, or read and split.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    match &cx.state.draft().data.source {
        DataSource::Toy(spec) => generated(ui, cx, spec),
        DataSource::Csv(spec) => table(ui, cx, spec),
        DataSource::Idx(spec) => images(ui, cx, &spec.folder),
    }
}

fn generated(ui: &mut Ui, cx: &mut Cx<'_>, spec: &ToySpec) {
    ui.label(RichText::new(spec.kind.label()).strong());
    let mut toy = spec.clone();
    points(ui, cx, &mut toy);
    if spec.kind.takes_classes() {
        let help = "Number of arms, one for each class";
        let typed = fields::row(ui, cx.theme, "Classes", help, |ui| {
            let how = Number::whole(2..=MAX_CLASSES);
            fields::slider(ui, spec.classes as f64, 2.0..=MAX_CLASSES as f64, None, &how)
        });
        toy.classes = typed.map_or(spec.classes, |typed| typed as usize);
    }
    toy.noise = noise(ui, cx, spec);
    if spec.kind.takes_turn() {
        let help = "Angle each arm runs through, in radians";
        toy.turn = real(ui, cx, "Turn", help, spec.turn, SLIDER_TURN, MAX_TURN);
    }
    if toy != *spec {
        edit(cx, |data| data.source = DataSource::Toy(toy));
    }
    seed(ui, cx, "New points", "Draw other points by the same formula");
    fields::muted(ui, cx.theme, "The test part is a second draw by the same formula.");
}

fn points(ui: &mut Ui, cx: &Cx<'_>, toy: &mut ToySpec) {
    let help = "Points of each class, in the training part and again in the test part";
    let now = toy.points_per_class;
    let most = MAX_POINTS / toy.classes.max(1);
    let typed = fields::row(ui, cx.theme, "Points/class", help, |ui| {
        let how = Number::whole(1..=most);
        fields::slider(ui, now as f64, 10.0..=SLIDER_POINTS, None, &how)
    });
    toy.points_per_class = typed.map_or(now, |typed| typed as usize);
}

fn noise(ui: &mut Ui, cx: &Cx<'_>, spec: &ToySpec) -> Finite {
    let help = match spec.kind {
        ToyKind::LectureSpiral => "Standard deviation of the angle, in radians",
        _ => "0 to 0.5, as in TensorFlow Playground",
    };
    let most = max_noise(spec.kind);
    real(ui, cx, "Noise", help, spec.noise, most.min(SLIDER_NOISE), most)
}

/// A number from zero on, with a slider up to `reach` and typing up to `most`.
fn real(
    ui: &mut Ui,
    cx: &Cx<'_>,
    name: &str,
    help: &str,
    now: Finite,
    reach: f64,
    most: f64,
) -> Finite {
    let typed = fields::row(ui, cx.theme, name, help, |ui| {
        fields::slider(ui, now.get(), 0.0..=reach, None, &Number::real(0.0..=most))
    });
    typed.and_then(Finite::new).unwrap_or(now)
}

fn seed(ui: &mut Ui, cx: &mut Cx<'_>, next: &str, help: &str) {
    let now = cx.state.draft().data.seed;
    let explain = "The same seed draws the same points and the same split";
    let typed = fields::row(ui, cx.theme, "Data seed", explain, |ui| {
        fields::seed(ui, cx.theme, now, next, help)
    });
    if let Some(seed) = typed {
        edit(cx, |data| data.seed = seed);
    }
}

fn table(ui: &mut Ui, cx: &mut Cx<'_>, spec: &CsvSpec) {
    named(ui, cx, &spec.path, "No file chosen");
    let mut csv = spec.clone();
    if let Some(label) = label(ui, cx, spec) {
        csv.label = label;
    }
    if let Some(header) = header(ui, cx, spec.header) {
        csv.header = header;
    }
    if let Some(task) = task(ui, cx, spec.task) {
        csv.task = task;
    }
    if csv != *spec {
        edit(cx, |data| data.source = DataSource::Csv(csv));
    }
    split(ui, cx);
    standardise(ui, cx);
    seed(ui, cx, "Split anew", "Hold out other rows");
}

/// The name of the file or folder; the whole path when the pointer rests on it.
fn named(ui: &mut Ui, cx: &Cx<'_>, path: &str, none: &str) {
    if path.is_empty() {
        ui.label(RichText::new(none).color(cx.theme.text_muted));
        return;
    }
    let name = path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(path);
    ui.add(Label::new(RichText::new(name).strong()).truncate()).on_hover_text(path);
}

fn label(ui: &mut Ui, cx: &Cx<'_>, spec: &CsvSpec) -> Option<LabelColumn> {
    let shown = match &spec.label {
        LabelColumn::Last => "last column".into(),
        LabelColumn::Index(0) => "first column".into(),
        LabelColumn::Index(index) => format!("column {}", index + 1),
        LabelColumn::Name(name) => name.clone(),
    };
    let help = "The column that is to be predicted";
    fields::row(ui, cx.theme, "Label", help, |ui| {
        let width = ui.available_width();
        fields::choice(ui, "label column", &shown, width, |ui| {
            columns(ui, &spec.label, cx.state.data().dataset().map(AsRef::as_ref))
        })
    })
}

fn columns(ui: &mut Ui, now: &LabelColumn, data: Option<&Dataset>) -> Option<LabelColumn> {
    let mut chosen = None;
    let mut offer = |ui: &mut Ui, text: &str, column: LabelColumn| {
        if fields::option(ui, column == *now, text, None) && column != *now {
            chosen = Some(column);
        }
    };
    offer(ui, "last column", LabelColumn::Last);
    offer(ui, "first column", LabelColumn::Index(0));
    let names = data.into_iter().flat_map(|data| {
        data.feature_names.iter().chain([&data.label_name]).filter(|name| !name.is_empty())
    });
    for name in names {
        offer(ui, name, column_named(name));
    }
    chosen
}

/// A column by its name; columns without a name are called by their number.
fn column_named(name: &str) -> LabelColumn {
    let number = name.strip_prefix("column ").and_then(|number| number.parse::<usize>().ok());
    match number.and_then(|number| number.checked_sub(1)) {
        Some(index) => LabelColumn::Index(index),
        None => LabelColumn::Name(name.into()),
    }
}

fn header(ui: &mut Ui, cx: &Cx<'_>, now: HeaderMode) -> Option<HeaderMode> {
    let help = "Whether the first row holds the names of the columns";
    let words = [
        (HeaderMode::Auto, "auto"),
        (HeaderMode::Present, "yes"),
        (HeaderMode::Absent, "no"),
    ];
    fields::row(ui, cx.theme, "Header", help, |ui| fields::segments(ui, now, &words))
}

fn task(ui: &mut Ui, cx: &Cx<'_>, now: TaskChoice) -> Option<TaskChoice> {
    let help = "Classification predicts a class, regression a number. Auto takes text and few \
                distinct whole numbers for classes.";
    let words = [
        (TaskChoice::Auto, "auto"),
        (TaskChoice::Classification, "classification"),
        (TaskChoice::Regression, "regression"),
    ];
    fields::row(ui, cx.theme, "Task", help, |ui| {
        let shown = words.iter().find(|(task, _)| *task == now).map_or("", |(_, word)| word);
        let width = ui.available_width();
        fields::choice(ui, "task", shown, width, |ui| {
            let mut chosen = None;
            for (task, word) in words {
                if fields::option(ui, task == now, word, None) && task != now {
                    chosen = Some(task);
                }
            }
            chosen
        })
    })
}

fn split(ui: &mut Ui, cx: &mut Cx<'_>) {
    let now = cx.state.draft().data.split;
    let help = "Share of the rows that are held out for testing, in percent";
    let typed = fields::row(ui, cx.theme, "Test part %", help, |ui| {
        let how = Number::real(1.0..=99.0);
        fields::slider(ui, percent(now.test_fraction), 5.0..=50.0, None, &how)
    });
    if let Some(fraction) = typed.and_then(|typed| Finite::new(typed / 100.0)) {
        edit(cx, |data| data.split.test_fraction = fraction);
    }
    let stratified = fields::row(ui, cx.theme, "", "", |ui| {
        let help = "Split each class in the same ratio";
        fields::switch(ui, now.stratified, "stratified", help)
    });
    if let Some(stratified) = stratified {
        edit(cx, |data| data.split.stratified = stratified);
    }
}

/// A share as percent, free of the noise of binary fractions.
fn percent(share: Finite) -> f64 {
    (share.get() * 1e4).round() / 1e2
}

fn standardise(ui: &mut Ui, cx: &mut Cx<'_>) {
    let now = cx.state.draft().data.scaling == Scaling::Standardise;
    let switched = fields::row(ui, cx.theme, "", "", |ui| {
        let help = "Each feature to mean 0 and standard deviation 1, fitted on the training part";
        fields::switch(ui, now, "standardise features", help)
    });
    if let Some(on) = switched {
        let scaling = if on { Scaling::Standardise } else { Scaling::None };
        edit(cx, |data| data.scaling = scaling);
    }
}

fn images(ui: &mut Ui, cx: &mut Cx<'_>, folder: &str) {
    named(ui, cx, folder, "No folder chosen");
    standardise(ui, cx);
    fields::muted(ui, cx.theme, "MNIST brings its own test part. Pixels run from 0 to 1.");
}
