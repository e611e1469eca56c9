//! Knows: `base`, `spec`, the types of `data`, `record`, the workbench, and egui.
//! Never: files, threads, channels, the trainer. It reads the workbench and returns actions.

mod app;
pub mod capture;
pub mod commands;
pub mod compare;
mod cx;
pub mod dock;
mod empty;
pub mod fields;
pub mod format;
pub mod help;
pub mod kernels;
mod launch;
#[cfg(test)]
mod legible;
pub mod output;
#[cfg(test)]
mod output_tests;
pub mod panels;
pub mod panes;
pub mod parts;
mod placement;
pub mod plane;
mod settings;
mod shell;
#[cfg(test)]
mod snapshots;
pub mod standing;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod textures;
pub mod theme;
mod tools;
pub mod widgets;

pub use app::App;
pub use cx::{Cx, UiRequest, View};
pub use launch::{LaunchError, LaunchOptions, RendererChoice, run};
