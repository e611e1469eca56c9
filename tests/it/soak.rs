//! Whether memory stays flat while a window trains and shows everything. Run by hand:
//! `cargo test --release --test it -- --ignored --nocapture soak`, for `DESCENT_SOAK_SECONDS`
//! (600 where it is not set). Linux only, where a process can read how much memory it holds.

use std::time::{Duration, Instant};

use descent::spec::{Activation, DenseSpec, ExperimentSpec, LayerSpec, StopRule, preset};
use descent::ui::App;
use egui::Key;
use egui_kittest::Harness;

/// Time from one frame to the next, as a screen has it.
const FRAME: Duration = Duration::from_micros(16_667);
/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(10);
/// Memory may grow until then: histories fill up to their limits, fonts and pictures are made.
const SETTLED: f64 = 0.3;
/// How much more it may hold at the end than when it had settled.
const MOST_GROWTH: f64 = 1.05;

/// Six layers of eight neurons on the spiral, trained without end.
fn deep() -> ExperimentSpec {
    let mut spec = preset("spiral-relu").expect("built in");
    let run = &mut spec.runs[0];
    let layer = || [LayerSpec::from(DenseSpec::new(8)), LayerSpec::from(Activation::Tanh)];
    run.model.hidden = (0..6).flat_map(|_| layer()).collect();
    run.train.stop = StopRule::Never;
    spec
}

/// Bytes of this process that are in memory.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("Linux tells");
    let held = pages.split_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok());
    held.expect("the second number") * 4096
}

#[test]
#[ignore = "takes ten minutes; run by hand"]
#[allow(clippy::print_stdout, reason = "the figures are what it is for")]
fn soak() {
    let seconds = std::env::var("DESCENT_SOAK_SECONDS").ok().and_then(|text| text.parse().ok());
    let length = Duration::from_secs(seconds.unwrap_or(600));
    let mut window = Harness::builder()
        .with_size([1280.0, 800.0])
        .build_eframe(|cc| App::new(&cc.egui_ctx, cc.storage, Some(deep())));
    while !window.state().workbench().state().can_play() {
        window.step();
    }
    window.key_press(Key::Space);
    let (begun, mut looked) = (Instant::now(), Instant::now());
    let mut held = Vec::new();
    while begun.elapsed() < length {
        let clock = Instant::now();
        window.step();
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            held.push((begun.elapsed().as_secs(), resident()));
        }
        std::thread::park_timeout(FRAME.saturating_sub(clock.elapsed()));
    }
    let state = window.state().workbench().state();
    assert!(state.is_active(), "it trained to the end");
    for (second, bytes) in &held {
        println!("{second:>6} s {:>8.1} MiB", *bytes as f64 / f64::from(1 << 20));
    }
    println!("{} steps", state.run(0).map_or(0, |run| run.position().step.0));
    let settled = held[(held.len() as f64 * SETTLED) as usize].1 as f64;
    let last = held.last().expect("it was looked at").1 as f64;
    assert!(last <= settled * MOST_GROWTH, "memory grew from {settled} to {last} bytes");
}
