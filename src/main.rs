//! Starts the program: a window, or what the command line asks for instead.

use std::process::ExitCode;

use clap::Parser;
use descent::headless::{self, Cli, Renderer, Show, Start, WindowRequest};
use descent::ui::{self, LaunchOptions, RendererChoice};

fn main() -> ExitCode {
    match headless::start(&Cli::parse()) {
        Start::Finished(code) => code,
        Start::Window(request) => match ui::run(options(request)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => headless::window_failed(&error.to_string()),
        },
    }
}

fn options(request: WindowRequest) -> LaunchOptions {
    let renderer = match request.renderer {
        Renderer::Auto => RendererChoice::Auto,
        Renderer::Wgpu => RendererChoice::Wgpu,
        Renderer::Glow => RendererChoice::Glow,
    };
    let (experiment, open) = match request.show {
        Show::Anything => (None, None),
        Show::Experiment(spec) => (Some(*spec), None),
        Show::File(path) => (None, Some(path)),
    };
    LaunchOptions { renderer, experiment, open }
}
