//! Knows: `base`, `spec`, the types of `data`, `record`, the workbench, and egui.
//! Never: files, threads, channels, the trainer. It reads the workbench and returns actions.

mod cx;
pub mod format;
pub mod panels;
pub mod textures;
pub mod theme;
pub mod widgets;

pub use cx::{Cx, UiRequest, View};
