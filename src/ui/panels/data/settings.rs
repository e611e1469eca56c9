use egui::{Label, RichText, Ui};

use crate::base::Finite;
use crate::data::{Dataset, MAX_POINTS, max_noise};
use crate::spec::{
    CsvSpec, DataSource, HeaderMode, LabelColumn, Scaling, TaskChoice, TestPart, ToyKind, ToySpec,
};
use crate::ui::Cx;
use crate::ui::fields::{self, Real};
use crate::ui::widgets;

use super::edit;

/// Most points of each class that the slider reaches; more can be typed.
const SLIDER_POINTS: usize = 500;
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
        DataSource::Points(_) | DataSource::Drawn(_) | DataSource::Images(_) => {}
    }
}

fn generated(ui: &mut Ui, cx: &mut Cx<'_>, spec: &ToySpec) {
    ui.label(RichText::new(spec.kind.label()).strong());
    let mut toy = spec.clone();
    points(ui, cx, &mut toy);
    if spec.kind.takes_classes() {
        classes(ui, cx, &mut toy);
    }
    toy.noise = noise(ui, cx, spec);
    if spec.kind.takes_turn() {
        let help = "Angle each arm runs through, in radians";
        let how = Real::linear(0.0..=MAX_TURN, 0.1).reach(0.0..=SLIDER_TURN);
        toy.turn = real(ui, cx, "Turn", help, spec.turn, &how);
    }
    if toy != *spec {
        edit(cx, |data| data.source = DataSource::Toy(toy));
    }
    seed(ui, cx, "New points");
    fields::remark(ui, cx.theme, "The test part is drawn anew, not split off.");
}

fn points(ui: &mut Ui, cx: &Cx<'_>, toy: &mut ToySpec) {
    let help = "Points of each class, in the training part and again in the test part";
    let most = MAX_POINTS / toy.classes.max(1);
    let now = toy.points_per_class;
    let edited = fields::row(ui, cx.theme, "Points/class", help, |ui| {
        let name = "Points per class";
        fields::whole_slider(ui, cx.theme, name, now, 1..=most, 10..=SLIDER_POINTS)
    });
    toy.points_per_class = edited.unwrap_or(now);
}

fn classes(ui: &mut Ui, cx: &Cx<'_>, toy: &mut ToySpec) {
    let now = toy.classes;
    let edited = fields::row(ui, cx.theme, "Classes", "Number of arms, one for each class", |ui| {
        fields::whole_slider(ui, cx.theme, "Classes", now, 2..=MAX_CLASSES, 2..=MAX_CLASSES)
    });
    toy.classes = edited.unwrap_or(now);
}

fn noise(ui: &mut Ui, cx: &Cx<'_>, spec: &ToySpec) -> Finite {
    let help = match spec.kind {
        ToyKind::LectureSpiral => "Standard deviation of the angle, in radians",
        _ => "0 to 0.5, as in TensorFlow Playground",
    };
    let most = max_noise(spec.kind);
    let how = Real::linear(0.0..=most, 0.01).reach(0.0..=most.min(SLIDER_NOISE));
    real(ui, cx, "Noise", help, spec.noise, &how)
}

fn real(ui: &mut Ui, cx: &Cx<'_>, name: &str, help: &str, now: Finite, how: &Real) -> Finite {
    let edited = fields::row(ui, cx.theme, name, help, |ui| {
        fields::real_slider(ui, cx.theme, name, now, how)
    });
    edited.unwrap_or(now)
}

