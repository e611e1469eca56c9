//! Opens the window, with the renderer that suits the machine.

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::str::FromStr;
use std::task::{Context as TaskContext, Poll, Waker};

use eframe::egui_wgpu::wgpu;
use eframe::{NativeOptions, Renderer};
use egui::ViewportBuilder;

use crate::spec::ExperimentSpec;

use super::App;

/// What the window is drawn with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RendererChoice {
    /// Vulkan, Metal or Direct3D where there is a graphics card, else OpenGL.
    #[default]
    Auto,
    /// Vulkan, Metal or Direct3D.
    Wgpu,
    /// OpenGL.
    Glow,
}

impl FromStr for RendererChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "wgpu" => Ok(Self::Wgpu),
            "glow" => Ok(Self::Glow),
            _ => Err(format!("\u{201c}{text}\u{201d} is not a renderer: write auto, wgpu or glow")),
        }
    }
}

/// How the window is opened.
#[derive(Clone, Debug, Default)]
pub struct LaunchOptions {
    /// What it is drawn with.
    pub renderer: RendererChoice,
    /// The experiment it shows; without one, the first.
    pub experiment: Option<ExperimentSpec>,
    /// An experiment, a table or a folder that is opened at once.
    pub open: Option<PathBuf>,
}

/// Why no window could be opened.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// No renderer works here.
    #[error(
        "No window could be opened. Is there a display? Without one, use the command line: \
         descent --help. OpenGL: {glow}. Vulkan, Metal or Direct3D: {wgpu}."
    )]
    NoRenderer {
        /// What became of OpenGL.
        glow: String,
        /// What became of the others.
        wgpu: String,
    },
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// When neither renderer can open a window, as on a machine without a display.
pub fn run(options: LaunchOptions) -> Result<(), LaunchError> {
    let (first, reason) = choose(options.renderer);
    let Err(why) = open(first, reason.to_owned(), options.clone()) else { return Ok(()) };
    let second = match first {
        Renderer::Glow => Renderer::Wgpu,
        Renderer::Wgpu => Renderer::Glow,
    };
    let note = format!("{} does not work here: {why}", name(first));
    let Err(also) = open(second, note, options) else { return Ok(()) };
    let (glow, wgpu) = match first {
        Renderer::Glow => (why, also),
        Renderer::Wgpu => (also, why),
    };
    Err(LaunchError::NoRenderer { glow: glow.to_string(), wgpu: wgpu.to_string() })
}

fn open(renderer: Renderer, reason: String, options: LaunchOptions) -> Result<(), eframe::Error> {
    let note = match reason.as_str() {
        "" => name(renderer).to_owned(),
        reason => format!("{} ({reason})", name(renderer)),
    };
    let create = move |creation: &eframe::CreationContext<'_>| {
        let app = App::new(&creation.egui_ctx, creation.storage, options.experiment);
        let mut app = app.with_renderer(note);
        if let Some(path) = &options.open {
            app.open(path);
        }
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    eframe::run_native(APP, native(renderer), Box::new(create))
}

/// Name of the program for the system: of its window, and of the folder with its settings.
const APP: &str = "descent";

fn native(renderer: Renderer) -> NativeOptions {
    let mut viewport = ViewportBuilder::default()
        .with_app_id(APP)
        .with_title("Descent")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([1024.0, 640.0]);
    // The icon is part of the program, so this does not fail; without it the window still opens.
    if let Ok(icon) = eframe::icon_data::from_png_bytes(ICON) {
        viewport = viewport.with_icon(icon);
    }
    NativeOptions { viewport, renderer, ..NativeOptions::default() }
}

const ICON: &[u8] = include_bytes!("../../assets/icon.png");

fn name(renderer: Renderer) -> &'static str {
    match renderer {
        Renderer::Glow => "OpenGL",
        Renderer::Wgpu => "wgpu",
    }
}

/// The renderer to try first, and why. A software driver draws OpenGL several times faster than
/// Vulkan.
fn choose(choice: RendererChoice) -> (Renderer, &'static str) {
    match choice {
        RendererChoice::Glow => (Renderer::Glow, "as asked for"),
        RendererChoice::Wgpu => (Renderer::Wgpu, "as asked for"),
        RendererChoice::Auto if has_graphics_card() => (Renderer::Wgpu, ""),
        RendererChoice::Auto => (Renderer::Glow, "no graphics card was found"),
    }
}

/// Asks the drivers, which takes a few tens of milliseconds.
fn has_graphics_card() -> bool {
    let backends = wgpu::Backends::PRIMARY;
    let descriptor = wgpu::InstanceDescriptor {
        backends,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    };
    let instance = wgpu::Instance::new(descriptor);
    let adapters = pin!(instance.enumerate_adapters(backends));
    // On a desktop the answer is there at once; were it not, OpenGL works as well.
    match adapters.poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(adapters) => {
            adapters.iter().any(|adapter| adapter.get_info().device_type != wgpu::DeviceType::Cpu)
        }
        Poll::Pending => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renderers_are_named_on_the_command_line() {
        assert_eq!("glow".parse(), Ok(RendererChoice::Glow));
        assert!("vulkan".parse::<RendererChoice>().is_err());
    }

    #[test]
    fn what_is_asked_for_is_tried_first() {
        assert_eq!(choose(RendererChoice::Wgpu).0, Renderer::Wgpu);
        assert_eq!(choose(RendererChoice::Glow).0, Renderer::Glow);
    }

    #[test]
    fn the_icon_can_be_read() {
        assert!(eframe::icon_data::from_png_bytes(ICON).is_ok());
    }
}
