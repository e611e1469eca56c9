use egui::{Button, Label, RichText, Ui, vec2};

use crate::base::Finite;
use crate::data::{MAX_POINTS, max_noise};
use crate::spec::{
    CsvSpec, DataSource, DrawnSpec, IdxSpec, LabelColumn, TaskChoice, TestPart, ToyGroup, ToyKind,
    ToySpec,
};
use crate::ui::fields::{self, Real};
use crate::ui::widgets;
use crate::ui::{Cx, UiRequest};
use crate::workbench::{DataState, State};

use super::{canvas, edit, extra, pipeline};

/// Most points of each class that the slider reaches; more can be typed.
const SLIDER_POINTS: usize = 500;
/// The same for sets that have no classes.
const SLIDER_SAMPLES: usize = 2000;
/// Drawn digits of each class that the slider reaches; more can be typed.
const SLIDER_DIGITS: usize = 2000;
/// Most drawn digits of each class that can be typed.
const MAX_DIGITS: usize = 10_000;
/// Largest distortion of drawn digits.
const MAX_DISTORTION: f64 = 2.0;
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
        DataSource::Drawn(spec) => drawn(ui, cx, spec),
        DataSource::Csv(spec) => table(ui, cx, spec),
        DataSource::Idx(spec) => idx(ui, cx, spec),
        DataSource::Images(spec) => named(ui, cx, &spec.folder, "No folder chosen"),
        DataSource::Points(spec) => {
            canvas::show(ui, cx, spec);
            split(ui, cx);
        }
    }
    extra::show(ui, cx);
    pipeline::show(ui, cx);
    ways_on(ui, cx);
}

/// To all there is to say and set about the data, and out of here as a file.
fn ways_on(ui: &mut Ui, cx: &mut Cx<'_>) {
    ui.horizontal(|ui| {
        let width = (ui.available_width() - ui.spacing().item_spacing.x) / 2.0;
        let dataset = ui.add(Button::new("Dataset…").min_size(vec2(width, 0.0)));
        let dataset = dataset.on_hover_text("How the data is read and prepared, and what it holds");
        if dataset.clicked() {
            cx.request(UiRequest::ShowDataset(true));
        }
        let is_ready = matches!(cx.state.data(), DataState::Ready(_));
        let save = Button::new("Save as CSV…").min_size(vec2(width, 0.0));
        let save = ui.add_enabled(is_ready, save);
        if save.on_hover_text("Write the prepared data, all parts, to a table").clicked() {
            cx.request(UiRequest::ExportData);
        }
    });
}

fn generated(ui: &mut Ui, cx: &mut Cx<'_>, spec: &ToySpec) {
    ui.label(RichText::new(spec.kind.label()).strong());
    if !spec.kind.takes_points() {
        return;
    }
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
}

fn points(ui: &mut Ui, cx: &Cx<'_>, toy: &mut ToySpec) {
    let (short, name, help, reach) = match toy.kind.group() {
        ToyGroup::Regression => (
            "Points",
            "Points",
            "Points in the training part; as many again are drawn anew for the test part",
            SLIDER_SAMPLES,
        ),
        _ => (
            "Points/class",
            "Points per class",
            "Points of each class in the training part; as many again are drawn anew for the test part",
            SLIDER_POINTS,
        ),
    };
    let most = MAX_POINTS / toy.classes.max(1);
    let now = toy.points_per_class;
    let edited = fields::row(ui, cx.theme, short, help, |ui| {
        fields::whole_slider(ui, cx.theme, name, now, 1..=most, 10..=reach)
    });
    toy.points_per_class = edited.unwrap_or(now);
}

fn classes(ui: &mut Ui, cx: &Cx<'_>, toy: &mut ToySpec) {
    let now = toy.classes;
    let help = "Number of classes, each with a colour and a mark of its own";
    let edited = fields::row(ui, cx.theme, "Classes", help, |ui| {
        fields::whole_slider(ui, cx.theme, "Classes", now, 2..=MAX_CLASSES, 2..=MAX_CLASSES)
    });
    toy.classes = edited.unwrap_or(now);
}

