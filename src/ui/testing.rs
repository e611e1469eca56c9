//! A panel alone on a bench: its actions are logged and done at once, without any thread.

use std::cell::Cell;
use std::sync::Arc;

use egui::epaint::TextShape;
use egui::{Context, Frame, Key, Modifiers, Pos2, Role, Shape, TextureId, Ui, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::base::Matrix;
use crate::data::{Dataset, Labelled, Targets};
use crate::record::{Confusion, Insight, Part, ProbeFrame, Scores, ScoresRequest, verdicts};
use crate::spec::{RunSpec, SampleShape, Task};
use crate::workbench::{Action, Edit, State, fixtures};

use super::capture;
use super::theme::Theme;
use super::{Cx, View, parts, snapshots};

/// How a panel shows itself.
pub(crate) type Panel = fn(&mut Ui, &mut Cx<'_>);

/// How a run answers what a panel wants to know, as the trainer would.
pub(crate) type Answer = fn(&mut State, &mut View);

/// A panel and all it needs.
pub(crate) struct Bench {
    pub(crate) state: State,
    pub(crate) view: View,
    /// Everything the panel asked for, in order.
    pub(crate) log: Vec<Action>,
    panel: Panel,
    answer: Option<Answer>,
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

thread_local! {
    /// The looks in which every bench of this test begins, whichever it asks for.
    static LOOKS: Cell<Option<&'static Theme>> = const { Cell::new(None) };
}

fn look(ctx: &Context, theme: &Theme) {
    Theme::project(ctx, theme.is_projector());
    ctx.set_theme(theme.kind());
}

/// What `make` gives, in these looks from the first frame on.
pub(crate) fn in_looks<T>(theme: &'static Theme, make: impl FnOnce() -> T) -> T {
    LOOKS.set(Some(theme));
    let made = make();
    LOOKS.set(None);
    made
}

/// Holds that a panel whose looks change is painted as if it had always had the new ones,
/// whatever it keeps from frame to frame.
pub(crate) fn repaints(make: impl Fn() -> Harness<'static, Bench>) {
    for theme in [&Theme::PROJECTOR_LIGHT, &Theme::PROJECTOR_DARK] {
        let mut switched = make();
        look(&switched.ctx, theme);
        let mut fresh = in_looks(theme, &make);
        for bench in [&mut switched, &mut fresh] {
            bench.run_steps(4);
        }
        let [old, new] = [&switched, &fresh].map(painted);
        assert_eq!(old.len(), new.len(), "{:?}", theme.variant);
        for (old, new) in old.iter().zip(&new) {
            assert!(old == new, "{:?}: {old:.200?} is not {new:.200?}", theme.variant);
        }
        if snapshots::can_draw() {
            let [old, new] = [switched, fresh].map(|mut bench| bench.render().expect("draws"));
            let pairs = old.as_raw().iter().zip(new.as_raw());
            let most = pairs.map(|(old, new)| old.abs_diff(*new)).max().unwrap_or_default();
            // Letters that lie elsewhere on the texture of the font are rounded otherwise.
            assert!(most <= 2, "{:?}: a texture of other looks, by {most}", theme.variant);
        }
    }
}

/// What a frame painted, text aside from where it lies on the texture of the font.
fn painted(bench: &Harness<'_, Bench>) -> Vec<(Shape, Vec<(Pos2, String)>)> {
    let shapes = bench.output().shapes.iter();
    shapes.map(|clipped| stripped(clipped.shape.clone())).collect()
}

/// A shape without the names of textures, which tell nothing, and the words it had.
fn stripped(mut shape: Shape) -> (Shape, Vec<(Pos2, String)>) {
    let mut words = Vec::new();
    strip(&mut shape, &mut words);
    (shape, words)
}

fn strip(shape: &mut Shape, words: &mut Vec<(Pos2, String)>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter_mut().for_each(|shape| strip(shape, words)),
        Shape::Text(TextShape { pos, galley, .. }) => {
            let colours = galley.job.sections.iter().map(|section| section.format.color);
            let colours: Vec<_> = colours.collect();
            words.push((*pos, format!("{} {colours:?}", galley.text())));
            *shape = Shape::Noop;
        }
        Shape::Mesh(mesh) => Arc::make_mut(mesh).texture_id = TextureId::default(),
        Shape::Rect(rect) => rect.brush = None,
        _ => {}
    }
}

/// The same in one of the two themes.
pub(crate) fn themed(
    state: State,
    size: Vec2,
    panel: Panel,
    theme: egui::Theme,
) -> Harness<'static, Bench> {
    let (view, log) = (View::default(), Vec::new());
    on_bench(Bench { state, view, log, panel, answer: None }, size, theme)
}

/// The same with a run that has answered what the panel wants to know at first.
pub(crate) fn answered(
    mut state: State,
    size: Vec2,
    (panel, answer): (Panel, Answer),
    theme: egui::Theme,
) -> Harness<'static, Bench> {
    let (mut view, log) = (View::default(), Vec::new());
    answer(&mut state, &mut view);
    let bench = Bench { state, view, log, panel, answer: Some(answer) };
    let mut harness = on_bench(bench, size, theme);
    harness.run_steps(3);
    harness
}

