//! Makes the pictures of the README:
//! `cargo test --release --test it -- --ignored screenshots`
//!
//! They are drawn by the software Vulkan driver, so that they look alike wherever they are made.

use std::path::Path;
use std::time::{Duration, Instant};

use std::fmt::Write as _;

use descent::base::{RunRng, Step, Stream};
use descent::record::{EndReason, Run, RunState};
use descent::spec::{DataSource, ExperimentSpec, StopRule, preset};
use descent::ui::App;
use descent::workbench::{State, SweepState};
use egui::{Role, Theme};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

/// Longer than any scene takes to get where it is to be shown.
const PATIENCE: Duration = Duration::from_secs(240);

/// A window, drawn by nobody yet.
fn open(spec: ExperimentSpec, theme: Theme, size: [f32; 2]) -> Harness<'static, App> {
    let mut window = Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .wgpu()
        .build_eframe(|cc| App::new(&cc.egui_ctx, cc.storage, Some(spec)));
    window.input_mut().system_theme = Some(theme);
    window
}

/// Draws frames until something is so.
fn until(window: &mut Harness<'_, App>, what: &str, is_so: impl Fn(&State) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so(window.state().workbench().state()) {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        window.step();
        // The threads that the window waits for want the processor, too.
        std::thread::yield_now();
    }
}

fn rests(state: &State) -> bool {
    let waits =
        |index| state.run(index).is_some_and(|run| matches!(run.state, RunState::Paused(_)));
    state.can_play() && (0..state.num_runs()).all(waits)
}

fn has_trained(state: &State) -> bool {
    let done = |run: &Run| matches!(run.state, RunState::Ended(EndReason::Completed(_)));
    (0..state.num_runs()).all(|index| state.run(index).is_some_and(done))
}

/// Whether every run shows a picture of the step it stands at.
fn is_drawn(state: &State) -> bool {
    (0..state.num_runs())
        .filter_map(|index| state.run(index))
        .all(|run| run.frame.as_ref().is_some_and(|frame| frame.at.step == run.position().step))
}

fn keep(window: &mut Harness<'_, App>, scene: &str, theme: Theme) {
    window.run_steps(8);
    let picture = window.render().expect("a Vulkan driver draws");
    let folder = std::env::var("DESCENT_SCREENSHOTS").unwrap_or_else(|_| {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screenshots").display().to_string()
    });
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let theme = if theme == Theme::Dark { "dark" } else { "light" };
    let path = Path::new(&folder).join(format!("{scene}-{theme}.png"));
    picture.save(&path).expect("the picture is written");
}

fn play(window: &mut Harness<'_, App>) {
    window.key_press(egui::Key::Space);
    until(window, "training begins", |state| {
        state.is_active()
            || (0..state.num_runs())
                .all(|i| state.run(i).is_some_and(|run| run.position().step > Step(0)))
    });
}

/// Pixels of the window: `1920x1080` in `DESCENT_SCREENSHOT_SIZE`, or those of a small screen.
fn size() -> [f32; 2] {
    let asked = std::env::var("DESCENT_SCREENSHOT_SIZE").unwrap_or_default();
    let sides = asked.split_once('x').and_then(|(w, h)| Some([w.parse().ok()?, h.parse().ok()?]));
    sides.unwrap_or([1280.0, 800.0])
}