fn seed(ui: &mut Ui, cx: &mut Cx<'_>, next: &str) {
    let now = cx.state.draft().data.seed;
    let help = "The same seed draws the same points and the same split";
    let edited = fields::row(ui, cx.theme, "Data seed", help, |ui| {
        fields::seed(ui, cx.theme, "Data seed", now, next)
    });
    if let Some(seed) = edited {
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
    seed(ui, cx, "Hold out other rows");
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
        LabelColumn::Auto => "auto".into(),
        LabelColumn::Last => "last column".into(),
        LabelColumn::Index(0) => "first column".into(),
        LabelColumn::Index(index) => format!("column {}", index + 1),
        LabelColumn::Name(name) => name.clone(),
    };
    let help = "The column that is to be predicted";
    fields::row(ui, cx.theme, "Label", help, |ui| {
        let width = ui.available_width();
        fields::list(ui, "Label", &shown, width, |ui| {
            columns(ui, &spec.label, cx.state.data().dataset().map(AsRef::as_ref))
        })
    })
}

fn columns(ui: &mut Ui, now: &LabelColumn, data: Option<&Dataset>) -> Option<LabelColumn> {
    let mut chosen = None;
    let mut offer = |ui: &mut Ui, text: &str, column: LabelColumn| {
        if fields::entry(ui, column == *now, text, None).clicked() && column != *now {
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
    let modes = [HeaderMode::Auto, HeaderMode::Present, HeaderMode::Absent];
    fields::row(ui, cx.theme, "Header", help, |ui| {
        widgets::segmented(ui, cx.theme, now, &modes, |mode| match mode {
            HeaderMode::Auto => "auto",
            HeaderMode::Present => "yes",
            HeaderMode::Absent => "no",
        })
    })
}

fn task(ui: &mut Ui, cx: &Cx<'_>, now: TaskChoice) -> Option<TaskChoice> {
    let help = "Classification predicts a class, regression a number. Auto takes text and few \
                distinct whole numbers for classes.";
    let tasks = [TaskChoice::Auto, TaskChoice::Classification, TaskChoice::Regression];
    fields::row(ui, cx.theme, "Task", help, |ui| {
        let width = ui.available_width();
        widgets::choice(ui, "Task", now, &tasks, width, |task| match task {
            TaskChoice::Auto => "auto",
            TaskChoice::Classification => "classification",
            TaskChoice::Regression => "regression",
        })
    })
}

fn split(ui: &mut Ui, cx: &mut Cx<'_>) {
    let now = cx.state.draft().data.split.clone();
    let share = match now.test {
        TestPart::Fraction(share) => share,
        _ => Finite::ZERO,
    };
    let help = "Share of the rows that are held out for testing, in percent";
    let edited = fields::row(ui, cx.theme, "Test part %", help, |ui| {
        let how = Real::linear(1.0..=99.0, 1.0).reach(5.0..=50.0);
        fields::real_slider(ui, cx.theme, "Test part %", percent(share), &how)
    });
    if let Some(fraction) = edited.and_then(|edited| Finite::new(edited.get() / 100.0)) {
        edit(cx, |data| data.split.test = TestPart::Fraction(fraction));
    }
    let help = "Split each class in the same ratio";
    if let Some(on) = fields::switch(ui, cx.theme, now.stratified, "Stratified split", help) {
        edit(cx, |data| data.split.stratified = on);
    }
}

/// A share as percent, free of the noise of binary fractions.
fn percent(share: Finite) -> Finite {
    Finite::new((share.get() * 1e4).round() / 1e2).unwrap_or(share)
}

fn standardise(ui: &mut Ui, cx: &mut Cx<'_>) {
    let now = cx.state.draft().data.scaling == Scaling::Standardise;
    let help = "Each feature to mean 0 and standard deviation 1, fitted on the training part";
    let switched = fields::switch(ui, cx.theme, now, "Standardise features", help);
    if let Some(on) = switched {
        let scaling = if on { Scaling::Standardise } else { Scaling::None };
        edit(cx, |data| data.scaling = scaling);
    }
}

fn images(ui: &mut Ui, cx: &mut Cx<'_>, folder: &str) {
    named(ui, cx, folder, "No folder chosen");
    standardise(ui, cx);
    fields::remark(ui, cx.theme, "MNIST brings its own test part. Pixels run from 0 to 1.");
}
