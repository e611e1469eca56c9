//! A panel alone on a bench: its actions are logged and done at once, without any thread.

use std::sync::Arc;

use egui::{Frame, Ui, Vec2};
use egui_kittest::Harness;

use crate::base::Matrix;
use crate::data::{Dataset, Labelled, Targets};
use crate::record::{Confusion, Insight, Part, ProbeFrame, Scores, ScoresRequest, verdicts};
use crate::spec::{RunSpec, SampleShape, Task};
use crate::workbench::{Action, Edit, State, fixtures};

use super::capture;
use super::theme::Theme;
use super::{Cx, View, parts};

/// How a panel shows itself.
pub(crate) type Panel = fn(&mut Ui, &mut Cx<'_>);

/// A panel and all it needs.
pub(crate) struct Bench {
    pub(crate) state: State,
    pub(crate) view: View,
    /// Everything the panel asked for, in order.
    pub(crate) log: Vec<Action>,
    panel: Panel,
}

impl Bench {
    /// The edits among what the panel asked for.
    pub(crate) fn edits(&self) -> Vec<&Edit> {
        let mut edits = Vec::new();
        for action in &self.log {
            if let Action::Edit(edit) = action {
                edits.push(edit);
            }
        }
        edits
    }

    /// The run that is edited.
    pub(crate) fn run(&self) -> &RunSpec {
        self.state.run_spec(self.state.selected()).expect("there is a run")
    }

    fn frame(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui.ctx());
        let mut actions = Vec::new();
        let (state, view) = (&self.state, &mut self.view);
        let mut cx = Cx { state, theme, view, actions: &mut actions };
        let surface = Frame::new().fill(theme.surface).inner_margin(12);
        surface.show(ui, |ui| (self.panel)(ui, &mut cx));
        for action in actions {
            self.log.push(action.clone());
            fixtures::act(&mut self.state, action);
        }
    }
}

/// A window of a size that shows nothing but `panel`.
pub(crate) fn bench(state: State, size: Vec2, panel: Panel) -> Harness<'static, Bench> {
    themed(state, size, panel, egui::Theme::Light)
}

/// The same in one of the two themes.
pub(crate) fn themed(
    state: State,
    size: Vec2,
    panel: Panel,
    theme: egui::Theme,
) -> Harness<'static, Bench> {
    let bench = Bench { state, view: View::default(), log: Vec::new(), panel };
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_max_steps(20)
        .with_context_setup(|ctx| {
            Theme::apply(ctx);
            capture::install(ctx);
        })
        .build_ui_state(|ui, bench: &mut Bench| bench.frame(ui), bench)
}

/// Data of so many classes with 30 rows of each in the test part: points in the plane, or small
/// pictures.
pub(crate) fn classes(count: usize, is_image: bool) -> Arc<Dataset> {
    let (rows, side) = (count * 30, 12);
    let pixel = |row: usize, at: usize| {
        let (x, y) = ((at % side) as f32 - 5.5, (at / side) as f32 - 5.5);
        let turn = (row % count) as f32 / count as f32 * 3.0 + (row / count) as f32 * 0.02;
        let across = (x * turn.cos() + y * turn.sin()).abs();
        (1.6 - across).clamp(0.0, 1.0) * (6.5 - x.hypot(y)).clamp(0.0, 1.0)
    };
    let value = |row: usize, at: usize| match is_image {
        true => pixel(row, at),
        false => ((row * 7 + at * 31) % 41) as f32 / 20.0 - 1.0,
    };
    let width = if is_image { side * side } else { 3 };
    let values = (0..rows * width).map(|i| value(i / width, i % width)).collect();
    let part = Labelled::new(
        Matrix::new(rows, width, values).expect("fits"),
        Targets::Classes((0..rows).map(|row| (row % count) as u32).collect()),
    );
    let shape = if is_image { vec![1, side, side] } else { vec![width] };
    let task = Task::Classification { classes: count };
    let features = ["petal length", "petal width", "sepal length"].map(String::from);
    Arc::new(Dataset {
        feature_names: if is_image { Vec::new() } else { features.to_vec() },
        ..Dataset::new("Made by hand", SampleShape(shape), task, part.clone(), part)
    })
}

/// A run has said how likely each class of every row of the test part is: mostly the true one,
/// sometimes another, and sometimes it is all but sure of a wrong one.
pub(crate) fn judge(state: &mut State, run: usize) {
    let data = Arc::clone(parts::data_of(state, run).expect("has data"));
    let classes = parts::classes_of(&data).expect("has classes");
    let rows = data.test.rows();
    let mut outputs = Vec::with_capacity(rows * classes);
    for row in 0..rows {
        let truth = data.test.targets.class(row).expect("has a class");
        let wobble = |class: usize| ((row * 37 + class * 101) as f32 * 12.9898).sin();
        let lean = if row % 11 == 4 { (truth + 1 + row % 2) % classes } else { truth };
        let strength = if row % 33 == 4 { 6.0 } else { 2.4 };
        let mut logits: Vec<f32> = (0..classes).map(wobble).collect();
        logits[lean] += strength;
        crate::base::softmax_into(&mut logits);
        outputs.extend(logits);
    }
    let outputs = Matrix::new(rows, classes, outputs).expect("fits");
    let said = verdicts(&outputs, |row| data.test.targets.class(row));
    let pairs = said.iter().map(|verdict| (verdict.truth, verdict.predicted));
    let table = Confusion::from_pairs(classes, pairs);
    let request = ScoresRequest { part: Part::Test, most: 20_000 };
    let scores = Scores { request, rows: (0..rows).collect(), outputs };
    let at = fixtures::at(10);
    let frame = ProbeFrame {
        confusion: vec![(Part::Test, table)],
        inside: Insight { scores: vec![scores], ..Insight::default() },
        ..ProbeFrame::empty(fixtures::id(state, run), at)
    };
    fixtures::show(state, run, frame);
}

/// A run on data of so many classes that has judged every row of the test part.
pub(crate) fn judged(count: usize, is_image: bool) -> State {
    let preset = if is_image { "mnist-mlp" } else { "spiral-relu" };
    let mut state = fixtures::with_data(preset, classes(count, is_image));
    judge(&mut state, 0);
    state
}

/// Writes a picture of a panel for the eye, in both themes, where `DESCENT_PICTURES` names a
/// folder.
pub(crate) fn picture(name: &str, state: impl Fn() -> State, size: Vec2, panel: Panel) {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    for (theme, word) in [(egui::Theme::Light, "light"), (egui::Theme::Dark, "dark")] {
        let mut bench = themed(state(), size, panel, theme);
        bench.run_steps(6);
        let image = bench.render().expect("a software renderer");
        let file = format!("{name}-{word}.png");
        image.save(std::path::Path::new(&folder).join(file)).expect("is writable");
    }
}