fn stop_at(mut spec: ExperimentSpec, stop: StopRule) -> ExperimentSpec {
    spec.runs.iter_mut().for_each(|run| run.train.stop = stop);
    spec
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_the_spiral() {
    for theme in [Theme::Light, Theme::Dark] {
        let spec = preset("spiral-relu").expect("built in");
        let mut window = open(spec, theme, size());
        until(&mut window, "the first picture", |state| rests(state) && is_drawn(state));
        keep(&mut window, "start", theme);
        play(&mut window);
        until(&mut window, "step 1500", |state| {
            state.run(0).is_some_and(|run| run.position().step >= Step(1500))
        });
        keep(&mut window, "playing", theme);
    }
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_projector_and_help() {
    for theme in [Theme::Light, Theme::Dark] {
        let spec = stop_at(preset("spiral-relu").expect("built in"), StopRule::Steps(1500));
        let mut window = open(spec, theme, size());
        until(&mut window, "the first picture", |state| rests(state) && is_drawn(state));
        play(&mut window);
        until(&mut window, "the end", |state| has_trained(state) && is_drawn(state));
        window.key_press_modifiers(egui::Modifiers::COMMAND | egui::Modifiers::SHIFT, egui::Key::P);
        window.run_steps(8);
        keep(&mut window, "projector", theme);
        window.key_press_modifiers(egui::Modifiers::COMMAND | egui::Modifiers::SHIFT, egui::Key::P);
        window.run_steps(8);
        window.key_press(egui::Key::F1);
        window.run_steps(4);
        window.get_all_by_label("Learning rate").next().expect("in the strip").hover();
        window.run_steps(8);
        keep(&mut window, "help", theme);
        window.key_press_modifiers(egui::Modifiers::SHIFT, egui::Key::F1);
        window.run_steps(8);
        keep(&mut window, "glossary", theme);
    }
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_the_comparison() {
    for theme in [Theme::Light, Theme::Dark] {
        let spec = stop_at(preset("linear-vs-relu").expect("built in"), StopRule::Steps(3000));
        let mut window = open(spec, theme, size());
        until(&mut window, "the first picture", |state| rests(state) && is_drawn(state));
        play(&mut window);
        until(&mut window, "the end", |state| has_trained(state) && is_drawn(state));
        keep(&mut window, "compare", theme);
    }
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_mnist() {
    let Ok(data) = std::env::var("DESCENT_DATA") else {
        eprintln!("SKIPPED: DESCENT_DATA names no folder with MNIST in it.");
        return;
    };
    for theme in [Theme::Light, Theme::Dark] {
        let mut spec = stop_at(preset("mnist-mlp").expect("built in"), StopRule::Epochs(1));
        let DataSource::Idx(idx) = &mut spec.data.source else { panic!("made of IDX files") };
        idx.folder = format!("{data}/mnist");
        let mut window = open(spec, theme, size());
        until(&mut window, "the first picture", rests);
        play(&mut window);
        until(&mut window, "the end", |state| has_trained(state) && is_drawn(state));
        keep(&mut window, "mnist", theme);
    }
}

/// A table as a school's weather station might write it: semicolons, decimal commas, gaps, and a
/// row that is cut off.
fn weather() -> String {
    let mut rng = RunRng::new(4).stream(Stream::TrainNoise, 0);
    let mut text = String::from("Station Schulhof\nday;temperature;humidity;wind;sky;rain\n");
    for day in 1..=120 {
        let humid = rng.range(35.0, 95.0);
        let wind = ["calm", "breeze", "storm"][rng.below(3)];
        let sky = if humid > 70.0 { "grey" } else { ["clear", "cloudy"][rng.below(2)] };
        let rain = if humid + 12.0 * rng.normal() > 68.0 { "yes" } else { "no" };
        let heat = format!("{:.1}", 16.0 + 6.0 * rng.normal()).replace('.', ",");
        let heat = if day % 17 == 0 { "?" } else { &heat };
        let (month, day) = (1 + (day - 1) / 28, 1 + (day - 1) % 28);
        let row = format!("2026-{month:02}-{day:02};{heat};{humid:.0};{wind};{sky};{rain}");
        let row = if month == 2 && day == 9 { &row[..12] } else { &row };
        writeln!(text, "{row}").expect("writes to memory");
    }
    text
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_the_dataset_page() {
    for theme in [Theme::Light, Theme::Dark] {
        let spec = preset("spiral-relu").expect("built in");
        let mut window = open(spec, theme, size());
        until(&mut window, "the first picture", rests);
        // By dropping a file, as a teacher would.
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("weather.csv");
        std::fs::write(&path, weather()).expect("written");
        window.state_mut().open(&path);
        until(&mut window, "the table is there", |state| {
            matches!(&state.draft().data.source, DataSource::Csv(_))
                && state.preview().is_some()
                && rests(state)
        });
        keep(&mut window, "dataset", theme);
        window.get_by_role_and_label(Role::Button, "Columns").click();
        keep(&mut window, "columns", theme);
    }
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_drawn_digits() {
    for theme in [Theme::Light, Theme::Dark] {
        let spec = stop_at(preset("drawn-digits").expect("built in"), StopRule::Epochs(2));
        let mut window = open(spec, theme, size());
        until(&mut window, "the first picture", rests);
        play(&mut window);
        until(&mut window, "the end", |state| has_trained(state) && is_drawn(state));
        keep(&mut window, "digits", theme);
    }
}

fn type_into(window: &mut Harness<'_, App>, field: &str, text: &str) {
    let node = window.get_by_label(field);
    node.focus();
    node.click();
    window.run_steps(2);
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    window.run_steps(2);
    window.get_by_label(field).type_text(text);
    window.run_steps(2);
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_a_search() {
    for theme in [Theme::Light, Theme::Dark] {
        let spec = stop_at(preset("spiral-relu").expect("built in"), StopRule::Steps(400));
        let mut window = open(spec, theme, size());
        until(&mut window, "the first picture", |state| rests(state) && is_drawn(state));
        window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::G);
        window.run_steps(4);
        window.get_by_label("Add field").click();
        window.run_steps(4);
        type_into(&mut window, "Field 2", "model.0.units");
        type_into(&mut window, "Values of field 2", "4, 16, 64");
        type_into(&mut window, "Values of field 1", "0.03, 0.1, 0.3, 1");
        window.get_by_label("Start 12 trials").click();
        window.run_steps(4);
        until(&mut window, "all trials", |state| {
            state.sweep().is_some_and(|sweep| sweep.state() == SweepState::Finished)
        });
        keep(&mut window, "search", theme);
        for (tab, scene) in [("Heat map", "search-heat"), ("Pictures", "search-pictures")] {
            window.get_by_label(tab).click();
            window.run_steps(4);
            keep(&mut window, scene, theme);
        }
    }
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_the_tools_of_a_run() {
    for theme in [Theme::Light, Theme::Dark] {
        let spec = stop_at(preset("spiral-relu").expect("built in"), StopRule::Steps(800));
        let mut window = open(spec, theme, size());
        until(&mut window, "the first picture", |state| rests(state) && is_drawn(state));
        window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::L);
        window.run_steps(4);
        window.get_by_label("Search").click();
        window.run_steps(4);
        until(&mut window, "a learning rate", |state| state.rate_sweep(0).is_some());
        keep(&mut window, "learning-rate", theme);
        window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::L);
        play(&mut window);
        until(&mut window, "the end", |state| has_trained(state) && is_drawn(state));
        window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::H);
        window.run_steps(4);
        keep(&mut window, "past", theme);
    }
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_a_convolutional_network() {
    for theme in [Theme::Light, Theme::Dark] {
        let spec = stop_at(preset("drawn-digits-resnet").expect("built in"), StopRule::Steps(40));
        let mut window = open(spec, theme, size());
        until(&mut window, "the first picture", rests);
        play(&mut window);
        until(&mut window, "the end", |state| has_trained(state) && is_drawn(state));
        keep(&mut window, "cnn", theme);
    }
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_the_layouts() {
    const LAYOUTS: [(egui::Key, &str); 5] = [
        (egui::Key::Num1, "layout-build"),
        (egui::Key::Num2, "layout-train"),
        (egui::Key::Num3, "layout-inspect"),
        (egui::Key::Num4, "layout-compare"),
        (egui::Key::Num5, "layout-lesson"),
    ];
    for theme in [Theme::Light, Theme::Dark] {
        let spec = preset("spiral-relu").expect("built in");
        let mut window = open(spec, theme, size());
        until(&mut window, "the first picture", |state| rests(state) && is_drawn(state));
        play(&mut window);
        until(&mut window, "step 400", |state| {
            state.run(0).is_some_and(|run| run.position().step >= Step(400))
        });
        for (key, scene) in LAYOUTS {
            if key == egui::Key::Num4 {
                window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::D);
                window.run_steps(8);
            }
            window.key_press_modifiers(egui::Modifiers::COMMAND, key);
            window.run_steps(60);
            keep(&mut window, scene, theme);
        }
    }
}

/// Deep enough that the spiral is seen to be unrolled from layer to layer.
fn deep() -> ExperimentSpec {
    let mut spec = preset("spiral-relu").expect("built in");
    let layer = || {
        use descent::spec::{Activation, DenseSpec, LayerSpec};
        [LayerSpec::from(DenseSpec::new(8)), LayerSpec::from(Activation::Tanh)]
    };
    spec.runs[0].name = "tanh 8-8-8".into();
    spec.runs[0].model.hidden = (0..3).flat_map(|_| layer()).collect();
    spec.runs[0].train.learning_rate = descent::base::Finite::lit(0.3);
    stop_at(spec, StopRule::Steps(6000))
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_the_inside() {
    for theme in [Theme::Light, Theme::Dark] {
        let mut window = open(deep(), theme, size());
        until(&mut window, "the run waits", rests);
        play(&mut window);
        until(&mut window, "the run is over", has_trained);
        window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Num3);
        until(&mut window, "every neuron is mapped", |state| {
            let frame = state.run(0).and_then(|run| run.frame.as_ref());
            frame
                .is_some_and(|frame| !frame.inside.maps.is_empty() && frame.inside.hidden.is_some())
        });
        keep(&mut window, "inspect", theme);
    }
}

#[test]
#[ignore = "makes the pictures of the README"]
fn screenshots_of_layers() {
    for theme in [Theme::Light, Theme::Dark] {
        let spec = stop_at(preset("drawn-digits-cnn").expect("built in"), StopRule::Steps(150));
        let mut window = open(spec, theme, size());
        until(&mut window, "the first picture", rests);
        play(&mut window);
        until(&mut window, "the run is over", has_trained);
        window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Num3);
        window.run_steps(4);
        let tab = window.get_by_role_and_label(Role::Tab, "Layer by layer");
        let inside = tab.rect().center() + egui::vec2(0.0, 120.0);
        tab.click();
        until(&mut window, "a sample is followed", |state| {
            let frame = state.run(0).and_then(|run| run.frame.as_ref());
            frame.is_some_and(|frame| !frame.inside.traces.is_empty())
        });
        window.hover_at(inside);
        window.run_steps(4);
        window.key_press(egui::Key::F11);
        window.run_steps(4);
        window.hover_at(egui::pos2(2.0, 2.0));
        keep(&mut window, "layers", theme);
    }
}
