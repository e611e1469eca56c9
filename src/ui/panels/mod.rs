//! Knows: `base`, `spec`, the types of `data`, `record`, the workbench, and egui.
//! Never: another panel. Each file is one panel: its view state and `show(ui, cx, …)`.

pub mod boundary;
pub mod calibration;
pub mod confusion;
pub mod curves;
pub mod data;
pub mod dataset;
pub mod disagreement;
pub mod draw;
pub mod finder;
pub mod gallery;
pub mod graph;
pub mod hidden;
pub mod layers;
pub mod network;
pub mod numbers;
pub mod past;
pub mod roc;
pub mod samples;
pub mod sweep;
pub mod training;
pub mod what_if;
