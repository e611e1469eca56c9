//! Knows: `base`, `spec`, the types of `data`, `record`, the workbench. The same application, from the command line.
//! Never: windows, tensors; files only through the workbench.

mod args;
mod choose;
mod data;
mod failure;
mod find_rate;
mod inspect;
mod list;
mod outputs;
mod progress;
mod session;
mod summary;
mod sweep;
mod table;
mod train;

use std::io::{self, Write};
use std::process::ExitCode;

use crate::spec::ExperimentSpec;

pub use args::{Cli, Renderer};
use args::{Command, PresetCommand};
pub use choose::Show;
use failure::Failure;

/// What the command line asks of the program.
pub enum Start {
    /// A window.
    Window(WindowRequest),
    /// Nothing more: what was asked for is done, or was refused with a sentence.
    Finished(ExitCode),
}

/// The window that is asked for.
pub struct WindowRequest {
    /// What it shows at first.
    pub show: Show,
    /// What draws it.
    pub renderer: Renderer,
}

/// Does what the command line asks for, short of opening a window.
#[must_use]
pub fn start(cli: &Cli) -> Start {
    let outcome = match &cli.command {
        None => return window(cli),
        Some(Command::Presets { command: None }) => list::presets(),
        Some(Command::Presets { command: Some(PresetCommand::Show { name }) }) => list::show(name),
        Some(Command::Devices) => list::devices(),
        Some(Command::Train(args)) => train::train(args),
        Some(Command::FindLr(args)) => find_rate::find_rate(args),
        Some(Command::Sweep(args)) => sweep::sweep(args),
        Some(Command::Data { command }) => data::run(command),
    };
    Start::Finished(outcome.map_or_else(|failure| failure.report(), |()| ExitCode::SUCCESS))
}

fn window(cli: &Cli) -> Start {
    let show = need_display().and_then(|()| choose::to_show(cli.experiment.as_deref()));
    match show {
        Ok(show) => Start::Window(WindowRequest { show, renderer: cli.renderer }),
        Err(failure) => Start::Finished(failure.report()),
    }
}

/// Without a display the window system would fail in words of its own.
fn need_display() -> Result<(), Failure> {
    const DISPLAYS: [&str; 3] = ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"];
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !cfg!(target_os = "linux") || DISPLAYS.into_iter().any(named) {
        return Ok(());
    }
    Err(Failure::input(
        "There is no display to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set. \
         Train without a window by `descent train spiral-relu`; `descent --help` says more.",
    ))
}

/// Tells that the window could not be opened or broke.
#[must_use]
pub fn window_failed(why: &str) -> ExitCode {
    Failure::result(why).report()
}

/// Writes a line to the standard output. Who reads it may stop reading at any time, as `head`
/// does; that is no error.
fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Writes a line beside the results.
fn remark(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Name of an experiment as it is shown.
fn title(spec: &ExperimentSpec) -> String {
    format!("“{}”", spec.name)
}
