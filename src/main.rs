//! Starts the program: a window, or what the command line asks for instead.

use std::process::ExitCode;

use clap::Parser;
use descent::headless::{self, Cli, Start};

fn main() -> ExitCode {
    match headless::start(&Cli::parse()) {
        Start::Finished(code) => code,
        Start::Window(..) => headless::window_failed("The window is not ready yet."),
    }
}
