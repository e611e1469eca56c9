//! Knows: `base`, `spec`, the types of `data`, `record`, the workbench, and egui.
//! Never: files, threads, channels, the trainer. It reads the workbench and returns actions.

pub mod compare;
mod cx;
pub mod format;
pub mod output;
#[cfg(test)]
mod output_tests;
pub mod panels;
pub mod textures;
pub mod theme;
pub mod widgets;

pub use cx::{Cx, UiRequest, View};
