use egui::{Key, Pos2, Rect, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::base::RunId;
use crate::data;
use crate::record::{
    EndReason, EndRule, Insight, LayerValues, ProbeFrame, RunState, Trace, TraceRequest,
};
use crate::spec::{DataSource, DrawnSpec, preset};
use crate::ui::format;
use crate::ui::testing::{self, Bench};
use crate::workbench::fixtures;

use super::*;

type Panel = Harness<'static, Bench>;

/// A few digits of a preset, whose run waits at step 0.
fn digits(name: &str) -> State {
    let spec = preset(name).expect("built in");
    let DataSource::Drawn(drawn) = &spec.data.source else { panic!("is drawn") };
    let few = DrawnSpec { per_class: 6, test_per_class: 2, ..drawn.clone() };
    let mut go_on = |_: f32| std::ops::ControlFlow::Continue(());
    let data = data::drawn(&few, 0, &mut go_on).expect("drawn");
    fixtures::with_data(name, Arc::new(data))
}

fn panel(state: State) -> Panel {
    testing::bench(state, vec2(760.0, 560.0), |ui, cx| show(ui, cx, 0))
}

fn wanted(panel: &mut Panel) -> ProbeRequest {
    let mut wanted = ProbeRequest::default();
    let bench = panel.state_mut();
    request(&bench.state, &mut bench.view.draw, 0, &mut wanted);
    wanted
}

fn values(request: &TraceRequest) -> &Arc<[f32]> {
    match &request.input {
        Input::Values(values) => values,
        Input::Row(..) => panic!("is drawn"),
    }
}

fn sheet(panel: &Panel) -> Rect {
    panel.get_by_label("Sheet to draw a digit on").rect()
}

fn stroke(panel: &mut Panel, points: &[Pos2]) {
    panel.drag_at(points[0]);
    panel.run_steps(1);
    for point in &points[1..] {
        panel.hover_at(*point);
        panel.run_steps(1);
    }
    panel.drop_at(points[points.len() - 1]);
    panel.run_steps(2);
}

/// A seven, as one writes it.
fn seven(panel: &mut Panel) {
    let rect = sheet(panel);
    let at = |x: f32, y: f32| rect.min + vec2(x, y) * rect.width();
    let corner = [at(0.25, 0.2), at(0.5, 0.2), at(0.75, 0.2), at(0.6, 0.5), at(0.45, 0.85)];
    stroke(panel, &corner);
    stroke(panel, &[at(0.4, 0.5), at(0.7, 0.5)]);
}

/// The network says what it takes the drawing for.
fn answer(panel: &mut Panel, outputs: &[f32]) {
    let wanted = wanted(panel);
    let request = wanted.inside.traces[0].clone();
    let state = &mut panel.state_mut().state;
    let hidden = state.draft().runs[0].model.hidden.len();
    let wave = |layer: usize, count: usize| -> Vec<f32> {
        (0..count).map(|i| ((i * (layer + 3)) as f32 * 0.37).sin()).collect()
    };
    let layers = (0..=hidden + 1).map(|layer| {
        let shapes = &state.run(0).expect("has a run").spec;
        let shape = match shapes.layers().get(layer) {
            Some(info) => info.output.0.clone(),
            None => vec![outputs.len()],
        };
        let count = shape.iter().product();
        LayerValues { layer, shape, values: wave(layer, count) }
    });
    let trace = Trace {
        input: values(&request).to_vec(),
        layers: layers.collect(),
        outputs: outputs.to_vec(),
        saliency: None,
        request,
    };
    let inside = Insight { traces: vec![trace], ..Insight::default() };
    let frame = ProbeFrame { inside, ..ProbeFrame::empty(RunId(0), fixtures::at(40)) };
    fixtures::show(state, 0, frame);
    panel.run_steps(2);
}

const SURE: [f32; 10] = [0.01, 0.02, 0.03, 0.0, 0.01, 0.02, 0.0, 0.871, 0.009, 0.03];

#[test]
fn what_is_drawn_is_asked_as_the_data_have_it() {
    let mut panel = panel(digits("drawn-digits"));
    assert!(wanted(&mut panel).is_empty(), "nothing was drawn yet");
    seven(&mut panel);
    let wanted = wanted(&mut panel);
    let features = values(&wanted.inside.traces[0]);
    assert_eq!(features.len(), 784);
    assert!(features.iter().all(|value| (0.0..=1.0).contains(value)));
    let mass: f32 = features.iter().sum();
    let centre = |place: fn(usize) -> usize| {
        let all = features.iter().enumerate();
        all.map(|(i, ink)| ink * (place(i) as f32 + 0.5)).sum::<f32>() / mass
    };
    let (x, y) = (centre(|i| i % 28), centre(|i| i / 28));
    assert!(mass > 20.0 && (x - 14.0).abs() < 0.5 && (y - 14.0).abs() < 0.5, "{x} {y}");
}

#[test]
fn the_answer_is_told_in_fixed_order_and_the_likeliest_in_words() {
    let mut panel = panel(digits("drawn-digits"));
    seven(&mut panel);
    panel.get_by_label("Asking the network …");
    answer(&mut panel, &SURE);
    panel.get_by_label_contains("Taken for class 7, 87.1");
    let row = |class: usize| {
        let label = format!("{class} {}", format::percent(f64::from(SURE[class])));
        panel.get_by_label(&label).rect()
    };
    assert!((1..10).all(|class| row(class).top() > row(class - 1).top()));
    panel.get_by_label_contains("Dense: 64 values");
    panel.get_by_label_contains("Logits: 10 values");
    panel.get_by_label("What the network sees: 28 by 28 pixels");
}

#[test]
fn an_answer_of_a_moment_ago_stays_until_the_next_one() {
    let mut panel = panel(digits("drawn-digits"));
    seven(&mut panel);
    answer(&mut panel, &SURE);
    let rect = sheet(&panel);
    stroke(&mut panel, &[rect.center(), rect.center() + vec2(30.0, 0.0)]);
    panel.get_by_label_contains("Taken for class 7");
    let mut other = SURE;
    other.swap(7, 3);
    answer(&mut panel, &other);
    panel.get_by_label_contains("Taken for class 3");
}

#[test]
fn strokes_are_taken_back_one_by_one_and_all_at_once() {
    let mut panel = panel(digits("drawn-digits"));
    seven(&mut panel);
    let whole = wanted(&mut panel);
    panel.get_by_label("Undo stroke").click();
    panel.run_steps(2);
    let shorter = wanted(&mut panel);
    assert!(!shorter.is_empty() && shorter != whole);
    panel.get_by_label("Undo stroke").click();
    panel.run_steps(2);
    assert!(wanted(&mut panel).is_empty());
    seven(&mut panel);
    assert_eq!(wanted(&mut panel), whole, "the same strokes are the same sample");
    panel.get_by_label("Clear").click();
    panel.run_steps(2);
    assert!(wanted(&mut panel).is_empty());
}

#[test]
fn a_broader_brush_draws_broader_strokes() {
    let mut sums = Vec::new();
    for brush in ["Fine brush", "Medium brush", "Broad brush"] {
        let mut panel = panel(digits("drawn-digits"));
        panel.get_by_label(brush).click();
        panel.run_steps(1);
        seven(&mut panel);
        let wanted = wanted(&mut panel);
        sums.push(values(&wanted.inside.traces[0]).iter().sum::<f32>());
    }
    assert!(sums.is_sorted_by(|a, b| 1.2 * a < *b), "{sums:?}");
}

#[test]
fn keys_draw_too() {
    let mut panel = panel(digits("drawn-digits"));
    panel.get_by_label("Sheet to draw a digit on").focus();
    panel.run_steps(2);
    panel.key_press(Key::Space);
    panel.run_steps(1);
    for _ in 0..8 {
        panel.key_press(Key::ArrowDown);
        panel.run_steps(1);
    }
    panel.key_press(Key::Space);
    panel.run_steps(1);
    let drawn = wanted(&mut panel);
    assert!(!drawn.is_empty());
    panel.key_press(Key::ArrowLeft);
    panel.run_steps(1);
    assert_eq!(wanted(&mut panel), drawn, "the brush is lifted");
    panel.key_press(Key::Delete);
    panel.run_steps(2);
    assert!(wanted(&mut panel).is_empty());
}

#[test]
fn small_images_are_drawn_pixel_by_pixel() {
    let mut panel = panel(digits("bitmap-digits"));
    let rect = panel.get_by_label("Grid of 6 by 6 pixels").rect();
    let cell = |column: usize, row: usize| {
        rect.min + vec2(column as f32 + 0.5, row as f32 + 0.5) * rect.width() / 6.0
    };
    stroke(&mut panel, &[cell(2, 0), cell(2, 2)]);
    let drawn = wanted(&mut panel);
    let features = values(&drawn.inside.traces[0]);
    let ink: Vec<usize> = (0..36).filter(|&pixel| features[pixel] > 0.5).collect();
    assert_eq!((features.len(), ink), (36, vec![2, 8, 14]));
    stroke(&mut panel, &[cell(2, 1)]);
    let after = wanted(&mut panel);
    assert_eq!(values(&after.inside.traces[0])[8], 0.0, "a second touch takes ink away");
    panel.get_by_label("Undo stroke").click();
    panel.run_steps(2);
    assert_eq!(wanted(&mut panel), drawn);
    answer(&mut panel, &[0.8, 0.15, 0.05]);
    panel.get_by_label_contains("Taken for class 1, 80.0");
    panel.get_by_label("Grid of 6 by 6 pixels").focus();
    panel.run_steps(1);
    panel.key_press(Key::ArrowRight);
    panel.run_steps(1);
    panel.key_press(Key::Space);
    panel.run_steps(1);
    let pixels = wanted(&mut panel);
    assert_eq!(values(&pixels.inside.traces[0]).iter().filter(|ink| **ink > 0.5).count(), 4);
}

#[test]
fn data_that_are_no_images_offer_digits() {
    let mut panel = panel(fixtures::ready("spiral-relu"));
    assert!(wanted(&mut panel).is_empty());
    panel.get_by_label_contains("These data are no images");
    panel.get_by_label("Open bitmap digits").click();
    panel.run_steps(1);
    let asked = &panel.state().log;
    assert!(asked.contains(&Action::OpenPreset("bitmap-digits".into())), "{asked:?}");
    let empty = testing::bench(
        State::new(preset("mnist-mlp").expect("built in")),
        vec2(700.0, 400.0),
        |ui, cx| show(ui, cx, 0),
    );
    empty.get_by_label_contains("There are no data yet");
}

#[test]
fn a_run_that_ended_still_answers() {
    let mut panel = panel(digits("drawn-digits"));
    seven(&mut panel);
    let state = &mut panel.state_mut().state;
    let at = fixtures::at(40);
    let last = crate::record::Checkpoint { at, ..crate::record::Checkpoint::default() };
    let mark = crate::record::Mark { checkpoint: Arc::new(last), measured: None };
    fixtures::remember(state, 0, vec![mark]);
    let reason = EndReason::Completed(EndRule::Steps(40).into());
    fixtures::enter(state, 0, RunState::Ended(reason));
    panel.run_steps(2);
    assert!(panel.query_by_label("Wake the network").is_none());
    let state = &mut panel.state_mut().state;
    let broken = EndReason::DeviceLost("The graphics card went away.".into());
    fixtures::enter(state, 0, RunState::Ended(broken));
    panel.run_steps(2);
    panel.get_by_label("Wake the network").click();
    panel.run_steps(1);
    let asked = &panel.state().log;
    assert!(asked.contains(&Action::BackTo(0, crate::base::Step(40))), "{asked:?}");
}

/// Writes pictures for the eye where `DESCENT_PICTURES` names a folder.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    for theme in [egui::Theme::Light, egui::Theme::Dark] {
        for (name, preset, size) in [
            ("draw", "drawn-digits", [760.0, 560.0]),
            ("draw-cnn", "drawn-digits-cnn", [900.0, 640.0]),
            ("draw-small", "drawn-digits", [340.0, 640.0]),
            ("draw-grid", "bitmap-digits", [620.0, 520.0]),
            ("draw-none", "spiral-relu", [620.0, 300.0]),
            ("draw-empty", "drawn-digits", [620.0, 520.0]),
        ] {
            let state = match preset {
                "spiral-relu" => fixtures::ready(preset),
                _ => digits(preset),
            };
            let size = vec2(size[0], size[1]);
            let mut panel = testing::themed(state, size, |ui, cx| show(ui, cx, 0), theme);
            panel.run_steps(3);
            match (name, preset) {
                ("draw-empty" | "draw-none", _) => {}
                (_, "bitmap-digits") => {
                    let rect = panel.get_by_label("Grid of 6 by 6 pixels").rect();
                    let at =
                        |x: f32, y: f32| rect.min + vec2(x + 0.5, y + 0.5) * rect.width() / 6.0;
                    stroke(&mut panel, &[at(2.0, 0.0), at(2.0, 2.0), at(2.0, 4.0), at(2.0, 5.0)]);
                    answer(&mut panel, &[0.8, 0.15, 0.05]);
                }
                _ => {
                    seven(&mut panel);
                    answer(&mut panel, &SURE);
                }
            }
            panel.hover_at(pos2(2.0, 2.0));
            panel.run_steps(4);
            let image = panel.render().expect("a software renderer");
            let file = format!("{name}-{theme:?}.png").to_lowercase();
            image.save(std::path::Path::new(&folder).join(file)).expect("is writable");
        }
    }
}

#[test]
fn other_looks_are_painted_at_once() {
    testing::repaints(|| {
        let mut panel = panel(digits("drawn-digits"));
        seven(&mut panel);
        answer(&mut panel, &SURE);
        panel
    });
}