fn drawn(ui: &mut Ui, cx: &mut Cx<'_>, spec: &DrawnSpec) {
    ui.label(RichText::new(spec.set.label()).strong());
    let mut digits = spec.clone();
    let count = |ui: &mut Ui, short: &str, name: &str, help: &str, now: usize| {
        let edited = fields::row(ui, cx.theme, short, help, |ui| {
            let reach = 1..=SLIDER_DIGITS;
            fields::whole_slider(ui, cx.theme, name, now, 1..=MAX_DIGITS, reach)
        });
        edited.unwrap_or(now)
    };
    let help = "Digits of each class in the training part";
    digits.per_class = count(ui, "Per class", "Training digits per class", help, spec.per_class);
    let help = "Digits of each class in the test part";
    let now = spec.test_per_class;
    digits.test_per_class = count(ui, "Test/class", "Test digits per class", help, now);
    let help = "How far digits are bent, moved and spoilt: 0 not at all, 1 as hard as MNIST";
    let how = Real::linear(0.0..=MAX_DISTORTION, 0.05).reach(0.0..=MAX_DISTORTION);
    digits.distortion = real(ui, cx, "Distortion", help, spec.distortion, &how);
    if digits != *spec {
        edit(cx, |data| data.source = DataSource::Drawn(digits));
    }
    seed(ui, cx, "New digits");
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
    if let Some(task) = task(ui, cx, spec.task) {
        csv.task = task;
    }
    if csv != *spec {
        edit(cx, |data| data.source = DataSource::Csv(csv));
    }
    split(ui, cx);
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
        fields::list(ui, "Label", &shown, width, |ui| columns(ui, &spec.label, &names(cx.state)))
    })
}

/// Names of the columns of the file, as far as they are known.
fn names(state: &State) -> Vec<&str> {
    if let Some(preview) = state.preview() {
        return preview.columns.iter().map(|column| column.name.as_str()).collect();
    }
    let Some(data) = state.data().dataset() else { return Vec::new() };
    if let Some(findings) = &data.findings {
        return findings.columns.iter().map(|column| column.name.as_str()).collect();
    }
    let names = data.feature_names.iter().chain([&data.label_name]);
    names.map(String::as_str).filter(|name| !name.is_empty()).collect()
}

fn columns(ui: &mut Ui, now: &LabelColumn, names: &[&str]) -> Option<LabelColumn> {
    let mut chosen = None;
    let mut offer = |ui: &mut Ui, text: &str, column: LabelColumn| {
        if fields::entry(ui, column == *now, text, None).clicked() && column != *now {
            chosen = Some(column);
        }
    };
    offer(ui, "auto", LabelColumn::Auto);
    offer(ui, "last column", LabelColumn::Last);
    offer(ui, "first column", LabelColumn::Index(0));
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
    let share = match &cx.state.draft().data.split.test {
        TestPart::Fraction(share) => *share,
        TestPart::File(_) => {
            fields::remark(ui, cx.theme, "A second file is tested on.");
            return;
        }
        TestPart::Column(_) => {
            fields::remark(ui, cx.theme, "A column says which rows are tested on.");
            return;
        }
    };
    let help = "Share of the rows that are held out for testing, in percent";
    let edited = fields::row(ui, cx.theme, "Test part %", help, |ui| {
        let how = Real::linear(1.0..=99.0, 1.0).reach(5.0..=50.0);
        fields::real_slider(ui, cx.theme, "Test part %", percent(share), &how)
    });
    if let Some(fraction) = edited.and_then(|edited| Finite::new(edited.get() / 100.0)) {
        edit(cx, |data| data.split.test = TestPart::Fraction(fraction));
    }
}

/// A share as percent, free of the noise of binary fractions.
fn percent(share: Finite) -> Finite {
    Finite::new((share.get() * 1e4).round() / 1e2).unwrap_or(share)
}

fn idx(ui: &mut Ui, cx: &mut Cx<'_>, spec: &IdxSpec) {
    let Some(pair) = &spec.pair else {
        named(ui, cx, &spec.folder, "No folder chosen");
        return;
    };
    named(ui, cx, &pair.images, "No file chosen");
    split(ui, cx);
    seed(ui, cx, "Hold out other rows");
}
