//! Seconds and memory it takes to load MNIST, from a CSV file of 110 MB and from gzipped IDX files,
//! beside pandas, polars and numpy in the same minute. Run with `cargo bench --bench data`, alone
//! on the machine, with `DESCENT_DATA` set. `DESCENT_PYTHON` names a Python that has them, if
//! `python3` has not; what is not there is left out. Words behind `--` choose workloads by name.
//!
//! Everybody ends with 80 % and 20 % of the rows as `f32` in 0 to 1 and their labels. Each figure
//! is the median of fresh processes, and the memory is the most that such a process ever held.

#![allow(clippy::print_stdout, reason = "its table is what it is for")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use descent::spec::{CsvSpec, DataSource, DataSpec, ExperimentSpec, IdxSpec, Scaling, preset};
use descent::workbench::{DataState, Workbench};

mod common;

/// Processes that give a median.
const RUNS: usize = 5;
/// Tells a process of this program that it is one of the measured ones, and what to load.
const CHILD: &str = "DESCENT_BENCH_LOAD";

/// What is loaded, and the others that load the same.
const WORKLOADS: [(&str, &[&str]); 2] = [("csv", &["pandas", "polars"]), ("idx", &["numpy"])];

/// Seconds, and mebibytes at the peak.
#[derive(Clone, Copy)]
struct Figure {
    seconds: f64,
    peak: f64,
}

fn main() {
    if let Ok(what) = std::env::var(CHILD) {
        return load_here(&what);
    }
    let Some(data) = std::env::var_os("DESCENT_DATA").map(PathBuf::from) else {
        println!("Set DESCENT_DATA to the folder of real data; it has MNIST.");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder for the table");
    let (idx, csv) = (data.join("mnist"), folder.path().join("mnist.csv"));
    println!("{:<24} {:>9} {:>9} {:>7}", "loading MNIST", "seconds", "peak MiB", "ratio");
    for (what, others) in WORKLOADS.iter().filter(|(what, _)| is_wanted(what)) {
        let path = if *what == "csv" { common::write_table(&idx, &csv) } else { idx.clone() };
        let own = median(|| own(what, &path)).expect("it loads");
        println!("{:<24} {:>9.2} {:>9.0}", format!("{what}, Descent"), own.seconds, own.peak);
        for other in *others {
            let label = format!("{what}, {other}");
            match median(|| python(other, &path)) {
                Some(figure) => println!(
                    "{label:<24} {:>9.2} {:>9.0} {:>7.2}",
                    figure.seconds,
                    figure.peak,
                    figure.seconds / own.seconds
                ),
                None => println!("{label:<24} {:>9}", "not found"),
            }
        }
    }
}

fn median(measure: impl Fn() -> Option<Figure>) -> Option<Figure> {
    let mut figures: Vec<Figure> = (0..RUNS).map(|_| measure()).collect::<Option<_>>()?;
    figures.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    Some(figures[RUNS / 2])
}

fn own(what: &str, path: &Path) -> Option<Figure> {
    let this = std::env::current_exe().expect("this program");
    figure(Command::new(this).env(CHILD, what).env("DESCENT_BENCH_PATH", path))
}

fn python(library: &str, path: &Path) -> Option<Figure> {
    let python = std::env::var("DESCENT_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/data.py");
    figure(Command::new(python).arg(script).arg(library).arg(path))
}

/// What a process says: seconds and kibibytes.
fn figure(command: &mut Command) -> Option<Figure> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (seconds, kibibytes) = text.trim().split_once(' ')?;
    Some(Figure { seconds: seconds.parse().ok()?, peak: kibibytes.parse::<f64>().ok()? / 1024.0 })
}

/// Loads the way the window and the command line do, and says what it took.
fn load_here(what: &str) {
    let path = std::env::var("DESCENT_BENCH_PATH").expect("set by the parent");
    let source = match what {
        "csv" => DataSource::Csv(CsvSpec::of_file(path)),
        _ => DataSource::Idx(IdxSpec::of_folder(path)),
    };
    let data = DataSpec { scaling: Scaling::None, ..DataSpec::new(source) };
    let spec = ExperimentSpec { data, ..preset("mnist-mlp").expect("built in") };
    let (waker, woken) = sync_channel(1);
    let start = Instant::now();
    // A full channel means that it is awake already.
    let wake = Arc::new(move || {
        let _ = waker.try_send(());
    });
    let mut workbench = Workbench::new(spec, wake);
    loop {
        workbench.pump(Duration::from_millis(10));
        match workbench.state().data() {
            DataState::Ready(_) => break,
            DataState::Failed(why) => panic!("{why}"),
            _ => woken.recv().expect("somebody works"),
        }
    }
    println!("{} {}", start.elapsed().as_secs_f64(), peak_kibibytes());
}

/// The most memory this process ever held, where the system tells it.
fn peak_kibibytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0)
}

/// Whether no filter was given on the command line, or one that this name contains.
fn is_wanted(name: &str) -> bool {
    let mut filters = std::env::args().skip(1).filter(|argument| argument != "--bench").peekable();
    filters.peek().is_none() || filters.any(|filter| name.contains(&filter))
}
