//! What a frame of the window costs the processor, rasterisation left out, while both runs of
//! "Linear or ReLU?" train and everything is visible, on the page about a table of 785 columns,
//! and while a table of 110 MB is being read (where `DESCENT_DATA` has MNIST to make it from). Run
//! with `cargo bench --bench frame`, alone on the machine.

#![allow(clippy::print_stdout, reason = "its table is what it is for")]

use std::path::Path;
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use descent::record::RunState;
use descent::spec::{
    Activation, CsvSpec, DataSource, DataSpec, DenseSpec, ExperimentSpec, LayerSpec, StopRule,
    preset,
};
use descent::ui::App;
use descent::workbench::DataState;
use egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

mod common;

/// Frames that are measured.
const FRAMES: usize = 600;
/// Time from one frame to the next, as a screen has it.
const FRAME: Duration = Duration::from_micros(16_667);
/// How long training is timed with the window seen, and as long with it hidden.
const PAIRED: Duration = Duration::from_secs(3);
/// What a frame may cost at the median.
const BUDGET_MS: f64 = 8.0;

fn main() {
    let head = ["median", "99th pct", "most"].map(|name| format!("{name:>12}")).concat();
    println!("{:<44}{head}", "processor time of a frame, ms");
    for (size, name) in [([1280.0, 800.0], "1280 × 800"), ([1920.0, 1080.0], "1920 × 1080")] {
        let mut window = open(size);
        report(&format!("{name}, paused"), &measure(&mut window));
        window.key_press(Key::Space);
        report(&format!("{name}, both runs playing"), &measure(&mut window));
        assert!(window.state().workbench().state().is_active(), "they played to the last frame");
    }
    deep_network();
    dataset_page();
    if let Some(data) = std::env::var_os("DESCENT_DATA") {
        loading(&Path::new(&data).join("mnist"));
    }
}

/// Six layers of eight neurons with every map, the boundary, three plots of curves, the confusion
/// matrix and the hidden space in sight; and how much of its speed training keeps meanwhile.
fn deep_network() {
    let mut spec = preset("spiral-relu").expect("built in");
    let layer = || [LayerSpec::from(DenseSpec::new(8)), LayerSpec::from(Activation::Tanh)];
    spec.runs[0].model.hidden = (0..6).flat_map(|_| layer()).collect();
    let mut window = open_spec([1920.0, 1080.0], spec);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Num3);
    window.run_steps(4);
    window.get_by_role_and_label(Role::Tab, "Confusion matrix").click();
    for quantity in ["Objective", "Accuracy"] {
        window.run_steps(4);
        window.get_by_label(quantity).click_modifiers(Modifiers::SHIFT);
    }
    window.run_steps(4);
    report("1920 × 1080, 6 × 8 neurons, paused", &measure(&mut window));
    window.key_press(Key::Space);
    report("1920 × 1080, 6 × 8 neurons, playing", &measure(&mut window));
    let run = window.state().workbench().state().run(0);
    let frame = run.and_then(|run| run.frame.clone()).expect("it was pictured");
    let mapped: usize = frame.inside.maps.iter().map(|maps| maps.request.layers.len()).sum();
    assert!(mapped >= 6 && frame.boundary.is_some() && !frame.confusion.is_empty());
    let rates: Vec<[f64; 2]> =
        (0..5).map(|_| [true, false].map(|seen| rate(&mut window, seen))).collect();
    let mut shares: Vec<f64> = rates.iter().map(|[seen, hidden]| seen / hidden).collect();
    shares.sort_by(f64::total_cmp);
    println!(
        "training keeps {:.0} % of its speed while it is watched (median of five pairs: {})",
        100.0 * shares[2],
        rates
            .iter()
            .map(|[seen, hidden]| format!("{seen:.0}/{hidden:.0}"))
            .collect::<Vec<_>>()
            .join(", ")
    );
}

/// Steps a second of the first run, with the window drawn sixty times a second or not at all.
fn rate(window: &mut Harness<'_, App>, seen: bool) -> f64 {
    let step = |window: &mut Harness<'_, App>| {
        window.run_steps(3);
        let run = window.state().workbench().state().run(0).map(|run| run.position().step.0);
        run.expect("it trains") as f64
    };
    let (before, begun) = (step(window), Instant::now());
    while begun.elapsed() < PAIRED {
        let clock = Instant::now();
        if seen {
            frame(window);
        }
        wait(FRAME.saturating_sub(clock.elapsed()));
    }
    (step(window) - before) / begun.elapsed().as_secs_f64()
}

/// Every tab of the page about a table of a label and 784 numbers.
fn dataset_page() {
    let folder = tempfile::tempdir().expect("a folder for the table");
    let table = folder.path().join("wide.csv");
    std::fs::write(&table, wide_table()).expect("the table is written");
    for tab in ["Table", "Columns", "Scatter", "Preparation", "Result"] {
        let mut window = open_page(&table, tab);
        report(&format!("1920 × 1080, dataset page, {tab}"), &measure(&mut window));
    }
}