/// Lets the run answer what the panel wants to know by now.
pub(crate) fn then(harness: &mut Harness<'static, Bench>) {
    harness.run_steps(2);
    let Bench { state, view, answer, .. } = harness.state_mut();
    answer.expect("the run answers")(state, view);
    harness.run_steps(3);
}

fn on_bench(bench: Bench, size: Vec2, theme: egui::Theme) -> Harness<'static, Bench> {
    let looks = LOOKS.get();
    let theme = looks.map_or(theme, Theme::kind);
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_max_steps(20)
        .with_context_setup(move |ctx| {
            Theme::apply(ctx);
            capture::install(ctx);
            if let Some(looks) = looks {
                look(ctx, looks);
            }
        })
        .build_ui_state(|ui, bench: &mut Bench| bench.frame(ui), bench)
}

/// A run on some data that waits at step 0.
pub(crate) fn ready(spec: RunSpec, data: Arc<Dataset>) -> State {
    let mut state = fixtures::loading("spiral-relu");
    fixtures::act(&mut state, Action::Edit(Edit::SetRun(0, spec)));
    fixtures::give(&mut state, Ok(data));
    state
}

/// Types into the field of a number.
pub(crate) fn type_number(harness: &mut Harness<'_, Bench>, name: &str, text: &str) {
    harness.get_by_role_and_label(Role::SpinButton, name).click();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_role_and_label(Role::TextInput, name).type_text(text);
    harness.key_press(Key::Enter);
    harness.run();
}

/// Draws a slider to its middle.
pub(crate) fn slide_to_middle(harness: &mut Harness<'_, Bench>, name: &str) {
    let slider = harness.get_by_role_and_label(Role::Slider, name).rect();
    harness.drag_at(slider.center());
    harness.step();
    harness.drop_at(slider.center());
    harness.run();
}

/// The probability of the second of two classes rises from 0 at the left to 1 at the right.
pub(crate) fn rising(side: usize) -> Matrix {
    let cell = |cell: usize| {
        let x = ((cell % side) as f32 + 0.5) / side as f32;
        [1.0 - x, x]
    };
    Matrix::new(side * side, 2, (0..side * side).flat_map(cell).collect()).expect("fits")
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

/// Clicks a place with the right button.
pub(crate) fn right_click(bench: &mut Harness<'_, Bench>, at: Pos2) {
    bench.hover_at(at);
    bench.run_steps(2);
    for pressed in [true, false] {
        bench.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    bench.run_steps(3);
}

/// Writes a picture of a panel for the eye, in both themes, where `DESCENT_PICTURES` names a
/// folder.
pub(crate) fn picture(name: &str, state: impl Fn() -> State, size: Vec2, panel: Panel) {
    if std::env::var("DESCENT_PICTURES").is_err() {
        return;
    }
    for theme in [egui::Theme::Light, egui::Theme::Dark] {
        keep(name, &mut themed(state(), size, panel, theme), theme);
    }
}

/// Writes a picture of a window for the eye where `DESCENT_PICTURES` names a folder.
pub(crate) fn keep<T>(name: &str, harness: &mut Harness<'_, T>, theme: egui::Theme) {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    harness.run_steps(6);
    let image = harness.render().expect("a software renderer");
    let word = if theme == egui::Theme::Dark { "dark" } else { "light" };
    let file = format!("{name}-{word}.png");
    image.save(std::path::Path::new(&folder).join(file)).expect("is writable");
}