fn wide_table() -> String {
    let names = (1..785).map(|column| format!("feature{column}")).collect::<Vec<_>>().join(",");
    let mut text = format!("label,{names}");
    for row in 0..500_u32 {
        let cells = (1..785).map(|column| format!("{}.5", row * column % 301));
        text += &format!("\n{},{}", row % 3, cells.collect::<Vec<_>>().join(","));
    }
    text
}

fn open_page(table: &Path, tab: &str) -> Harness<'static, App> {
    let mut spec = preset("digits123").expect("built in");
    let path = table.display().to_string();
    spec.data = DataSpec::new(DataSource::Csv(CsvSpec::of_file(path)));
    let mut window = Harness::builder()
        .with_size([1920.0, 1080.0])
        .build_eframe(|cc| App::new(&cc.egui_ctx, cc.storage, Some(spec)));
    let begun = Instant::now();
    let is_there = |window: &Harness<'_, App>| {
        let state = window.state().workbench().state();
        matches!(state.data(), DataState::Ready(_)) && state.preview().is_some()
    };
    while !is_there(&window) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the table was never there");
        window.step();
    }
    window.key_press_modifiers(Modifiers::COMMAND, Key::I);
    window.run_steps(4);
    window.get_by_role_and_label(Role::Button, tab).click();
    window.run_steps(4);
    window
}

/// Frames while a large table is being read: by the clock on the wall, too, since reading must
/// not make the window wait.
fn loading(mnist: &Path) {
    let folder = tempfile::tempdir().expect("a folder for the table");
    let table = common::write_table(mnist, &folder.path().join("mnist.csv"));
    let mut window = open([1280.0, 800.0]);
    window.state_mut().open(&table);
    let (mut costs, mut waits) = (Vec::new(), Vec::new());
    let mut begun = false;
    loop {
        let clock = Instant::now();
        costs.push(frame(&mut window));
        waits.push(clock.elapsed().as_secs_f64() * 1e3);
        match window.state().workbench().state().data() {
            DataState::Loading(_) => begun = true,
            DataState::Failed(why) => panic!("{why}"),
            _ if begun => break,
            _ => assert!(costs.len() < 6000, "reading never began"),
        }
        wait(FRAME.saturating_sub(clock.elapsed()));
    }
    println!("{} frames went by", costs.len());
    for (what, mut times) in [("processor time", costs), ("time on the clock", waits)] {
        times.sort_by(f64::total_cmp);
        report(&format!("1280 × 800, reading 110 MB, {what}"), &times);
    }
}

fn open(size: [f32; 2]) -> Harness<'static, App> {
    open_spec(size, preset("linear-vs-relu").expect("built in"))
}

fn open_spec(size: [f32; 2], mut spec: ExperimentSpec) -> Harness<'static, App> {
    spec.runs.iter_mut().for_each(|run| run.train.stop = StopRule::Never);
    let mut window = Harness::builder()
        .with_size(size)
        .build_eframe(|cc| App::new(&cc.egui_ctx, cc.storage, Some(spec)));
    let begun = Instant::now();
    while !rests(&window) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the runs never came to rest");
        window.step();
    }
    window
}

fn rests(window: &Harness<'_, App>) -> bool {
    let state = window.state().workbench().state();
    (0..state.num_runs()).all(|index| {
        state
            .run(index)
            .is_some_and(|run| matches!(run.state, RunState::Paused(_)) && run.frame.is_some())
    })
}

/// Milliseconds of processor time of one frame: logic, layout, painting and tessellation.
fn frame(window: &mut Harness<'_, App>) -> f64 {
    let begun = ThreadTime::now();
    window.step();
    let output = window.output();
    let meshes = window.ctx.tessellate(output.shapes.clone(), output.pixels_per_point);
    let cost = begun.elapsed().as_secs_f64() * 1e3;
    drop(meshes);
    cost
}

/// The cost of each of many frames, in order of size.
fn measure(window: &mut Harness<'_, App>) -> Vec<f64> {
    let mut costs = Vec::with_capacity(FRAMES);
    for _ in 0..FRAMES {
        let clock = Instant::now();
        costs.push(frame(window));
        wait(FRAME.saturating_sub(clock.elapsed()));
    }
    costs.sort_by(f64::total_cmp);
    costs
}

/// Sleeps as a window does until the next picture is due.
fn wait(time: Duration) {
    std::thread::park_timeout(time);
}

fn report(what: &str, costs: &[f64]) {
    let at = |share: f64| costs[((costs.len() - 1) as f64 * share) as usize];
    let (median, most) = (at(0.5), at(1.0));
    let verdict = if median <= BUDGET_MS { "" } else { "   over the budget" };
    println!("{what:<44}{median:>12.2}{:>12.2}{most:>12.2}{verdict}", at(0.99));
}
